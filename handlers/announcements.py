"""Announcements: written once in both languages, shown before they go, put right or taken back afterwards."""

from __future__ import annotations

import base64
import mimetypes
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from handlers import audience
from handlers.access import is_secretariat
from handlers.calls.fields import moment
from handlers.calm import first_allowed
from handlers.chat import (
    CHOICE_LENGTH,
    Answers,
    Block,
    Bold,
    Button,
    Choice,
    Field,
    File,
    Form,
    Heading,
    Incoming,
    Items,
    Para,
    Reply,
    para,
    rows,
    say,
    shorten,
)
from handlers.commands import Line
from handlers.context import Context
from handlers.i18n import Translator, alphabetical
from storage.moments import zone
from storage.sendings import Delivery, NewSending, Sending

UNDO = timedelta(seconds=60)
"""A confirmed announcement waits so long before the first one leaves."""
USEFUL = timedelta(days=7)
TEXT_LENGTH = 12_000
LATEST = 5
"""Earlier announcements that are listed below the newest."""
NAMED = 8
"""Of those who are not reached, how many are named in a reply."""


class Bad(ValueError):
    """What is wrong with a file: one sentence."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to announce. `at` is aware or None: at once."""

    lt: str
    en: str
    words: tuple[str, ...]
    at: datetime | None = None
    acknowledge: bool = False
    files: tuple[File, ...] = ()

    @property
    def content(self) -> Mapping[str, Any]:
        """As a sending keeps it."""
        files = [
            {"name": file.name, "mime": file.mime, "content": base64.b64encode(file.content).decode()}
            for file in self.files
        ]
        return {
            "lt": self.lt,
            "en": self.en,
            "audience": list(self.words),
            "acknowledge": self.acknowledge,
            "files": files,
        }


# Writing one


