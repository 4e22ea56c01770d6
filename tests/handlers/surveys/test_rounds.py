"""Two rounds of a survey: what has changed, what cannot be compared and why, and those alone who answered both."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from handlers.chat import Reply
from handlers.i18n import translator
from handlers.surveys.meaning import likeness, read_alike, renamed
from handlers.surveys.rounds import Round, Shift, both, compared, lines, table, why_not_both
from handlers.surveys.tallying import tally
from storage.surveys import Answers, Question, Sheet, ShowIf
from storage.words import Words
from tests.handlers.surveys.example import QUESTIONS, options, sheet, sheets, survey

LT, EN = translator("lt"), translator("en")
TEXT = Words("Ar planuojate?", "Do you plan to?")
PLAN = Question("q", "single", TEXT, options=options(("yes", "Taip", "Yes"), ("no", "Ne", "No")))
SCALE = Question("s", "scale", Words("Kiek naudinga?", "How useful?"), low=1, high=5)
SUM = Question("n", "number", Words("Kiek prašytumėte?", "How much?"), unit="Eur")
ORDER = replace(PLAN, id="r", kind="ranking", text=Words("Kas svarbiau?"))


def round_of(questions: tuple[Question, ...], *answers: Answers, anonymous: bool = False) -> Round:
    """A round with these answers."""
    one = survey(questions=questions, anonymous=anonymous)
    return Round(one, tally(one, tuple(sheet(n, given) for n, given in enumerate(answers, 1)), Random(1)))


def said(before: Round, now: Round, t=LT) -> list[str]:
    """What the chat says, line by line."""
    return Reply(lines(compared(before, now), t)).plain.splitlines()


def test_shares_change_by_percentage_points():
    """As shares of those who answered, whose number may differ; the change is that of the numbers that are seen."""
    before = round_of((PLAN,), *({"q": id} for id in ["yes"] * 9 + ["no"] * 11))
    now = round_of((PLAN,), *({"q": id} for id in ["yes"] * 6 + ["no"] * 4))
    (one,) = compared(before, now)
    assert (one.state, one.answered) == ("same", (20, 10))
    assert one.shifts == (Shift("yes", 0.45, 0.6), Shift("no", 0.55, 0.4))
    assert said(before, now) == [
        "Ar planuojate?",
        "• „Taip“: 45\u00a0% → 60\u00a0% (+15 procentinių punktų)",
        "• „Ne“: 55\u00a0% → 40\u00a0% (−15 procentinių punktų)",
    ]
    assert said(now, now)[1] == "• „Taip“: 60\u00a0% → 60\u00a0% (0 procentinių punktų)"
    assert said(before, now, EN)[1] == "• “Yes”: 45% → 60% (+15 percentage points)"


def test_ratings_and_numbers_change_by_their_mean():
    """With the number's unit; a ranking by the mean points of its items."""
    questions = (SCALE, SUM, ORDER)
    before = round_of(questions, {"s": "3", "n": "1000", "r": ("yes", "no")}, {"s": "4", "r": ("no", "yes")})
    now = round_of(questions, {"s": "4", "n": "2500", "r": ("yes", "no")}, {"s": "4", "r": ("yes", "no")})
    assert said(before, now) == [
        "Kiek naudinga?",
        "• Vidurkis: 3,5 → 4 (+0,5)",
        "Kiek prašytumėte?",
        "• Vidurkis: 1\u00a0000\u00a0Eur → 2\u00a0500\u00a0Eur (+1\u00a0500\u00a0Eur)",
        "Kas svarbiau?",
        "Taškų vidurkis (daugiausia galima surinkti 2):",
        "• „Taip“: 1,5 → 2 (+0,5)",
        "• „Ne“: 1,5 → 1 (−0,5)",
    ]


def test_what_is_new_and_what_is_gone_is_said():
    """Options that one round lacks, questions that one round lacks, and those that are asked otherwise."""
    other = replace(PLAN, options=options(("yes", "Taip", "Yes"), ("unsure", "Nežinome", "Unsure")))
    before = round_of((PLAN, SCALE, SUM), {"q": "no"}, {"q": "yes"})
    now = round_of((other, replace(SCALE, high=10), replace(PLAN, id="fresh")), {"q": "unsure"}, {"q": "yes"})
    assert [one.state for one in compared(before, now)] == ["same", "differs", "new", "gone"]
    assert said(before, now) == [
        "Ar planuojate?",
        "• „Nežinome“: dabar 50\u00a0%, anksčiau tokio varianto nebuvo",
        "• „Ne“: buvo 50\u00a0%, dabar tokio varianto nebėra",
        "• „Taip“: 50\u00a0% → 50\u00a0% (0 procentinių punktų)",
        "Kiek naudinga?",
        "Dabar klausiama kitaip, todėl nelyginama.",
        "Ar planuojate?",
        "Naujas klausimas.",
        "Kiek prašytumėte?",
        "Šio klausimo nebeklausiama.",
    ]


def test_what_is_hidden_in_either_round_is_not_compared():
    """Few answers in one round, or one answer of nearly all: no number of either round is said."""
    many = [{"q": id} for id in ["yes"] * 6 + ["no"] * 4]
    open_, few = round_of((PLAN,), *many, anonymous=True), round_of((PLAN,), *many[:3], anonymous=True)
    alike = round_of((PLAN,), *[{"q": "yes"}] * 9, anonymous=True)
    for before, now in ((few, open_), (open_, few), (alike, open_), (open_, alike)):
        (one,) = compared(before, now)
        assert (one.state, one.shifts, one.answered) == ("hidden", (), (0, 0))
    assert said(few, open_)[1] == "Nelyginama, kad nebūtų galima atpažinti, kas ką atsakė."


