"""The store: one confirmed change among many records, many changes at once, answers while others write."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bot.dispatch import Dispatcher
from handlers.chat import Account, Incoming, Reply
from storage.conversation import Told
from storage.tinydb.embedded import EmbeddedStore
from tests.bench.furnishing import NOW, by, furnished
from tests.bench.measuring import RUNS, Row, against, at_once, millis, seconds

CHANGES = 200
TIMES = 20
QUESTIONS = 60  # three seconds of them
_events = itertools.count()


async def rows() -> list[Row]:
    """The rows of the store."""
    with TemporaryDirectory() as folder:
        small = await furnished(Path(folder) / "small", members=10, calls=50, records=1000)
        large = await furnished(Path(folder) / "large", members=10, calls=50, records=100_000)
        found = [
            await against(
                "one change with 100,000 records, beside 1,000",
                lambda: _one_by_one(large),
                lambda: _one_by_one(small),
                1.5,
                CHANGES,
            ),
            await against(
                "32 answers recorded at once, beside one",
                lambda: _together(large),
                lambda: _alone(large),
                3,
                TIMES,
            ),
        ]
        await small.close()
        await large.close()
        found.append(await _answers_while_writing(Path(folder) / "busy"))
        return found


async def _confirm(store: EmbeddedStore, i: int) -> None:
    await store.calls.confirm(f"c{i % 50 + 1}", by(f"confirm {next(_events)}"))


async def _one_by_one(store: EmbeddedStore) -> None:
    for i in range(CHANGES):
        await _confirm(store, i)


async def _record(store: EmbeddedStore, i: int) -> None:
    """The change there are most of: that a question was answered, and what its asker was told."""
    await store.conversation.keep(f"answer {next(_events)}", NOW, (Told(f"n{i}", "c1", "closes", 1, NOW),))


async def _together(store: EmbeddedStore) -> None:
    for _ in range(TIMES):
        await at_once(32, lambda i: _record(store, i))


async def _alone(store: EmbeddedStore) -> None:
    for i in range(TIMES):
        await _record(store, i)


async def _answers_while_writing(folder: Path) -> Row:
    store = await furnished(folder)
    dispatch = Dispatcher(store, lambda: NOW, frozenset({"telegram"}))
    idle, busy = [], []
    await _p95(dispatch)
    for _ in range(RUNS):
        idle.append(await _p95(dispatch))
        writer = asyncio.create_task(_writes(store))
        busy.append(await _p95(dispatch))
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
    await store.close()
    ratio = median(b / i for b, i in zip(busy, idle, strict=True))
    return Row(
        "p95 of an answer while 200 changes a second are made",
        millis(median(busy)),
        millis(median(idle)),
        ratio,
        2,
    )


async def _writes(store: EmbeddedStore) -> None:
    """200 changes a second, evenly."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    for i in itertools.count():
        await store.conversation.keep(f"write {next(_events)}", NOW, ())
        due += 1 / 200
        await asyncio.sleep(max(0, due - loop.time()))
        assert i >= 0


async def _p95(dispatch: Dispatcher) -> float:
    """Of questions asked twenty a second: the time from the question to its reply."""
    loop = asyncio.get_running_loop()
    took: list[float] = []
    for i in range(QUESTIONS):
        answered = asyncio.Event()

        async def respond(reply: Reply, done: asyncio.Event = answered) -> None:
            done.set()

        msg = Incoming(
            f"ask {next(_events)}", Account("telegram", str(i)), str(i), True, "iki kada Kvietimas 10?"
        )
        began = loop.time()
        asked = asyncio.create_task(dispatch(msg, respond))
        took.append(await seconds(answered.wait))
        await asked
        await asyncio.sleep(max(0, 1 / 20 - (loop.time() - began)))
    return sorted(took)[int(len(took) * 0.95)]
