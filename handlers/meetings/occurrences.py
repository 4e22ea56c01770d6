"""What a plan comes to: each time a meeting takes place, in local time over clock changes. All pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import Literal

from dateutil.rrule import rrule, rrulestr

from handlers.chat import Fact
from storage.calls import Change
from storage.codec import value
from storage.meetings import Difference, Meeting, Mode, Plan
from storage.moments import zone
from storage.words import Words

MOST = 1000
"""Occurrences of one meeting that a window gives at most; a daily one fills that in three years."""

_LAST = timedelta(days=1, microseconds=-1)  # from a midnight to the end of its day
_ALWAYS = datetime(1, 1, 2, tzinfo=UTC)  # leaves room for any zone's offset
_ID = re.compile(r"(m\d+)(?:\.(\d{4}-\d\d-\d\d(?:T\d{4})?))?")
_RULE = re.compile(r"[A-Z0-9=;,+\-]{6,300}")
_PARTS = frozenset(
    ("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS")
    + ("BYYEARDAY", "BYWEEKNO")
)
_LATEST = 9799  # leaves a series two centuries of dates
_CYCLE = 400  # years after which the Gregorian calendar repeats, weekdays included


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a meeting takes place, or would have.

    `of` is the local start that the plan gives it, and `day` what it is known by (`2026-09-24`; empty for a
    single meeting). `start` and `end` are aware, in the plan's zone. `was` and `was_place` are what it had
    before it was moved, None when it was not; `reason` is why it was moved or cancelled.
    """

    meeting: str
    version: int
    day: str
    of: datetime
    start: datetime
    end: datetime
    all_day: bool
    title: Words
    group: str
    place: str
    link: str
    mode: Mode
    agenda: tuple[str, ...]
    cancelled: bool = False
    tentative: bool = False
    was: datetime | None = None
    was_place: str | None = None
    reason: str = ""

    @property
    def id(self) -> str:
        """`m7.2026-09-24`: the meeting and the local day the plan gives it, which stays when it is moved."""
        return f"{self.meeting}.{self.day}" if self.day else self.meeting

    def fact(self, field: Literal["start", "place"]) -> Fact:
        """What whoever reads this is told: `2026-09-24.start` of `m7`."""
        return Fact(self.meeting, f"{self.day}.{field}" if self.day else field, self.version)


def repeats(plan: Plan) -> bool:
    """Whether it is a series."""
    return bool(plan.rule or plan.extra)


def parse_id(text: str) -> tuple[str, str] | None:
    """`m7.2026-09-24` as ("m7", "2026-09-24"), `m7` as ("m7", ""); None for what is no such id."""
    match = _ID.fullmatch(text)
    return (match[1], match[2] or "") if match else None


def occurrences(meeting: Meeting, first: datetime, last: datetime) -> tuple[Occurrence, ...]:
    """Those that begin by `last` and end after `first` (aware), by their start; cancelled ones too, dropped
    ones not; at most MOST."""
    plan = meeting.plan
    here = zone(plan.zone)
    reach = timedelta(minutes=max([plan.minutes, *(e.minutes or 0 for e in plan.exceptions)]))
    begin = _midnight(first.astimezone(here).replace(tzinfo=None) - reach)
    end = _midnight(last.astimezone(here).replace(tzinfo=None)) + _LAST
    known = set(_between(plan, begin, end))
    for moved in plan.exceptions:
        # One that was moved belongs where it is now, however far that is from where the plan had it.
        if moved.start and begin <= moved.start <= end:
            known.update(_of_day(plan, _midnight(moved.of)))
    found = sorted(_each(meeting, known), key=lambda o: (o.start, o.of))
    return tuple(islice((o for o in found if o.start <= last and o.end > first), MOST))


def occurrence(meeting: Meeting, day: str) -> Occurrence | None:
    """The one known by that day, or None; of a single meeting the only one."""
    if not repeats(meeting.plan):
        return None if day else _occurrence(meeting, meeting.plan.start, "")
    try:
        midnight = datetime.fromisoformat(day[:10])
    except ValueError:
        return None
    return next((o for o in _each(meeting, set(_of_day(meeting.plan, midnight))) if o.day == day), None)


