"""One person on two platforms, as transcripts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import pytest

from bot.dispatch import Policy
from bot.outbox import Outbox, Rules
from handlers import exports
from handlers.chat import Account, Code, Incoming, Link, Para, Reply
from handlers.imports import taking
from storage.members import NewMember, Person, Reach, Wishes
from tests.conversation import Chat, Someone, labels
from tests.postman import Postman, quiet


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    chat = Chat.begin()
    await chat.associate()
    yield chat
    await chat.store.close()


@pytest.fixture
async def ada(chat: Chat) -> Someone:
    """A member on Telegram."""
    ada = await chat.member("Ada")
    await ada.says("labas")
    return ada


def there(chat: Chat, name: str = "Ada K.", platform: str = "slack") -> Someone:
    """The same person, or another, on a platform where the bot does not know them."""
    return chat.stranger(name, platform=platform)


def code_of(reply: Reply) -> str:
    """The code in a reply, as it is to be written."""
    [line] = [s.text for b in reply.blocks if isinstance(b, Para) for s in b.spans if isinstance(s, Code)]
    return line


async def accounts(chat: Chat, member: str = "n1") -> list[str]:
    """The platforms of a member's accounts, in their order."""
    found = await chat.store.members.get(member)
    assert found is not None
    return [a.platform for a in found.person.accounts]


async def pushed(chat: Chat, *platforms: str) -> dict[str, list[str]]:
    """What the outbox brings, by platform and address."""
    postmen = tuple(Postman(name) for name in platforms)
    rules = Rules(dict.fromkeys(platforms, 1000.0))
    outbox = Outbox(chat.store, postmen, chat.dispatch.compose, lambda: chat.now, rules)
    task = asyncio.create_task(outbox.run())
    await quiet(chat.store, *postmen)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return {f"{p.name} {address}": texts for p in postmen for address, texts in p.arrived.items()}


async def test_a_code_makes_two_accounts_one_member(chat: Chat, ada: Someone) -> None:
    """Asked for on one platform and written on the other, it makes both the same member's; both are told."""
    asked = await ada.says("/susieti")
    assert "galioja iki rugsėjo 24 d., 10:15" in asked.plain
    slack = there(chat)
    assert "Tai skirta nariams" in (await slack.says("/posedziai")).plain
    done = await slack.says(code_of(asked))
    assert "Pavyko: dabar ir ši paskyra jūsų (Ada)." in done.plain
    assert await accounts(chat) == ["telegram", "slack"]
    assert len(await chat.store.members.all()) == 1
    assert "Ada" in (await slack.says("/nustatymai")).plain
    [(place, [text])] = (await pushed(chat, "telegram", "slack")).items()
    assert place == "telegram chat-uAda"
    assert "Susieta dar viena jūsų paskyra (Slack)" in text and "praneškite sekretoriatui" in text


async def test_a_member_is_spoken_to_in_their_own_language(chat: Chat) -> None:
    """The new account answers in the member's language, whatever the other platform says."""
    eva = await chat.member("Eva", language="en")
    asked = await eva.says("/link")
    assert code_of(asked).startswith("link ")
    done = await there(chat).says("/" + code_of(asked))
    assert done.plain.startswith("Done, Eva. This account is yours too.")


async def test_a_code_works_once_and_for_fifteen_minutes(chat: Chat, ada: Someone) -> None:
    """Used it is nobody else's; late it has expired; a newer one takes its place; twice from one account is once."""
    old = code_of(await ada.says("/susieti"))
    new = code_of(await ada.says("/susieti"))
    slack, jonas = there(chat), there(chat, "Jonas")
    assert "netinka" in (await slack.says(old)).plain
    chat.passes(minutes=14, seconds=59)
    assert "Pavyko" in (await slack.says(new.upper())).plain
    assert "Pavyko" in (await slack.says(new)).plain
    assert "netinka" in (await jonas.says(new)).plain
    await ada.presses("Atsieti: Slack", of=await ada.says("/susieti"))
    late = code_of(await ada.says("/susieti"))
    chat.passes(minutes=15)
    assert "nebegalioja" in (await jonas.says(late)).plain
    assert await accounts(chat) == ["telegram"]


async def test_two_who_use_a_code_at_once_are_not_both_let_in(chat: Chat, ada: Someone) -> None:
    """Of those who write a code at the same moment one is the member."""
    code = code_of(await ada.says("/susieti"))
    people = [there(chat, f"Jonas {i}") for i in range(6)]
    replies = await asyncio.gather(*(one.says(code) for one in people))
    assert sum("Pavyko" in reply.plain for reply in replies) == 1
    assert await accounts(chat) == ["telegram", "slack"]


