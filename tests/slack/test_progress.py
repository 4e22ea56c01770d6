"""Long work on the strict Slack: one message says how far it is, and nothing of it is left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot import passing
from handlers.chat import Button, File, Reply, para, rows, say
from tests.conversation import Chat
from tests.held import Held, hold
from tests.local.page_talk import picture
from tests.slack.test_with_dispatch import joined, running
from tests.slack_people import Person
from tests.slack_server import SlackServer, ratelimited

PNG = File("poreikiai.png", "image/png", picture())


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    return hold(monkeypatch)


@pytest_asyncio.fixture
async def server() -> AsyncIterator[SlackServer]:
    async with SlackServer() as server:
        yield server


@pytest_asyncio.fixture
async def rūta(server: SlackServer, held: Held) -> AsyncIterator[Person]:
    """The secretary, and the bot on Slack."""
    chat = Chat.begin()
    await chat.associate()
    async with running(server, chat):
        yield await joined(server, chat, "U02", "Rūta", "secretariat")
    await chat.store.close()


async def test_one_message_changes_itself_and_goes_when_the_answer_is_there(
    server: SlackServer, rūta: Person, held: Held
) -> None:
    """The answer is a message of its own, which whoever has turned away hears of."""
    await rūta.commands("/sauklys", "rezultatai a1")
    first = await rūta.reads()
    held.goes_on()
    second = await rūta.reads()
    assert (first.kind, first.text) == ("message", "Rengiu: 1 iš 3")
    assert (second.kind, second.text) == ("changed", "Rengiu: 2 iš 3")
    held.ends(say("Štai.", buttons=rows(Button("Toliau", "results a1 p2"))))
    answer = await rūta.reads()
    assert answer.kind == "message" and answer.labels == ("Toliau",)
    gone = await rūta.reads()
    assert gone.kind == "deleted" and gone.source is first.source and len(server.posted()) == 1


async def test_pictures_come_and_the_word_goes(server: SlackServer, rūta: Person, held: Held) -> None:
    """How far it was is removed behind the last of them."""
    await rūta.says("rezultatai a1")
    word = await rūta.reads()
    assert word.text == "Rengiu: 1 iš 3"
    held.ends(Reply((para("Štai."),), files=(PNG,)))
    kinds = [(await rūta.reads()).kind for _ in range(3)]
    assert kinds == ["message", "message", "deleted"] and word.source not in server.posted()


async def test_a_press_becomes_the_answer_where_it_was(server: SlackServer, rūta: Person, held: Held) -> None:
    """The pressed message changes, and the word is gone."""
    await rūta.says("rezultatai a1")
    await rūta.reads()
    held.ends(say("Štai.", buttons=rows(Button("Vėl", "results a1"))))
    shown = await rūta.reads()
    assert (await rūta.reads()).kind == "deleted"
    await rūta.presses("Vėl")
    word = await rūta.reads()
    assert word.kind == "message" and word.text == "Rengiu: 1 iš 3"
    held.ends(say("Dar kartą."))
    again = await rūta.reads()
    assert again.source is shown.source and again.text == "Dar kartą."
    assert (await rūta.reads()).kind == "deleted" and len(server.posted()) == 1


async def test_what_fails_ends_in_a_kind_sentence(server: SlackServer, rūta: Person, held: Held) -> None:
    """And the word is gone."""
    await rūta.says("rezultatai a1")
    await rūta.reads()
    held.fails()
    said = await rūta.reads()
    assert said.text.startswith("Atsiprašau, kažkas nepavyko.")
    assert (await rūta.reads()).kind == "deleted" and len(server.posted()) == 1


async def test_a_word_that_slack_does_not_take_keeps_nobody(
    server: SlackServer, rūta: Person, held: Held
) -> None:
    """When Slack asks to slow down, no word is tried again and the answer comes."""
    server.fails("chat.postMessage", ratelimited("1"))
    await rūta.says("rezultatai a1")
    await asyncio.sleep(0.2)
    held.goes_on()
    await asyncio.sleep(0.1)
    held.ends(say("Štai."))
    assert (await rūta.reads()).text == "Štai." and len(server.posted()) == 1


async def test_what_a_restart_cut_off_says_so_and_begins_again_by_a_press(
    server: SlackServer, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack does not bring a command again, so what says how far it was becomes that, with the way."""
    monkeypatch.setattr("bot.slack.platform.FINISHING_SECONDS", 0.05)
    chat = Chat.begin()
    await chat.associate()
    async with running(server, chat):
        rūta = await joined(server, chat, "U02", "Rūta", "secretariat")
        await rūta.commands("/sauklys", "rezultatai a1")
        word = await rūta.reads()
    left = await chat.store.conversation.passing()
    assert len(server.posted()) == len(left) == 1
    async with running(server, chat) as slack:
        await passing.mend(left, chat.store, {"slack": slack}, now)
        cut_off = await rūta.reads()
        assert cut_off.source is word.source and cut_off.labels == ("Kartoti",)
        assert cut_off.text == "Buvau paleistas iš naujo, todėl šito užbaigti nespėjau."
        assert await chat.store.conversation.passing() == ()
        await rūta.presses("Kartoti")
        assert (await rūta.reads()).text == "Rengiu: 1 iš 3"
        held.ends(say("Štai."))
        answer = await rūta.reads()
        assert (answer.kind, answer.text) == ("changed", "Štai.") and held.begun == 2
        assert (await rūta.reads()).kind == "deleted" and len(server.posted()) == 1
    await chat.store.close()


async def now(seconds: float) -> None:
    """Nobody waits."""
