"""A survey is asked once more the next year, made a round of another, and the rounds stand side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.surveys.pushes import for_good
from storage.surveys import Plan, Survey
from storage.words import Words
from tests.conversation import Chat, Someone, labels
from tests.handlers.surveys.asked import CLOSES, PLAN, associate, opened, somebody


@pytest.fixture
async def chat() -> Chat:
    chat = Chat.begin()
    await associate(chat, 12)
    return chat


@pytest.fixture
async def rita(chat: Chat) -> Someone:
    """The secretary."""
    return await somebody(chat, "Rita", "LKA", "secretariat")


async def held(chat: Chat, plan: Plan = PLAN, yes: int = 4, **changes: object) -> Survey:
    """A survey that ten have answered, so many of them with yes, closed."""
    survey = await opened(chat, plan, **changes)
    await answers(chat, survey.id, yes)
    chat.now = survey.plan.closes
    return await chat.store.surveys.close(survey.id, for_good, chat.by())


async def answers(chat: Chat, id: str, yes: int) -> None:
    for n in range(1, 11):
        given = {"apply": "yes" if n <= yes else "no", "sector": "ict" if n < 5 else "health", "members": "9"}
        await chat.store.surveys.hand_in(id, f"n{50 + n}", f"k{n}", given, chat.now)


async def test_next_years_round_is_the_same_survey_with_new_dates(chat: Chat, rita: Someone) -> None:
    """From the card of the closed one: when it is to be and, if wished, another title; the questions with their ids,
    for whom it is and that it is anonymous stay, and its results stand beside the last ones."""
    await held(chat, anonymous=True, audience=("role:manager",))
    chat.passes(days=340)
    await rita.says("/apklausa a1")
    assert labels(rita.last) == ["Rezultatai", "Klausimai", "Pakartoti apklausą", "Kartojimas"]
    await rita.presses("Pakartoti apklausą")
    assert "Ši data jau praėjo." in (await rita.says("2026-10-30 17:00", quotes=True)).plain
    await rita.says("2027-10-29 17:00", quotes=True)
    made = await rita.fills_in(opens="2027-10-11 9:00", lt="Klasterių poreikiai 2027")
    assert made.plain.startswith(
        "Juodraštis išsaugotas: 9 klausimai, tokie pat kaip anksčiau, ir tie patys žmonės.\n"
    )
    assert "Apklausa anoniminė." in made.plain and labels(made) == ["Klausimai", "Atidaryti", "Rodyti"]
    first, second = await chat.store.surveys.all()
    assert (first.plan.series, second.plan.series) == ("poreikiai-2026", "poreikiai-2026")
    assert second.state == "draft" and second.plan.questions == PLAN.questions
    assert (second.plan.anonymous, second.plan.audience) == (True, ("role:manager",))
    assert second.plan.title == Words("Klasterių poreikiai 2027", "Cluster needs survey")
    assert second.plan.key.startswith("klasteriu-poreikiai-2027-2027-")
    assert f"{second.plan.opens:%m-%d} {second.plan.closes:%m-%d}" == "10-11 10-29"
    await chat.store.surveys.open("a2", second.version, chat.by())
    await answers(chat, "a2", 7)
    chat.now = second.plan.closes
    await chat.store.surveys.close("a2", for_good, chat.by())
    await rita.says("/rezultatai a2")
    await rita.presses("Daugiau…")
    beside = await rita.presses("Palyginti su ankstesne")
    assert "Palyginta su apklausa, kuri baigėsi 2026 m. spalio 5 d., 17:00." in beside.plain
    assert "• „Taip“: 40\u00a0% → 70\u00a0% (+30 procentinių punktų)" in beside.plain


async def test_the_same_gesture_makes_one_round(chat: Chat, rita: Someone) -> None:
    """Delivered again after a crash, it finds the round that is there; another wish is another round."""
    await held(chat)
    filled = {"closes": "2027-10-29 17:00", "opens": "", "lt": "", "en": ""}
    for _ in range(2):
        await rita.submits("repeatsurvey a1", filled)
    assert len(await chat.store.surveys.all()) == 3
    kept = {one.plan.title for one in await chat.store.surveys.all()}
    assert kept == {PLAN.title}
    late = await rita.submits("repeatsurvey a1", {**filled, "opens": "2027-12-01"})
    assert late.form is not None or "Ji prasidėtų jau pasibaigusi." in late.plain
    assert len(await chat.store.surveys.all()) == 3


async def test_what_has_not_closed_is_not_repeated(chat: Chat, rita: Someone) -> None:
    """Neither an open one nor a draft."""
    await opened(chat)
    await chat.store.surveys.add(replace(PLAN, key="other"), chat.by())
    for id in ("a1", "a2", "a9"):
        assert (await rita.says(f"/pakartoti_apklausa {id}")).plain.startswith("Apklausą galima pakartoti")


async def test_a_survey_made_in_chat_is_said_to_be_a_round_while_it_is_made(
    chat: Chat, rita: Someone
) -> None:
    """One question more of the form, when there is a survey that it can continue; a question with the same words gets
    that one's id, and another none that means something else there."""
    await rita.says("/nauja_apklausa")
    await rita.says("Pirma", quotes=True)
    assert "Ar ji kartoja" not in (await rita.presses("Praleisti")).plain
    await rita.says("/atsaukti")
    await held(chat, questions=PLAN.questions[5:8])
    await rita.says("/nauja_apklausa")
    await rita.fills_in(
        lt="Antra",
        follows="Klasterių poreikių apklausa, 2026 m. spalio 5 d.",
        audience="Klasterių vadovai",
        per="po vieną iš organizacijos",
        anonymous="ne",
        closes="2027-10-05 17:00",
    )
    second = await chat.store.surveys.get("a2")
    assert second is not None and second.plan.series == PLAN.key
    for kind, text in (("taip arba ne", "Ar teiksite paraišką?"), ("taip arba ne", "Ar Kaune?")):
        await rita.says("/prideti_klausima a2")
        await rita.fills_in(kind=kind, lt=text, required="taip")
        await rita.presses("Pridėti")
    second = await chat.store.surveys.get("a2")
    assert second is not None and [one.id for one in second.plan.questions] == ["apply", "q1"]


