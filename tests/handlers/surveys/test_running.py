"""The secretariat makes, opens, moves, reminds of and closes surveys; people hear of them once."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.outbox import Outbox, Rules
from bot.schedule import notice
from handlers.chat import Answers, Incoming
from handlers.commands import BY_NAME, Line
from handlers.surveys import making
from storage.association import DigestTime
from tests.conversation import Chat, Someone, labels
from tests.handlers.surveys.asked import PLAN, associate, opened, somebody
from tests.handlers.surveys.test_answering import answers_all
from tests.postman import Postman, quiet


@pytest.fixture
async def chat() -> Chat:
    chat = Chat.begin()
    await associate(chat)
    return chat


@pytest.fixture
async def rita(chat: Chat) -> Someone:
    """The secretary."""
    return await somebody(chat, "Rita", "LKA", "secretariat")


async def sent(chat: Chat) -> dict[str, list[str]]:
    """What leaves when the schedule has looked and the outbox has worked, by chat."""
    await notice(chat.store, chat.now)
    postman = Postman()
    rules = Rules({"telegram": 1000.0})
    outbox = Outbox(chat.store, (postman,), chat.dispatch.compose, lambda: chat.now, rules)
    task = asyncio.create_task(outbox.run())
    await quiet(chat.store, postman)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return {where: texts for where, texts in postman.arrived.items() if texts}


async def test_a_survey_is_made_question_by_question_and_tried_out(chat: Chat, rita: Someone) -> None:
    """A form for the survey, a form for each question, a trial of which nothing is kept."""
    await rita.says("/nauja_apklausa")
    made = await rita.fills_in(
        lt="Mokymų poreikis",
        audience="Klasterių vadovai",
        per="po vieną iš organizacijos",
        anonymous="ne",
        closes="2026-10-05 17:00",
    )
    assert made.plain == "Apklausos juodraštis išsaugotas. Dabar klausimai."
    await rita.presses("Pridėti klausimą")
    shown = await rita.fills_in(
        kind="keli iš kelių",
        lt="Ko mokytumėtės?",
        en="What would you learn?",
        options="Valdymo | Management\nEksporto | Export\n\nEksporto | Export again",
        other="taip",
        at_most="2",
        required="taip",
    )
    assert shown.plain == (
        "Taip bus klausiama:\nKo mokytumėtės? / What would you learn?\n• Valdymo\n• Eksporto\n• Eksporto\n"
        "Pasirinkite ne daugiau kaip 2."
    )
    await rita.presses("Pridėti")
    await rita.presses("Išbandyti")
    await rita.presses("☐ Valdymo")
    assert (await rita.presses("Baigta")).plain == (
        "Tai buvo bandymas: nieko neišsaugojau ir neskaičiuosiu. Taip atrodytų atsakymai:\n"
        "1. Ko mokytumėtės? – Valdymo"
    )
    assert await chat.store.surveys.sheets("a1") == ()
    ona = await somebody(chat, "Ona", "k1")
    assert (await ona.says("/apklausa a1")).plain == "Tokios apklausos nėra."
    await rita.says("/apklausos_klausimai a1")
    await rita.presses("Pašalinti klausimą")
    assert (await rita.presses("1. Ko mokytumėtės?")).plain == "Klausimas pašalintas."


async def test_questions_stay_as_they_are_while_people_answer(chat: Chat, rita: Someone) -> None:
    """Once it is open no question comes or goes, and what can be done is said; a question that another depends on
    cannot go from a draft either."""
    await chat.store.surveys.add(PLAN, chat.by())
    assert "priklauso kitas: „Kokios sumos" in (await rita.says("/salinti_klausima a1 apply v1")).plain
    await chat.store.surveys.open("a1", 1, chat.by())
    for said in ("/prideti_klausima a1", "/salinti_klausima a1 say v2"):
        assert (await rita.says(said)).plain.startswith("Žmonės jau atsakinėja")
        assert "Perkelti pabaigą" in labels(rita.last)


async def test_an_option_called_other_is_not_taken_for_words_of_ones_own(chat: Chat, rita: Someone) -> None:
    """Whoever chooses it is not counted among those who wrote something else."""
    draft = await chat.store.surveys.add(replace(PLAN, questions=()), chat.by())
    await rita.says(f"/prideti_klausima {draft.id}")
    await rita.fills_in(
        kind="vienas iš kelių", lt="Kuris?", options="Vienas\nOther\nOther", other="taip", required="taip"
    )
    await rita.presses("Pridėti")
    kept = await chat.store.surveys.get(draft.id)
    assert kept is not None
    assert [one.id for one in kept.plan.questions[0].options] == ["vienas", "other-2", "other-3"]


async def test_opened_it_invites_everybody_once_and_only_the_silent_are_reminded(
    chat: Chat, rita: Someone
) -> None:
    """The secretariat sees whom it asks, opens it; each is invited once; three days before its end only those for whom
    nobody has answered hear of it again."""
    ona = await somebody(chat, "Ona", "k1", "manager")
    await somebody(chat, "Jonas", "k1")
    await somebody(chat, "Eva", "k2", language="en")
    await somebody(chat, "Saulė", "fotonika")
    await chat.store.surveys.add(PLAN, chat.by())
    await rita.says("/atidaryti_apklausa a1")
    assert "Pasieks 4 žmones" in rita.last.plain and "nebegalima keisti klausimų" in rita.last.plain
    stale = rita.last
    assert (await rita.presses("Atidaryti")).plain.startswith("Apklausa atidaryta")
    assert (await rita.presses("Atidaryti", of=stale)).plain == "Tokio juodraščio nėra."
    arrived = await sent(chat)
    assert set(arrived) == {"chat-uOna", "chat-uJonas", "chat-uEva", "chat-uSaulė"}
    assert arrived["chat-uOna"][0].startswith("Klasterių poreikių apklausa\nUžtruks apie 5 min.")
    assert "It can be answered until 5 October, 17:00." in arrived["chat-uEva"][0]
    assert await sent(chat) == {}
    await ona.says("/pildyti a1")
    await answers_all(ona)
    await ona.presses("Pateikti")
    chat.passes(days=8, hours=7, minutes=30)
    arrived = await sent(chat)
    assert set(arrived) == {"chat-uEva", "chat-uSaulė"}
    assert arrived["chat-uSaulė"][0].startswith(
        "Klasterių poreikių apklausa\nPriminimas: šią apklausą galima užpildyti iki spalio 5 d., 17:00"
    )
    assert await sent(chat) == {}
    assert "Atsakė 1 iš 3 organizacijų." in (await rita.says("/apklausa a1")).plain
    chat.passes(days=1, hours=1)
    assert (await rita.presses("Priminti likusiems")).plain == "Priminimą gaus 2 žmonės."
    assert (await rita.says("/priminti_apklausa a1")).plain == "Šiandien jiems jau priminta."


async def test_last_years_survey_is_moved_before_it_opens(chat: Chat, rita: Someone) -> None:
    """A draft whose closing has passed is not opened; moved, it is."""
    await chat.store.surveys.add(replace(PLAN, closes=chat.now - timedelta(days=300)), chat.by())
    assert (
        await rita.says("/atidaryti_apklausa a1")
    ).plain == "Jos pabaiga jau praėjo. Pirmiausia ją perkelkite."
    await rita.presses("Perkelti pabaigą")
    await rita.says("2026-10-12 17:00")
    assert (await rita.presses("Perkelti")).plain.startswith("Perkelta")
    await rita.says("/atidaryti_apklausa a1")
    assert "nebegalima keisti klausimų" in rita.last.plain


async def test_whoever_joins_later_is_invited_then(chat: Chat, rita: Someone) -> None:
    """A member who becomes reachable while a survey is open gets the invitation once."""
    await opened(chat)
    await sent(chat)
    await somebody(chat, "Ona", "k1")
    chat.passes(hours=1)
    assert set(await sent(chat)) == {"chat-uOna"}


async def test_a_moved_closing_is_told_once_to_who_was_told_the_old_one(chat: Chat, rita: Someone) -> None:
    """Was → now, to those who had heard the old closing, by the invitation or in an answer; moved twice within ten
    minutes it is one notice, moved back it is none."""
    await somebody(chat, "Ona", "k1")
    await opened(chat)
    await sent(chat)
    for closes in ("2026-10-07 17:00", "2026-10-09 12:00"):
        await rita.says("/perkelti_apklausa a1")
        await rita.says(closes)
        assert (await rita.presses("Perkelti")).plain.startswith("Perkelta: apklausa vyks iki")
    chat.passes(minutes=5)
    assert await sent(chat) == {}
    chat.passes(minutes=6)
    arrived = await sent(chat)
    assert arrived["chat-uOna"] == [
        "Pasikeitė apklausos „Klasterių poreikių apklausa“ pabaiga: spalio 5 d., 17:00 → spalio 9 d., 12:00."
    ]
    await rita.says("/perkelti_apklausa a1")
    await rita.says("2026-10-12")
    await rita.presses("Perkelti")
    await rita.says("/perkelti_apklausa a1")
    await rita.says("2026-10-09 12:00")
    await rita.presses("Perkelti")
    chat.passes(hours=1)
    assert await sent(chat) == {}
    await rita.says("/perkelti_apklausa a1")
    assert "Ši data jau praėjo." in (await rita.says("2026-09-01 12:00")).plain


async def test_it_closes_by_itself_and_the_secretariat_hears_how_many(chat: Chat, rita: Someone) -> None:
    """At its hour nobody can answer any more; an anonymous one keeps only sums; the secretariat is told once."""
    ona = await somebody(chat, "Ona", "k1")
    await opened(chat, anonymous=True)
    await ona.says("/pildyti a1")
    await answers_all(ona)
    await ona.presses("Pateikti")
    chat.now = PLAN.closes + timedelta(minutes=1)
    arrived = await sent(chat)
    survey = await chat.store.surveys.get("a1")
    assert survey is not None and survey.state == "closed" and survey.taken_part == ("k1",)
    assert await chat.store.surveys.sheets("a1") == ()
    assert all(tally.hidden for tally in survey.tallies)
    assert arrived == {
        "chat-uRita": ["Apklausa „Klasterių poreikių apklausa“ baigėsi: atsakė 1 organizacija."]
    }
    assert await sent(chat) == {}
    assert (await ona.says("/mano_atsakymai a1")).plain == (
        "Apklausa baigėsi, ir kieno kurie atsakymai, nebežinoma: liko tik bendri skaičiai."
    )


async def test_the_digest_names_surveys_that_wait_for_its_reader(chat: Chat) -> None:
    """The week's digest has the surveys that nobody has answered for the reader, and no others."""
    structure = await chat.store.association.structure()
    group = structure.groups[0]
    monday = replace(group, digest=DigestTime(0, "09:00"))
    await chat.store.association.take_over(replace(structure, groups=(monday,)), chat.by())
    ada = await chat.member("Ada", groups=("politika",))
    await ada.says("labas")
    await opened(chat, PLAN, closes=PLAN.closes + timedelta(days=9))
    chat.now = PLAN.closes - timedelta(days=7) - timedelta(hours=7, minutes=59)
    [digest] = [text for text in (await sent(chat))["chat-uAda"] if text.startswith("Savaitės")]
    assert "Apklausos, kurios laukia jūsų\n• Klasterių poreikių apklausa, iki spalio 14 d., 17:00" in digest


