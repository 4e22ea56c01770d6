"""A survey's file beside the survey that is known: what it would change, what is refused, and how that is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from handlers import audience, questionnaire
from handlers.chat import Block, Button, Items, Reply, para, rows, shorten
from handlers.context import Context
from handlers.i18n import N_, Translator
from handlers.importing.columns import Column
from handlers.importing.comparing import Field
from handlers.importing.faults import Fault, Sentence, say
from handlers.importing.surveys.comparing import Differences, differences
from handlers.importing.surveys.reading import read
from handlers.importing.surveys.sheets import recognised as recognised
from handlers.importing.surveys.table import COLUMNS, SETTINGS
from handlers.posting import audience_in_words
from storage.surveys import Plan, Question, ShowIf, Survey
from storage.words import Words

LABELS = (
    *SETTINGS,
    *(column for column in COLUMNS if column.field != "id"),
    Column("per", "Atsako", "One answer per"),
    Column("editable", "Atsakymus galima keisti", "Answers can be changed"),
    Column("kind", "Tipas", "Type"),
    Column("at_most", "Daugiausia", "At most"),
    Column("low", "Nuo", "Min"),
    Column("high", "Iki", "Max"),
    Column("whole", "Sveikasis skaičius", "Whole number"),
    Column("exclusive", "Nesuderinamas variantas", "Exclusive option"),
    Column("labels", "Skalės reikšmės", "Labels"),
    Column("limit", "Ilgiausias tekstas", "Longest text"),
    Column("order", "Variantų eilė", "Order of options"),
    Column("questions", "Klausimų eilė", "Order of questions"),
)
"""The fields of a plan and of its questions under the headings of the sheet."""
_WAYS = {"organisation": N_("each organisation once"), "person": N_("each person once")}
_NAMED = 80  # characters of a question


@dataclass(frozen=True, slots=True)
class Found:
    """A survey's file. `kept` is the survey of its key, None for a new one; `plan` is None where anything is refused
    before it is compared. `differs` is beside what is kept."""

    plan: Plan | None
    kept: Survey | None
    refused: tuple[Fault, ...]
    notes: tuple[Sentence, ...]
    differs: Differences | None = None

    @property
    def changes(self) -> bool:
        """Whether the survey of that key is another one."""
        return self.kept is not None and self.plan != self.kept.plan


async def found(content: bytes, name: str, ctx: Context) -> Found:
    """What a survey's file would do; changes nothing. Raises FileRefused for what cannot be read at all."""
    file = read(content, name, ctx.association, ctx.now)
    if file.plan is None:
        return Found(None, None, file.faults, file.notes)
    kept, plan = await ctx.store.surveys.of_key(file.plan.key), file.plan
    if (
        kept is not None and not plan.series
    ):  # a file that does not say of what it is a round leaves that as it is
        plan = replace(plan, series=kept.plan.series)
    if kept is not None and kept.plan == plan:
        return Found(plan, kept, (), file.notes, differences(kept.plan, plan))
    refused: list[Fault] = []
    why = audience.fault(plan.audience, ctx.structure, ctx.t)
    if why:
        refused.append(Fault(0, _label("audience", ctx.t), say(why)))
    if kept is not None and kept.state != "draft":
        refused = [_not_any_more(kept)]
    differs = differences(kept.plan, plan) if kept else None
    return Found(plan, kept, tuple(refused), file.notes, differs)


def _not_any_more(kept: Survey) -> Fault:
    """Why a survey that people answer, or have answered, is not changed by a file."""
    if kept.state == "open":
        return Fault(
            0,
            "",
            say(N_("the survey is open, and what people are answering is not changed")),
            say(N_("only its closing can be moved: /perkelti_apklausa {id}"), id=kept.id),
        )
    return Fault(
        0,
        "",
        say(N_("the survey of that short name is closed")),
        say(N_("give the new one another short name")),
    )


async def take_over(found: Found, ctx: Context) -> Survey | None:
    """Keeps the survey as a draft, or changes the draft; returns it, or None when nothing was to be done. Raises
    Changed when it has moved on since."""
    if found.plan is None or (found.kept is not None and not found.changes):
        return found.kept
    if found.kept is None:
        return await ctx.store.surveys.add(found.plan, ctx.by)
    return await ctx.store.surveys.change(found.kept.id, found.kept.version, found.plan, ctx.by)


# How it is told


