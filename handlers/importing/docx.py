"""A DOCX to its paragraphs: what Word and LibreOffice write, read without unfolding what is too large and without
definitions that an XML file could bring along."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from handlers.i18n import N_
from handlers.importing.faults import FileRefused, refused, say
from handlers.importing.texts import MOST_BYTES

MOST_PARTS = 2_000
DOCUMENT = "word/document.xml"
_MAIN = re.compile(r"(?:wordprocessingml/2006/main|wordprocessingml/main) (.+)")
_BY_NAME = re.compile(r"(?:heading|antra(?:š|s)?t(?:ė|e)?) ?([1-9])", re.IGNORECASE)
_SKIPPED = frozenset({"moveFrom", "del", "pPrChange", "rPrChange", "Fallback"})
"""What is there no more, or a second time for older programs."""

Attributes = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: of a heading its level, from 1. A number or sign that Word puts before it by itself stands in its
    text, lines that were broken in it have line ends between them."""

    text: str
    level: int = 0
    title: bool = False


def paragraphs(content: bytes) -> tuple[Paragraph, ...]:
    """Those with a text, in their order; a row of a table is one.

    Raises FileRefused with one sentence: no DOCX, damaged, locked, with definitions, larger unfolded than 64 MB.
    """
    parts = _parts(content)
    styles = _Styles()
    numbers = _Numbers()
    for name, reader in (("word/styles.xml", styles), ("word/numbering.xml", numbers)):
        if name in parts:
            _parse(parts[name], reader)
    text = _Text(styles, numbers)
    _parse(parts[DOCUMENT], text)
    return tuple(text.found)


def _parts(content: bytes) -> Mapping[str, bytes]:
    """The files of it that are read. What is larger than it says stays unread."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            infos = packed.infolist()
            if DOCUMENT not in {info.filename for info in infos}:
                raise refused(say(N_("it is a packed file, but no DOCX")), _SAVE)
            if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_BYTES:
                raise refused(
                    say(N_("unfolded the file is larger than {most} MB"), most=MOST_BYTES // 1024 // 1024)
                )
            if any(info.flag_bits & 1 for info in infos):
                raise refused(
                    say(N_("the document is locked with a password")), say(N_("take the password off"))
                )
            wanted = (DOCUMENT, "word/styles.xml", "word/numbering.xml")
            return {info.filename: packed.read(info) for info in infos if info.filename in wanted}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
        raise _damaged() from error
    except Exception as error:
        if isinstance(error, FileRefused):
            raise
        raise _damaged() from error  # zlib and lzma have errors of their own


_SAVE = say(N_("save it in your word processor as DOCX"))


def _damaged() -> FileRefused:
    return refused(
        say(N_("the document is damaged or not complete")),
        say(N_("open it in your word processor and save it anew")),
    )


# XML, as it goes by


class _Reader:
    """Hears the elements of Word's own language by their short names."""

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Characters."""


def _parse(content: bytes, reader: _Reader) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_definitions
    parser.EntityDeclHandler = _no_definitions
    parser.StartElementHandler = lambda name, attributes: reader.start(
        _short(name), {_short(key): value for key, value in attributes.items()}
    )
    parser.EndElementHandler = lambda name: reader.end(_short(name))
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise _damaged() from error


def _no_definitions(*_: object) -> None:
    raise refused(say(N_("the document brings definitions along that are not read")), _SAVE)


def _short(name: str) -> str:
    """The name of an element of Word's, or of one that is looked for elsewhere; of others all of it."""
    if found := _MAIN.search(name):
        return found[1]
    return "Fallback" if name.endswith(" Fallback") else name


@dataclass
class _Style:
    """A style as it is written: what it is called, on which it is based, its outline level."""

    name: str = ""
    based_on: str = ""
    outline: int | None = None
    list: str = ""
    item: int = 0


class _Styles(_Reader):
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
                self._now.outline = _number(value)
            case "numId":
                self._now.list = value
            case "ilvl":
                self._now.item = _number(value) or 0

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


class _Numbers(_Reader):
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
                self._level = _number(attributes.get("ilvl", "")) or 0
            case "start":
                now.start = _number(value) or 0
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


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


@dataclass
class _Open:
    """A paragraph that has not ended yet."""

    pieces: list[str] = field(default_factory=list)
    style: str = ""
    outline: int | None = None
    list: str = ""
    item: int = 0


class _Text(_Reader):
    """The paragraphs of the document itself."""

    def __init__(self, styles: _Styles, numbers: _Numbers) -> None:
        self.found: list[Paragraph] = []
        self._styles, self._numbers = styles, numbers
        self._open: list[_Open] = []
        self._rows: list[list[str]] = []
        self._cells: list[list[str]] = []
        self._skipping = 0
        self._in_text = False

    def start(self, name: str, attributes: Attributes) -> None:
        if self._skipping or name in _SKIPPED:
            self._skipping += 1
            return
        now, value = self._open[-1] if self._open else _Open(), attributes.get("val", "")
        match name:
            case "p":
                self._open.append(_Open())
            case "tr":
                self._rows.append([])
            case "tc":
                self._cells.append([])
            case "t":
                self._in_text = True
            case "pStyle":
                now.style = value
            case "outlineLvl":
                now.outline = _number(value)
            case "numId":
                now.list = value
            case "ilvl":
                now.item = _number(value) or 0
            case "tab":
                now.pieces.append(" ")
            case "br" | "cr":
                now.pieces.append("\n")
            case "noBreakHyphen":
                now.pieces.append("-")

    def end(self, name: str) -> None:
        if self._skipping:
            self._skipping -= 1
            return
        match name:
            case "t":
                self._in_text = False
            case "p" if self._open:
                self._paragraph(self._open.pop())
            case "tc" if self._cells and self._rows:
                self._rows[-1].append("; ".join(self._cells.pop()))
            case "tr" if self._rows:
                self._say(Paragraph(" | ".join(filter(None, self._rows.pop()))))

    def text(self, data: str) -> None:
        if self._in_text and self._open and not self._skipping:
            self._open[-1].pieces.append(data)

    def _paragraph(self, now: _Open) -> None:
        lines = (" ".join(line.split()) for line in "".join(now.pieces).split("\n"))
        text = "\n".join(line for line in lines if line)
        level = self._styles.level(now.style)
        if now.outline is not None and now.outline < 9:
            level = now.outline + 1
        label = self._label(now) if text else ""
        self._say(Paragraph(f"{label} {text}" if label else text, level, self._styles.title(now.style)))

    def _label(self, now: _Open) -> str:
        """Its number or sign: as the paragraph has it itself, or by its style."""
        if now.list:
            return self._numbers.label(now.list, now.item)
        style, list, level = self._styles.listed(now.style)
        return self._numbers.label(list, self._numbers.of_style(style, list, level)) if list else ""

    def _say(self, paragraph: Paragraph) -> None:
        if not paragraph.text:
            return
        if self._cells:
            self._cells[-1].append(paragraph.text.replace("\n", " "))
        else:
            self.found.append(paragraph)
