"""One stretch of the calendar, read where it stands in a sentence: a day, week, month, quarter, half or year, without
the prepositions around it."""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date

from handlers.understanding.date_words import (
    ALSO_WORDS,
    CLOCK_MARKS,
    NOTHING,
    NOW_WORDS,
    ORDINAL_ENDS,
    ROMANS,
    SHORT_WEEKDAYS,
    TENS,
    UNITS,
    YEAR_MARKS,
    ordinals,
    table,
)
from handlers.understanding.stretches import (
    COMING,
    DAY,
    FIRST_YEAR,
    LAST,
    LAST_YEAR,
    NEXT,
    START,
    THIS,
    Ambiguous,
    Part,
    Window,
    around,
    coming_year,
    month_of,
    piece_of,
)


class Points:
    """What stands at a place in one sentence's folded words, and the stretch of the calendar that begins there."""

    __slots__ = ("today", "words")

    def __init__(self, words: Sequence[str], today: date) -> None:
        self.words = words
        self.today = today

    # what stands where

    def kind(self, at: int) -> str:
        return table().get(self.words[at], NOTHING)[0] if at < len(self.words) else ""

    def value(self, at: int) -> int:
        return table()[self.words[at]][1]

    def word(self, at: int) -> str:
        return self.words[at] if 0 <= at < len(self.words) else ""

    def skip(self, at: int, *words: str) -> int:
        return at + 1 if self.word(at) in words else at

    def number(self, at: int, most: int) -> tuple[int, int] | None:
        """A number written or spoken, and where it ends (after "15th", "15-ą")."""
        word = self.word(at)
        if word.isdecimal() and len(word) <= 4:
            value, end = int(word), at + 1
            if self.word(end) in ORDINAL_ENDS:
                end += 1
            elif self.word(end) in "–-" and self.word(end + 1) in ORDINAL_ENDS:
                end += 2
        elif self.kind(at) == "number":
            value, end = self.value(at), at + 1
        else:
            return None
        return (value, end) if 1 <= value <= most else None

    def ordinal(self, at: int) -> tuple[int, int] | None:
        """A day's number as an ordinal ("penkioliktą", "dvidešimt pirmos", "twenty-first"), and where it ends; what is
        counted with it ("pirmą savaitę") is no day."""
        tens = TENS.get(self.word(at), 0)
        last = at + 1 if tens else at
        nth = ordinals().get(self.word(last), 0)
        if tens and nth > 9:
            tens, last, nth = 0, at, 0
        if not nth or not 1 <= tens + nth <= 31:
            return None
        counts = self.kind(last + 1) in ("unit", "weekday") and self.word(last + 1) not in _DAY_MARKS
        return None if counts or self.word(last + 1) in HALVES else (tens + nth, last + 1)

    def year(self, at: int) -> tuple[int, int] | None:
        """A year of four figures, and where it ends, its "m." or "metų" included."""
        word = self.word(at)
        if len(word) != 4 or not word.isdecimal() or not FIRST_YEAR <= int(word) <= LAST_YEAR:
            return None
        return int(word), self.skip(at + 1, *YEAR_MARKS)

    # points: one stretch of the calendar

    def point(self, at: int) -> Part | None:
        """A day, week, month, quarter, half or year that begins here, without prepositions."""
        at = self.skip(at, "the", "on")
        word = self.word(at)
        if not word:
            return None
        if word[0].isdecimal():
            return self.figures(at) or self.dated(at)
        kind = self.kind(at)
        if kind == "dayword":
            day = self.today + self.value(at) * DAY
            return Part(at + 1, day, day)
        if word == "day" and self.words[at : at + 3] == ["day", "after", "tomorrow"]:
            return Part(at + 3, self.today + 2 * DAY, self.today + 2 * DAY)
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

    def dated(self, at: int) -> Part | None:
        """Year, month and day in any usual order; quarters and halves; seasons."""
        if self.word(at) == "s" and self.word(at + 1) == "m":  # "š. m. spalio 15 d."
            return self.of_year(at + 2, self.today.year, bare=False)
        year = self.year(at)
        if year is not None:
            marked = year[1] > at + 1
            found = self.of_year(year[1], year[0], bare=marked)
            if found is not None:
                return found
        return self.month(at, None) or self.quarter(at, None) or self.season(at, None) or self.day(at)

    def of_year(self, at: int, year: int, *, bare: bool = True) -> Part | None:
        """What of a given year follows, else (with `bare`) the whole of it."""
        at = self.skip(at, "of")
        inner = self.month(at, year) or self.quarter(at, year) or self.season(at, year)
        if inner is not None:
            return inner
        if self.kind(at) == "part":
            first, last = piece_of(date(year, 1, 1), date(year, 12, 31), self.value(at))
            return Part(at + 1, first, last, "month")
        return Part(at, date(year, 1, 1), date(year, 12, 31), "year") if bare else None

    def bare_year(self, at: int) -> Part | None:
        found = self.year(at)
        return self.of_year(found[1], found[0]) if found is not None else None

    def month(self, at: int, year: int | None) -> Part | None:
        """A month with what belongs to it: "spalio 31 d. 2026", "spalio pabaigoje", "31 October", "October 2026"."""
        before = self.number(at, 31) if self.word(at)[:1].isdecimal() else self.ordinal(at)
        if before is not None and self.kind(self.skip(self.skip(before[1], "d"), "of")) == "month":
            name = self.skip(self.skip(before[1], "d"), "of")
            after = self.year(name + 1)
            end = after[1] if after is not None else name + 1
            return self.month_day(end, self.value(name), before[0], after[0] if after else year)
        if self.kind(at) != "month" or (self.word(at) in ALSO_WORDS and not self.meant(at)):
            return None
        month = self.value(at)
        at = self.skip(at + 1, "men", "menesio", "menesi", "menuo", "menesyje")
        range_ = _BETWEEN.fullmatch(self.word(at))
        if range_ is not None:
            return self.month_days(at + 1, month, int(range_[1]), int(range_[2]), year)
        day = self.number(self.skip(at, "the"), 31) or self.ordinal(self.skip(at, "the"))
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

    def whole_month(self, at: int, month: int, year: int | None) -> Part:
        year = coming_year(month, self.today) if year is None else year
        first, last = month_of(year, month)
        if self.kind(at) == "part":
            return Part(at + 1, *piece_of(first, last, self.value(at)))
        return Part(at, first, last, "month")

    def month_day(self, end: int, month: int, day: int, year: int | None) -> Part:
        """One day; the next such one when no year is said. A day the month hasn't got is Ambiguous."""
        end = self.after_weekday(end)
        years = range(self.today.year, self.today.year + 9) if year is None else range(year, year + 1)
        for candidate in years:
            if 1 <= day <= monthrange(candidate, month)[1]:
                found = date(candidate, month, day)
                if year is not None or found >= self.today:
                    return Part(end, found, found)
        return Part(end, self.today, self.today, "day", Ambiguous())

    def month_days(self, end: int, month: int, first: int, last: int, year: int | None) -> Part | None:
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
        if self.kind(at) == "weekday" or self.word(at) in SHORT_WEEKDAYS:
            return at + 1
        return at

    def meant(self, at: int) -> bool:
        """Whether "may", "march" or "mar" is the month: a preposition, number or year stands beside it."""
        return (
            (self.kind(at - 1) in ("prep", "rel", "part") if at else False)
            or self.word(at - 1) in ("of", "on", "in", "and", "to")
            or self.word(at + 1)[:1].isdecimal()
        )

    def quarter(self, at: int, year: int | None) -> Part | None:
        """ "IV ketv.", "4 ketvirtis", "ketvirtas ketvirtis", "Q4", "4th quarter", "II pusmetis", a year or none."""
        word = self.word(at)
        if len(word) == 2 and word[0] == "q" and word[1] in "1234":
            return self.stretch(at + 1, int(word[1]), 3, year)
        nth = ROMANS.get(word) or (self.number(at, 4) or (0, 0))[0] or ordinals().get(word, 0)
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
        name = UNITS[self.value(unit)]
        if name == "half" and nth <= 2:
            return self.stretch(unit + 1, nth, 6, year)
        return self.stretch(unit + 1, nth, 3, year) if name == "quarter" else None

    def stretch(self, at: int, nth: int, months: int, year: int | None) -> Part:
        after = self.year(self.skip(at, "of"))
        if after is not None:
            year, at = after
        if year is None:
            now = (self.today.month - 1) // months + 1
            year = self.today.year if nth >= now else self.today.year + 1
        first = date(year, (nth - 1) * months + 1, 1)
        last = month_of(year, nth * months)[1]
        if self.kind(at) == "part":
            return Part(at + 1, *piece_of(first, last, self.value(at)), "month")
        return Part(at, first, last, "quarter" if months == 3 else "month")

    def season(self, at: int, year: int | None) -> Part | None:
        if self.kind(at) != "season":
            return None
        start = self.value(at)
        after = self.year(at + 1)
        if after is not None:
            year = after[0]
        begin = year if year is not None else self.today.year
        spans_ = [
            (date(y, start, 1), month_of(y + (start == 12), (start + 1) % 12 + 1)[1])
            for y in (begin - 1, begin, begin + 1)
        ]
        first, last = next(
            s for s in spans_ if (s[0].year == year if year is not None else s[1] >= self.today)
        )
        return Part(after[1] if after is not None else at + 1, first, last, "month")

    def day(self, at: int) -> Part | None:
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
                    return Part(end, coming, coming)
        return None

    def relative(self, at: int) -> Part | None:
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
        unit = UNITS[self.value(inner)]
        offset = {THIS: 0, NEXT: 1, COMING: 1, LAST: -1}[rel]
        if unit == "year":
            if self.word(at) in NOW_WORDS and self.word(inner) == "metu" and not self.year_follows(inner + 1):
                return None
            return self.of_year(inner + 1, self.today.year + offset)
        part = around(self.today, unit, offset, inner + 1)
        if part is None or self.kind(inner + 1) != "part":
            return part
        return self.part_of(inner + 1, unit, part)

    def year_follows(self, at: int) -> bool:
        return (
            self.kind(at) in ("month", "part", "season")
            or self.word(at) in ROMANS
            or self.kind(at + 1) == "unit"
        )

    def relative_month(self, at: int, rel: int) -> Part | None:
        found = self.month(at, None)
        if found is None or rel in (THIS, COMING):
            return found
        year = found.first.year
        if rel == LAST:
            year -= 1
        elif self.value(at) == self.today.month:
            year += 1
        return self.month(at, year)

    def weekday(self, at: int, rel: int | None) -> Part | None:
        if self.word(at) in ALSO_WORDS and not self.meant(at) and rel is None:
            return None
        monday = self.today - self.today.weekday() * DAY
        day = monday + self.value(at) * DAY
        if rel == NEXT:
            day += 7 * DAY
        elif rel == LAST:
            day -= 0 * DAY if day < self.today else 7 * DAY
        elif (rel == COMING and day <= self.today) or (rel is None and day < self.today):
            day += 7 * DAY
        end = at + 1
        if self.word(end) == "week" and self.kind(end + 1) != "rel":  # "Friday week"
            return Part(end + 1, day + 7 * DAY, day + 7 * DAY)
        if (rel is None and self.kind(end) == "month") or (
            self.word(end)[:4].isdecimal() and self.word(end) != ""
        ):
            # "Saturday, October 31, 2026": the date says which Saturday
            dated = self.figures(end) or self.dated(end)
            if dated is not None and dated.precision == "day":
                return dated
        return Part(end, day, day)

    def unit_part(self, at: int) -> Part | None:
        """ "mėnesio pabaigoje", "savaitės pradžioje", "savaitgalį": of the one that is now."""
        unit = UNITS[self.value(at)]
        if unit == "weekend":
            return around(self.today, unit, 0, at + 1)
        if self.kind(at + 1) != "part" or self.word(at) in ("d", "k"):
            return None
        part = around(self.today, unit, 0, at + 1)
        return self.part_of(at + 1, unit, part) if part is not None else None

    def part_of(self, at: int, unit: str, whole: Part) -> Part:
        if unit in ("day", "weekend"):
            return whole
        return Part(at + 1, *piece_of(whole.first, whole.last, self.value(at)))

    def part_first(self, at: int) -> Part | None:
        """ "end of October", "beginning of next week", "mid November", "pabaigoje spalio"."""
        piece = self.value(at) if self.kind(at) == "part" else START
        inner = self.skip(self.skip(self.skip(at + 1, "-", "–"), "of", "in"), "the", "this")
        whole: Part | None
        if self.kind(inner) == "unit" and self.word(inner) not in ("d", "m", "k"):
            whole = around(self.today, UNITS[self.value(inner)], 0, inner + 1)
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
        return Part(whole.end, *piece_of(whole.first, whole.last, piece))

    def figures(self, at: int) -> Part | None:
        """Dates in figures, "1-15 October" among them; Ambiguous without a year, or with one of two figures."""
        word = self.word(at)
        both = _DAYS.fullmatch(word)
        if both is not None:
            return self.days_of_figures(at + 1, both["first"], both["last"])
        name = self.skip(at + 1, "d", "of")
        between = _BETWEEN.fullmatch(word)
        if between is not None and self.kind(name) == "month" and self.word(name) not in ALSO_WORDS:
            return self.month_days(name + 1, self.value(name), int(between[1]), int(between[2]), None)
        match = _FIGURES.fullmatch(word)
        if match is None or self.word(at + 1) in CLOCK_MARKS:
            return None
        end = self.after_weekday(self.skip(at + 1, "d", "m"))
        if match["y"]:
            year, month = int(match["y"]), int(match["m"])
            if not FIRST_YEAR <= year <= LAST_YEAR or not 1 <= month <= 12:
                return Part(end, self.today, self.today, "day", Ambiguous())
            if not match["d"]:
                return Part(end, *month_of(year, month), "month")
            return self.month_day(end, month, int(match["d"]), year)
        if match["my"]:
            return self.month_of_figures(end, int(match["mm"]), int(match["my"]))
        if match["year"]:
            return self.day_first(end, int(match["a"]), int(match["b"]), int(match["year"]), match["sep"])
        if match["short"]:
            return Part(end, self.today, self.today, "day", Ambiguous())
        return self.yearless(end, int(match["p"]), int(match["q"]))

    def days_of_figures(self, end: int, first: str, last: str) -> Part | None:
        """ "2026-10-05–2026-10-09": from a day to a day, written as one."""
        days = [[int(figure) for figure in re.split(r"[-./]", side)] for side in (first, last)]
        parts = [
            self.month_day(end, month, day, year)
            for year, month, day in days
            if 1 <= month <= 12 and FIRST_YEAR <= year <= LAST_YEAR
        ]
        if len(parts) < 2 or any(part.maybe is not None for part in parts) or parts[1].last < parts[0].first:
            return None
        return Part(end, parts[0].first, parts[1].last)

    def month_of_figures(self, end: int, month: int, year: int) -> Part | None:
        if not 1 <= month <= 12 or not FIRST_YEAR <= year <= LAST_YEAR:
            return None
        return Part(end, *month_of(year, month), "month")

    def day_first(self, end: int, a: int, b: int, year: int, sep: str) -> Part:
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
            return Part(end, only, only)
        return Part(
            end, self.today, self.today, "day", Ambiguous(tuple(Window(d, d) for d in sorted(options)))
        )

    def yearless(self, end: int, p: int, q: int) -> Part | None:
        options: list[date] = []
        for month, day in ((p, q), (q, p)):
            if 1 <= month <= 12 and 1 <= day <= 31:
                found = self.month_day(end, month, day, None)
                if found.maybe is None and found.first not in options:
                    options.append(found.first)
        if not options:
            return None
        return Part(end, self.today, self.today, "day", Ambiguous(tuple(Window(d, d) for d in options)))


_DAY_MARKS = ("d", "diena", "dienos", "dienai")
HALVES = ("half", "puse", "puses", "puseje", "pusej")
_BETWEEN = re.compile(r"(\d{1,2})[-–](\d{1,2})")
_DAYS = re.compile(r"(?P<first>\d{4}[-./]\d{1,2}[-./]\d{1,2})[–-](?P<last>\d{4}[-./]\d{1,2}[-./]\d{1,2})")
_FIGURES = re.compile(
    r"(?P<y>\d{4})[-./](?P<m>\d{1,2})(?:[-./](?P<d>\d{1,2}))?"
    r"|(?P<mm>\d{1,2})[-./](?P<my>\d{4})"
    r"|(?P<a>\d{1,2})(?P<sep>[-./])(?P<b>\d{1,2})(?P=sep)(?P<year>\d{4})"
    r"|(?P<short>\d{1,2}([-./])\d{1,2}\11\d{1,2})"
    r"|(?P<p>\d{1,2})(?:/|(?<=\d\d)[-.](?=\d\d))(?P<q>\d{1,2})"
)
