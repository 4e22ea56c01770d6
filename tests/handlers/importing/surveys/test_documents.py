"""A survey's JSON document: what is wrong is said with its question and what would be right, and nothing is guessed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.i18n import translator
from handlers.importing.surveys.reading import read
from storage.words import Words
from tests.handlers.importing.surveys.plans import (
    ASSOCIATION,
    NOW,
    SURVEY,
    as_bytes,
    faults,
    found,
    question,
    refusal,
    survey,
)


def option(id: str, lt: str = "Taip", en: str = "Yes") -> dict[str, str]:
    return {"id": id, "lt": lt, "en": en}


def numbered(count: int) -> list[dict[str, Any]]:
    """So many questions."""
    return [
        {"id": f"q{n}", "type": "yes_no", "lt": f"Ar {n}?", "en": f"Is {n}?"} for n in range(1, count + 1)
    ]


FAULTS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("a key misspelt", survey(titel={"lt": "X"}), "titel: there is no such key; did you mean title?"),
    ("a question's key misspelt", question("size", requierd=True), "size.requierd: there is no such key; did you mean required?"),
    ("an unknown type", question("size", type="sngle"), "size.type: “sngle” is no type of question; did you mean single?"),
    ("a type in words", question("size", type="keli variantai"), "size.type: “keli variantai” is no type of question; did you mean multi?"),
    ("no type", question("stand", type=None), "stand.type: it is missing; it is one of: single, multi, scale, ranking, number, text, yes_no and consent."),
    ("no text at all", question("stand", lt=None, en=None), "stand.lt: the question has no text in either language; write it in one at least."),
    ("a text too long", question("stand", lt="a" * 301), "stand.lt: it has 301 characters; at most 300 fit."),
    ("an option too long", question("size", options=[option("a", "b" * 76), option("c")]), "size.options[1]: it has 76 characters; at most 75 fit."),
    ("one option", question("size", options=[option("few")]), "size.options: there are fewer than two; give people something to choose from."),
    ("an option twice", question("size", options=[option("a"), option("a", "Ne", "No")]), "size.options: “a” is there twice; give one of them another short name."),
    ("two options alike", question("size", options=[option("a"), option("b", "Gal", "yes")]), "size.options: two options are called “yes”; call one of them otherwise."),
    ("an option called other", question("help", options=[option("other"), option("b", "Ne", "No")]), "help.options: “other” is the short name of an answer of one's own; give the option another short name."),
    ("a question called as a version", question("stand", id="v2"), "v2.id: “v2” is what the bot calls something else; give the question another short name, q2 for one."),
    ("too much to choose", question("help", max_choices=9), "help.max_choices: at most 9 of 4 cannot be chosen; write a number from 1 to 4."),
    ("a long scale", question("digest", max=12), "digest.max: a scale has 12 steps; write one of 2 to 11 steps."),
    ("a broken scale", question("digest", max=4.5), "digest.min: the steps of a scale are whole numbers; write it as 1, 5."),
    ("a scale upside down", question("digest", min=5, max=1), "digest.max: the greatest is less than the least; exchange the two."),
    ("a label beside the scale", question("digest", labels={"6": {"lt": "a", "en": "a"}}), "digest.labels: “6” is no step of the scale; known are: 1, 2, 3, 4 and 5."),
    ("numbers upside down", question("sum", min=5, max=1), "sum.max: the greatest is less than the least; exchange the two."),
    ("a number in quotation marks", question("sum", min="5"), "sum.min: it is no number; write it without quotation marks."),
    ("true for a number", question("sum", min=True), "sum.min: it is no number; write it without quotation marks."),
    ("a text too large", question("words", max_length=5000), "words.max_length: a text of 5000 characters cannot be asked for; write a number from 1 to 3000."),
    ("what does not go together", question("words", min=1), "words.min: it does not go with a question of the type “text”; it goes with: scale and number."),
    ("a condition on nothing", question("sum", show_if={"siz": "few"}), "sum.show_if: there is no question “siz”; did you mean size?"),
    ("a condition on a later one", question("sum", show_if={"stand": "yes"}), "sum.show_if: “stand” comes later; a condition is about an earlier question."),
    ("a condition on itself", question("stand", show_if={"stand": "yes"}), "stand.show_if: “stand” is asked after an answer that waits for it: a circle; a condition is about an earlier question."),
    ("a condition on a text", question("stand", show_if={"words": "x"}), "stand.show_if: “words” is no question with choices; a condition is about a choice, a scale or yes or no."),
    ("a condition on no option", question("sum", show_if={"size": "fev"}), "sum.show_if: “size” has no answer “fev”; did you mean few?"),
    ("an id with a space", question("size", id="my size"), "questions[1].id: “my size” cannot be a short name; at most 24 letters a–z, digits, _ and -, without spaces; my-size would be right."),
    ("an id too long", question("size", id="kiek-zmoniu-dirba-jusu-klasteryje"), "questions[1].id: “kiek-zmoniu-dirba-jusu-klasteryje” cannot be a short name; at most 24 letters a–z, digits, _ and -, without spaces; kiek-zmoniu-dirba would be right."),
    ("closed before it opens", survey(opens="2026-11-01T09:00"), "closes: it closes before it opens; put one of the two times right."),
    ("a day without an hour", survey(closes="2026-10-25"), "closes: “2026-10-25” has no hour; write it as 2026-10-05 17:00."),
    ("an hour that is not", survey(closes="2027-03-28T03:30"), "closes: “2027-03-28T03:30” is no time: clocks leap over that hour; write an hour later."),
    ("no closing", survey(closes=None), "closes: it is missing."),
    ("an unknown zone", survey(timezone="Europe/Vilnus"), "timezone: there is no time zone “Europe/Vilnus”; the nearest are: Europe/Vilnius"),
    ("nobody in particular", survey(one_answer_per="cluster"), "one_answer_per: “cluster” is not known here; known are: organisation and person."),
    ("a word for true", survey(anonymous="yes"), "anonymous: it is neither true nor false."),
    ("no questions", survey(questions=[]), "questions: there are no questions."),
    ("nonsense for questions", survey(questions={"a": [[[]]]}), "questions: it is not a list; write it as […, …]."),
    ("nonsense for a question", survey(questions=[[1], *SURVEY["questions"]]), "questions[1]: it is no question; write it as {\"id\": \"q1\""),
    ("a hidden character", survey(title={"lt": "A\u0000B", "en": "C"}), "title.lt: there is a character that is no text (U+0000); write it anew."),
    ("half a letter", survey(title={"lt": "A\ud800B", "en": "C"}), "title.lt: there is a character that is no text (U+D800); write it anew."),
)  # fmt: skip


@pytest.mark.parametrize(("document", "sentence"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_each_fault_is_named_with_its_place_and_what_would_be_right(document: object, sentence: str) -> None:
    """It comes before what follows from it, and it is there in Lithuanian, too."""
    said = faults_of(document)[0]
    assert said.startswith(sentence)
    assert faults_of(document, "lt")[0] != said


def faults_of(document: object, language: str = "en") -> list[str]:
    """The faults of a document that may hold what JSON can only escape."""
    content = json.dumps(document).encode()
    return [fault.in_(translator(language)) for fault in read(content, "a.json", ASSOCIATION, NOW).faults]


def test_a_circle_of_conditions_is_called_one() -> None:
    """Two questions that wait for each other would never be asked."""
    document = question("size", show_if={"stand": "yes"})
    [stand] = (q for q in document["questions"] if q["id"] == "stand")
    stand["show_if"] = {"size": "few"}
    [said] = faults(document)
    assert said.startswith("size.show_if: “size” is asked after an answer that waits for it: a circle")


def test_every_fault_is_named_at_once() -> None:
    """Who puts a file right sees all of it, in the order of the file."""
    document = survey(closes="x", titel=1, questions=[{"id": "A b", "type": "x"}, {"id": "q2"}])
    assert [said.partition(":")[0] for said in faults(document)] == [
        "titel",
        "closes",
        "questions[1].id",
        "questions[1].type",
        "q2.type",
        "questions[1].lt",
        "q2.lt",
    ]


def test_a_question_id_is_there_once() -> None:
    """The second of two is named."""
    assert faults(survey(questions=[*numbered(2), *numbered(1)])) == [
        "q1.id: “q1” is there twice; give one of them another short name."
    ]


@pytest.mark.parametrize("count", [101, 200, 5000])
def test_a_survey_of_too_many_questions_gets_one_sentence(count: int) -> None:
    """Nobody fills in two hundred questions, and nobody reads two hundred faults."""
    said = refusal(as_bytes(survey(questions=[*numbered(count - 1), {"bad": 1}])))
    assert said == f"questions: nobody fills in {count} questions; a survey has at most 100."
    assert not faults(survey(questions=numbered(100)))


def test_what_is_missing_in_one_language_is_said_and_taken() -> None:
    """A plain text is an option in Lithuanian, its id made from it; the other language is asked for, not needed."""
    document = question("size", options=["Iki 10", "Daugiau, gerokai daugiau kaip dešimt", "Iki-10"], en=None)
    for each in document["questions"]:
        each.pop("show_if", None)
    told = found(document)
    assert told.plan is not None and told.faults == ()
    assert [o.id for o in told.plan.questions[0].options] == ["iki-10", "daugiau-gerokai", "iki-10-2"]
    assert told.plan.questions[0].options[0].label == Words("Iki 10", "")
    assert [note.in_(translator("lt")) for note in told.notes] == [
        "Trūksta angliško teksto: size, size.iki-10, size.daugiau-gerokai ir size.iki-10-2."
    ]


def test_what_the_file_leaves_out_has_its_usual_value() -> None:
    """Without a word on it: named, one answer per organisation, changed until it closes, for all, opened by hand."""
    least = {key: SURVEY[key] for key in ("id", "title", "closes", "questions")}
    plan = found(least).plan
    assert plan is not None
    assert (plan.anonymous, plan.per, plan.editable, plan.audience, plan.opens) == (
        False,
        "organisation",
        True,
        ("all",),
        None,
    )


def test_a_time_without_a_zone_is_the_associations() -> None:
    """The document's own zone, the association's without one, and an offset wins over both."""
    closes = [
        found(survey(closes=at, timezone=zone)).plan
        for at, zone in (
            ("2026-10-24T17:00", None),
            ("2026-10-24T17:00", "Europe/Brussels"),
            ("2026-10-24T17:00+00:00", "Europe/Brussels"),
            ("2026 m. spalio 24 d. 17:00", None),
        )
    ]
    assert [plan and plan.closes.hour for plan in closes] == [14, 15, 17, 14]


def test_a_survey_that_is_over_is_taken_in_and_said() -> None:
    """Last year's file is a draft like any other, beside a sentence that its closing has to be moved."""
    told = found(survey(opens=None, closes="2026-09-01T17:00"))
    assert told.plan is not None
    assert [note.in_(translator("en")) for note in told.notes] == [
        "It closes in the past: move its closing before you open it."
    ]


