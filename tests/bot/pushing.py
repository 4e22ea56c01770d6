"""A program that sends what is queued until it is killed: `python -m tests.bot.pushing FOLDER TELEGRAM TOKEN SLACK`."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.dispatch import Dispatcher
from bot.outbox import Outbox, Rules
from bot.slack.platform import Slack
from bot.telegram.platform import Telegram
from storage.tinydb.embedded import EmbeddedStore
from tests.slack_server import APP_TOKEN, BOT_TOKEN

NOW = datetime(2026, 9, 24, 8, tzinfo=UTC)
IN_FLIGHT = 8


async def push(folder: Path, telegram: str, token: str, slack: str) -> None:
    """Sends; says "idle" whenever nothing is under way."""
    store = EmbeddedStore.open(folder)
    dispatch = Dispatcher(store, lambda: NOW, frozenset({"telegram"}))
    chats = (Telegram(token, telegram), Slack(BOT_TOKEN, APP_TOKEN, slack))
    rules = Rules({"telegram": 400.0, "slack": 400.0}, IN_FLIGHT, pause_after_failures=10_000)
    outbox = Outbox(store, chats, dispatch.compose, lambda: NOW, rules)
    sending = asyncio.create_task(outbox.run())
    os.write(1, b"begun\n")
    while not sending.done():
        await asyncio.sleep(0.05)
        if not await store.sendings.in_state("queued") and not await store.sendings.in_state("sending"):
            os.write(1, b"idle\n")
    await sending


if __name__ == "__main__":
    asyncio.run(push(Path(sys.argv[1]), *sys.argv[2:]))
