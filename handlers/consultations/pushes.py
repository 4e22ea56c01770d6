"""What a consultation sends: the invitation, a reminder to the silent, a moved closing, its end, and what became of
each remark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.chat import Block, Bold, Button, Heading, Items, Para, Reply, para, rows
from handlers.consultations import standing, wording
from handlers.consultations.standing import is_open
from handlers.context import Context
from handlers.told import SETTLED, USEFUL, Due
from storage.association import Structure
from storage.audit import By
from storage.consultations import Consultation, Remark, Ruling
from storage.members import Member
from storage.sendings import Delivery, NewSending, Sending
from storage.store import Store

BEFORE = timedelta(days=3)
"""The silent are reminded so long before the closing."""
FRESH = timedelta(days=1)
"""Whoever was invited or reminded within it is not reminded again."""
END_USEFUL = timedelta(days=3)
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
        look = _Look(one, members, structure, store, now)
        if is_open(one, now):
            found += await _of_open(look)
        elif one.closed:
            found += await _end(look) if now < one.closed + END_USEFUL else []
            found += await _decisions(look) if one.published else []
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Look:
    """One consultation, and everything that is needed to say what is due of it."""

    one: Consultation
    members: tuple[Member, ...]
    structure: Structure
    store: Store
    now: datetime

    def new(self, kind: str, key: str, until: datetime) -> NewSending:
        """A sending about it."""
        return NewSending(kind, key, {"consultation": self.one.id}, self.now, until)


async def _of_open(look: _Look) -> list[Due]:
    one = look.one
    people = [m.id for m in standing.asked(one, look.members, look.structure) if _reachable(m)]
    invitation = look.new("consultation", f"consultation {one.id}", one.plan.closes)
    invited = await look.store.sendings.of_key(invitation.key)
    known = {d.recipient for d in await look.store.sendings.deliveries(invited.id)} if invited else set()
    found = [Due(invitation, tuple(id for id in people if id not in known)), await _moved(look)]
    first = invited.at if invited else look.now
    if one.plan.closes - BEFORE <= look.now and first <= one.plan.closes - BEFORE - FRESH:
        found.append(await _reminder(look, f"consultationreminder {one.id} {one.plan.closes.isoformat()}"))
    return [d for d in found if d.recipients and (d.sending is invitation or await _is_new(d, look.store))]


async def _is_new(due: Due, store: Store) -> bool:
    return await store.sendings.of_key(due.sending.key) is None


async def _moved(look: _Look) -> Due:
    """That the closing has moved, for those who were told another one last. Moves within SETTLED are one."""
    one, told = look.one, dict[str, int]()
    last = one.closings[-1]
    if len(one.closings) > 1 and look.now >= last.at + SETTLED:
        for fact in await look.store.conversation.told(one.id):
            told[fact.member] = max(told.get(fact.member, 0), fact.version)
    others = tuple(id for id, version in told.items() if closing(one, version) != last.closes)
    key = f"consultationmoved {one.id} v{last.version}"
    return Due(look.new("consultationmoved", key, one.plan.closes), others)


def closing(one: Consultation, version: int) -> datetime:
    """When it was to close as somebody was told in that version."""
    before = [each.closes for each in one.closings if each.version <= version]
    return before[-1] if before else one.closings[0].closes


async def _reminder(look: _Look, key: str) -> Due:
    """For those for whom nobody has spoken and who have not heard of it just now."""
    one = look.one
    heard = set()
    for sending in await look.store.sendings.all():
        if sending.kind in ("consultation", "consultationreminder"):
            if sending.content.get("consultation") == one.id:
                for d in await look.store.sendings.deliveries(sending.id):
                    if d.state == "queued" or (d.state == "sent" and d.at > look.now - FRESH):
                        heard.add(d.recipient)
    remarks = await look.store.consultations.remarks(one.id)
    quiet = standing.silent(one, look.members, look.structure, remarks)
    who = tuple(m.id for m in quiet if _reachable(m) and m.id not in heard)
    return Due(look.new("consultationreminder", key, one.plan.closes), who)


async def reminder(one: Consultation, ctx: Context) -> Due:
    """The reminder that the secretariat sends by hand: one a day."""
    look = _Look(one, await ctx.store.members.all(), ctx.structure, ctx.store, ctx.now)
    return await _reminder(look, f"consultationreminder {one.id} {ctx.today}")


async def waited_for(one: Consultation, ctx: Context) -> tuple[Member, ...]:
    """Those who can be reached and for whom nobody has spoken, whether they have heard of it just now or not."""
    remarks = await ctx.store.consultations.remarks(one.id)
    quiet = standing.silent(one, await ctx.store.members.all(), ctx.structure, remarks)
    return tuple(member for member in quiet if _reachable(member))


async def _end(look: _Look) -> list[Due]:
    """That it has closed, for the secretariat."""
    one = look.one
    assert one.closed is not None
    new = look.new("consultationclosed", f"consultationclosed {one.id}", one.closed + END_USEFUL)
    who = tuple(m.id for m in look.members if m.person.role == "secretariat" and _reachable(m))
    found = Due(new, who)
    return [found] if who and await _is_new(found, look.store) else []


async def _decisions(look: _Look) -> list[Due]:
    """What became of their remarks, for all who wrote them and were not told what holds now. Decisions that are made
    or changed after they were published are one notice when they are left alone for SETTLED."""
    one, remarks = look.one, standing.said(await look.store.consultations.remarks(look.one.id))
    rulings = [ruling for remark in remarks for ruling in remark.rulings]
    last = max((ruling.at for ruling in rulings), default=None)
    assert one.published is not None
    if last is None or look.now >= max(last, one.published) + USEFUL:
        return []
    if last > one.published and look.now < last + SETTLED:
        return []
    new = look.new("decisions", f"decisions {one.id} {len(rulings)}", look.now + USEFUL)
    if await look.store.sendings.of_key(new.key) is not None:
        return []
    there = {m.id for m in look.members if _reachable(m)}
    who: dict[str, None] = {}
    for remark in remarks:
        for writer in remark.writers:
            if writer in there and await _untold(remark, writer, look.store):
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


def _reachable(member: Member) -> bool:
    return any(account.address and not account.unreachable for account in member.person.accounts)


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
    versions = [f.version for f in await ctx.store.conversation.told(one.id) if f.member == ctx.member.id]
    was = closing(one, max(versions, default=0))
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
