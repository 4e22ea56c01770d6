"""Access back after a lost phone, as transcripts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.outbox import Outbox, Rules
from handlers.chat import Code, Para, Reply
from storage.members import Holding, Member, NewMember, Person, Reach
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


@pytest.fixture
async def jonas(chat: Chat) -> Someone:
    """A member with a seat, who has written from Telegram."""
    jonas = await chat.member("Jonas", groups=("politika",))
    await jonas.says("labas")
    return jonas


def code_of(reply: Reply) -> str:
    """What is to be written to the bot."""
    [line] = [s.text for b in reply.blocks if isinstance(b, Para) for s in b.spans if isinstance(s, Code)]
    return line


async def regains(rūta: Someone, who: str = "jonui") -> Reply:
    """Finds them, says which account is lost, and confirms."""
    await rūta.says(f"/grazinti_prieiga {who}")
    await rūta.presses("Telegram")
    return await rūta.presses("Atsieti ir duoti kodą")


async def member(chat: Chat, id: str = "n2") -> Member:
    found = await chat.store.members.get(id)
    assert found is not None
    return found


async def test_a_lost_account_can_do_nothing_and_a_new_one_is_theirs(
    chat: Chat, rūta: Someone, jonas: Someone
) -> None:
    """Shut out at once, before the code is used; whoever uses the code once is the same member with the same seat; the
    audit says who did it."""
    before = await member(chat)
    shown = await rūta.says("/grazinti_prieiga jonui")
    assert labels(shown) == ["Telegram"]
    preview = await rūta.presses("Telegram")
    assert "atsiejama iš karto" in preview.plain and "paskambinkite" in preview.plain
    assert (await member(chat)) == before
    done = await rūta.presses("Atsieti ir duoti kodą")
    assert "Jonas: paskyra atsieta (Telegram)." in done.plain and "iki spalio 1 d., 10:00" in done.plain
    assert done.files[0].name == "sauklys-qr.png"
    assert "skirta nariams" in (await jonas.says("/posedziai")).plain
    new = chat.stranger("Jonas naujas")
    assert "Sveiki prisijungę. Nuo šiol čia esate narys (Jonas)." in (await new.says(code_of(done))).plain
    back = await member(chat)
    assert back.person.holdings == (Holding("politika", "LKA", "delegate"),)
    assert [a.user for a in back.person.accounts] == [new.account.user]
    assert len(await chat.store.members.all()) == 2
    assert "pakvietimas netinka" in (await chat.stranger("Eva").says(code_of(done))).plain
    said = (await rūta.says("/istorija n2")).plain
    assert "Rūta: atsieta prarasta paskyra, Jonas, n2\n" in said and "Jonas: prisijungta, Jonas, n2\n" in said


async def test_nothing_that_the_lost_phone_has_lets_it_in_again(
    chat: Chat, rūta: Someone, jonas: Someone
) -> None:
    """Neither a code for another account that was asked for on it, nor an older invitation, nor its old buttons."""
    linking = code_of(await jonas.says("/susieti"))
    old = await rūta.says("/invite n2")
    menu = await jonas.says("/nustatymai")
    await regains(rūta)
    assert "netinka" in (await jonas.says(linking)).plain
    assert "pakvietimas netinka" in (await jonas.says(code_of(old))).plain
    assert "nariams" in (await jonas.presses(labels(menu)[1], of=menu)).plain.casefold()
    assert (await member(chat)).person.accounts == ()


async def test_codes_expire_and_cannot_be_guessed(chat: Chat, rūta: Someone, jonas: Someone) -> None:
    """The code works for seven days; after five wrong ones even a good one waits for an hour; only its hash is kept."""
    code = code_of(await regains(rūta))
    bare = code.rsplit(" ", 1)[1]
    thief = chat.stranger("Vagis")
    for i in range(5):
        await thief.says(f"/join {'x' * 11}{i}")
    assert "per daug neteisingų kodų" in (await thief.says(code)).plain
    assert await chat.store.members.invite_of(bare) is None
    chat.passes(days=7)
    assert "pakvietimas netinka" in (await chat.stranger("Jonas n").says(code)).plain
    assert "neturi" in (await rūta.says("/grazinti_prieiga jonas")).plain and labels(rūta.last) == [
        "Pakvietimas"
    ]


async def test_accounts_that_are_left_hear_of_it(chat: Chat, rūta: Someone) -> None:
    """Whoever has another account goes on with it and is told there, for they may not have asked."""
    accounts = (Reach("telegram", "7", "7"), Reach("slack", "U7", "D7"))
    person = Person("Ona Onaitė", "fotonika", accounts=accounts, language="en")
    await chat.store.members.take_over((NewMember(person),), chat.by())
    await rūta.says("/grazinti_prieiga onos")
    assert labels(rūta.last) == ["Telegram", "Slack"]
    assert "Apie tai pranešama čia: Slack." in (await rūta.presses("Telegram")).plain
    code = code_of(await rūta.presses("Atsieti ir duoti kodą"))
    slack = Postman("slack")
    outbox = Outbox(chat.store, (slack,), chat.dispatch.compose, lambda: chat.now, Rules({"slack": 1000.0}))
    task = asyncio.create_task(outbox.run())
    await quiet(chat.store, slack)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    [text] = slack.arrived["D7"]
    assert text.startswith("The secretariat has shut out your account on Telegram, as lost.")
    await chat.stranger("Ona").says(code)
    assert [a.platform for a in (await member(chat)).person.accounts] == ["slack", "telegram"]


async def test_nobody_shuts_themselves_out(chat: Chat, rūta: Someone) -> None:
    """The account one writes from is not lost; others' may not be touched by who is not the secretariat."""
    assert "ji nepamesta" in (await rūta.says("/grazinti_prieiga n1 telegram")).plain
    ada = await chat.member("Ada")
    assert "gali tik sekretoriatas" in (await ada.says("/regain n1 telegram")).plain


async def test_a_preview_that_is_old_shuts_nobody_out(chat: Chat, rūta: Someone, jonas: Someone) -> None:
    """When they have moved to another account themselves meanwhile, the press leaves everything as it is."""
    await rūta.says("/grazinti_prieiga jonas")
    await rūta.presses("Telegram")
    code = code_of(await jonas.says("/susieti"))
    await chat.stranger("Jonas kitur", platform="slack").says(code)
    assert "pasikeitė" in (await rūta.presses("Atsieti ir duoti kodą")).plain
    assert len((await member(chat)).person.accounts) == 2


async def test_the_same_press_twice_is_once(chat: Chat, rūta: Someone, jonas: Someone) -> None:
    """Pressed again there is nothing to finish, and the code that was shown still works."""
    await rūta.says("/grazinti_prieiga jonas")
    preview = await rūta.presses("Telegram")
    code = code_of(await rūta.presses("Atsieti ir duoti kodą"))
    assert "nėra ko baigti" in (await rūta.presses("Atsieti ir duoti kodą", of=preview)).plain
    assert "Sveiki" in (await chat.stranger("Jonas n").says(code)).plain


async def test_who_is_asked_by_name(chat: Chat, rūta: Someone, jonas: Someone) -> None:
    """Without a name it is asked for; two who fit are buttons; who has no account is invited instead."""
    await chat.member("Jonas Jonaitis")
    assert "Kas prarado paskyrą?" in (await rūta.says("/regain")).plain
    which = await rūta.says("Jonas", quotes=True)
    assert labels(which) == ["Jonas, Fotonikos klasteris", "Jonas Jonaitis, Fotonikos klasteris"]
    assert "Kurios programėlės" in (await rūta.presses(labels(which)[1])).plain
