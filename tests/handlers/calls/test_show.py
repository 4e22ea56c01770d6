"""What a member asks about calls, as transcripts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.calls import filters
from handlers.calls.filters import Filter
from handlers.calls.status import days_left, status
from handlers.chat import COMMAND_BYTES
from storage.calls import Call, Facts, Share
from storage.moments import Moment
from storage.words import Words
from tests.conversation import NOW, Chat, Someone, labels, moment


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    chat = Chat.begin()
    await chat.associate()
    yield chat
    await chat.store.close()


@pytest.fixture
async def ada(chat: Chat) -> Someone:
    return await chat.member("Ada")


async def test_the_list_has_the_soonest_deadline_first(chat: Chat, ada: Someone) -> None:
    """Open calls come by their deadline, then what is planned, then what waits; what is over is left out."""
    await chat.call("Planuojamas", opens=Moment(date(2026, 10, 1), "Europe/Vilnius", "quarter"))
    await chat.call("Vėlesnis", closes=moment("2026-12-01 17:00"))
    await chat.call("Atidėtas", hold="postponed")
    await chat.call("Greitas", closes=moment("2026-09-25 17:00"))
    await chat.call("Pasibaigęs", closes=moment("2026-01-01"))
    reply = await ada.says("/kvietimai")
    assert reply.plain.splitlines()[:5] == [
        "4 kvietimai, pirmiausia – artimiausias terminas.",
        "1. Greitas: iki rugsėjo 25 d., 17:00 (rytoj iki 17:00)",
        "2. Vėlesnis: iki gruodžio 1 d., 17:00 (liko 68 dienos)",
        "3. Planuojamas: planuojamas 2026 m. IV ketvirtį",
        "4. Atidėtas: atidėtas",
    ]


async def test_a_long_list_is_paged_and_each_row_opens(chat: Chat, ada: Someone) -> None:
    """Four calls are on a page, every page has its numbers, and turning goes both ways."""
    for i in range(9):
        await chat.call(f"Kvietimas {i}", closes=moment(f"2026-10-{i + 10}"))
    first = await ada.says("/kvietimai")
    assert labels(first) == ["1", "2", "3", "4", "›"]
    second = await ada.presses("›")
    assert labels(second) == ["5", "6", "7", "8", "‹", "›"]
    assert "Kvietimas 5" in (await ada.presses("6")).plain
    assert labels(await chat.deliver(ada, "calls p99", True)) == ["9", "‹"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("open", {"Atviras", "Pratęstas"}),
        ("forecast", {"Planuojamas"}),
        ("postponed", {"Atidėtas"}),
        ("INOVACIJU", {"Atviras", "Atidėtas"}),
        ("LVPA", {"Atidėtas"}),
        ("m:inoklaster", {"Atidėtas"}),
        ("s:sveik", {"Planuojamas"}),
        ("2026-10-01..2026-10-31", {"Atviras", "Planuojamas"}),
        ("..2026-09-30", {"Pratęstas"}),
        ("closed", {"Pasibaigęs"}),
    ],
)
async def test_a_list_is_narrowed(chat: Chat, ada: Someone, words: str, found: set[str]) -> None:
    """Status, agency (with those that became part of it), measure, sector and window narrow the list."""
    await chat.call("Atviras", agency="MITA", closes=moment("2026-10-05"))
    await chat.call("Pratęstas", closes=moment("2026-09-30"))
    await chat.call("Planuojamas", opens=moment("2026-10-20"), sectors=("Sveikatos technologijos",))
    await chat.call("Atidėtas", hold="postponed", agency="LVPA", measure="Inoklaster LT")
    await chat.call("Pasibaigęs", closes=moment("2026-09-01"))
    reply = await chat.deliver(ada, f"calls {words}", True)
    names = {"Atviras", "Pratęstas", "Planuojamas", "Atidėtas", "Pasibaigęs"}
    assert {name for name in names if f". {name}:" in reply.plain} == found


async def test_a_call_shows_everything_known(chat: Chat, ada: Someone) -> None:
    """One call shows every fact that is known, and nothing that is not."""
    await chat.call(
        "Inočekiai",
        number="07-1",
        agency="MITA",
        activity="MTEP paslaugos",
        opens=moment("2026-09-14 08:00"),
        closes=moment("2026-10-30 16:00"),
        budget=Decimal("6000000"),
        budget_shares=(Share("Sostinės regionas", Decimal("1000000.50")),),
        max_grant=Decimal("26722"),
        intensity="50–70 proc.",
        link="https://example.org/inocekiai",
    )
    text = (await ada.says("/kvietimas Inočekiai")).plain.replace("\u00a0", " ")
    assert text.splitlines() == [
        "Inočekiai",
        "Paraiškos priimamos iki spalio 30 d., 16:00 (liko 36 dienos).",
        "• Būsena: atviras",
        "• Numeris: 07-1",
        "• Agentūra: Mokslo, inovacijų ir technologijų agentūra (MITA), dabar – Inovacijų agentūra",
        "• Remiama veikla: MTEP paslaugos",
        "• Teikiama nuo: rugsėjo 14 d., 08:00",
        "• Biudžetas: 6 000 000 Eur (Sostinės regionas: 1 000 000,50 Eur)",
        "• Didžiausia suma projektui: 26 722 Eur",
        "• Intensyvumas: 50–70 proc.",
        "Šaltinis: example.org; tikrinta rugsėjo 24 d.",
    ]


async def test_an_unknown_hour_is_said(chat: Chat, ada: Someone) -> None:
    """A deadline without an hour says that no hour is given and never shows midnight."""
    await chat.call("Senas", closes=moment("2026-09-24"))
    reply = await ada.says("/call c1")
    assert "iki rugsėjo 24 d. (šiandien); valanda nenurodyta" in reply.plain
    assert "00:00" not in reply.plain


async def test_a_foreign_zone_is_named(chat: Chat, ada: Someone) -> None:
    """A deadline in Brussels is given in Brussels' hours and says so; the days left are ours."""
    await chat.call("Horizon", closes=moment("2026-09-24 17:00", "Europe/Brussels"))
    assert "rugsėjo 24 d., 17:00 (Brussels) (šiandien iki 18:00)" in (await ada.says("/call c1")).plain


