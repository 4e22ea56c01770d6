"""The Bot API as the adapter uses it: each call ends in its result or in an Outcome."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, TelegramError
from telegram.request import HTTPXRequest
from telegram.warnings import PTBDeprecationWarning

from bot.logs import events
from bot.platform import Refused, TryLater, Unknown
from bot.telegram import outcomes
from bot.telegram.render import Part, clean
from handlers.chat import FILE_BYTES
from handlers.i18n import N_

log = events("telegram")

POLL_CONNECTIONS = 8  # one, PTB's default, can jam (pitfall 13)
CONNECTIONS = 64
ANSWER_SECONDS = 15.0
UPLOAD_SECONDS = 60.0
PHOTO_BYTES = 10_000_000  # core.telegram.org/bots/api, sendPhoto: "at most 10 MB in size"
TRIES = 4
LONGEST_WAIT = 30.0  # seconds that an answer is held back because Telegram asks to slow down

TOO_LARGE = N_("This file is larger than 20 MB; please send a smaller one.")
FILE_GONE = N_("This file cannot be fetched from the chat; please send it again.")

NO_PREVIEW = {"link_preview_options": {"is_disabled": True}}

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]
Moved = Callable[[str, str], Awaitable[None]]
"""Stores a group's new id, given the old one and it."""


class Uneditable(Refused):
    """The message cannot become what it should: it is gone, too old, or of another kind."""


class Client:
    """Sends, changes and deletes messages, answers presses, fetches files."""

    def __init__(self, bot: Bot, moved: Moved | None, sleep: Sleep) -> None:
        self._bot = bot
        self._moved = moved
        self._sleep = sleep

    async def post(self, address: str, part: Part, answering: int | None = None) -> str:
        """Sends one part, in answer to a message where that is given; returns its id. A part that Telegram
        cannot read goes once more as plain text, a picture that is none as a document, and what a group
        that has moved should get goes to its new id, which is stored first."""
        try:
            return await self._post(address, part, answering)
        except ChatMigrated as error:
            new = str(error.new_chat_id)
            if self._moved is not None:
                await self._moved(address, new)
            return await outcome_of(self._post(new, part, None))
        except Exception as error:
            raise outcomes.outcome(error) from None

    async def _post(self, address: str, part: Part, answering: int | None) -> str:
        try:
            return await self._deliver(address, part, answering, as_html=True)
        except BadRequest as error:
            if outcomes.unparsed(error):
                log.warning("Telegram could not read a text, which goes again without markup")
                return await self._deliver(address, part, answering, as_html=False)
            if outcomes.no_picture(error):
                return await self._deliver(address, part, answering, as_html=True, as_document=True)
            raise

    async def _deliver(
        self, address: str, part: Part, answering: int | None, *, as_html: bool, as_document: bool = False
    ) -> str:
        text = part.html if as_html else part.plain
        how = _how(part, "HTML" if as_html and text else None, answering)
        if part.file is None:
            sent = await self._bot.send_message(address, text, api_kwargs=how | NO_PREVIEW)
            return str(sent.message_id)
        content, name = part.file.content, clean(part.file.name) or "file"
        if part.file.picture and len(content) <= PHOTO_BYTES and not as_document:
            sent = await self._bot.send_photo(address, content, text or None, filename=name, api_kwargs=how)
        else:
            sent = await self._bot.send_document(
                address, content, text or None, filename=name, api_kwargs=how
            )
        return str(sent.message_id)

    async def edit(self, address: str, message: str, part: Part) -> None:
        """Changes a message; raises Uneditable when it is gone, too old or of another kind."""
        try:
            try:
                await self._change(address, message, part, as_html=True)
            except BadRequest as error:
                if not outcomes.unparsed(error):
                    raise
                await self._change(address, message, part, as_html=False)
        except Exception as error:
            if outcomes.unchanged(error):
                return
            if outcomes.uneditable(error):
                raise Uneditable("The message can no longer be changed.") from None
            raise outcomes.outcome(error) from None

    async def _change(self, address: str, message: str, part: Part, *, as_html: bool) -> None:
        text = part.html if as_html else part.plain
        how = _how(part, "HTML" if as_html and text else None)
        if part.file is None:
            await self._bot.edit_message_text(text, address, int(message), api_kwargs=how | NO_PREVIEW)
        else:
            await self._bot.edit_message_caption(address, int(message), caption=text, api_kwargs=how)

    async def delete(self, address: str, message: str) -> None:
        """Deletes a message; one that is gone already is a success."""
        try:
            await self._bot.delete_message(address, int(message))
        except Exception as error:
            if not outcomes.already_deleted(error):
                raise outcomes.outcome(error) from None

    async def answer_press(self, query: str, text: str = "") -> None:
        """Answers a press, with an alert when there is a text. One that comes too late is a success."""
        try:
            await self._bot.answer_callback_query(query, text or None, show_alert=bool(text) or None)
        except Exception as error:
            if not outcomes.too_late(error):
                raise outcomes.outcome(error) from None

    async def patiently(self, step: Callable[[], Awaitable[T]], *, repeatable: bool = False) -> T:
        """Does a step of an answer, again when it certainly did not happen; a repeatable one, which changes
        nothing the second time, also when it may have happened. Waits at most half a minute for a try."""
        for tried in range(1, TRIES + 1):
            try:
                return await step()
            except TryLater as later:
                if tried == TRIES or later.seconds > LONGEST_WAIT:
                    raise
                await self._sleep(later.seconds)
            except Unknown:
                if tried == TRIES or not repeatable:
                    raise
                await self._sleep(1.0)
        raise AssertionError("unreachable")

    async def download(self, file_id: str, size: int) -> bytes:
        """A file that somebody sent; ValueError with a sentence when it cannot be had."""
        if size > FILE_BYTES:
            raise ValueError(TOO_LARGE)
        try:
            file = await self._bot.get_file(file_id)
            content = bytes(await file.download_as_bytearray(read_timeout=UPLOAD_SECONDS))
        except BadRequest as error:
            raise ValueError(TOO_LARGE if "too big" in error.message.lower() else FILE_GONE) from None
        except (TelegramError, RuntimeError):
            raise ValueError(FILE_GONE) from None
        if len(content) > FILE_BYTES:
            raise ValueError(TOO_LARGE)
        return content


