"""Learns the weights of the second opinion from the questions that may be seen: `make teach`.

Softmax regression with an L2 penalty by AdaGrad, in plain Python: a minute, and the same weights every time.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import random
import sys
from collections import Counter
from pathlib import Path

from handlers.understanding import judging
from handlers.understanding.folding import sentences
from handlers.understanding.reading import LONGEST, ruled
from handlers.understanding.sentence import Sentence
from tests.handlers.understanding.asking import NAMES, QUESTIONS, TODAY, Question, questions

WEIGHTS = Path(judging.__file__).with_name("weights.txt")
ROUNDS = 20
RATE = 0.1
PENALTY = 0.0005
SEEN_AT_LEAST = 2
SMALLEST = 4  # hundredths; what weighs less decides nothing

Example = tuple[list[str], str]


def example(q: Question) -> Example:
    """A question's features, and its intent: what is to be asked back about one intent counts as that intent."""
    heard = [Sentence(tokens[:120], TODAY, NAMES) for tokens in sentences(q.text[:LONGEST])]
    said = ruled(q.text, TODAY, NAMES)
    intent = q.choices[0] if q.intent == "not_understood" and len(q.choices) == 1 else q.intent
    return judging.features(heard, said.intent, said.choices), intent


def learn(examples: list[Example]) -> judging.Weights:
    """The weights that these examples teach."""
    intents = sorted({intent for _, intent in examples})
    counts = Counter(feature for held, _ in examples for feature in held)
    known = {f: i for i, f in enumerate(sorted(f for f, n in counts.items() if n >= SEEN_AT_LEAST))}
    rows = [([known[f] for f in held if f in known], intents.index(intent)) for held, intent in examples]
    weights = [[0.0] * len(intents) for _ in known]
    squares = [[1e-3] * len(intents) for _ in known]
    dice = random.Random(2026)
    for _ in range(ROUNDS):
        dice.shuffle(rows)
        for held, wanted in rows:
            unit = judging.SPREAD / math.sqrt(len(held))
            sums = [unit * sum(column) for column in zip(*(weights[f] for f in held), strict=True)]
            highest = max(sums)
            shares = [math.exp(one - highest) for one in sums]
            total = sum(shares)
            wrong = [share / total for share in shares]
            wrong[wanted] -= 1
            pulls = [(k, pull) for k, pull in enumerate(wrong) if abs(pull) > 0.01]
            for f in held:
                row, square = weights[f], squares[f]
                for k, pull in pulls:
                    step = unit * pull + PENALTY * row[k]
                    square[k] += step * step
                    row[k] -= RATE * step / math.sqrt(square[k])
    names = sorted(known, key=known.__getitem__)
    kept = {
        name: [(k, n) for k, weight in enumerate(row) if abs(n := round(weight * 100)) >= SMALLEST]
        for name, row in zip(names, weights, strict=True)
    }
    packed = {
        name: base64.b64encode(b"".join(judging.PAIR.pack(*pair) for pair in pairs)).decode()
        for name, pairs in kept.items()
        if pairs
    }
    return judging.Weights(tuple(intents), packed)


def mark() -> str:
    """The fingerprint of the questions that were learnt from."""
    seen = sorted((QUESTIONS / "seen").glob("*.jsonl"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in seen)).hexdigest()[:16]


def main() -> None:
    """Writes the weights."""
    learnt = learn([example(q) for q in questions("seen") if q.before is None])
    head = json.dumps({"learnt_from": mark(), "intents": learnt.intents})
    lines = [f"{name}\t{packed}" for name, packed in sorted(learnt.of.items())]
    WEIGHTS.write_text("\n".join((head, *lines)) + "\n", "utf-8")
    print(f"{WEIGHTS.name}: {WEIGHTS.stat().st_size // 1000} kB", file=sys.stderr)


if __name__ == "__main__":
    main()
