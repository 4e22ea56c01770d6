"""What people pass on, as Slack brings it and as the bot reads it."""

from __future__ import annotations

from typing import Any

from bot.slack.incoming import message


async def fetch(file: dict[str, Any]) -> bytes:
    return str(file["id"]).encode()


async def test_a_shared_message_is_known_for_one() -> None:
    """Its words stand below what was typed, its files come along; a mere link's preview is no share."""
    event = {
        "type": "message",
        "channel_type": "im",
        "channel": "D1",
        "user": "U01",
        "ts": "1.2",
        "text": "persiunčiu",
        "attachments": [
            {"is_share": True, "text": "Nauja tvarka &amp; priedas", "files": [{"id": "F1", "name": "t.pdf"}]}
        ],
    }
    gesture = message(event, "B1", fetch)
    assert gesture is not None
    msg, _ = gesture
    assert (msg.forwarded, msg.text) == (True, "persiunčiu\n\nNauja tvarka & priedas")
    assert [(file.name, await file.read()) for file in msg.files] == [("t.pdf", b"F1")]
    preview = message(
        {**event, "attachments": [{"text": "Puslapis", "from_url": "https://a.lt"}]}, "B1", fetch
    )
    assert preview is not None and (preview[0].forwarded, preview[0].text) == (False, "persiunčiu")
