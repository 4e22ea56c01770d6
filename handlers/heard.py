"""Who was told what, when, how, and what has become of it, as the secretariat looks it up: in words, as a table, as a
file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers import channels, finding, paging
from handlers.calls.fields import typed
from handlers.calls.speech import title as call_title
from handlers.chat import Bold, Button, File, Incoming, Items, Reply, Spans, para, rows, say, shorten
from handlers.commands import Line
from handlers.context import Context
from handlers.i18n import N_
from handlers.sendings import reason
from handlers.told import CALL_FIELDS, as_told, key
from storage.calls import Call
from storage.conversation import Told
from storage.moments import zone
from storage.sendings import Delivery

PAGE = 4
"""Tellings on a page: somebody, at one time, of one call."""
IN_WORKBOOK = 2000
"""Rows of the workbook, which takes half a millisecond for each; the CSV file has all."""

HEADING = (
    N_("Name"),
    N_("Organisation"),
    N_("Call"),
    N_("What"),
    N_("What it said"),
    N_("When"),
    N_("How"),
    N_("Still so"),
    N_("What became of it"),
)
HOW = {
    "answer": N_("an answer"),
    "change": N_("a notice"),
    "announcement": N_("an announcement"),
    "digest": N_("a digest"),
    "reminder": N_("a reminder"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that somebody was told: who (the id and name of a member or a group's channel), of which organisation,
    of which call (its id and title), which field, what it said, when (aware), how, whether it is still so, what is so
    now, and what has become of it in words."""

    member: str
    name: str
    organisation: str
    call: str
    subject: str
    field: str
    said: str
    at: datetime
    how: str
    current: bool
    now: str
    became: str


class _Call:
    """A call as it was told: of each field what a version said, found and put into words once."""

    def __init__(self, call: Call, ctx: Context) -> None:
        self._call, self._ctx = call, ctx
        self._said: dict[tuple[str, int], tuple[object, str]] = {}
        self.id, self.title = call.id, call_title(call, ctx)
        self.labels = {field: ctx.t(typed(field).label) for field in CALL_FIELDS}

    def said(self, field: str, version: int) -> tuple[object, str]:
        """The field's value in that version, and in words."""
        known = self._said.get((field, version))
        if known is None:
            facts = as_told(self._call.facts, self._call.history, version)
            value = getattr(facts, field)
            known = self._said[field, version] = value, typed(field).shown(value, self._ctx)
        return known

    def now(self, field: str) -> tuple[object, str]:
        """The same of the present version."""
        return self.said(field, self._call.version)


async def rows_of(ctx: Context, *, call: str = "", organisation: str = "") -> tuple[Row, ...]:
    """Who was told what of calls, the latest first; of one call by its id, or to the people of one organisation."""
    members = {m.id: m for m in await ctx.store.members.all()}
    bodies = {o.id: ctx.t.words(o.name) for o in ctx.structure.organisations}
    places = channels.names(ctx)
    found: list[Row] = []
    for one in await ctx.store.calls.all():
        if call and one.id != call:
            continue
        told_of = [t for t in await ctx.store.conversation.told(one.id) if t.field in CALL_FIELDS]
        if not told_of:
            continue
        known, notices = _Call(one, ctx), await _notices(one, ctx)
        theirs: dict[tuple[str, str], list[Told]] = {}
        for told in told_of:
            theirs.setdefault((told.member, told.field), []).append(told)
        for told in told_of:
            member = members.get(told.member)
            if organisation and (member is None or member.person.organisation != organisation):
                continue
            heard = theirs[told.member, told.field]
            body = bodies.get(member.person.organisation, "") if member else ""
            name = member.person.name if member else places.get(told.member, told.member)
            found.append(_row(known, told, (name, body), heard, notices.get(told.member), ctx))
    return tuple(sorted(found, key=lambda row: row.at, reverse=True))


