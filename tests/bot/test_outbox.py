"""What is pushed: once, when it may be, to whom it concerns, and what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.platform import Down, Refused, TryLater
from bot.schedule import notice
from handlers.chat import Reply, para
from storage.calls import Why
from storage.meetings import Plan
from storage.members import Member
from storage.sendings import Delivery, NewSending, Sending
from storage.words import Words
from tests.bot.outgoing import (
    Stumbling,
    all_are,
    announced,
    called,
    deliveries,
    heard,
    opened,
    postponed,
    sending,
    told,
    until,
)
from tests.conversation import NOW, Chat, moment
from tests.patience import PATIENCE
from tests.postman import Postman

WHY = Why("daugiau laiko", "LKA")
LINKED = {"platform": "slack", "replaced": False, "language": "lt"}


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """An association with a call that closes on 30 October."""
    async with called() as chat:
        yield chat


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
        async with asyncio.timeout(PATIENCE):
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
    assert asked.startswith("Prašo patvirtinti Rūta: skelbimą gaus 14 žmonių.")
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


# What nobody foresaw


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


async def test_a_text_that_became_shorter_than_what_is_there_is_not_stuck(chat: Chat) -> None:
    """Restarted between two parts of a text that has fewer now, it ends, and is seen."""
    await told(chat, "Ada")
    await chat.store.sendings.claim("d1", "telegram", "chat-uAda", 2, chat.now)
    await chat.store.sendings.accepted("d1", "m1", chat.now)
    async with sending(chat, Postman()):
        [found] = await until(chat, all_are("failed"))
    assert found.why == "it could not be made"
