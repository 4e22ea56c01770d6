"""Where and how the reply to one gesture is shown: in place, beside it, or to the asker alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from telegram import Message, Update

from bot.logs import events
from bot.platform import Blocked, Outcome
from bot.telegram.client import Client, Uneditable
from bot.telegram.render import ALERT_LENGTH, Part, alert, clean, render
from handlers.chat import Incoming, Reply, shorten

log = events("telegram")


@dataclass(slots=True)
class Showing:
    """Shows the reply to one gesture where the gesture came from: dispatch's `respond`."""

    client: Client
    update: Update
    msg: Incoming
    notice: str = ""
    shown: bool = False
    passing: str = ""
    """The message that says how far long work is."""

    async def __call__(self, reply: Reply) -> str | None:
        """Shows it; returns when Telegram has accepted it, or raises an Outcome. See bot.platform.Respond."""
        if reply.passing:
            return await self._pass(render(reply)[0])
        if reply.aside:
            await self._aside(reply)
        else:
            await self._parts(reply)
        await self.clear()
        return None

    async def _parts(self, reply: Reply) -> None:
        parts = list(render(reply))
        if parts and self._in_place(reply, parts[0]) and await self._edited(parts[0]):
            parts.pop(0)
        self.shown = True
        for part in parts:
            await self.client.patiently(partial(self._send, part))

    async def _pass(self, part: Part) -> str:
        """How far it is, tried once: the next word comes soon. The message's id."""
        if self.passing:
            await self.client.edit(self.msg.chat, self.passing, part)
        else:
            self.passing = await self.client.post(self.msg.chat, part)
        return self.passing

    async def clear(self) -> None:
        """Nothing is left of how far the work was."""
        passing, self.passing = self.passing, ""
        if not passing:
            return
        try:
            delete = partial(self.client.delete, self.msg.chat, passing)
            await self.client.patiently(delete, repeatable=True)
        except Outcome as outcome:
            log.warning("a progress message was not removed", why=outcome.why)

    async def settle(self) -> None:
        """Answers the press, so that the button stops waiting."""
        query = self.update.callback_query
        if query is None:
            return
        try:
            await self.client.patiently(
                partial(self.client.answer_press, query.id, self.notice), repeatable=True
            )
        except Outcome as outcome:
            log.warning("a press was not answered", why=outcome.why)

    @property
    def _message(self) -> Message | None:
        """The message whose button was pressed, unless it is out of reach, or the one that was written."""
        query = self.update.callback_query
        message = self.update.message if query is None else query.message
        return message if isinstance(message, Message) else None

    def _in_place(self, reply: Reply, part: Part) -> bool:
        """Whether the pressed message becomes the reply: a text that is the presser's own, by a text. What a
        group shares stays as it is."""
        if not self.msg.pressed or reply.fresh or self.shown or self._message is None:
            return False
        own = self.msg.private or self.msg.shown_to == self.msg.account.user
        return own and self._message.text is not None and part.file is None

    async def _edited(self, part: Part) -> bool:
        message = self._message
        assert message is not None
        edit = partial(self.client.edit, self.msg.chat, str(message.message_id), part)
        try:
            await self.client.patiently(edit, repeatable=True)
        except Uneditable:
            return False
        return True

    async def _send(self, part: Part) -> None:
        """In groups an answer is a reply to who asked, so that it stays known whose its buttons are."""
        answering = None
        message = self._message
        if not self.msg.private and message is not None:
            asked = message.reply_to_message if self.msg.shown_to is not None else None
            answering = (asked or message).message_id
        await self.client.post(self.msg.chat, part, answering)

    async def _aside(self, reply: Reply) -> None:
        """What is for the asker alone: over the pressed message, else in the private chat."""
        text = alert(reply)
        if self.msg.pressed and text is not None:
            self.notice = text
            return
        try:
            for part in render(reply):
                await self.client.patiently(partial(self.client.post, self.msg.account.user, part))
        except Blocked:
            if not self.msg.pressed:
                raise
            self.notice = shorten(clean(reply.plain), ALERT_LENGTH)
