"""Undoing the last import, as transcripts."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from openpyxl import load_workbook

from handlers import told
from handlers.chat import Reply
from storage.calls import Why
from storage.codec import encode
from storage.consultations import Plan as Consulted
from storage.meetings import Plan
from storage.words import Words
from tests.conversation import Chat, Someone, labels, moment
from tests.handlers.test_import_edits import CALENDAR, TEAM, drops, extends, sheet, takes_in


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    chat = Chat.begin()
    await chat.associate()
    yield chat
    await chat.store.close()


@pytest.fixture
async def rūta(chat: Chat) -> Someone:
    return await chat.member("Rūta", "secretariat")


async def undoes(someone: Someone) -> Reply:
    """Asks for the way back and confirms it."""
    await someone.says("/atsaukti_importa")
    return await someone.presses("Atšaukti įkėlimą")


async def test_an_import_is_undone_with_two_presses(chat: Chat, rūta: Someone) -> None:
    """What a list added is gone and what it changed says again what it said, after a preview; the audit knows who."""
    await takes_in(rūta, "kvietimai.csv", sheet().rsplit(b"\n07-2", 1)[0])
    await takes_in(rūta, "kvietimai2.csv", sheet("2026-11-15"))
    assert labels(rūta.last) == ["Atšaukti įkėlimą"]
    preview = await rūta.presses("Atšaukti įkėlimą")
    assert "Bus atšauktas paskutinis įkėlimas: kvietimų sąrašas, kvietimai2.csv" in preview.plain
    assert "Pašalinama įrašų: 1; ankstesnės reikšmės grąžinamos įrašams: 1." in preview.plain
    assert "Inočekiai: Teikiama iki: lapkričio 15 d., 16:00 → spalio 30 d., 16:00" in preview.plain
    assert len(await chat.store.calls.all()) == 2
    assert (await rūta.presses("Atšaukti įkėlimą")).plain == "Įkėlimas atšauktas: kvietimai2.csv."
    [call] = await chat.store.calls.all()
    assert (call.facts.title.lt, call.facts.closes, call.version) == (
        "Inočekiai",
        moment("2026-10-30 16:00"),
        3,
    )
    said = (await rūta.says("/istorija")).plain
    assert "Rūta: įkėlimas atšauktas" in said and "Rūta: įkeltas kvietimų sąrašas" in said
    assert "kvietimai2.csv" in said
    assert "jau atšauktas" in (await rūta.says("/undoimport")).plain and labels(rūta.last) == []


async def test_with_nothing_imported_there_is_no_way_back(chat: Chat) -> None:
    """Before the first import one sentence says so; others may not ask."""
    empty = Chat.begin()
    guest = empty.stranger("Ona")
    assert "skirta nariams" in (await guest.says("/undoimport")).plain
    assert await empty.store.imports.last() is None
    first = Someone(empty, guest.account.__class__("console", "operator"), "operator", "lt")
    assert (await first.says("/undoimport")).plain == "Dar nieko neįkelta."
    await empty.store.close()


async def test_what_was_changed_since_is_not_undone(chat: Chat, rūta: Someone) -> None:
    """Where a record was changed since, the sentence says how many and which; nothing happens, also between the
    preview and its confirmation."""
    await takes_in(rūta, "kvietimai.csv", sheet())
    preview = await rūta.says("/undoimport")
    await extends(await chat.member("Lina", "secretariat"), "c2", "2026-12-30 17:00")
    await takes_in(rūta, "kvietimai.csv", sheet())
    await extends(rūta, "c1", "2026-12-30 17:00")
    assert "Pašalinama įrašų: 0" in (await rūta.says("/undoimport")).plain
    stale = await rūta.presses("Atšaukti įkėlimą", of=preview)
    assert "nėra ko baigti" in stale.plain and len(await chat.store.calls.all()) == 2


async def test_records_built_on_are_named(chat: Chat, rūta: Someone) -> None:
    """A call that was extended, and one that a member was told of, keep their import from being undone."""
    await takes_in(rūta, "kvietimai.csv", sheet())
    preview = await rūta.says("/undoimport")
    ada = await chat.member("Ada")
    await takes_in(
        rūta, "kvietimai.csv", sheet("2026-11-15") + b"07-3;Naujas;N;Atviras;2026-09-01;2026-12-01;x\n"
    )
    assert "nėra ko baigti" in (await rūta.presses("Atšaukti įkėlimą", of=preview)).plain
    await ada.says("/call c3")
    refused = await rūta.says("/undoimport")
    assert "1 jo įrašas po to pakeistas arba jau naudojamas, pirmasis – „Naujas“." in refused.plain
    await extends(rūta, "c1", "2026-12-30 17:00")
    refused = await rūta.says("/undoimport")
    assert "2 jo įrašai" in refused.plain and "„Inočekiai“" in refused.plain and labels(refused) == []
    assert len(await chat.store.calls.all()) == 3


async def test_who_was_told_hears_that_it_is_as_before(chat: Chat, rūta: Someone) -> None:
    """A deadline that an import changed and that somebody was told is undone like any change: they hear of it."""
    ada = await chat.member("Ada")
    await takes_in(rūta, "kvietimai.csv", sheet())
    await takes_in(rūta, "kvietimai.csv", sheet("2026-11-15"))
    await ada.says("/call c1")
    assert "Įkėlimas atšauktas" in (await undoes(rūta)).plain
    [due] = await told.due(chat.store, chat.now + timedelta(hours=1))
    assert due.sending.key == "change c1 v3"
    assert "iki spalio 30 d., 16:00" in (await ada.says("/call c1")).plain


async def test_undoing_breaks_nothing_that_was_to_be_sent(chat: Chat, rūta: Someone) -> None:
    """After new calls and meetings are gone again, notices, the digest and what was asked of them still answer."""
    await takes_in(rūta, "k.ics", CALENDAR.format(title="Taryba", place="Salė").encode())
    await undoes(rūta)
    await takes_in(rūta, "kvietimai.csv", sheet())
    await undoes(rūta)
    assert await chat.store.calls.all() == () and await chat.store.meetings.all() == ()
    assert await told.due(chat.store, chat.now + timedelta(days=1)) == ()
    week = await rūta.says("/santrauka politika")
    assert "Inočekiai" not in week.plain and "Taryba" not in week.plain
    assert "kvietimas pašalintas atšaukus įkėlimą, c1" in (await rūta.says("/istorija c1")).plain
    assert "Inočekiai" not in (await rūta.says("/call c1")).plain
    await takes_in(rūta, "kvietimai.csv", sheet())
    assert [call.id for call in await chat.store.calls.all()] == ["c3", "c4"]


async def test_members_and_meetings_are_undone_too(chat: Chat, rūta: Someone) -> None:
    """A list of members and a calendar go back the same way; somebody who has written stays."""
    await takes_in(rūta, "nariai.csv", TEAM.encode())
    await takes_in(rūta, "nariai.csv", TEAM.replace("Ona;", "Ona Onaitė;").replace("ona@", "o.ona@").encode())
    await undoes(rūta)
    assert [m.person.name for m in await chat.store.members.all()] == ["Rūta", "Jonas", "Ona"]
    await takes_in(rūta, "k.ics", CALENDAR.format(title="Taryba", place="Salė").encode())
    await takes_in(rūta, "k.ics", CALENDAR.format(title="Taryba", place="Kita").encode())
    await undoes(rūta)
    [meeting] = await chat.store.meetings.all()
    assert meeting.plan.place == "Salė" and meeting.plan.sequence == 1
    newcomer = "Vardas;Organizacija;El. paštas;Telegram\nPetras;fotonika;p@example.org;777\n"
    await takes_in(rūta, "nariai.csv", newcomer.encode())
    petras = Someone(chat, rūta.account.__class__("telegram", "777"), "Petras", "lt")
    await petras.says("/kvietimai")
    assert "„Petras“" in (await rūta.says("/undoimport")).plain


async def test_an_undone_list_may_come_again(chat: Chat, rūta: Someone) -> None:
    """What an import changed and its undoing changed back is nobody's edit by hand."""
    await chat.call("Inočekiai", number="07-1", closes=moment("2026-10-20 16:00"), eligible="visi")
    await takes_in(rūta, "kvietimai.csv", sheet())
    await undoes(rūta)
    again = await drops(rūta, "kvietimai.csv", sheet())
    assert "ranka" not in again.plain and "pasikeitę – 1" in again.plain


