"""What is pushed: once, when it may be, to whom it concerns, and what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.outbox import OnUnknown, Outbox, Rules
from bot.platform import Down, Outcome, Refused, TryLater, Unknown
from bot.schedule import notice
from handlers.chat import Answers, Reply, para
from storage.calls import Why
from storage.conversation import Told
from storage.meetings import Plan
from storage.members import Member, NewMember, Person, Reach, Wishes
from storage.sendings import Delivery, DeliveryState, NewSending, Sending
from storage.words import Words
from tests.conversation import NOW, Chat, Someone, moment
from tests.postman import Postman

WHY = Why("daugiau laiko", "LKA")
LINKED = {"platform": "slack", "replaced": False, "language": "lt"}


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """An association with a call that closes on 30 October."""
    chat = Chat.begin()
    await chat.associate()
    await chat.call("Inoklaster LT", measure="Inoklaster LT", closes=moment("2026-10-30 16:00"))
    yield chat
    await chat.store.close()


@asynccontextmanager
async def sending(
    chat: Chat, *postmen: Postman, on_unknown: OnUnknown = "ask", pause: int = 20
) -> AsyncIterator[Outbox]:
    """The outbox at work, as fast as it can."""
    rules = Rules({p.name: 1000.0 for p in postmen}, 4, on_unknown, pause, follows=0.01)
    outbox = Outbox(chat.store, postmen, chat.dispatch.compose, lambda: chat.now, rules)
    task = asyncio.create_task(outbox.run())
    try:
        yield outbox
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def deliveries(chat: Chat) -> tuple[Delivery, ...]:
    """Of every sending there is."""
    found = [await chat.store.sendings.deliveries(s.id) for s in await chat.store.sendings.all()]
    return tuple(d for some in found for d in some)


async def until(chat: Chat, holds: Callable[[tuple[Delivery, ...]], object]) -> tuple[Delivery, ...]:
    """Waits for the deliveries to be so."""
    async with asyncio.timeout(5):
        while not holds(found := await deliveries(chat)):
            await asyncio.sleep(0.005)
    return found


def all_are(*states: DeliveryState) -> Callable[[tuple[Delivery, ...]], bool]:
    return lambda found: bool(found) and all(d.state in states for d in found)


async def heard(chat: Chat, *names: str) -> list[Someone]:
    """Members who asked until when, and were told."""
    people = [await chat.member(name) for name in names]
    for person in people:
        assert "spalio 30 d., 16:00" in (await person.says("iki kada inoklaster?")).plain
    return people


async def postponed(chat: Chat) -> Someone:
    """The secretariat postpones the call, at the association's request."""
    rūta = await chat.member("Rūta", "secretariat")
    await rūta.says("/atideti c1")
    await rūta.fills_in(reason="asociacijos siūlymu", asked_by="Lietuvos klasterių asociacija")
    confirm = next(b.label for row in rūta.last.buttons for b in row if b.command.startswith("apply"))
    await rūta.presses(confirm)
    return rūta


# Putting right


async def test_a_postponed_call_tells_everyone_who_heard_the_old_date(chat: Chat) -> None:
    """Whoever was told the old deadline is told the new one, once, with the reason; who was not, is not."""
    await heard(chat, "Ada", "Jonas")
    await chat.member("Eva")
    rūta = await postponed(chat)
    assert await notice(chat.store, chat.now) == 0, "it is left alone for ten minutes"
    chat.passes(minutes=11)
    postman = Postman()
    async with sending(chat, postman) as outbox:
        assert await notice(chat.store, chat.now) == 1
        outbox.wake()
        await until(chat, all_are("sent"))
        assert set(postman.arrived) == {"chat-uAda", "chat-uJonas"}
        [text] = postman.arrived["chat-uAda"]
        assert text.startswith("Pasikeitė kvietimas, apie kurį teiravotės.\nInoklaster LT")
        assert "buvo spalio 30 d., 16:00 → dabar nepaskelbta" in text
        assert "Lietuvos klasterių asociacija" in text and "asociacijos siūlymu" in text
        for _ in range(3):
            chat.passes(minutes=5)
            await notice(chat.store, chat.now)
            outbox.wake()
        assert {len(texts) for texts in postman.arrived.values()} == {1}
    assert rūta.account.user not in str(postman.arrived)
    told = await chat.store.conversation.told("c1")
    assert {(t.member, t.version) for t in told if t.how == "change"} == {("n1", 2), ("n2", 2)}


