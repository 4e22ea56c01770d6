"""What the transcripts of announcements share: who announces, to whom, and the outbox at work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from bot.dispatch import Policy
from bot.outbox import Outbox, Rules
from handlers.chat import Reply
from storage.sendings import DeliveryState
from tests.conversation import Chat, Someone
from tests.patience import PATIENCE
from tests.postman import Postman

TEXT = "Susitinkame pirmadienį\n\nPosėdis vyks 10 val. ministerijoje."


def begin() -> Chat:
    """Announcements to more than three need a second person."""
    return Chat.begin(policy=Policy(approve_over=3))


async def secretary(chat: Chat, name: str = "Rūta") -> Someone:
    """Somebody of the secretariat who has written to the bot."""
    who = await chat.member(name, "secretariat")
    await who.says("labas")
    return who


async def members(chat: Chat, *names: str) -> list[Someone]:
    """Members who have written to the bot, so that it knows where."""
    people = [await chat.member(name) for name in names]
    for person in people:
        await person.says("labas")
    return people


async def announces(rūta: Someone, text: str = TEXT, en: str = "", **more: str) -> Reply:
    """The secretariat fills the form in and presses Send."""
    await rūta.submits(
        "announce",
        {
            "lt": text,
            "en": en,
            "audience": ("all",),
            "exclude": (),
            "at": "",
            "acknowledge": "no",
            "urgent": "",
            **more,
        },
    )
    return await rūta.presses("Siųsti")


@asynccontextmanager
async def sending(chat: Chat, postman: Postman) -> AsyncIterator[Outbox]:
    """The outbox at work."""
    outbox = Outbox(
        chat.store, (postman,), chat.dispatch.compose, lambda: chat.now, Rules({"telegram": 1000.0})
    )
    chat.dispatch.changed = outbox.wake
    task = asyncio.create_task(outbox.run())
    try:
        yield outbox
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def settled(chat: Chat, id: str = "s1") -> list[DeliveryState]:
    """The states of its deliveries once nothing is under way."""
    async with asyncio.timeout(PATIENCE):
        while True:
            states = [d.state for d in await chat.store.sendings.deliveries(id)]
            if not {"queued", "sending"} & set(states):
                return states
            await asyncio.sleep(0.005)
