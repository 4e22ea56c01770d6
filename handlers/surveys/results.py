"""What a survey has shown, for the secretariat: sentences, pictures, a workbook, a page for a ministry, beside the last
round; and for whoever answered, their own answers beside everyone's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date
from random import SystemRandom

from handlers import paging
from handlers.announcements import drafts, handing
from handlers.chat import (
    COMMAND_BYTES,
    Block,
    Bold,
    Button,
    File,
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
from handlers.i18n import LANGUAGES, Translator, translator
from handlers.surveys import asking, gathering, printed, rates, rounds, texts
from handlers.surveys.pictures import PNG, drawn, picture
from handlers.surveys.report import Report, missing, privacy
from handlers.surveys.showing import find, no_such
from handlers.surveys.summary import FINDINGS, clearest, response, summary
from handlers.surveys.tallying import results as tallied
from handlers.surveys.tallying import tally
from handlers.surveys.texts import HIDDEN
from handlers.surveys.wording import finding
from handlers.surveys.workbook import answers_csv, workbook
from storage.surveys import Question, Survey, Tally

PICTURES = 6
"""Pictures in one reply."""
TEXTS = 10
"""Texts in one reply."""
WORDS = 4
"""Words that many texts share, each with its button."""
QUOTED = 3
"""Texts of one question in an announcement."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def results(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`results a3`: the response rate and a sentence for each question; `results a3 =q4` one question with its picture
    and texts, `pictures`, `table`, `page` and `compare` what they say."""
    survey = await find(line, ctx)
    if survey is None or survey.state == "draft":
        return no_such(ctx)
    wanted, rest = (line.words[1] if len(line.words) > 1 else ""), line.words[2:]
    report = await gathering.report(survey, ctx)
    if not report.tallies:
        return _not_yet(survey, report, ctx)
    match wanted:
        case "pictures":
            return await _pictures(report, paging.asked(rest), ctx)
        case "table":
            return await _table(report, raw="whole" in rest, ctx=ctx)
        case "page":
            return await _printed(await gathering.report(survey, ctx, published=True), ctx)
        case "share":
            return await _share(survey, msg, ctx)
        case "compare":
            return await _compared(report, rest, ctx)
    asked = {question.id: (question, found) for question, found in report.asked()}
    if (id := wanted.removeprefix("=")) in asked:
        return await _question(report, *asked[id], " ".join(rest), ctx)
    return await _overview(report, paging.asked(line.words[1:]), ctx)


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
    numbers = [
        Button(str(n), f"results {survey.id} ={q.id}") for n, (q, _) in enumerate(page.shown, page.first)
    ]
    turns = page.turns(lambda number: f"results {survey.id} p{number}")
    in_fives = tuple(tuple(numbers[i : i + 5]) for i in range(0, len(numbers), 5))
    ways = [
        Button(t("Pictures"), f"results {survey.id} pictures"),
        Button(t("Workbook"), f"results {survey.id} table"),
        Button(t("A page to print"), f"results {survey.id} page"),
    ]
    if survey.state == "closed":
        ways.append(Button(t("Announce them"), f"results {survey.id} share"))
    if rounds.earlier(survey, await ctx.store.surveys.all()):
        ways.append(Button(t("Beside the last round"), f"results {survey.id} compare"))
    return Reply(tuple(blocks), buttons=(*in_fives, *((turns,) if turns else ()), *rows(*ways)))


async def _pictures(report: Report, number: int, ctx: Context) -> Reply:
    """The questions' pictures, made beside what else the bot does."""
    t, survey = ctx.t, report.survey
    page = paging.page(report.tallies, number, PICTURES)
    made = await asyncio.to_thread(lambda: list(drawn(survey, page.shown, t)))
    files = tuple(File(f"{survey.plan.key}-{question.id}.png", PNG, png) for question, png in made)
    turns = page.turns(lambda number: f"results {survey.id} pictures p{number}")
    said = (
        para(t("Of these questions there is nothing to draw."))
        if not files
        else Heading(t.words(survey.plan.title))
    )
    buttons = rows(*turns, Button(t("‹ Back"), f"results {survey.id}"))
    return Reply((said,), files=files, buttons=buttons, fresh=True)


async def _table(report: Report, *, raw: bool, ctx: Context) -> Reply:
    """The workbook, with texts as they are shared; `raw` with everything as it was written, for the secretariat."""
    t, survey = ctx.t, report.survey
    if raw:
        report = await gathering.report(survey, ctx, raw=True)
    sheets = await gathering.sheets(survey, ctx, raw=raw)
    names = {m.id: m.person.name for m in await ctx.store.members.all()}
    names |= {o.id: t.words(o.name) for o in ctx.structure.organisations}
    book = await asyncio.to_thread(workbook, report, sheets, names, t)
    files = [File(f"{survey.plan.key}.xlsx", XLSX, book)]
    if lines := answers_csv(report, sheets, names, t):
        files.append(File(f"{survey.plan.key}.csv", "text/csv", lines))
    blocks = [para(t("The results of the survey “{title}” as a workbook.", title=t.words(survey.plan.title)))]
    ways = []
    if raw:
        blocks.append(para(t("Nothing of the texts is hidden in it: it is for the secretariat alone.")))
    elif any(HIDDEN in text for one in report.tallies for text in one.texts) or report.left_out:
        blocks.append(para(t("What is hidden in the texts is hidden in it, too.")))
        ways.append(Button(t("With nothing hidden"), f"results {survey.id} table whole"))
    return Reply(tuple(blocks), files=tuple(files), buttons=rows(*ways, _back(survey, ctx)), fresh=True)


