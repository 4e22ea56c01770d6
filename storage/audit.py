"""Who changed what: kept by every changing verb, in the same commit as the change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class By:
    """Who does it, when (aware UTC), and by which gesture.

    `who` is a member's id, or "operator" for whoever runs the commands on the server. A verb called again
    with the same event and subject does nothing and returns what it returned then, or its later state.
    """

    who: str
    at: datetime
    event: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit: `verb` is the port's verb (`calls.change`), `fields` the fields it changed."""

    id: str
    at: datetime
    who: str
    verb: str
    subject: str
    fields: tuple[str, ...] = ()


class Audit(Protocol):
    async def latest(self, limit: int, subject: str | None = None) -> tuple[Entry, ...]:
        """The newest entries, newest first; of one subject when it is given."""
