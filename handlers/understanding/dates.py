"""Dates as people write and say them, in Lithuanian and English, read as a window of days or as a moment.

A window is inclusive on both sides; "iki" includes the day it names, and a side that nobody named is None. A week is
Monday to Sunday. What is named without its year is the next one, and what is now counts as this one. What could be two
things ("10-31", "05/06/2026") or hides its century is `Ambiguous`: the asker is asked, nothing is guessed.
"""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from typing import NamedTuple

from handlers.understanding.date_words import AROUND, PLURAL_RELS, PREPOSITIONS, TRAILING, UNITS, table
from handlers.understanding.folding import fold, nearest, sentences
from handlers.understanding.nth import nth_of
from handlers.understanding.points import Points
from handlers.understanding.stretches import (
    DAY,
    END,
    LAST,
    THIS,
    Ambiguous,
    Part,
    Precision,
    Window,
    around,
    later,
    same_day,
)


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


def window_of(text: str, today: date) -> Window | Ambiguous | None:
    """The first window of days that the text names, None when it names none."""
    for sentence in sentences(text):
        for span in spans([token.word for token in sentence if token.word != "?"], today):
            return span.window
    return None


def spans(words: Sequence[str], today: date) -> list[Span]:
    """Every date in one sentence's folded words, in order."""
    known = table()
    found: list[Span] = []
    reader = _Reader(words, today)
    at = 0
    while at < len(words):
        word = words[at]
        span = reader.expression(at) if word in known or word[0].isdigit() or word[-1].isdigit() else None
        if span is None:
            at += 1
        else:
            found.append(span)
            at = span.end
    return found


SHORTEST_MISSPELT = 7
"""Letters from which a word of a date is known misspelt."""
CLOSE = 0.85
"""How alike a misspelt word of a date must be: one letter in seven."""


def meant(word: str) -> str:
    """The long word of dates that one is misspelt for ("ocotber", "tomorow"), else the word itself."""
    if len(word) < SHORTEST_MISSPELT or word in table() or not word.isalpha():
        return word
    return nearest(word, _long_words().get(word[0], ()), CLOSE) or word


@cache
def _long_words() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word, (kind, _) in table().items():
        if len(word) >= SHORTEST_MISSPELT and kind in ("month", "weekday", "dayword"):
            found.setdefault(word[0], []).append(word)
    return found


def moment_of(text: str, today: date) -> Reading | None:
    """The one date, time, month, quarter or year that the whole text is; None when it is anything else or unclear.

    For forms and imported sheets, so nothing may be left over: "kažkada spalį" is refused rather than half read.
    """
    clock, rest = _clock_cut(fold(text).strip())
    lines = sentences(rest)
    if len(lines) != 1:
        return None
    words = [token.word for token in lines[0] if token.word not in AROUND and token.word != "?"]
    reader = _Reader(words, today)
    part = reader.point(0) or reader.bare_year(0)
    if part is None or part.maybe is not None or not all(word in TRAILING for word in words[part.end :]):
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


_WEEK_OF = ("of", "commencing", "beginning", "starting", "nuo")
_JOINTS = ("until", "to", "ir", "and", "–", "-")
"""What stands between the two ends of a range."""


