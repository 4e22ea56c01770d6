"""A survey's JSON document: its keys, the nearest where one is not known, and every value that is not what it says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NoReturn

from handlers.chat import FILE_BYTES
from handlers.i18n import N_
from handlers.importing.faults import Bad, Fault, FileRefused, Sentence, refused, say
from handlers.importing.surveys.checking import MOST_OPTIONS, MOST_QUESTIONS, too_many
from handlers.importing.surveys.keys import WORDS, Table, Values
from handlers.importing.surveys.parts import (
    ANSWER_LENGTH,
    ID_LENGTH,
    KEY_LENGTH,
    KINDS,
    Asked,
    Draft,
    Place,
    clean,
    clean_lines,
    likely,
    made_id,
    option,
    short_name,
)
from handlers.importing.texts import line_at, text_of
from storage.surveys import Option, Question, QuestionKind, ShowIf
from storage.words import Words

TOP = (
    "id",
    "title",
    "intro",
    "opens",
    "closes",
    "timezone",
    "anonymous",
    "one_answer_per",
    "editable_until_close",
    "audience",
    "series",
    "questions",
)
QUESTION = (
    "id",
    "type",
    "required",
    "lt",
    "en",
    "options",
    "items",
    "other",
    "exclusive_option",
    "max_choices",
    "min",
    "max",
    "integer",
    "unit",
    "labels",
    "na",
    "max_length",
    "show_if",
)
_OPTION = ("id", "lt", "en")
_BROKEN = (
    ("Expecting ',' delimiter", N_("a comma is missing, or a closing bracket")),
    ("Expecting ':' delimiter", N_("a colon is missing behind a key")),
    (
        "Expecting property name",
        N_("a key in double quotation marks is missing, or there is a comma too many"),
    ),
    ("Illegal trailing comma", N_("there is a comma too many")),
    ("Expecting value", N_("a value is missing, or there is a comma too many")),
    ("Unterminated string", N_("a text has no closing quotation mark")),
    (
        "Invalid control character",
        N_("a text goes on over the end of its line, or has no closing quotation mark"),
    ),
    ("Invalid \\", N_("behind a backslash there is nothing that may follow it")),
    ("Extra data", N_("something follows the end of the document")),
)


def read(content: bytes, home: str, today: date) -> Draft:
    """The survey in a JSON document, its times in the zone that it names or in `home`; keys that begin with `_` are
    comments. Raises FileRefused, with line and column where there are such: no UTF-8, no JSON, over 20 MB, no survey,
    too many questions."""
    document = _document(_text(content))
    place = Place()
    note = Values(place, [])
    note.known(document, TOP)
    asked, faults = _questions(document, note)
    zone = note.zone(document, home)
    times = {key: note.time(document, key, zone, today) for key in ("opens", "closes")}
    return Draft(
        key=note.id(document, "id", KEY_LENGTH),
        title=note.words(document, "title"),
        asked=asked,
        closes=times["closes"],
        opens=times["opens"],
        intro=note.words(document, "intro", read=clean_lines),
        per="person"
        if note.one_of(document, "one_answer_per", ("organisation", "person")) == "person"
        else "organisation",
        anonymous=note.flag(document, "anonymous", False),
        editable=note.flag(document, "editable_until_close", True),
        audience=note.texts(document, "audience") or ("all",),
        series=note.id(document, "series", KEY_LENGTH),
        place=place,
        wrong=frozenset(note.wrong),
        faults=(*note.faults, *faults),
    )


# Bytes to a document


def _text(content: bytes) -> str:
    if len(content) > FILE_BYTES:
        raise refused(say(N_("the file is larger than {most} MB"), most=FILE_BYTES // 1_000_000))
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise refused(
            say(N_("this is not text in UTF-8")),
            say(N_("save the file anew as text in UTF-8")),
            line=1 + content.count(b"\n", 0, error.start),
        ) from error
    return text_of(content).removeprefix("\ufeff")


class _Twice(ValueError):
    """A key that stands twice in one object."""


def _document(text: str) -> Table:
    try:
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        why = next((said for begins, said in _BROKEN if error.msg.startswith(begins)), "")
        where = say(N_("this is not JSON from column {column} on"), column=error.colno)
        raise refused(where, say(why) if why else None, line=line_at(text, error.pos)) from error
    except _Twice as error:
        raise refused(
            say(N_("the key “{key}” is there twice in one place"), key=str(error)),
            say(N_("leave one of them")),
        ) from error
    except Bad as bad:  # in a key
        raise refused(bad.wrong, bad.right) from bad
    except RecursionError as error:
        raise refused(say(N_("it is nested too deeply")), _LIKE) from error
    except ValueError as error:  # a number of thousands of digits, Infinity or NaN
        raise refused(say(N_("there is a number that nobody can count with"))) from error
    if not isinstance(found, dict):
        raise refused(say(N_("the file holds no survey")), _LIKE)
    return found


_LIKE = say(N_("write it as {example}"), example='{"id": "…", "title": {…}, "questions": [{…}]}')


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    for key in made:
        clean(key)
    if len(made) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen and not key.startswith("_"):
                raise _Twice(key)
            seen.add(key)
    return made


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


# Questions


def _questions(document: Table, note: Values) -> tuple[tuple[Asked, ...], list[Fault]]:
    value = document.get("questions")
    if isinstance(value, list) and len(value) > MOST_QUESTIONS:
        raise FileRefused(note.place.fault("questions", too_many(len(value))))
    asked, faults = [], list[Fault]()
    for number, table in enumerate(note.list(document, "questions", MOST_QUESTIONS), 1):
        if not isinstance(table, dict):
            note.note(f"questions[{number}]", say(N_("it is no question")), _QUESTION_LIKE)
            continue
        here = Values(_place(table, number), faults)
        question = _question(table, here)
        asked.append(Asked(question, here.place, frozenset(here.wrong)))
    return tuple(asked), faults


_QUESTION_LIKE = say(
    N_("write it as {example}"), example='{"id": "q1", "type": "yes_no", "lt": "…", "en": "…"}'
)


def _place(table: Table, number: int) -> Place:
    """Where a question stands: under its id, or its number where that is none."""
    id = table.get("id")
    try:
        return Place(short_name(clean(id)) if isinstance(id, str) else f"questions[{number}]")
    except Bad:
        return Place(f"questions[{number}]")


def _question(table: Table, note: Values) -> Question:
    note.known(table, QUESTION)
    id = note.id(table, "id", ID_LENGTH)
    if not id and "id" not in note.wrong:
        note.note("id", say(N_("it is missing")))
    kind = _kind(table, note)
    if "type" not in note.wrong:
        note.fits(kind, (key for key in QUESTION if _says(table.get(key))))
    options, exclusive = _options(table, kind, note)
    limit = note.whole(table, "max_length")
    return Question(
        id=id,
        kind=kind,
        text=Words(note.text(table, "lt"), note.text(table, "en")),
        required=note.flag(table, "required", True),
        options=options,
        other=note.flag(table, "other", False),
        exclusive=exclusive,
        at_most=note.whole(table, "max_choices"),
        low=note.number(table, "min"),
        high=note.number(table, "max"),
        whole=note.flag(table, "integer", False),
        unit=note.text(table, "unit"),
        labels=_labels(table, note),
        na=note.flag(table, "na", False),
        limit=ANSWER_LENGTH if limit is None else limit,
        show_if=_show_if(table, note),
    )


def _says(value: object) -> bool:
    return value is not None and value is not False and value not in ("", [], {})


def _kind(table: Table, note: Values) -> QuestionKind:
    written = note.text(table, "type")
    for kind in KINDS:
        if written == kind:
            return kind
    if not written and "type" not in note.wrong:
        note.note("type", say(N_("it is missing")), say(N_("it is one of: {names}"), names=tuple(KINDS)))
    elif written:
        note.note("type", say(N_("“{value}” is no type of question"), value=written), _kind_like(written))
    return "text"


def _kind_like(written: str) -> Sentence:
    """The type that was likely meant, by its name here or by the words that people have for it."""
    spelled = {word: kind for kind, words in KINDS.items() for word in (kind, *words)}
    found = likely(written, spelled)
    nearest = dict(found.values).get("nearest")
    if isinstance(nearest, str):
        return say(N_("did you mean {nearest}?"), nearest=spelled[nearest])
    return say(N_("it is one of: {names}"), names=tuple(KINDS))


def _options(table: Table, kind: QuestionKind, note: Values) -> tuple[tuple[Option, ...], str]:
    """The choices or items, and the id of the one that excludes the others: named, or one more behind them."""
    key = "items" if kind == "ranking" else "options"
    made: list[Option] = []
    for number, value in enumerate(note.list(table, key, MOST_OPTIONS), 1):
        found = _one(value, f"{key}[{number}]", made, note)
        if found:
            made.append(found)
    alone = table.get("exclusive_option")
    if alone is None:
        return tuple(made), ""
    if isinstance(alone, str) and alone in (each.id for each in made):
        return tuple(made), alone
    found = _one(alone, "exclusive_option", made, note)
    if found is None:
        return tuple(made), ""
    return (*made, found), found.id


def _one(value: object, at: str, before: Iterable[Option], note: Values) -> Option | None:
    """An option: {id, lt, en}, or a text whose id is made from it."""
    if isinstance(value, str):
        text = note.text({at: value}, at)
        return option(made_id(text, {each.id for each in before}), text)
    if not isinstance(value, dict):
        note.note(
            at,
            say(N_("it is no option")),
            say(N_("write it as {example}"), example='{"id": "…", "lt": "…", "en": "…"}'),
        )
        return None
    note.inner(value, _OPTION, at)
    written = note.text(value, "id", f"{at}.id")
    lt, en = (note.text(value, language, f"{at}.{language}") for language in WORDS)
    if not written:
        note.note(f"{at}.id", say(N_("it is missing")))
        return None
    try:
        return option(short_name(written), lt, en)
    except Bad as bad:
        note.bad(f"{at}.id", bad)
        return None


def _labels(table: Table, note: Values) -> Mapping[str, Words] | None:
    value = table.get("labels")
    if value is None or value == {}:
        return None
    if not isinstance(value, dict) or len(value) > MOST_OPTIONS:
        note.note(
            "labels",
            say(N_("it is not a list of steps")),
            say(N_("write it as {example}"), example='{"1": {"lt": "…", "en": "…"}}'),
        )
        return None
    return {
        step: note.words(value, step, f"labels.{step}") for step in value if not step.startswith("_")
    } or None


def _show_if(table: Table, note: Values) -> tuple[ShowIf, ...]:
    value = table.get("show_if")
    if value is None:
        return ()
    if not isinstance(value, dict) or len(value) > MOST_QUESTIONS:
        note.note(
            "show_if",
            say(N_("it is no condition")),
            say(N_("write it as {example}"), example='{"q7": "yes"}'),
        )
        return ()
    found = []
    for id, wanted in value.items():
        if id.startswith("_"):
            continue
        given = (wanted,) if isinstance(wanted, str | int) else wanted
        if not isinstance(given, list | tuple) or not all(isinstance(each, str | int) for each in given):
            note.note(
                f"show_if.{id}",
                say(N_("it is no answer")),
                say(N_("write it as {example}"), example='"yes", ["yes", "no"]'),
            )
            continue
        values = (_value(each, f"show_if.{id}", note) for each in given)
        found.append(ShowIf(clean(id).lower(), tuple(values)))
    return tuple(found)


def _value(given: str | int, at: str, note: Values) -> str:
    """true and false are the answers yes and no."""
    if isinstance(given, bool):
        return "yes" if given else "no"
    return note.text({at: str(given)}, at).lower()
