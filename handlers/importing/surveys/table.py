"""The columns of a survey's sheet, and the lines above it that say what the survey is: one table for import, export
and the sheet to fill in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from handlers.importing.columns import Column
from storage.surveys import Respondent

W = TypeVar("W", bound=str)

COLUMNS = (
    Column("id", "Nr.", "ID", ("No.", "Eil. nr.", "Kodas", "Code", "Klausimo nr.")),
    Column("type", "Tipas", "Type", ("Klausimo tipas", "Question type", "Rūšis")),
    Column("lt", "Klausimas", "Question", ("Klausimas LT", "Question LT", "Klausimas lietuviškai")),
    Column("en", "Klausimas EN", "Question EN", ("Klausimas angliškai",)),
    Column("required", "Privalomas", "Required", ("Privaloma", "Mandatory")),
    Column(
        "options", "Variantai", "Options", ("Variantai LT", "Options LT", "Atsakymai", "Atsakymų variantai")
    ),
    Column("options_en", "Variantai EN", "Options EN", ("Atsakymai EN",)),
    Column("other", "Kita", "Other", ("Kita (įrašyti)",)),
    Column("exclusive_option", "Nesuderinamas variantas", "Exclusive option", ("Išskirtinis variantas",)),
    Column("max_choices", "Daugiausia", "At most", ("Ne daugiau kaip", "Max choices")),
    Column("min", "Nuo", "Min", ("Mažiausiai", "From", "Minimum")),
    Column("max", "Iki", "Max", ("Didžiausia", "To", "Maximum")),
    Column("integer", "Sveikasis skaičius", "Whole number", ("Sveikasis", "Integer")),
    Column("unit", "Vienetas", "Unit", ("Matavimo vienetas", "Mato vienetas")),
    Column("na", "Negaliu pasakyti", "Can't say", ("N/A", "Nežinau")),
    Column("max_length", "Ilgiausias tekstas", "Longest text", ("Ženklų", "Characters")),
    Column("show_if", "Rodyti jei", "Show if", ("Rodyti, jei", "Sąlyga", "Condition")),
)
"""A question's columns, under the keys of the document."""

SETTINGS = (
    Column("id", "Trumpas pavadinimas", "Short name", ("Raktas", "Key", "Apklausos kodas")),
    Column("title", "Pavadinimas", "Title", ("Apklausos pavadinimas", "Pavadinimas LT", "Title LT")),
    Column("title_en", "Pavadinimas EN", "Title EN"),
    Column("intro", "Įžanga", "Introduction", ("Intro", "Įvadas", "Įžanga LT", "Introduction LT")),
    Column("intro_en", "Įžanga EN", "Introduction EN", ("Intro EN", "Įvadas EN")),
    Column("opens", "Pradžia", "Opens", ("Atidaroma", "Prasideda")),
    Column("closes", "Pabaiga", "Closes", ("Uždaroma", "Baigiasi", "Atsakyti iki")),
    Column("timezone", "Laiko juosta", "Time zone"),
    Column("anonymous", "Anoniminė", "Anonymous", ("Anoniminė apklausa", "Anonimiška")),
    Column("one_answer_per", "Atsako", "One answer per", ("Vienas atsakymas nuo", "Kas atsako", "Per whom")),
    Column("editable_until_close", "Atsakymus galima keisti", "Answers can be changed", ("Galima keisti",)),
    Column("audience", "Kam skirta", "Audience", ("Kam", "For whom")),
    Column("series", "Serija", "Series"),
)
"""What a survey is, a line each: its name and its value."""

SHEETS = (Column("questions", "Klausimai", "Questions"), Column("about", "Apklausa", "Survey"))
"""The titles of the two sheets of a workbook."""

YES_NO: Mapping[str, tuple[str, ...]] = {
    "yes": ("taip", "yes", "true", "1", "x"),
    "no": ("ne", "no", "false", "0"),
}
PER: Mapping[Respondent, tuple[str, ...]] = {
    "organisation": ("organizacija", "organisation", "organization", "organizacijos", "klasteris", "cluster"),
    "person": ("asmuo", "person", "žmogus", "narys", "member"),
}


def word(meanings: Mapping[W, tuple[str, ...]], meaning: W, language: str) -> str:
    """How that is written in a sheet in that language."""
    return meanings[meaning][0 if language == "lt" else 1]
