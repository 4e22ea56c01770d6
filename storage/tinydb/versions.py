"""Records whose facts change in versions with a history: calls and meetings alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any, Generic, Protocol, TypeVar

from storage.audit import By
from storage.calls import Change as Step
from storage.calls import Why
from storage.codec import encode, value
from storage.imports import Import, Kind, Taken
from storage.tinydb import lists, trail
from storage.tinydb.records import Records
from storage.tinydb.tables import Change, Tables

R = TypeVar("R")
F = TypeVar("F")
T = TypeVar("T")


class Changed(Protocol):
    """A row of an import that changes, or only confirms, a record."""

    @property
    def id(self) -> str: ...
    @property
    def seen(self) -> int: ...
    @property
    def changes(self) -> Mapping[str, object]: ...


class Versioned(Generic[R, F]):
    """A table of records made as `kind(id, version, facts, history, checked_at, checked_by)`.

    `facts_in` names the attribute that holds the facts. `following(facts)` are the facts that a new version
    made by a person ends with (a calendar's sequence number goes up).
    """

    def __init__(
        self,
        tables: Tables,
        table: Kind,
        letter: str,
        kind: type[R],
        facts_in: str,
        following: Callable[[F], F] = lambda facts: facts,
    ) -> None:
        self._tables = tables
        self._table: Kind = table
        self._make: Callable[..., R] = kind
        self._facts_in = facts_in
        self._following = following
        self.records: Records[R] = Records(tables, table, letter, kind)

    async def get(self, id: str) -> R | None:
        return self.records.get(id)

    async def all(self) -> tuple[R, ...]:
        return self.records.all()

    async def add(self, facts: F, by: By) -> R:
        def verb(tx: Change) -> R:
            done = trail.repeated(tx, by, f"{self._table}.add")
            if done is not None:
                return self.records.expect(tx, done)
            record = self._add(tx, facts, by)
            trail.carried_out(tx, by, f"{self._table}.add", self._id(record))
            return record

        return await self.commit(verb)

    async def change(self, id: str, seen: int, changes: Mapping[str, object], why: Why, by: By) -> R:
        def verb(tx: Change) -> R:
            if trail.repeated(tx, by, f"{self._table}.change", id) is not None:
                return self.records.expect(tx, id)
            record = self._change(tx, self.records.expect(tx, id, seen), changes, why, by, self._following)
            trail.carried_out(tx, by, f"{self._table}.change", id, id)
            return record

        return await self.commit(verb)

    async def confirm(self, id: str, by: By) -> R:
        def verb(tx: Change) -> R:
            if trail.repeated(tx, by, f"{self._table}.confirm", id) is not None:
                return self.records.expect(tx, id)
            record = self._confirm(tx, self.records.expect(tx, id), by)
            trail.entry(tx, by, f"{self._table}.confirm", id)
            trail.carried_out(tx, by, f"{self._table}.confirm", id, id)
            return record

        return await self.commit(verb)

    async def take_over_rows(self, rows: tuple[Any, ...], why: Why, by: By) -> tuple[R, ...]:
        """Rows hold facts to be added, or changes; what they say is kept beside the records."""

        def verb(tx: Change) -> tuple[R, ...]:
            done = trail.repeated(tx, by, f"{self._table}.take_over")
            if done is not None:
                there = (self.records.staged(tx, id) for id in done.split())
                return tuple(record for record in there if record is not None)  # an undone list's are gone
            taken, took = [], []
            for row in rows:
                before: Any = self.records.staged(tx, row.id) if hasattr(row, "seen") else None
                record = self._take(tx, row, why, by)
                taken.append(record)
                took.append(self._took(tx, record, before, row.said))
            lists.keep(tx, self._tables, self._table, why.source, took, by)
            trail.carried_out(tx, by, f"{self._table}.take_over", " ".join(map(self._id, taken)))
            return tuple(taken)

        return await self.commit(verb)

    def _took(self, tx: Change, record: Any, before: Any, says: Mapping[str, object]) -> lists.Took:
        said = lists.said(tx, record.id)
        if before is None:
            return lists.Took(Taken(record.id, record.version, None, said), says)
        was, now = encode(self._facts(before)), encode(self._facts(record))
        differing = {name: old for name, old in was.items() if old != now[name]}
        checked = (before.checked_at, before.checked_by)
        return lists.Took(Taken(record.id, record.version, differing, said, checked), says)

    # Undoing a list

    def built_on(self, tx: Change, taken: Taken) -> bool:
        """Whether the record was changed since the list, or, if it was new, told to somebody or followed by one."""
        record: Any = self.records.staged(tx, taken.record)
        if taken.was == {}:
            return False
        if record is None or record.version != taken.version:
            return True
        if taken.was is not None:
            return False
        return any(tx.find(table, "subject", taken.record) for table in ("told", "sendings")) or any(
            one["call"] == taken.record
            for _, member in tx.all("members")
            for one in member["person"].get("following", ())
        )

    def take_back(self, tx: Change, taken: Taken, listed: Import, by: By) -> None:
        """Removes a record that a list added; one that it changed gets its former values as a new version."""
        record: Any = self.records.expect(tx, taken.record)
        if taken.was is None:
            number = self.records.number(taken.record)
            assert number is not None
            tx.remove(self._table, number)
            trail.entry(tx, by, f"{self._table}.remove", taken.record)
            return
        kind = type(self._facts(record))
        former = {name: value(kind, name, was) for name, was in taken.was.items() if name != "sequence"}
        undone: Any = self._change(tx, record, former, Why(), by, self._following)
        if taken.checked is not None and (record.checked_at, record.checked_by) == (listed.at, listed.by):
            at, who = taken.checked
            self.records.put(tx, replace(undone, checked_at=at, checked_by=who))

    def changed(self) -> None:
        """Something of it was committed elsewhere."""
        self.records.changed()

    async def commit(self, verb: Callable[[Change], T]) -> T:
        """Carries out a verb on this table; `all` shows it from then on."""
        done = await self._tables.write(verb)
        self.records.changed()
        return done

    def _take(self, tx: Change, row: Any, why: Why, by: By) -> R:
        if not hasattr(row, "seen"):
            return self._add(tx, getattr(row, self._facts_in), by)
        record = self.records.expect(tx, row.id, row.seen)
        if _differing(self._facts(record), row.changes):
            return self._change(tx, record, row.changes, why, by, lambda facts: facts)
        return self._confirm(tx, record, by)

    def _add(self, tx: Change, facts: F, by: By) -> R:
        record = self.records.add(tx, lambda id: self._make(id, 1, facts, (), by.at, by.who))
        trail.entry(tx, by, f"{self._table}.add", self._id(record))
        return record

    def _change(
        self,
        tx: Change,
        record: R,
        changes: Mapping[str, object],
        why: Why,
        by: By,
        following: Callable[[F], F],
    ) -> R:
        facts = self._facts(record)
        differing = _differing(facts, changes)
        if not differing:
            return record
        before: Any = record
        version = before.version + 1
        now = following(replace(facts, **differing))  # type: ignore[type-var]
        history = (*before.history, *_steps(facts, differing, version, why, by))
        trail.entry(tx, by, f"{self._table}.change", before.id, tuple(differing))
        return self.records.put(tx, self._make(before.id, version, now, history, by.at, by.who))

    def _confirm(self, tx: Change, record: R, by: By) -> R:
        return self.records.put(tx, replace(record, checked_at=by.at, checked_by=by.who))  # type: ignore[type-var]

    def _facts(self, record: R) -> F:
        facts: F = getattr(record, self._facts_in)
        return facts

    @staticmethod
    def _id(record: object) -> str:
        return str(record.id)  # type: ignore[attr-defined]


def _differing(facts: object, changes: Mapping[str, object]) -> dict[str, object]:
    """Those of the changes that change something. Raises ValueError for a field that the facts have not."""
    known = {f.name for f in fields(facts)}  # type: ignore[arg-type]
    unknown = set(changes) - known
    if unknown:
        raise ValueError(f"no such field: {', '.join(sorted(unknown))}")
    return {name: now for name, now in changes.items() if getattr(facts, name) != now}


def _steps(facts: object, changes: Mapping[str, object], version: int, why: Why, by: By) -> tuple[Step, ...]:
    """The history of these changes, which together make `version`."""
    return tuple(
        Step(version, name, encode(getattr(facts, name)), encode(now), why, by.who, by.at)
        for name, now in changes.items()
    )
