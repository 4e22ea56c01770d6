"""The secretariat's inbox: what waits for an answer, beside what it answers; taken, answered, closed, opened again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Literal

from handlers import paging, questions
from handlers.access import is_secretariat
from handlers.chat import (
    Block,
    Bold,
    Button,
    Field,
    Form,
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
from handlers.questions import LONGEST, SHOWN, first_line, paragraphs
from handlers.sendings import STATES, reason
from handlers.workdays import answer_by
from storage.errors import Changed
from storage.members import Member
from storage.moments import zone
from storage.questions import Question, Said, still_open
from storage.sendings import Delivery, NewSending, Sending

BESIDE = 400
"""Characters of an announcement that stand beside what was said to it; a button shows it whole."""
TITLE = 60
MOST_SHOWN = 10
"""Texts of an exchange that are shown at once; a button shows those before them too."""

People = Mapping[str, Member]


async def inbox(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """What waits for an answer, the oldest first; `inbox done` what does not, the newest first; `inbox k3` one whole.
    To a member their own."""
    if not is_secretariat(ctx):
        return await questions.mine(ctx, line)
    if line.words and line.words[0].startswith("k"):
        found = await ctx.store.questions.get(line.words[0])
        return await opened(found, ctx, whole="all" in line.words) if found else _none(ctx)
    done = line.words[:1] == ("done",)
    everything = await ctx.store.questions.all()
    if done:
        ended = (q for q in everything if q.state != "open")
        listed = tuple(sorted(ended, key=lambda q: (q.exchange[-1].at, q.id), reverse=True))
    else:
        listed = still_open(everything)
    return await _listed(listed, line, ctx, done=done)


async def _listed(listed: tuple[Question, ...], line: Line, ctx: Context, *, done: bool) -> Reply:
    t = ctx.t
    other = Button(t("Waiting"), "inbox") if done else Button(t("Answered and closed"), "inbox done")
    if not listed:
        nothing = t("Nothing has been answered yet.") if done else t("Nothing waits for an answer.")
        return say(nothing, buttons=rows(other))
    page = paging.page(listed, paging.asked(line.words), SHOWN)
    people = {m.id: m for m in await ctx.store.members.all()}
    items = [await item(question, people, ctx) for question in page.shown]
    if done:
        heading = t("Answered and closed:")
    else:
        heading = t.n(
            "{count} question waits for an answer:", "{count} questions wait for an answer:", len(listed)
        )
    opening = [Button(str(n), f"inbox {q.id}") for n, q in enumerate(page.shown, page.first)]
    turns = page.turns(lambda number: f"{'inbox done' if done else 'inbox'} p{number}")
    ways = (*turns, *((other,) if page.number == 1 else ()))
    return Reply((para(heading), Items(tuple(items), start=page.first)), buttons=rows(*opening, *ways))


async def item(question: Question, people: People, ctx: Context) -> Spans:
    """One line and a half: who, when, the first line; what it answers, who has taken it, whether it is overdue."""
    t = ctx.t
    said = (question.unanswered or question.exchange)[0]
    text = t(
        "{who}, {when}: “{text}”",
        who=_who(question, people, ctx),
        when=t.at(said.at, ctx.zone, ctx.today),
        text=first_line(said.text),
    )
    marks: list[str] = []
    if about := await _about(question, ctx):
        marks.append(t("to the announcement “{title}”", title=_title(about, ctx)))
    if question.state == "closed":
        marks.append(t("closed without an answer"))
    elif question.taken:
        marks.append(t("taken by {name}", name=_name(question.taken, people, ctx)))
    late: Spans = (" · ", Bold(t("overdue"))) if overdue(question, ctx) else ()
    return (" · ".join((text, *marks)), *late)


def overdue(question: Question, ctx: Context) -> bool:
    """Whether it should have been answered by now."""
    return question.state == "open" and answer_by(question.since, ctx.association) <= ctx.now


def _who(question: Question, people: People, ctx: Context) -> str:
    """The asker's name, and their organisation behind it."""
    member = people.get(question.asker)
    if member is None:
        return ctx.t("Somebody who has left")
    body = ctx.structure.organisation(member.person.organisation)
    name = member.person.name or member.id
    return f"{name} ({ctx.t.words(body.name)})" if body else name


def _name(who: str, people: People, ctx: Context) -> str:
    return people[who].person.name if who in people else ctx.t("The operator")


async def _about(question: Question, ctx: Context) -> Sending | None:
    return await ctx.store.sendings.get(question.about) if question.about else None


def _title(sending: Sending, ctx: Context) -> str:
    return first_line(_text(sending, ctx), TITLE)


def _text(sending: Sending, ctx: Context) -> str:
    content = sending.content
    return str(content.get(ctx.t.language) or content.get("lt") or content.get("en") or "")


