"""When a push may leave: working hours, no Sundays, no public holidays. Pure; the clock is an argument."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from storage.association import Association
from storage.members import Wishes
from storage.moments import zone

PER_DAY = 6
"""How many messages that they did not ask for somebody is sent a day, unless the operator says otherwise."""
LOOKED_AHEAD = 30
"""Days that are looked through; no association rests longer."""


def first_allowed(at: datetime, association: Association, wishes: Wishes | None = None) -> datetime:
    """The first instant from `at` on (aware) at which people may be spoken to, aware UTC or as given.

    Within the association's working hours, in its zone, on no Sunday and no Lithuanian public holiday (Darbo kodeksas,
    123 straipsnis); where somebody's own wishes are given, not while they are snoozed nor in their quiet hours.
    """
    allowed = _in_working_hours(at, association)
    if wishes is None:
        return allowed
    here = zone(association.zone)
    for _ in range(LOOKED_AHEAD * 2):
        later = _after_wishes(allowed.astimezone(here), wishes)
        if later is None:
            return allowed
        allowed = _in_working_hours(later.astimezone(at.tzinfo), association)
    return allowed


def first_wished(at: datetime, association: Association, wishes: Wishes) -> datetime:
    """The first instant from `at` on (aware) that somebody has not kept for themselves: after their snooze in working
    hours, and not in their quiet hours; the association's hours, Sundays and holidays do not bar it. For what is
    urgent."""
    here = zone(association.zone)
    if wishes.snoozed is not None and at.astimezone(here).date() < wishes.snoozed:
        return first_allowed(at, association, wishes)
    later = _after_wishes(at.astimezone(here), wishes)
    return later.astimezone(at.tzinfo) if later is not None else at


def _after_wishes(local: datetime, wishes: Wishes) -> datetime | None:
    """When what bars that local instant ends; None when nothing does."""
    if wishes.snoozed is not None and local.date() < wishes.snoozed:
        return datetime.combine(wishes.snoozed, time(), local.tzinfo)
    begin, _, end = wishes.quiet.partition("-")
    if not begin or not end:
        return None
    first, last = time.fromisoformat(begin), time.fromisoformat(end)
    now = local.time().replace(tzinfo=None)
    if first <= last:
        barred, day = first <= now < last, local.date()
    else:
        barred, day = now >= first or now < last, local.date() + timedelta(days=now >= first)
    return datetime.combine(day, last, local.tzinfo) if barred and first != last else None


def leaves_room(quiet: str, association: Association) -> bool:
    """Whether a day's working hours have a minute outside those quiet hours ("22:00-07:00")."""
    first, last = (time.fromisoformat(hour) for hour in quiet.split("-"))
    opens, shuts = (time.fromisoformat(hour) for hour in association.working_hours)
    if first <= last:
        return opens < first or last < shuts
    return max(opens, last) < min(shuts, first)


def _in_working_hours(at: datetime, association: Association) -> datetime:
    here = zone(association.zone)
    opens, shuts = (time.fromisoformat(text) for text in association.working_hours)
    local = at.astimezone(here)
    for days in range(LOOKED_AHEAD):
        day = local.date() + timedelta(days=days)
        begin, end = (datetime.combine(day, hour, here) for hour in (opens, shuts))
        if not rests(day) and at < end:
            return max(at, begin.astimezone(at.tzinfo))
    return at


def rests(day: date) -> bool:
    """Whether it is a Sunday or a Lithuanian public holiday."""
    return day.weekday() == 6 or day in _holidays(day.year)


@lru_cache(maxsize=8)
def _holidays(year: int) -> frozenset[date]:
    from holidays import country_holidays  # heavy, and not needed for a question

    return frozenset(country_holidays("LT", years=year))
