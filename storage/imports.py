"""Lists taken over: what they say of each record, and the way back from the last one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from storage.audit import By

Kind = Literal["association", "members", "calls", "meetings"]


@dataclass(frozen=True, slots=True)
class Taken:
    """One record of a list that was taken over. `version` is the one it was left in. `was` are the fields that were
    changed, as they were before; None for a record that was added. `said` is what lists said of it before, `checked`
    when it had been checked and by whom. Values are as the store writes them."""

    record: str
    version: int
    was: Mapping[str, Any] | None
    said: Mapping[str, Any]
    checked: tuple[datetime, str] | None = None


@dataclass(frozen=True, slots=True)
class Import:
    """A list that was taken over, under its id (`f3`): the file's name, who and when. Only the last one that was not
    undone has its records in `taken`; an association is one record, `association`."""

    id: str
    kind: Kind
    file: str
    by: str
    at: datetime
    taken: tuple[Taken, ...] = ()
    undone_by: str = ""
    undone_at: datetime | None = None


class Imports(Protocol):
    async def last(self) -> Import | None:
        """The newest list that was taken over, undone or not; None when there was none."""

    async def said(self, record: str) -> Mapping[str, Any]:
        """What the lists taken over last said of that record's fields, as the store writes values; a field that no
        list spoke of is not among them."""

    async def built_on(self, id: str) -> tuple[str, ...]:
        """The records of that import, in its order, of which something newer speaks: those it changed or added and
        that were changed since, and those it added that somebody was told of, was sent, or acted as. Of an
        association's: whatever needs an organisation or a group that it added, and `association` where that was
        changed since. Raises Missing."""

    async def undo(self, id: str, by: By) -> Import:
        """Removes what the last import added and gives what it changed its former values, as a new version with its
        history; a calendar's sequence number still goes up. Where nobody has checked since, it was checked when it had
        been before. All in one commit. Raises Missing, and Changed(the import) when it is not the last one, was
        undone, or something was built on it; also an association's that was taken over before its way back was kept."""
