"""What taking a file over would do, as people read it: its records by name, what differs, what is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import PurePath
from typing import Protocol, TypeVar

from handlers.chat import Block, Reply
from handlers.context import Context
from handlers.importing.comparing import Edit, Field
from handlers.importing.faults import Fault, Sentence
from handlers.importing.reorganising import Part
from storage.calls import Call, Facts
from storage.meetings import Meeting, Plan
from storage.members import Member, Person
from storage.words import Words

KINDS = ("association", "members", "calls", "meetings", "survey")
WAITS = timedelta(days=3)
"""How long a preview waits for its approval."""
NAME = 80  # characters of a record's title


class _Named(Protocol):
    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=_Named)


class Refused(Exception):
    """The file cannot be taken over. Its text is one sentence in the reader's language: which file, where in it,
    what is wrong and what would be right."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as a preview names it: in its own words, and the fields that differ."""

    name: Words
    fields: tuple[Field | Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What taking a file over would do.

    `new` would be added, `differs` changed, `same` stay as they are. `gone` are remembered and not in the file: they
    are dropped or stay, as `drops` says. With anything `refused` nothing is taken over; what is `left` (one bad event
    of a calendar) does not keep the rest out. `edits` are fields that a person edited since the last
    import; they stay unless the file is chosen, and `all_changed` records are changed then. `take_over` is what
    `apply` carries out; its second argument is that choice. `page` is the whole of what is taken over, where people
    want to read it, and `said` what is said afterwards, of a kind that has words of its own.
    """

    kind: str
    file: str
    new: tuple[Entry, ...]
    differs: tuple[Entry, ...]
    same: int
    gone: tuple[Words, ...]
    refused: tuple[Fault, ...]
    left: tuple[Fault, ...]
    notes: tuple[Sentence, ...]
    take_over: Callable[[Context, bool], Awaitable[None]]
    edits: tuple[Entry, ...]
    all_changed: int
    page: tuple[Block, ...] = ()
    said: Callable[[Context], Awaitable[Reply]] | None = None

    @property
    def mark(self) -> str:
        """What tells these edits from any others: a choice is about just those that were shown."""
        return sha256(repr(self.edits).encode()).hexdigest()[:16]

    @property
    def partly(self) -> bool:
        """Whether the rows that are not refused can be taken over without those that are."""
        return self.kind in ("calls", "members") and bool(self.new or self.differs or self.same or self.edits)

    @property
    def wrong(self) -> int:
        """How many rows are refused; of what has no line, how many faults."""
        lines = [fault.line for fault in self.refused]
        return len(set(filter(None, lines))) + lines.count(0)

    @property
    def empty(self) -> bool:
        """Whether there is nothing in the file, neither right nor wrong."""
        return not (self.changes or self.same or self.edits or self.refused or self.left)

    @property
    def changes(self) -> bool:
        """Whether anything would be added, changed or dropped."""
        return bool(self.new or self.differs or (self.gone and self.drops))

    @property
    def drops(self) -> bool:
        """Whether what is not in the file goes."""
        return self.kind in ("association", "survey")


@dataclass(frozen=True, slots=True)
class Applied:
    """What was taken over: how many were added, changed, and found as they were; `reply` where that is said in
    other words."""

    kind: str
    added: int
    changed: int
    same: int
    reply: Reply | None = None


def seen(fields: tuple[T, ...]) -> tuple[T, ...]:
    """The fields that mean something to people."""
    return tuple(field for field in fields if field.name not in ("sequence", "key"))


def part_name(part: Part) -> Words:
    """How a part of the association is named: by its id and its name."""
    return Words(*(f"{part.id}: {text}" if text else "" for text in (part.name.lt, part.name.en)))


def words_of(facts: Facts | Person | Plan) -> Words:
    """How people name a record: a call by its title, somebody by their name, a meeting by its title and day."""
    match facts:
        case Facts():
            return facts.title
        case Person():
            return Words(facts.name)
        case Plan(title=title, start=start):
            return Words(*(f"{text}, {start:%Y-%m-%d}" if text else "" for text in (title.lt, title.en)))


def facts_of(record: Call | Member | Meeting) -> Facts | Person | Plan:
    """What a record says, apart from its id, version and history."""
    match record:
        case Call():
            return record.facts
        case Member():
            return record.person
        case Meeting():
            return record.plan


def plain_name(file: str) -> str:
    """A file's name without its folders, as the audit keeps it."""
    return PurePath(file).name
