"""What nobody knows about: a part that was being sent when the program died, or whose platform gave no clear answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.lanes import Lane
from bot.logs import events
from bot.platform import Outcome, Unknown
from bot.recording import Records
from storage.errors import StoreError
from storage.sendings import Delivery, Sending
from storage.store import Store

log = events("outbox")


class Settling:
    """Asks the platform, where it can tell; otherwise a person decides, or it is sent again when `resend` says so."""

    def __init__(self, store: Store, records: Records, clock: Callable[[], datetime], resend: bool) -> None:
        self._store = store
        self._records = records
        self._clock = clock
        self._resend = resend

    async def settle(self, lanes: Mapping[str, Lane]) -> None:
        """What was being sent when the program died: looked up where that can be done."""
        await self._store.sendings.interrupted(self._clock())
        for delivery in await self._store.sendings.in_state("uncertain"):
            lane = lanes.get(delivery.platform)
            if lane is not None:
                await self._ask(lane, delivery)

    async def uncertain(self, lane: Lane, sending: Sending, delivery: Delivery, why: str) -> None:
        """It may have been sent. A platform that can look it up is asked; another leaves it to a person."""
        await self._store.sendings.end(delivery.id, "uncertain", why, self._clock())
        await self._records.count(lane, sending, why)
        current = await self._store.sendings.delivery(delivery.id)
        if current is not None:
            await self._ask(lane, current)

    async def _ask(self, lane: Lane, delivery: Delivery) -> None:
        """Asks the platform whether the part is there; where it cannot tell, a person or the setting decides."""
        number = len(delivery.parts)
        try:
            found = await lane.platform.look_up(delivery.address, key(delivery.id, number))
        except Unknown:
            if self._resend:
                await self._store.sendings.put_off(delivery.id, "sent again", self._clock())
                lane.enqueue(delivery.id)
            return
        except Outcome as outcome:
            log.warning("an uncertain delivery was not looked up", why=outcome.why)
            return
        except Exception:  # it stays uncertain, the others are looked up
            log.exception("an uncertain delivery was not looked up", delivery=delivery.id)
            return
        if found is None:
            await self._store.sendings.put_off(delivery.id, "it had not arrived", self._clock())
            lane.enqueue(delivery.id)
        else:
            await self._rendered_again(lane, delivery)
            await self._records.accepted(delivery.id, found, delivery.of, lane)

    async def _rendered_again(self, lane: Lane, delivery: Delivery) -> None:
        """What it told, for the record, when the program that composed it is gone; arrived it has in any case."""
        sending = await self._store.sendings.get(delivery.sending)
        try:
            if sending is not None:
                await self._records.rendered(lane, sending, delivery)
        except StoreError:
            raise
        except Exception:
            log.exception("what a delivery told is not known", delivery=delivery.id)


def key(delivery: str, part: int) -> str:
    """The opaque key of one part, by which a platform finds it again."""
    return f"{delivery}.{part}"
