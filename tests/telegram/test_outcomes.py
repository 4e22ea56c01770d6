"""Each way in which a send can fail has its outcome: the table in the pitfalls, line by line."""

from __future__ import annotations

import socket
import warnings

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.platform import Blocked, Down, Outcome, Refused, TryLater, Unknown
from bot.telegram.outcomes import outcome
from bot.telegram.platform import Telegram
from bot.telegram.render import Part
from tests.telegram_people import Person
from tests.telegram_server import Fault, TelegramServer

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")

PART = Part("<b>Labas</b>")


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    """An error as PTB raises it from httpx."""
    error.__cause__ = cause
    return error


def flood(seconds: int) -> RetryAfter:
    """A flood limit, without PTB's remark that it will be told in another type one day."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return RetryAfter(seconds)


TABLE: list[tuple[Exception, type[Outcome]]] = [
    (flood(7), TryLater),
    (NetworkError("Too Many Requests: retry later"), TryLater),
    (caused(NetworkError("httpx"), httpx.ConnectError("refused")), TryLater),
    (caused(TimedOut(), httpx.ConnectTimeout("slow")), TryLater),
    (caused(TimedOut("Pool timeout"), httpx.PoolTimeout("full")), TryLater),
    (caused(NetworkError("httpx"), httpx.ProxyError("no")), TryLater),
    (caused(NetworkError("httpx"), httpx.RemoteProtocolError("closed")), Unknown),
    (caused(NetworkError("httpx"), httpx.ReadError("reset")), Unknown),
    (caused(NetworkError("httpx"), httpx.WriteError("reset")), Unknown),
    (caused(TimedOut(), httpx.ReadTimeout("slow")), Unknown),
    (caused(TimedOut(), httpx.WriteTimeout("slow")), Unknown),
    (NetworkError("Bad Gateway"), Unknown),
    (NetworkError("Internal Server Error"), Unknown),
    (TelegramError("Invalid server response"), Unknown),
    (Forbidden("Forbidden: bot was blocked by the user"), Blocked),
    (Forbidden("Forbidden: user is deactivated"), Blocked),
    (Forbidden("Forbidden: bot can't initiate conversation with a user"), Blocked),
    (Forbidden("Forbidden: bot was kicked from the supergroup chat"), Blocked),
    (BadRequest("Chat not found"), Blocked),
    (BadRequest("Not enough rights to send text messages to the chat"), Blocked),
    (ChatMigrated(-100), Blocked),
    (BadRequest("Can't parse entities: unsupported start tag"), Refused),
    (BadRequest("Message is too long"), Refused),
    (NetworkError("Request Entity Too Large"), Refused),
    (InvalidToken("Unauthorized"), Down),
    (EndPointNotFound("x"), Down),
    (Conflict("Conflict: terminated by other getUpdates request"), Down),
    (Conflict("Conflict: can't use getUpdates method while webhook is active"), Down),
    (ValueError("anything"), Unknown),
]


@pytest.mark.parametrize(("error", "expected"), TABLE, ids=lambda v: getattr(v, "message", None))
def test_every_error_has_its_outcome(error: Exception, expected: type[Outcome]) -> None:
    """An error of PTB is exactly this outcome."""
    assert type(outcome(error)) is expected


def test_the_wait_is_what_telegram_asks_for() -> None:
    """retry_after is kept in seconds."""
    later = outcome(flood(37))
    assert isinstance(later, TryLater) and later.seconds == 37.0


def test_a_reason_quotes_nobody() -> None:
    """What stands in quotes in Telegram's words may be a member's, and is left out."""
    why = outcome(BadRequest('Can\'t parse entities: unsupported start tag "jonas" at byte offset 3')).why
    assert "jonas" not in why and "unsupported start tag" in why


FAULTS: list[tuple[Fault, type[Outcome], bool]] = [
    (Fault("flood", seconds=7), TryLater, False),
    (Fault("close"), Unknown, False),
    (Fault("stall", accepted=True), Unknown, True),
    (Fault("close", accepted=True), Unknown, True),
    (Fault("half"), Unknown, True),
    (Fault("garbled"), Unknown, True),
    (Fault("broken", status=502, accepted=True), Unknown, True),
    (Fault("refuse", status=401, description="Unauthorized"), Down, False),
    (Fault("refuse", status=403, description="Forbidden: bot was blocked by the user"), Blocked, False),
    (Fault("refuse", status=400, description="Bad Request: message is too long"), Refused, False),
]


@pytest.mark.parametrize(("fault", "expected", "accepted"), FAULTS, ids=lambda v: getattr(v, "kind", None))
async def test_what_happens_on_the_wire(
    server: TelegramServer,
    ada: Person,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
    expected: type[Outcome],
    accepted: bool,
) -> None:
    """A send over real HTTP ends in the outcome of what happened to it, and is never made twice."""
    monkeypatch.setattr("bot.telegram.client.ANSWER_SECONDS", 0.3 if fault.kind == "stall" else 5.0)
    ada.starts()
    telegram = Telegram(server.token, server.url)
    server.fails(fault, "sendMessage")
    with pytest.raises(expected) as caught:
        await telegram.send(str(ada.id), PART, "key")
    assert type(caught.value) is expected
    assert caught.value.__cause__ is None and caught.value.__suppress_context__
    assert len(server.called("sendMessage")) == 1
    assert len(ada.unread) == accepted
    await telegram.close()


async def test_nobody_there(server: TelegramServer) -> None:
    """A refused connection is certainly not sent."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    telegram = Telegram(server.token, f"http://127.0.0.1:{port}")
    with pytest.raises(TryLater):
        await telegram.send("1", PART, "key")
    await telegram.close()


async def test_people_who_cannot_be_reached_are_blocked(server: TelegramServer, ada: Person) -> None:
    """Who never started the bot, stopped it or left is Blocked, with a reason in words."""
    telegram = Telegram(server.token, server.url)
    reasons = {}
    for state in ("never", "stopped", "closed"):
        if state != "never":
            ada.starts()
        if state == "stopped":
            ada.blocks()
        if state == "closed":
            ada.deactivates()
        with pytest.raises(Blocked) as caught:
            await telegram.send(str(ada.id), PART, "key")
        reasons[state] = caught.value.why
    assert reasons == {
        "never": "The chat was not found, or the bot may not write there.",
        "stopped": "The person has blocked the bot.",
        "closed": "The person has closed the account.",
    }
    await telegram.close()
