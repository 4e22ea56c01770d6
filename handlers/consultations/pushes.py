"""What a consultation sends: the invitation, a reminder to the silent, a moved closing, its end, and what became of
each remark."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers import prompting
from handlers.chat import Block, Bold, Button, Heading, Items, Para, Reply, para, rows
from handlers.consultations import standing, wording
from handlers.consultations.standing import is_open
from handlers.context import Context
from handlers.prompting import Prompt
from handlers.told import SETTLED, USEFUL, Due
from storage.association import Structure
from storage.audit import By
from storage.consultations import Consultation, Remark, Ruling
from storage.members import Member
from storage.sendings import Delivery, NewSending, Sending
from storage.store import Store

SHORT = 160
"""Characters of a remark by which its writer knows it again."""


async def close_due(store: Store, now: datetime) -> tuple[str, ...]:
    """Closes the consultations whose time has come; their ids. Raises StoreError."""
    found = [c.id for c in await store.consultations.all() if c.state == "open" and c.plan.closes <= now]
    for id in found:
        await store.consultations.close(id, By("operator", now, f"close {id}"))
    return tuple(found)


async def due(store: Store, now: datetime) -> tuple[Due, ...]:
    """The invitations, reminders, notices, ends and decisions that should be there and are not."""
    everything = [c for c in await store.consultations.all() if c.state != "draft"]
    if not everything:
        return ()
    members, structure = await store.members.all(), await store.association.structure()
    found: list[Due] = []
    for one in everything:
        if is_open(one, now):
            found += await prompting.due(_prompt(one, members, structure, store), store, now)
        elif one.closed:
            if now < one.closed + prompting.END_USEFUL:
                found += await prompting.end("consultation", one.id, one.closed, members, store)
            found += await _decisions(one, members, store, now) if one.published else []
    return tuple(found)


def _prompt(one: Consultation, members: tuple[Member, ...], structure: Structure, store: Store) -> Prompt:
    async def quiet() -> tuple[Member, ...]:
        return standing.silent(one, members, structure, await store.consultations.remarks(one.id))

    return Prompt("consultation", one.id, one.closings, standing.asked(one, members, structure), quiet)


async def prompt(one: Consultation, ctx: Context) -> Prompt:
    """Whom it asks and who is silent, for the secretariat's own reminder."""
    return _prompt(one, await ctx.store.members.all(), ctx.structure, ctx.store)


async def _decisions(
    one: Consultation, members: tuple[Member, ...], store: Store, now: datetime
) -> list[Due]:
    """What became of their remarks, for all who wrote them and were not told what holds now. Decisions that are made
    or changed after they were published are one notice when they are left alone for SETTLED."""
    remarks = standing.said(await store.consultations.remarks(one.id))
    rulings = [ruling for remark in remarks for ruling in remark.rulings]
    last = max((ruling.at for ruling in rulings), default=None)
    assert one.published is not None
    if last is None or now >= max(last, one.published) + USEFUL:
        return []
    if last > one.published and now < last + SETTLED:
        return []
    key = f"decisions {one.id} {len(rulings)}"
    new = NewSending("decisions", key, {"consultation": one.id}, now, now + USEFUL)
    if await store.sendings.of_key(new.key) is not None:
        return []
    there = {m.id for m in members if prompting.reachable(m)}
    who: dict[str, None] = {}
    for remark in remarks:
        for writer in remark.writers:
            if writer in there and await _untold(remark, writer, store):
                who[writer] = None
    return [Due(new, tuple(who))] if who else []


async def _untold(remark: Remark, member: str, store: Store) -> bool:
    """Whether a decision holds that they have not been told."""
    now, was = remark.ruling, await _heard(remark, member, store)
    return now is not None and not _same(now, was)


async def _heard(remark: Remark, member: str, store: Store) -> Ruling | None:
    """The decision that they were told last, or None."""
    told = [f.version for f in await store.conversation.told(remark.id) if f.member == member]
    return next((r for r in reversed(remark.rulings) if r.version <= max(told, default=0)), None)


def _same(now: Ruling, was: Ruling | None) -> bool:
    return was is not None and (now.decision, now.reason) == (was.decision, was.reason)


# What they say


