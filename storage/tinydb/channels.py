"""Working groups' channels in the embedded store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from storage.audit import By
from storage.channels import Channel
from storage.errors import Changed
from storage.tinydb import trail
from storage.tinydb.records import Records
from storage.tinydb.tables import Change, Tables

T = TypeVar("T")

_UNDER_WAY = ("queued", "sending", "uncertain")


class ChannelsTable:
    """See storage.channels.Channels."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._records = Records(tables, "channels", "g", Channel)

    async def get(self, id: str) -> Channel | None:
        return self._records.get(id)

    async def all(self) -> tuple[Channel, ...]:
        return self._records.all()

    async def connect(self, group: str, platform: str, address: str, by: By) -> Channel:
        def verb(tx: Change) -> Channel:
            done = trail.repeated(tx, by, "channels.connect")
            if done is not None:
                return self._records.expect(tx, done)
            there = self._at(tx, platform, address)
            if there is not None and there.group != group:
                raise Changed(there)
            known = next((c for c in self._staged(tx) if (c.group, c.platform) == (group, platform)), None)
            if known is not None and known.address == address and not known.unreachable:
                return known
            kept = (
                self._records.add(tx, lambda id: Channel(id, group, platform, address, by.at, by.who))
                if known is None
                else self._records.put(tx, Channel(known.id, group, platform, address, by.at, by.who))
            )
            trail.entry(tx, by, "channels.connect", kept.id)
            trail.carried_out(tx, by, "channels.connect", kept.id)
            return kept

        return await self._commit(verb)

    async def disconnect(self, id: str, by: By) -> Channel:
        def verb(tx: Change) -> Channel:
            kept = self._records.expect(tx, id)
            if not kept.connected or trail.repeated(tx, by, "channels.disconnect", id) is not None:
                return kept
            trail.entry(tx, by, "channels.disconnect", id)
            trail.carried_out(tx, by, "channels.disconnect", id, id)
            return self._records.put(tx, replace(kept, address="", unreachable=""))

        return await self._commit(verb)

    async def lost(self, id: str, address: str, why: str) -> Channel:
        def verb(tx: Change) -> Channel:
            kept = self._records.expect(tx, id)
            if kept.address != address or kept.unreachable == why:
                return kept
            return self._records.put(tx, replace(kept, unreachable=why))

        return await self._commit(verb)

    async def moved(self, platform: str, old: str, new: str) -> None:
        def verb(tx: Change) -> None:
            kept = self._at(tx, platform, old)
            if kept is None:
                return
            taken = self._at(tx, platform, new) is not None
            self._records.put(tx, replace(kept, address="" if taken else new))
            for number, doc in list(tx.find("deliveries", "recipient", kept.id)):
                if doc["state"] in _UNDER_WAY and doc["address"] == old:
                    tx.put("deliveries", number, {**doc, "address": new})

        await self._commit(verb)

    def _staged(self, tx: Change) -> list[Channel]:
        return [self._records.expect(tx, self._records.id(number)) for number, _ in tx.all("channels")]

    def _at(self, tx: Change, platform: str, address: str) -> Channel | None:
        """The channel that this chat is, or None."""
        return next((c for c in self._staged(tx) if (c.platform, c.address) == (platform, address)), None)

    async def _commit(self, verb: Callable[[Change], T]) -> T:
        done = await self._tables.write(verb)
        self._records.changed()
        return done
