"""What a member follows: calls one by one, and how long before a deadline they are reminded.

A working group's meetings are followed by being in it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from handlers import paging
from handlers.calls import show
from handlers.calls.speech import origin, short, state, title
from handlers.calls.status import status
from handlers.chat import Block, Button, Incoming, Items, Reply, para, rows, say
from handlers.commands import Line
from handlers.context import Context
from storage.calls import Call
from storage.members import Following, Wishes

PAGE = 4
"""Calls on a page: with a button for each and two to turn it, six buttons in all."""
MOST = 6
"""Reminders before one deadline."""
EARLIEST = 365
"""Days before a deadline."""


async def follow(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`follow c42`: from now on they are reminded of its deadlines and told when it changes."""
    if ctx.member is None:
        return say(ctx.t("Only members can follow calls."))
    found, _ = await show.find(line, ctx)
    if found is None:
        return await show.not_found(line, ctx)
    if status(found, ctx.now) in ("closed", "cancelled"):
        return say(
            ctx.t(
                "“{title}” takes no more applications, so there is nothing to follow.",
                title=title(found, ctx),
            ),
            buttons=rows(Button(ctx.t("All calls"), "calls")),
        )
    await ctx.store.members.follow(ctx.member.id, Following(found.id, found.version, ctx.now))
    return Reply(
        (
            para(ctx.t("You follow “{title}”.", title=title(found, ctx))),
            para(_promise(ctx.member.person.wishes, ctx)),
            *state(found, ctx),
            origin(found, ctx),
        ),
        buttons=rows(
            Button(ctx.t("Stop following"), f"unfollow {found.id}"),
            Button(ctx.t("Everything"), f"call {found.id}"),
            Button(ctx.t("Reminders"), "reminders"),
        ),
        told=show.facts_told(found, ctx),
    )


def _promise(wanted: Wishes, ctx: Context) -> str:
    """What whoever follows a call may expect, by what they want to be sent."""
    t, days = ctx.t, _days(wanted, ctx)
    match "reminders" in wanted.muted, "notices" in wanted.muted:
        case False, False:
            return t("I will remind you {days} its deadline, and tell you when something changes.", days=days)
        case False, True:
            return t("I will remind you {days} its deadline. You have turned off news of changes.", days=days)
        case True, False:
            return t("I will tell you when something changes. You have turned off reminders.")
    return t("You have turned off reminders and news of changes, so I will send you nothing about it.")


def _days(wanted: Wishes, ctx: Context) -> str:
    """ "likus 14 dienų, 7 dienoms ir 1 dienai iki", the longest first."""
    each = (ctx.t.n("{count} day before", "{count} days before", days) for days in wanted.days)
    return ctx.t.listed(tuple(each))