def ahead(meetings: Iterable[Meeting], first: datetime, last: datetime) -> tuple[Occurrence, ...]:
    """The occurrences of all these meetings in that window, by their start."""
    found = [o for meeting in meetings for o in occurrences(meeting, first, last)]
    return tuple(sorted(found, key=lambda o: (o.start, o.id)))


def instant(local: datetime, zone_name: str) -> datetime:
    """A local time as an aware one. One that the clock skips is as late as it would have been without the
    change, the first of two is meant when the clock goes back (RFC 5545, 3.3.5)."""
    here = zone(zone_name)
    return local.replace(tzinfo=here).astimezone(UTC).astimezone(here)


def differing(meeting: Meeting) -> tuple[Occurrence, ...]:
    """Those of a series that its plan makes exceptions for, wherever they are in time."""
    return tuple(_occurrence(meeting, e.of, f"{e.of:%Y-%m-%d}") for e in meeting.plan.exceptions)


def as_planned(meeting: Meeting) -> Occurrence:
    """The first of a series as its plan has it, without its own differences; of a single meeting the one."""
    bare = replace(meeting, plan=replace(meeting.plan, exceptions=()))
    return _occurrence(
        bare, meeting.plan.start, f"{meeting.plan.start:%Y-%m-%d}" if repeats(meeting.plan) else ""
    )


def rule_for_calendars(meeting: Meeting) -> str:
    """The RRULE value that a calendar takes (RFC 5545, 3.3.10: UNTIL in UTC, of all-day ones a date), ending where
    the series was cancelled; empty for a single meeting and for a rule that is not followed here."""
    plan = meeting.plan
    if not plan.rule or _rule(plan.rule, plan.start, plan.zone) is None:
        return ""
    parts = dict(part.split("=", 1) for part in plan.rule.split(";") if "=" in part)
    until = _until(parts.pop("UNTIL", ""), plan.zone)
    cut = _cancelled_at(meeting).astimezone(zone(plan.zone)).replace(tzinfo=None) if plan.cancelled else None
    if cut and cut > plan.start:
        parts.pop("COUNT", None)
        until = max(starts(plan, plan.start, cut), default=plan.start)
    if until:
        at = (
            f"{until:%Y%m%d}"
            if plan.all_day
            else f"{instant(until, plan.zone).astimezone(UTC):%Y%m%dT%H%M%SZ}"
        )
        parts["UNTIL"] = at
    return ";".join(f"{name}={value}" for name, value in parts.items())


# What a plan gives


def starts(plan: Plan, first: datetime, last: datetime) -> list[datetime]:
    """The local starts that the plan gives from `first` to `last` (local), dropped ones left out."""
    found = {plan.start, *plan.extra}
    rule = _rule(plan.rule, plan.start, plan.zone) if plan.rule else None
    if rule:
        shift, recurring = rule
        given = recurring.xafter(_shifted(first, shift), inc=True) if first > plan.start else iter(recurring)
        end = _shifted(last, shift)
        for start in islice(given, MOST):
            if start > end:
                break
            found.add(_shifted(start, -shift))
    dropped = set(plan.dropped) - {e.of for e in plan.exceptions}
    return [start for start in found if first <= start <= last and start not in dropped]


@lru_cache(maxsize=1024)
def _rule(text: str, start: datetime, zone_name: str) -> tuple[int, rrule] | None:
    """The rule, moved so many years on; None for one that no meeting has (every second, in no calendar).

    dateutil looks for the next date until the year 9999, which takes seconds for a rule that never comes
    true (30 February). Two to six centuries before that the calendar is the same, and the search short.
    """
    if not _RULE.fullmatch(text):
        return None
    parts = dict(part.split("=", 1) for part in text.split(";") if "=" in part)
    if not _PARTS.issuperset(parts) or parts.get("FREQ") not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        return None
    shift = (_LATEST - start.year) // _CYCLE * _CYCLE
    try:
        if int(parts.get("INTERVAL", "1")) < 1:
            return None
        until = _until(parts.pop("UNTIL", ""), zone_name)
        found = rrulestr(
            ";".join(f"{k}={v}" for k, v in parts.items()), dtstart=_shifted(start, shift), cache=True
        )
    except (ValueError, OverflowError):
        return None
    if not isinstance(found, rrule):
        return None
    if until and until.year + shift <= 9999:
        found = found.replace(until=_shifted(until, shift))
    return shift, found


