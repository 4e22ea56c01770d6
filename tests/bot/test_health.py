"""What `sauklys check` says of the store and of what waits to be sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.health import health
from storage.sendings import NewSending
from tests.conversation import NOW, Chat


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    chat = Chat.begin()
    await chat.associate()
    await chat.member("Ada")
    await chat.member("Jonas")
    yield chat
    await chat.store.close()


async def wrong(chat: Chat, down: dict[str, str] | None = None) -> list[str]:
    """What is not well."""
    return [line.what for line in await health(chat.store, down or {}) if not line.ok]


async def test_all_is_well_while_nothing_is_stuck(chat: Chat) -> None:
    """What is queued is counted and is nothing wrong."""
    new = NewSending("announcement", "a", {"lt": "Labas"}, NOW, NOW + timedelta(days=1))
    await chat.store.sendings.open(new, ("n1", "n2"), chat.by())
    assert await wrong(chat) == []
    assert "sendings: 1; messages that wait to leave: 2" in [
        line.what for line in await health(chat.store, {})
    ]


async def test_what_is_paused_or_not_known_says_where_it_is_decided(chat: Chat) -> None:
    """A paused sending, deliveries of which nothing is known, a platform that refuses us: each with what to do."""
    new = NewSending("announcement", "a", {"lt": "Labas"}, NOW, NOW + timedelta(days=1))
    sending = await chat.store.sendings.open(new, ("n1", "n2"), chat.by())
    await chat.store.sendings.claim("d1", "telegram", "1", 1, NOW)
    await chat.store.sendings.end("d1", "uncertain", "no answer", NOW)
    await chat.store.sendings.turn(sending.id, "paused", "no answer.", chat.by())
    said = await wrong(chat, {"slack": "token_revoked"})
    assert said == [
        "sendings: s1 is paused (no answer); when that is mended: /sending s1, Go on",
        "sendings: of 1 in s1 it is not known whether they arrived; /sending s1 decides",
        "slack: it refuses us (token_revoked); what is queued waits and leaves once that is mended",
    ]


async def test_an_empty_store_says_what_to_take_in() -> None:
    """Without an association nothing else is said to be wrong."""
    chat = Chat.begin()
    assert [said.partition(":")[0] for said in await wrong(chat)] == ["association"]
    await chat.store.close()
