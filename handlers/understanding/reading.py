"""A message read: its intent and slots, or what to ask back; never an action on a guess."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from handlers.understanding.dates import Ambiguous, Window
from handlers.understanding.folding import sentences
from handlers.understanding.intents import ALIEN, STATED, Finding, as_intent, read
from handlers.understanding.judging import features, judge
from handlers.understanding.lexicon import language_of
from handlers.understanding.naming import Name, Names
from handlers.understanding.sentence import Sentence, of_kind

__all__ = ["Name", "Names", "Understanding", "Window", "understand"]

LONGEST = 2000
"""Characters of a message that are read; a question that hasn't come by then doesn't come."""

SURE = 0.4
"""Chance from which the second opinion overrules the rules."""
OURS = 0.5
"""The same where the rules say that it is not ours."""
HEARD = 0.3
"""Chance that what the rules said must have, or both are offered instead."""
FIRM = 0.35
"""Chance that what both say must have, or the likeliest are offered instead."""
UNOFFERED = frozenset(("out_of_scope", "not_understood", "greeting", "thanks"))

CALL_INTENTS = frozenset(("list_calls", "call_detail", "call_deadline"))
MEETING_INTENTS = frozenset(("list_meetings", "next_meeting", "meeting_detail"))
_GROUPED = MEETING_INTENTS | {"latest_digest", "subscribe", "unsubscribe", "calendar_export"}
_PAST = frozenset(("latest_digest", "latest_announcements"))
_DATED = CALL_INTENTS | MEETING_INTENTS | _PAST | {"open_surveys", "calendar_export"}
_OUTRIGHT = (
    "planuojami",
    "planuojamus",
    "planuojama",
    "planned",
    "forecast",
    "opened",
    "atviri",
    "atvirus",
    "currently",
)
_OLD = ("seni", "senus", "senesni", "old", "past")
_STORY = 5
"""Words between a date and the question from which on the date belongs to the story told before it."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a message asks. `choices` are intents to offer, best first: instead of an answer, or besides a first one."""

    intent: str
    slots: Mapping[str, object] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    language: Literal["lt", "en"] | None = None
    among: tuple[Name, ...] = ()
    """Names that fit equally well, to choose from, when it is them that are unclear."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A sentence's finding with its slots."""

    finding: Finding
    slots: dict[str, object]
    among: tuple[Name, ...]
    sentence: Sentence


def understand(text: str, today: date, names: Names, before: str | None = None) -> Understanding:
    """The intent and slots of a message.

    `today` is the association's local day, `before` the message before in the same chat, where it is recent enough to
    lean on. `intent` is one of `language.md`'s or `not_understood`, then `choices` are what to ask back, if anything.
    """
    heard = _heard(text, today, names)
    language = _language(text, [one.sentence for one in heard])
    best = _best(heard)
    if best is None:
        return Understanding("not_understood", language=language)
    if before is not None and _leans(best):
        leaning = _continued(best, understand(before, today, names))
        if leaning is not None:
            return replace(leaning, language=language)
    ruling = _weighed(_answer(best, _second(best, heard)), best, heard, today)
    if before is not None and ruling.intent in ("not_understood", "out_of_scope") and not _foreign(best):
        ruling = _continued(best, understand(before, today, names)) or ruling
    return replace(ruling, language=language)


def _foreign(one: _Read) -> bool:
    """Whether it is about what is never ours, whatever was said before."""
    return any(one.sentence.sure(concept) for concept in (*ALIEN, "hostile"))


def ruled(text: str, today: date, names: Names) -> Understanding:
    """What the rules alone make of a message."""
    heard = _heard(text, today, names)
    best = _best(heard)
    return _answer(best, _second(best, heard)) if best is not None else Understanding("not_understood")


def _heard(text: str, today: date, names: Names) -> list[_Read]:
    meant = names.synonyms.reread(text[:LONGEST])[:LONGEST]
    return [_slotted(Sentence(tokens[:120], today, names), today) for tokens in sentences(meant)]


