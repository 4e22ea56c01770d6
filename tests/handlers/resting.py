"""When people may be spoken to, said once more and minute by minute, for what is proved about it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from storage.members import Wishes
from storage.moments import zone

HERE = zone("Europe/Vilnius")
YEARS = range(2025, 2031)
FIXED = (
    (1, 1),
    (2, 16),
    (3, 11),
    (5, 1),
    (6, 24),
    (7, 6),
    (8, 15),
    (11, 1),
    (11, 2),
    (12, 24),
    (12, 25),
    (12, 26),
)
EASTER_MONDAYS = {
    date(2025, 4, 21),
    date(2026, 4, 6),
    date(2027, 3, 29),
    date(2028, 4, 17),
    date(2029, 4, 2),
    date(2030, 4, 22),
}
HOLIDAYS = {date(year, *day) for year in YEARS for day in FIXED} | EASTER_MONDAYS
"""Darbo kodekso 123 straipsnis; Easter Sunday and the days of mothers and fathers are Sundays."""
NONE = Wishes()


def barred(at: datetime, wishes: Wishes = NONE) -> bool:
    """Whether nobody, or not that person, may be spoken to in the minute of that instant."""
    local = at.astimezone(HERE)
    clock = f"{local:%H:%M}"
    if local.weekday() == 6 or local.date() in HOLIDAYS or not "08:00" <= clock < "18:00":
        return True
    if wishes.snoozed and local.date() < wishes.snoozed:
        return True
    begin, _, end = wishes.quiet.partition("-")
    if not begin:
        return False
    return begin <= clock < end if begin <= end else clock >= begin or clock < end


def first_free(at: datetime, wishes: Wishes = NONE) -> datetime:
    """That instant, or else the first minute after it in which they may be spoken to."""
    while barred(at, wishes):
        at = (at + timedelta(minutes=1)).replace(second=0, microsecond=0)
    return at.astimezone(UTC)
