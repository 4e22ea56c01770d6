"""Questions to the secretariat in the embedded store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, TypeVar

from storage.audit import By
from storage.errors import Changed, Missing
from storage.questions import Question, Said
from storage.sendings import NewSending
from storage.tinydb import outgoing, trail
from storage.tinydb.records import Records
from storage.tinydb.tables import Change, Tables

T = TypeVar("T")

_GONE = "gone"


class QuestionsTable:
    """See storage.questions.Questions."""

    def __init__(self, tables: Tables, sendings_changed: Callable[[], None]) -> None:
        self._tables = tables
        self._sendings_changed = sendings_changed
        self._questions = Records(tables, "questions", "k", Question)

    async def get(self, id: str) -> Question | None:
        return self._questions.get(id)

    async def all(self) -> tuple[Question, ...]:
        return self._questions.all()

    async def of(self, asker: str) -> tuple[Question, ...]:
        return self._questions.find("asker", asker)

    async def open(self, asker: str, text: str, about: str, by: By) -> Question:
        def verb(tx: Change) -> Question:
            done = trail.repeated(tx, by, "questions.open")
            if done is not None:
                return self._questions.expect(tx, done)
            first = Said(1, by.at, asker, text)
            kept = self._questions.add(tx, lambda id: Question(id, 1, asker, about, (first,), by.at))
            trail.entry(tx, by, "questions.open", kept.id)
            trail.carried_out(tx, by, "questions.open", kept.id)
            return kept

        return await self._commit(verb)

    async def add(self, id: str, text: str, by: By) -> Question:
        def change(tx: Change) -> Question:
            kept = self._questions.expect(tx, id)
            version = kept.version + 1
            said = Said(version, by.at, kept.asker, text)
            if kept.state != "open":
                kept = replace(kept, state="open", since=by.at, waits=version)
            return replace(kept, exchange=(*kept.exchange, said))

        return await self._commit(lambda tx: self._once(tx, "questions.add", id, by, change))

    async def take_back(self, id: str, said: int, by: By) -> Question | None:
        def verb(tx: Change) -> Question | None:
            done = trail.repeated(tx, by, "questions.take_back", id)
            if done is not None:
                return None if done == _GONE else self._questions.expect(tx, id)
            kept = self._questions.expect(tx, id)
            if said not in (one.version for one in kept.unanswered):
                raise Changed(kept)
            rest = tuple(one for one in kept.exchange if one.version != said)
            trail.entry(tx, by, "questions.take_back", id)
            trail.carried_out(tx, by, "questions.take_back", id if rest else _GONE, id)
            if not rest:
                number = self._questions.number(id)
                assert number is not None
                tx.remove("questions", number)
                return None
            left = replace(kept, exchange=rest, version=kept.version + 1)
            if left.state == "open" and not left.unanswered:
                left = replace(left, state="answered")
            return self._questions.put(tx, left)

        return await self._commit(verb)

    async def assign(self, id: str, seen: int, taken: str, by: By) -> Question:
        def change(tx: Change) -> Question:
            kept = self._questions.expect(tx, id)
            if kept.taken == taken:
                return kept
            return replace(self._questions.expect(tx, id, seen), taken=taken)

        verb = "questions.take" if taken else "questions.hand_back"
        return await self._commit(lambda tx: self._once(tx, verb, id, by, change))

    async def answer(self, id: str, seen: int, text: str, sending: NewSending, by: By) -> Question:
        def change(tx: Change) -> Question:
            kept = self._questions.expect(tx, id, seen)
            said = Said(kept.version + 1, by.at, by.who, text, answer=True)
            outgoing.opened(tx, self._tables, sending, (kept.asker,), by)
            return replace(
                kept, exchange=(*kept.exchange, said), state="answered", taken=kept.taken or by.who
            )

        done = await self._commit(lambda tx: self._once(tx, "questions.answer", id, by, change))
        self._sendings_changed()
        return done

    async def turn(self, id: str, seen: int, state: Literal["open", "closed"], by: By) -> Question:
        def change(tx: Change) -> Question:
            kept = self._questions.expect(tx, id)
            if kept.state == state:
                return kept
            kept = self._questions.expect(tx, id, seen)
            if state == "closed":
                return replace(kept, state="closed")
            return replace(kept, state="open", since=by.at, waits=kept.version + 1)

        verb = "questions.close" if state == "closed" else "questions.reopen"
        return await self._commit(lambda tx: self._once(tx, verb, id, by, change))

    def _once(self, tx: Change, verb: str, id: str, by: By, change: Callable[[Change], Question]) -> Question:
        """The question as `change` makes it, in its next version, once a gesture; as it is where nothing changes."""
        kept = self._questions.staged(tx, id)
        if kept is None:
            raise Missing(id)
        if trail.repeated(tx, by, verb, id) is not None:
            return kept
        changed = change(tx)
        if changed == kept:
            return kept
        trail.entry(tx, by, verb, id)
        trail.carried_out(tx, by, verb, id, id)
        return self._questions.put(tx, replace(changed, version=kept.version + 1))

    async def _commit(self, verb: Callable[[Change], T]) -> T:
        done = await self._tables.write(verb)
        self._questions.changed()
        return done
