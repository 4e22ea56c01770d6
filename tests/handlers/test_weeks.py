"""One digest a group and week: through clock changes, restarts, outages and moved hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.weeks import due_run, run_of
from storage.association import DigestTime
from storage.moments import zone

VILNIUS = "Europe/Vilnius"
TIMES = st.builds(
    lambda day, hour, minute: DigestTime(day, f"{hour:02}:{minute:02}"),
    st.integers(0, 6),
    st.integers(0, 23),
    st.sampled_from([0, 15, 59]),
)


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), TIMES)
def test_a_week_has_one_run(day: date, at: DigestTime) -> None:
    """Every day of an ISO week gives the same run, due on its weekday at its local hour, useful for some time after."""
    run = run_of(day, at, VILNIUS)
    monday = day - timedelta(days=day.weekday())
    assert {run_of(monday + timedelta(days=n), at, VILNIUS) for n in range(7)} == {run}
    assert run.due.astimezone(zone(VILNIUS)).weekday() == at.day
    assert run.due < run.until


@pytest.mark.parametrize("sunday", [date(2026, 3, 29), date(2026, 10, 25)])
@pytest.mark.parametrize("at", [DigestTime(0, "09:00"), DigestTime(6, "03:30"), DigestTime(2, "14:00")])
def test_every_minute_of_the_weeks_of_both_clock_changes(sunday: date, at: DigestTime) -> None:
    """Looked at every minute of the two weeks around a clock change, each week has exactly one run."""
    found = set()
    begin = datetime(sunday.year, sunday.month, sunday.day, tzinfo=UTC) - timedelta(days=7)
    weeks = set()
    for minute in range(14 * 24 * 60):
        now = begin + timedelta(minutes=minute)
        run = due_run(now, at, VILNIUS)
        weeks.add(now.astimezone(zone(VILNIUS)).isocalendar()[:2])
        if run is not None:
            assert run.due <= now < run.until
            found.add(run.key)
    assert len(found) in (len(weeks) - 1, len(weeks), len(weeks) - 2) and len(found) >= 2


def test_two_years_with_restarts_and_outages() -> None:
    """Two years, looked at at random moments with outages up to five days, the hour moved now and then: no week is
    opened twice, and one that was looked at within its useful time is never missed."""
    dice = Random(2026)
    now, end = datetime(2025, 1, 6, tzinfo=UTC), datetime(2027, 1, 4, tzinfo=UTC)
    at, opened, looked = DigestTime(0, "09:00"), [], set()
    while now < end:
        run = due_run(now, at, VILNIUS)
        if run is not None:
            looked.add(run.key)
            if run.key not in opened:
                opened.append(run.key)
        if dice.random() < 0.002:
            at = DigestTime(dice.randint(0, 1), dice.choice(("08:30", "09:00", "14:00")))
        now += (
            timedelta(days=dice.random() * 5)
            if dice.random() < 0.01
            else timedelta(minutes=dice.randint(1, 90))
        )
    assert sorted(opened) == sorted(set(opened)) == sorted(looked)
    assert len(opened) > 80


def test_the_evening_before_it_is_there() -> None:
    """Fifteen hours before its hour a run may be opened, on a Sunday for the Monday of the next week."""
    at = DigestTime(0, "09:00")
    sunday = datetime(2026, 9, 27, 18, 30, tzinfo=UTC)
    assert due_run(sunday, at, VILNIUS) is None
    run = due_run(sunday, at, VILNIUS, timedelta(hours=15))
    assert run is not None and run.key == "2026-W40"
