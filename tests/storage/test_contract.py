"""The store's promises, checked on every backend: another backend is one more line in BACKENDS."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.announcements import Answers
from storage.association import Association, Goal, Group, Organisation, Seat, Structure
from storage.audit import By
from storage.calls import Call, ChangedCall, Facts, NewCall, Why
from storage.channels import Channel, is_channel
from storage.codec import encode, value
from storage.consultations import Consultation, Position, Remark, Section
from storage.consultations import Plan as Consulted
from storage.conversation import Draft, Passing, Told
from storage.errors import Changed, Missing
from storage.meetings import ChangedMeeting, NewMeeting, Plan
from storage.members import (
    ChangedMember,
    Following,
    Holding,
    Invite,
    LinkCode,
    Member,
    NewMember,
    Person,
    Reach,
    Request,
)
from storage.moments import Moment
from storage.questions import Said
from storage.redactions import Cut, Phrase
from storage.sendings import NewSending
from storage.store import Store
from storage.surveys import Plan as Questionnaire
from storage.surveys import Question, Sheet, Survey, Tally
from storage.tinydb.embedded import EmbeddedStore
from storage.vocabulary import MISSED_KEPT, Missed, Synonym
from storage.words import Words
from tests.conversation import NOW, moment

Reopen = Callable[[Store], Awaitable[Store]]


async def _memory(folder: Path) -> tuple[Store, Reopen]:
    async def reopen(store: Store) -> Store:
        return store  # what is in memory alone has nowhere to come back from

    return EmbeddedStore.open(None), reopen


async def _disk(folder: Path) -> tuple[Store, Reopen]:
    async def reopen(store: Store) -> Store:
        await store.close()
        return EmbeddedStore.open(folder)

    return EmbeddedStore.open(folder), reopen


BACKENDS = {"memory": _memory, "disk": _disk}


class Subject:
    """A store under test, and how to open it again."""

    def __init__(self, store: Store, reopen: Reopen) -> None:
        self.store = store
        self._reopen = reopen
        self._events = 0

    def by(self, who: str = "n1", event: str = "") -> By:
        """Somebody, by a gesture of their own unless one is named."""
        self._events += 1
        return By(who, NOW + timedelta(minutes=self._events), event or f"event:{self._events}")

    async def again(self) -> Store:
        """The store closed and opened again."""
        self.store = await self._reopen(self.store)
        return self.store


@pytest.fixture(params=list(BACKENDS))
async def subject(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Subject]:
    store, reopen = await BACKENDS[request.param](tmp_path / "data")
    subject = Subject(store, reopen)
    yield subject
    await subject.store.close()


FACTS = Facts(
    Words("Inočekiai", "Vouchers"),
    agency="MITA",
    closes=moment("2026-10-30 16:00"),
    cutoffs=(moment("2026-10-01"),),
)
PLAN = Plan(
    Words("Posėdis"), "politika", datetime(2026, 9, 10, 14), 120, "Europe/Vilnius", rule="FREQ=WEEKLY"
)
ADA = Person(
    "Ada", "fotonika", accounts=(Reach("telegram", "1"),), holdings=(Holding("politika", "LKA", "delegate"),)
)
EVA = Person("Eva", "fotonika", accounts=(Reach("slack", "U2"),))


# Reading


async def test_what_is_not_there_is_none(subject: Subject) -> None:
    """`get` returns None for an id that is not there, is of another table, or is no id."""
    store = subject.store
    for id in ("c1", "m1", "n1", "c", "", "c-1", "c1x", "ё1", "c²"):
        assert await store.calls.get(id) is None
        assert await store.meetings.get(id) is None
        assert await store.members.get(id) is None
        assert await store.members.get_request(id) is None
    assert await store.members.of_account("telegram", "1") is None
    assert await store.members.invite_of("x") is None
    assert await store.conversation.draft("n1") is None
    assert await store.conversation.told("c1") == ()
    assert await store.audit.latest(10) == ()
    assert await store.association.structure() == Structure()
    assert store.unwritable is None


async def test_all_is_in_order_and_the_same_until_something_changes(subject: Subject) -> None:
    """`all` gives the order of ids, and the same object until something changes."""
    store = subject.store
    for i in range(12):
        await store.calls.add(replace(FACTS, number=str(i)), subject.by())
    calls = await store.calls.all()
    assert [c.id for c in calls] == [f"c{i}" for i in range(1, 13)]
    assert await store.calls.all() is calls
    await store.calls.confirm("c3", subject.by())
    assert await store.calls.all() is not calls


# Calls (meetings keep the same promises)


async def test_a_call_is_added_and_read_back_whole(subject: Subject) -> None:
    """What was added is there, whole, also after opening again."""
    by = subject.by()
    added = await subject.store.calls.add(FACTS, by)
    assert added == Call("c1", 1, FACTS, (), by.at, "n1")
    store = await subject.again()
    assert await store.calls.get("c1") == added
    assert await store.calls.all() == (added,)


async def test_a_change_makes_one_version_with_its_history(subject: Subject) -> None:
    """Fields that differ make one new version and a step each; those that do not differ make none."""
    store = subject.store
    await store.calls.add(FACTS, subject.by())
    by = subject.by("n2")
    later = moment("2026-11-30 16:00")
    changes = {"closes": later, "hold": "postponed", "agency": "MITA"}
    changed = await store.calls.change("c1", 1, changes, Why("reason", "who", "where"), by)
    assert changed.version == 2 and changed.facts.closes == later and changed.facts.hold == "postponed"
    assert [(s.field, s.version, s.by, s.why.reason) for s in changed.history] == [
        ("closes", 2, "n2", "reason"),
        ("hold", 2, "n2", "reason"),
    ]
    assert value(Facts, "closes", changed.history[0].was) == FACTS.closes
    assert (changed.checked_at, changed.checked_by) == (by.at, "n2")
    assert await store.calls.change("c1", 2, {"hold": "postponed"}, Why(), subject.by()) == changed
    assert await (await subject.again()).calls.get("c1") == changed


async def test_a_change_of_a_version_that_moved_on_does_nothing(subject: Subject) -> None:
    """`Changed` carries the record as it is, and nothing was written."""
    store = subject.store
    await store.calls.add(FACTS, subject.by())
    current = await store.calls.change("c1", 1, {"number": "7"}, Why(), subject.by())
    with pytest.raises(Changed) as refused:
        await store.calls.change("c1", 1, {"number": "8"}, Why(), subject.by())
    assert refused.value.current == current
    assert await store.calls.get("c1") == current
    assert len(await store.audit.latest(10)) == 2


async def test_changing_what_is_not_there_raises_missing(subject: Subject) -> None:
    """Every changing verb raises Missing for an id that is not there."""
    store, by = subject.store, subject.by
    verbs: list[Callable[[], Awaitable[object]]] = [
        lambda: store.calls.change("c9", 1, {}, Why(), by()),
        lambda: store.calls.confirm("c9", by()),
        lambda: store.calls.take_over((ChangedCall("c9", 1, {}),), Why(), by()),
        lambda: store.meetings.change("m9", 1, {}, Why(), by()),
        lambda: store.meetings.take_over((ChangedMeeting("m9", 1, {}),), Why(), by()),
        lambda: store.members.seen("n9", "telegram", "1", "1"),
        lambda: store.members.set_language("n9", "en", by()),
        lambda: store.members.set_role("n9", 1, "manager", by()),
        lambda: store.members.take_over((ChangedMember("n9", 1, ADA),), by()),
        lambda: store.members.hand_over(ChangedMember("n9", 1, ADA), NewMember(EVA), True, NEWS, by()),
        lambda: store.members.join("i9", Reach("telegram", "1"), "x", "lt", by()),
        lambda: store.members.link_code(LINK, by()),
        lambda: store.members.link("l9", Reach("telegram", "1"), by()),
        lambda: store.members.unlink("n9", "telegram", by()),
        lambda: store.members.regain("n9", 1, "telegram", INVITE, None, by()),
        lambda: store.members.approve("q9", "member", "", by()),
        lambda: store.members.decline("q9", by()),
    ]
    for verb in verbs:
        with pytest.raises(Missing):
            await verb()
    assert await store.audit.latest(10) == ()


async def test_an_unknown_field_is_a_programming_error(subject: Subject) -> None:
    """A field that the facts have not is refused before anything is written."""
    await subject.store.calls.add(FACTS, subject.by())
    with pytest.raises(ValueError, match="no such field: colour"):
        await subject.store.calls.change("c1", 1, {"colour": "red"}, Why(), subject.by())


async def test_confirming_moves_only_when_it_was_checked(subject: Subject) -> None:
    """`confirm` moves checked_at and who, and makes no version and no history."""
    added = await subject.store.calls.add(FACTS, subject.by())
    by = subject.by("n7")
    assert await subject.store.calls.confirm("c1", by) == replace(added, checked_at=by.at, checked_by="n7")


async def test_a_list_is_taken_over_whole_or_not_at_all(subject: Subject) -> None:
    """When one row no longer fits, no row of the list is taken."""
    store = subject.store
    await store.calls.add(FACTS, subject.by())
    rows = (NewCall(FACTS), ChangedCall("c1", 1, {"number": "5"}), ChangedCall("c1", 99, {}))
    with pytest.raises(Changed):
        await store.calls.take_over(rows, Why(), subject.by())
    assert [c.version for c in await store.calls.all()] == [1]
    taken = await store.calls.take_over(rows[:2], Why("list"), subject.by())
    assert [(c.id, c.version, c.facts.number) for c in taken] == [("c2", 1, ""), ("c1", 2, "5")]
    confirmed = await store.calls.take_over((ChangedCall("c1", 2, {"number": "5"}),), Why(), subject.by("n8"))
    assert confirmed[0].version == 2 and confirmed[0].checked_by == "n8"


async def test_ids_are_never_reused(subject: Subject) -> None:
    """An id that was refused or removed is never given again to something else, also after opening again."""
    await subject.store.calls.add(FACTS, subject.by())
    store = await subject.again()
    assert (await store.calls.add(FACTS, subject.by())).id == "c2"


async def test_a_meeting_keeps_its_sequence_number(subject: Subject) -> None:
    """A person's change raises a meeting's sequence by one; an imported calendar's number is its own."""
    store = subject.store
    await store.meetings.add(PLAN, subject.by())
    moved = await store.meetings.change("m1", 1, {"place": "Kaunas"}, Why(), subject.by())
    assert (moved.version, moved.plan.sequence) == (2, 1)
    [taken] = await store.meetings.take_over((ChangedMeeting("m1", 2, {"sequence": 7}),), Why(), subject.by())
    assert taken.plan.sequence == 7
    [added] = await store.meetings.take_over((NewMeeting(replace(PLAN, sequence=3)),), Why(), subject.by())
    assert added.plan.sequence == 3
    store = await subject.again()
    assert await store.meetings.get("m1") == taken


# The same gesture twice


async def test_the_same_gesture_has_one_effect(subject: Subject) -> None:
    """A verb called again by the same gesture does nothing and returns what it returned, also after opening again."""
    store = subject.store
    first = await store.calls.add(FACTS, subject.by(event="same"))
    changed = await store.calls.change("c1", 1, {"number": "1"}, Why(), subject.by(event="same2"))
    store = await subject.again()
    assert await store.calls.add(FACTS, subject.by(event="same")) == changed
    assert await store.calls.change("c1", 1, {"number": "1"}, Why(), subject.by(event="same2")) == changed
    rows = (NewCall(FACTS),)
    [one] = await store.calls.take_over(rows, Why(), subject.by(event="same3"))
    [two] = await store.calls.take_over(rows, Why(), subject.by(event="same3"))
    assert one == two and first.id == "c1" and len(await store.calls.all()) == 2
    people = (NewMember(ADA),)
    assert await store.members.take_over(people, subject.by(event="s4")) == await store.members.take_over(
        people, subject.by(event="s4")
    )
    assert len(await store.members.all()) == 1


