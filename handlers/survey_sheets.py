"""A survey on its way out, as import reads it: a document, a workbook with two sheets, CSV, and one to fill in."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING

from handlers import layout
from handlers.cells import csv_of, sheet_text
from handlers.context import Context
from handlers.i18n import N_, Translator
from handlers.importing.surveys.parts import KINDS
from handlers.importing.surveys.sheets import NOTES
from handlers.importing.surveys.table import COLUMNS, PER, SETTINGS, SHEETS, YES_NO
from handlers.importing.surveys.writing import Rows, to_json, to_rows
from storage.moments import zone
from storage.surveys import Option, Plan, Question, ShowIf, Survey
from storage.words import Words

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

ROWS = 200
"""Rows of a sheet to fill in that offer choices; a survey has fewer questions."""
_HINTS = {
    "id": N_("A short name in small letters: poreikiai-2026. The same name changes the same survey."),
    "closes": N_("A day and an hour: 2026-10-05 17:00."),
    "opens": N_("Empty: somebody of the secretariat opens it."),
    "audience": N_(
        "all, or any of cluster:…, group:…, role:… with ; between them, - before what is left out."
    ),
    "series": N_("The same word for the rounds of one survey."),
    "timezone": N_("Empty: the association's."),
}
_QUESTION_HINTS = {
    "id": N_("A short name for conditions, q1; empty: made by the order."),
    "required": N_("Empty: it has to be answered."),
    "options": N_(
        "One a line, or with ; between them; “rdi = MTEPI” gives one its short name. Of a scale: 1 = never."
    ),
    "options_en": N_("In the same order, or with the same short names."),
    "other": N_("Whether an answer of one's own can be written."),
    "exclusive_option": N_("The option that goes with no other, by its text or its short name."),
    "max_choices": N_("How many options can be chosen."),
    "min": N_("The least of a number or a scale."),
    "max": N_("The greatest of a number or a scale; a scale has at most 11 steps."),
    "max_length": N_("Characters, at most 3000."),
    "show_if": N_("q7 = yes; only those who answered so are asked."),
}


class Unknown(ValueError):
    """No survey is meant, or none that is known: one sentence."""


async def meant(which: str, ctx: Context) -> Survey:
    """The survey of that id or short name; the only one there is when none is named. Raises Unknown."""
    everything = await ctx.store.surveys.all()
    found = [survey for survey in everything if which.casefold() in (survey.id, survey.plan.key, "")]
    if len(found) == 1:
        return found[0]
    names = tuple(survey.plan.key for survey in everything)
    if not names:
        raise Unknown(ctx.t("There is no survey yet."))
    if which:
        raise Unknown(
            ctx.t("There is no survey “{value}”; there are: {names}.", value=which, names=ctx.t.listed(names))
        )
    raise Unknown(ctx.t("Name one of the surveys: {names}.", names=ctx.t.listed(names)))


def file_of(plan: Plan, name: str, ctx: Context) -> bytes:
    """The survey as the file's ending wants it: `.json`, `.csv`, or else a workbook."""
    match PurePath(name).suffix.casefold():
        case ".json":
            return to_json(plan, ctx.zone)
        case ".csv":
            rows = to_rows(plan, ctx.zone, ctx.t.language)
            return csv_of((*rows.about, (), rows.headings, *rows.rows))
        case _:
            return workbook(to_rows(plan, ctx.zone, ctx.t.language), ctx.t)


def template(name: str, ctx: Context) -> bytes:
    """A survey to write over: an example with the choices of every cell that has some, and what each takes."""
    return file_of(example(ctx.now, ctx.zone), name, ctx)


