"""The cells of a workbook's sheet (ECMA-376, part 1, 18.3), as somebody would have typed them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from handlers.importing.spreadsheetml import (
    LONGEST,
    Attributes,
    Book,
    Broken,
    Kind,
    RichText,
    TooMuch,
    is_on,
    unescaped,
    whole,
)

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
"""Excel has no more rows and columns."""
_MOST_WALKED = 1_200_000
"""Cells that are walked through, most of them empty."""
_MOST_MERGED = 10_000
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_THOUSANDTHS = re.compile(r"-?\d+\.\d{3}")


@dataclass(slots=True)
class Page:
    """A sheet, read: its cells by row and column (from 1), the rows and columns that are hidden, cells with formulas
    that were never worked out."""

    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    veiled: list[range] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)


class Sheet:
    """The cells of a sheet that have something in them."""

    def __init__(self, book: Book, kinds: list[Kind], texts: list[str], most: int) -> None:
        self.page = Page()
        self._book, self._kinds, self._texts, self._left = book, kinds, texts, most
        self._row = self._column = 0
        self._place, self._behind = "", 0  # the last cell that says where it is, and how many stand behind it
        self._walked = _MOST_WALKED
        self._widest = 0  # of the row, up to its last cell with something in it
        self._hides = self._in_cell = self._in_value = self._formula = False
        self._cell_says: Attributes = {}
        self._value: list[str] = []
        self._long = 0
        self._inline = RichText()
        self._merged: list[str] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._cell(attributes)
        elif name == "row":
            self._begin(attributes)
        elif self._in_cell:
            if name == "v":
                self._in_value = True
            elif name == "f":
                self._formula = True
            else:
                self._inline.start(name)
        elif name == "col":
            if is_on(attributes, "hidden") and len(self.page.veiled) < 100:
                first, last = whole(attributes.get("min")), whole(attributes.get("max"))
                self.page.veiled.append(range(first, last + 1))
        elif name == "mergeCell" and len(self._merged) < _MOST_MERGED:
            self._merged.append(attributes.get("ref", ""))

    def end(self, name: str) -> None:
        if name == "c":
            self._in_cell = False
            if self._value or self._formula or self._inline.parts:
                self._keep()
        elif name == "v":
            self._in_value = False
        elif self._in_cell:
            self._inline.end(name)
        elif name == "worksheet":
            self._spread()

    def text(self, data: str) -> None:
        if self._in_value:
            if self._long < LONGEST:
                self._value.append(data)
                self._long += len(data)
        elif self._in_cell:
            self._inline.add(data)

    def _begin(self, attributes: Attributes) -> None:
        self._row = whole(attributes.get("r")) or self._row + 1
        self._widest, self._place, self._behind = 0, "", 0
        if not 1 <= self._row <= MOST_ROWS:
            raise Broken
        self._hides = is_on(attributes, "hidden")

    def _cell(self, attributes: Attributes) -> None:
        self._walked -= 1
        if self._walked < 0:
            raise TooMuch(self._row)
        self._in_cell, self._cell_says = True, attributes
        if place := attributes.get("r"):
            self._place, self._behind = place, 0
        else:
            self._behind += 1
        if self._value or self._formula or self._inline.parts:
            self._value, self._long, self._formula, self._inline = [], 0, False, RichText()

    def _keep(self) -> None:
        self._column = _column(self._place) + self._behind
        if not 1 <= self._column <= MOST_COLUMNS:
            raise Broken
        value = self._written("".join(self._value)) if self._value else self._inline.made()
        if not value.strip():
            if self._formula and self._cell_says.get("t") != "str" and len(self.page.bare) < 100:
                self.page.bare.append(f"{letters(self._column)}{self._row}")
            return
        if self._column > self._widest:
            self._left -= self._column - self._widest
            self._widest = self._column
        if self._left < 0:
            raise TooMuch(self._row)
        if self._hides:
            self.page.hidden.add(self._row)
        self.page.cells.setdefault(self._row, {})[self._column] = value

    def _written(self, value: str) -> str:
        """The cell as somebody would have typed it."""
        kind = self._cell_says.get("t", "n")
        if kind == "s":
            at = whole(value)
            if not 0 <= at < len(self._texts):
                raise Broken
            return self._texts[at]
        if kind != "n":
            return unescaped(value)
        at = whole(self._cell_says.get("s"))
        return figure(value, self._kinds[at] if 0 <= at < len(self._kinds) else "", self._book.begins)

    def _spread(self) -> None:
        """What stands in cells merged over several rows stands in each of these rows."""
        filled = sorted(self.page.cells)
        for ref in self._merged:
            first, _, last = ref.partition(":")
            begin, end = _PLACE.fullmatch(first), _PLACE.fullmatch(last)
            if not begin or not end or begin[2] == end[2]:
                continue
            column, top = _column(begin[1]), int(begin[2])
            value = self.page.cells.get(top, {}).get(column)
            if value is None:
                continue
            for row in _between(filled, top + 1, int(end[2])):
                self._left -= 1
                if self._left < 0:
                    raise TooMuch(row)
                self.page.cells[row].setdefault(column, value)


def _between(rows: list[int], first: int, last: int) -> Iterable[int]:
    return rows[bisect_left(rows, first) : bisect_right(rows, last)]


def _column(place: str) -> int:
    """The number of the column in "AB12"."""
    number = 0
    for letter in place:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    return number


def letters(column: int) -> str:
    """The letters of a column by its number."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def figure(value: str, kind: Kind, begins: datetime) -> str:
    """A number as it is shown: a date, a time, a percent, or without the noise of its last binary digits."""
    try:
        number = float(value)
    except ValueError:
        return unescaped(value)
    if kind == "date":
        return _date(number, begins) or value
    if kind == "percent":
        return f"{_shortest(number * 100, 10)}%".replace(".", ",")
    written = _shortest(number, 15)  # as many digits as Excel itself keeps
    # "1.234" may be one or a thousand where somebody typed it; of a number we know.
    return f"{written}0" if _THOUSANDTHS.fullmatch(written) else written


def _shortest(number: float, digits: int) -> str:
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.{digits}g}"


def _date(number: float, begins: datetime) -> str:
    """Its day, with the hour where there is one; an hour alone below 1; empty for what is no date."""
    if not 0 <= number < 2_958_466:  # the year 9999
        return ""
    days, part = divmod(number, 1)
    try:
        at = begins + timedelta(days=days, seconds=round(part * 86_400))
    except OverflowError:
        return ""
    if number < 1:
        return f"{at:%H:%M}"
    return f"{at:%Y-%m-%d}" if at.time() == time() else f"{at:%Y-%m-%d %H:%M}"
