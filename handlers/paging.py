"""A long list, a page at a time: which page is asked for, what is on it, and the buttons to the pages beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from handlers.chat import Button

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """What is `shown` of a list; `first` is the place in the whole list, from 1, of the first of them."""

    shown: Sequence[T]
    first: int
    number: int
    pages: int

    def turns(self, line: Callable[[int], str]) -> tuple[Button, ...]:
        """To the page before and the page after, where there are such; `line` is the command of a page's number."""
        back = (Button("‹", line(self.number - 1)),) if self.number > 1 else ()
        return back + ((Button("›", line(self.number + 1)),) if self.number < self.pages else ())


def page(everything: Sequence[T], number: int, size: int) -> Page[T]:
    """The page of that number, from 1; beyond the last it is the last. Of an empty list there is one, empty."""
    pages = max(1, -(-len(everything) // size))
    number = min(max(number, 1), pages)
    before = (number - 1) * size
    return Page(everything[before : before + size], before + 1, number, pages)


def named(word: str) -> bool:
    """Whether the word of a line names a page."""
    return re.fullmatch(r"p\d{1,3}", word) is not None


def asked(words: Iterable[str]) -> int:
    """The number of the page that a line asks for with `p2`; 1 when it names none."""
    return next((max(1, int(w[1:])) for w in words if named(w)), 1)
