"""Who changed what: the audit, as the secretariat reads it."""

from __future__ import annotations

from handlers import channels
from handlers.calls.fields import typed
from handlers.chat import Incoming, Items, Reply, Spans, para, say
from handlers.commands import Line
from handlers.context import Context
from handlers.i18n import N_
from storage.audit import Entry

SHOWN = 12
"""Entries shown in chat; the newest."""

VERBS = {
    "calls.add": N_("call added"),
    "calls.change": N_("call changed"),
    "calls.confirm": N_("call confirmed as checked"),
    "calls.remove": N_("call removed with the import that added it"),
    "calls.take_over": N_("list of calls imported"),
    "meetings.add": N_("meeting added"),
    "meetings.change": N_("meeting changed"),
    "association.take_over": N_("association imported"),
    "association.take_back": N_("association as it was before the import"),
    "meetings.remove": N_("meeting removed with the import that added it"),
    "meetings.take_over": N_("calendar imported"),
    "members.take_over": N_("list of members imported"),
    "members.remove": N_("member removed with the import that added them"),
    "imports.undo": N_("import undone"),
    "channels.connect": N_("channel connected"),
    "channels.disconnect": N_("channel disconnected"),
    "members.add": N_("member added"),
    "members.change": N_("member changed"),
    "members.set_language": N_("language changed"),
    "members.hand_over": N_("handed over"),
    "members.set_role": N_("role changed"),
    "members.set_wishes": N_("what is sent changed"),
    "members.invite": N_("invitation made"),
    "members.join": N_("joined"),
    "members.link_code": N_("code for another account made"),
    "members.link": N_("account linked"),
    "members.regain": N_("lost account shut out"),
    "members.unlink": N_("account unlinked"),
    "members.approve": N_("request to join approved"),
    "members.decline": N_("request to join declined"),
    "members.request": N_("asked to join"),
    "surveys.add": N_("survey added"),
    "surveys.change": N_("survey changed"),
    "surveys.remove": N_("draft of a survey removed"),
    "surveys.open": N_("survey opened"),
    "surveys.move": N_("a survey's closing moved"),
    "surveys.forward": N_("survey passed on to companies"),
    "surveys.close": N_("survey closed"),
    "surveys.follow": N_("said of which survey it is a round"),
    "redactions.decide": N_("decided what is hidden in a text"),
    "redactions.everywhere": N_("decided on a word in all texts"),
    "redactions.share": N_("what people wrote shared"),
    "redactions.withhold": N_("what people wrote withheld"),
    "consultations.add": N_("consultation added"),
    "consultations.change": N_("consultation changed"),
    "consultations.remove": N_("draft consultation removed"),
    "consultations.open": N_("consultation opened"),
    "consultations.move": N_("consultation's closing moved"),
    "consultations.close": N_("consultation closed"),
    "consultations.decide": N_("decided on a remark"),
    "consultations.publish": N_("decisions published"),
    "questions.open": N_("question passed on"),
    "questions.add": N_("question continued"),
    "questions.take_back": N_("question taken back"),
    "questions.take": N_("question taken"),
    "questions.hand_back": N_("question handed back"),
    "questions.answer": N_("question answered"),
    "questions.close": N_("question closed without an answer"),
    "questions.reopen": N_("question opened again"),
    "announcements.keep": N_("announcement put aside"),
    "announcements.change": N_("draft of an announcement changed"),
    "announcements.drop": N_("draft of an announcement closed"),
    "announcements.appoint": N_("deputy named"),
    "announcements.dismiss": N_("deputy ended"),
    "sendings.open": N_("sending begun or approved"),
    "sendings.paused": N_("sending paused"),
    "sendings.recalled": N_("sending taken back"),
    "sendings.change": N_("announcement corrected"),
    "sendings.again": N_("sent again"),
    "vocabulary.teach": N_("word taught"),
    "vocabulary.forget": N_("word forgotten"),
}

FIELDS = {
    "name": N_("name"),
    "organisation": N_("organisation"),
    "role": N_("the role"),
    "language": N_("language"),
    "email": N_("e-mail address"),
    "accounts": N_("accounts"),
    "holdings": N_("seats in working groups"),
    "wishes": N_("what is sent"),
    "following": N_("followed calls"),
    "title": N_("title"),
    "group": N_("group"),
    **dict.fromkeys(
        ("start", "minutes", "zone", "all_day", "tentative", "rule", "extra", "dropped", "exceptions"),
        N_("time"),
    ),
    "cancelled": N_("whether it takes place"),
    **dict.fromkeys(("mode", "place"), N_("place")),
    "link": N_("link"),
    "agenda": N_("agenda"),
    "documents": N_("documents"),
    "chair": N_("who chairs"),
}
"""What of a member or a meeting was changed, as people call it."""


async def history(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The newest entries of the audit, of one record when it is named by its id."""
    subject = line.words[0] if line.words else None
    entries = await ctx.store.audit.latest(SHOWN, subject)
    if not entries:
        return say(ctx.t("Nothing has been changed yet."))
    names = {m.id: m.person.name for m in await ctx.store.members.all()}
    posted = channels.names(ctx)
    lines: list[Spans] = []
    for e in entries:
        who = names.get(e.who or e.subject) or (ctx.t("operator") if e.who == "operator" else ctx.t("guest"))
        when = ctx.t.at(e.at, ctx.zone, ctx.today)
        what = ctx.t(VERBS[e.verb]) if e.verb in VERBS else e.verb
        labels = await _reason(e, ctx) if e.verb == "sendings.open" else _labels(e, ctx)
        fields = f" ({', '.join(labels)})" if labels else ""
        subject = posted.get(e.subject) or ", ".join(filter(None, (names.get(e.subject), e.subject)))
        lines.append((f"{when}: {who}: {what}, {subject}{fields}",))
    return Reply((para(ctx.t("The newest changes:")), Items(tuple(lines))))


async def _reason(entry: Entry, ctx: Context) -> tuple[str, ...]:
    """Why an announcement was urgent, beside who sent it."""
    found = await ctx.store.sendings.get(entry.subject)
    reason = str(found.content.get("urgent") or "") if found else ""
    return (ctx.t("urgent: {reason}", reason=reason),) if reason else ()


def _labels(entry: Entry, ctx: Context) -> tuple[str, ...]:
    """The changed fields by the names that people know, each once; of a list the file. The day of a hold is part of
    its status, and a verb of one field says itself what it changed."""
    if entry.verb.endswith(".take_over") or entry.verb == "imports.undo":
        return entry.fields
    if entry.verb.startswith("calls."):
        return tuple(ctx.t(typed(name).label) for name in entry.fields if name != "held_since")
    if entry.verb not in ("members.change", "members.hand_over", "meetings.change"):
        return ()
    return tuple(dict.fromkeys(ctx.t(FIELDS[name]) for name in entry.fields if name in FIELDS))
