"""One person's conversation on the page: what stands in it, and the browsers that are looking at it."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.local.door import Guest
from bot.local.parts import Json, Part, seen
from handlers.chat import File

KEPT = 400
"""Messages a conversation keeps; older ones leave, their files with them."""

BEHIND = 256
"""Unsent events after which a browser is let go; it comes back and is given everything anew."""


@dataclass(frozen=True, slots=True)
class Message:
    """Something said. `revision` grows when it is changed; `body` is drawn by the page's script."""

    id: str
    mine: bool
    at: datetime
    body: Json
    files: tuple[File, ...] = ()
    revision: int = 0


class Watcher:
    """A browser that looks: its events wait here until its socket has taken them."""

    def __init__(self, guest: Guest, users: frozenset[str]) -> None:
        self.guest = guest
        self.users = users
        self.waiting: asyncio.Queue[str | None] = asyncio.Queue(BEHIND)

    def tell(self, event: Json) -> None:
        """Hands it an event; one that has fallen far behind is let go."""
        try:
            self.waiting.put_nowait(json.dumps(event, ensure_ascii=False))
        except asyncio.QueueFull:
            self.leave()

    def leave(self) -> None:
        """Ends its socket."""
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.waiting.put_nowait(None)


FileUrl = Callable[[Guest, str, str, int], str]
"""The address of a message's file for one guest: guest, user, message id, number."""


@dataclass
class Room:
    """What one person has said and been told here. Everything said is shown at once to all who look."""

    user: str
    language: str
    clock: Callable[[], datetime]
    file_url: FileUrl
    watchers: set[Watcher]
    messages: OrderedDict[str, Message] = field(default_factory=OrderedDict)
    keys: dict[str, str] = field(default_factory=dict)
    _busy: int = 0
    _count: int = 0

    def heard(self, id: str, text: str, files: tuple[tuple[str, int], ...] = ()) -> None:
        """Shows what the person said; the same gesture again once. Files are names and sizes in bytes."""
        if id not in self.messages:
            attached = [{"name": seen(name), "size": size} for name, size in files]
            self._put(Message(id, True, self.clock(), {"text": seen(text), "files": attached}))

    def say(self, part: Part) -> str:
        """Shows a message of ours; returns its id."""
        self._count += 1
        message = Message(f"b{self._count}", False, self.clock(), part.body, part.files)
        self._put(message)
        return message.id

    def change(self, id: str, part: Part) -> bool:
        """Puts the part where the message stood. False when that message is no longer, or is not ours."""
        was = self.messages.get(id)
        if was is None or was.mine:
            return False
        self._put(replace(was, body=part.body, files=part.files, revision=was.revision + 1))
        return True

    def remove(self, id: str) -> None:
        """Takes a message away; one that is gone already stays gone."""
        if self.messages.pop(id, None):
            self._tell(lambda _: {"event": "gone", "user": self.user, "id": id})

    def pass_by(self, part: Part) -> None:
        """Shows a part for a moment, outside the conversation."""
        self._tell(lambda _: {"event": "aside", "user": self.user, "body": part.body})

    @contextmanager
    def busy(self) -> Iterator[None]:
        """While an answer is being made, those who look see that."""
        self._busy += 1
        self._tell_busy()
        try:
            yield
        finally:
            self._busy -= 1
            self._tell_busy()

    def file(self, message: str, number: int) -> File | None:
        """A file of one of our messages."""
        found = self.messages.get(message)
        return found.files[number] if found and 0 <= number < len(found.files) else None

    def view(self, guest: Guest) -> list[Json]:
        """Everything that stands here, as that guest is shown it."""
        return [self._seen_by(guest, message) for message in self.messages.values()]

    def tell(self, event: Json) -> None:
        """Tells all who look at this room."""
        self._tell(lambda _: event)

    @property
    def answering(self) -> bool:
        """Whether an answer is being made."""
        return self._busy > 0

    def _put(self, message: Message) -> None:
        self.messages[message.id] = message
        while len(self.messages) > KEPT:
            self.messages.popitem(last=False)
        self._tell(
            lambda guest: {"event": "put", "user": self.user, "message": self._seen_by(guest, message)}
        )

    def _tell_busy(self) -> None:
        self.tell({"event": "busy", "user": self.user, "on": self.answering})

    def _tell(self, event: Callable[[Guest], Json]) -> None:
        for watcher in tuple(self.watchers):
            if self.user in watcher.users:
                watcher.tell(event(watcher.guest))

    def _seen_by(self, guest: Guest, message: Message) -> Json:
        shown = {
            "id": message.id,
            "revision": message.revision,
            "mine": message.mine,
            "at": message.at.isoformat(),
            **message.body,
        }
        if message.files:
            shown["files"] = [
                {
                    "name": seen(file.name),
                    "size": len(file.content),
                    "picture": file.picture,
                    "url": self.file_url(guest, self.user, message.id, number),
                }
                for number, file in enumerate(message.files)
            ]
        return shown
