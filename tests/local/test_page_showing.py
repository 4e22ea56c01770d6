"""Where a reply stands on the page: in the pressed message's place, for as long as work lasts, or anew."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.local.parts import Json, render
from bot.local.rooms import Room
from bot.local.showing import Showing
from handlers.chat import File, Reply, para, say

WORD = Reply((para("Rengiu: 1 iš 3"),), passing=True)
FILE = File("lentele.xlsx", "application/zip", b"PK")


def room() -> Room:
    return Room("ada", "lt", lambda: datetime(2026, 9, 24, 7, tzinfo=UTC), lambda *_: "", set())


def texts(room: Room) -> list[Json]:
    """What stands in the conversation, message by message."""
    return [message.body for message in room.messages.values()]


def body(reply: Reply) -> Json:
    return render(reply)[0].body


async def test_a_word_changes_itself_and_goes_when_the_answer_is_there() -> None:
    """There is never more than one of it."""
    ada = room()
    showing = Showing(ada, "")
    for reply in (WORD, Reply((para("Rengiu: 2 iš 3"),), passing=True), say("Štai.")):
        await showing(reply)
        assert texts(ada) == [body(reply)]


async def test_behind_files_and_pressed_messages_the_word_is_removed() -> None:
    """A file comes below it, a pressed message changes above it."""
    ada = room()
    pressed = ada.say(render(say("Sąrašas."))[0])
    showing = Showing(ada, pressed)
    await showing(WORD)
    assert len(texts(ada)) == 2
    await showing(say("Štai."))
    assert texts(ada) == [body(say("Štai."))]
    showing = Showing(ada, pressed)
    await showing(WORD)
    await showing(Reply((para("Lentelė."),), files=(FILE,)))
    assert texts(ada) == [body(say("Štai.")), body(say("Lentelė."))]


async def test_a_gesture_that_ends_without_an_answer_leaves_no_word() -> None:
    """Also when it is to be brought again."""
    ada = room()
    showing = Showing(ada, "")
    await showing(WORD)
    showing.clear()
    assert texts(ada) == []
