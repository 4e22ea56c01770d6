"""Announcements that wait, their files and the deputy, in the embedded store."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256

from storage.announcements import Answers, Attached, Deputy, Pending
from storage.audit import By
from storage.codec import decode, encode
from storage.tinydb import trail
from storage.tinydb.records import Records
from storage.tinydb.snapshots import Doc
from storage.tinydb.tables import Change, Tables

READ = 4
"""Files that stay decoded: an announcement reads the same ones for every recipient."""
_ONLY = 1  # the deputy's row


class AnnouncementsTables:
    """See storage.announcements.Announcements."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._pending = Records(tables, "pending", "b", Pending)
        self._read: dict[str, Attached] = {}

    async def get(self, id: str) -> Pending | None:
        return self._pending.get(id)

    async def all(self) -> tuple[Pending, ...]:
        return self._pending.all()

    async def keep(self, answers: Answers, by: By, *, offered: bool = False) -> Pending:
        def verb(tx: Change) -> Pending:
            done = trail.repeated(tx, by, "announcements.keep")
            if done is not None:
                return self._pending.expect(tx, done)
            kept = self._pending.add(tx, lambda id: Pending(id, 1, dict(answers), by.who, by.at, offered))
            if not offered:
                trail.entry(tx, by, "announcements.keep", kept.id)
            trail.carried_out(tx, by, "announcements.keep", kept.id)
            return kept

        kept = await self._tables.write(verb)
        self._pending.changed()
        return kept

    async def change(self, id: str, seen: int, answers: Answers, by: By, *, offered: bool = False) -> Pending:
        def verb(tx: Change) -> Pending:
            if trail.repeated(tx, by, "announcements.change", id) is not None:
                return self._pending.expect(tx, id)
            kept = self._pending.expect(tx, id, seen)
            if not offered:
                trail.entry(tx, by, "announcements.change", id)
            trail.carried_out(tx, by, "announcements.change", id, id)
            return self._pending.put(
                tx,
                replace(kept, version=seen + 1, answers=dict(answers), by=by.who, at=by.at, offered=offered),
            )

        changed = await self._tables.write(verb)
        self._pending.changed()
        return changed

    async def drop(self, id: str, by: By) -> None:
        def verb(tx: Change) -> None:
            kept = self._pending.staged(tx, id)
            number = self._pending.number(id)
            if kept is None or number is None:
                return
            tx.remove("pending", number)
            if not kept.offered:
                trail.entry(tx, by, "announcements.drop", id)

        await self._tables.write(verb)
        self._pending.changed()

    async def attach(self, name: str, mime: str, content: bytes, at: datetime) -> str:
        digest, held = await asyncio.to_thread(_held, name, mime, content)

        def verb(tx: Change) -> str:
            known = tx.find("files", "digest", digest)
            number = known[0][0] if known else tx.new_id("files")
            if not known:
                doc = {"name": name, "mime": mime, "digest": digest, "at": encode(at), "content": held}
                tx.put("files", number, doc)
            return f"x{number}"

        return await self._tables.write(verb)

    async def file(self, id: str) -> Attached | None:
        doc = self._file(id)
        if doc is None:
            return None
        if id not in self._read:
            content = await asyncio.to_thread(base64.b64decode, doc["content"])
            while len(self._read) >= READ:
                self._read.pop(next(iter(self._read)))
            self._read[id] = Attached(id, doc["name"], doc["mime"], content)
        return self._read[id]

    async def named(self, id: str) -> str:
        doc = self._file(id)
        return str(doc["name"]) if doc else ""

    def _file(self, id: str) -> Doc | None:
        digits = id.removeprefix("x")
        number = int(digits) if id.startswith("x") and digits.isascii() and digits.isdigit() else 0
        return self._tables.get("files", number)

    async def sweep(self, before: datetime) -> int:
        def verb(tx: Change) -> int:
            stale = [
                number
                for number, doc in tx.all("pending")
                if doc["offered"] and datetime.fromisoformat(doc["at"]) < before
            ]
            for number in stale:
                tx.remove("pending", number)
            needed = set(_needed(tx))
            loose = [
                number
                for number, doc in tx.all("files")
                if f"x{number}" not in needed and datetime.fromisoformat(doc["at"]) < before
            ]
            for number in loose:
                tx.remove("files", number)
            return len(stale) + len(loose)

        swept = await self._tables.write(verb)
        self._read.clear()
        self._pending.changed()
        return swept

    async def deputy(self) -> Deputy | None:
        doc = self._tables.get("deputy", _ONLY)
        return decode(doc, Deputy) if doc else None

    async def appoint(self, member: str, until: date, by: By) -> Deputy:
        def verb(tx: Change) -> Deputy:
            named = Deputy(member, until, by.who, by.at)
            tx.put("deputy", _ONLY, encode(named))
            trail.entry(tx, by, "announcements.appoint", member)
            return named

        return await self._tables.write(verb)

    async def dismiss(self, by: By) -> None:
        def verb(tx: Change) -> None:
            doc = tx.get("deputy", _ONLY)
            if doc is not None:
                tx.remove("deputy", _ONLY)
                trail.entry(tx, by, "announcements.dismiss", str(doc["member"]))

        await self._tables.write(verb)


def _held(name: str, mime: str, content: bytes) -> tuple[str, str]:
    """What tells a file from others, and its content as JSON holds it."""
    told = sha256(b"\0".join((name.encode(), mime.encode(), content))).hexdigest()
    return told, base64.b64encode(content).decode()


def _needed(tx: Change) -> Iterator[str]:
    """The files that something still has."""
    for table in ("pending", "drafts"):
        for _, doc in tx.all(table):
            yield from (*doc["answers"].get("files", ()), *doc["answers"].get("more", ()))
    for _, doc in tx.all("sendings"):
        for name in ("files", "more"):
            yield from (file["id"] for file in doc["content"].get(name, ()) if "id" in file)
