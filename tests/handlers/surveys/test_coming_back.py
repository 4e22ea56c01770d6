"""People come back to a survey: days later, to an old question, out of order, after a colleague, after its end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.surveys.pushes import for_good
from storage.surveys import Option, Question
from storage.words import Words
from tests.conversation import Chat, button, labels
from tests.handlers.surveys.asked import CLOSES, QUESTIONS, associate, opened, somebody
from tests.handlers.surveys.test_answering import answers_all, sheet


@pytest.fixture
async def chat() -> Chat:
    chat = Chat.begin()
    await associate(chat)
    return chat


async def test_a_question_left_open_is_answered_a_week_later_where_it_stands(chat: Chat) -> None:
    """Whoever put the phone away in the middle presses the same buttons days after, and everything before is kept."""
    ona = await somebody(chat, "Ona", "k1")
    await opened(chat)
    await ona.says("/pildyti a1")
    await ona.presses("IRT")
    await ona.says("47")
    left = ona.last
    chat.passes(days=7)
    assert labels(await ona.presses("☐ Mokymų", of=left))[1] == "☑ Mokymų"
    await ona.says("baigta")
    assert ona.last.plain.startswith("Kiek naudinga santrauka?")
    kept = await sheet(chat, ona)
    assert kept is not None
    assert kept.answers == {"sector": "ict", "members": "47", "help": ("training",)}


async def test_an_old_question_says_that_the_survey_has_ended(chat: Chat) -> None:
    """A button pressed after the closing, named or anonymous, is answered by when that was."""
    ona = await somebody(chat, "Ona", "k1")
    await opened(chat)
    await opened(chat, key="kita", anonymous=True)
    old = {}
    for id in ("a1", "a2"):
        old[id] = await ona.says(f"/pildyti {id}")
        await ona.presses("IRT")
    for id in old:
        await chat.store.surveys.close(id, for_good, chat.by())
    chat.passes(days=4)
    for question in old.values():
        assert (await ona.presses("Sveikata", of=question)).plain == (
            "Apklausa baigėsi rugsėjo 24 d., 10:00; atsakyti ar keisti atsakymų nebegalima."
        )
    assert "Ji vyko iki rugsėjo 24 d., 10:00." in (await ona.says("/apklausa a1")).plain


async def test_an_old_question_below_another_form_loses_neither(chat: Chat) -> None:
    """With another form open a survey's button says so and has a way to both."""
    ona = await somebody(chat, "Ona", "k1")
    await opened(chat)
    await ona.says("/pildyti a1")
    await ona.presses("IRT")
    question = ona.last
    await ona.says("/klausti")
    for label in ("‹ Atgal", "Tęsti vėliau"):
        told = await ona.presses(label, of=question)
        assert told.plain == "Šis klausimas iš ankstesnės formos."
        assert labels(told) == ["Tęsti formą", "Grįžti į tą apklausą", "Atšaukti"]
    assert (await ona.presses("Tęsti formą")).plain.startswith("Ką perduoti sekretoriatui?")
    assert (await ona.presses("Grįžti į tą apklausą", of=told)).plain.startswith("Kiek narių?")
    await ona.presses("Tęsti vėliau")
    assert (await ona.presses("Tęsti vėliau", of=question)).plain.startswith("Jūsų atsakymai išsaugoti")


async def test_a_question_that_is_asked_no_more_leads_to_one_that_is(chat: Chat) -> None:
    """An old list or an old button names a question whose condition does not hold any more: no error, the survey goes
    on where something is to be answered."""
    ona = await somebody(chat, "Ona", "k1")
    await opened(chat)
    await ona.says("/pildyti a1 sum")
    assert ona.last.plain.splitlines()[1].startswith("Kokioje srityje")
    await answers_all(ona)
    listed = await ona.presses("Pakeisti vieną")
    sum_asked = await ona.presses("7. Kokios sumos prašytumėte?")
    await ona.presses("6. Ar teiksite paraišką?", of=listed)
    await ona.presses("ne")
    pressed = await ona.presses("7. Kokios sumos prašytumėte?", of=listed)
    assert "Kokioje srityje" in pressed.plain and "kažkas nepavyko" not in pressed.plain
    forged = button(sum_asked, "‹ Atgal").command.split()[1]
    for word in ("answer", "done", "skip", "back"):
        said = await chat.deliver(ona, f"{word} {forged} ~2", True, pressed=True)
        assert said.plain and "kažkas nepavyko" not in said.plain


async def test_what_was_chosen_is_seen_on_the_way_back(chat: Chat) -> None:
    """Back at a question with one answer, it says what that is, and it may stay."""
    ona = await somebody(chat, "Ona", "k1")
    await opened(chat)
    await ona.says("/pildyti a1")
    await ona.presses("Sveikata")
    back = await ona.presses("‹ Atgal")
    assert back.plain.endswith("Kol kas: „Sveikata“")
    assert (await ona.presses("Palikti, kaip yra")).plain.startswith("Kiek narių?")
    kept = await sheet(chat, ona)
    assert kept is not None and kept.answers["sector"] == "health"


async def test_ways_may_be_typed_as_they_read(chat: Chat) -> None:
    """Whoever types "tęsti vėliau" or "baigta" instead of pressing it is understood."""
    ona = await somebody(chat, "Ona", "k1")
    await opened(chat)
    await ona.says("/pildyti a1")
    await ona.says("irt")
    await ona.says("47")
    await ona.presses("☐ Mokymų")
    assert (await ona.says("Baigta")).plain.startswith("Kiek naudinga santrauka?")
    assert (await ona.says("tęsti vėliau")).plain.startswith("Jūsų atsakymai išsaugoti")


