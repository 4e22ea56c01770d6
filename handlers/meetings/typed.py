"""What the secretariat types about a meeting, read: times, places, links, agendas, how often it repeats."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from handlers.chat import Answers
from handlers.context import Context
from handlers.meetings.occurrences import Occurrence, instant, repeats
from handlers.understanding.dates import moment_of
from storage.meetings import Difference, Mode, Plan
from storage.moments import zone

NOTHING = "-"
"""Typed where something is to be taken away: no place, no link, no agenda."""
REPEATS = ("none", "weekly", "fortnightly", "monthly")
LENGTHS = (30, 60, 90, 120, 180)
LONGEST_SERIES = timedelta(days=3 * 366)

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NUMBERING = re.compile(r"^\s*(?:\d{1,2}[.)]\s+|[-•*–]\s+)?")
_ADDRESS = re.compile(r"https?://[^\s<>\"\x00-\x1f\x7f]{3,500}", re.IGNORECASE)


def given(answers: Answers, name: str) -> str:
    """A text as it was typed, without blanks around it; empty when it was passed over."""
    answer = answers.get(name, "")
    return answer.strip() if isinstance(answer, str) else ""


def start(text: str, ctx: Context, zone_name: str, *, all_day: bool = False) -> datetime | None:
    """A typed day and hour as a local time of that zone; what is typed is the association's own time. None for
    what cannot be read, or has no hour where one is needed."""
    read = moment_of(text, ctx.today)
    if read is None or read.first != read.last:
        return None
    if all_day:
        return datetime.combine(read.first, time())
    if read.time is None:
        return None
    typed = instant(datetime.combine(read.first, read.time), ctx.zone)
    return typed.astimezone(zone(zone_name)).replace(tzinfo=None)


def start_fault(text: str, ctx: Context, zone_name: str, *, all_day: bool = False) -> str:
    """What is wrong with a typed start, a sentence; empty when nothing is."""
    read = start(text, ctx, zone_name, all_day=all_day)
    if read is None:
        day = moment_of(text, ctx.today)
        if day and day.first == day.last and day.time is None:
            return ctx.t("Say the hour too, for example 2026-10-02 10:00.")
        return ctx.t("I cannot read that date. For example: 2026-10-30 16:00.")
    begins = read + timedelta(days=1) if all_day else read
    return ctx.t("That is in the past.") if instant(begins, zone_name) <= ctx.now else ""


def day(text: str, ctx: Context) -> date | None:
    """A typed day; None for what is none."""
    read = moment_of(text, ctx.today)
    return read.first if read and read.first == read.last else None


def minutes(text: str) -> int | None:
    """A length in minutes, "90" or "1:30"; None for what is none, or is over a day."""
    match = re.fullmatch(r"(?:(\d{1,2}):)?(\d{1,4})(?:\s*min\.?)?", text.strip())
    if not match:
        return None
    length = int(match[1] or 0) * 60 + int(match[2])
    return length if 5 <= length <= 1440 else None


def is_address(text: str) -> bool:
    """Whether it is a web address that may be shown as a link."""
    return bool(_ADDRESS.fullmatch(text))


def items(text: str) -> tuple[str, ...]:
    """An agenda, an item a line, their own numbering taken off; none for "-"."""
    if text.strip() == NOTHING:
        return ()
    lines = (" ".join(_NUMBERING.sub("", line, count=1).split()) for line in text.splitlines())
    return tuple(line for line in lines if line)


def mode(place: str, link: str, now: Mode) -> Mode:
    """How people take part, by what there is; as it was when there is neither."""
    if place and link:
        return "hybrid"
    if link:
        return "online"
    return "place" if place else now


def rule(repeat: str, first: datetime, until: date, zone_name: str) -> str:
    """The RRULE of a series that begins then, `until` included; monthly is by weekday ("the second Thursday"),
    the fifth one meaning the last. Empty for a single meeting."""
    if repeat not in REPEATS[1:]:
        return ""
    weekday = _WEEKDAYS[first.weekday()]
    last = instant(datetime.combine(until, time(23, 59, 59)), zone_name).astimezone(UTC)
    ends = f"UNTIL={last:%Y%m%dT%H%M%SZ}"
    if repeat == "monthly":
        nth = (first.day - 1) // 7 + 1
        return f"FREQ=MONTHLY;BYDAY={-1 if nth == 5 else nth}{weekday};{ends}"
    every = ";INTERVAL=2" if repeat == "fortnightly" else ""
    return f"FREQ=WEEKLY{every};BYDAY={weekday};{ends}"


def changes_to(plan: Plan, o: Occurrence, reason: str, **fields: Any) -> Mapping[str, object]:
    """The change of the plan by which this occurrence, and of a series no other, gets these fields."""
    if not repeats(plan):
        return fields
    own = next((e for e in plan.exceptions if e.of == o.of), Difference(o.of))
    others = [e for e in plan.exceptions if e.of != o.of]
    kept = {name: getattr(own, name) for name in Difference.__dataclass_fields__}
    changed = Difference(**(kept | fields | ({"reason": reason} if reason else {})))
    return {"exceptions": tuple(sorted([*others, changed], key=lambda e: e.of))}
