"""Surveys and sheets in the embedded store."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from storage.audit import By
from storage.codec import decode
from storage.conversation import AFTERWARDS, Draft
from storage.errors import Changed
from storage.surveys import Answers, Closing, Plan, Sheet, Survey, TallyUp
from storage.tinydb import trail
from storage.tinydb.records import Records
from storage.tinydb.snapshots import Doc
from storage.tinydb.tables import Change, Tables

T = TypeVar("T")

LETTER = "a"
Forget = Callable[[str, Callable[[], Awaitable[Survey]]], Awaitable[Survey]]
"""Ends a survey once nothing else holds what people filled in."""


class SurveysTables:
    """See storage.surveys.Surveys."""

    def __init__(self, tables: Tables, forget: Forget) -> None:
        self._tables = tables
        self._forget = forget
        self._surveys = Records(tables, "surveys", LETTER, Survey)
        self._sheets = Records(tables, "sheets", "h", Sheet)

    async def get(self, id: str) -> Survey | None:
        return self._surveys.get(id)

    async def all(self) -> tuple[Survey, ...]:
        return self._surveys.all()

    async def of_key(self, key: str) -> Survey | None:
        return next(iter(self._surveys.find("key", key)), None)

    async def sheets(self, survey: str) -> tuple[Sheet, ...]:
        return self._sheets.find("survey", survey)

    async def sheet(self, survey: str, member: str) -> Sheet | None:
        return next(iter(self._sheets.find("one", (survey, member))), None)

    async def add(self, plan: Plan, by: By, *, follows: str = "") -> Survey:
        def verb(tx: Change) -> Survey:
            if known := tx.find("surveys", "key", plan.key):
                return self._surveys.expect(tx, self._surveys.id(known[0][0]))
            new = replace(plan, series=self._series(tx, follows, by)) if follows else plan
            made = self._surveys.add(tx, lambda id: Survey(id, 1, new, by.at, by.who))
            trail.entry(tx, by, "surveys.add", made.id)
            return made

        return await self._commit(verb)

    async def change(self, id: str, seen: int, plan: Plan, by: By) -> Survey:
        def verb(tx: Change) -> Survey:
            kept = self._surveys.expect(tx, id)
            if kept.plan == plan:
                return kept
            if kept.version != seen or kept.state != "draft":
                raise Changed(kept)
            trail.entry(tx, by, "surveys.change", id)
            return self._surveys.put(tx, replace(kept, plan=plan, version=kept.version + 1))

        return await self._commit(verb)

    async def remove(self, id: str, seen: int, by: By) -> None:
        def verb(tx: Change) -> None:
            kept = self._surveys.staged(tx, id)
            if kept is None:
                return
            if kept.version != seen or kept.state != "draft":
                raise Changed(kept)
            tx.remove("surveys", self._surveys.number(id) or 0)
            trail.entry(tx, by, "surveys.remove", id)

        await self._commit(verb)

    async def open(self, id: str, seen: int, by: By) -> Survey:
        def verb(tx: Change) -> Survey:
            kept = self._surveys.expect(tx, id)
            if trail.repeated(tx, by, "surveys.open", id) is not None:
                return kept
            if kept.version != seen or kept.state != "draft":
                raise Changed(kept)
            trail.entry(tx, by, "surveys.open", id)
            trail.carried_out(tx, by, "surveys.open", id, id)
            opened = max(by.at, kept.plan.opens or by.at)
            return self._surveys.put(tx, _closing_at(replace(kept, state="open", opened=opened), by))

        return await self._commit(verb)

    async def move(self, id: str, seen: int, closes: datetime, by: By) -> Survey:
        def verb(tx: Change) -> Survey:
            kept = self._surveys.expect(tx, id)
            if kept.plan.closes == closes and kept.state != "closed":
                return kept
            if kept.version != seen or kept.state == "closed":
                raise Changed(kept)
            trail.entry(tx, by, "surveys.move", id)
            moved = replace(kept, plan=replace(kept.plan, closes=closes))
            if kept.state == "draft":
                return self._surveys.put(tx, replace(moved, version=kept.version + 1))
            return self._surveys.put(tx, _closing_at(moved, by))

        return await self._commit(verb)

    async def follow(self, id: str, seen: int, earlier: str, by: By) -> Survey:
        def verb(tx: Change) -> Survey:
            kept = self._surveys.expect(tx, id)
            if trail.repeated(tx, by, "surveys.follow", id) is not None:
                return kept
            if kept.version != seen:
                raise Changed(kept)
            series = self._series(tx, earlier, by) if earlier else ""
            kept = self._surveys.expect(tx, id)  # it may itself be the one that begins the series
            trail.carried_out(tx, by, "surveys.follow", id, id)
            return self._in_series(tx, kept, series, by)

        return await self._commit(verb)

    def _series(self, tx: Change, id: str, by: By) -> str:
        """The series of that survey, which begins one when it is in none."""
        kept = self._surveys.expect(tx, id)
        return self._in_series(tx, kept, kept.plan.series or kept.plan.key, by).plan.series

    def _in_series(self, tx: Change, survey: Survey, series: str, by: By) -> Survey:
        if survey.plan.series == series:
            return survey
        trail.entry(tx, by, "surveys.follow", survey.id)
        plan = replace(survey.plan, series=series)
        return self._surveys.put(tx, replace(survey, plan=plan, version=survey.version + 1))

    async def forward(self, id: str, cluster: str, by: By) -> Survey:
        def verb(tx: Change) -> Survey:
            kept = self._surveys.expect(tx, id)
            if kept.state != "open":
                raise Changed(kept)
            if cluster in kept.forwarded:
                return kept
            trail.entry(tx, by, "surveys.forward", id)
            forwarded = (*kept.forwarded, cluster)
            return self._surveys.put(tx, replace(kept, forwarded=forwarded, version=kept.version + 1))

        return await self._commit(verb)

    async def close(self, id: str, tally: TallyUp, by: By) -> Survey:
        def verb(tx: Change) -> Survey:
            kept = self._surveys.expect(tx, id)
            if kept.state == "closed":
                return kept
            found = tx.find("sheets", "survey", id)
            sheets = [self._sheets.expect(tx, self._sheets.id(number)) for number, _ in found]
            counted = tuple(sheet for sheet in sheets if sheet.state == "answered")
            closed = replace(
                kept,
                state="closed",
                closed=by.at,
                version=kept.version + 1,
                taken_part=tuple(sorted({sheet.owner for sheet in counted})),
                tallies=tally(kept, counted) if kept.plan.anonymous else (),
            )
            if kept.plan.anonymous:
                for number, _ in found:
                    tx.remove("sheets", number)
                for number, doc in list(tx.all("drafts")):
                    if _of(doc, id):
                        tx.remove("drafts", number)
            trail.entry(tx, by, "surveys.close", id)
            return self._surveys.put(tx, closed)

        kept = self._surveys.get(id)
        if kept is None or not kept.plan.anonymous or kept.state == "closed":
            return await self._commit(verb)

        async def end() -> Survey:
            closed = await self._tables.erase(verb)
            self._surveys.changed()
            return closed

        return await self._forget(id, end)

    async def keep(self, id: str, member: str, owner: str, answers: Answers, at: datetime) -> Sheet:
        def verb(tx: Change) -> Sheet:
            self._expect_open(tx, id)
            sheet = self._mine(tx, id, member, owner, at)
            if answers == sheet.latest and sheet.owner == owner:
                return sheet
            if sheet.state == "answered":
                return self._put(tx, sheet, changing=dict(answers), at=at)
            return self._put(tx, sheet, answers=dict(answers), owner=owner, at=at)

        return await self._tables.write(verb)

    async def hand_in(
        self, id: str, member: str, owner: str, answers: Answers, at: datetime, over: str = ""
    ) -> Sheet:
        def verb(tx: Change) -> Sheet:
            self._expect_open(tx, id)
            for number, doc in tx.find("sheets", "counts", (id, owner)):
                if doc["member"] == member:
                    continue
                other = self._sheets.expect(tx, self._sheets.id(number))
                if other.id != over:
                    raise Changed(other)
                self._sheets.put(tx, replace(other, state="begun", version=other.version + 1))
            sheet = self._mine(tx, id, member, owner, at)
            if (sheet.state, sheet.answers, sheet.owner) == ("answered", answers, owner):
                return self._put(tx, sheet, changing=None)
            return self._put(
                tx, sheet, answers=dict(answers), owner=owner, at=at, state="answered", changing=None
            )

        return await self._tables.write(verb)

    def _expect_open(self, tx: Change, id: str) -> None:
        survey = self._surveys.expect(tx, id)
        if survey.state != "open":
            raise Changed(survey)

    def _mine(self, tx: Change, id: str, member: str, owner: str, at: datetime) -> Sheet:
        known = tx.find("sheets", "one", (id, member))
        if known:
            return self._sheets.expect(tx, self._sheets.id(known[0][0]))
        return self._sheets.add(tx, lambda new: Sheet(new, 0, id, member, owner, {}, at))

    def _put(self, tx: Change, sheet: Sheet, **changes: Any) -> Sheet:
        changed = replace(sheet, **changes)
        if changed == sheet:
            return sheet
        return self._sheets.put(tx, replace(changed, version=sheet.version + 1))

    async def _commit(self, verb: Callable[[Change], T]) -> T:
        try:
            return await self._tables.write(verb)
        finally:
            self._surveys.changed()


def _closing_at(survey: Survey, by: By) -> Survey:
    """Its next version, which closes when its plan says."""
    closing = Closing(survey.version + 1, survey.plan.closes, by.at)
    return replace(survey, version=closing.version, closings=(*survey.closings, closing))


def without(survey: str, tables: dict[str, dict[int, Doc]]) -> bool:
    """Takes what people filled in of that survey out of a store's tables; whether there was any."""
    gone: list[tuple[dict[int, Doc], int]] = []
    for docs, belongs in ((tables.get("sheets", {}), _sheet_of), (tables.get("drafts", {}), _of)):
        gone += [(docs, number) for number, doc in docs.items() if belongs(doc, survey)]
    for docs, number in gone:
        del docs[number]
    return bool(gone)


def refuse_of_closed(tx: Change, draft: Draft) -> None:
    """Raises Changed(the survey) when the form is an anonymous survey's that is closed: a step that was being answered
    while it closed would else leave everything its writer had filled in. Not of AFTERWARDS, which answer nothing."""
    command, *words = draft.command.split() or [""]
    for word in words if command not in AFTERWARDS else ():
        number = int(word[1:]) if re.fullmatch(LETTER + r"[0-9]{1,18}", word) else 0
        doc = tx.get("surveys", number)
        if doc is not None and doc["state"] == "closed" and doc["plan"]["anonymous"]:
            raise Changed(decode({**doc, "id": word}, Survey))


def _sheet_of(doc: Any, survey: str) -> bool:
    return bool(doc["survey"] == survey)


def _of(doc: Any, survey: str) -> bool:
    """Whether the form that is a draft is that survey's."""
    return survey in str(doc["command"]).split()
