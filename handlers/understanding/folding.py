"""Words as they are compared: folded of case and diacritics, cut into tokens, reduced to stems.

Members type *posedis* and *kvietimu terminai*; what is compared is therefore always the folded word, and of words of
five letters and more their Lithuanian stem, so that all declined forms of a noun meet in one key.
"""

import importlib
import re
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import NamedTuple, Protocol

SHORTEST_STEMMED = 5
"""Letters from which a word has a stem; shorter ones are compared as they are (*kur* is not *kuras*)."""

CLOSE = 0.78
"""How alike (optimal string alignment, normalised) a misspelt word must be; measured, see the design of language."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_LETTERS = str.maketrans("ąčęėįšųūž", "aceeisuuz")
_TOKEN = re.compile(
    r"[a-z]\d+(?!\w)"  # c42, q4
    r"|[a-z]&[a-z](?!\w)"  # R&D
    r"|\d+(?:[.\-/:–]\d+)*"  # 16, 16:00, 2026-10-30, 1–15
    r"|[^\W\d_]+"
    r"|\.|[?!;\n]|[–-]"
)
_DOTTED = frozenset(
    "d m val min ketv k men sav nr gerb pvz tel el kt pr g kab st prof dr doc t y p s a e i "
    "saus vas kov bal geg birz liep rugp rugs spal lapkr gruod am pm mr mrs ms no approx "
    "pos prot kviet term sav penktad pirmad antrad treciad ketvirtad skaitm".split()
)


class Token(NamedTuple):
    """One word, number or dash of a message: folded, with its place in the folded text."""

    word: str
    start: int
    end: int


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...


def fold(text: str) -> str:
    """The text without case, diacritics and invisible characters; letters of other scripts stay."""
    if text.isascii():
        return text.lower()
    folded = _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).casefold().translate(_LETTERS)
    if folded.isascii():
        return folded
    return "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))


def sentences(text: str) -> list[list[Token]]:
    """The tokens of a text, sentence by sentence, empty ones left out; the full stop of "d." or "val." ends none.
    Of what ends a sentence only a question mark is kept."""
    folded = fold(text)
    found: list[list[Token]] = [[]]
    for match in _TOKEN.finditer(folded):
        word = match[0]
        if word == ".":
            last = found[-1][-1].word if found[-1] else ""
            if not last or last in _DOTTED or last.isdigit() or not _ends_here(folded, match.end()):
                continue
        if word in ".?!;\n":
            if found[-1]:
                if word == "?":
                    found[-1].append(Token(word, match.start(), match.end()))
                found.append([])
        elif word not in "–-" or (found[-1] and _joins(folded, match.start(), match.end())):
            found[-1].append(Token(word, match.start(), match.end()))
    return [sentence for sentence in found if sentence]


def words(text: str) -> list[str]:
    """The folded words of a text, without dashes and punctuation."""
    return [token.word for sentence in sentences(text) for token in sentence if token.word not in "–-?"]


def _ends_here(text: str, at: int) -> bool:
    return at >= len(text) or text[at].isspace()


def _joins(text: str, start: int, end: int) -> bool:
    """Whether a dash stands between two dates or words, not inside one: "spalis–lapkritis", "1 - 15"."""
    return text[start:end] == "–" or (text[start - 1 : start].isspace() and text[end : end + 1].isspace())


@lru_cache(maxsize=16384)
def key(word: str) -> str:
    """What all forms of a folded word share; the word itself when it is short or no word."""
    if len(word) < SHORTEST_STEMMED or not word.isalpha():
        return word
    return _kept().get(word) or stemmed(word)


@cache
def _kept() -> Mapping[str, str]:
    """The keys of the lexicon's own words, which `make teach` writes: to stem them all took 40 ms of every start."""
    kept = resources.files("handlers.understanding").joinpath("stems.txt").read_text("utf-8").split()
    return dict(zip(kept[::2], kept[1::2], strict=True))


def stemmed(word: str) -> str:
    """The key of a long word as the stemmer gives it."""
    stem = _stemmer().stemWord(word)
    # "posėdžių" and "posėdis", "Inočekiai" without its diacritics: the stem's last consonant is softened
    if stem.endswith("dz"):
        return stem[:-1]
    return stem[:-1] + "t" if stem.endswith("c") else stem


def nearest(word: str, candidates: Sequence[str], close: float = CLOSE) -> str | None:
    """The candidate most like a misspelt word, None when none is `close` enough (0 to 1)."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    found = process.extractOne(word, candidates, scorer=OSA.normalized_similarity, score_cutoff=close)
    return found[0] if found is not None else None


@cache
def _stemmer() -> _Stemmer:
    """Snowball's Lithuanian stemmer, without the thirty other languages that its package imports (90 ms of start)."""
    home = find_spec("snowballstemmer")
    if home is None or home.submodule_search_locations is None:
        raise ModuleNotFoundError("snowballstemmer is not installed")
    name = "_snowball_of_understanding"
    spec = ModuleSpec(name, None, is_package=True)
    spec.submodule_search_locations = list(home.submodule_search_locations)
    package: ModuleType = module_from_spec(spec)
    sys.modules.setdefault(name, package)
    stemmer: _Stemmer = importlib.import_module(f"{name}.lithuanian_stemmer").LithuanianStemmer()
    return stemmer
