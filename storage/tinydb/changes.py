"""What verbs stage on top of the durable documents until it is on the disk."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator

from storage.tinydb.documents import DocTable
from storage.tinydb.snapshots import Doc, decode, encode

Before = tuple[DocTable, int, bool, Doc | None]
"""A document of a table: whether something was wanted of it already, and what."""


class Staged:
    """What verbs want: the last word on each document they touched (None: it goes), and the next ids."""

    __slots__ = ("docs", "keyed", "next_ids")

    def __init__(self) -> None:
        self.docs: dict[str, dict[int, Doc | None]] = {}
        self.keyed: dict[tuple[str, str], dict[Hashable, set[int]]] = {}
        self.next_ids: dict[str, int] = {}

    def set(self, table: DocTable, id: int, doc: Doc | None) -> Before:
        """The document of that id shall be this. Returns what `restore` needs to take that back."""
        docs = self.docs.get(table.name)
        if docs is None:
            docs = self.docs[table.name] = {}
        wanted, was = id in docs, docs.get(id)
        if table.indexes:
            self._index(table, id, was, doc)
        docs[id] = doc
        return table, id, wanted, was

    def restore(self, before: Before) -> None:
        """Of that document what was wanted before is wanted again, or nothing."""
        table, id, wanted, was = before
        docs = self.docs[table.name]
        self._index(table, id, docs[id], was)
        if wanted:
            docs[id] = was
        else:
            del docs[id]

    def _index(self, table: DocTable, id: int, was: Doc | None, doc: Doc | None) -> None:
        for name, index in table.indexes.items():
            kept = self.keyed.setdefault((table.name, name), {})
            for key in index.keys(was) if was is not None else ():
                kept[key].discard(id)
            for key in index.keys(doc) if doc is not None else ():
                kept.setdefault(key, set()).add(id)


class Change:
    """What a verb sees and does: all that is durable, what the verbs before it in the same commit did, and
    what it did itself. Good only while the verb runs."""

    def __init__(self, tables: Callable[[str], DocTable], batch: Staged) -> None:
        self._table = tables
        self._batch = batch
        self._before: list[Before] = []
        self._texts: dict[str, dict[int, bytes | None]] = {}
        self._next_ids: dict[str, int] = {}

    def get(self, table: str, id: int) -> Doc | None:
        """The document of that id, None when there is none."""
        docs = self._batch.docs.get(table)
        return docs[id] if docs is not None and id in docs else self._table(table).docs.get(id)

    def all(self, table: str) -> Iterator[tuple[int, Doc]]:
        """Every document with its id, in the order of ids. Those added while it runs are left out; others may
        be put and removed meanwhile."""
        held = self._table(table)
        staged = self._batch.docs.get(table)
        ids: Iterable[int] = sorted(held.docs.keys() | staged) if staged else tuple(held.ordered())
        for id in ids:
            doc = self.get(table, id)
            if doc is not None:
                yield id, doc

    def find(self, table: str, index: str, key: Hashable) -> tuple[tuple[int, Doc], ...]:
        """The documents that have that key in the index, with their ids, in the order of ids. Raises KeyError
        when the table has no such index."""
        held = self._table(table)
        ids: Iterable[int] = held.indexes[index].ids(key)
        staged = self._batch.docs.get(table)
        if not staged:
            return tuple([(id, held.docs[id]) for id in ids])
        kept = self._batch.keyed[table, index].get(key, ())
        if not ids and not kept:
            return ()
        ids = sorted({*(id for id in ids if id not in staged), *kept})
        found = [(id, self.get(table, id)) for id in ids]
        return tuple([(id, doc) for id, doc in found if doc is not None])

    def put(self, table: str, id: int, doc: Doc) -> None:
        """The document of that id is this. What is kept is what its JSON says, so later changes to `doc` do
        nothing. Raises TypeError for what JSON has no word for, ValueError for an id below 1."""
        if id < 1:
            raise ValueError(f"{id} is not an id")
        text = encode(doc if isinstance(doc, dict) else dict(doc))
        self._set(table, id, decode(text), text)
        if id >= self._next_ids.get(table, 0) and id >= self._next(table):
            self._next_ids[table] = id + 1

    def remove(self, table: str, id: int) -> None:
        """There is no document of that id any more; nothing happens when there was none."""
        if self.get(table, id) is not None:
            self._set(table, id, None, None)

    def _set(self, name: str, id: int, doc: Doc | None, text: bytes | None) -> None:
        self._before.append(self._batch.set(self._table(name), id, doc))
        self._texts.setdefault(name, {})[id] = text

    def new_id(self, table: str) -> int:
        """An id that this table never had and never gives again."""
        id = self._next(table)
        self._next_ids[table] = id + 1
        return id

    def _next(self, table: str) -> int:
        own = self._next_ids.get(table) or self._batch.next_ids.get(table)
        return own if own is not None else self._table(table).next_id

    def text(self, sequence: int, erase: bool) -> bytes | None:
        """The change as the text of a journal's line, None when it changes nothing."""
        put: list[bytes] = []
        gone: dict[str, list[int]] = {}
        for table, texts in self._texts.items():
            if members := [b'"%d":%b' % (id, text) for id, text in texts.items() if text is not None]:
                put.append(b'"%b":{%b}' % (table.encode(), b",".join(members)))
            if len(members) < len(texts):
                gone[table] = [id for id, text in texts.items() if text is None]
        parts = [b',"put":{%b}' % b",".join(put)] if put else []
        if gone:
            parts.append(b',"del":' + encode(gone))
        if self._next_ids:
            parts.append(b',"next":' + encode(self._next_ids))
        if erase:
            parts.append(b',"erase":true')
        return b'{"seq":%d%b}' % (sequence, b"".join(parts)) if parts else None

    def accept(self) -> None:
        """The verbs after it see the next ids, too."""
        self._batch.next_ids.update(self._next_ids)

    def undo(self) -> None:
        """The verb came to nothing: what it staged is as it was before it."""
        for before in reversed(self._before):
            self._batch.restore(before)
