"""The whole port: what a store must be able to do, in verbs of the association.

Every changing verb is one commit, all or nothing, and returns only when it is durable. `get` returns None
for what is not there, changing verbs raise Missing; a verb that is given the version its caller saw (`seen`)
raises Changed with the record as it is when it moved on. Changing verbs raise Unwritable while nothing can be
written; reading goes on. Ids are short strings of the store's own (`c42`), never reused.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from storage.announcements import Announcements
from storage.association import AssociationPort
from storage.audit import Audit
from storage.calls import Calls
from storage.channels import Channels
from storage.consultations import Consultations
from storage.conversation import Conversation
from storage.imports import Imports
from storage.meetings import Meetings
from storage.members import Members
from storage.questions import Questions
from storage.redactions import Redactions
from storage.sendings import Sendings
from storage.surveys import Surveys
from storage.vocabulary import Vocabulary


class Store(Protocol):
    @property
    def calls(self) -> Calls: ...
    @property
    def meetings(self) -> Meetings: ...
    @property
    def association(self) -> AssociationPort: ...
    @property
    def channels(self) -> Channels: ...
    @property
    def members(self) -> Members: ...
    @property
    def conversation(self) -> Conversation: ...
    @property
    def sendings(self) -> Sendings: ...
    @property
    def surveys(self) -> Surveys: ...
    @property
    def redactions(self) -> Redactions: ...
    @property
    def consultations(self) -> Consultations: ...
    @property
    def questions(self) -> Questions: ...

    @property
    def announcements(self) -> Announcements: ...
    @property
    def imports(self) -> Imports: ...
    @property
    def vocabulary(self) -> Vocabulary: ...
    @property
    def audit(self) -> Audit: ...

    @property
    def unwritable(self) -> str | None:
        """Why nothing can be changed now, one sentence; None while all is well."""

    async def backup(self, file: Path) -> None:
        """Writes a consistent archive and opens it again. Raises Unwritable."""

    async def close(self) -> None:
        """Lets go of it; everything confirmed is there when it is opened again."""
