"""A new meeting or series, entered by hand: asked, previewed, then added."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date

from handlers import groups
from handlers.chat import (
    CHOICE_LENGTH,
    Answers,
    Bold,
    Button,
    Choice,
    Condition,
    Field,
    Form,
    Incoming,
    Items,
    Reply,
    Span,
    para,
    rows,
    shorten,
)
from handlers.commands import Line
from handlers.context import Context
from handlers.i18n import N_
from handlers.meetings import asked, speech, typed
from handlers.meetings.occurrences import Occurrence, occurrences
from handlers.meetings.typed import LENGTHS, REPEATS, given
from storage.meetings import Meeting, Plan
from storage.moments import zone
from storage.words import Words

_EVERYONE = "*"
"""Chosen instead of a group: an event of the association, open to all its members."""

_REPEATS = {
    "none": N_("It does not repeat"),
    "weekly": N_("Every week"),
    "fortnightly": N_("Every two weeks"),
    "monthly": N_("Every month, on the same weekday"),
}


async def newmeeting(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """A meeting or series of the group that the words name, or of one that is asked for."""
    group = asked.read(line.words, ctx).group
    command = f"newmeeting {group}" if group else "newmeeting"
    if msg.answers is None:
        return Reply(form=_form(command, group, ctx))
    answers = {"group": group, **msg.answers} if group else msg.answers
    plan = plan_of(answers, ctx)
    if not msg.confirmed:
        return _preview(command, plan, given(answers, "repeat"), ctx)
    added = await ctx.store.meetings.add(plan, ctx.by)
    title = shorten(ctx.t.words(plan.title), 120)
    return Reply(
        (para(ctx.t("The meeting “{title}” is added.", title=title)),),
        buttons=rows(
            Button(ctx.t("Show the meeting"), f"meeting {added.id}"),
            Button(ctx.t("Set the agenda"), f"agenda {added.id}"),
        ),
    )


def _form(command: str, group: str, ctx: Context) -> Form:
    t = ctx.t
    repeats = tuple(Choice(value, t(label)) for value, label in _REPEATS.items())
    lengths = tuple(Choice(str(m), speech.duration(m, ctx)) for m in LENGTHS)
    fields = (
        Field("group", t("Whose meeting is it?"), "one", choices=_groups(ctx)),
        Field("title_lt", t("What is it called in Lithuanian?"), "text", limit=200),
        Field("title_en", t("And in English?"), "text", required=False, limit=200),
        Field(
            "start",
            t("When does it begin? Of a series, the first one."),
            "moment",
            t("For example: 2026-10-02 10:00, or “penktadienį 10:00”."),
            limit=60,
        ),
        Field(
            "length",
            t("How long does it last?"),
            "one",
            t("Choose, or write the minutes."),
            choices=lengths,
            other=True,
        ),
        Field("repeat", t("Does it repeat?"), "one", choices=repeats),
        Field(
            "until",
            t("Until which day does it repeat?"),
            "moment",
            t("For example: 2026-12-17."),
            limit=60,
            when=(Condition("repeat", REPEATS[1:]),),
        ),
        Field("place", t("Where?"), "text", required=False, limit=300),
        Field("link", t("The join link?"), "text", required=False, limit=500),
    )
    return Form(
        command=command,
        title=t("A new meeting"),
        fields=tuple(f for f in fields if f.name != "group") if group else fields,
        check=lambda answers: _faults(answers, ctx),
    )


def _groups(ctx: Context) -> tuple[Choice, ...]:
    own = tuple(
        Choice(g.id, shorten(groups.name(g, ctx), CHOICE_LENGTH))
        for g in ctx.structure.groups
        if not g.archived
    )
    return (*own, Choice(_EVERYONE, ctx.t("All members of the association")))


def _faults(answers: Answers, ctx: Context) -> Mapping[str, str]:
    found: dict[str, str] = {}
    text = given(answers, "start")
    fault = typed.start_fault(text, ctx, ctx.zone) if text else ""
    if fault:
        found["start"] = fault
    if (length := given(answers, "length")) and typed.minutes(length) is None:
        found["length"] = ctx.t("Write the minutes as a number, for example 90.")
    begins = typed.start(text, ctx, ctx.zone) if text else None
    if until := given(answers, "until"):
        last = typed.day(until, ctx)
        if last is None:
            found["until"] = ctx.t("Write one day, for example 2026-12-17.")
        elif begins and last <= begins.date():
            found["until"] = ctx.t("That is not after the first meeting.")
        elif begins and last > begins.date() + typed.LONGEST_SERIES:
            found["until"] = ctx.t("A series lasts three years at most.")
    link = given(answers, "link")
    if link and not typed.is_address(link):
        found["link"] = ctx.t("A join link begins with https://.")
    return found


def plan_of(answers: Answers, ctx: Context) -> Plan:
    """The plan that faultless answers come to, in the association's zone."""
    group, place, link = given(answers, "group"), given(answers, "place"), given(answers, "link")
    begins = typed.start(given(answers, "start"), ctx, ctx.zone)
    assert begins is not None, "the form checks it"
    until = typed.day(given(answers, "until"), ctx) or date.max
    repeat = given(answers, "repeat")
    return Plan(
        title=Words(
            " ".join(given(answers, "title_lt").split()), " ".join(given(answers, "title_en").split())
        ),
        group="" if group == _EVERYONE else group,
        start=begins,
        minutes=typed.minutes(given(answers, "length")) or LENGTHS[1],
        zone=ctx.zone,
        rule=typed.rule(repeat, begins, until, ctx.zone),
        mode=typed.mode(place, link, "place"),
        place=" ".join(place.split()),
        link=link,
    )