def _weighed(ruling: Understanding, best: _Read, heard: list[_Read], today: date) -> Understanding:
    """The rules' answer beside the second opinion: it stands where that agrees, gives way where that is sure, and
    becomes a question where neither is."""
    if best.sentence.sure("hostile"):
        return ruling
    chances = judge(features((one.sentence for one in heard), ruling.intent, ruling.choices))
    likely = max(chances, key=chances.__getitem__)
    if ruling.among or ruling.intent == "not_understood" == likely:
        return ruling
    if likely == "not_understood" and ruling.slots:
        return ruling  # words that are little by themselves, beside a time or a name that says what of
    if likely in ("subscribe", "unsubscribe") and ruling.choices[:1] == (likely,):
        return ruling  # a misspelt verb is no wish yet
    if likely == ruling.intent:
        if chances[likely] >= FIRM or likely in UNOFFERED:
            return ruling
        second = max((i for i in chances if i != likely), key=chances.__getitem__)
        return _asked_back((likely, second), ruling)
    if chances[likely] < (OURS if ruling.intent == "out_of_scope" else SURE):
        if ruling.intent == "not_understood":
            return ruling
        if chances[ruling.intent] >= HEARD or likely == "not_understood":
            return ruling
        return _asked_back((likely, ruling.intent), ruling)
    return _said_as(likely, ruling, best, heard, today)


def _asked_back(likely: tuple[str, ...], ruling: Understanding) -> Understanding:
    return Understanding("not_understood", choices=_offered(likely) or ruling.choices)


