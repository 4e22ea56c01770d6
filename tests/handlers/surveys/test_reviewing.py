"""The secretariat looks through what people wrote before it is shared: hides, shows, sees how it will read, shares."""

from __future__ import annotations

import asyncio
import io
from contextlib import suppress
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from bot.outbox import Outbox, Rules
from handlers.chat import Account, Bold, Incoming, Items, Para, Reply
from handlers.surveys.pushes import for_good
from storage.members import ChangedMember
from storage.surveys import Survey
from tests.conversation import Chat, Someone, labels
from tests.handlers.surveys.asked import CLOSES, PLAN, associate, opened, somebody
from tests.postman import Postman, quiet

TEXTS = (
    "Ačiū Adai Vaitkienei už pagalbą",
    "2 klasteris nori, kad LVPA atsakytų greičiau",
    "Rašykite ada@k1.example",
    "Mūsų lazerių laboratorija Kaune galėtų mokyti",
    "Laboratorijos Kaunui nereikia",
    *(f"Trumpesnių paraiškų, {n} kartas" for n in "ABCDEF"),
)
SAY = 8  # the number of the question that takes a text


@pytest.fixture
async def chat() -> Chat:
    chat = Chat.begin()
    await associate(chat, len(TEXTS))
    await somebody(chat, "Ada Vaitkienė", "k1")
    return chat


@pytest.fixture
async def rita(chat: Chat) -> Someone:
    """A secretary."""
    return await somebody(chat, "Rita", "LKA", "secretariat")


@pytest.fixture
async def ona(chat: Chat) -> Someone:
    """Another secretary."""
    return await somebody(chat, "Ona", "LKA", "secretariat")


async def answered(chat: Chat, *, anonymous: bool = False, texts: tuple[str, ...] = TEXTS) -> Survey:
    """A survey in which each of these was written, not closed yet."""
    survey = await opened(chat, PLAN, anonymous=anonymous)
    for n, text in enumerate(texts, 1):
        given = {
            "sector": "Kosmosas" if n % 2 else "ict",
            "members": str(n),
            "apply": "yes" if n % 2 else "no",
            "say": text,
        }
        await chat.store.surveys.hand_in(survey.id, f"n{50 + n}", f"k{n}", given, chat.now)
    return survey


async def closed(chat: Chat, *, anonymous: bool = False, texts: tuple[str, ...] = TEXTS) -> Survey:
    """The same, closed."""
    survey = await answered(chat, anonymous=anonymous, texts=texts)
    chat.now = CLOSES
    return await chat.store.surveys.close(survey.id, for_good, chat.by())


async def card(someone: Someone, beginning: str) -> Reply:
    """The card of the text that begins so."""
    page = await someone.says(f"/tekstai a1 {SAY} p1")
    while True:
        [items] = [block for block in page.blocks if isinstance(block, Items)]
        for n, spans in enumerate(items.items, items.start or 1):
            if "".join(one if isinstance(one, str) else one.text for one in spans).startswith(beginning):
                return await someone.presses(str(n))
        page = await someone.presses("›")


def bold(reply: Reply) -> list[str]:
    """What stands in bold in its paragraphs."""
    return [
        span.text
        for block in reply.blocks
        if isinstance(block, Para)
        for span in block.spans
        if isinstance(span, Bold)
    ]


async def shared(someone: Someone) -> str:
    """How the texts will read, every page."""
    page = await someone.says(f"/tekstai a1 {SAY} shared")
    said = page.plain
    while "›" in labels(page):
        page = await someone.presses("›")
        said += "\n" + page.plain
    return said


def cells(reply: Reply) -> str:
    """Every cell of the workbook, and the lines of the CSV."""
    book = load_workbook(io.BytesIO(reply.files[0].content))
    found = [str(cell.value) for page in book for row in page for cell in row if cell.value is not None]
    return "\n".join(found + [file.content.decode() for file in reply.files[1:]])


