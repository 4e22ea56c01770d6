"""People: members and their accounts, what they hold in groups, invitations, requests to join."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

from storage.audit import By
from storage.sendings import NewSending

Role = Literal["member", "manager", "secretariat"]
Position = Literal["delegate", "alternate", "chair", "secretary"]


@dataclass(frozen=True, slots=True)
class Reach:
    """One account of a member. `chat` is where messages to them go, empty until they have written;
    `unreachable` is empty or says why nothing can be sent there."""

    platform: str
    user: str
    chat: str = ""
    unreachable: str = ""

    @property
    def address(self) -> str:
        """Where messages to it go, empty while nothing can: its chat; on Slack its user will do."""
        return self.chat or (self.user if self.platform == "slack" else "")


@dataclass(frozen=True, slots=True)
class Holding:
    """A seat or position somebody holds in a group, for the organisation that they represent there."""

    group: str
    represents: str = ""
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody wants to be sent: `muted` are the topics that they do not want (digest, notices, announcements,
    reminders), until `snoozed` (that day) nothing comes, between the local hours of `quiet` ("22:00-07:00") neither.
    `first` is the platform that is tried first, empty for the account they had first. They are reminded `days` before a
    deadline, which they chose on the day `chosen`, or never did. `gathered` are the topics that they want in the weekly
    digest instead of at once; one that is muted, too, is muted."""

    muted: tuple[str, ...] = ()
    snoozed: date | None = None
    quiet: str = ""
    first: str = ""
    days: tuple[int, ...] = (14, 7, 1)
    chosen: date | None = None
    gathered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Following:
    """A call that somebody follows, since when (aware), and the version of it that they saw then."""

    call: str
    version: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """What a list of members says of somebody, accounts and groups included; and what they themselves wish."""

    name: str
    organisation: str = ""
    role: Role = "member"
    language: str = "lt"
    email: str = ""
    accounts: tuple[Reach, ...] = ()
    holdings: tuple[Holding, ...] = ()
    wishes: Wishes = Wishes()
    following: tuple[Following, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A member: the person, under an id (`n5`) that stays, and its version."""

    id: str
    version: int
    person: Person

    def follows(self, call: str) -> Following | None:
        """How they follow that call, or None when they do not."""
        return next((one for one in self.person.following if one.call == call), None)

    @property
    def groups(self) -> frozenset[str]:
        """The ids of the groups they are in."""
        return frozenset(h.group for h in self.person.holdings)


@dataclass(frozen=True, slots=True)
class Invite:
    """A single-use way in. Only the code's hash is kept. `member` is who it is for, when somebody known."""

    id: str
    digest: str
    role: Role
    organisation: str
    member: str | None
    expires: datetime
    used_by: str | None = None


@dataclass(frozen=True, slots=True)
class LinkCode:
    """A single-use way for a member to bring another account, for some minutes. Only the code's hash is kept. `account`
    is where it was asked for, `used_by` the account that it brought (`platform:user`)."""

    id: str
    digest: str
    member: str
    account: Reach
    expires: datetime
    used_by: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody asks to join. `state` says what became of it."""

    id: str
    account: Reach
    name: str
    organisation: str
    language: str
    at: datetime
    state: Literal["waiting", "approved", "declined"] = "waiting"
    member: str | None = None


@dataclass(frozen=True, slots=True)
class NewMember:
    """Somebody to be added by an import; `said` are the fields that the list speaks of, as it says them."""

    person: Person
    said: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChangedMember:
    """Somebody to be changed by an import to this person, or left as they are; `said` as in NewMember."""

    id: str
    seen: int
    person: Person
    said: Mapping[str, object] = field(default_factory=dict)


class Members(Protocol):
    async def get(self, id: str) -> Member | None:
        """The member of that id, or None."""

    async def all(self) -> tuple[Member, ...]:
        """Every member, in the order of their ids; the same object until something changes."""

    async def of_account(self, platform: str, user: str) -> Member | None:
        """Whose account that is, or None."""

    async def seen(self, id: str, platform: str, user: str, chat: str) -> Member:
        """They have written from there: their chat is known and reachable again. No new version, no audit,
        no commit when nothing differs. Raises Missing."""

    async def lost(self, id: str, platform: str, user: str, why: str) -> Member:
        """They cannot be reached there any more, for that reason; `seen` undoes it. No new version, no audit. Raises
        Missing."""

    async def set_language(self, id: str, language: str, by: By) -> Member:
        """Their language from now on. Raises Missing."""

    async def set_wishes(self, id: str, wishes: Wishes, by: By) -> Member:
        """What they want to be sent from now on. Raises Missing."""

    async def follow(self, id: str, following: Following) -> Member:
        """They follow that call; when they do already, as before. It is their own affair: no new version, no audit.
        Raises Missing."""

    async def unfollow(self, id: str, call: str) -> Member:
        """They follow that call no more; when they did not, nothing happens. No new version, no audit. Raises
        Missing."""

    async def set_role(self, id: str, seen: int, role: Role, by: By) -> Member:
        """Their role from now on. Raises Missing, Changed."""

    async def hand_over(
        self,
        giver: ChangedMember,
        to: NewMember | ChangedMember,
        follows: bool,
        news: NewSending,
        by: By,
    ) -> tuple[Member, Member]:
        """Somebody hands over to somebody else: both become these persons, who is new is added, and the news is
        queued for both, all in one commit. Accounts stay as they are. With `follows` the calls that the giver follows
        are the other's from then on, each in the version that it has now; else both follow what they did. Raises
        Missing, and Changed(the member) for whoever moved on: then nothing is done."""

    async def take_over(
        self, rows: tuple[NewMember | ChangedMember, ...], by: By, file: str = ""
    ) -> tuple[Member, ...]:
        """An approved list, in one commit, kept as the last import by the name of `file`; returns the members
        in the order of the rows. What somebody follows stays as it is: no list says it. Raises Missing and
        Changed for the first row that no longer fits: then nothing is taken."""

    async def invite(self, invite: Invite, by: By) -> Invite:
        """Keeps an invitation; the id given is ignored and the one returned is its own."""

    async def invite_all(
        self, invites: tuple[Invite, ...], by: By, *, beside: bool = False
    ) -> tuple[Invite, ...]:
        """Keeps invitations, in one commit, and returns them in that order under their own ids. The unused ones that
        the same members had before are gone: one of each works; `beside` them, they stay."""

    async def invite_of(self, digest: str) -> Invite | None:
        """The invitation whose code has that hash, or None."""

    async def tried(self, account: str, at: datetime) -> None:
        """A code that lets nobody in was tried from that account (`platform:user`) at that time."""

    async def tries(self, account: str, since: datetime) -> int:
        """How many such codes were tried from there since then; they are kept for a day."""

    async def join(self, invite: str, account: Reach, name: str, language: str, by: By) -> Member:
        """Uses an invitation: the account becomes the invited member's, whose other unused invitations are gone, or a
        new member's. Raises Missing when there is none of that id, Changed(the invitation) when it was used by somebody
        else."""

    async def link_code(self, code: LinkCode, by: By) -> LinkCode:
        """Keeps a code by which a member brings another account; the id given is ignored and the one returned is its
        own. Their earlier codes and those that have expired are gone. Raises Missing when there is no such member."""

    async def link_code_of(self, digest: str) -> LinkCode | None:
        """The code that has that hash, used or not, or None."""

    async def link(self, code: str, account: Reach, by: By) -> Member:
        """Uses a code: the account becomes that member's, in the place of one that they had on its platform. Raises
        Missing, Changed(the code) when it was used, Changed(the member) when the account is somebody's already."""

    async def unlink(self, id: str, platform: str, by: By) -> Member:
        """Takes their account on that platform from them; nothing when they have none. Raises Missing."""

    async def regain(
        self, id: str, seen: int, platform: str, invite: Invite, news: NewSending | None, by: By
    ) -> Invite:
        """Their account on that platform is lost: from now on it is nobody's. The codes for another account that were
        given to them, and their unused invitations, are gone; this one is kept under an id of its own, for them alone,
        and the news, if any, is queued for them; all in one commit. Raises Missing, also when they have no account
        there, and Changed(the member)."""

    async def request(self, request: Request, by: By) -> Request:
        """Keeps a request to join; one that waits already from the same account is returned instead."""

    async def requests(self) -> tuple[Request, ...]:
        """Those that wait, oldest first."""

    async def get_request(self, id: str) -> Request | None:
        """The request of that id, whatever became of it, or None."""

    async def approve(self, request: str, role: Role, organisation: str, by: By) -> Member:
        """Makes the one who asked a member. Raises Missing, and Changed(the request) unless it waits."""

    async def decline(self, request: str, by: By) -> Request:
        """Says no. Raises Missing, and Changed(the request) unless it waits."""
