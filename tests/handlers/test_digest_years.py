"""Two years of digests on a real disk, by dice: restarts, kills, outages, moved hours, archived groups, a platform that
is down, people who rest. One run a group and week, at most one message a reader and morning, nobody lost."""

from __future__ import annotations

import asyncio
import re
import sys
import time as clock
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random

import pytest

from bot.outbox import Outbox, Rules
from bot.platform import Down
from bot.schedule import notice
from storage.association import DigestTime, Group
from storage.members import ChangedMember, Holding, Member, NewMember, Person, Reach, Wishes
from storage.sendings import Delivery, Sending
from storage.tinydb.embedded import EmbeddedStore
from storage.words import Words
from tests.conversation import STRUCTURE, Chat, moment
from tests.handlers.resting import HERE, barred, first_free
from tests.postman import Postman

MINUTE = timedelta(minutes=1)
BEFORE = timedelta(hours=15)
MARK = re.compile(r"⟦(\w+) (\d{4}-W\d\d)⟧")
HOURS = {
    "politika": DigestTime(0, "09:00"),
    "eksportas": DigestTime(0, "10:00"),
    "mtepi": DigestTime(6, "03:30"),
    "svietimas": DigestTime(2, "14:00"),
}
READERS: dict[str, tuple[tuple[str, ...], Wishes]] = {
    "Ada": (("politika",), Wishes()),
    "Jonas": (("politika", "eksportas"), Wishes()),
    "Eva": (("politika", "eksportas", "mtepi", "svietimas"), Wishes()),
    "Ona": (("politika", "eksportas"), Wishes(quiet="08:00-12:30")),
    "Nojus": (("politika", "svietimas"), Wishes(quiet="16:00-09:30")),
    "Rapolas": (("mtepi",), Wishes()),
}


class Killed(BaseException):
    """The program dies in the middle of a send."""


@pytest.fixture(autouse=True)
def _unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """No second between two messages of one chat, no minute until a platform that is down is asked again."""
    monkeypatch.setattr("bot.pacing.CHAT_SECONDS", 0.0)
    monkeypatch.setattr("bot.lanes.RESTS", 0.01)


@lru_cache(maxsize=1000)
def hours(monday: date, at: DigestTime) -> tuple[datetime, datetime]:
    """When the run of that week may leave, and until when it is of use: the rule said once more."""
    due = datetime.combine(monday + timedelta(days=at.day), time.fromisoformat(at.at), HERE)
    noon = datetime.combine(monday + timedelta(days=2), time(12), HERE)
    until = noon if noon > due else due + timedelta(days=1)
    leaves = first_free(due.astimezone(UTC))
    return leaves, max(until.astimezone(UTC), leaves + timedelta(hours=4))


