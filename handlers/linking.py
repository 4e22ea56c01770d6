"""One person on several platforms: another account is brought by a code, and an account is taken away again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers import guide, membership
from handlers.chat import Block, Button, Code, Incoming, Link, Reply, para, rows, say
from handlers.commands import BY_NAME, Line
from handlers.context import Context
from handlers.i18n import N_, translator
from storage.audit import By
from storage.errors import Changed
from storage.members import LinkCode, Member, Reach
from storage.sendings import Delivery, NewSending, Sending

CODE_LIVES = timedelta(minutes=15)
TOLD_FOR = timedelta(days=7)
CODE_GROUPS = 3
"""Of four characters: 59 random bits, enough for minutes and five wrong codes an hour."""
DEEP = "link-"
"""Begins a code behind Telegram's ?start=, where an invitation's code may stand too."""
PLATFORMS = {"telegram": "Telegram", "slack": "Slack", "page": N_("the page")}


async def start(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`/start link-CODE` is the deep link of a code; anything else is not ours."""
    code = line.words[0] if line.words else ""
    if code.casefold().startswith(DEEP):
        return await link(msg, ctx, Line(BY_NAME["link"], (code[len(DEEP) :],)))
    return await membership.start(msg, ctx, line)


async def link(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`link` gives a member a code; `link CODE`, written from another account of theirs, makes it the same member's.
    `link CODE replace` does so in the place of an account that they have there already."""
    if ctx.operator:
        return say(ctx.t("The operator has the secretariat's rights already."))
    if line.words:
        return await _use(line.words[0].casefold(), line.words[1:2] == ("replace",), msg, ctx)
    if ctx.member is None:
        return Reply(
            (
                para(
                    *ctx.t.rich(
                        "Write {command} to me from the account with which you are a member already, and send me here the code that you get there.",
                        command=Code(_command(ctx)),
                    )
                ),
                para(ctx.t("If you are not a member yet, ask to join.")),
            ),
            buttons=rows(Button(ctx.t("Ask to join"), "join")),
        )
    return await _issue(ctx.member, msg, ctx)


def _command(ctx: Context) -> str:
    """The command's name in the reader's language. Without a slash it is understood everywhere; Slack lets no slash
    command through that is not its own."""
    return BY_NAME["link"].name(ctx.t.language)


async def _issue(member: Member, msg: Incoming, ctx: Context) -> Reply:
    t = ctx.t
    code = membership.fresh_code(CODE_GROUPS)
    account = Reach(msg.account.platform, msg.account.user, msg.chat)
    kept = await ctx.store.members.link_code(
        LinkCode("", membership.digest(code), member.id, account, ctx.now + CODE_LIVES), ctx.by
    )
    until = t.at(kept.expires, ctx.zone, ctx.today)
    blocks: list[Block] = [
        para(
            *t.rich("Write this to me from your other account: {code}", code=Code(f"{_command(ctx)} {code}"))
        )
    ]
    if ctx.join_link and account.platform != "telegram":
        address = ctx.join_link + DEEP + code
        blocks.append(para(t("Or open this in Telegram: "), Link(address, address)))
    blocks.append(para(t("The code works once and until {time}. Show it to nobody.", time=until)))
    others = tuple(a.platform for a in member.person.accounts if a.platform != account.platform)
    if others:
        blocks.append(
            para(
                t(
                    "Linked already: {names}. Another account in the same app would replace the old one.",
                    names=t.listed(tuple(platform_name(p, ctx) for p in others)),
                )
            )
        )
    buttons = [
        Button(t("Unlink {platform}", platform=platform_name(p, ctx)), f"unlink {p}") for p in others[:3]
    ]
    return Reply(tuple(blocks), buttons=rows(*buttons), fresh=True)


def platform_name(platform: str, ctx: Context) -> str:
    """What people call it."""
    return ctx.t(PLATFORMS[platform]) if platform in PLATFORMS else platform


async def _use(code: str, confirmed: bool, msg: Incoming, ctx: Context) -> Reply:
    """The account joins the code's member; what stands in the way is said. Wrong codes count as an invitation's do."""
    t = ctx.t
    if await membership.exhausted(msg, ctx):
        return say(t("Too many wrong codes have come from here. Try again in an hour."))
    found = await ctx.store.members.link_code_of(membership.digest(code))
    here = f"{msg.account.platform}:{msg.account.user}"
    owner = await ctx.store.members.get(found.member) if found else None
    if found is None or owner is None or found.used_by not in (None, here):
        await membership.count_wrong(msg, ctx)
        return _invalid(ctx)
    if found.used_by == here and ctx.member is not None and ctx.member.id == owner.id:
        return await _linked(found, owner, msg, ctx)
    if found.used_by is not None:
        return _invalid(ctx)
    if ctx.member is not None and ctx.member.id == owner.id:
        return say(t("This account is yours already: the code is for the other one. Write it to me there."))
    if found.expires <= ctx.now:
        return say(
            t(
                "This code has expired: it works for 15 minutes. Ask for a new one from the account that you are a member with."
            )
        )
    if ctx.member is not None:
        return say(
            t(
                "This account already belongs to a member here, {name}, and a code cannot make two members "
                "one. The secretariat can put it right.",
                name=ctx.member.person.name,
            ),
            buttons=guide.offers(ctx, ("contact_secretariat",)),
        )
    if not confirmed and any(a.platform == msg.account.platform for a in owner.person.accounts):
        # The code is in the button: it works once, for minutes, and stands in this chat already.
        return say(
            t(
                "{name}, another account of yours on {platform} is linked already. If you link this one, "
                "the old one loses a member's rights.",
                name=owner.person.name,
                platform=platform_name(msg.account.platform, ctx),
            ),
            t("If you press nothing, everything stays as it is."),
            buttons=rows(Button(t("Use this account instead"), f"link {code} replace")),
        )
    account = Reach(msg.account.platform, msg.account.user, msg.chat)
    try:
        owner = await ctx.store.members.link(found.id, account, By(owner.id, ctx.now, ctx.event))
    except Changed:
        return _invalid(ctx)
    return await _linked(found, owner, msg, ctx)


def _invalid(ctx: Context) -> Reply:
    return Reply(
        (
            para(
                *ctx.t.rich(
                    "This code is not valid: it was used, a newer one was made, or it was mistyped. From the account that you are a member with, write {command} for a new one.",
                    command=Code(_command(ctx)),
                )
            ),
        )
    )


async def _linked(code: LinkCode, member: Member, msg: Incoming, ctx: Context) -> Reply:
    """Says so here, in the member's language, and where the code was asked for: whoever was talked out of a code hears
    it there. Said again when the first time was cut short."""
    t = translator(member.person.language)
    there = code.account
    if there.address:
        content = {
            "platform": msg.account.platform,
            "replaced": there.platform == msg.account.platform,
            "language": member.person.language,
        }
        # Not to the member's id: that could be the new account, and it is the old one that has to know.
        await ctx.store.sendings.open(
            NewSending(
                "linked", f"linked {code.id}", content, ctx.now, ctx.now + TOLD_FOR, urgent="security"
            ),
            (f"{there.platform}:{there.address}",),
            By(member.id, ctx.now, ctx.event),
        )
    buttons = [Button(t("Settings"), "settings")]
    return say(
        t("Done, {name}. This account is yours too.", name=member.person.name),
        t("Each message comes once, to one of your accounts; choose which in the settings."),
        buttons=rows(*buttons),
    )


async def compose(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """To the account that asked for the code: another one was brought by it."""
    platform = str(sending.content["platform"])
    t = translator(str(sending.content["language"]))
    name = platform_name(platform, replace(ctx, t=t))
    if sending.content["replaced"]:
        return say(
            t("Another account of yours on {platform} has taken the place of this one.", platform=name),
            t("If it was not you who linked it, tell the secretariat at once."),
            buttons=rows(Button(t("The secretariat"), "contact")),
        )
    return say(
        t("Your account on {platform} is linked: there and here you are the same member now.", platform=name),
        t("If it was not you who linked it, unlink it at once and tell the secretariat."),
        buttons=rows(Button(t("Unlink {platform}", platform=name), f"unlink {platform}")),
    )


async def unlink(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`unlink telegram` takes the account on that platform away; the one that is written from stays. Twice is once."""
    t = ctx.t
    if ctx.member is None:
        return say(t("There is nothing to unlink: this account belongs to no member."))
    platform = line.words[0].casefold() if line.words else ""
    others = tuple(a.platform for a in ctx.member.person.accounts if a.platform != msg.account.platform)
    if platform == msg.account.platform:
        return say(t("You cannot unlink the account you are writing from: write from the other one."))
    if platform not in others:
        if not platform and others:
            return say(
                t("Which account shall be unlinked?"),
                buttons=rows(*(Button(platform_name(p, ctx), f"unlink {p}") for p in others[:3])),
            )
        return say(
            t("No other account of yours is linked."),
            buttons=rows(Button(t("Link another account"), "link")),
        )
    await ctx.store.members.unlink(ctx.member.id, platform, ctx.by)
    return say(
        t(
            "The account on {platform} is unlinked: it no longer has a member's rights.",
            platform=platform_name(platform, ctx),
        ),
        buttons=rows(Button(t("Link another account"), "link")),
    )
