"""What people edited since a list was imported, when it is imported again: transcripts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.chat import Account, Attachment, Incoming, Reply
from handlers.context import Context
from handlers.imports import taking
from storage.calls import Facts, Why
from storage.meetings import Difference
from storage.members import Invite, Reach
from tests.conversation import Chat, Someone, labels, moment

HEAD = "Nr.;Pavadinimas;Priemonė;Būsena;Teikiama nuo;Teikiama iki;Galimi pareiškėjai\n"
SHEET = HEAD + (
    "07-1;Inočekiai;Inočekiai;Atviras;2026-09-01;{closes} 16:00;{eligible}\n"
    "07-2;Expo klasteris;Expo;Atviras;2026-09-01;2026-12-01 16:00;įmonės\n"
)
TEAM = """Vardas;Organizacija;Rolė;Kalba;El. paštas
Jonas;fotonika;narys;lt;jonas@example.org
Ona;fotonika;narys;lt;ona@example.org
"""
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:pos-1
DTSTART;TZID=Europe/Vilnius:20261001T140000
DTEND;TZID=Europe/Vilnius:20261001T150000
SUMMARY:{title}
LOCATION:{place}
END:VEVENT
END:VCALENDAR
"""


def sheet(closes: str = "2026-10-30", eligible: str = "įmonės") -> bytes:
    """The list of calls."""
    return SHEET.format(closes=closes, eligible=eligible).encode()


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    chat = Chat.begin()
    await chat.associate()
    yield chat
    await chat.store.close()


@pytest.fixture
async def rūta(chat: Chat) -> Someone:
    return await chat.member("Rūta", "secretariat")


async def drops(someone: Someone, name: str, content: bytes) -> Reply:
    """Somebody sends a file without words."""

    async def read() -> bytes:
        return content

    file = Attachment(name, "application/octet-stream", len(content), read)
    return await someone.chat.deliver(someone, "", False, files=(file,))


async def takes_in(someone: Someone, name: str, content: bytes) -> None:
    """Sends a file and takes it over."""
    await drops(someone, name, content)
    await someone.presses("Įkelti")


async def extends(someone: Someone, call: str, closes: str) -> None:
    """Extends a call's deadline in chat."""
    await someone.says(f"/extend {call}")
    await someone.fills_in(closes=closes, reason="pareiškėjų prašymu")
    await someone.presses("Pratęsti")


async def test_an_old_sheet_does_not_undo_an_extension(chat: Chat, rūta: Someone) -> None:
    """A deadline extended in chat is shown apart when the sheet comes again, and stays; the rest is taken."""
    await takes_in(rūta, "kvietimai.csv", sheet())
    await extends(rūta, "c1", "2026-11-30 17:00")
    preview = await drops(rūta, "kvietimai.csv", sheet(eligible="klasteriai"))
    assert "Po paskutinio įkėlimo pataisyta ranka, todėl lieka" in preview.plain
    assert (
        "Inočekiai: Teikiama iki: faile buvo spalio 30 d., 16:00 → ranka įrašyta lapkričio 30 d., 17:00 → "
        "faile dabar spalio 30 d., 16:00" in preview.plain
    )
    assert labels(preview) == ["Įkelti", "Pakeisti pataisymus", "Palikti kaip yra"]
    done = await rūta.presses("Įkelti")
    assert done.plain == "Įkelta: nauji – 0, pakeisti – 1, tokie patys – 1."
    call = await chat.store.calls.get("c1")
    assert call and call.facts.closes == moment("2026-11-30 17:00") and call.facts.eligible == "klasteriai"


async def test_an_old_sheet_does_not_undo_a_postponement(chat: Chat, rūta: Someone) -> None:
    """A call postponed in chat stays postponed, with its day, although the sheet calls it open again and again."""
    await takes_in(rūta, "kvietimai.csv", sheet())
    await rūta.says("/postpone c1")
    await rūta.fills_in(reason="rengiama nauja redakcija")
    await rūta.presses("Atidėti")
    postponed = await chat.store.calls.get("c1")
    for _ in range(2):
        preview = await drops(rūta, "kvietimai.csv", sheet())
        assert "Būsena: faile buvo – → ranka įrašyta" in preview.plain
        assert "Būsena nuo" not in preview.plain
        await rūta.presses("Įkelti")
        call = await chat.store.calls.get("c1")
        assert call and postponed and (call.version, call.facts) == (postponed.version, postponed.facts)


