"""What members are told about meetings, as transcripts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

import pytest

from handlers.chat import Fact, Link, Para, Reply
from handlers.i18n import translator
from handlers.meetings import speech
from storage.words import Words
from tests.conversation import Chat, Someone, labels
from tests.handlers.meetings.plans import FORUM, WEEKLY

LINK = "https://teams.example.org/l/abc"


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """Thursday 24 September 2026, ten in the morning; the series is m1, the forum m2."""
    chat = Chat.begin()
    await chat.associate()
    for plan in (WEEKLY, FORUM):
        await chat.store.meetings.add(plan, chat.by())
    yield chat
    await chat.store.close()


@pytest.fixture
async def ada(chat: Chat) -> Someone:
    return await chat.member("Ada", "manager", groups=("politika",))


def addresses(reply: Reply) -> list[str]:
    return [s.url for b in reply.blocks if isinstance(b, Para) for s in b.spans if isinstance(s, Link)]


async def test_the_next_meeting_is_answered_in_the_first_line(ada: Someone) -> None:
    """When comes first, then what was moved from where and why, the place, the way in, the agenda, the quorum."""
    answer = await ada.says("kada kitas posėdis?")
    assert answer.plain.splitlines() == [
        "Artimiausias posėdis – penktadienį, rugsėjo 25 d., 10:00–11:30 (rytoj).",
        "Darbo grupės posėdis · Klasterių politikos darbo grupė",
        "Perkelta: buvo ketvirtadienį, rugsėjo 24 d., 14:00 → dabar penktadienį, rugsėjo 25 d., 10:00.",
        "Ten jis nebevyks: Gedimino pr. 38, Vilnius.",
        "Priežastis: Salė užimta",
        "Vyksta nuotoliu.",
        "Prisijungti nuotoliu",
        "Darbotvarkė:",
        "1. Brandos kategorijos",
        "2. Koncepcijos redakcija",
        "Kvorumas: 7 iš 13.",
    ]
    assert answer.told == (Fact("m1", "2026-09-24.start", 1), Fact("m1", "2026-09-24.place", 1))
    assert labels(answer) == ["Į kalendorių", "Kiti posėdžiai"]


async def test_the_next_one_skips_a_cancelled_one_and_says_so(chat: Chat, ada: Someone) -> None:
    """Who waits for the cancelled meeting hears that it is cancelled beside when the next one is."""
    chat.passes(days=4)
    answer = await ada.says("/posedis")
    assert answer.plain.splitlines()[0] == (
        "Artimiausias posėdis – ketvirtadienį, spalio 8 d., 14:00–16:00 (po 10 dienų)."
    )
    assert "Atšaukta: ketvirtadienį, spalio 1 d., 14:00." in answer.plain


async def test_a_cancelled_one_says_it_first_and_why(ada: Someone) -> None:
    """Asked about by its id, a cancelled meeting says so at once, with the reason and without a place."""
    answer = await ada.says("/meeting m1.2026-10-01")
    assert answer.plain.splitlines() == [
        "Atšaukta: ketvirtadienį, spalio 1 d., 14:00–16:00.",
        "Darbo grupės posėdis · Klasterių politikos darbo grupė",
        "Priežastis: Nėra klausimų",
    ]


async def test_the_list_has_four_a_page_and_turns(ada: Someone) -> None:
    """Four rows with a number each, and buttons that open them or turn the page."""
    first = await ada.says("/posedziai")
    assert first.plain.splitlines()[0] == "Artimiausi posėdžiai: 1–4 iš 13"
    assert "1. penktadienį, rugsėjo 25 d., 10:00 · Darbo grupės posėdis" in first.plain
    assert "perkelta, buvo ketvirtadienį, rugsėjo 24 d., 14:00" in first.plain
    assert (
        "spalio 1 d., 14:00 · Darbo grupės posėdis · Klasterių politikos darbo grupė · atšaukta"
        in first.plain
    )
    assert labels(first) == ["1", "2", "3", "4", "›"]
    second = await ada.presses("›")
    assert labels(second) == ["5", "6", "7", "8", "‹", "›"]
    assert "7. ketvirtadienį, lapkričio 12 d. · Klasterių forumas · po 49 dienų" in second.plain
    assert (await ada.presses("7")).plain.startswith("Klasterių forumas: ketvirtadienį, lapkričio 12 d.")


async def test_a_window_and_a_group_narrow_the_list(ada: Someone) -> None:
    """Days and a group may be tokens or words; the heading says what was asked for."""
    tokens = await ada.says("/meetings politika 2026-10-20..2026-10-31")
    assert tokens.plain.splitlines() == [
        "Klasterių politikos darbo grupė, posėdžiai nuo spalio 20 d. iki spalio 31 d.:",
        "1. ketvirtadienį, spalio 22 d., 14:00 · Darbo grupės posėdis · po 28 dienų",
        "2. ketvirtadienį, spalio 29 d., 14:00 · Darbo grupės posėdis · po 35 dienų",
    ]
    assert (await ada.says("/meetings politika 261020..261031")).plain == tokens.plain
    words = await ada.says("/posedziai darbo grupės spalį")
    assert words.plain.startswith(
        "Klasterių politikos darbo grupė, posėdžiai nuo spalio 1 d. iki spalio 31 d.:"
    )


async def test_an_empty_window_names_what_comes_next(ada: Someone) -> None:
    """When nothing is in the days asked for, the next one is offered."""
    answer = await ada.says("/meetings 2026-10-09..2026-10-09")
    assert answer.plain.splitlines() == [
        "Posėdžių spalio 9 d. nėra.",
        "Artimiausias – penktadienį, rugsėjo 25 d., 10:00.",
    ]
    assert labels(answer) == ["Rodyti", "Visi posėdžiai"]


async def test_the_join_link_is_for_the_groups_members_in_private(chat: Chat, ada: Someone) -> None:
    """Members of the group get it in private; in a group chat they hear where; others hear whose it is."""
    assert addresses(await ada.says("/meeting link")) == [LINK]
    ona = await chat.member("Ona")
    answer = await ona.says("/meeting m1.2026-09-24 link")
    assert answer.plain.splitlines()[0] == "Prisijungimo nuorodą mato tik grupės nariai."
    ada.private = False
    public = await ada.says("/meeting")
    assert "Prisijungimo nuorodos klauskite manęs asmeniškai." in public.plain
    assert addresses(public) == []
    assert LINK not in repr((answer, public))


@pytest.mark.parametrize(
    ("aspect", "first"),
    [
        ("agenda", "Darbotvarkė:"),
        ("vieta", "Vyksta nuotoliu."),
        ("quorum", "Kvorumas: 7 iš 13."),
        ("duration", "Trukmė: 1 val. 30 min."),
        ("chair", "Kas pirmininkauja, čia neįrašyta."),
        ("protokolas", "Protokolas čia neįrašytas – jo teiraukitės sekretoriato."),
        ("attendees", "Klasterių politikos darbo grupė: 5 vietos. 5 = 4 + 1"),
    ],
)
async def test_one_thing_asked_is_the_first_line(ada: Someone, aspect: str, first: str) -> None:
    """The aspect that was asked about is answered before anything else."""
    assert (await ada.says(f"/meeting {aspect}")).plain.splitlines()[0] == first


async def test_minutes_are_of_the_meeting_before(ada: Someone) -> None:
    """Who asks for minutes means the last meeting that took place."""
    answer = await ada.says("/meeting minutes")
    assert (
        answer.plain.splitlines()[1]
        == "Darbo grupės posėdis: ketvirtadienį, rugsėjo 17 d., 14:00–16:00 (jau įvyko)."
    )


async def test_a_long_agenda_is_cut_and_comes_whole_when_asked(chat: Chat, ada: Someone) -> None:
    """Six items fit beside the rest; a button brings all of them."""
    items = tuple(f"Klausimas {i}" for i in range(1, 10))
    await chat.store.meetings.add(
        replace(WEEKLY, rule="", exceptions=(), start=datetime(2026, 9, 24, 12), agenda=items), chat.by()
    )
    answer = await ada.says("/meeting")
    assert "… ir dar 3 klausimai." in answer.plain
    assert "9. Klausimas 9" in (await ada.presses("Visa darbotvarkė")).plain


async def test_the_next_one_of_a_stranger_to_every_group_is_anybodys(chat: Chat) -> None:
    """A member of no group who asks for the next meeting hears of the next one there is."""
    ona = await chat.member("Ona", language="en")
    answer = await ona.says("when is the next meeting?")
    assert answer.plain.startswith("The next meeting: on Friday, 25 September, 10:00–11:30 (tomorrow).")


async def test_nothing_planned_and_nothing_known_are_said(chat: Chat) -> None:
    """An empty store, a name nobody has and an id that is gone each get a sentence."""
    empty = Chat.begin()
    await empty.associate()
    eva = await empty.member("Eva")
    assert (await eva.says("/posedziai")).plain == "Posėdžių nenumatyta."
    assert (await eva.says("/posedis")).plain == "Posėdžių nenumatyta."
    ada = await chat.member("Ada")
    assert (await ada.says("/posedis vandentiekis")).plain == "Posėdžio ar grupės „vandentiekis“ nežinau."
    assert (await ada.says("/posedis m99")).plain == "Tokio posėdžio nebėra."


@pytest.mark.parametrize("title", ["<b>x</b> & <!channel>", "Ž" * 10_000, "🦊" * 300, "\u202egnitrap"])
async def test_hostile_titles_keep_every_limit(chat: Chat, title: str) -> None:
    """Whatever people write, lists and details stay within the limits of a reply."""
    await chat.store.meetings.add(
        replace(FORUM, title=Words(title), place=title, start=datetime(2026, 9, 25)), chat.by()
    )
    ona = await chat.member("Ona")
    for line in ("/meetings", "/meeting m3", "/meeting m3 place"):
        assert 0 < len((await ona.says(line)).plain) < 4000


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(45, "45 min."), (60, "1 val."), (150, "2 val. 30 min."), (1440, "1 diena"), (2880, "2 dienos")],
)
def test_lengths_are_said_as_people_say_them(minutes: int, said: str) -> None:
    """Hours and minutes, or whole days."""

    class Only:
        t = translator("lt")

    assert speech.duration(minutes, Only()) == said  # type: ignore[arg-type]
