"""What is due is done, once, whenever the bot was off."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from bot import logs, schedule
from bot.config import Log
from bot.health import health
from handlers.told import Due
from storage.sendings import NewSending
from storage.store import Store
from storage.tinydb.embedded import EmbeddedStore
from tests.patience import PATIENCE

NOON = datetime(2026, 10, 25, 12, tzinfo=UTC)  # the day on which the clocks go back


@pytest.fixture
def logged() -> Iterator[Callable[[], str]]:
    """Calling it returns all that was logged."""
    root = logging.getLogger()
    handlers, level, raising = list(root.handlers), root.level, logging.raiseExceptions
    out = io.StringIO()
    logs.start(Log("debug", "json"), (), out)
    yield out.getvalue
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.raiseExceptions = raising
    logging.getLogger("sauklys").setLevel(logging.NOTSET)
    structlog.reset_defaults()


async def test_every_day_has_one_backup_and_fourteen_are_kept(tmp_path: Path) -> None:
    """However often it is looked, a day has one archive, and those older than fourteen days go."""
    store = EmbeddedStore.open(tmp_path / "data")
    for day in range(20):
        for hour in (0, 1, 5):
            await schedule.look(store, store, NOON + timedelta(days=day, hours=hour))
    kept = sorted(path.name for path in (tmp_path / "data" / "backups").glob("*.zip"))
    assert len(kept) == 14
    assert kept[-1] == "sauklys-2026-11-13.zip"
    await store.close()


async def test_gestures_are_forgotten_after_a_week(tmp_path: Path) -> None:
    """A gesture answered a week ago is forgotten, a younger one is not."""
    store = EmbeddedStore.open(None)
    await store.conversation.keep("old", NOON - timedelta(days=8), ())
    await store.conversation.keep("young", NOON - timedelta(days=6), ())
    await schedule.look(store, None, NOON)
    assert not await store.conversation.answered("old")
    assert await store.conversation.answered("young")


async def test_the_schedule_looks_at_once_when_it_starts(tmp_path: Path) -> None:
    """What was missed while the bot was off is due at its start, not at the next hour."""
    store = EmbeddedStore.open(tmp_path / "data")
    written = asyncio.Event()

    class Upkeep:
        async def daily_backup(self, now: datetime) -> Path | None:
            written.set()
            return None

    scheduler = schedule.start(store, Upkeep(), lambda: datetime.now(UTC))
    async with asyncio.timeout(PATIENCE):
        await written.wait()
    scheduler.shutdown(wait=False)
    await store.close()


# Something that nobody foresaw


class Broken:
    """A part of the association's work that stumbles, over a member's own words."""

    def __init__(self) -> None:
        self.asked = 0

    async def due(self, store: Store, now: datetime) -> tuple[Due, ...]:
        self.asked += 1
        raise KeyError("Jonas Jonaitis")


def of(key: str) -> Due:
    """Something that is due to be sent."""
    return Due(NewSending("announcement", key, {"lt": "Labas"}, NOON), ("n1",))


async def test_one_that_stumbles_keeps_no_other_from_being_asked(
    monkeypatch: pytest.MonkeyPatch, logged: Callable[[], str]
) -> None:
    """What nobody foresaw in the notices or digests is logged once, without anybody's words, and shown by `check`;
    the reminders are opened all the same, and mended it is said no more."""
    store = EmbeddedStore.open(None)
    broken = Broken()

    async def due(store: Store, now: datetime) -> tuple[Due, ...]:
        return (of(f"reminder {now:%M}"),)

    due.__module__ = "handlers.reminders"
    monkeypatch.setattr("bot.schedule._ASKED", (broken.due, due))
    stumbles = schedule.Stumbles()
    for minute in range(3):
        assert await schedule.notice(store, NOON + timedelta(minutes=minute), stumbles) == 1
    assert broken.asked == 3 and len(await store.sendings.all()) == 3
    assert logged().count("what is due could not be done") == 1 and "Jonas" not in logged()
    [part] = stumbles.known
    [said] = [s.what for s in await health(store, {}, stumbles.known) if s.what.startswith("schedule")]
    assert said.startswith(f"schedule: {part} stumbles every time (KeyError, tests/bot/test_schedule.py:")
    monkeypatch.setattr("bot.schedule._ASKED", (due,))
    due.__module__ = Broken.__module__
    await schedule.notice(store, NOON + timedelta(minutes=9), stumbles)
    assert not stumbles.known and "what is due is done again" in logged()
    await store.close()


async def test_one_sending_that_cannot_be_opened_keeps_no_other_back(
    monkeypatch: pytest.MonkeyPatch, logged: Callable[[], str]
) -> None:
    """Of several that are due the others are opened."""
    store = EmbeddedStore.open(None)

    async def due(store: Store, now: datetime) -> tuple[Due, ...]:
        return (replace(of("a"), recipients=None), of("b"))  # type: ignore[arg-type]

    monkeypatch.setattr("bot.schedule._ASKED", (due,))
    assert await schedule.notice(store, NOON) == 1
    assert [s.key for s in await store.sendings.all()] == ["b"]
    assert "TypeError" in logged()
    await store.close()


async def test_a_backup_that_stumbles_keeps_nothing_from_being_forgotten(
    logged: Callable[[], str],
) -> None:
    """Each hour's work is done, whatever becomes of the other."""

    class Upkeep:
        async def daily_backup(self, now: datetime) -> Path | None:
            raise OSError(28, "No space left on device")

    store = EmbeddedStore.open(None)
    await store.conversation.keep("old", NOON - timedelta(days=8), ())
    await schedule.look(store, Upkeep(), NOON)
    assert not await store.conversation.answered("old")
    assert "No space left on device" in logged()
    await store.close()