def name_of(monday: date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"


@dataclass
class Arrival:
    """A message that a reader has, whether they might be spoken to, and the groups that it might be about."""

    at: datetime
    reader: str
    marks: list[tuple[str, str]]
    allowed: bool
    groups: set[str]


@dataclass
class Years:
    """One simulation: what there is, what happens, and what has arrived."""

    folder: Path
    dice: Random
    now: datetime
    ends: datetime
    restarts_left: int
    chat: Chat = field(init=False)
    arrivals: list[Arrival] = field(default_factory=list)
    down_until: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    kills: bool = False
    dead: int = 0
    since: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """Since when a member is in a group without a break, or the group in use."""

    closes: list[datetime] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    # The world

    async def begin(self) -> None:
        self.chat = Chat.begin(EmbeddedStore.open(self.folder))
        self.chat.now = self.now
        groups = tuple(Group(id, Words(f"Grupė {id}"), digest=at) for id, at in HOURS.items())
        await self.chat.store.association.take_over(replace(STRUCTURE, groups=groups), self.chat.by())
        people = tuple(
            NewMember(
                Person(
                    name,
                    accounts=(Reach("telegram", name, f"chat-{name}"),),
                    holdings=tuple(Holding(group) for group in groups),
                    wishes=wishes,
                )
            )
            for name, (groups, wishes) in READERS.items()
        )
        for member in await self.chat.store.members.take_over(people, self.chat.by()):
            self.since |= {(member.id, group): self.now for group in member.groups}
        friday = datetime.combine(self.now.date(), time(16), HERE)
        friday += timedelta(days=4 - friday.weekday())
        while friday < self.ends + timedelta(days=40):
            if self.dice.random() < 0.9:  # now and then there is nothing to say for some weeks
                await self.chat.call(f"Kvietimas {friday:%m-%d}", closes=moment(f"{friday:%Y-%m-%d %H:%M}"))
                self.closes.append(friday.astimezone(UTC))
            friday += timedelta(days=self.dice.choice((7, 14, 14, 28)))

    async def restart(self) -> None:
        """The program is stopped and started: everything that it knows is on the disk."""
        self.counts["restarts"] += 1
        await self.chat.store.close()
        self.chat = Chat.begin(EmbeddedStore.open(self.folder))
        self.chat.now = self.now

    def something_to_say(self) -> bool:
        return any(self.now < at <= self.now + timedelta(days=14) for at in self.closes)

    async def happens(self) -> None:
        """What people do that day."""
        dice, store = self.dice, self.chat.store
        structure = await store.association.structure()
        archived = [g for g in structure.groups if g.archived]
        if dice.random() < (0.2 if archived else 0.03):  # an hour is moved, a group archived or in use again
            group = dice.choice(archived or structure.groups)
            at = DigestTime(
                dice.choice((0, 0, 1, 2, 4, 6)), dice.choice(("09:00", "10:00", "14:00", "19:30"))
            )
            other = dice.choice((replace(group, digest=at), replace(group, archived=not group.archived)))
            groups = tuple(other if g.id == group.id else g for g in structure.groups)
            await store.association.take_over(replace(structure, groups=groups), self.chat.by())
            self.since |= {key: self.now for key in self.since if key[1] == group.id}
        await self.people_change()
        for run in await self.runs():
            if run.state == "held" and dice.random() < 0.5:
                await store.sendings.turn(run.id, "open", "", self.chat.by())
            elif self.now < run.due and run.state == "open" and dice.random() < 0.06:
                await store.sendings.turn(run.id, "held", "", self.chat.by())
                self.counts["held"] += 1
        if dice.random() < 0.02:
            self.down_until = self.now + timedelta(days=1)
            self.counts["down"] += 1

    async def people_change(self) -> None:
        """Somebody rests in other hours, or comes into a group or leaves it."""
        dice, store = self.dice, self.chat.store
        member = dice.choice(await store.members.all())
        if dice.random() < 0.04:
            quiet = dice.choice(("", "", "08:00-12:30", "12:00-09:30", "22:00-07:00"))
            snoozed = self.now.astimezone(HERE).date() + timedelta(days=dice.choice((1, 4, 9, 25)))
            wishes = Wishes(quiet=quiet, snoozed=dice.choice((None, snoozed)))
            await store.members.set_wishes(member.id, wishes, self.chat.by())
        elif dice.random() < 0.03:
            group_id = dice.choice(list(HOURS))
            holdings = tuple(h for h in member.person.holdings if h.group != group_id)
            if group_id in member.groups:
                self.since.pop((member.id, group_id), None)
            else:
                holdings = (*holdings, Holding(group_id))
                self.since[member.id, group_id] = self.now
            person = replace(member.person, holdings=holdings)
            await store.members.take_over((ChangedMember(member.id, member.version, person),), self.chat.by())

    async def runs(self) -> list[Sending]:
        """Those that may still leave."""
        everything = await self.chat.store.sendings.all()
        return [s for s in everything if s.kind == "digest" and (s.until is None or self.now < s.until)]

    # Time

    async def go_on(self) -> None:
        """Day after day, looking in the minutes in which something may happen."""
        dice = self.dice
        while self.now < self.ends:
            await self.happens()
            for instant in await self.instants():
                if instant <= self.now:
                    continue  # it was switched off
                self.now = self.chat.now = instant
                self.kills = self.restarts_left > 0 and dice.random() < 0.25
                await self.look()
                if self.killed or (self.restarts_left > 0 and dice.random() < 0.01):
                    self.restarts_left -= 1
                    await self.restart()
                if dice.random() < 0.005:
                    self.counts["outages"] += 1
                    self.now += timedelta(minutes=dice.choice((3, 60, 700, 1500, 3000, 10_000, 30_240)))
                    await self.restart()
            midnight = datetime.combine(self.now.astimezone(HERE).date() + timedelta(days=1), time(), HERE)
            self.now = self.chat.now = midnight.astimezone(UTC)

    async def instants(self) -> list[datetime]:
        """The minutes of this day in which something may happen, and some in which nothing does."""
        today = self.now.astimezone(HERE).date()
        found = {
            datetime.combine(today, time(*at), HERE).astimezone(UTC) for at in ((8, 0), (12, 30), (17, 59))
        }
        for group in (await self.chat.store.association.structure()).groups:
            for monday in self.mondays():
                assert group.digest is not None
                leaves, until = hours(monday, group.digest)
                found |= {leaves - BEFORE, leaves - MINUTE, leaves, leaves + MINUTE, until - MINUTE, until}
        found.add(self.now + timedelta(seconds=self.dice.randint(1, 86_000)))
        return sorted(at for at in found if at.astimezone(HERE).date() == today)

    def mondays(self) -> Iterator[date]:
        """Of the weeks whose runs may be there now."""
        today = self.now.astimezone(HERE).date()
        monday = today - timedelta(days=today.weekday())
        yield from (monday + timedelta(days=7 * n) for n in (-1, 0, 1))

    # A look

    async def look(self) -> None:
        self.counts["looks"] += 1
        self.dead = self.counts["kills"]
        store = self.chat.store
        await notice(store, self.now)
        await self.every_run_is_there()
        for run in await self.runs():
            if not run.content["note"]:
                note = f"⟦{run.content['group']} {run.content['week']}⟧"
                await store.sendings.change(
                    run.id, run.version, {**run.content, "note": note}, self.chat.by()
                )
        if not await store.sendings.in_state("queued"):
            return
        waited_for, over = await self.waited_for(), await self.over()
        queued = await store.sendings.in_state("queued")
        outbox = Outbox(
            store,
            (_Ledger(self),),
            self.chat.dispatch.compose,
            lambda: self.now,
            Rules({"telegram": 100_000.0}, follows=3600),
        )
        task = asyncio.create_task(outbox.run())
        with suppress(TimeoutError):
            async with asyncio.timeout(20):
                while not self.killed and any([await self.pending(row) for row in (*waited_for, *over)]):
                    await asyncio.sleep(0.001)
        await asyncio.sleep(self.dice.choice((0.001, 0.004)))
        await outbox.finish()
        task.cancel()
        with suppress(asyncio.CancelledError, Killed):
            await task
        await outbox.finish()
        if not self.killed:
            assert not [row for row in over if await self.pending(row)]
            await self.nobody_is_lost(waited_for)
            await self.nothing_of_use_is_left_out(queued)

    async def nobody_is_lost(self, waited_for: list[Delivery]) -> None:
        """Each has it, or may have it; but what had ended in the look before while it was written down."""
        for row in waited_for:
            ended = await self.as_it_is(row)
            assert ended.state in ("sent", "uncertain") or ended.at < self.now, f"{self.now}: lost {ended}"

    async def pending(self, row: Delivery) -> bool:
        return (await self.as_it_is(row)).state in ("queued", "sending")

    async def as_it_is(self, row: Delivery) -> Delivery:
        """The row, or the one with which it came."""
        now = await self.chat.store.sendings.delivery(row.id)
        carrier = await self.chat.store.sendings.delivery(now.within) if now and now.within else now
        assert carrier is not None
        return carrier

    async def over(self) -> list[Delivery]:
        """The rows that are of no use any more and may not wait."""
        store, found = self.chat.store, []
        for row in await store.sendings.in_state("queued"):
            run = await store.sendings.get(row.sending)
            if run and run.state == "open" and run.until and run.until <= self.now:
                found.append(row)
        return found

    async def nothing_of_use_is_left_out(self, queued: tuple[Delivery, ...]) -> None:
        """Of what has waited until now nothing was left out that has something to say to its reader."""
        groups = {g.id: g for g in (await self.chat.store.association.structure()).groups}
        for row in queued:
            now = await self.chat.store.sendings.delivery(row.id)
            useless = now is not None and now.why == "of no use any more" and now.at == self.now
            if not useless or not self.something_to_say():
                continue
            run = await self.chat.store.sendings.get(row.sending)
            member = await self.chat.store.members.get(row.recipient)
            assert run is not None and member is not None
            group = groups[str(run.content["group"])]
            assert group.archived or group.id not in member.groups, f"{self.now}: {now} was left out"

    @property
    def killed(self) -> bool:
        """Whether the program has died in this look."""
        return self.counts["kills"] > self.dead

    async def every_run_is_there(self) -> None:
        """Of each group whose digest is of use now."""
        for group in (await self.chat.store.association.structure()).groups:
            if group.archived or group.digest is None:
                continue
            for monday in self.mondays():
                leaves, until = hours(monday, group.digest)
                if leaves - BEFORE <= self.now < until:
                    key = f"digest {group.id} {name_of(monday)}"
                    assert await self.chat.store.sendings.of_key(key), f"{self.now}: no {key}"

    async def waited_for(self) -> list[Delivery]:
        """The rows whose readers are to have their digest after this look: due, of use, allowed, and the first of the
        day."""
        found: list[Delivery] = []
        if self.now < self.down_until or not self.something_to_say():
            return found
        groups = {g.id: g for g in (await self.chat.store.association.structure()).groups}
        for run in await self.runs():
            group = groups[str(run.content["group"])]
            if run.state != "open" or self.now < run.due or group.archived:
                continue
            for row in await self.chat.store.sendings.deliveries(run.id):
                member = await self.chat.store.members.get(row.recipient)
                assert member is not None
                lasting = self.since.get((member.id, group.id))
                if lasting is None or lasting > row.at or row.state != "queued":
                    continue
                if not barred(self.now, member.person.wishes) and not await self.had_one_today(member):
                    found.append(row)
        return found

    async def had_one_today(self, member: Member) -> bool:
        today = self.now.astimezone(HERE).date()
        for row in await self.chat.store.sendings.to(member.id):
            if row.state in ("sent", "uncertain") and row.at.astimezone(HERE).date() == today:
                run = await self.chat.store.sendings.get(row.sending)
                if run and run.kind == "digest":
                    return True
        return False


class _Ledger(Postman):
    """What arrives, when, at whom; down for as long as it is."""

    def __init__(self, years: Years) -> None:
        super().__init__()
        self.years = years

    async def send(self, address: str, part: str, key: str) -> str:
        years = self.years
        if years.now < years.down_until:
            raise Down("The token was revoked.")
        if years.kills and not years.killed and years.dice.random() < 0.3:
            years.counts["kills"] += 1
            if years.dice.random() < 0.5:
                await self._kept(address, part)
            raise Killed
        await self._kept(address, part)
        years.counts["messages"] += 1
        return f"m{years.counts['messages']}"

    async def _kept(self, address: str, part: str) -> None:
        years, reader = self.years, address.removeprefix("chat-")
        member = await years.chat.store.members.of_account("telegram", reader)
        assert member is not None
        allowed = not barred(years.now, member.person.wishes)
        groups = (await years.chat.store.association.structure()).groups
        used = {group.id for group in groups if not group.archived and group.id in member.groups}
        years.arrivals.append(Arrival(years.now, reader, MARK.findall(part), allowed, used))


# What has to be so


async def holds(years: Years) -> None:
    """Everything that is promised of digests."""
    store = years.chat.store
    people = {m.id: m.person.name for m in await store.members.all()}
    runs = [s for s in await store.sendings.all() if s.kind == "digest" and s.until and s.until <= years.now]
    assert len({run.key for run in runs}) == len(runs), "one run of a key"
    assert not [a for a in years.arrivals if not a.allowed], "nothing outside the hours of each"
    assert not [a for a in years.arrivals if not {group for group, _ in a.marks} <= a.groups]
    mornings = Counter((a.reader, a.at.astimezone(HERE).date()) for a in years.arrivals)
    assert not [one for one, count in mornings.items() if count > 1], "one message a reader and morning"
    told = Counter((mark, a.reader) for a in years.arrivals for mark in a.marks)
    assert not [one for one, count in told.items() if count > 1], "nobody is told one twice"
    ends: Counter[str] = Counter()
    for run in runs:
        mark = (str(run.content["group"]), str(run.content["week"]))
        for row in await store.sendings.deliveries(run.id):
            carrier = await store.sendings.delivery(row.within) if row.within else row
            assert carrier is not None
            end = carrier.state if carrier.state != "skipped" else carrier.why
            assert (mark, people[row.recipient]) in told or end != "sent", (row, carrier)
            assert (mark, people[row.recipient]) not in told or end in ("sent", "uncertain"), (row, carrier)
            held = run.state == "held"
            assert end in ("sent", "uncertain", "too late", "of no use any more") or held, (run, row)
            ends["held" if held and end == "queued" else end] += 1
    assert ends["uncertain"] <= years.counts["kills"] * 4
    years.counts.update({f"rows {end}": count for end, count in ends.items()})
    years.counts["runs"] = len(runs)


async def proof(folder: Path, seed: int, begins: datetime, days: int, restarts: int) -> Counter[str]:
    """So many days from then on, and three quiet weeks in which everything comes to its end."""
    years = Years(folder, Random(seed), begins, begins + timedelta(days=days), restarts)
    await years.begin()
    await years.go_on()
    years.ends, years.restarts_left = years.now + timedelta(days=21), 0
    await years.go_on()
    await years.look()
    await holds(years)
    await years.chat.store.close()
    return years.counts


async def test_five_weeks_of_digests(tmp_path: Path) -> None:
    """The five weeks around the end of summer time and All Saints, with restarts, kills and outages."""
    counts = await proof(tmp_path / "data", 1, datetime(2026, 10, 4, 21, tzinfo=UTC), 35, 6)
    assert counts["messages"] > 15 and counts["restarts"], counts


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(10, 16))
async def test_two_years_of_digests(tmp_path: Path, seed: int) -> None:
    """Two years with fifty restarts, outages up to three weeks, both clock changes and every holiday; several dice."""
    began = clock.monotonic()
    counts = await proof(tmp_path / "data", seed, datetime(2026, 1, 4, 22, tzinfo=UTC), 730, 50)
    assert counts["messages"] > 300 and counts["restarts"] >= 50, counts
    print(f"seed {seed}: {dict(counts)} in {clock.monotonic() - began:.0f} s", file=sys.stderr)
