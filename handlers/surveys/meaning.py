"""Whether what has the same id in two rounds of a survey still means the same: questions, answers, steps of a scale.
Pure.

Words read alike when they have the same stems in the same order, in every language that both have; years, case and
punctuation make no difference. More cannot be told from words: "kiek narių" and "kiek darbuotojų" differ in one.
"""

from __future__ import annotations

import re
from typing import Literal

from handlers.surveys.tallying import steps
from handlers.understanding.folding import fold, key
from storage.surveys import Question
from storage.words import Words

Likeness = Literal["same", "reworded", "otherwise", "others"]
_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"(?:19|20)\d\d")


def likeness(was: Question, now: Question) -> Likeness:
    """`otherwise` is asked what has another kind, scale or unit, `reworded` what has other words or steps that mean
    something else, `others` what follows from another answer now."""
    if was.kind != now.kind or was.unit != now.unit or (was.kind == "scale" and steps(was) != steps(now)):
        return "otherwise"
    if not read_alike(was.text, now.text) or not _steps_alike(was, now):
        return "reworded"
    same = {(one.question, frozenset(one.values)) for one in was.show_if}
    return "same" if same == {(one.question, frozenset(one.values)) for one in now.show_if} else "others"


def renamed(was: Question, now: Question) -> frozenset[str]:
    """The ids of the answers that mean something else now."""
    before = {option.id: option.label for option in was.options}
    return frozenset(
        one.id for one in now.options if one.id in before and not read_alike(before[one.id], one.label)
    )


def read_alike(one: Words, other: Words) -> bool:
    """Whether they say the same in every language that both have; not when there is none."""
    pairs = [(one.lt, other.lt), (one.en, other.en)]
    both = [(_stems(a), _stems(b)) for a, b in pairs if a.strip() and b.strip()]
    return bool(both) and all(a == b for a, b in both)


def _steps_alike(was: Question, now: Question) -> bool:
    before, after = was.labels or {}, now.labels or {}
    return all(read_alike(before[step], after[step]) for step in before.keys() & after.keys())


def _stems(text: str) -> list[str]:
    return [key(word) for word in _WORD.findall(fold(text)) if not _YEAR.fullmatch(word)]
