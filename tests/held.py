"""Long work that a test holds: it goes on, ends or fails when the test says so; `/rezultatai` begins it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from bot import working
from handlers import routes
from handlers.chat import Incoming, Progress, Reply, Work
from handlers.commands import Line
from handlers.context import Context


@dataclass
class Held:
    """Three steps; each is told as soon as it is done."""

    ends_in: Reply = field(default_factory=Reply)
    begun: int = 0
    _steps: asyncio.Queue[Reply | Exception | None] = field(default_factory=asyncio.Queue)

    def goes_on(self) -> None:
        """A step further."""
        self._steps.put_nowait(None)

    def ends(self, reply: Reply) -> None:
        """In that reply."""
        self._steps.put_nowait(reply)

    def fails(self) -> None:
        """With something that nobody foresaw."""
        self._steps.put_nowait(RuntimeError("nobody foresaw it"))

    async def handler(self, msg: Incoming, ctx: Context, line: Line) -> Reply:
        """In place of the command's own."""
        return Reply(work=Work(_said, self._do))

    async def _do(self, progress: Progress) -> Reply:
        self.begun += 1
        for done in (1, 2, 3):
            progress(done, 3)
            match await self._steps.get():
                case Reply() as reply:
                    return reply
                case Exception() as error:
                    raise error
        return self.ends_in


def _said(done: int, of: int) -> str:
    return f"Rengiu: {done} iš {of}"


def hold(monkeypatch: pytest.MonkeyPatch) -> Held:
    """`/rezultatai` works until the test lets it end, and is told of at once."""
    held = Held()
    monkeypatch.setitem(routes.HANDLERS, "results", held.handler)
    monkeypatch.setattr(working, "LONG", 0.02)
    monkeypatch.setattr(working, "EVERY", 0.02)
    return held
