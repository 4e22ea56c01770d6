"""The form that somebody has open: kept as their draft, made anew by its command, shown where it is, ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta

from bot import forms
from handlers import guide, routes
from handlers.access import may
from handlers.chat import Answer, Answers, Form, Incoming, Reply
from handlers.commands import parse
from handlers.context import Context, whose
from handlers.i18n import Translator
from storage.conversation import Draft
from storage.store import Store

LIVES = timedelta(days=3)
HELD = "?"
"""The draft's answer in which a text waits while its writer is asked what it was."""


class Drafts:
    """Everybody's open forms. `stepwise` names the platforms that ask forms one question at a time."""

    def __init__(self, store: Store, stepwise: frozenset[str]) -> None:
        self._store = store
        self._stepwise = stepwise

    async def of(self, msg: Incoming, ctx: Context) -> Draft | None:
        """The one that the person has open."""
        draft = await self._store.conversation.draft(whose(msg, ctx))
        return draft if draft and draft.expires > ctx.now else None

    async def form(self, command: str, msg: Incoming, ctx: Context) -> tuple[Form | None, Reply]:
        """A draft's form, made anew by its command; None beside the reply when there is none any more."""
        line = parse(command)
        if line is None or not may(ctx, line.command):
            return None, guide.gone(ctx)
        reply = await routes.HANDLERS[line.command.en](replace(msg, text=command, answers=None), ctx, line)
        return reply.form, reply

    async def ask(self, form: Form, msg: Incoming, ctx: Context, page: int = 1) -> Reply:
        """Keeps the form as the person's draft and shows where it is, that page of the choices."""
        form = forms.placed(replace(form, at=form.at or next(iter(form.faults), None)))
        await self.save(form, form.at, form.values, msg, ctx)
        return self.shown(form, msg, ctx.t, page)

    def stepwise(self, msg: Incoming) -> bool:
        """Whether the platform shows one question at a time in the conversation, and no form of its own."""
        return msg.account.platform in self._stepwise

    def shown(self, form: Form, msg: Incoming, t: Translator, page: int = 1) -> Reply:
        """The form where it is: one question of it, where the platform shows no forms of its own."""
        form = forms.placed(form)
        if self.stepwise(msg):
            return forms.question(form, t, page)
        return Reply(form=form)

    async def save(self, form: Form, at: str | None, answers: Answers, msg: Incoming, ctx: Context) -> None:
        """Keeps what is answered; a form that keeps its answers itself is given them too, by the same write to the
        disk: whoever answers waits for one."""
        if ctx.reading:
            return
        draft = Draft(whose(msg, ctx), form.command, at, dict(answers), ctx.now + LIVES, msg.event)
        kept: list[Awaitable[None]] = [self._store.conversation.save_draft(draft)]
        line = parse(form.command)
        if form.kept and line is not None:
            kept.insert(0, routes.KEEPERS[line.command.en](ctx, line, given(draft)))
        for outcome in await asyncio.gather(*kept, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome

    async def kept(self, mark: str, ctx: Context) -> str | None:
        """The command of the form whose buttons bear that mark, where its answers are kept however long ago they were
        given; None of any other."""
        for commands in routes.KEPT:
            for command in await commands(ctx):
                if forms.token(command) == mark:
                    return command
        return None

    async def end(self, msg: Incoming, ctx: Context) -> None:
        """The person has none open any more."""
        await self._store.conversation.end_draft(whose(msg, ctx))

    async def end_unless_asked_anew(self, reply: Reply, msg: Incoming, ctx: Context) -> None:
        """Ends it, but not when what was to be confirmed is another thing by now, and waits to be confirmed again."""
        if not any(button.command.startswith("apply ") for row in reply.buttons for button in row):
            await self.end(msg, ctx)


def given(draft: Draft) -> dict[str, Answer]:
    """Its answers, without a text that waits."""
    return {name: answer for name, answer in draft.answers.items() if name != HELD}


def held(draft: Draft) -> str:
    """The text that waits; empty when none does."""
    return str(draft.answers.get(HELD, ""))
