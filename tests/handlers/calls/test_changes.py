"""What the secretariat does to calls, as transcripts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from storage.calls import Call
from tests.conversation import Chat, Someone, labels, moment


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    chat = Chat.begin()
    await chat.associate()
    yield chat
    await chat.store.close()


@pytest.fixture
async def rūta(chat: Chat) -> Someone:
    return await chat.member("Rūta", "secretariat")


async def inoklaster(chat: Chat) -> Call:
    return await chat.call(
        "Inoklaster LT",
        measure="Inoklaster LT",
        agency="LVPA",
        opens=moment("2026-05-01"),
        closes=moment("2026-10-31 17:00"),
        link="https://lvpa.lt/inoklaster",
    )


async def test_a_postponed_call_says_by_whom_why_since_when_and_what_it_was(
    chat: Chat, rūta: Someone
) -> None:
    """After a postponement the answer names who decided, who asked, why, since when, and the old deadline."""
    call = await inoklaster(chat)
    ada = await chat.member("Ada")
    await rūta.says(f"/atideti {call.id}")
    preview = await rūta.fills_in(
        reason="rengiama nauja koncepcijos redakcija",
        asked_by="Lietuvos klasterių asociacija",
        source="https://lvpa.lt/naujienos/1",
    )
    assert "buvo spalio 31 d., 17:00 → dabar nepaskelbta" in preview.plain
    await rūta.presses("Atidėti")
    answer = await ada.says("iki kada Inoklaster LT?")
    assert answer.plain.splitlines() == [
        "Inoklaster LT",
        "Atidėtas rugsėjo 24 d. Sprendimą priėmė LVPA.",
        "Prašė: Lietuvos klasterių asociacija. Priežastis: rengiama nauja koncepcijos redakcija.",
        "Terminas: buvo spalio 31 d., 17:00 → naujas dar nepaskelbtas.",
        "Šaltinis: lvpa.lt; tikrinta rugsėjo 24 d.",
    ]


async def test_an_extended_call_says_was_and_now(chat: Chat, rūta: Someone) -> None:
    """After an extension the answer gives the new deadline, and was → now."""
    call = await inoklaster(chat)
    await rūta.says(f"/extend {call.id}")
    await rūta.fills_in(closes="2026-11-30 17:00", reason="pareiškėjų prašymu")
    await rūta.presses("Pratęsti")
    answer = await rūta.says("iki kada Inoklaster LT?")
    assert "Paraiškos priimamos iki lapkričio 30 d., 17:00 (liko 67 dienos)." in answer.plain
    assert "Terminas pratęstas: buvo spalio 31 d., 17:00 → dabar lapkričio 30 d., 17:00." in answer.plain


async def test_a_deadline_is_extended_only_to_a_later_day(chat: Chat, rūta: Someone) -> None:
    """An earlier day, the past, and words that are no date are refused with a sentence, and asked again."""
    call = await inoklaster(chat)
    await rūta.says(f"/extend {call.id}")
    assert "vėlesnis už dabartinį" in (await rūta.says("2026-10-01")).plain
    assert "jau praėjo" in (await rūta.says("2026-01-01")).plain
    assert "Šios datos nesuprantu" in (await rūta.says("kada nors")).plain
    assert "tikslios dienos" in (await rūta.says("2027 m. I ketv.")).plain
    assert "Kodėl?" in (await rūta.says("2026-11-30")).plain


async def test_suspend_and_resume(chat: Chat, rūta: Someone) -> None:
    """A suspended call keeps its deadline, and a resumed one follows its dates again."""
    call = await inoklaster(chat)
    await rūta.says(f"/sustabdyti {call.id}")
    await rūta.fills_in(reason="keičiamas aprašas")
    await rūta.presses("Sustabdyti")
    assert "Sustabdytas nuo rugsėjo 24 d." in (await rūta.says("/call c1")).plain
    assert "Terminas lieka spalio 31 d., 17:00, kol nepaskelbtas kitas." in rūta.last.plain
    await rūta.says(f"/resume {call.id}")
    await rūta.fills_in()
    await rūta.presses("Atnaujinti")
    assert "Paraiškos priimamos iki spalio 31 d., 17:00" in (await rūta.says("/call c1")).plain


async def test_close_and_cancel(chat: Chat, rūta: Someone) -> None:
    """A call closed early is over now; a cancelled one says so, and neither can be postponed."""
    call = await inoklaster(chat)
    await rūta.says(f"/uzdaryti {call.id}")
    await rūta.fills_in(reason="lėšos išdalytos")
    await rūta.presses("Uždaryti")
    assert "Paraiškos buvo priimamos iki rugsėjo 24 d., 10:00." in (await rūta.says("/call c1")).plain
    assert "dabar to padaryti negalima" in (await rūta.says("/postpone c1")).plain
    other = await chat.call("Expo klasteris", opens=moment("2026-11-01"))
    await rūta.says(f"/nutraukti {other.id}")
    await rūta.fills_in(reason="priemonė naikinama")
    await rūta.presses("Atšaukti kvietimą")
    assert "Atšauktas rugsėjo 24 d." in (await rūta.says(f"/call {other.id}")).plain


async def test_a_new_call_is_previewed_and_added(chat: Chat, rūta: Someone) -> None:
    """A call entered question by question is shown first and is there once it is confirmed."""
    await rūta.says("/naujas_kvietimas")
    preview = await rūta.fills_in(
        title_lt="Expo klasteris",
        agency="Inovacijų agentūra",
        opens="2026 m. IV ketv.",
        budget="4 000 000",
        link="https://example.org/x",
    )
    assert "4 000 000 Eur" in preview.plain.replace("\u00a0", " ")
    assert await chat.store.calls.all() == ()
    await rūta.presses("Įrašyti")
    [call] = await chat.store.calls.all()
    assert call.facts.agency == "INOVACIJU" and call.facts.budget == Decimal(4_000_000)
    assert call.facts.opens is not None and call.facts.opens.precision == "quarter"
    assert call.facts.closes is None and call.facts.measure == ""


async def test_one_field_is_edited(chat: Chat, rūta: Someone) -> None:
    """Any field can be changed by hand, with was → now before it is done, and the history keeps it."""
    call = await inoklaster(chat)
    menu = await rūta.says(f"/keisti {call.id}")
    assert "Atidėti" in labels(menu) and "Keisti duomenis" in labels(menu)
    await rūta.presses("Keisti duomenis")
    await rūta.presses("Biudžetas")
    preview = await rūta.fills_in(value="23 169 602,00")
    assert "buvo nežinoma → dabar 23 169 602 Eur" in preview.plain.replace("\u00a0", " ")
    await rūta.presses("Keisti")
    after = await chat.store.calls.get(call.id)
    assert after is not None and after.facts.budget == Decimal("23169602.00")
    assert after.history[-1].field == "budget" and after.history[-1].by == "n1"
    history = await rūta.says("/istorija c1")
    assert "Rūta: pakeistas kvietimas, c1 (Biudžetas)" in history.plain


async def test_leaving_it_as_it_is(chat: Chat, rūta: Someone) -> None:
    """A preview that is not confirmed changes nothing."""
    call = await inoklaster(chat)
    await rūta.says(f"/close {call.id}")
    await rūta.fills_in(reason="klaida")
    await rūta.presses("Palikti kaip yra")
    after = await chat.store.calls.get(call.id)
    assert after is not None and after.version == 1


async def test_back_from_a_preview_asks_the_last_question_again(chat: Chat, rūta: Someone) -> None:
    """One step back from the preview is the last question, and its new answer is what counts."""
    call = await inoklaster(chat)
    await rūta.says(f"/close {call.id}")
    await rūta.fills_in(reason="klaida")
    back = await rūta.presses("‹ Atgal")
    assert "Kur tai paskelbta?" in back.plain
    preview = await rūta.says("https://example.org/n", quotes=True)
    assert "Uždaryti" in labels(preview)


async def test_a_confirmed_check_moves_its_date(chat: Chat, rūta: Someone) -> None:
    """Only a person's confirmation makes an old check young again."""
    await inoklaster(chat)
    chat.passes(days=20)
    assert "tikrinta seniai, rugsėjo 24 d." in (await rūta.says("/call c1")).plain
    await rūta.says("/patikrinta c1")
    assert "tikrinta spalio 14 d." in (await rūta.says("/call c1")).plain
