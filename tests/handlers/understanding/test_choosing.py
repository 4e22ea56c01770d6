"""Opening one of a list by its place."""

from __future__ import annotations

import pytest

from handlers.understanding.choosing import LAST, chosen
from tests.conversation import Chat, moment


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("antras", 2),
        ("antrą", 2),
        ("parodyk antrą", 2),
        ("the second one", 2),
        ("o trečias?", 3),
        ("2", 2),
        ("show me the first one please", 1),
        ("paskutinis", LAST),
        ("pirmąjį", 1),
        ("papasakok apie pirmą", 1),
        ("antras posėdis", None),
        ("pirmas ir antras", None),
        ("kada baigiasi", None),
        ("", None),
        ("2026", None),
    ],
)
def test_a_place_in_a_list(said: str, place: int | None) -> None:
    """One place with nothing else that means anything is a choice; everything else is not."""
    assert chosen(said) == place


async def test_the_second_one_opens_after_a_list() -> None:
    """ "Antras" opens the second of the list that was just shown, for ten minutes, and means nothing without one."""
    chat = Chat.begin()
    await chat.associate()
    for title, day in (
        ("Inočekiai", "2026-10-01"),
        ("Expo klasteris", "2026-10-02"),
        ("Inostartas", "2026-10-03"),
    ):
        await chat.call(title, closes=moment(f"{day} 16:00"))
    ada = await chat.member("Ada")
    await ada.says("kokie kvietimai atviri?")
    assert (await ada.says("antras")).plain.startswith("Expo klasteris")
    await ada.says("kokie kvietimai atviri?")
    assert (await ada.says("the last one")).plain.startswith("Inostartas")
    await ada.says("kokie kvietimai atviri?")
    chat.passes(minutes=11)
    assert not (await ada.says("antras")).plain.startswith("Expo klasteris")
    eva = await chat.member("Eva")
    assert not (await eva.says("antras")).plain.startswith("Expo klasteris")
    await chat.store.close()
