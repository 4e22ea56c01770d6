"""Pictures of results: which there are, and that nothing in them leaves its place, whatever people write."""

from __future__ import annotations

import io
import warnings
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from handlers import drawing
from handlers.i18n import translator
from handlers.surveys.pictures import drawn, overview, picture
from handlers.surveys.rates import Rate
from handlers.surveys.tallying import tally
from handlers.surveys.wording import between, finding, together
from storage.surveys import Bin, Option, Question, Tally
from storage.words import Words
from tests.handlers.surveys.example import HELP, QUESTIONS, sheet, sheets, survey

LT, EN = translator("lt"), translator("en")
BY_ID = {question.id: question for question in QUESTIONS}
HOSTILE = "$x^2$ <b>&amp; \u202e\U0001f600 日本語 \x00\x07" + "Nepertraukiamasžodis" * 12


def pixels(png: bytes) -> Any:
    """Rows of pixels, each red, green, blue from 0 to 1."""
    from matplotlib.image import imread

    return imread(io.BytesIO(png), format="png")[:, :, :3]


def of(tally: Tally, t=LT) -> str:
    """The sentence about a question."""
    return finding(BY_ID[tally.question], tally, t)


def test_every_question_with_counts_has_its_picture():
    """A text has none; the caller hears how far it is after each question."""
    heard: list[tuple[int, int]] = []
    one = survey()
    made = list(drawn(one, tally(one, sheets(40), Random(1)), LT, lambda done, of: heard.append((done, of))))
    assert [q.id for q, _ in made] == [q.id for q in QUESTIONS if q.kind != "text"]
    assert heard == [(n, 10) for n in range(1, 11)]
    for _, png in made:
        height, width, _ = pixels(png).shape
        assert width == 800 and 250 < height < 2500


@pytest.mark.parametrize(
    "one",
    [
        Tally("field", hidden=True),
        Tally("field", 20, nearly="ict"),
        Tally("field", 0, counts=(("ict", 0),)),
        Tally("wish", 12, texts=("Mintis",) * 12),
    ],
)
def test_what_may_not_be_shown_is_not_drawn(one):
    """No bars for hidden questions, for what nearly all answered, for nobody's answers, for texts."""
    assert picture(BY_ID[one.question], one, "Apklausa", LT) is None


