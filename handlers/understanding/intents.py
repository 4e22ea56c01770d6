"""Which intent one sentence has: ordered rules over concepts, each of them an idea about how people ask.

The order is the meaning. First what isn't ours, so that "koks oras bus per posėdį" is not taken for a meeting; then
what somebody wants changed, since "nebesiųskit kvietimų" also speaks of calls; then what is asked about, the more
particular before the more general. What is only half there is `Weak`: it takes its meaning from what was said before.
"""

from dataclasses import dataclass
from typing import Literal

from handlers.understanding.sentence import Sentence

Strength = Literal["strong", "mention", "weak", "alien", "chat", "none"]

CALL_THINGS = ("call", "money", "apply", "measure")
MEETING_THINGS = ("meeting", "event", "meets")
MEETING_PARTS = ("agenda", "minutes", "quorum", "chair")
ASPECTS = ("agenda", "minutes", "quorum", "chair", "link", "place", "attendees", "duration")
OTHER_THINGS = ("survey", "digest", "calendar", "secretariat", "announcement")
OURS = (
    *CALL_THINGS,
    *MEETING_THINGS,
    *MEETING_PARTS,
    *OTHER_THINGS,
    "group",
    "notice",
    "news",
    "deadline",
    "subscription",
)
LOOSE = (
    "event",
    "money",
    "news",
    "group",
    "apply",
    "measure",
    "calendar",
    "deadline",
    "chair",
    "attendees",
    "agenda",
)
"""Things whose words others use as much as we do; a stranger word anywhere makes them foreign."""
ALIEN = ("topic", "body", "phone", "private", "does_for_me")
NEAR = 2
STATED = ("planned", "postponed", "suspended", "extended", "closed", "cancelled")


@dataclass(frozen=True, slots=True)
class Finding:
    """The intent of one sentence, how sure that is, and what is to be offered instead of an answer."""

    intent: str
    strength: Strength
    choices: tuple[str, ...] = ()
    aspect: str | None = None
    topic: str | None = None
    listing: bool = False


NOTHING = Finding("not_understood", "none")
FOREIGN = Finding("out_of_scope", "alien")


def read(s: Sentence) -> Finding:
    """The finding for one sentence, without what was said before."""
    if s.sure("hostile"):
        return FOREIGN
    wish = _wish(s)
    if wish is not None:
        return wish
    if _foreign(s):
        return FOREIGN
    for rule in (_surveys, _calendar, _reading_matter, _secretariat, _thing, _bot, _weak):
        found = rule(s)
        if found is not None:
            return found
    return _rest(s)


def as_intent(s: Sentence, found: Finding, intent: str) -> Finding:
    """The sentence taken as that intent, with the aspect or topic it then speaks of."""
    if found.intent == intent:
        return found
    if intent == "meeting_detail":
        return Finding(intent, "strong", aspect=_aspect(s))
    if intent in ("subscribe", "unsubscribe"):
        return Finding(
            intent, "strong", topic=topic_of(s) or (_everything(s) if intent == "unsubscribe" else None)
        )
    return Finding(intent, "strong", listing=intent in ("list_calls", "list_meetings"))


# what isn't ours


def _strong_name(s: Sentence) -> bool:
    return any(
        hit.covered >= 0.5 and not hit.fuzzy
        for hit in s.hits
        if hit.names[0].kind not in ("organisation", "sector")
    )


def _foreign(s: Sentence) -> bool:
    """Whether the sentence is about somebody else's things, even where it has a word of ours."""
    if s.sure("private") or (s.sure("phone") and not s.sure("secretariat")):
        return True
    if s.sure("elsewhere") and s.has(*CALL_THINGS, *MEETING_THINGS):
        return True
    if any(
        0 < thing - body <= 3
        for body in s.all_at(("body",))
        for thing in s.all_at((*MEETING_THINGS, "group"))
    ):
        return True
    aliens = s.all_at(ALIEN)
    if (
        s.sure("does_for_me")
        and s.has("call", "money")
        and not s.sure("topic", "body")
        and s.says("rekomenduok", "recommend")
    ):
        return False
    invited = _invitation(s)
    if invited is not None:
        return invited
    if not aliens:
        return False
    ours = s.all_at(OURS) | {hit.start for hit in s.hits if hit.covered >= 0.5}
    if not ours:
        if s.asks:
            return not s.sure("thanks")
        return not s.sure("thanks", "greeting")
    if not s.all_at(OURS) - s.all_at(LOOSE) and not _strong_name(s):
        return not s.has("call", "field") or s.sure("does_for_me")
    ask = s.first_ask()
    after = [at for at in sorted(aliens | ours) if at >= ask] or sorted(aliens | ours)
    focus = after[0]
    if focus in aliens:
        return focus not in ours
    return any(abs(at - focus) <= NEAR and not s.broken(at, focus) and not s.sure("field") for at in aliens)