async def compose(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """The invitation or the reminder; nothing once somebody has spoken for the reader."""
    one = await _still_asked(sending, ctx)
    if one is None or ctx.member is None:
        return None
    t = ctx.t
    remarks = await ctx.store.consultations.remarks(one.id)
    if not standing.silent(one, (ctx.member,), ctx.structure, remarks):
        return None
    closes = Bold(t.at(one.plan.closes, ctx.zone, ctx.today))
    blocks: list[Block] = [Heading(wording.title(one, ctx))]
    if sending.kind == "consultationreminder":
        blocks.append(Para(t.rich("A reminder: remarks on this draft are taken until {when}.", when=closes)))
    elif standing.alone(ctx.member):
        blocks.append(
            Para(
                t.rich_n(
                    "The draft has {count} section. You can agree to it, remark on it or propose another wording until "
                    "{when}.",
                    "The draft has {count} sections. You can agree to each, remark on it or propose another wording "
                    "until {when}.",
                    len(one.plan.sections),
                    when=closes,
                )
            )
        )
    else:
        blocks.append(
            Para(
                t.rich_n(
                    "The draft has {count} section. Your organisation can agree to it, remark on it or propose another "
                    "wording until {when}.",
                    "The draft has {count} sections. Of each your organisation can say that it agrees, remark on it or "
                    "propose another wording, until {when}.",
                    len(one.plan.sections),
                    when=closes,
                )
            )
        )
    buttons = rows(Button(t("Read the draft"), f"consultation {one.id}"), _why(delivery, ctx))
    return Reply(tuple(blocks), buttons=buttons, told=(standing.closes(one),))


def _why(delivery: Delivery, ctx: Context) -> Button:
    return Button(ctx.t("Why do I get this?"), f"why {delivery.id}")


async def compose_moved(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """Was → now, for who was told another closing; nothing when they have heard the present one meanwhile."""
    one = await _still_asked(sending, ctx)
    if one is None or ctx.member is None:
        return None
    was = await prompting.told_closing(one.id, one.closings, ctx.member, ctx.store)
    if was == one.plan.closes:
        return None
    t = ctx.t
    said = t.rich(
        "The consultation “{title}” closes at another time: {was} → {now}.",
        title=wording.title(one, ctx),
        was=t.at(was, ctx.zone, ctx.today),
        now=Bold(t.at(one.plan.closes, ctx.zone, ctx.today)),
    )
    buttons = rows(Button(t("Show it"), f"consultation {one.id}"), _why(delivery, ctx))
    return Reply((Para(said),), buttons=buttons, told=(standing.closes(one),))


async def compose_closed(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """That it has closed and how many have spoken, for the secretariat."""
    one = await ctx.store.consultations.get(str(sending.content["consultation"]))
    if one is None:
        return None
    t = ctx.t
    remarks = standing.said(await ctx.store.consultations.remarks(one.id))
    said = t.n(
        "The consultation “{title}” has closed: {count} organisation has spoken.",
        "The consultation “{title}” has closed: {count} organisations have spoken.",
        len({remark.owner for remark in remarks}),
        title=wording.title(one, ctx),
    )
    blocks = [para(said)]
    if wait := len(standing.undecided(remarks)):
        blocks.append(
            para(t.n("{count} remark waits for a decision.", "{count} remarks wait for a decision.", wait))
        )
    buttons = rows(
        Button(t("Who said what"), f"remarks {one.id}"),
        Button(t("Table of remarks"), f"remarktable {one.id}"),
    )
    return Reply(tuple(blocks), buttons=buttons)


async def compose_decisions(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """What became of what the reader wrote, was → now where they were told otherwise; nothing when they know."""
    one = await ctx.store.consultations.get(str(sending.content["consultation"]))
    if one is None or ctx.member is None or one.published is None:
        return None
    me = ctx.member.id
    remarks = standing.said(await ctx.store.consultations.remarks(one.id))
    written = standing.in_order(one, [remark for remark in remarks if me in remark.writers])
    mine = [remark for remark in written if await _untold(remark, me, ctx.store)]
    if not mine:
        return None
    was = [await _heard(remark, me, ctx.store) for remark in mine]
    t = ctx.t
    lead = (
        t("What became of what you wrote has changed.") if any(was) else t("This became of what you wrote:")
    )
    blocks: list[Block] = [Heading(wording.title(one, ctx)), para(lead)]
    for remark, before in zip(mine, was, strict=True):
        blocks += _one(one, remark, before, ctx)
    told = tuple(fact for remark in mine for fact in standing.decided(remark))
    buttons = rows(Button(t("The sections"), f"consultation {one.id}"), _why(delivery, ctx))
    return Reply(tuple(blocks), buttons=buttons, told=told)


def _one(one: Consultation, remark: Remark, was: Ruling | None, ctx: Context) -> Sequence[Block]:
    """One remark and its decision."""
    t, section = ctx.t, standing.section_of(one, remark.section)
    assert remark.ruling is not None
    name = wording.section_name(section) if section else remark.section
    now = Bold(wording.decision(remark.ruling, t))
    head: list[Block] = [
        para(Bold(name)),
        Items(((wording.short(remark.said, t, SHORT),),)),
    ]
    if was is None:
        return [
            *head,
            Para(t.rich("Decision: {decision}.", decision=now)),
            *wording.body(remark.ruling.reason),
        ]
    said = t.rich("Decision: {was} → {now}.", was=wording.decision(was, t), now=now)
    return [*head, Para(said), *wording.body(remark.ruling.reason)]


async def _still_asked(sending: Sending, ctx: Context) -> Consultation | None:
    one = await ctx.store.consultations.get(str(sending.content["consultation"]))
    if one is None or ctx.member is None or not is_open(one, ctx.now):
        return None
    return one if standing.asked(one, (ctx.member,), ctx.structure) else None
