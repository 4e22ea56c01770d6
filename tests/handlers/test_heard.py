"""Who was told what, looked up in chat, as transcripts."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import pytest
from openpyxl import load_workbook

from handlers import heard
from storage.calls import Why
from storage.conversation import Told
from storage.members import NewMember, Person
from storage.sendings import NewSending
from tests.conversation import Chat, Someone, labels, moment


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    chat = Chat.begin()
    await chat.associate()
    await chat.call(
        "Inoklaster LT", closes=moment("2026-10-30 16:00"), agency="LVPA", measure="Inoklaster LT"
    )
    yield chat
    await chat.store.close()


@pytest.fixture
async def rūta(chat: Chat) -> Someone:
    return await chat.member("Rūta", "secretariat")


async def extended(chat: Chat, closes: str, call: str = "c1") -> None:
    """The call closes at another time from now on."""
    found = await chat.store.calls.get(call)
    assert found is not None
    await chat.store.calls.change(call, found.version, {"closes": moment(closes)}, Why(), chat.by())


async def test_who_was_told_what_is_said_in_words(chat: Chat, rūta: Someone) -> None:
    """Who, of which organisation, when, how, what it said, and that it is still so; what was said at once is one
    item."""
    assert (await rūta.says("/kam_pasakyta")).plain == "Apie kvietimus dar niekam nieko nepasakyta."
    ada = await chat.member("Ada")
    await ada.says("iki kada inoklaster?")
    said = await rūta.says("/kam_pasakyta")
    assert "Pasakyta vieną kartą. Visa tai tebegalioja." in said.plain
    assert "1. Ada (Fotonikos klasteris), rugsėjo 24 d., 10:00, atsakymas. Inoklaster LT. " in said.plain
    assert "iki: spalio 30 d., 16:00" in said.plain and "nebegalioja" not in said.plain
    assert labels(said) == ["Lentelė"]


async def test_an_old_value_says_what_is_so_now_and_whether_they_know(chat: Chat, rūta: Someone) -> None:
    """What was told and is another now is marked, with the new value; then, that a notice is on its way, could not be
    delivered, or that they have learnt it since."""
    ada = await chat.member("Ada")
    await ada.says("iki kada inoklaster?")
    await extended(chat, "2026-11-20 17:00")
    stale = (await rūta.says("/told inoklaster")).plain
    assert "1 dalykas nebegalioja." in stale
    assert (
        "spalio 30 d., 16:00 (nebegalioja, dabar lapkričio 20 d., 17:00; apie pasikeitimą dar nepasakyta)"
        in stale
    )
    new = NewSending("change", "change c1 v2", {"subject": "c1", "version": 2}, chat.now)
    sending = await chat.store.sendings.open(new, ("n2",), chat.by())
    assert "jau siunčiamas" in (await rūta.says("/told c1")).plain
    [delivery] = await chat.store.sendings.deliveries(sending.id)
    await chat.store.sendings.end(delivery.id, "failed", "nowhere to be reached", chat.now)
    assert "pranešimas apie pasikeitimą nepasiekė: " in (await rūta.says("/told c1")).plain
    chat.passes(minutes=20)
    await ada.says("iki kada inoklaster?")
    both = (await rūta.says("/told c1")).plain
    assert "Pasakyta 2 kartus" in both and "apie pasikeitimą sužinojo rugsėjo 24 d., 10:20" in both
    assert both.index("10:20, atsakymas") < both.index("10:00, atsakymas")


async def test_a_value_that_came_back_is_no_old_one(chat: Chat, rūta: Someone) -> None:
    """What was changed and changed back is still so for whoever heard it first."""
    await (await chat.member("Ada")).says("iki kada inoklaster?")
    await extended(chat, "2026-11-20 17:00")
    await extended(chat, "2026-10-30 16:00")
    assert "Visa tai tebegalioja." in (await rūta.says("/told")).plain


async def test_it_is_asked_by_call_or_organisation_or_both(chat: Chat, rūta: Someone) -> None:
    """A call and an organisation are found by their names in any case; two that fit are offered; none is said."""
    await chat.call("Inoklaster LT (pakartotinis)", closes=moment("2026-12-01"), measure="Inoklaster LT")
    await chat.call("Expo klasteris", closes=moment("2026-12-02"))
    person = Person("Ona Onaitė", "MITA")
    await chat.store.members.take_over((NewMember(person),), chat.by())
    await (await chat.member("Ada")).says("/call c3")
    told = tuple(Told("n2", "c1", field, 1, chat.now, "change") for field in ("hold", "closes"))
    await chat.store.conversation.keep("e1", chat.now, told)
    assert "Pasakyta vieną kartą" in (await rūta.says("/told fotonikos klasteriui")).plain
    assert rūta.last.plain.startswith("Fotonikos klasteris\n") and "Ona" not in rūta.last.plain
    pushed = (await rūta.says("/told mitai")).plain
    assert "Ona Onaitė, rugsėjo 24 d., 10:00, pranešimas apie pasikeitimą. Inoklaster LT. " in pushed
    which = await rūta.says("/told inoklasterį")
    assert "Kurį turite omenyje?" in which.plain and len(labels(which)) == 2
    assert "Ona Onaitė" in (await rūta.presses(labels(which)[0])).plain
    assert "dar niekam nieko nepasakyta" in (await rūta.says("/told expo klasteris mita")).plain
    assert "Ada" in (await rūta.says("/told expo klasteris fotonika")).plain
    assert "Nežinau nei kvietimo, nei organizacijos „kvaraba“." in (await rūta.says("/told kvaraba")).plain


async def test_long_lists_turn_their_pages(chat: Chat, rūta: Someone) -> None:
    """Four tellings a page, with buttons to turn it that keep what was asked; a page too far is the last one."""
    for i in range(9):
        chat.passes(minutes=1)
        await (await chat.member(f"Narys{i}")).says("/call c1")
    first = await rūta.says("/told fotonika")
    assert "Pasakyta 9 kartus" in first.plain and "Narys8" in first.plain and "Narys4" not in first.plain
    assert labels(first) == ["›", "Lentelė"]
    assert "5. Narys4" in (await rūta.presses("›")).plain and labels(rūta.last)[:2] == ["‹", "›"]
    assert "9. Narys0" in (await rūta.says("/told fotonika p77")).plain
    assert all(len(block) < 700 for block in first.plain.splitlines())


async def test_all_of_it_comes_as_files_without_formulas(chat: Chat, rūta: Someone) -> None:
    """A workbook and a CSV with a row for each value; a name that begins like a formula is text in both."""
    eve = await chat.member("=1+1")
    await eve.says("/call c1")
    await extended(chat, "2026-11-20 17:00")
    await rūta.says("/told c1")
    reply = await rūta.presses("Lentelė")
    book, table = reply.files
    rows = list(load_workbook(io.BytesIO(book.content)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows[0][:3] == ("Vardas", "Organizacija", "Kvietimas") and rows[0][-1] == "Rezultatas"
    [closes] = [row for row in rows[1:] if "spalio 30" in str(row[4])]
    assert closes[0] == "'=1+1" and closes[-2] == "nebegalioja"
    assert f"{len(rows) - 1} eilutės" in reply.plain
    assert table.content.decode("utf-8-sig").splitlines()[1].startswith("'=1+1;")


async def test_a_long_table_is_whole_in_the_csv_file(
    chat: Chat, rūta: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workbook of very many rows would hold everybody else's answers up: it has the newest, and it is said."""
    monkeypatch.setattr(heard, "IN_WORKBOOK", 3)
    for name in ("Ada", "Ona", "Eva"):
        chat.passes(minutes=1)
        await (await chat.member(name)).says("/call c1")
    reply = await rūta.says("/told table")
    book, table = reply.files
    rows = list(load_workbook(io.BytesIO(book.content)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows[1][0] == "Eva" and len(rows) == 4
    assert len(table.content.decode("utf-8-sig").splitlines()) == 7
    assert "XLSX faile – 3 naujausios, CSV faile – visos." in reply.plain


async def test_only_the_secretariat_may_ask_who_was_told(chat: Chat) -> None:
    """What others were told is nobody's business; in a group not even the secretariat's."""
    ada = await chat.member("Ada")
    assert "gali tik sekretoriatas" in (await ada.says("/told")).plain
    lina = await chat.member("Lina", "secretariat")
    lina.private = False
    assert "Ada" not in (await lina.says("/told")).plain and "asmeniškai" in lina.last.plain.casefold()
