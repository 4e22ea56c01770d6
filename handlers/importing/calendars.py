"""A calendar file (iCalendar, RFC 5545) to plans of meetings, one event at a time.

Every event is read inside its own guard: a bad one is a fault with its line, and the others are taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, get_args

from handlers.i18n import N_
from handlers.importing.agendas import agenda, join_link
from handlers.importing.faults import Bad, Fault, Sentence, refused, say
from handlers.importing.nearest import groups, names_of, plain
from handlers.importing.texts import text_of, with_whole_letters
from handlers.importing.values import text
from handlers.importing.zones import Zones
from storage.association import Structure
from storage.calls import Document
from storage.meetings import Difference, Mode, Plan
from storage.moments import zone as zone_of
from storage.words import Words

MOST_EVENTS = 10_000
HOUR = 60
"""Minutes of a meeting whose calendar gives neither an end nor a length."""

_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_RULE_PARTS = frozenset(
    (
        "FREQ",
        "INTERVAL",
        "COUNT",
        "UNTIL",
        "WKST",
        "BYDAY",
        "BYMONTHDAY",
        "BYMONTH",
        "BYSETPOS",
        "BYYEARDAY",
        "BYWEEKNO",
    )
)
_COUNTED = re.compile(r"[1-9]\d{0,8}")
_VENDOR = re.compile(r"(TZID[:=]\"?)/", re.IGNORECASE)  # "/freeassociation.sourceforge.net/Europe/Vilnius"
_UTC = frozenset(("UTC", "Etc/UTC", "Etc/GMT", "GMT", "Z"))
_MODES: Mapping[str, Mode] = {mode: mode for mode in get_args(Mode)}
_ONLINE = re.compile(r"nuotol|online|internet|virtual|teams|zoom|google meet|webex|https?://", re.IGNORECASE)
_HTTP = re.compile(r"https?://[^\s<>\"]{3,2000}", re.IGNORECASE)
_CONTENT = re.compile(r"([A-Za-z0-9-]+)((?:;[^:\"]*(?:\"[^\"]*\"[^:\"]*)*)?):(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar, read: its plans by their start, whose they are (a group's id or empty: events of the
    association), its own name, the events that were left with what is wrong with them, and remarks. `ours`: whether we
    wrote it ourselves."""

    plans: tuple[Plan, ...]
    group: str
    name: str
    faults: tuple[Fault, ...] = ()
    notes: tuple[Sentence, ...] = ()
    ours: bool = False


def read(content: bytes, structure: Structure, group: str | None = None) -> Calendar:
    """The meetings in a calendar file. `group` says whose they are; without it the calendar's own name does.

    Raises FileRefused: no calendar, more than 10,000 events, an unknown group.
    """
    parts = _Parts.of(text_of(with_whole_letters(content)))
    name = parts.named("X-WR-CALNAME", "NAME")
    owner = _owner(structure, group, name)
    known = groups(structure.groups)

    def whose(event: _Event) -> str:
        """The group that it names itself, where we wrote that down; else that of the whole calendar."""
        named = event.words("X-SAUKLYS-GROUP")
        return owner if group or "X-SAUKLYS-GROUP" not in event.properties else named and known.id_of(named)

    home = structure.association.zone
    zones = _zones(parts, home)
    faults: list[Fault] = list(parts.faults)
    events: list[_Event] = []
    for block in parts.events:
        try:
            events.append(_Event.of(block))
        except Exception as error:
            faults.append(_fault(block, error))
    plans: list[Plan] = []
    for series in _series(events):
        plan, wrong = _plan(series, whose, name, zones)
        faults += wrong
        if plan:
            plans.append(plan)
    ordered = tuple(sorted(plans, key=lambda p: (p.start, p.key)))
    ours = parts.named("PRODID").startswith("-//Sauklys//")
    return Calendar(ordered, owner, name, tuple(sorted(faults, key=lambda f: f.line)), ours=ours)


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


# The file's parts, with their lines


