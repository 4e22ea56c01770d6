"""Stretches of the calendar: days, weeks, months, quarters and years, counted from a day, and their parts."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

Precision = Literal["hour", "day", "month", "quarter", "year"]
FIRST_YEAR, LAST_YEAR = 1990, 2100
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Days from `first` to `last`, both included; None is an open side."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A date is written, but which? The windows it may mean; none when it is no date at all or lacks its century."""

    windows: tuple[Window, ...] = ()


class Part(NamedTuple):
    """A stretch of the calendar read up to token `end`; `maybe` when it can't be told which."""

    end: int
    first: date
    last: date
    precision: Precision = "day"
    maybe: Ambiguous | None = None


def month_of(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def coming_year(month: int, today: date) -> int:
    return today.year if month >= today.month else today.year + 1


def same_day(day: date, year: int) -> date:
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))


def months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def later(today: date, unit: str, many: int) -> date | None:
    """The day so many units from today, None when that leaves the calendar we read."""
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}.get(unit)
    if months is not None:
        return months_on(today, many * months) if abs(many * months) <= 600 else None
    return today + many * (7 if unit in ("week", "weekend") else 1) * DAY


def around(today: date, unit: str, many: int, end: int) -> Part | None:
    """The whole unit that lies so many from the one that is now."""
    day = later(today, unit, many)
    if day is None:
        return None
    if unit == "week":
        first = day - day.weekday() * DAY
        return Part(end, first, first + 6 * DAY)
    if unit == "weekend":
        monday = day - day.weekday() * DAY
        return Part(end, monday + 5 * DAY, monday + 6 * DAY)
    if unit == "month":
        return Part(end, *month_of(day.year, day.month), "month")
    if unit in ("quarter", "half"):
        size = 3 if unit == "quarter" else 6
        start = (day.month - 1) // size * size + 1
        first, last = date(day.year, start, 1), month_of(day.year, start + size - 1)[1]
        return Part(end, first, last, "quarter" if size == 3 else "month")
    if unit == "year":
        return Part(end, date(day.year, 1, 1), date(day.year, 12, 31), "year")
    return Part(end, day, day)


START, MIDDLE, END = 0, 1, 2
THIS, NEXT, COMING, LAST = 0, 1, 2, 3


def piece_of(first: date, last: date, piece: int) -> tuple[date, date]:
    """The beginning, middle or end of a week, month, quarter or year: of a month 1-10, 11-20, 21 to its last day."""
    length = (last - first).days + 1
    if length <= 7:
        return ((first, first + DAY), (first + 2 * DAY, first + 3 * DAY), (first + 4 * DAY, last))[piece]
    if length <= 31:
        return ((first, first + 9 * DAY), (first + 10 * DAY, first + 19 * DAY), (first + 20 * DAY, last))[
            piece
        ]
    if piece == START:
        return month_of(first.year, first.month)
    if piece == END:
        return month_of(last.year, last.month)
    middle = first + (length // 2) * DAY
    return month_of(middle.year, middle.month)
