"""Somebody unkind: whatever is typed, pressed or sent, nothing breaks, nobody gets what is not theirs."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.commands import COMMANDS, DRAFT_NAMES, Command
from storage.tinydb.embedded import EmbeddedStore
from tests.conversation import Chat, Someone, moment

NAMES = sorted({name for c in COMMANDS for name in (c.en, c.lt)} | set(DRAFT_NAMES))
WORDS = st.one_of(
    st.sampled_from(
        [
            *(
                "c1",
                "c2",
                "c999",
                "c-1",
                "m1",
                "m1@20260924T1400",
                "m1@",
                "n1",
                "n2",
                "n99",
                "q1",
                "i1",
                "v1",
                "v2",
            ),
            *(
                "p2",
                "p999",
                "m:inoklaster-lt",
                "LVPA",
                "open",
                "2026-10-01..2026-10-31",
                "..",
                "politika",
                "lt",
                "de",
            ),
            *(
                "member",
                "secretariat",
                "closes",
                "title",
                "calls",
                "yes",
                "0000.closes",
                "~2",
                "reason",
                "all",
            ),
            *(
                "<b>",
                "<!channel>",
                "\u202e",
                "\x00",
                "ž" * 70,
                "🙂",
                "'; --",
                "../../etc/passwd",
                "%s{0}{name}",
            ),
        ]
    ),
    st.text(max_size=12),
)
LINES = st.builds(
    lambda name, words: " ".join((name, *words)), st.sampled_from(NAMES), st.lists(WORDS, max_size=4)
)
SAID = st.one_of(
    LINES,
    st.text(max_size=60),
    st.builds(lambda t, n: t * n, st.text(min_size=1, max_size=8), st.integers(1, 3000)),
)
FAILED = ("kažkas nepavyko", "Something went wrong")


async def peopled() -> tuple[Chat, dict[str, Someone]]:
    """An association with a call, a series and somebody of each kind, and a group chat."""
    chat = Chat.begin()
    await chat.associate()
    people = {
        "secretariat": await chat.member("Rūta", "secretariat"),
        "member": await chat.member("Ada", groups=("politika",)),
        "other": await chat.member("Eva", language="en", platform="slack"),
        "stranger": chat.stranger("Jonas"),
    }
    group = await chat.member("Ona", groups=("politika",))
    group.private = False
    people["in a group"] = group
    await chat.call("Inoklaster LT", measure="Inoklaster LT", closes=moment("2026-10-30 16:00"))
    return chat, people


def failed(someone: Someone) -> bool:
    """Whether the last reply is the apology for something that broke."""
    return bool(someone.replies) and any(words in someone.last.plain for words in FAILED)


GESTURES = st.lists(
    st.tuples(
        st.sampled_from(["secretariat", "member", "other", "stranger", "in a group"]),
        SAID,
        st.sampled_from("cpt"),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(GESTURES)
def test_nothing_that_is_typed_or_pressed_breaks_anything(gestures: list[tuple[str, str, str]]) -> None:
    """Commands with any arguments, forged buttons and long nonsense by anyone: always a reply, never an apology."""

    async def run() -> None:
        chat, people = await peopled()
        for who, text, how in gestures:
            someone = people[who]
            await chat.deliver(someone, text, how != "t", pressed=how == "p")
            assert someone.replies and not failed(someone), (who, text, how)
        await chat.store.close()

    asyncio.run(run())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.sampled_from(["member", "stranger", "in a group"]), LINES), min_size=1, max_size=12)
)
def test_who_may_not_changes_nothing(gestures: list[tuple[str, str]]) -> None:
    """Whatever members, strangers and people in a group type, no call, meeting, role or structure changes."""

    async def run() -> None:
        chat, people = await peopled()
        store = chat.store
        assert isinstance(store, EmbeddedStore)

        async def facts() -> object:
            members = tuple((m.id, m.person.role) for m in await store.members.all())
            return (
                await store.calls.all(),
                await store.meetings.all(),
                await store.association.structure(),
                members,
            )

        before = await facts()
        for who, text in gestures:
            await chat.deliver(people[who], text, True, pressed=True)
        assert await facts() == before
        await store.close()

    asyncio.run(run())


CHANGING = [c for c in COMMANDS if c.changes]


@pytest.mark.parametrize("command", CHANGING, ids=lambda c: c.en)
async def test_every_change_is_the_secretariats(command: Command) -> None:
    """A command that changes something is refused kindly to everybody else, forged button or typed."""
    chat, people = await peopled()
    for who in ("member", "stranger"):
        for pressed in (True, False):
            reply = await chat.deliver(people[who], f"{command.en} c1 v1", True, pressed=pressed)
            assert reply.plain and reply.form is None
            assert await chat.store.conversation.draft("n2") is None
    await chat.store.close()


async def test_rights_that_were_lost_within_a_form_are_lost() -> None:
    """Who was in the secretariat when the form began and is not when it ends changes nothing."""
    chat, people = await peopled()
    rūta = people["secretariat"]
    await rūta.says("/atideti c1")
    await rūta.fills_in(reason="LVPA, asociacijos siūlymu")
    await chat.store.members.set_role("n1", 1, "member", chat.by())
    confirm = next(b.label for row in rūta.last.buttons for b in row if b.command.startswith("apply"))
    refused = await rūta.presses(confirm)
    assert refused.plain
    call = await chat.store.calls.get("c1")
    assert call is not None and (call.version, call.facts.hold) == (1, None)
    await chat.store.close()


async def test_another_persons_preview_cannot_be_confirmed() -> None:
    """The confirming button of one secretary does nothing in the hand of another."""
    chat, people = await peopled()
    rūta, ona = people["secretariat"], await chat.member("Ona B", "secretariat")
    await rūta.says("/atideti c1")
    await rūta.fills_in(reason="LVPA, asociacijos siūlymu")
    confirm = next(b for row in rūta.last.buttons for b in row if b.command.startswith("apply"))
    await chat.deliver(ona, confirm.command, True, pressed=True)
    call = await chat.store.calls.get("c1")
    assert call is not None and call.version == 1
    await chat.store.close()
