"""Members, invitations and requests to join in the embedded store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from storage.audit import By
from storage.codec import encode
from storage.errors import Changed
from storage.members import (
    ChangedMember,
    Following,
    Invite,
    Member,
    NewMember,
    Person,
    Reach,
    Request,
    Role,
    Wishes,
)
from storage.tinydb import trail
from storage.tinydb.records import Records
from storage.tinydb.tables import Change, Tables

T = TypeVar("T")


class MembersTable:
    """See storage.members.Members."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._members = Records(tables, "members", "n", Member)
        self._invites = Records(tables, "invites", "i", Invite)
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

    async def take_over(self, rows: tuple[NewMember | ChangedMember, ...], by: By) -> tuple[Member, ...]:
        def verb(tx: Change) -> tuple[Member, ...]:
            done = trail.repeated(tx, by, "members.take_over")
            if done is not None:
                return tuple(self._members.expect(tx, id) for id in done.split())
            taken = tuple(self._take(tx, row, by) for row in rows)
            trail.carried_out(tx, by, "members.take_over", " ".join(m.id for m in taken))
            return taken

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
        others = tuple(a for a in member.person.accounts if a.platform != account.platform)
        person = replace(member.person, accounts=(*others, account))
        trail.entry(tx, by, "members.join", member.id, ("accounts",))
        return self._members.put(tx, Member(member.id, member.version + 1, person))

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
        for records in (self._members, self._invites, self._requests):
            records.changed()
        return done
