"""Who was told what, when, how, and what has become of it, as the secretariat looks it up: in words, as a table, as a
file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers import channels, finding
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
from storage.members import Member
from storage.moments import zone
from storage.sendings import Delivery

PAGE = 4
"""Tellings on a page: somebody, at one time, of one call."""

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


async def rows_of(ctx: Context, *, call: str = "", organisation: str = "") -> tuple[Row, ...]:
    """Who was told what of calls, the latest first; of one call by its id, or to the people of one organisation."""
    members = {m.id: m for m in await ctx.store.members.all()}
    found: list[Row] = []
    for one in await ctx.store.calls.all():
        if call and one.id != call:
            continue
        notices = await _notices(one, ctx)
        told_of = [t for t in await ctx.store.conversation.told(one.id) if t.field in CALL_FIELDS]
        theirs: dict[tuple[str, str], list[Told]] = {}
        for told in told_of:
            theirs.setdefault((told.member, told.field), []).append(told)
        for told in told_of:
            member = members.get(told.member)
            if organisation and (member is None or member.person.organisation != organisation):
                continue
            heard = theirs[told.member, told.field]
            found.append(_row(one, told, member, heard, notices.get(told.member), ctx))
    return tuple(sorted(found, key=lambda row: row.at, reverse=True))


async def _notices(call: Call, ctx: Context) -> dict[str, Delivery]:
    """The notice of the call's present version on its way to each member, by their ids."""
    sending = await ctx.store.sendings.of_key(key(call))
    if sending is None:
        return {}
    return {d.recipient: d for d in await ctx.store.sendings.deliveries(sending.id)}


def _row(
    call: Call,
    told: Told,
    member: Member | None,
    heard: Sequence[Told],
    notice: Delivery | None,
    ctx: Context,
) -> Row:
    t, field = ctx.t, typed(told.field)
    now = getattr(call.facts, told.field)
    said = _value(call, told)
    body = ctx.structure.organisation(member.person.organisation) if member else None
    later = (one for one in heard if one.version > told.version and _value(call, one) == now)
    return Row(
        member=told.member,
        name=member.person.name if member else channels.names(ctx).get(told.member, told.member),
        organisation=t.words(body.name) if body else "",
        call=call.id,
        subject=call_title(call, ctx),
        field=t(field.label),
        said=field.shown(said, ctx),
        at=told.at,
        how=t(HOW.get(told.how, told.how)),
        current=said == now,
        now=field.shown(now, ctx),
        became=t("still so") if said == now else _became(next(later, None), notice, ctx),
    )


def _value(call: Call, told: Told) -> object:
    """What the field said in the version that was told."""
    return getattr(as_told(call.facts, call.history, told.version), told.field)


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
            ctx.t("I know of no call or organisation called “{name}”.", name=shorten(" ".join(words), 80)),
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
    pages = -(-len(tellings) // PAGE)
    page = min(asked.page, pages)
    first = (page - 1) * PAGE
    items = tuple(_item(rows, asked, ctx) for rows in tellings[first : first + PAGE])
    old = sum(not row.current for row in found)
    head = await _heading(asked, ctx)
    figures = t.n("{count} telling, the newest first.", "{count} tellings, the newest first.", len(tellings))
    stale = (
        t.n("{count} value is an old one.", "{count} values are old ones.", old)
        if old
        else t("All of it is still so.")
    )
    turns = [Button("‹", asked.line(f"p{page - 1}"))] if page > 1 else []
    turns += [Button("›", asked.line(f"p{page + 1}"))] if page < pages else []
    return Reply(
        (*((para(Bold(head)),) if head else ()), para(f"{figures} {stale}"), Items(items, start=first + 1)),
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
    spans.append(". ".join(_said(row, ctx) for row in telling or told) + ".")
    return tuple(spans)


def _said(row: Row, ctx: Context) -> str:
    field, said = row.field, shorten(row.said, 80)
    if row.current:
        return ctx.t("{field}: {said}", field=field, said=said)
    return ctx.t(
        "{field}: {said} (an old value, it is {now} now; {became})",
        field=field,
        said=said,
        now=shorten(row.now, 80),
        became=row.became,
    )


# As a table


def cells(row: Row, ctx: Context) -> tuple[str, ...]:
    """The row under HEADING."""
    at = f"{row.at.astimezone(zone(ctx.zone)):%Y-%m-%d %H:%M}"
    still = ctx.t("yes") if row.current else ctx.t("no, an old value")
    return (row.name, row.organisation, row.subject, row.field, row.said, at, row.how, still, row.became)


def _files(asked: _Asked, found: tuple[Row, ...], ctx: Context) -> Reply:
    from handlers import exports  # heavy, and not needed for a question

    t = ctx.t
    sheet = exports.Sheet(tuple(map(t, HEADING)), tuple(cells(row, ctx) for row in found))
    said = t.n(
        "{count} row: who was told what, when, and what became of it.",
        "{count} rows: who was told what, when, and what became of it.",
        len(found),
    )
    return Reply(
        (para(said),),
        buttons=rows(Button(t("In words"), asked.line())),
        files=(
            File("told.xlsx", exports.XLSX, exports.as_xlsx(sheet, t("Who was told what"))),
            File("told.csv", "text/csv", exports.as_csv(sheet)),
        ),
        fresh=True,
    )
