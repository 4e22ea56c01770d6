"""Names from the store found in a sentence: in any case and ending, abbreviated, in part, misspelt.

Of the names that fit, the longest wins ("eksporto darbo grupė" over the alias "darbo grupė"). A word that many names
share ("klasteris", "kvietimas", "LT") never finds one alone. A name is found the quick way, through the words it is
made of; only words that nothing else explains are compared by distance.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

from handlers.understanding.folding import SHORTEST_STEMMED, fold, nearest, words
from handlers.understanding.folding import key as stem_of
from handlers.understanding.lexicon import concepts
from handlers.understanding.synonyms import Synonyms

Kind = Literal["call", "measure", "agency", "group", "organisation", "sector"]


@dataclass(frozen=True, slots=True)
class Name:
    """One thing that has a name in the store; calls come with the soonest first, so that the nearest is offered."""

    kind: Kind
    id: str
    names: tuple[str, ...]
    of: tuple[str, ...] = ()


class Hit(NamedTuple):
    """Words `start` to `end` of a sentence name these (several when they fit equally well)."""

    start: int
    end: int
    names: tuple[Name, ...]
    covered: float
    """Share of the name that was said, 0 to 1."""
    fuzzy: bool


@dataclass(frozen=True, slots=True)
class _Alias:
    name: int
    total: float


@dataclass(slots=True)
class _Tables:
    aliases: list[_Alias] = field(default_factory=list)
    postings: dict[str, set[int]] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    inflected: dict[str, str] = field(default_factory=dict)
    """Every form of a short name ("mitos", "lvpai") → the name."""


class Names:
    """What the store has names for, indexed once and asked many times."""

    __slots__ = ("_by_first", "_by_letters", "_calls_of", "_heads", "_met", "_tables", "all", "synonyms")

    def __init__(self, names: tuple[Name, ...], synonyms: Synonyms | None = None) -> None:
        self.all = names
        self.synonyms = synonyms or Synonyms()
        self._tables = _Tables()
        self._by_first: dict[str, list[str]] = {}
        self._by_letters: dict[str, list[str]] = {}
        self._heads: set[str] = set()
        self._met: dict[str, str | None] = {}
        for at, name in enumerate(names):
            for alias in _aliases(name):
                self._enter(at, alias)
        self._calls_of: dict[str, list[Name]] = {}
        for name in names:
            if name.kind == "call":
                for measure in name.of:
                    self._calls_of.setdefault(measure, []).append(name)
        for word in self._tables.postings:
            for said in (word, *_SAID_TOO.get(word, ())) if self._tables.weights[word] == 1 else ():
                if len(said) >= SHORTEST_STEMMED - 1:
                    self._by_first.setdefault(said[0], []).append(said)

    def calls_of(self, measure: str) -> tuple[Name, ...]:
        """The calls of a measure, in the order they were given in."""
        return tuple(self._calls_of.get(measure, ()))

    def knows(self, word: str) -> bool:
        """Whether a folded word belongs to a name and tells it from others."""
        known = self._known(word)
        return known is not None and self._tables.weights[known] == 1

    def find(
        self, sentence: Sequence[str], taken: Sequence[bool], unknown: Callable[[int], bool]
    ) -> list[Hit]:
        """The names in a sentence's folded words; `taken` words are dates, `unknown` ones may be misspelt names."""
        known = [None if taken[at] else self._known(word) for at, word in enumerate(sentence)]
        fuzzy = [False] * len(known)
        for at, word in enumerate(sentence):
            if known[at] is None and not taken[at] and unknown(at):
                known[at] = self._nearest(word)
                fuzzy[at] = known[at] is not None
        for at in range(len(sentence) - 1):
            if not (taken[at] or taken[at + 1]) and (unknown(at) or unknown(at + 1)):
                self._join(at, sentence, known)
        hits: list[Hit] = []
        left = {at for at, word in enumerate(known) if word is not None}
        weights = self._tables.weights
        while any(weights[known[at] or ""] > _EMPTY_WEIGHT for at in left):
            seed = min(
                left,
                key=lambda at: (-weights[known[at] or ""], len(self._tables.postings[known[at] or ""]), at),
            )
            hit = self._grow(seed, known, left, fuzzy)
            left -= set(range(hit.start, hit.end))
            if hit.names:
                hits.append(hit)
        return sorted(hits, key=lambda hit: hit.start)

    def _enter(self, at: int, alias: list[str]) -> None:
        tables = self._tables
        number = len(tables.aliases)
        alias = [_spelt(word) for word in alias if "call" not in concepts(word)] or alias
        for word in alias:
            tables.weights.setdefault(key(word), _weight(word))
        total = sum(tables.weights[stem] for stem in {key(word) for word in alias})
        tables.aliases.append(_Alias(at, total))
        for word in alias:
            tables.postings.setdefault(key(word), set()).add(number)
            self._enter_misspelt(word)
            if len(word) < SHORTEST_STEMMED:
                for form in _inflections(word):
                    tables.inflected.setdefault(form, key(word))

    def _enter_misspelt(self, word: str) -> None:
        """Where a word that tells names apart is looked for when its letters are turned or it is cut in two."""
        if self._tables.weights[key(word)] < 1 or len(word) < SHORTEST_STEMMED - 1:
            return
        alike = self._by_letters.setdefault("".join(sorted(word)), [])
        if word not in alike:
            alike.append(word)
        self._heads.add(word[:_HEAD])

    def _known(self, word: str) -> str | None:
        """The key of the names' word that a folded one is, or begins."""
        if word not in self._met:
            if len(self._met) >= _REMEMBERED:
                self._met.clear()
            self._met[word] = self._looked_up(word)
        return self._met[word]

    def _looked_up(self, word: str) -> str | None:
        stem = key(_spelt(word))
        if stem in self._tables.postings:
            return stem
        return self._tables.inflected.get(_spelt(word)) or self._begun(word)

    def _join(self, at: int, sentence: Sequence[str], known: list[str | None]) -> None:
        """A name's word that was written as two: "ino klasteris"."""
        whole = sentence[at] + sentence[at + 1]
        if len(whole) >= _WRITTEN_APART and whole[:_HEAD] in self._heads and self.knows(whole):
            known[at] = known[at + 1] = self._known(whole)

    def _swapped(self, word: str) -> str | None:
        """The names' word in which two neighbouring letters changed places: "lvap", "mtpei"."""
        for like in self._by_letters.get("".join(sorted(word)), ()):
            apart = [at for at, letter in enumerate(word) if letter != like[at]]
            if len(apart) == 2 and apart[1] == apart[0] + 1 and apart[0] > 0:
                return key(like)
        return None

    def _begun(self, word: str) -> str | None:
        """The one long word of a name that this is the beginning of: "skaitm." of "Skaitmeninių"."""
        if len(word) < SHORTEST_STEMMED or concepts(word):
            return None
        longer = {
            _ALIKE.get(stem, stem) for stem in self._by_first.get(word[:1], ()) if stem.startswith(word)
        }
        return longer.pop() if len(longer) == 1 else None

    def _nearest(self, word: str) -> str | None:
        """The names' word that a misspelt one is most like: same first letter, five letters at least, or four of which
        two changed places."""
        candidates = self._by_first.get(word[:1])
        if candidates is None or len(word) < SHORTEST_STEMMED - 1 or not word.isalpha():
            return None
        swapped = self._swapped(word)
        if swapped is not None or len(word) < SHORTEST_STEMMED:
            return swapped
        like = nearest(stem_of(word), candidates)
        return _ALIKE.get(like, like) if like is not None else None

    def _grow(self, seed: int, known: list[str | None], left: set[int], fuzzy: list[bool]) -> Hit:
        """From the rarest word outwards: the names that contain as many of the neighbouring words as possible."""
        postings = self._tables.postings
        fits = postings[known[seed] or ""]
        used = {seed}
        for step in (1, -1):
            at, gap = seed + step, 0
            while 0 <= at < len(known) and gap < 2:
                word = known[at] if at in left else None
                both = fits & postings[word] if word is not None else set()
                if both:
                    fits, gap = both, 0
                    used.add(at)
                else:
                    gap += 1
                at += step
        start, end = min(used), max(used) + 1
        said = {known[at] or "" for at in used}
        names, covered = self._best(fits, said)
        return Hit(start, end, names, covered, any(fuzzy[at] for at in used))

    def _best(self, fits: set[int], said: set[str]) -> tuple[tuple[Name, ...], float]:
        """Of names that contain all said words, those with the least unsaid; none when only shared words were said."""
        aliases = self._tables.aliases
        weights = self._tables.weights
        weight = sum(weights[word] for word in said)
        least = min(aliases[number].total for number in fits)
        covered = weight / least if least else 0.0
        distinct = any(weights[word] == 1 for word in said)
        if not distinct and (covered < 0.85 or len(said) < 2):
            return (), 0.0
        best = sorted({aliases[number].name for number in fits if aliases[number].total <= least + 0.01})
        return tuple(self.all[at] for at in best), min(covered, 1.0)


