"""A survey's questions as a form, and its answers as people read them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from handlers.chat import (
    CHOICE_LENGTH,
    FORM_TITLE_LENGTH,
    Answers,
    Bold,
    Choice,
    Condition,
    Field,
    Form,
    Spans,
    shorten,
)
from handlers.i18n import Translator
from handlers.surveys.tallying import NA, NO, YES, steps
from storage.surveys import Given, Plan, Question

_SPACES = re.compile(r"[\s  ]+")
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,6})?")
_WORDED = re.compile(r"(?P<number>[+-]?[\d., ]*\d) (?P<words>[^\W\d_]{2,}(?: [^\W\d_]{2,})?)[.!]?")
"""A number with a word or two behind it, as "12 narių"."""
_GREATER = (
    "tūkst",
    "tukst",
    "mln",
    "mlrd",
    "milij",
    "šimt",
    "simt",
    "hundred",
    "thousand",
    "million",
    "billion",
)
_BETWEEN = ("ar", "arba", "iki", "ir", "or", "to", "and")
"""Words that make another number of the one before them."""
_THOUSANDS = re.compile(r"(?<=\d)[., ](?=\d{3}(?:\D|$))")


def form(plan: Plan, command: str, t: Translator, values: Answers | None = None) -> Form:
    """The survey as a form in that language, whose answers are kept at every step."""
    return Form(
        command=command,
        title=shorten(t.words(plan.title), FORM_TITLE_LENGTH),
        intro=t.words(plan.intro),
        fields=tuple(field(question, t) for question in plan.questions),
        submit=t("Go on"),
        values=values or {},
        kept=True,
        check=lambda answers: faults(plan, answers, t),
        taken=lambda name, answers: taken(plan, name, answers, t),
    )


def field(question: Question, t: Translator) -> Field:
    """One question as a field of a form."""
    return Field(
        question.id,
        t.words(question.text),
        {
            "single": "one",
            "multi": "several",
            "scale": "one",
            "ranking": "ranking",
            "number": "number",
            "text": "paragraph",
            "yes_no": "one",
            "consent": "one",
        }[question.kind],  # type: ignore[arg-type]
        hint=hint(question, t),
        choices=choices(question, t),
        required=question.required,
        limit=60 if question.kind == "number" else question.limit,
        at_most=question.at_most,
        other=question.other,
        exclusive=question.exclusive,
        when=tuple(Condition(one.question, one.values) for one in question.show_if),
    )


def choices(question: Question, t: Translator) -> tuple[Choice, ...]:
    """What can be chosen."""
    match question.kind:
        case "single" | "multi" | "ranking":
            return tuple(Choice(o.id, shorten(t.words(o.label), CHOICE_LENGTH)) for o in question.options)
        case "scale":
            asked = tuple(Choice(str(step), str(step)) for step in steps(question))
            return (*asked, Choice(NA, t("can't say"))) if question.na else asked
        case "yes_no":
            return (Choice(YES, t("yes")), Choice(NO, t("no")))
        case "consent":
            return (Choice(YES, t("I agree")), Choice(NO, t("I don't agree")))
        case _:
            return ()


def hint(question: Question, t: Translator) -> str:
    """What is said below the question: what steps mean, how many, in which unit."""
    match question.kind:
        case "scale":
            named = sorted((question.labels or {}).items(), key=lambda pair: int(pair[0]))
            return ", ".join(f"{step} – {t.words(label)}" for step, label in named)
        case "ranking":
            return t("Press them in your order, the most important first.")
        case "multi" if question.at_most is not None:
            return t.n("Choose at most {count}.", "Choose at most {count}.", question.at_most)
        case "number":
            return _range(question, t)
        case "text":
            return t.n("At most {count} character.", "At most {count} characters.", question.limit)
        case _:
            return ""


def _range(question: Question, t: Translator) -> str:
    unit = question.unit
    low, high = (None if end is None else t.number(end) for end in (question.low, question.high))
    if low is not None and high is not None:
        said = t("A number from {low} to {high}.", low=low, high=high)
    elif low:
        said = t("A number, at least {low}.", low=low)
    elif high:
        said = t("A number, at most {high}.", high=high)
    else:
        said = t("A number.")
    if question.whole:
        said = f"{said} {t('Whole numbers only.')}"
    return f"{said} {t('Unit: {unit}.', unit=unit)}" if unit else said


# What is wrong, and what was meant


def faults(plan: Plan, answers: Answers, t: Translator) -> Mapping[str, str]:
    """What is wrong with the answers that there are, by question."""
    found: dict[str, str] = {}
    for question in plan.questions:
        given = answers.get(question.id)
        if not given or not isinstance(given, str):
            continue
        if question.kind == "number" and (fault := _number_fault(question, given, t)):
            found[question.id] = fault
        if question.kind == "consent" and question.required and given == NO:
            found[question.id] = t(
                "Without this consent the answers cannot be taken. What you have answered is kept until the survey "
                "closes; you can agree, or leave it at that."
            )
    return found


def number(text: str) -> float | None:
    """What somebody means by `1 200,50`, `1.200,50`, `1200.5`, `€ 1200` or `12 narių`; None when that is no number, or
    when the words make another of it (`12 tūkst.`)."""
    bare = _SPACES.sub(" ", text.strip()).strip("€ ").removesuffix("Eur").removesuffix("EUR").strip()
    if (worded := _WORDED.fullmatch(bare)) and not _another(worded["words"]):
        bare = worded["number"]
    if "," in bare and "." in bare:  # the later of the two is the decimal one
        thousands = "." if bare.rindex(",") > bare.rindex(".") else ","
        bare = bare.replace(thousands, "")
    elif bare.count(".") > 1 or bare.count(",") > 1:
        bare = _THOUSANDS.sub("", bare)
    bare = re.sub(r"(?<=\d) (?=\d{3}(?:\D|$))", "", bare)
    return float(bare.replace(",", ".")) if _NUMBER.fullmatch(bare) else None


def _another(words: str) -> bool:
    """Whether one of the words behind a number makes another of it."""
    return any(one.startswith(_GREATER) or one in _BETWEEN for one in words.casefold().split())


def taken(plan: Plan, name: str, answers: Answers, t: Translator) -> str:
    """What was taken of a number with words behind it, as a sentence; empty where nothing else was written."""
    question = next((one for one in plan.questions if one.id == name), None)
    given = answers.get(name)
    if question is None or question.kind != "number" or not isinstance(given, str):
        return ""
    bare = _SPACES.sub(" ", given.strip())
    value = number(given)
    if value is None or not _WORDED.fullmatch(bare):
        return ""
    return t("Taken as: {number}.", number=said(question, given, t))


def _number_fault(question: Question, text: str, t: Translator) -> str:
    value = number(text)
    if value is None:
        return t("A number is needed here, for example {example}.", example=_example(question, t))
    if question.whole and value != int(value):
        return t("A whole number is needed here.")
    low, high = question.low, question.high
    if low is not None and value < low:
        return t("This number is too small: {low} is the least.", low=t.number(low))
    if high is not None and value > high:
        return t("This number is too large: {high} is the most.", high=t.number(high))
    return ""


def _example(question: Question, t: Translator) -> str:
    return t.number(question.low or 10) if question.whole else t.number(1200.5)


def normal(plan: Plan, answers: Answers, t: Translator) -> dict[str, Given]:
    """The answers as they are kept: those of questions that are asked, numbers as they are counted."""
    asked = {one.name for one in form(plan, "fill", t).asked(answers)}
    found: dict[str, Given] = {}
    for question in plan.questions:
        given = answers.get(question.id)
        if given is None or question.id not in asked:
            continue
        if isinstance(given, tuple):
            given = tuple(dict.fromkeys(given))
        value = number(given) if question.kind == "number" and isinstance(given, str) and given else None
        found[question.id] = f"{value:.15g}" if value is not None else given
    return found


# As people read it


def lines(plan: Plan, answers: Answers, t: Translator) -> tuple[Spans, ...]:
    """Every question that was asked with its answer, a line each."""
    asked = {one.name for one in form(plan, "fill", t).asked(answers)}
    return tuple(
        (f"{shorten(t.words(question.text), 100)} – ", Bold(said(question, answers.get(question.id), t)))
        for question in plan.questions
        if question.id in asked
    )


def said(question: Question, given: Given | None, t: Translator) -> str:
    """An answer as its giver would say it."""
    if given is None or given in ("", ()):
        return t("no answer")
    labels = {choice.value: choice.label for choice in choices(question, t)}
    if isinstance(given, tuple):
        named = [labels.get(value) or t("“{text}”", text=value) for value in given]
        if question.kind == "ranking":
            return ", ".join(f"{place}. {name}" for place, name in enumerate(named, 1))
        return ", ".join(named)
    if question.kind == "number" and (value := number(given)) is not None:
        return f"{t.number(value)} {question.unit}".strip()
    return labels.get(given) or (t("“{text}”", text=given) if choices(question, t) else given)
