"""Questions as Telegram's bubbles and as the page's, made of what their renderers give. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot import forms
from bot.local import parts
from bot.looks.shown import INVITATION, Shown, steps, text
from bot.telegram import render as telegram
from handlers.chat import Form, Reply
from handlers.i18n import Translator


def on_telegram(invitation: Reply, form: Form, t: Translator) -> Iterator[Shown]:
    """The invitation and each question, a message for each ten of its choices."""
    for name, reply in ((INVITATION, invitation), *_questions(form, t)):
        for part in telegram.render(reply):
            rows = part.markup["inline_keyboard"] if part.markup else []
            labels = [[key["text"] for key in row] for row in rows]
            # The renderer's HTML has nothing but b, code and a, and every text in it is escaped.
            drawn = f'<div class="bubble">{part.html}</div>{_keys(labels)}'
            flat = tuple(label for row in labels for label in row)
            yield Shown("Telegram", (name,), f'<div class="tg">{drawn}</div>', (part.plain, *flat), flat)


def on_page(invitation: Reply, form: Form, t: Translator) -> Iterator[Shown]:
    """The same messages, as the local page draws them."""
    for name, reply in ((INVITATION, invitation), *_questions(form, t)):
        for part in parts.render(reply):
            body: Any = part.body
            labels = [[key["label"] for key in row] for row in body["buttons"]]
            drawn = "".join(map(_block, body["blocks"]))
            flat = tuple(label for row in labels for label in row)
            said = tuple("".join(_said(block)) for block in body["blocks"])
            html = f'<div class="page"><div class="bubble">{drawn}</div>{_keys(labels)}</div>'
            yield Shown("page", (name,), html, (*said, *flat), flat)


def _questions(form: Form, t: Translator) -> Iterator[tuple[str, Reply]]:
    for field, here in steps(form):
        pages = max(1, -(-len(field.choices) // forms.CHOICES_A_PAGE))
        for page in range(1, pages + 1):
            yield field.name, forms.question(here, t, page)


def _keys(rows: list[list[str]]) -> str:
    drawn = "".join(
        f'<div class="row">{"".join(f"<span>{text(label)}</span>" for label in row)}</div>' for row in rows
    )
    return f'<div class="keys">{drawn}</div>'


def _block(block: Mapping[str, Any]) -> str:
    match block["is"]:
        case "heading":
            return f"<h5>{text(block['text'])}</h5>"
        case "items":
            lines = "".join(f"<li>{''.join(map(_span, item))}</li>" for item in block["items"])
            return f"<ul>{lines}</ul>"
        case "change":
            return f"<p>{''.join(map(_span, (*block['was'], *block['now'])))}</p>"
        case _:
            return f"<p>{''.join(map(_span, block['spans']))}</p>"


def _span(span: Mapping[str, Any]) -> str:
    return f"<b>{text(span['text'])}</b>" if span["is"] == "bold" else text(span["text"])


def _said(value: Any) -> Iterator[str]:
    """Every text of a block, one after another."""
    match value:
        case {"text": str(found)}:
            yield found
        case Mapping():
            for each in value.values():
                yield from _said(each)
        case list() | tuple():
            for each in value:
                yield from _said(each)