_ALIKE = {
    stem_of(word): stem_of(listed.split()[0])
    for listed in (
        "klasteris cluster clusters",
        "grupe group groups",
        "darbo working",
        "agentura agency",
        "inovaciju innovation innovations inovacinis inovacine",
        "cekis cekiai voucher vouchers vauceris vauceriai",
        "centras center centre centres",
        "asociacija association",
        "ministerija ministry",
        "skaitmeninis digital",
        "verslo verslas business",
        "pletra development",
        "kurimas creation",
        "saugykla saugyklos repository repositories storage storages",
        "centralizuotas centralizuotos centralised centralized",
        "kompetencija kompetenciju competence competency",
        "technologija technologijos technology technologies",
        "gamyba manufacturing production",
        "inzinerija engineering",
        "maisto maistas food",
        "agroinovacija agroinovacijos agrifood agritech",
        "tyrimas tyrimai research",
        "patentas patent patents",
        "zalioji zalias green",
        "energetika energy",
        "turizmas tourism",
        "sveikata health",
        "mokymai mokymas training trainings",
        "bendradarbiavimas cooperation collaboration",
        "miestas miesto city town",
        "regionas regionai region regions",
        "eksportas export exports",
    )
    for word in listed.split()[1:]
}
"""Words of names that mean the same, whichever language a name is said in → the first of them."""


