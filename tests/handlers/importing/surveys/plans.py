"""Survey files for the tests: one with a question of every type, and random plans that are right."""

from __future__ import annotations

import copy
import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from handlers.i18n import translator
from handlers.importing.faults import FileRefused
from handlers.importing.surveys.checking import MOST_NUMBER, SurveyFile
from handlers.importing.surveys.parts import KINDS, answers_of, clean
from handlers.importing.surveys.reading import read
from handlers.importing.surveys.writing import Rows
from storage.association import Association
from storage.surveys import Option, Plan, Question, QuestionKind, ShowIf
from storage.words import Words

NOW = datetime(2026, 9, 24, 7, 0, tzinfo=UTC)
ASSOCIATION = Association(Words("Lietuvos klasterių asociacija"), "LKA")
ZONE = ASSOCIATION.zone

SURVEY: dict[str, Any] = {
    "_note": "comments are left",
    "id": "nuomone-2026",
    "title": {"lt": "Narių nuomonė", "en": "What members think"},
    "intro": {"lt": "Užtruks tris minutes.", "en": "It takes three minutes."},
    "opens": "2026-10-01T09:00",
    "closes": "2026-10-25T17:00",
    "timezone": "Europe/Vilnius",
    "anonymous": True,
    "one_answer_per": "person",
    "editable_until_close": False,
    "audience": ["all", "-role:secretariat"],
    "series": "nuomone",
    "questions": [
        {
            "id": "size",
            "type": "single",
            "lt": "Kiek žmonių dirba?",
            "en": "How many people work there?",
            "options": [
                {"id": "few", "lt": "iki 10", "en": "up to 10"},
                {"id": "many", "lt": "daugiau kaip 10", "en": "more than 10"},
            ],
        },
        {
            "id": "help",
            "type": "multi",
            "max_choices": 2,
            "lt": "Ko trūksta?",
            "en": "What is missing?",
            "options": [
                {"id": "money", "lt": "Lėšų; paskolų", "en": "Money; loans"},
                {"id": "people", "lt": "Žmonių", "en": "People"},
                {"id": "time", "lt": "Laiko", "en": "Time"},
            ],
            "other": True,
            "exclusive_option": {"id": "none", "lt": "Nieko", "en": "Nothing"},
        },
        {
            "id": "digest",
            "type": "scale",
            "min": 1,
            "max": 5,
            "na": True,
            "labels": {"1": {"lt": "visai ne", "en": "not at all"}, "5": {"lt": "labai", "en": "very"}},
            "lt": "Ar naudinga santrauka?",
            "en": "Is the digest of use?",
        },
        {
            "id": "first",
            "type": "ranking",
            "required": False,
            "items": [
                {"id": "a", "lt": "Eksportas", "en": "Export"},
                {"id": "b", "lt": "Mokymai", "en": "Training"},
            ],
            "lt": "Kas svarbiau?",
            "en": "What matters more?",
        },
        {
            "id": "sum",
            "type": "number",
            "required": False,
            "min": 0,
            "unit": "Eur",
            "lt": "Kiek skirtumėte?",
            "en": "How much would you give?",
            "show_if": {"size": ["few", "many"], "digest": "5"},
        },
        {
            "id": "words",
            "type": "text",
            "required": False,
            "max_length": 500,
            "lt": "Ką dar pasakytumėte?",
            "en": "What else?",
        },
        {"id": "stand", "type": "yes_no", "lt": "Ar dalyvautumėte?", "en": "Would you take part?"},
        {
            "id": "agree",
            "type": "consent",
            "lt": "Sutinku.",
            "en": "I agree.",
            "show_if": {"stand": "yes"},
        },
    ],
}


def survey(**changed: Any) -> dict[str, Any]:
    """The survey with other values at the top."""
    return {**copy.deepcopy(SURVEY), **changed}


def question(id: str, /, **changed: Any) -> dict[str, Any]:
    """The survey with that question changed; what is None is taken away."""
    made = survey()
    [found] = (each for each in made["questions"] if each["id"] == id)
    found |= changed
    for key in [key for key, value in found.items() if value is None]:
        del found[key]
    return made


def as_bytes(document: object) -> bytes:
    """The document as a file."""
    return json.dumps(document, ensure_ascii=False).encode()


def found(document: object) -> SurveyFile:
    """What is read of a document."""
    return read(as_bytes(document), "apklausa.json", ASSOCIATION, NOW)


def faults(document: object, language: str = "en") -> list[str]:
    """Everything that is wrong with a document, as sentences."""
    return [fault.in_(translator(language)) for fault in found(document).faults]


def refusal(content: bytes, name: str = "apklausa.json", language: str = "en") -> str:
    """The one sentence that a file is refused with, or the first of its faults; empty when it is read."""
    try:
        told = read(content, name, ASSOCIATION, NOW).faults
    except FileRefused as refused:
        [fault] = refused.faults
        told = (fault,)
    return told[0].in_(translator(language)) if told else ""


