"""The message that says how far long work is: shown while the work goes on, kept in mind as long as it stands, and put
right at the next start when a crash has left it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from bot.logs import events
from bot.platform import Down, Outcome, Platform, Respond, TryLater, Unknown
from handlers import guide
from handlers.chat import COMMAND_BYTES, Incoming, Reply, para
from handlers.context import Context
from handlers.i18n import translator
from storage import conversation
from storage.errors import StoreError
from storage.store import Store

log = events("passing")

GRACE = 15.0
"""Seconds after a start in which a gesture that its platform brings again is answered after all."""
AGAIN = 60.0
"""Seconds until a platform that could not be reached is tried again."""

Sleep = Callable[[float], Awaitable[None]]


class Passing:
    """Shows how far the work of one gesture is. `spoke` is told whenever something has left."""

    def __init__(
        self, store: Store, respond: Respond, msg: Incoming, ctx: Context, spoke: Callable[[], None]
    ) -> None:
        self._store = store
        self._respond = respond
        self._msg = msg
        self._ctx = ctx
        self._spoke = spoke
        self._noted = ""

    async def show(self, words: str) -> bool:
        """Whether it could be shown: nobody else may be in the chat."""
        if not self._msg.private:
            return False
        try:
            message = await self._respond(Reply((para(words),), passing=True))
        except Outcome as outcome:
            log.warning("progress was not shown", platform=self._msg.account.platform, why=outcome.why)
            return False
        self._spoke()
        if message and not self._noted:
            self._noted = message
            await self._note(message)
        return True

    async def _note(self, message: str) -> None:
        msg, ctx = self._msg, self._ctx
        line = msg.text if msg.command and len(msg.text.encode()) <= COMMAND_BYTES else ""
        platform = msg.account.platform
        note = conversation.Passing(platform, msg.chat, message, msg.event, line, ctx.t.language, ctx.now)
        try:
            await self._store.conversation.pass_by(note)
        except StoreError as error:
            log.error("a progress message could not be noted", why=str(error))

    async def over(self) -> None:
        """The answer is there, and the message is not."""
        if not self._noted:
            return
        try:
            await self._store.conversation.passed(self._msg.account.platform, self._noted)
        except StoreError as error:
            log.error("a progress message could not be forgotten", why=str(error))


async def mend(
    left: Iterable[conversation.Passing],
    store: Store,
    chats: Mapping[str, Platform[Any]],
    sleep: Sleep = asyncio.sleep,
) -> None:
    """What stands since before the start: removed where the gesture was answered after all, else it says that the work
    was cut off, with a way to begin it again."""
    waiting = list(left)
    pause = GRACE
    while waiting:
        await sleep(pause)
        waiting = [one for one in waiting if not await _mended(one, store, chats.get(one.platform))]
        pause = AGAIN


async def _mended(one: conversation.Passing, store: Store, chat: Platform[Any] | None) -> bool:
    """Whether nothing is left to be done about it."""
    try:
        if chat is not None and await store.conversation.answered(one.event):
            await chat.delete(one.chat, one.message)
        elif chat is not None:
            part, *_ = chat.render(guide.cut_off(translator(one.language), one.line))
            await chat.edit(one.chat, one.message, part)
    except (TryLater, Down, Unknown):
        return False
    except Outcome as outcome:
        log.warning("a progress message was not put right", platform=one.platform, why=outcome.why)
    try:
        await store.conversation.passed(one.platform, one.message)
    except StoreError as error:
        log.error("a progress message could not be forgotten", why=str(error))
        return False
    return True
