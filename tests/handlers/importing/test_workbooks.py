"""Workbooks as people have them lying about: what is in them comes in, or one sentence says why not."""

from __future__ import annotations

import contextlib
import io
import tracemalloc
import zipfile
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from handlers.importing import calls, members
from handlers.importing.faults import FileRefused
from handlers.importing.tables import MOST_CELLS
from tests.conversation import STRUCTURE

TODAY = date(2026, 9, 24)
HEADINGS = ["Nr.", "Pavadinimas", "Teikiama nuo", "Teikiama iki", "Biudžetas, Eur", "Nuoroda"]


def workbook(*rows: list[Any], **others: list[list[Any]]) -> bytes:
    """A workbook with these rows on its first sheet, and other sheets by name."""
    book = Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    for name, cells in others.items():
        more = book.create_sheet(name)
        for row in cells:
            more.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(content: bytes) -> calls.CallList:
    """As a list of calls."""
    return calls.read(content, STRUCTURE, "Europe/Vilnius", TODAY)


def refused(content: bytes) -> str:
    """The one sentence by which it is refused."""
    with pytest.raises(FileRefused) as error:
        read(content)
    return error.value.faults[0].wrong.text


def test_real_date_cells_and_numbers_are_read() -> None:
    """Dates with and without an hour, numbers with and without cents, a title row above and empty rows between."""
    found = read(
        workbook(
            ["Kvietimai 2026 m."],
            [],
            HEADINGS,
            [
                "K-1",
                "Inočekiai",
                date(2026, 9, 1),
                datetime(2026, 10, 30, 16, 0),
                6_000_000,
                "https://a.lt/1",
            ],
            [],
            ["K-2", "Expo", "2026 m. spalio 5 d.", "2026-11-30", 1234.5, "https://a.lt/2"],
        )
    )
    assert found.faults == ()
    first, second = found.rows
    assert (first.line, second.line) == (4, 6)
    assert str(first.values["closes"]).count("16") and first.values["budget"] == 6_000_000
    assert getattr(first.values["opens"], "precision", "") == "day"
    assert float(str(second.values["budget"])) == 1234.5


def test_the_sheet_that_is_a_list_is_taken() -> None:
    """Of several sheets the one with our headings, and it is said which others were not read."""
    found = read(workbook(["Turinys"], ["1"], Duomenys=[HEADINGS, ["K-1", "Inočekiai", None, "2026-10-30"]]))
    assert [row.values["title"] for row in found.rows] == ["Inočekiai"]
    assert any("Taken from the sheet" in note.text for note in found.notes)


def test_a_fault_names_the_row_of_the_sheet() -> None:
    """The line is the number that stands beside the row."""
    found = read(
        workbook(
            ["Sąrašas"], HEADINGS, ["K-1", "Geras", None, "2026-12-01"], ["K-2", "Blogas", None, "kada nors"]
        )
    )
    assert [(fault.line, fault.column) for fault in found.faults] == [(4, "Teikiama iki")]


def test_formulas_count_as_what_they_came_to() -> None:
    """A formula without a remembered value is an empty cell, never run and never shown."""
    found = read(
        workbook(HEADINGS, ["K-1", "Inočekiai", None, "2026-10-30", "=1+1", '=HYPERLINK("https://x")'])
    )
    [row] = found.rows
    assert row.values.get("budget") is None and "=" not in str(row.values.get("link"))


def test_people_come_from_workbooks_too() -> None:
    """A Telegram id that the sheet kept as a number is that number."""
    book = workbook(["Vardas", "El. paštas", "Telegram"], ["Ada", "ada@a.lt", 900000001.0])
    [row] = members.read(book, STRUCTURE).rows
    assert row.person.accounts[0].user == "900000001"


