"""What of a survey's texts is hidden when they are shared: what is proposed, unless the secretariat decided otherwise,
and what it decided to hide. Pure.

A decision on a part of one text, and one on words in all of them, count by when they were made; a part is shown only
where it lies in what was shown later than it was hidden. What is proposed counts as hidden before everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b

from handlers.surveys.tallying import choices
from handlers.surveys.texts import HIDDEN, Known, places, spots
from storage.redactions import Choice, Redaction
from storage.surveys import Given, Plan, Question, Sheet, Tally


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text that is hidden, or that somebody decided to show. `proposed` is one that nobody has decided
    on."""

    start: int
    end: int
    hidden: bool
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class _Decision:
    """What was proposed (`at` is 0) or decided, and when among the decisions."""

    start: int
    end: int
    hidden: bool
    at: int

    def over(self, other: _Decision) -> bool:
        """Whether the other lies in it and was made before."""
        return self.start <= other.start and other.end <= self.end and self.at > other.at


@dataclass(frozen=True)
class Hiding:
    """The decisions on a survey's texts, and the names that are proposed to be hidden."""

    redaction: Redaction
    names: Known

    @cached_property
    def _choices(self) -> Mapping[str, Choice]:
        return {one.text: one for one in self.redaction.choices}

    def mark(self, question: str, text: str) -> str:
        """The name of a text: ten hexadecimal digits that follow from its words and the salt alone."""
        return self._digest(f"{question}\0{text}", 5)

    def ordered(self, question: str, texts: Iterable[str]) -> tuple[str, ...]:
        """In an order that chance made and that stays, whoever wrote and whenever: by the salt, which is nowhere but
        in the store, so that the order tells nothing of what is hidden."""
        return tuple(sorted(texts, key=lambda text: (self._digest(f"order\0{question}\0{text}", 16), text)))

    def _digest(self, text: str, size: int) -> str:
        key = self.redaction.salt.encode()[:64]
        return blake2b(text.encode("utf-8", "surrogatepass"), key=key, digest_size=size).hexdigest()

    def whole(self, question: str, text: str) -> bool:
        """Whether it is hidden altogether."""
        return self._choice(question, text).whole

    def _choice(self, question: str, text: str) -> Choice:
        mark = self.mark(question, text)
        return self._choices.get(mark) or Choice(mark, 0, "")

    def parts(self, question: str, text: str) -> tuple[Part, ...]:
        """What of it is hidden or was shown, in its order, none over another."""
        decided = self._decisions(question, text)
        hidden = [
            one for one in decided if one.hidden and not any(o.over(one) for o in decided if not o.hidden)
        ]
        chosen = [one for one in hidden if one.at]
        found = [
            Part(start, end, True, not any(one.start < end and start < one.end for one in chosen))
            for start, end in _joined((one.start, one.end) for one in hidden)
        ]
        for one in sorted((one for one in decided if not one.hidden), key=lambda one: one.start - one.end):
            if all(one.end <= part.start or part.end <= one.start for part in found):
                found.append(Part(one.start, one.end, False))
        return tuple(sorted(found, key=lambda part: part.start))

    def _decisions(self, question: str, text: str) -> list[_Decision]:
        cuts = (one for one in self._choice(question, text).cuts if one.end <= len(text))
        found = [_Decision(one.start, one.end, one.hidden, one.at) for one in cuts]
        said = {one.words: one for one in self.redaction.phrases}
        found += [
            _Decision(start, end, said[words].hidden, said[words].at)
            for words, spans in places(text, said)
            for start, end in spans
        ]
        return [*found, *(_Decision(one.start, one.end, True, 0) for one in spots(text, self.names))]

    def said(self, question: str, text: str) -> str:
        """The text as it is shared; HIDDEN alone when it is hidden altogether."""
        if self.whole(question, text):
            return HIDDEN
        for part in reversed(self.parts(question, text)):
            if part.hidden:
                text = text[: part.start] + HIDDEN + text[part.end :]
        return text

    # Of everything

    def tally(self, one: Tally, *, mixed: bool) -> Tally:
        """The tally with its texts as they are shared, those left out that are hidden altogether; in the order that
        stays, unless they are `mixed` for good already."""
        if not one.texts:
            return one
        ordered = one.texts if mixed else self.ordered(one.question, one.texts)
        shown = (text for text in ordered if not self.whole(one.question, text))
        return replace(one, texts=tuple(self.said(one.question, text) for text in shown))

    def left_out(self, tallies: Iterable[Tally]) -> Mapping[str, int]:
        """How many texts of each question are hidden altogether, where there are any."""
        counted = {one.question: sum(self.whole(one.question, text) for text in one.texts) for one in tallies}
        return {question: count for question, count in counted.items() if count}

    def sheets(self, plan: Plan, sheets: Iterable[Sheet]) -> Iterator[Sheet]:
        """The sheets with every text as it is shared."""
        asked = {q.id: (q, frozenset(choices(q))) for q in plan.questions if q.kind == "text" or q.other}
        for sheet in sheets:
            answers = {
                id: self._given(*asked[id], given) if id in asked else given
                for id, given in sheet.answers.items()
            }
            yield replace(sheet, answers=answers)

    def _given(self, question: Question, known: frozenset[str], given: Given) -> Given:
        def said(item: str) -> str:
            item = item.strip()
            return item if item in known or not item else self.said(question.id, item)

        return said(given) if isinstance(given, str) else tuple(map(said, given))


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """What lies over one another is one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
