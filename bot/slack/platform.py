"""Slack as a chat platform: takes gestures over Socket Mode, shows replies, sends parts.

Bolt acknowledges when a listener returns (process_before_response), so a listener returns once the effect is
durable, at the latest after ACK_SECONDS; what still waits goes on in its task.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.logs import events
from bot.platform import Dispatch, Down, Outcome, Refused, Status, TryLater
from bot.slack import files, incoming
from bot.slack.client import Client, Me, quiet
from bot.slack.incoming import NAME, Gesture
from bot.slack.manifest import SCOPES
from bot.slack.render import Json, Message, Part, Upload, render
from bot.slack.showing import Showing
from bot.slack.socket import CLOSE_SECONDS, LONGEST_PAUSE, WATCH_SECONDS, Socket
from handlers.chat import Incoming, Reply
from handlers.i18n import translator

log = events("slack")

API_URL = "https://slack.com/api/"
ACK_SECONDS = 2.5  # of the three that Slack gives
PROFILE_SECONDS = 0.8
LOADING_SECONDS = 1.0
FINISHING_SECONDS = 4.0  # of the ten that the whole program has


class Slack:
    """The Slack adapter; see bot.platform.Platform for what each method promises.

    An address is a channel's id, or a person's for the direct conversation. The seconds are those above; a
    test shortens them.
    """

    name = NAME
    stepwise = False

    def __init__(
        self,
        bot_token: str,
        app_token: str,
        api_url: str = API_URL,
        *,
        ack_seconds: float = ACK_SECONDS,
        loading_seconds: float = LOADING_SECONDS,
        watch_seconds: float = WATCH_SECONDS,
        close_seconds: float = CLOSE_SECONDS,
    ) -> None:
        self._client = Client(bot_token, api_url)
        self._app_token = app_token
        self._ack_seconds = ack_seconds
        self._loading_seconds = loading_seconds
        self._watch_seconds = watch_seconds
        self._close_seconds = close_seconds
        self._me: Me | None = None
        self._dispatch: Dispatch | None = None
        self._underway: set[asyncio.Task[None]] = set()
        self._turns: dict[str, tuple[asyncio.Lock, int]] = {}
        self._fetch = partial(files.download, self._client)

    # Life

    async def run(self, dispatch: Dispatch) -> None:
        """See the port. Raises Down when a token is refused or a right is missing."""
        self._dispatch = dispatch
        await self._until_known()
        app = self._app()
        await Socket(
            self._client,
            app,
            self._app_token,
            self._finish,
            watch_seconds=self._watch_seconds,
            close_seconds=self._close_seconds,
        ).run()

    async def introduce(self) -> str:
        """The address of the workspace. Raises an Outcome."""
        return (await self._known()).url

    async def close(self) -> None:
        """See the port. What takes longer than it may is given up."""
        await self._finish()
        for task in (left := tuple(self._underway)):
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self._client.close()

    async def check(self) -> tuple[Status, ...]:
        """See the port."""
        try:
            me = await self._known()
        except Outcome as outcome:
            return (Status(False, f"Slack: {outcome.why}"),)
        found = [Status(True, f"Slack: the bot token is that of @{me.name} in {me.workspace}.")]
        missing = sorted(SCOPES - me.scopes)
        if missing:
            scopes = ", ".join(missing)
            found.append(Status(False, f"Slack: the app lacks {scopes}; install it again from the manifest."))
        try:
            await self._client.socket_url(self._app_token)
        except Outcome as outcome:
            return (*found, Status(False, f"Slack: the app token does not open a connection. {outcome.why}"))
        return (*found, Status(True, "Slack: the app token opens connections."))

    async def _known(self) -> Me:
        self._me = self._me or await self._client.me()
        return self._me

    async def _until_known(self) -> None:
        """Learns who the bot is, however long Slack cannot be reached."""
        pause = 1.0
        while True:
            try:
                await self._known()
                return
            except Down:
                raise
            except Outcome as outcome:
                log.warning("Slack is not reached", why=outcome.why, seconds=pause)
                await asyncio.sleep(max(pause, outcome.seconds) if isinstance(outcome, TryLater) else pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _finish(self) -> None:
        """Lets what is in flight end."""
        if self._underway:
            await asyncio.wait(self._underway, timeout=FINISHING_SECONDS)

    # Taking gestures: one listener owns each kind (pitfall 32)

    def _app(self) -> AsyncApp:
        """Bolt, without its own calls: it would ask auth.test of the first event and, should that fail,
        confirm the event unhandled."""

        async def authorize() -> AuthorizeResult:
            # Not a method: Bolt passes None for every argument that it does not know, `self` included.
            me = await self._known()
            return AuthorizeResult(
                enterprise_id=None, team_id=me.team, team=me.workspace, bot_id=me.bot, bot_user_id=me.user
            )

        app = AsyncApp(
            name=NAME,
            logger=quiet(),
            client=AsyncWebClient(base_url=self._client.api_url, retry_handlers=[], logger=quiet()),
            authorize=authorize,
            process_before_response=True,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            url_verification_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        app.event("message")(self._on_message)
        app.event("app_mention")(self._on_mention)
        app.event("app_home_opened")(self._on_home)
        app.command(re.compile(".*"))(self._on_command)
        app.action(re.compile(".*"))(self._on_press)
        app.view(re.compile(".*"))(self._on_submission)
        return app

    async def _on_message(self, event: Json, ack: AsyncAck) -> None:
        await self._take(incoming.message(event, (await self._known()).user, self._fetch), ack)

    async def _on_mention(self, event: Json, ack: AsyncAck) -> None:
        await self._take(incoming.mention(event, (await self._known()).user, self._fetch), ack)

    async def _on_home(self, event: Json, ack: AsyncAck) -> None:
        await self._take(incoming.home(event), ack)

    async def _on_press(self, body: Json, ack: AsyncAck) -> None:
        await self._take(incoming.press(body), ack)

    async def _on_submission(self, body: Json, ack: AsyncAck) -> None:
        await self._take(incoming.submission(body), ack)

    async def _on_command(self, body: Json, ack: AsyncAck) -> None:
        since = asyncio.get_running_loop().time()
        own = await self._own_im(body) if body["channel_id"].startswith("D") else None
        await self._take(incoming.command(body, own), ack, since)

    async def _own_im(self, body: Json) -> str | None:
        """The bot's conversation with who typed the command; None when Slack doesn't say soon enough."""
        try:
            async with asyncio.timeout(PROFILE_SECONDS):
                return await self._client.im(body["user_id"])
        except (Outcome, TimeoutError):
            return None

    async def _take(self, gesture: Gesture | None, ack: AsyncAck, since: float | None = None) -> None:
        """Hands a gesture to dispatch and acknowledges it. Raises NotDurable, and Bolt then does not
        acknowledge: an event comes again, and somebody who pressed sees that it did not work."""
        if gesture is None:
            await ack()
            return
        now = asyncio.get_running_loop().time()
        msg, place = gesture
        showing = Showing(self._client, msg, place)
        task = asyncio.create_task(self._handle(msg, showing))
        self._underway.add(task)
        task.add_done_callback(self._ended)
        await asyncio.wait({task}, timeout=max(0.0, self._ack_seconds - (now - (since or now))))
        if task.done():
            task.result()
        await ack(showing.acknowledge(done=task.done()) or "")

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._underway.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a gesture was not recorded", error=type(error).__name__)

    async def _handle(self, msg: Incoming, showing: Showing) -> None:
        """Bolt starts two events of one person at the same moment; they are handled in the order they came."""
        assert self._dispatch is not None
        async with self._turn(msg.account.user):
            profile = await self._client.profile(msg.account.user, PROFILE_SECONDS)
            msg = replace(msg, language=profile.language, name=profile.name)
            showing.t = translator(_short(profile.language))
            showing.begin(self._loading_seconds)
            try:
                await self._dispatch(msg, showing)
            except asyncio.CancelledError:
                showing.leave()
                raise
            finally:
                await showing.settle()

    @asynccontextmanager
    async def _turn(self, user: str) -> AsyncIterator[None]:
        lock, waiting = self._turns.get(user, (asyncio.Lock(), 0))
        self._turns[user] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._turns[user]
            if waiting > 1:
                self._turns[user] = (lock, waiting - 1)
            else:
                del self._turns[user]

    # Sending

    def render(self, reply: Reply) -> tuple[Part, ...]:
        """See the port."""
        return render(reply)

    async def send(self, address: str, part: Part, key: str) -> str:
        """See the port."""
        match part:
            case Message():
                return await self._client.post(address, part, key=key)
            case Upload(file):
                return await files.upload(self._client, await self._channel(address), file, key=key)

    async def edit(self, address: str, message: str, part: Part) -> None:
        """See the port. A file stays what it is."""
        if isinstance(part, Upload):
            return
        if "/" not in message:
            raise Refused("A file cannot be changed.")
        if not await self._client.update(message, part):
            raise Refused("The message can no longer be changed.")

    async def delete(self, address: str, message: str) -> None:
        """See the port."""
        await self._client.delete(message)

    async def look_up(self, address: str, key: str) -> str | None:
        """See the port."""
        return await self._client.find(await self._channel(address), key)

    async def _channel(self, address: str) -> str:
        """A channel's id for what takes no person's."""
        return await self._client.im(address) if address[:1] in "UW" else address


def _short(locale: str | None) -> str:
    """ "lt" of "lt-LT"; ours is Lithuanian when Slack doesn't say."""
    return "en" if locale and not locale.lower().startswith("lt") else "lt"
