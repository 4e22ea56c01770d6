"""A file's rows beside what is remembered: which record each is about, and which fields differ. All pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from handlers.i18n import N_
from handlers.importing import calls
from handlers.importing.calls import CallRow
from handlers.importing.faults import Fault, Sentence, say
from handlers.importing.members import MemberRow, nameless
from storage.calls import Call, Change, Facts
from storage.codec import encode, value
from storage.meetings import Difference, Meeting, Plan
from storage.members import Member, Person
from storage.words import Words


class Numbered(Protocol):
    """A record of the store."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...


R = TypeVar("R", bound=Numbered)
F = TypeVar("F", Facts, Person, Plan)
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Field:
    """One field that differs: its name in the record, what it was, what the file says."""

    name: str
    was: object
    now: object


@dataclass(frozen=True, slots=True)
class Edit:
    """A field that the file would change, although a person gave it its present value since a list spoke of it:
    what that list said (None and not `known` when none did), what was edited, what the file says."""

    name: str
    known: bool
    listed: object
    edited: object
    now: object


@dataclass(frozen=True, slots=True)
class Pair(Generic[R, F]):
    """A row and the record it is about: None for a new one. `now` is what the record would say; `fields` are
    those that differ, without `edits`. `says` are the fields that the row speaks of. `line` is 0 where the file has
    no lines."""

    line: int
    record: R | None
    now: F
    fields: tuple[Field, ...]
    says: Mapping[str, object]
    edits: tuple[Edit, ...] = ()

    def changes(self, over_edits: bool) -> dict[str, object]:
        """What the record is changed to."""
        over = {edit.name: edit.now for edit in self.edits} if over_edits else {}
        return {field.name: field.now for field in self.fields} | over

    def kept(self, over_edits: bool) -> F:
        """What the record says then: as `now`, but for what is edited by hand and stays."""
        stays: dict[str, Any] = {} if over_edits else {edit.name: edit.edited for edit in self.edits}
        return replace(self.now, **stays) if stays else self.now


@dataclass(frozen=True, slots=True)
class Matched(Generic[R, F]):
    """Every row with its record, the records that no row is about, and rows that cannot be told apart."""

    pairs: tuple[Pair[R, F], ...]
    gone: tuple[R, ...]
    faults: tuple[Fault, ...] = ()


def differing(was: object, now: object, without: frozenset[str] = frozenset()) -> tuple[Field, ...]:
    """The fields of two records of one type that are not equal."""
    return tuple(
        Field(f.name, getattr(was, f.name), getattr(now, f.name))
        for f in fields(was)  # type: ignore[arg-type]
        if f.name not in without and getattr(was, f.name) != getattr(now, f.name)
    )


# Edited by hand


_TOGETHER = (
    frozenset(("hold", "held_since")),
    frozenset(("closes", "continuous")),
    frozenset(("start", "zone", "all_day")),
)
"""What means nothing alone: of these a person's value of one keeps the others, too."""
_FOLLOWS = frozenset(("held_since", "sequence"))
"""What no list speaks of by itself."""


def weigh(pair: Pair[R, F], was: object, said: Mapping[str, Any], by_hand: frozenset[str]) -> Pair[R, F]:
    """The pair with the fields that a person edited apart from the others. `was` are the record's facts, `said` what
    lists said of them last (as the store writes it), `by_hand` the fields that people changed, of which no list may
    have spoken."""
    kind = type(was)
    listed = {name: value(kind, name, doc) for name, doc in said.items()}
    edited = {
        name
        for name in (f.name for f in pair.fields)
        if name not in _FOLLOWS
        and (not _is_as_said(name, getattr(was, name), listed[name]) if name in listed else name in by_hand)
    }
    edited |= {name for group in _TOGETHER if group & edited for name in group}
    edits = tuple(
        Edit(f.name, f.name in listed, listed.get(f.name), f.was, f.now)
        for f in pair.fields
        if f.name in edited
    )
    fields_ = tuple(f for f in pair.fields if f.name not in edited)
    if "exceptions" in edited and "exceptions" in listed:
        [series] = (e for e in edits if e.name == "exceptions")
        merged = _merged(series)
        if merged != series.edited:
            fields_ += (Field("exceptions", series.edited, merged),)
        if merged == series.now:
            edits = tuple(e for e in edits if e is not series)
    if all(f.name == "sequence" for f in fields_):
        fields_ = ()
    return replace(pair, fields=fields_, edits=edits)


def by_day(exceptions: object) -> dict[datetime, Difference]:
    """A series' exceptions by the occurrence that they are of."""
    return {one.of: one for one in exceptions} if isinstance(exceptions, tuple) else {}