def _invitation(s: Sentence) -> bool | None:
    """ "Kvietimas" as an invitation: to a meeting it is ours, to anything else it isn't; None when it is a call."""
    if s.sure("invites"):
        return not s.has(*MEETING_THINGS, "group", "survey", "secretariat")
    at = s.at("call")
    if at is None or s.plural("call") or not s.words[at].startswith("kviet"):
        return None
    after = at + 1
    if after + 1 < len(s.words) and s.words[after] in ("i", "to"):
        target = after + 1
        ours = target in s.all_at((*MEETING_THINGS, "group", "field", "survey", "association", "money"))
        named = any(hit.start <= target < hit.end for hit in s.hits)
        return not (ours or named)
    return None


# what somebody wants changed


_TOPICS = (
    ("digest", ("digest",)),
    ("surveys", ("survey",)),
    ("announcements", ("announcement",)),
    ("meetings", MEETING_THINGS),
    ("calls", ("call", "money", "apply", "deadline", "measure")),
)


_KEEPING = ("palik", "keep", "leave")
"""What stands beside these goes on: "kvietimus palik, o apklausas išjunk"."""


def topic_of(s: Sentence) -> str | None:
    """What a subscription is about, the more particular first."""
    kept = {at for at, word in enumerate(s.words) if word.startswith(_KEEPING)}
    found = [
        (at, topic)
        for topic, words in _TOPICS
        for at in (_topic_at(s, words),)
        if at is not None and not (kept & {at - 1, at + 1})
    ]
    if s.sure("everything") and (len(found) > 1 or _all_of_it(s)):
        return "all"
    first = min(found, default=None)
    if first is not None:
        return next((topic for _, topic in found if topic == "digest"), first[1])
    if s.named("call", "measure", least=0.5) is not None:
        return "calls"
    if s.sure("everything"):
        return "all"
    return "announcements" if s.has("notice") and s.has("secretariat", "association") else None


def _all_of_it(s: Sentence) -> bool:
    """ "ALL the messages", "visų pranešimų"."""
    written = {at for c in ("notice", "mails", "reminder") for at in s.where.get(c, ())}
    return any({at + 1, at + 2} & written for at in s.where["everything"])


def _topic_at(s: Sentence, words: tuple[str, ...]) -> int | None:
    """Where a topic is named: by any of its words, misspelt only by the first, which is its own."""
    if s.sure(*words):
        return min(s.where[word][0] for word in words if word in s.where)
    return s.at(words[0])


def _wish(s: Sentence) -> Finding | None:
    """Subscribing, unsubscribing, and asking what one is subscribed to; a misspelt verb only asks back."""
    if _stopping(s):
        return Finding("unsubscribe", "strong", topic=topic_of(s) or _everything(s))
    if _own_subscriptions(s):
        return Finding("my_subscriptions", "strong")
    if s.sure("subscribes") or (s.sure("subscription") and s.sure("wants")):
        return Finding("subscribe", "strong", topic=topic_of(s))
    if _asks_to_be_told(s):
        return Finding("subscribe", "strong", topic=topic_of(s))
    for verb, intent in (
        ("unsubscribes", "unsubscribe"),
        ("stops", "unsubscribe"),
        ("subscribes", "subscribe"),
    ):
        if verb in s.guessed and not s.sure("subscription"):
            other = {"digest": "latest_digest", "surveys": "open_surveys"}.get(topic_of(s) or "")
            return Finding("not_understood", "strong", (intent, *((other,) if other else ())))
    return None


def _everything(s: Sentence) -> str | None:
    """ "Nebesiųskit man pranešimų", "stop sending me messages": all that comes; a bare "unsubscribe" doesn't say."""
    return "all" if s.has("notice", "everything", "mails", "reminder") else None


def _stopping(s: Sentence) -> bool:
    if s.sure("unsubscribes"):
        return not s.sure("attendees", "topic")
    if not s.sure("stops"):
        return False
    what = (*OURS, "receives", "notify", "subscribes", "everything", "mine", "wants", "reminder")
    return s.has(*what) or s.content() <= 1


