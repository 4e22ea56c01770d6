"""People's own words as they were written, question by question, with what is decided on them: for whoever of the
secretariat looks them through before they are shared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.chat import Bold, Button, Reply, Span, Spans, rows, say
from handlers.commands import Line
from handlers.context import Context
from handlers.surveys.gathering import hiding, written
from handlers.surveys.redacting import Hiding, Part
from handlers.surveys.showing import find
from storage.surveys import Question, Survey

A_PAGE = 3
"""Texts or words on a page: with the turning of pages and the way back there are six buttons."""
LABEL = 22
"""Characters of a part on its button."""


@dataclass(frozen=True, slots=True)
class Written:
    """The texts of one question as they were written, each once, and what is decided on them. `number` is the
    question's place in the survey, from 1, by which a line names it."""

    survey: Survey
    question: Question
    number: int
    texts: tuple[str, ...]
    hiding: Hiding

    def line(self, rest: str = "") -> str:
        """The line of a page of theirs."""
        return f"texts {self.survey.id} {self.number} {rest}".rstrip()

    def mark(self, text: str) -> str:
        """What names the text."""
        return self.hiding.mark(self.question.id, text)

    def parts(self, text: str) -> tuple[Part, ...]:
        """What of it is hidden or was shown."""
        return self.hiding.parts(self.question.id, text)

    def whole(self, text: str) -> bool:
        """Whether it is hidden altogether."""
        return self.hiding.whole(self.question.id, text)

    def touched(self, text: str) -> bool:
        """Whether something of it is hidden."""
        return self.whole(text) or any(part.hidden for part in self.parts(text))

    @property
    def hidden_words(self) -> tuple[str, ...]:
        """The words that are hidden wherever they stand, in the order in which that was decided."""
        return tuple(one.words for one in self.hiding.redaction.phrases if one.hidden)

    def back(self, ctx: Context) -> Button:
        """To how it stands with them."""
        return Button(ctx.t("‹ Back"), self.line())


async def seen(line: Line, ctx: Context) -> Survey | None:
    """The survey that the line names, when its texts may be seen: of an anonymous one not before it has closed."""
    survey = await find(line, ctx)
    if survey is None or survey.state == "draft" or (survey.plan.anonymous and survey.state != "closed"):
        return None
    return survey


async def every(survey: Survey, ctx: Context) -> tuple[Written, ...]:
    """The questions that have texts."""
    tallies = await written(survey, ctx)
    if not any(one.texts for one in tallies.values()):
        return ()
    shared = await hiding(survey, ctx)
    return tuple(
        Written(survey, question, number, tuple(dict.fromkeys(tallies[question.id].texts)), shared)
        for number, question in enumerate(survey.plan.questions, 1)
        if question.id in tallies and tallies[question.id].texts
    )


async def of_question(line: Line, ctx: Context, *, exactly: bool = True) -> Written | None:
    """The question with texts that the line names by its number, or the only one; the first, where it need not be that
    one `exactly`."""
    survey = await seen(line, ctx)
    found = await every(survey, ctx) if survey else ()
    number = line.words[1] if len(line.words) > 1 else ""
    named = next((one for one in found if str(one.number) == number), None)
    either = found and (not exactly or (not number and len(found) == 1))
    return named or (found[0] if either else None)


async def named(line: Line, ctx: Context) -> tuple[Written, str] | None:
    """The text whose mark the line has, and its question."""
    survey = await seen(line, ctx)
    mark = line.words[1] if len(line.words) > 1 else ""
    for one in await every(survey, ctx) if survey and mark else ():
        for each in one.texts:
            if one.mark(each) == mark:
                return one, each
    return None


def no_text(line: Line, ctx: Context) -> Reply:
    """The text is not there, or its writer has changed it."""
    id = line.words[0] if line.words else ""
    back = f"texts {id}" if re.fullmatch(r"[a-z]\d{1,18}", id) else "survey"
    said = ctx.t("There is no such text any more.")
    return say(said, buttons=rows(Button(ctx.t("‹ Back"), back)))


def marked(text: str, parts: Sequence[Part], limit: int) -> Spans:
    """The text in one line, what is hidden in bold, cut behind so many characters."""
    found: list[Span] = []
    at = 0
    for part in (part for part in parts if part.hidden and part.start < limit):
        if before := in_one_line(text[at : part.start]):
            found.append(before)
        found.append(Bold(in_one_line(text[part.start : part.end])))
        at = part.end
    rest = in_one_line(text[at : max(limit, at)]) + ("…" if len(text) > max(limit, at) else "")
    return (*found, rest) if rest else tuple(found)


def in_one_line(text: str) -> str:
    """The text without its line ends, what stands around it kept."""
    return re.sub(r"\s+", " ", text)
