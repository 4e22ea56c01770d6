"""One of a list that was just shown, by its place: "antras", "o trečias?", "the second one", "paskutinį"."""

from __future__ import annotations

from handlers.understanding.folding import words
from handlers.understanding.lexicon import concepts

LAST = -1
MOST_WORDS = 5

_PLACES = {
    1: "pirmas pirma pirma pirmo pirmos pirmaji pirmasis pirmoji first 1",
    2: "antras antra antro antros antraji antrasis antroji second 2",
    3: "trecias trecia trecio trecios treciaji treciasis trecioji third 3",
    4: "ketvirtas ketvirta ketvirto ketvirtos ketvirtaji ketvirtasis ketvirtoji fourth 4",
    5: "penktas penkta penkto penktos penktaji penktasis penktoji fifth 5",
    6: "sestas sesta sesto sestos sestaji sestasis sestoji sixth 6",
    LAST: "paskutinis paskutine paskutini paskutinio last",
}
_PLACE_OF = {word: place for place, listed in _PLACES.items() for word in listed.split()}
_SAID_AROUND = {"filler", "show", "about", "detail", "question", "wants", "mine", "self"}
_AROUND = frozenset("o tai ir the one ones number nr numeris eileje is sito to ta ten".split())


def chosen(text: str) -> int | None:
    """The place that is meant, from 1, LAST for the last one; None when it is anything else than such a choice."""
    said = [word for word in words(text) if word not in _AROUND]
    places = [_PLACE_OF[word] for word in said if word in _PLACE_OF]
    rest = [word for word in said if word not in _PLACE_OF]
    if len(places) != 1 or len(rest) > MOST_WORDS:
        return None
    return places[0] if all(concepts(word) and concepts(word) <= _SAID_AROUND for word in rest) else None