def _own_subscriptions(s: Sentence) -> bool:
    asked = s.says(
        "ka", "kokius", "kokias", "kokie", "kokios", "kam", "what", "which", "ar", "am", "kuriuos", "kurias"
    )
    if s.sure("subscribed"):
        return (asked and not s.sure("call", "deadline")) or (asked and s.sure("notice", "news"))
    if not s.sure("subscription"):
        return False
    return not s.sure("subscribes", "wants") or asked


def _asks_to_be_told(s: Sentence) -> bool:
    """ "Siųskite man …", "praneškite, kai …": something to come from now on, not an answer now."""
    lasting = s.sure("habit", "reminder")
    matter = s.sure("notice", "news", "digest", "announcement", "reminder")
    if s.sure("receives") and not s.sure("apply"):
        at = s.at("receives")
        wanted = s.sure("wants") and not s.sure(
            "when", "until_when", "where", "how_much", "link", "agenda", "minutes"
        )
        sent_once = at is not None and s.words[at] in ("send", "sending", "get", "getting", "want")
        if matter and (lasting or (wanted and not sent_once and s.first_ask() == 0)):
            return not s.sure("money") or s.sure("notice", "news")
    if not s.sure("notify"):
        return False
    if s.sure("reminder") and s.has(*OURS):
        return True
    told = s.says("man", "mane", "mums", "mus", "me", "us")
    at = s.at("notify")
    polite = at is not None and s.words[at].endswith("ti") and not told
    if polite or not s.has(*OURS, "happens") or (s.sure("next") and not lasting):
        return False
    return lasting or s.sure("happens") or (told and s.says("apie", "about", "of") and not s.dates)


# what one reads


def _surveys(s: Sentence) -> Finding | None:
    if not s.has("survey"):
        return None
    first = s.at("survey") or 0
    call, meeting = s.at("call"), s.at(*MEETING_THINGS)
    if any(
        at is not None and at < first and not s.broken(at, first) and s.first_ask() < at
        for at in (call, meeting)
    ):
        return None
    return Finding("open_surveys", "strong")


def _calendar(s: Sentence) -> Finding | None:
    if s.has("calendar") and not (s.sure("list") and s.has("meeting") and not s.sure("exporting")):
        return Finding("calendar_export", "strong")
    if (
        s.sure("exporting")
        and s.has("meeting", "deadline")
        and s.says("eksportuoti", "parsisiusti", "atsisiusti", "export", "download", "import", "sync")
    ):
        return Finding("calendar_export", "strong")
    return None


def _reading_matter(s: Sentence) -> Finding | None:
    """Announcements, the digest, "what's new"."""
    meeting, call = s.at(*MEETING_THINGS), s.at("call")
    if s.has("digest"):
        at = s.at("digest") or 0
        if meeting is not None and meeting < at and not s.has("group") and not s.says("savaites", "weekly"):
            return Finding("meeting_detail", "strong", aspect="minutes")
        return Finding("latest_digest", "strong")
    notice = s.at("announcement", "notice")
    if notice is not None and all(
        at is None or notice < at or s.has("secretariat") for at in (meeting, call)
    ):
        return Finding("latest_announcements", "strong")
    if s.has("news"):
        if s.has("secretariat") or s.says("asociacijos", "association"):
            return Finding("latest_announcements", "strong")
        if (
            call is None
            and meeting is None
            and not s.has("money")
            and s.named("call", "measure", least=0.5) is None
        ):
            return Finding("latest_digest", "strong") if not s.unknown or s.says("kas", "what") else None
    return None


def _secretariat(s: Sentence) -> Finding | None:
    reached = s.has("contact")
    if s.sure("announced") and s.has("secretariat", "association") and not s.sure("contact"):
        return Finding("latest_announcements", "strong")
    if s.has("secretariat") and not (s.has("call", *MEETING_THINGS, *MEETING_PARTS) and not reached):
        return Finding("contact_secretariat", "strong")
    if (
        not reached
        or s.has(*MEETING_THINGS, "link", "survey")
        or s.named("call", "measure", least=0.5) is not None
    ):
        return None
    if s.sure("person", "association") or s.says("jusu", "jums", "jumis", "your", "you", "kam", "ka", "who"):
        return Finding("contact_secretariat", "strong")
    return None if s.unknown or s.has("call", "money") else Finding("contact_secretariat", "strong")


