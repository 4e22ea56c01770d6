"""An announcement on its way: asked for, shown to its author with whom it reaches, handed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers import audience, posting
from handlers.announcements import drafts
from handlers.announcements.drafts import Draft
from handlers.announcements.reading import shown
from handlers.calm import first_allowed
from handlers.chat import (
    Answers,
    Block,
    Bold,
    Button,
    Form,
    Heading,
    Incoming,
    Items,
    Para,
    Reply,
    para,
    rows,
    say,
)
from handlers.commands import Line
from handlers.context import Context
from handlers.i18n import Translator
from storage.sendings import NewSending, Sending

UNDO = timedelta(seconds=60)
"""A confirmed announcement waits so long before the first one leaves."""
USEFUL = timedelta(days=7)
NAMED = 8
"""Of those who are not reached, how many are named in a reply."""


async def announce(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The form, then the announcement as it will be seen and whom it reaches, then on its way. `announce s4` begins
    with what an older one says."""
    form = drafts.form(ctx)
    if msg.answers is None:
        older = await ctx.store.sendings.get(line.words[0]) if line.words else None
        return Reply(form=replace(form, values=_copied(older, form)) if older else form)
    draft = drafts.from_answers(msg.answers, ctx)
    if not msg.confirmed:
        return await preview(draft, ctx, button=True)
    return await hand_in(draft, ctx)


def _copied(older: Sending, form: Form) -> Answers:
    """The texts of an older announcement and whom it was for, as far as that can still be chosen."""
    field = form.field("audience")
    offered = {choice.value for choice in field.choices} if field else set()
    values: dict[str, str | tuple[str, ...]] = {
        key: str(older.content[key]) for key in ("lt", "en") if older.content.get(key)
    }
    if words := tuple(word for word in older.content.get("audience", ()) if word in offered):
        values["audience"] = words
    return values if older.kind == "announcement" else {}


async def preview(draft: Draft, ctx: Context, *, button: bool) -> Reply:
    """The announcement in each of its languages, whom it reaches, and who is not reached and why."""
    t = ctx.t
    _, reach = await posting.whom(draft.words, ctx)
    blocks: list[Block] = []
    for language, text in (("lt", draft.lt), ("en", draft.en)):
        if text:
            blocks += [Heading({"lt": t("In Lithuanian"), "en": t("In English")}[language]), *shown(text)]
    if not draft.en or not draft.lt:
        blocks.append(para(t("A language is missing: everybody will read the other one.")))
    blocks += reached(reach, t) if reach.total or not reach.channels + reach.lost_channels else []
    blocks += posting.said(reach, ctx, acknowledge=draft.acknowledge)
    if draft.at:
        when = t.at(draft.at, ctx.zone, ctx.today, weekday=True)
        blocks.append(Para(t.rich("It leaves on {when}.", when=Bold(when))))
    if _needs_approval(reach, ctx):
        blocks.append(para(t("So many are reached that somebody else of the secretariat has to approve it.")))
    if not (reach.total or reach.channels) or not button:
        return Reply(tuple(blocks), buttons=rows(Button(t("Cancel"), "cancel")) if button else ())
    return Reply(
        tuple(blocks),
        buttons=rows(
            Button(t("Send"), "apply announce"), Button(t("‹ Back"), "back"), Button(t("Cancel"), "cancel")
        ),
    )


def reached(reach: audience.Reach, t: Translator) -> list[Block]:
    """ "Pasieks 214: 180 Telegram, 61 Slack, 27 abiejose; 9 nepasieks", and the first of those by name."""
    if not reach.total:
        return [para(t("Nobody belongs to this audience."))]
    first = t.n("It reaches {count} person", "It reaches {count} people", reach.reached)
    places = t(
        "{telegram} on Telegram, {slack} on Slack, {both} of them on both",
        telegram=reach.telegram,
        slack=reach.slack,
        both=reach.both,
    )
    found: list[Block] = [para(Bold(first), f": {places}.")]
    if reach.lost:
        count = len(reach.lost)
        found.append(para(t.n("{count} person is not reached:", "{count} people are not reached:", count)))
        lines = tuple(
            (f"{member.person.name}: {why or t('has not joined yet')}",) for member, why in reach.lost[:NAMED]
        )
        found.append(Items(lines))
        if count > NAMED:
            found.append(para(t.n("and {count} other", "and {count} others", count - NAMED)))
    return found


def _needs_approval(reach: audience.Reach, ctx: Context) -> bool:
    return reach.reached + reach.readers > ctx.approve_over


async def hand_in(draft: Draft, ctx: Context) -> Reply:
    """On its way: after a minute in which it can be taken back, or once somebody else has approved it."""
    t = ctx.t
    who, reach = await posting.whom(draft.words, ctx)
    if not reach.reached and not reach.channels:
        return Reply((*reached(reach, t), *posting.said(reach, ctx), para(t("Nothing is sent."))))
    due = first_allowed(max(ctx.now + UNDO, draft.at or ctx.now), ctx.association)
    held = _needs_approval(reach, ctx)
    content = {**draft.content, "asked_by": ctx.by.who}
    new = NewSending("announcement", f"announcement {ctx.event}", content, due, due + USEFUL)
    lost = {member.id for member, _ in reach.lost}
    people = tuple(m.id for m in who if m.id not in lost)
    sending = await ctx.store.sendings.open(
        new, (*people, *(c.id for c in reach.channels)), ctx.by, held=held
    )
    show, back = (
        Button(t("Show it"), f"sending {sending.id}"),
        Button(t("Take it back"), f"recall {sending.id}"),
    )
    if held:
        waiting = t(
            "It is kept and waits for somebody else of the secretariat: {id}.", id=f"/sending {sending.id}"
        )
        return say(waiting, buttons=rows(show, back))
    when = t.at(due, ctx.zone, ctx.today)
    return say(
        t("It leaves on {when}. Until then it can be taken back.", when=when), buttons=rows(back, show)
    )
