"""What says how far long work is, after a crash: put right at the next start, whatever the platform says to it."""

from __future__ import annotations

from dataclasses import replace

from bot import passing
from bot.platform import Down, Outcome, Refused, TryLater
from storage.conversation import Passing
from tests.conversation import NOW, Chat
from tests.postman import Postman

LEFT = Passing("telegram", "chat-1", "", "e1", "results a1 pictures", "lt", NOW)
CUT_OFF = "Buvau paleistas iš naujo, todėl šito užbaigti nespėjau."


class Unreached(Postman):
    """Raises what is in `says` instead of the first changes."""

    says: tuple[Outcome, ...] = ()

    async def edit(self, address: str, message: str, part: str) -> None:
        if self.says:
            first, *rest = self.says
            self.says = tuple(rest)
            raise first
        await super().edit(address, message, part)


async def left_by_a_crash(chat: Chat, postman: Postman, event: str = "e1") -> Passing:
    """A word that stands in a chat and in the store."""
    message = await postman.send("chat-1", "Rengiu: 1 iš 3", f"key {event}")
    one = replace(LEFT, message=message, event=event)
    await chat.store.conversation.pass_by(one)
    return one


async def mended(chat: Chat, postman: Postman) -> list[float]:
    """The next start; the seconds that it waited."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    left = await chat.store.conversation.passing()
    await passing.mend(left, chat.store, {"telegram": postman}, sleep)
    assert await chat.store.conversation.passing() == ()
    return waits


async def test_a_word_of_work_that_was_answered_after_all_is_removed() -> None:
    """Its platform has brought the gesture again."""
    chat, postman = Chat.begin(), Postman()
    one = await left_by_a_crash(chat, postman)
    await chat.store.conversation.keep(one.event, NOW, ())
    assert await mended(chat, postman) == [passing.GRACE] and postman.arrived["chat-1"] == []


async def test_a_word_of_work_that_nobody_asks_for_again_says_that_it_was_cut_off() -> None:
    """With a button that says the same line; without one where it was said in words."""
    chat, postman = Chat.begin(), Postman()
    await left_by_a_crash(chat, postman)
    await mended(chat, postman)
    assert postman.arrived["chat-1"] == [CUT_OFF]
    assert [b.command for row in postman.replies[-1].buttons for b in row] == ["results a1 pictures"]
    wordy = replace(LEFT, message="m1", event="e2", line="", language="en")
    await chat.store.conversation.pass_by(wordy)
    await mended(chat, postman)
    assert postman.arrived["chat-1"] == ["I was restarted before I could finish this."]
    assert postman.replies[-1].buttons == ()


async def test_a_platform_that_is_away_is_tried_again() -> None:
    """As long as it takes; what it refuses for good is let go."""
    chat, postman = Chat.begin(), Unreached()
    await left_by_a_crash(chat, postman)
    postman.says = (Down("away"), TryLater("slowly", 3))
    assert await mended(chat, postman) == [passing.GRACE, passing.AGAIN, passing.AGAIN]
    assert postman.arrived["chat-1"] == [CUT_OFF]
    await left_by_a_crash(chat, postman, "e2")
    postman.says = (Refused("The message is gone."),)
    assert await mended(chat, postman) == [passing.GRACE]


async def test_of_a_platform_that_is_set_up_no_more_nothing_is_kept() -> None:
    """Nobody could put it right."""
    chat = Chat.begin()
    await chat.store.conversation.pass_by(replace(LEFT, platform="slack", message="D1/1.0"))
    assert await mended(chat, Postman()) == [passing.GRACE]


async def test_without_anything_left_nobody_waits() -> None:
    """Most starts have nothing to put right."""
    assert await mended(Chat.begin(), Postman()) == []
