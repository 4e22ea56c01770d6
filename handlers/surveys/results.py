"""What a survey has shown, for the secretariat: sentences, pictures, a workbook, a page for a ministry, beside the last
round; and for whoever answered, their own answers beside everyone's."""

from __future__ import annotations

import asyncio
from datetime import date
from functools import partial
from random import SystemRandom

from handlers import paging
from handlers.chat import (
    COMMAND_BYTES,
    Block,
    Bold,
    Button,
    Code,
    File,
    Heading,
    Incoming,
    Items,
    Para,
    Progress,
    Reply,
    Spans,
    Work,
    para,
    rows,
    say,
    shorten,
)
from handlers.commands import BY_NAME, Line
from handlers.context import Context
from handlers.surveys import asking, gathering, printed, publishing, rates, rounds, showing, texts
from handlers.surveys.pictures import PNG, drawn, picture
from handlers.surveys.report import Report, missing
from handlers.surveys.showing import find, no_such
from handlers.surveys.summary import summary
from handlers.surveys.tallying import results as tallied
from handlers.surveys.tallying import tally
from handlers.surveys.texts import HIDDEN
from handlers.surveys.wording import finding
from handlers.surveys.workbook import XLSX, answers_csv, workbook
from storage.surveys import Survey

LISTED = 4
"""Surveys on a page: with a button for each and two to turn it, six buttons in all."""
PICTURES = 6
"""Pictures in one reply."""
BUTTONS = 6
"""Under one reply; what is wanted less often then stands behind one of them."""
WORDS = 2
"""Of a question's texts, the words that have a button: with what is before sharing, the way back and two to turn, six
in all."""
TEXTS = 10
"""Texts in one reply."""


