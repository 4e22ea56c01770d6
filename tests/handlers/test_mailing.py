"""By mail whom no platform reaches: transcripts and files."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import pytest
from openpyxl import load_workbook

from bot.dispatch import Policy
from handlers import mailing
from handlers.chat import Incoming, Reply
from handlers.commands import BY_NAME, Line
from storage.members import NewMember, Person, Reach
from tests.conversation import Chat, Someone, labels

LINK = "https://t.me/fake?start="


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """Of the list four have not joined, two of these with an address; one has blocked the bot, and one is reached."""
    chat = Chat.begin(policy=Policy(join_link=LINK))
    await chat.associate()
    blocked = Reach("telegram", "6", "6", "The person has blocked the bot.")
    people = (
        Person("Živilė", "fotonika", language="lt", email="zivile@fotonika.example"),
        Person("=Čarlis", "LKA", language="en", email="carlis@example.org"),
        Person("Known", "LKA", accounts=(Reach("telegram", "5"),)),
        Person("Nobody"),
        Person("Blocked", "LKA", email="b@example.org", accounts=(blocked,)),
    )
    await chat.store.members.take_over(tuple(map(NewMember, people)), chat.by())
    yield chat
    await chat.store.close()


@pytest.fixture
async def rūta(chat: Chat) -> Someone:
    rūta = await chat.member("Rūta", "secretariat")
    await rūta.says("labas")
    return rūta


def table(reply: Reply) -> list[dict[str, str]]:
    """The lines of the workbook in a reply under their headings."""
    [file] = reply.files
    page = load_workbook(io.BytesIO(file.content)).worksheets[0]
    heading, *lines = [[str(c or "") for c in row] for row in page.iter_rows(values_only=True)]
    return [dict(zip(heading, line, strict=True)) for line in lines]


async def test_only_mail_reaches_some(chat: Chat, rūta: Someone) -> None:
    """How many have not joined and how many cannot be written to any more, and of whom no address is known; one press
    away from who has joined."""
    await rūta.says("/prisijunge")
    said = await rūta.presses("El. paštu")
    assert "• dar neprisijungė: 4" in said.plain and "• prisijungė, bet žinučių negauna: 1" in said.plain
    assert "El. pašto adresas nežinomas: Known, Nobody." in said.plain
    assert labels(said) == ["Priminimai su kodais", "Adresai"]
    addresses = table(await rūta.presses("Adresai"))
    assert [(line["Vardas"], line["El. paštas"]) for line in addresses] == [
        ("'=Čarlis", "carlis@example.org"),
        ("Blocked", "b@example.org"),
        ("Known", ""),
        ("Nobody", ""),
        ("Živilė", "zivile@fotonika.example"),
    ]
    assert [line["Kodėl nepasiekiama"] for line in addresses[:2]] == ["dar neprisijungė", "užblokavo robotą"]


async def test_a_reminder_has_a_code_that_works_beside_the_older_one(chat: Chat, rūta: Someone) -> None:
    """Those with an address get a line each, in the form of an invitation pack; a code from an older sheet still lets
    them in, and once one was used none of theirs does."""
    first = {line["Vardas"]: line for line in table(await rūta.says("/pastu reminder"))}
    assert set(first) == {"Živilė", "'=Čarlis"}
    assert first["Živilė"]["Nuoroda"] == LINK + first["Živilė"]["Kodas"]
    assert "2 priminimai, kodai galioja iki spalio 24 d., 10:00." in rūta.last.plain
    assert "ištrinkite" in rūta.last.plain
    second = {line["Vardas"]: line["Kodas"] for line in table(await rūta.says("/pastu reminder"))}
    assert second["Živilė"] != first["Živilė"]["Kodas"]
    assert "narys (Živilė)" in (await chat.stranger("ž").says(f"/join {first['Živilė']['Kodas']}")).plain
    assert "pakvietimas netinka" in (await chat.stranger("x").says(f"/join {second['Živilė']}")).plain
    third = table(await rūta.says("/pastu reminder"))
    assert [line["Vardas"] for line in third] == ["'=Čarlis"]


async def test_codes_of_one_gesture_are_shown_once(chat: Chat, rūta: Someone) -> None:
    """Delivered again after a crash, the gesture shows no codes that would not work."""
    msg = Incoming("tg:7", rūta.account, "chat", True, "bymail reminder", True)
    ctx, line = await chat.dispatch.context(msg), Line(BY_NAME["bymail"], ("reminder",))
    assert (await mailing.bymail(msg, ctx, line)).files
    again = await mailing.bymail(msg, ctx, line)
    assert not again.files and "rodomi vieną kartą" in again.plain


async def test_when_everybody_is_reached_there_is_nothing_to_mail(chat: Chat, rūta: Someone) -> None:
    """One sentence says so; nobody but the secretariat may ask."""
    empty = Chat.begin()
    await empty.associate()
    lina = await empty.member("Lina", "secretariat")
    await lina.says("labas")
    assert "Visus sąrašo žmones" in (await lina.says("/bymail")).plain and labels(lina.last) == []
    assert "gali tik sekretoriatas" in (await (await chat.member("Ada")).says("/pastu reminder")).plain
    await empty.store.close()
