"""Answers in people's own words: grouped by a word, and what in them names somebody, to be hidden before they are
shared. Pure; what is found is a proposal, the secretariat decides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from handlers.understanding.folding import SHORTEST_STEMMED, fold, key
from storage.association import Structure
from storage.members import Member

HIDDEN = "[…]"
LONG_ENOUGH = 4
"""Letters of a word that texts are grouped by."""

Kind = Literal["person", "organisation", "email", "phone"]
_WORD = re.compile(r"[^\W\d_]+")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w+])(?:\+\d{1,3}|\(?[08])[ \-]?(?:\(?\d{1,4}\)?[ \-]?){2,5}(?!\w)")
_DIGITS = range(8, 16)
"""Of a telephone number: E.164 allows fifteen, Lithuanian ones have eight without the prefix."""
_ENDING = re.compile(r"(?:oje|eje|aus|ios|ams|oms|as|is|ys|us|os|es|ai|ei|ui|iu|[aeiouy])$")
_COMMON = frozenset(
    "apie arba bent buti butu buvo daug daugiau dabar dar del gali galima galetu jeigu kada kaip kaipo kiek kiekviena "
    "kitas kita kiti koks kokia labai labiau mano mums musu nera nebutu neturi norime noretume pagal pats patys reikia "
    "reiketu savo siuo tada tais taip tarp tiek tiems tikrai todel turi tureti turetu viena vienas visi visai visu "
    "about also and any are been could from have into just like more most much need needs other should some such than "
    "that their them then there these they this those very want were what when where which will with would your".split()
)
_IDENTIFYING = ("cluster", "company", "partner")
"""Organisations that answer; ministries and agencies are what answers are about."""


# Grouped by a word


def common(texts: Iterable[str], most: int = 8) -> tuple[tuple[str, int], ...]:
    """The words that most texts share, in any of their forms, with the number of texts: each as it is oftenest written,
    words of one text left out."""
    forms: dict[str, Counter[str]] = {}
    counts: Counter[str] = Counter()
    for text in texts:
        seen = set()
        for written in _WORD.findall(text):
            folded = fold(written)
            if len(folded) >= LONG_ENOUGH and folded not in _COMMON:
                forms.setdefault(key(folded), Counter())[written.lower()] += 1
                seen.add(key(folded))
        counts.update(seen)
    ranked = sorted(((stem, n) for stem, n in counts.items() if n > 1), key=lambda one: (-one[1], one[0]))
    return tuple((min(forms[stem].items(), key=lambda f: (-f[1], f[0]))[0], n) for stem, n in ranked[:most])


def containing(texts: Iterable[str], words: str) -> tuple[str, ...]:
    """The texts that have all these words, in any of their forms, in the order given."""
    wanted = {key(fold(word)) for word in _WORD.findall(words)}
    return tuple(text for text in texts if wanted <= {key(fold(word)) for word in _WORD.findall(text)})


# What names somebody


@dataclass(frozen=True, slots=True)
class Spot:
    """A part of a text that may tell who wrote it or whom it is about."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Known:
    """The names that are looked for: roots of people's names, and of each word of an organisation's."""

    people: frozenset[str]
    organisations: tuple[tuple[str, ...], ...]


def known(members: Iterable[Member], structure: Structure) -> Known:
    """The names of the members, and of the clusters, companies and partners with all their aliases."""
    people = {
        _root(word) for member in members for word in _WORD.findall(member.person.name) if len(word) > 2
    }
    names = (
        name
        for one in structure.organisations
        if one.kind in _IDENTIFYING
        for name in (*one.name.both, *one.aliases, *(one.now.both if one.now else ()))
    )
    roots = {tuple(_root(word) for word in _WORD.findall(name)) for name in names}
    return Known(frozenset(people), tuple(sorted(filter(None, roots), key=lambda r: (-len(r), r))))


def spots(text: str, names: Known) -> tuple[Spot, ...]:
    """Where e-mail addresses, telephone numbers and known names stand, in their order, none over another. A name of one
    word has to begin with a capital letter; all its forms are found."""
    found = [Spot(m.start(), m.end(), "email") for m in _EMAIL.finditer(text)]
    for match in _PHONE.finditer(text):
        if sum(c.isdigit() for c in match[0]) in _DIGITS:
            found.append(Spot(match.start(), match.start() + len(match[0].rstrip(" -(")), "phone"))
    words = [(m.start(), m.end(), m[0], _root(m[0])) for m in _WORD.finditer(text)]
    found += _organisations(words, names)
    found += _people(text, words, names)
    kept: list[Spot] = []
    for one in found:  # what was found first goes before what lies over it
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.start))


def redacted(text: str, chosen: Iterable[Spot]) -> str:
    """The text with HIDDEN in place of each of these."""
    for one in sorted(chosen, key=lambda one: -one.start):
        text = text[: one.start] + HIDDEN + text[one.end :]
    return text


_Written = tuple[int, int, str, str]


def _organisations(words: Sequence[_Written], names: Known) -> list[Spot]:
    found = []
    roots = [root for *_, root in words]
    for name in names.organisations:
        for at in range(len(words) - len(name) + 1):
            if tuple(roots[at : at + len(name)]) == name and (len(name) > 1 or words[at][2][0].isupper()):
                found.append(Spot(words[at][0], words[at + len(name) - 1][1], "organisation"))
    return found


def _people(text: str, words: Sequence[_Written], names: Known) -> list[Spot]:
    """Parts of a name that stand together are one spot."""
    found: list[Spot] = []
    for start, end, written, root in words:
        if root in names.people and written[0].isupper():
            if found and not text[found[-1].end : start].strip(" -.\u00a0"):
                found[-1] = Spot(found[-1].start, end, "person")
            else:
                found.append(Spot(start, end, "person"))
    return found


def _root(word: str) -> str:
    """What all forms of a name share: the stem, of short names what is before the ending."""
    folded = fold(word)
    return key(folded) if len(folded) >= SHORTEST_STEMMED else _ENDING.sub("", folded) or folded
