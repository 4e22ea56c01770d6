"""Meetings and deadlines as calendar files (iCalendar, RFC 5545): of one meeting, a series, a call, or everything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from handlers.access import in_group
from handlers.calls import show as call_show
from handlers.chat import Bold, Button, Fact, File, Incoming, Para, Reply, para, rows, say, shorten
from handlers.commands import Line
from handlers.context import Context
from handlers.i18n import N_
from handlers.meetings import asked, speech
from handlers.meetings import show as meeting_show
from handlers.meetings.occurrences import (
    Occurrence,
    ahead,
    as_planned,
    differing,
    occurrence,
    repeats,
    rule_for_calendars,
)
from handlers.understanding.folding import fold
from storage.calls import Call
from storage.meetings import Meeting, Plan
from storage.moments import Moment, zone

if TYPE_CHECKING:
    from icalendar import Calendar, Event, Timezone

YEAR = timedelta(days=366)
"""How far ahead a calendar of everything looks."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_ALARMS = {
    "meeting": (timedelta(hours=-1),),
    "all day": (timedelta(hours=-15),),  # nine in the morning, the day before
    "deadline": (timedelta(days=-7), timedelta(days=-1)),
}


# The command


async def calendar(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The file of what is named, `c42`, `m7`, `m7.2026-09-24`, a group; of all that concerns the reader when
    nothing is."""
    wanted = asked.read(line.words, ctx)
    if wanted.meeting:
        return await _of_meeting(wanted.meeting, wanted.day, ctx)
    if wanted.group or not line.words:
        return await _of_everything(wanted.group, ctx)
    call, _ = await call_show.find(line, ctx)
    return _of_call(call, ctx) if call else await call_show.not_found(line, ctx)


async def _of_meeting(id: str, day: str, ctx: Context) -> Reply:
    meeting = await ctx.store.meetings.get(id)
    one = occurrence(meeting, day) if meeting and (day or not repeats(meeting.plan)) else None
    if meeting is None or (day and one is None):
        return say(
            ctx.t("There is no such meeting any more."),
            buttons=rows(Button(ctx.t("All meetings"), "meetings")),
        )
    if one is None:
        return _of_series(meeting, ctx)
    when = Bold(speech.when(one, ctx))
    sentence = N_("{title}: {when}, cancelled.") if one.cancelled else N_("{title}: {when}.")
    return _reply(
        Para(ctx.t.rich(sentence, title=speech.title(one, ctx), when=when)),
        file_of(ctx, meetings=(meeting,), only=one),
        one.id,
        (one.fact("start"), one.fact("place")),
        ctx,
    )


def _of_series(meeting: Meeting, ctx: Context) -> Reply:
    left = [o for o in ahead((meeting,), ctx.now, ctx.now + YEAR) if not o.cancelled]
    title = shorten(ctx.t.words(meeting.plan.title), 120) or meeting.id
    told = (Fact(meeting.id, "start", meeting.version), Fact(meeting.id, "place", meeting.version))
    sentence = ctx.t.n(
        "{title}: {count} meeting in the coming year.",
        "{title}: {count} meetings in the coming year.",
        len(left),
        title=title,
    )
    return _reply(para(sentence), file_of(ctx, meetings=(meeting,)), meeting.id, told, ctx)


def _of_call(call: Call, ctx: Context) -> Reply:
    title = shorten(ctx.t.words(call.facts.title), 120) or call.id
    if not any(_exact(m) for _, m in _deadlines(call)):
        return say(
            ctx.t("“{title}” has no day yet that could go into a calendar.", title=title),
            buttons=rows(Button(ctx.t("Show the call"), f"call {call.id}")),
        )
    told = tuple(
        Fact(call.id, name, call.version) for name in ("closes", "cutoffs") if getattr(call.facts, name)
    )
    count = sum(1 for _, m in _deadlines(call) if _exact(m))
    sentence = ctx.t.n("“{title}”: {count} deadline.", "“{title}”: {count} deadlines.", count, title=title)
    return _reply(para(sentence), file_of(ctx, calls=(call,)), call.id, told, ctx)


async def _of_everything(group: str, ctx: Context) -> Reply:
    """Meetings of the reader's groups and events of the association for a year, and deadlines; or of one group."""
    until = ctx.now + YEAR
    if group:
        everything = [m for m in await ctx.store.meetings.all() if m.plan.group == group]
    else:
        everything = [m for m in await ctx.store.meetings.all() if in_group(ctx, m.plan.group or None)]
    meetings = tuple(m for m in everything if ahead((m,), ctx.now, until))
    calls = () if group else tuple(c for c in await ctx.store.calls.all() if _due(c, ctx.now, until))
    if not meetings and not calls:
        return say(ctx.t("There is nothing coming up to put into a calendar."))
    coming = sum(not o.cancelled for o in ahead(meetings, ctx.now, until))
    first = [ctx.t.n("{count} meeting in the coming year.", "{count} meetings in the coming year.", coming)]
    if calls:
        first.append(ctx.t.n("{count} call with a deadline.", "{count} calls with deadlines.", len(calls)))
    told = [Fact(m.id, name, m.version) for m in meetings for name in ("start", "place")]
    told += [Fact(c.id, n, c.version) for c in calls for n in ("closes", "cutoffs") if getattr(c.facts, n)]
    return _reply(
        para(" ".join(first)), file_of(ctx, meetings, calls), group or ctx.t("calendar"), tuple(told), ctx
    )


def _reply(first: Para, content: bytes, name: str, told: tuple[Fact, ...], ctx: Context) -> Reply:
    hint = para(
        ctx.t("Open the file to add it to your calendar. Download it again later to get what has changed.")
    )
    return Reply((first, hint), files=(File(f"{name}.ics", "text/calendar", content),), told=told)


# The file


def file_of(
    ctx: Context,
    meetings: Iterable[Meeting] = (),
    calls: Iterable[Call] = (),
    *,
    only: Occurrence | None = None,
    whole: bool = False,
) -> bytes:
    """These meetings and the calls' deadlines as a calendar file, for this reader: a join link is there only in
    meetings of their own groups. `only` leaves one occurrence of the one meeting given; `whole` is for the secretariat,
    with everything that import reads: every join link, whose each meeting is, titles in both languages."""
    # Takes 80 ms to import, and is wanted for calendars only.
    from icalendar import Calendar

    found = Calendar()
    found.add("prodid", "-//Sauklys//calendar//EN")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", _clean(ctx.t.words(ctx.association.name)))
    zones: set[str] = set()
    for meeting in meetings:
        zones.add(meeting.plan.zone)
        for event in _events(meeting, only, ctx, whole=whole):
            found.add_component(event)
    for call in calls:
        for event, deadline in _deadline_events(call, ctx):
            zones.update((deadline.zone,) if deadline.time else ())
            found.add_component(event)
    return _with_zones(found, zones)


def _with_zones(found: Calendar, zones: set[str]) -> bytes:
    # RFC 5545, 3.6.5: every TZID is defined in the same file. Zones go before what uses them.
    found.subcomponents[:0] = [_zone(name) for name in sorted(zones) if name not in ("UTC", "Etc/UTC")]
    return bytes(found.to_ical())


@lru_cache(maxsize=32)
def _zone(name: str) -> Timezone:
    from icalendar import Timezone

    return Timezone.from_tzid(name, first_date=date(2005, 1, 1), last_date=date(2040, 1, 1))


@dataclass(frozen=True, slots=True)
class _Entry:
    """What every event says: `lasts` is None for a moment, `begins` a day for an all-day one."""

    uid: str
    title: str
    begins: datetime | date
    ends: datetime | date | None
    status: str
    sequence: int
    alarms: tuple[timedelta, ...]
    place: str = ""
    link: str = ""
    text: str = ""


def _event(entry: _Entry, ctx: Context) -> Event:
    from icalendar import Alarm, Event

    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", ctx.now.astimezone(UTC))
    event.add("sequence", entry.sequence)
    event.add("summary", _clean(entry.title))
    event.add("dtstart", entry.begins)
    if entry.ends:
        event.add("dtend", entry.ends)
    event.add("status", entry.status)
    if entry.place:
        event.add("location", _clean(entry.place))
    if entry.text:
        event.add("description", _clean(entry.text))
    if address := _address(entry.link):
        event.add("url", address)
    if entry.status != "CANCELLED":
        for trigger in entry.alarms:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", _clean(entry.title))
            alarm.add("trigger", trigger)
            event.add_component(alarm)
    return event


def _clean(text: str) -> str:
    """The text without control characters, which some calendars choke on; line ends stay."""
    return _CONTROL.sub("", text)


def _address(link: str) -> str:
    """The address, or nothing when a line end or another control character is in it (icalendar PR 1462)."""
    return (
        link if link.startswith(("http://", "https://")) and not re.search(r"[\s\x00-\x1f\x7f]", link) else ""
    )


def _uid(id: str, ctx: Context, key: str = "") -> str:
    """What a calendar knows it by for ever: the imported UID unless it breaks lines, else our id and name."""
    if key and not re.search(r"[\x00-\x1f\x7f-\x9f]", key):
        return key
    ours = re.sub(r"[^a-z0-9]+", "-", fold(ctx.association.short)).strip("-") or "association"
    return f"{id}@{ours}.sauklys"


# Meetings


def uid(meeting: Meeting, ctx: Context) -> str:
    """What calendars know that meeting or series by."""
    return _uid(meeting.id, ctx, meeting.plan.key)


def _events(
    meeting: Meeting, only: Occurrence | None, ctx: Context, *, whole: bool = False
) -> Iterator[Event]:
    """A single meeting; a series with its exceptions; or one of a series by its RECURRENCE-ID."""
    plan = meeting.plan
    if only is not None:
        event = _event(_meeting_entry(meeting, only, ctx), ctx)
        if only.day:
            event.add("recurrence-id", _local(only.of, meeting))
        yield event
        return
    planned = as_planned(meeting)
    master = _event(_meeting_entry(meeting, planned, ctx, whole=whole), ctx)
    if whole:
        _name(master, planned)
        _add_the_rest(master, plan)
    if rule := rule_for_calendars(meeting):
        from icalendar import vRecur

        master.add("rrule", vRecur.from_ical(rule))
    cut = [extra for extra in plan.extra if not _after_the_end(extra, meeting)]
    if cut:
        master.add("rdate", [_local(extra, meeting) for extra in cut])
    dropped = set(plan.dropped) - {e.of for e in plan.exceptions}
    if dropped:
        master.add("exdate", [_local(start, meeting) for start in sorted(dropped)])
    yield master
    if repeats(plan):
        for one in differing(meeting):
            event = _event(_meeting_entry(meeting, one, ctx, whole=whole), ctx)
            event.add("recurrence-id", _local(one.of, meeting))
            if whole:
                _name(event, one)
            if whole and one.reason:
                event.add("comment", _clean(one.reason))
            yield event


def _name(event: Event, one: Occurrence) -> None:
    """Its title in the language that import takes it for, and in the other beside it."""
    from icalendar import vText

    del event["summary"]
    in_english = one.title.en and not one.title.lt
    event.add("summary", vText(_clean(one.title.en if in_english else one.title.lt)))
    if in_english:
        event["summary"].params["LANGUAGE"] = "en"
    elif one.title.en:
        event.add("x-sauklys-title-en", _clean(one.title.en))


def _add_the_rest(event: Event, plan: Plan) -> None:
    """What calendars have no words for, or show to nobody."""
    from icalendar import vUri

    event.add("x-sauklys-group", plan.group)
    event.add("x-sauklys-mode", plan.mode)
    if plan.chair:
        event.add("x-sauklys-chair", _clean(plan.chair))
    for document in plan.documents:
        if address := _address(document.url):
            event.add("attach", vUri(address, params={"FILENAME": _clean(document.title)}))


def _after_the_end(start: datetime, meeting: Meeting) -> bool:
    """Whether the series was cancelled before that further start."""
    if not meeting.plan.cancelled:
        return False
    found = occurrence(meeting, f"{start:%Y-%m-%d}")
    return found is not None and found.cancelled


def _local(start: datetime, meeting: Meeting) -> datetime | date:
    """A start in the plan's own zone; of an all-day meeting the day."""
    return start.date() if meeting.plan.all_day else start.replace(tzinfo=zone(meeting.plan.zone))


def _meeting_entry(meeting: Meeting, o: Occurrence, ctx: Context, *, whole: bool = False) -> _Entry:
    return _Entry(
        uid=uid(meeting, ctx),
        title=speech.title(o, ctx, 255),
        begins=o.start.date() if o.all_day else o.start,
        ends=max(o.end.date(), o.start.date() + timedelta(days=1)) if o.all_day else o.end,
        status="CANCELLED" if o.cancelled else "TENTATIVE" if o.tentative else "CONFIRMED",
        sequence=meeting.plan.sequence,
        alarms=_ALARMS["all day" if o.all_day else "meeting"],
        place=o.place or (ctx.t("online") if o.mode == "online" and not whole else ""),
        link=o.link if whole or in_group(ctx, o.group or None) else "",
        text=_meeting_text(o, ctx),
    )


def _meeting_text(o: Occurrence, ctx: Context) -> str:
    """Group, what happened to it, agenda and, for the group's members, the join link."""
    lines = [meeting_show.group_name(o, ctx), *("".join(_words(p)) for p in speech.happened(o, ctx))]
    if o.agenda:
        lines += [ctx.t("Agenda:"), *(f"{i}. {item}" for i, item in enumerate(o.agenda, 1))]
    if o.link and in_group(ctx, o.group or None):
        lines.append(ctx.t("Join online: {address}", address=o.link))
    return "\n".join(line for line in lines if line)


def _words(block: Para) -> Iterator[str]:
    return (s if isinstance(s, str) else s.text for s in block.spans)


# Calls


def _deadlines(call: Call) -> tuple[tuple[str, Moment], ...]:
    """The cut-offs and the closing, each with a name that stays when it moves."""
    cutoffs = tuple((f"cutoff{i}", m) for i, m in enumerate(call.facts.cutoffs, 1))
    return (*cutoffs, ("closes", call.facts.closes)) if call.facts.closes else cutoffs


def _exact(moment: Moment) -> bool:
    """Whether it has a day: a month or a quarter is nothing to put into a calendar."""
    return moment.precision in ("hour", "day")


def _due(call: Call, first: datetime, last: datetime) -> bool:
    return any(_exact(m) and first < m.last_instant() <= last for _, m in _deadlines(call))


def _deadline_events(call: Call, ctx: Context) -> Iterator[tuple[Event, Moment]]:
    facts = call.facts
    status = {None: "CONFIRMED", "cancelled": "CANCELLED"}.get(facts.hold, "TENTATIVE")
    title = shorten(ctx.t.words(facts.title), 200) or call.id
    for name, moment in _deadlines(call):
        if not _exact(moment):
            continue
        exact = moment.time is not None
        label = N_("Deadline: {title}") if name == "closes" else N_("Cut-off: {title}")
        said = [] if exact else [ctx.t("The hour of the deadline is not known.")]
        entry = _Entry(
            uid=_uid(f"{call.id}.{name}", ctx),
            title=ctx.t(label, title=title),
            begins=datetime.combine(moment.day, moment.time or time(), zone(moment.zone))
            if exact
            else moment.day,
            ends=None if exact else moment.day + timedelta(days=1),
            status=status,
            sequence=call.version,
            alarms=_ALARMS["deadline"],
            link=facts.link,
            text="\n".join([*said, facts.link or facts.source]).strip(),
        )
        yield _event(entry, ctx), moment
