"""Announcements, as transcripts: written, shown, approved, sent, put right, taken back, acknowledged."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from bot.dispatch import Policy
from bot.outbox import Outbox, Rules
from handlers.chat import Reply
from storage.members import NewMember, Person, Reach
from storage.sendings import DeliveryState
from tests.conversation import Chat, Someone, labels
from tests.postman import Postman

TEXT = "Susitinkame pirmadienį\n\nPosėdis vyks 10 val. ministerijoje."


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """Two members and somebody who has not joined; announcements to more than three need a second person."""
    chat = Chat.begin(policy=Policy(approve_over=3))
    await chat.associate()
    yield chat
    await chat.store.close()


@pytest.fixture
async def rūta(chat: Chat) -> Someone:
    rūta = await chat.member("Rūta", "secretariat")
    await rūta.says("labas")
    return rūta


async def members(chat: Chat, *names: str) -> list[Someone]:
    """Members who have written to the bot, so that it knows where."""
    people = [await chat.member(name) for name in names]
    for person in people:
        await person.says("labas")
    return people


async def announces(rūta: Someone, text: str = TEXT, en: str = "", **more: str) -> Reply:
    """The secretariat fills the form in and presses Send."""
    await rūta.submits(
        "announce", {"lt": text, "en": en, "audience": ("all",), "at": "", "acknowledge": "no", **more}
    )
    return await rūta.presses("Siųsti")


@asynccontextmanager
async def sending(chat: Chat, postman: Postman) -> AsyncIterator[Outbox]:
    """The outbox at work."""
    outbox = Outbox(
        chat.store, (postman,), chat.dispatch.compose, lambda: chat.now, Rules({"telegram": 1000.0})
    )
    chat.dispatch.changed = outbox.wake
    task = asyncio.create_task(outbox.run())
    try:
        yield outbox
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def settled(chat: Chat, id: str = "s1") -> list[DeliveryState]:
    """The states of its deliveries once nothing is under way."""
    async with asyncio.timeout(5):
        while True:
            states = [d.state for d in await chat.store.sendings.deliveries(id)]
            if not {"queued", "sending"} & set(states):
                return states
            await asyncio.sleep(0.005)


async def test_it_is_shown_before_it_goes(chat: Chat, rūta: Someone) -> None:
    """The text as it will be read, how many it reaches and where, and who is not reached and why; a language that is
    missing is said."""
    await members(chat, "Ada", "Jonas")
    await chat.store.members.take_over((NewMember(Person("Nojus", "fotonika")),), chat.by())
    shown = await rūta.submits(
        "announce", {"lt": TEXT, "en": "", "audience": ("all",), "at": "", "acknowledge": "no"}
    )
    assert "Susitinkame pirmadienį\nPosėdis vyks 10 val. ministerijoje." in shown.plain
    assert "Pasieks 3 žmones: Telegram – 3, Slack – 0, abiejose – 0." in shown.plain
    assert "Nojus: dar neprisijungė" in shown.plain
    assert "Trūksta vienos kalbos" in shown.plain
    assert labels(shown)[0] == "Siųsti"
    assert await chat.store.sendings.all() == ()


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


async def test_within_the_minute_it_can_be_taken_back(chat: Chat, rūta: Someone) -> None:
    """Taken back before it has left, nobody gets it; a second time says so."""
    await members(chat, "Ada")
    await announces(rūta)
    assert "niekas nespėjo gauti" in (await rūta.presses("Atsiimti")).plain
    chat.passes(minutes=5)
    postman = Postman()
    async with sending(chat, postman):
        assert set(await settled(chat)) == {"skipped"}
    assert not postman.arrived
    assert "Jau atsiimta" in (await rūta.says("/atsiimti s1")).plain


async def test_many_need_a_second_person(chat: Chat, rūta: Someone) -> None:
    """Over the number that was set somebody else has to approve it; its author cannot, a member cannot, the other one
    can, once."""
    ada, *_ = await members(chat, "Ada", "Jonas", "Eva")
    assert "laukia, kol jį patvirtins" in (await announces(rūta)).plain
    chat.passes(minutes=2)
    postman = Postman()
    async with sending(chat, postman):
        assert "skelbimas yra jūsų" in (await rūta.says("/isleisti s1")).plain
        await ada.says("/isleisti s1")
        await asyncio.sleep(0.03)
        assert not postman.arrived
        ona = await chat.member("Ona", "secretariat")
        await ona.says("/siuntimas s1")
        await ona.presses("Patvirtinti")
        await settled(chat)
    assert len(postman.arrived) == 4


async def test_it_is_acknowledged_by_those_who_got_it(chat: Chat, rūta: Someone) -> None:
    """The button under it notes who has read it; nobody's button works for somebody else."""
    ada, jonas = await members(chat, "Ada", "Jonas")
    await announces(rūta, acknowledge="yes")
    chat.passes(minutes=2)
    postman = Postman()
    async with sending(chat, postman):
        await settled(chat)
    mine = next(d for d in await chat.store.sendings.deliveries("s1") if d.recipient == "n2")
    assert "ne jums" in (await jonas.says(f"/perskaiciau {mine.id}")).plain
    assert "pažymėta" in (await ada.says(f"/perskaiciau {mine.id}")).plain
    assert "visi nariai" in (await ada.says(f"/kodel {mine.id}")).plain
    assert "perskaitė: 1" in (await rūta.says("/siuntimas s1")).plain


