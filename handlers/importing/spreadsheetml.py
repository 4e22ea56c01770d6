"""The XML inside a workbook (ECMA-376, part 1, 18), as it goes by: cells as somebody would have typed them.

Written here, because openpyxl keeps every format and text of a file and is slow over empty cells: 92 KB of formats took
it 54 seconds and 1.3 GB; and it does not say in passing which cells are percents, merged or hidden.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Protocol
from xml.parsers import expat

MOST_ELEMENTS = 2_200_000
"""XML elements of a workbook that are walked through, in a few seconds; a million rows with a styled empty cell each
have two million."""
MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
"""Excel has no more rows and columns."""
MOST_TEXTS = 200_000
LONGEST = 40_000
"""Characters of a cell that are kept; Excel has at most 32,767."""
_MOST_FORMATS = 65_536
"""Excel opens no workbook with more."""
_MOST_WALKED = 1_200_000
"""Cells that are walked through, most of them empty."""
_MOST_MERGED = 10_000

Attributes = Mapping[str, str]
Kind = str
"""What a number format makes of a number: "date", "percent" or nothing."""

_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_PERCENTS = frozenset((9, 10))
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_THOUSANDTHS = re.compile(r"-?\d+\.\d{3}")


class TooMuch(Exception):
    """More than is walked through; `row` is where in the sheet, 0 when it is not in one."""

    def __init__(self, row: int = 0) -> None:
        super().__init__(row)
        self.row = row


class Broken(Exception):
    """XML that no workbook has."""


class Stream(Protocol):
    """What bytes are read from."""

    def read(self, size: int) -> bytes: ...


class Reader(Protocol):
    """Hears the elements by their short names."""

    def start(self, name: str, attributes: Attributes) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, data: str) -> None: ...


class Walk:
    """Walks through the parts of one workbook, counting what it meets."""

    def __init__(self) -> None:
        self._left = MOST_ELEMENTS
        self._short: dict[str, str] = {}

    def through(self, stream: Stream, reader: Reader) -> None:
        """Raises TooMuch, Broken, and what the stream raises."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _definitions
        parser.EntityDeclHandler = _definitions

        short, left = self._short, self._left
        hears, ends = reader.start, reader.end

        def start(name: str, attributes: Attributes) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise TooMuch
            hears(short.get(name) or self._named(name), attributes)

        def end(name: str) -> None:
            ends(short.get(name) or self._named(name))

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = reader.text
        try:
            while chunk := stream.read(65_536):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError) as error:
            raise Broken from error
        self._left = left

    def _named(self, name: str) -> str:
        """Without its prefix, which every program chooses."""
        found = name.rpartition(":")[2]
        if len(self._short) < 1000:
            self._short[name] = found
        return found


def _definitions(*_: object) -> None:
    raise Broken


def _plain(attributes: Attributes) -> dict[str, str]:
    return {name.rpartition(":")[2]: value for name, value in attributes.items()}


def _is(attributes: Attributes, name: str) -> bool:
    return attributes.get(name, "") in ("1", "true", "on")


# What is beside the cells


class Links:
    """The relationships of a part: targets and kinds by their ids."""

    def __init__(self) -> None:
        self.targets: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.targets[attributes.get("Id", "")] = (kind, attributes.get("Target", ""))

    def end(self, name: str) -> None: ...
    def text(self, data: str) -> None: ...


class Book:
    """Which sheets there are (title, relationship, whether it is hidden), and from which day dates are counted."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        self.begins = datetime.fromisoformat("1899-12-30")

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "workbookPr" and _is(attributes, "date1904"):
            self.begins = datetime.fromisoformat("1904-01-01")
        elif name == "sheet":
            of = _plain(attributes)
            self.sheets.append(
                (of.get("name", ""), of.get("id", ""), of.get("state", "visible") != "visible")
            )

    def end(self, name: str) -> None: ...
    def text(self, data: str) -> None: ...


class Formats:
    """What the formats of cells make of numbers, by their index."""

    def __init__(self) -> None:
        self.kinds: list[Kind] = []
        self._own: dict[int, Kind] = {}
        self._inside = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt" and len(self._own) < _MOST_FORMATS:
            self._own[_number(attributes.get("numFmtId"))] = _kind(attributes.get("formatCode", ""))
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            if len(self.kinds) >= _MOST_FORMATS:
                raise Broken
            id = _number(attributes.get("numFmtId"))
            known = "date" if id in _DATES else "percent" if id in _PERCENTS else ""
            self.kinds.append(self._own.get(id, known))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False

    def text(self, data: str) -> None: ...


def _kind(code: str) -> Kind:
    """By the letters that a format code has outside of its literal texts (ECMA-376, part 1, 18.8.31)."""
    if _ELAPSED.search(code):
        return "date"
    bare = _LITERAL.sub("", code[:300])
    if "%" in bare:
        return "percent"
    return "date" if re.search(r"[dmyhs]", bare.replace("General", ""), re.IGNORECASE) else ""


def _number(written: str | None) -> int:
    try:
        return int(written or 0)
    except ValueError as error:
        raise Broken from error


class Texts:
    """The texts that cells share."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._now = _Text()

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            self._now = _Text()
        else:
            self._now.start(name)

    def end(self, name: str) -> None:
        if name == "si":
            if len(self.texts) >= MOST_TEXTS:
                raise TooMuch
            self.texts.append(self._now.made())
        else:
            self._now.end(name)

    def text(self, data: str) -> None:
        self._now.add(data)


@dataclass(slots=True)
class _Text:
    """A text of several runs; how it is pronounced (Japanese has that) is not part of it."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    reading: bool = False
    aside: bool = False

    def start(self, name: str) -> None:
        if name == "t":
            self.reading = not self.aside
        elif name == "rPh":
            self.aside = True

    def end(self, name: str) -> None:
        if name == "t":
            self.reading = False
        elif name == "rPh":
            self.aside = False

    def add(self, data: str) -> None:
        if self.reading and self.length < LONGEST:
            self.parts.append(data)
            self.length += len(data)

    def made(self) -> str:
        return unescaped("".join(self.parts)[:LONGEST])


def unescaped(text: str) -> str:
    """With what `_x000D_` stands for (ECMA-376, part 1, 22.9.2.19), without what is no text."""
    if "_x" in text:
        text = _ESCAPED.sub(_character, text)
    return _NO_TEXT.sub("", text)


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if 0xD800 <= code <= 0xDFFF else chr(code)


# Cells


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
        self._inline = _Text()
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
            if _is(attributes, "hidden") and len(self.page.veiled) < 100:
                first, last = _number(attributes.get("min")), _number(attributes.get("max"))
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
        self._row = _number(attributes.get("r")) or self._row + 1
        self._widest, self._place, self._behind = 0, "", 0
        if not 1 <= self._row <= MOST_ROWS:
            raise Broken
        self._hides = _is(attributes, "hidden")

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
            self._value, self._long, self._formula, self._inline = [], 0, False, _Text()

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
            at = _number(value)
            if not 0 <= at < len(self._texts):
                raise Broken
            return self._texts[at]
        if kind != "n":
            return unescaped(value)
        at = _number(self._cell_says.get("s"))
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