def _how(part: Part, mode: str | None, answering: int | None = None) -> dict[str, Any]:
    """What goes along with a text. Given to PTB as plain JSON: its own objects cost more than the rest."""
    how: dict[str, Any] = {}
    if mode is not None:
        how["parse_mode"] = mode
    if part.buttons:
        how["reply_markup"] = part.markup
    if answering is not None:
        how["reply_parameters"] = {"message_id": answering, "allow_sending_without_reply": True}
    return how


async def outcome_of(call: Awaitable[T]) -> T:
    """What the call returns; its error as an Outcome, cut from its cause, which holds the token's address."""
    try:
        return await call
    except Exception as error:
        raise outcomes.outcome(error) from None


def request(connections: int) -> HTTPXRequest:
    """PTB's HTTP client with that many connections and bounded waits."""
    return HTTPXRequest(
        connection_pool_size=connections,
        connect_timeout=ANSWER_SECONDS,
        read_timeout=ANSWER_SECONDS,
        write_timeout=ANSWER_SECONDS,
        pool_timeout=ANSWER_SECONDS,
        media_write_timeout=UPLOAD_SECONDS,
    )


def quieten() -> None:
    """No library writes what it must not, at whatever level the log is: httpx logs the token with every
    request, PTB the content of calls and of answers that it cannot read (pitfall 23)."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)
    # It says at each flood limit that retry_after will be a timedelta one day; outcomes.py takes both.
    warnings.filterwarnings("ignore", category=PTBDeprecationWarning, message=".*retry_after")
