"""The way back from the last list that was taken over: shown first, refused where something newer was built on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers import channels
from handlers.chat import Block, Button, Incoming, Reply, para, rows
from handlers.commands import Line
from handlers.context import Context, whose
from handlers.i18n import N_
from handlers.importing.comparing import Field
from handlers.importing.reorganising import compare_structures
from handlers.imports import previews, speech
from storage.association import Structure
from storage.calls import Call
from storage.codec import decode, value
from storage.conversation import Draft
from storage.errors import Changed
from storage.imports import Import, Taken
from storage.meetings import Meeting
from storage.members import Member
from storage.words import Words

KINDS = {
    "calls": N_("a list of calls"),
    "members": N_("a list of members"),
    "meetings": N_("a calendar"),
    "association": N_("the association"),
}

NAMED = 3
"""Of what stands in the way, those that are named; it is said how many more there are."""


@dataclass(frozen=True, slots=True)
class Way:
    """What undoing the last import would do, as people read it; `of` is None where it cannot be undone, and the
    blocks say why."""

    blocks: tuple[Block, ...]
    of: Import | None = None


async def undoimport(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Shows what undoing the last import would do; confirmed, does it. An id names the import that was meant."""
    meant = line.words[0] if line.words else ""
    way = await back(ctx, meant)
    if way.of is None:
        return Reply(way.blocks)
    if msg.confirmed and meant:
        return Reply(await undo(way.of, ctx))
    command = f"undoimport {way.of.id}"
    await ctx.store.conversation.save_draft(
        Draft(whose(msg, ctx), command, None, {}, ctx.now + previews.WAITS)
    )
    return Reply(
        (*way.blocks, para(ctx.t("Nothing is changed until you confirm."))),
        buttons=rows(
            Button(ctx.t("Undo the import"), f"apply {command}"),
            Button(ctx.t("Leave it as it is"), "cancel"),
        ),
    )


async def undo(found: Import, ctx: Context) -> tuple[Block, ...]:
    """Undoes it in one commit; where somebody was quicker, what stands in the way now."""
    try:
        await ctx.store.imports.undo(found.id, ctx.by)
    except Changed:
        return (await back(ctx, found.id)).blocks
    return (para(ctx.t("The import is undone: {file}.", file=found.file or found.id)),)


async def back(ctx: Context, meant: str = "") -> Way:
    """The way back from the last import; `meant` is its id where somebody saw it before."""
    t = ctx.t
    last = await ctx.store.imports.last()
    if last is None:
        return _closed(t("Nothing has been imported yet."))
    file = last.file or last.id
    if meant and meant != last.id:
        return _closed(t("Another list was imported after that one; only the last one can be undone."))
    if last.undone_at:
        return _closed(t("The last import is undone already: {file}.", file=file))
    if last.kind == "association":
        return await _reorganised(last, ctx)
    records = {id: await _record(id, ctx) for id in (one.record for one in last.taken)}
    newer = await ctx.store.imports.built_on(last.id)
    if newer:
        first = records.get(newer[0])
        return _closed(
            t.n(
                "The import cannot be undone any more ({file}): {count} of its entries was changed since, or is in use:"
                " {name}.",
                "The import cannot be undone any more ({file}): {count} of its entries were changed since, or are in "
                "use; the first is {name}.",
                len(newer),
                file=file,
                name=_name(first, ctx) if first else newer[0],
            )
        )
    return Way(await _shown(last, records, ctx), last)


def _closed(sentence: str) -> Way:
    return Way((para(sentence),))


