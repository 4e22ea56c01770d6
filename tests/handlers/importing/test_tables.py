"""Tables as people's programs save them: what is in them comes in, or one sentence says why not."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.i18n import translator
from handlers.importing import calls, members
from handlers.importing.faults import FileRefused
from tests.conversation import STRUCTURE

HEAD = "Nr.;Pavadinimas;Administruojančioji institucija;Teikiama nuo;Teikiama iki;Biudžetas, Eur;Nuoroda\n"
ROW = "K-1;Inočekiai;MITA;2026-09-01;2026-10-30 16:00;6\u00a0000\u202f000,00 €;https://a.lt/1\n"


def read(content: str | bytes) -> calls.CallList:
    """As a list of calls."""
    raw = content.encode() if isinstance(content, str) else content
    return calls.read(raw, STRUCTURE, "Europe/Vilnius", date(2026, 9, 24))


def refused(content: str | bytes) -> str:
    """The one sentence by which it is refused."""
    with pytest.raises(FileRefused) as error:
        read(content)
    return error.value.faults[0].in_(translator("en"))


@pytest.mark.parametrize(
    "content",
    [
        (HEAD + ROW).encode(),
        (HEAD + ROW).encode("utf-8-sig"),
        (HEAD + ROW.replace("\u202f", "\u00a0")).encode("cp1257"),
        ("\ufeff" + HEAD + ROW).encode("utf-16-le"),
        ("\ufeff" + HEAD + ROW).encode("utf-16-be"),
        (HEAD + ROW).replace("\n", "\r").encode(),
        (HEAD + ROW).replace("\n", "\r\n").encode(),
        ("sep=;\n" + HEAD + ROW).encode(),
        ('"sep=,"\n' + HEAD + ROW).encode(),
        ("sep=,\n" + HEAD + ROW).encode(),
        (HEAD + ROW).replace(";", "\t").encode("utf-16"),
        ("Kvietimai 2026 m.;;;;;;\n;;;;;;\n" + HEAD + ";;;;;;\n" + ROW + "* Pastaba;;;;;;\n").encode(),
        (HEAD + ROW.replace("Inočekiai", '"Inočekiai"')).encode(),
    ],
)
def test_whatever_program_saved_it_the_call_is_the_same(content: bytes) -> None:
    """Marks, encodings, separators, line ends, a line that names the separator, rightly or not, a title, notes."""
    [row] = read(content).rows
    assert (row.values["title"], row.values["agency"], str(row.values["budget"])) == (
        "Inočekiai",
        "MITA",
        "6000000",
    )


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("2026.10.30", "2026-10-30 day"),
        ("30.10.2026", "2026-10-30 day"),
        ("2026\u201110\u201130", "2026-10-30 day"),
        ("2026–10–30", "2026-10-30 day"),
        ("2026 m. spalio 30 d.", "2026-10-30 day"),
        ("2026 m. spalio 30 d., 16 val.", "2026-10-30 hour"),
        ("2026 m. IV ketv.", "2026-10-01 quarter"),
        ("46325", "2026-10-30 day"),
        ("46325,666666666664", "2026-10-30 hour"),
        ("46324,99999999", "2026-10-30 day"),
    ],
)
def test_dates_are_read_as_people_write_them(cell: str, said: str) -> None:
    """Points, hyphens of any length, words, quarters, the numbers that spreadsheets count days with."""
    [row] = read(f"Nr.;Pavadinimas;Teikiama iki\nK-1;A;{cell}\n").rows
    closes = row.values["closes"]
    assert f"{getattr(closes, 'day', '')} {getattr(closes, 'precision', '')}" == said


@pytest.mark.parametrize(
    "cell", ["2026-02-31", "20226-10-30", "2026-10-30 25:00", "2026-10-00", "2026-09-0", "99999", "kada nors"]
)
def test_no_date_is_a_fault_of_its_line(cell: str) -> None:
    """31 February, day 0, the year 20226, an hour that there is not: the line, the column, what would be right."""
    [fault] = read(f"Nr.;Pavadinimas;Teikiama iki\nK-1;A;{cell}\n").faults
    assert (fault.line, fault.column) == (2, "Teikiama iki")
    assert fault.right is not None and "2026-10-30" in fault.in_(translator("lt"))


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_lost_letters_are_refused(encoding: str) -> None:
    """Saved where there are no Lithuanian letters, a list has ? in their places: nothing of it is taken."""
    said = refused((HEAD + ROW).encode(encoding, "replace"))
    assert "Line 1" in said and "“Administruojančioji institucija”" in said and "XLSX" in said


@pytest.mark.parametrize("encoding", ["cp1257", "cp1252"])
def test_letters_read_wrongly_are_refused(encoding: str) -> None:
    """UTF-8 that a program took for something else and saved again: nothing of it is taken."""
    heading = "Būsena".encode().decode(encoding, "replace")
    assert "are spoilt" in refused(f"Nr.;Pavadinimas;{heading}\nK-1;A;B\n")


def test_a_web_page_is_no_sheet() -> None:
    """What a web shop calls XLS is often a page; it is told from a list without headings."""
    assert "web page" in refused("<html><table><tr><td>Pavadinimas</td></tr></table></html>")


def test_an_apostrophe_within_words_stays() -> None:
    """Only the one that guards a formula or a number at the beginning of a cell is taken off."""
    sheet = (
        "Nr.;Pavadinimas\n'007;rock'-n-roll\n'07-1;'=1+1\n'1E5;'90s\nK-4;O'Connor 👩\u200d👩\u200d👧\u200b\n"
    )
    found = [(row.values["number"], row.values["title"]) for row in read(sheet).rows]
    assert found == [
        ("007", "rock'-n-roll"),
        ("07-1", "=1+1"),
        ("1E5", "'90s"),
        ("K-4", "O'Connor 👩\u200d👩\u200d👧"),
    ]


def test_unknown_names_name_the_nearest() -> None:
    """A status and an organisation that nobody knows, with those that are most like them."""
    sheet = "Nr.;Pavadinimas;Administruojančioji institucija;Būsena\nK-1;A;MITO;Atvirs\n"
    first, second = (fault.in_(translator("lt")) for fault in read(sheet).faults)
    assert "MITA" in first and "Atviras" in second


def test_a_shortened_telegram_number_is_refused() -> None:
    """9.00000001E8 is what a spreadsheet makes of an id: the line, and what to do."""
    sheet = b"Vardas;Telegram\nAda;9.00000001E8\n"
    [fault] = members.read(sheet, STRUCTURE).faults
    assert fault.line == 2 and "9.00000001E8" in fault.in_(translator("lt"))
