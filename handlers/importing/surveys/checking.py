"""A survey as read, checked as a whole: every fault with its question, what is wrong and what would be right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.chat import CHOICE_LENGTH, TITLE_LENGTH
from handlers.i18n import N_
from handlers.importing.faults import Fault, Sentence, say
from handlers.importing.surveys.parts import Asked, Draft, answers_of, likely, listed, steps
from storage.association import Association
from storage.surveys import Plan, Question, ShowIf
from storage.words import Words

_OURS = re.compile(r"[hv]\d+")  # versions and sheets stand where a command names a question
MOST_QUESTIONS = 100
MOST_OPTIONS = 100  # Slack: a select menu has at most 100 options
TEXT_LENGTH = 300  # a question above its answers on a phone; Slack allows a label 2000
INTRO_LENGTH = 2000
LABEL_LENGTH = 60  # a step's meaning stands behind its number in a choice
UNIT_LENGTH = 20
MOST_STEPS = 11
LONGEST_ANSWER = 3000  # Slack: plain_text_input.max_length
MOST_NUMBER = 10**12

_FaultAt = Callable[[str, Sentence, Sentence | None], Fault]

LANGUAGE_NOTES = {
    "lt": N_("There is no Lithuanian text of: {places}."),
    "en": N_("There is no English text of: {places}."),
}


@dataclass(frozen=True, slots=True)
class SurveyFile:
    """What a file says. `plan` is None when there are `faults`. `notes` say what is missing and may
    be, and that a survey's time is over: it is kept, and its closing is moved before it is opened."""

    plan: Plan | None
    faults: tuple[Fault, ...]
    notes: tuple[Sentence, ...] = ()


def too_many(count: int) -> Sentence:
    """Why a survey of so many questions is not read at all."""
    return say(
        N_("nobody fills in {count} questions; a survey has at most {most}"), count=count, most=MOST_QUESTIONS
    )


def checked(draft: Draft, association: Association, now: datetime) -> SurveyFile:
    """The plan that the draft comes to, and everything that is wrong in it."""
    faults = [*draft.faults, *_top(draft), *_twice(draft.asked)]
    for at, asked in enumerate(draft.asked):
        faults += _question(asked)
        faults += _conditions(asked, at, draft.asked)
    notes = (*_over(draft, now), *_missing(draft, association.languages), *draft.notes)
    if faults or draft.closes is None:
        return SurveyFile(None, tuple(faults), notes)
    plan = Plan(
        draft.key,
        draft.title,
        tuple(asked.question for asked in draft.asked),
        draft.closes,
        draft.opens,
        draft.intro,
        draft.per,
        draft.anonymous,
        draft.editable,
        draft.audience,
        draft.series,
    )
    return SurveyFile(plan, (), notes)


def _over(draft: Draft, now: datetime) -> Iterator[Sentence]:
    """That a survey like last year's closes in the past."""
    if draft.closes is not None and draft.closes <= now:
        yield say(N_("It closes in the past: move its closing before you open it."))


def _top(draft: Draft) -> Iterator[Fault]:
    """What is wrong above the questions."""
    place = draft.place
    for key, written in (("id", draft.key), ("title", draft.title.both), ("closes", draft.closes)):
        if not written and key not in draft.wrong:
            yield place.fault(key, say(N_("it is missing")))
    yield from _too_long(draft.title, TITLE_LENGTH, "title", draft.place.fault)
    yield from _too_long(draft.intro, INTRO_LENGTH, "intro", draft.place.fault)
    if draft.opens and draft.closes and draft.closes <= draft.opens:
        yield place.fault(
            "closes", say(N_("it closes before it opens")), say(N_("put one of the two times right"))
        )
    if not draft.asked and not draft.wrong & {"questions"}:
        yield place.fault("questions", say(N_("there are no questions")))


def _twice(asked: Sequence[Asked]) -> Iterator[Fault]:
    """The questions whose id is another's before them."""
    seen: set[str] = set()
    for each in asked:
        id = each.question.id
        if id and id in seen:
            yield each.place.fault("id", say(N_("“{value}” is there twice"), value=id), _OTHER_ID)
        seen.add(id)


_OTHER_ID = say(N_("give one of them another short name"))


