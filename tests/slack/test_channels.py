"""A working group's channel on the strict Slack, by the real dispatch and the real outbox."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest_asyncio

from bot.app import platforms
from bot.config import Local, Secret, Settings
from bot.config import Slack as SlackSettings
from bot.outbox import Outbox, Rules
from bot.schedule import notice
from storage.association import DigestTime
from storage.members import Holding, NewMember, Reach, Role
from storage.members import Person as Human
from storage.sendings import Delivery, NewSending
from tests.conversation import STRUCTURE, Chat, moment
from tests.patience import PATIENCE
from tests.slack_people import Person
from tests.slack_records import Message
from tests.slack_server import APP_TOKEN, BOT_TOKEN, SlackServer

MONDAY = datetime(2026, 9, 28, 6, 1, tzinfo=UTC)  # a minute past 09:00 in Vilnius


@dataclass
class Bot:
    """The bot as the program puts it together, on a store in memory."""

    chat: Chat
    outbox: Outbox
    server: SlackServer

    async def joined(self, user: str, name: str, role: Role = "member", *groups: str) -> Person:
        """A member with that Slack account, in these groups."""
        human = Human(
            name,
            "fotonika",
            role,
            accounts=(Reach("slack", user),),
            holdings=tuple(Holding(group, "LKA", "delegate") for group in groups),
        )
        await self.chat.store.members.take_over((NewMember(human),), self.chat.by())
        return self.server.person(user, name)

    async def due(self) -> None:
        """The schedule looks."""
        await notice(self.chat.store, self.chat.now)
        self.outbox.wake()

    async def posts(self, channel: str, count: int) -> list[Message]:
        """What is posted in the channel for everybody, once there is so much of it."""
        async with asyncio.timeout(PATIENCE):
            while len(self.ledger(channel)) < count:
                await asyncio.sleep(0.01)
        return self.ledger(channel)

    def ledger(self, channel: str) -> list[Message]:
        """What everybody in the channel sees of the bot's."""
        return [m for m in self.server.posted(channel) if m.to is None]

    async def told(self, *who: str) -> None:
        """Waits until these, and nobody else, were told of the call."""
        async with asyncio.timeout(PATIENCE):
            while {t.member for t in await self.chat.store.conversation.told("c1")} != set(who):
                await asyncio.sleep(0.01)

    async def settled(self, kind: str) -> Delivery:
        """What became of the channel's delivery of the newest sending of that kind."""
        async with asyncio.timeout(PATIENCE):
            while True:
                found = [s for s in await self.chat.store.sendings.all() if s.kind == kind]
                of = await self.chat.store.sendings.deliveries(found[-1].id) if found else ()
                own = next((d for d in of if d.recipient == "g1"), None)
                if own is not None and own.state not in ("queued", "sending"):
                    return own
                await asyncio.sleep(0.01)


@pytest_asyncio.fixture
async def bot() -> AsyncIterator[Bot]:
    """The platform as app.py makes it, the dispatch, the outbox; one call, one group with a digest."""
    async with SlackServer() as server:
        chat = Chat.begin()
        politika = replace(STRUCTURE.groups[0], digest=DigestTime(0, "09:00"))
        await chat.store.association.take_over(replace(STRUCTURE, groups=(politika,)), chat.by())
        await chat.call("Inoklaster LT", closes=moment("2026-10-02 16:00"))
        slack = SlackSettings(Secret(BOT_TOKEN), Secret(APP_TOKEN), server.url)
        [platform] = platforms(Settings(slack=slack, local=Local(False)), chat.store)
        rules = Rules({"slack": 500.0}, follows=0.05)
        outbox = Outbox(chat.store, (platform,), chat.dispatch.compose, lambda: chat.now, rules)
        chat.dispatch.spoke, chat.dispatch.changed = outbox.spoke, outbox.wake
        tasks = [asyncio.create_task(platform.run(chat.dispatch)), asyncio.create_task(outbox.run())]
        try:
            yield Bot(chat, outbox, server)
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await platform.close()
            await chat.store.close()


async def test_a_slash_command_connects_a_channel(bot: Bot) -> None:
    """`/sauklys kanalas politika` is confirmed to whoever said it alone; the channel's first words and its digest are
    posts there, once, without buttons."""
    rūta = await bot.joined("U02", "Rūta", "secretariat")
    bot.server.channel("C01", "politika", rūta)
    await rūta.commands("/sauklys", "kanalas politika", "C01")
    [greeting] = await bot.posts("C01", 1)
    confirmed = await rūta.reads()
    while confirmed.kind != "ephemeral":
        confirmed = await rūta.reads()
    assert confirmed.text.startswith(
        "Prijungta: nuo šiol grupė „Klasterių politikos darbo grupė“ turi kanalą programėlėje „Slack“"
    )
    assert greeting.shown.startswith("Nuo šiol čia – darbo grupės kanalas")
    bot.chat.now = MONDAY
    await bot.due()
    await bot.due()
    digest = (await bot.posts("C01", 2))[-1]
    assert "Savaitės santrauka: Klasterių politikos darbo grupė" in digest.shown and digest.thread_ts is None
    assert (await bot.settled("digest")).address == "C01"
    assert {t.how for t in await bot.chat.store.conversation.told("c1") if t.member == "g1"} == {"digest"}
    assert len(bot.ledger("C01")) == 2 and not any(b["type"] == "actions" for b in digest.blocks)


