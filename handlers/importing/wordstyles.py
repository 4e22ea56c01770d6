"""What a DOCX says of its paragraphs' looks: which styles are headings or bold, and the numbers that Word puts before
paragraphs by itself, counted as it counts them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.importing.wordxml import Attributes, Reader, number, on

_BY_NAME = re.compile(r"(?:heading|antra(?:š|s)?t(?:ė|e)?) ?([1-9])", re.IGNORECASE)


@dataclass
class _Style:
    """A style as it is written: what it is called, on which it is based, its outline level, whether it is bold."""

    name: str = ""
    based_on: str = ""
    outline: int | None = None
    bold: bool | None = None
    list: str = ""
    item: int = 0


class Styles(Reader):
    """Which styles are headings. The built-in ones have their English names in every language's Word."""

    def __init__(self) -> None:
        self._styles: dict[str, _Style] = {}
        self._now = _Style()

    def start(self, name: str, attributes: Attributes) -> None:
        value = attributes.get("val", "")
        match name:
            case "style":
                self._now = self._styles.setdefault(attributes.get("styleId", ""), _Style())
            case "name":
                self._now.name = value.casefold()
            case "basedOn":
                self._now.based_on = value
            case "outlineLvl":
                self._now.outline = number(value)
            case "b":
                self._now.bold = on(value)
            case "numId":
                self._now.list = value
            case "ilvl":
                self._now.item = number(value) or 0

    def level(self, id: str) -> int:
        """The level of a heading's style, from 1; 0 for what is none."""
        for _ in range(10):
            style = self._styles.get(id, _Style())
            if found := _BY_NAME.fullmatch(style.name) or _BY_NAME.fullmatch(id):
                return int(found[1])
            if style.outline is not None:
                return style.outline + 1 if style.outline < 9 else 0
            id = style.based_on
        return 0

    def bold(self, id: str) -> bool | None:
        """Whether the style, of a paragraph or of characters, is bold; None when it does not say."""
        for _ in range(10):
            style = self._styles.get(id, _Style())
            if style.bold is not None:
                return style.bold
            id = style.based_on
        return None

    def listed(self, id: str) -> tuple[str, str, int]:
        """The style that puts it into a list, that list and the level in it; all empty when none does."""
        for _ in range(10):
            style = self._styles.get(id, _Style())
            if style.list:
                return id, style.list, style.item
            id = style.based_on
        return "", "", 0

    def title(self, id: str) -> bool:
        """Whether it is the style of a document's title."""
        return self._styles.get(id, _Style()).name == "title" or id in ("Title", "Pavadinimas")


@dataclass
class _Level:
    """How a level of a list is numbered: "%1.%2." in that format, from `start` on."""

    format: str = "decimal"
    text: str = ""
    start: int = 1


class Numbers(Reader):
    """The numbers that Word puts before paragraphs by itself, counted as it counts them."""

    def __init__(self) -> None:
        self._levels: dict[tuple[str, int], _Level] = {}
        self._linked: dict[tuple[str, str], int] = {}
        self._lists: dict[str, str] = {}
        self._anew: set[str] = set()
        self._counts: dict[str, list[int]] = {}
        self._abstract = self._list = ""
        self._level = 0

    def start(self, name: str, attributes: Attributes) -> None:
        value = attributes.get("val", "")
        now = self._levels.setdefault((self._abstract, self._level), _Level())
        match name:
            case "abstractNum":
                self._abstract = attributes.get("abstractNumId", "")
            case "lvl":
                self._level = number(attributes.get("ilvl", "")) or 0
            case "start":
                now.start = number(value) or 0
            case "numFmt":
                now.format = value
            case "lvlText":
                now.text = value
            case "pStyle":
                self._linked[self._abstract, value] = self._level
            case "num":
                self._list, self._abstract = attributes.get("numId", ""), ""
            case "abstractNumId":
                self._lists[self._list] = value
            case "startOverride":
                self._anew.add(self._list)

    def of_style(self, style: str, list: str, level: int) -> int:
        """The level in a list that a style stands for."""
        return self._linked.get((self._lists.get(list, ""), style), level)

    def label(self, list: str, level: int) -> str:
        """What stands before the next paragraph of that level of the list: "1.2.", "•", or nothing."""
        abstract = self._lists.get(list)
        known = self._levels.get((abstract or "", level))
        if abstract is None or known is None or known.format == "none":
            return ""
        if known.format == "bullet":
            return "•"
        counts = self._counts.setdefault(abstract, [])
        if list in self._anew:
            self._anew.remove(list)
            counts.clear()
        for upper in range(len(counts), level + 1):
            above = self._levels.get((abstract, upper), _Level())
            counts.append(above.start - (upper == level))
        del counts[level + 1 :]
        counts[level] += 1
        return re.sub(
            r"%([1-9])", lambda place: self._counted(abstract, counts, int(place[1]) - 1), known.text
        )

    def _counted(self, abstract: str, counts: Sequence[int], level: int) -> str:
        if level >= len(counts):
            return ""
        return _written(counts[level], self._levels.get((abstract, level), _Level()).format)


_ROMANS = (
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)


def _written(number: int, format: str) -> str:
    """A number as a list writes it (ECMA-376, ST_NumberFormat; those that are not known, in figures)."""
    match format:
        case "upperRoman" | "lowerRoman" if 0 < number < 400:
            found = ""
            for value, sign in _ROMANS:
                found += sign * (number // value)
                number %= value
            return found if format == "upperRoman" else found.lower()
        case "upperLetter" | "lowerLetter" if 0 < number <= 26:
            return chr(ord("A" if format == "upperLetter" else "a") + number - 1)
        case _:
            return str(number)
