"""What verbs stage on top of the durable documents until it is on the disk."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

from storage.tinydb.documents import DocTable
from storage.tinydb.snapshots import Doc, decode, encode


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
