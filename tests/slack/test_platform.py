"""The Slack adapter by itself: acknowledged in time, once, in order, over a socket that may die."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
import structlog

from bot import logs
from bot.config import Log
from bot.platform import Down, NotDurable, Respond
from bot.slack.manifest import EVENTS, SCOPES, manifest
from bot.slack.platform import Slack
from handlers.chat import Button, Field, File, Form, Incoming, Reply, rows, say
from tests.patience import PATIENCE
from tests.slack_rules import EVENT_SCOPES
from tests.slack_server import APP_TOKEN, BOT_TOKEN, SlackServer, errs


@dataclass
class Echo:
    """A dispatch that remembers what it was given and answers with it; it can keep a user waiting until something has
    happened, or be unable to write."""

    until: dict[str, asyncio.Event] = field(default_factory=dict)
    durable: bool = True
    heard: list[Incoming] = field(default_factory=list)

    async def __call__(self, msg: Incoming, respond: Respond) -> None:
        self.heard.append(msg)
        if msg.account.user in self.until:
            await self.until[msg.account.user].wait()
        if not self.durable:
            raise NotDurable("the disk is full")
        if msg.text in ("form", "join"):
            await respond(Reply(form=Form("form", "Forma", (Field("name", "Vardas", "text"),))))
            return
        await respond(say(f"girdžiu: {msg.text}", buttons=rows(Button("Taip", "yes 1"))))


@pytest_asyncio.fixture
async def server() -> AsyncIterator[SlackServer]:
    async with SlackServer(
        ack_seconds=PATIENCE, trigger_seconds=PATIENCE, scopes=SCOPES, events=EVENTS
    ) as server:
        yield server


@asynccontextmanager
async def running(server: SlackServer, echo: Echo) -> AsyncIterator[Slack]:
    """The adapter on that workspace, less patient than with Slack's three seconds."""
    slack = Slack(
        BOT_TOKEN,
        APP_TOKEN,
        server.url,
        ack_seconds=0.6,
        loading_seconds=0.3,
        watch_seconds=0.2,
        close_seconds=0.3,
    )
    task = asyncio.create_task(slack.run(echo))
    try:
        await server.socket.connected()
        yield slack
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, Down):
            await task
        await slack.close()


async def test_the_manifest_asks_for_what_is_used_and_nothing_else(server: SlackServer) -> None:
    """Everything the adapter does, done: the scopes it needed and the events it took are the manifest's."""
    asked = json.loads(manifest())
    assert set(asked["oauth_config"]["scopes"]["bot"]) == SCOPES
    assert tuple(asked["settings"]["event_subscriptions"]["bot_events"]) == EVENTS
    ada = server.person("U01", "Ada")
    server.channel("C01", "vieša", ada)
    server.channel("G01", "uždara", ada, private=True)
    echo = Echo()
    async with running(server, echo) as slack:
        await ada.says("labas")
        await ada.reads()
        await ada.mentions("C01", "labas")
        await ada.reads()
        await ada.commands("/sauklys", "labas", "C01")
        await ada.reads()
        await ada.opens_home()
        await ada.reads()
        for address in ("U01", "C01", "G01"):
            for part in slack.render(say("žinia")):
                await slack.send(address, part, f"key {address}")
            assert await slack.look_up(address, f"key {address}")
        await ada.uploads("kvietimai.csv", b"Nr.;\n", "štai")
        while "štai" not in (await ada.reads()).text:
            pass
        assert await echo.heard[-1].files[0].read() == b"Nr.;\n"
        for part in slack.render(Reply(files=(File("a.ics", "text/calendar", b"BEGIN"),))):
            await slack.send("U01", part, "file key")
    assert server.events_sent <= {*EVENTS, "message.channels", "message.groups"}
    by_events = {EVENT_SCOPES[event] for event in server.events_sent & {*EVENTS}} - {""}
    assert server.scopes_used | by_events == SCOPES


async def test_a_slow_store_is_acknowledged_in_time_and_answers_later(server: SlackServer) -> None:
    """Whatever the store does the acknowledgement leaves in time, once, and the answer follows."""
    ada = server.person("U01", "Ada")
    written = asyncio.Event()
    echo = Echo(until={"U01": written})
    async with running(server, echo):
        for gesture in (await ada.says("labas"), await ada.commands("/sauklys", "labas")):
            ack = await gesture.acked()
            assert ack is not None and not ack.late
        assert not ada.unread, "the store is still at it"
        written.set()
        assert "girdžiu: labas" in (await ada.reads()).text
        assert "girdžiu: labas" in (await ada.reads()).text
    assert [m.text for m in echo.heard] == ["labas", "labas"]


