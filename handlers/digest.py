"""The weekly digest of each working group: what changed, what closes, what meets, and how long it has until its goal.

Sections come from their subjects; empty ones vanish, and when there is nothing to say nothing is sent. The run of a
group and week is opened the evening before, so that the secretariat sees it, adds a note or holds it; there is one run
of a key. Somebody who sits in several groups with a digest on the same day gets one message.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
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
from handlers.context import Context
from handlers.meetings import show as meetings
from handlers.meetings import speech as meeting_speech
from handlers.meetings.occurrences import ahead
from handlers.surveys import answering
from handlers.told import Due
from handlers.weeks import due_run
from storage.association import Group
from storage.channels import is_channel
from storage.members import Member
from storage.sendings import Delivery, NewSending, Sending
from storage.store import Store

OPENED = timedelta(hours=15)
"""A run is there so long before its hour: the evening before a morning's digest."""
WEEK = timedelta(days=7)
FORTNIGHT = timedelta(days=14)
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
    open_ = await answering.unanswered(ctx)
    if not open_:
        return None
    items = Items(tuple(answering.row(one, ctx) for one in open_))
    return Section(
        (Heading(ctx.t("Surveys that wait for you")), items), tuple(answering.fact(s) for s in open_)
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
    """The runs that should exist now and do not, and of those that wait for their hour the channels that were connected
    since."""
    structure = await store.association.structure()
    found = []
    for group in structure.groups:
        if group.digest is None or group.archived:
            continue
        run = due_run(now, group.digest, structure.association.zone, OPENED)
        if run is None:
            continue
        key = f"digest {group.id} {run.key}"
        there = await store.sendings.of_key(key)
        content = {"group": group.id, "week": run.key, "since": (run.due - WEEK).isoformat(), "note": ""}
        leaves = first_allowed(run.due, structure.association)
        new = NewSending("digest", key, content, leaves, max(run.until, leaves + timedelta(hours=4)))
        if there is None:
            found.append(Due(new, await _readers(group, structure.groups, run.due.date(), store)))
        elif there.due > now and (since := await _connected_since(there, group, store)):
            found.append(Due(new, since))
    return tuple(found)


async def _readers(group: Group, structure: tuple[Group, ...], day: date, store: Store) -> tuple[str, ...]:
    """Whom that group's run of that day goes to: members, and the group's channels."""
    people = [m.id for m in await store.members.all() if _last_of(m, structure, day) == group.id]
    return (*people, *await _channels(group, store))


async def _connected_since(run: Sending, group: Group, store: Store) -> tuple[str, ...]:
    """The group's channels that the run, which has not left yet, does not go to."""
    known = {d.recipient for d in await store.sendings.deliveries(run.id)}
    return tuple(id for id in await _channels(group, store) if id not in known)


async def _channels(group: Group, store: Store) -> tuple[str, ...]:
    return tuple(c.id for c in await store.channels.all() if c.connected and c.group == group.id)


def _last_of(member: Member, structure: Iterable[Group], day: date) -> str:
    """Of the member's groups with a digest on that weekday the last one: it carries them all."""
    mine = [
        (g.digest.at, g.id)
        for g in structure
        if g.digest and not g.archived and g.id in member.groups and g.digest.day == day.weekday()
    ]
    return max(mine)[1] if mine else ""


def of_the_day(group: Group, member: Member, structure: Iterable[Group]) -> tuple[Group, ...]:
    """The groups that a reader's message of that group's digest day is about."""
    assert group.digest is not None
    day = group.digest.day
    return tuple(
        g for g in structure if g.digest and not g.archived and g.digest.day == day and g.id in member.groups
    )


async def compose(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """The digest of one reader's groups of that day, in a channel of its own group; None when there is nothing to
    say."""
    group = ctx.structure.group(str(sending.content["group"]))
    if group is None or group.digest is None:
        return None
    since = datetime.fromisoformat(str(sending.content["since"]))
    if ctx.channel is not None:
        return await _told((group,), since, str(sending.content.get("note") or ""), ctx)
    if ctx.member is None:
        return None
    mine = of_the_day(group, ctx.member, ctx.structure.groups) or (group,)
    reply = await _told(mine, since, str(sending.content.get("note") or ""), ctx)
    if reply is None:
        return None
    return replace(reply, buttons=rows(Button(ctx.t("Why do I get this?"), f"why {delivery.id}")))


async def _told(mine: tuple[Group, ...], since: datetime, note: str, ctx: Context) -> Reply | None:
    blocks: list[Block] = []
    facts: dict[Fact, None] = {}
    seen: set[tuple[Block, ...]] = set()
    for group in mine:
        said = [s for s in await sections(group, since, ctx) if s.blocks not in seen]
        if not said:
            continue
        blocks.append(para(Bold(ctx.t("The week of {group}", group=groups.name(group, ctx)))))
        for section in said:
            seen.add(section.blocks)
            blocks += section.blocks
            facts |= dict.fromkeys(section.told)
    if not blocks:
        return None
    return Reply((*(shown(note) if note else ()), *blocks), told=tuple(facts))


# In chat


async def digest(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The reader's digest as it is now: what the next one would say; the secretariat sees the run that waits."""
    t = ctx.t
    named = groups.named(line.rest, ctx.structure) if line.words else None
    if is_secretariat(ctx):
        everything = await ctx.store.sendings.all()
        waiting = [s for s in everything if s.kind == "digest" and s.due > ctx.now and s.state != "recalled"]
        if named:
            waiting = [s for s in waiting if s.content["group"] == named.id]
        if waiting:
            return await _run(waiting[0], ctx)
    mine = [g for g in ctx.structure.groups if not g.archived and (g == named if named else _mine(g, ctx))]
    if not mine:
        return say(
            t("You are in no working group that has a digest."), buttons=rows(Button(t("Groups"), "groups"))
        )
    reply = await _told(tuple(mine), ctx.now - WEEK, "", ctx)
    if reply is None:
        return say(t("There is nothing to say this week: nothing has changed, closes or meets."))
    return reply


def _mine(group: Group, ctx: Context) -> bool:
    return group.id in ctx.member.groups if ctx.member else ctx.operator


async def _run(sending: Sending, ctx: Context) -> Reply:
    """A run that waits for its hour: as it will read, and what may be done about it."""
    t = ctx.t
    group = ctx.structure.group(str(sending.content["group"]))
    if group is None:
        return say(t("There is no such group any more."))
    since = datetime.fromisoformat(str(sending.content["since"]))
    reply = await _told((group,), since, str(sending.content.get("note") or ""), ctx)
    deliveries = await ctx.store.sendings.deliveries(sending.id)
    count = sum(not is_channel(d.recipient) for d in deliveries)
    when = t.at(sending.due, ctx.zone, ctx.today, weekday=True)
    leaves = t.n(
        "It leaves on {when}, to {count} person.", "It leaves on {when}, to {count} people.", count, when=when
    )
    head: list[Block] = [para(leaves)]
    if posted := channels.listed((d.recipient for d in deliveries), ctx):
        head.append(para(t("It is also posted here: {channels}.", channels=posted)))
    if sending.state == "held":
        head.append(para(t("It is held and does not leave until it is let go.")))
    hold = (
        Button(t("Let it go"), f"digestrun {sending.id} go")
        if sending.state == "held"
        else Button(t("Hold it"), f"digestrun {sending.id} hold")
    )
    body = reply.blocks if reply else (para(t("There is nothing to say, so nothing will be sent.")),)
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
        field = Field("note", ctx.t("What shall stand above it?"), "paragraph", limit=NOTE_LENGTH)
        return Reply(form=Form(f"digestnote {found.id}", ctx.t("A note"), (field,)))
    content: dict[str, Any] = {**found.content, "note": str(msg.answers.get("note") or "").strip()}
    changed = await ctx.store.sendings.change(found.id, found.version, content, ctx.by)
    return await _run(changed, ctx)