async def test_the_first_page_names_surveys_that_wait(chat: Chat) -> None:
    """What one sees first has the surveys that nobody has answered for the reader, and a way there."""
    ona = await somebody(chat, "Ona", "k1")
    await opened(chat)
    home = await ona.says("/pradzia")
    assert "Apklausos, kurios laukia jūsų" in home.plain and "Vykstančios apklausos" in labels(home)


async def test_others_cannot_run_surveys(chat: Chat) -> None:
    """What the secretariat does with surveys is not for members."""
    ona = await somebody(chat, "Ona", "k1", "manager")
    await opened(chat)
    for said in (
        "/atidaryti_apklausa a1",
        "/uzdaryti_apklausa a1 v2",
        "/perkelti_apklausa a1",
        "/isbandyti_apklausa a1",
    ):
        assert "sekretoriat" in (await ona.says(said)).plain
    assert labels(await ona.says("/apklausa a1")) == ["Atsakyti", "Persiųsti įmonėms"]


async def test_a_draft_is_removed_only_when_it_is_meant(chat: Chat, rita: Someone) -> None:
    """One press of Remove asks first; a draft says until when it will be open, not that it was."""
    await chat.store.surveys.add(PLAN, chat.by())
    shown = await rita.says("/apklausa a1")
    assert "9 klausimai; atsakyti galima iki spalio 5 d., 17:00." in shown.plain and "vyko" not in shown.plain
    await rita.presses("Daugiau…")
    asked = await rita.presses("Pašalinti")
    assert (
        asked.plain
        == "Pašalinti „Klasterių poreikių apklausa“ su visais klausimais? Susigrąžinti nebebus galima."
    )
    assert (await rita.presses("Palikti kaip yra")).plain == shown.plain
    await rita.says("/salinti_apklausa a1")
    assert (await rita.presses("Pašalinti")).plain == "Juodraštis pašalintas."
    assert (await rita.presses("Apklausos")).plain.startswith("Apklausų dar nėra")