async def test_a_round_is_said_and_taken_back_on_the_card(chat: Chat, rita: Someone) -> None:
    """Of an open survey too; how much can be compared is said at once."""
    await held(chat)
    changed = (replace(PLAN.questions[0], id="other"), *PLAN.questions[1:6])
    await opened(chat, PLAN, key="kita", questions=changed, closes=CLOSES + timedelta(days=300))
    await rita.says("/apklausa a2")
    assert len(labels(rita.last)) == 6
    shown = await rita.presses("Kartojimas")
    assert shown.plain.endswith("Ji nieko nekartoja ir pati nebuvo kartota.")
    which = await rita.presses("Ji kartoja kitą")
    assert which.plain.startswith("Kurią apklausą ji kartoja?\n1. Klasterių poreikių apklausa")
    assert labels(which) == ["1", "‹ Atgal"]
    done = await rita.presses("1")
    assert done.plain.startswith("Su apklausa „Klasterių poreikių apklausa“ galima palyginti 5 klausimus.\n")
    assert "Kada ši apklausa kartota:" in done.plain
    assert labels(done) == ["Palyginti su ankstesne", "Ji kartoja kitą", "Ji nieko nekartoja", "‹ Atgal"]
    old = await chat.store.surveys.get("a1")
    assert old is not None and old.plan.series == PLAN.key
    alone = await rita.presses("Ji nieko nekartoja", of=done)
    assert alone.plain.startswith("Nuo šiol ji nesusieta su kitomis apklausomis.")
    stale = await rita.presses("Ji nieko nekartoja", of=done)
    assert "pasikeitė" in stale.plain


async def test_what_an_id_does_not_mean_any_more_is_said_and_not_compared(chat: Chat, rita: Someone) -> None:
    """A question with other words, one asked of others, an answer with another label; pressed, what was only reworded
    is compared by its id, with its old words beside it."""
    await held(chat, series="poreikiai")
    apply, sector, members = PLAN.questions[5], PLAN.questions[0], PLAN.questions[1]
    labelled = (sector.options[0], replace(sector.options[1], label=Words("Sportas", "Sports")))
    questions = (
        replace(apply, text=Words("Ar planuojate paraišką?", "Do you plan to apply?")),
        replace(sector, options=labelled),
        replace(members, unit="proc."),
    )
    await held(
        chat,
        PLAN,
        7,
        key="kita",
        series="poreikiai",
        questions=questions,
        closes=CLOSES + timedelta(days=300),
    )
    beside = await rita.says("/rezultatai a2 compare")
    assert (
        "Ar planuojate paraišką?\nAnksčiau čia klausta „Ar teiksite paraišką?“, todėl nelyginama."
        in beside.plain
    )
    assert "„Sportas“: dabar 60\u00a0%, anksčiau tokio varianto nebuvo" in beside.plain
    assert "„Sveikata“: buvo 60\u00a0%, dabar tokio varianto nebėra" in beside.plain
    assert "Kiek narių?\nDabar klausiama kitaip, todėl nelyginama." in beside.plain
    mended = await rita.presses("Ir klaustus kitais žodžiais")
    assert "Anksčiau klausta „Ar teiksite paraišką?“.\n• „Taip“: 40\u00a0% → 70\u00a0%" in mended.plain
    assert "„Sportas“: 60\u00a0% → 60\u00a0%" in mended.plain
    assert "Kiek narių?\nDabar klausiama kitaip, todėl nelyginama." in mended.plain
    both = await rita.presses("Tik atsakę abu kartus")
    assert "Anksčiau klausta „Ar teiksite paraišką?“." in both.plain and labels(both) == ["‹ Atgal"]
    assert all(len(labels(one)) <= 6 for one in (beside, mended, both))


async def test_rounds_of_organisations_and_of_people_are_not_of_the_same_thing(
    chat: Chat, rita: Someone
) -> None:
    """It is said above the numbers."""
    await held(chat, series="poreikiai")
    later = CLOSES + timedelta(days=300)
    await held(chat, PLAN, 7, key="kita", series="poreikiai", per="person", closes=later)
    assert "Vieną kartą atsakinėjo organizacijos" in (await rita.says("/rezultatai a2 compare")).plain
