"""Understanding: one written question, with a thousand calls in the store."""

from __future__ import annotations

import gc
import time
from statistics import median

from handlers.understanding.reading import Name, Names, understand
from tests.bench.measuring import RUNS, Row, millis, python
from tests.handlers.understanding.asking import NAMES, TODAY, questions

CALLS = 1000
ASKED = 600
_HELD = """
import sys
{first}
import resource
print(next(int(l.split()[1]) for l in open('/proc/self/status') if l.startswith('VmRSS')))
"""
_BARE = """
import json, re, dataclasses, zoneinfo, unicodedata
import babel.dates, rapidfuzz.process, rapidfuzz.distance
"""
_LOADED = """
import json, re, dataclasses, zoneinfo, unicodedata
import babel.dates, rapidfuzz.process, rapidfuzz.distance
from tests.handlers.understanding.asking import NAMES, TODAY
from handlers.understanding.reading import understand
understand("iki kada galima teikti inoklasterio paraiskas?", TODAY, NAMES)
understand("visai kitoks klausimas apie posedi", TODAY, NAMES)
"""


async def rows() -> list[Row]:
    """The rows of understanding: its mean and its slowest hundredth, and what it keeps in memory."""
    names = Names((*NAMES.all, *(_call(i) for i in range(CALLS))))
    asked = [q.text for q in questions("seen")[:ASKED]]
    for text in asked:
        understand(text, TODAY, names)
    runs = [_took(asked, names) for _ in range(RUNS)]
    mean = median(sum(run) / len(run) for run in runs)
    slowest = median(run[int(len(run) * 0.99)] for run in runs)
    held = [int(python(_HELD.replace("{first}", code))) / 1024 for code in (_LOADED, _BARE)]
    return [
        Row("a question understood, mean, 1,000 calls", millis(mean), "", mean * 1000, 0.3, " ms"),
        Row("a question understood, p99, 1,000 calls", millis(slowest), "", slowest * 1000, 1, " ms"),
        Row(
            "understanding in memory, beside its libraries",
            f"{held[0]:.0f} MB",
            f"{held[1]:.0f} MB",
            held[0] - held[1],
            10,
            " MB more",
        ),
    ]


def _call(i: int) -> Name:
    return Name("call", f"x{i}", (f"Kvietimas {i}: bandomasis projektas {i * 7}",), (f"priemonė-{i % 50}",))


def _took(asked: list[str], names: Names) -> list[float]:
    gc.collect()
    found = []
    for text in asked:
        began = time.perf_counter()
        understand(text, TODAY, names)
        found.append(time.perf_counter() - began)
    return sorted(found)
