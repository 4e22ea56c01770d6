"""The weekly digest of each working group: what changed, what closes, what meets, and how long it has until its goal.

Sections come from their subjects; empty ones vanish, and when there is nothing to say nothing is sent. The run of a
group and week is opened the evening before, so that the secretariat sees it, adds a note or holds it; there is one run
of a key. Who sits in several groups whose digests leave on the same day gets one message, at the first's hour.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from handlers import channels, groups, told
from handlers.access import is_secretariat
from handlers.announcements.reading import shown
from handlers.calls.changes import differences
from handlers.calls.speech import because, short
from handlers.calls.speech import title as call_title
from handlers.calls.status import next_deadline, status
from handlers.calm import first_allowed
from handlers.chat import (
    Block,
    Bold,
    Button,
    Fact,
    Field,
    Form,
    Heading,
    Incoming,
    Items,
    Reply,
    Spans,
    para,
    rows,
    say,
)
from handlers.commands import Line
from handlers.consultations import reading as consultations
from handlers.consultations import standing, wording
from handlers.context import Context
from handlers.gathered import gathered
from handlers.meetings import show as meetings
from handlers.meetings import speech as meeting_speech
from handlers.meetings.occurrences import ahead
from handlers.pushing import run_key
from handlers.surveys import showing
from handlers.told import Due
from handlers.weeks import Run, running
from handlers.wishes import digested, gathers
from storage.association import Group
from storage.channels import is_channel
from storage.moments import zone
from storage.sendings import Delivery, NewSending, Sending
from storage.store import Store

OPENED = timedelta(hours=15)
"""A run is there so long before its hour: the evening before a morning's digest."""
EARLIER = "earlier"
WEEK = timedelta(days=7)
FORTNIGHT = timedelta(days=14)
FURTHEST = 5 * WEEK
NOTE_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a digest: its blocks, and the facts that they tell."""

    blocks: tuple[Block, ...]
    told: tuple[Fact, ...] = ()


# What is in it


async def sections(group: Group, since: datetime, ctx: Context) -> tuple[Section, ...]:
    """What a group's digest says now, in the reader's language; none when there is nothing to say."""
    found = [
        await _changed(since, ctx),
        await _closing(ctx),
        await _meeting(group, ctx),
        await _asked(ctx),
        await _consulted(ctx),
        await _announced(since, ctx),
    ]
    said = [section for section in found if section is not None]
    if said and group.goal and not group.archived:
        said.append(Section((groups.goal(group.goal, ctx),)))
    return tuple(said)


async def _changed(since: datetime, ctx: Context) -> Section | None:
    """Calls whose dates or status are others than they were then: was → now."""
    blocks: list[Block] = []
    facts: list[Fact] = []
    for call in await ctx.store.calls.all():
        before = max((step.version for step in call.history if step.at < since), default=1)
        was = told.as_told(call.facts, call.history, before)
        now = {
            f: getattr(call.facts, f) for f in told.CALL_FIELDS if getattr(was, f) != getattr(call.facts, f)
        }
        if now:
            why = next((s.why for s in reversed(call.history) if s.field in now), None)
            blocks += [para(Bold(call_title(call, ctx))), *differences(was, now, ctx)]
            blocks += because(why, ctx) if why else ()
            facts += [Fact(call.id, field, call.version) for field in now]
    return Section((Heading(ctx.t("What has changed")), *blocks), tuple(facts)) if blocks else None


async def _closing(ctx: Context) -> Section | None:
    """Deadlines and cut-offs of the next fourteen days."""
    near = []
    for call in await ctx.store.calls.all():
        deadline = next_deadline(call.facts, ctx.now)
        if status(call, ctx.now) == "open" and deadline and deadline.last_instant() <= ctx.now + FORTNIGHT:
            near.append((deadline.last_instant(), call))
    near.sort(key=lambda pair: (pair[0], pair[1].id))
    if not near:
        return None
    lines: tuple[Spans, ...] = tuple(short(call, ctx) for _, call in near)
    facts = tuple(Fact(c.id, f, c.version) for _, c in near for f in ("closes", "cutoffs", "hold"))
    return Section((Heading(ctx.t("Deadlines of the next two weeks")), Items(lines)), facts)


async def _meeting(group: Group, ctx: Context) -> Section | None:
    """The group's meetings of the coming week, with their agenda."""
    own = [m for m in await ctx.store.meetings.all() if m.plan.group == group.id]
    coming = ahead(own, ctx.now, ctx.now + WEEK)
    if not coming:
        return None
    blocks: list[Block] = []
    for one in coming:
        blocks.append(Items((meeting_speech.row(one, ctx, ""),)))
        if one.agenda and not one.cancelled:
            blocks.append(Items(tuple((item,) for item in one.agenda), start=1))
    facts = tuple(fact for one in coming for fact in meetings.facts_told(one))
    return Section((Heading(ctx.t("Meetings of the coming week")), *blocks), facts)


