"""Whoever announces, for each transcript anew."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.conversation import Chat, Someone
from tests.handlers.announcements.announcing import begin, secretary


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """Nobody in it yet."""
    chat = begin()
    await chat.associate()
    yield chat
    await chat.store.close()


@pytest.fixture
async def rūta(chat: Chat) -> Someone:
    return await secretary(chat)
