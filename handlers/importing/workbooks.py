"""A workbook (XLSX) to a sheet of cells: what Excel, LibreOffice and Google Sheets write, read without unfolding what
is too large."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from handlers.i18n import N_
from handlers.importing.faults import FileRefused, Sentence, refused, say
from handlers.importing.sheetcells import Sheet, letters
from handlers.importing.spreadsheetml import Book, Formats, Links, Reader, Texts, TooMuch, Walk
from handlers.importing.tables import MOST_CELLS, Row, best_headings, too_many
from handlers.importing.texts import MOST_BYTES

R = TypeVar("R", bound=Reader)

MAGIC = b"PK\x03\x04"
MOST_PARTS = 2_000
NAMED = 10  # rows and cells that a remark names


@dataclass(frozen=True, slots=True)
class _Page:
    """A sheet: its title, its rows that are not empty, whether it is hidden, and remarks about it."""

    title: str
    rows: tuple[Row, ...]
    hidden: bool
    remarks: tuple[Sentence, ...]


def read(content: bytes, known: Callable[[str], bool]) -> tuple[tuple[Row, ...], tuple[Sentence, ...]]:
    """Every row that is not empty of the sheet with the most headings we know, one that is shown rather than one that
    is hidden, and remarks about it and the others. A row's line is its number in the sheet; formulas count as what they
    came to, cells merged over several rows stand in each.

    Raises FileRefused: no workbook, damaged, larger unfolded than 64 MB, more than 100,000 cells.
    """
    pages = _pages(content)

    def worth(page: _Page) -> tuple[bool, int]:
        count = best_headings(page.rows, known)[1]
        return count > 1 and not page.hidden, count

    taken = max(pages, key=worth)
    if not taken.rows:
        raise refused(say(N_("the file is empty")))
    others = tuple(page.title for page in pages if page is not taken and page.rows)
    if not others:
        return taken.rows, taken.remarks
    named = say(N_("Taken from the sheet “{name}”; not read: {others}."), name=taken.title, others=others[:5])
    return taken.rows, (named, *taken.remarks)


def sheets(content: bytes) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """Every sheet with its title and its rows that are not empty; one at least. Raises FileRefused as `read` does."""
    return tuple((page.title, page.rows) for page in _pages(content))


def _pages(content: bytes) -> tuple[_Page, ...]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _check(packed)
            found = tuple(_Book(packed).pages())
    except FileRefused:
        raise
    except TooMuch as much:
        raise too_many(much.row) from much
    except Exception as error:  # Broken, and whatever a damaged archive makes zipfile and zlib stumble over
        raise _damaged() from error
    if not found:
        raise refused(say(N_("the workbook has no sheet with cells")))
    return found


_ANEW = say(N_("save the sheet as XLSX or CSV and try again"))


def _check(packed: zipfile.ZipFile) -> None:
    """Refuses what is no workbook, and what would unfold to too much, before anything is unfolded."""
    parts = packed.infolist()
    names = {part.filename for part in parts}
    if "content.xml" in names and "mimetype" in names:
        raise refused(say(N_("it is an OpenDocument sheet (ODS)")), _ANEW)
    if "xl/workbook.bin" in names:
        raise refused(say(N_("it is a binary workbook (XLSB)")), _ANEW)
    if not any(name.startswith("xl/workbook") for name in names):
        raise refused(say(N_("it is a packed file, but no workbook")), _ANEW)
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise refused(say(N_("unfolded the file is larger than {most} MB"), most=MOST_BYTES // 1024 // 1024))
    if any(part.flag_bits & 1 for part in parts):
        raise refused(say(N_("the workbook is locked with a password")), say(N_("take the password off")))


def _damaged() -> FileRefused:
    return refused(
        say(N_("the workbook is damaged or not complete")),
        say(N_("open it in your spreadsheet and save it anew")),
    )


class _Book:
    """A workbook, opened. All of it raises TooMuch, Broken and what zipfile raises."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self._names = set(packed.namelist())
        self._walk = Walk()
        top = self._links("")
        self._path = next((to for kind, to in top.values() if kind == "officeDocument"), "xl/workbook.xml")
        self._book = self._read(self._path, Book())
        self._parts = self._links(self._path)

    def pages(self) -> Iterable[_Page]:
        """Its sheets, in their order."""
        formats = self._beside("styles", Formats())
        texts = self._beside("sharedStrings", Texts())
        left = MOST_CELLS
        for title, id, hidden in self._book.sheets:
            kind, path = self._parts.get(id, ("", ""))
            if kind != "worksheet":  # a chart, or a macro of thirty years ago
                continue
            found = self._read(path, Sheet(self._book, formats.kinds, texts.texts, left)).page
            rows = tuple(_row(number, cells) for number, cells in sorted(found.cells.items()))
            left -= sum(len(row.cells) for row in rows)
            remarks = (
                *_named(
                    N_("Hidden rows are read like the others: {lines}."),
                    [str(row.line) for row in rows if row.line in found.hidden],
                ),
                *_named(
                    N_("Hidden columns are read like the others: {lines}."),
                    [letters(n) for n in _used(rows) if any(n in each for each in found.veiled)],
                ),
                *_named(N_("Formulas that were never worked out count as empty: {lines}."), found.bare),
            )
            yield _Page(title, rows, hidden, remarks)

    def _links(self, of: str) -> dict[str, tuple[str, str]]:
        """What a part is related to, by ids: kinds and paths."""
        folder, name = posixpath.split(of)
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        if path not in self._names:
            return {}
        return {
            id: (kind, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"))
            for id, (kind, target) in self._read(path, Links()).targets.items()
        }

    def _beside(self, kind: str, reader: R) -> R:
        path = next((path for of, path in self._parts.values() if of == kind), "")
        return self._read(path, reader) if path else reader

    def _read(self, path: str, reader: R) -> R:
        with self._packed.open(path) as stream:
            self._walk.through(stream, reader)
        return reader


def _row(number: int, cells: dict[int, str]) -> Row:
    return Row(number, tuple(cells.get(column, "") for column in range(1, max(cells) + 1)))


def _used(rows: Iterable[Row]) -> list[int]:
    """The columns, from 1, in which anything stands."""
    return sorted({at for row in rows for at, cell in enumerate(row.cells, 1) if cell})


def _named(text: str, which: list[str]) -> tuple[Sentence, ...]:
    if not which:
        return ()
    shown = tuple(which[:NAMED])
    return (say(text, lines=(*shown, "…") if len(which) > NAMED else shown),)
