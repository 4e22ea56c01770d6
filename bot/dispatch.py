"""One message: who says it, in which language, which command it is, its reply; the one try/except, the one log line."""

from __future__ import annotations

import asyncio
import re
import secrets
import unicodedata
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import forms
from bot.logs import events
from bot.platform import NotDurable, Outcome, Respond, Unknown
from bot.said import Said
from handlers import channels, guide, intake, questions, routes, vocabulary
from handlers.access import may
from handlers.calm import PER_DAY
from handlers.chat import PIECE_LENGTH, Answer, Answers, Button, Field, Form, Incoming, Reply, para, rows
from handlers.commands import DRAFT_NAMES, Line, parse
from handlers.context import Context
from handlers.i18n import Translator, translator
from handlers.understanding.choosing import chosen
from handlers.understanding.reading import Names, Understanding, understand
from storage.association import Structure
from storage.conversation import Draft, Told
from storage.errors import Changed, Missing, Unwritable
from storage.members import Member
from storage.reading import ReadingOnly, reading
from storage.sendings import Delivery, Sending
from storage.store import Store

log = events("dispatch")

DRAFT_LIVES = timedelta(days=3)
PIECES_COME = timedelta(seconds=3)
TALK_LASTS = timedelta(minutes=10)
REMEMBERED = 10_000  # gestures answered since the start, kept in memory beside the store's
_SMALL_TALK = frozenset({"not_understood", "out_of_scope", "greeting", "thanks", "help"})
_HELD = "?"
"""The draft's answer in which a text waits while its writer is asked what it was."""
_SLASHED_ID = re.compile(r"[abckmnqrst]\d+\b|[a-z2-9]{4}(?:-[a-z2-9]{4}){2,}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Policy:
    """What the configuration says about conversations."""

    strangers_may_ask: bool = True
    join_link: str = ""
    approve_over: int = 100
    per_day: int = PER_DAY


class Dispatcher:
    """Answers gestures. `stepwise` names the platforms that ask forms one question at a time."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        stepwise: frozenset[str],
        policy: Policy | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._stepwise = stepwise
        self.policy = policy or Policy()
        self.spoke: Callable[[str, str], None] = lambda platform, chat: None
        """Told of every reply that has left: pushes give way to it."""
        self.changed: Callable[[], None] = lambda: None
        """Told when somebody has changed something: there may be something to send."""
        self._turns: dict[str, asyncio.Lock] = {}
        self._done: OrderedDict[str, None] = OrderedDict()
        self._talk: dict[str, tuple[datetime, str]] = {}
        self._listed: dict[str, tuple[datetime, tuple[str, ...]]] = {}
        self._said = Said()
        self._names: tuple[tuple[object, ...], Names] | None = None

    async def __call__(self, msg: Incoming, respond: Respond) -> None:
        """See bot.platform.Dispatch. One person's gestures are answered in the order they came."""
        async with self._turn(f"{msg.account.platform}:{msg.account.user}"):
            if msg.event in self._done or await self._store.conversation.answered(msg.event):
                return
            ctx = await self.context(msg)
            reply = await self._guarded(msg, ctx)
            self._listed[_place(msg)] = (ctx.now, _numbered(reply))
            self._said.remember(_place(msg), msg.text, reply, ctx.now)
            shown = await self._show(reply, respond, msg)
            self.spoke(msg.account.platform, msg.chat)
            await self._keep(msg, ctx, reply if shown else Reply())

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
            join_link=self.policy.join_link,
            strangers_may_ask=self.policy.strangers_may_ask,
            approve_over=self.policy.approve_over,
        )

    async def compose(self, sending: Sending, delivery: Delivery, member: Member | None) -> Reply | None:
        """What a delivery says to its reader now, in their language; None when it is of no use to them any more."""
        structure = await self._store.association.structure()
        ctx = Context(
            store=self._store,
            now=self._clock(),
            t=translator(member.person.language if member else structure.association.languages[0]),
            structure=structure,
            names=await self._known_names(structure),
            event=delivery.id,
            member=member,
            channels=await self._store.channels.all(),
            channel=await self._store.channels.get(delivery.recipient),
            per_day=self.policy.per_day,
        )
        return await routes.compose(sending, delivery, ctx)

    async def read(self, msg: Incoming, member: Member | None, now: datetime, language: str | None) -> Reply:
        """What that member (the operator, when None) would be answered at that time. Nothing is kept, and
        what would change something is refused."""
        ctx = await self.context(msg)
        if member:
            ctx = replace(
                ctx, member=member, operator=False, t=translator(language or member.person.language)
            )
        return await self._guarded(msg, replace(ctx, now=now, reading=True, store=reading(self._store)))

    async def _known_names(self, structure: Structure) -> Names:
        """The index of names, made again only when something it is made of has changed."""
        sources = (structure, await self._store.calls.all(), await self._store.vocabulary.synonyms())
        if self._names is None or any(a is not b for a, b in zip(self._names[0], sources, strict=True)):
            self._names = (sources, routes.names(*sources))
        return self._names[1]

    async def _guarded(self, msg: Incoming, ctx: Context) -> Reply:
        """The reply, whatever happens: the one place where a handler's exception becomes a sentence."""
        try:
            return await self._answer(msg, ctx)
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

    # What was meant

    async def _answer(self, msg: Incoming, ctx: Context) -> Reply:
        if msg.pressed and msg.shown_to not in (None, msg.account.user):
            return guide.not_your_button(ctx)
        if ctx.member is None and not ctx.operator and not ctx.strangers_may_ask and not _joins(msg):
            return guide.members_only(ctx)
        if (msg.files and not msg.text) or (
            intake.to_announce(msg, ctx) and not (msg.forwarded and await self._asks_text(msg, ctx))
        ):
            refused = await self._no_answer(msg, ctx) if not msg.text else None
            return refused or await self._offered(await intake.dropped(msg, ctx), msg, ctx)
        text = msg.text.strip()
        if msg.forwarded:
            return await self._free_text(text, msg, ctx)
        first = _folded(text.split(maxsplit=1)[0]) if text else ""
        if first.lstrip("/") in DRAFT_NAMES and (
            msg.command or text.startswith("/") or first == _folded(text)
        ):
            if ctx.reading:
                return guide.reading_only(ctx)
            return await self._of_draft(DRAFT_NAMES[first.lstrip("/")], text, msg, ctx)
        line = parse(text)
        if line and msg.answers is not None:
            return await self._page(line, msg.answers, msg, ctx)
        if line and (msg.command or text.startswith("/") or _unmistakable(line, msg)):
            return await self._run(line, msg, ctx)
        return await self._free_text(text, msg, ctx)

    async def _replied(self, delivery: str, text: str, msg: Incoming, ctx: Context) -> Reply:
        """What replies to something that was sent: answered where it is a question that can be, with a way on to the
        secretariat; anything else is theirs at once."""
        understood = understand(text, ctx.today, ctx.names)
        ctx = _in_its_language(understood, ctx)
        if routes.line_of(understood, ctx) in (None, "contact") and not questions.courtesy(understood, text):
            line = parse(f"ask {delivery}")
            assert line is not None
            return await self._run(line, replace(msg, text=f"ask {delivery} {text}", command=True), ctx)
        reply = await self._understood(text, understood, msg, ctx)
        return questions.offered(reply, delivery, text, ctx)

    async def _free_text(self, text: str, msg: Incoming, ctx: Context) -> Reply:
        if delivery := await questions.replied_to(msg, ctx):
            return await self._replied(delivery, text, msg, ctx)
        draft = await self._draft(msg, ctx) if msg.private else None
        meant = self._chosen(text, msg, ctx.now)
        if meant is not None and not (draft and draft.at):
            return await self._run(meant, replace(msg, text=meant.base, command=True), ctx)
        understood = understand(text, ctx.today, ctx.names, self._before(msg, ctx.now))
        if draft and draft.at:
            reply = await self._maybe_answer(draft, text, understood, msg, ctx)
            if reply:
                return reply
        if offer := await intake.offered(msg, ctx):
            return await self._offered(offer, msg, ctx)
        return await self._understood(text, understood, msg, ctx)

    async def _offered(self, reply: Reply, msg: Incoming, ctx: Context) -> Reply:
        """What comes of something that was sent: where it is the answer in a form, that goes on."""
        return await self._ask(reply.form, msg, ctx) if reply.form else reply

    async def _understood(self, text: str, understood: Understanding, msg: Incoming, ctx: Context) -> Reply:
        """The command that the words came to, said as if it had been typed; or a kind way on."""
        ctx = _in_its_language(understood, ctx)
        line = routes.line_of(understood, ctx)
        if line is None and msg.command and text and understood.intent == "not_understood":
            return guide.unknown_command(ctx, text)
        if line is None:
            return replace(
                guide.not_a_command(ctx, understood, text, private=msg.private),
                missed=vocabulary.missed(understood, text),
            )
        self._talk[_place(msg)] = (ctx.now, text)
        parsed = parse(line)
        assert parsed is not None, line
        return await self._run(parsed, msg, ctx)

    def _chosen(self, text: str, msg: Incoming, now: datetime) -> Line | None:
        """What is opened by the place it had in the list that was just shown ("antras"), for ten minutes."""
        if len(self._listed) > REMEMBERED:
            self._listed = {k: v for k, v in self._listed.items() if now - v[0] <= TALK_LASTS}
        at, commands = self._listed.get(_place(msg), (now, ()))
        number = chosen(text) if commands and now - at <= TALK_LASTS else None
        if number is None or number > len(commands):
            return None
        return parse(commands[number - 1] if number > 0 else commands[-1])

    def _before(self, msg: Incoming, now: datetime) -> str | None:
        """What the person asked before in this chat, for ten minutes."""
        if len(self._talk) > REMEMBERED:
            self._talk = {k: v for k, v in self._talk.items() if now - v[0] <= TALK_LASTS}
        at, text = self._talk.get(_place(msg), (now, None))
        return text if now - at <= TALK_LASTS else None

    async def _run(self, line: Line, msg: Incoming, ctx: Context) -> Reply:
        """The command's own handler, for who may; its form is asked where the platform shows none."""
        if not may(ctx, line.command):
            refusal = guide.not_allowed(ctx, line.command)
            return replace(refusal, aside=msg.pressed and not msg.private)
        if ctx.reading and line.command.changes:
            return guide.reading_only(ctx)
        if not msg.private and not line.command.in_groups:
            return guide.continue_privately(ctx, line)
        heard = self._said.behind(line, _place(msg), ctx.now)
        reply = await routes.HANDLERS[line.command.en](replace(msg, heard=heard), ctx, line)
        if reply.form:
            return replace(await self._ask(reply.form, msg, ctx), fresh=reply.fresh)
        if line.command.changes:
            self.changed()
        if msg.confirmed and not ctx.reading and not _asks_anew(reply):
            await self._store.conversation.end_draft(_who(msg, ctx))
        return reply

    # Drafts

    async def _ask(self, form: Form, msg: Incoming, ctx: Context) -> Reply:
        """Keeps the form as the person's draft and shows where it is."""
        at = form.at or next(iter(form.faults), None) or forms.next_field(form, form.values)
        form = replace(form, at=at or form.fields[0].name)
        await self._save(form, form.at, form.values, msg, ctx)
        return self._asked(form, msg, ctx.t)

    def _asked(self, form: Form, msg: Incoming, t: Translator, page: int = 1) -> Reply:
        if msg.account.platform in self._stepwise:
            return forms.question(form, t, page)
        return Reply(form=form)

    async def _save(self, form: Form, at: str | None, answers: Answers, msg: Incoming, ctx: Context) -> None:
        if ctx.reading:
            return
        line = parse(form.command)
        if form.kept and line is not None:
            given = {name: answer for name, answer in answers.items() if name != _HELD}
            await routes.KEEPERS[line.command.en](ctx, line, given)
        await self._store.conversation.save_draft(
            Draft(_who(msg, ctx), form.command, at, dict(answers), ctx.now + DRAFT_LIVES)
        )

    async def _draft(self, msg: Incoming, ctx: Context) -> Draft | None:
        draft = await self._store.conversation.draft(_who(msg, ctx))
        return draft if draft and draft.expires > ctx.now else None

    async def _asks_text(self, msg: Incoming, ctx: Context) -> bool:
        """Whether a form waits for a text: what is passed on then is its answer."""
        draft = await self._draft(msg, ctx)
        if draft is None or draft.at is None or msg.files:
            return False
        form, _ = await self._form(draft.command, msg, ctx)
        field = form.field(draft.at) if form else None
        return field is not None and field.takes_text

    async def _form(self, command: str, msg: Incoming, ctx: Context) -> tuple[Form | None, Reply]:
        """The draft's form, made anew by its command; None beside the reply when there is none any more."""
        line = parse(command)
        if line is None or not may(ctx, line.command):
            return None, guide.gone(ctx)
        reply = await routes.HANDLERS[line.command.en](replace(msg, text=command, answers=None), ctx, line)
        return reply.form, reply

    async def _page(self, line: Line, given: Answers, msg: Incoming, ctx: Context) -> Reply:
        """The answers of a form's page beside those that its draft has: what is wrong, the next page, or the
        finished form."""
        if ctx.reading and line.command.changes:
            return guide.reading_only(ctx)
        form, reply = await self._form(msg.text, msg, ctx)
        if form is None:
            return reply
        draft = await self._draft(msg, ctx)
        earlier = draft.answers if draft and draft.command == form.command else form.values
        skipped = {f.name: "" for f in form.fields if msg.whole and not f.required}
        answers = {**skipped, **earlier, **given}
        wrong = forms.faults(form, answers, ctx.t, frozenset(given))
        if wrong:
            kept = {name: answer for name, answer in answers.items() if name not in wrong}
            first = next(f.name for f in form.fields if f.name in wrong)
            return await self._ask(form.with_(values=kept, at=first, faults=wrong), msg, ctx)
        return await self._onwards(form, answers, msg, ctx)

    async def _onwards(self, form: Form, answers: Answers, msg: Incoming, ctx: Context) -> Reply:
        """The next question, or what the finished form comes to."""
        following = forms.next_field(form, answers)
        if following:
            return await self._ask(form.with_(values=answers, at=following, faults={}), msg, ctx)
        await self._save(form, None, answers, msg, ctx)
        line = parse(form.command)
        assert line is not None
        return await self._run(line, replace(msg, text=form.command, answers=answers), ctx)

    async def _of_draft(self, word: str, text: str, msg: Incoming, ctx: Context) -> Reply:
        """What the words and buttons that belong to an open form do."""
        draft = await self._draft(msg, ctx)
        if word == "apply" and draft and draft.at and not msg.command and not text.startswith("/"):
            return await self._free_text(text, msg, ctx)  # "taip" to a question whose answers are yes and no
        if word == "apply":
            return await self._apply(text, draft, msg, ctx)
        if draft is None:
            return guide.nothing_begun(ctx)
        if ctx.reading:
            return guide.reading_only(ctx)
        if word == "cancel":
            await self._store.conversation.end_draft(draft.who)
            begun = parse(draft.command)
            if begun and begun.command.en in routes.KEEPERS:
                return guide.paused(ctx, draft.command)
            return guide.cancelled(ctx)
        if not msg.private:
            return guide.nothing_begun(ctx)
        if word == "question":
            return await self._held_question(draft, msg, ctx)
        form, reply = await self._form(draft.command, msg, ctx)
        if form is None:
            if not _asks_anew(reply):
                await self._store.conversation.end_draft(draft.who)
            return reply
        return await self._step(word, text.split()[1:], draft, form, msg, ctx)

    async def _apply(self, text: str, draft: Draft | None, msg: Incoming, ctx: Context) -> Reply:
        """A preview confirmed: the draft's answers and the command with the version it was shown with."""
        rest = text.split(maxsplit=1)
        line = parse(rest[1]) if len(rest) > 1 else None
        if draft is None or line is None or not _same(draft.command, line):
            return guide.nothing_begun(ctx)
        answers = {k: v for k, v in draft.answers.items() if k != _HELD}
        return await self._run(line, replace(msg, text=rest[1], answers=answers, confirmed=True), ctx)

    async def _step(
        self, word: str, words: list[str], draft: Draft, form: Form, msg: Incoming, ctx: Context
    ) -> Reply:
        mark, _, name = words[0].partition(".") if words else ("", "", draft.at or "")
        if mark and mark != forms.token(form.command):
            return guide.old_question(ctx)
        answers = {k: v for k, v in draft.answers.items() if k != _HELD}
        if word == "continue":
            if draft.at:
                return await self._ask(form.with_(values=answers, at=draft.at, faults={}), msg, ctx)
            return await self._onwards(form, answers, msg, ctx)
        if word == "back":
            at = forms.previous_field(form, answers, name or None) or name
            return await self._ask(form.with_(values=answers, at=at or None, faults={}), msg, ctx)
        field = form.field(name)
        if field is None:
            return guide.old_question(ctx)
        form = form.with_(values=answers, at=field.name, faults={})
        if word == "skip":
            return await self._given(form, field.name, None if field.required else "", msg, ctx)
        if word == "done":
            return await self._given(form, field.name, answers.get(field.name, ()), msg, ctx)
        value = " ".join(words[1:])
        if value == _HELD:
            return await self._given(
                form, field.name, forms.read(field, str(draft.answers.get(_HELD, "")), ctx.t), msg, ctx
            )
        if value.startswith("~") and value[1:].isdigit():
            return self._asked(form, msg, ctx.t, int(value[1:]))
        if field.kind in ("several", "ranking") and msg.pressed:
            return await self._chose(
                form, field, forms.toggled(field, answers.get(field.name), value), msg, ctx
            )
        return await self._given(form, field.name, forms.read(field, value, ctx.t), msg, ctx)

    async def _chose(
        self, form: Form, field: Field, chosen: tuple[str, ...], msg: Incoming, ctx: Context
    ) -> Reply:
        """The choices so far, and the same question again; what would be one too many is refused."""
        if field.at_most is not None and len(chosen) > field.at_most:
            faults = forms.faults(form, {**form.values, field.name: chosen}, ctx.t, frozenset({field.name}))
            return await self._ask(form.with_(values=form.values, at=field.name, faults=faults), msg, ctx)
        values = {**form.values, field.name: chosen}
        return await self._ask(form.with_(values=values, at=field.name, faults={}), msg, ctx)

    async def _given(
        self,
        form: Form,
        name: str,
        given: Answer | None,
        msg: Incoming,
        ctx: Context,
        *,
        pieces: bool = False,
    ) -> Reply:
        """One answer: refused with a sentence, or kept, and the next question or the finished form. One of several
        pieces is kept though it is refused: the next piece is no answer by itself."""
        answers = dict(form.values)
        if given is not None:
            answers[name] = given
        wrong = forms.faults(form, answers, ctx.t, frozenset({name}))
        if wrong:
            if not pieces:
                answers.pop(name, None)
            return await self._ask(form.with_(values=answers, at=name, faults=wrong), msg, ctx)
        return await self._onwards(form, answers, msg, ctx)

    async def _maybe_answer(
        self, draft: Draft, text: str, understood: Understanding, msg: Incoming, ctx: Context
    ) -> Reply | None:
        """The text as the open question's answer; None when it is none; the question which of the two it is
        when it may be either."""
        form, reply = await self._form(draft.command, msg, ctx)
        if form is None and (msg.quotes or understood.intent in _SMALL_TALK):
            if not _asks_anew(reply):
                await self._store.conversation.end_draft(draft.who)
            return reply  # why it is asked no more
        field = form.field(draft.at or "") if form else None
        if form is None or field is None:
            return None
        labels = {_folded(c.label) for c in field.choices}
        form = form.with_(
            values={k: v for k, v in draft.answers.items() if k != _HELD}, at=field.name, faults={}
        )
        if longer := _goes_on(form, draft, ctx.now):
            return await self._given(form, longer, f"{draft.answers[longer]}\n{text}", msg, ctx, pieces=True)
        if not field.takes_text and _folded(text) not in labels:
            if understood.intent != "not_understood" or understood.choices:
                return None
            faults = {field.name: ctx.t("Choose from the list.")}
            return await self._ask(form.with_(values=form.values, at=field.name, faults=faults), msg, ctx)
        given = forms.read(field, text, ctx.t)
        if (own := forms.in_own_words(field, form.values.get(field.name), text)) is not None:
            return await self._chose(form, field, own, msg, ctx)
        fits = not forms.faults(form, {**form.values, field.name: given}, ctx.t, frozenset({field.name}))
        sure = msg.quotes or field.anything or understood.intent in _SMALL_TALK
        if not fits and not sure:
            return None
        if sure or "?" not in text:
            return await self._given(form, field.name, given, msg, ctx)
        await self._save(form, field.name, {**form.values, _HELD: text}, msg, ctx)
        mark = forms.token(form.command)
        return Reply(
            (para(ctx.t("Is this the answer to “{question}”, or a question?", question=field.label)),),
            buttons=rows(
                Button(ctx.t("The answer"), f"answer {mark}.{field.name} {_HELD}"),
                Button(ctx.t("A question"), "question"),
            ),
        )

    async def _no_answer(self, msg: Incoming, ctx: Context) -> Reply | None:
        """A voice message or a picture is no answer to a question of a survey: the question again, and why; None when
        no survey asks one."""
        draft = await self._draft(msg, ctx) if msg.private else None
        form, _ = await self._form(draft.command, msg, ctx) if draft and draft.at else (None, None)
        if draft is None or form is None or not form.kept:
            return None
        answers = {k: v for k, v in draft.answers.items() if k != _HELD}
        faults = {
            draft.at or "": ctx.t(
                "A file or a voice message cannot be the answer here: please use words or buttons."
            )
        }
        return await self._ask(form.with_(values=answers, at=draft.at, faults=faults), msg, ctx)

    async def _held_question(self, draft: Draft, msg: Incoming, ctx: Context) -> Reply:
        """The text that waited was a question: it is answered, and the draft stays."""
        text = str(draft.answers.get(_HELD, ""))
        if not text:
            return guide.nothing_begun(ctx)
        understood = understand(text, ctx.today, ctx.names, None)
        reply = await self._understood(
            text, understood, replace(msg, text=text, pressed=False, command=False), ctx
        )
        button = Button(ctx.t("Go on with the form"), "continue")
        return replace(reply, buttons=(*reply.buttons, (button,)))


