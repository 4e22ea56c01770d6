"""A list of calls as a sheet: its columns, and what each row says of a call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from handlers.i18n import N_
from handlers.importing import values
from handlers.importing.columns import Cells, Column, Listing, Record, listing
from handlers.importing.faults import Bad, Fault, Sentence, say
from handlers.importing.nearest import Known, organisations, plain
from storage.association import Structure
from storage.calls import Facts
from storage.moments import Moment
from storage.words import Words

Status = Literal["forecast", "open", "postponed", "suspended", "extended", "closed", "cancelled"]

COLUMNS = (
    Column("number", "Nr.", "No.", ("Numeris", "Number", "Kvietimo Nr.", "Kvietimo numeris", "Call No.")),
    Column(
        "title",
        "Pavadinimas",
        "Title",
        ("Kvietimas", "Kvietimo pavadinimas", "Call", "Pavadinimas LT", "Title LT"),
    ),
    Column("title_en", "Pavadinimas EN", "Title EN", ("Pavadinimas anglų k.", "English title")),
    Column("measure", "Priemonė", "Measure"),
    Column(
        "activity",
        "Remiama veikla",
        "Activity",
        ("Remiamos veiklos", "Supported activity", "Supported activities"),
    ),
    Column(
        "agency", "Administruojančioji institucija", "Agency", ("Agentūra", "Institucija", "Administruoja")
    ),
    Column("status", "Būsena", "Status", ("Statusas", "State")),
    Column("published", "Paskelbta", "Published", ("Paskelbimo data",)),
    Column("opens", "Teikiama nuo", "Opens", ("Paraiškos teikiamos nuo", "Pradžia", "Opening")),
    Column(
        "closes",
        "Teikiama iki",
        "Closes",
        ("Paraiškos teikiamos iki", "Terminas", "Pabaiga", "Deadline", "Closing"),
    ),
    Column("cutoffs", "Tarpiniai terminai", "Cut-offs", ("Tarpinis terminas", "Cut-off", "Cutoffs")),
    Column("budget", "Biudžetas, Eur", "Budget, EUR", ("Biudžetas", "Budget", "Kvietimo biudžetas, Eur")),
    Column(
        "max_grant",
        "Didžiausia suma projektui, Eur",
        "Maximum grant, EUR",
        ("Didžiausia suma projektui", "Maximum grant", "Didžiausia suma, Eur"),
    ),
    Column(
        "min_grant",
        "Mažiausia suma projektui, Eur",
        "Minimum grant, EUR",
        ("Mažiausia suma projektui", "Minimum grant", "Mažiausia suma, Eur"),
    ),
    Column("intensity", "Intensyvumas", "Intensity", ("Finansavimo intensyvumas",)),
    Column(
        "eligible",
        "Galimi pareiškėjai",
        "Eligible",
        ("Pareiškėjai", "Tinkami pareiškėjai", "Eligible applicants"),
    ),
    Column("sectors", "Sektoriai", "Sectors", ("Sektorius", "Sector")),
    Column("region", "Regionas", "Region"),
    Column("link", "Nuoroda", "Link", ("Šaltinis", "Source", "URL")),
    Column("contact", "Kontaktas", "Contact", ("Kontaktai", "Contacts")),
)

STATUSES: Mapping[Status, tuple[str, ...]] = {
    "forecast": ("Planuojamas", "Forecast", "Numatomas", "Planuojama", "Planned", "Upcoming"),
    "open": ("Atviras", "Open", "Galiojantis", "Kviečiama", "Paskelbtas"),
    "postponed": ("Atidėtas", "Postponed", "Atidėta"),
    "suspended": ("Sustabdytas", "Suspended", "Sustabdyta"),
    "extended": ("Pratęstas", "Extended", "Pratęsta"),
    "closed": ("Uždarytas", "Pasibaigęs", "Closed", "Baigtas", "Pasibaigė"),
    "cancelled": ("Atšauktas", "Cancelled", "Atšaukta", "Canceled"),
}

_CONTINUOUS = frozenset(
    (
        "nuolat",
        "nuolatinis",
        "tęstinis",
        "neterminuotai",
        "iki lėšų pabaigos",
        "continuous",
        "rolling",
        "open ended",
    )
)
_CONTINUOUSLY = frozenset(map(plain, _CONTINUOUS))
_TEXTS = ("activity", "intensity", "eligible", "region", "contact", "measure")
_SPOILT = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d)?|\d+(?:[.,]\d+)?e[+-]\d+", re.IGNORECASE)
"""A date or a power of ten, as a spreadsheet makes them of 07-1 and of a long number."""
_AMOUNTS = ("budget", "max_grant", "min_grant")


@dataclass(frozen=True, slots=True)
class CallRow:
    """What one line says: values by the fields of storage.calls.Facts, the title in two parts (`title`,
    `title_en`). A field that the sheet has no column for is not among them; an empty cell is "not known".
    `status` is the word in the sheet, which the dates have to bear out."""

    line: int
    values: Mapping[str, object]
    status: Status | None = None

    def on(self, facts: Facts) -> Facts:
        """The facts with everything that the row says set in them."""
        said = dict(self.values)
        for name in ("number", *_TEXTS):
            if name in said:
                said[name] = values.as_known(getattr(facts, name), str(said[name]))
        title = Words(
            values.as_known(facts.title.lt, str(said.pop("title", facts.title.lt))),
            values.as_known(facts.title.en, str(said.pop("title_en", facts.title.en))),
        )
        # Since when it is on hold stands in no list: a new hold begins on a day that nobody told us.
        if said.get("hold", facts.hold) != facts.hold:
            said["held_since"] = None
        return replace(facts, title=title, **said)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class CallList:
    """A list of calls, read."""

    rows: tuple[CallRow, ...]
    faults: tuple[Fault, ...]
    notes: tuple[Sentence, ...]
    headings: Mapping[str, str]


def read(content: bytes, structure: Structure, zone: str, today: date) -> CallList:
    """The calls in a sheet; dates without a zone are in `zone`. Raises FileRefused for what is no such sheet."""
    found = listing(content, COLUMNS, "title")
    agencies = organisations(structure.organisations)
    notes = found.notes
    if not agencies and "agency" in found.headings:
        notes = (*notes, say(N_("No organisations are known yet, so agencies are kept as they are written.")))
    numbered = "number" in found.headings and not _counts(found)
    if "number" in found.headings and not numbered and found.records:
        notes = (
            *notes,
            say(
                N_("“{heading}” only counts the rows, so it is not taken for a number."),
                heading=found.headings["number"],
            ),
        )
    rows, faults = [], list(found.faults)
    wrong: dict[object, int] = {}  # the lines of rows that are refused, by their numbers
    for record in found.records:
        cells = Cells(record, found.headings)
        row = _row(record, cells, agencies, zone, today, numbered)
        number = row.values.get("number")
        if number and number in wrong:
            cells.wrong("number", *same_number(wrong[number]))
        elif number and cells.faults:
            wrong[number] = record.line
        faults += cells.faults
        if not cells.faults:
            rows.append(row)
    return CallList(tuple(rows), tuple(faults), notes, found.headings)


def same_number(line: int) -> tuple[Sentence, Sentence]:
    """What is wrong with a row whose number an earlier line has, and what would be right."""
    wrong = say(N_("the same number stands in line {line}"), line=line)
    return wrong, say(N_("every call has its own"))


def _counts(found: Listing) -> bool:
    """Whether the column of numbers only counts the rows: 1, 2, 3 … down the sheet."""
    numbers = [cell.strip().rstrip(".)") for r in found.records if (cell := r.cells["number"]).strip()]
    return numbers == [str(i + 1) for i in range(len(numbers))]


def _row(record: Record, cells: Cells, agencies: Known, zone: str, today: date, numbered: bool) -> CallRow:
    said: dict[str, object] = {}
    for name in ("title", "title_en", *_TEXTS):
        _take(said, name, cells.read(name, values.text))
    if "title" in said and not (said["title"] or said.get("title_en")):
        cells.wrong("title", say(N_("the title is missing")), say(N_("every call has one")))
    if numbered:
        _take(said, "number", cells.read("number", _number))
    _take(said, "link", cells.read("link", values.link))
    _take(said, "sectors", cells.read("sectors", values.several))
    _take(said, "agency", cells.read("agency", lambda cell: _agency(cell, agencies)))
    for name in _AMOUNTS:
        _optional(said, name, cells, cells.read(name, values.euros))
    for name in ("published", "opens"):
        _optional(said, name, cells, cells.read(name, lambda cell: values.moment(cell, zone, today)))
    _take(said, "cutoffs", cells.read("cutoffs", lambda cell: values.moments(cell, zone, today)))
    _closing(said, cells, zone, today)
    status = cells.read("status", lambda cell: values.choice(cell, STATUSES))
    if status:
        said["hold"] = status if status in ("postponed", "suspended", "cancelled") else None
    _check(said, cells)
    return CallRow(record.line, said, status)


def _take(said: dict[str, object], name: str, value: object) -> None:
    if value is not None:
        said[name] = value


def _optional(said: dict[str, object], name: str, cells: Cells, value: object) -> None:
    if name in cells.given:
        said[name] = value


def _closing(said: dict[str, object], cells: Cells, zone: str, today: date) -> None:
    """A closing date, or a word that says there is none because applications are always taken."""
    cell = cells.record.cells.get("closes")
    if cell is None:
        return
    said["continuous"] = plain(cell) in _CONTINUOUSLY
    said["closes"] = (
        None if said["continuous"] else cells.read("closes", lambda c: values.moment(c, zone, today))
    )


def _number(cell: str) -> str:
    written = values.text(cell)
    if _SPOILT.fullmatch(cell.strip()):
        raise Bad(
            say(N_("a spreadsheet has made “{value}” of the number"), value=written),
            say(N_("format the column as text and write the number anew")),
        )
    return written


def _agency(cell: str, agencies: Known) -> str:
    written = values.text(cell)
    return agencies.id_of(written) if written and agencies else written


def _check(said: Mapping[str, object], cells: Cells) -> None:
    """What can't be true of any call."""
    opens, closes = said.get("opens"), said.get("closes")
    if (
        isinstance(opens, Moment)
        and isinstance(closes, Moment)
        and closes.last_instant() <= opens.first_instant()
    ):
        cells.wrong(
            "closes",
            say(N_("it closes before it opens ({cell})"), cell=cells.record.cells["opens"].strip()),
            say(N_("check both dates")),
        )
    least, most = said.get("min_grant"), said.get("max_grant")
    if isinstance(least, Decimal) and isinstance(most, Decimal) and least > most:
        cells.wrong(
            "min_grant",
            say(N_("the smallest grant is larger than the largest")),
            say(N_("check both amounts")),
        )


# Which call it is

Key = str


def keys(facts: Facts) -> tuple[Key, Key, Key]:
    """What a call may be known by, strongest first: its number, its link, else agency, measure, title and year.
    What it lacks is empty."""
    first = facts.opens or facts.closes or facts.published
    parts = (
        facts.agency,
        facts.measure,
        facts.title.lt or facts.title.en,
        str(first.day.year) if first else "",
    )
    return (
        f"nr:{plain(facts.number)}" if facts.number else "",
        f"link:{facts.link.rstrip('/')}" if facts.link else "",
        "name:" + "|".join(map(plain, parts)),
    )


def key(facts: Facts) -> Key:
    """The key under which an imported call is kept: the strongest it has."""
    return next(filter(None, keys(facts)))
