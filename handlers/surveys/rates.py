"""Who was asked and who has answered, by cluster and by sector. Pure; of an anonymous survey this is all that is seen
before it closes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from handlers.chat import Block, Bold, Items, Para
from handlers.i18n import Translator, alphabetical
from handlers.taking_part import asked as everybody
from handlers.taking_part import owner
from storage.association import Organisation, Structure
from storage.members import Member
from storage.surveys import Survey
from storage.words import Words


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of a cluster or a sector were asked, and how many of them have answered."""

    name: str
    asked: int
    answered: int

    def share(self, t: Translator) -> str:
        """ "60 %"."""
        return t.share(self.answered, self.asked)


@dataclass(frozen=True, slots=True)
class Rates:
    """All together, and by cluster and sector in the order of their names. Who belongs to several is counted in each;
    those of no cluster or sector come last."""

    whole: Rate
    clusters: tuple[Rate, ...]
    sectors: tuple[Rate, ...]


def rates(
    survey: Survey,
    members: Iterable[Member],
    structure: Structure,
    owners: frozenset[str],
    t: Translator,
) -> Rates:
    """Those whom the survey asks, and which of them are among `owners`, who have answered. Somebody who has, and is
    not asked any more, was asked."""
    people = tuple(members)
    asked = {owner(survey.plan, m) for m in everybody(survey, people, structure)} | owners
    homes = {owner(survey.plan, m): structure.organisation(m.person.organisation) for m in people}
    for id in asked:
        homes.setdefault(id, structure.organisation(id))

    def by(places: Callable[[Organisation], set[Words]], none: str) -> tuple[Rate, ...]:
        found: dict[str, list[str]] = {}
        for id in asked:
            home = homes[id]
            names = {t.words(place) for place in places(home)} if home else set()
            for name in names or {""}:
                found.setdefault(name, []).append(id)
        return tuple(
            Rate(name or none, len(ids), len(owners.intersection(ids)))
            for name, ids in sorted(found.items(), key=lambda pair: (not pair[0], alphabetical(pair[0])))
        )

    return Rates(
        Rate("", len(asked), len(owners)),
        by(lambda home: {o.name for o in _clusters(home, structure)}, t("Of no cluster")),
        by(lambda home: _sectors(home, structure), t("Of no sector")),
    )


def _clusters(home: Organisation, structure: Structure) -> tuple[Organisation, ...]:
    if home.kind == "cluster":
        return (home,)
    found = (structure.organisation(id) for id in home.belongs_to)
    return tuple(one for one in found if one is not None and one.kind == "cluster")


def _sectors(home: Organisation, structure: Structure) -> set[Words]:
    """Its own, else those of its clusters."""
    if home.sector is not None:
        return {home.sector}
    return {one.sector for one in _clusters(home, structure) if one.sector is not None}


def said(whole: Rate, t: Translator) -> str:
    """The response rate as a sentence."""
    if not whole.asked:
        return t("Nobody is asked.")
    return t(
        "{count} of {of} have answered ({share}).", count=whole.answered, of=whole.asked, share=whole.share(t)
    )


def lines(found: Rates, t: Translator) -> tuple[Block, ...]:
    """The response rate for a chat: all together, then by cluster, and by sector where there is more than one."""
    blocks: list[Block] = [Para((said(found.whole, t),))]
    for title, group in ((t("By cluster:"), found.clusters), (t("By sector:"), found.sectors)):
        if len(group) > 1:
            blocks += [Para((title,)), Items(tuple(_line(rate, t) for rate in group))]
    return tuple(blocks)


def _line(rate: Rate, t: Translator) -> tuple[str | Bold, ...]:
    counted = Bold(t("{count} of {of}", count=rate.answered, of=rate.asked))
    return (f"{rate.name}: ", counted, f" ({rate.share(t)})")
