"""Lists on their way out: what `import` reads, as a sheet, so that it comes back without a difference."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from handlers import layout, survey_sheets
from handlers.calendars import file_of
from handlers.calls.status import status
from handlers.cells import XLSX as XLSX
from handlers.cells import as_words, csv_of, sheet_text
from handlers.chat import LABEL_LENGTH, Button, File, Incoming, Reply, para, rows, say, shorten
from handlers.commands import Line
from handlers.context import Context
from handlers.i18n import N_
from handlers.importing import calls, members
from handlers.importing.columns import Column
from storage.calls import Call
from storage.members import Holding, Member
from storage.moments import Moment

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Kind = Literal["calls", "members", "meetings", "survey"]
_TITLES = {"calls": N_("Calls"), "members": N_("Members")}
KINDS: tuple[Kind, ...] = ("calls", "members", "meetings", "survey")
OFFERED = 5
"""Surveys, the newest, that are offered to be written out."""
_MONEY = ("budget", "max_grant", "min_grant")
_MOMENTS = ("published", "opens", "closes")
_WHEN = re.compile(r"\d{4}-\d{2}-\d{2}( (?!00:00)\d{2}:\d{2})?")
_AMOUNT = re.compile(r"\d{1,15}(\.\d{1,6})?")
WIDEST, HEADED = 48, 20
"""Characters of a column, and those that its heading alone may take; longer texts wrap."""
_QUARTERS = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Headings and rows, all text. In the columns of these places, from 0, a workbook has what is a number, or a day or
    a moment, as one; `words` are those whose cells are words even where they look like numbers or dates."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()
    moments: frozenset[int] = frozenset()
    words: frozenset[int] = frozenset()


# What is in it


async def sheet(kind: Literal["calls", "members"], ctx: Context) -> Sheet:
    """Everything of that kind, under the headings that import knows, in the reader's language."""
    columns = calls.COLUMNS if kind == "calls" else members.COLUMNS
    headings = tuple(column.heading(ctx.t.language) for column in columns)
    if kind == "calls":
        lines = [_call(call, columns, ctx) for call in await ctx.store.calls.all()]
    else:
        lines = [line for member in await ctx.store.members.all() for line in _member(member, columns, ctx)]
    places = {column.field: at for at, column in enumerate(columns)}
    numbers, moments = (
        frozenset(places[field] for field in named if field in places) for named in (_MONEY, _MOMENTS)
    )
    words = frozenset(at for field, at in places.items() if field not in _FIGURES)
    return Sheet(headings, tuple(lines), numbers, moments, words)


_FIGURES = frozenset(
    ("published", "opens", "closes", "cutoffs", "budget", "max_grant", "min_grant", "status", "link", "email")
)
"""Columns whose cells are figures or say what they are; the others hold words."""


def _call(call: Call, columns: Sequence[Column], ctx: Context) -> tuple[str, ...]:
    facts = call.facts
    words = calls.STATUSES[status(call, ctx.now)]
    cells = {
        "title": facts.title.lt,
        "title_en": facts.title.en,
        "status": words[0 if ctx.t.language == "lt" else 1],
        "closes": "nuolat" if facts.continuous else _moment(facts.closes, ctx),
        "cutoffs": "; ".join(_moment(moment, ctx) for moment in facts.cutoffs),
        "sectors": _several(facts.sectors),
        "published": _moment(facts.published, ctx),
        "opens": _moment(facts.opens, ctx),
    }
    return tuple(cells.get(c.field, _plain(getattr(facts, c.field, ""))) for c in columns)


def _several(names: tuple[str, ...]) -> str:
    """Names as import tells them apart: one with a comma in it has a semicolon behind it."""
    return "; ".join(names) + (";" if len(names) == 1 and "," in names[0] else "")


def _moment(moment: Moment | None, ctx: Context) -> str:
    """As precise as it is known, as import reads it."""
    if moment is None:
        return ""
    zone = " Brussels time" if moment.zone == "Europe/Brussels" and moment.zone != ctx.zone else ""
    match moment.precision:
        case "hour":
            return f"{moment.day} {moment.time:%H:%M}{zone}"
        case "day":
            return f"{moment.day}{zone}"
        case "month":
            return f"{moment.day:%Y-%m}"
        case "quarter":
            return f"{moment.day.year} {_QUARTERS[(moment.day.month - 1) // 3]} ketv."
        case "year":
            return f"{moment.day.year} m."


