"""What the secretariat does to meetings, as transcripts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime

import pytest

from handlers.meetings import typed
from storage.meetings import Plan
from tests.conversation import Chat, Someone, labels
from tests.handlers.meetings.plans import FORUM, WEEKLY

SINGLE = replace(WEEKLY, rule="", dropped=(), exceptions=(), start=datetime(2026, 10, 6, 9))


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """Thursday 24 September 2026; m1 is the series, m2 a single meeting, m3 the forum."""
    chat = Chat.begin()
    await chat.associate()
    for plan in (WEEKLY, SINGLE, FORUM):
        await chat.store.meetings.add(plan, chat.by())
    yield chat
    await chat.store.close()


@pytest.fixture
async def rūta(chat: Chat) -> Someone:
    return await chat.member("Rūta", "secretariat", groups=("politika",))


async def plan(chat: Chat, id: str) -> Plan:
    found = await chat.store.meetings.get(id)
    assert found
    return found.plan


async def test_one_of_a_series_is_moved_and_its_readers_see_from_where(chat: Chat, rūta: Someone) -> None:
    """Moving one shows was → now, changes that one alone, and members read it from then on."""
    await rūta.says("/perkelti m1.2026-10-08")
    preview = await rūta.fills_in(start="spalio 9 d. 10:00", place="LIC salė", reason="Salė užimta")
    assert preview.plain.splitlines() == [
        "Darbo grupės posėdis, ketvirtadienį, spalio 8 d., 14:00–16:00",
        "• Kada: buvo ketvirtadienį, spalio 8 d., 14:00–16:00 → dabar penktadienį, spalio 9 d., 10:00–12:00",
        "• Vieta: buvo Gedimino pr. 38, Vilnius → dabar LIC salė",
        "Priežastis: Salė užimta",
        "Kol nepatvirtinsite, niekas nepasikeis.",
    ]
    assert await plan(chat, "m1") == WEEKLY
    await rūta.presses("Perkelti")
    moved = await plan(chat, "m1")
    assert (moved.sequence, len(moved.exceptions), moved.start) == (1, 3, WEEKLY.start)
    ada = await chat.member("Ada", groups=("politika",))
    answer = await ada.says("/meeting m1.2026-10-08")
    assert (
        "Perkelta: buvo ketvirtadienį, spalio 8 d., 14:00 → dabar penktadienį, spalio 9 d., 10:00."
        in answer.plain
    )
    assert "Priežastis: Salė užimta" in answer.plain


async def test_a_single_meeting_is_moved_itself(chat: Chat, rūta: Someone) -> None:
    """A single meeting's own time changes; its history says what it was and why."""
    await rūta.says("/move m2")
    await rūta.fills_in(start="2026-10-07 11:00", reason="Pirmininkas išvyksta")
    await rūta.presses("Perkelti")
    assert (await plan(chat, "m2")).start == datetime(2026, 10, 7, 11)
    shown = await rūta.says("/meeting m2")
    assert (
        "Perkelta: buvo antradienį, spalio 6 d., 09:00 → dabar trečiadienį, spalio 7 d., 11:00."
        in shown.plain
    )
    assert "Priežastis: Pirmininkas išvyksta" in shown.plain


async def test_an_all_day_event_is_moved_by_its_day(chat: Chat, rūta: Someone) -> None:
    """An event without hours needs no hour to be moved."""
    await rūta.says("/move m3")
    await rūta.fills_in(start="2026-11-19")
    await rūta.presses("Perkelti")
    assert (await plan(chat, "m3")).start == datetime(2026, 11, 19)


@pytest.mark.parametrize(
    ("start", "fault"),
    [
        ("spalio 9 d.", "Nurodykite ir valandą, pavyzdžiui, 2026-10-02 10:00."),
        ("2026-09-01 10:00", "Ši data jau praėjo."),
        ("kada nors", "Šios datos nesuprantu. Rašykite, pavyzdžiui, taip: 2026-10-30 16:00."),
    ],
)
async def test_a_time_that_cannot_be_meant_is_asked_again(rūta: Someone, start: str, fault: str) -> None:
    """A day without its hour, the past and what is no date are refused with what to write."""
    await rūta.says("/move m2")
    assert (await rūta.says(start, quotes=True)).plain.splitlines()[0] == fault


