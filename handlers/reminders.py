"""Reminders: of a followed call before its deadline, of a working group's meeting to its members.

A reminder is opened in the first minute in which it may leave to its reader, and only the latest step that is due: what
was missed is caught up once, never two in a row. It moves with the thing, because its key has the day (of a meeting the
instant), and what does not hold any more when it would leave is not sent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from handlers import told
from handlers.calls.speech import origin, when
from handlers.calls.speech import title as call_title
from handlers.calls.status import days_left, next_deadline, status
from handlers.calm import first_allowed
from handlers.chat import Block, Bold, Button, Fact, Para, Reply, Spans, para, rows
from handlers.context import Context
from handlers.meetings import show as meetings
from handlers.meetings import speech as meeting_speech
from handlers.meetings.occurrences import Occurrence, occurrence, parse_id
from handlers.meetings.occurrences import ahead as occurrences_ahead
from handlers.told import SETTLED, Due
from handlers.wishes import TOPICS, gathers
from storage.association import Association, Structure
from storage.calls import Call
from storage.meetings import Meeting
from storage.members import Following, Member, Wishes
from storage.moments import Moment, zone
from storage.sendings import UNDER_WAY, Delivery, NewSending, Sending
from storage.store import Store

HOURS = (24, 2)
"""Hours before a meeting begins."""
SOON = timedelta(hours=2)
"""A day's reminder that comes late waits for that of two hours when that comes so soon."""
AGENDA = 6
"""Items of an agenda in a reminder."""
AGAIN = frozenset(("of no use any more", "muted", "too late"))
"""Why a reminder was left out that may be of use after all: the date is the old one again, its reader wants it."""
TRIES = 9
_DEADLINES = frozenset(("closes", "cutoffs", "hold"))


@dataclass(frozen=True, slots=True)
class _Step:
    """The latest step that is due: the day or instant that it is about, and its days or hours before that."""

    of: str
    before: int


