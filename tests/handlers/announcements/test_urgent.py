"""Urgent announcements, as transcripts: with a reason that is kept and seen, past the association's hours, never past
people's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.dispatch import Policy
from handlers.chat import Answers
from tests.conversation import Chat, Someone
from tests.handlers.announcements.announcing import (
    TEXT,
    announces,
    begin,
    members,
    secretary,
    sending,
    settled,
)
from tests.handlers.announcements.test_offering import attachment, sends
from tests.patience import PATIENCE
from tests.postman import Postman

SATURDAY_NIGHT = datetime(2026, 9, 26, 20, 0, tzinfo=UTC)  # 23:00 in Vilnius, before a Sunday
WHY = "rytojaus posėdis perkeltas"


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """It is Saturday night."""
    chat = begin()
    await chat.associate()
    chat.now = SATURDAY_NIGHT
    yield chat
    await chat.store.close()


@pytest.fixture
async def rūta(chat: Chat) -> Someone:
    return await secretary(chat)


async def leaving(chat: Chat, after: timedelta) -> dict[str, list[str]]:
    """What has arrived when so much time has passed."""
    postman = Postman()
    chat.now += after
    async with sending(chat, postman):
        await settled(chat)
    return {where: texts for where, texts in postman.arrived.items() if texts}


async def test_an_urgent_one_leaves_at_night_and_says_why(chat: Chat, rūta: Someone) -> None:
    """On a Saturday night, a minute after it was confirmed; readers, its author, the report and the audit have the
    reason."""
    await members(chat, "Ada")
    said = await announces(rūta, urgent=WHY)
    assert "Bus išsiųsta rugsėjo 26 d., 23:01." in said.plain
    arrived = await leaving(chat, timedelta(minutes=2))
    assert arrived["chat-uAda"][0].startswith(f"Skubu: {WHY}\nSusitinkame pirmadienį")
    assert f"Skubu: {WHY}" in (await rūta.says("/siuntimas s1")).plain
    assert f"Skubu: {WHY}" in (await rūta.says("/siuntimas s1 report")).plain
    assert f"(skubu: {WHY})" in (await rūta.says("/istorija s1")).plain
    kept = await chat.store.sendings.get("s1")
    assert kept is not None and kept.urgent == WHY


async def test_it_is_shown_before_it_leaves(chat: Chat, rūta: Someone) -> None:
    """The preview has the reason where readers will see it, and says what it means; without one it waits for Monday."""
    await members(chat, "Ada")
    answers: Answers = {
        "lt": TEXT,
        "en": "",
        "audience": ("all",),
        "exclude": (),
        "at": "",
        "acknowledge": "no",
    }
    shown = await rūta.submits("announce", {**answers, "urgent": WHY})
    assert shown.plain.startswith(f"Skubu: {WHY}\n")
    assert "Kadangi skubu, bus išsiųsta ir naktį, sekmadienį ar per šventę." in shown.plain
    await rūta.presses("Atšaukti")
    assert "rugsėjo 28 d., 08:00" in (await announces(rūta)).plain


@pytest.mark.parametrize("answer", ["", "ne", "Ne.", "no", "-"])
async def test_no_is_not_a_reason(chat: Chat, answer: str) -> None:
    """Who answers that it is not urgent has not given a reason."""
    rūta = await secretary(chat)
    await members(chat, "Ada")
    await announces(rūta, urgent=answer)
    kept = await chat.store.sendings.get("s1")
    assert kept is not None and kept.urgent == "" and "urgent" not in kept.content


@pytest.mark.parametrize("answer", ["taip", "Taip!", "yes", "Skubu"])
async def test_yes_is_asked_why(chat: Chat, rūta: Someone, answer: str) -> None:
    """That it is urgent is no reason yet."""
    await members(chat, "Ada")
    asked = await rūta.submits(
        "announce",
        {
            "lt": TEXT,
            "en": "",
            "audience": ("all",),
            "exclude": (),
            "at": "",
            "acknowledge": "no",
            "urgent": answer,
        },
    )
    assert "Kodėl? Keli žodžiai, kuriuos matys gavėjai." in asked.plain
    assert await chat.store.sendings.all() == ()


async def test_what_people_keep_for_themselves_stands(chat: Chat, rūta: Someone) -> None:
    """Quiet hours, a pause and "never" are one's own: it comes when they end, or not at all; the digest is too late."""
    ada, jonas, eva, ona = await members(chat, "Ada", "Jonas", "Eva", "Ona")
    await ada.says("/tyla 22-7")
    await jonas.says("/snausti 4")
    await eva.says("/tema skelbimai off")
    await ona.says("/tema skelbimai santraukoje")
    chat.dispatch.policy = Policy(approve_over=100)
    await announces(rūta, urgent=WHY)
    postman = Postman()
    for at, who in (
        (chat.now + timedelta(minutes=2), {"chat-uRūta", "chat-uOna"}),
        (datetime(2026, 9, 27, 4, 1, tzinfo=UTC), {"chat-uRūta", "chat-uOna", "chat-uAda"}),
    ):
        chat.now = at
        async with sending(chat, postman):
            await _arrive(postman, who)
    chat.now = datetime(2026, 9, 30, 5, 1, tzinfo=UTC)
    async with sending(chat, postman):
        await settled(chat)
    assert set(postman.arrived) == {"chat-uRūta", "chat-uOna", "chat-uAda", "chat-uJonas"}
    [skipped] = [d for d in await chat.store.sendings.deliveries("s1") if d.state == "skipped"]
    assert skipped.why == "muted"


async def _arrive(postman: Postman, who: set[str]) -> None:
    """Waits until exactly these have it."""
    async with asyncio.timeout(PATIENCE):
        while {where for where, texts in postman.arrived.items() if texts} != who:
            await asyncio.sleep(0.005)
    await asyncio.sleep(0.03)
    assert {where for where, texts in postman.arrived.items() if texts} == who


async def test_a_file_says_why_too(chat: Chat, rūta: Someone) -> None:
    """`urgent` is a reason in words; anything else is said with what would be right."""
    await members(chat, "Ada")
    toml = f'lt = "Posėdis perkeltas"\naudience = ["all"]\nurgent = "{WHY}"'
    shown = await sends(rūta, "", attachment("skubus.toml", toml.encode()))
    assert shown.plain.startswith(f"Skubu: {WHY}\n")
    await rūta.presses("Siųsti")
    kept = await chat.store.sendings.get("s1")
    assert kept is not None and kept.urgent == WHY
    for wrong in ("true", '""', f'"{"ž" * 201}"'):
        toml = f'lt = "Posėdis perkeltas"\naudience = ["all"]\nurgent = {wrong}'
        reply = await sends(rūta, "", attachment("skubus.toml", toml.encode()))
        assert "urgent turi būti priežastis, kodėl tai skubu" in reply.plain
