"""Dates as people write and say them, in Lithuanian and English, read as a window of days or as a moment.

A window is inclusive on both sides; "iki" includes the day it names, and a side that nobody named is None. A week is
Monday to Sunday. What is named without its year is the next one, and what is now counts as this one. What could be two
things ("10-31", "05/06/2026") or hides its century is `Ambiguous`: the asker is asked, nothing is guessed.
"""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from typing import Literal, NamedTuple

from handlers.understanding.folding import fold, sentences

Precision = Literal["hour", "day", "month", "quarter", "year"]
FIRST_YEAR, LAST_YEAR = 1990, 2100
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Days from `first` to `last`, both included; None is an open side."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A date is written, but which? The windows it may mean; none when it is no date at all or lacks its century."""

    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A moment as it was written: its days, the local time if one was said, and how exact it is."""

    first: date
    last: date
    time: time | None
    precision: Precision


class Span(NamedTuple):
    """Where in a sentence a date stands, and what it means."""

    start: int
    end: int
    window: Window | Ambiguous


class _Part(NamedTuple):
    """A stretch of the calendar read up to token `end`; `maybe` when it can't be told which."""

    end: int
    first: date
    last: date
    precision: Precision = "day"
    maybe: Ambiguous | None = None


def window_of(text: str, today: date) -> Window | Ambiguous | None:
    """The first window of days that the text names, None when it names none."""
    for sentence in sentences(text):
        for span in spans([token.word for token in sentence if token.word != "?"], today):
            return span.window
    return None


def spans(words: Sequence[str], today: date) -> list[Span]:
    """Every date in one sentence's folded words, in order."""
    table = _table()
    found: list[Span] = []
    reader = _Reader(words, today)
    at = 0
    while at < len(words):
        word = words[at]
        span = reader.expression(at) if word in table or word[0].isdigit() or word[-1].isdigit() else None
        if span is None:
            at += 1
        else:
            found.append(span)
            at = span.end
    return found


def moment_of(text: str, today: date) -> Reading | None:
    """The one date, time, month, quarter or year that the whole text is; None when it is anything else or unclear.

    For forms and imported sheets, so nothing may be left over: "kažkada spalį" is refused rather than half read.
    """
    clock, rest = _clock_cut(fold(text).strip())
    lines = sentences(rest)
    if len(lines) != 1:
        return None
    words = [token.word for token in lines[0] if token.word not in _AROUND and token.word != "?"]
    reader = _Reader(words, today)
    part = reader.point(0) or reader.bare_year(0)
    if part is None or part.maybe is not None or not all(word in _TRAILING for word in words[part.end :]):
        return None
    days = (part.last - part.first).days + 1
    if days > {"day": 1, "month": 31, "quarter": 92}.get(part.precision, 366):
        return None
    if clock is None:
        return Reading(part.first, part.last, None, part.precision)
    if part.precision != "day":
        return None
    return Reading(part.first, part.last, clock, "hour")


_CLOCK = re.compile(
    r"(?:(?<=\d)t|\b(?:at|nuo|iki)\s+|(?<![\d.\-/]))"
    r"(?P<hour>[01]?\d|2[0-4])"
    r"(?:(?::(?P<minute>[0-5]\d)(?::[0-5]\d)?(?!\d)\s*(?P<half>[ap]\.?m\b\.?)?)"
    r"|(?:[.:](?P<dotted>[0-5]\d))?\s*(?P<mark>val\b\.?|valand\w*|h\b|o'?clock|[ap]\.?m\b\.?)"
    r"(?:\s*(?P<minutes>[0-5]?\d)\s*min\b\.?)?)"
)


def _clock_cut(text: str) -> tuple[time | None, str]:
    """The time of day in a folded text, and the text without it; 24:00 is read as the day's last minute."""
    match = _CLOCK.search(text)
    if match is None:
        return None, text
    hour = int(match["hour"])
    minute = int(match["minute"] or match["dotted"] or match["minutes"] or 0)
    half = (match["half"] or match["mark"] or "").replace(".", "")
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None, text
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour == 24:
        if minute:
            return None, text
        hour, minute = 23, 59
    return time(hour, minute), f"{text[: match.start()]} {text[match.end() :]}"


