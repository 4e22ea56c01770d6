"""Answering a survey: which are open, one question after another, handed in, changed until it closes."""

from __future__ import annotations

from handlers.access import is_secretariat
from handlers.chat import (
    Answers,
    Block,
    Bold,
    Button,
    Fact,
    Form,
    Heading,
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
from handlers.surveys import asking
from handlers.taking_part import Place, done, is_open, may_answer, owner, place
from storage.errors import Changed
from storage.members import Member
from storage.surveys import Given, Sheet, Survey

LISTED = 5
QUESTIONS_A_PAGE = 10


async def surveys(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The open surveys that the reader may answer, those not answered yet first; the secretariat has a way to all."""
    t = ctx.t
    ways = [Button(t("All surveys"), "survey")] if is_secretariat(ctx) and msg.private else []
    found = [(one, await _place(one, ctx)) for one in await mine(ctx)]
    if not found:
        return say(t("There is no survey for you to answer now."), buttons=rows(*ways))
    found.sort(key=lambda pair: (pair[1].counting is not None, pair[0].plan.closes, pair[0].id))
    shown = found[:LISTED]
    items = tuple(_row(one, where, ctx) for one, where in shown)
    buttons = [Button(str(n), f"survey {one.id}") for n, (one, _) in enumerate(shown, 1)]
    if len(shown) == 1:
        buttons = [_begin(shown[0][0], shown[0][1], ctx), Button(t("Show it"), f"survey {shown[0][0].id}")]
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
    found = [one for one in await mine(ctx) if (await _place(one, ctx)).counting is None]
    return tuple(sorted(found, key=lambda one: (one.plan.closes, one.id)))


def row(survey: Survey, ctx: Context) -> Spans:
    """A survey in a list: its title and until when."""
    closes = ctx.t.at(survey.plan.closes, ctx.zone, ctx.today)
    return ctx.t.rich("{title}, until {when}", title=Bold(ctx.t.words(survey.plan.title)), when=closes)


def _row(survey: Survey, where: Place, ctx: Context) -> Spans:
    said = row(survey, ctx)
    if where.counting is not None:
        return (*said, f" ({ctx.t('answered')})")
    return (*said, f" ({ctx.t('begun')})") if where.mine is not None else said


async def _place(survey: Survey, ctx: Context) -> Place:
    if ctx.member is None:
        return Place(None, ())
    return place(survey, ctx.member, await ctx.store.surveys.sheets(survey.id))


def _begin(survey: Survey, where: Place, ctx: Context) -> Button:
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


async def about(survey: Survey, ctx: Context) -> Reply:
    """What it is, until when, what becomes of the answers, and where the reader and their colleagues are."""
    t = ctx.t
    blocks: list[Block] = [Heading(t.words(survey.plan.title))]
    if intro := t.words(survey.plan.intro):
        blocks.append(para(intro))
    closes = Bold(t.at(survey.plan.closes, ctx.zone, ctx.today))
    count = len(survey.plan.questions)
    if survey.state == "open" and survey.opened is not None and ctx.now < survey.opened:
        blocks.append(para(t("The survey opens on {when}.", when=t.at(survey.opened, ctx.zone, ctx.today))))
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
        blocks.append(Para(t.rich("It was open until {when}.", when=closes)))
    blocks += [para(sentence) for sentence in terms(survey, ctx)]
    where = await _place(survey, ctx)
    blocks += [para(sentence) for sentence in await _standing(survey, where, ctx)]
    told = (fact(survey),) if is_open(survey, ctx.now) else ()
    return Reply(tuple(blocks), buttons=rows(*await _ways(survey, where, ctx)), told=told)


def terms(survey: Survey, ctx: Context) -> tuple[str, ...]:
    """For whom one answers, and what becomes of the answers."""
    t, plan = ctx.t, survey.plan
    found = []
    if plan.per == "organisation":
        found.append(t("One answer is taken from each organisation; whoever of it answers speaks for it."))
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


def fact(survey: Survey) -> Fact:
    """That somebody is told when it closes."""
    return Fact(survey.id, "closes", survey.version)


async def _standing(survey: Survey, where: Place, ctx: Context) -> list[str]:
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
    for sheet in where.others:
        name = await _name(sheet, ctx)
        if sheet.state == "answered":
            found.append(t("{name} has answered for your organisation.", name=name))
        else:
            found.append(t("{name} has begun to answer for your organisation.", name=name))
    return found


async def _name(sheet: Sheet, ctx: Context) -> str:
    member = await ctx.store.members.get(sheet.member)
    return member.person.name if member else ctx.t("A colleague")


async def _ways(survey: Survey, where: Place, ctx: Context) -> list[Button]:
    t = ctx.t
    if ctx.member is None or not may_answer(survey, ctx.member, ctx.structure):
        return []
    found = []
    theirs = where.others[0] if where.others else None
    if is_open(survey, ctx.now):
        found.append(_begin(survey, where, ctx))
        if where.mine is None and theirs is not None and not survey.plan.anonymous:
            found.append(Button(t("Go on from theirs"), f"fill {survey.id} {theirs.id}"))
    if where.mine is not None:
        found.append(Button(t("My answers"), f"myanswers {survey.id}"))
    if theirs is not None and not survey.plan.anonymous:
        found.append(Button(t("Their answers"), f"myanswers {survey.id} {theirs.id}"))
    if is_open(survey, ctx.now) and survey.plan.per == "organisation" and ctx.member.person.role == "manager":
        found.append(Button(t("Pass it on to companies"), f"passon {survey.id}"))
    return found


# Filling it in


async def fill(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`fill a3`: the questions, from the first without an answer; `fill a3 q4` that one; `fill a3 h7` from where a
    colleague is. Finished, the answers as they will be handed in; confirmed, handed in."""
    survey = await find(line, ctx)
    refused = _refused(survey, ctx)
    if survey is None or ctx.member is None or refused is not None:
        return refused or say(ctx.t("There is no such survey."))
    where = await _place(survey, ctx)
    if where.mine is not None and where.mine.state == "answered" and not survey.plan.editable:
        return say(
            ctx.t("You have handed your answers in, and in this survey they cannot be changed afterwards."),
            buttons=rows(Button(ctx.t("My answers"), f"myanswers {survey.id}")),
        )
    form = _form(survey, where, line.words[1:], ctx)
    if msg.answers is None:
        return Reply(form=form)
    answers = asking.normal(survey.plan, msg.answers, ctx.t)
    wrong = asking.faults(survey.plan, answers, ctx.t)
    if wrong:
        return Reply(form=form.with_(values=answers, at=next(iter(wrong)), faults=wrong))
    if not msg.confirmed:
        return _summary(survey, answers, ctx)
    return await _hand_in(survey, ctx.member, answers, ctx)


def _refused(survey: Survey | None, ctx: Context) -> Reply | None:
    """Why the reader cannot answer it; None when they can."""
    t = ctx.t
    if survey is None or survey.state == "draft":
        return say(t("There is no such survey."))
    if ctx.member is None or not may_answer(survey, ctx.member, ctx.structure):
        return say(t("This survey does not ask you; the secretariat can say why."))
    if survey.opened is not None and ctx.now < survey.opened:
        return say(t("The survey opens on {when}.", when=t.at(survey.opened, ctx.zone, ctx.today)))
    if not is_open(survey, ctx.now):
        when = t.at(survey.closed or survey.plan.closes, ctx.zone, ctx.today)
        return say(t("The survey closed on {when}; nothing can be answered or changed any more.", when=when))
    return None


def _form(survey: Survey, where: Place, words: tuple[str, ...], ctx: Context) -> Form:
    values: Answers = where.mine.latest if where.mine else {}
    at = words[0] if words and any(q.id == words[0] for q in survey.plan.questions) else None
    if words and not values and not survey.plan.anonymous:
        values = next((s.latest for s in where.others if s.id == words[0]), values)
    return asking.form(survey.plan, f"fill {survey.id}", ctx.t, values, at)


def _summary(survey: Survey, answers: Answers, ctx: Context) -> Reply:
    t = ctx.t
    blocks: tuple[Block, ...] = (
        para(t("Your answers:")),
        Items(asking.lines(survey.plan, answers, t), 1),
        para(t("They count once they are handed in.")),
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
    name = await _name(theirs, ctx)
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


async def handin(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`handin a3 h7`: the reader's kept answers count instead of that colleague's."""
    survey = await find(line, ctx)
    refused = _refused(survey, ctx)
    if survey is None or ctx.member is None or refused is not None:
        return refused or say(ctx.t("There is no such survey."))
    sheet = await ctx.store.surveys.sheet(survey.id, ctx.member.id)
    form = asking.form(survey.plan, f"fill {survey.id}", ctx.t, sheet.latest if sheet else {})
    missing = [f for f in form.asked(form.values) if f.required and not form.values.get(f.name)]
    if sheet is None or missing:
        return Reply(form=form)
    over = line.words[1] if len(line.words) > 1 else ""
    return await _hand_in(survey, ctx.member, sheet.latest, ctx, over)


async def changeanswer(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`changeanswer a3 p2`: which answer is to be changed, a button for each question."""
    survey = await find(line, ctx)
    refused = _refused(survey, ctx)
    if survey is None or ctx.member is None or refused is not None:
        return refused or say(ctx.t("There is no such survey."))
    t = ctx.t
    form = _form(survey, await _place(survey, ctx), (), ctx)
    fields = form.asked(form.values)
    page = next((int(w[1:]) for w in line.words[1:] if w[:1] == "p" and w[1:].isdecimal()), 1)
    first = max(0, page - 1) * QUESTIONS_A_PAGE
    shown = fields[first : first + QUESTIONS_A_PAGE]
    buttons = [
        (Button(shorten(f"{first + n}. {f.label}", 60), f"fill {survey.id} {f.name}"),)
        for n, f in enumerate(shown, 1)
    ]
    turns = []
    if first:
        turns.append(Button("‹", f"changeanswer {survey.id} p{page - 1}"))
    if first + QUESTIONS_A_PAGE < len(fields):
        turns.append(Button("›", f"changeanswer {survey.id} p{page + 1}"))
    return Reply((para(t("Which answer?")),), buttons=(*buttons, *((tuple(turns),) if turns else ())))


async def myanswers(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`myanswers a3`: a copy of the reader's answers; `myanswers a3 h7` a colleague's of a survey that is not
    anonymous."""
    t = ctx.t
    survey = await find(line, ctx)
    if survey is None or ctx.member is None:
        return say(t("There is no such survey."))
    where = await _place(survey, ctx)
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
        buttons.append(_begin(survey, where, ctx))
    if survey.state == "closed" and sheet.state == "answered" and sheet is where.mine:
        buttons.append(Button(t("Beside everyone's"), f"beside {survey.id}"))
    return Reply(tuple(blocks), buttons=rows(*buttons))


# Passing it on


async def passon(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`passon a3`: a manager lets the companies of their cluster answer, each for itself; again, how many have."""
    t = ctx.t
    survey = await find(line, ctx)
    refused = _refused(survey, ctx)
    if survey is None or ctx.member is None or refused is not None:
        return refused or say(t("There is no such survey."))
    cluster = ctx.structure.organisation(ctx.member.person.organisation)
    if ctx.member.person.role != "manager" or cluster is None or cluster.kind != "cluster":
        return say(t("Only the manager of a cluster can pass a survey on to its companies."))
    if survey.plan.per != "organisation":
        return say(t("This survey is answered by people, each for themselves."))
    companies = [o for o in ctx.structure.organisations if cluster.id in o.belongs_to]
    people = [m for m in await ctx.store.members.all() if m.person.organisation in {o.id for o in companies}]
    if not people:
        return say(t("Nobody of your cluster's companies is a member yet."))
    if cluster.id in survey.forwarded:
        return _how_many(survey, {m.person.organisation for m in people}, await _answered(survey, ctx), ctx)
    if line.seen is None:
        said = t.n(
            "The survey will be passed on to {count} company of your cluster; you will see how many have answered, "
            "not what.",
            "The survey will be passed on to {count} companies of your cluster; you will see how many have answered, "
            "not what.",
            len({m.person.organisation for m in people}),
        )
        way = Button(t("Pass it on"), f"passon {survey.id} v{survey.version}")
        return say(said, buttons=rows(way, Button(t("‹ Back"), f"survey {survey.id}")))
    await ctx.store.surveys.forward(survey.id, cluster.id, ctx.by)
    return say(
        t("It has been passed on; they will be invited within the hours in which messages are sent."),
        buttons=rows(Button(t("How many have answered"), f"passon {survey.id}")),
    )


async def _answered(survey: Survey, ctx: Context) -> frozenset[str]:
    return done(survey, await ctx.store.surveys.sheets(survey.id))


def _how_many(survey: Survey, companies: set[str], answered: frozenset[str], ctx: Context) -> Reply:
    return say(
        ctx.t(
            "Of your cluster's companies {count} of {total} have answered.",
            count=len(companies & answered),
            total=len(companies),
        )
    )