def _merged(edit: Edit) -> tuple[Difference, ...]:
    """The exceptions of a series as edited where a person edited the occurrence, and the file's for the others."""
    listed, edited, now = by_day(edit.listed), by_day(edit.edited), by_day(edit.now)
    both = (
        (now if listed.get(day) == edited.get(day) else edited).get(day)
        for day in sorted({*listed, *edited, *now})
    )
    return tuple(one for one in both if one is not None)


def _is_as_said(name: str, present: Any, listed: Any) -> bool:
    """Whether a field has still the value that a list gave it."""
    if name == "accounts":  # a list speaks of its own platforms only, and knows no chats
        users = {a.platform: a.user for a in present}
        return all(users.get(a.platform) == a.user for a in listed)
    if name == "holdings":
        return set(present) == set(listed)
    return bool(present == listed)


def changed_since_new(facts: object, history: Iterable[Change]) -> frozenset[str]:
    """The fields that have another value than the record began with."""
    first: dict[str, Any] = {}
    for step in history:
        first.setdefault(step.field, step.was)
    return frozenset(
        name for name, was in first.items() if hasattr(facts, name) and encode(getattr(facts, name)) != was
    )


# Calls

_BLANK = Facts(Words())


def match_calls(rows: Sequence[CallRow], known: Sequence[Call], heading: str = "") -> Matched[Call, Facts]:
    """Each row with its call: by number, else by link, else by agency, measure, title and year; strongest first
    over the whole list, so that a link two calls share does not take the call that a number names."""
    found: dict[int, Call] = {}
    faults: list[Fault] = list(_twice(rows, heading))
    repeated = {fault.line for fault in faults}
    asked = [row for row in rows if row.line not in repeated]
    for strength in range(3):
        index = _index(known, strength)
        taken = {call.id for call in found.values()}
        for row in asked:
            facts = row.on(_BLANK)
            wanted = calls.keys(facts)[strength]
            if row.line in found or not wanted:
                continue
            candidates = [c for c in index.get(wanted, ()) if c.id not in taken and _may_be(facts, c.facts)]
            if len(candidates) == 1:
                found[row.line] = candidates[0]
                taken.add(candidates[0].id)
            elif candidates and strength == 1:
                faults.append(_many(row, candidates))
    wrong = {fault.line for fault in faults}
    pairs = tuple(_call_pair(row, found.get(row.line)) for row in asked if row.line not in wrong)
    about = {call.id for call in found.values()}
    return Matched(pairs, tuple(c for c in known if c.id not in about), tuple(faults))


def _index(known: Iterable[Call], strength: int) -> dict[str, list[Call]]:
    """The calls by their key of that strength; the one they were imported under stays theirs, whatever was
    edited since."""
    prefix = ("nr:", "link:", "name:")[strength]
    index: dict[str, list[Call]] = {}
    for call in known:
        own = {calls.keys(call.facts)[strength]}
        if call.facts.key.startswith(prefix):
            own.add(call.facts.key)
        for each in filter(None, own):
            index.setdefault(each, []).append(call)
    return index


def _may_be(row: Facts, known: Facts) -> bool:
    """Whether their numbers do not say that they are two calls."""
    number, other = calls.keys(row)[0], calls.keys(known)[0]
    return not number or not other or number == other or known.key == number


def _twice(rows: Sequence[CallRow], heading: str) -> Iterable[Fault]:
    """Rows with the key of an earlier row."""
    first: dict[str, int] = {}
    for row in rows:
        own = calls.key(row.on(_BLANK))
        line = first.setdefault(own, row.line)
        if line != row.line:
            kind = own.partition(":")[0]
            yield Fault(row.line, heading if kind == "nr" else "", _SAME[kind](line), _APART[kind])


_SAME: dict[str, Callable[[int], Sentence]] = {
    "nr": lambda line: calls.same_number(line)[0],
    "link": lambda line: say(N_("the same link stands in line {line}, and neither has a number"), line=line),
    "name": lambda line: say(N_("the same call stands in line {line}"), line=line),
}
_APART = {
    "nr": calls.same_number(0)[1],
    "link": say(N_("give both their numbers, or each its own link")),
    "name": say(N_("leave one of them, or give both their numbers")),
}


def _many(row: CallRow, candidates: list[Call]) -> Fault:
    return Fault(
        row.line,
        "",
        say(N_("several known calls have this link: {names}"), names=tuple(c.id for c in candidates)),
        say(N_("give the call's number")),
    )


def _call_pair(row: CallRow, call: Call | None) -> Pair[Call, Facts]:
    if call is None:
        facts = row.on(_BLANK)
        return Pair(row.line, None, replace(facts, key=calls.key(facts)), (), _says(row, facts))
    now = row.on(call.facts)
    return Pair(row.line, call, now, differing(call.facts, now), _says(row, now))


def _says(row: CallRow, now: Facts) -> dict[str, object]:
    return {name: getattr(now, name) for name in ("title", *row.values) if name != "title_en"}


# Members

_NOBODY = Person("")


