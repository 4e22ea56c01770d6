"""What the results of a survey are made of, gathered from the store: its tallies, who answered, what of its texts is
hidden."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import cache
from random import SystemRandom
from secrets import token_hex

from handlers.context import Context
from handlers.surveys import rates, texts
from handlers.surveys.redacting import Hiding
from handlers.surveys.report import Report
from handlers.surveys.tallying import results
from handlers.taking_part import done
from storage.errors import Unwritable
from storage.redactions import Redaction
from storage.surveys import Sheet, Survey, Tally


async def report(survey: Survey, ctx: Context, *, published: bool = False, raw: bool = False) -> Report:
    """What may be shown of it now, its texts as they are shared, or `raw` as they were written."""
    sheets = await ctx.store.surveys.sheets(survey.id)
    members = await ctx.store.members.all()
    who = rates.rates(survey, members, ctx.structure, done(survey, sheets), ctx.t)
    tallies = await asyncio.to_thread(results, survey, sheets, SystemRandom(), published=published)
    made = Report(survey, tallies, who, ctx.association.name, ctx.today, ctx.zone, published)
    if raw or not any(one.texts for one in tallies):
        return made
    shared, mixed = await hiding(survey, ctx), survey.plan.anonymous
    read = await asyncio.to_thread(lambda: tuple(shared.tally(one, mixed=mixed) for one in tallies))
    along = frozenset(one.question for one in tallies if one.texts) & {*shared.redaction.shared}
    left_out, decided = shared.left_out(tallies), shared.redaction.version
    return replace(made, tallies=read, left_out=left_out, shared=along, decided=decided)


async def sheets(survey: Survey, ctx: Context, *, raw: bool = False) -> tuple[Sheet, ...]:
    """Its sheets with their texts as they are shared, or `raw`."""
    found = await ctx.store.surveys.sheets(survey.id)
    if raw or not found:
        return found
    shared = await hiding(survey, ctx)
    return await asyncio.to_thread(lambda: tuple(shared.sheets(survey.plan, found)))


async def written(survey: Survey, ctx: Context) -> dict[str, Tally]:
    """The tallies of its questions by id, with every text that may be seen as it was written, in the order that
    stays."""
    kept = await ctx.store.surveys.sheets(survey.id)
    tallies = results(survey, kept, SystemRandom())
    if survey.plan.anonymous or not any(one.texts for one in tallies):
        return {one.question: one for one in tallies}
    shared = await hiding(survey, ctx)
    return {one.question: replace(one, texts=shared.ordered(one.question, one.texts)) for one in tallies}


async def hiding(survey: Survey, ctx: Context) -> Hiding:
    """What is decided on its texts. The first look begins it, since their order has to stay; where nothing may be
    written, it stays as long as the program runs."""
    kept = await ctx.store.redactions.of(survey.id)
    if kept is None:
        try:
            kept = await ctx.store.redactions.begin(survey.id, token_hex(16), ctx.by)
        except Unwritable:
            kept = Redaction("", 0, survey.id, _passing())
    return Hiding(kept, texts.known(await ctx.store.members.all(), ctx.structure))


@cache
def _passing() -> str:
    """The salt of what is only looked at."""
    return token_hex(16)
