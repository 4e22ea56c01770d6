"""The table of remarks as working groups use it, section by section: as a workbook and as a DOCX. Pure."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from handlers.cells import holdable, sheet_text
from handlers.consultations import standing, wording
from handlers.context import Context
from handlers.i18n import N_, Translator
from storage.consultations import Consultation, Remark

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HEADING = (
    N_("Section"),
    N_("Who"),
    N_("Remark / proposal"),
    N_("Decision"),
    N_("Reasons"),
)
WIDTHS = (22, 24, 56, 22, 48)
"""Of the columns, in characters."""

Row = tuple[str, str, str, str, str]


def lines(
    one: Consultation, remarks: Iterable[Remark], names: Mapping[str, str], ctx: Context
) -> tuple[Row, ...]:
    """A row for each remark, in the order of the sections, and one for all who agree to a section."""
    t, found = ctx.t, list[Row]()
    said: dict[str, list[Remark]] = {}
    for remark in standing.said(remarks):
        said.setdefault(remark.section, []).append(remark)
    for section in one.plan.sections:
        name = wording.section_name(section, 200)
        theirs = said.get(section.number, [])
        for each in theirs:
            if not each.said.agrees:
                who = wording.owner_name(each.owner, names, ctx)
                ruling = each.ruling
                decision = wording.decision(ruling, t) if ruling else ""
                reason = ruling.reason if ruling else ""
                found.append((name, who, wording.text_of(each.said, t), decision, reason))
        agreeing = [wording.owner_name(each.owner, names, ctx) for each in theirs if each.said.agrees]
        if agreeing:
            found.append((name, ", ".join(agreeing), t("Agrees"), "", ""))
    return tuple(found)


def as_xlsx(title: str, rows: Sequence[Row], t: Translator) -> bytes:
    """The workbook: no cell is a formula, whatever people wrote."""
    from openpyxl import Workbook  # heavy, and not needed for a question
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    book = Workbook()
    for sheet in book.worksheets:
        book.remove(sheet)
    sheet = book.create_sheet(t("Remarks")[:31])
    sheet.append([sheet_text(title)])
    sheet.append([t(word) for word in HEADING])
    for row in rows:
        sheet.append([sheet_text(cell) for cell in row])
    for line in sheet.iter_rows(min_row=3):
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.data_type = "s"
    for number, wide in enumerate(WIDTHS, 1):
        sheet.cell(2, number).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = wide
    sheet.cell(1, 1).font = Font(bold=True)
    sheet.freeze_panes = "A3"
    sheet.print_title_rows = "2:2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# DOCX (ECMA-376, parts 1 and 2): the smallest package that a word processor opens

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{DOCX}.main+xml"/>'
    "</Types>"
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_WIDE = 14_800
"""Of an A4 page on its side between its margins, in twentieths of a point."""
_EDGES = "".join(
    f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_PAGE = (
    '<w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
    '<w:pgMar w:top="1134" w:right="1019" w:bottom="1134" w:left="1019" w:header="567" w:footer="567" w:gutter="0"/>'
    "</w:sectPr>"
)


def as_docx(title: str, rows: Sequence[Row], t: Translator) -> bytes:
    """The document: a title and a table whose heading is repeated on every page."""
    widths = [_WIDE * wide // sum(WIDTHS) for wide in WIDTHS]
    grid = "".join(f'<w:gridCol w:w="{wide}"/>' for wide in widths)
    heading = _row([t(word) for word in HEADING], widths, heading=True)
    table = (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{_EDGES}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{heading}'
        f"{''.join(_row(row, widths) for row in rows)}</w:tbl>"
    )
    document = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        f"{_paragraph(title, bold=True, size=28)}{table}{_paragraph('')}{_PAGE}</w:body></w:document>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", _TYPES)
        packed.writestr("_rels/.rels", _RELATIONS)
        packed.writestr("word/document.xml", document)
    return out.getvalue()


def _row(cells: Sequence[str], widths: Sequence[int], *, heading: bool = False) -> str:
    properties = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if heading else ""
    inside = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/></w:tcPr>'
        f"{''.join(_paragraph(line, bold=heading) for line in cell.split(chr(10)))}</w:tc>"
        for cell, wide in zip(cells, widths, strict=True)
    )
    return f"<w:tr>{properties}{inside}</w:tr>"


def _paragraph(text: str, *, bold: bool = False, size: int = 20) -> str:
    """A paragraph; `size` in half points."""
    said = escape(" ".join(holdable(text).split()), quote=False)
    properties = f'{"<w:b/>" if bold else ""}<w:sz w:val="{size}"/>'
    run = f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{said}</w:t></w:r>' if said else ""
    return f"<w:p>{run}</w:p>"
