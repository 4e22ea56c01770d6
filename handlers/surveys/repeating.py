"""Rounds of one survey: a closed one asked once more, and of which survey another is a further round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from handlers import paging
from handlers.calls.fields import moment
from handlers.chat import (
    Answers,
    Block,
    Bold,
    Button,
    Field,
    Form,
    Heading,
    Incoming,
    Items,
    Reply,
    Spans,
    para,
    rows,
    say,
)
from handlers.closing import closing, closing_faults
from handlers.commands import Line
from handlers.context import Context
from handlers.surveys import rounds
from handlers.surveys.making import TITLE_LENGTH, fresh_key
from handlers.surveys.showing import closing_day, find, no_such, terms
from storage.surveys import Plan, Survey
from storage.words import Words

A_PAGE = 3
LISTED = 8
"""Rounds that are named, the latest."""
NONE = "none"


async def repeatsurvey(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`repeatsurvey a3`: when the next round of a closed survey is to be; then a draft with the same questions, for the
    same people, in the same series."""
    t = ctx.t
    found = await find(line, ctx)
    if found is None or found.state != "closed":
        return say(
            t("A survey is repeated when it has closed."), buttons=rows(Button(t("All surveys"), "survey"))
        )
    form = _form(found, ctx)
    if msg.answers is None:
        return Reply(form=form)
    plan = _plan(found, msg.answers, ctx)
    if plan is None:
        faults = _faults(msg.answers, ctx)
        return Reply(form=form.with_(values=msg.answers, at=next(iter(faults), "closes"), faults=faults))
    made = await ctx.store.surveys.add(plan, ctx.by, follows=found.id)
    await ctx.store.conversation.end_draft(ctx.by.who)
    count = len(plan.questions)
    blocks: list[Block] = [
        para(
            t.n(
                "The next round is kept as a draft, with the same {count} question and for the same people.",
                "The next round is kept as a draft, with the same {count} questions and for the same people.",
                count,
            )
        ),
        *(para(sentence) for sentence in terms(made, ctx)),
        para(
            t("Look the questions through before you open it: what is asked in other words is not compared.")
        ),
    ]
    return Reply(
        tuple(blocks),
        buttons=rows(
            Button(t("The questions"), f"questions {made.id}"),
            Button(t("Open it"), f"opensurvey {made.id}"),
            Button(t("Show it"), f"survey {made.id}"),
        ),
    )


def _form(survey: Survey, ctx: Context) -> Form:
    t, title = ctx.t, survey.plan.title

    def kept(words: str) -> str:
        return t("Skip it to leave “{title}”.", title=words)

    fields = [
        Field(
            "closes",
            t("Until when should it be open?"),
            "moment",
            t("For example: 2026-10-30 17:00."),
            limit=60,
        ),
        Field(
            "opens",
            t("When does it open?"),
            "moment",
            t("Skip it when you will open it yourself, at once."),
            required=False,
            limit=60,
        ),
        Field("lt", t("The title in Lithuanian"), hint=kept(title.lt), required=False, limit=TITLE_LENGTH),
        Field("en", t("The title in English"), hint=kept(title.en), required=False, limit=TITLE_LENGTH),
    ]
    return Form(
        command=f"repeatsurvey {survey.id}",
        title=t("The next round"),
        fields=tuple(
            field for field in fields if field.name not in ("lt", "en") or getattr(title, field.name)
        ),
        check=lambda answers: _faults(answers, ctx),
    )


def _faults(answers: Answers, ctx: Context) -> Mapping[str, str]:
    t, found = ctx.t, dict(closing_faults(answers, ctx))
    text, closes = str(answers.get("opens") or ""), closing(answers, ctx)
    opens = _opens(answers, ctx)
    if text and opens is None:
        found["opens"] = t("A day is needed, with an hour if you like. For example: 2026-10-30 17:00.")
    elif opens is not None and closes is not None and opens >= closes:
        found["opens"] = t("It would open after it has closed.")
    return found


def _opens(answers: Answers, ctx: Context) -> datetime | None:
    """The instant that was answered: of a day without an hour its beginning."""
    found = moment(str(answers.get("opens") or ""), ctx)
    if found is None or found.precision not in ("hour", "day"):
        return None
    return found.first_instant()


