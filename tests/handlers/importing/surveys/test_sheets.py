"""A survey as people write it in a spreadsheet: headings in any order, short names made, answers by their texts."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
from openpyxl import Workbook

from handlers.i18n import translator
from handlers.importing import calls, columns
from handlers.importing.faults import FileRefused
from handlers.importing.surveys.reading import read
from handlers.importing.surveys.sheets import recognised
from storage.surveys import Plan, ShowIf
from storage.words import Words
from tests.handlers.importing.surveys.plans import ASSOCIATION, NOW, refusal

ABOUT = """Pavadinimas;Narių nuomonė
Pabaiga;2026-10-25 17:00
Anoniminė;taip
Atsako;asmuo
"""
SHEET = """Klausimas;Tipas;Variantai;Privalomas;Kita;Daugiausia;Rodyti jei;Nr.;Nuo;Iki;Klausimas EN
Ar planuojate teikti paraišką?;vienas variantas;Taip|Ne|Dar nežinome, bet svarstome;taip;;;;1;;;Do you plan to apply?
Kiek prašytumėte?;Skaičius;;ne;;;q1 = Taip;2;0;1 000 000,50;How much?
Ko reikia?;keli variantai;Lėšų, paskolų|žm = Žmonių;;taip;2;1 = dar nežinome, bet svarstome;3;;;What is needed?
"""


def sheet(text: str = ABOUT + SHEET) -> bytes:
    """A sheet in which `|` is a new line within a cell."""
    lines = [line.split(";") for line in text.splitlines()]
    quoted = (
        ";".join(f'"{cell}"'.replace("|", "\n") if "|" in cell else cell for cell in line) for line in lines
    )
    return ("\n".join(quoted) + "\n").encode("cp1257")


def plan(content: bytes, name: str = "a.csv") -> Plan:
    """The plan of a sheet that is right."""
    found = read(content, name, ASSOCIATION, NOW)
    assert [fault.in_(translator("en")) for fault in found.faults] == []
    assert found.plan is not None
    return found.plan


def faults(content: bytes, language: str = "en") -> list[str]:
    found = read(content, "a.csv", ASSOCIATION, NOW)
    return [fault.in_(translator(language)) for fault in found.faults]


def test_a_sheet_in_plain_words_is_a_survey() -> None:
    """What it is stands above, a question a row; ids come from texts, a condition may name an answer by its text."""
    made = plan(sheet(ABOUT + SHEET.replace("žm = ", "zm = ")))
    assert (made.key, made.title.lt, made.anonymous, made.per) == (
        "nariu-nuomone",
        "Narių nuomonė",
        True,
        "person",
    )
    first, second, third = made.questions
    assert [o.id for o in first.options] == ["taip", "ne", "dar-nezinome-bet"]
    assert first.text == Words("Ar planuojate teikti paraišką?", "Do you plan to apply?")
    assert (second.required, second.low, second.high) == (False, 0.0, 1_000_000.5)
    assert second.show_if == (ShowIf("1", ("taip",)),)
    assert third.show_if == (ShowIf("1", ("dar-nezinome-bet",)),)
    assert [(o.id, o.label.lt) for o in third.options] == [
        ("lesu-paskolu", "Lėšų, paskolų"),
        ("zm", "Žmonių"),
    ]
    assert (third.other, third.at_most, third.required) == (True, 2, True)


def test_options_without_short_names_go_by_their_order_in_english() -> None:
    """The English ones stand in the same order, or name what they are about; a count that differs is a fault."""
    head = "Tipas;Klausimas;Variantai;Variantai EN\n"
    made = plan(sheet(f"{ABOUT}{head}vienas;Ar?;Taip|Ne;Yes|No\nvienas;Ar?;a = Taip|b = Ne;b = No|a = Yes\n"))
    assert [o.label for q in made.questions for o in q.options] == [
        Words("Taip", "Yes"),
        Words("Ne", "No"),
    ] * 2
    [said] = faults(sheet(f"{ABOUT}{head}vienas;Ar?;Taip|Ne;Yes|No|Maybe\n"))
    assert said.startswith("Line 6, Variantai: there are 2 options, and 3 in English")


def test_the_option_that_excludes_the_rest_is_one_of_them_or_one_more() -> None:
    """By its text, by its short name, or as an option that stands nowhere else."""
    head = "Tipas;Klausimas;Variantai;Nesuderinamas variantas\n"
    rows = "keli;Ko?;a = A|b = B|nieko = Nieko nereikia;{}\n"
    for cell in ("nieko", "Nieko nereikia"):
        [question] = plan(sheet(ABOUT + head + rows.format(cell))).questions
        assert (question.exclusive, len(question.options)) == ("nieko", 3)
    [question] = plan(sheet(ABOUT + head + rows.format("nežinau"))).questions
    assert (question.exclusive, question.options[-1].label.lt) == ("nezinau", "nežinau")


@pytest.mark.parametrize(
    ("was", "now", "sentence"),
    [
        ("Anoniminė;taip", "Anonimne;taip", "Line 3: “Anonimne” is not known here; did you mean Anoniminė?"),
        ("Anoniminė;taip", "Anoniminė;gal", "Line 3, Anoniminė: “gal” is not known here; it is one of: taip and ne."),
        ("2026-10-25 17:00", "2026-10-25", "Line 2, Pabaiga: “2026-10-25” has no hour; write it as 2026-10-05 17:00."),
        ("Pabaiga;2026-10-25 17:00\n", "", "Pabaiga: it is missing."),
        ("Atsako;asmuo", "Pavadinimas;x", "Line 4, Pavadinimas: it is there twice; leave one of them."),
        (";Skaičius;", ";skaicus;", "Line 9, Tipas: “skaicus” is not known here; did you mean skaičius?"),
        (";Skaičius;", ";;", "Line 9, Tipas: it is missing; it is one of: vienas variantas"),
        (";Skaičius;", ";tekstas;", "Line 9, Nuo: it does not go with a question of the type “tekstas”; it goes with: skalė and skaičius."),
        ("1 000 000,50", "daug", "Line 9, Iki: “daug” is no number; write it as 1200 or 0,5."),
        ("q1 = Taip", "kai taip", "Line 9, Rodyti jei: “kai taip” is no condition; write it as q7 = yes."),
        ("q1 = Taip", "q1 = Galbūt", "Line 9, Rodyti jei: “1” has no answer “galbūt”; known are: taip, ne and dar-nezinome-bet."),
        ("q1 = Taip", "q3 = Taip", "Line 9, Rodyti jei: “3” comes later; a condition is about an earlier question."),
        ("žm = ", "zm = ", ""),
    ],
)  # fmt: skip
def test_a_fault_of_a_sheet_names_its_line_and_column(was: str, now: str, sentence: str) -> None:
    """As people see it: the line, the heading as they wrote it, and what would be right."""
    text = (ABOUT + SHEET).replace(was, now)
    said = faults(sheet(text.replace("žm = ", "zm = ")))
    assert said[0].startswith(sentence) if sentence else said == []


def test_a_workbook_says_what_the_survey_is_on_its_second_sheet() -> None:
    """In any order, with sheets of other things beside them; a date cell is a date."""
    book = Workbook()
    notes = book.active
    assert notes is not None
    notes.append(["Pastabos sau"])
    about = book.create_sheet("Apie")
    for line in (
        ("Title", "What members think"),
        ("Closes", datetime(2026, 10, 25, 17, 0)),
        ("Anonymous", "yes"),
    ):
        about.append(line)
    page = book.create_sheet("Q")
    for row in (("Question", "Type", "Options"), ("Why?", "text", None), ("Well?", "one choice", "a; b")):
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    assert recognised(out.getvalue())
    made = plan(out.getvalue(), "a.xlsx")
    assert (made.key, made.anonymous, made.closes.hour) == ("what-members-think", True, 15)
    assert [(q.id, q.kind) for q in made.questions] == [("q1", "text"), ("q2", "single")]
    notes_said = read(out.getvalue(), "a.xlsx", ASSOCIATION, NOW).notes
    assert "“Q”; not read: Sheet" in notes_said[-1].in_(translator("en"))


def test_a_list_of_something_else_is_no_survey() -> None:
    """Calls and members are not taken for questions, and the reason is the missing column."""
    calls = "Nr.;Pavadinimas;Teikiama iki\n1;Inočekiai;2026-10-30\n".encode()
    assert not recognised(calls)
    assert (
        refusal(calls, "a.csv")
        == "Line 1: there is no column “Klausimas / Question”; the first line names the columns."
    )
    assert recognised(sheet(SHEET)) and not recognised(b"\x00\x01") and not recognised(b"")


def test_nothing_but_separators_is_an_empty_file() -> None:
    """An emptied sheet, of calls too, is said to be empty."""
    for content in (b",", b";;\n;\n", b"\t"):
        assert refusal(content, "a.csv") == "The file is empty."
        with pytest.raises(FileRefused):
            columns.listing(content, calls.COLUMNS, "title")


def test_a_sheet_of_too_many_questions_gets_one_sentence() -> None:
    """As a document does."""
    rows = "".join(f"Ar {n}?;taip arba ne\n" for n in range(150))
    said = refusal(sheet(f"{ABOUT}Klausimas;Tipas\n{rows}"), "a.csv")
    assert said == "Nobody fills in 150 questions; a survey has at most 100."