# Lists taken over, and the way back


async def test_what_lists_said_is_kept_by_field(subject: Subject) -> None:
    """Of each record there is what the last list that spoke of a field said, whatever the record says; the newest
    list is the last import, by its file's name, and alone has its records."""
    store = subject.store
    assert await store.imports.last() is None and await store.imports.said("c1") == {}
    await store.calls.take_over(
        (NewCall(FACTS, {"agency": "MITA", "number": ""}),), Why(source="a.csv"), subject.by()
    )
    await store.calls.take_over(
        (ChangedCall("c1", 1, {}, {"agency": "LVPA"}),), Why(source="b.csv"), subject.by("n3")
    )
    store = await subject.again()
    assert await store.imports.said("c1") == {"agency": "LVPA", "number": ""}
    last = await store.imports.last()
    assert last and (last.id, last.kind, last.file, last.by) == ("f2", "calls", "b.csv", "n3")
    assert [(one.record, one.version, one.was) for one in last.taken] == [("c1", 1, {})]
    assert [(e.verb, e.who, e.fields) for e in await store.audit.latest(1, "f2")] == [
        ("calls.take_over", "n3", ("b.csv",))
    ]
    with pytest.raises(Changed):
        await store.imports.undo("f1", subject.by())
    with pytest.raises(Missing):
        await store.imports.undo("f9", subject.by())
    with pytest.raises(Missing):
        await store.imports.built_on("f9")


async def test_undoing_brings_back_what_was(subject: Subject) -> None:
    """What the last import added is gone, what it changed says in a new version what it said, what it confirmed was
    checked when it had been, and lists said what they had said; once, by whoever did it."""
    store = subject.store
    two = (NewCall(FACTS, {"number": ""}), NewCall(FACTS))
    before = await store.calls.take_over(two, Why(source="a.csv"), subject.by())
    rows = (ChangedCall("c1", 1, {"number": "5"}, {"number": "5"}), ChangedCall("c2", 1, {}), NewCall(FACTS))
    await store.calls.take_over(rows, Why(source="b.csv"), subject.by())
    undone = await store.imports.undo("f2", subject.by("n7", event="undo"))
    assert undone.undone_by == "n7" and undone.taken == ()
    assert await store.imports.undo("f2", subject.by("n7", event="undo")) == undone
    store = await subject.again()
    one, two_ = await store.calls.all()
    assert replace(one, version=1, history=()) == before[0] and (one.version, len(one.history)) == (3, 2)
    assert two_ == before[1] and await store.imports.said("c1") == {"number": ""}
    with pytest.raises(Changed):
        await store.imports.undo("f2", subject.by())
    assert [e.verb for e in await store.audit.latest(9, "c3")] == ["calls.remove", "calls.add"]
    assert [e.who for e in await store.audit.latest(1, "f2")] == ["n7"]
    taken = await store.calls.take_over((NewCall(FACTS),), Why(), subject.by())
    assert [call.id for call in taken] == ["c4"]


async def test_what_is_built_on_is_not_undone(subject: Subject) -> None:
    """A record changed since, a new one that somebody was told of or sent, and a new member who has done or been sent
    something are named, in order, and nothing is undone."""
    store, at = subject.store, NOW
    await store.calls.take_over(tuple(NewCall(FACTS) for _ in range(4)), Why(), subject.by())
    assert await store.imports.built_on("f1") == ()
    await store.conversation.keep("e", at, (Told("n1", "c3", "closes", 1, at),))
    await store.calls.change("c2", 1, {"number": "1"}, Why(), subject.by())
    await store.sendings.open(NewSending("change", "change c4", {"subject": "c4"}, at), ("n8",), subject.by())
    assert await store.imports.built_on("f1") == ("c2", "c3", "c4")
    with pytest.raises(Changed):
        await store.imports.undo("f1", subject.by())
    assert len(await store.calls.all()) == 4
    people = tuple(NewMember(Person(name)) for name in ("Ada", "Ona", "Eva", "Jonas"))
    await store.members.take_over(people, subject.by(), "nariai.csv")
    await store.sendings.open(NewSending("change", "change c1", {}, at), ("n2",), subject.by())
    await store.calls.confirm("c1", subject.by("n4"))
    assert await store.imports.built_on("f2") == ("n1", "n2", "n4")


def body(id: str) -> Organisation:
    """A cluster of that id."""
    return Organisation(id, "cluster", Words(id))


async def test_an_association_goes_back_to_what_it_was(subject: Subject) -> None:
    """Undone it is as before, byte for byte, also when it was the first one and when it was confirmed only; the list
    that said it before is what was said again."""
    store = subject.store
    first = Structure(Association(Words("A"), "A"), (body("A"), body("old")), (Group("g", Words("g")),))
    second = Structure(Association(Words("B"), "A"), (body("A"), body("new")), ())
    await store.association.take_over(first, subject.by(), "first.toml")
    was, said = encode(await store.association.structure()), await store.imports.said("association")
    await store.association.take_over(second, subject.by(), "second.toml")
    assert await store.imports.built_on("f2") == ()
    undone = await store.imports.undo("f2", subject.by(event="undo"))
    assert encode(await store.association.structure()) == was and undone.undone_at is not None
    assert await store.imports.said("association") == said
    store = await subject.again()
    assert await store.imports.undo("f2", subject.by(event="undo")) == undone
    assert encode(await store.association.structure()) == was
    await store.association.take_over(first, subject.by(), "again.toml")
    await store.imports.undo("f3", subject.by())
    assert encode(await store.association.structure()) == was
    with pytest.raises(Changed):
        await store.imports.undo("f1", subject.by())


async def test_the_first_association_goes_back_to_none(subject: Subject) -> None:
    """Before it there was nothing, and there is nothing afterwards."""
    store = subject.store
    before = await store.association.structure()
    await store.association.take_over(Structure(Association(Words("A"), "A"), (body("A"),)), subject.by())
    await store.imports.undo("f1", subject.by())
    assert await store.association.structure() == before == Structure()
    store = await subject.again()
    assert await store.association.structure() == Structure()


async def test_an_association_that_is_built_on_is_not_undone(subject: Subject) -> None:
    """Whoever and whatever needs an organisation or a group that the list added is named; what was there before, and
    what is over, is none."""
    store = subject.store
    old = Structure(Association(Words("A"), "A"), (body("A"),))
    await store.association.take_over(old, subject.by(), "old.toml")
    added = (body("n1"), body("n2"), body("n3"), body("n4"))
    group = Group("g", Words("g"))
    await store.association.take_over(
        replace(old, organisations=(*old.organisations, *added), groups=(group,)), subject.by(), "new.toml"
    )
    joining = replace(INVITE, organisation="n3")
    await store.members.invite(joining, subject.by())
    await store.members.invite(replace(joining, digest="other", organisation="A"), subject.by())
    await store.calls.add(replace(FACTS, agency="n2"), subject.by())
    await store.calls.add(replace(FACTS, agency="A"), subject.by())
    await store.meetings.add(replace(PLAN, group="g"), subject.by())
    for digest, organisation in (("1", "A"), ("2", "n1")):
        await store.members.invite(replace(INVITE, digest=digest, organisation=organisation), subject.by())
        invite = await store.members.invite_of(digest)
        assert invite is not None
        await store.members.join(invite.id, Reach("telegram", digest), "x", "lt", subject.by(""))
    audience = replace(questionnaire(), audience=("all", "-cluster:n4"))
    await store.surveys.add(audience, subject.by())
    await store.surveys.add(replace(questionnaire(), key="other"), subject.by())
    await store.consultations.add(consulted(audience=("cluster:n4",)), subject.by())
    await store.consultations.add(consulted("other"), subject.by())
    for platform in ("telegram", "slack"):
        await store.channels.connect("g", platform, "-1", subject.by())
    await store.channels.disconnect("g2", subject.by())
    assert await store.imports.built_on("f2") == ("n2", "c1", "m1", "i1", "g1", "a1", "t1")
    with pytest.raises(Changed):
        await store.imports.undo("f2", subject.by())
    assert (await store.association.structure()).group("g") is not None


async def test_an_undone_member_keeps_the_chat_that_became_known(subject: Subject) -> None:
    """Somebody whose entry goes back to what it was can still be written to; a meeting's sequence goes up."""
    store = subject.store
    [ada] = await store.members.take_over((NewMember(ADA),), subject.by())
    await store.members.take_over((ChangedMember(ada.id, 1, replace(ADA, name="Adelė")),), subject.by())
    seen = await store.members.seen(ada.id, "telegram", "1", "chat 1")
    await store.imports.undo("f2", subject.by())
    back = await store.members.get(ada.id)
    assert back == Member(ada.id, 3, replace(seen.person, name="Ada"))
    await store.meetings.take_over((NewMeeting(replace(PLAN, sequence=3)),), Why(), subject.by())
    await store.meetings.take_over(
        (ChangedMeeting("m1", 1, {"place": "A", "sequence": 5}),), Why(), subject.by()
    )
    await store.imports.undo("f4", subject.by())
    meeting = await store.meetings.get("m1")
    assert meeting and meeting.plan == replace(PLAN, sequence=6) and meeting.version == 3


# The association


async def test_the_association_is_taken_over_as_a_whole(subject: Subject) -> None:
    """A structure replaces the one before, is ordered by ids, and is the same object until it changes."""
    store = subject.store
    association = Association(Words("LKA"), "LKA", working_hours=("09:00", "17:00"))
    organisations = (
        Organisation("b", "cluster", Words("B", "B"), belongs_to=("a",)),
        Organisation("a", "agency", Words("A"), ("alias",), "b", Words("now"), Words("sector")),
    )
    group = Group("g", Words("G"), goal=Goal(Words("x"), NOW.date()), seats=(Seat("a", 7, True),))
    taken = await store.association.take_over(Structure(association, organisations, (group,)), subject.by())
    assert [o.id for o in taken.organisations] == ["a", "b"]
    assert await store.association.structure() is taken
    await store.association.take_over(Structure(association, organisations[1:], ()), subject.by())
    store = await subject.again()
    structure = await store.association.structure()
    assert (
        structure.organisation("b") is None
        and structure.groups == ()
        and structure.association == association
    )


# Members


async def test_members_are_found_by_their_accounts(subject: Subject) -> None:
    """A member is found by any of their accounts, and no longer by one they gave up."""
    store = subject.store
    [ada] = await store.members.take_over((NewMember(ADA),), subject.by())
    assert await store.members.of_account("telegram", "1") == ada
    moved = replace(ADA, accounts=(Reach("slack", "U1"),))
    [ada] = await store.members.take_over((ChangedMember(ada.id, ada.version, moved),), subject.by())
    store = await subject.again()
    assert await store.members.of_account("slack", "U1") == ada
    assert await store.members.of_account("telegram", "1") is None
    assert await store.members.of_account("slack", "1") is None


