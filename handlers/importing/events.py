"""A calendar file to its events as they are written: the lines they begin in, their components and properties."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from handlers.i18n import N_
from handlers.importing.faults import Bad, Fault, FileRefused, refused, say
from handlers.importing.values import text

MOST_EVENTS = 10_000
MOST_LINES = 200_000
"""Lines, and dates in lists of dates: twenty for each event, about five seconds."""

_VENDOR = re.compile(r"(TZID[:=]\"?)/", re.IGNORECASE)  # "/freeassociation.sourceforge.net/Europe/Vilnius"
_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_CONTENT = re.compile(r"([A-Za-z0-9-]+)((?:;[^:\"]*(?:\"[^\"]*\"[^:\"]*)*)?):(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A component as written: the line of its BEGIN, and its content lines, unfolded."""

    line: int
    lines: tuple[str, ...]

    @property
    def weight(self) -> int:
        """Its lines, and the further dates in those that list dates."""
        dates = (line.count(",") for line in self.lines if line[:6].upper().startswith(("RDATE", "EXDATE")))
        return len(self.lines) + sum(dates)

    @property
    def source(self) -> str:
        """Its lines as a parser takes them."""
        return _VENDOR.sub(r"\1", "\r\n".join(self.lines)) + "\r\n"


@dataclass(frozen=True, slots=True)
class Parts:
    """What is in a calendar: its own properties, its zones, its events, and what is wrong with its frame."""

    properties: Mapping[str, str]
    zones: tuple[Block, ...]
    events: tuple[Block, ...]
    faults: tuple[Fault, ...]

    @classmethod
    def of(cls, source: str) -> Parts:
        lines = _unfolded(source.removeprefix("\ufeff"))
        first = list(islice(lines, 50))
        if not any(line.strip().upper() == "BEGIN:VCALENDAR" for _, line in first):
            raise refused(
                say(N_("this is not a calendar (iCalendar)")), say(N_("it begins with BEGIN:VCALENDAR"))
            )
        blocks: dict[str, list[Block]] = {"VEVENT": [], "VTIMEZONE": []}
        faults: list[Fault] = []
        properties: dict[str, str] = {}
        weight = 0
        for name, block in _components(chain(first, lines)):
            weight += block.weight
            if name in blocks:
                blocks[name].append(block)
            elif name == "unfinished":
                faults.append(
                    Fault(
                        block.line,
                        "",
                        say(N_("the event that begins here does not end")),
                        say(N_("the file was cut off")),
                    )
                )
            elif not name:
                match = _CONTENT.fullmatch(block.lines[0])
                if match:
                    properties.setdefault(match[1].upper(), _unescaped(match[3]))
            if len(blocks["VEVENT"]) + len(faults) > MOST_EVENTS:
                raise _too_many(N_("there are more than {most} events"), MOST_EVENTS)
            if weight > MOST_LINES:
                raise _too_many(N_("there are more than {most} lines and single dates"), MOST_LINES)
        return cls(properties, tuple(blocks["VTIMEZONE"]), tuple(blocks["VEVENT"]), tuple(faults))

    def named(self, *names: str) -> str:
        """The first of these properties that there is."""
        return next((" ".join(self.properties[n].split())[:200] for n in names if self.properties.get(n)), "")


def _too_many(text: str, most: int) -> FileRefused:
    return refused(say(text, most=f"{most:,}".replace(",", "\u00a0")), say(N_("export a shorter time")))


def _unfolded(source: str) -> Iterator[tuple[int, str]]:
    """The content lines with the lines they begin in (RFC 5545, 3.1)."""
    at, parts = 0, list[str]()
    for number, found in enumerate(_LINE.finditer(source), 1):
        raw = found[1]
        if raw[:1] in (" ", "\t") and parts:
            parts.append(raw[1:])
            continue
        if parts:
            yield at, "".join(parts)
        at, parts = number, [raw] if raw.strip() else []
    if parts:
        yield at, "".join(parts)


def _components(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[str, Block]]:
    """The components directly in the calendar by their names; its own properties under an empty one; an event
    that does not end, or in which another begins, as "unfinished"."""
    name, at, inside, depth = "", 0, list[str](), 0
    for number, line in lines:
        word = line.strip().upper()
        if name and (word == "BEGIN:VEVENT" or word == "END:VCALENDAR") and name == "VEVENT":
            yield "unfinished", Block(at, tuple(inside))
            name = ""
        if name:
            inside.append(line)
            depth += word.startswith("BEGIN:") - word.startswith("END:")
            if depth == 0:
                yield name, Block(at, tuple(inside))
                name = ""
        elif word.startswith("BEGIN:") and word != "BEGIN:VCALENDAR":
            name, at, inside, depth = word[6:], number, [line], 1
        elif not word.endswith(":VCALENDAR"):
            yield "", Block(number, (line,))
    if name == "VEVENT":
        yield "unfinished", Block(at, tuple(inside))


def _unescaped(value: str) -> str:
    return re.sub(r"\\([,;\\nN])", lambda m: "\n" if m[1] in "nN" else m[1], value)


# One event


@dataclass(frozen=True, slots=True)
class Event:
    """One VEVENT, parsed."""

    line: int
    uid: str
    sequence: int
    properties: Mapping[str, Any]

    @classmethod
    def of(cls, block: Block) -> Event:
        """Raises Bad, and whatever the parser raises."""
        # Takes 60 ms to import, and is wanted for calendars only.
        from icalendar import Event

        found = Event.from_ical(block.source)
        start = first_of(found.get("DTSTART"))
        if start is None:
            raise Bad(say(N_("the event has no start")), say(N_("it needs DTSTART")))
        uid = plain_text(found.get("UID"))[:300] or f"none:{plain_text(found.get('SUMMARY'))}:{raw(start)}"
        return cls(block.line, uid, _number(found.get("SEQUENCE")), found)

    def get(self, name: str) -> Any:
        """The property's first value, None when there is none. Raises Bad for one that could not be read."""
        value = first_of(self.properties.get(name))
        if type(value).__name__ == "vBroken":
            raise Bad(
                say(N_("{name} cannot be read: “{value}”"), name=name, value=str(value)),
                say(N_("see RFC 5545 for how it is written")),
            )
        return value

    def every(self, name: str) -> tuple[Any, ...]:
        """All its values."""
        value = self.properties.get(name)
        return () if value is None else tuple(value) if isinstance(value, list) else (value,)

    def words(self, name: str) -> str:
        """Its text on one line; empty when there is none."""
        return plain_text(self.properties.get(name))

    @property
    def recurrence(self) -> bool:
        """Whether it is about one occurrence of a series."""
        return "RECURRENCE-ID" in self.properties

    @property
    def cancelled(self) -> bool:
        """Whether its status says so."""
        return self.words("STATUS").upper() == "CANCELLED"


def first_of(value: Any) -> Any:
    """The first of several properties of one name, or the only one."""
    return value[0] if isinstance(value, list) and value else value


def plain_text(value: Any) -> str:
    """A property's text on one line; empty where there is none, or more than a text may have."""
    found = first_of(value)
    try:
        return "" if found is None else text(str(found))
    except Bad:
        return ""


def raw(prop: Any) -> str:
    """A property's value as a calendar writes it."""
    return str(prop.to_ical().decode("utf-8", "replace"))


def _number(value: Any) -> int:
    try:
        return max(0, min(int(first_of(value) or 0), 2**31))
    except (TypeError, ValueError):
        return 0
