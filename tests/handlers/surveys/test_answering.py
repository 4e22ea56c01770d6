"""People answer surveys: question by question, with pauses, together, until they close."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dispatch import Dispatcher
from handlers.chat import Account, Attachment, Reply
from storage.members import ChangedMember, Reach
from storage.surveys import Question, Sheet
from storage.words import Words
from tests.conversation import Chat, Someone, button
from tests.handlers.surveys.asked import QUESTIONS, associate, opened, somebody


@pytest.fixture
async def chat() -> Chat:
    chat = Chat.begin()
    await associate(chat)
    return chat


def labels(reply: Reply) -> list[str]:
    return [button.label for row in reply.buttons for button in row]


async def _unread() -> bytes:
    raise AssertionError("nobody needs what is in it")


async def sheet(chat: Chat, someone: Someone, survey: str = "a1") -> Sheet | None:
    member = await chat.store.members.of_account(someone.account.platform, someone.account.user)
    assert member is not None
    return await chat.store.surveys.sheet(survey, member.id)


async def answers_all(someone: Someone) -> Reply:
    """Goes through the whole survey as most do."""
    await someone.presses("IRT")
    await someone.says("47")
    return await answers_the_rest(someone)


async def answers_the_rest(someone: Someone) -> Reply:
    """Goes on from the third question."""
    await someone.presses("☐ Mokymų")
    await someone.presses("☐ Eksporto")
    await someone.presses("Baigta")
    await someone.presses("4")
    await someone.presses("Eksportas")
    await someone.presses("MTEPI")
    await someone.presses("Baigta")
    await someone.presses("taip")
    await someone.says("1 200,50")
    await someone.presses("Praleisti")
    return await someone.presses("Sutinku")


async def test_a_survey_is_answered_in_two_minutes_on_a_phone(chat: Chat) -> None:
    """From "any surveys?" to "handed in": buttons where there are choices, numbers as people write them, a look at
    everything, and it counts."""
    ona = await somebody(chat, "Ona", "k1", "manager")
    await opened(chat)
    assert (
        "Klasterių poreikių apklausa, iki spalio 5 d., 17:00"
        in (await ona.says("kokios apklausos vyksta?")).plain
    )
    first = await ona.presses("Atsakyti")
    assert first.plain.splitlines()[:2] == [
        "Užtruks apie 5 min.",
        "Kokioje srityje veikia jūsų klasteris?  1\u00a0iš\u00a08",
    ]
    summary = await answers_all(ona)
    assert summary.plain == (
        "Jūsų atsakymai:\n"
        "1. Kokioje srityje veikia jūsų klasteris? – IRT\n"
        "2. Kiek narių? – 47\n"
        "3. Kokios pagalbos reikia? – Mokymų, Eksporto\n"
        "4. Kiek naudinga santrauka? – 4\n"
        "5. Išdėstykite prioritetus – 1. Eksportas, 2. MTEPI\n"
        "6. Ar teiksite paraišką? – taip\n"
        "7. Kokios sumos prašytumėte? – 1 200,5 Eur\n"
        "8. Ką perduoti darbo grupei? – neatsakyta\n"
        "9. Sutinku, kad atsakymai būtų naudojami. – Sutinku\n"
        "Jie bus skaičiuojami, kai juos pateiksite."
    ).replace("1 200,5", "1\u00a0200,5")
    thanks = await ona.presses("Pateikti")
    assert thanks.plain == ("Ačiū, atsakymai pateikti. Juos galite pakeisti iki spalio 5 d., 17:00.")
    kept = await sheet(chat, ona)
    assert kept is not None and kept.state == "answered"
    assert dict(kept.answers) == {
        "sector": "ict",
        "members": "47",
        "help": ("training", "export"),
        "digest": "4",
        "order": ("export", "rdi"),
        "apply": "yes",
        "sum": "1200.5",
        "say": "",
        "consent": "yes",
    }


async def test_every_step_is_kept_and_goes_on_after_days_elsewhere(chat: Chat) -> None:
    """Whoever pauses finds the answers again a week later, also on their other platform."""
    ona = await somebody(chat, "Ona", "k1")
    await opened(chat)
    await ona.says("/pildyti a1")
    await ona.presses("IRT")
    await ona.says("47")
    assert (await ona.presses("Tęsti vėliau")).plain == (
        "Jūsų atsakymai išsaugoti – tęskite, kai bus patogu."
    )
    chat.passes(days=7)
    member = await chat.store.members.of_account("telegram", "uOna")
    assert member is not None
    both = replace(member.person, accounts=(*member.person.accounts, Reach("page", "uOna")))
    await chat.store.members.take_over((ChangedMember(member.id, member.version, both),), chat.by())
    ona = Someone(chat, Account("page", "uOna"), "Ona")
    shown = await ona.says("/apklausa a1")
    assert "Kol kas atsakėte į 2 klausimus." in shown.plain
    assert (await ona.presses("Tęsti")).plain.startswith("Kokios pagalbos reikia?  3\u00a0iš\u00a08")


async def test_what_does_not_fit_gets_a_sentence_and_loses_nothing(chat: Chat) -> None:
    """Text for a number, a number out of range, one choice too many, one that excludes the rest."""
    ona = await somebody(chat, "Ona", "k1")
    await opened(chat)
    await ona.says("/pildyti a1")
    await ona.says("🌳", quotes=True)
    assert "Čia reikia skaičiaus, pavyzdžiui, 1." in (await ona.says("daug")).plain
    assert "Skaičius nuo 1 iki 500. Tik sveikieji skaičiai." in (await ona.says("501")).plain
    assert "Čia reikia sveikojo skaičiaus." in (await ona.says("12,5")).plain
    await ona.says("12")
    await ona.presses("☐ Mokymų")
    await ona.presses("☐ Eksporto")
    refused = await ona.presses("☐ Informacijos")
    assert "Pasirinkite ne daugiau kaip 2." in refused.plain
    assert labels(refused)[:3] == ["☐ Informacijos", "☑ Mokymų", "☑ Eksporto"]
    alone = await ona.presses("☐ Nereikia")
    assert labels(alone)[:4] == ["☐ Informacijos", "☐ Mokymų", "☐ Eksporto", "☑ Nereikia"]
    own = await ona.says("teisininko, bent kartais")
    assert "Savais žodžiais: „teisininko, bent kartais“." in own.plain
    assert labels(own)[3] == "☐ Nereikia"
    await ona.presses("☐ Mokymų")
    await ona.presses("Baigta")
    kept = await sheet(chat, ona)
    assert kept is not None
    assert kept.answers["sector"] == "🌳"
    assert set(kept.answers["help"]) == {"training", "teisininko, bent kartais"}
    long = await ona.says("x" * 10_000)
    assert "Pasirinkite iš sąrašo." in long.plain and "5" in labels(long)
    spoken = await chat.deliver(ona, "", False, files=(Attachment("balsas.ogg", "audio/ogg", 9, _unread),))
    assert spoken.plain.startswith("Failas ar balso žinutė čia negali būti atsakymas")


async def test_questions_are_answered_in_between(chat: Chat) -> None:
    """A command or a question is answered while a survey is open, and the survey goes on where it was."""
    ona = await somebody(chat, "Ona", "k1")
    await opened(chat)
    await chat.call("Inoklaster LT")
    await ona.says("/pildyti a1")
    await ona.presses("IRT")
    assert "Inoklaster LT" in (await ona.says("/kvietimai")).plain
    assert "Inoklaster LT" in (await ona.says("papasakok apie inoklaster")).plain
    assert (await ona.says("47")).plain.startswith("Kokios pagalbos reikia?")


async def test_a_condition_leaves_a_question_out_and_its_answer_with_it(chat: Chat) -> None:
    """Whoever changes a yes into a no is not asked for the sum any more, and the sum is gone."""
    ona = await somebody(chat, "Ona", "k1")
    await opened(chat)
    await ona.says("/pildyti a1")
    await answers_all(ona)
    assert labels(await ona.presses("Pakeisti vieną"))[-1] == "‹ Atgal"
    await ona.presses("6. Ar teiksite paraišką?")
    summary = await ona.presses("ne")
    assert "Kokios sumos" not in summary.plain
    await ona.presses("Pateikti")
    kept = await sheet(chat, ona)
    assert kept is not None and "sum" not in kept.answers


async def test_no_consent_no_answers(chat: Chat) -> None:
    """Without a consent that is needed nothing is handed in."""
    ona = await somebody(chat, "Ona", "k1")
    await opened(chat)
    await ona.says("/pildyti a1")
    await answers_all(ona)
    await ona.presses("Pakeisti vieną")
    await ona.presses("9. Sutinku, kad atsakymai būtų naudojami.")
    refused = await ona.presses("Nesutinku")
    assert refused.plain.startswith("Be šio sutikimo atsakymų priimti negalima.")
    assert "Pateikti" not in labels(refused)


async def test_answers_change_until_it_closes_and_the_old_ones_count_till_then(chat: Chat) -> None:
    """What was handed in counts while it is being changed; after the closing nothing changes."""
    ona = await somebody(chat, "Ona", "k1")
    await opened(chat)
    await ona.says("/pildyti a1")
    await answers_all(ona)
    await ona.presses("Pateikti")
    await ona.says("/keisti_atsakyma a1")
    await ona.presses("2. Kiek narių?")
    await ona.says("48")
    kept = await sheet(chat, ona)
    assert kept is not None and (kept.answers["members"], kept.latest["members"]) == ("47", "48")
    assert "skaičiuojami ankstesni atsakymai" in (await ona.says("/mano_atsakymai a1")).plain
    await ona.says("/pildyti a1 members")
    old = ona.last
    await ona.says("49")
    await ona.presses("Pateikti")
    assert (kept := await sheet(chat, ona)) is not None and kept.answers["members"] == "49"
    chat.passes(days=12)
    for late in ("/pildyti a1", "/keisti_atsakyma a1"):
        assert (await ona.says(late)).plain == (
            "Apklausa baigėsi spalio 5 d., 17:00; atsakyti ar keisti atsakymų nebegalima."
        )
    await ona.presses("‹ Atgal", of=old)
    await ona.says("50")
    assert (kept := await sheet(chat, ona)) is not None and kept.answers["members"] == "49"


async def test_colleagues_see_each_other_and_nothing_of_either_is_lost(chat: Chat) -> None:
    """Of two who answer for one organisation the second is told, keeps everything, and may replace the first."""
    ona = await somebody(chat, "Ona", "k1", "manager")
    jonas = await somebody(chat, "Jonas", "k1")
    await opened(chat)
    await ona.says("/pildyti a1")
    await ona.presses("Sveikata")
    await ona.says("12")
    seen = await jonas.says("/apklausa a1")
    assert "Jūsų organizacijos vardu atsakinėti pradėjo Ona." in seen.plain
    assert (
        "1. Kokioje srityje veikia jūsų klasteris? – Sveikata"
        in (await jonas.presses("Kolegos atsakymai")).plain
    )
    await jonas.says("/apklausa a1")
    assert (await jonas.presses("Tęsti kolegos pradėtą")).plain.startswith("Kokios pagalbos reikia?")
    await answers_the_rest(jonas)
    await jonas.presses("Pateikti")
    await ona.says("/pildyti a1")
    await answers_the_rest(ona)
    told = await ona.presses("Pateikti")
    assert told.plain == (
        "Jūsų organizacijos vardu jau atsakė Jonas (rugsėjo 24 d., 10:00), ir skaičiuojami tie atsakymai. "
        "Jūsų atsakymai išsaugoti – niekas neprarasta."
    )
    assert (await sheet(chat, ona)).state == "begun"  # type: ignore[union-attr]
    await ona.presses("Vietoj jų pateikti mano")
    assert (await sheet(chat, ona)).state == "answered"  # type: ignore[union-attr]
    theirs = await sheet(chat, jonas)
    assert theirs is not None and (theirs.state, theirs.answers["members"]) == ("begun", "12")


async def test_in_an_anonymous_survey_nobody_looks_over_a_shoulder(chat: Chat) -> None:
    """Colleagues see that somebody has begun, not what; the terms are said before the first question."""
    ona = await somebody(chat, "Ona", "k1")
    jonas = await somebody(chat, "Jonas", "k1")
    await opened(chat, anonymous=True)
    await ona.says("/pildyti a1")
    await ona.presses("Sveikata")
    shown = await jonas.says("/apklausa a1")
    assert "šis ryšys sunaikinamas" in shown.plain
    assert "mažiau nei 5" in shown.plain and "mažiau nei 10" in shown.plain
    assert labels(shown) == ["Atsakyti"]
    mine = await sheet(chat, ona)
    assert mine is not None
    assert "Sveikata" not in (await jonas.says(f"/mano_atsakymai a1 {mine.id}")).plain
    own = (await jonas.says(f"/pildyti a1 {mine.id}")).plain.splitlines()
    assert own[0] == "Jūsų organizacijos vardu atsakinėti pradėjo Ona."
    assert own[2].startswith("Kokioje srityje")
    assert (await sheet(chat, jonas)) is None


async def test_a_manager_passes_it_on_to_the_companies_and_sees_how_many(chat: Chat) -> None:
    """The companies of the manager's cluster may answer then, each for itself; the manager sees how many have."""
    ona = await somebody(chat, "Ona", "k1", "manager")
    rasa = await somebody(chat, "Rasa", "imone")
    await opened(chat, audience=("role:manager",))
    assert (await rasa.says("/pildyti a1")).plain == (
        "Ši apklausa skirta ne jums; kodėl, galite pasiteirauti sekretoriato."
    )
    await ona.says("/apklausa a1")
    await ona.presses("Persiųsti įmonėms")
    await ona.presses("Persiųsti")
    await rasa.says("/pildyti a1")
    await answers_all(rasa)
    await rasa.presses("Pateikti")
    await ona.says("/apklausa a1")
    counted = await ona.presses("Kiek įmonių jau atsakė")
    assert counted.plain == "Atsakiusios jūsų klasterio įmonės: 1 iš 1." and labels(counted) == ["‹ Atgal"]
    assert (await rasa.says("/persiusti a1")).plain == (
        "Persiųsti apklausą klasterio įmonėms gali tik klasterio vadovas."
    )


