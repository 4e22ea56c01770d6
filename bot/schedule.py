"""APScheduler triggers that ask "what is due?"; no rules of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.logs import events
from handlers import digest, progress, reminders, told
from handlers.surveys import pushes
from storage.audit import By
from storage.errors import StoreError
from storage.store import Store

log = events("schedule")

GESTURES_KEPT = timedelta(days=7)
"""How long it is remembered that a gesture was answered. Telegram keeps an update for 24 hours and Slack
repeats an event for about one; a week leaves room for a bot that was switched off."""

OFFERS_KEPT = timedelta(days=7)
"""How long what somebody sent waits to be announced."""


@runtime_checkable
class Upkeep(Protocol):
    """What a store that keeps itself on disk does once a day, beside the port."""

    async def daily_backup(self, now: datetime) -> Path | None:
        """The day's archive, or None when it is there. Raises Unwritable, Damaged."""


def start(
    store: Store,
    upkeep: Upkeep | None,
    clock: Callable[[], datetime],
    opened: Callable[[], None] = lambda: None,
) -> AsyncIOScheduler:
    """Starts looking, at once and again and again, for what is due: every hour the day's backup and gestures to
    forget, every minute notices of what has changed, digests and reminders. `opened` is called when there is something
    to send.

    Every hour rather than at an hour: what was missed while the bot was off is then due at its start, and
    nothing depends on an hour that a clock change leaves out.
    """
    scheduler = AsyncIOScheduler(timezone="UTC")

    async def hourly() -> None:
        await look(store, upkeep, clock())

    async def minutely() -> None:
        if await notice(store, clock()):
            opened()

    options: dict[str, Any] = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    scheduler.add_job(hourly, IntervalTrigger(hours=1, timezone="UTC"), next_run_time=clock(), **options)
    scheduler.add_job(minutely, IntervalTrigger(minutes=1, timezone="UTC"), next_run_time=clock(), **options)
    scheduler.start()
    return scheduler


async def look(store: Store, upkeep: Upkeep | None, now: datetime) -> None:
    """Does what is due now. A store that refuses is logged, and looked at again in an hour."""
    try:
        if upkeep is not None:
            written = await upkeep.daily_backup(now)
            if written:
                log.info("the day's backup is written", file=written.name)
        await store.conversation.prune(now - GESTURES_KEPT)
        await store.announcements.sweep(now - OFFERS_KEPT)
    except StoreError as error:
        log.error("what is due could not be done", why=str(error))


async def notice(store: Store, now: datetime) -> int:
    """Opens the notices, digests, reminders and messages to the secretariat that should exist and don't; how many. A
    store that refuses is looked at again in a minute."""
    found = 0
    try:
        found += len(await pushes.close_due(store, now))
        for ask in (
            told.due,
            digest.due,
            reminders.due,
            progress.due,
            pushes.due,
        ):  # reminders wait for notices
            for due in await ask(store, now):
                by = By("operator", now, due.sending.key)
                await store.sendings.open(due.sending, due.recipients, by)
                found += 1
    except StoreError as error:
        log.error("notices could not be opened", why=str(error))
    return found
