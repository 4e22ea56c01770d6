"""Surveys by chance: any questions with any conditions, and answers as skewed as they come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Literal

from storage.surveys import Given, Option, Plan, Question, QuestionKind, ShowIf
from storage.words import Words
from tests.handlers.surveys.attacking import Row, asked, options

KINDS: tuple[QuestionKind, ...] = (
    "single",
    "multi",
    "scale",
    "ranking",
    "number",
    "text",
    "yes_no",
    "consent",
)
CHOOSABLE = ("single", "multi", "scale", "yes_no", "consent")
Skew = Literal["any", "some agree", "most agree", "all agree"]
SKEWS: tuple[Skew, ...] = ("any", "some agree", "most agree", "all agree")


def plan(dice: Random, closes: datetime) -> Plan:
    """A survey of one to eight questions, anonymous."""
    questions: list[Question] = []
    for number in range(1, dice.randint(1, 8) + 1):
        questions.append(_question(f"q{number}", questions, dice))
    return Plan(
        f"apklausa-{dice.randrange(10**6)}",
        Words("Apklausa"),
        tuple(questions),
        closes,
        anonymous=True,
        per=dice.choice(("person", "organisation")),
    )


def _question(id: str, before: list[Question], dice: Random) -> Question:
    kind = dice.choice(KINDS)
    choices = tuple(Option(letter, Words(letter.upper())) for letter in "abcdef"[: dice.randint(2, 6)])
    several = kind == "multi"
    return Question(
        id,
        kind,
        Words(f"Klausimas {id}?"),
        required=dice.random() < 0.6,
        options=choices if kind in ("single", "multi", "ranking") else (),
        other=kind in ("single", "multi") and dice.random() < 0.4,
        exclusive=choices[-1].id if several and dice.random() < 0.5 else "",
        at_most=dice.randint(1, len(choices)) if several and dice.random() < 0.5 else None,
        low=1 if kind == "scale" else 0 if kind == "number" else None,
        high=dice.randint(2, 7) if kind == "scale" else None,
        whole=kind == "number" and dice.random() < 0.5,
        na=kind == "scale" and dice.random() < 0.5,
        show_if=_conditions(before, dice),
    )


def _conditions(before: list[Question], dice: Random) -> tuple[ShowIf, ...]:
    found = []
    for question in before:
        if question.kind in CHOOSABLE and dice.random() < 0.25:
            known = (*options(question), *(("other",) if question.other else ()))
            found.append(ShowIf(question.id, tuple(dice.sample(known, dice.randint(1, len(known))))))
    return tuple(found[-2:])


def answering(of: Plan, dice: Random) -> Callable[[], Row]:
    """What makes one sheet after another. There is an answer of the house to each question; how many give it is another
    chance for each."""
    usual: dict[str, Given] = {one.id: _answer(one, dice) for one in of.questions}
    loyal = {
        one.id: {"any": 0.0, "some agree": 0.5, "most agree": 0.94, "all agree": 1.0}[dice.choice(SKEWS)]
        for one in of.questions
    }

    def row() -> Row:
        made: dict[str, Given] = {}
        for question in of.questions:
            if not asked(of, made, question):
                continue
            if question.kind == "consent" and question.required:
                made[question.id] = "yes"
            elif dice.random() < loyal[question.id]:
                made[question.id] = usual[question.id]
            elif question.required or dice.random() < 0.8:
                made[question.id] = _answer(question, dice)
        return made

    return row


def _answer(question: Question, dice: Random) -> Given:
    known = options(question)
    match question.kind:
        case "ranking":
            return tuple(
                dice.sample(known, len(known) if dice.random() < 0.7 else dice.randint(1, len(known)))
            )
        case "multi":
            if question.exclusive and dice.random() < 0.2:
                return (question.exclusive,)
            free = [item for item in known if item != question.exclusive]
            free += [_words(dice)] if question.other else []
            most = min(len(free), question.at_most or len(free))
            return tuple(dice.sample(free, dice.randint(1, most)))
        case "number":
            number = dice.choice((dice.randint(0, 9), dice.randint(10, 900), dice.randint(10**4, 10**7)))
            return str(number)
        case "text":
            return _words(dice)
        case "single" if question.other and dice.random() < 0.3:
            return _words(dice)
        case _:
            return dice.choice(known)


def _words(dice: Random) -> str:
    """Nothing, which many say, or what nobody else says."""
    return "Nieko" if dice.random() < 0.3 else f"slapta mintis {dice.getrandbits(60):x}"
