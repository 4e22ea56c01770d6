"""What is said, in the reader's language: whole sentences from gettext catalogs, dates, amounts, order.

The English sentence is the msgid. Catalogs hold no markup: placeholders become spans (`t.rich`).
Lithuanian catalogs are one .po a subject in `locales/lt`, read together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path

from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from handlers.chat import Span, Spans
from storage.moments import Moment, zone
from storage.words import Words

LANGUAGES = ("lt", "en")
Value = str | int | Decimal
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_LOCALES = Path(__file__).parent / "locales"

# CLDR gives the nominative only; "on Thursday" is the accusative.
_ON_WEEKDAY = (
    "pirmadienį",
    "antradienį",
    "trečiadienį",
    "ketvirtadienį",
    "penktadienį",
    "šeštadienį",
    "sekmadienį",
)
_IN_MONTH = (
    "sausį",
    "vasarį",
    "kovą",
    "balandį",
    "gegužę",
    "birželį",
    "liepą",
    "rugpjūtį",
    "rugsėjį",
    "spalį",
    "lapkritį",
    "gruodį",
)
_QUARTERS = ("I", "II", "III", "IV")


def N_(message: str) -> str:
    """Marks a msgid that stands in a table and is translated where it is shown."""
    return message


@cache
def _catalog(language: str) -> dict[str, tuple[str, ...]]:
    """Every msgid of the language with its translations, plural forms in the catalog's order."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((_LOCALES / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                ids, strings = message.id, message.string
                if ids and strings:
                    first = ids if isinstance(ids, str) else ids[0]
                    found[first] = (strings,) if isinstance(strings, str) else tuple(strings)
    return found


def _form(language: str, count: int) -> int:
    """The index of the plural form (CLDR cardinal rules for lt and en, whole numbers)."""
    if language != "lt":
        return 0 if count == 1 else 1
    if count % 10 == 1 and count % 100 != 11:
        return 0
    return 1 if 2 <= count % 10 <= 9 and not 11 <= count % 100 <= 19 else 2