async def test_seen_makes_somebody_reachable_without_a_new_version(subject: Subject) -> None:
    """Whoever writes is reachable again; no version, no audit, and nothing at all when nothing differs."""
    store = subject.store
    lost = replace(ADA, accounts=(Reach("telegram", "1", "", "blocked the bot"),))
    [ada] = await store.members.take_over((NewMember(lost),), subject.by())
    audit = await store.audit.latest(10)
    seen = await store.members.seen(ada.id, "telegram", "1", "100")
    assert seen.version == 1 and seen.person.accounts == (Reach("telegram", "1", "100"),)
    assert await store.members.seen(ada.id, "telegram", "1", "100") == seen
    assert await store.audit.latest(10) == audit


async def test_language_and_role_are_changed(subject: Subject) -> None:
    """Each change is one version with its audit; a role changed on an old version is refused."""
    store = subject.store
    await store.members.take_over((NewMember(ADA),), subject.by())
    ada = await store.members.set_language("n1", "en", subject.by())
    assert (ada.version, ada.person.language) == (2, "en")
    with pytest.raises(Changed):
        await store.members.set_role("n1", 1, "secretariat", subject.by())
    ada = await store.members.set_role("n1", 2, "secretariat", subject.by())
    assert (ada.version, ada.person.role) == (3, "secretariat")
    [entry] = await store.audit.latest(1, "n1")
    assert (entry.verb, entry.subject, entry.fields) == ("members.set_role", "n1", ("role",))


async def test_a_call_is_followed_once_and_no_more(subject: Subject) -> None:
    """Following twice is as once, with its first version and time; it makes no version and no audit, stays when a list
    that was read before is taken over, and ends; nobody of that id is Missing."""
    store = subject.store
    [ada] = await store.members.take_over((NewMember(ADA),), subject.by())
    audit = await store.audit.latest(10)
    first = Following("c1", 2, NOW)
    await store.members.follow("n1", first)
    again = await store.members.follow("n1", Following("c1", 3, NOW + timedelta(days=1)))
    assert again.person.following == (first,) and again.version == ada.version
    await store.members.follow("n1", Following("c2", 1, NOW))
    renamed = replace(ADA, name="Ada Naujoji")
    await store.members.take_over((ChangedMember("n1", ada.version, renamed),), subject.by())
    store = await subject.again()
    kept = await store.members.get("n1")
    assert kept is not None and kept.person.name == "Ada Naujoji"
    assert kept.follows("c1") == first and kept.follows("c2")
    for _ in range(2):
        left = await store.members.unfollow("n1", "c1")
        assert [one.call for one in left.person.following] == ["c2"]
    assert [e.verb for e in (await store.audit.latest(10))[: -len(audit)]] == [
        "members.take_over",
        "members.change",
    ]
    for verb in (store.members.follow("n9", first), store.members.unfollow("n9", "c1")):
        with pytest.raises(Missing):
            await verb


INVITE = Invite("", "hash", "manager", "fotonika", None, NOW + timedelta(days=30))


async def test_an_invitation_is_used_once(subject: Subject) -> None:
    """A new member comes of an invitation once; the second who uses it gets Changed with the invitation."""
    store = subject.store
    kept = await store.members.invite(INVITE, subject.by())
    assert await store.members.invite_of("hash") == kept and kept.id == "i1"
    ada = await store.members.join("i1", Reach("telegram", "1", "1"), "Ada", "en", subject.by(""))
    assert ada.person == Person("Ada", "fotonika", "manager", "en", accounts=(Reach("telegram", "1", "1"),))
    store = await subject.again()
    with pytest.raises(Changed) as refused:
        await store.members.join("i1", Reach("telegram", "2"), "Eva", "lt", subject.by(""))
    assert isinstance(refused.value.current, Invite) and refused.value.current.used_by == ada.id
    assert len(await store.members.all()) == 1


async def test_an_invitation_for_somebody_brings_them_their_account(subject: Subject) -> None:
    """A known member gets the account in place of the one they had on that platform, others stay."""
    store = subject.store
    both = replace(ADA, accounts=(Reach("telegram", "1"), Reach("slack", "U1")))
    await store.members.take_over((NewMember(both),), subject.by())
    await store.members.invite(replace(INVITE, member="n1"), subject.by())
    ada = await store.members.join("i1", Reach("telegram", "2", "2"), "other name", "en", subject.by(""))
    assert ada.id == "n1" and ada.person.name == "Ada"
    assert set(ada.person.accounts) == {Reach("slack", "U1"), Reach("telegram", "2", "2")}


async def test_one_invitation_of_each_member_works(subject: Subject) -> None:
    """Invitations for many come in one commit; the unused ones that those had before are gone, others stay."""
    store = subject.store
    await store.members.take_over((NewMember(ADA), NewMember(EVA)), subject.by())
    for hashed, member in (("old", "n1"), ("other", "n2"), ("anybody", None)):
        await store.members.invite(replace(INVITE, digest=hashed, member=member), subject.by())
    await store.members.join("i2", Reach("telegram", "2", "2"), "Eva", "en", subject.by(""))
    new = tuple(replace(INVITE, digest=f"new {m}", member=m) for m in ("n1", "n2"))
    kept = await store.members.invite_all(new, subject.by(event="pack"))
    assert [(i.id, i.digest, i.member) for i in kept] == [("i4", "new n1", "n1"), ("i5", "new n2", "n2")]
    store = await subject.again()
    assert await store.members.invite_all(new, subject.by(event="pack")) == kept
    assert await store.members.invite_of("old") is None
    for hashed in ("other", "anybody", "new n1", "new n2"):
        assert await store.members.invite_of(hashed) is not None


LINK = LinkCode("", "hash", "n1", Reach("telegram", "1", "100"), NOW + timedelta(minutes=15))


async def test_a_code_brings_a_member_another_account(subject: Subject) -> None:
    """Once, in the place of the one on that platform; never an account that is somebody's; their newest code alone
    is kept, and a request to join from there is settled."""
    store = subject.store
    await store.members.take_over((NewMember(ADA), NewMember(EVA)), subject.by())
    await store.members.link_code(replace(LINK, digest="older"), subject.by())
    assert (await store.members.link_code(LINK, subject.by())).id == "l2"
    assert await store.members.link_code_of("older") is None
    [theirs] = EVA.accounts
    with pytest.raises(Changed) as refused:
        await store.members.link("l2", theirs, subject.by())
    assert getattr(refused.value.current, "id", "") == "n2"
    new = Reach("slack", "U9", "D9")
    await store.members.request(Request("", new, "Ada", "", "lt", NOW), subject.by(""))
    ada = await store.members.link("l2", new, subject.by(event="linked"))
    assert (ada.version, ada.person.accounts) == (2, (*ADA.accounts, new))
    store = await subject.again()
    assert await store.members.link("l2", new, subject.by(event="linked")) == ada
    with pytest.raises(Changed) as refused:
        await store.members.link("l2", Reach("slack", "U10"), subject.by())
    assert isinstance(refused.value.current, LinkCode) and refused.value.current.used_by == "slack:U9"
    assert await store.members.of_account("slack", "U9") == ada
    assert await store.members.requests() == ()
    await store.members.link_code(replace(LINK, digest="next"), subject.by())
    moved = await store.members.link("l3", Reach("slack", "U11", "D11"), subject.by())
    assert moved.person.accounts == (*ADA.accounts, Reach("slack", "U11", "D11"))
    assert await store.members.of_account("slack", "U9") is None
    left = await store.members.unlink("n1", "slack", subject.by())
    assert left.person.accounts == ADA.accounts
    assert await store.members.unlink("n1", "slack", subject.by()) == left


async def test_a_lost_account_is_nobodys_and_its_member_is_invited_anew(subject: Subject) -> None:
    """In one commit: the account goes, with every code that it could have had, and one invitation is kept, by which the
    same member comes back; what is left of their accounts hears of it."""
    store = subject.store
    person = replace(ADA, accounts=(*ADA.accounts, Reach("slack", "U9", "D9")))
    await store.members.take_over((NewMember(person), NewMember(EVA)), subject.by())
    await store.members.link_code(LINK, subject.by())
    await store.members.invite(replace(INVITE, digest="older", member="n1"), subject.by())
    await store.members.invite(replace(INVITE, digest="eva", member="n2"), subject.by())
    invite = replace(INVITE, digest="regain", member="n1")
    with pytest.raises(Changed):
        await store.members.regain("n1", 2, "telegram", invite, None, subject.by())
    with pytest.raises(Missing):
        await store.members.regain("n2", 1, "telegram", invite, None, subject.by())
    assert await store.members.invite_of("older") is not None
    by = subject.by(event="regain")
    made = await store.members.regain("n1", 1, "telegram", invite, NEWS, by)
    assert made.member == "n1" and await store.members.of_account("telegram", "1") is None
    assert await store.members.link_code_of("hash") is None and await store.members.invite_of("older") is None
    assert await store.members.invite_of("eva") is not None
    ada = await store.members.get("n1")
    assert ada and (ada.version, [a.platform for a in ada.person.accounts]) == (2, ["slack"])
    [delivery] = await store.sendings.deliveries("s1")
    assert delivery.recipient == "n1" and len(await store.sendings.all()) == 1
    assert [(e.verb, e.fields) for e in await store.audit.latest(2)] == [
        ("sendings.open", ()),
        ("members.regain", ("accounts",)),
    ]
    store = await subject.again()
    assert await store.members.regain("n1", 1, "telegram", invite, NEWS, subject.by(event="regain")) == made
    back = await store.members.join(made.id, Reach("telegram", "7", "7"), "x", "lt", subject.by(""))
    assert back.id == "n1" and [a.user for a in back.person.accounts] == ["U9", "7"]
    await store.members.regain("n2", 1, "slack", replace(invite, member="n2"), None, subject.by())
    assert len(await store.sendings.all()) == 1


NEWS = NewSending("handover", "handover 1", {"giver": "n1"}, NOW)


async def test_what_is_handed_over_is_one_commit_with_its_news(subject: Subject) -> None:
    """Both become these persons and hear of it; who is new is added; accounts stay, and what is followed goes along in
    its present version only when it is to."""
    store = subject.store
    call = await store.calls.add(FACTS, subject.by())
    await store.members.take_over((NewMember(ADA), NewMember(EVA)), subject.by())
    await store.members.follow("n1", Following(call.id, 1, NOW))
    await store.members.follow("n1", Following("c99", 1, NOW))
    await store.calls.change(call.id, 1, {"number": "7"}, Why(), subject.by())
    gives = ChangedMember("n1", 1, replace(ADA, holdings=(), accounts=()))
    takes = ChangedMember("n2", 1, replace(EVA, holdings=ADA.holdings, accounts=()))
    with pytest.raises(Changed):
        await store.members.hand_over(gives, replace(takes, seen=2), True, NEWS, subject.by())
    assert await store.sendings.all() == ()
    by = subject.by(event="handed")
    ada, eva = await store.members.hand_over(gives, takes, True, NEWS, by)
    assert (ada.version, ada.person.accounts, ada.person.holdings) == (2, ADA.accounts, ())
    assert (eva.version, eva.person.accounts, eva.person.holdings) == (2, EVA.accounts, ADA.holdings)
    assert ada.person.following == () and eva.person.following == (Following("c1", 2, by.at),)
    [sending] = await store.sendings.all()
    assert [d.recipient for d in await store.sendings.deliveries(sending.id)] == ["n1", "n2"]
    entries = await store.audit.latest(3)
    assert [(e.verb, e.subject) for e in entries] == [
        ("sendings.open", "s1"),
        ("members.hand_over", "n2"),
        ("members.hand_over", "n1"),
    ]
    store = await subject.again()
    assert await store.members.hand_over(gives, takes, True, NEWS, subject.by(event="handed")) == (ada, eva)
    back = ChangedMember("n2", 2, replace(EVA, holdings=()))
    new = NewMember(Person("Jonas", "fotonika", holdings=ADA.holdings))
    eva, jonas = await store.members.hand_over(back, new, False, replace(NEWS, key="2"), subject.by())
    assert (jonas.id, jonas.person.following, eva.person.following) == (
        "n3",
        (),
        (Following("c1", 2, by.at),),
    )
    assert len(await store.sendings.all()) == 2 and await store.members.get("n3") == jonas


