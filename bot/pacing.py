"""How fast a platform is spoken to: evenly, each chat and group slower still, replies first."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

CHAT_SECONDS = 1.0  # core.telegram.org/bots/faq: no more than one message a second in a chat
GROUP_MESSAGES = 20  # … and 20 a minute in a group
GROUP_SECONDS = 60.0
COUNTED_BY_THE_MINUTE = frozenset({"telegram"})
"""The platforms that do so; Slack takes one message a second in a channel (docs.slack.dev, rate limits), as in any
chat."""
LATE = 0.03
"""Seconds that pushes may make up for when the program was late: less than one message at Telegram's rate, so that no
second ever holds thirty-one."""
SECOND = 1.005
"""A second as the platform counts it, and a little for the way there."""
REMEMBERED = 10_000


@dataclass
class Pacer:
    """Even spacing of one platform's pushes. Times are a monotonic clock's seconds.

    A limiter that may burst lets twice the rate through in its first second (pitfall 4), so each push has a slot of its
    own. A reply never waits: it takes the next slot, and pushes move on.
    """

    per_second: float
    _next: float = 0.0
    _stopped_until: float = 0.0
    _chats: dict[str, deque[float]] = field(default_factory=dict)
    _left: deque[float] = field(default_factory=deque)

    def spoke(self, now: float, address: str = "") -> None:
        """A reply has left, to that address where it is known; the pushes give way."""
        self._next = max(self._next, now) + 1 / self.per_second
        if address:
            self._noted(address, now, now)
        self._leaves(now)

    def rests(self, now: float, seconds: float) -> None:
        """The platform asks for quiet as a whole."""
        self._stopped_until = max(self._stopped_until, now + seconds)

    def wait(self, address: str, now: float, group: bool) -> float:
        """Seconds until something may leave for that address; 0 when now. Of the chat alone, not of the platform."""
        times = self._chats.get(address)
        if not times:
            return 0.0
        soon = times[-1] + CHAT_SECONDS - now
        if group and len(times) >= GROUP_MESSAGES:
            soon = max(soon, times[-GROUP_MESSAGES] + GROUP_SECONDS - now)
        return max(0.0, soon)

    def slot(self, address: str, now: float) -> float:
        """Takes the next slot for that address; the seconds until it."""
        at = max(now - LATE, self._next, self._stopped_until)
        self._next = at + 1 / self.per_second
        at = max(now, at)
        self._noted(address, at, now)
        return at - now

    def _noted(self, address: str, at: float, now: float) -> None:
        """Something leaves for that address then."""
        if len(self._chats) > REMEMBERED:
            self._chats = {a: t for a, t in self._chats.items() if t[-1] > now - GROUP_SECONDS}
        times = self._chats.setdefault(address, deque(maxlen=GROUP_MESSAGES))
        times.append(at)

    def room(self, now: float) -> float:
        """Seconds until the push whose slot has come may really leave, and takes the place: what was kept waiting by
        a slow disk between its slot and its sending leaves close to others, but never one more in a second."""
        most = int(self.per_second) + 1
        at = max(now, self._left[-most] + SECOND) if len(self._left) >= most else now
        self._leaves(at)
        return at - now

    def _leaves(self, at: float) -> None:
        self._left.append(at)
        if len(self._left) > 2 * (int(self.per_second) + 1):
            self._left.popleft()
