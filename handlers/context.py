"""What a handler is given beside the message: who reads, in which language, the store, and the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from handlers.calm import PER_DAY
from handlers.chat import Incoming
from handlers.i18n import Translator
from handlers.looks import Draw
from handlers.understanding.reading import Names
from storage.association import Association, Structure
from storage.audit import By
from storage.channels import Channel
from storage.members import Member
from storage.moments import zone
from storage.store import Store
from storage.surveys import Survey

Standing = Literal["stranger", "member", "manager", "secretariat", "operator"]


@dataclass(frozen=True, slots=True)
class Context:
    """`now` is aware UTC, taken once for the message. `member` is None for a stranger and for the operator,
    who runs commands on the server and has the secretariat's rights. `names` are the names in the store."""

    store: Store
    now: datetime
    t: Translator
    structure: Structure
    names: Names
    event: str
    member: Member | None = None
    operator: bool = False
    channels: tuple[Channel, ...] = ()
    """The working groups' channels, those that were taken away too."""
    surveys: tuple[Survey, ...] = ()
    """Every survey."""
    channel: Channel | None = None
    """What is composed is posted there, for everybody in it, instead of to a member."""
    join_link: str = ""
    """What a code is appended to in an invitation, `https://t.me/…?start=`; empty when there is none."""
    strangers_may_ask: bool = True
    approve_over: int = 100
    """An announcement that reaches more people than this needs the approval of a second person."""
    per_day: int = PER_DAY
    """How many pushes somebody is sent a day."""
    draw: Draw | None = None
    """Draws a survey as each platform will show it; None where nobody does."""
    reading: bool = False
    """Somebody looks at what this reader would see: nothing may be changed."""

    @property
    def association(self) -> Association:
        return self.structure.association

    @property
    def zone(self) -> str:
        """The association's zone, an IANA name."""
        return self.structure.association.zone

    @property
    def today(self) -> date:
        """The day it is in the association's zone."""
        return self.now.astimezone(zone(self.zone)).date()

    @property
    def standing(self) -> Standing:
        if self.operator:
            return "operator"
        return self.member.person.role if self.member else "stranger"

    @property
    def by(self) -> By:
        """Who is doing this, for the audit. Only members and the operator change anything."""
        return By(
            "operator" if self.operator else self.member.id if self.member else "", self.now, self.event
        )


def whose(msg: Incoming, ctx: Context) -> str:
    """Under whom what is begun in a conversation is kept: the member's id, otherwise the account's name."""
    return ctx.member.id if ctx.member else f"{msg.account.platform}:{msg.account.user}"
