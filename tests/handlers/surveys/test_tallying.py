"""What sheets become: counts that add up, in no order, and nothing in them that would give somebody away."""

from __future__ import annotations

import itertools
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.surveys import figures
from handlers.surveys.tallying import cleaned, results, tally, tally_up
from storage.surveys import Answers, Bin, Question, Ranked, ShowIf, Survey, Tally
from storage.words import Words
from tests.handlers.surveys.example import QUESTIONS, options, sheet, sheets, survey

TEXT = Words("Klausimas?")


def counted(of: Survey, *answers: Answers, published: bool = False) -> dict[str, Tally]:
    """The tallies by question, of one sheet for each of the answers."""
    rows = tuple(sheet(n, one) for n, one in enumerate(answers, 1))
    return {one.question: one for one in tally(of, rows, Random(1), published=published)}


def asked(question: Question, *given: str | tuple[str, ...], anonymous: bool = False) -> Tally:
    """One question, answered by so many."""
    of = survey(anonymous=anonymous, questions=(question,))
    return counted(of, *({question.id: one} for one in given))[question.id]


ONE = Question("q", "single", TEXT, options=options(("a", "A", "A"), ("b", "B", "B"), ("c", "C", "C")))
SEVERAL = replace(ONE, kind="multi", other=True, exclusive="c")
RANKED = replace(ONE, kind="ranking")
SCALE = Question("q", "scale", TEXT, low=1, high=5, na=True)
NUMBER = Question("q", "number", TEXT)


# Every kind


def test_options_are_counted_in_their_order():
    """Options nobody chose are there with a zero; what is none of the options is no answer."""
    found = asked(ONE, "b", "b", "a", "", "nonsense")
    assert found == Tally("q", 3, counts=(("a", 1), ("b", 2), ("c", 0)))


def test_of_several_choices_each_counts_once_for_a_person():
    """A choice said twice is one; what excludes the rest stands alone; own texts are counted as one "other"."""
    found = asked(SEVERAL, ("a", "a", "b"), ("c", "a"), ("Savo", "Kitas"), ())
    assert found.answered == 3
    assert found.counts == (("a", 1), ("b", 1), ("c", 1), ("other", 1))
    assert sorted(found.texts) == ["Kitas", "Savo"]


def test_a_scale_has_mean_and_median_of_those_who_could_say():
    """Who can't say is counted, and is in no mean."""
    found = asked(SCALE, "5", "4", "4", "na", "6", "3.5")
    assert found.answered == 4
    assert found.counts == (("1", 0), ("2", 0), ("3", 0), ("4", 2), ("5", 1), ("na", 1))
    assert found.mean == pytest.approx(13 / 3) and found.median == 4
    assert asked(SCALE, "na").mean is None


def test_a_ranking_gives_points_by_place():
    """The last place is one point, each above one more; what was left out gets none. Equal ones stand as asked."""
    found = asked(RANKED, ("b", "a", "c"), ("b", "c", "a"), ("a",))
    assert found.ranked == (Ranked("a", 6, 1), Ranked("b", 6, 2), Ranked("c", 3, 0))
    assert found.counts == ()


def test_numbers_are_binned_between_round_edges():
    """Mean, median, and bins that begin and end at numbers people say."""
    found = asked(NUMBER, "12", "18.5", "31", "nan", "x", "74")
    assert (found.answered, found.mean, found.median) == (4, 33.875, 24.75)
    assert found.bins[0] == Bin(10, 20, 2) and found.bins[-1] == Bin(70, 80, 1)


def test_what_was_not_asked_was_not_answered():
    """A condition on a question that was not asked itself never holds, and own texts count as "other" in one."""
    questions = (
        replace(ONE, id="first", other=True),
        replace(ONE, id="second", show_if=(ShowIf("first", ("a",)),)),
        replace(ONE, id="third", show_if=(ShowIf("second", ("a",)),)),
        replace(ONE, id="fourth", show_if=(ShowIf("first", ("other",)),)),
    )
    plan = survey(questions=questions).plan
    left = {"second": "a", "third": "a", "fourth": "b"}
    assert cleaned(plan, {"first": "b", **left}) == {"first": ("b",)}
    assert list(cleaned(plan, {"first": "a", **left})) == ["first", "second", "third"]
    assert list(cleaned(plan, {"first": "Savo", **left})) == ["first", "fourth"]