def _too_long(words: Words, most: int, key: str, fault: _FaultAt) -> Iterator[Fault]:
    longest = max(map(len, words.both), default=0)
    if longest > most:
        yield fault(
            key, say(N_("it has {count} characters"), count=longest), say(N_("at most {most} fit"), most=most)
        )


def _question(asked: Asked) -> Iterator[Fault]:
    """What is wrong within one question."""
    question, fault = asked.question, asked.place.fault
    if _OURS.fullmatch(question.id):
        yield fault(
            "id",
            say(N_("“{value}” is what the bot calls something else"), value=question.id),
            say(N_("give the question another short name, {example} for one"), example=f"q{question.id[1:]}"),
        )
    if not question.text.both and not asked.wrong & {"lt", "en"}:
        yield fault(
            "lt", say(N_("the question has no text in either language")), say(N_("write it in one at least"))
        )
    yield from _too_long(question.text, TEXT_LENGTH, "lt", fault)
    if "type" in asked.wrong:
        return
    match question.kind:
        case "single" | "multi" | "ranking":
            yield from _options(asked)
        case "scale":
            yield from _scale(asked)
        case "number":
            yield from _number(asked)
        case "text" if not 1 <= question.limit <= LONGEST_ANSWER and "max_length" not in asked.wrong:
            yield fault(
                "max_length",
                say(N_("a text of {count} characters cannot be asked for"), count=question.limit),
                say(N_("write a number from {low} to {high}"), low=1, high=LONGEST_ANSWER),
            )


def _options(asked: Asked) -> Iterator[Fault]:
    """What is wrong with the choices of a question, or with the items of a ranking."""
    question, fault = asked.question, asked.place.fault
    key = "items" if question.kind == "ranking" else "options"
    if key in asked.wrong:
        return
    if len(question.options) < 2:
        yield fault(key, say(N_("there are fewer than two")), say(N_("give people something to choose from")))
    ids = Counter(option.id for option in question.options)
    for id, count in ids.items():
        if count > 1:
            yield fault(key, say(N_("“{value}” is there twice"), value=id), _OTHER_ID)
        elif id == "other" and question.other:
            yield fault(
                key,
                say(N_("“{value}” is the short name of an answer of one's own"), value=id),
                say(N_("give the option another short name")),
            )
    for number, option in enumerate(question.options, 1):
        at = f"{key}[{number}]"
        if not option.label.both:
            yield fault(at, say(N_("the option has no text in either language")), None)
        yield from _too_long(option.label, CHOICE_LENGTH, at, fault)
    for label in _alike(question):
        yield fault(
            key,
            say(N_("two options are called “{value}”"), value=label),
            say(N_("call one of them otherwise")),
        )
    yield from _at_most(asked)


def _alike(question: Question) -> Iterable[str]:
    """Texts that two options have in one language: nobody could tell them apart."""
    for language in ("lt", "en"):
        labels = Counter(
            label for option in question.options if (label := getattr(option.label, language).casefold())
        )
        for label, count in labels.items():
            if count > 1:
                yield label
                return


def _at_most(asked: Asked) -> Iterator[Fault]:
    question = asked.question
    if question.at_most is None or "max_choices" in asked.wrong:
        return
    there = sum(option.id != question.exclusive for option in question.options) + question.other
    if not 1 <= question.at_most <= max(there, 1):
        yield asked.place.fault(
            "max_choices",
            say(N_("at most {most} of {count} cannot be chosen"), most=question.at_most, count=there),
            say(N_("write a number from {low} to {high}"), low=1, high=there),
        )


def _bounds(asked: Asked) -> Iterator[Fault]:
    low, high = asked.question.low, asked.question.high
    if low is not None and high is not None and low > high:
        yield asked.place.fault(
            "max", say(N_("the greatest is less than the least")), say(N_("exchange the two"))
        )


