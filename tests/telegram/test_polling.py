"""Updates are confirmed only behind what is durable, and a slow one holds nobody up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.telegram.polling import Polling, Raw
from tests.patience import PATIENCE


class Source:
    """Telegram's side of polling, and a handler whose updates end when the test says so."""

    def __init__(self) -> None:
        self.queue: list[Raw] = []
        self.begun: list[int] = []
        self.ends: dict[int, asyncio.Future[bool]] = {}
        self.offsets: list[int] = []
        self.waits: list[float] = []
        self.changed = asyncio.Condition()
        self.polling = Polling(self.fetch, self.handle, self.sleep)

    async def fetch(self, offset: int, seconds: int) -> list[Raw]:
        """What is not confirmed; waits for something when there is nothing."""
        async with self.changed:
            self.queue = [u for u in self.queue if u["update_id"] >= offset]
            self.offsets.append(offset)
            self.changed.notify_all()
            if seconds:
                await self.changed.wait_for(lambda: bool(self.queue))
        return list(self.queue)

    async def handle(self, update: Raw) -> bool:
        """Ends when the test says so."""
        self.begun.append(int(update["update_id"]))
        self.ends[int(update["update_id"])] = end = asyncio.get_running_loop().create_future()
        async with self.changed:
            self.changed.notify_all()
        return bool(await end)

    async def sleep(self, seconds: float) -> None:
        """Waits no time."""
        self.waits.append(seconds)
        await asyncio.sleep(0)

    async def bring(self, *numbers: int) -> None:
        """These updates come."""
        async with self.changed:
            self.queue.extend({"update_id": n} for n in numbers)
            self.changed.notify_all()

    async def until_begun(self, *numbers: int) -> None:
        """Waits until exactly these were begun, in this order."""
        async with asyncio.timeout(PATIENCE), self.changed:
            await self.changed.wait_for(lambda: tuple(self.begun) == numbers)

    async def until_offset(self, offset: int) -> None:
        """Waits until everything before that id is confirmed."""
        async with asyncio.timeout(PATIENCE), self.changed:
            await self.changed.wait_for(lambda: self.offsets[-1] == offset)


@pytest_asyncio.fixture
async def source() -> AsyncIterator[Source]:
    """A running loop."""
    source = Source()
    running = asyncio.create_task(source.polling.run())
    yield source
    running.cancel()
    await source.polling.finish(0)


async def test_nothing_is_confirmed_before_it_is_durable(source: Source) -> None:
    """The offset stays while an update is handled, and moves when it is done."""
    await source.bring(7)
    await source.until_begun(7)
    assert source.offsets[-1] == 0
    source.ends[7].set_result(True)
    await source.until_offset(8)


async def test_a_slow_update_holds_nobody_up(source: Source) -> None:
    """While the first is slow, later ones come and end; the offset waits for the first."""
    await source.bring(1, 2)
    await source.until_begun(1, 2)
    source.ends[2].set_result(True)
    await source.bring(3)
    await source.until_begun(1, 2, 3)
    source.ends[3].set_result(True)
    assert set(source.offsets) == {0}
    source.ends[1].set_result(True)
    await source.until_offset(4)
    assert source.begun == [1, 2, 3]


async def test_what_comes_new_waits_for_the_oldest_alone(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the oldest is done the offset moves and Telegram is asked at once, while others are still being handled: in
    a crowd nobody waits for the slowest of those before."""
    monkeypatch.setattr("bot.telegram.polling.LOOK_AGAIN_SECONDS", 60)
    await source.bring(1, 2)
    await source.until_begun(1, 2)
    await source.bring(3)
    source.ends[1].set_result(True)
    await source.until_offset(2)
    await source.until_begun(1, 2, 3)


@pytest.mark.parametrize("failure", [False, RuntimeError("disk")])
async def test_what_was_not_recorded_comes_again(source: Source, failure: bool | Exception) -> None:
    """An update whose effect is not durable is not confirmed, and is handled when it is brought again."""
    await source.bring(5)
    await source.until_begun(5)
    if isinstance(failure, Exception):
        source.ends[5].set_exception(failure)
    else:
        source.ends[5].set_result(failure)
    await source.until_begun(5, 5)
    assert set(source.offsets) == {0} and source.waits == [1.0]
    source.ends[5].set_result(True)
    await source.until_offset(6)


async def test_what_is_in_flight_ends_before_the_end() -> None:
    """finish lets a handler end, and cancels one that takes longer than it may."""
    source = Source()
    running = asyncio.create_task(source.polling.run())
    await source.bring(1, 2)
    await source.until_begun(1, 2)
    running.cancel()
    source.ends[1].set_result(True)
    await source.polling.finish(0)
    assert source.polling.offset in (0, 2) and source.ends[2].cancelled()