async def test_what_was_edited_gives_way_when_the_file_is_chosen(chat: Chat, rūta: Someone) -> None:
    """The choice is shown before it is taken, can be changed, and from then on the list's value is nobody's edit."""
    await takes_in(rūta, "kvietimai.csv", sheet())
    await extends(rūta, "c1", "2026-11-30 17:00")
    await drops(rūta, "kvietimai.csv", sheet())
    chosen = await rūta.presses("Pakeisti pataisymus")
    assert "bet bus pakeista pagal failą" in chosen.plain
    assert labels(chosen) == ["Įkelti", "Palikti pataisymus", "Palikti kaip yra"]
    assert "todėl lieka" in (await rūta.presses("Palikti pataisymus")).plain
    await rūta.presses("Pakeisti pataisymus")
    assert "pakeisti – 1" in (await rūta.presses("Įkelti")).plain
    call = await chat.store.calls.get("c1")
    assert call and call.facts.closes == moment("2026-10-30 16:00")
    again = await drops(rūta, "kvietimai.csv", sheet("2026-11-15"))
    assert "ranka" not in again.plain and "pasikeitę – 1" in again.plain


async def test_the_choice_is_about_what_was_shown(chat: Chat, rūta: Someone) -> None:
    """What somebody edits while another one decides is not replaced unseen: it is shown first."""
    await takes_in(rūta, "kvietimai.csv", sheet())
    await extends(rūta, "c1", "2026-11-30 17:00")
    await drops(rūta, "kvietimai.csv", sheet())
    chosen = await rūta.presses("Pakeisti pataisymus")
    lina = await chat.member("Lina", "secretariat")
    await extends(lina, "c2", "2026-12-20 16:00")
    shown = await rūta.presses("Įkelti", of=chosen)
    assert "Expo klasteris: Teikiama iki" in shown.plain
    call = await chat.store.calls.get("c2")
    assert call and call.facts.closes == moment("2026-12-20 16:00")
    assert "pakeisti – 2" in (await rūta.presses("Įkelti")).plain


async def test_a_sheet_that_has_caught_up_may_change_it_again(chat: Chat, rūta: Someone) -> None:
    """Once a list says what was edited by hand, that value is the list's, and its next change is no conflict."""
    await takes_in(rūta, "kvietimai.csv", sheet())
    await extends(rūta, "c1", "2026-11-30 16:00")
    await takes_in(rūta, "kvietimai.csv", sheet("2026-11-30"))
    preview = await drops(rūta, "kvietimai.csv", sheet("2026-12-10"))
    assert "ranka" not in preview.plain and "pasikeitę – 1" in preview.plain


async def test_the_choice_of_somebody_else_is_not_theirs(chat: Chat, rūta: Someone) -> None:
    """A second person of the secretariat who presses the choice has no file waiting, and nothing happens."""
    await takes_in(rūta, "kvietimai.csv", sheet())
    await extends(rūta, "c1", "2026-11-30 17:00")
    preview = await drops(rūta, "kvietimai.csv", sheet())
    lina = await chat.member("Lina", "secretariat")
    assert "Atsiųskite failą" in (await lina.presses("Pakeisti pataisymus", of=preview)).plain


async def test_a_call_added_by_hand_keeps_what_was_changed_by_hand(chat: Chat, rūta: Someone) -> None:
    """Where no list spoke of a call before, its edited deadline stays, and what nobody edited is the list's."""
    await chat.call("Inočekiai", number="07-1", closes=moment("2026-10-20 16:00"), eligible="visi")
    await extends(rūta, "c1", "2026-11-30 17:00")
    preview = await drops(rūta, "kvietimai.csv", sheet())
    assert "Teikiama iki: ranka įrašyta lapkričio 30 d., 17:00 → faile dabar spalio 30 d." in preview.plain
    await rūta.presses("Įkelti")
    call = await chat.store.calls.get("c1")
    assert call and call.facts.closes == moment("2026-11-30 17:00") and call.facts.eligible == "įmonės"


async def test_a_role_given_in_chat_stays(chat: Chat, rūta: Someone) -> None:
    """A list of members does not take back a role or a language that was chosen in chat since."""
    await takes_in(rūta, "nariai.csv", TEAM.encode())
    jonas = next(m for m in await chat.store.members.all() if m.person.name == "Jonas")
    await chat.store.members.set_role(jonas.id, jonas.version, "manager", chat.by("n1"))
    preview = await drops(rūta, "nariai.csv", TEAM.replace("Ona;", "Ona Onaitė;").encode())
    assert "Jonas: Rolė: faile buvo narys → ranka įrašyta vadovas → faile dabar narys" in preview.plain
    await rūta.presses("Įkelti")
    now = {m.person.name: m.person.role for m in await chat.store.members.all()}
    assert now["Jonas"] == "manager" and "Ona Onaitė" in now