def test_only_sheets_that_were_handed_in_count():
    """What is begun is nobody's answer yet."""
    rows = (sheet(1, {"q": "a"}), replace(sheet(2, {"q": "a"}), state="begun"))
    assert tally(survey(questions=(ONE,)), rows, Random(1))[0].answered == 1


# What would give somebody away


def test_a_question_that_few_answered_is_hidden():
    """Four answers are hidden, five are not; texts from ten on; of a hidden one not even the number is there."""
    assert asked(ONE, *"abca", anonymous=True) == Tally("q", hidden=True)
    assert asked(ONE, *"abcab", anonymous=True).counts == (("a", 2), ("b", 2), ("c", 1))
    text = Question("q", "text", TEXT)
    assert asked(text, *(f"Mintis {n}" for n in range(9)), anonymous=True) == Tally("q", hidden=True)
    assert len(asked(text, *(f"Mintis {n}" for n in range(10)), anonymous=True).texts) == 10


def test_thresholds_can_be_raised_and_never_lowered():
    """A survey that somebody kept with a threshold of one hides what few answered all the same."""
    of = replace(survey(anonymous=True, questions=(ONE,)), small=1, small_text=1)
    assert counted(of, *({"q": id} for id in "abca"))["q"] == Tally("q", hidden=True)
    assert counted(replace(of, small=7), *({"q": id} for id in "abcabc"))["q"] == Tally("q", hidden=True)


def test_few_texts_of_their_own_are_left_out_of_the_counts():
    """Nine who wrote something else are counted, and their words are not there; ten's are."""
    one = replace(ONE, other=True)
    own = [f"Savo {n}" for n in range(10)]
    few = asked(one, *"aabb", *own[:9], anonymous=True)
    assert few.counts[-1] == ("other", 9) and few.texts == ()
    assert len(asked(one, *"aabb", *own, anonymous=True).texts) == 10


def test_what_nearly_all_answered_is_said_without_a_number_of_them():
    """All, all but one or all but two: they are not told apart, so that not even the one knows of the others what they
    answered. All but three are counted."""
    for said in ("aaaaaa", "aaaaab", "aaaabb", "aaaabc"):
        assert asked(ONE, *said, anonymous=True) == Tally("q", 6, nearly="a")
    assert asked(ONE, *"aaabbb", anonymous=True).counts == (("a", 3), ("b", 3), ("c", 0))
    chosen = asked(SEVERAL, ("a", "b"), ("a",), ("a",), ("b", "a"), ("c",), ("b",), anonymous=True)
    assert chosen == Tally("q", 6, nearly="a")
    assert asked(SCALE, *"44444", anonymous=True) == Tally("q", 5, nearly="4")
    assert asked(NUMBER, "7", "7", "7.0", "7", "9", "3", anonymous=True) == Tally("q", 6, nearly="7")


def test_words_of_their_own_that_all_wrote_are_left_out():
    """Ten times the same text would be everybody's; so would "something else" that all chose."""
    text = Question("q", "text", TEXT)
    assert asked(text, *["Nieko"] * 11, "Nežinau", anonymous=True) == Tally("q", hidden=True)
    assert asked(text, *["Nieko"] * 9, *"abc", anonymous=True).texts.count("Nieko") == 9
    assert asked(replace(ONE, other=True), *["Savo"] * 12, anonymous=True) == Tally("q", 12, nearly="other")


def test_an_order_that_nearly_all_gave_is_said_place_by_place():
    """Points would tell it of the first and of the last place; and of the middle, where nobody put it first."""
    first = [("a", "b", "c"), ("a", "c", "b"), ("a", "c", "b"), ("a", "b", "c"), ("b", "a", "c")]
    assert asked(RANKED, *first, ("c", "a", "b"), anonymous=True) == Tally("q", 6, nearly="a - -")
    assert asked(RANKED, *[("a", "b", "c")] * 5, anonymous=True) == Tally("q", 5, nearly="a b c")
    last = [("a", "b", "c"), ("b", "a", "c")] * 3
    assert asked(RANKED, *last, anonymous=True) == Tally("q", 6, nearly="- - c")
    middle = [("a", "b", "c"), ("c", "b", "a")] * 3
    assert asked(RANKED, *middle, anonymous=True) == Tally("q", 6, nearly="- b -")
    assert asked(RANKED, *middle, *last, anonymous=True).ranked


