"""The plans these tests are about: the working group's weekly series, a forum, and whatever else they say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from storage.meetings import Difference, Meeting, Plan
from storage.words import Words

WEEKLY = Plan(
    title=Words("Darbo grupės posėdis", "Working group meeting"),
    group="politika",
    start=datetime(2026, 9, 10, 14),
    minutes=120,
    zone="Europe/Vilnius",
    rule="FREQ=WEEKLY;BYDAY=TH;UNTIL=20261217T120000Z",
    dropped=(datetime(2026, 10, 15, 14),),
    exceptions=(
        Difference(
            datetime(2026, 9, 24, 14),
            start=datetime(2026, 9, 25, 10),
            minutes=90,
            place="",
            mode="online",
            reason="Salė užimta",
        ),
        Difference(datetime(2026, 10, 1, 14), cancelled=True, reason="Nėra klausimų"),
    ),
    mode="hybrid",
    place="Gedimino pr. 38, Vilnius",
    link="https://teams.example.org/l/abc",
    agenda=("Brandos kategorijos", "Koncepcijos redakcija"),
)
FORUM = Plan(
    title=Words("Klasterių forumas", "Cluster forum"),
    group="",
    start=datetime(2026, 11, 12),
    minutes=1440,
    zone="Europe/Vilnius",
    all_day=True,
    tentative=True,
)


def meeting(plan: Plan = WEEKLY, **changes: Any) -> Meeting:
    """The plan under the id m7, changed so far."""
    return Meeting("m7", 3, replace(plan, **changes), (), datetime(2026, 9, 1, tzinfo=UTC), "operator")


def utc(text: str) -> datetime:
    """ "2026-09-24" or "2026-09-24 14:00" in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