async def test_the_same_press_undoes_once(chat: Chat, rūta: Someone) -> None:
    """The confirmation that comes twice, or a second person's, has one effect."""
    await takes_in(rūta, "kvietimai.csv", sheet())
    await takes_in(rūta, "kvietimai.csv", sheet("2026-11-15"))
    lina = await chat.member("Lina", "secretariat")
    await takes_in(rūta, "kvietimai.csv", sheet("2026-12-10"))
    theirs = await rūta.says("/undoimport")
    assert "nėra ko baigti" in (await lina.presses("Atšaukti įkėlimą", of=theirs)).plain
    hers = await lina.says("/undoimport")
    await rūta.presses("Atšaukti įkėlimą", of=theirs)
    assert "jau atšauktas" in (await lina.presses("Atšaukti įkėlimą", of=hers)).plain
    call = await chat.store.calls.get("c1")
    assert call and call.version == 4 and call.facts.closes == moment("2026-11-15 16:00")
    assert call.history[-1].why == Why()


BEFORE = """\
name = {lt = "Lietuvos klasterių asociacija", en = "Lithuanian Cluster Association"}
short = "LKA"

[[organisation]]
id = "fotonika"
kind = "cluster"
name = {lt = "Fotonikos klasteris"}

[[organisation]]
id = "senoji"
kind = "company"
name = {lt = "UAB Senoji"}

[[group]]
id = "politika"
name = {lt = "Politikos darbo grupė"}
seats = [{organisation = "fotonika", count = 2}]
"""
AFTER = (
    BEFORE.replace("Fotonikos klasteris", "Šviesos klasteris")
    .replace('"senoji"', '"naujoji"')
    .replace("UAB Senoji", "UAB Naujoji")
    .replace("count = 2", "count = 3")
    + """
[[group]]
id = "eksportas"
name = {lt = "Eksporto darbo grupė"}
"""
)


