"""What members ask the secretariat, as transcripts: asked, replied to an announcement, taken back, answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.said import LASTS
from handlers.questions import LONGEST, MOST_OPEN, MOST_WAITING
from tests.conversation import Chat, Someone, labels, moment
from tests.handlers.answering import announced, sends
from tests.postman import Postman

UNHEARD = "glambulinė fromagerija?"


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    chat = Chat.begin()
    await chat.associate()
    await chat.call("Inoklaster LT", measure="Inoklaster LT", closes=moment("2026-10-30 16:00"))
    yield chat
    await chat.store.close()


@pytest.fixture
async def ada(chat: Chat) -> Someone:
    ada = await chat.member("Ada")
    await ada.says("labas")
    return ada


async def texts(chat: Chat) -> list[str]:
    """Everything that has been passed on."""
    return [said.text for question in await chat.store.questions.all() for said in question.exchange]


async def test_a_question_is_passed_on_and_can_be_taken_back(chat: Chat, ada: Someone) -> None:
    """A command and a text are enough; its lines stay; the way back takes the text away."""
    passed = await ada.says("/klausti Ar galima vėluoti?\nIr kiek?")
    assert passed.plain == "Perduota sekretoriatui.\nAtsakymas ateis čia."
    assert await texts(chat) == ["Ar galima vėluoti?\nIr kiek?"]
    assert "nebėra" in (await ada.presses("Atsiimti")).plain
    assert await texts(chat) == [] and "question" not in str(await chat.store.questions.all())
    assert "Jau atsiimta" in (await ada.presses("Atsiimti", of=passed)).plain


async def test_a_command_alone_asks_for_the_text(chat: Chat, ada: Someone) -> None:
    """A form of one field; what is typed next is the question, even when I could answer it myself."""
    asked = await ada.says("/ask")
    assert "Ką perduoti sekretoriatui?" in asked.plain
    passed = await ada.says("Kada baigiasi Inoklaster LT?")
    assert "Perduota" in passed.plain
    assert await texts(chat) == ["Kada baigiasi Inoklaster LT?"]
    assert await chat.store.conversation.draft("n1") is None


async def test_a_reply_that_is_not_understood_goes_to_the_secretariat(chat: Chat, ada: Someone) -> None:
    """At once, with the announcement beside it; a second reply goes on with the first."""
    [message] = await announced(chat, ada)
    assert "Perduota sekretoriatui." in (await ada.replies_to(message, UNHEARD)).plain
    more = "noriu susisiekti su sekretoriatu"
    await ada.replies_to(message, more)
    [question] = await chat.store.questions.all()
    assert question.about == "s1"
    assert [s.text for s in question.exchange] == [UNHEARD, more]
    assert await chat.store.vocabulary.missed() == (), "it was not asked in vain"


async def test_a_reply_that_is_understood_is_answered_and_offered_to_be_passed_on(
    chat: Chat, ada: Someone
) -> None:
    """The answer comes at once; one press passes the same words to the secretariat, once."""
    [message] = await announced(chat, ada)
    answer = await ada.replies_to(message, "o kada baigiasi inoklasteris?")
    assert "spalio 30 d., 16:00" in answer.plain
    assert await texts(chat) == []
    assert "Perduota" in (await ada.presses("Perduoti sekretoriatui")).plain
    assert ada.last.fresh, "the answer stays"
    assert "jau perduota" in (await ada.presses("Perduoti sekretoriatui", of=answer)).plain
    [question] = await chat.store.questions.all()
    assert question.about == "s1" and question.exchange[0].text == "o kada baigiasi inoklasteris?"


async def test_thanks_for_an_announcement_trouble_nobody(chat: Chat, ada: Someone) -> None:
    """Bare thanks are answered here, with a way on; thanks that say more are for the secretariat; a picture alone says
    nothing, a plus says yes."""
    [message] = await announced(chat, ada)
    assert "Perduoti sekretoriatui" in labels(await ada.replies_to(message, "Ačiū!"))
    assert "tik žodžius" in (await ada.replies_to(message, "👍🙏")).plain
    assert await texts(chat) == []
    for said in ("+", "Ačiū, mes su kolege tikrai dalyvausime abi"):
        await ada.replies_to(message, said)
    assert await texts(chat) == ["+", "Ačiū, mes su kolege tikrai dalyvausime abi"]


async def test_an_announcement_has_a_button_to_answer(chat: Chat, ada: Someone) -> None:
    """The press asks for the text below the announcement, which stays; nobody answers for somebody else."""
    chat.passes(minutes=1)
    jonas = await chat.member("Jonas")
    await announced(chat, jonas)
    sending = await chat.store.sendings.get("s1")
    [delivery] = await chat.store.sendings.deliveries("s1")
    member = await chat.store.members.get("n2")
    assert sending is not None
    shown = await chat.dispatch.compose(sending, delivery, member)
    assert shown is not None
    asked = await jonas.presses("Atsakyti", of=shown)
    assert asked.fresh and "Ką perduoti" in asked.plain
    await jonas.says("glambulinė")
    await ada.says("/klausti d1 svetimas")
    about = {q.asker: q.about for q in await chat.store.questions.all()}
    assert about == {"n2": "s1", "n1": ""}


async def test_an_announcement_read_again_can_be_answered(chat: Chat, ada: Someone) -> None:
    """Among the latest announcements there is the same button, for who has got it."""
    await announced(chat, ada)
    chat.passes(minutes=1)
    await ada.says("/skelbimai")
    await ada.presses("Atsakyti")
    await ada.says("glambulinė")
    assert [q.about for q in await chat.store.questions.all()] == ["s1"]
    rūta = await chat.member("Rūta", "secretariat")
    assert "Atsakyti" not in labels(await rūta.says("/skelbimai"))


async def test_what_answers_a_nudge_belongs_to_its_announcement(chat: Chat, ada: Someone) -> None:
    """Asked once more to read it, a member replies to that: the announcement itself stands beside it."""
    [first] = await announced(chat, ada)
    await ada.replies_to(first, UNHEARD)
    [nudge] = await announced(chat, ada, kind="nudge", sending="s1")
    await ada.replies_to(nudge, "dar fromagerija")
    [question] = await chat.store.questions.all()
    assert question.about == "s1" and len(question.exchange) == 2


async def test_what_is_not_understood_can_be_asked_of_the_secretariat(chat: Chat, ada: Someone) -> None:
    """The button brings the same words into the form, to be sent as they are or written anew; nothing goes unasked."""
    heard = await ada.says(UNHEARD)
    assert "Nesupratau" in heard.plain and "Klausti sekretoriato" in labels(heard)
    await ada.says("kita glambulinė fromagerija")
    shown = await ada.presses("Klausti sekretoriato", of=heard)
    assert f"Kol kas: „{UNHEARD}“" in shown.plain
    assert await texts(chat) == []
    await ada.presses("Perduoti")
    await ada.presses("Klausti sekretoriato", of=heard)
    await ada.says("Parašysiu kitaip")
    assert await texts(chat) == [UNHEARD, "Parašysiu kitaip"]


async def test_words_that_are_forgotten_are_asked_for_anew(chat: Chat, ada: Someone) -> None:
    """The words behind a button are in memory for half a day; after that the form is empty, and nobody else's words
    stand in it."""
    heard = await ada.says(UNHEARD)
    jonas = await chat.member("Jonas")
    assert UNHEARD not in (await jonas.presses("Klausti sekretoriato", of=heard)).plain
    chat.passes(seconds=LASTS.total_seconds() + 1)
    asked = await ada.presses("Klausti sekretoriato", of=heard)
    assert "Ką perduoti" in asked.plain and UNHEARD not in asked.plain


async def test_who_wants_the_secretariat_is_told_where_and_may_write_here(chat: Chat, ada: Someone) -> None:
    """The addresses are there as before, and a button beside them."""
    reply = await ada.says("kaip susisiekti su sekretoriatu?")
    assert "Parašyti sekretoriatui" in labels(reply)
    assert "Ką perduoti" in (await ada.presses("Parašyti sekretoriatui")).plain


async def test_of_strangers_nothing_is_kept(chat: Chat) -> None:
    """A stranger is told why no answer could come back, and where to write; nothing is stored of them."""
    guest = chat.stranger("Jonas")
    reply = await guest.says("/klausti Ar priimate naujų narių?")
    assert "Apie nenarius nieko neįrašau" in reply.plain and "sekretoriat" in reply.plain.casefold()
    assert labels(reply) == ["Prisijungti"]
    assert "Klausti sekretoriato" not in labels(await guest.says(UNHEARD))
    assert await chat.store.questions.all() == ()


async def test_there_is_a_limit_to_how_much_one_asks(chat: Chat, ada: Someone) -> None:
    """So many questions wait at most, and so many texts; a question that is there may be gone on with; too long a text
    is refused in one sentence, and the same text again is one."""
    for n in range(MOST_OPEN):
        await ada.says(f"/klausti Klausimas {n}")
    assert "laukia atsakymo" in (await ada.says("/klausti Dar vienas")).plain
    assert "laukia atsakymo" in (await ada.says("/klausti")).plain
    for n in range(MOST_WAITING):
        await ada.says(f"/klausti k1 papildau {n}")
    assert len(await texts(chat)) == MOST_WAITING
    eva = await chat.member("Eva")
    assert "Per ilgas tekstas" in (await eva.says("/klausti " + "ž" * (LONGEST + 1))).plain
    await eva.says("/klausti " + "ž" * LONGEST)
    assert "jau perduota" in (await eva.says("/klausti " + "ž" * LONGEST)).plain
    assert len(await chat.store.questions.of("n2")) == 1


@pytest.mark.parametrize(
    ("name", "mime", "said"),
    [
        ("file", "audio/ogg", "Garso įrašų"),
        ("photo.jpg", "image/jpeg", "Paveikslėlių"),
        ("file", "video/mp4", "Vaizdo įrašų"),
        ("a.pdf", "application/pdf", "Failus priimu"),
    ],
)
async def test_what_has_no_words_is_asked_for_in_words(ada: Someone, name: str, mime: str, said: str) -> None:
    """A recording, a picture or a file gets a kind sentence and the way to write."""
    reply = await ada.sends(name, mime)
    assert said in reply.plain and labels(reply) == ["Klausti sekretoriato"]


async def test_a_picture_with_words_has_its_words_passed_on(chat: Chat, ada: Someone) -> None:
    """A caption that replies to an announcement goes to the secretariat, and it is said that the picture does not; one
    without words is answered with a way to write to that very announcement."""
    [message] = await announced(chat, ada)
    passed = await ada.replies_to(message, UNHEARD, file=("photo.jpg", "image/jpeg"))
    assert "Perduota" in passed.plain and "Failo neperdaviau" in passed.plain
    await ada.replies_to(message, "", file=("file", "audio/ogg"))
    await ada.presses("Klausti sekretoriato")
    await ada.says("dar glambuliau")
    [question] = await chat.store.questions.all()
    assert [s.text for s in question.exchange] == [UNHEARD, "dar glambuliau"]


async def test_a_reply_to_an_announcement_is_no_answer_to_a_form(chat: Chat, ada: Someone) -> None:
    """While a form is open, what replies to an announcement goes to the secretariat, and the form waits on."""
    [message] = await announced(chat, ada)
    await ada.says("/klausti")
    assert "Perduota" in (await ada.replies_to(message, UNHEARD)).plain
    await ada.says("Kitas dalykas")
    assert {q.about: q.exchange[0].text for q in await chat.store.questions.all()} == {
        "s1": UNHEARD,
        "": "Kitas dalykas",
    }


async def test_an_english_reply_is_passed_on_in_english(chat: Chat, ada: Someone) -> None:
    """What is clearly said in the other language is answered in it."""
    [message] = await announced(chat, ada)
    reply = await ada.replies_to(message, "Which calls are open right now, please?")
    assert "Pass it to the secretariat" in labels(reply)


async def test_the_same_gesture_again_is_one_question(chat: Chat, ada: Someone) -> None:
    """A reply that the platform delivers twice is passed on once."""
    [message] = await announced(chat, ada)
    for _ in range(2):
        await ada.replies_to(message, UNHEARD, event="e-1")
    assert await texts(chat) == [UNHEARD]


async def test_a_reply_to_anything_else_is_as_before(chat: Chat, ada: Someone) -> None:
    """What replies to somebody else's announcement, to a reminder or to an answer of mine is nothing to pass on."""
    jonas = await chat.member("Jonas")
    [his] = await announced(chat, jonas)
    for message in (his, "message-d99", ""):
        assert "Nesupratau" in (await ada.replies_to(message, UNHEARD)).plain
    assert await texts(chat) == []


