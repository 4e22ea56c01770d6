"""Whom and what somebody means by words: people, calls and organisations, in any case and ending."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from handlers.chat import CHOICE_LENGTH, COMMAND_BYTES, Button, Reply, say, shorten
from handlers.context import Context
from handlers.i18n import alphabetical
from handlers.membership import organisation_named
from handlers.understanding.folding import key, words
from handlers.understanding.naming import Hit
from storage.members import Member

OFFERED = 6
"""Those who fit equally well, as buttons; of more, more has to be said."""
_ENDINGS = frozenset(
    "a e i o u y ai ei ui ia io iai iui iaus as es is os us ys aus iu ie ies s".split() + [""]
)
"""Of Lithuanian names in the singular, folded; what is left of a name without one is the same in every case."""


# People


def people(text: str, members: Iterable[Member]) -> tuple[Member, ...]:
    """Those whom the words may mean, by name: one by their id or e-mail address, else all who have every word of them
    in their name, in any case."""
    everybody = tuple(members)
    said = text.strip().casefold()
    exact = tuple(m for m in everybody if said and said in (m.id, m.person.email.casefold()))
    asked = words(text)
    if exact or not asked:
        return exact
    fitting = [m for m in everybody if _has(asked, words(m.person.name))]
    return tuple(sorted(fitting, key=lambda m: alphabetical(m.person.name)))


def _has(asked: Sequence[str], name: Sequence[str]) -> bool:
    return all(any(_same(one, of) for of in name) for one in asked)


def _same(one: str, other: str) -> bool:
    """Whether two folded words are one name in two cases: "Onai" and "Ona", "Petraičiui" and "Petraitis"."""
    if key(one) == key(other):
        return True
    stem = 0
    while stem < min(len(one), len(other)) and one[stem] == other[stem]:
        stem += 1
    rests = (one[stem:], other[stem:])
    if stem >= 3 and {rest[:1] for rest in rests} in ({"t", "c"}, {"d", "z"}):
        rests = (rests[0][1:], rests[1][1:])  # Petraitis, Petraičio
    return stem >= 2 and all(rest in _ENDINGS for rest in rests)


def which(found: Sequence[Member], command: str, ctx: Context, *, tail: str = "") -> Reply:
    """Asks which of these people is meant, each as a button that says the command with their id; of too many, asks
    for more of the name; of none, says so."""
    t = ctx.t
    if not found:
        return say(t("I do not know anybody of that name. Write it as it is in the list of members."))
    if len(found) > OFFERED:
        return say(
            t.n(
                "{count} person has that name. Write more of it.",
                "{count} people have that name. Write more of it.",
                len(found),
            )
        )
    buttons = (
        Button(shorten(_told_apart(m, ctx), CHOICE_LENGTH), " ".join(filter(None, (command, m.id, tail))))
        for m in found
    )
    return say(t("Which of these do you mean?"), buttons=tuple((button,) for button in buttons))


def _told_apart(member: Member, ctx: Context) -> str:
    organisation = ctx.structure.organisation(member.person.organisation)
    return ", ".join(
        filter(
            None, (member.person.name or member.id, ctx.t.words(organisation.name) if organisation else "")
        )
    )


# Calls and organisations


@dataclass(frozen=True, slots=True)
class Meant:
    """What words may mean: ids of calls and of organisations; one of a kind is the one, several are to be asked
    about."""

    calls: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether no name of ours was said."""
        return not self.calls and not self.organisations


async def meant(said: Sequence[str], ctx: Context) -> Meant:
    """The call and the organisation that the words name: by id, by name in any case, by a part of it."""
    calls: list[str] = []
    organisations: list[str] = []
    rest: list[str] = []
    for word in said:
        if word[:1] == "c" and await ctx.store.calls.get(word) is not None:
            calls.append(word)
        elif ctx.structure.organisation(word) is not None:
            organisations.append(word)
        else:
            rest.append(word)
    whole = organisation_named(" ".join(rest), ctx.structure) if rest else None
    if whole is not None:
        organisations.append(whole.id)
    elif rest:
        asked = words(" ".join(rest))
        for hit in ctx.names.find(asked, [False] * len(asked), lambda at: True):
            calls += _calls(hit, ctx)
            organisations += [n.id for n in hit.names if n.kind in ("organisation", "agency")]
    return Meant(tuple(dict.fromkeys(calls)), tuple(dict.fromkeys(organisations)))


def _calls(hit: Hit, ctx: Context) -> list[str]:
    """The calls that a hit names; of a measure all of its."""
    measures = [n.id for n in hit.names if n.kind == "measure"]
    found = [n.id for n in hit.names if n.kind == "call"]
    return [call.id for measure in measures for call in ctx.names.calls_of(measure)] or found


async def which_subject(found: Meant, command: str, ctx: Context) -> Reply:
    """Asks which of these is meant, each as a button that says the command with its id."""
    t = ctx.t
    offered: list[tuple[str, str]] = []
    if len(found.calls) > 1:
        for id in found.calls:
            call = await ctx.store.calls.get(id)
            if call is not None:
                opens = call.facts.opens or call.facts.published
                year = f", {opens.day.year}" if opens else ""
                offered.append((f"{shorten(t.words(call.facts.title), 60) or id}{year}", id))
    else:
        offered = [
            (t.words(o.name), o.id) for id in found.organisations if (o := ctx.structure.organisation(id))
        ]
    buttons = tuple(
        (Button(shorten(label, CHOICE_LENGTH), line),)
        for label, id in offered[:OFFERED]
        if len((line := f"{command} {id}").encode()) <= COMMAND_BYTES
    )
    return say(t("Which of these do you mean?"), buttons=buttons)
