"""A survey's results: pictures and a workbook of 2,000 answers to 30 questions, beside bare libraries doing as much.

Each run is a Python of its own, so that what it holds in memory is its own too.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

from handlers.i18n import translator
from handlers.surveys.pictures import drawn
from handlers.surveys.workbook import workbook
from tests.bench.measuring import Row, python
from tests.handlers.surveys.example import QUESTIONS, sheets
from tests.handlers.surveys.reporting import report

ANSWERS, TIMES = 2000, 3
"""Sheets, and how often the ten questions of the tests are asked."""
RUNS = 3
_RUN = "from tests.bench.surveys import measured, {what}; measured({what})"
BARS = 6


async def rows() -> list[Row]:
    """How many times the bare libraries' time, how many seconds of a processor, how many megabytes at the most."""
    pairs = [(_of("ours"), _of("peers")) for _ in range(RUNS)]
    took, held = (median(mine[at] for mine, _ in pairs) for at in (0, 1))
    peer, lean = (median(bare[at] for _, bare in pairs) for at in (0, 1))
    ratio = median(mine[0] / bare[0] for mine, bare in pairs)
    what = "results, 2,000 answers, 30 questions"
    return [
        Row(what, f"{took:.1f} s", f"{peer:.1f} s", ratio, 1.5),
        Row(f"{what}, seconds", f"{took:.1f} s", "", took, 10, " s"),
        Row(f"{what}, memory", f"{held:.0f} MB", f"{lean:.0f} MB", held, 250, " MB"),
    ]


def _of(what: str) -> tuple[float, float]:
    seconds, megabytes = map(float, python(_RUN.format(what=what)).split())
    return seconds, megabytes


def measured(work: Callable[[], object]) -> None:
    """Prints the seconds of a processor that it takes and the most megabytes that the process held."""
    began = time.process_time()
    work()
    took = time.process_time() - began
    # Not getrusage: its maximum begins with that of the process that started this one.
    held = re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text("ascii"))
    assert held is not None
    print(took, int(held[1]) / 1024)


def ours() -> None:
    """From sheets to tallies, pictures and workbook; making up the sheets is a small part of it."""
    questions = tuple(replace(q, id=f"{q.id}{n}", show_if=()) for n in range(TIMES) for q in QUESTIONS)
    filled = sheets(ANSWERS, questions=questions)
    made, t = report(questions=questions, rows=filled), translator("lt")
    assert len(list(drawn(made.survey, made.tallies, t))) == 9 * TIMES
    assert workbook(made, filled, {}, t)


def peers() -> None:
    """As many bar charts with titles and labels by matplotlib alone, as many cells by openpyxl alone."""
    from matplotlib.figure import Figure
    from openpyxl import Workbook

    for _ in range(9 * TIMES):
        figure = Figure(figsize=(8, 6), dpi=100, layout="constrained")
        axes = figure.subplots()
        bars = axes.barh([f"Atsakymas {n}" for n in range(BARS)], range(1, BARS + 1))
        axes.bar_label(bars)
        axes.set_title("Daugiau kaip pusė (24 iš 40) atsakė „Taip“.")
        figure.savefig(io.BytesIO(), format="png")
    book = Workbook(write_only=True)
    for name in ("ids", "words"):
        page = book.create_sheet(name)
        for n in range(ANSWERS):
            page.append([f"cell {n} {column}" for column in range(10 * TIMES + 4)])
    book.save(io.BytesIO())
