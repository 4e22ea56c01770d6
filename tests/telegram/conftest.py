"""A strict Telegram for each test, and a bot on it that answers from a table."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from bot.platform import NotDurable, Outcome, Respond
from bot.telegram.menus import Reader
from bot.telegram.platform import Telegram
from handlers.chat import Account, Incoming, Reply, say
from tests.telegram_people import Person
from tests.telegram_server import TelegramServer

Answer = Reply | Callable[[Incoming], Awaitable[Reply]]


@pytest_asyncio.fixture
async def server() -> AsyncIterator[TelegramServer]:
    """A running strict server; its calls go to a file when RECORDED_CALLS names one."""
    async with TelegramServer() as running:
        yield running
    if path := os.environ.get("RECORDED_CALLS"):
        running.dump(Path(path))


@pytest.fixture
def ada(server: TelegramServer) -> Person:
    """Somebody with Telegram."""
    return server.person(900000001, "Ada", "lt")


@dataclass
class Talk:
    """A bot whose dispatch remembers what came and answers from `answers`, else says the text back."""

    telegram: Telegram
    answers: dict[str, Answer] = field(default_factory=dict)
    heard: list[Incoming] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    moves: list[tuple[str, str]] = field(default_factory=list)
    readers: dict[str, Reader] = field(default_factory=dict)
    forgets: set[str] = field(default_factory=set)
    running: asyncio.Task[None] | None = None

    async def dispatch(self, msg: Incoming, respond: Respond) -> None:
        """See bot.platform.Dispatch. A text in `forgets` is not durable the first time."""
        self.heard.append(msg)
        if msg.text in self.forgets:
            self.forgets.remove(msg.text)
            raise NotDurable
        answer = self.answers.get(msg.text, say(f"Girdžiu: {msg.text}"))
        reply = answer if isinstance(answer, Reply) else await answer(msg)
        try:
            await respond(reply)
        except Outcome as outcome:
            self.outcomes.append(outcome)

    async def sleep(self, seconds: float) -> None:
        """Waits no time, and remembers how long it would have been."""
        self.waits.append(seconds)
        await asyncio.sleep(0)

    async def moved(self, old: str, new: str) -> None:
        """Remembers that a group has moved."""
        self.moves.append((old, new))

    async def reader(self, account: Account) -> Reader:
        """The rights and language of somebody."""
        return self.readers.get(account.user, Reader("stranger", "lt"))

    @property
    def texts(self) -> list[str]:
        """What was heard."""
        return [msg.text for msg in self.heard]


@asynccontextmanager
async def talking(server: TelegramServer) -> AsyncIterator[Talk]:
    """A bot that is running."""
    talk = Talk(telegram=None)  # type: ignore[arg-type]
    talk.telegram = Telegram(server.token, server.url, moved=talk.moved, reader=talk.reader, sleep=talk.sleep)
    talk.running = asyncio.create_task(talk.telegram.run(talk.dispatch))
    try:
        yield talk
    finally:
        talk.running.cancel()
        with suppress(asyncio.CancelledError, Outcome):
            await talk.running
        await talk.telegram.close()


@pytest_asyncio.fixture
async def talk(server: TelegramServer) -> AsyncIterator[Talk]:
    """A bot that is running and polls."""
    async with talking(server) as running:
        await server.until(lambda: server.polled)
        yield running
