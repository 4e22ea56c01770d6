"""A reply as terminal text, and as the JSON that scripts read. Pure."""

from __future__ import annotations

import base64
import textwrap
from typing import Any, assert_never

from handlers.chat import Block, Bold, Button, Code, Form, Heading, Items, Link, Para, Reply, Spans

BOLD, RESET = "\x1b[1m", "\x1b[0m"
# Control characters would let a call's title drive the terminal; marks of direction would turn the line.
_HARMFUL = dict.fromkeys(
    [*range(0x20), 0x7F, *range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
_HARMFUL.pop(0x0A)


def text(reply: Reply, *, width: int = 80, colour: bool = False, buttons_as_labels: bool = False) -> str:
    """The reply as lines of at most `width` characters; buttons as the commands to type, or as their labels."""
    parts = [_block(block, width, colour) for block in reply.blocks]
    if reply.form:
        parts.append(_form(reply.form, width))
    if reply.buttons:
        parts.append("\n".join(_buttons(row, buttons_as_labels) for row in reply.buttons))
    parts += [f"({file.name}, {len(file.content)} B)" for file in reply.files]
    return "\n".join(part for part in parts if part)


def _block(block: Block, width: int, colour: bool) -> str:
    match block:
        case Heading(words):
            return _bold(_clean(words), colour)
        case Para(spans):
            return _wrapped(_spans(spans, colour), width, "")
        case Items(items, start):
            lines = []
            for i, item in enumerate(items):
                sign = f"{start + i}. " if start is not None else "• "
                lines.append(_wrapped(sign + _spans(item, colour), width, " " * len(sign)))
            return "\n".join(lines)
        case _:
            assert_never(block)


def _spans(spans: Spans, colour: bool) -> str:
    return "".join(_span(span, colour) for span in spans)


def _span(span: str | Bold | Code | Link, colour: bool) -> str:
    match span:
        case str():
            return _clean(span)
        case Bold(words):
            return _bold(_clean(words), colour)
        case Code(words):
            return _clean(words)
        case Link(words, url):
            return _clean(url if words in url else f"{words} ({url})")
        case _:
            assert_never(span)


def _bold(words: str, colour: bool) -> str:
    return f"{BOLD}{words}{RESET}" if colour else words


def _clean(words: str) -> str:
    return words.translate(_HARMFUL)


def _wrapped(line: str, width: int, indent: str) -> str:
    """Wrapped at words; the escape codes of bold count as nothing, so lines may end a little early."""
    return "\n".join(
        textwrap.fill(piece, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
        for piece in line.split("\n")
    )


def _buttons(row: tuple[Button, ...], as_labels: bool) -> str:
    return "  ".join(
        f"[{_clean(b.label)}]" if as_labels else f"[{_clean(b.label)}: /{b.command}]" for b in row
    )


def _form(form: Form, width: int) -> str:
    return "\n".join(_wrapped(f"{field.name}: {_clean(field.label)}", width, "  ") for field in form.fields)


def as_json(reply: Reply) -> dict[str, Any]:
    """`{"blocks", "buttons": [{"label", "command"}], "form", "files"}`; file contents are base64."""
    return {
        "blocks": [_block_json(block) for block in reply.blocks],
        "buttons": [{"label": b.label, "command": b.command} for row in reply.buttons for b in row],
        "form": _form_json(reply.form) if reply.form else None,
        "files": [
            {"name": f.name, "mime": f.mime, "content": base64.b64encode(f.content).decode()}
            for f in reply.files
        ],
    }


def _block_json(block: Block) -> dict[str, Any]:
    match block:
        case Heading(words):
            return {"heading": words}
        case Para(spans):
            return {"para": _spans_json(spans)}
        case Items(items, start):
            return {"items": [_spans_json(item) for item in items], "start": start}
        case _:
            assert_never(block)


def _spans_json(spans: Spans) -> list[Any]:
    def one(span: str | Bold | Code | Link) -> Any:
        match span:
            case str():
                return span
            case Bold(words):
                return {"bold": words}
            case Code(words):
                return {"code": words}
            case Link(words, url):
                return {"link": words, "url": url}
            case _:
                assert_never(span)

    return [one(span) for span in spans]


def _form_json(form: Form) -> dict[str, Any]:
    return {
        "command": form.command,
        "title": form.title,
        "fields": [
            {
                "name": f.name,
                "label": f.label,
                "kind": f.kind,
                "required": f.required,
                "choices": [{"value": c.value, "label": c.label} for c in f.choices],
            }
            for f in form.fields
        ],
        "faults": dict(form.faults),
    }