def _offered(intents: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(i for i in intents if i not in UNOFFERED)


def _said_as(
    intent: str, ruling: Understanding, best: _Read, heard: list[_Read], today: date
) -> Understanding:
    """The message as that intent, with the slots that belong to it from every sentence."""
    if intent == "not_understood":
        return Understanding("not_understood", choices=ruling.choices or _offered((ruling.intent,)))
    slots: dict[str, object] = {}
    for one in sorted(heard, key=lambda one: one is not best):
        again = _slotted(one.sentence, today, intent)
        if again.among:
            return Understanding("not_understood", choices=(intent,), among=again.among)
        slots = {**again.slots, **slots}
    if isinstance(slots.get("window"), Ambiguous):
        return Understanding("not_understood", choices=(intent,))
    return Understanding(intent, slots)


def _best(heard: list[_Read]) -> _Read | None:
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
        if other is not best and best.finding.intent in _GROUPED and "group" not in slots:
            slots |= _one_group(other.sentence)
        if other is not best and best.finding.intent in _DATED and "window" not in slots:
            slots |= _lone_window(other)
    return replace(best, slots=slots)


def _one_group(s: Sentence) -> dict[str, object]:
    named: dict[str, object] = {}
    _one_of("group", s, named, least=0.3)
    return named


def _lone_window(one: _Read) -> dict[str, object]:
    """The time that a sentence says which says little else: "Man kvietimai. Spalio mėnesio."."""
    window = _window(one.sentence)
    if (
        one.finding.strength in ("weak", "none")
        and isinstance(window, Window)
        and one.sentence.content() <= 2
    ):
        return {"window": window}
    return {}


_RANKS = ("strong", "mention", "weak", "alien", "chat", "none")


def _rank(one: _Read) -> int:
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


def _second(best: _Read, heard: list[_Read]) -> str | None:
    """Another thing that was asked in the same message, to be offered after the first answer."""
    for one in heard:
        if one.finding.strength == "strong" and one.finding.intent not in (
            best.finding.intent,
            "not_understood",
            "help",
        ):
            return one.finding.intent
    return None


def _answer(one: _Read, second: str | None) -> Understanding:
    finding = one.finding
    if finding.strength == "weak" and finding.choices:
        return Understanding("not_understood", choices=finding.choices)
    if finding.intent == "not_understood":
        return Understanding("not_understood", choices=finding.choices)
    if one.among or isinstance(one.slots.get("window"), Ambiguous):
        return Understanding("not_understood", choices=(finding.intent,), among=one.among)
    return Understanding(finding.intent, one.slots, (second,) if second is not None else ())


# slots


def _slotted(s: Sentence, today: date, meant: str | None = None) -> _Read:
    """A sentence with its finding and the slots that belong to that intent, or to the one that is meant."""
    finding = read(s)
    if meant is not None:
        finding = as_intent(s, finding, meant)
    intent = finding.choices[0] if finding.intent == "not_understood" and finding.choices else finding.intent
    slots: dict[str, object] = {}
    among: tuple[Name, ...] = ()
    if finding.aspect is not None and intent == "meeting_detail":
        slots["aspect"] = finding.aspect
    if finding.topic is not None:
        slots["topic"] = finding.topic
    if intent in CALL_INTENTS or finding.topic == "calls":
        among = _call_slots(s, intent, slots)
    if intent in _GROUPED:
        among = among or _one_of("group", s, slots, least=0.3)
    window = _window(s)
    if isinstance(window, Window) and (intent in _PAST or slots.get("aspect") == "minutes"):
        window = _past(window, today)
    if intent == "list_calls":
        _status(s, slots, dated=window is not None)
    if window is not None and intent in _DATED and not _is_now(window, today, intent, s, slots):
        slots["window"] = window
    return _Read(finding, slots, among, s)


def _call_slots(s: Sentence, intent: str, slots: dict[str, object]) -> tuple[Name, ...]:
    _one_of("agency", s, slots, least=0.5)
    _one_of("sector", s, slots, least=0.3)
    hit = s.named("call", "measure", least=0.0)
    if hit is None:
        return ()
    measures, calls = of_kind(hit, "measure"), of_kind(hit, "call")
    if intent == "list_calls":
        found = measures[0].id if measures else next((m for call in calls for m in call.of), None)
        if found is not None and hit.covered >= 0.5:
            slots["measure"] = found
        return ()
    if measures:
        calls = tuple(call for call in calls if set(call.of) & {measures[0].id}) or s.names.calls_of(
            measures[0].id
        )
        if not calls:
            slots["measure"] = measures[0].id
            return ()
    if len(calls) > 1 and not frozenset.intersection(*(frozenset(call.of) for call in calls)):
        return calls[:5]
    slots["call"] = calls[0].id
    return ()


def _one_of(kind: str, s: Sentence, slots: dict[str, object], least: float) -> tuple[Name, ...]:
    """Fills the slot of a kind from its best name; the names to choose from when several fit."""
    fitting = of_kind(s.named(kind, least=least), kind)
    if len(fitting) == 1:
        slots[kind] = fitting[0].id
    return fitting if len(fitting) > 1 else ()


def _status(s: Sentence, slots: dict[str, object], *, dated: bool) -> None:
    """The state that calls are asked for: one that is said outright, else what "dabar" and "upcoming" mean. Where a
    time is named, "which open in October" tells when, not which; "old and new ones" are all of them."""
    for status in (*STATED, "open"):
        if not s.has(status):
            continue
        if dated and status in ("planned", "open") and s.sure("starts") and not s.says(*_OUTRIGHT):
            return
        if status == "closed" and s.sure("list", "everything") and s.says(*_OLD):
            return
        slots["status"] = status
        return


def _past(window: Window, today: date) -> Window:
    """What lies behind us is meant where a thing of the past is asked for: "since Monday", "nuo rugsėjo 10"."""
    first = window.first
    if first is None or first <= today:
        return window
    if window.last is None and first <= today + timedelta(days=7):
        return Window(first - timedelta(days=7), None)
    try:
        last = window.last.replace(year=window.last.year - 1) if window.last else None
        return Window(first.replace(year=first.year - 1), last)
    except ValueError:  # 29 February
        return window


def _window(s: Sentence) -> Window | Ambiguous | None:
    """The window that the question means; a date far before it belongs to the story."""
    ask = s.last_ask()
    for span in s.dates:
        if ask is None or ask - span.end < _STORY:
            return span.window
    return None


def _is_now(
    window: Window | Ambiguous, today: date, intent: str, s: Sentence, slots: dict[str, object]
) -> bool:
    """Calls "today" are those open today, unless it is their deadline that is asked about."""
    if intent != "list_calls" or window != Window(today, today) or s.has("ends", "deadline"):
        return False
    slots.setdefault("status", "open")
    return True


# what was said before


def _leans(one: _Read) -> bool:
    """Whether a message takes its meaning from the one before: half a question, or one that begins with "o …"."""
    if one.finding.strength == "weak":
        return True
    short = len(one.sentence.words) <= 8 and one.sentence.content() <= 3
    opening = one.sentence.words[0] in ("o", "and", "what", "ir", "kas", "who", "ar")
    named = one.slots.keys() & {"call", "measure", "group"}
    if one.finding.strength in ("strong", "mention") and short:
        return (opening and one.finding.intent in CALL_INTENTS | MEETING_INTENTS) or (
            one.finding.intent in ("meeting_detail", "call_deadline") and not named
        )
    return False


def _continued(one: _Read, base: Understanding) -> Understanding | None:
    """The message read on from what the one before was about; None when that doesn't help."""
    s = one.sentence
    kept = {k: v for k, v in base.slots.items() if k in ("call", "measure", "agency", "group", "sector")}
    fresh = {k: v for k, v in one.slots.items() if k != "aspect"}
    named = {k: v for k, v in fresh.items() if k in ("call", "measure", "agency", "group", "sector")}
    if base.intent in CALL_INTENTS:
        return _on_calls(one, base, s, kept, fresh, named)
    if base.intent in MEETING_INTENTS:
        return _on_meetings(one, base, s, kept, fresh)
    return None


def _on_calls(
    one: _Read,
    base: Understanding,
    s: Sentence,
    kept: dict[str, object],
    fresh: dict[str, object],
    named: dict[str, object],
) -> Understanding | None:
    if s.has("meeting", "event", "meets", "agenda", "minutes", "quorum", "chair", "group"):
        return None
    if named and not s.has("detail", "ends", "deadline", "until_when", "takes_part", "when", "call"):
        return Understanding(base.intent, {**_without(base.slots, named), **fresh})
    if s.has("until_when", "time_left", "ends", "deadline") and not s.plural("call"):
        return Understanding("call_deadline", {**kept, **named})
    if s.has("detail", "takes_part", "how_much", "why"):
        return Understanding("call_detail", {**kept, **named})
    if one.finding.listing and not s.plural("call") and ("status" in fresh or "window" in fresh):
        return Understanding("list_calls", {**kept, **fresh})
    if s.dates and one.finding.strength == "weak":
        return Understanding("list_calls", {**_without(base.slots, fresh), **_windowed(s)})
    return None


def _on_meetings(
    one: _Read, base: Understanding, s: Sentence, kept: dict[str, object], fresh: dict[str, object]
) -> Understanding | None:
    if s.has("call", "money", "apply"):
        return None
    aspect = one.finding.aspect or (
        "attendees" if s.has("takes_part") else "duration" if s.has("ends") else None
    )
    if aspect is not None:
        held = (
            {"window": base.slots["window"]}
            if "window" in base.slots and base.intent != "list_meetings"
            else {}
        )
        return Understanding("meeting_detail", {**kept, **held, **fresh, "aspect": aspect})
    if s.dates:
        return Understanding("list_meetings", {**kept, **fresh, **_windowed(s)})
    if "group" in fresh:
        return Understanding(base.intent, {**base.slots, **fresh})
    if s.has("when", "next") and one.finding.strength == "weak":
        return Understanding("next_meeting", {**kept, **fresh})
    return None


def _windowed(s: Sentence) -> dict[str, object]:
    window = _window(s)
    return {"window": window} if isinstance(window, Window) else {}


def _without(slots: Mapping[str, object], fresh: Mapping[str, object]) -> dict[str, object]:
    """The slots before, less those that the new ones replace: another call's name puts its measure aside, too."""
    one_thing = {"call", "measure"} if fresh.keys() & {"call", "measure"} else set()
    return {k: v for k, v in slots.items() if k not in fresh and k not in one_thing}


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
