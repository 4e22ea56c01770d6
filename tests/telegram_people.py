"""The people and groups of the strict Telegram: what they do to the bot, and what they see of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.patience import PATIENCE
from tests.telegram_markup import Entity
from tests.telegram_rules import Json, Refusal, bad, forbidden

if TYPE_CHECKING:
    from tests.telegram_server import TelegramServer


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the bot as a person saw it at that moment."""

    id: int
    text: str
    entities: tuple[Entity, ...]
    rows: tuple[tuple[str, ...], ...]
    commands: tuple[str, ...]
    file: str | None
    content: bytes | None
    edited: bool
    reply_to: int | None

    def of(self, kind: str) -> tuple[str, ...]:
        """The pieces of text that are `bold`, `code`, `text_link` and so on."""
        units = self.text.encode("utf-16-le")
        return tuple(
            units[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
            for e in self.entities
            if e["type"] == kind
        )

    @property
    def labels(self) -> tuple[str, ...]:
        """All buttons, row after row."""
        return tuple(label for row in self.rows for label in row)


@dataclass(slots=True)
class Message:
    id: int
    chat: Chat
    sender: Json
    date: float
    text: str | None = None
    caption: str | None = None
    entities: list[Entity] = field(default_factory=list)
    media: Json = field(default_factory=dict)
    file: str | None = None
    content: bytes | None = None
    buttons: list[list[Json]] = field(default_factory=list)
    other_markup: bool = False
    reply_to: Message | None = None
    edited: bool = False
    deleted: bool = False
    service: Json = field(default_factory=dict)

    def as_json(self, quoting: bool = True) -> Json:
        out: Json = {
            "message_id": self.id,
            "from": self.sender,
            "chat": self.chat.as_json(),
            "date": int(self.date),
        }
        for name, value in (("text", self.text), ("caption", self.caption)):
            if value is not None:
                out[name] = value
        if self.entities:
            out["entities" if self.text is not None else "caption_entities"] = self.entities
        if self.buttons:
            out["reply_markup"] = {"inline_keyboard": self.buttons}
        if quoting and self.reply_to is not None and not self.reply_to.deleted:
            out["reply_to_message"] = self.reply_to.as_json(quoting=False)
        return out | self.media | self.service

    def shown(self) -> Shown:
        buttons = [b for row in self.buttons for b in row]
        return Shown(
            id=self.id,
            text=self.text if self.text is not None else self.caption or "",
            entities=tuple(self.entities),
            rows=tuple(tuple(b["text"] for b in row) for row in self.buttons),
            commands=tuple(b.get("callback_data", "") for b in buttons),
            file=self.file,
            content=self.content,
            edited=self.edited,
            reply_to=None if self.reply_to is None else self.reply_to.id,
        )


@dataclass(slots=True)
class Press:
    """One press of a button, and what the bot answered to it."""

    id: str
    at: float
    server: TelegramServer
    query: Json
    done: asyncio.Future[tuple[str, bool]]
    number: int = 0  # of its update

    async def answer(self) -> tuple[str, bool]:
        """The answer's text and whether it was shown as an alert; waits for it."""
        async with asyncio.timeout(PATIENCE):
            return await asyncio.shield(self.done)

    def again(self) -> int:
        """Telegram brings the same press once more under a new update id (telegram-bot-api #699)."""
        return self.server.deliver({"callback_query": self.query})


class Chat:
    """A private chat or a group, as its members see it."""

    def __init__(self, server: TelegramServer, id: int, kind: str, title: str) -> None:
        self.server = server
        self.id = id
        self.kind = kind
        self.title = title
        self.members: list[Person] = []
        self.messages: dict[int, Message] = {}
        self.refuses: Refusal | None = None
        self.log: list[Shown] = []
        self._read = 0
        self._news = asyncio.Event()

    def as_json(self) -> Json:
        """The chat as it stands in updates and answers."""
        name = {"first_name": self.title} if self.kind == "private" else {"title": self.title}
        return {"id": self.id, "type": self.kind, **name}

    def show(self, message: Message) -> None:
        """The members see a new or a changed message."""
        self.log.append(message.shown())
        self._news.set()

    def quoted(self, reply: Json | None) -> Message | None:
        """The message that reply_parameters name; refused when it is gone, unless that is allowed."""
        if reply is None:
            return None
        message = self.messages.get(reply["message_id"])
        if message is not None and not message.deleted:
            return message
        if reply.get("allow_sending_without_reply"):
            return None
        raise bad("message to be replied not found")

    async def reads(self) -> Shown:
        """The next message that the bot sent or changed here; waits for it."""
        async with asyncio.timeout(PATIENCE):
            while self._read == len(self.log):
                self._news.clear()
                await self._news.wait()
        self._read += 1
        return self.log[self._read - 1]

    @property
    def unread(self) -> tuple[Shown, ...]:
        """What came and was not read yet."""
        return tuple(self.log[self._read :])

    @property
    def screen(self) -> tuple[Shown, ...]:
        """The bot's messages as they stand now, oldest first."""
        mine = self.server.me["id"]
        return tuple(m.shown() for m in self.messages.values() if not m.deleted and m.sender["id"] == mine)


class Group(Chat):
    """A group with the bot in it, which hears only commands, mentions and replies (privacy mode)."""

    def adds(self, *people: Person) -> None:
        """These people join."""
        self.members.extend(people)

    def kicks(self) -> None:
        """The bot is thrown out."""
        self.refuses = forbidden(f"bot was kicked from the {self.kind} chat")

    def migrates(self, id: int) -> Group:
        """The group becomes the supergroup `id`: both say so, and the old one takes nothing more."""
        new = self.server.group(id, self.title, *self.members, kind="supergroup")
        self.server.post(self, self.members[0].user, service={"migrate_to_chat_id": id})
        self.server.post(new, self.members[0].user, service={"migrate_from_chat_id": self.id})
        self.refuses = bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=id)
        return new


