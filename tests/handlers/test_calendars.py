"""Calendar files: what they hold, for whom, and that another program reads the same from them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from icalendar import Calendar

from handlers.chat import Fact, Reply
from handlers.importing.calendars import read
from handlers.meetings.occurrences import occurrences
from storage.meetings import Plan
from storage.moments import Moment
from tests.conversation import STRUCTURE, Chat, Someone, moment
from tests.handlers.meetings.plans import FORUM, WEEKLY, meeting, utc

LINK = "https://teams.example.org/l/abc"


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """Thursday 24 September 2026; m1 is the series, m2 the forum, m3 of another group."""
    chat = Chat.begin()
    await chat.associate()
    for plan in (WEEKLY, FORUM, replace(WEEKLY, group="eksportas")):
        await chat.store.meetings.add(plan, chat.by())
    yield chat
    await chat.store.close()


@pytest.fixture
async def ada(chat: Chat) -> Someone:
    return await chat.member("Ada", "manager", groups=("politika",))


def events(reply: Reply) -> list[Any]:
    """The events of the reply's one file, as another program reads them."""
    (file,) = reply.files
    assert file.mime == "text/calendar"
    assert b"\n" not in file.content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in file.content.split(b"\r\n"))
    return list(Calendar.from_ical(file.content).walk("VEVENT"))