def _none(ctx: Context) -> Reply:
    return say(
        ctx.t("There is no such question; it may have been taken back."),
        buttons=rows(Button(ctx.t("All that was asked"), "inbox")),
    )


# One question


async def opened(question: Question, ctx: Context, *, whole: bool = False) -> Reply:
    """The exchange, of a long one its end, the announcement beside it, how it stands, and what can be done."""
    people = {m.id: m for m in await ctx.store.members.all()}
    blocks: list[Block] = [para(Bold(_who(question, people, ctx)))]
    if about := await _about(question, ctx):
        blocks += _beside(about, ctx)
    earlier = 0 if whole else max(0, len(question.exchange) - MOST_SHOWN)
    if earlier:
        words = ctx.t.n("{count} message came before these.", "{count} messages came before these.", earlier)
        blocks.append(para(words))
    for said in question.exchange[earlier:]:
        blocks += _told(said, people, ctx)
    answer = await _newest_answer(question, ctx)
    blocks += _standing(question, answer, people, ctx)
    buttons = _buttons(question, about, ctx)
    if answer is not None and answer.state == "failed":
        buttons.insert(1, Button(ctx.t("Send the answer again"), f"resend {answer.sending}"))
    if earlier:
        buttons.insert(-1, Button(ctx.t("From the beginning"), f"inbox {question.id} all"))
    return Reply(tuple(blocks), buttons=rows(*buttons))


def _beside(sending: Sending, ctx: Context) -> list[Block]:
    """The announcement that it answers, as far as it fits."""
    day = ctx.t.day(sending.at.astimezone(zone(ctx.zone)).date(), ctx.today)
    title, _, rest = _text(sending, ctx).strip().partition("\n")
    text = "\n".join(filter(None, (shorten(title, BESIDE), shorten(rest, BESIDE))))
    return [para(ctx.t("To the announcement of {day}: “{text}”", day=day, text=text))]


def _told(said: Said, people: People, ctx: Context) -> list[Block]:
    when = ctx.t.at(said.at, ctx.zone, ctx.today)
    if not said.answer:
        return [para(ctx.t("They wrote ({when}):", when=when)), *paragraphs(said.text)]
    name = _name(said.who, people, ctx)
    return [para(ctx.t("{name} answered ({when}):", name=name, when=when)), *paragraphs(said.text)]


def _standing(question: Question, answer: Delivery | None, people: People, ctx: Context) -> list[Block]:
    """Who has taken it, until when it should be answered, or what became of the answer."""
    t = ctx.t
    if question.state == "closed":
        return [para(t("It is closed without an answer."))]
    lines: list[Spans] = []
    if question.taken:
        lines.append(t.rich("Taken by: {name}", name=Bold(_name(question.taken, people, ctx))))
    if question.state == "open":
        until = t.at(answer_by(question.since, ctx.association), ctx.zone, ctx.today)
        if overdue(question, ctx):
            lines.append(t.rich("Overdue: it was to be answered by {when}", when=Bold(until)))
        else:
            lines.append(t.rich("To be answered by {when}", when=Bold(until)))
    elif answer is not None:
        state = t(STATES[answer.state])
        said = f"{state} ({reason(answer, ctx)})" if answer.why else state
        lines.append((t("The answer: {state}", state=said),))
    return [Items(tuple(lines))] if lines else []


async def _newest_answer(question: Question, ctx: Context) -> Delivery | None:
    """The delivery of the newest answer, if there is one."""
    last = next((s for s in reversed(question.exchange) if s.answer), None)
    sending = await ctx.store.sendings.of_key(key(question.id, last.version)) if last else None
    deliveries = await ctx.store.sendings.deliveries(sending.id) if sending else ()
    return deliveries[0] if deliveries else None


def _buttons(question: Question, about: Sending | None, ctx: Context) -> list[Button]:
    t, id, version = ctx.t, question.id, question.version
    found = []
    if question.state == "closed":
        found.append(Button(t("Open it again"), f"reopen {id} v{version}"))
    else:
        label = t("Reply") if question.state == "open" else t("Write once more")
        found.append(Button(label, f"respond {id} v{version}"))
    if question.state == "open":
        if question.taken == ctx.by.who:
            found.append(Button(t("Hand it back"), f"handback {id} v{version}"))
        else:
            found.append(Button(t("Take it"), f"take {id} v{version}"))
        found.append(Button(t("Close without an answer"), f"dismiss {id} v{version}"))
    if about is not None and about.state != "recalled":
        found.append(Button(t("The announcement"), f"announcements {about.id}"))
    found.append(Button(t("All that was asked"), "inbox"))
    return found


# What is done with it

Change = Callable[[Question, int], Awaitable[Question]]