def about(plan: Plan, ctx: Context) -> tuple[Block, ...]:
    """What a survey is, under its title: its key, when, how it is answered and by whom."""
    t = ctx.t
    lines = [t("Short name: {key}", key=plan.key)]
    closes = t.at(plan.closes, ctx.zone, ctx.today, weekday=True)
    if plan.opens:
        lines.append(t("Opens: {day}", day=t.at(plan.opens, ctx.zone, ctx.today, weekday=True)))
    lines.append(t("Closes: {day}", day=closes))
    lines.append(t("Answers: {who}", who=t(_WAYS[plan.per])))
    lines.append(t("Anonymous") if plan.anonymous else t("With names"))
    lines.append(
        t("Answers can be changed until it closes") if plan.editable else t("Answers cannot be changed")
    )
    lines.append(t("For: {audience}", audience=audience_in_words(plan.audience, ctx)))
    return (Items(tuple((line,) for line in lines)),)


def page(found: Found, ctx: Context) -> tuple[Block, ...]:
    """The whole survey, below what the file changes; nothing where it changes nothing."""
    if found.plan is None or found.refused or (found.kept is not None and not found.changes):
        return ()
    title, *blocks = questionnaire.preview(found.plan, ctx.t)
    return (title, *about(found.plan, ctx), *blocks)


async def taken(found: Found, ctx: Context) -> Reply:
    """What is said once a survey's file was taken over."""
    survey = await ctx.store.surveys.of_key(found.plan.key) if found.plan else None
    if survey is None or survey.state != "draft":
        return Reply((para(ctx.t("There was nothing to import.")),))
    said = ctx.t(
        "“{title}” is kept as a draft ({id}). Nobody is asked before it is opened.",
        title=shorten(ctx.t.words(survey.plan.title), _NAMED),
        id=survey.id,
    )
    button = Button(ctx.t("Look at the survey"), f"survey {survey.id}")
    return Reply((para(said),), buttons=rows(button))


@dataclass(frozen=True, slots=True)
class Sorts:
    """What a file changes, by the names of what it changes: the survey itself is named by its title."""

    new: tuple[Words, ...] = ()
    differs: tuple[tuple[Words, tuple[Field, ...]], ...] = ()
    same: int = 0
    gone: tuple[Words, ...] = ()


def sorts(found: Found, ctx: Context) -> Sorts:
    """What is new, what differs with its values in words, how much stays, what goes. A new survey is one new thing."""
    if found.plan is None:
        return Sorts()
    if found.kept is None or found.differs is None:
        return Sorts(new=(found.plan.title,))
    was, now, differs = found.kept.plan, found.plan, found.differs
    about = differs.about
    if differs.moved:
        before, after = (", ".join(q.id for q in plan.questions) for plan in (was, now))
        about += (Field("questions", before, after),)
    changed = [(name_of(each.question, now), each.fields) for each in differs.changed]
    if about:
        changed.insert(0, (was.title, about))
    return Sorts(
        tuple(name_of(question, now) for question in differs.added),
        tuple(
            (name, tuple(in_words(field, (was, now), ctx) for field in fields)) for name, fields in changed
        ),
        differs.same,
        tuple(name_of(question, was) for question in differs.gone),
    )


def name_of(question: Question, plan: Plan) -> Words:
    """A question by its number and its text."""
    number = plan.questions.index(question) + 1
    return Words(*(f"{number}. {text}" if text else "" for text in (question.text.lt, question.text.en)))


def in_words(field: Field, plans: tuple[Plan, Plan], ctx: Context) -> Field:
    """The field with its values as people read them; `plans` are what was and what is to be."""
    was, now = (
        _value(field.name, v, plan, ctx) for v, plan in zip((field.was, field.now), plans, strict=True)
    )
    return Field(field.name, was, now)


def _value(name: str, value: Any, plan: Plan, ctx: Context) -> str:
    t = ctx.t
    match name, value:
        case _, None | "" | ():
            return ""
        case "kind", str():
            return t(questionnaire.KIND_WORDS.get(value, N_("a scale")))  # type: ignore[call-overload]
        case "per", str():
            return t(_WAYS[value])
        case "audience", tuple():
            return audience_in_words(value, ctx)
        case "order", tuple():
            return questionnaire.options_in_words(value, t)
        case "show_if", tuple():
            return "; ".join(_condition(each, plan, t) for each in value)
        case "labels", Mapping():
            return "; ".join(f"{step}: {' / '.join(label.both)}" for step, label in value.items())
    match value:
        case bool():
            return t("yes") if value else t("no")
        case datetime():
            return t.at(value, ctx.zone, ctx.today)
        case Words():
            return " / ".join(value.both)
        case float():
            return t.number(value)
        case _:
            return str(value)


def _condition(condition: ShowIf, plan: Plan, t: Translator) -> str:
    about = next((q for q in plan.questions if q.id == condition.question), None)
    if about is None:
        return condition.question
    return f"{condition.question} = {', '.join(questionnaire.answers(condition, about, t))}"


def _label(field: str, t: Translator) -> str:
    return next(column.heading(t.language) for column in LABELS if column.field == field)
