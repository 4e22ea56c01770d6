"""The table of remarks as working groups use it, section by section: as a workbook and as a DOCX. Pure."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from handlers import layout
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
WIDTHS = (22, 24, 58, 20, 48)
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

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = t("Remarks")[:31]
    sheet.append([sheet_text(title)])
    sheet.append([t(word) for word in HEADING])
    for row in rows:
        sheet.append([sheet_text(cell) for cell in row])
    layout.on_paper(sheet, WIDTHS, headings=2)
    layout.settled(sheet, WIDTHS, row=2)
    head = sheet["A1"]
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(WIDTHS))
    head.font = layout.font(bold=True, size=14)
    sheet.row_dimensions[1].height = layout.height([(title, sum(WIDTHS))], 14) or 20
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# DOCX (ECMA-376, parts 1 and 2): a small package that every word processor opens

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PARTS = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_TYPES = (
    f'{_XML}<Types xmlns="{_PARTS}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{DOCX}.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_KIND}.styles+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{_KIND}.footer+xml"/>'
    "</Types>"
)
_RELATIONS = (
    f'{_XML}<Relationships xmlns="{_PARTS}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)
_ITS_RELATIONS = (
    f'{_XML}<Relationships xmlns="{_PARTS}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/footer" Target="footer1.xml"/></Relationships>'
)
_LETTERS = "Times New Roman"
"""What Lithuanian institutions write in, and every word processor has or has a match of."""
_LANGUAGES = {"lt": "lt-LT", "en": "en-GB"}
"""So that the words are not underlined in red as another language's."""
_NUMBER = (
    f'{_XML}<w:ftr xmlns:w="{_WORDS}"><w:p><w:pPr><w:jc w:val="right"/></w:pPr>'
    '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple><w:r><w:t xml:space="preserve"> / </w:t></w:r>'
    '<w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>'
)
_WIDE = 14_800
"""Of an A4 page on its side between its margins, in twentieths of a point."""
_EDGES = "".join(
    f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_INSIDE = "".join(
    f'<w:{edge} w:w="{wide}" w:type="dxa"/>'
    for edge, wide in (("top", 40), ("left", 90), ("bottom", 40), ("right", 90))
)
_PAGE = (
    f'<w:sectPr><w:footerReference xmlns:r="{_OFFICE}" w:type="default" r:id="rId2"/>'
    '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
    '<w:pgMar w:top="1134" w:right="1019" w:bottom="1134" w:left="1019" w:header="567" w:footer="567" w:gutter="0"/>'
    "</w:sectPr>"
)


def as_docx(title: str, rows: Sequence[Row], t: Translator) -> bytes:
    """The document: a title and a table whose heading is repeated on every page, pages with their numbers."""
    widths = [_WIDE * wide // sum(WIDTHS) for wide in WIDTHS]
    grid = "".join(f'<w:gridCol w:w="{wide}"/>' for wide in widths)
    heading = _row([t(word) for word in HEADING], widths, heading=True)
    table = (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{_EDGES}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{_INSIDE}</w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{heading}{''.join(_row(row, widths) for row in rows)}</w:tbl>"
    )
    document = (
        f'{_XML}<w:document xmlns:w="{_WORDS}"><w:body>'
        f"{_paragraph(title, bold=True, size=28)}{table}{_paragraph('')}{_PAGE}</w:body></w:document>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", _TYPES)
        packed.writestr("_rels/.rels", _RELATIONS)
        packed.writestr("word/document.xml", document)
        packed.writestr("word/_rels/document.xml.rels", _ITS_RELATIONS)
        packed.writestr("word/styles.xml", _styles(_LANGUAGES[t.language]))
        packed.writestr("word/footer1.xml", _NUMBER)
    return out.getvalue()


def _styles(language: str) -> str:
    fonts = " ".join(f'w:{kind}="{_LETTERS}"' for kind in ("ascii", "hAnsi", "cs", "eastAsia"))
    return (
        f'{_XML}<w:styles xmlns:w="{_WORDS}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts {fonts}/>'
        f'<w:sz w:val="20"/><w:lang w:val="{language}"/></w:rPr></w:rPrDefault></w:docDefaults></w:styles>'
    )


def _row(cells: Sequence[str], widths: Sequence[int], *, heading: bool = False) -> str:
    """A row that stays on one page where it can."""
    properties = f"<w:trPr><w:cantSplit/>{'<w:tblHeader/>' if heading else ''}</w:trPr>"
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="EDEDED"/>' if heading else ""
    inside = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/>{shade}</w:tcPr>'
        f"{''.join(_paragraph(line, bold=heading) for line in cell.split(chr(10)))}</w:tc>"
        for cell, wide in zip(cells, widths, strict=True)
    )
    return f"<w:tr>{properties}{inside}</w:tr>"


def _paragraph(text: str, *, bold: bool = False, size: int = 20) -> str:
    """A paragraph; `size` in half points. One of a larger size stands apart from what follows."""
    said = escape(" ".join(holdable(text).split()), quote=False)
    apart = '<w:pPr><w:spacing w:after="160"/></w:pPr>' if size > 20 else ""
    properties = f'{"<w:b/>" if bold else ""}<w:sz w:val="{size}"/>'
    run = f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{said}</w:t></w:r>' if said else ""
    return f"<w:p>{apart}{run}</w:p>"
