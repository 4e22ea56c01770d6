"""Numbers that people gave, put together: mean, median, and how they are spread over bins with round edges. Pure."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from statistics import median as middle

from storage.surveys import Bin

MOST_BINS = 8
SKEWED = 20
"""When the greatest is more than so many times the median, the bins grow (0, 1, 2, 5, 10, 20, …)."""
TAIL = 3
"""An outer bin of an anonymous survey with fewer joins its neighbour: else its edge would tell the extreme."""


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean, the same in whatever order they come."""
    return math.fsum(values) / len(values)


def median(values: Sequence[float]) -> float:
    """The middle one, or the mean of the two in the middle."""
    return float(middle(values))


def rough(value: float, digits: int = 2) -> float:
    """The number with so many significant digits: 1,234 is 1,200. Nobody's own number can be read from it."""
    if not value:
        return 0.0
    return float(round(value, digits - 1 - math.floor(math.log10(abs(value)))))


def binned(values: Sequence[float], *, whole: bool, coarse: bool) -> tuple[Bin, ...]:
    """At most MOST_BINS bins from the least to the greatest number, their edges round. `whole` numbers are never cut
    between two of them; `coarse` joins the thin ends. Empty for no numbers."""
    if not values:
        return ()
    edges = _edges(values, whole)
    counts = [0] * (len(edges) - 1)
    for value in values:
        counts[min(bisect_right(edges, value), len(counts)) - 1] += 1
    bins = [Bin(low, high, n) for low, high, n in zip(edges, edges[1:], counts, strict=False)]
    if coarse:
        while len(bins) > 1 and bins[0].count < TAIL:
            bins[:2] = [Bin(bins[0].low, bins[1].high, bins[0].count + bins[1].count)]
        while len(bins) > 1 and bins[-1].count < TAIL:
            bins[-2:] = [Bin(bins[-2].low, bins[-1].high, bins[-2].count + bins[-1].count)]
    return tuple(bins)


def _edges(values: Sequence[float], whole: bool) -> list[float]:
    low, high = min(values), max(values)
    if low >= 0 and (typical := median(values)) > 0 and high > SKEWED * typical:
        return _growing(low, high, min(value for value in values if value > 0))
    step = _round_step((high - low) / (MOST_BINS - 1) or abs(low) / 4 or 1.0)
    if whole:
        step = max(1.0, step)
    first = math.floor(low / step)
    last = math.floor(high / step) + 1
    if not whole and high == (last - 1) * step and last - 1 > first:
        last -= 1  # the greatest stands on the last edge: it needs no bin of its own
    return [_tidy(at * step, step) for at in range(first, last + 1)]


def _growing(low: float, high: float, least: float) -> list[float]:
    """0 where there is one, then 1, 2, 5, 10, …, or only each power of ten where these would be too many."""
    first = math.floor(math.log10(least))
    last = math.floor(math.log10(high)) + 1
    fine = [m * 10.0**e for e in range(first, last + 1) for m in (1, 2, 5)]
    for edges in (fine, [10.0**e for e in range(first, last + 1)]):
        used = edges[bisect_right(edges, least) - 1 : bisect_right(edges, high) + 1]
        if low < used[0]:
            used = [0.0, *used]
        if len(used) <= MOST_BINS + 1:
            break
    else:
        used = [0.0, *used[-MOST_BINS:]]
    return [_tidy(edge, edge or 1.0) for edge in used]


def _round_step(step: float) -> float:
    """The next of 1, 2, 5, 10, 20, … that is not smaller."""
    size = 10.0 ** math.floor(math.log10(step))
    return next(m * size for m in (1, 2, 5, 10) if m * size >= step * (1 - 1e-9))


def _tidy(value: float, step: float) -> float:
    """Without the dust of multiplying: 0.30000000000000004 is 0.3."""
    return round(value, max(0, 1 - math.floor(math.log10(step))))
