"""A Reply as Slack shows it: rich text that needs no escaping, the plain text beside it, buttons. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from json.encoder import encode_basestring_ascii
from typing import Any, assert_never

from bot.slack.saying import said_here
from handlers.chat import (
    Block,
    Bold,
    Button,
    Code,
    File,
    Heading,
    Items,
    Link,
    Para,
    Reply,
    Span,
    Spans,
    para,
)

Json = dict[str, Any]

# docs.slack.dev, Block Kit: 50 blocks a message, 100 a view, 150 characters a header, 75 a button's text,
# 3,000 a URL. Slack refuses messages near 13,200 characters of compact JSON, text or not (bolt-js #2509,
# #2867); it does not say how it counts what is not ASCII, so we count it escaped, which is never less.
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_JSON = 12_000
HEADER_LENGTH = 150
LABEL_LENGTH = 75
URL_LENGTH = 3000
TEXT_LENGTH = 4000  # chat.update takes no more; chat.postMessage cuts at 40,000
ALONE_LENGTH = 39_000

_BLOCK_JSON = 6_000  # half of a message, so that a block never keeps a nearly full message from its neighbour
_PIECE_JSON = 2_500
_ELEMENT_JSON = 48  # what stands around an element's text, its style and a comma with it, at most
_SECTION_JSON = 48  # around a section's elements
_LIST_JSON = 120  # around a list's sections, its style and offset with it, and a block's

# A direction that a member's text sets would go on into ours; lone surrogates cannot be sent at all.
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_WORD = re.compile(r"\S+\s*|\s+")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ESCAPES = str.maketrans(_ENTITIES)


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its blocks, and its words for where blocks cannot be shown."""

    words: str
    blocks: tuple[Json, ...]

    @property
    def text(self) -> str:
        """What notifications and screen readers are given, in mrkdwn, TEXT_LENGTH at most."""
        return escaped(self.words, TEXT_LENGTH)

    @property
    def alone(self) -> str:
        """All its words in mrkdwn, for when Slack does not take the blocks."""
        return escaped(self.words, ALONE_LENGTH)


@dataclass(frozen=True, slots=True)
class Upload:
    """One file."""

    file: File


Part = Message | Upload


@dataclass(frozen=True, slots=True)
class _Unit:
    """A Slack block that stays in one piece, and its words."""

    block: Json
    words: str
    size: int


def render(reply: Reply, shown_to: str | None = None) -> tuple[Part, ...]:
    """A reply's pictures, then its messages, then its other files; a caption of Slack's bears no buttons. `shown_to`
    is the one user who may press the buttons.

    A form is a button that opens it: only a press brings the trigger that a modal needs.
    """
    reply = said_here(reply)
    units = [*_texts(_with_form(reply)), *_rows(_buttons(reply), shown_to)]
    pictures = (Upload(file) for file in reply.files if file.picture)
    others = (Upload(file) for file in reply.files if not file.picture)
    return (*pictures, *_messages(units), *others)


def home(reply: Reply) -> Json:
    """The reply as the Home tab."""
    reply = said_here(reply)
    units = [*_texts(_with_form(reply)), *_rows(_buttons(reply), None)]
    blocks = [unit.block for unit in units[:VIEW_BLOCKS]]
    return {"type": "home", "blocks": blocks or [_paragraph([_text("…")])]}


def blocks(texts: Iterable[Block]) -> list[Json]:
    """These blocks as Slack's, for a modal."""
    return [unit.block for block in texts for unit in _text_units(block)]


def button(label: str, command: str, action: str) -> Json:
    """A button that says the command."""
    return {"type": "button", "action_id": action, "text": plain_text(label, LABEL_LENGTH), "value": command}


def plain_text(text: str, limit: int) -> Json:
    """A text object without any markup, with something in it."""
    return {"type": "plain_text", "text": line(text)[:limit] or "·", "emoji": False}


def line(text: str) -> str:
    """The text in one line, without what would disturb its neighbours."""
    return " ".join(clean(text).split())


def clean(text: str) -> str:
    """The text without control characters and without what turns the direction of what follows."""
    return text if text.isprintable() else _UNSHOWN.sub("", text)


