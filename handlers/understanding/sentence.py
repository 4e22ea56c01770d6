"""What one sentence holds: its concepts and where they stand, its dates, its names, and what nothing explains."""

from collections.abc import Iterable
from datetime import date

from handlers.understanding.dates import Span, spans
from handlers.understanding.folding import Token
from handlers.understanding.lexicon import concepts, guess, phrase
from handlers.understanding.naming import Hit, Name, Names

ASKING = frozenset(
    ("question", "when", "until_when", "where", "how_much", "time_left", "show", "list", "why")
)
_KEPT_IN_NAMES = frozenset(("group", "call", "measure", "association", "secretariat"))
_PLURAL = ("ai", "iai", "u", "iu", "ams", "iams", "us", "ius", "ais", "iais", "uose", "iuose", "s")
_SINGULAR = ("as", "is", "ias")
_BREAKS = frozenset(("nes", "bet", "kad", "because", "but", "so"))


class Sentence:
    """One sentence, looked through once; afterwards only asked."""

    __slots__ = ("dates", "first", "guessed", "hits", "names", "unknown", "where", "words")

    def __init__(self, tokens: list[Token], today: date, names: Names) -> None:
        self.words = [token.word for token in tokens]
        self.names = names
        self.dates: list[Span] = spans(self.words, today)
        self.where: dict[str, list[int]] = {}
        """Concept → the places of the words that mean it for certain."""
        self.guessed: dict[str, list[int]] = {}
        """Concept → the places of words that are only similar to one of its own."""
        self.unknown: list[int] = []
        dated = [False] * len(self.words)
        for span in self.dates:
            dated[span.start : span.end] = [True] * (span.end - span.start)
        meanings = self._meanings(dated)
        self.hits: list[Hit] = names.find(
            self.words, dated, lambda at: not meanings[at] and self._is_word(at)
        )
        self._place(meanings, dated)

    def _is_word(self, at: int) -> bool:
        return self.words[at].isalpha() and len(self.words[at]) > 2

    def _meanings(self, dated: list[bool]) -> list[frozenset[str]]:
        """The concepts of every word, those of a phrase on each of its words."""
        found: list[frozenset[str]] = []
        while len(found) < len(self.words):
            at = len(found)
            if dated[at]:
                found.append(frozenset(("date",)))
                continue
            size, meant = phrase(self.words, at)
            if size and not any(dated[at : at + size]):
                found += [meant | _kept(concepts(word)) for word in self.words[at : at + size]]
            else:
                found.append(concepts(self.words[at]))
        return found

    def _place(self, meanings: list[frozenset[str]], dated: list[bool]) -> None:
        named = {at for hit in self.hits if hit.covered >= 0.4 for at in range(hit.start, hit.end)}
        fuzzily = {at for hit in self.hits if hit.fuzzy for at in range(hit.start, hit.end)}
        for at, found in enumerate(meanings):
            if dated[at]:
                continue
            if at in named:
                found = found & _KEPT_IN_NAMES
            elif not found and at not in fuzzily and self._is_word(at):
                self._guess(at)
            for concept in found:
                self.where.setdefault(concept, []).append(at)

    def _guess(self, at: int) -> None:
        """What a word that nothing explains may be a misspelling of."""
        like = guess(self.words[at])
        if not like:
            self.unknown.append(at)
        for concept in like:
            self.guessed.setdefault(concept, []).append(at)

    # asking

    def has(self, *some: str) -> bool:
        """Whether any of the concepts is there, misspelt or not."""
        return any(concept in self.where or concept in self.guessed for concept in some)

    def sure(self, *some: str) -> bool:
        """Whether any of the concepts is there as written."""
        return any(concept in self.where for concept in some)

    def at(self, *some: str) -> int | None:
        """The first place of any of the concepts."""
        places = [self.where[c][0] for c in some if c in self.where] + [
            self.guessed[c][0] for c in some if c in self.guessed
        ]
        return min(places, default=None)

    def all_at(self, some: Iterable[str]) -> set[int]:
        """Every place of any of the concepts."""
        return {at for c in some for at in (*self.where.get(c, ()), *self.guessed.get(c, ()))}

    def says(self, *some: str) -> bool:
        """Whether one of these folded words stands there."""
        return any(word in some for word in self.words)

    def first_ask(self) -> int:
        """The place of the first word that asks, 0 when none does."""
        return min((self.where[c][0] for c in ASKING if c in self.where), default=0)

    def last_ask(self) -> int | None:
        """The place of the last word that asks; stories stand before it."""
        return max((self.where[c][-1] for c in ASKING if c in self.where), default=None)

    def broken(self, start: int, end: int) -> bool:
        """Whether a new clause begins between two places."""
        low, high = sorted((start, end))
        return any(word in _BREAKS for word in self.words[low:high]) or any(
            low < at < high for at in self.all_at(("question",))
        )

    def plural(self, concept: str) -> bool | None:
        """Whether the concept's first word is plural ("kvietimai", "calls"); None when it isn't there."""
        at = self.at(concept)
        if at is None:
            return None
        word = self.words[at]
        if concept not in self.where:
            return word.endswith(("ai", "iai", "us", "ius", "ams", "iams"))
        return word.endswith(_PLURAL) and not word.endswith(_SINGULAR)

    def named(self, *kinds: str, least: float = 0.0) -> Hit | None:
        """The best covered hit of a name of these kinds, what was misspelt after what was not."""
        fitting = [
            hit for hit in self.hits if hit.covered >= least and any(name.kind in kinds for name in hit.names)
        ]
        return max(fitting, key=lambda hit: (not hit.fuzzy, hit.covered, hit.end - hit.start), default=None)

    def content(self) -> int:
        """How many words are neither fillers nor names nor dates."""
        fillers = self.all_at(("filler", "greeting", "thanks", "question"))
        dated = {at for span in self.dates for at in range(span.start, span.end)}
        named = {at for hit in self.hits for at in range(hit.start, hit.end)}
        return sum(
            1 for at, word in enumerate(self.words) if word.isalpha() and at not in fillers | dated | named
        )


def of_kind(hit: Hit | None, kind: str) -> tuple[Name, ...]:
    """The names of one kind that a hit may mean."""
    return tuple(name for name in hit.names if name.kind == kind) if hit is not None else ()


def _kept(found: frozenset[str]) -> frozenset[str]:
    """Of a word inside a phrase, what it still asks ("kiek liko" is a question, too)."""
    return found & frozenset(("question", "call", "meeting"))
