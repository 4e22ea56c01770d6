"""A long list, a page at a time."""

from __future__ import annotations

import pytest

from handlers import paging
from handlers.chat import Button


def line(number: int) -> str:
    return f"calls p{number}"


@pytest.mark.parametrize(
    ("number", "shown", "first", "turns"),
    [
        (1, [0, 1, 2, 3], 1, [("›", "calls p2")]),
        (2, [4, 5, 6, 7], 5, [("‹", "calls p1"), ("›", "calls p3")]),
        (3, [8], 9, [("‹", "calls p2")]),
        (99, [8], 9, [("‹", "calls p2")]),
        (0, [0, 1, 2, 3], 1, [("›", "calls p2")]),
    ],
)
def test_a_page_leads_to_those_beside_it(
    number: int, shown: list[int], first: int, turns: list[tuple[str, str]]
) -> None:
    """Each item is on one page, under its place in the whole list; beyond the last page it is the last."""
    page = paging.page(list(range(9)), number, 4)
    assert (page.shown, page.first) == (shown, first)
    assert page.turns(line) == tuple(Button(*turn) for turn in turns)


@pytest.mark.parametrize("size", [0, 4])
def test_what_fits_on_one_page_is_not_turned(size: int) -> None:
    """An empty list has one page, too."""
    page = paging.page(list(range(size)), 1, 4)
    assert (len(page.shown), page.pages, page.turns(line)) == (size, 1, ())


@pytest.mark.parametrize(
    ("words", "number"), [("p2", 2), ("done p12", 12), ("", 1), ("p", 1), ("p²", 1), ("p1234", 1), ("pa2", 1)]
)
def test_the_page_is_named_by_its_number(words: str, number: int) -> None:
    """A word that is no page's number asks for the first."""
    assert paging.asked(words.split()) == number
