"""The page for a ministry: which findings stand on it, that they are whole sentences, and that they fit on one page."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import async_playwright

from handlers.i18n import translator
from handlers.surveys.printed import render
from handlers.surveys.rates import Rate, Rates
from handlers.surveys.report import privacy, standing
from handlers.surveys.summary import clarity, clearest, response, summary
from storage.surveys import Ranked, Tally
from storage.words import Words
from tests.handlers.surveys.example import QUESTIONS
from tests.handlers.surveys.reporting import report

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
LT, EN = translator("lt"), translator("en")
BY_ID = {question.id: question for question in QUESTIONS}


# What is clearest


@pytest.mark.parametrize(
    ("one", "clear"),
    [
        (Tally("stand", 10, counts=(("yes", 10), ("no", 0))), 1),
        (Tally("stand", 10, counts=(("yes", 5), ("no", 5))), 0),
        (Tally("help", 10, counts=(("calls", 3), ("rdi", 8))), 0.5),
        (Tally("field", 10, counts=(("agro", 1), ("other", 9))), 0),
        (Tally("digest", 10, counts=(("5", 10),), mean=5), 1),
        (Tally("digest", 10, counts=(("2", 10),), mean=2), 0.5),
        (Tally("digest", 10, counts=(("na", 10),)), 0),
        (Tally("order", 10, ranked=(Ranked("rdi", 30, 6), Ranked("export", 28, 4))), 0.2),
        (Tally("stand", 10, nearly="yes"), 0.6),
        (Tally("stand", hidden=True), 0),
        (Tally("size", 10, mean=4, median=4), 0),
        (Tally("wish", 10, texts=("x",) * 10), 0),
        (Tally("agree", 10, counts=(("yes", 10), ("no", 0))), 0),
    ],
)
def test_how_clear_a_question_is(one, clear):
    """A lead among those who answered, a distance from the middle; preferences alone are findings."""
    assert clarity(BY_ID[one.question], one) == pytest.approx(clear)


def test_the_three_clearest_are_found_and_few_do_not_speak_for_all():
    """The clearest first; who were few weigh less, and fewer than the threshold nothing."""
    tallies = (
        Tally("field", 40, counts=(("agro", 30), ("ict", 10))),  # 0.5
        Tally("help", 40, counts=(("calls", 20), ("rdi", 10))),  # 0.25
        Tally("digest", 40, counts=(("4", 40),), mean=4.5),  # 0.75
        Tally("apply", 10, counts=(("yes", 9), ("no", 1))),  # 0.8 of a quarter: 0.2
        Tally("stand", 4, counts=(("yes", 4), ("no", 0))),
    )
    found = clearest(replace(report(), tallies=tallies))
    assert [question.id for question, _ in found] == ["digest", "field", "help"]
    assert [q.id for q, _ in clearest(replace(report(), tallies=tallies[3:]))] == ["apply"]


def test_the_page_says_what_is_clearest_in_whole_sentences():
    """Who answered, when it closed, three findings, how anonymity was kept; the caller hears of each picture."""
    heard: list[tuple[int, int]] = []
    said = summary(report(anonymous=True), LT, lambda done, of: heard.append((done, of)))
    assert heard == [(n, 10) for n in range(1, 11)]
    assert said.response == "Atsakė 40 iš 60 organizacijų (67\u00a0%)."
    assert said.standing == "Apklausa baigėsi 2026 m. spalio 5 d., 17:00."
    assert (said.association, said.day) == ("Lietuvos klasterių asociacija", "2026 m. spalio 6 d.")
    assert [one.sentence for one in said.findings] == [
        "Vidutinis įvertinimas – 3,7 iš 5 (5 – „labai naudinga“).",
        "Dažniausias atsakymas – „Agroinovacijos ir maisto technologijos“: 20 iš 40.",
        "Daugiausia taškų (103) surinko „MTEPI“; pirmąją vietą skyrė 17 iš 31.",
    ]
    assert said.privacy.startswith("Apklausa anoniminė: jai pasibaigus atsakymai sunaikinti")
    assert privacy(report(), LT).startswith("Apklausa neanoniminė")
    assert privacy(report(published=True), EN).startswith("Only results taken together")
    assert response(report(), EN) == "40 of 60 organisations answered (67%)."
    assert standing(report(), EN) == "The survey closed on 5 October 2026, 17:00."


def test_so_far_is_said_to_be_so_far():
    """Before a named survey closes these are not its results yet; persons are called persons."""
    one = report()
    plan = replace(one.survey.plan, per="person")
    asked = Rates(Rate("", 21, 14), (), ())
    open_ = replace(one, survey=replace(one.survey, plan=plan, state="open", closed=None), rates=asked)
    assert standing(open_, LT) == "Tai tarpiniai rezultatai: apklausa baigsis 2026 m. spalio 5 d., 17:00."
    assert response(open_, LT) == "Atsakė 14 iš 21 pakviesto žmogaus (67\u00a0%)."


def test_where_nothing_stands_out_that_is_said():
    """A survey of which all is hidden has a page with its reasons and no number of answers."""
    said = summary(report(3, anonymous=True), LT)
    assert (said.clearest, said.findings, said.rule) == ("Nė vienas atsakymas neišsiskiria.", (), "")
    assert {one.sentence for one in said.told} == {"Nerodoma, kad nebūtų galima atpažinti, kas ką atsakė."}
    assert render(said).count("<img") == 1  # who answered


# On paper

HOSTILE = '</section><script>alert(1)</script>&"\u202e\x00'


def test_whatever_is_written_stays_text():
    """Every field is escaped, marks of direction are gone; nothing is loaded from anywhere."""
    one = report(anonymous=True)
    questions = tuple(replace(q, text=Words(HOSTILE)) for q in QUESTIONS)
    plan = replace(one.survey.plan, title=Words(HOSTILE), questions=questions)
    html = render(
        summary(replace(one, survey=replace(one.survey, plan=plan), association=Words(HOSTILE)), LT)
    )
    assert "<script" not in html and "\u202e" not in html and "\0" not in html
    assert html.count("<section>") == html.count("</section>") == 2
    assert "default-src 'none'" in html and "http://" not in html and "https://" not in html
    assert all(address.startswith("data:image/png;base64,") for address in re.findall(r'src="([^"]*)"', html))


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
@pytest.mark.parametrize("kind", ["anonymous", "named", "long"])
async def test_what_is_clearest_fits_on_one_page(tmp_path: Path, kind: str) -> None:
    """Printed on A4 the findings are the first page, whatever they are called, and no picture is cut in two."""
    one = report(anonymous=kind == "anonymous")
    if kind == "long":
        long = tuple(replace(q, text=Words(f"{q.text.lt} " * 4)) for q in QUESTIONS)
        plan = replace(one.survey.plan, title=Words("Klasterių poreikių apklausa " * 4), questions=long)
        one = replace(one, survey=replace(one.survey, plan=plan))
    file = tmp_path / "summary.html"
    file.write_text(render(summary(one, LT)), "utf-8")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        tab = await browser.new_page()
        asked: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        await tab.goto(file.as_uri())
        printed = await tab.pdf(prefer_css_page_size=True)
        # As wide as the printed page between its margins: 210 mm less 2 x 19.
        await tab.set_viewport_size({"width": round(172 / 25.4 * 96), "height": 1000})
        await tab.emulate_media(media="print")
        high: list[Any] = await tab.evaluate(
            "[...document.querySelectorAll('section')].map(s => [s.scrollHeight, s.scrollWidth - s.clientWidth])"
        )
        await browser.close()
    millimetres = high[0][0] / 96 * 25.4
    assert 120 < millimetres <= 297 - 17 - 15
    assert [wider for _, wider in high] == [0, 0]
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) in (2, 3)
    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]
