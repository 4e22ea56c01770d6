"""Lists beside what is remembered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from handlers.chat import Account, Incoming, Reply
from handlers.context import Context
from handlers.imports import speech, taking
from tests.conversation import Chat

HEAD = "Pavadinimas;Būsena;Teikiama nuo;Teikiama iki;Nuoroda\n"


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    chat = Chat.begin()
    await chat.associate()
    yield chat
    await chat.store.close()


async def context(chat: Chat) -> Context:
    """The operator's, for one gesture."""
    chat.events += 1
    event = f"import:{chat.events}"
    found = await chat.dispatch.context(Incoming(event, Account("console", "operator"), "console", True, ""))
    return replace(found, event=event)


async def test_a_status_that_time_has_passed_is_a_remark(chat: Chat) -> None:
    """A call that a list calls open, and that has closed since it was written, is taken over with a remark."""
    ctx = await context(chat)
    sheet = HEAD + "Inočekiai;Atviras;2026-09-01;2026-09-20 16:00;https://example.org/i\n"
    preview = await taking.preview("calls", sheet.encode(), "kvietimai.csv", ctx)
    assert not preview.refused
    assert "dabar kvietimas jau uždarytas" in Reply(speech.describe(preview, ctx)).plain


@pytest.mark.parametrize(
    "row",
    [
        "Inočekiai;Uždarytas;2026-09-01;2026-10-30;https://example.org/i",
        "Inočekiai;Atviras;2026-10-01;2026-10-30;https://example.org/i",
        "Inočekiai;Pasibaigęs;2026-10-01;2026-10-30;https://example.org/i",
    ],
)
async def test_a_status_that_cannot_be_is_a_fault(chat: Chat, row: str) -> None:
    """A status that its dates have never borne out is refused with its line."""
    ctx = await context(chat)
    preview = await taking.preview("calls", (HEAD + row).encode(), "kvietimai.csv", ctx)
    assert [fault.line for fault in preview.refused] == [2]


async def test_the_source_of_an_imported_call_is_its_link(chat: Chat) -> None:
    """An imported call's answers name its link, whatever file it came in, and the same list again only confirms."""
    sheet = HEAD + "Inočekiai;Atviras;2026-09-01;2026-10-30 16:00;https://example.org/i\n"
    for closes in ("2026-10-30", "2026-11-30", "2026-11-30"):
        ctx = await context(chat)
        preview = await taking.preview(
            "calls", sheet.replace("2026-10-30", closes).encode(), "/a/b/k.csv", ctx
        )
        await taking.apply(preview, ctx)
    ada = await chat.member("Ada")
    answer = await ada.says("/call Inočekiai")
    assert "Šaltinis: example.org" in answer.plain and "/a/b" not in answer.plain
    [call] = await chat.store.calls.all()
    assert call.version == 2 and call.history[0].why.source == "k.csv"