async def test_an_account_that_was_joined_with_stays(chat: Chat, rūta: Someone) -> None:
    """Somebody who came with another Telegram account than the list names keeps it; another platform is no edit."""
    team = "Vardas;El. paštas;Telegram\nJonas;jonas@example.org;{number}\n"
    await takes_in(rūta, "nariai.csv", team.format(number=555).encode())
    jonas = next(m for m in await chat.store.members.all() if m.person.name == "Jonas")
    code = Invite("", "abc", "member", "", jonas.id, chat.now.replace(year=2027))
    for platform, user in (("slack", "U1"), ("telegram", "777")):
        code = await chat.store.members.invite(replace(code, digest=platform), chat.by())
        await chat.store.members.join(code.id, Reach(platform, user, "chat"), "Jonas", "lt", chat.by())
        preview = await drops(rūta, "nariai.csv", team.format(number=556).encode())
        assert ("pataisyta ranka" in preview.plain) == (platform == "telegram")
    assert "Paskyros: faile buvo telegram 555 → ranka įrašyta slack U1; telegram 777" in preview.plain
    await rūta.presses("Įkelti")
    now = await chat.store.members.get(jonas.id)
    assert now and {a.user for a in now.person.accounts} == {"U1", "777"}


async def test_a_waiting_list_is_still_there_after_a_word_of_forms(chat: Chat, rūta: Someone) -> None:
    """ "Continue" shows the list that waits once more, and it can be taken over."""
    await drops(rūta, "kvietimai.csv", sheet())
    assert "nauji – 2" in (await rūta.says("tęsti")).plain
    await rūta.presses("Įkelti")
    assert len(await chat.store.calls.all()) == 2


async def test_a_meeting_moved_in_chat_stays(chat: Chat, rūta: Someone) -> None:
    """A calendar that was not updated does not move a meeting back; what else it says is taken."""
    await takes_in(rūta, "k.ics", CALENDAR.format(title="Taryba", place="Salė").encode())
    [meeting] = await chat.store.meetings.all()
    start = meeting.plan.start.replace(hour=10)
    await chat.store.meetings.change(meeting.id, 1, {"start": start}, Why("salė"), chat.by("n1"))
    preview = await drops(rūta, "k.ics", CALENDAR.format(title="Valdyba", place="Salė").encode())
    assert "Pradžia: faile buvo 2026-10-01 14:00 → ranka įrašyta 2026-10-01 10:00" in preview.plain
    await rūta.presses("Įkelti")
    [now] = await chat.store.meetings.all()
    assert (now.plan.start, now.plan.title.lt) == (start, "Valdyba")
    same = await drops(rūta, "k.ics", CALENDAR.format(title="Valdyba", place="Salė").encode())
    assert "pasikeitę – 0" in same.plain
    await rūta.presses("Įkelti")
    assert (await chat.store.meetings.all())[0].version == now.version


