"""The strict server by itself, with the real Bolt app and Socket Mode handler on it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack_rules import METHODS, Json
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

SECTION: Json = {"type": "section", "text": {"type": "mrkdwn", "text": "Labas"}}


def client(server: SlackServer, token: str = BOT_TOKEN) -> AsyncWebClient:
    """A client that does not try again by itself."""
    return AsyncWebClient(token, base_url=server.url, retry_handlers=[], timeout=1)


def button(label: str = "Taip", action_id: str = "a", value: str = "yes") -> Json:
    text = {"type": "plain_text", "text": label}
    return {"type": "button", "action_id": action_id, "value": value, "text": text}


def actions(*buttons: Json) -> Json:
    return {"type": "actions", "elements": list(buttons)}


def modal(**changes: Any) -> Json:
    field = {
        "type": "input",
        "block_id": "reason",
        "label": {"type": "plain_text", "text": "Priežastis"},
        "element": {"type": "plain_text_input", "action_id": "v"},
    }
    plain = {"type": "plain_text", "text": "Gerai"}
    return {"type": "modal", "title": plain, "submit": plain, "blocks": [field], **changes}


@asynccontextmanager
async def bolt(server: SlackServer, app: AsyncApp, *, ping_interval: float = 10) -> AsyncIterator[None]:
    """The app, connected."""
    handler = AsyncSocketModeHandler(
        app, APP_TOKEN, web_client=client(server, APP_TOKEN), ping_interval=ping_interval
    )
    await handler.connect_async()
    await server.socket.connected()
    try:
        yield
    finally:
        await handler.close_async()


def app(server: SlackServer, **options: Any) -> AsyncApp:
    return AsyncApp(client=client(server), **options)


@pytest.fixture
async def server() -> AsyncIterator[SlackServer]:
    """A running strict server."""
    async with SlackServer() as running:
        yield running


async def refused(call: Awaitable[Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


# Gestures


async def test_a_message_is_answered_in_the_direct_conversation(server: SlackServer) -> None:
    """What somebody says comes to Bolt as a message event, and what Bolt says comes to them."""
    ada, bot = server.person("U1", "Ada"), app(server)

    @bot.event("message")
    async def hear(event: Json, say: Callable[..., Awaitable[Any]]) -> None:
        await say(f"Girdžiu: {event['text']}")

    async with bolt(server, bot):
        delivery = await ada.says("labas")
        assert (await ada.reads()).text == "Girdžiu: labas"
        assert await delivery.acked() is not None


async def test_a_mention_comes_as_two_events_for_one_post(server: SlackServer) -> None:
    """app_mention and message both come, with the same channel and timestamp."""
    ada, bot, heard = server.person("U1", "Ada"), app(server), []
    server.channel("C1", "bendras", ada)

    async def hear(event: Json) -> None:
        heard.append((event["type"], event["channel"], event["ts"], event["text"]))

    bot.event("app_mention")(hear)
    bot.event("message")(hear)
    async with bolt(server, bot):
        for delivery in await ada.mentions("C1", "kvietimai"):
            await delivery.acked()
    assert {kind for kind, *_ in heard} == {"app_mention", "message"}
    assert len({tuple(rest) for _, *rest in heard}) == 1
    assert heard[0][3] == "<@UBOT> kvietimai"


async def test_a_command_is_answered_to_its_writer_alone(server: SlackServer) -> None:
    """A response_url answers with an ephemeral message that the others in the channel do not see."""
    ada, beta, bot = server.person("U1", "Ada"), server.person("U2", "Beta"), app(server)
    server.channel("C1", "bendras", ada, beta)

    @bot.command("/sauklys")
    async def answer(ack: Any, respond: Any, command: Json) -> None:
        await ack()
        await respond(f"Atsakymas: {command['text']}")

    async with bolt(server, bot):
        await ada.commands("/sauklys", "terminai", "C1")
        seen = await ada.reads()
    assert (seen.kind, seen.text) == ("ephemeral", "Atsakymas: terminai")
    assert beta.unread == 0


async def test_a_press_changes_its_message_and_opens_a_modal_that_is_submitted(server: SlackServer) -> None:
    """The way of a form: message, button, modal, errors, submission."""
    ada, bot, states = server.person("U1", "Ada"), app(server), []

    @bot.event("message")
    async def offer(say: Any) -> None:
        await say(text="Ar pratęsti?", blocks=[SECTION, actions(button("Pratęsti"))])

    @bot.action("a")
    async def pressed(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="Gerai")
        await client.views_open(trigger_id=body["trigger_id"], view=modal(callback_id="f"))

    @bot.view("f")
    async def submitted(ack: Any, view: Json) -> None:
        states.append(view["state"]["values"]["reason"]["v"]["value"])
        await ack(response_action="errors", errors={"reason": "Per trumpa"}) if len(
            states
        ) == 1 else await ack()

    async with bolt(server, bot):
        await ada.says("labas")
        assert (await ada.reads()).labels == ("Pratęsti",)
        await ada.presses("Pratęsti")
        changed, opened = await ada.reads(), await ada.reads()
        assert (changed.kind, changed.text, changed.labels) == ("changed", "Gerai", ())
        assert (opened.kind, opened.text) == ("modal", "Priežastis")
        await ada.submits({"reason": "x"})
        assert (await ada.reads()).text == "Per trumpa"
        await ada.submits({"reason": "LVPA prašymu"})
        assert (await ada.reads()).kind == "closed"
    assert states == ["x", "LVPA prašymu"]
    assert ada.modal is None


async def test_the_home_tab_is_published_to_its_reader(server: SlackServer) -> None:
    """app_home_opened comes, and views.publish shows the tab."""
    ada, bot = server.person("U1", "Ada"), app(server)

    @bot.event("app_home_opened")
    async def home(event: Json, client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [SECTION]})

    async with bolt(server, bot):
        await ada.opens_home()
        seen = await ada.reads()
    assert (seen.kind, seen.text) == ("home", "Labas")


async def test_files_go_both_ways(server: SlackServer) -> None:
    """An upload in three steps is shared in the channel; a dropped file is downloaded with the token."""
    ada, bot, got = server.person("U1", "Ada"), app(server), []

    @bot.event("message")
    async def take(event: Json, client: AsyncWebClient) -> None:
        url, headers = event["files"][0]["url_private_download"], {"Authorization": f"Bearer {BOT_TOKEN}"}
        async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
            got.append(await answer.read())
        await client.files_upload_v2(channel=event["channel"], filename="atsakymas.txt", content="taip")

    async with bolt(server, bot):
        await ada.uploads("sąrašas.csv", b"a;b")
        seen = await ada.reads()
    assert got == [b"a;b"]
    assert [server.files[id].content for id in server.posted()[0].files] == [b"taip"]
    assert seen.kind == "message"


# Three seconds


async def test_an_event_that_is_not_acknowledged_comes_again(server: SlackServer) -> None:
    """The same event id comes back with retry_attempt, until it is acknowledged."""
    server.socket.ack_seconds = 0.1
    ada, bot, heard = server.person("U1", "Ada"), app(server, process_before_response=True), []

    @bot.event("message")
    async def hear(body: Json) -> None:
        heard.append(body["event_id"])
        if len(heard) < 3:
            raise RuntimeError

    async with bolt(server, bot):
        ack = await (await ada.says("labas")).acked()
    assert ack is not None
    assert ack.attempt == 2
    assert len(heard) == 3
    assert len(set(heard)) == 1


async def test_a_press_that_is_not_acknowledged_is_lost_and_its_person_warned(server: SlackServer) -> None:
    """Interactions come once."""
    server.socket.ack_seconds = 0.1
    ada, bot = server.person("U1", "Ada"), app(server, process_before_response=True)

    @bot.event("message")
    async def offer(say: Any) -> None:
        await say(text="Ar?", blocks=[actions(button("Taip"))])

    @bot.action("a")
    async def pressed() -> None:
        raise RuntimeError

    async with bolt(server, bot):
        await ada.says("labas")
        await ada.reads()
        delivery = await ada.presses("Taip")
        assert (await ada.reads()).kind == "warning"
        assert await delivery.acked() is None
        assert delivery.attempts == 1


# The socket


async def test_a_disconnect_brings_the_app_back_on_a_new_connection(server: SlackServer) -> None:
    """refresh_requested: the handler opens another connection and goes on."""
    ada, bot = server.person("U1", "Ada"), app(server)

    @bot.event("message")
    async def hear(say: Any) -> None:
        await say("Girdžiu")

    async with bolt(server, bot):
        await server.socket.disconnects()
        await server.socket.connected(2)
        await ada.says("labas")
        assert (await ada.reads()).text == "Girdžiu"


async def test_a_silent_socket_answers_no_ping(server: SlackServer) -> None:
    """The library notices by itself that pongs have ceased, and connects again."""
    async with bolt(server, app(server), ping_interval=0.2):
        server.socket.goes_silent()
        await server.socket.connected(2)


# What Slack refuses


BAD_BLOCKS: dict[str, list[Json]] = {
    "51 blocks": [{"type": "divider"}] * 51,
    "a section of 3001 characters": [{"type": "section", "text": {"type": "mrkdwn", "text": "a" * 3001}}],
    "a section field over 2000": [{"type": "section", "fields": [{"type": "mrkdwn", "text": "a" * 2001}]}],
    "an empty text": [{"type": "section", "text": {"type": "mrkdwn", "text": ""}}],
    "an empty section": [{"type": "section"}],
    "a header of 151": [{"type": "header", "text": {"type": "plain_text", "text": "a" * 151}}],
    "a header in mrkdwn": [{"type": "header", "text": {"type": "mrkdwn", "text": "a"}}],
    "a button label of 76": [actions(button("a" * 76))],
    "a button value of 2001": [actions(button(value="a" * 2001))],
    "26 buttons in a row": [actions(*(button(action_id=f"a{i}") for i in range(26)))],
    "the same action_id twice": [actions(button(), button())],
    "the same block_id twice": [{"type": "divider", "block_id": "b"}, {"type": "divider", "block_id": "b"}],
    "an option value of 151": [
        actions(
            {
                "type": "static_select",
                "action_id": "s",
                "options": [{"text": {"type": "plain_text", "text": "a"}, "value": "v" * 151}],
            }
        )
    ],
    "no options": [actions({"type": "static_select", "action_id": "s", "options": []})],
    "11 radio buttons": [
        actions(
            {
                "type": "radio_buttons",
                "action_id": "s",
                "options": [
                    {"text": {"type": "plain_text", "text": "a"}, "value": str(i)} for i in range(11)
                ],
            }
        )
    ],
    "an unknown block": [{"type": "marquee"}],
    "a field of our own": [{**SECTION, "id": "x"}],
    "an empty rich text": [{"type": "rich_text", "elements": []}],
    "an empty rich text element": [
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}],
        }
    ],
}


@pytest.mark.parametrize("what", BAD_BLOCKS)
async def test_bad_blocks_are_refused(server: SlackServer, what: str) -> None:
    """Nothing is posted when Slack would say invalid_blocks."""
    server.person("U1", "Ada")
    error = await refused(client(server).chat_postMessage(channel="U1", text="a", blocks=BAD_BLOCKS[what]))
    assert error == "invalid_blocks"
    assert server.posted() == []


async def test_blocks_near_13200_characters_of_json_are_refused(server: SlackServer) -> None:
    """The whole message counts, not each block."""
    server.person("U1", "Ada")
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "a" * 2700}}] * 5
    assert (
        await refused(client(server).chat_postMessage(channel="U1", text="a", blocks=blocks))
        == "msg_blocks_too_long"
    )


async def test_texts_are_wanted_and_cut_and_limited(server: SlackServer) -> None:
    """No text is refused, 40,000 characters are posted, what is longer is cut, and an update takes 4,000."""
    server.person("U1", "Ada")
    api = client(server)
    assert await refused(api.chat_postMessage(channel="U1", text=" ")) == "no_text"
    posted = await api.chat_postMessage(channel="U1", text="a" * 50_000)
    assert len(server.posted()[0].text) == 40_000
    assert (
        await refused(api.chat_update(channel=posted["channel"], ts=posted["ts"], text="a" * 4001))
        == "msg_too_long"
    )


async def test_an_update_with_text_alone_drops_the_blocks(server: SlackServer) -> None:
    """As Slack does: what is not sent again is gone."""
    server.person("U1", "Ada")
    api = client(server)
    posted = await api.chat_postMessage(channel="U1", text="a", blocks=[SECTION])
    await api.chat_update(channel=posted["channel"], ts=posted["ts"], text="b")
    assert server.posted()[0].blocks == []


async def test_channels_must_be_known_and_joined_and_alive(server: SlackServer) -> None:
    """Each way in which a place cannot be written to has its own code."""
    ada, api = server.person("U1", "Ada"), client(server)
    server.channel("C1", "svetimas", ada, bot=False)
    server.channel("C2", "senas", ada).archived = True
    assert await refused(api.chat_postMessage(channel="C9", text="a")) == "channel_not_found"
    assert await refused(api.chat_postMessage(channel="C1", text="a")) == "not_in_channel"
    assert await refused(api.chat_postMessage(channel="C2", text="a")) == "is_archived"
    server.messages_tab = False
    assert await refused(api.chat_postMessage(channel="U1", text="a")) == "messages_tab_disabled"
    assert await refused(api.conversations_open(users="U9")) == "user_not_found"


async def test_a_post_to_a_deactivated_person_succeeds_unseen(server: SlackServer) -> None:
    """python-slack-sdk #1156: Slack accepts it and nobody reads it."""
    ada = server.person("U1", "Ada")
    ada.deactivated = True
    await client(server).chat_postMessage(channel="U1", text="a")
    assert len(server.posted()) == 1
    assert ada.unread == 0