def test_a_required_consent_is_shown():
    """It is a condition of taking part: everybody knows that all agreed."""
    consent = Question("q", "consent", TEXT)
    assert asked(consent, *["yes"] * 6, anonymous=True).counts == (("yes", 6), ("no", 0))
    assert asked(replace(consent, required=False), *["yes"] * 6, anonymous=True).nearly == "yes"


def test_a_question_that_follows_does_not_tell_how_many_gave_an_answer():
    """Nine were asked what follows from an answer that nearly all nine gave: then all of them gave it. Seven of nine
    tell it too: where eight and nine are hidden and seven are not, hidden is a number. One further down is the same."""
    questions = (
        replace(ONE, id="first"),
        replace(ONE, id="second", show_if=(ShowIf("first", ("a",)),)),
        replace(ONE, id="third", show_if=(ShowIf("second", ("a", "b")),)),
    )
    of = survey(anonymous=True, questions=questions)
    answers = [{"first": "a", "second": "ab"[n % 2], "third": "ab"[n % 2]} for n in range(9)]
    for others in (0, 1, 2):
        found = counted(of, *answers[others:], *[{"first": "b"}] * others)
        assert found["first"] == Tally("first", 9, nearly="a")
        assert found["second"] == Tally("second", hidden=True)
        assert found["third"] == Tally("third", hidden=True)
    enough = counted(of, *answers, *[{"first": "b"}] * 3)
    assert enough["second"].counts == (("a", 5), ("b", 4), ("c", 0))


def test_numbers_of_an_anonymous_survey_are_nobody_s_own():
    """Mean and median have two digits, and no thin bin at the end tells the extreme."""
    numbers = ["1234", "1310", "1290", "1480", "1510", "1620", "1730", "9876"]
    found = asked(NUMBER, *numbers, anonymous=True)
    assert (found.mean, found.median) == (2500, 1500)
    assert all(bin.count >= figures.TAIL for bin in (found.bins[0], found.bins[-1]))
    assert sum(bin.count for bin in found.bins) == 8


def test_what_is_published_of_a_named_survey_is_guarded_too():
    """The secretariat sees everything, the members what an anonymous survey would show."""
    of = survey(questions=(ONE,))
    answers = [{"q": id} for id in "aab"]
    assert counted(of, *answers)["q"].counts == (("a", 2), ("b", 1), ("c", 0))
    assert counted(of, *answers, published=True)["q"] == Tally("q", hidden=True)


def test_an_anonymous_survey_shows_nothing_before_it_closes():
    """Then what was kept is shown, whatever sheets somebody would still have."""
    rows, kept = sheets(20), (Tally("q", hidden=True),)
    assert results(survey(anonymous=True, closed=False), rows, Random(1)) == ()
    assert results(replace(survey(anonymous=True), tallies=kept), rows, Random(1)) == kept
    assert len(results(survey(closed=False), rows, Random(1))) == len(QUESTIONS)


def test_texts_come_in_an_order_of_their_own():
    """What the order was in which people answered cannot be seen; another chance, another order."""
    text = Question("q", "text", TEXT)
    of = survey(anonymous=True, questions=(text,))
    rows = tuple(sheet(n, {"q": f"Mintis {n:02}"}) for n in range(1, 31))
    first, second = (tally(of, rows, Random(seed))[0].texts for seed in (1, 2))
    assert sorted(first) == sorted(second) == [f"Mintis {n:02}" for n in range(1, 31)]
    assert len({first, second, tuple(sorted(first))}) == 3


# Whatever is answered

ITEMS = st.sampled_from(
    ["", "a", "yes", "no", "na", "1", "4", "17", "250000", "rdi", "export", "agro", "none", "Savo žodžiai"]
)
ANSWERS = st.dictionaries(
    st.sampled_from([q.id for q in QUESTIONS]), ITEMS | st.lists(ITEMS, max_size=5).map(tuple)
)
KINDS = {q.id: q.kind for q in QUESTIONS}
NAMED = st.booleans()