def test_what_is_no_workbook_says_so() -> None:
    """Packed otherwise, damaged, truncated, empty, too many cells, too many rows: a sentence each."""
    good = workbook(HEADINGS, ["K-1", "Inočekiai"])
    assert "damaged" in refused(good[:200])
    assert "damaged" in refused(good[: len(good) // 2])
    assert refused(packed({"readme.txt": b"x"})) == "it is a packed file, but no workbook"
    assert "damaged" in refused(packed({"xl/workbook.xml": b"<", "[Content_Types].xml": b"<"}))
    assert "empty" in refused(workbook()) or "sheet" in refused(workbook())
    assert "cells" in refused(workbook(HEADINGS, *[["x"] * 1000 for _ in range(MOST_CELLS // 1000 + 1)]))


def packed(parts: dict[str, bytes]) -> bytes:
    """These files in a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_bomb_is_refused_before_it_unfolds() -> None:
    """Two hundred megabytes of blanks in two hundred kilobytes."""
    bomb = packed({"xl/workbook.xml": b"x", "xl/worksheets/sheet1.xml": b" " * 200_000_000})
    assert len(bomb) < 500_000
    assert "larger than" in refused(bomb)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400), st.integers(0, 4000), st.integers(1, 60))
def test_damage_of_any_kind_is_one_sentence(noise: bytes, at: int, length: int) -> None:
    """Whatever is written over it, the file is read or refused, and nothing else is raised."""
    good = workbook(HEADINGS, ["K-1", "Inočekiai", None, "2026-10-30"])
    at %= len(good)
    broken = b"PK\x03\x04" + (good[:at] + noise[:length] + good[at + length :])[4:]
    with contextlib.suppress(FileRefused):
        read(broken)


def changed(content: bytes, part: str, was: bytes, now: bytes) -> bytes:
    """The workbook with other bytes in one of its files."""
    parts = parts_of(content)
    assert was in parts[part]
    return packed({**parts, part: parts[part].replace(was, now, 1)})


SHEET, STYLES = "xl/worksheets/sheet1.xml", "xl/styles.xml"
GOOD = ["K-1", "Inočekiai", date(2026, 9, 1), datetime(2026, 10, 30, 16, 0), 6_000_000, "https://a.lt/1"]
ROW = ["K-2", "Expo", None, date(2026, 12, 1), None, "https://a.lt/2"]


def test_what_is_empty_costs_little() -> None:
    """A sheet of a million empty rows is read like any other, in no more memory than a small one."""
    empty = b"".join(b'<row r="%d"/>' % n for n in range(3, 1_000_001))
    book = changed(workbook(HEADINGS, GOOD), SHEET, b"</sheetData>", empty + b"</sheetData>")
    tracemalloc.start()
    found = read(book)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [row.values["title"] for row in found.rows] == ["Inočekiai"]
    assert peak < 20_000_000


def test_more_than_is_walked_through_is_refused() -> None:
    """Millions of empty cells or texts are refused with what to do, though they are small when packed."""
    row = b'<row r="%d">' + b'<c s="0"/>' * 200 + b"</row>"
    cells = b"".join(row % at for at in range(3, 6_500))
    book = changed(workbook(HEADINGS, GOOD), SHEET, b"</sheetData>", cells + b"</sheetData>")
    assert "cells" in refused(book)
    formats = b'<xf numFmtId="0"/>' * 1_000_000 + b"</cellXfs>"
    assert "damaged" in refused(changed(workbook(HEADINGS, GOOD), STYLES, b"</cellXfs>", formats))
    texts = {
        **parts_of(workbook(HEADINGS)),
        "xl/sharedStrings.xml": b"<sst>" + b"<si/>" * 2_300_000 + b"</sst>",
    }
    link = (
        b'<Relationship Id="rId99" Type="http://x/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    )
    rels = texts["xl/_rels/workbook.xml.rels"].replace(b"</Relationships>", link)
    assert "cells" in refused(packed({**texts, "xl/_rels/workbook.xml.rels": rels}))


def parts_of(content: bytes) -> dict[str, bytes]:
    """The files in a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (b'<row r="2"', b'<row r="99999999999"'),
        (b'r="B2"', b'r="ZZZZ2"'),
        (b'r="B2"', b'r="XFE2"'),
        (b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet'),
        (b"</worksheet>", b""),
    ],
    ids=["row", "column", "column behind the last", "definitions", "cut off"],
)
def test_a_sheet_that_no_program_writes_is_damaged(was: bytes, now: bytes) -> None:
    """Rows and columns that there are not, definitions, half of it: one sentence, and nothing is lost."""
    assert "damaged" in refused(changed(workbook(HEADINGS, GOOD), SHEET, was, now))


def test_percents_are_percents() -> None:
    """A cell that shows 65 % holds 0.65; what it shows is taken."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.append([*HEADINGS, "Intensyvumas"])
    page.append([*GOOD, 0.65])
    page.append([*ROW, 0.125])
    page["G2"].number_format, page["G3"].number_format = "0%", "0.0\\ %"
    out = io.BytesIO()
    book.save(out)
    assert [row.values["intensity"] for row in read(out.getvalue()).rows] == ["65%", "12,5%"]


def test_cells_merged_over_rows_stand_in_each() -> None:
    """An agency merged over three calls is the agency of each."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["Administruojančioji institucija", *HEADINGS])
    for row in (GOOD, ROW, ["K-3", "Trečias"]):
        page.append(["MITA" if row is GOOD else None, *row])
    page.merge_cells("A2:A4")
    out = io.BytesIO()
    book.save(out)
    assert [row.values["agency"] for row in read(out.getvalue()).rows] == ["MITA", "MITA", "MITA"]


def test_what_is_hidden_is_told() -> None:
    """A hidden sheet is read only where no other is a list; what else is hidden is read, and said to be."""
    book = Workbook()
    page = book.active
    assert page is not None
    for row in (HEADINGS, GOOD, ROW):
        page.append(row)
    page.row_dimensions[3].hidden = True
    page.column_dimensions["E"].hidden = page.column_dimensions["Z"].hidden = True
    old = book.create_sheet("Seni")
    for row in ([*HEADINGS, "Sektoriai", "Regionas"], ["K-9", "Senas", None, date(2027, 1, 1)]):
        old.append(row)
    old.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue())
    assert [row.values["title"] for row in found.rows] == ["Inočekiai", "Expo"]
    told = {note.text: dict(note.values) for note in found.notes}
    assert told["Hidden rows are read like the others: {lines}."] == {"lines": ("3",)}
    assert told["Hidden columns are read like the others: {lines}."] == {"lines": ("E",)}


def test_formulas_that_nobody_worked_out_are_named() -> None:
    """A formula without what it came to is an empty cell, and the remark says which."""
    found = read(workbook(HEADINGS, ["K-1", "Inočekiai", None, "2026-10-30", "=1+1"]))
    told = {note.text: dict(note.values) for note in found.notes}
    assert told["Formulas that were never worked out count as empty: {lines}."] == {"lines": ("E2",)}


def test_letters_that_excel_escapes_are_letters() -> None:
    """A line end that Excel writes as _x000D_ is one, and what is no text is left out."""
    book = changed(
        workbook(HEADINGS, GOOD), SHEET, "Inočekiai".encode(), b"Ino_x0000_ceki_x000D_\nai _xD83D_"
    )
    assert read(book).rows[0].values["title"] == "Inoceki ai _xD83D_"


def test_numbers_are_free_of_binary_noise() -> None:
    """What a formula comes to is money to the cent; a serial of a date without its format is still that moment."""
    found = read(
        workbook(
            HEADINGS, ["K-1", "A", None, 46325.666666666664, 0.1 + 0.2], ["K-2", "B", 46300, None, 1234.565]
        )
    )
    assert not found.faults
    first, second = (row.values for row in found.rows)
    assert (str(first["budget"]), str(second["budget"])) == ("0.30", "1234.56")
    assert (
        getattr(first["closes"], "time", None) == time(16)
        and str(getattr(second["opens"], "day", "")) == "2026-10-05"
    )


def test_a_workbook_of_1904_has_the_same_days() -> None:
    """Where dates are counted from 1904 they are the same dates."""
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    page = book.active
    assert page is not None
    page.append(HEADINGS)
    page.append(GOOD)
    out = io.BytesIO()
    book.save(out)
    [row] = read(out.getvalue()).rows
    assert str(getattr(row.values["closes"], "day", "")) == "2026-10-30"


def test_a_number_that_became_a_date_is_refused() -> None:
    """A spreadsheet makes a date of 07-1, and 1.2E+19 of a long number: that is no call's number any more."""
    found = read(workbook(HEADINGS, [date(2026, 7, 1), "Inočekiai"], [1.2345678901234567e19, "Expo"]))
    assert [(fault.line, fault.column) for fault in found.faults] == [(2, "Nr."), (3, "Nr.")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "it is an old Excel or Word file"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "the file is locked with a password",
        ),
        (
            b"PK\x03\x04mimetype",
            "the workbook is damaged or not complete",
        ),
    ],
    ids=["xls", "password", "half"],
)
def test_what_cannot_be_read_says_what_it_is(content: bytes, said: str) -> None:
    """An old workbook, one with a password, half of one."""
    assert refused(content) == said


def test_other_programs_sheets_are_named() -> None:
    """An OpenDocument sheet and a binary workbook are told from a damaged one."""
    assert "OpenDocument" in refused(packed({"mimetype": b"x", "content.xml": b"<x/>"}))
    assert "XLSB" in refused(packed({"xl/workbook.bin": b"x"}))
