"""What a reader asks about meetings: the list, one meeting, the next one, and a single thing about it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from handlers import groups, paging
from handlers.access import in_group, is_secretariat
from handlers.chat import (
    Block,
    Bold,
    Button,
    Buttons,
    Fact,
    Incoming,
    Items,
    Link,
    Para,
    Reply,
    para,
    rows,
    say,
    shorten,
)
from handlers.commands import Line
from handlers.context import Context
from handlers.meetings import asked, speech
from handlers.meetings.asked import Asked, Aspect
from handlers.meetings.occurrences import Occurrence, ahead, occurrence
from handlers.paging import Page
from handlers.understanding.folding import fold
from storage.association import Group
from storage.meetings import Meeting
from storage.moments import zone

PAGE = 4
"""Meetings on a page: with a button for each and two to turn it, six buttons in all."""
HORIZON = timedelta(days=366)
"""How far ahead, and for minutes how far back, is looked when nobody says."""
AGENDA_SHOWN = 6
"""Items of an agenda under a meeting; all of them when the agenda is asked for."""


# The list


async def meetings(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The meetings that are ahead, or in the window asked for, by their start, four a page."""
    wanted = asked.read(line.words, ctx)
    if wanted.meeting:
        return await meeting(msg, ctx, line)
    if wanted.unread:
        return _not_understood(wanted.unread, ctx)
    found = await _found(wanted, ctx)
    if not found:
        return await _none(wanted, msg, ctx)
    page = paging.page(found, wanted.page, PAGE)
    several = len({o.group for o in found}) > 1
    return Reply(
        (
            para(_heading(wanted, page.first, len(page.shown), len(found), ctx)),
            Items(
                tuple(speech.row(o, ctx, group_name(o, ctx) if several else "") for o in page.shown),
                start=page.first,
            ),
        ),
        buttons=_opening(page, wanted),
        told=tuple(o.fact("start") for o in page.shown),
    )


def _heading(wanted: Asked, first: int, shown: int, total: int, ctx: Context) -> str:
    """Whose meetings and when, and which of them are on this page."""
    group = ctx.structure.group(wanted.group)
    said = _window(wanted, ctx)
    if group and said:
        text = ctx.t("{group}, meetings {window}", group=groups.name(group, ctx), window=said)
    elif group:
        text = ctx.t("{group}, meetings ahead", group=groups.name(group, ctx))
    elif said:
        text = ctx.t("Meetings {window}", window=said)
    else:
        text = ctx.t("Meetings ahead")
    if shown == total:
        return f"{text}:"
    return ctx.t(
        "{heading}: {first}–{last} of {total}", heading=text, first=first, last=first + shown - 1, total=total
    )


def _window(wanted: Asked, ctx: Context) -> str:
    """ "nuo spalio 1 d. iki spalio 31 d."; empty when no days are named."""
    first = ctx.t.day(wanted.first, ctx.today) if wanted.first else ""
    last = ctx.t.day(wanted.last, ctx.today) if wanted.last else ""
    if first == last:
        return ctx.t("on {day}", day=first) if first else ""
    if not last:
        return ctx.t("from {first} on", first=first)
    return (
        ctx.t("from {first} to {last}", first=first, last=last) if first else ctx.t("until {last}", last=last)
    )


def _opening(page: Page[Occurrence], wanted: Asked) -> Buttons:
    numbers = tuple(Button(str(n), f"meeting {o.id}") for n, o in enumerate(page.shown, page.first))
    turns = page.turns(lambda number: asked.line(wanted, number))
    return (numbers, turns) if turns else (numbers,)


async def _found(wanted: Asked, ctx: Context) -> tuple[Occurrence, ...]:
    """What is asked for; from now on when no first day is named."""
    here = zone(ctx.zone)
    first = datetime.combine(wanted.first, time(), here) if wanted.first else ctx.now
    if wanted.last:
        last = datetime.combine(wanted.last, time.max, here)
    else:
        last = max(first, ctx.now) + HORIZON
    return ahead(_of(wanted.group, await ctx.store.meetings.all()), first, last)


def _of(group: str, everything: tuple[Meeting, ...]) -> tuple[Meeting, ...]:
    return tuple(m for m in everything if m.plan.group == group) if group else everything


