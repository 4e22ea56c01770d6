"""A list of members as a sheet: its columns, and what its rows say of each person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from handlers.i18n import N_
from handlers.importing import values
from handlers.importing.columns import Cells, Column, listing
from handlers.importing.faults import Bad, Fault, Sentence, say
from handlers.importing.nearest import Known, groups, organisations
from storage.association import Structure
from storage.members import Holding, Person, Position, Reach, Role

COLUMNS = (
    Column(
        "name",
        "Vardas",
        "Name",
        ("Vardas, pavardė", "Vardas ir pavardė", "Vardas pavardė", "Narys", "Full name"),
    ),
    Column("organisation", "Organizacija", "Organisation", ("Organization", "Įmonė", "Klasteris")),
    Column("role", "Rolė", "Role"),
    Column("language", "Kalba", "Language"),
    Column("groups", "Grupės", "Groups", ("Grupė", "Darbo grupės", "Darbo grupė", "Group", "Working groups")),
    Column("represents", "Atstovauja", "Represents"),
    Column("position", "Pareigos", "Position"),
    Column("telegram", "Telegram", "Telegram", ("Telegram ID",)),
    Column("slack", "Slack", "Slack", ("Slack ID",)),
    Column("email", "El. paštas", "E-mail", ("Email", "El. pašto adresas", "Paštas")),
)

ROLES: Mapping[Role, tuple[str, ...]] = {
    "member": ("narys", "member", "narė"),
    "manager": ("vadovas", "manager", "vadovė", "klasterio vadovas", "klasterio vadovė"),
    "secretariat": ("sekretoriatas", "secretariat"),
}
POSITIONS: Mapping[Position, tuple[str, ...]] = {
    "delegate": ("narys", "delegate", "narė", "delegatas", "delegatė", "member"),
    "alternate": ("pakaitinis", "alternate", "pakaitinė", "pakaitinis narys", "pakaitinė narė"),
    "chair": ("pirmininkas", "chair", "pirmininkė", "chairperson"),
    "secretary": ("sekretorius", "secretary", "sekretorė"),
}
LANGUAGES: Mapping[str, tuple[str, ...]] = {
    "lt": ("lt", "lietuvių", "Lithuanian", "lietuviškai", "LTU"),
    "en": ("en", "anglų", "English", "angliškai", "ENG"),
}
_PLAIN = ("name", "organisation", "role", "language", "email")

_SLACK = re.compile(r"[UW][A-Z0-9]{2,20}")
_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?e\+?\d+", re.IGNORECASE)
_MOST_TELEGRAM = 2**52
"""Bot API: an id has at most 52 significant bits."""


@dataclass(frozen=True, slots=True)
class MemberRow:
    """What the lines about one person say. `given` are the columns that the sheet has: of the others it says
    nothing. Accounts have no chats yet: nobody can be written to before they have started the bot."""

    lines: tuple[int, ...]
    person: Person
    given: frozenset[str]

    @property
    def line(self) -> int:
        """The first line."""
        return self.lines[0]

    @property
    def says(self) -> frozenset[str]:
        """The fields of a person that the row speaks of, accounts apart."""
        plain = {name for name in _PLAIN if name in self.given}
        return frozenset(plain | ({"holdings"} if "groups" in self.given else set()))

    def on(self, person: Person) -> Person:
        """The person with everything that the row says set in it. Chats and unreachable marks of accounts that
        stay are kept, and so are accounts on a platform of which the row names none."""
        new = self.person
        said: dict[str, Any] = {n: getattr(new, n) for n in _PLAIN if n in self.given}
        if "name" in said:
            said["name"] = values.as_known(person.name, new.name)
        if said.get("email") == person.email.lower():
            said["email"] = person.email
        if "groups" in self.given:
            said["holdings"] = person.holdings if _same(person.holdings, new.holdings) else new.holdings
        return replace(person, **said, accounts=_accounts(person.accounts, new.accounts))


def _same(one: tuple[Holding, ...], other: tuple[Holding, ...]) -> bool:
    return len(one) == len(other) and set(one) == set(other)


def _accounts(known: tuple[Reach, ...], named: tuple[Reach, ...]) -> tuple[Reach, ...]:
    users = {a.platform: a.user for a in named}
    kept = tuple(a for a in known if users.get(a.platform, a.user) == a.user)
    there = {a.platform for a in kept}
    return (*kept, *(a for a in named if a.platform not in there))


@dataclass(frozen=True, slots=True)
class MemberList:
    """A list of members, read."""

    rows: tuple[MemberRow, ...]
    faults: tuple[Fault, ...]
    notes: tuple[Sentence, ...]
    headings: Mapping[str, str]


def read(content: bytes, structure: Structure) -> MemberList:
    """The people in a sheet. Somebody may have several lines, one for the groups of each position; the lines
    are one person's when they share an e-mail address, else an account. Raises FileRefused."""
    found = listing(content, COLUMNS, "name")
    orgs, teams = organisations(structure.organisations), groups(structure.groups)
    language = structure.association.languages[0]
    faults = list(found.faults)
    read_lines: list[MemberRow] = []
    for record in found.records:
        cells = Cells(record, found.headings)
        person = _person(cells, orgs, teams, language)
        faults += cells.faults
        if not cells.faults:
            # Role and language have a default for somebody new; for somebody known, nobody has said anything.
            unsaid = {n for n in ("role", "language") if not record.cells.get(n, "").strip()}
            read_lines.append(MemberRow((record.line,), person, cells.given - unsaid))
    rows, more = _joined(read_lines, found.headings)
    return MemberList(rows, (*faults, *more), found.notes, found.headings)


