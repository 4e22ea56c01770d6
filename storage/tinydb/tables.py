"""One open database: tables in memory, changed by verbs that are on the disk before memory shows them.

Verbs that wait are run together, each all or nothing, and share one write. What a verb refuses or returns is
told when everything it could see is durable. All of it belongs to one event loop.
"""

from __future__ import annotations

import asyncio
import logging
from bisect import bisect_left, insort
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import tinydb
from tinydb.storages import MemoryStorage
from tinydb.table import Table

from storage.errors import TooNew, Unwritable
from storage.tinydb.files import Files, sentence
from storage.tinydb.journal import Journal
from storage.tinydb.lines import line
from storage.tinydb.snapshots import Doc, State, decode, encode

__all__ = ["Change", "Doc", "DocTable", "Tables", "Upgrade"]

T = TypeVar("T")
Keys = Callable[[Doc], Iterable[Hashable]]
Upgrade = Callable[[dict[str, dict[int, Doc]]], dict[str, dict[int, Doc]]]

log = logging.getLogger(__name__)

# A journal longer than this, and than its snapshot, starts a new generation.
_LONG = 4 * 1024 * 1024


class Index:
    """Which documents of a table have a key, kept with every commit. Ids in order."""

    __slots__ = ("_ids", "keys")

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self._ids: dict[Hashable, list[int]] = {}

    def ids(self, key: Hashable) -> list[int]:
        """The list itself: not to be changed."""
        return self._ids.get(key, [])

    def move(self, id: int, was: Doc | None, now: Doc | None) -> None:
        """The document of that id was this and is that; None where there was or is none."""
        before = set(self.keys(was)) if was is not None else set()
        after = set(self.keys(now)) if now is not None else set()
        for key in before - after:
            ids = self._ids[key]
            del ids[bisect_left(ids, id)]
            if not ids:
                del self._ids[key]
        for key in after - before:
            insort(self._ids.setdefault(key, []), id)


class DocTable(Table):
    """The durable documents of one table, under their ids. Stock TinyDB's queries read it as it is; its own way
    to write, which copies the table for every change, is shut: `move` writes one document by its id."""

    def __init__(self, storage: tinydb.Storage, name: str, indexes: Mapping[str, Keys] | None = None) -> None:
        super().__init__(storage, name)
        self.docs: dict[int, Doc] = {}
        self.next_id = 1
        self.indexes = {index: Index(keys) for index, keys in (indexes or {}).items()}
        self._last = 0
        self._ordered = True

    def fill(self, docs: dict[int, Doc], next_id: int) -> None:
        """All there is, at opening."""
        self.docs = docs if all(a < b for a, b in zip(docs, list(docs)[1:])) else dict(sorted(docs.items()))
        self._last = next(reversed(self.docs), 0)
        self.next_id = max(next_id, self._last + 1)
        for index in self.indexes.values():
            for id, doc in self.docs.items():
                index.move(id, None, doc)

    def move(self, id: int, now: Doc | None) -> None:
        """The document of that id is this from now on, None: it is gone."""
        was = self.docs.get(id)
        for index in self.indexes.values():
            index.move(id, was, now)
        if now is None:
            self.docs.pop(id, None)
            return
        if was is None:
            self._ordered = self._ordered and id > self._last
            self._last = max(self._last, id)
        self.docs[id] = now

    def in_order(self) -> Iterator[tuple[int, Doc]]:
        """Every document by its id."""
        return iter(self.ordered().items())

    def ordered(self) -> dict[int, Doc]:
        """The documents themselves, in the order of ids."""
        if not self._ordered:
            self.docs = dict(sorted(self.docs.items()))
            self._ordered = True
        return self.docs

    def _read_table(self) -> dict[str, Mapping[Any, Any]]:
        return _AsStock(self.docs)  # type: ignore[return-value]

    def _update_table(self, updater: object) -> NoReturn:
        raise TypeError("This table is changed by Tables.write, a document at a time.")


class _AsStock(Mapping[str, Doc]):
    """The documents with their ids as the strings that TinyDB looks for, without copying them."""

    __slots__ = ("_docs",)

    def __init__(self, docs: Mapping[int, Doc]) -> None:
        self._docs = docs

    def __getitem__(self, id: str) -> Doc:
        return self._docs[int(id)]

    def __iter__(self) -> Iterator[str]:
        return map(str, self._docs)

    def __len__(self) -> int:
        return len(self._docs)


class Database(tinydb.TinyDB):
    """TinyDB with our tables; which there are is known without reading the disk."""

    table_class: type[Table] = DocTable

    def tables(self) -> set[str]:
        return set(self._tables)

    def drop_tables(self) -> None:
        raise TypeError("Tables are changed by Tables.write, a document at a time.")

    def drop_table(self, name: str) -> None:
        self.drop_tables()


class Staged:
    """What verbs want: the last word on each document they touched (None: it goes), and the next ids."""

    __slots__ = ("docs", "keyed", "next_ids")

    def __init__(self) -> None:
        self.docs: dict[str, dict[int, Doc | None]] = {}
        self.keyed: dict[tuple[str, str], dict[Hashable, set[int]]] = {}
        self.next_ids: dict[str, int] = {}

    @property
    def empty(self) -> bool:
        """Whether nothing is wanted."""
        return not self.docs and not self.next_ids

    def set(self, table: DocTable, id: int, doc: Doc | None) -> None:
        """The document of that id shall be this."""
        docs = self.docs.setdefault(table.name, {})
        was = docs.get(id)
        for name, index in table.indexes.items():
            kept = self.keyed.setdefault((table.name, name), {})
            for key in index.keys(was) if was is not None else ():
                kept[key].discard(id)
            for key in index.keys(doc) if doc is not None else ():
                kept.setdefault(key, set()).add(id)
        docs[id] = doc


