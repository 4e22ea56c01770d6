"""A seat handed over from one person to another, as transcripts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.outbox import Outbox, Rules
from handlers.chat import Reply
from storage.association import Group
from storage.calls import Why
from storage.members import ChangedMember, Following, Holding, Member, NewMember, Person, Reach, Wishes
from storage.words import Words
from tests.conversation import STRUCTURE, Chat, Someone, labels, moment
from tests.postman import Postman, quiet

SEAT = Holding("politika", "LKA", "chair")


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    chat = Chat.begin()
    await chat.associate()
    await chat.call("Inoklaster LT", closes=moment("2026-10-30 16:00"))
    yield chat
    await chat.store.close()


@pytest.fixture
async def rūta(chat: Chat) -> Someone:
    rūta = await chat.member("Rūta", "secretariat")
    await rūta.says("labas")
    return rūta


async def joins(chat: Chat, name: str, **person: object) -> Member:
    """A member of the cluster who has joined, with what a person may have."""
    account = Reach("telegram", f"u{name}", f"chat-u{name}")
    given = {"organisation": "fotonika", "accounts": (account,), **person}
    [member] = await chat.store.members.take_over((NewMember(Person(name, **given)),), chat.by())  # type: ignore[arg-type]
    return member


async def jonas(chat: Chat) -> Member:
    """He chairs the group, manages the cluster, follows a call and wants no digest."""
    wishes = Wishes(("digest",), quiet="21:00-08:00", days=(30, 7))
    jonas = await joins(
        chat, "Jonas Petraitis", role="manager", holdings=(SEAT,), wishes=wishes, language="en"
    )
    return await chat.store.members.follow(jonas.id, Following("c1", 1, chat.now))


async def hands(rūta: Someone, who: str, to: str, **answers: str) -> Reply:
    """Fills the form in, to the preview."""
    await rūta.says(f"/perduoti {who}")
    return await rūta.fills_in(**{"to": to, "all": "Viskas", **answers})


async def pushed(chat: Chat) -> dict[str, list[str]]:
    """What the outbox brings, by address."""
    postman = Postman()
    outbox = Outbox(
        chat.store, (postman,), chat.dispatch.compose, lambda: chat.now, Rules({"telegram": 1000.0})
    )
    task = asyncio.create_task(outbox.run())
    await quiet(chat.store, postman)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return dict(postman.arrived)


async def test_a_seat_goes_over_with_its_rights_and_what_is_followed(chat: Chat, rūta: Someone) -> None:
    """Shown as was → now, done at once when confirmed: the seat and the role pass over, the call is followed in its
    present version, wishes are copied; account, language and quiet hours stay. Both hear of it once."""
    before = await jonas(chat)
    await joins(chat, "Ona Onaitė")
    await chat.store.calls.change("c1", 1, {"number": "7"}, Why(), chat.by())
    preview = (await hands(rūta, "Jonui Petraičiui", "Ona Onaitė")).plain
    assert preview.startswith("Jonas Petraitis → Ona Onaitė\n")
    group = "Klasterių politikos darbo grupė, pirmininkas (LKA)"
    assert f"{group}: buvo Jonas Petraitis → dabar Ona Onaitė" in preview
    assert "Vaidmuo (Ona Onaitė): buvo narys → dabar klasterio vadovas" in preview
    assert "Vaidmuo (Jonas Petraitis): buvo klasterio vadovas → dabar narys" in preview
    assert "Seka kvietimus (Inoklaster LT): buvo Jonas Petraitis → dabar Ona Onaitė" in preview
    assert "(Ona Onaitė): buvo 14, 7, 1 → dabar 30, 7" in preview
    assert "Nesiunčiama (Ona Onaitė): buvo nėra → dabar savaitės santrauka" in preview
    assert await chat.store.members.get(before.id) == before
    assert "Perduota: Jonas Petraitis → Ona Onaitė." in (await rūta.presses("Perduoti")).plain
    gave, took = [await chat.store.members.get(id) for id in ("n2", "n3")]
    assert (
        gave
        and took
        and (gave.person.holdings, gave.person.role, gave.person.following) == ((), "member", ())
    )
    assert gave.person.wishes == before.person.wishes and gave.person.accounts == before.person.accounts
    assert took.person.holdings == (SEAT,) and took.person.role == "manager"
    assert [(f.call, f.version) for f in took.person.following] == [("c1", 2)]
    assert took.person.wishes == Wishes(("digest",), days=(30, 7), chosen=chat.now.date())
    assert took.person.language == "lt" and took.person.accounts[0].user == "uOna Onaitė"
    heard = await pushed(chat)
    [mine] = heard["chat-uJonas Petraitis"]
    assert mine.startswith("The secretariat has handed your seat over: Ona Onaitė has it from now on.")
    [theirs] = heard["chat-uOna Onaitė"]
    assert "kurią iki šiol turėjo Jonas Petraitis" in theirs and group in theirs
    assert "jūsų vaidmuo nuo šiol: klasterio vadovas" in theirs and "1 sekamas kvietimas" in theirs
    said = (await rūta.says("/istorija")).plain
    assert "Rūta: vieta perduota, Ona Onaitė, n3 (vaidmuo, vietos darbo grupėse, kas siunčiama, " in said


async def test_only_some_of_it_goes_over(chat: Chat, rūta: Someone) -> None:
    """What was not chosen stays where it is."""
    await jonas(chat)
    await joins(chat, "Ona")
    await rūta.says("/perduoti jonas")
    await rūta.says("Ona", quotes=True)
    await rūta.presses("Tik dalį")
    await rūta.presses("☐ sekami kvietimai")
    await rūta.presses("Baigta")
    assert "Vaidmuo" not in rūta.last.plain and "pirmininkas" not in rūta.last.plain
    await rūta.presses("Perduoti")
    gave, took = [await chat.store.members.get(id) for id in ("n2", "n3")]
    assert gave and took and gave.person.holdings == (SEAT,) and gave.person.role == "manager"
    assert (gave.person.following, len(took.person.following), took.person.role) == ((), 1, "member")


async def test_a_new_person_gets_the_seat_and_an_invitation(chat: Chat, rūta: Someone) -> None:
    """Who takes over may be somebody new: they are on the list with the seat, and one press makes the invitation with
    which they join as just that person."""
    await jonas(chat)
    preview = await hands(rūta, "jonas", "Naujam žmogui", name="Petras Petrauskas", email="p@example.org")
    assert "Petras Petrauskas dar neprisijungė" in preview.plain
    done = await rūta.presses("Perduoti")
    assert "Apie tai pranešama: Jonas Petraitis." in done.plain
    assert labels(done) == ["Pakvietimas", "Istorija"]
    invited = await rūta.presses("Pakvietimas")
    code = invited.plain.rsplit("/join ", 1)[1].strip()
    petras = chat.stranger("Petras")
    welcome = (await petras.says(f"/join {code}")).plain
    assert "Petras Petrauskas" in welcome and "Jūsų darbo grupės: Klasterių politikos darbo grupė." in welcome
    member = await chat.store.members.get("n3")
    assert member and member.person.holdings == (SEAT,) and member.person.email == "p@example.org"
    assert member.person.accounts[0].user == petras.account.user and len(await chat.store.members.all()) == 3


async def test_a_stand_in_moves_up(chat: Chat, rūta: Someone) -> None:
    """Whoever stood in for the group's seat and gets it stands in no more; that is shown."""
    await jonas(chat)
    await joins(chat, "Ona", holdings=(Holding("politika", "LKA", "alternate"),))
    preview = await hands(rūta, "jonas", "Ona")
    assert (
        "Ona nebeturi ankstesnės vietos: Klasterių politikos darbo grupė, pakaitinis (LKA)" in preview.plain
    )
    await rūta.presses("Perduoti")
    ona = await chat.store.members.get("n3")
    assert ona and ona.person.holdings == (SEAT,)


