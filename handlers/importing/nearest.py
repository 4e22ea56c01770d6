"""Known names: which one is meant, exactly but for case and diacritics, and which are the nearest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from handlers.i18n import N_
from handlers.importing.faults import Bad, Sentence, say
from handlers.understanding.folding import fold
from storage.association import Group, Organisation

_WORD = re.compile(r"[^\W_]+")
LIKE = 0.55
"""Normalised similarity (optimal string alignment) from which a known name is worth naming."""


def plain(text: str) -> str:
    """What names are compared by: folded words without punctuation."""
    return " ".join(_WORD.findall(fold(text)))


def nearest(text: str, known: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """The known names most like the text, best first; none when nothing is like it."""
    found = process.extract(
        plain(text),
        {name: _spelling(name) for name in known},
        scorer=OSA.normalized_similarity,
        limit=limit,
        score_cutoff=LIKE,
    )
    return tuple(name for _, _, name in found)


@lru_cache(maxsize=4096)
def _spelling(name: str) -> str:
    """A known name, plain; a list of thousands of unknown ones asks for it again and again."""
    return plain(name)


def spelled(names: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Every spelling, plain, with the ids it may mean."""
    found: dict[str, tuple[str, ...]] = {}
    for id, spellings in names.items():
        for spelling in map(plain, (id, *spellings)):
            if spelling and id not in found.get(spelling, ()):
                found[spelling] = (*found.get(spelling, ()), id)
    return found


def names_of(record: Organisation | Group) -> tuple[str, ...]:
    """What an organisation or group is called, and was."""
    now = record.now.both if isinstance(record, Organisation) and record.now else ()
    return (*record.name.both, *record.aliases, *now)


class Known:
    """The organisations or the groups there are, to be looked up by any of their names."""

    def __init__(self, records: Iterable[Organisation | Group], unknown: str) -> None:
        """`unknown` is the msgid for a name that is none of them, with {value} in it."""
        self._ids = {record.id: names_of(record) for record in records}
        self._spelled = spelled(self._ids)
        self._unknown = unknown

    def __bool__(self) -> bool:
        return bool(self._ids)

    def id_of(self, text: str) -> str:
        """The id that the text names. Raises Bad with the nearest names."""
        ids = (text,) if text in self._ids else self._spelled.get(plain(text), ())
        if len(ids) == 1:
            return ids[0]
        if ids:
            raise Bad(
                say(N_("“{value}” may be any of {names}"), value=text, names=ids),
                say(N_("write its short name")),
            )
        raise Bad(say(self._unknown, value=text), self._right(text))

    def _right(self, text: str) -> Sentence | None:
        if not self._ids:
            return say(N_("import the association first"))
        like = nearest(text, (n for id, names in self._ids.items() for n in (id, *names)))
        if like:
            return say(N_("the nearest are: {names}"), names=like)
        some = tuple(sorted(self._ids))
        return say(N_("known are: {names}"), names=(*some[:10], "…") if len(some) > 10 else some)


def organisations(records: Iterable[Organisation]) -> Known:
    """Organisations and agencies by their names."""
    return Known(records, N_("“{value}” is not a known organisation"))


def groups(records: Iterable[Group]) -> Known:
    """Working groups by their names."""
    return Known(records, N_("“{value}” is not a known working group"))
