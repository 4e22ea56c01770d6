"""Taking updates so that one is confirmed only after its effect is durable (pitfall 10)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Raw = Mapping[str, Any]
Fetch = Callable[[int, int], Awaitable[list[Raw]]]
"""Updates from an offset on, waiting for some at most so many seconds."""

LONG_SECONDS = 50
LOOK_AGAIN_SECONDS = 0.5
MOST_PAUSE_SECONDS = 30.0


class Polling:
    """The loop around getUpdates.

    The offset is the oldest update that is not durable, so that nothing behind it is lost. While one is
    slow, Telegram is asked again from there, and what came meanwhile is begun beside it. `handle` returns
    whether the update's effect is durable; if not, it is handed over again when Telegram brings it again.
    """

    def __init__(
        self,
        fetch: Fetch,
        handle: Callable[[Raw], Awaitable[bool]],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self.offset = 0
        self.confirmed = 0
        self._fetch = fetch
        self._handle = handle
        self._sleep = sleep
        self._known: dict[int, asyncio.Task[bool]] = {}

    async def run(self) -> None:
        """Goes on until cancelled, or until `fetch` raises."""
        pause = 1.0
        while True:
            updates = await self._fetch(self.offset, 0 if self._known else LONG_SECONDS)
            self.confirmed = self.offset
            for update in updates:
                self._begin(update)
            if under_way := self._oldest or self.busy:
                await asyncio.wait(under_way, timeout=LOOK_AGAIN_SECONDS)
            if self._advance():
                pause = 1.0
            elif not self.busy and self._known:
                await self._sleep(pause)
                pause = min(2 * pause, MOST_PAUSE_SECONDS)

    @property
    def busy(self) -> set[asyncio.Task[bool]]:
        """What is being handled."""
        return {task for task in self._known.values() if not task.done()}

    @property
    def _oldest(self) -> set[asyncio.Task[bool]]:
        """The one that the offset waits for, while it is being handled; nobody who comes waits for the slowest."""
        first = self._known[min(self._known)] if self._known else None
        return {first} if first is not None and not first.done() else set()

    async def finish(self, seconds: float) -> None:
        """Lets what is in flight end, and cancels it when that takes longer."""
        if self.busy:
            await asyncio.wait(self.busy, timeout=seconds)
        for task in self.busy:
            task.cancel()
        await asyncio.gather(*self._known.values(), return_exceptions=True)
        self._advance()

    def _begin(self, update: Raw) -> None:
        number = int(update["update_id"])
        task = self._known.get(number)
        if task is None or (task.done() and not _durable(task)):
            self._known[number] = asyncio.create_task(self._durably(update))

    async def _durably(self, update: Raw) -> bool:
        return await self._handle(update)

    def _advance(self) -> bool:
        """Moves the offset behind what is durable without a gap; whether it moved."""
        before = self.offset
        for number in sorted(self._known):
            if not _durable(self._known[number]):
                break
            del self._known[number]
            self.offset = number + 1
        return self.offset != before


def _durable(task: asyncio.Task[bool]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is None and task.result()