class _Reader:
    """Reads dates at a place in one sentence's folded words."""

    __slots__ = ("today", "words")

    def __init__(self, words: Sequence[str], today: date) -> None:
        self.words = words
        self.today = today

    # what stands where

    def kind(self, at: int) -> str:
        return _table().get(self.words[at], _NOTHING)[0] if at < len(self.words) else ""

    def value(self, at: int) -> int:
        return _table()[self.words[at]][1]

    def word(self, at: int) -> str:
        return self.words[at] if 0 <= at < len(self.words) else ""

    def skip(self, at: int, *words: str) -> int:
        return at + 1 if self.word(at) in words else at

    def number(self, at: int, most: int) -> tuple[int, int] | None:
        """A number written or spoken, and where it ends (after "15th", "15-ą")."""
        word = self.word(at)
        if word.isdecimal() and len(word) <= 4:
            value, end = int(word), at + 1
            if self.word(end) in _ORDINAL_ENDS:
                end += 1
            elif self.word(end) in "–-" and self.word(end + 1) in _ORDINAL_ENDS:
                end += 2
        elif self.kind(at) == "number":
            value, end = self.value(at), at + 1
        else:
            return None
        return (value, end) if 1 <= value <= most else None

    def year(self, at: int) -> tuple[int, int] | None:
        """A year of four figures, and where it ends, its "m." or "metų" included."""
        word = self.word(at)
        if len(word) != 4 or not word.isdecimal() or not FIRST_YEAR <= int(word) <= LAST_YEAR:
            return None
        return int(word), self.skip(at + 1, *_YEAR_MARKS)

    # expressions: prepositions around points

    def expression(self, at: int) -> Span | None:
        """A window with its prepositions, if one begins here."""
        kind = self.kind(at)
        if kind == "prep":
            return self.prepositional(at, self.word(at))
        if kind == "rel":
            within = self.counted_rel(at, at)
            if within is not None:
                return within
        part = self.ago(at) or self.point(at)
        if part is None:
            return None
        return self.ranged(at, part)

    def prepositional(self, at: int, word: str) -> Span | None:
        role = _PREPOSITIONS[word]
        if role == "than":
            if self.word(at - 1) not in ("veliau", "later"):
                return None
            role = "until"
        inner = self.skip(at + 1, "the", "pat", "pacios", "a", "an")
        if role in ("after", "in"):
            shifted = self.shifted(inner, +1)
            if shifted is not None:
                return self.span(at, shifted)
        if role == "before":
            shifted = self.shifted(inner, -1)
            if shifted is not None:
                return self.span(at, shifted)
        if role in ("within", "in"):
            within = self.counted_rel(at, inner) or (self.counted(at, inner) if role == "within" else None)
            if within is not None:
                return within
        return self.sided(at, inner, role)

    def sided(self, at: int, inner: int, role: str) -> Span | None:
        part = self.point(inner) or (self.bare_year(inner) if role != "on" else None)
        if part is None:
            return self.day_range(at, inner) if role in ("since", "between") else None
        if part.maybe is not None:
            return self.span(at, part)
        if role in ("since", "between"):
            ranged = self.ranged(at, part)
            if isinstance(ranged.window, Window) and ranged.end > part.end:
                return ranged
            return Span(at, part.end, Window(part.first, None)) if role == "since" else None
        if role == "until":
            return Span(at, part.end, Window(None, part.last))
        if role == "before":
            ends = any(self.kind(i) == "part" and self.value(i) == _END for i in range(inner, part.end))
            return Span(at, part.end, Window(None, part.last if ends else part.first - _DAY))
        if role == "after":
            return Span(at, part.end, Window(part.last + _DAY, None))
        return self.ranged(at, part)

    def span(self, at: int, part: _Part) -> Span:
        return Span(at, part.end, part.maybe or Window(part.first, part.last))

    def ranged(self, at: int, part: _Part) -> Span:
        """The part, and what it reaches to when "–", "iki", "to" or "ir" and a second part follow."""
        span = self.span(at, part)
        joint = self.word(part.end)
        if part.maybe is not None or _PREPOSITIONS.get(joint, joint) not in (
            "until",
            "to",
            "ir",
            "and",
            "–",
            "-",
        ):
            return span
        if joint in ("ir", "and") and _PREPOSITIONS.get(self.word(at)) != "between":
            return span
        inner = self.skip(part.end + 1, "the")
        other = self.point(inner)
        if other is None and part.precision == "day":
            other = self.day_in(inner, part.first)
        if other is None or other.maybe is not None:
            return span
        last = other.last
        if last < part.first and part.first.year == other.last.year + 1:
            return span
        if last < part.first:
            # "nuo gruodžio iki sausio": the second is the one that follows the first
            last = _same_day(last, last.year + 1)
        return Span(at, other.end, Window(part.first, last)) if last >= part.first else span

    def day_in(self, at: int, near: date) -> _Part | None:
        """A bare day of the month of `near`, or of the next one: the second half of "spalio 5 – 16 d."."""
        found = self.number(at, 31)
        if found is None:
            return None
        day, end = found
        end = self.skip(end, "d", "diena", "dienos", "dienai")
        if day > monthrange(near.year, near.month)[1] or day <= near.day:
            return None
        return _Part(end, near.replace(day=day), near.replace(day=day))

    def day_range(self, at: int, inner: int) -> Span | None:
        """Two days before the month that both belong to: "nuo 5 iki 16 spalio", "from the 5th to 16 October"."""
        found = self.number(inner, 31)
        if found is None:
            return None
        joint = self.skip(found[1], "d")
        if _PREPOSITIONS.get(self.word(joint), self.word(joint)) not in (
            "until",
            "to",
            "ir",
            "and",
            "–",
            "-",
        ):
            return None
        other = self.point(self.skip(joint + 1, "the"))
        if (
            other is None
            or other.precision != "day"
            or found[0] > other.first.day
            or other.first != other.last
        ):
            return None
        return Span(at, other.end, Window(other.first.replace(day=found[0]), other.last))

    # counting from today

    def count(self, at: int) -> tuple[int, int]:
        """How many, one when nothing is said, and where the unit should stand."""
        found = self.number(at, 999)
        if found is None:
            return 1, at
        return found[0], self.skip(found[1], "of", "kalendoriniu", "darbo")

    def shifted(self, at: int, sign: int) -> _Part | None:
        """ "po dviejų savaičių", "in 3 days", "prieš mėnesį": the day, or the whole week, month or year it falls in."""
        many, unit = self.count(at)
        if self.kind(unit) != "unit" or self.kind(unit + 1) == "part" or self.word(unit) in ("m", "k"):
            return None
        return _around(self.today, _UNITS[self.value(unit)], sign * many, unit + 1)

    def ago(self, at: int) -> _Part | None:
        found = self.number(at, 999)
        if found is None or self.kind(found[1]) != "unit":
            return None
        after = found[1] + 1
        unit = _UNITS[self.value(found[1])]
        if self.word(after) == "ago":
            return _around(self.today, unit, -found[0], after + 1)
        if self.word(after) == "from" and self.word(after + 1) in ("now", "today"):
            return _around(self.today, unit, found[0], after + 2)
        return None

    def counted(self, at: int, inner: int) -> Span | None:
        """ "per dvi savaites", "within a month": from today for so long."""
        many, unit = self.count(inner)
        if self.kind(unit) != "unit" or self.word(unit) in ("m", "k") or self.kind(unit + 1) == "part":
            return None
        last = _later(self.today, _UNITS[self.value(unit)], many)
        return Span(at, unit + 1, Window(self.today, last)) if last is not None else None

    def counted_rel(self, at: int, inner: int) -> Span | None:
        """ "per artimiausias dvi savaites", "next 10 days", "last two weeks": so long from today, or up to it."""
        if self.kind(inner) != "rel":
            return None
        rel = self.value(inner)
        found = self.number(inner + 1, 999)
        plural = self.word(inner) in _PLURAL_RELS
        if found is None and not plural:
            return None
        many, unit = self.count(inner + 1)
        if self.kind(unit) != "unit" or rel == _THIS:
            return None
        other = _later(self.today, _UNITS[self.value(unit)], -many if rel == _LAST else many)
        if other is None:
            return None
        return Span(at, unit + 1, Window(*sorted((self.today, other))))

    # points: one stretch of the calendar

    def point(self, at: int) -> _Part | None:
        """A day, week, month, quarter, half or year that begins here, without prepositions."""
        at = self.skip(at, "the", "on")
        word = self.word(at)
        if not word:
            return None
        if word[0].isdecimal():
            return self.figures(at) or self.dated(at)
        kind = self.kind(at)
        if kind == "dayword":
            day = self.today + self.value(at) * _DAY
            return _Part(at + 1, day, day)
        if word == "day" and self.words[at : at + 3] == ["day", "after", "tomorrow"]:
            return _Part(at + 3, self.today + 2 * _DAY, self.today + 2 * _DAY)
        if kind == "rel":
            return self.relative(at)
        if kind == "part" or word == "per":
            return self.part_first(at)
        if kind == "weekday":
            return self.weekday(at, None)
        if kind == "unit":
            return self.unit_part(at)
        if kind == "yearword":
            return self.of_year(at + 1, self.today.year + self.value(at))
        return self.dated(at)

    def dated(self, at: int) -> _Part | None:
        """Year, month and day in any usual order; quarters and halves; seasons."""
        year = self.year(at)
        if year is not None:
            marked = year[1] > at + 1
            found = self.of_year(year[1], year[0], bare=marked)
            if found is not None:
                return found
        return self.month(at, None) or self.quarter(at, None) or self.season(at, None) or self.day(at)

    def of_year(self, at: int, year: int, *, bare: bool = True) -> _Part | None:
        """What of a given year follows, else (with `bare`) the whole of it."""
        at = self.skip(at, "of")
        inner = self.month(at, year) or self.quarter(at, year) or self.season(at, year)
        if inner is not None:
            return inner
        if self.kind(at) == "part":
            first, last = _piece(date(year, 1, 1), date(year, 12, 31), self.value(at))
            return _Part(at + 1, first, last, "month")
        return _Part(at, date(year, 1, 1), date(year, 12, 31), "year") if bare else None

    def bare_year(self, at: int) -> _Part | None:
        found = self.year(at)
        return self.of_year(found[1], found[0]) if found is not None else None

    def month(self, at: int, year: int | None) -> _Part | None:
        """A month with what belongs to it: "spalio 31 d. 2026", "spalio pabaigoje", "31 October", "October 2026"."""
        before = self.number(at, 31) if self.word(at)[:1].isdecimal() else None
        if before is not None and self.kind(self.skip(self.skip(before[1], "d"), "of")) == "month":
            name = self.skip(self.skip(before[1], "d"), "of")
            after = self.year(name + 1)
            end = after[1] if after is not None else name + 1
            return self.month_day(end, self.value(name), before[0], after[0] if after else year)
        if self.kind(at) != "month" or (self.word(at) in _ALSO_WORDS and not self.meant(at)):
            return None
        month = self.value(at)
        at = self.skip(at + 1, "men", "menesio", "menesi", "menuo", "menesyje")
        range_ = _BETWEEN.fullmatch(self.word(at))
        if range_ is not None:
            return self.month_days(at + 1, month, int(range_[1]), int(range_[2]), year)
        day = self.number(self.skip(at, "the"), 31)
        if day is not None and self.kind(day[1]) != "unit_counted":
            end = self.skip(day[1], "d", "diena", "dienos", "dienai")
            after = self.year(end)
            if after is not None:
                return self.month_day(after[1], month, day[0], after[0])
            return self.month_day(end, month, day[0], year)
        after = self.year(self.skip(at, "of"))
        if after is not None:
            year, at = after
        return self.whole_month(at, month, year)

    def whole_month(self, at: int, month: int, year: int | None) -> _Part:
        year = _coming_year(month, self.today) if year is None else year
        first, last = _month(year, month)
        if self.kind(at) == "part":
            return _Part(at + 1, *_piece(first, last, self.value(at)))
        return _Part(at, first, last, "month")

    def month_day(self, end: int, month: int, day: int, year: int | None) -> _Part:
        """One day; the next such one when no year is said. A day the month hasn't got is Ambiguous."""
        end = self.after_weekday(end)
        years = range(self.today.year, self.today.year + 9) if year is None else range(year, year + 1)
        for candidate in years:
            if 1 <= day <= monthrange(candidate, month)[1]:
                found = date(candidate, month, day)
                if year is not None or found >= self.today:
                    return _Part(end, found, found)
        return _Part(end, self.today, self.today, "day", Ambiguous())

    def month_days(self, end: int, month: int, first: int, last: int, year: int | None) -> _Part | None:
        end = self.skip(end, "d", "dienomis")
        after = self.year(end)
        if after is not None:
            year, end = after[0], after[1]
        tail = self.month_day(end, month, last, year) if 1 <= last <= 31 else None
        if tail is None or tail.maybe is not None or not 1 <= first <= last:
            return tail
        return tail._replace(first=tail.last.replace(day=first))

    def after_weekday(self, at: int) -> int:
        """Past the weekday that a full date repeats ("spalio 31 d., šeštadienis"; "2026-10-31, št")."""
        if self.kind(at) == "weekday" or self.word(at) in _SHORT_WEEKDAYS:
            return at + 1
        return at

    def meant(self, at: int) -> bool:
        """Whether "may", "march" or "mar" is the month: a preposition, number or year stands beside it."""
        return (
            (self.kind(at - 1) in ("prep", "rel", "part") if at else False)
            or self.word(at - 1) in ("of", "on", "in", "and", "to")
            or self.word(at + 1)[:1].isdecimal()
        )

    def quarter(self, at: int, year: int | None) -> _Part | None:
        """ "IV ketv.", "4 ketvirtis", "ketvirtas ketvirtis", "Q4", "4th quarter", "II pusmetis", a year or none."""
        word = self.word(at)
        if len(word) == 2 and word[0] == "q" and word[1] in "1234":
            return self.stretch(at + 1, int(word[1]), 3, year)
        nth = _ROMANS.get(word) or (self.number(at, 4) or (0, 0))[0] or _ordinals().get(word, 0)
        if not 1 <= nth <= 4:
            return None
        numbered = self.number(at, 4)
        unit = self.skip(numbered[1] if numbered is not None else at + 1, "-", "–")
        if (
            self.word(unit) in ("siu", "kitu") and self.word(unit + 1) == "metu"
        ):  # "ketvirtąjį šių metų ketvirtį"
            year, unit = self.today.year + (self.word(unit) == "kitu"), unit + 2
        if self.word(unit) == "half" and self.word(unit + 1) == "of":
            return self.stretch(unit + 2, nth, 6, year) if nth <= 2 else None
        if self.kind(unit) != "unit":
            return None
        name = _UNITS[self.value(unit)]
        if name == "half" and nth <= 2:
            return self.stretch(unit + 1, nth, 6, year)
        return self.stretch(unit + 1, nth, 3, year) if name == "quarter" else None

    def stretch(self, at: int, nth: int, months: int, year: int | None) -> _Part:
        after = self.year(self.skip(at, "of"))
        if after is not None:
            year, at = after
        if year is None:
            now = (self.today.month - 1) // months + 1
            year = self.today.year if nth >= now else self.today.year + 1
        first = date(year, (nth - 1) * months + 1, 1)
        last = _month(year, nth * months)[1]
        if self.kind(at) == "part":
            return _Part(at + 1, *_piece(first, last, self.value(at)), "month")
        return _Part(at, first, last, "quarter" if months == 3 else "month")

    def season(self, at: int, year: int | None) -> _Part | None:
        if self.kind(at) != "season":
            return None
        start = self.value(at)
        after = self.year(at + 1)
        if after is not None:
            year = after[0]
        begin = year if year is not None else self.today.year
        spans_ = [
            (date(y, start, 1), _month(y + (start == 12), (start + 1) % 12 + 1)[1])
            for y in (begin - 1, begin, begin + 1)
        ]
        first, last = next(
            s for s in spans_ if (s[0].year == year if year is not None else s[1] >= self.today)
        )
        return _Part(after[1] if after is not None else at + 1, first, last, "month")

    def day(self, at: int) -> _Part | None:
        """A bare day of a month: "15 d.", "15 dieną", "the 15th"; the coming one."""
        word = self.word(at)
        found = self.number(at, 31)
        if found is None or not word.isdecimal():
            return None
        ordinal = found[1] > at + 1
        named = self.word(found[1]) in ("d", "diena", "dienai", "dienos")
        if not named and not (ordinal and self.word(at - 1) in ("the", "on")):
            return None
        end = found[1] + 1 if named else found[1]
        for ahead in range(4):
            year, month = divmod(self.today.year * 12 + self.today.month - 1 + ahead, 12)
            if found[0] <= monthrange(year, month + 1)[1]:
                coming = date(year, month + 1, found[0])
                if coming >= self.today:
                    return _Part(end, coming, coming)
        return None

    def relative(self, at: int) -> _Part | None:
        """ "šią savaitę", "kitą penktadienį", "next month", "praėjusių metų spalį"."""
        rel = self.value(at)
        inner = at + 1
        if self.kind(inner) == "weekday":
            return self.weekday(inner, rel)
        if self.kind(inner) == "season":
            return self.season(inner, None)
        if self.kind(inner) == "month":
            return self.relative_month(inner, rel)
        if self.kind(inner) != "unit" or self.word(inner) in ("d", "k"):
            return None
        unit = _UNITS[self.value(inner)]
        offset = {_THIS: 0, _NEXT: 1, _COMING: 1, _LAST: -1}[rel]
        if unit == "year":
            if (
                self.word(at) in _NOW_WORDS
                and self.word(inner) == "metu"
                and not self.year_follows(inner + 1)
            ):
                return None
            return self.of_year(inner + 1, self.today.year + offset)
        part = _around(self.today, unit, offset, inner + 1)
        if part is None or self.kind(inner + 1) != "part":
            return part
        return self.part_of(inner + 1, unit, part)

    def year_follows(self, at: int) -> bool:
        return (
            self.kind(at) in ("month", "part", "season")
            or self.word(at) in _ROMANS
            or self.kind(at + 1) == "unit"
        )

    def relative_month(self, at: int, rel: int) -> _Part | None:
        found = self.month(at, None)
        if found is None or rel in (_THIS, _COMING):
            return found
        year = found.first.year
        if rel == _LAST:
            year -= 1
        elif self.value(at) == self.today.month:
            year += 1
        return self.month(at, year)

    def weekday(self, at: int, rel: int | None) -> _Part | None:
        if self.word(at) in _ALSO_WORDS and not self.meant(at) and rel is None:
            return None
        monday = self.today - self.today.weekday() * _DAY
        day = monday + self.value(at) * _DAY
        if rel == _NEXT:
            day += 7 * _DAY
        elif rel == _LAST:
            day -= 0 * _DAY if day < self.today else 7 * _DAY
        elif (rel == _COMING and day <= self.today) or (rel is None and day < self.today):
            day += 7 * _DAY
        end = at + 1
        if (rel is None and self.kind(end) == "month") or (
            self.word(end)[:4].isdecimal() and self.word(end) != ""
        ):
            # "Saturday, October 31, 2026": the date says which Saturday
            dated = self.figures(end) or self.dated(end)
            if dated is not None and dated.precision == "day":
                return dated
        return _Part(end, day, day)

    def unit_part(self, at: int) -> _Part | None:
        """ "mėnesio pabaigoje", "savaitės pradžioje", "savaitgalį": of the one that is now."""
        unit = _UNITS[self.value(at)]
        if unit == "weekend":
            return _around(self.today, unit, 0, at + 1)
        if self.kind(at + 1) != "part" or self.word(at) in ("d", "k"):
            return None
        part = _around(self.today, unit, 0, at + 1)
        return self.part_of(at + 1, unit, part) if part is not None else None

    def part_of(self, at: int, unit: str, whole: _Part) -> _Part:
        if unit in ("day", "weekend"):
            return whole
        return _Part(at + 1, *_piece(whole.first, whole.last, self.value(at)))

    def part_first(self, at: int) -> _Part | None:
        """ "end of October", "beginning of next week", "mid November", "pabaigoje spalio"."""
        piece = self.value(at) if self.kind(at) == "part" else _START
        inner = self.skip(self.skip(self.skip(at + 1, "-", "–"), "of", "in"), "the", "this")
        whole: _Part | None
        if self.kind(inner) == "unit" and self.word(inner) not in ("d", "m", "k"):
            whole = _around(self.today, _UNITS[self.value(inner)], 0, inner + 1)
        elif (
            self.kind(inner) in ("month", "rel", "season")
            or self.word(inner)[:1].isdecimal()
            or self.word(inner)[:1] == "q"
        ):
            whole = self.point(inner) or self.bare_year(inner)
        else:
            return None
        if whole is None or whole.maybe is not None or (whole.last - whole.first).days < 6:
            return None
        return _Part(whole.end, *_piece(whole.first, whole.last, piece))

    def figures(self, at: int) -> _Part | None:
        """Dates in figures, "1-15 October" among them; without a year, or with one of two figures, they are Ambiguous."""
        word = self.word(at)
        name = self.skip(at + 1, "d", "of")
        between = _BETWEEN.fullmatch(word)
        if between is not None and self.kind(name) == "month" and self.word(name) not in _ALSO_WORDS:
            return self.month_days(name + 1, self.value(name), int(between[1]), int(between[2]), None)
        match = _FIGURES.fullmatch(word)
        if match is None or self.word(at + 1) in _CLOCK_MARKS:
            return None
        end = self.after_weekday(self.skip(at + 1, "d", "m"))
        if match["y"]:
            year, month = int(match["y"]), int(match["m"])
            if not FIRST_YEAR <= year <= LAST_YEAR or not 1 <= month <= 12:
                return _Part(end, self.today, self.today, "day", Ambiguous())
            if not match["d"]:
                return _Part(end, *_month(year, month), "month")
            return self.month_day(end, month, int(match["d"]), year)
        if match["my"]:
            return self.month_of_figures(end, int(match["mm"]), int(match["my"]))
        if match["year"]:
            return self.day_first(end, int(match["a"]), int(match["b"]), int(match["year"]), match["sep"])
        if match["short"]:
            return _Part(end, self.today, self.today, "day", Ambiguous())
        return self.yearless(end, int(match["p"]), int(match["q"]))

    def month_of_figures(self, end: int, month: int, year: int) -> _Part | None:
        if not 1 <= month <= 12 or not FIRST_YEAR <= year <= LAST_YEAR:
            return None
        return _Part(end, *_month(year, month), "month")

    def day_first(self, end: int, a: int, b: int, year: int, sep: str) -> _Part:
        """ "30.10.2026" is day first, as in Lithuania; "05/06/2026" is American or British, so it asks."""
        days = [(d, m) for d, m in ((a, b), (b, a)) if 1 <= m <= 12 and 1 <= d <= 31]
        if sep != "/":
            days = days[:1] if days and days[0] == (a, b) else []
        options = {
            date(year, m, d)
            for d, m in days
            if FIRST_YEAR <= year <= LAST_YEAR and d <= monthrange(year, m)[1]
        }
        if len(options) == 1:
            only = options.pop()
            return _Part(end, only, only)
        return _Part(
            end, self.today, self.today, "day", Ambiguous(tuple(Window(d, d) for d in sorted(options)))
        )

    def yearless(self, end: int, p: int, q: int) -> _Part | None:
        options: list[date] = []
        for month, day in ((p, q), (q, p)):
            if 1 <= month <= 12 and 1 <= day <= 31:
                found = self.month_day(end, month, day, None)
                if found.maybe is None and found.first not in options:
                    options.append(found.first)
        if not options:
            return None
        return _Part(end, self.today, self.today, "day", Ambiguous(tuple(Window(d, d) for d in options)))


