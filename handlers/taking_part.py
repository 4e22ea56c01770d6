"""Who may answer a survey, for whom, and how far they are. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from handlers import audience
from storage.association import Structure
from storage.members import Member
from storage.surveys import Plan, Sheet, Survey


def is_open(survey: Survey, now: datetime) -> bool:
    """Whether it can be answered at that instant."""
    begun = survey.opened is not None and survey.opened <= now
    return survey.state == "open" and begun and now < survey.plan.closes


def owner(plan: Plan, member: Member) -> str:
    """Whose answer that member gives: their organisation's or their own. Whoever has no organisation answers alone."""
    return (member.person.organisation or member.id) if plan.per == "organisation" else member.id


def asked(survey: Survey, members: Iterable[Member], structure: Structure) -> tuple[Member, ...]:
    """Everybody who may answer: the audience, and the companies of the clusters that it was passed on to."""
    words = (*survey.plan.audience, *(f"cluster:{cluster}" for cluster in survey.forwarded))
    return audience.asked(words, members, structure)


def may_answer(survey: Survey, member: Member, structure: Structure) -> bool:
    """Whether that member is among those who are asked."""
    return bool(asked(survey, (member,), structure))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a member stands: their own sheet, and the colleagues' sheets for the same owner."""

    mine: Sheet | None
    others: tuple[Sheet, ...]

    @property
    def counting(self) -> Sheet | None:
        """The sheet that counts for the owner, or None."""
        return next((s for s in (self.mine, *self.others) if s and s.state == "answered"), None)


def place(survey: Survey, member: Member, sheets: Iterable[Sheet]) -> Place:
    """Where that member stands among all the survey's sheets."""
    own = owner(survey.plan, member)
    mine = next((s for s in sheets if s.member == member.id), None)
    return Place(mine, tuple(s for s in sheets if s.owner == own and s.member != member.id))


def done(survey: Survey, sheets: Iterable[Sheet]) -> frozenset[str]:
    """The owners who have answered, before it closes and after."""
    return frozenset(survey.taken_part) | {s.owner for s in sheets if s.state == "answered"}


def silent(
    survey: Survey, members: Iterable[Member], structure: Structure, sheets: Iterable[Sheet]
) -> tuple[Member, ...]:
    """Those who are asked and for whom nobody has answered yet."""
    answered = done(survey, sheets)
    return tuple(m for m in asked(survey, members, structure) if owner(survey.plan, m) not in answered)
