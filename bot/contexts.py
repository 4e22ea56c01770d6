"""Who asks or is told, and what a handler needs for it: the member, their language, the known names, the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from handlers import routes
from handlers.chat import Incoming
from handlers.context import Context
from handlers.i18n import translator
from handlers.understanding.reading import Names
from storage.association import Structure
from storage.members import Member
from storage.sendings import Delivery
from storage.store import Store


class Contexts:
    """Made anew for each message and each delivery; what the configuration says is added by who uses them."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._names: tuple[tuple[object, ...], Names] | None = None

    async def of(self, msg: Incoming) -> Context:
        """The one who says this."""
        operator = msg.account.platform == "console" and msg.account.user == "operator"
        member = (
            None if operator else await self._store.members.of_account(msg.account.platform, msg.account.user)
        )
        structure = await self._store.association.structure()
        return Context(
            store=self._store,
            now=self._clock(),
            t=translator(_language(member, msg)),
            structure=structure,
            names=await self._known_names(structure),
            event=msg.event,
            member=member,
            operator=operator,
            channels=await self._store.channels.all(),
            surveys=await self._store.surveys.all(),
        )

    async def reader(self, delivery: Delivery, member: Member | None) -> Context:
        """The one whom this is delivered to: a member, or a group's channel."""
        structure = await self._store.association.structure()
        return Context(
            store=self._store,
            now=self._clock(),
            t=translator(member.person.language if member else structure.association.languages[0]),
            structure=structure,
            names=await self._known_names(structure),
            event=delivery.id,
            member=member,
            channels=await self._store.channels.all(),
            surveys=await self._store.surveys.all(),
            channel=await self._store.channels.get(delivery.recipient),
        )

    async def _known_names(self, structure: Structure) -> Names:
        """The index of names, made again only when something it is made of has changed."""
        sources = (structure, await self._store.calls.all(), await self._store.vocabulary.synonyms())
        if self._names is None or any(a is not b for a, b in zip(self._names[0], sources, strict=True)):
            self._names = (sources, routes.names(*sources))
        return self._names[1]


def _language(member: Member | None, msg: Incoming) -> str:
    """The stored language; at first contact the platform's; ours is Lithuanian when neither says."""
    if member:
        return member.person.language
    return "en" if msg.language and not msg.language.lower().startswith("lt") else "lt"
