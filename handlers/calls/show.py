"""What a reader asks about calls: the list, one call, the deadlines."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from handlers import paging
from handlers.access import is_secretariat
from handlers.calls import filters
from handlers.calls.board import board
from handlers.calls.filters import Filter
from handlers.calls.speech import (
    left,
    origin,
    short,
    state,
    title,
    when,
    words_of,
)
from handlers.calls.status import Status, next_deadline, sort_key, status
from handlers.chat import (
    Block,
    Bold,
    Button,
    Buttons,
    Fact,
    Heading,
    Incoming,
    Items,
    Link,
    Reply,
    Spans,
    para,
    rows,
    say,
    shorten,
)
from handlers.commands import Line
from handlers.context import Context
from handlers.paging import Page
from handlers.understanding.folding import fold
from storage.calls import Call, Share
from storage.moments import zone

PAGE = 4
"""Calls on a page: with a button for each and two to turn it, six buttons in all."""


async def calls(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The calls that fit, the nearest deadline first, four a page, each with a button that opens it."""
    filter = filters.read(line.words, ctx)
    everything = await ctx.store.calls.all()
    fitting = filters.fitting(board(everything, ctx.now), filter, ctx)
    if not fitting:
        return _none(filter, bool(everything), ctx)
    page = paging.page(fitting, filter.page, PAGE)
    blocks: tuple[Block, ...] = (
        para(_heading(len(fitting), filter, ctx)),
        Items(tuple(short(c, ctx) for c in page.shown), start=page.first),
        para(_oldest_check(page.shown, ctx)),
    )
    return Reply(
        blocks,
        buttons=_opening(page, filter),
        told=tuple(fact for call in page.shown for fact in facts_told(call, ctx)),
    )


def _heading(count: int, filter: Filter, ctx: Context) -> str:
    t = ctx.t
    match filter.status:
        case "open":
            return t.n("{count} call is open.", "{count} calls are open.", count)
        case "forecast":
            return t.n("{count} call is planned.", "{count} calls are planned.", count)
        case "postponed":
            return t.n("{count} call is postponed.", "{count} calls are postponed.", count)
        case "suspended":
            return t.n("{count} call is suspended.", "{count} calls are suspended.", count)
        case "extended":
            return t.n("{count} call was extended.", "{count} calls were extended.", count)
        case "closed":
            return t.n("{count} call is closed.", "{count} calls are closed.", count)
        case "cancelled":
            return t.n("{count} call was cancelled.", "{count} calls were cancelled.", count)
    if filter.narrows:
        return t.n("{count} call fits.", "{count} calls fit.", count)
    return t.n(
        "{count} call, the nearest deadline first.", "{count} calls, the nearest deadline first.", count
    )


def _none(filter: Filter, any_at_all: bool, ctx: Context) -> Reply:
    if not any_at_all:
        return say(ctx.t("No call has been entered yet."))
    if not filter.narrows:
        return say(
            ctx.t("No call is open or planned just now."),
            buttons=rows(Button(ctx.t("Closed calls"), "calls closed")),
        )
    return say(ctx.t("No call fits that."), buttons=rows(Button(ctx.t("All calls"), "calls")))


def _oldest_check(shown: Sequence[Call], ctx: Context) -> str:
    oldest = min(c.checked_at for c in shown).astimezone(zone(ctx.zone)).date()
    return ctx.t(
        "Each call names its source; last checked on {day} or later.", day=ctx.t.day(oldest, ctx.today)
    )


def _opening(page: Page[Call], filter: Filter) -> Buttons:
    numbers = tuple(Button(str(n), f"call {c.id}") for n, c in enumerate(page.shown, page.first))
    turns = page.turns(lambda number: filters.line(filter, number))
    return (numbers, turns) if turns else (numbers,)


