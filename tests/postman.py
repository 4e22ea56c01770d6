"""A fake platform for the outbox: addresses with what arrived there, and faults for the sends to come."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass, field

from bot.platform import Blocked, Dispatch, Outcome, Status, Unknown
from handlers.chat import Reply
from storage.store import Store


@dataclass
class Postman:
    """Takes replies as parts of plain text. A fault of `faults` is raised instead of the send, one with `arrives`
    after it. `finds` is whether it can tell what arrived by its key."""

    name: str = "telegram"
    stepwise: bool = True
    finds: bool = False
    arrived: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    keys: dict[str, str] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    faults: deque[tuple[Outcome, bool]] = field(default_factory=deque)
    blocked: set[str] = field(default_factory=set)
    replies: list[Reply] = field(default_factory=list)

    def render(self, reply: Reply) -> tuple[str, ...]:
        self.replies.append(reply)
        return (reply.plain, *(file.name for file in reply.files))

    async def send(self, address: str, part: str, key: str) -> str:
        if address in self.blocked:
            raise Blocked("The person has blocked the bot.")
        outcome, arrives = self.faults.popleft() if self.faults else (None, True)
        if arrives:
            assert key not in self.keys, "the same part was sent twice"
            self.arrived[address].append(part)
            self.keys[key] = f"m{len(self.keys) + 1}"
            self.places[self.keys[key]] = len(self.arrived[address]) - 1
        if outcome is not None:
            raise outcome
        return self.keys[key]

    async def look_up(self, address: str, key: str) -> str | None:
        if not self.finds:
            raise Unknown("Nobody can tell.")
        return self.keys.get(key)

    async def run(self, dispatch: Dispatch) -> None: ...

    async def edit(self, address: str, message: str, part: str) -> None:
        self.arrived[address][self._place(address, message)] = part

    async def delete(self, address: str, message: str) -> None:
        del self.arrived[address][self._place(address, message)]

    def _place(self, address: str, message: str) -> int:
        return self.places[message]

    async def introduce(self) -> str:
        return "https://t.me/fake"

    async def check(self) -> tuple[Status, ...]:
        return ()

    async def close(self) -> None: ...


async def quiet(store: Store, *postmen: Postman, every: float = 0.03) -> None:
    """Waits until nothing more comes, however slow the machine is; looks every so many seconds."""
    before, still = -1, 0
    while still < 4:
        await asyncio.sleep(every)
        now = sum(len(texts) for postman in postmen for texts in postman.arrived.values())
        under_way = bool(await store.sendings.in_state("sending"))
        before, still = now, still + 1 if now == before and not under_way else 0
