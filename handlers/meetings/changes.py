"""What the secretariat does to a meeting: moves it, cancels it, sets its agenda. Asked, previewed, then done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from handlers.access import in_group
from handlers.chat import (
    Answers,
    Block,
    Bold,
    Button,
    Choice,
    Field,
    Form,
    Incoming,
    Items,
    Reply,
    Spans,
    para,
    rows,
    say,
    shorten,
)
from handlers.commands import Line
from handlers.context import Context
from handlers.i18n import N_
from handlers.meetings import asked, show, speech, typed
from handlers.meetings.occurrences import Occurrence, ahead, instant, repeats
from handlers.meetings.typed import NOTHING, given
from storage.calls import Why
from storage.errors import Changed
from storage.meetings import Meeting

_LOOKED_FOR = 4
_THIS, _SERIES = "this", "series"


@dataclass(frozen=True, slots=True)
class Target:
    """The meeting or series to be changed, and which of its occurrences."""

    meeting: Meeting
    one: Occurrence

    @property
    def series(self) -> bool:
        return repeats(self.meeting.plan)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done: its form's fields, their faults, the changes of the plan that follow from the
    answers, and the lines of the preview that say them."""

    heading: str
    button: str
    done: str
    fields: Callable[[Target, Context], tuple[Field, ...]]
    faults: Callable[[Target, Answers, Context], Mapping[str, str]]
    changes: Callable[[Target, Answers, Context], Mapping[str, object]]
    preview: Callable[[Target, Answers, Context], tuple[Block, ...]]


async def _act(what: Act, msg: Incoming, ctx: Context, line: Line) -> Reply:
    target = await _target(ctx, line)
    if isinstance(target, Reply):
        return target
    meeting, one = target.meeting, target.one
    command = f"{line.command.en} {one.id} v{meeting.version}"
    if msg.answers is None:
        return Reply(form=_form(what, command, target, ctx))
    if line.seen != meeting.version:
        raise Changed(meeting)
    changes = what.changes(target, msg.answers, ctx)
    differing = {name: new for name, new in changes.items() if getattr(meeting.plan, name) != new}
    reason = given(msg.answers, "reason")
    if not msg.confirmed:
        return _preview(what, command, target, bool(differing), msg.answers, ctx)
    if differing:
        meeting = await ctx.store.meetings.change(meeting.id, meeting.version, differing, Why(reason), ctx.by)
    sentence = ctx.t(what.done, title=speech.title(one, ctx)) if differing else ctx.t("Nothing would change.")
    return Reply(
        (para(sentence), *what.preview(target, msg.answers, ctx)),
        buttons=rows(
            Button(ctx.t("Show the meeting"), f"meeting {one.id}"),
            Button(ctx.t("History"), f"history {meeting.id}"),
        ),
    )


def _form(what: Act, command: str, target: Target, ctx: Context) -> Form:
    return Form(
        command=command,
        title=ctx.t(what.heading),
        intro=f"{speech.title(target.one, ctx)}, {speech.when(target.one, ctx)}",
        fields=what.fields(target, ctx),
        check=lambda answers: what.faults(target, answers, ctx),
    )


def _preview(what: Act, command: str, target: Target, differs: bool, answers: Answers, ctx: Context) -> Reply:
    subject = para(Bold(speech.title(target.one, ctx)), ", ", speech.when(target.one, ctx))
    if not differs:
        return Reply((subject, para(ctx.t("Nothing would change."))), buttons=rows(*_back(ctx)))
    reason = given(answers, "reason")
    return Reply(
        (
            subject,
            *what.preview(target, answers, ctx),
            *((para(ctx.t("Reason: {reason}", reason=shorten(reason, 300))),) if reason else ()),
            para(ctx.t("Nothing is changed until you confirm.")),
        ),
        buttons=rows(Button(ctx.t(what.button), f"apply {command}"), *_back(ctx)),
    )


def _back(ctx: Context) -> tuple[Button, Button]:
    return Button(ctx.t("‹ Back"), "back"), Button(ctx.t("Leave it as it is"), "cancel")


# Which one


async def _target(ctx: Context, line: Line) -> Target | Reply:
    """What is to be changed; where nothing is named, or it cannot be changed, what to do instead."""
    wanted = asked.read(line.words, ctx)
    if not line.words or wanted.unread:
        return await _choose(line, ctx)
    found = await show.find(wanted, ctx)
    if found is None:
        return await _choose(line, ctx)
    meeting, one = found
    shown = rows(Button(ctx.t("Show the meeting"), f"meeting {one.id}"))
    if one.end <= ctx.now:
        return say(ctx.t("This meeting is over."), buttons=shown)
    if meeting.plan.cancelled and repeats(meeting.plan):
        return say(ctx.t("The whole series is cancelled. Add a new meeting instead."), buttons=shown)
    if one.cancelled and line.command.en == "cancelmeeting":
        return say(ctx.t("This meeting is cancelled already."), buttons=shown)
    return Target(meeting, one)


