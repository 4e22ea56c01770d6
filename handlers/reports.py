"""The report of a sending: what became of it as a picture for the phone, and person by person as a workbook."""

from __future__ import annotations

import asyncio
from datetime import datetime

from handlers import channels, drawing, sendings
from handlers.cells import XLSX
from handlers.chat import Block, Bold, File, Incoming, Items, Reply, para, say
from handlers.commands import Line
from handlers.context import Context
from handlers.drawing import (
    BLUE,
    BODY,
    GREY,
    INNER,
    LEADING,
    MARGIN,
    SKY,
    SMALL,
    SOFT,
    TITLE,
    VERMILION,
    Paper,
    balanced,
    wide,
    wrapped,
)
from handlers.i18n import N_, Translator
from handlers.linking import platform_name
from handlers.sendings import STATES, Coverage, by_cluster, covered, people, posts, read_of, reason
from storage.moments import zone
from storage.sendings import Delivery, Sending

ORANGE, PALE = "#e69f00", "#d3d8dd"
"""One more of Okabe and Ito's colours, and what has not happened yet."""
HEADINGS = (
    N_("Name"),
    N_("Organisation"),
    N_("Platform"),
    N_("What became of it"),
    N_("Why"),
    N_("When"),
    N_("Read"),
)
THICK, KEY = 34, 15
"""Pixels of a bar, and of the square that says which colour a number belongs to."""


