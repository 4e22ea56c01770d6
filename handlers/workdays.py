"""Until when the secretariat answers: so many working days later, at an hour at which it works. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from handlers.calm import rests
from storage.association import Association
from storage.moments import zone

ANSWERED_WITHIN = 2
"""Working days in which a question is answered."""


def answer_by(asked: datetime, association: Association, days: int = ANSWERED_WITHIN) -> datetime:
    """When an answer is overdue to what was asked then (aware), aware UTC or as given.

    The time runs from the first moment from then on at which the secretariat works: within the association's hours, in
    its zone, from Monday to Friday (Darbo kodeksas, 113 straipsnis: a week of five days), on no public holiday. So many
    working days later, at the same hour, it is over.
    """
    here = zone(association.zone)
    opens, shuts = (time.fromisoformat(text) for text in association.working_hours)
    local = asked.astimezone(here)
    day, hour = local.date(), local.time()
    if not _works(day) or hour >= shuts:
        day, hour = _next(day), opens
    hour = max(hour, opens)
    for _ in range(days):
        day = _next(day)
    return datetime.combine(day, hour, here).astimezone(asked.tzinfo)


def _next(day: date) -> date:
    """The next working day."""
    day += timedelta(days=1)
    while not _works(day):
        day += timedelta(days=1)
    return day


def _works(day: date) -> bool:
    return day.weekday() < 5 and not rests(day)
