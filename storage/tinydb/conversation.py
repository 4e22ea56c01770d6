"""Gestures answered, drafts and what was told, in the embedded store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from storage.codec import decode, encode
from storage.conversation import Draft, Passing, Told
from storage.tinydb.surveys import refuse_of_closed
from storage.tinydb.tables import Change, Tables
from storage.tinydb.vocabulary import keep_missed


class ConversationTables:
    """See storage.conversation.Conversation."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def answered(self, event: str) -> bool:
        return bool(self._tables.find("events", "event", event))

    async def keep(
        self, event: str, at: datetime, told: tuple[Told, ...], missed: str = "", day: date | None = None
    ) -> None:
        def verb(tx: Change) -> None:
            if not tx.find("events", "event", event):
                tx.put("events", tx.new_id("events"), {"event": event, "at": encode(at)})
                if missed:
                    keep_missed(tx, missed, day or at.date())
            keep_told(tx, told)

        await self._tables.write(verb)

    async def told(self, subject: str) -> tuple[Told, ...]:
        return tuple(decode(doc, Told) for _, doc in self._tables.find("told", "subject", subject))

    async def draft(self, who: str) -> Draft | None:
        found = self._tables.find("drafts", "who", who)
        return decode(found[0][1], Draft) if found else None

    async def save_draft(self, draft: Draft) -> None:
        def verb(tx: Change) -> None:
            refuse_of_closed(tx, draft)
            known = tx.find("drafts", "who", draft.who)
            tx.put("drafts", known[0][0] if known else tx.new_id("drafts"), encode(draft))

        await self._tables.write(verb)

    async def end_draft(self, who: str) -> None:
        if not self._tables.find("drafts", "who", who):
            return

        def verb(tx: Change) -> None:
            for number, _ in tx.find("drafts", "who", who):
                tx.remove("drafts", number)

        await self._tables.write(verb)

    async def pass_by(self, message: Passing) -> None:
        def verb(tx: Change) -> None:
            if not tx.find("passing", "message", passing_key(encode(message))):
                tx.put("passing", tx.new_id("passing"), encode(message))

        await self._tables.write(verb)

    async def passing(self) -> tuple[Passing, ...]:
        return tuple(decode(doc, Passing) for _, doc in self._tables.all("passing"))

    async def passed(self, platform: str, message: str) -> None:
        key = passing_key({"platform": platform, "message": message})
        if not self._tables.find("passing", "message", key):
            return

        def verb(tx: Change) -> None:
            for number, _ in tx.find("passing", "message", key):
                tx.remove("passing", number)

        await self._tables.write(verb)

    async def prune(self, before: datetime) -> int:
        def verb(tx: Change) -> int:
            gone = [
                (table, number)
                for table, field in (
                    ("events", "at"),
                    ("effects", "at"),
                    ("passing", "at"),
                    ("drafts", "expires"),
                )
                for number, doc in list(tx.all(table))
                if datetime.fromisoformat(doc[field]) < before
            ]
            for table, number in gone:
                tx.remove(table, number)
            return len(gone)

        return await self._tables.write(verb)


def keep_told(tx: Change, told: tuple[Told, ...]) -> None:
    """Adds what was told, each fact in its version and way once."""
    for fact in told:
        if not tx.find("told", "fact", _key(fact)):
            tx.put("told", tx.new_id("told"), encode(fact))


def _key(fact: Told) -> str:
    return f"{fact.member} {fact.subject} {fact.field} {fact.version} {fact.how}"


def passing_key(doc: Mapping[str, object]) -> str:
    """What tells a message that passes from others."""
    return f"{doc['platform']} {doc['message']}"


def fact_key(doc: Mapping[str, object]) -> str:
    """The same key of a stored row."""
    return f"{doc['member']} {doc['subject']} {doc['field']} {doc['version']} {doc['how']}"
