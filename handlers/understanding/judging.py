"""The second opinion: a small linear model over what the sentences hold and what the rules made of them.

The rules know what a sentence is about when somebody has thought of how it is said; the model knows how much each word,
each concept and each pair of concepts speaks for an intent, learnt from the written questions. Its weights are data
beside this file (`make teach` makes them), its arithmetic is a sum per intent.
"""

from __future__ import annotations

import base64
import json
import math
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from handlers.understanding.folding import key
from handlers.understanding.sentence import Sentence

MOST_CONCEPTS = 8
"""In a sentence of more concepts their pairs tell nothing; it is a story."""
GRAM = 4
PAIR = struct.Struct("<bh")
_SCALE = 100
SPREAD = 6.0
"""The square root of a usual number of features."""


@dataclass(frozen=True, slots=True)
class Weights:
    """For each feature how much it speaks for which intent: packed pairs of the intent's place among `intents` and
    hundredths (PAIR), in base64. Packed they take a tenth of the memory, and most are never looked at."""

    intents: tuple[str, ...]
    of: Mapping[str, str]


def features(sentences: Iterable[Sentence], intent: str, choices: tuple[str, ...]) -> list[str]:
    """What is to be weighed: stems, concepts, pairs of concepts of a sentence, kinds of names, whether there is a date
    or a question mark, how long it is, and what the rules said."""
    found: set[str] = {"", f"r:{intent}"}
    if choices:
        found.add(f"o:{choices[0]}")
    count = words = 0
    for s in sentences:
        count += 1
        words += len(s.words)
        _of_sentence(s, found)
    found.add("s:1" if count == 1 else "s:+")
    found.add(f"l:{min(words, 12) // 3}")
    return sorted(found)


def _of_sentence(s: Sentence, found: set[str]) -> None:
    held = {concept for concept in (*s.where, *s.guessed) if concept != "filler"}
    held |= {f"N{name.kind}" for hit in s.hits for name in hit.names}
    if s.dates:
        held.add("D")
    if s.questioned:
        held.add("?")
    found.update(f"c:{concept}" for concept in held)
    if len(held) <= MOST_CONCEPTS:
        ordered = sorted(held)
        found.update(f"p:{a}+{b}" for i, a in enumerate(ordered) for b in ordered[i + 1 :])
    unknown = set(s.unknown)
    # Names and dates count as what they are; which one it is says nothing about what is asked.
    aside = {at for hit in s.hits if hit.covered >= 0.5 for at in range(hit.start, hit.end)}
    aside |= {at for span in s.dates for at in range(span.start, span.end)}
    for at, word in enumerate(s.words):
        if at in aside:
            continue
        found.add(f"w:{key(word)}")
        if at in unknown:
            edged = f"^{word}$"
            found.update(f"g:{edged[i : i + GRAM]}" for i in range(len(edged) - GRAM + 1))


def strength(held: Sequence[str]) -> float:
    """How much each of so many features says: a story's many words together no more than a short question's few."""
    return SPREAD / math.sqrt(max(len(held), 1))


def judge(held: Sequence[str]) -> dict[str, float]:
    """The probability of each intent, 0 to 1."""
    weights = taught()
    sums = [0] * len(weights.intents)
    for feature in held:
        for intent, weight in PAIR.iter_unpack(base64.b64decode(weights.of.get(feature, ""))):
            sums[intent] += weight
    highest, unit = max(sums), strength(held) / _SCALE
    shares = [math.exp((one - highest) * unit) for one in sums]
    total = sum(shares)
    return {intent: share / total for intent, share in zip(weights.intents, shares, strict=True)}


@cache
def taught() -> Weights:
    """The weights that were learnt."""
    with resources.files("handlers.understanding").joinpath("weights.txt").open(encoding="utf-8") as file:
        return loaded(file)


def loaded(lines: Iterable[str]) -> Weights:
    """The weights of a file: a line of JSON that names the intents, then a feature and its packed pairs a line."""
    first, *rest = lines
    return Weights(
        tuple(json.loads(first)["intents"]),
        dict(line.rstrip("\n").split("\t", 1) for line in rest),
    )
