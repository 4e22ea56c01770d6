"""Lists taken over, and undoing the last one, in the embedded store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from storage.audit import By
from storage.errors import Changed
from storage.imports import Import, Kind, Taken
from storage.tinydb import lists, trail
from storage.tinydb.association import AssociationTable
from storage.tinydb.changes import Change, Staged
from storage.tinydb.tables import Tables


class Undoing(Protocol):
    """A table of records that can take back what a list did to them."""

    def built_on(self, tx: Change, taken: Taken) -> bool:
        """Whether something newer speaks of the record."""

    def take_back(self, tx: Change, taken: Taken, listed: Import, by: By) -> None:
        """The record as it was before the list."""

    def changed(self) -> None:
        """Something was committed."""


class ImportsTable:
    """See storage.imports.Imports."""

    def __init__(
        self, tables: Tables, association: AssociationTable, subjects: Mapping[Kind, Undoing]
    ) -> None:
        self._tables = tables
        self._association = association
        self._subjects = subjects
        self._records = lists.records(tables)

    async def last(self) -> Import | None:
        number = self._tables.table("imports").next_id - 1
        return self._records.get(self._records.id(number))

    async def said(self, record: str) -> Mapping[str, Any]:
        for _, doc in self._tables.find("said", "subject", record):
            return dict(doc["fields"])
        return {}

    async def built_on(self, id: str) -> tuple[str, ...]:
        tx = Change(self._tables.table, Staged())  # nothing is staged in it
        return self._built_on(tx, self._records.expect(tx, id))

    def _built_on(self, tx: Change, found: Import) -> tuple[str, ...]:
        if found.kind == "association":
            return tuple(id for one in found.taken for id in self._association.built_on(tx, one))
        subject = self._subjects[found.kind]
        return tuple(one.record for one in found.taken if subject.built_on(tx, one))

    async def undo(self, id: str, by: By) -> Import:
        def verb(tx: Change) -> Import:
            found = self._records.expect(tx, id)
            if trail.repeated(tx, by, "imports.undo", id) is not None:
                return found
            number = self._records.number(id) or 0
            last = tx.get("imports", number + 1) is None
            lost = found.kind == "association" and not found.taken  # taken over before its way back was kept
            if not last or found.undone_at or lost or self._built_on(tx, found):
                raise Changed(found)
            for one in found.taken:
                if found.kind == "association":
                    self._association.take_back(tx, one, by)
                else:
                    self._subjects[found.kind].take_back(tx, one, found, by)
                lists.put_said(tx, one.record, one.said)
            undone = replace(found, taken=(), undone_by=by.who, undone_at=by.at)
            trail.entry(tx, by, "imports.undo", id, (found.file,) if found.file else ())
            trail.carried_out(tx, by, "imports.undo", id, id)
            return self._records.put(tx, undone)

        done = await self._tables.write(verb)
        for subject in self._subjects.values():
            subject.changed()
        return done
