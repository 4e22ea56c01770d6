"""What an error of slack_sdk or aiohttp means for what was being sent. Pure."""

from __future__ import annotations

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError, SlackRequestError

from bot.platform import Blocked, Down, Outcome, Refused, TryLater, Unknown

FAILURES = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError)
"""All that a call can raise. KeyError: an answer without what it should hold."""

RETRY_SECONDS = 5.0  # when nothing says how long to wait
LIMITED_SECONDS = 30.0  # a 429 whose Retry-After cannot be read (pitfall 34)

# Error codes from the methods' reference at docs.slack.dev. Any other code is a refusal of the message:
# `ok: false` says that nothing was done.
_BLOCKED = {
    "channel_not_found": "The conversation was not found, or the bot is not in it.",
    "not_in_channel": "The bot is not in the channel.",
    "is_archived": "The channel is archived.",
    "messages_tab_disabled": "The app's Messages tab is switched off.",
    "user_not_found": "There is no such person in the workspace.",
    "users_not_found": "There is no such person in the workspace.",
    "user_disabled": "The person's account is switched off.",
    "user_not_visible": "The person cannot be seen by the bot.",
    "user_not_in_channel": "The person is not in the channel.",
    "cannot_dm_bot": "This is a bot, not a person.",
    "invalid_user_combination": "No conversation can be opened with this person.",
    "invalid_channel": "The conversation was not found.",
    "restricted_action": "The workspace does not let the bot write there.",
    "restricted_action_read_only_channel": "The workspace does not let the bot write there.",
    "restricted_action_thread_only_channel": "The channel takes answers in threads only.",
    "posting_to_channel_denied": "The workspace does not let the bot write there.",
    "is_inactive": "The channel is no longer active.",
}
_DOWN = {
    "invalid_auth": "Slack does not accept the token.",
    "not_authed": "Slack was given no token.",
    "account_inactive": "The app was removed from the workspace.",
    "token_revoked": "The token was revoked.",
    "token_expired": "The token has expired.",
    "missing_scope": "The app lacks a scope: install it again from the manifest.",
    "not_allowed_token_type": "This is the other kind of token: the bot's begins with xoxb-, the app's with xapp-.",
    "no_permission": "The app lacks a right: install it again from the manifest.",
    "org_login_required": "The workspace is being moved to an organisation.",
    "enterprise_is_restricted": "The organisation does not let the app work here.",
    "team_access_not_granted": "The app is not installed in this workspace.",
    "ekm_access_denied": "The organisation has taken its keys away.",
    "two_factor_setup_required": "The workspace asks for two-factor sign-in to be set up.",
    "access_denied": "The workspace does not let the app in.",
    "app_access_restricted": "The workspace does not let the app in.",
    "forbidden_team": "The workspace does not let the app in.",
    "link_disabled": "Socket Mode is switched off for the app.",
}
_LATER = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded", "team_added_to_org"})
_UNKNOWN = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch"})
_GONE = frozenset({"message_not_found", "file_not_found", "file_deleted", "cant_delete_message"})
_FIXED = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "update_failed"})
_TRIGGERS = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"})


def outcome(error: Exception) -> Outcome:
    """The outcome, in a sentence without tokens, addresses or texts. An Outcome is returned as it is."""
    match error:
        case Outcome():
            return error
        case SlackApiError():
            return _answered(error)
        case aiohttp.ConnectionTimeoutError() | aiohttp.ClientConnectorError() | aiohttp.InvalidURL():
            return TryLater("Slack cannot be reached.", RETRY_SECONDS)
        case TimeoutError():
            return Unknown("Slack did not answer in time.")
        case aiohttp.ClientError():
            return Unknown("The connection to Slack broke off.")
        case SlackRequestError():
            return Refused("The call was not made as Slack wants it.")
        case _:
            return Unknown(f"The sending failed ({type(error).__name__}).")


def blocks_refused(error: Exception) -> bool:
    """Whether Slack did not take the blocks: certainly not sent."""
    return code(error) in _BLOCKS


def gone(error: Exception) -> bool:
    """Whether what was to be deleted is gone, or was never the bot's."""
    return code(error) in _GONE


def fixed(error: Exception) -> bool:
    """Whether a message can no longer be changed."""
    return code(error) in _FIXED


def trigger_spent(error: Exception) -> bool:
    """Whether a view was not opened because its three seconds were over, or its trigger was used."""
    return code(error) in _TRIGGERS


def code(error: Exception) -> str:
    """Slack's own code for the error, "" where it said none."""
    if not isinstance(error, SlackApiError):
        return ""
    # With an unreadable body slack_sdk puts aiohttp's response where its own should be.
    data = getattr(error.response, "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def of_code(said: str) -> Outcome:
    """The outcome of an answer with that error code."""
    if said in _BLOCKED:
        return Blocked(_BLOCKED[said])
    if said in _DOWN:
        return Down(_DOWN[said])
    if said in _LATER:
        return TryLater("Slack asks to slow down.", LIMITED_SECONDS)
    if said in _UNKNOWN:
        return Unknown("Slack answered with an error of its own.")
    return Refused(f"Slack refused the message: {said}.")


def of_status(status: int, retry_after: str | None) -> Outcome | None:
    """The outcome of a status that says enough by itself; None otherwise."""
    if status == 429:
        return TryLater("Slack asks to slow down.", _seconds(retry_after))
    if status in (401, 403):
        return Down("Slack does not let the app in.")
    if status >= 500:
        return Unknown("Slack answered with an error of its own.")
    return None


def _answered(error: SlackApiError) -> Outcome:
    response = error.response
    status = getattr(response, "status_code", getattr(response, "status", 200))
    said = code(error)
    headers = getattr(response, "headers", None) or {}
    by_status = of_status(status, headers.get("Retry-After"))
    if isinstance(by_status, TryLater) or (by_status is not None and not said):
        return by_status
    if said == "ratelimited":
        return TryLater("Slack asks to slow down.", _seconds(headers.get("Retry-After")))
    return of_code(said) if said else Unknown("Slack's answer could not be read.")


def _seconds(retry_after: str | None) -> float:
    """Slack's Retry-After in seconds; proxies write other things there."""
    text = (retry_after or "").strip()
    return float(text) if text.isascii() and text.isdigit() else LIMITED_SECONDS
