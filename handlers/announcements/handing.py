"""An announcement on its way: asked for, shown to its author with whom it reaches, handed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers import audience, outcomes, posting
from handlers.access import deputy
from handlers.announcements import drafts, enclosed
from handlers.announcements.drafts import Draft
from handlers.announcements.reading import shown
from handlers.calm import first_allowed
from handlers.chat import (
    Answers,
    Block,
    Bold,
    Button,
    Form,
    Heading,
    Incoming,
    Items,
    Para,
    Reply,
    para,
    rows,
    say,
)
from handlers.commands import BY_NAME, Line
from handlers.context import Context, whose
from handlers.i18n import Translator
from storage.announcements import Pending
from storage.conversation import Draft as Begun
from storage.sendings import NewSending, Sending

UNDO = timedelta(seconds=60)
"""A confirmed announcement waits so long before the first one leaves."""
USEFUL = timedelta(days=7)
WAITS = timedelta(days=3)
"""How long a preview waits for its author."""
NAMED = 8
"""Of those who are not reached, how many are named in a reply."""
SEVERAL_MESSAGES = 3500
"""Characters from which on a text may come as more than one message."""


# Writing one


async def announce(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The form, then the announcement as it will be seen and whom it reaches, then on its way. `announce s4` begins
    with what an older one says, `announce b3` goes on with one that was put aside, `announce Rytoj posėdis` with that
    text."""
    named = line.words[0] if line.words else ""
    pending = await ctx.store.announcements.get(named)
    if named.startswith("b") and pending is None:
        return say(ctx.t("There is no such draft: it was sent or thrown away."), buttons=_to_drafts(ctx))
    if pending is not None and pending.by != ctx.by.who:
        return await in_other_hands(pending, ctx)
    begun = await _begun(named, pending, ctx)
    command = line.base if pending is not None or begun else line.command.en
    if not begun and len(line.words) > 1:
        begun = {"lt": msg.text.strip().partition(" ")[2].strip()}
    form = drafts.form(ctx, command, begun)
    if msg.answers is None:
        return Reply(form=await with_files(form, ctx))
    return await onwards(msg.answers, form, pending, ctx, confirmed=msg.confirmed)


async def _begun(named: str, pending: Pending | None, ctx: Context) -> Answers:
    """What the form begins with."""
    if pending is not None:
        return pending.answers
    older = await ctx.store.sendings.get(named) if named else None
    return _copied(older) if older is not None else {}


def _copied(older: Sending) -> Answers:
    """The texts of an older announcement and whom it was for."""
    if older.kind != "announcement":
        return {}
    values: dict[str, str | tuple[str, ...]] = {
        key: str(older.content[key]) for key in ("lt", "en") if older.content.get(key)
    }
    words = tuple(map(str, older.content.get("audience", ())))
    if meant := tuple(word for word in words if not word.startswith("-")):
        values["audience"] = meant
    if left_out := tuple(word[1:] for word in words if word.startswith("-")):
        values["exclude"] = left_out
    return values


async def with_files(form: Form, ctx: Context) -> Form:
    """The form, which says what is attached already."""
    names = await names_of(drafts.several(form.values, "files"), ctx)
    return replace(form, intro=ctx.t("Attached: {files}.", files=", ".join(names))) if names else form


async def in_other_hands(pending: Pending, ctx: Context) -> Reply:
    """Somebody else writes it now; it can be taken up."""
    t = ctx.t
    holder = await ctx.store.members.get(pending.by)
    said = t(
        "{name} has this draft in hand since {when}.",
        name=holder.person.name if holder else t("The operator"),
        when=t.at(pending.at, ctx.zone, ctx.today),
    )
    return say(said, buttons=rows(Button(t("Take it up"), f"drafts take {pending.id} v{pending.version}")))


def _to_drafts(ctx: Context) -> tuple[tuple[Button, ...], ...]:
    return rows(Button(ctx.t("Drafts"), "drafts"))


