"""Members in the embedded store; their ways in are joining's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from storage.audit import By
from storage.codec import encode, value
from storage.imports import Import, Taken
from storage.members import (
    ChangedMember,
    Following,
    Member,
    NewMember,
    Person,
    Reach,
    Role,
    Wishes,
)
from storage.sendings import NewSending
from storage.tinydb import lists, outgoing, trail
from storage.tinydb.joining import Joining
from storage.tinydb.records import Records
from storage.tinydb.tables import Change, Tables

T = TypeVar("T")


class MembersTable:
    """See storage.members.Members."""

    def __init__(self, tables: Tables, opened: Callable[[], None]) -> None:
        """`opened` is told of a sending that was opened within a commit of ours."""
        self._tables = tables
        self._opened = opened
        self._members = Records(tables, "members", "n", Member)
        ways = Joining(tables, self._members, self._add, self._commit, opened)
        self.invite, self.invite_all, self.invite_of = ways.invite, ways.invite_all, ways.invite_of
        self.tried, self.tries, self.join = ways.tried, ways.tries, ways.join
        self.link_code, self.link_code_of, self.link = ways.link_code, ways.link_code_of, ways.link
        self.regain = ways.regain
        self.request, self.requests, self.get_request = ways.request, ways.requests, ways.get_request
        self.approve, self.decline = ways.approve, ways.decline
        self._ways = ways

    async def get(self, id: str) -> Member | None:
        return self._members.get(id)

    async def all(self) -> tuple[Member, ...]:
        return self._members.all()

    async def of_account(self, platform: str, user: str) -> Member | None:
        return next(iter(self._members.find("account", f"{platform}:{user}")), None)

    async def seen(self, id: str, platform: str, user: str, chat: str) -> Member:
        member = self._members.get(id)
        if member is not None and any(
            (a.platform, a.user, a.chat, a.unreachable) == (platform, user, chat, "")
            for a in member.person.accounts
        ):
            return member

        return await self._reachable(id, platform, user, lambda a: replace(a, chat=chat, unreachable=""))

    async def lost(self, id: str, platform: str, user: str, why: str) -> Member:
        return await self._reachable(id, platform, user, lambda a: replace(a, unreachable=why))

    async def _reachable(self, id: str, platform: str, user: str, how: Callable[[Reach], Reach]) -> Member:
        def verb(tx: Change) -> Member:
            current = self._members.expect(tx, id)
            accounts = tuple(
                how(a) if (a.platform, a.user) == (platform, user) else a for a in current.person.accounts
            )
            return self._members.put(tx, replace(current, person=replace(current.person, accounts=accounts)))

        return await self._commit(verb)

    async def set_language(self, id: str, language: str, by: By) -> Member:
        def change(member: Member) -> Person:
            return replace(member.person, language=language)

        return await self._change(id, None, change, "members.set_language", "language", by)

    async def set_wishes(self, id: str, wishes: Wishes, by: By) -> Member:
        def change(member: Member) -> Person:
            return replace(member.person, wishes=wishes)

        return await self._change(id, None, change, "members.set_wishes", "wishes", by)

    async def follow(self, id: str, following: Following) -> Member:
        member = self._members.get(id)
        if member is not None and member.follows(following.call):
            return member

        def verb(tx: Change) -> Member:
            current = self._members.expect(tx, id)
            if current.follows(following.call):
                return current
            return self._following(tx, current, (*current.person.following, following))

        return await self._commit(verb)

    async def unfollow(self, id: str, call: str) -> Member:
        member = self._members.get(id)
        if member is not None and not member.follows(call):
            return member

        def verb(tx: Change) -> Member:
            current = self._members.expect(tx, id)
            others = tuple(one for one in current.person.following if one.call != call)
            return self._following(tx, current, others)

        return await self._commit(verb)

    def _following(self, tx: Change, member: Member, following: tuple[Following, ...]) -> Member:
        return self._members.put(tx, replace(member, person=replace(member.person, following=following)))

    async def set_role(self, id: str, seen: int, role: Role, by: By) -> Member:
        def change(member: Member) -> Person:
            return replace(member.person, role=role)

        return await self._change(id, seen, change, "members.set_role", "role", by)

    async def _change(
        self,
        id: str,
        seen: int | None,
        change: Callable[[Member], Person],
        verb_name: str,
        field: str,
        by: By,
    ) -> Member:
        def verb(tx: Change) -> Member:
            if trail.repeated(tx, by, verb_name, id) is not None:
                return self._members.expect(tx, id)
            member = self._members.expect(tx, id, seen)
            person = change(member)
            if person != member.person:
                member = self._members.put(tx, Member(id, member.version + 1, person))
                trail.entry(tx, by, verb_name, id, (field,))
            trail.carried_out(tx, by, verb_name, id, id)
            return member

        return await self._commit(verb)

    async def hand_over(
        self,
        giver: ChangedMember,
        to: NewMember | ChangedMember,
        follows: bool,
        news: NewSending,
        by: By,
    ) -> tuple[Member, Member]:
        def verb(tx: Change) -> tuple[Member, Member]:
            done = trail.repeated(tx, by, "members.hand_over", giver.id)
            if done is not None:
                return self._members.expect(tx, giver.id), self._members.expect(tx, done)
            was = self._members.expect(tx, giver.id, giver.seen)
            before = self._members.expect(tx, to.id, to.seen) if isinstance(to, ChangedMember) else None
            mine, theirs = was.person.following, before.person.following if before else ()
            if follows:
                mine, theirs = (), _followed(tx, theirs, mine, by.at)
            gave = self._handed(tx, was, replace(giver.person, following=mine), by)
            if before is None:
                took = self._add(tx, replace(to.person, following=theirs), "members.add", by)
            else:
                took = self._handed(tx, before, replace(to.person, following=theirs), by)
            outgoing.opened(tx, self._tables, news, (gave.id, took.id), by)
            trail.carried_out(tx, by, "members.hand_over", took.id, giver.id)
            return gave, took

        handed = await self._commit(verb)
        self._opened()
        return handed

    def _handed(self, tx: Change, was: Member, person: Person, by: By) -> Member:
        """The member as that person, with the accounts that are known by now."""
        person = replace(person, accounts=was.person.accounts)
        fields = tuple(_differing(was.person, person))
        trail.entry(tx, by, "members.hand_over", was.id, fields)
        return self._members.put(tx, Member(was.id, was.version + 1, person))

    async def take_over(
        self, rows: tuple[NewMember | ChangedMember, ...], by: By, file: str = ""
    ) -> tuple[Member, ...]:
        def verb(tx: Change) -> tuple[Member, ...]:
            done = trail.repeated(tx, by, "members.take_over")
            if done is not None:
                there = (self._members.staged(tx, id) for id in done.split())
                return tuple(member for member in there if member is not None)  # an undone list's are gone
            taken, took = [], []
            for row in rows:
                before = self._members.staged(tx, row.id) if isinstance(row, ChangedMember) else None
                member = self._take(tx, row, by)
                taken.append(member)
                was = None if before is None else _differing(before.person, member.person)
                one = Taken(member.id, member.version, was, lists.said(tx, member.id))
                took.append(lists.Took(one, row.said))
            lists.keep(tx, self._tables, "members", file, took, by)
            trail.carried_out(tx, by, "members.take_over", " ".join(m.id for m in taken))
            return tuple(taken)

        return await self._commit(verb)

    def _take(self, tx: Change, row: NewMember | ChangedMember, by: By) -> Member:
        if isinstance(row, NewMember):
            return self._add(tx, row.person, "members.add", by)
        member = self._members.expect(tx, row.id, row.seen)
        # Following makes no version: whoever began after the list was read would be made to stop.
        person = replace(row.person, following=member.person.following)
        if member.person == person:
            return member
        fields = tuple(
            n for n in Person.__dataclass_fields__ if getattr(member.person, n) != getattr(person, n)
        )
        trail.entry(tx, by, "members.change", row.id, fields)
        return self._members.put(tx, Member(row.id, member.version + 1, person))

    def _add(self, tx: Change, person: Person, verb_name: str, by: By) -> Member:
        member = self._members.add(tx, lambda id: Member(id, 1, person))
        trail.entry(tx, by, verb_name, member.id)
        return member

    # Undoing a list

    def built_on(self, tx: Change, taken: Taken) -> bool:
        """Whether the member was changed since the list, or, if they were new, have written, were told or sent
        anything, have done something, or are the one of an invitation."""
        member = self._members.staged(tx, taken.record)
        if taken.was == {}:
            return False
        if member is None or member.version != taken.version:
            return True
        if taken.was is not None:
            return False
        id = taken.record
        return (
            any(account.chat for account in member.person.accounts)
            or bool(tx.find("deliveries", "recipient", id))
            or any(doc["member"] == id for _, doc in tx.all("told"))
            or any(doc["who"] == id for _, doc in tx.all("audit"))
            or any(id in (doc["member"], doc["used_by"]) for _, doc in tx.all("invites"))
        )

    def take_back(self, tx: Change, taken: Taken, listed: Import, by: By) -> None:
        """Removes somebody whom a list added; whom it changed gets the former values. Chats that became known since
        stay known."""
        if taken.was is None:
            number = self._members.number(taken.record)
            assert number is not None
            tx.remove("members", number)
            trail.entry(tx, by, "members.remove", taken.record)
            return
        if not taken.was:
            return
        member = self._members.expect(tx, taken.record)
        former = {name: value(Person, name, was) for name, was in taken.was.items()}
        if "accounts" in former:
            known = {(a.platform, a.user): a for a in member.person.accounts}
            former["accounts"] = tuple(known.get((a.platform, a.user), a) for a in former["accounts"])
        trail.entry(tx, by, "members.change", member.id, tuple(former))
        self._members.put(tx, Member(member.id, member.version + 1, replace(member.person, **former)))

    def changed(self) -> None:
        """Something of it was committed elsewhere."""
        self._members.changed()

    # An account taken away

    async def unlink(self, id: str, platform: str, by: By) -> Member:
        def change(member: Member) -> Person:
            kept = tuple(a for a in member.person.accounts if a.platform != platform)
            return replace(member.person, accounts=kept)

        return await self._change(id, None, change, "members.unlink", "accounts", by)

    async def _commit(self, verb: Callable[[Change], T]) -> T:
        """Carries out a verb of this table or of the ways in."""
        done = await self._tables.write(verb)
        self._members.changed()
        self._ways.changed()
        return done


def _followed(
    tx: Change, theirs: tuple[Following, ...], handed: tuple[Following, ...], at: datetime
) -> tuple[Following, ...]:
    """What they follow with what is handed to them: a call in its present version, for they know no older one."""
    known = {one.call for one in theirs}
    new = []
    for one in handed:
        doc = (
            tx.get("calls", int(one.call[1:])) if one.call not in known and one.call[1:].isdecimal() else None
        )
        if doc is not None:
            new.append(Following(one.call, doc["version"], at))
    return (*theirs, *new)


def _differing(was: Person, now: Person) -> dict[str, Any]:
    """The fields that differ, as they were, as the store writes them."""
    before, after = encode(was), encode(now)
    return {name: old for name, old in before.items() if old != after[name]}