class _Reader(Points):
    """Reads dates at a place in one sentence's folded words."""

    __slots__ = ()

    # expressions: prepositions around points

    def expression(self, at: int) -> Span | None:
        """A window with its prepositions, if one begins here."""
        counted = nth_of(self, at)
        if counted is not None:
            return self.ranged(at, counted)
        kind = self.kind(at)
        if kind == "prep":
            return self.prepositional(at, self.word(at))
        if kind == "rel":
            within = self.counted_rel(at, at)
            if within is not None:
                return within
        part = self.ago(at) or self.week_of(at) or self.point(at)
        if part is None:
            return self.day_range(at, at)
        return self.ranged(at, part)

    def prepositional(self, at: int, word: str) -> Span | None:
        role = PREPOSITIONS[word]
        if role == "than":
            if self.word(at - 1) not in ("veliau", "later"):
                return None
            role = "until"
        if word == "up" and self.word(at + 1) != "to":
            return None
        if word == "before" and list(self.words[max(at - 2, 0) : at]) in (["on", "or"], ["by", "or"]):
            role = "until"
        inner = self.up_to(at)
        if nth_of(self, inner) is not None:
            return self.sided(at, inner, role)
        if word == "uz" and self.year(inner) is not None:
            role = "on"
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

    def up_to(self, at: int) -> int:
        """Where what follows a preposition begins, behind "up to and including the"."""
        inner = self.skip(at + 1, "to") if self.word(at) == "up" else at + 1
        if list(self.words[inner : inner + 2]) == ["and", "including"]:
            inner += 2
        return self.skip(inner, "the", "pat", "pacios", "a", "an")

    def sided(self, at: int, inner: int, role: str) -> Span | None:
        if role in ("since", "between") and self.word(inner) in ("now", "dabar"):
            return self.from_now(at, inner + 1)
        part = nth_of(self, inner) or self.point(inner) or (self.bare_year(inner) if role != "on" else None)
        if part is None:
            return self.day_range(at, inner) if role in ("since", "between") else None
        if part.maybe is not None:
            return self.span(at, part)
        if role in ("since", "between"):
            ranged = self.ranged(at, part)
            if isinstance(ranged.window, Window) and ranged.end > part.end:
                return ranged
            return self.since(at, inner, part) if role == "since" else None
        if role == "until":
            return Span(at, part.end, Window(None, part.last))
        if role == "before":
            ends = any(self.kind(i) == "part" and self.value(i) == END for i in range(inner, part.end))
            return Span(at, part.end, Window(None, part.last if ends else part.first - DAY))
        if role == "after":
            return Span(at, part.end, Window(part.last + DAY, None))
        return self.ranged(at, part)

    def since(self, at: int, inner: int, part: Part) -> Span:
        """From then on; "since June" lies behind us, and what is "from last week" is that week's."""
        was = part.first < self.today and self.kind(inner) in ("rel", "dayword")
        if self.word(at) == "from" and was and part.last < self.today:
            return self.span(at, part)
        first = part.first
        if self.word(at) == "since" and first > self.today:
            near = first - self.today <= 7 * DAY
            first = first - 7 * DAY if near else same_day(first, first.year - 1)
        return Span(at, part.end, Window(first, None))

    def from_now(self, at: int, end: int) -> Span | None:
        """ "between now and the end of October", "nuo dabar iki penktadienio"."""
        if PREPOSITIONS.get(self.word(end), self.word(end)) not in _JOINTS:
            return None
        other = self.point(self.skip(end + 1, "the"))
        if other is None or other.maybe is not None or other.last < self.today:
            return None
        return Span(at, other.end, Window(None, other.last))

    def span(self, at: int, part: Part) -> Span:
        return Span(at, part.end, part.maybe or Window(part.first, part.last))

    def ranged(self, at: int, part: Part) -> Span:
        """The part, and what it reaches to when "–", "iki", "to" or "ir" and a second part follow."""
        span = self.span(at, part)
        joint = self.word(part.end)
        if part.maybe is not None or PREPOSITIONS.get(joint, joint) not in _JOINTS:
            return span
        inner = self.up_to(part.end)
        if joint in ("ir", "and") and PREPOSITIONS.get(self.word(at)) != "between":
            return self.adjoining(at, part, inner)
        other = (self.day_in(inner, part.first) if part.precision == "day" else None) or self.point(inner)
        if other is None or other.maybe is not None:
            return span
        first, last = part.first, other.last
        if last < first and first.year == last.year + 1:
            # "nuo liepos iki spalio": what has begun is meant, not the next July
            first = same_day(first, first.year - 1)
        elif last < first:
            # "nuo gruodžio iki sausio": the second is the one that follows the first
            last = same_day(last, last.year + 1)
        return Span(at, other.end, Window(first, last)) if last >= first else span

    def adjoining(self, at: int, part: Part, inner: int) -> Span:
        """ "lapkritį ir gruodį", "this week and next week": both, when one begins where the other ends."""
        other = self.point(inner) if (part.last - part.first).days >= 6 else None
        if other is None or other.maybe is not None or other.first != part.last + DAY:
            return self.span(at, part)
        return Span(at, other.end, Window(part.first, other.last))

    def day_in(self, at: int, near: date) -> Part | None:
        """A bare day of the month of `near`, or of the next one: the second half of "spalio 5 – 16 d."."""
        found = self.number(at, 31)
        if found is None:
            return None
        day, end = found
        end = self.skip(end, "d", "diena", "dienos", "dienai")
        if day > monthrange(near.year, near.month)[1] or day <= near.day or self.kind(end) == "month":
            return None
        return Part(end, near.replace(day=day), near.replace(day=day))

    def day_range(self, at: int, inner: int) -> Span | None:
        """Two days before the month that both belong to: "nuo 5 iki 16 spalio", "from the 5th to 16 October"."""
        found = self.number(inner, 31)
        if found is None:
            return None
        joint = self.skip(found[1], "d")
        if PREPOSITIONS.get(self.word(joint), self.word(joint)) not in _JOINTS:
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

    def week_of(self, at: int) -> Part | None:
        """ "the week of 5 October", "week commencing 14 September", "savaitė nuo spalio 5": that whole week."""
        if self.kind(at) != "unit" or UNITS[self.value(at)] != "week" or self.word(at + 1) not in _WEEK_OF:
            return None
        day = self.point(self.skip(at + 2, "the"))
        if day is None or day.maybe is not None or day.first != day.last:
            return None
        monday = day.first - day.first.weekday() * DAY
        return Part(day.end, monday, monday + 6 * DAY)

    # counting from today

    def count(self, at: int) -> tuple[int, int]:
        """How many, one when nothing is said, and where the unit should stand."""
        found = self.number(at, 999)
        if found is None:
            return 1, at
        return found[0], self.skip(found[1], "of", "kalendoriniu", "darbo")

    def shifted(self, at: int, sign: int) -> Part | None:
        """ "po dviejų savaičių", "in 3 days", "prieš mėnesį": the day, or the whole week, month or year it falls in."""
        many, unit = self.count(at)
        if self.kind(unit) != "unit" or self.kind(unit + 1) == "part" or self.word(unit) in ("m", "k"):
            return None
        return around(self.today, UNITS[self.value(unit)], sign * many, unit + 1)

    def ago(self, at: int) -> Part | None:
        found = self.number(at, 999)
        if found is None or self.kind(found[1]) != "unit":
            return None
        after = found[1] + 1
        unit = UNITS[self.value(found[1])]
        if self.word(after) == "ago":
            return around(self.today, unit, -found[0], after + 1)
        if self.word(after) == "from" and self.word(after + 1) in ("now", "today"):
            return around(self.today, unit, found[0], after + 2)
        return None

    def counted(self, at: int, inner: int) -> Span | None:
        """ "per dvi savaites", "within a month": from today for so long."""
        many, unit = self.count(inner)
        if self.kind(unit) != "unit" or self.word(unit) in ("m", "k") or self.kind(unit + 1) == "part":
            return None
        last = later(self.today, UNITS[self.value(unit)], many)
        return Span(at, unit + 1, Window(self.today, last)) if last is not None else None

    def counted_rel(self, at: int, inner: int) -> Span | None:
        """ "per artimiausias dvi savaites", "next 10 days", "last two weeks": so long from today, or up to it."""
        if self.kind(inner) != "rel":
            return None
        rel = self.value(inner)
        found = self.number(inner + 1, 999)
        plural = self.word(inner) in PLURAL_RELS
        if found is None and not plural:
            return None
        many, unit = self.count(inner + 1)
        if self.kind(unit) != "unit" or rel == THIS:
            return None
        other = later(self.today, UNITS[self.value(unit)], -many if rel == LAST else many)
        if other is None:
            return None
        return Span(at, unit + 1, Window(*sorted((self.today, other))))
