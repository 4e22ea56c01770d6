"""The people of the strict Slack: what they do goes to the app, what the app shows them they read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests import slack_rules as rules
from tests.patience import PATIENCE
from tests.slack_records import BOT_USER, Message, StoredFile, View
from tests.slack_rules import Json
from tests.slack_socket import Ack, Delivery

if TYPE_CHECKING:
    from tests.slack_server import SlackServer

TEAM = {"id": "T1", "domain": "asociacija"}


@dataclass(frozen=True, slots=True)
class Pressable:
    """A button in front of somebody."""

    label: str
    element: Json
    block_id: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that came to somebody: what it was, its words, its buttons, and where it is.

    `kind` is "message", "changed", "ephemeral", "deleted", "modal", "home", "errors", "closed", or "warning":
    Slack's own triangle beside what they did, because the app did not acknowledge it.
    """

    kind: str
    text: str
    labels: tuple[str, ...] = ()
    source: Message | View | None = None

    @property
    def thread(self) -> str | None:
        """The thread that a message is in."""
        return getattr(self.source, "thread_ts", None)


class Person:
    """Somebody in the workspace. What they do returns when it has left; `reads` waits for what comes next."""

    def __init__(self, server: SlackServer, user: str, name: str, locale: str) -> None:
        self._server = server
        self.user = user
        self.name = name
        self.locale = locale
        self.deactivated = False
        self.modals: list[View] = []
        self._unread: asyncio.Queue[Seen] = asyncio.Queue()
        self._before: list[Message | View] = []

    # What they read

    def saw(self, kind: str, source: Message | View | None = None, text: str = "") -> None:
        """Something came; a test reads it when it likes."""
        if source is not None:
            if source in self._before:
                self._before.remove(source)
            self._before.append(source)
        words = text or (source.shown if source is not None else "")
        labels = tuple(b.label for b in pressables(_blocks_of(source))) if source is not None else ()
        self._unread.put_nowait(Seen(kind, words, labels, source))

    async def reads(self, patience: float = PATIENCE) -> Seen:
        """The next thing that came, waited for."""
        return await asyncio.wait_for(self._unread.get(), patience)

    @property
    def unread(self) -> int:
        """How many things came that were not read yet."""
        return self._unread.qsize()

    @property
    def modal(self) -> View | None:
        """The modal in front of them."""
        return self.modals[-1] if self.modals else None

    # What they do

    async def says(self, text: str, *, files: tuple[str, ...] = (), thread: str | None = None) -> Delivery:
        """Writes to the app directly."""
        channel = self._server.im(self.user)
        message = Message(channel.id, self._server.ts(), self.user, text, thread_ts=thread, files=list(files))
        self._server.keep(message)
        event = self._server.message_body(message) | {"channel": channel.id, "channel_type": "im"}
        event["event_ts"] = message.ts
        if files:
            event["subtype"] = "file_share"
        return await _left(self._server.event("message.im", event))

    async def mentions(
        self, channel: str, text: str, *, thread: str | None = None, first: str = "app_mention"
    ) -> list[Delivery]:
        """Writes `@Šauklys text` in a channel; app_mention and message come for it, in that or the other order."""
        message = Message(channel, self._server.ts(), self.user, f"<@{BOT_USER}> {text}", thread_ts=thread)
        self._server.keep(message)
        body = self._server.message_body(message) | {"channel": channel, "event_ts": message.ts}
        both = {
            "app_mention": ("app_mention", body | {"type": "app_mention"}),
            "message": ("message.channels", body | {"channel_type": "channel"}),
        }
        order = [first, *(name for name in both if name != first)]
        sent = [self._server.event(*both[name]) for name in order]
        return [await _left(delivery) for delivery in sent if delivery]

    async def commands(self, command: str, text: str = "", channel: str | None = None) -> Delivery:
        """Types a slash command, in a channel or directly to the app."""
        where = self._server.channels[channel] if channel else self._server.im(self.user)
        self._server.scopes_used.add(rules.COMMAND_SCOPE)
        delivery = self._server.deliver(
            "slash_commands",
            {
                "token": "verification",
                "team_id": TEAM["id"],
                "team_domain": TEAM["domain"],
                "channel_id": where.id,
                "channel_name": where.name
                if where.kind == "public"
                else "privategroup"
                if channel
                else where.name,
                "user_id": self.user,
                "user_name": self.name.casefold(),
                "command": command,
                "text": text,
                "api_app_id": "A1",
                "is_enterprise_install": "false",
                "response_url": self._server.response_url(self.user, where.id),
                "trigger_id": self._server.trigger(self.user),
            },
        )
        self._watched(delivery, self._command_acked)
        return await _left(delivery)

    async def presses(self, label: str, on: Message | View | None = None) -> Delivery:
        """Presses the newest button of that label that is in front of them, or the one on `on`."""
        source, button = self._button(label, on)
        body = self._interaction("block_actions")
        action = {
            "type": "button",
            "action_id": button.element["action_id"],
            "block_id": button.block_id,
            "text": button.element["text"],
            "action_ts": self._server.ts(),
        }
        if "value" in button.element:
            action["value"] = button.element["value"]
        body |= {"actions": [action], **self._place(source)}
        return await self._interacts(body)

    async def submits(self, values: Mapping[str, Any] | None = None) -> Delivery:
        """Fills in the modal in front of them, by block id, and submits it."""
        view = self.modal
        assert view is not None, "no modal is open"
        for block in view.body["blocks"]:
            if block["type"] == "input":
                typed = _entered(block, (values or {}).get(block["block_id"]), view)
                if typed is not None:
                    view.typed[block["block_id"], block["element"]["action_id"]] = typed
        strange = set(values or {}) - {b.get("block_id") for b in view.body["blocks"]}
        assert not strange, f"the modal has no field {strange}"
        body = self._interaction("view_submission")
        body |= {"view": self._server.view_body(view), "response_urls": []}
        delivery = self._server.deliver("interactive", body)
        self._watched(delivery, lambda ack: self._submitted(view, ack))
        return await _left(delivery)

    async def closes_modal(self) -> Delivery | None:
        """Closes the modal; the app hears of it only if it asked to."""
        view = self.modals.pop()
        if not view.body.get("notify_on_close"):
            return None
        body = self._interaction("view_closed") | {"view": self._server.view_body(view), "is_cleared": False}
        del body["trigger_id"]
        return await _left(self._server.deliver("interactive", body))

    async def opens_home(self) -> Delivery:
        """Opens the app's Home tab."""
        event = {
            "type": "app_home_opened",
            "user": self.user,
            "channel": self._server.im(self.user).id,
            "tab": "home",
            "event_ts": self._server.ts(),
        }
        return await _left(self._server.event("app_home_opened", event))

    async def uploads(self, name: str, content: bytes, text: str = "", mime: str = "text/plain") -> Delivery:
        """Drops a file into the direct conversation."""
        file = StoredFile(
            self._server.new("F"), name, mime, len(content), self.user, name, content, shared=True
        )
        self._server.files[file.id] = file
        return await self.says(text, files=(file.id,))

    # How

    def _button(self, label: str, on: Message | View | None) -> tuple[Message | View, Pressable]:
        places = [on] if on is not None else [*reversed(self.modals), *reversed(self._before)]
        for place in places:
            if getattr(place, "deleted", False):
                continue
            for button in pressables(_blocks_of(place)):
                if button.label == label:
                    return place, button
        raise AssertionError(f"{self.name} sees no button “{label}”")

    def _interaction(self, kind: str) -> Json:
        return {
            "type": kind,
            "user": {
                "id": self.user,
                "username": self.name.casefold(),
                "name": self.name,
                "team_id": TEAM["id"],
            },
            "api_app_id": "A1",
            "token": "verification",
            "trigger_id": self._server.trigger(self.user),
            "team": TEAM,
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _place(self, source: Message | View) -> Json:
        if isinstance(source, View):
            view = self._server.view_body(source)
            return {"container": {"type": "view", "view_id": source.id}, "view": view, "state": view["state"]}
        channel = self._server.channels[source.channel]
        ephemeral = source.to is not None
        return {
            "container": {
                "type": "message",
                "message_ts": source.ts,
                "channel_id": channel.id,
                "is_ephemeral": ephemeral,
                **({"thread_ts": source.thread_ts} if source.thread_ts else {}),
            },
            "channel": {"id": channel.id, "name": channel.name},
            "state": {"values": {}},
            "response_url": self._server.response_url(self.user, channel.id, source),
            **({} if ephemeral else {"message": self._server.message_body(source)}),
        }

    async def _interacts(self, body: Json) -> Delivery:
        delivery = self._server.deliver("interactive", body)
        self._watched(delivery, lambda ack: None)
        return await _left(delivery)

    def _watched(self, delivery: Delivery, then: Any) -> None:
        """Does what Slack does when the acknowledgement is there, or shows that there was none."""

        def settled(future: asyncio.Future[Ack | None]) -> None:
            if future.cancelled():
                return
            ack = future.result()
            if ack is None:
                self.saw("warning", text="the app did not respond")
            else:
                then(ack)

        delivery.settled.add_done_callback(settled)

    def _command_acked(self, ack: Ack) -> None:
        if ack.payload:
            rules.message(ack.payload.get("text", ""), ack.payload.get("blocks", []))
            self.saw(
                "ephemeral", Message("", "", BOT_USER, ack.payload["text"], ack.payload.get("blocks", []))
            )

    def _submitted(self, view: View, ack: Ack) -> None:
        answer = ack.payload or {}
        match answer.get("response_action"):
            case None:
                self.modals.remove(view)
                self.saw("closed")
            case "clear":
                self.modals.clear()
                self.saw("closed")
            case "errors":
                inputs = {b.get("block_id") for b in view.body["blocks"] if b["type"] == "input"}
                assert answer["errors"] and set(answer["errors"]) <= inputs, (
                    "errors for inputs that aren't there"
                )
                view.errors = dict(answer["errors"])
                self.saw("errors", text="\n".join(view.errors.values()))
            case "update":
                rules.view(answer["view"], "modal")
                self._server.show_view(view, answer["view"], self)
            case other:
                raise AssertionError(f"response_action {other} is not used here")


async def _left(delivery: Delivery | None) -> Delivery:
    assert delivery is not None, "the app is not subscribed to that"
    await asyncio.wait_for(delivery.sent.wait(), PATIENCE)
    return delivery


def _blocks_of(source: Message | View | None) -> list[Json]:
    body = getattr(source, "body", None)
    blocks: list[Json] = body["blocks"] if body else getattr(source, "blocks", [])
    return blocks


def pressables(blocks: list[Json]) -> list[Pressable]:
    """The buttons in blocks, in order."""
    found = []
    for i, block in enumerate(blocks):
        held = [*block.get("elements", []), block.get("accessory")] if block["type"] != "rich_text" else []
        for element in held:
            if isinstance(element, dict) and element.get("type") == "button":
                found.append(Pressable(element["text"]["text"], element, block.get("block_id", f"b{i}")))
    return found


def _entered(block: Json, value: Any, view: View) -> Json | None:
    """What an input holds after somebody entered `value`, or left it alone when that is None."""
    element = block["element"]
    kind, key = element["type"], (block["block_id"], element["action_id"])
    if value is None and key in view.typed:
        return None
    if kind == "plain_text_input":
        text = element.get("initial_value") if value is None else value
        assert len(text or "") <= element.get("max_length", 3000), "Slack stops them typing at max_length"
        assert text or block.get("optional"), f"Slack asks for {block['block_id']} first"
        return {"type": kind, "value": text or None}
    options = element.get("options") or [o for g in element["option_groups"] for o in g["options"]]
    by_value = {option["value"]: option for option in options}
    if kind in ("static_select", "radio_buttons"):
        chosen = element.get("initial_option") if value is None else by_value[value]
        assert chosen or block.get("optional"), f"Slack asks for {block['block_id']} first"
        return {"type": kind, "selected_option": chosen}
    several = element.get("initial_options", []) if value is None else [by_value[v] for v in value]
    assert several or block.get("optional"), f"Slack asks for {block['block_id']} first"
    assert len(several) <= element.get("max_selected_items", 100), "Slack stops them at max_selected_items"
    return {"type": kind, "selected_options": several}
