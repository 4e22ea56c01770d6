"""What the secretariat and members are shown of one survey, from its draft to its end, and the buttons under it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.surveys.pushes import close_due
from tests.conversation import Chat, Someone, labels
from tests.handlers.surveys.asked import PLAN, associate, opened, somebody


@pytest.fixture
async def chat() -> Chat:
    chat = Chat.begin()
    await associate(chat)
    return chat


@pytest.fixture
async def rita(chat: Chat) -> Someone:
    """The secretary."""
    return await somebody(chat, "Rita", "LKA", "secretariat")


async def test_a_draft_has_six_buttons_and_the_rest_behind_the_last(chat: Chat, rita: Someone) -> None:
    """What is wanted most stands under it, what is wanted seldom behind "Daugiau…"."""
    await chat.store.surveys.add(PLAN, chat.by())
    shown = await rita.says("/apklausa a1")
    assert labels(shown) == [
        "Atidaryti",
        "Kaip atrodys",
        "Išbandyti",
        "Klausimai",
        "Pridėti klausimą",
        "Daugiau…",
    ]
    more = await rita.presses("Daugiau…")
    assert more.plain == "Klasterių poreikių apklausa"
    assert labels(more) == ["Perkelti pabaigą", "Kartojimas", "Pašalinti", "‹ Atgal"]


async def test_a_draft_whose_closing_is_past_leads_to_move_it(chat: Chat, rita: Someone) -> None:
    """It says so and what to do first, and does not say that it "will close" on a day of the past."""
    await chat.store.surveys.add(PLAN, chat.by())
    chat.now = PLAN.closes + timedelta(days=2)
    shown = await rita.says("/apklausa a1")
    assert "Jos pabaiga jau praėjo. Pirmiausia ją perkelkite." in shown.plain
    assert labels(shown)[0] == "Perkelti pabaigą" and "Atidaryti" not in labels(shown)
    asked = await rita.presses("Perkelti pabaigą")
    assert asked.plain.startswith("Jos pabaiga buvo spalio 5 d., 17:00.")


async def test_a_secretary_who_is_asked_too_has_six_buttons(chat: Chat, rita: Someone) -> None:
    """Their own answer stands first, and nothing is lost behind the last button."""
    await opened(chat, audience=("all", "role:secretariat"), per="person")
    shown = await rita.says("/apklausa a1")
    assert labels(shown)[0] == "Atsakyti" and len(labels(shown)) == 6
    assert "Kartojimas" in labels(await rita.presses("Daugiau…"))


async def test_a_closed_anonymous_survey_is_told_of_as_past(chat: Chat, rita: Someone) -> None:
    """Nothing is promised of a survey that is over; what was promised is said to be done."""
    await opened(chat, anonymous=True)
    ona = await somebody(chat, "Ona", "k1")
    assert "Kol ji vyksta, robotas saugo" in (await ona.says("/apklausa a1")).plain
    chat.now = PLAN.closes + timedelta(minutes=1)
    await close_due(chat.store, chat.now)
    shown = await ona.says("/apklausa a1")
    assert "Apklausa buvo anoniminė: jai pasibaigus ryšys tarp žmonių ir atsakymų sunaikintas" in shown.plain
    assert "Iš kiekvienos organizacijos priimtas vienas atsakymas." in shown.plain
    assert "Kol ji vyksta" not in shown.plain and "nebus rodomi" not in shown.plain


async def test_a_draft_that_opens_later_says_when(chat: Chat, rita: Someone) -> None:
    """On its card and before it is opened, not only when that is done."""
    await somebody(chat, "Ona", "k1")
    await chat.store.surveys.add(replace(PLAN, opens=chat.now + timedelta(days=4)), chat.by())
    said = "Apklausa prasidės rugsėjo 28 d., 10:00."
    assert said in (await rita.says("/apklausa a1")).plain
    assert said in (await rita.presses("Atidaryti")).plain


async def test_a_member_without_an_id_sees_what_asks_them(chat: Chat) -> None:
    """`/apklausa` alone is answered with the open surveys, not with a fault."""
    await opened(chat)
    ona = await somebody(chat, "Ona", "k1")
    assert "Vykstančios apklausos:" in (await ona.says("/apklausa")).plain


async def test_rounds_of_one_title_are_told_apart_by_their_day(chat: Chat, rita: Someone) -> None:
    """In both lists, for a secretary who looks for last year's."""
    await opened(chat)
    chat.now = PLAN.closes + timedelta(minutes=1)
    await close_due(chat.store, chat.now)
    for command in ("/apklausa", "/rezultatai"):
        said = (await rita.says(command)).plain
        assert "Klasterių poreikių apklausa (baigta 2026 m. spalio 5 d.)" in said


async def test_who_did_not_answer_is_not_told_that_it_may_still_come(chat: Chat) -> None:
    """Their answers beside everyone's, of a survey that is over: there are none, and none will be."""
    await opened(chat)
    ona = await somebody(chat, "Ona", "k1")
    chat.now = PLAN.closes + timedelta(minutes=1)
    await close_due(chat.store, chat.now)
    assert (await ona.says("/beside a1")).plain.startswith("Į šią apklausą neatsakėte")


async def test_where_everyone_is_hidden_the_reason_is_said_once(chat: Chat) -> None:
    """The reader's own answers stand alone; one answer is called the only one, not that of all."""
    await opened(chat)
    ona = await somebody(chat, "Ona", "k1")
    rita = await somebody(chat, "Rita", "LKA", "secretariat")
    given = {"sector": "ict", "members": "12", "digest": "4", "apply": "yes", "consent": "yes"}
    await chat.store.surveys.hand_in("a1", "n1", "k1", given, chat.now)
    shown = (await rita.says("/rezultatai a1")).plain
    assert "Vienintelis atsakymas – „IRT“." in shown and "Vienintelis atsakymas – 12." in shown
    chat.now = PLAN.closes + timedelta(minutes=1)
    await close_due(chat.store, chat.now)
    said = (await ona.says("/beside a1")).plain
    assert "Kokioje srityje veikia jūsų klasteris? – Jūs: IRT.\n" in said
    assert said.count("nebūtų galima atpažinti") == 1 and "Visi:" not in said
