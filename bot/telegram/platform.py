"""Telegram as a chat platform: takes updates, shows replies, sends parts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import cast
from urllib.parse import urlencode

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    Update,
    User,
)
from telegram.error import TelegramError
from telegram.request import BaseRequest

from bot.logs import events
from bot.platform import Dispatch, Down, NotDurable, Outcome, Status, TryLater, Unknown
from bot.telegram import outcomes
from bot.telegram.client import (
    ANSWER_SECONDS,
    CONNECTIONS,
    LONGEST_WAIT,
    POLL_CONNECTIONS,
    Client,
    Moved,
    Sleep,
    outcome_of,
    quieten,
    request,
)
from bot.telegram.incoming import NAME, incoming, moved
from bot.telegram.menus import CODES, DESCRIPTION, SHORT_DESCRIPTION, Reader, group_menu, private_menu
from bot.telegram.polling import Polling, Raw
from bot.telegram.render import Part, render
from bot.telegram.showing import Showing
from handlers.chat import Account, Incoming, Reply
from handlers.i18n import translator

log = events("telegram")

API_URL = "https://api.telegram.org"
KINDS = ("message", "callback_query")
STALLED_SECONDS = 180.0
CLOSING_SECONDS = 8.0  # of the ten that the whole program has

ReaderOf = Callable[[Account], Awaitable[Reader]]


class Telegram:
    """The Telegram adapter; see bot.platform.Platform for what each method promises.

    `moved(old, new)` stores that a group has a new id before anything is sent there. `reader(account)`
    says whose menu somebody is shown. `requests` are PTB's request objects for polling and for the rest,
    in place of the ones made here. `sleep` is asyncio's.
    """

    name = NAME
    stepwise = True

    def __init__(
        self,
        token: str,
        api_url: str = API_URL,
        *,
        moved: Moved | None = None,
        reader: ReaderOf | None = None,
        requests: tuple[BaseRequest, BaseRequest] | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        quieten()
        self._polls, self._request = requests or (request(POLL_CONNECTIONS), request(CONNECTIONS))
        base = api_url.rstrip("/")
        self._bot = Bot(
            token, f"{base}/bot", f"{base}/file/bot", request=self._request, get_updates_request=self._polls
        )
        self._client = Client(self._bot, moved, sleep)
        self._moved = moved
        self._reader = reader
        self._sleep = sleep
        self._polling: Polling | None = None
        self._introducing: asyncio.Task[None] | None = None
        self._menus: dict[str, Reader] = {}
        self._heard = 0.0
        self._stalled = False
        self._started = False

    # Life

    async def start(self) -> None:
        """Learns who the bot is. Raises an Outcome: Down when the token is wrong."""
        if not self._started:
            await outcome_of(self._bot.initialize())
            self._started = True

    @property
    def me(self) -> User:
        """The bot as Telegram knows it, after `start`."""
        return self._bot.bot

    @property
    def link(self) -> str:
        """The address that opens the bot with a code behind it, after `start`."""
        return f"https://t.me/{self.me.username}?start="

    async def introduce(self) -> str:
        """See the port."""
        await self.start()
        return f"https://t.me/{self.me.username}"

    async def run(self, dispatch: Dispatch) -> None:
        """See the port. Raises Down when the token is refused or another program reads the messages."""
        self._heard = asyncio.get_running_loop().time()
        await self._until_reached(self.start)
        await self._until_reached(self._no_webhook)
        self._introducing = asyncio.create_task(self._introduce())
        self._polling = Polling(self._fetch, lambda raw: self._handle(raw, dispatch), self._sleep)
        await self._polling.run()

    async def close(self) -> None:
        """See the port: lets what is in flight end, confirms it, and lets go of the connections."""
        if self._polling is not None:
            await self._polling.finish(CLOSING_SECONDS)
            if self._polling.offset != self._polling.confirmed:
                with suppress(TelegramError, TimeoutError):
                    async with asyncio.timeout(1):
                        await self._polls.post(self._poll_url(self._polling.offset, 0, limit=1))
            self._polling = None
        if self._introducing is not None:
            self._introducing.cancel()
            await asyncio.wait([self._introducing])
        await asyncio.gather(self._polls.shutdown(), self._request.shutdown())
        self._started = False

    async def check(self) -> tuple[Status, ...]:
        """See the port."""
        try:
            me = await self._bot.get_me()
            hook = await self._bot.get_webhook_info()
        except Exception as error:
            return (Status(False, f"Telegram: {outcomes.outcome(error).why}"),)
        found = [Status(True, f"Telegram: the token is that of @{me.username}.")]
        if hook.url:
            found.append(Status(False, "Telegram: a webhook is set; it will be removed when the bot starts."))
        if not me.can_join_groups:
            found.append(Status(False, "Telegram: the bot may not join groups; allow it in @BotFather."))
        if me.can_read_all_group_messages:
            found.append(
                Status(True, "Telegram: privacy mode is off, so groups' other messages come in too.")
            )
        return tuple(found)

    # Taking updates

    async def _until_reached(self, step: Callable[[], Awaitable[None]]) -> None:
        """Does one step of the start, however long Telegram cannot be reached."""
        pause = 1.0
        while True:
            try:
                return await step()
            except Down:
                raise
            except Outcome as outcome:
                await self._pause(outcome, pause)
                pause = min(2 * pause, LONGEST_WAIT)

    async def _no_webhook(self) -> None:
        """Nothing can be polled while a webhook is set."""
        hook = await outcome_of(self._bot.get_webhook_info())
        if hook.url:
            log.warning("a webhook was set for this bot and is removed")
            await outcome_of(self._bot.delete_webhook(drop_pending_updates=False))

    def _poll_url(self, offset: int, seconds: int, limit: int = 100) -> str:
        query = {"offset": offset, "timeout": seconds, "limit": limit, "allowed_updates": json.dumps(KINDS)}
        return f"{self._bot.base_url}/getUpdates?{urlencode(query)}"

    async def _fetch(self, offset: int, seconds: int) -> list[Raw]:
        """The next updates as they came: each is read by itself, so that one that PTB cannot read does not
        keep the others away."""
        pause = 1.0
        while True:
            try:
                async with asyncio.timeout(seconds + 2 * ANSWER_SECONDS):
                    url = self._poll_url(offset, seconds)
                    updates = await self._polls.post(url, read_timeout=seconds + ANSWER_SECONDS)
                    self._hears()
                    return cast("list[Raw]", updates)
            except TimeoutError:
                log.error("a poll has jammed; its connections are made anew")
                await self._reconnect()
            except TelegramError as error:
                outcome = outcomes.outcome(error)
                if isinstance(outcome, Down):
                    raise outcome from None
                await self._pause(outcome, pause)
                pause = min(2 * pause, LONGEST_WAIT)

    async def _reconnect(self) -> None:
        with suppress(Exception):
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._polls.shutdown()
        await self._polls.initialize()

    async def _pause(self, outcome: Outcome, seconds: float) -> None:
        """Waits before the next try; says once when nothing has come for long."""
        silent = asyncio.get_running_loop().time() - self._heard
        if silent > STALLED_SECONDS and not self._stalled:
            self._stalled = True
            log.error("Telegram brings nothing", seconds=round(silent), why=outcome.why)
        await self._sleep(max(seconds, outcome.seconds) if isinstance(outcome, TryLater) else seconds)

    def _hears(self) -> None:
        self._heard = asyncio.get_running_loop().time()
        if self._stalled:
            self._stalled = False
            log.info("Telegram is back")

    async def _handle(self, raw: Raw, dispatch: Dispatch) -> bool:
        """Whether the update may be confirmed."""
        try:
            update = Update.de_json(dict(raw), self._bot)
            await self.take(update, dispatch)
        except NotDurable:
            return False
        except Exception as error:
            log.error("an update was passed over", update=raw.get("update_id"), error=type(error).__name__)
        return True

    async def take(self, update: Update, dispatch: Dispatch) -> None:
        """Hands one update to `dispatch`. Returns when its effect is durable; raises NotDurable."""
        if change := moved(update):
            if self._moved is not None:
                await self._moved(*change)
            return
        msg = incoming(update, self.me, self._client.download)
        if msg is None:
            if update.callback_query is not None:
                await self._client.answer_press(update.callback_query.id)
            return
        showing = Showing(self._client, update, msg)
        try:
            await dispatch(msg, showing)
        finally:
            await showing.clear()
        await showing.settle()
        if msg.private and self._reader is not None:
            await self._offer_menu(msg)

    # Menus and descriptions

    async def _introduce(self) -> None:
        """Sets menus and descriptions where Telegram has others. What fails is left for the next start."""
        for code, language in CODES.items():
            t = translator(language)
            try:
                stranger = private_menu(Reader("stranger", language))
                await self._set_menu(stranger, BotCommandScopeAllPrivateChats(), code)
                await self._set_menu(group_menu(language), BotCommandScopeAllGroupChats(), code)
                if (await self._bot.get_my_description(code or None)).description != t(DESCRIPTION):
                    await self._bot.set_my_description(t(DESCRIPTION), code or None)
                short = await self._bot.get_my_short_description(code or None)
                if short.short_description != t(SHORT_DESCRIPTION):
                    await self._bot.set_my_short_description(t(SHORT_DESCRIPTION), code or None)
            except TelegramError as error:
                log.warning("a menu or description was not set", why=outcomes.outcome(error).why)
                return

    async def _set_menu(self, menu: tuple[BotCommand, ...], scope: BotCommandScope, code: str) -> None:
        if await self._bot.get_my_commands(scope, code or None) != menu:
            await self._bot.set_my_commands(menu, scope, code or None)

    async def _offer_menu(self, msg: Incoming) -> None:
        """The person's own menu, when rights or language have changed since it was last set."""
        assert self._reader is not None
        reader, before = await self._reader(msg.account), self._menus.get(msg.chat)
        if reader == before or (before is None and reader.rank == "stranger"):
            return
        scope = BotCommandScopeChat(int(msg.chat))
        try:
            if reader.rank == "stranger":
                await self._bot.delete_my_commands(scope)
            else:
                await self._bot.set_my_commands(private_menu(reader), scope)
        except TelegramError as error:
            log.warning("a person's menu was not set", why=outcomes.outcome(error).why)
            return
        self._menus[msg.chat] = reader

    # Sending

    def render(self, reply: Reply) -> tuple[Part, ...]:
        """See the port."""
        return render(reply)

    async def send(self, address: str, part: Part, key: str) -> str:
        """See the port. Telegram keeps no key."""
        return await self._client.post(address, part)

    async def edit(self, address: str, message: str, part: Part) -> None:
        """See the port."""
        await self._client.edit(address, message, part)

    async def delete(self, address: str, message: str) -> None:
        """See the port."""
        await self._client.delete(address, message)

    async def look_up(self, address: str, key: str) -> str | None:
        """See the port: Telegram has no way to ask what a bot has sent (pitfall 3)."""
        raise Unknown("Telegram cannot be asked what was sent.")
