"""What people write, understood: measured on written questions, and said intent by intent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.understanding import judging
from handlers.understanding.folding import sentences
from handlers.understanding.reading import understand
from handlers.understanding.sentence import Sentence
from handlers.understanding.twofold import other
from tests.handlers.understanding.asking import NAMES, TODAY, ask, plain, share
from tests.handlers.understanding.teaching import STEMS, WEIGHTS, mark, stems

MEANT: Mapping[str, tuple[str, str]] = {
    "list_calls": ("kokie kvietimai atviri", "which calls are open"),
    "call_detail": ("papasakok apie Inoklaster LT", "who can apply for Inoklaster"),
    "call_deadline": ("iki kada Inoklaster LT", "deadline of Innovation vouchers"),
    "list_meetings": ("kokie posėdžiai spalį", "all meetings next week"),
    "next_meeting": ("kada kitas posėdis", "when is the next meeting"),
    "meeting_detail": ("kur vyks posėdis", "agenda of the next meeting"),
    "calendar_export": ("noriu posėdžius į kalendorių", "add the meetings to my outlook calendar"),
    "open_surveys": ("kokios apklausos atviros", "any open surveys"),
    "subscribe": ("prenumeruoti savaitės santrauką", "subscribe me to the digest"),
    "unsubscribe": ("nebesiųskite man pranešimų", "unsubscribe me from the digest"),
    "my_subscriptions": ("ką aš prenumeruoju", "what am I subscribed to"),
    "latest_digest": ("parodyk savaitės santrauką", "show me the latest digest"),
    "latest_announcements": ("ką paskelbė sekretoriatas", "latest announcements"),
    "contact_secretariat": ("kaip susisiekti su sekretoriatu", "how do I contact the secretariat"),
    "help": ("ką tu moki", "what can you do"),
    "greeting": ("laba diena", "hello"),
    "thanks": ("labai ačiū", "thank you very much"),
    "out_of_scope": ("koks oras rytoj Vilniuje", "tell me a joke about basketball"),
}
MEANT_NOT: Mapping[str, tuple[str, str]] = {
    "list_calls": ("kvietimas į gimtadienio vakarėlį", "out_of_scope"),
    "call_detail": ("kokie kvietimai atviri", "list_calls"),
    "call_deadline": ("kada kitas posėdis", "next_meeting"),
    "list_meetings": ("artimiausi Seimo posėdžiai", "out_of_scope"),
    "next_meeting": ("kada baigiasi Inoklaster", "call_deadline"),
    "meeting_detail": ("kada kitas posėdis", "next_meeting"),
    "calendar_export": ("kokie posėdžiai spalį", "list_meetings"),
    "subscribe": ("ką aš prenumeruoju", "my_subscriptions"),
    "unsubscribe": ("prenumeruoti santrauką", "subscribe"),
    "latest_announcements": ("kaip susisiekti su sekretoriatu", "contact_secretariat"),
    "out_of_scope": ("pagalba", "help"),
}


@pytest.mark.parametrize(("intent", "said"), [(i, s) for i, both in MEANT.items() for s in both])
def test_each_intent_is_for_what_it_is_for(intent: str, said: str) -> None:
    """One plain question of each intent, in both languages, means it."""
    assert understand(said, TODAY, NAMES).intent == intent


@pytest.mark.parametrize(("intent", "said", "other"), [(i, *pair) for i, pair in MEANT_NOT.items()])
def test_each_intent_is_not_for_its_neighbour(intent: str, said: str, other: str) -> None:
    """What is near to an intent and isn't it means its neighbour."""
    assert understand(said, TODAY, NAMES).intent == other != intent


def test_questions_that_were_never_looked_at_are_understood() -> None:
    """The unread ones: right, wrong, foreign and slots stay on the good side of what was measured when they were put
    there (96, 3, 3 and 95 of a hundred)."""
    outcomes = ask("unread")
    answered = [o for o in outcomes if o.got.intent != "not_understood"]
    foreign = [o for o in outcomes if o.question.intent == "out_of_scope"]
    right = [o for o in outcomes if o.right and o.question.intent != "not_understood"]
    assert share([o.right for o in outcomes]) >= 0.94
    assert len([o for o in answered if not o.right]) / len(outcomes) <= 0.04
    assert share([o.answered_foreign for o in foreign]) <= 0.05
    assert share([o.slots_right for o in right]) >= 0.93