async def test_invitations_beside_others_leave_them_until_one_is_used(subject: Subject) -> None:
    """The older ones of the same members go on working; when somebody has come in by one, their others are gone."""
    store = subject.store
    await store.members.take_over((NewMember(ADA), NewMember(EVA)), subject.by())
    old = tuple(replace(INVITE, digest=f"old {m}", member=m) for m in ("n1", "n2"))
    new = tuple(replace(INVITE, digest=f"new {m}", member=m) for m in ("n1", "n2"))
    await store.members.invite_all(old, subject.by())
    kept = await store.members.invite_all(new, subject.by(), beside=True)
    assert [i.id for i in kept] == ["i3", "i4"] and await store.members.invite_of("old n1") is not None
    await store.members.join("i1", Reach("telegram", "5", "5"), "Ada", "lt", subject.by(""))
    assert await store.members.invite_of("new n1") is None
    assert await store.members.invite_of("old n2") is not None
    assert getattr(await store.members.invite_of("old n1"), "used_by", "") == "n1"


async def test_wrong_codes_are_counted_for_a_day(subject: Subject) -> None:
    """Tries of an account are counted since an instant, by account, and forgotten after a day."""
    store = subject.store
    for minutes in (0, 10, 20):
        await store.members.tried("telegram:1", NOW + timedelta(minutes=minutes))
    store = await subject.again()
    assert await store.members.tries("telegram:1", NOW) == 3
    assert await store.members.tries("telegram:1", NOW + timedelta(minutes=15)) == 1
    assert await store.members.tries("telegram:2", NOW) == 0
    await store.members.tried("telegram:2", NOW + timedelta(days=2))
    assert await store.members.tries("telegram:1", NOW) == 0


def asking(user: str = "1") -> Request:
    """A request from that account."""
    return Request("", Reach("telegram", user, user), "Jonas", "fotonika", "lt", NOW)


async def test_requests_wait_oldest_first_and_once_per_account(subject: Subject) -> None:
    """Requests are in the order they came; one that waits is returned instead of a second of its account."""
    store = subject.store
    first = await store.members.request(asking("1"), subject.by(""))
    await store.members.request(asking("2"), subject.by(""))
    assert await store.members.request(asking("1"), subject.by("")) == first
    assert [r.id for r in await store.members.requests()] == ["q1", "q2"]
    jonas = await store.members.approve("q1", "member", "fotonika", subject.by())
    assert isinstance(jonas, Member) and jonas.person.accounts[0].user == "1"
    declined = await store.members.decline("q2", subject.by())
    assert declined.state == "declined"
    store = await subject.again()
    assert await store.members.requests() == ()
    for verb in (
        store.members.approve("q1", "member", "", subject.by()),
        store.members.decline("q2", subject.by()),
    ):
        with pytest.raises(Changed):
            await verb
    approved = await store.members.get_request("q1")
    assert approved is not None and (approved.state, approved.member) == ("approved", jonas.id)


# Conversation


async def test_a_draft_is_one_per_person(subject: Subject) -> None:
    """A new draft takes the place of the one before, and is there after opening again."""
    store = subject.store
    draft = Draft("n1", "extend c1 v1", "closes", {"reason": "x", "many": ("a", "b")}, NOW)
    await store.conversation.save_draft(replace(draft, command="close c1 v1"))
    await store.conversation.save_draft(draft)
    await store.conversation.save_draft(replace(draft, who="telegram:9"))
    store = await subject.again()
    assert await store.conversation.draft("n1") == draft
    await store.conversation.end_draft("n1")
    await store.conversation.end_draft("n1")
    assert await store.conversation.draft("n1") is None
    assert await store.conversation.draft("telegram:9") is not None


async def test_what_was_told_is_kept_once(subject: Subject) -> None:
    """The same fact in the same version, told again, keeps its first time; events are remembered."""
    store = subject.store
    fact = Told("n1", "c1", "closes", 1, NOW)
    await store.conversation.keep("e1", NOW, (fact, replace(fact, field="hold")))
    await store.conversation.keep(
        "e2",
        NOW,
        (replace(fact, at=NOW + timedelta(days=1)), replace(fact, version=2), replace(fact, member="n2")),
    )
    store = await subject.again()
    assert await store.conversation.told("c1") == (
        fact,
        replace(fact, field="hold"),
        replace(fact, version=2),
        replace(fact, member="n2"),
    )
    assert await store.conversation.answered("e1") and await store.conversation.answered("e2")
    assert not await store.conversation.answered("e3")


async def test_a_message_that_passes_is_known_until_it_is_gone(subject: Subject) -> None:
    """Each once, in the order in which they came, each forgotten by its platform and id, twice is once; old ones are
    pruned."""
    conversation = subject.store.conversation
    first = Passing("telegram", "900000001", "17", "e1", "results a1 pictures", "lt", NOW)
    second = replace(first, platform="slack", chat="U1", event="e2", line="")
    for message in (first, second, replace(first, event="e3")):
        await conversation.pass_by(message)
    conversation = (await subject.again()).conversation
    assert await conversation.passing() == (first, second)
    await conversation.passed("telegram", "17")
    await conversation.passed("telegram", "17")
    assert await conversation.passing() == (second,)
    assert await conversation.prune(NOW + timedelta(seconds=1)) == 1
    assert await conversation.passing() == ()


async def test_old_gestures_and_drafts_are_forgotten_what_was_told_is_not(subject: Subject) -> None:
    """Pruning forgets answered gestures and expired drafts before a time, and nothing else."""
    store = subject.store
    old, young = NOW, NOW + timedelta(days=9)
    await store.conversation.keep("old", old, (Told("n1", "c1", "closes", 1, old),))
    await store.conversation.keep("young", young, ())
    await store.conversation.save_draft(Draft("n1", "x", None, {}, old))
    await store.conversation.save_draft(Draft("n2", "x", None, {}, young))
    assert await store.conversation.prune(NOW + timedelta(days=1)) == 2
    assert not await store.conversation.answered("old") and await store.conversation.answered("young")
    assert await store.conversation.draft("n1") is None and await store.conversation.draft("n2") is not None
    assert len(await store.conversation.told("c1")) == 1


async def test_an_announcement_waits_for_its_people(subject: Subject) -> None:
    """Kept with its files, taken up by somebody else, dropped; the same gesture does each once, and a version that has
    moved on changes nothing."""
    store, by = subject.store, subject.by("n1")
    file = await store.announcements.attach("tvarka.pdf", "application/pdf", b"\0\xff", NOW)
    assert await store.announcements.attach("tvarka.pdf", "application/pdf", b"\0\xff", NOW) == file
    answers: Answers = {"lt": "Susitinkame", "audience": ("all",), "files": (file,)}
    kept = await store.announcements.keep(answers, by)
    assert await store.announcements.keep({}, by) == kept
    store = await subject.again()
    assert await store.announcements.all() == (kept,) and await store.announcements.get("b9") is None
    assert (kept.answers, kept.by, kept.version) == (answers, "n1", 1)
    found = await store.announcements.file(file)
    assert found is not None and (found.name, found.content) == ("tvarka.pdf", b"\0\xff")
    assert await store.announcements.file("x9") is None and await store.announcements.named("x9") == ""
    assert await store.announcements.named(file) == "tvarka.pdf"
    other = subject.by("n2")
    taken = await store.announcements.change(kept.id, 1, {"lt": "Kitaip"}, other)
    assert await store.announcements.change(kept.id, 1, {}, other) == taken
    assert (taken.version, taken.by) == (2, "n2")
    with pytest.raises(Changed):
        await store.announcements.change(kept.id, 1, {}, subject.by())
    with pytest.raises(Missing):
        await store.announcements.change("b9", 1, {}, subject.by())
    await store.announcements.drop(kept.id, subject.by())
    await store.announcements.drop(kept.id, subject.by())
    assert await store.announcements.all() == ()
    audit = [e.verb for e in await store.audit.latest(9, kept.id)]
    assert audit == [f"announcements.{verb}" for verb in ("drop", "change", "keep")]


async def test_what_nobody_needs_any_more_is_swept(subject: Subject) -> None:
    """An old offer that nobody took up goes, and old files that nothing has; what waits, is sent or is being written
    keeps its files."""
    store = subject.store
    ids = [await store.announcements.attach(f"{i}.pdf", "application/pdf", bytes([i]), NOW) for i in range(6)]
    young = await store.announcements.attach("naujas.pdf", "application/pdf", b"", NOW + timedelta(days=9))
    waiting = await store.announcements.keep({"files": (ids[0],)}, subject.by())
    await store.announcements.keep({"files": (ids[1],)}, subject.by(), offered=True)
    taken = await store.announcements.keep({"files": (ids[2],)}, subject.by(), offered=True)
    taken = await store.announcements.change(taken.id, 1, taken.answers, subject.by())
    await store.conversation.save_draft(Draft("n1", "announce", None, {"files": (ids[3],)}, NOW))
    sent = NewSending("announcement", "announcement e1", {"files": [{"id": ids[4]}, {"content": ""}]}, NOW)
    await store.sendings.open(sent, (), subject.by())
    assert await store.announcements.sweep(NOW - timedelta(days=1)) == 0
    assert await store.announcements.sweep(NOW + timedelta(days=1)) == 3, (
        "an offer, its file, a file of nothing"
    )
    store = await subject.again()
    assert await store.announcements.all() == (waiting, taken)
    there = [id for id in (*ids, young) if await store.announcements.file(id)]
    assert there == [ids[0], ids[2], ids[3], ids[4], young]


async def test_files_that_readers_open_by_a_button_stay_too(subject: Subject) -> None:
    """Those that an announcement, sent or waiting, or an open form names as `more` are swept no sooner than those that
    it carries."""
    store = subject.store
    ids = [await store.announcements.attach(f"{n}.png", "image/png", bytes([n]), NOW) for n in range(4)]
    await store.announcements.keep({"more": (ids[0],)}, subject.by())
    await store.conversation.save_draft(Draft("n1", "announce", None, {"more": (ids[1],)}, NOW))
    sent = NewSending("announcement", "announcement e1", {"files": [], "more": [{"id": ids[2]}]}, NOW)
    await store.sendings.open(sent, (), subject.by())
    assert await store.announcements.sweep(NOW + timedelta(days=1)) == 1
    store = await subject.again()
    assert [id for id in ids if await store.announcements.file(id)] == ids[:3]


async def test_there_is_one_deputy(subject: Subject) -> None:
    """Named in place of the one before, dismissed, each with its line in the audit."""
    store = subject.store
    assert await store.announcements.deputy() is None
    await store.announcements.dismiss(subject.by())
    await store.announcements.appoint("n2", NOW.date(), subject.by("n1"))
    named = await store.announcements.appoint("n3", NOW.date(), subject.by("n1"))
    store = await subject.again()
    assert await store.announcements.deputy() == named and (named.member, named.by) == ("n3", "n1")
    await store.announcements.dismiss(subject.by())
    assert await store.announcements.deputy() is None
    verbs = [e.verb for e in await store.audit.latest(9, "n3")]
    assert verbs == ["announcements.dismiss", "announcements.appoint"]


