"""Words that were said and that a button of their answer stands for: in memory alone, for half a day."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from handlers.chat import Reply
from handlers.commands import Line, is_mark, mark

LASTS = timedelta(hours=12)
KEPT = 2_000
"""So many messages are remembered; of more, the oldest are forgotten."""


class Said:
    """What was said in each place (a person in a chat), by its mark."""

    def __init__(self) -> None:
        self._texts: OrderedDict[str, tuple[datetime, str]] = OrderedDict()

    def remember(self, place: str, text: str, reply: Reply, now: datetime) -> None:
        """Keeps the text when a button of its answer ends in its mark."""
        text = text.strip()
        own = mark(text)
        if any(button.command.endswith(own) for row in reply.buttons for button in row):
            self._texts[f"{place} {own}"] = (now, text)
            if len(self._texts) > KEPT:
                self._texts.popitem(last=False)

    def behind(self, line: Line, place: str, now: datetime) -> str:
        """The words that the mark at the end of the line stands for there; none when it has no mark, or they are
        forgotten."""
        if not line.words or not is_mark(line.words[-1]):
            return ""
        at, text = self._texts.get(f"{place} {line.words[-1]}", (now, ""))
        return text if now - at <= LASTS else ""
