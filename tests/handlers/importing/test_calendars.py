"""Calendars as other programs write them, and as nobody should: what is in them comes in, or one sentence says why."""

from __future__ import annotations

import warnings

import pytest

from handlers.i18n import translator
from handlers.importing import calendars
from handlers.importing.faults import FileRefused
from storage.meetings import Plan
from tests.conversation import STRUCTURE

VILNIUS = "DTSTART;TZID=Europe/Vilnius:20261001T140000"


def calendar(*events: str, before: str = "") -> str:
    """A calendar of these events, lines ended as they should be."""
    lines = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y\n{before}{''.join(events)}END:VCALENDAR\n"
    return lines.replace("\n", "\r\n")


def event(start: str = VILNIUS, more: str = "", uid: str = "u1", title: str = "SUMMARY:Posėdis") -> str:
    """An event; lines that are empty are left out."""
    lines = ("BEGIN:VEVENT", f"UID:{uid}", start, title, *more.split("\n"), "END:VEVENT")
    return "".join(f"{line}\n" for line in lines if line)


def read(content: str | bytes) -> calendars.Calendar:
    """As the association of the tests."""
    return calendars.read(content.encode() if isinstance(content, str) else content, STRUCTURE)


def plan(content: str | bytes) -> Plan:
    """The only plan, of a calendar without faults."""
    found = read(content)
    assert found.faults == ()
    [one] = found.plans
    return one


@pytest.mark.parametrize("letter", ["ė", "„", "🚀"])
def test_a_line_may_be_folded_within_a_letter(letter: str) -> None:
    """Calendars fold by bytes: a letter that is split is whole again, and lines are counted as they stand."""
    whole = calendar(event(title=f"SUMMARY:Pos{letter}dis 2"), event(start="", uid="u2")).encode()
    at = whole.index(letter.encode()) + 1
    found = read(whole[:at] + b"\r\n " + whole[at:])
    assert [one.title.lt for one in found.plans] == [f"Pos{letter}dis 2"]
    assert [one.line for one in found.faults] == [10]


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("FLE Standard Time", "14:00 Europe/Vilnius"),
        ('"(UTC+02:00) Helsinki, Kyiv, Riga, Sofia, Tallinn, Vilnius"', "14:00 Europe/Vilnius"),
        ("/freeassociation.sourceforge.net/Europe/Vilnius", "14:00 Europe/Vilnius"),
        ("Romance Standard Time", "14:00 Europe/Paris"),
        ("UTC", "17:00 Europe/Vilnius"),
    ],
)
def test_zones_are_what_programs_call_them(zone: str, said: str) -> None:
    """Windows' names, a vendor's prefix, UTC as Teams writes it: no word of it on the terminal."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = plan(calendar(event(f"DTSTART;TZID={zone}:20261001T140000")))
    assert f"{found.start:%H:%M} {found.zone}" == said


def test_a_calendar_that_lies_about_a_known_zone_is_not_believed() -> None:
    """What it calls Europe/Vilnius is Vilnius, whatever offsets it gives it."""
    lie = "BEGIN:VTIMEZONE\nTZID:Europe/Vilnius\nBEGIN:STANDARD\nDTSTART:16010101T000000\n"
    lie += "TZOFFSETFROM:-0800\nTZOFFSETTO:-0800\nEND:STANDARD\nEND:VTIMEZONE\n"
    assert f"{plan(calendar(event(), before=lie)).start:%H:%M}" == "14:00"


def test_an_hour_that_the_night_skips_is_the_next_one() -> None:
    """On the night when clocks are put forward 03:30 is 04:30."""
    assert f"{plan(calendar(event('DTSTART;TZID=Europe/Vilnius:20270328T033000'))).start:%H:%M}" == "04:30"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=DAILY;BYSECOND=1,2,3",
        "FREQ=WEEKLY;INTERVAL=-1",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;UNTIL=20201231",
        "FREQ=WEEKLY;BYDAY=XX",
    ],
)
def test_a_rule_that_no_meeting_has_is_a_fault_and_the_others_are_taken(rule: str) -> None:
    """Every second for ever, no time at all, over before it begins: that event is left with its line."""
    found = read(calendar(event(more=f"RRULE:{rule}"), event(uid="u2")))
    assert [one.key for one in found.plans] == ["u2"]
    assert [one.line for one in found.faults] == [4]


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("", "no start"),
        ("DTSTART:20261301T140000", "cannot be read"),
        ("DTSTART;TZID=Europe/Vilnius:20260231T130000", "cannot be read"),
        ("DTSTART:202261001T130000", "cannot be read"),
        ("DTSTART:30261001T130000", "cannot be right"),
        ("DTSTART;TZID=Mars/Base:20261001T130000", "no time zone"),
    ],
)
def test_an_event_without_a_start_loses_nobody_elses(start: str, said: str) -> None:
    """No start, 31 February, the year 20226, a zone on Mars: one fault, the others are taken."""
    found = read(calendar(event(start), event(uid="u2")))
    assert [one.key for one in found.plans] == ["u2"]
    assert said in found.faults[0].in_(translator("en"))


def test_more_events_than_an_association_has_are_refused() -> None:
    """Fifty thousand events are refused in one sentence, long before they are read."""
    with pytest.raises(FileRefused) as error:
        read(calendar(*(event(uid=f"u{n}") for n in range(50_000))))
    assert "more than" in error.value.faults[0].in_(translator("en"))


def test_more_dates_than_anybody_meets_on_are_refused() -> None:
    """A series with hundreds of thousands of single dates is refused before they are read."""
    dates = ",".join(["20261001T140000"] * 200_001)
    with pytest.raises(FileRefused) as error:
        read(calendar(event(more=f"EXDATE;TZID=Europe/Vilnius:{dates}")))
    assert "single dates" in error.value.faults[0].in_(translator("en"))


def test_names_keep_their_signs() -> None:
    """A rocket and a family are as they were written."""
    assert (
        plan(calendar(event(title="SUMMARY:🚀 Posėdis 👩\u200d👩\u200d👧"))).title.lt
        == "🚀 Posėdis 👩\u200d👩\u200d👧"
    )