# calls and meetings


def _thing(s: Sentence) -> Finding | None:
    """A call or a meeting: the one that the question turns to first."""
    call, meeting = _call_at(s), _meeting_at(s)
    if call is None and meeting is None:
        return None
    if call is not None and meeting is not None:
        ask = s.first_ask()
        if _invitation(s) is False and s.has(*MEETING_THINGS):
            return Finding("meeting_detail", "strong", aspect="link")
        call_after, meeting_after = (
            call - ask if call >= ask else 100,
            meeting - ask if meeting >= ask else 100,
        )
        if call_after < meeting_after:
            meeting = None
        else:
            call = None
    elif meeting is not None and s.sure("invites"):
        return Finding("meeting_detail", "strong", aspect="place" if s.has("where", "place") else "link")
    return _meeting(s) if call is None else _call(s)


def _call_at(s: Sentence) -> int | None:
    places = [at for at in (s.at(*CALL_THINGS, "takes_part"),) if at is not None]
    hit = s.named("call", "measure")
    if hit is not None and (
        hit.covered >= 0.5 or places or s.has("deadline", "ends", "until_when", "time_left", "detail")
    ):
        places.append(hit.start)
    agency = s.named("agency", least=0.5)
    if agency is not None and not s.has(*MEETING_THINGS, *MEETING_PARTS, "attendees", "contact"):
        places.append(agency.start)
    if not places and s.has("deadline") and not s.unknown:
        places.append(s.at("deadline") or 0)
    return min(places, default=None)


def _meeting_at(s: Sentence) -> int | None:
    places = [at for at in (s.at(*MEETING_THINGS, *MEETING_PARTS),) if at is not None]
    hit = s.named("group")
    grouped = s.has("group") or (hit is not None and hit.covered >= 0.8)
    if hit is not None and (hit.covered >= 0.8 or s.has("group", *MEETING_THINGS, *MEETING_PARTS)):
        places.append(hit.start)
    elif grouped and s.has("when", "attendees", "where", "next", "list"):
        places.append(s.at("group") or 0)
    if (
        places
        and s.unknown
        and not s.has(*MEETING_THINGS, "group", "quorum")
        and hit is None
        and not s.has("next", "previous")
    ):
        if s.at("agenda", "minutes") is None or len(s.unknown) > 2:
            return None
    return min(places, default=None)


def _meeting(s: Sentence) -> Finding:
    aspect = _aspect(s)
    if aspect is not None:
        return Finding("meeting_detail", "strong", aspect=aspect)
    if s.sure("cancelled", "postponed", "about") and not s.plural("meeting"):
        return Finding("meeting_detail", "strong")
    asked_when = s.has("when")
    nearest = s.has("next") and not s.plural("meeting") and not s.plural("event")
    many = (
        s.plural("meeting")
        or s.plural("event")
        or (s.sure("list") and not nearest and not s.says("kokie", "which") and not asked_when)
    )
    if many and not (asked_when and s.has("next")):
        return Finding("list_meetings", "strong", listing=True)
    if s.dates and not asked_when and not nearest:
        return Finding("list_meetings", "strong", listing=True)
    asking = asked_when or nearest or s.has("meets", "starts") or s.content() <= 3
    return Finding("next_meeting", "strong" if asking else "mention")


def _aspect(s: Sentence) -> str | None:
    """Which side of a meeting is asked for; "kur" is a place unless it looks for a paper or a link, and members are
    counted for a quorum."""
    if s.sure("quorum"):
        return "quorum"
    found = [(s.at(aspect) or 0, aspect) for aspect in ASPECTS if s.has(aspect)]
    if s.has("takes_part"):
        found.append((s.at("takes_part") or 0, "attendees"))
    if s.has("ends") and not s.plural("meeting"):
        found.append((s.at("ends") or 0, "duration"))
    if s.says("attendees", "chair"):
        found = [f for f in found if f[1] != "place"]
    first = min(found, default=None)
    where = s.at("where")
    if where is None:
        return first[1] if first is not None else None
    if first is None or first[1] in ("attendees", "duration"):
        return "place"
    if first[1] == "link" and any(where < at < first[0] for at in s.all_at(("question",))):
        return "place"
    return first[1]


