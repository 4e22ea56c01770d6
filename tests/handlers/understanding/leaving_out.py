"""How well strangers will be understood: each writer asks weights that have learnt from everybody else.

`python -m tests.handlers.understanding.leaving_out [writer …]` goes through the whole of it, rules, second opinion and
what is asked back, writer by writer (those of few questions together), and says which intents are taken for which.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Iterator
from unittest.mock import patch

from handlers.understanding import judging
from tests.handlers.understanding.asking import Outcome, Question, by_writer, figures, put
from tests.handlers.understanding.teaching import example, opinion, spoken

FEW = 100
"""Questions from which on a writer is left out alone."""


def writers() -> dict[str, list[Question]]:
    """The seen questions by writer."""
    found: dict[str, list[Question]] = {}
    for writer, asked in by_writer("seen").items():
        found.setdefault(writer if len(asked) >= FEW else "others", []).extend(asked)
    return found


def left_out(only: Collection[str] = ()) -> Iterator[tuple[str, list[Outcome]]]:
    """Each writer with what was understood by weights that never saw their questions."""
    written = writers()
    learnt = {writer: [example(q) for q in asked] for writer, asked in written.items()}
    ways = spoken()
    for writer, asked in written.items():
        if only and writer not in only:
            continue
        others = [one for other, examples in learnt.items() if other != writer for one in examples]
        weights = opinion([*others, *ways])
        with patch.object(judging, "taught", lambda weights=weights: weights):
            yield writer, put(asked)


def main(only: Collection[str]) -> None:
    """Prints the figures."""
    every: list[Outcome] = []
    for writer, outcomes in left_out(only):
        print(f"{writer:14}{figures(outcomes)}", flush=True)
        every += outcomes
    print(f"{'all':14}{figures(every)}")
    for language in sorted({o.question.lang for o in every}):
        print(f"{language:14}{figures([o for o in every if o.question.lang == language])}")
    print(f"{'going on':14}{figures([o for o in every if o.question.before is not None])}")
    taken = Counter((o.question.intent, o.got.intent) for o in every if not o.right)
    for (wanted, got), count in taken.most_common(20):
        print(f"{count:4} {wanted} taken for {got}")


if __name__ == "__main__":
    main(sys.argv[1:])
