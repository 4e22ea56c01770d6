"""One stepping engine: a Form asked one question at a time, for platforms that show no forms of their own."""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby

from handlers.chat import (
    CHOICE_LENGTH,
    Answer,
    Answers,
    Bold,
    Button,
    Buttons,
    Choice,
    Field,
    Form,
    Para,
    Reply,
    para,
    shorten,
)
from handlers.i18n import Translator

CHOICES_A_PAGE = 10
CHOICES_AT_MOST = 13
NOTHING = "-"
"""The answer of an optional field that was passed over."""


def token(form_command: str) -> str:
    """A short mark of the form, so that a button of another form never answers this one."""
    return f"{zlib.crc32(form_command.encode()) & 0xFFFF:04x}"


def faults(
    form: Form, answers: Answers, t: Translator, among: frozenset[str] | None = None
) -> Mapping[str, str]:
    """What is wrong with the answers, by field: of all the fields, or of those `among` that were just given."""
    found: dict[str, str] = {}
    for field in form.asked(answers):
        if among is not None and field.name not in among:
            continue
        fault = _fault(field, answers.get(field.name), t)
        if fault:
            found[field.name] = fault
    for name, sentence in form.check(answers).items():
        if among is None or name in among:
            found.setdefault(name, sentence)
    return found


def _fault(field: Field, given: Answer | None, t: Translator) -> str:
    if given is None or given in ("", ()):
        return t("This one is needed.") if field.required else ""
    values = {choice.value for choice in field.choices}
    if isinstance(given, tuple):
        if not values.issuperset(given) and not field.other:
            return t("Choose from the list.")
        if field.at_most is not None and len(given) > field.at_most:
            return t.n("Choose at most {count}.", "Choose at most {count}.", field.at_most)
        if field.exclusive in given and len(given) > 1:
            alone = next(c.label for c in field.choices if c.value == field.exclusive)
            return t("“{choice}” goes with no other choice.", choice=alone)
        return ""
    if values and given not in values and not field.other:
        return t("Choose from the list.")
    if len(given) > field.limit:
        return t.n(
            "This is too long: at most {count} character.",
            "This is too long: at most {count} characters.",
            field.limit,
        )
    return ""


def next_field(form: Form, answers: Answers) -> str | None:
    """The first field that has no answer yet, or None when all have."""
    return next((f.name for f in form.asked(answers) if f.name not in answers), None)


def previous_field(form: Form, answers: Answers, at: str | None) -> str | None:
    """The field asked before `at`, or None."""
    names = [f.name for f in form.asked(answers)]
    where = names.index(at) if at in names else len(names)
    return names[where - 1] if where > 0 else None


def read(field: Field, text: str, t: Translator) -> Answer:
    """A typed or pressed answer as the form keeps it: a choice may be typed by its label."""
    by_label = {folded(choice.label): choice.value for choice in field.choices}
    if field.kind in ("several", "ranking"):
        given = [part.strip() for part in text.split(",") if part.strip()]
        return tuple(dict.fromkeys(by_label.get(folded(part), part) for part in given))
    return by_label.get(folded(text), text.strip())


def names_choices(field: Field, text: str) -> bool:
    """Whether the text is a choice's label, or several of them where several can be chosen."""
    labels = {folded(choice.label) for choice in field.choices}
    several = field.kind in ("several", "ranking")
    return folded(text) in labels or (several and {folded(part) for part in text.split(",")} <= labels)


def toggled(field: Field, given: Answer | None, value: str) -> tuple[str, ...]:
    """The choices after one more press: chosen ones go, others come; a ranking keeps the order of pressing."""
    chosen = given if isinstance(given, tuple) else ()
    if value in chosen:
        return tuple(v for v in chosen if v != value)
    if field.exclusive and (value == field.exclusive or field.exclusive in chosen):
        return (value,)
    together = (*chosen, value)
    if field.kind == "ranking":
        return together
    order = {choice.value: i for i, choice in enumerate(field.choices)}
    return tuple(sorted(together, key=lambda v: order.get(v, len(order))))


def in_own_words(field: Field, given: Answer | None, text: str) -> tuple[str, ...] | None:
    """The choices with a text of the person's own beside them, in place of the one before; None where the field takes
    none or the text names choices."""
    values, labels = {c.value for c in field.choices}, {c.label.casefold() for c in field.choices}
    parts = [part.strip() for part in text.split(",")]
    if field.kind != "several" or not field.other or any(p.casefold() in labels | values for p in parts):
        return None
    chosen = given if isinstance(given, tuple) else ()
    return (*(v for v in chosen if v in values and v != field.exclusive), " ".join(text.split()))


def placed(form: Form) -> Form:
    """The form at a field that its answers leave to be asked: where it is, else at the first without an answer."""
    names = [field.name for field in form.asked(form.values)]
    if form.at in names:
        return form
    return replace(form, at=next_field(form, form.values) or names[0])


def page_of(field: Field, value: str) -> int:
    """On which page of its choices that choice is; the first when it is none of them."""
    place = next((i for i, choice in enumerate(field.choices) if choice.value == value), 0)
    return place // _a_page(field) + 1


