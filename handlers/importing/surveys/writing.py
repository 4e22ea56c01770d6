"""A plan written as its file: the JSON document or the rows of a sheet, as they are read again without a difference."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.importing.surveys import cells
from handlers.importing.surveys.parts import KINDS
from handlers.importing.surveys.table import COLUMNS, PER, SETTINGS, YES_NO, word
from handlers.importing.surveys.times import written
from storage.surveys import Option, Plan, Question, ShowIf
from storage.words import Words


@dataclass(frozen=True, slots=True)
class Rows:
    """A survey's sheet: what it is, a name and a value each; the headings of the questions, and a row for each."""

    about: tuple[tuple[str, str], ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def to_json(plan: Plan, zone: str) -> bytes:
    """The document, its times in that zone, which it names."""
    made = {
        "id": plan.key,
        "title": _words(plan.title),
        "opens": written(plan.opens, zone).replace(" ", "T") if plan.opens else None,
        "closes": written(plan.closes, zone).replace(" ", "T"),
        "timezone": zone,
        "anonymous": plan.anonymous,
        "one_answer_per": plan.per,
        "editable_until_close": plan.editable,
        "audience": list(plan.audience),
        "series": plan.series or None,
        "intro": _words(plan.intro) or None,
        "questions": [_question(question) for question in plan.questions],
    }
    return (json.dumps(_there(made), ensure_ascii=False, indent=1) + "\n").encode()


def _there(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _words(words: Words) -> dict[str, str]:
    return {language: text for language, text in (("lt", words.lt), ("en", words.en)) if text}


def _option(option: Option) -> dict[str, str]:
    return {"id": option.id, **_words(option.label)}


def _question(question: Question) -> dict[str, Any]:
    alone = next((o for o in question.options[-1:] if o.id == question.exclusive), None)
    options = [_option(o) for o in question.options if o is not alone]
    ranking = question.kind == "ranking"
    made = {
        "id": question.id,
        "type": question.kind,
        "required": question.required,
        **_words(question.text),
        "items" if ranking else "options": options or None,
        "other": question.other or None,
        "exclusive_option": _option(alone) if alone else question.exclusive or None,
        "max_choices": question.at_most,
        "min": _number(question.low),
        "max": _number(question.high),
        "integer": question.whole or None,
        "unit": question.unit or None,
        "labels": {step: _words(label) for step, label in (question.labels or {}).items()} or None,
        "na": question.na or None,
        "max_length": question.limit if question.kind == "text" else None,
        "show_if": _show_if(question.show_if),
    }
    return _there(made)


def _number(value: float | None) -> float | None:
    return int(value) if value is not None and value.is_integer() else value


def _show_if(conditions: Sequence[ShowIf]) -> dict[str, str | list[str]] | None:
    made = {c.question: c.values[0] if len(c.values) == 1 else list(c.values) for c in conditions}
    return made or None


# Rows


def to_rows(plan: Plan, zone: str, language: str) -> Rows:
    """The sheet under the headings of that language, its times in that zone."""
    about = {
        "id": plan.key,
        "title": plan.title.lt,
        "title_en": plan.title.en,
        "intro": plan.intro.lt,
        "intro_en": plan.intro.en,
        "opens": written(plan.opens, zone) if plan.opens else "",
        "closes": written(plan.closes, zone),
        "timezone": zone,
        "anonymous": _yes(plan.anonymous, language),
        "one_answer_per": word(PER, plan.per, language),
        "editable_until_close": _yes(plan.editable, language),
        "audience": "; ".join(plan.audience),
        "series": plan.series,
    }
    return Rows(
        tuple((column.heading(language), cells.guarded(about[column.field])) for column in SETTINGS),
        tuple(column.heading(language) for column in COLUMNS),
        tuple(_row(question, language) for question in plan.questions),
    )


def _yes(value: bool, language: str) -> str:
    return word(YES_NO, "yes" if value else "no", language)


def _row(question: Question, language: str) -> tuple[str, ...]:
    options = [(option.id, option.label) for option in question.options]
    options += (question.labels or {}).items()
    made = {
        "id": question.id,
        "type": word(KINDS, question.kind, language),
        "lt": cells.guarded(question.text.lt),
        "en": cells.guarded(question.text.en),
        "required": _yes(question.required, language),
        "options": _options((id, label.lt) for id, label in options),
        "options_en": _options((id, label.en) for id, label in options if label.en),
        "other": _yes(True, language) if question.other else "",
        "exclusive_option": question.exclusive,
        "max_choices": str(question.at_most or ""),
        "min": "" if question.low is None else cells.digits(question.low),
        "max": "" if question.high is None else cells.digits(question.high),
        "integer": _yes(True, language) if question.whole else "",
        "unit": cells.guarded(question.unit),
        "na": _yes(True, language) if question.na else "",
        "max_length": str(question.limit) if question.kind == "text" else "",
        "show_if": "; ".join(f"{c.question} = {', '.join(c.values)}" for c in question.show_if),
    }
    return tuple(made[column.field] for column in COLUMNS)


def _options(entries: Iterable[tuple[str, str]]) -> str:
    return cells.joined(tuple(f"{id} = {text}" for id, text in entries))
