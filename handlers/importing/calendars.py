"""A calendar file (iCalendar, RFC 5545) to plans of meetings, one event at a time.

Every event is read inside its own guard: a bad one is a fault with its line, and the others are taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import get_args

from handlers.i18n import N_
from handlers.importing.agendas import agenda, join_link
from handlers.importing.events import Block, Event, Parts, first_of, plain_text
from handlers.importing.faults import Bad, Fault, Sentence, refused, say
from handlers.importing.nearest import groups, names_of, plain
from handlers.importing.texts import text_of, with_whole_letters
from handlers.importing.timing import (
    is_day,
    length_of,
    local_of,
    on_the_clock,
    rule_of,
    starts_of,
    zone_of_plan,
)
from handlers.importing.zones import Zones
from storage.association import Structure
from storage.calls import Document
from storage.meetings import Difference, Mode, Plan
from storage.words import Words

_MODES: Mapping[str, Mode] = {mode: mode for mode in get_args(Mode)}
_ONLINE = re.compile(r"nuotol|online|internet|virtual|teams|zoom|google meet|webex|https?://", re.IGNORECASE)
_HTTP = re.compile(r"https?://[^\s<>\"]{3,2000}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar, read: its plans by their start, whose they are (a group's id or empty: events of the
    association), its own name, the events that were left with what is wrong with them, and remarks. `ours`: whether we
    wrote it ourselves; `for_readers`: in it whose the meetings are is left out, and join links are."""

    plans: tuple[Plan, ...]
    group: str
    name: str
    faults: tuple[Fault, ...] = ()
    notes: tuple[Sentence, ...] = ()
    ours: bool = False
    for_readers: bool = False


def read(content: bytes, structure: Structure, group: str | None = None) -> Calendar:
    """The meetings in a calendar file. `group` says whose they are; without it the calendar's own name does.

    Raises FileRefused: no calendar, more than 10,000 events, an unknown group.
    """
    parts = Parts.of(text_of(with_whole_letters(content)))
    name = parts.named("X-WR-CALNAME", "NAME")
    owner = _owner(structure, group, name)
    known = groups(structure.groups)

    def whose(event: Event) -> str:
        """The group that it names itself, where we wrote that down; else that of the whole calendar."""
        named = event.words("X-SAUKLYS-GROUP")
        return owner if group or "X-SAUKLYS-GROUP" not in event.properties else named and known.id_of(named)

    home = structure.association.zone
    zones = _zones(parts, home)
    faults: list[Fault] = list(parts.faults)
    events: list[Event] = []
    for block in parts.events:
        try:
            events.append(Event.of(block))
        except Exception as error:
            faults.append(_fault(block, error))
    plans: list[Plan] = []
    for series in _series(events):
        plan, wrong = _plan(series, whose, name, zones)
        faults += wrong
        if plan:
            plans.append(plan)
    ordered = tuple(sorted(plans, key=lambda p: (p.start, p.key)))
    ours = parts.named("PRODID").startswith("-//Sauklys//calendar//")
    partly = ours and any("X-SAUKLYS-GROUP" not in e.properties for e in events if not e.recurrence)
    in_order = tuple(sorted(faults, key=lambda f: f.line))
    return Calendar(ordered, owner, name, in_order, ours=ours, for_readers=partly)


def _owner(structure: Structure, group: str | None, name: str) -> str:
    if group:
        try:
            return groups(structure.groups).id_of(group)
        except Bad as bad:
            raise refused(bad.wrong, bad.right) from bad
    wanted = plain(name)
    for known in structure.groups:
        if wanted and wanted in map(plain, (known.id, *names_of(known))):
            return known.id
    return ""


def _zones(parts: Parts, home: str) -> Zones:
    defined: dict[str, tzinfo] = {}
    for block in parts.zones:
        from icalendar import Timezone

        with suppress(Exception):  # a zone that cannot be read is reported where an event uses it
            component = Timezone.from_ical(block.source)
            if isinstance(component, Timezone):
                defined[str(component["TZID"])] = component.to_tz()
    try:
        return Zones(home, parts.named("X-WR-TIMEZONE"), defined)
    except Bad:
        return Zones(home, "", defined)


def _fault(block: Block | Event, error: Exception) -> Fault:
    if isinstance(error, Bad):
        return Fault(block.line, "", error.wrong, error.right)
    return Fault(
        block.line, "", say(N_("the event that begins here cannot be read")), say(N_("the others are taken"))
    )


# A series: the event and what became of its occurrences


@dataclass(frozen=True, slots=True)
class _Series:
    """The events of one UID: the one that is the rule, and those about single occurrences."""

    master: Event | None
    changes: tuple[Event, ...]


def _series(events: Iterable[Event]) -> Iterator[_Series]:
    by_uid: dict[str, list[Event]] = {}
    for event in events:
        by_uid.setdefault(event.uid, []).append(event)
    for same in by_uid.values():
        masters = [e for e in same if not e.recurrence]
        # Of two versions of one event the later counts (RFC 5546, 2.1.5).
        master = max(masters, key=lambda e: (e.sequence, e.words("DTSTAMP")), default=None)
        yield _Series(master, tuple(e for e in same if e.recurrence))


def _plan(
    series: _Series, whose: Callable[[Event], str], calendar: str, zones: Zones
) -> tuple[Plan | None, list[Fault]]:
    """The plan of a series; None with its fault when the event itself is bad. A bad change of one occurrence
    is a fault beside the plan."""
    faults: list[Fault] = []
    if series.master is None:
        return None, [_orphan(event) for event in series.changes]
    try:
        plan = _master(series.master, whose(series.master), calendar, zones)
    except Exception as error:
        return None, [_fault(series.master, error)]
    exceptions: dict[datetime, tuple[int, Difference]] = {}
    for event in series.changes:
        try:
            change = _change(event, plan, zones)
        except Exception as error:
            faults.append(_fault(event, error))
            continue
        if change.of not in exceptions or exceptions[change.of][0] <= event.sequence:
            exceptions[change.of] = (event.sequence, change)
    sequence = max([plan.sequence, *(number for number, _ in exceptions.values())])
    changes = tuple(exceptions[of][1] for of in sorted(exceptions))
    return replace(plan, exceptions=changes, sequence=sequence), faults


