"""What a list of calls is narrowed by, as typed words and back: `calls open LVPA 2026-10-01..2026-10-31 p2`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import product

from handlers.calls.board import Board, Listed
from handlers.calls.status import STATUSES, extended, overlaps
from handlers.chat import COMMAND_BYTES
from handlers.context import Context
from handlers.understanding.folding import fold
from storage.calls import Call

_WINDOW = re.compile(r"(\d{4}-\d\d-\d\d|\d{6})?\.\.(\d{4}-\d\d-\d\d|\d{6})?")
_PAGE = re.compile(r"p(\d{1,3})")


@dataclass(frozen=True, slots=True)
class Filter:
    """`status` may also be "extended"; `measure` and `sector` are slugs or the beginnings of slugs; `agency`
    is an organisation's id. `page` counts from 1. `unread` are words that said nothing."""

    status: str | None = None
    agency: str | None = None
    measure: str | None = None
    sector: str | None = None
    first: date | None = None
    last: date | None = None
    page: int = 1
    unread: tuple[str, ...] = ()

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        return any((self.status, self.agency, self.measure, self.sector, self.first, self.last))


def slug(text: str) -> str:
    """A name as one typed word: "Inoklaster LT" → "inoklaster-lt"."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")


def read(words: tuple[str, ...], ctx: Context) -> Filter:
    """The filter that these words say. What they do not say is left open; unknown words are `unread`."""
    agencies = {o.id.casefold(): o.id for o in ctx.structure.organisations}
    found = Filter()
    for word in words:
        low = word.casefold()
        if low in STATUSES or low == "extended":
            found = replace(found, status=low)
        elif low == "planned":
            found = replace(found, status="forecast")
        elif page := _PAGE.fullmatch(low):
            found = replace(found, page=max(1, int(page[1])))
        elif (window := _WINDOW.fullmatch(low)) and low != "..":
            found = replace(found, first=_day(window[1]), last=_day(window[2]))
        elif low.startswith("m:"):
            found = replace(found, measure=low[2:])
        elif low.startswith("s:"):
            found = replace(found, sector=low[2:])
        elif low in agencies:
            found = replace(found, agency=agencies[low])
        else:
            found = replace(found, unread=(*found.unread, word))
    return found


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text) if "-" in text else datetime.strptime(text, "%y%m%d").date()
    except ValueError:
        return None


def line(filter: Filter, page: int = 1) -> str:
    """The command that lists this, short enough for a button: names and dates are written shorter where
    they would not fit."""
    for compact, length in product((False, True), (24, 12, 6, 3)):
        words = ["calls", *_words(filter, compact, length)]
        if page > 1:
            words.append(f"p{page}")
        text = " ".join(words)
        if len(text.encode()) <= COMMAND_BYTES:
            return text
    return "calls"


def _words(filter: Filter, compact: bool, length: int) -> Iterator[str]:
    if filter.status:
        yield filter.status
    if filter.agency:
        yield filter.agency
    if filter.measure:
        yield f"m:{filter.measure[:length]}"
    if filter.sector:
        yield f"s:{filter.sector[:length]}"
    if filter.first or filter.last:
        yield "..".join(
            "" if day is None else (f"{day:%y%m%d}" if compact else day.isoformat())
            for day in (filter.first, filter.last)
        )


def fitting(board: Board, filter: Filter, ctx: Context) -> list[Call]:
    """The calls of the list, in its order. Without a status, what is over or cancelled does not belong there, unless
    a window in the past or a measure was asked for."""
    everything = filter.status is not None or filter.measure is not None or _past(filter, ctx)
    among = board.listed if everything else board.current
    return [one.call for one in among if _fits(one, filter, ctx)]


def _fits(listed: Listed, filter: Filter, ctx: Context) -> bool:
    call, where = listed.call, listed.status
    if filter.status == "extended":
        if extended(call) is None or where == "closed":
            return False
    elif filter.status and where != filter.status:
        return False
    if filter.agency and not _of_agency(call.facts.agency, filter.agency, ctx):
        return False
    if filter.measure and not slug(call.facts.measure).startswith(filter.measure):
        return False
    if filter.sector and not any(slug(s).startswith(filter.sector) for s in call.facts.sectors):
        return False
    return not (filter.first or filter.last) or overlaps(call, filter.first, filter.last, ctx.now)


def _past(filter: Filter, ctx: Context) -> bool:
    return filter.last is not None and filter.last < ctx.today


def _of_agency(agency: str, asked: str, ctx: Context) -> bool:
    """An agency's calls are also found under the one it became part of (LVPA's under Inovacijų agentūra)."""
    organisation = ctx.structure.organisation(agency)
    return agency == asked or (organisation is not None and organisation.became == asked)