async def test_tokens_and_scopes_are_checked(server: SlackServer) -> None:
    """Each method wants its kind of token and its scope."""
    server.person("U1", "Ada")
    server.scopes -= {"chat:write", "users:read"}
    assert await refused(client(server, "xoxb-wrong").auth_test()) == "invalid_auth"
    assert await refused(client(server, APP_TOKEN).auth_test()) == "not_allowed_token_type"
    assert (
        await refused(client(server).apps_connections_open(app_token=BOT_TOKEN)) == "not_allowed_token_type"
    )
    assert await refused(client(server).chat_postMessage(channel="U1", text="a")) == "missing_scope"
    assert await refused(client(server).users_info(user="U1")) == "missing_scope"
    answer = await client(server).auth_test()
    assert "chat:write" not in answer.headers["x-oauth-scopes"].split(",")


async def test_arguments_that_a_method_does_not_have_are_refused(server: SlackServer) -> None:
    """Misspelt and missing arguments are found, not ignored."""
    server.person("U1", "Ada")
    api = client(server)
    assert await refused(api.chat_postMessage(channel="U1", text="a", thread="1")) == "invalid_arg_name"
    assert await refused(api.api_call("chat.delete", json={"channel": "U1"})) == "invalid_arguments"
    assert await refused(api.api_call("chat.shout", json={})) == "unknown_method"


