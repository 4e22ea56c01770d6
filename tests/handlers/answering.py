"""What the tests of the inbox share: an announcement that has arrived, the outbox at work, the schedule asked."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from bot import schedule
from bot.outbox import Outbox, Rules
from storage.sendings import Delivery, NewSending
from tests.conversation import Chat, Someone
from tests.postman import Postman, quiet

TEXT = "Susitinkame pirmadienį\n\nPosėdis vyks 10 val. ministerijoje."


async def announced(chat: Chat, *people: Someone, kind: str = "announcement", **content: str) -> list[str]:
    """An announcement that these people have got; the ids of its messages, in their order."""
    chat.events += 1
    new = NewSending(kind, f"{kind} {chat.events}", {"lt": TEXT, "en": "", **content}, chat.now)
    members = [await chat.store.members.of_account(one.account.platform, one.account.user) for one in people]
    sending = await chat.store.sendings.open(new, tuple(m.id for m in members if m), chat.by())
    messages = []
    for one, delivery in zip(people, await chat.store.sendings.deliveries(sending.id), strict=True):
        await chat.store.sendings.claim(delivery.id, one.account.platform, _place(one), 1, chat.now)
        await chat.store.sendings.accepted(delivery.id, f"message-{delivery.id}", chat.now)
        messages.append(f"message-{delivery.id}")
    return messages


def _place(one: Someone) -> str:
    return f"chat-{one.account.user}"


async def sends(chat: Chat, postman: Postman) -> list[Delivery]:
    """Asks the schedule what is due, lets the outbox work until nothing more leaves now, and returns what is left."""
    await schedule.notice(chat.store, chat.now)
    rules = Rules({"telegram": 1000.0})
    outbox = Outbox(chat.store, (postman,), chat.dispatch.compose, lambda: chat.now, rules)
    task = asyncio.create_task(outbox.run())
    try:
        await quiet(chat.store, postman)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    return list(await chat.store.sendings.in_state("queued"))