def _call(s: Sentence) -> Finding:
    named = s.named("call", "measure")
    many = s.plural("call") is True
    timed = s.has("until_when", "time_left", "deadline", "ends")
    listed = s.sure("list") or s.sure("everything")
    if timed and not (s.has("starts") and not s.has("deadline", "until_when")):
        filtered = bool(s.dates) or s.sure(*STATED) or s.sure("strictly_open")
        if many and named is None and (filtered or (s.has("ends") and not s.has("when", "until_when"))):
            return Finding("list_calls", "strong", listing=True)
        return Finding("call_deadline", "strong")
    particular = s.has("detail", "about", "how_much", "takes_part", "why")
    if named is not None:
        if s.has("when") and not s.has("starts", *STATED) and not many:
            return Finding("call_deadline", "strong")
        if many or (listed and not particular and s.has("call", "money")):
            return Finding("list_calls", "strong", listing=True)
        asking = particular or s.has("question", "when", "show", *STATED) or s.content() <= 3
        return Finding("call_detail", "strong" if asking else "mention")
    if s.has("when") and s.has("apply") and not many:
        return Finding("call_deadline", "strong")
    if s.has("detail", "takes_part") and s.plural("call") is False and not s.dates and not s.sure(*STATED):
        if not (s.sure("strictly_open") or listed):
            return Finding("call_detail", "strong")
    asking = (
        s.has("question", "show", "list", "open", *STATED, "where", "wants")
        or bool(s.dates)
        or s.content() <= 4
    )
    return Finding("list_calls", "strong" if asking else "mention", listing=True)


# about the bot, chat, and what is only half there


def _bot(s: Sentence) -> Finding | None:
    if s.has("help") and len(s.unknown) <= 1 and not s.dates and not s.sure("topic"):
        return Finding("help", "strong")
    rest = len(s.unknown) + s.content()
    if s.has("thanks") and (rest - len(s.all_at(("thanks",))) <= 2 or (not s.asks)):
        return Finding("thanks", "chat")
    greets = s.sure("greeting") and (s.at("greeting") or 0) <= 1 and not s.asks
    if greets or (s.has("greeting") and rest - len(s.all_at(("greeting",))) <= 2 and not s.dates):
        return Finding("greeting", "chat")
    return None


def _weak(s: Sentence) -> Finding | None:
    """Cues without a thing of ours: "o kada baigiasi?", "and the place?", "o kitą savaitę?"."""
    if s.unknown and not s.hits:
        return None
    if s.named("sector", least=0.4) is not None or (s.sure("strictly_open", *STATED) and not s.has("where")):
        return Finding("list_calls", "weak", listing=True)
    if s.has("link"):
        return Finding("meeting_detail", "weak", aspect="link")
    if s.has("detail", "takes_part", "about"):
        return Finding("call_detail", "weak")
    if s.dates and s.has("ends"):
        return Finding("list_calls", "weak", listing=True)  # what ends in a month are calls, not meetings
    if s.has("until_when", "time_left", "deadline", "ends"):
        choices = (
            ("call_deadline", "next_meeting") if not s.has("until_when") else ("call_deadline", "list_calls")
        )
        return Finding("not_understood", "weak", choices)
    if s.has("duration", "attendees"):
        return Finding("meeting_detail", "weak", aspect="duration" if s.has("duration") else "attendees")
    if s.has("place", "where"):
        return Finding("not_understood", "weak", ("meeting_detail", "contact_secretariat"), aspect="place")
    if s.dates and (s.has("happens", "list", "planned") or s.says("vyksta", "vyks", "happening", "bus")):
        return Finding("list_meetings", "weak", listing=True)
    if s.has("when", "next", "starts"):
        return Finding("not_understood", "weak", ("next_meeting", "call_deadline"))
    if s.dates and s.named("group", least=0.3) is not None:
        return Finding("list_meetings", "weak", listing=True)
    if s.dates and s.content() <= 2:
        return Finding("not_understood", "weak", ("list_meetings", "list_calls"))
    return None


def _rest(s: Sentence) -> Finding:
    """Nothing of ours: a real question or request is somebody else's matter, a lone word is just not understood."""
    if s.hits:
        return Finding("not_understood", "weak", ("call_detail", "list_calls"))
    said = len(s.unknown) + s.content()
    asks = s.sure("question", "when", "where", "show", "list", "how_much", "wants", "receives", "help")
    if s.unknown and (asks or len(s.unknown) >= 3) and said >= 1 and len(s.words) >= 2:
        return FOREIGN
    return NOTHING
