"""The association, its organisations and groups in the embedded store: one document, imported as a whole."""

from __future__ import annotations

from storage.association import Structure
from storage.audit import By
from storage.codec import decode, encode
from storage.tinydb import lists, trail
from storage.tinydb.snapshots import Doc
from storage.tinydb.tables import Change, Tables

_ONLY = 1


class AssociationTable:
    """See storage.association.AssociationPort."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._read: tuple[Doc | None, Structure] = (None, Structure())

    async def structure(self) -> Structure:
        doc = self._tables.get("association", _ONLY)
        if doc is not None and doc is not self._read[0]:
            self._read = (doc, decode(doc, Structure))
        return self._read[1]

    async def take_over(self, structure: Structure, by: By, file: str = "") -> Structure:
        def verb(tx: Change) -> None:
            if trail.repeated(tx, by, "association.take_over") is not None:
                return
            ordered = Structure(
                structure.association,
                tuple(sorted(structure.organisations, key=lambda o: o.id)),
                tuple(sorted(structure.groups, key=lambda g: g.id)),
            )
            doc = encode(ordered)
            if doc != tx.get("association", _ONLY):
                tx.put("association", _ONLY, doc)
                trail.entry(tx, by, "association.take_over", structure.association.short)
            lists.keep(tx, self._tables, "association", file, (), by)
            trail.carried_out(tx, by, "association.take_over", structure.association.short)

        await self._tables.write(verb)
        return await self.structure()
