"""Text to a sheet of cells, as spreadsheets write it: `;`, `,` or TAB, quotes, cells of several lines."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from handlers.i18n import N_
from handlers.importing.faults import FileRefused, refused, say
from handlers.importing.texts import text_of

MOST_CELLS = 100_000
HEADING_ROWS = 20
"""How far down the headings may stand: titles and notes are written above them."""

_SEPARATORS = (";", "\t", ",")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_SEP = re.compile(r"sep=(.)(?:\r\n|\r|\n)")  # Excel's own first line


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line of the file it begins in (from 1), and its cells as written."""

    line: int
    cells: tuple[str, ...]


def read(content: bytes, known: Callable[[str], bool]) -> tuple[Row, ...]:
    """Every row that is not empty. `known` says whether a cell is a heading we know: the separator is the one under
    which most are. Raises FileRefused: no text, too many cells, quotes that do not end."""
    text = text_of(content)
    start = 0
    said = _SEP.match(text)
    if said:
        start = said.end()
    if text[start : start + 200].lstrip().startswith("<"):
        raise refused(
            say(N_("it is a web page or XML, not a sheet")),
            say(N_("save the sheet as XLSX or CSV and try again")),
        )
    separator = _separator(text[start:], known, said[1] if said else "")
    found: list[Row] = []
    cells = 0
    for row in _rows(text, start, separator):
        cells += max(1, len(row.cells))
        if cells > MOST_CELLS:
            raise too_many(row.line)
        if row.cells:
            found.append(row)
    return tuple(found)


def too_many(line: int = 0) -> FileRefused:
    """The refusal of a sheet with more than 100,000 cells."""
    return refused(
        say(N_("there are more than {most} cells"), most=f"{MOST_CELLS:,}".replace(",", "\u00a0")),
        say(N_("delete the empty rows and columns, or split the file")),
        line=line,
    )


def best_headings(rows: tuple[Row, ...], known: Callable[[str], bool]) -> tuple[int, int]:
    """The row, among the first, with the most headings we know, and how many; (0, 0) when there are none."""
    counts = [(sum(map(known, row.cells)), -i) for i, row in enumerate(rows[:HEADING_ROWS])]
    count, at = max(counts, default=(0, 0))
    return (-at, count) if count else (0, 0)


def _separator(text: str, known: Callable[[str], bool], said: str) -> str:
    """The one under which most headings are known; of equals the one that the file names, then the commonest."""

    def score(separator: str) -> tuple[int, bool, int]:
        try:
            rows = tuple(islice(_rows(text[:200_000], 0, separator), HEADING_ROWS))
        except FileRefused:
            rows = ()
        first = text[:10_000].splitlines()[0] if text else ""
        return best_headings(rows, known)[1], separator == said, first.count(separator)

    return max(_SEPARATORS, key=score)


def _rows(text: str, start: int, separator: str) -> Iterator[Row]:
    """The rows with their trailing empty cells cut off; an empty row has none."""
    reader = csv.reader(
        (match[0] for match in _LINE.finditer(text, start)), delimiter=separator, strict=True, quotechar='"'
    )
    above = 1 if start else 0
    line = above + 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _broken(str(error), line) from error
        if cells is None:
            return
        while cells and not cells[-1].strip():
            cells.pop()
        yield Row(line, tuple(cells))
        line = above + reader.line_num + 1


def _broken(why: str, line: int) -> FileRefused:
    if "field larger" in why:
        return refused(
            say(N_("one cell is longer than {most} characters"), most=csv.field_size_limit()), line=line
        )
    return refused(
        say(N_("a cell that begins here has a quotation mark that does not end or goes on after its end")),
        say(N_('inside a quoted cell write every " twice')),
        line=line,
    )
