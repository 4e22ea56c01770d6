"""The weekly digest, as transcripts: what it says, to whom, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.outbox import Outbox, Rules
from bot.schedule import notice
from storage.association import DigestTime, Group
from storage.calls import Why
from storage.meetings import Plan
from storage.words import Words
from tests.conversation import STRUCTURE, Chat, labels, moment
from tests.postman import Postman, quiet

MONDAY = datetime(2026, 9, 28, 6, tzinfo=UTC)  # 09:00 in Vilnius


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """Two groups whose digests leave on Monday at nine and at ten, a call that was extended, a meeting on Thursday."""
    chat = Chat.begin()
    politika = replace(STRUCTURE.groups[0], digest=DigestTime(0, "09:00"))
    export = Group(
        "eksportas", Words("Eksporto darbo grupė", "Export working group"), digest=DigestTime(0, "10:00")
    )
    await chat.store.association.take_over(replace(STRUCTURE, groups=(politika, export)), chat.by())
    await chat.call("Inoklaster LT", closes=moment("2026-10-02 16:00"))
    chat.passes(hours=1)
    await chat.store.calls.change(
        "c1", 1, {"closes": moment("2026-10-06 16:00")}, Why("daugiau laiko"), chat.by()
    )
    start = datetime(2026, 10, 1, 14)
    plan = Plan(Words("Posėdis"), "politika", start, 60, "Europe/Vilnius", agenda=("Koncepcija",))
    await chat.store.meetings.add(plan, chat.by())
    yield chat
    await chat.store.close()


async def run_of(chat: Chat, week: str = "2026-W40") -> str:
    """The id of the policy group's run of that week."""
    found = await chat.store.sendings.of_key(f"digest politika {week}")
    assert found is not None
    return found.id


async def sent(chat: Chat) -> Postman:
    """What leaves when the schedule has looked and the outbox has worked."""
    await notice(chat.store, chat.now)
    postman = Postman()
    outbox = Outbox(
        chat.store, (postman,), chat.dispatch.compose, lambda: chat.now, Rules({"telegram": 1000.0})
    )
    task = asyncio.create_task(outbox.run())
    await quiet(chat.store, postman)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return postman


async def test_on_monday_each_gets_the_week_of_their_groups(chat: Chat) -> None:
    """What changed, what closes, what meets with its agenda, the goal; one message to who sits in two groups; who sits
    in none gets none; a second look and a restart send nothing more."""
    for name, groups in (("Ada", ("politika",)), ("Jonas", ("politika", "eksportas")), ("Eva", ())):
        await (await chat.member(name, groups=groups)).says("labas")
    chat.now = MONDAY + timedelta(minutes=1)
    first = await sent(chat)
    assert set(first.arrived) == {"chat-uAda", "chat-uJonas"}
    [text] = first.arrived["chat-uAda"]
    assert text.startswith("Savaitės santrauka: Klasterių politikos darbo grupė")
    assert "buvo spalio 2 d., 16:00 → dabar spalio 6 d., 16:00" in text and "daugiau laiko" in text
    assert "Artimiausių dviejų savaičių terminai" in text and "Inoklaster LT: iki spalio 6 d." in text
    assert "ketvirtadienį, spalio 1 d., 14:00" in text and "1. Koncepcija" in text
    assert "spalio 31 d." in text, "the goal"
    assert "https://" not in text, "no join link is pushed"
    assert len(first.arrived["chat-uJonas"]) == 1
    [_, jonas] = await chat.store.sendings.deliveries(await run_of(chat))
    [with_it] = [d for d in await chat.store.sendings.to("n2") if d.id != jonas.id]
    assert (with_it.state, with_it.within) == ("skipped", jonas.id)
    chat.now = MONDAY + timedelta(hours=1, minutes=1)
    assert not (await sent(chat)).arrived
    chat.passes(hours=3)
    assert not (await sent(chat)).arrived
    told = await chat.store.conversation.told("c1")
    assert {(t.member, t.how) for t in told} == {("n1", "digest"), ("n2", "digest")}


async def test_who_was_told_by_a_digest_hears_what_changes(chat: Chat) -> None:
    """A date that a digest has told is put right like one that an answer has told."""
    await (await chat.member("Ada", groups=("politika",))).says("labas")
    chat.now = MONDAY + timedelta(minutes=1)
    await sent(chat)
    await chat.store.calls.change(
        "c1", 2, {"closes": moment("2026-11-06 16:00")}, Why("dar daugiau"), chat.by()
    )
    chat.passes(minutes=11)
    postman = await sent(chat)
    assert "buvo spalio 6 d., 16:00 → dabar lapkričio 6 d., 16:00" in postman.arrived["chat-uAda"][0]


async def test_the_evening_before_the_secretariat_sees_it(chat: Chat) -> None:
    """It is shown as it will read, takes a note, can be held, and let go; held it does not leave."""
    await (await chat.member("Ada", groups=("politika",))).says("labas")
    rūta = await chat.member("Rūta", "secretariat")
    chat.now = MONDAY - timedelta(hours=14)
    await notice(chat.store, chat.now)
    shown = await rūta.says("/santrauka politika")
    assert "Bus išsiųsta pirmadienį, rugsėjo 28 d., 09:00; gaus 1 žmogus." in shown.plain
    assert labels(shown) == ["Įrašyti prierašą", "Sulaikyti"]
    await rūta.submits(f"digestnote {await run_of(chat)}", {"note": "Atsineškite pastabas."})
    await rūta.says("/santrauka politika")
    assert "sulaikyta" in (await rūta.presses("Sulaikyti")).plain
    chat.now = MONDAY + timedelta(minutes=1)
    assert not (await sent(chat)).arrived
    await rūta.says(f"/santraukos_siuntimas {await run_of(chat)} go")
    postman = await sent(chat)
    assert postman.arrived["chat-uAda"][0].startswith("Atsineškite pastabas.")


async def test_after_its_last_useful_moment_it_is_left_out(chat: Chat) -> None:
    """Switched off until Thursday, the week's digest is not sent any more."""
    await (await chat.member("Ada", groups=("politika",))).says("labas")
    chat.now = MONDAY + timedelta(minutes=-30)
    await notice(chat.store, chat.now)
    chat.now = MONDAY + timedelta(days=3)
    assert "Savaitės santrauka" not in str((await sent(chat)).arrived)
    [delivery] = await chat.store.sendings.deliveries(await run_of(chat))
    assert (delivery.state, delivery.why) == ("skipped", "too late")


async def test_nothing_to_say_is_not_said(chat: Chat) -> None:
    """A week in which nothing changed, closes or meets sends nothing, and the row says why."""
    await (await chat.member("Ada", groups=("politika",))).says("labas")
    chat.now = datetime(2026, 11, 16, 7, 1, tzinfo=UTC)  # a Monday in November
    assert not (await sent(chat)).arrived
    [delivery] = await chat.store.sendings.deliveries(await run_of(chat, "2026-W47"))
    assert delivery.state == "skipped"
    ada = await chat.member("Ona", groups=("politika",))
    assert "nėra ko pranešti" in (await ada.says("parodyk savaitės santrauką")).plain
