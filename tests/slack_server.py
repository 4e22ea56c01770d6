"""A strict Slack: its Web API over real HTTP and its Socket Mode over a real WebSocket, for tests.

It refuses what Slack refuses (tests.slack_rules), holds the 3 seconds, and can be told to fail. It knows its
people (tests.slack_people): what they do comes to the app as envelopes, and what the app sends comes to them.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from aiohttp import web

from tests import slack_rules as rules
from tests.patience import PATIENCE
from tests.slack_people import Person
from tests.slack_records import APP, BOT_ID, BOT_USER, TEAM, Channel, Message, StoredFile, View
from tests.slack_rules import Json, Refused
from tests.slack_socket import Delivery, Kind, Socket

BOT_TOKEN = "xoxb-1-bot"
APP_TOKEN = "xapp-1-app"
ALL_SCOPES = frozenset(
    {m.scope for m in rules.METHODS.values() if m.scope and not m.app}
    | set(rules.HISTORY_SCOPES.values())
    | {s for s in rules.EVENT_SCOPES.values() if s}
    | {rules.COMMAND_SCOPE}
)
# message.channels too: a workspace that kept it subscribed sends every mention twice (bolt-python #764, #868).
ALL_EVENTS = frozenset({"message.im", "message.channels", "app_mention", "app_home_opened"})


@dataclass(frozen=True, slots=True)
class Fault:
    """How a call goes wrong. `accepted`: Slack does what was asked and fails afterwards."""

    kind: Literal["answer", "status", "close", "stall", "half", "not_json"]
    accepted: bool = False
    error: str = ""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


def ratelimited(retry_after: str = "30") -> Fault:
    """429 with that Retry-After, in seconds; Slack's is a whole number, proxies' may be anything."""
    return Fault("answer", error="ratelimited", status=429, headers=(("Retry-After", retry_after),))


def errs(error: str, *, accepted: bool = False) -> Fault:
    """`ok: false` with that code; `internal_error` and `fatal_error` may come after accepting."""
    return Fault("answer", accepted, error)


def breaks(status: int = 500, *, accepted: bool = False) -> Fault:
    """An HTML page with that status."""
    return Fault("status", accepted, status=status)


def closes(*, accepted: bool) -> Fault:
    """The connection is closed instead of an answer."""
    return Fault("close", accepted)


def stalls(*, accepted: bool) -> Fault:
    """No answer ever."""
    return Fault("stall", accepted)


def half() -> Fault:
    """Accepted; the answer breaks off in its middle."""
    return Fault("half", True)


def not_json() -> Fault:
    """Accepted; the answer is 200 with something that isn't JSON."""
    return Fault("not_json", True)


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it was recorded: `error` is Slack's refusal, "" when it was accepted."""

    method: str
    params: Json
    error: str
    fault: Fault | None = None


