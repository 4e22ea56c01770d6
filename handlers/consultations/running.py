"""A consultation in the secretariat's hands: looked at, opened, moved, reminded of, closed."""

from __future__ import annotations

from dataclasses import replace

from handlers import audience, paging, prompting
from handlers.access import is_secretariat
from handlers.announcements.handing import reached
from handlers.chat import Block, Bold, Button, Field, Form, Incoming, Para, Reply, para, rows, say
from handlers.closing import closing, closing_faults
from handlers.commands import Line
from handlers.consultations import pushes, reading, standing
from handlers.consultations.wording import title
from handlers.context import Context
from storage.consultations import Consultation


async def consultation(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`consultation t1`: until when, its sections, where the reader is; for the secretariat also how far it is and what
    may be done with it. Without an id the list."""
    if not line.words:
        return await reading.consultations(msg, ctx, line)
    one = await reading.find(line, ctx)
    if one is None:
        return reading.none_such(ctx)
    page = paging.asked(line.words[1:])
    return await looked_at(one, page, ctx) if is_secretariat(ctx) else await reading.about(one, page, ctx)


async def looked_at(one: Consultation, page: int, ctx: Context) -> Reply:
    """What it is, how many have spoken, and what may be done with it."""
    reply = await reading.about(one, page, ctx)
    blocks = (*reply.blocks, *await _progress(one, ctx))
    return replace(reply, blocks=blocks, buttons=(*reply.buttons, *rows(*_ways(one, ctx))))


async def _progress(one: Consultation, ctx: Context) -> list[Block]:
    """How many organisations are asked, how many have spoken, and what waits for a decision."""
    t = ctx.t
    if one.state == "draft":
        return []
    people = standing.asked(one, await ctx.store.members.all(), ctx.structure)
    owners = {standing.owner(member) for member in people}
    remarks = standing.said(await ctx.store.consultations.remarks(one.id))
    spoken = {remark.owner for remark in remarks}
    said = t.n(
        "{spoken} of {count} organisation has spoken.",
        "{spoken} of {count} organisations have spoken.",
        len(owners | spoken),
        spoken=len(spoken),
    )
    wait = len(standing.undecided(remarks))
    if not wait:
        return [para(said)]
    waits = t.n("{count} remark waits for a decision.", "{count} remarks wait for a decision.", wait)
    return [para(said), para(waits)]


def _ways(one: Consultation, ctx: Context) -> list[Button]:
    t, id, seen = ctx.t, one.id, f"v{one.version}"
    if one.state == "draft":
        return [
            Button(t("Open it"), f"openconsultation {id}"),
            Button(t("Change it"), f"newconsultation {id} {seen}"),
            Button(t("Remove it"), f"dropconsultation {id}"),
        ]
    found = [Button(t("Who said what"), f"remarks {id}"), Button(t("Table of remarks"), f"remarktable {id}")]
    if one.state == "open":
        found += [
            Button(t("Remind the rest"), f"remindconsultation {id}"),
            Button(t("Move the closing"), f"moveconsultation {id}"),
            Button(t("Close it now"), f"closeconsultation {id}"),
        ]
    elif one.published is None:
        found.append(Button(t("Publish the decisions"), f"publish {id}"))
    return found


async def openconsultation(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Whom it asks and what is fixed from then on; with the version it was shown with, opened and people invited."""
    t = ctx.t
    one = await ctx.store.consultations.get(line.words[0]) if line.words else None
    if one is None or one.state != "draft":
        return say(t("There is no such draft."))
    if one.plan.closes <= ctx.now:
        change = Button(t("Change it"), f"newconsultation {one.id} v{one.version}")
        return say(t("Its closing is in the past: put a later one."), buttons=rows(change))
    if wrong := audience.fault(one.plan.audience, ctx.structure, t):
        return say(wrong)
    people = standing.asked(one, await ctx.store.members.all(), ctx.structure)
    if line.seen is None:
        fixed = t(
            "Once it is open, its text, whom it asks and who sees what cannot be changed any more; its closing can be "
            "moved."
        )
        blocks = (*reached(audience.reach(people), t), para(fixed))
        if not people:
            return Reply(blocks)
        button = Button(t("Open it"), f"openconsultation {one.id} v{one.version}")
        return Reply(blocks, buttons=rows(button, Button(t("‹ Back"), f"consultation {one.id}")))
    opened = await ctx.store.consultations.open(one.id, line.seen, ctx.by)
    return say(
        t("The consultation is open; people are invited within the hours in which messages are sent."),
        buttons=_show(opened, ctx),
    )


def _show(one: Consultation, ctx: Context) -> tuple[tuple[Button, ...], ...]:
    return rows(Button(ctx.t("Show it"), f"consultation {one.id}"))


async def moveconsultation(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Another closing; everybody who was told the old one hears it."""
    t = ctx.t
    one = await ctx.store.consultations.get(line.words[0]) if line.words else None
    if one is None or one.state == "closed":
        return say(t("There is no such consultation, or it has closed."))
    form = Form(
        command=f"moveconsultation {one.id}",
        title=t("Move the closing"),
        intro=t("It closes on {when}.", when=t.at(one.plan.closes, ctx.zone, ctx.today)),
        fields=(
            Field(
                "closes",
                t("Until when are remarks taken?"),
                "moment",
                t("For example: 2026-10-30 17:00."),
                limit=60,
            ),
        ),
        check=lambda answers: closing_faults(answers, ctx),
    )
    if msg.answers is None:
        return Reply(form=form)
    closes = closing(msg.answers, ctx)
    if closes is None:
        return Reply(form=form.with_(values={}, at="closes", faults=closing_faults(msg.answers, ctx)))
    when = t.at(closes, ctx.zone, ctx.today)
    if not msg.confirmed:
        said = t.rich(
            "Remarks will be taken until {when}; whoever was told otherwise hears it.", when=Bold(when)
        )
        move = Button(t("Move it"), f"apply moveconsultation {one.id} v{one.version}")
        return Reply((Para(said),), buttons=rows(move, Button(t("Cancel"), "cancel")))
    seen = one.version if line.seen is None else line.seen
    moved = await ctx.store.consultations.move(one.id, seen, closes, ctx.by)
    return say(t("Moved: remarks are taken until {when}.", when=when), buttons=_show(moved, ctx))


async def remindconsultation(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Those for whom nobody has said anything are reminded, at most once a day."""
    t = ctx.t
    one = await ctx.store.consultations.get(line.words[0]) if line.words else None
    if one is None or not standing.is_open(one, ctx.now):
        return say(t("There is no such consultation, or it is not open."))
    prompt = await pushes.prompt(one, ctx)
    reminder = await prompting.reminder(prompt, f"{ctx.today}", ctx.store, ctx.now)
    if await ctx.store.sendings.of_key(reminder.sending.key):
        return say(t("They have been reminded today already."), buttons=_show(one, ctx))
    if not reminder.recipients:
        if await prompting.waited_for(prompt):
            return say(
                t("Whoever has said nothing has just been told of it, or is about to be."),
                buttons=_show(one, ctx),
            )
        return say(t("Everybody who can be reached has spoken."), buttons=_show(one, ctx))
    await ctx.store.sendings.open(reminder.sending, reminder.recipients, ctx.by)
    count = len(reminder.recipients)
    return say(
        t.n("{count} person is reminded.", "{count} people are reminded.", count), buttons=_show(one, ctx)
    )


async def closeconsultation(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Closes it before its time, after one more look at what that means."""
    t = ctx.t
    one = await ctx.store.consultations.get(line.words[0]) if line.words else None
    if one is None or one.state != "open":
        return say(t("There is no such consultation, or it is not open."))
    if line.seen is None:
        blocks = (
            *await _progress(one, ctx),
            para(t("After that nobody can say or change anything in this consultation.")),
        )
        button = Button(t("Close it now"), f"closeconsultation {one.id} v{one.version}")
        return Reply(blocks, buttons=rows(button, Button(t("‹ Back"), f"consultation {one.id}")))
    closed = await ctx.store.consultations.close(one.id, ctx.by)
    return say(
        t("The consultation is closed."),
        buttons=rows(
            Button(t("Who said what"), f"remarks {closed.id}"),
            Button(t("Table of remarks"), f"remarktable {closed.id}"),
        ),
    )


async def dropconsultation(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Removes a draft, once it was asked whether that is meant."""
    t = ctx.t
    one = await ctx.store.consultations.get(line.words[0]) if line.words else None
    if one is None or one.state != "draft":
        return say(t("There is no such draft."))
    if line.seen is None:
        return say(
            t("Remove “{title}” with all its sections? It cannot be brought back.", title=title(one, ctx)),
            buttons=rows(
                Button(t("Remove it"), f"dropconsultation {one.id} v{one.version}"),
                Button(t("Leave it as it is"), f"consultation {one.id}"),
            ),
        )
    await ctx.store.consultations.remove(one.id, line.seen, ctx.by)
    return say(t("The draft is removed."))
