"""What is pushed: sendings, and for each recipient one delivery with what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from storage.audit import By
from storage.conversation import Told

SendingState = Literal["open", "held", "paused", "recalled"]
DeliveryState = Literal["queued", "sending", "sent", "uncertain", "failed", "skipped"]
Ended = Literal["uncertain", "failed", "skipped"]

UNDER_WAY: tuple[DeliveryState, ...] = ("queued", "sending")
"""The states in which something is still to happen by itself."""


@dataclass(frozen=True, slots=True)
class NewSending:
    """A sending to be opened. `key` is its natural one ("change c42", "digest politika 2026-W48"): there is one sending
    of a key. `content` is what it says, frozen, as JSON values. It leaves from `due` on, and what has not left
    at `until`, its last useful moment, is skipped. `urgent` is empty or the reason why calm does not apply."""

    kind: str
    key: str
    content: Mapping[str, Any]
    due: datetime
    until: datetime | None = None
    urgent: str = ""


@dataclass(frozen=True, slots=True)
class Sending:
    """A sending under its id (`s3`). `version` moves with its content; `why` says why it is paused."""

    id: str
    version: int
    kind: str
    key: str
    content: Mapping[str, Any]
    due: datetime
    until: datetime | None
    urgent: str
    at: datetime
    by: str
    state: SendingState = "open"
    why: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One recipient of a sending: a member's id, a group's channel's (`g3`), or `platform:address` of an account.

    `parts` are the platform's ids of the messages accepted so far, `of` how many there are in all (0 until the first
    is claimed). `platform` and `address` say where it goes or went. `seen` is the sending's version that was sent.
    `why` says why it failed, was skipped, waits or is uncertain. `acknowledged` is when the recipient said so.
    `within` is the delivery that it comes with instead of by itself, empty for most.
    """

    id: str
    sending: str
    recipient: str
    state: DeliveryState
    at: datetime
    platform: str = ""
    address: str = ""
    parts: tuple[str, ...] = ()
    of: int = 0
    seen: int = 0
    why: str = ""
    acknowledged: datetime | None = None
    within: str = ""

    @property
    def came(self) -> bool:
        """Whether its recipient has it: it was sent, or came with another one."""
        return self.state == "sent" or (self.state == "skipped" and bool(self.within))


WITHIN = "came with another"
"""Why a delivery is skipped that is told by another one."""


class Sendings(Protocol):
    async def get(self, id: str) -> Sending | None:
        """The sending of that id, or None."""

    async def all(self) -> tuple[Sending, ...]:
        """Every sending, in the order of their ids; the same object until one changes."""

    async def of_key(self, key: str) -> Sending | None:
        """The sending of that key, or None."""

    async def deliveries(self, sending: str) -> tuple[Delivery, ...]:
        """Those of a sending, in the order of their ids."""

    async def delivery(self, id: str) -> Delivery | None:
        """The delivery of that id, or None."""

    async def of_message(self, platform: str, address: str, message: str) -> Delivery | None:
        """The delivery one of whose parts is that message at that address, the newest where there are several, or
        None."""

    async def to(self, recipient: str) -> tuple[Delivery, ...]:
        """Everything to that recipient, in the order of the ids."""

    async def in_state(self, state: DeliveryState) -> tuple[Delivery, ...]:
        """Deliveries that are queued, being sent or uncertain now, in the order of their ids; none of other states."""

    async def open(
        self, sending: NewSending, recipients: tuple[str, ...], by: By, *, held: bool = False
    ) -> Sending:
        """Keeps a sending with a queued delivery for each recipient, in one commit; held it waits for somebody to let
        it go. When there is one of that key already it is returned, and recipients that it has not get their
        deliveries."""

    async def change(self, id: str, seen: int, content: Mapping[str, Any], by: By) -> Sending:
        """Another content. Raises Missing, and Changed(the sending) when its version is not `seen`."""

    async def turn(self, id: str, state: SendingState, why: str, by: By) -> Sending:
        """Another state, when it is another; its version stays. What is recalled stays recalled. Raises Missing."""

    async def claim(self, id: str, platform: str, address: str, of: int, at: datetime) -> Delivery:
        """Its next part is about to be sent there. Raises Missing, and Changed(the delivery) unless it is queued and
        its sending open."""

    async def accepted(self, id: str, message: str, at: datetime, told: tuple[Told, ...] = ()) -> Delivery:
        """The part that was claimed has that message id; with the last one the delivery is sent, and what was told by
        it is kept in the same commit. Raises Missing, and Changed unless it is being sent or uncertain."""

    async def put_off(self, id: str, why: str, at: datetime) -> Delivery:
        """The part that was claimed was certainly not sent: queued again. Raises Missing, and Changed unless it is
        being sent or uncertain."""

    async def end(self, id: str, state: Ended, why: str, at: datetime) -> Delivery:
        """It ends so. When it was certainly not sent, and so fails or is skipped, what was to come with it is queued
        again in the same commit. Raises Missing, and Changed when it is sent, failed or skipped already."""

    async def carry(self, id: str, others: tuple[str, ...], at: datetime) -> tuple[Delivery, ...]:
        """Those others of the same recipient that still wait come with that one, which waits too: they are skipped
        and say so, in one commit; what is not queued any more, or another's, is left as it is. Returns everything
        that comes with it now. Raises Missing, and Changed unless it is queued."""

    async def again(self, id: str, by: By) -> Delivery:
        """A person decides that it goes once more: queued, from the part it had come to. Raises Missing, and Changed
        unless it is uncertain or failed."""

    async def amended(self, id: str, seen: int, why: str, at: datetime) -> Delivery:
        """Its messages now say what that version of the sending says; or they were taken back, as `why` says. Raises
        Missing."""

    async def interrupted(self, at: datetime) -> tuple[Delivery, ...]:
        """After a start: what was being sent is uncertain from now on; returns those."""

    async def acknowledge(self, id: str, at: datetime) -> Delivery:
        """The recipient has read it; the first time counts. Raises Missing."""
