"""A workbook (XLSX) to a sheet of cells: what Excel, LibreOffice and Google Sheets write, read without unfolding what
is too large."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from handlers.i18n import N_
from handlers.importing.faults import FileRefused, Sentence, refused, say
from handlers.importing.tables import MOST_CELLS, Row, best_headings
from handlers.importing.texts import MOST_BYTES

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

MAGIC = b"PK\x03\x04"
MOST_ROWS = 1_000_000
"""Rows of a sheet that are walked through, empty ones with them; Excel has no more."""
MOST_PARTS = 2_000


def read(content: bytes, known: Callable[[str], bool]) -> tuple[tuple[Row, ...], tuple[Sentence, ...]]:
    """Every row that is not empty of the sheet with the most headings we know, and remarks about the others. A row's
    line is its number in the sheet; formulas count as what they came to.

    Raises FileRefused: no workbook, damaged, larger unfolded than 64 MB, more than 100,000 cells.
    """
    found = sheets(content)
    name, rows = max(found, key=lambda pair: best_headings(pair[1], known)[1])
    if not rows:
        raise refused(say(N_("the file is empty")))
    others = tuple(title for title, cells in found if title != name and cells)
    if not others:
        return rows, ()
    return rows, (
        say(N_("Taken from the sheet “{name}”; not read: {others}."), name=name, others=others[:5]),
    )


def sheets(content: bytes) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """Every sheet with its title and its rows that are not empty; one at least. Raises FileRefused as `read` does."""
    _check(content)
    book = _opened(content)
    try:
        left = MOST_CELLS
        found: list[tuple[str, tuple[Row, ...]]] = []
        for sheet in book.worksheets:
            rows = tuple(_rows(sheet, left))
            left -= sum(len(row.cells) for row in rows)
            found.append((str(sheet.title), rows))
    except FileRefused:
        raise
    except Exception as error:  # openpyxl raises whatever the XML makes it stumble over
        raise _damaged() from error
    finally:
        book.close()
    if not found:
        raise refused(say(N_("the workbook has no sheet with cells")))
    return tuple(found)


def _check(content: bytes) -> None:
    """Refuses what is no workbook, and what would unfold to too much, before anything is unfolded."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _damaged() from error
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise refused(
            say(N_("it is a packed file, but no workbook")),
            say(N_("save the sheet as XLSX or CSV and try again")),
        )
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise refused(say(N_("unfolded the file is larger than {most} MB"), most=MOST_BYTES // 1024 // 1024))
    if any(part.flag_bits & 1 for part in parts):
        raise refused(say(N_("the workbook is locked with a password")), say(N_("take the password off")))


def _opened(content: bytes) -> Workbook:
    from openpyxl import load_workbook  # heavy, and not needed for a question

    try:
        return load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # see above
        raise _damaged() from error


def _damaged() -> FileRefused:
    return refused(
        say(N_("the workbook is damaged or not complete")),
        say(N_("open it in your spreadsheet and save it anew")),
    )


def _rows(sheet: Any, most: int) -> Iterator[Row]:
    """The rows of one sheet that have something in them."""
    sheet.reset_dimensions()  # what a file says of its own size is not always true
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > MOST_ROWS:
            return
        written = [_text(value) for value in cells]
        while written and not written[-1].strip():
            written.pop()
        if not written:
            continue
        most -= len(written)
        if most < 0:
            raise refused(
                say(N_("there are more than {most} cells"), most=f"{MOST_CELLS:,}".replace(",", "\u00a0")),
                say(N_("delete the empty rows and columns, or split the file")),
                line=number,
            )
        yield Row(number, tuple(written))


def _text(value: object) -> str:
    """A cell as somebody would have typed it."""
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case datetime():
            exact = value + timedelta(microseconds=500_000)  # Excel keeps hours as fractions of a day
            return f"{exact:%Y-%m-%d}" if value.time() == time() else f"{exact:%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case _:
            return str(value)
