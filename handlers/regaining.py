"""Access back after a lost phone: the lost account is shut out at once, and a code brings a new one to the same member."""

from __future__ import annotations

import secrets
from datetime import timedelta

from handlers import finding, membership
from handlers.chat import Block, Bold, Button, Field, Form, Incoming, Items, Reply, para, rows, say
from handlers.commands import Line
from handlers.context import Context, whose
from handlers.linking import platform_name
from storage.conversation import Draft
from storage.members import Invite, Member, Reach
from storage.sendings import Delivery, NewSending, Sending

LIVES = timedelta(days=7)
"""A code that brings somebody back: long enough to reach them by telephone or post, shorter than an invitation."""
WAITS = timedelta(days=1)
TOLD_FOR = timedelta(days=7)


async def regain(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`regain Jonas` asks which account is lost, says what follows and, confirmed, shuts it out and gives the code."""
    member = await ctx.store.members.get(line.words[0]) if line.words else None
    if member is None:
        return await _whose(msg, line, ctx)
    lost = _account(member, line.words[1] if len(line.words) > 1 else "")
    if lost is None:
        return _which(member, ctx)
    if msg.confirmed:
        return await shut_out(member, line.seen or 0, lost.platform, ctx)
    if (lost.platform, lost.user) == (msg.account.platform, msg.account.user):
        return say(ctx.t("You are writing from that account, so it is not lost."))
    return await _preview(member, lost, msg, ctx)


async def _whose(msg: Incoming, line: Line, ctx: Context) -> Reply:
    """By the name that was said; without one, asks for it."""
    t = ctx.t
    text = line.rest or str((msg.answers or {}).get("whose", ""))
    if not text:
        field = Field(
            "whose",
            t("Whose account is lost? Write the name."),
            "text",
            t("For example: Jonas Petraitis."),
            limit=120,
        )
        return Reply(form=Form("regain", t("Access back"), (field,)))
    found = finding.people(text, await ctx.store.members.all())
    return _which(found[0], ctx) if len(found) == 1 else finding.which(found, "regain", ctx)


def _account(member: Member, platform: str) -> Reach | None:
    return next((a for a in member.person.accounts if a.platform == platform.casefold()), None)


def _which(member: Member, ctx: Context) -> Reply:
    """Their accounts, each with a button; who has none is invited."""
    t, name = ctx.t, member.person.name
    if not member.person.accounts:
        return say(
            t(
                "{name} has no account here, so there is nothing to lose: an invitation lets them in.",
                name=name,
            ),
            buttons=rows(Button(t("An invitation"), f"invite {member.id}")),
        )
    buttons = (
        Button(platform_name(a.platform, ctx), f"regain {member.id} {a.platform}") for a in _apart(member)
    )
    return Reply(
        (para(Bold(name)), para(t("On which platform is the account lost?"))), buttons=rows(*buttons)
    )


def _apart(member: Member) -> tuple[Reach, ...]:
    """One account of each platform."""
    return tuple({a.platform: a for a in member.person.accounts}.values())


async def _preview(member: Member, lost: Reach, msg: Incoming, ctx: Context) -> Reply:
    t, name = ctx.t, member.person.name
    command = f"regain {member.id} {lost.platform}"
    await ctx.store.conversation.save_draft(Draft(whose(msg, ctx), command, None, {}, ctx.now + WAITS))
    platform = platform_name(lost.platform, ctx)
    blocks: list[Block] = [
        para(Bold(name)),
        Items(
            (
                (
                    t(
                        "Their account on {platform} is shut out at once: whoever has it loses a member's rights.",
                        platform=platform,
                    ),
                ),
                (t("Codes and invitations that they had before work no more."),),
                (t("You get a code, for one use within seven days, that makes a new account theirs."),),
                (t("Seats, role, follows and everything else stay as they are."),),
            )
        ),
    ]
    if left := [platform_name(a.platform, ctx) for a in _apart(member) if a.platform != lost.platform]:
        blocks.append(para(t("They are told on: {platforms}.", platforms=t.listed(tuple(left)))))
    blocks.append(para(t("Make sure first that it is they who ask, by a telephone call for instance.")))
    return Reply(
        tuple(blocks),
        buttons=rows(
            Button(t("Shut out and give a code"), f"apply {command} v{member.version}"),
            Button(t("Leave it as it is"), "cancel"),
        ),
    )


async def shut_out(member: Member, seen: int, platform: str, ctx: Context) -> Reply:
    """Does it in one commit and shows the code, once. Raises Changed when the member moved on since `seen`."""
    t, name = ctx.t, member.person.name
    code = secrets.token_urlsafe(9)
    person = member.person
    invite = Invite("", membership.digest(code), person.role, person.organisation, member.id, ctx.now + LIVES)
    kept = await ctx.store.members.regain(
        member.id, seen, platform, invite, _news(member, platform, ctx), ctx.by
    )
    if (
        kept.digest != invite.digest
    ):  # the same gesture once more: its code was shown, and only its hash is kept
        return say(
            t("The account is shut out already. If the code did not reach you, make another one."),
            buttons=rows(Button(t("An invitation"), f"invite {member.id}")),
        )
    until = t.at(kept.expires, ctx.zone, ctx.today)
    blocks, picture = membership.code_shown(code, ctx)
    first = para(
        t("{name}: the account on {platform} is shut out.", name=name, platform=platform_name(platform, ctx))
    )
    says = para(t("This code is for {name} alone, works once and until {day}.", name=name, day=until))
    return Reply((first, says, *blocks), files=(picture,), fresh=True)


def _news(member: Member, platform: str, ctx: Context) -> NewSending | None:
    """For the accounts that they have left: whoever did not ask for it has to know."""
    if all(a.platform == platform for a in member.person.accounts):
        return None
    return NewSending(
        "regained",
        f"regained {ctx.by.event}",
        {"platform": platform},
        ctx.now,
        ctx.now + TOLD_FOR,
        urgent="security",
    )


async def compose(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """To the accounts that are left: one was shut out, and who can say if that is wrong."""
    t = ctx.t
    platform = platform_name(str(sending.content["platform"]), ctx)
    return say(
        t("The secretariat has shut out your account on {platform}, as lost.", platform=platform),
        t("If you did not ask for that, tell the secretariat at once."),
        buttons=rows(Button(t("The secretariat"), "contact")),
    )
