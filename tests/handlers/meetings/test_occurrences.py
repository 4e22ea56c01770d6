"""When meetings take place: rules, exceptions, clock changes, bounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.meetings.occurrences import (
    MOST,
    Occurrence,
    instant,
    occurrence,
    occurrences,
    parse_id,
    rule_for_calendars,
)
from storage.calls import Change, Why
from storage.codec import encode
from storage.meetings import Difference, Meeting
from tests.handlers.meetings.plans import FORUM, WEEKLY, meeting, utc


def days(found: tuple[Occurrence, ...]) -> list[str]:
    return [f"{o.start:%m-%d %H:%M}" + (" cancelled" if o.cancelled else "") for o in found]


def test_a_series_keeps_its_local_hour_over_the_clock_change() -> None:
    """Two in the afternoon stays two in the afternoon when summer time ends, an hour later in UTC."""
    found = occurrences(meeting(), utc("2026-10-20"), utc("2026-10-31"))
    assert days(found) == ["10-22 14:00", "10-29 14:00"]
    assert [o.start.astimezone(UTC).hour for o in found] == [11, 12]


def test_dropped_cancelled_and_moved_ones_are_told_apart() -> None:
    """A dropped one is not there, a cancelled one is and says so, a moved one is where it was moved to."""
    found = occurrences(meeting(), utc("2026-09-20"), utc("2026-10-20"))
    assert days(found) == ["09-25 10:00", "10-01 14:00 cancelled", "10-08 14:00"]
    moved = found[0]
    assert moved.id == "m7.2026-09-24"
    assert moved.was == instant(datetime(2026, 9, 24, 14), "Europe/Vilnius")
    assert (moved.was_place, moved.place, moved.reason) == ("Gedimino pr. 38, Vilnius", "", "Salė užimta")
    assert moved.end - moved.start == timedelta(minutes=90)
    assert moved.agenda == WEEKLY.agenda


def test_the_last_day_of_a_rule_takes_part() -> None:
    """UNTIL in UTC, local or as a bare day includes the meeting that begins then."""
    for until in ("20261217T120000Z", "20261217T140000", "20261217"):
        rule = f"FREQ=WEEKLY;BYDAY=TH;UNTIL={until}"
        found = occurrences(meeting(rule=rule), utc("2026-12-01"), utc("2027-12-31"))
        assert days(found)[-1] == "12-17 14:00", until


def test_one_moved_far_away_is_found_where_it_is_now() -> None:
    """A meeting moved by months is in the window of its new time and not of its old one."""
    far = Difference(datetime(2026, 9, 24, 14), start=datetime(2027, 3, 1, 9))
    moved = meeting(exceptions=(far,))
    assert days(occurrences(moved, utc("2027-02-01"), utc("2027-04-01"))) == ["03-01 09:00"]
    assert "09-24 14:00" not in days(occurrences(moved, utc("2026-09-20"), utc("2026-09-30")))
    assert occurrence(moved, "2026-09-24") == occurrences(moved, utc("2027-02-01"), utc("2027-04-01"))[0]


def test_one_that_has_begun_is_still_there_and_one_that_has_ended_is_not() -> None:
    """A window takes in what goes on when it begins."""
    series = meeting(exceptions=())
    assert days(occurrences(series, utc("2026-09-24 12:00"), utc("2026-09-25"))) == ["09-24 14:00"]
    assert days(occurrences(series, utc("2026-09-24 13:00"), utc("2026-09-25"))) == []


def test_a_second_one_on_a_day_has_an_id_of_its_own() -> None:
    """The second meeting of one day is known by its hour too, and each id finds its own."""
    twice = meeting(extra=(datetime(2026, 10, 8, 9),))
    found = occurrences(twice, utc("2026-10-08"), utc("2026-10-09"))
    assert [o.id for o in found] == ["m7.2026-10-08", "m7.2026-10-08T1400"]
    assert [occurrence(twice, o.day) for o in found] == list(found)


def test_a_single_meeting_has_the_id_of_its_record() -> None:
    """A single meeting is known by its own id, and by no day."""
    single = meeting(FORUM)
    (found,) = occurrences(single, utc("2026-11-01"), utc("2026-11-30"))
    assert found.id == "m7"
    assert occurrence(single, "") == found
    assert occurrence(single, "2026-11-12") is None
    assert parse_id("m7") == ("m7", "")
    assert parse_id("m7.2026-09-24") == ("m7", "2026-09-24")
    assert parse_id("c7") is None


def test_an_all_day_meeting_is_a_calendar_day_over_the_clock_change() -> None:
    """The day on which the clock goes back has 25 hours, and an all-day meeting all of them."""
    (found,) = occurrences(meeting(FORUM, start=datetime(2026, 10, 25)), utc("2026-10-20"), utc("2026-10-30"))
    assert (found.end - found.start).days == 1
    assert found.end.astimezone(UTC) - found.start.astimezone(UTC) == timedelta(hours=25)


def test_an_hour_that_the_clock_skips_is_an_hour_later() -> None:
    """03:30 on the last Sunday of March is 04:30 in Vilnius."""
    assert f"{instant(datetime(2026, 3, 29, 3, 30), 'Europe/Vilnius'):%H:%M}" == "04:30"


def test_a_single_meeting_says_from_its_history_when_it_was() -> None:
    """A moved single meeting has its old time, its old place and the reason from the change that moved it."""
    why = Why("Salė užimta")
    history = (
        Change(
            2,
            "start",
            encode(datetime(2026, 10, 6, 9)),
            encode(datetime(2026, 10, 7, 9)),
            why,
            "n1",
            utc("2026-09-20"),
        ),
        Change(2, "place", "Kaunas", "Vilnius", why, "n1", utc("2026-09-20")),
    )
    plan = replace(
        WEEKLY, rule="", dropped=(), exceptions=(), start=datetime(2026, 10, 7, 9), place="Vilnius"
    )
    (found,) = occurrences(replace(meeting(plan), history=history), utc("2026-10-01"), utc("2026-10-31"))
    assert found.was == instant(datetime(2026, 10, 6, 9), "Europe/Vilnius")
    assert (found.was_place, found.reason) == ("Kaunas", "Salė užimta")


def cancelled_midway() -> Meeting:
    gone = Change(4, "cancelled", False, True, Why("Grupė baigė darbą"), "n1", utc("2026-10-10"))
    return replace(meeting(cancelled=True, exceptions=()), history=(gone,))


def test_a_series_cancelled_midway_keeps_what_took_place() -> None:
    """Cancelling a series cancels what is ahead; what was held stays held."""
    found = occurrences(cancelled_midway(), utc("2026-10-01"), utc("2026-10-31"))
    assert days(found) == ["10-01 14:00", "10-08 14:00", "10-22 14:00 cancelled", "10-29 14:00 cancelled"]
    assert found[-1].reason == "Grupė baigė darbą"
    assert rule_for_calendars(cancelled_midway()).endswith("UNTIL=20261008T110000Z")


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=DAILY;BYHOUR=1,2,3",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY\nDTSTART:20200101",
        "FREQ=YEARLY;BYEASTER=0",
        "nonsense",
        "FREQ=WEEKLY;UNTIL=tomorrow",
        "FREQ=WEEKLY;UNTIL=00010101T000000Z",
        "FREQ=MONTHLY;BYDAY=9XX",
    ],
)
def test_a_rule_that_no_meeting_has_leaves_the_first_one(rule: str) -> None:
    """A broken or endless rule never loses the meeting: its own start stays."""
    found = occurrences(meeting(rule=rule, exceptions=(), dropped=()), utc("2026-09-01"), utc("2027-09-01"))
    assert days(found) == ["09-10 14:00"]
    assert "\n" not in rule_for_calendars(meeting(rule=rule))


def test_a_rule_that_never_comes_true_ends_and_one_that_never_ends_is_bounded() -> None:
    """30 February leaves the first meeting; a daily series fills a window of decades up to a limit."""
    never = meeting(rule="FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", exceptions=(), dropped=())
    assert days(occurrences(never, utc("2026-09-01"), utc("2027-09-01"))) == ["09-10 14:00"]
    always = meeting(rule="FREQ=DAILY", exceptions=(), dropped=())
    assert len(occurrences(always, utc("2026-09-01"), utc("2090-01-01"))) == MOST


@pytest.mark.parametrize("year", [1900, 1999, 2000, 2017, 2026, 2099])
def test_a_series_is_the_same_in_whichever_year_it_began(year: int) -> None:
    """A yearly meeting on 29 February comes in leap years, a monthly one every month, decades after it began."""
    start = datetime(year, 1, 1, 14)
    leap = meeting(start=start, rule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", exceptions=(), dropped=())
    assert days(occurrences(leap, utc("2103-01-01"), utc("2109-12-31"))) == ["02-29 14:00", "02-29 14:00"]
    monthly = meeting(start=start, rule="FREQ=MONTHLY;BYDAY=1MO", exceptions=(), dropped=())
    found = occurrences(monthly, utc("2110-01-01"), utc("2110-12-31"))
    assert [(o.start.weekday(), o.start.day <= 7) for o in found] == [(0, True)] * 12


RULES = st.sampled_from(
    ["FREQ=DAILY;COUNT=90", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY;BYDAY=-1FR"]
)
STARTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31)).map(
    lambda d: d.replace(minute=0, second=0, microsecond=0)
)
MOVES = st.lists(st.tuples(st.integers(0, 8), st.integers(-500, 500), st.booleans()), max_size=4)


def moved_about(rule: str, start: datetime, moves: list[tuple[int, int, bool]]) -> Meeting:
    """A series with some of its first occurrences moved by hours or cancelled."""
    plain = meeting(rule=rule, start=start, exceptions=(), dropped=())
    given_ = occurrences(plain, utc("2024-01-01"), utc("2028-01-01"))
    own = {
        given_[i].of: Difference(given_[i].of, cancelled, given_[i].of + timedelta(hours=hours))
        for i, hours, cancelled in moves
        if i < len(given_)
    }
    return meeting(rule=rule, start=start, exceptions=tuple(own.values()), dropped=())


@settings(max_examples=60, deadline=None)
@given(RULES, STARTS, MOVES, st.integers(0, 1000))
def test_two_windows_give_what_one_gives(
    rule: str, start: datetime, moves: list[tuple[int, int, bool]], cut: int
) -> None:
    """Cutting a window anywhere loses and repeats nothing, whatever was moved across the cut."""
    series = moved_about(rule, start, moves)
    first, last = utc("2024-01-01"), utc("2027-12-31")
    middle = first + timedelta(days=cut)
    whole = {o.id for o in occurrences(series, first, last)}
    halves = [o.id for w in ((first, middle), (middle, last)) for o in occurrences(series, *w)]
    running = {o.id for o in occurrences(series, middle, middle)}
    assert set(halves) == whole
    assert len(halves) - len(whole) <= len(running)


@settings(max_examples=60, deadline=None)
@given(RULES, STARTS, MOVES)
def test_every_id_is_its_own_and_finds_its_occurrence(
    rule: str, start: datetime, moves: list[tuple[int, int, bool]]
) -> None:
    """Ids are unique, and each brings back the very occurrence that has it."""
    series = moved_about(rule, start, moves)
    found = occurrences(series, utc("2024-01-01"), utc("2027-12-31"))
    assert len({o.id for o in found}) == len(found)
    for one in found[:12]:
        assert occurrence(series, one.day) == one