async def test_what_names_somebody_is_hidden_by_itself_and_shown_with_a_press(
    chat: Chat, rita: Someone
) -> None:
    """From the results to the texts, to one text; what was hidden wrongly is shown, and hidden again."""
    await closed(chat)
    await rita.says("/rezultatai a1 =say")
    overview = await rita.presses("Prieš skelbiant")
    assert "Parašyta 11 skirtingų tekstų. Tekstų, kuriuose kas nors paslėpta: 3." in overview.plain
    assert "Jie dar neskelbiami." in overview.plain
    assert labels(overview) == [
        "Peržiūrėti",
        "Tik su paslėptais",
        "Paslėpti žodį",
        "Kaip bus skelbiama",
        "‹ Atgal",
    ]
    only = await rita.presses("Tik su paslėptais")
    assert labels(only) == ["1", "2", "3", "‹ Atgal"] and "Paryškinta tai, kas paslėpta." in only.plain
    shown = await card(rita, "2 klasteris")
    assert bold(shown) == ["2 klasteris"]
    assert "Siūloma paslėpti (jei nerodysite, liks paslėpta): „2 klasteris“." in shown.plain
    assert labels(shown) == ["Rodyti „2 klasteris“", "Slėpti visą tekstą", "‹ Atgal"]
    again = await rita.presses("Rodyti „2 klasteris“")
    assert again.plain.startswith("Rodoma.\n2 klasteris nori, kad LVPA") and bold(again) == []
    assert "2 klasteris nori, kad LVPA atsakytų greičiau" in await shared(rita)
    await card(rita, "2 klasteris")
    hidden = await rita.presses("Slėpti „2 klasteris“")
    assert bold(hidden) == ["2 klasteris"] and "Siūloma" not in hidden.plain
    assert "[…] nori, kad LVPA atsakytų greičiau" in await shared(rita)


async def test_texts_are_read_a_few_at_a_time_in_one_order_that_stays(chat: Chat, rita: Someone) -> None:
    """Never more than six buttons; the order is the same at every look, and not the one in which they were written."""
    await answered(chat)

    async def order() -> list[str]:
        page = await rita.says(f"/tekstai a1 {SAY} p1")
        found = page.plain.splitlines()[1:]
        while "›" in labels(page):
            page = await rita.presses("›")
            assert len(labels(page)) <= 6
            found += page.plain.splitlines()[1:]
        return [line.partition(". ")[2] for line in found]

    first = await order()
    assert sorted(first) == sorted(TEXTS) and first != list(TEXTS)
    assert await order() == first
    await card(rita, "Rašykite")
    await rita.presses("Slėpti visą tekstą")
    assert [line.partition(" – ")[0] for line in await order()] == first
    found = await rita.says(f"/tekstai a1 {SAY} p1 laboratorija")
    assert "Laboratorijos Kaunui" in found.plain and "Trumpesnių" not in found.plain
    by_word = await rita.says("/rezultatai a1 =say laboratorija")
    assert "Trumpesnių" not in by_word.plain
    assert (await rita.presses("Prieš skelbiant")).plain == found.plain
    for odd in ("🌳" * 40, "raide" * 30, "kartas " * 20, "p2 p3", "hidden hidden"):
        assert (await rita.says(f"/tekstai a1 {SAY} p1 {odd}")).plain, odd
        assert "Tokio teksto nebėra." in (await rita.says(f"/tekstas {odd} {odd}")).plain
    assert "Tokių tekstų nėra." in (await rita.says(f"/tekstai a1 {SAY} p1 biudžetas")).plain


async def test_a_word_is_hidden_in_every_form_after_it_was_shown_where_it_stands(
    chat: Chat, rita: Someone
) -> None:
    """A name that nobody could have proposed; then shown again wherever it stands."""
    await closed(chat)
    await rita.says(f"/tekstai a1 {SAY}")
    await rita.presses("Paslėpti žodį")
    assert "nėra nė viename tekste" in (await rita.says("Klaipėda", quotes=True)).plain
    await rita.presses("Kitas žodis")
    found = await rita.says("Kaunas", quotes=True)
    assert found.plain in ("Rasta 2 vietose: „Kaune“ ir „Kaunui“.", "Rasta 2 vietose: „Kaunui“ ir „Kaune“.")
    assert (await rita.presses("Slėpti visur")).plain == "„Kaunas“ paslėpta visur, kur parašyta."
    read = await shared(rita)
    assert "lazerių laboratorija […] galėtų mokyti" in read and "Laboratorijos […] nereikia" in read
    overview = await rita.says(f"/tekstai a1 {SAY}")
    assert "Visur paslėpta: „Kaunas“." in overview.plain and len(labels(overview)) == 6
    await rita.presses("Paslėpti žodžiai")
    assert (await rita.presses("Rodyti „Kaunas“")).plain == "„Kaunas“ vėl rodoma visur, kur parašyta."
    assert "laboratorija Kaune galėtų" in await shared(rita)
    await rita.says(f"/slepti_zodi a1 {SAY}")
    assert "Reikia žodžio iš raidžių" in (await rita.says("…", quotes=True)).plain


