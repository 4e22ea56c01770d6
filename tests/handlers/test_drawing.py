"""A sheet to draw on: whatever is written has its letters and its place."""

from __future__ import annotations

from handlers import drawing


def test_lithuanian_letters_are_in_the_font():
    """Every letter, quote and sign that a sentence needs has a width."""
    for character in "ąčęėįšųūžĄČĘĖĮŠŲŪŽ„“–…€%":
        assert drawing.wide(character, 100) > 20 and drawing.drawable(character) == character


def test_lines_are_no_wider_than_their_place():
    """Words are kept whole where they fit, the last line ends in an ellipsis where something is missing."""
    text = "Tarptautiniai partneriai ir kontaktų mugės " * 5
    for most in (1, 3, 9):
        lines = drawing.wrapped(text, 400, 25, most=most)
        assert len(lines) <= most and all(drawing.wide(line, 25) <= 400 for line in lines)
    assert drawing.wrapped(text, 400, 25, most=2)[-1].endswith("…")
    assert "".join(drawing.wrapped("x" * 300, 400, 25, most=99)) == "x" * 300
    assert drawing.balanced("Pusė nurodė 46 ar mažiau; vidurkis – 44,9.", 736, 33, bold=True) == [
        "Pusė nurodė 46 ar",
        "mažiau; vidurkis\u00a0– 44,9.",
    ]