def match_members(
    rows: Sequence[MemberRow], known: Sequence[Member], headings: Mapping[str, str]
) -> Matched[Member, Person]:
    """Each row with its member: by the e-mail address, else by an account; somebody known who has neither (any more) by
    name and organisation."""
    by_email = {m.person.email.lower(): m for m in known if m.person.email}
    by_name = {(m.person.name, m.person.organisation): m for m in known if not _in_lists(m.person)}
    by_account = {(a.platform, a.user): m for m in known for a in m.person.accounts}
    pairs: list[Pair[Member, Person]] = []
    faults: list[Fault] = []
    taken: dict[str, int] = {}
    for row in rows:
        owners = [
            (a, by_account[a.platform, a.user])
            for a in row.person.accounts
            if (a.platform, a.user) in by_account
        ]
        member = by_email.get(row.person.email) or next((m for _, m in owners), None)
        if not (row.person.email or row.person.accounts):
            member = by_name.get((row.person.name, row.person.organisation))
            if member is None:
                faults.append(nameless(row, headings))
                continue
        other = next(((a, m) for a, m in owners if member and m.id != member.id), None)
        if other:
            faults.append(_others(row, other[0].platform, other[1], headings))
        elif member and member.id in taken:
            faults.append(_one_person(row, taken[member.id]))
        else:
            now = row.on(member.person if member else _NOBODY)
            fields_ = differing(member.person, now) if member else ()
            says = {name: getattr(now, name) for name in row.says if name != "accounts"}
            if row.person.accounts:
                says["accounts"] = row.person.accounts
            pairs.append(Pair(row.line, member, now if member else row.person, fields_, says))
            if member:
                taken[member.id] = row.line
    return Matched(tuple(pairs), tuple(m for m in known if m.id not in taken), tuple(faults))


def _in_lists(person: Person) -> bool:
    """Whether a list can name the person by an address or an account; of other platforms lists know nothing."""
    return bool(person.email) or any(a.platform in ("telegram", "slack") for a in person.accounts)


def _others(row: MemberRow, platform: str, owner: Member, headings: Mapping[str, str]) -> Fault:
    return Fault(
        row.line,
        headings.get(platform, ""),
        say(N_("this account belongs to {name}"), name=owner.person.name or owner.id),
        say(N_("check the number and the e-mail address")),
    )


def _one_person(row: MemberRow, line: int) -> Fault:
    return Fault(
        row.line,
        "",
        say(N_("lines {line} and {other} are about one known person"), line=line, other=row.line),
        say(N_("leave one of the two lines")),
    )


# Meetings

_CALENDARS_OWN = frozenset(("key", "sequence"))


def as_written(plans: Sequence[Plan], own: Sequence[Plan], known: Mapping[str, Meeting]) -> tuple[Plan, ...]:
    """The plans of a calendar that we wrote ourselves, with what no calendar says as it is known. `own` are the plans
    in one that we write now, `known` the meetings by their UIDs: where both calendars say the same, nothing differs."""
    ours = {plan.key: plan for plan in own}
    found = []
    for plan in plans:
        if plan.key in ours and plan.key in known:
            names = [f.name for f in fields(plan) if f.name not in _CALENDARS_OWN]
            same = [name for name in names if getattr(plan, name) == getattr(ours[plan.key], name)]
            told: dict[str, Any] = {name: getattr(known[plan.key].plan, name) for name in same}
            plan = replace(plan, **told)
        found.append(plan)
    return tuple(found)


def match_plans(
    plans: Sequence[Plan], known: Sequence[Meeting], group: str, ours: Mapping[str, Meeting] | None = None
) -> Matched[Meeting, Plan]:
    """Each plan with its meeting, by the calendar's UID; `ours` are meetings by the UIDs that we gave them. Gone are
    imported ones of that group only."""
    by_key = {**(ours or {}), **{m.plan.key: m for m in known if m.plan.key}}
    pairs = tuple(_plan_pair(plan, by_key.get(plan.key)) for plan in plans)
    keys = {plan.key for plan in plans}
    gone = tuple(m for m in known if m.plan.key and m.plan.group == group and m.plan.key not in keys)
    return Matched(pairs, gone)


def _plan_pair(plan: Plan, meeting: Meeting | None) -> Pair[Meeting, Plan]:
    found = differing(meeting.plan, plan, _CALENDARS_OWN) if meeting else ()
    if found and meeting and meeting.plan.sequence != plan.sequence:
        # A calendar that received a higher number from us would take no lower one (RFC 5546, 2.1.4).
        found = (*found, Field("sequence", meeting.plan.sequence, max(meeting.plan.sequence, plan.sequence)))
    says = {f.name: getattr(plan, f.name) for f in fields(plan) if f.name not in _CALENDARS_OWN}
    return Pair(0, meeting, plan, tuple(found), says)