class Translator:
    """Speaks one language. Cheap to keep, one per language."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "en"

    def __call__(self, message: str, **values: Value) -> str:
        """The sentence, its placeholders filled; the English one when it has no translation."""
        return _text(self._look_up(message), values)

    def n(self, one: str, many: str, count: int, **values: Value) -> str:
        """The sentence in the right number; `{count}` is there without being given."""
        return _text(self._plural(one, many, count), {"count": count, **values})

    def rich(self, message: str, **spans: Span) -> Spans:
        """The sentence as spans: each placeholder is the span given for it."""
        return _filled(self._look_up(message), spans)

    def rich_n(self, one: str, many: str, count: int, /, **spans: Span) -> Spans:
        """The sentence in the right number as spans."""
        return _filled(self._plural(one, many, count), {"count": str(count), **spans})

    def _look_up(self, message: str) -> str:
        if self.language == "en":
            return message
        return _catalog(self.language).get(message, (message,))[0]

    def _plural(self, one: str, many: str, count: int) -> str:
        forms = (one, many) if self.language == "en" else _catalog(self.language).get(one, (one, many))
        return forms[min(_form(self.language, count), len(forms) - 1)]

    # Content, dates, amounts

    def words(self, words: Words) -> str:
        """What people wrote, in this language or in the one there is."""
        return words.in_(self.language)

    def day(self, day: date, today: date, *, weekday: bool = False) -> str:
        """A day: "spalio 30 d.", with the weekday "penktadienį, spalio 30 d."; with its year if not this one."""
        text = _date(day, self.language, day.year != today.year)
        return f"{self.on_weekday(day)}, {text}" if weekday else text

    def on_weekday(self, day: date) -> str:
        """ "penktadienį", "on Friday"."""
        if self.language == "lt":
            return _ON_WEEKDAY[day.weekday()]
        return "on " + format_date(day, "EEEE", locale="en")

    def hour(self, at: time) -> str:
        """ "17:00", the 24-hour clock in both languages."""
        return f"{at:%H:%M}"

    def at(self, instant: datetime, zone_name: str, today: date, *, weekday: bool = False) -> str:
        """An instant in that zone: "ketvirtadienį, spalio 1 d., 14:00"."""
        local = instant.astimezone(zone(zone_name))
        return f"{self.day(local.date(), today, weekday=weekday)}, {self.hour(local.time())}"

    def moment(self, moment: Moment, today: date, home: str, *, named: bool = False) -> str:
        """A date as precise as it is known: "spalio 30 d., 16:00", "2026 m. IV ketvirtį" (in it; "ketvirtis"
        when it is only named); its zone is named when it is not `home`. A day without an hour is a day, never
        00:00."""
        match moment.precision:
            case "hour":
                assert moment.time is not None
                text = f"{self.day(moment.day, today)}, {self.hour(moment.time)}"
            case "day":
                text = self.day(moment.day, today)
            case "month":
                text = self._month(moment.day, named)
            case "quarter":
                text = self._quarter(moment.day, named)
            case "year":
                text = f"{moment.day.year} m." if self.language == "lt" else str(moment.day.year)
        return text if moment.zone == home or moment.time is None else f"{text} ({place(moment.zone)})"

    def _month(self, day: date, named: bool) -> str:
        if self.language == "lt":
            if named:
                return f"{day.year} m. {format_date(day, 'LLLL', locale='lt')}"
            return f"{day.year} m. {_IN_MONTH[day.month - 1]}"
        return format_date(day, "MMMM y", locale="en")

    def _quarter(self, day: date, named: bool) -> str:
        quarter = (day.month - 1) // 3
        if self.language == "lt":
            return f"{day.year} m. {_QUARTERS[quarter]} {'ketvirtis' if named else 'ketvirtį'}"
        return f"Q{quarter + 1} {day.year}"

    def euros(self, amount: Decimal) -> str:
        """ "23 169 602 Eur", "€23,169,602": never rounded, cents only when there are some."""
        whole = amount == amount.to_integral_value()
        text = format_decimal(
            amount, "#,##0" if whole else "#,##0.00", locale=self.language, decimal_quantization=False
        )
        return f"{text} Eur" if self.language == "lt" else f"€{text}"

    def number(self, value: float) -> str:
        """ "1 234,5", "1,234.5": at most two decimals."""
        return format_decimal(value, "#,##0.##", locale=self.language)

    def share(self, part: int, of: int) -> str:
        """ "60 %", "60%", without decimals, a half upwards as spreadsheets do; of none it is none."""
        pattern = "#,##0\u00a0%" if self.language == "lt" else "#,##0%"
        whole = (200 * part + of) // (2 * of) if of else 0
        return format_percent(whole / 100, pattern, locale=self.language)

    def listed(self, names: tuple[str, ...]) -> str:
        """ "a, b ir c", "a, b and c"."""
        if len(names) < 2:
            return "".join(names)
        joint = " ir " if self.language == "lt" else " and "
        return ", ".join(names[:-1]) + joint + names[-1]


@lru_cache(maxsize=4096)
def _date(day: date, language: str, year: bool) -> str:
    if language == "lt":
        return format_date(day, "y 'm'. MMMM d 'd'." if year else "MMMM d 'd'.", locale="lt")
    return format_date(day, "d MMMM y" if year else "d MMMM", locale="en")


def place(zone_name: str) -> str:
    """The city of an IANA zone: "Brussels"."""
    return zone_name.rsplit("/", 1)[-1].replace("_", " ")


def _text(message: str, values: Mapping[str, Value]) -> str:
    """The message with its placeholders filled."""
    return "".join(str(piece) for piece in _filled(message, {k: str(v) for k, v in values.items()}))


def _filled(message: str, spans: Mapping[str, Span]) -> Spans:
    """The message cut at its placeholders, spans in their places. A full stop behind a value that ends in
    one itself ("spalio 30 d.") is not said twice."""
    if not spans:
        return (message,)
    parts: list[Span] = []
    ended = False
    for i, piece in enumerate(_PLACEHOLDER.split(message)):
        if i % 2:
            span = spans[piece]
            parts.append(span)
            ended = (span if isinstance(span, str) else span.text).endswith((".", "…"))
        elif rest := piece.removeprefix(".") if ended else piece:
            parts.append(rest)
    return tuple(parts)


_TRANSLATORS = {language: Translator(language) for language in LANGUAGES}


def translator(language: str) -> Translator:
    """The translator of that language; English for one we do not speak."""
    return _TRANSLATORS.get(language, _TRANSLATORS["en"])


# The order of ICU for Lithuanian: ą after a, č after c, y beside i, … `sorted` alone puts Č Š Ž last.
_ORDER = str.maketrans(
    {
        "ą": "a~",
        "č": "c~",
        "ę": "e~",
        "ė": "e~~",
        "į": "i~",
        "y": "i~~",
        "š": "s~",
        "ų": "u~",
        "ū": "u~~",
        "ž": "z~",
    }
)


def alphabetical(name: str) -> str:
    """A sorting key for names in Lithuanian order."""
    return name.casefold().translate(_ORDER)