async def test_those_who_have_not_read_it_are_asked_once_more(chat: Chat, rūta: Someone) -> None:
    """One press asks the silent again, at most once a day; who confirms meanwhile hears nothing, and it counts for the
    announcement itself."""
    ada, jonas = await members(chat, "Ada", "Jonas")
    await announces(rūta, acknowledge="yes")
    chat.passes(minutes=2)
    postman = Postman()
    async with sending(chat, postman):
        await settled(chat)
    first = {d.recipient: d for d in await chat.store.sendings.deliveries("s1")}
    await ada.says(f"/perskaiciau {first['n2'].id}")
    await rūta.says("/siuntimas s1")
    assert "Dar kartą paraginami 2 žmonės." in (await rūta.presses("Paraginti likusius")).plain
    assert "jau paraginti" in (await rūta.says("/paraginti s1")).plain
    await rūta.says(f"/perskaiciau {first['n1'].id}")
    async with sending(chat, postman):
        assert sorted(await settled(chat, "s2")) == ["sent", "skipped"]
    asked = postman.replies[-1]
    assert asked.plain.startswith("Dar nepažymėjote, kad perskaitėte šį skelbimą:")
    await jonas.presses("Perskaičiau", of=asked)
    assert "Visi, kas gavo, jau perskaitė." in (await rūta.says("/paraginti s1")).plain
    assert "Tokio skelbimo nėra" in (await rūta.says("/paraginti s2")).plain


async def test_who_has_read_it_is_counted_by_organisation(chat: Chat, rūta: Someone) -> None:
    """Of each organisation how many of those who got it have read it; of one alone the sum says it."""
    [ada] = await members(chat, "Ada")
    nojus = Person("Nojus", "MITA", accounts=(Reach("telegram", "9", "9"),))
    await chat.store.members.take_over((NewMember(nojus),), chat.by())
    await announces(rūta, acknowledge="yes")
    chat.passes(minutes=2)
    async with sending(chat, Postman()):
        await settled(chat)
    mine = next(d for d in await chat.store.sendings.deliveries("s1") if d.recipient == "n2")
    await ada.says(f"/perskaiciau {mine.id}")
    shown = (await rūta.says("/siuntimas s1")).plain
    assert "Fotonikos klasteris: 1 iš 2" in shown and "agentūra: 0 iš 1" in shown


async def test_an_older_one_is_the_pattern_of_a_new_one(chat: Chat, rūta: Someone) -> None:
    """Its texts and audience are there already; what is changed is changed in the new one alone."""
    await members(chat, "Ada")
    await announces(rūta, en="We meet on Monday")
    await rūta.says("/siuntimas s1")
    asked = await rūta.presses("Skelbti panašų")
    assert "Kada?" in asked.plain, "what is known is not asked again"
    await rūta.presses("Praleisti")
    shown = await rūta.presses("Praleisti")
    assert TEXT.partition("\n")[0] in shown.plain and "We meet on Monday" in shown.plain
    await rūta.presses("Siųsti")
    first, second = await chat.store.sendings.all()
    assert first.id != second.id and first.content["lt"] == second.content["lt"]
    assert second.content["audience"] == ["all"]


