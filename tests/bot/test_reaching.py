"""Where a message goes when somebody has more than one account, and when there is none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.platform import Down, Outcome, Refused, TryLater, Unknown
from bot.schedule import notice
from storage.conversation import Told
from storage.members import NewMember, Person, Reach, Wishes
from storage.sendings import DeliveryState, NewSending
from tests.bot.outgoing import all_are, called, deliveries, postponed, sending, until
from tests.conversation import Chat
from tests.postman import Postman


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """An association with a call that closes on 30 October."""
    async with called() as chat:
        yield chat


async def test_who_blocked_the_bot_is_tried_elsewhere_and_marked(chat: Chat) -> None:
    """After *blocked* the other account is used; the blocked one is marked until they write from it again."""
    both = Person("Ada", accounts=(Reach("telegram", "1", "chat-1"), Reach("slack", "U1", "D1")))
    await chat.store.members.take_over((NewMember(both),), chat.by())
    ada = replace(await chat.member("x"), account=replace((await chat.member("y")).account, user="1"))
    await ada.says("iki kada inoklaster?")
    await postponed(chat)
    chat.passes(minutes=11)
    await notice(chat.store, chat.now)
    telegram, slack = Postman(blocked={"chat-1"}), Postman("slack", finds=True)
    async with sending(chat, telegram, slack):
        await until(chat, all_are("sent"))
    assert (list(telegram.arrived), list(slack.arrived)) == ([], ["D1"])
    member = await chat.store.members.get("n1")
    assert member is not None
    assert [a.unreachable for a in member.person.accounts] == ["The person has blocked the bot.", ""]


async def both(chat: Chat, *, first: str = "") -> tuple[Postman, Postman]:
    """Ada, on Telegram and on Slack, and a message to her; the postmen of both."""
    person = Person(
        "Ada",
        accounts=(Reach("telegram", "1", "chat-1"), Reach("slack", "U1", "D1")),
        wishes=Wishes(first=first),
    )
    await chat.store.members.take_over((NewMember(person),), chat.by())
    await postponed(chat)
    new = NewSending("change", "change c1 v2", {"subject": "c1", "version": 2}, chat.now, urgent="a test")
    await chat.store.conversation.keep("heard", chat.now, (Told("n1", "c1", "closes", 1, chat.now),))
    await chat.store.sendings.open(new, ("n1",), chat.by())
    return Postman(), Postman("slack", finds=True)


@pytest.mark.parametrize(
    ("first", "telegram", "slack"), [("", 1, 0), ("telegram", 1, 0), ("slack", 0, 1), ("page", 1, 0)]
)
async def test_one_person_on_two_platforms_gets_one_message(
    chat: Chat, first: str, telegram: int, slack: int
) -> None:
    """On the platform that they want first, and on that alone."""
    postmen = await both(chat, first=first)
    async with sending(chat, *postmen):
        [found] = await until(chat, all_are("sent"))
        await asyncio.sleep(0.03)
    assert [sum(map(len, p.arrived.values())) for p in postmen] == [telegram, slack]
    assert found.platform == ("slack" if slack else "telegram")


async def test_the_second_platform_is_for_when_the_first_is_blocked(chat: Chat) -> None:
    """Slack first and blocked: it comes on Telegram, once; blocked there too, it fails in words."""
    telegram, slack = await both(chat, first="slack")
    slack.blocked.add("D1")
    async with sending(chat, telegram, slack):
        await until(chat, all_are("sent"))
    assert ([len(t) for t in telegram.arrived.values()], dict(slack.arrived)) == ([1], {})


async def test_blocked_on_both_platforms_it_fails_in_words(chat: Chat) -> None:
    """Nobody is tried for ever: the row says why, and both accounts are marked."""
    telegram, slack = await both(chat)
    telegram.blocked.add("chat-1")
    slack.blocked.add("D1")
    async with sending(chat, telegram, slack):
        [found] = await until(chat, all_are("failed"))
    assert "blocked" in found.why and not telegram.arrived and not slack.arrived
    member = await chat.store.members.get("n1")
    assert member is not None and all(a.unreachable for a in member.person.accounts)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Unknown("The connection broke off."), "uncertain"),
        (Refused("The text is too long."), "failed"),
        (Down("The token was revoked."), "queued"),
        (TryLater("Slow down.", 60), "queued"),
    ],
)
async def test_nothing_but_blocked_goes_to_the_second_platform(
    chat: Chat, outcome: Outcome, state: DeliveryState
) -> None:
    """What may have arrived, was refused, or must wait is not said elsewhere: it could come twice."""
    telegram, slack = await both(chat, first="telegram")
    telegram.faults.append((outcome, False))
    async with sending(chat, telegram, slack):
        await until(chat, lambda found: not telegram.faults and found[0].state == state)
        await asyncio.sleep(0.05)
        assert [d.state for d in await deliveries(chat)] == [state]
    assert not telegram.arrived and not slack.arrived


async def test_the_wish_at_the_moment_of_sending_counts(chat: Chat) -> None:
    """What waited for the one platform when the person chose the other goes to the other alone."""
    telegram, slack = await both(chat)
    telegram.faults.append((TryLater("Slow down.", 60), False))
    async with sending(chat, telegram, slack):
        await until(chat, lambda found: not telegram.faults and found[0].why == "Slow down.")
        await chat.store.members.set_wishes("n1", Wishes(first="slack"), chat.by())
    async with sending(chat, telegram, slack):
        await until(chat, all_are("sent"))
    assert ([len(t) for t in slack.arrived.values()], dict(telegram.arrived)) == ([1], {})


async def test_nobody_there_fails_in_words(chat: Chat) -> None:
    """A member without an account on any platform is a failed row, not a silence."""
    await chat.store.members.take_over((NewMember(Person("Nojus")),), chat.by())
    new = NewSending("change", "change c1 v1", {"subject": "c1", "version": 1}, chat.now)
    await chat.store.sendings.open(new, ("n1",), chat.by())
    async with sending(chat, Postman()):
        [found] = await until(chat, all_are("failed"))
    assert found.why == "nowhere to be reached"


async def test_a_blocked_channel_is_tried_no_more(chat: Chat) -> None:
    """The first refusal marks it with the reason; what comes after fails with that reason without being tried."""
    await chat.store.channels.connect("politika", "telegram", "-1", chat.by())
    postman = Postman(blocked={"-1"})
    async with sending(chat, postman) as outbox:
        for n in range(2):
            new = NewSending("channel", f"channel {n}", {}, chat.now, urgent="test")
            await chat.store.sendings.open(new, ("g1",), chat.by())
            outbox.wake()
            await until(chat, all_are("failed"))
    assert {d.why for d in await deliveries(chat)} == {"The person has blocked the bot."}
    assert len(postman.replies) == 1
    channel = await chat.store.channels.get("g1")
    assert channel and channel.unreachable == "The person has blocked the bot."
