"""The names calendars give to time zones, as IANA names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from handlers.i18n import N_
from handlers.importing.faults import Bad, say
from handlers.importing.nearest import nearest

_SAMPLES = tuple(
    datetime(year, month, 2, 12, tzinfo=UTC) for year in (2024, 2026, 2028) for month in range(1, 13)
)


class Zones:
    """Looks zones up for one calendar. `home` is the association's zone, `floating` the one of times without a
    zone; `defined` are the zones that the calendar describes itself, by their names in it."""

    def __init__(self, home: str, floating: str = "", defined: Mapping[str, tzinfo] | None = None) -> None:
        self.home = home
        self._defined = defined or {}
        self._found: dict[str, str] = {}
        self.floating = self.named(floating) if floating else home

    def named(self, name: str) -> str:
        """The IANA name. Raises Bad for a zone nobody knows.

        What is only called otherwise but has the clock of the association's zone is the association's zone:
        Windows has one name for Vilnius, Riga, Helsinki and Kyiv.
        """
        if name not in self._found:
            self._found[name] = self._look_up(name)
        return self._found[name]

    def _look_up(self, name: str) -> str:
        bare = name.strip().strip('"').strip("/")
        parts = bare.split("/")
        for candidate in (bare, "/".join(parts[-2:]), "/".join(parts[-3:]), parts[-1]):
            if candidate and _exists(candidate):
                return candidate
        windows = _windows(bare)
        if windows:
            return self.home if same_clock(ZoneInfo(windows), ZoneInfo(self.home)) else windows
        defined = self._defined.get(name)
        if defined is not None:
            return self._by_clock(name, defined)
        raise _unknown(name)

    def _by_clock(self, name: str, defined: tzinfo) -> str:
        location = getattr(defined, "key", "")
        if location and _exists(location):
            return str(location)
        for candidate in (self.home, "Europe/Vilnius", "Europe/Brussels", "Europe/London", "UTC"):
            if same_clock(defined, ZoneInfo(candidate)):
                return candidate
        raise _unknown(name)


def same_clock(one: tzinfo, other: tzinfo) -> bool:
    """Whether clocks in both zones show the same in every month of these years."""
    return all(at.astimezone(one).utcoffset() == at.astimezone(other).utcoffset() for at in _SAMPLES)


def _windows(name: str) -> str:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    found = WINDOWS_TO_OLSON.get(name, "")
    if not found and re.search(r"helsinki|vilnius|riga|kyiv|talin", name, re.IGNORECASE):
        return "Europe/Vilnius"  # "(UTC+02:00) Helsinki, Kyiv, Riga, Sofia, Tallinn, Vilnius"
    return found


def _exists(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _unknown(name: str) -> Bad:
    like = nearest(name, available_timezones())
    right = say(N_("the nearest are: {names}"), names=like) if like else say(N_("write it as Europe/Vilnius"))
    return Bad(say(N_("there is no time zone “{value}”"), value=name), right)
