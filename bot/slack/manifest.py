"""The Slack app manifest: exactly the scopes and events that the adapter uses."""

from __future__ import annotations

import json
from typing import Any

from bot.slack.saying import COMMAND
from handlers.commands import COMMANDS

SCOPES = frozenset(
    {
        "app_mentions:read",  # app_mention
        "channels:history",  # looking up what was sent to a channel, after a crash
        "chat:write",
        "commands",
        "files:read",  # what people drop into the conversation
        "files:write",
        "groups:history",  # the same for a private channel
        "im:history",  # message.im; the same for a direct conversation
        "im:write",  # the direct conversation's id, for files and lookups
        "users:read",  # a person's name and language
    }
)
EVENTS = ("app_home_opened", "app_mention", "message.im")

_HINT = 1000  # docs.slack.dev, app manifest reference, usage_hint


def manifest() -> str:
    """The manifest as JSON, to be pasted where Slack makes an app "from a manifest"."""
    return json.dumps(_manifest(), ensure_ascii=False, indent=2)


def _manifest() -> dict[str, Any]:
    hint = " | ".join(c.lt for c in COMMANDS if c.in_menu and c.least != "secretariat")
    return {
        "display_information": {
            "name": "Šauklys",
            "description": "The herald of the association: calls, meetings, working groups.",
            "background_color": "#1f3a4d",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Šauklys", "always_online": True},
            "slash_commands": [
                {
                    "command": COMMAND,
                    "description": "Kvietimai, posėdžiai, terminai · Calls, meetings, deadlines",
                    "usage_hint": hint[:_HINT],
                    "should_escape": False,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }
