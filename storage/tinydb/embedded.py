"""The embedded store: every subject over one set of tables."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from datetime import datetime
from pathlib import Path

from storage.errors import Unwritable
from storage.surveys import Survey
from storage.tinydb.announcements import AnnouncementsTables
from storage.tinydb.association import AssociationTable
from storage.tinydb.backups import daily_backup, strip
from storage.tinydb.calls import CallsTable
from storage.tinydb.channels import ChannelsTable
from storage.tinydb.consultations import ConsultationsTables
from storage.tinydb.conversation import ConversationTables, fact_key, passing_key
from storage.tinydb.documents import Keys
from storage.tinydb.files import sentence
from storage.tinydb.imports import ImportsTable
from storage.tinydb.meetings import MeetingsTable
from storage.tinydb.members import MembersTable
from storage.tinydb.questions import QuestionsTable
from storage.tinydb.redactions import RedactionsTable
from storage.tinydb.sendings import SendingsTable, message_key
from storage.tinydb.snapshots import Doc, State
from storage.tinydb.surveys import SurveysTables, without
from storage.tinydb.tables import Tables
from storage.tinydb.trail import AuditTable
from storage.tinydb.vocabulary import VocabularyTables

SCHEMA = 1
UPGRADES: dict[int, Callable[[dict[str, dict[int, Doc]]], dict[str, dict[int, Doc]]]] = {}
"""From a schema to the next: every table as it was, to every table as it is read now."""


def _accounts(doc: Doc) -> Collection[Hashable]:
    return {f"{a['platform']}:{a['user']}" for a in doc["person"]["accounts"]}


def _about(doc: Doc) -> Collection[Hashable]:
    """The record that a notice is about."""
    return (str(doc["content"]["subject"]),) if "subject" in doc["content"] else ()


def _messages(doc: Doc) -> Collection[Hashable]:
    """The messages that a delivery has become."""
    return {message_key(doc["platform"], doc["address"], part) for part in doc["parts"]}


INDEXES: Mapping[str, Mapping[str, Keys]] = {
    "channels": {},
    "members": {"account": _accounts},
    "invites": {"digest": lambda doc: (doc["digest"],), "member": lambda doc: (doc["member"],)},
    "links": {"digest": lambda doc: (doc["digest"],), "member": lambda doc: (doc["member"],)},
    "sendings": {"key": lambda doc: (doc["key"],), "subject": _about},
    "deliveries": {
        "sending": lambda doc: (doc["sending"],),
        "state": lambda doc: (doc["state"],) if doc["state"] in ("queued", "sending", "uncertain") else (),
        "recipient": lambda doc: (doc["recipient"],),
        "message": _messages,
        "within": lambda doc: (doc["within"],) if doc.get("within") else (),
    },
    "tries": {"account": lambda doc: (doc["account"],)},
    "requests": {"account": lambda doc: (f"{doc['account']['platform']}:{doc['account']['user']}",)},
    "audit": {"subject": lambda doc: (doc["subject"],)},
    "effects": {"event": lambda doc: (doc["event"],)},
    "events": {"event": lambda doc: (doc["event"],)},
    "questions": {"asker": lambda doc: (doc["asker"],)},
    "said": {"subject": lambda doc: (doc["subject"],)},
    "imports": {},
    "drafts": {"who": lambda doc: (doc["who"],)},
    "passing": {"message": lambda doc: (passing_key(doc),)},
    "surveys": {"key": lambda doc: (doc["plan"]["key"],)},
    "sheets": {
        "survey": lambda doc: (doc["survey"],),
        "one": lambda doc: ((doc["survey"], doc["member"]),),
        "counts": lambda doc: ((doc["survey"], doc["owner"]),) if doc["state"] == "answered" else (),
    },
    "redactions": {"survey": lambda doc: (doc["survey"],)},
    "consultations": {"key": lambda doc: (doc["plan"]["key"],)},
    "remarks": {
        "consultation": lambda doc: (doc["consultation"],),
        "one": lambda doc: ((doc["consultation"], doc["section"], doc["owner"]),),
    },
    "files": {"digest": lambda doc: (doc["digest"],)},
    "missed": {"text": lambda doc: (doc["text"],)},
    "synonyms": {"said": lambda doc: (doc["said"],)},
    "told": {"subject": lambda doc: (doc["subject"],), "fact": lambda doc: (fact_key(doc),)},
}


class EmbeddedStore:
    """See storage.store.Store. `open` raises Busy, Damaged, Unwritable."""

    def __init__(self, tables: Tables, folder: Path | None = None) -> None:
        self._tables = tables
        self._folder = folder
        self.calls = CallsTable(tables)
        self.meetings = MeetingsTable(tables)
        self.association = AssociationTable(tables)
        self.channels = ChannelsTable(tables)
        self.sendings = SendingsTable(tables)
        self.members = MembersTable(tables, self.sendings.changed)
        self.conversation = ConversationTables(tables)
        self.questions = QuestionsTable(tables, self.sendings.changed)
        self.announcements = AnnouncementsTables(tables)
        self.imports = ImportsTable(
            tables,
            self.association,
            {"calls": self.calls, "meetings": self.meetings, "members": self.members},
        )
        self.audit = AuditTable(tables)
        self.vocabulary = VocabularyTables(tables)
        self.surveys = SurveysTables(tables, self._forget_survey)
        self.redactions = RedactionsTable(tables, self.sendings.changed)
        self.consultations = ConsultationsTables(tables)
        self._backing = asyncio.Lock()  # who writes or rewrites the automatic backups

    @classmethod
    def open(cls, folder: Path | None) -> EmbeddedStore:
        """The store in that folder, made when it is not there; in memory only when it is None."""
        return cls(Tables.open(folder, schema=SCHEMA, upgrades=UPGRADES, indexes=INDEXES), folder)

    @property
    def unwritable(self) -> str | None:
        return self._tables.unwritable

    async def backup(self, file: Path) -> None:
        await self._tables.backup(file)

    async def daily_backup(self, now: datetime) -> Path | None:
        """The archive of that day in the folder's `backups`; None when it is there already, or when there is
        no folder. Those older than 14 days go. Raises Unwritable, Damaged."""
        if self._folder is None:
            return None
        async with self._backing:
            return await daily_backup(self._tables, self._folder / "backups", now)

    async def _forget_survey(self, id: str, end: Callable[[], Awaitable[Survey]]) -> Survey:
        """`end`s a survey when no automatic backup holds what people filled in any more. Until then no other is
        written, and a crash in between leaves it open: its closing begins again."""
        if self._folder is None:
            return await end()

        def forgotten(state: State) -> bool:
            return without(id, state.tables)

        async with self._backing:
            try:
                await asyncio.to_thread(strip, self._folder / "backups", forgotten, self._tables.files)
            except OSError as error:
                raise Unwritable(sentence(error, self._folder / "backups", "try again")) from error
            return await end()

    async def compact(self) -> None:
        """Starts a new generation: a fresh snapshot and an empty journal."""
        await self._tables.compact()

    async def close(self) -> None:
        await self._tables.close()