async def test_what_was_decided_last_counts(chat: Chat, rita: Someone) -> None:
    """A word that is hidden everywhere is shown in one text alone; hidden everywhere once more, it is hidden there
    too."""
    await closed(chat)

    async def everywhere() -> None:
        await rita.says(f"/slepti_zodi a1 {SAY}")
        await rita.says("Kaunas", quotes=True)
        await rita.presses("Slėpti visur")

    await everywhere()
    await card(rita, "Laboratorijos")
    await rita.presses("Rodyti „Kaunui“")
    assert "Laboratorijos Kaunui nereikia" in await shared(rita)
    assert "laboratorija […] galėtų" in await shared(rita)
    await rita.says(f"/tekstai a1 {SAY} words")
    await rita.presses("Rodyti „Kaunas“")
    await everywhere()
    assert "Laboratorijos […] nereikia" in await shared(rita)


async def test_what_is_hidden_is_hidden_in_everything_that_is_handed_out(chat: Chat, rita: Someone) -> None:
    """The workbook, the CSV, the page and the announcement of a named survey; only the secretariat's own workbook has
    all, and says so. A text hidden altogether is left out, and how many are is said."""
    await closed(chat)
    await card(rita, "Mūsų lazerių")
    assert "Paslėptas visas tekstas." in (await rita.presses("Slėpti visą tekstą")).plain
    await rita.says(f"/tekstai a1 {SAY} shared")
    told = await rita.presses("Skelbti juos")
    assert told.plain.startswith("Nuo šiol jie bus spausdinamame puslapyje") and len(labels(told)) == 5
    page = (await rita.presses("Spausdinti")).files[0].content.decode()
    table = await rita.says("/rezultatai a1 table")
    await rita.says("/rezultatai a1 share")
    for handed in (page, cells(table), rita.last.plain, (await rita.says("/rezultatai a1 =say")).plain):
        assert "Vaitkien" not in handed and "ada@k1" not in handed and "lazerių" not in handed
    assert "Ačiū […] už pagalbą" in page and "1 tekstas praleistas, kad niekas nebūtų atpažintas." in page
    assert page.count("<li>") == len(TEXTS) - 1
    assert (
        "Ačiū […] už pagalbą" in cells(table) and "Kas paslėpta tekstuose, paslėpta ir joje." in table.plain
    )
    await rita.says("/rezultatai a1 table")
    everything = await rita.presses("Su viskuo, kas parašyta")
    assert "Ačiū Adai Vaitkienei už pagalbą" in cells(everything) and "tik sekretoriatui" in everything.plain


async def test_texts_go_along_only_when_somebody_has_said_so(chat: Chat, rita: Someone) -> None:
    """Before that and after it was taken back the page has their number alone, and the announcement none; a few are in
    the announcement while they go along."""
    await closed(chat)

    async def handed_out() -> tuple[str, str]:
        page = (await rita.says("/rezultatai a1 page")).files[0].content.decode()
        return page, (await rita.says("/rezultatai a1 share")).plain

    assert all("Trumpesnių" not in handed for handed in await handed_out())
    await rita.says(f"/tekstai a1 {SAY} shared")
    await rita.presses("Skelbti juos")
    page, announced = await handed_out()
    assert "Trumpesnių paraiškų, A kartas" in page and "<h2>Savais žodžiais</h2>" in page
    assert "Ką žmonės parašė, atsakydami į klausimą „Ką perduoti darbo grupei?“:\n• " in announced
    assert "Skelbiami bendri rezultatai ir tekstai be to, kas išduotų, kas rašė" in page
    assert "Jie skelbiami kartu su rezultatais." in (await rita.says(f"/tekstai a1 {SAY}")).plain
    await rita.says(f"/tekstai a1 {SAY} shared")
    assert (await rita.presses("Neskelbti jų")).plain.startswith("Jie nebeskelbiami.")
    assert all("Trumpesnių" not in handed for handed in await handed_out())


