"""Pushing: how near the platform's limit, what answers feel of it, what the hundredth sending costs, memory."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bot.dispatch import Dispatcher
from bot.outbox import Outbox, Rules
from bot.platform import TryLater
from handlers.chat import Account, Incoming, Reply
from storage.members import NewMember, Person, Reach
from storage.sendings import NewSending
from storage.tinydb.embedded import EmbeddedStore
from tests.bench.furnishing import NOW, by, furnished
from tests.bench.measuring import Row, millis, python, seconds
from tests.postman import Postman

LIMIT = 30
PACED = 1000
SENDINGS, RECIPIENTS = 100, 1000
QUESTIONS = 60
CONTENT = {"lt": "Posėdis pirmadienį, 10 val.", "en": "", "audience": ["all"], "acknowledge": True}
_events = itertools.count()


@dataclass
class Limited(Postman):
    """Telegram as it limits: thirty a second, one a second in a chat, each answered after a twentieth of a second."""

    refused: int = 0
    times: deque[float] = field(default_factory=deque)
    last: dict[str, float] = field(default_factory=dict)

    async def send(self, address: str, part: str, key: str) -> str:
        now = time.monotonic()
        while self.times and self.times[0] <= now - 1:
            self.times.popleft()
        if len(self.times) >= LIMIT or now - self.last.get(address, -9) < 0.98:
            self.refused += 1
            raise TryLater("Too many.", 1)
        self.times.append(now)
        self.last[address] = now
        await asyncio.sleep(0.05)
        return await super().send(address, part, key)


async def rows() -> list[Row]:
    """The rows of sending."""
    with TemporaryDirectory() as folder:
        found = [await _paced(Path(folder) / "paced"), await _answers(Path(folder) / "answers")]
        found.append(await _hundredth(Path(folder) / "hundredth"))
        found.append(await asyncio.to_thread(_memory, Path(folder) / "memory"))
        return found


async def _opened(store: EmbeddedStore, count: int, number: int = 0) -> str:
    new = NewSending("announcement", f"announcement {number}", CONTENT, NOW)
    who = tuple(f"n{i + 1}" for i in range(count))
    return (await store.sendings.open(new, who, by(f"open {number}"))).id


async def _sent(outbox: Outbox, store: EmbeddedStore) -> None:
    task = asyncio.create_task(outbox.run())
    while await store.sendings.in_state("queued") or await store.sendings.in_state("sending"):
        await asyncio.sleep(0.02)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _outbox(store: EmbeddedStore, postman: Postman, rate: float = 29.0) -> Outbox:
    dispatch = Dispatcher(store, lambda: NOW, frozenset({"telegram"}))
    outbox = Outbox(store, (postman,), dispatch.compose, lambda: NOW, Rules({"telegram": rate}))
    dispatch.spoke = outbox.spoke
    return outbox


async def _paced(folder: Path) -> Row:
    """So many people at the platform's limit, beside the floor of thirty a second; no refusal."""
    store = await furnished(folder, members=PACED, calls=10)
    postman = Limited()
    await _opened(store, PACED)
    took = await seconds(lambda: _sent(_outbox(store, postman), store))
    assert sum(map(len, postman.arrived.values())) == PACED and postman.refused == 0, postman.refused
    await store.close()
    floor = PACED / LIMIT
    return Row(
        f"{PACED} people at Telegram's limit, beside the floor",
        f"{took:.1f} s",
        f"{floor:.1f} s",
        took / floor,
        1.05,
    )


async def _answers(folder: Path) -> Row:
    """p95 of an answer while a thousand messages leave, with 100,000 rows in the store, beside the idle one."""
    store = await furnished(folder, members=1000, calls=500, records=100_000)
    dispatch = Dispatcher(store, lambda: NOW, frozenset({"telegram"}))
    outbox = Outbox(store, (Limited(),), dispatch.compose, lambda: NOW, Rules({"telegram": 29.0}))
    dispatch.spoke = outbox.spoke
    await _p95(dispatch)
    idle, busy = [], []
    for run in range(3):
        idle.append(await _p95(dispatch))
        await _opened(store, 1000, run)
        sending = asyncio.create_task(outbox.run())
        await asyncio.sleep(0.5)
        busy.append(await _p95(dispatch))
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
    await store.close()
    ratio = median(b / i for b, i in zip(busy, idle, strict=True))
    return Row(
        "p95 of an answer while 1,000 messages leave", millis(median(busy)), millis(median(idle)), ratio, 2
    )


async def _p95(dispatch: Dispatcher) -> float:
    took = []
    for i in range(QUESTIONS):
        answered = asyncio.Event()

        async def respond(reply: Reply, done: asyncio.Event = answered) -> None:
            done.set()

        msg = Incoming(
            f"ask {next(_events)}", Account("telegram", f"q{i}"), str(i), True, "iki kada Kvietimas 10?"
        )
        asked = asyncio.create_task(dispatch(msg, respond))
        took.append(await seconds(answered.wait))
        await asked
        await asyncio.sleep(0.05)
    return sorted(took)[int(len(took) * 0.95)]


async def _hundredth(folder: Path) -> Row:
    """Recording the deliveries of the hundredth sending of a thousand, beside the first."""
    store = EmbeddedStore.open(folder)
    people = tuple(
        NewMember(Person(f"Narys {i}", accounts=(Reach("telegram", str(i), str(i)),)))
        for i in range(RECIPIENTS)
    )
    await store.members.take_over(people, by("members"))
    took = []
    for number in range(SENDINGS):
        sending = await _opened(store, RECIPIENTS, number)
        if number in (0, 1, SENDINGS - 1):
            took.append(await seconds(lambda s=sending: _recorded(store, s)))  # type: ignore[misc]
    await store.close()
    first, last = took[1] / RECIPIENTS, took[2] / RECIPIENTS
    return Row(
        "a delivery of the 100th sending of 1,000, beside the 2nd",
        millis(last),
        millis(first),
        last / first,
        1.2,
    )


async def _recorded(store: EmbeddedStore, sending: str) -> None:
    for delivery in await store.sendings.deliveries(sending):
        await store.sendings.claim(delivery.id, "telegram", "1", 1, NOW)
        await store.sendings.accepted(delivery.id, "m", NOW)


_SENDS = """
import asyncio
from pathlib import Path
from tests.bench import sending
from tests.bench.furnishing import furnished
from tests.postman import Postman
def held():
    return next(int(l.split()[1]) for l in open("/proc/self/status") if l.startswith("VmRSS")) / 1024
async def main():
    store = await furnished(Path("{folder}"), members=5000, calls=10)
    await sending._opened(store, 5000)
    before = held()
    await sending._sent(sending._outbox(store, Postman(), 100_000.0), store)
    print(held() - before)
asyncio.run(main())
"""


def _memory(folder: Path) -> Row:
    more = float(python(_SENDS.replace("{folder}", str(folder))))
    return Row("memory while sending to 5,000", f"{more:.0f} MB", "", more, 40, " MB more")
