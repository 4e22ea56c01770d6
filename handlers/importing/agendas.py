"""What a calendar event's description says: the agenda under its heading, and a link to join by."""

from __future__ import annotations

import html
import re

from handlers.understanding.folding import fold

MOST_ITEMS = 50

_HEADING = re.compile(
    r"\s*(?:posedzio |susitikimo |meeting )?(?:darbotvarke|agenda|klausimai)\s*(?:[:.–-]\s*|$)"
)
_MARK = re.compile(r"\s*(?:\d{1,2}[.)]\s+|\d{1,2}\.\d{1,2}\.?\s+|[-–•*·▪]\s+)")
_RULE = re.compile(r"\s*[-_=~:*.]{5,}")  # what mail programs put before their own text
_NOTE = re.compile(
    r"\s*(?:https?://|microsoft teams|join |prisijung|dalyvauti |meeting id|zoom )", re.IGNORECASE
)
_BREAK = re.compile(r"<\s*(?:br|/p|/li|/div|/h\d|/tr)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]{1,300}>")
_JOIN = re.compile(
    r"https://(?:teams\.microsoft\.com/(?:l/meetup-join|meet)|teams\.live\.com/meet|meet\.google\.com"
    r"|(?:[\w-]+\.)?zoom\.us/j|[\w-]+\.webex\.com)/[^\s<>\"]+"
)


def agenda(description: str) -> tuple[str, ...]:
    """The items under "Darbotvarkė:" or "Agenda:", without their numbers; none where there is no such heading."""
    items: list[str] = []
    begun = False
    for line in _lines(description):
        heading = _HEADING.match(fold(line))
        if heading and not begun:
            begun = True
            line = line[heading.end() :]
        if not begun:
            continue
        if _RULE.match(line) or _NOTE.match(line) or (not line.strip() and items):
            break
        item = " ".join(_MARK.sub("", line, count=1).split())
        if item:
            items.append(item[:500])
    return tuple(items[:MOST_ITEMS])


def join_link(description: str) -> str:
    """The first address of a video meeting in the text; empty when there is none."""
    found = _JOIN.search(html.unescape(description))
    return found[0].rstrip(".,;)") if found else ""


def _lines(description: str) -> list[str]:
    """The lines of a description, which some calendars write as HTML."""
    if re.search(r"<\s*(?:br|p|li|div|ol|ul)\b", description, re.IGNORECASE):
        description = html.unescape(_TAG.sub("", _BREAK.sub("\n", description)))
    return description.replace("\r\n", "\n").replace("\u00a0", " ").split("\n")
