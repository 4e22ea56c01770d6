"""Two rounds of one survey side by side: what has changed for each question, by the ids of questions and options. Pure.

Shares of choices change by percentage points, ratings and numbers by their mean, rankings by the mean points of their
items. What is hidden in either round is not compared, nor is what an id does not mean any more: a question that has
other words is shown as such, an answer that has others as a new one and one that is gone. Somebody who knows that only
the wording was mended may have them compared all the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from handlers.chat import Block, Bold, Items, Para, Spans, shorten
from handlers.i18n import Translator
from handlers.surveys.meaning import Likeness, likeness, read_alike, renamed
from handlers.surveys.tallying import YES, tally
from handlers.surveys.wording import amount, fit, label, quoted
from storage.surveys import Plan, Question, Sheet, Survey, Tally

State = Literal["same", "new", "gone", "differs", "reworded", "others", "hidden"]
MEAN = ""
"""The code of a shift that is not one answer's."""


@dataclass(frozen=True, slots=True)
class Round:
    """A survey and its tallies, as `tallying.results` gives them."""

    survey: Survey
    tallies: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class Shift:
    """What an answer, or the mean, was and is: shares from 0 to 1, means and mean points as they are. None before for a
    new option, None now for one that is gone."""

    code: str
    before: float | None
    now: float | None

    @property
    def change(self) -> float | None:
        """By how much; None when it was not there in both."""
        return None if self.before is None or self.now is None else self.now - self.before


@dataclass(frozen=True, slots=True)
class Compared:
    """A question of both rounds, or of one; `was` is how it was asked before. One that `differs` is of another kind, on
    another scale or in another unit, a `reworded` one has other words, and one was asked of `others`. `answered` are
    how many did, before and now; nothing in it where something is hidden."""

    question: Question
    state: State
    shifts: tuple[Shift, ...] = ()
    answered: tuple[int, int] = (0, 0)
    was: Question | None = None


def compared(before: Round, now: Round, *, reworded: bool = False) -> tuple[Compared, ...]:
    """Every question of the present round in its order, then those that are gone; with `reworded` questions and answers
    are compared by their ids although they have other words."""
    was = {q.id: q for q in before.survey.plan.questions}
    tallies = [{one.question: one for one in each.tallies} for each in (before, now)]
    found = []
    for question in now.survey.plan.questions:
        if question.id not in was:
            found.append(Compared(question, "new"))
        else:
            pair = tallies[0].get(question.id), tallies[1].get(question.id)
            found.append(_compared(was[question.id], question, *pair, reworded=reworded))
    asked = {question.id for question in now.survey.plan.questions}
    found += [Compared(question, "gone") for id, question in was.items() if id not in asked]
    return tuple(found)


_STATES: Mapping[Likeness, State] = {
    "same": "same",
    "otherwise": "differs",
    "reworded": "reworded",
    "others": "others",
}


def _compared(
    was: Question, question: Question, before: Tally | None, now: Tally | None, *, reworded: bool
) -> Compared:
    state = _STATES[likeness(was, question)]
    if state != "same" and not (state == "reworded" and reworded):
        return Compared(question, state, was=was)
    if before is None or now is None or any(one.hidden or one.nearly for one in (before, now)):
        return Compared(question, "hidden")
    others = frozenset[str]() if reworded else renamed(was, question)
    shifts = tuple(_shifts(question, before, now, others))
    return Compared(question, "same", shifts, (before.answered, now.answered), was)


def comparable(before: Plan, now: Plan) -> int:
    """How many questions of the present round can be compared with those of the other."""
    was = {question.id: question for question in before.questions}
    return sum(q.id in was and likeness(was[q.id], q) == "same" for q in now.questions)


def doubtful(found: Iterable[Compared]) -> bool:
    """Whether something is not compared only because its words are others."""
    return any(
        one.state == "reworded"
        or (one.was is not None and one.state == "same" and renamed(one.was, one.question))
        for one in found
    )


def earlier(survey: Survey, surveys: Iterable[Survey]) -> Survey | None:
    """The last closed round before it of the same series."""
    found = [one for one in series(survey, surveys) if one.closed and one.at < survey.at]
    return found[-1] if found else None


