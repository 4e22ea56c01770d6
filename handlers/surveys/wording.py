"""A survey's results in words: what an answer is called, and what a question has shown, in one whole sentence. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.chat import shorten
from handlers.i18n import Translator
from handlers.surveys.tallying import DIFFERS, NA, NO, OTHER, SPARED, YES
from storage.surveys import Bin, Question, Ranked, Tally

LONGEST = 80
"""Characters of an answer that is named in a sentence."""
_OF = re.compile(r"(\d) (iš|of) (?=\d)")


@dataclass(frozen=True, slots=True)
class Bar:
    """An answer, what it is called, and how many gave it."""

    code: str
    label: str
    count: int


def quoted(text: str, t: Translator) -> str:
    """„Taip“, “Yes”, shortened to what a sentence can hold."""
    return t("“{text}”", text=shorten(text, LONGEST))


def label(question: Question, code: str, t: Translator) -> str:
    """What an answer is called; the id itself when the question has no such answer."""
    for option in question.options:
        if option.id == code:
            return t.words(option.label)
    if code == OTHER and question.other:
        return t("Something else")
    if question.kind == "scale":
        return t("Can't say") if code == NA else code
    if question.kind in ("yes_no", "consent") and code in (YES, NO):
        return t("Yes") if code == YES else t("No")
    return code


def step_means(question: Question, step: int, t: Translator) -> str:
    """What a step of a scale means; empty where it is not said."""
    words = (question.labels or {}).get(str(step))
    return t.words(words) if words else ""


def amount(question: Question, value: float, t: Translator) -> str:
    """A number with the question's unit: "35 000 Eur"."""
    number = t.number(value)
    return f"{number}\u00a0{question.unit}" if question.unit else number


def fit(mean: float) -> float:
    """A mean with as many decimals as one can take in: 4.25, 42.5, 425."""
    return round(mean, 0 if abs(mean) >= 100 else 1 if abs(mean) >= 10 else 2)


def between(question: Question, bin: Bin, t: Translator) -> str:
    """What a bin holds: "20–39" of whole numbers, "0–5 000" of others, "7" where it is one number."""
    high = bin.high - 1 if question.whole else bin.high
    return t.number(bin.low) if high == bin.low else f"{t.number(bin.low)}–{t.number(high)}"


def bars(question: Question, tally: Tally, t: Translator) -> tuple[Bar, ...]:
    """The answers with their counts: of choices the commonest first and people's own last, of steps in their order."""
    found = [Bar(code, label(question, code, t), count) for code, count in tally.counts]
    if question.kind in ("single", "multi"):
        found.sort(key=lambda bar: (bar.code == OTHER, -bar.count))
    return tuple(found)


# What it has shown


def together(sentence: str) -> str:
    """The sentence with "21 iš 40" and "3,6 of 5" kept on one line where it is set large."""
    return _OF.sub("\\1\u00a0\\2\u00a0", sentence)


def finding(question: Question, tally: Tally, t: Translator) -> str:
    """The one sentence that says what came out; of a hidden question, why nothing is said."""
    if tally.hidden:
        return t("Not shown, so that nobody's answer can be recognised.")
    if tally.nearly:
        return _nearly(question, tally, t)
    if not tally.answered:
        return t("Nobody has answered this.")
    match question.kind:
        case "scale":
            return _scale(question, tally, t)
        case "number":
            return _number(question, tally, t)
        case "ranking":
            return _ranking(question, tally, t)
        case "text":
            return t("{count} answered in their own words.", count=tally.answered)
        case "consent":
            return t("{count} of {of} agreed.", count=dict(tally.counts).get(YES, 0), of=tally.answered)
        case _:
            return _choice(question, tally, t)


def leaders(tally: Tally) -> tuple[str, ...]:
    """The ids that most people chose; several when they are equal, none when nobody chose any."""
    most = max((count for _, count in tally.counts), default=0)
    return tuple(code for code, count in tally.counts if count == most) if most else ()


