"""From when on a push may leave to somebody: their hours, how many a day, one digest a day, and what waits for it.

What is urgent minds neither the association's hours nor a day's number nor the digest; what people have kept for
themselves (never, nothing until a day, quiet hours) it minds. Nothing is lost by a day's number: what is over waits for
the next day, or comes with a digest that leaves sooner; notices of what has changed are never held back by it, and of
those that somebody wants in the digest, what has to be known before it leaves comes at once.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from handlers.calm import first_allowed, first_wished
from handlers.told import pressing
from handlers.weeks import around
from handlers.wishes import TOPICS, digested, gathers
from storage.association import Association, Group, Structure
from storage.members import Member, Wishes
from storage.moments import zone
from storage.sendings import Delivery, DeliveryState, Sending
from storage.store import Store

WENT: tuple[DeliveryState, ...] = ("sending", "sent", "uncertain")
"""The states of what its recipient has, or may have."""
MUTED = "muted"
TOO_LATE = "too late"
OVER = "over the day's number"
"""Why something is left out that could neither wait for the next day nor for a digest."""
SOON = timedelta(minutes=10)
"""What waits for a digest that leaves now is looked at again after so long."""


@dataclass(frozen=True, slots=True)
class Calm:
    """What it depends on: the association, the store, the instant (aware), how many a day somebody may be sent, and
    the deliveries that are leaving in this moment."""

    structure: Structure
    store: Store
    now: datetime
    per_day: int
    going: Collection[str] = ()

    @property
    def association(self) -> Association:
        return self.structure.association

    @property
    def kept(self) -> int:
        """How many of a day's number are kept for what cannot wait for the next day."""
        return min(2, self.per_day // 3)

    def first(self, at: datetime, wishes: Wishes) -> datetime:
        """The first instant from then on at which they may be spoken to."""
        return first_allowed(at, self.association, wishes)

    def day(self, at: datetime) -> date:
        """The day that it is then in the association's zone."""
        return at.astimezone(zone(self.association.zone)).date()

    def tomorrow(self, wishes: Wishes) -> datetime:
        """The first instant of the following days at which they may be spoken to."""
        midnight = datetime.combine(
            self.day(self.now) + timedelta(days=1), time(), zone(self.association.zone)
        )
        return self.first(midnight.astimezone(UTC), wishes)


@dataclass(frozen=True, slots=True)
class Verdict:
    """From when on it may leave (aware), as far as that is known now; or why it is left out."""

    at: datetime
    left_out: str = ""


async def from_when(sending: Sending, delivery: Delivery, member: Member | None, calm: Calm) -> Verdict:
    """When it may leave to that reader, from now on; left out when that is not before its last useful moment."""
    if sending.until is not None and calm.now >= sending.until:
        return Verdict(calm.now, TOO_LATE)
    verdict = await _allowed(sending, delivery, member, calm)
    if not verdict.left_out and sending.until is not None and verdict.at >= sending.until:
        return Verdict(verdict.at, TOO_LATE)
    return verdict


async def _allowed(sending: Sending, delivery: Delivery, member: Member | None, calm: Calm) -> Verdict:
    wishes = member.person.wishes if member else Wishes()
    topic = TOPICS.get(sending.kind)
    at = max(calm.now, sending.due)
    if sending.urgent and topic is None:
        return Verdict(at)
    if topic in wishes.muted:
        return Verdict(at, MUTED)
    if sending.urgent:
        return Verdict(first_wished(at, calm.association, wishes))
    at = calm.first(at, wishes)
    if at > calm.now or member is None or topic is None or delivery.parts:
        return Verdict(at)
    if sending.kind != "digest" and gathers(topic, member, calm.structure):
        leaves = await next_digest(member, calm)
        if leaves is not None and leaves < await _useful_until(sending, member, calm):
            return Verdict(max(leaves, calm.now + SOON))
    return await _within_the_day(sending, delivery, member, calm)


async def _within_the_day(sending: Sending, delivery: Delivery, member: Member, calm: Calm) -> Verdict:
    """Now, unless they have had enough today."""
    today = await went_today(member.id, calm, but=delivery.id)
    tomorrow = calm.tomorrow(member.person.wishes)
    if sending.kind == "digest":
        full = len(today) >= calm.per_day or any(one.kind == "digest" for one in today)
        return Verdict(tomorrow if full else calm.now)
    may_wait = sending.until is None or tomorrow < sending.until
    room = calm.per_day - calm.kept if may_wait else calm.per_day
    if sending.kind == "change" or len(today) < room:
        return Verdict(calm.now)
    if may_wait:
        return Verdict(tomorrow)
    leaves = await next_digest(member, calm)
    if leaves is not None and (sending.until is None or leaves < sending.until):
        return Verdict(max(leaves, calm.now + SOON))
    return Verdict(calm.now, OVER)


async def _useful_until(sending: Sending, member: Member, calm: Calm) -> datetime:
    """Before when it has to be known: what a notice is about, or its last useful moment."""
    latest = sending.until or calm.now + timedelta(days=365)
    if sending.kind != "change":
        return latest
    before = await pressing(sending, member, calm.store, calm.now)
    return min(latest, before) if before else latest


async def went_today(recipient: str, calm: Calm, *, but: str = "") -> tuple[Sending, ...]:
    """What has gone to somebody on this local day, or may have, of what they can turn off; that delivery left out."""
    today = calm.day(calm.now)
    found = []
    for one in await calm.store.sendings.to(recipient):
        went = one.id in calm.going or (one.state in WENT and calm.day(one.at) == today)
        sending = await calm.store.sendings.get(one.sending) if went and one.id != but else None
        if sending is not None and sending.kind in TOPICS:
            found.append(sending)
    return tuple(found)


# Digests to come


async def next_digest(member: Member, calm: Calm) -> datetime | None:
    """When the next digest leaves to that reader; None when none is to come."""
    if "digest" in member.person.wishes.muted:
        return None
    found = await _waiting(member, calm)
    for group in digested(member, calm.structure):
        assert group.digest is not None
        for run in around(calm.now, group.digest, calm.association):
            leaves = calm.first(max(calm.now, run.due), member.person.wishes)
            known = await calm.store.sendings.of_key(run_key(group, run.key))
            if leaves < run.until and known is None:
                found.append(leaves)
    if any(calm.day(at) == calm.day(calm.now) for at in found):
        if any(one.kind == "digest" for one in await went_today(member.id, calm)):
            tomorrow = calm.tomorrow(member.person.wishes)
            found = [max(at, tomorrow) for at in found]
    return min(found, default=None)


async def _waiting(member: Member, calm: Calm) -> list[datetime]:
    """When those leave that are there already."""
    groups = {group.id for group in digested(member, calm.structure)}
    found = []
    for row in await calm.store.sendings.to(member.id):
        run = await calm.store.sendings.get(row.sending) if row.state == "queued" else None
        if run and run.kind == "digest" and run.state == "open" and run.content["group"] in groups:
            leaves = calm.first(max(calm.now, run.due), member.person.wishes)
            if run.until is None or leaves < run.until:
                found.append(leaves)
    return found


def run_key(group: Group, week: str) -> str:
    """The natural key of a group's run of that week."""
    return f"digest {group.id} {week}"
