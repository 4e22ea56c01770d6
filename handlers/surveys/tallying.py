"""Sheets to tallies: every question's answers counted, and what would give somebody away left out. Pure.

What is left out of an anonymous survey, and of what is published of a named one:

- a question that fewer than `small` answered (texts: `small_text`), people's own answers included;
- the counts where all but at most two (SPARED) gave the same answer, of several choices also one that they chose, of a
  ranking one that they put in the same place: a count of all would be everybody's answer, and of all but one it would
  be, to that one, everybody else's. So one, two or none are told apart by nothing: it is said that "at least 8 of 10"
  answered so. Texts are hidden then. A consent that is required is a condition of taking part, so it is shown;
- a question asked only after an answer to a question of which this is so: how many were asked it, or that it is hidden,
  would tell how many gave that answer;
- numbers themselves: mean and median have two digits, thin ends of the bins are joined.

Why that is enough (tests/handlers/surveys/test_certainty.py and test_anonymity.py prove it): what is kept says nothing
of who gave which sheet, so somebody who knows their own answers knows another's only if all others gave the same one.
Then it is blurred, and stays word for word the same when one of those others answers otherwise: nobody can rule that
out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from random import Random

from handlers.surveys.figures import binned, mean, median, rough
from storage.surveys import SMALL, SMALL_TEXT, Answers, Plan, Question, Ranked, Sheet, Survey, Tally, TallyUp

YES, NO, NA, OTHER = "yes", "no", "na", "other"
DIFFERS = "-"
"""In the `nearly` of a ranking: a place that people gave to different items."""

SPARED = 2
"""So many at most who answered otherwise are not told apart from none."""

Cleaned = Mapping[str, tuple[str, ...]]
"""The answers that count, by question: ids of options and texts of one's own; questions without one are not there."""


# What somebody has answered


def choices(question: Question) -> tuple[str, ...]:
    """The ids that its answers are counted under, in order; none for rankings, numbers and texts."""
    match question.kind:
        case "single" | "multi":
            own = (OTHER,) if question.other else ()
            return tuple(dict.fromkeys((*(option.id for option in question.options), *own)))
        case "scale":
            return (*map(str, steps(question)), *((NA,) if question.na else ()))
        case "yes_no" | "consent":
            return (YES, NO)
        case _:
            return ()


def steps(question: Question) -> range:
    """The steps of a scale; 1 to 5 where it has no bounds."""
    low, high = question.low, question.high
    return range(int(1 if low is None else low), int(5 if high is None else high) + 1)


def cleaner(plan: Plan) -> Callable[[Answers], Cleaned]:
    """What tells what counts of somebody's answers: questions that were not asked of them are left out, and so is what
    is none of a question's answers. A condition on a question that was not asked never holds."""
    known = {question.id: frozenset(choices(question)) for question in plan.questions}
    own = {question.id for question in plan.questions if question.other}

    def code(id: str, item: str) -> str:
        return OTHER if id in own and item not in known[id] else item

    def cleaned(answers: Answers) -> Cleaned:
        found: dict[str, tuple[str, ...]] = {}
        for question in plan.questions:
            asked = all(
                any(code(c.question, item) in c.values for item in found.get(c.question, ()))
                for c in question.show_if
            )
            if asked and (given := _given(question, known[question.id], answers)):
                found[question.id] = given
        return found

    return cleaned


def cleaned(plan: Plan, answers: Answers) -> Cleaned:
    """What counts of one person's answers, as `cleaner` says."""
    return cleaner(plan)(answers)


def _code(question: Question, item: str) -> str:
    """What an answer is counted under: a text of somebody's own is "other"."""
    return OTHER if question.other and item not in choices(question) else item


def _given(question: Question, known: frozenset[str], answers: Answers) -> tuple[str, ...]:
    raw = answers.get(question.id)
    if not raw:
        return ()
    given = (raw,) if isinstance(raw, str) else raw
    items = list(dict.fromkeys(stripped for item in given if (stripped := item.strip())))
    match question.kind:
        case "text":
            return tuple(items[:1])
        case "number":
            return tuple(_number(item) for item in items[:1] if _number(item))
        case "ranking":
            ranked = {option.id for option in question.options}
            return tuple(item for item in items if item in ranked)
        case "multi":
            if question.exclusive in items:
                return (question.exclusive,)
            return tuple(item for item in items if item in known or question.other)
        case _:
            return tuple(item for item in items if item in known or question.other)[:1]


def _number(text: str) -> str:
    """The number as it is compared ("12.0" is "12"); empty when it is none."""
    try:
        value = float(text)
    except ValueError:
        return ""
    if not math.isfinite(value):
        return ""
    return str(int(value)) if value.is_integer() else repr(value)


# Tallies


def tally(
    survey: Survey, sheets: Iterable[Sheet], random: Random, *, published: bool = False
) -> tuple[Tally, ...]:
    """A tally for each question of the plan, in its order. Only sheets that were handed in count. Of an anonymous
    survey, and of a named one when it is to be `published`, nothing is in it that would give somebody away. `random`
    mixes the texts; outside of tests it is a SystemRandom, whose order nobody can repeat."""
    plan = survey.plan
    clean = cleaner(plan)
    rows = [clean(sheet.answers) for sheet in sheets if sheet.state == "answered"]
    given = {q.id: sorted(row[q.id] for row in rows if q.id in row) for q in plan.questions}
    if not (plan.anonymous or published):
        return tuple(_counted(q, given[q.id], random) for q in plan.questions)
    found = tuple(_guarded(q, given[q.id], survey, random) for q in plan.questions)
    return _nothing_to_subtract(plan, found)