@given(st.lists(ANSWERS, max_size=40), NAMED)
def test_counts_add_up(answers, anonymous):
    """One choice each makes as many counts as answers, bins hold every number, points are those there are to give."""
    for id, one in counted(survey(anonymous=anonymous), *answers).items():
        assert 0 <= one.answered <= len(answers)
        counts = sum(count for _, count in one.counts)
        if one.hidden or one.nearly:
            continue
        if KINDS[id] in ("single", "scale", "yes_no", "consent"):
            assert counts == one.answered
        if KINDS[id] == "multi":
            assert counts >= one.answered and all(count <= one.answered for _, count in one.counts)
        if KINDS[id] == "number":
            assert sum(bin.count for bin in one.bins) == one.answered
        if KINDS[id] == "text":
            assert len(one.texts) == one.answered
        assert sum(ranked.firsts for ranked in one.ranked) in (0, one.answered)


@given(st.lists(ANSWERS, max_size=20), st.randoms(use_true_random=False), NAMED)
def test_the_order_of_the_sheets_never_matters(answers, random, anonymous):
    """The same sheets in another order are the same tallies to the last digit."""
    rows = [sheet(n, one) for n, one in enumerate(answers, 1)]
    of = survey(anonymous=anonymous)
    first = tally(of, rows, Random(1))
    random.shuffle(rows)
    assert tally_up(Random(1))(of, tuple(rows)) == first


@given(st.lists(ANSWERS, max_size=30))
def test_a_hidden_tally_holds_nothing(answers):
    """Not how many, not which; and what nearly all said is there without any count of them."""
    for one in counted(survey(anonymous=True), *answers).values():
        if one.hidden:
            assert one == Tally(one.question, hidden=True)
        elif one.nearly:
            assert one == Tally(one.question, one.answered, nearly=one.nearly)
        else:
            assert one.answered >= 5 and (not one.texts or len(one.texts) >= 10)


@given(st.lists(ANSWERS, min_size=5, max_size=30))
def test_no_count_of_an_anonymous_survey_is_everybody_s_answer(answers):
    """Nor everybody's but two; of a consent it may be."""
    for id, one in counted(survey(anonymous=True), *answers).items():
        assert KINDS[id] == "consent" or all(count <= one.answered - 3 for _, count in one.counts)
        most = 4 * one.answered
        assert all(r.points < most and r.firsts <= one.answered - 3 for r in one.ranked)


@given(st.lists(ANSWERS, max_size=30), NAMED)
def test_nobody_s_id_is_in_a_tally(answers, anonymous):
    """Neither the person's nor the organisation's nor the sheet's."""
    said = repr(list(counted(survey(anonymous=anonymous), *answers).values()))
    assert "person-" not in said and "house-" not in said and "'s1'" not in said


@given(
    st.lists(
        st.integers(-(10**6), 10**9) | st.floats(-1e6, 1e9).map(lambda f: round(f, 2)),
        min_size=1,
        max_size=60,
    ),
    st.booleans(),
)
def test_bins_are_few_and_hold_every_number(values, coarse):
    """Each number is between the edges of one bin; the edges rise; there are never more than a picture can show."""
    bins = figures.binned(values, whole=False, coarse=coarse)
    assert 1 <= len(bins) <= figures.MOST_BINS + 1
    assert sum(bin.count for bin in bins) == len(values)
    assert all(bin.low < bin.high for bin in bins)
    assert all(a.high == b.low for a, b in itertools.pairwise(bins))
    assert bins[0].low <= min(values) and max(values) <= bins[-1].high
    for bin in bins[:-1]:
        assert bin.count == sum(bin.low <= value < bin.high for value in values)


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=60))
def test_whole_numbers_are_not_cut(values):
    """Between two edges lies a whole number at least."""
    assert all(
        bin.low % 1 == 0 and bin.high - bin.low >= 1
        for bin in figures.binned(values, whole=True, coarse=False)
    )


@pytest.mark.parametrize(
    ("values", "edges"),
    [
        ([8, 90], [0, 20, 40, 60, 80, 100]),
        ([1, 2, 3, 8], [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ([10, 20, 100], [0, 20, 40, 60, 80, 100, 120]),
        ([0, 100, 150, 200, 90000], [0, 100, 1000, 10000, 100000]),
        ([20, 20, 30, 40, 5000], [20, 50, 100, 200, 500, 1000, 2000, 5000, 10000]),
        ([7], [6, 8]),
    ],
)
def test_edges_are_numbers_that_people_say(values, edges):
    """1, 2, 5 and their tens; growing ones where a few are much greater than the rest."""
    bins = figures.binned(values, whole=True, coarse=False)
    assert [bin.low for bin in bins] + [bins[-1].high] == edges
