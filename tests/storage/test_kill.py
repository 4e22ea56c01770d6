"""The whole port under kill -9: what was confirmed is there, nothing is there by half, whatever was being done."""

from __future__ import annotations

import asyncio
import inspect
import select
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any, get_type_hints

import pytest

from storage.reading import READING
from storage.store import Store
from storage.tinydb.embedded import EmbeddedStore
from tests.storage.verbs import VERBS, step


def test_the_load_has_every_changing_verb_of_the_port() -> None:
    """A verb that is added to a port and not to this load is found here."""
    ports = {
        name: get_type_hints(port.fget)["return"]
        for name, port in vars(Store).items()
        if isinstance(port, property) and name != "unwritable"
    }
    verbs = {
        f"{subject}.{name}"
        for subject, port in ports.items()
        for name, verb in vars(port).items()
        if inspect.iscoroutinefunction(verb) and name not in READING
    }
    assert verbs and verbs == set(VERBS)


class Follower:
    """A store in memory that does the same steps, and what was said beside them."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.n = 0
        self.beside: set[str] = set()
        self._store = EmbeddedStore.open(None)

    async def step(self) -> None:
        await step(self._store, self.seed, self.n)
        self.n += 1

    def holds(self) -> dict[str, Any]:
        return held(self._store)


def held(store: EmbeddedStore) -> dict[str, Any]:
    """Every document of the store; of gestures answered only those that the steps have answered."""
    tables = store._tables
    there = {name: dict(tables.all(name)) for name in tables._tables}
    events = sorted(doc["event"] for doc in there.pop("events", {}).values())
    there["events"] = {i: {"event": e} for i, e in enumerate(e for e in events if not e.startswith("beside"))}
    return {name: docs for name, docs in there.items() if docs}


async def killed_and_looked_at(folder: Path, seed: int, kills: int) -> int:
    """Kills a process that does all verbs, opens what it leaves, compares; how many steps were done in all."""
    dice, follower = Random(seed), Follower(seed)
    for _ in range(kills):
        confirmed = _killed(folder, follower, dice)
        store = EmbeddedStore.open(folder)
        while follower.n < confirmed:
            await follower.step()
        if held(store) != follower.holds():
            await follower.step()  # the one that was being done may be there, or not
        assert held(store) == follower.holds(), "a confirmed change is lost, or one is there by half"
        lost = [event for event in follower.beside if not await store.conversation.answered(event)]
        assert not lost, "a gesture that was kept is lost"
        _let_go(store)
    return follower.n


def _killed(folder: Path, follower: Follower, dice: Random) -> int:
    """Lets a process go on from where the follower is, and kills it at some moment; the steps that it confirmed."""
    command = [sys.executable, "-m", "tests.storage.children", "verbs", str(folder), str(follower.seed)]
    process = subprocess.Popen([*command, str(follower.n)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    select.select([process.stdout], [], [], 30)
    select.select([], [], [], dice.random() * dice.choice((0.001, 0.02, 0.3)))
    process.kill()
    said, _ = process.communicate()
    lines = said.decode().split("\n")[:-1]
    follower.beside.update(line for line in lines if line.startswith("beside"))
    return max([follower.n, *(int(line.split()[1]) for line in lines if line.startswith("done"))])


def _let_go(store: EmbeddedStore) -> None:
    """Closes without the new generation that a clean stop leaves."""
    journal = store._tables._journal
    assert journal is not None
    journal.close()
    store._tables._appender.shutdown()
    store._tables._helper.shutdown()


def test_killed_at_any_moment_every_verb_keeps_what_it_confirmed(tmp_path: Path) -> None:
    """Ten kills under a random load of every verb; the slow proof does three hundred."""
    assert asyncio.run(killed_and_looked_at(tmp_path, 2026, 10)) > 30


@pytest.mark.proof
def test_killed_three_hundred_times_every_verb_keeps_what_it_confirmed(tmp_path: Path) -> None:
    """0 unreadable, 0 confirmed changes lost, 0 half changes, over every verb of the port."""
    for run in range(10):
        steps = asyncio.run(killed_and_looked_at(tmp_path / str(run), run, 30))
        print(f"run {run}: {steps} steps survived 30 kills", file=sys.stderr)
