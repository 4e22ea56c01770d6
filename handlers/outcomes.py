"""Results of a survey in an announcement: they go once, whoever of the secretariat announces them, and people's own
words in them only as they were looked at.

An announcement keeps of which survey its results are, the version of what was decided on its texts when they were taken
in (0 where none were), and the announcements of the same results that its author was told of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.chat import Block, Button, Code, Reply, Spans, para, rows, say
from handlers.commands import BY_NAME
from handlers.context import Context
from storage.sendings import Sending


async def kept(survey: str, texts: int, ctx: Context) -> tuple[str, ...]:
    """What an announcement of that survey's results keeps; `texts` is 0 where no text is in it."""
    return survey, str(texts), *(one.id for one in await _announced(survey, ctx))


async def said(results: Sequence[str], ctx: Context) -> list[Block]:
    """That they were announced before, for whoever is about to announce them."""
    there = [one for one in await _announced(results[0], ctx) if one.state != "recalled"] if results else []
    if not there:
        return []
    said = ctx.t(
        "{name} has announced these results already, on {when}; people would get them once more.",
        name=await _author(there[-1], ctx),
        when=ctx.t.at(there[-1].at, ctx.zone, ctx.today),
    )
    return [para(said)]


async def moved_on(results: Sequence[str], draft: str, ctx: Context) -> Reply | None:
    """Why the announcement cannot go as it was looked at: somebody has announced the same meanwhile, or decided on the
    texts in it. None when it can, and when it is that `draft` itself that has gone."""
    if not results:
        return None
    t, survey = ctx.t, results[0]
    again = Button(t("Prepare it anew"), f"results {survey} share")
    for one in await _announced(survey, ctx):
        if one.id not in results[2:] and one.content.get("draft") != draft:
            said = t(
                "{name} has announced the same results while you were looking; nothing of yours is sent.",
                name=await _author(one, ctx),
            )
            return say(said, buttons=rows(Button(t("Show it"), f"sending {one.id}"), again))
    if await other_texts({"results": results}, ctx):
        said = t("Something has been decided on the texts in it since you saw them; nothing is sent.")
        return say(said, buttons=rows(again, Button(t("Look the texts through"), f"texts {survey}")))
    return None


def key(results: Sequence[str]) -> str:
    """The natural key of the announcement: of two at once that know of the same ones, one is sent."""
    return f"results {results[0]} {len(results) - 2}"


async def other_texts(content: Mapping[str, Any], ctx: Context) -> bool:
    """Whether texts are in it on which something has been decided since."""
    survey, texts = (*content.get("results", ()), "", "0")[:2]
    if texts == "0":
        return False
    decided = await ctx.store.redactions.of(str(survey))
    return decided is None or str(decided.version) != texts


async def handed_out(survey: str, ctx: Context, shared: bool) -> Spans:
    """What becomes of texts that are hidden now: those of an announcement that has not left can be held back, what was
    `shared` before stays as it is. Empty when neither is so."""
    t = ctx.t
    for one in await _announced(survey, ctx):
        waits = one.state in ("held", "paused") or (one.state == "open" and ctx.now < one.due)
        if waits and one.content["results"][1] != "0":
            command = Code(f"/{BY_NAME['recall'].name(t.language)} {one.id}")
            return t.rich(
                "An announcement with these texts has not left yet. Take it back, so that it does not go out with "
                "what is hidden now: {command}",
                command=command,
            )
        shared = shared or one.content["results"][1] != "0"
    return (t("What was handed out before stays as it is."),) if shared else ()


async def _announced(survey: str, ctx: Context) -> tuple[Sending, ...]:
    """The announcements of that survey's results, those that were taken back too, in the order in which they came."""
    return tuple(
        one
        for one in await ctx.store.sendings.all()
        if one.kind == "announcement" and tuple(one.content.get("results", ()))[:1] == (survey,)
    )


async def _author(one: Sending, ctx: Context) -> str:
    member = await ctx.store.members.get(str(one.content.get("asked_by", "")))
    return member.person.name if member else ctx.t("The operator")
