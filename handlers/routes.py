"""Command → handler, and what was understood → a command line: visible dicts."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, timedelta

from handlers import (
    calendars,
    channels,
    connecting,
    digest,
    following,
    groups,
    guide,
    handed,
    handover,
    heard,
    history,
    home,
    inbox,
    intake,
    invitations,
    linking,
    membership,
    nudging,
    progress,
    questions,
    regaining,
    reminders,
    reports,
    sendings,
    settings,
    told,
    vocabulary,
    waiting,
    wishes,
)
from handlers.announcements import deputies, handing, keeping, mending, reading, trying
from handlers.calls import changes, show
from handlers.calls.filters import Filter, slug
from handlers.calls.filters import line as calls_line
from handlers.chat import Answers, Incoming, Reply
from handlers.commands import Line
from handlers.consultations import deciding, saying
from handlers.consultations import making as consultation_making
from handlers.consultations import pushes as consultation_pushes
from handlers.consultations import reading as consultation_reading
from handlers.consultations import running as consultation_running
from handlers.context import Context
from handlers.meetings import adding
from handlers.meetings import changes as meeting_changes
from handlers.meetings import show as meeting_show
from handlers.surveys import (
    answering,
    hidden_words,
    making,
    passing_on,
    previewing,
    pushes,
    repeating,
    results,
    reviewing,
    running,
    sharing,
    showing,
)
from handlers.understanding.reading import Name, Names, Understanding, Window
from handlers.understanding.synonyms import Synonyms
from storage.association import Structure
from storage.calls import Call
from storage.sendings import Delivery, Sending
from storage.vocabulary import Synonym

Handler = Callable[[Incoming, Context, Line], Awaitable[Reply]]


async def _bymail(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Whom only mail reaches."""
    from handlers import mailing  # heavy, and not needed for a question

    return await mailing.bymail(msg, ctx, line)


HANDLERS: Mapping[str, Handler] = {
    "calls": show.calls,
    "call": show.call,
    "deadlines": show.deadlines,
    "meetings": meeting_show.meetings,
    "meeting": meeting_show.meeting,
    "groups": groups.groups,
    "channel": connecting.channel,
    "calendar": calendars.calendar,
    "settings": settings.settings,
    "language": settings.language,
    "follow": following.follow,
    "unfollow": following.unfollow,
    "following": following.following,
    "reminders": following.reminders,
    "topic": wishes.topic,
    "snooze": wishes.snooze,
    "quiet": wishes.quiet,
    "platform": wishes.platform,
    "join": membership.join,
    "link": linking.link,
    "unlink": linking.unlink,
    "surveys": showing.surveys,
    "survey": running.survey,
    "fill": answering.fill,
    "handin": answering.handin,
    "changeanswer": answering.changeanswer,
    "myanswers": answering.myanswers,
    "passon": passing_on.passon,
    "results": results.results,
    "beside": results.beside,
    "texts": reviewing.texts,
    "text": reviewing.text,
    "hide": reviewing.hide,
    "unhide": reviewing.unhide,
    "hideword": hidden_words.hideword,
    "unhideword": hidden_words.unhideword,
    "sharetexts": sharing.sharetexts,
    "withholdtexts": sharing.withholdtexts,
    "newsurvey": making.newsurvey,
    "addquestion": making.addquestion,
    "dropquestion": making.dropquestion,
    "questions": running.questions,
    "trysurvey": running.trysurvey,
    "looksurvey": previewing.looksurvey,
    "opensurvey": running.opensurvey,
    "movesurvey": running.movesurvey,
    "remindsurvey": running.remindsurvey,
    "closesurvey": running.closesurvey,
    "dropsurvey": running.dropsurvey,
    "repeatsurvey": repeating.repeatsurvey,
    "rounds": repeating.rounds_,
    "roundof": repeating.roundof,
    "consultations": consultation_reading.consultations,
    "consultation": consultation_running.consultation,
    "section": consultation_reading.section,
    "others": consultation_reading.others,
    "agree": saying.agree,
    "agreerest": saying.agreerest,
    "remark": saying.remark,
    "propose": saying.propose,
    "unsay": saying.unsay,
    "newconsultation": consultation_making.newconsultation,
    "openconsultation": consultation_running.openconsultation,
    "moveconsultation": consultation_running.moveconsultation,
    "remindconsultation": consultation_running.remindconsultation,
    "closeconsultation": consultation_running.closeconsultation,
    "dropconsultation": consultation_running.dropconsultation,
    "remarks": deciding.remarks,
    "decide": deciding.decide,
    "remarktable": deciding.remarktable,
    "publish": deciding.publish,
    "help": guide.help_,
    "home": home.home,
    "start": linking.start,
    "contact": guide.contact,
    "ask": questions.ask,
    "takeback": questions.takeback,
    "inbox": inbox.inbox,
    "take": inbox.take,
    "handback": inbox.handback,
    "respond": inbox.respond,
    "dismiss": inbox.dismiss,
    "reopen": inbox.reopen,
    "newcall": changes.newcall,
    "edit": changes.edit,
    **dict.fromkeys(changes.ACTS, changes.act),
    "checked": changes.checked,
    "newmeeting": adding.newmeeting,
    "move": meeting_changes.move,
    "cancelmeeting": meeting_changes.cancelmeeting,
    "agenda": meeting_changes.agenda,
    "invite": membership.invite,
    "joined": invitations.who_joined,
    "bymail": _bymail,
    "requests": membership.requests,
    "approve": membership.approve,
    "decline": membership.decline,
    "role": membership.role,
    "handover": handover.handover,
    "regain": regaining.regain,
    "history": history.history,
    "import": intake.import_,
    "undoimport": intake.undoimport,
    "export": intake.export,
    "announce": handing.announce,
    "drafts": keeping.drafts_,
    "trial": trying.trial,
    "deputy": deputies.deputy,
    "announcements": reading.latest,
    "enclosed": reading.open_,
    "digest": digest.digest,
    "digestrun": digest.digestrun,
    "digestnote": digest.digestnote,
    "read": reading.read,
    "why": reading.why,
    "sending": reports.sending,
    "release": sendings.release,
    "correct": mending.correct,
    "recall": sendings.recall,
    "resend": sendings.resend,
    "settle": sendings.settle,
    "nudge": nudging.nudge,
    "told": heard.told,
    "unanswered": vocabulary.unanswered,
    "teach": vocabulary.teach,
    "synonyms": vocabulary.synonyms,
    "forget": vocabulary.forget,
}

