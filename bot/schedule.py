"""APScheduler triggers that ask "what is due?"; no rules of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.logs import events, place
from handlers import digest, progress, reminders, told, waiting
from handlers.consultations import pushes as consultations
from handlers.surveys import pushes
from storage.audit import By
from storage.errors import StoreError, Unwritable
from storage.store import Store

log = events("schedule")

_ASKED = (
    told.due,
    digest.due,
    reminders.due,
    progress.due,
    pushes.due,
    consultations.due,
    waiting.due,
)  # reminders wait for notices

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


class Stumbles:
    """What could not be done because of something that nobody foresaw: by the part of the program, what and where.
    It is logged once, not every minute, until it is mended or another."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def over(self, part: str, error: Exception) -> None:
        """That part has stumbled; call it where the error is handled."""
        if self.known.get(part) != place(error):
            self.known[part] = place(error)
            log.exception("what is due could not be done", part=part)

    def mended(self, part: str) -> None:
        """That part has done what it does."""
        if self.known.pop(part, None):
            log.info("what is due is done again", part=part)


def start(
    store: Store,
    upkeep: Upkeep | None,
    clock: Callable[[], datetime],
    opened: Callable[[], None] = lambda: None,
    stumbles: Stumbles | None = None,
) -> AsyncIOScheduler:
    """Starts looking, at once and again and again, for what is due: every hour the day's backup and gestures to
    forget, every minute notices of what has changed, digests and reminders. `opened` is called when there is something
    to send; `stumbles` hears what went wrong.

    Every hour rather than at an hour: what was missed while the bot was off is then due at its start, and
    nothing depends on an hour that a clock change leaves out.
    """
    scheduler = AsyncIOScheduler(timezone="UTC")
    heard = stumbles or Stumbles()

    async def hourly() -> None:
        await look(store, upkeep, clock(), heard)

    async def minutely() -> None:
        if await notice(store, clock(), heard):
            opened()

    options: dict[str, Any] = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    scheduler.add_job(hourly, IntervalTrigger(hours=1, timezone="UTC"), next_run_time=clock(), **options)
    scheduler.add_job(minutely, IntervalTrigger(minutes=1, timezone="UTC"), next_run_time=clock(), **options)
    scheduler.start()
    return scheduler


async def look(store: Store, upkeep: Upkeep | None, now: datetime, stumbles: Stumbles | None = None) -> None:
    """Does what is due now. A store that refuses is logged, and looked at again in an hour."""
    heard = stumbles or Stumbles()

    async def backup() -> None:
        written = await upkeep.daily_backup(now) if upkeep is not None else None
        if written:
            log.info("the day's backup is written", file=written.name)

    async def forgetting() -> None:
        await store.conversation.prune(now - GESTURES_KEPT)
        await store.announcements.sweep(now - OFFERS_KEPT)

    for part, do in (("backup", backup), ("forgetting", forgetting)):
        try:
            await do()
            heard.mended(part)
        except StoreError as error:
            log.error("what is due could not be done", part=part, why=str(error))
        except Exception as error:  # one thing that goes wrong keeps no other back
            heard.over(part, error)


async def notice(store: Store, now: datetime, stumbles: Stumbles | None = None) -> int:
    """Opens the notices, digests, reminders and messages to the secretariat that should exist and don't; how many. A
    store that cannot be written is looked at again in a minute; anything else that goes wrong with one of them keeps
    no other back."""
    heard = stumbles or Stumbles()
    found = 0
    for closing, close in (
        ("closing surveys", pushes.close_due),
        ("closing consultations", consultations.close_due),
    ):
        try:
            found += len(await close(store, now))
            heard.mended(closing)
        except Unwritable as error:
            log.error("what is due could not be closed", part=closing, why=str(error))
            return found
        except Exception as error:
            heard.over(closing, error)
    for ask in _ASKED:
        part, well = ask.__module__.removeprefix("handlers."), True
        try:
            asked = await ask(store, now)
        except Exception as error:  # a bug in one of them, or a record that it does not understand
            heard.over(part, error)
            continue
        for due in asked:
            try:
                await store.sendings.open(due.sending, due.recipients, By("operator", now, due.sending.key))
                found += 1
            except Unwritable as error:
                log.error("notices could not be opened", why=str(error))
                return found
            except Exception as error:
                heard.over(part, error)
                well = False
        if well:
            heard.mended(part)
    return found
