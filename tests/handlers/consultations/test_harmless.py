"""Whatever stands in a draft or is written about it, every platform shows it within its limits and without power."""

from __future__ import annotations

import json

import pytest

from bot.local.parts import render as page
from bot.local.terminal import text as terminal
from bot.schedule import notice
from bot.slack.render import Message
from bot.slack.render import render as slack
from bot.telegram.render import render as telegram
from bot.telegram.render import units
from handlers.chat import Reply
from storage.consultations import Position, Section
from storage.words import Words
from tests.conversation import Chat, Someone
from tests.handlers.consultations.consulted import opened
from tests.handlers.surveys.asked import associate, somebody
from tests.test_hostile_texts import TITLES


def shown(reply: Reply) -> None:
    """The reply on each platform: whole, and nothing of it runs."""
    assert reply.plain.strip() or reply.files or reply.form
    for part in telegram(reply):
        assert units(part.plain) <= 4096
        assert "<script" not in part.html and "<b onclick" not in part.html
    for sent in slack(reply):
        if isinstance(sent, Message):
            assert len(json.dumps(sent.blocks, separators=(",", ":"))) <= 13_200
            assert "<!channel>" not in sent.text
    text = terminal(reply)
    assert "\u202e" not in text and "\x07" not in text and "\x00" not in text
    assert page(reply)


async def everything(someone: Someone, *lines: str) -> None:
    """Each of these lines is answered, and shown."""
    for line in lines:
        shown(await someone.says(line))
        await someone.says("/atsaukti")


@pytest.mark.parametrize("text", TITLES.values(), ids=list(TITLES))
async def test_a_draft_of_any_kind_is_shown_harmlessly(text: str) -> None:
    """Titles, sections, remarks and reasons of any kind, read, listed, decided, told and put into both tables."""
    chat = Chat.begin()
    await associate(chat)
    ona = await somebody(chat, "Ona", "k1")
    rita = await somebody(chat, "Rita", "LKA", "secretariat")
    sections = tuple(Section(f"{n}", text[:200], text) for n in range(1, 14))
    await opened(chat, title=Words(text[:120]), sections=sections, others_shown=True)
    for owner, member in (("k1", "n1"), ("k2", "n9")):
        said = Position(remark=text[:3000], proposal=text[:3000])
        await chat.store.consultations.say("t1", "1", 0, owner, member, said, chat.now)
    await everything(
        ona,
        "/konsultacijos",
        "/konsultacija t1 p2",
        "/skyrius t1 1",
        "/skyrius t1 2",
        "/kiti t1 1",
        "/pastaba t1 1",
        "/siulyti t1 2",
        "/pritarti t1 1",
        "/pradzia",
    )
    await everything(
        rita, "/konsultacija t1", "/pastabos t1", "/pastabos t1 1", "/spresti r1", "/spresti r1 rejected"
    )
    await rita.submits("decide r1 rejected", {"reason": f"Nes {text}"[:1500]})
    shown(rita.last)
    await everything(rita, "/pastabu_lentele t1 docx", "/pastabu_lentele t1 xlsx", "/istorija")
    await chat.store.consultations.close("t1", chat.by())
    await chat.store.consultations.publish("t1", 3, chat.by())
    await notice(chat.store, chat.now)
    told = [s for s in await chat.store.sendings.all() if s.kind in ("decisions", "consultationclosed")]
    for sending in told:
        for delivery in await chat.store.sendings.deliveries(sending.id):
            reply = await chat.dispatch.compose(
                sending, delivery, await chat.store.members.get(delivery.recipient)
            )
            assert reply is not None
            shown(reply)
    assert [sending.kind for sending in told] == ["consultationclosed", "decisions"]
    await chat.store.close()
