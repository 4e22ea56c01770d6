"""A strict Telegram Bot API over real HTTP, and the people who talk to the bot through it.

It refuses what Telegram refuses, with Telegram's codes and words (Bot API 10.0; pitfalls 35, 37, 38),
records every call, and fails when it is told to. Nothing in it sleeps: people wait for what the bot shows.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from aiohttp import web

from tests.patience import PATIENCE
from tests.telegram_markup import Entity
from tests.telegram_people import Chat, Group, Message, Person, Press
from tests.telegram_rules import (
    ANSWER,
    PHOTO,
    UPLOAD,
    Files,
    Json,
    Refusal,
    bad,
    caption_of,
    check_names,
    check_picture,
    decoded,
    forbidden,
    keyboard,
    language,
    noticed,
    text_of,
    upload,
)

DOWNLOAD = 20_000_000  # bytes; getFile gives nothing larger
PRESS_SECONDS = 15.0  # afterwards an answer is too late; Telegram does not say how long
DELETE_SECONDS = 48 * 3600.0


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a call: before it is accepted, or after, when its effect has happened already.

    `flood` answers 429 with retry_after `seconds`; `broken` answers `status`; `close` closes the
    connection; `stall` never answers; `half` closes it in the middle of the answer; `garbled` answers 200
    with half a JSON; `refuse` answers `status` with `description`. Half and garbled come after accepting.
    """

    kind: Literal["flood", "broken", "close", "stall", "half", "garbled", "refuse"]
    accepted: bool = False
    seconds: int = 1
    status: int = 500
    description: str = "Internal Server Error"


@dataclass(slots=True)
class _Plan:
    fault: Fault
    method: str | None
    after: int
    times: int

    def takes(self, method: str) -> bool:
        """Whether this call fails; counts it."""
        if self.method not in (None, method) or self.times == 0:
            return False
        if self.after > 0:
            self.after -= 1
            return False
        self.times -= 1
        return True


@dataclass(slots=True)
class Call:
    """One recorded call: decoded arguments (files as placeholder strings), when, and how it was refused."""

    method: str
    params: Json
    at: float
    error: str | None = None


