"""Results as a workbook and as CSV: what is on which page, for whom, and that nothing in them runs."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from handlers.i18n import translator
from handlers.surveys.workbook import HEARD_EVERY, answers_csv, workbook
from storage.surveys import Option, Question
from storage.words import Words
from tests.handlers.surveys.example import QUESTIONS, sheet, sheets
from tests.handlers.surveys.reporting import NAMES, report

LT, EN = translator("lt"), translator("en")


def opened(content: bytes) -> Any:
    """The workbook as a spreadsheet reads it."""
    return load_workbook(io.BytesIO(content))


def cells(book: Any, page: str) -> list[list[object]]:
    """The values of a page, row by row."""
    return [list(row) for row in book[page].iter_rows(values_only=True)]


def test_a_named_survey_has_its_answers_with_ids_and_in_words():
    """One page for people, one for programs, each with a line a sheet; numbers are numbers, moments moments."""
    rows = sheets(40)
    book = opened(workbook(report(), rows, NAMES, LT))
    assert book.sheetnames[:4] == [
        "Santrauka",
        "Atsakymai žodžiais",
        "Atsakymai kodais",
        "1. Kokioje srityje veikia…",
    ]
    ids, words = cells(book, "Atsakymai kodais"), cells(book, "Atsakymai žodžiais")
    assert ids[0] == ["id", "owner", "member", "at", *(q.id for q in QUESTIONS)]
    assert ids[1][:6] == ["s1", "house-1", "person-1", "2026-09-14T05:01:00+00:00", "ict", 16]
    assert words[1][:5] == ["Fotonikos klasteris", "Ada Vaitkienė", datetime(2026, 9, 14, 8, 1), "IRT", 16]
    assert len(ids) == len(words) == 41
    assert ids[1][6] == "applications training partners"
    assert (
        words[1][5]
        == "Paraiškų rengimas; Klasterio valdymo mokymai; Tarptautiniai partneriai ir kontaktų mugės"
    )


def test_each_question_has_its_page_with_counts_and_a_chart():
    """The chart shows the cells of its page; texts have words instead."""
    book = opened(workbook(report(), sheets(40), NAMES, LT))
    pages = book.worksheets[3:]
    assert [len(page._charts) for page in pages] == [0 if q.kind == "text" else 1 for q in QUESTIONS]
    field = [row[:3] for row in cells(book, pages[0].title)]
    assert field[0][0] == "Kokioje srityje veikia jūsų klasteris?"
    assert field[3:6] == [["Atsakymas", "Kiek", "Dalis"], [field[4][0], 20, 0.5], ["IRT", 9, 0.225]]
    series = pages[0]._charts[0].series[0]
    assert series.val.numRef.f == f"'{pages[0].title}'!$B$5:$B$9"
    assert series.cat.numRef.f == f"'{pages[0].title}'!$A$5:$A$9"
    assert ["Vidurkis", 3.66, None] in [row[:3] for row in cells(book, pages[3].title)]
    assert ["Mediana", 102500, "Eur"] in [row[:3] for row in cells(book, pages[6].title)]
    assert len([row for row in cells(book, pages[7].title) if row[0]]) == 3 + 22


def test_the_summary_says_who_answered_and_what_came_out():
    """The survey, the response rate, a sentence for each question, and the clusters."""
    lines = cells(opened(workbook(report(), sheets(40), NAMES, LT)), "Santrauka")
    assert [row[0] for row in lines[:4]] == [
        "Klasterių poreikių apklausa",
        "Lietuvos klasterių asociacija",
        "Apklausa baigėsi 2026 m. spalio 5 d., 17:00.",
        "Atsakė 40 iš 60 (67\u00a0%).",
    ]
    assert [
        "Ar jūsų klasteris dalyvautų bendroje parodoje?",
        40,
        "Daugiau kaip pusė (23 iš 40) atsakė „Taip“.",
    ] in lines
    assert ["'=Fotonika", 18, 20] in lines and ["Lazeriai", 40, 60] in lines


@pytest.mark.parametrize("kind", [{"anonymous": True}, {"published": True}])
def test_where_answers_are_nobody_s_a_sentence_says_why(kind):
    """No id of anybody is anywhere in the file, whatever sheets are handed in with it."""
    content = workbook(report(**kind), sheets(40), NAMES, LT)
    book = opened(content)
    assert "Atsakymai žodžiais" not in book.sheetnames
    ((said,),) = cells(book, "Atsakymai")
    assert "mažiau kaip 5 (savais žodžiais – mažiau kaip 10), nerodomi" in str(said)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        whole = b"".join(parts.read(name) for name in parts.namelist())
    assert b"person-" not in whole and b"house-" not in whole
    assert answers_csv(report(**kind), sheets(40), NAMES, LT) is None


def test_a_hidden_question_has_a_sentence_and_no_numbers():
    """Neither chart nor count, and no number of answers in the summary."""
    book = opened(workbook(report(4, anonymous=True), (), NAMES, LT))
    assert all(not page._charts and page.max_row == 2 for page in book.worksheets[2:])
    assert [row[1] for row in cells(book, "Santrauka")[7:17]] == [None] * 10


HOSTILE = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://x.example")',
    "\x00=1",
    "a\x0b\ud800b",
)


def test_nothing_that_people_write_is_a_formula():
    """Titles, options, names and answers: in the workbook and in the CSV."""
    choice = Question("a", "single", Words(), options=(Option("a", Words()),), other=True)
    questions = tuple(
        replace(one, id=f"{one.id}{n}", text=Words(bad), options=(Option("a", Words(bad)),))
        for n, bad in enumerate(HOSTILE)
        for one in (choice, Question("t", "text", Words()))
    )
    rows = tuple(sheet(n, {q.id: HOSTILE[n % len(HOSTILE)] for q in questions}) for n in range(12))
    one = report(questions=questions, rows=rows)
    names = {row.owner: HOSTILE[0] for row in rows}
    book = opened(workbook(one, rows, names, LT))
    assert all(
        cell.data_type != "f" for page in book.worksheets for line in page.iter_rows() for cell in line
    )
    content = answers_csv(one, rows, names, LT)
    assert content is not None
    table = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert not [
        cell for line in table for cell in line if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\0"))
    ]


def test_pages_have_names_that_excel_takes():
    """At most 31 characters, none that it refuses, all different."""
    questions = tuple(
        replace(QUESTIONS[0], id=f"q{n}", text=Words("Ar [tai]: geras/blogas? 'taip' \\ * " * 3))
        for n in range(120)
    )
    names = opened(workbook(report(5, questions=questions), (), NAMES, LT)).sheetnames
    assert len({name.casefold() for name in names}) == len(names) == 121
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)


def test_csv_is_read_by_lithuanian_spreadsheets():
    """Semicolons, UTF-8 with its mark, decimal commas; in English points."""
    rows = (
        sheet(1, {"sum": "1200.5", "apply": "yes", "size": "250000"}),
        replace(sheets(2)[1], state="begun"),
    )
    content = answers_csv(report(rows=rows), rows, NAMES, LT)
    assert content is not None and content.startswith(b"\xef\xbb\xbfKieno atsakymas;")
    lines = content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert (
        lines[1].startswith("Fotonikos klasteris;Ada Vaitkienė;2026-09-14 08:01;;250000;")
        and ";1200,5;" in lines[1]
    )
    english = answers_csv(report(rows=rows), rows, NAMES, EN)
    assert english is not None and b";1200.5;" in english


def test_the_caller_hears_how_far_it_is():
    """Rising to the end, and seldom enough to cost nothing."""
    heard: list[tuple[int, int]] = []
    workbook(report(130), sheets(130), NAMES, LT, lambda done, of: heard.append((done, of)))
    assert heard == [(HEARD_EVERY, 270), (2 * HEARD_EVERY, 270), (270, 270)]


def test_who_answers_for_themselves_is_named_once():
    """In a survey of people the one whose answer it is has written it."""
    one = report()
    alone = replace(one, survey=replace(one.survey, plan=replace(one.survey.plan, per="person")))
    rows = sheets(1)
    words = cells(opened(workbook(alone, rows, NAMES, LT)), "Atsakymai žodžiais")
    assert words[0][:3] == ["Kieno atsakymas", "Kada", "Kokioje srityje veikia jūsų klasteris?"]
    assert words[1][1] == datetime(2026, 9, 14, 8, 1)
    made = answers_csv(alone, rows, NAMES, LT)
    assert made is not None and b"Kieno atsakymas;Kada;" in made


def test_every_page_goes_onto_paper_whole():
    """A4, as many sheets wide as can be read, with its name and number; every cell names its font, and wraps."""
    book = opened(workbook(report(), sheets(40), NAMES, LT))
    for page in book.worksheets:
        assert page.page_setup.paperSize == 9
        assert page.sheet_properties.pageSetUpPr.fitToPage and page.page_setup.fitToHeight == 0
        assert (page.oddFooter.left.text, page.oddFooter.right.text) == ("&A", "&P / &N")
        written = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
        assert {cell.font.name for cell in written} == {"Calibri"}
        assert all(cell.alignment.wrap_text for cell in written)
    wide = {page.title: page.page_setup.fitToWidth for page in book.worksheets}
    assert wide.pop("Atsakymai žodžiais") == wide.pop("Atsakymai kodais") == 2
    assert set(wide.values()) == {1}


def test_headings_of_answers_stay_and_come_again_on_every_sheet():
    """On a screen they do not move; on paper they stand on each sheet, and whose answer it is on those beside it."""
    page = opened(workbook(report(), sheets(40), NAMES, LT))["Atsakymai žodžiais"]
    assert page.freeze_panes == "A2"
    assert page.print_title_rows == "$1:$1" and page.print_title_cols == "$A:$A"
    assert page.print_options.gridLines


def test_a_row_is_as_high_as_its_longest_text():
    """What is written in many words is read whole in every program, and titles go over the columns below them."""
    long = "Kad kvietimai būtų skelbiami iš anksto. " * 8
    rows = (sheet(1, {"wish": long}), sheet(2, {"wish": "Trumpai"}))
    book = opened(workbook(report(rows=rows), rows, NAMES, LT))
    words = book["Atsakymai žodžiais"]
    assert words.row_dimensions[2].height > 6 * 15
    assert words.row_dimensions[3].height is None
    assert "A1:C1" in book["Santrauka"].merged_cells


def test_the_chart_stands_beside_its_table():
    """It begins right of the last column that has a number, below the title."""
    page = opened(workbook(report(), sheets(40), NAMES, LT)).worksheets[3]
    at = page._charts[0].anchor._from
    assert (at.col, at.row) == (4, 3)
    assert (
        max(cell.column for row in page.iter_rows(min_row=3) for cell in row if cell.value is not None) == 3
    )
