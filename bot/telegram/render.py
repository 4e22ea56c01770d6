"""A Reply as Telegram shows it: HTML, split within the limits, buttons whose data is their command. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import escape, unescape
from typing import assert_never

from handlers.chat import (
    Block,
    Bold,
    Buttons,
    Code,
    File,
    Heading,
    Items,
    Link,
    Para,
    Reply,
    Span,
    Spans,
    plain,
)

# core.telegram.org/bots/api, sendMessage and sendDocument: "1-4096 characters after entities parsing",
# "0-1024". Sources disagree between code points and UTF-16 units (pitfall 35), so UTF-16 units are counted,
# and of the HTML itself, which is never shorter than what is left of it.
TEXT_UNITS = 4096
CAPTION_UNITS = 1024
ALERT_LENGTH = 200  # answerCallbackQuery, text: "0-200 characters"
URL_LENGTH = 2048

# A direction that a member's text sets would go on into ours; lone surrogates cannot be sent at all.
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u2028-\u202e\u2066-\u2069]")
_LONE = re.compile("[\ud800-\udfff]")
_ANCHOR = re.compile('<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_TAG = re.compile("</?(?:b|code)>")
_WORD = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True, slots=True)
class Part:
    """One message: its text as HTML, which beside a file is the caption and may be empty; buttons; a file."""

    html: str
    buttons: Buttons = ()
    file: File | None = None

    @property
    def plain(self) -> str:
        """The same without markup, should Telegram not read it."""
        return unescape(_TAG.sub("", _ANCHOR.sub(r"\2 (\1)", self.html)))

    @property
    def markup(self) -> dict[str, list[list[dict[str, str]]]] | None:
        """The buttons as Telegram's InlineKeyboardMarkup."""
        if not self.buttons:
            return None
        keys = [[{"text": b.label, "callback_data": b.command} for b in row] for row in self.buttons]
        return {"inline_keyboard": keys}


def units(text: str) -> int:
    """UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def render(reply: Reply) -> tuple[Part, ...]:
    """The messages that a reply is: its pictures, its text, its other files. One picture, or one file alone,
    that has room for the text carries it as a caption. The buttons stand under the last text."""
    texts = _parts(reply.blocks)
    pictures = [file for file in reply.files if file.picture]
    others = [Part("", file=file) for file in reply.files if not file.picture]
    bearer = pictures if len(pictures) == 1 else reply.files
    if len(bearer) == 1 and len(texts) <= 1 and units("".join(p.html for p in texts)) <= CAPTION_UNITS:
        caption = texts[0] if texts else Part("")
        return (replace(caption, buttons=reply.buttons, file=bearer[0]), *(others if pictures else ()))
    before = [Part("", file=file) for file in pictures]
    files = [*before, *others]
    bearers = texts or files
    if reply.buttons and not bearers:
        bearers = texts = [Part("…")]
    if reply.buttons:
        bearers[-1] = replace(bearers[-1], buttons=reply.buttons)
    return (*before, *texts, *others) if texts else tuple(files)


def alert(reply: Reply) -> str | None:
    """The reply as the text of an answer to a press, or None when it is too long or more than text."""
    text = clean(reply.plain).strip()
    if reply.buttons or reply.files or units(text) > ALERT_LENGTH:
        return None
    return text


def clean(text: str) -> str:
    """`text` without what would not be shown or would disturb the text around it."""
    return text if text.isprintable() else _LONE.sub("\ufffd", _UNSHOWN.sub("", text))


# Blocks and spans


def _html(span: Span) -> str:
    match span:
        case str(text):
            return _escaped(text)
        case Bold(text):
            return f"<b>{_escaped(text)}</b>"
        case Code(text):
            return f"<code>{_escaped(text)}</code>"
        case Link(text, url):
            return _link(text, url)
        case _:
            assert_never(span)


def _escaped(text: str) -> str:
    return escape(clean(text), quote=False)


def _link(text: str, url: str) -> str:
    """Telegram drops links that are not http(s) without a word, and marks a bare mail address by itself."""
    if url.startswith("mailto:"):
        address = url.removeprefix("mailto:").partition("?")[0]
        return _escaped(address if address == text else f"{text} ({address})")
    if len(url) > URL_LENGTH:
        return _escaped(text)
    return f'<a href="{escape(clean(url))}">{_escaped(text)}</a>'


def _lines(block: Block) -> tuple[Spans, ...]:
    """The lines of a block, each of which fits a message or is cut at words."""
    match block:
        case Heading(text):
            return ((Bold(text),),)
        case Para(spans):
            return (spans,)
        case Items(items, start):
            signs = (f"{start + i}. " if start is not None else "• " for i in range(len(items)))
            return tuple((sign, *item) for sign, item in zip(signs, items, strict=True))
        case _:
            assert_never(block)


def _space(before: Block | None, block: Block) -> str:
    """A list and what stands under a heading belong to the line above; everything else stands apart."""
    if before is None:
        return ""
    near = isinstance(before, Heading) or (isinstance(block, Items) and isinstance(before, Para))
    return "\n" if near else "\n\n"


# Splitting


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stays together, with the space that sets it apart from what is above it."""

    space: str
    html: str
    blank: bool  # nothing to be seen, which Telegram refuses as a message
    leads: bool = False  # a heading, which never stands last in a message

    @property
    def size(self) -> int:
        return units(self.space) + units(self.html)