@dataclass(frozen=True, slots=True)
class _Block:
    """A component as written: the line of its BEGIN, and its content lines, unfolded."""

    line: int
    lines: tuple[str, ...]

    @property
    def source(self) -> str:
        return _VENDOR.sub(r"\1", "\r\n".join(self.lines)) + "\r\n"


@dataclass(frozen=True, slots=True)
class _Parts:
    """What is in a calendar: its own properties, its zones, its events, and what is wrong with its frame."""

    properties: Mapping[str, str]
    zones: tuple[_Block, ...]
    events: tuple[_Block, ...]
    faults: tuple[Fault, ...]

    @classmethod
    def of(cls, source: str) -> _Parts:
        lines = list(_unfolded(source.removeprefix("\ufeff")))
        if not any(line.strip().upper() == "BEGIN:VCALENDAR" for _, line in lines[:50]):
            raise refused(
                say(N_("this is not a calendar (iCalendar)")), say(N_("it begins with BEGIN:VCALENDAR"))
            )
        blocks: dict[str, list[_Block]] = {"VEVENT": [], "VTIMEZONE": []}
        faults: list[Fault] = []
        properties: dict[str, str] = {}
        for name, block in _components(lines):
            if name in blocks:
                blocks[name].append(block)
            elif name == "unfinished":
                faults.append(
                    Fault(
                        block.line,
                        "",
                        say(N_("the event that begins here does not end")),
                        say(N_("the file was cut off")),
                    )
                )
            elif not name:
                match = _CONTENT.fullmatch(block.lines[0])
                if match:
                    properties.setdefault(match[1].upper(), _unescaped(match[3]))
            if len(blocks["VEVENT"]) > MOST_EVENTS:
                raise refused(
                    say(
                        N_("there are more than {most} events"),
                        most=f"{MOST_EVENTS:,}".replace(",", "\u00a0"),
                    ),
                    say(N_("export a shorter time")),
                )
        return cls(properties, tuple(blocks["VTIMEZONE"]), tuple(blocks["VEVENT"]), tuple(faults))

    def named(self, *names: str) -> str:
        """The first of these properties that there is."""
        return next((" ".join(self.properties[n].split())[:200] for n in names if self.properties.get(n)), "")


def _unfolded(source: str) -> Iterator[tuple[int, str]]:
    """The content lines with the lines they begin in (RFC 5545, 3.1)."""
    at, parts = 0, list[str]()
    for number, raw in enumerate(re.split(r"\r\n|\r|\n", source), 1):
        if raw[:1] in (" ", "\t") and parts:
            parts.append(raw[1:])
            continue
        if parts:
            yield at, "".join(parts)
        at, parts = number, [raw] if raw.strip() else []
    if parts:
        yield at, "".join(parts)


def _components(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[str, _Block]]:
    """The components directly in the calendar by their names; its own properties under an empty one; an event
    that does not end, or in which another begins, as "unfinished"."""
    name, at, inside, depth = "", 0, list[str](), 0
    for number, line in lines:
        word = line.strip().upper()
        if name and (word == "BEGIN:VEVENT" or word == "END:VCALENDAR") and name == "VEVENT":
            yield "unfinished", _Block(at, tuple(inside))
            name = ""
        if name:
            inside.append(line)
            depth += word.startswith("BEGIN:") - word.startswith("END:")
            if depth == 0:
                yield name, _Block(at, tuple(inside))
                name = ""
        elif word.startswith("BEGIN:") and word != "BEGIN:VCALENDAR":
            name, at, inside, depth = word[6:], number, [line], 1
        elif not word.endswith(":VCALENDAR"):
            yield "", _Block(number, (line,))
    if name == "VEVENT":
        yield "unfinished", _Block(at, tuple(inside))


def _unescaped(value: str) -> str:
    return re.sub(r"\\([,;\\nN])", lambda m: "\n" if m[1] in "nN" else m[1], value)


def _zones(parts: _Parts, home: str) -> Zones:
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


# One event