async def _notices(call: Call, ctx: Context) -> dict[str, Delivery]:
    """The notice of the call's present version on its way to each member, by their ids."""
    sending = await ctx.store.sendings.of_key(key(call))
    if sending is None:
        return {}
    return {d.recipient: d for d in await ctx.store.sendings.deliveries(sending.id)}


def _row(
    call: _Call,
    told: Told,
    who: tuple[str, str],
    heard: Sequence[Told],
    notice: Delivery | None,
    ctx: Context,
) -> Row:
    t = ctx.t
    (was, said), (value, now) = call.said(told.field, told.version), call.now(told.field)
    newer = (
        one for one in heard if one.version > told.version and call.said(one.field, one.version)[0] == value
    )
    return Row(
        member=told.member,
        name=who[0],
        organisation=who[1],
        call=call.id,
        subject=call.title,
        field=call.labels[told.field],
        said=said,
        at=told.at,
        how=t(HOW.get(told.how, told.how)),
        current=was == value,
        now=now,
        became=t("still so") if was == value else _became(next(newer, None), notice, ctx),
    )


def _became(newer: Told | None, notice: Delivery | None, ctx: Context) -> str:
    """What has become of an old value: whether they know the new one."""
    t = ctx.t
    if newer is not None:
        return t("learnt the new one on {when}", when=t.at(newer.at, ctx.zone, ctx.today))
    if notice is None:
        return t("has not been told the new one yet")
    if notice.state in ("queued", "sending"):
        return t("the notice of the new one is on its way")
    return t("the notice of the new one did not come through: {why}", why=reason(notice, ctx))


# In chat


@dataclass(frozen=True, slots=True)
class _Asked:
    """Of which call and to whose people, by their ids; which page; whether as files."""

    call: str = ""
    organisation: str = ""
    page: int = 1
    table: bool = False

    def line(self, *tail: str) -> str:
        """The command that asks the same, and what is added."""
        return " ".join(filter(None, ("told", self.call, self.organisation, *tail)))


