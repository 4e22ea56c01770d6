"""The composition root: configuration → store, platforms, schedule. The only file that names concrete classes."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.config import Settings
from bot.dispatch import Dispatcher, Policy
from bot.local.console import Console, socket_path
from bot.logs import events
from bot.operating import Operator
from bot.outbox import Outbox, Rules
from bot.platform import Down, Outcome, Platform
from handlers.chat import Account
from handlers.i18n import Translator
from handlers.looks import Drawn, Wrote
from storage.opening import open_store
from storage.store import Store

if TYPE_CHECKING:
    from bot.local.page import Page, Seat
    from bot.telegram.menus import Reader as MenuReader
    from handlers.commands import Rank

log = events("app")

FINISHING = 10.0
"""Seconds that what is in flight has at a stop."""
AGAIN = 30.0
"""Seconds until a platform that went down is tried again."""

Platforms = tuple[Platform[Any], ...]


def now() -> datetime:
    """The clock: aware UTC."""
    return datetime.now(UTC)


def dispatcher(
    store: Store, settings: Settings, *, join_link: str = "", clock: Callable[[], datetime] = now
) -> Dispatcher:
    """What answers every platform. Telegram, the page and the console ask forms question by question."""
    sending = settings.sending
    policy = Policy(settings.association.strangers_may_ask, join_link, sending.approve_over, sending.per_day)
    return Dispatcher(store, clock, frozenset({"telegram", "page", "console"}), policy, _drawn)


def _drawn(wrote: tuple[Wrote, ...], t: Translator) -> Drawn:
    from bot.looks.sheet import draw  # not needed for a question

    return draw(wrote, t)


def page(
    port: int, store: Store, people: tuple[Seat, ...] = (), renewed: Callable[[str], None] | None = None
) -> Page:
    """The local page, which knows of its people what the store knows."""
    from bot.local.page import Page, Reader

    async def reader(user: str) -> Reader | None:
        member = await store.members.of_account("page", user)
        if member is None:
            return None
        rank: Rank = "secretariat" if member.person.role == "secretariat" else "member"
        return Reader(member.person.language, rank)

    return Page(port=port, people=people, readers=reader, renewed=renewed)


def _mover(store: Store) -> Callable[[str, str], Awaitable[None]]:
    """Keeps where a Telegram group has moved, before anything is sent there."""

    async def moved(old: str, new: str) -> None:
        await store.channels.moved("telegram", old, new)

    return moved


def _menu_reader(store: Store) -> Callable[[Account], Awaitable[MenuReader]]:
    """Whose menu of commands somebody on Telegram is shown."""
    from bot.telegram.menus import Reader

    async def reader(account: Account) -> Reader:
        member = await store.members.of_account(account.platform, account.user)
        if member is None:
            return Reader("stranger", "lt")
        rank: Rank = "secretariat" if member.person.role == "secretariat" else "member"
        return Reader(rank, member.person.language)

    return reader


def platforms(settings: Settings, store: Store, announce: Callable[[str], None] = print) -> Platforms:
    """Every platform that has a token, and the page unless it is switched off."""
    found: list[Platform[Any]] = []
    if settings.telegram.token:
        from bot.telegram.platform import Telegram

        found.append(
            Telegram(
                settings.telegram.token.reveal(),
                settings.telegram.api_url,
                moved=_mover(store),
                reader=_menu_reader(store),
            )
        )
    if settings.slack.bot_token and settings.slack.app_token:
        from bot.slack.platform import Slack

        found.append(
            Slack(
                settings.slack.bot_token.reveal(),
                settings.slack.app_token.reveal(),
                settings.slack.api_url,
            )
        )
    if settings.local.page:
        found.append(page(settings.local.port, store, renewed=lambda address: announce(f"page: {address}")))
    return tuple(found)


async def join_link(settings: Settings) -> str:
    """What a code is appended to in an invitation; empty without Telegram, or while it cannot be reached."""
    if settings.telegram.token is None:
        return ""
    from bot.telegram.platform import Telegram

    chat = Telegram(settings.telegram.token.reveal(), settings.telegram.api_url)
    try:
        return f"{await asyncio.wait_for(chat.introduce(), 10)}?start="
    except (Outcome, TimeoutError):
        return ""
    finally:
        await chat.close()


def outbox(store: Store, chats: Platforms, dispatch: Dispatcher, settings: Settings) -> Outbox:
    """What sends by itself, on the platforms that reach people wherever they are; the page is open only while it is
    looked at."""
    rules = Rules(
        {"telegram": settings.telegram.per_second, "slack": settings.slack.per_second},
        settings.sending.in_flight,
        settings.sending.on_unknown,
        settings.sending.pause_after_failures,
        per_day=settings.sending.per_day,
    )
    return Outbox(store, chats, dispatch.compose, now, rules)


async def run(settings: Settings, config: Path, announce: Callable[[str], None]) -> int:
    """The bot until SIGTERM or SIGINT; returns the exit code. `announce` is given lines for the terminal."""
    store = open_store(settings.store.url)
    try:
        return await _run(store, settings, config, announce)
    finally:
        await store.close()


async def _run(store: Store, settings: Settings, config: Path, announce: Callable[[str], None]) -> int:
    chats = platforms(settings, store, announce)
    dispatch = dispatcher(store, settings)
    operator = Operator(store, dispatch, now)
    console = Console(socket_path(config), operator)
    await console.start()
    from bot import passing, schedule

    upkeep = store if isinstance(store, schedule.Upkeep) else None
    sender = outbox(store, chats, dispatch, settings)
    dispatch.spoke, dispatch.changed = sender.spoke, sender.wake
    operator.down = lambda: sender.down
    stumbles = schedule.Stumbles()
    operator.stumbles = lambda: stumbles.known
    watch = schedule.start(store, upkeep, now, sender.wake, stumbles)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for which in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(which, stop.set)
    left = await store.conversation.passing()
    tasks = [asyncio.create_task(_keep_running(chat, dispatch), name=chat.name) for chat in chats]
    tasks.append(asyncio.create_task(passing.mend(left, store, {chat.name: chat for chat in chats})))
    tasks.append(asyncio.create_task(_keep_sending(sender), name="outbox"))
    for chat in chats:
        announce(await _introduction(chat, dispatch))
    gc.freeze()  # what is there by now stays: going through it all would hold every answer up now and then
    await stop.wait()
    log.info("stopping", seconds=FINISHING)
    watch.shutdown(wait=False)
    await console.close()
    with suppress(TimeoutError):
        await asyncio.wait_for(sender.finish(), FINISHING)
    await _stop(tasks, chats)
    return 0


async def _introduction(chat: Platform[Any], dispatch: Dispatcher) -> str:
    """What the terminal says of a platform as it starts. Telegram's address becomes the invitations' link."""
    with suppress(Exception):
        link = await asyncio.wait_for(chat.introduce(), 10)
        if chat.name == "telegram":
            dispatch.policy = replace(dispatch.policy, join_link=f"{link}?start=")
        return f"{chat.name}: {link}"
    return f"{chat.name}: starting"


async def _keep_running(chat: Platform[Any], dispatch: Dispatcher) -> None:
    """Runs a platform, and again when it went down: the others never notice."""
    while True:
        try:
            await chat.run(dispatch)
        except Down as down:
            log.error(
                "a platform is down; it is tried again", platform=chat.name, why=down.why, seconds=AGAIN
            )
        except Exception:
            log.exception("a platform stopped; it is started again", platform=chat.name, seconds=AGAIN)
        await asyncio.sleep(AGAIN)


async def _keep_sending(sender: Outbox) -> None:
    """Runs the outbox, and again when it stopped over something that nobody foresaw."""
    while True:
        try:
            await sender.run()
        except Exception:
            log.exception("the outbox stopped; it is started again", seconds=AGAIN)
        await asyncio.sleep(AGAIN)
        await sender.finish()


async def _stop(tasks: Iterable[asyncio.Task[None]], chats: Platforms) -> None:
    """Lets everything finish what it does, FINISHING seconds at most."""
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=FINISHING) if tasks else None
    for chat in chats:
        with suppress(Exception):
            await asyncio.wait_for(chat.close(), FINISHING)
