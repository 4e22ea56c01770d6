"""What a message means: a command that was typed or pressed, an answer, a reply, free words → its handler's reply."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot import forms
from bot.drafts import Drafts, held
from bot.filling import Filling, Step
from bot.said import Said
from handlers import guide, intake, questions, routes, vocabulary
from handlers.access import may
from handlers.chat import Button, Incoming, Reply
from handlers.commands import DRAFT_NAMES, Line, parse
from handlers.context import Context
from handlers.i18n import translator
from handlers.understanding.reading import Understanding, understand
from handlers.understanding.twofold import other
from storage.conversation import Draft

_SLASHED_ID = re.compile(r"[abckmnqrst]\d+\b|[a-z2-9]{4}(?:-[a-z2-9]{4}){2,}$", re.IGNORECASE)


class Meaning:
    """Finds the command that a message comes to, and has it answered. `changed` is told when somebody may have changed
    something."""

    def __init__(self, drafts: Drafts, said: Said, changed: Callable[[], None]) -> None:
        self._drafts = drafts
        self._filling = Filling(drafts)
        self._said = said
        self._changed = changed

    async def answer(self, msg: Incoming, ctx: Context) -> Reply:
        """What is said to it."""
        if msg.pressed and msg.shown_to not in (None, msg.account.user):
            return guide.not_your_button(ctx)
        if ctx.member is None and not ctx.operator and not ctx.strangers_may_ask and not _joins(msg):
            return guide.members_only(ctx)
        if (again := await self._filling.again(msg, ctx)) is not None:
            return await self._on(again, ctx)
        if (msg.files and not msg.text) or (
            intake.to_announce(msg, ctx) and not (msg.forwarded and await self._filling.asks_text(msg, ctx))
        ):
            refused = await self._filling.no_answer(msg, ctx) if not msg.text else None
            return refused or await self._offered(await intake.dropped(msg, ctx), msg, ctx)
        text = msg.text.strip()
        if msg.forwarded:
            return await self._free_text(text, msg, ctx)
        first = forms.folded(text.split(maxsplit=1)[0]) if text else ""
        if first.lstrip("/") in DRAFT_NAMES and (
            msg.command or text.startswith("/") or first == forms.folded(text)
        ):
            if ctx.reading:
                return guide.reading_only(ctx)
            return await self._of_draft(DRAFT_NAMES[first.lstrip("/")], text, msg, ctx)
        line = parse(text)
        if line and msg.answers is not None:
            return await self._on(await self._filling.page(line, msg.answers, msg, ctx), ctx)
        if line and (msg.command or text.startswith("/") or _unmistakable(line, msg)):
            if shown := routes.meant_by(line, ctx):
                self._said.asks(msg, shown, ctx.now)
            return await self._run(line, msg, ctx)
        return await self._free_text(text, msg, ctx)

    async def _replied(self, delivery: str, text: str, msg: Incoming, ctx: Context) -> Reply:
        """What replies to something that was sent: answered where it is a question that can be, with a way on to the
        secretariat; anything else is theirs at once."""
        understood = understand(text, ctx.today, ctx.names)
        ctx = _in_its_language(understood, ctx)
        if routes.line_of(understood, ctx) in (None, "contact") and not questions.courtesy(understood, text):
            line = parse(f"ask {delivery}")
            assert line is not None
            return await self._run(line, replace(msg, text=f"ask {delivery} {text}", command=True), ctx)
        reply = await self._understood(text, understood, msg, ctx)
        return questions.offered(reply, delivery, text, ctx)

    async def _free_text(self, text: str, msg: Incoming, ctx: Context) -> Reply:
        if delivery := await questions.replied_to(msg, ctx):
            return await self._replied(delivery, text, msg, ctx)
        draft = await self._drafts.of(msg, ctx) if msg.private else None
        meant = self._said.chosen(text, msg, ctx.now)
        if meant is not None and not (draft and draft.at):
            return await self._run(meant, replace(msg, text=meant.base, command=True), ctx)
        understood = understand(text, ctx.today, ctx.names, self._said.before(msg, ctx.now))
        if draft and draft.at:
            step = await self._filling.answer(draft, text, understood, msg, ctx)
            if step:
                return await self._on(step, ctx)
        if offer := await intake.offered(msg, ctx):
            return await self._offered(offer, msg, ctx)
        return await self._understood(text, understood, msg, ctx)

    async def _offered(self, reply: Reply, msg: Incoming, ctx: Context) -> Reply:
        """What comes of something that was sent: where it is the answer in a form, that goes on."""
        return await self._drafts.ask(reply.form, msg, ctx) if reply.form else reply

    async def _understood(self, text: str, understood: Understanding, msg: Incoming, ctx: Context) -> Reply:
        """The command that the words came to, said as if it had been typed; or a kind way on."""
        ctx = _in_its_language(understood, ctx)
        line = routes.line_of(understood, ctx)
        if line is None and msg.command and text and understood.intent == "not_understood":
            return guide.unknown_command(ctx, text)
        if line is None:
            return replace(
                guide.not_a_command(ctx, understood, text, private=msg.private),
                missed=vocabulary.missed(understood, text),
            )
        self._said.asks(msg, understood, ctx.now)
        parsed = parse(line)
        assert parsed is not None, line
        reply = await self._run(parsed, msg, ctx)
        asked_too = other(text, understood, ctx.today, ctx.names)
        also = routes.line_of(asked_too.meant, ctx) if asked_too else None
        if asked_too is None or also is None or also == line or reply.form:
            return reply
        return guide.asked_too(reply, asked_too.words, also, ctx)

    async def _run(self, line: Line, msg: Incoming, ctx: Context) -> Reply:
        """The command's own handler, for who may; its form is asked where the platform shows none."""
        if not may(ctx, line.command):
            refusal = guide.not_allowed(ctx, line.command)
            return replace(refusal, aside=msg.pressed and not msg.private)
        if ctx.reading and line.command.changes:
            return guide.reading_only(ctx)
        if not msg.private and not line.command.in_groups:
            return guide.continue_privately(ctx, line)
        heard = self._said.behind(line, msg, ctx.now)
        reply = await routes.HANDLERS[line.command.en](replace(msg, heard=heard), ctx, line)
        if reply.form:
            return await self.asked(reply, msg, ctx)
        if line.command.changes:
            self._changed()
        if msg.confirmed and not ctx.reading:
            await self._drafts.end_unless_asked_anew(reply, msg, ctx)
        return reply

    async def asked(self, reply: Reply, msg: Incoming, ctx: Context) -> Reply:
        """The reply; a form in it is asked where the platform shows none."""
        if reply.form is None:
            return reply
        return replace(await self._drafts.ask(reply.form, msg, ctx), fresh=reply.fresh)

    # With an open form

    async def _of_draft(self, word: str, text: str, msg: Incoming, ctx: Context) -> Reply:
        """What the words and buttons that belong to an open form do."""
        draft = await self._drafts.of(msg, ctx)
        if word == "apply" and draft and draft.at and not msg.command and not text.startswith("/"):
            return await self._free_text(text, msg, ctx)  # "taip" to a question whose answers are yes and no
        if word == "question" and draft and msg.private:
            return await self._held_question(draft, msg, ctx)
        return await self._on(await self._filling.word(word, text, draft, msg, ctx), ctx)

    async def _on(self, step: Step, ctx: Context) -> Reply:
        """What a step of the form comes to: its next question, or what its command says when it is finished."""
        return step if isinstance(step, Reply) else await self._run(step.line, step.msg, ctx)

    async def _held_question(self, draft: Draft, msg: Incoming, ctx: Context) -> Reply:
        """The text that waited was a question: it is answered, and the draft stays."""
        text = held(draft)
        if not text:
            return guide.nothing_begun(ctx)
        understood = understand(text, ctx.today, ctx.names, None)
        reply = await self._understood(
            text, understood, replace(msg, text=text, pressed=False, command=False), ctx
        )
        button = Button(ctx.t("Go on with the form"), "continue")
        return replace(reply, buttons=(*reply.buttons, (button,)))


def _in_its_language(understood: Understanding, ctx: Context) -> Context:
    """The same, speaking the language that was clearly spoken."""
    if understood.language is None or understood.language == ctx.t.language:
        return ctx
    return replace(ctx, t=translator(understood.language))


def _unmistakable(line: Line, msg: Incoming) -> bool:
    """A line that can be nothing else although it was typed without its slash: it names a record, has the code of a
    sheet or of another account, or says whose channel a group chat is. (Slack lets nobody send what begins with a
    slash.)"""
    return bool(
        line.words
        and (_SLASHED_ID.match(line.words[0]) or (line.command.en == "channel" and not msg.private))
    )


def _joins(msg: Incoming) -> bool:
    line = parse(msg.text)
    return line is not None and line.command.en in ("join", "link", "start", "language", "help")