async def test_the_answer_comes_back_with_the_question_and_the_talk_goes_on(chat: Chat, ada: Someone) -> None:
    """In the asker's chat, once; a reply to it and its button go on with the same question."""
    rūta = await chat.member("Rūta", "secretariat")
    await ada.says("/klausti Ar galima vėluoti?")
    await rūta.submits("respond k1 v1", {"text": "Galima, bet <5 minutes>."})
    await rūta.presses("Siųsti")
    postman = Postman()
    assert await sends(chat, postman) == []
    assert postman.arrived["chat-uAda"] == [
        "Sekretoriatas atsako:\nGalima, bet <5 minutes>.\nJūs rašėte rugsėjo 24 d.: „Ar galima vėluoti?“"
    ]
    await sends(chat, postman)
    assert len(postman.arrived["chat-uAda"]) == 1
    await ada.replies_to("m1", "o šešias glambulines?")
    answer = next(r for r in postman.replies if "Parašyti dar" in labels(r))
    await ada.presses("Parašyti dar", of=answer)
    await ada.says("Dar glambuliau")
    [question] = await chat.store.questions.all()
    assert question.state == "open"
    assert [s.text for s in question.unanswered] == ["o šešias glambulines?", "Dar glambuliau"]
    own = await ada.says("/klausimai k1")
    assert "Sekretoriatas (rugsėjo 24 d., 10:00):" in own.plain and "Dar glambuliau" in own.plain


