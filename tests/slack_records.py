"""What the strict Slack keeps: channels, messages, files and views."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests import slack_rules as rules
from tests.slack_rules import Json

BOT_USER, BOT_ID, TEAM, APP = "UBOT", "BBOT", "T1", "A1"


@dataclass(slots=True)
class Channel:
    """Where messages are. `kind` is "im", "public" or "private"."""

    id: str
    name: str
    kind: str
    members: set[str]
    archived: bool = False


@dataclass(slots=True, eq=False)
class Message:
    """One message as Slack has it. `to` is the one reader of an ephemeral one."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: Json | None = None
    files: list[str] = field(default_factory=list)
    to: str | None = None
    deleted: bool = False
    edits: int = 0

    @property
    def shown(self) -> str:
        """What its readers see: the blocks, or the text when there are none."""
        return rules.shown(self.blocks) if self.blocks else rules.unescaped(self.text)

    @property
    def pings(self) -> list[str]:
        """Whom it mentions."""
        return rules.pings(self.text, self.blocks)


@dataclass(slots=True)
class StoredFile:
    """A file on Slack. `content` is None until it was uploaded."""

    id: str
    name: str
    mime: str
    length: int
    owner: str
    title: str = ""
    content: bytes | None = None
    shared: bool = False
    deleted: bool = False


@dataclass(slots=True, eq=False)
class View:
    """A modal or a Home tab in front of one person. `typed` is what they entered, by block and action id."""

    id: str
    user: str
    body: Json
    hash: str
    errors: dict[str, str] = field(default_factory=dict)
    typed: dict[tuple[str, str], Json] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        return rules.shown(self.body["blocks"])