async def test_a_trigger_opens_one_view_within_three_seconds(server: SlackServer) -> None:
    """Used twice, too old or unknown: three refusals."""
    server.person("U1", "Ada")
    api = client(server)
    trigger = server.trigger("U1")
    await api.views_open(trigger_id=trigger, view=modal())
    assert await refused(api.views_open(trigger_id=trigger, view=modal())) == "exchanged_trigger_id"
    trigger = server.trigger("U1")
    server.passes(3.1)
    assert await refused(api.views_open(trigger_id=trigger, view=modal())) == "expired_trigger_id"
    assert await refused(api.views_open(trigger_id="t", view=modal())) == "invalid_trigger_id"


BAD_VIEWS: dict[str, Json] = {
    "a title of 25": modal(title={"type": "plain_text", "text": "a" * 25}),
    "inputs and no submit": {k: v for k, v in modal().items() if k != "submit"},
    "no title": {k: v for k, v in modal().items() if k != "title"},
    "no blocks": modal(blocks=[]),
    "101 blocks": modal(blocks=[{"type": "divider"}] * 101),
    "private_metadata of 3001": modal(private_metadata="a" * 3001),
    "a home": {"type": "home", "blocks": [SECTION]},
}


@pytest.mark.parametrize("what", BAD_VIEWS)
async def test_bad_views_are_refused(server: SlackServer, what: str) -> None:
    """A modal that Slack would not open is not opened."""
    server.person("U1", "Ada")
    opened = client(server).views_open(trigger_id=server.trigger("U1"), view=BAD_VIEWS[what])
    assert await refused(opened) == "invalid_arguments"


