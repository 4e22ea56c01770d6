"""The second opinion: a linear model over what the sentences hold and what the rules made of them.

The rules know what a sentence is about when somebody has thought of how it is said; the model knows how much each word,
part of a word, pair of words, concept and pair of concepts speaks for an intent, learnt from the written questions. Its
weights are data beside this file (`make teach` makes them), its arithmetic is a sum per intent.

A feature is the CRC-32 of its name. A row of bytes stands for each feature that was learnt, one for each intent; the
rows are found through a table of places, and every other byte of them added at once, as one long number whose lanes of
16 bits are the intents. So the model takes a megabyte, and a question some tens of microseconds.
"""

from __future__ import annotations

import base64
import json
import math
import zlib
from array import array
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from zlib import crc32

from handlers.understanding.folding import key
from handlers.understanding.sentence import Sentence

MOST_CONCEPTS = 8
"""In a sentence of more concepts their pairs tell nothing; it is a story."""
GRAM = 4
SPREAD = 6.0
"""The square root of a usual number of features."""

PLACES = 1 << 17
"""Places of the table; of two features that meet in one the rarer is not learnt."""
SCALE = 28
"""Steps of a weight in one."""
ZERO = 128
"""The byte that stands for no weight."""
_AT_ONCE = 256
"""Rows that can be added before a lane is full."""


@dataclass(frozen=True, slots=True)
class Weights:
    """For each feature how much it speaks for which intent: rows of a byte for each, and where they are."""

    intents: tuple[str, ...]
    tags: array[int]
    """By place the upper bits of the feature that lives there, 0 for none."""
    rows_at: array[int]
    rows: bytes


def place(feature: int) -> int:
    """The only place in the table where a feature can be."""
    return feature & (PLACES - 1)


def _tag(feature: int) -> int:
    return feature >> 17 | 0x8000


def features(
    sentences: Iterable[Sentence],
    asked: Sentence | None,
    intent: str,
    choices: tuple[str, ...],
    before: str | None,
    proper: Collection[str] | None,
) -> frozenset[int]:
    """What is to be weighed: words, their stems and parts, pairs of neighbours, concepts and their pairs, kinds of
    names, whether there is a date or a question mark, how long it is, what the rules said, and the intent of the
    message before, beside which a word may mean something else. What stands in the sentence that is `asked` weighs by
    itself once more, beside the stories around it, and so do the `proper` names that are nobody's here; None where
    the writer uses no capitals."""
    found = {_named(""), _named(f"r:{intent}")}
    if choices:
        found.add(_named(f"o:{choices[0]}"))
    count = words = unknown = 0
    told = tuple(sentences)
    for s in told:
        count += 1
        words += len(s.words)
        unknown += len(s.unknown)
        _of_sentence(s, found, before)
    found.add(_named("s:1" if count == 1 else "s:+"))
    found.add(_named(f"l:{min(words, 12) // 3}"))
    found.add(_named(f"u:{min(unknown, 6)}"))
    if before is not None:
        found.add(_named(f"B:{before}"))
        found.add(_named(f"B:{before}|{intent}"))
    if asked is not None:
        found.update([_named(f"a:{concept}") for concept in _concepts(asked)])
        found.update([crc32(f"A:{stem}".encode()) for stem, _ in _said(asked)])
    found.add(_named(f"P:{_strangers(told, proper)}"))
    if asked is not None:
        found.add(_named(f"Q:{_strangers([asked], proper)}"))
    return frozenset(found)


def _strangers(sentences: Iterable[Sentence], proper: Collection[str] | None) -> str:
    """How many names there are that nothing here is called: Netflix, Holyrood, Telia."""
    if proper is None:
        return "-"
    return str(min(sum(s.words[at] in proper for s in sentences for at in s.unknown), 2))


def _concepts(s: Sentence) -> set[str]:
    return {concept for concept in (*s.where, *s.guessed) if concept != "filler"}


def _of_sentence(s: Sentence, found: set[int], before: str | None) -> None:
    held = _concepts(s)
    held |= {f"N{name.kind}" for hit in s.hits for name in hit.names}
    if s.dates:
        held.add("D")
    if s.questioned:
        held.add("?")
    found.update([_named(f"c:{concept}") for concept in held])
    if before is not None:
        found.update([_named(f"B:{before}|{concept}") for concept in held])
    if len(held) <= MOST_CONCEPTS:
        ordered = sorted(held)
        found.update([_named(f"p:{a}+{b}") for i, a in enumerate(ordered) for b in ordered[i + 1 :]])
    said = _said(s)
    last = "^"
    for stem, word in said:
        found.add(crc32(f"b:{last} {stem}".encode()))
        last = stem
        if word is not None:
            found.update(_parts(word))
            if before is not None:
                found.add(crc32(f"B:{before}|w:{stem}".encode()))
    found.add(crc32(f"b:{last} $".encode()))


