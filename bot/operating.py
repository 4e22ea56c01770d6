"""What the operator's commands do with a store in hand: the same whether the bot runs or not."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.dispatch import Dispatcher
from bot.health import health
from bot.local import terminal
from handlers.chat import Account, Answers, Attachment, Incoming, Reply
from handlers.context import Context
from handlers.i18n import translator
from handlers.understanding.reading import Window, understand
from storage.errors import StoreError
from storage.members import Member
from storage.moments import zone
from storage.store import Store

OPERATOR = Account("console", "operator")
Request = dict[str, Any]


class Wrong(Exception):
    """What was given is wrong: one sentence, exit code 2."""


class Operator:
    """Answers requests of the console: `{"do": "ask" | "understand" | "import" | "invite" | "backup", …}`."""

    def __init__(self, store: Store, dispatch: Dispatcher, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._dispatch = dispatch
        self._clock = clock
        self.down: Callable[[], Mapping[str, str]] = dict
        """The platforms that refuse us, and why; told by whoever sends."""
        self.stumbles: Callable[[], Mapping[str, str]] = dict
        """The parts of the schedule that cannot do what is due, and over what; told by the schedule."""
        self._verbs = {
            "ask": self.ask,
            "understand": self.understand,
            "import": self.take_in,
            "undo": self.take_back,
            "invite": self.invite,
            "pack": self.pack,
            "announce": self.announce,
            "sending": self.sending,
            "export": self.export,
            "told": self.told,
            "backup": self.backup,
            "health": self.health,
        }

    async def __call__(self, request: Request) -> Request:
        """The answer, or `{"error": sentence, "exit": code}`."""
        verb = self._verbs.get(str(request.get("do")))
        if verb is None:
            return {"error": "the running bot is of another version; restart it", "exit": 1}
        try:
            return await verb(request)
        except Wrong as wrong:
            return {"error": str(wrong), "exit": 2}
        except (StoreError, OSError) as error:
            return {"error": str(error), "exit": 1}

    async def ask(self, request: Request) -> Request:
        """One message through dispatch. As somebody else, or at another time, it is only read."""
        msg = _message(request)
        if request.get("as") or request.get("now"):
            member = await self._member(request["as"]) if request.get("as") else None
            reply = await self._dispatch.read(msg, member, await self._now(request), request.get("lang"))
        else:
            replies: list[Reply] = []

            async def respond(given: Reply) -> None:
                replies.append(given)

            await self._dispatch(msg, respond)
            reply = replies[-1]
        return _answer(reply, request)

    async def _member(self, who: str, option: str = "--as") -> Member:
        """The member of that id or e-mail address."""
        people = await self._store.members.all()
        found = [m for m in people if m.id == who or m.person.email.casefold() == who.casefold()]
        if not found:
            raise Wrong(f"{option} {who}: there is no member of that id or e-mail address")
        return found[0]

    async def understand(self, request: Request) -> Request:
        """Each line's intent and slots; nothing is done."""
        now = await self._now(request)
        ctx = await self._context(now, "lt")
        lines = []
        for line in request["lines"]:
            before = line.get("context") or {}
            got = understand(str(line["text"]), ctx.today, ctx.names, before.get("text"))
            titles = {c.id: c.facts.title.lt or c.facts.title.en for c in await self._store.calls.all()}
            lines.append(
                {
                    "id": line.get("id"),
                    "intent": got.intent,
                    "slots": {name: _slot(name, value, titles) for name, value in got.slots.items()},
                    "choices": list(got.choices),
                }
            )
        return {"lines": lines}

    async def _now(self, request: Request) -> datetime:
        """The time that was asked for, aware UTC: without an offset it is the association's; else the clock's."""
        if not request.get("now"):
            return self._clock()
        given = datetime.fromisoformat(str(request["now"]))
        if given.tzinfo is None:
            structure = await self._store.association.structure()
            given = given.replace(tzinfo=zone(structure.association.zone))
        return given.astimezone(UTC)

    async def _context(self, now: datetime, language: str, event: str = "") -> Context:
        msg = Incoming(event or f"console:{secrets.token_hex(8)}", OPERATOR, "console", True, "")
        ctx = await self._dispatch.context(msg)
        return replace(ctx, now=now, t=translator(language))

    async def take_in(self, request: Request) -> Request:
        """Previews a file and, when asked to, takes it over: the whole of it or nothing."""
        from handlers.imports import previews, speech, taking  # heavy, and not needed for a question

        ctx = await self._context(await self._now(request), request.get("lang") or "lt")
        content = base64.b64decode(request["content"])
        try:
            preview = await taking.preview(
                request["kind"], content, request["name"], ctx, group=request.get("group")
            )
        except previews.Refused as refused:
            raise Wrong(str(refused)) from None
        over = bool(request.get("over"))
        reply = Reply(speech.describe(preview, ctx, over_edits=over))
        whole = _workbook(speech.WHOLE, speech.everything(preview, ctx), ctx) if request.get("whole") else ""
        rest = bool(request.get("rest")) and preview.partly
        if preview.refused and not (rest and request.get("apply")):
            why = f"{preview.file}: {preview.refused[0].in_(ctx.t)}"
            return {**_answer(reply, request), "exit": 2, "why": why, "whole": whole}
        if request.get("apply"):
            applied = await taking.apply(preview, ctx, without_refused=rest, over_edits=over)
            reply = Reply((*reply.blocks, *speech.describe_applied(applied, ctx)))
        return {**_answer(reply, request), "whole": whole}

    async def take_back(self, request: Request) -> Request:
        """Shows what undoing the last import would do and, when asked to, does it; exit 1 where it cannot be."""
        from handlers import undoing

        ctx = await self._context(
            self._clock(), request.get("lang") or "lt", f"console:{secrets.token_hex(8)}"
        )
        way = await undoing.back(ctx)
        if way.of is None:
            return {"error": Reply(way.blocks).plain, "exit": 1}
        blocks = way.blocks
        if request.get("apply"):
            blocks = (*blocks, *await undoing.undo(way.of, ctx))
            self._dispatch.changed()
        return _answer(Reply(blocks), request)

    async def invite(self, request: Request) -> Request:
        """A single-use code, its link and QR picture; `for` somebody on the list, whose `lost` account is shut out."""
        if request.get("for"):
            return await self._invite_for(request)
        await self._check_organisation(request.get("organisation"))
        answers = {"role": request.get("role") or "member", "organisation": request.get("organisation") or ""}
        return await self.ask({**request, "text": "invite", "answers": answers})

    async def _invite_for(self, request: Request) -> Request:
        """For a member by id or e-mail address; one who has joined needs the platform of the account that is lost."""
        from handlers import regaining

        who, lost = str(request["for"]), str(request.get("lost") or "")
        member = await self._member(who, "--for")
        there = tuple(account.platform for account in member.person.accounts)
        if lost and lost not in there:
            named = f"; they have: {', '.join(there)}" if there else ", nor anywhere else"
            raise Wrong(f"--lost {lost}: {who} has no account there{named}")
        if not lost and any(account.address for account in member.person.accounts):
            raise Wrong(
                f"--for {who}: they have joined already; for a lost account, name its platform:"
                f" {' or '.join(f'--lost {p}' for p in there)}"
            )
        if not lost:
            return await self.ask({**request, "text": f"/invite {member.id}"})
        event = f"console:{secrets.token_hex(8)}"
        ctx = await self._context(self._clock(), request.get("lang") or "lt", event)
        reply = await regaining.shut_out(member, member.version, lost, ctx)
        self._dispatch.changed()
        return _answer(reply, request)

    async def pack(self, request: Request) -> Request:
        """A new invitation for everybody who has not joined: `files` are a table and the sheets to print, none when
        everybody has joined."""
        from bot.local import sheets
        from handlers import invitations
        from handlers.membership import organisation_named

        await self._check_organisation(request.get("organisation"))
        ctx = await self._context(
            self._clock(), request.get("lang") or "lt", f"console:{secrets.token_hex(8)}"
        )
        named = organisation_named(str(request.get("organisation") or ""), ctx.structure)
        made = await invitations.pack(ctx, named.id if named else "")
        assert made is not None, "every request of the console is a gesture of its own"
        t, count = ctx.t, len(made.letters)
        if not count:
            return {"files": [], "text": t("Everybody on the list has joined; nothing was written.")}
        until = t.at(made.expires, ctx.zone, ctx.today)
        said = t.n(
            "{count} invitation, valid until {day}. Codes that these people had before work no more.",
            "{count} invitations, valid until {day}. Codes that these people had before work no more.",
            count,
            day=until,
        )
        private = t(
            "Whoever has these files gets in with them: only you may read them; delete them when all is sent."
        )
        if not ctx.join_link:
            said += " " + t("They have no Telegram link: it is not set up, or cannot be reached just now.")
        html = sheets.render(made.letters, t.language, t("Invitations"), f"{said} {private}")
        return {
            "files": [
                {"name": name, "content": base64.b64encode(content).decode()}
                for name, content in (
                    ("invitations.xlsx", invitations.table(made, ctx)),
                    ("invitations.html", html.encode()),
                )
            ],
            "text": f"{said}\n{private}",
        }

    async def announce(self, request: Request) -> Request:
        """An announcement from a file: whom it reaches and how it reads; with `send` it is handed in."""
        from handlers.announcements import drafts, handing

        event = f"console:{secrets.token_hex(8)}"
        ctx = await self._context(self._clock(), request.get("lang") or "lt", event)
        try:
            answers, _ = drafts.from_toml(base64.b64decode(request["content"]), ctx)
        except drafts.Bad as bad:
            raise Wrong(f"{request['name']}: {bad}") from None
        attached: Mapping[str, str] = request.get("attached") or {}
        draft = drafts.from_answers(answers, ctx)
        reply = await handing.preview(draft, ctx, attached=tuple(attached))
        if request.get("send"):
            handed = await handing.hand_in(replace(draft, files=await self._kept(attached, ctx.now)), ctx)
            reply = Reply((*reply.blocks, *handed.blocks))
            self._dispatch.changed()
        opened = await self._store.sendings.of_key(f"announcement {event}")
        return {**_answer(reply, request), "sending": opened.id if opened else ""}

    async def sending(self, request: Request) -> Request:
        """How far a sending is: in words, in one line, how many of how many are done, and whether it is over."""
        from handlers import progress, sendings

        ctx = await self._context(self._clock(), request.get("lang") or "lt")
        found = await self._store.sendings.get(str(request["id"]))
        if found is None:
            raise Wrong(f"{request['id']}: there is no such sending; sauklys ask /sending lists the latest")
        deliveries = await self._store.sendings.deliveries(found.id)
        waiting = sendings.covered("", deliveries).waiting
        return {
            **_answer(await sendings.progress(found, deliveries, ctx), request),
            "line": progress.in_one_line(found, deliveries, ctx),
            "done": len(deliveries) - waiting,
            "of": len(deliveries),
            "over": not waiting or found.state == "recalled",
        }

    async def _kept(self, files: Mapping[str, str], now: datetime) -> tuple[str, ...]:
        """The ids of these files, given as base64 by their names."""
        from handlers.announcements.drafts import kind_of

        keep = self._store.announcements.attach
        return tuple(
            [await keep(name, kind_of(name, ""), base64.b64decode(held), now) for name, held in files.items()]
        )

    async def told(self, request: Request) -> Request:
        """Who was told what, as rows of text."""
        from handlers import heard  # heavy, and not needed for a question

        ctx = await self._context(self._clock(), request.get("lang") or "lt")
        call, organisation = request.get("call") or "", request.get("organisation") or ""
        await self._check_organisation(organisation)
        if call and await self._store.calls.get(call) is None:
            meant = understand(call, ctx.today, ctx.names).slots.get("call")
            if not isinstance(meant, str):
                raise Wrong(
                    f"--call {call}: there is no such call; its id, like c1, or its title would be right"
                )
            call = meant
        found = await heard.rows_of(ctx, call=call, organisation=organisation)
        return {
            "heading": [ctx.t(word) for word in heard.HEADING],
            "rows": [heard.cells(row, ctx) for row in found],
        }

    async def export(self, request: Request) -> Request:
        """A list as a file's content, or an empty one to fill in; a survey also as it will look, with what does not
        fit `said`."""
        from handlers import exports, survey_sheets
        from handlers.surveys import previewing

        ctx = await self._context(self._clock(), request.get("lang") or "lt")
        kind, name = request["kind"], str(request["name"])
        try:
            if request.get("preview"):
                survey = await survey_sheets.meant(str(request.get("survey") or ""), ctx)
                drawn = await previewing.looks(survey, ctx)
                if drawn is None:
                    raise Wrong(
                        f"--survey: {survey.plan.key} has no questions yet; there is nothing to look at"
                    )
                return {"content": base64.b64encode(drawn.html.encode()).decode(), "said": list(drawn.cuts)}
            if request.get("template"):
                content = exports.template(kind, ctx, name)
            else:
                content = await exports.file(kind, name, ctx, str(request.get("survey") or ""))
        except survey_sheets.Unknown as unknown:
            raise Wrong(f"--survey: {unknown}") from None
        return {"content": base64.b64encode(content).decode()}

    async def _check_organisation(self, named: str | None) -> None:
        from handlers.importing.nearest import nearest
        from handlers.membership import organisation_named

        structure = await self._store.association.structure()
        if not named or organisation_named(named, structure):
            return
        ids = [organisation.id for organisation in structure.organisations]
        like = ", ".join(nearest(named, ids) or ids[:5])
        raise Wrong(
            f"--organisation {named}: there is no such organisation" + (f"; {like} would be" if like else "")
        )

    async def health(self, request: Request) -> Request:
        """What is well and what is not, a line each."""
        found = await health(self._store, self.down(), self.stumbles())
        return {"lines": [{"ok": s.ok, "what": s.what} for s in found]}

    async def backup(self, request: Request) -> Request:
        """Writes a consistent archive; it was opened again."""
        await self._store.backup(Path(request["file"]))
        return {"text": request["file"]}


