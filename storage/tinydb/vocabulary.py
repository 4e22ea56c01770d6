"""Sentences asked in vain and synonyms in the embedded store."""

from __future__ import annotations

from datetime import date

from storage.audit import By
from storage.codec import encode
from storage.tinydb import trail
from storage.tinydb.records import Records
from storage.tinydb.tables import Change, Tables
from storage.vocabulary import MISSED_KEPT, Missed, Synonym


class VocabularyTables:
    """See storage.vocabulary.Vocabulary."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._missed = Records(tables, "missed", "u", Missed)
        self._synonyms = Records(tables, "synonyms", "w", Synonym)

    async def missed(self) -> tuple[Missed, ...]:
        self._missed.changed()
        return self._missed.all()

    async def synonyms(self) -> tuple[Synonym, ...]:
        return self._synonyms.all()

    async def teach(self, said: str, means: str, by: By, answers: str = "") -> Synonym:
        def verb(tx: Change) -> str:
            done = trail.repeated(tx, by, "vocabulary.teach")
            if done is not None:
                return done
            known = tx.find("synonyms", "said", said)
            number = known[0][0] if known else tx.new_id("synonyms")
            tx.put("synonyms", number, {"said": said, "means": means})
            heard = self._missed.number(answers)
            if heard is not None and tx.get("missed", heard) is not None:
                tx.remove("missed", heard)
            id = self._synonyms.id(number)
            trail.entry(tx, by, "vocabulary.teach", id)
            trail.carried_out(tx, by, "vocabulary.teach", id)
            return id

        id = await self._tables.write(verb)
        self._synonyms.changed()
        return self._synonyms.get(id) or Synonym(id, said, means)

    async def forget(self, id: str, by: By) -> None:
        def verb(tx: Change) -> None:
            for records in (self._missed, self._synonyms):
                number = records.number(id)
                if number is not None and tx.get(records.table, number) is not None:
                    tx.remove(records.table, number)
                    trail.entry(tx, by, "vocabulary.forget", id)

        await self._tables.write(verb)
        self._synonyms.changed()


def keep_missed(tx: Change, text: str, day: date) -> None:
    """Counts a sentence that was not understood, once more or for the first time."""
    known = tx.find("missed", "text", text)
    times = known[0][1]["times"] if known else 0
    number = known[0][0] if known else tx.new_id("missed")
    tx.put("missed", number, {"text": text, "times": times + 1, "last": encode(day)})
    kept = list(tx.all("missed"))
    if len(kept) > MISSED_KEPT:
        tx.remove("missed", min(kept, key=lambda one: (one[1]["last"], one[0]))[0])
