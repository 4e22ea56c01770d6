"""`sauklys check`: what is well and what to do about what is not, a line each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import now, platforms
from bot.config import Settings
from bot.health import health
from bot.local.console import ask_running, socket_path
from bot.platform import Outcome, Status
from storage.errors import Busy, StoreError
from storage.opening import BadAddress, open_store

OLD_BACKUP = timedelta(days=2)
_TODAY_IS_AFTER = datetime(2026, 11, 1, tzinfo=UTC)
"""This was written then: a clock that says less was never set."""


async def look(settings: Settings, config: Path) -> tuple[Status, ...]:
    """Everything that is looked at, in the order of what stands on what."""
    lines = [Status(True, f"{config}: every setting is right")]
    lines += await _store(settings, config)
    lines += _backups(settings)
    lines += [line for chat in platforms(settings, open_store("memory:")) for line in await _platform(chat)]
    if not settings.telegram.token and not settings.slack.bot_token:
        lines.append(Status(True, "no token is set: only the local page and the console answer"))
    return (*lines, _clock())


async def _store(settings: Settings, config: Path) -> list[Status]:
    """Whether the store opens, or who has it open, and what is in it."""
    try:
        store = open_store(settings.store.url)
    except Busy as busy:
        answer = ask_running(socket_path(config), {"do": "health"}, timeout=5)
        if answer is None or "lines" not in answer:
            return [Status(False, f"{busy} The console does not answer: restart it")]
        lines = [Status(bool(line["ok"]), str(line["what"])) for line in answer["lines"]]
        return [Status(True, "the bot is running and answers"), *lines]
    except (StoreError, BadAddress, OSError) as error:
        return [Status(False, f"store: {error}")]
    try:
        return list(await health(store, {}))
    finally:
        await store.close()


def _backups(settings: Settings) -> list[Status]:
    """How old the newest daily archive is; a store that was opened for the first time today needs none."""
    kind, _, folder = settings.store.url.partition(":")
    if kind != "tinydb":
        return []
    archives = sorted(Path(folder, "backups").glob("sauklys-*.zip"))
    if not archives:
        return [Status(True, "backups: none yet; the first is written within an hour of sauklys run")]
    written = datetime.fromtimestamp(archives[-1].stat().st_mtime, UTC)
    fresh = now() - written <= OLD_BACKUP
    advice = "" if fresh else "; keep sauklys run running"
    return [Status(fresh, f"backups: {len(archives)}, the newest of {written:%Y-%m-%d}{advice}")]


async def _platform(chat: object) -> tuple[Status, ...]:
    name = getattr(chat, "name", "")
    try:
        lines: tuple[Status, ...] = await chat.check()  # type: ignore[attr-defined]
        return lines
    except Outcome as outcome:
        return (Status(False, f"{name}: {outcome.why}"),)
    finally:
        await chat.close()  # type: ignore[attr-defined]


def _clock() -> Status:
    here = datetime.now().astimezone()
    if now() < _TODAY_IS_AFTER:
        return Status(False, f"clock: it says {here:%Y-%m-%d %H:%M}, which cannot be; set it")
    return Status(True, f"clock: {here:%Y-%m-%d %H:%M %Z}")
