"""How a command is said on Slack: behind the one slash command that is ours, since Slack keeps /topic, /invite and
others for itself and refuses those that it does not know. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import assert_never

from handlers.chat import Block, Heading, Items, Para, Reply, Spans, plain
from handlers.commands import BY_NAME, DRAFT_NAMES

COMMAND = "/sauklys"
_SLASHED = re.compile(r"(?<![\w/])/([a-z_]+)(?![\w/])")


def said_here(reply: Reply) -> Reply:
    """The reply with "/sauklys tema" for "/tema" wherever a command is named; a paragraph that names ours already is
    left as it is."""
    return replace(reply, blocks=tuple(map(_block, reply.blocks)))


def _block(block: Block) -> Block:
    match block:
        case Heading(text):
            return Heading(_text(text))
        case Para(spans):
            return Para(_spans(spans))
        case Items(items, start):
            return Items(tuple(map(_spans, items)), start)
        case _:
            assert_never(block)


def _spans(spans: Spans) -> Spans:
    if not any("/" in (s if isinstance(s, str) else s.text) for s in spans) or COMMAND in plain(spans):
        return spans
    return tuple(_text(s) if isinstance(s, str) else replace(s, text=_text(s.text)) for s in spans)


def _text(text: str) -> str:
    return _SLASHED.sub(_named, text) if "/" in text else text


def _named(found: re.Match[str]) -> str:
    name = found[1]
    return f"{COMMAND} {name}" if name in BY_NAME or name in DRAFT_NAMES else found[0]
