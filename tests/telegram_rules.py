"""What Telegram refuses in a call's arguments, with its own words (Bot API 10.0; pitfalls 35 and 37)."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from typing import Any

from tests.telegram_markup import Entity, Unparsed, cleaned, read_html, trimmed, utf16, wrong_address

Json = dict[str, Any]
Files = dict[str, tuple[str, bytes]]

TEXT = 4096  # UTF-16 units, after the entities are taken out
CAPTION = 1024
ANSWER = 200  # characters of an answer to a press
CALLBACK_BYTES = 64
BUTTONS = 100
UPLOAD = 50_000_000  # bytes
PHOTO = 10_000_000


class Refusal(Exception):
    """An answer with ok=false: its code, description and parameters."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(why: str, **parameters: int) -> Refusal:
    """400 Bad Request."""
    return Refusal(400, f"Bad Request: {why}", **parameters)


def forbidden(why: str) -> Refusal:
    """403 Forbidden."""
    return Refusal(403, f"Forbidden: {why}")


_SENDING = (
    "chat_id message_thread_id parse_mode disable_notification protect_content reply_parameters reply_markup "
)
NAMES: dict[str, str] = {
    "getUpdates": "offset limit timeout allowed_updates",
    "sendMessage": _SENDING + "text! entities link_preview_options",
    "sendDocument": _SENDING + "document! caption caption_entities disable_content_type_detection",
    "sendPhoto": _SENDING + "photo! caption caption_entities show_caption_above_media",
    "sendChatAction": "chat_id! message_thread_id action!",
    "editMessageText": "chat_id! message_id! text! parse_mode entities link_preview_options reply_markup",
    "editMessageCaption": "chat_id! message_id! caption parse_mode caption_entities reply_markup",
    "editMessageReplyMarkup": "chat_id! message_id! reply_markup",
    "deleteMessage": "chat_id! message_id!",
    "answerCallbackQuery": "callback_query_id! text show_alert url cache_time",
    "getFile": "file_id!",
    "getChat": "chat_id!",
    "setMyCommands": "commands! scope language_code",
    "getMyCommands": "scope language_code",
    "deleteMyCommands": "scope language_code",
    "setMyDescription": "description language_code",
    "getMyDescription": "language_code",
    "setMyShortDescription": "short_description language_code",
    "getMyShortDescription": "language_code",
    "setMyName": "name language_code",
    "getMyName": "language_code",
    "setChatMenuButton": "chat_id menu_button",
    "getChatMenuButton": "chat_id",
    "deleteWebhook": "drop_pending_updates",
}
INTEGERS = {"offset", "limit", "timeout", "message_id", "chat_id", "message_thread_id", "cache_time"}
STRUCTURES = {
    "reply_markup",
    "reply_parameters",
    "link_preview_options",
    "entities",
    "caption_entities",
    "allowed_updates",
    "commands",
    "scope",
    "menu_button",
}


def decoded(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if name in STRUCTURES:
        try:
            return json.loads(value)
        except ValueError:
            return value
    if name in INTEGERS and re.fullmatch(r"-?\d+", value):
        return int(value)
    return {"true": True, "false": False}.get(value, value) if name not in ("text", "caption") else value


def check_names(method: str, params: Json, files: Files) -> None:
    """Telegram ignores what it does not know; here it is a fault of ours."""
    known = NAMES.get(method, "").split()
    names = {name.rstrip("!") for name in known}
    for name, value in params.items():
        if name not in names:
            raise bad(f"{name} is not a parameter of {method}")
        if name in STRUCTURES and not isinstance(value, dict | list):
            raise bad(f"object expected as {name.replace('_', ' ')}")
    for name in (name[:-1] for name in known if name.endswith("!")):
        if name not in params and name not in files:
            raise bad("message text is empty" if name == "text" else f"parameter {name} is required")


def _parsed(params: Json, name: str) -> tuple[str, list[Entity]]:
    mode, raw = params.get("parse_mode"), params.get(name, "")
    if mode is None:
        return trimmed(cleaned(raw), params.get("entities") or [])
    if mode.lower() != "html":
        raise bad("unsupported parse_mode")
    try:
        return trimmed(*read_html(raw))
    except Unparsed as error:
        raise bad(f"can't parse entities: {error}") from None


def text_of(params: Json) -> tuple[str, list[Entity]]:
    if not params["text"]:
        raise bad("message text is empty")
    text, entities = _parsed(params, "text")
    if not text:
        raise bad("text must be non-empty")
    if utf16(text) > TEXT:
        raise bad("message is too long")
    return text, entities


def caption_of(params: Json) -> tuple[str | None, list[Entity]]:
    caption, entities = _parsed(params, "caption")
    if utf16(caption) > CAPTION:
        raise bad("message caption is too long")
    return caption or None, entities


def upload(files: Files, name: str, most: int) -> tuple[str, bytes]:
    if name not in files:
        raise bad(f"there is no {name} in the request")
    if not files[name][1]:
        raise bad("file must be non-empty")
    if len(files[name][1]) > most:
        raise Refusal(413, "Request Entity Too Large")
    return files[name]


def check_picture(content: bytes) -> None:
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        if width + height > 10_000 or max(width, height) > 20 * min(width, height):
            raise bad("PHOTO_INVALID_DIMENSIONS")
    elif not content.startswith(b"\xff\xd8\xff"):
        raise bad("IMAGE_PROCESS_FAILED")


def keyboard(params: Json) -> tuple[list[list[Json]], bool]:
    """The inline buttons, and whether there is another kind of keyboard, which forbids editing."""
    markup = params.get("reply_markup")
    if markup is None:
        return [], False
    if "inline_keyboard" not in markup:
        return [], True
    rows = [row for row in markup["inline_keyboard"] if row]
    buttons = [button for row in rows for button in row]
    if len(buttons) > BUTTONS:
        raise bad("reply markup is too long")
    for button in buttons:
        _check_button(button)
    return rows, False


def _check_button(button: Json) -> None:
    if not button.get("text", "").strip():
        raise bad("can't parse inline keyboard button: Text must be non-empty")
    actions = {"callback_data", "url", "web_app", "login_url", "switch_inline_query", "copy_text", "pay"}
    if not actions & set(button):
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= CALLBACK_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    if "url" in button and (why := wrong_address(button["url"])):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: {why}")


def language(params: Json) -> str:
    language: str = params.get("language_code", "")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad("invalid language code specified")
    return language


def noticed(text: str) -> Iterator[Entity]:
    """The commands and mentions that Telegram marks in what people write."""
    found = re.finditer(r"(?<![\w/@])(?:(/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)|(@\w{3,32}))(?![\w/])", text)
    for match in found:
        kind = "bot_command" if match.group(1) else "mention"
        yield {"type": kind, "offset": utf16(text[: match.start()]), "length": utf16(match.group())}
