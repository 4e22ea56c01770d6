"""Cells of tables that go out: what no spreadsheet runs as a formula, and CSV as Lithuanian spreadsheets read it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


def harmless(text: str) -> str:
    """A cell that no spreadsheet runs as a formula (OWASP ASVS 1.2.10); import takes the apostrophe off again."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def holdable(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(c for c in text if c in "\t\n" or " " <= c < "\ud800" or "\ue000" <= c != "\ufffe")


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
