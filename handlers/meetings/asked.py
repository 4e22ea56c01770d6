"""Which meetings are asked about, as typed words and back: `meetings politika 2026-10-01..2026-10-31 p2`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, get_args

from handlers import groups
from handlers.chat import COMMAND_BYTES
from handlers.context import Context
from handlers.meetings.occurrences import parse_id
from handlers.understanding.dates import window_of
from handlers.understanding.folding import fold
from handlers.understanding.stretches import Window

Aspect = Literal["agenda", "place", "link", "minutes", "quorum", "attendees", "chair", "duration"]
ASPECTS: dict[str, Aspect] = {name: name for name in get_args(Aspect)} | {
    "darbotvarke": "agenda",
    "vieta": "place",
    "nuoroda": "link",
    "protokolas": "minutes",
    "kvorumas": "quorum",
    "dalyviai": "attendees",
    "pirmininkas": "chair",
    "trukme": "duration",
}

_WINDOW = re.compile(r"(\d{4}-\d\d-\d\d|\d{6})?\.\.(\d{4}-\d\d-\d\d|\d{6})?")
_PAGE = re.compile(r"p(\d{1,3})")


@dataclass(frozen=True, slots=True)
class Asked:
    """`meeting` and `day` are of an id (`m7.2026-09-24`), `group` is a group's id, `first` and `last` are local
    days, both included; `page` counts from 1. `unread` are words that said nothing."""

    meeting: str = ""
    day: str = ""
    group: str = ""
    first: date | None = None
    last: date | None = None
    page: int = 1
    aspect: Aspect | None = None
    unread: str = ""

    @property
    def windowed(self) -> bool:
        """Whether days are named."""
        return bool(self.first or self.last)


def read(words: tuple[str, ...], ctx: Context) -> Asked:
    """What these words ask for. Ids, windows and pages are tokens; other words are read as a date and a group."""
    ids = {g.id.casefold(): g.id for g in ctx.structure.groups}
    asked = Asked()
    free = []
    for word in words:
        low = word.casefold()
        if id := parse_id(word[:1].lower() + word[1:]):
            asked = replace(asked, meeting=id[0], day=id[1])
        elif page := _PAGE.fullmatch(low):
            asked = replace(asked, page=max(1, int(page[1])))
        elif (window := _WINDOW.fullmatch(low)) and low != "..":
            asked = replace(asked, first=_day(window[1]), last=_day(window[2]))
        elif low in ids:
            asked = replace(asked, group=ids[low])
        elif fold(word) in ASPECTS:
            asked = replace(asked, aspect=ASPECTS[fold(word)])
        else:
            free.append(word)
    return _with_words(asked, " ".join(free), ctx) if free else asked


def _with_words(asked: Asked, text: str, ctx: Context) -> Asked:
    """What free words add: "spalį", "eksporto grupė", both, or nothing that we know."""
    window = window_of(text, ctx.today)
    group = groups.named(text, ctx.structure)
    if isinstance(window, Window):
        asked = replace(asked, first=window.first, last=window.last)
    if group:
        asked = replace(asked, group=group.id)
    return asked if group or isinstance(window, Window) else replace(asked, unread=text)


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text) if "-" in text else datetime.strptime(text, "%y%m%d").date()
    except ValueError:
        return None


def line(asked: Asked, page: int) -> str:
    """The list that was asked for, at that page, as a command within a button's 64 bytes."""
    words = ["meetings", asked.group] if asked.group else ["meetings"]
    if asked.windowed:
        words.append(f"{asked.first or ''}..{asked.last or ''}")
    text = " ".join([*words, f"p{page}"])
    if len(text.encode()) > COMMAND_BYTES and asked.windowed:
        words[-1] = "..".join(f"{day:%y%m%d}" if day else "" for day in (asked.first, asked.last))
        text = " ".join([*words, f"p{page}"])
    return text
