"""What has gone out is changed: put right, taken back, or kept up to date as a progress message."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.lanes import Lane, clock
from bot.logs import events, place
from bot.platform import Down, Outcome, TryLater, Unknown
from bot.recording import Compose
from storage.errors import StoreError
from storage.sendings import Delivery, Sending
from storage.store import Store

log = events("outbox")

MENDED = timedelta(days=7)
"""How long after its due time an announcement can be put right or taken back."""
FOLLOWED = timedelta(days=1)
"""How long a progress message changes itself."""
DONE = "done"
LONGER = "the corrected text takes more messages"
"""Why a message stays as it was: a correction puts no new ones in between."""


class Mending:
    """Edits and deletes the messages of the deliveries that were sent."""

    def __init__(
        self, store: Store, compose: Compose, clock: Callable[[], datetime], lanes: Mapping[str, Lane]
    ) -> None:
        self._store = store
        self._compose = compose
        self._clock = clock
        self._lanes = lanes
        self._stumbled: dict[str, str] = {}

    async def mend(self) -> None:
        """What was put right or taken back after it had gone out: its messages are changed or deleted."""
        now = self._clock()
        for sending in await self._store.sendings.all():
            if sending.kind != "announcement" or sending.due < now - MENDED:
                continue
            for delivery in await self._store.sendings.deliveries(sending.id):
                lane = self._lanes.get(delivery.platform)
                outdated = delivery.seen < sending.version or (
                    sending.state == "recalled" and delivery.why != "recalled"
                )
                if delivery.state == "sent" and outdated and lane is not None:
                    try:
                        await self._amend(lane, sending, delivery)
                    except StoreError:
                        raise
                    except Exception as error:  # the others are changed, and this one is tried again
                        self.stumbles(delivery.id, error)

    async def _amend(self, lane: Lane, sending: Sending, delivery: Delivery) -> None:
        """One person's messages: deleted, or changed to what the sending says now. What the platform does not allow any
        more stays as it is, and the row says why."""
        recalled = sending.state == "recalled"
        why = "recalled" if recalled else ""
        parts: tuple[Any, ...] = ()
        if not recalled:
            member = await self._store.members.get(delivery.recipient)
            reply = await self._compose(sending, delivery, member)
            parts = lane.platform.render(reply) if reply is not None else ()
        if len(parts) > len(delivery.parts):  # half of it would be lost
            await self._store.sendings.amended(delivery.id, sending.version, LONGER, self._clock())
            return
        for number, message in enumerate(delivery.parts):
            await asyncio.sleep(lane.pacer.slot(delivery.address, clock()))
            try:
                if recalled:
                    await lane.platform.delete(delivery.address, message)
                elif number < len(parts):
                    await lane.platform.edit(delivery.address, message, parts[number])
                elif parts:
                    await lane.platform.delete(delivery.address, message)
            except (TryLater, Down, Unknown) as outcome:
                log.warning("a message was not changed yet", why=outcome.why)
                return
            except Outcome as outcome:
                why = outcome.why
        await self._store.sendings.amended(delivery.id, sending.version, why, self._clock())

    async def follow(self, every: float) -> None:
        """For ever, at every so many seconds: progress messages change themselves until what they follow is done."""
        shown: dict[str, tuple[Any, ...]] = {}
        while True:
            await asyncio.sleep(every)
            try:
                for sending in await self._store.sendings.all():
                    if sending.kind == "progress" and sending.due > self._clock() - FOLLOWED:
                        await self._refresh_safely(sending, shown)
            except StoreError as error:
                log.error("a progress message could not be changed", why=str(error))

    async def _refresh_safely(self, sending: Sending, shown: dict[str, tuple[Any, ...]]) -> None:
        try:
            await self._refresh(sending, shown)
        except StoreError:
            raise
        except Exception as error:  # the others are changed, and this one is tried again
            self.stumbles(sending.id, error)

    async def _refresh(self, sending: Sending, shown: dict[str, tuple[Any, ...]]) -> None:
        """Changes its messages when they would say something else now; for the last time when all is done."""
        of = await self._store.sendings.deliveries(str(sending.content["sending"]))
        done = not any(d.state in ("queued", "sending") for d in of)
        for delivery in await self._store.sendings.deliveries(sending.id):
            lane = self._lanes.get(delivery.platform)
            if lane is None or delivery.state != "sent" or delivery.why == DONE:
                continue
            member = await self._store.members.get(delivery.recipient)
            reply = await self._compose(sending, delivery, member)
            parts = lane.platform.render(reply) if reply is not None else ()
            try:
                if parts and parts != shown.get(delivery.id):
                    await asyncio.sleep(lane.pacer.slot(delivery.address, clock()))
                    await lane.platform.edit(delivery.address, delivery.parts[0], parts[0])
                    shown[delivery.id] = parts
            except (TryLater, Down, Unknown):
                continue
            except Outcome:
                done = True
            if done:
                await self._store.sendings.amended(delivery.id, sending.version, DONE, self._clock())

    def stumbles(self, part: str, error: Exception) -> None:
        """Something that nobody foresaw happened to what is tried again: logged, but not each time."""
        if self._stumbled.get(part) != place(error):
            self._stumbled[part] = place(error)
            log.exception("what has gone out could not be changed", part=part)
