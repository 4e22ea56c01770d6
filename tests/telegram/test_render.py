"""A reply becomes Telegram messages that Telegram takes, whatever people have written into it."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.render import CAPTION_UNITS, TEXT_UNITS, Part, alert, render
from handlers.chat import (
    Block,
    Bold,
    Button,
    Code,
    File,
    Heading,
    Items,
    Link,
    Para,
    Reply,
    Span,
    para,
    rows,
    say,
)
from tests.telegram_markup import read_html, utf16

ICS = File("c42.ics", "text/calendar", b"BEGIN:VCALENDAR")
PNG = File("grafikas.png", "image/png", b"\x89PNG\r\n\x1a\n")

SINK = Reply(
    blocks=(
        Heading("Kvietimas & <terminas>"),
        Para(("Iki ", Bold("spalio 30 d., 17:00"), ", liko 3 dienos. Rašykite ", Code("/call c42"), ".")),
        Items((("Biudžetas: ", Bold("23 169 602 Eur")), (Link("Dokumentai", 'https://a.lt/?x=1&y="2"'),))),
        para("Tvarka:"),
        Items((("pirma",), ("antra",)), start=9),
        para(Link("sekretoriatas", "mailto:a@b.lt"), " arba ", Link("c@d.lt", "mailto:c@d.lt")),
    ),
    buttons=rows(
        Button("Sekti", "follow c42"), Button("Kalendorius", "calendar c42"), Button("Atgal", "calls")
    )
    + rows(Button("Pratęsti", "extend c42 v7")),
    files=(ICS, PNG),
)

SINK_HTML = """\
<b>Kvietimas &amp; &lt;terminas&gt;</b>
Iki <b>spalio 30 d., 17:00</b>, liko 3 dienos. Rašykite <code>/call c42</code>.
• Biudžetas: <b>23 169 602 Eur</b>
• <a href="https://a.lt/?x=1&amp;y=&quot;2&quot;">Dokumentai</a>

Tvarka:
9. pirma
10. antra

