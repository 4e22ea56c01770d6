"""What waits for the weekly digest, by wish or because a day has had enough, as transcripts."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from openpyxl import load_workbook

from bot.outbox import Outbox, Rules
from bot.schedule import notice
from storage.association import DigestTime, Group
from storage.calls import Why
from storage.meetings import Plan
from storage.sendings import Delivery, NewSending
from storage.words import Words
from tests.conversation import NOW, STRUCTURE, Chat, Someone, labels, moment
from tests.patience import PATIENCE
from tests.postman import Postman

MONDAY = datetime(2026, 9, 28, 6, tzinfo=UTC)  # 09:00 in Vilnius, four days after NOW
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """No second between two messages of one chat: how fast they leave is not what is looked at here."""
    monkeypatch.setattr("bot.pacing.CHAT_SECONDS", 0.0)


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """A group whose digest leaves on Monday at nine, one that has none, and a call that closes on 30 October."""
    chat = Chat.begin()
    politika = replace(STRUCTURE.groups[0], digest=DigestTime(0, "09:00"))
    export = Group("eksportas", Words("Eksporto darbo grupė", "Export working group"))
    await chat.store.association.take_over(replace(STRUCTURE, groups=(politika, export)), chat.by())
    await chat.call("Inoklaster LT", closes=moment("2026-10-30 16:00"))
    yield chat
    await chat.store.close()


@pytest.fixture
async def ada(chat: Chat) -> Someone:
    """She sits in both groups."""
    ada = await chat.member("Ada", groups=("politika", "eksportas"))
    await ada.says("labas")
    return ada


async def announced(chat: Chat, text: str, *who: str, days: float = 7, acknowledge: bool = False) -> str:
    """An announcement that is due now; its id."""
    content = {"lt": text, "en": "", "audience": ["all"], "acknowledge": acknowledge}
    new = NewSending("announcement", f"a {text}", content, chat.now, chat.now + timedelta(days=days))
    return (await chat.store.sendings.open(new, who or ("n1",), chat.by())).id


async def moved(chat: Chat, closes: str) -> None:
    """The call closes at another time, and ten minutes pass."""
    call = await chat.store.calls.get("c1")
    assert call is not None
    changes = {"closes": moment(closes)}
    await chat.store.calls.change("c1", call.version, changes, Why("daugiau laiko"), chat.by())
    chat.passes(minutes=11)


async def arriving(chat: Chat, count: int, per_day: int = 6) -> list[str]:
    """What comes to Ada when the schedule looks and the outbox works now: so many messages, and no more."""
    await notice(chat.store, chat.now)
    postman = Postman()
    rules = Rules({"telegram": 100_000.0}, per_day=per_day)
    outbox = Outbox(chat.store, (postman,), chat.dispatch.compose, lambda: chat.now, rules)
    chat.dispatch.policy = replace(chat.dispatch.policy, per_day=per_day)
    task = asyncio.create_task(outbox.run())
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while len(postman.arrived["chat-uAda"]) < count:
                await asyncio.sleep(0.002)
    await asyncio.sleep(0.04)
    await outbox.finish()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert len(postman.arrived["chat-uAda"]) == count, postman.arrived
    return postman.arrived["chat-uAda"]


async def rows(chat: Chat, holds: Callable[[Delivery], bool]) -> list[Delivery]:
    return [d for d in await chat.store.sendings.to("n1") if holds(d)]


# By wish


async def test_a_topic_may_come_in_the_digest(chat: Chat, ada: Someone) -> None:
    """Pressed or typed; it is not pushed, stands in the next digest with a button, once, and is read and confirmed
    there."""
    asked = await ada.says("/tema")
    assert "Keisti: skelbimai" in labels(asked)
    assert labels(await ada.presses("Keisti: skelbimai")) == [
        "Santraukoje: skelbimai",
        "Išjungti: skelbimai",
        "Kas jums siunčiama",
    ]
    said = await ada.presses("Santraukoje: skelbimai")
    assert "sekretoriato skelbimai: savaitės santraukoje" in said.plain
    assert "Kas santraukos laukti negali, atsiunčiama iškart." in said.plain
    id = await announced(chat, "Posėdis perkeliamas\n\nNaujas laikas – rytoj.", acknowledge=True)
    await arriving(chat, 0)
    chat.now = MONDAY
    [digest] = await arriving(chat, 1)
    assert "Iki šios santraukos jums surinkta" in digest
    assert "• Posėdis perkeliamas (pažymėkite, kad perskaitėte)" in digest
    assert "Naujas laikas" not in digest
    [row] = await chat.store.sendings.deliveries(id)
    assert row.state == "skipped" and row.came
    opened = await ada.says(f"/skelbimai {id}")
    assert "Naujas laikas – rytoj." in opened.plain
    await ada.presses("Perskaičiau")
    assert "Perskaičiau" not in labels(await ada.says("/skelbimai"))
    rūta = await chat.member("Rūta", "secretariat")
    assert "• gavo kartu su kita žinute: 1\n• perskaitė: 1" in (await rūta.says(f"/siuntimas {id}")).plain
    chat.now = MONDAY + 7 * DAY
    assert "Posėdis perkeliamas" not in "".join(await arriving(chat, 0))


async def test_what_one_types_is_understood(chat: Chat, ada: Someone) -> None:
    """In either language, with the old words too; the digest itself comes or does not."""
    for typed, topic, said in (
        ("/tema skelbimai santraukoje", "sekretoriato skelbimai", "savaitės santraukoje"),
        ("/tema skelbimai iškart", "sekretoriato skelbimai", "siunčiama iškart"),
        ("/topic notices digest", "pranešimai apie pasikeitimus", "savaitės santraukoje"),
        ("/topic notices off", "pranešimai apie pasikeitimus", "nesiunčiama"),
        ("/topic notices on", "pranešimai apie pasikeitimus", "siunčiama iškart"),
        ("/topic digest digest", "savaitės santrauka", "siunčiama"),
        ("/topic all digest", "priminimai apie terminus ir posėdžius", "savaitės santraukoje"),
    ):
        assert f"{topic}: {said}" in (await ada.says(typed)).plain, typed


async def test_a_change_waits_for_the_digest_unless_it_comes_too_late(chat: Chat, ada: Someone) -> None:
    """Was → now stands in the digest and counts as told; what is about a date before that digest comes at once."""
    await ada.says("/topic notices digest")
    await ada.says("iki kada inoklaster?")
    await moved(chat, "2026-11-30 16:00")
    await arriving(chat, 0)
    await moved(chat, "2026-09-27 16:00")
    [text] = await arriving(chat, 1)
    assert "buvo spalio 30 d., 16:00 → dabar rugsėjo 27 d., 16:00" in text, (
        "Sunday comes before Monday's digest"
    )
    await moved(chat, "2026-12-11 16:00")
    [text] = await arriving(chat, 1)
    assert "buvo rugsėjo 27 d., 16:00 → dabar gruodžio 11 d., 16:00" in text, "the old date comes before, too"
    await moved(chat, "2026-12-18 16:00")
    await arriving(chat, 0)
    chat.now = MONDAY
    [digest] = await arriving(chat, 1)
    assert digest.count("buvo gruodžio 11 d., 16:00 → dabar gruodžio 18 d., 16:00") == 1
    told = [t for t in await chat.store.conversation.told("c1") if t.how == "digest" and t.version == 5]
    assert {t.field for t in told} >= {"closes"}
    chat.passes(days=1)
    await arriving(chat, 0)


async def test_without_a_digest_it_comes_at_once(chat: Chat, ada: Someone) -> None:
    """Whoever gets none, or turns it off, is told so; nothing waits for what does not come."""
    said = await ada.says("/topic all digest")
    assert "atsiunčiama iškart" in said.plain
    said = await ada.says("/topic digest off")
    assert "Savaitės santraukos negaunate, todėl kol kas visa tai siunčiama iškart." in said.plain
    await announced(chat, "Posėdis perkeliamas")
    assert len(await arriving(chat, 1)) == 1


async def test_what_waits_for_a_held_digest_is_not_lost(chat: Chat, ada: Someone) -> None:
    """While the next one is held it waits for the one after, and comes at once when that would be too late."""
    await ada.says("/topic announcements digest")
    chat.now = MONDAY - timedelta(hours=14)
    await notice(chat.store, chat.now)
    [run] = [s for s in await chat.store.sendings.all() if s.kind == "digest"]
    await chat.store.sendings.turn(run.id, "held", "", chat.by())
    await announced(chat, "Ilgai", days=10)
    await announced(chat, "Trumpai", days=3)
    chat.now = MONDAY
    assert (await arriving(chat, 1))[0].startswith("Trumpai")
    chat.now = MONDAY + 7 * DAY
    [digest] = await arriving(chat, 1)
    assert "• Ilgai" in digest


async def test_reminders_in_the_digest_are_not_pushed(chat: Chat, ada: Someone) -> None:
    """The digest says what closes and what meets, of the groups that have none of their own, too."""
    await ada.says("/topic reminders digest")
    await ada.says("/sekti c1")
    start = datetime(2026, 9, 29, 14)
    plan = Plan(Words("Eksporto posėdis"), "eksportas", start, 60, "Europe/Vilnius")
    await chat.store.meetings.add(plan, chat.by())
    chat.now = MONDAY
    [digest] = await arriving(chat, 1)
    assert "Eksporto posėdis" in digest
    for instant in (datetime(2026, 9, 29, 9, tzinfo=UTC), datetime(2026, 10, 16, 9, tzinfo=UTC)):
        chat.now = instant
        await arriving(chat, 0)


# A day's number


async def test_a_day_has_a_number(chat: Chat, ada: Someone) -> None:
    """Six a day, of which two are kept for what cannot wait; the rest comes the next morning; what has changed is never
    held back, and what could not wait any longer says why it was left out."""
    for number in range(7):
        await announced(chat, f"Skelbimas {number}")
    assert len(await arriving(chat, 4)) == 4
    await ada.says("iki kada inoklaster?")
    await moved(chat, "2026-11-30 16:00")
    assert "buvo spalio 30 d." in (await arriving(chat, 1))[0]
    for number in range(3):
        await announced(chat, f"Šiandien {number}", days=0.3)
    assert (await arriving(chat, 1))[0].startswith("Šiandien")
    left_out = await rows(chat, lambda d: d.why == "over the day's number")
    assert len(left_out) == 2
    await moved(chat, "2026-12-30 16:00")
    assert "lapkričio 30 d." in (await arriving(chat, 1))[0]
    chat.now = (NOW + DAY).replace(hour=5)  # 08:00 in Vilnius
    assert len(await arriving(chat, 3)) == 3
    assert not await chat.store.sendings.in_state("queued")
    rūta = await chat.member("Rūta", "secretariat")
    [first, *_] = left_out
    report = (await rūta.says(f"/siuntimas {first.sending} report")).files[-1].content
    cells = load_workbook(io.BytesIO(report))["Ataskaita"].iter_rows(values_only=True)
    assert "tą dieną žinučių jau buvo per daug" in {cell for row in cells for cell in row}


async def test_what_a_day_had_no_room_for_comes_with_the_digest(chat: Chat, ada: Someone) -> None:
    """On the morning of a digest it need not wait for the next day."""
    chat.now = MONDAY - timedelta(hours=1)
    for number in range(3):
        await announced(chat, f"Skelbimas {number}")
    await arriving(chat, 2, per_day=3)
    await announced(chat, "Dar vienas\n\nVisas tekstas.")
    await arriving(chat, 0, per_day=3)
    chat.now = MONDAY
    [digest] = await arriving(chat, 1, per_day=3)
    assert "• Dar vienas" in digest and "• Skelbimas 2" in digest
    chat.now = MONDAY + DAY
    await arriving(chat, 0, per_day=3)


async def test_somebody_elses_number_is_their_own(chat: Chat, ada: Someone) -> None:
    """What one person has had today holds nobody else's back, and what was answered is not counted."""
    jonas = await chat.member("Jonas")
    await jonas.says("labas")
    for number in range(8):
        await announced(chat, f"Skelbimas {number}", *(("n1", "n2") if number > 5 else ("n2",)))
    for _ in range(9):
        await ada.says("kokie kvietimai?")
    assert len(await arriving(chat, 2)) == 2
