"""What is known of each row: its parts, composed once for all of them, and what became of them, on disk before the next
is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Literal

from bot.lanes import Lane
from bot.logs import events
from handlers.chat import Reply
from storage.audit import By
from storage.conversation import Told
from storage.errors import Changed, StoreError
from storage.members import Member
from storage.sendings import Delivery, Sending
from storage.store import Store

log = events("outbox")

UNFORESEEN = "something unforeseen happened"
"""Why a delivery is uncertain whose platform stumbled over its own program: nobody knows how far it had come."""

Compose = Callable[[Sending, Delivery, Member | None], Awaitable[Reply | None]]


class Records:
    """Every outcome of a row goes through here. `patience` is after how many failures in a row a sending is paused."""

    def __init__(self, store: Store, compose: Compose, clock: Callable[[], datetime], patience: int) -> None:
        self._store = store
        self._compose = compose
        self._clock = clock
        self._patience = patience
        self._parts: dict[str, tuple[Any, ...]] = {}
        self._facts: dict[str, Reply] = {}

    async def rendered(self, lane: Lane, sending: Sending, delivery: Delivery) -> tuple[Any, ...]:
        """Its parts, composed once for all of them; none when there is nothing to say any more."""
        if delivery.id not in self._parts:
            member = await self._store.members.get(delivery.recipient)
            reply = await self._compose(sending, delivery, member)
            if reply is None:
                return ()
            self._facts[delivery.id] = reply
            self._parts[delivery.id] = lane.platform.render(reply)
        return self._parts[delivery.id]

    async def accepted(self, id: str, message: str, of: int, lane: Lane) -> None:
        """One part has gone out, as that message; after the last of them, what they told."""
        now = self._clock()
        delivery = await self._store.sendings.delivery(id)
        last = delivery is not None and len(delivery.parts) + 1 >= of
        told: tuple[Told, ...] = ()
        if delivery is not None and last and id in self._facts:
            sending = await self._store.sendings.get(delivery.sending)
            how = sending.kind if sending else "push"
            told = tuple(
                Told(delivery.recipient, f.subject, f.field, f.version, now, how)
                for f in self._facts[id].told
            )
        await self._store.sendings.accepted(id, message, now, told)
        if last:
            self.forget(id)
        else:
            lane.enqueue(id)

    async def put_off(self, delivery: Delivery, why: str) -> None:
        """It waits, and what nobody has of it yet is composed anew: the day or the facts may be others by then."""
        await self._store.sendings.put_off(delivery.id, why, self._clock())
        if not delivery.parts:
            self.forget(delivery.id)

    async def end(self, delivery: Delivery, state: Literal["failed", "skipped"], why: str) -> None:
        """The row is done with; it may have ended otherwise meanwhile."""
        try:
            await self._store.sendings.end(delivery.id, state, why, self._clock())
        except Changed:
            pass
        self.forget(delivery.id)

    async def spoilt(self, id: str) -> None:
        """It ends as failed, where the secretariat sees it; while nothing can be written it waits."""
        try:
            delivery = await self._store.sendings.delivery(id)
            if delivery is not None:
                await self.end(delivery, "failed", "it could not be made")
        except StoreError as error:
            log.error("a delivery could not be recorded", why=str(error))

    async def in_doubt(self, id: str) -> None:
        """Whatever went wrong, it does not stay *sending* until a restart: a person decides."""
        try:
            found = await self._store.sendings.delivery(id)
            if found is not None and found.state == "sending":
                await self._store.sendings.end(id, "uncertain", UNFORESEEN, self._clock())
        except StoreError as error:
            log.error("a delivery could not be recorded", why=str(error))

    async def count(self, lane: Lane, sending: Sending, why: str) -> None:
        """Too many failures in a row pause the sending: somebody has to look."""
        lane.failures[sending.id] = lane.failures.get(sending.id, 0) + 1
        if lane.failures[sending.id] >= self._patience:
            lane.failures.pop(sending.id)
            by = By("operator", self._clock(), f"pause {sending.id}")
            await self._store.sendings.turn(sending.id, "paused", why, by)
            log.error("a sending is paused", sending=sending.id, why=why)

    def forget(self, id: str) -> None:
        """It is composed anew the next time."""
        self._parts.pop(id, None)
        self._facts.pop(id, None)
