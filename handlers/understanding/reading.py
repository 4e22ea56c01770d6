"""A message read: its intent and slots, or what to ask back; never an action on a guess."""

import re
from dataclasses import replace
from datetime import date
from typing import Literal

from handlers.understanding.folding import fold, sentences
from handlers.understanding.following import carried, continued, leans
from handlers.understanding.intents import ALIEN, topic_of
from handlers.understanding.judging import features, judge
from handlers.understanding.lexicon import language_of
from handlers.understanding.meaning import CALL_INTENTS, Heard, Understanding
from handlers.understanding.naming import Name, Names
from handlers.understanding.parting import LONGEST, questions
from handlers.understanding.sentence import Sentence
from handlers.understanding.slots import GROUPED, name_of, slotted, takes_time, window_meant
from handlers.understanding.stretches import Ambiguous, Window

__all__ = ["Name", "Names", "Understanding", "Window", "understand"]

SURE = 0.55
"""Chance that an intent must have to be the answer where the rules say another."""
AGREED = 0.4
"""The same where the rules say it too, or where it is that the message is not ours."""
LIKELY = 0.2
"""Chance that what the rules say, with its slots, must have to stand where the words by themselves say nothing."""
MOST_OFFERED = 3
"""Buttons that a question back has."""
UNANSWERED = ("not_understood", "out_of_scope", "greeting", "thanks", "help")
"""What asks for nothing that there is an answer to."""
_LOST = ("not_understood", "out_of_scope")
UNOFFERED = frozenset(("out_of_scope", "not_understood", "greeting", "thanks"))


def understand(
    text: str, today: date, names: Names, before: str | Understanding | None = None
) -> Understanding:
    """The intent and slots of a message.

    `today` is the association's local day, `before` the message before in the same chat, or what it was understood as,
    where it is recent enough to lean on. `intent` is one of `language.md`'s or `not_understood`, then `choices` are
    what to ask back, if anything.
    """
    heard = _heard(text, today, names)
    language = _language(text, [one.sentence for one in heard])
    best = _best(heard)
    if best is None:
        return Understanding("not_understood", language=language)
    base = understand(before, today, names) if isinstance(before, str) else before
    ruling = _ruled(best, heard, base)
    got = _weighed(text, ruling, best, heard, base, today)
    if got.intent in _LOST and (first := _first(text, today, names)):
        return replace(first, language=language)
    return replace(carried(got, best, base) if base is not None else got, language=language)


def _first(text: str, today: date, names: Names) -> Understanding | None:
    """Of a message that is nothing as a whole its first question, when every question that it holds is ours."""
    asked = questions(text)
    if len(asked) < 2 or any(words == text.strip() for words in asked):
        return None
    meant = [understand(words, today, names) for words in asked]
    return None if any(one.intent in UNANSWERED for one in meant) else meant[0]


def _ruled(best: Heard, heard: list[Heard], base: Understanding | None) -> Understanding:
    """The rules' answer: what the message says, or what it says of what was talked about before."""
    said = _answer(best, _second(best, heard))
    if base is not None and (
        leans(best) or (said.intent in ("not_understood", "out_of_scope") and not _foreign(best))
    ):
        return continued(best, base) or said
    return said


def _foreign(one: Heard) -> bool:
    """Whether it is about what is never ours, whatever was said before."""
    return any(one.sentence.sure(concept) for concept in (*ALIEN, "hostile"))


def weighed(text: str, today: date, names: Names, base: Understanding | None) -> frozenset[int]:
    """What the second opinion weighs of a message, `base` being what the one before was about: to learn from."""
    heard = _heard(text, today, names)
    best = _best(heard)
    ruling = _ruled(best, heard, base) if best is not None else Understanding("not_understood")
    return _held(text, heard, ruling, best, base)


def ruled(text: str, today: date, names: Names) -> Understanding:
    """What the rules alone make of a message."""
    heard = _heard(text, today, names)
    best = _best(heard)
    return _ruled(best, heard, None) if best is not None else Understanding("not_understood")


def _held(
    text: str, heard: list[Heard], ruling: Understanding, best: Heard | None, base: Understanding | None
) -> frozenset[int]:
    said = (one.sentence for one in heard)
    asked = best.sentence if best is not None else None
    before = base.intent if base is not None else None
    return features(said, asked, ruling.intent, ruling.choices, before, _proper(text))


_PROPER = re.compile(r"(?<=[^.!?\n:] )[A-ZĄČĘĖĮŠŲŪŽ][\w&+]+")


def _proper(text: str) -> frozenset[str] | None:
    """The folded words that are written with a capital inside a sentence; None where nothing has a capital."""
    if text.islower():
        return None
    return frozenset(map(fold, _PROPER.findall(text[:LONGEST])))


def _heard(text: str, today: date, names: Names) -> list[Heard]:
    meant = names.synonyms.reread(text[:LONGEST])[:LONGEST]
    return [slotted(Sentence(tokens[:120], today, names), today) for tokens in sentences(meant)]


def _weighed(
    text: str,
    ruling: Understanding,
    best: Heard,
    heard: list[Heard],
    base: Understanding | None,
    today: date,
) -> Understanding:
    """What is likeliest of everything that is known, the rules' answer being one thing of it; asked back where that is
    not likely enough."""
    if best.sentence.sure("hostile") or ruling.among:
        return ruling
    chances = judge(_held(text, heard, ruling, best, base))
    likely = sorted(chances, key=chances.__getitem__, reverse=True)
    first = likely[0]
    if first in ("subscribe", "unsubscribe") and ruling.choices[:1] == (first,):
        return ruling  # a misspelt verb is no wish yet
    if first == "not_understood" and ruling.slots and chances[ruling.intent] >= LIKELY:
        return ruling  # words that are little by themselves, beside a time or a name that says what of
    if first != "out_of_scope" and not any(_known(one.sentence) for one in heard):
        return Understanding("not_understood", choices=_offered(ruling, []))
    enough = AGREED if first in (ruling.intent, "out_of_scope") else SURE
    if first == "not_understood" or chances[first] < enough:
        return Understanding("not_understood", choices=_offered(ruling, likely))
    return ruling if first == ruling.intent else _said_as(first, best, heard, today)


