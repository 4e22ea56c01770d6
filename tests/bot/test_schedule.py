"""What is due is done, once, whenever the bot was off."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import schedule
from storage.tinydb.embedded import EmbeddedStore

NOON = datetime(2026, 10, 25, 12, tzinfo=UTC)  # the day on which the clocks go back


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
    async with asyncio.timeout(10):
        await written.wait()
    scheduler.shutdown(wait=False)
    await store.close()