async def test_what_was_asked_in_vain_is_counted_once_a_gesture(subject: Subject) -> None:
    """The same sentence counts up, the same gesture again does not; of more than are kept the oldest go."""
    store = subject.store
    day = NOW.date()
    for event in ("e1", "e2", "e2"):
        await store.conversation.keep(event, NOW, (), "kas čia?", day)
    await store.conversation.keep("e3", NOW, (), "o ten?", day + timedelta(days=1))
    store = await subject.again()
    assert await store.vocabulary.missed() == (
        Missed("u1", "kas čia?", 2, day),
        Missed("u2", "o ten?", 1, day + timedelta(days=1)),
    )
    for i in range(MISSED_KEPT):
        await store.conversation.keep(f"x{i}", NOW, (), f"žodis {i}", day + timedelta(days=2))
    kept = await store.vocabulary.missed()
    assert len(kept) == MISSED_KEPT and {"kas čia?", "o ten?"}.isdisjoint(m.text for m in kept)


async def test_a_synonym_is_one_for_its_words(subject: Subject) -> None:
    """Taught again, the words mean the new thing; the sentence that it answers goes; forgotten is forgotten."""
    store, by = subject.store, subject.by()
    await store.conversation.keep("e1", NOW, (), "kas čia?", NOW.date())
    first = await store.vocabulary.teach("ino", "Inoklaster LT", by, "u1")
    assert await store.vocabulary.teach("ino", "Inoklaster LT", by, "u1") == first
    assert await store.vocabulary.missed() == ()
    again = await store.vocabulary.teach("ino", "Inočekiai", subject.by())
    store = await subject.again()
    assert await store.vocabulary.synonyms() == (again,) == (Synonym(first.id, "ino", "Inočekiai"),)
    await store.vocabulary.forget(again.id, subject.by())
    await store.vocabulary.forget(again.id, subject.by())
    assert await store.vocabulary.synonyms() == ()
    assert (await store.audit.latest(1))[0].verb == "vocabulary.forget"


# Channels of working groups


async def test_a_group_has_one_channel_on_a_platform(subject: Subject) -> None:
    """Connecting another chat takes the place of the one before under the same id; the same chat again is nothing new;
    a chat of another group is refused with the channel that it is; another platform is another channel."""
    store = subject.store
    assert await store.channels.get("g1") is None and await store.channels.all() == ()
    by = subject.by("n3")
    first = await store.channels.connect("politika", "telegram", "-1", by)
    assert first == Channel("g1", "politika", "telegram", "-1", by.at, "n3") and first.connected
    assert await store.channels.connect("politika", "telegram", "-1", subject.by()) == first
    with pytest.raises(Changed) as refused:
        await store.channels.connect("eksportas", "telegram", "-1", subject.by())
    assert refused.value.current == first
    moved = await store.channels.connect("politika", "telegram", "-2", subject.by())
    assert (moved.id, moved.address) == ("g1", "-2")
    assert (await store.channels.connect("eksportas", "telegram", "-1", subject.by())).id == "g2"
    assert (await store.channels.connect("politika", "slack", "C1", subject.by())).id == "g3"
    store = await subject.again()
    assert [c.address for c in await store.channels.all()] == ["-2", "-1", "C1"]
    assert await store.channels.all() is await store.channels.all()
    assert [(e.verb, e.subject) for e in await store.audit.latest(1, "g1")] == [("channels.connect", "g1")]
    assert len(await store.audit.latest(9, "g1")) == 2


async def test_a_channel_that_was_taken_away_keeps_its_id(subject: Subject) -> None:
    """Disconnected it has no address, twice is once, and the gesture that connected it does not connect it again;
    connected again it is the same channel."""
    store, by = subject.store, subject.by()
    first = await store.channels.connect("politika", "telegram", "-1", by)
    assert is_channel(first.id) and not is_channel("n1") and not is_channel("telegram:g1")
    gone = await store.channels.disconnect("g1", subject.by())
    assert gone == await store.channels.disconnect("g1", subject.by()) and not gone.connected
    assert await store.channels.get("g1") == gone
    assert await store.channels.connect("politika", "telegram", "-1", by) == gone
    store = await subject.again()
    again = await store.channels.connect("politika", "telegram", "-1", subject.by())
    assert (again.id, again.address) == ("g1", "-1")
    with pytest.raises(Missing):
        await store.channels.disconnect("g9", subject.by())


async def test_a_channel_that_is_lost_says_why_until_it_is_connected_again(subject: Subject) -> None:
    """`lost` keeps the reason, unless the channel is another chat by now; connecting the same chat again clears it."""
    store = subject.store
    await store.channels.connect("politika", "telegram", "-1", subject.by())
    assert (await store.channels.lost("g1", "-7", "kicked")).unreachable == ""
    assert (await store.channels.lost("g1", "-1", "kicked")).unreachable == "kicked"
    store = await subject.again()
    found = await store.channels.get("g1")
    assert found is not None and found.unreachable == "kicked"
    back = await store.channels.connect("politika", "telegram", "-1", subject.by())
    assert back.unreachable == "" and back == await store.channels.get("g1")
    with pytest.raises(Missing):
        await store.channels.lost("g9", "-1", "kicked")


async def test_a_chat_that_moves_takes_what_is_under_way_along(subject: Subject) -> None:
    """Its new address is the channel's, and that of what is being sent there; what was sent stays where it is; a chat
    that is nobody's channel changes nothing, one that was connected anew meanwhile keeps its place."""
    store = subject.store
    await store.channels.connect("politika", "telegram", "-1", subject.by())
    for n in (1, 2):
        await store.sendings.open(NewSending("digest", f"d{n}", {}, NOW), ("g1", "n1"), subject.by())
        await store.sendings.claim(f"d{2 * n - 1}", "telegram", "-1", 1, NOW)
    await store.sendings.accepted("d1", "m1", NOW)
    await store.channels.moved("telegram", "-9", "-10")
    await store.channels.moved("slack", "-1", "-10")
    await store.channels.moved("telegram", "-1", "-1001")
    store = await subject.again()
    found = await store.channels.get("g1")
    assert found is not None and found.address == "-1001"
    addresses = [d.address for id in ("d1", "d3", "d4") if (d := await store.sendings.delivery(id))]
    assert addresses == ["-1", "-1001", ""]
    await store.channels.connect("eksportas", "telegram", "-1002", subject.by())
    await store.channels.moved("telegram", "-1001", "-1002")
    assert [c.address for c in await store.channels.all()] == ["", "-1002"]


async def test_the_audit_is_newest_first(subject: Subject) -> None:
    """The audit gives the newest entries first, of one record when asked, with who and which fields."""
    store = subject.store
    await store.calls.add(FACTS, subject.by())
    await store.calls.add(FACTS, subject.by())
    await store.calls.change("c1", 1, {"number": "3"}, Why(), subject.by("n9"))
    newest = await store.audit.latest(2)
    assert [(e.verb, e.subject) for e in newest] == [("calls.change", "c1"), ("calls.add", "c2")]
    assert newest[0].who == "n9" and newest[0].fields == ("number",)
    assert [e.verb for e in await store.audit.latest(9, "c1")] == ["calls.change", "calls.add"]


async def test_every_kind_of_moment_comes_back_as_it_was(subject: Subject) -> None:
    """Precision and zone survive the store."""
    kinds = tuple(
        Moment(NOW.date().replace(month=7, day=1), "Europe/Brussels", precision)
        for precision in ("day", "month", "quarter", "year")
    )
    facts = replace(FACTS, cutoffs=(*kinds, moment("2026-12-01 23:59")), opens=kinds[2])
    await subject.store.calls.add(facts, subject.by())
    call = await (await subject.again()).calls.get("c1")
    assert call is not None and call.facts == facts
    assert call.checked_at.tzinfo is not None and call.checked_at.astimezone(UTC) == call.checked_at


async def test_a_backup_holds_everything(subject: Subject, tmp_path: Path) -> None:
    """An archive written while the store is open brings everything back in an empty place."""
    from storage.opening import restore

    await subject.store.calls.add(FACTS, subject.by())
    await subject.store.backup(tmp_path / "archive.zip")
    await subject.store.calls.add(FACTS, subject.by())
    restore(tmp_path / "archive.zip", f"tinydb:{tmp_path / 'restored'}")
    restored = EmbeddedStore.open(tmp_path / "restored")
    assert len(await restored.calls.all()) == 1
    await restored.close()


# Sendings


NEW = NewSending("change", "change c1 v2", {"call": "c1"}, NOW, NOW + timedelta(days=2))


async def test_a_sending_of_a_key_is_there_once(subject: Subject) -> None:
    """Opening it again returns it, with deliveries for those who had none."""
    first = await subject.store.sendings.open(NEW, ("n1", "n2", "n1"), subject.by())
    again = await subject.store.sendings.open(replace(NEW, content={}), ("n2", "n3"), subject.by())
    store = await subject.again()
    assert first == again == await store.sendings.get("s1") == await store.sendings.of_key("change c1 v2")
    assert [d.recipient for d in await store.sendings.deliveries("s1")] == ["n1", "n2", "n3"]
    assert await store.sendings.of_key("x") is None and await store.sendings.get("s2") is None


async def test_a_delivery_goes_part_by_part(subject: Subject) -> None:
    """Claimed, accepted, queued again until the last part; then sent, with what was told by it in the same commit."""
    sendings = subject.store.sendings
    await sendings.open(NEW, ("n1",), subject.by())
    told = (Told("n1", "c1", "closes", 2, NOW, "change"),)
    for part in ("m1", "m2"):
        claimed = await sendings.claim("d1", "telegram", "7", 2, NOW)
        assert (claimed.state, claimed.of, claimed.seen) == ("sending", 2, 1)
        with pytest.raises(Changed):
            await sendings.claim("d1", "telegram", "7", 2, NOW)
        assert await subject.store.conversation.told("c1") == ()
        await sendings.accepted("d1", part, NOW, told)
    store = await subject.again()
    sent = await store.sendings.delivery("d1")
    assert sent is not None and (sent.state, sent.parts) == ("sent", ("m1", "m2"))
    assert await store.conversation.told("c1") == told
    with pytest.raises(Changed):
        await store.sendings.end("d1", "failed", "late", NOW)
    assert await store.sendings.in_state("queued") == ()


async def test_what_was_being_sent_is_uncertain_after_a_start(subject: Subject) -> None:
    """It is neither lost nor sent again by itself; it may be accepted after all, put off, or ended."""
    sendings = subject.store.sendings
    await sendings.open(NEW, ("n1", "n2", "n3"), subject.by())
    for id in ("d1", "d2"):
        await sendings.claim(id, "slack", "D1", 1, NOW)
    sendings = (await subject.again()).sendings
    assert [d.id for d in await sendings.interrupted(NOW)] == ["d1", "d2"]
    assert await sendings.interrupted(NOW) == ()
    assert [d.id for d in await sendings.in_state("uncertain")] == ["d1", "d2"]
    assert (await sendings.accepted("d1", "m1", NOW)).state == "sent"
    assert (await sendings.put_off("d2", "it was not there", NOW)).state == "queued"
    assert (await sendings.end("d3", "skipped", "over", NOW)).state == "skipped"


