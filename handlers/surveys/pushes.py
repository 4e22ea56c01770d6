"""What a survey sends: the invitation, a reminder to those who have not answered, a moved closing, its end."""

from __future__ import annotations

from datetime import datetime
from random import SystemRandom

from handlers import prompting
from handlers.chat import Block, Bold, Button, Heading, Para, Reply, para, rows
from handlers.context import Context
from handlers.prompting import Prompt
from handlers.surveys import showing
from handlers.surveys.tallying import tally
from handlers.taking_part import asked, done, is_open, owner, silent
from handlers.told import Due
from storage.association import Structure
from storage.audit import By
from storage.members import Member
from storage.sendings import Delivery, Sending
from storage.store import Store
from storage.surveys import Sheet, Survey, Tally


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
    surveys = [one for one in await store.surveys.all() if one.state != "draft"]
    if not surveys:
        return ()
    members, structure = await store.members.all(), await store.association.structure()
    found: list[Due] = []
    for one in surveys:
        if is_open(one, now):
            found += await prompting.due(_prompt(one, members, structure, store), store, now)
        elif one.closed and now < one.closed + prompting.END_USEFUL:
            found += await prompting.end("survey", one.id, one.closed, members, store)
    return tuple(found)


def _prompt(one: Survey, members: tuple[Member, ...], structure: Structure, store: Store) -> Prompt:
    async def quiet() -> tuple[Member, ...]:
        return silent(one, members, structure, await store.surveys.sheets(one.id))

    return Prompt("survey", one.id, one.closings, asked(one, members, structure), quiet)


async def prompt(survey: Survey, ctx: Context) -> Prompt:
    """Whom it asks and who is silent, for the secretariat's own reminder."""
    return _prompt(survey, await ctx.store.members.all(), ctx.structure, ctx.store)


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
    was = await prompting.told_closing(found.id, found.closings, ctx.member, ctx.store)
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
