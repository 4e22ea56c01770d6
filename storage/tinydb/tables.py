"""One open database: tables in memory, changed by verbs that are on the disk before memory shows them.

Verbs that wait are run together, each all or nothing, and share one write. What a verb refuses or returns is
told when everything it could see is durable. All of it belongs to one event loop.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Hashable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tinydb.storages import MemoryStorage

from storage.errors import TooNew, Unwritable
from storage.tinydb.changes import Change, Staged
from storage.tinydb.documents import Database, DocTable, Keys
from storage.tinydb.files import Files, sentence
from storage.tinydb.journal import Journal
from storage.tinydb.lines import line
from storage.tinydb.snapshots import Doc, State, decode, encode

__all__ = ["Change", "Doc", "DocTable", "Tables", "Upgrade"]

T = TypeVar("T")
Upgrade = Callable[[dict[str, dict[int, Doc]]], dict[str, dict[int, Doc]]]

log = logging.getLogger(__name__)

# A journal longer than this, and than its snapshot, starts a new generation.
_LONG = 4 * 1024 * 1024


@dataclass(slots=True)
class _Waiting:
    """A verb in the queue, and later what is to be told to its caller."""

    verb: Callable[[Change], Any]
    erase: bool
    told: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None

    def run(self, change: Change) -> bool:
        """Whether the verb came to its end."""
        try:
            self.result = self.verb(change)
        except StopIteration as error:  # a future refuses to carry it
            self.error = RuntimeError(f"the verb raised {error!r}")
        except Exception as error:
            self.error = error
        return self.error is None

    def tell(self) -> None:
        if self.told.done():
            return
        if self.error is not None:
            self.told.set_exception(self.error)
        else:
            self.told.set_result(self.result)

    def refuse(self, why: str) -> None:
        if not self.told.done():
            self.told.set_exception(Unwritable(why))


class Tables:
    """An open database. Reading is of what is durable and never waits; documents that it gives out are shared
    and must not be changed. Not for several event loops or threads."""

    def __init__(self, database: Database, indexes: Mapping[str, Mapping[str, Keys]], state: State) -> None:
        """Use `open`."""
        self._database = database
        self._journal = database.storage if isinstance(database.storage, Journal) else None
        self._indexes = indexes
        self._tables: dict[str, DocTable] = {}
        self._schema = state.schema
        self._sequence = state.sequence
        self._erased = state.erased
        self._long = self._limit()
        self._stopped: str | None = None
        self._closed = False
        self._queue: list[_Waiting] = []
        self._committer: asyncio.Task[None] | None = None
        self._compaction: asyncio.Task[None] | None = None
        self._changing = asyncio.Lock()  # who appends, or changes what is appended to
        self._generation = asyncio.Lock()  # who makes a new generation
        self._appender = ThreadPoolExecutor(1, "store-append")
        self._helper = ThreadPoolExecutor(1, "store-snapshot")
        for name in {*state.tables, *state.next_ids, *indexes}:
            self.table(name).fill(state.tables.get(name, {}), state.next_ids.get(name, 1))

    @classmethod
    def open(
        cls,
        folder: Path | None,
        *,
        schema: int,
        upgrades: Mapping[int, Upgrade],
        indexes: Mapping[str, Mapping[str, Keys]] | None = None,
        files: Files | None = None,
    ) -> Tables:
        """The database in that folder, made when there is none; in memory alone without a folder.

        `upgrades[n]` makes the tables of schema n into those of n + 1; the result is a new generation, and the
        old one is kept. Raises Busy, Damaged, TooNew, and Unwritable when nothing is there and nothing can be
        made. What is there but cannot be written is opened for reading: then `unwritable` says why.
        """
        if folder is None:
            return cls(Database(storage=MemoryStorage), indexes or {}, State(schema))
        database = Database(folder, files, storage=Journal)
        journal = database.storage
        assert isinstance(journal, Journal)
        try:
            return cls(database, indexes or {}, _opened(journal, schema, upgrades))
        except BaseException:
            journal.close()
            raise

    @property
    def unwritable(self) -> str | None:
        """Why nothing can be changed until the next opening, a sentence; None while all is well."""
        return "The store was closed." if self._closed else self._trouble()

    def _trouble(self) -> str | None:
        return self._stopped or (self._journal.unwritable if self._journal is not None else None)

    @property
    def dropped(self) -> str | None:
        """What opening left out because it was never completely written, a sentence; None when nothing."""
        return self._journal.dropped if self._journal is not None else None

    @property
    def files(self) -> Files:
        """What it writes with."""
        return self._journal.files if self._journal is not None else Files()

    @property
    def sequence(self) -> int:
        """How many changes there have been, ever."""
        return self._sequence

    def table(self, name: str) -> DocTable:
        """TinyDB's view of a table, for its queries."""
        table = self._tables.get(name)
        if table is None:
            made = self._database.table(name, indexes=self._indexes.get(name))
            assert isinstance(made, DocTable)
            table = self._tables[name] = made
        return table

    def get(self, table: str, id: int) -> Doc | None:
        """The document of that id, None when there is none."""
        return self.table(table).docs.get(id)

    def all(self, table: str) -> Iterator[tuple[int, Doc]]:
        """Every document with its id, in the order of ids. Go through it without awaiting: a change meanwhile
        makes it raise RuntimeError."""
        return self.table(table).in_order()

    def find(self, table: str, index: str, key: Hashable) -> tuple[tuple[int, Doc], ...]:
        """The documents that have that key in the index, with their ids, in the order of ids. Raises KeyError
        when the table has no such index."""
        held = self.table(table)
        return tuple([(id, held.docs[id]) for id in held.indexes[index].ids(key)])

    def count(self, table: str) -> int:
        """How many documents there are."""
        return len(self.table(table).docs)

    async def write(self, verb: Callable[[Change], T]) -> T:
        """What the verb returns, once what it did is durable and can be read. It may be run with others, after
        this call began; it must not wait for anything.

        Raises what the verb raises: then nothing of it is kept. Raises Unwritable while nothing can be written.
        A caller that is cancelled meanwhile knows nothing: it may be kept or not.
        """
        return await self._submit(verb, erase=False)

    async def erase(self, verb: Callable[[Change], T]) -> T:
        """As `write`, and when it returns no file of the store holds what was there before; backups do.

        After a crash in between, or Unwritable, the change is kept or not, and the next opening ends the work.
        """
        result = await self._submit(verb, erase=True)
        await self.compact()
        return result

    def _submit(self, verb: Callable[[Change], T], erase: bool) -> asyncio.Future[T]:
        if (why := self.unwritable) is not None:
            raise Unwritable(why)
        loop = asyncio.get_running_loop()
        told: asyncio.Future[T] = loop.create_future()
        self._queue.append(_Waiting(verb, erase, told))
        if self._committer is None or self._committer.done():
            self._committer = loop.create_task(self._commit_all())
        return told

    def _check(self) -> None:
        if (why := self._trouble()) is not None:
            raise Unwritable(why)

    async def _commit_all(self) -> None:
        batch: list[_Waiting] = []
        try:
            while self._queue:
                async with self._changing:
                    batch, self._queue = self._queue, []
                    await self._commit([waiting for waiting in batch if not waiting.told.done()])
        except BaseException as error:
            broken = f"Writing was broken off ({error!r}). Restart."
            self._stopped = error.why if isinstance(error, Unwritable) else broken
            for waiting in batch + self._queue:
                waiting.refuse(self._stopped)
            self._queue = []
            if not isinstance(error, Unwritable):
                raise

    async def _commit(self, batch: list[_Waiting]) -> None:
        self._check()
        staged, erased = Staged(), self._erased
        lines: list[bytes] = []
        for waiting in batch:
            change = Change(self.table, staged)
            if not waiting.run(change):
                change.undo()
            elif text := change.text(self._sequence + len(lines) + 1, waiting.erase):
                change.accept()
                lines.append(line(text))
                erased = self._sequence + len(lines) if waiting.erase else erased
        if lines:
            await self._append(b"".join(lines))
            self._sequence += len(lines)
            self._erased = erased
            self._show(staged)
        for waiting in batch:
            waiting.tell()
        self._compact_when_long()

    async def _append(self, data: bytes) -> None:
        if self._journal is not None:
            await asyncio.get_running_loop().run_in_executor(self._appender, self._journal.append, data)

    async def _work(self, thread: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(thread, work)
        except OSError as error:
            raise Unwritable(sentence(error, Path("The store"), "try again")) from error

    def _show(self, staged: Staged) -> None:
        for name, docs in staged.docs.items():
            table = self.table(name)
            for id, doc in docs.items():
                table.move(id, doc)
            table.clear_cache()
        for name, next_id in staged.next_ids.items():
            self.table(name).next_id = next_id

    def _limit(self) -> int:
        return max(_LONG, self._journal.snapshot_size) if self._journal is not None else 0

    def _compact_when_long(self) -> None:
        if self._journal is None or self._journal.size < self._long:
            return
        if self._compaction is None or self._compaction.done():
            self._long = self._journal.size + _LONG  # the next try, if this one fails
            self._compaction = asyncio.get_running_loop().create_task(self._compact_quietly())

    async def _compact_quietly(self) -> None:
        try:
            await self.compact()
        except Unwritable as error:
            log.warning("No new generation: %s", error.why)

    async def compact(self) -> None:
        """A new generation: all there is in a snapshot, and an empty journal. Changes go on meanwhile.

        Raises Unwritable; nothing is lost then, and changes go on if they could before.
        """
        journal = self._journal
        if journal is None:
            return
        async with self._generation:
            async with self._changing:
                self._check()
                number = await self._work(
                    self._appender, lambda: journal.rotate(self._schema, self._sequence)
                )
                state, alone = self._state(), self._erased > 0
            await self._work(self._helper, lambda: journal.settle(number, state, alone))
            if self._erased <= state.sequence:
                self._erased = 0
            self._long = self._limit()

    def _state(self) -> State:
        return State(
            self._schema,
            {name: dict(table.ordered()) for name, table in self._tables.items()},
            {name: table.next_id for name, table in self._tables.items()},
            self._sequence,
        )

    async def backup(self, file: Path) -> None:
        """One archive of everything durable at this moment, read back before it gets its name. Changes go on
        meanwhile. Raises Unwritable when the file cannot be written, Damaged when it does not read back."""
        from storage.tinydb import backups

        state = self._state()
        await self._work(self._helper, lambda: backups.write(file, state, self.files))

    async def close(self) -> None:
        """Ends what has begun, leaves a fresh generation and lets go of the folder. Reading still works."""
        if self._closed:
            return
        self._closed = True
        if going := [task for task in (self._committer, self._compaction) if task is not None]:
            await asyncio.wait(going)
        if self._journal is not None and self._journal.settled < self._sequence:
            await self._compact_quietly()
        async with self._generation:  # an erasure may still be at it
            self._helper.shutdown()
            self._appender.shutdown()
            self._database.close()


def _opened(journal: Journal, schema: int, upgrades: Mapping[int, Upgrade]) -> State:
    state = journal.load()
    if state is None:
        state = State(schema)
        journal.check()
        try:
            journal.renew(state)
        except OSError as error:
            raise Unwritable(sentence(error, journal.folder)) from error
        return state
    if state.schema > schema:
        raise TooNew(
            f"{journal.folder} was written by a newer version (its schema is {state.schema}, this program knows "
            f"{schema}). Nothing was changed. Use the newer version, or restore a backup of the older one."
        )
    renew = state.schema < schema or state.erased > 0
    while state.schema < schema:
        _upgrade(state, upgrades[state.schema])
    journal.start()
    if renew and journal.unwritable is None:
        try:
            journal.renew(state, alone=state.erased > 0)
            state.erased = 0
        except OSError as error:
            journal.unwritable = sentence(error, journal.folder)
    return state


def _upgrade(state: State, upgrade: Upgrade) -> None:
    made = upgrade(state.tables)
    state.tables = {
        name: {id: decode(encode(doc)) for id, doc in sorted(docs.items())} for name, docs in made.items()
    }
    for name, docs in state.tables.items():
        state.next_ids[name] = max(state.next_ids.get(name, 1), max(docs, default=0) + 1)
    state.schema += 1
