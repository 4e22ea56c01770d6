"""Conversations over real HTTP: what people do in Telegram, what the bot hears, what they see."""

from __future__ import annotations

import asyncio

import pytest

from bot.platform import Refused, TryLater, Unknown
from handlers.chat import (
    Account,
    Bold,
    Button,
    File,
    Heading,
    Incoming,
    Items,
    Reply,
    para,
    rows,
    say,
)
from tests.telegram.conftest import Talk, talking
from tests.telegram_people import Person
from tests.telegram_server import Fault, TelegramServer

LIST = Reply(
    (para("Kvietimai: ", Bold("2")), Items((("Inoklaster LT",),), start=1)),
    buttons=rows(Button("Inoklaster LT", "call c42"), Button("Toliau", "calls p2")),
)
NEXT = Reply((para("Antras puslapis"),), buttons=rows(Button("Atgal", "calls")))
ICS = File("c42.ics", "text/calendar", b"BEGIN:VCALENDAR")


async def test_a_question_is_answered(talk: Talk, ada: Person) -> None:
    """Words come in with who said them, and the reply goes to the same chat."""
    ada.says("iki kada Inoklaster LT?")
    assert (await ada.reads()).text == "Girdžiu: iki kada Inoklaster LT?"
    (msg,) = talk.heard
    assert msg == Incoming(
        event="telegram:message:900000001:1",
        account=Account("telegram", "900000001"),
        chat="900000001",
        private=True,
        text="iki kada Inoklaster LT?",
        language="lt",
        name="Ada",
    )


async def test_a_command_loses_its_slash_and_a_deep_link_brings_its_code(talk: Talk, ada: Person) -> None:
    """`/start CODE` and `/kvietimai@sauklys_bot atviri` are command lines."""
    ada.starts("INVITE-7")
    ada.says("/kvietimai@Sauklys_bot atviri")
    ada.says("ne / komanda")
    await ada.reads(), await ada.reads(), await ada.reads()
    assert [(m.text, m.command) for m in talk.heard] == [
        ("start INVITE-7", True),
        ("kvietimai atviri", True),
        ("ne / komanda", False),
    ]
    assert talk.telegram.link == "https://t.me/sauklys_bot?start="


async def test_a_press_changes_the_message_in_place(server: TelegramServer, talk: Talk, ada: Person) -> None:
    """A button says its command; the pressed message becomes the reply, and the press is answered."""
    talk.answers |= {"calls": LIST, "calls p2": NEXT}
    ada.says("/calls")
    first = await ada.reads()
    assert first.rows == (("Inoklaster LT", "Toliau"),) and first.of("bold") == ("2",)
    press = ada.presses("Toliau")
    second = await ada.reads()
    assert (second.id, second.text, second.labels) == (first.id, "Antras puslapis", ("Atgal",))
    assert await press.answer() == ("", False)
    ada.presses("Atgal")
    assert (await ada.reads()).rows == first.rows
    assert [(m.text, m.pressed, m.command) for m in talk.heard[1:]] == [
        ("calls p2", True, True),
        ("calls", True, True),
    ]
    assert len(server.called("sendMessage")) == 1


async def test_a_press_that_changes_nothing_is_answered(talk: Talk, ada: Person) -> None:
    """The same page again is no error."""
    talk.answers |= {"calls": LIST, "calls p2": LIST}
    ada.says("/calls")
    await ada.reads()
    assert await ada.presses("Toliau").answer() == ("", False)
    assert ada.unread == () and talk.outcomes == []


async def test_the_same_press_again_is_the_same_event(
    server: TelegramServer, talk: Talk, ada: Person
) -> None:
    """Telegram may bring a press under a new update id: it keeps its event, so that dispatch knows it."""
    talk.answers["calls"] = LIST
    ada.says("/calls")
    await ada.reads()
    press = ada.presses("Toliau")
    await server.confirms(press.again())
    assert len({m.event for m in talk.heard[1:]}) == 1 and len(talk.heard) == 3


