"""A person's own settings: the language, and what the bot knows of them."""

from __future__ import annotations

from handlers import following, wishes
from handlers.chat import Block, Bold, Button, Incoming, Items, Reply, Spans, para, rows, say
from handlers.commands import Line
from handlers.context import Context
from handlers.i18n import LANGUAGES, N_, translator

ROLES = {
    "member": N_("member"),
    "manager": N_("cluster manager"),
    "secretariat": N_("secretariat"),
    "operator": N_("operator"),
    "stranger": N_("guest"),
}
_LANGUAGE_NAMES = {"lt": "Lietuvių", "en": "English"}


async def settings(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Who the bot takes the reader for, and the languages to choose from."""
    t = ctx.t
    lines: list[Spans] = [t.rich("You are: {role}", role=Bold(t(ROLES[ctx.standing])))]
    if ctx.member:
        person = ctx.member.person
        organisation = ctx.structure.organisation(person.organisation)
        lines.append(t.rich("Name: {name}", name=person.name))
        if organisation:
            lines.append(t.rich("Organisation: {name}", name=t.words(organisation.name)))
        groups = [t.words(g.name) for g in ctx.structure.groups if g.id in ctx.member.groups]
        if groups:
            lines.append(t.rich("Groups: {names}", names=t.listed(tuple(groups))))
    lines.append(t.rich("Language: {language}", language=_LANGUAGE_NAMES[t.language]))
    others = [code for code in LANGUAGES if code != t.language]
    buttons = [Button(_LANGUAGE_NAMES[code], f"language {code}") for code in others] if ctx.member else []
    blocks: tuple[Block, ...] = (Items(tuple(lines)),)
    if ctx.member:
        blocks = (*blocks, *wishes.lines(ctx.member.person.wishes, ctx), *await following.lines(ctx))
        buttons.append(Button(t("What is sent to you"), "topic"))
        first = wishes.turned_over(ctx.member, ctx)
        buttons.append(first or Button(t("Link another account"), "link"))
    return Reply(blocks, buttons=rows(*buttons))


async def language(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Changes the reader's language; the answer is in the new one already."""
    code = line.words[0].casefold()[:2] if line.words else ""
    if code not in LANGUAGES:
        buttons = rows(*(Button(name, f"language {c}") for c, name in _LANGUAGE_NAMES.items()))
        return say(ctx.t("Which language?"), buttons=buttons)
    t = translator(code)
    if ctx.member is None:
        return Reply((para(t("Guests are answered in the language in which they ask.")),))
    await ctx.store.members.set_language(ctx.member.id, code, ctx.by)
    return say(t("From now on I answer in English."))
