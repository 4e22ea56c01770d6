"""What an association file changes, part by part, and what somebody or something still needs of what it leaves out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from handlers.i18n import N_
from handlers.importing.comparing import Field, differing
from handlers.importing.faults import Fault, say
from storage.association import Structure
from storage.calls import Call
from storage.meetings import Meeting
from storage.members import Member
from storage.words import Words


@dataclass(frozen=True, slots=True)
class Part:
    """The association itself (`kind` "association"), an organisation or a group, with what differs in it."""

    kind: str
    id: str
    name: Words
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Reorganised:
    """What an association file changes: parts that are new, that differ, that are gone; how many stay as they are."""

    new: tuple[Part, ...]
    differs: tuple[Part, ...]
    gone: tuple[Part, ...]
    same: int


def compare_structures(was: Structure, now: Structure) -> Reorganised:
    """What differs, part by part."""
    known, said = _parts(was), _parts(now)
    new = tuple(_part(key, record) for key, record in said.items() if key not in known)
    both = [(key, known[key], record) for key, record in said.items() if key in known]
    differs = tuple(_part(key, record, differing(old, record)) for key, old, record in both if old != record)
    gone = tuple(_part(key, record) for key, record in known.items() if key not in said)
    return Reorganised(new, differs, gone, len(both) - len(differs))


def _parts(structure: Structure) -> dict[tuple[str, str], Any]:
    parts: dict[tuple[str, str], Any] = {}
    if structure.association.short:
        parts["association", ""] = structure.association
    parts |= {("organisation", o.id): o for o in structure.organisations}
    return parts | {("group", g.id): g for g in structure.groups}


def _part(key: tuple[str, str], record: Any, found: tuple[Field, ...] = ()) -> Part:
    kind, id = key
    return Part(kind, id or record.short, record.name, found)


def still_needed(
    gone: Iterable[Part], members: Iterable[Member], known: Iterable[Call], meetings: Iterable[Meeting]
) -> tuple[Fault, ...]:
    """A fault for every organisation or group that a file leaves out although somebody or something belongs to it."""
    used: dict[tuple[str, str], list[str]] = {}

    def uses(kind: str, id: str, who: str) -> None:
        if id:
            used.setdefault((kind, id), []).append(who)

    for member in members:
        uses("organisation", member.person.organisation, member.person.name)
        for holding in member.person.holdings:
            uses("group", holding.group, member.person.name)
            uses("organisation", holding.represents, member.person.name)
    for call in known:
        uses("organisation", call.facts.agency, call.facts.title.in_("lt"))
    for meeting in meetings:
        uses("group", meeting.plan.group, meeting.plan.title.in_("lt"))
    return tuple(
        Fault(
            0,
            part.id,
            say(
                N_("the file leaves it out, but it is needed for: {names}"),
                names=tuple(dict.fromkeys(used[part.kind, part.id]))[:3],
            ),
            _KEEP[part.kind],
        )
        for part in gone
        if (part.kind, part.id) in used
    )


_KEEP = {
    "organisation": say(N_("keep it in the file, or change them first")),
    "group": say(N_("keep it in the file, with archived = true if the group has finished")),
}