async def _none(wanted: Asked, msg: Incoming, ctx: Context) -> Reply:
    """Nothing in that window or group; what comes next all the same."""
    said = _window(wanted, ctx)
    if not said:
        group = ctx.structure.group(wanted.group)
        if group is None:
            return say(ctx.t("No meeting is planned."))
        return say(
            ctx.t("{group}: no meeting is planned.", group=groups.name(group, ctx)),
            buttons=rows(Button(ctx.t("All meetings"), "meetings")),
        )
    following = await upcoming(wanted.group, ctx)
    blocks = [para(ctx.t("There are no meetings {window}.", window=said))]
    if following is None:
        return Reply(tuple(blocks))
    blocks.append(Para(ctx.t.rich("The next one: {when}.", when=Bold(speech.begins(following, ctx)))))
    more = f"meetings {wanted.group}" if wanted.group else "meetings"
    return Reply(
        tuple(blocks),
        buttons=rows(
            Button(ctx.t("Show it"), f"meeting {following.id}"), Button(ctx.t("All meetings"), more)
        ),
        told=(following.fact("start"),),
    )


def _not_understood(text: str, ctx: Context) -> Reply:
    return say(
        ctx.t("I do not know a meeting or a group “{name}”.", name=shorten(text, 80)),
        buttons=rows(Button(ctx.t("All meetings"), "meetings"), Button(ctx.t("All groups"), "groups")),
    )


# Which one


async def upcoming(group: str, ctx: Context) -> Occurrence | None:
    """The next one that takes place: of that group, else of the reader's own, else of any. Who is in no group
    asks about everybody's."""
    everything = await ctx.store.meetings.all()
    own = _own(everything, ctx)
    for candidates in (_of(group, everything),) if group else (own, everything):
        found = next((o for o in ahead(candidates, ctx.now, ctx.now + HORIZON) if not o.cancelled), None)
        if found:
            return found
    return None


def _own(everything: tuple[Meeting, ...], ctx: Context) -> tuple[Meeting, ...]:
    """Meetings of the reader's groups and events of the association."""
    if ctx.member is None or not ctx.member.groups:
        return everything
    return tuple(m for m in everything if in_group(ctx, m.plan.group or None))


async def _latest(group: str, ctx: Context) -> Occurrence | None:
    """The newest one that took place, for its minutes."""
    everything = await ctx.store.meetings.all()
    candidates = _of(group, everything) if group else _own(everything, ctx)
    held = [o for o in ahead(candidates, ctx.now - HORIZON, ctx.now) if o.end <= ctx.now and not o.cancelled]
    return held[-1] if held else None


async def find(wanted: Asked, ctx: Context) -> tuple[Meeting, Occurrence] | None:
    """The one named by its id; of a series named without a day its next one, else its first; else the first in
    the window or the next of the group."""
    if wanted.meeting:
        return await _by_id(wanted, ctx)
    if wanted.windowed:
        of_window = await _found(wanted, ctx)
        found = next((o for o in of_window if not o.cancelled), of_window[0] if of_window else None)
    elif wanted.aspect == "minutes":
        found = await _latest(wanted.group, ctx)
    else:
        found = await upcoming(wanted.group, ctx)
    meeting = await ctx.store.meetings.get(found.meeting) if found else None
    return (meeting, found) if meeting and found else None


async def _by_id(wanted: Asked, ctx: Context) -> tuple[Meeting, Occurrence] | None:
    meeting = await ctx.store.meetings.get(wanted.meeting)
    if meeting is None:
        return None
    found = occurrence(meeting, wanted.day)
    if found is None and not wanted.day:
        later = ahead((meeting,), ctx.now, ctx.now + HORIZON)
        found = next((o for o in later if not o.cancelled), later[0] if later else None)
        found = found or occurrence(meeting, f"{meeting.plan.start:%Y-%m-%d}")
    return (meeting, found) if found else None


# One meeting


