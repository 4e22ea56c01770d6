"""Dates as calls carry them: as precise as their publisher was, in the publisher's zone."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

Precision = Literal["hour", "day", "month", "quarter", "year"]


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The zone of that IANA name. Raises ZoneInfoNotFoundError."""
    return ZoneInfo(name)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day and hour, a day, a month, a quarter or a year; `day` is the first day of it.

    `time` is set when, and only when, the precision is "hour". `zone` is an IANA name.
    """

    day: date
    zone: str
    precision: Precision = "day"
    time: time | None = None

    def __post_init__(self) -> None:
        if (self.precision == "hour") != (self.time is not None):
            raise ValueError("a moment has an hour exactly when its precision is hour")

    @property
    def last_day(self) -> date:
        """The last day that belongs to it."""
        match self.precision:
            case "hour" | "day":
                return self.day
            case "month":
                return _end_of_month(self.day.year, self.day.month)
            case "quarter":
                return _end_of_month(self.day.year, (self.day.month + 2) // 3 * 3)
            case "year":
                return date(self.day.year, 12, 31)

    def first_instant(self) -> datetime:
        """Its first instant, aware."""
        return datetime.combine(self.day, self.time or time(), zone(self.zone))

    def last_instant(self) -> datetime:
        """The instant at which it is over, aware: the stated hour, else the midnight that ends its last day."""
        if self.time is not None:
            return datetime.combine(self.day, self.time, zone(self.zone))
        return datetime.combine(self.last_day + timedelta(days=1), time(), zone(self.zone))


def _end_of_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
