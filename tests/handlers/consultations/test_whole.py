"""A consultation from the file to the table of remarks and what its authors hear."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from handlers.importing import docx
from tests.conversation import Chat, Someone, labels
from tests.handlers.consultations.consulted import CLOSES, MARKDOWN, drops, sent
from tests.handlers.surveys.asked import associate, somebody


@pytest.fixture
async def chat() -> Chat:
    chat = Chat.begin()
    await associate(chat)
    return chat


@pytest.fixture
async def rita(chat: Chat) -> Someone:
    """The secretary."""
    return await somebody(chat, "Rita", "LKA", "secretariat")


async def test_a_draft_becomes_a_table_of_remarks_and_its_authors_hear(chat: Chat, rita: Someone) -> None:
    """A Markdown file is dropped, opened, read section by section; a remark is written, decided, in the table, and its
    author told once; a changed decision is told once more, was → now."""
    ona = await somebody(chat, "Ona", "k1", "manager")
    offered = await drops(rita, "koncepcija.md", MARKDOWN.encode())
    assert labels(offered)[:2] == ["Pradėti konsultaciją", "Skelbti"]
    await rita.presses("Pradėti konsultaciją")
    assert "Projekte 3 skyriai." in rita.last.plain and "Klasterių koncepcija" in rita.last.plain
    draft = await rita.fills_in(
        lt="Klasterių koncepcija", closes="2026-10-05 17:00", audience="Klasterių vadovai", others="ne"
    )
    assert draft.plain == (
        "Klasterių koncepcija\nTai juodraštis: kiti jo dar nemato.\n• 1. Tikslai\n• 1.1. Uždaviniai\n• 2. Lėšos"
    )
    assert (await ona.says("/konsultacija t1")).plain == "Tokios konsultacijos nėra arba ji skirta ne jums."
    preview = await rita.presses("Atidaryti", of=draft)
    assert "Pasieks 1 žmogų" in preview.plain
    await rita.presses("Atidaryti")
    [invitation] = (await sent(chat))["chat-uOna"]
    assert invitation == (
        "Klasterių koncepcija\nProjekte 3 skyriai. Jūsų organizacija iki spalio 5 d., 17:00 gali kiekvienam skyriui "
        "pritarti, pateikti pastabą arba pasiūlyti kitą formuluotę."
    )
    assert await sent(chat) == {}
    await ona.says("/konsultacija t1")
    section = await ona.presses("1.1")
    assert section.plain == (
        "1.1. Uždaviniai\n• Telkti įmones\n• Skatinti eksportą\nJūsų organizacija dėl šio skyriaus dar nepasisakė."
    )
    await ona.presses("Turiu pastabą")
    kept = await ona.says("Trūksta mokymų. Ar juos įtrauksite?", quotes=True)
    assert kept.plain.startswith("Įrašyta. Pakeisti galima iki spalio 5 d., 17:00")
    assert kept.plain.endswith("Pastaba:\nTrūksta mokymų. Ar juos įtrauksite?")
    await ona.presses("›")
    await ona.presses("Pritariu")
    listed = await ona.says("/konsultacija t1")
    assert listed.plain.endswith("• 1. Tikslai\n• ✎ 1.1. Uždaviniai\n• ✓ 2. Lėšos")
    assert "pasisakė dėl 2 iš 3 skyrių" in listed.plain

    chat.now = CLOSES + timedelta(minutes=1)
    arrived = await sent(chat)
    assert arrived["chat-uRita"] == [
        "Konsultacija „Klasterių koncepcija“ baigėsi: pasisakė 1 organizacija.\nSprendimo laukia 1 pastaba."
    ]
    late = await ona.says("/pritarti t1 1")
    assert late.plain.startswith("Konsultacija baigėsi spalio 5 d., 17:00; pasisakyti")
    overview = await rita.says("/pastabos t1")
    assert "1.1. Uždaviniai: pastabų – 1, be sprendimo – 1, pritaria – 0" in overview.plain
    one = await rita.presses("Spręsti iš eilės")
    assert "Trūksta mokymų" in one.plain and "1 klasteris" in one.plain
    await rita.presses("Priimti iš dalies")
    decided = await rita.says("Mokymai numatyti kitur.", quotes=True)
    assert decided.plain.startswith("Nuspręsta.") and "Sprendimas: priimta iš dalies." in decided.plain
    assert "Sprendimas" not in (await ona.says("/skyrius t1 1.1")).plain

    await rita.says("/pastabu_lentele t1")
    await rita.presses("DOCX")
    rows = [p.text for p in docx.paragraphs(rita.last.files[0].content)]
    assert rows == [
        "Pastabų lentelė: Klasterių koncepcija",
        "Skyrius | Kas | Pastaba / siūlymas | Sprendimas | Argumentai",
        "1.1. Uždaviniai | 1 klasteris | Trūksta mokymų. Ar juos įtrauksite? | priimta iš dalies | "
        "Mokymai numatyti kitur.",
        "2. Lėšos | 1 klasteris | Pritaria",
    ]
    await rita.says("/pastabu_lentele t1 xlsx")
    sheet = load_workbook(io.BytesIO(rita.last.files[0].content)).worksheets[0]
    assert [cell.value for cell in sheet[2]] == [
        "Skyrius",
        "Kas",
        "Pastaba / siūlymas",
        "Sprendimas",
        "Argumentai",
    ]
    assert [cell.value for cell in sheet[3]] == [
        "1.1. Uždaviniai",
        "1 klasteris",
        "Trūksta mokymų. Ar juos įtrauksite?",
        "priimta iš dalies",
        "Mokymai numatyti kitur.",
    ]

    assert await sent(chat) == {}
    await rita.says("/paskelbti_sprendimus t1")
    assert "sužinos 1 žmogus" in rita.last.plain
    await rita.presses("Paskelbti sprendimus")
    chat.passes(hours=16)
    assert (await sent(chat))["chat-uOna"] == [
        "Klasterių koncepcija\nŠtai kas nuspręsta dėl jūsų pastabų:\n1.1. Uždaviniai\n"
        "• Trūksta mokymų. Ar juos įtrauksite?\nSprendimas: priimta iš dalies.\nMokymai numatyti kitur."
    ]
    assert await sent(chat) == {}
    await rita.says("/spresti r1 accepted")
    assert await sent(chat) == {}
    chat.passes(minutes=11)
    assert (await sent(chat))["chat-uOna"] == [
        "Klasterių koncepcija\nPasikeitė sprendimas dėl jūsų pastabų.\n1.1. Uždaviniai\n"
        "• Trūksta mokymų. Ar juos įtrauksite?\nSprendimas: priimta iš dalies → priimta."
    ]
    assert await sent(chat) == {}
    assert "Sprendimas: priimta." in (await ona.says("/skyrius t1 1.1")).plain