def _person(cells: Cells, orgs: Known, teams: Known, language: str) -> Person:
    name = cells.read("name", values.text) or ""
    if not name:
        cells.wrong("name", say(N_("the name is missing")), say(N_("every member has one")))
    organisation = cells.read("organisation", lambda cell: _id(cell, orgs)) or ""
    role = cells.read("role", _role) or "member"
    spoken = cells.read("language", lambda cell: values.choice(cell, LANGUAGES)) or language
    email = cells.read("email", values.email) or ""
    telegram = cells.read("telegram", telegram_id)
    slack = cells.read("slack", slack_id)
    accounts = tuple(Reach(p, user) for p, user in (("telegram", telegram), ("slack", slack)) if user)
    return Person(
        name, organisation, role, spoken, email, accounts, _holdings(cells, orgs, teams, organisation)
    )


def nameless(row: MemberRow, headings: Mapping[str, str]) -> Fault:
    """The fault of somebody who is not known, and could not be found again."""
    return Fault(
        row.line,
        headings.get("name", ""),
        say(N_("{name} has neither an e-mail address nor an account"), name=row.person.name),
        say(N_("give one of them, so that the line can be found again")),
    )


def _holdings(cells: Cells, orgs: Known, teams: Known, own: str) -> tuple[Holding, ...]:
    ids = cells.read("groups", lambda cell: tuple(map(teams.id_of, values.several(cell)))) or ()
    represents = cells.read("represents", lambda cell: _id(cell, orgs)) or ""
    position = cells.read("position", _position)
    if position and not ids and not cells.faults:
        cells.wrong(
            "position", say(N_("a position is held in a group")), say(N_("name the group in the same line"))
        )
    return tuple(Holding(id, represents or (own if position else ""), position) for id in dict.fromkeys(ids))


def _role(cell: str) -> Role | None:
    return values.choice(cell, ROLES)


def _position(cell: str) -> Position | None:
    return values.choice(cell, POSITIONS)


def _id(cell: str, known: Known) -> str:
    written = values.text(cell)
    return known.id_of(written) if written else ""


