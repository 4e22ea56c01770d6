"""Sendings and their deliveries in the embedded store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from storage.audit import By
from storage.conversation import Told
from storage.errors import Changed
from storage.sendings import (
    WITHIN,
    Delivery,
    DeliveryState,
    Ended,
    NewSending,
    Sending,
    SendingState,
)
from storage.tinydb import outgoing, trail
from storage.tinydb.conversation import keep_told
from storage.tinydb.tables import Change, Tables

T = TypeVar("T")

_LIVE: tuple[DeliveryState, ...] = ("queued", "sending", "uncertain")


class SendingsTable:
    """See storage.sendings.Sendings."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._sendings = outgoing.sendings(tables)
        self._deliveries = outgoing.deliveries(tables)

    async def get(self, id: str) -> Sending | None:
        return self._sendings.get(id)

    async def all(self) -> tuple[Sending, ...]:
        return self._sendings.all()

    async def of_key(self, key: str) -> Sending | None:
        return next(iter(self._sendings.find("key", key)), None)

    async def deliveries(self, sending: str) -> tuple[Delivery, ...]:
        return self._deliveries.find("sending", sending)

    async def delivery(self, id: str) -> Delivery | None:
        return self._deliveries.get(id)

    async def of_message(self, platform: str, address: str, message: str) -> Delivery | None:
        found = self._deliveries.find("message", message_key(platform, address, message))
        return found[-1] if found else None

    async def to(self, recipient: str) -> tuple[Delivery, ...]:
        return self._deliveries.find("recipient", recipient)

    async def in_state(self, state: DeliveryState) -> tuple[Delivery, ...]:
        return self._deliveries.find("state", state) if state in _LIVE else ()

    async def open(
        self, sending: NewSending, recipients: tuple[str, ...], by: By, *, held: bool = False
    ) -> Sending:
        def verb(tx: Change) -> Sending:
            return outgoing.opened(tx, self._tables, sending, recipients, by, held=held)

        return await self._commit(verb)

    async def change(self, id: str, seen: int, content: Mapping[str, Any], by: By) -> Sending:
        def verb(tx: Change) -> Sending:
            if trail.repeated(tx, by, "sendings.change", id) is not None:
                return self._sendings.expect(tx, id)
            kept = self._sendings.expect(tx, id, seen)
            if content == kept.content:
                return kept
            trail.entry(tx, by, "sendings.change", id)
            trail.carried_out(tx, by, "sendings.change", id, id)
            return self._sendings.put(tx, replace(kept, content=content, version=kept.version + 1))

        return await self._commit(verb)

    async def turn(self, id: str, state: SendingState, why: str, by: By) -> Sending:
        def verb(tx: Change) -> Sending:
            kept = self._sendings.expect(tx, id)
            if kept.state == "recalled" or (kept.state, kept.why) == (state, why):
                return kept
            trail.entry(tx, by, f"sendings.{state}", id)
            return self._sendings.put(tx, replace(kept, state=state, why=why))

        return await self._commit(verb)

    async def claim(self, id: str, platform: str, address: str, of: int, at: datetime) -> Delivery:
        def verb(tx: Change) -> Delivery:
            delivery = self._expect(tx, id, ("queued",))
            sending = self._sendings.expect(tx, delivery.sending)
            if sending.state != "open":
                raise Changed(delivery)
            return self._deliveries.put(
                tx,
                replace(
                    delivery,
                    state="sending",
                    platform=platform,
                    address=address,
                    of=of,
                    seen=sending.version,
                    why="",
                    at=at,
                ),
            )

        return await self._tables.write(verb)

    async def accepted(self, id: str, message: str, at: datetime, told: tuple[Told, ...] = ()) -> Delivery:
        def verb(tx: Change) -> Delivery:
            delivery = self._expect(tx, id, ("sending", "uncertain"))
            parts = (*delivery.parts, message)
            whole = len(parts) >= delivery.of
            if whole:
                keep_told(tx, told)
            state: DeliveryState = "sent" if whole else "queued"
            return self._deliveries.put(tx, replace(delivery, state=state, parts=parts, why="", at=at))

        return await self._tables.write(verb)

    async def put_off(self, id: str, why: str, at: datetime) -> Delivery:
        def verb(tx: Change) -> Delivery:
            delivery = self._expect(tx, id, ("sending", "uncertain"))
            return self._deliveries.put(tx, replace(delivery, state="queued", why=why, at=at))

        return await self._tables.write(verb)

    async def end(self, id: str, state: Ended, why: str, at: datetime) -> Delivery:
        def verb(tx: Change) -> Delivery:
            delivery = self._expect(tx, id, _LIVE)
            if delivery.state != "uncertain" and state != "uncertain":
                for one in self._within(tx, id):
                    self._deliveries.put(tx, replace(one, state="queued", why="", at=at, within=""))
            return self._deliveries.put(tx, replace(delivery, state=state, why=why, at=at))

        return await self._tables.write(verb)

    async def carry(self, id: str, others: tuple[str, ...], at: datetime) -> tuple[Delivery, ...]:
        def verb(tx: Change) -> tuple[Delivery, ...]:
            carrier = self._expect(tx, id, ("queued",))
            for other in others:
                one = self._deliveries.expect(tx, other)
                if other != id and one.state == "queued" and one.recipient == carrier.recipient:
                    self._deliveries.put(tx, replace(one, state="skipped", why=WITHIN, at=at, within=id))
            return self._within(tx, id)

        return await self._tables.write(verb)

    async def again(self, id: str, by: By) -> Delivery:
        def verb(tx: Change) -> Delivery:
            if trail.repeated(tx, by, "sendings.again", id) is not None:
                return self._deliveries.expect(tx, id)
            delivery = self._expect(tx, id, ("uncertain", "failed"))
            trail.entry(tx, by, "sendings.again", delivery.sending)
            trail.carried_out(tx, by, "sendings.again", id, id)
            return self._deliveries.put(tx, replace(delivery, state="queued", why="", at=by.at))

        return await self._tables.write(verb)

    async def amended(self, id: str, seen: int, why: str, at: datetime) -> Delivery:
        def verb(tx: Change) -> Delivery:
            delivery = self._deliveries.expect(tx, id)
            return self._deliveries.put(tx, replace(delivery, seen=seen, why=why, at=at))

        return await self._tables.write(verb)

    async def interrupted(self, at: datetime) -> tuple[Delivery, ...]:
        if not self._tables.find("deliveries", "state", "sending"):
            return ()

        def verb(tx: Change) -> tuple[Delivery, ...]:
            left = tuple(
                self._deliveries.id(number) for number, _ in tx.find("deliveries", "state", "sending")
            )
            return tuple(
                self._deliveries.put(
                    tx, replace(self._deliveries.expect(tx, id), state="uncertain", why="interrupted", at=at)
                )
                for id in left
            )

        return await self._tables.write(verb)

    async def acknowledge(self, id: str, at: datetime) -> Delivery:
        def verb(tx: Change) -> Delivery:
            delivery = self._deliveries.expect(tx, id)
            if delivery.acknowledged is not None:
                return delivery
            return self._deliveries.put(tx, replace(delivery, acknowledged=at))

        return await self._tables.write(verb)

    def _within(self, tx: Change, id: str) -> tuple[Delivery, ...]:
        """Those that come with that one."""
        found = tx.find("deliveries", "within", id)
        return tuple(self._deliveries.expect(tx, self._deliveries.id(number)) for number, _ in found)

    def _expect(self, tx: Change, id: str, states: tuple[DeliveryState, ...]) -> Delivery:
        delivery = self._deliveries.expect(tx, id)
        if delivery.state not in states:
            raise Changed(delivery)
        return delivery

    def changed(self) -> None:
        """One was opened within another verb's commit."""
        self._sendings.changed()

    async def _commit(self, verb: Callable[[Change], T]) -> T:
        done = await self._tables.write(verb)
        self._sendings.changed()
        return done


def message_key(platform: object, address: object, message: object) -> str:
    """A message by where it went; Telegram numbers each chat's own."""
    return f"{platform} {address} {message}"
