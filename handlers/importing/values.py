"""One cell to one value: text, dates as precise as written, euros, addresses, words with a fixed meaning.

Every function takes the cell as written and raises `Bad` with what is wrong and what would be right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from handlers.cells import unguarded
from handlers.i18n import N_
from handlers.importing.faults import Bad, say
from handlers.importing.nearest import nearest, plain
from handlers.understanding.dates import moment_of
from storage.moments import Moment, zone

W = TypeVar("W", bound=str)

LONGEST = 5000  # characters of a text; a call's whole description is shorter

_INVISIBLE = re.compile(
    "[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
    "|\u200d(?![\u2600-\u2bff\U0001f000-\U0001faff])"  # it joins the signs of a family or a calling into one
)
_PERCENT = re.compile(r"(\d+)(?:[.,](\d*?)0*)?\s*%")
_SPACE = re.compile(r"\s+")


def text(cell: str) -> str:
    """The words on one line, without invisible characters and the apostrophe that guards a formula."""
    if len(cell) > LONGEST:
        raise Bad(say(N_("the text is longer than {most} characters"), most=LONGEST))
    return squeezed(cell)


def squeezed(cell: str) -> str:
    """The same of a text of any length."""
    return " ".join(unguarded(_INVISIBLE.sub("", cell).strip()).split())


def as_known(known: str, said: str) -> str:
    """What is known, where a cell says the same but for what no cell keeps: line ends, spaces, how a percent is
    written, which spreadsheets decide themselves (85% is 85.00% to some)."""
    return known if _kept(known) == _kept(said) else said


def _kept(words: str) -> str:
    return _PERCENT.sub(lambda m: f"{m[1]}.{m[2]}%" if m[2] else f"{m[1]}%", squeezed(words))


# Dates

_ISO = re.compile(
    r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})\.?(?:(?:[T,]|\s)\s*(\d{1,2})[:.](\d\d)(?::(\d\d)(?:[.,]\d+)?)?(?:\s*val\.?)?)?"
    r"\s*(Z|[+-]\d\d:?\d\d)?"
)
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,?\s+(\d{1,2})[:.](\d\d)(?::\d\d)?(?:\s*val\.?)?)?")
_SERIAL = re.compile(r"(\d{5})(?:[.,](\d{1,20}))?")
_EXCEL_BEGINS = datetime.fromisoformat("1899-12-30")
_HOURS = re.compile(r"(\d[:.]\d\d)\s*val\b\.?", re.IGNORECASE)  # "16:00 val." says the same twice
_HYPHENS = re.compile("(?<=\\d)[\u2010-\u2013\u2212](?=\\d\\d(?!\\d))")  # as word processors set them
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_BRUSSELS = re.compile(r"[\s,(]*(?:brussels(?: local)? time|briuselio laiku|\(?CES?T)\)?\.?$", re.IGNORECASE)


def moment(cell: str, zone_name: str, today: date) -> Moment | None:
    """The date, as precise as it was written, in that zone unless the cell names another; None for an empty cell.

    Midnight as a spreadsheet writes it into a cell that holds a day only is no hour; 24:00 is the day's last minute.
    """
    written = text(cell)
    if not written:
        return None
    written = _HYPHENS.sub("-", written)
    cut = _BRUSSELS.sub("", written)
    if cut != written:
        # CET and CEST are what pages write for Brussels' own time, in summer too.
        zone_name = "Europe/Brussels"
    found = _figures(cut, zone_name) or _serial(cut, zone_name) or _words(cut, zone_name, today)
    if found is None:
        raise _no_date(written)
    if not 1990 <= found.day.year <= 2100:
        raise Bad(say(N_("the year of “{value}” cannot be right"), value=written), _EXAMPLE)
    return found


_EXAMPLE = say(N_("write it as 2026-10-30 16:00, 2026-10-30, 2026-10 or 2026 IV ketv."))


def _no_date(written: str) -> Bad:
    wrong = say(N_("“{value}” is not a date that exists"), value=written)
    if not _YEAR.search(written):
        return Bad(say(N_("“{value}” is not a date with its year"), value=written), _EXAMPLE)
    return Bad(wrong, _EXAMPLE)


def _figures(written: str, zone_name: str) -> Moment | None:
    iso = _ISO.fullmatch(written)
    if iso:
        year, _, month, day, hour, minute, second, offset = iso.groups()
        if offset and hour:
            return _with_offset(
                f"{year}-{month:0>2}-{day:0>2}T{hour:0>2}:{minute}:{second or '00'}{offset}", zone_name
            )
        return None if offset else _moment(year, month, day, hour, minute, zone_name)
    dotted = _DOTTED.fullmatch(written)
    if dotted:
        day, month, year, hour, minute = dotted.groups()
        return _moment(year, month, day, hour, minute, zone_name)
    return None


def _moment(
    year: str, month: str, day: str, hour: str | None, minute: str | None, zone_name: str
) -> Moment | None:
    try:
        on = date(int(year), int(month), int(day))
        at = _clock(int(hour), int(minute or 0)) if hour else None
    except ValueError:
        return None
    return Moment(on, zone_name, "hour" if at else "day", at)


def _clock(hour: int, minute: int) -> time | None:
    """The hour of the day; None for the midnight of a date cell. Raises ValueError."""
    if (hour, minute) == (0, 0):
        return None
    return time(23, 59) if (hour, minute) == (24, 0) else time(hour, minute)


def _with_offset(iso: str, zone_name: str) -> Moment | None:
    try:
        local = datetime.fromisoformat(iso).astimezone(zone(zone_name))
    except (ValueError, OverflowError):
        return None
    return Moment(local.date(), zone_name, "hour", local.time().replace(second=0, microsecond=0))


def _serial(written: str, zone_name: str) -> Moment | None:
    """A day as a spreadsheet counts them (45000 is 2023-03-15), the hour behind the comma."""
    match = _SERIAL.fullmatch(written)
    if match is None:
        return None
    minutes = round(float(f"0.{match[2] or 0}") * 1440)
    at = _EXCEL_BEGINS + timedelta(days=int(match[1]), minutes=minutes)
    if not 2000 <= at.year < 2100:
        return None
    hour = at.time() if at.time() != time() else None
    return Moment(at.date(), zone_name, "hour" if hour else "day", hour)


def _words(written: str, zone_name: str, today: date) -> Moment | None:
    """A date in words; one without its year would be guessed, so it is none."""
    if not _YEAR.search(written) or len(written) > 80:
        return None
    reading = moment_of(_HOURS.sub(r"\1", written), today)
    return Moment(reading.first, zone_name, reading.precision, reading.time) if reading else None


def moments(cell: str, zone_name: str, today: date) -> tuple[Moment, ...]:
    """Several dates: one a line, or with `;` between them; in order, each once."""
    parts = [part for part in re.split(r"[;\n|]", cell) if part.strip()]
    if len(parts) == 1 and cell.count(",") and not _reads(cell, zone_name, today):
        parts = cell.split(",")
    found = {m for part in parts if (m := moment(part, zone_name, today))}
    return tuple(sorted(found, key=lambda m: (m.last_instant(), m.precision)))


def _reads(cell: str, zone_name: str, today: date) -> bool:
    try:
        return moment(cell, zone_name, today) is not None
    except Bad:
        return False


# Amounts

_SIGNS = re.compile(r"€|\beur(?:as|ai|ų|o|u|os)?\b\.?|\beuros?\b", re.IGNORECASE)
_TIMES = re.compile(r"(.*?)\s*(mlrd|mln|tūkst|tukst|million|thousand)\.?", re.IGNORECASE)
_MULTIPLES = {"mlrd": 10**9, "mln": 10**6, "million": 10**6, "tūkst": 1000, "tukst": 1000, "thousand": 1000}
_GROUPED = re.compile(r"\d{1,3}(?:([.,' ])\d{3})(?:\1\d{3})*")
MOST_EUROS = Decimal(10) ** 12


def euros(cell: str) -> Decimal | None:
    """An amount in euros, decimal comma or point, thousands apart or not; None for an empty cell."""
    written = text(cell)
    if not written:
        return None
    bare = _SPACE.sub(" ", _SIGNS.sub("", written)).strip().replace("’", "'").replace("\u2212", "-")
    times = _TIMES.fullmatch(bare)
    number = _number(times[1] if times else bare)
    if number is None:
        raise Bad(
            say(N_("“{value}” is not an amount in euros"), value=written),
            say(N_("write it as 23 169 602,00 or 2500000")),
        )
    amount = number * _MULTIPLES[times[2].casefold()] if times else number
    if amount < 0:
        raise Bad(say(N_("“{value}” is less than nothing"), value=written), say(N_("an amount is 0 or more")))
    if amount > MOST_EUROS:
        raise Bad(
            say(N_("“{value}” is more than there can be"), value=written),
            say(N_("write the amount in euros")),
        )
    return (
        amount.quantize(Decimal(1))
        if amount == amount.to_integral_value()
        else amount.quantize(Decimal("0.01"))
    )


def _number(written: str) -> Decimal | None:
    """The number; None for what is none, and for "1.234" and "1,234", which may be one or a thousand. What has more
    decimals was worked out by a spreadsheet."""
    whole, decimals = written, ""
    last = max(written.rfind(","), written.rfind("."))
    if last >= 0:
        behind = written[last + 1 :]
        mark = written[last]
        if len(behind) <= 2 or (len(behind) > 3 and written.count(mark) == 1 and behind.isdecimal()):
            whole, decimals = written[:last], behind
        elif written.count(mark) == 1 and not re.search(r"[ ']", written[:last]):
            return None
    sign = "-" if whole.startswith("-") else ""
    whole = whole.removeprefix("-").strip()
    if not (whole.isdecimal() or _GROUPED.fullmatch(whole)) or (decimals and not decimals.isdecimal()):
        return None
    try:
        return Decimal(sign + re.sub(r"\D", "", whole) + "." + (decimals or "0"))
    except InvalidOperation:
        return None


# Addresses

_URL = re.compile(r"https?://[^\s<>\"']{3,2000}", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]]{1,64}@[^\s@<>,;:\"()\[\]]{1,190}\.[^\s@<>,;:\"()\[\]\d.]{2,24}")


def link(cell: str) -> str:
    """An http or https address; empty for an empty cell."""
    written = text(cell)
    if written.lower().startswith("www."):
        written = f"https://{written}"
    if written and not _URL.fullmatch(written):
        raise Bad(
            say(N_("“{value}” is not a web address"), value=written),
            say(N_("it begins with https:// and has no spaces")),
        )
    return written


def email(cell: str) -> str:
    """An e-mail address in small letters; empty for an empty cell."""
    written = text(cell).removeprefix("mailto:")
    if written and not _EMAIL.fullmatch(written):
        raise Bad(
            say(N_("“{value}” is not an e-mail address"), value=written),
            say(N_("write it as name@example.org")),
        )
    return written.lower()


# Words with a fixed meaning


def choice(cell: str, meanings: Mapping[W, tuple[str, ...]]) -> W | None:
    """What the word means, by any of its spellings in either language; None for an empty cell. The first
    spelling of each is the one that is offered."""
    written = text(cell)
    if not written:
        return None
    folded = plain(written)
    for meaning, spellings in meanings.items():
        if folded == plain(meaning) or folded in map(plain, spellings):
            return meaning
    like = nearest(written, (s for spellings in meanings.values() for s in spellings), 1)
    offered = tuple(spellings[0] for spellings in meanings.values())
    right = (
        say(N_("did you mean {nearest}? it is one of: {names}"), nearest=like[0], names=offered)
        if like
        else say(N_("it is one of: {names}"), names=offered)
    )
    raise Bad(say(N_("“{value}” is not known here"), value=written), right)


def several(cell: str) -> tuple[str, ...]:
    """Names with `;`, commas or line ends between them. Where there is a `;` or a line end, a comma is part of
    a name ("Transportas, logistika ir IRT")."""
    parts = re.split(r"[;\n]", cell) if re.search(r"[;\n]", cell) else cell.split(",")
    return tuple(dict.fromkeys(filter(None, map(text, parts))))
