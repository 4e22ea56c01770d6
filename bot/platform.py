"""The port a chat platform implements, and its closed set of outcomes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from handlers.chat import Incoming, Reply

Respond = Callable[[Reply], Awaitable[str | None]]
"""Shows a reply where the gesture came from; returns once the platform accepted it, or raises an Outcome. A `passing`
one is tried once, changes the `passing` one before, and is removed behind the next other reply; of it the message's id
is returned, where one would be left after a crash."""

Dispatch = Callable[[Incoming, Respond], Awaitable[None]]
"""Answers one gesture. Returns when every effect of it, and what was told, is durable: only then may the
event be confirmed to its platform. Never raises but for CancelledError and NotDurable."""


class NotDurable(Exception):
    """The gesture was not recorded: do not confirm it, the platform will bring it again."""


class Outcome(Exception):
    """Why a send has no message id. `why` is one sentence, without tokens, names or texts."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Blocked(Outcome):
    """This person cannot be reached here: stop trying."""


class TryLater(Outcome):
    """Certainly not sent; may be sent after `seconds`."""

    def __init__(self, why: str, seconds: float) -> None:
        super().__init__(why)
        self.seconds = seconds


class Refused(Outcome):
    """This message is bad and was certainly not sent."""


class Unknown(Outcome):
    """It may have been sent."""


class Down(Outcome):
    """The whole platform refuses us: pause, and tell the secretariat."""


@dataclass(frozen=True, slots=True)
class Status:
    """What `sauklys check` prints of a platform: `ok`, and a sentence saying what is so or what to do."""

    ok: bool
    what: str


Part = TypeVar("Part")


class Platform(Protocol[Part]):
    """One chat platform. `stepwise` says that forms are asked here one question at a time by bot/forms.py;
    otherwise the platform shows a whole Form by itself and brings its answers back page by page."""

    name: str
    stepwise: bool

    async def run(self, dispatch: Dispatch) -> None:
        """Takes gestures and hands them to `dispatch` until cancelled. Raises Down when it cannot go on."""

    def render(self, reply: Reply) -> tuple[Part, ...]:
        """The reply in the parts that the platform takes, each within its limits. Pure."""

    async def send(self, address: str, part: Part, key: str) -> str:
        """Sends one part once, without retrying; returns the platform's message id. `key` is opaque and
        lets `look_up` find it. Raises an Outcome."""

    async def edit(self, address: str, message: str, part: Part) -> None:
        """Changes a message. An edit that changes nothing is a success. Raises an Outcome."""

    async def delete(self, address: str, message: str) -> None:
        """Deletes a message; one that is gone already is a success. Raises an Outcome."""

    async def look_up(self, address: str, key: str) -> str | None:
        """The id of the message sent with that key, or None when there is none. Raises Unknown where the
        platform cannot tell."""

    async def introduce(self) -> str:
        """Where people find it: an address, with Telegram `https://t.me/NAME`. Raises an Outcome."""

    async def check(self) -> tuple[Status, ...]:
        """Token and rights, a line each."""

    async def close(self) -> None:
        """Finishes what is in flight and lets go of every connection."""
