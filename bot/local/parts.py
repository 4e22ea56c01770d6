"""A reply as the page's script draws it: a tree whose every text is literal. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from handlers.chat import (
    Block,
    Bold,
    Button,
    Code,
    File,
    Form,
    Heading,
    Items,
    Link,
    Para,
    Reply,
    Span,
    Spans,
)

Json = Mapping[str, object]

# Marks that turn the direction of what follows them, and controls that no font draws: a title with one would
# garble the sentence around it (Unicode TR 36, 2.5). Right-to-left letters need none of them.
_UNSEEN = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
ARROW = "→"


@dataclass(frozen=True, slots=True)
class Part:
    """One message of the page. `aside` and `fresh` are the reply's."""

    body: Json
    files: tuple[File, ...] = ()
    aside: bool = False
    fresh: bool = False


def render(reply: Reply) -> tuple[Part, ...]:
    """The reply as one message, or as none when it says nothing."""
    blocks = [_block(block) for block in reply.blocks]
    if reply.form:
        blocks += _form(reply.form)
    if not blocks and not reply.buttons and not reply.files:
        return ()
    body = {"blocks": blocks, "buttons": [[_button(b) for b in row] for row in reply.buttons]}
    return (Part(body, reply.files, reply.aside, reply.fresh),)


def seen(text: str) -> str:
    """The text without what would garble its surroundings; everything else of it stays."""
    return _UNSEEN.sub("", text)


def _block(block: Block) -> Json:
    match block:
        case Heading(text):
            return {"is": "heading", "text": seen(text)}
        case Para(spans):
            return _change(spans) or {"is": "para", "spans": _spans(spans)}
        case Items(items, start):
            return {"is": "items", "start": start, "items": [_spans(item) for item in items]}
        case _:
            assert_never(block)


def _change(spans: Spans) -> Json | None:
    """A line that says "was … → now …", cut at its arrow, so that what holds now stands out; else None."""
    arrows = [i for i, span in enumerate(spans) if isinstance(span, str) and ARROW in span]
    if len(arrows) != 1:
        return None
    at = arrows[0]
    was, now = str(spans[at]).split(ARROW, 1)
    return {
        "is": "change",
        "was": _spans((*spans[:at], was.rstrip())),
        "now": _spans((now.lstrip(), *spans[at + 1 :])),
    }


def _spans(spans: Spans) -> list[Json]:
    return [_span(span) for span in spans if span != ""]


def _span(span: Span) -> Json:
    match span:
        case str():
            return {"is": "text", "text": seen(span)}
        case Bold(text):
            return {"is": "bold", "text": seen(text)}
        case Code(text):
            return {"is": "code", "text": seen(text)}
        case Link(text, url):
            return {"is": "link", "text": seen(text), "url": url}
        case _:
            assert_never(span)


def _button(button: Button) -> Json:
    """What a press confirms is drawn strong: `apply …` ends a preview (see handlers/commands.py)."""
    word = button.command.split(maxsplit=1)[0]
    return {"label": seen(button.label), "command": button.command, "strong": word == "apply"}


def _form(form: Form) -> list[Json]:
    """A form as what it will ask. Dispatch asks forms one question at a time here, so that this is only seen
    where a whole form is shown to be looked at."""
    intro: list[Json] = [{"is": "para", "spans": _spans((form.intro,))}] if form.intro else []
    questions = [
        _spans((f"{field.label}: {fault}" if (fault := form.faults.get(field.name)) else field.label,))
        for field in form.asked(form.values)
    ]
    return [
        {"is": "heading", "text": seen(form.title)},
        *intro,
        {"is": "items", "start": 1, "items": questions},
    ]
