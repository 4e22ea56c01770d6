"""The lanes of the outbox: one a platform, with its pace, and the rows whose time comes in it."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from dataclasses import dataclass, field
from typing import Any

from bot.pacing import Pacer
from bot.platform import Platform

RESTS = 60.0
"""Seconds that a platform which is down is left alone."""


@dataclass(order=True)
class _Ready:
    """A row in the queue of its platform: when it may be tried, in the order it came."""

    at: float
    number: int
    id: str = field(compare=False)


@dataclass
class Lane:
    """One platform's: `room` are the sends that may be under way, `down` says why it refuses us, and `failures` counts
    those in a row of each sending."""

    platform: Platform[Any]
    pacer: Pacer
    room: asyncio.Semaphore
    down: str = ""
    failures: dict[str, int] = field(default_factory=dict)
    _queue: list[_Ready] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def enqueue(self, id: str, seconds: float = 0.0) -> None:
        """That row may be tried in so many seconds; one that is here already keeps its time."""
        if id not in self._known:
            self._known.add(id)
            heapq.heappush(self._queue, _Ready(clock() + seconds, next(self._numbers), id))
            self._woken.set()

    def later(self, id: str) -> None:
        """The same, when a platform that is down, or a disk that is full, has been left alone for a while."""
        self.enqueue(id, RESTS)

    def rest(self) -> None:
        """Leaves the platform alone for a while."""
        self.pacer.rests(clock(), RESTS)

    async def next(self) -> str:
        """The row that comes first, out of the queue, as soon as its time has come."""
        while not self._queue or self._queue[0].at > clock():
            self._woken.clear()
            try:
                async with asyncio.timeout(self._queue[0].at - clock() if self._queue else None):
                    await self._woken.wait()
            except TimeoutError:
                pass
        ready = heapq.heappop(self._queue)
        self._known.discard(ready.id)
        return ready.id


def clock() -> float:
    """The monotonic seconds that a lane is paced by."""
    return asyncio.get_running_loop().time()