def series(survey: Survey, surveys: Iterable[Survey]) -> tuple[Survey, ...]:
    """The other rounds of its series, in the order in which they were made."""
    own = survey.plan.series
    return tuple(one for one in surveys if own and one.plan.series == own and one.id != survey.id)


def _shifts(question: Question, before: Tally, now: Tally, others: frozenset[str]) -> Iterator[Shift]:
    if question.kind in ("scale", "number"):
        yield Shift(MEAN, before.mean, now.mean)
    elif question.kind == "ranking":
        yield from _by_code(
            {one.item: one.points / before.answered for one in before.ranked if before.answered},
            {one.item: one.points / now.answered for one in now.ranked if now.answered},
            others,
        )
    elif question.kind != "text":
        yield from _by_code(_shares(before), _shares(now), others)


def _shares(one: Tally) -> dict[str, float]:
    return {code: count / one.answered for code, count in one.counts} if one.answered else {}


def _by_code(
    before: Mapping[str, float], now: Mapping[str, float], others: frozenset[str]
) -> Iterator[Shift]:
    """Those of `others` mean something else now: each is two answers."""
    for code in dict.fromkeys((*now, *before)):
        if code in others:
            yield Shift(code, None, now.get(code))
            yield Shift(code, before.get(code), None)
        else:
            yield Shift(code, before.get(code), now.get(code))


# Only those who answered both


def both(
    before: tuple[Survey, Iterable[Sheet]],
    now: tuple[Survey, Iterable[Sheet]],
    random: Random,
    *,
    published: bool = False,
) -> tuple[Round, Round] | None:
    """The rounds with the answers of those alone who answered both. None where an anonymous one hides who did, and
    where what is published of everybody would tell, by subtraction, what the few answered who are left out."""
    if before[0].plan.anonymous or now[0].plan.anonymous:
        return None
    counted = [tuple(sheet for sheet in sheets if sheet.state == "answered") for _, sheets in (before, now)]
    owners = frozenset.intersection(*(frozenset(sheet.owner for sheet in sheets) for sheets in counted))
    rounds = []
    for survey, sheets in zip((before[0], now[0]), counted, strict=True):
        kept = tuple(sheet for sheet in sheets if sheet.owner in owners)
        if published and 0 < len(sheets) - len(kept) < survey.small_text:
            return None
        rounds.append(Round(survey, tally(survey, kept, random, published=published)))
    return rounds[0], rounds[1]


def why_not_both(before: Survey, now: Survey, t: Translator) -> str:
    """Why `both` gives nothing, as a sentence."""
    if before.plan.anonymous or now.plan.anonymous:
        return t("One of these surveys is anonymous: nobody knows who answered both.")
    return t("Too few answered only one of them: their answers could be recognised.")


# In words


def lines(found: Sequence[Compared], t: Translator, most: int = 3) -> tuple[Block, ...]:
    """For a chat: each question with the `most` answers that changed most; what cannot be compared says why."""
    blocks: list[Block] = []
    for one in found:
        blocks.append(Para((Bold(t.words(one.question.text)),)))
        why = _why(one, t)
        if not why and one.was is not None and not read_alike(one.was.text, one.question.text):
            before = shorten(t.words(one.was.text), 200)
            blocks.append(Para((t("Before it read “{question}”.", question=before),)))
        if not why and one.question.kind == "ranking":
            points = t("Points on average, of {count} at most:", count=len(one.question.options))
            blocks.append(Para((points,)))
        blocks.append(Para((why,)) if why else Items(tuple(_line(one, s, t) for s in _greatest(one, most))))
    return tuple(blocks)


def table(found: Iterable[Compared], t: Translator) -> Iterator[tuple[str, ...]]:
    """For a file: a heading, then each question's answers: question, answer, before, now, change."""
    yield (
        t("Question"),
        t("What was answered"),
        t("The round before"),
        t("This round"),
        t("By how much it has changed"),
    )
    for one in found:
        text = t.words(one.question.text)
        if why := _why(one, t):
            yield text, why, "", "", ""
        for shift in one.shifts:
            yield (
                text,
                _name(one, shift, t),
                _value(one.question, shift.before, t),
                _value(one.question, shift.now, t),
                _change(one.question, shift, t),
            )


