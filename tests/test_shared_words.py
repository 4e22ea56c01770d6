"""What later issues will say, through every renderer: the words are known to carry it."""

from __future__ import annotations

import json

import pytest

from bot.local.parts import render as page
from bot.local.terminal import as_json
from bot.local.terminal import text as terminal
from bot.slack.render import Message
from bot.slack.render import render as slack
from bot.telegram.render import render as telegram
from bot.telegram.render import units
from handlers.chat import Reply
from tests import shared_words
from tests.shared_words import ALL, HOSTILE


def said_in_slack(reply: Reply) -> list[Message]:
    """The messages of a reply in Slack; its files are uploads of their own."""
    return [part for part in slack(reply) if isinstance(part, Message)]


@pytest.mark.parametrize("name", list(ALL))
def test_every_reply_fits_every_platform(name: str) -> None:
    """A survey, a digest, a group's post and a dropped file are rendered everywhere, within the limits."""
    reply = ALL[name]
    for part in telegram(reply):
        assert units(part.plain) <= 4096
    for sent in said_in_slack(reply):
        assert len(json.dumps(sent.blocks, ensure_ascii=False, separators=(",", ":"))) <= 13_200
        assert len(sent.blocks) <= 50
    assert page(reply)
    assert terminal(reply) and as_json(reply)["blocks"]


def test_what_people_write_stays_what_they_wrote() -> None:
    """Markup, mentions and marks of direction that people write are shown, and do nothing, on every platform."""
    reply = shared_words.KITCHEN_SINK
    html = "".join(part.html for part in telegram(reply))
    assert "&lt;b&gt;&amp;amp;" in html and "<b>&amp;" not in html
    blocks = json.dumps([sent.blocks for sent in said_in_slack(reply)], ensure_ascii=False)
    assert '"type": "mrkdwn"' not in blocks
    assert "<!channel>" in blocks  # inside rich_text, where it is plain text
    assert "\u202e" not in terminal(reply)


def test_a_reply_is_equal_to_its_like() -> None:
    """A reply is a value: two with the same words are the same, whatever their forms' checks are."""
    assert (
        Reply(shared_words.DIGEST.blocks, shared_words.DIGEST.buttons, told=shared_words.DIGEST.told)
        == shared_words.DIGEST
    )
    assert HOSTILE in shared_words.KITCHEN_SINK.plain
