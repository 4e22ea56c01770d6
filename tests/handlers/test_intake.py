"""A list dropped into the chat, as transcripts."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
from openpyxl import load_workbook

from bot import working
from handlers.chat import Attachment, Reply
from handlers.importing import calls
from tests.conversation import Chat, Someone, labels

SHEET = """Nr.;Pavadinimas;Priemonė;Administruojančioji institucija;Teikiama iki;Nuoroda
07-1;Inočekiai;Inočekiai;MITA;{day} 16:00;https://example.org/inocekiai
07-2;Expo klasteris;Expo klasteris;LVPA;2026-12-01;https://example.org/expo
"""


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    chat = Chat.begin()
    await chat.associate()
    yield chat
    await chat.store.close()


async def drops(someone: Someone, name: str, content: bytes) -> Reply:
    """Somebody sends a file without words."""

    async def read() -> bytes:
        return content

    file = Attachment(name, "application/octet-stream", len(content), read)
    return await someone.chat.deliver(someone, "", False, files=(file,))


async def test_a_dropped_list_is_previewed_and_taken_over_with_one_press(chat: Chat) -> None:
    """The secretariat sees what a sheet would change, approves it, and the same sheet again differs in nothing."""
    rūta = await chat.member("Rūta", "secretariat")
    preview = await drops(rūta, "kvietimai.csv", SHEET.format(day="2026-10-30").encode("cp1257"))
    assert "nauji – 2" in preview.plain and await chat.store.calls.all() == ()
    await rūta.presses("Įkelti")
    assert [c.facts.title.lt for c in await chat.store.calls.all()] == ["Inočekiai", "Expo klasteris"]
    again = await drops(rūta, "kvietimai.csv", SHEET.format(day="2026-10-30").encode("utf-8-sig"))
    assert "skirtumų nėra" in again.plain
    later = await drops(rūta, "kvietimai.csv", SHEET.format(day="2026-11-30").encode())
    assert "pasikeitę – 1" in later.plain


async def test_what_a_chat_cannot_show_comes_as_a_workbook(chat: Chat) -> None:
    """Of a long list the first ten of each sort are said, and everything is in a file to open: one row each, what was
    and what is; a short list brings none."""
    rūta = await chat.member("Rūta", "secretariat")
    rows = [f"07-{n};Kvietimas {n};P;LVPA;2026-12-01;https://example.org/{n}" for n in range(1, 41)]
    heading = SHEET.splitlines()[0]
    long = "\n".join((heading, *rows))
    preview = await drops(rūta, "kvietimai.csv", long.encode())
    assert "ir dar 30" in preview.plain
    [file] = preview.files
    book = load_workbook(io.BytesIO(file.content)).worksheets[0]
    assert [cell.value for cell in book[1]] == ["Kas", "Įrašas", "Laukas", "Buvo", "Yra faile"]
    assert book.max_row == 41 and book[41][1].value == "Kvietimas 40"
    await rūta.presses("Įkelti")
    later = await drops(rūta, "kvietimai.csv", long.replace("2026-12-01", "2026-12-15").encode())
    book = load_workbook(io.BytesIO(later.files[0].content)).worksheets[0]
    assert [c.value for c in book[2]][:3] == ["Pasikeitę", "Kvietimas 1", "Teikiama iki"]
    short = long.replace("07-1;Kvietimas 1;", "07-1;Pirmas;")
    assert not (await drops(rūta, "kvietimai.csv", short.encode())).files


async def test_an_import_waits_for_its_approval_over_a_restart(chat: Chat) -> None:
    """A previewed file is still there after a restart and after a question, and "cancel" forgets it."""
    rūta = await chat.member("Rūta", "secretariat")
    preview = await drops(rūta, "kvietimai.csv", SHEET.format(day="2026-10-30").encode())
    rūta.chat = restarted = Chat.begin(chat.store)
    restarted.events = 500
    await rūta.says("/kvietimai")
    await rūta.presses("Įkelti", of=preview)
    assert len(await chat.store.calls.all()) == 2
    await drops(rūta, "kvietimai.csv", SHEET.format(day="2026-11-30").encode())
    waiting = rūta.last
    await rūta.says("atšaukti")
    assert "nėra ko baigti" in (await rūta.presses("Įkelti", of=waiting)).plain


async def test_a_list_with_a_fault_says_the_line(chat: Chat) -> None:
    """One bad row is named with its line; the rest can be taken over without it, or nothing at all."""
    rūta = await chat.member("Rūta", "secretariat")
    reply = await drops(rūta, "kvietimai.csv", SHEET.format(day="2026-02-31").encode())
    assert "2 eilutė" in reply.plain and labels(reply) == ["Įkelti be atmestų", "Palikti kaip yra"]
    assert await chat.store.calls.all() == ()
    await rūta.presses("Įkelti be atmestų")
    assert [call.facts.title.lt for call in await chat.store.calls.all()] == ["Expo klasteris"]


async def test_a_list_of_nothing_but_faults_has_nothing_to_take(chat: Chat) -> None:
    """Where every row is refused there is no button."""
    rūta = await chat.member("Rūta", "secretariat")
    sheet = "Nr.;Pavadinimas;Teikiama iki\nX-1;Blogas;2026-02-31\n"
    reply = await drops(rūta, "kvietimai.csv", sheet.encode())
    assert "2 eilutė" in reply.plain and labels(reply) == []


async def test_only_the_secretariat_takes_in_files(chat: Chat) -> None:
    """A member's file and an empty one change nothing and get a kind word; a picture is offered to be announced."""
    ada = await chat.member("Ada")
    assert "tik iš sekretoriato" in (await drops(ada, "kvietimai.csv", b"x")).plain
    rūta = await chat.member("Rūta", "secretariat")
    assert "Paskelbti tai?" in (await drops(rūta, "katė.jpg", b"x")).plain
    assert "tuščias" in (await drops(rūta, "kvietimai.csv", b"")).plain
    assert "per didelis" in (await drops(rūta, "kvietimai.csv", b"x" * 1_000_001)).plain


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("k.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "senas „Excel“"),
        (
            "k.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "užrakintas slaptažodžiu",
        ),
        ("k.xls", b"<html><table><tr><td>Pavadinimas</td></tr></table></html>", "tinklalapis"),
        ("k.fods", b"<?xml version='1.0'?><office:document/>", "XML"),
    ],
)
async def test_a_sheet_that_cannot_be_read_says_what_to_do(
    chat: Chat, name: str, content: bytes, said: str
) -> None:
    """What is no XLSX and no CSV is told what it is and how to save it; it may still be announced."""
    rūta = await chat.member("Rūta", "secretariat")
    reply = await drops(rūta, name, content)
    assert said in reply.plain and "\n" not in reply.plain
    assert labels(reply) == ["Skelbti su šiuo failu"]


