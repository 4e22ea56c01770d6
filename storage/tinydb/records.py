"""A table read as records: decoded once, kept until its document changes; ids with their letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from storage.codec import decode, encode
from storage.errors import Changed, Missing
from storage.tinydb.snapshots import Doc
from storage.tinydb.tables import Change, Tables

R = TypeVar("R")


MOST_DIGITS = 18
"""Of a number in an id: no table has more, and what is typed may be of any length."""


class Records(Generic[R]):
    """The records of one table. `letter` begins their ids: document 42 of calls is `c42`."""

    def __init__(self, tables: Tables, table: str, letter: str, kind: type[R]) -> None:
        self._tables = tables
        self.table = table
        self.letter = letter
        self._kind = kind
        self._decoded: dict[int, tuple[Doc, R]] = {}
        self._all: tuple[R, ...] | None = None

    def id(self, number: int) -> str:
        """The record's id of a document's number."""
        return f"{self.letter}{number}"

    def number(self, id: str) -> int | None:
        """The document's number of a record's id, or None when it is no id of this table."""
        digits = id[len(self.letter) :]
        known = (
            id.startswith(self.letter)
            and digits.isascii()
            and digits.isdigit()
            and len(digits) <= MOST_DIGITS
        )
        return int(digits) if known else None

    def get(self, id: str) -> R | None:
        """The record as it is durable now, or None."""
        number = self.number(id)
        doc = self._tables.get(self.table, number) if number is not None else None
        return self._read(number, doc) if number is not None and doc is not None else None

    def all(self) -> tuple[R, ...]:
        """Every record in the order of ids; the same object until `changed()`."""
        if self._all is None:
            self._all = tuple(self._read(number, doc) for number, doc in self._tables.all(self.table))
        return self._all

    def find(self, index: str, key: Any) -> tuple[R, ...]:
        """The records that an index has under that key, in the order of ids."""
        return tuple(self._read(number, doc) for number, doc in self._tables.find(self.table, index, key))

    def changed(self) -> None:
        """Something of the table was committed: `all` is made anew when it is asked for."""
        self._all = None

    def _read(self, number: int, doc: Doc) -> R:
        kept = self._decoded.get(number)
        if kept is not None and kept[0] is doc:
            return kept[1]
        record: R = decode({**doc, "id": self.id(number)}, self._kind)
        self._decoded[number] = (doc, record)
        return record

    # Within a change

    def staged(self, tx: Change, id: str) -> R | None:
        """The record as the change sees it, or None."""
        number = self.number(id)
        doc = tx.get(self.table, number) if number is not None else None
        if number is None or doc is None:
            return None
        kept = self._decoded.get(number)
        return kept[1] if kept is not None and kept[0] is doc else decode({**doc, "id": id}, self._kind)

    def expect(self, tx: Change, id: str, seen: int | None = None) -> R:
        """The record as the change sees it. Raises Missing, and Changed when its version is not `seen`."""
        record = self.staged(tx, id)
        if record is None:
            raise Missing(id)
        if seen is not None and getattr(record, "version", seen) != seen:
            raise Changed(record)
        return record

    def put(self, tx: Change, record: R) -> R:
        """Stages the record under its own id."""
        number = self.number(record.id)  # type: ignore[attr-defined]
        assert number is not None
        tx.put(self.table, number, _without_id(record))
        return record

    def add(self, tx: Change, make: Callable[[str], R]) -> R:
        """Stages a new record, made from the id that it gets."""
        number = tx.new_id(self.table)
        record = make(self.id(number))
        tx.put(self.table, number, _without_id(record))
        return record


def _without_id(record: object) -> Doc:
    doc: dict[str, Any] = encode(record)
    del doc["id"]
    return doc