def escaped(text: str, limit: int) -> str:
    """mrkdwn that shows the text itself, at most `limit` characters with its entities.

    docs.slack.dev, formatting: `&`, `<` and `>` are all that must be escaped, which takes the power from
    `<!channel>`, `<@U1>` and links.
    """
    kept: list[str] = []
    used = 0
    shown = clean(text)
    whole = shown.translate(_ESCAPES)
    if len(whole) < limit:
        return whole
    for char in shown:
        piece = _ENTITIES.get(char, char)
        used += len(piece)
        if used >= limit:
            return "".join(kept).rstrip() + "…"
        kept.append(piece)
    return "".join(kept)


# Texts


def _with_form(reply: Reply) -> tuple[Block, ...]:
    """The reply's blocks; of a form its title, what it says of itself and what is wrong with which of its fields, where
    there is no other text."""
    form = reply.form
    if form is None or reply.blocks:
        return reply.blocks
    faults: list[Block] = []
    for name, sentence in form.faults.items():
        field = form.field(name)
        faults += [para(Bold(field.label)), para(sentence)] if field else [para(sentence)]
    return (para(Bold(form.title)), *((para(form.intro),) if form.intro else ()), *faults)


def _buttons(reply: Reply) -> tuple[tuple[Button, ...], ...]:
    opening = ((Button(reply.form.title, reply.form.command),),) if reply.form else ()
    return (*opening, *reply.buttons)


def _texts(texts: Iterable[Block]) -> Iterator[_Unit]:
    for block in texts:
        yield from _text_units(block)


def _text_units(block: Block) -> Iterator[_Unit]:
    match block:
        case Heading(text):
            yield from _heading(line(text))
        case Para(spans):
            yield from (_paragraph_unit(row) for row in _rows_of(spans))
        case Items(items, start):
            yield from _list(items, start)
        case _:
            assert_never(block)


def _heading(text: str) -> Iterator[_Unit]:
    """A header, or a bold paragraph where the text is longer than a header may be."""
    if len(text) > HEADER_LENGTH:
        yield from _text_units(para(Bold(text)))
    elif text:
        yield _unit({"type": "header", "text": plain_text(text, HEADER_LENGTH)}, text)


@dataclass(frozen=True, slots=True)
class _Row:
    """Rich text elements that go into one section, their words, and the characters of their JSON."""

    elements: list[Json]
    words: str
    size: int


def _list(items: tuple[Spans, ...], start: int | None) -> Iterator[_Unit]:
    """Lists of as many items as a block takes. What of one item is too long for a block goes on below it."""
    first = start if start is not None else 1
    held: list[_Row] = []
    number = first
    for number, item in enumerate(items, first):
        row, *more = [*_rows_of(item)] or [_Row([_text("–")], "–", _size(_text("–")))]
        if held and sum(one.size for one in held) + row.size > _BLOCK_JSON:
            yield _list_unit(held, start, number - len(held))
            held = []
        held.append(row)
        if more:
            yield _list_unit(held, start, number + 1 - len(held))
            held = []
            yield from map(_paragraph_unit, more)
    if held:
        yield _list_unit(held, start, number + 1 - len(held))


def _list_unit(rows: list[_Row], start: int | None, first: int) -> _Unit:
    ordered = start is not None
    items: Json = {
        "type": "rich_text_list",
        "style": "ordered" if ordered else "bullet",
        "elements": [_section(row.elements) for row in rows],
    }
    if ordered and first > 1:
        items["offset"] = first - 1
    signs = (f"{first + i}. " if ordered else "• " for i in range(len(rows)))
    words = "\n".join(sign + row.words for sign, row in zip(signs, rows, strict=True))
    size = _LIST_JSON + sum(row.size + _SECTION_JSON for row in rows)
    return _Unit({"type": "rich_text", "elements": [items]}, words, size)


def _rows_of(spans: Spans) -> Iterator[_Row]:
    """The spans as rich text elements, in rows that fit into a block."""
    elements: list[Json] = []
    words: list[str] = []
    size = 0
    for piece in (piece for span in spans for piece in _pieces(span)):
        element = _element(piece)
        more = _element_size(piece)
        if elements and size + more > _BLOCK_JSON:
            yield _Row(elements, "".join(words), size)
            elements, words, size = [], [], 0
        elements.append(element)
        words.append(piece if isinstance(piece, str) else piece.text)
        size += more
    if elements:
        yield _Row(elements, "".join(words), size)


