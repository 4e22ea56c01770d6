"""The Web API as the adapter uses it: each call ends in its result or in an Outcome."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, TypeVar

import aiohttp
import msgspec
from slack_sdk.web.async_client import AsyncWebClient

from bot.logs import events
from bot.platform import Outcome, Refused, TryLater, Unknown
from bot.slack import outcomes
from bot.slack.render import Json, Message, line

log = events("slack")

ANSWER_SECONDS = 15.0
CONNECT_SECONDS = 5.0
IDLE_SECONDS = 15.0  # shorter than Slack's, so that a call rarely meets a connection that is just closed
CONNECTIONS = 64
TRIES = 4
LONGEST_WAIT = 30.0  # seconds that an answer is held back because Slack asks to slow down
LOOKED_THROUGH = 1000  # messages
REMEMBERED = 10_000  # people and their conversations
EVENT_TYPE = "sauklys"

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]


def quiet() -> logging.Logger:
    """The logger that the libraries are given. At DEBUG they log texts, and whatever they say may quote an
    address with its ticket, so that of a record only its place is kept."""
    logger = logging.getLogger("slack_bolt.sauklys")
    logger.setLevel(logging.WARNING)
    if _discreet not in logger.filters:
        logger.addFilter(_discreet)
    logging.getLogger("slack_sdk").setLevel(logging.WARNING)
    logging.getLogger("slack_bolt").setLevel(logging.WARNING)
    return logger


def _discreet(record: logging.LogRecord) -> bool:
    record.msg, record.args = f"the Slack library reports from {record.funcName}", None
    record.exc_info, record.exc_text, record.stack_info = None, None, None
    return True


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is: its user, its bot id, its workspace, the workspace's address, and its scopes."""

    name: str
    user: str
    bot: str
    team: str
    workspace: str
    url: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack says of a person; empty when it could not be asked."""

    name: str = ""
    language: str | None = None


class Client:
    """Posts, changes and deletes messages, opens views. A message's id is `channel/ts`; a
    file's is its own, which begins with F."""

    def __init__(self, token: str, api_url: str, sleep: Sleep = asyncio.sleep) -> None:
        self.token = token
        self.api_url = api_url if api_url.endswith("/") else f"{api_url}/"
        # slack_sdk's own retries post again after a dropped connection (pitfall 1).
        self._web = AsyncWebClient(token, base_url=self.api_url, retry_handlers=[], logger=quiet())
        self._sleep = sleep
        self._ims: OrderedDict[str, str] = OrderedDict()
        self._profiles: OrderedDict[str, Profile] = OrderedDict()
        self._asked: dict[str, asyncio.Task[Profile]] = {}

    async def close(self) -> None:
        """Lets go of every connection."""
        for task in list(self._asked.values()):
            task.cancel()
        if self._web.session is not None:
            await self._web.session.close()
            self._web.session = None

    @property
    def proxy(self) -> str | None:
        """The proxy that the environment names."""
        return self._web.proxy

    # Who

    async def me(self) -> Me:
        """Who the bot is. Raises an Outcome."""
        answer = await self.call(lambda web: web.auth_test())
        scopes = answer.headers.get("x-oauth-scopes", "")
        return Me(
            name=answer["user"],
            user=answer["user_id"],
            bot=answer.get("bot_id") or "",
            team=answer["team_id"],
            workspace=answer["team"],
            url=answer["url"],
            scopes=frozenset(s.strip() for s in scopes.split(",") if s.strip()),
        )

    async def socket_url(self, app_token: str) -> str:
        """An address for one Socket Mode connection, good once and soon. Raises an Outcome."""
        answer = await self.call(lambda web: web.apps_connections_open(app_token=app_token))
        return str(answer["url"])

    async def profile(self, user: str, patience: float) -> Profile:
        """The person's name and language, asked once; an empty one when Slack doesn't say in `patience`
        seconds: nobody waits for an answer because of it."""
        if user in self._profiles:
            return self._profiles[user]
        task = self._asked.get(user)
        if task is None:
            task = self._asked[user] = asyncio.create_task(self._ask_profile(user))
            task.add_done_callback(lambda _: self._asked.pop(user, None))
        try:
            return await asyncio.wait_for(asyncio.shield(task), patience)
        except TimeoutError:
            return Profile()

    async def _ask_profile(self, user: str) -> Profile:
        try:
            answer = await self.call(lambda web: web.users_info(user=user, include_locale=True))
        except Outcome as outcome:
            log.warning("a person's language is not known", why=outcome.why)
            return Profile()
        found = answer["user"]
        shown = found.get("profile", {})
        name = shown.get("display_name") or shown.get("real_name") or found.get("real_name") or ""
        profile = Profile(line(name), found.get("locale"))
        _remember(self._profiles, user, profile)
        return profile

    async def im(self, user: str) -> str:
        """The id of the bot's direct conversation with that person. Raises an Outcome."""
        if user not in self._ims:
            answer = await self.call(lambda web: web.conversations_open(users=user))
            _remember(self._ims, user, answer["channel"]["id"])
        return self._ims[user]

    # Messages

    async def post(self, to: str, message: Message, thread: str | None = None, key: str | None = None) -> str:
        """Posts once, to a channel or to a person, and returns the id. Blocks that Slack does not take go
        once more as plain text. Raises an Outcome."""
        more: Json = {"unfurl_links": False, "unfurl_media": False}
        if thread:
            more["thread_ts"] = thread
        if key is not None:
            more["metadata"] = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}

        async def posting(web: AsyncWebClient, words: Json) -> Any:
            return await web.chat_postMessage(channel=to, **words, **more)

        answer = await self._worded(message, posting)
        return f"{answer['channel']}/{answer['ts']}"

    async def whisper(self, channel: str, user: str, message: Message, thread: str | None = None) -> None:
        """Shows a message in a channel to one person alone. Raises an Outcome."""
        more: Json = {"thread_ts": thread} if thread else {}

        async def whispering(web: AsyncWebClient, words: Json) -> Any:
            return await web.chat_postEphemeral(channel=channel, user=user, **words, **more)

        await self._worded(message, whispering)

    async def update(self, message_id: str, message: Message) -> bool:
        """Changes a message; False when it is gone or can no longer be changed. Raises an Outcome."""
        channel, _, ts = message_id.partition("/")

        async def updating(web: AsyncWebClient, words: Json) -> Any:
            # Text alone would leave the old buttons; no blocks at all must be said.
            return await web.chat_update(channel=channel, ts=ts, **{"blocks": [], **words})

        try:
            await self._worded(message, updating, spared=outcomes.fixed)
        except _Spared:
            return False
        return True

    async def delete(self, message_id: str) -> None:
        """Deletes a message or a file; one that is gone already is a success. Raises an Outcome."""
        channel, _, ts = message_id.partition("/")
        try:
            web = self._ready()
            await (web.chat_delete(channel=channel, ts=ts) if ts else web.files_delete(file=message_id))
        except outcomes.FAILURES as error:
            if not outcomes.gone(error):
                raise outcomes.outcome(error) from None

    async def answer(self, response_url: str, message: Message, *, replace: bool) -> None:
        """Answers one gesture where it was made, to who made it alone; five times at most, within half an
        hour. Raises an Outcome."""
        body: Json = {"text": message.text, "blocks": list(message.blocks), "response_type": "ephemeral"}
        body["replace_original"] = replace
        try:
            async with self.http().post(response_url, json=body, proxy=self.proxy) as answer:
                said = await answer.text()
                failed = outcomes.of_status(answer.status, answer.headers.get("Retry-After"))
        except outcomes.FAILURES as error:
            raise outcomes.outcome(error) from None
        if failed is not None:
            raise failed
        if answer.status != 200:
            log.warning("a response_url was refused", status=answer.status, length=len(said))
            raise Refused("Slack refused an answer to a gesture.")

    async def patiently(self, send: Callable[[], Awaitable[T]]) -> T:
        """Sends, and again when Slack certainly did not take it and asks to wait. Raises an Outcome."""
        waited = 0.0
        for _ in range(TRIES - 1):
            try:
                return await send()
            except TryLater as later:
                waited += later.seconds
                if waited > LONGEST_WAIT:
                    raise
                await self._sleep(later.seconds)
        return await send()

    async def _worded(
        self,
        message: Message,
        send: Callable[[AsyncWebClient, Json], Awaitable[Any]],
        spared: Callable[[Exception], bool] = lambda error: False,
    ) -> Any:
        web = self._ready()
        try:
            try:
                return await send(web, {"text": message.text, "blocks": list(message.blocks)})
            except outcomes.FAILURES as error:
                if not outcomes.blocks_refused(error):
                    raise
            log.error("Slack did not take our blocks; the text goes alone", blocks=len(message.blocks))
            return await send(web, {"text": message.alone})
        except outcomes.FAILURES as error:
            if spared(error):
                raise _Spared from None
            raise outcomes.outcome(error) from None

    async def find(self, channel: str, key: str) -> str | None:
        """The id of the message or file that was sent with that key, among the last LOOKED_THROUGH messages;
        None when there is none in all of them. Raises Unknown when the conversation goes on further back."""
        cursor, seen = "", 0
        while seen < LOOKED_THROUGH:
            answer = await self._history(channel, cursor)
            for message in answer["messages"]:
                if found := _sent_with(message, channel, key):
                    return found
            seen += len(answer["messages"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None
        raise Unknown("It was not found among the last messages there.")

    async def _history(self, channel: str, cursor: str) -> Any:
        more: Json = {"cursor": cursor} if cursor else {}
        return await self.call(
            lambda web: web.conversations_history(
                channel=channel, limit=200, include_all_metadata=True, **more
            )
        )

    # Views

    async def open_view(self, trigger: str, view: Json) -> str | None:
        """Opens a modal and returns its id; None when the trigger's three seconds are over. Raises an
        Outcome."""
        try:
            answer = await self._ready().views_open(trigger_id=trigger, view=view)
        except outcomes.FAILURES as error:
            if outcomes.trigger_spent(error):
                return None
            raise outcomes.outcome(error) from None
        return str(answer["view"]["id"])

    async def update_view(self, view_id: str, view: Json) -> None:
        """Puts another page into an open modal. Raises an Outcome."""
        await self.call(lambda web: web.views_update(view_id=view_id, view=view))

    async def publish(self, user: str, view: Json) -> None:
        """Shows somebody's Home tab. Raises an Outcome."""
        await self.call(lambda web: web.views_publish(user_id=user, view=view))

    # How

    def _ready(self) -> AsyncWebClient:
        self.http()
        return self._web

    def http(self) -> aiohttp.ClientSession:
        """One session for all calls, made where there is a loop; slack_sdk alone makes one for each call."""
        if self._web.session is None or self._web.session.closed:
            self._web.session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS, sock_connect=CONNECT_SECONDS),
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=IDLE_SECONDS),
                json_serialize_bytes=_json,
            )
        return self._web.session

    async def call(self, call: Callable[[AsyncWebClient], Awaitable[Any]]) -> Any:
        """What Slack answers to a call. Raises an Outcome."""
        try:
            return await call(self._ready())
        except outcomes.FAILURES as error:
            raise outcomes.outcome(error) from None


def _json(body: object) -> bytes:
    """A body as JSON."""
    try:
        return msgspec.json.encode(body)
    except UnicodeEncodeError:  # half of a surrogate pair, which only an escape can say
        return json.dumps(body).encode("ascii")


class _Spared(Exception):
    """An error that the caller has an answer to."""


def keyed(name: str, key: str) -> str:
    """A file's name with the key in it, before its ending: a completed upload carries no metadata."""
    path = PurePath(name)
    return f"{path.stem}-{_safe(key)}{path.suffix}"


def _safe(key: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in key)


def _sent_with(message: Json, channel: str, key: str) -> str | None:
    """The id of that message, or of a file in it, if it was sent with that key."""
    kept = message.get("metadata") or {}
    if kept.get("event_type") == EVENT_TYPE and (kept.get("event_payload") or {}).get("key") == key:
        return f"{channel}/{message['ts']}"
    for file in message.get("files") or ():
        if PurePath(file.get("name") or "").stem.endswith(f"-{_safe(key)}"):
            return str(file["id"])
    return None


def _remember(kept: OrderedDict[str, T], name: str, value: T) -> None:
    kept[name] = value
    if len(kept) > REMEMBERED:
        kept.popitem(last=False)
