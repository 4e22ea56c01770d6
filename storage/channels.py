"""Working groups' channels: the chat of each group on a platform, into which one post goes for everybody in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from storage.audit import By


@dataclass(frozen=True, slots=True)
class Channel:
    """A group's channel on a platform, under an id (`g3`) that stays whichever chat it is. `address` is the chat's,
    empty once the channel was taken away; `since` (aware) and by whom it was connected. `unreachable` is empty or says
    why nothing can be sent there."""

    id: str
    group: str
    platform: str
    address: str
    since: datetime
    by: str
    unreachable: str = ""

    @property
    def connected(self) -> bool:
        """Whether the group has it now."""
        return bool(self.address)


def is_channel(recipient: str) -> bool:
    """Whether what a delivery or a told fact names is a channel: neither a member (`n5`) nor an account
    (`telegram:900000001`)."""
    return recipient[:1] == "g" and recipient[1:].isdecimal()


class Channels(Protocol):
    async def get(self, id: str) -> Channel | None:
        """The channel of that id, also one that was taken away, or None."""

    async def all(self) -> tuple[Channel, ...]:
        """Every channel there has been, in the order of their ids; the same object until one changes."""

    async def connect(self, group: str, platform: str, address: str, by: By) -> Channel:
        """That chat is the group's channel on that platform, in place of the one it had, and can be reached as far as
        we know. When it is already and can be, nothing happens. Raises Changed(the channel) when the chat is another
        group's."""

    async def disconnect(self, id: str, by: By) -> Channel:
        """The group has it no more; when it had not, nothing happens. Raises Missing."""

    async def lost(self, id: str, address: str, why: str) -> Channel:
        """Nothing can be sent there any more, for that reason; `connect` undoes it. Nothing when it is another chat by
        now. No audit. Raises Missing."""

    async def moved(self, platform: str, old: str, new: str) -> None:
        """That chat has another address: the channel has it from now on, and so has what is queued, being sent or
        uncertain there, in the same commit. When somebody has made the new one a channel already, that one stays and
        this has none any more. Nothing when the chat is nobody's channel."""