async def _choose(line: Line, ctx: Context) -> Reply:
    """The next few, a button each."""
    coming = ahead(await ctx.store.meetings.all(), ctx.now, ctx.now + show.HORIZON)[:_LOOKED_FOR]
    if not coming:
        return say(
            ctx.t("No meeting is planned."), buttons=rows(Button(ctx.t("A new meeting"), "newmeeting"))
        )
    return Reply(
        (
            para(ctx.t("Which meeting?")),
            Items(tuple(speech.row(o, ctx, show.group_name(o, ctx)) for o in coming), start=1),
        ),
        buttons=rows(*(Button(str(i), f"{line.command.en} {o.id}") for i, o in enumerate(coming, 1))),
    )


# Moving


def _why(ctx: Context, *, required: bool) -> Field:
    hint = ctx.t("Members will read this sentence.")
    return Field("reason", ctx.t("Why?"), "text", hint, required=required, limit=300)


def _move_fields(target: Target, ctx: Context) -> tuple[Field, ...]:
    one, t = target.one, ctx.t
    keep = t("Skip it if it stays; “-” takes it away.")
    place = t("Now: {value}.", value=shorten(one.place, 150)) if one.place else t("None is entered now.")
    shown = _shown_link(one, ctx)
    link = t("Now: {value}.", value=shown) if one.link else t("None is entered now.")
    example = t("For example: 2026-10-02 10:00, or “penktadienį 10:00”.")
    return (
        Field("start", t("When will it be?"), "moment", example, limit=60),
        Field("place", t("Where?"), "text", f"{place} {keep}", required=False, limit=300),
        Field("link", t("The join link?"), "text", f"{link} {keep}", required=False, limit=500),
        _why(ctx, required=False),
    )


def _shown_link(one: Occurrence, ctx: Context) -> str:
    """The link for the group's members; for a secretary who is none of them, that there is one."""
    return shorten(one.link, 200) if in_group(ctx, one.group or None) else ctx.t("there is one")


def _move_faults(target: Target, answers: Answers, ctx: Context) -> Mapping[str, str]:
    found = {}
    plan = target.meeting.plan
    if text := given(answers, "start"):
        fault = typed.start_fault(text, ctx, plan.zone, all_day=plan.all_day)
        if fault:
            found["start"] = fault
    link = given(answers, "link")
    if link not in ("", NOTHING) and not typed.is_address(link):
        found["link"] = ctx.t("A join link begins with https://.")
    return found


def _moved(target: Target, answers: Answers, ctx: Context) -> dict[str, Any]:
    """The fields that moving sets: the start, and the place, link and mode where something was typed."""
    plan, one = target.meeting.plan, target.one
    fields: dict[str, Any] = {
        "start": typed.start(given(answers, "start"), ctx, plan.zone, all_day=plan.all_day)
    }
    for name in ("place", "link"):
        text = given(answers, name)
        if text:
            fields[name] = "" if text == NOTHING else " ".join(text.split())
    if len(fields) > 1:
        place, link = fields.get("place", one.place), fields.get("link", one.link)
        fields["mode"] = typed.mode(place, link, one.mode)
    if one.cancelled:
        fields["cancelled"] = False
    return fields


def _move_changes(target: Target, answers: Answers, ctx: Context) -> Mapping[str, object]:
    return typed.changes_to(
        target.meeting.plan, target.one, given(answers, "reason"), **_moved(target, answers, ctx)
    )


def _move_preview(target: Target, answers: Answers, ctx: Context) -> tuple[Block, ...]:
    one, t, fields = target.one, ctx.t, _moved(target, answers, ctx)
    start = instant(fields["start"], target.meeting.plan.zone)
    lines = [_difference(t("When"), speech.when(one, ctx), speech.when(one, ctx, start), ctx)]
    nothing = t("none")
    if "place" in fields:
        lines.append(_difference(t("Place"), one.place or nothing, fields["place"] or nothing, ctx))
    if "link" in fields:
        was = _shown_link(one, ctx) if one.link else nothing
        lines.append(_difference(t("Join link"), was, fields["link"] or nothing, ctx))
    blocks: tuple[Block, ...] = (Items(tuple(line for line in lines if line)),) if any(lines) else ()
    return (*blocks, para(t("It was cancelled; now it takes place."))) if one.cancelled else blocks