async def _reorganised(last: Import, ctx: Context) -> Way:
    """The way back from an import of the association: whatever needs what it added keeps it."""
    t = ctx.t
    file = last.file or last.id
    if not last.taken:
        return _closed(
            t(
                "The import of the association cannot be undone. Send me its former file to bring back what was."
            )
        )
    newer = await ctx.store.imports.built_on(last.id)
    if newer[:1] == ("association",):
        return _closed(
            t("The import cannot be undone any more ({file}): the association was changed since.", file=file)
        )
    if newer:
        return _closed(
            t.n(
                "The import cannot be undone any more ({file}): what it added is needed for {names}.",
                "The import cannot be undone any more ({file}): what it added is needed {count} times: for {names}.",
                len(newer),
                file=file,
                names=await _named(newer, ctx),
            )
        )
    was = last.taken[0].was
    now = ctx.structure
    before = now if was == {} else Structure() if was is None else decode(dict(was or {}), Structure)
    compared = compare_structures(now, before)
    entries = [previews.Entry(previews.part_name(part), part.fields) for part in compared.differs]
    removed, again = (
        [speech.shown_name(previews.part_name(part), t) for part in parts]
        for parts in (compared.gone, compared.new)
    )
    return Way(
        (
            await _of_whom(last, ctx),
            _figures(len(removed), len(entries) + len(again), ctx),
            *speech.section(t("Removed"), removed, t),
            *speech.section(t("There again"), again, t),
            *speech.section(
                t("With their former values again"), [speech.changed(e, last.kind, ctx) for e in entries], t
            ),
        ),
        last,
    )


async def _named(ids: Sequence[str], ctx: Context) -> str:
    """The first of these records, as people name them."""
    t = ctx.t
    titled = {one.id: one.plan.title for one in await ctx.store.surveys.all()}
    titled |= {one.id: one.plan.title for one in await ctx.store.consultations.all()}
    posted = channels.names(ctx)
    found = []
    for id in ids[:NAMED]:
        record = await _record(id, ctx) if id[:1] in "cmn" else None
        if record is not None:
            found.append(_name(record, ctx))
        elif id in posted:
            found.append(posted[id])
        else:
            found.append(t.words(titled[id]) if id in titled else t("an invitation that nobody has used yet"))
    more = len(ids) - len(found)
    return ", ".join(dict.fromkeys(found)) + (f" {t('and {count} more', count=more)}" if more > 0 else "")


async def _of_whom(last: Import, ctx: Context) -> Block:
    """Which import, by whom and when."""
    t = ctx.t
    people = {m.id: m.person.name for m in await ctx.store.members.all()}
    return para(
        t(
            "Undoing the last import: {what}, {file} ({when}, {who}).",
            what=t(KINDS[last.kind]),
            file=last.file or last.id,
            when=t.at(last.at, ctx.zone, ctx.today),
            who=people.get(last.by) or (t("operator") if last.by == "operator" else last.by),
        )
    )


def _figures(removed: int, former: int, ctx: Context) -> Block:
    return para(
        ctx.t("Removed: {removed}, with their former values again: {former}.", removed=removed, former=former)
    )


async def _shown(
    last: Import, records: dict[str, Call | Member | Meeting | None], ctx: Context
) -> tuple[Block, ...]:
    t = ctx.t
    added, changed = [], []
    for one in last.taken:
        record = records[one.record]
        if record is not None and one.was is None:
            added.append(_name(record, ctx))
        elif record is not None and one.was:
            changed.append(previews.Entry(_words(record), _fields(record, one)))
    return (
        await _of_whom(last, ctx),
        _figures(len(added), len(changed), ctx),
        *speech.section(t("Removed"), added, t),
        *speech.section(
            t("With their former values again"), [speech.changed(e, last.kind, ctx) for e in changed], t
        ),
    )


async def _record(id: str, ctx: Context) -> Call | Member | Meeting | None:
    match id[:1]:
        case "c":
            return await ctx.store.calls.get(id)
        case "m":
            return await ctx.store.meetings.get(id)
    return await ctx.store.members.get(id)


def _words(record: Call | Member | Meeting) -> Words:
    return previews.words_of(previews.facts_of(record))


def _name(record: Call | Member | Meeting, ctx: Context) -> str:
    return speech.shown_name(_words(record), ctx.t)


def _fields(record: Call | Member | Meeting, one: Taken) -> tuple[Field, ...]:
    """What it says now and would say again."""
    facts = previews.facts_of(record)
    former: Sequence[tuple[str, object]] = tuple((one.was or {}).items())
    return previews.seen(
        tuple(Field(name, getattr(facts, name), value(type(facts), name, was)) for name, was in former)
    )
