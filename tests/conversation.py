"""The fake platform: people who say and press things, over the real dispatch and a store in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.dispatch import Dispatcher, Policy
from bot.looks.sheet import draw
from handlers.chat import Account, Answers, Attachment, Button, Incoming, Reply
from storage.association import (
    Association,
    Goal,
    Group,
    Organisation,
    Quorum,
    Seat,
    Structure,
)
from storage.audit import By
from storage.calls import Call, Facts
from storage.members import Holding, NewMember, Person, Reach
from storage.moments import Moment
from storage.store import Store
from storage.tinydb.embedded import EmbeddedStore
from storage.words import Words

NOW = datetime(2026, 9, 24, 7, 0, tzinfo=UTC)  # a Thursday, 10:00 in Vilnius


def moment(text: str, zone: str = "Europe/Vilnius") -> Moment:
    """ "2026-10-30 16:00" or "2026-10-30" as a moment."""
    _, _, hour = text.partition(" ")
    at = datetime.fromisoformat(text)
    return Moment(at.date(), zone, "hour" if hour else "day", at.time() if hour else None)


STRUCTURE = Structure(
    Association(Words("Lietuvos klasterių asociacija", "Lithuanian Cluster Association"), "LKA"),
    (
        Organisation(
            "LKA", "association", Words("Lietuvos klasterių asociacija", "Lithuanian Cluster Association")
        ),
        Organisation(
            "LVPA",
            "agency",
            Words("Lietuvos verslo paramos agentūra"),
            ("verslo paramos agentūra",),
            "INOVACIJU",
        ),
        Organisation(
            "MITA", "agency", Words("Mokslo, inovacijų ir technologijų agentūra"), became="INOVACIJU"
        ),
        Organisation("INOVACIJU", "agency", Words("Inovacijų agentūra", "Innovation Agency")),
        Organisation("fotonika", "cluster", Words("Fotonikos klasteris", "Photonics cluster")),
    ),
    (
        Group(
            "politika",
            Words("Klasterių politikos darbo grupė", "Cluster policy working group"),
            ("darbo grupė",),
            Quorum(7, 13),
            goal=Goal(
                Words("Pateikti ministrui koncepciją", "Submit the concept"), datetime(2026, 10, 31).date()
            ),
            seats=(Seat("LKA", 4), Seat("MITA", 1)),
        ),
    ),
)


@dataclass
class Someone:
    """A person in a chat: what they say, press and answer, and the replies they got."""

    chat: Chat
    account: Account
    name: str
    language: str | None = None
    private: bool = True
    room: str = ""
    replies: list[Reply] = field(default_factory=list)

    @property
    def last(self) -> Reply:
        """The newest reply."""
        return self.replies[-1]

    def among(self, room: str) -> Someone:
        """The same person in a group chat."""
        return Someone(self.chat, self.account, self.name, self.language, private=False, room=room)

    async def says(self, text: str, *, event: str | None = None, quotes: bool = False) -> Reply:
        """Types something; a slash makes it a command."""
        return await self.chat.deliver(
            self, text.removeprefix("/"), text.startswith("/"), event=event, quotes=quotes
        )

    async def replies_to(
        self, to: str, text: str, *, event: str | None = None, file: tuple[str, str] | None = None
    ) -> Reply:
        """Replies to the message of that id, with a file of that name and type where it is given."""
        files = (attachment(*file),) if file else ()
        return await self.chat.deliver(
            self, text, False, event=event, quotes=True, replies_to=to, files=files
        )

    async def sends(self, name: str, mime: str) -> Reply:
        """Sends a file without a word."""
        return await self.chat.deliver(self, "", False, files=(attachment(name, mime),))

    async def presses(self, label: str, *, of: Reply | None = None, shown_to: str | None = None) -> Reply:
        """Presses the button of that label under the newest reply, or under another one."""
        found = [b for row in (of or self.last).buttons for b in row if b.label == label]
        assert found, f"no button {label!r} in {[b.label for row in (of or self.last).buttons for b in row]}"
        return await self.chat.deliver(self, found[0].command, True, pressed=True, shown_to=shown_to)

    async def fills_in(self, **answers: str) -> Reply:
        """Answers the open form, question by question; what is not given is skipped."""
        while True:
            draft = await self.chat.store.conversation.draft(await self._who())
            if draft is None or draft.at is None:
                return self.last
            if draft.at in answers:
                await self.says(answers.pop(draft.at), quotes=True)
            else:
                skip = next(b for row in self.last.buttons for b in row if b.command.startswith("skip "))
                await self.chat.deliver(self, skip.command, True, pressed=True)

    async def submits(self, command: str, answers: Answers) -> Reply:
        """Sends a whole form at once, as a modal does."""
        return await self.chat.deliver(self, command, True, answers=answers)

    async def _who(self) -> str:
        member = await self.chat.store.members.of_account(self.account.platform, self.account.user)
        return member.id if member else f"{self.account.platform}:{self.account.user}"


@dataclass
class Chat:
    """A conversation: its store, its clock, its dispatch, and the people in it."""

    store: Store
    dispatch: Dispatcher
    now: datetime = NOW
    events: int = 0

    @classmethod
    def begin(cls, store: Store | None = None, policy: Policy | None = None) -> Chat:
        """An empty one, on a store in memory unless another is given."""
        chat = cls.__new__(cls)
        store = store or EmbeddedStore.open(None)
        dispatch = Dispatcher(
            store, lambda: chat.now, frozenset({"telegram", "page", "console"}), policy, draw
        )
        chat.__init__(store, dispatch)  # type: ignore[misc]
        return chat

    def by(self, who: str = "operator") -> By:
        """Somebody who prepares the store for a test."""
        self.events += 1
        return By(who, self.now, f"setup:{self.events}")

    async def associate(self) -> None:
        """Imports the association of the tests."""
        await self.store.association.take_over(STRUCTURE, self.by())

    def stranger(
        self, name: str = "Guest", language: str | None = "lt", platform: str = "telegram"
    ) -> Someone:
        """Somebody the bot does not know."""
        return Someone(self, Account(platform, f"9{abs(hash(name)) % 10**8}"), name, language)

    async def member(
        self,
        name: str,
        role: str = "member",
        *,
        language: str = "lt",
        groups: tuple[str, ...] = (),
        platform: str = "telegram",
    ) -> Someone:
        """A member with an account on that platform."""
        someone = Someone(self, Account(platform, f"u{name}"), name, language)
        person = Person(
            name,
            "fotonika",
            role,  # type: ignore[arg-type]
            language,
            accounts=(Reach(platform, someone.account.user),),
            holdings=tuple(Holding(g, "LKA", "delegate") for g in groups),
        )
        await self.store.members.take_over((NewMember(person),), self.by())
        return someone

    async def call(self, title: str, **facts: object) -> Call:
        """A call in the store."""
        return await self.store.calls.add(Facts(Words(title), **facts), self.by())  # type: ignore[arg-type]

    def passes(self, **time: float) -> None:
        """Time goes on: `passes(days=3)`."""
        self.now += timedelta(**time)

    async def deliver(
        self,
        someone: Someone,
        text: str,
        command: bool,
        *,
        pressed: bool = False,
        event: str | None = None,
        quotes: bool = False,
        replies_to: str = "",
        shown_to: str | None = None,
        answers: Answers | None = None,
        files: tuple[Attachment, ...] = (),
        forwarded: bool = False,
        album: str = "",
    ) -> Reply:
        """One gesture through dispatch; returns the reply, or an empty one when there was none."""
        self.events += 1
        before = len(someone.replies)

        async def respond(reply: Reply) -> None:
            someone.replies.append(reply)

        await self.dispatch(
            Incoming(
                event or f"test:{self.events}",
                someone.account,
                someone.room or f"chat-{someone.account.user}",
                someone.private,
                text,
                command,
                pressed,
                answers,
                files=files,
                shown_to=shown_to,
                quotes=quotes,
                replies_to=replies_to,
                forwarded=forwarded,
                album=album,
                language=someone.language,
                name=someone.name,
            ),
            respond,
        )
        return someone.last if len(someone.replies) > before else Reply()


def attachment(name: str, mime: str, content: bytes = b"...") -> Attachment:
    """A file that somebody sends."""

    async def read() -> bytes:
        return content

    return Attachment(name, mime, len(content), read)


def labels(reply: Reply) -> list[str]:
    """The labels of its buttons."""
    return [b.label for row in reply.buttons for b in row]


def button(reply: Reply, label: str) -> Button:
    """The button of that label."""
    return next(b for row in reply.buttons for b in row if b.label == label)