def _preview(command: str, plan: Plan, repeat: str, ctx: Context) -> Reply:
    t = ctx.t
    first, *more = _all(plan, ctx)
    group = ctx.structure.group(plan.group)
    lines: list[tuple[Span, ...]] = [
        (f"{t('When')}: ", Bold(speech.when(first, ctx))),
        (
            f"{t('Whose meeting')}: ",
            groups.name(group, ctx) if group else t("All members of the association"),
        ),
    ]
    if plan.rule:
        lines.append((f"{t('Repeats')}: ", _series(repeat, [first, *more], ctx)))
    lines.append((f"{t('Place')}: ", shorten(plan.place, 200) or t("not announced")))
    if plan.link:
        lines.append((f"{t('Join link')}: ", shorten(plan.link, 200)))
    if not plan.title.en:
        lines.append((t("There is no English title; readers of English see the Lithuanian one."),))
    return Reply(
        (
            para(Bold(speech.title(first, ctx))),
            Items(tuple(lines)),
            para(t("Nothing is changed until you confirm.")),
        ),
        buttons=rows(
            Button(t("Add"), f"apply {command}"),
            Button(t("‹ Back"), "back"),
            Button(t("Leave it as it is"), "cancel"),
        ),
    )


def _all(plan: Plan, ctx: Context) -> tuple[Occurrence, ...]:
    """Every occurrence of a plan that is not in the store yet."""
    draft = Meeting("m0", 1, plan, (), ctx.now, "")
    begins = plan.start.replace(tzinfo=zone(plan.zone)).astimezone(UTC)
    return occurrences(draft, begins, begins + typed.LONGEST_SERIES * 1.1)


def _series(repeat: str, all_of_it: list[Occurrence], ctx: Context) -> str:
    """ "kas savaitę, 13 posėdžių: rugsėjo 24 d., spalio 1 d. … gruodžio 17 d."."""
    said = ctx.t(_REPEATS[repeat])
    days = [ctx.t.day(o.start.astimezone(zone(ctx.zone)).date(), ctx.today) for o in all_of_it]
    shown = ", ".join(days if len(days) <= 4 else days[:3]) + ("" if len(days) <= 4 else f" … {days[-1]}")
    return ctx.t.n(
        "{repeat}, {count} meeting: {days}",
        "{repeat}, {count} meetings: {days}",
        len(days),
        repeat=said[:1].lower() + said[1:],
        days=shown,
    )