class TelegramServer:
    """The server: `async with TelegramServer() as server`, then `server.url` and `server.token`.

    `hold` is how long, in seconds, a poll that repeats its offset is held back; Telegram's is 3.
    """

    def __init__(
        self, token: str = "900000000:AAtests-only-0123456789abcdefghijklmn", hold: float = 0.0
    ) -> None:
        self.token = token
        self.hold = hold
        self.url = ""
        self.me: Json = {
            "id": int(token.split(":")[0]),
            "is_bot": True,
            "first_name": "Šauklys",
            "username": "sauklys_bot",
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }
        self.calls: list[Call] = []
        self.downloads: list[str] = []
        self.hears_all = False
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.descriptions: dict[tuple[str, str], str] = {}
        self.menu_buttons: dict[int, Json] = {}
        self.webhook = ""
        self.confirmed = 0
        self._skew = 0.0
        self._updates: list[Json] = []
        self._next_update = 700_000_001
        self._next_message = 1
        self._allowed: list[str] | None = None
        self._poll: asyncio.Future[None] | None = None
        self._last_poll: tuple[int, float] = (-1, 0.0)
        self._files: dict[str, tuple[bytes, int]] = {}
        self._presses: dict[str, Press] = {}
        self._plans: list[_Plan] = []
        self._changed = asyncio.Condition()
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=UPLOAD + 1_000_000)
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._end_poll(None)
        if self._runner is not None:
            await self._runner.cleanup()

    # What a test says

    def person(self, id: int, name: str, language: str | None = None) -> Person:
        """Somebody with Telegram who has not met the bot."""
        person = Person(self, id, name, language)
        self.people[id] = person
        self.chats[id] = person.chat
        return person

    def group(self, id: int, title: str, *members: Person, kind: str = "supergroup") -> Group:
        """A group with the bot and these people."""
        group = Group(self, id, kind, title)
        group.adds(*members)
        self.chats[id] = group
        return group

    def fails(self, fault: Fault, method: str | None = None, *, after: int = 0, times: int = 1) -> None:
        """The call after `after` good ones, and `times` in all, goes wrong; -1 is every one from then."""
        self._plans.append(_Plan(fault, method, after, times))

    def recovers(self) -> None:
        """Forgets every fault that was asked for."""
        self._plans.clear()

    def later(self, seconds: float) -> None:
        """Moves the server's clock."""
        self._skew += seconds

    def now(self) -> float:
        """Seconds since 1970 by the server's clock."""
        return time.time() + self._skew

    def called(self, *methods: str) -> list[Json]:
        """The arguments of the calls of these methods, refused ones too, oldest first."""
        return [call.params for call in self.calls if call.method in methods]

    def dump(self, path: Path) -> None:
        """Adds every recorded call to a file, a JSON line each."""
        with path.open("a", encoding="utf-8") as file:
            for call in self.calls:
                line = {"platform": "telegram", "method": call.method, "params": call.params}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")

    async def confirms(self, update: int) -> None:
        """Waits until the bot has confirmed the update of that id."""
        await self.until(lambda: self.confirmed >= update)

    async def until(self, true: Callable[[], bool]) -> None:
        """Waits until something is true; looks again after every call."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(true)

    def deliver(self, update: Json) -> int:
        """Queues an update; returns its id, or 0 when the bot asked not to be told of its kind."""
        if self._allowed and next(iter(update)) not in self._allowed:
            return 0
        number = self._next_update
        self._next_update += 1
        self._updates.append({"update_id": number, **update})
        self._end_poll(None)
        return number

    def post(self, chat: Chat, sender: Json, **content: Any) -> int:
        """Somebody's message into a chat; an update if the bot hears it."""
        message = self._message(chat, sender, **content)
        message.entities = list(noticed(message.text or message.caption or ""))
        if chat.kind != "private" and not self._hears(message):
            return 0
        return self.deliver({"message": message.as_json()})

    def press(self, person: Person, message: Message, data: str) -> Press:
        """A press of a button under `message`."""
        shown = message.as_json()
        if message.deleted:
            shown = {"chat": message.chat.as_json(), "message_id": message.id, "date": 0}
        number = f"{person.id}{len(self._presses):06}"
        query = {
            "id": number,
            "from": person.user,
            "message": shown,
            "chat_instance": str(message.chat.id),
            "data": data,
        }
        done: asyncio.Future[tuple[str, bool]] = asyncio.get_running_loop().create_future()
        press = self._presses[number] = Press(number, self.now(), self, query, done)
        press.number = self.deliver({"callback_query": query})
        return press

    def keep(self, content: bytes, size: int | None, **more: Any) -> Json:
        """Keeps a file; returns it as it stands in a message."""
        number = f"FILE{len(self._files):04}"
        self._files[number] = (content, size or len(content))
        return {"file_id": number, "file_unique_id": f"u{number}", "file_size": size or len(content), **more}

    # HTTP

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"].lower()
        params, files = await self._arguments(request)
        name = next((m for m in METHODS if m.lower() == method), method)
        call = Call(name, params, time.monotonic())
        self.calls.append(call)
        fault = next((plan.fault for plan in self._plans if plan.takes(name)), None)
        if fault is not None and not fault.accepted and fault.kind not in ("half", "garbled"):
            return await self._fail(request, fault)
        try:
            self._authorise(request)
            if name not in METHODS:
                raise Refusal(404, "Not Found")
            check_names(name, params, files)
            result = await METHODS[name](self, params, files)
            status, answer = 200, json.dumps({"ok": True, "result": result})
        except Refusal as refusal:
            call.error = refusal.description
            status, answer = refusal.code, _refused(refusal)
        async with self._changed:
            self._changed.notify_all()
        if fault is not None:
            return await self._fail(request, fault, answer)
        return web.Response(status=status, text=answer, content_type="application/json")

    def _authorise(self, request: web.Request) -> None:
        token = request.match_info["token"]
        if not re.fullmatch(r"\d+:[\w-]{30,}", token):
            raise Refusal(404, "Not Found")
        if token != self.token:
            raise Refusal(401, "Unauthorized")

    async def _fail(self, request: web.Request, fault: Fault, answer: str = "") -> web.StreamResponse:
        match fault.kind:
            case "flood":
                why = f"Too Many Requests: retry after {fault.seconds}"
                refusal = Refusal(429, why, retry_after=fault.seconds)
                return web.Response(status=429, text=_refused(refusal), content_type="application/json")
            case "refuse":
                refusal = Refusal(fault.status, fault.description)
                return web.Response(
                    status=fault.status, text=_refused(refusal), content_type="application/json"
                )
            case "broken":
                return web.Response(status=fault.status, text="<html>nginx</html>", content_type="text/html")
            case "garbled":
                return web.Response(text=answer[: len(answer) // 2], content_type="application/json")
            case "stall":
                await self._closing.wait()
            case "half":
                response = web.StreamResponse(headers={"Content-Length": str(len(answer.encode()))})
                await response.prepare(request)
                await response.write(answer.encode()[: len(answer) // 2])
            case "close":
                pass
        if request.transport is not None:
            request.transport.close()
        return web.Response()

    async def _arguments(self, request: web.Request) -> tuple[Json, dict[str, tuple[str, bytes]]]:
        raw: Json = dict(request.query)
        files: dict[str, tuple[str, bytes]] = {}
        if request.content_type == "application/json":
            raw.update(await request.json())
        elif request.method == "POST":
            for name, value in (await request.post()).items():
                if isinstance(value, web.FileField):
                    files[name] = (value.filename, value.file.read())
                    raw[name] = f"<file {value.filename}, {len(files[name][1])} bytes>"
                else:
                    raw[name] = value
        return {name: decoded(name, value) for name, value in raw.items()}, files

    async def _download(self, request: web.Request) -> web.Response:
        self.downloads.append(request.match_info["path"])
        fault = next((plan.fault for plan in self._plans if plan.takes("download")), None)
        number = request.match_info["path"].rpartition("/")[2]
        if fault is not None:
            return web.Response(status=fault.status)
        if request.match_info["token"] != self.token or number not in self._files:
            return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)
        return web.Response(body=self._files[number][0])

    # Updates

    async def get_updates(self, params: Json, _: Files) -> list[Json]:
        """Long polling, with the confirmation by offset; of two pollers the older is sent away."""
        if self.webhook:
            raise Refusal(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        offset, limit = params.get("offset", 0), params.get("limit", 100)
        timeout = float(params.get("timeout", 0))
        if "allowed_updates" in params:
            self._allowed = params["allowed_updates"]
        self._confirm(offset)
        self._end_poll(
            Refusal(
                409,
                "Conflict: terminated by other getUpdates request; "
                "make sure that only one bot instance is running",
            )
        )
        if self._last_poll[0] == offset and time.monotonic() < self._last_poll[1] + self.hold:
            timeout = max(timeout, self.hold)
        self._last_poll = (offset, time.monotonic())
        if not self._updates and timeout > 0:
            await self._wait(timeout)
        return self._updates[: max(1, min(limit, 100))]

    async def _wait(self, seconds: float) -> None:
        self._poll = poll = asyncio.get_running_loop().create_future()
        async with self._changed:
            self._changed.notify_all()
        await asyncio.wait([poll], timeout=seconds)
        if self._poll is poll:
            self._poll = None
        if poll.done():
            poll.result()

    @property
    def polled(self) -> bool:
        """Whether a poll is waiting."""
        return self._poll is not None

    def _end_poll(self, refusal: Refusal | None) -> None:
        poll, self._poll = self._poll, None
        if poll is None or poll.done():
            return
        if refusal is None:
            poll.set_result(None)
        else:
            poll.set_exception(refusal)

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self._updates = self._updates[offset:]
        else:
            self._updates = [u for u in self._updates if u["update_id"] >= offset]
            self.confirmed = max(self.confirmed, offset - 1)

    def _hears(self, message: Message) -> bool:
        """Privacy mode, unless `hears_all`: what is no talk among people."""
        if (
            self.hears_all
            or message.service
            or (message.reply_to and message.reply_to.sender["id"] == self.me["id"])
        ):
            return True
        text = message.text or message.caption or ""
        mine = f"@{self.me['username']}"
        for entity in message.entities:
            said = text.encode("utf-16-le")[2 * entity["offset"] :][: 2 * entity["length"]].decode(
                "utf-16-le"
            )
            if entity["type"] == "bot_command" and ("@" not in said or said.lower().endswith(mine)):
                return True
            if entity["type"] == "mention" and said.lower() == mine:
                return True
        return False

    def _message(self, chat: Chat, sender: Json, **content: Any) -> Message:
        message = Message(self._next_message, chat, sender, self.now(), **content)
        self._next_message += 1
        chat.messages[message.id] = message
        return message

    # Sending

    async def send_message(self, params: Json, _: Files) -> Json:
        """A text with entities and a keyboard."""
        chat = self._chat(params)
        text, entities = text_of(params)
        return self._sent(chat, params, text=text, entities=entities)

    async def send_document(self, params: Json, files: Files) -> Json:
        """Any file up to 50 MB, with a caption."""
        chat = self._chat(params)
        name, content = upload(files, "document", UPLOAD)
        caption, entities = caption_of(params)
        document = self.keep(content, None, file_name=name)
        media = {"document": document}
        return self._sent(
            chat, params, caption=caption, entities=entities, media=media, file=name, content=content
        )

    async def send_photo(self, params: Json, files: Files) -> Json:
        """A PNG or JPEG picture up to 10 MB whose sides add up to 10,000 at most."""
        chat = self._chat(params)
        name, content = upload(files, "photo", PHOTO)
        check_picture(content)
        caption, entities = caption_of(params)
        photo = [self.keep(content, None, width=90, height=60)]
        return self._sent(
            chat,
            params,
            caption=caption,
            entities=entities,
            media={"photo": photo},
            file=name,
            content=content,
        )

    def _sent(self, chat: Chat, params: Json, **content: Any) -> Json:
        buttons, other = keyboard(params)
        message = self._message(
            chat,
            {k: self.me[k] for k in ("id", "is_bot", "first_name", "username")},
            buttons=buttons,
            other_markup=other,
            reply_to=chat.quoted(params.get("reply_parameters")),
            **content,
        )
        chat.show(message)
        return message.as_json()

    async def edit_text(self, params: Json, _: Files) -> Json:
        """Changes a text message; without reply_markup its buttons go."""
        message = self._mine(params)
        if message.text is None:
            raise bad("there is no text in the message to edit")
        text, entities = text_of(params)
        return self._edited(message, params, text, entities)

    async def edit_caption(self, params: Json, _: Files) -> Json:
        """Changes a file's caption; without reply_markup its buttons go."""
        message = self._mine(params)
        if not message.media:
            raise bad("there is no caption in the message to edit")
        caption, entities = caption_of(params)
        return self._edited(message, params, caption, entities)

    async def edit_markup(self, params: Json, _: Files) -> Json:
        """Changes the buttons alone."""
        message = self._mine(params)
        return self._edited(message, params, message.text or message.caption, message.entities)

    def _edited(self, message: Message, params: Json, text: str | None, entities: list[Entity]) -> Json:
        buttons, _ = keyboard(params)
        old = message.text if message.text is not None else message.caption
        if (old, message.entities, message.buttons) == (text, entities, buttons):
            raise bad(
                "message is not modified: specified new message content and reply markup are exactly "
                "the same as a current content and reply markup of the message"
            )
        if message.text is not None:
            message.text = text
        else:
            message.caption = text
        message.entities, message.buttons, message.edited = entities, buttons, True
        message.chat.show(message)
        return message.as_json()

    async def delete(self, params: Json, _: Files) -> bool:
        """Deletes a message of the last 48 hours."""
        chat = self._chat(params)
        message = chat.messages.get(params["message_id"])
        if message is None or message.deleted:
            raise bad("message to delete not found")
        foreign = chat.kind != "private" and message.sender["id"] != self.me["id"]
        if foreign or self.now() - message.date > DELETE_SECONDS:
            raise bad("message can't be deleted for everyone" if not foreign else "message can't be deleted")
        message.deleted = True
        return True

    async def answer(self, params: Json, _: Files) -> bool:
        """Answers a press, once and in time."""
        press = self._presses.get(params["callback_query_id"])
        if press is None or press.done.done() or self.now() - press.at > PRESS_SECONDS:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        text = params.get("text", "")
        if len(text) > ANSWER:
            raise bad("MESSAGE_TOO_LONG")
        press.done.set_result((text, params.get("show_alert", False)))
        return True

    def _chat(self, params: Json) -> Chat:
        chat = self.chats.get(params["chat_id"])
        if params["chat_id"] == "":
            raise bad("chat_id is empty")
        if chat is None:
            raise bad("chat not found")
        if chat.refuses is not None:
            raise chat.refuses
        person = self.people.get(chat.id)
        if person is not None and not person.started:
            met = any(person in group.members for group in self.chats.values() if group.kind != "private")
            raise forbidden("bot can't initiate conversation with a user") if met else bad("chat not found")
        return chat

    def _mine(self, params: Json) -> Message:
        if "message_id" not in params:
            raise bad("message identifier is not specified")
        message = self._chat(params).messages.get(params["message_id"])
        if message is None or message.deleted:
            raise bad("message to edit not found")
        if message.sender["id"] != self.me["id"] or message.other_markup:
            raise bad("message can't be edited")
        return message

    # The bot itself

    async def get_me(self, _: Json, __: Files) -> Json:
        """The bot."""
        return self.me

    async def get_file(self, params: Json, _: Files) -> Json:
        """Where to download a file of up to 20 MB."""
        if params["file_id"] not in self._files:
            raise bad("wrong file_id or the file is temporarily unavailable")
        size = self._files[params["file_id"]][1]
        if size > DOWNLOAD:
            raise bad("file is too big")
        number = params["file_id"]
        return {
            "file_id": number,
            "file_unique_id": f"u{number}",
            "file_size": size,
            "file_path": f"documents/{number}",
        }

    async def set_commands(self, params: Json, _: Files) -> bool:
        """A menu for one scope and language."""
        commands = params["commands"]
        if len(commands) > 100:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command.get("command", "")):
                raise bad("BOT_COMMAND_INVALID")
            if not command.get("description", "").strip():
                raise bad("command description must be non-empty")
            if len(command["description"]) > 256:
                raise bad("command description length must not exceed 256")
        self.commands[self._scope(params)] = commands
        return True

    async def get_commands(self, params: Json, _: Files) -> list[Json]:
        """The menu of one scope and language."""
        return self.commands.get(self._scope(params), [])

    async def delete_commands(self, params: Json, _: Files) -> bool:
        """Removes the menu of one scope and language."""
        self.commands.pop(self._scope(params), None)
        return True

    def _scope(self, params: Json) -> tuple[str, str]:
        scope = params.get("scope", {"type": "default"})
        kinds = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
        if scope["type"] not in kinds:
            if scope["type"] not in ("chat", "chat_administrators", "chat_member"):
                raise bad("can't parse BotCommandScope: Unsupported type specified")
            self._chat(scope)
        name = ":".join(str(scope[k]) for k in ("type", "chat_id", "user_id") if k in scope)
        return name, language(params)

    def menu(self, person: Person) -> dict[str, str]:
        """The commands that this person's client offers in the private chat, and what they do."""
        language = person.user.get("language_code", "")
        scopes = (f"chat:{person.id}", "all_private_chats", "default")
        for key in ((scope, lang) for scope in scopes for lang in (language, "")):
            if key in self.commands:
                return {c["command"]: c["description"] for c in self.commands[key]}
        return {}

    async def set_description(self, params: Json, _: Files) -> bool:
        """What an empty chat shows, at most 512 characters."""
        return self._describe("description", params, 512)

    async def set_short_description(self, params: Json, _: Files) -> bool:
        """What the profile shows, at most 120 characters."""
        return self._describe("short_description", params, 120)

    async def set_name(self, params: Json, _: Files) -> bool:
        """The bot's name, at most 64 characters."""
        return self._describe("name", params, 64)

    def _describe(self, what: str, params: Json, most: int) -> bool:
        if len(params.get(what, "")) > most:
            raise bad(f"bot {what.replace('_', ' ')} is too long")
        self.descriptions[what, language(params)] = params.get(what, "")
        return True

    async def get_description(self, params: Json, _: Files) -> Json:
        """What an empty chat shows."""
        return {"description": self._described("description", params)}

    async def get_short_description(self, params: Json, _: Files) -> Json:
        """What the profile shows."""
        return {"short_description": self._described("short_description", params)}

    async def get_name(self, params: Json, _: Files) -> Json:
        """The bot's name."""
        return {"name": self._described("name", params) or self.me["first_name"]}

    def _described(self, what: str, params: Json) -> str:
        default = self.descriptions.get((what, ""), "")
        return self.descriptions.get((what, language(params)), default)

    async def set_menu_button(self, params: Json, _: Files) -> bool:
        """The button beside the text field."""
        if params.get("menu_button", {}).get("type", "default") not in ("commands", "default", "web_app"):
            raise bad("MenuButton has unsupported type")
        self.menu_buttons[params.get("chat_id", 0)] = params.get("menu_button", {"type": "default"})
        return True

    async def get_menu_button(self, params: Json, _: Files) -> Json:
        """The button beside the text field."""
        return self.menu_buttons.get(params.get("chat_id", 0), {"type": "commands"})

    async def get_chat(self, params: Json, _: Files) -> Json:
        """A chat that the bot may speak in."""
        gifts = (
            "unlimited_gifts",
            "limited_gifts",
            "unique_gifts",
            "premium_subscription",
            "gifts_from_channels",
        )
        chat = self._chat(params).as_json()
        return {
            **chat,
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(gifts, False),
        }

    async def get_webhook(self, _: Json, __: Files) -> Json:
        """The webhook, which is no friend of polling."""
        pending = len(self._updates)
        return {"url": self.webhook, "has_custom_certificate": False, "pending_update_count": pending}

    async def delete_webhook(self, params: Json, _: Files) -> bool:
        """Lets polling work again."""
        self.webhook = ""
        if params.get("drop_pending_updates"):
            self._updates.clear()
        return True

    async def chat_action(self, params: Json, _: Files) -> bool:
        """Shows that the bot is writing."""
        self._chat(params)
        if params["action"] not in ("typing", "upload_document", "upload_photo"):
            raise bad("wrong parameter action in request")
        return True


_Method = Callable[[TelegramServer, Json, Files], Any]

METHODS: dict[str, _Method] = {
    "getMe": TelegramServer.get_me,
    "getUpdates": TelegramServer.get_updates,
    "sendMessage": TelegramServer.send_message,
    "sendDocument": TelegramServer.send_document,
    "sendPhoto": TelegramServer.send_photo,
    "sendChatAction": TelegramServer.chat_action,
    "editMessageText": TelegramServer.edit_text,
    "editMessageCaption": TelegramServer.edit_caption,
    "editMessageReplyMarkup": TelegramServer.edit_markup,
    "deleteMessage": TelegramServer.delete,
    "answerCallbackQuery": TelegramServer.answer,
    "getFile": TelegramServer.get_file,
    "getChat": TelegramServer.get_chat,
    "setMyCommands": TelegramServer.set_commands,
    "getMyCommands": TelegramServer.get_commands,
    "deleteMyCommands": TelegramServer.delete_commands,
    "setMyDescription": TelegramServer.set_description,
    "getMyDescription": TelegramServer.get_description,
    "setMyShortDescription": TelegramServer.set_short_description,
    "getMyShortDescription": TelegramServer.get_short_description,
    "setMyName": TelegramServer.set_name,
    "getMyName": TelegramServer.get_name,
    "setChatMenuButton": TelegramServer.set_menu_button,
    "getChatMenuButton": TelegramServer.get_menu_button,
    "getWebhookInfo": TelegramServer.get_webhook,
    "deleteWebhook": TelegramServer.delete_webhook,
}


def _refused(refusal: Refusal) -> str:
    answer: Json = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.parameters:
        answer["parameters"] = refusal.parameters
    return json.dumps(answer)


@asynccontextmanager
async def telegram(**settings: Any) -> AsyncIterator[TelegramServer]:
    """A running server."""
    async with TelegramServer(**settings) as server:
        yield server
