"""What members ask the secretariat: each question with its whole exchange, who has taken it and how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from storage.audit import By
from storage.sendings import NewSending

QuestionState = Literal["open", "answered", "closed"]


@dataclass(frozen=True, slots=True)
class Said:
    """One text of an exchange, there since the question's version `version`: the asker's, or an answer to them."""

    version: int
    at: datetime
    who: str
    text: str
    answer: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question under its id (`k3`), asked by a member.

    `about` is the sending that it answers, or empty. `exchange` is what was said, in that order. `taken` is the id of
    whoever of the secretariat has taken it, or empty. It is open since `since`, its version `waits`; "closed" is one
    that was ended without an answer.
    """

    id: str
    version: int
    asker: str
    about: str
    exchange: tuple[Said, ...]
    since: datetime
    waits: int = 1
    state: QuestionState = "open"
    taken: str = ""

    @property
    def unanswered(self) -> tuple[Said, ...]:
        """What the asker has said since the last answer."""
        last = max((i for i, said in enumerate(self.exchange) if said.answer), default=-1)
        return self.exchange[last + 1 :]


class Questions(Protocol):
    async def get(self, id: str) -> Question | None:
        """The question of that id, or None."""

    async def all(self) -> tuple[Question, ...]:
        """Every question, in the order of their ids; the same object until one changes."""

    async def of(self, asker: str) -> tuple[Question, ...]:
        """Those of a member, in the order of their ids."""

    async def open(self, asker: str, text: str, about: str, by: By) -> Question:
        """Keeps a new one, open."""

    async def add(self, id: str, text: str, by: By) -> Question:
        """The asker goes on; it is open again if it was not. Raises Missing."""

    async def take_back(self, id: str, said: int, by: By) -> Question | None:
        """What the asker said in that version goes, text and all; None when nothing is left, and the question is gone
        with it. One with an answer and nothing else to be answered is answered again. Raises Missing, and
        Changed(the question) when it has been answered or is not there."""

    async def assign(self, id: str, seen: int, taken: str, by: By) -> Question:
        """Somebody takes it, or with an empty `taken` hands it back; what is so already stays as it is. Raises
        Missing, and Changed(the question) when its version is not `seen`."""

    async def answer(self, id: str, seen: int, text: str, sending: NewSending, by: By) -> Question:
        """Answers it and opens the sending that brings the answer to the asker, in one commit; whoever answers what
        nobody has taken takes it. Raises Missing, and Changed(the question) when its version is not `seen`."""

    async def turn(self, id: str, seen: int, state: Literal["open", "closed"], by: By) -> Question:
        """Closes it without an answer, or opens it again; what is so already stays as it is. Raises Missing, and
        Changed(the question) when its version is not `seen`."""


def still_open(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Those that wait for an answer, the longest waiting first."""
    return tuple(sorted((q for q in questions if q.state == "open"), key=lambda q: (q.since, q.id)))
