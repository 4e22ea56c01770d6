"""What members ask the secretariat and what they say to an announcement; the answer that comes back to their chat."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers import paging
from handlers.chat import (
    ROWS,
    Block,
    Bold,
    Button,
    Field,
    Form,
    Incoming,
    Items,
    Reply,
    Spans,
    para,
    rows,
    say,
    shorten,
)
from handlers.commands import Line, is_mark, mark
from handlers.context import Context
from handlers.guide import contact
from handlers.understanding.folding import words
from handlers.understanding.reading import Understanding
from handlers.wishes import order
from storage.errors import Changed, Missing
from storage.moments import zone
from storage.questions import Question, Said
from storage.sendings import Delivery, Sending

LONGEST = 4_000
"""Characters of one text."""
PREFILLED = 2_500
"""Characters that a form takes over; Slack's holds 3,000, and more is passed at once."""
MOST_OPEN = 5
MOST_WAITING = 20
"""Questions of one person that wait for an answer, and texts in them."""
QUOTED = 300
SHOWN = 4  # a page, so that with the ways on there are six buttons
ANNOUNCED = ("announcement", "nudge")
ANSWERED = "answer"
_COURTESY = 3
"""Words of a greeting or of thanks that says nothing else."""
_REFERENCE = re.compile(r"[dk]\d+")
_SAYS = re.compile(r"[^\W_]|[+−-]")
"""A letter or digit; a plus is how people say yes."""


@dataclass(frozen=True, slots=True)
class To:
    """What a text belongs to: the line's own word for it, the sending that it answers, the question that goes on."""

    word: str = ""
    about: str = ""
    question: Question | None = None


