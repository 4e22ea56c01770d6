"""Taking in what others send: a file beside what is remembered, as differences, taken over whole or not at all."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from handlers import calendars as calendar_files
from handlers import survey_files
from handlers.chat import Reply
from handlers.context import Context
from handlers.i18n import N_
from handlers.importing import association, calendars, members
from handlers.importing.comparing import (
    as_written,
    match_members,
    match_plans,
)
from handlers.importing.faults import FileRefused, refused, say
from handlers.importing.reorganising import compare_structures, still_needed
from handlers.imports.callsheets import of_calls
from handlers.imports.matching import previewed, weighed
from handlers.imports.previews import KINDS, Applied, Entry, Preview, Refused, part_name, plain_name, words_of
from storage.calls import Why
from storage.meetings import ChangedMeeting, Meeting, NewMeeting
from storage.members import ChangedMember, NewMember


async def preview(kind: str, content: bytes, name: str, ctx: Context, group: str | None = None) -> Preview:
    """What a file holds beside what is remembered; changes nothing. `kind` is one of KINDS, `name` the file's
    name, `group` whose calendar it is.

    Raises Refused for a file that cannot be read at all; rows that are wrong are in the preview's `refused`.
    """
    try:
        match kind:
            case "association":
                return await _association(content, name, ctx)
            case "members":
                return await _members(content, name, ctx)
            case "calls":
                return await of_calls(content, name, ctx)
            case "meetings":
                return await _meetings(content, name, ctx, group)
            case "survey":
                return await _survey(content, name, ctx)
        raise Refused(
            ctx.t(
                "Files of the kind “{kind}” cannot be imported; it is one of: {names}.",
                kind=kind,
                names=ctx.t.listed(KINDS),
            )
        )
    except FileRefused as error:
        raise Refused(f"{name}: {error.faults[0].in_(ctx.t)}") from error


async def apply(
    preview: Preview, ctx: Context, *, without_refused: bool = False, over_edits: bool = False
) -> Applied:
    """Takes a previewed file over in one commit, with its audit; what was edited by hand stays, unless the file goes
    over it. Raises Refused when anything in it is refused, unless that is to be left out; Missing and Changed when
    something it changes moved on since the preview: then nothing is taken over."""
    if preview.refused and not (without_refused and preview.partly):
        raise Refused(f"{preview.file}: {preview.refused[0].in_(ctx.t)}")
    await preview.take_over(ctx, over_edits)
    changed = preview.all_changed if over_edits else len(preview.differs)
    reply = await preview.said(ctx) if preview.said else None
    return Applied(
        preview.kind, len(preview.new), changed, preview.same + preview.all_changed - changed, reply
    )


# One kind after another; calls have a module of their own


async def _members(content: bytes, name: str, ctx: Context) -> Preview:
    found = await asyncio.to_thread(members.read, content, ctx.structure)
    matched = await weighed(match_members(found.rows, await ctx.store.members.all(), found.headings), ctx)

    async def take_over(ctx: Context, over_edits: bool) -> None:
        rows = tuple(
            NewMember(p.now, p.says)
            if p.record is None
            else ChangedMember(p.record.id, p.record.version, p.kept(over_edits), p.says)
            for p in matched.pairs
        )
        if rows:
            await ctx.store.members.take_over(rows, ctx.by, plain_name(name))

    return previewed(
        "members", name, matched, words_of, (*found.faults, *matched.faults), found.notes, take_over
    )


async def _meetings(content: bytes, name: str, ctx: Context, group: str | None) -> Preview:
    found = await asyncio.to_thread(calendars.read, content, ctx.structure, group)
    if found.for_readers:
        raise refused(
            say(N_("this is the calendar that members get; it does not say everything")),
            say(N_("take the one that /export meetings writes")),
        )
    known, plans, ours = await ctx.store.meetings.all(), found.plans, dict[str, Meeting]()
    if found.ours:
        ours = {calendar_files.uid(meeting, ctx): meeting for meeting in known}
        written = calendar_files.file_of(ctx, known, whole=True)
        own = await asyncio.to_thread(calendars.read, written, ctx.structure)
        plans = as_written(plans, own.plans, ours)
    matched = await weighed(match_plans(plans, known, found.group, ours), ctx)

    async def take_over(ctx: Context, over_edits: bool) -> None:
        rows = tuple(
            NewMeeting(p.now, p.says)
            if p.record is None
            else ChangedMeeting(p.record.id, p.record.version, p.changes(over_edits), p.says)
            for p in matched.pairs
        )
        if rows:
            await ctx.store.meetings.take_over(rows, Why(source=plain_name(name)), ctx.by)

    owner = ctx.structure.group(found.group)
    whose = (
        say(N_("Meetings of: {group}."), group=ctx.t.words(owner.name))
        if owner
        else say(N_("Events of the association, open to all its members."))
    )
    # One bad event does not lose the calendar; a calendar of nothing else is refused.
    wrong, left = ((), found.faults) if found.plans else (found.faults, ())
    notes = found.notes if found.ours else (whose, *found.notes)  # what we wrote says it of each meeting
    made = previewed("meetings", name, matched, words_of, wrong, notes, take_over)
    return replace(made, left=left)


async def _association(content: bytes, name: str, ctx: Context) -> Preview:
    found = association.read(content)
    store = ctx.store
    there = await store.association.structure()
    compared = compare_structures(there, found.structure)
    needed = still_needed(
        compared.gone, await store.members.all(), await store.calls.all(), await store.meetings.all()
    )

    async def take_over(ctx: Context, over_edits: bool) -> None:
        await ctx.store.association.take_over(found.structure, ctx.by, plain_name(name))

    return Preview(
        "association",
        name,
        tuple(Entry(part_name(part)) for part in compared.new),
        tuple(Entry(part_name(part), part.fields) for part in compared.differs),
        compared.same,
        tuple(map(part_name, compared.gone)),
        found.faults or needed,
        (),
        (),
        take_over,
        (),
        len(compared.differs),
    )


async def _survey(content: bytes, name: str, ctx: Context) -> Preview:
    found = await survey_files.found(content, name, ctx)
    sorts = survey_files.sorts(found, ctx)

    async def take_over(ctx: Context, over_edits: bool) -> None:
        await survey_files.take_over(found, ctx)

    async def said(ctx: Context) -> Reply:
        return await survey_files.taken(found, ctx)

    return Preview(
        "survey",
        name,
        tuple(map(Entry, sorts.new)),
        tuple(Entry(title, fields) for title, fields in sorts.differs),
        sorts.same,
        sorts.gone,
        found.refused,
        (),
        found.notes,
        take_over,
        (),
        len(sorts.differs),
        survey_files.page(found, ctx),
        said,
    )
