"""What a person sees first: next meetings, the nearest deadlines, what waits to be answered, with ways on."""

from __future__ import annotations

from handlers.access import is_secretariat
from handlers.calls import show as calls
from handlers.chat import Block, Button, Heading, Incoming, Items, Reply, para, rows
from handlers.commands import BY_NAME, Line
from handlers.consultations import reading, standing, wording
from handlers.context import Context
from handlers.meetings import show as meetings
from handlers.surveys import showing
from storage.questions import still_open


async def home(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Meetings for members, deadlines for everybody; each list as its own command gives it."""
    t = ctx.t
    blocks: list[Block] = []
    shown = []
    if ctx.member or ctx.operator:
        ahead = await meetings.meetings(msg, ctx, Line(BY_NAME["meetings"], ()))
        blocks += [Heading(t("Meetings")), *ahead.blocks]
        shown.append(ahead)
    near = await calls.deadlines(msg, ctx, Line(BY_NAME["deadlines"], ()))
    blocks += [Heading(t("Deadlines")), *near.blocks]
    shown.append(near)
    if waiting := await showing.unanswered(ctx):
        blocks += [
            Heading(t("Surveys that wait for you")),
            Items(tuple(showing.row(s, ctx) for s in waiting)),
        ]
        shown.append(Reply(told=tuple(showing.fact(one) for one in waiting)))
    if consulted := await reading.unspoken(ctx):
        blocks += [
            Heading(t("Consultations that wait for your position")),
            Items(tuple(wording.row(one, ctx) for one in consulted)),
        ]
        shown.append(Reply(told=tuple(standing.closes(one) for one in consulted)))
    asked = still_open(await ctx.store.questions.all()) if is_secretariat(ctx) and msg.private else ()
    if asked:
        words = t.n(
            "{count} question waits for an answer.", "{count} questions wait for an answer.", len(asked)
        )
        blocks += [Heading(t("Questions to the secretariat")), para(words)]
    ways = [Button(t("Funding calls"), "calls")]
    if asked:
        ways.append(Button(t("Questions to the secretariat"), "inbox"))
    if waiting:
        ways.append(Button(t("Open surveys"), "surveys"))
    if consulted:
        ways.append(Button(t("Consultations"), "consultations"))
    if ctx.member or ctx.operator:
        ways += [Button(t("The next meeting"), "meeting"), Button(t("Help"), "help")]
    else:
        ways += [Button(t("Join"), "join"), Button(t("Help"), "help")]
    return Reply(
        tuple(blocks), buttons=rows(*ways), told=tuple(fact for reply in shown for fact in reply.told)
    )
