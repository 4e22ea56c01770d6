"""What a message means: its intent and slots, and a sentence on the way to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from handlers.understanding.intents import Finding
from handlers.understanding.naming import Name
from handlers.understanding.sentence import Sentence

CALL_INTENTS = frozenset(("list_calls", "call_detail", "call_deadline"))
MEETING_INTENTS = frozenset(("list_meetings", "next_meeting", "meeting_detail"))


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a message asks. `choices` are intents to offer, best first: instead of an answer, or besides a first one."""

    intent: str
    slots: Mapping[str, object] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    language: Literal["lt", "en"] | None = None
    among: tuple[Name, ...] = ()
    """Names that fit equally well, to choose from, when it is them that are unclear."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A sentence's finding with its slots."""

    finding: Finding
    slots: dict[str, object]
    among: tuple[Name, ...]
    sentence: Sentence
