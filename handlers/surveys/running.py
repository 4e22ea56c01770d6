"""A survey in the secretariat's hands: looked at, tried out, opened, moved, reminded of, closed."""

from __future__ import annotations

from dataclasses import replace

from handlers import audience, paging, prompting, questionnaire
from handlers.access import is_secretariat
from handlers.announcements.handing import reached
from handlers.chat import (
    Block,
    Bold,
    Button,
    Field,
    Form,
    Heading,
    Incoming,
    Items,
    Para,
    Reply,
    para,
    rows,
    say,
    shorten,
)
from handlers.closing import closing, closing_faults
from handlers.commands import Line
from handlers.context import Context
from handlers.surveys import asking, pushes, showing
from handlers.surveys.showing import find, no_such
from handlers.taking_part import asked, done, may_answer, owner
from storage.surveys import Survey

LISTED = 4  # a page, so that with the ways on there are six buttons
BUTTONS = 6
"""Under one survey; what is wanted less often then stands behind the last of them."""


async def survey(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`survey a3`: what it is; for the secretariat also how far it is and what may be done with it, `survey a3 more`
    what has no room under that. Without an id the secretariat sees all of them, `survey p2` the second page, and
    everybody else those that ask them."""
    found = await find(line, ctx)
    page = line.words[0][1:] if line.words and line.words[0][:1] == "p" else ""
    if found is None and (not line.words or (page.isdecimal() and len(page) <= 3)) and is_secretariat(ctx):
        return await _all(int(page or 1), ctx)
    if not line.words:
        return await showing.surveys(msg, ctx, line)
    if found is None or (found.state == "draft" and not is_secretariat(ctx)):
        return no_such(ctx)
    if not is_secretariat(ctx):
        asked_too = ctx.member is not None and may_answer(found, ctx.member, ctx.structure)
        return await showing.about(found, ctx) if asked_too else showing.not_for_you(ctx)
    reply = await showing.about(found, ctx)
    own = [button for row in reply.buttons for button in row]
    ways = [*own[:1], *_ways(found, ctx), *own[1:]]
    if len(ways) > BUTTONS:
        kept, others = ways[: BUTTONS - 1], ways[BUTTONS - 1 :]
        if line.words[1:2] == ("more",):
            back = Button(ctx.t("‹ Back"), f"survey {found.id}")
            return Reply((Heading(ctx.t.words(found.plan.title)),), buttons=rows(*others, back))
        ways = [*kept, Button(ctx.t("More…"), f"survey {found.id} more")]
    return replace(reply, blocks=(*reply.blocks, *await _progress(found, ctx)), buttons=rows(*ways))


async def _all(number: int, ctx: Context) -> Reply:
    t = ctx.t
    everything = tuple(reversed(await ctx.store.surveys.all()))
    page = paging.page(everything, number, LISTED)
    if not page.shown:
        return say(
            t("There are no surveys yet. Send a file here, or make one question by question."),
            buttons=rows(Button(t("A new survey"), "newsurvey")),
        )
    items = tuple((Bold(t.words(one.plan.title)), f" ({showing.state(one, ctx)})") for one in page.shown)
    ways = [Button(str(n), f"survey {one.id}") for n, one in enumerate(page.shown, page.first)]
    ways += page.turns(lambda number: f"survey p{number}")
    new = [Button(t("A new survey"), "newsurvey")] if page.number == 1 else []
    return Reply((Items(items, page.first),), buttons=rows(*ways, *new))


async def _progress(one: Survey, ctx: Context) -> list[Block]:
    """How many were asked and how many have answered."""
    t = ctx.t
    if one.state == "draft":
        past = one.plan.closes <= ctx.now
        late = [para(t("Its closing is in the past. Move it first."))] if past else []
        return [para(t("It is a draft: nobody else sees it yet.")), *late]
    people = asked(one, await ctx.store.members.all(), ctx.structure)
    owners = {owner(one.plan, member) for member in people}
    answered = done(one, await ctx.store.surveys.sheets(one.id)) & owners
    if one.plan.per == "organisation":
        return [
            para(
                t.n(
                    "{answered} of {count} organisation has answered.",
                    "{answered} of {count} organisations have answered.",
                    len(owners),
                    answered=len(answered),
                )
            )
        ]
    return [
        para(
            t.n(
                "{answered} of {count} person has answered.",
                "{answered} of {count} people have answered.",
                len(owners),
                answered=len(answered),
            )
        )
    ]


def _ways_of_draft(one: Survey, ctx: Context) -> list[Button]:
    """What it needs before it can be opened stands first."""
    t, id = ctx.t, one.id
    add = Button(t("Add a question"), f"addquestion {id}")
    move = Button(t("Move the closing"), f"movesurvey {id}")
    seldom = [Button(t("Rounds"), f"rounds {id}"), Button(t("Remove it"), f"dropsurvey {id}")]
    if not one.plan.questions:
        return [add, move, *seldom]
    looked_at = [
        Button(t("How it will look"), f"looksurvey {id}"),
        Button(t("Try it out"), f"trysurvey {id}"),
        Button(t("The questions"), f"questions {id}"),
        add,
    ]
    if one.plan.closes <= ctx.now:
        return [move, *looked_at, *seldom]
    return [Button(t("Open it"), f"opensurvey {id}"), *looked_at, move, *seldom]


def _ways(one: Survey, ctx: Context) -> list[Button]:
    """What may be done with it, what is wanted most first."""
    t, id = ctx.t, one.id
    if one.state == "draft":
        return _ways_of_draft(one, ctx)
    if one.state == "closed":
        return [
            Button(t("Results"), f"results {id}"),
            Button(t("The questions"), f"questions {id}"),
            Button(t("Repeat this survey"), f"repeatsurvey {id}"),
            Button(t("Rounds"), f"rounds {id}"),
        ]
    return [
        Button(t("Results"), f"results {id}"),
        Button(t("Remind the rest"), f"remindsurvey {id}"),
        Button(t("Move the closing"), f"movesurvey {id}"),
        Button(t("Close it now"), f"closesurvey {id}"),
        Button(t("Try it out"), f"trysurvey {id}"),
        Button(t("Rounds"), f"rounds {id}"),
    ]


async def questions(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Every question in both languages, as it stands."""
    found = await find(line, ctx)
    if found is None:
        return no_such(ctx)
    ways = [Button(ctx.t("‹ Back"), f"survey {found.id}")]
    if is_secretariat(ctx):
        ways.insert(0, Button(ctx.t("How it will look"), f"looksurvey {found.id}"))
    if found.state == "draft" and is_secretariat(ctx):
        ways = [
            Button(ctx.t("Add a question"), f"addquestion {found.id}"),
            Button(ctx.t("Remove a question"), f"dropquestion {found.id}"),
            *ways,
        ]
    return Reply(questionnaire.preview(found.plan, ctx.t), buttons=rows(*ways))


async def trysurvey(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The survey as people will answer it; nothing of it is kept."""
    found = await find(line, ctx)
    if found is None:
        return no_such(ctx)
    form = replace(asking.form(found.plan, f"trysurvey {found.id}", ctx.t), kept=False)
    if msg.answers is None:
        return Reply(form=form)
    answers = asking.normal(found.plan, msg.answers, ctx.t)
    blocks: tuple[Block, ...] = (
        para(
            ctx.t(
                "This was a trial: nothing is kept and nothing is counted. This is how the answers would be read:"
            )
        ),
        Items(asking.lines(found.plan, answers, ctx.t), 1),
    )
    return Reply(blocks, buttons=rows(Button(ctx.t("‹ Back"), f"survey {found.id}")))


async def opensurvey(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Whom it asks and what is fixed from then on; with the version it was shown with, opened and people invited."""
    t = ctx.t
    found = await find(line, ctx)
    if found is None or found.state != "draft":
        return say(t("There is no such draft."), buttons=rows(Button(t("Surveys"), "survey")))
    back = Button(t("‹ Back"), f"survey {found.id}")
    if not found.plan.questions:
        return say(
            t("It has no questions yet."),
            buttons=rows(Button(t("Add a question"), f"addquestion {found.id}")),
        )
    if found.plan.closes <= ctx.now:
        return say(
            t("Its closing is in the past. Move it first."),
            buttons=rows(Button(t("Move the closing"), f"movesurvey {found.id}"), back),
        )
    if wrong := audience.fault(found.plan.audience, ctx.structure, t):
        return say(wrong, buttons=rows(back))
    people = asked(found, await ctx.store.members.all(), ctx.structure)
    if line.seen is None:
        blocks = [*reached(audience.reach(people), t), *(para(s) for s in showing.terms(found, ctx))]
        if found.plan.opens is not None and ctx.now < found.plan.opens:
            when = t.at(found.plan.opens, ctx.zone, ctx.today)
            blocks.append(para(t("The survey opens on {when}.", when=when)))
        blocks.append(
            para(
                t(
                    "Once it is open, its questions, whether it is anonymous and who answers cannot be changed any "
                    "more; its closing can be moved."
                )
            )
        )
        if not people:
            return Reply(tuple(blocks), buttons=rows(back))
        button = Button(t("Open it"), f"opensurvey {found.id} v{found.version}")
        return Reply(tuple(blocks), buttons=rows(button, back))
    opened = await ctx.store.surveys.open(found.id, line.seen, ctx.by)
    at = opened.opened or ctx.now
    if at > ctx.now:
        said = t("It opens on {when}; people are invited then.", when=t.at(at, ctx.zone, ctx.today))
    else:
        said = t("It is open; invitations go out within the hours in which messages are sent.")
    return say(said, buttons=rows(Button(t("Show it"), f"survey {found.id}")))


async def movesurvey(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Another closing; everybody who was invited hears it."""
    t = ctx.t
    found = await find(line, ctx)
    if found is None or found.state == "closed":
        return say(
            t("There is no such survey, or it has closed."), buttons=rows(Button(t("All surveys"), "survey"))
        )
    form = Form(
        command=f"movesurvey {found.id}",
        title=t("Move the closing"),
        intro=_closes(found, ctx),
        fields=(
            Field(
                "closes",
                t("Until when should it be open?"),
                "moment",
                t("For example: 2026-10-30 17:00."),
                limit=60,
            ),
        ),
        check=lambda answers: closing_faults(answers, ctx),
    )
    if msg.answers is None:
        return Reply(form=form)
    closes = closing(msg.answers, ctx)
    if closes is None:
        return Reply(form=form.with_(values={}, at="closes", faults=closing_faults(msg.answers, ctx)))
    when = t.at(closes, ctx.zone, ctx.today)
    if not msg.confirmed:
        said = (
            t.rich("It will be open until {when}.", when=Bold(when))
            if found.state == "draft"
            else t.rich("It will be open until {when}; everybody who was invited hears it.", when=Bold(when))
        )
        return Reply(
            (Para(said),),
            buttons=rows(
                Button(t("Move it"), f"apply movesurvey {found.id} v{found.version}"),
                Button(t("Cancel"), "cancel"),
            ),
        )
    moved = await ctx.store.surveys.move(found.id, line.seen or found.version, closes, ctx.by)
    return say(
        t("Moved: it is open until {when}.", when=when),
        buttons=rows(Button(t("Show it"), f"survey {moved.id}")),
    )


def _closes(one: Survey, ctx: Context) -> str:
    when = ctx.t.at(one.plan.closes, ctx.zone, ctx.today)
    past = one.plan.closes <= ctx.now
    return (
        ctx.t("Its closing was on {when}.", when=when) if past else ctx.t("It closes on {when}.", when=when)
    )


async def remindsurvey(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Those for whom nobody has answered are reminded, at most once a day."""
    t = ctx.t
    found = await find(line, ctx)
    if found is None or found.state != "open":
        return say(
            t("There is no such survey, or it is not open."), buttons=rows(Button(t("All surveys"), "survey"))
        )
    prompt = await pushes.prompt(found, ctx)
    reminder = await prompting.reminder(prompt, f"{ctx.today}", ctx.store, ctx.now)
    back = rows(Button(t("Show it"), f"survey {found.id}"))
    if await ctx.store.sendings.of_key(reminder.sending.key):
        return say(t("They have been reminded today already."), buttons=back)
    if not reminder.recipients:
        if await prompting.waited_for(prompt):
            return say(
                t("Whoever has not answered has just been told of it, or is about to be."), buttons=back
            )
        return say(t("Everybody who can be reached has answered."), buttons=back)
    await ctx.store.sendings.open(reminder.sending, reminder.recipients, ctx.by)
    count = len(reminder.recipients)
    return say(t.n("{count} person is reminded.", "{count} people are reminded.", count), buttons=back)


async def closesurvey(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Closes it before its time, after one more look at what that means."""
    t = ctx.t
    found = await find(line, ctx)
    if found is None or found.state != "open":
        return say(
            t("There is no such survey, or it is not open."), buttons=rows(Button(t("All surveys"), "survey"))
        )
    if line.seen is None:
        blocks = [*await _progress(found, ctx), para(t("After that nobody can answer or change anything."))]
        if found.plan.anonymous:
            blocks.append(para(t("Whose answers are whose is then destroyed for good.")))
        button = Button(t("Close it now"), f"closesurvey {found.id} v{found.version}")
        return Reply(tuple(blocks), buttons=rows(button, Button(t("‹ Back"), f"survey {found.id}")))
    closed = await ctx.store.surveys.close(found.id, pushes.for_good, ctx.by)
    return say(t("It is closed."), buttons=rows(Button(t("Results"), f"results {closed.id}")))


async def dropsurvey(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Removes a draft, once it was asked whether that is meant: nothing brings its questions back."""
    t = ctx.t
    found = await find(line, ctx)
    surveys = Button(t("Surveys"), "survey")
    if found is None or found.state != "draft":
        return say(t("There is no such draft."), buttons=rows(surveys))
    if line.seen is None:
        title = shorten(t.words(found.plan.title), 80)
        return say(
            t("Remove “{title}” with all its questions? It cannot be brought back.", title=title),
            buttons=rows(
                Button(t("Remove it"), f"dropsurvey {found.id} v{found.version}"),
                Button(t("Leave it as it is"), f"survey {found.id}"),
            ),
        )
    await ctx.store.surveys.remove(found.id, line.seen, ctx.by)
    return say(t("The draft is removed."), buttons=rows(surveys))