_BETWEEN = re.compile(r"(\d{1,2})[-–](\d{1,2})")
_FIGURES = re.compile(
    r"(?P<y>\d{4})[-./](?P<m>\d{1,2})(?:[-./](?P<d>\d{1,2}))?"
    r"|(?P<mm>\d{1,2})[-./](?P<my>\d{4})"
    r"|(?P<a>\d{1,2})(?P<sep>[-./])(?P<b>\d{1,2})(?P=sep)(?P<year>\d{4})"
    r"|(?P<short>\d{1,2}([-./])\d{1,2}\11\d{1,2})"
    r"|(?P<p>\d{1,2})(?:/|(?<=\d\d)[-.](?=\d\d))(?P<q>\d{1,2})"
)


# the calendar


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _coming_year(month: int, today: date) -> int:
    return today.year if month >= today.month else today.year + 1


def _same_day(day: date, year: int) -> date:
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _later(today: date, unit: str, many: int) -> date | None:
    """The day so many units from today, None when that leaves the calendar we read."""
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}.get(unit)
    if months is not None:
        return _months_on(today, many * months) if abs(many * months) <= 600 else None
    return today + many * (7 if unit in ("week", "weekend") else 1) * _DAY


def _around(today: date, unit: str, many: int, end: int) -> _Part | None:
    """The whole unit that lies so many from the one that is now."""
    day = _later(today, unit, many)
    if day is None:
        return None
    if unit == "week":
        first = day - day.weekday() * _DAY
        return _Part(end, first, first + 6 * _DAY)
    if unit == "weekend":
        monday = day - day.weekday() * _DAY
        return _Part(end, monday + 5 * _DAY, monday + 6 * _DAY)
    if unit == "month":
        return _Part(end, *_month(day.year, day.month), "month")
    if unit in ("quarter", "half"):
        size = 3 if unit == "quarter" else 6
        start = (day.month - 1) // size * size + 1
        first, last = date(day.year, start, 1), _month(day.year, start + size - 1)[1]
        return _Part(end, first, last, "quarter" if size == 3 else "month")
    if unit == "year":
        return _Part(end, date(day.year, 1, 1), date(day.year, 12, 31), "year")
    return _Part(end, day, day)


