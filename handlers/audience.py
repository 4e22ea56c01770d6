"""Whom something is for: `all`, `cluster:fotonika`, `group:politika`, `role:manager`, `topic:calls`, `not-joined`, `-`
before what is left out; and into which group's channel it is posted, `channel:politika`. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from handlers import wishes
from handlers.i18n import Translator
from storage.association import Structure
from storage.channels import Channel
from storage.members import Member

NOBODY: Mapping[str, Collection[str]] = MappingProxyType({})
ROLES = ("member", "manager", "secretariat")


@dataclass(frozen=True, slots=True)
class Reach:
    """How many are reached and where, and who is not, with the platform's reason or none; into which channels it is
    posted, and which of them are not reached."""

    total: int
    telegram: int
    slack: int
    both: int
    lost: tuple[tuple[Member, str], ...]
    channels: tuple[Channel, ...] = ()
    lost_channels: tuple[Channel, ...] = ()
    readers: int = 0
    """People of those channels' groups who are not chosen themselves."""

    @property
    def reached(self) -> int:
        """How many people will hear it, those who read a channel apart."""
        return self.total - len(self.lost)

    @property
    def page(self) -> int:
        """How many of them hear it on the local page only."""
        return self.reached - (self.telegram + self.slack - self.both)


def fault(words: Iterable[str], structure: Structure, t: Translator, channels: Iterable[Channel] = ()) -> str:
    """What is wrong with an audience, a sentence; empty when nothing is. `channels` are those that groups have."""
    given = tuple(words)
    for word in given:
        kind, _, name = word.removeprefix("-").partition(":")
        known = {
            "all": {""},
            "not-joined": {""},
            "cluster": {o.id for o in structure.organisations},
            "group": {g.id for g in structure.groups},
            "channel": {g.id for g in structure.groups},
            "role": set(ROLES),
            "topic": {*wishes.NAMES, *wishes.ALSO},
        }.get(kind)
        if known is None:
            return t(
                "“{word}” is no audience; all, cluster:…, group:…, channel:…, role:…, topic:… and not-joined are.",
                word=word,
            )
        if name in known and kind == "channel" and not any(c.group == name for c in channels):
            return t("“{word}”: this group has no channel that could be posted to.", word=word)
        if name not in known:
            listed = ", ".join(sorted(known - {""})[:8])
            return t("“{word}” is not known; there are: {names}.", word=word, names=listed)
    if not any(not word.startswith("-") for word in given):
        return t("Nobody is chosen.")
    return ""


def chosen(
    words: Iterable[str],
    members: Iterable[Member],
    structure: Structure,
    named: Mapping[str, Collection[str]] = NOBODY,
) -> tuple[Member, ...]:
    """The members that the words choose, in the order of their ids. `named` are the ids of those whom some words choose
    that are about more than members and structure."""
    given = tuple(words)
    wanted = [word for word in given if not word.startswith("-")]
    left_out = [word[1:] for word in given if word.startswith("-")]
    return tuple(
        member
        for member in members
        if any(_belongs(member, word, structure, named) for word in wanted)
        and not any(_belongs(member, word, structure, named) for word in left_out)
    )


def asked(words: Sequence[str], members: Iterable[Member], structure: Structure) -> tuple[Member, ...]:
    """Who is asked for something by those words. The secretariat, who ask, are not asked themselves unless the words
    name them."""
    found = chosen(words, members, structure)
    if "role:secretariat" in words:
        return found
    return tuple(member for member in found if member.person.role != "secretariat")


def posted(words: Iterable[str], channels: Iterable[Channel]) -> tuple[Channel, ...]:
    """Of these channels those that the words choose, in the order of their ids."""
    given = tuple(words)
    return tuple(c for c in channels if f"channel:{c.group}" in given and f"-channel:{c.group}" not in given)


def _belongs(member: Member, word: str, structure: Structure, named: Mapping[str, Collection[str]]) -> bool:
    if word in named:
        return member.id in named[word]
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
        case "topic":
            return wishes.ALSO.get(name, name) not in member.person.wishes.muted
        case _:
            return kind == "not-joined" and not _platforms(member)


def reach(
    members: Iterable[Member], channels: Iterable[Channel] = (), everybody: Iterable[Member] = ()
) -> Reach:
    """Where these are reached now; `everybody` are all members, of whom some read the channels."""
    where = [(member, _platforms(member)) for member in members]
    chosen_ids = {member.id for member, _ in where}
    posts = tuple(channels)
    groups = {c.group for c in posts if not c.unreachable}
    return Reach(
        len(where),
        sum("telegram" in found for _, found in where),
        sum("slack" in found for _, found in where),
        sum({"telegram", "slack"} <= found for _, found in where),
        tuple((member, _why(member)) for member, found in where if not found),
        tuple(c for c in posts if not c.unreachable),
        tuple(c for c in posts if c.unreachable),
        sum(member.id not in chosen_ids and not groups.isdisjoint(member.groups) for member in everybody),
    )


def _platforms(member: Member) -> set[str]:
    return {
        account.platform
        for account in member.person.accounts
        if not account.unreachable and (account.chat or account.platform == "slack")
    }


def _why(member: Member) -> str:
    return next((a.unreachable for a in member.person.accounts if a.unreachable), "")
