"""Invitations for everybody on the list, and who has joined: transcripts and files."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import AsyncIterator

import pytest
from openpyxl import load_workbook

from bot.dispatch import Policy
from bot.operating import Operator
from storage.members import NewMember, Person, Reach
from tests.conversation import Chat, Someone, labels

LINK = "https://t.me/fake?start="


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """An association whose list has two people who have not joined, and two who have."""
    chat = Chat.begin(policy=Policy(join_link=LINK))
    await chat.associate()
    people = (
        Person("Živilė", "fotonika", "manager", "lt", "zivile@fotonika.example"),
        Person("Čarlis", "LKA", "member", "en", "=1+1"),
        Person("Known", "LKA", accounts=(Reach("telegram", "5"),)),
    )
    await chat.store.members.take_over(tuple(map(NewMember, people)), chat.by())
    ada = await chat.member("Ada")
    await ada.says("labas")
    yield chat
    await chat.store.close()


async def packed(chat: Chat, **request: str) -> tuple[list[dict[str, str]], str]:
    """The table's lines under their headings, and the sheets, of a new pack."""
    answer = await Operator(chat.store, chat.dispatch, lambda: chat.now)(
        {"do": "pack", "lang": "lt", **request}
    )
    files = {f["name"]: base64.b64decode(f["content"]) for f in answer["files"]}
    if not files:
        return [], answer["text"]
    page = load_workbook(io.BytesIO(files["invitations.xlsx"])).worksheets[0]
    heading, *lines = [[str(c or "") for c in row] for row in page.iter_rows(values_only=True)]
    return [dict(zip(heading, line, strict=True)) for line in lines], files["invitations.html"].decode()


async def test_everybody_who_has_not_joined_gets_a_line_and_a_sheet(chat: Chat) -> None:
    """By organisation and name, each in their language, with a code that is theirs; who has joined gets none; somebody
    of whom the list knows the number only has not joined yet."""
    lines, html = await packed(chat)
    assert [(line["Vardas"], line["Organizacija"], line["Kalba"]) for line in lines] == [
        ("Živilė", "Fotonikos klasteris", "lt"),
        ("Čarlis", "Lithuanian Cluster Association", "en"),
        ("Known", "Lietuvos klasterių asociacija", "lt"),
    ]
    assert [line["El. paštas"] for line in lines] == ["zivile@fotonika.example", "'=1+1", ""]
    assert {line["Galioja iki"] for line in lines} == {"2026-10-24"}
    for line in lines:
        assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", line["Kodas"])
        assert line["Nuoroda"] == LINK + line["Kodas"] and line["Nuoroda"] in html
        assert line["Ką parašyti robotui"].split()[1] == line["Kodas"]
    assert html.count('<section class="sheet" lang="lt">') == 2
    assert html.count('<section class="sheet" lang="en">') == 1
    assert "Ada" not in html and len({line["Kodas"] for line in lines}) == 3


async def test_a_code_from_the_sheet_lets_in_whom_it_is_for(chat: Chat) -> None:
    """Through the link or typed as it stands, without a slash, with a phone's capital letter; once."""
    by_name = {line["Vardas"]: line for line in (await packed(chat))[0]}
    živilė, čarlis = chat.stranger("whoever"), chat.stranger("Karolis", platform="slack")
    assert "narys (Živilė)" in (await živilė.says(f"/start {by_name['Živilė']['Kodas']}")).plain
    typed = by_name["Čarlis"]["Ką parašyti robotui"].split()[1]
    assert "Čarlis" in (await čarlis.says(f"join {typed.capitalize()}")).plain
    assert "pakvietimas netinka" in (await chat.stranger("Jonas").says(f"/join {typed}")).plain
    member = await chat.store.members.of_account("slack", čarlis.account.user)
    assert member is not None and (member.person.name, member.person.organisation) == ("Čarlis", "LKA")


async def test_the_second_pack_makes_the_first_worthless(chat: Chat) -> None:
    """One code of each person works, the newest; who has joined meanwhile is left out; codes are kept hashed."""
    first = {line["Vardas"]: line["Kodas"] for line in (await packed(chat))[0]}
    await chat.stranger("Živilė").says(f"/join {first['Živilė']}")
    second = {line["Vardas"]: line["Kodas"] for line in (await packed(chat))[0]}
    assert set(second) == {"Čarlis", "Known"}
    jonas = chat.stranger("Jonas")
    assert "pakvietimas netinka" in (await jonas.says(f"/join {first['Čarlis']}")).plain
    assert "Čarlis" in (await jonas.says(f"/join {second['Čarlis']}")).plain
    kept = repr(list(chat.store._tables.all("invites")))  # type: ignore[attr-defined]
    assert not any(code in kept for code in (*first.values(), *second.values()))


async def test_one_cluster_can_be_invited_alone(chat: Chat) -> None:
    """The others keep the codes that they have; when everybody has joined nothing is made."""
    before = {line["Vardas"]: line["Kodas"] for line in (await packed(chat))[0]}
    [živilė], _ = await packed(chat, organisation="fotonika")
    assert živilė["Vardas"] == "Živilė" and živilė["Kodas"] != before["Živilė"]
    assert "Čarlis" in (await chat.stranger("Jonas").says(f"/join {before['Čarlis']}")).plain
    await chat.stranger("Živilė").says(f"/join {živilė['Kodas']}")
    assert await packed(chat, organisation="fotonika") == (
        [],
        "Visi sąraše esantys nariai jau prisijungę; nieko įrašyti nereikėjo.",
    )


async def test_without_telegram_the_words_are_in_the_picture(chat: Chat) -> None:
    """There is no link then, and the one who prints is told so."""
    chat.dispatch.policy = Policy()
    lines, html = await packed(chat)
    assert {line["Nuoroda"] for line in lines} == {""}
    assert (
        "Nuorodų į „Telegram“ juose nėra" in html and "Susiraskite Šauklį" in html and "https://" not in html
    )


async def test_who_has_joined_is_told_by_cluster(chat: Chat) -> None:
    """The secretariat sees how many of each cluster are in and who is not, with all of it as a table; others do not."""
    rūta = await chat.member("Rūta", "secretariat")
    await rūta.says("labas")
    said = await rūta.says("/prisijunge")
    assert said.plain.splitlines() == [
        "Prisijungė: 2 iš 5",
        "• Fotonikos klasteris: 2 iš 3. Dar ne: Živilė",
        "• Ne iš klasterių: 0 iš 2. Dar ne: Čarlis, Known",
    ]
    [file] = (await rūta.presses("Lentelė")).files
    page = load_workbook(io.BytesIO(file.content)).worksheets[0]
    table = [tuple(row) for row in page.iter_rows(values_only=True)]
    assert table[0] == ("Vardas", "Organizacija", "Klasteris", "El. paštas", "Prisijungė")
    assert [(row[0], row[4]) for row in table[1:]] == [
        ("Čarlis", "ne"),
        ("Known", "ne"),
        ("Živilė", "ne"),
        ("Ada", "taip"),
        ("Rūta", "taip"),
    ]
    ada = Someone(chat, (await chat.member("Eva")).account, "Eva", "lt")
    assert "tik sekretoriatas" in (await ada.says("/joined")).plain and not labels(ada.last)