async def put_before(
    answers: Answers, form: Form, pending: Pending | None, msg: Incoming, ctx: Context
) -> Reply:
    """An announcement whose answers are all there, as the one that this person has in hand now: its preview."""
    begun = Begun(whose(msg, ctx), form.command, None, dict(answers), ctx.now + WAITS)
    await ctx.store.conversation.save_draft(begun)
    return await onwards(answers, form, pending, ctx, confirmed=False)


async def onwards(
    answers: Answers, form: Form, pending: Pending | None, ctx: Context, *, confirmed: bool
) -> Reply:
    """A finished form: asked anew where it is wrong by now, shown, or handed in. What was put aside before is kept as
    it is shown."""
    wrong = drafts.faults(answers, ctx)
    if wrong:
        kept = {name: answer for name, answer in answers.items() if name not in wrong}
        return Reply(form=form.with_(values=kept, at=next(iter(wrong)), faults=wrong))
    draft = drafts.from_answers(answers, ctx)
    if confirmed:
        return await hand_in(draft, ctx, pending.id if pending else "")
    if pending is not None and dict(pending.answers) != dict(answers):
        await ctx.store.announcements.change(pending.id, pending.version, answers, ctx.by)
    return await preview(draft, ctx, command=form.command, missing=drafts.several(answers, "missing"))


# Before it goes


async def preview(
    draft: Draft,
    ctx: Context,
    *,
    command: str = "",
    missing: tuple[str, ...] = (),
    attached: tuple[str, ...] = (),
) -> Reply:
    """The announcement in each of its languages, whom it reaches, and who is not reached and why. With the `command`
    that confirms it there are buttons; while files that it names are `missing` it cannot be sent. `attached` are names
    of files that are not kept yet."""
    t = ctx.t
    _, reach = await posting.whom(draft.words, ctx)
    blocks: list[Block] = await outcomes.said(draft.results, ctx)
    for language, text in (("lt", draft.lt), ("en", draft.en)):
        if text:
            blocks += [Heading({"lt": t("In Lithuanian"), "en": t("In English")}[language]), *shown(text)]
    if not draft.en or not draft.lt:
        blocks.append(para(t("A language is missing: everybody will read the other one.")))
    if max(len(draft.lt), len(draft.en)) > SEVERAL_MESSAGES:
        blocks.append(para(t("The text is long and may come as several messages; a test shows you how.")))
    if names := (*attached, *await names_of(draft.files, ctx)):
        blocks.append(para(t("Attached: {files}.", files=", ".join(names))))
    blocks += await enclosed.said(draft.more, ctx)
    if missing:
        blocks.append(para(t("Still missing, send them here: {files}.", files=", ".join(missing))))
    blocks += reached(reach, t) if reach.total or not reach.channels + reach.lost_channels else []
    blocks += posting.said(reach, ctx, acknowledge=draft.acknowledge)
    if any(not member.person.accounts for member, _ in reach.lost):
        blocks.append(
            para(
                t(
                    "Those who have not joined need an invitation: {command}.",
                    command=f"/{BY_NAME['joined'].name(t.language)}",
                )
            )
        )
    if draft.urgent:
        blocks.insert(0, para(t("Urgent: {reason}", reason=draft.urgent)))
        blocks.append(para(t("Because it is urgent, it goes out at night, on Sundays and on holidays too.")))
    if draft.at:
        when = t.at(draft.at, ctx.zone, ctx.today, weekday=True)
        blocks.append(Para(t.rich("It goes out on {when}.", when=Bold(when))))
    if _needs_approval(reach, ctx):
        blocks.append(para(await _approver(ctx)))
    sendable = bool(reach.reached or reach.channels) and not missing
    return Reply(tuple(blocks), buttons=rows(*_buttons(command, sendable=sendable, ctx=ctx)))