@pytest.fixture
async def reorganised() -> AsyncIterator[tuple[Chat, Someone]]:
    """An association taken over from a file, with a member of the secretariat, then from another one."""
    chat = Chat.begin()
    account = chat.stranger("x").account.__class__("console", "operator")
    await takes_in(Someone(chat, account, "operator", "lt"), "lka.toml", BEFORE.encode())
    rūta = await chat.member("Rūta", "secretariat")
    yield chat, rūta
    await chat.store.close()


async def exported(chat: Chat, someone: Someone) -> tuple[bytes, ...]:
    """Everything that the association's data show in, byte for byte."""
    await someone.says("/iseksportuoti members")
    sheets = list(load_workbook(io.BytesIO(someone.last.files[0].content)).worksheets[0].values)
    structure = json.dumps(encode(await chat.store.association.structure()), sort_keys=True)
    shown = [(await someone.says(line)).plain for line in ("/grupes", "/grupes politika", "/prisijunge")]
    return tuple(str(part).encode() for part in (sheets, structure, shown))


async def test_an_import_of_the_association_is_undone(reorganised: tuple[Chat, Someone]) -> None:
    """Organisations, groups and seats are as they were, byte for byte, after a preview of what goes, what comes back
    and what has its former values; the audit says so."""
    chat, rūta = reorganised
    before = await exported(chat, rūta)
    await takes_in(rūta, "nauja.toml", AFTER.encode())
    assert labels(rūta.last) == ["Atšaukti įkėlimą"] and await exported(chat, rūta) != before
    preview = (await rūta.says("/atsaukti_importa")).plain
    assert "asociacijos duomenys, nauja.toml" in preview
    assert "Pašalinama įrašų: 2; ankstesnės reikšmės grąžinamos įrašams: 3." in preview
    assert "naujoji: UAB Naujoji" in preview and "eksportas: Eksporto darbo grupė" in preview
    assert preview.index("Grąžinama") < preview.index("senoji: UAB Senoji")
    assert "Šviesos klasteris → Fotonikos klasteris" in preview and "fotonika 3 → fotonika 2" in preview
    assert (await rūta.presses("Atšaukti įkėlimą")).plain == "Įkėlimas atšauktas: nauja.toml."
    assert await exported(chat, rūta) == before
    assert "Rūta: grąžinti ankstesni asociacijos duomenys, LKA" in (await rūta.says("/istorija")).plain
    assert "jau atšauktas" in (await rūta.says("/undoimport")).plain
    again = await drops(rūta, "nauja.toml", AFTER.encode())
    assert "nauji – 2, pasikeitę – 2" in again.plain


