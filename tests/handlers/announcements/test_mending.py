"""Announcements put right, as transcripts."""

from __future__ import annotations

import asyncio

from tests.conversation import Chat, Someone
from tests.handlers.announcements.announcing import (
    announces,
    members,
    sending,
    settled,
)
from tests.postman import Postman


async def test_it_is_put_right_where_it_was_read(chat: Chat, rūta: Someone) -> None:
    """Messages that have gone out are changed and say so; those that come later are right at once."""
    await members(chat, "Ada")
    await announces(rūta)
    chat.passes(minutes=2)
    postman = Postman()
    async with sending(chat, postman):
        await settled(chat)
        await rūta.submits("correct s1", {"lt": "Susitinkame antradienį\n\nPosėdis vyks 11 val.", "en": ""})
        await rūta.presses("Pataisyti")
        async with asyncio.timeout(5):
            while "antradienį" not in postman.arrived["chat-uAda"][0]:
                await asyncio.sleep(0.005)
    assert "Pataisyta" in postman.arrived["chat-uAda"][0]
    assert len(postman.arrived["chat-uAda"]) == 1
