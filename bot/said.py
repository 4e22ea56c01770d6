"""What was said lately in each place, which is a person in a chat: in memory alone.

The words that a button of their answer stands for are kept for half a day; what somebody asked before and the list they
were shown, for ten minutes.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from handlers.chat import Incoming, Reply
from handlers.commands import Line, is_mark, mark, parse
from handlers.understanding.choosing import chosen
from handlers.understanding.reading import Understanding

LASTS = timedelta(hours=12)
KEPT = 2_000
"""So many messages are remembered; of more, the oldest are forgotten."""
TALK_LASTS = timedelta(minutes=10)
PLACES = 10_000
"""When so many places are remembered, those whose ten minutes are over are forgotten."""


class Said:
    """What was said, shown and asked in each place."""

    def __init__(self) -> None:
        self._texts: OrderedDict[str, tuple[datetime, str]] = OrderedDict()
        self._asked: dict[str, tuple[datetime, Understanding]] = {}
        self._listed: dict[str, tuple[datetime, tuple[str, ...]]] = {}

    def remember(self, msg: Incoming, reply: Reply, now: datetime) -> None:
        """Keeps the text when a button of its answer ends in its mark, and the list that the answer shows."""
        place, text = _place(msg), msg.text.strip()
        self._listed[place] = (now, _numbered(reply))
        own = mark(text)
        if any(button.command.endswith(own) for row in reply.buttons for button in row):
            self._texts[f"{place} {own}"] = (now, text)
            if len(self._texts) > KEPT:
                self._texts.popitem(last=False)

    def behind(self, line: Line, msg: Incoming, now: datetime) -> str:
        """The words that the mark at the end of the line stands for there; none when it has no mark, or they are
        forgotten."""
        if not line.words or not is_mark(line.words[-1]):
            return ""
        at, text = self._texts.get(f"{_place(msg)} {line.words[-1]}", (now, ""))
        return text if now - at <= LASTS else ""

    def asks(self, msg: Incoming, meant: Understanding, now: datetime) -> None:
        """What the next words of this person may go on from."""
        self._asked[_place(msg)] = (now, meant)

    def before(self, msg: Incoming, now: datetime) -> Understanding | None:
        """What the person asked before in this chat, for ten minutes."""
        if len(self._asked) > PLACES:
            self._asked = {k: v for k, v in self._asked.items() if now - v[0] <= TALK_LASTS}
        at, meant = self._asked.get(_place(msg), (now, None))
        return meant if now - at <= TALK_LASTS else None

    def chosen(self, text: str, msg: Incoming, now: datetime) -> Line | None:
        """What is opened by the place it had in the list that was just shown ("antras"), for ten minutes."""
        if len(self._listed) > PLACES:
            self._listed = {k: v for k, v in self._listed.items() if now - v[0] <= TALK_LASTS}
        at, commands = self._listed.get(_place(msg), (now, ()))
        number = chosen(text) if commands and now - at <= TALK_LASTS else None
        if number is None or number > len(commands):
            return None
        return parse(commands[number - 1] if number > 0 else commands[-1])


def _place(msg: Incoming) -> str:
    """Somebody in a chat: what was said before is theirs there."""
    return f"{msg.chat} {msg.account.user}"


def _numbered(reply: Reply) -> tuple[str, ...]:
    """The commands of the buttons that are numbered 1, 2, 3, in that order."""
    by_label = {button.label: button.command for row in reply.buttons for button in row}
    found: list[str] = []
    while (command := by_label.get(str(len(found) + 1))) is not None:
        found.append(command)
    return tuple(found)
