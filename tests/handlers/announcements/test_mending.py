"""Announcements put right, as transcripts."""

from __future__ import annotations

import asyncio

from handlers.chat import Reply
from tests.conversation import Chat, Someone
from tests.handlers.announcements.announcing import (
    TEXT,
    announces,
    members,
    sending,
    settled,
)
from tests.patience import PATIENCE
from tests.postman import Postman


class Paged(Postman):
    """Every block but the remark of a correction is a message of its own."""

    def render(self, reply: Reply) -> tuple[str, ...]:
        return tuple(line for line in reply.plain.splitlines() if not line.startswith("Pataisyta"))


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
        async with asyncio.timeout(PATIENCE):
            while "antradienį" not in postman.arrived["chat-uAda"][0]:
                await asyncio.sleep(0.005)
    assert "Pataisyta" in postman.arrived["chat-uAda"][0]
    assert len(postman.arrived["chat-uAda"]) == 1


async def test_a_correction_that_takes_more_messages_cuts_nothing(chat: Chat, rūta: Someone) -> None:
    """Where the right text would need another message in between, the old one stays whole, and the report says so;
    one that needs fewer leaves none behind."""
    await members(chat, "Ada")
    await announces(rūta)
    chat.passes(minutes=2)
    postman = Paged()
    async with sending(chat, postman):
        await settled(chat)
        for text, said in (("Vienas\n\nDu\n\nTrys", "daugiau žinučių"), ("Vienas", "")):
            await rūta.submits("correct s1", {"lt": text, "en": ""})
            await rūta.presses("Pataisyti")
            found = await chat.store.sendings.get("s1")
            assert found is not None
            async with asyncio.timeout(PATIENCE):
                while any(d.seen < found.version for d in await chat.store.sendings.deliveries("s1")):
                    await asyncio.sleep(0.005)
            [delivery, _] = await chat.store.sendings.deliveries("s1")
            assert bool(delivery.why) == bool(said)
            if said:
                assert postman.arrived["chat-uAda"] == ["Susitinkame pirmadienį", TEXT.rpartition("\n")[2]]
    assert postman.arrived["chat-uAda"] == ["Vienas"]
