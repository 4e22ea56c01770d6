"""The secretariat makes a consultation of a file, opens, moves, reminds of and closes it, and works through remarks."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from storage.association import DigestTime
from storage.consultations import Position
from storage.words import Words
from tests.conversation import Chat, Someone, labels
from tests.handlers.consultations.consulted import CLOSES, MARKDOWN, PLAN, drops, opened, sent
from tests.handlers.importing.test_drafts import p, packed
from tests.handlers.surveys.asked import associate, somebody

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture
async def chat() -> Chat:
    chat = Chat.begin()
    await associate(chat)
    return chat


@pytest.fixture
async def rita(chat: Chat) -> Someone:
    """The secretary."""
    return await somebody(chat, "Rita", "LKA", "secretariat")


async def says(chat: Chat, section: str, owner: str, member: str, said: Position) -> None:
    """That organisation says it, whatever was before."""
    await chat.store.consultations.say("t1", section, 99, owner, member, said, chat.now)


async def test_a_file_begins_a_consultation_or_is_announced(chat: Chat, rita: Someone) -> None:
    """A Word file is offered for both; the form begins with its title, refuses a closing in the past, and what it asked
    can be changed until it opens; a file that is none is refused with its name, and members are offered nothing."""
    offered = await drops(rita, "Strategija.DOCX", packed(p("Strategija", "Pavadinimas") + p("A", "Antrat1")))
    assert offered.plain == "Kam skirtas šis dokumentas?\nPrisegta: Strategija.DOCX."
    assert labels(offered) == ["Pradėti konsultaciją", "Skelbti", "Ne"]
    await rita.presses("Pradėti konsultaciją")
    assert "Projekte 1 skyrius." in rita.last.plain and "„Strategija“" in rita.last.plain
    await rita.presses("Palikti, kaip yra")
    await rita.presses("Praleisti")
    assert "Ši data jau praėjo." in (await rita.says("2026-09-01 12:00")).plain
    made = await rita.fills_in(closes="2026-10-05 17:00", audience="Visi nariai", others="taip")
    one = await chat.store.consultations.get("t1")
    assert one is not None and (one.state, one.plan.others_shown, one.plan.audience) == (
        "draft",
        True,
        ("all",),
    )
    await rita.presses("Keisti", of=made)
    assert "„Strategija“" in rita.last.plain
    await rita.says("Strategija 2030", quotes=True)
    changed = await chat.store.consultations.get("t1")
    assert changed is not None and changed.plan.title == Words("Strategija 2030") and changed.version == 2
    asked = await rita.presses("Pašalinti")
    assert asked.plain == "Pašalinti „Strategija 2030“ su visais skyriais? Susigrąžinti nebebus galima."
    assert (await rita.presses("Pašalinti")).plain == "Juodraštis pašalintas."
    assert await chat.store.consultations.all() == ()

    await drops(rita, "tuscias.docx", b"no")
    refused = await rita.presses("Pradėti konsultaciją")
    assert refused.plain.startswith("tuscias.docx: Vadinasi DOCX, bet iš tikrųjų tai ne DOCX failas")
    assert (await rita.says("/nauja_konsultacija")).plain.startswith("Atsiųskite čia projektą")
    ona = await somebody(chat, "Ona", "k1")
    assert "Pradėti konsultaciją" not in labels(await drops(ona, "a.md", MARKDOWN.encode()))
    await rita.says("/skelbti")
    attached = await drops(rita, "priedas.md", MARKDOWN.encode())
    assert "Pradėti konsultaciją" not in labels(attached) and "Prisegta: priedas.md" in attached.plain


async def test_it_is_opened_as_it_was_seen_and_asks_each_once(chat: Chat, rita: Someone) -> None:
    """Who is asked is shown first; an old button opens nothing; the silent are reminded three days before the end, by
    hand at most once a day, and whoever has spoken for their organisation never."""
    ona = await somebody(chat, "Ona", "k1", "manager")
    await somebody(chat, "Jonas", "k1")
    await somebody(chat, "Eva", "k2", language="en")
    await chat.store.consultations.add(replace(PLAN, audience=("cluster:k1", "cluster:k2")), chat.by())
    await rita.says("/atidaryti_konsultacija t1")
    assert "Pasieks 3 žmones" in rita.last.plain and "nebegalima keisti projekto teksto" in rita.last.plain
    stale = rita.last
    assert (await rita.presses("Atidaryti")).plain.startswith("Konsultacija atidaryta")
    assert (await rita.presses("Atidaryti", of=stale)).plain == "Tokio juodraščio nėra."
    arrived = await sent(chat)
    assert set(arrived) == {"chat-uOna", "chat-uJonas", "chat-uEva"}
    assert arrived["chat-uEva"][0].startswith("The clusters' concept\nThe draft has 3 sections.")
    assert await sent(chat) == {}
    await ona.says("/pritarti t1 1")
    assert "Pasisakė 1 iš 2 organizacijų." in (await rita.says("/konsultacija t1")).plain
    chat.passes(hours=2)
    assert (await rita.presses("Priminti likusiems")).plain == (
        "Dar nepasisakiusiems apie konsultaciją ką tik pranešta arba tuoj bus pranešta."
    )
    chat.now = CLOSES - timedelta(days=3)
    arrived = await sent(chat)
    assert set(arrived) == {"chat-uEva"} and arrived["chat-uEva"][0].startswith(
        "The clusters' concept\nA reminder:"
    )
    chat.passes(days=1, minutes=30)
    assert (await rita.says("/priminti_konsultacija t1")).plain == "Priminimą gaus 1 žmogus."
    assert (await rita.says("/priminti_konsultacija t1")).plain == "Šiandien jiems jau priminta."
    await somebody(chat, "Ieva", "k2")
    assert set(await sent(chat)) >= {"chat-uIeva"}


async def test_a_moved_closing_is_told_once_to_who_was_told_the_old_one(chat: Chat, rita: Someone) -> None:
    """Was → now, when it has been left alone for ten minutes; moved back it concerns nobody."""
    await somebody(chat, "Ona", "k1")
    await opened(chat)
    assert set(await sent(chat)) == {"chat-uOna"}, "the secretariat, who ask, are not asked themselves"
    for closes in ("2026-10-07 17:00", "2026-10-09 12:00"):
        await rita.says("/perkelti_konsultacija t1")
        assert "Kam buvo pasakyta kitaip, tiems pranešiu" in (await rita.says(closes)).plain
        assert (await rita.presses("Perkelti")).plain.startswith("Perkelta: pastabų laukiama iki")
    assert await sent(chat) == {}
    chat.passes(minutes=11)
    assert (await sent(chat))["chat-uOna"] == [
        "Pasikeitė konsultacijos „Klasterių koncepcija“ pabaiga: spalio 5 d., 17:00 → spalio 9 d., 12:00."
    ]
    for closes in ("2026-10-12 12:00", "2026-10-09 12:00"):
        await rita.says("/perkelti_konsultacija t1")
        await rita.says(closes)
        await rita.presses("Perkelti")
    chat.passes(hours=1)
    assert await sent(chat) == {}


async def test_closed_early_it_takes_nothing_any_more(chat: Chat, rita: Someone) -> None:
    """Once more it is asked; then nothing can be said, moved or reminded of, and it is closed once."""
    ona = await somebody(chat, "Ona", "k1")
    await opened(chat)
    await rita.says("/uzdaryti_konsultacija t1")
    assert "niekas nebegalės" in rita.last.plain
    await rita.presses("Uždaryti dabar")
    assert (await ona.says("/pritarti t1 1")).plain.startswith("Konsultacija baigėsi rugsėjo 24 d., 10:00;")
    for line in ("/uzdaryti_konsultacija t1 v2", "/priminti_konsultacija t1"):
        assert (await rita.says(line)).plain == "Tokios konsultacijos nėra arba ji nevyksta."
    assert "jau baigta" in (await rita.says("/perkelti_konsultacija t1")).plain
    assert (await rita.says("/salinti_konsultacija t1 v3")).plain == "Tokio juodraščio nėra."


async def test_remarks_are_worked_through_one_by_one(chat: Chat, rita: Someone) -> None:
    """A rejection needs its reason, an acceptance none; a decision can be changed while what is shown is what is there;
    a remark that is written anew has to be decided anew."""
    ona = await somebody(chat, "Ona", "k1")
    await opened(chat)
    await says(chat, "2", "k2", "n9", Position(remark="Mažai."))
    await says(chat, "1", "k1", "n2", Position(remark="Trumpa.", proposal="Ilgiau."))
    await says(chat, "1", "k2", "n9", Position(agrees=True))
    overview = await rita.says("/pastabos t1")
    assert overview.plain.splitlines()[1:] == [
        "• 1. Tikslai: pastabų – 1, be sprendimo – 1, pritaria – 1",
        "• 2. Lėšos: pastabų – 1, be sprendimo – 1, pritaria – 0",
        "Sprendimo laukia 2 pastabos.",
    ]
    section = await rita.presses("1")
    assert section.plain == (
        "1. Tikslai\n1. 1 klasteris: Trumpa. Siūloma formuluotė: Ilgiau. (nenuspręsta)\nPritaria: 2 klasteris."
    )
    shown = await rita.presses("1")
    assert shown.plain == (
        "1. Tikslai\n1 klasteris (Ona, rugsėjo 24 d., 10:00)\nPastaba:\nTrumpa.\nSiūloma formuluotė:\nIlgiau."
    )
    asked = await rita.presses("Atmesti")
    assert "Kodėl? Tai skaitys pastabos autorius." in asked.plain and "Praleisti" not in labels(asked)
    await rita.submits("decide r2 rejected", {"reason": "  "})
    assert "Sprendimas" not in rita.last.plain
    rejected = await rita.says("Tekstas ir taip ilgas?", quotes=True)
    assert rejected.plain.endswith("Sprendimas: atmesta.\nTekstas ir taip ilgas?")
    assert "pasikeitė" in (await rita.presses("Priimti", of=shown)).plain.casefold()
    changed = await rita.presses("Priimti", of=rejected)
    assert changed.plain.endswith("Sprendimas: priimta.")
    await rita.presses("Rašyti argumentus")
    assert (await rita.says("Sutinkame.")).plain.endswith("Sprendimas: priimta.\nSutinkame.")
    following = await rita.presses("Kita pastaba")
    assert "Mažai." in following.plain and "Kita pastaba" not in labels(following)
    await ona.says("/pastaba t1 1")
    await ona.says("Labai trumpa.")
    anew = await rita.says("/spresti r2")
    assert "Sprendimas" not in anew.plain and "Labai trumpa." in anew.plain
    await ona.says("/pritarti t1 1 instead")
    for line in ("/spresti r2 accepted", "/spresti r99", "/spresti", "/spresti r3"):
        assert (await rita.says(line)).plain.startswith("Tokios pastabos nėra")
    assert (await rita.says("/pastabos t1 9")).plain == "Tokio skyriaus šiame projekte nėra: 9."


async def test_two_who_decide_at_once_lose_no_reason(chat: Chat, rita: Someone) -> None:
    """Whoever is second sees what holds now, has their own reason kept, and may put it in its place."""
    vida = await somebody(chat, "Vida", "LKA", "secretariat")
    await opened(chat)
    await says(chat, "1", "k1", "n9", Position(remark="Trumpa."))
    await rita.says("/spresti r1 rejected v1")
    await vida.says("/spresti r1 accepted v1")
    between = await rita.says("Ritos argumentas.")
    assert between.plain.startswith("Nieko nepakeista: kol žiūrėjote, dėl pastabos nuspręsta")
    assert "Sprendimas: priimta." in between.plain and between.plain.endswith("Ritos argumentas.")
    assert (await rita.presses("Vietoj jo įrašyti mano")).plain.endswith(
        "Sprendimas: atmesta.\nRitos argumentas."
    )


async def test_the_table_is_harmless_and_whole(chat: Chat, rita: Someone) -> None:
    """Whatever people wrote is no formula and no markup; the document is well-formed, its heading is repeated on every
    page, each line of a remark is there, and what XML cannot hold is left out."""
    evil = '=HYPERLINK("https://x")\n<w:p>&amp; <b>\x00\x07 antra eilutė'
    await opened(chat, title=Words("@Koncepcija <&>"))
    assert "niekas nepasisakė" in (await rita.says("/pastabu_lentele t1 xlsx")).plain
    await says(chat, "1", "k1", "n9", Position(remark=evil))
    await chat.store.consultations.decide("r1", 1, "rejected", "-1+1", chat.by())
    await rita.says("/pastabu_lentele t1 xlsx")
    sheet = load_workbook(io.BytesIO(rita.last.files[0].content)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value]
    assert all(cell.data_type == "s" and not str(cell.value).startswith(tuple("=+-@")) for cell in cells)
    assert sheet["C3"].value.startswith("'=HYPERLINK") and sheet["E3"].value == "'-1+1"
    await rita.says("/pastabu_lentele t1 docx")
    [file] = rita.last.files
    with zipfile.ZipFile(io.BytesIO(file.content)) as packed_file:
        assert packed_file.testzip() is None
        parts = {name: ElementTree.fromstring(packed_file.read(name)) for name in packed_file.namelist()}
    named = {e.get("PartName") for e in parts["[Content_Types].xml"] if e.get("PartName")}
    assert (
        named == {"/word/document.xml", "/word/styles.xml", "/word/footer1.xml"} <= {f"/{n}" for n in parts}
    )
    [footer] = parts["word/document.xml"].iter(f"{WORD}footerReference")
    [led] = [e for e in parts["word/_rels/document.xml.rels"] if e.get("Id") in footer.attrib.values()]
    assert led.get("Target") == "footer1.xml"
    assert {e.get(f"{WORD}val") for e in parts["word/styles.xml"].iter(f"{WORD}lang")} == {"lt-LT"}
    rows = list(parts["word/document.xml"].iter(f"{WORD}tr"))
    texts = [
        [" / ".join("".join(t.itertext()) for t in cell.iter(f"{WORD}p")) for cell in row.iter(f"{WORD}tc")]
        for row in rows
    ]
    assert texts == [
        ["Skyrius", "Kas", "Pastaba / siūlymas", "Sprendimas", "Argumentai"],
        [
            "1. Tikslai",
            "1 klasteris",
            '=HYPERLINK("https://x") / <w:p>&amp; <b> antra eilutė',
            "atmesta",
            "-1+1",
        ],
    ]
    assert rows[0].find(f"{WORD}trPr/{WORD}tblHeader") is not None
    first = next(parts["word/document.xml"].iter(f"{WORD}p"))
    assert "".join(first.itertext()) == "Pastabų lentelė: @Koncepcija <&>"


async def test_each_author_hears_what_became_of_theirs_and_only_that(chat: Chat, rita: Someone) -> None:
    """Everybody who wrote it, once, when it is published; what is decided or changed afterwards once more, was → now;
    what was changed back concerns nobody, nor who only agreed."""
    ona = await somebody(chat, "Ona", "k1")
    await somebody(chat, "Jonas", "k1")
    await somebody(chat, "Eva", "k2")
    await opened(chat)
    await sent(chat)
    await says(chat, "1", "k1", "n2", Position(remark="Onos."))
    await says(chat, "1", "k1", "n3", Position(remark="Onos ir Jono."))
    await says(chat, "2", "k1", "n2", Position(remark="Dar viena."))
    await says(chat, "2", "k2", "n4", Position(agrees=True))
    assert "konsultacijai pasibaigus" in (await rita.says("/paskelbti_sprendimus t1")).plain
    await chat.store.consultations.close("t1", chat.by())
    await sent(chat)
    assert (await rita.says("/paskelbti_sprendimus t1")).plain == "Dar nieko nenuspręsta."
    await rita.says("/spresti r1 accepted")
    await rita.says("/paskelbti_sprendimus t1")
    assert rita.last.plain == (
        "Sprendimus dėl savo pastabų sužinos 2 žmonės.\n"
        "Dėl 1 pastabos dar nenuspręsta; kai nuspręsite, jos autoriui pranešiu."
    )
    await rita.presses("Paskelbti sprendimus")
    arrived = await sent(chat)
    assert set(arrived) == {"chat-uOna", "chat-uJonas"}
    assert arrived["chat-uJonas"][0].endswith("• Onos ir Jono.\nSprendimas: priimta.")
    assert "paskelbti" in (await rita.says("/paskelbti_sprendimus t1")).plain
    await rita.submits("decide r1 rejected", {"reason": "Ne."})
    await rita.says("/spresti r1 accepted")
    chat.passes(minutes=11)
    assert await sent(chat) == {}
    assert "autoriai tai sužinos" in (await rita.submits("decide r2 partly", {"reason": "Iš dalies."})).plain
    chat.passes(minutes=11)
    arrived = await sent(chat)
    assert set(arrived) == {"chat-uOna"} and "Onos ir Jono." not in arrived["chat-uOna"][0]
    await rita.submits("decide r1 rejected", {"reason": "Ne."})
    assert "Sprendimas: atmesta." in (await ona.says("/skyrius t1 1")).plain
    chat.passes(minutes=11)
    arrived = await sent(chat)
    assert set(arrived) == {"chat-uJonas"} and "priimta → atmesta.\nNe." in arrived["chat-uJonas"][0]


async def test_the_digest_and_the_first_page_name_what_waits(chat: Chat, rita: Someone) -> None:
    """Consultations of which nobody has spoken for the reader stand in both, and others do not."""
    structure = await chat.store.association.structure()
    monday = replace(structure.groups[0], digest=DigestTime(0, "09:00"))
    await chat.store.association.take_over(replace(structure, groups=(monday,)), chat.by())
    ada = await chat.member("Ada", groups=("politika",))
    await ada.says("labas")
    await opened(chat, closes=CLOSES + timedelta(days=9))
    home = await ada.says("/pradzia")
    assert (
        "Konsultacijos, kurios laukia jūsų pozicijos\n• Klasterių koncepcija, iki spalio 14 d., 17:00"
        in home.plain
    )
    assert "Konsultacijos" in labels(home)
    chat.now = CLOSES - timedelta(days=7) - timedelta(hours=7, minutes=59)
    [digest] = [text for text in (await sent(chat))["chat-uAda"] if text.startswith("Savaitės")]
    assert (
        "Konsultacijos, kurios laukia jūsų pozicijos\n• Klasterių koncepcija, iki spalio 14 d., 17:00"
        in digest
    )
    await ada.says("/pritarti t1 1")
    assert "laukia jūsų pozicijos" not in (await ada.says("/pradzia")).plain
    assert "laukia jūsų pozicijos" not in (await ada.says("/santrauka")).plain


async def test_it_comes_with_the_digest_where_that_is_wished(chat: Chat, rita: Someone) -> None:
    """Whoever wants surveys in the digest is asked there, with a button, and not by a message of its own."""
    structure = await chat.store.association.structure()
    monday = replace(structure.groups[0], digest=DigestTime(0, "09:00"))
    await chat.store.association.take_over(replace(structure, groups=(monday,)), chat.by())
    ada = await chat.member("Ada", groups=("politika",))
    await ada.says("/tema surveys digest")
    await opened(chat)
    assert "chat-uAda" not in await sent(chat)
    chat.now = CLOSES - timedelta(days=7) - timedelta(hours=7, minutes=59)
    [digest] = (await sent(chat))["chat-uAda"]
    assert "• Klasterių koncepcija: pastabų dėl projekto laukiama iki spalio 5 d., 17:00" in digest


async def test_whoever_wants_no_surveys_is_not_invited(chat: Chat, rita: Someone) -> None:
    """Surveys and consultations are one topic: muted nothing comes, but what became of one's own remark does."""
    ona = await somebody(chat, "Ona", "k1")
    await ona.says("/tema surveys off")
    await opened(chat)
    assert "chat-uOna" not in await sent(chat)
    await ona.says("/pastaba t1 1")
    await ona.says("Trumpa.")
    await chat.store.consultations.close("t1", chat.by())
    await rita.says("/spresti r1 accepted")
    await chat.store.consultations.publish("t1", 3, chat.by())
    assert "Sprendimas: priimta." in (await sent(chat))["chat-uOna"][0]


