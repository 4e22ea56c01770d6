"""A Slack event to its answer through Bolt on a stubbed transport, beside a bare `say` on the same."""

from __future__ import annotations

import itertools
from typing import Any
from unittest.mock import patch

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.say.async_say import AsyncSay
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_base_client import AsyncBaseClient

from bot.dispatch import Dispatcher
from bot.slack.platform import Slack
from tests.bench.furnishing import NOW, furnished
from tests.bench.measuring import Row, against, at_once

PEOPLE = 32
EACH = 5
_events = itertools.count(1)


async def _accepts(self: object, *, http_verb: str, api_url: str, req_args: Any) -> dict[str, Any]:
    """A transport that accepts everything at once."""
    user = {"locale": "lt-LT", "profile": {"real_name": "Ada"}, "real_name": "Ada"}
    data = {
        "ok": True,
        "ts": "1.2",
        "channel": {"id": "D1"},
        "user": user if "users.info" in api_url else "U0",
        "user_id": "U0",
        "team_id": "T1",
        "team": "lka",
        "url": "https://lka.slack.com/",
        "bot_id": "B1",
    }
    return {"data": data, "headers": {"x-oauth-scopes": "chat:write"}, "status_code": 200}


async def rows() -> list[Row]:
    """The row of Slack."""
    with patch.object(AsyncBaseClient, "_request", _accepts):
        store = await furnished(None)
        dispatch = Dispatcher(store, lambda: NOW, frozenset())
        ours = Slack("xoxb-1", "xapp-1", "http://127.0.0.1:9/")
        ours._dispatch = dispatch
        own, bare = ours._app(), _bare()

        async def asks(user: int) -> None:
            for _ in range(EACH):
                response = await own.async_dispatch(_event(user))
                assert response.status == 200

        async def says(user: int) -> None:
            for _ in range(EACH):
                response = await bare.async_dispatch(_event(user))
                assert response.status == 200

        row = await against(
            "a Slack event to its answer, 32 people, beside bare say",
            lambda: at_once(PEOPLE, asks),
            lambda: at_once(PEOPLE, says),
            3,
            PEOPLE * EACH,
        )
        await ours.close()
        await store.close()
        return [row]


def _bare() -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T1", bot_id="B1", bot_user_id="U0", bot_token="xoxb-1"
        )

    app = AsyncApp(authorize=authorize, process_before_response=True, request_verification_enabled=False)

    @app.event("message")
    async def echo(event: dict[str, Any], say: AsyncSay) -> None:
        await say(event["text"])

    return app


def _event(user: int) -> AsyncBoltRequest:
    number = next(_events)
    event = {
        "type": "message",
        "channel": f"D{user}",
        "channel_type": "im",
        "user": f"U{user}",
        "text": "kokie kvietimai atviri?",
        "ts": f"1790000000.{number:06}",
        "event_ts": f"1790000000.{number:06}",
    }
    body = {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{number}", "event": event}
    return AsyncBoltRequest(body=body, mode="socket_mode")
