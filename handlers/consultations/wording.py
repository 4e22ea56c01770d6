"""Consultations in words: a section's name, a position, a decision, who says it."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.chat import Block, Bold, Para, Spans, para, shorten
from handlers.consultations.standing import is_open
from handlers.context import Context
from handlers.i18n import N_, Translator
from storage.consultations import Consultation, Decision, Position, Remark, Ruling, Section

PAGE = 3000
"""Characters of a section's text that are shown at once."""
NAMED = 80
DECISIONS: Mapping[Decision, str] = {
    "accepted": N_("accepted"),
    "partly": N_("accepted in part"),
    "rejected": N_("rejected"),
}


def section_name(section: Section, limit: int = NAMED) -> str:
    """ "1.1. Tikslai"; of one without a title how it begins."""
    return shorten(f"{section.number}. {section.title or section.text}", limit)


def mark(remark: Remark | None) -> str:
    """The sign of what an organisation has said of a section."""
    if remark is None or remark.said.empty:
        return ""
    return "✓ " if remark.said.agrees else "✎ "


def pages(text: str) -> tuple[str, ...]:
    """The text in parts that a phone can show, cut at line ends or at spaces; one at least."""
    found, page = [], ""
    for line in text.split("\n"):
        while len(line) > PAGE:
            space = line.rfind(" ", PAGE // 2, PAGE)
            at = space if space > 0 else PAGE
            found += [page] if page else []
            page = ""
            found.append(line[:at])
            line = line[at:].lstrip()
        if page and len(page) + len(line) >= PAGE:
            found.append(page)
            page = ""
        page = f"{page}\n{line}" if page else line
    return tuple([*found, page] if page or not found else found)


def body(text: str) -> tuple[Block, ...]:
    """Its lines, a paragraph each."""
    return tuple(para(line) for line in text.split("\n") if line.strip())


def position(said: Position, t: Translator) -> tuple[Block, ...]:
    """What is said, in full."""
    found: list[Block] = []
    if said.agrees:
        found.append(para(Bold(t("Agrees with this section."))))
    if said.remark:
        found += [para(Bold(t("Remark:"))), *body(said.remark)]
    if said.proposal:
        found += [para(Bold(t("Proposed wording:"))), *body(said.proposal)]
    return tuple(found)


def text_of(said: Position, t: Translator) -> str:
    """What is said, as a cell of a table holds it."""
    if said.agrees:
        return t("Agrees")
    parts = [said.remark] if said.remark else []
    parts += [t("Proposed wording: {text}", text=said.proposal)] if said.proposal else []
    return "\n".join(parts)


def short(said: Position, t: Translator, limit: int) -> str:
    """What is said, on a line."""
    return shorten(text_of(said, t), limit)


def decision(ruling: Ruling, t: Translator) -> str:
    """ "priimta iš dalies"."""
    return t(DECISIONS[ruling.decision])


def ruled(ruling: Ruling, t: Translator) -> tuple[Block, ...]:
    """The decision and its reason."""
    found: list[Block] = [Para(t.rich("Decision: {decision}.", decision=Bold(decision(ruling, t))))]
    return (*found, *body(ruling.reason))


def owner_name(owner: str, names: Mapping[str, str], ctx: Context) -> str:
    """An organisation's name, or of who has none their own."""
    organisation = ctx.structure.organisation(owner)
    if organisation is not None:
        return ctx.t.words(organisation.name)
    return names.get(owner, owner)


async def people(ctx: Context) -> Mapping[str, str]:
    """The names of all members by their ids."""
    return {m.id: m.person.name for m in await ctx.store.members.all()}


def row(one: Consultation, ctx: Context) -> Spans:
    """A consultation in a list: its title and until when."""
    when = ctx.t.at(one.plan.closes, ctx.zone, ctx.today)
    return ctx.t.rich("{title}, until {when}", title=Bold(title(one, ctx)), when=when)


def title(one: Consultation, ctx: Context) -> str:
    """What it is called."""
    return shorten(ctx.t.words(one.plan.title), 120)


def state(one: Consultation, ctx: Context) -> str:
    """ "vyksta iki spalio 5 d., 17:00"."""
    t = ctx.t
    if one.state == "draft":
        return t("a draft")
    if is_open(one, ctx.now):
        return t("open until {when}", when=t.at(one.plan.closes, ctx.zone, ctx.today))
    return t("decisions published") if one.published else t("ended")