async def test_changed_back_before_anybody_heard_concerns_nobody(chat: Chat) -> None:
    """A slip that is put right within the ten minutes is not announced."""
    await heard(chat, "Ada")
    call = await chat.store.calls.get("c1")
    assert call is not None
    for version, closes in ((1, "2026-11-30 16:00"), (2, "2026-10-30 16:00")):
        chat.passes(minutes=2)
        await chat.store.calls.change("c1", version, {"closes": moment(closes)}, WHY, chat.by())
    chat.passes(minutes=11)
    assert await notice(chat.store, chat.now) == 0


async def test_several_changes_are_one_notice(chat: Chat) -> None:
    """What follows within ten minutes is told together, from what was heard to what is so now."""
    await heard(chat, "Ada")
    for version, closes in ((1, "2026-11-10 16:00"), (2, "2026-12-15 17:00")):
        chat.passes(minutes=4)
        await chat.store.calls.change("c1", version, {"closes": moment(closes)}, WHY, chat.by())
    chat.passes(minutes=11)
    postman = Postman()
    async with sending(chat, postman) as outbox:
        await notice(chat.store, chat.now)
        outbox.wake()
        await until(chat, all_are("sent"))
    [text] = postman.arrived["chat-uAda"]
    assert "buvo spalio 30 d., 16:00 → dabar gruodžio 15 d., 17:00" in text


async def test_who_asks_again_meanwhile_has_heard(chat: Chat) -> None:
    """Somebody who was told the new date by an answer gets no notice of it."""
    ada, _ = await heard(chat, "Ada", "Jonas")
    await postponed(chat)
    await ada.says("iki kada inoklaster?")
    chat.passes(minutes=11)
    postman = Postman()
    async with sending(chat, postman) as outbox:
        await notice(chat.store, chat.now)
        outbox.wake()
        await until(chat, all_are("sent", "skipped"))
    assert set(postman.arrived) == {"chat-uJonas"}


async def test_pulled_out_on_friday_and_in_again_on_monday(chat: Chat) -> None:
    """Postponed at 16:58 on a Friday, switched off, on again on Monday: everyone hears it then, once, and not before
    eight."""
    await heard(chat, "Ada", "Jonas")
    chat.now = NOW.replace(day=25, hour=13, minute=58)  # Friday, 16:58 in Vilnius
    await postponed(chat)
    chat.now = NOW.replace(day=28, hour=4)  # Monday, 07:00
    postman = Postman()
    async with sending(chat, postman) as outbox:
        await notice(chat.store, chat.now)
        outbox.wake()
        await asyncio.sleep(0.05)
        assert not postman.arrived
    chat.now = NOW.replace(day=28, hour=5)  # 08:00
    async with sending(chat, postman):
        await until(chat, all_are("sent"))
    assert {address: len(texts) for address, texts in postman.arrived.items()} == {
        "chat-uAda": 1,
        "chat-uJonas": 1,
    }


# What becomes of it


async def opened(chat: Chat, *names: str) -> Postman:
    """A notice to these members, queued."""
    await heard(chat, *names)
    await postponed(chat)
    chat.passes(minutes=11)
    await notice(chat.store, chat.now)
    return Postman()


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


async def test_asked_to_wait_it_waits_and_others_do_not(chat: Chat) -> None:
    """Certainly not sent: it goes again after the time that was asked for; the next person is served meanwhile."""
    postman = await opened(chat, "Ada", "Jonas")
    postman.faults.append((TryLater("Slow down.", 0.1), False))
    async with sending(chat, postman):
        await until(chat, lambda found: [d.state for d in found].count("sent") == 1)
        assert set(postman.arrived) == {"chat-uJonas"}
        await until(chat, all_are("sent"))
    assert len(postman.arrived["chat-uAda"]) == 1


async def test_a_refused_message_fails_with_its_reason(chat: Chat) -> None:
    """It is not tried again, and the row says why."""
    postman = await opened(chat, "Ada")
    postman.faults.append((Refused("The text is too long."), False))
    async with sending(chat, postman):
        [found] = await until(chat, all_are("failed"))
    assert found.why == "The text is too long." and not postman.arrived


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