def _language(member: Member | None, msg: Incoming) -> str:
    """The stored language; at first contact the platform's; ours is Lithuanian when neither says."""
    if member:
        return member.person.language
    return "en" if msg.language and not msg.language.lower().startswith("lt") else "lt"


def _hearer(msg: Incoming, ctx: Context, reply: Reply) -> str:
    """Who is told by an answer: the member who alone sees it, or the group whose channel it is shown in; else nobody
    whom we could find again."""
    if msg.private or msg.alone or reply.aside:
        return ctx.member.id if ctx.member else ""
    channel = channels.at(msg.account.platform, msg.chat, ctx)
    return channel.id if channel else ""


def _in_its_language(understood: Understanding, ctx: Context) -> Context:
    """The same, speaking the language that was clearly spoken."""
    if understood.language is None or understood.language == ctx.t.language:
        return ctx
    return replace(ctx, t=translator(understood.language))


def _place(msg: Incoming) -> str:
    """Somebody in a chat: what was said before is theirs there."""
    return f"{msg.chat} {msg.account.user}"


def _goes_on(form: Form, draft: Draft, now: datetime) -> str | None:
    """The field whose long text goes on with what has just come: a platform cut it, and brings the pieces at once."""
    if now - (draft.expires - DRAFT_LIVES) > PIECES_COME:
        return None
    for name in (draft.at, forms.previous_field(form, draft.answers, draft.at)):
        field, given = form.field(name or ""), draft.answers.get(name or "", "")
        if field and field.kind == "paragraph" and len(given) >= PIECE_LENGTH and isinstance(given, str):
            return name
    return None


