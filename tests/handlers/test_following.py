"""Following a call, as transcripts: begun, seen, ended, and how long before a deadline one is reminded."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from handlers.chat import Account, Incoming
from storage.calls import Why
from storage.members import Member
from tests.conversation import Chat, Someone, labels, moment


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    chat = Chat.begin()
    await chat.associate()
    await chat.call("Inoklaster LT", measure="Inoklaster LT", closes=moment("2026-10-30 16:00"))
    yield chat
    await chat.store.close()


@pytest.fixture
async def ada(chat: Chat) -> Someone:
    return await chat.member("Ada")


async def member(chat: Chat) -> Member:
    found = await chat.store.members.get("n1")
    assert found is not None
    return found


async def test_a_call_is_followed_with_one_press_and_left_with_another(chat: Chat, ada: Someone) -> None:
    """The button stands under the call, says what will come, twice is as once, and turns round."""
    shown = await ada.says("iki kada inoklaster?")
    said = await ada.presses("Sekti")
    assert said.plain.startswith(
        "Sekate kvietimą „Inoklaster LT“.\n"
        "Priminsiu likus 14 dienų, 7 dienoms ir 1 dienai iki termino ir pranešiu, jei kas pasikeis."
    )
    assert "spalio 30 d., 16:00" in said.plain
    chat.passes(days=1)
    await ada.presses("Sekti", of=shown)
    [following] = (await member(chat)).person.following
    assert (following.call, following.version) == ("c1", 1) and following.since < chat.now
    assert "Sekti" not in labels(await ada.says("/kvietimas c1"))
    left = await ada.presses("Nebesekti")
    assert left.plain.startswith("Nebesekate kvietimo „Inoklaster LT“, priminimų apie jį nebegausite.")
    await ada.says("/nebesekti c1")
    assert (await member(chat)).person.following == ()
    assert "Sekate kvietimą „Inoklaster LT“." in (await ada.presses("Vėl sekti")).plain


async def test_it_is_said_in_ones_own_words(chat: Chat, ada: Someone) -> None:
    """By the call's name, in Lithuanian and in English."""
    assert "Sekate" in (await ada.says("noriu sekti inoklaster")).plain
    assert "Nebesekate" in (await ada.says("nebesekti inoklaster")).plain
    assert (await ada.says("/follow Inoklaster LT")).plain.startswith("Sekate")
    eva = await chat.member("Eva", language="en")
    said = await eva.says("/follow c1")
    assert said.plain.startswith(
        "You follow “Inoklaster LT”.\n"
        "I will remind you 14 days before, 7 days before and 1 day before its deadline, "
        "and tell you when something changes."
    )


async def test_only_members_follow(chat: Chat) -> None:
    """A guest sees no button and is told how to become a member; nothing is kept."""
    jonas = chat.stranger("Jonas")
    assert "Sekti" not in labels(await jonas.says("/kvietimas c1"))
    for command in ("/sekti c1", "/nebesekti c1", "/sekami", "/priminimai 3"):
        said = await jonas.says(command)
        assert "nariams" in said.plain and labels(said) == ["Prisijungti"]
    assert await chat.store.members.all() == ()


async def test_what_is_over_or_unknown_is_not_followed(chat: Chat, ada: Someone) -> None:
    """A closed or cancelled call has no button; asked for all the same, it is said that there is nothing to follow."""
    await chat.call("Senasis", closes=moment("2026-09-01"))
    await chat.call("Atšauktasis", hold="cancelled", closes=moment("2026-12-01"))
    for id in ("c2", "c3"):
        assert "Sekti" not in labels(await ada.says(f"/kvietimas {id}"))
        assert "nebepriimamos" in (await ada.says(f"/sekti {id}")).plain
    assert "„kosmosas“ nežinau" in (await ada.says("/sekti kosmosas")).plain
    assert "Kuris kvietimas?" in (await ada.says("/sekti")).plain
    assert (await member(chat)).person.following == ()


