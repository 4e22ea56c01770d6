"""What of people's own words is hidden before a survey's results are shared: what somebody of the secretariat decided
on single texts, on words in all of them, and which questions' texts go along.

Nothing here has a text, and nothing says whose one is, which came first, or when: a text is named by a `mark` that is
made of its words and the survey's `salt` alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from storage.audit import By
from storage.sendings import NewSending

Span = tuple[int, int]
"""From the first to behind the last character of a part of a text."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A part of one text that somebody decided to hide or to show. `at` is the version of the redaction in which they
    did: what was decided later counts."""

    start: int
    end: int
    hidden: bool
    at: int


@dataclass(frozen=True, slots=True)
class Choice:
    """What was decided on one text: whether it is hidden altogether, and its parts. `by` decided last."""

    text: str
    version: int
    by: str
    whole: bool = False
    cuts: tuple[Cut, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that are hidden, or shown, in every text of the survey, in any of their forms. `by` decided last."""

    words: str
    hidden: bool
    at: int
    by: str = ""


@dataclass(frozen=True, slots=True)
class Redaction:
    """What is decided on the texts of one survey. `salt` mixes their order and is in their marks. `shared` are the
    questions whose texts go along with what is published."""

    id: str
    version: int
    survey: str
    salt: str
    choices: tuple[Choice, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    shared: tuple[str, ...] = ()

    def choice(self, text: str) -> Choice:
        """What was decided on the text of that mark; version 0 where nothing was."""
        return next((one for one in self.choices if one.text == text), Choice(text, 0, ""))


@dataclass(frozen=True, slots=True)
class Decided:
    """What is decided now, and over whose decision, which had not been seen: a member's id or empty."""

    redaction: Redaction
    over: str = ""


class Redactions(Protocol):
    async def of(self, survey: str) -> Redaction | None:
        """What is decided on that survey's texts, or None while nobody has looked at them."""

    async def begin(self, survey: str, salt: str, by: By) -> Redaction:
        """Nothing is decided yet, with that salt; once there is a redaction it is returned as it is. Raises Missing,
        and Changed(the survey) of a draft and of an anonymous survey that has not closed: nobody may see its texts."""

    async def decide(
        self, survey: str, text: str, part: Span | None, hidden: bool, seen: int, news: NewSending, by: By
    ) -> Decided:
        """That part of the text of that mark, or all of it, is hidden or shown. The last one to decide is heard: where
        a member had decided on that text in a version after `seen`, `news` is opened for them in the same commit. What
        is so already stays as it is. Raises Missing unless it has begun."""

    async def everywhere(self, survey: str, words: str, hidden: bool, news: NewSending, by: By) -> Decided:
        """These words are hidden, or shown, in every text. The last one to decide is heard: where a member had decided
        otherwise, `news` is opened for them in the same commit. What is so already stays as it is. Raises Missing
        unless it has begun."""

    async def share(
        self, survey: str, question: str, seen: int, hidden: Mapping[str, tuple[Span, ...]], by: By
    ) -> Redaction:
        """The texts of that question go along with what is published; `hidden` are the parts, by the texts' marks,
        that are hidden in what somebody has seen, and stay so whatever is proposed later. Raises Missing unless it has
        begun, and Changed(the redaction) when its version is not `seen`."""

    async def withhold(self, survey: str, question: str, by: By) -> Redaction:
        """They do not go along; twice is once. Raises Missing unless it has begun."""
