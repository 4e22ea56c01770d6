"""Values under the keys of a JSON document, collecting what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from handlers.i18n import N_
from handlers.importing.faults import Bad, say
from handlers.importing.surveys.checking import MOST_NUMBER, MOST_OPTIONS
from handlers.importing.surveys.parts import Noting, clean, likely, short_name
from handlers.importing.surveys.times import instant
from handlers.importing.zones import Zones
from storage.words import Words

WORDS = ("lt", "en")
_EXAMPLE = '{"lt": "…", "en": "…"}'

Table = Mapping[str, Any]


class Values(Noting):
    """Reads the values of one object, collecting what is wrong. `null` is as if the key were not there."""

    def known(self, table: Table, names: Iterable[str]) -> None:
        """Notes every key that is not one of these, with the nearest that is."""
        names = tuple(names)
        for name in list(table)[: 10 * MOST_OPTIONS]:
            if name not in names and not name.startswith("_"):
                self.note(name, say(N_("there is no such key")), likely(name, names))

    def text(self, table: Table, name: str, at: str = "", read: Callable[[str], str] = clean) -> str:
        """A text, on one line unless `read` keeps more; empty when there is none."""
        value = table.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.note(at or name, say(N_("it is not a text")), say(N_("write it in quotation marks")))
            return ""
        try:
            return read(value)
        except Bad as bad:
            self.bad(at or name, bad)
            return ""

    def words(self, table: Table, name: str, at: str = "", read: Callable[[str], str] = clean) -> Words:
        """A text in one or two languages; a plain text is Lithuanian."""
        value, at = table.get(name), at or name
        if value is None:
            return Words()
        if isinstance(value, str):
            return Words(self.text(table, name, at, read))
        if not isinstance(value, dict):
            self.note(at, say(N_("it is not a text")), say(N_("write it as {example}"), example=_EXAMPLE))
            return Words()
        self.inner(value, WORDS, at)
        return Words(*(self.text(value, language, f"{at}.{language}", read) for language in WORDS))

    def inner(self, table: Table, names: tuple[str, ...], at: str) -> None:
        """Notes every key of an object within that is not one of these."""
        for name in list(table)[:MOST_OPTIONS]:
            if name not in names and not name.startswith("_"):
                self.note(f"{at}.{name}", say(N_("there is no such key")), likely(name, names))

    def id(self, table: Table, name: str, most: int) -> str:
        """A short name; empty when there is none."""
        written = self.text(table, name)
        if not written:
            return ""
        try:
            return short_name(written, most)
        except Bad as bad:
            self.bad(name, bad)
            return ""

    def flag(self, table: Table, name: str, default: bool) -> bool:
        """true or false."""
        value = table.get(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.note(name, say(N_("it is neither true nor false")))
        return default

    def one_of(self, table: Table, name: str, names: tuple[str, ...]) -> str:
        """One of these words; empty when it is none of them."""
        written = self.text(table, name)
        if written and written not in names:
            self.note(name, say(N_("“{value}” is not known here"), value=written), likely(written, names))
            return ""
        return written

    def number(self, table: Table, name: str) -> float | None:
        """A number; None when there is none."""
        value = table.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.note(name, say(N_("it is no number")), say(N_("write it without quotation marks")))
        elif not -MOST_NUMBER <= value <= MOST_NUMBER:
            self.note(name, say(N_("the number is too large")))
        else:
            return float(value)
        return None

    def whole(self, table: Table, name: str) -> int | None:
        """A whole number; None when there is none."""
        found = self.number(table, name)
        if found is not None and not found.is_integer():
            self.note(name, say(N_("it is no whole number")))
            return None
        return None if found is None else int(found)

    def list(self, table: Table, name: str, most: int) -> tuple[Any, ...]:
        """A list of at most so many."""
        value = table.get(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.note(name, say(N_("it is not a list")), say(N_("write it as {example}"), example="[…, …]"))
        elif len(value) > most:
            self.note(
                name, say(N_("there are {count} of them, at most {most} fit"), count=len(value), most=most)
            )
        else:
            return tuple(value)
        return ()

    def texts(self, table: Table, name: str) -> tuple[str, ...]:
        """A list of texts, or one."""
        value = table.get(name)
        if isinstance(value, str):
            return tuple(filter(None, (self.text(table, name),)))
        given = self.list(table, name, MOST_OPTIONS)
        if not all(isinstance(each, str) and each.strip() for each in given):
            self.note(
                name,
                say(N_("it is not a list of texts")),
                say(N_("write it as {example}"), example='["…", "…"]'),
            )
            return ()
        return tuple(
            self.text({name: each}, name, f"{name}[{number}]") for number, each in enumerate(given, 1)
        )

    def time(self, table: Table, name: str, zone: str, today: date) -> datetime | None:
        """An instant, aware UTC; None when there is none."""
        written = self.text(table, name)
        if not written:
            return None
        try:
            return instant(written, zone, today)
        except Bad as bad:
            self.bad(name, bad)
            return None

    def zone(self, table: Table, home: str) -> str:
        """The zone that the document names, else `home`."""
        written = self.text(table, "timezone")
        try:
            return Zones(home).named(written) if written else home
        except Bad as bad:
            self.bad("timezone", bad)
            return home
