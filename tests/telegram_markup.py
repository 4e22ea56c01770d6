"""Telegram's HTML as its server reads it: text and entities, or the error it would answer with."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
MOST_ENTITIES = 100

_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot));?")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>/"']+)\s*(?:=\s*("[^"]*"|'[^']*'|[A-Za-z0-9.-]+))?""")
_DROPPED = re.compile("[\r\u2028-\u202e]")
_BLANKED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")

Entity = dict[str, Any]


class Unparsed(Exception):
    """The text after "can't parse entities: " in Telegram's answer."""


def utf16(text: str) -> int:
    """The length of `text` in UTF-16 code units, in which Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cleaned(text: str) -> str:
    """`text` as Telegram keeps it: no carriage returns, line separators or directional embeddings, other
    control characters as blanks."""
    return _BLANKED.sub(" ", _DROPPED.sub("", text))


def wrong_address(url: str) -> str | None:
    """Why Telegram takes `url` for no address, in its words, or None when it does."""
    parts = urlsplit(url if "://" in url or url.startswith("mailto:") else f"http://{url}")
    if parts.scheme == "tg":
        return None
    if parts.scheme not in ("http", "https"):
        return "Unsupported URL protocol"
    return None if "." in (parts.hostname or "") else "Wrong HTTP URL"


def read_html(html: str) -> tuple[str, list[Entity]]:
    """The text and the entities of `html`, untrimmed; raises Unparsed as Telegram refuses it."""
    html = cleaned(html)
    text = ""
    entities: list[Entity] = []
    opened: list[tuple[str, str, int]] = []
    at = 0
    while at < len(html):
        if html[at] != "<":
            piece, at = _literal(html, at)
            text += piece
        elif html.startswith("</", at):
            at = _close(html, at, text, opened, entities)
        else:
            name, argument, at = _open(html, at)
            opened.append((name, argument, utf16(text)))
    if opened:
        raise Unparsed(f'Can\'t find end tag corresponding to start tag "{opened[-1][0]}"')
    return text, sorted(entities, key=lambda e: (e["offset"], -e["length"]))[:MOST_ENTITIES]


def _literal(html: str, at: int) -> tuple[str, int]:
    if html[at] == "&" and (reference := _REFERENCE.match(html, at)):
        return _character(reference), reference.end()
    return html[at], at + 1


def _character(reference: re.Match[str]) -> str:
    hexadecimal, decimal, name = reference.groups()
    if name:
        return NAMED[name]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else reference.group()


def _offset(html: str, at: int) -> int:
    return len(html[:at].encode())


def _open(html: str, at: int) -> tuple[str, str, int]:
    start = re.compile(r"<([^\s>]*)").match(html, at)
    assert start is not None
    name, where = start.group(1).lower(), _offset(html, at)
    if start.end() == len(html):
        raise Unparsed(f"Unclosed start tag at byte offset {where}")
    if name not in KINDS:
        raise Unparsed(f'Unsupported start tag "{name}" at byte offset {where}')
    argument, at = "", start.end()
    while not (end := re.compile(r"\s*>").match(html, at)):
        attribute = _ATTRIBUTE.match(html, at)
        if attribute is None:
            if html[at:].strip() == "":
                raise Unparsed(f"Unclosed start tag at byte offset {where}")
            raise Unparsed(f'Empty attribute name in the tag "{name}" at byte offset {where}')
        key, value = attribute.groups()
        if value is None and (name, key) != ("blockquote", "expandable"):
            raise Unparsed(
                f'Expected equal sign in declaration of an attribute of the tag "{name}" '
                f"at byte offset {where}"
            )
        argument = _argument(name, key, value or "") or argument
        at = attribute.end()
        if at == len(html):
            raise Unparsed(f"Unclosed start tag at byte offset {where}")
    if name == "span" and argument != "tg-spoiler":
        raise Unparsed(f'Tag "span" must have class "tg-spoiler" at byte offset {where}')
    return name, argument, end.end()


def _argument(name: str, key: str, value: str) -> str:
    if value[:1] in ("'", '"'):
        value = value[1:-1]
    value = _REFERENCE.sub(_character, value)
    return value if (name, key) in (("a", "href"), ("span", "class"), ("code", "class")) else ""


def _close(html: str, at: int, text: str, opened: list[tuple[str, str, int]], entities: list[Entity]) -> int:
    where = _offset(html, at)
    if not opened:
        raise Unparsed(f"Unexpected end tag at byte offset {where}")
    end = re.compile(r"</([^\s>]*)\s*>").match(html, at)
    if end is None:
        raise Unparsed(f"Unclosed end tag at byte offset {where}")
    name, argument, offset = opened.pop()
    if end.group(1) not in ("", name):
        raise Unparsed(
            f'Unmatched end tag at byte offset {where}, expected "</{name}>", found "</{end.group(1)}>"'
        )
    if (length := utf16(text) - offset) > 0:
        entity: Entity = {"type": KINDS[name], "offset": offset, "length": length}
        if name == "a":
            # A link that is no web address is dropped without a word, and its text stays.
            if wrong_address(argument):
                return end.end()
            entity["url"] = argument
        entities.append(entity)
    return end.end()


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """`text` without the white space around it, and the entities moved and cut accordingly."""
    left = utf16(text) - utf16(text.lstrip())
    size = utf16(text.strip())
    kept = []
    for entity in entities:
        begin = max(entity["offset"] - left, 0)
        end = min(entity["offset"] + entity["length"] - left, size)
        if begin < end:
            kept.append({**entity, "offset": begin, "length": end - begin})
    return text.strip(), kept
