"""A crowd answers a survey on both platforms at once: nothing is lost or doubled; `make bench` times five hundred."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.bench.answering import QUESTIONS, crowd, together


async def test_sixteen_people_at_once_lose_nothing(tmp_path: Path) -> None:
    """Half of them press buttons on Telegram, half fill in modals on Slack, all begin within a second and a half: every
    sheet is as it was answered, everybody saw each question once."""
    waited, _ = await together(tmp_path / "data", 16, 3.0)
    assert len(waited) == 8 * len(QUESTIONS) + 8 * 2


async def test_the_ledger_notices_what_is_missing(tmp_path: Path) -> None:
    """An answer that somebody gave and the store has not is found."""

    async with crowd(tmp_path / "data", 2) as found:
        for number in range(2):
            await found.answers(number, Random(number), 0.0)
        await found.ledger()
        found.given[0][QUESTIONS[0].id] = "nothing"
        with pytest.raises(AssertionError):
            await found.ledger()
