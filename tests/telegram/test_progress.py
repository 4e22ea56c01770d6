"""Long work on the strict Telegram: one message says how far it is, and nothing of it is left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from bot import passing
from bot.telegram.platform import Telegram
from handlers.chat import Button, File, Reply, para, rows, say
from tests.conversation import Chat
from tests.held import Held, hold
from tests.local.page_talk import picture
from tests.telegram.test_with_dispatch import joined, running
from tests.telegram_people import Person
from tests.telegram_server import Fault, TelegramServer

PNG = File("poreikiai.png", "image/png", picture())


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    return hold(monkeypatch)


@pytest_asyncio.fixture
async def chat(server: TelegramServer, held: Held) -> AsyncIterator[Chat]:
    """An association, and the bot on Telegram."""
    chat = Chat.begin()
    await chat.associate()
    async with running(server, chat):
        yield chat
    await chat.store.close()


@pytest_asyncio.fixture
async def rūta(server: TelegramServer, chat: Chat) -> Person:
    """The secretary, who has read her welcome."""
    return await joined(server, chat, 900000002, "Rūta", "secretariat")


async def test_one_message_changes_itself_and_goes_when_the_answer_is_there(
    server: TelegramServer, rūta: Person, held: Held
) -> None:
    """The answer is a message of its own, which whoever has turned away hears of."""
    rūta.says("/rezultatai a1")
    first = await rūta.reads()
    held.goes_on()
    second = await rūta.reads()
    assert (first.text, second.text) == ("Rengiu: 1 iš 3", "Rengiu: 2 iš 3")
    held.ends(say("Štai.", buttons=rows(Button("Toliau", "results a1 p2"))))
    answer = await rūta.reads()
    assert first.id == second.id != answer.id and answer.labels == ("Toliau",)
    await server.until(lambda: [shown.text for shown in rūta.screen[1:]] == ["Štai."])


async def test_pictures_come_and_the_word_goes(server: TelegramServer, rūta: Person, held: Held) -> None:
    """How far it was is removed behind the last of them."""
    rūta.says("/rezultatai a1")
    await rūta.reads()
    held.ends(Reply((para("Štai."),), files=(PNG, PNG)))
    assert [(await rūta.reads()).file is not None for _ in range(3)] == [True, True, False]
    await server.until(lambda: len(rūta.screen) == 4)
    assert [shown.text for shown in rūta.screen[1:]] == ["", "", "Štai."]


async def test_a_press_becomes_the_answer_where_it_was(
    server: TelegramServer, rūta: Person, held: Held
) -> None:
    """The pressed message changes, unless the answer is a new one, and the word is gone either way."""
    rūta.says("/rezultatai a1")
    await rūta.reads()
    held.ends(say("Štai.", buttons=rows(Button("Vėl", "results a1"))))
    shown = await rūta.reads()
    press = rūta.presses("Vėl")
    word = await rūta.reads()
    assert word.text == "Rengiu: 1 iš 3" and word.id != shown.id
    held.ends(say("Dar kartą.", buttons=rows(Button("Vėl", "results a1"))))
    assert (await rūta.reads()).id == shown.id and await press.answer() == ("", False)
    assert len(rūta.screen) == 2


async def test_what_fails_ends_in_a_kind_sentence(server: TelegramServer, rūta: Person, held: Held) -> None:
    """And the word is gone."""
    rūta.says("/rezultatai a1")
    await rūta.reads()
    held.fails()
    said = await rūta.reads()
    assert said.text.startswith("Atsiprašau, kažkas nepavyko. Niekas nepakeista.")
    await server.until(lambda: rūta.screen[1:] == (said,))


async def test_a_word_that_telegram_does_not_take_keeps_nobody(
    server: TelegramServer, rūta: Person, held: Held
) -> None:
    """When Telegram asks to slow down, no word is tried again and the answer comes."""
    before = len(server.called("sendMessage"))
    server.fails(Fault("flood", seconds=1), "sendMessage")
    rūta.says("/rezultatai a1")
    await server.until(lambda: len(server.called("sendMessage")) == before + 1)
    held.goes_on()
    await asyncio.sleep(0.1)
    assert len(server.called("sendMessage")) == before + 1
    held.ends(say("Štai."))
    assert (await rūta.reads()).text == "Štai." and len(rūta.screen) == 2


async def test_a_stop_leaves_no_word_behind(
    server: TelegramServer, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not end in time is given up and its word removed; the gesture comes again at the next start."""
    monkeypatch.setattr("bot.telegram.platform.CLOSING_SECONDS", 0.05)
    chat = Chat.begin()
    await chat.associate()
    async with running(server, chat):
        rūta = await joined(server, chat, 900000002, "Rūta", "secretariat")
        rūta.says("/rezultatai a1")
        assert (await rūta.reads()).text == "Rengiu: 1 iš 3"
    assert len(rūta.screen) == 1 and held.begun == 1
    again = Telegram(server.token, server.url)
    begun = asyncio.create_task(again.run(chat.dispatch))
    assert (await rūta.reads()).text == "Rengiu: 1 iš 3"
    held.ends(say("Štai."))
    assert (await rūta.reads()).text == "Štai." and held.begun == 2
    begun.cancel()
    await asyncio.wait({begun})
    await again.close()
    await chat.store.close()


async def test_a_crash_leaves_no_word_behind(server: TelegramServer, held: Held) -> None:
    """The gesture comes again and is answered; the word of before is removed once that is so."""
    chat = Chat.begin()
    await chat.associate()
    async with running(server, chat) as telegram:
        rūta = await joined(server, chat, 900000002, "Rūta", "secretariat")
        update = rūta.says("/rezultatai a1")
        await rūta.reads()
        held.goes_on()
        await rūta.reads()
        [left] = await chat.store.conversation.passing()
        held.ends(say("Štai."))
        await server.confirms(update)
        assert await chat.store.conversation.passing() == ()
        orphan = await telegram.send(left.chat, telegram.render(say("Rengiu: 1 iš 3"))[0], "x")
        stale = replace(left, message=orphan)
        await chat.store.conversation.pass_by(stale)
        await passing.mend((stale,), chat.store, {"telegram": telegram}, now)
        assert [shown.text for shown in rūta.screen[1:]] == ["Štai."]
        assert await chat.store.conversation.passing() == ()
    await chat.store.close()


async def now(seconds: float) -> None:
    """Nobody waits."""
