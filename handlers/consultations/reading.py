"""A consultation as whoever takes part in it reads it: which there are, one with its sections, a section."""

from __future__ import annotations

from dataclasses import replace

from handlers import paging
from handlers.access import is_secretariat
from handlers.chat import (
    Block,
    Bold,
    Button,
    Fact,
    Heading,
    Incoming,
    Items,
    Para,
    Reply,
    para,
    rows,
    say,
    shorten,
)
from handlers.commands import Line
from handlers.consultations import standing, wording
from handlers.consultations.standing import is_open, of_section, owner
from handlers.context import Context
from storage.consultations import Consultation, Remark, Section

LISTED = 6
SECTIONS = 9
"""Sections on a page."""
OTHERS = 5
"""Of others' positions so many are shown under a section, so long."""
OTHERS_LENGTH = 300
OTHERS_A_PAGE = 3


async def consultations(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The open consultations that ask the reader, those of which nothing was said yet first, then the closed ones in
    which their organisation spoke; the secretariat sees all of them."""
    t = ctx.t
    everything = await ctx.store.consultations.all()
    if is_secretariat(ctx):
        found = list(reversed(everything))
    else:
        found = [*await mine(ctx), *[c for c in reversed(everything) if await _spoke(c, ctx)]]
    if not found:
        if is_secretariat(ctx):
            return say(t("There are no consultations yet. Send the draft here as a DOCX or Markdown file."))
        return say(t("There is no consultation that asks you now."))
    last = -(-len(found) // LISTED)
    page = min(paging.asked(line.words), last)
    shown = found[(page - 1) * LISTED : page * LISTED]
    items = tuple([(Bold(wording.title(c, ctx)), f" ({await _where(c, ctx)})") for c in shown])
    buttons = [Button(str(n), f"consultation {c.id}") for n, c in enumerate(shown, 1)]
    told = tuple(standing.closes(c) for c in shown if is_open(c, ctx.now))
    turns = turned("consultations", page, last)
    return Reply(
        (para(t("Consultations:")), Items(items, 1)),
        buttons=(*rows(*buttons), *((turns,) if turns else ())),
        told=told,
    )


async def _spoke(one: Consultation, ctx: Context) -> bool:
    return one.state == "closed" and bool(await own(one, ctx))


async def _where(one: Consultation, ctx: Context) -> str:
    """How far it is, and the reader in it."""
    t, state = ctx.t, wording.state(one, ctx)
    spoken = len(await own(one, ctx))
    if not spoken:
        return state
    return t("{state}; spoken on {count} of {total}", state=state, count=spoken, total=len(one.plan.sections))


def may_speak(one: Consultation, ctx: Context) -> bool:
    """Whether it asks the reader."""
    return ctx.member is not None and bool(standing.asked(one, (ctx.member,), ctx.structure))


async def mine(ctx: Context) -> tuple[Consultation, ...]:
    """The open ones that ask the reader, those first of which nobody has said anything for them, then by closing."""
    found = [c for c in await ctx.store.consultations.all() if is_open(c, ctx.now) and may_speak(c, ctx)]
    keyed = [(bool(await own(c, ctx)), c.plan.closes, c.id, c) for c in found]
    return tuple(c for *_, c in sorted(keyed, key=lambda key: key[:3]))


async def unspoken(ctx: Context) -> tuple[Consultation, ...]:
    """Those of them of which nobody has said anything for the reader."""
    return tuple([c for c in await mine(ctx) if not await own(c, ctx)])


async def own(one: Consultation, ctx: Context) -> dict[str, Remark]:
    """What the reader's organisation says, by section."""
    if ctx.member is None:
        return {}
    remarks = standing.said(await ctx.store.consultations.remarks(one.id))
    return {each.section: each for each in remarks if each.owner == owner(ctx.member)}


# One of them


async def find(line: Line, ctx: Context) -> Consultation | None:
    """The consultation that the line names, where the reader may see it: None of a draft, or one that neither asks nor
    asked them."""
    one = await ctx.store.consultations.get(line.words[0]) if line.words else None
    if one is None or is_secretariat(ctx):
        return one
    return one if one.state != "draft" and (may_speak(one, ctx) or await own(one, ctx)) else None


def none_such(ctx: Context) -> Reply:
    """It is not there, or not for the reader."""
    return say(
        ctx.t("There is no such consultation, or it does not ask you."),
        buttons=rows(Button(ctx.t("Consultations"), "consultations")),
    )


async def about(one: Consultation, page: int, ctx: Context) -> Reply:
    """Until when, what was said so far, and its sections, a page of them."""
    t = ctx.t
    spoken = await own(one, ctx)
    total = len(one.plan.sections)
    blocks: list[Block] = [Heading(wording.title(one, ctx)), *_until(one, ctx)]
    if may_speak(one, ctx):
        blocks.append(
            para(
                t("You have spoken on {count} of {total} sections.", count=len(spoken), total=total)
                if standing.alone(ctx.member)
                else t(
                    "Your organisation has spoken on {count} of {total} sections.",
                    count=len(spoken),
                    total=total,
                )
            )
        )
    last = max(1, -(-total // SECTIONS))
    first = (min(page, last) - 1) * SECTIONS
    shown = one.plan.sections[first : first + SECTIONS]
    blocks.append(
        Items(tuple((wording.mark(spoken.get(s.number)) + wording.section_name(s, 100),) for s in shown))
    )
    buttons = [*rows(*(Button(s.number, f"section {one.id} {s.number}") for s in shown))]
    if turns := turned(f"consultation {one.id}", min(page, last), last):
        buttons.append(turns)
    if may_speak(one, ctx) and is_open(one, ctx.now) and len(spoken) < total:
        label = t("Agree to the rest") if spoken else t("Agree to everything")
        buttons.append((Button(label, f"agreerest {one.id}"),))
    told = (standing.closes(one),) if is_open(one, ctx.now) else ()
    return Reply(tuple(blocks), buttons=tuple(buttons), told=told)


def turned(command: str, page: int, last: int) -> tuple[Button, ...]:
    """The buttons to the page before and the next."""
    back = (Button("‹", f"{command} p{page - 1}"),) if page > 1 else ()
    return (*back, Button("›", f"{command} p{page + 1}")) if page < last else back


def _until(one: Consultation, ctx: Context) -> list[Block]:
    t = ctx.t
    if one.state == "draft":
        return [para(t("It is a draft: nobody else sees it yet."))]
    closes = Bold(t.at(standing.ended(one), ctx.zone, ctx.today))
    if not is_open(one, ctx.now):
        return [Para(t.rich("The consultation closed on {when}.", when=closes))]
    shown = (
        t("Everybody who takes part sees what the others say.")
        if one.plan.others_shown
        else t("Only the secretariat sees what you say.")
        if standing.alone(ctx.member)
        else t("What an organisation says only the secretariat and its own people see.")
    )
    return [Para(t.rich("Remarks are taken until {when}.", when=closes)), para(shown)]


# A section


async def section(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`section t1 1.1`: its text, what the reader's organisation says of it, and the others' where they are shown."""
    one = await find(line, ctx)
    if one is None:
        return none_such(ctx)
    found = standing.section_of(one, line.words[1]) if line.words[1:] else None
    if found is None:
        return no_section(one, line, ctx)
    return await shown(one, found, ctx, page=paging.asked(line.words[2:]))


def no_section(one: Consultation, line: Line, ctx: Context) -> Reply:
    """A number that no section has."""
    number = shorten(line.words[1], 20) if line.words[1:] else "–"
    return say(
        ctx.t("This draft has no section {number}.", number=number),
        buttons=rows(Button(ctx.t("The sections"), f"consultation {one.id}")),
    )


async def shown(one: Consultation, found: Section, ctx: Context, lead: str = "", page: int = 1) -> Reply:
    """A section, under a sentence on what has just been done."""
    t = ctx.t
    texts = wording.pages(found.text)
    page = min(page, len(texts))
    blocks: list[Block] = [para(lead)] if lead else []
    blocks.append(Heading(shorten(f"{found.number}. {found.title}", 120)))
    blocks += wording.body(texts[page - 1])
    told: list[Fact] = []
    if page == len(texts):
        blocks += await _mine(one, found, ctx, told)
        blocks += await _others(one, found, ctx)
    buttons: list[tuple[Button, ...]] = (
        [(Button(t("Read on"), f"section {one.id} {found.number} p{page + 1}"),)] if page < len(texts) else []
    )
    buttons += await _ways(one, found, ctx)
    return Reply(tuple(blocks), buttons=tuple(buttons), told=tuple(told))


async def _mine(one: Consultation, found: Section, ctx: Context, told: list[Fact]) -> list[Block]:
    if not may_speak(one, ctx) and not await own(one, ctx):
        return []
    remark = (await own(one, ctx)).get(found.number)
    t, alone = ctx.t, standing.alone(ctx.member)
    if remark is None and alone:
        return [para(t("You have said nothing about this section."))]
    if remark is None:
        return [para(t("Your organisation has said nothing about this section."))]
    by = await ctx.store.members.get(remark.member)
    name = by.person.name if by else t("A colleague")
    when = t.at(remark.at, ctx.zone, ctx.today)
    said = t("Your position ({when}):", when=when)
    if not alone:
        said = t("Your organisation ({name}, {when}):", name=name, when=when)
    blocks: list[Block] = [para(said)]
    blocks += wording.position(remark.said, t)
    if one.published is not None and remark.ruling is not None:
        blocks += wording.ruled(remark.ruling, t)
        told += standing.decided(remark)
    return blocks


async def _theirs(one: Consultation, number: str, ctx: Context) -> list[Remark]:
    """What the others say of a section, where the reader may see it; remarks first."""
    if not one.plan.others_shown or not (may_speak(one, ctx) or await own(one, ctx)):
        return []
    me = owner(ctx.member) if ctx.member else ""
    remarks = of_section(await ctx.store.consultations.remarks(one.id), number)
    return sorted((each for each in remarks if each.owner != me), key=lambda each: each.said.agrees)


async def _others(one: Consultation, found: Section, ctx: Context) -> list[Block]:
    t = ctx.t
    theirs = await _theirs(one, found.number, ctx)
    if not theirs:
        return []
    names = await wording.people(ctx)
    items = tuple(
        (Bold(wording.owner_name(each.owner, names, ctx)), f": {wording.short(each.said, t, OTHERS_LENGTH)}")
        for each in theirs[:OTHERS]
    )
    return [para(t("What the others say:")), Items(items)]


async def others(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`others t1 1.1`: what the others say of a section, in full, where it is shown."""
    one = await find(line, ctx)
    found = standing.section_of(one, line.words[1]) if one and line.words[1:] else None
    if one is None or found is None:
        return none_such(ctx) if one is None else no_section(one, line, ctx)
    theirs = await _theirs(one, found.number, ctx)
    back = Button(ctx.t("‹ Back"), f"section {one.id} {found.number}")
    if not theirs:
        return say(ctx.t("There is nothing to see here."), buttons=rows(back))
    names = await wording.people(ctx)
    last = -(-len(theirs) // OTHERS_A_PAGE)
    page = min(paging.asked(line.words[2:]), last)
    blocks: list[Block] = [Heading(wording.section_name(found, 120))]
    for each in theirs[(page - 1) * OTHERS_A_PAGE : page * OTHERS_A_PAGE]:
        blocks += [
            para(Bold(wording.owner_name(each.owner, names, ctx))),
            *wording.position(each.said, ctx.t),
        ]
    turns = turned(f"others {one.id} {found.number}", page, last)
    return Reply(tuple(blocks), buttons=((*turns, back),))


async def _ways(one: Consultation, found: Section, ctx: Context) -> list[tuple[Button, ...]]:
    """What may be said, the sections before and after, what others say."""
    t, at = ctx.t, f"{one.id} {found.number}"
    ways: list[tuple[Button, ...]] = []
    if may_speak(one, ctx) and is_open(one, ctx.now):
        remark = await remark_of(one, found, ctx)
        seen = f"v{remark.version if remark else 0}"
        ways.append(
            (
                Button(t("Agree"), f"agree {at} {seen}"),
                Button(t("Remark"), f"remark {at} {seen}"),
                Button(t("Propose wording"), f"propose {at} {seen}"),
            )
        )
    place = one.plan.sections.index(found)
    row = []
    if place > 0:
        row.append(Button("‹", f"section {one.id} {one.plan.sections[place - 1].number}"))
    row.append(Button(t("The sections"), f"consultation {one.id} p{place // SECTIONS + 1}"))
    if place + 1 < len(one.plan.sections):
        row.append(Button("›", f"section {one.id} {one.plan.sections[place + 1].number}"))
    ways.append(tuple(row))
    theirs = await _theirs(one, found.number, ctx)
    more = []
    if len(theirs) > OTHERS or any(len(wording.text_of(r.said, t)) > OTHERS_LENGTH for r in theirs):
        more.append(Button(t("What the others say"), f"others {at}"))
    if is_open(one, ctx.now) and (mine := (await own(one, ctx)).get(found.number)):
        more.append(Button(t("Take it back"), f"unsay {at} v{mine.version}"))
    if is_secretariat(ctx) and one.state != "draft":
        more.append(Button(t("Who said what"), f"remarks {at}"))
    return [*ways, tuple(more)] if more else ways


async def remark_of(one: Consultation, found: Section, ctx: Context) -> Remark | None:
    """What the reader's organisation says of a section, also what it took back; None when it never said anything."""
    if ctx.member is None:
        return None
    me = owner(ctx.member)
    remarks = await ctx.store.consultations.remarks(one.id)
    return next((r for r in remarks if r.owner == me and r.section == found.number), None)


def with_lead(reply: Reply, lead: str) -> Reply:
    """The same under one more sentence."""
    return replace(reply, blocks=(para(lead), *reply.blocks))
