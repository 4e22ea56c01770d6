"""The adapter's own life: starting, menus, polling trouble, stopping, and what it keeps out of logs."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

import pytest
import structlog

from bot.platform import Down, Outcome, TryLater, Unknown
from bot.telegram import platform as adapter
from bot.telegram.menus import DESCRIPTION, Reader
from bot.telegram.platform import Telegram
from bot.telegram.render import Part
from handlers.chat import Button, Reply, para, rows
from handlers.i18n import translator
from tests.patience import PATIENCE
from tests.telegram.conftest import Talk, talking
from tests.telegram_people import Person
from tests.telegram_server import Fault, TelegramServer

PART = Part("<b>Labas</b>", rows(Button("Toliau", "labas")))


async def ended(talk: Talk) -> BaseException:
    """How the bot's run ended; waits for it."""
    assert talk.running is not None
    await asyncio.wait([talk.running], timeout=PATIENCE)
    error = talk.running.exception()
    assert error is not None
    return error


# Starting


async def test_a_wrong_token_says_so_and_stops(server: TelegramServer) -> None:
    """A token that Telegram refuses ends the run, and is not in the reason."""
    server.me = {**server.me}
    wrong = Telegram(server.token[:-1] + "x", server.url)
    with pytest.raises(Down, match="does not accept the bot's token") as caught:
        await wrong.run(Talk(wrong).dispatch)
    assert server.token[:12] not in str(caught.value)
    await wrong.close()


async def test_a_start_without_network_goes_on_when_there_is_one(server: TelegramServer, ada: Person) -> None:
    """Until Telegram is reached the start is tried again, less and less often."""
    server.fails(Fault("broken", status=502), times=3)
    async with talking(server) as talk:
        ada.says("labas")
        assert (await ada.reads()).text == "Girdžiu: labas"
        assert talk.waits == [1.0, 2.0, 4.0]


async def test_a_webhook_is_removed(server: TelegramServer, ada: Person) -> None:
    """What another program has set does not keep the messages away, and none is lost."""
    server.webhook = "https://example.org/hook"
    ada.says("labas")
    async with talking(server):
        assert (await ada.reads()).text == "Girdžiu: labas"
    assert server.called("deleteWebhook") == [{"drop_pending_updates": False}]


async def test_a_second_poller_is_said_and_stops(server: TelegramServer, ada: Person) -> None:
    """Of two programs with one token the older one ends with a reason; the newer one answers."""
    async with talking(server) as older:
        await server.until(lambda: server.polled)
        async with talking(server):
            error = await ended(older)
            assert isinstance(error, Down) and "Another program is reading" in error.why
            ada.says("labas")
            assert (await ada.reads()).text == "Girdžiu: labas"
        assert older.heard == []


# Polling


async def test_polling_goes_on_after_trouble(server: TelegramServer, talk: Talk, ada: Person) -> None:
    """Errors, broken connections, half answers and floods are waited out; nothing is lost."""
    for fault in (
        Fault("flood", seconds=9),
        Fault("broken"),
        Fault("close"),
        Fault("half"),
        Fault("garbled"),
    ):
        server.fails(fault, "getUpdates")
    ada.says("labas")
    assert (await ada.reads()).text == "Girdžiu: labas"
    ada.says("dar")
    assert (await ada.reads()).text == "Girdžiu: dar"
    assert talk.texts == ["labas", "dar"] and talk.waits[0] == 9.0


async def test_an_update_that_cannot_be_read_is_passed_over(
    server: TelegramServer, talk: Talk, ada: Person
) -> None:
    """One update that the library does not understand does not keep the others away."""
    server.deliver({"message": {"message_id": 1, "nobody": "knows"}})
    server.deliver({"callback_query": {"id": "1"}})
    ada.says("labas")
    assert (await ada.reads()).text == "Girdžiu: labas"


