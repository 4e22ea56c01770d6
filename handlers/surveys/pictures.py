"""Results as pictures for a chat: the finding as a sentence on top, a bar for each answer with its count. Pure.

They are looked at 400 pixels wide: what is drawn is large, names are at the bars, there is no legend.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from handlers import drawing
from handlers.chat import Progress, unheard
from handlers.drawing import (
    BLUE,
    BODY,
    GREY,
    INK,
    INNER,
    LEADING,
    MARGIN,
    SKY,
    SMALL,
    SOFT,
    TITLE,
    TRACK,
    VERMILION,
    WIDTH,
    Paper,
    balanced,
    wide,
    wrapped,
)
from handlers.i18n import Translator
from handlers.surveys.rates import Rate, said
from handlers.surveys.tallying import NA, OTHER
from handlers.surveys.wording import (
    amount,
    bars,
    between,
    finding,
    firsts,
    fit,
    label,
    leaders,
    step_means,
    together,
)
from storage.surveys import Bin, Question, Survey, Tally

PNG = "image/png"
BESIDE = 0.36
"""Of the width: names that take no more stand beside their bars, longer ones above them."""
THICK, GAP = 34, 20
TALL = 250
"""Pixels of the highest column."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A bar lying: its name, how long it is (0 to 1), what stands behind it in bold and in grey, its colour."""

    name: str
    length: float
    value: str
    more: str = ""
    colour: str = SKY


def drawn(
    survey: Survey, tallies: Sequence[Tally], t: Translator, progress: Progress = unheard
) -> Iterator[tuple[Question, bytes]]:
    """The questions that have a picture with their PNGs, one at a time; `progress` hears how many questions of how
    many are done."""
    questions = {question.id: question for question in survey.plan.questions}
    for done, tally in enumerate(tallies, 1):
        question = questions[tally.question]
        made = picture(question, tally, t.words(survey.plan.title), t)
        progress(done, len(tallies))
        if made is not None:
            yield question, made


def picture(question: Question, tally: Tally, title: str, t: Translator) -> bytes | None:
    """The question's PNG; None where there is nothing to draw: texts, hidden ones, ones that nobody answered, and those
    of which only what nearly all answered may be said. `title` is the survey's."""
    if not _drawable(question, tally):
        return None
    paper = _headed(finding(question, tally, t), t.words(question.text))
    _figure(paper, question, tally, t)
    answered = t.n("{count} answer", "{count} answers", tally.answered)
    _signed(paper, answered, title)
    return paper.png()


def chart(question: Question, tally: Tally, t: Translator, most: int) -> bytes | None:
    """The bars alone, for a page that says the rest in its own letters; of a choice only the first `most`."""
    if not _drawable(question, tally):
        return None
    paper = Paper(y=0)
    left = len(tally.counts or tally.ranked) - most if question.kind not in ("scale", "number") else 0
    _figure(paper, question, tally, t, most if left > 1 else None)
    if left > 1:
        paper.write(
            [t.n("and {count} more answer", "and {count} more answers", left)], size=SMALL, colour=SOFT
        )
    return paper.png()


def _drawable(question: Question, tally: Tally) -> bool:
    return bool(tally.answered) and not (tally.hidden or tally.nearly or question.kind == "text")


def _figure(paper: Paper, question: Question, tally: Tally, t: Translator, most: int | None = None) -> None:
    match question.kind:
        case "scale":
            _scale(paper, question, tally, t)
        case "number":
            _histogram(paper, question, tally, t)
        case "ranking":
            _lying(paper, _ranked(question, tally, t)[:most])
        case _:
            _lying(paper, _chosen(question, tally, t)[:most])


def overview(rates: Sequence[Rate], whole: Rate, title: str, t: Translator) -> bytes | None:
    """Who has answered, cluster by cluster; None when nobody was asked. `title` is the survey's."""
    if not whole.asked:
        return None
    paper = _headed(said(whole, t), t("Who has answered, by cluster"))
    rows = [
        _Row(
            rate.name,
            rate.answered / rate.asked,
            t("{count} of {of}", count=rate.answered, of=rate.asked),
            rate.share(t),
            BLUE,
        )
        for rate in rates
    ]
    _lying(paper, rows, whole=True)
    _signed(paper, "", title)
    return paper.png()


# What every picture has


