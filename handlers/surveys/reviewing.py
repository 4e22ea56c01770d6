"""The secretariat looks people's own words through before they are shared: what is hidden in them, what is to be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from handlers import outcomes, paging
from handlers.chat import (
    COMMAND_BYTES,
    Block,
    Bold,
    Button,
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
from handlers.surveys import hidden_words, sharing
from handlers.surveys import texts as words_of
from handlers.surveys.redacting import Part
from handlers.surveys.showing import no_such
from handlers.surveys.written import A_PAGE, LABEL, Written, every, marked, named, no_text, seen
from storage.sendings import Delivery, NewSending, Sending
from storage.surveys import Survey

EXCERPT = 400
"""Characters of a text in a list."""
PARTS = 4
"""Parts of one text whose buttons stand under it together; of more, two at a time."""
NAMED = 8
"""Parts that are named under a text."""
_SPAN = re.compile(r"(\d{1,5})-(\d{1,5})")


async def texts(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`texts a3 8`: how it stands with what was written to the eighth question; `p1` the texts themselves, with a word
    or `hidden` only some, `shared` how they will read, `words` what is hidden wherever it stands."""
    survey = await seen(line, ctx)
    if survey is None:
        return no_such(ctx)
    asked = await every(survey, ctx)
    if not asked:
        return say(
            ctx.t("There are no texts that could be shown."),
            buttons=rows(Button(ctx.t("‹ Back"), f"results {survey.id}")),
        )
    number, rest = (line.words[1] if len(line.words) > 1 else ""), line.words[2:]
    found = next((one for one in asked if str(one.number) == number), None)
    if found is None:
        return _overview(asked[0], ctx) if len(asked) == 1 else _which(survey, asked, number, ctx)
    match rest[:1]:
        case ("shared",):
            return await sharing.preview(found, paging.asked(rest), ctx)
        case ("words",):
            return hidden_words.listed(found, paging.asked(rest), ctx)
        case ():
            return _overview(found, ctx)
    return _page(found, paging.asked(rest), _only(found, rest), ctx)


def _only(one: Written, rest: tuple[str, ...]) -> str:
    """The words behind the page's number, as many as the line of another page holds."""
    words = [word for word in rest if not re.fullmatch(r"p\d{1,3}", word)]
    while words and len(one.line(f"p999 {' '.join(words)}").encode()) > COMMAND_BYTES:
        words.pop()
    return " ".join(words)


def _which(survey: Survey, asked: Sequence[Written], word: str, ctx: Context) -> Reply:
    page = paging.page(asked, paging.asked((word,)), A_PAGE)
    items = tuple((shorten(ctx.t.words(one.question.text), 90),) for one in page.shown)
    numbers = [Button(str(n), one.line()) for n, one in enumerate(page.shown, page.first)]
    turns = page.turns(lambda number: f"texts {survey.id} p{number}")
    back = Button(ctx.t("‹ Back"), f"results {survey.id}")
    said = para(ctx.t("Answers in people's own words:"))
    return Reply((said, Items(items, page.first)), buttons=rows(*numbers, *turns, back))


def _overview(one: Written, ctx: Context) -> Reply:
    """How many there are, what is hidden in them, whether they go along, and the ways on."""
    t, decided = ctx.t, one.hiding.redaction
    whole = sum(map(one.whole, one.texts))
    partly = sum(map(one.touched, one.texts)) - whole
    said = [t.n("{count} text was written.", "{count} different texts were written.", len(one.texts))]
    if partly:
        said.append(
            t.n("Something is hidden in {count} text.", "Something is hidden in {count} texts.", partly)
        )
    if whole:
        said.append(t.n("{count} text is hidden altogether.", "{count} texts are hidden altogether.", whole))
    blocks: list[Block] = [Heading(t.words(one.question.text)), para(" ".join(said))]
    if hidden := one.hidden_words:
        listed = t.listed(tuple(t("“{text}”", text=shorten(words, 30)) for words in hidden))
        blocks.append(para(t("Hidden wherever they stand: {words}.", words=listed)))
    blocks.append(
        para(
            t(
                "Names, addresses and telephone numbers are hidden by themselves. Look whether that is right, and hide "
                "what else tells who wrote."
            )
        )
    )
    along = one.question.id in decided.shared
    blocks.append(para(t("They go along with what is shared.") if along else t("They are not shared yet.")))
    ways = [Button(t("Look through"), one.line("p1"))]
    if partly + whole:
        ways.append(Button(t("Only what is hidden"), one.line("p1 hidden")))
    ways.append(Button(t("Hide a word"), f"hideword {one.survey.id} {one.number}"))
    if hidden:
        ways.append(Button(t("Hidden words"), one.line("words")))
    ways.append(Button(t("How it will read"), one.line("shared")))
    ways.append(Button(t("‹ Back"), f"results {one.survey.id} ={one.question.id}"))
    return Reply(tuple(blocks), buttons=rows(*ways))


def _page(one: Written, number: int, only: str, ctx: Context) -> Reply:
    t = ctx.t
    shown = one.texts
    if only == "hidden":
        shown = tuple(filter(one.touched, shown))
    elif only:
        shown = words_of.containing(shown, only)
    page = paging.page(shown, number, A_PAGE)
    blocks: list[Block] = []
    if only and only != "hidden":
        blocks.append(para(t("With the word “{word}”:", word=only)))
    blocks.append(para(t("What is in bold is hidden.") if shown else t("There are no such texts.")))
    items = tuple(_excerpt(one, text, ctx) for text in page.shown)
    numbers = [
        Button(str(n), f"text {one.survey.id} {one.mark(text)}")
        for n, text in enumerate(page.shown, page.first)
    ]
    if items:
        blocks.append(Items(items, page.first))
    turns = page.turns(lambda n: one.line(f"p{n} {only}"))
    return Reply(tuple(blocks), buttons=rows(*numbers, *turns, one.back(ctx)))


