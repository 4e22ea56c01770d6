"""What is asked in vain and what the secretariat teaches, as transcripts; rereading by rule."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.synonyms import Synonyms
from handlers.vocabulary import without_private
from tests.conversation import Chat, Someone, labels, moment


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    chat = Chat.begin()
    await chat.associate()
    await chat.call("Inoklaster LT", measure="Inoklaster LT", closes=moment("2026-10-30 16:00"))
    yield chat
    await chat.store.close()


@pytest.fixture
async def ada(chat: Chat) -> Someone:
    return await chat.member("Ada")


@pytest.fixture
async def ona(chat: Chat) -> Someone:
    return await chat.member("Ona", role="secretariat")


async def test_what_was_asked_in_vain_is_kept_without_who_asked(
    chat: Chat, ada: Someone, ona: Someone
) -> None:
    """The secretariat sees the sentence, how often and when, the most frequent first; never who."""
    for _ in range(2):
        await ada.says("glambulinė fromagerija?")
    await ada.says("fromagerija gliukozija ada@pastas.lt arba +370 612 34567")
    await chat.stranger("Jonas").says("fromagerija svečiui")
    shown = (await ona.says("/neatsakyta")).plain
    assert "1. „glambulinė fromagerija?“ (2 kartus, paskutinį kartą rugsėjo 24 d.)" in shown
    assert "2. „fromagerija gliukozija … arba …“ (1 kartą, rugsėjo 24 d.)" in shown
    assert "svečiui" not in shown and "Ada" not in shown
    assert "pastas.lt" not in str(await chat.store.vocabulary.missed())


async def test_what_was_understood_or_only_repeated_is_not_kept(chat: Chat, ada: Someone) -> None:
    """Answered questions, greetings, what is not ours, and the same gesture again leave nothing behind."""
    for said in ("kokie kvietimai atviri?", "labas", "ačiū", "koks rytoj oras?"):
        await ada.says(said)
    await ada.says("glambulinė fromagerija?", event="e-1")
    await ada.says("glambulinė fromagerija?", event="e-1")
    assert [m.times for m in await chat.store.vocabulary.missed()] == [1]


async def test_the_secretariat_explains_a_sentence_and_it_is_answered_from_then_on(
    ada: Someone, ona: Someone
) -> None:
    """One press and one line: in every form of the words, in everybody's questions, and it is asked in vain no more."""
    assert "Nesupratau" in (await ada.says("glambulinė fromagerija")).plain
    await ona.says("/neatsakyta")
    await ona.presses("Paaiškinti 1")
    done = await ona.fills_in(said="glambulinė fromagerija", means="Inoklaster LT")
    assert "Nuo šiol „glambulinė fromagerija“ man reiškia „Inoklaster LT“." in done.plain
    for said in ("kada baigiasi glambulinė fromagerija", "iki kada glambulinę fromageriją teikti?"):
        assert "spalio 30 d." in (await ada.says(said)).plain
    assert "Kol kas supratau visus klausimus." in (await ona.says("/neatsakyta")).plain
    assert "Nesupratau" in (await ada.says("fromagerija")).plain


async def test_a_whole_question_can_be_taught(ada: Someone, ona: Someone) -> None:
    """What means a whole question is answered as that question."""
    await ona.says("/mokyti")
    await ona.fills_in(said="kas ten su tais eurais", means="Kokie kvietimai dabar atviri?")
    assert "Inoklaster LT" in (await ada.says("Sveiki, kas ten su tais eurais?")).plain


async def test_a_known_word_gets_no_other_meaning_and_none_means_what_is_not_understood(ona: Someone) -> None:
    """What would change everybody's questions, or help nobody, is refused in one sentence beside its field."""
    await ona.says("/mokyti")
    refused = await ona.says("kvietimas")
    assert "„kvietimas“ jau turi reikšmę." in refused.plain
    await ona.says("atšaukti")
    refused = await ona.submits("teach", {"said": "blukis", "means": "žvirbliukas"})
    assert "Nesuprantu ir šito." in (refused.form.faults["means"] if refused.form else refused.plain)
    refused = await ona.submits("teach", {"said": "žodis " * 13, "means": "posėdis"})
    assert refused.form is None or "Žodis ar keli" in refused.form.faults["said"]


async def test_what_was_taught_can_be_seen_and_forgotten(chat: Chat, ada: Someone, ona: Someone) -> None:
    """The list says what means what; forgotten, it means nothing again; who taught and forgot is in the history."""
    await ona.submits("teach", {"said": "fromagerija", "means": "Inoklaster LT"})
    assert "1. „fromagerija“ reiškia „Inoklaster LT“" in (await ona.says("/sinonimai")).plain
    await ona.presses("Pamiršti 1")
    assert "nemokė" in ona.last.plain
    assert "Nesupratau" in (await ada.says("glambulinė fromagerija?")).plain
    assert "pamirštas žodis" in (await ona.says("/istorija")).plain


async def test_long_lists_are_turned_page_by_page(ada: Someone, ona: Someone) -> None:
    """Five at a time; what is dropped is gone from the list."""
    for word in ("viena", "dvi", "trys", "keturi", "penki", "sesi", "septyni"):
        await ada.says(f"fromagerija{word} gliukozija")
    first = await ona.says("/neatsakyta")
    assert "›" in labels(first) and "‹" not in labels(first)
    second = await ona.presses("›")
    assert "6. „" in second.plain and "‹" in labels(second)
    await ona.presses("Išmesti 6")
    assert "7. „" not in (await ona.says("/neatsakyta p2")).plain


async def test_members_teach_nothing(ada: Someone) -> None:
    """Teaching and seeing what was asked is the secretariat's."""
    for command in ("/mokyti", "/neatsakyta", "/sinonimai", "/pamirsti w1"):
        assert "sekretoriat" in (await ada.says(command)).plain


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("rašykit  ada@example.lt", "rašykit …"),
        ("+370 612-34567 skambinkit", "… skambinkit"),
        ("https://x.lt/a?b=c žiūrėk", "… žiūrėk"),
        ("kvietimas Nr. 3 iki 2026", "kvietimas Nr. 3 iki 2026"),
        ("39001010000 mano kodas", "… mano kodas"),
    ],
)
def test_addresses_and_long_numbers_are_left_out(said: str, kept: str) -> None:
    """Mail and web addresses, telephone and personal numbers are never kept; years and call numbers are."""
    assert without_private(said) == kept


@given(st.text(max_size=80), st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=5))
def test_rereading_leaves_what_was_not_taught(text: str, pairs: list[tuple[str, str]]) -> None:
    """Whatever was taught, a text that has none of it is read as it is, and the longest saying is read first."""
    assert Synonyms().reread(text) == text
    assert isinstance(Synonyms(pairs).reread(text), str)
    both = Synonyms([("rožinis", "a"), ("rožinis dramblys", "b")])
    assert both.reread("kur rožiniai drambliai, rožinis?") == "kur b, a?"
