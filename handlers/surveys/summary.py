"""The results on one page, ready for a ministry: who answered, what is clearest, how far it can be trusted. Pure.

The findings are chosen by one rule. How clear a question is, from 0 to 1:

- of choices: how many more gave the first answer than the second, as a share of those who answered;
- of a rating: how far the mean is from the middle of the scale, as a share of half the scale;
- of a ranking: how many more put the first item first than any other, as a share of those who answered;
- what all but at most two answered: how many more that is at least than gave another answer, as a share;
- numbers, texts and consents show no preference, and neither does "something else": 0.

That is multiplied by how many answered the question beside the one that most answered, so that a few who were asked
more do not speak for all. The three clearest are said, a question that fewer than `small` answered never.
"""

from __future__ import annotations

from dataclasses import dataclass

from handlers.chat import Progress, unheard
from handlers.i18n import Translator
from handlers.surveys.pictures import chart, overview, picture
from handlers.surveys.report import DATED, Report, missing, privacy, standing
from handlers.surveys.tallying import OTHER, SPARED, steps
from handlers.surveys.wording import finding
from storage.surveys import Question, Tally

FINDINGS = 3
BARS = 4
"""Bars beside a finding; the rest are further back."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a question has shown: the sentence, the question, a PNG where there is one; what people wrote where that
    goes along, and how much of it does not."""

    sentence: str
    question: str
    picture: bytes | None
    texts: tuple[str, ...] = ()
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything that stands on the page, as it is said. `response` is who answered, `rule` how the findings were
    chosen, `told` all questions, `own_words` the heading of what people wrote, `rates` the picture of who answered by
    cluster."""

    language: str
    association: str
    title: str
    day: str
    standing: str
    response: str
    clearest: str
    findings: tuple[Told, ...]
    rule: str
    privacy_title: str
    privacy: str
    all: str
    rates: bytes | None
    own_words: str
    told: tuple[Told, ...]


def summary(report: Report, t: Translator, progress: Progress = unheard) -> Summary:
    """The page in that language. `progress` hears of each picture."""
    title = t.words(report.survey.plan.title)
    asked = list(report.asked())
    found = clearest(report)
    told = []
    for done, (question, tally) in enumerate(asked, 1):
        made = picture(question, tally, title, t)
        along = question.id in report.shared
        told.append(
            Told(
                finding(question, tally, t),
                t.words(question.text),
                made,
                tally.texts if along else (),
                missing(report, question, t) if along else "",
            )
        )
        progress(done, len(asked))
    return Summary(
        language=t.language,
        association=t.words(report.association),
        title=title,
        day=t.day(report.day, DATED),
        standing=standing(report, t),
        response=response(report, t),
        clearest=t("What is clearest") if found else t("No answer stands out."),
        findings=tuple(
            Told(finding(question, tally, t), t.words(question.text), chart(question, tally, t, BARS))
            for question, tally in found
        ),
        rule=t(
            "The findings were chosen by how far the commonest answer is ahead of the next one, or how far a rating is "
            "from the middle of its scale; questions that few answered weigh less."
        )
        if found
        else "",
        privacy_title=t("About these results"),
        privacy=privacy(report, t),
        all=t("All questions"),
        rates=overview(report.rates.clusters, report.rates.whole, title, t),
        own_words=t("In people's own words"),
        told=tuple(told),
    )


def response(report: Report, t: Translator) -> str:
    """Who answered, as a sentence."""
    whole = report.rates.whole
    if report.survey.plan.per == "organisation":
        return t.n(
            "{answered} of {count} organisation answered ({share}).",
            "{answered} of {count} organisations answered ({share}).",
            whole.asked,
            answered=whole.answered,
            share=whole.share(t),
        )
    return t.n(
        "{answered} of {count} person who was asked answered ({share}).",
        "{answered} of {count} people who were asked answered ({share}).",
        whole.asked,
        answered=whole.answered,
        share=whole.share(t),
    )


# What is clearest


def clearest(report: Report) -> tuple[tuple[Question, Tally], ...]:
    """The three clearest questions, the clearest first; fewer when fewer show anything."""
    asked = [(q, one) for q, one in report.asked() if one.answered >= report.survey.small]
    most = max((one.answered for _, one in asked), default=1)
    weighed = [(clarity(q, one) * one.answered / most, q, one) for q, one in asked]
    weighed.sort(key=lambda found: -found[0])
    return tuple((q, one) for clear, q, one in weighed[:FINDINGS] if clear > 0)


def clarity(question: Question, tally: Tally) -> float:
    """How clear a question is, from 0 to 1; the rule is this module's."""
    if tally.hidden or not tally.answered or question.kind in ("number", "text", "consent"):
        return 0.0
    if tally.nearly:
        return max(0, tally.answered - 2 * SPARED) / tally.answered
    match question.kind:
        case "scale":
            return _off_the_middle(question, tally)
        case "ranking":
            return _lead([(one.item, one.firsts) for one in tally.ranked]) / tally.answered
        case _:
            return _lead(tally.counts) / tally.answered


def _lead(counts: tuple[tuple[str, int], ...] | list[tuple[str, int]]) -> int:
    """By how many the first is ahead of the second; own words are no answer that others share."""
    ranked = sorted(counts, key=lambda pair: -pair[1])
    if not ranked or ranked[0][0] == OTHER:
        return 0
    return ranked[0][1] - (ranked[1][1] if len(ranked) > 1 else 0)


def _off_the_middle(question: Question, tally: Tally) -> float:
    scale = steps(question)
    half = (scale[-1] - scale[0]) / 2
    return abs(tally.mean - (scale[0] + half)) / half if tally.mean is not None and half else 0.0