async def test_a_response_url_takes_five_answers(server: SlackServer) -> None:
    """The sixth finds it used up."""
    server.channel("C1", "bendras", server.person("U1", "Ada"))
    url = server.response_url("U1", "C1")
    async with aiohttp.ClientSession() as session:
        for _ in range(5):
            async with session.post(url, json={"text": "a"}) as answer:
                assert answer.status == 200
        async with session.post(url, json={"text": "a"}) as answer:
            assert (answer.status, (await answer.json())["error"]) == (404, "used_url")


async def test_history_shows_the_metadata_of_what_was_posted(server: SlackServer) -> None:
    """What was posted with an opaque id is found again by it, in a channel whose history may be read."""
    server.channel("C1", "bendras", server.person("U1", "Ada"))
    api, metadata = client(server), {"event_type": "s", "event_payload": {"key": "k1"}}
    await api.chat_postMessage(channel="C1", text="a", metadata=metadata)
    await api.chat_postMessage(channel="C1", text="b")
    found = await api.conversations_history(channel="C1", include_all_metadata=True, limit=1)
    assert [m["text"] for m in found["messages"]] == ["b"]
    more = found["response_metadata"]["next_cursor"]
    found = await api.conversations_history(channel="C1", include_all_metadata=True, cursor=more)
    assert found["messages"][0]["metadata"] == metadata
    server.scopes.remove("channels:history")
    assert await refused(api.conversations_history(channel="C1")) == "missing_scope"


