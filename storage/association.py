"""Who we are and how we are organised: the association, organisations and agencies, working groups."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from storage.audit import By
from storage.words import Words

Kind = Literal["cluster", "company", "ministry", "agency", "partner", "association"]


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation or agency. `became` is the id of the one it is part of since; `now` its present name."""

    id: str
    kind: Kind
    name: Words
    aliases: tuple[str, ...] = ()
    became: str | None = None
    now: Words | None = None
    sector: Words | None = None
    belongs_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seat:
    """So many seats of a group belong to one organisation; `chair` when the chair is one of them."""

    organisation: str
    count: int
    chair: bool = False


@dataclass(frozen=True, slots=True)
class Goal:
    """What a group works towards, and the day it is due."""

    text: Words
    due: date


@dataclass(frozen=True, slots=True)
class Quorum:
    """So many of so many."""

    needed: int
    of: int


@dataclass(frozen=True, slots=True)
class DigestTime:
    """When a group's digest leaves: `day` is Monday = 0, `at` is local `HH:MM`."""

    day: int
    at: str


@dataclass(frozen=True, slots=True)
class Group:
    """A working group. The people on its seats are in the members' own records."""

    id: str
    name: Words
    aliases: tuple[str, ...] = ()
    quorum: Quorum | None = None
    digest: DigestTime | None = None
    goal: Goal | None = None
    seats: tuple[Seat, ...] = ()
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Association:
    """The association itself; its own organisation has the id `short`. `working_hours` are local `HH:MM`."""

    name: Words
    short: str
    zone: str = "Europe/Vilnius"
    languages: tuple[str, ...] = ("lt", "en")
    working_hours: tuple[str, str] = ("08:00", "18:00")


NOBODY = Association(Words("Asociacija", "The association"), "")
"""What a store holds before an association was imported."""


@dataclass(frozen=True, slots=True)
class Structure:
    """The association with all its organisations and groups, in the order of their ids."""

    association: Association = NOBODY
    organisations: tuple[Organisation, ...] = ()
    groups: tuple[Group, ...] = ()

    def organisation(self, id: str) -> Organisation | None:
        """The organisation or agency of that id, or None."""
        return next((o for o in self.organisations if o.id == id), None)

    def group(self, id: str) -> Group | None:
        """The group of that id, or None."""
        return next((g for g in self.groups if g.id == id), None)


class AssociationPort(Protocol):
    async def structure(self) -> Structure:
        """Everything; the same object until something changes."""

    async def take_over(self, structure: Structure, by: By, file: str = "") -> Structure:
        """Puts this structure in place of the present one: what it does not name is gone, all in one
        commit with its audit, kept as the last import by the name of `file`. Returns what is there now."""
