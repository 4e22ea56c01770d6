"""A chat becomes a working group's channel: `/kanalas politika`, said in it by the secretariat; and is so no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from handlers import channels, groups
from handlers.chat import (
    CHOICE_LENGTH,
    Block,
    Bold,
    Button,
    Buttons,
    Code,
    Incoming,
    Para,
    Reply,
    Spans,
    para,
    rows,
    say,
    shorten,
)
from handlers.commands import BY_NAME, Line
from handlers.context import Context
from handlers.wishes import PLATFORMS
from storage.association import Group
from storage.channels import Channel, is_channel
from storage.errors import Changed
from storage.sendings import Delivery, NewSending, Sending

OFF = frozenset({"off", "ne", "atjungti", "išjungti", "isjungti"})
GREETED = timedelta(days=1)
"""The first words in a channel that have not left by then are not said any more."""
OFFERED = 6
"""Groups to choose from: six buttons in all."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What was said: which group, whether its channel is to be taken away, on which platform alone; or which channel is
    to be, by its id."""

    group: str
    off: bool
    platform: str = ""
    id: str = ""


def _wish(line: Line) -> _Wish:
    words = list(line.words)
    if len(words) == 2 and words[0].casefold() in OFF and is_channel(words[1]):
        return _Wish("", True, id=words[1])
    platform = words.pop().casefold() if words and words[-1].casefold() in PLATFORMS else ""
    off = bool(words) and words[-1].casefold() in OFF
    if off:
        words.pop()
    return _Wish(" ".join(words), off, platform)


async def channel(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`channel politika` makes the chat that it is said in that group's channel; with `off` it is none any more, and in
    private `channel politika off slack` takes away the one there. Without a group: whose channel this is."""
    wish = _wish(line)
    if wish.id:
        await ctx.store.channels.disconnect(wish.id, ctx.by)
        return say(*(_taken_away(c, ctx) for c in ctx.channels if c.id == wish.id))
    if not wish.group:
        return await _asked(wish, msg, ctx)
    group = groups.named(wish.group, ctx.structure)
    if group is None:
        unknown = ctx.t("I do not know a group “{name}”.", name=shorten(wish.group, 80))
        return say(unknown, buttons=_choices(ctx))
    if wish.off:
        return await _off(group, wish.platform, msg, ctx)
    if msg.private:
        return _shown(group, ctx)
    return await _connected(group, msg, ctx)


def _choices(ctx: Context) -> Buttons:
    working = [g for g in ctx.structure.groups if not g.archived][:OFFERED]
    return tuple((Button(shorten(groups.name(g, ctx), CHOICE_LENGTH), f"channel {g.id}"),) for g in working)


async def _asked(wish: _Wish, msg: Incoming, ctx: Context) -> Reply:
    """No group was named: the one whose channel this chat is, or the groups to choose from."""
    t = ctx.t
    here = channels.at(msg.account.platform, msg.chat, ctx)
    if here is None and wish.off:
        return say(t("This chat is no group's channel."))
    if here is None:
        question = t("Whose channel should this chat be?") if not msg.private else t("Which group's channel?")
        return say(question, buttons=_choices(ctx))
    if wish.off:
        await ctx.store.channels.disconnect(here.id, ctx.by)
        return say(_taken_away(here, ctx))
    return say(
        t("This chat is the channel of the group “{group}”.", group=channels.group_name(here, ctx)),
        buttons=rows(_off_button(here, ctx)),
    )


def _off_button(found: Channel, ctx: Context) -> Button:
    name = PLATFORMS.get(found.platform, found.platform)
    return Button(ctx.t("Disconnect {platform}", platform=name), f"channel off {found.id}")


def _taken_away(found: Channel, ctx: Context) -> str:
    return ctx.t(
        "The group “{group}” has no channel on {platform} any more.",
        group=channels.group_name(found, ctx),
        platform=PLATFORMS.get(found.platform, found.platform),
    )


async def _off(group: Group, platform: str, msg: Incoming, ctx: Context) -> Reply:
    """The group's channel on that platform is taken away; without one the chat it is said in, in private all."""
    t, own = ctx.t, channels.of_group(group.id, ctx)
    if platform:
        meant = [c for c in own if c.platform == platform]
    elif msg.private:
        meant = list(own)
    else:
        meant = [c for c in own if (c.platform, c.address) == (msg.account.platform, msg.chat)]
    name = groups.name(group, ctx)
    if not meant and own and not msg.private:
        return say(t("This chat is not the channel of the group “{group}”.", group=name))
    if not meant:
        return say(t("The group “{group}” has no such channel.", group=name))
    for found in meant:
        await ctx.store.channels.disconnect(found.id, ctx.by)
    return say(*(_taken_away(found, ctx) for found in meant))