def _said(s: Sentence) -> list[tuple[str, str | None]]:
    """The stems of a sentence with their words; a name or a date counts as what it is, since which one it is says
    nothing about what is asked."""
    kinds: dict[int, str] = {}
    begun: set[int] = set()
    for hit in s.hits:
        if hit.covered >= 0.5:
            kinds.update(dict.fromkeys(range(hit.start, hit.end), f"N{hit.names[0].kind}"))
            begun.add(hit.start)
    for span in s.dates:
        kinds.update(dict.fromkeys(range(span.start, span.end), "D"))
        begun.add(span.start)
    found: list[tuple[str, str | None]] = []
    for at, word in enumerate(s.words):
        if at not in kinds:
            found.append((key(word), word))
        elif at in begun:
            found.append((kinds[at], None))
    return found


@lru_cache(maxsize=2048)
def _named(name: str) -> int:
    return crc32(name.encode())


@lru_cache(maxsize=2048)
def _parts(word: str) -> tuple[int, ...]:
    """The features of a word by itself: its stem, the word, and what it has in common with its misspellings."""
    stem = key(word)
    found = [f"w:{stem}"]
    if stem != word:
        found.append(f"e:{word}")
    if word.isalpha():
        edged = f"^{word}$"
        found += [f"g:{edged[i : i + GRAM]}" for i in range(len(edged) - GRAM + 1)]
    return tuple(crc32(one.encode()) for one in found)


def strength(held: Collection[int]) -> float:
    """How much each of so many features says: a story's many words together no more than a short question's few."""
    return SPREAD / math.sqrt(max(len(held), 1))


def judge(held: Collection[int]) -> dict[str, float]:
    """The probability of each intent, 0 to 1."""
    weights = taught()
    tags, rows_at, rows = weights.tags, weights.rows_at, weights.rows
    width = len(weights.intents)
    every_other = int.from_bytes(b"\xff\x00" * ((width + 1) // 2), "little")
    sums = [0] * width
    added = even = odd = 0
    for feature in held:
        at = feature & (PLACES - 1)
        if tags[at] != feature >> 17 | 0x8000:
            continue
        start = rows_at[at] * width
        row = int.from_bytes(rows[start : start + width], "little")
        even += row & every_other
        odd += row >> 8 & every_other
        added += 1
        if added == _AT_ONCE:
            _spread(even, odd, added, sums)
            added = even = odd = 0
    _spread(even, odd, added, sums)
    highest, unit = max(sums), strength(held) / SCALE
    shares = [math.exp((one - highest) * unit) for one in sums]
    total = sum(shares)
    return {intent: share / total for intent, share in zip(weights.intents, shares, strict=True)}


def _spread(even: int, odd: int, added: int, sums: list[int]) -> None:
    """Adds to the sums what the lanes of so many rows hold, those of the even intents and of the odd ones."""
    for first, lanes in enumerate((even, odd)):
        for i in range(first, len(sums), 2):
            sums[i] += (lanes >> 8 * (i - first) & 0xFFFF) - ZERO * added


@cache
def taught() -> Weights:
    """The weights that were learnt."""
    return loaded(resources.files("handlers.understanding").joinpath("weights.txt").read_bytes())


def loaded(text: bytes) -> Weights:
    """The weights of a file: a line of JSON that names the intents and says how many features there are, then packed in
    base64 those in four bytes each, and their rows. Nothing of the file stays in memory."""
    first, _, rest = text.partition(b"\n")
    head = json.loads(first)
    unpacking = zlib.decompressobj()
    learnt = array("I", unpacking.decompress(base64.b64decode(rest), 4 * head["features"]))
    rows = unpacking.decompress(unpacking.unconsumed_tail)
    return weighing(tuple(head["intents"]), learnt, rows)


def weighing(intents: tuple[str, ...], learnt: Iterable[int], rows: bytes) -> Weights:
    """The weights of these features, from a row of a byte for each intent."""
    tags, rows_at = array("H", bytes(2 * PLACES)), array("H", bytes(2 * PLACES))
    for row, feature in enumerate(learnt):
        at = place(feature)
        tags[at] = _tag(feature)
        rows_at[at] = row
    return Weights(intents, tags, rows_at, rows)
