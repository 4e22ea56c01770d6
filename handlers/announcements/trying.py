"""A test of an announcement: its author gets what members will get, wherever the author is reached, and nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.announcements import drafts
from handlers.announcements.reading import composed
from handlers.chat import Bold, Button, Incoming, Reply, para, say
from handlers.commands import Line
from handlers.context import Context
from handlers.i18n import translator
from handlers.wishes import PLATFORMS
from storage.sendings import Delivery, NewSending, Sending

USEFUL = timedelta(hours=1)


async def trial(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Sends the announcement in hand to its author alone, in each of its languages, on every platform they have."""
    t = ctx.t
    begun = await drafts.in_hand(msg, ctx)
    if begun is None or begun.at is not None:
        return say(t("There is nothing to test: fill in the form of an announcement first."), aside=True)
    accounts = ctx.member.person.accounts if ctx.member else ()
    places = [
        (account.platform, account.address)
        for account in accounts
        if account.platform in PLATFORMS and account.address and not account.unreachable
    ]
    if not places:
        return say(
            t("A test goes to Telegram or Slack, and no account of yours is linked there."), aside=True
        )
    draft = drafts.from_answers(begun.answers, ctx)
    for language in ("lt", "en"):
        if draft.content[language]:
            content = {**draft.content, "asked_by": ctx.by.who, "language": language}
            new = NewSending(
                "test", f"test {language} {ctx.event}", content, ctx.now, ctx.now + USEFUL, "its author waits"
            )
            await ctx.store.sendings.open(new, tuple(f"{p}:{address}" for p, address in places), ctx.by)
    names = t.listed(tuple(PLATFORMS[platform] for platform, _ in places))
    return say(t("The test is on its way to you alone: {platforms}.", platforms=names), aside=True)


async def compose(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """What members will get, marked in its first line."""
    ctx = replace(ctx, t=translator(str(sending.content["language"])))
    reply = await composed(sending, delivery, ctx)
    mark = para(Bold(ctx.t("A test: only you see this.")))
    inert = tuple(tuple(_inert(button, delivery) for button in row) for row in reply.buttons)
    return replace(reply, blocks=(mark, *reply.blocks), buttons=inert)


def _inert(button: Button, delivery: Delivery) -> Button:
    """The button as members see it; pressed, it says that this is a test."""
    return button if button.command.startswith("why ") else Button(button.label, f"read {delivery.id}")
