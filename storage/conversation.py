"""What was said: gestures already answered, drafts of forms, who was told which fact, and messages that pass."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

AFTERWARDS = frozenset(("repeatsurvey", "hideword"))
"""Forms that name a survey because it is over: they are the secretariat's, and nobody's answers are in them."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A form that somebody has begun: the one dialogue state there is.

    `who` is a member's id or `platform:user` of somebody who is none; `command` is the form's. `at` is the
    field asked now, None when all are answered and a confirmation is waited for. `answers` maps a field to
    a string or a tuple of them. `event` is the gesture that brought it there: repeated after a crash, it is not an
    answer to the next question.
    """

    who: str
    command: str
    at: str | None
    answers: Mapping[str, str | tuple[str, ...]]
    expires: datetime
    event: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A member, or a group's channel (`member` is its id then), was told a fact in a version; `how` is "answer" or the
    kind of what was sent."""

    member: str
    subject: str
    field: str
    version: int
    at: datetime
    how: str = "answer"


@dataclass(frozen=True, slots=True)
class Passing:
    """A message that says how far long work is, and goes when that ends: kept only so that none is left by a crash.
    `event` is the gesture that asked for the work, `line` what it said, empty when it cannot be said again; `language`
    is its reader's."""

    platform: str
    chat: str
    message: str
    event: str
    line: str
    language: str
    at: datetime


class Conversation(Protocol):
    async def answered(self, event: str) -> bool:
        """Whether that gesture was answered and everything of it is kept."""

    async def keep(
        self, event: str, at: datetime, told: tuple[Told, ...], missed: str = "", day: date | None = None
    ) -> None:
        """The gesture was answered, and this was told; one commit, the same told fact and version of one
        member kept once, with its first time. A sentence that was `missed` that `day` is counted, without who said
        it (see storage.vocabulary), once a gesture."""

    async def told(self, subject: str) -> tuple[Told, ...]:
        """Who was told what of that subject, in the order of telling."""

    async def draft(self, who: str) -> Draft | None:
        """What that person has begun and not finished, or None. One form at a time; a new one replaces it."""

    async def save_draft(self, draft: Draft) -> None:
        """Keeps it in place of the one there was. Raises Changed(the survey) when its form is of an anonymous survey
        that is closed: nothing that somebody filled in is kept of one. Those of AFTERWARDS are kept."""

    async def end_draft(self, who: str) -> None:
        """Forgets it; nothing to forget is no error."""

    async def pass_by(self, message: Passing) -> None:
        """Keeps it; the same message twice is one."""

    async def passing(self) -> tuple[Passing, ...]:
        """Those that stand there still, in the order in which they came."""

    async def passed(self, platform: str, message: str) -> None:
        """Forgets the message of that id: it is gone; nothing to forget is no error."""

    async def prune(self, before: datetime) -> int:
        """Forgets gestures answered, messages that passed, and drafts expired, before that; returns how many."""