async def test_a_series_stays_a_series(ada: Someone) -> None:
    """The rule, what is left out, what was moved and what was cancelled are in the file under one UID."""
    reply = await ada.says("/calendar m1")
    master, moved, cancelled = events(reply)
    assert reply.plain.splitlines()[0] == "Darbo grupės posėdis: 11 posėdžių per artimiausius metus."
    assert master["RRULE"].to_ical() == b"FREQ=WEEKLY;UNTIL=20261217T120000Z;BYDAY=TH"
    assert b"EXDATE;TZID=Europe/Vilnius:20261015T140000" in reply.files[0].content
    assert b"BEGIN:VTIMEZONE\r\nTZID:Europe/Vilnius" in reply.files[0].content
    assert {str(e["UID"]) for e in (master, moved, cancelled)} == {"m1@lka.sauklys"}
    assert moved["RECURRENCE-ID"].dt.replace(tzinfo=None) == datetime(2026, 9, 24, 14)
    assert moved["DTSTART"].dt.replace(tzinfo=None) == datetime(2026, 9, 25, 10)
    assert [str(e["STATUS"]) for e in (master, moved, cancelled)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [len(e.walk("VALARM")) for e in (master, moved, cancelled)] == [1, 1, 0]
    assert reply.told == (Fact("m1", "start", 1), Fact("m1", "place", 1))


@pytest.mark.parametrize(
    "plan",
    [
        WEEKLY,
        FORUM,
        replace(WEEKLY, rule="FREQ=MONTHLY;BYDAY=2TH;COUNT=5", exceptions=(), dropped=()),
        replace(WEEKLY, rule="", exceptions=(), dropped=(), extra=(datetime(2026, 9, 15, 9),)),
        replace(FORUM, rule="FREQ=YEARLY;UNTIL=20281112", tentative=False),
    ],
)
async def test_what_is_written_is_read_back_the_same(chat: Chat, ada: Someone, plan: Plan) -> None:
    """Our own import finds in the file the very meetings that were put into it."""
    added = await chat.store.meetings.add(plan, chat.by())
    reply = await ada.says(f"/calendar {added.id}")
    back = read(reply.files[0].content, STRUCTURE, plan.group or None)
    assert back.faults == ()

    def plainly(whose: Plan) -> list[object]:
        found = occurrences(meeting(whose), utc("2026-09-01"), utc("2029-12-31"))
        return [(o.day, o.start, o.end, o.all_day, o.cancelled, o.tentative) for o in found]

    assert plainly(back.plans[0]) == plainly(plan)


async def test_one_of_a_series_comes_alone(ada: Someone) -> None:
    """One occurrence has the UID of its series, and its own place in it."""
    (event,) = events(await ada.says("/calendar m1.2026-09-24"))
    assert str(event["UID"]) == "m1@lka.sauklys"
    assert event["RECURRENCE-ID"].dt.replace(tzinfo=None) == datetime(2026, 9, 24, 14)
    assert "RRULE" not in event


async def test_a_change_raises_the_sequence_and_keeps_the_uid(chat: Chat, ada: Someone) -> None:
    """Taken again after a move, the file replaces what the calendar had."""
    before = events(await ada.says("/calendar m1.2026-10-08"))[0]
    rūta = await chat.member("Rūta", "secretariat", groups=("politika",))
    await rūta.says("/move m1.2026-10-08")
    await rūta.fills_in(start="2026-10-09 10:00")
    await rūta.presses("Perkelti")
    after = events(await ada.says("/calendar m1.2026-10-08"))[0]
    assert (str(after["UID"]), after["SEQUENCE"]) == (str(before["UID"]), before["SEQUENCE"] + 1)
    assert after["DTSTART"].dt.replace(tzinfo=None) == datetime(2026, 10, 9, 10)


async def test_the_join_link_is_for_members_of_the_group(chat: Chat, ada: Someone) -> None:
    """Who is in the group has the link in the file, who isn't has not, anywhere."""
    assert LINK.encode() in (await ada.says("/calendar m1.2026-10-08")).files[0].content
    ona = await chat.member("Ona")
    assert b"teams.example" not in (await ona.says("/calendar m1")).files[0].content


async def test_everything_is_ones_own_groups_events_and_deadlines(chat: Chat, ada: Someone) -> None:
    """Without a name come meetings of one's groups, events of the association, and dated deadlines of a year."""
    await chat.call("Inoklaster LT", closes=moment("2026-10-30 16:00"))
    await chat.call("Senas", closes=moment("2026-01-30 16:00"))
    reply = await ada.says("/kalendorius")
    assert reply.plain.splitlines()[0] == "12 posėdžių per artimiausius metus. 1 kvietimas su terminu."
    assert {str(e["UID"]).split("@")[0] for e in events(reply)} == {"m1", "m2", "c1.closes"}
    ona = await chat.member("Ona")
    assert {str(e["UID"]).split("@")[0] for e in events(await ona.says("/kalendorius"))} == {
        "m2",
        "c1.closes",
    }


async def test_a_call_gives_its_deadlines_as_exactly_as_they_are_known(chat: Chat, ada: Someone) -> None:
    """With an hour a moment in the call's own zone, without one an all-day entry that says so, a quarter nothing."""
    cutoffs = (moment("2026-10-05"), moment("2026-11-05 17:00", "Europe/Brussels"))
    call = await chat.call("Inoklaster LT", cutoffs=cutoffs, closes=moment("2026-12-30 16:00"))
    first, second, last = events(await ada.says(f"/calendar {call.id}"))
    assert first["DTSTART"].dt == date(2026, 10, 5)
    assert str(first["DESCRIPTION"]) == "Termino valanda nežinoma."
    assert second["DTSTART"].params["TZID"] == "Europe/Brussels"
    assert str(last["SUMMARY"]) == "Terminas: Inoklaster LT"
    assert len(last.walk("VALARM")) == 2
    vague = await chat.call("Expo", closes=Moment(date(2026, 10, 1), "Europe/Vilnius", "quarter"))
    reply = await ada.says(f"/calendar {vague.id}")
    assert reply.files == ()
    assert reply.plain == "„Expo“ dar neturi dienos, kurią būtų galima įrašyti į kalendorių."


async def test_a_held_call_is_not_certain_in_a_calendar(chat: Chat, ada: Someone) -> None:
    """A postponed call's old date is tentative, a cancelled call's entry is cancelled and rings no more."""
    for hold, status, alarms in (("postponed", "TENTATIVE", 2), ("cancelled", "CANCELLED", 0)):
        call = await chat.call("Inoklaster", closes=moment("2026-10-30 16:00"), hold=hold)
        (event,) = events(await ada.says(f"/calendar {call.id}"))
        assert (str(event["STATUS"]), len(event.walk("VALARM"))) == (status, alarms)


async def test_nothing_that_people_write_breaks_the_file(chat: Chat, ada: Someone) -> None:
    """Control characters are gone, a UID or an address with a line end is not used, lines stay short (pitfall 27)."""
    evil = "a\r\nBEGIN:VEVENT\x07\x00 ėė" * 20
    plan = replace(WEEKLY, key="x\r\nATTACH:1", link="https://a.lt/\r\nX-EVIL:1", place=evil, agenda=(evil,))
    added = await chat.store.meetings.add(replace(plan, rule="", exceptions=(), dropped=()), chat.by())
    reply = await ada.says(f"/calendar {added.id}")
    chat.passes(days=-30)
    (event,) = events(reply)
    assert str(event["UID"]) == f"{added.id}@lka.sauklys"
    assert "URL" not in event
    lines = reply.files[0].content.split(b"\r\n")
    assert not any(line.startswith((b"X-EVIL", b"ATTACH")) for line in lines)
    assert lines.count(b"BEGIN:VEVENT") == 1
    assert not any(byte < 0x20 for line in lines for byte in line)


async def test_a_name_nobody_has_is_said(ada: Someone) -> None:
    """What is not there gets a sentence and no file."""
    for line in ("/calendar m99", "/calendar m1.2026-09-25", "/calendar c99"):
        reply = await ada.says(line)
        assert reply.plain
        assert reply.files == ()
