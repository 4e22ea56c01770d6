"""A deputy who approves while the secretariat is away, as transcripts."""

from __future__ import annotations

import pytest

from bot.schedule import notice
from tests.conversation import Chat, Someone, labels
from tests.handlers.announcements.announcing import TEXT, announces, members, sending, settled
from tests.postman import Postman


async def waits(chat: Chat, rūta: Someone) -> list[Someone]:
    """Three members, so that Rūta's announcement needs somebody else's approval."""
    people = await members(chat, "Ada", "Jonas", "Eva")
    assert "laukia" in (await announces(rūta)).plain
    return people


async def test_the_deputy_hears_that_something_waits_and_approves_it(chat: Chat, rūta: Someone) -> None:
    """A message with the announcement and one button; pressed, it goes out, and the audit says who did it."""
    ada, *_ = await members(chat, "Ada", "Jonas", "Eva")
    named = await rūta.says("/pavaduotojas Ada iki spalio 9")
    assert "Ada gali tvirtinti skelbimus sekretoriato vardu iki spalio 9 d." in named.plain
    shown = await rūta.submits(
        "announce",
        {
            "lt": TEXT,
            "en": "",
            "audience": ("all",),
            "exclude": (),
            "at": "",
            "acknowledge": "no",
            "urgent": "",
        },
    )
    assert "arba jį pavaduojantis narys: Ada" in shown.plain
    await rūta.presses("Siųsti")
    await notice(chat.store, chat.now)
    chat.passes(minutes=2)
    postman = Postman()
    async with sending(chat, postman):
        assert await settled(chat, "s2") == ["sent"]
        asked = postman.replies[-1]
        assert "Susitinkame pirmadienį" in asked.plain and labels(asked) == ["Patvirtinti"]
        assert "Patvirtinta: siunčiama." in (await ada.presses("Patvirtinti", of=asked)).plain
        assert await settled(chat) == ["sent"] * 4
    assert "Tvirtinti nebereikia" in (await ada.presses("Patvirtinti", of=asked)).plain
    [entry] = [e for e in await chat.store.audit.latest(20, "s1") if e.who == "n2"]
    assert entry.verb == "sendings.open"


async def test_a_deputy_named_later_is_told_what_waits(chat: Chat, rūta: Someone) -> None:
    """What waited already is theirs to approve, and they hear of it once."""
    await waits(chat, rūta)
    await chat.member("Ona", "secretariat")
    await notice(chat.store, chat.now)
    assert [d.recipient for d in await chat.store.sendings.deliveries("s2")] == ["n5"]
    await rūta.says("/pavaduotojas Jonas 2026-10-01")
    for _ in range(2):
        await notice(chat.store, chat.now)
    assert [d.recipient for d in await chat.store.sendings.deliveries("s2")] == ["n5", "n3"]


async def test_it_ends_by_itself(chat: Chat, rūta: Someone) -> None:
    """On the last day it still counts, on the next it does not; another member never could."""
    ada, jonas, _ = await waits(chat, rūta)
    await rūta.says("/pavaduotojas Ada iki 2026-09-25")
    assert "tik sekretoriatas ir jo paskirtas pavaduotojas" in (await jonas.says("/isleisti s1")).plain
    chat.passes(days=2)
    assert (
        "Pavadavote iki rugsėjo 25 d.; dabar tvirtina sekretoriatas."
        in (await ada.says("/isleisti s1")).plain
    )
    assert "Kurį narį?" in (await rūta.says("/pavaduotojas")).plain, "nobody is named any more"
    chat.passes(days=-1)
    assert "siunčiama" in (await ada.says("/isleisti s1")).plain


async def test_nobody_approves_their_own(chat: Chat, rūta: Someone) -> None:
    """A deputy of the secretariat who has written it is refused like any author."""
    await members(chat, "Ada", "Jonas", "Eva")
    await rūta.says("/pavaduotojas Rūta iki 2026-10-01")
    await announces(rūta)
    assert "jūsų pačių skelbimas" in (await rūta.says("/isleisti s1")).plain
    await notice(chat.store, chat.now)
    assert len(await chat.store.sendings.all()) == 1, "nor is she asked"


async def test_it_is_ended_and_given_to_another(chat: Chat, rūta: Someone) -> None:
    """Asked, it says who it is; one press ends it, the form names another."""
    await members(chat, "Ada", "Jonas")
    await rūta.says("/deputy Ada until 2026-10-01")
    assert "Ada gali tvirtinti" in (await rūta.says("/pavaduotojas")).plain
    await rūta.presses("Baigti pavadavimą")
    assert await chat.store.announcements.deputy() is None
    await rūta.presses("Paskirti pavaduotoją")
    await rūta.fills_in(name="jonas", until="spalio 2 d.")
    named = await chat.store.announcements.deputy()
    assert named is not None and (named.member, f"{named.until}") == ("n3", "2026-10-02")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Petras iki 2026-10-01", "Nario vardu „Petras“ nėra."),
        ("Ada", "Iki kada?"),
        ("Ada iki 2020-01-01", "Iki kada?"),
        ("Ada iki 2030-01-01", "/pavaduotojas Ada iki 2026-10-08"),
        ("Jonas iki 2026-10-01", "yra keli"),
    ],
)
async def test_whom_and_until_when_is_needed(chat: Chat, rūta: Someone, line: str, said: str) -> None:
    """A name that nobody has, or several, and a day that is none: one sentence, and nobody is named."""
    await members(chat, "Ada", "Jonas Jonaitis", "Jonas Petraitis")
    assert said in (await rūta.says(f"/pavaduotojas {line}")).plain
    assert await chat.store.announcements.deputy() is None
