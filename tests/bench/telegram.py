"""`/kvietimai` through Telegram's adapter on a stubbed transport, beside a bare echo on the same."""

from __future__ import annotations

import itertools
import json
from typing import Any

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters
from telegram.request import BaseRequest

from bot.dispatch import Dispatcher
from bot.telegram.platform import Telegram
from tests.bench.furnishing import NOW, furnished
from tests.bench.measuring import Row, against, at_once

CHATS = 32
EACH = 5
_updates = itertools.count(1)
_ME = {"id": 1, "is_bot": True, "first_name": "Š", "username": "sauklys_bot"}
_MESSAGE = {"message_id": 7, "date": 1_790_000_000, "chat": {"id": 1, "type": "private"}, "text": "x"}


class Stub(BaseRequest):
    """A transport that accepts everything at once."""

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def do_request(self, url: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        result = _ME if url.endswith("/getMe") else _MESSAGE if "/send" in url else True
        return 200, json.dumps({"ok": True, "result": result}).encode()


async def rows() -> list[Row]:
    """The row of Telegram."""
    store = await furnished(None)
    dispatch = Dispatcher(store, lambda: NOW, frozenset({"telegram"}))
    ours = Telegram("1:A", requests=(Stub(), Stub()))
    await ours.start()
    bare = (
        Application.builder().token("1:A").request(Stub()).get_updates_request(Stub()).updater(None).build()
    )
    bare.add_handler(MessageHandler(filters.TEXT, _echo))
    await bare.initialize()

    async def asks(chat: int) -> None:
        for _ in range(EACH):
            await ours._handle(_update(chat), dispatch)

    async def echoes(chat: int) -> None:
        for _ in range(EACH):
            await bare.process_update(Update.de_json(_update(chat), bare.bot))

    row = await against(
        "/kvietimai in Telegram, 32 chats, beside a bare echo",
        lambda: at_once(CHATS, asks),
        lambda: at_once(CHATS, echoes),
        3,
        CHATS * EACH,
    )
    await store.close()
    return [row]


async def _echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None and update.message.text is not None
    await update.message.reply_text(update.message.text)


def _update(chat: int) -> dict[str, Any]:
    person = {"id": chat, "is_bot": False, "first_name": "Ada", "language_code": "lt"}
    text, number = "/kvietimai", next(_updates)
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1_790_000_000,
            "chat": {"id": chat, "type": "private", "first_name": "Ada"},
            "from": person,
            "text": text,
            "entities": [{"type": "bot_command", "offset": 0, "length": len(text)}],
        },
    }