Keeper = Callable[[Context, Line, Answers], Awaitable[None]]

KEEPERS: Mapping[str, Keeper] = {"fill": answering.keep}
"""Who keeps the answers so far of a form that is kept at every step."""

KEPT: tuple[Callable[[Context], Awaitable[tuple[str, ...]]], ...] = (answering.forms_of,)
"""Who knows the commands of such forms."""

Composer = Callable[[Sending, Delivery, Context], Awaitable[Reply | None]]

COMPOSERS: Mapping[str, Composer] = {
    "change": told.compose,
    "channel": connecting.compose,
    "announcement": reading.compose,
    "test": trying.compose,
    "joining": membership.compose,
    "linked": linking.compose,
    "handover": handed.compose,
    "regained": regaining.compose,
    "digest": digest.compose,
    "progress": progress.compose,
    "nudge": nudging.compose,
    "approval": progress.compose_approval,
    "reminder": reminders.compose,
    "survey": pushes.compose,
    "surveyreminder": pushes.compose,
    "surveymoved": pushes.compose_moved,
    "surveyclosed": pushes.compose_closed,
    "redacted": reviewing.compose,
    "consultation": consultation_pushes.compose,
    "consultationreminder": consultation_pushes.compose,
    "consultationmoved": consultation_pushes.compose_moved,
    "consultationclosed": consultation_pushes.compose_closed,
    "decisions": consultation_pushes.compose_decisions,
    "answer": questions.compose,
    "inbox": waiting.compose,
    "overdue": waiting.compose,
}
"""What a delivery of each kind says to its reader; None when it is of no use to them any more."""