async def test_some_surveys_are_answered_once(chat: Chat) -> None:
    """Where answers are final, a second thought is told so before any question."""
    ona = await somebody(chat, "Ona", "k1")
    await opened(chat, editable=False)
    await ona.says("/pildyti a1")
    await answers_all(ona)
    assert (await ona.presses("Pateikti")).plain == "Ačiū, atsakymai pateikti."
    assert (await ona.says("/pildyti a1")).plain == (
        "Atsakymus jau pateikėte, o šioje apklausoje jų vėliau keisti negalima."
    )


async def test_english_is_complete(chat: Chat) -> None:
    """An English reader gets the questions, choices and labels in English."""
    ann = await somebody(chat, "Ann", "k1", language="en")
    await opened(chat)
    await ann.says("any open surveys?")
    assert (
        (await ann.presses("Answer it")).plain.splitlines()[1].startswith("Which sector is your cluster in?")
    )
    await ann.presses("Health")
    await ann.says("1,200")
    assert "A number from 1 to 500. Whole numbers only." in ann.last.plain
    await ann.says("120")
    await ann.presses("☐ Training")
    await ann.presses("Done")
    assert "1 – not useful, 5 – very useful" in ann.last.plain


async def test_a_gesture_repeated_after_a_crash_is_not_taken_twice(chat: Chat) -> None:
    """What was kept and not yet confirmed comes again: a text is not the next question's answer, a press takes no
    choice back, and the form goes on where it was."""
    texts = tuple(Question(f"t{n}", "text", Words(f"Klausimas {n}?")) for n in (1, 2))
    ona = await somebody(chat, "Ona", "k1")
    await opened(chat, questions=(QUESTIONS[2], *texts))
    begun = await twice(ona, "pildyti a1", pressed=True)
    press = button(begun, "☐ Mokymų").command
    assert "☑ Mokymų" in labels(await twice(ona, press, pressed=True))
    asked = await twice(ona, button(ona.last, "Baigta").command, pressed=True)
    assert "Klausimas 1?" in asked.plain
    assert "Klausimas 2?" in (await twice(ona, "Pirmas atsakymas")).plain
    summary = await twice(ona, "Antras atsakymas")
    assert "Pateikti" in labels(summary)
    await twice(ona, button(summary, "Pateikti").command, pressed=True)
    kept = await sheet(chat, ona)
    assert kept is not None and kept.state == "answered"
    assert kept.answers == {"help": ("training",), "t1": "Pirmas atsakymas", "t2": "Antras atsakymas"}