async def sending(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """One sending; `sending s4 report` is its report."""
    if line.words[1:2] != ("report",):
        return await sendings.sending(msg, ctx, line)
    found = await ctx.store.sendings.get(line.words[0])
    if found is None:
        return say(ctx.t("There is no such sending."))
    return await report(found, ctx)


async def report(found: Sending, ctx: Context) -> Reply:
    """The finding in words, by cluster, as a picture, and everybody as a workbook."""
    deliveries = await ctx.store.sendings.deliveries(found.id)
    clusters = await by_cluster(deliveries, ctx)
    whole = covered("", people(deliveries))
    acknowledged = bool(found.content.get("acknowledge"))
    name = await sendings.title(found, ctx)
    said = finding(whole, ctx.t, acknowledged=acknowledged) if whole.all else name
    blocks: list[Block] = [para(Bold(said))]
    if found.content.get("urgent"):
        blocks.append(para(ctx.t("Urgent: {reason}", reason=found.urgent)))
    if acknowledged and len(clusters) > 1:
        blocks.append(Items(tuple((read_of(one, ctx.t),) for one in clusters if one.sent)))
    if posted := posts(deliveries, ctx):
        blocks.append(Items(tuple(posted)))
    files = [await _workbook(found, deliveries, ctx)]
    if whole.all:
        png = await asyncio.to_thread(picture, clusters, whole, name, ctx.t, acknowledged=acknowledged)
        files.insert(0, File(f"siuntimas-{found.id}.png", "image/png", png))
    return Reply(tuple(blocks), files=tuple(files))


def finding(whole: Coverage, t: Translator, *, acknowledged: bool) -> str:
    """What a report comes to: "Perskaitė 9 iš 11 gavusių.", where that was not asked "Gavo 9 iš 11."."""
    if acknowledged:
        return t.n(
            "{read} of {count} who got it has read it.",
            "{read} of {count} who got it have read it.",
            whole.sent,
            read=whole.read,
        )
    return t("{sent} of {all} have received it.", sent=whole.sent, all=whole.all)


# The picture


def picture(
    clusters: tuple[Coverage, ...], whole: Coverage, title: str, t: Translator, *, acknowledged: bool
) -> bytes:
    """A PNG: the finding on top, a bar for each cluster, and below each bar its numbers in words beside their
    colours."""
    paper = Paper()
    said = finding(whole, t, acknowledged=acknowledged).rstrip(".")
    paper.write(balanced(said, INNER, TITLE, bold=True, most=3), size=TITLE, bold=True)
    paper.y += 6
    paper.write(wrapped(title, INNER, BODY, most=2), colour=SOFT)
    paper.y += 26
    most = max(one.all for one in clusters)
    behind = max(wide(_counted(one, t, acknowledged), BODY, bold=True) for one in clusters) + 14
    for one in clusters:
        paper.write(wrapped(one.name, INNER, BODY, most=2))
        paper.y += 4
        _bar(paper, one, (INNER - behind) / most, t, acknowledged)
    paper.y -= 8
    return paper.png()


def _counted(one: Coverage, t: Translator, acknowledged: bool) -> str:
    done, of = (one.read, one.sent) if acknowledged else (one.sent, one.all)
    return t("{count} of {of}", count=done, of=of)


def _bar(paper: Paper, one: Coverage, each: float, t: Translator, acknowledged: bool) -> None:
    """The parts side by side, `each` pixels for a person; the count behind them and their words below."""
    x = float(MARGIN)
    parts = [part for part in _parts(one, t, acknowledged) if part[1]]
    for colour, count, _ in parts:
        paper.block(x, paper.y, max(2.0, count * each - 2), THICK, colour)
        x += count * each
    paper.put(_counted(one, t, acknowledged), x + 12, paper.y + THICK * 0.76, bold=True)
    paper.y += THICK + 8
    x = float(MARGIN)
    for colour, _, words in parts:
        width = KEY + 8 + wide(words, SMALL) + 26
        if x > MARGIN and x + width - 26 > MARGIN + INNER:
            x, paper.y = float(MARGIN), paper.y + SMALL * LEADING + 4
        paper.block(x, paper.y + 5, KEY, KEY, colour)
        paper.put(words, x + KEY + 8, paper.y + SMALL * 0.92, size=SMALL, colour=drawing.INK)
        x += width
    paper.y += SMALL * LEADING + 24


def _parts(one: Coverage, t: Translator, acknowledged: bool) -> tuple[tuple[str, int, str], ...]:
    """Colour, count and words of each state, in the order in which they lie side by side."""
    got = (
        (BLUE, one.read, t("have read it: {count}", count=one.read)),
        (SKY, one.sent - one.read, t("not confirmed: {count}", count=one.sent - one.read)),
    )
    return (
        *(got if acknowledged else ((BLUE, one.sent, t("got it: {count}", count=one.sent)),)),
        (PALE, one.waiting, t("waiting: {count}", count=one.waiting)),
        (ORANGE, one.uncertain, t("uncertain: {count}", count=one.uncertain)),
        (VERMILION, one.failed, t("not delivered: {count}", count=one.failed)),
        (GREY, one.skipped, t("left out: {count}", count=one.skipped)),
    )


# The workbook


async def _workbook(found: Sending, deliveries: tuple[Delivery, ...], ctx: Context) -> File:
    """Everybody: where, what became of it and why, when, and when they confirmed it. No cell is a formula."""
    t = ctx.t
    members, posted = {m.id: m for m in await ctx.store.members.all()}, channels.names(ctx)
    lines = []
    for d in deliveries:
        member = members.get(d.recipient)
        organisation = ctx.structure.organisation(member.person.organisation) if member else None
        lines.append(
            (
                member.person.name if member else posted.get(d.recipient, d.recipient),
                t.words(organisation.name) if organisation else "",
                platform_name(d.platform, ctx),
                t(STATES[d.state]),
                reason(d, ctx) if d.why else "",
                _stamp(d.at, ctx),
                _stamp(d.acknowledged, ctx) if d.acknowledged else "",
            )
        )
    from handlers import exports  # heavy, and not needed for a question

    when = frozenset({5, 6})
    sheet = exports.Sheet(tuple(t(heading) for heading in HEADINGS), tuple(lines), moments=when)
    content = await asyncio.to_thread(exports.as_xlsx, sheet, t("Report"))
    return File(f"siuntimas-{found.id}.xlsx", XLSX, content)


def _stamp(at: datetime, ctx: Context) -> str:
    return f"{at.astimezone(zone(ctx.zone)):%Y-%m-%d %H:%M}"
