"""One message: its one turn, its reply whatever happens, what is kept of it; the one try/except, the one log line."""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from bot import working
from bot.contexts import Contexts
from bot.drafts import Drafts
from bot.logs import events
from bot.meaning import Meaning
from bot.passing import Passing
from bot.platform import NotDurable, Outcome, Respond, Unknown
from bot.said import Said
from handlers import channels, guide, routes
from handlers.calm import PER_DAY
from handlers.chat import Incoming, Reply
from handlers.context import Context
from handlers.i18n import translator
from handlers.looks import Draw
from storage.conversation import Told
from storage.errors import Changed, Missing, Unwritable
from storage.members import Member
from storage.reading import ReadingOnly, reading
from storage.sendings import Delivery, Sending
from storage.store import Store

log = events("dispatch")

REMEMBERED = 10_000  # gestures answered since the start, kept in memory beside the store's


@dataclass(frozen=True, slots=True)
class Policy:
    """What the configuration says about conversations."""

    strangers_may_ask: bool = True
    join_link: str = ""
    approve_over: int = 100
    per_day: int = PER_DAY


class Dispatcher:
    """Answers gestures. `stepwise` names the platforms that ask forms one question at a time; `draw` shows how a survey
    will look on all of them."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        stepwise: frozenset[str],
        policy: Policy | None = None,
        draw: Draw | None = None,
    ) -> None:
        self._store = store
        self.policy = policy or Policy()
        self._draw = draw
        self.spoke: Callable[[str, str], None] = lambda platform, chat: None
        """Told of every reply that has left: pushes give way to it."""
        self.changed: Callable[[], None] = lambda: None
        """Told when somebody has changed something: there may be something to send."""
        self._turns: dict[str, asyncio.Lock] = {}
        self._done: OrderedDict[str, None] = OrderedDict()
        self._contexts = Contexts(store, clock)
        self._said = Said()
        self._meaning = Meaning(Drafts(store, stepwise), self._said, self._something_changed)

    async def __call__(self, msg: Incoming, respond: Respond) -> None:
        """See bot.platform.Dispatch. One person's gestures are answered in the order they came."""
        async with self._turn(f"{msg.account.platform}:{msg.account.user}"):
            if msg.event in self._done or await self._store.conversation.answered(msg.event):
                return
            ctx = await self.context(msg)
            passing = Passing(
                self._store, respond, msg, ctx, lambda: self.spoke(msg.account.platform, msg.chat)
            )
            reply = await self._guarded(msg, ctx, passing.show)
            self._said.remember(msg, reply, ctx.now)
            shown = await self._show(reply, respond, msg)
            self.spoke(msg.account.platform, msg.chat)
            await self._keep(msg, ctx, reply if shown else Reply())
            await passing.over()

    def _something_changed(self) -> None:
        self.changed()  # whoever is to be told may be known later than this

    @asynccontextmanager
    async def _turn(self, who: str) -> AsyncIterator[None]:
        lock = self._turns.setdefault(who, asyncio.Lock())
        try:
            async with lock:
                yield
        finally:
            if not lock.locked() and not getattr(lock, "_waiters", None):
                self._turns.pop(who, None)

    async def context(self, msg: Incoming) -> Context:
        """Who asks, and what a handler needs to answer."""
        return replace(
            await self._contexts.of(msg),
            join_link=self.policy.join_link,
            strangers_may_ask=self.policy.strangers_may_ask,
            approve_over=self.policy.approve_over,
            draw=self._draw,
        )

    async def compose(self, sending: Sending, delivery: Delivery, member: Member | None) -> Reply | None:
        """What a delivery says to its reader now, in their language; None when it is of no use to them any more."""
        ctx = replace(await self._contexts.reader(delivery, member), per_day=self.policy.per_day)
        return await routes.compose(sending, delivery, ctx)

    async def read(self, msg: Incoming, member: Member | None, now: datetime, language: str | None) -> Reply:
        """What that member (the operator, when None) would be answered at that time. Nothing is kept, and
        what would change something is refused."""
        ctx = await self.context(msg)
        if member:
            ctx = replace(
                ctx, member=member, operator=False, t=translator(language or member.person.language)
            )
        ctx = replace(ctx, now=now, reading=True, store=reading(self._store))
        return await self._guarded(msg, ctx, working.unseen)

    async def _guarded(self, msg: Incoming, ctx: Context, show: working.Show) -> Reply:
        """The reply, whatever happens: the one place where a handler's exception becomes a sentence."""
        try:
            reply = await self._meaning.answer(msg, ctx)
            if reply.work is None:
                return reply
            return await self._meaning.asked(await working.done(reply.work, show), msg, ctx)
        except Changed as moved:
            return guide.changed_meanwhile(ctx, moved.current)
        except Missing:
            return guide.gone(ctx)
        except ReadingOnly:
            return guide.reading_only(ctx)
        except Unwritable as error:
            log.error("nothing can be changed", why=error.why)
            return guide.nothing_can_be_changed(ctx)
        except Exception:
            reference = secrets.token_hex(3)
            log.exception("a gesture failed", reference=reference, platform=msg.account.platform)
            return guide.apology(ctx, reference)

    async def _show(self, reply: Reply, respond: Respond, msg: Incoming) -> bool:
        """Whether the reader may have seen it."""
        try:
            await respond(reply)
        except Unknown:
            return True
        except Outcome as outcome:
            log.warning("a reply was not shown", platform=msg.account.platform, why=outcome.why)
            return False
        return True

    async def _keep(self, msg: Incoming, ctx: Context, reply: Reply) -> None:
        """What was told and that the gesture is answered, durable before it is confirmed to its platform.

        While nothing can be written, questions are answered all the same and remembered in memory only.
        """
        hearer = _hearer(msg, ctx, reply)
        told = tuple(Told(hearer, f.subject, f.field, f.version, ctx.now) for f in reply.told if hearer)
        self._done[msg.event] = None
        if len(self._done) > REMEMBERED:
            self._done.popitem(last=False)
        if self._store.unwritable:
            return
        try:
            if ctx.member and msg.private:
                await self._store.members.seen(
                    ctx.member.id, msg.account.platform, msg.account.user, msg.chat
                )
            missed = reply.missed if ctx.member else ""
            await self._store.conversation.keep(msg.event, ctx.now, told, missed, ctx.today)
        except Unwritable as error:
            log.error("an answer could not be recorded", why=error.why)
        except BaseException as error:
            self._done.pop(msg.event, None)
            if isinstance(error, Exception):
                raise NotDurable from error
            raise


def _hearer(msg: Incoming, ctx: Context, reply: Reply) -> str:
    """Who is told by an answer: the member who alone sees it, or the group whose channel it is shown in; else nobody
    whom we could find again."""
    if msg.private or msg.alone or reply.aside:
        return ctx.member.id if ctx.member else ""
    channel = channels.at(msg.account.platform, msg.chat, ctx)
    return channel.id if channel else ""
