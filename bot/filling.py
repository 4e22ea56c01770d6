"""An open form goes on: its answers, typed and pressed, the way back, the next question, the finished form."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import forms
from bot.drafts import HELD, LIVES, Drafts, given, held
from handlers import guide, routes
from handlers.chat import PIECE_LENGTH, Answer, Answers, Button, Field, Form, Incoming, Reply, para, rows
from handlers.commands import Line, parse
from handlers.context import Context, whose
from handlers.understanding.reading import Understanding
from storage.conversation import Draft

PIECES_COME = timedelta(seconds=3)
A_QUESTION = 120
"""Characters of the longest text that may be a question to the bot; a longer one is an answer that asks something."""
A_WHILE = timedelta(minutes=10)
"""A greeting that comes later than that after a question is no answer to it."""
_ASKING = frozenset(
    "kada kur kas koks kokie kokia kokios kokius kuris kurie kurios kiek iki ar rodyk parodyk "
    "when where what which who how until show list is are".split()
)
_COURTESY = frozenset({"greeting", "thanks", "help"})
_SMALL_TALK = frozenset({"not_understood", "out_of_scope", "greeting", "thanks", "help"})


@dataclass(frozen=True, slots=True)
class Finished:
    """Nothing is left to ask: the command is run with the answers that the message now has."""

    line: Line
    msg: Incoming


Step = Reply | Finished


class Filling:
    """What an answer, a word or a press does to the form that its person has open."""

    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts

    async def page(self, line: Line, given: Answers, msg: Incoming, ctx: Context) -> Step:
        """The answers of a form's page beside those that its draft has: what is wrong, the next page, or the
        finished form."""
        if ctx.reading and line.command.changes:
            return guide.reading_only(ctx)
        form, reply = await self._drafts.form(msg.text, msg, ctx)
        if form is None:
            return reply
        draft = await self._drafts.of(msg, ctx)
        earlier = draft.answers if draft and draft.command == form.command else form.values
        skipped = {f.name: "" for f in form.fields if msg.whole and not f.required}
        answers = {**skipped, **earlier, **given}
        wrong = forms.faults(form, answers, ctx.t, frozenset(given))
        if wrong:
            kept = {name: answer for name, answer in answers.items() if name not in wrong}
            first = next(f.name for f in form.fields if f.name in wrong)
            return await self._drafts.ask(form.with_(values=kept, at=first, faults=wrong), msg, ctx)
        return await self._onwards(form, answers, msg, ctx)

    async def word(self, word: str, text: str, draft: Draft | None, msg: Incoming, ctx: Context) -> Step:
        """What the words and buttons that belong to an open form do."""
        if word == "apply":
            return self._apply(text, draft, msg, ctx)
        words = text.split()[1:]
        mark, dot, name = words[0].partition(".") if words else ("", "", "")
        mark = mark if dot else ""
        if draft is None:
            return await self._regained(mark, name, word, words, msg, ctx)
        if word == "cancel":
            return await self._ended(mark, draft, msg, ctx)
        if not msg.private:
            return guide.nothing_begun(ctx)
        form, reply = await self._drafts.form(draft.command, msg, ctx)
        if form is None:
            await self._drafts.end_unless_asked_anew(reply, msg, ctx)
            return reply
        if mark and mark != forms.token(form.command):
            return guide.old_question(ctx, await self._drafts.kept(mark, ctx))
        return await self._step(word, words, draft, form, msg, ctx)

    async def _ended(self, mark: str, draft: Draft, msg: Incoming, ctx: Context) -> Reply:
        """The form is given up, or put aside where its answers are kept; not by the button of another form."""
        if mark and mark != forms.token(draft.command):
            return guide.old_question(ctx, await self._drafts.kept(mark, ctx))
        await self._drafts.end(msg, ctx)
        begun = parse(draft.command)
        if begun and begun.command.en in routes.KEEPERS:
            return guide.paused(ctx, draft.command)
        return guide.cancelled(ctx)

    async def answer(
        self, draft: Draft, text: str, understood: Understanding, msg: Incoming, ctx: Context
    ) -> Step | None:
        """The text as the open question's answer; None when it is none; the question which of the two it is
        when it may be either."""
        form, reply = await self._drafts.form(draft.command, msg, ctx)
        if form is None and (msg.quotes or understood.intent in _SMALL_TALK):
            await self._drafts.end_unless_asked_anew(reply, msg, ctx)
            return reply  # why it is asked no more
        field = form.field(draft.at or "") if form else None
        if form is None or field is None:
            return None
        form = form.with_(values=given(draft), at=field.name, faults={})
        if form.kept and not self._drafts.stepwise(msg):
            return await self._in_its_form(form, understood, msg, ctx)
        seen = self._drafts.stepwise(msg) and ctx.now - _since(draft) < A_WHILE
        if understood.intent in _COURTESY and not (seen or msg.quotes or field.anything):
            return None
        if longer := _goes_on(form, draft, ctx.now):
            return await self._given(form, longer, f"{draft.answers[longer]}\n{text}", msg, ctx, pieces=True)
        if way := forms.way(form, text, ctx.t):
            return await self.word(way.split()[0], way, draft, msg, ctx)
        if not field.takes_text and not forms.names_choices(field, text):
            if understood.intent != "not_understood" or understood.choices:
                return None
            faults = {field.name: ctx.t("Choose from the list.")}
            return await self._drafts.ask(
                form.with_(values=form.values, at=field.name, faults=faults), msg, ctx
            )
        answer = forms.read(field, text, ctx.t)
        if (own := forms.in_own_words(field, form.values.get(field.name), text)) is not None:
            return await self._chose(form, field, own, msg, ctx)
        fits = not forms.faults(form, {**form.values, field.name: answer}, ctx.t, frozenset({field.name}))
        sure = msg.quotes or field.anything or understood.intent in _SMALL_TALK
        if form.kept and not fits and not sure:
            return None
        if sure or not _may_ask(text):
            return await self._given(form, field.name, answer, msg, ctx)
        await self._drafts.save(form, field.name, {**form.values, HELD: text}, msg, ctx)
        mark = forms.token(form.command)
        return Reply(
            (para(ctx.t("Is this the answer to “{question}”, or a question?", question=field.label)),),
            buttons=rows(
                Button(ctx.t("The answer"), f"answer {mark}.{field.name} {HELD}"),
                Button(ctx.t("A question"), "question"),
            ),
        )

    async def _in_its_form(
        self, form: Form, understood: Understanding, msg: Incoming, ctx: Context
    ) -> Step | None:
        """Where the questions of a survey are in a form, what is typed beside it answers none: the way back to it, or
        None of what is understood."""
        if understood.intent != "not_understood" or understood.choices:
            return None
        faults = {form.at or "": ctx.t("Please answer in the form: the button opens it.")}
        return await self._drafts.ask(form.with_(values=form.values, at=form.at, faults=faults), msg, ctx)

    async def again(self, msg: Incoming, ctx: Context) -> Step | None:
        """Where the form is, when this very gesture has brought it there and a crash came before it was confirmed: its
        text is not the next question's answer, and its press does not take a choice back."""
        draft = None if ctx.reading else await self._drafts.of(msg, ctx)
        if draft is None or draft.event != msg.event:
            return None
        form, _ = await self._drafts.form(draft.command, msg, ctx)
        if form is None:
            return None
        answers = given(draft)
        form = form.with_(values=answers, at=draft.at, faults={})
        return (
            self._drafts.shown(form, msg, ctx.t) if draft.at else await self._onwards(form, answers, msg, ctx)
        )

    async def no_answer(self, msg: Incoming, ctx: Context) -> Reply | None:
        """A voice message or a picture is no answer to a question of a survey: the question again, and why; None when
        no survey asks one."""
        draft = await self._drafts.of(msg, ctx) if msg.private else None
        form, _ = await self._drafts.form(draft.command, msg, ctx) if draft and draft.at else (None, None)
        if draft is None or form is None or not form.kept:
            return None
        faults = {
            draft.at or "": ctx.t(
                "A file or a voice message cannot be the answer here: please use words or buttons."
            )
        }
        return await self._drafts.ask(form.with_(values=given(draft), at=draft.at, faults=faults), msg, ctx)

    async def asks_text(self, msg: Incoming, ctx: Context) -> bool:
        """Whether a form waits for a text: what is passed on then is its answer."""
        draft = await self._drafts.of(msg, ctx)
        if draft is None or draft.at is None or msg.files:
            return False
        form, _ = await self._drafts.form(draft.command, msg, ctx)
        field = form.field(draft.at) if form else None
        return field is not None and field.takes_text

    async def _regained(
        self, mark: str, name: str, word: str, words: list[str], msg: Incoming, ctx: Context
    ) -> Step:
        """A button of a question that was asked long ago: the form goes on there, with the answers that are kept; or
        why it is asked no more."""
        command = await self._drafts.kept(mark, ctx) if mark and msg.private else None
        if command is None:
            return guide.nothing_begun(ctx)
        if word == "cancel":
            return guide.paused(ctx, command)
        form, reply = await self._drafts.form(command, msg, ctx)
        if form is None:
            return reply
        draft = Draft(whose(msg, ctx), command, name, form.values, ctx.now + LIVES)
        return await self._step(word, words, draft, form, msg, ctx)

    def _apply(self, text: str, draft: Draft | None, msg: Incoming, ctx: Context) -> Step:
        """A preview confirmed: the draft's answers and the command with the version it was shown with."""
        rest = text.split(maxsplit=1)
        line = parse(rest[1]) if len(rest) > 1 else None
        if draft is None or line is None or not _same(draft.command, line):
            return guide.nothing_begun(ctx)
        return Finished(line, replace(msg, text=rest[1], answers=given(draft), confirmed=True))

    async def _step(
        self, word: str, words: list[str], draft: Draft, form: Form, msg: Incoming, ctx: Context
    ) -> Step:
        _, _, name = words[0].partition(".") if words else ("", "", draft.at or "")
        answers = given(draft)
        if word == "continue":
            if draft.at:
                return await self._drafts.ask(form.with_(values=answers, at=draft.at, faults={}), msg, ctx)
            return await self._onwards(form, answers, msg, ctx)
        if word == "back":
            at = forms.previous_field(form, answers, name or None) or name
            return await self._drafts.ask(form.with_(values=answers, at=at or None, faults={}), msg, ctx)
        field = form.field(name)
        if field is None:
            return guide.old_question(ctx, None)
        form = form.with_(values=answers, at=field.name, faults={})
        if word == "skip":
            return await self._given(form, field.name, None if field.required else "", msg, ctx)
        if word == "done":
            return await self._given(form, field.name, answers.get(field.name, ()), msg, ctx)
        value = " ".join(words[1:])
        if value == HELD:
            return await self._given(form, field.name, forms.read(field, held(draft), ctx.t), msg, ctx)
        if re.fullmatch(r"~\d{1,3}", value):
            return self._drafts.shown(form, msg, ctx.t, int(value[1:]))
        if field.kind in ("several", "ranking") and msg.pressed:
            chosen = forms.toggled(field, answers.get(field.name), value)
            return await self._chose(form, field, chosen, msg, ctx, forms.page_of(field, value))
        return await self._given(form, field.name, forms.read(field, value, ctx.t), msg, ctx)

    async def _chose(
        self, form: Form, field: Field, chosen: tuple[str, ...], msg: Incoming, ctx: Context, page: int = 1
    ) -> Step:
        """The choices so far, and the same question again; what would be one too many is refused."""
        if field.at_most is not None and len(chosen) > field.at_most:
            faults = forms.faults(form, {**form.values, field.name: chosen}, ctx.t, frozenset({field.name}))
            form = form.with_(values=form.values, at=field.name, faults=faults)
            return await self._drafts.ask(form, msg, ctx, page)
        values = {**form.values, field.name: chosen}
        return await self._drafts.ask(form.with_(values=values, at=field.name, faults={}), msg, ctx, page)

    async def _given(
        self,
        form: Form,
        name: str,
        answer: Answer | None,
        msg: Incoming,
        ctx: Context,
        *,
        pieces: bool = False,
    ) -> Step:
        """One answer: refused with a sentence, or kept, and the next question or the finished form. One of several
        pieces is kept though it is refused: the next piece is no answer by itself."""
        answers = dict(form.values)
        if answer is not None:
            answers[name] = answer
        wrong = forms.faults(form, answers, ctx.t, frozenset({name}))
        if wrong:
            if not pieces:
                answers.pop(name, None)
            return await self._drafts.ask(form.with_(values=answers, at=name, faults=wrong), msg, ctx)
        return await self._onwards(form, answers, msg, ctx)

    async def _onwards(self, form: Form, answers: Answers, msg: Incoming, ctx: Context) -> Step:
        """The next question, or what the finished form comes to."""
        following = forms.next_field(form, answers)
        if following:
            return await self._drafts.ask(form.with_(values=answers, at=following, faults={}), msg, ctx)
        await self._drafts.save(form, None, answers, msg, ctx)
        line = parse(form.command)
        assert line is not None
        return Finished(line, replace(msg, text=form.command, answers=answers))


def _since(draft: Draft) -> datetime:
    """When its question was asked."""
    return draft.expires - LIVES


def _may_ask(text: str) -> bool:
    """Whether a text that is understood as a question may be one: people leave the sign out that ends it."""
    first = forms.folded(text.split(maxsplit=1)[0]) if text.split() else ""
    return len(text) <= A_QUESTION and ("?" in text or first in _ASKING)


def _goes_on(form: Form, draft: Draft, now: datetime) -> str | None:
    """The field whose long text goes on with what has just come: a platform cut it, and brings the pieces at once."""
    if now - _since(draft) > PIECES_COME:
        return None
    for name in (draft.at, forms.previous_field(form, draft.answers, draft.at)):
        field, given = form.field(name or ""), draft.answers.get(name or "", "")
        if field and field.kind == "paragraph" and len(given) >= PIECE_LENGTH and isinstance(given, str):
            return name
    return None


def _same(command: str, line: Line) -> bool:
    """Whether the draft's command is this line, versions apart from each other or not."""
    own = parse(command)
    return own is not None and own.base == line.base