class Person:
    """Somebody with Telegram. Each gesture becomes an update at once; `reads` waits for the bot."""

    def __init__(self, server: TelegramServer, id: int, name: str, language: str | None) -> None:
        self.server = server
        self.id = id
        self.name = name
        self.chat = Chat(server, id, "private", name)
        self.chat.members.append(self)
        self.started = False
        self.user: Json = {"id": id, "is_bot": False, "first_name": name}
        if language is not None:
            self.user["language_code"] = language

    async def reads(self) -> Shown:
        """The next message that the bot sent or changed in the private chat; waits for it."""
        return await self.chat.reads()

    @property
    def unread(self) -> tuple[Shown, ...]:
        """What came privately and was not read yet."""
        return self.chat.unread

    @property
    def screen(self) -> tuple[Shown, ...]:
        """The bot's messages in the private chat as they stand now."""
        return self.chat.screen

    def starts(self, payload: str = "") -> int:
        """Presses Start, or opens t.me/bot?start=payload. Returns the update's id."""
        return self.says(f"/start {payload}".strip())

    def says(self, text: str, at: Chat | None = None, to: int | None = None) -> int:
        """Writes to the bot, or in a group, replying to message `to`. Returns the update's id, 0 when the
        bot does not hear it."""
        return self._posts(at, to, text=text)

    def sends_file(
        self,
        name: str,
        content: bytes,
        caption: str = "",
        *,
        mime: str | None = None,
        size: int | None = None,
    ) -> int:
        """Sends a document; `size` pretends that it is larger than its content."""
        document = self.server.keep(content, size, file_name=name)
        if mime is not None:
            document["mime_type"] = mime
        return self._posts(None, None, caption=caption or None, media={"document": document})

    def sends_photo(self, content: bytes, caption: str = "") -> int:
        """Sends a picture, which Telegram offers in two sizes, smallest first."""
        small = self.server.keep(content[:10], None, width=90, height=60)
        large = self.server.keep(content, None, width=900, height=600)
        return self._posts(None, None, caption=caption or None, media={"photo": [small, large]})

    def sends(self, at: Chat | None = None, **media: Any) -> int:
        """Sends something else: `sticker={...}`, `contact={...}`, `location={...}`."""
        return self._posts(at, None, media=media)

    def edits(self, text: str) -> int:
        """Corrects what was said last."""
        mine = [m for m in self.chat.messages.values() if m.sender["id"] == self.id]
        mine[-1].text = text
        edited = {**mine[-1].as_json(), "edit_date": int(self.server.now())}
        return self.server.deliver({"edited_message": edited})

    def presses(self, label: str, at: Chat | None = None, on: int | None = None) -> Press:
        """Presses the newest button of that label, or the one under message `on`."""
        chat = at or self.chat
        for message in reversed(chat.messages.values()):
            if message.deleted or on not in (None, message.id):
                continue
            for button in (b for row in message.buttons for b in row if b["text"] == label):
                return self.server.press(self, message, button["callback_data"])
        raise LookupError(f"there is no button {label!r}")

    def forges(self, data: str, on: int, at: Chat | None = None) -> Press:
        """Says by a hacked client that a button with `data` was pressed under message `on`."""
        return self.server.press(self, (at or self.chat).messages[on], data)

    def blocks(self) -> None:
        """Stops the bot."""
        self.chat.refuses = forbidden("bot was blocked by the user")

    def unblocks(self) -> None:
        """Takes that back."""
        self.chat.refuses = None

    def deactivates(self) -> None:
        """Deletes the account."""
        self.chat.refuses = forbidden("user is deactivated")

    def _posts(self, at: Chat | None, to: int | None, **content: Any) -> int:
        chat = at or self.chat
        if chat is self.chat:
            self.started = True
        return self.server.post(chat, self.user, reply_to=chat.messages[to] if to else None, **content)
