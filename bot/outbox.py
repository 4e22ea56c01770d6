"""Delivery rows → sends: claim, pace, send, record; retry, pause, settle.

What happens to a part is on disk before and after it: *sending* before the platform is asked, its outcome before the
next. Whatever was *sending* when the program died is *uncertain*: a platform that can look it up is asked, otherwise a
person decides. Nothing is sent twice by itself, and nothing is forgotten.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.lanes import Lane, clock
from bot.logs import events
from bot.mending import Mending
from bot.pacing import COUNTED_BY_THE_MINUTE, Pacer
from bot.platform import Blocked, Down, Outcome, Platform, Refused, TryLater, Unknown
from bot.reaching import nowhere, reach
from bot.recording import UNFORESEEN, Compose, Records
from bot.settling import Settling, key
from handlers.calm import PER_DAY
from handlers.pushing import Calm, from_when
from storage.channels import is_channel
from storage.errors import Changed, Missing, StoreError
from storage.sendings import Delivery, Sending
from storage.store import Store

log = events("outbox")

LOOKS = 20.0
"""Seconds between looks for rows that nobody announced."""
SOON = 3600.0
"""Seconds after which a row that may not leave yet is looked at again: settings and hours may change."""

OnUnknown = Literal["ask", "resend"]


@dataclass(frozen=True, slots=True)
class Rules:
    """How it is sent: at most `in_flight` parts at once a platform, so many a second, what is done with an unknown
    outcome, after how many failures in a row a sending is paused, and how many pushes somebody is sent a day."""

    per_second: Mapping[str, float]
    in_flight: int = 8
    on_unknown: OnUnknown = "ask"
    pause_after_failures: int = 20
    follows: float = 5.0
    per_day: int = PER_DAY


class Outbox:
    """Sends what is queued, until it is stopped."""

    def __init__(
        self,
        store: Store,
        platforms: tuple[Platform[Any], ...],
        compose: Compose,
        clock: Callable[[], datetime],
        rules: Rules,
    ) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules
        self._lanes = {
            p.name: Lane(p, Pacer(rules.per_second[p.name]), asyncio.Semaphore(rules.in_flight))
            for p in platforms
            if p.name in rules.per_second
        }
        self._records = Records(store, compose, clock, rules.pause_after_failures)
        self._settling = Settling(store, self._records, clock, rules.on_unknown == "resend")
        self._mending = Mending(store, compose, clock, self._lanes)
        self._flying: set[asyncio.Task[None]] = set()
        self._look = asyncio.Event()
        self._going: set[str] = set()

    # Life

    async def run(self) -> None:
        """Settles what a crash left, then sends for ever."""
        await self._settling.settle(self._lanes)
        async with asyncio.TaskGroup() as tasks:
            for lane in self._lanes.values():
                tasks.create_task(self._drain(lane))
            tasks.create_task(self._watch())
            tasks.create_task(self._mending.follow(self._rules.follows))

    async def finish(self) -> None:
        """Lets what is in flight end."""
        if self._flying:
            await asyncio.wait(self._flying)

    def wake(self) -> None:
        """There is something new to send."""
        self._look.set()

    def spoke(self, platform: str, chat: str = "") -> None:
        """A reply has left on that platform, in that chat: pushes give way."""
        if lane := self._lanes.get(platform):
            lane.pacer.spoke(clock(), chat)

    @property
    def down(self) -> dict[str, str]:
        """The platforms that are paused because they refuse us, and why."""
        return {name: lane.down for name, lane in self._lanes.items() if lane.down}

    async def _watch(self) -> None:
        """Puts every queued row into the lane it belongs to, when told to and now and then by itself."""
        while True:
            self._look.clear()
            try:
                for delivery in await self._store.sendings.in_state("queued"):
                    try:
                        await self._place(delivery)
                    except StoreError:
                        raise
                    except Exception:
                        log.exception("a delivery could not be placed", delivery=delivery.id)
                        await self._records.spoilt(delivery.id)
                await self._mending.mend()
            except StoreError as error:
                log.error("the outbox could not be read", why=str(error))
            except Exception as error:
                self._mending.stumbles("mending", error)
            try:
                async with asyncio.timeout(LOOKS):
                    await self._look.wait()
            except TimeoutError:
                pass

    async def _place(self, delivery: Delivery) -> None:
        """Into the queue of the platform that its recipient is reached on; without one it fails, in words."""
        way = await reach(delivery, self._store, self._lanes)
        if way is None:
            await self._records.end(delivery, "failed", await nowhere(delivery, self._store))
            return
        self._lanes[way[0]].enqueue(delivery.id)

    # Sending

    async def _drain(self, lane: Lane) -> None:
        while True:
            id = await lane.next()
            try:
                await self._take(lane, id)
            except StoreError as error:
                log.error("a delivery could not be recorded; the outbox waits", why=str(error))
                lane.later(id)
                await asyncio.sleep(1)
            except Exception:  # one message that cannot be made keeps no other back
                log.exception("a delivery could not be made", delivery=id)
                await self._records.spoilt(id)

    async def _take(self, lane: Lane, id: str) -> None:
        """One row whose time has come: sent in a task of its own, put off, or ended."""
        delivery = await self._store.sendings.delivery(id)
        if delivery is None or delivery.state != "queued":
            return
        sending = await self._store.sendings.get(delivery.sending)
        if sending is not None and sending.state == "recalled":
            await self._records.end(delivery, "skipped", "recalled")
        if sending is None or sending.state != "open":
            return
        now = self._clock()
        structure = await self._store.association.structure()
        member = await self._store.members.get(delivery.recipient)
        calm = Calm(structure, self._store, now, self._rules.per_day, self._going)
        verdict = await from_when(sending, delivery, member, calm)
        if verdict.left_out:
            await self._records.end(delivery, "skipped", verdict.left_out)
            return
        wait = (verdict.at - now).total_seconds()
        if wait > 0:
            lane.enqueue(id, min(wait, SOON))
            return
        way = await reach(delivery, self._store, self._lanes)
        if way is None or self._lanes[way[0]] is not lane:
            await self._place(delivery)
            return
        group = is_channel(delivery.recipient) and lane.platform.name in COUNTED_BY_THE_MINUTE
        chat = lane.pacer.wait(way[1], clock(), group)
        if chat > 0:
            lane.enqueue(id, chat)
            return
        parts = await self._records.rendered(lane, sending, delivery)
        if not parts:
            await self._records.end(delivery, "skipped", "of no use any more")
            return
        if len(delivery.parts) >= len(parts):  # it has become shorter than what of it is there already
            await self._records.end(delivery, "failed", "it could not be made")
            return
        await lane.room.acquire()
        await asyncio.sleep(lane.pacer.slot(way[1], clock()))
        self._going.add(delivery.id)
        task = asyncio.create_task(self._send(lane, sending, delivery, way[1], parts))
        self._flying.add(task)
        task.add_done_callback(self._flying.discard)

    async def _send(
        self, lane: Lane, sending: Sending, delivery: Delivery, address: str, parts: tuple[Any, ...]
    ) -> None:
        """Claims, sends and records one part."""
        try:
            number = len(delivery.parts)
            try:
                await self._store.sendings.claim(
                    delivery.id, lane.platform.name, address, len(parts), self._clock()
                )
            except (Changed, Missing):
                return  # recalled, or ended by somebody meanwhile
            if wait := lane.pacer.room(clock()):
                await asyncio.sleep(wait)
            try:
                message = await lane.platform.send(address, parts[number], key(delivery.id, number))
            except Outcome as outcome:
                await self._failed(lane, sending, delivery, address, outcome)
                return
            except Exception:  # a mistake in the adapter: who knows how far it had come
                log.exception("a platform stumbled", platform=lane.platform.name, delivery=delivery.id)
                await self._failed(lane, sending, delivery, address, Unknown(UNFORESEEN))
                return
            lane.down = ""
            lane.failures.pop(sending.id, None)
            await self._records.accepted(delivery.id, message, len(parts), lane)
        except StoreError as error:
            log.error("what became of a delivery could not be recorded", why=str(error))
        except Exception:
            log.exception("what became of a delivery could not be recorded", delivery=delivery.id)
            await self._records.in_doubt(delivery.id)
        finally:
            self._going.discard(delivery.id)
            lane.room.release()

    async def _failed(
        self, lane: Lane, sending: Sending, delivery: Delivery, address: str, outcome: Outcome
    ) -> None:
        """What an outcome means for the row, its recipient, its sending and the platform."""
        match outcome:
            case TryLater():
                await self._records.put_off(delivery, outcome.why)
                lane.enqueue(delivery.id, outcome.seconds)
            case Down():
                await self._records.put_off(delivery, outcome.why)
                if lane.down != outcome.why:
                    log.error(
                        "a platform refuses us; what is queued waits",
                        platform=lane.platform.name,
                        why=outcome.why,
                    )
                lane.down = outcome.why
                lane.rest()
                lane.later(delivery.id)
            case Blocked():
                await self._unreachable(delivery, lane.platform.name, address, outcome.why)
            case Refused():
                await self._records.end(delivery, "failed", outcome.why)
                await self._records.count(lane, sending, outcome.why)
            case _:
                await self._settling.uncertain(lane, sending, delivery, outcome.why)

    async def _unreachable(self, delivery: Delivery, platform: str, address: str, why: str) -> None:
        """The person is not reached there any more: the other platform is tried, if there is one. A channel has none
        other, and says why to the secretariat."""
        now = self._clock()
        if is_channel(delivery.recipient):
            await self._store.channels.lost(delivery.recipient, address, why)
        member = await self._store.members.get(delivery.recipient)
        for account in member.person.accounts if member else ():
            if account.platform == platform and account.address == address and member:
                await self._store.members.lost(member.id, platform, account.user, why)
        if not delivery.parts and member and await reach(delivery, self._store, self._lanes) is not None:
            await self._store.sendings.put_off(delivery.id, why, now)
            self._records.forget(delivery.id)
            await self._place(delivery)
        else:
            await self._records.end(delivery, "failed", why)