def _known(s: Sentence) -> bool:
    """Whether any of its words means something here; how a strange word is spelt says nothing."""
    return bool(s.where or s.guessed or s.hits or s.dates)


def _offered(ruling: Understanding, likely: list[str]) -> tuple[str, ...]:
    """What is asked back: what the rules say first, then of the likeliest those that can be offered."""
    said = ruling.choices if ruling.intent == "not_understood" else (ruling.intent,)
    offered = dict.fromkeys(i for i in (*said, *likely[:MOST_OFFERED]) if i not in UNOFFERED)
    return tuple(offered)[:MOST_OFFERED]


def _said_as(intent: str, best: Heard, heard: list[Heard], today: date) -> Understanding:
    """The message as that intent, with the slots that belong to it from every sentence."""
    slots: dict[str, object] = {}
    for one in sorted(heard, key=lambda one: one is not best):
        again = slotted(one.sentence, today, intent)
        if again.among:
            return Understanding("not_understood", choices=(intent,), among=again.among)
        slots = {**again.slots, **slots}
    if isinstance(slots.get("window"), Ambiguous):
        return Understanding("not_understood", choices=(intent,))
    return Understanding(intent, slots)


def _best(heard: list[Heard]) -> Heard | None:
    """The sentence that is the question, completed by what the others name; stories and politeness come around it."""
    if not heard:
        return None
    hostile = next((one for one in heard if one.sentence.sure("hostile") or _pries(one.sentence)), None)
    if hostile is not None:
        return hostile
    best = min(heard, key=_rank)
    if best.finding.strength == "weak":
        said = [one for one in heard if one.finding.strength == "alien" and one.sentence.asks]
        best = said[0] if said else best
    slots = dict(best.slots)
    for other in heard:
        if (
            other is not best
            and best.finding.intent in CALL_INTENTS
            and not slots.keys() & {"call", "measure", "agency"}
        ):
            slots |= {k: v for k, v in other.slots.items() if k in ("call", "measure", "agency")}
        if other is not best and best.finding.intent in ("subscribe", "unsubscribe") and "topic" not in slots:
            slots |= _lone_topic(other.sentence)
        if other is not best and best.finding.intent in GROUPED and "group" not in slots:
            slots |= _one_group(other.sentence)
        if other is not best and takes_time(best.finding.intent, slots) and "window" not in slots:
            slots |= _lone_window(other)
    return replace(best, slots=slots)


def _lone_topic(s: Sentence) -> dict[str, object]:
    topic = topic_of(s)
    return {"topic": topic} if topic is not None else {}


def _one_group(s: Sentence) -> dict[str, object]:
    named: dict[str, object] = {}
    name_of("group", s, named, least=0.3)
    return named


def _lone_window(one: Heard) -> dict[str, object]:
    """The time that a sentence says which says little else: "Man kvietimai. Spalio mėnesio."."""
    window = window_meant(one.sentence)
    if (
        one.finding.strength in ("weak", "none")
        and isinstance(window, Window)
        and one.sentence.content() <= 2
    ):
        return {"window": window}
    return {}


_RANKS = ("strong", "mention", "weak", "alien", "chat", "none")


def _rank(one: Heard) -> int:
    """How little a sentence is the one that is asked: what asks comes before what tells, and a greeting or thanks
    before a story that asks for nothing."""
    strength, s = one.finding.strength, one.sentence
    rank = 3 * _RANKS.index(strength)
    if s.pleads or strength == "chat":
        return rank
    if s.asks:
        return rank + 1
    if strength in ("weak", "alien"):
        return 3 * _RANKS.index("chat") + 1
    return rank + 2


def _pries(s: Sentence) -> bool:
    """Whether it asks for what is somebody's own."""
    return s.sure("private") and s.asks


def _second(best: Heard, heard: list[Heard]) -> str | None:
    """Another thing that was asked in the same message, to be offered after the first answer."""
    for one in heard:
        if one.finding.strength == "strong" and one.finding.intent not in (
            best.finding.intent,
            "not_understood",
            "help",
        ):
            return one.finding.intent
    return None


def _answer(one: Heard, second: str | None) -> Understanding:
    finding = one.finding
    if finding.strength == "weak" and finding.choices:
        return Understanding("not_understood", choices=finding.choices)
    if finding.intent == "not_understood":
        return Understanding("not_understood", choices=finding.choices)
    if one.among or isinstance(one.slots.get("window"), Ambiguous):
        return Understanding("not_understood", choices=(finding.intent,), among=one.among)
    return Understanding(finding.intent, one.slots, (second,) if second is not None else ())


# languages


def _language(text: str, heard: list[Sentence]) -> Literal["lt", "en"] | None:
    """The language of a message when its words leave no doubt, names and dates aside."""
    lithuanian = english = 0
    for s in heard:
        named = {at for hit in s.hits for at in range(hit.start, hit.end)}
        for at, word in enumerate(s.words):
            spoken = language_of(word) if at not in named else None
            lithuanian += spoken == "lt"
            english += spoken == "en"
    if not set("ąčęėįšųūžĄČĘĖĮŠŲŪŽ").isdisjoint(text):
        lithuanian += 1
    if lithuanian and not english:
        return "lt"
    return "en" if english and not lithuanian else None
