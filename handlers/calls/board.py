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


@dataclass(frozen=True, slots=True)
class Board:
    """All calls in the order of lists, and those of them that are neither over nor cancelled."""

    listed: tuple[Listed, ...]
    current: tuple[Listed, ...]


class _Boards:
    """Keeps the newest one that it made."""

    def __init__(self) -> None:
        self._calls: tuple[Call, ...] | None = None
        self._minute: datetime | None = None
        self._board = Board((), ())

    def __call__(self, calls: tuple[Call, ...], now: datetime) -> Board:
        """The calls as they stand in that minute. `calls` is the store's own tuple, which is another object
        whenever something has changed."""
        minute = now.replace(second=0, microsecond=0)
        if self._calls is not calls or self._minute != minute:
            ordered = sorted(calls, key=lambda call: sort_key(call, minute))
            listed = tuple(Listed(call, status(call, minute)) for call in ordered)
            current = tuple(one for one in listed if one.status not in ("closed", "cancelled"))
            self._board = Board(listed, current)
            self._calls, self._minute = calls, minute
        return self._board


board = _Boards()