async def meeting(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """One meeting, the next one when none is named; with an aspect, the answer to that in the first line."""
    wanted = asked.read(line.words, ctx)
    if wanted.unread:
        return _not_understood(wanted.unread, ctx)
    found = await find(wanted, ctx)
    if found is None and wanted.meeting:
        return say(
            ctx.t("There is no such meeting any more."),
            buttons=rows(Button(ctx.t("All meetings"), "meetings")),
        )
    if found is None and wanted.aspect == "minutes":
        return say(ctx.t("No meeting has taken place yet, so there are no minutes."))
    if found is None:
        return await _none(wanted, msg, ctx)
    whole, one = found
    if wanted.aspect:
        return await _about(wanted.aspect, whole, one, msg, ctx)
    blocks = [*_first(one, ctx, named=bool(wanted.meeting)), *await _skipped(wanted, one, ctx)]
    return Reply(
        (*blocks, *await _details(whole, one, msg, ctx)),
        buttons=actions(one, msg, ctx),
        told=facts_told(one),
    )


def facts_told(o: Occurrence) -> tuple[Fact, ...]:
    """What an answer about this meeting tells: when and where it is."""
    return (o.fact("start"), o.fact("place"))


def _first(o: Occurrence, ctx: Context, *, named: bool) -> list[Para]:
    """When it is, first of all; then what it is called and what became of it."""
    if o.cancelled:
        when = Bold(speech.when(o, ctx))
        return [
            Para(ctx.t.rich("Cancelled: {when}.", when=when)),
            para(_subject(o, ctx)),
            *speech.happened(o, ctx),
        ]
    when, away = Bold(speech.when(o, ctx)), speech.away(o, ctx)
    if named:
        first = ctx.t.rich("{title}: {when} ({away}).", title=speech.title(o, ctx), when=when, away=away)
        subject = group_name(o, ctx)
    else:
        first = ctx.t.rich("The next meeting: {when} ({away}).", when=when, away=away)
        subject = _subject(o, ctx)
    blocks = [Para(first), *((para(subject),) if subject else ()), *speech.happened(o, ctx)]
    return [*blocks, para(ctx.t("The date is not final yet."))] if o.tentative else blocks


def _subject(o: Occurrence, ctx: Context) -> str:
    """Title and group, "Darbo grupės posėdis · Klasterių politikos darbo grupė"."""
    group = group_name(o, ctx)
    return f"{speech.title(o, ctx)} · {group}" if group else speech.title(o, ctx)


def group_name(o: Occurrence, ctx: Context) -> str:
    """The name of the group whose meeting it is; empty for an event of the association."""
    group = ctx.structure.group(o.group) if o.group else None
    return groups.name(group, ctx) if group else ""


async def _skipped(wanted: Asked, o: Occurrence, ctx: Context) -> tuple[Para, ...]:
    """The cancelled ones of the same series between now and the next one: people wait for those."""
    if wanted.meeting or wanted.windowed:
        return ()
    own = await ctx.store.meetings.get(o.meeting)
    before = ahead((own,), ctx.now, o.start) if own else ()
    return tuple(
        Para(ctx.t.rich("Cancelled: {when}.", when=Bold(speech.begins(c, ctx))))
        for c in before
        if c.cancelled
    )


async def _details(whole: Meeting, o: Occurrence, msg: Incoming, ctx: Context) -> tuple[Block, ...]:
    """Where, the way in, the agenda, who chairs, the quorum, documents."""
    if o.cancelled:
        return ()
    # What became of the place says it already; that one may also join online it does not say.
    said = o.was_place and o.place and o.mode != "hybrid"
    blocks: list[Block] = [] if said else [speech.place(o, ctx)]
    way_in = speech.link(o, ctx, msg.private)
    if way_in:
        blocks.append(way_in)
    blocks += agenda(o, ctx, AGENDA_SHOWN)
    group = ctx.structure.group(o.group) if o.group else None
    chair = await _chair(whole, group, msg, ctx)
    if chair:
        blocks.append(para(ctx.t("Chaired by: {chair}.", chair=chair)))
    if group and group.quorum:
        blocks.append(groups.quorum(group, ctx))
    documents = [d for d in whole.plan.documents if d.url.startswith(("http://", "https://"))]
    if documents:
        blocks.append(para(ctx.t("Documents:")))
        blocks.append(Items(tuple((Link(shorten(d.title, 80) or d.url, d.url),) for d in documents)))
    return tuple(blocks)


def agenda(o: Occurrence, ctx: Context, most: int) -> list[Block]:
    """Its items, numbered, at most so many; or that there is none yet."""
    if not o.agenda:
        return [para(ctx.t("There is no agenda yet."))]
    shown = tuple((shorten(item, 250),) for item in o.agenda[:most])
    blocks: list[Block] = [para(ctx.t("Agenda:")), Items(shown, start=1)]
    if len(o.agenda) > most:
        rest = len(o.agenda) - most
        blocks.append(para(ctx.t.n("… and {count} more item.", "… and {count} more items.", rest)))
    return blocks


async def _chair(whole: Meeting, group: Group | None, msg: Incoming, ctx: Context) -> str:
    """Who chairs: a person's name for the group's members in private, else the organisation whose chair it is."""
    if whole.plan.chair and msg.private and in_group(ctx, whole.plan.group or None):
        return shorten(whole.plan.chair, 80)
    return await groups.chair(group, msg, ctx) if group else ""


def actions(o: Occurrence, msg: Incoming, ctx: Context) -> Buttons:
    """What the reader may do about it: into the calendar, the others; the secretariat changes it."""
    t = ctx.t
    buttons = []
    if msg.private and o.end > ctx.now:
        buttons.append(Button(t("Calendar"), f"calendar {o.id}"))
    if len(o.agenda) > AGENDA_SHOWN:
        buttons.append(Button(t("Whole agenda"), f"meeting {o.id} agenda"))
    buttons.append(Button(t("Other meetings"), f"meetings {o.group}" if o.group else "meetings"))
    if msg.private and is_secretariat(ctx) and o.end > ctx.now:
        buttons.append(Button(t("Move"), f"move {o.id}"))
        if not o.cancelled:
            buttons.append(Button(t("Cancel the meeting"), f"cancelmeeting {o.id}"))
        buttons.append(Button(t("Agenda"), f"agenda {o.id}"))
    return rows(*buttons[:6])


# One thing about it


async def _about(aspect: Aspect, whole: Meeting, o: Occurrence, msg: Incoming, ctx: Context) -> Reply:
    """The answer first, then which meeting it is about; before anything else that it is cancelled."""
    answer = await _answer(aspect, whole, o, msg, ctx)
    which = ctx.t.rich(
        "{title}: {when} ({away}).",
        title=speech.title(o, ctx),
        when=speech.when(o, ctx),
        away=speech.away(o, ctx),
    )
    if o.cancelled:
        which = ctx.t.rich(
            "{title}: {when}, cancelled.", title=speech.title(o, ctx), when=speech.when(o, ctx)
        )
    buttons = [Button(ctx.t("About the meeting"), f"meeting {o.id}")]
    if aspect == "agenda" and msg.private and is_secretariat(ctx) and o.end > ctx.now:
        buttons.append(Button(ctx.t("Set the agenda"), f"agenda {o.id}"))
    blocks = (Para(which), *answer) if o.cancelled else (*answer, Para(which))
    return Reply(
        (*blocks, *speech.happened(o, ctx)),
        buttons=rows(*buttons),
        told=facts_told(o) if aspect == "place" else (o.fact("start"),),
    )


async def _answer(
    aspect: Aspect, whole: Meeting, o: Occurrence, msg: Incoming, ctx: Context
) -> tuple[Block, ...]:
    t = ctx.t
    group = ctx.structure.group(o.group) if o.group else None
    match aspect:
        case "agenda":
            return tuple(agenda(o, ctx, 100))
        case "place":
            way_in = speech.link(o, ctx, msg.private)
            return (speech.place(o, ctx), way_in) if way_in else (speech.place(o, ctx),)
        case "link":
            return (speech.link(o, ctx, msg.private) or para(t("No join link has been entered.")),)
        case "minutes":
            return _minutes(whole, ctx)
        case "quorum":
            return (groups.quorum(group, ctx) if group else para(t("This meeting needs no quorum.")),)
        case "chair":
            chair = await _chair(whole, group, msg, ctx)
            return (
                para(
                    t("Chaired by: {chair}.", chair=chair) if chair else t("Who chairs is not entered here.")
                ),
            )
        case "duration":
            minutes = int((o.end - o.start).total_seconds()) // 60
            return (Para(t.rich("It lasts {duration}.", duration=Bold(speech.duration(minutes, ctx)))),)
        case "attendees":
            if group is None:
                return (para(t("It is open to all members of the association.")),)
            return groups.seats(group, await groups.persons(group, msg, ctx), ctx)


def _minutes(whole: Meeting, ctx: Context) -> tuple[Block, ...]:
    """Documents that are called minutes; where there are none, who keeps them."""
    found = [
        d
        for d in whole.plan.documents
        if any(word in fold(d.title) for word in ("protokol", "minutes"))
        and d.url.startswith(("http://", "https://"))
    ]
    if found:
        return (Items(tuple((Link(shorten(d.title, 80), d.url),) for d in found)),)
    return (para(ctx.t("The minutes are not entered here; ask the secretariat for them.")),)