def example(now: datetime, zone_name: str) -> Plan:
    """A short survey that shows how one is written."""
    day = (now + timedelta(days=30)).astimezone(zone(zone_name))
    return Plan(
        "pavyzdys",
        Words("Apklausos pavyzdys", "An example of a survey"),
        (
            Question(
                "q1",
                "single",
                Words("Ar planuojate teikti paraišką?", "Do you plan to apply?"),
                options=(
                    Option("yes", Words("Taip", "Yes")),
                    Option("no", Words("Ne", "No")),
                    Option("unsure", Words("Dar nežinome", "We don't know yet")),
                ),
            ),
            Question(
                "q2",
                "number",
                Words("Kokios paramos sumos prašytumėte?", "What amount would you ask for?"),
                required=False,
                low=0.0,
                unit="Eur",
                show_if=(ShowIf("q1", ("yes",)),),
            ),
            Question(
                "q3",
                "multi",
                Words("Kokios pagalbos reikia?", "What help do you need?"),
                options=(
                    Option("partners", Words("Partnerių", "Partners")),
                    Option("training", Words("Mokymų", "Training")),
                    Option("none", Words("Pagalbos nereikia", "No help is needed")),
                ),
                other=True,
                exclusive="none",
                at_most=2,
            ),
            Question(
                "q4",
                "scale",
                Words("Kiek naudinga savaitės santrauka?", "How useful is the weekly digest?"),
                low=1.0,
                high=5.0,
                labels={
                    "1": Words("visai nenaudinga", "not useful"),
                    "5": Words("labai naudinga", "very useful"),
                },
                na=True,
            ),
            Question("q5", "text", Words("Ką dar norėtumėte pasakyti?", "What else?"), required=False),
        ),
        day.replace(hour=17, minute=0, second=0, microsecond=0),
    )


def workbook(rows: Rows, t: Translator) -> bytes:
    """The questions, a sheet with what the survey is, and one that explains; cells with choices offer them."""
    from openpyxl import Workbook  # heavy, and not needed for a question

    book = Workbook()
    page = book.active
    assert page is not None
    page.title = SHEETS[0].heading(t.language)
    page.append([sheet_text(heading) for heading in rows.headings])
    for row in rows.rows:
        page.append([_cell(text, column.field) for text, column in zip(row, COLUMNS, strict=True)])
    about = book.create_sheet(SHEETS[1].heading(t.language))
    for (name, value), column in zip(rows.about, SETTINGS, strict=True):
        hint = _HINTS.get(column.field)
        about.append([name, sheet_text(value), *((t(hint),) if hint else ())])
    info = book.create_sheet(NOTES)
    for heading, column in zip(rows.headings, COLUMNS, strict=True):
        info.append([heading, _explained(column.field, t)])
    widths = (8, 18, 40, 40, 12, 36, 36, *(14,) * (len(rows.headings) - 7))
    layout.on_paper(page, widths, headings=1)
    layout.settled(page, widths, row=1)
    for sheet, widths in ((about, (26, 48, 80)), (info, (26, 90))):
        layout.on_paper(sheet, widths)
        layout.settled(sheet, widths, column=1)
    _offer(page, about, t)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _explained(field: str, t: Translator) -> str:
    """What a column takes."""
    hint = _QUESTION_HINTS.get(field)
    listed = ", ".join(_words(field, t)) if field == "type" else ""
    return listed or (t(hint) if hint else "")


def _words(field: str, t: Translator) -> tuple[str, ...]:
    """The choices of a cell, as they are written in that language; none where anything may stand."""
    place = 0 if t.language == "lt" else 1
    match field:
        case "type":
            return tuple(words[place] for words in KINDS.values())
        case "one_answer_per":
            return tuple(words[place] for words in PER.values())
        case "required" | "other" | "integer" | "na" | "anonymous" | "editable_until_close":
            return tuple(words[place] for words in YES_NO.values())
        case _:
            return ()


def _cell(text: str, field: str) -> str | int:
    """A limit is a number, everything else text."""
    limit = field in ("max_choices", "min", "max", "max_length") and re.fullmatch(r"-?\d{1,15}", text)
    return int(text) if limit else sheet_text(text)


def _offer(page: Worksheet, about: Worksheet, t: Translator) -> None:
    """Lists to choose from in the cells that have choices."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    def offer(sheet: Worksheet, field: str, cells: str) -> None:
        words = _words(field, t)
        if words:
            choices = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
            sheet.add_data_validation(choices)
            choices.add(cells)

    for at, column in enumerate(COLUMNS, 1):
        letter = get_column_letter(at)
        offer(page, column.field, f"{letter}2:{letter}{ROWS}")
    for row, column in enumerate(SETTINGS, 1):
        offer(about, column.field, f"B{row}")
