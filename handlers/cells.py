"""Cells of tables that go out: what no spreadsheet runs as a formula, and CSV as Lithuanian spreadsheets read it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
_UNHOLDABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


_GUESSED = re.compile(
    r"0\d+|\d{12,}|\d+(?:[.,]\d+)?e[+-]?\d+|\d{1,4}(?:[-/.,]\d{1,4}){1,2}|\d{1,2}:\d\d(?::\d\d)?|true|false",
    re.IGNORECASE,
)
"""What a spreadsheet makes a number, a date or an hour of when it opens a CSV: 007, 07-1, 1E5, 10.30."""


def harmless(text: str) -> str:
    """A cell that no spreadsheet runs as a formula (OWASP ASVS 1.2.10); import takes the apostrophe off again."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_words(text: str) -> str:
    """A cell of a CSV that stays as it is written: no number, date or hour; import takes the apostrophe off again."""
    return f"'{text}" if _GUESSED.fullmatch(text) else text


def unguarded(text: str) -> str:
    """The words of a cell without the apostrophe that `harmless` or `as_words` put before them."""
    rest = text[1:]
    guarded = text.startswith("'") and (rest.startswith(_FORMULA) or _GUESSED.fullmatch(rest))
    return rest if guarded else text


def holdable(text: str) -> str:
    """Without what XML cannot hold."""
    return _UNHOLDABLE.sub("", text)


def sheet_text(text: str) -> str:
    """A cell of a workbook: holdable and harmless."""
    return harmless(holdable(text))


def csv_of(lines: Iterable[Iterable[str]]) -> bytes:
    """The lines with semicolons between their cells, in UTF-8 with its mark."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=";")
    for line in lines:
        table.writerow(map(harmless, line))
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")
