"""Becoming a member, as transcripts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.outbox import Outbox, Rules
from handlers.chat import Code, Para, Reply
from tests.conversation import Chat, Someone, labels
from tests.postman import Postman, quiet


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    chat = Chat.begin()
    await chat.associate()
    yield chat
    await chat.store.close()


@pytest.fixture
async def rūta(chat: Chat) -> Someone:
    return await chat.member("Rūta", "secretariat")


def code_of(reply: Reply) -> str:
    """The invitation's code in a reply."""
    [code] = [s.text for b in reply.blocks if isinstance(b, Para) for s in b.spans if isinstance(s, Code)]
    return code.removeprefix("/join ")


async def test_an_invitation_lets_one_person_in_once(chat: Chat, rūta: Someone) -> None:
    """A code makes the first who uses it a member in its role; it works for nobody else."""
    await rūta.says("/pakviesti")
    await rūta.presses("Fotonikos klasteris")
    invitation = await rūta.presses("klasterio vadovas")
    [picture] = invitation.files
    assert picture.content.startswith(b"\x89PNG")
    code = code_of(invitation)
    jonas = chat.stranger("Jonas Jonaitis")
    assert (
        "Sveiki prisijungę. Nuo šiol čia esate narys (Jonas Jonaitis)"
        in (await jonas.says(f"/start {code}")).plain
    )
    member = await chat.store.members.get("n2")
    assert member is not None and (member.person.role, member.person.organisation) == ("manager", "fotonika")
    eva = chat.stranger("Eva")
    assert "pakvietimas netinka" in (await eva.says(f"/join {code}")).plain
    assert "jau esate narys" in (await jonas.says(f"/join {code}")).plain


async def test_codes_cannot_be_guessed_on_and_on(chat: Chat, rūta: Someone) -> None:
    """After five wrong codes even a good one waits for an hour; others are not held up, and asking to join goes on."""
    await rūta.says("/invite fotonika")
    code = code_of(await rūta.presses("narys"))
    jonas = chat.stranger("Jonas")
    for guess in range(5):
        assert "pakvietimas netinka" in (await jonas.says(f"/join guessed-guess{guess}")).plain
    refused = await jonas.says(f"/join {code}")
    assert "per daug neteisingų kodų" in refused.plain and labels(refused) == ["Noriu prisijungti"]
    assert "pakvietimas netinka" in (await chat.stranger("Eva").says("/join guessed-guess9")).plain
    chat.passes(minutes=61)
    assert "Sveiki prisijungę" in (await jonas.says(f"/join {code}")).plain


async def test_two_who_use_a_code_at_once_are_one_member(chat: Chat, rūta: Someone) -> None:
    """Of those who use a code at the same moment one comes in."""
    await rūta.says("/invite fotonika")
    code = code_of(await rūta.presses("narys"))
    strangers = [chat.stranger(f"Jonas {i}") for i in range(8)]
    replies = await asyncio.gather(*(stranger.says(f"/join {code}") for stranger in strangers))
    assert sum("Sveiki prisijungę" in reply.plain for reply in replies) == 1
    assert len(await chat.store.members.all()) == 2


async def test_an_invitation_expires(chat: Chat, rūta: Someone) -> None:
    """After thirty days a code no longer works, and says so kindly."""
    await rūta.says("/invite fotonika")
    code = code_of(await rūta.presses("narys"))
    chat.passes(days=31)
    assert "pakvietimas netinka" in (await chat.stranger("Jonas").says(f"/join {code}")).plain


async def test_codes_are_kept_hashed(chat: Chat, rūta: Someone) -> None:
    """What is stored of a code cannot be used as one."""
    await rūta.says("/invite fotonika")
    code = code_of(await rūta.presses("narys"))
    assert code not in repr(list(chat.store._tables.all("invites")))  # type: ignore[attr-defined]


async def test_somebody_on_the_list_gets_their_own_account(chat: Chat, rūta: Someone) -> None:
    """An invitation for a known member brings their account to them and makes nobody new."""
    await chat.member("Ada", platform="slack")
    code = code_of(await rūta.says("/invite n2"))
    await chat.stranger("Ada iš Telegramo").says(f"/start {code}")
    people = await chat.store.members.all()
    assert len(people) == 2
    assert {a.platform for a in people[1].person.accounts} == {"slack", "telegram"}
    assert people[1].person.name == "Ada"


