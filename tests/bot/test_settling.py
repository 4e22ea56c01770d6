"""What nobody knows to have arrived: asked, decided, never sent twice by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.platform import Unknown
from storage.sendings import NewSending
from tests.bot.outgoing import Stumbling, all_are, called, deliveries, opened, sending, told, until
from tests.conversation import Chat
from tests.postman import Postman


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """An association with a call that closes on 30 October."""
    async with called() as chat:
        yield chat


async def test_what_may_have_arrived_is_not_sent_again(chat: Chat) -> None:
    """A broken connection leaves the delivery uncertain, for a person to decide; nothing goes twice."""
    postman = await opened(chat, "Ada", "Jonas")
    postman.faults.append((Unknown("The connection broke off."), True))
    async with sending(chat, postman):
        found = await until(chat, all_are("sent", "uncertain"))
    assert sorted(d.state for d in found) == ["sent", "uncertain"]
    async with sending(chat, postman):
        await asyncio.sleep(0.03)
    assert {len(texts) for texts in postman.arrived.values()} == {1}


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_platform_that_can_tell_is_asked(chat: Chat, arrives: bool) -> None:
    """Where what arrived can be looked up, an unknown outcome settles itself: sent, or sent now."""
    postman = await opened(chat, "Ada")
    postman.finds = True
    postman.faults.append((Unknown("The connection broke off."), arrives))
    async with sending(chat, postman):
        await until(chat, all_are("sent"))
    assert len(postman.arrived["chat-uAda"]) == 1


async def test_what_was_in_flight_at_a_crash_is_uncertain(chat: Chat) -> None:
    """A row that was being sent when the program died is not sent again by itself, unless that was decided before."""
    postman = await opened(chat, "Ada")
    await chat.store.sendings.claim("d1", "telegram", "chat-uAda", 1, chat.now)
    async with sending(chat, postman):
        await until(chat, all_are("uncertain"))
    assert not postman.arrived
    async with sending(chat, postman, on_unknown="resend"):
        await until(chat, all_are("sent"))
    assert len(postman.arrived["chat-uAda"]) == 1


async def test_a_post_whose_fate_is_unknown_is_decided_by_a_person(chat: Chat) -> None:
    """A channel's post that may have arrived is uncertain, as a member's is; sent again, it is there."""
    await chat.store.channels.connect("politika", "telegram", "-1", chat.by())
    new = NewSending("channel", "channel 1", {}, chat.now, urgent="test")
    await chat.store.sendings.open(new, ("g1",), chat.by())
    postman = Postman()
    postman.faults.append((Unknown("no answer"), False))
    async with sending(chat, postman) as outbox:
        [lost] = await until(chat, all_are("uncertain"))
        await chat.store.sendings.again(lost.id, chat.by())
        outbox.wake()
        await until(chat, all_are("sent"))
    assert len(postman.arrived["-1"]) == 1


async def test_a_platform_that_stumbles_leaves_it_uncertain_at_once(chat: Chat) -> None:
    """What no outcome says may have been sent: it is uncertain there and then, the others go out, nothing is sent
    twice; the secretariat sees why and decides."""
    await told(chat, "Ada", "Jonas", "Eva")
    telegram = Stumbling("send")
    async with sending(chat, telegram):
        found = await until(chat, all_are("sent", "uncertain"))
    assert [(d.state, d.why) for d in found] == [
        ("uncertain", "something unforeseen happened"),
        ("sent", ""),
        ("sent", ""),
    ]
    assert {len(texts) for texts in telegram.arrived.values()} == {1}
    rūta = await chat.member("Rūta", "secretariat")
    assert "Ada: siunčiant įvyko nenumatyta klaida" in (await rūta.says("/siuntimas s1")).plain
    await rūta.presses("Palikti pirmą")
    [left, *_] = await deliveries(chat)
    assert left.state == "skipped"


async def test_what_stumbles_and_can_be_looked_up_is_settled(chat: Chat) -> None:
    """Where the platform can tell that it arrived, it has."""
    await told(chat, "Ada", "Jonas")
    slack = Stumbling("send", finds=True)
    async with sending(chat, slack):
        await until(chat, all_are("sent"))
    assert {len(texts) for texts in slack.arrived.values()} == {1}


async def test_looking_up_that_stumbles_keeps_no_other_from_being_looked_up(chat: Chat) -> None:
    """After a crash each is looked up; the one of which nothing can be told stays uncertain, and the outbox sends."""
    await told(chat, "Ada", "Jonas", "Eva")
    for id, name in (("d1", "Ada"), ("d2", "Jonas")):
        await chat.store.sendings.claim(id, "telegram", f"chat-u{name}", 1, chat.now)
    platform = Stumbling("look_up", finds=True)
    async with sending(chat, platform):
        found = await until(chat, all_are("sent", "uncertain"))
    assert [d.state for d in found] == ["uncertain", "sent", "sent"]