async def _asked(ctx: Context) -> Section | None:
    """Open surveys that nobody has answered for the reader."""
    open_ = await showing.unanswered(ctx)
    if not open_:
        return None
    items = Items(tuple(showing.row(one, ctx) for one in open_))
    return Section(
        (Heading(ctx.t("Surveys that wait for you")), items), tuple(showing.fact(s) for s in open_)
    )


async def _consulted(ctx: Context) -> Section | None:
    """Open consultations of which nobody has said anything for the reader."""
    waiting = await consultations.unspoken(ctx)
    if not waiting:
        return None
    items = Items(tuple(wording.row(one, ctx) for one in waiting))
    return Section(
        (Heading(ctx.t("Consultations that wait for your position")), items),
        tuple(standing.closes(one) for one in waiting),
    )


async def _announced(since: datetime, ctx: Context) -> Section | None:
    """What was announced to the reader since then, by its first line."""
    me = ctx.channel.id if ctx.channel else ctx.member.id if ctx.member else ""
    lines: list[Spans] = []
    for sending in await ctx.store.sendings.all():
        if (
            sending.kind != "announcement"
            or sending.state == "recalled"
            or not since <= sending.due <= ctx.now
        ):
            continue
        if any(
            d.recipient == me and d.state == "sent" for d in await ctx.store.sendings.deliveries(sending.id)
        ):
            text = str(
                sending.content.get(ctx.t.language) or sending.content.get("lt") or sending.content.get("en")
            )
            lines.append((text.strip().partition("\n")[0][:120],))
    return Section((Heading(ctx.t("Announced this week")), Items(tuple(lines)))) if lines else None


# Runs


async def due(store: Store, now: datetime) -> tuple[Due, ...]:
    """The runs that should exist now and do not, and until their hour whoever has come into their groups since, and the
    channels that were connected."""
    structure = await store.association.structure()
    found = []
    for group in structure.groups:
        if group.digest is None or group.archived:
            continue
        readers = await _readers(group, store)
        for run in running(now, group.digest, structure.association, OPENED):
            known = await store.sendings.of_key(key := run_key(group, run.key))
            if known is None:
                since = (await _since(group, run, store)).isoformat()
                content = {"group": group.id, "week": run.key, "since": since, "note": ""}
                found.append(Due(NewSending("digest", key, content, run.due, run.until), readers))
            elif now < known.due:
                there = {d.recipient for d in await store.sendings.deliveries(known.id)}
                fresh = tuple(id for id in readers if id not in there)
                new = NewSending("digest", key, known.content, known.due, known.until)
                found += [Due(new, fresh)] if fresh else []
    return tuple(found)


async def _since(group: Group, run: Run, store: Store) -> datetime:
    """From when on it says what has changed: the last one that came to anybody, else a week, at most five."""
    for earlier in reversed(await store.sendings.all()):
        if earlier.kind == "digest" and earlier.content["group"] == group.id and earlier.due < run.due:
            if any(d.came for d in await store.sendings.deliveries(earlier.id)):
                return max(earlier.due, run.due - FURTHEST)
    return run.due - WEEK


async def _readers(group: Group, store: Store) -> tuple[str, ...]:
    """Whom that group's run goes to: its members, and its channels."""
    people = (m.id for m in await store.members.all() if group.id in m.groups)
    channels = (c.id for c in await store.channels.all() if c.connected and c.group == group.id)
    return (*people, *channels)


@dataclass(frozen=True, slots=True)
class _Part:
    """What a digest says of one group: its note, what there is to say, and its run's hour and reader's row."""

    group: Group
    sections: tuple[Section, ...]
    due: datetime
    note: str = ""
    row: str = ""


