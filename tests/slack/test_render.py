"""A reply becomes Slack messages that Slack takes, whatever people have written into it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.render import (
    MESSAGE_BLOCKS,
    MESSAGE_JSON,
    TEXT_LENGTH,
    Json,
    Message,
    Upload,
    escaped,
    home,
    presser,
    render,
)
from handlers.chat import Bold, Button, Code, File, Heading, Items, Link, Para, Reply, para, rows, say

SINK = Reply(
    blocks=(
        Heading("Kvietimas & <terminas>"),
        Para(("Iki ", Bold("spalio 30 d., 17:00"), ", liko 3 dienos. Rašykite ", Code("/call c42"), ".")),
        Items((("Biudžetas: ", Bold("23 Eur")), (Link("Dokumentai", "https://a.lt/?x=1&y=2"),))),
        Items((("pirma",), ("antra",)), start=9),
    ),
    buttons=rows(Button("Priminti", "follow c42"), Button("Į kalendorių", "calendar c42")),
    files=(File("c42.ics", "text/calendar", b"BEGIN:VCALENDAR"),),
)


def test_a_picture_comes_before_the_text() -> None:
    """Slack's captions bear no buttons, so a picture is a message of its own above the text; other files come last."""
    picture, ics = File("a.png", "image/png", b"\x89PNG"), File("a.ics", "text/calendar", b"BEGIN")
    parts = render(Reply((para("Skelbimas"),), files=(ics, picture)))
    assert [p.file if isinstance(p, Upload) else p.words for p in parts] == [picture, "Skelbimas", ics]


def messages(reply: Reply) -> list[Message]:
    """The messages of it, without the files."""
    return [part for part in render(reply) if isinstance(part, Message)]


def test_everything_at_once_as_slack_gets_it() -> None:
    """The golden rendering: rich text that needs no escaping, plain words beside it, buttons that are commands."""
    message, upload = render(SINK)
    assert isinstance(message, Message) and isinstance(upload, Upload)
    header, paragraph, bullets, numbers, actions = message.blocks
    assert header["text"] == {"type": "plain_text", "text": "Kvietimas & <terminas>", "emoji": False}
    assert paragraph["elements"][0]["elements"] == [
        {"type": "text", "text": "Iki "},
        {"type": "text", "text": "spalio 30 d., 17:00", "style": {"bold": True}},
        {"type": "text", "text": ", liko 3 dienos. Rašykite "},
        {"type": "text", "text": "/sauklys call c42", "style": {"code": True}},
        {"type": "text", "text": "."},
    ]
    assert bullets["elements"][0]["style"] == "bullet"
    link = bullets["elements"][0]["elements"][1]["elements"][0]
    assert link == {"type": "link", "url": "https://a.lt/?x=1&y=2", "text": "Dokumentai"}
    assert (numbers["elements"][0]["style"], numbers["elements"][0]["offset"]) == ("ordered", 8)
    assert [e["value"] for e in actions["elements"]] == ["follow c42", "calendar c42"]
    assert len({e["action_id"] for e in actions["elements"]}) == 2
    assert message.text == (
        "Kvietimas &amp; &lt;terminas&gt;\nIki spalio 30 d., 17:00, liko 3 dienos. Rašykite /sauklys call c42.\n"
        "• Biudžetas: 23 Eur\n• Dokumentai\n9. pirma\n10. antra"
    )


def test_whose_buttons_they_are_stays_with_the_block() -> None:
    """The one user who may press is in the block's id, which only we can set."""
    [message] = [p for p in render(SINK, shown_to="U01") if isinstance(p, Message)]
    assert presser(message.blocks[-1]["block_id"]) == "U01"
    assert presser(messages(SINK)[0].blocks[-1]["block_id"]) is None


@pytest.mark.parametrize(
    "sign", ["<!channel>", "<@U1>", "<https://x|y>", "&amp;", "*b*", "_i_", "`c`", ":tada:"]
)
def test_markup_that_people_write_is_shown(sign: str) -> None:
    """In rich text it is plain, in the text beside it `&`, `<` and `>` have lost their power."""
    [message] = messages(say(f"taip {sign} ne"))
    assert message.blocks[0]["elements"][0]["elements"] == [{"type": "text", "text": f"taip {sign} ne"}]
    assert "<" not in message.text and ("&" not in sign or "&amp;amp;" in message.text)


def test_a_long_announcement_is_several_messages() -> None:
    """40,000 characters go in order and whole, each message within what Slack takes."""
    text = " ".join(f"žodis{i}" for i in range(5000))
    shown = messages(say(text))
    assert len(shown) > 3
    assert "".join(_said(m) for m in shown).split() == text.split()


def test_nothing_is_something() -> None:
    """An empty reply, and one of unshowable characters, is a dot, never an empty message."""
    for reply in (say("\u202e\u200b"[:1]), Reply((para(""),), buttons=rows(Button("Taip", "yes")))):
        for message in messages(reply):
            assert message.text
    assert home(Reply(()))["blocks"]


spans = st.one_of(
    st.text(max_size=300),
    st.builds(Bold, st.text(max_size=300)),
    st.builds(Code, st.text(max_size=50)),
    st.builds(Link, st.text(max_size=50), st.sampled_from(["https://a.lt/x", "mailto:a@b.lt"])),
)
blocks = st.one_of(
    st.builds(Heading, st.text(max_size=400)),
    st.builds(lambda s: Para(tuple(s)), st.lists(spans, max_size=5)),
    st.builds(
        lambda rows, n: Items(tuple(tuple(r) for r in rows), n),
        st.lists(st.lists(spans, max_size=3), max_size=60),
        st.sampled_from([None, 1, 5]),
    ),
    st.builds(lambda t, n: para(t * n), st.text(min_size=1, max_size=9), st.integers(1, 4000)),
)


@given(st.lists(blocks, max_size=8))
def test_whatever_is_said_slack_takes_it(said: list[Heading | Para | Items]) -> None:
    """Every message is within the blocks, the JSON and the text that Slack takes, and has no empty text."""
    for message in messages(Reply(tuple(said))):
        assert len(message.blocks) <= MESSAGE_BLOCKS
        assert len(json.dumps(message.blocks, separators=(",", ":"))) <= MESSAGE_JSON + 200
        assert 0 < len(message.text) <= TEXT_LENGTH
        for element in _elements(list(message.blocks)):
            assert element["text"]


@given(st.text(max_size=200), st.integers(2, 50))
def test_escaped_text_never_ends_within_an_entity(text: str, limit: int) -> None:
    """A text cut to a length has whole entities and no more characters than that."""
    shown = escaped(text, limit)
    assert len(shown) <= limit
    rest = shown.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    assert not set("&<>") & set(rest)


def _elements(blocks: list[Json]) -> list[Json]:
    found: list[Json] = []
    for block in blocks:
        for outer in block.get("elements", ()):
            for inner in outer.get("elements", ()):
                found += inner.get("elements", [inner])
    return found


def _said(message: Message) -> str:
    return "".join(e["text"] for e in _elements(list(message.blocks)))
