"""Who takes part in a consultation, for whom, and how far they are. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from handlers import audience
from handlers.chat import Fact
from storage.association import Structure
from storage.consultations import Consultation, Remark, Section
from storage.members import Member


def is_open(one: Consultation, now: datetime) -> bool:
    """Whether something can be said at that instant."""
    return one.state == "open" and now < one.plan.closes


def ended(one: Consultation) -> datetime:
    """When nothing could be said any more: at its closing, or when it was closed before."""
    return min(one.closed or one.plan.closes, one.plan.closes)


def owner(member: Member) -> str:
    """For whom that member speaks: their organisation, or themselves where they have none."""
    return member.person.organisation or member.id


def alone(member: Member | None) -> bool:
    """Whether that member speaks for themselves."""
    return member is not None and not member.person.organisation


def asked(one: Consultation, members: Iterable[Member], structure: Structure) -> tuple[Member, ...]:
    """Everybody who may say something."""
    return audience.asked(one.plan.audience, members, structure)


def said(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Those that say something: what was taken back is left out."""
    return tuple(one for one in remarks if not one.said.empty)


def silent(
    one: Consultation, members: Iterable[Member], structure: Structure, remarks: Iterable[Remark]
) -> tuple[Member, ...]:
    """Those who are asked and for whom nobody has said anything yet."""
    spoken = {remark.owner for remark in said(remarks)}
    return tuple(m for m in asked(one, members, structure) if owner(m) not in spoken)


def section_of(one: Consultation, number: str) -> Section | None:
    """The section of that number, however it is written, or None."""
    wanted = number.rstrip(".").casefold()
    return next((each for each in one.plan.sections if each.number.casefold() == wanted), None)


def of_section(remarks: Iterable[Remark], number: str) -> tuple[Remark, ...]:
    """What is said of that section."""
    return tuple(each for each in said(remarks) if each.section == number)


def in_order(one: Consultation, remarks: Iterable[Remark]) -> list[Remark]:
    """In the order of the sections."""
    places = {section.number: place for place, section in enumerate(one.plan.sections)}
    return sorted(remarks, key=lambda each: places.get(each.section, len(places)))


def to_decide(remark: Remark) -> bool:
    """Whether something has to become of it: who only agrees needs no decision."""
    return not (remark.said.empty or remark.said.agrees)


def undecided(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Those of which nobody has decided yet."""
    return tuple(each for each in remarks if to_decide(each) and each.ruling is None)


def closes(one: Consultation) -> Fact:
    """That somebody is told when it closes."""
    return Fact(one.id, "closes", one.version)


def decided(remark: Remark) -> tuple[Fact, ...]:
    """That somebody is told what was decided of it."""
    return (Fact(remark.id, "decision", remark.ruling.version),) if remark.ruling else ()