def _plan(survey: Survey, answers: Answers, ctx: Context) -> Plan | None:
    closes = closing(answers, ctx)
    if closes is None or _faults(answers, ctx):
        return None
    old = survey.plan.title
    title = Words(str(answers.get("lt") or "") or old.lt, str(answers.get("en") or "") or old.en)
    key = fresh_key(title.lt or title.en, closes, ctx)
    return replace(survey.plan, key=key, title=title, closes=closes, opens=_opens(answers, ctx))


# Of which survey it is a round


async def rounds_(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`rounds a3`: the rounds of its series, and the ways to make it one of another, or of none."""
    found = await find(line, ctx)
    if found is None:
        return no_such(ctx)
    return await _card(found, "", ctx)


async def _card(found: Survey, notice: str, ctx: Context) -> Reply:
    t, surveys = ctx.t, await ctx.store.surveys.all()
    others = rounds.series(found, surveys)
    blocks: list[Block] = [para(notice)] if notice else []
    blocks.append(Heading(t.words(found.plan.title)))
    if others:
        blocks.append(para(t("The rounds of this survey:")))
        shown = sorted((*others, found), key=lambda one: one.at)[-LISTED:]
        blocks.append(Items(tuple(_row(one, one.id == found.id, ctx) for one in shown)))
    else:
        blocks.append(para(t("It has no further rounds.")))
    ways = []
    before = rounds.earlier(found, surveys)
    if before is not None and found.state != "draft":
        ways.append(Button(t("Beside the last round"), f"results {found.id} compare"))
    if found.state == "closed":
        ways.append(Button(t("Repeat this survey"), f"repeatsurvey {found.id}"))
    ways.append(Button(t("It is a round of another"), f"roundof {found.id}"))
    if others:
        ways.append(Button(t("It stands alone"), f"roundof {found.id} {NONE} v{found.version}"))
    return Reply(tuple(blocks), buttons=rows(*ways, Button(t("‹ Back"), f"survey {found.id}")))


def _row(one: Survey, here: bool, ctx: Context) -> Spans:
    title = ctx.t.words(one.plan.title)
    when = closing_day(one, ctx)
    if one.state == "draft":
        when = ctx.t("a draft")
    return (Bold(title) if here else title, f" ({when})")


async def roundof(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`roundof a3`: which survey it continues; `roundof a3 a1 v5`: that one; `roundof a3 none v5`: none."""
    t = ctx.t
    found = await find(line, ctx)
    if found is None:
        return no_such(ctx)
    surveys = await ctx.store.surveys.all()
    known = {one.id for one in rounds.series(found, surveys)}
    open_to = tuple(
        one for one in reversed(surveys) if one.state != "draft" and one.id not in (found.id, *known)
    )
    wish = line.words[1] if len(line.words) > 1 else ""
    other = next((one for one in open_to if one.id == wish), None)
    if other is None and wish != NONE:
        return _which(found, open_to, paging.asked(line.words[1:]), ctx)
    seen = line.seen if line.seen is not None else found.version
    now = await ctx.store.surveys.follow(found.id, seen, other.id if other else "", ctx.by)
    if other is None:
        return await _card(now, t("It is a round of no other survey now."), ctx)
    return await _card(now, _comparable(other, now, ctx), ctx)


def _comparable(other: Survey, now: Survey, ctx: Context) -> str:
    t, title = ctx.t, ctx.t.words(other.plan.title)
    count = rounds.comparable(other.plan, now.plan)
    if not count:
        return t(
            "There is nothing to compare with “{title}”: no question of it is asked here, too.", title=title
        )
    return t.n(
        "{count} question can be compared with “{title}”.",
        "{count} questions can be compared with “{title}”.",
        count,
        title=title,
    )


def _which(found: Survey, others: tuple[Survey, ...], number: int, ctx: Context) -> Reply:
    t = ctx.t
    back = Button(t("‹ Back"), f"rounds {found.id}")
    page = paging.page(others, number, A_PAGE)
    if not page.shown:
        return say(t("There is no other survey that it could continue."), buttons=rows(back))
    items = tuple(_row(one, False, ctx) for one in page.shown)
    press = f"roundof {found.id}"
    numbers = [
        Button(str(n), f"{press} {one.id} v{found.version}") for n, one in enumerate(page.shown, page.first)
    ]
    turns = page.turns(lambda number: f"{press} p{number}")
    return Reply(
        (para(t("Which survey does it continue?")), Items(items, page.first)),
        buttons=rows(*numbers, *turns, back),
    )
