"""Programs that the storage tests start and kill: `python -m tests.storage.children NAME FOLDER …`."""

from __future__ import annotations

import asyncio
import itertools
import os
import resource
import sys
from pathlib import Path
from random import Random

from storage.errors import StoreError, Unwritable
from storage.tinydb.embedded import EmbeddedStore
from storage.tinydb.tables import Change, Tables
from tests.storage.load import done, step
from tests.storage.verbs import AFTER_ALL
from tests.storage.verbs import step as step_verb


def say(words: str) -> None:
    """To the one who started us, at once."""
    os.write(1, words.encode() + b"\n")


async def load(folder: Path, seed: int) -> None:
    """Changes without end, four at a time, with everything else that a store does; each confirmed one is said."""
    random = Random()
    tables = Tables.open(folder, schema=1, upgrades={})
    say(f"open {done(tables)}")  # type: ignore[arg-type]

    def refused(change: Change) -> None:
        step(change, seed)
        raise LookupError

    async def write() -> None:
        while True:
            say(str(await tables.write(lambda change: step(change, seed))))
            if random.random() < 0.1:
                try:
                    await tables.write(refused)
                except LookupError:
                    pass

    async def others() -> None:
        while True:
            await tables.compact()
            await tables.backup(folder / "backups" / "now.zip")
            say(str(await tables.erase(lambda change: step(change, seed))))

    await asyncio.gather(write(), write(), write(), write(), others())


async def verbs(folder: Path, seed: int, begin: int = 0) -> None:
    """Every verb of the port at random from the `begin`-th on, one after another, while others keep gestures beside
    it, generations begin and backups are made; each is said when it is done."""
    store, random = EmbeddedStore.open(folder), Random()
    say("open")

    async def steps() -> None:
        for n in itertools.count(begin):
            await step_verb(store, seed, n)
            say(f"done {n + 1}")

    async def beside() -> None:
        while True:
            event = f"beside {random.getrandbits(60)}"
            await store.conversation.keep(event, AFTER_ALL, ())
            say(event)

    async def others() -> None:
        while True:
            await asyncio.sleep(random.random() * 0.1)
            await store.compact()
            await store.backup(folder / "backups" / "now.zip")

    await asyncio.gather(steps(), beside(), beside(), beside(), others())


async def fill(folder: Path, seed: int) -> None:
    """Changes until a file may not grow any more; then says what it could do still."""
    tables = Tables.open(folder, schema=1, upgrades={})
    size = max(path.stat().st_size for path in folder.glob("journal-*"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 5_000, size + 5_000))
    try:
        while True:
            say(str(await tables.write(lambda change: step(change, seed))))
    except Unwritable as error:
        say(error.why)
    say(f"still {done(tables)}")  # type: ignore[arg-type]
    try:
        await tables.write(lambda change: step(change, seed))
    except Unwritable as error:
        say(error.why)


async def hold(folder: Path, seed: int) -> None:
    """Opens the store and keeps it until its standard input ends."""
    tables = Tables.open(folder, schema=1, upgrades={})
    say("open")
    sys.stdin.read()
    await tables.close()


async def nobody(folder: Path, seed: int) -> None:
    """As a user who may read but not write there: reads, tries to write."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    try:
        tables = Tables.open(folder, schema=1, upgrades={})
        say(f"still {done(tables)}")  # type: ignore[arg-type]
        await tables.write(lambda change: step(change, seed))
    except StoreError as error:
        say(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    programs = {"load": load, "verbs": verbs, "fill": fill, "hold": hold, "nobody": nobody}
    asyncio.run(programs[sys.argv[1]](Path(sys.argv[2]), *map(int, sys.argv[3:])))