def _pieces(span: Span) -> Iterator[Span]:
    """The span without what cannot be shown, cut at words where it is long; nothing when it is empty."""
    text = clean(span if isinstance(span, str) else span.text)
    if isinstance(span, Link) and _quoted(span.url) > URL_LENGTH:
        span = text
    if text and _quoted(text) <= _PIECE_JSON:
        yield _of(span, text)
        return
    kept: list[str] = []
    size = 0
    for word in _WORD.findall(text):
        for chunk in _chunks(word):
            if kept and size + _quoted(chunk) > _PIECE_JSON:
                yield _of(span, "".join(kept))
                kept, size = [], 0
            kept.append(chunk)
            size += _quoted(chunk)
    if kept:
        yield _of(span, "".join(kept))


def _chunks(word: str) -> Iterator[str]:
    """The word, or its parts where it alone is too long. A character is at most 12 of escaped JSON."""
    most = _PIECE_JSON // 12
    return (word[i : i + most] for i in range(0, len(word), most))


def _of(span: Span, text: str) -> Span:
    if isinstance(span, str):
        return text
    return span if span.text == text else replace(span, text=text)


def _element(span: Span) -> Json:
    match span:
        case str():
            return _text(span)
        case Bold(text):
            return {**_text(text), "style": {"bold": True}}
        case Code(text):
            return {**_text(text), "style": {"code": True}}
        case Link(text, url):
            return {"type": "link", "url": clean(url), "text": text}
        case _:
            assert_never(span)


def _element_size(span: Span) -> int:
    """Never less than what the element and the comma after it take."""
    if isinstance(span, str):
        return _ELEMENT_JSON + _quoted(span)
    return _ELEMENT_JSON + _quoted(span.text) + (_quoted(span.url) if isinstance(span, Link) else 0)


def _text(text: str) -> Json:
    return {"type": "text", "text": text}


def _section(elements: list[Json]) -> Json:
    return {"type": "rich_text_section", "elements": elements}


def _paragraph(elements: list[Json]) -> Json:
    return {"type": "rich_text", "elements": [_section(elements)]}


def _paragraph_unit(row: _Row) -> _Unit:
    return _Unit(_paragraph(row.elements), row.words, _LIST_JSON + _SECTION_JSON + row.size)


# Buttons, and how it all fits


def _rows(buttons: tuple[tuple[Button, ...], ...], shown_to: str | None) -> Iterator[_Unit]:
    """A row of buttons each. Whose they are is kept in the block's id, which only we can set."""
    whose = f":{shown_to}" if shown_to else ""
    for i, row in enumerate(buttons):
        elements = [button(b.label, b.command, f"say.{i}.{j}") for j, b in enumerate(row)]
        if elements:
            block = {"type": "actions", "block_id": f"row{i}{whose}", "elements": elements}
            yield _unit(block, " · ".join(line(b.label) for b in row))


def presser(block_id: str) -> str | None:
    """The one user whose buttons are in that block, or None."""
    return block_id.partition(":")[2] or None


def _messages(units: Iterable[_Unit]) -> Iterator[Message]:
    held: list[_Unit] = []
    size = 0
    for unit in units:
        if held and (len(held) == MESSAGE_BLOCKS or size + unit.size > MESSAGE_JSON):
            yield _message(held)
            held, size = [], 0
        held.append(unit)
        size += unit.size
    if held:
        yield _message(held)


def _message(units: list[_Unit]) -> Message:
    """The labels of buttons are its words only where there are no others."""
    texts = [u.words for u in units if u.block["type"] != "actions"] or [u.words for u in units]
    words = "\n".join(texts)
    return Message(words if words.strip() else "·", tuple(u.block for u in units))


def _unit(block: Json, words: str) -> _Unit:
    return _Unit(block, words, _size(block) + 1)


def _quoted(text: str) -> int:
    """Characters of the text as compact JSON, what is not ASCII escaped."""
    return len(encode_basestring_ascii(text))


def _size(value: object) -> int:
    """As `_quoted`, of any value."""
    return len(json.dumps(value, separators=(",", ":")))
