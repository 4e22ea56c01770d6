"""Lists on their way out: written, and read again without a difference."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from handlers import exports
from handlers.chat import Account, Incoming
from handlers.context import Context
from handlers.imports import previews, taking
from storage.calls import Document, Facts, Why
from storage.meetings import Difference, NewMeeting, Plan
from storage.members import Holding, NewMember, Person, Reach
from storage.moments import Moment
from storage.words import Words
from tests.conversation import NOW, Chat, labels, moment


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """Calls and people with everything that can be odd about them."""
    chat = Chat.begin()
    await chat.associate()
    add = chat.store.calls.add
    await add(
        Facts(
            Words('=HYPERLINK("x"); „Inočekiai“', "Vouchers and more"),
            number="K-1",
            measure="Inočekiai",
            agency="LVPA",
            opens=Moment(NOW.date().replace(month=10, day=1), "Europe/Vilnius", "quarter"),
            closes=moment("2026-12-30 17:00", "Europe/Brussels"),
            cutoffs=(moment("2026-10-10"), moment("2026-11-10 16:00")),
            sectors=("Gamyba ir inžinerija", "IRT"),
            link="https://example.org/1",
        ),
        chat.by(),
    )
    await add(
        Facts(Words("Nuolatinis"), number="K-2", continuous=True, link="https://example.org/2"), chat.by()
    )
    await add(
        Facts(Words("-Atidėtas"), number="K-3", closes=moment("2026-11-30"), link="https://example.org/3"),
        chat.by(),
    )
    await chat.store.calls.change(
        "c3", 1, {"hold": "postponed", "held_since": NOW.date()}, Why("LVPA"), chat.by()
    )
    people = (
        Person(
            "Ada @ Fotonika",
            "fotonika",
            "manager",
            "en",
            "ada@example.org",
            (Reach("telegram", "900000001", "900000001"), Reach("slack", "U0123456")),
            (Holding("politika", "LKA", "chair"),),
        ),
        Person("+Jonas", "", email="jonas@example.org"),
        Person("Iš puslapio", "fotonika", accounts=(Reach("page", "p1"),)),
        Person("Be telefono", "fotonika"),  # a lost account was shut out, and the code is not used yet
    )
    await chat.store.members.take_over(tuple(map(NewMember, people)), chat.by())
    yield chat
    await chat.store.close()


async def context(chat: Chat) -> Context:
    """The operator's."""
    msg = Incoming("test:export", Account("console", "operator"), "console", True, "")
    return await chat.dispatch.context(msg)


