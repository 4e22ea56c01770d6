"""What a platform sends when it asks: one look of it, and the answers that lead to a question. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape

from bot.local.parts import seen
from handlers.chat import NO_ANSWERS, Answer, Answers, Field, Form

INVITATION = "~"
"""In place of a field's name: what is asked before the first of them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One message or one page of a modal: the fields that it asks, its drawing in HTML, every text in it as it is sent,
    and the labels of its buttons."""

    platform: str
    fields: tuple[str, ...]
    html: str
    texts: tuple[str, ...]
    buttons: tuple[str, ...] = ()


def steps(form: Form) -> Iterator[tuple[Field, Form]]:
    """Each field with the form where it asks that field, as somebody comes by them whose answers lead to all."""
    given: dict[str, Answer] = {}
    for field in form.fields:
        if field not in form.asked(given):
            given |= leading(form, field) or {}
        yield field, asking(form, field, given)


def asking(form: Form, field: Field, given: Answers = NO_ANSWERS) -> Form:
    """The form where it asks that field: after these answers, else after some that lead there, and without its
    conditions where none do."""
    answers = given if field in form.asked(given) else leading(form, field)
    if answers is None:
        without = tuple(replace(f, when=()) if f.name == field.name else f for f in form.fields)
        return replace(form, fields=without, values={}, at=field.name, faults={})
    return form.with_(values=answers, at=field.name, faults={})


def leading(form: Form, field: Field) -> dict[str, Answer] | None:
    """Answers to the questions before it after which the field is asked; None where there are none."""
    found: dict[str, Answer] = {}
    names = [one.name for one in form.fields]
    for condition in field.when:
        about = form.field(condition.field)
        if about is None or names.index(about.name) >= names.index(field.name):
            return None
        before = leading(form, about)
        if before is None:
            return None
        found |= before
        value = condition.values[0]
        found[about.name] = (value,) if about.kind in ("several", "ranking") else value
    return found if any(one.name == field.name for one in form.asked(found)) else None


def text(words: str) -> str:
    """The words in an HTML document: literal, without what would garble their surroundings."""
    return escape(seen(words))