async def test_what_is_built_on_a_new_association_is_named(reorganised: tuple[Chat, Someone]) -> None:
    """Members, meetings and invitations that need what the import added keep it; the sentence says how many and names
    the first; once they are gone the way is open again."""
    chat, rūta = reorganised
    await takes_in(rūta, "nauja.toml", AFTER.encode())
    preview = await rūta.says("/undoimport")
    await rūta.submits("invite", {"organisation": "naujoji", "role": "member"})
    said = (await rūta.says("/undoimport")).plain
    assert "(nauja.toml): tuo, ką jis pridėjo, jau remiasi 1 įrašas: dar nepanaudotas pakvietimas." in said
    code = str((await rūta.submits("invite", {"organisation": "naujoji", "role": "member"})).plain)
    await chat.stranger("Ona Onaitė").says("/join " + code.rsplit("/join ", 1)[1])
    plan = Plan(Words("Taryba"), "eksportas", datetime(2026, 10, 1, 14), 60, "Europe/Vilnius")
    await chat.store.meetings.add(plan, chat.by())
    refused = await rūta.says("/undoimport")
    assert "jau remiasi 3 įrašai: Ona Onaitė, Taryba, 2026-10-01, dar nepanaudotas" in refused.plain
    assert labels(refused) == []
    assert "nėra ko baigti" in (await rūta.presses("Atšaukti įkėlimą", of=preview)).plain
    structure = await chat.store.association.structure()
    assert structure.organisation("naujoji") is not None


async def test_a_channel_keeps_the_group_that_an_import_added(reorganised: tuple[Chat, Someone]) -> None:
    """A chat that was connected to a new group is named as what needs it; disconnected, the way is open again."""
    _, rūta = reorganised
    await takes_in(rūta, "nauja.toml", AFTER.encode())
    room = rūta.among("-100")
    await room.says("/kanalas eksportas")
    refused = await rūta.says("/undoimport")
    assert "jau remiasi 1 įrašas: Eksporto darbo grupės kanalas (Telegram)." in refused.plain
    await room.says("/kanalas eksportas off")
    assert labels(await rūta.says("/undoimport")) == ["Atšaukti įkėlimą", "Palikti kaip yra"]


async def test_a_consultation_keeps_whom_it_asks(reorganised: tuple[Chat, Someone]) -> None:
    """One that is not over and asks a new organisation is named; once it is removed the way is open again."""
    chat, rūta = reorganised
    await takes_in(rūta, "nauja.toml", AFTER.encode())
    asked = Consulted("k", Words("Koncepcija"), (), chat.now, ("all", "-cluster:naujoji"))
    await chat.store.consultations.add(asked, chat.by())
    refused = await rūta.says("/undoimport")
    assert "jau remiasi 1 įrašas: Koncepcija." in refused.plain
    await chat.store.consultations.remove("t1", 1, chat.by())
    assert labels(await rūta.says("/undoimport")) == ["Atšaukti įkėlimą", "Palikti kaip yra"]


async def test_an_association_changed_by_another_list_is_left(reorganised: tuple[Chat, Someone]) -> None:
    """Only the last import has a way back: after a list of members it is that one."""
    chat, rūta = reorganised
    await takes_in(rūta, "nauja.toml", AFTER.encode())
    theirs = await rūta.says("/undoimport")
    await takes_in(await chat.member("Lina", "secretariat"), "nariai.csv", TEAM.encode())
    assert (
        "Kitas sąrašas" in (stale := await rūta.presses("Atšaukti įkėlimą", of=theirs)).plain or stale.plain
    )
    assert (await chat.store.association.structure()).organisation("naujoji") is not None
