"""A survey's file, whatever it is written in, to a plan and everything that is wrong with it. Pure."""

from __future__ import annotations

from datetime import datetime

from handlers.importing import workbooks
from handlers.importing.surveys import documents, sheets
from handlers.importing.surveys.checking import SurveyFile, checked
from storage.association import Association
from storage.moments import zone


def read(content: bytes, name: str, association: Association, now: datetime) -> SurveyFile:
    """The survey in a JSON document, a workbook or CSV. Times without a zone are the association's.

    Raises FileRefused for what cannot be read at all; what is wrong within a survey is in its `faults`.
    """
    home = association.zone
    today = now.astimezone(zone(home)).date()
    reader = documents if is_document(content, name) else sheets
    return checked(reader.read(content, home, today), association, now)


def is_document(content: bytes, name: str) -> bool:
    """Whether it is JSON: by its name, or by what it begins with."""
    if content.startswith(workbooks.MAGIC):
        return False
    return name.casefold().endswith(".json") or content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
