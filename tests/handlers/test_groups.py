"""Working groups: seats, goals, names, and who may know who sits there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from handlers.groups import named
from storage.association import DigestTime, Goal, Group, Organisation, Quorum, Seat, Structure
from storage.members import Holding, NewMember, Person
from storage.words import Words
from tests.conversation import STRUCTURE, Chat, labels

POLITIKA = Group(
    "politika",
    Words("Klasterių politikos darbo grupė", "Cluster policy working group"),
    ("darbo grupė", "koncepcijos darbo grupė"),
    Quorum(7, 13),
    DigestTime(0, "09:00"),
    Goal(Words("Pateikti ministrui koncepciją", "Submit the concept to the minister"), date(2026, 10, 31)),
    (Seat("UM", 7, chair=True), Seat("LKA", 4), Seat("LIC", 1), Seat("MITA", 1)),
)
OTHERS = (
    Group("eksportas", Words("Eksporto darbo grupė", "Export working group")),
    Group("sena", Words("Ankstesnė darbo grupė"), archived=True),
)
ASSOCIATION = Structure(
    STRUCTURE.association,
    (
        *STRUCTURE.organisations,
        Organisation("LIC", "partner", Words("Lietuvos inovacijų centras")),
        Organisation("UM", "ministry", Words("Ūkio ministerija", "Ministry of Economy")),
    ),
    (POLITIKA, *OTHERS),
)


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """24 September 2026, 37 days before the goal; the chair and an alternate are known."""
    chat = Chat.begin()
    await chat.store.association.take_over(ASSOCIATION, chat.by())
    people = (
        Person("Ramunė Petrauskienė", "UM", holdings=(Holding("politika", "UM", "chair"),)),
        Person("Žydrūnas Ąžuolas", "LIC", holdings=(Holding("politika", "LIC", "alternate"),)),
        Person("Svečias", "fotonika", holdings=(Holding("politika"),)),
    )
    await chat.store.members.take_over(tuple(map(NewMember, people)), chat.by())
    yield chat
    await chat.store.close()


async def test_who_sits_where_adds_up(chat: Chat) -> None:
    """A member in private sees 13 = 7 + 4 + 1 + 1, the people on the seats, the goal, quorum and digest."""
    ada = await chat.member("Ada")
    answer = await ada.says("/grupes politika")
    assert answer.plain.splitlines() == [
        "Klasterių politikos darbo grupė: 13 vietų. 13 = 7 + 4 + 1 + 1",
        "• Ūkio ministerija – 7: Ramunė Petrauskienė (pirmininkauja)",
        "• Lietuvos klasterių asociacija – 4",
        "• Lietuvos inovacijų centras – 1: Žydrūnas Ąžuolas (pavaduoja)",
        "• Mokslo, inovacijų ir technologijų agentūra – 1",
        "Grupėje taip pat: Svečias.",
        "Tikslas: Pateikti ministrui koncepciją – iki spalio 31 d. (liko 37 dienos).",
        "Kvorumas: 7 iš 13.",
        "Savaitės santrauka: pirmadieniais, 09:00.",
    ]
    assert labels(answer) == ["Posėdžiai", "Visos grupės"]


async def test_a_group_chat_sees_seats_and_no_names(chat: Chat) -> None:
    """In a group chat the seats are named by organisation alone."""
    ada = await chat.member("Ada", groups=("politika",))
    ada.private = False
    answer = await ada.says("/grupes politika")
    assert "• Ūkio ministerija – 7 (pirmininkauja)" in answer.plain
    assert not any(name in answer.plain for name in ("Ramunė", "Žydrūnas", "Svečias", "Ada"))


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-2, "vėluojama 2 dienas"),
        (-1, "vėluojama 1 dieną"),
        (0, "šiandien paskutinė diena"),
        (1, "liko 1 diena"),
        (2, "liko 2 dienos"),
        (10, "liko 10 dienų"),
        (11, "liko 11 dienų"),
        (21, "liko 21 diena"),
        (37, "liko 37 dienos"),
    ],
)
async def test_days_to_a_goal_are_counted_in_right_grammar(chat: Chat, days: int, said: str) -> None:
    """Every number of days takes its own form of the noun."""
    assert POLITIKA.goal
    due = chat.now.date() + timedelta(days=days)
    goal = replace(POLITIKA.goal, due=due)
    changed = replace(ASSOCIATION, groups=(replace(POLITIKA, goal=goal),))
    await chat.store.association.take_over(changed, chat.by())
    ada = await chat.member("Ada")
    assert f"({said})" in (await ada.says("/grupes")).plain


async def test_the_list_has_ones_own_first_and_finished_ones_last(chat: Chat) -> None:
    """A row a group, with its seats and the days to its goal."""
    ada = await chat.member("Ada", groups=("politika",))
    answer = await ada.says("/groups")
    assert answer.plain.splitlines() == [
        "3 darbo grupės:",
        "1. Klasterių politikos darbo grupė · 13 vietų · liko 37 dienos",
        "2. Eksporto darbo grupė",
        "3. Ankstesnė darbo grupė · darbą baigė",
    ]
    assert (await ada.presses("2")).plain.startswith("Eksporto darbo grupė: narių sąrašo čia dar nėra.")


async def test_many_groups_are_paged(chat: Chat) -> None:
    """Four groups a page, with buttons that turn it."""
    many = tuple(Group(f"g{i}", Words(f"Grupė {i}")) for i in range(1, 7))
    await chat.store.association.take_over(replace(ASSOCIATION, groups=many), chat.by())
    ada = await chat.member("Ada")
    assert labels(await ada.says("/groups")) == ["1", "2", "3", "4", "›"]
    assert labels(await ada.presses("›")) == ["5", "6", "‹"]


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("politika", "politika"),
        ("darbo grupė", "politika"),
        ("klasterių politikos grupė", "politika"),
        ("eksporto darbo grupė", "eksportas"),
        ("EKSPORTO", "eksportas"),
        ("Export working group", "eksportas"),
        ("vandentiekis", None),
        ("", None),
    ],
)
def test_a_group_is_found_by_its_names(text: str, id: str | None) -> None:
    """An id, a name or an alias in any form finds its group; the longest name wins."""
    found = named(text, ASSOCIATION)
    assert (found.id if found else None) == id


async def test_an_unknown_group_is_said_and_the_list_shown(chat: Chat) -> None:
    """What nobody is called by gets a sentence and the list."""
    ada = await chat.member("Ada")
    answer = await ada.says("/grupes vandentiekis")
    assert answer.plain.splitlines()[:2] == ["Darbo grupės „vandentiekis“ nežinau.", "3 darbo grupės:"]


async def test_strangers_see_no_groups(chat: Chat) -> None:
    """Groups are for members."""
    guest = chat.stranger()
    assert "Ūkio ministerija" not in (await guest.says("/grupes politika")).plain
