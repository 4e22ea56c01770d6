"""Members, invitations and requests to join in the embedded store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from storage.audit import By
from storage.codec import encode, value
from storage.errors import Changed, Missing
from storage.imports import Import, Taken
from storage.members import (
    ChangedMember,
    Following,
    Invite,
    LinkCode,
    Member,
    NewMember,
    Person,
    Reach,
    Request,
    Role,
    Wishes,
)
from storage.sendings import NewSending
from storage.tinydb import lists, outgoing, trail
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
        self._invites = Records(tables, "invites", "i", Invite)
        self._links = Records(tables, "links", "l", LinkCode)
        self._requests = Records(tables, "requests", "q", Request)

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

    async def tried(self, account: str, at: datetime) -> None:
        def verb(tx: Change) -> None:
            for number, doc in list(tx.all("tries")):
                if datetime.fromisoformat(doc["at"]) < at - timedelta(days=1):
                    tx.remove("tries", number)
            tx.put("tries", tx.new_id("tries"), {"account": account, "at": encode(at)})

        await self._tables.write(verb)

    async def tries(self, account: str, since: datetime) -> int:
        found = self._tables.find("tries", "account", account)
        return sum(datetime.fromisoformat(doc["at"]) >= since for _, doc in found)

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

    # Invitations

    async def invite(self, invite: Invite, by: By) -> Invite:
        def verb(tx: Change) -> Invite:
            done = trail.repeated(tx, by, "members.invite")
            if done is not None:
                return self._invites.expect(tx, done)
            kept = self._invites.add(tx, lambda id: replace(invite, id=id))
            trail.entry(tx, by, "members.invite", kept.id)
            trail.carried_out(tx, by, "members.invite", kept.id)
            return kept

        return await self._commit(verb)

    async def invite_all(
        self, invites: tuple[Invite, ...], by: By, *, beside: bool = False
    ) -> tuple[Invite, ...]:
        def verb(tx: Change) -> tuple[Invite, ...]:
            done = trail.repeated(tx, by, "members.invite_all")
            if done is not None:
                return tuple(self._invites.expect(tx, id) for id in done.split())
            for member in dict.fromkeys(i.member for i in invites if i.member is not None and not beside):
                self._forget_invites(tx, member)
            kept = tuple(self._invites.add(tx, lambda id, i=i: replace(i, id=id)) for i in invites)  # type: ignore[misc]
            for invite in kept:
                trail.entry(tx, by, "members.invite", invite.id)
            trail.carried_out(tx, by, "members.invite_all", " ".join(i.id for i in kept))
            return kept

        return await self._commit(verb)

    def _forget_invites(self, tx: Change, member: str) -> None:
        """Their invitations that nobody has used let nobody in any more."""
        for number, doc in list(tx.find("invites", "member", member)):
            if doc["used_by"] is None:
                tx.remove("invites", number)

    async def invite_of(self, digest: str) -> Invite | None:
        return next(iter(self._invites.find("digest", digest)), None)

    async def join(self, invite: str, account: Reach, name: str, language: str, by: By) -> Member:
        def verb(tx: Change) -> Member:
            done = trail.repeated(tx, by, "members.join", invite)
            if done is not None:
                return self._members.expect(tx, done)
            used = self._invites.expect(tx, invite)
            if used.used_by is not None:
                raise Changed(used)
            member = self._invited(tx, used, account, name, language, by)
            self._invites.put(tx, replace(used, used_by=member.id))
            self._forget_invites(tx, member.id)
            self._let_in(tx, account, member.id)
            trail.carried_out(tx, by, "members.join", member.id, invite)
            return member

        return await self._commit(verb)

    def _invited(
        self, tx: Change, invite: Invite, account: Reach, name: str, language: str, by: By
    ) -> Member:
        if invite.member is None:
            person = Person(name, invite.organisation, invite.role, language, accounts=(account,))
            return self._add(tx, person, "members.join", by)
        member = self._members.expect(tx, invite.member)
        trail.entry(tx, by, "members.join", member.id, ("accounts",))
        return self._bring(tx, member, account)

    # Another account of the same member

    async def link_code(self, code: LinkCode, by: By) -> LinkCode:
        def verb(tx: Change) -> LinkCode:
            self._members.expect(tx, code.member)
            for number, doc in list(tx.all("links")):
                if doc["member"] == code.member or datetime.fromisoformat(doc["expires"]) <= by.at:
                    tx.remove("links", number)
            kept = self._links.add(tx, lambda id: replace(code, id=id))
            trail.entry(tx, by, "members.link_code", code.member)
            return kept

        return await self._commit(verb)

    async def link_code_of(self, digest: str) -> LinkCode | None:
        return next(iter(self._links.find("digest", digest)), None)

    async def link(self, code: str, account: Reach, by: By) -> Member:
        def verb(tx: Change) -> Member:
            done = trail.repeated(tx, by, "members.link", code)
            if done is not None:
                return self._members.expect(tx, done)
            used = self._links.expect(tx, code)
            if used.used_by is not None:
                raise Changed(used)
            key = f"{account.platform}:{account.user}"
            for number, _ in tx.find("members", "account", key):
                raise Changed(self._members.expect(tx, self._members.id(number)))
            member = self._bring(tx, self._members.expect(tx, used.member), account)
            self._links.put(tx, replace(used, used_by=key))
            self._let_in(tx, account, member.id)
            trail.entry(tx, by, "members.link", member.id, ("accounts",))
            trail.carried_out(tx, by, "members.link", member.id, code)
            return member

        return await self._commit(verb)

    def _bring(self, tx: Change, member: Member, account: Reach) -> Member:
        """The account as theirs, in the place of one that they had on its platform."""
        others = tuple(a for a in member.person.accounts if a.platform != account.platform)
        person = replace(member.person, accounts=(*others, account))
        return self._members.put(tx, Member(member.id, member.version + 1, person))

    def _let_in(self, tx: Change, account: Reach, member: str) -> None:
        """A request to join that still waits from that account is settled: approved later, it would be one more
        member with the same account."""
        for number, doc in list(tx.find("requests", "account", f"{account.platform}:{account.user}")):
            if doc["state"] == "waiting":
                asked = self._requests.expect(tx, self._requests.id(number))
                self._requests.put(tx, replace(asked, state="approved", member=member))

    async def unlink(self, id: str, platform: str, by: By) -> Member:
        def change(member: Member) -> Person:
            kept = tuple(a for a in member.person.accounts if a.platform != platform)
            return replace(member.person, accounts=kept)

        return await self._change(id, None, change, "members.unlink", "accounts", by)

    async def regain(
        self, id: str, seen: int, platform: str, invite: Invite, news: NewSending | None, by: By
    ) -> Invite:
        def verb(tx: Change) -> Invite:
            done = trail.repeated(tx, by, "members.regain", id)
            if done is not None:
                return self._invites.expect(tx, done)
            member = self._members.expect(tx, id, seen)
            kept = tuple(a for a in member.person.accounts if a.platform != platform)
            if len(kept) == len(member.person.accounts):
                raise Missing(f"{id} {platform}")
            self._members.put(tx, Member(id, member.version + 1, replace(member.person, accounts=kept)))
            for number, _ in list(tx.find("links", "member", id)):
                tx.remove("links", number)
            self._forget_invites(tx, id)
            made = self._invites.add(tx, lambda i: replace(invite, id=i, member=id))
            trail.entry(tx, by, "members.regain", id, ("accounts",))
            if news is not None:
                outgoing.opened(tx, self._tables, news, (id,), by)
            trail.carried_out(tx, by, "members.regain", made.id, id)
            return made

        made = await self._commit(verb)
        self._opened()
        return made

    # Requests to join

    async def request(self, request: Request, by: By) -> Request:
        def verb(tx: Change) -> Request:
            key = f"{request.account.platform}:{request.account.user}"
            for number, doc in tx.find("requests", "account", key):
                if doc["state"] == "waiting":
                    return self._requests.expect(tx, self._requests.id(number))
            kept = self._requests.add(tx, lambda id: replace(request, id=id))
            trail.entry(tx, by, "members.request", kept.id)
            return kept

        return await self._commit(verb)

    async def requests(self) -> tuple[Request, ...]:
        return tuple(r for r in self._requests.all() if r.state == "waiting")

    async def get_request(self, id: str) -> Request | None:
        return self._requests.get(id)

    async def approve(self, request: str, role: Role, organisation: str, by: By) -> Member:
        def verb(tx: Change) -> Member:
            done = trail.repeated(tx, by, "members.approve", request)
            if done is not None:
                return self._members.expect(tx, done)
            asked = self._waiting(tx, request)
            person = Person(asked.name, organisation, role, asked.language, accounts=(asked.account,))
            member = self._add(tx, person, "members.approve", by)
            self._requests.put(tx, replace(asked, state="approved", member=member.id))
            trail.carried_out(tx, by, "members.approve", member.id, request)
            return member

        return await self._commit(verb)

    async def decline(self, request: str, by: By) -> Request:
        def verb(tx: Change) -> Request:
            if trail.repeated(tx, by, "members.decline", request) is not None:
                return self._requests.expect(tx, request)
            declined = self._requests.put(tx, replace(self._waiting(tx, request), state="declined"))
            trail.entry(tx, by, "members.decline", request)
            trail.carried_out(tx, by, "members.decline", request, request)
            return declined

        return await self._commit(verb)

    def _waiting(self, tx: Change, request: str) -> Request:
        asked = self._requests.expect(tx, request)
        if asked.state != "waiting":
            raise Changed(asked)
        return asked

    async def _commit(self, verb: Callable[[Change], T]) -> T:
        done = await self._tables.write(verb)
        for records in (self._members, self._invites, self._links, self._requests):
            records.changed()
        return done


def _followed(
    tx: Change, theirs: tuple[Following, ...], handed: tuple[Following, ...], at: datetime
) -> tuple[Following, ...]:
    """What they follow with what is handed to them: a call in its present version, for they know no older one."""
    known = {one.call for one in theirs}
    new = []
    for one in handed:
        doc = tx.get("calls", int(one.call[1:])) if one.call not in known and one.call[1:].isdigit() else None
        if doc is not None:
            new.append(Following(one.call, doc["version"], at))
    return (*theirs, *new)


def _differing(was: Person, now: Person) -> dict[str, Any]:
    """The fields that differ, as they were, as the store writes them."""
    before, after = encode(was), encode(now)
    return {name: old for name, old in before.items() if old != after[name]}
