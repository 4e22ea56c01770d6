"""The slots of a sentence: which calls, groups, times and states the words of an intent name."""

from collections.abc import Mapping
from datetime import date, timedelta

from handlers.understanding.dates import Span
from handlers.understanding.intents import STATED, as_intent, read
from handlers.understanding.meaning import CALL_INTENTS, MEETING_INTENTS, Heard
from handlers.understanding.naming import Hit, Name
from handlers.understanding.sentence import Sentence, of_kind
from handlers.understanding.stretches import Ambiguous, Window

GROUPED = MEETING_INTENTS | {"latest_digest", "subscribe", "unsubscribe", "calendar_export"}
_PAST = frozenset(("latest_digest", "latest_announcements"))
DATED = CALL_INTENTS | MEETING_INTENTS | _PAST | {"open_surveys", "calendar_export"}
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
_BEFORE_A_NOUN = ("the", "s", "an", "this", "that", "next", "our", "every", "from", "tos", "sios", "kitos")
_OLD = ("seni", "senus", "senesni", "old", "past")
_THINGS = ("meeting", "meets", "group", "digest", "notice", "survey", "secretariat")
_NEAR = 3
"""Words within which a date belongs to a thing."""
_LATELY = timedelta(days=300)
"""Days from which on a day without its year is rather the last one than the next, where one meeting is asked about."""
_STORY = 5
"""Words between a date and the question from which on the date belongs to the story told before it."""


def slotted(s: Sentence, today: date, meant: str | None = None) -> Heard:
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
    if intent in GROUPED:
        among = among or name_of("group", s, slots, least=0.3)
    window = window_meant(s)
    if isinstance(window, Window) and (intent in _PAST or _was(s, slots)):
        window = _past(window, today)
    elif isinstance(window, Window) and intent == "meeting_detail":
        window = _lately(window, today)
    if intent == "list_calls":
        _status(s, slots, dated=window is not None)
    if window is not None and takes_time(intent, slots) and not _is_now(window, today, intent, s, slots):
        slots["window"] = window
    return Heard(finding, slots, among, s)


def takes_time(intent: str, slots: Mapping[str, object]) -> bool:
    """Whether a time says more of what is asked; what is one call's own is asked whatever day the story names."""
    return intent in DATED and not (intent in ("call_detail", "call_deadline") and "call" in slots)


def _call_slots(s: Sentence, intent: str, slots: dict[str, object]) -> tuple[Name, ...]:
    name_of("agency", s, slots, least=0.5)
    name_of("sector", s, slots, least=0.3)
    hit = s.named("call", "measure", least=0.0)
    if hit is None:
        return ()
    measures, calls = of_kind(hit, "measure"), of_kind(hit, "call")
    if intent == "list_calls":
        found = measures[0].id if measures else next((m for call in calls for m in call.of), None)
        if found is not None and hit.covered > 0.5:
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


def name_of(kind: str, s: Sentence, slots: dict[str, object], least: float) -> tuple[Name, ...]:
    """Fills the slot of a kind from its best name; the names to choose from when several fit."""
    hit = s.named(kind, least=least)
    if hit is not None and kind == "group" and (_any_group(hit, s) or _exports(hit, s)):
        return ()
    fitting = of_kind(hit, kind)
    if len(fitting) == 1:
        slots[kind] = fitting[0].id
    return fitting if len(fitting) > 1 else ()


def _any_group(hit: Hit, s: Sentence) -> bool:
    """Whether it is groups in general: "darbo grupių posėdžiai"."""
    return (
        not hit.fuzzy
        and s.words[hit.end - 1] in ("grupiu", "groups")
        and (hit.end - hit.start == 1 or s.words[hit.start] in ("darbo", "working"))
    )


def _exports(hit: Hit, s: Sentence) -> bool:
    """Whether the group's one word is a verb here: "export all meetings", "eksportuoti"."""
    if hit.end - hit.start > 1 or not s.words[hit.start].startswith(("export", "eksportuo")):
        return False
    noun = hit.start > 0 and s.words[hit.start - 1] in _BEFORE_A_NOUN
    return s.sure("calendar") and not noun


def _status(s: Sentence, slots: dict[str, object], *, dated: bool) -> None:
    """The state that calls are asked for: one that is said outright, else what "dabar" and "upcoming" mean. Where a
    time is named, "which open in October" tells when, not which; "old and new ones" are all of them."""
    for status in (*STATED, "open"):
        if not (_open(s) if status == "open" else s.has(status)):
            continue
        if dated and status in ("planned", "open") and s.sure("starts") and not s.says(*_OUTRIGHT):
            return
        if status == "closed" and s.sure("list", "everything") and s.says(*_OLD):
            return
        slots["status"] = status
        return


def _was(s: Sentence, slots: dict[str, object]) -> bool:
    """Whether a meeting that was is meant."""
    came = any(word.startswith(("dalyvavo", "dalyvavus", "attended")) for word in s.words)
    return slots.get("aspect") == "minutes" or (slots.get("aspect") == "attendees" and came)


def _open(s: Sentence) -> bool:
    """Whether open calls are asked for outright; "now" by itself asks for all there are."""
    return s.has("strictly_open") or "open" in s.guessed


def _lately(window: Window, today: date) -> Window:
    """Of one meeting the day that was a while ago is meant rather than the same a year from now."""
    first, last = window.first, window.last
    if first is None or first != last or not _LATELY < first - today < timedelta(days=366):
        return window
    return _past(window, today) or window


def _past(window: Window, today: date) -> Window | None:
    """What lies behind us is meant where a thing of the past is asked for: "since Monday", "nuo rugsėjo 10"."""
    first = window.first
    if first == today and window.last is not None and window.last > today:
        return None  # "kas nutiko per savaitę"
    if first is None or first <= today:
        return window
    if window.last is None and first <= today + timedelta(days=7):
        return Window(first - timedelta(days=7), None)
    try:
        last = window.last.replace(year=window.last.year - 1) if window.last else None
        return Window(first.replace(year=first.year - 1), last)
    except ValueError:  # 29 February
        return window


def window_meant(s: Sentence) -> Window | Ambiguous | None:
    """The window that the question means; a date far before it belongs to the story, unless it stands beside the thing
    that is asked for."""
    ask = s.last_ask()
    for span in s.dates:
        if ask is None or ask - span.end < _STORY or _beside(s, span):
            return span.window
    return None


def _beside(s: Sentence, span: Span) -> bool:
    """Whether a date says when the thing is: "spalio posėdžiai", "jeigu lapkritį grupė rinktųsi"."""
    return any(
        (0 <= at - span.end < _NEAR or 0 < span.start - at <= _NEAR) and not s.broken(at, span.start)
        for at in s.all_at(_THINGS)
    )


def _is_now(
    window: Window | Ambiguous, today: date, intent: str, s: Sentence, slots: dict[str, object]
) -> bool:
    """Calls "today" are those open today, unless it is their deadline that is asked about."""
    if intent != "list_calls" or window != Window(today, today) or s.has("ends", "deadline"):
        return False
    slots.setdefault("status", "open")
    return True
