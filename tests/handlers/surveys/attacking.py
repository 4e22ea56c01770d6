"""Somebody who has everything that an anonymous survey leaves behind, and reasons.

His model. He knows the survey, the number of sheets that count and whose they are (who has taken part, and when), and
every tally; and he may be one of those who answered, and knows his own answers. A *world* is a set of sheets that would
have left exactly what he sees. He is certain of somebody's answer when it is the same in every world in which his own
sheet is as he knows it. An answer is a fact about one question: the option, each one of several that were chosen, an
item in its place of a ranking, a number, a text. That somebody has *not* chosen what nobody chose is none: every zero
in every table says so. Nor is a consent that is required.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

from handlers.surveys.tallying import tally
from storage.surveys import Given, Plan, Question, Sheet, Survey, Tally

AT = datetime(2026, 9, 24, 7, tzinfo=UTC)
Row = Mapping[str, Given]
Fact = tuple[str, object]
Certain = tuple[Fact, Row]
"""What he is certain of, and his own answers."""


def published(survey: Survey, rows: Sequence[Row]) -> tuple[Tally, ...]:
    """What is left of these sheets; the order of texts says nothing, so they are sorted."""
    sheets = [
        Sheet(f"h{n}", 1, survey.id, f"n{n}", f"n{n}", row, AT, "answered") for n, row in enumerate(rows)
    ]
    found = tally(survey, sheets, Random(1))
    return tuple(replace(one, texts=tuple(sorted(one.texts))) for one in found)


def options(question: Question) -> tuple[str, ...]:
    """What can be chosen, but for words of one's own."""
    match question.kind:
        case "yes_no" | "consent":
            return ("yes", "no")
        case "scale":
            steps = range(int(question.low or 1), int(question.high or 5) + 1)
            return (*map(str, steps), *(("na",) if question.na else ()))
        case _:
            return tuple(one.id for one in question.options)


def asked(plan: Plan, row: Row, question: Question) -> bool:
    """Whether who has answered so far like this is asked the question."""
    by_id = {one.id: one for one in plan.questions}
    for condition in question.show_if:
        given = row.get(condition.question, ())
        items = (given,) if isinstance(given, str) else given
        known = options(by_id[condition.question])
        if not any((item if item in known else "other") in condition.values for item in items):
            return False
    return True


def facts(plan: Plan, row: Row) -> set[Fact]:
    """What somebody who answered like this has told."""
    found: set[Fact] = set()
    for question in plan.questions:
        given = row.get(question.id)
        if not given or (question.kind == "consent" and question.required):
            continue
        if question.kind == "ranking":
            found |= {(question.id, (place, item)) for place, item in enumerate(given)}
            continue
        known = options(question)
        for item in (given,) if isinstance(given, str) else given:
            found.add((question.id, item))
            if question.other and item not in known:
                found.add((question.id, "other"))
    return found


# All worlds


def certain_of_all(survey: Survey, kinds: Sequence[Row], count: int) -> list[Certain]:
    """All that anybody could ever be certain of where `count` people answer, each like one of `kinds`: every world that
    there is, put together by what it leaves behind."""
    told = [facts(survey.plan, row) for row in kinds]
    common: dict[tuple[tuple[Tally, ...], int], set[Fact]] = {}
    for world in itertools.combinations_with_replacement(range(len(kinds)), count):
        left = published(survey, [kinds[n] for n in world])
        counted = Counter(world)
        for own in counted:
            others = [told[n] for n in counted if n != own or counted[n] > 1]
            shared = set.intersection(*others)
            known = common.get((left, own))
            common[left, own] = shared if known is None else known & shared
    return [(fact, kinds[own]) for (_, own), shared in common.items() for fact in shared]


# One world, and others like it


