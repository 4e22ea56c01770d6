"""Rows beside what is remembered: what differs, apart from what people edited by hand since the last import."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from handlers.context import Context
from handlers.importing.comparing import Edit, Matched, by_day, changed_since_new, weigh
from handlers.importing.faults import Fault, Sentence
from handlers.imports.previews import Entry, Preview, facts_of, seen
from storage.calls import Call
from storage.meetings import Difference, Meeting
from storage.members import Member
from storage.words import Words


async def weighed(matched: Matched[Any, Any], ctx: Context) -> Matched[Any, Any]:
    """The same, with what people edited since the last import apart from what merely differs."""
    pairs = []
    for pair in matched.pairs:
        if pair.record is not None and pair.fields:
            said = await ctx.store.imports.said(pair.record.id)
            pair = weigh(pair, facts_of(pair.record), said, await _by_hand(pair.record, ctx))
        pairs.append(pair)
    return replace(matched, pairs=tuple(pairs))


_FAR_BACK = 1000  # entries of one member's audit


async def _by_hand(record: Call | Member | Meeting, ctx: Context) -> frozenset[str]:
    """The fields that people changed, as far as is known without a list's word: members have no history."""
    if isinstance(record, Member):
        entries = await ctx.store.audit.latest(_FAR_BACK, record.id)
        return frozenset(name for entry in entries if entry.verb != "members.change" for name in entry.fields)
    return changed_since_new(facts_of(record), record.history)


def previewed(
    kind: str,
    file: str,
    matched: Matched[Any, Any],
    name: Callable[[Any], Words],
    refused: Sequence[Fault],
    notes: tuple[Sentence, ...],
    take_over: Callable[[Context, bool], Awaitable[None]],
) -> Preview:
    """The preview of matched rows; `name` gives a record's words from its facts."""
    pairs = matched.pairs
    return Preview(
        kind,
        file,
        tuple(Entry(name(p.now)) for p in pairs if p.record is None),
        tuple(Entry(name(p.now), seen(p.fields)) for p in pairs if p.record is not None and p.fields),
        sum(p.record is not None and not p.fields and not p.edits for p in pairs),
        tuple(name(facts_of(record)) for record in matched.gone),
        tuple(sorted(refused, key=lambda fault: fault.line)),
        (),
        notes,
        take_over,
        tuple(
            Entry(name(facts_of(p.record)), _shown_edits(p.edits))
            for p in pairs
            if p.record is not None and p.edits
        ),
        sum(bool(p.fields or p.edits) for p in pairs),
    )


def _shown_edits(edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """As people edited them: the day since when a call is on hold goes with its status."""
    names = {edit.name for edit in edits}
    shown = (e for e in seen(edits) if not (e.name == "held_since" and "hold" in names))
    return tuple(_single(e) if e.name == "exceptions" else e for e in shown)


def _single(edit: Edit) -> Edit:
    """Of a series only the occurrences that people edited and that are another thing in the file."""
    listed, edited, now = by_day(edit.listed), by_day(edit.edited), by_day(edit.now)
    days = [
        day
        for day in sorted({*edited, *now})
        if edited.get(day) != now.get(day) and not (edit.known and listed.get(day) == edited.get(day))
    ]

    def of(known: Mapping[datetime, Difference]) -> tuple[Difference, ...]:
        return tuple(known[day] for day in days if day in known)

    return replace(edit, listed=of(listed), edited=of(edited), now=of(now))
