"""What has gone out is changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.schedule import notice
from storage.sendings import Delivery
from tests.bot.outgoing import Stumbling, all_are, announced, called, deliveries, sending, told, until
from tests.conversation import Chat
from tests.patience import PATIENCE
from tests.postman import Postman


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """An association with a call that closes on 30 October."""
    async with called() as chat:
        yield chat


async def test_progress_is_one_message_that_changes_itself(chat: Chat) -> None:
    """Its author sees how far it is, in the same message, until everybody has it."""
    rūta = await chat.member("Rūta", "secretariat")
    await announced(chat, rūta, 12, approve_over=100)
    chat.passes(minutes=2)
    await notice(chat.store, chat.now)
    telegram = Postman()
    async with sending(chat, telegram):
        await until(chat, all_are("sent"))
        mine = telegram.arrived["chat-uRūta"]
        async with asyncio.timeout(PATIENCE):
            while not any("išsiųsta: 13" in text for text in mine):
                await asyncio.sleep(0.01)
    assert sum("Posėdis perkeliamas" in text for text in mine) == 2, "the announcement and its progress"
    assert await notice(chat.store, chat.now) == 0


@pytest.mark.parametrize(("verb", "taken_back"), [("edit", False), ("delete", True)])
async def test_what_cannot_be_changed_keeps_no_other_from_it(
    chat: Chat, verb: str, taken_back: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Put right or taken back, the others' messages are; the one that stumbles is tried again until it is, too."""
    monkeypatch.setattr("bot.outbox.LOOKS", 0.02)
    await told(chat, "Ada", "Jonas")
    telegram = Stumbling(verb)
    async with sending(chat, telegram) as outbox:
        await until(chat, all_are("sent"))
        if taken_back:
            await chat.store.sendings.turn("s1", "recalled", "", chat.by())
        else:
            await chat.store.sendings.change("s1", 1, {"lt": "Posėdis neįvyks"}, chat.by())
        outbox.wake()

        def done(found: tuple[Delivery, ...], *who: str) -> bool:
            return all(
                d.why == "recalled" if taken_back else d.seen == 2 for d in found if d.recipient in who
            )

        await until(chat, lambda found: done(found, "n2"))
        async with asyncio.timeout(PATIENCE):
            while telegram.asked.count(f"{verb} chat-uAda") < 2:
                await asyncio.sleep(0.005)
        assert not done(await deliveries(chat), "n1")
        telegram.verbs = ()
        await until(chat, lambda found: done(found, "n1", "n2"))
    assert telegram.arrived["chat-uAda"] == ([] if taken_back else ["Posėdis neįvyks"])