def _a_page(field: Field) -> int:
    """How many choices a page has: a scale of 0 to 10 that one cannot answer either is still one page."""
    few = len(field.choices) <= CHOICES_AT_MOST and any(c.label.isdigit() for c in field.choices)
    return CHOICES_AT_MOST if few else CHOICES_A_PAGE


def question(form: Form, t: Translator, page: int = 1) -> Reply:
    """The field that the form is at, as a reply: what went wrong, the question, its choices, a way back."""
    asked = form.asked(form.values)
    field = next(f for f in asked if f.name == form.at)
    number = asked.index(field) + 1
    blocks: list[Para] = []
    if number == 1 and form.intro and not form.faults:
        blocks.append(para(form.intro))
    before = previous_field(form, form.values, form.at)
    if field.name in form.faults:
        blocks.append(para(form.faults[field.name]))
    elif before and (taken := form.taken(before, form.values)):
        blocks.append(para(taken))
    progress = t("{number} of {total}", number=number, total=len(asked)) if len(asked) > 1 else ""
    together = progress.replace(" ", "\u00a0")  # a phone would break "1 iš 10" at the edge of its bubble
    blocks.append(para(Bold(field.label), f"  {together}" if together else ""))
    if field.hint:
        blocks.append(para(field.hint))
    given = form.values.get(field.name)
    values = {choice.value for choice in field.choices}
    own = [v for v in given if v not in values] if isinstance(given, tuple) and field.other else []
    if own:
        blocks.append(para(t("In your own words: “{text}”.", text=", ".join(own))))
    elif field.other:
        blocks.append(para(t("Or write it in your own words.")))
    if kept := _kept(form, field):
        blocks.append(para(t("So far: “{text}”", text=kept)))
    mark = token(form.command)
    buttons = _choices(field, given, mark, page, t) + _ways(form, field, number, t)
    return Reply(tuple(blocks), buttons=buttons)


def _kept(form: Form, field: Field) -> str:
    """The text or the choice that the field has already, and that may stay."""
    given = form.values.get(field.name)
    if not isinstance(given, str):
        return ""
    return next((choice.label for choice in field.choices if choice.value == given), given)


def _choices(field: Field, given: Answer | None, mark: str, page: int, t: Translator) -> Buttons:
    """The choices of one page, five figures, three short ones or one long one a row."""
    size = _a_page(field)
    first = (page - 1) * size
    shown = field.choices[first : first + size]
    press = f"answer {mark}.{field.name}"
    buttons = [Button(_label(field, choice, given), f"{press} {choice.value}") for choice in shown]
    runs = groupby(buttons, key=lambda button: button.label.isdigit())  # "can't say" stands below its scale
    laid: Buttons = tuple(row for _, run in runs for row in _in_rows(list(run)))
    turns = []
    if page > 1:
        turns.append(Button("‹", f"{press} ~{page - 1}"))
    if first + size < len(field.choices):
        turns.append(Button("›", f"{press} ~{page + 1}"))
    return laid + ((tuple(turns),) if turns else ())


def _in_rows(buttons: list[Button]) -> Buttons:
    longest = max(len(button.label) for button in buttons)
    wide = 5 if longest <= 2 else 3 if longest <= 12 else 1
    if longest <= 2:  # 0 to 10: rows of four, no ten by itself
        wide = -(-len(buttons) // -(-len(buttons) // wide))
    return tuple(tuple(buttons[i : i + wide]) for i in range(0, len(buttons), wide))


def _label(field: Field, choice: Choice, given: Answer | None) -> str:
    if field.kind == "several" and isinstance(given, tuple):
        return shorten(("☑ " if choice.value in given else "☐ ") + choice.label, CHOICE_LENGTH)
    if field.kind == "ranking" and isinstance(given, tuple) and choice.value in given:
        return shorten(f"{given.index(choice.value) + 1}. {choice.label}", CHOICE_LENGTH)
    if field.kind == "several":
        return shorten("☐ " + choice.label, CHOICE_LENGTH)
    return choice.label


def way(form: Form, text: str, t: Translator) -> str:
    """The command of the way on or back below the question that reads as the text does; empty when none does."""
    asked = form.asked(form.values)
    field = next((f for f in asked if f.name == form.at), None)
    row = _ways(form, field, asked.index(field) + 1, t)[0] if field else ()
    return next((b.command for b in row if folded(b.label) == folded(text)), "")


def _ways(form: Form, field: Field, number: int, t: Translator) -> Buttons:
    mark = token(form.command)
    ways = []
    if field.kind in ("several", "ranking"):
        ways.append(Button(t("Done"), f"done {mark}.{field.name}"))
    elif _kept(form, field):
        ends = bool(form.submit) and number == len(form.asked(form.values))
        ways.append(Button(form.submit if ends else t("Keep it"), f"done {mark}.{field.name}"))
    if number > 1:
        ways.append(Button(t("‹ Back"), f"back {mark}.{field.name}"))
    if not field.required:
        ways.append(Button(t("Skip"), f"skip {mark}.{field.name}"))
    ways.append(Button(t("Pause") if form.kept else t("Cancel"), f"cancel {mark}.{field.name}"))
    return (tuple(ways),)  # one row: ten choices and the turning of pages leave no more


def folded(text: str) -> str:
    """The text as words and labels are compared: without case and diacritics."""
    apart = unicodedata.normalize("NFD", text.strip().casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))