async def test_what_was_not_recorded_comes_again(server: SlackServer) -> None:
    """An event whose effect is not durable is not acknowledged, and Slack brings it again."""
    ada = server.person("U01", "Ada")
    echo = Echo(durable=False)
    async with running(server, echo):
        server.socket.ack_seconds = 0.5
        delivery = await ada.says("labas")
        async with asyncio.timeout(PATIENCE):
            while not echo.heard:
                await asyncio.sleep(0.01)
        echo.durable = True
        assert (await delivery.acked()) is not None
        assert len({m.event for m in echo.heard}) == 1 and len(echo.heard) >= 2


async def test_a_press_that_could_not_be_recorded_is_seen_to_fail(server: SlackServer) -> None:
    """Nothing is shown as done before it is durable: Slack's own triangle stands beside the button."""
    ada = server.person("U01", "Ada")
    echo = Echo()
    async with running(server, echo):
        await ada.says("labas")
        await ada.reads()
        echo.durable = False
        server.socket.ack_seconds = 0.5
        await ada.presses("Taip")
        assert (await ada.reads()).kind == "warning"


async def test_one_persons_gestures_are_handled_in_order(server: SlackServer) -> None:
    """Two messages sent at once are answered one after the other; another person does not wait for them."""
    ada, jonas = server.person("U01", "Ada"), server.person("U02", "Jonas")
    answering = asyncio.Event()
    async with running(server, Echo(until={"U01": answering})):
        await ada.says("pirma")
        await ada.says("antra")
        await jonas.says("mano")
        assert "mano" in (await jonas.reads()).text and not ada.unread
        answering.set()
        assert ["pirma" in (await ada.reads()).text, "antra" in (await ada.reads()).text] == [True, True]


async def test_a_form_is_a_modal_that_opens_at_once(server: SlackServer) -> None:
    """A trigger lives three seconds: a loading view is opened first when the form is slow to come."""
    ada = server.person("U01", "Ada")
    made = asyncio.Event()
    async with running(server, Echo(until={"U01": made})):
        await ada.commands("/sauklys", "join")
        assert (await ada.reads()).kind == "modal"
        assert ada.modal is not None and not any(b["type"] == "input" for b in ada.modal.body["blocks"])
        made.set()
        while ada.modal is None or not any(b["type"] == "input" for b in ada.modal.body["blocks"]):
            await ada.reads()


async def test_a_connection_that_dies_silently_is_noticed(server: SlackServer) -> None:
    """Nothing comes and nothing breaks: another connection is opened, and messages arrive by it."""
    ada = server.person("U01", "Ada")
    async with running(server, Echo()):
        server.socket.goes_silent()
        await server.socket.connected(2)
        await ada.says("labas")
        assert "girdžiu" in (await ada.reads()).text


@pytest.mark.parametrize("how", ["drops", "disconnects"])
async def test_a_connection_that_ends_is_followed_by_another(server: SlackServer, how: str) -> None:
    """Cut without a word, or closed by Slack as every few hours: messages go on arriving."""
    ada = server.person("U01", "Ada")
    async with running(server, Echo()):
        ended = getattr(server.socket, how)()
        if ended is not None:
            await ended
        await server.socket.connected(2)
        await ada.says("labas")
        assert "girdžiu" in (await ada.reads()).text


async def test_a_refused_token_is_down_at_once(server: SlackServer) -> None:
    """Who is not let in says so instead of trying for ever."""
    slack = Slack("xoxb-wrong", APP_TOKEN, server.url)
    with pytest.raises(Down):
        await asyncio.wait_for(slack.run(Echo()), PATIENCE)
    assert [line.ok for line in await slack.check()] == [False]
    await slack.close()


async def test_nothing_personal_and_no_token_is_logged(server: SlackServer) -> None:
    """At the most talkative level, with failures on the way, no token, name or word of a member is in the log."""
    out = io.StringIO()
    root, level = list(logging.getLogger().handlers), logging.getLogger().level
    logs.start(Log("debug", "json"), (), out)
    ada = server.person("U01", "Austėja Vaitkienė")
    server.fails("chat.postMessage", errs("invalid_blocks"), errs("internal_error", accepted=True))
    try:
        async with running(server, Echo()):
            await ada.says("slaptas sakinys apie paramą")
            await ada.reads()
            await ada.says("kitas slaptas sakinys")
            await ada.reads()
    finally:
        logging.getLogger().handlers[:] = root
        logging.getLogger().setLevel(level)
        structlog.reset_defaults()
    said = out.getvalue()
    assert said
    for secret in (BOT_TOKEN, APP_TOKEN, "Austėja", "Vaitkienė", "slaptas"):
        assert secret not in said
