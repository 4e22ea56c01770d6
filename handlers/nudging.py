"""Who has confirmed that they have read an announcement, cluster by cluster, and asking the rest once more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.announcements.reading import compose as announced
from handlers.chat import Button, Incoming, Reply, para, rows, say
from handlers.commands import Line
from handlers.context import Context
from storage.channels import is_channel
from storage.sendings import Delivery, NewSending, Sending

USEFUL = timedelta(days=3)


async def nudge(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`nudge s4`: whoever has got it and has not confirmed is asked once more, at most once a day."""
    t = ctx.t
    found = await ctx.store.sendings.get(line.words[0]) if line.words else None
    if found is None or not found.content.get("acknowledge") or found.state == "recalled":
        return say(t("There is no such announcement."))
    rest = _silent(await ctx.store.sendings.deliveries(found.id))
    back = rows(Button(t("Progress"), f"sending {found.id}"))
    if not rest:
        return say(t("Everybody who has got it has read it."), buttons=back)
    key = f"nudge {found.id} {ctx.today}"
    if await ctx.store.sendings.of_key(key):
        return say(t("They have been asked today already."), buttons=back)
    new = NewSending("nudge", key, {"sending": found.id}, ctx.now, ctx.now + USEFUL)
    await ctx.store.sendings.open(new, tuple(d.recipient for d in rest), ctx.by)
    return say(
        t.n("{count} person is asked once more.", "{count} people are asked once more.", len(rest)),
        buttons=back,
    )


def _silent(deliveries: tuple[Delivery, ...]) -> list[Delivery]:
    return [d for d in deliveries if d.came and d.acknowledged is None and not is_channel(d.recipient)]


async def compose(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """The announcement once more with its button; nothing for who has confirmed it meanwhile."""
    found = await ctx.store.sendings.get(str(sending.content["sending"]))
    if found is None or found.state == "recalled":
        return None
    mine = [
        d for d in _silent(await ctx.store.sendings.deliveries(found.id)) if d.recipient == delivery.recipient
    ]
    reply = await announced(found, mine[0], ctx) if mine else None
    if reply is None:
        return None
    ask = para(ctx.t("You have not confirmed yet that you have read this:"))
    return replace(reply, blocks=(ask, *reply.blocks), files=())
