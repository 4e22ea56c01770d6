"""Words that the bot lacks and words that it was taught: what people ask in vain, and synonyms."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from storage.audit import By

MISSED_KEPT = 300
"""So many sentences that were not understood are kept; of more, those asked longest ago go."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A sentence that members said `times` times, last on the day `last`, and that was not understood. Who said it is
    not kept, nor at which hour."""

    id: str
    text: str
    times: int
    last: date


@dataclass(frozen=True, slots=True)
class Synonym:
    """Where `said` is said, in any form of its words, `means` is meant."""

    id: str
    said: str
    means: str


class Vocabulary(Protocol):
    async def missed(self) -> tuple[Missed, ...]:
        """What was asked in vain, in the order in which it was first asked."""

    async def synonyms(self) -> tuple[Synonym, ...]:
        """Every synonym, in the order of their ids; the same object until something changes."""

    async def teach(self, said: str, means: str, by: By, answers: str = "") -> Synonym:
        """Adds a synonym in place of one for the same words; the sentence `answers` (an id) is then asked in vain no
        more."""

    async def forget(self, id: str, by: By) -> None:
        """Forgets a synonym, or a sentence that was asked in vain; nothing to forget is no error."""