def rows(*numbers: int) -> tuple[Sheet, ...]:
    """Sheets of these organisations, odd ones for, even ones against."""
    return tuple(sheet(n, {"q": "yes" if n % 2 else "no"}) for n in numbers)


def test_only_those_who_answered_both():
    """Who came or went is in neither round; whose sheet is only begun has not answered."""
    one = survey(questions=(PLAN,))
    begun = replace(sheet(3, {"q": "yes"}), state="begun")
    found = both((one, (*rows(1, 2, 4), begun)), (one, rows(2, 3, 4, 5)), Random(1))
    assert found is not None
    assert [each.tallies[0].counts for each in found] == [(("yes", 0), ("no", 2))] * 2


@pytest.mark.parametrize("which", [0, 1])
def test_of_an_anonymous_round_nobody_knows_who_answered_both(which):
    """Whichever it is; the reason is a sentence."""
    surveys = [survey(questions=(PLAN,), anonymous=at == which) for at in (0, 1)]
    assert both((surveys[0], rows(1, 2)), (surveys[1], rows(1, 2)), Random(1)) is None
    assert why_not_both(surveys[0], surveys[1], LT) == (
        "Viena iš šių apklausų anoniminė: niekas nežino, kas atsakė į abi."
    )


def test_published_rounds_cannot_be_subtracted():
    """Where fewer than ten are left out, everybody's results less these would be theirs."""
    one = survey(questions=(PLAN,))
    everybody = rows(*range(1, 31))
    assert both((one, everybody), (one, everybody[:21]), Random(1), published=True) is None
    assert both((one, everybody), (one, everybody[:20]), Random(1), published=True) is not None
    assert both((one, everybody), (one, everybody), Random(1), published=True) is not None
    assert why_not_both(one, one, LT).startswith("Tik į vieną iš jų atsakė per mažai dalyvių")


def test_the_whole_comparison_is_a_table():
    """Every question, every answer, and a reason where there are no numbers."""
    one = survey()
    rounds = [Round(one, tally(one, sheets(40, seed), Random(1))) for seed in (1, 2)]
    cells = list(table(compared(*rounds), LT))
    assert cells[0] == ("Klausimas", "Atsakymas", "Ankstesnė apklausa", "Ši apklausa", "Pokytis")
    assert {len(line) for line in cells} == {5}
    assert {line[0] for line in cells[1:]} == {question.text.lt for question in QUESTIONS}
    assert (QUESTIONS[7].text.lt, "Atsakymai savais žodžiais nelyginami.", "", "", "") in cells


@pytest.mark.parametrize(
    ("before", "now", "alike"),
    [
        (("Ar teiksite paraišką 2026 m.?", ""), ("Ar teiksite paraišką 2027 m.?", ""), True),
        (("Poreikiai 2026 metais", ""), ("POREIKIAI 2027 metais.", ""), True),
        (("Kiek narių?", "How many members?"), ("Kiek narių?", "How many members?"), True),
        (("Kiek narių?", "How many members?"), ("Kiek narių?", ""), True),
        (("Kiek narių?", "How many members?"), ("Kiek narių?", "How many employees?"), False),
        (("Kiek narių vienija klasteris?", ""), ("Kiek darbuotojų vienija klasteris?", ""), False),
        (("Kiek per 3 metus?", ""), ("Kiek per 5 metus?", ""), False),
        (("Kiek narių?", ""), ("", "How many members?"), False),
    ],
)
def test_words_read_alike_when_only_years_and_endings_differ(before, now, alike):
    """In every language that both have; one other word is another question."""
    assert read_alike(Words(*before), Words(*now)) is alike


def test_a_question_is_the_same_when_nothing_that_its_answers_mean_has_changed():
    """Its kind, scale, unit, words, steps, and of whom it is asked; more choices or a hint make no difference."""
    scale = replace(SCALE, labels={"1": Words("blogai"), "5": Words("gerai")})
    turned = replace(SCALE, labels={"1": Words("gerai"), "5": Words("blogai")})
    assert likeness(PLAN, replace(PLAN, options=PLAN.options[:1], required=False)) == "same"
    assert likeness(SUM, replace(SUM, unit="tūkst. Eur")) == "otherwise"
    assert likeness(scale, turned) == "reworded"
    assert likeness(scale, SCALE) == "same"
    assert likeness(SUM, replace(SUM, show_if=(ShowIf("q", ("yes",)),))) == "others"
    assert renamed(PLAN, replace(PLAN, options=options(("yes", "Ne", "No"), ("no", "Ne", "No")))) == {"yes"}


@pytest.mark.parametrize("count", range(1, 40))
def test_a_share_is_the_one_of_the_pictures(count: int) -> None:
    """25 of 40 is 63 % beside last year's, too: a half goes upwards, whatever is said in which sheet."""
    one = round_of((PLAN,), *({"q": id} for id in ["yes"] * count + ["no"] * (40 - count)))
    assert said(one, one)[1].startswith(f"• „Taip“: {LT.share(count, 40)} → ")
