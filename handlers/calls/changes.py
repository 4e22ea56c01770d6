"""What the secretariat does to a call: postpone, extend, suspend, resume, close, cancel it; confirm, edit, add it.

Each is a form, then a preview of was → now, then done by id and version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from handlers.calls import show
from handlers.calls.fields import EDITABLE, Typed, moment, typed
from handlers.calls.speech import because, title, when
from handlers.calls.status import Status, status
from handlers.chat import (
    Answers,
    Block,
    Bold,
    Button,
    Field,
    Form,
    Incoming,
    Items,
    Reply,
    para,
    rows,
    shorten,
)
from handlers.commands import Line
from handlers.context import Context
from handlers.i18n import N_
from storage.calls import Call, Facts, Why
from storage.errors import Changed
from storage.moments import Moment, zone
from storage.words import Words

_LIVE: tuple[Status, ...] = ("forecast", "open")
_HELD: tuple[Status, ...] = ("postponed", "suspended")


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done to a call: to calls of which status, with which fields asked beside the
    reason, and which changes follow from the answers."""

    command: str
    heading: str
    button: str
    done: str
    on: tuple[Status, ...]
    fields: Callable[[Call, Context], tuple[Field, ...]]
    changes: Callable[[Call, Answers, Context], Mapping[str, object]]
    needs_reason: bool = True


def _new_deadline(call: Call, ctx: Context, *, required: bool) -> Field:
    now = call.facts.closes
    hint = ctx.t("For example: 2026-10-30 16:00, or only the day.")
    if now:
        hint = ctx.t("At present it is {day}.", day=when(now, ctx)) + " " + hint
    label = (
        ctx.t("Until when can people apply now?") if required else ctx.t("The new deadline, if it is known")
    )
    return Field("closes", label, "moment", hint, required=required, limit=60)


def _closes(answers: Answers, ctx: Context) -> Moment | None:
    text = str(answers.get("closes", ""))
    return moment(text, ctx) if text else None


def _none(call: Call, ctx: Context) -> tuple[Field, ...]:
    return ()


def _now(ctx: Context) -> Moment:
    local = ctx.now.astimezone(zone(ctx.zone))
    return Moment(local.date(), ctx.zone, "hour", local.time().replace(second=0, microsecond=0))


ACTS: dict[str, Act] = {
    act.command: act
    for act in (
        Act(
            "postpone",
            N_("Postpone a call"),
            N_("Postpone"),
            N_("“{title}” is postponed."),
            _LIVE,
            lambda call, ctx: (_new_deadline(call, ctx, required=False),),
            lambda call, answers, ctx: {
                "hold": "postponed",
                "held_since": ctx.today,
                "closes": _closes(answers, ctx),
                "opens": call.facts.opens if status(call, ctx.now) == "open" else None,
            },
        ),
        Act(
            "extend",
            N_("Extend a deadline"),
            N_("Extend"),
            N_("The deadline of “{title}” is extended."),
            (*_LIVE, "closed", *_HELD),
            lambda call, ctx: (_new_deadline(call, ctx, required=True),),
            lambda call, answers, ctx: {"closes": _closes(answers, ctx)},
            needs_reason=False,
        ),
        Act(
            "suspend",
            N_("Suspend a call"),
            N_("Suspend"),
            N_("“{title}” is suspended."),
            _LIVE,
            _none,
            lambda call, answers, ctx: {"hold": "suspended", "held_since": ctx.today},
        ),
        Act(
            "resume",
            N_("Resume a call"),
            N_("Resume"),
            N_("“{title}” is resumed."),
            (*_HELD, "cancelled"),
            lambda call, ctx: (
                Field(
                    "opens",
                    ctx.t("From when can people apply, if that changes?"),
                    "moment",
                    ctx.t("For example: 2026-10-30 16:00, or only the day."),
                    required=False,
                    limit=60,
                ),
                _new_deadline(call, ctx, required=False),
            ),
            lambda call, answers, ctx: {
                "hold": None,
                "held_since": None,
                **({"opens": moment(str(answers["opens"]), ctx)} if answers.get("opens") else {}),
                **({"closes": _closes(answers, ctx)} if answers.get("closes") else {}),
            },
            needs_reason=False,
        ),
        Act(
            "close",
            N_("Close a call early"),
            N_("Close"),
            N_("“{title}” is closed."),
            _LIVE,
            _none,
            lambda call, answers, ctx: {"closes": _now(ctx), "continuous": False, "cutoffs": ()},
        ),
        Act(
            "withdraw",
            N_("Cancel a call"),
            N_("Cancel the call"),
            N_("“{title}” is cancelled."),
            (*_LIVE, *_HELD),
            _none,
            lambda call, answers, ctx: {"hold": "cancelled", "held_since": ctx.today},
        ),
    )
}