@dataclass(frozen=True, slots=True)
class _Event:
    """One VEVENT, parsed."""

    line: int
    uid: str
    sequence: int
    properties: Mapping[str, Any]

    @classmethod
    def of(cls, block: _Block) -> _Event:
        """Raises Bad, and whatever the parser raises."""
        # Takes 60 ms to import, and is wanted for calendars only.
        from icalendar import Event

        found = Event.from_ical(block.source)
        start = _first(found.get("DTSTART"))
        if start is None:
            raise Bad(say(N_("the event has no start")), say(N_("it needs DTSTART")))
        uid = _plain(found.get("UID"))[:300] or f"none:{_plain(found.get('SUMMARY'))}:{_written(start)}"
        return cls(block.line, uid, _number(found.get("SEQUENCE")), found)

    def get(self, name: str) -> Any:
        """The property's first value, None when there is none. Raises Bad for one that could not be read."""
        value = _first(self.properties.get(name))
        if type(value).__name__ == "vBroken":
            raise Bad(
                say(N_("{name} cannot be read: “{value}”"), name=name, value=str(value)),
                say(N_("see RFC 5545 for how it is written")),
            )
        return value

    def every(self, name: str) -> tuple[Any, ...]:
        """All its values."""
        value = self.properties.get(name)
        return () if value is None else tuple(value) if isinstance(value, list) else (value,)

    def words(self, name: str) -> str:
        """Its text on one line; empty when there is none."""
        return _plain(self.properties.get(name))

    @property
    def recurrence(self) -> bool:
        """Whether it is about one occurrence of a series."""
        return "RECURRENCE-ID" in self.properties

    @property
    def cancelled(self) -> bool:
        return self.words("STATUS").upper() == "CANCELLED"


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _plain(value: Any) -> str:
    found = _first(value)
    try:
        return "" if found is None else text(str(found))
    except Bad:
        return ""


def _written(prop: Any) -> str:
    return str(prop.to_ical().decode("utf-8", "replace"))


def _number(value: Any) -> int:
    try:
        return max(0, min(int(_first(value) or 0), 2**31))
    except (TypeError, ValueError):
        return 0


def _fault(block: _Block | _Event, error: Exception) -> Fault:
    if isinstance(error, Bad):
        return Fault(block.line, "", error.wrong, error.right)
    return Fault(
        block.line, "", say(N_("the event that begins here cannot be read")), say(N_("the others are taken"))
    )


# A series: the event and what became of its occurrences


@dataclass(frozen=True, slots=True)
class _Series:
    """The events of one UID: the one that is the rule, and those about single occurrences."""

    master: _Event | None
    changes: tuple[_Event, ...]


def _series(events: Iterable[_Event]) -> Iterator[_Series]:
    by_uid: dict[str, list[_Event]] = {}
    for event in events:
        by_uid.setdefault(event.uid, []).append(event)
    for same in by_uid.values():
        masters = [e for e in same if not e.recurrence]
        # Of two versions of one event the later counts (RFC 5546, 2.1.5).
        master = max(masters, key=lambda e: (e.sequence, e.words("DTSTAMP")), default=None)
        yield _Series(master, tuple(e for e in same if e.recurrence))