async def test_what_is_not_open_is_not_claimed(subject: Subject) -> None:
    """A held, paused or recalled sending keeps its deliveries queued; what was recalled stays so."""
    sendings = subject.store.sendings
    await sendings.open(NEW, ("n1",), subject.by())
    for state in ("held", "paused"):
        assert (await sendings.turn("s1", state, "why", subject.by())).state == state
        with pytest.raises(Changed):
            await sendings.claim("d1", "telegram", "7", 1, NOW)
    await sendings.turn("s1", "open", "", subject.by())
    changed = await sendings.change("s1", 1, {"call": "c1", "more": 1}, subject.by())
    assert changed.version == 2
    with pytest.raises(Changed):
        await sendings.change("s1", 1, {}, subject.by())
    await sendings.claim("d1", "telegram", "7", 1, NOW)
    recalled = await sendings.turn("s1", "recalled", "", subject.by())
    assert await sendings.turn("s1", "open", "", subject.by()) == recalled


async def test_reading_is_acknowledged_once(subject: Subject) -> None:
    """The first time counts."""
    sendings = subject.store.sendings
    await sendings.open(NEW, ("n1",), subject.by())
    await sendings.acknowledge("d1", NOW)
    assert (await sendings.acknowledge("d1", NOW + timedelta(days=1))).acknowledged == NOW
    with pytest.raises(Missing):
        await sendings.acknowledge("d9", NOW)


async def test_a_person_sends_again_what_failed(subject: Subject) -> None:
    """Failed and uncertain ones are queued again, once a gesture; what is sent is not."""
    sendings = subject.store.sendings
    await sendings.open(NEW, ("n1",), subject.by(), held=True)
    assert (await sendings.all())[0].state == "held"
    await sendings.end("d1", "failed", "blocked", NOW)
    by = subject.by()
    assert (await sendings.again("d1", by)).state == "queued"
    await sendings.end("d1", "failed", "blocked", NOW)
    assert (await sendings.again("d1", by)).state == "failed"
    assert (await sendings.amended("d1", 2, "recalled", NOW)).why == "recalled"


def questionnaire(key: str = "needs", *, anonymous: bool = False) -> Questionnaire:
    question = Question("q1", "yes_no", Words("Ar reikia?", "Is it needed?"))
    return Questionnaire(key, Words("Poreikiai"), (question,), NOW + timedelta(days=9), anonymous=anonymous)


def counted(_: Survey, sheets: tuple[Sheet, ...]) -> tuple[Tally, ...]:
    """How many said yes."""
    return (Tally("q1", len(sheets), counts=(("yes", sum(s.answers["q1"] == "yes" for s in sheets)),)),)


async def test_a_survey_of_a_key_is_there_once_and_changes_while_it_is_a_draft(subject: Subject) -> None:
    """The same key is the same survey; a draft changes and goes, what is open only moves."""
    surveys = subject.store.surveys
    made = await surveys.add(questionnaire(), subject.by())
    assert await surveys.add(questionnaire(), subject.by()) == made
    assert await surveys.of_key("needs") == await surveys.get(made.id) == made
    changed = await surveys.change(made.id, 1, questionnaire(anonymous=True), subject.by())
    assert (changed.version, changed.plan.anonymous) == (2, True)
    with pytest.raises(Changed):
        await surveys.open(made.id, 1, subject.by())
    opened = await surveys.open(made.id, 2, subject.by())
    assert (opened.state, opened.small, opened.small_text) == ("open", 5, 10)
    with pytest.raises(Changed):
        await surveys.change(made.id, 3, questionnaire(), subject.by())
    with pytest.raises(Changed):
        await surveys.remove(made.id, 3, subject.by())
    moved = await surveys.move(made.id, 3, NOW + timedelta(days=20), subject.by())
    moved = await surveys.forward(made.id, "fotonika", subject.by())
    assert await surveys.forward(made.id, "fotonika", subject.by()) == moved
    assert moved.forwarded == ("fotonika",)
    assert moved.plan.closes == NOW + timedelta(days=20)
    assert [one.closes for one in moved.closings] == [NOW + timedelta(days=9), NOW + timedelta(days=20)]
    other = await surveys.add(questionnaire("other"), subject.by())
    await surveys.remove(other.id, 1, subject.by())
    await surveys.remove(other.id, 1, subject.by())
    surveys = (await subject.again()).surveys
    assert await surveys.all() == (moved,)
    for refused in (surveys.open("a99", 1, subject.by()), surveys.close("a99", counted, subject.by())):
        with pytest.raises(Missing):
            await refused


async def test_rounds_of_a_survey_have_one_series(subject: Subject) -> None:
    """Whoever follows one that is in none gives both its key; it can be said of a draft, an open and a closed one, and
    taken back; the version that was seen counts, and twice is once."""
    surveys = subject.store.surveys
    first = await surveys.add(questionnaire(), subject.by())
    second = await surveys.add(questionnaire("again"), subject.by(), follows=first.id)
    first = (await surveys.all())[0]
    assert (first.plan.series, first.version, second.plan.series) == ("needs", 2, "needs")
    with pytest.raises(Missing):
        await surveys.add(questionnaire("third"), subject.by(), follows="a99")
    assert await surveys.of_key("third") is None
    alone = await surveys.add(questionnaire("alone"), subject.by())
    await surveys.open(alone.id, 1, subject.by())
    closed = await surveys.close(alone.id, counted, subject.by())
    by = subject.by()
    with pytest.raises(Changed):
        await surveys.follow(alone.id, 1, second.id, by)
    third = await surveys.follow(alone.id, closed.version, second.id, by)
    assert (third.plan.series, third.version, third.state) == ("needs", closed.version + 1, "closed")
    assert await surveys.follow(alone.id, closed.version, second.id, by) == third
    left = await surveys.follow(alone.id, third.version, "", subject.by())
    assert left.plan == closed.plan
    own = await surveys.follow(alone.id, left.version, alone.id, subject.by())
    assert own.plan.series == "alone"
    with pytest.raises(Missing):
        await surveys.follow("a99", 1, first.id, subject.by())
    with pytest.raises(Missing):
        await surveys.follow(alone.id, own.version, "a99", subject.by())
    assert (await (await subject.again()).surveys.all()) == (first, second, own)
    audit = await subject.store.audit.latest(20)
    assert [one.verb for one in audit].count("surveys.follow") == 4


async def redacted(subject: Subject) -> str:
    """A closed survey whose texts somebody has begun to look at; its id."""
    made = await subject.store.surveys.add(questionnaire(), subject.by())
    await subject.store.surveys.open(made.id, 1, subject.by())
    await subject.store.surveys.close(made.id, counted, subject.by())
    await subject.store.redactions.begin(made.id, "salt", subject.by())
    return made.id


async def test_texts_are_decided_on_once_they_may_be_seen(subject: Subject) -> None:
    """Not of a draft, and of an anonymous survey not before it has closed; the first salt stays."""
    store = subject.store
    made = await store.surveys.add(questionnaire(anonymous=True), subject.by())
    for _ in range(2):
        with pytest.raises(Changed) as refused:
            await store.redactions.begin(made.id, "salt", subject.by())
        assert refused.value.current == await store.surveys.get(made.id)
        await store.surveys.open(made.id, 1, subject.by()) if made.state == "draft" else None
        made = await store.surveys.get(made.id) or made
    assert await store.redactions.of(made.id) is None
    await store.surveys.close(made.id, counted, subject.by())
    begun = await store.redactions.begin(made.id, "salt", subject.by())
    assert await store.redactions.begin(made.id, "other", subject.by()) == begun
    assert (begun.survey, begun.version, begun.salt) == (made.id, 1, "salt")
    named = await store.surveys.add(questionnaire("named"), subject.by())
    await store.surveys.open(named.id, 1, subject.by())
    assert (await store.redactions.begin(named.id, "x", subject.by())).id != begun.id
    with pytest.raises(Missing):
        await store.redactions.begin("a99", "x", subject.by())
    assert await (await subject.again()).redactions.of(made.id) == begun


async def test_of_two_who_decide_on_a_text_the_last_is_heard_and_the_first_is_told(subject: Subject) -> None:
    """A part stands in place of those that it lies over; what was decided unseen is told, in the same commit, to
    whoever had decided it, and to nobody else; what is so already changes nothing; the audit knows no text."""
    id = await redacted(subject)
    redactions = subject.store.redactions
    news = NewSending("redacted", "redacted 1", {"survey": id}, NOW)
    first = await redactions.decide(id, "mark", (0, 5), False, 0, news, subject.by("n1"))
    assert first.over == "" and first.redaction.choice("mark").cuts == (Cut(0, 5, False, 2),)
    assert (await redactions.decide(id, "mark", (0, 5), False, 0, news, subject.by("n2"))) == first
    by = subject.by("n2")
    second = await redactions.decide(id, "mark", (3, 9), True, 0, news, by)
    assert second.over == "n1"
    assert await redactions.decide(id, "mark", (3, 9), True, 0, news, by) == second
    kept = second.redaction.choice("mark")
    assert (kept.cuts, kept.version, kept.by, kept.whole) == ((Cut(3, 9, True, 3),), 2, "n2", False)
    [sent] = await subject.store.sendings.all()
    assert [d.recipient for d in await subject.store.sendings.deliveries(sent.id)] == ["n1"]
    more = replace(news, key="redacted 2")
    seen = await redactions.decide(id, "mark", None, True, 2, more, subject.by("n1"))
    own = await redactions.decide(id, "mark", None, False, 2, more, subject.by("n1"))
    other = await redactions.decide(id, "apart", None, True, 0, more, subject.by("n2"))
    assert (seen.over, own.over, other.over) == ("", "", "")
    assert len(await subject.store.sendings.all()) == 1
    assert other.redaction.choice("apart").whole and not other.redaction.choice("mark").whole
    assert other.redaction.choice("nothing").version == 0
    assert await (await subject.again()).redactions.of(id) == other.redaction
    assert "mark" not in str(await subject.store.audit.latest(50, id))
    with pytest.raises(Missing):
        await subject.store.redactions.decide("a99", "mark", None, True, 0, news, subject.by())


async def test_words_are_hidden_everywhere_until_they_are_shown(subject: Subject) -> None:
    """The last one to decide on the same words is heard, and whoever decided otherwise before is told once; a part that
    is decided again after them counts as newer."""
    id = await redacted(subject)
    redactions = subject.store.redactions
    news = NewSending("redacted", "redacted 1", {"survey": id}, NOW)
    await redactions.decide(id, "mark", (0, 5), True, 0, news, subject.by())
    by = subject.by("n1")
    more = replace(news, key="redacted 2")
    hidden = await redactions.everywhere(id, "Ona", True, more, by)
    assert hidden.redaction.phrases == (Phrase("Ona", True, 3, "n1"),) and not hidden.over
    assert await redactions.everywhere(id, "Ona", True, more, subject.by("n2")) == hidden
    second = subject.by("n2")
    shown = await redactions.everywhere(id, "Ona", False, more, second)
    assert shown.redaction.phrases == (Phrase("Ona", False, 4, "n2"),) and shown.over == "n1"
    assert await redactions.everywhere(id, "Ona", False, more, second) == shown
    assert (await redactions.everywhere(id, "Ona", True, more, by)).redaction == shown.redaction
    assert len(await subject.store.sendings.to("n1")) == 1
    own = await redactions.everywhere(id, "Onutė", True, more, subject.by("n2"))
    assert not own.over and not await subject.store.sendings.to("n2")
    again = await redactions.decide(id, "mark", (0, 5), True, 1, news, subject.by())
    assert again.redaction.choice("mark").cuts == (Cut(0, 5, True, 6),)
    assert await (await subject.again()).redactions.of(id) == again.redaction
    assert "Ona" not in str(await subject.store.audit.latest(50))
    with pytest.raises(Missing):
        await subject.store.redactions.everywhere("a99", "Ona", True, news, subject.by())