async def test_a_seat_that_somebody_holds_is_not_handed_over(chat: Chat, rūta: Someone) -> None:
    """Neither to who has a seat in that group already, nor a chair that a third person has as well."""
    await jonas(chat)
    await joins(chat, "Ona", holdings=(Holding("politika", "LKA", "delegate"),))
    await joins(chat, "Eva")
    refused = await hands(rūta, "jonas", "Ona")
    assert "Ona jau turi vietą šioje grupėje: Klasterių politikos darbo grupė." in refused.plain
    await joins(chat, "Lina", holdings=(SEAT,))
    refused = await hands(rūta, "jonas", "Eva")
    assert "šias pareigas eina ir Lina" in refused.plain and "Perduoti" not in labels(refused)
    assert await chat.store.sendings.all() == ()


async def test_a_seat_stays_with_its_organisation_and_goes_to_somebody_else(
    chat: Chat, rūta: Someone
) -> None:
    """Those of other organisations, and the giver, are not among whom to choose; written by hand they are refused."""
    await jonas(chat)
    await joins(chat, "Ona", organisation="MITA")
    asked = await rūta.says("/perduoti jonas")
    assert "Ona" not in labels(asked) and "Jonas Petraitis" not in labels(asked) and "Rūta" in labels(asked)
    for to in ("n2", "n3", "n99"):
        said = await rūta.submits("handover n2 v1", {"to": to, "all": "all"})
        assert "Perduota" not in said.plain and "Perduoti" not in labels(said)
    assert "Niekas" not in rūta.last.plain and await chat.store.sendings.all() == ()


