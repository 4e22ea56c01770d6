"""What a file says of a survey before it is known to be whole: its questions with the places they stand in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from handlers.i18n import N_
from handlers.importing.faults import Bad, Fault, Sentence, say
from handlers.importing.nearest import nearest
from handlers.understanding.folding import fold
from storage.surveys import Option, Question, QuestionKind, Respondent
from storage.words import Words

KINDS: Mapping[QuestionKind, tuple[str, ...]] = {
    "single": ("vienas variantas", "one choice", "vienas", "vienas iš", "one", "single choice"),
    "multi": ("keli variantai", "several choices", "keli", "several", "multiple", "multiple choice"),
    "scale": ("skalė", "scale", "vertinimas", "rating"),
    "ranking": ("eiliškumas", "ranking", "rikiavimas", "prioritetai", "rank"),
    "number": ("skaičius", "number"),
    "text": ("tekstas", "text", "atviras", "open"),
    "yes_no": ("taip arba ne", "yes or no", "taip ne", "yes no"),
    "consent": ("sutikimas", "consent"),
}
"""The types of questions by the words that people write for them, Lithuanian and English first."""
FITS: Mapping[str, tuple[QuestionKind, ...]] = {
    "options": ("single", "multi"),
    "items": ("ranking",),
    "other": ("single", "multi"),
    "exclusive_option": ("multi",),
    "max_choices": ("multi",),
    "min": ("scale", "number"),
    "max": ("scale", "number"),
    "integer": ("number",),
    "unit": ("number",),
    "labels": ("scale",),
    "na": ("scale",),
    "max_length": ("text",),
}
"""What goes with some types of questions only."""
ID_LENGTH = 24
ANSWER_LENGTH = 1000
"""Characters of a text where its question does not say."""
KEY_LENGTH = 48
NAMED = 10  # names that a sentence lists

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: under a key ("q4") of a document, or in a line of a sheet with these headings."""

    name: str = ""
    line: int = 0
    headings: Mapping[str, str] | None = None

    def fault(self, key: str, wrong: Sentence, right: Sentence | None = None) -> Fault:
        """A fault of what stands there under that key (`options[2].en`), or in its column."""
        return Fault(self.line, self.column(key), wrong, right)

    def column(self, key: str) -> str:
        """What that key is called there."""
        if self.headings is None:
            return ".".join(filter(None, (self.name, key)))
        return self.headings.get(re.split(r"[.\[]", key, maxsplit=1)[0], "")

    def kind(self, kind: QuestionKind) -> str:
        """How that type is written there."""
        return kind if self.headings is None else KINDS[kind][0]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as read, where it stands, and the keys whose values are wrong already: nothing more is said of
    them. A `type` among them is not known."""

    question: Question
    place: Place
    wrong: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Draft:
    """A survey as read. What the file does not say, or says wrongly, is empty; `wrong` are the keys of the latter."""

    key: str
    title: Words
    asked: tuple[Asked, ...]
    closes: datetime | None
    opens: datetime | None
    intro: Words
    per: Respondent
    anonymous: bool
    editable: bool
    audience: tuple[str, ...]
    series: str
    place: Place
    wrong: frozenset[str]
    faults: tuple[Fault, ...]
    notes: tuple[Sentence, ...] = ()


@dataclass(slots=True)
class Noting:
    """Collects what is wrong at one place."""

    place: Place
    faults: list[Fault]
    wrong: set[str] = field(default_factory=set)

    def note(self, key: str, wrong: Sentence, right: Sentence | None = None) -> None:
        """Notes a fault of that key."""
        self.wrong.add(re.split(r"[.\[]", key, maxsplit=1)[0])
        self.faults.append(self.place.fault(key, wrong, right))

    def bad(self, key: str, bad: Bad) -> None:
        """Notes what a value was refused for."""
        self.note(key, bad.wrong, bad.right)

    def fits(self, kind: QuestionKind, given: Iterable[str]) -> None:
        """Notes what is given and does not go with that type of question."""
        for key in given:
            if key in FITS and kind not in FITS[key]:
                self.note(
                    key,
                    say(
                        N_("it does not go with a question of the type “{kind}”"), kind=self.place.kind(kind)
                    ),
                    say(N_("it goes with: {names}"), names=tuple(map(self.place.kind, FITS[key]))),
                )


def clean(text: str) -> str:
    """The words on one line, without invisible characters. Raises Bad for a character that is no text."""
    strange = _NO_TEXT.search(text)
    if strange:
        raise Bad(
            say(N_("there is a character that is no text (U+{code})"), code=f"{ord(strange[0]):04X}"),
            say(N_("write it anew")),
        )
    return " ".join(_INVISIBLE.sub("", text).split())


def clean_lines(text: str) -> str:
    """The same of a text whose lines stay apart. Raises Bad."""
    return "\n".join(map(clean, re.split(r"\r\n|\r|\n", text))).strip("\n")


def short_name(text: str, most: int = ID_LENGTH) -> str:
    """An id in small letters, as commands and buttons can carry it. Raises Bad."""
    made = text.lower()
    if len(made) <= most and _ID.fullmatch(made):
        return made
    raise Bad(
        say(N_("“{value}” cannot be a short name"), value=text),
        say(
            N_("at most {most} letters a–z, digits, _ and -, without spaces; {example} would be right"),
            most=most,
            example=made_id(text, (), most),
        ),
    )


def made_id(text: str, taken: Collection[str], most: int = ID_LENGTH) -> str:
    """An id made of a text's first words, another than those that are taken."""
    words = "-".join(re.findall("[a-z0-9]+", fold(text)))
    base = words[: most - 4].rstrip("-") if len(words) > most else words
    if "-" in base and len(words) > most and words[len(base) : len(base) + 1] != "-":
        base = base.rpartition("-")[0]
    base, n = base or "x", 1
    made = base
    while made in taken:
        n += 1
        made = f"{base[: most - 4]}-{n}"
    return made


def likely(text: str, known: Iterable[str]) -> Sentence:
    """What would be right instead of a name that is none of these."""
    names = tuple(known)
    like = nearest(text, names, 1)
    if like:
        return say(N_("did you mean {nearest}?"), nearest=like[0])
    return say(N_("known are: {names}"), names=listed(names))


def listed(names: tuple[str, ...]) -> tuple[str, ...]:
    """The first of the names, and that there are more."""
    return (*names[:NAMED], "…") if len(names) > NAMED else names


def answers_of(question: Question) -> tuple[str, ...] | None:
    """The values that a condition on that question can name; None for one that has no choices."""
    match question.kind:
        case "single" | "multi":
            return (*(option.id for option in question.options), *(("other",) if question.other else ()))
        case "scale":
            return (*map(str, steps(question)), *(("na",) if question.na else ()))
        case "yes_no" | "consent":
            return ("yes", "no")
        case _:
            return None


def steps(question: Question) -> range:
    """The steps of a scale, 1 to 5 where it does not say; none where they cannot be counted."""
    low = 1.0 if question.low is None else question.low
    high = 5.0 if question.high is None else question.high
    if not (low.is_integer() and high.is_integer()) or high - low > 100:
        return range(0)
    return range(int(low), int(high) + 1)


def option(id: str, lt: str, en: str = "") -> Option:
    """An option by its id and its words."""
    return Option(id, Words(lt, en))
