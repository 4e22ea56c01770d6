"""A DOCX to its paragraphs: what Word and LibreOffice write, read without unfolding what is too large."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from handlers.i18n import N_
from handlers.importing.faults import FileRefused, refused, say
from handlers.importing.texts import MOST_BYTES
from handlers.importing.wordstyles import Numbers, Styles
from handlers.importing.wordxml import SAVE, Attributes, Reader, damaged, number, on, parse

MOST_PARTS = 2_000
DOCUMENT = "word/document.xml"
_BESIDE = ("word/styles.xml", "word/numbering.xml", "word/footnotes.xml", "word/endnotes.xml")
_SKIPPED = frozenset({"moveFrom", "del", "pPrChange", "rPrChange", "Fallback"})
"""What is there no more, or a second time for older programs."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: of a heading its level, from 1. A number or sign that Word puts before it by itself stands in its
    text, lines that were broken in it have line ends between them. A footnote's mark stands in the text, the footnote
    in a line behind it. `bold` when all of it is."""

    text: str
    level: int = 0
    title: bool = False
    bold: bool = False


def paragraphs(content: bytes) -> tuple[Paragraph, ...]:
    """Those with a text, in their order; a row of a table is one.

    Raises FileRefused with one sentence: no DOCX, damaged, locked, with definitions, larger unfolded than 64 MB.
    """
    parts = _parts(content)
    styles, numbers = Styles(), Numbers()
    footnotes, endnotes = _Notes("footnote"), _Notes("endnote")
    readers: Mapping[str, Reader] = dict(zip(_BESIDE, (styles, numbers, footnotes, endnotes), strict=True))
    for name, reader in readers.items():
        if name in parts:
            parse(parts[name], reader)
    text = _Text(styles, numbers, {"footnote": footnotes.found, "endnote": endnotes.found})
    parse(parts[DOCUMENT], text)
    return tuple(text.found)


def _parts(content: bytes) -> Mapping[str, bytes]:
    """The files of it that are read. What is larger than it says stays unread."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            infos = packed.infolist()
            if DOCUMENT not in {info.filename for info in infos}:
                raise refused(say(N_("it is a packed file, but no DOCX")), SAVE)
            if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_BYTES:
                raise refused(
                    say(N_("unfolded the file is larger than {most} MB"), most=MOST_BYTES // 1024 // 1024)
                )
            if any(info.flag_bits & 1 for info in infos):
                raise refused(
                    say(N_("the document is locked with a password")), say(N_("take the password off"))
                )
            return {i.filename: packed.read(i) for i in infos if i.filename in (DOCUMENT, *_BESIDE)}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
        raise damaged() from error
    except Exception as error:
        if isinstance(error, FileRefused):
            raise
        raise damaged() from error  # zlib and lzma have errors of their own


@dataclass
class _Open:
    """A paragraph that has not ended yet."""

    pieces: list[str] = field(default_factory=list)
    style: str = ""
    outline: int | None = None
    of_list: str = ""
    item: int = 0
    bold: bool | None = None
    """Of the letters so far; None before the first."""
    notes: list[str] = field(default_factory=list)


class _Notes(Reader):
    """The footnotes or the endnotes, by their ids; not the lines that Word draws above them."""

    def __init__(self, name: str) -> None:
        self.found: dict[str, str] = {}
        self._name, self._now, self._skipping, self._in_text = name, "", 0, False

    def start(self, name: str, attributes: Attributes) -> None:
        if self._skipping or name in _SKIPPED:
            self._skipping += 1
        elif name == self._name:
            self._now = "" if "type" in attributes else attributes.get("id", "")
        self._in_text = name == "t"

    def end(self, name: str) -> None:
        self._in_text = False
        if self._skipping:
            self._skipping -= 1
        elif name == "p":
            self._add(" ")

    def text(self, data: str) -> None:
        if self._in_text and not self._skipping:
            self._add(data)

    def _add(self, data: str) -> None:
        if self._now:
            self.found[self._now] = self.found.get(self._now, "") + data


class _Text(Reader):
    """The paragraphs of the document itself. `notes` are those at its foot and at its end, by their ids."""

    def __init__(self, styles: Styles, numbers: Numbers, notes: Mapping[str, Mapping[str, str]]) -> None:
        self.found: list[Paragraph] = []
        self._styles, self._numbers, self._notes = styles, numbers, notes
        self._noted = 0
        self._run: bool | None = None
        self._in_run = False
        self._later: list[str] = []
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
            case "r":
                self._in_run, self._run = True, None
            case "b" if self._in_run:
                self._run = on(value)
            case "rStyle" if self._in_run and self._run is None:
                self._run = self._styles.bold(value)
            case "footnoteReference" | "endnoteReference":
                self._note(self._notes[name.removesuffix("Reference")].get(attributes.get("id", ""), ""), now)
            case "pStyle":
                now.style = value
            case "outlineLvl":
                now.outline = number(value)
            case "numId":
                now.of_list = value
            case "ilvl":
                now.item = number(value) or 0
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
            case "r":
                self._in_run = False
            case "p" if self._open:
                self._paragraph(self._open.pop())
            case "tc" if self._cells and self._rows:
                self._rows[-1].append("; ".join(self._cells.pop()))
            case "tr" if self._rows:
                self._say(Paragraph(_row(self._rows.pop())), self._later)
                self._later = []

    def text(self, data: str) -> None:
        if self._in_text and self._open and not self._skipping:
            now = self._open[-1]
            now.pieces.append(data)
            if data.strip() and now.bold is not False:
                now.bold = bool(self._styles.bold(now.style) if self._run is None else self._run)

    def _note(self, text: str, now: _Open) -> None:
        """Its mark, and the note for behind the paragraph."""
        if text := " ".join(text.split()):
            self._noted += 1
            now.pieces.append(f"[{self._noted}]")
            now.notes.append(f"[{self._noted}] {text}")

    def _paragraph(self, now: _Open) -> None:
        lines = (" ".join(line.split()) for line in "".join(now.pieces).split("\n"))
        text = "\n".join(line for line in lines if line)
        level = self._styles.level(now.style)
        if now.outline is not None and now.outline < 9:
            level = now.outline + 1
        label = self._label(now) if text else ""
        text = f"{label} {text}" if label else text
        said = Paragraph(text, level, self._styles.title(now.style), bool(now.bold))
        self._say(said, now.notes)

    def _label(self, now: _Open) -> str:
        """Its number or sign: as the paragraph has it itself, or by its style."""
        if now.of_list:
            return self._numbers.label(now.of_list, now.item)
        style, list, level = self._styles.listed(now.style)
        return self._numbers.label(list, self._numbers.of_style(style, list, level)) if list else ""

    def _say(self, paragraph: Paragraph, notes: Sequence[str]) -> None:
        if not paragraph.text:
            return
        if self._cells:
            self._cells[-1].append(paragraph.text.replace("\n", " "))
            self._later += notes
        elif paragraph.level or paragraph.title:
            self.found += [paragraph, *map(Paragraph, notes)]
        else:
            self.found.append(replace(paragraph, text="\n".join((paragraph.text, *notes))))


def _row(cells: Sequence[str]) -> str:
    """A row of a table: what is empty in the middle of it keeps its place."""
    filled = [place for place, cell in enumerate(cells) if cell]
    if len(filled) < 2:
        return "".join(cells)
    return " | ".join(cell or "–" for cell in cells[: filled[-1] + 1])
