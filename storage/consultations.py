"""Consultations: a draft in numbered sections, what each organisation says of each, and what was decided about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from storage.audit import By
from storage.surveys import Closing
from storage.words import Words

ConsultationState = Literal["draft", "open", "closed"]
Decision = Literal["accepted", "partly", "rejected"]


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a draft under its number ("1", "2.3", "IV"); there is one of a number. Its title may be empty."""

    number: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is consulted on, with whom, and until when (aware UTC). `key` is its own name, `audience` is made of the
    words of an announcement's. With `others_shown` everybody who takes part sees what the others say."""

    key: str
    title: Words
    sections: tuple[Section, ...]
    closes: datetime
    audience: tuple[str, ...] = ("all",)
    others_shown: bool = False


@dataclass(frozen=True, slots=True)
class Consultation:
    """A consultation under its id (`t3`). `closings` are the closing that it was opened with and those it was moved to.
    From `published` on its authors are told what becomes of what they wrote."""

    id: str
    version: int
    plan: Plan
    at: datetime
    by: str
    state: ConsultationState = "draft"
    opened: datetime | None = None
    closed: datetime | None = None
    published: datetime | None = None
    closings: tuple[Closing, ...] = ()


@dataclass(frozen=True, slots=True)
class Position:
    """What an organisation says of a section: that it agrees, or a remark, a wording that it proposes, or both. One
    without anything was taken back."""

    agrees: bool = False
    remark: str = ""
    proposal: str = ""

    @property
    def empty(self) -> bool:
        """Whether it was taken back."""
        return not (self.agrees or self.remark or self.proposal)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What was decided, and why, in that version of the remark."""

    version: int
    decision: Decision
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Remark:
    """What an organisation says of one section, under its id (`r3`): there is one of a section and an `owner`, who is a
    member where somebody has no organisation. `member` wrote it last, at `at`, in the version `written`; `writers` are
    all who have, in their order. `rulings` are what was decided of what it says now, the one that holds last."""

    id: str
    version: int
    consultation: str
    section: str
    owner: str
    member: str
    said: Position
    at: datetime
    written: int
    writers: tuple[str, ...]
    rulings: tuple[Ruling, ...] = ()

    @property
    def ruling(self) -> Ruling | None:
        """What holds now, or None."""
        return self.rulings[-1] if self.rulings else None


class Consultations(Protocol):
    async def get(self, id: str) -> Consultation | None:
        """The consultation of that id, or None."""

    async def all(self) -> tuple[Consultation, ...]:
        """Every consultation, in the order of their ids; the same object until one changes."""

    async def remarks(self, consultation: str) -> tuple[Remark, ...]:
        """What is said in a consultation, in the order in which it was first said; what was taken back, too."""

    async def remark(self, id: str) -> Remark | None:
        """The remark of that id, or None."""

    async def add(self, plan: Plan, by: By) -> Consultation:
        """A new draft. When there is a consultation of that key it is returned as it is."""

    async def change(self, id: str, seen: int, plan: Plan, by: By) -> Consultation:
        """Another plan for a draft. Raises Missing, and Changed(the consultation) when its version is not `seen` or it
        is no draft any more."""

    async def remove(self, id: str, seen: int, by: By) -> None:
        """Removes a draft; nothing to remove is no error. Raises Changed as `change` does."""

    async def open(self, id: str, seen: int, by: By) -> Consultation:
        """Its sections, whom it asks and whether others are shown stay as they are from now on. Raises Missing, and
        Changed unless it is a draft of that version."""

    async def move(self, id: str, seen: int, closes: datetime, by: By) -> Consultation:
        """It closes at another time. Raises Missing, and Changed when its version is not `seen` or it is closed."""

    async def close(self, id: str, by: By) -> Consultation:
        """Nobody can say anything any more. Closed twice is closed once. Raises Missing, and Changed when it is a
        draft."""

    async def say(
        self, id: str, section: str, seen: int, owner: str, member: str, said: Position, at: datetime
    ) -> Remark:
        """What that owner says of a section from now on, in place of what was said before; what was decided about that
        is decided no more. `seen` is the remark's version that its writer knew, 0 for none. Position again in the same
        words it is returned as it is. Raises Missing when there is no such consultation or section,
        Changed(the consultation) unless it is open, and Changed(the remark) when it was written anew since `seen`."""

    async def agree_rest(self, id: str, owner: str, member: str, at: datetime) -> tuple[Remark, ...]:
        """That owner agrees to every section of which they say nothing; what came of it, none when there was none left.
        Raises Missing, and Changed(the consultation) unless it is open."""

    async def decide(self, remark: str, seen: int, decision: Decision, reason: str, by: By) -> Remark:
        """What becomes of a remark. The same once more is returned as it is. Raises Missing, and Changed(the remark)
        when its version is not `seen` or it only agrees, or was taken back."""

    async def publish(self, id: str, seen: int, by: By) -> Consultation:
        """Authors are told what was decided from now on; twice is once. Raises Missing, and Changed(the consultation)
        unless it is closed and its version is `seen`."""
