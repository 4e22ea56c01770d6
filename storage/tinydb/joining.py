"""The ways in, in the embedded store: invitations, requests to join, codes for another account or after a loss."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from storage.audit import By
from storage.codec import encode
from storage.errors import Changed, Missing
from storage.members import Invite, LinkCode, Member, Person, Reach, Request, Role
from storage.sendings import NewSending
from storage.tinydb import outgoing, trail
from storage.tinydb.records import Records
from storage.tinydb.tables import Change, Tables

T = TypeVar("T")

Add = Callable[[Change, Person, str, By], Member]
"""Stages a new member, with that verb in the audit."""


class Commit(Protocol):
    """Carries out a verb, and what it changed is read anew from then on."""

    def __call__(self, verb: Callable[[Change], T]) -> Awaitable[T]: ...


class Joining:
    """The part of storage.members.Members by which people come in."""

    def __init__(
        self, tables: Tables, members: Records[Member], add: Add, commit: Commit, opened: Callable[[], None]
    ) -> None:
        """`opened` is told of a sending that was opened within a commit of ours."""
        self._tables = tables
        self._opened = opened
        self._members = members
        self._add = add
        self._commit = commit
        self._invites = Records(tables, "invites", "i", Invite)
        self._links = Records(tables, "links", "l", LinkCode)
        self._requests = Records(tables, "requests", "q", Request)

    def changed(self) -> None:
        """Something of it was committed."""
        for records in (self._invites, self._links, self._requests):
            records.changed()

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

    # Wrong codes

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
