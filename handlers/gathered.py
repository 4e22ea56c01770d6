"""What comes to a reader with their digest instead of by itself: what they want there, what a day had no room for."""

from __future__ import annotations

from dataclasses import dataclass

from handlers import nudging, reminders, told
from handlers.announcements import reading as announcements
from handlers.announcements.reading import first_line
from handlers.chat import Block, Bold, Button, Fact, Heading, Items, Reply, Spans, shorten
from handlers.consultations import pushes as consultations
from handlers.context import Context
from handlers.pushing import OVER, Calm, from_when
from handlers.surveys import pushes
from storage.sendings import Delivery, Sending

OPENED = 4
"""So many have a button; other announcements are among the latest, other surveys among the open ones."""
TITLE = 120
LABEL = 28


@dataclass(frozen=True, slots=True)
class Gathered:
    """Its blocks, the facts that they tell, buttons, and the deliveries that come with it."""

    blocks: tuple[Block, ...] = ()
    told: tuple[Fact, ...] = ()
    buttons: tuple[Button, ...] = ()
    rows: tuple[str, ...] = ()


async def gathered(digest: Delivery, ctx: Context) -> Gathered:
    """What comes with that digest: as it was decided before, else what would have to wait now."""
    notices: list[Block] = []
    lines: list[Spans] = []
    buttons: dict[Button, None] = {}
    facts: dict[Fact, None] = {}
    rows: list[str] = []
    for row in await ctx.store.sendings.to(digest.recipient):
        sending = await _coming(row, digest, ctx)
        reply = await _COMPOSERS[sending.kind](sending, row, ctx) if sending else None
        if sending is None or reply is None:
            continue
        rows.append(row.id)
        facts |= dict.fromkeys(reply.told)
        if sending.kind == "change":
            notices += reply.blocks
            continue
        line, button = await _line(sending, reply, ctx)
        lines.append(line)
        buttons |= {button: None} if button else {}
    if not rows:
        return Gathered()
    blocks: list[Block] = [Heading(ctx.t("Kept for you until this digest"))]
    blocks += [Items(tuple(lines))] if lines else []
    blocks += notices
    return Gathered(tuple(blocks), tuple(facts), tuple(buttons)[:OPENED], tuple(rows))


async def _coming(row: Delivery, digest: Delivery, ctx: Context) -> Sending | None:
    """The sending of a row that comes with that digest and is no digest itself."""
    sending = await ctx.store.sendings.get(row.sending)
    if sending is None or sending.kind not in _COMPOSERS or sending.state != "open":
        return None
    if row.within == digest.id:
        return sending
    if row.state != "queued" or row.parts or digest.parts or sending.urgent or ctx.now < sending.due:
        return None
    if sending.until is not None and ctx.now >= sending.until:
        return None
    verdict = await from_when(sending, row, ctx.member, Calm(ctx.structure, ctx.store, ctx.now, ctx.per_day))
    waits = verdict.at > ctx.now or verdict.left_out == OVER
    return sending if waits else None


_COMPOSERS = {
    "change": told.compose,
    "reminder": reminders.compose,
    "announcement": announcements.compose,
    "nudge": nudging.compose,
    "survey": pushes.compose,
    "surveyreminder": pushes.compose,
    "consultation": consultations.compose,
    "consultationreminder": consultations.compose,
}


async def _line(sending: Sending, reply: Reply, ctx: Context) -> tuple[Spans, Button | None]:
    """One item, and the button by which it is opened."""
    t, first = ctx.t, reply.plain.splitlines()[0]
    if sending.kind == "reminder":
        return (first,), None
    if sending.kind in ("survey", "surveyreminder"):
        survey = await ctx.store.surveys.get(str(sending.content["survey"]))
        assert survey is not None
        when = Bold(t.at(survey.plan.closes, ctx.zone, ctx.today))
        title = shorten(t.words(survey.plan.title), TITLE)
        line = t.rich("{title}: the survey can be answered until {when}", title=title, when=when)
        return line, Button(t("Answer: {title}", title=shorten(title, LABEL)), f"fill {survey.id}")
    if sending.kind in ("consultation", "consultationreminder"):
        one = await ctx.store.consultations.get(str(sending.content["consultation"]))
        assert one is not None
        when = Bold(t.at(one.plan.closes, ctx.zone, ctx.today))
        title = shorten(t.words(one.plan.title), TITLE)
        line = t.rich("{title}: remarks on the draft are taken until {when}", title=title, when=when)
        return line, Button(t("Open: {title}", title=shorten(title, LABEL)), f"consultation {one.id}")
    found = await ctx.store.sendings.get(str(sending.content["sending"])) if sending.kind == "nudge" else None
    of = found or sending
    title = first_line(of, ctx)
    button = Button(t("Read: {title}", title=shorten(title, LABEL)), f"announcements {of.id}")
    if sending.kind == "nudge":
        return (t("{title} (you have not confirmed yet that you have read it)", title=title),), button
    if of.content.get("acknowledge"):
        return (t("{title} (please confirm that you have read it)", title=title),), button
    return (title,), button
