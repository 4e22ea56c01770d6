"""What the secretariat hears of its own announcements: that one waits for approval, and how far one is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers import channels
from handlers.access import is_secretariat, may_approve
from handlers.announcements import enclosed
from handlers.announcements.reading import files_of, shown, urgent
from handlers.chat import Block, Button, Reply, para, rows
from handlers.context import Context
from handlers.sendings import covered, progress
from handlers.told import Due
from storage.channels import is_channel
from storage.moments import zone
from storage.sendings import Delivery, NewSending, Sending
from storage.store import Store

FOLLOWED = 10
"""Of an announcement to fewer the progress is not worth a message."""
LASTS = timedelta(days=1)


async def due(store: Store, now: datetime) -> tuple[Due, ...]:
    """The requests for approval and the progress messages that should be there and are not."""
    found = []
    for one in await store.sendings.all():
        if one.kind != "announcement" or one.due < now - LASTS:
            continue
        author = str(one.content.get("asked_by", ""))
        if one.state == "held":
            found.append(_due("approval", one, one.due + LASTS, "", await _approvers(store, author, now)))
        elif (
            one.state == "open"
            and one.due <= now
            and len(await store.sendings.deliveries(one.id)) >= FOLLOWED
        ):
            authors = (author,) if await store.members.get(author) else ()
            found.append(_due("progress", one, one.due + LASTS, "its author follows it", authors))
    return tuple([one for one in found if await _lacking(one, store)])


async def _approvers(store: Store, author: str, now: datetime) -> tuple[str, ...]:
    """Everybody else of the secretariat, and its deputy."""
    found = [m.id for m in await store.members.all() if m.person.role == "secretariat"]
    named = await store.announcements.deputy()
    structure = await store.association.structure()
    if named and named.until >= now.astimezone(zone(structure.association.zone)).date():
        found.append(named.member)
    return tuple(id for id in dict.fromkeys(found) if id != author)


async def _lacking(due: Due, store: Store) -> bool:
    """Whether somebody should get it and has no delivery yet: a deputy may be named later."""
    there = await store.sendings.of_key(due.sending.key)
    if there is None or due.sending.kind != "approval":
        return there is None and bool(due.recipients)
    known = {d.recipient for d in await store.sendings.deliveries(there.id)}
    return not known.issuperset(due.recipients)


def _due(kind: str, of: Sending, until: datetime, urgent: str, who: tuple[str, ...]) -> Due:
    content = {"sending": of.id}
    return Due(NewSending(kind, f"{kind} {of.id}", content, of.due, until, urgent=urgent), who)


async def compose(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """How far the announcement is, for its author; the message changes itself until it is done."""
    found = await ctx.store.sendings.get(str(sending.content["sending"]))
    if found is None:
        return None
    deliveries = await ctx.store.sendings.deliveries(found.id)
    reply = await progress(found, deliveries, ctx)
    left = minutes_left(deliveries, ctx.now) if found.state == "open" else None
    if left is None:
        return reply
    words = ctx.t.n("About {count} minute is left.", "About {count} minutes are left.", left)
    return Reply((*reply.blocks, para(words)), buttons=reply.buttons)


def in_one_line(found: Sending, deliveries: Sequence[Delivery], ctx: Context) -> str:
    """How far it is, for a terminal: "laukia 26, išsiųsta 94, neaišku 0, nepristatyta 0; liko apie 2 min."."""
    t = ctx.t
    whole = covered("", deliveries)
    said = t(
        "waiting {waiting}, sent {sent}, uncertain {uncertain}, not delivered {failed}",
        waiting=whole.waiting,
        sent=whole.sent,
        uncertain=whole.uncertain,
        failed=whole.failed,
    )
    left = minutes_left(deliveries, ctx.now) if found.state == "open" else None
    if found.state == "open" and found.due > ctx.now and whole.waiting:
        return t("{figures}; it goes out on {when}", figures=said, when=t.at(found.due, ctx.zone, ctx.today))
    if found.state == "held":
        return t("{figures}; it waits for approval", figures=said)
    if found.state == "paused":
        return t("{figures}; it is paused", figures=said)
    return t("{figures}; about {minutes} min. left", figures=said, minutes=left) if left else said


def minutes_left(deliveries: Sequence[Delivery], now: datetime) -> int | None:
    """How many minutes it will take at the pace so far, at least one; None when nothing waits or nothing has left."""
    waiting = sum(d.state in ("queued", "sending") for d in deliveries)
    sent = [d.at for d in deliveries if d.state == "sent"]
    if not waiting or not sent:
        return None
    pace = len(sent) / max((now - min(sent)).total_seconds(), 1.0)
    return max(1, round(waiting / pace / 60))


async def compose_approval(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """The announcement that waits, whom it reaches, and the button; nothing once somebody has decided."""
    found = await ctx.store.sendings.get(str(sending.content["sending"]))
    if found is None or found.state != "held" or not await may_approve(ctx):
        return None
    t = ctx.t
    author = await ctx.store.members.get(str(found.content.get("asked_by", "")))
    recipients = [d.recipient for d in await ctx.store.sendings.deliveries(found.id)]
    count = sum(not is_channel(r) for r in recipients)
    who = author.person.name if author else t("The operator")
    to_people = t.n(
        "{name} asks to announce this to {count} person. Somebody else has to approve it.",
        "{name} asks to announce this to {count} people. Somebody else has to approve it.",
        count,
        name=who,
    )
    to_channels = t("{name} asks to announce this. Somebody else has to approve it.", name=who)
    blocks: list[Block] = [para(to_people if count else to_channels)]
    if posted := channels.listed(recipients, ctx):
        blocks.append(para(t("It is also posted here: {channels}.", channels=posted)))
    blocks += urgent(found, ctx)
    for key in ("lt", "en"):
        if text := str(found.content.get(key) or ""):
            blocks += shown(text)
    blocks += await enclosed.said(enclosed.ids(found), ctx)
    buttons = [Button(t("Approve"), f"release {found.id} v{found.version}")]
    if is_secretariat(ctx):
        buttons.append(Button(t("Show it"), f"sending {found.id}"))
    return Reply(tuple(blocks), buttons=rows(*buttons), files=await files_of(found, ctx))
