"""Calls in the embedded store."""

from __future__ import annotations

from storage.audit import By
from storage.calls import Call, ChangedCall, Facts, NewCall, Why
from storage.tinydb.tables import Tables
from storage.tinydb.versions import Versioned


class CallsTable(Versioned[Call, Facts]):
    """See storage.calls.Calls."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables, "calls", "c", Call, "facts")

    async def take_over(self, rows: tuple[NewCall | ChangedCall, ...], why: Why, by: By) -> tuple[Call, ...]:
        return await self.take_over_rows(rows, why, by)