def _headed(shown: str, asked: str) -> Paper:
    paper = Paper()
    paper.write(balanced(together(shown), INNER, TITLE, bold=True, most=5), size=TITLE, bold=True)
    paper.y += 6
    paper.write(wrapped(asked, INNER, BODY), colour=SOFT)
    paper.y += 26
    return paper


def _signed(paper: Paper, answered: str, title: str) -> None:
    paper.y += 10
    paper.block(MARGIN, paper.y, INNER, 1.5, TRACK)
    paper.y += 14
    left = INNER - wide(answered, SMALL) - 24
    base = paper.y + SMALL * 0.95
    paper.put(wrapped(title, left, SMALL, most=1)[0], MARGIN, base, size=SMALL, colour=SOFT)
    paper.put(answered, WIDTH - MARGIN, base, size=SMALL, colour=SOFT, side="right")
    paper.y += SMALL * LEADING


# Bars that lie


def _chosen(question: Question, tally: Tally, t: Translator) -> list[_Row]:
    first, of = leaders(tally), tally.answered
    return [
        _Row(
            bar.label,
            bar.count / of,
            t.number(bar.count),
            t.share(bar.count, of),
            GREY if bar.code == OTHER else BLUE if bar.code in first else SKY,
        )
        for bar in bars(question, tally, t)
    ]


def _ranked(question: Question, tally: Tally, t: Translator) -> list[_Row]:
    most, best = len(question.options) * tally.answered, firsts(tally)
    return [
        _Row(
            label(question, one.item, t),
            one.points / most,
            t.n("{count} point", "{count} points", one.points),
            colour=BLUE if one in best else SKY,
        )
        for one in tally.ranked
    ]


def _lying(paper: Paper, rows: Sequence[_Row], *, whole: bool = False) -> None:
    """Names beside the bars where all are short, else above them. The longest bar fills the room there is; with `whole`
    the room is the whole, shown behind each bar."""
    beside = max((wide(row.name, BODY) for row in rows), default=0)
    left = MARGIN + beside + 18 if beside <= INNER * BESIDE else MARGIN
    behind = max((_behind(row) for row in rows), default=0)
    room = WIDTH - MARGIN - left - behind
    longest = 1 if whole else max((row.length for row in rows), default=0) or 1
    for row in rows:
        if left > MARGIN:
            paper.put(drawing.drawable(row.name), left - 18, paper.y + THICK * 0.74, side="right")
        else:
            paper.write(wrapped(row.name, INNER, BODY, most=3))
            paper.y += 4
        length = max(3.0, room * row.length / longest)
        if whole:
            paper.block(left, paper.y, room, THICK, TRACK)
        paper.block(left, paper.y, length, THICK, row.colour if row.length else GREY)
        base, end = paper.y + THICK * 0.76, left + (room if whole else length) + 12
        paper.put(row.value, end, base, bold=True)
        if row.more:
            after = end + wide(row.value, BODY, bold=True) + 12
            paper.put(row.more, after, base, size=SMALL, colour=SOFT)
        paper.y += THICK + GAP


def _behind(row: _Row) -> float:
    """How much room what stands behind a bar takes."""
    return 14 + wide(row.value, BODY, bold=True) + (14 + wide(row.more, SMALL) if row.more else 0)


# Bars that stand


def _scale(paper: Paper, question: Question, tally: Tally, t: Translator) -> None:
    """A column for each step, the mean marked below, and what the ends mean; who can't say is said in words."""
    counts = {code: count for code, count in tally.counts if code != NA}
    first, of = leaders(tally), tally.answered
    width = INNER / len(counts)
    _standing(
        paper,
        [(count, BLUE if code in first else SKY) for code, count in counts.items()],
        0.78,
        lambda count: t.share(count, of),
        t,
    )
    for at, code in enumerate(counts):
        paper.put(code, MARGIN + width * (at + 0.5), paper.y + BODY, bold=True, side="center")
    paper.y += BODY + 12
    if tally.mean is not None:
        lowest = float(next(iter(counts)))
        x = MARGIN + width * (tally.mean - lowest + 0.5)
        _marked(paper, x, t("mean {mean}", mean=t.number(round(tally.mean, 1))))
    _ends(paper, question, list(counts), t)
    if unsure := dict(tally.counts).get(NA, 0):
        paper.write(wrapped(t("{count} could not say.", count=unsure), INNER, SMALL), size=SMALL)