async def act(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """One of ACTS: asks, previews, does. A call that moved on meanwhile is shown again and left as it is."""
    call, _ = await show.find(line, ctx)
    if call is None:
        return await show.not_found(line, ctx)
    what = ACTS[line.command.en]
    if status(call, ctx.now) not in what.on:
        return await _unfit(msg, ctx, line, call)
    form = _form(what, call, ctx)
    if msg.answers is None:
        return Reply(form=form)
    if line.seen != call.version:
        raise Changed(call)
    changes = what.changes(call, msg.answers, ctx)
    why = _why(msg.answers)
    if not msg.confirmed:
        return _preview(what, call, changes, why, ctx)
    changed = await ctx.store.calls.change(call.id, call.version, changes, why, ctx.by)
    done = ctx.t(what.done, title=title(changed, ctx))
    return _done(done, changed, ctx)


async def _unfit(msg: Incoming, ctx: Context, line: Line, call: Call) -> Reply:
    """The call is not in a state for this: said, and the call shown."""
    shown = await show.call(msg, ctx, Line(line.command, (call.id,)))
    sentence = ctx.t("That cannot be done with this call as it is now.")
    return Reply((para(sentence), *shown.blocks), buttons=shown.buttons, told=shown.told)


def _form(what: Act, call: Call, ctx: Context) -> Form:
    fields = (*what.fields(call, ctx), *_why_fields(ctx, what.needs_reason))
    return Form(
        command=f"{what.command} {call.id} v{call.version}",
        title=ctx.t(what.heading),
        intro=title(call, ctx),
        fields=fields,
        check=lambda answers: _faults(call, what, answers, ctx),
    )


def _why_fields(ctx: Context, needs_reason: bool) -> tuple[Field, ...]:
    t = ctx.t
    return (
        Field(
            "reason",
            t("Why?"),
            "text",
            t("Members will read this sentence."),
            required=needs_reason,
            limit=300,
        ),
        Field(
            "asked_by",
            t("At whose request?"),
            "text",
            t("For example: Lithuanian Cluster Association."),
            required=False,
            limit=150,
        ),
        Field(
            "source",
            t("Where is it published?"),
            "text",
            t("A web address, if there is one."),
            required=False,
            limit=400,
        ),
    )


def _why(answers: Answers) -> Why:
    def given(name: str) -> str:
        return str(answers.get(name, "")).strip()

    return Why(given("reason"), given("asked_by"), given("source"))


def _faults(call: Call, what: Act, answers: Answers, ctx: Context) -> Mapping[str, str]:
    """Dates that cannot be read or do not make sense."""
    found: dict[str, str] = {}
    read: dict[str, Moment] = {}
    for name in ("opens", "closes"):
        text = str(answers.get(name, ""))
        if text:
            given = moment(text, ctx)
            if given is None:
                found[name] = ctx.t("I cannot read that date. For example: 2026-10-30 16:00.")
            else:
                read[name] = given
    closes = read.get("closes")
    if closes:
        if closes.last_instant() <= ctx.now:
            found["closes"] = ctx.t("That is in the past.")
        elif (
            what.command == "extend"
            and call.facts.closes
            and closes.last_instant() <= call.facts.closes.last_instant()
        ):
            found["closes"] = ctx.t(
                "The new deadline has to be later than the present one ({day}).",
                day=when(call.facts.closes, ctx),
            )
        elif closes.precision not in ("hour", "day"):
            found["closes"] = ctx.t("A deadline needs its day.")
    opens = read.get("opens")
    if opens and closes and "closes" not in found and closes.last_instant() <= opens.first_instant():
        found["closes"] = ctx.t("It would close before it opens.")
    return found


def _preview(what: Act, call: Call, changes: Mapping[str, object], why: Why, ctx: Context) -> Reply:
    return Reply(
        (
            para(Bold(title(call, ctx))),
            *differences(call.facts, changes, ctx),
            *because(why, ctx),
            para(ctx.t("Nothing is changed until you confirm.")),
        ),
        buttons=rows(
            Button(ctx.t(what.button), f"apply {what.command} {call.id} v{call.version}"),
            Button(ctx.t("‹ Back"), "back"),
            Button(ctx.t("Leave it as it is"), "cancel"),
        ),
    )


def differences(facts: Facts, changes: Mapping[str, object], ctx: Context) -> tuple[Block, ...]:
    """Was → now, a line for every field that differs."""
    lines = []
    for name, now in changes.items():
        was = getattr(facts, name)
        if was != now and name != "held_since":
            field = typed(name)
            lines.append(
                ctx.t.rich(
                    "{field}: was {was} → now {now}",
                    field=ctx.t(field.label),
                    was=field.shown(was, ctx),
                    now=Bold(field.shown(now, ctx)),
                )
            )
    if not lines:
        return (para(ctx.t("Nothing would change.")),)
    return (Items(tuple(lines)),)


def _done(sentence: str, changed: Call, ctx: Context) -> Reply:
    return Reply(
        (para(sentence),),
        buttons=rows(
            Button(ctx.t("Show the call"), f"call {changed.id}"),
            Button(ctx.t("History"), f"history {changed.id}"),
        ),
    )


async def checked(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Confirms that what is known of a call is right today."""
    call, _ = await show.find(line, ctx)
    if call is None:
        return await show.not_found(line, ctx)
    confirmed = await ctx.store.calls.confirm(call.id, ctx.by)
    return _done(ctx.t("“{title}” is marked as checked today.", title=title(confirmed, ctx)), confirmed, ctx)


async def edit(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """What can be done to a call; with a field behind its id, that field's new value."""
    call, _ = await show.find(Line(line.command, line.words[:1]), ctx)
    if call is None:
        call, _ = await show.find(line, ctx)
        if call is None:
            return await show.not_found(line, ctx)
        return _menu(call, ctx)
    if len(line.words) < 2:
        return _menu(call, ctx)
    if line.words[1] not in EDITABLE:
        return _fields_menu(call, ctx)
    return await _edit_field(msg, ctx, line, call, EDITABLE[line.words[1]])


def _menu(call: Call, ctx: Context) -> Reply:
    where = status(call, ctx.now)
    acts = [Button(ctx.t(a.button), f"{a.command} {call.id}") for a in ACTS.values() if where in a.on]
    more = [
        Button(ctx.t("Confirm as checked"), f"checked {call.id}"),
        Button(ctx.t("Change a field"), f"edit {call.id} fields"),
    ]
    return Reply(
        (para(Bold(title(call, ctx))), para(ctx.t("What has happened to it?"))),
        buttons=(*rows(*acts), tuple(more)),
    )


def _fields_menu(call: Call, ctx: Context) -> Reply:
    buttons = [Button(ctx.t(f.label), f"edit {call.id} {f.name}") for f in EDITABLE.values()]
    return Reply((para(Bold(title(call, ctx))), para(ctx.t("Which field?"))), buttons=rows(*buttons))


async def _edit_field(msg: Incoming, ctx: Context, line: Line, call: Call, field: Typed) -> Reply:
    now = getattr(call.facts, field.fact)
    form = Form(
        command=f"edit {call.id} {field.name} v{call.version}",
        title=ctx.t("Change a field"),
        intro=title(call, ctx),
        fields=(
            Field(
                "value",
                ctx.t(field.label),
                "paragraph",
                ctx.t("Now: {value}.", value=shorten(field.shown(now, ctx), 200)) + " " + ctx.t(field.hint),
                required=False,
                limit=1500,
            ),
            *_why_fields(ctx, False),
        ),
        check=lambda answers: _value_fault(field, answers, ctx),
    )
    if msg.answers is None:
        return Reply(form=form)
    if line.seen != call.version:
        raise Changed(call)
    changes = field.changes(call.facts, str(msg.answers.get("value", "")), ctx)
    why = _why(msg.answers)
    if not msg.confirmed:
        return Reply(
            (
                para(Bold(title(call, ctx))),
                *differences(call.facts, changes, ctx),
                *because(why, ctx),
                para(ctx.t("Nothing is changed until you confirm.")),
            ),
            buttons=rows(
                Button(ctx.t("Change"), f"apply edit {call.id} {field.name} v{call.version}"),
                Button(ctx.t("‹ Back"), "back"),
                Button(ctx.t("Leave it as it is"), "cancel"),
            ),
        )
    changed = await ctx.store.calls.change(call.id, call.version, changes, why, ctx.by)
    return _done(ctx.t("“{title}” is changed.", title=title(changed, ctx)), changed, ctx)


def _value_fault(field: Typed, answers: Answers, ctx: Context) -> Mapping[str, str]:
    text = str(answers.get("value", ""))
    try:
        field.read(text, ctx)
    except ValueError:
        return {"value": ctx.t("I cannot read that.") + " " + ctx.t(field.hint)}
    return {}


NEW_FIELDS = ("title_lt", "title_en", "measure", "agency", "opens", "closes", "budget", "eligible", "link")


async def newcall(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """A call entered by hand: its first facts, previewed, then added."""
    fields = tuple(
        Field(
            name,
            ctx.t(EDITABLE[name].label),
            "text",
            ctx.t(EDITABLE[name].hint),
            required=name == "title_lt",
            limit=300,
        )
        for name in NEW_FIELDS
    )
    form = Form(
        command="newcall",
        title=ctx.t("A new call"),
        fields=fields,
        check=lambda answers: _new_faults(answers, ctx),
    )
    if msg.answers is None:
        return Reply(form=form)
    facts = _new_facts(msg.answers, ctx)
    if not msg.confirmed:
        given = {name: getattr(facts, name) for name in NEW_FACTS if getattr(facts, name)}
        lines = [(f"{ctx.t(typed(n).label)}: ", typed(n).shown(v, ctx)) for n, v in given.items()]
        return Reply(
            (
                para(ctx.t("The new call:")),
                Items(tuple(lines)),
                para(ctx.t("Nothing is changed until you confirm.")),
            ),
            buttons=rows(
                Button(ctx.t("Add"), "apply newcall"),
                Button(ctx.t("‹ Back"), "back"),
                Button(ctx.t("Leave it as it is"), "cancel"),
            ),
        )
    added = await ctx.store.calls.add(facts, ctx.by)
    return _done(ctx.t("“{title}” is added.", title=title(added, ctx)), added, ctx)


NEW_FACTS = ("title", "measure", "agency", "opens", "closes", "budget", "eligible", "link")


def _new_faults(answers: Answers, ctx: Context) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name in NEW_FIELDS:
        try:
            EDITABLE[name].read(str(answers.get(name, "")), ctx)
        except ValueError:
            found[name] = ctx.t("I cannot read that.") + " " + ctx.t(EDITABLE[name].hint)
    opens, closes = (moment(str(answers.get(n, "")), ctx) for n in ("opens", "closes"))
    if opens and closes and closes.last_instant() <= opens.first_instant():
        found["closes"] = ctx.t("It would close before it opens.")
    return found


def _new_facts(answers: Answers, ctx: Context) -> Facts:
    values = {n: EDITABLE[n].read(str(answers.get(n, "")), ctx) for n in NEW_FIELDS}
    title_words = Words(values.pop("title_lt"), values.pop("title_en"))
    return Facts(title=title_words, source=str(values["link"]), **values)
