"""Calls in words: their state, their deadlines, days left, where a fact comes from."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from handlers.calls.status import (
    Status,
    days_left,
    extended,
    held_by,
    lost_deadline,
    next_deadline,
    status,
)
from handlers.chat import TITLE_LENGTH, Block, Bold, Link, Para, Spans, para, shorten
from handlers.context import Context
from handlers.i18n import N_, Translator
from storage.calls import Call, Why
from storage.moments import Moment, zone

OLD_CHECK = timedelta(days=14)

STATUS_WORDS: dict[Status, str] = {
    "forecast": N_("forecast"),
    "open": N_("open"),
    "closed": N_("closed"),
    "postponed": N_("postponed"),
    "suspended": N_("suspended"),
    "cancelled": N_("cancelled"),
}


def title(call: Call, ctx: Context, limit: int = TITLE_LENGTH) -> str:
    """The call's title in the reader's language, shortened to a heading."""
    return shorten(ctx.t.words(call.facts.title), limit) or call.id


def when(moment: Moment, ctx: Context) -> str:
    """A date as precise as it is known."""
    return ctx.t.moment(moment, ctx.today, ctx.zone)


def agency(call: Call, ctx: Context) -> str:
    """The agency by the name people use for it: its short id when that is an abbreviation, else its name."""
    organisation = ctx.structure.organisation(call.facts.agency)
    if organisation is None:
        return call.facts.agency
    return (
        organisation.id
        if len(organisation.id) <= 5 and organisation.id.isupper()
        else ctx.t.words(organisation.name)
    )


def left(moment: Moment, ctx: Context) -> str:
    """ "liko 3 dienos", "rytoj iki 17:00", "šiandien iki 17:00": in days of the association's calendar."""
    days = days_left(moment, ctx.now, ctx.zone)
    hour = ctx.t.hour(moment.last_instant().astimezone(zone(ctx.zone)).time()) if moment.time else ""
    if days < 0:
        return ctx.t("over")
    if days == 0:
        return ctx.t("today until {hour}", hour=hour) if hour else ctx.t("today")
    if days == 1:
        return ctx.t("tomorrow until {hour}", hour=hour) if hour else ctx.t("tomorrow")
    return ctx.t.n("{count} day left", "{count} days left", days)


def deadline_line(call: Call, ctx: Context) -> Spans:
    """The nearest deadline as a sentence, the date in bold; says so when there is none or its hour is unknown."""
    t = ctx.t
    deadline = next_deadline(call.facts, ctx.now)
    if deadline is None:
        if call.facts.closes:
            return t.rich("Applications closed on {day}.", day=Bold(when(call.facts.closes, ctx)))
        if call.facts.continuous:
            return (t("Applications are taken continuously; there is no closing date."),)
        return (t("No deadline has been announced."),)
    date = Bold(when(deadline, ctx))
    cutoff = deadline != call.facts.closes
    if deadline.precision != "hour":
        return (
            t.rich(
                "The next cut-off is {day} ({left}); no hour is given.", day=date, left=left(deadline, ctx)
            )
            if cutoff
            else t.rich("Apply until {day} ({left}); no hour is given.", day=date, left=left(deadline, ctx))
        )
    if cutoff:
        return t.rich("The next cut-off is {day} ({left}).", day=date, left=left(deadline, ctx))
    return t.rich("Apply until {day} ({left}).", day=date, left=left(deadline, ctx))


def state(call: Call, ctx: Context) -> tuple[Block, ...]:
    """What one needs to know first: open until when, or on hold since when, by whom, why, and what was before."""
    match status(call, ctx.now):
        case "open":
            return (Para(deadline_line(call, ctx)), *_extension(call, ctx))
        case "forecast":
            return (Para(_forecast(call, ctx)),)
        case "closed":
            return (Para(deadline_line(call, ctx)), *_extension(call, ctx))
        case _:
            return _held(call, ctx)


def _forecast(call: Call, ctx: Context) -> Spans:
    opens, closes = call.facts.opens, call.facts.closes
    if opens is None:
        return (ctx.t("It is planned; no dates have been announced."),)
    if opens.precision in ("hour", "day"):
        spans = ctx.t.rich("It is planned to open on {day}.", day=Bold(when(opens, ctx)))
    else:
        spans = ctx.t.rich(
            "It is planned to open in {period}; the day is not known yet.", period=Bold(when(opens, ctx))
        )
    return (*spans, " ", *ctx.t.rich("Apply until {day}.", day=when(closes, ctx))) if closes else spans


def _extension(call: Call, ctx: Context) -> tuple[Block, ...]:
    step = extended(call)
    if step is None:
        return ()
    return (
        Para(
            ctx.t.rich(
                "Extended: was {was} → now {now}.", was=when(step.was, ctx), now=Bold(when(step.now, ctx))
            )
        ),
        *because(step.change.why, ctx),
    )


