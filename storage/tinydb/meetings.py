"""Meetings in the embedded store."""

from __future__ import annotations

from dataclasses import replace

from storage.audit import By
from storage.calls import Why
from storage.meetings import ChangedMeeting, Meeting, NewMeeting, Plan
from storage.tinydb.tables import Tables
from storage.tinydb.versions import Versioned


class MeetingsTable(Versioned[Meeting, Plan]):
    """See storage.meetings.Meetings."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables, "meetings", "m", Meeting, "plan", _next_in_calendars)

    async def take_over(
        self, rows: tuple[NewMeeting | ChangedMeeting, ...], why: Why, by: By
    ) -> tuple[Meeting, ...]:
        return await self.take_over_rows(rows, why, by)


def _next_in_calendars(plan: Plan) -> Plan:
    """RFC 5545 3.8.7.4: a significant change raises SEQUENCE by one."""
    return replace(plan, sequence=plan.sequence + 1)