async def test_what_was_shared_reads_the_same_when_nobody_is_known_by_that_name_any_more(
    chat: Chat, rita: Someone
) -> None:
    """A name that was hidden when the texts were shared stays hidden although its bearer is renamed or gone."""
    await closed(chat)
    await rita.says(f"/tekstai a1 {SAY} shared")
    await rita.presses("Skelbti juos")
    before = await shared(rita)
    [ada] = [one for one in await chat.store.members.all() if one.person.name == "Ada Vaitkienė"]
    renamed = ChangedMember(ada.id, ada.version, replace(ada.person, name="Birutė"))
    await chat.store.members.take_over((renamed,), chat.by())
    assert "Ačiū […] už pagalbą" in before and await shared(rita) == before


async def test_whoever_shares_what_was_changed_meanwhile_sees_it_once_more(
    chat: Chat, rita: Someone, ona: Someone
) -> None:
    """Nothing is shared that the one who presses has not seen."""
    await closed(chat)
    seen = await rita.says(f"/tekstai a1 {SAY} shared")
    await card(ona, "2 klasteris")
    await ona.presses("Rodyti „2 klasteris“")
    again = await rita.presses("Skelbti juos", of=seen)
    assert again.plain.startswith("Kol žiūrėjote, dėl šių tekstų kai kas nuspręsta kitaip.")
    assert "2 klasteris nori" in await shared(rita)
    assert "Jie dar neskelbiami." in (await rita.says(f"/tekstai a1 {SAY}")).plain


async def test_of_two_secretaries_on_one_text_the_last_press_counts_and_both_hear_so(
    chat: Chat, rita: Someone, ona: Someone
) -> None:
    """The second is told at once, the first by a message that names no text; who has seen what the other decided
    tells nobody."""
    await closed(chat)
    chat.passes(days=1)
    first = await card(rita, "Ačiū")
    second = await card(ona, "Ačiū")
    await rita.presses("Rodyti „Adai Vaitkienei“", of=first)
    won = await ona.presses("Slėpti visą tekstą", of=second)
    assert won.plain.startswith(
        "Kol žiūrėjote, dėl šio teksto nusprendė ir Rita. Galioja tai, ką paspaudėte jūs"
    )
    assert "Paslėptas visas tekstas." in won.plain
    [news] = [one for one in await chat.store.sendings.all() if one.kind == "redacted"]
    assert "Vaitkien" not in str(news)
    arrived = await sent(chat)
    assert list(arrived) == ["chat-uRita"]
    assert arrived["chat-uRita"][0].startswith(
        "Tą patį apklausos „Klasterių poreikių apklausa“ tekstą vienu metu su jumis tvarkė Ona"
    )
    await card(rita, "Ačiū")
    assert (await rita.presses("Rodyti tekstą")).plain.startswith("Rodoma.")
    assert len([one for one in await chat.store.sendings.all() if one.kind == "redacted"]) == 1
    assert "Tokio teksto nebėra." in (await rita.says("/tekstas a1 0000000000")).plain


async def sent(chat: Chat) -> dict[str, list[str]]:
    """What leaves when the outbox has worked, by chat."""
    postman = Postman()
    outbox = Outbox(
        chat.store, (postman,), chat.dispatch.compose, lambda: chat.now, Rules({"telegram": 1000.0})
    )
    task = asyncio.create_task(outbox.run())
    await quiet(chat.store, postman)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return {where: texts for where, texts in postman.arrived.items() if texts}