async def test_an_answered_question_cannot_be_taken_back(chat: Chat, ada: Someone) -> None:
    """Once somebody has answered it stays; nobody takes back what another has asked."""
    rūta = await chat.member("Rūta", "secretariat")
    passed = await ada.says("/klausti Ar galima vėluoti?")
    jonas = await chat.member("Jonas")
    await jonas.says("/atsiimti_klausima k1 1")
    await rūta.submits("respond k1 v1", {"text": "Galima."})
    await rūta.presses("Siųsti")
    assert "atsiimti nebegalima" in (await ada.presses("Atsiimti", of=passed)).plain
    assert await texts(chat) == ["Ar galima vėluoti?", "Galima."]


async def test_members_see_their_own_questions(chat: Chat, ada: Someone) -> None:
    """The newest first with how they stand, page by page; of others' nothing."""
    jonas = await chat.member("Jonas")
    assert "nieko neklausėte" in (await jonas.says("/klausimai")).plain
    for n in range(3):
        await ada.says(f"/klausti Klausimas {n}")
    listed = await ada.says("/klausimai")
    assert "1. laukia atsakymo: „Klausimas 2“" in listed.plain
    assert "Klausimas 2" in (await ada.presses("1")).plain
    await ada.presses("Atsiimti")
    assert "Klausimas 2" not in (await ada.says("/klausimai")).plain
    assert "Klausimas" not in (await jonas.says("/klausimai k1")).plain


async def test_a_page_is_not_reached_by_itself_and_says_where_the_answer_will_be(chat: Chat) -> None:
    """Who has no chat that can be written to finds the answer among their own questions."""
    eva = await chat.member("Eva", platform="page")
    assert "Atsakymą rasite tarp savo klausimų: /klausimai." in (await eva.says("/klausti Ar galima?")).plain


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=80))
@example("ar kaina ~100?")
@example("ar galioja v3")
@example("d1 ir k1")
@example("kaip dėl\n\nantros  pastraipos?\n")
def test_what_is_passed_on_is_what_was_written(text: str) -> None:
    """Whatever is typed behind the command arrives as it is, without the space around it, or nothing does."""

    async def passes_on() -> None:
        chat = Chat.begin()
        ada = await chat.member("Ada")
        await chat.deliver(ada, f"klausti {text}", True)
        says_something = any(c.isalnum() or c in "+-−" for c in text)
        assert await texts(chat) == ([text.strip()] if says_something else [])
        await chat.store.close()

    asyncio.run(passes_on())
