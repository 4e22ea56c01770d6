"""Long work beside the loop: after a second how far it is stands in a message that changes itself, until the answer
comes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from handlers.chat import Reply, Work

LONG = 1.0
"""Seconds for which nobody needs a word."""
EVERY = 2.0
"""Seconds between two words: no chat is spoken to oftener than once a second (core.telegram.org/bots/faq), no Slack
message changed oftener than fifty times a minute (docs.slack.dev, rate limits, tier 3)."""

Show = Callable[[str], Awaitable[bool]]
"""Shows how far it is; whether it could."""


class Abandoned(Exception):
    """Nobody waits for the work any more."""


class _Far:
    """How far the work is, as the thread that does it tells."""

    def __init__(self) -> None:
        self.at = (0, 0)
        self.abandoned = False

    def hear(self, done: int, of: int) -> None:
        """A thread cannot be cancelled: it ends at its next step."""
        if self.abandoned:
            raise Abandoned
        self.at = (done, of)


async def done(work: Work, show: Show) -> Reply:
    """What the work ends in; raises what it raises. What cannot be shown once is not tried again."""
    far = _Far()
    task = asyncio.ensure_future(work.do(far.hear))
    try:
        await asyncio.wait({task}, timeout=LONG)
        said, shown = "", True
        while shown and not task.done():
            if (words := work.said(*far.at)) != said:
                said, shown = words, await show(words)
            await asyncio.wait({task}, timeout=EVERY)
        return await task
    finally:
        far.abandoned = True
        task.cancel()


async def unseen(words: str) -> bool:
    """Where nobody waits in front of a chat."""
    return False