async def results(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`results` lists the surveys; `results a3` has the response rate and a sentence for each question; `results a3
    =q4`, or `results a3 4`, one question with its picture and texts; `pictures`, `table`, `page` and `compare` what
    they say, `share` what members get."""
    if not line.words or paging.named(line.words[0]):
        return await _list(paging.asked(line.words), ctx)
    survey = await find(line, ctx)
    if survey is None or survey.state == "draft":
        return no_such(ctx)
    report = await gathering.report(survey, ctx)
    if not report.tallies:
        return _not_yet(survey, report, ctx)
    wanted, rest = (line.words[1] if len(line.words) > 1 else ""), line.words[2:]
    match wanted:
        case "pictures":
            return _pictures(report, paging.asked(rest), ctx)
        case "table":
            return await _table(report, raw="whole" in rest, ctx=ctx)
        case "page":
            return _printed(await gathering.report(survey, ctx, published=True), ctx)
        case "share" if survey.state != "closed":
            return say(
                ctx.t("Results are shared when the survey has closed."), buttons=rows(_back(survey, ctx))
            )
        case "share":
            published = await gathering.report(survey, ctx, published=True)
            return publishing.share(published, msg, ctx, table="table" in rest)
        case "compare":
            return await _compared(report, rest, ctx)
        case "more":
            return await _more(survey, ctx)
    if number := _number(wanted, report):
        return await _question(report, number, " ".join(rest), ctx)
    return await _overview(report, paging.asked(line.words[1:]), ctx)


def _number(wanted: str, report: Report) -> int:
    """Which of the questions is meant, from 1: by its place, or by its id behind `=`; 0 when none is."""
    ids = [question.id for question, _ in report.asked()]
    if wanted.isdecimal() and len(wanted) < 4:
        return int(wanted) if int(wanted) <= len(ids) else 0
    id = wanted.removeprefix("=")
    return ids.index(id) + 1 if id in ids else 0


async def _list(number: int, ctx: Context) -> Reply:
    """The surveys that were opened, the newest first, each with a button to what it has shown."""
    t = ctx.t
    opened = tuple(one for one in reversed(await ctx.store.surveys.all()) if one.state != "draft")
    page = paging.page(opened, number, LISTED)
    if not page.shown:
        return say(t("No survey has been opened yet."), buttons=rows(Button(t("All surveys"), "survey")))
    items = tuple((Bold(t.words(one.plan.title)), f" ({showing.state(one, ctx)})") for one in page.shown)
    numbers = [Button(str(n), f"results {one.id}") for n, one in enumerate(page.shown, page.first)]
    turns = page.turns(lambda number: f"results p{number}")
    return Reply(
        (para(t("Which survey’s results?")), Items(items, page.first)), buttons=rows(*numbers, *turns)
    )


def _not_yet(survey: Survey, report: Report, ctx: Context) -> Reply:
    """Of an anonymous survey that is open only who has answered: two pictures would tell one person's answer."""
    t = ctx.t
    why = t(
        "The survey is anonymous, so its results are shown when it has closed: seen before and after one "
        "person's answer, they would tell it."
    )
    blocks = (Heading(t.words(survey.plan.title)), para(why), *rates.lines(report.rates, t))
    return Reply(blocks, buttons=rows(Button(t("‹ Back"), f"survey {survey.id}")))


async def _overview(report: Report, number: int, ctx: Context) -> Reply:
    t, survey = ctx.t, report.survey
    blocks: list[Block] = [Heading(t.words(survey.plan.title)), para(rates.said(report.rates.whole, t))]
    page = paging.page(tuple(report.asked()), number, 10)
    lines: list[Spans] = [
        (f"{shorten(t.words(question.text), 90)} – ", Bold(finding(question, found, t)))
        for question, found in page.shown
    ]
    blocks.append(Items(tuple(lines), page.first))
    typed = Code(f"/{BY_NAME['results'].name(t.language)} {survey.id} {page.first}")
    blocks.append(Para(t.rich("A question opens by its number: {command}", command=typed)))
    turns = page.turns(lambda number: f"results {survey.id} p{number}")
    one_by_one = Button(t("One by one"), f"results {survey.id} {page.first}")
    if page.number > 1:
        return Reply(tuple(blocks), buttons=rows(one_by_one, *turns))
    ways, others = [*_main(survey, ctx), one_by_one], await _others(survey, ctx)
    if len(ways) + len(others) + len(turns) > BUTTONS:
        others = [Button(t("More…"), f"results {survey.id} more")]
    return Reply(tuple(blocks), buttons=rows(*ways, *others, *turns))


def _main(survey: Survey, ctx: Context) -> list[Button]:
    """What is wanted most: of a closed survey that its members hear of it."""
    t = ctx.t
    share = [Button(t("Announce them"), f"results {survey.id} share")] if survey.state == "closed" else []
    return [
        *share,
        Button(t("Pictures"), f"results {survey.id} pictures"),
        Button(t("Workbook"), f"results {survey.id} table"),
    ]


async def _others(survey: Survey, ctx: Context) -> list[Button]:
    t = ctx.t
    found = [Button(t("A page to print"), f"results {survey.id} page")]
    if rounds.earlier(survey, await ctx.store.surveys.all()):
        found.append(Button(t("Beside the last round"), f"results {survey.id} compare"))
    if survey.state == "closed":
        found.append(Button(t("Announce with the workbook"), f"results {survey.id} share table"))
    return found


async def _more(survey: Survey, ctx: Context) -> Reply:
    """What has no room under the results."""
    title = Heading(ctx.t.words(survey.plan.title))
    return Reply((title,), buttons=rows(*await _others(survey, ctx), _back(survey, ctx)))


def _pictures(report: Report, number: int, ctx: Context) -> Reply:
    """The questions' pictures, made beside what else the bot does."""
    t, survey = ctx.t, report.survey
    page = paging.page(report.tallies, number, PICTURES)

    async def do(progress: Progress) -> Reply:
        made = await asyncio.to_thread(lambda: list(drawn(survey, page.shown, t, progress)))
        files = tuple(File(f"{survey.plan.key}-{question.id}.png", PNG, png) for question, png in made)
        turns = page.turns(lambda number: f"results {survey.id} pictures p{number}")
        said = (
            para(t("Of these questions there is nothing to draw."))
            if not files
            else Heading(t.words(survey.plan.title))
        )
        return Reply((said,), files=files, buttons=rows(*turns, _back(survey, ctx)), fresh=True)

    return Reply(work=Work(partial(publishing.of_questions, t), do))


async def _table(report: Report, *, raw: bool, ctx: Context) -> Reply:
    """The workbook, with texts as they are shared; `raw` with everything as it was written, for the secretariat."""
    t, survey = ctx.t, report.survey
    if raw:
        report = await gathering.report(survey, ctx, raw=True)
    sheets = await gathering.sheets(survey, ctx, raw=raw)
    names = {m.id: m.person.name for m in await ctx.store.members.all()}
    names |= {o.id: t.words(o.name) for o in ctx.structure.organisations}

    def how_far(done: int, of: int) -> str:
        if not of:
            return t("Preparing the workbook.")
        return t("Preparing the workbook: {share} done.", share=t.share(done, of))

    async def do(progress: Progress) -> Reply:
        book = await asyncio.to_thread(workbook, report, sheets, names, t, progress)
        files = [File(f"{survey.plan.key}.xlsx", XLSX, book)]
        if lines := await asyncio.to_thread(answers_csv, report, sheets, names, t):
            files.append(File(f"{survey.plan.key}.csv", "text/csv", lines))
        said = [
            para(t("The results of the survey “{title}” as a workbook.", title=t.words(survey.plan.title)))
        ]
        ways = []
        if raw:
            said.append(para(t("Nothing of the texts is hidden in it: it is for the secretariat alone.")))
        elif any(HIDDEN in text for one in report.tallies for text in one.texts) or report.left_out:
            said.append(para(t("What is hidden in the texts is hidden in it, too.")))
            ways.append(Button(t("With nothing hidden"), f"results {survey.id} table whole"))
        return Reply(tuple(said), files=tuple(files), buttons=rows(*ways, _back(survey, ctx)), fresh=True)

    return Reply(work=Work(how_far, do))


def _printed(report: Report, ctx: Context) -> Reply:
    """A page that leaves the house: with the thresholds of what is published."""
    t, survey = ctx.t, report.survey

    async def do(progress: Progress) -> Reply:
        made = await asyncio.to_thread(lambda: printed.render(summary(report, t, progress)))
        said = t("The results on a page. Open it and print it, or save it as PDF.")
        file = File(f"{survey.plan.key}.html", printed.HTML, made.encode())
        return Reply((para(said),), files=(file,), buttons=rows(_back(survey, ctx)), fresh=True)

    return Reply(work=Work(partial(publishing.of_questions, t), do))


async def _question(report: Report, number: int, word: str, ctx: Context) -> Reply:
    """One question: what it has shown, its picture, what people wrote, by a word where there are many."""
    t, survey = ctx.t, report.survey
    page = paging.page(tuple(report.asked()), number, 1)
    question, found = page.shown[0]
    blocks: list[Block] = [Heading(t.words(question.text)), para(Bold(finding(question, found, t)))]
    shown = texts.containing(found.texts, word) if word else found.texts
    if word:
        blocks.append(para(t("With the word “{word}”:", word=word)))
    blocks += [Items(tuple((shorten(text, 500),) for text in shown[:TEXTS]))] if shown else []
    if len(shown) > TEXTS:
        blocks.append(para(t.n("and {count} other", "and {count} others", len(shown) - TEXTS)))
    if any(HIDDEN in text for text in shown):
        blocks.append(para(t("In place of what is hidden stands {sign}.", sign=HIDDEN)))
    if left := missing(report, question, t):
        blocks.append(para(left))
    png = await asyncio.to_thread(picture, question, found, t.words(survey.plan.title), t)
    files = (File(f"{survey.plan.key}-{question.id}.png", PNG, png),) if png else ()
    press = f"results {survey.id} ={question.id}"
    ways = [
        Button(f"{each} ({count})", f"{press} {each}")
        for each, count in ([] if word else texts.common(found.texts, WORDS))
        if len(f"{press} {each}".encode()) <= COMMAND_BYTES
    ]
    if found.texts or left:
        review = f"texts {survey.id} {survey.plan.questions.index(question) + 1}"
        with_word = f"{review} p1 {word}"
        there = with_word if word and len(with_word.encode()) <= COMMAND_BYTES else review
        ways.append(Button(t("Before sharing"), there))
    turns = () if word else page.turns(lambda number: f"results {survey.id} {number}")
    back = Button(t("‹ Back"), press if word else f"results {survey.id}")
    return Reply(tuple(blocks), files=files, buttons=rows(*ways, *turns, back), fresh=bool(files))


# Rounds


async def _compared(report: Report, rest: tuple[str, ...], ctx: Context) -> Reply:
    """Beside the round before: of everybody, or with `both` of those alone who answered both; with `reworded` by the
    ids although the words are others."""
    t, survey = ctx.t, report.survey
    before = rounds.earlier(survey, await ctx.store.surveys.all())
    if before is None:
        return say(t("There is no earlier round of this survey."), buttons=rows(_back(survey, ctx)))
    sheets = await ctx.store.surveys.sheets(survey.id)
    old = await ctx.store.surveys.sheets(before.id)
    random = SystemRandom()
    pair = rounds.Round(before, tallied(before, old, random)), rounds.Round(survey, report.tallies)
    blocks: list[Block] = [
        Heading(t.words(survey.plan.title)),
        para(t("Beside the round that closed on {day}.", day=_closed(before, ctx))),
    ]
    if caution := rounds.caution(before, survey, t):
        blocks.append(para(caution))
    if "both" in rest:
        both = rounds.both((before, old), (survey, sheets), random)
        if both is None:
            return say(rounds.why_not_both(before, survey, t), buttons=rows(_back(survey, ctx)))
        pair = both
        blocks.append(para(t("Only those who answered both.")))
    found = rounds.compared(*pair, reworded="reworded" in rest)
    blocks += rounds.lines(found, t)
    press = f"results {survey.id} compare"
    ways = []
    if "both" not in rest and not (before.plan.anonymous or survey.plan.anonymous):
        more = " reworded" if "reworded" in rest else ""
        ways.append(Button(t("Only who answered both"), f"{press} both{more}"))
    if "reworded" not in rest and rounds.doubtful(found):
        only = " both" if "both" in rest else ""
        ways.append(Button(t("Reworded ones, too"), f"{press}{only} reworded"))
    return Reply(tuple(blocks), buttons=rows(*ways, _back(survey, ctx)))


def _back(survey: Survey, ctx: Context) -> Button:
    return Button(ctx.t("‹ Back"), f"results {survey.id}")


def _closed(survey: Survey, ctx: Context) -> str:
    assert survey.closed is not None
    return ctx.t.at(survey.closed, ctx.zone, date.min)


# Beside everyone's


async def beside(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`beside a3`: the reader's own answers beside everyone's, of a named survey that has closed."""
    t = ctx.t
    survey = await find(line, ctx)
    if survey is None or ctx.member is None or survey.state != "closed":
        return say(t("This can be seen when the survey has closed."))
    if survey.plan.anonymous:
        return say(
            t("The survey is closed, and whose answers were whose is not known any more: only sums are left.")
        )
    sheets = await ctx.store.surveys.sheets(survey.id)
    mine = next((s for s in sheets if s.member == ctx.member.id and s.state == "answered"), None)
    if mine is None:
        return say(t("You did not answer this survey, so there is nothing to put beside everyone's answers."))
    tallies = {one.question: one for one in tally(survey, sheets, SystemRandom(), published=True)}
    blocks: list[Block] = [Heading(t.words(survey.plan.title))]
    hidden = False
    for question in survey.plan.questions:
        if question.kind in ("text", "consent") or question.id not in mine.answers:
            continue
        text = shorten(t.words(question.text), 100)
        own = Bold(asking.said(question, mine.answers[question.id], t))
        if tallies[question.id].hidden:
            hidden = True
            blocks.append(Para(t.rich("{question} – You: {mine}.", question=text, mine=own)))
            continue
        everyone = finding(question, tallies[question.id], t)
        said = t.rich("{question} – You: {mine}. Everyone: {all}", question=text, mine=own, all=everyone)
        blocks.append(Para(said))
    if hidden:
        blocks.append(
            para(t("Where nothing is said of everyone, it is so that nobody's answer can be recognised."))
        )
    return Reply(tuple(blocks))
