"""What Slack refuses: the arguments and scopes of its methods, the shape and limits of blocks and views.

Limits are from docs.slack.dev (Block Kit reference, Web API methods) and, where the documentation is silent,
from what people measured: block messages near 13,200 characters of compact JSON (bolt-js #2509, #2867).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Check = Callable[[Any, str], None]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_JSON = 13_200  # characters of compact JSON, non-ASCII escaped: the stricter way to count
TEXT_CUT = 40_000  # chat.postMessage cuts silently
UPDATE_TEXT = 4_000  # chat.update refuses
VIEW_BYTES = 250_000
RESPONSE_URL_USES = 5


class Refused(Exception):
    """Slack says no: `error` is its code, `detail` what it puts into response_metadata.messages."""

    def __init__(self, error: str, detail: str = "") -> None:
        super().__init__(f"{error}: {detail}")
        self.error = error
        self.detail = detail


class _Bad(Exception):
    """Where in a structure something is wrong."""


@dataclass(frozen=True, slots=True)
class Method:
    """What a method takes. `app` methods want the app-level token."""

    required: frozenset[str]
    optional: frozenset[str] = frozenset()
    scope: str = ""
    app: bool = False


def _method(required: str, optional: str = "", scope: str = "", app: bool = False) -> Method:
    return Method(frozenset(required.split()), frozenset(optional.split()), scope, app)


_PAGED = "cursor inclusive latest oldest limit include_all_metadata"
# The scope of conversations.history and .replies depends on the channel: see HISTORY_SCOPES.
METHODS: dict[str, Method] = {
    "auth.test": _method(""),
    "apps.connections.open": _method("", "", "connections:write", app=True),
    "chat.postMessage": _method(
        "channel",
        "text blocks thread_ts metadata mrkdwn unfurl_links unfurl_media reply_broadcast",
        "chat:write",
    ),
    "chat.postEphemeral": _method("channel user", "text blocks thread_ts", "chat:write"),
    "chat.update": _method("channel ts", "text blocks metadata", "chat:write"),
    "chat.delete": _method("channel ts", "", "chat:write"),
    "conversations.open": _method("", "users channel return_im", "im:write"),
    "conversations.history": _method("channel", _PAGED),
    "conversations.replies": _method("channel ts", _PAGED),
    "users.info": _method("user", "include_locale", "users:read"),
    "views.open": _method("view trigger_id"),
    "views.push": _method("view trigger_id"),
    "views.update": _method("view", "view_id external_id hash"),
    "views.publish": _method("view user_id", "hash"),
    "files.getUploadURLExternal": _method("filename length", "alt_txt snippet_type", "files:write"),
    "files.completeUploadExternal": _method(
        "files", "channel_id channels thread_ts initial_comment blocks", "files:write"
    ),
    "files.info": _method("file", "cursor limit", "files:read"),
    "files.delete": _method("file", "", "files:write"),
}
HISTORY_SCOPES = {"im": "im:history", "public": "channels:history", "private": "groups:history"}
# An event comes only to an app with its scope (docs.slack.dev, events reference).
EVENT_SCOPES = {"message.im": "im:history", "app_mention": "app_mentions:read", "app_home_opened": ""}
COMMAND_SCOPE = "commands"


def arguments(name: str, given: Json) -> None:
    """Raises Refused when an argument is missing or is none of the method's."""
    method = METHODS[name]
    missing = method.required - given.keys()
    if missing:
        raise Refused("invalid_arguments", f"[ERROR] missing required field: {', '.join(sorted(missing))}")
    # Bolt adds team_id to every call of the client that it hands to listeners.
    strange = given.keys() - method.required - method.optional - {"team_id"}
    if strange:
        raise Refused("invalid_arg_name", f"[ERROR] no such argument: {', '.join(sorted(strange))}")


# Shapes: small checks put together