def _parts(blocks: Iterable[Block]) -> list[Part]:
    """The blocks packed into as few messages as they need, broken between blocks, else between items,
    else between words."""
    packed: list[list[_Piece]] = [[]]
    before: Block | None = None
    for block in blocks:
        whole = _joined(_space(before, block), _lines(block), isinstance(block, Heading))
        if whole.blank:
            continue
        before = block
        pieces = (whole,) if whole.size <= TEXT_UNITS else _broken(whole.space, _lines(block))
        for piece in pieces:
            if not piece.blank:
                _put(packed, piece)
    return [_part(pieces) for pieces in packed if pieces]


def _put(packed: list[list[_Piece]], piece: _Piece) -> None:
    """Adds to the last message, or begins another, taking headings along that would be left behind."""
    last = packed[-1]
    if sum(p.size for p in last) + piece.size <= TEXT_UNITS:
        last.append(piece)
        return
    heads: list[_Piece] = []
    while last and last[-1].leads and len(last) > 1:
        heads.insert(0, last.pop())
    if sum(p.size for p in heads) + piece.size > TEXT_UNITS:
        last.extend(heads)
        heads = []
    packed.append([*heads, piece])


def _part(pieces: list[_Piece]) -> Part:
    first, *rest = pieces
    return Part(first.html + "".join(p.space + p.html for p in rest))


def _joined(space: str, lines: tuple[Spans, ...], leads: bool = False) -> _Piece:
    html = "\n".join(["".join(map(_html, line)) for line in lines])
    return _Piece(space, html, not any(clean(plain(line)).strip() for line in lines), leads)


def _broken(space: str, lines: Iterable[Spans]) -> Iterator[_Piece]:
    """Line by line, and a line that no message holds by as many words as one does."""
    for line in lines:
        whole = _joined(space, (line,))
        space = "\n"
        if whole.size <= TEXT_UNITS:
            yield whole
            continue
        held: list[Span] = []
        size = units(whole.space)
        for span in _atoms(line):
            more = units(_html(span))
            if held and size + more > TEXT_UNITS:
                yield _joined(whole.space, (_merged(held),))
                held, size = [], units(whole.space)
            held.append(span)
            size += more
        yield _joined(whole.space, (_merged(held),))


def _atoms(spans: Spans) -> Iterator[Span]:
    """The spans cut into words, and words of more than a few hundred characters into pieces."""
    for span in spans:
        for word in _WORD.findall(plain((span,))):
            for i in range(0, len(word), 400):
                piece = word[i : i + 400]
                yield piece if isinstance(span, str) else replace(span, text=piece)


def _merged(spans: list[Span]) -> Spans:
    """Neighbours of the same kind as one span again."""
    out: list[Span] = []
    for span in spans:
        last = out[-1] if out else None
        if isinstance(span, str) and isinstance(last, str):
            out[-1] = last + span
        elif isinstance(span, Bold) and isinstance(last, Bold):
            out[-1] = Bold(last.text + span.text)
        elif isinstance(span, Code) and isinstance(last, Code):
            out[-1] = Code(last.text + span.text)
        elif isinstance(span, Link) and isinstance(last, Link) and last.url == span.url:
            out[-1] = Link(last.text + span.text, span.url)
        else:
            out.append(span)
    return tuple(out)