async def compose(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """What the delivery says now: to a member in their language, in a channel in those of its group."""
    composer = COMPOSERS[sending.kind]
    if ctx.channel is None:
        return await composer(sending, delivery, ctx)
    return await channels.in_its_languages(ctx.channel, ctx, lambda own: composer(sending, delivery, own))


def names(structure: Structure, calls: tuple[Call, ...], taught: tuple[Synonym, ...] = ()) -> Names:
    """Everything in the store that people call by a name."""
    found = [
        Name("agency" if o.kind == "agency" else "organisation", o.id, _named(o.id, *o.name.both, *o.aliases))
        for o in structure.organisations
    ]
    found += [Name("group", g.id, _named(*g.name.both, *g.aliases)) for g in structure.groups]
    found += [
        Name("call", c.id, _named(*c.facts.title.both, c.facts.number), (slug(c.facts.measure),))
        for c in calls
    ]
    measures = {slug(c.facts.measure): c.facts.measure for c in calls if c.facts.measure}
    found += [Name("measure", id, (name,)) for id, name in measures.items()]
    sectors = {slug(s): s for c in calls for s in c.facts.sectors}
    found += [Name("sector", id, (name,)) for id, name in sectors.items()]
    return Names(tuple(found), Synonyms((one.said, one.means) for one in taught))


def _named(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def line_of(understood: Understanding, ctx: Context) -> str | None:
    """The command line that the words came to, or None when they came to none."""
    slots = understood.slots
    match understood.intent:
        case "list_calls":
            return calls_line(_filter(slots))
        case "call_detail":
            return _call(slots)
        case "call_deadline":
            named = _call(slots)
            if named == "calls":
                return "deadlines"
            return f"{named} deadline" if named.startswith("call ") else named
        case "list_meetings":
            return _meeting_line("meetings", slots)
        case "next_meeting":
            return _meeting_line("meeting", slots)
        case "meeting_detail" if slots.get("aspect") == "attendees":
            return f"groups {_text(slots, 'group') or ''}".strip()
        case "meeting_detail":
            return _meeting_line("meeting", slots, aspect=True)
        case "calendar_export":
            return f"calendar {_text(slots, 'call') or _text(slots, 'group') or ''}".strip()
        case "subscribe" | "unsubscribe" if _named_call(slots):
            return f"{'follow' if understood.intent == 'subscribe' else 'unfollow'} {_named_call(slots)}"
        case "subscribe" | "unsubscribe":
            wanted = "on" if understood.intent == "subscribe" else "off"
            return f"topic {_text(slots, 'topic')} {wanted}" if slots.get("topic") else "topic"
        case "my_subscriptions":
            return "topic"
        case "latest_digest":
            earlier = digest.EARLIER if _before_this_week(slots.get("window"), ctx) else ""
            return " ".join(filter(None, ("digest", _text(slots, "group"), earlier)))
        case "latest_announcements":
            return "announcements"
        case "open_surveys":
            return "surveys"
        case "contact_secretariat":
            return "contact"
        case "help":
            return "help"
    return None


def _before_this_week(window: object, ctx: Context) -> bool:
    monday = ctx.today - timedelta(days=ctx.today.weekday())
    return isinstance(window, Window) and window.last is not None and window.last < monday


_CALL_ID = re.compile(r"c\d+")
_SHOWN = {
    "calls": "list_calls",
    "meetings": "list_meetings",
    "meeting": "next_meeting",
    "call": "call_detail",
}
"""What a command shows that was typed or pressed, as if it had been asked for: the next words may go on from it."""


def meant_by(line: Line, ctx: Context) -> Understanding | None:
    """What a command of calls or meetings stands for in words, None for any other."""
    intent = _SHOWN.get(line.command.en)
    if intent is None:
        return None
    first = line.words[0] if line.words else ""
    slots = {"call": first} if _CALL_ID.fullmatch(first) else {}
    if first and ctx.structure.group(first):
        slots = {"group": first}
    if intent == "call_detail":
        return (
            Understanding("call_deadline" if "deadline" in line.words else intent, slots) if slots else None
        )
    return Understanding(intent, slots)


def _text(slots: Mapping[str, object], name: str) -> str | None:
    value = slots.get(name)
    return value if isinstance(value, str) else None


def _filter(slots: Mapping[str, object]) -> Filter:
    window = slots.get("window")
    first, last = (window.first, window.last) if isinstance(window, Window) else (None, None)
    status = _text(slots, "status")
    return Filter(
        status="forecast" if status == "planned" else status,
        agency=_text(slots, "agency"),
        measure=_text(slots, "measure"),
        sector=_text(slots, "sector"),
        first=first,
        last=last,
    )


def _call(slots: Mapping[str, object]) -> str:
    """The call asked about, by its id or its measure; the list where nothing was named."""
    if call := _text(slots, "call"):
        return f"call {call}"
    if measure := _text(slots, "measure"):
        return f"call m:{measure[:24]}"
    return calls_line(_filter(slots))


def _named_call(slots: Mapping[str, object]) -> str:
    """A call that can be followed, by its id or its measure; empty where none was named."""
    named = _call(slots)
    return named.removeprefix("call ") if named.startswith("call ") else ""


def _meeting_line(command: str, slots: Mapping[str, object], *, aspect: bool = False) -> str:
    words = [command]
    if group := _text(slots, "group"):
        words.append(group)
    if aspect and (asked := _text(slots, "aspect")):
        words.append(asked)
    asked_for = slots.get("window")
    if isinstance(asked_for, Window):
        words.append("..".join(_iso(day) for day in (asked_for.first, asked_for.last)))
    return " ".join(words)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