async def test_texts_go_along_as_they_were_seen(subject: Subject) -> None:
    """What was hidden then stays hidden; whoever saw an older version shares nothing; it can be withheld again."""
    id = await redacted(subject)
    redactions = subject.store.redactions
    with pytest.raises(Changed) as refused:
        await redactions.share(id, "q1", 0, {}, subject.by())
    assert refused.value.current == await redactions.of(id)
    by = subject.by()
    shared = await redactions.share(id, "q1", 1, {"mark": ((0, 5), (7, 9))}, by)
    assert shared.shared == ("q1",)
    assert shared.choice("mark").cuts == (Cut(0, 5, True, 2), Cut(7, 9, True, 2))
    assert await redactions.share(id, "q1", 1, {}, by) == shared
    withheld = await redactions.withhold(id, "q1", subject.by())
    assert withheld.shared == () and withheld.choices == shared.choices
    assert await redactions.withhold(id, "q1", subject.by()) == withheld
    assert await (await subject.again()).redactions.of(id) == withheld
    entries = [(one.verb, one.fields) for one in await subject.store.audit.latest(2, id)]
    assert entries == [("redactions.withhold", ("q1",)), ("redactions.share", ("q1",))]
    for missing in (
        subject.store.redactions.share("a99", "q1", 1, {}, subject.by()),
        subject.store.redactions.withhold("a99", "q1", subject.by()),
    ):
        with pytest.raises(Missing):
            await missing


async def test_one_sheet_of_an_owner_counts(subject: Subject) -> None:
    """Whoever hands in second is told whose sheet counts, and may replace it; nothing of either is lost."""
    surveys = subject.store.surveys
    made = await surveys.add(questionnaire(), subject.by())
    with pytest.raises(Changed):
        await surveys.keep(made.id, "n1", "fotonika", {"q1": "yes"}, NOW)
    await surveys.open(made.id, 1, subject.by())
    begun = await surveys.keep(made.id, "n1", "fotonika", {"q1": "yes"}, NOW)
    assert begun == await surveys.sheet(made.id, "n1")
    assert (begun.state, begun.version) == ("begun", 1)
    assert await surveys.keep(made.id, "n1", "fotonika", {"q1": "yes"}, NOW) == begun
    first = await surveys.hand_in(made.id, "n1", "fotonika", {"q1": "yes"}, NOW)
    assert first.state == "answered"
    with pytest.raises(Changed) as refused:
        await surveys.hand_in(made.id, "n2", "fotonika", {"q1": "no"}, NOW)
    assert refused.value.current == first
    second = await surveys.hand_in(made.id, "n2", "fotonika", {"q1": "no"}, NOW, over=first.id)
    surveys = (await subject.again()).surveys
    begun = await surveys.keep(made.id, "n2", "fotonika", {"q1": "yes"}, NOW)
    assert (begun.answers["q1"], begun.latest["q1"], begun.state) == ("no", "yes", "answered")
    second = await surveys.hand_in(made.id, "n2", "fotonika", {"q1": "no"}, NOW)
    assert second.changing is None
    kept = await surveys.sheets(made.id)
    assert [(s.member, s.state, s.answers["q1"]) for s in kept] == [
        ("n1", "begun", "yes"),
        ("n2", "answered", "no"),
    ]
    assert second in kept
    closed = await surveys.close(made.id, counted, subject.by())
    assert (closed.state, closed.taken_part, closed.tallies) == ("closed", ("fotonika",), ())
    assert await surveys.close(made.id, counted, subject.by()) == closed
    assert await surveys.sheets(made.id) == kept
    for late in (
        surveys.keep(made.id, "n1", "fotonika", {}, NOW),
        surveys.hand_in(made.id, "n1", "fotonika", {}, NOW),
        surveys.move(made.id, closed.version, NOW, subject.by()),
    ):
        with pytest.raises(Changed):
            await late


async def test_of_an_anonymous_survey_only_the_tallies_stay(subject: Subject) -> None:
    """At its closing every sheet and begun form of an anonymous survey goes, and what was counted is kept."""
    surveys = subject.store.surveys
    made = await surveys.add(questionnaire(anonymous=True), subject.by())
    await surveys.open(made.id, 1, subject.by())
    for i in range(1, 7):
        await surveys.hand_in(made.id, f"n{i}", f"o{i}", {"q1": "yes" if i < 4 else "no"}, NOW)
    expires = NOW + timedelta(days=3)
    draft = Draft("n7", f"fill {made.id}", "q1", {"q1": "yes"}, expires)
    other = Draft("n8", "announce", "lt", {}, expires)
    await subject.store.conversation.save_draft(draft)
    await subject.store.conversation.save_draft(other)
    closed = await surveys.close(made.id, counted, subject.by())
    assert closed.tallies == (Tally("q1", 6, counts=(("yes", 3),)),)
    assert closed.taken_part == tuple(f"o{i}" for i in range(1, 7))
    store = await subject.again()
    assert await store.surveys.get(made.id) == closed
    assert await store.surveys.sheets(made.id) == ()
    assert await store.surveys.sheet(made.id, "n1") is None
    assert await store.conversation.draft("n7") is None
    assert await store.conversation.draft("n8") == other


async def test_a_form_of_an_anonymous_survey_is_not_kept_after_its_closing(subject: Subject) -> None:
    """A step that was being answered while it closed leaves nothing; forms of other surveys are kept, and those in
    which the secretariat goes on with one that is over."""
    surveys = subject.store.surveys
    secret = await surveys.add(questionnaire("secret", anonymous=True), subject.by())
    named = await surveys.add(questionnaire("named"), subject.by())
    for one in (secret, named):
        await surveys.open(one.id, 1, subject.by())
        await surveys.close(one.id, counted, subject.by())
    draft = Draft("n7", f"fill {secret.id}", None, {"q1": "yes"}, NOW + timedelta(days=3))
    with pytest.raises(Changed):
        await subject.store.conversation.save_draft(draft)
    await subject.store.conversation.save_draft(replace(draft, who="n8", command=f"fill {named.id}"))
    again = Draft("n9", f"repeatsurvey {secret.id}", "closes", {}, NOW + timedelta(days=3))
    await subject.store.conversation.save_draft(again)
    store = await subject.again()
    assert await store.conversation.draft("n7") is None
    assert await store.conversation.draft("n8") is not None
    assert await store.conversation.draft("n9") == again


# Consultations


def consulted(key: str = "concept", audience: tuple[str, ...] = ("all",)) -> Consulted:
    sections = (Section("1", "Tikslai", "Kodėl."), Section("1.1", "", "Kaip."), Section("2", "Lėšos", ""))
    return Consulted(key, Words("Koncepcija"), sections, NOW + timedelta(days=9), audience)


async def test_a_consultation_of_a_key_is_there_once_and_changes_while_it_is_a_draft(
    subject: Subject,
) -> None:
    """The same key is the same consultation; a draft changes and goes, what is open moves and closes once."""
    consultations = subject.store.consultations
    made = await consultations.add(consulted(), subject.by())
    assert await consultations.add(consulted(), subject.by()) == made
    assert (made.id, made.version, made.state) == ("t1", 1, "draft")
    with pytest.raises(Changed):
        await consultations.close("t1", subject.by())
    changed = await consultations.change("t1", 1, consulted(audience=("role:manager",)), subject.by())
    assert await consultations.change("t1", 1, changed.plan, subject.by()) == changed
    with pytest.raises(Changed):
        await consultations.open("t1", 1, subject.by())
    by = subject.by()
    opened = await consultations.open("t1", 2, by)
    assert await consultations.open("t1", 2, by) == opened
    assert (opened.state, opened.opened) == ("open", by.at)
    for late in (
        consultations.change("t1", 3, consulted(), subject.by()),
        consultations.remove("t1", 3, subject.by()),
        consultations.open("t1", 3, subject.by()),
        consultations.move("t1", 2, NOW, subject.by()),
        consultations.publish("t1", 3, subject.by()),
    ):
        with pytest.raises(Changed):
            await late
    moved = await consultations.move("t1", 3, NOW + timedelta(days=20), subject.by())
    assert await consultations.move("t1", 3, NOW + timedelta(days=20), subject.by()) == moved
    assert [one.closes for one in moved.closings] == [NOW + timedelta(days=9), NOW + timedelta(days=20)]
    other = await consultations.add(consulted("other"), subject.by())
    await consultations.remove(other.id, 1, subject.by())
    await consultations.remove(other.id, 1, subject.by())
    closed = await consultations.close("t1", subject.by())
    assert await consultations.close("t1", subject.by()) == closed
    published = await consultations.publish("t1", closed.version, subject.by())
    assert await consultations.publish("t1", closed.version, subject.by()) == published
    assert published.published is not None
    consultations = (await subject.again()).consultations
    assert await consultations.all() == (published,)
    assert await consultations.get("t1") == published and await consultations.get("t2") is None
    for refused in (
        consultations.open("t99", 1, subject.by()),
        consultations.move("t99", 1, NOW, subject.by()),
        consultations.close("t99", subject.by()),
        consultations.publish("t99", 1, subject.by()),
        consultations.agree_rest("t99", "fotonika", "n1", NOW),
        consultations.decide("r99", 1, "accepted", "", subject.by()),
    ):
        with pytest.raises(Missing):
            await refused


async def test_an_organisation_says_one_thing_of_a_section(subject: Subject) -> None:
    """Whoever writes second over what they have not seen is told what is there; the same words twice are once; who
    agrees to the rest changes nothing that was said."""
    consultations = subject.store.consultations
    await consultations.add(consulted(), subject.by())
    with pytest.raises(Changed) as refused:
        await consultations.say("t1", "1", 0, "fotonika", "n1", Position(agrees=True), NOW)
    assert isinstance(refused.value.current, Consultation)
    await consultations.open("t1", 1, subject.by())
    first = await consultations.say("t1", "1", 0, "fotonika", "n1", Position(remark="Per trumpa."), NOW)
    assert (first.id, first.version, first.written, first.writers) == ("r1", 1, 1, ("n1",))
    with pytest.raises(Changed) as moved:
        await consultations.say("t1", "1", 0, "fotonika", "n2", Position(remark="Per ilga."), NOW)
    assert moved.value.current == first
    assert (
        await consultations.say("t1", "1", 0, "fotonika", "n2", Position(remark="Per trumpa."), NOW) == first
    )
    later = NOW + timedelta(hours=1)
    both = await consultations.say("t1", "1", 1, "fotonika", "n2", Position(remark="A", proposal="B"), later)
    assert (both.version, both.member, both.at, both.writers) == (2, "n2", later, ("n1", "n2"))
    other = await consultations.say("t1", "1", 0, "LKA", "n3", Position(), NOW)
    assert other.said.empty
    for nowhere in ("3", ""):
        with pytest.raises(Missing):
            await consultations.say("t1", nowhere, 0, "fotonika", "n1", Position(agrees=True), NOW)
    agreed = await consultations.agree_rest("t1", "fotonika", "n1", NOW)
    assert [(one.section, one.said.agrees) for one in agreed] == [("1.1", True), ("2", True)]
    assert await consultations.agree_rest("t1", "fotonika", "n1", NOW) == ()
    assert len(await consultations.agree_rest("t1", "LKA", "n3", NOW)) == 3
    consultations = (await subject.again()).consultations
    kept: tuple[Remark, ...] = await consultations.remarks("t1")
    assert [one.id for one in kept] == ["r1", "r2", "r3", "r4", "r5", "r6"]
    assert kept[0] == both == await consultations.remark("r1")
    assert await consultations.remark("r99") is None and await consultations.remarks("t9") == ()
    await consultations.close("t1", subject.by())
    for late in (
        consultations.say("t1", "1", 9, "fotonika", "n1", Position(), NOW),
        consultations.agree_rest("t1", "LKA", "n3", NOW),
    ):
        with pytest.raises(Changed):
            await late


