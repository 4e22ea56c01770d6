"""A working group's channel on the strict Telegram, by the real dispatch and the real outbox."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from bot.app import platforms
from bot.config import Local, Secret, Settings
from bot.config import Telegram as TelegramSettings
from bot.outbox import Outbox, Rules
from bot.schedule import notice
from storage.association import DigestTime
from storage.calls import Why
from storage.members import Holding, NewMember, Reach, Role
from storage.members import Person as Human
from storage.sendings import Delivery, NewSending
from tests.conversation import STRUCTURE, Chat, moment
from tests.patience import PATIENCE
from tests.telegram_people import Group, Person
from tests.telegram_rules import bad
from tests.telegram_server import TelegramServer

MONDAY = datetime(2026, 9, 28, 6, 1, tzinfo=UTC)  # a minute past 09:00 in Vilnius
ROOM, SUPER = -4001, -100200300


@dataclass
class Bot:
    """The bot as the program puts it together, on a store in memory."""

    chat: Chat
    outbox: Outbox
    server: TelegramServer

    async def joined(self, id: int, name: str, role: Role = "member") -> Person:
        """Somebody of the policy group who has started the bot."""
        human = Human(
            name,
            "fotonika",
            role,
            accounts=(Reach("telegram", str(id)),),
            holdings=(Holding("politika", "LKA", "delegate"),),
        )
        await self.chat.store.members.take_over((NewMember(human),), self.chat.by())
        person = self.server.person(id, name, "lt")
        person.starts()
        await person.reads()
        return person

    async def connected(self) -> tuple[Person, Group]:
        """Rūta of the secretariat and a group chat that she has made the policy group's channel."""
        rūta = await self.joined(900000002, "Rūta", "secretariat")
        group = self.server.group(ROOM, "Politika", rūta, kind="group")
        rūta.says("/kanalas politika", group)
        assert (await group.reads()).text.startswith("Nuo šiol čia – darbo grupės kanalas")
        assert (await rūta.reads()).text.startswith(
            "Prijungta: nuo šiol grupė „Klasterių politikos darbo grupė“"
        )
        return rūta, group

    async def due(self) -> None:
        """The schedule looks."""
        await notice(self.chat.store, self.chat.now)
        self.outbox.wake()

    async def settled(self, key: str) -> Delivery:
        """What became of the channel's delivery of that sending."""
        async with asyncio.timeout(PATIENCE):
            while True:
                sending = await self.chat.store.sendings.of_key(key)
                found = await self.chat.store.sendings.deliveries(sending.id) if sending else ()
                own = next((d for d in found if d.recipient == "g1"), None)
                if own is not None and own.state not in ("queued", "sending"):
                    return own
                await asyncio.sleep(0.01)


@asynccontextmanager
async def running(server: TelegramServer) -> AsyncIterator[Bot]:
    """The platform as app.py makes it, the dispatch, the outbox."""
    chat = Chat.begin()
    politika = replace(STRUCTURE.groups[0], digest=DigestTime(0, "09:00"))
    await chat.store.association.take_over(replace(STRUCTURE, groups=(politika,)), chat.by())
    await chat.call("Inoklaster LT", closes=moment("2026-10-02 16:00"))
    settings = Settings(telegram=TelegramSettings(Secret(server.token), server.url), local=Local(False))
    [telegram] = platforms(settings, chat.store)
    rules = Rules({"telegram": 500.0}, follows=0.05)
    outbox = Outbox(chat.store, (telegram,), chat.dispatch.compose, lambda: chat.now, rules)
    chat.dispatch.spoke, chat.dispatch.changed = outbox.spoke, outbox.wake
    tasks = [asyncio.create_task(telegram.run(chat.dispatch)), asyncio.create_task(outbox.run())]
    try:
        await server.until(lambda: server.polled)
        yield Bot(chat, outbox, server)
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await telegram.close()
        await chat.store.close()


@pytest_asyncio.fixture
async def bot(server: TelegramServer) -> AsyncIterator[Bot]:
    async with running(server) as found:
        yield found


async def test_a_group_chat_becomes_the_channel_and_gets_the_digest(bot: Bot) -> None:
    """Connected by a command in the group, its first words and the week's digest come as posts without buttons; what
    changes afterwards is told there once."""
    _, group = await bot.connected()
    bot.chat.now = MONDAY
    await bot.due()
    digest = await group.reads()
    assert digest.text.startswith("Savaitės santrauka: Klasterių politikos darbo grupė") and not digest.labels
    assert "Inoklaster LT: iki spalio 2 d., 16:00" in digest.text and digest.reply_to is None
    await bot.settled("digest politika 2026-W40")
    later = {"closes": moment("2026-10-06 16:00")}
    await bot.chat.store.calls.change("c1", 1, later, Why("daugiau laiko"), bot.chat.by())
    bot.chat.passes(minutes=11)
    await bot.due()
    await bot.due()
    change = await group.reads()
    assert "buvo spalio 2 d., 16:00 → dabar spalio 6 d., 16:00" in change.text
    await bot.settled("change c1 v2")
    assert group.unread == ()


