"""What people were told and what has become of it: whoever heard an old date hears the new one, once.

A notice about a call or a meeting is due when it has been left alone for SETTLED. Who hears it is found then: everyone
whom an answer, a notice or anything else told a value that is another one now. What was changed back before that
concerns nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from handlers.calls.changes import differences
from handlers.calls.speech import because, origin, state
from handlers.calls.speech import title as call_title
from handlers.chat import Block, Bold, Button, Fact, Items, Reply, Spans, para, rows, shorten
from handlers.context import Context
from handlers.meetings.occurrences import Occurrence, occurrence
from handlers.meetings.speech import begins
from storage.calls import Call, Change, Facts
from storage.channels import is_channel
from storage.codec import value
from storage.conversation import Told
from storage.meetings import Meeting, Plan
from storage.members import Member
from storage.sendings import Delivery, NewSending, Sending
from storage.store import Store

SETTLED = timedelta(minutes=10)
"""Changes that follow one another within it are one notice."""
USEFUL = timedelta(days=14)
"""A notice that has not left by then is of no use any more."""

CALL_FIELDS = ("hold", "closes", "opens", "cutoffs")

F = TypeVar("F", Facts, Plan)


@dataclass(frozen=True, slots=True)
class Due:
    """A notice that should be there, and who should get it (members and channels, in the order they were told)."""

    sending: NewSending
    recipients: tuple[str, ...]


async def due(store: Store, now: datetime) -> tuple[Due, ...]:
    """The notices that should exist now."""
    found = []
    members = await store.members.all()
    for call in await store.calls.all():
        if call.history and call.history[-1].at <= now - SETTLED:
            told = await store.conversation.told(call.id)
            changer = call.history[-1].by
            heard = _with_followers(_heard(told, changer), call, (m for m in members if m.id != changer))
            found.append(_due(call, tuple(m for m, t in heard.items() if _outdated_call(call, t)), now))
    for meeting in await store.meetings.all():
        if meeting.history and meeting.history[-1].at <= now - SETTLED:
            told = await store.conversation.told(meeting.id)
            heard = _heard(told, meeting.history[-1].by)
            who = tuple(m for m, t in heard.items() if _outdated_meeting(meeting, t, now))
            found.append(_due(meeting, who, now))
    speak = await _channels_that_speak(store)
    found = [replace(one, recipients=tuple(filter(speak, one.recipients))) for one in found]
    return tuple(one for one in found if one.recipients)


async def _channels_that_speak(store: Store) -> Callable[[str], bool]:
    """Whether a recipient is to hear of anything: people are; a channel while its working group has it."""
    working = {g.id for g in (await store.association.structure()).groups if not g.archived}
    open_ = {c.id for c in await store.channels.all() if c.connected and c.group in working}
    return lambda recipient: not is_channel(recipient) or recipient in open_


def _due(record: Call | Meeting, recipients: tuple[str, ...], now: datetime) -> Due:
    content = {"subject": record.id, "version": record.version}
    return Due(NewSending("change", key(record), content, now, now + USEFUL), recipients)


def key(record: Call | Meeting) -> str:
    """The natural key of the notice of its present version."""
    return f"change {record.id} v{record.version}"


def _heard(told: tuple[Told, ...], changer: str) -> dict[str, dict[str, int]]:
    """Of each member the newest version that they were told of each field; whoever changed it knows."""
    heard: dict[str, dict[str, int]] = {}
    for one in told:
        if one.member != changer:
            known = heard.setdefault(one.member, {})
            known[one.field] = max(known.get(one.field, 0), one.version)
    return heard


def _with_followers(
    heard: dict[str, dict[str, int]], call: Call, members: Iterable[Member]
) -> dict[str, dict[str, int]]:
    """The same, and whoever follows it: they know of all of it what was so when they began."""
    for member in members:
        if following := member.follows(call.id):
            known = heard.setdefault(member.id, {})
            for field in CALL_FIELDS:
                known[field] = max(known.get(field, 0), following.version)
    return heard


def as_told(facts: F, history: tuple[Change, ...], version: int) -> F:
    """The facts or plan as that version had them."""
    known: dict[str, Any] = {}
    for step in reversed(history):
        if step.version > version:
            known[step.field] = value(type(facts), step.field, step.was)
    names = {f.name for f in fields(facts)}
    return replace(facts, **{name: was for name, was in known.items() if name in names})


# Calls


def _outdated_call(call: Call, heard: Mapping[str, int]) -> dict[str, Any]:
    """What they were told of it and is another now: the old value of each such field."""
    old: dict[str, Any] = {}
    for field in CALL_FIELDS:
        if (version := heard.get(field)) is not None and version < call.version:
            was = getattr(as_told(call.facts, call.history, version), field)
            if was != getattr(call.facts, field):
                old[field] = was
    return old


def _about_call(call: Call, heard: Mapping[str, int], ctx: Context) -> Reply | None:
    old = _outdated_call(call, heard)
    if not old:
        return None
    was = replace(call.facts, **old)
    now = {field: getattr(call.facts, field) for field in old}
    blocks: list[Block] = [
        para(_changed(call, ctx)),
        para(Bold(call_title(call, ctx))),
        *differences(was, now, ctx),
    ]
    why = next((step.why for step in reversed(call.history) if step.field in old), None)
    if why is not None:
        blocks += because(why, ctx)
    if "hold" in old and call.facts.hold is None:
        blocks += state(call, ctx)
    blocks.append(origin(call, ctx))
    told = tuple(Fact(call.id, field, call.version) for field in CALL_FIELDS if field in heard)
    return Reply(tuple(blocks), buttons=rows(Button(ctx.t("Everything"), f"call {call.id}")), told=told)


def _changed(call: Call, ctx: Context) -> str:
    """Which call, by what the reader has to do with it."""
    if ctx.channel is not None:
        return ctx.t("A call that was spoken of here has changed.")
    if ctx.member and ctx.member.follows(call.id):
        return ctx.t("A call that you follow has changed.")
    return ctx.t("A call that you asked about has changed.")


# Meetings


def _outdated_meeting(
    meeting: Meeting, heard: Mapping[str, int], now: datetime
) -> list[tuple[Occurrence, Occurrence]]:
    """Occurrences not over yet that begin or are elsewhere than told, or were cancelled: as told, as they are."""
    changed: dict[str, tuple[Occurrence, Occurrence]] = {}
    for field, version in heard.items():
        day, _, what = field.rpartition(".")
        if version >= meeting.version or what not in ("start", "place"):
            continue
        before = replace(meeting, plan=as_told(meeting.plan, meeting.history, version))
        was, one = occurrence(before, day), occurrence(meeting, day)
        if was is None or one is None or max(was.end, one.end) <= now:
            continue
        other_place = what == "place" and was.place != one.place
        if was.start != one.start or was.cancelled != one.cancelled or other_place:
            changed[day] = (was, one)
    return [changed[day] for day in sorted(changed)]


def _about_meeting(meeting: Meeting, heard: Mapping[str, int], ctx: Context) -> Reply | None:
    changed = _outdated_meeting(meeting, heard, ctx.now)
    if not changed:
        return None
    lines = tuple(line for was, now in changed for line in _moved(was, now, ctx))
    blocks: list[Block] = [
        para(
            ctx.t("A meeting that was spoken of here has changed.")
            if ctx.channel
            else ctx.t("A meeting that you asked about has changed.")
        ),
        para(Bold(shorten(ctx.t.words(meeting.plan.title), 120) or meeting.id)),
        Items(lines),
    ]
    reasons = [now.reason for _, now in changed if now.reason]
    why = meeting.history[-1].why
    if reasons:
        blocks.append(para(ctx.t("Reason: {reason}.", reason=reasons[-1].rstrip("."))))
    else:
        blocks += because(why, ctx)
    told = tuple(Fact(meeting.id, field, meeting.version) for field in heard)
    return Reply(
        tuple(blocks),
        buttons=rows(Button(ctx.t("Show the meeting"), f"meeting {changed[0][1].id}")),
        told=told,
    )


def _moved(was: Occurrence, now: Occurrence, ctx: Context) -> list[Spans]:
    t = ctx.t
    if now.cancelled and not was.cancelled:
        return [t.rich("{when}: does not take place.", when=Bold(begins(was, ctx)))]
    lines: list[Spans] = []
    if was.start != now.start or was.cancelled != now.cancelled:
        lines.append(t.rich("It was {was} → now {now}", was=begins(was, ctx), now=Bold(begins(now, ctx))))
    if was.place != now.place:
        before, after = (shorten(o.place, 150) or t("not known") for o in (was, now))
        lines.append(t.rich("Place: was {was} → now {now}", was=before, now=Bold(after)))
    return lines


async def pressing(sending: Sending, member: Member, store: Store, now: datetime) -> datetime | None:
    """The first instant still to come of those that a notice is about, the old and the new: what it tells has to be
    known before. None when it is about none, or of no use to that reader."""
    record, heard = await _concerned(sending, member.id, member, store)
    instants: list[datetime] = []
    if isinstance(record, Call):
        old = _outdated_call(record, heard)
        for facts in (record.facts, replace(record.facts, **old)) if old else ():
            instants += [at.last_instant() for at in (facts.closes, *facts.cutoffs) if at is not None]
            instants += [facts.opens.first_instant()] if facts.opens else []
    elif record is not None:
        instants += [one.start for pair in _outdated_meeting(record, heard, now) for one in pair]
    return min((at for at in instants if at > now), default=None)


# One notice


async def _concerned(
    sending: Sending, recipient: str, member: Member | None, store: Store
) -> tuple[Call | Meeting | None, dict[str, int]]:
    """What a notice is about, None when it has changed once more, and the versions of it that its reader has heard."""
    subject = str(sending.content["subject"])
    record: Call | Meeting | None = (
        await store.calls.get(subject) if subject.startswith("c") else await store.meetings.get(subject)
    )
    if record is None or record.version != sending.content["version"]:
        return None, {}
    everybody = _heard(await store.conversation.told(subject), "")
    if isinstance(record, Call):
        everybody = _with_followers(everybody, record, (member,) if member else ())
    return record, everybody.get(recipient, {})


async def compose(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """The notice for one reader, was → now for just what they were told; None when it is of no use to them any more:
    it was changed back, they have heard meanwhile, or it has changed once more and another notice is coming."""
    record, heard = await _concerned(sending, delivery.recipient, ctx.member, ctx.store)
    if record is None:
        return None
    return _about_call(record, heard, ctx) if isinstance(record, Call) else _about_meeting(record, heard, ctx)
