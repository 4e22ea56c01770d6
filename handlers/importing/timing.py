"""When an event of a calendar is: its zone, its local start, how long it takes, the rule it repeats by."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from handlers.i18n import N_
from handlers.importing.events import Event, raw
from handlers.importing.faults import Bad, say
from handlers.importing.zones import Zones
from storage.moments import zone as zone_of

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
_UTC = frozenset(("UTC", "Etc/UTC", "Etc/GMT", "GMT", "Z"))


def is_day(value: object) -> bool:
    """Whether it is a date without an hour."""
    return isinstance(value, date) and not isinstance(value, datetime)


def zone_of_plan(prop: Any, zones: Zones, repeats: bool) -> str:
    """The zone in which the plan lives: the one it names; of UTC times the association's, unless a rule counts
    in UTC."""
    value = prop.dt
    if is_day(value):
        return zones.home
    name = str(prop.params.get("TZID", ""))
    named = zones.named(name) if name else ""
    if named and named not in _UTC:
        return named
    if value.tzinfo is None and not named:
        return zones.floating
    return "UTC" if repeats else zones.floating


def local_of(prop: Any, zone: str, zones: Zones) -> datetime:
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


def on_the_clock(local: datetime, zone: str) -> datetime:
    """The same moment on a clock that is put forward: 03:30 of such a night is 04:30 (RFC 5545, 3.3.5)."""
    aware = local.replace(tzinfo=zone_of(zone))
    return aware.astimezone(UTC).astimezone(zone_of(zone)).replace(tzinfo=None)


def length_of(event: Event, start: datetime, zone: str, zones: Zones) -> int:
    """How long it takes: to its end, by its duration, a day, or an hour when nobody says."""
    all_day = is_day(event.get("DTSTART").dt)
    end, lasts = event.get("DTEND"), event.get("DURATION")
    if end is not None:
        until = local_of(end, zone, zones)
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


def starts_of(event: Event, name: str, start: datetime, zone: str, zones: Zones) -> tuple[datetime, ...]:
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
            found.add(datetime.combine(local.date(), start.time()) if is_day(each.dt) else local)
    return tuple(sorted(found))


def rule_of(event: Event, start: datetime) -> str:
    """The RRULE value; hours in it that only repeat the start's are left out. Raises Bad for one that no meeting
    has: every second, in another calendar, two rules at once."""
    if len(event.every("RRULE")) > 1 or "EXRULE" in event.properties:
        raise Bad(say(N_("the event repeats by more than one rule")), say(N_("make it one series for each")))
    rule = event.get("RRULE")
    if rule is None:
        return ""
    written = raw(rule).upper()
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