def _buttons(command: str, *, sendable: bool, ctx: Context) -> list[Button]:
    t = ctx.t
    if not command:
        return []
    found = [Button(t("Send"), f"apply {command}")] if sendable else []
    return [
        *found,
        Button(t("Test it on myself"), "trial"),
        Button(t("‹ Back"), "back"),
        Button(t("Put aside"), "drafts keep"),
        Button(t("Cancel"), "cancel"),
    ]


async def names_of(files: tuple[str, ...], ctx: Context) -> tuple[str, ...]:
    """The names of files that are kept."""
    found = [await ctx.store.announcements.named(id) for id in files]
    return tuple(filter(None, found))


async def _approver(ctx: Context) -> str:
    """Who has to approve it: somebody else of the secretariat, or the deputy by name."""
    named = await deputy(ctx)
    member = await ctx.store.members.get(named.member) if named else None
    if member is None or member.id == ctx.by.who:
        return ctx.t("It reaches so many people that somebody else in the secretariat has to approve it.")
    return ctx.t(
        "It reaches so many people that somebody else in the secretariat, or its deputy, has to "
        "approve it: {name}.",
        name=member.person.name,
    )


def reached(reach: audience.Reach, t: Translator) -> list[Block]:
    """ "Pasieks 214 žmonių: Telegram – 180, Slack – 61, abiejose – 27", whom it does not reach, the first by name."""
    if not reach.total:
        return [para(t("Nobody belongs to this audience."))]
    first = t.n("It reaches {count} person", "It reaches {count} people", reach.reached)
    places = (
        (reach.telegram, t("Telegram – {count}", count=reach.telegram)),
        (reach.slack, t("Slack – {count}", count=reach.slack)),
        (reach.both, t("on both – {count}", count=reach.both)),
        (reach.page, t("on the local page only – {count}", count=reach.page)),
    )
    where = ", ".join(said for count, said in places if count)
    found: list[Block] = [para(Bold(first), f": {where}." if where else ".")]
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


def _needs_approval(reach: audience.Reach, ctx: Context) -> bool:
    return reach.reached + reach.readers > ctx.approve_over


async def hand_in(draft: Draft, ctx: Context, pending: str = "") -> Reply:
    """On its way: after a minute in which it can be taken back, or once somebody else has approved it. One that was
    put aside (`pending`) goes once, whoever hands it in."""
    t = ctx.t
    if moved_on := await outcomes.moved_on(draft.results, pending, ctx):
        return moved_on
    who, reach = await posting.whom(draft.words, ctx)
    if not reach.reached and not reach.channels:
        return Reply((*reached(reach, t), *posting.said(reach, ctx), para(t("Nothing is sent."))))
    soonest = max(ctx.now + UNDO, draft.at or ctx.now)
    due = soonest if draft.urgent else first_allowed(soonest, ctx.association)
    held = _needs_approval(reach, ctx)
    content = {**draft.content, "asked_by": ctx.by.who}
    key = pending or ctx.event
    if draft.results:
        content["draft"], key = pending, outcomes.key(draft.results)
    new = NewSending("announcement", f"announcement {key}", content, due, due + USEFUL, draft.urgent)
    lost = {member.id for member, _ in reach.lost}
    people = tuple(m.id for m in who if m.id not in lost)
    sending = await ctx.store.sendings.open(
        new, (*people, *(c.id for c in reach.channels)), ctx.by, held=held
    )
    if pending:
        await ctx.store.announcements.drop(pending, ctx.by)
    show, back = (
        Button(t("Show it"), f"sending {sending.id}"),
        Button(t("Take it back"), f"recall {sending.id}"),
    )
    if held:
        waiting = t(
            "It is saved and waits for somebody else in the secretariat: {id}.",
            id=f"/{BY_NAME['sending'].name(t.language)} {sending.id}",
        )
        return say(waiting, buttons=rows(show, back))
    when = t.at(due, ctx.zone, ctx.today)
    return say(
        t("It goes out on {when}. Until then it can be taken back.", when=when), buttons=rows(back, show)
    )