def _orphan(event: Event) -> Fault:
    return Fault(
        event.line,
        "",
        say(
            N_("this changes one meeting of a series that is not in the file (“{value}”)"),
            value=event.words("SUMMARY"),
        ),
        say(N_("export the whole calendar")),
    )


def _master(event: Event, group: str, calendar: str, zones: Zones) -> Plan:
    start = event.get("DTSTART")
    repeats = any(name in event.properties for name in ("RRULE", "RDATE"))
    zone = zone_of_plan(start, zones, repeats)
    local = on_the_clock(local_of(start, zone, zones), zone)
    all_day = is_day(start.dt)
    title = _title(event) or Words(calendar)
    if not title.both:
        raise Bad(say(N_("the event has no title")), say(N_("it needs SUMMARY")))
    place, link = event.words("LOCATION"), _link(event)
    return Plan(
        title=title,
        group=group,
        start=local,
        minutes=length_of(event, local, zone, zones),
        zone=zone,
        all_day=all_day,
        tentative=event.words("STATUS").upper() == "TENTATIVE",
        cancelled=event.cancelled,
        rule=rule_of(event, local),
        extra=starts_of(event, "RDATE", local, zone, zones),
        dropped=starts_of(event, "EXDATE", local, zone, zones),
        mode=_MODES.get(event.words("X-SAUKLYS-MODE")) or _mode(place, link),
        place=place,
        link=link,
        agenda=agenda(_description(event)),
        documents=_documents(event),
        chair=event.words("X-SAUKLYS-CHAIR")[:200] or _chair(event),
        key=event.uid,
        sequence=event.sequence,
    )


def _change(event: Event, plan: Plan, zones: Zones) -> Difference:
    """What differs in one occurrence. What the event does not mention stays as in the series."""
    recurrence = event.get("RECURRENCE-ID")
    if str(recurrence.params.get("RANGE", "")).upper() == "THISANDFUTURE":
        raise Bad(
            say(N_("this changes a meeting and all that follow it")),
            say(N_("end the series there and begin a new one")),
        )
    of = local_of(recurrence, plan.zone, zones)
    if is_day(recurrence.dt) and not plan.all_day:
        of = datetime.combine(of.date(), plan.start.time())
    if event.cancelled:
        return Difference(of, cancelled=True, reason=event.words("COMMENT")[:500])
    start = local_of(event.get("DTSTART"), plan.zone, zones)
    minutes = length_of(event, start, plan.zone, zones)
    title, link = _title(event), _link(event)
    place = event.words("LOCATION") if "LOCATION" in event.properties else plan.place
    items = agenda(_description(event))
    mode = _mode(place, link or plan.link)
    return Difference(
        of,
        start=start if start != of else None,
        minutes=minutes if minutes != plan.minutes else None,
        title=title if title.both and title != plan.title else None,
        place=place if place != plan.place else None,
        link=link if link and link != plan.link else None,
        mode=mode if mode != plan.mode else None,
        agenda=items if items and items != plan.agenda else None,
        reason=event.words("COMMENT")[:500],
    )


# Words


def _title(event: Event) -> Words:
    summary = event.words("SUMMARY")[:300]
    language = str(getattr(first_of(event.properties.get("SUMMARY")), "params", {}).get("LANGUAGE", ""))
    if language.lower().startswith("en"):
        return Words(en=summary)
    return Words(summary, event.words("X-SAUKLYS-TITLE-EN")[:300])


def _description(event: Event) -> str:
    return str(first_of(event.properties.get("DESCRIPTION")) or "")[:50_000]


def _link(event: Event) -> str:
    """Where to join: the conference, else the address given for the event, else a video meeting's address in its
    place or description. Only http and https."""
    video = sorted(
        event.every("CONFERENCE"),
        key=lambda c: "VIDEO" not in str(getattr(c, "params", {}).get("FEATURE", "")).upper(),
    )
    named = (
        "URL",
        "X-MICROSOFT-SKYPETEAMSMEETINGURL",
        "X-MICROSOFT-ONLINEMEETINGCONFLINK",
        "X-GOOGLE-CONFERENCE",
        "LOCATION",
    )
    for value in (*video, *(first_of(event.properties.get(name)) for name in named)):
        written = str(value or "").strip()
        if _HTTP.fullmatch(written):
            return written
    return join_link(_description(event))


def _mode(place: str, link: str) -> Mode:
    if not link:
        return "online" if place and _ONLINE.match(place) else "place"
    return "online" if not place or _ONLINE.search(place) else "hybrid"


def _documents(event: Event) -> tuple[Document, ...]:
    found = []
    for attached in event.every("ATTACH"):
        url = str(attached).strip()
        if _HTTP.fullmatch(url):
            name = (
                str(getattr(attached, "params", {}).get("FILENAME", "")) or url.rstrip("/").rsplit("/", 1)[-1]
            )
            found.append(Document(name[:200], url))
    return tuple(found[:20])


def _chair(event: Event) -> str:
    for attendee in event.every("ATTENDEE"):
        params = getattr(attendee, "params", {})
        if str(params.get("ROLE", "")).upper() == "CHAIR" and params.get("CN"):
            return plain_text(str(params["CN"]))[:200]
    return ""