def _excerpt(one: Written, text: str, ctx: Context) -> Spans:
    if one.whole(text):
        return (f"{shorten(text, 120)} – ", Bold(ctx.t("hidden altogether")))
    return marked(text, one.parts(text), EXCERPT)


# One text


async def text(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`text a3 0f3c…`: one text, each part of it that is hidden or was shown, and what may be done with them."""
    found = await named(line, ctx)
    if found is None:
        return no_text(line, ctx)
    return _card(*found, (), paging.asked(line.words[2:]), ctx)


def _card(one: Written, text: str, notice: tuple[Block, ...], number: int, ctx: Context) -> Reply:
    t, choice = ctx.t, one.hiding.redaction.choice(one.mark(text))
    blocks: list[Block] = [*notice]
    blocks.append(Para(marked(text, one.parts(text), len(text))))
    if choice.whole:
        blocks.append(para(t("The whole text is hidden.")))
    elif any(part.hidden for part in one.parts(text)):
        blocks.append(para(t("What is in bold is hidden.")))
    proposed = [text[part.start : part.end] for part in one.parts(text) if part.proposed and not choice.whole]
    if proposed:
        listed = t.listed(tuple(t("“{text}”", text=shorten(each, 60)) for each in proposed[:NAMED]))
        blocks.append(para(t("Proposed, and hidden unless you show it: {parts}.", parts=listed)))
    press, version = f"{one.survey.id} {one.mark(text)}", f"v{choice.version}"
    parts = () if choice.whole else one.parts(text)
    page = paging.page(parts, number, PARTS if len(parts) <= PARTS else 2)
    ways = [_toggle(text, part, press, version, ctx) for part in page.shown]
    ways += page.turns(lambda number: f"text {press} p{number}")
    if choice.whole:
        ways.append(Button(t("Show the text"), f"unhide {press} {version}"))
    else:
        ways.append(Button(t("Hide the whole text"), f"hide {press} {version}"))
    at = one.texts.index(text) // A_PAGE + 1
    return Reply(tuple(blocks), buttons=rows(*ways, Button(t("‹ Back"), one.line(f"p{at}"))))


def _toggle(text: str, part: Part, press: str, version: str, ctx: Context) -> Button:
    """The button by which a part is shown, or hidden again."""
    said = shorten(text[part.start : part.end], LABEL)
    span = f"{part.start}-{part.end} {version}"
    if part.hidden:
        return Button(ctx.t("Show “{text}”", text=said), f"unhide {press} {span}")
    return Button(ctx.t("Hide “{text}”", text=said), f"hide {press} {span}")


async def hide(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`hide a3 0f3c… 12-20 v1`: that part of a text, or all of it, is not shared."""
    return await _decided(line, True, ctx)


async def unhide(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`unhide a3 0f3c… 12-20 v1`: that part of a text, or all of it, is shared again."""
    return await _decided(line, False, ctx)


async def _decided(line: Line, hidden: bool, ctx: Context) -> Reply:
    found = await named(line, ctx)
    if found is None:
        return no_text(line, ctx)
    one, text = found
    wish = line.words[2] if len(line.words) > 2 else ""
    span = _SPAN.fullmatch(wish)
    part = (int(span[1]), int(span[2])) if span else None
    if (wish and part is None) or (part and not 0 <= part[0] < part[1] <= len(text)):
        return _card(one, text, (), 1, ctx)
    mark = one.mark(text)
    shown = line.seen if line.seen is not None else one.hiding.redaction.choice(mark).version
    content = {"survey": one.survey.id, "text": mark, "by": ctx.by.who}
    news = NewSending(
        "redacted",
        f"redacted {one.survey.id} {mark} {ctx.event}",
        content,
        ctx.now,
        ctx.now + hidden_words.USEFUL,
    )
    decided = await ctx.store.redactions.decide(one.survey.id, mark, part, hidden, shown, news, ctx.by)
    now = replace(one, hiding=replace(one.hiding, redaction=decided.redaction))
    notice: list[Block] = [para(await _notice(decided.over, hidden, ctx))]
    shared = one.question.id in decided.redaction.shared
    if hidden and (before := await outcomes.handed_out(one.survey.id, ctx, shared)):
        notice.append(Para(before))
    return _card(now, text, tuple(notice), 1, ctx)


async def _notice(over: str, hidden: bool, ctx: Context) -> str:
    t = ctx.t
    if not over:
        return t("Hidden.") if hidden else t("Shown.")
    other = await ctx.store.members.get(over)
    return t(
        "{name} has decided on this text since you saw it. What you pressed counts, and {name} is told so. This is how "
        "it stands now:",
        name=other.person.name if other else t("A colleague"),
    )


async def compose(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """That somebody has decided otherwise on a text, or on words; those are named by where they can be looked at, not
    told."""
    survey = await ctx.store.surveys.get(str(sending.content["survey"]))
    if survey is None:
        return None
    by = await ctx.store.members.get(str(sending.content["by"]))
    name = by.person.name if by else ctx.t("A colleague")
    why = Button(ctx.t("Why do I get this?"), f"why {delivery.id}")
    if "question" in sending.content:
        told = hidden_words.retold(survey, int(sending.content["question"]), name, ctx)
        return replace(told, buttons=rows(*(button for row in told.buttons for button in row), why))
    said = ctx.t(
        "{name} was looking at the same text of the survey “{title}” as you, and pressed last: look how it stands now.",
        name=name,
        title=ctx.t.words(survey.plan.title),
    )
    return say(
        said, buttons=rows(Button(ctx.t("Show it"), f"text {survey.id} {sending.content['text']}"), why)
    )