async def test_a_silent_telegram_is_said_once(
    server: TelegramServer, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When nothing could be polled for long there is one alarm, and a line when it is over."""
    monkeypatch.setattr(adapter, "STALLED_SECONDS", -1.0)
    with structlog.testing.capture_logs() as logs:
        async with talking(server) as talk:
            await server.until(lambda: server.polled)
            server.fails(Fault("broken", status=502), "getUpdates", times=4)
            for text in ("labas", "dar"):
                ada.says(text)
                await ada.reads()
            assert len(talk.waits) == 4
    said = [(line["log_level"], line["event"]) for line in logs]
    assert said == [("error", "Telegram brings nothing"), ("info", "Telegram is back")]


async def test_a_jammed_poll_gets_new_connections(
    server: TelegramServer, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A poll that neither ends nor fails is given up, and its connections are made anew."""
    monkeypatch.setattr(adapter, "ANSWER_SECONDS", 0.02)
    monkeypatch.setattr("bot.telegram.polling.LONG_SECONDS", 0)
    with structlog.testing.capture_logs() as logs:
        async with talking(server) as talk:
            polls = talk.telegram._polls
            monkeypatch.setattr(talk.telegram, "_polls", Jammed(polls))
            ada.says("labas")
            assert (await ada.reads()).text == "Girdžiu: labas"
    assert "a poll has jammed; its connections are made anew" in [line["event"] for line in logs]


class Jammed:
    """A request object whose first poll hangs until it is shut down."""

    def __init__(self, real: object) -> None:
        self.real = real
        self.fresh = False

    async def post(self, *args: object, **how: object) -> object:
        """Hangs, or polls."""
        if not self.fresh:
            await asyncio.Event().wait()
        return await self.real.post(*args, **how)  # type: ignore[attr-defined]

    async def shutdown(self) -> None:
        """Lets go of the connections."""
        await self.real.shutdown()  # type: ignore[attr-defined]

    async def initialize(self) -> None:
        """Makes new ones."""
        self.fresh = True
        await self.real.initialize()  # type: ignore[attr-defined]


# Menus


async def introduced(server: TelegramServer) -> None:
    """Waits until everything is set that a start sets."""
    await server.until(lambda: ("short_description", "lt") in server.descriptions)


async def test_menus_and_descriptions_are_in_the_readers_language(
    server: TelegramServer, talk: Talk, ada: Person
) -> None:
    """A stranger sees the public commands, in Lithuanian or, with any other language, in English."""
    john = server.person(900000009, "John", "de")
    await introduced(server)
    assert "kvietimai" in server.menu(ada) and "calls" in server.menu(john)
    assert not {"pratesti", "posedziai"} & set(server.menu(ada))
    assert server.descriptions["description", ""] == DESCRIPTION
    assert server.descriptions["description", "lt"] == translator("lt")(DESCRIPTION)
    assert {scope for scope, _ in server.commands} == {"all_private_chats", "all_group_chats"}
    assert "settings" not in [c["command"] for c in server.commands["all_group_chats", ""]]


async def compared(server: TelegramServer, starts: int) -> None:
    """Waits until that many starts have looked at what is set."""
    await server.until(lambda: len(server.called("getMyShortDescription")) == 2 * starts)


async def test_what_is_set_already_is_left(server: TelegramServer) -> None:
    """A second start sets nothing anew."""
    for starts in (1, 2):
        async with talking(server):
            await compared(server, starts)
            await introduced(server)
    assert len(server.called("setMyCommands")) == 4
    assert len(server.called("setMyDescription", "setMyShortDescription")) == 4


async def test_the_menu_follows_role_and_language(server: TelegramServer, talk: Talk, ada: Person) -> None:
    """A member's menu is in the stored language and by the role, set once and again when either changes."""
    await introduced(server)
    sizes = []
    for reader in (
        Reader("member", "lt"),
        Reader("member", "lt"),
        Reader("secretariat", "en"),
        Reader("stranger", "lt"),
    ):
        talk.readers[str(ada.id)] = reader
        await server.confirms(ada.says("labas"))
        sizes.append((next(iter(server.menu(ada))), "extend" in server.menu(ada)))
    assert sizes == [("kvietimai", False), ("kvietimai", False), ("calls", True), ("kvietimai", False)]
    assert len([p for p in server.called("setMyCommands") if p["scope"]["type"] == "chat"]) == 2


async def test_a_menu_that_fails_keeps_nobody_from_an_answer(server: TelegramServer, ada: Person) -> None:
    """Menus and descriptions are a courtesy."""
    server.fails(Fault("broken"), "setMyCommands", times=-1)
    async with talking(server) as talk:
        talk.readers[str(ada.id)] = Reader("member", "lt")
        await server.confirms(ada.says("labas"))
        assert (await ada.reads()).text == "Girdžiu: labas"


# The port


async def test_parts_are_sent_changed_and_deleted(server: TelegramServer, talk: Talk, ada: Person) -> None:
    """send gives the message's id; edit and delete take it, and are successes when there is nothing to do."""
    ada.starts()
    await ada.reads()
    number = await talk.telegram.send(str(ada.id), PART, "key")
    assert (await ada.reads()).id == int(number)
    await talk.telegram.edit(str(ada.id), number, Part("Kitaip"))
    await talk.telegram.edit(str(ada.id), number, Part("Kitaip"))
    seen = await ada.reads()
    assert (seen.text, seen.labels, ada.unread) == ("Kitaip", (), ())
    await talk.telegram.delete(str(ada.id), number)
    await talk.telegram.delete(str(ada.id), number)
    assert seen.id not in [m.id for m in ada.screen]
    with pytest.raises(Outcome, match="can no longer be changed"):
        await talk.telegram.edit(str(ada.id), number, PART)
    with pytest.raises(Unknown):
        await talk.telegram.look_up(str(ada.id), "key")


async def test_send_tries_once(server: TelegramServer, talk: Talk, ada: Person) -> None:
    """The port's send leaves every repetition to who calls it."""
    ada.starts()
    await ada.reads()
    server.fails(Fault("flood", seconds=3), "sendMessage")
    with pytest.raises(TryLater):
        await talk.telegram.send(str(ada.id), PART, "key")
    assert talk.waits == [] and ada.unread == ()


async def test_check_says_what_is_so(server: TelegramServer) -> None:
    """A line for the token and for each thing that stands in the way."""
    telegram = Telegram(server.token, server.url)
    assert [s.what for s in await telegram.check()] == ["Telegram: the token is that of @sauklys_bot."]
    server.webhook = "https://example.org"
    server.me |= {"can_join_groups": False, "can_read_all_group_messages": True}
    assert [s.ok for s in await telegram.check()] == [True, False, False, True]
    wrong = Telegram(server.token[:-1] + "x", server.url)
    assert [s.ok for s in await wrong.check()] == [False]
    nobody = Telegram(server.token, "http://127.0.0.1:9")
    (status,) = await nobody.check()
    assert not status.ok and "cannot be reached" in status.what
    for one in (telegram, wrong, nobody):
        await one.close()


async def test_no_token_name_or_text_in_any_log(
    server: TelegramServer, ada: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """At the most talkative level, through calls that fail in every way, the libraries and we name nobody."""
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as logs:
        async with talking(server) as talk:
            talk.answers["slapta"] = Reply((para("labai slapta"),), buttons=PART.buttons)
            for kind in ("broken", "close", "half", "garbled"):
                server.fails(Fault(kind), "sendMessage")
                server.fails(Fault(kind), "getUpdates", after=1)
                await server.confirms(ada.says("slapta"))
            server.deliver({"message": {"message_id": 1, "text": "slapta"}})
            await server.confirms(ada.says("slapta"))
            await ada.presses("Toliau").answer()
        wrong = Telegram(server.token[:-1] + "x", server.url)
        with suppress(Outcome):
            await wrong.start()
        await wrong.close()
    written = caplog.text + repr(logs)
    assert "slapta" not in written and "Ada" not in written
    assert server.token.split(":")[1][:20] not in written
