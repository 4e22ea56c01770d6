"""A sheet with headings: which column is which, and its rows as named cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from handlers.i18n import N_
from handlers.importing import workbooks
from handlers.importing.faults import Bad, Fault, FileRefused, Sentence, refused, say
from handlers.importing.nearest import nearest, plain
from handlers.importing.tables import Row, best_headings, read

T = TypeVar("T")

LONGEST = 200  # characters of a heading; what is longer is none
NAMED = 10  # unknown columns that are named; a sheet may have thousands

_FOOTNOTE = re.compile(r"[*†¹²³]|(?:pastab|saltini|note|source)\w*\b")


@dataclass(frozen=True, slots=True)
class Column:
    """A column we know: the field it is for, its heading in both languages, other headings people give it."""

    field: str
    lt: str
    en: str
    also: tuple[str, ...] = ()

    def heading(self, language: str) -> str:
        """Its heading in that language."""
        return self.lt if language == "lt" else self.en


@dataclass(frozen=True, slots=True)
class Record:
    """One row: the line it begins in, and its cells by field. A column that the sheet lacks has no cell."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Listing:
    """What a sheet holds: its rows, the headings as written by field, and what was left out or is wrong."""

    records: tuple[Record, ...]
    headings: Mapping[str, str]
    faults: tuple[Fault, ...] = ()
    notes: tuple[Sentence, ...] = ()


def listing(content: bytes, columns: tuple[Column, ...], required: str) -> Listing:
    """The sheet's rows by field. `required` is the field without whose column it is not such a list.

    Raises FileRefused: not a table, no such headings, one heading twice.
    """
    fields = _fields(columns)

    def known(cell: str) -> bool:
        return len(cell) <= LONGEST and plain(cell) in fields

    if content.startswith(workbooks.MAGIC):
        rows, remarks = workbooks.read(content, known)
    else:
        rows, remarks = read(content, known), ()
    return listing_of(rows, columns, required, remarks)


def listing_of(
    rows: tuple[Row, ...], columns: tuple[Column, ...], required: str, remarks: tuple[Sentence, ...] = ()
) -> Listing:
    """The same of rows that are read already, with remarks about the file. Raises FileRefused as `listing` does."""
    if not rows:  # a file of nothing but separators
        raise refused(say(N_("the file is empty")))
    fields = _fields(columns)

    def known(cell: str) -> bool:
        return len(cell) <= LONGEST and plain(cell) in fields

    at, _ = best_headings(rows, known)
    top = rows[at]
    places = {i: fields[plain(cell)] for i, cell in enumerate(top.cells) if known(cell)}
    _whole(top, places, columns)
    _check(top, places, columns, required)
    headings = {name: " ".join(top.cells[i].split()) for i, name in places.items()}
    records, faults, left = [], [], []
    for row in rows[at + 1 :]:
        if _is_footnote(row, places, required):
            left.append(row.line)
        elif len(row.cells) > len(top.cells):
            faults.append(_too_long(row, len(top.cells)))
        else:
            cells = {name: row.cells[i] if i < len(row.cells) else "" for i, name in places.items()}
            if any(cell.strip() for cell in cells.values()):
                records.append(Record(row.line, cells))
    notes = (*remarks, *_unknown(top, places, columns), *_left(left))
    return Listing(tuple(records), headings, tuple(faults), notes)


def _fields(columns: tuple[Column, ...]) -> dict[str, str]:
    """The fields by their headings, plain."""
    return {plain(h): c.field for c in columns for h in (c.lt, c.en, *c.also)}


def _whole(top: Row, places: Mapping[int, str], columns: tuple[Column, ...]) -> None:
    """Refuses a sheet whose headings have lost their letters: whatever stands below has lost them, too."""
    headings = [h for c in columns for h in (c.lt, c.en, *c.also)]
    for at, cell in enumerate(top.cells):
        meant = _meant_before(" ".join(cell.split()), headings) if at not in places else ""
        if meant:
            raise refused(
                say(N_("the letters of “{heading}” are spoilt, it was “{meant}”"), heading=cell, meant=meant),
                say(N_("save the sheet anew as XLSX, or as CSV in UTF-8")),
                line=top.line,
            )