async def test_one_of_a_series_is_cancelled_with_its_reason(chat: Chat, rūta: Someone) -> None:
    """Only the chosen one is cancelled, and says why."""
    await rūta.says("/atsaukti_posedi m1.2026-10-22")
    await rūta.presses("Tik ketvirtadienį, spalio 22 d., 14:00")
    preview = await rūta.fills_in(reason="Nėra klausimų")
    assert "Jis neįvyks." in preview.plain
    await rūta.presses("Atšaukti posėdį")
    assert [e.of.day for e in (await plan(chat, "m1")).exceptions if e.cancelled] == [1, 22]
    shown = await rūta.says("/meeting m1.2026-10-22")
    assert shown.plain.splitlines()[0] == "Atšaukta: ketvirtadienį, spalio 22 d., 14:00–16:00."
    assert (await rūta.says("/cancelmeeting m1.2026-10-22")).plain == "Šis posėdis jau atšauktas."


async def test_a_whole_series_is_cancelled_from_now_on(chat: Chat, rūta: Someone) -> None:
    """The preview counts what will not take place; what was held stays, and nothing of it can be moved."""
    await rūta.says("/cancelmeeting m1")
    preview = await rūta.fills_in(scope="Visa serija", reason="Grupė baigė darbą")
    assert "per artimiausius metus neįvyks 11 posėdžių" in preview.plain
    await rūta.presses("Atšaukti posėdį")
    assert "(jau įvyko)" in (await rūta.says("/meeting m1.2026-09-17")).plain
    assert (await rūta.says("/meeting m1.2026-11-05")).plain.startswith("Atšaukta:")
    refused = await rūta.says("/move m1.2026-11-05")
    assert refused.plain == "Visa serija atšaukta. Jei reikia, įrašykite naują posėdį."


async def test_moving_a_cancelled_one_brings_it_back_and_says_so(chat: Chat, rūta: Someone) -> None:
    """A cancelled meeting that gets a new time takes place again."""
    await rūta.says("/move m1.2026-10-01")
    preview = await rūta.fills_in(start="2026-10-02 10:00")
    assert "Jis buvo atšauktas, o dabar vyks." in preview.plain
    await rūta.presses("Perkelti")
    assert "(po 8 dienų)" in (await rūta.says("/meeting m1.2026-10-01")).plain


async def test_an_agenda_is_set_for_one_or_for_the_series(chat: Chat, rūta: Someone) -> None:
    """Items come one a line, their own numbers taken off; the preview shows the old and the new ones."""
    await rūta.says("/darbotvarke m1.2026-10-29")
    preview = await rūta.fills_in(
        scope="Tik ketvirtadienį, spalio 29 d., 14:00", items="1. Vienas\n2) Du\n- Trys"
    )
    assert preview.plain.splitlines()[1:9] == [
        "Tik šiam posėdžiui.",
        "Darbotvarkė buvo:",
        "1. Brandos kategorijos",
        "2. Koncepcijos redakcija",
        "Darbotvarkė dabar:",
        "1. Vienas",
        "2. Du",
        "3. Trys",
    ]
    await rūta.presses("Įrašyti darbotvarkę")
    assert "3. Trys" in (await rūta.says("/meeting m1.2026-10-29 agenda")).plain
    assert "3. Trys" not in (await rūta.says("/meeting m1.2026-11-05 agenda")).plain
    await rūta.says("/agenda m1")
    await rūta.fills_in(scope="Visa serija", items="-")
    await rūta.presses("Įrašyti darbotvarkę")
    assert (await plan(chat, "m1")).agenda == ()


async def test_a_new_series_is_asked_previewed_and_added(chat: Chat, rūta: Someone) -> None:
    """The preview says when, whose, how often and how many; the series keeps to the last day named."""
    await rūta.says("/naujas_posedis")
    preview = await rūta.fills_in(
        group="Klasterių politikos darbo grupė",
        title_lt="Koncepcijos rašymas",
        start="2026-10-30 09:00",
        length="90",
        repeat="Kas dvi savaites",
        until="2026-12-11",
        link="https://meet.example.org/x",
    )
    assert preview.plain.splitlines() == [
        "Koncepcijos rašymas",
        "• Kada: penktadienį, spalio 30 d., 09:00–10:30",
        "• Kieno: Klasterių politikos darbo grupė",
        "• Kartojasi: kas dvi savaites, 4 posėdžiai: spalio 30 d., lapkričio 13 d., lapkričio 27 d., gruodžio 11 d.",
        "• Vieta: nepaskelbta",
        "• Prisijungimo nuoroda: https://meet.example.org/x",
        "• Angliško pavadinimo nėra; skaitantys angliškai matys lietuvišką.",
        "Kol nepatvirtinsite, niekas nepasikeis.",
    ]
    await rūta.presses("Įrašyti")
    added = await plan(chat, "m4")
    assert (added.mode, added.minutes) == ("online", 90)
    assert added.rule == "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;UNTIL=20261211T215959Z"
    assert labels(rūta.last) == ["Rodyti posėdį", "Įrašyti darbotvarkę"]