def tally_up(random: Random) -> TallyUp:
    """What `close` of the store is given."""
    return partial(tally, random=random)


def results(
    survey: Survey, sheets: Iterable[Sheet], random: Random, *, published: bool = False
) -> tuple[Tally, ...]:
    """What may be shown now: nothing of an anonymous survey before it closes, then the tallies that were kept."""
    if survey.plan.anonymous:
        return survey.tallies if survey.state == "closed" else ()
    return tally(survey, sheets, random, published=published)


def _counted(
    question: Question, given: Sequence[tuple[str, ...]], random: Random, coarse: bool = False
) -> Tally:
    """Everything there is to count. `given` are sorted."""
    codes = Counter(c for answer in given for c in {_code(question, item) for item in answer})
    made = Tally(question.id, len(given), counts=tuple((c, codes[c]) for c in choices(question)))
    match question.kind:
        case "scale":
            values = [float(answer[0]) for answer in given if answer[0] != NA]
            return replace(made, mean=mean(values), median=median(values)) if values else made
        case "number":
            return _numbers(made, question, [float(answer[0]) for answer in given], coarse)
        case "ranking":
            return replace(made, ranked=_ranked(question, given))
        case "text":
            return replace(made, texts=_mixed((answer[0] for answer in given), random))
        case _:
            own = (item for answer in given for item in answer if item not in choices(question))
            return replace(made, texts=_mixed(own, random))


def _numbers(made: Tally, question: Question, values: list[float], coarse: bool) -> Tally:
    if not values:
        return made
    shown: Callable[[float], float] = rough if coarse else float
    return replace(
        made,
        mean=shown(mean(values)),
        median=shown(median(values)),
        bins=binned(values, whole=question.whole, coarse=coarse),
    )


def _ranked(question: Question, given: Sequence[tuple[str, ...]]) -> tuple[Ranked, ...]:
    """By points, the most first; equal ones in the order they were asked in. What somebody left out gets nothing."""
    most = len(question.options)
    points = {option.id: 0 for option in question.options}
    for answer in given:
        for place, item in enumerate(answer):
            points[item] += most - place
    firsts = Counter(answer[0] for answer in given)
    ranked = (Ranked(item, points[item], firsts[item]) for item in points)
    return tuple(sorted(ranked, key=lambda one: -one.points))


def _mixed(texts: Iterable[str], random: Random) -> tuple[str, ...]:
    found = sorted(texts)
    random.shuffle(found)
    return tuple(found)


# What would give somebody away


def _guarded(question: Question, given: Sequence[tuple[str, ...]], survey: Survey, random: Random) -> Tally:
    texts = question.kind == "text"
    if len(given) < (max(SMALL_TEXT, survey.small_text) if texts else max(SMALL, survey.small)):
        return Tally(question.id, hidden=True)
    a_condition = question.kind == "consent" and question.required
    if not a_condition and (nearly := _nearly(question, given)):
        return Tally(question.id, hidden=True) if texts else Tally(question.id, len(given), nearly=nearly)
    made = _counted(question, given, random, coarse=True)
    writers = sum(any(item not in choices(question) for item in answer) for answer in given)
    return made if texts or writers >= max(SMALL_TEXT, survey.small_text) else replace(made, texts=())


def _nearly(question: Question, given: Sequence[tuple[str, ...]]) -> str:
    """The answer of all but SPARED at most; empty when there is none. Texts of one's own are one answer."""
    most = len(given) - SPARED
    if question.kind == "ranking":
        return _nearly_ranked(given, len(question.options), most)
    codes = Counter(c for answer in given for c in {_code(question, item) for item in answer})
    order = choices(question) or tuple(sorted(codes))
    return " ".join(c for c in order if codes[c] >= most)


def _nearly_ranked(given: Sequence[tuple[str, ...]], count: int, most: int) -> str:
    """The items in their places, DIFFERS where people differ; empty when they differ everywhere. One in the middle
    counts too: where nobody put it first, its points would tell that everybody put it second."""
    places = []
    for place in range(count):
        at_place = Counter(answer[place] for answer in given if len(answer) > place)
        item, times = max(at_place.items(), key=lambda pair: pair[1], default=("", 0))
        places.append(item if item and times >= most else DIFFERS)
    return "" if {*places} <= {DIFFERS} else " ".join(places)


def _nothing_to_subtract(plan: Plan, tallies: tuple[Tally, ...]) -> tuple[Tally, ...]:
    """How many were asked a question that follows from an answer says how many gave it: where that is left out, so is
    the question."""
    left_out: set[str] = set()
    found = []
    for question, one in zip(plan.questions, tallies, strict=True):
        if any(condition.question in left_out for condition in question.show_if):
            one = Tally(question.id, hidden=True)
        if one.hidden or one.nearly:
            left_out.add(question.id)
        found.append(one)
    return tuple(found)