async def test_an_aside_is_an_alert(talk: Talk, ada: Person) -> None:
    """What is for the presser alone comes over the message, which stays as it is."""
    talk.answers |= {"calls": LIST, "calls p2": say("Šis mygtukas buvo kitam.", aside=True)}
    ada.says("/calls")
    await ada.reads()
    assert await ada.presses("Toliau").answer() == ("Šis mygtukas buvo kitam.", True)
    talk.answers["calls p2"] = say("a" * 201, aside=True)
    press = ada.presses("Toliau")
    assert (await ada.reads()).text == "a" * 201
    assert await press.answer() == ("", False)
    assert ada.screen[0].labels == ("Inoklaster LT", "Toliau")


async def test_a_fresh_reply_and_a_file_are_messages_of_their_own(talk: Talk, ada: Person) -> None:
    """They leave the pressed message as it is."""
    talk.answers |= {"calls": LIST, "call c42": Reply((para("Kalendorius"),), files=(ICS,))}
    talk.answers["calls p2"] = Reply((para("Nauja"),), fresh=True)
    ada.says("/calls")
    first = await ada.reads()
    ada.presses("Inoklaster LT")
    file = await ada.reads()
    assert (file.text, file.file, file.content) == ("Kalendorius", "c42.ics", b"BEGIN:VCALENDAR")
    ada.presses("Toliau")
    fresh = await ada.reads()
    assert fresh.id != first.id and not fresh.edited and ada.screen[0] == first


async def test_a_press_under_what_cannot_change_gets_a_new_message(
    server: TelegramServer, talk: Talk, ada: Person
) -> None:
    """Under a file, and under a message that is gone, the reply comes as a new message."""
    talk.answers["calls"] = Reply(
        (para("Kalendorius"),), buttons=rows(Button("Toliau", "labas")), files=(ICS,)
    )
    ada.says("/calls")
    file = await ada.reads()
    ada.presses("Toliau")
    assert (await ada.reads()).id != file.id
    talk.answers["calls"] = LIST
    ada.says("/calls")
    listed = await ada.reads()
    ada.chat.messages[listed.id].deleted = True
    press = ada.forges("labas", listed.id)
    assert (await ada.reads()).text == "Girdžiu: labas"
    assert await press.answer() == ("", False)


async def test_a_restarted_bot_still_knows_its_buttons(server: TelegramServer, ada: Person) -> None:
    """A button holds its command, so no memory is needed for it."""
    async with talking(server) as talk:
        talk.answers["calls"] = LIST
        ada.says("/calls")
        await ada.reads()
    async with talking(server) as again:
        ada.presses("Toliau")
        assert (await ada.reads()).text == "Girdžiu: calls p2"
        assert again.texts == ["calls p2"]


async def test_a_long_reply_comes_in_order(talk: Talk, ada: Person) -> None:
    """The parts come one after another, buttons under the last; a press changes that one."""
    long = Reply((para("a" * 4000), para("b" * 4000)), buttons=rows(Button("Toliau", "labas")))
    talk.answers["calls"] = long
    ada.says("/calls")
    first, second = await ada.reads(), await ada.reads()
    assert (first.text[0], first.labels, second.text[0], second.labels) == ("a", (), "b", ("Toliau",))
    ada.presses("Toliau")
    assert (await ada.reads()).id == second.id


async def test_files_are_fetched_only_when_read(server: TelegramServer, talk: Talk, ada: Person) -> None:
    """A document comes with its name, type and size, a picture in its largest size; content on demand."""

    async def count(msg: Incoming) -> Reply:
        (file,) = msg.files
        try:
            content = await file.read()
        except ValueError as error:
            return say(str(error))
        return say(f"{file.name} {file.mime} {file.size}: {content.decode()}")

    talk.answers |= {"skaityk": count, "/skaityk": count}
    ada.sends_file("nariai.csv", b"a;b", mime="text/csv")
    await ada.reads()
    assert server.called("getFile") == [] and server.downloads == []
    ada.sends_file("nariai.csv", b"a;b", "skaityk", mime="text/csv")
    assert (await ada.reads()).text == "nariai.csv text/csv 3: a;b"
    ada.sends_photo(b"0123456789abc", "skaityk")
    assert (await ada.reads()).text == "photo.jpg image/jpeg 13: 0123456789abc"
    ada.sends_file("didelis.csv", b"a", "skaityk", size=20_000_001)
    assert "larger than 20 MB" in (await ada.reads()).text
    server.fails(Fault("broken", status=404), "download")
    ada.sends_file("dingo.csv", b"a", "skaityk")
    assert "cannot be fetched" in (await ada.reads()).text