async def test_of_an_anonymous_survey_nothing_is_looked_at_before_it_closes(
    chat: Chat, rita: Someone
) -> None:
    """Neither the texts nor a decision on them; afterwards they are read in the order that the closing gave them, and
    what is kept of the decisions names no text, no person and no time."""
    survey = await answered(chat, anonymous=True)
    for said in (
        f"tekstai a1 {SAY}",
        "tekstas a1 00",
        f"slepti_zodi a1 {SAY}",
        f"skelbti_tekstus a1 {SAY} v1",
    ):
        reply = await rita.says(f"/{said}")
        assert reply.plain in ("Tokios apklausos nėra.", "Tokio teksto nebėra."), said
    assert await chat.store.redactions.of("a1") is None
    chat.now = CLOSES
    survey = await chat.store.surveys.close(survey.id, for_good, chat.by())
    [kept] = [one.texts for one in survey.tallies if one.question == "say"]
    page = await rita.says(f"/tekstai a1 {SAY} p1")
    assert [line.partition(". ")[2] for line in page.plain.splitlines()[1:]] == list(kept[:3])
    await card(rita, "Ačiū")
    await rita.presses("Slėpti visą tekstą")
    redaction = await chat.store.redactions.of("a1")
    assert redaction is not None
    said = str(replace(redaction, salt=""))
    assert not any(word in said for word in ("Ačiū", "k1", "datetime", "n51", "h1"))
    await rita.says(f"/slepti_zodi a1 {SAY}")
    await rita.says("Kaunas", quotes=True)
    await rita.presses("Slėpti visur")
    assert "Laboratorijos […] nereikia" in await shared(rita)
    assert "Ačiū" not in cells(await rita.says("/rezultatai a1 table"))


async def test_of_texts_that_few_wrote_none_is_shared(chat: Chat, rita: Someone) -> None:
    """The secretariat reads those of a named survey; nobody else does, whatever it decides. Of an anonymous one there
    is nothing to read."""
    await closed(chat, texts=TEXTS[:9])
    assert "Parašyti 9 skirtingi tekstai." in (await rita.says(f"/tekstai a1 {SAY}")).plain
    few = await rita.presses("Kaip bus skelbiama")
    assert few.plain.startswith("Šie tekstai neskelbiami: jų mažiau kaip 10")
    assert labels(few) == ["‹ Atgal"]
    await rita.says(f"/skelbti_tekstus a1 {SAY} v1")
    page = (await rita.says("/rezultatai a1 page")).files[0].content.decode()
    assert "Trumpesnių" not in page and "Skelbiami tik bendri rezultatai" in page


async def test_of_an_anonymous_survey_with_few_texts_there_is_nothing_to_look_through(
    chat: Chat, rita: Someone
) -> None:
    """They were never kept."""
    await closed(chat, anonymous=True, texts=TEXTS[:9])
    assert (await rita.says("/tekstai a1")).plain == "Nėra tekstų, kuriuos būtų galima rodyti."


async def test_whoever_only_looks_changes_nothing(chat: Chat, rita: Someone) -> None:
    """What a secretary would see is shown without a trace, and nothing can be decided so."""
    await closed(chat)
    member = await chat.store.members.of_account("telegram", "uRita")

    async def looks(text: str) -> str:
        msg = Incoming("look", Account("console", "operator"), "console", True, text, True)
        return (await chat.dispatch.read(msg, member, chat.now, None)).plain

    assert "Ačiū Adai" in "".join([await looks(f"tekstai a1 {SAY} p{n}") for n in range(1, 5)])
    assert await chat.store.redactions.of("a1") is None
    assert "Ačiū" not in await looks("slepti a1 00 v1")


async def test_the_audit_says_who_decided_and_not_on_what(chat: Chat, rita: Someone) -> None:
    """In words, without a word of any text."""
    await closed(chat)
    await card(rita, "Ačiū")
    await rita.presses("Rodyti „Adai Vaitkienei“")
    await rita.says(f"/slepti_zodi a1 {SAY}")
    await rita.says("Kaunas", quotes=True)
    await rita.presses("Slėpti visur")
    await rita.says(f"/tekstai a1 {SAY} shared")
    await rita.presses("Skelbti juos")
    said = (await rita.says("/istorija a1")).plain
    assert "Rita: nuspręsta, kas paslėpta tekste, a1" in said
    assert "Rita: nuspręsta dėl žodžio visuose tekstuose, a1" in said
    assert "Rita: parašyti tekstai skelbiami, a1" in said
    assert "Vaitkien" not in said and "Kaun" not in said