async def test_a_request_to_join_is_approved_with_one_press(chat: Chat, rūta: Someone) -> None:
    """A stranger asks, the secretariat presses once, and the stranger is a member of their organisation."""
    jonas = chat.stranger("Jonas")
    await jonas.says("/prisijungti")
    await jonas.says("Jonas Jonaitis")
    thanks = await jonas.says("Fotonikos klasteris")
    assert "Sekretoriatas gavo jūsų prašymą" in thanks.plain
    shown = await rūta.says("/prasymai")
    assert "Jonas Jonaitis" in shown.plain
    assert "Nariu tapo Jonas Jonaitis." in (await rūta.presses("Patvirtinti")).plain
    assert "jau patvirtintas" in (await rūta.presses("Patvirtinti", of=shown)).plain
    assert len(await chat.store.members.all()) == 2
    member = await chat.store.members.get("n2")
    assert member is not None and member.person.organisation == "fotonika"


async def test_nobody_is_called_by_an_emoji(chat: Chat) -> None:
    """A name without letters is asked anew, and nothing has reached the secretariat."""
    guest = chat.stranger("😀")
    await guest.says("/prisijungti")
    for text in ("😀", "12", "."):
        asked = await guest.says(text)
        assert asked.plain.splitlines()[:2] == [
            "Parašykite raidėmis.",
            "Jūsų vardas ir pavardė  1\u00a0iš\u00a02",
        ]
    assert await chat.store.members.requests() == ()
    await guest.says("Li Na")
    assert (await guest.says("😀")).plain.startswith("Parašykite raidėmis.")
    assert (await guest.says("UAB „3D“")).plain.startswith("Ačiū. Sekretoriatas gavo jūsų prašymą (Li Na).")


async def test_asking_twice_is_asking_once(chat: Chat, rūta: Someone) -> None:
    """One account has at most one request that waits."""
    jonas = chat.stranger("Jonas")
    for _ in range(2):
        await jonas.says("/join")
        await jonas.fills_in(name="Jonas", organisation="Kažkas")
    assert len(await chat.store.members.requests()) == 1
    shown = await rūta.says("/requests")
    await rūta.presses("Atmesti", of=shown)
    assert "Laukiančių prašymų" in (await rūta.presses("Kitas prašymas")).plain


async def test_a_role_is_changed_by_the_secretariat_only(chat: Chat, rūta: Someone) -> None:
    """The secretariat changes roles, never takes its own away, and members cannot."""
    ada = await chat.member("Ada")
    assert "tik sekretoriatas" in (await ada.says("/role n2 secretariat v1")).plain
    await rūta.says("/role n2")
    assert "nuo šiol – klasterio vadovas" in (await rūta.presses("klasterio vadovas")).plain
    assert "kolega" in (await rūta.says("/role n1 member")).plain
    assert "Ada" in " ".join(labels(await rūta.says("/role")))


async def test_a_language_is_changed_and_kept(chat: Chat) -> None:
    """A member's language is theirs from the next sentence on, whatever the platform says."""
    ada = await chat.member("Ada")
    await ada.says("/nustatymai")
    assert "From now on I answer in English." in (await ada.presses("English")).plain
    assert "Ask in your own words" in (await ada.says("/help")).plain


async def test_help_is_by_role(chat: Chat, rūta: Someone) -> None:
    """Help shows the secretariat its commands, and nobody else."""
    ada = await chat.member("Ada")
    assert "/atideti" in (await rūta.says("/pagalba")).plain
    assert "/atideti" not in (await ada.says("/pagalba")).plain
    assert "/posedziai" not in (await chat.stranger().says("/pagalba")).plain


@pytest.mark.parametrize(("button", "heard"), [("Patvirtinti", "Sveiki prisijungę"), ("Atmesti", "nepriėmė")])
async def test_whoever_asked_to_join_hears_what_was_decided(
    chat: Chat, rūta: Someone, button: str, heard: str
) -> None:
    """Approved or declined, the answer comes to the chat in which they asked, once."""
    jonas = chat.stranger("Jonas")
    await jonas.says("/prisijungti")
    await jonas.fills_in(name="Jonas Jonaitis", organisation="Fotonikos klasteris")
    confirm = next(
        (b.label for row in jonas.last.buttons for b in row if b.command.startswith("apply")), None
    )
    if confirm:
        await jonas.presses(confirm)
    await rūta.says("/prasymai")
    await rūta.presses(button)
    postman = Postman()
    outbox = Outbox(
        chat.store, (postman,), chat.dispatch.compose, lambda: chat.now, Rules({"telegram": 1000.0})
    )
    task = asyncio.create_task(outbox.run())
    await quiet(chat.store, postman)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    [texts] = postman.arrived.values()
    assert len(texts) == 1 and heard in texts[0]