async def test_other_things_people_send(server: TelegramServer, talk: Talk, ada: Person) -> None:
    """A sticker is its emoji, a place is no words, a correction and a pinned message are nothing."""
    sticker = {
        "width": 1,
        "height": 1,
        "is_animated": False,
        "is_video": False,
        "type": "regular",
        "emoji": "👍",
    }
    ada.sends(sticker={**server.keep(b"a", None), **sticker})
    ada.sends(location={"latitude": 54.7, "longitude": 25.3})
    ada.edits("pataisyta")
    last = ada.sends(pinned_message={"message_id": 1, "date": 0, "chat": ada.chat.as_json()})
    await server.confirms(last)
    assert talk.texts == ["👍", ""]


# Groups


async def test_in_a_group_the_bot_answers_who_asked(server: TelegramServer, talk: Talk, ada: Person) -> None:
    """Mentions, commands and replies are heard without the bot's name, and answered as replies."""
    group = server.group(-1001, "Politika", ada)
    ada.says("kalbamės tarpusavyje", group)
    ada.says("@sauklys_bot, kada  posėdis?", group)
    answer = await group.reads()
    asked = min(group.messages) + 1
    assert (answer.text, answer.reply_to) == ("Girdžiu: kada posėdis?", asked)
    ada.says("/calls@sauklys_bot atviri", group)
    ada.says("o rytoj?", group, to=answer.id)
    await group.reads(), await group.reads()
    assert [(m.text, m.command, m.quotes, m.private, m.chat) for m in talk.heard] == [
        ("kada posėdis?", False, False, False, "-1001"),
        ("calls atviri", True, False, False, "-1001"),
        ("o rytoj?", False, True, False, "-1001"),
    ]


async def test_other_bots_commands_are_left_alone(server: TelegramServer, talk: Talk, ada: Person) -> None:
    """A command that is not ours, or is for another bot, is not answered in a group, whoever may read it."""
    group = server.group(-1001, "Politika", ada)
    ada.says("/poll", group)
    ada.says("@sauklys_bot /calls@kitas_bot", group)
    ada.says("/calls", group)
    await group.reads()
    assert talk.texts == ["calls"]


async def test_a_bot_that_reads_everything_still_answers_only_what_is_for_it(
    server: TelegramServer, talk: Talk, ada: Person
) -> None:
    """With privacy mode off, talk among people stays theirs; so do what bots and channels write."""
    group = server.group(-1001, "Politika", ada)
    server.hears_all = True
    ada.says("kada posėdis?", group)
    robot = {"id": 5, "is_bot": True, "first_name": "Robotas"}
    server.post(group, robot, text="@sauklys_bot labas")
    server.post(group, {"id": 777000, "is_bot": False, "first_name": "Telegram"}, text="/calls")
    ada.says("/calls", group)
    await group.reads()
    assert talk.texts == ["calls"]


async def test_a_press_in_a_group_knows_whose_it_is(server: TelegramServer, talk: Talk, ada: Person) -> None:
    """The message answers somebody: only that person's press changes it; the name goes along to dispatch."""
    jonas = server.person(900000002, "Jonas")
    group = server.group(-1001, "Politika", ada, jonas)
    talk.answers |= {"calls": LIST, "calls p2": NEXT}
    ada.says("/calls", group)
    listed = await group.reads()
    ada.presses("Toliau", group)
    assert (await group.reads()).id == listed.id
    jonas.presses("Atgal", group)
    other = await group.reads()
    assert other.id != listed.id
    assert [(m.account.user, m.shown_to) for m in talk.heard[1:]] == [
        ("900000001", "900000001"),
        ("900000002", "900000001"),
    ]


async def test_what_a_group_shares_stays(server: TelegramServer, talk: Talk, ada: Person) -> None:
    """A post for all is not changed by one member's press: the answer is a reply to it."""
    group = server.group(-1001, "Politika", ada)
    (part,) = talk.telegram.render(LIST)
    number = await talk.telegram.send("-1001", part, "key")
    await group.reads()
    ada.presses("Toliau", group)
    answer = await group.reads()
    assert (answer.reply_to, answer.text) == (int(number), "Girdžiu: calls p2")
    assert talk.heard[0].shown_to is None