_SAID_TOO: dict[str, list[str]] = {}
for _other, _first in _ALIKE.items():
    _SAID_TOO.setdefault(_first, []).append(_other)


@lru_cache(maxsize=16384)
def key(word: str) -> str:
    """What all forms of a folded word of a name share, in both languages."""
    stem = stem_of(word)
    return _ALIKE.get(stem, stem)


def _spelt(word: str) -> str:
    """A foreign word as it is also written in Lithuanian: "ekspo" for "expo"."""
    return word.replace("x", "ks")


_BRACKETS = re.compile(r"\([^()]*\)")
_SHARED = frozenset(
    key(word)
    for word in (
        "klasteris cluster darbo grupė working group kvietimas call programa programme priemonė measure projektas project "
        "agentūra agency ministerija ministry asociacija association lietuvos lithuanian centras centre center verslo business "
        "plėtra development inovacijų innovation parama support veikla įmonė company technologijos technology paslaugos miesto "
        "regionas region europos european sąjungos union pakartotinis"
    ).split()
    for word in words(word)
)
_EMPTY = frozenset(
    "lt nr no ir su dėl del į i ii iii iv of for and the in a an with per pagal iš is asis oji".split()
)
_ENDINGS = "a os ai oje u as o ui e es ei io iui i is ams ais us".split()


_SHORT: dict[tuple[str, ...], str] = {("darbo", "grupe"): "dg", ("working", "group"): "wg"}
"""What people write for these two words."""
_EMPTY_WEIGHT = 0.1
_REMEMBERED = 4096
"""Words whose look-up is kept: a sentence asks for each several times, and people for the same ones."""
_HEAD = 5
_WRITTEN_APART = 8
"""Letters from which a name's word may have been written as two."""
_TELLING = frozenset(("field", "topic", "body", "association", "exporting"))
"""Concepts of the vocabulary whose words may still tell names apart ("eksporto", "fotonikos")."""


def _weight(word: str) -> float:
    """How much a word tells one name from another: 1, half for shared words, next to nothing for "LT" or a number."""
    if word in _EMPTY or word.isdecimal() or len(word) == 1:
        return _EMPTY_WEIGHT
    if word in _SHORT.values():
        return 1.0
    return 0.5 if key(word) in _SHARED or concepts(word) - _TELLING else 1.0


def _inflections(word: str) -> list[str]:
    """ "mitos", "mitai" of MITA; "lico" of LIC; two letters take no ending, they would be any word."""
    if len(word) < 3 or not word.isalpha() or word in _EMPTY:
        return [word]
    stem = word[:-1] if word[-1] in "aeo" else word
    return [word, *(stem + ending for ending in _ENDINGS)]


def _aliases(name: Name) -> list[list[str]]:
    """All the ways a thing is called, as folded words: names, with and without brackets, ids and initials of bodies."""
    ways = [way for text in name.names for way in (text, _BRACKETS.sub(" ", text))]
    ways += [way.replace("&", joint) for way in ways if "&" in way for joint in (" and ", " n ", "n")]
    if name.kind in ("agency", "group", "organisation"):
        ways += [name.id, *filter(None, map(_initials, name.names))]
    found: dict[tuple[str, ...], None] = {}
    for way in ways:
        found[tuple(words(way))] = None
        if name.kind == "group" and (short := _SHORT.get(tuple(words(way)[-2:]))):
            found[(*words(way)[:-2], short)] = None
    return [list(way) for way in found if way]


def _initials(text: str) -> str:
    """The initials of a name of three words and more, without its "ir" and "and"; empty when that makes none."""
    letters = [word[0] for word in words(fold(text)) if word not in _EMPTY]
    return "".join(letters) if 3 <= len(letters) <= 6 else ""