class Change:
    """What a verb sees and does: all that is durable, what the verbs before it in the same commit did, and
    what it did itself. Good only while the verb runs."""

    def __init__(self, tables: Callable[[str], DocTable], batch: Staged) -> None:
        self._table = tables
        self._batch = batch
        self._own = Staged()
        self._texts: dict[str, dict[int, bytes]] = {}

    def get(self, table: str, id: int) -> Doc | None:
        """The document of that id, None when there is none."""
        for staged in (self._own, self._batch):
            docs = staged.docs.get(table)
            if docs is not None and id in docs:
                return docs[id]
        return self._table(table).docs.get(id)

    def all(self, table: str) -> Iterator[tuple[int, Doc]]:
        """Every document with its id, in the order of ids. Those added while it runs are left out; others may
        be put and removed meanwhile."""
        held = self._table(table)
        layers = [docs for staged in (self._own, self._batch) if (docs := staged.docs.get(table))]
        if not layers:
            ids: Iterable[int] = [id for id, _ in held.in_order()]
        else:
            ids = sorted(set(held.docs).union(*layers))
        for id in ids:
            doc = self.get(table, id)
            if doc is not None:
                yield id, doc

    def find(self, table: str, index: str, key: Hashable) -> tuple[tuple[int, Doc], ...]:
        """The documents that have that key in the index, with their ids, in the order of ids. Raises KeyError
        when the table has no such index."""
        ids = set(self._table(table).indexes[index].ids(key))
        for staged in (self._batch, self._own):
            if docs := staged.docs.get(table):
                ids.difference_update(docs)
                ids |= staged.keyed[table, index].get(key, set())
        found = ((id, self.get(table, id)) for id in sorted(ids))
        return tuple((id, doc) for id, doc in found if doc is not None)

    def put(self, table: str, id: int, doc: Doc) -> None:
        """The document of that id is this. What is kept is what its JSON says, so later changes to `doc` do
        nothing. Raises TypeError for what JSON has no word for, ValueError for an id below 1."""
        if id < 1:
            raise ValueError(f"{id} is not an id")
        text = encode(doc if isinstance(doc, dict) else dict(doc))
        self._own.set(self._table(table), id, decode(text))
        self._texts.setdefault(table, {})[id] = text
        if id >= self._next(table):
            self._own.next_ids[table] = id + 1

    def remove(self, table: str, id: int) -> None:
        """There is no document of that id any more; nothing happens when there was none."""
        if self.get(table, id) is not None:
            self._own.set(self._table(table), id, None)
            self._texts.get(table, {}).pop(id, None)

    def new_id(self, table: str) -> int:
        """An id that this table never had and never gives again."""
        id = self._next(table)
        self._own.next_ids[table] = id + 1
        return id

    def _next(self, table: str) -> int:
        for staged in (self._own, self._batch):
            if table in staged.next_ids:
                return staged.next_ids[table]
        return self._table(table).next_id

    def text(self, sequence: int, erase: bool) -> bytes | None:
        """The change as the text of a journal's line, None when it changes nothing."""
        gone: dict[str, list[int]] = {}
        for table, docs in self._own.docs.items():
            if ids := [id for id, doc in docs.items() if doc is None]:
                gone[table] = ids
        put = [b"%b:{%b}" % (encode(table), _members(texts)) for table, texts in self._texts.items() if texts]
        parts = [b',"put":{%b}' % b",".join(put)] if put else []
        if gone:
            parts.append(b',"del":' + encode(gone))
        if self._own.next_ids:
            parts.append(b',"next":' + encode(self._own.next_ids))
        if erase:
            parts.append(b',"erase":true')
        return b'{"seq":%d%b}' % (sequence, b"".join(parts)) if parts else None

    def accepted(self) -> Staged:
        """What the verbs up to this one want together."""
        if self._batch.empty:
            return self._own
        for name, docs in self._own.docs.items():
            table = self._table(name)
            for id, doc in docs.items():
                self._batch.set(table, id, doc)
        self._batch.next_ids.update(self._own.next_ids)
        return self._batch


def _members(texts: Mapping[int, bytes]) -> bytes:
    return b",".join([b'"%d":%b' % (id, text) for id, text in texts.items()])


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
        except Exception as error:  # noqa: BLE001 whatever it is, it is its caller's
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
        result: T = await self._submit(verb, erase=True)
        await self.compact()
        return result

    async def _submit(self, verb: Callable[[Change], T], erase: bool) -> T:
        if (why := self.unwritable) is not None:
            raise Unwritable(why)
        loop = asyncio.get_running_loop()
        told: asyncio.Future[T] = loop.create_future()
        self._queue.append(_Waiting(verb, erase, told))
        if self._committer is None or self._committer.done():
            self._committer = loop.create_task(self._commit_all())
        return await told

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
            if waiting.run(change) and (text := change.text(self._sequence + len(lines) + 1, waiting.erase)):
                staged = change.accepted()
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
            raise Unwritable(sentence(error, Path("The store"))) from error

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

        state, files = (self._state(), self._journal.files if self._journal is not None else Files())
        await self._work(self._helper, lambda: backups.write(file, state, files))

    async def close(self) -> None:
        """Ends what has begun, leaves a fresh generation and lets go of the folder. Reading still works."""
        if self._closed:
            return
        self._closed = True
        if going := [task for task in (self._committer, self._compaction) if task is not None]:
            await asyncio.wait(going)
        if self._journal is not None and self._journal.settled < self._sequence:
            await self._compact_quietly()
        self._database.close()
        self._appender.shutdown()
        self._helper.shutdown()


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
