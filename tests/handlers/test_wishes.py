"""What people want to be sent, as transcripts, and when it may leave, minute by minute."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.calm import first_allowed
from storage.association import Association
from storage.members import Wishes
from storage.words import Words
from tests.conversation import Chat, Someone, labels
from tests.handlers.resting import HERE, barred

LKA = Association(Words("Asociacija"), "LKA")


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    chat = Chat.begin()
    await chat.associate()
    yield chat
    await chat.store.close()


@pytest.fixture
async def ada(chat: Chat) -> Someone:
    return await chat.member("Ada")


async def test_topics_are_turned_off_and_on_in_ones_own_words(chat: Chat, ada: Someone) -> None:
    """Said or pressed, it is done and shown, with the way back; what one is sent can be asked."""
    said = await ada.says("nebesiųskite man savaitės santraukos")
    assert "savaitės santrauka: nesiunčiama" in said.plain and "Įjungti: santrauka" in labels(said)
    assert "savaitės santrauka: siunčiama" in (await ada.presses("Įjungti: santrauka")).plain
    assert "sekretoriato skelbimai: siunčiama" in (await ada.says("ką aš prenumeruoju?")).plain
    await ada.says("nebesiųskite man jokių pranešimų")
    member = await chat.store.members.get("n1")
    assert member is not None and set(member.person.wishes.muted) == {
        "announcements",
        "digest",
        "notices",
        "reminders",
        "surveys",
    }
    assert "Kas jums siunčiama:" in (await ada.says("/nustatymai")).plain


async def test_one_can_snooze_and_wake(chat: Chat, ada: Someone) -> None:
    """For days or until a day, at most three months; awake again with one press."""
    assert "niekas nesiunčiama iki spalio 1 d." in (await ada.says("/snausti 7")).plain
    assert "niekas nesiunčiama" not in (await ada.presses("Vėl siųsti")).plain
    assert "iki spalio 5 d." in (await ada.says("/snausti iki spalio 5")).plain
    for wrong in ("/snausti 400", "/snausti vakar", "/snausti", "/snausti 0"):
        assert "Iki kada?" in (await ada.says(wrong)).plain


async def test_quiet_hours_are_ones_own(chat: Chat, ada: Someone) -> None:
    """Hours in which nothing comes; what is no pair of hours is asked again."""
    assert "tylos valandos: 12:00-14:30" in (await ada.says("/tyla 12-14:30")).plain
    for wrong in ("/tyla", "/tyla 25-3", "/tyla visada"):
        assert "Kuriomis valandomis" in (await ada.says(wrong)).plain
    assert "vienodos" in (await ada.says("/tyla 8-8")).plain
    for everything in ("/tyla 7-19", "/tyla 8-18", "/tyla 20-19", "/tyla 18:30-18"):
        assert "Žinutės siunčiamos nuo 08:00 iki 18:00" in (await ada.says(everything)).plain
    assert "tylos valandos: 08:00-17:59" in (await ada.says("/tyla 8-17:59")).plain
    assert "tylos valandos" not in (await ada.says("/tyla off")).plain


async def test_a_guest_is_sent_nothing(chat: Chat) -> None:
    """Strangers have no wishes to set."""
    jonas = chat.stranger("Jonas")
    for command in ("/tema digest off", "/snausti 7", "/tyla 22-7"):
        assert (await jonas.says(command)).plain
    assert await chat.store.members.all() == ()


@pytest.mark.parametrize("quiet", ["", "12:00-14:00", "17:00-09:30", "08:00-10:00"])
@pytest.mark.parametrize("snoozed", [None, date(2026, 10, 28)])
def test_every_minute_of_two_weeks(quiet: str, snoozed: date | None) -> None:
    """A push due in any minute of the weeks around All Saints leaves in the first minute that nothing bars: working
    hours, Sundays, holidays, the clock change, quiet hours and snoozing."""
    wishes = Wishes((), snoozed, quiet)
    begin = datetime(2026, 10, 23, tzinfo=UTC)
    minutes = [begin + timedelta(minutes=n) for n in range(14 * 24 * 60)]
    free = [at for at in minutes if not barred(at, wishes)]
    coming = iter(free)
    following = next(coming, None)
    for at in minutes:
        while following is not None and following < at:
            following = next(coming, None)
        if following is None:
            break
        assert first_allowed(at, LKA, wishes) == following


@given(st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))
def test_it_is_never_earlier_and_never_barred(at: datetime) -> None:
    """Whatever the instant, it leaves then or later, and at an hour at which people may be spoken to."""
    allowed = first_allowed(at, LKA, Wishes((), None, "12:00-13:00"))
    assert allowed >= at and allowed - at < timedelta(days=6)
    local = allowed.astimezone(HERE)
    assert local.weekday() != 6 and "08:00" <= f"{local:%H:%M}" < "18:00"
    assert not "12:00" <= f"{local:%H:%M}" < "13:00"


async def test_examples_name_commands_in_the_reader_s_language(chat: Chat) -> None:
    """A Lithuanian reader is shown /tyla and /snausti, an English one /quiet and /snooze."""
    ada, eva = await chat.member("Ada"), await chat.member("Eva", language="en")
    assert (
        "/tyla 12:00-14:00" in (await ada.says("/tyla")).plain
        and "/snausti 7" in (await ada.says("/snausti")).plain
    )
    assert "/quiet 12:00-14:00" in (await eva.says("/quiet")).plain
