"""Workbooks as people have them lying about: what is in them comes in, or one sentence says why not."""

from __future__ import annotations

import contextlib
import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

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
