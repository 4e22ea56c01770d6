"""What Slack's errors mean for what was being sent, by themselves and on the wire."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from slack_sdk.errors import SlackRequestError

from bot.platform import Blocked, Down, Outcome, Refused, TryLater, Unknown
from bot.slack.outcomes import of_code, of_status, outcome
from bot.slack.platform import Slack
from handlers.chat import say
from tests.slack_server import (
    APP_TOKEN,
    BOT_TOKEN,
    Fault,
    SlackServer,
    breaks,
    closes,
    errs,
    half,
    not_json,
    ratelimited,
    stalls,
)

CODES = {
    "channel_not_found": Blocked,
    "is_archived": Blocked,
    "messages_tab_disabled": Blocked,
    "user_disabled": Blocked,
    "not_in_channel": Blocked,
    "invalid_blocks": Refused,
    "msg_blocks_too_long": Refused,
    "no_text": Refused,
    "something_new": Refused,
    "account_inactive": Down,
    "token_revoked": Down,
    "invalid_auth": Down,
    "missing_scope": Down,
    "ratelimited": TryLater,
    "internal_error": Unknown,
    "fatal_error": Unknown,
}


@pytest.mark.parametrize(("code", "expected"), CODES.items())
def test_every_code_has_its_outcome(code: str, expected: type[Outcome]) -> None:
    """A code that nobody knows is a refusal: `ok: false` says that nothing was done."""
    assert type(of_code(code)) is expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (aiohttp.ServerDisconnectedError(), Unknown),
        (aiohttp.ClientOSError(104, "reset"), Unknown),
        (aiohttp.ClientPayloadError(), Unknown),
        (TimeoutError(), Unknown),
        (SlackRequestError("x"), Refused),
        (ValueError("anything"), Unknown),
    ],
    ids=lambda v: type(v).__name__ if isinstance(v, Exception) else None,
)
def test_every_error_has_its_outcome(error: Exception, expected: type[Outcome]) -> None:
    """An error of the transport is exactly this outcome, in a sentence of ours."""
    found = outcome(error)
    assert type(found) is expected and found.why.endswith(".") and "reset" not in found.why


@pytest.mark.parametrize(("said", "seconds"), [("7", 7), (None, 30), ("soon", 30), ("1.5", 30), ("-4", 30)])
def test_the_wait_is_what_slack_asks_for(said: str | None, seconds: float) -> None:
    """A Retry-After that is no whole number is half a minute (slack_sdk alone raises ValueError)."""
    later = of_status(429, said)
    assert isinstance(later, TryLater) and later.seconds == seconds


FAULTS: dict[str, tuple[Fault, type[Outcome], bool]] = {
    "limited": (ratelimited("7"), TryLater, False),
    "limited oddly": (ratelimited("soon"), TryLater, False),
    "closed before": (closes(accepted=False), Unknown, False),
    "closed after": (closes(accepted=True), Unknown, True),
    "stalled": (stalls(accepted=True), Unknown, True),
    "half an answer": (half(), Unknown, True),
    "no JSON": (not_json(), Unknown, True),
    "500 after": (breaks(500, accepted=True), Unknown, True),
    "an error after": (errs("internal_error", accepted=True), Unknown, True),
    "revoked": (errs("token_revoked"), Down, False),
    "refused": (errs("no_text"), Refused, False),
}


@pytest_asyncio.fixture
async def server() -> AsyncIterator[SlackServer]:
    async with SlackServer() as server:
        yield server


@pytest.mark.parametrize("what", list(FAULTS))
async def test_what_happens_on_the_wire(
    server: SlackServer, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """A send over real HTTP ends in the outcome of what happened to it, and is made once."""
    fault, expected, accepted = FAULTS[what]
    monkeypatch.setattr("bot.slack.client.ANSWER_SECONDS", 0.3 if "stalled" in what else 5.0)
    if expected is TryLater:
        monkeypatch.setattr("bot.slack.client.LONGEST_WAIT", 0.0)
    server.person("U01", "Ada")
    slack = Slack(BOT_TOKEN, APP_TOKEN, server.url)
    server.fails("chat.postMessage", fault)
    [part] = slack.render(say("labas"))
    with pytest.raises(expected) as caught:
        await slack.send(server.im("U01").id, part, "key")
    assert type(caught.value) is expected and caught.value.__cause__ is None
    assert len(server.called("chat.postMessage")) == 1
    assert len(server.posted()) == accepted
    await slack.close()


async def test_what_was_sent_with_a_key_is_found_again(server: SlackServer) -> None:
    """After an unknown outcome Slack is asked by the key: the message's id when it is there, None when not."""
    server.person("U01", "Ada")
    slack = Slack(BOT_TOKEN, APP_TOKEN, server.url)
    server.fails("chat.postMessage", closes(accepted=True), closes(accepted=False))
    [part] = slack.render(say("labas"))
    for key in ("one", "two"):
        with pytest.raises(Unknown):
            await slack.send("U01", part, key)
    assert await slack.look_up("U01", "one") is not None
    assert await slack.look_up("U01", "two") is None
    await slack.close()


async def test_blocks_that_slack_does_not_take_go_as_text_once(server: SlackServer) -> None:
    """Should Slack refuse our blocks, the words go alone, and nothing twice."""
    server.person("U01", "Ada")
    slack = Slack(BOT_TOKEN, APP_TOKEN, server.url)
    server.fails("chat.postMessage", errs("invalid_blocks"))
    [part] = slack.render(say("labas <!channel>"))
    await slack.send("U01", part, "key")
    [message] = server.posted()
    assert message.text == "labas &lt;!channel&gt;" and not message.blocks
    await slack.close()


async def test_nobody_there() -> None:
    """A refused connection is certainly not sent."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    slack = Slack(BOT_TOKEN, APP_TOKEN, f"http://127.0.0.1:{port}/api/")
    [part] = slack.render(say("labas"))
    with pytest.raises(TryLater):
        async with asyncio.timeout(20):
            await slack.send("D01", part, "key")
    await slack.close()
