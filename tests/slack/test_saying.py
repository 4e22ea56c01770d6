"""A command that a reply names can be said on Slack as it is written there."""

from __future__ import annotations

import pytest

from bot.slack.render import Message, render
from handlers.chat import Code, Items, Reply, para
from tests.conversation import Chat


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("Pavyzdžiui: /tyla 12:00-14:00.", "Pavyzdžiui: /sauklys tyla 12:00-14:00."),
        ("ir/ar, 1/2, https://example.org/calls /nera", "ir/ar, 1/2, https://example.org/calls /nera"),
        ("/kanalas politika (Slack: /sauklys kanalas politika)",) * 2,
    ],
)
def test_a_command_in_a_sentence_is_behind_ours(said: str, seen: str) -> None:
    """Slack has a /topic and an /invite of its own and knows no /tyla; what only looks like a command stays."""
    [message] = render(Reply((para(said), Items(((Code("/topic"), ": x"),)))))
    assert isinstance(message, Message)
    assert seen in message.text and "/sauklys topic: x" in message.text


async def test_help_can_be_followed_on_slack() -> None:
    """Every line of help names a command that Slack lets pass."""
    chat = Chat.begin()
    await chat.associate()
    eva = await chat.member("Eva", language="en", platform="slack")
    text = "".join(part.text for part in render(await eva.says("/help")) if isinstance(part, Message))
    assert "/sauklys topic topic, then on, digest or off: " in text and "\n• /topic" not in text
