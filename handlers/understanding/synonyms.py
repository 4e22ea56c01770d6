"""Words that the secretariat has taught: where one is said, in any form, what it means is read instead."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.understanding.folding import fold, key, sentences, words

MOST_WORDS = 12
"""The longest saying that can be taught."""


class Synonyms:
    """Sayings and what they mean, indexed once; a longer saying comes before a shorter one."""

    __slots__ = ("_longest", "_means")

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._means = {_keys(words(said)): means for said, means in pairs if words(said)}
        self._longest = max(map(len, self._means), default=0)

    def reread(self, text: str) -> str:
        """The text with every saying replaced by what it means; the text itself when there is none in it."""
        if not self._means:
            return text
        tokens = [token for sentence in sentences(text) for token in sentence]
        folded, rest, at, begun = fold(text), [], 0, 0
        while at < len(tokens):
            for count in range(min(self._longest, len(tokens) - at), 0, -1):
                means = self._means.get(_keys(token.word for token in tokens[at : at + count]))
                if means is not None:
                    rest += [folded[begun : tokens[at].start], means]
                    at, begun = at + count, tokens[at + count - 1].end
                    break
            else:
                at += 1
        return "".join((*rest, folded[begun:])) if rest else text


def _keys(said: Iterable[str]) -> tuple[str, ...]:
    return tuple(key(word) for word in said)
