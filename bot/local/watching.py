"""A sending watched in the terminal: a bar on standard error that moves until it is over; plain lines into a pipe."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TextIO

Look = Callable[[], dict[str, Any]]
"""How far it is now: `line` in words, `done` of `of`, and whether it is `over`."""
Sleep = Callable[[float], None]

EVERY = 1.0
SLOWLY = 5.0
"""Seconds between two looks, and between two lines where no bar can move."""


def watch(look: Look, out: TextIO, sleep: Sleep = time.sleep) -> dict[str, Any]:
    """Looks again and again until the sending is over; returns the last look. A reader that goes away is no fault. Who
    interrupts ends the watching, never the sending."""
    return _moving(look, out, sleep) if out.isatty() else _plainly(look, out, sleep)


def _moving(look: Look, out: TextIO, sleep: Sleep) -> dict[str, Any]:
    from rich.console import Console
    from rich.live import Live

    seen = look()
    with Live(_drawn(seen), console=Console(file=out), auto_refresh=False, transient=True) as live:
        while not seen["over"]:
            sleep(EVERY)
            seen = look()
            live.update(_drawn(seen), refresh=True)
    return seen


def _drawn(seen: dict[str, Any]) -> Any:
    """The bar with its count, and the words below it."""
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    row = Table.grid(padding=(0, 1))
    row.add_row(
        ProgressBar(total=max(1, seen["of"]), completed=seen["done"], width=40),
        Text(f"{seen['done']}/{seen['of']}"),
    )
    return Group(row, Text(seen["line"]))


def _plainly(look: Look, out: TextIO, sleep: Sleep) -> dict[str, Any]:
    """A line whenever it says something else."""
    said = ""
    while True:
        seen = look()
        line = f"{seen['done']}/{seen['of']} {seen['line']}"
        if line != said and not _wrote(line, out):
            return seen
        said = line
        if seen["over"]:
            return seen
        sleep(SLOWLY)


def _wrote(line: str, out: TextIO) -> bool:
    try:
        out.write(line + "\n")
        out.flush()
    except BrokenPipeError:
        return False
    return True
