"""A survey passed on: the manager of a cluster lets its companies answer, each for itself, and sees how many have."""

from __future__ import annotations

from handlers.chat import Button, Incoming, Reply, rows, say
from handlers.commands import Line
from handlers.context import Context
from handlers.surveys.showing import asked
from handlers.taking_part import done
from storage.surveys import Survey


async def passon(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`passon a3`: a manager lets the companies of their cluster answer, each for itself; again, how many have."""
    t = ctx.t
    found = await asked(line, ctx)
    if isinstance(found, Reply):
        return found
    survey, member = found
    cluster = ctx.structure.organisation(member.person.organisation)
    if member.person.role != "manager" or cluster is None or cluster.kind != "cluster":
        return say(t("Only the manager of a cluster can pass a survey on to its companies."))
    if survey.plan.per != "organisation":
        return say(t("This survey is answered by people, each for themselves."))
    companies = [o for o in ctx.structure.organisations if cluster.id in o.belongs_to]
    people = [m for m in await ctx.store.members.all() if m.person.organisation in {o.id for o in companies}]
    if not people:
        return say(t("Nobody of your cluster's companies is a member yet."))
    if cluster.id in survey.forwarded:
        return _how_many(survey, {m.person.organisation for m in people}, await _answered(survey, ctx), ctx)
    if line.seen is None:
        said = t.n(
            "The survey will be passed on to {count} company of your cluster; you will see how many have answered, "
            "not what.",
            "The survey will be passed on to {count} companies of your cluster; you will see how many have answered, "
            "not what.",
            len({m.person.organisation for m in people}),
        )
        way = Button(t("Pass it on"), f"passon {survey.id} v{survey.version}")
        return say(said, buttons=rows(way, Button(t("‹ Back"), f"survey {survey.id}")))
    await ctx.store.surveys.forward(survey.id, cluster.id, ctx.by)
    return say(
        t("It has been passed on; invitations go out within the hours in which messages are sent."),
        buttons=rows(Button(t("How many have answered"), f"passon {survey.id}")),
    )


async def _answered(survey: Survey, ctx: Context) -> frozenset[str]:
    return done(survey, await ctx.store.surveys.sheets(survey.id))


def _how_many(survey: Survey, companies: set[str], answered: frozenset[str], ctx: Context) -> Reply:
    return say(
        ctx.t(
            "Of your cluster's companies {count} of {total} have answered.",
            count=len(companies & answered),
            total=len(companies),
        ),
        buttons=rows(Button(ctx.t("‹ Back"), f"survey {survey.id}")),
    )
