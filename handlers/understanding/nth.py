"""One of several in a month: "paskutinis spalio penktadienis", "first week of October", "antroji lapkričio pusė"."""

from calendar import monthrange
from datetime import date

from handlers.understanding.date_words import UNITS, ordinals
from handlers.understanding.points import HALVES, Points
from handlers.understanding.stretches import DAY, LAST, NEXT, Part, coming_year, later, month_of

_FINAL = -1
_FINAL_WORDS = ("final", "paskutin")


def nth_of(read: Points, at: int) -> Part | None:
    """What is counted inside a month and begins here, in either order of speaking; None when nothing is."""
    at = read.skip(at, "the")
    months = _month(read, at)
    nth = _nth(read, read.skip(months[2], "the") if months is not None else at)
    if nth is None:
        return None
    which, inner = nth
    counted = read.number(inner, 31)
    many, inner = counted if counted is not None else (1, inner)
    if months is None:
        months = _month(read, inner)
        if months is not None:
            inner = months[2]
    unit = _unit(read, inner)
    if unit is None:
        return None
    if months is None:
        if read.word(inner + 1) not in ("of", "in"):
            return None
        months = _month(read, read.skip(inner + 2, "the"))
        inner = months[2] - 1 if months is not None else inner
    if months is None:
        return None
    found = _counted(months[0], months[1], which, many, unit)
    return Part(inner + 1, *found) if found is not None else None


def _nth(read: Points, at: int) -> tuple[int, int] | None:
    word = read.word(at)
    if (read.kind(at) == "rel" and read.value(at) == LAST) or word.startswith(_FINAL_WORDS):
        return _FINAL, at + 1
    nth = ordinals().get(word, 0)
    return (nth, at + 1) if 1 <= nth <= 5 else None


def _month(read: Points, at: int) -> tuple[date, date, int] | None:
    """The whole month that is named here, and where its name ends."""
    if read.kind(at) == "month":
        month = read.value(at)
        end = read.skip(at + 1, "men", "menesio")
        year = read.year(end)
        if year is not None:
            return (*month_of(year[0], month), year[1])
        return (*month_of(coming_year(month, read.today), month), end)
    next_one = read.kind(at) == "rel" and read.value(at) == NEXT
    named = at + 1 if read.kind(at) == "rel" and read.value(at) != LAST else at
    if read.kind(named) != "unit" or UNITS[read.value(named)] != "month" or read.word(named) == "m":
        return None
    day = later(read.today, "month", 1 if next_one else 0)
    return (*month_of(day.year, day.month), named + 1) if day is not None else None


def _unit(read: Points, at: int) -> str | int | None:
    """A weekday's number, or what else is counted."""
    if read.kind(at) == "weekday":
        return read.value(at)
    if read.word(at) in HALVES:
        return "half"
    if read.kind(at) == "unit" and UNITS[read.value(at)] in ("day", "week"):
        return UNITS[read.value(at)] if len(read.word(at)) > 1 else None
    return None


def _counted(first: date, last: date, which: int, many: int, unit: str | int) -> tuple[date, date] | None:
    days = monthrange(first.year, first.month)[1]
    if isinstance(unit, int):
        fitting = [day for day in (first + n * DAY for n in range(days)) if day.weekday() == unit]
        at = which if which == _FINAL else which - 1
        return (fitting[at], fitting[at]) if at < len(fitting) else None
    if unit == "half":
        half = 2 if which == _FINAL else which
        return {1: (first, first + 14 * DAY), 2: (first + 15 * DAY, last)}.get(half)
    if unit == "day" and many == 1:
        return None
    size = many * (7 if unit == "week" else 1)
    if size > days:
        return None
    if which == _FINAL:
        return last - (size - 1) * DAY, last
    begin = first + (which - 1) * size * DAY
    return (begin, min(begin + (size - 1) * DAY, last)) if begin <= last else None
