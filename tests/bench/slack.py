"""A Slack event to its answer, accepted over real HTTP, beside a bare `say` through Bolt and the same."""

from __future__ import annotations

import itertools
import socket
from typing import Any

from aiohttp import ClientSession
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.say.async_say import AsyncSay
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.dispatch import Dispatcher
from bot.slack.platform import Slack
from tests.bench.accepting import accepting
from tests.bench.furnishing import NOW, furnished
from tests.bench.measuring import Row, against, at_once

PEOPLE = 32
EACH = 5
_events = itertools.count(1)


async def rows() -> list[Row]:
    """The row of Slack."""
    with accepting(_free_port()) as address:
        store = await furnished(None)
        ours = Slack("xoxb-1", "xapp-1", address)
        ours._dispatch = Dispatcher(store, lambda: NOW, frozenset())
        own, client = ours._app(), AsyncWebClient("xoxb-1", base_url=address)
        bare = _bare(client)
        client.session = ClientSession()

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
        await client.session.close()
        await ours.close()
        await store.close()
        return [row]


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


def _bare(client: AsyncWebClient) -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T1", bot_id="B1", bot_user_id="UBOT", bot_token="xoxb-1"
        )

    app = AsyncApp(
        client=client,
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
    )

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
        "text": "/kvietimai",
        "ts": f"1790000000.{number:06}",
        "event_ts": f"1790000000.{number:06}",
    }
    body = {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{number}", "event": event}
    return AsyncBoltRequest(body=body, mode="socket_mode")
