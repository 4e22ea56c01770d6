"""A draft, the association that is asked about it, and a secretary who sends it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from bot.outbox import Outbox, Rules
from bot.schedule import notice
from handlers.chat import Attachment, Reply
from storage.consultations import Consultation, Plan, Section
from storage.words import Words
from tests.conversation import NOW, Chat, Someone
from tests.postman import Postman, quiet

CLOSES = NOW + timedelta(days=11, hours=7)  # Monday, 5 October, 17:00 in Vilnius
MARKDOWN = """# Klasterių koncepcija

## 1. Tikslai

Stiprinti **klasterius**.

### 1.1. Uždaviniai

- Telkti įmones
- Skatinti eksportą

## 2. Lėšos

Lėšų poreikis – 6 mln. Eur.
"""
PLAN = Plan(
    "koncepcija",
    Words("Klasterių koncepcija", "The clusters' concept"),
    (
        Section("1", "Tikslai", "Stiprinti klasterius."),
        Section("1.1", "Uždaviniai", "• Telkti įmones\n• Skatinti eksportą"),
        Section("2", "Lėšos", "Lėšų poreikis – 6 mln. Eur."),
    ),
    CLOSES,
)


async def opened(chat: Chat, plan: Plan = PLAN, **changes: object) -> Consultation:
    """The consultation in the store, open."""
    made = await chat.store.consultations.add(replace(plan, **changes), chat.by())  # type: ignore[arg-type]
    return await chat.store.consultations.open(made.id, made.version, chat.by())


async def drops(someone: Someone, name: str, content: bytes) -> Reply:
    """Sends a file without words."""

    async def read() -> bytes:
        return content

    file = Attachment(name, "application/octet-stream", len(content), read)
    return await someone.chat.deliver(someone, "", False, files=(file,))


async def sent(chat: Chat) -> dict[str, list[str]]:
    """What leaves when the schedule has looked and the outbox has worked, by chat."""
    await notice(chat.store, chat.now)
    postman = Postman()
    outbox = Outbox(
        chat.store, (postman,), chat.dispatch.compose, lambda: chat.now, Rules({"telegram": 1000.0})
    )
    task = asyncio.create_task(outbox.run())
    await quiet(chat.store, postman)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return {where: texts for where, texts in postman.arrived.items() if texts}
