"""What an error of python-telegram-bot means for what was being sent. Pure."""

from __future__ import annotations

import re

import httpx
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
)

from bot.platform import Blocked, Down, Outcome, Refused, TryLater, Unknown

RETRY_SECONDS = 5.0  # when nothing says how long to wait

# BadRequest and TimedOut are NetworkErrors in PTB, which also changes the case of Telegram's words
# (pitfall 2), so an error is known by its type, its cause and its lower-cased words.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.InvalidURL,
)
_UNREACHABLE = re.compile(
    "chat not found|user not found|peer_id_invalid|rights|forbidden|deactivated|blocked|kicked"
    "|topic_closed|restricted|admin_required|upgraded to a supergroup"
)
_WHY_FORBIDDEN = (
    ("blocked by the user", "The person has blocked the bot."),
    ("user is deactivated", "The person has closed the account."),
    ("initiate conversation", "The person has not started the bot."),
    ("kicked", "The bot was removed from the group."),
    ("not a member", "The bot is not in the group."),
    ("deleted", "The group was deleted."),
)
_QUOTE = re.compile("[\"“”]|(?<![a-z])'")


def outcome(error: Exception) -> Outcome:
    """The outcome, without Telegram's own words where they may quote a text."""
    match error:
        case RetryAfter():
            return TryLater("Telegram asks to slow down.", _seconds(error))
        case ChatMigrated():
            return Blocked("The group has moved.")
        case InvalidToken() | EndPointNotFound():
            return Down("Telegram does not accept the bot's token.")
        case Conflict():
            return Down(_conflict(error))
        case Forbidden():
            return Blocked(_forbidden(error))
        case BadRequest():
            return _bad_request(error)
        case NetworkError():
            return _network(error)
        case TelegramError():
            return Unknown("Telegram's answer could not be read.")
        case _:
            return Unknown(f"The sending failed ({type(error).__name__}).")


def unparsed(error: Exception) -> bool:
    """Whether Telegram could not read our HTML."""
    return isinstance(error, BadRequest) and "can't parse entities" in _words(error)


def unchanged(error: Exception) -> bool:
    """Whether an edit failed because it would change nothing."""
    return isinstance(error, BadRequest) and "message is not modified" in _words(error)


def uneditable(error: Exception) -> bool:
    """Whether the message is gone, too old, or of a kind that the edit does not fit."""
    gone = ("message to edit not found", "can't be edited", "in the message to edit", "message_id_invalid")
    return isinstance(error, BadRequest) and any(words in _words(error) for words in gone)


def already_deleted(error: Exception) -> bool:
    """Whether what was to be deleted is gone already."""
    return isinstance(error, BadRequest) and "message to delete not found" in _words(error)


def too_late(error: Exception) -> bool:
    """Whether a press was answered before, or waited too long."""
    return isinstance(error, BadRequest) and "query is too old" in _words(error)


def no_picture(error: Exception) -> bool:
    """Whether Telegram takes the file for no picture, though perhaps for a document."""
    return isinstance(error, BadRequest) and any(w in _words(error) for w in ("photo_", "image_process"))


def _words(error: TelegramError) -> str:
    return error.message.lower()


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return float(after) if isinstance(after, int) else after.total_seconds()


def _conflict(error: TelegramError) -> str:
    if "webhook" in _words(error):
        return "Another program has set a webhook for this bot."
    return "Another program is reading this bot's messages; only one may."


def _forbidden(error: TelegramError) -> str:
    words = _words(error)
    return next((why for part, why in _WHY_FORBIDDEN if part in words), "The bot may not write there.")


def _bad_request(error: TelegramError) -> Outcome:
    if _UNREACHABLE.search(_words(error)):
        return Blocked("The chat was not found, or the bot may not write there.")
    why = _QUOTE.split(_words(error))[0].strip()  # behind a quote may be somebody's text
    return Refused(f"Telegram refused the message: {why[:100]}.")


def _network(error: NetworkError) -> Outcome:
    words, cause = _words(error), error.__cause__
    if isinstance(cause, _NOT_SENT):
        return TryLater("Telegram cannot be reached.", RETRY_SECONDS)
    if "too many requests" in words:
        return TryLater("Telegram asks to slow down.", RETRY_SECONDS)
    if "entity too large" in words:
        return Refused("The file is too large for Telegram.")
    if isinstance(cause, httpx.TimeoutException):
        return Unknown("Telegram did not answer in time.")
    if isinstance(cause, httpx.HTTPError):
        return Unknown("The connection to Telegram broke off.")
    return Unknown("Telegram answered with an error of its own.")
