"""From when on a push may leave to somebody: in hours in which they may be spoken to, and of digests one a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

from handlers.calm import first_allowed
from storage.association import Association, Structure
from storage.members import Member, Wishes
from storage.moments import zone
from storage.sendings import Delivery, DeliveryState, Sending
from storage.store import Store

WENT: tuple[DeliveryState, ...] = ("sending", "sent", "uncertain")
"""The states of what its recipient has, or may have."""


async def from_when(
    sending: Sending,
    delivery: Delivery,
    member: Member | None,
    structure: Structure,
    store: Store,
    now: datetime,
    going: Collection[str] = (),
) -> datetime:
    """The first instant from now on (aware) at which it may leave to that reader, as far as that is known now. `going`
    are the deliveries that leave in this moment."""
    association = structure.association
    wishes = member.person.wishes if member else Wishes()
    at = max(now, sending.due)
    if sending.urgent:
        return at
    at = first_allowed(at, association, wishes)
    if at > now or member is None or delivery.parts:
        return at
    today = await went_today(member.id, delivery.id, store, association, now, going)
    if sending.kind == "digest" and any(one.kind == "digest" for one in today):
        return first_allowed(tomorrow(now, association), association, wishes)
    return at


async def went_today(
    recipient: str,
    but: str,
    store: Store,
    association: Association,
    now: datetime,
    going: Collection[str] = (),
) -> tuple[Sending, ...]:
    """What has gone to somebody on the local day of that instant, or may have, that delivery left out."""
    day = local_day(now, association)
    found = []
    for one in await store.sendings.to(recipient):
        went = one.id in going or (one.state in WENT and local_day(one.at, association) == day)
        if went and one.id != but and (sending := await store.sendings.get(one.sending)):
            found.append(sending)
    return tuple(found)


def local_day(at: datetime, association: Association) -> date:
    """The day that it is then in the association's zone."""
    return at.astimezone(zone(association.zone)).date()


def tomorrow(now: datetime, association: Association) -> datetime:
    """The first instant of the next local day."""
    day = local_day(now, association) + timedelta(days=1)
    return datetime.combine(day, time(), zone(association.zone)).astimezone(UTC)
