"""What people write into titles, names and reasons, however odd, is shown harmlessly everywhere."""

from __future__ import annotations

import json

import pytest

from bot.local.parts import render as page
from bot.local.terminal import text as terminal
from bot.slack.render import Message
from bot.slack.render import render as slack
from bot.telegram.render import render as telegram
from bot.telegram.render import units
from handlers.commands import COMMANDS
from storage.calls import Why
from storage.words import Words
from tests.conversation import Chat, moment

TITLES = {
    "html": '<b onclick="x()">Inoklaster</b> & <script>alert(1)</script>',
    "a channel": "<!channel> <@U01> <https://x|spauskite>",
    "right to left": "\u202eretsalkoni\u202c \u2066x\u2069",
    "ten thousand": "Kvietimas " * 1000,
    "one long word": "ž" * 10_000,
    "emoji": "🎉🎉🎉👩‍👩‍👧‍👦",
    "control characters": "In\x00ok\x07las\u200bter\ud800".encode("utf-8", "replace").decode(),
    "spaces": " \u00a0 \u3000 ",
    "a formula": '=HYPERLINK("https://x")',
}


@pytest.mark.parametrize("title", TITLES.values(), ids=list(TITLES))
async def test_a_title_of_any_kind_is_shown_harmlessly(title: str) -> None:
    """Asked for, listed, changed and put into a calendar: within every platform's limits, and without power."""
    chat = Chat.begin()
    await chat.associate()
    await chat.call(title, measure=title[:2000], closes=moment("2026-10-30 16:00"))
    await chat.store.calls.change(
        "c1", 1, {"title": Words(title)}, Why(title[:500], title[:500], ""), chat.by()
    )
    rūta = await chat.member(title[:60] or "Rūta", "secretariat")
    for said in (
        "/kvietimai",
        "/kvietimas c1",
        "/terminai",
        "/keisti c1",
        "/kalendorius c1",
        "/istorija",
        "/pradzia",
    ):
        reply = await rūta.says(said)
        assert reply.plain.strip() or reply.files
        for part in telegram(reply):
            assert units(part.plain) <= 4096
            assert "<script" not in part.html and "<b onclick" not in part.html
        for sent in slack(reply):
            if isinstance(sent, Message):
                assert len(json.dumps(sent.blocks, separators=(",", ":"))) <= 13_200
                assert "<!channel>" not in sent.text
        shown = terminal(reply)
        assert "\u202e" not in shown and "\x07" not in shown and "\x00" not in shown
        assert page(reply)
    await chat.store.close()


@pytest.mark.parametrize(
    "words", ["v²", "c²", "a1 p²", "s1 v٣", "~²", "9999-99-99", "ž" * 300, "žodis " * 90]
)
async def test_no_command_stumbles_over_odd_words(words: str) -> None:
    """Whatever stands behind a command, whoever says it, the answer is a sentence and no accident."""
    chat = Chat.begin()
    await chat.associate()
    await chat.call("Inoklaster LT")
    people = (await chat.member("Rūta", "secretariat"), await chat.member("Ada"), chat.stranger())
    for command in COMMANDS:
        for person in people:
            reply = await person.says(f"/{command.lt} {words}")
            assert "kažkas nepavyko" not in reply.plain, command.lt