@pytest.mark.parametrize("kind", ["single", "multi", "ranking", "scale", "number"])
def test_whatever_is_written_stays_on_the_sheet(kind):
    """The margins stay empty, nothing is read as a formula, and no letter is missing from the font without a word."""
    question = Question(
        "q",
        kind,
        Words(HOSTILE),
        options=tuple(Option(f"o{n}", Words(f"{n} {HOSTILE}")) for n in range(14)),
        low=0,
        high=10 if kind == "scale" else None,
        labels={"0": Words(HOSTILE), "10": Words(HOSTILE)},
        unit="Eur" if kind == "number" else "",
    )
    ids = tuple(option.id for option in question.options)
    given: dict[str, str | tuple[str, ...]] = {
        "single": ids[0],
        "multi": ids[:9],
        "ranking": ids,
        "scale": "7",
        "number": "12345678.5",
    }
    rows = tuple(sheet(n, {"q": given[kind]}) for n in range(1200))
    one = tally(survey(questions=(question,)), rows, Random(1))[0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        png = picture(question, one, HOSTILE, LT)
    assert png is not None
    page = pixels(png)
    edge = drawing.MARGIN - 8
    assert page[:, :edge].min() == page[:, -edge:].min() == page[:edge].min() == page[-edge:].min() == 1
    assert page.min() < 0.3


def test_the_response_rate_is_drawn_by_cluster():
    """Of nobody there is none."""
    rates = (Rate("Fotonikos klasteris", 10, 8), Rate("iVita", 5, 0))
    png = overview(rates, Rate("", 15, 8), "Apklausa", LT)
    assert png is not None and pixels(png).shape[1] == 800
    assert overview((), Rate("", 0, 0), "Apklausa", LT) is None


# The sentence on top

SIZED = Tally("size", 40, mean=44.925, median=46)


@pytest.mark.parametrize(
    ("one", "lt", "en"),
    [
        (
            Tally("stand", 40, counts=(("yes", 24), ("no", 16))),
            "Daugiau kaip pusė (24 iš 40) atsakė „Taip“.",
            "More than half (24 of 40) answered “Yes”.",
        ),
        (
            Tally("help", 40, counts=(("calls", 18), ("applications", 24))),
            "Daugiau kaip pusė (24 iš 40) pasirinko „Paraiškų rengimas“.",
            "More than half (24 of 40) chose “Preparing applications”.",
        ),
        (
            Tally("help", 40, counts=(("calls", 18), ("applications", 18), ("rdi", 4))),
            "Dažniausi atsakymai – „Informacija apie kvietimus“ ir „Paraiškų rengimas“: po 18 iš 40.",
            "The commonest answers are “Information on calls” and “Preparing applications”: 18 of 40 each.",
        ),
        (
            Tally("field", 40, counts=(("agro", 15), ("ict", 14), ("health", 11))),
            "Dažniausias atsakymas – „Agroinovacijos ir maisto technologijos“: 15 iš 40.",
            "The commonest answer is “Agro-innovation and food technology”: 15 of 40.",
        ),
        (
            Tally("field", 8, counts=(("agro", 2), ("energy", 2), ("ict", 2), ("health", 2))),
            "Nuomonės išsiskyrė: nė vienas atsakymas nesurinko daugiau kaip 2 iš 8.",
            "Opinions differ: no answer was given by more than 2 of 8.",
        ),
        (
            Tally("field", 9, counts=(("agro", 2), ("other", 7))),
            "Dažniausiai atsakyta savais žodžiais: 7 iš 9.",
            "Most often people answered in their own words: 7 of 9.",
        ),
        (
            Tally("stand", 7, counts=(("yes", 7), ("no", 0))),
            "Visi (7) atsakė „Taip“.",
            "All 7 answered “Yes”.",
        ),
        (
            Tally("digest", 40, counts=(("4", 18), ("5", 22)), mean=4.55, median=5),
            "Vidutinis įvertinimas – 4,5 iš 5 (5 – „labai naudinga“).",
            "The mean rating is 4.5 of 5 (5 is “very useful”).",
        ),
        (
            SIZED,
            "Pusė nurodė 46 ar mažiau; vidurkis – 44,9.",
            "Half answered 46 or less; the mean is 44.9.",
        ),
        (Tally("agree", 40, counts=(("yes", 38), ("no", 2))), "Sutiko 38 iš 40.", "38 of 40 agreed."),
        (
            Tally("wish", 22, texts=("x",) * 22),
            "Savais žodžiais atsakė 22.",
            "22 answered in their own words.",
        ),
        (
            Tally("field", hidden=True),
            "Nerodoma, kad nebūtų galima atpažinti, kas ką atsakė.",
            "Not shown, so that nobody's answer can be recognised.",
        ),
        (
            Tally("stand", 9, nearly="yes"),
            "Bent 7 iš 9 atsakė „Taip“.",
            "At least 7 of 9 answered “Yes”.",
        ),
        (
            Tally("digest", 9, nearly="4"),
            "Bent 7 iš 9 pasirinko įvertinimą 4 (iš 5).",
            "At least 7 of 9 rated it 4 of 5.",
        ),
        (
            Tally("order", 9, nearly="rdi - - -"),
            "Bent 7 iš 9 pirmoje vietoje nurodė „MTEPI“.",
            "At least 7 of 9 put “RDI” first.",
        ),
        (
            Tally("order", 9, nearly="- - - abroad"),
            "Bent 7 iš 9 paskutinėje vietoje nurodė „Tarptautiškumas“.",
            "At least 7 of 9 put “Internationalisation” last.",
        ),
        (
            Tally("order", 9, nearly="- export - -"),
            "„Eksportas“ 2 vietoje nurodė bent 7 iš 9.",
            "At least 7 of 9 put “Export” in place 2.",
        ),
        (
            Tally("order", 9, nearly="rdi export skills abroad"),
            "Kiekvienoje vietoje bent 7 iš 9 nurodė tą patį: „MTEPI“, „Eksportas“, „Kompetencijos“, "
            "„Tarptautiškumas“.",
            "On every place at least 7 of 9 agreed: “RDI”, “Export”, “Skills”, “Internationalisation”.",
        ),
        (
            Tally("help", 12, nearly="calls rdi"),
            "Kiekvieną iš šių atsakymų pasirinko bent 10 iš 12: „Informacija apie kvietimus“ ir "
            "„MTEPI infrastruktūra“.",
            "Each of these was chosen by at least 10 of 12: “Information on calls” and “RDI infrastructure”.",
        ),
        (
            Tally("help", 12, nearly="calls"),
            "Bent 10 iš 12 pasirinko „Informacija apie kvietimus“.",
            "At least 10 of 12 chose “Information on calls”.",
        ),
    ],
)
def test_the_finding_is_a_whole_sentence(one, lt, en):
    """In both languages, with its numbers as people write them."""
    assert (of(one), of(one, EN)) == (lt, en)


def test_amounts_have_their_unit_and_never_break_from_it():
    """Thousands are told apart by no-break spaces in Lithuanian."""
    one = Tally("sum", 8, mean=146875.0, median=102500.0)
    assert of(one) == "Pusė nurodė 102\u00a0500\u00a0Eur ar mažiau; vidurkis – 146\u00a0875\u00a0Eur."


def test_a_bin_of_whole_numbers_says_both_its_ends():
    """20 to 39 where the next begins at 40; one number is one; others share their edges."""
    size, sum_ = BY_ID["size"], BY_ID["sum"]
    assert between(size, Bin(20, 40, 1), LT) == "20–39"
    assert between(size, Bin(7, 8, 1), LT) == "7"
    assert between(sum_, Bin(0, 5000, 1), LT) == "0–5\u00a0000"


def test_the_numbers_between_columns_never_touch(monkeypatch):
    """Whatever their number and length: those for which there is no room are left out."""
    written: list[tuple[float, float, float]] = []
    put = drawing.Paper.put

    def noted(self, text, x, base, *, size=drawing.BODY, side="left", **more):
        if size == drawing.SMALL and text[:1].isdigit():
            long = drawing.wide(text, size)
            left = {"left": x, "center": x - long / 2, "right": x - long}[side]
            written.append((base, left, left + long))
        put(self, text, x, base, size=size, side=side, **more)

    monkeypatch.setattr(drawing.Paper, "put", noted)
    for count in range(2, 13):
        for step in (50, 50_000, 12_500_000):
            written.clear()
            bins = tuple(Bin(n * step, (n + 1) * step, n) for n in range(count))
            assert picture(BY_ID["sum"], Tally("sum", 9, mean=step, median=step, bins=bins), "Apklausa", LT)
            row = max({base for base, *_ in written}, key=lambda base: sum(base == b for b, *_ in written))
            marks = sorted(written_at[1:] for written_at in written if written_at[0] == row)
            assert len(marks) > 1
            assert all(end + 4 < start for (_, end), (start, _) in pairwise(marks))


def test_how_many_of_how_many_stays_on_one_line():
    """Where it is set large "21 iš 40" is not broken, nor a mean from the scale's end; words are as they were."""
    said = "Daugiau kaip pusė (21 iš 40) atsakė „Taip“; 3,6 iš 5, ne 4 ar 5."
    kept = together(said)
    assert "(21\u00a0iš\u00a040)" in kept and "3,6\u00a0iš\u00a05" in kept and "4 ar 5" in kept
    assert kept.replace("\u00a0", " ") == said
    assert together("21 of 40 agreed") == "21\u00a0of\u00a040 agreed"


def test_a_share_is_rounded_as_a_spreadsheet_rounds_it():
    """17 of 40 is 43 % in the picture and in the workbook beside it."""
    said = [LT.share(part, 40).replace("\u00a0", " ") for part in (0, 1, 5, 17, 40)]
    assert said == ["0 %", "3 %", "13 %", "43 %", "100 %"]
    assert EN.share(1, 3) == "33%" and EN.share(0, 0) == "0%"


def test_what_is_long_is_short_in_a_sentence():
    """An answer of three lines is cut at a word when it is named in the title."""
    long = replace(BY_ID["help"], options=(replace(HELP[0], label=Words("Labai ilgas atsakymas " * 20)),))
    said = finding(long, Tally("help", 3, counts=(("calls", 2),)), LT)
    assert len(said) < 140 and "…“" in said