async def take(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`take k3 v4`: the reader sees to it."""
    verb = ctx.store.questions.assign
    return await _changed(line, ctx, lambda q, seen: verb(q.id, seen, ctx.by.who, ctx.by))


async def handback(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`handback k3 v4`: nobody sees to it any more."""
    verb = ctx.store.questions.assign
    return await _changed(line, ctx, lambda q, seen: verb(q.id, seen, "", ctx.by))


async def dismiss(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`dismiss k3 v4`: there is nothing to answer."""
    return await _turned("closed", ctx, line)


async def reopen(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`reopen k3 v4`: it waits for an answer again."""
    return await _turned("open", ctx, line)


async def _turned(state: Literal["open", "closed"], ctx: Context, line: Line) -> Reply:
    verb = ctx.store.questions.turn
    return await _changed(line, ctx, lambda q, seen: verb(q.id, seen, state, ctx.by))


async def _changed(line: Line, ctx: Context, change: Change) -> Reply:
    """The question as it is after the change, or with a word that it has changed meanwhile, untouched."""
    found = await ctx.store.questions.get(line.words[0]) if line.words else None
    if found is None:
        return _none(ctx)
    try:
        return await opened(await change(found, line.seen or found.version), ctx)
    except Changed as moved:
        shown = await opened(_now(moved), ctx)
        word = para(
            ctx.t("It has changed since it was shown to you, so nothing was done. This is how it is now:")
        )
        return Reply((word, *shown.blocks), buttons=shown.buttons)


def _now(moved: Changed) -> Question:
    """The question as it is."""
    assert isinstance(moved.current, Question)
    return moved.current


def key(question: str, version: int) -> str:
    """The natural key of the sending that brings the answer which made that version."""
    return f"answer {question} {version}"


async def respond(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`respond k3 v4`: the answer is written, shown beside the question, and sent to the asker's chat. What somebody
    else has answered meanwhile is shown first; the text is kept, to be sent all the same or not."""
    found = await ctx.store.questions.get(line.words[0]) if line.words else None
    if found is None:
        return _none(ctx)
    seen = line.seen or found.version
    if msg.answers is None:
        return Reply(form=_answering(found, seen, ctx), fresh=True)
    text = str(msg.answers.get("text") or "").strip()
    if not msg.confirmed:
        return await _preview(found, seen, text, ctx, refused=False)
    version = seen + 1
    content = {"question": found.id, "said": version}
    sending = NewSending("answer", key(found.id, version), content, ctx.now)
    try:
        answered = await ctx.store.questions.answer(found.id, seen, text, sending, ctx.by)
    except Changed as moved:
        return await _preview(_now(moved), seen, text, ctx, refused=True)
    buttons = rows(
        Button(ctx.t("Show it"), f"inbox {answered.id}"), Button(ctx.t("All that was asked"), "inbox")
    )
    return say(ctx.t("The answer is on its way; at night and on days of rest it waits."), buttons=buttons)


def _answering(question: Question, seen: int, ctx: Context) -> Form:
    t = ctx.t
    asked = first_line(" ".join(s.text for s in question.unanswered or question.exchange[-1:]), 200)
    return Form(
        command=f"respond {question.id} v{seen}",
        title=t("An answer"),
        fields=(Field("text", t("What is the answer?"), "paragraph", limit=LONGEST, anything=True),),
        intro=t("Asked: “{text}”", text=asked),
    )


async def _preview(question: Question, seen: int, text: str, ctx: Context, *, refused: bool) -> Reply:
    """The answer as it will be read, to whom, and first what has happened since the form was opened."""
    t = ctx.t
    people = {m.id: m for m in await ctx.store.members.all()}
    blocks: list[Block] = []
    since = [said for said in question.exchange if said.version > seen]
    if since:
        blocks.append(para(t("Meanwhile this has been said; nothing of yours is sent yet:")))
        for said in since:
            blocks += _told(said, people, ctx)
    elif question.version != seen and question.state == "closed":
        blocks.append(para(t("Meanwhile it was closed without an answer.")))
    elif question.version != seen and question.taken not in ("", ctx.by.who):
        blocks.append(para(t("Meanwhile {name} has taken it.", name=_name(question.taken, people, ctx))))
    elif refused:
        blocks.append(para(t("Meanwhile it has changed; nothing of yours is sent yet.")))
    blocks.append(Para(t.rich("To: {who}", who=Bold(_who(question, people, ctx)))))
    blocks += paragraphs(text)
    send = t("Send it all the same") if since else t("Send")
    return Reply(
        tuple(blocks),
        buttons=rows(
            Button(send, f"apply respond {question.id} v{question.version}"),
            Button(t("‹ Back"), "back"),
            Button(t("Cancel"), "cancel"),
        ),
    )
