"""Whom an announcement or a survey is for, in words, and an announcement into working groups' channels: who can be
chosen, what its preview says of them, and who in one may confirm it."""

from __future__ import annotations

from collections.abc import Iterable

from handlers import audience, channels
from handlers.chat import CHOICE_LENGTH, Block, Choice, para, shorten
from handlers.context import Context
from handlers.i18n import N_
from handlers.taking_part import silent
from handlers.wishes import ALSO
from storage.channels import is_channel
from storage.members import Member
from storage.sendings import Delivery, Sending
from storage.surveys import Survey

SILENT = "survey-open"
"""`survey-open:a3` are those for whom nobody has answered that survey yet."""


def choices(ctx: Context) -> list[Choice]:
    """The groups' channels to choose from, one for each group that has any."""
    return [
        Choice(f"channel:{g.id}", shorten(channels.title(ctx.t.words(g.name), ctx), CHOICE_LENGTH))
        for g in ctx.structure.groups
        if channels.speakable(channels.of_group(g.id, ctx), ctx)
    ]


def fault(words: Iterable[str], ctx: Context) -> str:
    """What is wrong with an audience, a sentence; empty when nothing is."""
    given = tuple(words)
    for word in given:
        kind, _, name = word.removeprefix("-").partition(":")
        if kind == SILENT and _survey(name, ctx) is None:
            return ctx.t("“{word}”: no such survey is open.", word=word)
    others = [word for word in given if not word.removeprefix("-").startswith(f"{SILENT}:")]
    if not others and any(not word.startswith("-") for word in given):
        return ""
    if not any(not word.startswith("-") for word in others) and len(others) < len(given):
        others.append("all")  # somebody is chosen by a survey; what is left out is looked at all the same
    return audience.fault(others, ctx.structure, ctx.t, channels.speakable(ctx.channels, ctx))


def _survey(name: str, ctx: Context) -> Survey | None:
    """The open survey of that id or key."""
    return next((s for s in ctx.surveys if s.state == "open" and name in (s.id, s.plan.key)), None)


def silent_choices(ctx: Context) -> list[Choice]:
    """Those who have not answered an open survey, to choose from."""
    return [
        Choice(f"{SILENT}:{s.id}", shorten(has_not_answered(s.id, ctx), CHOICE_LENGTH))
        for s in ctx.surveys
        if s.state == "open"
    ]


def has_not_answered(name: str, ctx: Context) -> str:
    """Those of that survey as people say it."""
    survey = _survey(name, ctx)
    title = ctx.t.words(survey.plan.title) if survey else name
    return ctx.t("those who have not answered “{title}”", title=title)


TOPICS_SAID = {
    "notices": N_("those who want news of calls and meetings"),
    "digest": N_("those who want the weekly digest"),
    "announcements": N_("those who want announcements"),
    "reminders": N_("those who want reminders"),
    "surveys": N_("those who want surveys"),
}


def audience_in_words(words: Iterable[str], ctx: Context) -> str:
    """Whom something is for, as people say it: "visi nariai, išskyrus šiuos: klasterių vadovai"."""
    given = tuple(words)
    meant = ctx.t.listed(tuple(in_words(word, ctx) for word in given if not word.startswith("-")))
    left_out = ctx.t.listed(tuple(in_words(word[1:], ctx) for word in given if word.startswith("-")))
    return ctx.t("{audience}, but not {others}", audience=meant, others=left_out) if left_out else meant


def in_words(word: str, ctx: Context) -> str:
    """One word of an audience as people say it."""
    kind, _, name = word.partition(":")
    structure = ctx.structure
    group, organisation = structure.group(name), structure.organisation(name)
    topic = TOPICS_SAID.get(ALSO.get(name, name))
    return {
        "channel": channels.title(ctx.t.words(group.name) if group else name, ctx),
        "all": ctx.t("all members"),
        "not-joined": ctx.t("those who have not joined"),
        SILENT: has_not_answered(name, ctx),
        "topic": ctx.t(topic) if topic else name,
        "role": {"manager": ctx.t("cluster managers"), "secretariat": ctx.t("the secretariat")}.get(
            name, name
        ),
    }.get(kind) or (
        ctx.t.words(group.name) if group else ctx.t.words(organisation.name) if organisation else name
    )


async def _waited_for(
    words: tuple[str, ...], everybody: tuple[Member, ...], ctx: Context
) -> dict[str, set[str]]:
    """By word those for whom nobody has answered that survey yet."""
    found: dict[str, set[str]] = {}
    for word in {w.removeprefix("-") for w in words}:
        kind, _, name = word.partition(":")
        survey = _survey(name, ctx) if kind == SILENT else None
        if survey is not None:
            sheets = await ctx.store.surveys.sheets(survey.id)
            found[word] = {m.id for m in silent(survey, everybody, ctx.structure, sheets)}
    return found


async def whom(words: tuple[str, ...], ctx: Context) -> tuple[tuple[Member, ...], audience.Reach]:
    """The members whom these words choose, and where they and the channels that are named are reached."""
    everybody = await ctx.store.members.all()
    who = audience.chosen(words, everybody, ctx.structure, await _waited_for(words, everybody, ctx))
    posted = audience.posted(words, channels.speakable(ctx.channels, ctx))
    return who, audience.reach(who, posted, everybody)


def said(reach: audience.Reach, ctx: Context, *, acknowledge: bool = False) -> list[Block]:
    """ "Pasieks ir 1 kanalą: Eksporto darbo grupės kanalas (Telegram)", which ones are not reached, and that in one
    alone nobody can confirm; nothing without a channel."""
    t, count = ctx.t, len(reach.channels)
    found: list[Block] = []
    if count:
        names = t.listed(tuple(channels.name(c, ctx) for c in reach.channels))
        also = t.n(
            "It also reaches {count} channel: {names}.",
            "It also reaches {count} channels: {names}.",
            count,
            names=names,
        )
        alone = t.n(
            "It reaches {count} channel: {names}.",
            "It reaches {count} channels: {names}.",
            count,
            names=names,
        )
        found.append(para(also if reach.total else alone))
    for lost in reach.lost_channels:
        why = channels.why(lost.unreachable, t)
        found.append(para(t("Not reached: {channel}, as {why}.", channel=channels.name(lost, ctx), why=why)))
    if acknowledge and reach.channels and not reach.reached:
        found.append(
            para(t("A channel confirms nothing: only people to whom it is sent themselves can confirm it."))
        )
    return found


async def to_people(sending: Sending, ctx: Context) -> bool:
    """Whether it goes to somebody, and not only into channels."""
    return any(not is_channel(d.recipient) for d in await ctx.store.sendings.deliveries(sending.id))


async def own(delivery: Delivery, ctx: Context) -> Delivery | None:
    """Under a post in a channel anybody may press: what the same sending is to whoever did, None when it is nothing."""
    deliveries = await ctx.store.sendings.deliveries(delivery.sending)
    me = ctx.member.id if ctx.member else ""
    return next((d for d in deliveries if d.recipient == me), None)


def received(ctx: Context) -> frozenset[str]:
    """The recipients that the reader is or reads: themselves, and the channels of their groups."""
    if ctx.member is None:
        return frozenset()
    return frozenset({ctx.member.id, *(c.id for c in ctx.channels if c.group in ctx.member.groups)})