async def compose(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """The digest of a reader's groups, those whose hour comes later that day too, with what was kept for it, and in a
    channel of its own group; None when there is nothing to say. Whatever is in it comes with it from then on and not
    by itself."""
    own = await _part(sending, delivery, ctx)
    if ctx.channel is not None:
        return _said((own,), ctx) if own and own.sections else None
    if own is None:
        return None
    kept, elsewhere = await gathered(delivery, ctx), await _elsewhere(ctx)
    if not own.sections and not kept.blocks and not elsewhere:
        return None
    parts = [own, *await _others(delivery, ctx)]
    parts = sorted((p for p in parts if p.sections), key=lambda part: (part.due, part.group.id))
    carried = (*(part.row for part in parts), *kept.rows)
    await ctx.store.sendings.carry(delivery.id, carried, ctx.now)
    reply = _said(parts, ctx)
    return Reply(
        (*reply.blocks, *(block for section in elsewhere for block in section.blocks), *kept.blocks),
        buttons=rows(*kept.buttons, Button(ctx.t("Why do I get this?"), f"why {delivery.id}")),
        told=tuple(dict.fromkeys((*reply.told, *(fact for s in elsewhere for fact in s.told), *kept.told))),
    )


async def _elsewhere(ctx: Context) -> list[Section]:
    """For who wants reminders in the digest: the meetings of those of their groups that have none."""
    if ctx.member is None or not gathers("reminders", ctx.member, ctx.structure):
        return []
    own = {group.id for group in digested(ctx.member, ctx.structure)}
    others = [g for g in ctx.structure.groups if g.id in ctx.member.groups - own and not g.archived]
    return [section for group in others if (section := await _meeting(group, ctx))]


async def _others(delivery: Delivery, ctx: Context) -> list[_Part]:
    """The reader's other runs that leave with that one: as it was decided before, else those of the same day."""
    found = []
    for row in await ctx.store.sendings.to(delivery.recipient):
        waits = row.state == "queued" and row.id != delivery.id and not delivery.parts
        run = await ctx.store.sendings.get(row.sending) if waits or row.within == delivery.id else None
        if run is None or run.kind != "digest" or (waits and not _leaves_today(run, ctx)):
            continue
        part = await _part(run, row, ctx)
        found += [part] if part and part.sections else []
    return found


def _leaves_today(run: Sending, ctx: Context) -> bool:
    if run.state != "open" or (run.until is not None and ctx.now >= run.until):
        return False
    wishes = ctx.member.person.wishes if ctx.member else None
    leaves = first_allowed(max(ctx.now, run.due), ctx.association, wishes)
    return leaves.astimezone(zone(ctx.zone)).date() == ctx.today


async def _part(run: Sending, row: Delivery, ctx: Context) -> _Part | None:
    """None when the reader is not in its group any more, or the group has no digest any more."""
    group = ctx.structure.group(str(run.content["group"]))
    if group is None or group.digest is None or group.archived:
        return None
    if group.id not in (ctx.member.groups if ctx.member else (ctx.channel.group,) if ctx.channel else ()):
        return None
    since = datetime.fromisoformat(str(run.content["since"]))
    note = str(run.content.get("note") or "")
    return _Part(group, await sections(group, since, ctx), run.due, note, row.id)


def _said(parts: Iterable[_Part], ctx: Context) -> Reply:
    """Each group's note and sections; what one has said already the next does not say again."""
    blocks: list[Block] = []
    facts: dict[Fact, None] = {}
    seen: set[tuple[Block, ...]] = set()
    for part in parts:
        fresh = [section for section in part.sections if section.blocks not in seen]
        blocks += shown(part.note) if part.note else ()
        if fresh:
            blocks.append(para(Bold(ctx.t("Weekly digest: {group}", group=groups.name(part.group, ctx)))))
        for section in fresh:
            seen.add(section.blocks)
            blocks += section.blocks
            facts |= dict.fromkeys(section.told)
    return Reply(tuple(blocks), told=tuple(facts))


# In chat


async def digest(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The reader's digest as it is now: what the next one would say; the secretariat sees the run that waits. Of an
    `earlier` week it is said where its digest is."""
    t = ctx.t
    words = [word for word in line.words if word != EARLIER]
    named = groups.named(" ".join(words), ctx.structure) if words else None
    if is_secretariat(ctx):
        everything = await ctx.store.sendings.all()
        waiting = [s for s in everything if s.kind == "digest" and _waits(s, ctx.now)]
        if named:
            waiting = [s for s in waiting if s.content["group"] == named.id]
        if waiting:
            return await _run(waiting[0], ctx)
    mine = [g for g in ctx.structure.groups if not g.archived and (g == named if named else _mine(g, ctx))]
    if not mine:
        return say(
            t("You are in no working group that has a digest."), buttons=rows(Button(t("Groups"), "groups"))
        )
    parts = [_Part(g, await sections(g, ctx.now - WEEK, ctx), ctx.now) for g in mine]
    if not any(part.sections for part in parts):
        return say(t("There is nothing to report this week: no changes, no deadlines, no meetings."))
    said = _said(parts, ctx)
    if EARLIER not in line.words:
        return said
    first = para(t("The digests of earlier weeks are in this conversation; this is the week as it is now."))
    return replace(said, blocks=(first, *said.blocks))


def _waits(run: Sending, now: datetime) -> bool:
    """Whether its hour is to come, or it is held and may still be let go."""
    return (
        now < run.due if run.state == "open" else run.state == "held" and (not run.until or now < run.until)
    )


def _mine(group: Group, ctx: Context) -> bool:
    return group.id in ctx.member.groups if ctx.member else ctx.operator


async def _run(sending: Sending, ctx: Context) -> Reply:
    """A run that waits for its hour: as it will read, and what may be done about it."""
    t = ctx.t
    group = ctx.structure.group(str(sending.content["group"]))
    if group is None:
        return say(t("There is no such group any more."))
    since = datetime.fromisoformat(str(sending.content["since"]))
    said = await sections(group, since, ctx)
    part = _Part(group, said, sending.due, str(sending.content.get("note") or ""))
    deliveries = await ctx.store.sendings.deliveries(sending.id)
    count = sum(not is_channel(d.recipient) for d in deliveries)
    when = t.at(sending.due, ctx.zone, ctx.today, weekday=True)
    leaves = t.n(
        "It goes out on {when}, to {count} person.",
        "It goes out on {when}, to {count} people.",
        count,
        when=when,
    )
    head: list[Block] = [para(leaves)]
    if posted := channels.listed((d.recipient for d in deliveries), ctx):
        head.append(para(t("It is also posted here: {channels}.", channels=posted)))
    if sending.state == "held":
        head.append(para(t("It is held and will not go out until you release it.")))
    hold = (
        Button(t("Release it"), f"digestrun {sending.id} go")
        if sending.state == "held"
        else Button(t("Hold it"), f"digestrun {sending.id} hold")
    )
    body = (
        _said((part,), ctx).blocks
        if said
        else (para(t("There is nothing to report, so nothing will be sent.")),)
    )
    return Reply((*head, *body), buttons=rows(Button(t("Add a note"), f"digestnote {sending.id}"), hold))


async def digestrun(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Holds a run, or lets it go."""
    found = await ctx.store.sendings.get(line.words[0]) if line.words else None
    if found is None or found.kind != "digest" or line.words[1:2] not in (("hold",), ("go",)):
        return say(ctx.t("There is no such digest."))
    await ctx.store.sendings.turn(found.id, "held" if line.words[1] == "hold" else "open", "", ctx.by)
    again = await ctx.store.sendings.get(found.id)
    return await _run(again or found, ctx)


async def digestnote(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """A note that stands above a run."""
    found = await ctx.store.sendings.get(line.words[0]) if line.words else None
    if found is None or found.kind != "digest" or found.due <= ctx.now:
        return say(ctx.t("There is no such digest."))
    if msg.answers is None:
        field = Field("note", ctx.t("What should it say above the digest?"), "paragraph", limit=NOTE_LENGTH)
        return Reply(form=Form(f"digestnote {found.id}", ctx.t("A note"), (field,)))
    content: dict[str, Any] = {**found.content, "note": str(msg.answers.get("note") or "").strip()}
    changed = await ctx.store.sendings.change(found.id, found.version, content, ctx.by)
    return await _run(changed, ctx)