def caution(before: Survey, now: Survey, t: Translator) -> str:
    """What both rounds' numbers have to be read with, as a sentence; empty when nothing."""
    if before.plan.per == now.plan.per:
        return ""
    return t(
        "In one round each organisation answered, in the other each person: the shares are of different things."
    )


def _why(one: Compared, t: Translator) -> str:
    """Why a question is not compared; empty when it is."""
    match one.state:
        case "new":
            return t("A new question.")
        case "gone":
            return t("This question is not asked any more.")
        case "differs":
            return t("The question is asked in another way now, so it is not compared.")
        case "reworded" if one.was is not None:
            before = shorten(t.words(one.was.text), 200)
            return t("Before, “{question}” was asked here, so it is not compared.", question=before)
        case "others":
            return t("It is asked of others now than before, so it is not compared.")
        case "hidden":
            return t("Not compared, so that nobody's answer can be recognised.")
        case "same" if one.question.kind == "text":
            return t("Answers in people's own words are not compared.")
        case "same" if _all_agreed(one):
            return t("Everybody agreed, as before.")
        case _:
            return "" if any(one.answered) else t("Nobody has answered this.")


def _all_agreed(one: Compared) -> bool:
    """Whether nobody of either round withheld a consent: most surveys cannot be handed in without it."""
    return one.question.kind == "consent" and any(
        shift.code == YES and shift.before == shift.now == 1 for shift in one.shifts
    )


def _greatest(one: Compared, most: int) -> list[Shift]:
    """Those that changed most, new and gone ones with the weight they have or had."""

    def weight(shift: Shift) -> float:
        return abs((shift.now or 0.0) - (shift.before or 0.0))

    return sorted(one.shifts, key=lambda shift: -round(weight(shift), 9))[:most]


def _line(one: Compared, shift: Shift, t: Translator) -> Spans:
    name = _name(one, shift, t)
    before, now = (_value(one.question, value, t) for value in (shift.before, shift.now))
    if shift.before is None:
        return t.rich("{answer}: now {now}, was not there before", answer=name, now=Bold(now))
    if shift.now is None:
        return t.rich("{answer}: was {before}, is not there any more", answer=name, before=Bold(before))
    change = Bold(_change(one.question, shift, t))
    return t.rich("{answer}: {before} → {now} ({change})", answer=name, before=before, now=now, change=change)


def _name(one: Compared, shift: Shift, t: Translator) -> str:
    """What the answer is called now, or was while it was there."""
    if shift.code == MEAN:
        return t("Mean")
    asked = one.was if shift.now is None and one.was is not None else one.question
    return quoted(label(asked, shift.code, t), t)


def _shown(question: Question, value: float) -> float:
    """The value as it is said, so that changes are those that a reader works out: shares in per cent, a half upwards as
    `share` of the translator has it in the pictures and the workbook."""
    match question.kind:
        case "number":
            return fit(value)
        case "scale" | "ranking":
            return round(value, 1)
        case _:
            return math.floor(value * 100 + 0.5 + 1e-9)


def _value(question: Question, value: float | None, t: Translator) -> str:
    if value is None:
        return ""
    shown = _shown(question, value)
    match question.kind:
        case "number":
            return amount(question, shown, t)
        case "scale" | "ranking":
            return t.number(shown)
        case _:
            return t.share(int(shown), 100)


def _change(question: Question, shift: Shift, t: Translator) -> str:
    """ "+15 percentage points", "−0.5"; empty where one round has nothing."""
    if shift.before is None or shift.now is None:
        return ""
    change = _shown(question, shift.now) - _shown(question, shift.before)
    match question.kind:
        case "number":
            return _signed(change, amount(question, fit(abs(change)), t))
        case "scale" | "ranking":
            return _signed(change, t.number(round(abs(change), 1)))
        case _:
            signed = _signed(change, t.number(abs(change)))
            return t.n(
                "{change} percentage point", "{change} percentage points", abs(int(change)), change=signed
            )


def _signed(value: float, text: str) -> str:
    return f"+{text}" if value > 0 else f"−{text}" if value < 0 else text
