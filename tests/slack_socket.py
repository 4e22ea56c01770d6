"""Slack's side of Socket Mode over a real WebSocket: envelopes, acknowledgements in time, what comes again."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import WSMsgType, web

from tests.patience import PATIENCE
from tests.slack_rules import Json

Kind = Literal["events_api", "interactive", "slash_commands"]
RETRIES = 3  # after the first attempt; docs.slack.dev, Events API, retries


@dataclass(frozen=True, slots=True)
class Ack:
    """An acknowledgement: how many seconds after the envelope left, and whether that was too late."""

    envelope: str
    attempt: int
    seconds: float
    late: bool
    payload: Any = None


@dataclass(slots=True)
class Delivery:
    """One gesture on its way: what was tried, and in the end its acknowledgement or None."""

    kind: Kind
    payload: Json
    attempts: int = 0
    sent: asyncio.Event = field(default_factory=asyncio.Event)
    settled: asyncio.Future[Ack | None] = field(default_factory=asyncio.Future)

    async def acked(self, patience: float = PATIENCE) -> Ack | None:
        """The acknowledgement that came in time, or None when Slack gave up."""
        return await asyncio.wait_for(asyncio.shield(self.settled), patience)


class Socket:
    """Every connection of the app. `ack_seconds` is how long an acknowledgement may take; Slack's is 3."""

    def __init__(self, ack_seconds: float) -> None:
        self.ack_seconds = ack_seconds
        self.acks: list[Ack] = []
        self.hellos = 0
        self._open: list[web.WebSocketResponse] = []
        self._connected = asyncio.Event()
        self._waiting: dict[str, tuple[asyncio.Future[Any], float, int]] = {}
        self._late: dict[str, tuple[float, int]] = {}
        self._silent: set[web.WebSocketResponse] = set()
        self._underway: set[asyncio.Task[None]] = set()
        self._count = 0
        self._changed = asyncio.Condition()

    # What a test does to it

    def deliver(self, kind: Kind, payload: Json) -> Delivery:
        """Sends an envelope as soon as the app is connected; events come again until acknowledged."""
        delivery = Delivery(kind, payload)
        task = asyncio.get_running_loop().create_task(self._bring(delivery))
        self._underway.add(task)
        task.add_done_callback(self._underway.discard)
        return delivery

    async def connected(self, hellos: int = 1, patience: float = PATIENCE) -> None:
        """Waits until the app has connected that many times and is connected now."""
        async with asyncio.timeout(patience), self._changed:
            await self._changed.wait_for(lambda: self.hellos >= hellos and bool(self._open))

    async def disconnects(self, reason: str = "refresh_requested") -> None:
        """Asks the app to open a new connection, as Slack does every few hours, and closes the old one."""
        for ws in list(self._open):
            self._forget(ws)
            await ws.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "wss-1"}})

    def drops(self) -> None:
        """Cuts every connection without a word."""
        for ws in list(self._open):
            self._forget(ws)
            transport = ws._req.transport if ws._req is not None else None
            if transport is not None:
                transport.abort()

    def goes_silent(self) -> None:
        """Connections stay open, but nothing comes from them any more, not even a pong."""
        self._silent.update(self._open)
        self._open.clear()
        self._connected.clear()

    async def close(self) -> None:
        for task in list(self._underway):
            task.cancel()
        await asyncio.gather(*self._underway, return_exceptions=True)
        self.goes_silent()
        for ws in self._silent:
            transport = ws._req.transport if ws._req is not None else None
            if transport is not None:
                transport.abort()

    # The connection

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One WebSocket, from hello to its end."""
        ws = web.WebSocketResponse(autoping=False)
        await ws.prepare(request)
        await ws.send_json(
            {
                "type": "hello",
                "num_connections": len(self._open) + 1,
                "debug_info": {"host": "wss-1", "build_number": 1, "approximate_connection_time": 18060},
                "connection_info": {"app_id": "A1"},
            }
        )
        self._open.append(ws)
        self._connected.set()
        async with self._changed:
            self.hellos += 1
            self._changed.notify_all()
        try:
            async for message in ws:
                if ws in self._silent:
                    continue
                if message.type is WSMsgType.PING:
                    await ws.pong(message.data)
                elif message.type is WSMsgType.TEXT:
                    self._heard(json.loads(message.data))
        finally:
            self._forget(ws)
        return ws

    def _forget(self, ws: web.WebSocketResponse) -> None:
        if ws in self._open:
            self._open.remove(ws)
        if not self._open:
            self._connected.clear()

    def _heard(self, answer: Json) -> None:
        strange = answer.keys() - {"envelope_id", "payload"}
        assert not strange, f"an acknowledgement holds an envelope_id and perhaps a payload, not {strange}"
        envelope = answer["envelope_id"]
        if envelope in self._waiting:
            future, started, attempt = self._waiting[envelope]
            ack = Ack(envelope, attempt, time.monotonic() - started, False, answer.get("payload"))
            if not future.done():
                future.set_result(ack)
        elif envelope in self._late:
            started, attempt = self._late.pop(envelope)
            ack = Ack(envelope, attempt, time.monotonic() - started, True, answer.get("payload"))
        else:
            raise AssertionError("acknowledged twice, or never sent")
        self.acks.append(ack)

    async def _bring(self, delivery: Delivery) -> None:
        attempts = 1 + (RETRIES if delivery.kind == "events_api" else 0)
        for attempt in range(attempts):
            ack = await self._once(delivery, attempt)
            if ack:
                delivery.settled.set_result(ack)
                return
        delivery.settled.set_result(None)

    async def _once(self, delivery: Delivery, attempt: int) -> Ack | None:
        await self._connected.wait()
        ws = self._open[-1]
        self._count += 1
        envelope = f"e-{self._count}"
        future: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        started = time.monotonic()
        self._waiting[envelope] = (future, started, attempt)
        message = {
            "envelope_id": envelope,
            "type": delivery.kind,
            "payload": delivery.payload,
            "accepts_response_payload": delivery.kind != "events_api",
        }
        if delivery.kind == "events_api":
            message |= {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
        delivery.attempts += 1
        try:
            await ws.send_json(message)
            delivery.sent.set()
            return await asyncio.wait_for(future, self.ack_seconds)
        except (TimeoutError, ConnectionError):
            self._late[envelope] = (started, attempt)
            return None
        finally:
            del self._waiting[envelope]
