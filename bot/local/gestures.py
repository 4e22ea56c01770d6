"""What a browser posts, read as a gesture: words, a press, files; refused when it is none of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import BodyPartReader, web

from bot.local.words import TEXT_LENGTH
from handlers.chat import FILE_BYTES, Attachment, File
from handlers.commands import parse
from handlers.i18n import LANGUAGES

_EVENT = re.compile(r"[\w-]{8,64}")
_ENVELOPE = 100_000  # bytes of a gesture beside its files
_MALFORMED = (ValueError, AssertionError, KeyError)  # how aiohttp and the codecs say it of a body


@dataclass(frozen=True, slots=True)
class Gesture:
    """Words, or a command pressed on `message` (empty when on none), or files; `event` is the browser's name
    for it, the same when it is brought again."""

    event: str
    user: str
    text: str
    pressed: bool
    message: str
    files: tuple[File, ...]

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The files as handlers take them."""
        return tuple(_attachment(file) for file in self.files)


async def read(request: web.Request) -> Gesture:
    """The posted gesture. Raises HTTPBadRequest, or HTTPRequestEntityTooLarge beyond FILE_BYTES."""
    fields: dict[str, str] = {}
    files: list[File] = []
    room = FILE_BYTES + _ENVELOPE
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise web.HTTPBadRequest
            content = await _content(part, room if part.filename else _ENVELOPE)
            room -= len(content)
            if part.filename:
                mime = part.headers.get("Content-Type", "application/octet-stream")
                files.append(File(Path(part.filename).name[:200], mime, content))
            else:
                fields[part.name] = content.decode()
    except _MALFORMED as error:
        raise web.HTTPBadRequest from error
    return _gesture(fields, tuple(files))


async def _content(part: BodyPartReader, at_most: int) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(65536):
        content += chunk
        if len(content) > at_most:
            raise web.HTTPRequestEntityTooLarge(max_size=at_most, actual_size=len(content))
    return bytes(content)


def _gesture(fields: Mapping[str, str], files: tuple[File, ...]) -> Gesture:
    pressed = fields.get("command", "")
    text = pressed or fields.get("text", "").replace("\r\n", "\n").strip()  # forms are sent with CR LF
    event, message = fields.get("event", ""), fields.get("message", "")
    if not _EVENT.fullmatch(event) or not (text or files) or len(text) > TEXT_LENGTH:
        raise web.HTTPBadRequest
    return Gesture(event, fields.get("user", ""), text, bool(pressed), message, files)


def _attachment(file: File) -> Attachment:
    async def read() -> bytes:
        return file.content

    return Attachment(file.name, file.mime, len(file.content), read)


def spoken(request: web.Request) -> str:
    """The first of our languages that the browser asks for; Lithuanian when it asks for none of them."""
    asked = (part.strip()[:2].casefold() for part in request.headers.get("Accept-Language", "").split(","))
    return next((language for language in asked if language in LANGUAGES), LANGUAGES[0])


def language_in(said: str) -> str | None:
    """The language that a `language …` command asks for, or None."""
    line = parse(said)
    code = line.words[0].casefold()[:2] if line and line.command.en == "language" and line.words else ""
    return code if code in LANGUAGES else None
