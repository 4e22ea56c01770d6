"""Long work on the strict Slack: one message says how far it is, and nothing of it is left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

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


async def test_the_answer_takes_the_place_of_how_far_it_is(
    server: SlackServer, rūta: Person, held: Held
) -> None:
    """One message changes itself, and becomes the answer with its buttons."""
    await rūta.commands("/sauklys", "rezultatai a1")
    first = await rūta.reads()
    held.goes_on()
    second = await rūta.reads()
    assert (first.kind, first.text) == ("message", "Rengiu: 1 iš 3")
    assert (second.kind, second.text) == ("changed", "Rengiu: 2 iš 3")
    held.ends(say("Štai.", buttons=rows(Button("Toliau", "results a1 p2"))))
    answer = await rūta.reads()
    assert answer.kind == "changed" and answer.source is first.source and answer.labels == ("Toliau",)
    assert len(server.posted()) == 1


async def test_pictures_come_and_the_word_goes(server: SlackServer, rūta: Person, held: Held) -> None:
    """Files are messages of their own, so how far it was is removed behind them."""
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
    await rūta.presses("Vėl")
    word = await rūta.reads()
    assert word.kind == "message" and word.text == "Rengiu: 1 iš 3"
    held.ends(say("Dar kartą."))
    again = await rūta.reads()
    assert again.source is shown.source and again.text == "Dar kartą."
    assert (await rūta.reads()).kind == "deleted" and len(server.posted()) == 1


async def test_what_fails_ends_in_a_kind_sentence(server: SlackServer, rūta: Person, held: Held) -> None:
    """In the place of the word."""
    await rūta.says("rezultatai a1")
    await rūta.reads()
    held.fails()
    said = await rūta.reads()
    assert said.kind == "changed" and said.text.startswith("Atsiprašau, kažkas nepavyko.")
    assert len(server.posted()) == 1


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
