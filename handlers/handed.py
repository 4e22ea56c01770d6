"""How a handover reads: was → now in its preview, and the news of it to who gave and to who took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from handlers import groups
from handlers.calls.speech import title
from handlers.chat import Block, Bold, Button, Items, Reply, Spans, para, rows, shorten
from handlers.context import Context
from handlers.settings import ROLES
from handlers.wishes import NAMES
from storage.members import Holding, Member, Person, Wishes
from storage.sendings import Delivery, NewSending, Sending

TOLD_FOR = timedelta(days=14)
TITLES = 3
"""Calls that a preview names; it counts the others."""


@dataclass(frozen=True, slots=True)
class Handing:
    """Who hands what over to whom: `taker` is None for somebody new. `gave` and `took` are the two afterwards."""

    giver: Member
    taker: Member | None
    before: Person
    gave: Person
    took: Person
    parts: frozenset[str]
    known: bool = True
    """Whether who was chosen is still a member."""


async def lines(meant: Handing, ctx: Context) -> list[Spans]:
    """Was → now, a line for everything that goes along and whom it changes."""
    t, giver, before, took = ctx.t, meant.giver.person, meant.before, meant.took

    def line(field: str, was: str, now: str) -> Spans:
        return t.rich("{field}: was {was} → now {now}", field=field, was=was, now=Bold(now))

    found: list[Spans] = []
    if "seats" in meant.parts:
        found += [line(_seat(h, ctx), giver.name, took.name) for h in giver.holdings]
        got = {h.group for h in giver.holdings}
        found += [
            (t("{name} no longer has the seat: {group}", name=took.name, group=_seat(h, ctx)),)
            for h in before.holdings
            if h.group in got
        ]
    if "role" in meant.parts:
        for who, was, now in ((took.name, before.role, took.role), (giver.name, giver.role, meant.gave.role)):
            found.append(line(t("Role ({name})", name=who), t(ROLES[was]), t(ROLES[now])))
    if "follows" in meant.parts:
        found.append(line(await _followed(giver, ctx), giver.name, took.name))
    if "reminders" in meant.parts:
        days = (", ".join(map(str, w.days)) for w in (before.wishes, took.wishes))
        found.append(line(t("Days before a deadline on which {name} is reminded", name=took.name), *days))
    if "topics" in meant.parts:
        found.append(
            line(
                t("Not sent to {name}", name=took.name), _muted(before.wishes, ctx), _muted(took.wishes, ctx)
            )
        )
    return found


def _seat(holding: Holding, ctx: Context) -> str:
    """ "Klasterių politikos darbo grupė, narys (LKA)"."""
    group = ctx.structure.group(holding.group)
    parts = [groups.name(group, ctx) if group else holding.group]
    if holding.position:
        from handlers.importing.members import POSITIONS  # heavy, and not needed for a question

        parts.append(POSITIONS[holding.position][0 if ctx.t.language == "lt" else 1])
    represents = f" ({holding.represents})" if holding.represents else ""
    return shorten(", ".join(parts) + represents, 150)


async def _followed(giver: Person, ctx: Context) -> str:
    calls = [await ctx.store.calls.get(one.call) for one in giver.following]
    titles = [title(call, ctx, 50) for call in calls if call]
    more = len(titles) - TITLES
    listed = ", ".join(titles[:TITLES]) + (f" {ctx.t('and {count} more', count=more)}" if more > 0 else "")
    return ctx.t("Follows ({titles})", titles=listed)


def _muted(wishes: Wishes, ctx: Context) -> str:
    return ", ".join(ctx.t(NAMES[topic]) for topic in NAMES if topic in wishes.muted) or ctx.t("none")


def news(meant: Handing, ctx: Context) -> NewSending:
    """What both are told, frozen: names and seats as they are now."""
    giver = meant.giver.person
    content = {
        "giver": meant.giver.id,
        "from": giver.name,
        "to": meant.took.name,
        "seats": [
            [h.group, h.represents, h.position or ""] for h in giver.holdings if "seats" in meant.parts
        ],
        "role": meant.took.role if "role" in meant.parts else "",
        "follows": len(giver.following) if "follows" in meant.parts else 0,
    }
    return NewSending("handover", f"handover {ctx.by.event}", content, ctx.now, ctx.now + TOLD_FOR)


async def compose(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """To whom gave: who has it now. To whom took: what they have got, and from whom."""
    t, content = ctx.t, sending.content
    lines: list[Spans] = [
        (_seat(Holding(group, represents, position or None), ctx),)
        for group, represents, position in content["seats"]
    ]
    gave = delivery.recipient == content["giver"]
    if content["role"]:
        role = "member" if gave else str(content["role"])
        lines.append((t("your role from now on: {role}", role=t(ROLES[role])),))
    if content["follows"]:
        lines.append((t.n("{count} followed call", "{count} followed calls", content["follows"]),))
    first = (
        t("The secretariat has handed your seat over: {name} has it from now on.", name=content["to"])
        if gave
        else t(
            "The secretariat has handed a seat over to you that {name} had until now.", name=content["from"]
        )
    )
    blocks: list[Block] = [para(first)]
    if lines:
        blocks.append(Items(tuple(lines)))
    blocks.append(para(t("If that is not right, tell the secretariat.")))
    buttons = [Button(t("The secretariat"), "contact")]
    if content["seats"] and not gave:
        buttons.insert(0, Button(t("Meetings"), f"meetings {content['seats'][0][0]}"))
    return Reply(tuple(blocks), buttons=rows(*buttons))
