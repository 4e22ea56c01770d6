"""Learns the weights of the second opinion from the questions that may be seen: `make teach`.

Softmax regression with an L2 penalty by AdaGrad, in plain Python: a minute, and the same weights every time. The ways
of asking (`saying.py`) are learnt beside the written questions and count for less, since nobody wrote just them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import random
import sys
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from handlers.understanding import judging
from handlers.understanding.folding import SHORTEST_STEMMED, stemmed
from handlers.understanding.lexicon import own_words
from handlers.understanding.reading import ruled, weighed
from tests.handlers.understanding.asking import NAMES, QUESTIONS, TODAY, Question, questions
from tests.handlers.understanding.saying import WAYS, said

WEIGHTS = Path(judging.__file__).with_name("weights.txt")
STEMS = WEIGHTS.with_name("stems.txt")
ROUNDS = 20
RATE = 0.03
PENALTY = 0.0005
SEEN_AT_LEAST = 3
LEFT_OUT = 0.2
"""Share of a message's features that it is learnt without each time, so that no one word carries everything."""
TELLING = 0.16
"""Weight for or against some intent without which a feature is not kept: a quarter of them, which change nothing."""
SAID = 0.3
"""How much a way of asking that was said out counts beside a question that somebody wrote."""
SEED = 2026


@dataclass(frozen=True, slots=True)
class Example:
    """What the second opinion weighs of a message, what it should come to, and how much that counts."""

    held: frozenset[int]
    intent: str
    counts: float = 1.0


def example(q: Question) -> Example:
    """A question's features, and its intent: what is to be asked back about one intent counts as that intent."""
    intent = q.choices[0] if q.intent == "not_understood" and len(q.choices) == 1 else q.intent
    base = ruled(q.before, TODAY, NAMES) if q.before is not None else None
    return Example(weighed(q.text, TODAY, NAMES, base), intent)


def spoken() -> list[Example]:
    """The ways of asking, said out."""
    return [
        Example(weighed(one.text, TODAY, NAMES, one.base), one.intent, SAID)
        for one in said(random.Random(SEED))
    ]


def learn(examples: Sequence[Example]) -> tuple[tuple[str, ...], list[int], list[list[float]]]:
    """The intents, the features that are learnt, and a row of weights for each, one by intent."""
    intents = sorted({one.intent for one in examples})
    learnt = _learnt(examples)
    known = {feature: i for i, feature in enumerate(learnt)}
    rows = [
        (
            [known[f] for f in sorted(one.held) if f in known],
            judging.strength(one.held),
            intents.index(one.intent),
            one.counts,
        )
        for one in examples
    ]
    weights = [[0.0] * len(intents) for _ in known]
    squares = [[1e-3] * len(intents) for _ in known]
    dice, nothing = random.Random(SEED), [0.0] * len(intents)
    for _ in range(ROUNDS):
        dice.shuffle(rows)
        for every, whole, wanted, counts in rows:
            held = [f for f in every if dice.random() >= LEFT_OUT]
            unit = whole / math.sqrt(1 - LEFT_OUT)
            sums = [unit * sum(column) for column in zip(*(weights[f] for f in held), strict=True)] or nothing
            highest = max(sums)
            shares = [math.exp(one - highest) for one in sums]
            total = sum(shares)
            wrong = [counts * share / total for share in shares]
            wrong[wanted] -= counts
            pulls = [(k, pull) for k, pull in enumerate(wrong) if abs(pull) > 0.01 * counts]
            for f in held:
                row, square = weights[f], squares[f]
                for k, pull in pulls:
                    step = unit * pull + PENALTY * counts * row[k]
                    square[k] += step * step
                    row[k] -= RATE * step / math.sqrt(square[k])
    telling = [at for at, row in enumerate(weights) if max(map(abs, row)) >= TELLING]
    return tuple(intents), [learnt[at] for at in telling], [weights[at] for at in telling]


def _learnt(examples: Iterable[Example]) -> list[int]:
    """The features that come often enough; of those that meet in one place of the table the commonest."""
    counts = Counter(feature for one in examples for feature in one.held)
    homes: dict[int, int] = {}
    for feature, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        if n >= SEEN_AT_LEAST:
            homes.setdefault(judging.place(feature), feature)
    return sorted(homes.values())


def packed(weights: Sequence[Sequence[float]]) -> bytes:
    """Rows of weights as they are kept."""
    return bytes(
        min(max(round(one * judging.SCALE) + judging.ZERO, 0), 255) for row in weights for one in row
    )


def opinion(examples: Sequence[Example]) -> judging.Weights:
    """What these examples teach, ready to judge."""
    intents, learnt, weights = learn(examples)
    return judging.weighing(intents, learnt, packed(weights))


def mark() -> str:
    """The fingerprint of the questions and ways of asking that were learnt from."""
    seen = (*sorted((QUESTIONS / "seen").glob("*.jsonl")), *sorted(WAYS.glob("*.txt")))
    return hashlib.sha256(b"".join(path.read_bytes() for path in seen)).hexdigest()[:16]


def stems() -> str:
    """The words of the lexicon that are stemmed, a line each with its key."""
    words = sorted(w for w in own_words() if len(w) >= SHORTEST_STEMMED and w.isalpha())
    return "".join(f"{word} {stemmed(word)}\n" for word in words)


def main() -> None:
    """Writes the stems and the weights."""
    STEMS.write_text(stems(), "utf-8")
    intents, learnt, weights = learn([*map(example, questions("seen")), *spoken()])
    head = json.dumps({"learnt_from": mark(), "intents": intents, "features": len(learnt)})
    rows = zlib.compress(array("I", learnt).tobytes() + packed(weights), 9)
    text = base64.b64encode(rows).decode()
    lines = [text[i : i + 120] for i in range(0, len(text), 120)]
    WEIGHTS.write_text("\n".join((head, *lines)) + "\n", "utf-8")
    print(f"{WEIGHTS.name}: {len(learnt)} features, {WEIGHTS.stat().st_size // 1000} kB", file=sys.stderr)


if __name__ == "__main__":
    main()