async def test_a_decision_holds_for_what_was_written(subject: Subject) -> None:
    """It is made on the version that was seen, may be changed, and goes when the remark is written anew; who only
    agrees needs none."""
    consultations = subject.store.consultations
    await consultations.add(consulted(), subject.by())
    await consultations.open("t1", 1, subject.by())
    await consultations.say("t1", "1", 0, "fotonika", "n1", Position(remark="Per trumpa."), NOW)
    await consultations.say("t1", "2", 0, "fotonika", "n1", Position(agrees=True), NOW)
    by = subject.by()
    decided = await consultations.decide("r1", 1, "partly", "Iš dalies.", by)
    assert await consultations.decide("r1", 1, "partly", "Iš dalies.", by) == decided
    assert decided.ruling is not None and (decided.version, decided.written) == (2, 1)
    assert (decided.ruling.version, decided.ruling.decision, decided.ruling.by) == (2, "partly", "n1")
    with pytest.raises(Changed):
        await consultations.decide("r1", 1, "rejected", "Ne.", subject.by())
    with pytest.raises(Changed):
        await consultations.decide("r2", 1, "accepted", "", subject.by())
    anew = await consultations.say(
        "t1", "1", 1, "fotonika", "n1", Position(remark="Gerokai per trumpa."), NOW
    )
    assert (anew.rulings, anew.version, anew.written) == ((), 3, 3)
    await consultations.decide("r1", 3, "rejected", "Ne.", subject.by())
    changed = await consultations.decide("r1", 4, "accepted", "", subject.by())
    assert [one.decision for one in changed.rulings] == ["rejected", "accepted"]
    assert await (await subject.again()).consultations.remark("r1") == changed


async def test_a_delivery_is_found_by_its_messages(subject: Subject) -> None:
    """Any of its parts finds it, at the address where it went and nowhere else; the newest where a platform has used
    a name twice."""
    sendings = subject.store.sendings
    await sendings.open(NEW, ("n1", "n2"), subject.by())
    for part in ("7", "8"):
        await sendings.claim("d1", "telegram", "100", 2, NOW)
        await sendings.accepted("d1", part, NOW)
    store = await subject.again()
    for part in ("7", "8"):
        found = await store.sendings.of_message("telegram", "100", part)
        assert found is not None and found.id == "d1"
    assert await store.sendings.of_message("telegram", "200", "7") is None
    assert await store.sendings.of_message("slack", "100", "7") is None
    await store.sendings.claim("d2", "telegram", "100", 1, NOW)
    await store.sendings.accepted("d2", "8", NOW)
    newest = await store.sendings.of_message("telegram", "100", "8")
    assert newest is not None and newest.id == "d2"


# Questions


ANSWER = NewSending("answer", "answer k1 2", {"question": "k1", "said": 2}, NOW)


async def test_a_question_is_kept_once_a_gesture(subject: Subject) -> None:
    """It is there, open, with what it answers and when it was asked; all of them, and those of one member."""
    store, by = subject.store, subject.by("n1")
    asked = await store.questions.open("n1", "Ar galima?", "s1", by)
    assert await store.questions.open("n1", "Ar galima?", "s1", by) == asked
    other = await store.questions.open("n2", "O man?", "", subject.by("n2"))
    store = await subject.again()
    assert await store.questions.get("k1") == asked and await store.questions.get("k9") is None
    assert (asked.state, asked.about, asked.since, asked.taken) == ("open", "s1", by.at, "")
    assert asked.exchange == asked.unanswered == (Said(1, by.at, "n1", "Ar galima?"),)
    assert await store.questions.all() == (asked, other)
    assert await store.questions.all() is await store.questions.all()
    assert await store.questions.of("n2") == (other,) and await store.questions.of("n3") == ()
    assert (await store.audit.latest(1))[0].verb == "questions.open"


async def test_an_answer_and_its_delivery_are_one(subject: Subject) -> None:
    """Answered, it has a delivery to the asker in the same commit, and is taken by who answered; of two who answer
    what they saw the second is refused, and nothing of theirs is kept."""
    store = subject.store
    await store.questions.open("n1", "Ar galima?", "", subject.by("n1"))
    by = subject.by("n5")
    answered = await store.questions.answer("k1", 1, "Galima.", ANSWER, by)
    assert await store.questions.answer("k1", 1, "Galima.", ANSWER, by) == answered
    second = NewSending("answer", "answer k1 3", {}, NOW)
    with pytest.raises(Changed) as refused:
        await store.questions.answer("k1", 1, "Negalima.", second, subject.by("n6"))
    assert refused.value.current == answered
    with pytest.raises(Missing):
        await store.questions.answer("k9", 1, "Galima.", second, subject.by("n6"))
    store = await subject.again()
    assert (answered.state, answered.taken, answered.version, answered.unanswered) == (
        "answered",
        "n5",
        2,
        (),
    )
    assert answered.exchange[-1] == Said(2, by.at, "n5", "Galima.", answer=True)
    assert [s.key for s in await store.sendings.all()] == ["answer k1 2"]
    assert [d.recipient for d in await store.sendings.deliveries("s1")] == ["n1"]


async def test_the_asker_goes_on_in_the_same_question(subject: Subject) -> None:
    """After an answer it is open again since then; while it is open it waits since it began to."""
    store = subject.store
    first = await store.questions.open("n1", "Ar galima?", "", subject.by("n1"))
    by = subject.by("n1")
    more = await store.questions.add("k1", "Ir dar.", by)
    assert await store.questions.add("k1", "Ir dar.", by) == more
    assert (more.since, more.waits, len(more.unanswered)) == (first.since, 1, 2)
    await store.questions.answer("k1", 2, "Galima.", ANSWER, subject.by("n5"))
    by = subject.by("n1")
    again = await store.questions.add("k1", "O kada?", by)
    assert (again.state, again.since, again.waits, again.taken) == ("open", by.at, 4, "n5")
    assert [said.text for said in again.unanswered] == ["O kada?"]
    store = await subject.again()
    assert await store.questions.get("k1") == again
    with pytest.raises(Missing):
        await store.questions.add("k9", "Ir dar.", subject.by("n1"))


async def test_what_nobody_has_answered_can_be_taken_back(subject: Subject) -> None:
    """Its text goes; with the last one the question does; what was answered stays."""
    store = subject.store
    await store.questions.open("n1", "Ar galima?", "", subject.by("n1"))
    await store.questions.add("k1", "Ir dar.", subject.by("n1"))
    left = await store.questions.take_back("k1", 1, subject.by("n1"))
    assert left is not None and [said.text for said in left.exchange] == ["Ir dar."]
    with pytest.raises(Changed):
        await store.questions.take_back("k1", 1, subject.by("n1"))
    await store.questions.answer("k1", 3, "Galima.", ANSWER, subject.by("n5"))
    with pytest.raises(Changed):
        await store.questions.take_back("k1", 2, subject.by("n1"))
    await store.questions.add("k1", "O kada?", subject.by("n1"))
    again = await store.questions.take_back("k1", 5, subject.by("n1"))
    assert again is not None and (again.state, len(again.exchange)) == ("answered", 2)
    by = subject.by("n2")
    await store.questions.open("n2", "Netyčia", "", subject.by("n2"))
    assert await store.questions.take_back("k2", 1, by) is None
    assert await store.questions.take_back("k2", 1, by) is None
    store = await subject.again()
    assert await store.questions.get("k2") is None and await store.questions.of("n2") == ()
    with pytest.raises(Missing):
        await store.questions.take_back("k2", 1, subject.by("n2"))


async def test_a_question_is_taken_handed_back_and_closed(subject: Subject) -> None:
    """What is so already stays as it is, whatever was seen; otherwise what was seen must still be so."""
    store = subject.store
    await store.questions.open("n1", "Ar galima?", "", subject.by("n1"))
    taken = await store.questions.assign("k1", 1, "n5", subject.by("n5"))
    assert (taken.taken, taken.version) == ("n5", 2)
    assert await store.questions.assign("k1", 1, "n5", subject.by("n5")) == taken
    for change in (
        store.questions.assign("k1", 1, "n6", subject.by("n6")),
        store.questions.turn("k1", 1, "closed", subject.by("n6")),
    ):
        with pytest.raises(Changed):
            await change
    assert (await store.questions.assign("k1", 2, "", subject.by("n5"))).taken == ""
    closed = await store.questions.turn("k1", 3, "closed", subject.by("n5"))
    assert await store.questions.turn("k1", 1, "closed", subject.by("n6")) == closed
    by = subject.by("n5")
    opened = await store.questions.turn("k1", closed.version, "open", by)
    assert (opened.state, opened.since, opened.waits) == ("open", by.at, opened.version)
    store = await subject.again()
    assert await store.questions.get("k1") == opened
    with pytest.raises(Missing):
        await store.questions.turn("k9", 1, "closed", subject.by("n5"))
    with pytest.raises(Missing):
        await store.questions.assign("k9", 1, "n5", subject.by("n5"))


async def test_what_comes_with_another_waits_again_when_that_one_does_not_come(subject: Subject) -> None:
    """Of one recipient what still waits comes with another; when that fails it waits again, when it may have arrived it
    does not."""
    sendings = subject.store.sendings
    for key in ("a", "b", "c"):
        await sendings.open(replace(NEW, key=key), ("n1", "n2"), subject.by())
    await sendings.end("d6", "failed", "x", NOW)
    carried = await sendings.carry("d1", ("d1", "d3", "d4", "d5", "d6"), NOW)
    assert [(d.id, d.state, d.why, d.within, d.came) for d in carried] == [
        ("d3", "skipped", "came with another", "d1", True),
        ("d5", "skipped", "came with another", "d1", True),
    ]
    assert [d.id for d in await sendings.to("n1")] == ["d1", "d3", "d5"]
    assert [d.id for d in await sendings.in_state("queued")] == ["d1", "d2", "d4"]
    assert await sendings.carry("d1", ("d3",), NOW) == carried
    with pytest.raises(Changed):
        await sendings.carry("d3", ("d2",), NOW)
    with pytest.raises(Missing):
        await sendings.carry("d9", (), NOW)
    sendings = (await subject.again()).sendings
    await sendings.end("d1", "failed", "blocked", NOW)
    assert [(d.id, d.within) for d in await sendings.in_state("queued")] == [
        ("d2", ""),
        ("d3", ""),
        ("d4", ""),
        ("d5", ""),
    ]
    await sendings.carry("d3", ("d5",), NOW)
    await sendings.claim("d3", "telegram", "7", 1, NOW)
    await sendings.end("d3", "uncertain", "no answer", NOW)
    await sendings.end("d3", "skipped", "left", NOW)
    assert [d.id for d in await sendings.in_state("queued")] == ["d2", "d4"]
