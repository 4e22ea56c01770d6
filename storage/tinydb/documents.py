"""The durable documents in memory: TinyDB's tables with a `table_class` of ours, and indexes kept beside them."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from itertools import pairwise
from typing import Any, NoReturn

import tinydb
from tinydb.table import Table

from storage.tinydb.snapshots import Doc

Keys = Callable[[Doc], Collection[Hashable]]
"""What a document is found under in one index, each once; the same for the same document, always."""


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
        before = self.keys(was) if was is not None else ()
        after = self.keys(now) if now is not None else ()
        for key in before:
            if key not in after:
                ids = self._ids[key]
                del ids[bisect_left(ids, id)]
                if not ids:
                    del self._ids[key]
        for key in after:
            if key not in before:
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
        self.docs = docs if all(a < b for a, b in pairwise(docs)) else dict(sorted(docs.items()))
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
