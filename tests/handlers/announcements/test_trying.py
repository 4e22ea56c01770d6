"""A test that an author sends to themselves, as transcripts."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

from bot.outbox import Outbox, Rules
from handlers.chat import Answers, File
from storage.members import ChangedMember, Reach
from tests.conversation import Chat, Someone, labels
from tests.handlers.announcements.announcing import TEXT, members, sending, settled
from tests.postman import Postman

FORM: Answers = {
    "lt": TEXT,
    "en": "We meet on Monday",
    "audience": ("all",),
    "exclude": (),
    "at": "",
    "acknowledge": "yes",
    "urgent": "",
}


async def on_slack_too(chat: Chat, id: str) -> None:
    """That member has a Slack account besides."""
    member = await chat.store.members.get(id)
    assert member is not None
    accounts = (*member.person.accounts, Reach("slack", "U1"))
    changed = ChangedMember(member.id, member.version, replace(member.person, accounts=accounts))
    await chat.store.members.take_over((changed,), chat.by())


async def test_its_author_gets_it_everywhere_and_nobody_else(chat: Chat, rūta: Someone) -> None:
    """On each platform, in each language it has, marked in the first line, with the files; members get nothing, and
    what waits stays to be sent."""
    await members(chat, "Ada")
    await on_slack_too(chat, "n1")
    file = await chat.store.announcements.attach("tvarka.pdf", "application/pdf", b"%PDF", chat.now)
    shown = await rūta.submits("announce", {**FORM, "files": (file,)})
    assert "siunčiamas tik jums: Telegram ir Slack" in (await rūta.presses("Išbandyti su savimi")).plain
    telegram, slack = Postman(), Postman("slack")
    outbox = Outbox(
        chat.store,
        (telegram, slack),
        chat.dispatch.compose,
        lambda: chat.now,
        Rules({"telegram": 1000.0, "slack": 1000.0}),
    )
    task = asyncio.create_task(outbox.run())
    try:
        for id in ("s1", "s2"):
            assert await settled(chat, id) == ["sent", "sent"]
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    lithuanian = "Bandymas: tai matote tik jūs.\n" + TEXT.replace("\n\n", "\n")
    english = "A test: only you see this.\nWe meet on Monday"
    for postman, address in ((telegram, "chat-uRūta"), (slack, "U1")):
        assert sorted(postman.arrived[address]) == sorted([lithuanian, english, "tvarka.pdf", "tvarka.pdf"])
        assert set(postman.arrived) == {address}
        assert all(
            reply.files == (File("tvarka.pdf", "application/pdf", b"%PDF"),) for reply in postman.replies
        )
    await rūta.presses("Siųsti", of=shown)
    assert [s.kind for s in await chat.store.sendings.all()] == ["test", "test", "announcement"]


async def drafts_command(chat: Chat) -> str:
    """What Rūta has in hand."""
    draft = await chat.store.conversation.draft("n1")
    return draft.command if draft else ""


async def test_its_buttons_do_nothing(chat: Chat, rūta: Someone) -> None:
    """What members press to confirm is there, and says that this is a test; it is nobody's latest announcement."""
    [ada] = await members(chat, "Ada")
    await rūta.submits("announce", {**FORM, "en": ""})
    await rūta.presses("Išbandyti su savimi")
    postman = Postman()
    async with sending(chat, postman):
        await settled(chat)
    [reply] = postman.replies
    assert labels(reply) == ["Perskaičiau", "Atsakyti", "Kodėl tai gavau?"]
    for label in ("Perskaičiau", "Atsakyti"):
        assert "mygtukai nieko nedaro" in (await rūta.presses(label, of=reply)).plain
    assert await drafts_command(chat) == "announce", "the announcement stays in hand"
    assert "bandymas, kurį autorius" in (await rūta.presses("Kodėl tai gavau?", of=reply)).plain
    assert "ne jums" in (await ada.presses("Perskaičiau", of=reply)).plain
    [delivery] = await chat.store.sendings.deliveries("s1")
    assert delivery.acknowledged is None and await chat.store.conversation.told("s1") == ()
    assert "dar nieko neskelbė" in (await rūta.says("/skelbimai")).plain
    assert "Dar niekas nesiųsta" in (await rūta.says("/siuntimas")).plain


async def test_nothing_is_tested_where_there_is_nothing(chat: Chat, rūta: Someone) -> None:
    """Without an announcement in hand, or an account that can be sent to, it is said why."""
    assert "Nėra ko išbandyti" in (await rūta.says("/isbandyti")).plain
    await rūta.says("/skelbti")
    assert "Nėra ko išbandyti" in (await rūta.says("/isbandyti")).plain, "the form is not filled in"
    vita = await chat.member("Vita", "secretariat", platform="page")
    await vita.submits("announce", FORM)
    assert "jūsų paskyra su jais nesusieta" in (await vita.presses("Išbandyti su savimi")).plain
    assert await chat.store.sendings.all() == ()