async def test_texts_are_the_secretariat_s(chat: Chat, rita: Someone) -> None:
    """A member reads none of them and decides on none."""
    await closed(chat)
    eva = await somebody(chat, "Eva", "k3", "manager")
    for said in ("tekstai a1 8 p1", "tekstas a1 00", "slepti a1 00", "skelbti_tekstus a1 8 v1"):
        reply = await eva.says(f"/{said}")
        assert "sekretoriat" in reply.plain and "Trumpesnių" not in reply.plain


async def test_a_long_text_with_many_names_has_six_buttons_at_most(chat: Chat, rita: Someone) -> None:
    """Two parts at a time, the whole text always."""
    many = " ir ".join(f"a{n}@k1.example" for n in range(5))
    await closed(chat, texts=(many, *TEXTS[1:]))
    first = await card(rita, "a0@")
    assert labels(first) == [
        "Rodyti „a0@k1.example“",
        "Rodyti „a1@k1.example“",
        "›",
        "Slėpti visą tekstą",
        "‹ Atgal",
    ]
    second = await rita.presses("›")
    assert len(labels(second)) == 6
    assert bold(await rita.presses("Rodyti „a3@k1.example“")) == [f"a{n}@k1.example" for n in (0, 1, 2, 4)]


async def test_words_of_one_s_own_beside_choices_are_looked_through_too(chat: Chat, rita: Someone) -> None:
    """What people wrote instead of choosing is a text like others; hidden, it still counts as something else. With two
    questions that have texts one says which."""
    texts = tuple(f"{one} {n}" for n, one in enumerate((*TEXTS, *TEXTS)))
    await associate(chat, len(texts))
    survey = await opened(chat, PLAN)
    for n, text in enumerate(texts, 1):
        given = {"sector": f"Adelės Kosmosas {n}" if n % 2 else "ict", "say": text}
        await chat.store.surveys.hand_in(survey.id, f"n{50 + n}", f"k{n}", given, chat.now)
    which = await rita.says("/tekstai a1")
    assert labels(which) == ["1", "2", "‹ Atgal"]
    await rita.says("/slepti_zodi a1")  # of every question, whichever is named
    await rita.says("Adelė", quotes=True)
    assert rita.last.plain == "Rasta 11 vietų: „Adelės“."
    await rita.presses("Slėpti visur")
    table = await rita.says("/rezultatai a1 table")
    assert "Adel" not in cells(table) and "[…] Kosmosas 3" in cells(table)


async def test_two_who_decide_otherwise_on_a_word_are_both_told(chat: Chat, rita: Someone) -> None:
    """The second at once, the first by a message that names no word and leads to where it can be decided again."""
    await closed(chat)
    tomas = await somebody(chat, "Tomas", "LKA", "secretariat")
    await rita.says(f"/hideword a1 {SAY}")
    await rita.says("Trumpesnių")
    await rita.presses("Slėpti visur")
    await tomas.says(f"/tekstai a1 {SAY} words")
    shown = await tomas.presses("Rodyti „Trumpesnių“")
    assert shown.plain.endswith("Anksčiau kitaip nusprendė Rita ir dabar apie tai sužinos.")
    [news] = [one for one in await chat.store.sendings.all() if one.kind == "redacted"]
    assert "Trumpesnių" not in str(news.content)
    [delivery] = await chat.store.sendings.deliveries(news.id)
    member = await chat.store.members.get(delivery.recipient)
    told = await chat.dispatch.compose(news, delivery, member)
    assert told is not None and told.plain.startswith("Tomas dėl apklausos „Klasterių poreikių apklausa“")
    assert (
        labels(told) == ["Rodyti", "Kodėl tai gavau?"] and member is not None and member.person.name == "Rita"
    )
    await rita.presses("Rodyti", of=told)
    assert "Nė vienas žodis visur neslepiamas." in rita.last.plain
