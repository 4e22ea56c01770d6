"""Results as a workbook: a summary, every answer with ids and in words, each question with its counts and a chart that
the spreadsheet draws; and every answer as CSV. What people wrote is no formula anywhere. Pure."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from handlers.cells import csv_of, holdable, sheet_text
from handlers.chat import shorten
from handlers.i18n import Translator
from handlers.surveys.rates import Rate, said
from handlers.surveys.report import Progress, Report, missing, privacy, standing, unheard
from handlers.surveys.tallying import Cleaned, cleaner
from handlers.surveys.wording import bars, between, finding, label
from storage.moments import zone
from storage.surveys import Question, Sheet, Tally

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell as Styled
    from openpyxl.worksheet.worksheet import Worksheet

Cell = str | float
COLOUR = "0072B2"
HEARD_EVERY = 100
"""Rows after which the caller hears how far it is."""
_TITLE_BAD = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_WIDE, _NARROW = 46, 12


def workbook(
    report: Report,
    sheets: Sequence[Sheet],
    names: Mapping[str, str],
    t: Translator,
    progress: Progress = unheard,
) -> bytes:
    """The XLSX. `names` are those of organisations and people by id. Of an anonymous survey, and of one that is
    published, a sentence stands in place of the answers. `progress` hears rows and questions."""
    from openpyxl import Workbook

    rows = () if _closed_to_readers(report) else _counting(report, sheets)
    asked = list(report.asked())
    steps = _Steps(progress, 2 * len(rows) + len(asked))
    book = Workbook(write_only=True)
    _summary(book, report, t)
    _answers(book, t("Answers"), _with_ids(report, rows), report, steps, t)
    if rows:
        _answers(book, t("Answers in words"), _in_words(report, rows, names, t), report, steps, t)
    for number, (question, tally) in enumerate(asked, 1):
        _question(book, number, question, tally, missing(report, question, t), t)
        steps.on()
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def answers_csv(
    report: Report, sheets: Iterable[Sheet], names: Mapping[str, str], t: Translator
) -> bytes | None:
    """Every answer in words, a line for each sheet, as Lithuanian spreadsheets read it; None where single answers are
    not to be seen."""
    if _closed_to_readers(report):
        return None
    rows = _counting(report, sheets)
    lines = _in_words(report, rows, names, t)
    return csv_of([_typed(cell, t) for cell in line] for line in lines)


_Row = tuple[Sheet, Cleaned]


def _counting(report: Report, sheets: Iterable[Sheet]) -> tuple[_Row, ...]:
    """The sheets that were handed in, each with what counts of it."""
    clean = cleaner(report.survey.plan)
    return tuple((sheet, clean(sheet.answers)) for sheet in sheets if sheet.state == "answered")


def _closed_to_readers(report: Report) -> bool:
    return report.survey.plan.anonymous or report.published


def _typed(cell: Cell, t: Translator) -> str:
    """A number as a spreadsheet of that language reads it: with its decimal comma, without spaces."""
    if isinstance(cell, str):
        return cell
    text = str(int(cell)) if cell.is_integer() else repr(cell)
    return text.replace(".", ",") if t.language == "lt" else text


class _Steps:
    """Counts, and tells the caller now and then."""

    def __init__(self, progress: Progress, of: int) -> None:
        self._progress, self._of, self._done = progress, of, 0

    def on(self) -> None:
        self._done += 1
        if self._done % HEARD_EVERY == 0 or self._done == self._of:
            self._progress(self._done, self._of)


# Pages


def _page(book: Workbook, title: str, widths: Sequence[float], *, frozen: str = "") -> Worksheet:
    from openpyxl.utils import get_column_letter

    page: Worksheet = book.create_sheet(title)
    for at, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(at)].width = width
    if frozen:
        page.freeze_panes = frozen
    return page


def _cell(
    page: Worksheet,
    value: Cell,
    *,
    bold: bool = False,
    size: float = 11,
    form: str = "",
    wrap: bool = False,
) -> Styled:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    made = WriteOnlyCell(page, sheet_text(value) if isinstance(value, str) else value)
    made.font = Font(bold=bold, size=size)
    if form:
        made.number_format = form
    if wrap:
        made.alignment = Alignment(wrap_text=True, vertical="top")
    return made


def _headings(page: Worksheet, *names: str) -> None:
    page.append([_cell(page, name, bold=True) for name in names])


def _summary(book: Workbook, report: Report, t: Translator) -> None:
    """What the survey was, who answered, and a line for each question."""
    page = _page(book, t("Summary"), (_WIDE, _NARROW, 90, _NARROW))
    page.append([_cell(page, t.words(report.survey.plan.title), bold=True, size=16)])
    for line in (
        t.words(report.association),
        standing(report, t),
        said(report.rates.whole, t),
        privacy(report, t),
    ):
        page.append([sheet_text(line)])
    page.append([])
    _headings(page, t("Question"), t("Answers"), t("What it shows"))
    for question, tally in report.asked():
        page.append(
            [
                _cell(page, t.words(question.text), wrap=True),
                "" if tally.hidden else tally.answered,
                _cell(page, finding(question, tally, t), wrap=True),
            ]
        )
    for name, rates in ((t("Cluster"), report.rates.clusters), (t("Sector"), report.rates.sectors)):
        if rates:
            page.append([])
            _rates(page, name, rates, t)


def _rates(page: Worksheet, name: str, rates: Sequence[Rate], t: Translator) -> None:
    _headings(page, name, t("Answered"), t("Asked"))
    for rate in rates:
        page.append([_cell(page, rate.name), rate.answered, _cell(page, rate.asked, form="General")])


def _answers(
    book: Workbook, title: str, lines: Iterator[list[Cell]], report: Report, steps: _Steps, t: Translator
) -> None:
    if _closed_to_readers(report):
        page = _page(book, title, (120,))
        page.append([_cell(page, privacy(report, t), wrap=True)])
        return
    first = next(lines)
    page = _page(book, title, [_NARROW * 2 if at < 3 else 18 for at in range(len(first))], frozen="A2")
    page.append([_cell(page, name, bold=True) for name in first])
    for line in lines:
        page.append([sheet_text(cell) if isinstance(cell, str) else cell for cell in line])
        steps.on()


def _with_ids(report: Report, rows: Iterable[_Row]) -> Iterator[list[Cell]]:
    """A line for each sheet as a program reads it, several ids with spaces between them; moments are UTC."""
    plan = report.survey.plan
    yield ["id", "owner", "member", "at", *(question.id for question in plan.questions)]
    for row, given in rows:
        cells = (_value(question, given.get(question.id, ()), " ") for question in plan.questions)
        yield [row.id, row.owner, row.member, row.at.isoformat(timespec="seconds"), *cells]


def _in_words(
    report: Report, rows: Iterable[_Row], names: Mapping[str, str], t: Translator
) -> Iterator[list[Cell]]:
    """A line for each sheet as people read it, under the questions' texts; moments are local."""
    plan = report.survey.plan
    words = {
        question.id: {code: label(question, code, t) for code in _codes(question)}
        for question in plan.questions
    }
    yield [
        t("Whose answer"),
        t("Written by"),
        t("When"),
        *(t.words(question.text) for question in plan.questions),
    ]
    for row, given in rows:
        cells = (
            _value(q, tuple(words[q.id].get(item, item) for item in given.get(q.id, ())), "; ")
            for q in plan.questions
        )
        at = f"{row.at.astimezone(zone(report.zone)):%Y-%m-%d %H:%M}"
        yield [names.get(row.owner, row.owner), names.get(row.member, row.member), at, *cells]