def _plain(value: object) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value:f}".rstrip("0").rstrip(".") if value % 1 else f"{int(value)}"
        case _:
            return str(value)


def _member(member: Member, columns: Sequence[Column], ctx: Context) -> Iterable[tuple[str, ...]]:
    """A line for the groups of each position and represented organisation; one at least."""
    person, place = member.person, 0 if ctx.t.language == "lt" else 1
    same: dict[tuple[str, str], list[Holding]] = {}
    for holding in person.holdings:
        same.setdefault((holding.represents, holding.position or ""), []).append(holding)
    users = {account.platform: account.user for account in person.accounts}
    for (represents, position), held in (same or {("", ""): []}).items():
        cells = {
            "name": person.name,
            "organisation": person.organisation,
            "role": members.ROLES[person.role][place],
            "language": person.language,
            "groups": "; ".join(holding.group for holding in held),
            "represents": represents,
            "position": _position(position, place),
            "telegram": users.get("telegram", ""),
            "slack": users.get("slack", ""),
            "email": person.email,
        }
        yield tuple(cells[column.field] for column in columns)


def _position(position: str, place: int) -> str:
    return next((words[place] for known, words in members.POSITIONS.items() if known == position), "")


# As files


def as_csv(sheet: Sheet) -> bytes:
    """As Lithuanian spreadsheets read it: semicolons, UTF-8 with its mark."""
    rows = (
        tuple(as_words(cell) if at in sheet.words else cell for at, cell in enumerate(row))
        for row in sheet.rows
    )
    return csv_of((sheet.headings, *rows))


