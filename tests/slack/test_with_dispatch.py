"""The real dispatch and handlers over the strict Slack: whole conversations of members and secretariat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest_asyncio

from bot.outbox import Outbox, Rules
from bot.slack.platform import Slack
from storage.members import Holding, NewMember, Reach, Role
from storage.members import Person as Human
from storage.sendings import NewSending
from tests.conversation import Chat, moment
from tests.handlers.surveys.asked import QUESTIONS, opened
from tests.slack_people import Person
from tests.slack_records import Message
from tests.slack_server import APP_TOKEN, BOT_TOKEN, SlackServer


@asynccontextmanager
async def running(server: SlackServer, chat: Chat) -> AsyncIterator[Slack]:
    """The bot with the real dispatch on the chat's store."""
    slack = Slack(BOT_TOKEN, APP_TOKEN, server.url)
    task = asyncio.create_task(slack.run(chat.dispatch))
    try:
        yield slack
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await slack.close()


@asynccontextmanager
async def sending(chat: Chat, platform: Slack) -> AsyncIterator[None]:
    """The outbox at work on that platform."""
    rules = Rules({platform.name: 1000.0})
    outbox = Outbox(chat.store, (platform,), chat.dispatch.compose, lambda: chat.now, rules)
    chat.dispatch.changed = outbox.wake
    task = asyncio.create_task(outbox.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest_asyncio.fixture
async def server() -> AsyncIterator[SlackServer]:
    async with SlackServer() as server:
        yield server


@pytest_asyncio.fixture
async def chat(server: SlackServer) -> AsyncIterator[Chat]:
    """An association with one call, and the bot on Slack."""
    chat = Chat.begin()
    await chat.associate()
    await chat.call("Inoklaster LT", measure="Inoklaster LT", closes=moment("2026-10-30 16:00"))
    async with running(server, chat):
        yield chat
    await chat.store.close()


async def joined(server: SlackServer, chat: Chat, user: str, name: str, role: Role = "member") -> Person:
    """A member with that Slack account."""
    human = Human(
        name,
        "fotonika",
        role,
        "lt",
        accounts=(Reach("slack", user),),
        holdings=(Holding("politika", "LKA", "delegate"),),
    )
    await chat.store.members.take_over((NewMember(human),), chat.by())
    return server.person(user, name)


async def test_a_member_asks_and_opens_in_place(server: SlackServer, chat: Chat) -> None:
    """A question is answered in the direct conversation, and a button changes its own message."""
    ada = await joined(server, chat, "U01", "Ada")
    await ada.says("iki kada inoklaster lt?")
    answer = await ada.reads()
    assert answer.kind == "message" and "spalio 30 d., 16:00" in answer.text
    await ada.says("kokie kvietimai atviri?")
    listed = await ada.reads()
    assert "1" in listed.labels
    await ada.presses("1")
    opened = await ada.reads()
    assert opened.kind == "changed" and "Paraiškos priimamos iki *spalio 30 d." in opened.text
    told = await chat.store.conversation.told("c1")
    assert {t.member for t in told} == {"n1"}


async def test_a_mention_is_answered_once_in_its_thread(server: SlackServer, chat: Chat) -> None:
    """One answer comes to a mention although Slack sends it as two events, and it is in the thread."""
    ada = await joined(server, chat, "U01", "Ada")
    server.channel("C01", "politika", ada)
    await ada.mentions("C01", "kada baigiasi inoklaster lt?")
    answer = await ada.reads()
    assert answer.thread and "spalio 30 d." in answer.text
    await ada.says("ačiū")
    assert "Nėra už ką" in (await ada.reads()).text
    assert len([m for m in server.posted() if m.channel == "C01"]) == 1


async def test_a_slash_command_in_a_channel_is_seen_by_its_asker_alone(
    server: SlackServer, chat: Chat
) -> None:
    """`/sauklys …` takes commands and whole questions, and in a channel only the asker sees the answer."""
    ada = await joined(server, chat, "U01", "Ada")
    server.channel("C01", "politika", ada)
    await ada.commands("/sauklys", "kvietimai", "C01")
    assert (await ada.reads()).kind == "ephemeral"
    await ada.commands("/sauklys", "iki kada inoklaster lt?", "C01")
    answer = await ada.reads()
    assert answer.kind == "ephemeral" and "spalio 30 d." in answer.text


async def test_the_secretariat_extends_a_call_in_a_modal(server: SlackServer, chat: Chat) -> None:
    """A form is a modal: what is wrong is said in it, and the finished form is previewed and confirmed."""
    rūta = await joined(server, chat, "U02", "Rūta", "secretariat")
    await rūta.commands("/sauklys", "pratesti c1")
    while rūta.modal is None or not any(b["type"] == "input" for b in rūta.modal.body["blocks"]):
        await rūta.reads()
    await rūta.submits({"closes": "kada nors", "reason": "daugiau laiko"})
    wrong = await rūta.reads()
    assert "nesuprantu" in wrong.text
    await rūta.submits({"closes": "2026-11-30 16:00", "reason": "daugiau laiko"})
    shown = await rūta.reads()
    while "Pratęsti" not in shown.labels:
        shown = await rūta.reads()
    await rūta.presses("Pratęsti")
    done = await rūta.reads()
    while done.kind == "closed":
        done = await rūta.reads()
    assert "terminas pratęstas" in done.text
    call = await chat.store.calls.get("c1")
    assert call is not None and call.version == 2 and call.history[0].why.reason == "daugiau laiko"


async def test_a_stranger_is_answered_in_the_language_of_their_slack(server: SlackServer, chat: Chat) -> None:
    """At first contact the language is that of the person's Slack."""
    guest = server.person("U09", "Guest", "en-GB")
    await guest.says("hi")
    assert "Hello" in (await guest.reads()).text


async def test_the_home_tab_shows_what_is_next(server: SlackServer, chat: Chat) -> None:
    """The Home tab has the next deadlines and buttons that work."""
    ada = await joined(server, chat, "U01", "Ada")
    await ada.opens_home()
    home = await ada.reads()
    assert home.kind == "home" and "Inoklaster LT" in home.text and home.labels


async def test_a_file_comes_with_its_message(server: SlackServer, chat: Chat) -> None:
    """A calendar file asked for by a button is uploaded into the conversation."""
    ada = await joined(server, chat, "U01", "Ada")
    await ada.says("iki kada inoklaster lt?")
    await ada.reads()
    await ada.presses("Į kalendorių")
    await server.calls_of("files.completeUploadExternal")
    [file] = server.files.values()
    assert file.content is not None and b"BEGIN:VCALENDAR" in file.content


async def test_a_survey_is_answered_page_by_page_in_modals(server: SlackServer, chat: Chat) -> None:
    """At most five questions a page, each page kept, conditions between pages, what is wrong said in place; closed in
    the middle it goes on where it was, and handed in it counts."""
    await opened(chat)
    ada = await joined(server, chat, "U01", "Ada")

    async def modal(label: str) -> None:
        while ada.modal is None or label not in str(ada.modal.body["blocks"]):
            await ada.reads()

    await ada.commands("/sauklys", "apklausos")
    await ada.reads()
    await ada.presses("Atsakyti")
    await modal("Kokioje srityje")
    first: dict[str, object] = {
        "sector": "ict",
        "members": "daug",
        "help": ["training"],
        "digest": "4",
        "order": ["export", "rdi"],
    }
    await ada.submits(first)
    assert "Čia reikia skaičiaus" in (await ada.reads()).text
    await ada.submits({**first, "members": "47"})
    await modal("Ar teiksite paraišką?")
    sheet = await chat.store.surveys.sheet("a1", "n1")
    assert sheet is not None and sheet.answers["order"] == ("export", "rdi")
    await ada.closes_modal()
    await ada.commands("/sauklys", "apklausos")
    while "Tęsti" not in (await ada.reads()).labels:
        pass
    await ada.presses("Tęsti")
    await modal("Ar teiksite paraišką?")
    await ada.submits({"apply": "yes"})
    await modal("Kokios sumos prašytumėte?")
    await ada.submits({"sum": "1 200,50", "say": "", "consent": "yes"})
    shown = await ada.reads()
    while "Pateikti" not in shown.labels:
        shown = await ada.reads()
    assert "1\u00a0200,5 Eur" in shown.text
    await ada.presses("Pateikti")
    done = await ada.reads()
    while "Ačiū" not in done.text:
        done = await ada.reads()
    sheet = await chat.store.surveys.sheet("a1", "n1")
    assert sheet is not None and sheet.state == "answered" and sheet.answers["sum"] == "1200.5"


async def test_what_is_typed_beside_a_form_answers_no_question_of_it(server: SlackServer, chat: Chat) -> None:
    """The questions of a survey stand in a modal: a "taip" in the conversation is no yes to one that is not seen there,
    and the way back says which question waits."""
    await opened(chat, questions=QUESTIONS[5:])
    ada = await joined(server, chat, "U01", "Ada")
    await ada.commands("/sauklys", "pildyti a1")
    while ada.modal is None:
        await ada.reads()
    await ada.closes_modal()
    await ada.says("taip")
    shown = await ada.reads()
    while shown.kind != "message":
        shown = await ada.reads()
    assert "Ar teiksite paraišką?" in shown.text and "Atsakykite formoje" in shown.text
    sheet = await chat.store.surveys.sheet("a1", "n1")
    assert sheet is None or "apply" not in sheet.answers
    await ada.says("labas")
    assert (await ada.reads()).text.startswith("Laba diena")
    await ada.presses("Klasterių poreikių…")
    while ada.modal is None:
        await ada.reads()
    assert "Ar teiksite paraišką?" in ada.modal.shown


async def test_a_reply_in_an_announcements_thread_is_answered_there(server: SlackServer) -> None:
    """Announced, replied to in the thread, answered and gone on with in the answer's own thread; the announcement is
    beside it in the inbox, and a modal asks for the answer."""
    chat = Chat.begin()
    await chat.associate()
    async with running(server, chat) as slack, sending(chat, slack):
        ada = await joined(server, chat, "U01", "Ada")
        rūta = await joined(server, chat, "U02", "Rūta", "secretariat")
        new = NewSending("announcement", "a", {"lt": "Susitinkame *pirmadienį*", "en": ""}, chat.now)
        await chat.store.sendings.open(new, ("n1",), chat.by())
        chat.dispatch.changed()
        read = await ada.reads()
        assert isinstance(read.source, Message) and "Atsakyti" in read.labels
        await ada.says("glambulinė fromagerija", thread=read.source.ts)
        passed = await ada.reads()
        assert "Perduota sekretoriatui." in passed.text and passed.thread == read.source.ts
        await rūta.says("klausimai k1")
        shown = await rūta.reads()
        assert "Susitinkame" in shown.text and "glambulinė fromagerija" in shown.text
        await rūta.presses("Atsakyti")
        while rūta.modal is None or not any(b["type"] == "input" for b in rūta.modal.body["blocks"]):
            await rūta.reads()
        await rūta.submits({"text": "Taip & ne"})
        preview = await rūta.reads()
        while "Siųsti" not in preview.labels:
            preview = await rūta.reads()
        await rūta.presses("Siųsti")
        answer = await ada.reads()
        assert isinstance(answer.source, Message) and "glambulinė fromagerija" in answer.text
        await ada.says("o fromagerijos glambulės?", thread=answer.source.ts)
        assert "Perduota" in (await ada.reads()).text
    [question] = await chat.store.questions.all()
    assert question.about == "s1" and [s.answer for s in question.exchange] == [False, True, False]
    await chat.store.close()


async def test_what_is_not_understood_is_put_into_a_modal(server: SlackServer, chat: Chat) -> None:
    """The button opens a form in which the words stand already; they go as they are changed there."""
    ada = await joined(server, chat, "U01", "Ada")
    await ada.says("glambulinė fromagerija?")
    assert "Nesupratau" in (await ada.reads()).text
    await ada.presses("Klausti sekretoriato")
    while rendered(ada) is None:
        await ada.reads()
    assert rendered(ada) == "glambulinė fromagerija?"
    await ada.submits({"text": "Kas yra glambulinė fromagerija?"})
    passed = await ada.reads()
    while "Perduota" not in passed.text:
        passed = await ada.reads()
    [question] = await chat.store.questions.all()
    assert question.exchange[0].text == "Kas yra glambulinė fromagerija?"


def rendered(person: Person) -> str | None:
    """What stands in the first input of the modal in front of them."""
    blocks = person.modal.body["blocks"] if person.modal else []
    inputs = [block["element"].get("initial_value") for block in blocks if block["type"] == "input"]
    return inputs[0] if inputs else None
