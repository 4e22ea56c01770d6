"""A conversation: what the next words go on from, and two questions in one breath."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.conversation import Chat, Someone, labels, moment
from tests.handlers.meetings.plans import WEEKLY


@pytest.fixture
async def ada() -> AsyncIterator[Someone]:
    """Two calls, and a meeting of hers every Thursday."""
    chat = Chat.begin()
    await chat.associate()
    await chat.store.meetings.add(WEEKLY, chat.by())
    await chat.call("Inočekiai", agency="LVPA", closes=moment("2026-10-30 16:00"))
    await chat.call("Expo klasteris", agency="MITA", closes=moment("2026-11-30 16:00"))
    yield await chat.member("Ada", "manager", groups=("politika",))
    await chat.store.close()


async def test_of_two_questions_the_second_waits_under_the_first_answer(ada: Someone) -> None:
    """In the asker's own words, as a button."""
    first = await ada.says("Iki kada Expo klasteris? Ir dar: kada kitas posėdis?")
    assert first.plain.endswith("Paklausėte ir dar vieno dalyko:")
    second = await ada.presses(labels(first)[-1])
    assert {first.plain.split()[0], second.plain.split()[0]} == {"Expo", "Artimiausias"}


async def test_each_question_goes_on_from_what_the_last_one_came_to(ada: Someone) -> None:
    """Not from its words alone: the week after the next, and where the meeting of that week is."""
    assert "nuo rugsėjo 28 d. iki spalio 4 d." in (await ada.says("kokie posėdžiai kitą savaitę?")).plain
    assert "nuo spalio 5 d. iki spalio 11 d." in (await ada.says("o po to kitą?")).plain
    assert "ketvirtadienį, spalio 8 d." in (await ada.says("o kur?")).plain


async def test_the_meeting_of_the_day_that_was_named_is_meant(ada: Someone) -> None:
    """Not the next one; where there is none on that day, that is said."""
    there = await ada.says("kur vyks posėdis spalio 22 d.?")
    assert "ketvirtadienį, spalio 22 d." in there.plain
    nothing = await ada.says("kokia posėdžio darbotvarkė spalio 23 d.?")
    assert nothing.plain.startswith("Posėdžių spalio 23 d. nėra.")


async def test_what_was_pressed_is_what_is_talked_about(ada: Someone) -> None:
    """A call that was opened from a list by its button is the one that "o kada baigiasi?" means."""
    listed = await ada.says("kokie kvietimai?")
    assert labels(listed)[:2] == ["1", "2"]
    await ada.presses("2")
    assert (await ada.says("o kada baigiasi?")).plain.startswith("Expo klasteris\n")


async def test_a_digest_of_an_earlier_week_is_not_made_up(ada: Someone) -> None:
    """It is said where it is; what is shown is this week's."""
    shown = await ada.says("parodyk praeitos savaitės santrauką")
    assert shown.plain.startswith("Ankstesnių savaičių santraukos liko šiame pokalbyje")
    assert not (await ada.says("parodyk santrauką")).plain.startswith("Ankstesnių")


async def test_a_deadline_is_looked_for_among_those_of_the_agency_that_was_named(ada: Someone) -> None:
    """Not the nearest of all."""
    said = await ada.says("kada artimiausias MITA terminas?")
    assert "Expo klasteris" in said.plain and "Inočekiai" not in said.plain
