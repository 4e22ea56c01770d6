"""Announcements on their way, as transcripts: written, shown, approved, sent."""

from __future__ import annotations

import asyncio

import pytest

from handlers.chat import Answers
from storage.members import NewMember, Person, Reach
from tests.conversation import Chat, Someone, labels
from tests.handlers.announcements.announcing import (
    TEXT,
    announces,
    members,
    sending,
    settled,
)
from tests.postman import Postman


async def test_it_is_shown_before_it_goes(chat: Chat, rūta: Someone) -> None:
    """The text as it will be read, how many it reaches and where, and who is not reached and why; a language that is
    missing is said."""
    await members(chat, "Ada", "Jonas")
    await chat.store.members.take_over((NewMember(Person("Nojus", "fotonika")),), chat.by())
    shown = await rūta.submits(
        "announce",
        {
            "lt": TEXT,
            "en": "",
            "audience": ("all",),
            "exclude": (),
            "at": "",
            "acknowledge": "no",
            "urgent": "",
        },
    )
    assert "Susitinkame pirmadienį\nPosėdis vyks 10 val. ministerijoje." in shown.plain
    assert "Pasieks 3 žmones: Telegram – 3." in shown.plain
    assert "Nojus: dar neprisijungė" in shown.plain
    assert "Trūksta vienos kalbos" in shown.plain
    assert labels(shown)[0] == "Siųsti"
    assert await chat.store.sendings.all() == ()


async def test_the_places_where_it_is_heard_add_up(chat: Chat, rūta: Someone) -> None:
    """Who has only the local page is counted, too."""
    await chat.member("Ada", platform="slack")
    page = Person("Ona", "fotonika", accounts=(Reach("page", "uOna", "uOna"),))
    await chat.store.members.take_over((NewMember(page),), chat.by())
    answers: Answers = {
        "lt": TEXT,
        "en": "",
        "audience": ("all",),
        "exclude": (),
        "at": "",
        "acknowledge": "no",
        "urgent": "",
    }
    shown = await rūta.submits("announce", answers)
    assert "Pasieks 3 žmones: Telegram – 1, Slack – 1, tik naršyklės lange – 1." in shown.plain


async def test_everybody_gets_it_once_in_their_language(chat: Chat, rūta: Someone) -> None:
    """After the minute it goes out, to each in their own language, with the way to learn why."""
    await members(chat, "Ada")
    eva = await chat.member("Eva", language="en")
    await eva.says("hi")
    said = await announces(rūta, en="We meet on Monday\n\nAt ten, in the ministry.")
    assert "Bus išsiųsta rugsėjo 24 d., 10:01" in said.plain and "Atsiimti" in labels(said)
    postman = Postman()
    async with sending(chat, postman):
        await asyncio.sleep(0.03)
        assert not postman.arrived, "the minute is not over"
    chat.passes(seconds=61)
    async with sending(chat, postman):
        assert await settled(chat) == ["sent"] * 3
    assert {address: len(texts) for address, texts in postman.arrived.items()} == {
        "chat-uAda": 1,
        "chat-uEva": 1,
        "chat-uRūta": 1,
    }
    assert postman.arrived["chat-uEva"] == ["We meet on Monday\nAt ten, in the ministry."]


async def test_many_need_a_second_person(chat: Chat, rūta: Someone) -> None:
    """Over the number that was set somebody else has to approve it; its author cannot, a member cannot, the other one
    can, once."""
    ada, *_ = await members(chat, "Ada", "Jonas", "Eva")
    assert "laukia, kol jį patvirtins" in (await announces(rūta)).plain
    chat.passes(minutes=2)
    postman = Postman()
    async with sending(chat, postman):
        assert "jūsų pačių skelbimas" in (await rūta.says("/isleisti s1")).plain
        await ada.says("/isleisti s1")
        await asyncio.sleep(0.03)
        assert not postman.arrived
        ona = await chat.member("Ona", "secretariat")
        await ona.says("/siuntimas s1")
        await ona.presses("Patvirtinti")
        await settled(chat)
    assert len(postman.arrived) == 4


async def test_an_older_one_is_the_pattern_of_a_new_one(chat: Chat, rūta: Someone) -> None:
    """Its texts and audience are there already; what is changed is changed in the new one alone."""
    await members(chat, "Ada")
    await announces(rūta, en="We meet on Monday")
    await rūta.says("/siuntimas s1")
    asked = await rūta.presses("Skelbti panašų")
    assert "Kam nesiųsti?" in asked.plain, "what is known is not asked again"
    for _ in range(3):
        await rūta.presses("Praleisti")
    shown = await rūta.presses("Praleisti")
    assert TEXT.partition("\n")[0] in shown.plain and "We meet on Monday" in shown.plain
    await rūta.presses("Siųsti")
    first, second = await chat.store.sendings.all()
    assert first.id != second.id and first.content["lt"] == second.content["lt"]
    assert second.content["audience"] == ["all"]


