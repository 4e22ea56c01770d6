"""Nothing secret or personal gets into a log, whoever writes it, in either format."""

import asyncio
import io
import json
import logging
import os

import pytest
import structlog

from bot import logs
from bot.config import Log, Secret

TOKEN = "123456789:AAFabcdefghijklmnopqrstuvwxyz012345"
SLACK = "xoxb-123-456-abcDEF"
SHORT = 'hunter2-with-"quotes"'
WORDS = "Jonas Jonaitis klausia, kur posėdis"


@pytest.fixture(params=["console", "json"])
def logged(request):
    """Logs at debug in that format, with one odd secret known; calling it returns all that was written."""
    root, raising = logging.getLogger(), logging.raiseExceptions
    handlers, level = list(root.handlers), root.level
    out = io.StringIO()
    logs.start(Log("debug", request.param), (Secret(SHORT),), out)
    yield out.getvalue
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.raiseExceptions = raising
    logging.getLogger("sauklys").setLevel(logging.NOTSET)
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "secret",
    [
        TOKEN,
        TOKEN.replace(":", "%3A"),
        SLACK,
        "xapp-1-A0-1-abc",
        "xoxe.xoxp-1-Mi0y",
        SHORT,
        "jonas.jonaitis@klasteris.lt",
    ],
)
def test_no_secret_survives(logged, secret):
    """Known secrets and what looks like one become dots: in a value, nested, in an address, in the event itself."""
    log = logs.events("dispatch")
    log.error(f"asked https://api.telegram.org/bot{secret}/getMe")
    log.info("nested", why={"url": [f"https://x/?token={secret}&y"]})
    assert secret not in logged()
    assert json.dumps(secret)[1:-1] not in logged()
    assert logged().count("•••") >= 2


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://127.0.0.1:9/bot12:short/sendMessage", "/sendMessage"),
        ("https://hooks.slack.com/commands/T1/2/3", "https://hooks.slack.com/"),
        ("wss://wss-primary.slack.com/link/?ticket=abc-def&app_id=1", "app_id=1"),
        ("https://t.me/sauklys_bot?start=K7QW2", "https://t.me/sauklys_bot"),
    ],
)
def test_addresses_lose_what_opens_doors(logged, address, kept):
    """Short test tokens, response URLs, socket tickets and invitations are cut out of an address; the rest stays."""
    logs.events("app").warning("an address", url=address)
    assert address not in logged()
    assert kept in logged()


def test_a_library_is_named_but_not_quoted(logged):
    """What a library says may be a member's message: its name and the place in its source are enough."""
    logging.getLogger("aiohttp.server").warning("Can not load invalid JSON data: %r", WORDS)
    logging.getLogger("slack_sdk.socket_mode").error(f"Failed to handle {WORDS}")
    text = logged()
    assert WORDS not in text
    assert "Jonas" not in text
    assert "aiohttp.server" in text
    assert "slack_sdk.socket_mode" in text
    assert "test_logs.py:" in text


@pytest.mark.parametrize(
    "name", ["httpx", "httpcore", "telegram", "telegram.ext", "slack_bolt", "slack_sdk", "aiohttp"]
)
def test_libraries_are_heard_from_warning_up(logged, name):
    """At level debug ours is heard; httpx still does not log every request with its token."""
    library = logging.getLogger(name)
    library.info("HTTP Request: POST https://api.telegram.org/bot%s/getMe", TOKEN)
    library.debug("%s", WORDS)
    assert library.getEffectiveLevel() >= logging.WARNING
    assert logged() == ""
    logs.events("dispatch").debug("ours")
    assert "ours" in logged()


def test_a_traceback_keeps_types_and_places_only(logged):
    """Neither an error's message, its cause's, its notes nor a member of its group is written."""
    try:
        try:
            raise KeyError(WORDS)
        except KeyError as error:
            inner = ValueError(f"{WORDS} {TOKEN}")
            inner.add_note(WORDS)
            raise ExceptionGroup(WORDS, [inner]) from error
    except ExceptionGroup:
        logs.events("dispatch").exception("a gesture failed", reference="K7Q2")
    text = logged()
    assert WORDS not in text
    assert "Jonas" not in text
    assert TOKEN not in text
    for expected in ("a gesture failed", "K7Q2", "KeyError", "ValueError", "ExceptionGroup", "test_logs.py:"):
        assert expected in text


def test_an_error_given_as_a_value_is_its_type(logged):
    """`why=error` says which kind of error it was, not what was in it."""
    logs.events("app").error("nothing can be changed", why=ValueError(WORDS))
    assert "Jonas" not in logged()
    assert "ValueError" in logged()


def test_the_system_may_say_why(logged):
    """A full disk is what the operator has to read about; the file it happened to is not."""
    try:
        raise OSError(28, "No space left on device", f"/srv/{WORDS}")
    except OSError:
        logs.events("store").exception("a backup failed")
    assert os.strerror(28) in logged()
    assert "Jonas" not in logged()


def test_a_library_that_logs_wrongly_is_no_way_out(logged, capsys):
    """A record whose arguments do not fit its sentence would be printed with them by the standard library."""
    logging.getLogger("telegram").error("%d", WORDS)
    assert "Jonas" not in logged() + capsys.readouterr().err


async def test_a_task_that_nobody_awaited_says_its_type_only(logged):
    """asyncio reports it with the error's own words; the log has none of them."""
    loop = asyncio.get_running_loop()
    loop.call_exception_handler(
        {"message": f"Task exception was never retrieved: {WORDS}", "exception": ValueError(WORDS)}
    )
    assert "Jonas" not in logged()
    assert "ValueError" in logged()


def test_json_is_one_object_a_line():
    """Every line of the json format is an object with event, level and an aware time in UTC."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    out = io.StringIO()
    logs.start(Log("info", "json"), (), out)
    try:
        logs.events("app").info("the bot is up", platforms=["Telegram", "Slack"])
        logs.events("app").debug("not heard")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()
    (line,) = out.getvalue().splitlines()
    event = json.loads(line)
    assert (event["event"], event["level"], event["platforms"]) == (
        "the bot is up",
        "info",
        ["Telegram", "Slack"],
    )
    assert event["timestamp"].endswith("Z")
