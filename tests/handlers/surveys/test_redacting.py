"""What is hidden in a text: proposals, decisions on parts and on words, by when they were made; marks and order."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.surveys.redacting import Hiding, Part
from handlers.surveys.texts import HIDDEN, known
from storage.association import Association, Structure
from storage.members import Member, Person
from storage.redactions import Choice, Cut, Phrase, Redaction
from storage.surveys import Tally
from storage.words import Words
from tests.handlers.surveys.example import QUESTIONS, sheet, survey

NAMES = known((Member("n1", 1, Person("Ada Vaitkienė")),), Structure(Association(Words("A"), "A")))
TEXT = "Ada Vaitkienė prašo lazerių"


def hiding(*cuts: Cut, phrases: tuple[Phrase, ...] = (), whole: bool = False, salt: str = "druska") -> Hiding:
    """What is decided on TEXT, and on words."""
    empty = Hiding(Redaction("x1", 1, "a1", salt), NAMES)
    choice = Choice(empty.mark("q", TEXT), 1, "n1", whole, cuts)
    return replace(empty, redaction=replace(empty.redaction, choices=(choice,), phrases=phrases))


@pytest.mark.parametrize(
    ("decided", "said"),
    [
        (hiding(), "[…] prašo lazerių"),
        (hiding(whole=True), HIDDEN),
        (hiding(Cut(0, 13, False, 2)), TEXT),
        (hiding(Cut(0, 13, True, 2)), "[…] prašo lazerių"),
        (hiding(Cut(0, 3, False, 2)), "[…] prašo lazerių"),  # a part of what is proposed leaves it hidden
        (hiding(Cut(0, 13, False, 2), phrases=(Phrase("Vaitkienė", True, 3),)), "Ada […] prašo lazerių"),
        (hiding(Cut(0, 13, False, 4), phrases=(Phrase("Vaitkienė", True, 3),)), TEXT),
        (hiding(phrases=(Phrase("lazeris", True, 2),)), "[…] prašo […]"),
        (hiding(phrases=(Phrase("Ada Vaitkienė", False, 2),)), TEXT),
        (hiding(Cut(0, 13, True, 2), phrases=(Phrase("Ada Vaitkienė", False, 3),)), TEXT),
        (hiding(Cut(0, 13, True, 4), phrases=(Phrase("Ada Vaitkienė", False, 3),)), "[…] prašo lazerių"),
        (hiding(Cut(10, 19, True, 2)), "[…] lazerių"),  # what lies over one another is hidden together
    ],
)
def test_the_later_decision_counts_and_every_decision_before_a_proposal(decided: Hiding, said: str) -> None:
    """On parts of a text and on words in all; what is shown in part of a hidden part shows nothing of it."""
    assert decided.said("q", TEXT) == said


def test_a_decision_is_on_one_question_s_text_alone() -> None:
    """The same words as the answer to another question are another text."""
    assert hiding(whole=True).said("other", TEXT) == "[…] prašo lazerių"


def test_marks_and_order_follow_from_the_words_and_the_salt_alone() -> None:
    """Whoever wrote first, and however often one looks: the same; with another salt another order, so that the order
    of what is published tells nothing of what is hidden in it."""
    texts = [f"{TEXT} {n}" for n in range(40)]
    one = hiding()
    assert one.ordered("q", texts) == one.ordered("q", reversed(texts)) != tuple(texts)
    other = hiding(salt="kita")
    assert other.ordered("q", texts) != one.ordered("q", texts)
    assert len({one.mark("q", text) for text in texts} | {other.mark("q", text) for text in texts}) == 80
    orders = {hiding(salt=str(n)).ordered("q", texts[:3]) for n in range(100)}
    assert len(orders) == 6  # every order comes up


def test_a_tally_keeps_its_numbers_and_loses_what_is_hidden() -> None:
    """A text that is hidden altogether is left out and counted; the numbers stay."""
    decided = hiding(whole=True)
    made = Tally("q", 3, texts=(TEXT, "Adai", "Parodų"))
    assert decided.tally(made, mixed=True) == replace(made, texts=(HIDDEN, "Parodų"))
    assert set(decided.tally(made, mixed=False).texts) == {HIDDEN, "Parodų"}
    assert decided.left_out((made, replace(made, question="other"))) == {"q": 1}


def test_sheets_lose_what_is_hidden_and_nothing_else() -> None:
    """Texts and words of one's own; what was chosen stays, spaces around a text or not."""
    plan = survey().plan
    filled = sheet(
        1, {"field": "Adai", "help": ("calls", " Ados reikalai "), "wish": TEXT, "apply": "yes", "size": "7"}
    )
    [read] = hiding().sheets(plan, (filled,))
    assert read.answers == {
        "field": HIDDEN,
        "help": ("calls", f"{HIDDEN} reikalai"),
        "wish": "[…] prašo lazerių",
        "apply": "yes",
        "size": "7",
    }
    assert replace(read, answers=filled.answers) == filled
    assert [q.id for q in QUESTIONS if q.kind == "text" or q.other] == ["field", "help", "wish"]


@given(st.integers(0, 10**6))
def test_parts_lie_apart_and_what_is_hidden_is_not_said(seed: int) -> None:
    """Whatever was decided: the parts lie in the text, none over another, and what of it is hidden is gone."""
    dice = Random(seed)
    cuts = []
    for _ in range(dice.randint(0, 6)):
        start = dice.randint(0, len(TEXT) - 1)
        cuts.append(Cut(start, dice.randint(start + 1, len(TEXT)), dice.random() < 0.5, dice.randint(1, 9)))
    words = [
        Phrase(w, dice.random() < 0.5, dice.randint(1, 9)) for w in ("Ada", "lazeris", "Vaitkienė prašo")
    ]
    decided = hiding(*cuts, phrases=tuple(words))
    parts = decided.parts("q", TEXT)
    ends = [0]
    for part in parts:
        assert ends[-1] <= part.start < part.end <= len(TEXT)
        ends.append(part.end)
    left, at = "", 0
    for part in (part for part in parts if part.hidden):
        left, at = left + TEXT[at : part.start] + HIDDEN, part.end
    assert decided.said("q", TEXT) == left + TEXT[at:]
    for cut in cuts:
        later = [c for c in cuts if not c.hidden and c.at > cut.at]
        shown = [p for p in words if not p.hidden and p.at > cut.at]
        if cut.hidden and not later and not shown:
            assert any(p.hidden and p.start <= cut.start and cut.end <= p.end for p in parts)


def test_what_was_shown_can_be_hidden_again() -> None:
    """It is a part of its own as long as nothing of it is hidden."""
    assert hiding(Cut(0, 13, False, 2)).parts("q", TEXT) == (Part(0, 13, False),)
