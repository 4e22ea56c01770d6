"""Meetings: series in local time with what became of their occurrences, and single ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from storage.audit import By
from storage.calls import Change, Document, Why
from storage.words import Words

Mode = Literal["place", "online", "hybrid", "written"]


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs in one occurrence, known by the local start the rule gives it. None: as in the series."""

    of: datetime
    cancelled: bool = False
    start: datetime | None = None
    minutes: int | None = None
    title: Words | None = None
    place: str | None = None
    link: str | None = None
    mode: Mode | None = None
    agenda: tuple[str, ...] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A meeting or a series of them. `start` and every other time is local to `zone`, without an offset;
    an all-day one starts at midnight and lasts whole days. `rule` is an iCalendar RRULE value without its
    name, empty for a single meeting; `extra` are further starts, `dropped` starts that the rule gives and
    that do not take place. `group` is a group's id, or empty: an event of the association, open to all its
    members. `key` is the calendar's UID, `sequence` the iCalendar sequence number."""

    title: Words
    group: str
    start: datetime
    minutes: int
    zone: str
    all_day: bool = False
    tentative: bool = False
    cancelled: bool = False
    rule: str = ""
    extra: tuple[datetime, ...] = ()
    dropped: tuple[datetime, ...] = ()
    exceptions: tuple[Difference, ...] = ()
    mode: Mode = "place"
    place: str = ""
    link: str = ""
    agenda: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    chair: str = ""
    key: str = ""
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting or series under its id (`m7`), with its version and history (oldest first)."""

    id: str
    version: int
    plan: Plan
    history: tuple[Change, ...]
    checked_at: datetime
    checked_by: str


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """A meeting or series to be added by an import; `said` are the fields that the calendar speaks of."""

    plan: Plan
    said: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChangedMeeting:
    """One to be changed, or with no changes only confirmed, by an import; `said` as in NewMeeting."""

    id: str
    seen: int
    changes: Mapping[str, object]
    said: Mapping[str, object] = field(default_factory=dict)


class Meetings(Protocol):
    async def get(self, id: str) -> Meeting | None:
        """The meeting or series of that id, or None."""

    async def all(self) -> tuple[Meeting, ...]:
        """Every one, in the order of their ids; the same object until something changes."""

    async def add(self, plan: Plan, by: By) -> Meeting:
        """Adds one: its first version is 1."""

    async def change(self, id: str, seen: int, changes: Mapping[str, object], why: Why, by: By) -> Meeting:
        """Sets fields of its plan; those that differ add to the history, raise the sequence number by one
        and make one new version. Nothing that differs: no new version. Raises Missing, and Changed(the
        meeting as it is) when its version is not `seen`."""

    async def take_over(
        self, rows: tuple[NewMeeting | ChangedMeeting, ...], why: Why, by: By
    ) -> tuple[Meeting, ...]:
        """An approved calendar, in one commit, kept as the last import by the name of `why.source`; returns
        the meetings in the order of the rows; sequence numbers are the calendar's. Raises Missing and Changed
        for the first row that no longer fits: then nothing is taken."""
