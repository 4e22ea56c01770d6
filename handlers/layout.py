"""How a workbook's pages look, on a screen and on paper: one font, rows as high as their texts, A4 on its side with
headings on every sheet of it and its number below."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl.styles import Font
    from openpyxl.worksheet.worksheet import Worksheet

FONT = "Calibri"
"""Named at every cell: one without a name is drawn in whatever a program likes."""
SIZE = 11
LINE = 15.0
"""Points of a line of it."""
HIGHEST = 409.0
"""Points that Excel allows a row."""
ACROSS = 195
"""Characters of columns that are still legible on one A4 sheet on its side; wider pages take several."""
DAY, MOMENT, WHOLE = "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "#,##0"
"""Formats of cells; the program puts its own spaces and points into the last."""
BOLD = 0.9
"""Of a column's width, what is left to a bold text beside a plain one."""
_FITS = 0.95
"""Of a column's characters, as digits are wide, that are safe to count on, whatever font stands in for ours."""
_BROKEN = 1.08
"""What a text of several lines takes more because lines end at words."""


def font(*, bold: bool = False, size: float = SIZE) -> Font:
    """The font of a cell."""
    from openpyxl.styles import Font  # heavy, and not needed for a question

    return Font(name=FONT, size=size, bold=bold)


def lines(text: str, width: float) -> int:
    """How many lines a text takes in a column so many characters wide."""
    room = max(1.0, width * _FITS)
    if len(text) <= room and "\n" not in text:
        return 1
    found = 0
    for line in text.split("\n"):
        found += 1 if len(line) <= room else ceil(len(line) * _BROKEN / room)
    return found


def height(texts: Iterable[tuple[str, float]], size: float = SIZE) -> float | None:
    """Points of a row with these texts, each beside the width of its column; None where every text is one line.
    It is written into the file, since not every program measures rows by itself."""
    most = max((lines(text, width * SIZE / size) for text, width in texts), default=1)
    return min(HIGHEST, most * LINE * size / SIZE) if most > 1 else None


def on_paper(
    page: Worksheet, widths: Sequence[float], *, headings: int = 0, beside: float = 0, upright: bool = False
) -> None:
    """The page as it is printed: columns of these widths, as many sheets across as they and what stands `beside`
    them need, any number down; the row of headings is repeated on each, and so is the first column where there are
    several across."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    for at, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(at)].width = width
    across = max(1, ceil((sum(widths) + beside) / ACROSS))
    page.page_setup.paperSize = 9  # A4 (ECMA-376, 18.3.1.63)
    page.page_setup.orientation = "portrait" if upright else "landscape"
    page.page_setup.fitToWidth = across
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = page.page_margins
    margins.left = margins.right = 0.5
    margins.top, margins.bottom, margins.footer = 0.6, 0.7, 0.35
    footer = page.oddFooter
    assert footer is not None
    assert footer.left is not None
    assert footer.right is not None
    footer.left.text, footer.right.text = "&A", "&P / &N"
    if headings:
        page.print_title_rows = f"{headings}:{headings}"
        page.freeze_panes = f"A{headings + 1}"
        page.print_options.gridLines = True
    if across > 1:
        page.print_title_cols = "A:A"


def settled(page: Worksheet, widths: Sequence[float], *, row: int = 0, column: int = 0) -> None:
    """Gives every cell of a page that is written the font, lines that wrap, and every row its height; what is in that
    row and that column (from 1) is bold."""
    from openpyxl.styles import Alignment

    top = Alignment(wrap_text=True, vertical="top")
    plain, heavy = font(), font(bold=True)
    for number, cells in enumerate(page.iter_rows(), 1):
        texts = []
        for at, cell in enumerate(cells, 1):
            bold = number == row or at == column
            cell.font = heavy if bold else plain
            cell.alignment = top
            if isinstance(cell.value, str):
                wide = widths[at - 1] if at <= len(widths) else 8.0
                texts.append((cell.value, wide * (BOLD if bold else 1)))
        page.row_dimensions[number].height = height(texts)
