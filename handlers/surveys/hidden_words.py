"""Words that the secretariat hides wherever they stand in a survey's texts, in any form, and shows again."""

from __future__ import annotations

from datetime import timedelta

from handlers import outcomes, paging
from handlers.chat import (
    Answers,
    Block,
    Button,
    Field,
    Form,
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
from handlers.context import Context
from handlers.surveys import texts as words_of
from handlers.surveys.showing import no_such
from handlers.surveys.written import A_PAGE, LABEL, Written, every, in_one_line, of_question
from storage.redactions import Decided
from storage.sendings import NewSending
from storage.surveys import Survey

WORD_LENGTH = 60
USEFUL = timedelta(days=2)
"""How long the news that somebody else has decided is worth a message."""
NAMED = 8
"""Forms that are named before the word is hidden."""


async def hideword(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`hideword a3 8`: a word, or several that stand together, to be hidden wherever they stand in the survey's texts;
    first what that finds."""
    t = ctx.t
    one = await of_question(line, ctx, exactly=False)
    if one is None:
        return no_such(ctx)
    form = _form(one, ctx)
    if msg.answers is None:
        return Reply(form=form)
    words = in_one_line(str(msg.answers.get("words") or "")).strip()
    if msg.confirmed:
        decided = await ctx.store.redactions.everywhere(one.survey.id, words, True, _news(one, ctx), ctx.by)
        blocks: list[Block] = [para(t("“{words}” is hidden wherever it stands.", words=words))]
        blocks += await _over(decided, ctx)
        if before := await outcomes.handed_out(one.survey.id, ctx, bool(decided.redaction.shared)):
            blocks.append(Para(before))
        return Reply(tuple(blocks), buttons=rows(one.back(ctx)))
    found = [
        in_one_line(each[start:end])
        for other in await every(one.survey, ctx)
        for each in other.texts
        for start, end in words_of.phrases(each, words)
    ]
    if not found:
        said = t("“{words}” stands in no text, in no form.", words=words)
        return say(said, buttons=rows(Button(t("Another word"), "back"), one.back(ctx)))
    listed = t.listed(tuple(t("“{text}”", text=each) for each in tuple(dict.fromkeys(found))[:NAMED]))
    said = t.n(
        "Found in {count} place: {words}.", "Found in {count} places: {words}.", len(found), words=listed
    )
    hide = Button(t("Hide everywhere"), f"apply {form.command}")
    return say(said, buttons=rows(hide, Button(t("Another word"), "back"), Button(t("Cancel"), "cancel")))


def _form(one: Written, ctx: Context) -> Form:
    t = ctx.t

    def check(answers: Answers) -> dict[str, str]:
        words = str(answers.get("words") or "")
        fine = not words or words_of.sought(words)
        return {} if fine else {"words": t("A word is needed, with letters or digits.")}

    field = Field(
        "words",
        t("Which word, or words that stand together?"),
        hint=t("All forms of it are found: “Onutė” hides “Onutės” and “Onutei”, too."),
        limit=WORD_LENGTH,
        anything=True,
    )
    command = f"hideword {one.survey.id} {one.number}"
    return Form(command, t("Hide a word"), (field,), check=check)


async def unhideword(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`unhideword a3 8 1f2e…`: what was hidden wherever it stands is shown again."""
    one = await of_question(line, ctx)
    if one is None:
        return no_such(ctx)
    marks = {one.hiding.mark("", words): words for words in one.hidden_words}
    words = marks.get(line.words[2] if len(line.words) > 2 else "")
    if words is None:
        return listed(one, 1, ctx)
    decided = await ctx.store.redactions.everywhere(one.survey.id, words, False, _news(one, ctx), ctx.by)
    said = para(ctx.t("“{words}” is shown again wherever it stands.", words=words))
    return Reply((said, *await _over(decided, ctx)), buttons=rows(one.back(ctx)))


def _news(one: Written, ctx: Context) -> NewSending:
    """For whoever had decided otherwise: without the words, which may name somebody."""
    content = {"survey": one.survey.id, "question": one.number, "by": ctx.by.who}
    key = f"redacted {one.survey.id} words {ctx.event}"
    return NewSending("redacted", key, content, ctx.now, ctx.now + USEFUL)


async def _over(decided: Decided, ctx: Context) -> list[Block]:
    """Whose decision it was against, for whoever has made it."""
    if not decided.over:
        return []
    other = await ctx.store.members.get(decided.over)
    name = other.person.name if other else ctx.t("A colleague")
    return [para(ctx.t("Before, {name} had decided otherwise, and is told so now.", name=name))]


def retold(survey: Survey, question: int, by: str, ctx: Context) -> Reply:
    """That somebody else has decided otherwise on words that the reader had decided on."""
    said = ctx.t(
        "{name} has decided otherwise than you on words that stand in several texts of the survey “{title}”: look how "
        "it stands now.",
        name=by,
        title=ctx.t.words(survey.plan.title),
    )
    return say(said, buttons=rows(Button(ctx.t("Show it"), f"texts {survey.id} {question} words")))


def listed(one: Written, number: int, ctx: Context) -> Reply:
    """The words that are hidden wherever they stand, each with its button to show it again."""
    t = ctx.t
    page = paging.page(one.hidden_words, number, A_PAGE)
    if not page.shown:
        return say(t("No word is hidden by itself."), buttons=rows(one.back(ctx)))
    press = f"unhideword {one.survey.id} {one.number}"
    shows = [
        Button(t("Show “{text}”", text=shorten(words, LABEL)), f"{press} {one.hiding.mark('', words)}")
        for words in page.shown
    ]
    turns = page.turns(lambda number: one.line(f"words p{number}"))
    items = tuple((words,) for words in page.shown)
    said = para(t("Hidden wherever they stand:"))
    return Reply((said, Items(items, page.first)), buttons=rows(*shows, *turns, one.back(ctx)))
