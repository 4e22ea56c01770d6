"""The demo's files lie around one Thursday; this moves them so that it is this week's, or the one before."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

ANCHOR = date(2026, 9, 24)
"""The Thursday that the files were written around."""

_QUARTERS = ("I", "II", "III", "IV")
_ISO = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
_BASIC = re.compile(r"\b(202\d)(\d\d)(\d\d)(?=T\d{6})")
_QUARTER = re.compile(r"\b(20\d\d) m\. (IV|III|II|I) ketv\.")


def moved(text: str, today: date) -> str:
    """The text with each of its dates as many whole weeks later as today is after the anchor, so that every
    weekday stays. The rules of a time zone, which begin in 2003, stay too."""
    shift = timedelta(days=(today - ANCHOR).days // 7 * 7)

    def iso(found: re.Match[str]) -> str:
        return (date(*map(int, found.groups())) + shift).isoformat()

    def basic(found: re.Match[str]) -> str:
        return f"{datetime.strptime(found[0], '%Y%m%d').date() + shift:%Y%m%d}"

    def quarter(found: re.Match[str]) -> str:
        first = date(int(found[1]), _QUARTERS.index(found[2]) * 3 + 1, 1)
        return f"{(first + shift).year} m. {_QUARTERS[((first + shift).month - 1) // 3]} ketv."

    return _QUARTER.sub(quarter, _BASIC.sub(basic, _ISO.sub(iso, text)))