class SlackServer:
    """The workspace. Use as `async with SlackServer() as server`."""

    def __init__(
        self,
        *,
        scopes: Iterable[str] = ALL_SCOPES,
        events: Iterable[str] = ALL_EVENTS,
        ack_seconds: float = 3.0,
        trigger_seconds: float = 3.0,
    ) -> None:
        self.scopes = set(scopes)
        self.events = set(events)
        self.trigger_seconds = trigger_seconds
        self.messages_tab = True
        self.socket = Socket(ack_seconds)
        self.calls: list[Call] = []
        self.messages: list[Message] = []
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.files: dict[str, StoredFile] = {}
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.scopes_used: set[str] = set()
        self.events_sent: set[str] = set()
        self.tokens = {BOT_TOKEN: "bot", APP_TOKEN: "app"}
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._triggers: dict[str, tuple[str, float, bool]] = {}
        self._response_urls: dict[str, tuple[str, str, Message | None, int]] = {}
        self._passed = 0.0
        self._ids = itertools.count(1)
        self._released = asyncio.Event()
        self._called = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self.root = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64_000_000)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link", self.socket.serve)
        app.router.add_post("/upload/{id}", self._upload)
        app.router.add_get("/files/{id}/{name}", self._download)
        app.router.add_post("/response/{id}", self._respond)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.root = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._released.set()
        await self.socket.close()
        if self._runner:
            await self._runner.cleanup()

    # What a test says to it

    @property
    def url(self) -> str:
        """The base of the Web API, with its last slash."""
        return f"{self.root}/api/"

    def person(self, user: str, name: str, locale: str = "lt-LT") -> Person:
        """A person of the workspace."""
        self.people[user] = Person(self, user, name, locale)
        return self.people[user]

    def channel(
        self, id: str, name: str, *people: Person, private: bool = False, bot: bool = True
    ) -> Channel:
        """A channel with these people in it, and the app's bot unless told otherwise."""
        members = {person.user for person in people} | ({BOT_USER} if bot else set())
        self.channels[id] = Channel(id, name, "private" if private else "public", members)
        return self.channels[id]

    def fails(self, method: str, *faults: Fault) -> None:
        """The next calls of that method go wrong in this order; also "upload", "download", "response_url"."""
        self._faults[method].extend(faults)

    def passes(self, seconds: float) -> None:
        """Lets triggers grow older by that much."""
        self._passed += seconds

    def called(self, method: str) -> list[Call]:
        """The calls of that method so far."""
        return [call for call in self.calls if call.method == method]

    async def calls_of(self, method: str, count: int = 1, patience: float = PATIENCE) -> list[Call]:
        """Waits until that method was called so many times."""
        async with asyncio.timeout(patience), self._called:
            await self._called.wait_for(lambda: len(self.called(method)) >= count)
        return self.called(method)

    def posted(self, channel: str | None = None) -> list[Message]:
        """What the app has posted and not deleted, in order: the ledger of acceptances."""
        own = (m for m in self.messages if m.user == BOT_USER and not m.deleted)
        return [m for m in own if channel in (None, m.channel)]

    def dump(self, path: Path) -> None:
        """Appends what was called, a JSON line each, for a checker of recorded calls."""
        with path.open("a") as file:
            for call in self.calls:
                if call.method in rules.METHODS:
                    line = {"platform": "slack", "method": call.method, "params": call.params}
                    file.write(json.dumps(line, ensure_ascii=False) + "\n")

    # What its people need

    def new(self, prefix: str) -> str:
        """A fresh id."""
        return f"{prefix}{next(self._ids)}"

    def ts(self) -> str:
        """A fresh timestamp, which is also a message's name in its channel."""
        number = next(self._ids)
        return f"{1_790_000_000 + number}.{number:06d}"

    def trigger(self, user: str) -> str:
        """A trigger that opens one view within three seconds."""
        trigger = self.new("trigger.")
        self._triggers[trigger] = (user, self._now(), False)
        return trigger

    def response_url(self, user: str, channel: str, message: Message | None = None) -> str:
        """An address that takes five answers to one gesture."""
        key = self.new("r")
        self._response_urls[key] = (user, channel, message, 0)
        return f"{self.root}/response/{key}"

    def im(self, user: str) -> Channel:
        """The direct conversation of that person and the app."""
        id = f"D{user}"
        if id not in self.channels:
            self.channels[id] = Channel(id, "directmessage", "im", {user, BOT_USER})
        return self.channels[id]

    def deliver(self, kind: Kind, payload: Json) -> Delivery:
        return self.socket.deliver(kind, payload)

    def event(self, name: str, event: Json) -> Delivery | None:
        """Sends an event to the app if it subscribed to it and may see it; None when it didn't."""
        scope = rules.EVENT_SCOPES.get(name, "channels:history")
        if name not in self.events or (scope and scope not in self.scopes):
            return None
        self.events_sent.add(name)
        return self.deliver(
            "events_api",
            {
                "token": "verification",
                "team_id": TEAM,
                "api_app_id": APP,
                "event": event,
                "type": "event_callback",
                "event_id": self.new("Ev"),
                "event_time": int(time.time()),
                "authorizations": [
                    {
                        "enterprise_id": None,
                        "team_id": TEAM,
                        "user_id": BOT_USER,
                        "is_bot": True,
                        "is_enterprise_install": False,
                    }
                ],
                "is_ext_shared_channel": False,
            },
        )

    def keep(self, message: Message) -> Message:
        """Puts a message where it belongs and shows it to whoever can see it."""
        self.messages.append(message)
        self._tell(message, "ephemeral" if message.to else "message")
        return message

    def file_body(self, file: StoredFile) -> Json:
        """A file as messages and files.info describe it."""
        url = f"{self.root}/files/{file.id}/{file.name}"
        return {
            "id": file.id,
            "name": file.name,
            "title": file.title or file.name,
            "mimetype": file.mime,
            "filetype": file.name.rpartition(".")[2],
            "size": len(file.content or b""),
            "mode": "hosted",
            "user": file.owner,
            "url_private": url,
            "url_private_download": url,
        }

    def view_body(self, view: View) -> Json:
        """A view as payloads and answers describe it."""
        values: dict[str, Json] = {}
        for (block, action), value in view.typed.items():
            values.setdefault(block, {})[action] = value
        return {
            "id": view.id,
            "team_id": TEAM,
            "app_id": APP,
            "app_installed_team_id": TEAM,
            "bot_id": BOT_ID,
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "root_view_id": view.id,
            "previous_view_id": None,
            "close": None,
            "submit": None,
            **view.body,
            "hash": view.hash,
            "state": {"values": values},
        }

    def show_view(self, view: View, body: Json, person: Person) -> None:
        """Puts another body into a view, keeping what was typed into inputs that stay."""
        view.body = body
        view.hash = self.new("hash.")
        view.errors = {}
        inputs = {
            (b.get("block_id", ""), b["element"]["action_id"]) for b in body["blocks"] if b["type"] == "input"
        }
        view.typed = {key: value for key, value in view.typed.items() if key in inputs}
        person.saw(body["type"], view)

    def message_body(self, message: Message, *, everything: bool = True) -> Json:
        """A message as payloads and history describe it."""
        body: Json = {
            "type": "message",
            "user": message.user,
            "text": message.text,
            "ts": message.ts,
            "team": TEAM,
        }
        if message.user == BOT_USER:
            body |= {"bot_id": BOT_ID, "app_id": APP}
        if message.blocks:
            body["blocks"] = message.blocks
        if message.files:
            body["files"] = [self.file_body(self.files[id]) for id in message.files]
        if message.thread_ts:
            body |= {"thread_ts": message.thread_ts, "parent_user_id": self._parent(message)}
        if message.metadata and everything:
            body["metadata"] = message.metadata
        return body

    def _parent(self, message: Message) -> str | None:
        return next(
            (m.user for m in self.messages if m.channel == message.channel and m.ts == message.thread_ts),
            None,
        )

    def _tell(self, message: Message, kind: str) -> None:
        readers = {message.to} if message.to else self.channels[message.channel].members
        for user in readers:
            if user in self.people and user != message.user and not self.people[user].deactivated:
                self.people[user].saw(kind, message)

    def _now(self) -> float:
        return time.monotonic() + self._passed

    # The edge

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        params, token = await _read(request)
        fault = self._faults[method].popleft() if self._faults[method] else None
        answer: Json = {}
        error = fault.error if fault and not fault.accepted else ""
        if fault is None or fault.accepted:
            try:
                answer = await self._do(method, params, token)
            except Refused as refused:
                error = refused.error
                answer = {"response_metadata": {"messages": [refused.detail]}} if refused.detail else {}
        await self._record(Call(method, params, error, fault))
        body = {"ok": not error, **({"error": error} if error else {}), **answer}
        headers = {"x-oauth-scopes": ",".join(sorted(self.scopes)), "x-slack-req-id": self.new("req")}
        if fault is None:
            return web.json_response(body, headers=headers)
        return await self._failing(request, fault, body, headers)

    async def _record(self, call: Call) -> None:
        async with self._called:
            self.calls.append(call)
            self._called.notify_all()

    async def _failing(
        self, request: web.Request, fault: Fault, body: Json, headers: dict[str, str]
    ) -> web.StreamResponse:
        match fault.kind:
            case "answer":
                body = {**body, "ok": False, "error": fault.error}
                return web.json_response(
                    body, status=fault.status, headers={**headers, **dict(fault.headers)}
                )
            case "status":
                return web.Response(
                    text="<html>trouble</html>", content_type="text/html", status=fault.status
                )
            case "not_json":
                return web.Response(text='{"ok": tr', content_type="application/json")
            case "half":
                text = json.dumps(body).encode()
                half = web.StreamResponse(headers={**headers, "Content-Type": "application/json"})
                half.content_length = len(text)
                await half.prepare(request)
                await half.write(text[: len(text) // 2])
                _cut(request)
                return half
            case "close":
                _cut(request)
                return web.Response()
            case "stall":
                await self._released.wait()
                return web.Response()

    async def _do(self, method: str, params: Json, token: str) -> Json:
        spec = rules.METHODS.get(method)
        if spec is None:
            raise Refused("unknown_method")
        self._authorise(spec, token)
        rules.arguments(method, params)
        for name, error in (("blocks", "invalid_blocks_format"), ("metadata", "invalid_metadata_format")):
            if name in params:
                params[name] = rules.decoded(params[name], error)
        for name in ("view", "files"):
            if name in params:
                params[name] = rules.decoded(params[name], "invalid_arguments")
        do: Callable[[Json], Awaitable[Json]] = getattr(self, "_" + method.replace(".", "_"))
        return await do(params)

    def _authorise(self, spec: rules.Method, token: str) -> None:
        if not token:
            raise Refused("not_authed")
        kind = self.tokens.get(token)
        if kind is None:
            raise Refused("invalid_auth")
        if kind == "revoked":
            raise Refused("token_revoked")
        if (kind == "app") != spec.app:
            raise Refused("not_allowed_token_type")
        if not spec.app and spec.scope:
            self._needs(spec.scope)

    def _needs(self, scope: str) -> None:
        if scope not in self.scopes:
            raise Refused("missing_scope", f"needed: {scope}")
        self.scopes_used.add(scope)

    # Methods

    async def _auth_test(self, p: Json) -> Json:
        return {
            "url": "https://asociacija.slack.com/",
            "team": "Asociacija",
            "user": "sauklys",
            "team_id": TEAM,
            "user_id": BOT_USER,
            "bot_id": BOT_ID,
            "is_enterprise_install": False,
        }

    async def _apps_connections_open(self, p: Json) -> Json:
        return {"url": f"{self.root.replace('http', 'ws', 1)}/link?ticket={self.new('ticket')}&app_id={APP}"}

    def _channel(self, id: str, *, posting: bool = True) -> Channel:
        """The channel of that id, or of that person. Raises Refused when it can't be posted to."""
        if id in self.people:
            channel = self.im(id)
        elif id in self.channels:
            channel = self.channels[id]
        else:
            raise Refused("channel_not_found")
        if BOT_USER not in channel.members:
            raise Refused("not_in_channel" if channel.kind == "public" else "channel_not_found")
        if posting and channel.archived:
            raise Refused("is_archived")
        if posting and channel.kind == "im" and not self.messages_tab:
            raise Refused("messages_tab_disabled")
        return channel

    def _composed(self, p: Json, channel: Channel) -> Message:
        text, blocks = p.get("text", ""), p.get("blocks", [])
        rules.message(text, blocks)
        thread = p.get("thread_ts")
        if thread and not any(m.channel == channel.id and m.ts == thread for m in self.messages):
            raise Refused("cannot_reply_to_message")
        if "metadata" in p:
            rules.metadata(p["metadata"])
        return Message(
            channel.id,
            self.ts(),
            BOT_USER,
            text[: rules.TEXT_CUT],
            blocks,
            thread,
            metadata=p.get("metadata"),
        )

    async def _chat_postMessage(self, p: Json) -> Json:
        message = self.keep(self._composed(p, self._channel(p["channel"])))
        return {"channel": message.channel, "ts": message.ts, "message": self.message_body(message)}

    async def _chat_postEphemeral(self, p: Json) -> Json:
        channel = self._channel(p["channel"])
        if p["user"] not in channel.members:
            raise Refused("user_not_in_channel")
        message = self._composed(p, channel)
        message.to = p["user"]
        self.keep(message)
        return {"message_ts": message.ts}

    def _own(self, p: Json, error: str) -> Message:
        """The app's own message of that name; ephemeral ones can't be named."""
        channel = self._channel(p["channel"], posting=False)
        for message in self.messages:
            if (
                message.channel == channel.id
                and message.ts == p["ts"]
                and not message.deleted
                and not message.to
            ):
                if message.user != BOT_USER:
                    raise Refused(error)
                return message
        raise Refused("message_not_found")

    async def _chat_update(self, p: Json) -> Json:
        message = self._own(p, "cant_update_message")
        text, blocks = p.get("text", ""), p.get("blocks", [])
        if len(text) > rules.UPDATE_TEXT:
            raise Refused("msg_too_long")
        rules.message(text, blocks)
        message.text, message.blocks = text, blocks  # text alone drops the blocks
        if "metadata" in p:
            rules.metadata(p["metadata"])
            message.metadata = p["metadata"]
        message.edits += 1
        self._tell(message, "changed")
        return {"channel": message.channel, "ts": message.ts, "text": text}

    async def _chat_delete(self, p: Json) -> Json:
        message = self._own(p, "cant_delete_message")
        message.deleted = True
        self._tell(message, "deleted")
        return {"channel": message.channel, "ts": message.ts}

    async def _conversations_open(self, p: Json) -> Json:
        user = p.get("users", "")
        if not user:
            raise Refused("users_list_not_supplied")
        if user not in self.people:
            raise Refused("user_not_found")
        if self.people[user].deactivated:
            raise Refused("user_disabled")
        return {"channel": {"id": self.im(user).id}}

    async def _conversations_history(self, p: Json) -> Json:
        return self._paged(p, lambda m: m.thread_ts is None)

    async def _conversations_replies(self, p: Json) -> Json:
        return self._paged(p, lambda m: p["ts"] in (m.ts, m.thread_ts))

    def _paged(self, p: Json, wanted: Callable[[Message], bool]) -> Json:
        if p["channel"] not in self.channels:  # a person's id won't do here
            raise Refused("channel_not_found")
        channel = self._channel(p["channel"], posting=False)
        self._needs(rules.HISTORY_SCOPES[channel.kind])
        everything = str(p.get("include_all_metadata", "")).lower() in ("1", "true")
        after, before = float(p.get("oldest") or 0), float(p.get("latest") or "inf")
        found = [
            m
            for m in reversed(self.messages)
            if m.channel == channel.id
            and wanted(m)
            and not m.deleted
            and not m.to
            and after < float(m.ts) < before
        ]
        start, most = int(p.get("cursor") or 0), min(int(p.get("limit") or 100), 999)
        more = len(found) > start + most
        return {
            "messages": [self.message_body(m, everything=everything) for m in found[start : start + most]],
            "has_more": more,
            "response_metadata": {"next_cursor": str(start + most) if more else ""},
        }

    async def _users_info(self, p: Json) -> Json:
        person = self.people.get(p["user"])
        if person is None:
            raise Refused("user_not_found")
        user: Json = {
            "id": person.user,
            "team_id": TEAM,
            "name": person.name.casefold(),
            "real_name": person.name,
            "deleted": person.deactivated,
            "profile": {"real_name": person.name, "display_name": person.name},
        }
        if str(p.get("include_locale", "")).lower() in ("1", "true"):
            user["locale"] = person.locale
        return {"user": user}

    def _trigger(self, trigger: str) -> str:
        if trigger not in self._triggers:
            raise Refused("invalid_trigger_id")
        user, issued, used = self._triggers[trigger]
        if used:
            raise Refused("exchanged_trigger_id")
        if self._now() - issued > self.trigger_seconds:
            raise Refused("expired_trigger_id")
        self._triggers[trigger] = (user, issued, True)
        return user

    async def _views_open(self, p: Json) -> Json:
        rules.view(p["view"], "modal")
        person = self.people[self._trigger(p["trigger_id"])]
        view = View(self.new("V"), person.user, p["view"], "")
        person.modals[:] = [view]
        return self._put(view, p["view"], person)

    async def _views_push(self, p: Json) -> Json:
        rules.view(p["view"], "modal")
        person = self.people[self._trigger(p["trigger_id"])]
        if not person.modals:
            raise Refused("not_found")
        if len(person.modals) >= 3:
            raise Refused("push_limit_reached")
        view = View(self.new("V"), person.user, p["view"], "")
        person.modals.append(view)
        return self._put(view, p["view"], person)

    def _put(self, view: View, body: Json, person: Person) -> Json:
        self.views[view.id] = view
        self.show_view(view, body, person)
        return {"view": self.view_body(view)}

    async def _views_update(self, p: Json) -> Json:
        view = self.views.get(p.get("view_id", ""))
        if view is None or view not in self.people[view.user].modals:
            raise Refused("not_found")
        rules.view(p["view"], "modal")
        if p.get("hash") not in (None, view.hash):
            raise Refused("hash_conflict")
        return self._put(view, p["view"], self.people[view.user])

    async def _views_publish(self, p: Json) -> Json:
        if p["user_id"] not in self.people:
            raise Refused("invalid_arguments", "[ERROR] no such user")
        rules.view(p["view"], "home")
        person = self.people[p["user_id"]]
        view = self.homes.setdefault(person.user, View(self.new("V"), person.user, p["view"], ""))
        return self._put(view, p["view"], person)

    # Files

    async def _files_getUploadURLExternal(self, p: Json) -> Json:
        length = int(p["length"])
        if length < 1:
            raise Refused("invalid_arguments", "[ERROR] length must be greater than 0")
        mime = "image/png" if p["filename"].endswith(".png") else "application/octet-stream"
        file = StoredFile(self.new("F"), p["filename"], mime, length, BOT_USER)
        self.files[file.id] = file
        return {"file_id": file.id, "upload_url": f"{self.root}/upload/{file.id}"}

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        content = await request.read()
        fault = self._faults["upload"].popleft() if self._faults["upload"] else None
        file = self.files.get(request.match_info["id"])
        if fault is None or fault.accepted:
            if file is None or file.content is not None or len(content) != file.length:
                return web.Response(status=400, text="bad upload")
            file.content = content
        if fault:
            return await self._failing(request, fault, {"ok": not fault.error}, {})
        return web.Response(text=f"OK - {len(content)}")

    async def _files_completeUploadExternal(self, p: Json) -> Json:
        files = [self.files.get(entry.get("id", "")) for entry in p["files"]]
        if not files or any(f is None or f.content is None or f.shared for f in files):
            raise Refused("file_not_found")
        target = p.get("channel_id")
        if target and target not in self.channels:  # a person's id won't do here
            raise Refused("invalid_channel")
        channel = self._channel(target) if target else None
        kept = [f for f in files if f is not None]
        for file, entry in zip(kept, p["files"], strict=True):
            file.title = entry.get("title", "")
            file.shared = channel is not None
        if channel:
            text = p.get("initial_comment", "")
            self.keep(
                Message(
                    channel.id, self.ts(), BOT_USER, text, [], p.get("thread_ts"), files=[f.id for f in kept]
                )
            )
        return {"files": [{"id": f.id, "title": f.title} for f in kept]}

    def _file(self, id: str) -> StoredFile:
        file = self.files.get(id)
        if file is None:
            raise Refused("file_not_found")
        if file.deleted:
            raise Refused("file_deleted")
        return file

    async def _files_info(self, p: Json) -> Json:
        return {"file": self.file_body(self._file(p["file"]))}

    async def _files_delete(self, p: Json) -> Json:
        file = self._file(p["file"])
        if file.owner != BOT_USER:
            raise Refused("cant_delete_file")
        file.deleted = True
        for message in self.messages:
            if message.files == [file.id]:
                message.deleted = True
                self._tell(message, "deleted")
        return {}

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """The content, or the sign-in page with 200 for whoever may not have it, as Slack does."""
        fault = self._faults["download"].popleft() if self._faults["download"] else None
        if fault:
            return await self._failing(request, fault, {}, {})
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.tokens.get(token) != "bot" or "files:read" not in self.scopes:
            return web.Response(text="<!DOCTYPE html><title>Sign in</title>", content_type="text/html")
        self.scopes_used.add("files:read")
        file = self.files.get(request.match_info["id"])
        if file is None or file.content is None or file.deleted:
            return web.Response(status=404, text="File not found")
        return web.Response(body=file.content, content_type=file.mime)

    # response_url

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        params = await request.json()
        key = request.match_info["id"]
        fault = self._faults["response_url"].popleft() if self._faults["response_url"] else None
        error = ""
        if fault is None or fault.accepted:
            try:
                self._answered(key, params)
            except Refused as refused:
                error = refused.error
        await self._record(Call("response_url", params, error, fault))
        if fault:
            return await self._failing(request, fault, {}, {})
        if error:
            return web.json_response(
                {"ok": False, "error": error}, status=404 if error == "used_url" else 400
            )
        return web.Response(text="ok", content_type="text/html")

    def _answered(self, key: str, p: Json) -> None:
        if key not in self._response_urls:
            raise Refused("no_url")
        user, channel, message, uses = self._response_urls[key]
        if uses >= rules.RESPONSE_URL_USES:
            raise Refused("used_url")
        self._response_urls[key] = (user, channel, message, uses + 1)
        strange = p.keys() - {
            "text",
            "blocks",
            "response_type",
            "replace_original",
            "delete_original",
            "thread_ts",
        }
        if strange:
            raise Refused("invalid_arguments", ", ".join(strange))
        if p.get("delete_original") and message:
            message.deleted = True
            return
        text, blocks = p.get("text", ""), p.get("blocks", [])
        rules.message(text, blocks)
        if p.get("replace_original") and message:
            message.text, message.blocks, message.edits = text, blocks, message.edits + 1
            self._tell(message, "changed")
            return
        to = None if p.get("response_type") == "in_channel" else user
        self.keep(Message(channel, self.ts(), BOT_USER, text, blocks, p.get("thread_ts"), to=to))


async def _read(request: web.Request) -> tuple[Json, str]:
    """The arguments of a call, wherever they are, and its token."""
    params: Json = dict(request.query)
    if request.content_type == "application/json":
        params |= await request.json()
    elif request.can_read_body:
        params |= dict(await request.post())
    token = params.pop("token", "") or request.headers.get("Authorization", "").removeprefix("Bearer ")
    return params, str(token)


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.close()
