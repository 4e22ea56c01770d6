"""Where the reply to one gesture stands on the page: in the pressed message's place, for a moment, or as a new one."""

from __future__ import annotations

from dataclasses import dataclass

from bot.local.parts import Part, render
from bot.local.rooms import Room
from handlers.chat import Reply


@dataclass(slots=True)
class Showing:
    """Shows the reply to one gesture in its room: dispatch's `respond`. `pressed` is the message whose button was
    pressed, empty for words. A file is a message of its own, as on the other platforms: what led to it stays."""

    room: Room
    pressed: str
    passing: str = ""
    """The message that says how far long work is."""

    async def __call__(self, reply: Reply) -> None:
        """Shows it; it is there when this returns."""
        for part in render(reply):
            if reply.passing:
                self._pass(part)
            elif self.pressed and part.aside:
                self.room.pass_by(part)
            elif part.fresh or part.files or not self.room.change(self.pressed, part):
                self.room.say(part)
        if not reply.passing:
            self.clear()

    def clear(self) -> None:
        """Nothing is left of how far the work was."""
        passing, self.passing = self.passing, ""
        if passing:
            self.room.remove(passing)

    def _pass(self, part: Part) -> None:
        if not self.room.change(self.passing, part):
            self.passing = self.room.say(part)