sekretoriatas (a@b.lt) arba c@d.lt"""

SINK_PLAIN = """\
Kvietimas & <terminas>
Iki spalio 30 d., 17:00, liko 3 dienos. Rašykite /call c42.
• Biudžetas: 23 169 602 Eur
• Dokumentai (https://a.lt/?x=1&y="2")

Tvarka:
9. pirma
10. antra

sekretoriatas (a@b.lt) arba c@d.lt"""


def test_the_kitchen_sink() -> None:
    """One reply with everything has this rendering."""
    text, calendar = render(SINK)
    assert (text, text.plain) == (Part(SINK_HTML, SINK.buttons, PNG), SINK_PLAIN)
    assert calendar == Part("", file=ICS)
    assert text.markup is not None
    keyboard = text.markup["inline_keyboard"]
    assert [[(b["text"], b["callback_data"]) for b in row] for row in keyboard] == [
        [("Sekti", "follow c42"), ("Kalendorius", "calendar c42"), ("Atgal", "calls")],
        [("Pratęsti", "extend c42 v7")],
    ]


def test_one_file_carries_a_short_text() -> None:
    """A text that fits is the only file's caption, and the buttons stand under it."""
    button = rows(Button("Atgal", "call c42"))
    reply = Reply((para("Kvietimas kalendoriuje"),), buttons=button, files=(ICS,))
    assert render(reply) == (Part("Kvietimas kalendoriuje", button, ICS),)


def test_a_long_text_goes_before_its_file() -> None:
    """A text that is no caption is a message of its own."""
    parts = render(Reply((para("a" * (CAPTION_UNITS + 1)),), files=(ICS,)))
    assert [(len(p.html), p.file) for p in parts] == [(CAPTION_UNITS + 1, None), (0, ICS)]


def test_a_picture_stands_above_the_text_that_is_no_caption() -> None:
    """Too long for a caption, or below several pictures, the text follows them; it bears the buttons, documents come
    last."""
    button = rows(Button("Perskaičiau", "read d1"))
    caption, long = (para("a" * n) for n in (CAPTION_UNITS, CAPTION_UNITS + 1))
    assert render(Reply((caption,), buttons=button, files=(PNG,))) == (
        Part("a" * CAPTION_UNITS, button, PNG),
    )
    picture, text, calendar = render(Reply((long,), buttons=button, files=(ICS, PNG)))
    assert (picture.file, text.buttons, calendar.file) == (PNG, button, ICS)
    parts = render(Reply((caption,), buttons=button, files=(PNG, PNG)))
    assert [(p.file, bool(p.buttons)) for p in parts] == [(PNG, False), (PNG, False), (None, True)]


def test_an_empty_reply_is_no_message() -> None:
    """Nothing is sent for nothing, nor for blank blocks."""
    assert render(Reply()) == ()
    assert render(Reply((para("  "), Heading("\u202e"), Items(())))) == ()


def test_buttons_without_a_text_stand_under_dots() -> None:
    """Telegram has no buttons without a text."""
    assert [p.html for p in render(Reply(buttons=rows(Button("a", "a"))))] == ["…"]


def test_it_breaks_between_blocks() -> None:
    """Two blocks that do not fit together are two messages; the buttons are under the last."""
    reply = Reply((para("a" * 3000), para("b" * 3000)), buttons=rows(Button("a", "a")))
    assert [(p.html, bool(p.buttons)) for p in render(reply)] == [("a" * 3000, False), ("b" * 3000, True)]


def test_a_heading_stays_with_what_it_heads() -> None:
    """A heading is never the last line of a message."""
    first, second = render(Reply((para("a" * 3000), Heading("Antraštė"), para("b" * 3000))))
    assert (first.html, second.html) == ("a" * 3000, "<b>Antraštė</b>\n" + "b" * 3000)


def test_a_long_list_breaks_between_items() -> None:
    """A list that no message holds is cut between its items, numbers going on."""
    items = tuple((f"kvietimas {'x' * 80}",) for _ in range(100))
    parts = render(Reply((Items(items, start=1),)))
    assert len(parts) == 3
    assert [p.html.split(".")[0] for p in parts[1:]] == [
        str(parts[0].html.count("\n") + 2),
        str(parts[0].html.count("\n") + parts[1].html.count("\n") + 3),
    ]


HOSTILE = [
    "<b>x</b> & </code> <!channel> <script>alert(1)</script>",
    "\u202eatvirkščiai\u202c \u2067dešinėn\u2069",
    "ilgas pavadinimas " * 600,
    "x" * 10_000,
    "&" * 10_000,
    "🎉" * 3000,
    "👩\u200d👩\u200d👧\u200d👦",
    "\x00\x07 \ud800 nutrauktas",
    '" onclick="x',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_write_is_shown_harmlessly(text: str) -> None:
    """Markup, directions, lengths and halves of characters come through as text in every kind of span."""
    spans: tuple[Span, ...] = (text, Bold(text), Code(text), Link(text, "https://a.lt/" + escape("x")))
    blocks: tuple[Block, ...] = (Heading(text), Para(spans), Items((spans, spans)))
    _holds(render(Reply(blocks, buttons=rows(Button("a", "a")))))
    assert alert(say("labas")) == "labas"


def _holds(parts: tuple[Part, ...]) -> str:
    """Checks each part as Telegram would; returns all of their text."""
    texts = []
    for part in parts:
        assert 0 < utf16(part.html) <= TEXT_UNITS and utf16(part.plain) <= TEXT_UNITS
        text, _ = read_html(part.html)
        assert text.strip() and not set(text) & set("\u202e\u2067\ud800")
        texts.append(text)
    assert not any(part.buttons for part in parts[:-1])
    return " ".join(texts)


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp")), max_size=60)
LONG = st.builds(lambda w, n: (w + " ") * n, WORDS, st.integers(1, 200))
SPANS = st.one_of(
    LONG,
    st.builds(Bold, LONG),
    st.builds(Code, WORDS),
    st.builds(Link, LONG, st.builds("https://a.lt/{}".format, WORDS)),
)
LINES = st.lists(SPANS, max_size=4).map(tuple)
BLOCKS = st.one_of(
    st.builds(Heading, WORDS),
    st.builds(Para, LINES),
    st.builds(Items, st.lists(LINES, max_size=6).map(tuple), st.none() | st.integers(1, 99)),
)


@given(st.lists(BLOCKS, max_size=6).map(tuple))
def test_every_part_is_within_the_limits_and_nothing_is_lost(blocks: tuple[Block, ...]) -> None:
    """Whatever the blocks, Telegram takes each part, and the words of the reply are all there in order."""
    reply = Reply(blocks)
    said = _holds(render(reply))
    assert "".join(said.split()) == "".join(reply.plain.split())


def test_an_alert_is_a_short_text_and_nothing_else() -> None:
    """Over 200 units, or with buttons or files, a reply is no alert."""
    assert alert(say("a" * 200)) == "a" * 200
    assert alert(say("🎉" * 101)) is None
    assert alert(say("a", buttons=rows(Button("a", "a")))) is None
    assert alert(Reply((para("a"),), files=(ICS,))) is None