def _codes(question: Question) -> tuple[str, ...]:
    return (*(option.id for option in question.options), "yes", "no", "na")


def _value(question: Question, given: tuple[str, ...], joint: str) -> Cell:
    """Numbers and steps are numbers, everything else is text."""
    if question.kind in ("number", "scale") and given:
        try:
            return float(given[0])
        except ValueError:
            return given[0]
    return joint.join(given)


# A question's page


def _question(
    book: Workbook, number: int, question: Question, tally: Tally, left_out: str, t: Translator
) -> None:
    page = _page(book, _title(number, t.words(question.text)), (_WIDE, _NARROW, _NARROW))
    page.append([_cell(page, t.words(question.text), bold=True, size=13)])
    page.append([sheet_text(finding(question, tally, t))])
    page.append([])
    if tally.hidden or tally.nearly:
        return
    if lines := list(_counts(question, tally, t)):
        heading = t("Points") if question.kind == "ranking" else t("How many")
        last = t("Put first") if question.kind == "ranking" else t("Share")
        _headings(page, t("What was answered"), heading, last)
        for name, count, more in lines:
            form = "General" if question.kind == "ranking" else "0%"
            page.append([sheet_text(name), count, _cell(page, more, form=form)])
        _chart(page, question, len(lines))
    for name, value in ((t("Mean"), tally.mean), (t("Median"), tally.median)):
        if value is not None:
            page.append([name, round(value, 2)])
    if tally.texts or left_out:
        page.append([])
        _headings(page, t("In their own words, in no order"))
        for text in tally.texts:
            page.append([_cell(page, text, wrap=True)])
        if left_out:
            page.append([_cell(page, left_out, wrap=True)])


def _counts(question: Question, tally: Tally, t: Translator) -> Iterator[tuple[str, int, float]]:
    """What is charted: the answer, how many or how many points, and the share of all or how often first."""
    for bar in bars(question, tally, t):
        yield bar.label, bar.count, bar.count / tally.answered if tally.answered else 0
    for one in tally.ranked:
        yield label(question, one.item, t), one.points, one.firsts
    for bin in tally.bins:
        yield between(question, bin, t), bin.count, bin.count / tally.answered


def _chart(page: Worksheet, question: Question, count: int) -> None:
    """Bars that lie, the first on top; of steps and numbers columns that stand."""
    from openpyxl.chart import BarChart, Reference
    from openpyxl.chart.label import DataLabelList

    chart = BarChart()
    lying = question.kind not in ("scale", "number")
    chart.type = "bar" if lying else "col"
    chart.legend = None
    chart.gapWidth = 40 if question.kind != "number" else 6
    chart.width, chart.height = 22, max(7.5, 0.9 * count + 2) if lying else 9
    chart.add_data(Reference(page, min_col=2, min_row=5, max_row=4 + count))
    chart.set_categories(Reference(page, min_col=1, min_row=5, max_row=4 + count))
    chart.series[0].graphicalProperties.solidFill = COLOUR
    chart.dataLabels = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
    chart.x_axis.delete = False
    chart.y_axis.delete = True  # the numbers stand at the bars
    chart.y_axis.majorGridlines = None
    chart.y_axis.scaling.min = 0
    if lying:
        chart.x_axis.scaling.orientation = "maxMin"
    page.add_chart(chart, "E4")


def _title(number: int, text: str) -> str:
    """The page's name: at most 31 characters, without those that Excel refuses."""
    first = f"{number}. "
    return first + shorten(_TITLE_BAD.sub(" ", holdable(text)), 31 - len(first))
