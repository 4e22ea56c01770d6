"""One message through dispatch: whose it is, what it does once, what happens when something fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import structlog

from bot.dispatch import Policy
from handlers import routes
from handlers.chat import Account, Incoming, Reply, say
from storage.errors import Unwritable
from tests.conversation import Chat, button, labels, moment


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    chat = Chat.begin()
    await chat.associate()
    yield chat
    await chat.store.close()


async def test_the_same_event_again_is_answered_once(chat: Chat) -> None:
    """An event that the platform delivers again has no second effect and no second reply."""
    rūta = await chat.member("Rūta", "secretariat")
    await chat.call("Inočekiai", closes=moment("2026-10-30 16:00"))
    await rūta.says("/checked c1", event="same")
    await rūta.says("/checked c1", event="same")
    assert len(rūta.replies) == 1
    assert [e.verb for e in await chat.store.audit.latest(9)].count("calls.confirm") == 1


async def test_the_same_event_at_the_same_moment_is_answered_once(chat: Chat) -> None:
    """Two copies of one event that arrive together are one event."""
    ada = await chat.member("Ada")
    await asyncio.gather(ada.says("/calls", event="same"), ada.says("/calls", event="same"))
    assert len(ada.replies) == 1


async def test_an_effect_that_is_repeated_after_a_crash_happens_once(chat: Chat) -> None:
    """When the effect was kept but not that it was answered, the event comes again and nothing is done twice."""
    rūta = await chat.member("Rūta", "secretariat")
    call = await chat.call("Inočekiai", closes=moment("2026-10-30 16:00"))
    await rūta.says(f"/extend {call.id}")
    await rūta.fills_in(closes="2026-11-30 16:00")
    confirm = button(rūta.last, "Pratęsti")

    async def forget(*_: object) -> None:
        raise Unwritable("the power went")

    keep, chat.store.conversation.keep = chat.store.conversation.keep, forget  # type: ignore[method-assign,assignment]
    end, chat.store.conversation.end_draft = chat.store.conversation.end_draft, _nothing  # type: ignore[method-assign,assignment]
    await chat.deliver(rūta, confirm.command, True, pressed=True, event="crashed")
    chat.store.conversation.keep, chat.store.conversation.end_draft = keep, end  # type: ignore[method-assign]
    chat.dispatch._done.clear()
    again = await chat.deliver(rūta, confirm.command, True, pressed=True, event="crashed")
    after = await chat.store.calls.get(call.id)
    assert after is not None and after.version == 2
    assert len([c for c in after.history if c.field == "closes"]) == 1
    assert "pratęstas" in again.plain or "pasikeitė" in again.plain


async def _nothing(*_: object) -> None:
    return None


async def test_a_second_press_has_one_effect(chat: Chat) -> None:
    """Pressing the same button twice does the thing once and answers kindly."""
    rūta = await chat.member("Rūta", "secretariat")
    call = await chat.call("Inočekiai", closes=moment("2026-10-30 16:00"))
    await rūta.says(f"/close {call.id}")
    await rūta.fills_in(reason="lėšos išdalytos")
    preview = rūta.last
    await rūta.presses("Uždaryti", of=preview)
    second = await rūta.presses("Uždaryti", of=preview)
    after = await chat.store.calls.get(call.id)
    assert after is not None and after.version == 2
    assert second.plain


async def test_messages_of_one_person_are_answered_in_order(chat: Chat) -> None:
    """What one person writes is answered in the order it was written, other people's beside it."""
    ada = await chat.member("Ada")
    order: list[str] = []
    gate = asyncio.Event()

    async def slow(msg: Incoming, *_: object) -> Reply:
        if msg.text == "calls 1":
            await gate.wait()
        order.append(msg.text)
        return say(msg.text)

    handlers = dict(routes.HANDLERS)
    try:
        routes.HANDLERS["calls"] = slow  # type: ignore[index]
        eva = await chat.member("Eva")
        first = asyncio.create_task(ada.says("/calls 1"))
        second = asyncio.create_task(ada.says("/calls 2"))
        await eva.says("/calls 3")
        gate.set()
        await asyncio.gather(first, second)
    finally:
        routes.HANDLERS["calls"] = handlers["calls"]  # type: ignore[index]
    assert order == ["calls 3", "calls 1", "calls 2"]


async def test_a_handler_that_fails_apologises_once_with_a_reference(chat: Chat) -> None:
    """A handler that raises gives one apology whose reference is in the one log line, without the person's words."""
    ada = await chat.member("Ada")

    async def broken(*_: object) -> Reply:
        raise RuntimeError("a bug")

    before = routes.HANDLERS["calls"]
    with structlog.testing.capture_logs() as lines:
        routes.HANDLERS["calls"] = broken  # type: ignore[index]
        try:
            reply = await ada.says("/calls secret words")
        finally:
            routes.HANDLERS["calls"] = before  # type: ignore[index]
    [line] = lines
    assert line["reference"] in reply.plain
    assert "secret words" not in str(line) and "uAda" not in str(line)


