"""The example's results, ready to be written out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

from handlers.surveys.rates import Rate, Rates
from handlers.surveys.report import Report
from handlers.surveys.tallying import tally
from storage.surveys import Question, Sheet
from storage.words import Words
from tests.handlers.surveys.example import QUESTIONS, sheets, survey

NAMES = {"house-1": "Fotonikos klasteris", "person-1": "Ada Vaitkienė", "house-2": "=cmd|' /C calc'!A0"}


def report(
    count: int = 40,
    *,
    anonymous: bool = False,
    published: bool = False,
    questions: tuple[Question, ...] = QUESTIONS,
    rows: tuple[Sheet, ...] | None = None,
) -> Report:
    """The results of so many sheets of the example, which sixty were asked to fill in."""
    one = survey(anonymous=anonymous, questions=questions)
    filled = sheets(count, questions=questions) if rows is None else rows
    counted = tally(one, filled, Random(1), published=published)
    if anonymous:
        one = replace(one, tallies=counted)
    whole = Rate("", 60, len(filled))
    rates = Rates(whole, (Rate("=Fotonika", 20, 18), Rate("Kiti", 40, 22)), (Rate("Lazeriai", 60, 40),))
    association = Words("Lietuvos klasterių asociacija", "Lithuanian Cluster Association")
    return Report(one, counted, rates, association, date(2026, 10, 6), "Europe/Vilnius", published)
