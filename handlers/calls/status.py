"""What follows from a call's dates: its status, its next deadline, what it is waiting for. All pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from storage.calls import Call, Change, Facts
from storage.codec import value
from storage.moments import Moment, zone

Status = Literal["forecast", "open", "closed", "postponed", "suspended", "cancelled"]
STATUSES: tuple[Status, ...] = ("forecast", "open", "closed", "postponed", "suspended", "cancelled")


def status(call: Call, now: datetime) -> Status:
    """Where the call stands: what people set wins, everything else follows from the dates.

    An opening known only to the month, quarter or year stays a forecast until somebody gives its day.
    """
    facts = call.facts
    if facts.hold:
        return facts.hold
    if facts.closes and now >= facts.closes.last_instant():
        return "closed"
    if facts.opens is None:
        return "open" if facts.closes or facts.continuous or facts.cutoffs else "forecast"
    if facts.opens.precision not in ("hour", "day") or now < facts.opens.first_instant():
        return "forecast"
    return "open"


def next_deadline(facts: Facts, now: datetime) -> Moment | None:
    """The nearest cut-off or the closing that is not over, or None."""
    ends = [m for m in (*facts.cutoffs, *((facts.closes,) if facts.closes else ())) if m.last_instant() > now]
    return min(ends, key=Moment.last_instant, default=None)


def days_left(moment: Moment, now: datetime, home: str) -> int:
    """Whole days of the association's calendar from today to the moment's last day, in its zone `home`."""
    here = zone(home)
    last = moment.last_instant().astimezone(here).date() if moment.time else moment.last_day
    return (last - now.astimezone(here).date()).days


@dataclass(frozen=True, slots=True)
class Step:
    """One change of one field, typed."""

    was: Any
    now: Any
    change: Change


def last_change(call: Call, field: str) -> Step | None:
    """The newest change of that field, or None."""
    for change in reversed(call.history):
        if change.field == field:
            return Step(value(Facts, field, change.was), value(Facts, field, change.now), change)
    return None


def extended(call: Call) -> Step | None:
    """The change by which the present deadline became later than the one before, or None."""
    step = last_change(call, "closes")
    if step is None or step.was is None or step.now is None:
        return None
    return step if step.now.last_instant() > step.was.last_instant() else None


def held_by(call: Call) -> Change | None:
    """The change that put the present hold on it; None when it came with it or there is none."""
    step = last_change(call, "hold") if call.facts.hold else None
    return step.change if step and step.now == call.facts.hold else None


def lost_deadline(call: Call) -> Moment | None:
    """The deadline that a held call had before it was put on hold, when it has none or another now."""
    hold = held_by(call)
    if hold is None:
        return None
    for change in call.history:
        if change.field == "closes" and change.version == hold.version:
            was: Moment | None = value(Facts, "closes", change.was)
            return was
    return None


def sort_key(call: Call, now: datetime) -> tuple[int, date, str]:
    """The order of lists: soonest deadline first, then what will open, what waits, what is over (newest first)."""
    where = status(call, now)
    deadline = next_deadline(call.facts, now)
    title = call.facts.title.lt or call.facts.title.en
    if where == "open":
        return (0 if deadline else 1, deadline.last_day if deadline else date.max, title)
    if where == "forecast":
        return (2, call.facts.opens.day if call.facts.opens else date.max, title)
    if where in ("postponed", "suspended"):
        return (3, date.max, title)
    closed = call.facts.closes.last_day if call.facts.closes else date.min
    return (4, date.fromordinal(date.max.toordinal() - closed.toordinal() + 1), title)


def overlaps(call: Call, first: date | None, last: date | None, now: datetime) -> bool:
    """Whether something of the call falls into the days from `first` to `last`: it opens, closes or has a
    cut-off then. A forecast without dates never does."""
    facts = call.facts
    for moment in (facts.opens, facts.closes, *facts.cutoffs):
        if moment is None:
            continue
        if (last is None or moment.day <= last) and (first is None or moment.last_day >= first):
            return True
    return False