def _scale(asked: Asked) -> Iterator[Fault]:
    question, fault = asked.question, asked.place.fault
    if asked.wrong & {"min", "max"}:
        return
    low = 1 if question.low is None else question.low
    high = 5 if question.high is None else question.high
    if low > high:
        yield from _bounds(asked)
        return
    if not float(low).is_integer() or not float(high).is_integer():
        yield fault(
            "min",
            say(N_("the steps of a scale are whole numbers")),
            say(N_("write it as {example}"), example="1, 5"),
        )
        return
    if not 2 <= high - low + 1 <= MOST_STEPS:
        yield fault(
            "max",
            say(N_("a scale has {count} steps"), count=int(high - low + 1)),
            say(N_("write one of {low} to {high} steps"), low=2, high=MOST_STEPS),
        )
        return
    known = tuple(map(str, steps(question)))
    for step, label in (question.labels or {}).items():
        if step not in known:
            yield fault(
                "labels",
                say(N_("“{value}” is no step of the scale"), value=step),
                say(N_("known are: {names}"), names=known),
            )
        yield from _too_long(label, LABEL_LENGTH, f"labels.{step}", fault)


def _number(asked: Asked) -> Iterator[Fault]:
    question, fault = asked.question, asked.place.fault
    if len(question.unit) > UNIT_LENGTH:
        yield fault(
            "unit",
            say(N_("it has {count} characters"), count=len(question.unit)),
            say(N_("at most {most} fit"), most=UNIT_LENGTH),
        )
    if asked.wrong & {"min", "max"}:
        return
    yield from _bounds(asked)
    for key, bound in (("min", question.low), ("max", question.high)):
        if question.whole and bound is not None and not bound.is_integer():
            yield fault(key, say(N_("whole numbers are asked for, and this is none")))


# Conditions


def _conditions(asked: Asked, at: int, everything: Sequence[Asked]) -> Iterator[Fault]:
    """What is wrong with when a question is asked."""
    if "show_if" in asked.wrong:
        return
    places = {each.question.id: i for i, each in reversed(list(enumerate(everything)))}
    for condition in asked.question.show_if:
        other = places.get(condition.question)
        if other is None:
            yield asked.place.fault(
                "show_if",
                say(N_("there is no question “{value}”"), value=condition.question),
                likely(condition.question, (e.question.id for e in everything[:at])),
            )
        elif other >= at:
            yield _not_earlier(asked, condition, everything)
        else:
            yield from _values(asked, condition, everything[other])


def _not_earlier(asked: Asked, condition: ShowIf, everything: Sequence[Asked]) -> Fault:
    waits = {e.question.id: [c.question for c in e.question.show_if] for e in everything}
    todo, seen = [condition.question], set[str]()
    while todo:
        id = todo.pop()
        if id not in seen:
            seen.add(id)
            todo += waits.get(id, ())
    if asked.question.id in seen:
        wrong = say(
            N_("“{value}” is asked after an answer that waits for it: a circle"), value=asked.question.id
        )
    else:
        wrong = say(N_("“{value}” comes later"), value=condition.question)
    return asked.place.fault("show_if", wrong, say(N_("a condition is about an earlier question")))


def _values(asked: Asked, condition: ShowIf, other: Asked) -> Iterator[Fault]:
    if other.wrong & {"type", "options", "min", "max"}:
        return
    known = answers_of(other.question)
    if known is None:
        yield asked.place.fault(
            "show_if",
            say(N_("“{value}” is no question with choices"), value=condition.question),
            say(N_("a condition is about a choice, a scale or yes or no")),
        )
        return
    if not known:
        return  # of a scale whose steps cannot be counted
    if not condition.values:
        yield asked.place.fault(
            "show_if",
            say(N_("no answer is named")),
            say(N_("answers to “{value}” are: {names}"), value=condition.question, names=listed(known)),
        )
    for value in condition.values:
        if value not in known:
            like = likely(value, known)
            yield asked.place.fault(
                "show_if",
                say(N_("“{question}” has no answer “{value}”"), question=condition.question, value=value),
                like,
            )


# What is missing in one language


def _missing(draft: Draft, languages: Sequence[str]) -> Iterator[Sentence]:
    """A sentence for each language of the association in which something is missing."""
    texts = [
        (draft.place.column(key), words) for key, words in (("title", draft.title), ("intro", draft.intro))
    ]
    for asked in draft.asked:
        question = asked.question
        texts.append((question.id, question.text))
        texts += [(f"{question.id}.{option.id}", option.label) for option in question.options]
        texts += [(f"{question.id}.{step}", label) for step, label in (question.labels or {}).items()]
    for language, sentence in LANGUAGE_NOTES.items():
        names = [name for name, words in texts if words.both and not getattr(words, language)]
        if names and language in languages:
            yield Sentence(sentence, (("places", listed(tuple(names))),))