async def test_a_draft_whose_closing_has_passed_is_opened_once_it_is_moved(chat: Chat, rita: Someone) -> None:
    """A survey made in chat has no file to put another closing into."""
    await chat.store.surveys.add(PLAN, chat.by())
    chat.passes(days=30)
    assert (
        await rita.says("/atidaryti_apklausa a1")
    ).plain == "Jos pabaiga jau praėjo. Pirmiausia ją perkelkite."
    await rita.presses("Perkelti pabaigą")
    await rita.says("2026-11-30 17:00")
    await rita.presses("Perkelti")
    await somebody(chat, "Ona", "k1")
    await rita.says("/atidaryti_apklausa a1")
    assert (await rita.presses("Atidaryti")).plain.startswith("Apklausa atidaryta")


async def test_a_survey_for_others_says_nothing_of_itself(chat: Chat) -> None:
    """Whoever guesses its id learns neither its title nor what it is about, only whom to ask."""
    saulė = await somebody(chat, "Saulė", "k2")
    await opened(chat, audience=("cluster:k1",))
    said = await saulė.says("/apklausa a1")
    assert said.plain == "Ši apklausa skirta ne jums; kodėl, galite pasiteirauti sekretoriato."
    assert labels(said) == ["Klausti sekretoriato"]


async def test_a_survey_that_opens_later_says_when(chat: Chat) -> None:
    """Whoever looks at it before hears the day, not that it is over."""
    ona = await somebody(chat, "Ona", "k1")
    await opened(chat, opens=chat.now + timedelta(days=2))
    said = (await ona.says("/apklausa a1")).plain
    assert "Apklausa prasidės rugsėjo 26 d., 10:00." in said and "vyko" not in said


