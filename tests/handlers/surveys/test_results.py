"""The secretariat looks at results in chat: who answered, what is clearest, files, texts, the round before."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from handlers.chat import Account
from handlers.surveys.pushes import for_good
from storage.words import Words
from tests.conversation import Chat, Someone, labels
from tests.handlers.surveys import example
from tests.handlers.surveys.asked import somebody
from tests.handlers.surveys.shown import PLAN, answered, furnished, names


@pytest.fixture
async def chat() -> Chat:
    return await furnished()


@pytest.fixture
async def rita(chat: Chat) -> Someone:
    """The secretary."""
    return await somebody(chat, "Rita", "LKA", "secretariat")


async def test_of_a_named_survey_everything_is_seen_at_any_time(chat: Chat, rita: Someone) -> None:
    """Who has answered, a sentence for each question, and the ways to the rest."""
    id = await answered(chat)
    shown = await rita.says(f"/rezultatai {id}")
    assert shown.plain.startswith(
        "Klasterių poreikių apklausa\nAtsakė 12 iš 13 (92\u00a0%).\n1. Kokioje srityje veikia jūsų klasteris? – "
    )
    assert "10. Sutinku, kad atsakymai būtų naudojami apibendrintai. – Sutiko 12 iš 12." in shown.plain
    assert "Klausimą su diagrama atversite parašę jo numerį, pavyzdžiui: /rezultatai a1 1" in shown.plain
    assert labels(shown) == ["Diagramos", "Lentelė", "Po vieną klausimą", "Spausdinti"]


async def test_what_is_done_first_comes_first_and_never_more_than_six(chat: Chat, rita: Someone) -> None:
    """Of a closed survey its announcement comes first; what has no room stands behind a button."""
    long = replace(PLAN, questions=(*PLAN.questions, replace(PLAN.questions[0], id="again")))
    first = await answered(chat, replace(long, key="poreikiai-2025"))
    await chat.store.surveys.close(first, for_good, chat.by())
    chat.passes(days=5)
    id = await answered(chat, long, seed=2)
    await chat.store.surveys.close(id, for_good, chat.by())
    shown = await rita.says(f"/rezultatai {id}")
    assert labels(shown) == [
        "Paskelbti nariams",
        "Diagramos",
        "Lentelė",
        "Po vieną klausimą",
        "Daugiau…",
        "›",
    ]
    assert labels(await rita.presses("Daugiau…")) == [
        "Spausdinti",
        "Palyginti su ankstesne",
        "Paskelbti su lentele",
        "‹ Atgal",
    ]
    await rita.presses("‹ Atgal")
    second = await rita.presses("›")
    assert second.plain.splitlines()[2].startswith("11. ") and labels(second) == ["Po vieną klausimą", "‹"]
    assert "Į šį klausimą niekas neatsakė." in (await rita.presses("Po vieną klausimą")).plain


async def test_questions_are_turned_one_by_one_or_opened_by_their_number(chat: Chat, rita: Someone) -> None:
    """With the picture of each; at both ends there is one way."""
    id = await answered(chat)
    await rita.says(f"/rezultatai {id}")
    assert labels(await rita.presses("Po vieną klausimą")) == ["›", "‹ Atgal"]
    second = await rita.presses("›")
    assert second.plain.startswith("Kiek narių vienija klasteris?") and labels(second) == [
        "‹",
        "›",
        "‹ Atgal",
    ]
    last = await rita.says(f"/rezultatai {id} 10")
    assert last.plain.startswith("Sutinku, kad atsakymai būtų naudojami") and labels(last) == ["‹", "‹ Atgal"]
    beyond = await rita.says(f"/rezultatai {id} 11")
    assert beyond.plain.startswith("Klasterių poreikių apklausa\nAtsakė 12 iš 13")


async def test_without_a_survey_named_all_that_were_opened_are_listed(chat: Chat, rita: Someone) -> None:
    """The newest first, four a page, drafts left out; with none there is the way to all surveys."""
    none = await rita.says("/rezultatai")
    assert none.plain == "Dar nebuvo pradėta nė viena apklausa." and labels(none) == ["Visos apklausos"]
    for n in range(5):
        await answered(chat, replace(PLAN, key=f"apklausa-{n}", title=Words(f"Apklausa {n}")))
    await chat.store.surveys.add(replace(PLAN, key="juodrastis"), chat.by())
    listed = await rita.says("/rezultatai")
    assert "1. Apklausa 4 (vyksta iki spalio 5 d., 17:00)" in listed.plain
    assert labels(listed) == ["1", "2", "3", "4", "›"]
    rest = await rita.presses("›")
    assert labels(rest) == ["5", "‹"] and "5. Apklausa 0" in rest.plain
    assert (await rita.presses("5")).plain.startswith("Apklausa 0\nAtsakė 12 iš 13")


async def test_of_an_anonymous_survey_nothing_is_seen_before_it_closes(chat: Chat, rita: Someone) -> None:
    """Only who has answered, whatever part of the results is asked for; afterwards what was kept."""
    id = await answered(chat, replace(PLAN, anonymous=True))
    for wish in ("", "pictures", "table", "page", "compare", "wish", "field"):
        shown = await rita.says(f"/rezultatai {id} {wish}")
        assert "Apklausa anoniminė, todėl rezultatai bus rodomi tik jai pasibaigus" in shown.plain
        assert "Atsakė 12 iš 13" in shown.plain and "• 1 klasteris: 1 iš 2 (50\u00a0%)" in shown.plain
        assert shown.files == () and labels(shown) == ["‹ Atgal"]
    await chat.store.surveys.close(id, for_good, chat.by())
    await rita.says(f"/rezultatai {id}")
    book = await rita.presses("Lentelė")
    assert names(book) == ["poreikiai-2026.xlsx"]
    assert "Atsakymai žodžiais" not in load_workbook(io.BytesIO(book.files[0].content)).sheetnames


async def test_pictures_come_a_few_at_a_time(chat: Chat, rita: Someone) -> None:
    """Six questions a message, then the rest; texts have none."""
    id = await answered(chat)
    await rita.says(f"/rezultatai {id}")
    first = await rita.presses("Diagramos")
    assert names(first) == [f"poreikiai-2026-{q.id}.png" for q in example.QUESTIONS[:6]] and first.fresh
    assert all(file.picture and file.content.startswith(b"\x89PNG") for file in first.files)
    last = await rita.presses("›")
    assert names(last) == [f"poreikiai-2026-{id}.png" for id in ("sum", "stand", "agree")]
    assert labels(last) == ["‹", "‹ Atgal"]


async def test_the_workbook_is_the_secretariat_s_and_the_page_is_everybody_s(
    chat: Chat, rita: Someone
) -> None:
    """With names and every answer in the one; the other goes to a ministry, so it has no question of few."""
    id = await answered(chat)
    await rita.says(f"/rezultatai {id}")
    own = await rita.presses("Lentelė")
    assert names(own) == ["poreikiai-2026.xlsx", "poreikiai-2026.csv"]
    assert "1 klasteris;Narys1;" in own.files[1].content.decode()
    await rita.says(f"/rezultatai {id}")
    page = await rita.presses("Spausdinti")
    assert names(page) == ["poreikiai-2026.html"]
    html = page.files[0].content.decode()
    assert "Skelbiami tik bendri rezultatai" in html and "Narys1" not in html
    assert "Nerodoma, kad nebūtų galima atpažinti, kas ką atsakė." in html


async def test_texts_are_read_by_a_word_and_without_names(chat: Chat, rita: Someone) -> None:
    """In no order, those with a word in any form; whom they name is hidden."""
    wishes = ("Trumpesnių paraiškų", "Paraiška per ilga, rašykite n@k1.example", "Parodų")
    id = await answered(chat, wishes=wishes)
    every = await rita.says(f"/rezultatai {id} wish")
    assert "n@k1.example" not in every.plain and "rašykite […]" in every.plain
    assert "Vietoj to, kas paslėpta, rašoma […]." in every.plain
    word = next(label for label in labels(every) if label.startswith("paraišk"))
    found = await rita.presses(word)
    assert "Trumpesnių paraiškų" in found.plain and "Paraiška per ilga" in found.plain
    assert "Parodų" not in found.plain


async def test_the_round_before_stands_beside_it(chat: Chat, rita: Someone) -> None:
    """The latest closed survey of the same series: of all, or of those alone who answered both."""
    first = await answered(chat, replace(PLAN, key="poreikiai-2025"))
    await chat.store.surveys.close(first, for_good, chat.by())
    chat.passes(days=5)
    second = await answered(chat, seed=2)
    await rita.says(f"/rezultatai {second}")
    beside = await rita.presses("Palyginti su ankstesne")
    assert "Palyginta su apklausa, kuri baigėsi 2026 m. rugsėjo 24 d., 10:00." in beside.plain
    assert "Atsakymai savais žodžiais nelyginami." in beside.plain
    both = await rita.presses("Tik atsakę abu kartus")
    assert "Tik tie, kurie atsakė abu kartus." in both.plain
    assert "Palyginti su ankstesne" not in labels(await rita.says(f"/rezultatai {first}"))


async def test_one_s_own_answers_stand_beside_everyone_s(chat: Chat, rita: Someone) -> None:
    """Of a named survey that has closed, as it may be published."""
    id = await answered(chat)
    me = Someone(chat, Account("telegram", "uNarys1"), "Narys1")
    early = await me.says(f"/beside {id}")
    assert "parodoje" not in early.plain
    await chat.store.surveys.close(id, for_good, chat.by())
    said = (await me.says(f"/beside {id}")).plain
    assert "Ar jūsų klasteris dalyvautų bendroje parodoje?" in said
    assert "Kur apie visus nieko nepasakyta, atsakymai nerodomi" in said  # few were asked for a sum


async def test_results_are_the_secretariat_s(chat: Chat, rita: Someone) -> None:
    """A member does not see them, a draft has none, and neither has what is not there."""
    id = await answered(chat)
    ona = await somebody(chat, "Ona", "k1")
    refused = await ona.says(f"/rezultatai {id}")
    assert "Atsakė" not in refused.plain and refused.files == ()
    draft = await chat.store.surveys.add(replace(PLAN, key="kita"), chat.by())
    for wish in (draft.id, "a99"):
        assert (await rita.says(f"/rezultatai {wish}")).plain == "Tokios apklausos nėra."
