"""Two plans of one survey side by side: what it is, and which questions came, changed and went. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from handlers.importing.comparing import Field, differing
from storage.surveys import Option, Plan, Question

_APART = frozenset(("id", "options", "text"))


@dataclass(frozen=True, slots=True)
class Changed:
    """A question that is in both, and its fields that differ; an option that differs is a field of its own."""

    question: Question
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """`about` are the fields of the plan apart from its questions, `same` is how many questions stay as they are.
    `moved` when those that stay are asked in another order."""

    about: tuple[Field, ...]
    added: tuple[Question, ...]
    changed: tuple[Changed, ...]
    gone: tuple[Question, ...]
    same: int
    moved: bool


def differences(was: Plan, now: Plan) -> Differences:
    """What the new plan would change. Questions are the same by their ids."""
    before = {question.id: question for question in was.questions}
    after = {question.id: question for question in now.questions}
    changed = tuple(
        Changed(question, fields)
        for question in now.questions
        if question.id in before and (fields := tuple(_fields(before[question.id], question)))
    )
    stay = [id for id in before if id in after]
    return Differences(
        differing(was, now, frozenset(("key", "questions"))),
        tuple(question for question in now.questions if question.id not in before),
        changed,
        tuple(question for question in was.questions if question.id not in after),
        len(stay) - len(changed),
        stay != [id for id in after if id in before],
    )


def _fields(was: Question, now: Question) -> Iterator[Field]:
    if was.text != now.text:
        yield Field("lt", was.text, now.text)
    yield from _options(was.options, now.options)
    yield from differing(was, now, _APART)


def _options(was: tuple[Option, ...], now: tuple[Option, ...]) -> Iterator[Field]:
    before = {option.id: option.label for option in was}
    after = {option.id: option.label for option in now}
    for id in dict.fromkeys((*before, *after)):
        if before.get(id) != after.get(id):
            yield Field("options", before.get(id), after.get(id))
    stay = [id for id in before if id in after]
    if stay != [id for id in after if id in before]:
        yield Field("order", was, now)