@pytest.mark.parametrize("name", ["k.csv", "k.ics"])
async def test_a_list_with_nothing_in_it_asks_for_nothing(chat: Chat, name: str) -> None:
    """Under headings without rows, and in a calendar without events, there is nothing to approve."""
    rūta = await chat.member("Rūta", "secretariat")
    content = "Nr.;Pavadinimas;Nuoroda\n" if name == "k.csv" else "BEGIN:VCALENDAR\nEND:VCALENDAR\n"
    reply = await drops(rūta, name, content.encode())
    assert "nėra ko įkelti" in reply.plain and labels(reply) == []


@pytest.mark.parametrize("asked", ["/help import", "/pagalba įkelti", "/import"])
async def test_help_gives_a_sheet_to_fill_in(chat: Chat, asked: str) -> None:
    """How lists are taken in is told with empty sheets; a member gets the help of members."""
    rūta = await chat.member("Rūta", "secretariat")
    reply = await rūta.says(asked)
    assert "XLSX" in reply.plain and labels(reply) == ["Lentelė kvietimams", "Lentelė nariams"]
    [sheet] = (await rūta.presses("Lentelė kvietimams")).files
    assert sheet.name == "calls-template.xlsx"
    assert "XLSX" not in (await (await chat.member("Ada")).says(asked)).plain


async def test_refused_rows_are_counted_as_rows(chat: Chat) -> None:
    """A row with two faults is one row; a row whose number a refused row has, too, is refused with it."""
    rūta = await chat.member("Rūta", "secretariat")
    sheet = "Nr.;Pavadinimas;Teikiama iki;Nuoroda\n7-a;A;kada nors;x\n7-a;B;2026-12-01;\n7-b;C;2026-12-01;\n"
    reply = await drops(rūta, "k.csv", sheet.encode())
    assert "nauji – 1" in reply.plain and "atmesti – 2" in reply.plain
    assert "3 eilutė, Nr.: tas pats numeris yra 2 eilutėje" in reply.plain


async def test_a_list_that_takes_long_to_read_says_so(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until its preview is there a message says which file is being read."""
    rūta = await chat.member("Rūta", "secretariat")
    told = threading.Event()
    monkeypatch.setattr(working, "LONG", 0.01)

    def slowly(*given: Any) -> Any:
        told.wait(5)
        return read(*given)

    read = calls.read
    monkeypatch.setattr(calls, "read", slowly)
    sheet = SHEET.format(day="2026-10-30").encode()
    dropping = asyncio.create_task(drops(rūta, "kvietimai.csv", sheet))
    while not rūta.replies:
        await asyncio.sleep(0.01)
    assert (rūta.last.plain, rūta.last.passing) == ("Skaitau failą kvietimai.csv.", True)
    told.set()
    assert "nauji – 2" in (await dropping).plain