async def ask(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`ask` and a text passes it to the secretariat; `ask d17 …` says it to what that delivery brought, `ask k3 …` goes
    on with that question. Without a text there is a form of one field. Words that a button stands for are passed at
    once where it says to what, and stand in the form otherwise."""
    if ctx.member is None:
        return await _not_kept(msg, ctx, line)
    to = await _to(line, ctx)
    if msg.answers is not None:
        reply = await _pass(str(msg.answers.get("text") or ""), to, ctx)
        await ctx.store.conversation.end_draft(ctx.member.id)
        return replace(reply, fresh=False)  # in the place of its form
    at_once = msg.heard if to.word or len(msg.heard) > PREFILLED else ""
    if text := at_once or _said(msg.text, line, to):
        passed = await _pass(text, to, ctx)
        only = (para(ctx.t("The file was not passed on, only the words.")),) if msg.files else ()
        return replace(passed, blocks=(*passed.blocks, *only))
    return await _full(to, ctx) or Reply(form=_form(to, msg.heard, ctx), fresh=True)


async def _not_kept(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Nothing is kept of a stranger, so an answer could not find them: where the secretariat is written to."""
    t = ctx.t
    if ctx.operator:
        return say(t("There is nobody to ask from the server's command line. Members ask in their chat."))
    reach = await contact(msg, ctx, line)
    why = para(t("I keep nothing about people who are not members, so an answer could not reach you here."))
    return Reply((why, *reach.blocks), buttons=rows(Button(t("Join"), "join")))


async def _to(line: Line, ctx: Context) -> To:
    """What the line's first word refers to, if it is something of the reader's own."""
    word = line.words[0] if line.words and _REFERENCE.fullmatch(line.words[0]) else ""
    me = ctx.member.id if ctx.member else ""
    if word.startswith("k"):
        question = await ctx.store.questions.get(word)
        return To(word, question.about, question) if question and question.asker == me else To()
    delivery = await ctx.store.sendings.delivery(word) if word else None
    sending = await ctx.store.sendings.get(delivery.sending) if delivery else None
    if delivery is None or sending is None or delivery.recipient != me:
        return To()
    if sending.kind == ANSWERED:
        question = await ctx.store.questions.get(str(sending.content["question"]))
        return To(word, question.about if question else "", question)
    about = str(sending.content["sending"]) if sending.kind == "nudge" else sending.id
    mine = [q for q in await ctx.store.questions.of(me) if q.about == about and q.state != "closed"]
    return To(word, about, mine[-1] if mine else None)


def _said(text: str, line: Line, to: To) -> str:
    """The text behind the command and its reference, with its own lines; nothing where a button's mark stands."""
    if line.words and is_mark(line.words[-1]):
        return ""
    parts = text.split(maxsplit=2 if to.word else 1)
    return parts[-1].strip() if len(parts) == (3 if to.word else 2) else ""


def _form(to: To, heard: str, ctx: Context) -> Form:
    t = ctx.t
    return Form(
        command=f"ask {to.word}".strip(),
        title=t("To the secretariat"),
        fields=(
            Field(
                "text",
                t("What shall I pass to the secretariat?"),
                "paragraph",
                t("The answer comes back here."),
                limit=LONGEST,
                anything=True,
            ),
        ),
        submit=t("Send it to them"),
        values={"text": heard} if heard else {},
    )


# Passing on


async def _pass(text: str, to: To, ctx: Context) -> Reply:
    """The text in the inbox: of its own, or going on with what it belongs to."""
    t, me = ctx.t, ctx.member
    text = text.strip()
    if not _SAYS.search(text):
        return say(
            t("I pass on words only. Write what the secretariat should know."),
            buttons=rows(Button(t("Ask the secretariat"), f"ask {to.word}".strip())),
        )
    if len(text) > LONGEST:
        return say(
            t.n(
                "This is too long to be passed on: at most {count} character. Send it in parts.",
                "This is too long to be passed on: at most {count} characters. Send it in parts.",
                LONGEST,
            )
        )
    assert me is not None
    waiting = [q for q in await ctx.store.questions.of(me.id) if q.state == "open"]
    for there in waiting:
        if there == to.question or (to.question is None and there.about == to.about):
            if said := next((s for s in there.unanswered if s.text == text), None):
                return _passed(there, said, t("This has been passed to the secretariat already."), ctx)
    if full := await _full(to, ctx):
        return full
    if to.question is not None:
        kept = await ctx.store.questions.add(to.question.id, text, ctx.by)
    else:
        kept = await ctx.store.questions.open(me.id, text, to.about, ctx.by)
    return _passed(kept, kept.exchange[-1], t("Passed to the secretariat."), ctx)


async def _full(to: To, ctx: Context) -> Reply | None:
    """A kind word when the reader has as much waiting for an answer as one may."""
    waiting = [q for q in await ctx.store.questions.of(ctx.by.who) if q.state == "open"]
    texts = sum(len(q.unanswered) for q in waiting)
    more = to.question is None or to.question.state != "open"
    if texts < MOST_WAITING and not (more and len(waiting) >= MOST_OPEN):
        return None
    return say(
        ctx.t(
            "Several of your questions already wait for an answer. Let the secretariat answer those first."
        ),
        buttons=rows(Button(ctx.t("My questions"), "inbox")),
    )


def _passed(question: Question, said: Said, sentence: str, ctx: Context) -> Reply:
    """What is said to whoever passed something on: where the answer comes, and the way to take it back."""
    reached = order(ctx.member.person.accounts, ctx.member.person.wishes) if ctx.member else ()
    where = (
        ctx.t("The answer comes back here.")
        if reached
        else ctx.t("The answer will be among your questions: {command}.", command="/klausimai")
    )
    back = Button(ctx.t("Take it back"), f"takeback {question.id} {said.version}")
    return Reply((para(sentence), para(where)), buttons=rows(back), fresh=True)


async def takeback(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`takeback k3 2`: what its asker said in that version goes, as long as nobody has answered it."""
    t = ctx.t
    id, said = (*line.words, "", "")[:2]
    question = await ctx.store.questions.get(id)
    gone = say(t("It was taken back already."))
    if question is None or question.asker != ctx.by.who or not said.isdecimal():
        return gone
    try:
        await ctx.store.questions.take_back(id, int(said), ctx.by)
    except Missing:
        return gone
    except Changed:
        if not any(s.version == int(said) for s in question.exchange):
            return gone
        return say(t("The secretariat has answered this already; it can no longer be taken back."))
    return say(t("Taken back. It is no longer among the secretariat's questions."))


# Replies to what was sent


async def replied_to(msg: Incoming, ctx: Context) -> str:
    """The id of the delivery that the text replies to, when it is the reader's own and what is said to it is for the
    secretariat: an announcement, or an answer of theirs. Else empty."""
    if ctx.member is None or not msg.private or not msg.replies_to:
        return ""
    delivery = await ctx.store.sendings.of_message(msg.account.platform, msg.chat, msg.replies_to)
    if delivery is None or delivery.recipient != ctx.member.id:
        return ""
    sending = await ctx.store.sendings.get(delivery.sending)
    return delivery.id if sending and sending.kind in (*ANNOUNCED, ANSWERED) else ""


def courtesy(understood: Understanding, text: str) -> bool:
    """Whether it is a greeting or thanks and nothing else, which nobody has to answer."""
    return understood.intent in ("greeting", "thanks") and len(words(text)) <= _COURTESY


def offered(reply: Reply, delivery: str, text: str, ctx: Context) -> Reply:
    """The reply, and a press that passes the same words to the secretariat all the same."""
    if reply.form is not None:
        return reply
    button = Button(ctx.t("Pass it to the secretariat"), f"ask {delivery} {mark(text)}")
    return replace(reply, buttons=(*reply.buttons[: ROWS - 1], (button,)))


async def wordless(msg: Incoming, ctx: Context) -> Reply:
    """A voice, a picture or a document that somebody sent without a word: what can be passed on is words."""
    t = ctx.t
    if ctx.member is None or not msg.private:
        return say(t("Thank you, but I accept files only from the secretariat, and only in private."))
    kinds = {
        "audio": t("I cannot listen to recordings. Write it in a sentence or two, please."),
        "video": t("I cannot watch recordings. Write it in a sentence or two, please."),
        "image": t("I cannot look at pictures. Write it in a sentence or two, please."),
    }
    other = t("I accept files only from the secretariat. Write it in a sentence or two, please.")
    ask_it = Button(t("Ask the secretariat"), f"ask {await replied_to(msg, ctx)}".strip())
    return say(kinds.get(msg.files[0].mime.partition("/")[0], other), buttons=rows(ask_it))


# What comes back


async def compose(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """The answer, with the question quoted; nothing when the question is gone meanwhile."""
    question = await ctx.store.questions.get(str(sending.content["question"]))
    if question is None or ctx.member is None or question.asker != ctx.member.id:
        return None
    at = next((i for i, s in enumerate(question.exchange) if s.version == sending.content["said"]), None)
    if at is None:
        return None
    blocks: list[Block] = [
        para(Bold(ctx.t("The secretariat answers:"))),
        *paragraphs(question.exchange[at].text),
    ]
    if asked := _asked(question.exchange[:at]):
        day = ctx.t.day(asked[0].at.astimezone(zone(ctx.zone)).date(), ctx.today)
        quoted = shorten(" ".join(s.text for s in asked), QUOTED)
        blocks.append(para(ctx.t("You wrote on {day}: “{text}”", day=day, text=quoted)))
    return Reply(tuple(blocks), buttons=rows(Button(ctx.t("Write more"), f"ask {delivery.id}")))


def _asked(exchange: Sequence[Said]) -> tuple[Said, ...]:
    """What the asker said last, up to the answer before."""
    found: list[Said] = []
    for said in reversed(exchange):
        if said.answer and found:
            break
        if not said.answer:
            found.insert(0, said)
    return tuple(found)


def paragraphs(text: str) -> list[Block]:
    """What somebody wrote, its empty lines between paragraphs, its other lines as they are."""
    found: list[Block] = []
    for chunk in re.split(r"\n\s*\n", text.strip()):
        found.append(para("\n".join(line.strip() for line in chunk.splitlines())))
    return found


# One's own


async def mine(ctx: Context, line: Line) -> Reply:
    """What the reader has asked, the newest first, and one of them whole with `inbox k3`."""
    t = ctx.t
    found = tuple(reversed(await ctx.store.questions.of(ctx.by.who)))
    ask_one = Button(t("Ask the secretariat"), "ask")
    if not found:
        return say(t("You have asked the secretariat nothing yet."), buttons=rows(ask_one))
    if line.words and (question := next((q for q in found if q.id == line.words[0]), None)):
        return _own(question, ctx)
    page = paging.page(found, paging.asked(line.words), SHOWN)
    items: tuple[Spans, ...] = tuple((_listed(question, ctx),) for question in page.shown)
    opened = [Button(str(n), f"inbox {q.id}") for n, q in enumerate(page.shown, page.first)]
    turns = page.turns(lambda number: f"inbox p{number}")
    return Reply(
        (para(t("What you have asked the secretariat:")), Items(items, start=page.first)),
        buttons=(*rows(*opened), (*turns, ask_one)),
    )


def _listed(question: Question, ctx: Context) -> str:
    text = first_line(question.exchange[0].text)
    return ctx.t("{state}: “{text}”", state=_state(question, ctx), text=text)


def _own(question: Question, ctx: Context) -> Reply:
    t = ctx.t
    blocks: list[Block] = [para(Bold(_capital(_state(question, ctx))))]
    for said in question.exchange:
        when = t.at(said.at, ctx.zone, ctx.today)
        blocks.append(
            para(t("The secretariat ({when}):", when=when) if said.answer else t("You ({when}):", when=when))
        )
        blocks += paragraphs(said.text)
    buttons = [Button(t("Write more"), f"ask {question.id}")]
    if question.state == "open" and question.unanswered:
        buttons.append(Button(t("Take it back"), f"takeback {question.id} {question.unanswered[-1].version}"))
    buttons.append(Button(t("My questions"), "inbox"))
    return Reply(tuple(blocks), buttons=rows(*buttons))


def _state(question: Question, ctx: Context) -> str:
    match question.state:
        case "open":
            return ctx.t("waits for an answer")
        case "answered":
            return ctx.t("has been answered")
        case "closed":
            return ctx.t("closed")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def first_line(text: str, most: int = 80) -> str:
    """The first line of what somebody wrote, cut where it is long."""
    line = text.strip().partition("\n")[0]
    return shorten(line, most) + ("…" if len(line) < len(text.strip()) and len(line) <= most else "")
