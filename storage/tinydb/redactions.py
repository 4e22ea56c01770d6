"""What is hidden in the texts of surveys, in the embedded store: one document a survey."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from storage.audit import By
from storage.codec import decode
from storage.errors import Changed, Missing
from storage.redactions import Choice, Cut, Decided, Phrase, Redaction, Span
from storage.sendings import NewSending
from storage.surveys import Survey
from storage.tinydb import outgoing, trail
from storage.tinydb.records import Records
from storage.tinydb.surveys import LETTER
from storage.tinydb.tables import Change, Tables

T = TypeVar("T")


class RedactionsTable:
    """See storage.redactions.Redactions."""

    def __init__(self, tables: Tables, sendings_changed: Callable[[], None]) -> None:
        self._tables = tables
        self._sendings_changed = sendings_changed
        self._surveys = Records(tables, "surveys", LETTER, Survey)
        self._redactions = Records(tables, "redactions", "x", Redaction)

    async def of(self, survey: str) -> Redaction | None:
        return next(iter(self._redactions.find("survey", survey)), None)

    async def begin(self, survey: str, salt: str, by: By) -> Redaction:
        def verb(tx: Change) -> Redaction:
            if (kept := self._staged(tx, survey)) is not None:
                return kept
            asked = self._surveys.expect(tx, survey)
            if asked.state == "draft" or (asked.plan.anonymous and asked.state != "closed"):
                raise Changed(asked)
            return self._redactions.add(tx, lambda id: Redaction(id, 1, survey, salt))

        return await self._tables.write(verb)

    async def decide(
        self, survey: str, text: str, part: Span | None, hidden: bool, seen: int, news: NewSending, by: By
    ) -> Decided:
        def verb(tx: Change) -> Decided:
            kept = self._expect(tx, survey)
            done = trail.repeated(tx, by, "redactions.decide", survey)
            if done is not None:
                return Decided(kept, done)
            was = kept.choice(text)
            newest = max((one.at for one in kept.phrases), default=0)
            now = _decided(was, part, hidden, kept.version + 1, by, newest)
            if now is was:
                return Decided(kept)
            over = was.by if was.version > seen and was.by not in (by.who, "operator") else ""
            if over:
                outgoing.opened(tx, self._tables, news, (over,), by)
            others = tuple(one for one in kept.choices if one.text != text)
            trail.entry(tx, by, "redactions.decide", survey)
            trail.carried_out(tx, by, "redactions.decide", over, survey)
            return Decided(self._put(tx, replace(kept, choices=(*others, now))), over)

        decided = await self._tables.write(verb)
        self._sendings_changed()
        return decided

    async def everywhere(self, survey: str, words: str, hidden: bool, news: NewSending, by: By) -> Decided:
        def verb(tx: Change) -> Decided:
            kept = self._expect(tx, survey)
            done = trail.repeated(tx, by, "redactions.everywhere", survey)
            if done is not None:
                return Decided(kept, done)
            was = next((one for one in kept.phrases if one.words == words), None)
            if was is not None and was.hidden == hidden:
                return Decided(kept)
            over = was.by if was is not None and was.by not in ("", by.who, "operator") else ""
            if over:
                outgoing.opened(tx, self._tables, news, (over,), by)
            others = tuple(one for one in kept.phrases if one is not was)
            phrase = Phrase(words, hidden, kept.version + 1, by.who)
            trail.entry(tx, by, "redactions.everywhere", survey)
            trail.carried_out(tx, by, "redactions.everywhere", over, survey)
            return Decided(self._put(tx, replace(kept, phrases=(*others, phrase))), over)

        decided = await self._tables.write(verb)
        self._sendings_changed()
        return decided

    async def share(
        self, survey: str, question: str, seen: int, hidden: Mapping[str, tuple[Span, ...]], by: By
    ) -> Redaction:
        def verb(tx: Change) -> Redaction:
            kept = self._expect(tx, survey)
            if kept.version != seen:
                raise Changed(kept)
            at = kept.version + 1
            choices = {one.text: one for one in kept.choices}
            for text, spans in hidden.items():
                for start, end in spans:
                    was = choices.get(text, Choice(text, 0, ""))
                    choices[text] = _decided(was, (start, end), True, at, by)
            shared = tuple(dict.fromkeys((*kept.shared, question)))
            trail.entry(tx, by, "redactions.share", survey, (question,))
            return self._put(tx, replace(kept, choices=tuple(choices.values()), shared=shared))

        return await self._once("redactions.share", survey, by, verb)

    async def withhold(self, survey: str, question: str, by: By) -> Redaction:
        def verb(tx: Change) -> Redaction:
            kept = self._expect(tx, survey)
            if question not in kept.shared:
                return kept
            trail.entry(tx, by, "redactions.withhold", survey, (question,))
            left = tuple(one for one in kept.shared if one != question)
            return self._put(tx, replace(kept, shared=left))

        return await self._once("redactions.withhold", survey, by, verb)

    async def _once(self, name: str, survey: str, by: By, verb: Callable[[Change], Redaction]) -> Redaction:
        """What the verb makes of it, once a gesture."""

        def once(tx: Change) -> Redaction:
            if trail.repeated(tx, by, name, survey) is not None:
                return self._expect(tx, survey)
            made = verb(tx)
            trail.carried_out(tx, by, name, survey, survey)
            return made

        return await self._tables.write(once)

    def _staged(self, tx: Change, survey: str) -> Redaction | None:
        found = tx.find("redactions", "survey", survey)
        return decode({**found[0][1], "id": self._redactions.id(found[0][0])}, Redaction) if found else None

    def _expect(self, tx: Change, survey: str) -> Redaction:
        kept = self._staged(tx, survey)
        if kept is None:
            raise Missing(survey)
        return kept

    def _put(self, tx: Change, redaction: Redaction) -> Redaction:
        return self._redactions.put(tx, replace(redaction, version=redaction.version + 1))


def _decided(was: Choice, part: Span | None, hidden: bool, at: int, by: By, newest: int = 0) -> Choice:
    """The choice with that decision in place of those that it lies over; the same object when it is so already, and
    was decided after the `newest` phrase."""
    if part is None:
        if was.whole == hidden:
            return was
        return replace(was, whole=hidden, version=was.version + 1, by=by.who)
    start, end = part
    if any((c.start, c.end, c.hidden) == (start, end, hidden) and c.at > newest for c in was.cuts):
        return was
    apart = tuple(one for one in was.cuts if one.end <= start or end <= one.start)
    cuts = tuple(sorted((*apart, Cut(start, end, hidden, at)), key=lambda one: one.start))
    return replace(was, cuts=cuts, version=was.version + 1, by=by.who)
