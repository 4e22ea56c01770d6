"""Consultations and remarks in the embedded store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from storage.audit import By
from storage.consultations import Consultation, Decision, Plan, Position, Remark, Ruling
from storage.errors import Changed, Missing
from storage.surveys import Closing
from storage.tinydb import trail
from storage.tinydb.records import Records
from storage.tinydb.tables import Change, Tables

T = TypeVar("T")


class ConsultationsTables:
    """See storage.consultations.Consultations."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._consultations = Records(tables, "consultations", "t", Consultation)
        self._remarks = Records(tables, "remarks", "r", Remark)

    async def get(self, id: str) -> Consultation | None:
        return self._consultations.get(id)

    async def all(self) -> tuple[Consultation, ...]:
        return self._consultations.all()

    async def remarks(self, consultation: str) -> tuple[Remark, ...]:
        return self._remarks.find("consultation", consultation)

    async def remark(self, id: str) -> Remark | None:
        return self._remarks.get(id)

    async def add(self, plan: Plan, by: By) -> Consultation:
        def verb(tx: Change) -> Consultation:
            if known := tx.find("consultations", "key", plan.key):
                return self._consultations.expect(tx, self._consultations.id(known[0][0]))
            made = self._consultations.add(tx, lambda id: Consultation(id, 1, plan, by.at, by.who))
            trail.entry(tx, by, "consultations.add", made.id)
            return made

        return await self._commit(verb)

    async def change(self, id: str, seen: int, plan: Plan, by: By) -> Consultation:
        def verb(tx: Change) -> Consultation:
            kept = self._consultations.expect(tx, id)
            if kept.plan == plan:
                return kept
            _expect(kept, seen, "draft")
            trail.entry(tx, by, "consultations.change", id)
            return self._put(tx, replace(kept, plan=plan))

        return await self._commit(verb)

    async def remove(self, id: str, seen: int, by: By) -> None:
        def verb(tx: Change) -> None:
            kept = self._consultations.staged(tx, id)
            if kept is None:
                return
            _expect(kept, seen, "draft")
            tx.remove("consultations", self._consultations.number(id) or 0)
            trail.entry(tx, by, "consultations.remove", id)

        await self._commit(verb)

    async def open(self, id: str, seen: int, by: By) -> Consultation:
        def verb(tx: Change) -> Consultation:
            kept = self._consultations.expect(tx, id)
            if trail.repeated(tx, by, "consultations.open", id) is not None:
                return kept
            _expect(kept, seen, "draft")
            trail.entry(tx, by, "consultations.open", id)
            trail.carried_out(tx, by, "consultations.open", id, id)
            return self._put(tx, _closing_at(replace(kept, state="open", opened=by.at), by))

        return await self._commit(verb)

    async def move(self, id: str, seen: int, closes: datetime, by: By) -> Consultation:
        def verb(tx: Change) -> Consultation:
            kept = self._consultations.expect(tx, id)
            if kept.plan.closes == closes and kept.state != "closed":
                return kept
            _expect(kept, seen, "draft", "open")
            trail.entry(tx, by, "consultations.move", id)
            moved = replace(kept, plan=replace(kept.plan, closes=closes))
            return self._put(tx, moved if kept.state == "draft" else _closing_at(moved, by))

        return await self._commit(verb)

    async def close(self, id: str, by: By) -> Consultation:
        def verb(tx: Change) -> Consultation:
            kept = self._consultations.expect(tx, id)
            if kept.state == "closed":
                return kept
            _expect(kept, kept.version, "open")
            trail.entry(tx, by, "consultations.close", id)
            return self._put(tx, replace(kept, state="closed", closed=by.at))

        return await self._commit(verb)

    async def say(
        self, id: str, section: str, seen: int, owner: str, member: str, said: Position, at: datetime
    ) -> Remark:
        def verb(tx: Change) -> Remark:
            kept = self._expect_open(tx, id)
            if not any(one.number == section for one in kept.plan.sections):
                raise Missing(f"{id} {section}")
            known = tx.find("remarks", "one", (id, section, owner))
            if not known:
                return self._said(tx, id, section, owner, member, said, at)
            before = self._remarks.expect(tx, self._remarks.id(known[0][0]))
            if before.said == said:
                return before
            if before.written > seen:
                raise Changed(before)
            version = before.version + 1
            return self._remarks.put(
                tx,
                replace(
                    before,
                    version=version,
                    written=version,
                    member=member,
                    said=said,
                    at=at,
                    writers=tuple(dict.fromkeys((*before.writers, member))),
                    rulings=(),
                ),
            )

        return await self._tables.write(verb)

    async def agree_rest(self, id: str, owner: str, member: str, at: datetime) -> tuple[Remark, ...]:
        def verb(tx: Change) -> tuple[Remark, ...]:
            kept = self._expect_open(tx, id)
            found = []
            for one in kept.plan.sections:
                known = tx.find("remarks", "one", (id, one.number, owner))
                before = self._remarks.expect(tx, self._remarks.id(known[0][0])) if known else None
                if before is None:
                    agreed = Position(agrees=True)
                    found.append(self._said(tx, id, one.number, owner, member, agreed, at))
                elif before.said.empty:
                    version = before.version + 1
                    writers = tuple(dict.fromkeys((*before.writers, member)))
                    again = replace(before, version=version, written=version, member=member, writers=writers)
                    found.append(self._remarks.put(tx, replace(again, said=Position(agrees=True), at=at)))
            return tuple(found)

        return await self._tables.write(verb)

    async def decide(self, remark: str, seen: int, decision: Decision, reason: str, by: By) -> Remark:
        def verb(tx: Change) -> Remark:
            kept = self._remarks.expect(tx, remark)
            held = kept.ruling
            if held is not None and (held.decision, held.reason) == (decision, reason):
                return kept
            if kept.version != seen or kept.said.agrees or kept.said.empty:
                raise Changed(kept)
            trail.entry(tx, by, "consultations.decide", remark)
            ruling = Ruling(kept.version + 1, decision, reason, by.who, by.at)
            return self._remarks.put(
                tx, replace(kept, version=ruling.version, rulings=(*kept.rulings, ruling))
            )

        return await self._tables.write(verb)

    async def publish(self, id: str, seen: int, by: By) -> Consultation:
        def verb(tx: Change) -> Consultation:
            kept = self._consultations.expect(tx, id)
            if kept.published is not None:
                return kept
            _expect(kept, seen, "closed")
            trail.entry(tx, by, "consultations.publish", id)
            return self._put(tx, replace(kept, published=by.at))

        return await self._commit(verb)

    def _said(
        self, tx: Change, id: str, section: str, owner: str, member: str, said: Position, at: datetime
    ) -> Remark:
        return self._remarks.add(
            tx, lambda new: Remark(new, 1, id, section, owner, member, said, at, 1, (member,))
        )

    def _expect_open(self, tx: Change, id: str) -> Consultation:
        kept = self._consultations.expect(tx, id)
        if kept.state != "open":
            raise Changed(kept)
        return kept

    def _put(self, tx: Change, changed: Consultation) -> Consultation:
        return self._consultations.put(tx, replace(changed, version=changed.version + 1))

    async def _commit(self, verb: Callable[[Change], T]) -> T:
        try:
            return await self._tables.write(verb)
        finally:
            self._consultations.changed()


def _expect(kept: Consultation, seen: int, *states: str) -> None:
    """Raises Changed unless it is of that version and in one of these states."""
    if kept.version != seen or kept.state not in states:
        raise Changed(kept)


def _closing_at(kept: Consultation, by: By) -> Consultation:
    """With the closing that holds from its next version on."""
    closing = Closing(kept.version + 1, kept.plan.closes, by.at)
    return replace(kept, closings=(*kept.closings, closing))