async def test_while_nothing_can_be_written_questions_are_answered(chat: Chat, monkeypatch: Any) -> None:
    """When the disk takes nothing, questions are answered, and a change says that it was not made."""
    rūta = await chat.member("Rūta", "secretariat")
    await chat.call("Inočekiai", closes=moment("2026-10-30 16:00"))

    async def refuse(*_: object) -> None:
        raise Unwritable("the disk is full")

    monkeypatch.setattr(chat.store._tables, "write", refuse)  # type: ignore[attr-defined]
    assert "Inočekiai" in (await rūta.says("/calls")).plain
    assert "nieko negaliu pakeisti" in (await rūta.says("/checked c1")).plain


async def test_what_was_privately_told_is_kept(chat: Chat) -> None:
    """Whoever was privately told a deadline is known, with its version; in a group nobody is."""
    ada = await chat.member("Ada")
    call = await chat.call("Inočekiai", closes=moment("2026-10-30 16:00"))
    await ada.says("iki kada Inočekiai?")
    told = await chat.store.conversation.told(call.id)
    assert {(t.member, t.field, t.version) for t in told} >= {("n1", "closes", 1)}
    eva = await chat.member("Eva")
    eva.private = False
    await eva.says("iki kada Inočekiai?")
    assert {t.member for t in await chat.store.conversation.told(call.id)} == {"n1"}


async def test_somebody_elses_button_does_nothing(chat: Chat) -> None:
    """A button that was shown to one person gives another a kind word and no effect."""
    ada = await chat.member("Ada")
    eva = await chat.member("Eva")
    await chat.call("Inočekiai", closes=moment("2026-10-30 16:00"))
    shown = await ada.says("/calls")
    reply = await eva.presses("1", of=shown, shown_to=ada.account.user)
    assert reply.aside and "kitam žmogui" in reply.plain


async def test_a_forged_button_is_checked_like_typed_words(chat: Chat) -> None:
    """A member who sends the secretariat's button command is refused."""
    ada = await chat.member("Ada")
    call = await chat.call("Inočekiai", closes=moment("2026-10-30 16:00"))
    for forged in (
        f"apply close {call.id} v1",
        f"close {call.id}",
        f"checked {call.id}",
        "approve q1",
        "role n1 secretariat",
    ):
        await chat.deliver(ada, forged, True, pressed=True)
    after = await chat.store.calls.get(call.id)
    member = await chat.store.members.get("n1")
    assert after is not None and after.version == 1 and after.checked_by == "operator"
    assert member is not None and member.person.role == "member"


async def test_a_stale_button_shows_the_call_again(chat: Chat) -> None:
    """A confirmation of a version that has moved on does nothing and offers the call as it is."""
    rūta = await chat.member("Rūta", "secretariat")
    ona = await chat.member("Ona", "secretariat")
    call = await chat.call("Inočekiai", closes=moment("2026-10-30 16:00"))
    await rūta.says(f"/extend {call.id}")
    await rūta.fills_in(closes="2026-11-30 16:00")
    await ona.says(f"/close {call.id}")
    await ona.fills_in(reason="lėšos išdalytos")
    await ona.presses("Uždaryti")
    stale = await rūta.presses("Pratęsti")
    assert "nieko nedariau" in stale.plain
    after = await chat.store.calls.get(call.id)
    assert after is not None and after.version == 2
    assert "Inočekiai" in (await rūta.presses("Rodyti, kaip yra dabar")).plain


async def test_a_draft_survives_a_restart_and_a_command_in_between(chat: Chat) -> None:
    """A form begun is still there after a restart, after a command, and goes on where it was."""
    rūta = await chat.member("Rūta", "secretariat")
    call = await chat.call("Inočekiai", closes=moment("2026-10-30 16:00"))
    await rūta.says(f"/extend {call.id}")
    await rūta.says("2026-11-30 16:00")
    restarted = Chat.begin(chat.store)
    restarted.events = 1000
    rūta.chat = restarted
    assert "Inočekiai" in (await rūta.says("/calls")).plain
    question = await rūta.says("/continue")
    assert "Kodėl?" in question.plain
    await rūta.fills_in(reason="daugiau laiko")
    await rūta.presses("Pratęsti")
    after = await chat.store.calls.get(call.id)
    assert after is not None and after.facts.closes == moment("2026-11-30 16:00")


@pytest.mark.parametrize("word", ["atšaukti", "cancel", "Atsaukti", "/cancel", "/atsaukti"])
async def test_cancel_ends_a_form_in_both_languages(chat: Chat, word: str) -> None:
    """ "atšaukti" and "cancel" end what was begun, and nothing is changed."""
    rūta = await chat.member("Rūta", "secretariat")
    call = await chat.call("Inočekiai", closes=moment("2026-10-30 16:00"))
    await rūta.says(f"/extend {call.id}")
    assert "nepakeista" in (await rūta.says(word)).plain
    assert await chat.store.conversation.draft("n1") is None


