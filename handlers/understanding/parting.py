"""The questions that a message holds, each in its own words: sentence by sentence, and in two where "ir" or "and"
begins another."""

from __future__ import annotations

from handlers.understanding.folding import Token, fold, sentences

LONGEST = 2000
"""Characters of a message that are read; a question that hasn't come by then doesn't come."""
_JOINTS = frozenset(("ir", "o", "bei", "and", "plus", "also", "taip"))
_ASKING = frozenset(
    "kada kur kas ka kam koks kokia kokie kokios kokius kokiu kiek kuris kuri kurie kurios iki nuo ar kaip "
    "when where who what which how until is are does do can".split()
)
_LEAST = 2
"""Words that a question has at least, on either side of the joint."""
_MOST = 4


def questions(text: str) -> list[str]:
    """The words of each, in order; what is only wished or told is the story around one. More than anybody asks in one
    breath are none: nothing is read that often over."""
    text = text[:LONGEST]
    found = [part for sentence in sentences(text) for part in _questions(sentence)]
    if len(found) > _MOST:
        return []
    folded = fold(text)
    written = text if len(folded) == len(text) else folded
    return [written[part[0].start : part[-1].end].strip() for part in found]


def _questions(sentence: list[Token]) -> list[list[Token]]:
    parts: list[list[Token]] = []
    begun = 0
    for at in range(_LEAST, len(sentence) - _LEAST):
        if at - begun >= _LEAST and sentence[at].word in _JOINTS and sentence[at + 1].word in _ASKING:
            parts.append(sentence[begun:at])
            begun = at + 1
    if parts:
        return [*parts, sentence[begun:]]
    asks = sentence[-1].word == "?" or sentence[0].word in _ASKING
    return [sentence] if asks and len(sentence) >= _LEAST else []
