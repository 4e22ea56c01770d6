"""What one sentence holds: its concepts and where they stand, its dates, its names, and what nothing explains."""

from collections.abc import Iterable
from datetime import date

from handlers.understanding.dates import SHORTEST_MISSPELT, Span, meant, spans
from handlers.understanding.folding import Token, fold
from handlers.understanding.lexicon import concepts, guess, phrase
from handlers.understanding.lexicon import whole as _whole
from handlers.understanding.naming import Hit, Name, Names

ASKING = frozenset(
    ("question", "when", "until_when", "where", "how_much", "time_left", "show", "list", "why")
)
_KEPT_IN_NAMES = frozenset(("group", "call", "measure", "association", "secretariat"))
_PLURAL = ("ai", "iai", "u", "iu", "ams", "iams", "us", "ius", "ais", "iais", "uose", "iuose", "s")
_SINGULAR = ("as", "is", "ias")
_RUN_TOGETHER = 8
"""Letters from which a word may be several without their spaces."""
_NOT = frozenset(("ne", "not"))
_BESIDE_NOT = frozenset(("the", "a", "an", "any", "about", "apie", "i", "del", "prie", "to"))
_WISHING = frozenset(
    fold(
        "prašyčiau prašau prašom prašytume norėčiau norėtume noriu norime galėtumėte galėtumėt galėtum gal galėčiau ar "
        "reikia reikėtų teiraujuosi klausiu malonėkite būkite please could would want need pls"
    ).split()
)
_BREAKS = frozenset(("nes", "bet", "kad", "because", "but", "so"))


class Sentence:
    """One sentence, looked through once; afterwards only asked."""

    __slots__ = ("dates", "guessed", "hits", "names", "questioned", "refused", "unknown", "where", "words")

    def __init__(self, tokens: list[Token], today: date, names: Names) -> None:
        self.questioned = tokens[-1].word == "?"
        """Whether it ends with a question mark."""
        spoken = tokens[:-1] if self.questioned else tokens
        self.words = [word for token in spoken for word in _apart(token.word, names)]
        self.names = names
        self.dates: list[Span] = spans([self._dated(word) for word in self.words], today)
        self.where: dict[str, list[int]] = {}
        """Concept → the places of the words that mean it for certain."""
        self.guessed: dict[str, list[int]] = {}
        """Concept → the places of words that are only similar to one of its own."""
        self.unknown: list[int] = []
        dated = [False] * len(self.words)
        self.refused: set[int] = _refused(self.words)
        """Places of words that are named only to be put aside: "ne posėdžiai, o kvietimai"."""
        for span in self.dates:
            dated[span.start : span.end] = [True] * (span.end - span.start)
        meanings = self._meanings(dated)
        found = names.find(self.words, dated, lambda at: not meanings[at] and self._is_word(at))
        self.hits: list[Hit] = [hit for hit in found if not self._put_aside(hit)]
        self._place(meanings, dated)

    def _dated(self, word: str) -> str:
        """A word as dates know it, when it means nothing else."""
        if len(word) < SHORTEST_MISSPELT or concepts(word) or self.names.knows(word):
            return word
        return meant(word)

    def _put_aside(self, hit: Hit) -> bool:
        """Whether a name is said only to say that it isn't that: "ne eksporto, o politikos"."""
        return hit.start in self.refused and self.names.knows(self.words[hit.start])

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
            if dated[at] or at in self.refused:
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

    @property
    def asks(self) -> bool:
        """Whether it asks or wishes for something, and does not merely tell."""
        return self.questioned or self.sure(*ASKING, "receives", "notify") or self.says(*_WISHING)

    @property
    def pleads(self) -> bool:
        """Whether it is put as a question or a request, and does not only hold a word that also asks."""
        return self.questioned or self.says(*_WISHING)

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


def _refused(words: list[str]) -> set[int]:
    """The words behind a "ne" or "not" that stands for itself, an article between them aside."""
    found = set[int]()
    for at, word in enumerate(words[:-1]):
        if word in _NOT and words[at + 1 : at + 2] != ["tik"] and words[at + 1 : at + 2] != ["only"]:
            target = at + 1
            while target < len(words) - 1 and words[target] in _BESIDE_NOT:
                target += 1
            found.add(target)
    return found


def _apart(word: str, names: Names) -> tuple[str, ...]:
    """A word that nothing explains, cut into words that something does ("opencalls", "kadaposėdis")."""
    if len(word) < _RUN_TOGETHER or not word.isalpha() or concepts(word) or names.knows(word):
        return (word,)
    return _cut(word, names, 4) or (word,)


def _cut(word: str, names: Names, most: int) -> tuple[str, ...]:
    """The word as at most so many known words, the longest first; nothing when that cannot be."""
    if concepts(word) or names.knows(word):
        return (word,)
    if most == 1:
        return ()
    for size in range(len(word) - 3, 2, -1):
        head = word[:size]
        if (_whole(head) or names.knows(head)) and (rest := _cut(word[size:], names, most - 1)):
            return (head, *rest)
    return ()
