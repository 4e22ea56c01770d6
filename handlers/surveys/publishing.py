"""Results for those who were asked: an announcement with what is clearest, and behind its buttons every picture and,
where that is chosen, a workbook. All of it is made once, from what may be published, and kept as it was looked at: what
is forgotten of somebody later leaves no difference to be reckoned from."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from handlers import outcomes
from handlers.announcements import drafts, handing
from handlers.chat import Incoming, Progress, Reply, Work, shorten
from handlers.context import Context
from handlers.i18n import LANGUAGES, Translator, translator
from handlers.surveys.pictures import PNG, drawn
from handlers.surveys.report import Report, privacy
from handlers.surveys.summary import FINDINGS, clearest, response
from handlers.surveys.wording import finding
from handlers.surveys.workbook import XLSX, workbook
from storage.surveys import Question, Tally

QUOTED = 3
"""Texts of one question in an announcement."""


def of_questions(t: Translator, done: int, of: int) -> str:
    """How far results are that are made question by question."""
    if not of:
        return t("Preparing the results.")
    return t.n(
        "Preparing the results: {done} of {count} question.",
        "Preparing the results: {done} of {count} questions.",
        of,
        done=done,
    )


def share(report: Report, msg: Incoming, ctx: Context, *, table: bool) -> Reply:
    """The announcement, ready to be looked at and sent: what is clearest in both languages with its pictures; readers
    open the others, and with `table` a workbook of the counts. `report` is of what is published."""
    t = translator(ctx.association.languages[0])

    async def do(progress: Progress) -> Reply:
        clear = clearest(report) or tuple(report.asked())[:FINDINGS]
        made = await asyncio.to_thread(lambda: list(drawn(report.survey, report.tallies, t, progress)))
        kept = {
            question.id: await _keep(report, f"-{question.id}.png", PNG, png, ctx) for question, png in made
        }
        more = list(kept.values())
        if table:
            book = await asyncio.to_thread(workbook, for_members(report), (), {}, t)
            more.append(await _keep(report, ".xlsx", XLSX, book, ctx))
        files = tuple(kept[question.id] for question, _ in clear if question.id in kept)
        return await _handed_over(report, clear, files, tuple(more), msg, ctx)

    return Reply(work=Work(partial(of_questions, ctx.t), do))


def for_members(report: Report) -> Report:
    """The same with nothing but counts: neither texts, which may name somebody, nor who has answered."""
    rates = replace(report.rates, clusters=(), sectors=())
    tallies = tuple(replace(one, texts=()) for one in report.tallies)
    return replace(report, tallies=tallies, rates=rates, shared=frozenset(), left_out={})


async def _keep(report: Report, end: str, mime: str, content: bytes, ctx: Context) -> str:
    return await ctx.store.announcements.attach(f"{report.survey.plan.key}{end}", mime, content, ctx.now)


async def _handed_over(
    report: Report,
    clear: Sequence[tuple[Question, Tally]],
    files: tuple[str, ...],
    more: tuple[str, ...],
    msg: Incoming,
    ctx: Context,
) -> Reply:
    answers: dict[str, str | tuple[str, ...]] = {
        language: _announced(report, clear, translator(language)) for language in LANGUAGES
    }
    answers |= {"audience": report.survey.plan.audience, "exclude": (), "at": "", "acknowledge": "no"}
    results = await outcomes.kept(report.survey.id, report.decided if report.shared else 0, ctx)
    answers |= {"files": files, "more": more, "results": results}
    kept = await ctx.store.announcements.keep(answers, ctx.by)
    form = drafts.form(ctx, f"announce {kept.id}", answers)
    return await handing.put_before(answers, form, kept, msg, ctx)


def _announced(report: Report, clear: Sequence[tuple[Question, Tally]], t: Translator) -> str:
    title = t("What the survey “{title}” has shown", title=t.words(report.survey.plan.title))
    lines = [f"- {shorten(t.words(q.text), 120)} – {finding(q, found, t)}" for q, found in clear]
    thanks = t("Thank you to everybody who answered.")
    wrote = tuple(_quotes(report, t))
    return "\n\n".join(
        (title, f"{response(report, t)} {thanks}", "\n".join(lines), *wrote, privacy(report, t))
    )


def _quotes(report: Report, t: Translator) -> Iterator[str]:
    """The paragraphs with a few texts of each question whose texts go along, those that chance put first."""
    for question, found in report.asked():
        if question.id in report.shared and found.texts:
            yield t("What people wrote to “{question}”:", question=shorten(t.words(question.text), 120))
            yield "\n".join(f"- {shorten(text, 300)}" for text in found.texts[:QUOTED])