def _choice(question: Question, tally: Tally, t: Translator) -> str:
    first, count, of = leaders(tally), max(n for _, n in tally.counts), tally.answered
    several = question.kind == "multi"
    if first == (OTHER,):
        return t("Most often people answered in their own words: {count} of {of}.", count=count, of=of)
    if len(first) > 3:
        return t("Opinions differ: no answer was given by more than {count} of {of}.", count=count, of=of)
    named = t.listed(tuple(quoted(label(question, code, t), t) for code in first))
    if of == 1:
        return t("The only answer is {answer}.", answer=named)
    if len(first) > 1:
        return t(
            "The commonest answers are {answers}: {count} of {of} each.", answers=named, count=count, of=of
        )
    if count == of:
        return (
            t("All {count} chose {answer}.", answer=named, count=count)
            if several
            else t("All {count} answered {answer}.", answer=named, count=count)
        )
    if count * 2 > of:
        return (
            t("More than half ({count} of {of}) chose {answer}.", answer=named, count=count, of=of)
            if several
            else t("More than half ({count} of {of}) answered {answer}.", answer=named, count=count, of=of)
        )
    return t("The commonest answer is {answer}: {count} of {of}.", answer=named, count=count, of=of)


def _scale(question: Question, tally: Tally, t: Translator) -> str:
    if tally.mean is None:
        return t("Nobody could say.")
    high = 5 if question.high is None else int(question.high)
    mean, means = t.number(round(tally.mean, 1)), step_means(question, high, t)
    if means:
        return t(
            "The mean rating is {mean} of {high} ({high} is {best}).",
            mean=mean,
            high=high,
            best=quoted(means, t),
        )
    return t("The mean rating is {mean} of {high}.", mean=mean, high=high)


def _number(question: Question, tally: Tally, t: Translator) -> str:
    assert tally.median is not None
    assert tally.mean is not None
    if tally.answered == 1:
        return t("The only answer is {answer}.", answer=amount(question, tally.median, t))
    return t(
        "Half answered {median} or less; the mean is {mean}.",
        median=amount(question, tally.median, t),
        mean=amount(question, fit(tally.mean), t),
    )


def firsts(tally: Tally) -> tuple[Ranked, ...]:
    """The items of a ranking with the most points."""
    return tuple(one for one in tally.ranked if one.points == tally.ranked[0].points)


def _ranking(question: Question, tally: Tally, t: Translator) -> str:
    first = firsts(tally)
    named = t.listed(tuple(quoted(label(question, one.item, t), t) for one in first))
    if len(first) == 1:
        return t(
            "{item} got most points ({points}); {firsts} of {of} put it first.",
            item=named,
            points=first[0].points,
            firsts=first[0].firsts,
            of=tally.answered,
        )
    return t("{items} got most points: {points} each.", items=named, points=first[0].points)


def _nearly(question: Question, tally: Tally, t: Translator) -> str:
    """All but at most two, so that nobody can tell whether it was all."""
    codes, of = tally.nearly.split(" "), tally.answered
    count = of - SPARED
    if question.kind == "ranking":
        return _nearly_ranked(question, codes, count, of, t)
    if question.kind == "number":
        said = amount(question, float(tally.nearly), t)
        return t("At least {count} of {of} answered {answer}.", count=count, of=of, answer=said)
    if question.kind == "scale" and tally.nearly != NA:
        high = 5 if question.high is None else int(question.high)
        return t(
            "At least {count} of {of} rated it {step} of {high}.",
            count=count,
            of=of,
            step=tally.nearly,
            high=high,
        )
    if question.kind == "consent" and tally.nearly == YES:
        return t("At least {count} of {of} agreed.", count=count, of=of)
    if question.kind == "consent":
        return t("At least {count} of {of} did not agree.", count=count, of=of)
    named = t.listed(tuple(quoted(label(question, code, t), t) for code in codes))
    if len(codes) > 1:
        return t(
            "Each of these was chosen by at least {count} of {of}: {answers}.",
            count=count,
            of=of,
            answers=named,
        )
    if question.kind == "multi":
        return t("At least {count} of {of} chose {answer}.", count=count, of=of, answer=named)
    return t("At least {count} of {of} answered {answer}.", count=count, of=of, answer=named)


def _nearly_ranked(question: Question, codes: list[str], count: int, of: int, t: Translator) -> str:
    names = [quoted(label(question, code, t), t) for code in codes]
    if DIFFERS not in codes:
        return t(
            "On every place at least {count} of {of} agreed: {items}.",
            count=count,
            of=of,
            items=", ".join(names),
        )
    if codes[0] != DIFFERS:
        return t("At least {count} of {of} put {item} first.", count=count, of=of, item=names[0])
    if codes[-1] != DIFFERS:
        return t("At least {count} of {of} put {item} last.", count=count, of=of, item=names[-1])
    place = next(n for n, code in enumerate(codes, 1) if code != DIFFERS)
    return t(
        "At least {count} of {of} put {item} in place {place}.",
        count=count,
        of=of,
        item=names[place - 1],
        place=place,
    )