async def test_what_is_sent_says_why_and_in_the_order_of_the_sections(chat: Chat, rita: Someone) -> None:
    """Every push has a way to its reason, and an author reads decisions as the draft reads, not as remarks came."""
    ona = await somebody(chat, "Ona", "k1")
    await opened(chat)
    await sent(chat)
    [invited] = [s for s in await chat.store.sendings.all() if s.kind == "consultation"]
    [delivery] = [d for d in await chat.store.sendings.deliveries(invited.id) if d.recipient == "n2"]
    assert "skirta ir jums" in (await ona.says(f"/kodel {delivery.id}")).plain
    for section in ("2", "1.1", "1"):
        await says(chat, section, "k1", "n2", Position(remark=f"Pastaba „{section}“."))
    await chat.store.consultations.close("t1", chat.by())
    for number in (1, 2, 3):
        await rita.says(f"/spresti r{number} accepted")
    await rita.says("/paskelbti_sprendimus t1")
    await rita.presses("Paskelbti sprendimus")
    [text] = (await sent(chat))["chat-uOna"]
    assert [line for line in text.splitlines() if line.startswith("•")] == [
        "• Pastaba „1“.",
        "• Pastaba „1.1“.",
        "• Pastaba „2“.",
    ]
    [told] = [s for s in await chat.store.sendings.all() if s.kind == "decisions"]
    [delivery] = await chat.store.sendings.deliveries(told.id)
    assert "kas dėl jų nuspręsta" in (await ona.says(f"/kodel {delivery.id}")).plain