WEEKLY = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:pos-2
DTSTART;TZID=Europe/Vilnius:20261001T140000
DTEND;TZID=Europe/Vilnius:20261001T150000
RRULE:FREQ=WEEKLY;COUNT=6
SUMMARY:Taryba
END:VEVENT
{more}END:VCALENDAR
"""
MOVED = """BEGIN:VEVENT
UID:pos-2
RECURRENCE-ID;TZID=Europe/Vilnius:202610{day}T140000
DTSTART;TZID=Europe/Vilnius:202610{day}T{hour}0000
DTEND;TZID=Europe/Vilnius:202610{day}T180000
SUMMARY:Taryba
END:VEVENT
"""


async def test_one_day_edited_does_not_hold_up_the_others(chat: Chat, rūta: Someone) -> None:
    """Of a series each occurrence is a thing of its own: the one cancelled in chat stays so, another one moves."""
    await takes_in(rūta, "k.ics", WEEKLY.format(more="").encode())
    [meeting] = await chat.store.meetings.all()
    off = Difference(meeting.plan.start.replace(day=8), cancelled=True)
    await chat.store.meetings.change("m1", 1, {"exceptions": (off,)}, Why("liga"), chat.by("n1"))
    preview = await drops(rūta, "k.ics", WEEKLY.format(more=MOVED.format(day=15, hour=16)).encode())
    assert "faile buvo – → ranka įrašyta 2026-10-08 atšaukta → faile dabar –" in preview.plain
    assert "Pavieniai pakeitimai: 2026-10-08 atšaukta → 2026-10-08 atšaukta; 2026-10-15 per" in preview.plain
    await rūta.presses("Įkelti")
    both = WEEKLY.format(more=MOVED.format(day="08", hour=16) + MOVED.format(day=15, hour=17))
    preview = await drops(rūta, "k.ics", both.encode())
    assert (
        "faile buvo – → ranka įrašyta 2026-10-08 atšaukta → faile dabar 2026-10-08 perkeliama"
        in preview.plain
    )
    await rūta.presses("Įkelti")
    [now] = await chat.store.meetings.all()
    assert [(e.cancelled, e.start and e.start.hour) for e in now.plan.exceptions] == [
        (True, None),
        (False, 17),
    ]
    await drops(rūta, "k.ics", both.encode())
    await rūta.presses("Pakeisti pataisymus")
    await rūta.presses("Įkelti")
    [now] = await chat.store.meetings.all()
    assert [e.start and e.start.hour for e in now.plan.exceptions] == [16, 17]


# Any edits, any sheets

_DAYS = ("2026-10-30", "2026-11-15", "2026-12-10")
_WORDS = ("įmonės", "klasteriai", "visi")
EDITS = st.fixed_dictionaries(
    {},
    optional={
        "closes": st.sampled_from([moment(f"{day} 17:00") for day in _DAYS]),
        "eligible": st.sampled_from(("partneriai", "savivaldybės")),
        "hold": st.sampled_from(("postponed", "suspended")),
        "budget": st.just(None),
        "region": st.sampled_from(("sostinės", "vidurio")),
    },
)
SHEETS = st.tuples(st.sampled_from(_DAYS), st.sampled_from(_WORDS))


async def context(chat: Chat) -> Context:
    """The operator's, for one gesture."""
    chat.events += 1
    event = f"import:{chat.events}"
    found = await chat.dispatch.context(Incoming(event, Account("console", "operator"), "console", True, ""))
    return replace(found, event=event)


async def imported(chat: Chat, content: bytes) -> None:
    """The list taken over as it is."""
    ctx = await context(chat)
    await taking.apply(await taking.preview("calls", content, "k.csv", ctx), ctx)


def _without(facts: Facts, edited: frozenset[str]) -> dict[str, object]:
    return {f.name: getattr(facts, f.name) for f in fields(facts) if f.name not in edited}


@settings(max_examples=60, deadline=None)
@given(SHEETS, EDITS, SHEETS)
def test_whatever_was_edited_is_as_edited_and_undone_is_as_before(
    first: tuple[str, str], edits: dict[str, object], second: tuple[str, str]
) -> None:
    """Import, any edits by hand, import of any other sheet: every edited field is as edited, every other one as the
    sheet says; undone, every call says what it said before that import, and the sheet can come again."""

    async def play() -> None:
        chat = Chat.begin()
        await chat.associate()
        await imported(chat, sheet(*first))
        chat.passes(hours=1)
        edited = await chat.store.calls.change("c1", 1, edits, Why("ranka"), chat.by("n1"))
        before = await chat.store.calls.all()
        chat.passes(hours=1)
        await imported(chat, sheet(*second))
        after = await chat.store.calls.get("c1")
        by_hand = frozenset(name for name in edits if name in {s.field for s in edited.history})
        assert after is not None
        assert {n: getattr(after.facts, n) for n in by_hand} == {n: edits[n] for n in by_hand}
        expected = replace(edited.facts, closes=moment(f"{second[0]} 16:00"), eligible=second[1])
        assert _without(after.facts, by_hand) == _without(expected, by_hand)
        last = await chat.store.imports.last()
        assert last is not None
        await chat.store.imports.undo(last.id, chat.by())
        now = await chat.store.calls.all()
        assert [(c.id, c.facts, c.checked_at, c.checked_by) for c in now] == [
            (c.id, c.facts, c.checked_at, c.checked_by) for c in before
        ]
        ctx = await context(chat)
        again = await taking.preview("calls", sheet(*second), "k.csv", ctx)
        assert {f.name for entry in again.edits for f in entry.fields} <= set(edits) | {"held_since"}
        await chat.store.close()

    asyncio.run(play())
