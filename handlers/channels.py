"""Working groups' channels: what they are called, why one is not reached, and in which languages they are spoken to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

from handlers.chat import TITLE_LENGTH, Block, Fact, Heading, Reply, shorten
from handlers.context import Context
from handlers.i18n import N_, Translator, translator
from handlers.wishes import PLATFORMS
from storage.channels import Channel, is_channel
from storage.moments import zone

WHY = {
    "The bot was removed from the group.": N_("the bot was removed from the group"),
    "The bot is not in the group.": N_("the bot is not in the group"),
    "The group was deleted.": N_("the group was deleted"),
    "The group has moved.": N_("the group has become another one"),
    "The bot may not write there.": N_("the bot may not write there"),
    "The chat was not found, or the bot may not write there.": N_(
        "the chat was not found, or the bot may not write there"
    ),
    "The conversation was not found, or the bot is not in it.": N_(
        "the chat was not found, or the bot is not in it"
    ),
    "The conversation was not found.": N_("the chat was not found"),
    "The bot is not in the channel.": N_("the bot is not in the channel"),
    "The channel is archived.": N_("the channel is archived"),
    "The channel is no longer active.": N_("the channel is no longer active"),
    "The channel takes answers in threads only.": N_("the channel takes answers in threads only"),
    "The workspace does not let the bot write there.": N_("the workspace does not let the bot write there"),
    "the channel was taken away": N_("the group has this channel no more"),
}
"""What the platforms say of a chat that is not reached, in words of ours."""
_GENITIVES = {
    "grupė": "grupės",
    "pogrupis": "pogrupio",
    "komisija": "komisijos",
    "komitetas": "komiteto",
    "taryba": "tarybos",
    "komanda": "komandos",
}
"""Of the word that a group's name ends in, whose channel it is; what stands before it is in the genitive already."""


def why(said: str, t: Translator) -> str:
    """Why something is not reached, without a full stop: in the reader's language where we know the sentence."""
    return t(WHY[said]) if said in WHY else said.rstrip(".")


def of_group(group: str, ctx: Context) -> tuple[Channel, ...]:
    """The channels that the group has now, one a platform at most."""
    return tuple(c for c in ctx.channels if c.group == group and c.connected)


def at(platform: str, chat: str, ctx: Context) -> Channel | None:
    """The channel that this chat is, or None."""
    return next(
        (c for c in ctx.channels if c.connected and (c.platform, c.address) == (platform, chat)), None
    )


def speakable(channels: Iterable[Channel], ctx: Context) -> tuple[Channel, ...]:
    """Those that are connected and whose group is there and works."""
    working = {g.id for g in ctx.structure.groups if not g.archived}
    return tuple(c for c in channels if c.connected and c.group in working)


def group_name(channel: Channel, ctx: Context) -> str:
    """The name of its group in the reader's language, or the group's id when there is no such group any more."""
    group = ctx.structure.group(channel.group)
    return (shorten(ctx.t.words(group.name), TITLE_LENGTH) if group else "") or channel.group


def title(group: str, ctx: Context) -> str:
    """The channel of the group of that name: "Eksporto darbo grupės kanalas". What we cannot decline stands apart."""
    head, _, last = group.rpartition(" ")
    if ctx.t.language != "lt":
        return ctx.t("The channel of {group}", group=group)
    if (owner := _GENITIVES.get(last.casefold())) is None:
        return ctx.t("Channel: {group}", group=group)
    return ctx.t("The channel of {group}", group=f"{head} {owner}" if head else owner.capitalize())


def name(channel: Channel, ctx: Context) -> str:
    """Its name where many are listed: "Eksporto darbo grupės kanalas (Telegram)"."""
    platform = PLATFORMS.get(channel.platform, channel.platform)
    return f"{title(group_name(channel, ctx), ctx)} ({platform})"


def names(ctx: Context) -> dict[str, str]:
    """The names of all channels there have been, by their ids."""
    return {c.id: name(c, ctx) for c in ctx.channels}


def listed(recipients: Iterable[str], ctx: Context) -> str:
    """The channels among those whom something is sent to, by their names; empty when there is none."""
    known = names(ctx)
    return ctx.t.listed(tuple(known.get(r, r) for r in recipients if is_channel(r)))


def lines(group: str, ctx: Context) -> tuple[str, ...]:
    """What is so of each channel of that group, a sentence each, for the secretariat; none without a channel."""
    t = ctx.t
    found = []
    for one in of_group(group, ctx):
        platform = PLATFORMS.get(one.platform, one.platform)
        if one.unreachable:
            found.append(
                t(
                    "The channel on {platform} is not reached: {why}.",
                    platform=platform,
                    why=why(one.unreachable, t),
                )
            )
        else:
            day = t.day(one.since.astimezone(zone(ctx.zone)).date(), ctx.today)
            found.append(t("The channel on {platform} is connected since {day}.", platform=platform, day=day))
    return tuple(found)


# What is said in one


async def languages(channel: Channel, ctx: Context) -> tuple[str, ...]:
    """Those it is spoken to in: the association's first, and its others where somebody of the group reads them."""
    spoken = {m.person.language for m in await ctx.store.members.all() if channel.group in m.groups}
    first, *others = ctx.association.languages
    return (first, *(language for language in others if language in spoken))


async def in_its_languages(
    channel: Channel, ctx: Context, compose: Callable[[Context], Awaitable[Reply | None]]
) -> Reply | None:
    """What `compose` says in each of the channel's languages, as one post; what it begins with in two of them alike (a
    note, a text in one language) is there once. The buttons are in the first. None when there is nothing to say."""
    said: list[tuple[str, Reply]] = []
    for language in await languages(channel, ctx):
        reply = await compose(replace(ctx, t=translator(language)))
        if reply is not None and all(reply.blocks != other.blocks for _, other in said):
            said.append((language, reply))
    if not said:
        return None
    (_, first), *others = said
    blocks: list[Block] = list(first.blocks)
    told: dict[Fact, None] = dict.fromkeys(first.told)
    for language, reply in others:
        t = translator(language)
        alike = next(
            (i for i, (a, b) in enumerate(zip(reply.blocks, first.blocks, strict=False)) if a != b),
            min(len(reply.blocks), len(first.blocks)),
        )
        blocks.append(Heading({"lt": t("In Lithuanian"), "en": t("In English")}[language]))
        blocks += reply.blocks[alike:]
        told |= dict.fromkeys(reply.told)
    return replace(first, blocks=tuple(blocks), told=tuple(told))