async def test_cut_offs_are_deadlines(chat: Chat, ada: Someone) -> None:
    """A continuous call with cut-offs names the next one."""
    await chat.call("ECCP", continuous=True, cutoffs=(moment("2026-09-01 18:00"), moment("2026-12-20 18:00")))
    assert "Artimiausias tarpinis terminas – gruodžio 20 d., 18:00" in (await ada.says("/call c1")).plain
    assert "gruodžio 20 d." in (await ada.says("/terminai")).plain


async def test_a_measure_finds_its_nearest_call_and_says_there_are_others(chat: Chat, ada: Someone) -> None:
    """A measure's name is answered by the call that people mean, and the others are a button away."""
    await chat.call("Inoklaster LT 2017", measure="Inoklaster LT", closes=moment("2017-05-24"))
    await chat.call("Inoklaster LT 2024", measure="Inoklaster LT", closes=moment("2024-06-21"))
    await chat.call("Inoklaster LT (pakartotinis)", measure="Inoklaster LT", closes=moment("2026-10-31"))
    reply = await chat.deliver(ada, "call m:inoklaster-lt deadline", True)
    assert reply.plain.startswith("Inoklaster LT (pakartotinis)")
    assert "Pagal šią priemonę yra dar 2 kvietimai." in reply.plain
    others = await ada.presses("Kiti kvietimai")
    assert "Inoklaster LT 2017" in others.plain


async def test_an_english_reader_is_answered_in_english(chat: Chat) -> None:
    """The same call in English, with an English date."""
    eva = await chat.member("Eva", language="en")
    await chat.call("Inočekiai", closes=moment("2026-10-30 16:00"), budget=Decimal(6000000))
    reply = await eva.says("/call Inočekiai")
    assert "Apply until 30 October, 16:00 (36 days left)." in reply.plain
    assert "€6,000,000" in reply.plain


async def test_hostile_titles_are_shown_as_they_are(chat: Chat, ada: Someone) -> None:
    """Markup in a title is text, and a title of 10,000 characters is shortened."""
    await chat.call("<b>&*_`<!channel>", closes=moment("2026-10-30"))
    await chat.call("Ž" * 10_000, closes=moment("2026-10-31"))
    await chat.call("🎉🎉🎉", closes=moment("2026-11-01"))
    reply = await ada.says("/calls")
    assert "<b>&*_`<!channel>" in reply.plain and "🎉🎉🎉" in reply.plain
    assert len(reply.plain) < 1000


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "forecast"),
        ({"opens": moment("2026-09-24 09:59"), "closes": moment("2026-10-01")}, "open"),
        ({"opens": moment("2026-09-24 10:01"), "closes": moment("2026-10-01")}, "forecast"),
        ({"opens": Moment(date(2026, 7, 1), "Europe/Vilnius", "quarter")}, "forecast"),
        ({"closes": moment("2026-09-24 10:00")}, "closed"),
        ({"closes": moment("2026-09-24")}, "open"),
        ({"closes": moment("2026-09-23")}, "closed"),
        ({"continuous": True}, "open"),
        ({"hold": "suspended", "closes": moment("2020-01-01")}, "suspended"),
    ],
)
def test_status_follows_from_the_dates_unless_people_set_it(facts: dict[str, object], expected: str) -> None:
    """Forecast, open and closed follow from the dates, and what people set wins."""
    call = Call("c1", 1, Facts(Words("x"), **facts), (), NOW, "operator")  # type: ignore[arg-type]
    assert status(call, NOW) == expected


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), st.integers(0, 400))
def test_days_left_are_calendar_days_over_every_clock_change(start: datetime, days: int) -> None:
    """Days left are the difference of calendar days in Vilnius, whatever the clocks do between."""
    now = start.replace(tzinfo=UTC)
    today = now.astimezone(moment("2026-01-01 10:00").last_instant().tzinfo).date()
    deadline = Moment(today + timedelta(days=days), "Europe/Vilnius")
    assert days_left(deadline, now, "Europe/Vilnius") == days


words = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=60)


@given(
    st.sampled_from([None, "open", "suspended", "extended"]),
    st.sampled_from([None, "LVPA", "INOVACIJU"]),
    st.none() | words,
    st.none() | words,
    st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(1, 99),
)
def test_every_filter_fits_a_button(
    status: str | None,
    agency: str | None,
    measure: str | None,
    sector: str | None,
    day: date | None,
    page: int,
) -> None:
    """Whatever a list is narrowed by, its command fits into a button, and nothing of it is lost."""
    filter = Filter(status, agency, measure, sector, day, day)
    line = filters.line(filter, page)
    assert len(line.encode()) <= COMMAND_BYTES
    assert (agency or "") in line and (status or "") in line
    assert measure is None or f"m:{measure[:3]}" in line
    assert sector is None or f"s:{sector[:3]}" in line
    assert day is None or ".." in line
