"""When a push leaves: minute by minute of a week with a holiday, for people who rest and who have had enough."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from handlers.pushing import Calm, Verdict, from_when
from storage.association import Structure
from storage.members import Member, Wishes
from storage.sendings import Delivery, NewSending, Sending
from tests.conversation import STRUCTURE, Chat
from tests.handlers.resting import HERE, barred

MINUTE = timedelta(minutes=1)
MONDAY = datetime(
    2026, 10, 25, 22, tzinfo=UTC
)  # the day after the end of summer time; All Saints is its Sunday
WEEK = [MONDAY + n * MINUTE for n in range(7 * 24 * 60)]
AFTER = [MONDAY + n * MINUTE for n in range(20 * 24 * 60)]
HAD = {date(2026, 10, 27): 6, date(2026, 10, 28): 4, date(2026, 10, 30): 5, date(2026, 10, 31): 3}
"""How many messages have come to her on these days."""
USEFUL = (timedelta(minutes=20), timedelta(hours=5), timedelta(hours=20), timedelta(days=3), None)
PER_DAY, KEPT = 6, 2
WISHES = (
    Wishes(),
    Wishes(quiet="12:00-14:30"),
    Wishes(quiet="16:00-09:30"),
    Wishes(quiet="08:00-12:00", snoozed=date(2026, 10, 29)),
    Wishes(snoozed=date(2026, 11, 1)),
)


@dataclass
class Ada:
    """Somebody with her wishes, what she has had, and the minutes in which she may be spoken to."""

    chat: Chat
    member: Member
    structure: Structure
    free: list[datetime] = field(init=False)

    def __post_init__(self) -> None:
        self.free = [at for at in AFTER if not barred(at, self.member.person.wishes)]

    async def leaves(self, sending: Sending, row: Delivery) -> Verdict:
        """Asked again whenever it may, from the minute on in which it is due; when it leaves, or why not."""
        now = sending.due
        for _ in range(40):
            verdict = await from_when(
                sending, row, self.member, Calm(self.structure, self.chat.store, now, PER_DAY)
            )
            if verdict.left_out or verdict.at <= now:
                return verdict
            now = verdict.at
        raise AssertionError(f"{sending.due}: it is never decided")

    def should(self, sending: Sending) -> Verdict:
        """The rule said once more: the first minute that nothing bars, on a day that has room, before the last useful
        moment."""
        at = self._free_from(sending.due)
        while sending.until is None or at < sending.until:
            midnight = datetime.combine(
                at.astimezone(HERE).date() + timedelta(days=1), datetime.min.time(), HERE
            )
            tomorrow = self._free_from(midnight.astimezone(UTC))
            may_wait = sending.until is None or tomorrow < sending.until
            room = PER_DAY - KEPT if may_wait else PER_DAY
            if sending.kind == "change" or HAD.get(at.astimezone(HERE).date(), 0) < room:
                return Verdict(at)
            if not may_wait:
                return Verdict(at, "over the day's number")
            at = tomorrow
        return Verdict(at, "too late")

    def _free_from(self, at: datetime) -> datetime:
        return self.free[bisect_left(self.free, at)]


@pytest.fixture(params=WISHES, ids=lambda wishes: f"{wishes.quiet or '-'} {wishes.snoozed or '-'}")
async def ada(request: pytest.FixtureRequest) -> AsyncIterator[Ada]:
    """She has had some messages on some days of that week, at their noon."""
    chat = Chat.begin()
    await chat.associate()
    await chat.member("Ada")
    await chat.store.members.set_wishes("n1", request.param, chat.by())
    for day, count in HAD.items():
        noon = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
        for number in range(count):
            new = NewSending("announcement", f"{day} {number}", {}, noon)
            sending = await chat.store.sendings.open(new, ("n1",), chat.by())
            [row] = await chat.store.sendings.deliveries(sending.id)
            await chat.store.sendings.claim(row.id, "telegram", "1", 1, noon)
            await chat.store.sendings.accepted(row.id, "m", noon)
    member = await chat.store.members.get("n1")
    assert member is not None
    yield Ada(chat, member, await chat.store.association.structure())
    await chat.store.close()


async def test_every_minute_of_a_week(ada: Ada) -> None:
    """Due in any minute, it leaves in the first that working hours, Sundays, holidays, her quiet hours, her snooze and
    the number of her day allow, or is left out at its last useful moment; a notice of a change minds no number."""
    dice = Random(7)
    sending = await ada.chat.store.sendings.open(
        NewSending("announcement", "this one", {"subject": "c1", "version": 1}, MONDAY),
        ("n1",),
        ada.chat.by(),
    )
    [row] = await ada.chat.store.sendings.deliveries(sending.id)
    seen = set()
    for due in WEEK:
        useful = dice.choice(USEFUL)
        kind = dice.choice(("announcement", "reminder", "change", "surveyreminder"))
        one = replace(sending, kind=kind, due=due, until=due + useful if useful else None)
        verdict = await ada.leaves(one, row)
        assert verdict == ada.should(one), (kind, due.astimezone(HERE), useful)
        seen.add((verdict.left_out, verdict.at == due))
    over = set() if ada.member.person.wishes.snoozed else {"over the day's number"}
    assert {left_out for left_out, _ in seen} >= {"", "too late", *over}


async def test_the_last_useful_moment_is_exact(ada: Ada) -> None:
    """What is useful until the first allowed minute is left out; a minute longer, and it leaves."""
    sending = await ada.chat.store.sendings.open(
        NewSending("change", "this one", {"subject": "c1", "version": 1}, MONDAY), ("n1",), ada.chat.by()
    )
    [row] = await ada.chat.store.sendings.deliveries(sending.id)
    for due in WEEK[::97]:
        allowed = ada.should(replace(sending, due=due)).at
        if allowed == due:
            continue
        late = await ada.leaves(replace(sending, due=due, until=allowed), row)
        assert late == Verdict(allowed, "too late")
        assert await ada.leaves(replace(sending, due=due, until=allowed + MINUTE), row) == Verdict(allowed)


def test_the_tests_know_the_association() -> None:
    """The hours that are said once more here are those of the association of the tests."""
    assert STRUCTURE.association.working_hours == ("08:00", "18:00")
    assert STRUCTURE.association.zone == HERE.key