def _plan(
    series: _Series, whose: Callable[[_Event], str], calendar: str, zones: Zones
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


def _orphan(event: _Event) -> Fault:
    return Fault(
        event.line,
        "",
        say(
            N_("this changes one meeting of a series that is not in the file (“{value}”)"),
            value=event.words("SUMMARY"),
        ),
        say(N_("export the whole calendar")),
    )


def _master(event: _Event, group: str, calendar: str, zones: Zones) -> Plan:
    start = event.get("DTSTART")
    repeats = any(name in event.properties for name in ("RRULE", "RDATE"))
    zone = _zone(start, zones, repeats)
    local = _there(_local(start, zone, zones), zone)
    all_day = _is_day(start.dt)
    title = _title(event) or Words(calendar)
    if not title.both:
        raise Bad(say(N_("the event has no title")), say(N_("it needs SUMMARY")))
    place, link = event.words("LOCATION"), _link(event)
    return Plan(
        title=title,
        group=group,
        start=local,
        minutes=_minutes(event, local, zone, zones),
        zone=zone,
        all_day=all_day,
        tentative=event.words("STATUS").upper() == "TENTATIVE",
        cancelled=event.cancelled,
        rule=_rule(event, local),
        extra=_starts(event, "RDATE", local, zone, zones),
        dropped=_starts(event, "EXDATE", local, zone, zones),
        mode=_MODES.get(event.words("X-SAUKLYS-MODE")) or _mode(place, link),
        place=place,
        link=link,
        agenda=agenda(_description(event)),
        documents=_documents(event),
        chair=event.words("X-SAUKLYS-CHAIR")[:200] or _chair(event),
        key=event.uid,
        sequence=event.sequence,
    )


def _change(event: _Event, plan: Plan, zones: Zones) -> Difference:
    """What differs in one occurrence. What the event does not mention stays as in the series."""
    recurrence = event.get("RECURRENCE-ID")
    if str(recurrence.params.get("RANGE", "")).upper() == "THISANDFUTURE":
        raise Bad(
            say(N_("this changes a meeting and all that follow it")),
            say(N_("end the series there and begin a new one")),
        )
    of = _local(recurrence, plan.zone, zones)
    if _is_day(recurrence.dt) and not plan.all_day:
        of = datetime.combine(of.date(), plan.start.time())
    if event.cancelled:
        return Difference(of, cancelled=True, reason=event.words("COMMENT")[:500])
    start = _local(event.get("DTSTART"), plan.zone, zones)
    minutes = _minutes(event, start, plan.zone, zones)
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


# Times


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _zone(prop: Any, zones: Zones, repeats: bool) -> str:
    """The zone in which the plan lives: the one it names; of UTC times the association's, unless a rule counts
    in UTC."""
    value = prop.dt
    if _is_day(value):
        return zones.home
    name = str(prop.params.get("TZID", ""))
    named = zones.named(name) if name else ""
    if named and named not in _UTC:
        return named
    if value.tzinfo is None and not named:
        return zones.floating
    return "UTC" if repeats else zones.floating


def _local(prop: Any, zone: str, zones: Zones) -> datetime:
    """A property's time as a local one in that zone; a day is its midnight."""
    return _in_zone(prop.dt, str(prop.params.get("TZID", "")), zone, zones)


def _in_zone(value: Any, name: str, zone: str, zones: Zones) -> datetime:
    if isinstance(value, tuple):  # a period: its start
        value = value[0]
    if not isinstance(value, date):
        raise Bad(say(N_("“{value}” is not a time"), value=str(value)))
    if not 1970 <= value.year <= 2100:
        raise Bad(say(N_("the year of “{value}” cannot be right"), value=str(value)))
    if not isinstance(value, datetime):
        return datetime.combine(value, time())
    own = zones.named(name) if name else ""
    if own == zone or (not own and value.tzinfo is None):
        return value.replace(tzinfo=None)
    aware = value.replace(tzinfo=zone_of(own)) if own else value
    return aware.astimezone(zone_of(zone)).replace(tzinfo=None)


def _there(local: datetime, zone: str) -> datetime:
    """The same moment on a clock that is put forward: 03:30 of such a night is 04:30 (RFC 5545, 3.3.5)."""
    aware = local.replace(tzinfo=zone_of(zone))
    return aware.astimezone(UTC).astimezone(zone_of(zone)).replace(tzinfo=None)


def _minutes(event: _Event, start: datetime, zone: str, zones: Zones) -> int:
    """How long it takes: to its end, by its duration, a day, or an hour when nobody says."""
    all_day = _is_day(event.get("DTSTART").dt)
    end, lasts = event.get("DTEND"), event.get("DURATION")
    if end is not None:
        until = _local(end, zone, zones)
        # In hours as a clock on the wall counts them a meeting over a change of the clock would be an hour off.
        length = until - start if all_day else _instant(until, zone) - _instant(start, zone)
    elif lasts is not None and isinstance(lasts.dt, timedelta):
        length = lasts.dt
    else:
        return 24 * 60 if all_day else HOUR
    minutes = round(length.total_seconds() / 60)
    if minutes < 0:
        raise Bad(say(N_("the event ends before it begins")), say(N_("check DTSTART and DTEND")))
    if minutes > 366 * 24 * 60:
        raise Bad(say(N_("the event lasts longer than a year")), say(N_("check DTSTART and DTEND")))
    return minutes or (24 * 60 if all_day else HOUR)


def _instant(local: datetime, zone: str) -> datetime:
    return local.replace(tzinfo=zone_of(zone)).astimezone(UTC)


def _starts(event: _Event, name: str, start: datetime, zone: str, zones: Zones) -> tuple[datetime, ...]:
    """The local starts in RDATE or EXDATE; of a day in a series with hours, at the hour of the series."""
    found: set[datetime] = set()
    for prop in event.every(name):
        if type(prop).__name__ == "vBroken":
            raise Bad(
                say(N_("{name} cannot be read: “{value}”"), name=name, value=str(prop)),
                say(N_("see RFC 5545 for how it is written")),
            )
        for each in prop.dts:
            local = _in_zone(each.dt, str(prop.params.get("TZID", "")), zone, zones)
            found.add(datetime.combine(local.date(), start.time()) if _is_day(each.dt) else local)
    return tuple(sorted(found))


def _rule(event: _Event, start: datetime) -> str:
    """The RRULE value; hours in it that only repeat the start's are left out. Raises Bad for one that no meeting
    has: every second, in another calendar, two rules at once."""
    if len(event.every("RRULE")) > 1 or "EXRULE" in event.properties:
        raise Bad(say(N_("the event repeats by more than one rule")), say(N_("make it one series for each")))
    rule = event.get("RRULE")
    if rule is None:
        return ""
    written = _written(rule).upper()
    parts = dict(part.split("=", 1) for part in written.split(";") if "=" in part)
    for name, own in (("BYHOUR", start.hour), ("BYMINUTE", start.minute), ("BYSECOND", start.second)):
        if parts.get(name) == str(own):
            del parts[name]
    if (
        parts.get("FREQ") not in _FREQUENCIES
        or not _RULE_PARTS.issuperset(parts)
        or not all(_COUNTED.fullmatch(parts.get(name, "1")) for name in ("INTERVAL", "COUNT"))
    ):
        raise Bad(
            say(N_("it repeats in a way that meetings do not: {value}"), value=written),
            say(N_("every day, week, month or year")),
        )
    if parts.get("UNTIL", "9")[:8] < f"{start - timedelta(days=1):%Y%m%d}":
        raise Bad(say(N_("the series ends before it begins")), say(N_("check DTSTART and UNTIL")))
    return ";".join(f"{name}={value}" for name, value in parts.items())


# Words


def _title(event: _Event) -> Words:
    summary = event.words("SUMMARY")[:300]
    language = str(getattr(_first(event.properties.get("SUMMARY")), "params", {}).get("LANGUAGE", ""))
    if language.lower().startswith("en"):
        return Words(en=summary)
    return Words(summary, event.words("X-SAUKLYS-TITLE-EN")[:300])


def _description(event: _Event) -> str:
    return str(_first(event.properties.get("DESCRIPTION")) or "")[:50_000]


def _link(event: _Event) -> str:
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
    for value in (*video, *(_first(event.properties.get(name)) for name in named)):
        written = str(value or "").strip()
        if _HTTP.fullmatch(written):
            return written
    return join_link(_description(event))


def _mode(place: str, link: str) -> Mode:
    if not link:
        return "online" if place and _ONLINE.match(place) else "place"
    return "online" if not place or _ONLINE.search(place) else "hybrid"


def _documents(event: _Event) -> tuple[Document, ...]:
    found = []
    for attached in event.every("ATTACH"):
        url = str(attached).strip()
        if _HTTP.fullmatch(url):
            name = (
                str(getattr(attached, "params", {}).get("FILENAME", "")) or url.rstrip("/").rsplit("/", 1)[-1]
            )
            found.append(Document(name[:200], url))
    return tuple(found[:20])


def _chair(event: _Event) -> str:
    for attendee in event.every("ATTENDEE"):
        params = getattr(attendee, "params", {})
        if str(params.get("ROLE", "")).upper() == "CHAIR" and params.get("CN"):
            return _plain(str(params["CN"]))[:200]
    return ""
