"""What results are handed out with, whatever they are written on: the survey, its tallies, who answered, and how far
one can trust that nobody is recognised. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from handlers.i18n import Translator
from handlers.surveys.rates import Rates
from storage.surveys import Question, Survey, Tally
from storage.words import Words


@dataclass(frozen=True, slots=True)
class Report:
    """`tallies` are what `tallying.results` gives, `published` when they are for more eyes than the secretariat's, with
    their texts as they are shared. `day` is the local day on which it is written, `zone` the association's. `shared`
    are the questions whose texts go along with what is published, `left_out` is how many of a question's do not, and
    `decided` the version of what was decided on its texts."""

    survey: Survey
    tallies: tuple[Tally, ...]
    rates: Rates
    association: Words
    day: date
    zone: str
    published: bool = False
    shared: frozenset[str] = frozenset()
    left_out: Mapping[str, int] = field(default_factory=dict)
    decided: int = 0

    def asked(self) -> Iterator[tuple[Question, Tally]]:
        """Each question that has a tally, in the order of the survey."""
        found = {one.question: one for one in self.tallies}
        for question in self.survey.plan.questions:
            if question.id in found:
                yield question, found[question.id]


def missing(report: Report, question: Question, t: Translator) -> str:
    """How many texts were left out of those beside it, as a sentence; empty when none."""
    count = report.left_out.get(question.id, 0)
    return (
        t.n(
            "{count} text is left out so that nobody is recognised.",
            "{count} texts are left out so that nobody is recognised.",
            count,
        )
        if count
        else ""
    )


DATED = date.min
"""Beside this day every date is said with its year: what is handed out is read in other years."""


def standing(report: Report, t: Translator) -> str:
    """Whether these are the results, or what they are so far, as a sentence."""
    survey = report.survey
    if survey.closed is not None:
        return t("The survey closed on {day}.", day=t.at(survey.closed, report.zone, DATED))
    closes = t.at(survey.plan.closes, report.zone, DATED)
    return t("These are results so far: the survey closes on {day}.", day=closes)


def privacy(report: Report, t: Translator) -> str:
    """How it was kept that nobody is recognised, or that they are."""
    survey = report.survey
    limits = {"small": survey.small, "texts": survey.small_text}
    if survey.plan.anonymous:
        destroyed = t(
            "The survey was anonymous: when it closed every answer was destroyed and only counts were kept. "
            "Questions that fewer than {small} answered (in their own words: fewer than {texts}) are not shown, "
            "and where nearly all gave the same answer the counts are not.",
            **limits,
        )
        texts = t("What people wrote is given in no order, without what tells who they are.")
        return f"{destroyed} {texts}" if report.shared else destroyed
    if report.published and report.shared:
        return t(
            "Results are published taken together, and what people wrote without what tells who they are: questions "
            "that fewer than {small} answered (in their own words: fewer than {texts}) are not shown, and where nearly "
            "all gave the same answer the counts are not.",
            **limits,
        )
    if report.published:
        return t(
            "Only results taken together are published: questions that fewer than {small} answered (in their own "
            "words: fewer than {texts}) are not shown, and where nearly all gave the same answer the counts are not.",
            **limits,
        )
    return t(
        "The survey was not anonymous: these results are for the secretariat, which knows who answered what."
    )
