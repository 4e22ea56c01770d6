"""An outbox at work, what it has to send, and a platform that stumbles over its own program."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from bot.outbox import OnUnknown, Outbox, Rules
from bot.schedule import notice
from handlers.chat import Answers, Reply
from storage.sendings import Delivery, DeliveryState, NewSending
from tests.conversation import Chat, Someone, moment
from tests.patience import PATIENCE
from tests.postman import Postman


@asynccontextmanager
async def called() -> AsyncIterator[Chat]:
    """An association with a call that closes on 30 October."""
    chat = Chat.begin()
    await chat.associate()
    await chat.call("Inoklaster LT", measure="Inoklaster LT", closes=moment("2026-10-30 16:00"))
    yield chat
    await chat.store.close()


@asynccontextmanager
async def sending(
    chat: Chat, *postmen: Postman, on_unknown: OnUnknown = "ask", pause: int = 20
) -> AsyncIterator[Outbox]:
    """The outbox at work, as fast as it can."""
    rules = Rules({p.name: 1000.0 for p in postmen}, 4, on_unknown, pause, follows=0.01)
    outbox = Outbox(chat.store, postmen, chat.dispatch.compose, lambda: chat.now, rules)
    task = asyncio.create_task(outbox.run())
    try:
        yield outbox
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def deliveries(chat: Chat) -> tuple[Delivery, ...]:
    """Of every sending there is."""
    found = [await chat.store.sendings.deliveries(s.id) for s in await chat.store.sendings.all()]
    return tuple(d for some in found for d in some)


async def until(chat: Chat, holds: Callable[[tuple[Delivery, ...]], object]) -> tuple[Delivery, ...]:
    """Waits for the deliveries to be so."""
    async with asyncio.timeout(PATIENCE):
        while not holds(found := await deliveries(chat)):
            await asyncio.sleep(0.005)
    return found


def all_are(*states: DeliveryState) -> Callable[[tuple[Delivery, ...]], bool]:
    return lambda found: bool(found) and all(d.state in states for d in found)


async def heard(chat: Chat, *names: str) -> list[Someone]:
    """Members who asked until when, and were told."""
    people = [await chat.member(name) for name in names]
    for person in people:
        assert "spalio 30 d., 16:00" in (await person.says("iki kada inoklaster?")).plain
    return people


async def postponed(chat: Chat) -> Someone:
    """The secretariat postpones the call, at the association's request."""
    rūta = await chat.member("Rūta", "secretariat")
    await rūta.says("/atideti c1")
    await rūta.fills_in(reason="asociacijos siūlymu", asked_by="Lietuvos klasterių asociacija")
    confirm = next(b.label for row in rūta.last.buttons for b in row if b.command.startswith("apply"))
    await rūta.presses(confirm)
    return rūta


async def opened(chat: Chat, *names: str) -> Postman:
    """A notice to these members, queued."""
    await heard(chat, *names)
    await postponed(chat)
    chat.passes(minutes=11)
    await notice(chat.store, chat.now)
    return Postman()


async def announced(chat: Chat, author: Someone, count: int, approve_over: int) -> None:
    """An announcement to so many members besides, handed in by its author."""
    for number in range(count):
        await (await chat.member(f"Narys {number}")).says("labas")
    chat.dispatch.policy = replace(chat.dispatch.policy, approve_over=approve_over)
    answers: Answers = {
        "lt": "Posėdis perkeliamas",
        "en": "",
        "audience": ("all",),
        "exclude": (),
        "at": "",
        "acknowledge": "no",
        "urgent": "",
    }
    await author.submits("announce", answers)
    await author.presses("Siųsti")


class Stumbling(Postman):
    """A platform whose adapter has a mistake: what it is asked for one of its chats raises what is no outcome."""

    def __init__(self, *verbs: str, of: str = "chat-uAda", finds: bool = False) -> None:
        super().__init__(finds=finds)
        self.verbs, self.of = verbs, of
        self.asked: list[str] = []

    def _does(self, verb: str, address: str) -> None:
        self.asked.append(f"{verb} {address}")
        if verb in self.verbs and address == self.of:
            raise KeyError("a field that the platform left out")

    async def send(self, address: str, part: str, key: str) -> str:
        sent = await super().send(address, part, key)
        self._does("send", address)
        return sent

    async def edit(self, address: str, message: str, part: str) -> None:
        self._does("edit", address)
        await super().edit(address, message, part)

    async def delete(self, address: str, message: str) -> None:
        self._does("delete", address)
        await super().delete(address, message)

    async def look_up(self, address: str, key: str) -> str | None:
        self._does("look_up", address)
        return await super().look_up(address, key)

    def render(self, reply: Reply) -> tuple[str, ...]:
        if "render" in self.verbs and "Ada" in reply.plain:
            raise KeyError("a block of an older version")
        return super().render(reply)


async def told(chat: Chat, *names: str) -> None:
    """An announcement to these members, on its way."""
    for name in names:
        await (await chat.member(name)).says("labas")
    new = NewSending("announcement", "announcement 1", {"lt": "Posėdis perkeliamas"}, chat.now)
    await chat.store.sendings.open(new, tuple(f"n{i}" for i, _ in enumerate(names, 1)), chat.by())
