"""A survey as a workbook or CSV: a question a row, and what the survey is in lines above them or on a second sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from handlers.i18n import N_
from handlers.importing import tables, values, workbooks
from handlers.importing.columns import Record, listing_of
from handlers.importing.faults import Bad, Fault, FileRefused, Sentence, say
from handlers.importing.nearest import plain
from handlers.importing.surveys import cells
from handlers.importing.surveys.checking import MOST_OPTIONS, MOST_QUESTIONS, too_many
from handlers.importing.surveys.parts import (
    ANSWER_LENGTH,
    FITS,
    KEY_LENGTH,
    KINDS,
    Asked,
    Draft,
    Noting,
    Place,
    likely,
    made_id,
    short_name,
)
from handlers.importing.surveys.table import COLUMNS, PER, SETTINGS, YES_NO
from handlers.importing.surveys.times import instant
from handlers.importing.tables import Row, best_headings
from handlers.importing.zones import Zones
from storage.surveys import Option, Question, QuestionKind, Respondent
from storage.words import Words

T = TypeVar("T")

NOTES = "Info"
"""The sheet of a survey written out that explains its columns."""

_HEADINGS = {plain(heading): c.field for c in COLUMNS for heading in (c.lt, c.en, *c.also)}
_SETTINGS = {plain(name): c.field for c in SETTINGS for name in (c.lt, c.en, *c.also)}


@dataclass(frozen=True, slots=True)
class _Book:
    """The sheet with the questions, and the lines that say what the survey is."""

    rows: tuple[Row, ...]
    about: tuple[Row, ...]
    remarks: tuple[Sentence, ...]


def recognised(content: bytes) -> bool:
    """Whether a workbook or CSV has the headings of a survey: Klausimas and Tipas."""
    try:
        rows = _opened(content).rows
    except FileRefused:
        return False
    at, _ = best_headings(rows, _is_heading)
    found = {_HEADINGS.get(plain(cell)) for cell in rows[at].cells} if rows else set()
    return {"lt", "type"} <= found


def read(content: bytes, home: str, today: date) -> Draft:
    """The survey in a workbook or CSV, its times in the zone that it names or in `home`. Raises FileRefused: not a
    table, no such headings, too many questions."""
    book = _opened(content)
    found = listing_of(book.rows, COLUMNS, "lt", book.remarks)
    if len(found.records) > MOST_QUESTIONS:
        raise FileRefused(Fault(0, "", too_many(len(found.records))))
    asked, faults = _questions(found.records, found.headings)
    about = _About(book.about)
    draft = about.draft(asked, home, today)
    return replace(draft, faults=(*found.faults, *about.faults, *faults), notes=found.notes)


# The file


def _opened(content: bytes) -> _Book:
    if not content.startswith(workbooks.MAGIC):
        rows = tables.read(content, _is_heading)
        at, _ = best_headings(rows, _is_heading)
        return _Book(rows[at:], rows[:at], ())
    sheets = workbooks.sheets(content)
    name, rows = max(sheets, key=lambda sheet: best_headings(sheet[1], _is_heading)[1])
    at, _ = best_headings(rows, _is_heading)
    others = [sheet for sheet in sheets if sheet[0] != name and sheet[1]]
    second = max(others, key=lambda sheet: _settings_in(sheet[1]), default=("", ()))
    if not _settings_in(second[1]):
        second = ("", ())
    left = tuple(title for title, _ in others if title not in (second[0], NOTES))
    remarks = (
        (say(N_("Taken from the sheet “{name}”; not read: {others}."), name=name, others=left[:5]),)
        if left
        else ()
    )
    return _Book(rows[at:], (*rows[:at], *second[1]), remarks)


def _is_heading(cell: str) -> bool:
    return plain(cell) in _HEADINGS


def _settings_in(rows: Iterable[Row]) -> int:
    return sum(plain(_pair(row)[0]) in _SETTINGS for row in rows)


def _pair(row: Row) -> tuple[str, str]:
    """The first cell that is filled, a name, and the one behind it, its value; what follows explains."""
    at = next(i for i, cell in enumerate(row.cells) if cell.strip())
    return (row.cells[at], row.cells[at + 1] if at + 1 < len(row.cells) else "")


# What the survey is


class _About:
    """Reads the lines that say what a survey is."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.faults: list[Fault] = []
        self.wrong: set[str] = set()
        self._values: dict[str, str] = {}
        self._headings: dict[str, str] = {}
        self._lines: dict[str, int] = {}
        for row in rows:
            self._take(row)

    def _take(self, row: Row) -> None:
        name, value = _pair(row)
        field = _SETTINGS.get(plain(name))
        if field is None and value:
            names = (heading for c in SETTINGS for heading in (c.lt, c.en))
            wrong = say(N_("“{value}” is not known here"), value=name)
            self.faults.append(Fault(row.line, "", wrong, likely(name, names)))
        elif field in self._lines:
            self.faults.append(
                Fault(row.line, name, say(N_("it is there twice")), say(N_("leave one of them")))
            )
        elif field is not None:
            self._values[field], self._headings[field], self._lines[field] = value, name, row.line

    def draft(self, asked: tuple[Asked, ...], home: str, today: date) -> Draft:
        """The survey with these questions."""
        read = self._read
        zone = read("timezone", lambda cell: Zones(home).named(cells.text(cell))) or home
        title = Words(read("title", cells.text) or "", read("title_en", cells.text) or "")

        per: Respondent | None = read("one_answer_per", _per)

        def at(cell: str) -> datetime:
            return instant(cells.text(cell), zone, today)

        return Draft(
            key=read("id", _key) or made_id(title.lt or title.en, (), KEY_LENGTH) if title.both else "",
            title=title,
            asked=asked,
            closes=read("closes", at),
            opens=read("opens", at),
            intro=Words(read("intro", cells.paragraphs) or "", read("intro_en", cells.paragraphs) or ""),
            per=per or "organisation",
            anonymous=read("anonymous", _yes) or False,
            editable=read("editable_until_close", _yes) is not False,
            audience=read("audience", values.several) or ("all",),
            series=read("series", _key) or "",
            place=Place(headings={c.field: c.lt for c in SETTINGS} | {"questions": ""} | self._headings),
            wrong=frozenset(self.wrong | ({"id"} if not title.both else set())),
            faults=(),
        )

    def _read(self, field: str, reader: Callable[[str], T | None]) -> T | None:
        cell = self._values.get(field, "")
        if not cell.strip():
            return None
        try:
            return reader(cell)
        except Bad as bad:
            self.wrong.add(field.removesuffix("_en"))
            self.faults.append(Fault(self._lines[field], self._headings[field], bad.wrong, bad.right))
            return None