async def unfollow(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`unfollow c42`: no reminders of it any more."""
    if ctx.member is None:
        return say(ctx.t("Only members can follow calls."))
    found, _ = await show.find(line, ctx)
    if found is None:
        return await show.not_found(line, ctx)
    await ctx.store.members.unfollow(ctx.member.id, found.id)
    over = status(found, ctx.now) in ("closed", "cancelled")
    again = () if over else (Button(ctx.t("Follow again"), f"follow {found.id}"),)
    return Reply(
        (
            para(
                ctx.t(
                    "You no longer follow “{title}” and will get no reminders about it.",
                    title=title(found, ctx),
                )
            ),
            para(ctx.t("If something that I told you changes, you will still hear of it once.")),
        ),
        buttons=rows(*again, Button(ctx.t("What you follow"), "following")),
        fresh=True,  # a reminder whose button was pressed stays
    )


async def following(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The calls that the reader follows and that are not over, four a page."""
    if ctx.member is None:
        return say(ctx.t("Only members can follow calls."))
    found = await _followed(ctx)
    if not found:
        return say(
            ctx.t("You follow no call. Open one and press “Follow”."),
            buttons=rows(Button(ctx.t("All calls"), "calls"), Button(ctx.t("Reminders"), "reminders")),
        )
    page = paging.page(found, paging.asked(line.words), PAGE)
    numbers = tuple(Button(str(n), f"call {one.id}") for n, one in enumerate(page.shown, page.first))
    turns = page.turns(lambda number: f"following p{number}")
    if page.pages == 1:
        turns = (Button(ctx.t("Reminders"), "reminders"),)
    head = ctx.t.n("You follow {count} call:", "You follow {count} calls:", len(found))
    return Reply(
        (para(head), Items(tuple(short(one, ctx) for one in page.shown), start=page.first)),
        buttons=(numbers, turns),
        told=tuple(fact for one in page.shown for fact in show.facts_told(one, ctx)),
    )


async def lines(ctx: Context) -> tuple[Block, ...]:
    """What the reader follows, for the settings; nothing when there is nothing."""
    found = await _followed(ctx)
    if not found:
        return ()
    titles = [title(one, ctx, 60) for one in found[:PAGE]]
    named = ctx.t.listed(tuple(titles)) if len(found) <= PAGE else ", ".join(titles) + " …"
    text = ctx.t.n(
        "You follow {count} call: {titles}.", "You follow {count} calls: {titles}.", len(found), titles=named
    )
    return (para(text),)


async def _followed(ctx: Context) -> list[Call]:
    """Those not over, in the order in which they were begun to be followed."""
    mine = ctx.member.person.following if ctx.member else ()
    found = [await ctx.store.calls.get(one.call) for one in mine]
    return [one for one in found if one and status(one, ctx.now) not in ("closed", "cancelled")]


# When reminders come


async def reminders(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`reminders 30 7 1` chooses the days before a deadline, `reminders off` and `on` turn all of them off and on."""
    if ctx.member is None:
        return say(ctx.t("Messages are sent to members only."))
    wanted = ctx.member.person.wishes
    if line.words in (("off",), ("on",)):
        muted = set(wanted.muted) - {"reminders"} | ({"reminders"} if line.words == ("off",) else set())
        wanted = replace(wanted, muted=tuple(sorted(muted)))
    elif line.words:
        days = _chosen(line.rest)
        if not days:
            return say(
                ctx.t(
                    "How many days before? One to six numbers up to {most}, for example: {example}.",
                    most=EARLIEST,
                    example=f"/{line.command.name(ctx.t.language)} 30 7 1",
                )
            )
        muted = set(wanted.muted) - {"reminders"}
        chosen = ctx.today if days != wanted.days else wanted.chosen
        wanted = replace(wanted, days=days, chosen=chosen, muted=tuple(sorted(muted)))
    if wanted != ctx.member.person.wishes:
        await ctx.store.members.set_wishes(ctx.member.id, wanted, ctx.by)
    return _how(wanted, line, ctx)


def _chosen(text: str) -> tuple[int, ...]:
    """The numbers in it, the largest first; none when they are not such that can be chosen."""
    words = re.sub(r"[,;]", " ", text).split()
    if not all(re.fullmatch(r"\d{1,3}", word) for word in words):
        return ()
    days = sorted({int(word) for word in words}, reverse=True)
    fit = 1 <= len(days) <= MOST and all(1 <= d <= EARLIEST for d in days)
    return tuple(days) if fit else ()


def _how(wanted: Wishes, line: Line, ctx: Context) -> Reply:
    t = ctx.t
    if "reminders" in wanted.muted:
        return say(t("Reminders are turned off."), buttons=rows(Button(t("Turn on"), "reminders on")))
    buttons = [Button(t("Turn off"), "reminders off"), Button(t("What you follow"), "following")]
    usual = Wishes().days
    if wanted.days != usual:
        buttons.insert(0, Button(t("As usual: {days}", days=", ".join(map(str, usual))), _line(usual)))
    return say(
        t("When you follow a call, I remind you {days} its deadline.", days=_days(wanted, ctx)),
        t("For meetings of your working groups: a day and two hours before they begin."),
        t("Other days: {example}.", example=f"/{line.command.name(t.language)} 30 7 1"),
        buttons=rows(*buttons),
    )


def _line(days: tuple[int, ...]) -> str:
    return f"reminders {' '.join(map(str, days))}"
