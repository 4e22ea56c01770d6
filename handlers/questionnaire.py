"""A survey's questions as people read them before anybody is asked: all of them on one page, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from handlers.chat import Block, Bold, Heading, Items, Para, Spans, para, shorten
from handlers.i18n import N_, Translator
from storage.surveys import Option, Plan, Question, QuestionKind, ShowIf
from storage.words import Words

KIND_WORDS: Mapping[QuestionKind, str] = {
    "single": N_("one answer"),
    "multi": N_("several answers"),
    "ranking": N_("put in order"),
    "number": N_("a number"),
    "text": N_("a text of one's own"),
    "yes_no": N_("yes or no"),
    "consent": N_("consent"),
}
_NAMED = 40  # characters of a question that another one names


def preview(plan: Plan, t: Translator) -> tuple[Block, ...]:
    """The title, the introduction and every question with its answers, Lithuanian beside English, and under each
    how it is answered and when it is asked."""
    blocks: list[Block] = [Heading(shorten(_both(plan.title), 120))]
    blocks += [para(line) for text in plan.intro.both for line in text.splitlines() if line]
    for number, question in enumerate(plan.questions, 1):
        blocks += _question(number, question, plan, t)
    return tuple(blocks)


def _question(number: int, question: Question, plan: Plan, t: Translator) -> Iterable[Block]:
    first, *second = question.text.both or ("–",)
    spans: Spans = (Bold(f"{number}. {first}"),)
    yield Para((*spans, *(f" / {text}" for text in second)))
    yield para("; ".join((*traits(question, t), *_when(question, plan, t))))
    answers = [_both(each.label) for each in question.options]
    answers += [f"{step}: {_both(label)}" for step, label in (question.labels or {}).items()]
    if answers:
        yield Items(tuple((answer,) for answer in answers))


def traits(question: Question, t: Translator) -> tuple[str, ...]:
    """How it is answered, a clause each: its type first, then whether it may be passed over, then its limits."""
    found = [_kind(question, t)]
    found.append(t("needed") if question.required else t("may be passed over"))
    if question.at_most:
        found.append(t("at most {count}", count=question.at_most))
    if question.other:
        found.append(t("also in one's own words"))
    if question.exclusive:
        alone = next((o.label for o in question.options if o.id == question.exclusive), Words())
        found.append(t("“{answer}” goes with no other answer", answer=t.words(alone)))
    if question.na:
        found.append(t("“can't say” is there as well"))
    return tuple(found)


def _kind(question: Question, t: Translator) -> str:
    low, high = (_number(bound, t) for bound in (question.low, question.high))
    match question.kind:
        case "scale":
            return t("a scale from {low} to {high}", low=low or "1", high=high or "5")
        case "number":
            return _number_in_words(question, low, high, t)
        case "text":
            return t.n(
                "a text of at most {count} character", "a text of at most {count} characters", question.limit
            )
        case _:
            return t(KIND_WORDS[question.kind])


def _number_in_words(question: Question, low: str, high: str, t: Translator) -> str:
    said = t("a whole number") if question.whole else t("a number")
    if low and high:
        said = t("{kind} from {low} to {high}", kind=said, low=low, high=high)
    elif low:
        said = t("{kind}, at least {low}", kind=said, low=low)
    elif high:
        said = t("{kind}, at most {high}", kind=said, high=high)
    return f"{said} ({question.unit})" if question.unit else said


def _number(value: float | None, t: Translator) -> str:
    return "" if value is None else t.number(value)


def _when(question: Question, plan: Plan, t: Translator) -> Iterable[str]:
    """The conditions under which it is asked."""
    for condition in question.show_if:
        about = next((q for q in plan.questions if q.id == condition.question), None)
        if about is not None:
            yield t(
                "asked when the answer to “{question}” is {answers}",
                question=shorten(t.words(about.text), _NAMED),
                answers=" / ".join(t("“{text}”", text=answer) for answer in answers(condition, about, t)),
            )


def answers(condition: ShowIf, about: Question, t: Translator) -> tuple[str, ...]:
    """The answers that a condition names, as people read them."""
    labels = {option.id: shorten(t.words(option.label), _NAMED) for option in about.options}
    own = {"yes": t("Yes"), "no": t("No"), "other": t("in one's own words"), "na": t("Can't say")}
    return tuple(labels.get(value) or own.get(value, value) for value in condition.values)


def options_in_words(options: Iterable[Option], t: Translator) -> str:
    """Options one after another, by their texts."""
    return "; ".join(t.words(option.label) for option in options)


def _both(words: Words) -> str:
    return " / ".join(words.both) or "–"
