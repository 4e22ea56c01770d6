"""When a survey opens and closes: an instant from what people write, and written back."""

from __future__ import annotations

from datetime import UTC, date, datetime

from handlers.i18n import N_
from handlers.importing import values
from handlers.importing.faults import Bad, say
from storage.moments import zone

_EXAMPLE = N_("write it as 2026-10-05 17:00")


def instant(written: str, zone_name: str, today: date) -> datetime:
    """The instant, aware UTC: an ISO time or a day and an hour in words, in that zone unless it names its own. A time
    that clocks show twice in autumn is the first. Raises Bad."""
    try:
        read: datetime | None = datetime.fromisoformat(written)
    except ValueError:
        read = None
    if read is None or len(written) <= len("2026-10-05"):
        return _in_words(written, zone_name, today)
    if not 1990 <= read.year <= 2100:
        raise Bad(say(N_("the year of “{value}” cannot be right"), value=written), say(_EXAMPLE))
    if read.tzinfo is not None:
        return read.astimezone(UTC)
    return _local(read, zone_name, written)


def _local(read: datetime, zone_name: str, written: str) -> datetime:
    at = read.replace(tzinfo=zone(zone_name)).astimezone(UTC)
    if at.astimezone(zone(zone_name)).replace(tzinfo=None) != read:
        raise Bad(
            say(N_("“{value}” is no time: clocks leap over that hour"), value=written),
            say(N_("write an hour later")),
        )
    return at


def _in_words(written: str, zone_name: str, today: date) -> datetime:
    found = values.moment(written, zone_name, today)
    if found is None:
        raise Bad(say(N_("it is missing")), say(_EXAMPLE))
    if found.time is None:
        raise Bad(say(N_("“{value}” has no hour"), value=written), say(_EXAMPLE))
    return _local(datetime.combine(found.day, found.time), found.zone, written)


def written(at: datetime, zone_name: str) -> str:
    """The instant as `instant` reads it in that zone: the local time, with its offset where clocks show it twice."""
    local = at.astimezone(zone(zone_name))
    whole = local.replace(second=0, microsecond=0) == local
    plain = local.replace(tzinfo=None, fold=0)
    if plain.replace(tzinfo=zone(zone_name)).astimezone(UTC) != at:
        return local.isoformat(" ")
    return plain.isoformat(" ", "minutes" if whole else "auto")