# Calls


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What a call's followers are reminded of: its next deadline, on that local day, in so many days; and when a notice
    told whom that it is so."""

    moment: Moment
    day: date
    left: int
    noticed: Mapping[str, datetime]


async def _ahead(call: Call, store: Store, now: datetime, home: str) -> _Ahead | None:
    """The next deadline of an open call, known to the day, that has been left alone; None when there is none."""
    if status(call, now) != "open" or not _settled(call, now):
        return None
    deadline = next_deadline(call.facts, now)
    if deadline is None or deadline.precision not in ("hour", "day"):
        return None
    left = days_left(deadline, now, home)
    became = next((c.version for c in reversed(call.history) if c.field in _DEADLINES), None)
    noticed = await _noticed(store, call.id, became, _DEADLINES)
    return _Ahead(deadline, _local(now, home) + timedelta(days=left), left, noticed)


def _of_call(ahead: _Ahead, member: Member, following: Following, home: str) -> _Step | None:
    """The step that its follower is to be reminded of now; None when there is none, or they know.

    They know when they began to follow it on the step's day or later, or chose their days after it, or a notice told
    them this very deadline since.
    """
    wishes = member.person.wishes
    before = min((d for d in wishes.days if d >= ahead.left), default=None)
    if before is None:
        return None
    step = ahead.day - timedelta(days=before)
    if step <= _local(following.since, home) or (wishes.chosen and step < wishes.chosen):
        return None
    noticed = ahead.noticed.get(member.id)
    if noticed and _local(noticed, home) >= step:
        return None
    return _Step(ahead.day.isoformat(), before)


def _settled(record: Call | Meeting, now: datetime) -> bool:
    """Whether its last change is so old that the notice of it is there."""
    return not record.history or record.history[-1].at <= now - SETTLED


async def _noticed(
    store: Store, subject: str, version: int | None, fields: Collection[str]
) -> Mapping[str, datetime]:
    """By member when a notice told them first what is so since that version; nobody when it always was."""
    found: dict[str, datetime] = {}
    if version is not None:
        for one in await store.conversation.told(subject):
            if one.how == "change" and one.field in fields and one.version >= version:
                found[one.member] = min(one.at, found.get(one.member, one.at))
    return found


def _local(at: datetime, home: str) -> date:
    return at.astimezone(zone(home)).date()


# Meetings


def _of_meeting(
    meeting: Meeting, one: Occurrence, member: Member, noticed: Mapping[str, datetime], now: datetime
) -> _Step | None:
    """The step of that occurrence that a member of its group is to be reminded of now; None when there is none, or a
    notice has told them the time since."""
    if one.group not in member.groups or not _takes_place(meeting, one, now):
        return None
    start = one.start.astimezone(UTC)
    due = [hours for hours in HOURS if start - timedelta(hours=hours) <= now]
    if not due:
        return None
    step = start - timedelta(hours=min(due))
    if member.id in noticed and noticed[member.id] >= step:
        return None
    return _Step(f"{start:%Y-%m-%dT%H:%M}Z", min(due))


def _takes_place(meeting: Meeting, one: Occurrence, now: datetime) -> bool:
    """Whether people are to come to it, and it has not begun."""
    return not one.cancelled and one.mode != "written" and now < one.start and _settled(meeting, now)


def _placed(meeting: Meeting, one: Occurrence) -> int | None:
    """The version since which it begins when it does; None when it always did."""
    for version in sorted({c.version for c in meeting.history}, reverse=True):
        before = replace(meeting, plan=told.as_told(meeting.plan, meeting.history, version - 1))
        was = occurrence(before, one.day)
        if was is None or (was.start, was.cancelled) != (one.start, one.cancelled):
            return version
    return None


async def _noticed_of(meeting: Meeting, one: Occurrence, store: Store) -> Mapping[str, datetime]:
    """By member when a notice told them that it begins when it does."""
    return await _noticed(store, meeting.id, _placed(meeting, one), (one.fact("start").field,))


def _sooner(one: Occurrence, step: _Step, wishes: Wishes, association: Association, now: datetime) -> bool:
    """Whether the next step comes so soon, and may, that this one need not be caught up."""
    start = one.start.astimezone(UTC)
    following = max((h for h in HOURS if h < step.before), default=None)
    if following is None:
        return False
    then = start - timedelta(hours=following)
    return now >= then - SOON and first_allowed(then, association, wishes) < start


# What is due


async def due(store: Store, now: datetime) -> tuple[Due, ...]:
    """The reminders that should exist now, to those to whom they may leave in this minute."""
    structure = await store.association.structure()
    members = _reachable_now(await store.members.all(), structure, now)
    if not members:
        return ()
    return (
        *await _calls_due(store, members, structure.association.zone, now),
        *await _meetings_due(store, members, structure.association, now),
    )


def _reachable_now(members: Iterable[Member], structure: Structure, now: datetime) -> list[Member]:
    """Those who want to be reminded by a message of its own, and may be spoken to at that instant."""
    allowed: dict[tuple[object, ...], bool] = {}
    found = []
    for member in members:
        wishes = member.person.wishes
        hours = (wishes.snoozed, wishes.quiet)
        if hours not in allowed:
            allowed[hours] = first_allowed(now, structure.association, wishes) <= now
        topic = TOPICS["reminder"]
        if allowed[hours] and topic not in wishes.muted and not gathers(topic, member, structure):
            found.append(member)
    return found


async def _calls_due(store: Store, members: list[Member], home: str, now: datetime) -> list[Due]:
    followers: dict[str, list[tuple[Member, Following]]] = {}
    for member in members:
        for following in member.person.following:
            followers.setdefault(following.call, []).append((member, following))
    found: list[Due] = []
    for call in await store.calls.all():
        ahead = await _ahead(call, store, now, home) if call.id in followers else None
        if ahead is None:
            continue
        waiting = await _noticed_soon(store, call)
        steps: dict[_Step, list[str]] = {}
        for member, following in followers[call.id]:
            step = None if member.id in waiting else _of_call(ahead, member, following, home)
            if step:
                steps.setdefault(step, []).append(member.id)
        for step, readers in steps.items():
            new = _new(call.id, step, now, ahead.moment.last_instant())
            found += await _unopened(store, new, readers)
    return found


async def _meetings_due(
    store: Store, members: list[Member], association: Association, now: datetime
) -> list[Due]:
    everything = {m.id: m for m in await store.meetings.all() if m.plan.group}
    found: list[Due] = []
    for one in occurrences_ahead(everything.values(), now, now + timedelta(hours=max(HOURS))):
        meeting = everything[one.meeting]
        if not _takes_place(meeting, one, now):
            continue
        noticed = await _noticed_of(meeting, one, store)
        waiting = await _noticed_soon(store, meeting)
        steps: dict[_Step, list[str]] = {}
        for member in members:
            step = None if member.id in waiting else _of_meeting(meeting, one, member, noticed, now)
            if step and not _sooner(one, step, member.person.wishes, association, now):
                steps.setdefault(step, []).append(member.id)
        for step, readers in steps.items():
            found += await _unopened(store, _new(one.id, step, now, one.start.astimezone(UTC)), readers)
    return found


async def _noticed_soon(store: Store, record: Call | Meeting) -> frozenset[str]:
    """Those whom a notice of its present version is on its way to: was → now comes before a reminder."""
    sending = await store.sendings.of_key(told.key(record))
    if sending is None or sending.state != "open":
        return frozenset()
    return frozenset(d.recipient for d in await store.sendings.deliveries(sending.id) if d.state in UNDER_WAY)


def _new(subject: str, step: _Step, now: datetime, until: datetime) -> NewSending:
    content: dict[str, Any] = {"subject": subject, "of": step.of, "before": step.before}
    return NewSending("reminder", f"reminder {subject} {step.of} {step.before}", content, now, until)


async def _unopened(store: Store, new: NewSending, readers: list[str]) -> list[Due]:
    """It for those of the readers who have none. Whose was left out and may be of use after all gets another."""
    found: list[Due] = []
    for number in range(1, TRIES + 1):
        own = new if number == 1 else replace(new, key=f"{new.key} again {number}")
        sending = await store.sendings.of_key(own.key)
        there = {d.recipient: d for d in await store.sendings.deliveries(sending.id)} if sending else {}
        fresh = tuple(reader for reader in readers if reader not in there)
        if fresh:
            found.append(Due(own, fresh))
        readers = [r for r in readers if r in there and there[r].state == "skipped" and there[r].why in AGAIN]
        if not readers:
            break
    return found


# One reminder


async def compose(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """The reminder for one reader; None when that day or instant is not what counts any more, when it is over, or a
    later step is due already."""
    if ctx.member is None:
        return None
    subject = str(sending.content["subject"])
    step = _Step(str(sending.content["of"]), int(sending.content["before"]))
    why = Button(ctx.t("Why do I get this?"), f"why {delivery.id}")
    if subject.startswith("c"):
        call = await ctx.store.calls.get(subject)
        ahead = await _ahead(call, ctx.store, ctx.now, ctx.zone) if call else None
        following = ctx.member.follows(subject)
        if call is None or ahead is None or following is None:
            return None
        if _of_call(ahead, ctx.member, following, ctx.zone) != step:
            return None
        return _about_call(call, ahead.moment, why, ctx)
    id, day = parse_id(subject) or ("", "")
    meeting = await ctx.store.meetings.get(id)
    one = occurrence(meeting, day) if meeting else None
    if meeting is None or one is None:
        return None
    noticed = await _noticed_of(meeting, one, ctx.store)
    if _of_meeting(meeting, one, ctx.member, noticed, ctx.now) != step:
        return None
    return _about_meeting(one, why, ctx)


def _about_call(call: Call, deadline: Moment, why: Button, ctx: Context) -> Reply:
    blocks: list[Block] = [Para(_until(call, deadline, ctx))]
    if deadline.precision == "day":
        blocks.append(para(ctx.t("No hour is given.")))
    field = "closes" if deadline == call.facts.closes else "cutoffs"
    return Reply(
        (*blocks, origin(call, ctx)),
        buttons=rows(
            Button(ctx.t("Everything"), f"call {call.id}"),
            Button(ctx.t("Stop following"), f"unfollow {call.id}"),
            why,
        ),
        told=(Fact(call.id, field, call.version), Fact(call.id, "hold", call.version)),
    )


def _until(call: Call, deadline: Moment, ctx: Context) -> Spans:
    """How long is left, of what, and the date in bold."""
    t, days = ctx.t, days_left(deadline, ctx.now, ctx.zone)
    title, day = call_title(call, ctx), Bold(when(deadline, ctx))
    if deadline != call.facts.closes:
        if days == 0:
            return t.rich("Today is the cut-off of “{title}”: {day}.", title=title, day=day)
        if days == 1:
            return t.rich("Tomorrow is the cut-off of “{title}”: {day}.", title=title, day=day)
        return t.rich_n(
            "{count} day left: the next cut-off of “{title}” is {day}.",
            "{count} days left: the next cut-off of “{title}” is {day}.",
            days,
            title=title,
            day=day,
        )
    if days == 0:
        return t.rich(
            "Today is the last day: “{title}” takes applications until {day}.", title=title, day=day
        )
    if days == 1:
        return t.rich(
            "Tomorrow is the last day: “{title}” takes applications until {day}.", title=title, day=day
        )
    return t.rich_n(
        "{count} day left: “{title}” takes applications until {day}.",
        "{count} days left: “{title}” takes applications until {day}.",
        days,
        title=title,
        day=day,
    )


def _about_meeting(one: Occurrence, why: Button, ctx: Context) -> Reply:
    blocks: list[Block] = [Para(_at(one, ctx))]
    group = meetings.group_name(one, ctx)
    if group:
        blocks.append(para(group))
    if one.tentative:
        blocks.append(para(ctx.t("The date is not final yet.")))
    blocks.append(meeting_speech.place(one, ctx))
    way_in = meeting_speech.link(one, ctx, private=True)
    if way_in:
        blocks.append(way_in)
    blocks += meetings.agenda(one, ctx, AGENDA)
    return Reply(
        tuple(blocks),
        buttons=rows(Button(ctx.t("Show the meeting"), f"meeting {one.id}"), why),
        told=meetings.facts_told(one),
    )


def _at(one: Occurrence, ctx: Context) -> Spans:
    """ "Rytoj, 10:00: Darbo grupės posėdis." """
    t = ctx.t
    days = (meeting_speech.local_day(one, one.start, ctx) - ctx.today).days
    title = meeting_speech.title(one, ctx)
    hour = Bold(t.hour(one.start.astimezone(zone(ctx.zone)).time()))
    if days == 0 and not one.all_day:
        return t.rich("Today at {hour}: {title}.", hour=hour, title=title)
    if days == 1 and not one.all_day:
        return t.rich("Tomorrow at {hour}: {title}.", hour=hour, title=title)
    if days == 1:
        return t.rich("Tomorrow: {title}.", title=title)
    return t.rich("{title}: {when}.", title=title, when=Bold(meeting_speech.begins(one, ctx)))