def certain(survey: Survey, rows: Sequence[Row]) -> list[Certain]:
    """What he may be certain of of these very sheets: each fact for which no other world was found.

    What two others answered differently he cannot know: with their sheets exchanged the world leaves the same behind.
    So only facts count that all others share; for each a world is looked for in which one of them answered otherwise.
    """
    left = published(survey, rows)
    told = [facts(survey.plan, row) for row in rows]
    held = Counter(fact for each in told for fact in each)
    found: list[Certain] = []
    for fact, times in held.items():
        if times < len(rows) - 1:
            continue
        without = [n for n, each in enumerate(told) if fact not in each]
        attackers = without or list(range(len(rows)))
        for own in attackers:
            if not _doubtful(survey, rows, own, fact, left):
                found.append((fact, rows[own]))
            if not without and own > 1:
                break  # two who differ were tried; the rest are in the place of one of them
    return found


def _doubtful(survey: Survey, rows: Sequence[Row], own: int, fact: Fact, left: tuple[Tally, ...]) -> bool:
    return any(published(survey, world) == left for world in _worlds(survey.plan, rows, own, fact))


def _worlds(plan: Plan, rows: Sequence[Row], own: int, fact: Fact) -> Iterator[list[Row]]:
    """Others than this one, in which somebody else does not share the fact: one of them, or all, answered otherwise."""
    others = [n for n in range(len(rows)) if n != own]
    seen: list[Row] = []
    for n in others:
        if rows[n] in seen:
            continue
        seen.append(rows[n])
        for changed in _otherwise(plan, rows[n], fact):
            yield [changed if m == n else row for m, row in enumerate(rows)]
    for changed in _otherwise(plan, rows[others[0]], fact):
        yield [row if m == own else {**row, **_same(plan, row, changed, fact)} for m, row in enumerate(rows)]


def _same(plan: Plan, row: Row, changed: Row, fact: Fact) -> Row:
    """The row with the changed one's answer to the question of the fact."""
    return completed(plan, {**row, fact[0]: changed[fact[0]]})


def _otherwise(plan: Plan, row: Row, fact: Fact) -> Iterator[Row]:
    """The row with other answers to the question of the fact."""
    question = next(one for one in plan.questions if one.id == fact[0])
    given = row[question.id]
    if question.kind == "ranking":
        place = fact[1][0]  # type: ignore[index]
        for item in options(question):
            if item not in given:
                yield completed(plan, {**row, question.id: (*given[:place], item, *given[place + 1 :])})
        for other in range(len(given)):
            if other != place:
                items = list(given)
                items[place], items[other] = items[other], items[place]
                yield completed(plan, {**row, question.id: tuple(items)})
    elif question.kind == "multi":
        own = set(options(question))
        rest = tuple(
            item for item in given if item != fact[1] and not (fact[1] == "other" and item not in own)
        )
        if rest:
            yield completed(plan, {**row, question.id: rest})
        for item in options(question):
            if item != fact[1]:
                yield completed(plan, {**row, question.id: (item,)})
    else:
        for item in (*options(question), *_of_its_own(question)):
            if item not in (given, fact[1]):
                yield completed(plan, {**row, question.id: item})


def _of_its_own(question: Question) -> tuple[str, ...]:
    match question.kind:
        case "number":
            return ("1", "2")
        case "text":
            return ("Kažkas kita", "Dar kas nors")
        case _:
            return ("Kažkas kita",) if question.other else ()


def completed(plan: Plan, row: Row) -> Row:
    """The row as it can be handed in: without what is not asked, and with something where an answer is needed."""
    made: dict[str, Given] = {}
    for question in plan.questions:
        if not asked(plan, made, question):
            continue
        if given := row.get(question.id):
            made[question.id] = given
        elif question.required:
            made[question.id] = _something(question)
    return made


def _something(question: Question) -> Given:
    match question.kind:
        case "ranking":
            return options(question)
        case "multi":
            return options(question)[:1]
        case "number":
            return "3"
        case "text":
            return "Kažkas"
        case _:
            return options(question)[0]
