"""The association's TOML file: who we are, organisations and agencies, working groups with their seats."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from handlers.i18n import LANGUAGES, N_
from handlers.importing.faults import Fault, FileRefused, Sentence, refused, say
from handlers.importing.nearest import nearest, plain
from handlers.importing.texts import text_of
from storage.association import (
    Association,
    DigestTime,
    Goal,
    Group,
    Kind,
    Organisation,
    Quorum,
    Seat,
    Structure,
)
from storage.words import Words

KINDS: tuple[Kind, ...] = ("cluster", "company", "ministry", "agency", "partner", "association")
DAYS: Mapping[str, int] = {
    name: day
    for day, names in enumerate(
        (
            ("monday", "pirmadienis"),
            ("tuesday", "antradienis"),
            ("wednesday", "trečiadienis"),
            ("thursday", "ketvirtadienis"),
            ("friday", "penktadienis"),
            ("saturday", "šeštadienis"),
            ("sunday", "sekmadienis"),
        )
    )
    for name in names
}

_TOP = ("name", "short", "timezone", "languages", "working_hours", "agency", "organisation", "group")
_ORGANISATION = ("id", "kind", "name", "now", "aliases", "became", "sector", "belongs_to")
_GROUP = ("id", "name", "aliases", "quorum", "digest", "goal", "seats", "archived")
_ID = re.compile(r"[^\W_][\w-]{0,23}")
_AT = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]\d|2[0-3]):([0-5]\d)")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_QUORUM = re.compile(r"(\d{1,4})\s*(?:of|iš|/)\s*(\d{1,4})")

Table = Mapping[str, Any]


MOST_BYTES = 4 * 1024 * 1024
"""A thousand organisations are 200 KB."""


@dataclass(frozen=True, slots=True)
class AssociationFile:
    """What the file says, and everything that is wrong in it. With faults the structure is not to be used."""

    structure: Structure
    faults: tuple[Fault, ...]


def read(content: bytes) -> AssociationFile:
    """The association in a TOML file; each fault names its key. Raises FileRefused with the line for what is
    no TOML."""
    if len(content) > MOST_BYTES:
        raise refused(say(N_("the file is larger than {most} MB"), most=MOST_BYTES // 1024 // 1024))
    text = text_of(content).removeprefix("\ufeff")
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _no_toml(error, text) from error
    keys = _Keys()
    structure = _structure(document, keys)
    _check(structure, keys)
    return AssociationFile(structure, tuple(keys.faults))


def _no_toml(error: Exception, text: str) -> FileRefused:
    found = _AT.search(str(error))
    line = int(found[1]) if found and found[1] else text.count("\n") + 1 if found else 0
    why = _AT.sub("", str(error)).strip() or "nested too deeply"
    return refused(
        say(N_("this is not TOML ({why})"), why=why), say(N_("see toml.io for how it is written")), line=line
    )


@dataclass(slots=True)
class _Keys:
    """Reads values under their keys, collecting what is wrong."""

    faults: list[Fault] = field(default_factory=list)

    def wrong(self, key: str, wrong: Sentence, right: Sentence | None = None) -> None:
        self.faults.append(Fault(0, key, wrong, right))

    def known(self, table: Table, names: Iterable[str], key: str) -> None:
        """Notes every key that we do not know, with the nearest that we do."""
        names = tuple(names)
        for name in table:
            if name not in names:
                like = nearest(name, names, 1)
                right = (
                    say(N_("did you mean {nearest}?"), nearest=like[0])
                    if like
                    else say(N_("known are: {names}"), names=names)
                )
                self.wrong(f"{key}{name}", say(N_("there is no such key")), right)

    def text(self, table: Table, name: str, key: str, default: str | None = None) -> str:
        """A text; without a default it has to be there."""
        value = table.get(name, default)
        if value is None:
            self.wrong(f"{key}{name}", say(N_("it is missing")))
        elif not isinstance(value, str) or not value.strip() or len(value) > 2000:
            if value != default:
                self.wrong(
                    f"{key}{name}", say(N_("it is not a text")), say(N_("write it in quotation marks"))
                )
        else:
            return " ".join(value.split())
        return default or ""

    def words(self, table: Table, name: str, key: str) -> Words | None:
        """A text in one or two languages, None when there is none: { lt = "…", en = "…" }, or one text for both."""
        value = table.get(name)
        if value is None:
            return None
        if isinstance(value, str):
            return Words(self.text(table, name, key))
        if not isinstance(value, dict) or not value:
            self.wrong(
                f"{key}{name}",
                say(N_("it is not a text")),
                say(N_("write it as {example}"), example='{ lt = "…", en = "…" }'),
            )
            return None
        self.known(value, LANGUAGES, f"{key}{name}.")
        return Words(*(self.text(value, language, f"{key}{name}.", "") for language in LANGUAGES))

    def named(self, table: Table, key: str) -> Words:
        """The name, which has to be there."""
        words = self.words(table, "name", key)
        if words is None and "name" not in table:
            self.wrong(f"{key}name", say(N_("it is missing")))
        return words or Words()

    def texts(self, table: Table, name: str, key: str) -> tuple[str, ...]:
        """A list of texts."""
        value = table.get(name, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            self.wrong(
                f"{key}{name}",
                say(N_("it is not a list of texts")),
                say(N_("write it as {example}"), example='["…", "…"]'),
            )
            return ()
        return tuple(" ".join(v.split()) for v in value)

    def tables(self, table: Table, name: str, key: str = "") -> tuple[Table, ...]:
        """A list of tables."""
        value = table.get(name, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            self.wrong(
                f"{key}{name}",
                say(N_("it is not a list of tables")),
                say(N_("begin each with {example}"), example=f"[[{name}]]"),
            )
            return ()
        return tuple(value)

    def id(self, table: Table, key: str) -> str:
        """A short name: letters, digits and hyphens."""
        value = self.text(table, "id", key)
        if value and not _ID.fullmatch(value):
            self.wrong(
                f"{key}id",
                say(N_("“{value}” is not a short name"), value=value),
                say(N_("it has at most 24 letters, digits and hyphens")),
            )
        return value


def _structure(document: Table, keys: _Keys) -> Structure:
    keys.known(document, _TOP, "")
    association = _association(document, keys)
    organisations = [
        *(
            _organisation(t, f"agency[{i}].", keys, "agency")
            for i, t in enumerate(keys.tables(document, "agency"), 1)
        ),
        *(
            _organisation(t, f"organisation[{i}].", keys, None)
            for i, t in enumerate(keys.tables(document, "organisation"), 1)
        ),
    ]
    if association.short and association.short not in (o.id for o in organisations):
        organisations.append(Organisation(association.short, "association", association.name))
    groups = [_group(t, f"group[{i}].", keys) for i, t in enumerate(keys.tables(document, "group"), 1)]
    return Structure(
        association,
        tuple(sorted(organisations, key=lambda o: o.id)),
        tuple(sorted(groups, key=lambda g: g.id)),
    )


def _association(document: Table, keys: _Keys) -> Association:
    plainly = Association(Words(), "")
    zone = keys.text(document, "timezone", "", plainly.zone)
    if not _is_zone(zone):
        like = nearest(zone, available_timezones())
        right = (
            say(N_("the nearest are: {names}"), names=like) if like else say(N_("write it as Europe/Vilnius"))
        )
        keys.wrong("timezone", say(N_("there is no time zone “{value}”"), value=zone), right)
    short = keys.text(document, "short", "")
    if short and not _ID.fullmatch(short):
        keys.wrong(
            "short",
            say(N_("“{value}” is not a short name"), value=short),
            say(N_("it has at most 24 letters, digits and hyphens")),
        )
    return Association(
        name=keys.named(document, ""),
        short=short,
        zone=zone,
        languages=_languages(document, keys) or plainly.languages,
        working_hours=_working_hours(document, keys) or plainly.working_hours,
    )


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _languages(document: Table, keys: _Keys) -> tuple[str, ...]:
    languages = keys.texts(document, "languages", "")
    for language in languages:
        if language not in LANGUAGES:
            keys.wrong(
                "languages",
                say(N_("“{value}” is not a language we speak"), value=language),
                say(N_("known are: {names}"), names=LANGUAGES),
            )
    return languages


def _working_hours(document: Table, keys: _Keys) -> tuple[str, str] | None:
    written = keys.text(document, "working_hours", "", "")
    match = _HOURS.fullmatch(written)
    if match and match[1] + match[2] < match[3] + match[4]:
        return f"{match[1]}:{match[2]}", f"{match[3]}:{match[4]}"
    if written:
        keys.wrong(
            "working_hours",
            say(N_("“{value}” are not working hours"), value=written),
            say(N_("write them as 08:00-18:00")),
        )
    return None


def _organisation(table: Table, key: str, keys: _Keys, kind: Kind | None) -> Organisation:
    names = tuple(n for n in _ORGANISATION if n != "kind") if kind else _ORGANISATION
    keys.known(table, names, key)
    written = kind or keys.text(table, "kind", key)
    if written and written not in KINDS:
        like = nearest(written, KINDS, 1)
        right = (
            say(N_("did you mean {nearest}?"), nearest=like[0])
            if like
            else say(N_("it is one of: {names}"), names=KINDS)
        )
        keys.wrong(f"{key}kind", say(N_("“{value}” is not a kind of organisation"), value=written), right)
    return Organisation(
        id=keys.id(table, key),
        kind=written if written in KINDS else "partner",
        name=keys.named(table, key),
        aliases=keys.texts(table, "aliases", key),
        became=keys.text(table, "became", key, "") or None,
        now=keys.words(table, "now", key),
        sector=keys.words(table, "sector", key),
        belongs_to=keys.texts(table, "belongs_to", key),
    )


def _group(table: Table, key: str, keys: _Keys) -> Group:
    keys.known(table, _GROUP, key)
    archived = table.get("archived", False)
    if not isinstance(archived, bool):
        keys.wrong(f"{key}archived", say(N_("it is neither true nor false")))
    return Group(
        id=keys.id(table, key),
        name=keys.named(table, key),
        aliases=keys.texts(table, "aliases", key),
        quorum=_quorum(table, key, keys),
        digest=_digest(table, key, keys),
        goal=_goal(table, key, keys),
        seats=tuple(
            _seat(t, f"{key}seats[{i}].", keys) for i, t in enumerate(keys.tables(table, "seats", key), 1)
        ),
        archived=archived is True,
    )


def _quorum(table: Table, key: str, keys: _Keys) -> Quorum | None:
    written = keys.text(table, "quorum", key, "")
    match = _QUORUM.fullmatch(written)
    if match and 0 < int(match[1]) <= int(match[2]):
        return Quorum(int(match[1]), int(match[2]))
    if written:
        keys.wrong(
            f"{key}quorum",
            say(N_("“{value}” is not a quorum"), value=written),
            say(N_("write it as 7 of 13")),
        )
    return None


def _inner(table: Table, name: str, names: Iterable[str], key: str, keys: _Keys) -> Table | None:
    value = table.get(name)
    if value is None:
        return None
    if not isinstance(value, dict):
        keys.wrong(
            f"{key}{name}",
            say(N_("it is not a table")),
            say(N_("write it as {example}"), example=f"{{ {', '.join(names)} }}"),
        )
        return None
    keys.known(value, names, f"{key}{name}.")
    return value


def _digest(table: Table, key: str, keys: _Keys) -> DigestTime | None:
    inner = _inner(table, "digest", ("day", "at"), key, keys)
    if inner is None:
        return None
    name = keys.text(inner, "day", f"{key}digest.")
    day = next((day for known, day in DAYS.items() if plain(known) == plain(name)), None)
    if day is None and name:
        right = say(N_("write it as monday or pirmadienis"))
        keys.wrong(f"{key}digest.day", say(N_("“{value}” is not a day of the week"), value=name), right)
    at = keys.text(inner, "at", f"{key}digest.")
    if at and not _TIME.fullmatch(at):
        keys.wrong(
            f"{key}digest.at",
            say(N_("“{value}” is not a time of day"), value=at),
            say(N_("write it as 09:00")),
        )
    elif at.startswith("03:"):
        # That hour comes twice, or not at all, when the clock changes.
        keys.wrong(
            f"{key}digest.at",
            say(N_("nothing is sent between 03:00 and 03:59")),
            say(N_("choose another hour")),
        )
    return DigestTime(day or 0, at)


def _goal(table: Table, key: str, keys: _Keys) -> Goal | None:
    inner = _inner(table, "goal", (*LANGUAGES, "due"), key, keys)
    if inner is None:
        return None
    text = Words(*(keys.text(inner, language, f"{key}goal.", "") for language in LANGUAGES))
    if not text.both:
        keys.wrong(
            f"{key}goal",
            say(N_("it says nothing")),
            say(N_("write it as {example}"), example='{ lt = "…", en = "…", due = 2026-10-31 }'),
        )
    due = inner.get("due")
    if isinstance(due, str):
        try:
            due = date.fromisoformat(due)
        except ValueError:
            due = None
    if not isinstance(due, date) or isinstance(due, datetime):
        keys.wrong(f"{key}goal.due", say(N_("it is not a day")), say(N_("write it as 2026-10-31")))
        return None
    return Goal(text, due)


def _seat(table: Table, key: str, keys: _Keys) -> Seat:
    keys.known(table, ("organisation", "count", "chair"), key)
    count = table.get("count", 1)
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 1000:
        keys.wrong(
            f"{key}count", say(N_("it is not a number of seats")), say(N_("write a whole number from 1"))
        )
        count = 1
    chair = table.get("chair", False)
    if not isinstance(chair, bool):
        keys.wrong(f"{key}chair", say(N_("it is neither true nor false")))
    return Seat(keys.text(table, "organisation", key), count, chair is True)


# What the parts say of each other


def _check(structure: Structure, keys: _Keys) -> None:
    for where, ids in (
        ("organisation", [o.id for o in structure.organisations]),
        ("group", [g.id for g in structure.groups]),
    ):
        for id in sorted({id for id in ids if id and ids.count(id) > 1}):
            keys.wrong(
                where, say(N_("the id “{value}” is there twice"), value=id), say(N_("give each its own"))
            )
    for organisation in structure.organisations:
        named = (organisation.became, "became"), *((b, "belongs_to") for b in organisation.belongs_to)
        for other, name in named:
            if other:
                _known(other, structure, f"{organisation.id}.{name}", keys)
    for group in structure.groups:
        for seat in group.seats:
            if seat.organisation:
                _known(seat.organisation, structure, f"{group.id}.seats", keys)
        _check_seats(group, keys)


def _known(id: str, structure: Structure, key: str, keys: _Keys) -> None:
    if structure.organisation(id) is None:
        ids = tuple(o.id for o in structure.organisations)
        like = nearest(id, ids)
        right = (
            say(N_("the nearest are: {names}"), names=like)
            if like
            else say(N_("known are: {names}"), names=ids[:10])
        )
        keys.wrong(key, say(N_("“{value}” is not a known organisation"), value=id), right)


def _check_seats(group: Group, keys: _Keys) -> None:
    seats = sum(seat.count for seat in group.seats)
    if group.quorum and seats and group.quorum.of != seats:
        keys.wrong(
            f"{group.id}.quorum",
            say(N_("the quorum counts {of} seats, but there are {seats}"), of=group.quorum.of, seats=seats),
            say(N_("make both agree")),
        )
    if sum(seat.chair for seat in group.seats) > 1:
        keys.wrong(
            f"{group.id}.seats", say(N_("two organisations have the chair")), say(N_("leave one of them"))
        )