async def test_a_single_event_for_everybody_is_added(chat: Chat, rūta: Someone) -> None:
    """A single event asks no last day, and may be open to all members."""
    await rūta.says("/newmeeting")
    await rūta.fills_in(
        group="Visi asociacijos nariai",
        title_lt="Pietūs",
        title_en="Lunch",
        start="2026-10-01 12:00",
        length="1 val.",
        repeat="Nesikartoja",
        place="Vilnius",
    )
    await rūta.presses("Įrašyti")
    added = await plan(chat, "m4")
    assert (added.group, added.rule, added.mode, added.title.en) == ("", "", "place", "Lunch")


async def test_a_bad_link_and_a_last_day_before_the_first_are_refused(chat: Chat, rūta: Someone) -> None:
    """What a form can check it checks, each with a sentence beside its field."""
    answers = {
        "title_lt": "A",
        "start": "2026-10-30 09:00",
        "length": "ilgai",
        "repeat": "weekly",
        "until": "2026-10-30",
        "link": "teams",
    }
    await rūta.says("/newmeeting politika")
    reply = await rūta.submits("newmeeting politika", answers)
    assert "apply newmeeting politika" not in str(reply.buttons)
    assert len(await chat.store.meetings.all()) == 3


async def test_a_meeting_that_moved_on_meanwhile_is_not_touched(chat: Chat, rūta: Someone) -> None:
    """A preview of an older version changes nothing."""
    await rūta.says("/move m2")
    preview = await rūta.fills_in(start="2026-10-07 11:00")
    other = await chat.member("Tomas", "secretariat")
    await other.says("/agenda m2")
    await other.fills_in(items="Vienas")
    await other.presses("Įrašyti darbotvarkę")
    await rūta.presses("Perkelti", of=preview)
    assert (await plan(chat, "m2")).start == SINGLE.start


async def test_a_second_press_changes_nothing_more(chat: Chat, rūta: Someone) -> None:
    """Confirming twice is confirming once."""
    await rūta.says("/move m2")
    preview = await rūta.fills_in(start="2026-10-07 11:00")
    await rūta.presses("Perkelti", of=preview)
    await rūta.presses("Perkelti", of=preview)
    assert (await plan(chat, "m2")).sequence == 1


async def test_only_the_secretariat_changes_meetings(chat: Chat) -> None:
    """A member who types the command changes nothing and sees no form."""
    ada = await chat.member("Ada", "manager", groups=("politika",))
    reply = await ada.says("/move m2")
    assert reply.form is None
    assert "Kada jis vyks?" not in reply.plain


async def test_a_secretary_outside_the_group_does_not_see_its_link(chat: Chat) -> None:
    """The form tells a secretary who is not in the group that there is a link, not which."""
    tomas = await chat.member("Tomas", "secretariat")
    await tomas.says("/move m2")
    await tomas.says("2026-10-07 11:00", quotes=True)
    await tomas.presses("Praleisti")
    assert "ji įrašyta" in tomas.last.plain
    await tomas.fills_in(link="https://new.example.org/z")
    assert "https://teams" not in repr(tomas.replies)
    assert "Prisijungimo nuoroda: buvo ji įrašyta → dabar https://new.example.org/z" in tomas.last.plain


async def test_without_a_name_the_next_ones_are_offered(rūta: Someone) -> None:
    """`/perkelti` alone shows what can be moved, a button each."""
    reply = await rūta.says("/perkelti")
    assert reply.plain.splitlines()[0] == "Kuris posėdis?"
    assert labels(reply) == ["1", "2", "3", "4"]
    assert "Kada jis vyks?" in (await rūta.presses("1")).plain


def test_a_month_repeats_by_its_weekday() -> None:
    """The second Friday stays the second one, the fifth means the last."""
    until = date(2027, 6, 30)
    second = typed.rule("monthly", datetime(2026, 10, 9, 9), until, "Europe/Vilnius")
    fifth = typed.rule("monthly", datetime(2026, 10, 30, 9), until, "Europe/Vilnius")
    assert second.startswith("FREQ=MONTHLY;BYDAY=2FR;")
    assert fifth.startswith("FREQ=MONTHLY;BYDAY=-1FR;")


def test_addresses_with_line_ends_are_no_addresses() -> None:
    """A link is a web address on one line."""
    assert typed.is_address("https://meet.example.org/x?y=1")
    assert not any(map(typed.is_address, ("javascript:x", "https://a\r\nX:1", "http://", "https://a b.lt")))
