"""Answering a survey: one question after another, handed in, changed until it closes, read again."""

from __future__ import annotations

from dataclasses import replace

from handlers import paging
from handlers.chat import (
    Answers,
    Block,
    Button,
    Form,
    Heading,
    Incoming,
    Items,
    Reply,
    para,
    rows,
    say,
    shorten,
)
from handlers.commands import Line
from handlers.context import Context
from handlers.surveys import asking
from handlers.surveys.showing import asked, begin, colleague, find, no_such, of_colleagues, standing
from handlers.taking_part import Place, is_open, owner
from storage.errors import Changed
from storage.members import Member
from storage.surveys import Given, Sheet, Survey

QUESTIONS_A_PAGE = 10


async def fill(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`fill a3`: the questions, from the first without an answer; `fill a3 q4` that one; `fill a3 h7` from where a
    colleague is. Finished, the answers as they will be handed in; confirmed, handed in."""
    found = await asked(line, ctx)
    if isinstance(found, Reply):
        return found
    survey, member = found
    where = await standing(survey, ctx)
    if where.mine is not None and where.mine.state == "answered" and not survey.plan.editable:
        return say(
            ctx.t("You have handed your answers in, and in this survey they cannot be changed afterwards."),
            buttons=rows(Button(ctx.t("My answers"), f"myanswers {survey.id}")),
        )
    form = _form(survey, where, line.words[1:], ctx)
    if msg.answers is None:
        colleagues = await of_colleagues(where, ctx) if where.mine is None else []
        intro = "\n".join((*colleagues, *filter(None, [form.intro])))
        begins = (
            where.mine is None
        )  # the invitation stays above the first question: its title, whether it is anonymous
        return Reply(form=replace(form, intro=intro), fresh=begins)
    answers = asking.normal(survey.plan, msg.answers, ctx.t)
    wrong = asking.faults(survey.plan, answers, ctx.t)
    if wrong:
        return Reply(form=form.with_(values=answers, at=next(iter(wrong)), faults=wrong))
    missing = _unanswered(form, answers)
    if missing is not None:  # an old "Hand in" was pressed after an answer that asked for more
        return Reply(form=form.with_(values=answers, at=missing, faults={}))
    if not msg.confirmed:
        return _summary(survey, where.mine, answers, ctx)
    return await _hand_in(survey, member, answers, ctx)


def _form(survey: Survey, where: Place, words: tuple[str, ...], ctx: Context) -> Form:
    values: Answers = where.mine.latest if where.mine else {}
    if words and not values and not survey.plan.anonymous:
        values = next((s.latest for s in where.others if s.id == words[0]), values)
    form = asking.form(survey.plan, f"fill {survey.id}", ctx.t, values)
    asked_now = {field.name for field in form.asked(values)}  # an old list names what is asked no more
    return replace(form, at=words[0]) if words and words[0] in asked_now else form


def _summary(survey: Survey, mine: Sheet | None, answers: Answers, ctx: Context) -> Reply:
    t = ctx.t
    counts = mine is not None and mine.state == "answered"
    if mine is not None and counts and mine.answers == answers:
        said = t("These answers have been handed in.")
    elif counts:
        said = t("What was changed last has not been handed in yet; the earlier answers count.")
    else:
        said = t("They count once they are handed in.")
    blocks: tuple[Block, ...] = (
        para(t("Your answers:")),
        Items(asking.lines(survey.plan, answers, t), 1),
        para(said),
    )
    buttons = rows(
        Button(t("Hand in"), f"apply fill {survey.id}"),
        Button(t("Change one"), f"changeanswer {survey.id}"),
        Button(t("Pause"), "cancel"),
    )
    return Reply(blocks, buttons=buttons)


async def _hand_in(survey: Survey, member: Member, answers: Answers, ctx: Context, over: str = "") -> Reply:
    t = ctx.t
    own = owner(survey.plan, member)
    try:
        await ctx.store.surveys.hand_in(survey.id, member.id, own, answers, ctx.now, over)
    except Changed as moved:
        if not isinstance(moved.current, Sheet):
            raise
        await ctx.store.surveys.keep(survey.id, member.id, own, answers, ctx.now)
        return await _somebody_was_first(survey, moved.current, ctx)
    closes = t.at(survey.plan.closes, ctx.zone, ctx.today)
    ways = rows(Button(t("My answers"), f"myanswers {survey.id}"))
    if not survey.plan.editable:
        return say(t("Thank you, the answers have been handed in."), buttons=ways)
    return say(
        t("Thank you, the answers have been handed in. They can be changed until {when}.", when=closes),
        buttons=ways,
    )


async def _somebody_was_first(survey: Survey, theirs: Sheet, ctx: Context) -> Reply:
    t = ctx.t
    name = await colleague(theirs, ctx)
    when = t.at(theirs.at, ctx.zone, ctx.today)
    buttons = [Button(t("Put mine in its place"), f"handin {survey.id} {theirs.id}")]
    if not survey.plan.anonymous:
        buttons.append(Button(t("Their answers"), f"myanswers {survey.id} {theirs.id}"))
    return say(
        t(
            "{name} has already answered for your organisation ({when}), and that answer counts. Yours are kept; "
            "nothing of either is lost.",
            name=name,
            when=when,
        ),
        buttons=rows(*buttons),
    )


async def keep(ctx: Context, line: Line, answers: Answers) -> None:
    """The answers so far, kept at every step."""
    survey = await find(line, ctx)
    if survey is None or ctx.member is None or not answers:
        return
    kept = asking.normal(survey.plan, answers, ctx.t)
    await ctx.store.surveys.keep(survey.id, ctx.member.id, owner(survey.plan, ctx.member), kept, ctx.now)


async def forms_of(ctx: Context) -> tuple[str, ...]:
    """The commands of the forms of all surveys that were opened, the newest first: a button of an old question finds
    the way back by them."""
    return tuple(f"fill {one.id}" for one in reversed(await ctx.store.surveys.all()) if one.state != "draft")


def _unanswered(form: Form, answers: Answers) -> str | None:
    """The first question that needs an answer and has none; None when the answers can be handed in."""
    return next((f.name for f in form.asked(answers) if f.required and not answers.get(f.name)), None)


async def handin(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`handin a3 h7`: the reader's kept answers count instead of that colleague's."""
    found = await asked(line, ctx)
    if isinstance(found, Reply):
        return found
    survey, member = found
    sheet = await ctx.store.surveys.sheet(survey.id, member.id)
    form = asking.form(survey.plan, f"fill {survey.id}", ctx.t, sheet.latest if sheet else {})
    missing = _unanswered(form, form.values)
    if sheet is None or missing is not None:
        return Reply(form=form)
    over = line.words[1] if len(line.words) > 1 else ""
    return await _hand_in(survey, member, sheet.latest, ctx, over)


async def changeanswer(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`changeanswer a3 p2`: which answer is to be changed, a button for each question."""
    found = await asked(line, ctx)
    if isinstance(found, Reply):
        return found
    survey, _ = found
    t = ctx.t
    form = _form(survey, await standing(survey, ctx), (), ctx)
    fields = form.asked(form.values)
    page = paging.page(fields, paging.asked(line.words[1:]), QUESTIONS_A_PAGE)
    buttons = [
        (Button(shorten(f"{n}. {f.label}", 60), f"fill {survey.id} {f.name}"),)
        for n, f in enumerate(page.shown, page.first)
    ]
    turns = page.turns(lambda number: f"changeanswer {survey.id} p{number}")
    back = (Button(t("‹ Back"), f"survey {survey.id}"),)
    return Reply((para(t("Which answer?")),), buttons=(*buttons, *((turns,) if turns else ()), back))


async def myanswers(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`myanswers a3`: a copy of the reader's answers; `myanswers a3 h7` a colleague's of a survey that is not
    anonymous."""
    t = ctx.t
    survey = await find(line, ctx)
    if survey is None or ctx.member is None:
        return no_such(ctx)
    where = await standing(survey, ctx)
    sheet = where.mine
    if len(line.words) > 1:
        sheet = next((s for s in where.others if s.id == line.words[1] and not survey.plan.anonymous), None)
    if sheet is None and survey.plan.anonymous and survey.state == "closed":
        return say(
            t("The survey is closed, and whose answers were whose is not known any more: only sums are left.")
        )
    if sheet is None:
        return say(t("There are no answers here yet."))
    answers: dict[str, Given] = dict(sheet.latest)
    blocks: list[Block] = [
        Heading(t.words(survey.plan.title)),
        Items(asking.lines(survey.plan, answers, t), 1),
    ]
    if sheet.state != "answered":
        blocks.append(para(t("They have not been handed in yet.")))
    elif sheet.changing is not None:
        blocks.append(para(t("What was changed last has not been handed in yet; the earlier answers count.")))
    buttons = []
    if is_open(survey, ctx.now) and sheet is where.mine:
        buttons.append(begin(survey, where, ctx))
    if survey.state == "closed" and sheet.state == "answered" and sheet is where.mine:
        buttons.append(Button(t("Beside everyone's"), f"beside {survey.id}"))
    return Reply(tuple(blocks), buttons=rows(*buttons))