def _key(cell: str) -> str:
    return short_name(cells.text(cell), KEY_LENGTH)


def _per(cell: str) -> Respondent | None:
    return values.choice(cell, PER)


def _yes(cell: str) -> bool:
    return values.choice(cell, YES_NO) == "yes"


# Questions


def _questions(
    records: Iterable[Record], headings: Mapping[str, str]
) -> tuple[tuple[Asked, ...], list[Fault]]:
    """The questions of these rows; conditions name answers by their ids or their texts."""
    asked: list[Asked] = []
    faults: list[Fault] = []
    for number, record in enumerate(records, 1):
        named = {c.field: c.lt for c in COLUMNS} | dict(headings)
        named |= {"items": named["options"], "labels": named["options"]}
        note = _Row(Place(line=record.line, headings=named), faults)
        question = _question(record.cells, number, note)
        asked.append(Asked(question, note.place, frozenset(note.wrong)))
    known = {each.question.id: each.question for each in reversed(asked)}
    return tuple(replace(each, question=_settled(each.question, known)) for each in asked), faults


def _settled(question: Question, known: Mapping[str, Question]) -> Question:
    return replace(question, show_if=tuple(cells.settled(each, known) for each in question.show_if))


class _Row(Noting):
    """Reads the cells of one row, collecting what is wrong. An empty cell is as if the column were not there."""

    def read(self, row: Mapping[str, str], field: str, reader: Callable[[str], T | None]) -> T | None:
        cell = row.get(field, "")
        if not cell.strip():
            return None
        try:
            return reader(cell)
        except Bad as bad:
            self.bad(field, bad)
            return None