def _held(call: Call, ctx: Context) -> tuple[Block, ...]:
    t, facts = ctx.t, call.facts
    assert facts.hold is not None
    day = t.day(facts.held_since, ctx.today) if facts.held_since else ""
    by = agency(call, ctx)
    match facts.hold, bool(day):
        case "postponed", True:
            first = t.rich("{state} on {day}.", state=Bold(t("Postponed")), day=day)
        case "suspended", True:
            first = t.rich("{state} since {day}.", state=Bold(t("Suspended")), day=day)
        case "cancelled", True:
            first = t.rich("{state} on {day}.", state=Bold(t("Cancelled")), day=day)
        case held, _:
            words = {"postponed": t("Postponed"), "suspended": t("Suspended"), "cancelled": t("Cancelled")}
            first = (Bold(words[held]), ".")
    if by:
        first = (*first, " ", *t.rich("Decided by {agency}.", agency=by))
    change = held_by(call)
    blocks: tuple[Block, ...] = (Para(first),)
    if change:
        blocks = (*blocks, *because(change.why, ctx))
    return (*blocks, *_dates_on_hold(call, ctx))


def _dates_on_hold(call: Call, ctx: Context) -> tuple[Block, ...]:
    """What the deadline was before the hold, and what it is now."""
    t, facts = ctx.t, call.facts
    if facts.hold == "cancelled":
        return ()
    was = lost_deadline(call)
    if was and facts.closes:
        return (
            Para(
                t.rich(
                    "Deadline: was {was} → now {now}.", was=when(was, ctx), now=Bold(when(facts.closes, ctx))
                )
            ),
        )
    if was:
        return (Para(t.rich("Deadline: was {was} → now not announced yet.", was=Bold(when(was, ctx)))),)
    if facts.closes:
        return (
            Para(
                t.rich(
                    "The deadline stays {day} unless a new one is announced.",
                    day=Bold(when(facts.closes, ctx)),
                )
            ),
        )
    return (para(t("New dates have not been announced yet.")),)


def because(why: Why, ctx: Context) -> tuple[Block, ...]:
    """The reason and who asked for it, where they are known."""
    parts = []
    if why.asked_by:
        parts.append(ctx.t("At the request of: {who}.", who=why.asked_by.rstrip(".")))
    if why.reason:
        parts.append(ctx.t("Reason: {reason}.", reason=why.reason.rstrip(".")))
    return (para(" ".join(parts)),) if parts else ()


def origin(call: Call, ctx: Context) -> Para:
    """Where this is known from and when it was last checked; an old check says so."""
    t = ctx.t
    day = t.day(call.checked_at.astimezone(zone(ctx.zone)).date(), ctx.today)
    url = source(call)
    if ctx.now - call.checked_at > OLD_CHECK:
        checked = t("last checked on {day}, so look at the source before you rely on it", day=day)
    else:
        checked = t("last checked on {day}", day=day)
    link: Link | str = url or t("the secretariat")
    if url.startswith(("http://", "https://")):
        link = Link(urlsplit(url).hostname or url, url)
    return Para(t.rich("Source: {source}; {checked}.", source=link, checked=checked))


def source(call: Call) -> str:
    """The address or the words that what is said comes from: that of the newest change that names one, else
    the call's own; empty when nobody said."""
    named = [c.why.source for c in reversed(call.history) if c.why.source]
    address = next((s for s in named if s.startswith(("http://", "https://"))), "")
    return address or call.facts.source or call.facts.link or next(iter(named), "")


def short(call: Call, ctx: Context) -> Spans:
    """A line and a half for lists: title, date, days left."""
    t = ctx.t
    name = title(call, ctx, 60)
    deadline = next_deadline(call.facts, ctx.now)
    where = status(call, ctx.now)
    if where == "open" and deadline:
        return (
            f"{name}: ",
            *t.rich("until {day} ({left})", day=Bold(when(deadline, ctx)), left=left(deadline, ctx)),
        )
    if where == "open":
        return (f"{name}: ", t("continuous"))
    if where == "forecast" and call.facts.opens:
        opens = call.facts.opens
        if opens.precision in ("hour", "day"):
            return (f"{name}: ", *t.rich("opens on {day}", day=Bold(when(opens, ctx))))
        return (f"{name}: ", *t.rich("planned for {period}", period=Bold(when(opens, ctx))))
    if where == "closed" and call.facts.closes:
        return (f"{name}: ", t("closed on {day}", day=when(call.facts.closes, ctx)))
    return (f"{name}: ", t(STATUS_WORDS[where]))


def words_of(t: Translator, state: Status) -> str:
    """A status in one word."""
    return t(STATUS_WORDS[state])