async def test_it_is_put_right_where_it_was_read(chat: Chat, rūta: Someone) -> None:
    """Messages that have gone out are changed and say so; those that come later are right at once."""
    await members(chat, "Ada")
    await announces(rūta)
    chat.passes(minutes=2)
    postman = Postman()
    async with sending(chat, postman):
        await settled(chat)
        await rūta.submits("correct s1", {"lt": "Susitinkame antradienį\n\nPosėdis vyks 11 val.", "en": ""})
        await rūta.presses("Pataisyti")
        async with asyncio.timeout(5):
            while "antradienį" not in postman.arrived["chat-uAda"][0]:
                await asyncio.sleep(0.005)
    assert "Pataisyta" in postman.arrived["chat-uAda"][0]
    assert len(postman.arrived["chat-uAda"]) == 1


async def test_what_was_sent_is_taken_back(chat: Chat, rūta: Someone) -> None:
    """Recalled after it went out, the messages are deleted."""
    await members(chat, "Ada")
    await announces(rūta)
    chat.passes(minutes=2)
    postman = Postman()
    async with sending(chat, postman):
        await settled(chat)
        assert "šalinamos" in (await rūta.says("/atsiimti s1")).plain
        async with asyncio.timeout(5):
            while postman.arrived["chat-uAda"]:
                await asyncio.sleep(0.005)


async def test_the_report_says_what_became_of_each(chat: Chat, rūta: Someone) -> None:
    """A table for a spreadsheet: each person, the state and the reason in words; the failed can be sent to again."""
    await members(chat, "Ada", "Jonas")
    await announces(rūta)
    chat.passes(minutes=2)
    postman = Postman(blocked={"chat-uAda"})
    async with sending(chat, postman):
        await settled(chat)
        progress = await rūta.says("/siuntimas s1")
        assert "išsiųsta: 2" in progress.plain and "nepristatyta: 1" in progress.plain
        assert "Ada: užblokavo botą" in progress.plain
        report = await rūta.presses("Ataskaita")
        [file] = report.files
        rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))
        assert [r[0] for r in rows] == ["Vardas", "Rūta", "Ada", "Jonas"]
        assert next(r for r in rows if r[0] == "Ada")[3:5] == ["nepristatyta", "užblokavo botą"]
        postman.blocked.clear()
        ada = await chat.store.members.get("n2")
        assert ada is not None and ada.person.accounts[0].unreachable
        await chat.store.members.seen("n2", "telegram", "uAda", "chat-uAda")
        await rūta.says("/siuntimas s1")
        await rūta.presses("Siųsti negavusiems")
        assert await settled(chat) == ["sent"] * 3


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
        ({"lt": "ž" * 13_000}, "Per ilgai"),
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
        "at": "",
        "acknowledge": "no",
    }
    reply = await rūta.submits("announce", {**good, **answers})
    assert said in reply.plain and "Siųsti" not in labels(reply)
    assert await chat.store.sendings.all() == ()


async def test_the_latest_are_there_to_read_again(chat: Chat, rūta: Someone) -> None:
    """Asked in one's own words: the newest whole, those before it to open; nobody sees what was not sent to them."""
    [ada] = await members(chat, "Ada")
    assert "dar nieko neskelbė" in (await ada.says("ką paskelbė sekretoriatas?")).plain
    for text in ("Pirmas\n\nVienas.", "Antras\n\nDu."):
        await announces(rūta, text)
        chat.passes(minutes=2)
    postman = Postman()
    async with sending(chat, postman):
        await settled(chat, "s1")
        await settled(chat, "s2")
    read = await ada.says("ką paskelbė sekretoriatas?")
    assert "Antras\nDu." in read.plain and "rugsėjo 24 d.: Pirmas" in read.plain
    assert "Vienas." in (await ada.presses("1")).plain
    eva = await chat.member("Eva")
    assert "dar nieko neskelbė" in (await eva.says("/skelbimai")).plain
