"""A list of calls: what its statuses say beside its dates, and the calls that it would add and change."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from handlers.calls.speech import STATUS_WORDS
from handlers.calls.status import Status, status
from handlers.chat import shorten
from handlers.context import Context
from handlers.i18n import N_
from handlers.importing import calls
from handlers.importing.comparing import Pair, match_calls
from handlers.importing.faults import Fault, Sentence, say
from handlers.imports.matching import previewed, weighed
from handlers.imports.previews import NAME, Preview, plain_name, words_of
from storage.calls import Call, ChangedCall, Facts, NewCall, Why


async def of_calls(content: bytes, name: str, ctx: Context) -> Preview:
    """The preview of it; a call whose status its dates contradict is refused. Raises FileRefused."""
    # A sheet of the largest size takes seconds, and others are answered meanwhile.
    found = await asyncio.to_thread(calls.read, content, ctx.structure, ctx.zone, ctx.today)
    matched = await weighed(
        match_calls(found.rows, await ctx.store.calls.all(), found.headings.get("number", "")), ctx
    )
    written = {row.line: row.status for row in found.rows}
    doubts = tuple(
        fault
        for pair in matched.pairs
        if (fault := _disagreement(pair, written[pair.line], found.headings, ctx))
    )
    aged = tuple(note for pair in matched.pairs if (note := _aged(pair, written[pair.line], ctx)))
    doubtful = {fault.line for fault in doubts}

    async def take_over(ctx: Context, over_edits: bool) -> None:
        rows = tuple(
            NewCall(p.now, p.says)
            if p.record is None
            else ChangedCall(p.record.id, p.record.version, p.changes(over_edits), p.says)
            for p in matched.pairs
            if p.line not in doubtful
        )
        if rows:
            await ctx.store.calls.take_over(rows, Why(source=plain_name(name)), ctx.by)

    return previewed(
        "calls",
        name,
        matched,
        words_of,
        (*found.faults, *matched.faults, *doubts),
        (*found.notes, *aged),
        take_over,
    )


def _disagreement(
    pair: Pair[Call, Facts], written: calls.Status | None, headings: Mapping[str, str], ctx: Context
) -> Fault | None:
    """A fault where the status in the sheet cannot follow from its dates. What people set is taken from it, and
    what was true when the sheet was written and has passed since is none."""
    if written in (None, "postponed", "suspended", "cancelled"):
        return None
    dates = _by_dates(pair.now, ctx)
    if dates == ("open" if written == "extended" else written) or (written, dates) in _PASSED:
        return None
    return Fault(
        pair.line,
        headings.get("status", ""),
        say(
            N_("it says “{written}”, but by its dates the call is: {state}"),
            written=calls.STATUSES[written][0 if ctx.t.language == "lt" else 1] if written else "",
            state=Sentence(STATUS_WORDS[dates]),
        ),
        say(N_("correct the dates or the status")),
    )


_PASSED = {("open", "closed"), ("extended", "closed"), ("forecast", "open"), ("forecast", "closed")}
"""From the status in a sheet to what time alone has made of it: a list is often read weeks after it was written."""


def _by_dates(facts: Facts, ctx: Context) -> Status:
    return status(Call("", 1, facts, (), ctx.now, ""), ctx.now)


def _aged(pair: Pair[Call, Facts], written: calls.Status | None, ctx: Context) -> Sentence | None:
    """A remark where the sheet's status has passed since."""
    dates = _by_dates(pair.now, ctx)
    if written is None or (written, dates) not in _PASSED:
        return None
    return say(
        N_("“{title}”: the list says “{written}”, but by now it is: {state}."),
        title=shorten(ctx.t.words(pair.now.title), NAME),
        written=calls.STATUSES[written][0 if ctx.t.language == "lt" else 1],
        state=Sentence(STATUS_WORDS[dates]),
    )
