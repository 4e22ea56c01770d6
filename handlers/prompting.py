"""What is sent while people are asked for something until a day, in a survey or a consultation: the invitation, a
reminder to the silent, a moved closing, its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.told import SETTLED, Due
from storage.members import Member
from storage.sendings import NewSending
from storage.store import Store
from storage.surveys import Closing

BEFORE = timedelta(days=3)
"""The silent are reminded so long before the closing."""
FRESH = timedelta(days=1)
"""Whoever was invited or reminded within it is not reminded again."""
END_USEFUL = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What people are asked for: `kind` is what its invitation is called, `asked` are all of them, `silent` tells those
    for whom nobody has answered yet."""

    kind: str
    id: str
    closings: tuple[Closing, ...]
    asked: tuple[Member, ...]
    silent: Callable[[], Awaitable[tuple[Member, ...]]]

    @property
    def closes(self) -> datetime:
        """When it closes as it stands now."""
        return self.closings[-1].closes

    def new(self, what: str, rest: str, now: datetime) -> NewSending:
        """A sending about it, of use until it closes: "surveyreminder", "surveyreminder a3 2026-10-02"."""
        kind = f"{self.kind}{what}"
        return NewSending(kind, f"{kind} {self.id}{rest}", {self.kind: self.id}, now, self.closes)


async def due(one: Prompt, store: Store, now: datetime) -> list[Due]:
    """What should be there of it while it is open, and is not."""
    invitation = one.new("", "", now)
    invited = await store.sendings.of_key(invitation.key)
    known = {d.recipient for d in await store.sendings.deliveries(invited.id)} if invited else set()
    people = tuple(m.id for m in one.asked if reachable(m) and m.id not in known)
    found = [await _moved(one, store, now)]
    first = invited.at if invited else now
    if one.closes - BEFORE <= now and first <= one.closes - BEFORE - FRESH:
        found.append(await reminder(one, one.closes.isoformat(), store, now))
    late = [d for d in found if d.recipients and await store.sendings.of_key(d.sending.key) is None]
    return [Due(invitation, people), *late] if people else late


async def _moved(one: Prompt, store: Store, now: datetime) -> Due:
    """That the closing has moved, for those who were told another one last. Moves within SETTLED are one."""
    told, last = dict[str, int](), one.closings[-1]
    if len(one.closings) > 1 and now >= last.at + SETTLED:
        for fact in await store.conversation.told(one.id):
            told[fact.member] = max(told.get(fact.member, 0), fact.version)
    others = tuple(id for id, version in told.items() if closing(one.closings, version) != last.closes)
    return Due(one.new("moved", f" v{last.version}", now), others)


def closing(closings: Sequence[Closing], version: int) -> datetime:
    """When it was to close as somebody was told in that version."""
    before = [each.closes for each in closings if each.version <= version]
    return before[-1] if before else closings[0].closes


async def told_closing(id: str, closings: Sequence[Closing], member: Member, store: Store) -> datetime:
    """When it was to close as that member was told last."""
    versions = [fact.version for fact in await store.conversation.told(id) if fact.member == member.id]
    return closing(closings, max(versions, default=0))


async def reminder(one: Prompt, named: str, store: Store, now: datetime) -> Due:
    """For those for whom nobody has answered and who have not heard of it just now; there is one of that name."""
    heard = set()
    for sending in await store.sendings.all():
        about = sending.kind in (one.kind, f"{one.kind}reminder")
        if about and sending.content.get(one.kind) == one.id:
            for d in await store.sendings.deliveries(sending.id):
                if d.state == "queued" or (d.state == "sent" and d.at > now - FRESH):
                    heard.add(d.recipient)
    who = tuple(member.id for member in await waited_for(one) if member.id not in heard)
    return Due(one.new("reminder", f" {named}", now), who)


async def waited_for(one: Prompt) -> tuple[Member, ...]:
    """Those who can be reached and for whom nobody has answered, whether they have heard of it just now or not."""
    return tuple(member for member in await one.silent() if reachable(member))


async def end(kind: str, id: str, closed: datetime, members: Iterable[Member], store: Store) -> list[Due]:
    """That it has closed, for the secretariat."""
    new = NewSending(f"{kind}closed", f"{kind}closed {id}", {kind: id}, closed, closed + END_USEFUL)
    who = tuple(m.id for m in members if m.person.role == "secretariat" and reachable(m))
    return [Due(new, who)] if who and await store.sendings.of_key(new.key) is None else []


def reachable(member: Member) -> bool:
    """Whether something can be sent to them on some platform."""
    return any(account.address and not account.unreachable for account in member.person.accounts)
