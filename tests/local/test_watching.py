"""A sending watched in the terminal, through a pipe, and left."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest

from bot.local.watching import EVERY, SLOWLY, watch

LOOKS = [
    {"line": "laukia 2, išsiųsta 1", "done": 1, "of": 3, "over": False},
    {"line": "laukia 2, išsiųsta 1", "done": 1, "of": 3, "over": False},
    {"line": "laukia 0, išsiųsta 2, nepristatyta 1", "done": 3, "of": 3, "over": True},
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Closed(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError


def looks() -> Iterator[dict[str, Any]]:
    yield from LOOKS


def test_into_a_pipe_it_says_what_changes() -> None:
    """A line for each change, no bar and no colour, and the end is told."""
    slept: list[float] = []
    out, seen = io.StringIO(), looks()
    assert watch(lambda: next(seen), out, slept.append) == LOOKS[-1]
    assert out.getvalue().splitlines() == [
        "1/3 laukia 2, išsiųsta 1",
        "3/3 laukia 0, išsiųsta 2, nepristatyta 1",
    ]
    assert slept == [SLOWLY, SLOWLY]


def test_in_a_terminal_a_bar_moves() -> None:
    """It is drawn anew with each look and leaves nothing behind."""
    slept: list[float] = []
    out, seen = Terminal(), looks()
    assert watch(lambda: next(seen), out, slept.append) == LOOKS[-1]
    assert "━" in out.getvalue() and "3/3" in out.getvalue() and "nepristatyta 1" in out.getvalue()
    assert slept == [EVERY, EVERY]


def test_a_reader_that_goes_away_is_no_fault() -> None:
    """`2>&1 | head` ends the watching, quietly."""
    seen = looks()
    assert watch(lambda: next(seen), Closed(), lambda seconds: None) == LOOKS[0]


@pytest.mark.parametrize("out", [io.StringIO(), Terminal()])
def test_who_interrupts_ends_the_watching_alone(out: io.StringIO) -> None:
    """The interruption comes out at once; nothing was asked but how far it is."""
    seen = looks()

    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watch(lambda: next(seen), out, interrupted)
    assert len(list(seen)) == 2