_START, _MIDDLE, _END = 0, 1, 2
_THIS, _NEXT, _COMING, _LAST = 0, 1, 2, 3


def _piece(first: date, last: date, piece: int) -> tuple[date, date]:
    """The beginning, middle or end of a week, month, quarter or year: of a month 1-10, 11-20, 21 to its last day."""
    length = (last - first).days + 1
    if length <= 7:
        return ((first, first + _DAY), (first + 2 * _DAY, first + 3 * _DAY), (first + 4 * _DAY, last))[piece]
    if length <= 31:
        return ((first, first + 9 * _DAY), (first + 10 * _DAY, first + 19 * _DAY), (first + 20 * _DAY, last))[
            piece
        ]
    if piece == _START:
        return _month(first.year, first.month)
    if piece == _END:
        return _month(last.year, last.month)
    middle = first + (length // 2) * _DAY
    return _month(middle.year, middle.month)


# the words

_NOTHING = ("", 0)
_UNITS = ("day", "week", "weekend", "month", "quarter", "half", "year")
_YEAR_MARKS = ("m", "metai", "metu", "metais", "metus", "metams", "metuose")
_ROMANS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_ORDINAL_ENDS = ("st", "nd", "rd", "th", "oji", "aja", "osios", "ajai", "a", "os", "ai", "asis", "ojo", "aji")
_ALSO_WORDS = ("may", "march", "mar", "sat", "sun", "mon", "kova", "bal", "vas")
_SHORT_WEEKDAYS = ("pr", "an", "tr", "kt", "pn", "st", "sk")
_CLOCK_MARKS = ("val", "valanda", "valandos", "h", "am", "pm")
_NOW_WORDS = ("siuo",)
_AROUND = frozenset(("nuo", "at", "the", "on", "in", "ties"))
_TRAILING = frozenset(("d", "m", "diena", "dienos", "laiku", "iki", "ketv", "k", "min"))
_PREPOSITIONS = {
    "iki": "until", "ligi": "until", "lig": "until", "by": "until", "until": "until", "till": "until",
    "through": "until", "kaip": "than", "nei": "than", "than": "than",
    "nuo": "since", "since": "since", "from": "since", "starting": "since", "pradedant": "since",
    "tarp": "between", "between": "between", "pries": "before", "before": "before",
    "po": "after", "after": "after", "uz": "after", "per": "within", "within": "within", "during": "within",
    "over": "within", "in": "in", "on": "on", "at": "on", "for": "on",
}  # fmt: skip
_PLURAL_RELS = frozenset(
    ("ateinancias", "ateinancius", "artimiausias", "artimiausius", "pastarasias", "pastaruosius")
)


def _forms(stems: str, endings: str) -> list[str]:
    return [stem + ending for stem in stems.split() for ending in endings.split()]


@cache
def _ordinals() -> dict[str, int]:
    table: dict[str, int] = {"first": 1, "second": 2, "third": 3, "fourth": 4}
    for number, stems in enumerate(("pirm", "antr", "trec treci", "ketvirt"), start=1):
        for form in _forms(stems, "as is o io ame iame a ia ui iam am aji asis ajame ojo i oje os es"):
            table[form] = number
    return table


_LT_MONTHS = (
    ("saus", "is io iui i yje iu"), ("vasar", "is io iui i yje iu"), ("kov", "as o ui a e u"),
    ("baland balandz", "is io iui i yje iu"), ("geguz", "e es ei eje"), ("birzel", "is io iui i yje iu"),
    ("liep", "a os ai oje"), ("rugpjut rugpjuc", "is io iui i yje iu"), ("rugsej", "is o ui i yje u"),
    ("spal", "is io iui i yje iu"), ("lapkrit lapkric", "is io iui i yje iu"), ("gruod gruodz", "is io iui i yje iu"),
)  # fmt: skip
_SHORT_MONTHS = "saus vas kov bal geg birz liep rugp rugs spal lapkr gruod"
_EN_MONTHS = "january february march april may june july august september october november december"
_LT_WEEKDAYS = "pirmadien antradien treciadien ketvirtadien penktadien sestadien sekmadien"
_EN_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday"

_UNIT_WORDS = (
    "diena dienos dienu dienas dienai dieneles d day days",
    "savaite savaites savaiciu savaitei savaiteje savaitemis sav week weeks",
    "savaitgalis savaitgalio savaitgali savaitgalyje savaitgaliui weekend",
    "menuo menesio menesi menesiai menesiu menesiui menesyje menesius men month months",
    "ketvirtis ketvircio ketvirti ketvirtyje ketvirciui ketv k quarter",
    "pusmetis pusmecio pusmeti pusmetyje pusmeciui half",
    "metai metu metus metams metais metuose m year years",
)
_REL_WORDS = (
    "si sis sia sio sios siame sioje siais siuos siu siuo siai siam sita sito sitas sitos sitame sitam sitoj sitoje this current einamaji einamojo",
    "kita kitas kito kitos kitame kitoje kitais kitu kitus kiti kitai kitam kitiems sekanti sekancia sekancio sekancios next following",
    "ateinanti ateinantis ateinancia ateinancio ateinancios ateinancias ateinancius artimiausia artimiausi artimiausio "
    "artimiausios artimiausias artimiausius busima busimos coming upcoming",
    "praejusi praejusis praejusia praejusio praejusios praejusiu praeita praeitas praeito praeitos praeitu praejusiais "
    "praeitais pastarasias pastaruosius last previous past",
)
_PART_WORDS = (
    "pradzia pradzioje pradzioj pradzios pradziai beginning start early",
    "vidurys viduryje vidury viduri vidurio viduriui mid middle",
    "pabaiga pabaigoje pabaigoj pabaigos pabaigai pabaigon gale galas galo end late",
)
_DAY_WORDS = {
    -2: "uzvakar", -1: "vakar vakarykstis vakarykscio vakarykstis vakarykste vakarykstes yesterday yesterdays",
    0: "siandien siandienos siandienai siandienini siandieninis siandieninio siandiena today todays tonight",
    1: "rytoj rytojaus rytdiena rytdienos rytdienai tomorrow tomorrows", 2: "poryt porytojaus",
}  # fmt: skip
_NUMBER_WORDS = (
    "viena vieno vienos vieną one", "du dvi dvieju dviejų dviem pora poros two couple", "trys tris triju trims three",
    "keturi keturios keturias keturiu four", "penki penkios penkias penkiu five", "sesi sesios sesias sesiu six",
    "septyni septynios septynias septyniu seven", "astuoni astuonios astuonias astuoniu eight",
    "devyni devynios devynias devyniu nine", "desimt desimties ten",
)  # fmt: skip
_SEASONS = {
    3: "pavasaris pavasario pavasari pavasariui spring", 6: "vasara vasaros vasarai summer",
    9: "ruduo rudens rudeni rudeniui rudenyje autumn", 12: "ziema ziemos ziemai winter",
}  # fmt: skip
_YEAR_WORDS = {0: "siemet", 1: "kitamet", -1: "pernai"}


@cache
def _table() -> dict[str, tuple[str, int]]:
    """Folded word → what it is in a date, and its number."""
    table: dict[str, tuple[str, int]] = dict.fromkeys(_PREPOSITIONS, ("prep", 0))
    for kind, lists in (("unit", _UNIT_WORDS), ("rel", _REL_WORDS), ("part", _PART_WORDS)):
        for value, listed in enumerate(lists):
            table.update(dict.fromkeys(listed.split(), (kind, value)))
    for value, listed in enumerate(_NUMBER_WORDS, start=1):
        table.update(dict.fromkeys(listed.split(), ("number", value)))
    for kind, by_value in (("dayword", _DAY_WORDS), ("season", _SEASONS), ("yearword", _YEAR_WORDS)):
        for value, listed in by_value.items():
            table.update(dict.fromkeys(listed.split(), (kind, value)))
    short = _SHORT_MONTHS.split()
    for value, english in enumerate(_EN_MONTHS.split(), start=1):
        stems, endings = _LT_MONTHS[value - 1]
        names = [
            *_forms(stems, endings),
            short[value - 1],
            english,
            english[:3],
            *(["sept"] if value == 9 else []),
        ]
        table.update(dict.fromkeys(names, ("month", value)))
    for value, (stem, english) in enumerate(zip(_LT_WEEKDAYS.split(), _EN_WEEKDAYS.split(), strict=True)):
        names = [*_forms(stem, "is io iui i yje iu"), english, english + "s", english[:3]]
        table.update(dict.fromkeys(names, ("weekday", value)))
    for word in (*_ROMANS, *_ordinals(), "q1", "q2", "q3", "q4"):
        table.setdefault(word, ("nth", 0))
    return table