async def told(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Who was told what, the newest first: `told`, `told inoklaster`, `told fotonikai`, both together; `told c4 table`
    is the whole as files."""
    words = list(line.words)
    table = bool(words) and words[-1] == "table"
    if table:
        words.pop()
    page = int(words.pop()[1:]) if words and re.fullmatch(r"p[1-9]\d{0,3}", words[-1]) else 1
    meant = await finding.meant(words, ctx)
    if words and meant.nothing:
        return say(
            ctx.t("I do not know a call or an organisation “{name}”.", name=shorten(" ".join(words), 80)),
            buttons=rows(Button(ctx.t("Everything that was told"), "told")),
        )
    if len(meant.calls) > 1:
        return await finding.which_subject(meant, "told", ctx)
    if len(meant.organisations) > 1:
        return await finding.which_subject(meant, " ".join(("told", *meant.calls)), ctx)
    asked = _Asked("".join(meant.calls), "".join(meant.organisations), page, table)
    found = await rows_of(ctx, call=asked.call, organisation=asked.organisation)
    if not found:
        return _nothing(asked, ctx)
    return _files(asked, found, ctx) if table else await _shown(asked, found, ctx)


def _nothing(asked: _Asked, ctx: Context) -> Reply:
    if asked.call or asked.organisation:
        return say(
            ctx.t("Nobody has been told anything of that yet."),
            buttons=rows(Button(ctx.t("Everything that was told"), "told")),
        )
    return say(ctx.t("Nobody has been told anything of a call yet."))


async def _shown(asked: _Asked, found: tuple[Row, ...], ctx: Context) -> Reply:
    """A page in words: what one person heard at one time of one call is one item."""
    t = ctx.t
    grouped: dict[tuple[str, str, datetime, str], list[Row]] = {}
    for row in found:
        grouped.setdefault((row.member, row.call, row.at, row.how), []).append(row)
    tellings = [tuple(same) for same in grouped.values()]
    page = paging.page(tellings, asked.page, PAGE)
    items = tuple(_item(rows, asked, ctx) for rows in page.shown)
    old = sum(not row.current for row in found)
    head = await _heading(asked, ctx)
    figures = (
        t("Told once.")
        if len(tellings) == 1
        else t.n(
            "Told {count} time, the newest first.", "Told {count} times, the newest first.", len(tellings)
        )
    )
    stale = (
        t.n("{count} thing is no longer so.", "{count} things are no longer so.", old)
        if old
        else t("All of it is still so.")
    )
    turns = page.turns(lambda number: asked.line(f"p{number}"))
    return Reply(
        (*((para(Bold(head)),) if head else ()), para(f"{figures} {stale}"), Items(items, start=page.first)),
        buttons=rows(*turns, Button(t("As a table"), asked.line("table"))),
    )


async def _heading(asked: _Asked, ctx: Context) -> str:
    call = await ctx.store.calls.get(asked.call) if asked.call else None
    organisation = ctx.structure.organisation(asked.organisation)
    parts = (
        call_title(call, ctx, 80) if call else "",
        ctx.t.words(organisation.name) if organisation else "",
    )
    return shorten(" · ".join(filter(None, parts)), 120)


def _item(told: tuple[Row, ...], asked: _Asked, ctx: Context) -> Spans:
    """Who, when, how, of which call; then what it said, shorter where all of it is still so."""
    t, first = ctx.t, told[0]
    who = first.name
    if first.organisation and not asked.organisation:
        who = t("{name} ({organisation})", name=first.name, organisation=shorten(first.organisation, 40))
    spans: list[Bold | str] = [
        Bold(shorten(who, 90)),
        f", {t.at(first.at, ctx.zone, ctx.today)}, {first.how}. ",
    ]
    if not asked.call:
        spans.append(f"{shorten(first.subject, 60)}. ")
    plain_status = t("as planned")
    telling = [
        row for row in told if not (row.current and row.said == plain_status)
    ]  # says nothing beside a date
    words = ". ".join(_said(row, ctx).rstrip(".") for row in telling or told)
    spans.append(f"{words}.")
    return tuple(spans)


def _said(row: Row, ctx: Context) -> str:
    field, said = row.field, shorten(row.said, 80)
    if row.current:
        return ctx.t("{field}: {said}", field=field, said=said)
    return ctx.t(
        "{field}: {said} (no longer so, now {now}; {became})",
        field=field,
        said=said,
        now=shorten(row.now, 80),
        became=row.became,
    )


# As a table


def cells(row: Row, ctx: Context) -> tuple[str, ...]:
    """The row under HEADING."""
    at = f"{row.at.astimezone(zone(ctx.zone)):%Y-%m-%d %H:%M}"
    still = ctx.t("yes") if row.current else ctx.t("no longer")
    return (row.name, row.organisation, row.subject, row.field, row.said, at, row.how, still, row.became)


def _files(asked: _Asked, found: tuple[Row, ...], ctx: Context) -> Reply:
    from handlers import exports  # heavy, and not needed for a question

    t = ctx.t
    headings = tuple(map(t, HEADING))
    lines = tuple(cells(row, ctx) for row in found)
    said = t.n(
        "{count} row: who was told what, when, and what became of it.",
        "{count} rows: who was told what, when, and what became of it.",
        len(found),
    )
    blocks = [para(said)]
    if len(found) > IN_WORKBOOK:
        blocks.append(
            para(
                t.n(
                    "The workbook has the newest {count} of them, the CSV file all.",
                    "The workbook has the newest {count} of them, the CSV file all.",
                    IN_WORKBOOK,
                )
            )
        )
    book = exports.as_xlsx(exports.Sheet(headings, lines[:IN_WORKBOOK]), t("Who was told what"))
    return Reply(
        tuple(blocks),
        buttons=rows(Button(t("In words"), asked.line())),
        files=(
            File("told.xlsx", exports.XLSX, book),
            File("told.csv", "text/csv", exports.as_csv(exports.Sheet(headings, lines))),
        ),
        fresh=True,
    )