@pytest.mark.parametrize(
    ("said", "slots"),
    [
        ("iki kada ekspo klasteris", {"call": "c3"}),
        ("iki kada ino klasteris", {"call": "c1"}),
        ("kiek duoda pagal inovacijų čekius", {"call": "c2"}),
        ("whats the budget of inovation vouchrs", {"call": "c2"}),
        ("kuriuos kvietimus lvap pratęsė", {"agency": "LVPA", "status": "extended"}),
        ("when is the next R and D working group meeting", {"group": "mtepi"}),
        ("next MTEPI working group meeting?", {"group": "mtepi"}),
        ("kada kitas posėdis, ne eksporto, o MTEPI grupės", {"group": "mtepi"}),
        ("kokie posėdžiai rugsjėo mėnesį", {"window": {"from": "2026-09-01", "to": "2026-09-30"}}),
        ("Kada baigiasi Inopatento priėmimas? Partneris prašo atsakyti šiandien.", {"call": "c6"}),
        ("kokie kvietimai užsidaro iki spalio pabaigos", {"window": {"from": None, "to": "2026-10-31"}}),
        ("stop ALL the messages, they come in every single meeting", {"topic": "all"}),
    ],
)
def test_names_and_times_are_found_as_people_write_them(said: str, slots: dict[str, object]) -> None:
    """In either language, in two words, with letters turned; what is put aside, or a day of the story, is not meant."""
    assert plain(understand(said, TODAY, NAMES).slots.items()) == slots


@pytest.mark.parametrize(
    ("before", "said", "first"),
    [
        ("kokie susitikimai šią savaitę", "o kitą?", "2026-09-28"),
        ("any meetings this week?", "and the week after?", "2026-09-28"),
        ("kas naujo šią savaitę", "o praeitą?", "2026-09-14"),
        ("kokie posėdžiai spalį", "o kitą mėnesį po to?", "2026-10-01"),
    ],
)
def test_the_next_one_is_the_one_after_what_was_asked(before: str, said: str, first: str) -> None:
    """Half a question that names no time moves the one before; one that names a time keeps its own."""
    window = plain(understand(said, TODAY, NAMES, before).slots.items())["window"]
    assert window["from"] == first


def test_the_stems_are_those_of_these_words() -> None:
    """What is kept of the lexicon's stems is what the stemmer says of its words now; `make teach` writes it."""
    assert STEMS.read_text("utf-8") == stems()


def test_the_weights_are_those_of_these_questions() -> None:
    """Whoever adds a question teaches it: `make teach`."""
    assert json.loads(WEIGHTS.read_text("utf-8").partition("\n")[0])["learnt_from"] == mark()


def test_without_diacritics_it_is_the_same() -> None:
    """Members type "posedis"; every plain question is understood without its diacritics too."""
    bare = str.maketrans("ąčęėįšųūžĄČĘĖĮŠŲŪŽ", "aceeisuuzACEEISUUZ")
    for intent, (said, _) in MEANT.items():
        assert understand(said.translate(bare), TODAY, NAMES).intent == intent


@pytest.mark.parametrize(
    ("before", "said", "intent", "slots"),
    [
        ("papasakok apie Inočekius", "o kada baigiasi?", "call_deadline", {"call": "c2"}),
        ("kada kitas posėdis", "o kur vyks?", "meeting_detail", {"aspect": "place"}),
        (
            "when is the next export group meeting",
            "and the agenda?",
            "meeting_detail",
            {"group": "eksportas", "aspect": "agenda"},
        ),
        ("kada kitas posėdis", "o užpildyk už mane paraišką", "out_of_scope", {}),
        (
            "when is the next export group meeting",
            "put it in my calendar",
            "calendar_export",
            {"group": "eksportas"},
        ),
        (
            "užprenumeruok man skelbimus",
            "ne, apsigalvojau, nesiųsk",
            "unsubscribe",
            {"topic": "announcements"},
        ),
        ("kokie LVPA kvietimai atviri", "o CPVA?", "list_calls", {"agency": "CPVA", "status": "open"}),
        (
            "kokie posėdžiai šią savaitę",
            "o kitą savaitę?",
            "list_meetings",
            {"window": {"from": "2026-09-28", "to": "2026-10-04"}},
        ),
    ],
)
def test_half_a_question_goes_on_from_the_one_before(
    before: str, said: str, intent: str, slots: dict[str, object]
) -> None:
    """What was last talked about completes what is only half asked."""
    got = understand(said, TODAY, NAMES, before)
    assert (got.intent, plain(got.slots.items())) == (intent, slots)


