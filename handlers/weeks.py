"""When each group's digest is due: one run a week, in local time, whatever the clock does. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from handlers.calm import first_allowed
from storage.association import Association, DigestTime
from storage.moments import zone

LATEST = (2, time(12))
"""The last useful moment of a week's digest: Wednesday noon, unless it is due later; then a day after it is due."""
AT_LEAST = timedelta(hours=4)
"""How long it is of use when holidays put it off until then or later."""
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Run:
    """A group's digest of one ISO week: `key` is its own ("2026-W48"), `due` and `until` are aware."""

    key: str
    due: datetime
    until: datetime


def run_of(day: date, at: DigestTime, zone_name: str) -> Run:
    """The run of the ISO week that the local day is in. A local hour that the clock skips is the one after it, of one
    that comes twice the first (PEP 495)."""
    here = zone(zone_name)
    year, week, weekday = day.isocalendar()
    monday = day - timedelta(days=weekday - 1)
    due = datetime.combine(monday + timedelta(days=at.day), time.fromisoformat(at.at), here)
    last = datetime.combine(monday + timedelta(days=LATEST[0]), LATEST[1], here)
    until = last if last > due else due + timedelta(days=1)
    return Run(f"{year}-W{week:02}", due, until)


def due_run(now: datetime, at: DigestTime, zone_name: str, before: timedelta = timedelta()) -> Run | None:
    """The run that should exist at that instant, `before` its hour already; None outside its useful time."""
    here = zone(zone_name)
    for moment in (now, now + before, now - timedelta(days=1)):
        run = run_of(moment.astimezone(here).date(), at, zone_name)
        if run.due - before <= now < run.until:
            return run
    return None


def allowed(run: Run, association: Association) -> Run:
    """The same run, `due` in the first minute from its hour on in which people may be spoken to, and of use for some
    hours from then on."""
    leaves = first_allowed(run.due.astimezone(UTC), association)
    return Run(run.key, leaves, max(run.until.astimezone(UTC), leaves + AT_LEAST))


def running(
    now: datetime, at: DigestTime, association: Association, before: timedelta = timedelta()
) -> tuple[Run, ...]:
    """The runs that should exist at that instant, `before` their hour already, the oldest first: one, or two where
    holidays have put last week's off."""
    return tuple(run for run in around(now, at, association) if run.due - before <= now < run.until)


def around(now: datetime, at: DigestTime, association: Association) -> tuple[Run, ...]:
    """The runs of last week, of this one and of the two to come, as they are allowed."""
    today = now.astimezone(zone(association.zone)).date()
    return tuple(allowed(run_of(today + n * WEEK, at, association.zone), association) for n in (-1, 0, 1, 2))
