"""Invitations on paper: what is drawn, that nothing gets out of its place, and that a sheet is a page."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import segno
from playwright.async_api import async_playwright

from bot.local import sheets
from handlers.chat import Bold, Code, Link
from handlers.invitations import Letter

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ADA = Letter(
    name="Ada Ąžuolaitė",
    organisation="Fotonikos klasteris",
    email="ada@fotonika.example",
    language="lt",
    code="abcd-efgh-jkmn-pqrs",
    command="prisijungti abcd-efgh-jkmn-pqrs",
    link="https://t.me/fake?start=abcd-efgh-jkmn-pqrs",
    picture="https://t.me/fake?start=abcd-efgh-jkmn-pqrs",
    association="Lietuvos klasterių asociacija",
    title="Pakvietimas",
    about="Šauklys – pagalbininkas.",
    steps=(("Atverkite ", Link("čia", "https://t.me/fake")), (Bold("Start"),), (Code("prisijungti"),)),
    picture_says="Skirta tik jums",
    ask="O tada klauskite, pavyzdžiui:",
    asked=("Kada kitas posėdis?",),
    valid=("Galioja iki ", Bold("spalio 24 d.")),
    contact="Kilus klausimų rašykite: a@b.example",
)
HOSTILE = '</section><script>alert(1)</script>&"\u202e'


def test_whatever_people_are_called_stays_text() -> None:
    """Every field is escaped, and marks of direction are gone."""
    bad = replace(
        ADA,
        name=HOSTILE,
        organisation=HOSTILE,
        association=HOSTILE,
        contact=HOSTILE,
        language='lt"><x',
        steps=((HOSTILE, Link(HOSTILE, "https://x.example"), Code(HOSTILE), Bold(HOSTILE)),),
        valid=(Link("x", 'https://x/"><script>'),),
    )
    html = sheets.render((bad,), "lt", HOSTILE, HOSTILE)
    assert "<script" not in html and "\u202e" not in html and "<x" not in html
    assert html.count("<section") == html.count("</section>") == 1


def test_nothing_is_loaded_from_anywhere() -> None:
    """The document has no address but the invitation's, and forbids loading by itself."""
    html = sheets.render((ADA,), "lt", "Pakvietimai", "Spausdinti")
    assert set(re.findall(r"https?://[\w./]+", html)) <= {"https://t.me/fake", "http://www.w3.org/2000/svg"}
    assert "default-src 'none'" in html and "url(" not in html and "<img" not in html


def test_the_picture_holds_the_link() -> None:
    """As many dark squares, in the places of the invitation's own code."""
    html = sheets.render((ADA,), "lt", "Pakvietimai", "")
    qr = segno.make(ADA.picture, error="m", micro=False)
    size = qr.symbol_size(border=0)[0]
    [drawn] = re.findall(r'<svg [^>]*viewBox="0 0 (\d+) \1"[^>]*class="qr"[^>]*>.*?d="([^"]+)"', html)
    assert int(drawn[0]) == size
    dark, at = set(), (0.0, 0.0)
    for move, numbers in re.findall(r"([Mmh])([-\d. ]+)", drawn[1]):
        given = [float(n) for n in numbers.split()]
        if move == "h":
            dark |= {(int(at[0]) + i, int(at[1] - 0.5)) for i in range(int(given[0]))}
            at = (at[0] + given[0], at[1])
        elif move == "M":
            at = (given[0], given[1])
        else:
            at = (at[0] + given[0], at[1] + given[1])
    assert dark == {(x, y) for y, row in enumerate(qr.matrix) for x, bit in enumerate(row) if bit}


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
async def test_a_sheet_is_a_page(tmp_path: Path) -> None:
    """Printed on A4 each person has one page, whatever their name; nothing sticks out; nothing is asked of the
    network."""
    long = replace(ADA, name="Ą" * 150, organisation="ilgas pavadinimas " * 12, language="en")
    file = tmp_path / "invitations.html"
    file.write_text(sheets.render((ADA, long, ADA), "lt", "Pakvietimai", "Spausdinti"), "utf-8")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        tab = await browser.new_page()
        asked: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        await tab.goto(file.as_uri())
        printed = await tab.pdf(prefer_css_page_size=True)
        await tab.emulate_media(media="print")
        # The foot of each sheet ends inside it, and no box is wider than its sheet.
        inside = await tab.evaluate(
            """[...document.querySelectorAll('.sheet')].map(sheet => {
                const box = sheet.getBoundingClientRect(), foot = sheet.querySelector('.foot').getBoundingClientRect()
                return foot.bottom <= box.bottom && sheet.scrollWidth <= sheet.clientWidth
            })"""
        )
        await browser.close()
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 3
    assert inside == [True, True, True]
    assert asked == [file.as_uri()]