async def announce(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The form, then the announcement as it will be seen and whom it reaches, then on its way. `announce s4` begins
    with what an older one says."""
    form = _form(ctx)
    if msg.answers is None:
        older = await ctx.store.sendings.get(line.words[0]) if line.words else None
        return Reply(form=replace(form, values=_copied(older, form)) if older else form)
    draft = _draft(msg.answers, ctx)
    if not msg.confirmed:
        return await preview(draft, ctx, button=True)
    return await hand_in(draft, ctx)


def _copied(older: Sending, form: Form) -> Answers:
    """The texts of an older announcement and whom it was for, as far as that can still be chosen."""
    field = form.field("audience")
    offered = {choice.value for choice in field.choices} if field else set()
    values: dict[str, str | tuple[str, ...]] = {
        key: str(older.content[key]) for key in ("lt", "en") if older.content.get(key)
    }
    if words := tuple(word for word in older.content.get("audience", ()) if word in offered):
        values["audience"] = words
    return values if older.kind == "announcement" else {}


def _form(ctx: Context) -> Form:
    t = ctx.t
    organisations = sorted(ctx.structure.organisations, key=lambda o: alphabetical(t.words(o.name)))
    choices = [Choice("all", t("All members")), Choice("role:manager", t("Cluster managers"))]
    choices += [
        Choice(f"group:{g.id}", _short(t.words(g.name))) for g in ctx.structure.groups if not g.archived
    ]
    choices += [
        Choice(f"cluster:{o.id}", _short(t.words(o.name))) for o in organisations if o.kind == "cluster"
    ]
    return Form(
        command="announce",
        title=t("An announcement"),
        fields=(
            Field(
                "lt",
                t("The text in Lithuanian"),
                "paragraph",
                t("Its first line is its title."),
                limit=TEXT_LENGTH,
            ),
            Field("en", t("The text in English"), "paragraph", required=False, limit=TEXT_LENGTH),
            Field("audience", t("For whom?"), "several", choices=tuple(choices)),
            Field(
                "at",
                t("When?"),
                "moment",
                t("For example: 2026-10-30 09:00. Skip it to send at once."),
                required=False,
                limit=60,
            ),
            Field(
                "acknowledge",
                t("Shall readers confirm that they have read it?"),
                "one",
                choices=(Choice("no", t("no")), Choice("yes", t("yes"))),
                required=False,
            ),
        ),
        check=lambda answers: _faults(answers, ctx),
    )


def _short(name: str) -> str:
    return shorten(name, CHOICE_LENGTH)


def _faults(answers: Answers, ctx: Context) -> Mapping[str, str]:
    at = str(answers.get("at") or "")
    if not at:
        return {}
    found = moment(at, ctx)
    if found is None or found.precision != "hour":
        return {"at": ctx.t("A day and an hour are needed. For example: 2026-10-30 09:00.")}
    return {"at": ctx.t("That is in the past.")} if found.last_instant() <= ctx.now else {}


def _draft(answers: Answers, ctx: Context) -> Draft:
    given = answers.get("audience") or ()
    at = moment(str(answers.get("at") or ""), ctx) if answers.get("at") else None
    return Draft(
        str(answers.get("lt") or "").strip(),
        str(answers.get("en") or "").strip(),
        (given,) if isinstance(given, str) else tuple(given),
        at.last_instant() if at else None,
        answers.get("acknowledge") == "yes",
    )


def from_toml(content: bytes, attached: Mapping[str, bytes], ctx: Context) -> Draft:
    """The announcement that a file holds; `attached` are the contents of the files that it names. Raises Bad with the
    key and what would be right."""
    try:
        given = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Bad(ctx.t("the file is not UTF-8 text")) from None
    except tomllib.TOMLDecodeError as error:
        raise Bad(ctx.t("this is not TOML: {error}", error=str(error))) from None
    unknown = sorted(set(given) - {"lt", "en", "audience", "at", "acknowledge", "attachments"})
    if unknown:
        raise Bad(
            ctx.t("{key} is not known; lt, en, audience, at, acknowledge and attachments are", key=unknown[0])
        )
    texts = {key: given.get(key, "") for key in ("lt", "en")}
    for key, text in texts.items():
        if not isinstance(text, str) or len(text) > TEXT_LENGTH:
            raise Bad(ctx.t("{key} is a text of at most {count} characters", key=key, count=TEXT_LENGTH))
    if not any(text.strip() for text in texts.values()):
        raise Bad(ctx.t("lt is missing: there is nothing to say"))
    words = given.get("audience")
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise Bad(ctx.t("audience is a list of texts, like {example}", example='["all"]'))
    if wrong := audience.fault(words, ctx.structure, ctx.t):
        raise Bad(f"audience: {wrong}")
    acknowledge = given.get("acknowledge", False)
    if not isinstance(acknowledge, bool):
        raise Bad(ctx.t("acknowledge is either true or false"))
    files = tuple(
        File(name, mimetypes.guess_type(name)[0] or "application/octet-stream", held)
        for name, held in attached.items()
    )
    at = _at(given.get("at"), ctx)
    return Draft(texts["lt"].strip(), texts["en"].strip(), tuple(words), at, acknowledge, files)


def _at(given: object, ctx: Context) -> datetime | None:
    if given is None:
        return None
    found = moment(given.isoformat(" ") if isinstance(given, datetime) else str(given), ctx)
    if found is None or found.precision != "hour":
        raise Bad(ctx.t("at is a day and an hour, like 2026-10-30T09:00"))
    if found.last_instant() <= ctx.now:
        raise Bad(ctx.t("at is in the past"))
    return found.last_instant()


# Before it goes


async def preview(draft: Draft, ctx: Context, *, button: bool) -> Reply:
    """The announcement in each of its languages, whom it reaches, and who is not reached and why."""
    t = ctx.t
    who = audience.chosen(draft.words, await ctx.store.members.all(), ctx.structure)
    reach = audience.reach(who)
    blocks: list[Block] = []
    for language, text in (("lt", draft.lt), ("en", draft.en)):
        if text:
            blocks += [Heading({"lt": t("In Lithuanian"), "en": t("In English")}[language]), *shown(text)]
    if not draft.en or not draft.lt:
        blocks.append(para(t("A language is missing: everybody will read the other one.")))
    blocks += reached(reach, t)
    if draft.at:
        when = t.at(draft.at, ctx.zone, ctx.today, weekday=True)
        blocks.append(Para(t.rich("It leaves on {when}.", when=Bold(when))))
    if _needs_approval(reach, ctx):
        blocks.append(para(t("So many are reached that somebody else of the secretariat has to approve it.")))
    if not reach.total or not button:
        return Reply(tuple(blocks), buttons=rows(Button(t("Cancel"), "cancel")) if button else ())
    return Reply(
        tuple(blocks),
        buttons=rows(
            Button(t("Send"), "apply announce"), Button(t("‹ Back"), "back"), Button(t("Cancel"), "cancel")
        ),
    )


def reached(reach: audience.Reach, t: Translator) -> list[Block]:
    """ "Pasieks 214: 180 Telegram, 61 Slack, 27 abiejose; 9 nepasieks", and the first of those by name."""
    if not reach.total:
        return [para(t("Nobody belongs to this audience."))]
    first = t.n("It reaches {count} person", "It reaches {count} people", reach.reached)
    places = t(
        "{telegram} on Telegram, {slack} on Slack, {both} of them on both",
        telegram=reach.telegram,
        slack=reach.slack,
        both=reach.both,
    )
    found: list[Block] = [para(Bold(first), f": {places}.")]
    if reach.lost:
        count = len(reach.lost)
        found.append(para(t.n("{count} person is not reached:", "{count} people are not reached:", count)))
        lines = tuple(
            (f"{member.person.name}: {why or t('has not joined yet')}",) for member, why in reach.lost[:NAMED]
        )
        found.append(Items(lines))
        if count > NAMED:
            found.append(para(t.n("and {count} other", "and {count} others", count - NAMED)))
    return found


def shown(text: str) -> list[Block]:
    """An announcement's text: a first line that stands alone is its title, empty lines part paragraphs."""
    first, _, rest = text.strip().partition("\n")
    blocks: list[Block] = []
    if rest and len(first) <= 120:
        blocks.append(Heading(first))
        text = rest
    for paragraph in text.strip().split("\n\n"):
        lines = [line.strip() for line in paragraph.splitlines() if line.strip()]
        if lines and all(line.startswith(("- ", "• ")) for line in lines):
            blocks.append(Items(tuple((line[2:],) for line in lines)))
        elif lines:
            blocks.append(para(" ".join(lines)))
    return blocks


def _needs_approval(reach: audience.Reach, ctx: Context) -> bool:
    return reach.reached > ctx.approve_over


async def hand_in(draft: Draft, ctx: Context) -> Reply:
    """On its way: after a minute in which it can be taken back, or once somebody else has approved it."""
    t = ctx.t
    who = audience.chosen(draft.words, await ctx.store.members.all(), ctx.structure)
    reach = audience.reach(who)
    if not reach.reached:
        return Reply((*reached(reach, t), para(t("Nothing is sent."))))
    due = first_allowed(max(ctx.now + UNDO, draft.at or ctx.now), ctx.association)
    held = _needs_approval(reach, ctx)
    content = {**draft.content, "asked_by": ctx.by.who}
    new = NewSending("announcement", f"announcement {ctx.event}", content, due, due + USEFUL)
    lost = {member.id for member, _ in reach.lost}
    sending = await ctx.store.sendings.open(
        new, tuple(m.id for m in who if m.id not in lost), ctx.by, held=held
    )
    show, back = (
        Button(t("Show it"), f"sending {sending.id}"),
        Button(t("Take it back"), f"recall {sending.id}"),
    )
    if held:
        waiting = t(
            "It is kept and waits for somebody else of the secretariat: {id}.", id=f"/sending {sending.id}"
        )
        return say(waiting, buttons=rows(show, back))
    when = t.at(due, ctx.zone, ctx.today)
    return say(
        t("It leaves on {when}. Until then it can be taken back.", when=when), buttons=rows(back, show)
    )


async def correct(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Puts an announcement right: messages that are there already are changed, the others go out right."""
    t = ctx.t
    found = await ctx.store.sendings.get(line.words[0]) if line.words else None
    if found is None or found.kind != "announcement" or found.state == "recalled":
        return say(t("There is no such announcement."))
    if msg.answers is None:
        form = Form(
            command=f"correct {found.id}",
            title=t("Put it right"),
            fields=(
                Field("lt", t("The text in Lithuanian"), "paragraph", required=False, limit=TEXT_LENGTH),
                Field("en", t("The text in English"), "paragraph", required=False, limit=TEXT_LENGTH),
            ),
        )
        return Reply(form=form)
    texts = {
        key: str(msg.answers.get(key) or "").strip() or str(found.content.get(key) or "")
        for key in ("lt", "en")
    }
    if not msg.confirmed:
        blocks: list[Block] = [
            para(t("So it will read from now on, also where it has been read already:")),
            *(block for text in texts.values() if text for block in shown(text)),
        ]
        return Reply(
            tuple(blocks),
            buttons=rows(
                Button(t("Put it right"), f"apply correct {found.id} v{found.version}"),
                Button(t("Leave it as it is"), "cancel"),
            ),
        )
    content = {**found.content, **texts, "corrected": ctx.now.isoformat()}
    await ctx.store.sendings.change(found.id, line.seen or found.version, content, ctx.by)
    return say(
        t("It is put right; messages that have gone out are being changed."),
        buttons=rows(Button(t("Progress"), f"sending {found.id}")),
    )


# What readers see


async def compose(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """The announcement in the reader's language, or in the one there is; whoever left meanwhile gets none."""
    if ctx.member is None:
        return None
    t = ctx.t
    content = sending.content
    blocks = shown(_text(sending, ctx))
    if content.get("corrected"):
        at = datetime.fromisoformat(content["corrected"])
        blocks.append(para(t("Corrected on {when}.", when=t.at(at, ctx.zone, ctx.today))))
    buttons = [Button(t("Why do I get this?"), f"why {delivery.id}")]
    if content.get("acknowledge"):
        buttons.insert(0, Button(t("I have read it"), f"read {delivery.id}"))
    files = tuple(
        File(file["name"], file["mime"], base64.b64decode(file["content"]))
        for file in content.get("files", ())
    )
    return Reply(tuple(blocks), buttons=rows(*buttons), files=files)


async def latest(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The newest announcement whole, those before it to open; a member sees what was sent to them."""
    mine = [s for s in await ctx.store.sendings.all() if s.kind == "announcement" and await _seen_by(s, ctx)]
    if not mine:
        return say(ctx.t("The secretariat has not announced anything to you yet."))
    wanted = next((s for s in mine if line.words[:1] == (s.id,)), mine[-1])
    others = [s for s in reversed(mine) if s is not wanted][:LATEST]
    day = ctx.t.day(wanted.at.astimezone(zone(ctx.zone)).date(), ctx.today)
    blocks: list[Block] = [para(ctx.t("Announced on {day}.", day=day)), *shown(_text(wanted, ctx))]
    if others:
        blocks.append(para(ctx.t("Before that:")))
        blocks.append(Items(tuple((_first(s, ctx),) for s in others), start=1))
    return Reply(
        tuple(blocks),
        buttons=rows(*(Button(str(n), f"announcements {s.id}") for n, s in enumerate(others, 1))),
    )


async def _seen_by(sending: Sending, ctx: Context) -> bool:
    """Whether it has gone out, and to the reader; the secretariat sees every one that has."""
    if sending.state == "recalled" or sending.due > ctx.now:
        return False
    if is_secretariat(ctx):
        return True
    me = ctx.member.id if ctx.member else ""
    return any(
        d.recipient == me and d.state == "sent" for d in await ctx.store.sendings.deliveries(sending.id)
    )


def _text(sending: Sending, ctx: Context) -> str:
    content = sending.content
    return str(content.get(ctx.t.language) or content.get("lt") or content.get("en"))


def _first(sending: Sending, ctx: Context) -> str:
    day = ctx.t.day(sending.at.astimezone(zone(ctx.zone)).date(), ctx.today)
    return f"{day}: {shorten(_text(sending, ctx).strip().partition(chr(10))[0], 80)}"


async def read(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The reader confirms an announcement; only the one whom it was sent to can."""
    delivery = await ctx.store.sendings.delivery(line.words[0]) if line.words else None
    if delivery is None or ctx.member is None or delivery.recipient != ctx.member.id:
        return say(ctx.t("This was not sent to you."), aside=True)
    await ctx.store.sendings.acknowledge(delivery.id, ctx.now)
    return say(ctx.t("Thank you, it is noted that you have read it."), aside=True)


async def why(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Under every push: which rule sent it."""
    delivery = await ctx.store.sendings.delivery(line.words[0]) if line.words else None
    if delivery is None or ctx.member is None or delivery.recipient != ctx.member.id:
        return say(ctx.t("This was not sent to you."), aside=True)
    sending = await ctx.store.sendings.get(delivery.sending)
    if sending is None or sending.kind == "change":
        return say(
            ctx.t("You follow this call, and it has changed.")
            if sending and ctx.member.follows(str(sending.content["subject"]))
            else ctx.t(
                "You were told something about it before, and that is no longer so; whoever was told hears it once."
            ),
            buttons=rows(Button(ctx.t("What is sent to you"), "topic")),
            aside=True,
        )
    if sending.kind == "digest":
        return say(ctx.t("You sit in a working group, and this is its weekly digest."), aside=True)
    if sending.kind == "nudge":
        return say(
            ctx.t("You have got this announcement and have not confirmed that you have read it."), aside=True
        )
    if sending.kind in ("progress", "approval"):
        return say(
            ctx.t("You are of the secretariat, and this is about one of its announcements."), aside=True
        )
    if sending.kind == "reminder":
        return say(
            ctx.t("You follow this call, so you are reminded before its deadline.")
            if str(sending.content["subject"]).startswith("c")
            else ctx.t("You are in its working group, so you are reminded before it meets."),
            buttons=rows(Button(ctx.t("Reminders"), "reminders")),
            aside=True,
        )
    words = ctx.t.listed(tuple(_in_words(word, ctx) for word in sending.content.get("audience", ())))
    return say(ctx.t("The secretariat sent this to: {audience}.", audience=words), aside=True)


def _in_words(word: str, ctx: Context) -> str:
    kind, _, name = word.removeprefix("-").partition(":")
    structure = ctx.structure
    group, organisation = structure.group(name), structure.organisation(name)
    said = {
        "all": ctx.t("all members"),
        "not-joined": ctx.t("those who have not joined"),
        "role": {"manager": ctx.t("cluster managers"), "secretariat": ctx.t("the secretariat")}.get(
            name, name
        ),
    }.get(kind) or (
        ctx.t.words(group.name) if group else ctx.t.words(organisation.name) if organisation else name
    )
    return ctx.t("all but {audience}", audience=said) if word.startswith("-") else said