def _shown(group: Group, ctx: Context) -> Reply:
    """In private nothing can be connected: how the group's channels are, and where it is done."""
    blocks: list[Block] = [para(Bold(groups.name(group, ctx)))]
    blocks += [para(line) for line in channels.lines(group.id, ctx)] or [
        para(ctx.t("The group has no channel yet."))
    ]
    blocks.append(Para(how(group.id, ctx)))
    buttons = (_off_button(c, ctx) for c in channels.of_group(group.id, ctx))
    return Reply(tuple(blocks), buttons=rows(*buttons))


def how(group: str, ctx: Context) -> Spans:
    """Where and how a chat is connected."""
    said = f"{BY_NAME['channel'].name(ctx.t.language)} {group}"
    return ctx.t.rich(
        "To connect a chat, invite me into it and write there: {command} (on Slack: {slack}).",
        command=Code(f"/{said}"),
        slack=Code(f"/sauklys {said}"),
    )


# Connecting


async def _connected(group: Group, msg: Incoming, ctx: Context) -> Reply:
    """The chat becomes the group's channel, and says so itself: only what is posted there shows that it can be."""
    t, platform = ctx.t, msg.account.platform
    name = groups.name(group, ctx)
    if group.archived:
        return say(t("The group “{group}” has finished its work, so it needs no channel.", group=name))
    if platform not in PLATFORMS:
        return say(t("I cannot send anything here by myself, so this chat cannot be a channel."))
    there = channels.at(platform, msg.chat, ctx)
    if there and there.group == group.id and not there.unreachable:
        return say(t("This chat is the channel of the group “{group}” already.", group=name))
    if there and ctx.structure.group(there.group) is None:
        await ctx.store.channels.disconnect(there.id, ctx.by)  # of a group that is no more
    before = next((c for c in channels.of_group(group.id, ctx) if c.platform == platform), None)
    try:
        found = await ctx.store.channels.connect(group.id, platform, msg.chat, ctx.by)
    except Changed as taken:
        return _taken(taken.current, ctx)
    greeting = NewSending(
        "channel", f"channel {found.id} {ctx.event}", {}, ctx.now, ctx.now + GREETED, urgent="just connected"
    )
    await ctx.store.sendings.open(greeting, (found.id,), ctx.by)
    return say(*await _said(group, platform, before, msg, ctx), aside=True)


async def _said(
    group: Group, platform: str, before: Channel | None, msg: Incoming, ctx: Context
) -> list[str]:
    """To whoever connected it: that it is, what is no more, and what they may not know."""
    t, named = ctx.t, PLATFORMS[platform]
    name = groups.name(group, ctx)
    said = [
        t("Connected: the group “{group}” has its channel on {platform} now.", group=name, platform=named)
    ]
    if before is not None and before.address != msg.chat:
        said.append(t("The chat that was its channel before no longer is."))
    members = await ctx.store.members.all()
    if not any(a.platform == platform for m in members if group.id in m.groups for a in m.person.accounts):
        said.append(t("I know nobody of this group on {platform} yet.", platform=named))
    command = f"/{BY_NAME['groups'].name(t.language)} {group.id}"
    said.append(t("I am posting a few words there; if that fails, {command} tells why.", command=command))
    return said


def _taken(current: object, ctx: Context) -> Reply:
    """The chat is another group's channel already."""
    assert isinstance(current, Channel)
    return say(
        ctx.t(
            "This chat is the channel of the group “{group}”. Disconnect it there first.",
            group=channels.group_name(current, ctx),
        ),
        buttons=rows(_off_button(current, ctx)),
    )


async def compose(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """The first words in a channel: what will come there, and what will not. None when it is none any more."""
    if ctx.channel is None or not channels.speakable((ctx.channel,), ctx):
        return None
    t = ctx.t
    group = Bold(channels.group_name(ctx.channel, ctx))
    return Reply(
        (
            Para(t.rich("From now on this is the channel of the group: {group}.", group=group)),
            para(
                t(
                    "I will post its weekly digest here, what the secretariat announces to it, and what changes"
                    " afterwards. I say nothing personal here: for that, write to me in private."
                )
            ),
        )
    )
