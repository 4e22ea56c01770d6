"""Whom something is for: `all`, `cluster:fotonika`, `group:politika`, `role:manager`, `not-joined`, `-` before what is
left out. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from handlers.i18n import Translator
from storage.association import Structure
from storage.members import Member

ROLES = ("member", "manager", "secretariat")


@dataclass(frozen=True, slots=True)
class Reach:
    """How many are reached and where, and who is not, with the platform's reason or none."""

    total: int
    telegram: int
    slack: int
    both: int
    lost: tuple[tuple[Member, str], ...]

    @property
    def reached(self) -> int:
        """How many will hear it."""
        return self.total - len(self.lost)


def fault(words: Iterable[str], structure: Structure, t: Translator) -> str:
    """What is wrong with an audience, a sentence; empty when nothing is."""
    given = tuple(words)
    for word in given:
        kind, _, name = word.removeprefix("-").partition(":")
        known = {
            "all": {""},
            "not-joined": {""},
            "cluster": {o.id for o in structure.organisations},
            "group": {g.id for g in structure.groups},
            "role": set(ROLES),
        }.get(kind)
        if known is None:
            return t(
                "“{word}” is no audience; all, cluster:…, group:…, role:… and not-joined are.", word=word
            )
        if name not in known:
            listed = ", ".join(sorted(known - {""})[:8])
            return t("“{word}” is not known; there are: {names}.", word=word, names=listed)
    if not any(not word.startswith("-") for word in given):
        return t("Nobody is chosen.")
    return ""


def chosen(words: Iterable[str], members: Iterable[Member], structure: Structure) -> tuple[Member, ...]:
    """The members that the words choose, in the order of their ids."""
    given = tuple(words)
    wanted = [word for word in given if not word.startswith("-")]
    left_out = [word[1:] for word in given if word.startswith("-")]
    return tuple(
        member
        for member in members
        if any(_belongs(member, word, structure) for word in wanted)
        and not any(_belongs(member, word, structure) for word in left_out)
    )


def _belongs(member: Member, word: str, structure: Structure) -> bool:
    kind, _, name = word.partition(":")
    match kind:
        case "all":
            return True
        case "cluster":
            organisation = structure.organisation(member.person.organisation)
            return member.person.organisation == name or (
                organisation is not None and name in organisation.belongs_to
            )
        case "group":
            return name in member.groups
        case "role":
            return member.person.role == name
        case _:
            return kind == "not-joined" and not _platforms(member)


def reach(members: Iterable[Member]) -> Reach:
    """Where these are reached now."""
    where = [(member, _platforms(member)) for member in members]
    return Reach(
        len(where),
        sum("telegram" in found for _, found in where),
        sum("slack" in found for _, found in where),
        sum({"telegram", "slack"} <= found for _, found in where),
        tuple((member, _why(member)) for member, found in where if not found),
    )


def _platforms(member: Member) -> set[str]:
    return {
        account.platform
        for account in member.person.accounts
        if not account.unreachable and (account.chat or account.platform == "slack")
    }


def _why(member: Member) -> str:
    return next((a.unreachable for a in member.person.accounts if a.unreachable), "")
