"""A survey written out and read again is the survey that it was."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings

from handlers.importing.surveys.reading import read
from handlers.importing.surveys.times import instant, written
from handlers.importing.surveys.writing import to_json, to_rows
from storage.surveys import Plan
from tests.handlers.importing.surveys.plans import (
    ASSOCIATION,
    NOW,
    SURVEY,
    ZONE,
    as_bytes,
    as_csv,
    found,
    plans,
)


def again(content: bytes, name: str) -> Plan | None:
    """The plan that is read of it; faults are shown by the test that fails."""
    back = read(content, name, ASSOCIATION, NOW)
    assert back.faults == ()
    return back.plan


@settings(max_examples=25)
@given(plans())
def test_any_plan_survives_its_document(plan: Plan) -> None:
    """Whatever is asked, in whatever words: the JSON document says all of it."""
    assert again(to_json(plan, ZONE), "a.json") == plan


@pytest.mark.parametrize("language", ["lt", "en"])
@settings(max_examples=25)
@given(plan=plans())
def test_any_plan_survives_its_sheet(plan: Plan, language: str) -> None:
    """The rows of a sheet say all of it as well, under either language's headings."""
    assert again(as_csv(to_rows(plan, ZONE, language)), "a.csv") == plan


def test_a_document_is_read_as_it_is_written() -> None:
    """Every key of the document comes to the plan, and goes back to the same document."""
    plan = found(SURVEY).plan
    assert plan is not None
    assert (plan.key, plan.per, plan.anonymous, plan.editable, plan.series) == (
        "nuomone-2026",
        "person",
        True,
        False,
        "nuomone",
    )
    assert plan.opens == datetime(2026, 10, 1, 6, tzinfo=UTC)
    assert plan.closes == datetime(2026, 10, 25, 15, tzinfo=UTC)
    assert [q.kind for q in plan.questions] == [q["type"] for q in SURVEY["questions"]]
    needs = plan.questions[1]
    assert (needs.exclusive, needs.at_most, needs.other, needs.options[-1].label.lt) == (
        "none",
        2,
        True,
        "Nieko",
    )
    assert plan.questions[2].labels and plan.questions[2].labels["5"].en == "very"
    assert [(c.question, c.values) for c in plan.questions[4].show_if] == [
        ("size", ("few", "many")),
        ("digest", ("5",)),
    ]
    assert again(to_json(plan, ZONE), "b.json") == again(as_bytes(SURVEY), "a.json")


@pytest.mark.parametrize("hour", [0, 1])
def test_the_hour_that_clocks_show_twice_is_told_apart(hour: int) -> None:
    """On the last Sunday of October 03:30 comes twice: each is written so that it is read as itself."""
    at = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    text = written(at, ZONE)
    assert instant(text, ZONE, NOW.date()) == at
    assert text.startswith("2026-10-25 03:30") and ("+" in text) == (hour == 1)