def _meant_before(cell: str, headings: list[str]) -> str:
    """The heading that this one was before a program wrote ? for its letters, or read UTF-8 as something else."""
    if "?" in cell or "\ufffd" in cell:
        for heading in headings:
            pairs = zip(cell.casefold(), heading.casefold(), strict=False)
            if len(cell) == len(heading) and all(a == b or a in "?\ufffd" for a, b in pairs):
                return heading
    for encoding in ("cp1257", "cp1252", "latin-1") if not cell.isascii() and len(cell) < LONGEST else ():
        try:
            mended = plain(cell.encode(encoding).decode("utf-8"))
        except UnicodeError:
            continue
        if found := next((heading for heading in headings if plain(heading) == mended), ""):
            return found
    return ""


def _check(top: Row, places: Mapping[int, str], columns: tuple[Column, ...], required: str) -> None:
    twice = [name for name, count in Counter(places.values()).items() if count > 1]
    if twice:
        raise refused(
            say(N_("the column “{heading}” is there twice"), heading=_column(columns, twice[0]).lt),
            say(N_("leave one of them")),
            line=top.line,
        )
    if required not in places.values():
        wanted = _column(columns, required)
        raise _no_column(top, wanted)


def _no_column(top: Row, wanted: Column) -> FileRefused:
    like = nearest(wanted.lt, top.cells, 1) or nearest(wanted.en, top.cells, 1)
    name = f"{wanted.lt} / {wanted.en}"
    return refused(
        say(N_("there is no column “{heading}”"), heading=name),
        say(N_("“{heading}” is the nearest there is"), heading=like[0])
        if like
        else say(N_("the first line names the columns")),
        line=top.line,
    )


def _column(columns: tuple[Column, ...], name: str) -> Column:
    return next(c for c in columns if c.field == name)


def _is_footnote(row: Row, places: Mapping[int, str], required: str) -> bool:
    """Whether it is a remark under the table: one cell only, and not the one that names what the row is about."""
    filled = [i for i, cell in enumerate(row.cells) if cell.strip()]
    if len(filled) != 1 or len(places) < 3:
        return False
    return places.get(filled[0]) != required or bool(_FOOTNOTE.match(plain(row.cells[filled[0]]) or "*"))


def _too_long(row: Row, most: int) -> Fault:
    return Fault(
        row.line,
        "",
        say(N_("there are {count} cells under {most} headings"), count=len(row.cells), most=most),
        say(
            N_(
                "give every column a heading; in a CSV put a cell with the separator in it into quotation marks"
            )
        ),
    )


def _unknown(top: Row, places: Mapping[int, str], columns: tuple[Column, ...]) -> tuple[Sentence, ...]:
    names = [" ".join(c.split()) for i, c in enumerate(top.cells) if i not in places and c.strip()]
    if not names:
        return ()
    headings = [h for c in columns if c.field not in places.values() for h in (c.lt, c.en)]
    shown = tuple(_meant(name, headings) for name in names[:NAMED])
    return (
        say(
            N_("Columns left, because they are not known: {names}."),
            names=(*shown, "…") if len(names) > NAMED else shown,
        ),
    )


def _meant(name: str, headings: Iterable[str]) -> str:
    like = nearest(name, headings, 1)
    return f"{name} ({like[0]}?)" if like else name


def _left(lines: list[int]) -> tuple[Sentence, ...]:
    if not lines:
        return ()
    shown = tuple(map(str, lines[:NAMED]))
    return (say(N_("Lines left as remarks: {lines}."), lines=(*shown, "…") if len(lines) > NAMED else shown),)


@dataclass(slots=True)
class Cells:
    """Reads one record's cells, collecting what is wrong with them."""

    record: Record
    headings: Mapping[str, str]
    faults: list[Fault] = field(default_factory=list)

    @property
    def given(self) -> frozenset[str]:
        """The fields that the sheet has a column for."""
        return frozenset(self.record.cells)

    def read(self, name: str, reader: Callable[[str], T]) -> T | None:
        """The field's value; None when the sheet has no such column or the cell is wrong."""
        cell = self.record.cells.get(name)
        if cell is None:
            return None
        try:
            return reader(cell)
        except Bad as bad:
            self.wrong(name, bad.wrong, bad.right)
            return None

    def wrong(self, name: str, wrong: Sentence, right: Sentence | None = None) -> None:
        """Notes a fault of that field."""
        self.faults.append(Fault(self.record.line, self.headings.get(name, ""), wrong, right))
