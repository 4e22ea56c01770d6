"""What a survey sends: the invitation, a reminder to those who have not answered, a moved closing, its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom

from handlers.chat import Block, Bold, Button, Heading, Para, Reply, para, rows
from handlers.context import Context
from handlers.surveys import showing
from handlers.surveys.tallying import tally
from handlers.taking_part import asked, done, is_open, owner, silent
from handlers.told import SETTLED, Due
from storage.association import Structure
from storage.audit import By
from storage.members import Member
from storage.sendings import Delivery, NewSending, Sending
from storage.store import Store
from storage.surveys import Sheet, Survey, Tally

BEFORE = timedelta(days=3)
"""Those who have not answered are reminded so long before the closing."""
FRESH = timedelta(days=1)
"""Whoever was invited or reminded within it is not reminded again."""
END_USEFUL = timedelta(days=3)


def for_good(survey: Survey, sheets: tuple[Sheet, ...]) -> tuple[Tally, ...]:
    """What is left of an anonymous survey, in an order that nobody can guess."""
    return tally(survey, sheets, SystemRandom())


async def close_due(store: Store, now: datetime) -> tuple[str, ...]:
    """Closes the surveys whose time has come; their ids. Raises StoreError."""
    found = [s.id for s in await store.surveys.all() if s.state == "open" and s.plan.closes <= now]
    for id in found:
        await store.surveys.close(id, for_good, By("operator", now, f"close {id}"))
    return tuple(found)


async def due(store: Store, now: datetime) -> tuple[Due, ...]:
    """The invitations, reminders, notices and ends that should be there and are not."""
    surveys = await store.surveys.all()
    if not any(s.state != "draft" for s in surveys):
        return ()
    members, structure = await store.members.all(), await store.association.structure()
    found = []
    for one in surveys:
        if is_open(one, now):
            found += await _of_open(_Look(one, members, structure, store, now))
        elif one.state == "closed" and one.closed and now < one.closed + END_USEFUL:
            found += await _end(one, members, store)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Look:
    """One open survey, and everything that is needed to say what is due of it."""

    survey: Survey
    members: tuple[Member, ...]
    structure: Structure
    store: Store
    now: datetime


async def _of_open(look: _Look) -> list[Due]:
    one, found = look.survey, []
    people = [m.id for m in asked(one, look.members, look.structure) if reachable(m)]
    invitation = NewSending("survey", f"survey {one.id}", {"survey": one.id}, look.now, one.plan.closes)
    invited = await look.store.sendings.of_key(invitation.key)
    known = {d.recipient for d in await look.store.sendings.deliveries(invited.id)} if invited else set()
    found.append(Due(invitation, tuple(id for id in people if id not in known)))
    found.append(await _moved(look))
    first = invited.at if invited else look.now
    if one.plan.closes - BEFORE <= look.now and first <= one.plan.closes - BEFORE - FRESH:
        found.append(await _reminder(look, f"surveyreminder {one.id} {one.plan.closes.isoformat()}"))
    return [d for d in found if d.recipients and (d.sending is invitation or await _new(d, look.store))]


async def _new(due: Due, store: Store) -> bool:
    return await store.sendings.of_key(due.sending.key) is None


async def _moved(look: _Look) -> Due:
    """That the closing has moved, for those who were told another one last. Moves within SETTLED are one."""
    one, told = look.survey, dict[str, int]()
    last = one.closings[-1]
    if len(one.closings) > 1 and look.now >= last.at + SETTLED:
        for fact in await look.store.conversation.told(one.id):
            told[fact.member] = max(told.get(fact.member, 0), fact.version)
    others = tuple(id for id, version in told.items() if closing(one, version) != last.closes)
    content = {"survey": one.id}
    new = NewSending(
        "surveymoved", f"surveymoved {one.id} v{last.version}", content, look.now, one.plan.closes
    )
    return Due(new, others)


def closing(survey: Survey, version: int) -> datetime:
    """When it was to close as somebody was told in that version."""
    before = [one.closes for one in survey.closings if one.version <= version]
    return before[-1] if before else survey.closings[0].closes


async def _reminder(look: _Look, key: str) -> Due:
    """For those for whom nobody has answered and who have not heard of it just now."""
    one = look.survey
    heard = set()
    for sending in await look.store.sendings.all():
        if sending.kind in ("survey", "surveyreminder") and sending.content.get("survey") == one.id:
            for d in await look.store.sendings.deliveries(sending.id):
                if d.state == "queued" or (d.state == "sent" and d.at > look.now - FRESH):
                    heard.add(d.recipient)
    quiet = silent(one, look.members, look.structure, await look.store.surveys.sheets(one.id))
    who = tuple(m.id for m in quiet if reachable(m) and m.id not in heard)
    return Due(NewSending("surveyreminder", key, {"survey": one.id}, look.now, one.plan.closes), who)


async def reminder(survey: Survey, ctx: Context) -> Due:
    """The reminder that the secretariat sends by hand: one a day."""
    look = _Look(survey, await ctx.store.members.all(), ctx.structure, ctx.store, ctx.now)
    return await _reminder(look, f"surveyreminder {survey.id} {ctx.today}")


async def waited_for(survey: Survey, ctx: Context) -> tuple[Member, ...]:
    """Those who can be reached and for whom nobody has answered, whether they have heard of it just now or not."""
    sheets = await ctx.store.surveys.sheets(survey.id)
    quiet = silent(survey, await ctx.store.members.all(), ctx.structure, sheets)
    return tuple(m for m in quiet if reachable(m))


async def _end(one: Survey, members: tuple[Member, ...], store: Store) -> list[Due]:
    """That it has closed and how many have answered, for the secretariat."""
    assert one.closed is not None
    until = one.closed + END_USEFUL
    new = NewSending("surveyclosed", f"surveyclosed {one.id}", {"survey": one.id}, one.closed, until)
    if await store.sendings.of_key(new.key):
        return []
    who = tuple(m.id for m in members if m.person.role == "secretariat" and reachable(m))
    return [Due(new, who)] if who else []


def reachable(member: Member) -> bool:
    """Whether something can be sent to them on some platform."""
    return any(account.address and not account.unreachable for account in member.person.accounts)


# What they say


async def compose(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """The invitation or the reminder; nothing once somebody has answered for the reader."""
    found = await _still_asked(sending, ctx)
    if found is None or ctx.member is None:
        return None
    if owner(found.plan, ctx.member) in done(found, await ctx.store.surveys.sheets(found.id)):
        return None
    return invitation(found, delivery.id, ctx, reminder=sending.kind == "surveyreminder")


def invitation(survey: Survey, delivery: str, ctx: Context, *, reminder: bool = False) -> Reply:
    """What people are first sent of it, by the delivery of that id; a reminder is shorter."""
    t = ctx.t
    closes = Bold(t.at(survey.plan.closes, ctx.zone, ctx.today))
    blocks: list[Block] = [Heading(t.words(survey.plan.title))]
    if reminder:
        blocks.append(Para(t.rich("A reminder: this survey can be answered until {when}.", when=closes)))
    else:
        if intro := t.words(survey.plan.intro):
            blocks.append(para(intro))
        blocks.append(Para(t.rich("It can be answered until {when}.", when=closes)))
        blocks += [para(sentence) for sentence in showing.terms(survey, ctx)]
    buttons = rows(
        Button(t("Answer it"), f"fill {survey.id}"),
        Button(t("More"), f"survey {survey.id}"),
        Button(t("Why do I get this?"), f"why {delivery}"),
    )
    return Reply(tuple(blocks), buttons=buttons, told=(showing.fact(survey),))


async def compose_moved(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """Was → now, for who was told another closing; nothing when they have heard the present one meanwhile."""
    found = await _still_asked(sending, ctx)
    if found is None or ctx.member is None:
        return None
    versions = [f.version for f in await ctx.store.conversation.told(found.id) if f.member == ctx.member.id]
    was = closing(found, max(versions, default=0))
    if was == found.plan.closes:
        return None
    t = ctx.t
    said = t.rich(
        "The survey “{title}” closes at another time: {was} → {now}.",
        title=t.words(found.plan.title),
        was=t.at(was, ctx.zone, ctx.today),
        now=Bold(t.at(found.plan.closes, ctx.zone, ctx.today)),
    )
    why = Button(t("Why do I get this?"), f"why {delivery.id}")
    buttons = rows(Button(t("Show it"), f"survey {found.id}"), why)
    return Reply((Para(said),), buttons=buttons, told=(showing.fact(found),))


async def compose_closed(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """That it has closed, for the secretariat."""
    found = await ctx.store.surveys.get(str(sending.content["survey"]))
    if found is None:
        return None
    t, count = ctx.t, len(found.taken_part)
    if found.plan.per == "organisation":
        said = t.n(
            "The survey “{title}” has closed: {count} organisation has answered.",
            "The survey “{title}” has closed: {count} organisations have answered.",
            count,
            title=t.words(found.plan.title),
        )
    else:
        said = t.n(
            "The survey “{title}” has closed: {count} person has answered.",
            "The survey “{title}” has closed: {count} people have answered.",
            count,
            title=t.words(found.plan.title),
        )
    return Reply((para(said),), buttons=rows(Button(t("Results"), f"results {found.id}")))


async def _still_asked(sending: Sending, ctx: Context) -> Survey | None:
    found = await ctx.store.surveys.get(str(sending.content["survey"]))
    if found is None or ctx.member is None or not is_open(found, ctx.now):
        return None
    return found if asked(found, (ctx.member,), ctx.structure) else None