async def test_a_mention_connects_a_private_channel(bot: Bot) -> None:
    """Where the bot is in the channel a mention will do, with the slash or without; a member is told that only the
    secretariat can."""
    rūta, ada = await bot.joined("U02", "Rūta", "secretariat"), await bot.joined("U01", "Ada")
    bot.server.channel("G01", "politika", rūta, ada, private=True)
    await ada.mentions("G01", "kanalas politika")
    [refused] = await bot.posts("G01", 1)
    assert refused.shown == "Tai gali tik sekretoriatas."
    await rūta.mentions("G01", "kanalas politika")
    greeting = (await bot.posts("G01", 2))[-1]
    assert greeting.shown.startswith("Nuo šiol čia") and greeting.thread_ts is None
    [channel] = await bot.chat.store.channels.all()
    assert (channel.group, channel.platform, channel.address) == ("politika", "slack", "G01")


async def test_a_channel_without_the_bot_is_marked_at_once(bot: Bot) -> None:
    """A slash command is heard where the bot is not: its first words fail, the secretariat sees why, and once it is
    invited and connected again the words are there. An archived channel says so too."""
    rūta = await bot.joined("U02", "Rūta", "secretariat")
    room = bot.server.channel("C01", "politika", rūta, bot=False)
    await rūta.commands("/sauklys", "kanalas politika", "C01")
    assert (await bot.settled("channel")).why == "The bot is not in the channel."
    await rūta.reads()
    await rūta.commands("/sauklys", "grupes politika")
    shown = await rūta.reads()
    while "kanalas" not in shown.text:
        shown = await rūta.reads()
    assert "Programėlės „Slack“ kanalas nepasiekiamas: roboto kanale nėra." in shown.text
    room.members.add("UBOT")
    await rūta.commands("/sauklys", "kanalas politika", "C01")
    assert len(await bot.posts("C01", 1)) == 1
    assert (await bot.settled("channel")).state == "sent"
    room.archived = True
    bot.chat.now = MONDAY
    await bot.due()
    assert (await bot.settled("digest")).why == "The channel is archived."
    [channel] = await bot.chat.store.channels.all()
    assert channel.unreachable == "The channel is archived."


async def test_a_press_in_a_channel_is_answered_to_the_presser_alone(bot: Bot) -> None:
    """A recipient's press is noted, another member gets a kind word that nobody else sees; the post is changed and
    taken back where it stands."""
    rūta = await bot.joined("U02", "Rūta", "secretariat")
    ada, eva = await bot.joined("U01", "Ada", "member", "politika"), await bot.joined("U03", "Eva")
    bot.server.channel("C01", "politika", rūta, ada, eva)
    await bot.chat.store.channels.connect("politika", "slack", "C01", bot.chat.by())
    content = {"lt": "Pavadinimas\n\nAteikite.", "en": "", "acknowledge": True, "asked_by": "n1"}
    new = NewSending("announcement", "announcement x", content, bot.chat.now)
    sending = await bot.chat.store.sendings.open(new, ("n2", "g1"), bot.chat.by())
    bot.outbox.wake()
    [post] = await bot.posts("C01", 1)
    await ada.presses("Perskaičiau", post)
    await eva.presses("Perskaičiau", post)
    heard = []
    for person in (ada, eva):
        seen = await person.reads()
        while seen.kind != "ephemeral":
            seen = await person.reads()
        heard.append(seen.text)
    assert heard[0] == "Ačiū, pažymėta, kad perskaitėte." and "patvirtinti nereikia" in heard[1]
    deliveries = await bot.chat.store.sendings.deliveries(sending.id)
    assert {d.recipient: d.acknowledged is not None for d in deliveries} == {"n2": True, "g1": False}
    await bot.chat.store.sendings.change(sending.id, 1, {**content, "lt": "Patikslinta."}, bot.chat.by())
    bot.outbox.wake()
    async with asyncio.timeout(PATIENCE):
        while "Patikslinta." not in post.shown:
            await asyncio.sleep(0.01)
    await bot.chat.store.sendings.turn(sending.id, "recalled", "", bot.chat.by())
    bot.outbox.wake()
    async with asyncio.timeout(PATIENCE):
        while not post.deleted:
            await asyncio.sleep(0.01)


async def test_who_was_told_is_who_saw_the_answer(bot: Bot) -> None:
    """A slash command in the channel is answered to its asker alone, who was told; a mention is answered before
    everybody, and the channel was told."""
    ada = await bot.joined("U01", "Ada")
    bot.server.channel("C01", "politika", ada)
    await bot.chat.store.channels.connect("politika", "slack", "C01", bot.chat.by())
    await ada.commands("/sauklys", "iki kada inoklaster lt?", "C01")
    assert (await ada.reads()).kind == "ephemeral"
    await bot.told("n1")
    await ada.mentions("C01", "iki kada inoklaster lt?")
    await bot.told("n1", "g1")
