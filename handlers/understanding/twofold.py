"""The other question of a message that holds two: "iki kada Inočekiai ir kada kitas posėdis?"."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from handlers.understanding.naming import Names
from handlers.understanding.parting import questions
from handlers.understanding.reading import UNANSWERED, Understanding, understand


class Other(NamedTuple):
    """A question with the words it was asked in."""

    words: str
    meant: Understanding


def other(text: str, meant: Understanding, today: date, names: Names) -> Other | None:
    """The first question of the message that asks for something else than what the message was understood as, going on
    from that where it names nothing; None when there is none."""
    asked = questions(text)
    for words in asked if len(asked) > 1 else ():
        alone, beside = understand(words, today, names), understand(words, today, names, meant)
        if alone.intent == beside.intent and beside.intent not in (meant.intent, *UNANSWERED):
            return Other(words, beside)
    return None