@pytest.mark.parametrize(
    ("said", "slots"),
    [
        ("Kvietimus palik, o pranešimus apie apklausas išjunk", {"topic": "surveys"}),
        ("Kiek narių turi dalyvauti posėdyje, kad būtų kvorumas?", {"aspect": "quorum"}),
        ("Pakvietė į posėdį, bet nepasakė, kur eiti", {"aspect": "place"}),
        ("kas dalyvavo rugsėjo 10 posėdyje", {"aspect": "attendees", "window": "2026-09-10"}),
        ("Export all meetings to my calendar", {}),
        ("R&D WG, when is the next meeting?", {"group": "mtepi"}),
        ("kokie kvietimai yra dabar", {}),
    ],
)
def test_what_a_word_says_depends_on_what_stands_beside_it(said: str, slots: dict[str, object]) -> None:
    """What stays is not what goes, members counted for a quorum are no list, a verb is no group, what was is past."""
    got = plain(understand(said, TODAY, NAMES).slots.items())
    if "window" in slots:
        assert got.pop("window") == {"from": slots["window"], "to": slots["window"]}
    assert got == {name: value for name, value in slots.items() if name != "window"}


@pytest.mark.parametrize("said", ["subscirbe", "unsubscibe", "subscribee"])
def test_a_misspelt_wish_is_asked_back(said: str) -> None:
    """Nothing is changed on a guess: the wish is offered instead."""
    got = understand(said, TODAY, NAMES)
    assert got.intent == "not_understood" and got.choices[0] in ("subscribe", "unsubscribe")


def test_chances_are_chances() -> None:
    """They add up to one, whatever is asked; unknown features weaken what is known and turn nothing over."""
    known = judging.features(
        [Sentence(tokens, TODAY, NAMES) for tokens in sentences("posėdis")], None, "", (), None, None
    )
    chances = judging.judge({*known, 1})
    assert abs(sum(chances.values()) - 1) < 1e-9
    alone = judging.judge(known)
    assert max(chances, key=chances.__getitem__) == max(alone, key=alone.__getitem__)
    assert max(chances.values()) < max(alone.values())


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.one_of(st.none(), st.text(max_size=80)))
def test_anything_at_all_is_read(text: str, before: str | None) -> None:
    """No text breaks it, and what comes out is one of the intents with its slots."""
    got = understand(text, date(2026, 9, 24), NAMES, before)
    assert got.intent in {*MEANT, "not_understood"}
    assert "not_understood" not in got.choices


@pytest.mark.parametrize(
    ("text", "words", "intent"),
    [
        ("iki kada Inočekiai ir kada kitas posėdis?", "iki kada Inočekiai", "call_deadline"),
        ("Laba diena. Kada kitas posėdis? O ar yra apklausų?", "O ar yra apklausų?", "open_surveys"),
        ("when is the next meeting and what calls are open", "what calls are open", "list_calls"),
    ],
)
def test_of_two_questions_the_other_one_is_known(text: str, words: str, intent: str) -> None:
    """In two sentences or one: what was not answered is named in the words that asked it."""
    found = other(text, understand(text, TODAY, NAMES), TODAY, NAMES)
    assert found is not None and (found.words, found.meant.intent) == (words, intent)


@pytest.mark.parametrize(
    "text",
    [
        "kas čia ir kur ten " * 100,
        "ar a bb? " * 200,
        "kada ir kur posėdis?",
        "Ruošiu ataskaitą ir skubu. Kada kitas posėdis?",
        "kokie kvietimai ir terminai spalį?",
    ],
)
def test_one_question_is_not_two(text: str) -> None:
    """A story around it, or two things asked of one, make no second question."""
    assert other(text, understand(text, TODAY, NAMES), TODAY, NAMES) is None