def as_xlsx(sheet: Sheet, title: str, notes: Sequence[tuple[str, str]] = ()) -> bytes:
    """A workbook with the sheet, its headings fixed, and, where there are notes, a second one that explains."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment

    book = Workbook()
    page = book.active
    assert page is not None
    page.title = title[:31]
    page.append([sheet_text(heading) for heading in sheet.headings])
    for row in sheet.rows:
        page.append([_cell(text, at, sheet) for at, text in enumerate(row)])
    widths = [
        min(WIDEST, max(min(len(heading) * 1.2, HEADED), *(len(row[at]) for row in sheet.rows), 0) + 3)
        for at, heading in enumerate(sheet.headings)
    ]
    layout.on_paper(page, widths, headings=1)
    layout.settled(page, widths, row=1)
    for cells in page.iter_rows(min_row=2):
        for cell in cells:
            cell.number_format = _form(cell.value)
            if isinstance(cell.value, datetime):
                cell.alignment = Alignment(horizontal="left", vertical="top")  # as the words beside it
    if sheet.rows:
        page.auto_filter.ref = page.dimensions
    if notes:
        _explain(book.create_sheet("Info"), notes)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(text: str, at: int, sheet: Sheet) -> str | float | datetime:
    if at in sheet.numbers and _AMOUNT.fullmatch(text):
        return float(text)
    if at in sheet.moments and _WHEN.fullmatch(text):
        return datetime.fromisoformat(text)
    return sheet_text(text)


def _form(value: object) -> str:
    match value:
        case datetime():
            return layout.DAY if value.time() == time() else layout.MOMENT
        case float() if value.is_integer():
            return layout.WHOLE
        case _:
            return "General"


def _explain(page: Worksheet, notes: Sequence[tuple[str, str]]) -> None:
    for name, text in notes:
        page.append([sheet_text(name), sheet_text(text)])
    widths = (36, 90)
    layout.on_paper(page, widths)
    layout.settled(page, widths, column=1)


# A sheet to fill in

_HINTS = {
    "calls": (
        ("number", N_("The official number; without one the link tells calls apart.")),
        (
            "status",
            N_(
                "Only postponed, suspended and cancelled are taken from here; the rest follows from the dates."
            ),
        ),
        ("opens", N_("2026-10-30 16:00, 2026-10-30, 2026-10 or 2026 IV ketv.")),
        ("closes", N_("The same; “nuolat” where applications are always taken.")),
        ("cutoffs", N_("Several dates with ; between them.")),
        ("budget", N_("In euros.")),
        ("link", N_("Begins with https://; it is the source that is shown.")),
    ),
    "members": (
        ("organisation", N_("Its id or its name.")),
        ("groups", N_("Several with ; between them.")),
        ("telegram", N_("The numeric id; known, but not reachable until that person starts the bot.")),
        ("email", N_("Tells people apart, and takes the invitation.")),
    ),
}


def template(kind: Literal["calls", "members", "survey"], ctx: Context, name: str = "") -> bytes:
    """A workbook with the headings, and beside it what each takes: empty, or an example of a survey."""
    if kind == "survey":
        return survey_sheets.template(name, ctx)
    columns = calls.COLUMNS if kind == "calls" else members.COLUMNS
    language = ctx.t.language
    hints = {field: ctx.t(text) for field, text in _HINTS[kind]}
    place = 0 if language == "lt" else 1
    choices: dict[str, Iterable[tuple[str, ...]]] = (
        {"status": calls.STATUSES.values()}
        if kind == "calls"
        else {
            "role": members.ROLES.values(),
            "position": members.POSITIONS.values(),
            "language": members.LANGUAGES.values(),
        }
    )
    notes = []
    for column in columns:
        listed = ", ".join(words[place] for words in choices.get(column.field, ()))
        notes.append(
            (column.heading(language), "\n".join(filter(None, (listed, hints.get(column.field, "")))))
        )
    return as_xlsx(Sheet(tuple(c.heading(language) for c in columns), ()), ctx.t(_TITLES[kind]), notes)


# The command


async def file(kind: Kind, name: str, ctx: Context, which: str = "") -> bytes:
    """The list as the file's ending wants it: `.csv`, `.xlsx`, or `.ics` for meetings; a survey, `which` by its id or
    short name, also `.json`. Raises survey_sheets.Unknown."""
    if kind == "survey":
        return survey_sheets.file_of((await survey_sheets.meant(which, ctx)).plan, name, ctx)
    if kind == "meetings":
        return file_of(ctx, await ctx.store.meetings.all(), whole=True)
    made = await sheet(kind, ctx)
    return as_xlsx(made, ctx.t(_TITLES[kind])) if name.casefold().endswith(".xlsx") else as_csv(made)


ALSO = {
    "kvietimai": "calls",
    "nariai": "members",
    "posedziai": "meetings",
    "posėdžiai": "meetings",
    "apklausa": "survey",
    "apklausos": "survey",
    "surveys": "survey",
}
"""Other names of the lists."""


async def export(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """A list as a file: `export calls`, `export members`, `export meetings`; `export calls template` is empty."""
    named = line.words[0].casefold() if line.words else ""
    kind = next((k for k in KINDS if ALSO.get(named, named) == k), None)
    if kind is None:
        buttons = (
            Button(ctx.t("Calls"), "export calls"),
            Button(ctx.t("Members"), "export members"),
            Button(ctx.t("Meetings"), "export meetings"),
            Button(ctx.t("Surveys"), "export survey"),
            Button(ctx.t("A sheet for calls"), "export calls template"),
            Button(ctx.t("A sheet for members"), "export members template"),
        )
        return say(ctx.t("Which list shall I export?"), buttons=rows(*buttons))
    if kind != "meetings" and line.words[1:2] == ("template",):
        name = f"{kind}-template.xlsx"
        made = File(name, XLSX, template(kind, ctx, name))
        return Reply(
            (para(ctx.t("Fill it in and send it back here; I show what it would change.")),), files=(made,)
        )
    if kind == "survey":
        return await _survey(line.words[1] if line.words[1:] else "", ctx)
    name, mime = (f"{kind}.ics", "text/calendar") if kind == "meetings" else (f"{kind}.xlsx", XLSX)
    content = await file(kind, name, ctx)
    said = ctx.t("This is what I know; sent back as it is, it changes nothing.")
    return Reply((para(said),), files=(File(name, mime, content),))


async def _survey(which: str, ctx: Context) -> Reply:
    """A survey as a workbook, or which there are; with none named the sheet to fill in is offered, too."""
    t, everything = ctx.t, await ctx.store.surveys.all()
    try:
        survey = None if not which else await survey_sheets.meant(which, ctx)
    except survey_sheets.Unknown as unknown:
        return say(str(unknown))
    if survey is None:
        latest = everything[: -OFFERED - 1 : -1]
        buttons = [
            Button(shorten(t.words(each.plan.title), LABEL_LENGTH), f"export survey {each.id}")
            for each in latest
        ]
        sheet = Button(t("A sheet for a survey"), "export survey template")
        return say(t("Which list shall I export?"), buttons=rows(*buttons, sheet))
    name = f"{survey.plan.key}.xlsx"
    content = survey_sheets.file_of(survey.plan, name, ctx)
    said = t("This is what I know; sent back as it is, it changes nothing.")
    return Reply((para(said),), files=(File(name, XLSX, content),))
