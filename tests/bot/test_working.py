"""Long work: how far it is is told when it lasts, in what it ends, and what becomes of it when it cannot end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from bot import working
from handlers.chat import Account, Incoming, Progress, Reply, Work, say
from tests.conversation import Chat
from tests.held import Held, hold
from tests.patience import PATIENCE


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    return hold(monkeypatch)


@dataclass
class Told:
    """Hears how far work is, and when; `deaf` cannot be shown it."""

    deaf: bool = False
    words: list[str] = field(default_factory=list)
    at: list[float] = field(default_factory=list)

    async def show(self, words: str) -> bool:
        self.words.append(words)
        self.at.append(asyncio.get_running_loop().time())
        return not self.deaf


async def _counting(progress: Progress) -> Reply:
    """Thirty steps in a third of a second."""
    for done in range(30):
        progress(done, 30)
        await asyncio.sleep(0.01)
    return say("Štai.")


async def test_of_what_is_quick_not_a_word_is_said() -> None:
    """Nobody needs a word for a second; the limits are the platforms'."""

    async def at_once(progress: Progress) -> Reply:
        progress(1, 2)
        return say("Štai.")

    told = Told()
    assert await working.done(Work(lambda *far: str(far), at_once), told.show) == say("Štai.")
    assert told.words == [] and (working.LONG, working.EVERY) == (1.0, 2.0)


async def test_words_come_no_oftener_than_they_may_and_never_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However often the work tells how far it is."""
    monkeypatch.setattr(working, "LONG", 0.05)
    monkeypatch.setattr(working, "EVERY", 0.1)
    told = Told()
    await working.done(Work(lambda done, of: f"{done // 10} iš 3", _counting), told.show)
    assert 2 <= len(told.words) <= 3 and len(set(told.words)) == len(told.words)
    assert min((b - a for a, b in zip(told.at, told.at[1:], strict=False)), default=1) > 0.09


async def test_what_cannot_be_shown_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work goes on and ends as it would have."""
    monkeypatch.setattr(working, "LONG", 0.01)
    monkeypatch.setattr(working, "EVERY", 0.01)
    told = Told(deaf=True)
    assert await working.done(Work(lambda *far: str(far), _counting), told.show) == say("Štai.")
    assert len(told.words) == 1


async def test_a_thread_that_nobody_waits_for_ends_at_its_next_step() -> None:
    """A stop cancels the waiting; the thread must not work on for ever."""
    going, ended = threading.Event(), threading.Event()

    def steps(progress: Progress) -> None:
        try:
            for done in range(10_000):
                progress(done, 10_000)
                going.set()
                ended.wait(0.01)
        finally:
            ended.set()

    async def do(progress: Progress) -> Reply:
        await asyncio.to_thread(steps, progress)
        return Reply()

    waiting = asyncio.create_task(working.done(Work(lambda *far: "", do), Told().show))
    await asyncio.to_thread(going.wait, PATIENCE)
    waiting.cancel()
    assert await asyncio.to_thread(ended.wait, PATIENCE)
    with pytest.raises(asyncio.CancelledError):
        await waiting


# In a conversation


async def test_how_far_it_is_comes_before_the_answer(held: Held) -> None:
    """As replies that pass; of them nothing is remembered, and the gesture brought again is not done again."""
    chat = Chat.begin()
    rūta = await chat.member("Rūta", "secretariat")
    asking = asyncio.create_task(rūta.says("/rezultatai a1", event="x"))
    await _until(lambda: len(rūta.replies) == 1)
    held.goes_on()
    await _until(lambda: len(rūta.replies) == 2)
    held.ends(say("Štai rezultatai."))
    assert (await asking).plain == "Štai rezultatai."
    assert [(r.plain, r.passing) for r in rūta.replies] == [
        ("Rengiu: 1 iš 3", True),
        ("Rengiu: 2 iš 3", True),
        ("Štai rezultatai.", False),
    ]
    await rūta.says("/rezultatai a1", event="x")
    assert held.begun == 1


async def test_work_that_fails_ends_in_a_kind_sentence(held: Held) -> None:
    """With the mark by which the log is found, and the next thing that is asked is answered."""
    chat = Chat.begin()
    rūta = await chat.member("Rūta", "secretariat")
    asking = asyncio.create_task(rūta.says("/rezultatai a1"))
    await _until(lambda: len(rūta.replies) == 1)
    held.fails()
    assert (await asking).plain.startswith("Atsiprašau, kažkas nepavyko. Niekas nepakeista.\n")
    assert (await rūta.says("labas")).plain


async def test_who_only_looks_is_shown_what_it_ends_in(held: Held) -> None:
    """At once, and not a word of how far it is."""
    chat = Chat.begin()
    rūta = await chat.member("Rūta", "secretariat")
    member = await chat.store.members.of_account("telegram", rūta.account.user)
    held.ends(say("Štai."))
    msg = Incoming("console:1", Account("console", "operator"), "console", True, "results a1", True)
    assert await chat.dispatch.read(msg, member, chat.now, None) == say("Štai.")


async def test_in_a_group_nothing_passes_by(held: Held) -> None:
    """Long work is asked for in private; in a group there is only the way there."""
    chat = Chat.begin()
    rūta = await chat.member("Rūta", "secretariat")
    among = rūta.among("grupe")
    await among.says("/rezultatai a1")
    assert held.begun == 0 and len(among.replies) == 1 and not among.last.passing


async def _until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not so():
            await asyncio.sleep(0.005)
