"""The secretariat's inbox, as transcripts: listed, opened, taken, answered by two at once, closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.conversation import Chat, Someone, labels
from tests.handlers.answering import TEXT, announced, sends
from tests.postman import Postman


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    chat = Chat.begin()
    await chat.associate()
    yield chat
    await chat.store.close()


@pytest.fixture
async def ada(chat: Chat) -> Someone:
    ada = await chat.member("Ada")
    await ada.says("labas")
    return ada


@pytest.fixture
async def rūta(chat: Chat) -> Someone:
    return await chat.member("Rūta", "secretariat")


@pytest.fixture
async def ona(chat: Chat) -> Someone:
    return await chat.member("Ona", "secretariat")


async def test_what_waits_is_listed_oldest_first(chat: Chat, ada: Someone, rūta: Someone) -> None:
    """Who, of which organisation, when, the first line, what it answers, who has taken it, whether it is overdue; four
    a page, each to be opened."""
    assert "Atsakymo niekas nelaukia." in (await rūta.says("/klausimai")).plain
    [message] = await announced(chat, ada)
    await ada.replies_to(message, "glambulinė fromagerija\nantra eilutė")
    await rūta.says("/imtis k1 v1")
    chat.passes(days=5)
    jonas = await chat.member("Jonas")
    for n in range(5):
        await (ada if n < 4 else jonas).says(f"/klausti Klausimas {n}")
    first = await rūta.says("/klausimai")
    assert first.plain.splitlines()[:3] == [
        "6 klausimai laukia atsakymo:",
        "1. Ada (Fotonikos klasteris), rugsėjo 24 d., 10:00: „glambulinė fromagerija…“ · "
        "apie skelbimą „Susitinkame pirmadienį…“ · rūpinasi Rūta · vėluojama atsakyti",
        "2. Ada (Fotonikos klasteris), rugsėjo 29 d., 10:00: „Klausimas 0“",
    ]
    assert "Jonas" not in first.plain
    assert labels(rūta.last) == ["1", "2", "3", "4", "›", "Ankstesni klausimai"]
    second = await rūta.presses("›")
    assert (
        second.plain.splitlines()[2] == "6. Jonas (Fotonikos klasteris), rugsėjo 29 d., 10:00: „Klausimas 4“"
    )
    assert "Klausimas 4" in (await rūta.presses("6")).plain


async def test_a_question_is_opened_with_the_announcement_beside_it(
    chat: Chat, ada: Someone, rūta: Someone
) -> None:
    """The whole text, what it answers, until when it is to be answered, and what can be done."""
    [message] = await announced(chat, ada)
    await ada.replies_to(message, "glambulinė fromagerija\n\nantra <b>pastraipa</b>")
    shown = await rūta.says("/klausimai k1")
    assert shown.plain == (
        "Ada (Fotonikos klasteris)\n"
        "Apie rugsėjo 24 d. skelbimą: „Susitinkame pirmadienį\nPosėdis vyks 10 val. ministerijoje.“\n"
        "Parašė (rugsėjo 24 d., 10:00):\n"
        "glambulinė fromagerija\n"
        "antra <b>pastraipa</b>\n"
        "• Atsakyti reikia iki rugsėjo 28 d., 10:00"
    )
    assert labels(shown) == ["Atsakyti", "Imtis", "Uždaryti be atsakymo", "Skelbimas", "Visi klausimai"]
    assert TEXT.splitlines()[0] in (await rūta.presses("Skelbimas")).plain


async def test_it_is_taken_and_handed_back(chat: Chat, ada: Someone, rūta: Someone, ona: Someone) -> None:
    """Everybody sees who sees to it; a button of before changes nothing and says how it is now."""
    await ada.says("/klausti Ar galima?")
    old = await ona.says("/klausimai k1")
    await rūta.says("/klausimai k1")
    assert "Rūpinasi: Rūta" in (await rūta.presses("Imtis")).plain
    stale = await ona.presses("Imtis", of=old)
    assert "nieko nepadariau" in stale.plain and "Rūpinasi: Rūta" in stale.plain
    assert "Rūpinasi" not in (await rūta.presses("Grąžinti kitiems")).plain
    assert "Rūpinasi: Ona" in (await ona.presses("Imtis", of=await ona.says("/klausimai k1"))).plain


async def test_an_answer_is_written_shown_and_sent(chat: Chat, ada: Someone, rūta: Someone) -> None:
    """A form, a preview with the asker's name, a press; it leaves in working hours alone, and the inbox says what
    became of it."""
    await ada.says("/klausti Ar galima?")
    await rūta.says("/klausimai k1")
    asked = await rūta.presses("Atsakyti")
    assert asked.fresh and "Klausimas: „Ar galima?“" in asked.plain
    shown = await rūta.says("Galima.\n\nIki penktadienio.")
    assert shown.plain == "Kam: Ada (Fotonikos klasteris)\nGalima.\nIki penktadienio."
    assert (await chat.store.sendings.all()) == ()
    chat.passes(hours=12)  # 22:00 in Vilnius
    for _ in range(2):
        await rūta.presses("Siųsti", of=shown)
    assert "nėra ko baigti" in rūta.last.plain and len(await chat.store.sendings.all()) == 1
    postman = Postman()
    assert len(await sends(chat, postman)) == 1 and not postman.arrived, "it is night"
    assert "Atsakymas: laukia" in (await rūta.says("/klausimai k1")).plain
    chat.passes(hours=12)
    await sends(chat, postman)
    assert "Galima." in postman.arrived["chat-uAda"][0]
    await rūta.says("/klausimai k1")
    assert (
        "Rūta atsakė (rugsėjo 24 d., 22:00):" in rūta.last.plain and "Atsakymas: išsiųsta" in rūta.last.plain
    )
    assert "Ar galima?" in (await rūta.says("/klausimai done")).plain
    assert "Atsakymo niekas nelaukia." in (await rūta.says("/klausimai")).plain


async def test_of_two_who_answer_at_once_the_second_is_told(
    chat: Chat, ada: Someone, rūta: Someone, ona: Someone
) -> None:
    """The second sees what the first has answered before anything of theirs leaves; their text is kept, and goes as a
    further answer if they want it."""
    await ada.says("/klausti Ar galima?")
    for one, text in ((rūta, "Galima."), (ona, "Negalima.")):
        await one.says("/klausimai k1")
        await one.presses("Atsakyti")
        await one.says(text)
    await asyncio.gather(rūta.presses("Siųsti"), ona.presses("Siųsti"))
    told = next(one for one in (rūta, ona) if "dar neišsiųstas" in one.last.plain)
    first = ona if told is rūta else rūta
    assert f"{first.name} atsakė" in told.last.plain and "Kam: Ada" in told.last.plain
    assert len(await chat.store.sendings.all()) == 1
    await told.presses("Vis tiek siųsti")
    postman = Postman()
    for _ in range(2):  # one message a second to a chat
        await sends(chat, postman)
    arrived = postman.arrived["chat-uAda"]
    assert len(arrived) == 2
    assert {text.splitlines()[1] for text in arrived} == {"Galima.", "Negalima."}


async def test_what_was_said_meanwhile_is_seen_before_the_answer_goes(
    chat: Chat, ada: Someone, rūta: Someone
) -> None:
    """The asker goes on while the answer is being written: it is shown first."""
    await ada.says("/klausti Ar galima?")
    await rūta.says("/atsakyti k1 v1")
    await ada.says("/klausti k1 Jau nebereikia")
    shown = await rūta.says("Galima.")
    assert "Jau nebereikia" in shown.plain and "Vis tiek siųsti" in labels(shown)
    await ada.says("/atsiimti_klausima k1 1")
    await ada.says("/atsiimti_klausima k1 2")
    assert "Tokio klausimo nėra" in (await rūta.presses("Vis tiek siųsti")).plain
    assert await chat.store.sendings.all() == ()


async def test_it_is_closed_without_an_answer_and_opened_again(
    chat: Chat, ada: Someone, rūta: Someone
) -> None:
    """Closed it waits no more and nobody is written to; who writes on opens it again, and so can the secretariat."""
    await ada.says("/klausti Ačiū, jau radau")
    await rūta.says("/klausimai k1")
    assert "Klausimas uždarytas be atsakymo." in (await rūta.presses("Uždaryti be atsakymo")).plain
    assert await chat.store.sendings.all() == ()
    assert "uždaryta be atsakymo" in (await rūta.says("/klausimai done")).plain
    await rūta.says("/klausimai k1")
    assert "Atsakyti" in labels(await rūta.presses("Vėl atverti"))
    await rūta.presses("Uždaryti be atsakymo")
    await ada.says("/klausti k1 Vis dėlto klausiu")
    assert "Vis dėlto klausiu" in (await rūta.says("/klausimai k1")).plain
    assert "1 klausimas laukia" in (await rūta.says("/klausimai")).plain


async def test_the_inbox_is_the_secretariats(chat: Chat, ada: Someone, rūta: Someone) -> None:
    """A member neither sees what others ask nor takes, answers or closes it; a stranger is asked to join."""
    await rūta.says("/klausti Paslaptis")
    for command in ("klausimai", "klausimai k1", "imtis k1", "atsakyti k1", "neatsakyti k1", "grazinti k1"):
        reply = await ada.says(f"/{command}")
        assert "Paslaptis" not in reply.plain and reply.form is None
    assert (await chat.store.questions.all())[0].version == 1
    assert "Prisijungti" in labels(await chat.stranger().says("/klausimai"))


async def test_what_one_sees_first_says_how_many_wait(chat: Chat, ada: Someone, rūta: Someone) -> None:
    """The secretariat's first page counts them and leads to them; a member's says nothing of it."""
    assert "Klausimai sekretoriatui" not in (await rūta.says("/pradzia")).plain
    await ada.says("/klausti Ar galima?")
    assert "1 klausimas laukia atsakymo." in (await rūta.says("/pradzia")).plain
    assert "Ar galima?" in (await rūta.presses("Klausimai sekretoriatui")).plain
    assert "laukia atsakymo" not in (await ada.says("/pradzia")).plain


async def test_who_has_left_leaves_the_question_behind(chat: Chat, rūta: Someone) -> None:
    """A question whose asker is no member any more is still there to be closed."""
    await chat.store.questions.open("n99", "Ar galima?", "s99", chat.by())
    assert "Išėjęs narys" in (await rūta.says("/klausimai")).plain
    assert "Ar galima?" in (await rūta.says("/klausimai k1")).plain
    assert "Tokio klausimo nėra" in (await rūta.says("/klausimai k7")).plain


async def test_the_history_says_who_answered(chat: Chat, ada: Someone, rūta: Someone) -> None:
    """The audit has who took and answered, never what was said."""
    await ada.says("/klausti Paslaptis")
    await rūta.says("/imtis k1 v1")
    shown = (await rūta.says("/istorija k1")).plain
    assert "Ada: perduotas klausimas" in shown and "Rūta: imtasi klausimo" in shown
    assert "Paslaptis" not in shown


async def test_of_a_long_exchange_the_end_is_shown(chat: Chat, ada: Someone, rūta: Someone) -> None:
    """Ten texts at once; a button shows it from its beginning."""
    await ada.says("/klausti Klausimas 0")
    for n in range(1, 12):
        await ada.says(f"/klausti k1 papildau {n}")
    shown = await rūta.says("/klausimai k1")
    assert "Prieš tai dar 2 žinutės." in shown.plain and "Klausimas 0" not in shown.plain
    whole = await rūta.presses("Nuo pradžios")
    assert "Klausimas 0" in whole.plain and "papildau 11" in whole.plain


async def test_an_answer_that_did_not_arrive_is_seen_and_sent_again(
    chat: Chat, ada: Someone, rūta: Someone
) -> None:
    """The inbox says why it has not arrived; one press sends it once more, when the person can be reached again."""
    await ada.says("/klausti Ar galima?")
    await rūta.submits("respond k1 v1", {"text": "Galima."})
    await rūta.presses("Siųsti")
    postman = Postman(blocked={"chat-uAda"})
    await sends(chat, postman)
    assert "Atsakymas: nepristatyta (užblokavo robotą)" in (await rūta.says("/klausimai k1")).plain
    postman.blocked.clear()
    await ada.says("labas")
    await rūta.presses("Siųsti atsakymą dar kartą")
    await sends(chat, postman)
    assert len(postman.arrived["chat-uAda"]) == 1
    assert "Atsakymas: išsiųsta" in (await rūta.says("/klausimai k1")).plain
