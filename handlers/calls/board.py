"""Every call with its status, in the order of lists: made once a minute, or when a call changes.

Dates of calls are exact to the minute, so that a status holds through the whole minute it was made in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.calls.status import Status, sort_key, status
from storage.calls import Call


@dataclass(frozen=True, slots=True)
class Listed:
    """A call and where it stands."""

    call: Call
    status: Status


class _Board:
    """Keeps the newest one that it made."""

    def __init__(self) -> None:
        self._calls: tuple[Call, ...] | None = None
        self._minute: datetime | None = None
        self._listed: tuple[Listed, ...] = ()

    def __call__(self, calls: tuple[Call, ...], now: datetime) -> tuple[Listed, ...]:
        """The calls in the order of lists, as they stand in that minute. `calls` is the store's own tuple, which
        is another object whenever something has changed."""
        minute = now.replace(second=0, microsecond=0)
        if self._calls is not calls or self._minute != minute:
            ordered = sorted(calls, key=lambda call: sort_key(call, minute))
            self._listed = tuple(Listed(call, status(call, minute)) for call in ordered)
            self._calls, self._minute = calls, minute
        return self._listed


board = _Board()
