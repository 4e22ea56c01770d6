"""A message that goes on from the one before: half a question completed, and what it leaves unsaid kept."""

from collections.abc import Mapping
from dataclasses import replace

from handlers.understanding.meaning import CALL_INTENTS, MEETING_INTENTS, Heard, Understanding
from handlers.understanding.sentence import Sentence
from handlers.understanding.slots import window_meant
from handlers.understanding.stretches import DAY, Window, month_of


def leans(one: Heard) -> bool:
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


def continued(one: Heard, base: Understanding) -> Understanding | None:
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
    one: Heard,
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
    one: Heard, base: Understanding, s: Sentence, kept: dict[str, object], fresh: dict[str, object]
) -> Understanding | None:
    if s.has("call", "money", "apply"):
        return None
    aspect = one.finding.aspect or (
        "attendees" if s.has("takes_part") else "duration" if s.has("ends") else None
    )
    if aspect is not None:
        held = _these(base.slots, ("window",))
        return Understanding("meeting_detail", {**kept, **held, **fresh, "aspect": aspect})
    if s.dates:
        return Understanding("list_meetings", {**kept, **fresh, **_windowed(s)})
    if "group" in fresh:
        return Understanding(base.intent, {**base.slots, **fresh})
    if s.has("when", "next") and one.finding.strength == "weak":
        return Understanding("next_meeting", {**kept, **fresh})
    return None


def _windowed(s: Sentence) -> dict[str, object]:
    window = window_meant(s)
    return {"window": window} if isinstance(window, Window) else {}


def _without(slots: Mapping[str, object], fresh: Mapping[str, object]) -> dict[str, object]:
    """The slots before, less those that the new ones replace: another call's name puts its measure aside, too."""
    one_thing = {"call", "measure"} if fresh.keys() & {"call", "measure"} else set()
    return {k: v for k, v in slots.items() if k not in fresh and k not in one_thing}


_SHORT = 5
"""Words of a question that only moves what the one before asked for."""
_AFTER = ("after", "veliau", "toliau")
_ABOUT_A_CALL = ("call", "measure")
_KEPT_ALONG = {
    "list_calls": ("agency", "sector", "status", "measure"),
    "list_meetings": ("group",),
    "next_meeting": ("group",),
}
"""What half a question of the same kind leaves as it was."""


def carried(got: Understanding, one: Heard, base: Understanding) -> Understanding:
    """An answer with what it leaves unsaid of the thing that was talked about before."""
    slots, kept = got.slots, dict[str, object]()
    if got.intent == base.intent and "window" not in slots and (window := _moved(one.sentence, base)):
        slots = {**slots, "window": window}
    if got.intent in ("call_detail", "call_deadline") and base.intent in CALL_INTENTS:
        if not slots.keys() & set(_ABOUT_A_CALL):
            kept = _these(base.slots, _ABOUT_A_CALL)
    elif (
        got.intent in ("meeting_detail", "next_meeting", "calendar_export") and base.intent in MEETING_INTENTS
    ):
        if "group" not in slots:
            kept = _these(base.slots, ("group",))
        if got.intent == "meeting_detail" != base.intent:
            kept |= _these(base.slots, ("window",))
        if got.intent == "calendar_export" and base.intent == "list_meetings":
            kept |= _these(base.slots, ("window",))
        if got.intent == base.intent == "meeting_detail":
            kept |= _these(base.slots, ("aspect", "window"))
    elif got.intent in ("subscribe", "unsubscribe") and base.intent in ("subscribe", "unsubscribe"):
        kept = _these(base.slots, ("topic",))
    elif got.intent == base.intent and leans(one):
        kept = _these(base.slots, _KEPT_ALONG.get(got.intent, ()))
        if slots.keys() & {"call", "measure", "agency", "sector"}:
            kept.pop("measure", None)
    return replace(got, slots={**kept, **slots}) if {**kept, **slots} != got.slots else got


def _moved(s: Sentence, base: Understanding) -> Window | None:
    """ "O kitą?", "and the week after?" behind a week or a month: the one after it, or before."""
    window = base.slots.get("window")
    if len(s.words) > _SHORT or not isinstance(window, Window) or window.first is None or window.last is None:
        return None
    step = 1 if s.sure("next") or s.says(*_AFTER) else -1 if s.sure("previous") or s.says("before") else 0
    days = (window.last - window.first).days + 1
    if not step or s.dates:
        return None
    if days in (1, 7):
        return Window(window.first + step * days * DAY, window.last + step * days * DAY)
    if window.first.day == 1 and (window.last + DAY).day == 1 and days <= 31:
        beside = window.last + DAY if step > 0 else window.first - DAY
        return Window(*month_of(beside.year, beside.month))
    return None


def _these(slots: Mapping[str, object], names: tuple[str, ...]) -> dict[str, object]:
    return {name: slots[name] for name in names if name in slots}