async def test_a_platform_that_is_down_keeps_everything(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """A revoked token loses nothing: what is queued goes out when it is accepted again."""
    monkeypatch.setattr("bot.lanes.RESTS", 0.05)
    postman = await opened(chat, "Ada", "Jonas")
    postman.faults.extend([(Down("The token was revoked."), False)] * 2)
    async with sending(chat, postman) as outbox:
        await until(chat, lambda found: outbox.down == {"telegram": "The token was revoked."})
        await until(chat, all_are("sent"))
        assert outbox.down == {}
    assert {len(texts) for texts in postman.arrived.values()} == {1}


async def test_many_failures_pause_the_sending(chat: Chat) -> None:
    """After so many in a row the sending waits for somebody to look, and the rest stays queued."""
    postman = await opened(chat, "Ada", "Jonas", "Eva", "Ona")
    postman.faults.extend([(Refused("Nothing of this."), False)] * 4)
    async with sending(chat, postman, pause=2):
        async with asyncio.timeout(5):
            while (await chat.store.sendings.all())[0].state != "paused":
                await asyncio.sleep(0.005)
        await asyncio.sleep(0.02)
    states = [d.state for d in await deliveries(chat)]
    assert states.count("failed") >= 2 and states.count("sent") == 0


async def test_what_comes_too_late_is_skipped(chat: Chat) -> None:
    """After its last useful moment nothing leaves, and the row says so."""
    postman = await opened(chat, "Ada")
    chat.passes(days=15)
    async with sending(chat, postman):
        [found] = await until(chat, all_are("skipped"))
    assert found.why == "too late" and not postman.arrived


async def test_nobody_there_fails_in_words(chat: Chat) -> None:
    """A member without an account on any platform is a failed row, not a silence."""
    await chat.store.members.take_over((NewMember(Person("Nojus")),), chat.by())
    new = NewSending("change", "change c1 v1", {"subject": "c1", "version": 1}, chat.now)
    await chat.store.sendings.open(new, ("n1",), chat.by())
    async with sending(chat, Postman()):
        [found] = await until(chat, all_are("failed"))
    assert found.why == "nowhere to be reached"


async def test_a_moved_meeting_tells_who_was_told(chat: Chat) -> None:
    """Whoever was told when it begins hears the new time, or that it does not take place."""
    begins = (NOW + timedelta(days=5)).replace(tzinfo=None)
    plan = Plan(Words("Posėdis", "Meeting"), "politika", begins, 60, "Europe/Vilnius")
    await chat.store.meetings.add(plan, chat.by())
    ada = await chat.member("Ada", groups=("politika",))
    await ada.says("kada kitas posėdis?")
    later = begins + timedelta(days=1)
    await chat.store.meetings.change("m1", 1, {"start": later}, WHY, chat.by())
    chat.passes(minutes=11)
    postman = Postman()
    async with sending(chat, postman) as outbox:
        await notice(chat.store, chat.now)
        outbox.wake()
        await until(chat, all_are("sent"))
    [text] = postman.arrived["chat-uAda"]
    assert "Buvo" in text and "→ dabar" in text


async def test_what_people_do_not_want_is_not_sent(chat: Chat) -> None:
    """Who has turned changes off, or snoozes, gets none; the row says why; others are not held up."""
    ada, jonas, eva = await heard(chat, "Ada", "Jonas", "Eva")
    await ada.says("/tema notices off")
    await jonas.says("/snausti 3")
    await postponed(chat)
    chat.passes(minutes=11)
    await notice(chat.store, chat.now)
    postman = Postman()
    async with sending(chat, postman):
        await until(chat, lambda found: [d.state for d in found].count("sent") == 1)
    assert list(postman.arrived) == ["chat-uEva"]
    assert [(d.state, d.why) for d in await deliveries(chat)] == [
        ("skipped", "muted"),
        ("queued", ""),
        ("sent", ""),
    ]
    chat.now = NOW.replace(day=28, hour=7)
    async with sending(chat, postman):
        await until(chat, all_are("sent", "skipped"))
    assert set(postman.arrived) == {"chat-uEva", "chat-uJonas"}
    assert eva.last.plain


# The secretariat's own announcements


async def announced(chat: Chat, author: Someone, count: int, approve_over: int) -> None:
    """An announcement to so many members besides, handed in by its author."""
    for number in range(count):
        await (await chat.member(f"Narys {number}")).says("labas")
    chat.dispatch.policy = replace(chat.dispatch.policy, approve_over=approve_over)
    answers: Answers = {
        "lt": "Posėdis perkeliamas",
        "en": "",
        "audience": ("all",),
        "exclude": (),
        "at": "",
        "acknowledge": "no",
        "urgent": "",
    }
    await author.submits("announce", answers)
    await author.presses("Siųsti")


async def test_progress_is_one_message_that_changes_itself(chat: Chat) -> None:
    """Its author sees how far it is, in the same message, until everybody has it."""
    rūta = await chat.member("Rūta", "secretariat")
    await announced(chat, rūta, 12, approve_over=100)
    chat.passes(minutes=2)
    await notice(chat.store, chat.now)
    telegram = Postman()
    async with sending(chat, telegram):
        await until(chat, all_are("sent"))
        mine = telegram.arrived["chat-uRūta"]
        async with asyncio.timeout(5):
            while not any("išsiųsta: 13" in text for text in mine):
                await asyncio.sleep(0.01)
    assert sum("Posėdis perkeliamas" in text for text in mine) == 2, "the announcement and its progress"
    assert await notice(chat.store, chat.now) == 0


async def test_another_of_the_secretariat_is_asked_to_approve(chat: Chat) -> None:
    """Whoever did not write it hears that it waits, sees it and lets it go with one press; decided, nobody is asked."""
    rūta, vita = await chat.member("Rūta", "secretariat"), await chat.member("Vita", "secretariat")
    await vita.says("labas")
    await announced(chat, rūta, 12, approve_over=5)
    await notice(chat.store, chat.now)
    telegram = Postman()
    async with sending(chat, telegram):
        chat.passes(minutes=2)
        await until(chat, lambda found: sum(d.state == "sent" for d in found) == 1)
    asked = telegram.arrived["chat-uVita"][0]
    assert asked.startswith("Prašo patvirtinti Rūta: skelbimas skirtas 14 žmonių.")
    assert "Posėdis perkeliamas" in asked and not telegram.arrived["chat-uRūta"]
    await vita.presses("Patvirtinti", of=telegram.replies[0])
    assert "Dabar siunčiama." in vita.last.plain
    assert await notice(chat.store, chat.now) == 1, "the author follows it from now on"
    assert [s.kind for s in await chat.store.sendings.all()] == ["announcement", "approval", "progress"]


async def test_a_message_that_cannot_be_made_keeps_no_other_back(chat: Chat) -> None:
    """Whatever goes wrong in making one, it has failed, the others go out, and so does what comes later."""
    await heard(chat, "Ada", "Jonas")
    compose = chat.dispatch.compose

    async def stumbles(sending: Sending, delivery: Delivery, member: Member | None) -> Reply | None:
        if delivery.recipient == "n1":
            raise KeyError("a field that an older version wrote")
        return await compose(sending, delivery, member)

    chat.dispatch.compose = stumbles  # type: ignore[method-assign]
    await postponed(chat)
    chat.passes(minutes=11)
    await notice(chat.store, chat.now)
    telegram = Postman()
    async with sending(chat, telegram):
        found = await until(chat, all_are("sent", "failed"))
    assert {d.recipient: d.state for d in found} == {"n1": "failed", "n2": "sent"}
    assert next(d.why for d in found if d.recipient == "n1") == "it could not be made"


# Channels


async def test_a_telegram_group_is_posted_to_twenty_times_a_minute(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of twenty-one posts one waits for the next minute on Telegram; on Slack, and to a person, none does."""
    monkeypatch.setattr("bot.pacing.CHAT_SECONDS", 0.0)
    await (await chat.member("Ada")).says("labas")
    for platform in ("telegram", "slack"):
        await chat.store.channels.connect("politika", platform, "-1", chat.by())
    for n in range(21):
        new = NewSending("channel", f"channel {n}", {}, chat.now, urgent="test")
        await chat.store.sendings.open(new, ("g1", "g2"), chat.by())
        notes = NewSending("linked", f"linked {n}", LINKED, chat.now, urgent="test")
        await chat.store.sendings.open(notes, ("telegram:7",), chat.by())
    telegram, slack = Postman(), Postman("slack")
    async with sending(chat, telegram, slack):
        waiting = await until(chat, lambda found: sum(d.state == "queued" for d in found) == 1)
        await asyncio.sleep(0.1)
        assert [d.recipient for d in waiting if d.state == "queued"] == ["g1"]
    assert (len(telegram.arrived["-1"]), len(slack.arrived["-1"]), len(telegram.arrived["7"])) == (20, 21, 21)


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


# What nobody foresaw


class Stumbling(Postman):
    """A platform whose adapter has a mistake: what it is asked for one of its chats raises what is no outcome."""

    def __init__(self, *verbs: str, of: str = "chat-uAda", finds: bool = False) -> None:
        super().__init__(finds=finds)
        self.verbs, self.of = verbs, of
        self.asked: list[str] = []

    def _does(self, verb: str, address: str) -> None:
        self.asked.append(f"{verb} {address}")
        if verb in self.verbs and address == self.of:
            raise KeyError("a field that the platform left out")

    async def send(self, address: str, part: str, key: str) -> str:
        sent = await super().send(address, part, key)
        self._does("send", address)
        return sent

    async def edit(self, address: str, message: str, part: str) -> None:
        self._does("edit", address)
        await super().edit(address, message, part)

    async def delete(self, address: str, message: str) -> None:
        self._does("delete", address)
        await super().delete(address, message)

    async def look_up(self, address: str, key: str) -> str | None:
        self._does("look_up", address)
        return await super().look_up(address, key)

    def render(self, reply: Reply) -> tuple[str, ...]:
        if "render" in self.verbs and "Ada" in reply.plain:
            raise KeyError("a block of an older version")
        return super().render(reply)


async def told(chat: Chat, *names: str) -> None:
    """An announcement to these members, on its way."""
    for name in names:
        await (await chat.member(name)).says("labas")
    new = NewSending("announcement", "announcement 1", {"lt": "Posėdis perkeliamas"}, chat.now)
    await chat.store.sendings.open(new, tuple(f"n{i}" for i, _ in enumerate(names, 1)), chat.by())


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
    await rūta.presses("Pirmą palikti")
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


async def test_what_cannot_be_rendered_has_failed(chat: Chat) -> None:
    """A text that the renderer stumbles over is a failed row, and the others go out."""
    await told(chat, "Ada", "Jonas")
    compose = chat.dispatch.compose

    async def named(sending: Sending, delivery: Delivery, member: Member | None) -> Reply | None:
        reply = await compose(sending, delivery, member)
        return replace(reply, blocks=(para(member.person.name),)) if reply and member else reply

    chat.dispatch.compose = named  # type: ignore[method-assign]
    async with sending(chat, Stumbling("render")):
        found = await until(chat, all_are("sent", "failed"))
    assert [(d.state, d.why) for d in found] == [("failed", "it could not be made"), ("sent", "")]


@pytest.mark.parametrize(("verb", "taken_back"), [("edit", False), ("delete", True)])
async def test_what_cannot_be_changed_keeps_no_other_from_it(
    chat: Chat, verb: str, taken_back: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Put right or taken back, the others' messages are; the one that stumbles is tried again until it is, too."""
    monkeypatch.setattr("bot.outbox.LOOKS", 0.02)
    await told(chat, "Ada", "Jonas")
    telegram = Stumbling(verb)
    async with sending(chat, telegram) as outbox:
        await until(chat, all_are("sent"))
        if taken_back:
            await chat.store.sendings.turn("s1", "recalled", "", chat.by())
        else:
            await chat.store.sendings.change("s1", 1, {"lt": "Posėdis neįvyks"}, chat.by())
        outbox.wake()

        def done(found: tuple[Delivery, ...], *who: str) -> bool:
            return all(
                d.why == "recalled" if taken_back else d.seen == 2 for d in found if d.recipient in who
            )

        await until(chat, lambda found: done(found, "n2"))
        async with asyncio.timeout(5):
            while telegram.asked.count(f"{verb} chat-uAda") < 2:
                await asyncio.sleep(0.005)
        assert not done(await deliveries(chat), "n1")
        telegram.verbs = ()
        await until(chat, lambda found: done(found, "n1", "n2"))
    assert telegram.arrived["chat-uAda"] == ([] if taken_back else ["Posėdis neįvyks"])


async def test_a_text_that_became_shorter_than_what_is_there_is_not_stuck(chat: Chat) -> None:
    """Restarted between two parts of a text that has fewer now, it ends, and is seen."""
    await told(chat, "Ada")
    await chat.store.sendings.claim("d1", "telegram", "chat-uAda", 2, chat.now)
    await chat.store.sendings.accepted("d1", "m1", chat.now)
    async with sending(chat, Postman()):
        [found] = await until(chat, all_are("failed"))
    assert found.why == "it could not be made"
