"""The real dispatch and handlers over the strict Telegram: whole conversations of members and secretariat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest_asyncio

from bot.outbox import Outbox, Rules
from bot.telegram.platform import Telegram
from storage.members import Holding, NewMember, Reach, Role
from storage.members import Person as Human
from storage.sendings import NewSending
from tests.conversation import Chat, moment
from tests.telegram_people import Person, Shown
from tests.telegram_server import TelegramServer


@asynccontextmanager
async def running(server: TelegramServer, chat: Chat) -> AsyncIterator[Telegram]:
    """The bot with the real dispatch on the chat's store."""
    telegram = Telegram(server.token, server.url)
    task = asyncio.create_task(telegram.run(chat.dispatch))
    try:
        await server.until(lambda: server.polled)
        yield telegram
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await telegram.close()


@asynccontextmanager
async def sending(chat: Chat, platform: Telegram) -> AsyncIterator[None]:
    """The outbox at work on that platform."""
    rules = Rules({platform.name: 1000.0})
    outbox = Outbox(chat.store, (platform,), chat.dispatch.compose, lambda: chat.now, rules)
    chat.dispatch.changed = outbox.wake
    task = asyncio.create_task(outbox.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest_asyncio.fixture
async def chat(server: TelegramServer) -> AsyncIterator[Chat]:
    """An association with one call, and the bot on Telegram."""
    chat = Chat.begin()
    await chat.associate()
    await chat.call("Inoklaster LT", closes=moment("2026-10-30 16:00"))
    async with running(server, chat):
        yield chat
    await chat.store.close()


async def joined(server: TelegramServer, chat: Chat, id: int, name: str, role: Role = "member") -> Person:
    """A member who has started the bot."""
    human = Human(
        name,
        "fotonika",
        role,
        "lt",
        accounts=(Reach("telegram", str(id)),),
        holdings=(Holding("politika", "LKA", "delegate"),),
    )
    await chat.store.members.take_over((NewMember(human),), chat.by())
    person = server.person(id, name, "lt")
    person.starts()
    await person.reads()
    return person


async def test_a_member_asks_in_words_and_by_command(server: TelegramServer, chat: Chat) -> None:
    """A question and a command get the call and its deadline; a button opens it in place."""
    ada = await joined(server, chat, 900000001, "Ada")
    ada.says("iki kada inoklaster lt?")
    answer = await ada.reads()
    assert "Inoklaster LT" in answer.text and "spalio 30 d." in answer.text
    ada.says("/kvietimai")
    listed = await ada.reads()
    assert "Inoklaster LT" in listed.text and listed.labels
    press = ada.presses(listed.labels[0])
    opened = await ada.reads()
    assert opened.id == listed.id and opened.edited
    assert await press.answer() == ("", False)


def word(shown: Shown, command: str) -> str:
    """The label of the button whose command begins with that word, or nothing."""
    pairs = zip(shown.labels, shown.commands, strict=True)
    return next((label for label, line in pairs if line.split()[0] == command), "")


async def test_the_secretariat_extends_a_call_step_by_step(server: TelegramServer, chat: Chat) -> None:
    """A form is asked question by question, previewed and confirmed; a second press does nothing more."""
    rūta = await joined(server, chat, 900000002, "Rūta", "secretariat")
    rūta.says("/extend c1")
    await rūta.reads()
    rūta.says("2026-11-30 16:00")
    shown = await rūta.reads()
    while not word(shown, "apply"):
        rūta.presses(word(shown, "skip"))
        shown = await rūta.reads()
    command = next(line for line in shown.commands if line.startswith("apply "))
    press = rūta.presses(word(shown, "apply"))
    done = await rūta.reads()
    assert await press.answer() == ("", False) and done.id == shown.id
    await server.confirms(press.again())
    await server.confirms(rūta.forges(command, shown.id).number)
    call = await chat.store.calls.get("c1")
    assert call is not None and call.version == 2


async def test_a_stranger_and_a_forged_button(server: TelegramServer, chat: Chat) -> None:
    """A stranger's press on what only the secretariat may do has no effect and a kind answer."""
    guest = server.person(900000003, "Svečias", "lt")
    guest.starts()
    shown = await guest.reads()
    assert shown.labels
    guest.forges("close c1 v1", shown.id)
    answer = await guest.reads()
    assert answer.text
    call = await chat.store.calls.get("c1")
    assert call is not None and call.version == 1


async def test_somebody_elses_button_in_a_group(server: TelegramServer, chat: Chat) -> None:
    """The buttons of an answer in a group are the asker's: another gets an alert, and nothing changes."""
    ada = await joined(server, chat, 900000001, "Ada")
    jonas = await joined(server, chat, 900000004, "Jonas")
    group = server.group(-1001, "Politika", ada, jonas)
    ada.says("/kvietimai@sauklys_bot", group)
    listed = await group.reads()
    text, alert = await jonas.presses(listed.labels[0], group).answer()
    assert alert and text and group.unread == ()
    ada.says("/susitikimai", group)
    ada.says("/nustatymai@sauklys_bot", group)
    assert "/" in (await group.reads()).text


async def test_buttons_outlive_a_restart(server: TelegramServer) -> None:
    """A bot that has started again answers a button of before."""
    chat = Chat.begin()
    await chat.associate()
    await chat.call("Inoklaster LT", closes=moment("2026-10-30 16:00"))
    async with running(server, chat):
        ada = await joined(server, chat, 900000001, "Ada")
        ada.says("/kvietimai")
        listed = await ada.reads()
    again = Chat.begin(chat.store)
    async with running(server, again):
        ada.presses(listed.labels[0])
        assert (await ada.reads()).edited
    await chat.store.close()


async def test_a_reply_to_an_announcement_is_answered_in_the_same_chat(server: TelegramServer) -> None:
    """Announced, replied to, answered and gone on with, each by Telegram's own replies and buttons; the announcement
    stays as it was, and the secretariat sees it beside what was said."""
    chat = Chat.begin()
    await chat.associate()
    async with running(server, chat) as telegram, sending(chat, telegram):
        ada = await joined(server, chat, 900000001, "Ada")
        rūta = await joined(server, chat, 900000002, "Rūta", "secretariat")
        new = NewSending("announcement", "a", {"lt": "Susitinkame <b>pirmadienį</b>", "en": ""}, chat.now)
        await chat.store.sendings.open(new, ("n1",), chat.by())
        chat.dispatch.changed()
        read = await ada.reads()
        assert read.text == "Susitinkame <b>pirmadienį</b>" and "Atsakyti" in read.labels
        ada.says("glambulinė fromagerija", to=read.id)
        assert "Perduota sekretoriatui." in (await ada.reads()).text
        ada.presses("Atsakyti", on=read.id)
        asked = await ada.reads()
        assert asked.id != read.id, "the announcement stays"
        ada.says("ir dar fromagerija", to=asked.id)
        assert "Perduota" in (await ada.reads()).text
        rūta.says("/klausimai k1")
        shown = await rūta.reads()
        assert "skelbimą: „Susitinkame <b>pirmadienį</b>“" in shown.text
        assert "glambulinė fromagerija" in shown.text and "ir dar fromagerija" in shown.text
        rūta.presses("Atsakyti")
        await rūta.reads()
        rūta.says("Taip & ne")
        await rūta.reads()
        rūta.presses("Siųsti")
        await rūta.reads()
        answer = await ada.reads()
        assert "Taip & ne" in answer.text and "glambulinė fromagerija ir dar fromagerija" in answer.text
        ada.says("o fromagerijos glambulės?", to=answer.id)
        assert "Perduota" in (await ada.reads()).text
    [question] = await chat.store.questions.all()
    assert [s.answer for s in question.exchange] == [False, False, True, False]
    await chat.store.close()
