"""The audit and the gestures already carried out: written in the commit of the change itself."""

from __future__ import annotations

from datetime import datetime

from storage.audit import By, Entry
from storage.codec import decode, encode
from storage.tinydb.snapshots import Doc
from storage.tinydb.tables import Change, Tables


def entry(tx: Change, by: By, verb: str, subject: str, fields: tuple[str, ...] = ()) -> None:
    """Adds a line to the audit."""
    number = tx.new_id("audit")
    line = Entry(f"a{number}", by.at, by.who, verb, subject, fields)
    doc = encode(line)
    del doc["id"]
    tx.put("audit", number, doc)


def repeated(tx: Change, by: By, verb: str, subject: str = "") -> str | None:
    """What this gesture's verb had as its outcome when it was carried out before, or None when it was not."""
    for _, doc in tx.find("effects", "event", by.event):
        if doc["verb"] == verb and doc["subject"] == subject:
            return str(doc["outcome"])
    return None


def carried_out(tx: Change, by: By, verb: str, outcome: str, subject: str = "") -> None:
    """Keeps that this gesture's verb was carried out, and with which outcome: a record's id."""
    at: datetime = by.at
    tx.put(
        "effects",
        tx.new_id("effects"),
        {"event": by.event, "verb": verb, "subject": subject, "outcome": outcome, "at": encode(at)},
    )


class AuditTable:
    """Reads the audit."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def latest(self, limit: int, subject: str | None = None) -> tuple[Entry, ...]:
        if subject is not None:
            rows = list(self._tables.find("audit", "subject", subject))
        else:
            rows = list(self._tables.all("audit"))
        return tuple(_entry(number, doc) for number, doc in reversed(rows[-limit:]))


def _entry(number: int, doc: Doc) -> Entry:
    return decode({**doc, "id": f"a{number}"}, Entry)