def _question(row: Mapping[str, str], number: int, note: _Row) -> Question:
    kind: QuestionKind | None = note.read(row, "type", lambda cell: values.choice(cell, KINDS))
    if kind is None and "type" not in note.wrong:
        names = tuple(words[0] for words in KINDS.values())
        note.note("type", say(N_("it is missing")), say(N_("it is one of: {names}"), names=names))
    options, exclusive = ((), "") if kind == "scale" else _options(row, note)
    limit = note.read(row, "max_length", cells.whole)
    required = note.read(row, "required", _yes)
    question = Question(
        id=note.read(row, "id", lambda cell: short_name(cells.text(cell))) or f"q{number}",
        kind=kind or "text",
        text=Words(note.read(row, "lt", cells.text) or "", note.read(row, "en", cells.text) or ""),
        required=required is not False,
        options=options,
        other=note.read(row, "other", _yes) or False,
        exclusive=exclusive,
        at_most=note.read(row, "max_choices", cells.whole),
        low=note.read(row, "min", cells.number),
        high=note.read(row, "max", cells.number),
        whole=note.read(row, "integer", _yes) or False,
        unit=note.read(row, "unit", cells.text) or "",
        labels=_labels(row, note) if kind == "scale" else None,
        na=note.read(row, "na", _yes) or False,
        limit=ANSWER_LENGTH if limit is None else limit,
        show_if=note.read(row, "show_if", cells.conditions) or (),
    )
    if kind is not None:
        note.fits(kind, _filled(row, kind))
    return question


def _filled(row: Mapping[str, str], kind: QuestionKind) -> Iterable[str]:
    """The cells that say something, under the keys of the document. Options are a ranking's items and a scale's
    labels, too."""
    for field in FITS:
        cell = row.get(field, "").strip()
        if field == "options" and not cell:
            cell = row.get("options_en", "").strip()
        if cell and not (field in ("other", "integer", "na") and plain(cell) in ("ne", "no", "0", "false")):
            yield {"ranking": "items", "scale": "labels"}.get(kind, field) if field == "options" else field


def _options(row: Mapping[str, str], note: _Row) -> tuple[tuple[Option, ...], str]:
    """The options, and the id of the one that excludes the others: one of them, or one more behind them."""
    lt, en = cells.lines(row.get("options", "")), cells.lines(row.get("options_en", ""))
    most = max(len(lt), len(en))
    if most > MOST_OPTIONS:
        note.note(
            "options", say(N_("there are {count} of them, at most {most} fit"), count=most, most=MOST_OPTIONS)
        )
        return (), ""
    alone = row.get("exclusive_option", "").strip()
    try:
        if not alone:
            return cells.options(lt, en), ""
        found = cells.meant(alone, cells.options(lt, ()))
        if found:
            return cells.options(lt, en), found
        made = cells.options((*lt, alone), (*en, "") if len(en) == len(lt) else en)
        return made, made[len(lt)].id
    except Bad as bad:
        note.bad("options", bad)
        return (), ""


def _labels(row: Mapping[str, str], note: _Row) -> Mapping[str, Words] | None:
    """What the steps of a scale mean, in the columns of the options."""
    try:
        return cells.labels(cells.lines(row.get("options", "")), cells.lines(row.get("options_en", "")))
    except Bad as bad:
        note.bad("labels", bad)
        return None
