"""Results as a workbook: a summary, every answer in words and in codes, each question with its counts and a chart that
the spreadsheet draws; and every answer as CSV. What people wrote is no formula anywhere. Pure."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from handlers import layout
from handlers.cells import csv_of, holdable, sheet_text
from handlers.chat import Progress, shorten, unheard
from handlers.i18n import Translator
from handlers.surveys.rates import said
from handlers.surveys.report import Report, missing, privacy, standing
from handlers.surveys.tallying import Cleaned, cleaner
from handlers.surveys.wording import bars, between, finding, label
from storage.moments import zone
from storage.surveys import Question, Sheet, Tally

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell as Styled
    from openpyxl.worksheet.worksheet import Worksheet

Cell = str | float | datetime
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLOUR = "0072B2"
HEARD_EVERY = 100
"""Rows after which the caller hears how far it is."""
_TITLE_BAD = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_WIDE, _NARROW, _TEXTS = 46, 12, 100
_BESIDE, _COLUMNS = 125, 13
"""Characters, and columns of the usual width, that the chart takes beside its table."""


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
    if rows:
        before = (30, 26, 17) if report.survey.plan.per == "organisation" else (30, 17)
        _answers(book, t("Answers in words"), _in_words(report, rows, names, t), before, report, steps)
        _answers(book, t("Answers in codes"), _with_ids(report, rows), (8, 16, 12, 26), report, steps)
    elif _closed_to_readers(report):
        _no_answers(book, report, t)
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
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
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


class _Leaf:
    """A page of the workbook that is written row by row."""

    def __init__(
        self,
        book: Workbook,
        title: str,
        widths: Sequence[float],
        *,
        headings: int = 0,
        beside: float = 0,
        upright: bool = False,
    ) -> None:
        self.page: Worksheet = book.create_sheet(title)
        self.widths = widths
        self._row = 0
        self._cells: dict[tuple[object, ...], Styled] = {}
        layout.on_paper(self.page, widths, headings=headings, beside=beside, upright=upright)

    def cell(
        self,
        value: Cell,
        at: int = 0,
        *,
        bold: bool = False,
        size: float = layout.SIZE,
        form: str = "",
        left: bool = False,
    ) -> Styled:
        """A cell in our font whose lines wrap, for the row that is written next; `left` stands apart from a number
        before it. There is one of each kind `at` each column, filled anew for every row: making and styling one costs
        more than writing it."""
        kind = (at, bold, size, form, left)
        if kind not in self._cells:
            self._cells[kind] = self._styled(bold, size, form, left)
        made = self._cells[kind]
        made.value = sheet_text(value) if isinstance(value, str) else value
        return made

    def _styled(self, bold: bool, size: float, form: str, left: bool) -> Styled:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment

        made = WriteOnlyCell(self.page)
        made.font = layout.font(bold=bold, size=size)
        made.alignment = Alignment(
            wrap_text=True, vertical="top", horizontal="left" if left else None, indent=int(left)
        )
        if form:
            made.number_format = form
        return made

    def add(self, cells: Sequence[Cell | Styled]) -> None:
        """A row as high as its texts."""
        made = [
            self.cell(cell, at, left=at > 0 and isinstance(cell, str))
            if isinstance(cell, str | float | int | datetime)
            else cell
            for at, cell in enumerate(cells)
        ]
        texts = (
            (cell.value, width * (layout.BOLD if cell.font.b else 1))
            for cell, width in zip(made, self.widths, strict=False)
            if isinstance(cell.value, str)
        )
        self.put(made, layout.height(texts))

    def put(self, cells: Sequence[Styled | None], high: float | None) -> None:
        """A row so many points high."""
        self._row += 1
        if high is not None:
            self.page.row_dimensions[self._row].height = high
        self.page.append(tuple(cells))

    def across(
        self, text: str, columns: int, width: float, *, size: float = layout.SIZE, bold: bool = False
    ) -> None:
        """A row whose text goes over so many columns, so many characters wide."""
        high = (
            layout.height([(text, width * (layout.BOLD if bold else 1))], size)
            or layout.LINE * size / layout.SIZE
        )
        self.put([self.cell(text, bold=bold, size=size)], high)
        self.page.merged_cells.add(f"A{self._row}:{chr(64 + columns)}{self._row}")

    def headings(self, *names: str) -> None:
        """A row of what stands below."""
        self.add([self.cell(name, at, bold=True, left=at > 0) for at, name in enumerate(names)])

    @property
    def next(self) -> int:
        """The number of the row to come."""
        return self._row + 1


def _summary(book: Workbook, report: Report, t: Translator) -> None:
    """What the survey was, who answered, and a line for each question."""
    leaf = _Leaf(book, t("Summary"), (_WIDE, _NARROW, 70), upright=True)
    wide, across = sum(leaf.widths), len(leaf.widths)
    leaf.across(t.words(report.survey.plan.title), across, wide, size=16, bold=True)
    for line in (
        t.words(report.association),
        standing(report, t),
        said(report.rates.whole, t),
        privacy(report, t),
    ):
        leaf.across(line, across, wide)
    leaf.add([])
    leaf.headings(t("Question"), t("Answers"), t("What it shows"))
    for question, tally in report.asked():
        leaf.add(
            [t.words(question.text), "" if tally.hidden else tally.answered, finding(question, tally, t)]
        )
    for name, rates in ((t("Cluster"), report.rates.clusters), (t("Sector"), report.rates.sectors)):
        if rates:
            leaf.add([])
            leaf.headings(name, t("Answered"), t("Asked"))
            for rate in rates:
                leaf.add([rate.name, rate.answered, leaf.cell(rate.asked, left=True)])


def _no_answers(book: Workbook, report: Report, t: Translator) -> None:
    """Why single answers are not to be seen."""
    _Leaf(book, t("Answers"), (_TEXTS,)).add([privacy(report, t)])


def _answers(
    book: Workbook,
    title: str,
    lines: Iterator[list[Cell]],
    before: tuple[float, ...],
    report: Report,
    steps: _Steps,
) -> None:
    """A row for each sheet, under headings that stay; `before` are the widths of what is before the answers."""
    questions = report.survey.plan.questions
    leaf = _Leaf(book, title, (*before, *map(_width, questions)), headings=1)
    leaf.headings(*map(str, next(lines)))
    styled = [leaf.cell("", at, form=layout.MOMENT, left=at > 0) for at in range(len(before))]
    for at, question in enumerate(questions, len(before)):
        number = question.kind in ("number", "scale")
        form = "" if not number else layout.WHOLE if question.whole else "#,##0.##"
        styled.append(leaf.cell("", at, form=form if question.kind == "number" else "", left=not number))
    for line in lines:
        row = [_filled(cell, value) for cell, value in zip(styled, line, strict=True)]
        texts = ((v, width) for v, width in zip(line, leaf.widths, strict=True) if isinstance(v, str))
        leaf.put(row, layout.height(texts))
        steps.on()


def _filled(cell: Styled, value: Cell) -> Styled | None:
    """The cell with that in it; what is empty is not written."""
    if value == "":
        return None
    cell.value = sheet_text(value) if isinstance(value, str) else value
    return cell


def _width(question: Question) -> float:
    """Characters of a question's column."""
    match question.kind:
        case "text":
            return 48
        case "multi" | "ranking":
            return 30
        case "single":
            return 20
        case _:
            return 14


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
    """A line for each sheet as people read it, under the questions' texts; moments are local. Who wrote it is said only
    where somebody else may have: for an organisation."""
    plan = report.survey.plan
    apart = plan.per == "organisation"
    words = {
        question.id: {code: label(question, code, t) for code in _codes(question)}
        for question in plan.questions
    }
    yield [
        t("Whose answer"),
        *((t("Written by"),) if apart else ()),
        t("When"),
        *(t.words(question.text) for question in plan.questions),
    ]
    for row, given in rows:
        cells = (
            _value(q, tuple(words[q.id].get(item, item) for item in given.get(q.id, ())), "; ")
            for q in plan.questions
        )
        at = row.at.astimezone(zone(report.zone)).replace(tzinfo=None, second=0, microsecond=0)
        writer = (names.get(row.member, row.member),) if apart else ()
        yield [names.get(row.owner, row.owner), *writer, at, *cells]


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
    drawn = not (tally.hidden or tally.nearly or question.kind == "text")
    widths: tuple[float, ...] = (_WIDE, _NARROW, _NARROW) if drawn else (_TEXTS,)
    leaf = _Leaf(book, _title(number, t.words(question.text)), widths, beside=_BESIDE if drawn else 0)
    across, wide = (len(widths) + _COLUMNS, sum(widths) + _BESIDE) if drawn else (1, sum(widths))
    leaf.across(t.words(question.text), across, wide, size=13, bold=True)
    leaf.across(finding(question, tally, t), across, wide)
    leaf.add([])
    if tally.hidden or tally.nearly:
        return
    if lines := list(_counts(question, tally, t)):
        heading = t("Points") if question.kind == "ranking" else t("How many")
        last = t("Put first") if question.kind == "ranking" else t("Share")
        leaf.headings(t("What was answered"), heading, last)
        first = leaf.next
        for name, count, more in lines:
            form = layout.WHOLE if question.kind == "ranking" else "0%"
            leaf.add([name, count, leaf.cell(more, form=form)])
        _chart(leaf.page, question, first, leaf.next - 1)
    for name, value in ((t("Mean"), tally.mean), (t("Median"), tally.median)):
        if value is not None:
            form = layout.WHOLE if abs(value) >= 1000 else "General"
            leaf.add([name, leaf.cell(round(value, 2), form=form), question.unit])
    if tally.texts or left_out:
        leaf.add([])
        leaf.headings(t("In their own words, in no order"))
        for text in tally.texts:
            leaf.add([text])
        if left_out:
            leaf.add([left_out])


def _counts(question: Question, tally: Tally, t: Translator) -> Iterator[tuple[str, int, float]]:
    """What is charted: the answer, how many or how many points, and the share of all or how often first."""
    for bar in bars(question, tally, t):
        yield bar.label, bar.count, bar.count / tally.answered if tally.answered else 0
    for one in tally.ranked:
        yield label(question, one.item, t), one.points, one.firsts
    for bin in tally.bins:
        yield between(question, bin, t), bin.count, bin.count / tally.answered


def _chart(page: Worksheet, question: Question, first: int, last: int) -> None:
    """Bars of these rows that lie, the first on top; of steps and numbers columns that stand."""
    from openpyxl.chart import BarChart, Reference
    from openpyxl.chart.label import DataLabelList

    count = last - first + 1
    chart = BarChart()
    lying = question.kind not in ("scale", "number")
    chart.type = "bar" if lying else "col"
    chart.legend = None
    chart.gapWidth = 40 if question.kind != "number" else 6
    chart.width, chart.height = 22, max(7.5, 0.9 * count + 2) if lying else 9
    chart.add_data(Reference(page, min_col=2, min_row=first, max_row=last))
    chart.set_categories(Reference(page, min_col=1, min_row=first, max_row=last))
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