async def test_link_codes_cannot_be_guessed_on_and_on(chat: Chat, ada: Someone) -> None:
    """After five wrong codes, invitations' and these together, even a good one waits for an hour."""
    slack = there(chat)
    for guess in range(5):
        await slack.says(f"/susieti aaaa-bbbb-cc{guess}{guess}")
    code = code_of(await ada.says("/susieti"))
    assert "per daug neteisingų kodų" in (await slack.says(code)).plain
    assert "per daug neteisingų kodų" in (await slack.says("/prisijungti aaaa-bbbb-cccc")).plain
    assert await accounts(chat) == ["telegram"]
    chat.passes(minutes=61)
    assert "Pavyko" in (await slack.says(code_of(await ada.says("/susieti")))).plain


async def test_a_code_is_kept_hashed(chat: Chat, ada: Someone) -> None:
    """What is stored of a code cannot be used as one."""
    code = code_of(await ada.says("/susieti")).split()[1]
    assert re.fullmatch(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", code)
    assert code not in repr(list(chat.store._tables.all("links")))  # type: ignore[attr-defined]


async def test_ones_own_code_on_the_same_account_is_explained(chat: Chat, ada: Someone) -> None:
    """Written where it was asked for it links nothing, costs nothing and still works."""
    code = code_of(await ada.says("/susieti"))
    for _ in range(6):
        assert "kodas skirtas kitai" in (await ada.says(code)).plain
    assert "Pavyko" in (await there(chat).says(code)).plain


async def test_never_in_a_group(chat: Chat, ada: Someone) -> None:
    """In a group no code is shown and none is taken; it is said where to go on, without the code."""
    code = code_of(await ada.says("/susieti"))
    ada.private = False
    said = await ada.says("/susieti")
    assert "asmeniškai" in said.plain and not re.search(r"\w{4}-\w{4}", said.plain)
    crowd = there(chat, "Jonas")
    crowd.private = False
    said = await crowd.says("/" + code)
    assert "/susieti" in said.plain and code.split()[1] not in said.plain
    assert await accounts(chat) == ["telegram"]


async def test_a_stranger_without_a_code_learns_how(chat: Chat) -> None:
    """Where to get a code, and how to become a member."""
    said = await there(chat).says("/susieti")
    assert "su kuria jau esate narys" in said.plain and labels(said) == ["Noriu prisijungti"]


async def test_two_members_are_not_made_one(chat: Chat, ada: Someone) -> None:
    """Somebody who is another member there is told who can help; nothing changes."""
    eva = await chat.member("Eva", platform="slack")
    said = await eva.says(code_of(await ada.says("/susieti")))
    assert "įrašytas narys (Eva)" in said.plain and labels(said) == ["Sekretoriatas"]
    assert (await accounts(chat), await accounts(chat, "n2")) == (["telegram"], ["slack"])


async def test_after_a_lost_phone_the_new_account_takes_the_place_of_the_old(
    chat: Chat, ada: Someone
) -> None:
    """It is said first what the old one loses, and done when it is confirmed; the old one is a stranger then."""
    slack = there(chat)
    await slack.says(code_of(await ada.says("/susieti")))
    code = code_of(await slack.says("/susieti"))
    phone = there(chat, "Ada naujas", "telegram")
    asked = await phone.says("/" + code)
    assert "senoji nario teisių nebeturės" in asked.plain
    assert "Ada" in (await ada.says("/nustatymai")).plain, "nothing is done before it is confirmed"
    assert "paskyra jūsų (Ada)" in (await phone.presses("Nuo šiol naudoti šią")).plain
    assert "paskyra jūsų (Ada)" in (await phone.presses("Nuo šiol naudoti šią", of=asked)).plain
    assert await accounts(chat) == ["slack", "telegram"]
    assert "Jūs: svečias" in (await ada.says("/nustatymai")).plain


async def test_whoever_was_talked_out_of_a_code_hears_it(chat: Chat, ada: Someone) -> None:
    """An account that is replaced by its own code is told so, although it is a stranger by then."""
    code = code_of(await ada.says("/susieti"))
    thief = there(chat, "Jonas", "telegram")
    await thief.says(code)
    await thief.presses("Nuo šiol naudoti šią")
    [(place, [text])] = (await pushed(chat, "telegram")).items()
    assert place == "telegram chat-uAda" and "Vietoj šios paskyros" in text


async def test_a_crash_between_the_link_and_the_news_loses_neither(chat: Chat, ada: Someone) -> None:
    """When the program died right after the link was durable, the code that comes again brings the news, once."""
    slack, code = there(chat), code_of(await ada.says("/susieti"))
    await chat.store.members.link("l1", Reach("slack", slack.account.user, "D1"), chat.by("n1"))
    assert await chat.store.sendings.all() == ()
    for _ in range(2):
        assert "paskyra jūsų (Ada)" in (await slack.says(code)).plain
    assert [(s.kind, s.key) for s in await chat.store.sendings.all()] == [("linked", "linked l1")]


async def test_a_list_that_goes_out_and_in_again_keeps_linked_accounts(chat: Chat) -> None:
    """Both accounts are in the list of members, and it comes back without a difference."""
    linked = (Reach("telegram", "900000001", "900000001"), Reach("slack", "U012ABCDEF", "D012ABCDEF"))
    person = Person("Ada", "fotonika", accounts=linked, wishes=Wishes(first="slack"))
    before = await chat.store.members.take_over((NewMember(person),), chat.by())
    ctx = await chat.dispatch.context(
        Incoming("list", Account("console", "operator"), "console", True, "import members")
    )
    list_ = await exports.file("members", "members.xlsx", ctx)
    assert (await taking.preview("members", list_, "members.xlsx", ctx)).same == 1
    shorter = b"Vardas;Telegram\nAda K.;900000001\n"
    await taking.apply(await taking.preview("members", shorter, "members.csv", ctx), ctx)
    [ada] = await chat.store.members.all()
    assert ada.person.name == "Ada K." and ada.person.accounts == before[0].person.accounts
    assert ada.person.wishes.first == "slack"


async def test_an_account_is_unlinked_from_the_other_one(chat: Chat, ada: Someone) -> None:
    """With one press, once; it never unlinks itself, and nobody else's press does."""
    slack = there(chat)
    await slack.says(code_of(await ada.says("/susieti")))
    assert "iš kurios rašote, atsieti negalima" in (await slack.says("/atsieti slack")).plain
    assert "Kurią paskyrą atsieti?" in (await ada.says("/atsieti")).plain
    eva = await chat.member("Eva")
    assert "Kitų susietų paskyrų neturite" in (await eva.says("/unlink slack")).plain
    shown = ada.last
    assert "Paskyra atsieta (Slack)" in (await ada.presses("Slack")).plain
    assert "Kitų susietų paskyrų neturite" in (await ada.presses("Slack", of=shown)).plain
    assert await accounts(chat) == ["telegram"]
    assert "Jūs: svečias" in (await slack.says("/nustatymai")).plain


async def test_a_request_that_waits_is_settled_by_linking(chat: Chat, ada: Someone) -> None:
    """Somebody who asked to join before they linked does not become two members."""
    slack = there(chat)
    await slack.says("/prisijungti")
    await slack.fills_in(name="Ada", organisation="Kažkas")
    rūta = await chat.member("Rūta", "secretariat")
    shown = await rūta.says("/prasymai")
    await slack.says(code_of(await ada.says("/susieti")))
    assert "jau patvirtintas" in (await rūta.presses("Patvirtinti", of=shown)).plain
    assert len(await chat.store.members.all()) == 2


async def test_a_link_opens_telegram_with_the_code(chat: Chat) -> None:
    """Asked for elsewhere, the code is a link too, which Telegram turns into /start; where strangers may not ask it
    works all the same."""
    chat = Chat.begin(policy=Policy(strangers_may_ask=False, join_link="https://t.me/fake?start="))
    await chat.associate()
    eva = await chat.member("Eva", platform="slack")
    [link] = [
        s
        for b in (await eva.says("/susieti")).blocks
        if isinstance(b, Para)
        for s in b.spans
        if isinstance(s, Link)
    ]
    parameter = link.url.removeprefix("https://t.me/fake?start=")
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", parameter)
    phone = there(chat, "Eva", "telegram")
    assert "paskyra jūsų (Eva)" in (await phone.says(f"/start {parameter}")).plain
    assert await accounts(chat) == ["slack", "telegram"]
    await chat.store.close()


async def test_which_platform_comes_first_is_ones_own_to_say(chat: Chat, ada: Someone) -> None:
    """Who has two accounts sees which is first and turns it over with one press; who has one is told how to link."""
    assert "Susieti kitą paskyrą" in labels(await ada.says("/nustatymai"))
    assert "Susieta tik viena" in (await ada.says("/platforma slack")).plain
    slack = there(chat)
    await slack.says(code_of(await ada.presses("Susieti kitą paskyrą")))
    shown = await ada.says("/nustatymai")
    assert len(labels(await ada.says("/tema"))) == 6
    assert "pirmiausia siunčiama per: Telegram" in shown.plain and "Susieti kitą paskyrą" not in labels(shown)
    assert "pirmiausia siunčiama per: Slack" in (await ada.presses("Pirmiausia: Slack", of=shown)).plain
    assert "pirmiausia siunčiama per: Slack" in (await ada.presses("Pirmiausia: Slack", of=shown)).plain
    assert "Kur pirmiausia" in (await slack.says("/platforma whatsapp")).plain
    assert "pirmiausia siunčiama per: Telegram" in (await slack.presses("Telegram")).plain
