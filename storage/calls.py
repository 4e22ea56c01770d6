"""Funding calls and the measures they belong to, with their whole history."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, Protocol

from storage.audit import By
from storage.moments import Moment
from storage.words import Words

Hold = Literal["postponed", "suspended", "cancelled"]
"""What people set, and what wins over the dates. Forecast, open and closed follow from the dates."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why something changed: the reason, who asked for it, and where it can be read. Each may be empty."""

    reason: str = ""
    asked_by: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One field's change. `was` and `now` are as the store writes them; `storage.codec.value` reads them."""

    version: int
    field: str
    was: Any
    now: Any
    why: Why
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a budget or a grant limit in euros that holds for a region or some sectors."""

    of: str
    euros: Decimal


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a call, a meeting, …: its title and its address."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a call, all of it optional but the title. Amounts are euros.

    `closes` is None for a continuous call. `hold` with `held_since` (a local day) is set by people.
    `key` is what an imported list knows it by.
    """

    title: Words
    number: str = ""
    measure: str = ""
    agency: str = ""
    sectors: tuple[str, ...] = ()
    activity: str = ""
    hold: Hold | None = None
    held_since: date | None = None
    published: Moment | None = None
    opens: Moment | None = None
    closes: Moment | None = None
    continuous: bool = False
    cutoffs: tuple[Moment, ...] = ()
    budget: Decimal | None = None
    budget_shares: tuple[Share, ...] = ()
    max_grant: Decimal | None = None
    max_grant_shares: tuple[Share, ...] = ()
    min_grant: Decimal | None = None
    intensity: str = ""
    eligible: str = ""
    partners: str = ""
    region: str = ""
    selection: str = ""
    link: str = ""
    contact: str = ""
    documents: tuple[Document, ...] = ()
    source: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it stands: its facts, its version, its history (oldest first), when it was last checked
    (aware UTC) and by whom. `checked_at` moves only when somebody confirms."""

    id: str
    version: int
    facts: Facts
    history: tuple[Change, ...]
    checked_at: datetime
    checked_by: str


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call to be added by an import; `said` are the fields that the list speaks of, as it says them."""

    facts: Facts
    said: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChangedCall:
    """A call to be changed, or with no changes only confirmed, by an import; `said` as in NewCall."""

    id: str
    seen: int
    changes: Mapping[str, object]
    said: Mapping[str, object] = field(default_factory=dict)


class Calls(Protocol):
    async def get(self, id: str) -> Call | None:
        """The call of that id, or None."""

    async def all(self) -> tuple[Call, ...]:
        """Every call, in the order of their ids; the same object until something changes."""

    async def add(self, facts: Facts, by: By) -> Call:
        """Adds a call: its first version is 1, checked now by whoever adds it."""

    async def change(self, id: str, seen: int, changes: Mapping[str, object], why: Why, by: By) -> Call:
        """Sets fields of its facts; each that differs adds a Change to the history, and together they make
        one new version, checked now. Nothing that differs: no new version. Raises Missing, and
        Changed(the call as it is) when its version is not `seen`."""

    async def confirm(self, id: str, by: By) -> Call:
        """Moves `checked_at`: somebody has looked and found it right. Raises Missing."""

    async def take_over(self, rows: tuple[NewCall | ChangedCall, ...], why: Why, by: By) -> tuple[Call, ...]:
        """An approved list, in one commit: adds, changes and confirms, and keeps it as the last import, by the
        name of `why.source`. Returns the calls in the order of the rows. Raises Missing and Changed for the
        first row that no longer fits: then nothing is taken."""