async def test_the_secretariat_finds_every_survey(chat: Chat, rita: Someone) -> None:
    """Whoever runs surveys and is asked by none is led from the open ones to all, a page at a time."""
    for n in range(6):
        await chat.store.surveys.add(replace(PLAN, key=f"apklausa-{n}"), chat.by())
    assert labels(await rita.says("/apklausos")) == ["Visos apklausos"]
    assert labels(await rita.presses("Visos apklausos")) == ["1", "2", "3", "4", "›", "Nauja apklausa"]
    assert labels(await rita.presses("›")) == ["5", "6", "‹"]
    ona = await somebody(chat, "Ona", "k1")
    assert labels(await ona.says("/apklausos")) == []


async def test_what_surveys_sent_is_among_the_sendings(chat: Chat, rita: Someone) -> None:
    """Invitations, reminders, a moved closing and the news that it has closed stand in the list of what was sent, each
    by what it is, and can be opened."""
    await somebody(chat, "Ona", "k1")
    await opened(chat)
    await sent(chat)
    assert (await rita.says("/priminti_apklausa a1")).plain.startswith("Dar neatsakiusiems")
    chat.passes(days=1, hours=1)
    assert (await rita.says("/priminti_apklausa a1")).plain == "Priminimą gaus 1 žmogus."
    await chat.store.surveys.move("a1", 2, chat.now + timedelta(days=12), chat.by())
    chat.passes(days=1)
    await sent(chat)
    chat.passes(days=12)
    await sent(chat)
    said = (await rita.says("/siuntimas")).plain
    title = "Klasterių poreikių apklausa"
    assert f": apklausa: {title}" in said and f": priminimas apie apklausą: {title}" in said
    assert f": perkelta apklausos pabaiga: {title}" in said and f": baigėsi apklausa: {title}" in said
    for label in labels(rita.last):
        assert title in (await rita.says(f"/siuntimas s{label}")).plain


async def test_a_survey_that_comes_again_after_a_crash_is_one_draft(chat: Chat, rita: Someone) -> None:
    """The same gesture, handled a minute later because nobody knows that it was, finds the draft that it has made."""
    answers: Answers = {
        "lt": "Mokymų poreikis",
        "en": "",
        "intro": "",
        "audience": ("all",),
        "per": "person",
        "anonymous": "no",
        "closes": "2026-10-05 17:00",
    }
    msg = Incoming("telegram:7", rita.account, "chat-uRita", True, "newsurvey", command=True, answers=answers)
    for _ in range(2):
        made = await making.newsurvey(msg, await chat.dispatch.context(msg), Line(BY_NAME["newsurvey"], ()))
        assert made.plain == "Apklausos juodraštis išsaugotas. Dabar klausimai."
        chat.passes(minutes=1)
    [survey] = await chat.store.surveys.all()
    assert survey.plan.key.startswith("mokymu-poreikis-2026-")
