"""A survey as it will look on every platform, in both languages, before anybody is asked."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from handlers.chat import Block, Button, File, Heading, Incoming, Items, Reply, para, rows, say
from handlers.commands import Line
from handlers.context import Context
from handlers.i18n import LANGUAGES, translator
from handlers.looks import Drawn, Wrote
from handlers.surveys import asking, printed, pushes, running
from handlers.surveys.showing import find, no_such
from storage.surveys import Question, Survey
from storage.words import Words

NAMED = 5
"""Texts that do not fit and are named in chat; the page has all."""


async def looksurvey(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The page to open and print, and in words what does not fit. Where nobody draws, the questions in words."""
    t = ctx.t
    found = await find(line, ctx)
    if found is None:
        return no_such(ctx)
    back = Button(t("‹ Back"), f"survey {found.id}")
    if not found.plan.questions:
        add = Button(t("Add a question"), f"addquestion {found.id}")
        return say(t("It has no questions yet."), buttons=rows(add, back))
    drawn = await looks(found, ctx)
    if drawn is None:
        return await running.questions(msg, ctx, line)
    blocks: list[Block] = [
        Heading(t.words(found.plan.title)),
        para(
            t(
                "The invitation and every question as Telegram, Slack and the page will show them, in both languages."
            )
        ),
    ]
    if drawn.cuts:
        blocks += [
            para(t("Not everything fits or is translated:")),
            Items(tuple((cut,) for cut in drawn.cuts[:NAMED])),
        ]
    else:
        blocks.append(para(t("Nothing is cut anywhere.")))
    if (more := len(drawn.cuts) - NAMED) > 0:
        blocks.append(para(t.n("and {count} other", "and {count} others", more)))
    file = File(f"{found.plan.key}-perziura.html", printed.HTML, drawn.html.encode())
    tried = Button(t("Try it out"), f"trysurvey {found.id}")
    return Reply(tuple(blocks), files=(file,), buttons=rows(tried, back), fresh=True)


async def looks(survey: Survey, ctx: Context) -> Drawn | None:
    """The survey as it will look; None where it asks nothing yet, or nobody draws."""
    if ctx.draw is None or not survey.plan.questions:
        return None
    return await asyncio.to_thread(ctx.draw, tuple(wrote(survey, each, ctx) for each in LANGUAGES), ctx.t)


def wrote(survey: Survey, language: str, ctx: Context) -> Wrote:
    """The survey as who reads that language will be asked, beside what was written for them."""
    plan, t = survey.plan, translator(language)
    written = {question.id: tuple(map(t.words, _written(question))) for question in plan.questions}
    form = asking.form(plan, f"fill {survey.id}", t)
    borrowed = {q.id for q in plan.questions if any(_borrowed(words, language) for words in _written(q))}
    return Wrote(
        language,
        pushes.invitation(survey, "d0", replace(ctx, t=t)),
        form,
        t.words(plan.title),
        t.words(plan.intro),
        written,
        frozenset(borrowed),
    )


def _written(question: Question) -> tuple[Words, ...]:
    """What people wrote of it, in the order in which it is read."""
    return (question.text, *(o.label for o in question.options), *(question.labels or {}).values())


def _borrowed(words: Words, language: str) -> bool:
    own = words.lt if language == "lt" else words.en
    return not own and bool(words.both)