def _difference(label: str, was: str, now: str, ctx: Context) -> Spans:
    if was == now:
        return ()
    was, now = shorten(was, 200), shorten(now, 200)
    return ctx.t.rich("{field}: was {was} → now {now}", field=label, was=was, now=Bold(now))


# Cancelling, and the agenda: of one of a series, or of all of it


def _scope(target: Target, ctx: Context) -> tuple[Field, ...]:
    if not target.series:
        return ()
    choices = (
        Choice(_THIS, shorten(ctx.t("Only {when}", when=speech.begins(target.one, ctx)), 75)),
        Choice(_SERIES, ctx.t("The whole series")),
    )
    return (Field("scope", ctx.t("Only this one, or the whole series?"), "one", choices=choices),)


def _whole(target: Target, answers: Answers) -> bool:
    return target.series and answers.get("scope") == _SERIES


def _no_faults(target: Target, answers: Answers, ctx: Context) -> Mapping[str, str]:
    return {}


def _cancel_changes(target: Target, answers: Answers, ctx: Context) -> Mapping[str, object]:
    if _whole(target, answers):
        return {"cancelled": True}
    return typed.changes_to(target.meeting.plan, target.one, given(answers, "reason"), cancelled=True)


def _cancel_preview(target: Target, answers: Answers, ctx: Context) -> tuple[Block, ...]:
    if not _whole(target, answers):
        return (para(ctx.t("It will not take place.")),)
    left = [o for o in ahead((target.meeting,), ctx.now, ctx.now + show.HORIZON) if not o.cancelled]
    return (
        para(
            ctx.t.n(
                "The whole series ends: {count} meeting of the coming year will not take place.",
                "The whole series ends: {count} meetings of the coming year will not take place.",
                len(left),
            )
        ),
    )


def _agenda_fields(target: Target, ctx: Context) -> tuple[Field, ...]:
    hint = ctx.t("One item a line. “-” takes the agenda away.")
    return (
        *_scope(target, ctx),
        Field("items", ctx.t("What is on the agenda?"), "paragraph", hint, limit=3000),
    )


def _agenda_changes(target: Target, answers: Answers, ctx: Context) -> Mapping[str, object]:
    agenda = typed.items(given(answers, "items"))
    if _whole(target, answers):
        return {"agenda": agenda}
    return typed.changes_to(target.meeting.plan, target.one, "", agenda=agenda)


def _agenda_preview(target: Target, answers: Answers, ctx: Context) -> tuple[Block, ...]:
    whole = _whole(target, answers)
    was = target.meeting.plan.agenda if whole else target.one.agenda
    now = typed.items(given(answers, "items"))
    scope = ctx.t("For the whole series.") if whole else ctx.t("For this meeting only.")
    blocks: list[Block] = [para(scope)] if target.series else []
    if was:
        blocks += [para(ctx.t("The agenda was:")), _listed(was)]
    blocks.append(para(ctx.t("The agenda now:") if now else ctx.t("Now there is no agenda.")))
    return (*blocks, _listed(now)) if now else tuple(blocks)


def _listed(agenda: tuple[str, ...]) -> Items:
    return Items(tuple((shorten(item, 250),) for item in agenda), start=1)


_MOVE = Act(
    N_("Move a meeting"),
    N_("Move"),
    N_("“{title}” is moved."),
    _move_fields,
    _move_faults,
    _move_changes,
    _move_preview,
)
_CANCEL = Act(
    N_("Cancel a meeting"),
    N_("Cancel the meeting"),
    N_("The meeting “{title}” is cancelled."),
    lambda target, ctx: (*_scope(target, ctx), _why(ctx, required=True)),
    _no_faults,
    _cancel_changes,
    _cancel_preview,
)
_AGENDA = Act(
    N_("Set the agenda"),
    N_("Set the agenda"),
    N_("The agenda of “{title}” is set."),
    _agenda_fields,
    _no_faults,
    _agenda_changes,
    _agenda_preview,
)


async def move(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """One meeting, or one of a series, gets another time, place or link."""
    return await _act(_MOVE, msg, ctx, line)


async def cancelmeeting(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """One meeting, one of a series, or what is ahead of a whole series does not take place."""
    return await _act(_CANCEL, msg, ctx, line)


async def agenda(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """What is on the agenda of one meeting, or of every one of a series that has none of its own."""
    return await _act(_AGENDA, msg, ctx, line)
