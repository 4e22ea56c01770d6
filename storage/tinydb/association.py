"""The association, its organisations and groups in the embedded store: one document, imported as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from storage.association import Structure
from storage.audit import By
from storage.codec import decode, encode
from storage.imports import Taken
from storage.tinydb import lists, trail
from storage.tinydb.snapshots import Doc
from storage.tinydb.tables import Change, Tables

_ONLY = 1
_NOTHING = Structure()
RECORD = "association"
"""What a list of it is kept under: it is one record."""


class AssociationTable:
    """See storage.association.AssociationPort."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._read: tuple[Doc | None, Structure] = (None, _NOTHING)

    async def structure(self) -> Structure:
        doc = self._tables.get("association", _ONLY)
        if doc is not self._read[0]:
            self._read = (doc, decode(doc, Structure) if doc is not None else _NOTHING)
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
            doc, was = encode(ordered), tx.get("association", _ONLY)
            if doc != was:
                tx.put("association", _ONLY, doc)
                trail.entry(tx, by, "association.take_over", structure.association.short)
            former: Any = {} if doc == was else was
            took = lists.Took(Taken(RECORD, 0, former, lists.said(tx, RECORD)), doc)
            lists.keep(tx, self._tables, "association", file, (took,), by)
            trail.carried_out(tx, by, "association.take_over", structure.association.short)

        await self._tables.write(verb)
        return await self.structure()

    # Undoing a list

    def built_on(self, tx: Change, taken: Taken) -> tuple[str, ...]:
        """What needs an organisation or a group that the list added, by id; the association itself, where it is not as
        the list left it."""
        doc = tx.get("association", _ONLY)
        if taken.was == {}:
            return ()
        if doc is None or doc != lists.said(tx, RECORD):
            return (RECORD,)
        was = taken.was or {"organisations": [], "groups": []}
        bodies, groups = (_ids(doc, part) - _ids(was, part) for part in ("organisations", "groups"))
        return tuple(id for id, uses in _uses(tx) if uses & {*bodies, *(f"group:{id}" for id in groups)})

    def take_back(self, tx: Change, taken: Taken, by: By) -> None:
        """All of it as it was before the list; nothing where there was nothing."""
        if taken.was == {}:
            return
        doc = tx.get("association", _ONLY) or {}
        if taken.was is None:
            tx.remove("association", _ONLY)
        else:
            tx.put("association", _ONLY, dict(taken.was))
        trail.entry(tx, by, "association.take_back", doc["association"]["short"])


def _ids(doc: Any, part: str) -> set[str]:
    return {one["id"] for one in doc[part]}


def _uses(tx: Change) -> Iterator[tuple[str, set[str]]]:
    """Everything that names organisations or groups (`group:id`), with those that it names."""
    for number, doc in tx.all("members"):
        held = doc["person"]["holdings"]
        named = {doc["person"]["organisation"], *(h["represents"] for h in held)}
        yield f"n{number}", named | {f"group:{h['group']}" for h in held}
    for number, doc in tx.all("calls"):
        yield f"c{number}", {doc["facts"]["agency"]}
    for number, doc in tx.all("meetings"):
        yield f"m{number}", {f"group:{doc['plan']['group']}"}
    for number, doc in tx.all("invites"):
        if doc["used_by"] is None:
            yield f"i{number}", {doc["organisation"]}
    for number, doc in tx.all("channels"):
        if doc["address"]:
            yield f"g{number}", {f"group:{doc['group']}"}
    for number, doc in tx.all("surveys"):
        if doc["state"] != "closed":
            words = (word.removeprefix("-") for word in doc["plan"]["audience"])
            yield f"a{number}", {word.removeprefix("cluster:") for word in words}
    for number, doc in tx.all("consultations"):
        if doc["state"] != "closed":
            words = (word.removeprefix("-") for word in doc["plan"]["audience"])
            yield f"t{number}", {word.removeprefix("cluster:") for word in words}
