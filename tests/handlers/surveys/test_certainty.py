"""All worlds of small surveys: who sees what is left of one, and knows their own answers, is certain of nobody's."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from storage.surveys import Given, Question, ShowIf
from storage.words import Words
from tests.handlers.surveys.attacking import Row, certain, certain_of_all, completed, published
from tests.handlers.surveys.example import options, survey

TEXT = Words("Klausimas?")
THREE = options(("a", "A", "A"), ("b", "B", "B"), ("c", "C", "C"))
YES_NO = Question("p", "yes_no", TEXT)
AFTER = Question("c", "yes_no", TEXT, show_if=(ShowIf("p", ("yes",)),))
FURTHER = Question("g", "yes_no", TEXT, show_if=(ShowIf("c", ("yes",)),))
ORDERS = tuple(itertools.permutations(("a", "b", "c")))
SETS = tuple(s for size in (1, 2, 3) for s in itertools.combinations(("a", "b", "c"), size))


def kinds(questions: tuple[Question, ...], **values: tuple[Given, ...]) -> list[Row]:
    """Every sheet that can be made of these answers; "" passes a question over."""
    plan = survey(anonymous=True, questions=questions).plan
    found: list[Row] = []
    for given in itertools.product(*(values[question.id] for question in questions)):
        row = completed(plan, dict(zip((q.id for q in questions), given, strict=True)))
        if row not in found:
            found.append(row)
    return found


SURVEYS: dict[str, tuple[tuple[Question, ...], dict[str, tuple[Given, ...]], tuple[int, ...]]] = {
    "yes or no": ((YES_NO,), {"p": ("yes", "no")}, (2, 3, 4, 5, 6, 7, 12)),
    "a choice that may be passed over": (
        (Question("p", "single", TEXT, required=False, options=THREE),),
        {"p": ("", "a", "b", "c")},
        (4, 5, 6, 7, 9),
    ),
    "words of their own": (
        (Question("p", "single", TEXT, options=THREE[:1], other=True),),
        {"p": ("a", "Savo", "Kitas")},
        (5, 9, 10, 11, 12, 13),
    ),
    "several": ((Question("p", "multi", TEXT, options=THREE),), {"p": SETS}, (5, 6, 7)),
    "several, one of which excludes": (
        (Question("p", "multi", TEXT, required=False, options=THREE, exclusive="c"),),
        {"p": ("", ("a",), ("b",), ("a", "b"), ("c",))},
        (5, 6, 7, 8),
    ),
    "a scale": (
        (Question("p", "scale", TEXT, low=1, high=3, na=True),),
        {"p": ("1", "2", "3", "na")},
        (5, 6, 7, 8, 9),
    ),
    "a ranking": ((Question("p", "ranking", TEXT, options=THREE),), {"p": ORDERS}, (5, 6, 7)),
    "a ranking that may be left unfinished": (
        (Question("p", "ranking", TEXT, options=THREE),),
        {"p": (("a",), ("b",), ("a", "b"), ("b", "a"), ("c", "a", "b"))},
        (5, 6, 7, 8),
    ),
    "a ranking of two": (
        (Question("p", "ranking", TEXT, required=False, options=THREE[:2]),),
        {"p": ("", ("a", "b"), ("b", "a"))},
        (5, 6, 9),
    ),
    "numbers": ((Question("p", "number", TEXT, required=False),), {"p": ("", "7", "8", "990")}, (5, 6, 8, 9)),
    "texts": (
        (Question("p", "text", TEXT, required=False),),
        {"p": ("", "Nieko", "Nežinau")},
        (9, 10, 11, 12, 14),
    ),
    "a consent that may be refused": (
        (Question("p", "consent", TEXT, required=False),),
        {"p": ("", "yes", "no")},
        (5, 6, 8, 9),
    ),
    "a question that follows": ((YES_NO, AFTER), {"p": ("yes", "no"), "c": ("yes", "no")}, (5, 6, 7, 8, 12)),
    "one that follows and may be passed over": (
        (YES_NO, replace(AFTER, required=False)),
        {"p": ("yes", "no"), "c": ("", "yes", "no")},
        (5, 6, 7, 9),
    ),
    "one that follows what follows": (
        (YES_NO, AFTER, FURTHER),
        {"p": ("yes", "no"), "c": ("yes", "no"), "g": ("yes", "no")},
        (6, 8, 9, 11),
    ),
    "one that follows two answers of three": (
        (Question("p", "single", TEXT, options=THREE), replace(AFTER, show_if=(ShowIf("p", ("a", "b")),))),
        {"p": ("a", "b", "c"), "c": ("yes", "no")},
        (5, 6, 7, 8),
    ),
    "one that follows two questions": (
        (YES_NO, replace(YES_NO, id="q"), replace(AFTER, show_if=(*AFTER.show_if, ShowIf("q", ("yes",))))),
        {"p": ("yes", "no"), "q": ("yes", "no"), "c": ("yes", "no")},
        (5, 6, 7, 8),
    ),
    "one that follows one of several": (
        (Question("p", "multi", TEXT, options=THREE[:2]), replace(AFTER, show_if=(ShowIf("p", ("b",)),))),
        {"p": (("a",), ("b",), ("a", "b")), "c": ("yes", "no")},
        (5, 6, 7, 8),
    ),
    "a number that follows": (
        (YES_NO, Question("c", "number", TEXT, required=False, show_if=AFTER.show_if)),
        {"p": ("yes", "no"), "c": ("", "5", "900")},
        (5, 6, 8, 9),
    ),
}


@pytest.mark.parametrize("name", SURVEYS)
def test_in_no_world_is_anybody_certain_of_an_answer(name: str) -> None:
    """Every set of sheets there can be, put together by what it leaves: in none do all worlds that leave the same, and
    hold one's own sheet, agree on what somebody else answered."""
    questions, values, counts = SURVEYS[name]
    of = survey(anonymous=True, questions=questions)
    for count in counts:
        found = certain_of_all(of, kinds(questions, **values), count)
        assert not found, (count, found[:3])


def test_the_attacker_sees_what_there_is_to_see(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the rule taken away he is certain, by both ways of reasoning: the proof would find a hole."""
    from handlers.surveys import tallying

    questions, values, _ = SURVEYS["a question that follows"]
    of = survey(anonymous=True, questions=questions)
    rows: list[Row] = [{"p": "yes", "c": "yes" if n < 4 else "no"} for n in range(7)]
    monkeypatch.setattr(tallying, "SPARED", 1)
    assert certain_of_all(of, kinds(questions, **values), 7)
    monkeypatch.setattr(tallying, "_nearly", lambda question, given: "")
    assert (("p", "yes"), rows[0]) in certain(of, rows)
    monkeypatch.undo()
    assert not certain(of, rows) and published(of, rows)[0].nearly == "yes"
