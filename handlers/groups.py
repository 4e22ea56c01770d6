"""Working groups: who sits where, what a group works towards and by when, its quorum and its digest."""

from __future__ import annotations

from handlers import channels, paging
from handlers.access import in_group, is_secretariat
from handlers.chat import (
    TITLE_LENGTH,
    Block,
    Bold,
    Button,
    Buttons,
    Incoming,
    Items,
    Para,
    Reply,
    Spans,
    para,
    rows,
    say,
    shorten,
)
from handlers.commands import Line
from handlers.context import Context
from handlers.i18n import N_, alphabetical
from handlers.understanding.folding import key, words
from storage.association import Goal, Group, Seat, Structure
from storage.members import Holding, Member

PAGE = 4
"""Groups on a page: with a button for each and two to turn it, six buttons in all."""

_POSITIONS = {"chair": N_("chairs"), "secretary": N_("keeps the minutes"), "alternate": N_("stands in")}
_ON_DAYS = (
    N_("on Mondays"),
    N_("on Tuesdays"),
    N_("on Wednesdays"),
    N_("on Thursdays"),
    N_("on Fridays"),
    N_("on Saturdays"),
    N_("on Sundays"),
)


async def groups(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The group that the words name; without words every group, four a page."""
    page = int(line.words[-1][1:]) if line.words and _is_page(line.words[-1]) else 1
    text = " ".join(line.words[:-1] if line.words and _is_page(line.words[-1]) else line.words)
    everything = ctx.structure.groups
    if not everything:
        return say(ctx.t("No working group has been entered yet."))
    group = named(text, ctx.structure) if text else everything[0] if len(everything) == 1 else None
    if group:
        return await _one(group, msg, ctx)
    listed = _listed(page, ctx)
    if not text:
        return listed
    unknown = para(ctx.t("I do not know a group “{name}”.", name=shorten(text, 80)))
    return Reply((unknown, *listed.blocks), buttons=listed.buttons)


def _is_page(word: str) -> bool:
    return word[:1].casefold() == "p" and word[1:].isdecimal() and 0 < int(word[1:]) < 1000


def named(text: str, structure: Structure) -> Group | None:
    """The group of that id, else the one whose name or alias has the most letters in common words with the
    text; None when none has all the words of a name, or a name all of the text's, or when two fit as well."""
    group = next((g for g in structure.groups if g.id.casefold() == text.strip().casefold()), None)
    if group:
        return group
    asked = frozenset(map(key, words(text)))
    fits = sorted(((_fit(asked, g), not g.archived, g.id) for g in structure.groups), reverse=True)
    if not fits or not fits[0][0][0] or (len(fits) > 1 and fits[0][:2] == fits[1][:2]):
        return None
    return structure.group(fits[0][2])


def _fit(asked: frozenset[str], group: Group) -> tuple[int, bool]:
    """Letters of the words that the text and one of the group's names share, and whether they are the same words;
    0 when neither contains the other."""
    names = [frozenset(map(key, words(name))) for name in (group.id, *group.name.both, *group.aliases)]
    fits = [(asked & name, asked == name) for name in names if asked and (name <= asked or asked <= name)]
    return max(((sum(map(len, common)), same) for common, same in fits), default=(0, False))


def name(group: Group, ctx: Context) -> str:
    """The group's name in the reader's language, short enough for a line."""
    return shorten(ctx.t.words(group.name), TITLE_LENGTH) or group.id


# The list


def _listed(number: int, ctx: Context) -> Reply:
    """Every group: the reader's own first, those that finished last."""
    own = ctx.member.groups if ctx.member else frozenset()
    everything = sorted(
        ctx.structure.groups, key=lambda g: (g.archived, g.id not in own, alphabetical(name(g, ctx)))
    )
    page = paging.page(everything, number, PAGE)
    numbers = [Button(str(i), f"groups {g.id}") for i, g in enumerate(page.shown, page.first)]
    turns = page.turns(lambda number: f"groups p{number}")
    return Reply(
        (
            para(ctx.t.n("{count} working group:", "{count} working groups:", len(everything))),
            Items(tuple(_row(g, ctx) for g in page.shown), start=page.first),
        ),
        buttons=rows(*numbers, *turns),
    )


def _row(group: Group, ctx: Context) -> Spans:
    spans: list[str | Bold] = [shorten(name(group, ctx), 60)]
    total = sum(seat.count for seat in group.seats)
    if group.archived:
        spans.append(" · " + ctx.t("has finished its work"))
    elif total:
        spans.append(" · " + ctx.t.n("{count} seat", "{count} seats", total))
    if group.goal and not group.archived:
        spans += [" · ", Bold(_left(group.goal, ctx))]
    return tuple(spans)


# One group


async def _one(group: Group, msg: Incoming, ctx: Context) -> Reply:
    people = await persons(group, msg, ctx)
    blocks: list[Block] = [*seats(group, people, ctx)]
    if group.archived:
        blocks.append(para(ctx.t("This group has finished its work.")))
    if group.goal:
        blocks.append(goal(group.goal, ctx))
    if group.quorum:
        blocks.append(quorum(group, ctx))
    if group.digest and not group.archived:
        days, hour = ctx.t(_ON_DAYS[group.digest.day]), group.digest.at
        blocks.append(para(ctx.t("Weekly digest: {days}, {hour}.", days=days, hour=hour)))
    if msg.private and is_secretariat(ctx):
        blocks += [para(line) for line in channels.lines(group.id, ctx)]
    return Reply(tuple(blocks), buttons=_buttons(group, msg, ctx))


def _buttons(group: Group, msg: Incoming, ctx: Context) -> Buttons:
    buttons = [] if group.archived else [Button(ctx.t("Meetings"), f"meetings {group.id}")]
    if len(ctx.structure.groups) > 1:
        buttons.append(Button(ctx.t("All groups"), "groups"))
    if msg.private and is_secretariat(ctx) and not group.archived:
        buttons.append(Button(ctx.t("Its channel"), f"channel {group.id}"))
    return rows(*buttons)


async def persons(group: Group, msg: Incoming, ctx: Context) -> tuple[tuple[Holding, Member], ...]:
    """Who is in the group, in the order of their names: for members, and never in a group chat."""
    if not msg.private or not (ctx.member or ctx.operator):
        return ()
    everyone = await ctx.store.members.all()
    found = [(h, m) for m in everyone for h in m.person.holdings if h.group == group.id]
    return tuple(
        sorted(found, key=lambda pair: (pair[0].position != "chair", alphabetical(pair[1].person.name)))
    )


def seats(group: Group, people: tuple[tuple[Holding, Member], ...], ctx: Context) -> tuple[Block, ...]:
    """The seats by organisation, "13 = 7 + 4 + 1 + 1", with the people on them; others who belong to it after."""
    seated = {seat.organisation for seat in group.seats}
    total = sum(seat.count for seat in group.seats)
    blocks: list[Block] = [_first_line(group, total, len(people), ctx)]
    if group.seats:
        blocks.append(Items(tuple(_seat(seat, people, ctx) for seat in group.seats)))
    others = [_person(h, m, ctx) for h, m in people if h.represents not in seated]
    if others and group.seats:
        blocks.append(para(ctx.t("Also in the group: {names}.", names=", ".join(others))))
    elif others:
        blocks.append(Items(tuple((other,) for other in others)))
    return tuple(blocks)


def _first_line(group: Group, total: int, people: int, ctx: Context) -> Para:
    group_name = name(group, ctx)
    if not group.seats and not people:
        return para(ctx.t("{group}: who sits in it is not entered here.", group=group_name))
    if not group.seats:
        return Para(
            ctx.t.rich_n("{group}: {count} person.", "{group}: {count} people.", people, group=group_name)
        )
    spans = ctx.t.rich_n("{group}: {count} seat.", "{group}: {count} seats.", total, group=group_name)
    shares = " + ".join(str(seat.count) for seat in group.seats)
    return Para((*spans, " ", Bold(f"{total} = {shares}")) if len(group.seats) > 1 else spans)


def _seat(seat: Seat, people: tuple[tuple[Holding, Member], ...], ctx: Context) -> Spans:
    on_it = [(h, m) for h, m in people if h.represents == seat.organisation]
    line = f"{organisation(seat.organisation, ctx)} – {seat.count}"
    chaired = any(h.position == "chair" for h, _ in on_it)
    if seat.chair and not chaired:
        line += f" ({ctx.t('chairs')})"
    return (line + (": " + ", ".join(_person(h, m, ctx) for h, m in on_it) if on_it else ""),)


def _person(holding: Holding, member: Member, ctx: Context) -> str:
    said = shorten(member.person.name, 60)
    position = _POSITIONS.get(holding.position or "")
    return f"{said} ({ctx.t(position)})" if position else said


def organisation(id: str, ctx: Context) -> str:
    """The organisation's name in the reader's language, or its id; the association itself by its own name."""
    found = ctx.structure.organisation(id)
    if found:
        return shorten(ctx.t.words(found.name), 80) or id
    return shorten(ctx.t.words(ctx.association.name), 80) if id == ctx.association.short else id


async def chair(group: Group, msg: Incoming, ctx: Context) -> str:
    """Who chairs it: the person where the reader may know them, else the organisation; empty when unknown."""
    person = next((m for h, m in await persons(group, msg, ctx) if h.position == "chair"), None)
    if person and in_group(ctx, group.id):
        return shorten(person.person.name, 80)
    seat = next((s for s in group.seats if s.chair), None)
    return organisation(seat.organisation, ctx) if seat else ""


def quorum(group: Group, ctx: Context) -> Para:
    """ "Kvorumas: 7 iš 13"; says so when the group has no rule."""
    if group.quorum is None:
        return para(ctx.t("The group's quorum rule is not entered here."))
    part = ctx.t("{needed} of {of}", needed=group.quorum.needed, of=group.quorum.of)
    return Para(ctx.t.rich("Quorum: {part}.", part=Bold(part)))


def goal(goal: Goal, ctx: Context) -> Para:
    """What is due and when: "koncepcija ministrui – iki spalio 31 d. (liko 37 dienos)"."""
    text = shorten(ctx.t.words(goal.text), 300)
    day = Bold(ctx.t.day(goal.due, ctx.today))
    return Para(ctx.t.rich("Goal: {goal} – by {day} ({left}).", goal=text, day=day, left=_left(goal, ctx)))


def _left(goal: Goal, ctx: Context) -> str:
    days = (goal.due - ctx.today).days
    if days < 0:
        return ctx.t.n("{count} day overdue", "{count} days overdue", -days)
    if days == 0:
        return ctx.t("due today")
    return ctx.t.n("{count} day to go", "{count} days to go", days)
