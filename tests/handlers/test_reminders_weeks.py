"""Weeks of reminders with outages, postponements, the end of summer time and a clock that is put back: what may never
happen does not, and what must come comes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from bot.schedule import notice
from handlers.calls.status import days_left, next_deadline
from handlers.meetings.occurrences import occurrence
from storage.calls import Facts, Why
from storage.meetings import Difference, Meeting, Plan
from storage.members import Following, Wishes
from storage.moments import Moment, zone
from storage.words import Words
from tests.conversation import Chat, moment
from tests.handlers.resting import barred
from tests.handlers.test_reminders import work
from tests.postman import Postman

HERE = "Europe/Vilnius"
BEGINS = datetime(2026, 9, 21, 4, tzinfo=UTC)
DAYS = 60
SETTLES = timedelta(minutes=10)


@pytest.fixture(autouse=True)
def _unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """No second between two messages of one chat."""
    monkeypatch.setattr("bot.pacing.CHAT_SECONDS", 0.0)


@dataclass
class Weeks:
    """One run: what was so at each look, and what arrived then."""

    chat: Chat
    dice: Random
    postman: Postman = field(default_factory=Postman)
    calls: dict[str, list[tuple[datetime, Facts, datetime, bool]]] = field(default_factory=dict)
    """Of each call at each look: when, its facts, when they last changed, whether something could be sent."""

    meetings: list[tuple[datetime, Meeting]] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return self.chat.now

    async def run(self) -> None:
        """Looks every hour or so, with something happening in between now and then."""
        while self.now < BEGINS + timedelta(days=DAYS):
            await self.happens()
            await self.look()
            self.chat.now += timedelta(
                minutes=self.dice.choice((1, 30, 60, 60, 90)), seconds=self.dice.random()
            )
            if self.dice.random() < 0.01:  # switched off
                self.chat.now += timedelta(hours=self.dice.choice((3, 16, 30, 80)))
            if self.dice.random() < 0.01:  # the server's clock is put back
                self.chat.now -= timedelta(minutes=self.dice.choice((2, 59)))

    async def look(self) -> None:
        before = len(await self.chat.store.sendings.all())
        await notice(self.chat.store, self.now)
        for sending in (await self.chat.store.sendings.all())[before:]:
            if sending.kind == "reminder":
                for delivery in await self.chat.store.sendings.deliveries(sending.id):
                    assert not barred(self.now, await self.wishes(delivery.recipient)), (
                        "opened while it may not leave"
                    )
        queued = await self.chat.store.sendings.in_state("queued")
        may = [d for d in queued if not barred(self.now, await self.wishes(d.recipient))]
        sends = self.dice.random() < 0.7  # else no platform answers
        if sends and (may or (queued and self.dice.random() < 0.05)):
            await work(self.chat, self.postman)
        self.meetings += [(self.now, one) for one in await self.chat.store.meetings.all()]
        for call in await self.chat.store.calls.all():
            changed = call.history[-1].at if call.history else BEGINS
            self.calls.setdefault(call.id, []).append((self.now, call.facts, changed, sends))

    async def wishes(self, member: str) -> Wishes:
        found = await self.chat.store.members.get(member)
        assert found is not None
        return found.person.wishes

    async def happens(self) -> None:
        """Now and then a call is put off, put back, held or let go, or a meeting is moved or cancelled."""
        dice, store = self.dice, self.chat.store
        if dice.random() < 0.03:
            call = dice.choice(await store.calls.all())
            deadline = call.facts.closes or moment("2026-10-30 16:00")
            moved = replace(deadline, day=deadline.day + timedelta(days=dice.choice((-7, -1, 1, 9, 30))))
            happening: tuple[dict[str, object], ...] = (
                {"closes": moved},
                {"closes": moved},
                {"hold": "postponed"},
                {"hold": None},
                {"hold": None},
                {"eligible": str(dice.random())},
            )
            changes = dice.choice(happening)
            await store.calls.change(call.id, call.version, changes, Why("priežastis"), self.chat.by())
        if dice.random() < 0.02:
            [meeting] = await store.meetings.all()
            of = meeting.plan.start + timedelta(days=7 * dice.randint(0, 8))
            start = of + timedelta(hours=dice.choice((-26, -3, 2, 24)))
            one = Difference(of, cancelled=dice.random() < 0.2, start=start)
            exceptions = (*(e for e in meeting.plan.exceptions if e.of != of), one)
            await store.meetings.change(
                "m1", meeting.version, {"exceptions": exceptions}, Why(), self.chat.by()
            )


async def began(seed: int) -> Weeks:
    """Three calls, a weekly meeting, and people who want to be reminded each in their own way."""
    chat = Chat.begin()
    chat.now = BEGINS
    await chat.associate()
    await chat.call("Pirmas", closes=moment("2026-10-30 16:00"))
    await chat.call(
        "Antras", closes=moment("2026-11-16"), cutoffs=(moment("2026-10-08"), moment("2026-10-26 10:00"))
    )
    await chat.call("Trečias", closes=moment("2026-11-03 12:00", "Europe/Brussels"))
    plan = Plan(Words("Posėdis"), "politika", datetime(2026, 9, 24, 11), 90, HERE, rule="FREQ=WEEKLY")
    await chat.store.meetings.add(plan, chat.by())
    wanted = {
        "Ada": Wishes(),
        "Jonas": Wishes(days=(30, 3, 2, 1)),
        "Eva": Wishes(quiet="12:00-09:30"),
        "Ona": Wishes(muted=("notices",), days=(5,)),
        "Nojus": Wishes(snoozed=date(2026, 10, 29)),
    }
    for number, (name, wishes) in enumerate(wanted.items(), 1):
        await (await chat.member(name, groups=("politika",) if number % 2 else ())).says("labas")
        await chat.store.members.set_wishes(f"n{number}", wishes, chat.by())
        for call in ("c1", "c2", "c3"):
            await chat.store.members.follow(f"n{number}", Following(call, 1, BEGINS - timedelta(days=60)))
    return Weeks(chat, Random(seed))


async def run(seed: int) -> None:
    """One run of sixty days, and everything that is to be so after it."""
    weeks = await began(seed)
    await weeks.run()
    sent = await of_calls_and_meetings(weeks)
    assert len(sent) >= 10, "it reminds at all"
    await nothing_that_counts_is_lost(weeks, sent)
    await weeks.chat.store.close()


async def of_calls_and_meetings(weeks: Weeks) -> Counter[tuple[object, ...]]:
    """Each step of each date at most once to each person, in an hour in which they may be spoken to, and of nothing
    that was not so when it was sent."""
    store = weeks.chat.store
    found: Counter[tuple[object, ...]] = Counter()
    for sending in await store.sendings.all():
        if sending.kind != "reminder":
            continue
        for delivery in await store.sendings.deliveries(sending.id):
            if delivery.state != "sent":
                continue
            subject, of, before = (sending.content[key] for key in ("subject", "of", "before"))
            found[delivery.recipient, subject, of, before] += 1
            assert not barred(delivery.at, await weeks.wishes(delivery.recipient))
            if subject.startswith("c"):
                facts = next(f for at, f, *_ in reversed(weeks.calls[subject]) if at == delivery.at)
                assert _open(facts, delivery.at) == of, "it told a stale date"
            else:
                meeting = next(m for at, m in reversed(weeks.meetings) if at == delivery.at)
                one = occurrence(meeting, subject.partition(".")[2])
                assert one is not None and one.start == datetime.fromisoformat(of), "it told a stale hour"
                assert delivery.at < one.start and not one.cancelled, "it came for nothing"
    assert set(found.values()) <= {1}
    return found


def _open(facts: Facts, at: datetime) -> str | None:
    """The last day of the next deadline of a call that is open then."""
    deadline: Moment | None = None if facts.hold else next_deadline(facts, at)
    if deadline is None:
        return None
    left = days_left(deadline, at, HERE)
    return (at.astimezone(zone(HERE)).date() + timedelta(days=left)).isoformat()


async def nothing_that_counts_is_lost(weeks: Weeks, sent: Counter[tuple[object, ...]]) -> None:
    """Whoever could be spoken to at two looks between their last step and the deadline has been reminded of it, or told
    it by a notice since that step."""
    store = weeks.chat.store
    for member in await store.members.all():
        wishes, last = member.person.wishes, min(member.person.wishes.days)
        for id, states in weeks.calls.items():
            usable: Counter[str] = Counter()
            for at, facts, changed, sends in states:
                of = _open(facts, at)
                if not sends or of is None or barred(at, wishes) or at - changed < SETTLES:
                    continue
                if (date.fromisoformat(of) - at.astimezone(zone(HERE)).date()).days <= last:
                    usable[of] += 1
            told = [t for t in await store.conversation.told(id) if t.member == member.id]
            for of, looks in usable.items():
                step = date.fromisoformat(of) - timedelta(days=last)
                days = [t.at.astimezone(zone(HERE)).date() for t in told if t.how == "change"]
                noticed = any(step <= day <= date.fromisoformat(of) for day in days)
                known = sent[member.id, id, of, last] or noticed
                assert looks < 2 or known, (member.person.name, id, of, looks)


async def test_sixty_days_of_whatever_happens() -> None:
    """Every follower gets each step at most once, never of a stale date, never at night, and the last is not lost."""
    await run(1)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(2, 40))
async def test_many_times_sixty_days(seed: int) -> None:
    """The same with many more dice."""
    await run(seed)