def _workbook(heading: Sequence[str], rows: tuple[tuple[str, ...], ...], ctx: Context) -> str:
    """The rows of a preview as a workbook, in base64."""
    from handlers import exports

    sheet = exports.Sheet(tuple(map(ctx.t, heading)), rows)
    return base64.b64encode(exports.as_xlsx(sheet, ctx.t("What the file changes"))).decode()


def _message(request: Request) -> Incoming:
    text = str(request.get("text") or "")
    answers: Answers | None = None
    if request.get("answers") is not None:
        answers = {
            k: tuple(map(str, v)) if isinstance(v, list) else str(v) for k, v in request["answers"].items()
        }
    files: tuple[Attachment, ...] = ()
    if request.get("file"):
        content = base64.b64decode(request["file"]["content"])

        async def read() -> bytes:
            return content

        files = (Attachment(request["file"]["name"], "application/octet-stream", len(content), read),)
    return Incoming(
        event=f"console:{secrets.token_hex(8)}",
        account=OPERATOR,
        chat="console",
        private=True,
        text=text.removeprefix("/"),
        command=text.startswith("/") or answers is not None,
        answers=answers,
        whole=answers is not None,
        files=files,
        language=request.get("lang"),
    )


def _answer(reply: Reply, request: Request) -> Request:
    said = (
        replace(reply, files=()) if request.get("do") == "invite" else reply
    )  # a picture that is nowhere yet
    return {
        "reply": terminal.as_json(reply),
        "text": terminal.text(
            said, width=int(request.get("width") or 80), colour=bool(request.get("colour"))
        ),
    }


def _slot(name: str, value: object, titles: dict[str, str]) -> object:
    if isinstance(value, Window):
        return {
            "from": value.first.isoformat() if value.first else None,
            "to": value.last.isoformat() if value.last else None,
        }
    return titles.get(str(value), value) if name == "call" else value