@pytest.mark.parametrize("kind", ["calls", "members"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
async def test_what_goes_out_comes_back_without_a_difference(chat: Chat, kind: str, ending: str) -> None:
    """Every list in every form: the preview of the exported file shows nothing new, changed or refused."""
    ctx = await context(chat)
    content = await exports.file(kind, f"x.{ending}", ctx)  # type: ignore[arg-type]
    preview = await taking.preview(kind, content, f"x.{ending}", ctx)
    assert (preview.refused, preview.new, preview.differs) == ((), (), ())
    assert preview.same == (3 if kind == "calls" else 4)


async def test_days_and_money_are_what_a_spreadsheet_reckons_with(chat: Chat) -> None:
    """A day and a moment are dates, an amount a number; a quarter and "nuolat" are words, as they were."""
    await chat.store.calls.change(
        "c2",
        1,
        {
            "budget": Decimal("6000000"),
            "opens": moment("2026-10-01"),
            "max_grant": Decimal("1500.5"),
            "published": moment("2026-09-01 09:30"),
        },
        Why("LVPA"),
        chat.by(),
    )
    ctx = await context(chat)
    book = load_workbook(io.BytesIO(await exports.file("calls", "x.xlsx", ctx)))
    heads, first, second, _ = book.worksheets[0].iter_rows()
    at = {str(cell.value): n for n, cell in enumerate(heads)}
    assert first[at["Teikiama nuo"]].value == "2026 IV ketv."
    assert first[at["Teikiama iki"]].value == "2026-12-30 17:00 Brussels time"
    opens, budget, most = (
        second[at[n]] for n in ("Teikiama nuo", "Biudžetas, Eur", "Didžiausia suma projektui, Eur")
    )
    assert (opens.value, opens.number_format) == (datetime(2026, 10, 1), "yyyy-mm-dd")
    assert (budget.value, budget.number_format, most.value) == (6000000, "#,##0", 1500.5)
    assert second[at["Teikiama iki"]].value == "nuolat"
    assert second[at["Paskelbta"]].value == datetime(2026, 9, 1, 9, 30)
    assert second[at["Paskelbta"]].number_format == "yyyy-mm-dd hh:mm"
    preview = await taking.preview("calls", await exports.file("calls", "x.xlsx", ctx), "x.xlsx", ctx)
    assert (preview.refused, preview.differs, preview.same) == ((), (), 3)


async def test_a_list_is_read_whole_on_screen_and_paper(chat: Chat) -> None:
    """Long cells wrap in rows that are high enough, headings stay and come again, its page has a Lithuanian name."""
    ctx = await context(chat)
    page = load_workbook(io.BytesIO(await exports.file("calls", "x.xlsx", ctx))).worksheets[0]
    assert (page.title, page.freeze_panes, page.print_title_rows) == ("Kvietimai", "A2", "$1:$1")
    assert page.auto_filter.ref == page.dimensions
    assert page.page_setup.fitToWidth == 3 and page.print_title_cols == "$A:$A"
    long = exports.as_xlsx(exports.Sheet(("Kas", "Ką"), (("Ada", "žodis " * 40), ("Ona", ""))), "Lapas")
    page = load_workbook(io.BytesIO(long)).worksheets[0]
    assert page.column_dimensions["B"].width == exports.WIDEST
    assert page.row_dimensions[2].height >= 5 * 15 and page.row_dimensions[3].height is None
    assert page["B2"].alignment.wrap_text and page["B2"].font.name == page["A1"].font.name == "Calibri"


PLANS = (
    Plan(
        Words("Darbo grupės posėdis", "Working group meeting"),
        "politika",
        datetime(2026, 9, 10, 14),
        120,
        "Europe/Vilnius",
        rule="FREQ=WEEKLY;UNTIL=20261231;BYDAY=TH",
        dropped=(datetime(2026, 10, 15, 14),),
        exceptions=(
            Difference(datetime(2026, 9, 17, 14), start=datetime(2026, 9, 18, 10), reason="minister's visit"),
            Difference(datetime(2026, 9, 24, 14), cancelled=True, reason="liga"),
        ),
        mode="hybrid",
        place="Gedimino pr. 38; 216 kab.",
        link="https://teams.example.org/l/abc",
        agenda=("Koncepcija", "Kiti klausimai"),
        documents=(Document("Projektas; 2", "https://example.org/p.pdf"),),
        chair="Ada Adaitė",
        key="dg@example.org",
        sequence=3,
    ),
    Plan(Words(en="Forum"), "", datetime(2026, 11, 12), 2880, "Europe/Vilnius", all_day=True),
    Plan(Words("Vakaro"), "", datetime(2026, 10, 1, 18), 60, "Europe/Vilnius", mode="online"),
    Plan(Words("Naktį"), "", datetime(2027, 3, 28, 3, 30), 60, "Europe/Vilnius", tentative=True),
    Plan(Words("Užsienyje"), "", datetime(2026, 10, 1, 9), 45, "UTC", cancelled=True),
)


async def test_meetings_come_back_without_a_difference(chat: Chat) -> None:
    """Of several groups, with join links, in both languages, made in a chat or imported: the exported calendar changes
    nothing, whoever of the secretariat wrote it out; taken in elsewhere it makes the same meetings."""
    await chat.store.meetings.take_over(tuple(map(NewMeeting, PLANS)), Why(), chat.by())
    rūta = await chat.member("Rūta", "secretariat")
    [file] = (await rūta.says("/iseksportuoti meetings")).files
    ctx = await context(chat)
    preview = await taking.preview("meetings", file.content, "m.ics", ctx)
    assert (preview.refused, preview.left, preview.new, preview.differs, preview.edits) == (
        (),
        (),
        (),
        (),
        (),
    )
    assert preview.same == len(PLANS)
    moved = file.content.replace(b"Gedimino pr. 38", b"Gedimino pr. 9")
    [entry] = (await taking.preview("meetings", moved, "m.ics", ctx)).differs
    assert [field.name for field in entry.fields] == ["place"]

    elsewhere = Chat.begin()
    await elsewhere.associate()
    ctx = await context(elsewhere)
    await taking.apply(await taking.preview("meetings", file.content, "m.ics", ctx), ctx)
    made = {m.plan.title.both: m.plan for m in await elsewhere.store.meetings.all()}
    first = made["Darbo grupės posėdis", "Working group meeting"]
    assert replace(first, rule=PLANS[0].rule) == PLANS[0]
    assert {plan.group for plan in made.values()} == {"politika", ""}
    assert made["Vakaro",].mode == "online" and made["Vakaro",].place == ""
    assert made["Forum",].all_day and made["Užsienyje",].cancelled


async def test_a_calendar_for_readers_is_not_taken_for_a_list(chat: Chat) -> None:
    """Taken in it would open a group's meetings to all members and lose its links: one sentence says which would do."""
    await chat.store.meetings.take_over(tuple(map(NewMeeting, PLANS)), Why(), chat.by())
    [file] = (await (await chat.member("Ada", groups=("politika",))).says("/kalendorius")).files
    with pytest.raises(previews.Refused, match="/iseksportuoti posėdžiai"):
        await taking.preview("meetings", file.content, "m.ics", await context(chat))


async def test_words_that_look_like_numbers_come_back_as_words(chat: Chat) -> None:
    """A spreadsheet that opens the CSV must not make 7 of 007, a date of 07-1 or a thousand of 1E3: they are guarded,
    and read back as they were, with line ends and spaces that no sheet keeps."""
    numbers = ("007", "07-1", "1E5", "10.30", "12345678901234567890", "K-7")
    for at, number in enumerate(numbers):
        facts = Facts(
            Words(f"  Dvigubas  tarpas {at}"),
            number=number,
            region="1e3",
            contact="+370 600",
            activity="-a\nb",
            intensity="iki 85 %",
            sectors=("Gamyba, inžinerija",),
        )
        await chat.store.calls.add(facts, chat.by())
    ctx = await context(chat)
    content = await exports.file("calls", "x.csv", ctx)
    written = [line.partition(";")[0] for line in content.decode("utf-8-sig").splitlines()]
    assert [f"'{number}" for number in numbers[:-1]] == [one for one in written if one.startswith("'")]
    content = content.replace(b"85 %", b"85.00%")  # as some spreadsheets save it again
    preview = await taking.preview("calls", content, "x.csv", ctx)
    assert (preview.refused, preview.new, preview.differs) == ((), (), ())


async def test_no_cell_is_a_formula(chat: Chat) -> None:
    """What a spreadsheet would run is made harmless, in both forms."""
    ctx = await context(chat)
    text = exports.as_csv(await exports.sheet("calls", ctx)).decode("utf-8-sig")
    assert not any(
        cell.strip('"').startswith(("=", "-")) for line in text.splitlines() for cell in line.split(";")
    )

    book = load_workbook(io.BytesIO(await exports.file("calls", "x.xlsx", ctx)))
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", ["calls", "members"])
async def test_a_template_is_a_list_with_nothing_in_it(chat: Chat, kind: str) -> None:
    """Sent back empty it changes nothing; filled in it is read."""
    ctx = await context(chat)
    preview = await taking.preview(kind, exports.template(kind, ctx), "t.xlsx", ctx)  # type: ignore[arg-type]
    assert (preview.refused, preview.new, preview.differs, preview.same) == ((), (), (), 0)


async def test_the_secretariat_gets_lists_in_chat(chat: Chat) -> None:
    """By button, as files; a member gets none."""
    rūta = await chat.member("Rūta", "secretariat")
    asked = await rūta.says("/iseksportuoti")
    assert labels(asked)[:2] == ["Kvietimai", "Nariai"]
    [file] = (await rūta.presses("Nariai")).files
    assert file.name == "members.xlsx" and file.content.startswith(b"PK")
    ada = await chat.member("Ada")
    assert not (await ada.says("/iseksportuoti members")).files


async def test_lists_are_named_in_lithuanian_too() -> None:
    """What help shows behind the command is what it takes."""
    chat = Chat.begin()
    await chat.associate()
    rūta = await chat.member("Rūta", "secretariat")
    for name, file in (
        ("kvietimai", "calls.xlsx"),
        ("nariai", "members.xlsx"),
        ("posėdžiai", "meetings.ics"),
    ):
        assert [f.name for f in (await rūta.says(f"/iseksportuoti {name}")).files] == [file]
    assert "Lentelė apklausai" in labels(await rūta.says("/iseksportuoti apklausos"))