def telegram_id(cell: str) -> str:
    """The numeric id of a Telegram account; empty for an empty cell. Raises Bad."""
    written = re.sub(r"\s", "", values.text(cell))
    if _SCIENTIFIC.fullmatch(written):
        raise Bad(
            say(N_("a spreadsheet has shortened the Telegram id to “{value}”"), value=written),
            say(N_("format the column as text and write the whole number")),
        )
    if written and not (written.isdecimal() and written.isascii() and 0 < int(written[:20]) < _MOST_TELEGRAM):
        raise Bad(
            say(N_("“{value}” is not the number of a Telegram account"), value=written),
            say(N_("it is digits only, such as 900000001, not a @name or a telephone")),
        )
    return written.lstrip("0")


def slack_id(cell: str) -> str:
    """The id of a Slack account; empty for an empty cell. Raises Bad."""
    written = values.text(cell).upper()
    if written and not _SLACK.fullmatch(written):
        raise Bad(
            say(N_("“{value}” is not a Slack member id"), value=written),
            say(N_("it begins with U or W, such as U012AB3CD, and stands in the Slack profile")),
        )
    return written


# Several lines about one person


def _joined(lines: list[MemberRow], headings: Mapping[str, str]) -> tuple[tuple[MemberRow, ...], list[Fault]]:
    """One row a person, in the order of their first lines, and the lines that contradict an earlier one."""
    rows: dict[int, MemberRow] = {}
    known: dict[str, int] = {}
    faults: list[Fault] = []
    for line in lines:
        email, *accounts = _handles(line.person)
        shared = next((known[account] for account in accounts if account in known), None)
        at = known.get(email, shared)
        if shared is not None and (shared != at or _differ(rows[shared].person.email, line.person.email)):
            faults.append(_twice(line, headings, rows[shared]))
            continue
        fault = _contradiction(rows[at], line, headings) if at is not None else None
        if fault:
            faults.append(fault)
            continue
        place = line.line if at is None else at
        rows[place] = line if at is None else _with(rows[at], line)
        known.update((handle, place) for handle in (email, *accounts) if handle)
    return tuple(rows.values()), faults


def _handles(person: Person) -> tuple[str, ...]:
    """What the person is known by: the e-mail address, which may be empty, and the accounts."""
    return (person.email, *(f"{a.platform}:{a.user}" for a in person.accounts))


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _twice(line: MemberRow, headings: Mapping[str, str], first: MemberRow) -> Fault:
    users = {(a.platform, a.user) for a in first.person.accounts}
    shared = next(a.platform for a in line.person.accounts if (a.platform, a.user) in users)
    return Fault(
        line.line,
        headings.get(shared, ""),
        say(N_("the same account stands in line {line} with another e-mail address"), line=first.line),
        say(N_("one account belongs to one person")),
    )


def _contradiction(first: MemberRow, line: MemberRow, headings: Mapping[str, str]) -> Fault | None:
    for name in ("name", "organisation", "role", "language"):
        if getattr(first.person, name) != getattr(line.person, name):
            return Fault(
                line.line,
                headings.get(name, ""),
                say(N_("line {line} is about the same person and says otherwise here"), line=first.line),
                say(N_("make both lines agree")),
            )
    both = {h.group for h in first.person.holdings} & {h.group for h in line.person.holdings}
    users = {a.platform: a.user for a in first.person.accounts}
    other = next((a for a in line.person.accounts if users.get(a.platform, a.user) != a.user), None)
    if other:
        wrong = say(N_("line {line} gives the same person another account"), line=first.line)
        return Fault(line.line, headings.get(other.platform, ""), wrong, say(N_("leave one of them")))
    if both or not line.person.holdings:
        wrong = say(N_("the same person stands in line {line} already"), line=first.line)
        return Fault(line.line, headings.get("email", ""), wrong, say(N_("leave one of the two lines")))
    return None


def _with(first: MemberRow, line: MemberRow) -> MemberRow:
    person = first.person
    joined = replace(
        person,
        email=person.email or line.person.email,
        accounts=_accounts(person.accounts, line.person.accounts),
        holdings=(*person.holdings, *line.person.holdings),
    )
    return MemberRow((*first.lines, *line.lines), joined, first.given | line.given)
