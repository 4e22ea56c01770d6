"""Where and how the reply to one gesture is shown: in place, in the thread, to the asker alone, as a modal."""

from __future__ import annotations

import asyncio
from functools import partial

from bot.logs import events
from bot.platform import Outcome
from bot.slack import files, modal
from bot.slack.client import Client
from bot.slack.incoming import Place
from bot.slack.render import Json, Message, Part, Upload, home, render
from handlers.chat import Form, Incoming, Reply
from handlers.commands import DRAFT_NAMES, parse
from handlers.i18n import Translator, translator

log = events("slack")

ANSWERS_ALONE = 5  # docs.slack.dev, response_url: "up to 5 times within 30 minutes"


class Showing:
    """Shows the reply to one gesture where the gesture came from: dispatch's `respond`.

    What is answered to a submitted page leaves with its acknowledgement, so `acknowledge` says what that
    holds, and from then on the page is changed by its name. `t` speaks what a form does not bring itself.
    """

    def __init__(self, client: Client, msg: Incoming, place: Place) -> None:
        self._client = client
        self._msg = msg
        self._place = place
        self.t: Translator = translator("lt")
        self._submitted = msg.answers is not None
        self._view = str(place.page["id"]) if place.page else None
        self._with_ack: Json | None = None
        self._acknowledged = False
        self._shown = False
        self._turn = asyncio.Lock()
        self._loading: asyncio.Task[None] | None = None
        self._passing = ""  # the id of the message that says how far long work is

    async def __call__(self, reply: Reply) -> str | None:
        """Shows it; returns when Slack has accepted it, or raises an Outcome. See bot.platform.Respond."""
        async with self._turn:
            if reply.passing:
                return await self._pass(reply)
            self._shown = True
            await self._show(reply)
            await self._clear()
            return None

    async def _pass(self, reply: Reply) -> str:
        """How far it is, tried once: the next word comes soon. The message's id."""
        part = render(reply)[0]
        assert isinstance(part, Message)
        if self._passing:
            await self._client.update(self._passing, part)
        else:
            self._passing = await self._client.post(self._place.to, part, self._place.thread)
        return self._passing

    async def _clear(self) -> None:
        """Nothing is left of how far the work was."""
        passing, self._passing = self._passing, ""
        if not passing:
            return
        try:
            await self._client.patiently(partial(self._client.delete, passing))
        except Outcome as outcome:
            log.warning("a progress message was not removed", why=outcome.why)

    def acknowledge(self, *, done: bool) -> Json:
        """What the acknowledgement holds, as it leaves now. A page whose answer is not there yet says that it
        takes a moment; one that is answered elsewhere, or was answered before, is closed."""
        self._acknowledged = True
        if not self._submitted:
            return {}
        if self._with_ack is not None:
            return self._with_ack
        if self._shown or done:
            return {"response_action": "clear"}
        return {"response_action": "update", "view": modal.loading(self.t)}

    def begin(self, loading_after: float) -> None:
        """Opens a loading view when a form lets itself be waited for: its trigger dies after three seconds."""
        if self._place.trigger and self._view is None and _may_ask(self._msg):
            self._loading = asyncio.create_task(self._load(loading_after))

    def leave(self) -> None:
        """How far the work is stands until the next start, which says that it was cut off: Slack brings most gestures
        only once."""
        self._passing = ""

    async def settle(self) -> None:
        """Ends the waiting."""
        await self._clear()
        if self._loading is not None and not self._loading.done():
            self._loading.cancel()
            await asyncio.gather(self._loading, return_exceptions=True)

    async def _load(self, after: float) -> None:
        await asyncio.sleep(after)
        async with self._turn:
            if self._shown or self._place.trigger is None:
                return
            try:
                self._view = await self._client.open_view(self._place.trigger, modal.loading(self.t))
            except Outcome as outcome:
                log.warning("a loading view was not opened", why=outcome.why)

    async def _show(self, reply: Reply) -> None:
        if self._place.home:
            await self._client.patiently(partial(self._client.publish, self._place.user, home(reply)))
        elif reply.form is not None and await self._form(reply.form):
            return
        else:
            await self._parts(reply)
            await self._leave_view()

    # Forms

    async def _form(self, form: Form) -> bool:
        """Whether the form could be shown as a modal: there is one, or a trigger that still opens one."""
        if self._submitted and not self._acknowledged and self._place.page is not None:
            self._with_ack = modal.submitted(form, self._place.page, self.t)
            return True
        page = modal.view(form, self.t)
        if self._view is not None:
            await self._client.patiently(partial(self._client.update_view, self._view, page))
            return True
        if self._place.trigger is None:
            return False
        self._view = await self._client.open_view(self._place.trigger, page)
        return self._view is not None

    async def _leave_view(self) -> None:
        """A modal that is open and was not answered in itself says where the answer is."""
        if self._view is None or (self._submitted and not self._acknowledged):
            return
        try:
            await self._client.update_view(self._view, modal.elsewhere(self.t))
        except Outcome as outcome:
            log.warning("a view was not changed", why=outcome.why)

    # Messages and files

    async def _parts(self, reply: Reply) -> None:
        own = None if self._msg.private else self._msg.shown_to or self._msg.account.user
        parts = list(render(reply, own))
        if self._place.alone:
            await self._alone(parts, replace=self._msg.pressed and not reply.fresh and not reply.aside)
            return
        if reply.aside and not self._msg.private:
            await self._aside(parts)
            return
        if parts and self._in_place(reply) and await self._updated(parts[0]):
            parts.pop(0)
        for part in parts:
            await self._send(part)

    def _in_place(self, reply: Reply) -> bool:
        """Whether the pressed message becomes the reply. What a channel shares stays as it is."""
        if not self._msg.pressed or reply.fresh or reply.aside or self._place.message is None:
            return False
        return self._msg.private or self._msg.shown_to == self._msg.account.user

    async def _updated(self, part: Part) -> bool:
        if not isinstance(part, Message) or self._place.message is None:
            return False
        return await self._client.patiently(partial(self._client.update, self._place.message, part))

    async def _send(self, part: Part) -> None:
        await self._deliver(part, self._place.to, self._place.thread)

    async def _deliver(self, part: Part, to: str, thread: str | None) -> None:
        match part:
            case Message():
                await self._client.patiently(partial(self._client.post, to, part, thread))
            case Upload(file):
                channel = await self._client.im(to) if to == self._place.user else to
                await self._client.patiently(partial(files.upload, self._client, channel, file, thread))

    async def _alone(self, parts: list[Part], *, replace: bool) -> None:
        """To the one who asked: files, and what one response_url does not take, go to them directly."""
        answers = 0
        for part in parts:
            url = self._place.response_url
            if isinstance(part, Message) and url is not None and answers < ANSWERS_ALONE:
                first = replace and answers == 0
                await self._client.patiently(partial(self._client.answer, url, part, replace=first))
                answers += 1
            else:
                await self._deliver(part, self._place.user, None)

    async def _aside(self, parts: list[Part]) -> None:
        """In a channel, shown to the one who asked; files go to them directly."""
        for part in parts:
            if isinstance(part, Message):
                whisper = partial(
                    self._client.whisper, self._place.to, self._place.user, part, self._place.thread
                )
                await self._client.patiently(whisper)
            else:
                await self._deliver(part, self._place.user, None)


def _may_ask(msg: Incoming) -> bool:
    """Whether a form may come of it."""
    word = msg.text.split(maxsplit=1)[0] if msg.text.split() else ""
    if DRAFT_NAMES.get(word) in ("continue", "back"):
        return True
    line = parse(msg.text)
    return line is not None and (line.command.changes or line.command.en == "join")
