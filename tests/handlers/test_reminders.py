"""Reminders, as people get them: before a deadline to those who follow, before a meeting to its group."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest

from bot.outbox import Outbox, Rules
from bot.schedule import notice
from handlers.chat import Account
from storage.calls import Why
from storage.conversation import Told
from storage.meetings import Plan
from storage.members import Following
from storage.moments import Moment, zone
from storage.words import Words
from tests.conversation import NOW, Chat, Someone, labels, moment
from tests.postman import Postman, quiet

WHY = Why("daugiau laiko", "LKA")


@pytest.fixture(autouse=True)
def _unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """No second between two messages of one chat: how fast they leave is not what is looked at here."""
    monkeypatch.setattr("bot.pacing.CHAT_SECONDS", 0.0)


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """An association with a call that closes on Friday, 30 October, at 16:00."""
    chat = Chat.begin()
    await chat.associate()
    await chat.call("Inoklaster LT", closes=moment("2026-10-30 16:00"))
    yield chat
    await chat.store.close()


@pytest.fixture
async def ada(chat: Chat) -> Someone:
    """She follows it."""
    ada = await chat.member("Ada")
    await ada.says("/sekti c1")
    return ada


def at(day: str, hour: str = "08:01") -> datetime:
    """That local day and hour of 2026: `at("10-16")`."""
    return datetime.fromisoformat(f"2026-{day}T{hour}").replace(tzinfo=zone("Europe/Vilnius")).astimezone(UTC)


async def hears(chat: Chat, *instants: datetime) -> list[str]:
    """What arrives when the schedule and the outbox look at these instants, one after another."""
    postman = Postman()
    for instant in instants:
        chat.now = instant
        await notice(chat.store, chat.now)
        if await chat.store.sendings.in_state("queued"):
            await work(chat, postman)
    return [f"{address}: {text}" for address, texts in postman.arrived.items() for text in texts]


async def work(chat: Chat, postman: Postman) -> None:
    """The outbox, until nothing is queued or moves any more."""
    rules = Rules({"telegram": 100_000.0})
    outbox = Outbox(chat.store, (postman,), chat.dispatch.compose, lambda: chat.now, rules)
    task = asyncio.create_task(outbox.run())
    await quiet(chat.store, postman, every=0.01)
    await outbox.finish()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def change(chat: Chat, **changes: object) -> None:
    """The call becomes so."""
    call = await chat.store.calls.get("c1")
    assert call is not None
    await chat.store.calls.change("c1", call.version, changes, WHY, chat.by())


# Of a call


async def test_who_follows_is_reminded_fourteen_seven_and_one_day_before(chat: Chat, ada: Someone) -> None:
    """Once each, in the first minute of the day in which one may, with the date, the source and what can be done."""
    await chat.member("Jonas")
    postman = Postman()
    days = [at(f"10-{day}", hour) for day in range(14, 31) for hour in ("00:01", "08:01", "12:00", "17:59")]
    for instant in days:
        chat.now = instant
        if await notice(chat.store, chat.now):
            await work(chat, postman)
    assert list(postman.arrived) == ["chat-uAda"]
    first, second, third = postman.arrived["chat-uAda"]
    said = "kvietimo „Inoklaster LT“ paraiškos priimamos iki spalio 30 d., 16:00."
    assert first.startswith(f"Liko 14 dienų: {said}\nŠaltinis: ")
    assert second.startswith(f"Liko 7 dienos: {said}") and third.startswith(f"Rytoj paskutinė diena: {said}")
    assert [labels(reply) for reply in postman.replies] == [
        ["Viskas apie jį", "Nebesekti", "Kodėl tai gavau?"]
    ] * 3
    told = [t for t in await chat.store.conversation.told("c1") if t.how == "reminder"]
    assert {(t.member, t.field, t.version) for t in told} == {("n1", "closes", 1), ("n1", "hold", 1)}


async def test_the_buttons_under_a_reminder_are_its_reader_s(chat: Chat, ada: Someone) -> None:
    """It says why it came, to its reader alone, and following can be ended there."""
    await hears(chat, at("10-16"))
    assert "Šį kvietimą sekate, todėl" in (await ada.says("/kodel d1")).plain
    assert "Priminimai" in labels(ada.last)
    jonas = await chat.member("Jonas")
    assert "sekate" not in (await jonas.says("/kodel d1")).plain
    await ada.says("/nebesekti c1")
    assert await hears(chat, at("10-23"), at("10-29")) == []
    rūta = await chat.member("Rūta", "secretariat")
    assert "priminimas: Inoklaster LT" in (await rūta.says("/siuntimas s1")).plain
    assert "Dar niekas nesiųsta." in (await rūta.says("/siuntimas")).plain, "small sendings crowd nothing out"


async def test_what_was_missed_is_caught_up_once(chat: Chat, ada: Someone) -> None:
    """Switched off over two steps, the later alone is sent, with the days that are left now."""
    heard = await hears(chat, at("10-26"), at("10-26", "12:00"), at("10-27"))
    assert [text.partition(":")[2].partition(":")[0] for text in heard] == [" Liko 4 dienos"]


async def test_a_snoozing_reader_hears_the_latest_when_awake(chat: Chat, ada: Someone) -> None:
    """Steps that fall into a pause are not piled up: one message afterwards; and none at night or on a Sunday."""
    await ada.says("/snausti iki spalio 25")  # a Sunday
    every = [at(f"10-{day}", hour) for day in range(16, 27) for hour in ("07:59", "08:01", "18:01")]
    heard = await hears(chat, *every)
    assert len(heard) == 1 and "Liko 4 dienos" in heard[0]


async def test_who_begins_on_the_day_or_chooses_days_is_not_reminded_at_once(chat: Chat) -> None:
    """Whoever has just seen the date is reminded of it at the next step; so is who has just chosen other days."""
    chat.now = at("10-23", "09:00")
    eva = await chat.member("Eva")
    await eva.says("/sekti c1")
    assert await hears(chat, at("10-23", "09:30"), at("10-24")) == []
    await eva.says("/priminimai 20 5 3")
    assert await hears(chat, at("10-24", "10:00"), at("10-24", "11:00")) == []
    heard = await hears(chat, *(at(f"10-{day}") for day in range(25, 31)))
    assert ["Liko 4 dienos" in heard[0], "Liko 3 dienos" in heard[1], len(heard)] == [True, True, 2]


async def test_turned_off_none_comes_and_on_again_the_latest(chat: Chat, ada: Someone) -> None:
    """Reminders can be turned off by themselves; other things still come."""
    await ada.says("/priminimai off")
    assert await hears(chat, at("10-16"), at("10-23")) == []
    await ada.says("/priminimai on")
    heard = await hears(chat, at("10-26"))
    assert len(heard) == 1 and "Liko 4 dienos" in heard[0]


async def test_it_moves_with_the_deadline(chat: Chat, ada: Someone) -> None:
    """A queued reminder of the old date is not sent; the change is told, and later the new date is reminded of."""
    chat.now = at("10-16")
    assert await notice(chat.store, chat.now) == 1
    await change(chat, closes=moment("2026-11-30 17:00"))
    heard = await hears(chat, at("10-16", "08:05"), at("10-16", "08:20"), at("10-23"), at("10-29"))
    assert len(heard) == 1
    assert "Pasikeitė kvietimas, kurį sekate." in heard[0]
    assert "buvo spalio 30 d., 16:00 → dabar lapkričio 30 d., 17:00" in heard[0]
    [skipped] = await chat.store.sendings.deliveries("s1")
    assert (skipped.state, skipped.why) == ("skipped", "of no use any more")
    heard = await hears(chat, at("11-16"), at("11-23"), at("11-28"), at("11-30"))
    assert [text.count("lapkričio 30 d., 17:00") for text in heard] == [1, 1, 1]
    assert "Šiandien paskutinė diena" in heard[2], "the day before is a Sunday"


async def test_a_new_deadline_that_is_near_is_told_once(chat: Chat, ada: Someone) -> None:
    """Moved so that a step is due already, the notice of it is enough; without notices the reminder says it."""
    eva = await chat.member("Eva")
    await eva.says("/sekti c1")
    await eva.says("/tema notices off")
    chat.now = at("10-20", "22:00")
    await change(chat, closes=moment("2026-10-27 16:00"))
    heard = await hears(chat, at("10-20", "22:11"), at("10-21"), at("10-21", "08:02"), at("10-21", "09:00"))
    assert sorted(text.partition(":")[0] for text in heard) == ["chat-uAda", "chat-uEva"]
    assert "buvo spalio 30 d., 16:00 → dabar spalio 27 d." in heard[0] and "Liko 6 dienos" in heard[1]


async def test_back_at_the_old_date_a_reminder_left_out_comes_after_all(chat: Chat, ada: Someone) -> None:
    """Postponed while its reminder was under way and put back the same day, it is reminded of; and only once."""
    chat.now = at("10-29")
    await notice(chat.store, chat.now)
    await change(chat, closes=moment("2026-11-30 17:00"))
    assert await hears(chat, at("10-29", "08:03")) == []
    await change(chat, closes=moment("2026-10-30 16:00"))
    heard = await hears(chat, at("10-29", "08:14"), at("10-29", "08:15"), at("10-29", "10:00"), at("10-30"))
    assert len(heard) == 1 and "Rytoj paskutinė diena" in heard[0]


async def test_what_waited_for_a_platform_is_looked_at_again(chat: Chat, ada: Someone) -> None:
    """Queued while no platform answered, two steps are one message; of a date that has passed on there is none."""
    for day in ("10-16", "10-23"):
        chat.now = at(day)
        assert await notice(chat.store, chat.now) == 1
    postman = Postman()
    await work(chat, postman)
    [text] = postman.arrived["chat-uAda"]
    assert text.startswith("Liko 7 dienos")
    await ada.says("/tema notices off")
    chat.now = at("10-29")
    assert await notice(chat.store, chat.now) == 1
    await change(chat, closes=moment("2026-11-05 16:00"))
    chat.passes(minutes=11)
    await work(chat, postman)
    assert len(postman.arrived["chat-uAda"]) == 1
    heard = await hears(chat, at("10-29", "09:00"), at("10-29", "09:01"))
    assert ["Liko 7 dienos" in text for text in heard] == [True], (
        "the new date, once the muted notice has ended"
    )


@pytest.mark.parametrize("hold", ["postponed", "suspended", "cancelled"])
async def test_what_is_held_or_over_reminds_nobody(chat: Chat, ada: Someone, hold: str) -> None:
    """A call that takes no applications is not reminded of, nor is a closed one."""
    chat.now = at("10-01")
    await change(chat, hold=hold)
    assert len(await hears(chat, at("10-01", "08:20"))) == 1, "the notice"
    assert await hears(chat, at("10-16"), at("10-23"), at("10-29"), at("10-30"), at("10-30", "16:01")) == []


async def test_cut_offs_and_days_without_an_hour(chat: Chat) -> None:
    """A cut-off is called so; a date without an hour says so; a date known to the month is not reminded of."""
    await chat.call(
        "Eurostars", closes=moment("2026-12-15"), cutoffs=(moment("2026-10-08"), moment("2026-10-22"))
    )
    await chat.call("Mėnesinis", closes=Moment(date(2026, 10, 1), "UTC", "month"))
    eva = await chat.member("Eva")
    await eva.says("/sekti c2")
    await eva.says("/sekti c3")
    await eva.says("/priminimai 7 1")
    heard = await hears(chat, at("10-01"), at("10-07"), at("10-15"), at("10-30"), at("12-08"))
    assert [text.removeprefix("chat-uEva: ").partition("\nŠ")[0] for text in heard] == [
        "Liko 7 dienos: artimiausias kvietimo „Eurostars“ tarpinis terminas – spalio 8 d.\nTiksli valanda nenurodyta.",
        "Rytoj – kvietimo „Eurostars“ tarpinis terminas: spalio 8 d.\nTiksli valanda nenurodyta.",
        "Liko 7 dienos: artimiausias kvietimo „Eurostars“ tarpinis terminas – spalio 22 d.\nTiksli valanda nenurodyta.",
        "Liko 7 dienos: kvietimo „Eurostars“ paraiškos priimamos iki gruodžio 15 d.\nTiksli valanda nenurodyta.",
    ]


async def test_in_english_too(chat: Chat) -> None:
    """Each in their own language."""
    eva = await chat.member("Eva", language="en")
    await eva.says("/follow c1")
    [seven] = await hears(chat, at("10-23"))
    assert "7 days left: “Inoklaster LT” takes applications until 30 October, 16:00." in seven
    [one] = await hears(chat, at("10-29"))
    assert "Tomorrow is the last day" in one


async def test_who_follows_and_was_never_told_hears_what_changes(chat: Chat) -> None:
    """Following is having been told what was so then, once; who changed it knows, and who began after."""
    await chat.member("Ada")
    rūta = await chat.member("Rūta", "secretariat")
    for id in ("n1", "n2"):
        await chat.store.members.follow(id, Following("c1", 1, NOW))
    eva = await chat.member("Eva")
    await chat.store.calls.change("c1", 1, {"closes": moment("2026-11-30 16:00")}, WHY, chat.by("n2"))
    await eva.says("/sekti c1")
    for someone in (rūta, Someone(chat, Account("telegram", "uAda"), "Ada", "lt")):
        await someone.says("labas")
    heard = await hears(chat, at("09-24", "10:11"), at("09-24", "10:12"), at("09-24", "10:30"))
    assert len(heard) == 1 and heard[0].startswith("chat-uAda: Pasikeitė kvietimas, kurį sekate.")
    told = await chat.store.conversation.told("c1")
    assert Told("n1", "c1", "closes", 2, at("09-24", "10:11"), "change") in told
    ada = Someone(chat, Account("telegram", "uAda"), "Ada", "lt")
    assert "Šį kvietimą sekate, o jis pasikeitė." in (await ada.says("/kodel d1")).plain
    assert await hears(chat, at("09-25"), at("09-26")) == []


# Of a meeting


async def meets(chat: Chat, start: datetime, **more: object) -> None:
    """A meeting of the policy group, for two hours; `start` is local."""
    await chat.store.meetings.add(
        Plan(Words("Darbo grupės posėdis"), "politika", start, 120, "Europe/Vilnius", **more),  # type: ignore[arg-type]
        chat.by(),
    )


async def test_the_group_is_reminded_a_day_and_two_hours_before(chat: Chat) -> None:
    """Its members and nobody else, with the place, the way in and the agenda; moved, it is reminded of anew."""
    for name, groups in (("Ada", ("politika",)), ("Jonas", ())):
        await (await chat.member(name, groups=groups)).says("labas")
    await meets(
        chat,
        datetime(2026, 10, 1, 14),
        place="Vilnius, Savanorių pr. 28",
        link="https://meet.example/x",
        mode="hybrid",
        agenda=("Koncepcija", "Kita"),
    )
    heard = await hears(chat, at("09-30", "13:59"), at("09-30", "14:00"), at("09-30", "15:00"))
    assert heard == [
        "chat-uAda: Rytoj 14:00 – Darbo grupės posėdis.\nKlasterių politikos darbo grupė\n"
        "Vieta: Vilnius, Savanorių pr. 28; galima ir nuotoliu.\nPrisijungti nuotoliu\n"
        "Darbotvarkė:\n1. Koncepcija\n2. Kita"
    ]
    [second] = await hears(chat, at("10-01", "11:59"), at("10-01", "12:00"), at("10-01", "13:00"))
    assert second.startswith("chat-uAda: Šiandien 14:00 – Darbo grupės posėdis.")
    chat.now = at("10-01", "13:00")
    await chat.store.meetings.change("m1", 1, {"start": datetime(2026, 10, 2, 12)}, WHY, chat.by())
    [moved] = await hears(chat, at("10-01", "13:11"), at("10-01", "15:00"), at("10-01", "16:00"))
    assert "Buvo" in moved, "a day before was told by the notice"
    [last] = await hears(chat, at("10-02", "09:59"), at("10-02", "10:00"), at("10-02", "11:00"))
    assert "Šiandien 12:00" in last


async def test_a_meeting_moved_while_its_reminder_waits(chat: Chat) -> None:
    """Two steps that waited for a platform are one message; of an hour that has been moved there is none."""
    await (await chat.member("Ada", groups=("politika",))).says("labas")
    await meets(chat, datetime(2026, 10, 1, 14))
    postman = Postman()
    for day, hour in (("09-30", "14:00"), ("10-01", "12:00")):
        chat.now = at(day, hour)
        assert await notice(chat.store, chat.now) == 1
    await work(chat, postman)
    assert [text[:15] for text in postman.arrived["chat-uAda"]] == ["Šiandien 14:00 "]
    await meets(chat, datetime(2026, 10, 6, 14))
    chat.now = at("10-05", "14:00")
    assert await notice(chat.store, chat.now) == 1
    await chat.store.meetings.change("m2", 1, {"start": datetime(2026, 10, 6, 9)}, WHY, chat.by())
    chat.passes(minutes=11)
    await work(chat, postman)
    assert len(postman.arrived["chat-uAda"]) == 1
    heard = await hears(chat, at("10-05", "14:12"))
    assert ["Rytoj 09:00" in text for text in heard] == [True]


async def test_meetings_early_late_and_of_monday(chat: Chat) -> None:
    """What the calm hours bar leaves in the first minute after them, one alone, or not at all once it has begun."""
    await (await chat.member("Ada", groups=("politika",))).says("labas")
    await meets(chat, datetime(2026, 9, 28, 8, 30))  # Mondays: a day before is Sunday
    await meets(chat, datetime(2026, 9, 28, 11))
    await meets(chat, datetime(2026, 9, 29, 8))
    sunday = [at("09-27", f"{hour:02}:00") for hour in range(24)]
    assert await hears(chat, *sunday) == []
    today, tomorrow = await hears(chat, at("09-28", "08:00"))
    assert "Šiandien 08:30" in today and "Rytoj 08:00" in tomorrow, "that of eleven waits for its two hours"
    assert ["Šiandien 11:00" in t for t in await hears(chat, at("09-28", "09:00"))] == [True]
    assert await hears(chat, at("09-28", "11:00"), at("09-29", "06:00"), at("09-29", "08:00")) == []


async def test_cancelled_written_and_open_meetings_remind_nobody(chat: Chat) -> None:
    """Nobody is called to what does not take place, is decided in writing, or is not their group's."""
    ada = await chat.member("Ada", groups=("politika",))
    await ada.says("labas")
    await meets(chat, datetime(2026, 10, 1, 14), cancelled=True)
    await meets(chat, datetime(2026, 10, 1, 14), mode="written")
    plan = Plan(Words("Forumas"), "", datetime(2026, 10, 1, 14), 60, "Europe/Vilnius")
    await chat.store.meetings.add(plan, chat.by())
    assert await hears(chat, at("09-30", "14:00"), at("10-01", "12:00")) == []


async def test_one_of_a_series_and_a_whole_day(chat: Chat) -> None:
    """Each occurrence is reminded of by itself; of a whole day there is no hour."""
    ada = await chat.member("Ada", groups=("politika",))
    await ada.says("labas")
    await meets(chat, datetime(2026, 9, 29, 14), rule="FREQ=WEEKLY")
    await meets(chat, datetime(2026, 10, 2), all_day=True)
    heard = await hears(
        chat, at("09-28", "14:00"), at("09-29", "12:00"), at("10-01", "08:00"), at("10-05", "14:00")
    )
    assert [text.partition("\n")[0].removeprefix("chat-uAda: ") for text in heard] == [
        "Rytoj 14:00 – Darbo grupės posėdis.",
        "Šiandien 14:00 – Darbo grupės posėdis.",
        "Rytoj – Darbo grupės posėdis.",
        "Rytoj 14:00 – Darbo grupės posėdis.",
    ]
    assert "Esate šios darbo grupės narys" in (await ada.says("/kodel d1")).plain