async def test_what_is_for_one_alone_leaves_the_group(
    server: TelegramServer, talk: Talk, ada: Person
) -> None:
    """A long aside goes to the private chat, or is cut into an alert where there is none."""
    group = server.group(-1001, "Politika", ada)
    talk.answers |= {"calls": LIST, "calls p2": say("tik tau " * 40, aside=True)}
    ada.says("/calls", group)
    await group.reads()
    text, alert = await ada.presses("Toliau", group).answer()
    assert alert and text.startswith("tik tau") and text.endswith("…") and len(text) <= 200
    ada.starts()
    await ada.reads()
    assert await ada.presses("Toliau", group).answer() == ("", False)
    assert (await ada.reads()).text.startswith("tik tau") and group.unread == ()


async def test_a_group_that_moves_is_followed(server: TelegramServer, talk: Talk, ada: Person) -> None:
    """Its new id is stored before anything is sent there, and each thing is sent there once."""
    group = server.group(-55, "Politika", ada, kind="group")
    (part,) = talk.telegram.render(LIST)
    new = group.migrates(-10055)
    await talk.telegram.send("-55", part, "key")
    assert (await new.reads()).labels == ("Inoklaster LT", "Toliau")
    assert new.unread == () and set(talk.moves) == {("-55", "-10055")}
    assert talk.heard == []


# What goes wrong


async def test_an_answer_waits_when_telegram_asks_for_it(
    server: TelegramServer, talk: Talk, ada: Person
) -> None:
    """429 is waited out for as long as it says, and the answer is shown once."""
    server.fails(Fault("flood", seconds=7), "sendMessage", times=2)
    ada.says("labas")
    assert (await ada.reads()).text == "Girdžiu: labas"
    assert talk.waits == [7.0, 7.0] and talk.outcomes == []


async def test_an_answer_does_not_wait_for_ever(server: TelegramServer, talk: Talk, ada: Person) -> None:
    """A wait of minutes is dispatch's to know of, not the asker's to sit through."""
    server.fails(Fault("flood", seconds=300), "sendMessage", times=-1)
    await server.confirms(ada.says("labas"))
    assert [type(o) for o in talk.outcomes] == [TryLater] and talk.waits == []


async def test_an_answer_that_may_have_been_shown_is_not_sent_again(
    server: TelegramServer, talk: Talk, ada: Person
) -> None:
    """After an unknown outcome of a send nothing is repeated."""
    server.fails(Fault("close", accepted=True), "sendMessage")
    await server.confirms(ada.says("labas"))
    assert [type(o) for o in talk.outcomes] == [Unknown]
    assert [m.text for m in ada.unread] == ["Girdžiu: labas"]


async def test_an_edit_that_may_have_happened_is_made_again(
    server: TelegramServer, talk: Talk, ada: Person
) -> None:
    """The second time it changes nothing, which is a success."""
    talk.answers |= {"calls": LIST, "calls p2": NEXT}
    ada.says("/calls")
    await ada.reads()
    server.fails(Fault("half"), "editMessageText")
    assert await ada.presses("Toliau").answer() == ("", False)
    assert [m.text for m in ada.unread] == ["Antras puslapis"] and talk.outcomes == []


async def test_plain_text_once_when_telegram_cannot_read_ours(
    server: TelegramServer, talk: Talk, ada: Person
) -> None:
    """A text whose HTML is refused goes once more without markup, then not again."""
    talk.answers |= {"calls": LIST, "calls p2": NEXT}
    refused = Fault("refuse", status=400, description="Bad Request: can't parse entities: odd")
    server.fails(refused, "sendMessage")
    ada.says("/calls")
    seen = await ada.reads()
    assert (seen.text, seen.entities, seen.labels) == (
        "Kvietimai: 2\n1. Inoklaster LT",
        (),
        ("Inoklaster LT", "Toliau"),
    )
    server.fails(refused, "editMessageText")
    ada.presses("Toliau")
    assert (await ada.reads()).text == "Antras puslapis"
    server.recovers()
    server.fails(refused, "sendMessage", times=2)
    await server.confirms(ada.says("labas"))
    assert [type(o) for o in talk.outcomes] == [Refused]


