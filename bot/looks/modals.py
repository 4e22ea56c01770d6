"""An invitation as Slack's message and a form as its modal's pages, made of the very blocks that are sent. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.looks.shown import INVITATION, Shown, asking, text
from bot.slack import modal
from bot.slack.render import Message, render
from handlers.chat import Field, Form, Reply
from handlers.i18n import Translator

Json = dict[str, Any]


def on_slack(invitation: Reply, form: Form, t: Translator) -> Iterator[Shown]:
    """The invitation as a message, and every page of the modal; one that asks other questions after other answers as
    often as it takes to see them all."""
    for message in render(invitation):
        if isinstance(message, Message):
            blocks = list(message.blocks)
            drawn = f'<div class="slack">{"".join(map(_block, blocks))}</div>'
            yield Shown("Slack", (INVITATION,), drawn, tuple(_texts(blocks)))
    for page in modal.pages(form):
        left = list(page)
        while left:
            view = modal.view(asking(form, left[0]), t)
            asked = _asked(view, page)
            yield Shown("Slack", asked, _modal(view), tuple(_texts(view)))
            left = [field for field in left[1:] if field.name not in asked]


def _asked(view: Json, page: tuple[Field, ...]) -> tuple[str, ...]:
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    return tuple(field.name for field in page if field.name in inputs)


def _modal(view: Json) -> str:
    blocks = "".join(map(_block, view["blocks"]))
    close, submit = (text(view[name]["text"]) for name in ("close", "submit"))
    return (
        f'<div class="slack"><header><b>{text(view["title"]["text"])}</b><i>✕</i></header>{blocks}'
        f'<footer><span>{close}</span><span class="go">{submit}</span></footer></div>'
    )


def _block(block: Json) -> str:
    match block["type"]:
        case "input":
            # Slack's own word: it speaks no Lithuanian.
            optional = " <small>(optional)</small>" if block["optional"] else ""
            hint = f'<p class="hint">{text(block["hint"]["text"])}</p>' if "hint" in block else ""
            return f"<h5>{text(block['label']['text'])}{optional}</h5>{_element(block['element'])}{hint}"
        case "header":
            return f"<h5>{text(block['text']['text'])}</h5>"
        case "actions":
            keys = "".join(f"<span>{text(key['text']['text'])}</span>" for key in block["elements"])
            return f'<p class="keys">{keys}</p>'
        case _:
            return f"<p>{''.join(_rich(block))}</p>"


def _element(element: Json) -> str:
    options = [option["text"]["text"] for option in _options(element)]
    match element["type"]:
        case "plain_text_input":
            return f'<div class="box{" tall" if element["multiline"] else ""}"></div>'
        case "radio_buttons" | "checkboxes" as kind:
            sign = "○" if kind == "radio_buttons" else "☐"
            return "".join(f'<p class="choice"><i>{sign}</i>{text(option)}</p>' for option in options)
        case _:
            lines = "".join(f"<li>{text(option)}</li>" for option in options)
            return f'<div class="box">▾</div><ul class="open">{lines}</ul>'


def _options(element: Json) -> list[Json]:
    groups = element.get("option_groups")
    return [o for group in groups for o in group["options"]] if groups else element.get("options", [])


def _rich(block: Json) -> Iterator[str]:
    """The elements of a rich text, with what is bold as that."""
    for element in block.get("elements", ()):
        if "text" in element:
            said = text(element["text"])
            yield f"<b>{said}</b>" if element.get("style", {}).get("bold") else said
        else:
            yield from _rich(element)


def _texts(value: Any) -> Iterator[str]:
    """Every text of a view; what is said in one paragraph together."""
    match value:
        case {"type": "rich_text_section", "elements": list(elements)}:
            yield "".join(element.get("text", "") for element in elements)
        case {"text": str(found)}:
            yield found
        case dict():
            for each in value.values():
                yield from _texts(each)
        case list():
            for each in value:
                yield from _texts(each)