async def twice(someone: Someone, text: str, *, pressed: bool = False) -> Reply:
    """A gesture whose confirmation a crash has taken, and which the platform brings again to the program that was
    started anew; the reply to the second."""
    chat = someone.chat
    event = f"again:{chat.events}"
    conversation = chat.store.conversation
    keep = conversation.keep

    async def lost(*_: object) -> None:
        pass

    conversation.keep = lost  # type: ignore[method-assign, assignment]
    await chat.deliver(someone, text, pressed, pressed=pressed, event=event)
    conversation.keep = keep  # type: ignore[method-assign]
    chat.dispatch = Dispatcher(chat.store, lambda: chat.now, frozenset({"telegram"}))
    return await chat.deliver(someone, text, pressed, pressed=pressed, event=event)


async def test_a_number_with_a_word_behind_it_is_taken_and_said(chat: Chat) -> None:
    """ "12 narių" is twelve, and the next question begins with what was taken; "12 tūkst." is another number."""
    await opened(chat)
    ona = await somebody(chat, "Ona", "k1")
    await ona.says("/pildyti a1")
    await ona.presses("IRT")
    for refused in ("12 tūkst.", "12 ar 13", "apie 12–15 narių", "12 narių iš 40"):
        assert (await ona.says(refused)).plain.startswith("Čia reikia skaičiaus")
    following = await ona.says("12 narių")
    assert following.plain.startswith("Užrašyta: 12.\nKokios pagalbos reikia?")
    kept = await sheet(chat, ona)
    assert kept is not None and kept.latest["members"] == "12"
    assert "Užrašyta" not in (await answers_the_rest(ona)).plain


async def test_a_number_as_it_is_is_taken_without_a_word(chat: Chat) -> None:
    """Spaces, a decimal comma and a currency are no other way of writing it."""
    await opened(chat)
    ona = await somebody(chat, "Ona", "k1")
    await ona.says("/pildyti a1")
    await ona.presses("IRT")
    assert (await ona.says(" 12 ")).plain.startswith("Kokios pagalbos reikia?")