def _until(text: str, zone_name: str) -> datetime | None:
    """The last local time of a rule; a bare date is that whole day. Raises ValueError."""
    if not text:
        return None
    if len(text) == 8:
        return datetime.combine(datetime.strptime(text, "%Y%m%d"), time.max)
    if text.endswith("Z"):
        utc = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return utc.astimezone(zone(zone_name)).replace(tzinfo=None)
    return datetime.strptime(text, "%Y%m%dT%H%M%S")


def _shifted(local: datetime, years: int) -> datetime:
    return local.replace(year=min(local.year + years, 9999))


# One of them


def _between(plan: Plan, first: datetime, last: datetime) -> list[datetime]:
    """Every start that the plan gives, and every one that it does not give but that was moved from there."""
    orphans = {e.of for e in plan.exceptions if e.start and first <= e.of <= last}
    return sorted(orphans.union(starts(plan, first, last)))


def _of_day(plan: Plan, midnight: datetime) -> list[datetime]:
    return _between(plan, midnight, midnight + _LAST)


def _midnight(local: datetime) -> datetime:
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _each(meeting: Meeting, known: set[datetime]) -> Iterator[Occurrence]:
    """Whole days of them; the second of a day is known by its hour too."""
    before = None
    for of in sorted(known):
        day = f"{of:%Y-%m-%dT%H%M}" if of.date() == before else f"{of:%Y-%m-%d}"
        before = of.date()
        yield _occurrence(meeting, of, day if repeats(meeting.plan) else "")


def _occurrence(meeting: Meeting, of: datetime, day: str) -> Occurrence:
    plan = meeting.plan
    own = next((e for e in plan.exceptions if e.of == of), None) or Difference(of)
    local = own.start or of
    start = instant(local, plan.zone)
    length = timedelta(minutes=plan.minutes if own.minutes is None else own.minutes)
    ended = plan.cancelled and start >= _cancelled_at(meeting)
    was, was_place, why = _before(meeting, own) if day else _before_single(meeting)
    return Occurrence(
        meeting=meeting.id,
        version=meeting.version,
        day=day,
        of=of,
        start=start,
        # A day is a calendar day, 23 or 25 hours when the clock changes; two hours are always two hours.
        end=instant(local + length, plan.zone) if plan.all_day else _later(start, length),
        all_day=plan.all_day,
        title=own.title or plan.title,
        group=plan.group,
        place=plan.place if own.place is None else own.place,
        link=plan.link if own.link is None else own.link,
        mode=own.mode or plan.mode,
        agenda=plan.agenda if own.agenda is None else own.agenda,
        cancelled=own.cancelled or ended,
        tentative=plan.tentative,
        was=was and instant(was, plan.zone),
        was_place=was_place,
        reason=_why_cancelled(meeting) if ended else why,
    )


def _later(start: datetime, length: timedelta) -> datetime:
    return (start.astimezone(UTC) + length).astimezone(start.tzinfo)


def _before(meeting: Meeting, own: Difference) -> tuple[datetime | None, str | None, str]:
    """When and where one of a series would have been, and why it is not."""
    plan = meeting.plan
    was = own.of if own.start not in (None, own.of) else None
    was_place = plan.place if plan.place and own.place not in (None, plan.place) else None
    return was, was_place, own.reason


def _before_single(meeting: Meeting) -> tuple[datetime | None, str | None, str]:
    """When and where a single meeting was before it was last changed, and why, by its history."""
    moved, placed = _last(meeting, "start"), _last(meeting, "place")
    was: datetime | None = value(Plan, "start", moved.was) if moved else None
    was_place: str | None = (value(Plan, "place", placed.was) or None) if placed else None
    newest = max((c for c in (moved, placed) if c), key=lambda c: c.version, default=None)
    return was, was_place, newest.why.reason if newest else ""


def _last(meeting: Meeting, field: str) -> Change | None:
    return next((c for c in reversed(meeting.history) if c.field == field), None)


def _why_cancelled(meeting: Meeting) -> str:
    change = _last(meeting, "cancelled")
    return change.why.reason if change else ""


def _cancelled_at(meeting: Meeting) -> datetime:
    """When the whole of it was cancelled: what took place before then took place."""
    change = _last(meeting, "cancelled")
    return change.at if change else _ALWAYS