async def test_who_may_not_announces_nothing(chat: Chat) -> None:
    """A member has no form, no sendings and no button of them."""
    [ada] = await members(chat, "Ada")
    for command in (
        "skelbti",
        "siuntimas",
        "atsiimti s1",
        "isleisti s1",
        "siusti_dar s1",
        "isspresti d1 again",
    ):
        reply = await ada.says(f"/{command}")
        assert reply.form is None and not reply.files
    assert await chat.store.sendings.all() == ()


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"at": "2020-01-01 10:00"}, "jau praėjo"),
        ({"at": "kada nors"}, "Reikia dienos ir valandos"),
        ({"lt": ""}, ""),
        ({"lt": "ž" * 13_000}, "Per ilgas tekstas"),
    ],
)
async def test_bad_input_is_said_kindly(
    chat: Chat, rūta: Someone, answers: dict[str, str], said: str
) -> None:
    """What cannot be is asked again with the reason; nothing is sent."""
    good: dict[str, str | tuple[str, ...]] = {
        "lt": TEXT,
        "en": "",
        "audience": ("all",),
        "exclude": (),
        "at": "",
        "acknowledge": "no",
        "urgent": "",
    }
    reply = await rūta.submits("announce", {**good, **answers})
    assert said in reply.plain and "Siųsti" not in labels(reply)
    assert await chat.store.sendings.all() == ()


async def test_for_nobody_it_cannot_be_sent(chat: Chat, rūta: Someone) -> None:
    """An audience that is empty, or that no platform reaches, is said; there is nothing to press to send it."""
    await members(chat, "Ada")
    good: Answers = {"lt": TEXT, "en": "", "exclude": (), "at": "", "acknowledge": "no", "urgent": ""}
    shown = await rūta.submits("announce", {**good, "audience": ("group:politika",)})
    assert "Tokių gavėjų nėra" in shown.plain and "Siųsti" not in labels(shown)
    await chat.store.members.take_over((NewMember(Person("Nojus", "fotonika")),), chat.by())
    shown = await rūta.submits("announce", {**good, "audience": ("not-joined",)})
    assert "Nojus: dar neprisijungė" in shown.plain and "Siųsti" not in labels(shown)
    assert "reikia pakvietimo: /prisijunge" in shown.plain
    assert "Niekas nesiunčiama" in (await rūta.says("/taip announce")).plain
    assert await chat.store.sendings.all() == ()


async def test_some_are_left_out(chat: Chat, rūta: Someone) -> None:
    """Whoever is named to be left out gets nothing, and whoever wants nothing of a topic is not of its audience."""
    ada, _ = await members(chat, "Ada", "Jonas")
    await ada.says("/topic calls off")
    good: Answers = {"lt": TEXT, "en": "", "at": "", "acknowledge": "no", "urgent": ""}
    shown = await rūta.submits("announce", {**good, "audience": ("topic:calls",), "exclude": ()})
    assert "Pasieks 2 žmones" in shown.plain, "all but Ada"
    shown = await rūta.submits("announce", {**good, "audience": ("all",), "exclude": ("topic:calls",)})
    assert "Pasieks 1 žmogų" in shown.plain, "Ada alone"
    await rūta.presses("Siųsti")
    [delivery] = await chat.store.sendings.deliveries("s1")
    assert delivery.recipient == "n2"
    why = await ada.says(f"/kodel {delivery.id}")
    assert "visi nariai, išskyrus šiuos: norintys kvietimų ir posėdžių naujienų." in why.plain


async def test_a_time_that_passes_while_it_is_looked_at_is_asked_anew(chat: Chat, rūta: Someone) -> None:
    """Pressed too late, nothing leaves at once by mistake: the time alone is asked again."""
    await members(chat, "Ada")
    await rūta.submits(
        "announce",
        {
            "lt": TEXT,
            "en": "",
            "audience": ("all",),
            "exclude": (),
            "at": "2026-09-24 12:00",
            "acknowledge": "no",
            "urgent": "",
        },
    )
    chat.passes(hours=5)
    asked = await rūta.presses("Siųsti")
    assert "jau praėjo" in asked.plain and await chat.store.sendings.all() == ()
    await rūta.says("2026-09-25 09:00")
    assert "Bus išsiųsta rugsėjo 25 d., 09:00" in (await rūta.presses("Siųsti")).plain


async def test_what_is_written_behind_the_command_is_the_text(chat: Chat, rūta: Someone) -> None:
    """A secretary in a hurry writes the news right behind the command; one odd word, a mistyped id, is not news."""
    asked = await rūta.says("/skelbti Rytoj posėdis\n\nDešimtą, ministerijoje.")
    assert "Tekstas anglų kalba" in asked.plain
    await rūta.fills_in(audience="Visi nariai")
    assert "Rytoj posėdis\nDešimtą, ministerijoje." in rūta.last.plain
    await rūta.presses("Atšaukti")
    assert "Tekstas lietuvių kalba" in (await rūta.says("/skelbti s99")).plain
