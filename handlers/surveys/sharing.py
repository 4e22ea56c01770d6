"""How people's own words will read when a survey's results are shared, and whether they go along."""

from __future__ import annotations

from handlers import outcomes, paging
from handlers.chat import Block, Button, Heading, Incoming, Items, Para, Reply, para, rows, say
from handlers.commands import Line
from handlers.context import Context
from handlers.surveys.gathering import report
from handlers.surveys.report import missing
from handlers.surveys.showing import no_such
from handlers.surveys.written import Written, in_one_line, of_question
from storage.errors import Changed

READ = 10
"""Texts on a page that is only read."""


async def preview(one: Written, number: int, ctx: Context, notice: str = "") -> Reply:
    """How the texts read in what is published, a page of them; `notice` stands above."""
    t = ctx.t
    made = await report(one.survey, ctx, published=True)
    tally = next((tally for question, tally in made.asked() if question.id == one.question.id), None)
    if tally is None or tally.hidden or not (tally.texts or missing(made, one.question, t)):
        few = t(
            "These texts are not shared: fewer than {count} were written, or nearly all say the same, so that one "
            "could tell who wrote.",
            count=one.survey.small_text,
        )
        return say(few, buttons=rows(one.back(ctx)))
    page = paging.page(tally.texts, number, READ)
    blocks: list[Block] = [para(notice)] if notice else []
    blocks += [
        Heading(t.words(one.question.text)),
        para(
            t("This is how they read where they are shared:")
            if one.question.id in one.hiding.redaction.shared
            else t("This is how they will read when they are shared:")
        ),
    ]
    if page.shown:
        blocks.append(Items(tuple((in_one_line(each),) for each in page.shown), page.first))
    if left := missing(made, one.question, t):
        blocks.append(para(left))
    ways = [*page.turns(lambda number: one.line(f"shared p{number}"))]
    if one.question.id in one.hiding.redaction.shared:
        ways.append(Button(t("Don't share them"), f"withholdtexts {one.survey.id} {one.number}"))
    elif one.survey.state == "closed":
        share = f"sharetexts {one.survey.id} {one.number} v{one.hiding.redaction.version}"
        ways.append(Button(t("Share them"), share))
    else:
        blocks.append(para(t("Results are shared when the survey has closed.")))
    return Reply(tuple(blocks), buttons=rows(*ways, one.back(ctx)))


async def sharetexts(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`sharetexts a3 8 v5`: the texts go along with what is published, as they were seen in that version; when
    something was decided since, they are shown once more."""
    t = ctx.t
    one = await of_question(line, ctx)
    if one is None:
        return no_such(ctx)
    if one.survey.state != "closed":
        return say(t("Results are shared when the survey has closed."), buttons=rows(one.back(ctx)))
    spans = {
        one.mark(each): tuple((part.start, part.end) for part in one.parts(each) if part.hidden)
        for each in one.texts
    }
    try:
        seen = line.seen if line.seen is not None else 0
        await ctx.store.redactions.share(one.survey.id, one.question.id, seen, spans, ctx.by)
    except Changed:
        since = t("Something has been decided on these texts since you saw them. Look once more:")
        if one.question.id in one.hiding.redaction.shared:
            since = t("They are shared already: somebody has pressed before you.")
        return await preview(one, 1, ctx, since)
    id = one.survey.id
    return say(
        t("From now on they stand on the page to print, and some of them in the announcement."),
        buttons=rows(
            Button(t("A page to print"), f"results {id} page"),
            Button(t("Workbook"), f"results {id} table"),
            Button(t("Announce them"), f"results {id} share"),
            Button(t("Don't share them"), f"withholdtexts {id} {one.number}"),
            one.back(ctx),
        ),
    )


async def withholdtexts(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`withholdtexts a3 8`: they do not go along with what is published."""
    one = await of_question(line, ctx)
    if one is None:
        return no_such(ctx)
    await ctx.store.redactions.withhold(one.survey.id, one.question.id, ctx.by)
    blocks: list[Block] = [para(ctx.t("They are not shared any more."))]
    if before := await outcomes.handed_out(one.survey.id, ctx, True):
        blocks.append(Para(before))
    return Reply(tuple(blocks), buttons=rows(one.back(ctx)))
