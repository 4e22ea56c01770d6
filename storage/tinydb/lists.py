"""What lists said of records, and what the last one needs for its way back: written in the commit of the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from storage.audit import By
from storage.codec import encode
from storage.imports import Import, Kind, Taken
from storage.tinydb import trail
from storage.tinydb.records import Records
from storage.tinydb.tables import Change, Tables


@dataclass(frozen=True, slots=True)
class Took:
    """A record that a list has just been applied to, and what that list says of its fields."""

    taken: Taken
    says: Mapping[str, object]


def records(tables: Tables) -> Records[Import]:
    """The table of imports."""
    return Records(tables, "imports", "f", Import)


def said(tx: Change, record: str) -> dict[str, Any]:
    """What lists said of that record until now."""
    for _, doc in tx.find("said", "subject", record):
        return dict(doc["fields"])
    return {}


def put_said(tx: Change, record: str, fields: Mapping[str, Any]) -> None:
    """Lists said this of that record; with nothing said it is forgotten."""
    there = next(iter(tx.find("said", "subject", record)), None)
    if fields:
        doc = {"subject": record, "fields": dict(fields)}
        if there is None or there[1] != doc:
            tx.put("said", there[0] if there else tx.new_id("said"), doc)
    elif there:
        tx.remove("said", there[0])


def keep(tx: Change, tables: Tables, kind: Kind, file: str, took: Iterable[Took], by: By) -> Import:
    """Keeps that the list was taken over; the one before it has no way back any more."""
    imports = records(tables)
    made = imports.add(
        tx,
        lambda id: Import(id, kind, file, by.who, by.at, tuple(one.taken for one in took)),
    )
    for one in took:
        says = {name: encode(value) for name, value in one.says.items()}
        put_said(tx, one.taken.record, {**one.taken.said, **says})
    number = imports.number(made.id)
    before = tx.get("imports", number - 1) if number else None
    if before is not None and before["taken"]:
        tx.put("imports", number - 1, {**before, "taken": []})  # type: ignore[operator]
    if kind != "association":  # it has its entry already
        trail.entry(tx, by, f"{kind}.take_over", made.id, (file,) if file else ())
    return made
