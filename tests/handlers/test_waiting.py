"""What the secretariat hears of its inbox, as transcripts, and until when it answers, by rule."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import schedule
from handlers.calm import first_allowed, rests
from handlers.waiting import GATHERED, spell
from handlers.workdays import answer_by
from storage.association import Association
from storage.moments import zone
from storage.questions import still_open
from storage.words import Words
from tests.conversation import Chat, Someone
from tests.handlers.answering import sends
from tests.postman import Postman

VILNIUS = zone("Europe/Vilnius")
LKA = Association(Words("LKA"), "LKA")


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    chat = Chat.begin()
    await chat.associate()
    yield chat
    await chat.store.close()


@pytest.fixture
async def ada(chat: Chat) -> Someone:
    return await chat.member("Ada")


@pytest.fixture
async def rūta(chat: Chat) -> Someone:
    rūta = await chat.member("Rūta", "secretariat")
    await rūta.says("labas")
    return rūta


@pytest.fixture
def postman() -> Postman:
    return Postman()


async def hears(chat: Chat, postman: Postman, who: str = "Rūta") -> list[str]:
    """What arrives at them when the schedule is asked now."""
    before = len(postman.arrived[f"chat-u{who}"])
    await sends(chat, postman)
    return postman.arrived[f"chat-u{who}"][before:]


async def test_several_new_questions_are_one_message(
    chat: Chat, ada: Someone, rūta: Someone, postman: Postman
) -> None:
    """Ten minutes after the first, once; what has come since comes with it, and nothing is said again."""
    await ada.says("/klausti Pirmas")
    chat.passes(minutes=9)
    await ada.says("/klausti Antras")
    assert await hears(chat, postman) == []
    chat.passes(minutes=1)
    [heard] = await hears(chat, postman)
    assert heard.startswith("2 nauji klausimai sekretoriatui:\n1. Ada") and "Antras" in heard
    chat.passes(minutes=30)
    assert await hears(chat, postman) == []
    await ada.says("/klausti Trečias")
    chat.passes(minutes=10)
    [heard] = await hears(chat, postman)
    assert heard.startswith("1 naujas klausimas") and "Pirmas" not in heard
    await rūta.presses("1", of=postman.replies[-1])
    assert "Trečias" in rūta.last.plain


async def test_nothing_comes_at_night(chat: Chat, ada: Someone, rūta: Someone, postman: Postman) -> None:
    """Everything that is asked overnight is one message in the morning."""
    for hour in (11, 2, 2):  # from 21:00 in Vilnius on
        chat.passes(hours=hour)
        await ada.says(f"/klausti Klausimas {chat.now:%H}")
        chat.passes(minutes=15)
        assert await hears(chat, postman) == []
    chat.passes(hours=7)
    [heard] = await hears(chat, postman)
    assert heard.startswith("3 nauji klausimai")


async def test_what_is_overdue_is_said_once(
    chat: Chat, ada: Someone, rūta: Someone, postman: Postman
) -> None:
    """After two working days, not before; after an answer a new time begins."""
    await ada.says("/klausti Ar galima?")  # Thursday, 10:00
    chat.passes(minutes=10)
    assert len(await hears(chat, postman)) == 1
    chat.passes(days=3, hours=23)  # Monday, 9:10
    assert await hears(chat, postman) == []
    chat.passes(hours=1)
    [heard] = await hears(chat, postman)
    assert heard.startswith("1 klausimas atsakymo laukia ilgiau nei dvi darbo dienas:")
    chat.passes(days=1)
    assert await hears(chat, postman) == []
    await rūta.submits("respond k1 v1", {"text": "Galima."})
    await rūta.presses("Siųsti")
    await ada.says("/klausti k1 O kada?")
    chat.passes(minutes=10)
    [heard] = await hears(chat, postman)
    assert heard.startswith("1 naujas klausimas") and "O kada?" in heard
    chat.passes(days=2)
    assert len(await hears(chat, postman)) == 1


async def test_what_is_answered_or_taken_meanwhile_troubles_nobody(
    chat: Chat, ada: Someone, rūta: Someone, postman: Postman
) -> None:
    """Answered before ten minutes have passed nothing is said; taken, only to who has taken it."""
    ona = await chat.member("Ona", "secretariat")
    await ona.says("labas")
    await ada.says("/klausti Pirmas")
    await rūta.says("/neatsakyti k1 v1")
    chat.passes(minutes=10)
    assert await hears(chat, postman) == []
    await ada.says("/klausti Antras")
    await rūta.says("/imtis k2 v1")
    chat.passes(minutes=10)
    assert len(await hears(chat, postman)) == 1
    assert postman.arrived["chat-uOna"] == []


async def test_after_an_outage_what_is_overdue_is_said_as_that_alone(
    chat: Chat, ada: Someone, rūta: Someone, postman: Postman
) -> None:
    """A question that nobody was told of while the bot was off is told of once, as overdue."""
    await ada.says("/klausti Ar galima?")
    chat.passes(days=8)
    heard = await hears(chat, postman)
    assert len(heard) == 1 and "ilgiau nei dvi darbo dienas" in heard[0]


@pytest.mark.parametrize(
    ("asked", "until"),
    [
        ("2026-09-24 15:00", "2026-09-28 15:00"),  # Thursday to Monday
        ("2026-09-24 21:00", "2026-09-29 08:00"),  # after hours it is the next morning's
        ("2026-09-26 12:00", "2026-09-30 08:00"),  # a Saturday
        ("2026-09-24 05:00", "2026-09-28 08:00"),  # before hours
        ("2026-10-30 12:00", "2026-11-04 12:00"),  # All Saints' is a Sunday, All Souls' a Monday
        ("2026-12-23 12:00", "2026-12-29 12:00"),  # Christmas
        ("2026-10-23 12:00", "2026-10-27 12:00"),  # the clocks go back in between
    ],
)
def test_an_answer_is_due_after_two_working_days(asked: str, until: str) -> None:
    """Evenings, weekends and public holidays do not count; the hour stays the same in local time."""
    at = datetime.fromisoformat(asked).replace(tzinfo=VILNIUS).astimezone(UTC)
    assert answer_by(at, LKA).astimezone(VILNIUS).isoformat(" ", "minutes")[:16] == until


@given(st.lists(st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)), min_size=2, max_size=5))
def test_an_answer_is_due_when_the_secretariat_works(instants: list[datetime]) -> None:
    """Always on a working day within the hours, two to eleven days later, and never earlier for a later question."""
    asked = sorted(one.replace(tzinfo=UTC) for one in instants)
    due = [answer_by(one, LKA) for one in asked]
    opens, shuts = (time.fromisoformat(text) for text in LKA.working_hours)
    for at, until in zip(asked, due, strict=True):
        local = until.astimezone(VILNIUS)
        assert local.weekday() < 5 and not rests(local.date())
        assert opens <= local.time() <= shuts
        assert timedelta(hours=47) <= until - at <= timedelta(days=11)
    assert all(a <= b for a, b in pairwise(due))


@pytest.mark.parametrize("seed", range(8))
async def test_every_time_of_waiting_is_told_of_once(
    chat: Chat, ada: Someone, rūta: Someone, seed: int
) -> None:
    """By dice over three weeks: every spell that waits long enough is told of once, overdue ones once as that, nothing
    outside working hours, and nothing that is not waiting."""
    dice, association = Random(seed), (await chat.store.association.structure()).association
    told: list[tuple[str, str]] = []
    for n in range(600):
        chat.passes(minutes=dice.randint(1, 100))
        waiting = still_open(await chat.store.questions.all())
        match dice.randrange(8):
            case 0 | 1 if len(waiting) < 4:
                await chat.store.questions.open("n1", f"Klausimas {n}", "", chat.by("n1"))
            case 2 if waiting:
                question = dice.choice(waiting)
                await chat.store.questions.turn(question.id, question.version, "closed", chat.by("n2"))
            case 3:
                if closed := [q for q in await chat.store.questions.all() if q.state != "open"]:
                    await chat.store.questions.add(dice.choice(closed).id, "Dar", chat.by("n1"))
            case 4 if waiting:
                question = dice.choice(waiting)
                said = question.unanswered[-1].version
                await chat.store.questions.take_back(question.id, said, chat.by("n1"))
        if dice.random() < 0.9:
            before = len(await chat.store.sendings.all())
            await schedule.notice(chat.store, chat.now)
            new = (await chat.store.sendings.all())[before:]
            assert not new or first_allowed(chat.now, association) == chat.now
            spells = {spell(q): q for q in still_open(await chat.store.questions.all())}
            assert all(one in spells for sending in new for one in sending.content["spells"])
            told = [(s.kind, one) for s in await chat.store.sendings.all() for one in s.content["spells"]]
            assert len(told) == len(set(told)), "something was said twice"
            heard = {one for _, one in told}
            if first_allowed(chat.now, association) == chat.now:
                for one, asked in spells.items():
                    assert one in heard or asked.since > chat.now - GATHERED
                    assert ("overdue", one) in told or answer_by(asked.since, association) > chat.now
    assert {kind for kind, _ in told} == {"inbox", "overdue"}