def _numbered(reply: Reply) -> tuple[str, ...]:
    """The commands of the buttons that are numbered 1, 2, 3, in that order."""
    by_label = {button.label: button.command for row in reply.buttons for button in row}
    found: list[str] = []
    while (command := by_label.get(str(len(found) + 1))) is not None:
        found.append(command)
    return tuple(found)


def _who(msg: Incoming, ctx: Context) -> str:
    return ctx.member.id if ctx.member else f"{msg.account.platform}:{msg.account.user}"


def _asks_anew(reply: Reply) -> bool:
    """Whether what was to be confirmed is another thing by now, and waits to be confirmed again."""
    return any(button.command.startswith("apply ") for row in reply.buttons for button in row)


def _same(command: str, line: Line) -> bool:
    """Whether the draft's command is this line, versions apart from each other or not."""
    own = parse(command)
    return own is not None and own.base == line.base


def _unmistakable(line: Line, msg: Incoming) -> bool:
    """A line that can be nothing else although it was typed without its slash: it names a record, has the code of a
    sheet or of another account, or says whose channel a group chat is. (Slack lets nobody send what begins with a
    slash.)"""
    return bool(
        line.words
        and (_SLASHED_ID.match(line.words[0]) or (line.command.en == "channel" and not msg.private))
    )


def _joins(msg: Incoming) -> bool:
    line = parse(msg.text)
    return line is not None and line.command.en in ("join", "link", "start", "language", "help")


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.strip().casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))
