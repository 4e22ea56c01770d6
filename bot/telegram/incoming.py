"""A Telegram update as an Incoming: what is for the bot, without its own name in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from telegram import (
    Audio,
    CallbackQuery,
    Document,
    Message,
    MessageEntity,
    PhotoSize,
    Update,
    User,
    Video,
    VideoNote,
    Voice,
)

from handlers.chat import Account, Attachment, Incoming
from handlers.commands import BY_NAME, DRAFT_NAMES

NAME = "telegram"
PRIVATE = "private"
SERVICE_USER = 777000  # Telegram itself, which passes on what a linked channel posts

_GAP = re.compile(" {2,}")

Fetch = Callable[[str, int], Awaitable[bytes]]
"""Fetches a file by its id and the size that was said of it, in bytes."""


def incoming(update: Update, me: User, fetch: Fetch) -> Incoming | None:
    """The gesture in an update, or None when it is none, or not for the bot."""
    if update.callback_query is not None:
        return _press(update.callback_query, me)
    if update.message is not None:
        return _message(update.message, me, fetch)
    return None


def moved(update: Update) -> tuple[str, str] | None:
    """The old and the new id of a group that has become a supergroup."""
    if update.message is None or update.message.migrate_to_chat_id is None:
        return None
    return str(update.message.chat.id), str(update.message.migrate_to_chat_id)


def meant_for(message: Message, me: User) -> str | None:
    """Whom a message of the bot in a group answered: only that person may press its buttons."""
    answered = message.reply_to_message
    if message.chat.type == PRIVATE or answered is None or answered.from_user is None:
        return None
    return None if answered.from_user.id == me.id else str(answered.from_user.id)


def _press(query: CallbackQuery, me: User) -> Incoming | None:
    message = query.message
    if message is None or query.data is None or query.from_user.is_bot:
        return None
    return Incoming(
        event=f"telegram:press:{query.id}",
        account=Account(NAME, str(query.from_user.id)),
        chat=str(message.chat.id),
        private=message.chat.type == PRIVATE,
        text=query.data,
        command=True,
        pressed=True,
        shown_to=meant_for(message, me) if isinstance(message, Message) else None,
        language=query.from_user.language_code,
        name=query.from_user.full_name,
    )


def _message(message: Message, me: User, fetch: Fetch) -> Incoming | None:
    sender = message.from_user
    if sender is None or sender.is_bot or sender.id == SERVICE_USER:
        return None
    if message.text is None and message.effective_attachment is None:
        return None  # somebody joined, left, pinned something
    text, command, named = _words(message, me)
    quotes = _quotes(message, me)
    private = message.chat.type == PRIVATE
    if not private and not (named or quotes or (command and _known(text))):
        return None
    return Incoming(
        event=f"telegram:message:{message.chat.id}:{message.message_id}",
        account=Account(NAME, str(sender.id)),
        chat=str(message.chat.id),
        private=private,
        text=text,
        command=command,
        files=_files(message, fetch),
        quotes=quotes,
        replies_to=str(message.reply_to_message.message_id) if quotes and message.reply_to_message else "",
        forwarded=private and message.forward_origin is not None,
        album=message.media_group_id or "",
        language=sender.language_code,
        name=sender.full_name,
    )


def _words(message: Message, me: User) -> tuple[str, bool, bool]:
    """The text without the bot's name, whether it is a command, and whether the bot is named in it."""
    text = message.text or message.caption
    if text is None:
        return (message.sticker.emoji or "" if message.sticker else ""), False, False
    own = f"@{me.username}".lower()
    named = False
    kept = text.encode("utf-16-le")
    entities = message.entities if message.text is not None else message.caption_entities
    for entity in reversed(entities):
        begin, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
        said = kept[begin:end].decode("utf-16-le").lower()
        meant = entity.user is not None and entity.user.id == me.id
        if meant or (entity.type == MessageEntity.MENTION and said == own):
            kept, named = kept[:begin] + kept[end:], True
        elif entity.type == MessageEntity.TEXT_LINK and message.forward_origin is not None:
            kept = kept[:end] + f" ({entity.url})".encode("utf-16-le") + kept[end:]
        elif entity.type == MessageEntity.BOT_COMMAND and said.endswith(own):
            kept, named = kept[: end - 2 * len(own)] + kept[end:], True
    bare = _GAP.sub(" ", kept.decode("utf-16-le")).strip()
    if named:
        bare = bare.lstrip(" ,:;")
    if not bare.startswith("/"):
        return bare, False, named
    if "@" in bare.split(maxsplit=1)[0]:
        return bare, False, False  # another bot's command
    return bare[1:], True, named


def _known(text: str) -> bool:
    """Whether a command without a name behind it is one of ours, in a group where other bots may be."""
    first = text.split(maxsplit=1)[0].lower() if text.strip() else ""
    return first in BY_NAME or first in DRAFT_NAMES


def _quotes(message: Message, me: User) -> bool:
    answered = message.reply_to_message
    return answered is not None and answered.from_user is not None and answered.from_user.id == me.id


def _files(message: Message, fetch: Fetch) -> tuple[Attachment, ...]:
    """The file of a message; of a picture its largest size."""
    if message.photo:
        return (_attachment(message.photo[-1], "photo.jpg", "image/jpeg", fetch),)
    sent = message.document or message.audio or message.video or message.voice or message.video_note
    if sent is None:
        return ()
    name = getattr(sent, "file_name", None) or "file"  # voices and video notes have none
    mime = getattr(sent, "mime_type", None) or "application/octet-stream"
    return (_attachment(sent, name, mime, fetch),)


def _attachment(
    sent: Document | Audio | Video | Voice | VideoNote | PhotoSize, name: str, mime: str, fetch: Fetch
) -> Attachment:
    size = sent.file_size or 0

    async def read() -> bytes:
        return await fetch(sent.file_id, size)

    return Attachment(name, mime, size, read)
