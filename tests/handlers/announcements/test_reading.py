"""Announcements where they are read, as transcripts: confirmed, explained, opened again."""

from __future__ import annotations

from tests.conversation import Chat, Someone
from tests.handlers.announcements.announcing import (
    announces,
    members,
    sending,
    settled,
)
from tests.postman import Postman


async def test_it_is_acknowledged_by_those_who_got_it(chat: Chat, rūta: Someone) -> None:
    """The button under it notes who has read it; nobody's button works for somebody else."""
    ada, jonas = await members(chat, "Ada", "Jonas")
    await announces(rūta, acknowledge="yes")
    chat.passes(minutes=2)
    postman = Postman()
    async with sending(chat, postman):
        await settled(chat)
    mine = next(d for d in await chat.store.sendings.deliveries("s1") if d.recipient == "n2")
    assert "ne jums" in (await jonas.says(f"/perskaiciau {mine.id}")).plain
    assert "pažymėta" in (await ada.says(f"/perskaiciau {mine.id}")).plain
    assert "visi nariai" in (await ada.says(f"/kodel {mine.id}")).plain
    assert "perskaitė: 1" in (await rūta.says("/siuntimas s1")).plain


async def test_the_latest_are_there_to_read_again(chat: Chat, rūta: Someone) -> None:
    """Asked in one's own words: the newest whole, those before it to open; nobody sees what was not sent to them."""
    [ada] = await members(chat, "Ada")
    assert "dar nieko neskelbė" in (await ada.says("ką paskelbė sekretoriatas?")).plain
    for text in ("Pirmas\n\nVienas.", "Antras\n\nDu."):
        await announces(rūta, text)
        chat.passes(minutes=2)
    postman = Postman()
    async with sending(chat, postman):
        await settled(chat, "s1")
        await settled(chat, "s2")
    read = await ada.says("ką paskelbė sekretoriatas?")
    assert "Antras\nDu." in read.plain and "rugsėjo 24 d.: Pirmas" in read.plain
    assert "Vienas." in (await ada.presses("1")).plain
    eva = await chat.member("Eva")
    assert "dar nieko neskelbė" in (await eva.says("/skelbimai")).plain