def _string(most: int, least: int = 0) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, str):
            raise _Bad(f"must be a string [{path}]")
        if not least <= len(value) <= most:
            raise _Bad(f"must be {least} to {most} characters, is {len(value)} [{path}]")

    return check


def _boolean(value: Any, path: str) -> None:
    if not isinstance(value, bool):
        raise _Bad(f"must be a boolean [{path}]")


def _integer(least: int, most: int) -> Check:
    def check(value: Any, path: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise _Bad(f"must be an integer from {least} to {most} [{path}]")

    return check


def _one_of(*words: str) -> Check:
    def check(value: Any, path: str) -> None:
        if value not in words:
            raise _Bad(f"must be one of {', '.join(words)} [{path}]")

    return check


def _list(least: int, most: int, each: Check) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, list):
            raise _Bad(f"must be an array [{path}]")
        if not least <= len(value) <= most:
            raise _Bad(f"must have {least} to {most} items, has {len(value)} [{path}]")
        for i, item in enumerate(value):
            each(item, f"{path}/{i}")

    return check


def _object(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    """An object with these fields and no others; `type` is left to whoever chose the shape by it."""
    fields = {**required, **(optional or {})}

    def check(value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise _Bad(f"must be an object [{path}]")
        for name in required:
            if name not in value:
                raise _Bad(f"missing required field: {name} [{path}]")
        for name, inner in value.items():
            if name == "type" and name not in fields:
                continue
            if name not in fields:
                raise _Bad(f"invalid additional property: {name} [{path}]")
            fields[name](inner, f"{path}/{name}")

    return check


def _typed(kinds: dict[str, Check]) -> Check:
    """An object whose `type` says which shape it has."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, dict) or not isinstance(value.get("type"), str):
            raise _Bad(f"must be an object with a type [{path}]")
        if value["type"] not in kinds:
            raise _Bad(f"unsupported type: {value['type']} [{path}]")
        kinds[value["type"]](value, path)

    return check


def _text(most: int, *kinds: str) -> Check:
    shapes = {
        "plain_text": _object({"text": _string(most, 1)}, {"emoji": _boolean}),
        "mrkdwn": _object({"text": _string(most, 1)}, {"verbatim": _boolean}),
    }
    return _typed({kind: shapes[kind] for kind in kinds})


_PLAIN = "plain_text"
_ACTION_ID = _string(255, 1)
_CONFIRM = _object(
    {
        "title": _text(100, _PLAIN),
        "text": _text(300, _PLAIN, "mrkdwn"),
        "confirm": _text(30, _PLAIN),
        "deny": _text(30, _PLAIN),
    },
    {"style": _one_of("primary", "danger")},
)
_OPTION = _object(
    {"text": _text(75, _PLAIN, "mrkdwn"), "value": _string(150, 1)},
    {"description": _text(75, _PLAIN, "mrkdwn")},
)
_GROUP = _object({"label": _text(75, _PLAIN), "options": _list(1, 100, _OPTION)})
_COMMON: dict[str, Check] = {"action_id": _ACTION_ID, "confirm": _CONFIRM, "focus_on_load": _boolean}


def _choosing(most: int, **extra: Check) -> Check:
    """An element that offers options: no more than `most`, no value twice, the initial ones among them."""
    shape = _object(
        {"action_id": _ACTION_ID},
        {**_COMMON, "options": _list(1, most, _OPTION), "option_groups": _list(1, 100, _GROUP), **extra},
    )

    def check(value: Any, path: str) -> None:
        shape(value, path)
        if ("options" in value) == ("option_groups" in value):
            raise _Bad(f"wants either options or option_groups [{path}]")
        options = value.get("options") or [o for g in value["option_groups"] for o in g["options"]]
        values = [option["value"] for option in options]
        if len(values) != len(set(values)):
            raise _Bad(f"an option's value twice [{path}/options]")
        initial = value.get("initial_options") or (
            [value["initial_option"]] if "initial_option" in value else []
        )
        if any(option not in options for option in initial):
            raise _Bad(f"an initial option is none of the options [{path}]")

    return check


def _plain_input(value: Any, path: str) -> None:
    _object(
        {"action_id": _ACTION_ID},
        {
            **_COMMON,
            "initial_value": _string(3000),
            "multiline": _boolean,
            "min_length": _integer(0, 3000),
            "max_length": _integer(1, 3000),
            "placeholder": _text(150, _PLAIN),
        },
    )(value, path)
    if len(value.get("initial_value", "")) > value.get("max_length", 3000):
        raise _Bad(f"initial_value is longer than max_length [{path}/initial_value]")


_SELECTED = {"placeholder": _text(150, _PLAIN)}
_ELEMENTS: dict[str, Check] = {
    "button": _object(
        {"text": _text(75, _PLAIN), "action_id": _ACTION_ID},
        {
            **_COMMON,
            "value": _string(2000, 1),
            "url": _string(3000, 1),
            "style": _one_of("primary", "danger"),
            "accessibility_label": _string(75, 1),
        },
    ),
    "static_select": _choosing(100, initial_option=_OPTION, **_SELECTED),
    "multi_static_select": _choosing(
        100, initial_options=_list(1, 100, _OPTION), max_selected_items=_integer(1, 100), **_SELECTED
    ),
    "radio_buttons": _choosing(10, initial_option=_OPTION),
    "checkboxes": _choosing(10, initial_options=_list(1, 10, _OPTION)),
    "overflow": _choosing(5),
    "plain_text_input": _plain_input,
    "datepicker": _object(
        {"action_id": _ACTION_ID},
        {**_COMMON, "initial_date": _string(10, 10), "placeholder": _text(150, _PLAIN)},
    ),
}
_INTERACTIVE = {k: v for k, v in _ELEMENTS.items() if k != "plain_text_input"}
_INPUTS = {k: v for k, v in _ELEMENTS.items() if k not in ("button", "overflow")}

_STYLE = _object({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline", "unlink"), _boolean))
_RICH = _typed(
    {
        "text": _object({"text": _string(100_000, 1)}, {"style": _STYLE}),
        "link": _object(
            {"url": _string(3000, 1)}, {"text": _string(100_000, 1), "style": _STYLE, "unsafe": _boolean}
        ),
        "emoji": _object({"name": _string(100, 1)}, {"unicode": _string(100)}),
        "user": _object({"user_id": _string(20, 1)}, {"style": _STYLE}),
        "channel": _object({"channel_id": _string(20, 1)}, {"style": _STYLE}),
        "broadcast": _object({"range": _one_of("here", "channel", "everyone")}),
    }
)
_SECTION_OF_RICH = _object({"elements": _list(1, 1000, _RICH)})
_RICH_PARTS = _typed(
    {
        "rich_text_section": _SECTION_OF_RICH,
        "rich_text_preformatted": _object({"elements": _list(1, 1000, _RICH)}, {"border": _integer(0, 1)}),
        "rich_text_quote": _object({"elements": _list(1, 1000, _RICH)}, {"border": _integer(0, 1)}),
        "rich_text_list": _object(
            {
                "style": _one_of("bullet", "ordered"),
                "elements": _list(1, 1000, _typed({"rich_text_section": _SECTION_OF_RICH})),
            },
            {"indent": _integer(0, 8), "offset": _integer(0, 100_000), "border": _integer(0, 1)},
        ),
    }
)
_IMAGE = _object(
    {"alt_text": _string(2000, 1)},
    {"image_url": _string(3000, 1), "slack_file": lambda v, p: None, "title": _text(2000, _PLAIN)},
)
_BLOCK_ID: dict[str, Check] = {"block_id": _string(255, 1)}


def _section(value: Any, path: str) -> None:
    _object(
        {},
        {
            **_BLOCK_ID,
            "text": _text(3000, _PLAIN, "mrkdwn"),
            "fields": _list(1, 10, _text(2000, _PLAIN, "mrkdwn")),
            "accessory": _typed({**_INTERACTIVE, "image": _IMAGE}),
            "expand": _boolean,
        },
    )(value, path)
    if "text" not in value and "fields" not in value:
        raise _Bad(f"neither text nor fields [{path}]")


_BLOCKS: dict[str, Check] = {
    "section": _section,
    "divider": _object({}, _BLOCK_ID),
    "header": _object({"text": _text(150, _PLAIN)}, _BLOCK_ID),
    "context": _object(
        {
            "elements": _list(
                1,
                10,
                _typed({"image": _IMAGE, "plain_text": _text(3000, _PLAIN), "mrkdwn": _text(3000, "mrkdwn")}),
            )
        },
        _BLOCK_ID,
    ),
    "actions": _object({"elements": _list(1, 25, _typed(_INTERACTIVE))}, _BLOCK_ID),
    "image": _object(
        {"alt_text": _string(2000, 1)},
        {
            **_BLOCK_ID,
            "image_url": _string(3000, 1),
            "slack_file": lambda v, p: None,
            "title": _text(2000, _PLAIN),
        },
    ),
    "input": _object(
        {"label": _text(2000, _PLAIN), "element": _typed(_INPUTS)},
        {**_BLOCK_ID, "hint": _text(2000, _PLAIN), "optional": _boolean, "dispatch_action": _boolean},
    ),
    "rich_text": _object({"elements": _list(1, 1000, _RICH_PARTS)}, _BLOCK_ID),
}
_BLOCK = _typed(_BLOCKS)


def _actions_of(block: Json) -> list[str]:
    held = [block.get("accessory"), block.get("element"), *(block.get("elements") or [])]
    return [e["action_id"] for e in held if isinstance(e, dict) and "action_id" in e]


def _blocks(blocks: Any, most: int) -> None:
    _list(0, most, _BLOCK)(blocks, "/blocks")
    named = [block["block_id"] for block in blocks if "block_id" in block]
    if len(named) != len(set(named)):
        raise _Bad("a block_id twice [/blocks]")
    for i, block in enumerate(blocks):
        actions = _actions_of(block)
        if len(actions) != len(set(actions)):
            raise _Bad(f"an action_id twice [/blocks/{i}]")


def decoded(value: Any, error: str) -> Any:
    """A structure that came as JSON text or as itself. Raises Refused with `error` when it isn't JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise Refused(error, "not JSON") from None


def message(text: str, blocks: list[Json]) -> None:
    """Raises Refused for a message that Slack would not post. Stricter than Slack in one thing: `text` is
    wanted beside blocks too, since notifications and screen readers have nothing else."""
    try:
        _blocks(blocks, MESSAGE_BLOCKS)
    except _Bad as bad:
        raise Refused("invalid_blocks", str(bad)) from None
    if len(json.dumps(blocks, separators=(",", ":"))) > MESSAGE_JSON:
        raise Refused("msg_blocks_too_long")
    if not text.strip():
        raise Refused("no_text")


_VIEW: dict[str, Check] = {
    "callback_id": _string(255),
    "private_metadata": _string(3000),
    "external_id": _string(255),
}
_MODAL = _object(
    {"title": _text(24, _PLAIN), "blocks": _list(1, VIEW_BLOCKS, _BLOCK)},
    {
        **_VIEW,
        "submit": _text(24, _PLAIN),
        "close": _text(24, _PLAIN),
        "clear_on_close": _boolean,
        "notify_on_close": _boolean,
        "submit_disabled": _boolean,
    },
)
_HOME = _object({"blocks": _list(1, VIEW_BLOCKS, _BLOCK)}, _VIEW)


def view(value: Any, kind: str) -> None:
    """Raises Refused for a view of that kind ("modal" or "home") that Slack would not show."""
    try:
        if not isinstance(value, dict) or value.get("type") != kind:
            raise _Bad(f"must be a {kind} view [/view]")
        (_MODAL if kind == "modal" else _HOME)(value, "/view")
        _blocks(value["blocks"], VIEW_BLOCKS)
        if any(b["type"] == "input" for b in value["blocks"]) and kind == "modal" and "submit" not in value:
            raise _Bad("submit is required with input blocks [/view]")
    except _Bad as bad:
        raise Refused("invalid_arguments", str(bad)) from None
    if len(json.dumps(value).encode()) > VIEW_BYTES:
        raise Refused("view_too_large")


def metadata(value: Any) -> None:
    """Raises Refused for message metadata that Slack would not keep."""
    if not isinstance(value, dict) or value.keys() != {"event_type", "event_payload"}:
        raise Refused("invalid_metadata_format")
    if not isinstance(value["event_type"], str) or not isinstance(value["event_payload"], dict):
        raise Refused("invalid_metadata_format")


# What a text does to its readers

_CONTROL = re.compile(r"<([!@#][^>|]+)(?:\|[^>]*)?>")


def pings(text: str, blocks: list[Json]) -> list[str]:
    """Who is mentioned by a message: `!channel`, `@U1`, … from mrkdwn and from rich text."""
    found = [match[1] for match in _CONTROL.finditer(text)]

    def walk(node: Any) -> None:
        if isinstance(node, list):
            for item in node:
                walk(item)
        elif isinstance(node, dict):
            if node.get("type") == "mrkdwn":
                found.extend(match[1] for match in _CONTROL.finditer(node["text"]))
            elif node.get("type") == "broadcast":
                found.append(f"!{node['range']}")
            elif node.get("type") == "user":
                found.append(f"@{node['user_id']}")
            for item in node.values():
                walk(item)

    walk(blocks)
    return found


def unescaped(text: str) -> str:
    """mrkdwn text as it is read: links by their label, the three entities as characters."""
    text = re.sub(r"<([^>|]+)\|([^>]*)>", r"\2", text)
    text = re.sub(r"<([^>]+)>", r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def shown(blocks: list[Json]) -> str:
    """What a reader sees of blocks, a line each: bold as *…*, code as `…`, links by their label."""
    return "\n".join(line for line in (_shown(block) for block in blocks) if line)


def _shown(block: Json) -> str:
    match block["type"]:
        case "section":
            texts = [block["text"]] if "text" in block else []
            return "\n".join(_words(t) for t in texts + block.get("fields", []))
        case "header":
            return _words(block["text"])
        case "context":
            return " ".join(_words(e) for e in block["elements"] if e["type"] != "image")
        case "rich_text":
            return "\n".join(_rich(part) for part in block["elements"])
        case "input":
            return _words(block["label"])
        case "image":
            return f"[{block['alt_text']}]"
    return ""


def _words(text: Json) -> str:
    words: str = text["text"]
    return unescaped(words) if text["type"] == "mrkdwn" else words


def _rich(part: Json) -> str:
    if part["type"] == "rich_text_list":
        first = part.get("offset", 0) + 1
        signs = (
            f"{first + i}. " if part["style"] == "ordered" else "• " for i in range(len(part["elements"]))
        )
        return "\n".join(sign + _rich(item) for sign, item in zip(signs, part["elements"], strict=True))
    return "".join(_rich_element(element) for element in part["elements"])


def _rich_element(element: Json) -> str:
    match element["type"]:
        case "text":
            style = element.get("style", {})
            mark = "*" if style.get("bold") else "`" if style.get("code") else ""
            return f"{mark}{element['text']}{mark}"
        case "link":
            return str(element.get("text", element["url"]))
        case "user":
            return f"@{element['user_id']}"
        case "broadcast":
            return f"@{element['range']}"
    return ""
