"""The XML inside a workbook (ECMA-376, part 1, 18), as it goes by: which sheets there are, shared texts, formats.

Written here, because openpyxl keeps every format and text of a file and is slow over empty cells: 92 KB of formats took
it 54 seconds and 1.3 GB; and it does not say in passing which cells are percents, merged or hidden.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from xml.parsers import expat

MOST_ELEMENTS = 2_200_000
"""XML elements of a workbook that are walked through, in a few seconds; a million rows with a styled empty cell each
have two million."""
MOST_TEXTS = 200_000
LONGEST = 40_000
"""Characters of a cell that are kept; Excel has at most 32,767."""
_MOST_FORMATS = 65_536
"""Excel opens no workbook with more."""

Attributes = Mapping[str, str]
Kind = str
"""What a number format makes of a number: "date", "percent" or nothing."""

_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_PERCENTS = frozenset((9, 10))
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


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


def is_on(attributes: Attributes, name: str) -> bool:
    """Whether that attribute says yes."""
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
        if name == "workbookPr" and is_on(attributes, "date1904"):
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
            self._own[whole(attributes.get("numFmtId"))] = _kind(attributes.get("formatCode", ""))
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            if len(self.kinds) >= _MOST_FORMATS:
                raise Broken
            id = whole(attributes.get("numFmtId"))
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


def whole(written: str | None) -> int:
    """A whole number, 0 for none. Raises Broken."""
    try:
        return int(written or 0)
    except ValueError as error:
        raise Broken from error


class Texts:
    """The texts that cells share."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._now = RichText()

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            self._now = RichText()
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
class RichText:
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