def _ends(paper: Paper, question: Question, codes: Sequence[str], t: Translator) -> None:
    """What the first and the last step mean, below them."""
    top, lowest = paper.y, paper.y
    for code, x, side in ((codes[0], float(MARGIN), "left"), (codes[-1], float(WIDTH - MARGIN), "right")):
        if means := step_means(question, int(code), t):
            paper.y = top
            lines = wrapped(f"{code} – {means}", INNER * 0.46, SMALL, most=3)
            paper.write(lines, x, size=SMALL, colour=SOFT, side="left" if side == "left" else "right")
            lowest = max(lowest, paper.y)
    paper.y = lowest + (8 if lowest > top else 0)


def _histogram(paper: Paper, question: Question, tally: Tally, t: Translator) -> None:
    """A column for each bin between its edges, the median marked below."""
    bins = tally.bins
    width = INNER / len(bins)
    most = max(bin.count for bin in bins)
    _standing(
        paper, [(bin.count, BLUE if bin.count == most else SKY) for bin in bins], 0.97, lambda count: "", t
    )
    names = [between(question, bin, t) for bin in bins]
    if max(wide(name, SMALL) for name in names) <= width - 10:
        for at, name in enumerate(names):
            paper.put(name, MARGIN + width * (at + 0.5), paper.y + SMALL, size=SMALL, side="center")
    else:
        _edges(paper, bins, t)
    paper.y += SMALL + 12
    if tally.median is not None:
        words = t("median {median}", median=amount(question, fit(tally.median), t))
        _marked(paper, MARGIN + width * _place(bins, tally.median), words)


def _edges(paper: Paper, bins: Sequence[Bin], t: Translator) -> None:
    """The numbers between the columns, as many of them as there is room for."""
    edges = [bin.low for bin in bins] + [bins[-1].high]
    width = INNER / len(bins)
    longest = max(wide(t.number(edge), SMALL) for edge in edges) + 14
    every = next(n for n in range(1, len(edges) + 1) if n * width >= longest or n == len(edges))
    ends = MARGIN + INNER - wide(t.number(edges[-1]), SMALL) if len(bins) % every == 0 else WIDTH
    for at, edge in enumerate(edges):
        x = MARGIN + width * at
        paper.block(x - 0.75, paper.y - 6, 1.5, 7, SOFT)
        into_last = at < len(bins) and x + wide(t.number(edge), SMALL) / 2 + 14 > ends
        if at % every == 0 and not into_last:
            side: drawing.Side = "left" if at == 0 else "right" if at == len(bins) else "center"
            paper.put(t.number(edge), x, paper.y + SMALL, size=SMALL, side=side)


def _place(bins: Sequence[Bin], value: float) -> float:
    """Where a number lies, counted in columns."""
    for at, bin in enumerate(bins):
        if value < bin.high:
            return at + max(0.0, (value - bin.low) / (bin.high - bin.low))
    return float(len(bins))


def _standing(
    paper: Paper, columns: Sequence[tuple[int, str]], thick: float, more: Callable[[int], str], t: Translator
) -> None:
    """Columns with their counts on top, and what `more` says of them below these."""
    width = INNER / len(columns)
    most = max(count for count, _ in columns) or 1
    told = SMALL * LEADING if more(most) else 0
    base = paper.y + TALL + BODY * LEADING + told
    for at, (count, colour) in enumerate(columns):
        middle, high = MARGIN + width * (at + 0.5), TALL * count / most
        paper.block(middle - width * thick / 2, base - high, width * thick, high, colour)
        if told:
            paper.put(more(count), middle, base - high - 9, size=SMALL, colour=SOFT, side="center")
        paper.put(t.number(count), middle, base - high - 9 - told, bold=True, side="center")
    paper.block(MARGIN, base, INNER, 2, SOFT)
    paper.y = base + 10


def _marked(paper: Paper, x: float, words: str) -> None:
    """A mark below the columns with its words beside it, on the side that has the room."""
    x = min(max(x, MARGIN + 9.0), WIDTH - MARGIN - 9.0)
    paper.mark(x, paper.y, 18, VERMILION)
    right = x + 18 + wide(words, SMALL, bold=True) <= WIDTH - MARGIN
    paper.put(
        words,
        x + 18 if right else x - 18,
        paper.y + SMALL * 0.85,
        size=SMALL,
        bold=True,
        colour=INK,
        side="left" if right else "right",
    )
    paper.y += SMALL * LEADING + 10
