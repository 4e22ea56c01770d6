"""A row of the table: our figure, the peer's, their ratio, and the most that it may be."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import median

RUNS = 7

Timed = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what, ours and the peer's as text, the value that is bounded, and the bound."""

    what: str
    ours: str
    peers: str
    value: float
    most: float
    unit: str = "×"

    @property
    def kept(self) -> bool:
        """Whether the bound is kept."""
        return self.value <= self.most


async def seconds(work: Timed) -> float:
    """How long it takes, in seconds."""
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


async def against(what: str, ours: Timed, peer: Timed, most: float, of: int = 1) -> Row:
    """Ours and the peer's in turn, RUNS times after one warm-up; the ratio is the median of the pairs'."""
    await ours()
    await peer()
    pairs = [(await seconds(ours), await seconds(peer)) for _ in range(RUNS)]
    own, other = (median(pair[i] for pair in pairs) / of for i in (0, 1))
    return Row(what, millis(own), millis(other), median(a / b for a, b in pairs), most)


def millis(value: float) -> str:
    """Seconds as milliseconds."""
    return f"{value * 1000:.3f} ms"


def python(code: str) -> str:
    """What a fresh Python prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


async def at_once(count: int, work: Callable[[int], Awaitable[object]]) -> None:
    """So many of them together."""
    await asyncio.gather(*(work(i) for i in range(count)))