async def test_a_picture_that_is_none_goes_as_a_document(talk: Talk, ada: Person) -> None:
    """What Telegram cannot show as a picture is sent as a file."""
    talk.answers["qr"] = Reply((para("Kodas"),), files=(File("qr.png", "image/png", b"not a picture"),))
    ada.says("qr")
    seen = await ada.reads()
    assert (seen.file, seen.text, talk.outcomes) == ("qr.png", "Kodas", [])


async def test_a_press_is_answered_however_its_reply_fared(
    server: TelegramServer, talk: Talk, ada: Person
) -> None:
    """The button stops waiting though the reply was not shown; an answer too late is no failure."""
    talk.answers |= {"calls": LIST, "calls p2": NEXT}
    ada.says("/calls")
    await ada.reads()
    server.fails(Fault("refuse", status=400, description="Bad Request: odd"), "editMessageText")
    assert await ada.presses("Toliau").answer() == ("", False)
    assert [type(o) for o in talk.outcomes] == [Refused]

    async def slow(_: Incoming) -> Reply:
        server.later(60)
        return NEXT

    talk.answers["calls p2"] = slow
    await server.confirms(ada.presses("Toliau").number)
    assert (await ada.reads()).text == "Antras puslapis"


HOSTILE = [
    "<b>x</b> & </code> <!channel>",
    "\u202eatvirkščiai\u202c \u2067dešinėn\u2069",
    "ilgas pavadinimas " * 600,
    "🎉" * 3000,
    "🎉",
]


@pytest.mark.parametrize("text", HOSTILE, ids=["html", "rtl", "long", "emoji", "one"])
async def test_what_people_write_is_shown_harmlessly(talk: Talk, ada: Person, text: str) -> None:
    """Titles of any kind arrive as text, in as many messages as they need."""
    talk.answers["x"] = Reply(
        (Heading(text), para(text, Bold(text))), buttons=rows(Button("Toliau", "labas"))
    )
    ada.says("x")
    seen = [await ada.reads()]
    while not seen[-1].labels:
        seen.append(await ada.reads())
    words = "".join("".join(m.text.split()) for m in seen)
    shown = "".join(
        text.replace("\u202e", "").replace("\u202c", "").replace("\u2067", "").replace("\u2069", "").split()
    )
    assert words == 3 * shown and talk.outcomes == []


# Order, durability, the end


async def test_different_people_are_answered_side_by_side(
    server: TelegramServer, talk: Talk, ada: Person
) -> None:
    """While one is waited for, another is answered; nothing of the first is confirmed."""
    gate = asyncio.Event()

    async def slow(_: Incoming) -> Reply:
        await gate.wait()
        return say("pagaliau")

    talk.answers["lėtai"] = slow
    jonas = server.person(900000002, "Jonas")
    first = ada.says("lėtai")
    for word in ("vienas", "du"):
        jonas.says(word)
        assert (await jonas.reads()).text == f"Girdžiu: {word}"
    assert server.confirmed < first
    gate.set()
    assert (await ada.reads()).text == "pagaliau"
    await server.confirms(first + 2)
    assert talk.texts == ["lėtai", "vienas", "du"]


async def test_what_was_not_durable_is_brought_again(server: TelegramServer, talk: Talk, ada: Person) -> None:
    """A gesture that could not be recorded is not confirmed, and comes again with the same event."""
    talk.forgets.add("labas")
    update = ada.says("labas")
    assert (await ada.reads()).text == "Girdžiu: labas"
    await server.confirms(update)
    assert len(talk.heard) == 2 and talk.heard[0].event == talk.heard[1].event


async def test_stopping_ends_what_is_in_flight_and_confirms_it(server: TelegramServer, ada: Person) -> None:
    """At the end the answer that was being made is shown, and is not brought to the next start."""
    gate, begun = asyncio.Event(), asyncio.Event()

    async def slow(_: Incoming) -> Reply:
        begun.set()
        await gate.wait()
        return say("dar spėjau")

    async with talking(server) as talk:
        talk.answers["lėtai"] = slow
        update = ada.says("lėtai")
        await begun.wait()
        assert talk.running is not None
        talk.running.cancel()
        gate.set()
    assert (await ada.reads()).text == "dar spėjau"
    assert server.confirmed == update