# What goes wrong


FAULTS: dict[str, tuple[Fault, bool]] = {
    "429": (ratelimited("7"), False),
    "500": (breaks(500), False),
    "closed before": (closes(accepted=False), False),
    "closed after": (closes(accepted=True), True),
    "stalled before": (stalls(accepted=False), False),
    "stalled after": (stalls(accepted=True), True),
    "an error after": (errs("internal_error", accepted=True), True),
    "half an answer": (half(), True),
    "no JSON": (not_json(), True),
}


@pytest.mark.parametrize("what", FAULTS)
async def test_a_call_can_fail_before_and_after_it_was_accepted(server: SlackServer, what: str) -> None:
    """The caller sees an error every time; the ledger says whether the message is there."""
    server.person("U1", "Ada")
    fault, accepted = FAULTS[what]
    server.fails("chat.postMessage", fault)
    api = client(server)
    api.timeout = 0.3  # type: ignore[assignment]  # aiohttp takes fractions
    with pytest.raises((SlackApiError, aiohttp.ClientError, TimeoutError)):
        await api.chat_postMessage(channel="U1", text="a")
    assert len(server.posted()) == accepted
    await api.chat_postMessage(channel="U1", text="b")
    assert len(server.posted()) == accepted + 1


async def test_a_bad_retry_after_is_passed_on_as_it_is(server: SlackServer) -> None:
    """Proxies write what they like into Retry-After (pitfall 34)."""
    server.fails("auth.test", ratelimited("soon"))
    with pytest.raises(SlackApiError) as caught:
        await client(server).auth_test()
    assert caught.value.response.headers["Retry-After"] == "soon"


async def test_what_was_called_is_written_down(server: SlackServer, tmp_path: Path) -> None:
    """A line a call, structures decoded, uploads and response urls left out."""
    server.person("U1", "Ada")
    api = client(server)
    await api.chat_postMessage(channel="U1", text="a", blocks=[SECTION])
    await api.files_getUploadURLExternal(filename="a.txt", length=3)
    server.dump(tmp_path / "calls.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "calls.jsonl").read_text().splitlines()]
    assert [line["method"] for line in lines] == ["chat.postMessage", "files.getUploadURLExternal"]
    assert lines[0] == {
        "platform": "slack",
        "method": "chat.postMessage",
        "params": {"channel": "U1", "text": "a", "blocks": [SECTION]},
    }
    assert {line["method"] for line in lines} <= METHODS.keys()