async def deadlines(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The nearest deadlines and cut-offs of open calls, at most eight."""
    dated = []
    for one in board(await ctx.store.calls.all(), ctx.now).current:
        if one.status == "open" and (nearest := next_deadline(one.call.facts, ctx.now)):
            dated.append((nearest, one.call))
    if not dated:
        return say(
            ctx.t("No open call has a deadline just now."),
            buttons=rows(Button(ctx.t("All calls"), "calls")),
        )
    dated.sort(key=lambda pair: pair[0].last_instant())
    shown = [call for _, call in dated[:PAGE]]
    return Reply(
        (
            para(ctx.t("The nearest deadlines:")),
            Items(
                tuple(
                    (Bold(when(moment, ctx)), f" ({left(moment, ctx)}): {title(call, ctx, 60)}")
                    for moment, call in dated[:PAGE]
                ),
                start=1,
            ),
            para(_oldest_check(shown, ctx)),
        ),
        buttons=_opening(paging.page(shown, 1, PAGE), Filter()),
        told=tuple(fact for call in shown for fact in facts_told(call, ctx)),
    )


async def call(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """One call: everything known of it, or with `deadline` behind its id its deadline alone."""
    found, others = await find(line, ctx)
    if found is None:
        return await not_found(line, ctx)
    if len(line.words) > 1 and line.words[-1] == "deadline":
        return deadline(found, others, msg, ctx)
    return Reply(
        (
            para(Bold(title(found, ctx))),
            *state(found, ctx),
            *_details(found, ctx),
            *_others(others, ctx),
            origin(found, ctx),
        ),
        buttons=actions(found, others, msg, ctx),
        told=facts_told(found, ctx),
    )


def deadline(found: Call, others: int, msg: Incoming, ctx: Context) -> Reply:
    """Until when one may apply, in the first line, with what happened to it."""
    first = para(Bold(title(found, ctx)))
    return Reply(
        (first, *state(found, ctx), *_others(others, ctx), origin(found, ctx)),
        buttons=actions(found, others, msg, ctx, whole=True),
        told=facts_told(found, ctx),
    )


async def find(line: Line, ctx: Context) -> tuple[Call | None, int]:
    """The call that the words name: by id, by number or title, or the nearest of a measure; and how many
    other calls its measure has."""
    words = [w for w in line.words if w != "deadline"]
    everything = await ctx.store.calls.all()
    found: Call | None = None
    if words and words[0][:1] == "c" and words[0][1:].isdecimal():
        found = await ctx.store.calls.get(words[0])
    elif words and words[0].startswith("m:"):
        found = nearest_of(
            [c for c in everything if filters.slug(c.facts.measure).startswith(words[0][2:])], ctx
        )
    elif words:
        found = _by_title(" ".join(words), everything, ctx)
    if found is None:
        return None, 0
    measure = filters.slug(found.facts.measure)
    others = sum(
        1 for c in everything if measure and c.id != found.id and filters.slug(c.facts.measure) == measure
    )
    return found, others


def nearest_of(candidates: list[Call], ctx: Context) -> Call | None:
    """The call of a measure that people mean: open before planned before held, the newest of those over."""
    return min(candidates, key=lambda c: sort_key(c, ctx.now), default=None)


def _by_title(text: str, everything: tuple[Call, ...], ctx: Context) -> Call | None:
    asked = fold(text)
    exact = [
        c
        for c in everything
        if asked in {fold(w) for w in c.facts.title.both} or asked == fold(c.facts.number)
    ]
    within = [c for c in everything if any(asked in fold(w) for w in (*c.facts.title.both, c.facts.measure))]
    return nearest_of(exact or within, ctx)


async def not_found(line: Line, ctx: Context) -> Reply:
    """No such call, and where to look."""
    if not line.words:
        return say(
            ctx.t("Which call? Write its title, or choose it from the list."),
            buttons=rows(Button(ctx.t("All calls"), "calls")),
        )
    return say(
        ctx.t("I do not know a call “{title}”.", title=shorten(line.rest, 80)),
        buttons=rows(Button(ctx.t("All calls"), "calls")),
    )


def _details(found: Call, ctx: Context) -> tuple[Block, ...]:
    """Everything else that is known, a line each; what is not known is not named."""
    t, f = ctx.t, found.facts
    lines: list[Spans] = []

    def add(label: str, *spans: object) -> None:
        if spans and spans[0]:
            lines.append((f"{label}: ", *(s if isinstance(s, Bold | Link) else str(s) for s in spans)))

    add(t("Status"), words_of(t, status(found, ctx.now)) if not f.hold else "")
    add(t("Number"), f.number)
    add(t("Measure"), f.measure if filters.slug(f.measure) != filters.slug(ctx.t.words(f.title)) else "")
    add(t("Agency"), _agency_line(found, ctx))
    add(t("Supported activity"), f.activity)
    if f.published:
        add(t("Published"), when(f.published, ctx))
    if f.opens and status(found, ctx.now) != "forecast":
        add(t("Opened"), when(f.opens, ctx))
    if f.cutoffs:
        add(t("Cut-offs"), "; ".join(when(m, ctx) for m in f.cutoffs))
    add(t("Budget"), _amount(f.budget, f.budget_shares, ctx))
    add(t("Largest grant"), _amount(f.max_grant, f.max_grant_shares, ctx))
    add(t("Smallest grant"), _amount(f.min_grant, (), ctx))
    add(t("Intensity"), f.intensity)
    add(t("Who can apply"), f.eligible)
    add(t("Partners"), f.partners)
    add(t("Sectors"), "; ".join(f.sectors))
    add(t("Region"), f.region)
    add(t("Selection"), f.selection)
    add(t("Contact"), f.contact)
    documents: tuple[Spans, ...] = tuple(
        (Link(shorten(d.title, 80) or d.url, d.url),)
        for d in f.documents
        if d.url.startswith(("http://", "https://"))
    )
    blocks: tuple[Block, ...] = (Items(tuple(lines)),) if lines else ()
    return (*blocks, Heading(t("Documents")), Items(documents)) if documents else blocks


def _agency_line(found: Call, ctx: Context) -> str:
    """The agency's name and what it has become since."""
    organisation = ctx.structure.organisation(found.facts.agency)
    if organisation is None:
        return found.facts.agency
    name = ctx.t.words(organisation.name)
    later = ctx.structure.organisation(organisation.became) if organisation.became else None
    if later:
        return ctx.t(
            "{agency} ({id}), now {later}", agency=name, id=organisation.id, later=ctx.t.words(later.name)
        )
    return name if fold(name) == fold(organisation.id) else f"{name} ({organisation.id})"


def _amount(whole: Decimal | None, shares: tuple[Share, ...], ctx: Context) -> str:
    parts = [f"{share.of}: {ctx.t.euros(share.euros)}" for share in shares]
    if whole is None:
        return "; ".join(parts)
    return ctx.t.euros(whole) + (f" ({'; '.join(parts)})" if parts else "")


def _others(others: int, ctx: Context) -> tuple[Block, ...]:
    if not others:
        return ()
    return (
        para(
            ctx.t.n("This measure has {count} other call.", "This measure has {count} other calls.", others)
        ),
    )


def actions(found: Call, others: int, msg: Incoming, ctx: Context, *, whole: bool = False) -> Buttons:
    """What the reader may do about it: all of it, follow it, a calendar file, the measure's other calls, changing it.
    Who follows what is shown in private only."""
    t = ctx.t
    buttons = []
    if whole:
        buttons.append(Button(t("Everything"), f"call {found.id}"))
    dated: Status = status(found, ctx.now)
    if ctx.member and msg.private and ctx.member.follows(found.id):
        buttons.append(Button(t("Stop following"), f"unfollow {found.id}"))
    elif ctx.member and msg.private and dated not in ("closed", "cancelled"):
        buttons.append(Button(t("Follow"), f"follow {found.id}"))
    if ctx.member and dated in ("open", "forecast") and (found.facts.closes or found.facts.cutoffs):
        buttons.append(Button(t("Calendar"), f"calendar {found.id}"))
    if others:
        buttons.append(
            Button(t("Other calls"), filters.line(Filter(measure=filters.slug(found.facts.measure))))
        )
    if is_secretariat(ctx):
        buttons.append(Button(t("Change"), f"edit {found.id}"))
    return rows(*buttons)


def facts_told(found: Call, ctx: Context) -> tuple[Fact, ...]:
    """What an answer about this call tells: its status and its dates, as they stand now."""
    fields = ["hold"]
    if found.facts.closes or status(found, ctx.now) != "forecast":
        fields.append("closes")
    if found.facts.opens:
        fields.append("opens")
    if found.facts.cutoffs:
        fields.append("cutoffs")
    return tuple(Fact(found.id, name, found.version) for name in fields)
