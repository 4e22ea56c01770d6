"""Answers in people's own words: grouped by a word, and what in them names somebody, to be hidden before they are
shared. Pure; what is found is a proposal, the secretariat decides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from handlers.understanding.folding import SHORTEST_STEMMED, fold, key
from storage.association import Structure
from storage.members import Member

HIDDEN = "[…]"
LONG_ENOUGH = 4
"""Letters of a word that texts are grouped by, and of a name that is found without its ending."""

Kind = Literal["person", "organisation", "email", "phone"]
Sought = tuple[frozenset[str], ...]
"""Words one behind another, each by its `forms`."""
_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"[^\W_]+")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w+])(?:\+\d{1,3}|\(?[08])[ \-]?(?:\(?\d{1,4}\)?[ \-]?){2,5}(?!\w)")
_DIGITS = range(8, 16)
"""Of a telephone number: E.164 allows fifteen, Lithuanian ones have eight without the prefix."""
_ENDINGS = sorted(
    "iuose iams iais iaus iumi iuje ioje ioms iomis iose aus umi uje uose oje oms omis ose ems emis ese eje yje yse "
    "ams ais iui ius ios iai iau iam ame um ui us os es as is ys ai ei au io iu ia ie am a e i o u y".split(),
    key=lambda ending: -len(ending),
)
"""Of Lithuanian nouns in every case, without diacritics, the longest first. (The stemmer that questions are understood
with gives the accusative of -aitis and the genitive of -utis, of Andrius and of Jūratė other keys.)"""
_STAYS = 2
"""Letters of a name that stay without its ending."""
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
    """The names that are looked for: of people's names each word, of an organisation's all of them, one behind another,
    as `forms` says. `firsts` are the places among the organisations of those that begin with a form."""

    people: frozenset[str]
    organisations: tuple[Sought, ...]
    firsts: Mapping[str, tuple[int, ...]]


def known(members: Iterable[Member], structure: Structure) -> Known:
    """The names of the members, and of the clusters, companies and partners with all their aliases."""
    words = {word for one in members for word in _WORD.findall(one.person.name) if len(word) > 2}
    names = {
        name
        for one in structure.organisations
        if one.kind in _IDENTIFYING
        for name in (*one.name.both, *one.aliases, *(one.now.both if one.now else ()))
    }
    ordered = sorted(names, key=lambda name: (-len(name), name))
    organisations = tuple(filter(None, map(sought, ordered)))
    firsts: dict[str, list[int]] = {}
    for at, name in enumerate(organisations):
        for form in name[0]:
            firsts.setdefault(form, []).append(at)
    people = frozenset[str]().union(*map(forms, words))
    return Known(people, organisations, {form: tuple(places) for form, places in firsts.items()})


def sought(words: str) -> Sought:
    """What a phrase is found by; empty when it has no letters and no digits."""
    return tuple(forms(word) for word in _TOKEN.findall(words))


def spots(text: str, names: Known) -> tuple[Spot, ...]:
    """Where e-mail addresses, telephone numbers and known names stand, in their order, none over another. A name of one
    word has to begin with a capital letter; all its forms are found."""
    found = [Spot(m.start(), m.end(), "email") for m in _EMAIL.finditer(text)]
    for match in _PHONE.finditer(text):
        if sum(c.isdigit() for c in match[0]) in _DIGITS:
            found.append(Spot(match.start(), match.start() + len(match[0].rstrip(" -(")), "phone"))
    words = _written(text)
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


@dataclass(frozen=True, slots=True)
class _Written:
    """A word where it stands, and the form that it is found by."""

    start: int
    end: int
    word: str
    form: str


def _written(text: str) -> list[_Written]:
    return [_Written(m.start(), m.end(), m[0], _form(m[0])) for m in _TOKEN.finditer(text)]


def phrases(text: str, words: str) -> tuple[tuple[int, int], ...]:
    """Where these words stand one behind another in any of their forms, from and to. One short word that is written
    with a capital letter is a name, and has to have it in the text too ("Ona" is not "on")."""
    return next(iter(found for _, found in places(text, (words,))))


def places(text: str, each: Iterable[str]) -> Iterator[tuple[str, tuple[tuple[int, int], ...]]]:
    """Each phrase with where it stands, as `phrases` says."""
    written = _written(text)
    for words in each:
        name = len(words.strip()) < SHORTEST_STEMMED and words.strip()[:1].isupper()
        found = _stand(written, sought(words))
        yield (
            words,
            tuple((start.start, end.end) for start, end in found if start.word[0].isupper() or not name),
        )


def _stand(words: Sequence[_Written], name: Sought) -> Iterator[tuple[_Written, _Written]]:
    """The first and the last word of each place where they stand."""
    for at in range(len(words) - len(name) + 1) if name else ():
        if words[at].form not in name[0]:
            continue
        there = words[at : at + len(name)]
        if all(one.form in forms for one, forms in zip(there, name, strict=True)):
            yield there[0], there[-1]


def _organisations(words: Sequence[_Written], names: Known) -> list[Spot]:
    """A name of one word has to begin with a capital letter."""
    begun = {at for one in words for at in names.firsts.get(one.form, ())}
    return [
        Spot(start.start, end.end, "organisation")
        for name in (names.organisations[at] for at in sorted(begun))
        for start, end in _stand(words, name)
        if len(name) > 1 or start.word[0].isupper()
    ]


def _people(text: str, words: Sequence[_Written], names: Known) -> list[Spot]:
    """Parts of a name that stand together are one spot."""
    found: list[Spot] = []
    for one in words:
        if one.form in names.people and one.word[0].isupper():
            if found and not text[found[-1].end : one.start].strip(" -.\u00a0"):
                found[-1] = Spot(found[-1].start, one.end, "person")
            else:
                found.append(Spot(one.start, one.end, "person"))
    return found


def forms(word: str) -> frozenset[str]:
    """What a word is found by in every case: what stays without its ending. One that has none ("Smith") is found with
    Lithuanian endings too, and one that has without, unless little is left of it ("Darius" is not "dar")."""
    form = _form(word)
    stem = form.removesuffix(_DECLINED)
    bare = stem == form or len(stem) >= LONG_ENOUGH
    return frozenset((stem, stem + _DECLINED)) if bare else frozenset((form,))


_DECLINED = "|"


@lru_cache(maxsize=16384)
def _form(word: str) -> str:
    """The folded word without its ending, the softened consonant hard ("Petraičio", "Gaidžio")."""
    folded = fold(word)
    for ending in _ENDINGS:
        if folded.endswith(ending) and len(folded) - len(ending) >= _STAYS:
            stem = folded[: -len(ending)]
            stem = stem[:-1] if stem.endswith("dz") else f"{stem[:-1]}t" if stem.endswith("c") else stem
            return stem + _DECLINED
    return folded
