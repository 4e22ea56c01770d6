"""The surveys that ask the reader, and one of them: what it is, until when, and where they and their colleagues are."""

from __future__ import annotations

from datetime import date, datetime

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
    Spans,
    para,
    rows,
    say,
)
from handlers.commands import Line
from handlers.context import Context
from handlers.taking_part import Place, is_open, may_answer, place
from storage.members import Member
from storage.moments import zone
from storage.surveys import Sheet, Survey

LISTED = 5


async def surveys(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The open surveys that the reader may answer, those not answered yet first; the secretariat has a way to all."""
    t = ctx.t
    ways = [Button(t("All surveys"), "survey")] if is_secretariat(ctx) and msg.private else []
    found = [(one, await standing(one, ctx)) for one in await mine(ctx)]
    if not found:
        return say(t("There is no survey for you to answer now."), buttons=rows(*ways))
    found.sort(key=lambda pair: (pair[1].counting is not None, pair[0].plan.closes, pair[0].id))
    shown = found[:LISTED]
    items = tuple(_row(one, where, ctx) for one, where in shown)
    buttons = [Button(str(n), f"survey {one.id}") for n, (one, _) in enumerate(shown, 1)]
    if len(shown) == 1:
        buttons = [begin(shown[0][0], shown[0][1], ctx), Button(t("Show it"), f"survey {shown[0][0].id}")]
    told = tuple(fact(one) for one, _ in shown)
    return Reply((para(t("Open surveys:")), Items(items, 1)), buttons=rows(*buttons, *ways), told=told)


async def mine(ctx: Context) -> tuple[Survey, ...]:
    """The surveys that are open and ask the reader."""
    if ctx.member is None:
        return ()
    return tuple(
        one
        for one in await ctx.store.surveys.all()
        if is_open(one, ctx.now) and may_answer(one, ctx.member, ctx.structure)
    )


async def unanswered(ctx: Context) -> tuple[Survey, ...]:
    """Those of them that nobody has answered for the reader, the one that closes first at the head."""
    found = [one for one in await mine(ctx) if (await standing(one, ctx)).counting is None]
    return tuple(sorted(found, key=lambda one: (one.plan.closes, one.id)))


def closing_day(survey: Survey, ctx: Context) -> str:
    """The day on which it closes or has closed."""
    instant = survey.closed or survey.plan.closes
    return ctx.t.day(instant.astimezone(zone(ctx.zone)).date(), date.min)


def row(survey: Survey, ctx: Context) -> Spans:
    """A survey in a list: its title and until when."""
    when = ctx.t.at(survey.plan.closes, ctx.zone, ctx.today)
    return ctx.t.rich("{title}, until {when}", title=Bold(ctx.t.words(survey.plan.title)), when=when)


def state(one: Survey, ctx: Context) -> str:
    """Where a survey is in its life, as a list says it behind the title."""
    t = ctx.t
    match one.state:
        case "draft":
            return t("a draft")
        case "closed":
            return t("ended on {day}", day=closing_day(one, ctx))
        case "open" if one.opened is not None and one.opened > ctx.now:
            return t("opens on {when}", when=t.at(one.opened, ctx.zone, ctx.today))
        case _:
            return t("open until {when}", when=t.at(one.plan.closes, ctx.zone, ctx.today))


def _row(survey: Survey, where: Place, ctx: Context) -> Spans:
    said = row(survey, ctx)
    if where.counting is not None:
        return (*said, f" ({ctx.t('answered')})")
    return (*said, f" ({ctx.t('begun')})") if where.mine is not None else said


async def standing(survey: Survey, ctx: Context) -> Place:
    """Where the reader and their colleagues are with it; a stranger is nowhere."""
    if ctx.member is None:
        return Place(None, ())
    return place(survey, ctx.member, await ctx.store.surveys.sheets(survey.id))


def begin(survey: Survey, where: Place, ctx: Context) -> Button:
    """The way into its questions, from where the reader is."""
    t = ctx.t
    if where.mine is None:
        return Button(t("Answer it"), f"fill {survey.id}")
    if where.mine.state == "answered":
        return Button(t("Change the answers"), f"changeanswer {survey.id}")
    return Button(t("Go on"), f"fill {survey.id}")


# One survey


async def find(line: Line, ctx: Context) -> Survey | None:
    """The survey that the line names by its id or its key, or None."""
    if not line.words:
        return None
    by_id = await ctx.store.surveys.get(line.words[0])
    return by_id or await ctx.store.surveys.of_key(line.words[0])


def not_for_you(ctx: Context) -> Reply:
    """That it asks others, without what it is, and whom to ask why."""
    t = ctx.t
    return say(
        t("This survey does not ask you; the secretariat can say why."),
        buttons=rows(Button(t("Ask the secretariat"), "ask")),
    )


def no_such(ctx: Context) -> Reply:
    """That there is no such survey, and the way to those there are."""
    t = ctx.t
    everything = Button(t("All surveys"), "survey")
    way = everything if is_secretariat(ctx) else Button(t("Open surveys"), "surveys")
    return say(t("There is no such survey."), buttons=rows(way))


async def about(survey: Survey, ctx: Context) -> Reply:
    """What it is, until when, what becomes of the answers, and where the reader and their colleagues are."""
    t = ctx.t
    blocks: list[Block] = [Heading(t.words(survey.plan.title))]
    if intro := t.words(survey.plan.intro):
        blocks.append(para(intro))
    closes = Bold(t.at(survey.plan.closes, ctx.zone, ctx.today))
    count = len(survey.plan.questions)
    begins = survey.plan.opens if survey.state == "draft" else survey.opened
    if survey.state != "closed" and begins is not None and ctx.now < begins:
        blocks.append(para(t("The survey opens on {when}.", when=t.at(begins, ctx.zone, ctx.today))))
    if survey.state != "closed" and ctx.now < survey.plan.closes:
        blocks.append(
            Para(
                t.rich_n(
                    "{count} question; it can be answered until {when}.",
                    "{count} questions; it can be answered until {when}.",
                    count,
                    when=closes,
                )
            )
        )
    elif survey.state != "draft":
        ended = Bold(t.at(closed_at(survey), ctx.zone, ctx.today))
        blocks.append(Para(t.rich("It was open until {when}.", when=ended)))
    blocks += [para(sentence) for sentence in terms(survey, ctx)]
    where = await standing(survey, ctx)
    blocks += [para(sentence) for sentence in await _of_whom(survey, where, ctx)]
    told = (fact(survey),) if is_open(survey, ctx.now) else ()
    return Reply(tuple(blocks), buttons=rows(*await _ways(survey, where, ctx)), told=told)


def closed_at(survey: Survey) -> datetime:
    """When nothing could be answered any more: at its closing, or when it was closed before."""
    return min(survey.closed or survey.plan.closes, survey.plan.closes)


def terms(survey: Survey, ctx: Context) -> tuple[str, ...]:
    """For whom one answers, and what becomes of the answers."""
    t, plan = ctx.t, survey.plan
    if survey.state == "closed":
        return _terms_of_closed(survey, ctx)
    found = []
    if plan.per == "organisation":
        found.append(t("One answer is taken from each organisation; whoever answers speaks for it."))
    if not plan.anonymous:
        found.append(t("The secretariat sees who answered what."))
        return tuple(found)
    found.append(
        t(
            "The survey is anonymous. While it is open, the bot keeps whose the answers are, so that they can be "
            "changed; nobody is shown that. At its closing that link is destroyed in every file and backup, and only "
            "sums are left."
        )
    )
    found.append(
        t(
            "Questions that fewer than {small} answered are not shown to anybody, nor texts of fewer than {texts}.",
            small=survey.small,
            texts=survey.small_text,
        )
    )
    return tuple(found)


def _terms_of_closed(survey: Survey, ctx: Context) -> tuple[str, ...]:
    """The same once nobody answers any more."""
    t, found = ctx.t, []
    if survey.plan.per == "organisation":
        found.append(t("One answer was taken from each organisation."))
    if not survey.plan.anonymous:
        return (*found, t("The secretariat sees who answered what."))
    found.append(
        t(
            "The survey was anonymous: what tied answers to people was destroyed when it closed, and only sums are "
            "left."
        )
    )
    found.append(
        t(
            "What fewer than {small} answered is not shown to anybody, nor are texts where there are fewer than "
            "{texts}.",
            small=survey.small,
            texts=survey.small_text,
        )
    )
    return tuple(found)


def fact(survey: Survey) -> Fact:
    """That somebody is told when it closes."""
    return Fact(survey.id, "closes", survey.version)


async def _of_whom(survey: Survey, where: Place, ctx: Context) -> list[str]:
    """Sentences on who of the reader's organisation has begun or answered."""
    t = ctx.t
    found = []
    if where.mine is not None and where.mine.state == "answered":
        found.append(t("You have answered."))
    elif where.mine is not None:
        count = len(where.mine.latest)
        found.append(
            t.n(
                "You have answered {count} question so far.",
                "You have answered {count} questions so far.",
                count,
            )
        )
    return [*found, *await of_colleagues(where, ctx)]


async def of_colleagues(where: Place, ctx: Context) -> list[str]:
    """Sentences on who else of the reader's organisation has begun or answered."""
    t, found = ctx.t, []
    for sheet in where.others:
        name = await colleague(sheet, ctx)
        if sheet.state == "answered":
            found.append(t("{name} has answered for your organisation.", name=name))
        else:
            found.append(t("{name} has begun to answer for your organisation.", name=name))
    return found


async def colleague(sheet: Sheet, ctx: Context) -> str:
    """The name of whose answers these are."""
    member = await ctx.store.members.get(sheet.member)
    return member.person.name if member else ctx.t("A colleague")


async def _ways(survey: Survey, where: Place, ctx: Context) -> list[Button]:
    t = ctx.t
    if ctx.member is None or not may_answer(survey, ctx.member, ctx.structure):
        return []
    found = []
    theirs = next(iter(sorted(where.others, key=lambda sheet: sheet.state != "answered")), None)
    if is_open(survey, ctx.now):
        found.append(begin(survey, where, ctx))
        if where.mine is None and theirs is not None and not survey.plan.anonymous:
            label = t("Change theirs") if theirs.state == "answered" else t("Go on from theirs")
            found.append(Button(label, f"fill {survey.id} {theirs.id}"))
    if where.mine is not None:
        found.append(Button(t("My answers"), f"myanswers {survey.id}"))
    if theirs is not None and not survey.plan.anonymous:
        found.append(Button(t("Their answers"), f"myanswers {survey.id} {theirs.id}"))
    if is_open(survey, ctx.now) and survey.plan.per == "organisation" and ctx.member.person.role == "manager":
        passed_on = ctx.member.person.organisation in survey.forwarded
        label = t("How many companies have answered") if passed_on else t("Pass it on to companies")
        found.append(Button(label, f"passon {survey.id}"))
    return found


async def asked(line: Line, ctx: Context) -> tuple[Survey, Member] | Reply:
    """The open survey that the line names, and the reader whom it asks; or why they cannot answer it."""
    t = ctx.t
    survey = await find(line, ctx)
    if survey is None or survey.state == "draft":
        return no_such(ctx)
    if ctx.member is None or not may_answer(survey, ctx.member, ctx.structure):
        return not_for_you(ctx)
    if survey.opened is not None and ctx.now < survey.opened:
        return say(t("The survey opens on {when}.", when=t.at(survey.opened, ctx.zone, ctx.today)))
    if not is_open(survey, ctx.now):
        when = t.at(closed_at(survey), ctx.zone, ctx.today)
        return say(t("The survey closed on {when}; nothing can be answered or changed any more.", when=when))
    return survey, ctx.member