async def test_the_last_of_the_secretariat_hands_the_role_to_who_has_joined(
    chat: Chat, rūta: Someone
) -> None:
    """The secretariat never ends up with nobody who can be reached."""
    await joins(chat, "Ona", accounts=())
    refused = await hands(rūta, "rūtos", "Ona")
    assert "Rūta – paskutinis sekretoriato žmogus" in refused.plain and "Perduoti" not in labels(refused)
    await joins(chat, "Lina", role="secretariat")
    assert "Perduoti" in labels(await hands(rūta, "rūtos", "Ona"))
    await rūta.presses("Perduoti")
    assert "gali tik sekretoriatas" in (await rūta.says("/perduoti")).plain


async def test_what_moved_on_since_the_preview_is_left_alone(chat: Chat, rūta: Someone) -> None:
    """When either of the two was changed meanwhile, the press does nothing and says so."""
    await jonas(chat)
    ona = await joins(chat, "Ona")
    await hands(rūta, "jonas", "Ona")
    changed = ChangedMember(ona.id, 1, Person("Ona", "fotonika", "manager", accounts=ona.person.accounts))
    await chat.store.members.take_over((changed,), chat.by())
    assert "pasikeitė" in (await rūta.presses("Perduoti")).plain
    gave = await chat.store.members.get("n2")
    assert gave and gave.person.holdings == (SEAT,) and await chat.store.sendings.all() == ()


async def test_the_same_press_twice_hands_over_once(chat: Chat, rūta: Someone) -> None:
    """Delivered again after a crash the confirmation changes nothing more, and nobody is told twice."""
    await jonas(chat)
    await joins(chat, "Ona")
    preview = await hands(rūta, "jonas", "Ona")
    draft = await chat.store.conversation.draft("n1")
    command = preview.buttons[0][0].command
    await rūta.says(f"/{command}", event="tg:1")
    assert draft is not None
    await chat.store.conversation.save_draft(draft)  # the crash came before it was forgotten
    again = Chat.begin(chat.store)
    rūta.chat = again
    await again.deliver(rūta, command, True, pressed=True, event="tg:2")
    assert "pasikeitė" in rūta.last.plain
    assert len(await chat.store.sendings.all()) == 1


async def test_people_are_found_by_their_names(chat: Chat, rūta: Someone) -> None:
    """In any case, by a part of the name; two who fit are buttons, nobody is said; without a name it is asked for."""
    await jonas(chat)
    await joins(chat, "Jonas Jonaitis", role="manager")
    which = await rūta.says("/perduoti jono")
    assert labels(which) == ["Jonas Jonaitis, Fotonikos klasteris", "Jonas Petraitis, Fotonikos klasteris"]
    assert "Kam perduodama?" in (await rūta.presses(labels(which)[0])).plain
    assert "Tokio žmogaus neradau" in (await rūta.says("/perduoti kvaraba")).plain
    assert "Kieno vieta perduodama?" in (await rūta.says("/perduoti")).plain
    assert "Kam perduodama?" in (await rūta.says("Petraičio", quotes=True)).plain
    await joins(chat, "Eva")
    assert "Eva neturi ko perduoti." in (await rūta.says("/perduoti eva")).plain


async def test_a_group_that_is_gone_is_called_by_its_id(chat: Chat, rūta: Someone) -> None:
    """A seat in a group that the association has no more goes over like any other."""
    await joins(chat, "Jonas", holdings=(Holding("senoji"), Holding("nauja", "LKA")))
    await joins(chat, "Ona")
    await chat.store.association.take_over(
        type(STRUCTURE)(STRUCTURE.association, STRUCTURE.organisations, (Group("nauja", Words("Nauja")),)),
        chat.by(),
    )
    preview = await hands(rūta, "jonas", "Ona")
    assert "senoji: buvo Jonas → dabar Ona" in preview.plain and "Nauja (LKA): buvo Jonas" in preview.plain