REFUSED: tuple[tuple[str, bytes, str], ...] = (
    ("empty", b"", "The file is empty."),
    ("not text", b"\xff\xfe\xfa\x00\x01", "Line 1: this is not text in UTF-8; save the file anew as text in UTF-8."),
    ("windows-1257", "{\n\"a\": \"Šiaulių\"}".encode("cp1257"), "Line 2: this is not text in UTF-8; save the file anew as text in UTF-8."),
    ("a PDF", b"%PDF-1.7 ...", "It is a PDF; save it as CSV (UTF-8) and try again."),
    ("a NUL", b'{"id": "a\x00"}', "Line 1: there is a character that is no text (U+0000); save the file anew as text in UTF-8."),
    ("no comma", b'{\n "id": "a"\n "title": {}}', "Line 3: this is not JSON from column 2 on; a comma is missing, or a closing bracket."),
    ("a comma too many", b'{"id": "a",}', "Line 1: this is not JSON from column 12 on; a key in double quotation marks is missing, or there is a comma too many."),
    ("cut off", b'{"id": "a', "Line 1: this is not JSON from column 8 on; a text has no closing quotation mark."),
    ("two documents", b"{}{}", "Line 1: this is not JSON from column 3 on; something follows the end of the document."),
    ("a list", b"[]", "The file holds no survey; write it as {\"id\": \"…\""),
    ("a key twice", b'{"id": "a", "id": "b"}', "The key “id” is there twice in one place; leave one of them."),
    ("nested", b"[" * 100_000, "It is nested too deeply;"),
    ("nested objects", b'{"a":' * 100_000, "It is nested too deeply;"),
    ("no number", b'{"id": NaN}', "There is a number that nobody can count with."),
    ("a number without end", b'{"id": ' + b"9" * 10_000 + b"}", "There is a number that nobody can count with."),
    ("half a letter in a key", b'{"\\ud800": 1}', "There is a character that is no text (U+D800); write it anew."),
    ("too large", b" " * 20_000_001, "The file is larger than 20 MB."),
)  # fmt: skip