async def test_a_press_under_a_post_is_answered_to_the_presser_alone(bot: Bot) -> None:
    """An announcement in the channel: a recipient's press is noted, a member to whom it was not sent and a stranger get
    a kind alert; the post stays as it is, and is put right and taken back where it stands."""
    _, group = await bot.connected()
    ada = await bot.joined(900000001, "Ada")
    guest = bot.server.person(900000009, "Svečias", "lt")
    group.adds(ada, guest)
    eva = bot.server.person(900000005, "Eva", "lt")
    human = Human("Eva", "fotonika", accounts=(Reach("telegram", "900000005"),))
    await bot.chat.store.members.take_over((NewMember(human),), bot.chat.by())
    eva.starts()
    content = {"lt": "Pavadinimas\n\nAteikite.", "en": "", "acknowledge": True, "asked_by": "n1"}
    new = NewSending("announcement", "announcement x", content, bot.chat.now)
    sending = await bot.chat.store.sendings.open(new, ("n2", "g1"), bot.chat.by())
    bot.outbox.wake()
    post = await group.reads()
    assert post.labels == ("Perskaičiau",) and "Ateikite." in post.text
    assert await ada.presses("Perskaičiau", group).answer() == ("Ačiū, pažymėta, kad perskaitėte.", True)
    text, alert = await eva.presses("Perskaičiau", group).answer()
    assert alert and "patvirtinti nereikia" in text
    text, alert = await guest.presses("Perskaičiau", group).answer()
    assert alert and "Tai skirta nariams" in text
    acknowledged = {
        d.recipient: d.acknowledged is not None for d in await bot.chat.store.sendings.deliveries(sending.id)
    }
    assert acknowledged == {"n2": True, "g1": False} and group.unread == ()
    await bot.chat.store.sendings.change(sending.id, 1, {**content, "lt": "Patikslinta."}, bot.chat.by())
    bot.outbox.wake()
    edited = await group.reads()
    assert edited.id == post.id and edited.text.startswith("Patikslinta.") and edited.labels == post.labels
    await bot.chat.store.sendings.turn(sending.id, "recalled", "", bot.chat.by())
    bot.outbox.wake()
    await bot.server.until(lambda: post.id not in [shown.id for shown in group.screen])


async def test_a_group_that_becomes_a_supergroup_keeps_its_channel(bot: Bot) -> None:
    """Told of the move, the channel has the new id, and the digest goes there; what was posted before cannot be taken
    back any more, and the progress says why."""
    rūta, group = await bot.connected()
    content = {"lt": "Ateikite.", "en": "", "asked_by": "n1"}
    announcement = NewSending("announcement", "announcement x", content, bot.chat.now)
    sending = await bot.chat.store.sendings.open(announcement, ("g1",), bot.chat.by())
    bot.outbox.wake()
    assert (await group.reads()).text == "Ateikite."
    await bot.settled("announcement x")
    new = group.migrates(SUPER)
    async with asyncio.timeout(PATIENCE):
        while [c.address for c in await bot.chat.store.channels.all()] != [str(SUPER)]:
            await asyncio.sleep(0.01)
    bot.chat.now = MONDAY
    await bot.due()
    assert (await new.reads()).text.startswith("Savaitės santrauka")
    assert (await bot.settled("digest politika 2026-W40")).address == str(SUPER)
    await bot.chat.store.sendings.turn(sending.id, "recalled", "", bot.chat.by())
    bot.outbox.wake()
    async with asyncio.timeout(PATIENCE):
        while (await bot.settled("announcement x")).why != "The group has moved.":
            await asyncio.sleep(0.01)
    await rūta.reads()  # her own digest
    rūta.says(f"/siuntimas {sending.id}")
    assert "kanalas (Telegram): pokalbis tapo kitu" in (await rūta.reads()).text


async def test_a_move_learnt_while_sending_is_stored_first_and_sent_once(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody told the bot: the sending is refused with the new id, which is kept before the post goes there once, and
    what is put right later is put right there."""
    _, group = await bot.connected()
    new = bot.server.group(SUPER, "Politika", *group.members)
    group.refuses = bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=SUPER)
    stored: list[str] = []

    async def moved(platform: str, old: str, address: str) -> None:
        assert new.log == [], "the new id is kept before anything is sent there"
        await keep(platform, old, address)
        stored.append(address)

    keep = bot.chat.store.channels.moved
    monkeypatch.setattr(bot.chat.store.channels, "moved", moved)
    bot.chat.now = MONDAY
    await bot.due()
    assert (await new.reads()).text.startswith("Savaitės santrauka")
    delivery = await bot.settled("digest politika 2026-W40")
    assert stored == [str(SUPER)] and (delivery.state, delivery.address) == ("sent", str(SUPER))
    assert len(new.log) == 1
    [channel] = await bot.chat.store.channels.all()
    assert (channel.address, channel.unreachable) == (str(SUPER), "")


async def test_a_bot_that_was_removed_says_so_until_it_is_back(bot: Bot) -> None:
    """Thrown out of the group, the digest's post fails with the reason, which the secretariat sees in its words; let in
    and connected again, the channel is as before."""
    rūta, group = await bot.connected()
    group.kicks()
    bot.chat.now = MONDAY
    await bot.due()
    delivery = await bot.settled("digest politika 2026-W40")
    assert (delivery.state, delivery.why) == ("failed", "The bot was removed from the group.")
    await rūta.reads()  # her own digest
    rūta.says("/grupes politika")
    assert "nepasiekiamas: robotas pašalintas iš pokalbio." in (await rūta.reads()).text
    group.refuses = None
    rūta.says("/kanalas politika", group)
    assert (await group.reads()).text.startswith("Nuo šiol čia")
    [channel] = await bot.chat.store.channels.all()
    assert (channel.address, channel.unreachable) == (str(ROOM), "")
