"""Taking in what others send: a file beside what is remembered, as differences, taken over whole or not at all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import PurePath
from typing import Any, Protocol, TypeVar

from handlers import survey_files
from handlers.calls.speech import STATUS_WORDS
from handlers.calls.status import Status, status
from handlers.chat import Block, Reply, shorten
from handlers.context import Context
from handlers.i18n import N_
from handlers.importing import association, calendars, calls, members
from handlers.importing.comparing import (
    Edit,
    Field,
    Matched,
    Pair,
    Part,
    by_day,
    changed_since_new,
    compare_structures,
    match_calls,
    match_members,
    match_plans,
    still_needed,
    weigh,
)
from handlers.importing.faults import Fault, FileRefused, Sentence, say
from storage.calls import Call, ChangedCall, Facts, NewCall, Why
from storage.meetings import ChangedMeeting, Difference, Meeting, NewMeeting, Plan
from storage.members import ChangedMember, Member, NewMember, Person
from storage.words import Words

KINDS = ("association", "members", "calls", "meetings", "survey")
WAITS = timedelta(days=3)
"""How long a preview waits for its approval."""
NAME = 80  # characters of a record's title


class _Named(Protocol):
    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=_Named)


class Refused(Exception):
    """The file cannot be taken over. Its text is one sentence in the reader's language: which file, where in it,
    what is wrong and what would be right."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as a preview names it: in its own words, and the fields that differ."""

    name: Words
    fields: tuple[Field | Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What taking a file over would do.

    `new` would be added, `differs` changed, `same` stay as they are. `gone` are remembered and not in the file: they
    are dropped or stay, as `drops` says. With anything `refused` nothing is taken over; what is `left` (one bad event
    of a calendar) does not keep the rest out. `edits` are fields that a person edited since the last
    import; they stay unless the file is chosen, and `all_changed` records are changed then. `take_over` is what
    `apply` carries out; its second argument is that choice. `page` is the whole of what is taken over, where people
    want to read it, and `said` what is said afterwards, of a kind that has words of its own.
    """

    kind: str
    file: str
    new: tuple[Entry, ...]
    differs: tuple[Entry, ...]
    same: int
    gone: tuple[Words, ...]
    refused: tuple[Fault, ...]
    left: tuple[Fault, ...]
    notes: tuple[Sentence, ...]
    take_over: Callable[[Context, bool], Awaitable[None]]
    edits: tuple[Entry, ...]
    all_changed: int
    page: tuple[Block, ...] = ()
    said: Callable[[Context], Awaitable[Reply]] | None = None

    @property
    def mark(self) -> str:
        """What tells these edits from any others: a choice is about just those that were shown."""
        return sha256(repr(self.edits).encode()).hexdigest()[:16]

    @property
    def partly(self) -> bool:
        """Whether the rows that are not refused can be taken over without those that are."""
        return self.kind in ("calls", "members") and bool(self.new or self.differs or self.same or self.edits)

    @property
    def changes(self) -> bool:
        """Whether anything would be added, changed or dropped."""
        return bool(self.new or self.differs or (self.gone and self.drops))

    @property
    def drops(self) -> bool:
        """Whether what is not in the file goes."""
        return self.kind in ("association", "survey")


@dataclass(frozen=True, slots=True)
class Applied:
    """What was taken over: how many were added, changed, and found as they were; `reply` where that is said in
    other words."""

    kind: str
    added: int
    changed: int
    same: int
    reply: Reply | None = None


async def preview(kind: str, content: bytes, name: str, ctx: Context, group: str | None = None) -> Preview:
    """What a file holds beside what is remembered; changes nothing. `kind` is one of KINDS, `name` the file's
    name, `group` whose calendar it is.

    Raises Refused for a file that cannot be read at all; rows that are wrong are in the preview's `refused`.
    """
    try:
        match kind:
            case "association":
                return await _association(content, name, ctx)
            case "members":
                return await _members(content, name, ctx)
            case "calls":
                return await _calls(content, name, ctx)
            case "meetings":
                return await _meetings(content, name, ctx, group)
            case "survey":
                return await _survey(content, name, ctx)
        raise Refused(
            ctx.t(
                "“{kind}” is not a kind of file that is taken in; it is one of: {names}.",
                kind=kind,
                names=ctx.t.listed(KINDS),
            )
        )
    except FileRefused as error:
        raise Refused(f"{name}: {error.faults[0].in_(ctx.t)}") from error


async def apply(
    preview: Preview, ctx: Context, *, without_refused: bool = False, over_edits: bool = False
) -> Applied:
    """Takes a previewed file over in one commit, with its audit; what was edited by hand stays, unless the file goes
    over it. Raises Refused when anything in it is refused, unless that is to be left out; Missing and Changed when
    something it changes moved on since the preview: then nothing is taken over."""
    if preview.refused and not (without_refused and preview.partly):
        raise Refused(f"{preview.file}: {preview.refused[0].in_(ctx.t)}")
    await preview.take_over(ctx, over_edits)
    changed = preview.all_changed if over_edits else len(preview.differs)
    reply = await preview.said(ctx) if preview.said else None
    return Applied(
        preview.kind, len(preview.new), changed, preview.same + preview.all_changed - changed, reply
    )


# One kind after another


async def _calls(content: bytes, name: str, ctx: Context) -> Preview:
    found = calls.read(content, ctx.structure, ctx.zone, ctx.today)
    matched = await _weighed(
        match_calls(found.rows, await ctx.store.calls.all(), found.headings.get("number", "")), ctx
    )
    written = {row.line: row.status for row in found.rows}
    doubts = tuple(
        fault
        for pair in matched.pairs
        if (fault := _disagreement(pair, written[pair.line], found.headings, ctx))
    )
    aged = tuple(note for pair in matched.pairs if (note := _aged(pair, written[pair.line], ctx)))
    doubtful = {fault.line for fault in doubts}

    async def take_over(ctx: Context, over_edits: bool) -> None:
        rows = tuple(
            NewCall(p.now, p.says)
            if p.record is None
            else ChangedCall(p.record.id, p.record.version, p.changes(over_edits), p.says)
            for p in matched.pairs
            if p.line not in doubtful
        )
        if rows:
            await ctx.store.calls.take_over(rows, Why(source=_plain_name(name)), ctx.by)

    return _preview(
        "calls",
        name,
        matched,
        words_of,
        (*found.faults, *matched.faults, *doubts),
        (*found.notes, *aged),
        take_over,
    )


def _disagreement(
    pair: Pair[Call, Facts], written: calls.Status | None, headings: Mapping[str, str], ctx: Context
) -> Fault | None:
    """A fault where the status in the sheet cannot follow from its dates. What people set is taken from it, and
    what was true when the sheet was written and has passed since is none."""
    if written in (None, "postponed", "suspended", "cancelled"):
        return None
    dates = _by_dates(pair.now, ctx)
    if dates == ("open" if written == "extended" else written) or (written, dates) in _PASSED:
        return None
    return Fault(
        pair.line,
        headings.get("status", ""),
        say(
            N_("it says “{written}”, but by its dates the call is: {state}"),
            written=calls.STATUSES[written][0 if ctx.t.language == "lt" else 1] if written else "",
            state=Sentence(STATUS_WORDS[dates]),
        ),
        say(N_("correct the dates or the status")),
    )


_PASSED = {("open", "closed"), ("extended", "closed"), ("forecast", "open"), ("forecast", "closed")}
"""From the status in a sheet to what time alone has made of it: a list is often read weeks after it was written."""


def _by_dates(facts: Facts, ctx: Context) -> Status:
    return status(Call("", 1, facts, (), ctx.now, ""), ctx.now)


def _aged(pair: Pair[Call, Facts], written: calls.Status | None, ctx: Context) -> Sentence | None:
    """A remark where the sheet's status has passed since."""
    dates = _by_dates(pair.now, ctx)
    if written is None or (written, dates) not in _PASSED:
        return None
    return say(
        N_("“{title}”: the list says “{written}”, but by now it is: {state}."),
        title=shorten(ctx.t.words(pair.now.title), NAME),
        written=calls.STATUSES[written][0 if ctx.t.language == "lt" else 1],
        state=Sentence(STATUS_WORDS[dates]),
    )


async def _members(content: bytes, name: str, ctx: Context) -> Preview:
    found = members.read(content, ctx.structure)
    matched = await _weighed(match_members(found.rows, await ctx.store.members.all(), found.headings), ctx)

    async def take_over(ctx: Context, over_edits: bool) -> None:
        rows = tuple(
            NewMember(p.now, p.says)
            if p.record is None
            else ChangedMember(p.record.id, p.record.version, p.kept(over_edits), p.says)
            for p in matched.pairs
        )
        if rows:
            await ctx.store.members.take_over(rows, ctx.by, _plain_name(name))

    return _preview(
        "members", name, matched, words_of, (*found.faults, *matched.faults), found.notes, take_over
    )


async def _meetings(content: bytes, name: str, ctx: Context, group: str | None) -> Preview:
    found = calendars.read(content, ctx.structure, group)
    matched = await _weighed(match_plans(found.plans, await ctx.store.meetings.all(), found.group), ctx)

    async def take_over(ctx: Context, over_edits: bool) -> None:
        rows = tuple(
            NewMeeting(p.now, p.says)
            if p.record is None
            else ChangedMeeting(p.record.id, p.record.version, p.changes(over_edits), p.says)
            for p in matched.pairs
        )
        if rows:
            await ctx.store.meetings.take_over(rows, Why(source=_plain_name(name)), ctx.by)

    owner = ctx.structure.group(found.group)
    whose = (
        say(N_("Meetings of: {group}."), group=ctx.t.words(owner.name))
        if owner
        else say(N_("Events of the association, open to all its members."))
    )
    # One bad event does not lose the calendar; a calendar of nothing else is refused.
    refused, left = ((), found.faults) if found.plans else (found.faults, ())
    made = _preview("meetings", name, matched, words_of, refused, (whose, *found.notes), take_over)
    return replace(made, left=left)


async def _association(content: bytes, name: str, ctx: Context) -> Preview:
    found = association.read(content)
    store = ctx.store
    there = await store.association.structure()
    compared = compare_structures(there, found.structure)
    needed = still_needed(
        compared.gone, await store.members.all(), await store.calls.all(), await store.meetings.all()
    )

    async def take_over(ctx: Context, over_edits: bool) -> None:
        await ctx.store.association.take_over(found.structure, ctx.by, _plain_name(name))

    return Preview(
        "association",
        name,
        tuple(Entry(part_name(part)) for part in compared.new),
        tuple(Entry(part_name(part), part.fields) for part in compared.differs),
        compared.same,
        tuple(map(part_name, compared.gone)),
        found.faults or needed,
        (),
        (),
        take_over,
        (),
        len(compared.differs),
    )


async def _survey(content: bytes, name: str, ctx: Context) -> Preview:
    found = await survey_files.found(content, name, ctx)
    sorts = survey_files.sorts(found, ctx)

    async def take_over(ctx: Context, over_edits: bool) -> None:
        await survey_files.take_over(found, ctx)

    async def said(ctx: Context) -> Reply:
        return await survey_files.taken(found, ctx)

    return Preview(
        "survey",
        name,
        tuple(map(Entry, sorts.new)),
        tuple(Entry(title, fields) for title, fields in sorts.differs),
        sorts.same,
        sorts.gone,
        found.refused,
        (),
        found.notes,
        take_over,
        (),
        len(sorts.differs),
        survey_files.page(found, ctx),
        said,
    )


def part_name(part: Part) -> Words:
    """How a part of the association is named: by its id and its name."""
    return Words(*(f"{part.id}: {text}" if text else "" for text in (part.name.lt, part.name.en)))


def _plain_name(file: str) -> str:
    """A file's name without its folders, as the audit keeps it."""
    return PurePath(file).name


async def _weighed(matched: Matched[Any, Any], ctx: Context) -> Matched[Any, Any]:
    """The same, with what people edited since the last import apart from what merely differs."""
    pairs = []
    for pair in matched.pairs:
        if pair.record is not None and pair.fields:
            said = await ctx.store.imports.said(pair.record.id)
            pair = weigh(pair, facts_of(pair.record), said, await _by_hand(pair.record, ctx))
        pairs.append(pair)
    return replace(matched, pairs=tuple(pairs))


_FAR_BACK = 1000  # entries of one member's audit


async def _by_hand(record: Call | Member | Meeting, ctx: Context) -> frozenset[str]:
    """The fields that people changed, as far as is known without a list's word: members have no history."""
    if isinstance(record, Member):
        entries = await ctx.store.audit.latest(_FAR_BACK, record.id)
        return frozenset(name for entry in entries if entry.verb != "members.change" for name in entry.fields)
    return changed_since_new(facts_of(record), record.history)


def _preview(
    kind: str,
    file: str,
    matched: Matched[Any, Any],
    name: Callable[[Any], Words],
    refused: Sequence[Fault],
    notes: tuple[Sentence, ...],
    take_over: Callable[[Context, bool], Awaitable[None]],
) -> Preview:
    """The preview of matched rows; `name` gives a record's words from its facts."""
    pairs = matched.pairs
    return Preview(
        kind,
        file,
        tuple(Entry(name(p.now)) for p in pairs if p.record is None),
        tuple(Entry(name(p.now), seen(p.fields)) for p in pairs if p.record is not None and p.fields),
        sum(p.record is not None and not p.fields and not p.edits for p in pairs),
        tuple(name(facts_of(record)) for record in matched.gone),
        tuple(sorted(refused, key=lambda fault: fault.line)),
        (),
        notes,
        take_over,
        tuple(
            Entry(name(facts_of(p.record)), _shown_edits(p.edits))
            for p in pairs
            if p.record is not None and p.edits
        ),
        sum(bool(p.fields or p.edits) for p in pairs),
    )


def seen(fields: tuple[T, ...]) -> tuple[T, ...]:
    """The fields that mean something to people."""
    return tuple(field for field in fields if field.name not in ("sequence", "key"))


def _shown_edits(edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """As people edited them: the day since when a call is on hold goes with its status."""
    names = {edit.name for edit in edits}
    shown = (e for e in seen(edits) if not (e.name == "held_since" and "hold" in names))
    return tuple(_single(e) if e.name == "exceptions" else e for e in shown)


def _single(edit: Edit) -> Edit:
    """Of a series only the occurrences that people edited and that are another thing in the file."""
    listed, edited, now = by_day(edit.listed), by_day(edit.edited), by_day(edit.now)
    days = [
        day
        for day in sorted({*edited, *now})
        if edited.get(day) != now.get(day) and not (edit.known and listed.get(day) == edited.get(day))
    ]

    def of(known: Mapping[datetime, Difference]) -> tuple[Difference, ...]:
        return tuple(known[day] for day in days if day in known)

    return replace(edit, listed=of(listed), edited=of(edited), now=of(now))


def words_of(facts: Facts | Person | Plan) -> Words:
    """How people name a record: a call by its title, somebody by their name, a meeting by its title and day."""
    match facts:
        case Facts():
            return facts.title
        case Person():
            return Words(facts.name)
        case Plan(title=title, start=start):
            return Words(*(f"{text}, {start:%Y-%m-%d}" if text else "" for text in (title.lt, title.en)))


def facts_of(record: Call | Member | Meeting) -> Facts | Person | Plan:
    """What a record says, apart from its id, version and history."""
    match record:
        case Call():
            return record.facts
        case Member():
            return record.person
        case Meeting():
            return record.plan