async def test_choices_may_be_typed_one_after_another(chat: Chat) -> None:
    """A ranking and several choices are taken as typed with commas, with diacritics or without, each once; what is not
    among them is refused and changes nothing."""
    ona = await somebody(chat, "Ona", "k1")
    await opened(chat, questions=(QUESTIONS[4], QUESTIONS[2]))
    await ona.says("/pildyti a1")
    assert (await ona.says("MTEPI, abrakadabra")).plain.startswith("Pasirinkite iš sąrašo.")
    await ona.says("eksportas, MTEPI, Eksportas")
    await ona.says("mokymu, eksporto")
    kept = await sheet(chat, ona)
    assert kept is not None
    assert kept.answers == {"order": ("export", "rdi"), "help": ("training", "export")}


async def test_a_number_out_of_its_range_is_told_which_way(chat: Chat) -> None:
    """Too small and too large say so, and what would do."""
    ona = await somebody(chat, "Ona", "k1")
    await opened(chat)
    await ona.says("/pildyti a1")
    await ona.presses("IRT")
    assert (await ona.says("0")).plain.startswith("Per mažas skaičius: mažiausias galimas – 1.")
    assert (await ona.says("501")).plain.startswith("Per didelis skaičius: didžiausias galimas – 500.")
    await ona.says("500")
    assert ona.last.plain.splitlines()[1] == "Pasirinkite ne daugiau kaip 2."


async def test_long_lists_stay_on_their_page_and_a_scale_on_one(chat: Chat) -> None:
    """A press on the second page shows the second page again; a scale of 0 to 10 is one page, its figures in even
    rows, and "can't say" below them."""
    ona = await somebody(chat, "Ona", "k1")
    countries = tuple(Option(f"o{n}", Words(f"Šalis {n}")) for n in range(25))
    await opened(
        chat,
        questions=(
            Question("where", "multi", Words("Kurios šalys?"), options=countries),
            Question("rank", "ranking", Words("Kokia tvarka?"), options=countries),
            Question("scale", "scale", Words("Kiek?"), low=0, high=10, na=True),
        ),
    )
    await ona.says("/pildyti a1")
    await ona.presses("›")
    assert "☑ Šalis 11" in labels(await ona.presses("☐ Šalis 11"))
    await ona.presses("›")
    assert "☑ Šalis 24" in labels(await ona.presses("☐ Šalis 24"))
    await ona.presses("Baigta")
    await ona.presses("›")
    await ona.presses("Šalis 12")
    assert labels(ona.last)[2] == "1. Šalis 12"
    await ona.presses("Baigta")
    rows = [[b.label for b in row] for row in ona.last.buttons]
    assert rows[:4] == [
        ["0", "1", "2", "3"],
        ["4", "5", "6", "7"],
        ["8", "9", "10"],
        ["negaliu pasakyti"],
    ]
    assert "›" not in labels(ona.last)


async def test_whoever_begins_after_a_colleague_is_told_before_the_first_question(chat: Chat) -> None:
    """Nobody answers nine questions to hear then that they were answered: it is said at once, and theirs can be taken
    over."""
    ona, jonas = await somebody(chat, "Ona", "k1"), await somebody(chat, "Jonas", "k1")
    await opened(chat)
    await ona.says("/pildyti a1")
    await answers_all(ona)
    await ona.presses("Pateikti")
    begun = await jonas.says("/pildyti a1")
    assert begun.plain.startswith("Jūsų organizacijos vardu atsakė Ona.\nUžtruks apie 5 min.")
    assert begun.fresh  # the invitation stays above it
    shown = await jonas.says("/apklausa a1")
    assert labels(shown)[:3] == ["Atsakyti", "Taisyti kolegos atsakymus", "Kolegos atsakymai"]
    await jonas.presses("Taisyti kolegos atsakymus")
    await jonas.presses("Sveikata")
    summary = jonas.last
    assert "1. Kokioje srityje veikia jūsų klasteris? – Sveikata\n2. Kiek narių? – 47" in summary.plain
    assert (await jonas.presses("Pateikti")).plain.startswith("Jūsų organizacijos vardu jau atsakė Ona")


async def test_the_summary_says_which_answers_count(chat: Chat) -> None:
    """Before they are handed in none do; after it the same ones do, and of changed ones the earlier."""
    ona = await somebody(chat, "Ona", "k1")
    await opened(chat)
    await ona.says("/pildyti a1")
    assert (await answers_all(ona)).plain.endswith("Jie bus skaičiuojami, kai juos pateiksite.")
    await ona.presses("Pateikti")
    await ona.says("/pildyti a1 sector")
    assert (await ona.presses("Palikti, kaip yra")).plain.endswith("Šie atsakymai jau pateikti.")
    await ona.presses("Pakeisti vieną")
    await ona.presses("2. Kiek narių?")
    assert (await ona.says("48")).plain.endswith("skaičiuojami ankstesni atsakymai.")


async def test_a_day_is_open_until_its_last_minute(chat: Chat) -> None:
    """Until a day without an hour is until its 23:59, not the midnight that begins the next."""
    rita = await somebody(chat, "Rita", "LKA", "secretariat")
    await opened(chat)
    await rita.says("/perkelti_apklausa a1")
    await rita.says("2026-10-09")
    assert "iki spalio 9 d., 23:59" in rita.last.plain
    await rita.presses("Perkelti")
    survey = await chat.store.surveys.get("a1")
    assert survey is not None and survey.plan.closes > CLOSES + timedelta(days=4)
    await chat.store.surveys.close("a1", for_good, chat.by())
    assert "(baigta 2026 m. rugsėjo 24 d.)" in (await rita.says("/apklausa")).plain