async def test_an_old_draft_expires(chat: Chat) -> None:
    """A form left for days is forgotten, and its words are ordinary words again."""
    rūta = await chat.member("Rūta", "secretariat")
    call = await chat.call("Inočekiai", closes=moment("2026-10-30 16:00"))
    await rūta.says(f"/extend {call.id}")
    chat.passes(days=4)
    await rūta.says("2026-11-30 16:00")
    after = await chat.store.calls.get(call.id)
    assert after is not None and after.version == 1
    assert "nėra ko baigti" in (await rūta.says("/continue")).plain


async def test_a_question_while_a_form_is_open_is_asked_about(chat: Chat) -> None:
    """Words that may be an answer or a question are asked about, and either choice does what it says."""
    rūta = await chat.member("Rūta", "secretariat")
    call = await chat.call("Inočekiai", closes=moment("2026-10-30 16:00"))
    await rūta.says(f"/suspend {call.id}")
    asked = await rūta.says("kokie kvietimai dabar atviri?")
    assert labels(asked) == ["Atsakymas", "Klausimas"]
    answered = await rūta.presses("Klausimas")
    assert "Inočekiai" in answered.plain
    await rūta.presses("Tęsti formą")
    await rūta.says("kokie kvietimai dabar atviri?")
    await rūta.presses("Atsakymas")
    draft = await chat.store.conversation.draft("n1")
    assert draft is not None and draft.answers["reason"] == "kokie kvietimai dabar atviri?"


async def test_a_form_of_a_platform_with_forms_comes_page_by_page(chat: Chat) -> None:
    """A platform that shows forms itself brings a page of answers; what is wrong comes back, what is right is kept."""
    rūta = await chat.member("Rūta", "secretariat", platform="slack")
    call = await chat.call("Inočekiai", closes=moment("2026-10-30 16:00"))
    form = (await rūta.says(f"/extend {call.id}")).form
    assert form is not None
    wrong = await rūta.submits(
        form.command, {"closes": "kitąmet", "reason": "x", "asked_by": "", "source": ""}
    )
    assert wrong.form is not None and set(wrong.form.faults) == {"closes"}
    assert wrong.form.values["reason"] == "x"
    preview = await rūta.submits(form.command, {"closes": "2026-11-30 16:00"})
    assert "Pratęsti" in labels(preview)


async def test_a_stranger_may_ask_about_calls_only(chat: Chat) -> None:
    """A stranger is answered about public calls and is told how to join; meetings are for members."""
    guest = chat.stranger()
    await chat.call("Inočekiai", closes=moment("2026-10-30 16:00"))
    assert "Inočekiai" in (await guest.says("kokie kvietimai atviri?")).plain
    assert "Prisijungti" in labels(await guest.says("/posedis"))


async def test_strangers_are_kept_out_where_that_is_set(chat: Chat) -> None:
    """With strangers_may_ask off, a stranger hears only how to join."""
    chat.dispatch.policy = Policy(strangers_may_ask=False)
    guest = chat.stranger()
    await chat.call("Inočekiai", closes=moment("2026-10-30 16:00"))
    assert "Inočekiai" not in (await guest.says("kokie kvietimai atviri?")).plain
    assert "Jūsų vardas" in (await guest.says("/prisijungti")).plain


async def test_a_group_is_sent_to_private_for_a_form(chat: Chat) -> None:
    """A form is never filled in before a group."""
    rūta = await chat.member("Rūta", "secretariat")
    rūta.private = False
    reply = await rūta.says("/postpone c1")
    assert "asmeniškai" in reply.plain and not reply.form


async def test_an_unknown_command_names_the_nearest(chat: Chat) -> None:
    """A mistyped command gets the ones that are spelt nearly so."""
    ada = await chat.member("Ada")
    assert "/nustatymai" in labels(await ada.says("/nustatymia"))


async def test_a_gesture_that_could_not_be_recorded_may_come_again(chat: Chat) -> None:
    """Answered gestures are remembered in the store, so that a restarted bot does not answer them again."""
    ada = await chat.member("Ada")
    await ada.says("/calls", event="once")
    ada.chat = Chat.begin(chat.store)
    ada.chat.events = 500
    await ada.says("/calls", event="once")
    assert len(ada.replies) == 1
    assert await chat.store.conversation.prune(chat.now + timedelta(days=30)) >= 1


async def test_looking_as_somebody_changes_nothing(chat: Chat) -> None:
    """The operator sees what a member would see, and nothing can be changed that way."""
    await chat.member("Rūta", "secretariat")
    await chat.call("Inočekiai", closes=moment("2026-10-30 16:00"))
    member = await chat.store.members.get("n1")
    msg = Incoming("look:1", Account("console", "operator"), "console", True, "checked c1", command=True)
    reply = await chat.dispatch.read(msg, member, chat.now, None)
    assert "tik pasižiūrėti" in reply.plain
    after = await chat.store.calls.get("c1")
    assert after is not None and after.checked_by == "operator"