async def _printed(report: Report, ctx: Context) -> Reply:
    """A page that leaves the house: with the thresholds of what is published."""
    t, survey = ctx.t, report.survey
    made = await asyncio.to_thread(lambda: printed.render(summary(report, t)))
    said = t("The results on a page. Open it and print it, or save it as PDF.")
    file = File(f"{survey.plan.key}.html", printed.HTML, made.encode())
    return Reply(
        (para(said),), files=(file,), buttons=rows(Button(t("‹ Back"), f"results {survey.id}")), fresh=True
    )


async def _question(report: Report, question: Question, found: Tally, word: str, ctx: Context) -> Reply:
    """One question: what it has shown, its picture, what people wrote, by a word where there are many."""
    t, survey = ctx.t, report.survey
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
        number = survey.plan.questions.index(question) + 1
        review = f"texts {survey.id} {number}"
        with_word = f"{review} p1 {word}"
        there = with_word if word and len(with_word.encode()) <= COMMAND_BYTES else review
        ways.append(Button(t("Before sharing"), there))
    back = Button(t("‹ Back"), press if word else f"results {survey.id}")
    return Reply(tuple(blocks), buttons=rows(*ways, back), files=files, fresh=bool(files))


# Shared


async def _share(survey: Survey, msg: Incoming, ctx: Context) -> Reply:
    """The results as an announcement to those who were asked, ready to be looked at and sent: what is clearest in both
    languages, and its pictures. Nothing in it that the thresholds hide."""
    if survey.state != "closed":
        return say(ctx.t("Results are shared when the survey has closed."), buttons=rows(_back(survey, ctx)))
    report = await gathering.report(survey, ctx, published=True)
    clear = clearest(report) or tuple(report.asked())[:FINDINGS]
    answers: dict[str, str | tuple[str, ...]] = {
        language: _announced(report, clear, translator(language)) for language in LANGUAGES
    }
    answers |= {"audience": survey.plan.audience, "exclude": (), "at": "", "acknowledge": "no"}
    t = translator(ctx.association.languages[0])
    files = []
    for question, found in clear:
        png = await asyncio.to_thread(picture, question, found, t.words(survey.plan.title), t)
        if png is not None:
            name = f"{survey.plan.key}-{question.id}.png"
            files.append(await ctx.store.announcements.attach(name, PNG, png, ctx.now))
    answers["files"] = tuple(files)
    kept = await ctx.store.announcements.keep(answers, ctx.by)
    form = drafts.form(ctx, f"announce {kept.id}", answers)
    return await handing.put_before(answers, form, kept, msg, ctx)


def _announced(report: Report, clear: tuple[tuple[Question, Tally], ...], t: Translator) -> str:
    title = t("What the survey “{title}” has shown", title=t.words(report.survey.plan.title))
    lines = [f"- {shorten(t.words(q.text), 120)} {finding(q, found, t)}" for q, found in clear]
    thanks = t("Thank you to everybody who answered.")
    wrote = tuple(_quotes(report, t))
    return "\n\n".join(
        (title, f"{response(report, t)} {thanks}", "\n".join(lines), *wrote, privacy(report, t))
    )


def _quotes(report: Report, t: Translator) -> Iterator[str]:
    """The paragraphs with a few texts of each question whose texts go along, those that chance put first."""
    for question, found in report.asked():
        if question.id in report.shared and found.texts:
            asked = t("What people wrote to “{question}”:", question=shorten(t.words(question.text), 120))
            yield asked
            yield "\n".join(f"- {shorten(text, 300)}" for text in found.texts[:QUOTED])


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
    if "both" not in rest:
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
        return say(t("There are no answers here yet."))
    tallies = {one.question: one for one in tally(survey, sheets, SystemRandom(), published=True)}
    blocks: list[Block] = [Heading(t.words(survey.plan.title))]
    for question in survey.plan.questions:
        if question.kind in ("text", "consent") or question.id not in mine.answers:
            continue
        blocks.append(
            Para(
                t.rich(
                    "{question} – You: {mine}. Everyone: {all}",
                    question=shorten(t.words(question.text), 100),
                    mine=Bold(asking.said(question, mine.answers[question.id], t)),
                    all=finding(question, tallies[question.id], t),
                )
            )
        )
    return Reply(tuple(blocks))