async def test_in_a_group_nobody_sees_who_follows(chat: Chat, ada: Someone) -> None:
    """In a group chat there is no button that tells it, and the command is sent to the private chat."""
    await ada.says("/sekti c1")
    ada.private = False
    shown = await ada.says("/kvietimas c1")
    assert {"Sekti", "Nebesekti"}.isdisjoint(labels(shown))
    assert "asmeniškai" in (await ada.says("/nebesekti c1")).plain
    assert (await member(chat)).follows("c1")


async def test_what_is_followed_can_be_seen(chat: Chat, ada: Someone) -> None:
    """In the settings and in a list with a button for each, four a page; what is over is left out."""
    assert "nesekate nė vieno" in (await ada.says("/sekami")).plain
    for n in range(2, 8):
        await chat.call(f"Kvietimas {n}", closes=moment(f"2026-11-{n:02} 17:00"))
    for n in range(1, 8):
        await ada.says(f"/sekti c{n}")
    first = await ada.says("/sekami")
    assert first.plain.startswith("Sekate 7 kvietimus:\n1. Inoklaster LT: iki spalio 30 d., 16:00")
    assert labels(first) == ["1", "2", "3", "4", "›"]
    assert "5. Kvietimas 5" in (await ada.presses("›")).plain
    chat.now = chat.now.replace(month=11, day=5)
    assert (await ada.says("/sekami")).plain.startswith("Sekate 3 kvietimus:")
    assert (
        "Sekate 3 kvietimus: Kvietimas 5, Kvietimas 6 ir Kvietimas 7."
        in (await ada.says("/nustatymai")).plain
    )
    assert len([b for row in ada.last.buttons for b in row]) <= 6


async def test_the_days_before_a_deadline_are_chosen(chat: Chat, ada: Someone) -> None:
    """Any one to six of them; nonsense is asked again; off and on again, and back to the usual ones."""
    usual = await ada.says("/priminimai")
    assert "primenu likus 14 dienų, 7 dienoms ir 1 dienai iki termino" in usual.plain
    said = await ada.says("/priminimai 1, 30 21 30")
    assert "primenu likus 30 dienų, 21 dienai ir 1 dienai iki termino" in said.plain
    assert (await member(chat)).person.wishes.days == (30, 21, 1)
    for wrong in ("0", "400", "rytoj", "1 2 3 4 5 6 7", "-3", "²"):
        assert "Prieš kiek dienų" in (await ada.says(f"/priminimai {wrong}")).plain
    assert (await member(chat)).person.wishes.days == (30, 21, 1)
    assert "išjungti" in (await ada.says("/priminimai off")).plain
    assert "Priminimus esate išjungę." in (await ada.says("/sekti c1")).plain
    assert "priminimai apie terminus ir posėdžius: nesiunčiama" in (await ada.says("/nustatymai")).plain
    await ada.says("/priminimai")
    assert "30 dienų" in (await ada.presses("Įjungti")).plain
    assert "14 dienų, 7 dienoms" in (await ada.presses("Kaip įprasta: 14, 7, 1")).plain


async def test_looking_only_changes_nothing(chat: Chat, ada: Someone) -> None:
    """Who looks at what a member would see cannot follow in their place."""
    await ada.says("labas")
    before = await member(chat)
    for line in ("follow c1", "reminders 30"):
        msg = Incoming("look", Account("console", "operator"), "console", True, line, True)
        await chat.dispatch.read(msg, before, chat.now, None)
    assert await member(chat) == before


async def test_following_counts_from_what_is_so_then(chat: Chat, ada: Someone) -> None:
    """An old message's button follows the call as it is when it is pressed, and shows that."""
    shown = await ada.says("/kvietimas c1")
    await chat.store.calls.change("c1", 1, {"closes": moment("2026-11-30 16:00")}, Why("vėliau"), chat.by())
    assert "lapkričio 30 d., 16:00" in (await ada.presses("Sekti", of=shown)).plain
    following = (await member(chat)).follows("c1")
    assert following is not None and following.version == 2
