"""Announcements that are not sent yet, the files that announcements carry, and who approves in somebody's place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from storage.audit import By

Answers = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Pending:
    """An announcement that waits for its people, under its id (`b3`). `answers` are those of its form; `files` among
    them are ids of the files that it carries, `more` of those that readers open by its buttons. `by` has it in hand,
    since `at`. One that is `offered` was made of what somebody sent, and nobody has taken it up yet."""

    id: str
    version: int
    answers: Answers
    by: str
    at: datetime
    offered: bool = False


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of an announcement, under its id (`x3`)."""

    id: str
    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Deputy:
    """The member who may approve what others announce, until that day and on it; `by` has named them."""

    member: str
    until: date
    by: str
    at: datetime


class Announcements(Protocol):
    async def get(self, id: str) -> Pending | None:
        """The waiting announcement of that id, or None."""

    async def all(self) -> tuple[Pending, ...]:
        """Every one, in the order of their ids; the same object until one changes."""

    async def keep(self, answers: Answers, by: By, *, offered: bool = False) -> Pending:
        """Keeps one, in the hands of whoever does it."""

    async def change(self, id: str, seen: int, answers: Answers, by: By, *, offered: bool = False) -> Pending:
        """Other answers, and into the hands of whoever does it; it is offered no more, unless that is said. Raises
        Missing, and Changed(the announcement) when its version is not `seen`."""

    async def drop(self, id: str, by: By) -> None:
        """Forgets it; nothing to forget is no error."""

    async def attach(self, name: str, mime: str, content: bytes, at: datetime) -> str:
        """Keeps a file and returns its id; the same one again is kept once."""

    async def file(self, id: str) -> Attached | None:
        """The file of that id, or None."""

    async def named(self, id: str) -> str:
        """The name of the file of that id; empty when there is none."""

    async def sweep(self, before: datetime) -> int:
        """Forgets what was offered before that and never taken up, then the files kept before that which no
        announcement, sent or waiting, and no open form has; returns how many of both."""

    async def deputy(self) -> Deputy | None:
        """Whoever was named last, also when their time is over; None when nobody is named."""

    async def appoint(self, member: str, until: date, by: By) -> Deputy:
        """Names a deputy in place of the one there was."""

    async def dismiss(self, by: By) -> None:
        """There is no deputy from now on; none to dismiss is no error."""
