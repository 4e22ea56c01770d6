"""Ways of asking, said out: each line is one that can be said, and means an intent that there is."""

from __future__ import annotations

import random

import pytest

from handlers.understanding.reading import weighed
from tests.handlers.understanding.asking import NAMES, TODAY
from tests.handlers.understanding.leaving_out import FEW, writers
from tests.handlers.understanding.saying import said, ways
from tests.handlers.understanding.test_reading import MEANT

INTENTS = {*MEANT, "not_understood"}


def test_every_way_means_an_intent_and_goes_on_from_one() -> None:
    """A file is named after an intent, and a line that goes on names those that it goes on from."""
    for intent, way in ways():
        assert intent in INTENTS
        bases = way[1:].partition(" ")[0].split(",") if way.startswith("@") else []
        assert set(bases) <= INTENTS, way


def test_nothing_of_a_pattern_is_left_in_what_is_said() -> None:
    """Alternatives are chosen, names and times filled in, and something is said."""
    for one in said(random.Random(1), each=3):
        assert one.text.strip(), one
        assert not set("{}|@") & set(one.text), one
        assert one.intent in INTENTS


def test_the_same_dice_say_the_same() -> None:
    """Who teaches twice gets the same weights; other dice say it in other words."""
    assert said(random.Random(7), each=2) == said(random.Random(7), each=2)
    assert said(random.Random(7), each=2) != said(random.Random(8), each=2)


@pytest.mark.parametrize(("text", "other"), [("o kur?", "o kiek?"), ("kada posėdis", "kada kvietimas")])
def test_what_is_weighed_is_what_was_written(text: str, other: str) -> None:
    """The same words weigh the same, other words otherwise."""
    assert weighed(text, TODAY, NAMES, None) == weighed(text, TODAY, NAMES, None)
    assert weighed(text, TODAY, NAMES, None) != weighed(other, TODAY, NAMES, None)


def test_every_writer_is_left_out_once() -> None:
    """All seen questions are asked, those of writers of few questions together."""
    asked = writers()
    assert all(len(questions) >= FEW for questions in asked.values())
    assert "others" in asked
