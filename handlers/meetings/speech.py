"""Meetings in words: when and where, what was moved or cancelled, how far away it is."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from handlers.access import in_group
from handlers.chat import TITLE_LENGTH, Bold, Code, Link, Para, Span, Spans, para, shorten
from handlers.context import Context
from handlers.meetings.occurrences import Occurrence
from storage.moments import zone


def title(o: Occurrence, ctx: Context, limit: int = TITLE_LENGTH) -> str:
    """Its title in the reader's language, shortened to a heading."""
    return shorten(ctx.t.words(o.title), limit) or o.id


def local_day(o: Occurrence, at: datetime, ctx: Context) -> date:
    """The day of that instant: of an all-day meeting its own, else the association's."""
    return at.date() if o.all_day else at.astimezone(zone(ctx.zone)).date()


def when(o: Occurrence, ctx: Context, start: datetime | None = None) -> str:
    """ "ketvirtadienį, spalio 1 d., 14:00–16:00"; with `start` as it would be were it to begin then."""
    begin = start or o.start
    end = begin + (o.end - o.start)
    first = local_day(o, begin, ctx)
    if o.all_day:
        last = local_day(o, end - timedelta(seconds=1), ctx)
        if last <= first:
            return ctx.t.day(first, ctx.today, weekday=True)
        return ctx.t(
            "from {first} to {last}", first=ctx.t.day(first, ctx.today), last=ctx.t.day(last, ctx.today)
        )
    if local_day(o, end, ctx) != first:
        return ctx.t(
            "from {first} to {last}",
            first=ctx.t.at(begin, ctx.zone, ctx.today),
            last=ctx.t.at(end, ctx.zone, ctx.today),
        )
    text = ctx.t.at(begin, ctx.zone, ctx.today, weekday=True)
    return f"{text}–{ctx.t.hour(end.astimezone(zone(ctx.zone)).time())}" if end > begin else text


def begins(o: Occurrence, ctx: Context, start: datetime | None = None) -> str:
    """Its day and hour alone: "ketvirtadienį, spalio 1 d., 14:00"."""
    begin = start or o.start
    if o.all_day:
        return ctx.t.day(local_day(o, begin, ctx), ctx.today, weekday=True)
    return ctx.t.at(begin, ctx.zone, ctx.today, weekday=True)


def away(o: Occurrence, ctx: Context) -> str:
    """ "šiandien", "rytoj", "po 3 dienų", "jau prasidėjo", "jau įvyko"."""
    days = (local_day(o, o.start, ctx) - ctx.today).days
    if o.end <= ctx.now:
        return ctx.t("has taken place")
    if o.start <= ctx.now and not o.all_day:
        return ctx.t("has begun")
    if days <= 0:
        return ctx.t("today")
    if days == 1:
        return ctx.t("tomorrow")
    return ctx.t.n("in {count} day", "in {count} days", days)


def happened(o: Occurrence, ctx: Context) -> tuple[Para, ...]:
    """What became of it since it was planned: moved and from where, and why."""
    found: list[Para] = []
    if o.was and not o.cancelled:
        found.append(
            Para(
                ctx.t.rich(
                    "Moved: it was {was} → now {now}.", was=begins(o, ctx, o.was), now=Bold(begins(o, ctx))
                )
            )
        )
    if o.was_place and not o.cancelled:
        was, now = shorten(o.was_place, 150), shorten(o.place, 150)
        if now:
            found.append(
                Para(ctx.t.rich("The place has changed: it was {was} → now {now}.", was=was, now=Bold(now)))
            )
        else:
            found.append(para(ctx.t("It does not take place there any more: {was}.", was=was)))
    if o.reason and (found or o.cancelled):
        found.append(para(ctx.t("Reason: {reason}", reason=shorten(o.reason, 300))))
    return tuple(found)


def place(o: Occurrence, ctx: Context) -> Para:
    """Where it is, in one line."""
    said = Bold(shorten(o.place, 200))
    match o.mode:
        case "written":
            return para(ctx.t("It is decided in writing; nobody needs to come."))
        case "online" if not o.place:
            return Para(ctx.t.rich("It takes place {online}.", online=Bold(ctx.t("online"))))
        case "hybrid" if o.place:
            return Para(ctx.t.rich("Place: {place}, and online.", place=said))
    if o.place:
        return Para(ctx.t.rich("Place: {place}.", place=said))
    return para(ctx.t("The place has not been announced yet."))


def may_join(o: Occurrence, ctx: Context, private: bool) -> bool:
    """Whether the reader may see the join link here: only its group's members, and only in private."""
    return private and in_group(ctx, o.group or None)


def link(o: Occurrence, ctx: Context, private: bool) -> Para | None:
    """The way in, or how to get it; None when the meeting has no link."""
    if not o.link or o.cancelled:
        return None
    if may_join(o, ctx, private):
        return Para(join(o.link, ctx))
    if not in_group(ctx, o.group or None):
        return para(ctx.t("Only members of the group see the join link."))
    return para(ctx.t("Write to me in private for the join link."))


def join(address: str, ctx: Context) -> Spans:
    """An address to press, or to copy where it is none that may be pressed."""
    if address.startswith(("http://", "https://")):
        return (Link(ctx.t("Join online"), address),)
    return ctx.t.rich("Join online: {address}", address=Code(shorten(address, 300)))


def duration(minutes: int, ctx: Context) -> str:
    """ "2 val.", "1 val. 30 min.", "1 diena" of 1440 minutes."""
    days, rest = divmod(minutes, 1440)
    if days and not rest:
        return ctx.t.n("{count} day", "{count} days", days)
    hours, left = divmod(minutes, 60)
    if not hours:
        return ctx.t("{minutes} min", minutes=left)
    return (
        ctx.t("{hours} h {minutes} min", hours=hours, minutes=left)
        if left
        else ctx.t("{hours} h", hours=hours)
    )


def row(o: Occurrence, ctx: Context, group: str) -> Spans:
    """One line of a list: when, what, whose, how far away or what became of it."""
    spans: list[Span] = [Bold(begins(o, ctx)), " · ", title(o, ctx, 60)]
    if group:
        spans.append(f" · {shorten(group, 50)}")
    if o.cancelled:
        spans += [" · ", ctx.t("it is cancelled")]
    else:
        spans += [" · ", away(o, ctx)]
        if o.was:
            spans += [" · ", ctx.t("moved, it was {was}", was=begins(o, ctx, o.was))]
    return tuple(spans)
