"""Delivery rows → sends: claim, pace, send, record; retry, pause, settle.

What happens to a part is on disk before and after it: *sending* before the platform is asked, its outcome before the
next. Whatever was *sending* when the program died is *uncertain*: a platform that can look it up is asked, otherwise a
person decides. Nothing is sent twice by itself, and nothing is forgotten.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.logs import events, place
from bot.pacing import COUNTED_BY_THE_MINUTE, Pacer
from bot.platform import Blocked, Down, Outcome, Platform, Refused, TryLater, Unknown
from handlers.calm import PER_DAY
from handlers.chat import Reply
from handlers.pushing import Calm, from_when
from handlers.wishes import order
from storage.audit import By
from storage.channels import is_channel
from storage.conversation import Told
from storage.errors import Changed, Missing, StoreError
from storage.members import Member
from storage.sendings import Delivery, Sending
from storage.store import Store

log = events("outbox")

LOOKS = 20.0
"""Seconds between looks for rows that nobody announced."""
RESTS = 60.0
"""Seconds that a platform which is down is left alone."""
MENDED = timedelta(days=7)
"""How long after its due time an announcement can be put right or taken back."""
FOLLOWED = timedelta(days=1)
"""How long a progress message changes itself."""
DONE = "done"
UNFORESEEN = "something unforeseen happened"
"""Why a delivery is uncertain whose platform stumbled over its own program: nobody knows how far it had come."""
LONGER = "the corrected text takes more messages"
"""Why a message stays as it was: a correction puts no new ones in between."""
SOON = 3600.0
"""Seconds after which a row that may not leave yet is looked at again: settings and hours may change."""

Compose = Callable[[Sending, Delivery, Member | None], Awaitable[Reply | None]]
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


@dataclass(order=True)
class _Ready:
    """A row in the queue of its platform: when it may be tried, in the order it came."""

    at: float
    number: int
    id: str = field(compare=False)


@dataclass
class _Lane:
    """One platform's queue."""

    platform: Platform[Any]
    pacer: Pacer
    room: asyncio.Semaphore
    queue: list[_Ready] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    down: str = ""
    failures: dict[str, int] = field(default_factory=dict)


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
        self._compose = compose
        self._clock = clock
        self._rules = rules
        self._lanes = {
            p.name: _Lane(p, Pacer(rules.per_second[p.name]), asyncio.Semaphore(rules.in_flight))
            for p in platforms
            if p.name in rules.per_second
        }
        self._numbers = itertools.count()
        self._parts: dict[str, tuple[Any, ...]] = {}
        self._facts: dict[str, Reply] = {}
        self._flying: set[asyncio.Task[None]] = set()
        self._look = asyncio.Event()
        self._stumbled: dict[str, str] = {}
        self._going: set[str] = set()

    # Life

    async def run(self) -> None:
        """Settles what a crash left, then sends for ever."""
        await self._settle()
        async with asyncio.TaskGroup() as tasks:
            for lane in self._lanes.values():
                tasks.create_task(self._drain(lane))
            tasks.create_task(self._watch())
            tasks.create_task(self._follow())

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
            lane.pacer.spoke(_clock(), chat)

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
                        await self._spoilt(delivery.id)
                await self._mend()
            except StoreError as error:
                log.error("the outbox could not be read", why=str(error))
            except Exception as error:
                self._stumbles("mending", error)
            try:
                async with asyncio.timeout(LOOKS):
                    await self._look.wait()
            except TimeoutError:
                pass

    async def _mend(self) -> None:
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
                        self._stumbles(delivery.id, error)

    def _stumbles(self, part: str, error: Exception) -> None:
        """Something that nobody foresaw happened to what is tried again: logged, but not each time."""
        if self._stumbled.get(part) != place(error):
            self._stumbled[part] = place(error)
            log.exception("what has gone out could not be changed", part=part)

    async def _follow(self) -> None:
        """Progress messages change themselves until what they follow is done."""
        shown: dict[str, tuple[Any, ...]] = {}
        while True:
            await asyncio.sleep(self._rules.follows)
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
            self._stumbles(sending.id, error)

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
                    await asyncio.sleep(lane.pacer.slot(delivery.address, _clock()))
                    await lane.platform.edit(delivery.address, delivery.parts[0], parts[0])
                    shown[delivery.id] = parts
            except (TryLater, Down, Unknown):
                continue
            except Outcome:
                done = True
            if done:
                await self._store.sendings.amended(delivery.id, sending.version, DONE, self._clock())

    async def _amend(self, lane: _Lane, sending: Sending, delivery: Delivery) -> None:
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
            await asyncio.sleep(lane.pacer.slot(delivery.address, _clock()))
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

    # Where a row goes

    async def _place(self, delivery: Delivery) -> None:
        """Into the queue of the platform that its recipient is reached on; without one it fails, in words."""
        reach = await self._reach(delivery)
        if reach is None:
            await self._end(delivery, "failed", await self._nowhere(delivery))
            return
        self._enqueue(self._lanes[reach[0]], delivery.id, 0.0)

    async def _reach(self, delivery: Delivery) -> tuple[str, str] | None:
        """Platform and address; where its first part has gone the others follow."""
        if delivery.parts and delivery.platform in self._lanes:
            return delivery.platform, delivery.address
        if is_channel(delivery.recipient):
            channel = await self._store.channels.get(delivery.recipient)
            if channel is None or not channel.connected or channel.unreachable:
                return None
            return (channel.platform, channel.address) if channel.platform in self._lanes else None
        name, _, address = delivery.recipient.partition(":")
        if address:
            return (name, address) if name in self._lanes else None
        member = await self._store.members.get(delivery.recipient)
        accounts = order(member.person.accounts, member.person.wishes) if member else ()
        for account in accounts:
            if account.platform in self._lanes and not account.unreachable:
                return account.platform, account.address
        return None

    async def _nowhere(self, delivery: Delivery) -> str:
        """Why there is no platform to send it on."""
        channel = await self._store.channels.get(delivery.recipient)
        if channel is not None and not channel.connected:
            return "the channel was taken away"
        return (channel.unreachable if channel else "") or "nowhere to be reached"

    def _enqueue(self, lane: _Lane, id: str, seconds: float) -> None:
        if id not in lane.known:
            lane.known.add(id)
            heapq.heappush(lane.queue, _Ready(_clock() + seconds, next(self._numbers), id))
            lane.woken.set()

    # Sending

    async def _drain(self, lane: _Lane) -> None:
        while True:
            wait = lane.queue[0].at - _clock() if lane.queue else LOOKS
            if wait > 0:
                lane.woken.clear()
                try:
                    async with asyncio.timeout(wait):
                        await lane.woken.wait()
                except TimeoutError:
                    pass
                continue
            ready = heapq.heappop(lane.queue)
            lane.known.discard(ready.id)
            try:
                await self._take(lane, ready.id)
            except StoreError as error:
                log.error("a delivery could not be recorded; the outbox waits", why=str(error))
                self._enqueue(lane, ready.id, RESTS)
                await asyncio.sleep(1)
            except Exception:  # one message that cannot be made keeps no other back
                log.exception("a delivery could not be made", delivery=ready.id)
                await self._spoilt(ready.id)

    async def _spoilt(self, id: str) -> None:
        """It ends as failed, where the secretariat sees it; while nothing can be written it waits."""
        try:
            delivery = await self._store.sendings.delivery(id)
            if delivery is not None:
                await self._end(delivery, "failed", "it could not be made")
        except StoreError as error:
            log.error("a delivery could not be recorded", why=str(error))

    async def _take(self, lane: _Lane, id: str) -> None:
        """One row whose time has come: sent in a task of its own, put off, or ended."""
        delivery = await self._store.sendings.delivery(id)
        if delivery is None or delivery.state != "queued":
            return
        sending = await self._store.sendings.get(delivery.sending)
        if sending is not None and sending.state == "recalled":
            await self._end(delivery, "skipped", "recalled")
        if sending is None or sending.state != "open":
            return
        now = self._clock()
        structure = await self._store.association.structure()
        member = await self._store.members.get(delivery.recipient)
        calm = Calm(structure, self._store, now, self._rules.per_day, self._going)
        verdict = await from_when(sending, delivery, member, calm)
        if verdict.left_out:
            await self._end(delivery, "skipped", verdict.left_out)
            return
        wait = (verdict.at - now).total_seconds()
        if wait > 0:
            self._enqueue(lane, id, min(wait, SOON))
            return
        reach = await self._reach(delivery)
        if reach is None or self._lanes[reach[0]] is not lane:
            await self._place(delivery)
            return
        group = is_channel(delivery.recipient) and lane.platform.name in COUNTED_BY_THE_MINUTE
        chat = lane.pacer.wait(reach[1], _clock(), group)
        if chat > 0:
            self._enqueue(lane, id, chat)
            return
        parts = await self._rendered(lane, sending, delivery)
        if not parts:
            await self._end(delivery, "skipped", "of no use any more")
            return
        if len(delivery.parts) >= len(parts):  # it has become shorter than what of it is there already
            await self._end(delivery, "failed", "it could not be made")
            return
        await lane.room.acquire()
        await asyncio.sleep(lane.pacer.slot(reach[1], _clock()))
        self._going.add(delivery.id)
        task = asyncio.create_task(self._send(lane, sending, delivery, reach[1], parts))
        self._flying.add(task)
        task.add_done_callback(self._flying.discard)

    async def _rendered(self, lane: _Lane, sending: Sending, delivery: Delivery) -> tuple[Any, ...]:
        """Its parts, composed once for all of them; none when there is nothing to say any more."""
        if delivery.id not in self._parts:
            member = await self._store.members.get(delivery.recipient)
            reply = await self._compose(sending, delivery, member)
            if reply is None:
                return ()
            self._facts[delivery.id] = reply
            self._parts[delivery.id] = lane.platform.render(reply)
        return self._parts[delivery.id]

    async def _send(
        self, lane: _Lane, sending: Sending, delivery: Delivery, address: str, parts: tuple[Any, ...]
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
            if wait := lane.pacer.room(_clock()):
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
            await self._accepted(delivery.id, message, len(parts), lane)
        except StoreError as error:
            log.error("what became of a delivery could not be recorded", why=str(error))
        except Exception:
            log.exception("what became of a delivery could not be recorded", delivery=delivery.id)
            await self._in_doubt(delivery.id)
        finally:
            self._going.discard(delivery.id)
            lane.room.release()

    async def _in_doubt(self, id: str) -> None:
        """Whatever went wrong, it does not stay *sending* until a restart: a person decides."""
        try:
            found = await self._store.sendings.delivery(id)
            if found is not None and found.state == "sending":
                await self._store.sendings.end(id, "uncertain", UNFORESEEN, self._clock())
        except StoreError as error:
            log.error("a delivery could not be recorded", why=str(error))

    async def _accepted(self, id: str, message: str, of: int, lane: _Lane) -> None:
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
            self._forget(id)
        else:
            self._enqueue(lane, id, 0.0)

    async def _failed(
        self, lane: _Lane, sending: Sending, delivery: Delivery, address: str, outcome: Outcome
    ) -> None:
        """What an outcome means for the row, its recipient, its sending and the platform."""
        match outcome:
            case TryLater():
                await self._put_off(delivery, outcome.why)
                self._enqueue(lane, delivery.id, outcome.seconds)
            case Down():
                await self._put_off(delivery, outcome.why)
                if lane.down != outcome.why:
                    log.error(
                        "a platform refuses us; what is queued waits",
                        platform=lane.platform.name,
                        why=outcome.why,
                    )
                lane.down = outcome.why
                lane.pacer.rests(_clock(), RESTS)
                self._enqueue(lane, delivery.id, RESTS)
            case Blocked():
                await self._unreachable(delivery, lane.platform.name, address, outcome.why)
            case Refused():
                await self._end(delivery, "failed", outcome.why)
                await self._count(lane, sending, outcome.why)
            case _:
                await self._uncertain(lane, sending, delivery, outcome)

    async def _put_off(self, delivery: Delivery, why: str) -> None:
        """It waits, and what nobody has of it yet is composed anew: the day or the facts may be others by then."""
        await self._store.sendings.put_off(delivery.id, why, self._clock())
        if not delivery.parts:
            self._forget(delivery.id)

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
        if not delivery.parts and member and await self._reach(delivery) is not None:
            await self._store.sendings.put_off(delivery.id, why, now)
            self._forget(delivery.id)
            await self._place(delivery)
        else:
            await self._end(delivery, "failed", why)

    async def _uncertain(self, lane: _Lane, sending: Sending, delivery: Delivery, outcome: Outcome) -> None:
        """It may have been sent. A platform that can look it up is asked; another leaves it to a person."""
        await self._store.sendings.end(delivery.id, "uncertain", outcome.why, self._clock())
        await self._count(lane, sending, outcome.why)
        current = await self._store.sendings.delivery(delivery.id)
        if current is not None:
            await self._ask(lane, current)

    async def _count(self, lane: _Lane, sending: Sending, why: str) -> None:
        """Too many failures in a row pause the sending: somebody has to look."""
        lane.failures[sending.id] = lane.failures.get(sending.id, 0) + 1
        if lane.failures[sending.id] >= self._rules.pause_after_failures:
            lane.failures.pop(sending.id)
            by = By("operator", self._clock(), f"pause {sending.id}")
            await self._store.sendings.turn(sending.id, "paused", why, by)
            log.error("a sending is paused", sending=sending.id, why=why)

    async def _end(self, delivery: Delivery, state: Literal["failed", "skipped"], why: str) -> None:
        try:
            await self._store.sendings.end(delivery.id, state, why, self._clock())
        except Changed:
            pass  # it has ended otherwise meanwhile
        self._forget(delivery.id)

    def _forget(self, id: str) -> None:
        self._parts.pop(id, None)
        self._facts.pop(id, None)

    # After a crash

    async def _settle(self) -> None:
        """What was being sent when the program died: looked up where that can be done."""
        await self._store.sendings.interrupted(self._clock())
        for delivery in await self._store.sendings.in_state("uncertain"):
            lane = self._lanes.get(delivery.platform)
            if lane is not None:
                await self._ask(lane, delivery)

    async def _ask(self, lane: _Lane, delivery: Delivery) -> None:
        """Asks the platform whether the part is there; where it cannot tell, a person or the setting decides."""
        number = len(delivery.parts)
        try:
            found = await lane.platform.look_up(delivery.address, key(delivery.id, number))
        except Unknown:
            if self._rules.on_unknown == "resend":
                await self._store.sendings.put_off(delivery.id, "sent again", self._clock())
                self._enqueue(lane, delivery.id, 0.0)
            return
        except Outcome as outcome:
            log.warning("an uncertain delivery was not looked up", why=outcome.why)
            return
        except Exception:  # it stays uncertain, the others are looked up
            log.exception("an uncertain delivery was not looked up", delivery=delivery.id)
            return
        if found is None:
            await self._store.sendings.put_off(delivery.id, "it had not arrived", self._clock())
            self._enqueue(lane, delivery.id, 0.0)
        else:
            await self._rendered_again(lane, delivery)
            await self._accepted(delivery.id, found, delivery.of, lane)

    async def _rendered_again(self, lane: _Lane, delivery: Delivery) -> None:
        """What it told, for the record, when the program that composed it is gone; arrived it has in any case."""
        sending = await self._store.sendings.get(delivery.sending)
        try:
            if sending is not None:
                await self._rendered(lane, sending, delivery)
        except StoreError:
            raise
        except Exception:
            log.exception("what a delivery told is not known", delivery=delivery.id)


def key(delivery: str, part: int) -> str:
    """The opaque key of one part, by which a platform finds it again."""
    return f"{delivery}.{part}"


def _clock() -> float:
    return asyncio.get_running_loop().time()