@pytest.mark.parametrize(("content", "sentence"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_is_no_document_is_refused_in_one_sentence(content: bytes, sentence: str) -> None:
    """Where it breaks and what would be right, in both languages."""
    assert refusal(content).startswith(sentence)
    assert refusal(content, language="lt") not in ("", refusal(content))


# Anything


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(max_size=9)
    | st.sampled_from(("q1", "yes", "en")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("id", "lt", "en", "q1", "size", "1", "_x")) | st.text(max_size=3),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
KEYS = sorted({key for q in SURVEY["questions"] for key in q})


@settings(max_examples=60)
@given(st.sampled_from([q["id"] for q in SURVEY["questions"]]), st.sampled_from(KEYS), JSON)
def test_any_value_under_any_key_of_a_question_is_read_or_named(id: str, key: str, value: object) -> None:
    """Whatever stands there, it is a plan or sentences, never a traceback."""
    content = json.dumps(question(id, **{key: value})).encode()
    assert refusal(content) == "" or refusal(content, language="lt").encode() != refusal(content).encode()


@settings(max_examples=40)
@given(st.sampled_from([key for key in SURVEY if key != "_note"]), JSON)
def test_any_value_under_any_key_is_read_or_named(key: str, value: object) -> None:
    """The same at the top."""
    content = json.dumps(survey(**{key: value})).encode()
    assert refusal(content) == "" or refusal(content, language="lt").encode() != refusal(content).encode()


@settings(max_examples=60)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_one_sentence(content: bytes) -> None:
    """Noise is no survey, by whatever name it comes."""
    for name in ("a.json", "a.csv", "a.xlsx"):
        assert refusal(content, name).encode()


@settings(max_examples=60)
@given(st.integers(0, len(as_bytes(SURVEY)) - 1))
def test_a_document_cut_off_anywhere_is_refused(end: int) -> None:
    """A download that broke off is never half a survey."""
    assert refusal(as_bytes(SURVEY)[:end])


@pytest.mark.parametrize(
    "content",
    [
        b'{"questions": [' + b"1," * 2_000_000 + b"1]}",
        as_bytes(survey(questions=[{"id": "a", "type": "single", "options": ["x"] * 1_000_000}])),
        as_bytes({f"k{n}": 1 for n in range(300_000)}),
        as_bytes(survey(questions=[{"id": "a", "show_if": {f"q{n}": 1 for n in range(300_000)}}])),
        as_bytes(
            survey(questions=[{"id": "a", "type": "scale", "labels": {str(n): "x" for n in range(300_000)}}])
        ),
        as_bytes(survey(intro="ą" * 5_000_000)),
        as_bytes(survey(questions=[{"id": "x" * 1_000_000, "type": "y" * 1_000_000}])),
    ],
    ids=["questions", "options", "keys", "conditions", "labels", "intro", "words"],
)
def test_a_monstrous_document_is_refused_in_a_sentence(content: bytes) -> None:
    """However much there is of anything, whoever sent it hears what is wrong, and not for each of a million."""
    assert 0 < len(refusal(content)) < 200
