"""Sendings, as transcripts: taken back, reported on, the silent asked once more."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator

import pytest
from openpyxl import load_workbook

from handlers.routes import COMPOSERS
from storage.members import NewMember, Person, Reach
from storage.sendings import NewSending
from tests.conversation import Chat, Someone
from tests.handlers.announcements.announcing import (
    announces,
    begin,
    members,
    secretary,
    sending,
    settled,
)
from tests.patience import PATIENCE
from tests.postman import Postman


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """Nobody in it yet."""
    chat = begin()
    await chat.associate()
    yield chat
    await chat.store.close()


@pytest.fixture
async def rūta(chat: Chat) -> Someone:
    return await secretary(chat)


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


async def test_what_was_sent_is_taken_back(chat: Chat, rūta: Someone) -> None:
    """Once it has gone out, it is said what taking it back would do; confirmed, the messages are deleted, and a second
    time says so. Later than Telegram allows, that is said, too."""
    await members(chat, "Ada")
    await announces(rūta)
    chat.passes(minutes=2)
    postman = Postman()
    async with sending(chat, postman):
        await settled(chat)
        asked = await rūta.says("/atsiimti s1")
        assert "jau gavo 2 žmonės" in asked.plain and "48 valandų" not in asked.plain
        assert postman.arrived["chat-uAda"], "nothing is taken back unasked"
        chat.passes(hours=49)
        assert "48 valandų" in (await rūta.says("/atsiimti s1")).plain
        chat.passes(hours=-49)
        assert "šalinamos" in (await rūta.presses("Atsiimti", of=asked)).plain
        async with asyncio.timeout(PATIENCE):
            while postman.arrived["chat-uAda"]:
                await asyncio.sleep(0.005)
    assert "Jau atsiimta" in (await rūta.presses("Atsiimti", of=asked)).plain


async def test_the_report_says_what_became_of_each(chat: Chat, rūta: Someone) -> None:
    """A picture and a workbook: each person, the state and the reason in words; the failed can be sent to again."""
    await members(chat, "Ada", "Jonas")
    await announces(rūta)
    chat.passes(minutes=2)
    postman = Postman(blocked={"chat-uAda"})
    async with sending(chat, postman):
        await settled(chat)
        progress = await rūta.says("/siuntimas s1")
        assert "išsiųsta: 2" in progress.plain and "nepristatyta: 1" in progress.plain
        assert "Ada: užblokavo robotą" in progress.plain
        report = await rūta.presses("Ataskaita")
        assert report.plain == "Gavo 2 iš 3."
        picture, file = report.files
        assert picture.picture and picture.content.startswith(b"\x89PNG")
        rows = list(load_workbook(io.BytesIO(file.content))["Ataskaita"].iter_rows(values_only=True))
        assert [r[0] for r in rows] == ["Vardas", "Rūta", "Ada", "Jonas"]
        assert next(r for r in rows if r[0] == "Ada")[3:5] == ("nepristatyta", "užblokavo robotą")
        postman.blocked.clear()
        ada = await chat.store.members.get("n2")
        assert ada is not None and ada.person.accounts[0].unreachable
        await chat.store.members.seen("n2", "telegram", "uAda", "chat-uAda")
        await rūta.says("/siuntimas s1")
        await rūta.presses("Siųsti negavusiems")
        assert await settled(chat) == ["sent"] * 3


async def test_who_has_read_it_is_counted_by_cluster(chat: Chat, rūta: Someone) -> None:
    """Of each cluster how many of those who got it have read it; of one alone the sum says it."""
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
    said = (await rūta.presses("Ataskaita")).plain
    assert said.startswith("Perskaitė 1 iš 3 gavusių.") and "• Fotonikos klasteris: 1 iš 2" in said


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


async def test_every_kind_of_sending_has_a_title(chat: Chat, rūta: Someone) -> None:
    """Whatever was sent can be looked at by its id, however small."""
    call = await chat.call("Inoklaster LT")
    named = {
        "change": {"subject": call.id},
        "reminder": {"subject": call.id},
        "digest": {"group": "politika"},
    }
    named |= {kind: {"survey": "a1"} for kind in COMPOSERS if kind.startswith("survey")}
    named |= {
        k: {"consultation": "p1"} for k in COMPOSERS if k.startswith("consultation") or k == "decisions"
    }
    named |= {"announcement": {"lt": "Naujiena"}}
    for kind in COMPOSERS:
        made = NewSending(kind, kind, named.get(kind, {}), chat.now)
        kept = await chat.store.sendings.open(made, ("n1",), chat.by())
        said = await rūta.says(f"/siuntimas {kept.id}")
        assert "kažkas nepavyko" not in said.plain, kind
