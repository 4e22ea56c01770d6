"""The Socket Mode connection, and the watchdog for one that has died without a word.

A socket can look connected while nothing comes any more (bolt-python #1529, python-slack-sdk #1701, #1446), so
it is asked: a ping of ours must come back through the library's own receiving task.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from bot.logs import events
from bot.platform import Down, Outcome, TryLater
from bot.slack.client import Client, quiet

log = events("slack")

PING_SECONDS = 10.0
WATCH_SECONDS = 15.0
KEEPALIVE_SECONDS = 60.0  # those who called auth.test every minute were spared (bolt-python #1529)
CONNECT_SECONDS = 20.0
CLOSE_SECONDS = 5.0
LONGEST_PAUSE = 30.0
MISSED = 2  # pings without an answer; one may fall into a reconnection of the library's own


class Socket:
    """One connection after another until cancelled. `settle` is called before one is closed, so that
    acknowledgements still leave."""

    def __init__(
        self,
        client: Client,
        app: AsyncApp,
        app_token: str,
        settle: Callable[[], Awaitable[None]],
        *,
        watch_seconds: float = WATCH_SECONDS,
        close_seconds: float = CLOSE_SECONDS,
    ) -> None:
        self._client = client
        self._app = app
        self._app_token = app_token
        self._settle = settle
        self._watch_seconds = watch_seconds
        self._close_seconds = close_seconds
        self._asked = 0.0

    async def run(self) -> None:
        """Keeps a connection open. Raises Down when Slack does not let us in."""
        while True:
            handler = await self._open()
            try:
                await self._watch(handler.client)
            finally:
                await self._settle()
                await self._shut(handler)

    async def _open(self) -> AsyncSocketModeHandler:
        """A connection, however long Slack cannot be reached."""
        pause = 1.0
        while True:
            try:
                return await self._connected()
            except Down:
                raise
            except Outcome as outcome:
                log.warning("Slack is not reached", why=outcome.why, seconds=pause)
                await asyncio.sleep(max(pause, outcome.seconds) if isinstance(outcome, TryLater) else pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _connected(self) -> AsyncSocketModeHandler:
        """One try. The library alone would try a wrong token again for ever, so the address is asked here."""
        url = await self._client.socket_url(self._app_token)
        handler = AsyncSocketModeHandler(
            self._app,
            self._app_token,
            logger=quiet(),
            web_client=AsyncWebClient(base_url=self._client.api_url, retry_handlers=[], logger=quiet()),
            ping_interval=PING_SECONDS,
        )
        handler.client.wss_uri = url
        try:
            await asyncio.wait_for(handler.connect_async(), CONNECT_SECONDS)  # type: ignore[no-untyped-call]
        except BaseException as error:
            await self._shut(handler)
            if isinstance(error, TimeoutError):
                raise TryLater("The connection to Slack was not opened.", 1.0) from None
            raise
        log.info("connected to Slack")
        self._asked = time.monotonic()
        return handler

    async def _watch(self, socket: SocketModeClient) -> None:
        """Returns when the connection is dead. Raises Down when Slack no longer lets us in."""
        missed = 0
        while missed < MISSED and not socket.message_processor.done():
            missed = 0 if await self._answers(socket) else missed + 1
            if missed or time.monotonic() - self._asked > KEEPALIVE_SECONDS:
                await self._ask()
        log.error("the connection to Slack has died; another one is opened")

    async def _answers(self, socket: SocketModeClient) -> bool:
        """Whether a ping came back before the next look."""
        sent = time.time()
        session = socket.current_session
        if session is not None and not session.closed:
            with suppress(Exception):
                # The library keeps the time in it as that of the last pong.
                async with asyncio.timeout(self._close_seconds):
                    await session.ping(f"sdk-ping-pong:{sent}".encode())
        await asyncio.sleep(self._watch_seconds)
        return socket.last_ping_pong_time is not None and socket.last_ping_pong_time >= sent

    async def _ask(self) -> None:
        """Whether the token is still good."""
        self._asked = time.monotonic()
        try:
            await self._client.me()
        except Down:
            raise
        except Outcome as outcome:
            log.warning("Slack does not answer", why=outcome.why)

    async def _shut(self, handler: AsyncSocketModeHandler) -> None:
        """Closes within bounds: closing a dead socket waits for an answer that never comes."""
        socket = handler.client
        with suppress(Exception):
            async with asyncio.timeout(self._close_seconds):
                await handler.close_async()  # type: ignore[no-untyped-call]
                return
        for task in (socket.message_processor, socket.message_receiver, socket.current_session_monitor):
            if task is not None:
                task.cancel()
        with suppress(Exception):
            async with asyncio.timeout(self._close_seconds):
                await socket.aiohttp_client_session.close()