def as_csv(rows: Rows) -> bytes:
    """A survey's sheet as a spreadsheet saves it: what it is, an empty line, its questions."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=";")
    table.writerows((*rows.about, (), rows.headings, *rows.rows))
    return out.getvalue().encode("utf-8-sig")


# Random plans

_LETTERS = "aBčž Ž09\u00a0.,;:=<>&\"'\\/|-+@#–„“ß漢🙂e\u0301\u202f_\n"


def _texts(most: int) -> st.SearchStrategy[str]:
    odd = st.sampled_from(("=1+1", "'=x", "''-y", "-5", "@a", "a; b", "a = b", "1 = 2", '"', "+", "x,y", "'"))
    return (odd | st.text(_LETTERS, max_size=most)).map(clean)


def _lines() -> st.SearchStrategy[str]:
    return st.lists(_texts(9), max_size=4).map(lambda lines: "\n".join(lines).strip("\n"))


def _words(most: int) -> st.SearchStrategy[Words]:
    return st.builds(Words, _texts(most), _texts(most)).filter(lambda words: bool(words.both))


IDS = st.text("abz019-_", min_size=1, max_size=24).filter(lambda id: id[0] not in "-_")


@st.composite
def _options(draw: st.DrawFn) -> tuple[Option, ...]:
    ids = draw(st.lists(IDS.filter(lambda id: id != "other"), min_size=2, max_size=5, unique=True))
    made = tuple(Option(id, draw(_words(75))) for id in ids)
    for language in ("lt", "en"):
        texts = [text for o in made if (text := getattr(o.label, language).casefold())]
        if len(set(texts)) < len(texts):
            return tuple(Option(id, Words(id, id)) for id in ids)
    return made


_NUMBERS = st.integers(-MOST_NUMBER, MOST_NUMBER).map(float) | st.decimals(-1000, 1000, places=4).map(float)


@st.composite
def _questions(draw: st.DrawFn, id: str, before: tuple[Question, ...]) -> Question:
    kind: QuestionKind = draw(st.sampled_from(tuple(KINDS)))
    more: dict[str, Any] = {}
    if kind in ("single", "multi", "ranking"):
        more["options"] = draw(_options())
    if kind in ("single", "multi"):
        more["other"] = draw(st.booleans())
    if kind == "multi":
        more["at_most"] = draw(st.none() | st.integers(1, len(more["options"]) - 1))
        more["exclusive"] = draw(st.sampled_from(("", *(o.id for o in more["options"]))))
    if kind == "scale":
        low = draw(st.integers(-3, 3))
        high = low + draw(st.integers(1, 10))
        steps = draw(st.lists(st.integers(low, high), unique=True, max_size=3))
        more |= {"low": float(low), "high": float(high), "na": draw(st.booleans())}
        more["labels"] = {str(step): draw(_words(60)) for step in steps} or None
    if kind == "number":
        least, most = sorted((draw(_NUMBERS), draw(_NUMBERS)))
        whole = draw(st.booleans()) and least.is_integer() and most.is_integer()
        more |= {"low": draw(st.sampled_from((None, least))), "high": draw(st.sampled_from((None, most)))}
        more |= {"whole": whole, "unit": draw(_texts(20))}
    if kind == "text":
        more["limit"] = draw(st.integers(1, 3000))
    asked = [q for q in before if answers_of(q)]
    about = draw(st.lists(st.sampled_from(asked), unique_by=lambda q: q.id, max_size=2)) if asked else []
    values = [
        draw(st.lists(st.sampled_from(answers_of(q) or ()), min_size=1, max_size=3, unique=True))
        for q in about
    ]
    more["show_if"] = tuple(ShowIf(q.id, tuple(v)) for q, v in zip(about, values, strict=True))
    return Question(id, kind, draw(_words(300)), draw(st.booleans()), **more)


_INSTANTS = st.datetimes(
    datetime.fromisoformat("2026-09-25"), datetime.fromisoformat("2030-01-01"), timezones=st.just(UTC)
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Plans that are right: every type of question, odd texts, conditions, any instants."""
    questions: tuple[Question, ...] = ()
    for id in draw(st.lists(IDS, min_size=1, max_size=6, unique=True)):
        questions += (draw(_questions(id, questions)),)
    closes = draw(_INSTANTS)
    opens = draw(st.none() | st.integers(1, 10**6).map(lambda minutes: closes - timedelta(minutes=minutes)))
    if draw(st.booleans()):
        closes = closes.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return Plan(
        draw(IDS),
        draw(_words(120)),
        questions,
        closes,
        opens,
        draw(st.just(Words()) | st.builds(Words, _texts(200), _lines())),
        draw(st.sampled_from(("organisation", "person"))),
        draw(st.booleans()),
        draw(st.booleans()),
        draw(
            st.sampled_from(
                (("all",), ("cluster:fotonika", "-role:manager"), ("group:politika", "not-joined"))
            )
        ),
        draw(st.sampled_from(("", "poreikiai"))),
    )
