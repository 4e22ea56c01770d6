"""What is said, as the secretariat works through it: by section, with a decision and its reason for each remark, as a
table, and told to its authors."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from handlers import paging
from handlers.cells import XLSX
from handlers.chat import (
    LABEL_LENGTH,
    Block,
    Bold,
    Button,
    Field,
    File,
    Form,
    Heading,
    Incoming,
    Items,
    Para,
    Reply,
    Spans,
    para,
    rows,
    say,
    shorten,
)
from handlers.commands import Line
from handlers.consultations import reading, standing, table, wording
from handlers.consultations.reading import turned
from handlers.context import Context
from handlers.i18n import N_
from storage.consultations import Consultation, Decision, Remark, Section
from storage.errors import Changed

SECTIONS = 9
REMARKS = 8
LISTED = 200
"""Characters of a remark in a list."""
REASON = 1500
_LABELS: dict[Decision, str] = {
    "accepted": N_("Accept"),
    "partly": N_("Accept in part"),
    "rejected": N_("Reject"),
}


async def remarks(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`remarks t1`: the sections of which something is said; `remarks t1 1.1`: who says what of one."""
    one = await ctx.store.consultations.get(line.words[0]) if line.words else None
    if one is None or one.state == "draft":
        return reading.none_such(ctx)
    number = next((word for word in line.words[1:] if not _is_page(word)), "")
    page = paging.asked(line.words[1:])
    if not number:
        return await _overview(one, page, ctx)
    found = standing.section_of(one, number)
    if found is None:
        return reading.no_section(one, line, ctx)
    return await _of_section(one, found, page, ctx)


def _is_page(word: str) -> bool:
    return word[:1] == "p" and word[1:].isdecimal()


async def _overview(one: Consultation, page: int, ctx: Context) -> Reply:
    t = ctx.t
    everything = standing.said(await ctx.store.consultations.remarks(one.id))
    numbers = {remark.section for remark in everything}
    spoken = [section for section in one.plan.sections if section.number in numbers]
    if not spoken:
        back = Button(t("‹ Back"), f"consultation {one.id}")
        return say(t("Nobody has said anything in this consultation yet."), buttons=rows(back))
    last = -(-len(spoken) // SECTIONS)
    page = min(page, last)
    shown = spoken[(page - 1) * SECTIONS : page * SECTIONS]
    items = tuple((f"{wording.section_name(s)}: {_counted(everything, s, ctx)}",) for s in shown)
    blocks: list[Block] = [Heading(wording.title(one, ctx)), Items(items)]
    wait = standing.undecided(everything)
    if wait:
        blocks.append(
            para(
                t.n("{count} remark waits for a decision.", "{count} remarks wait for a decision.", len(wait))
            )
        )
    buttons = [*rows(*(Button(s.number, f"remarks {one.id} {s.number}") for s in shown))]
    if turns := turned(f"remarks {one.id}", page, last):
        buttons.append(turns)
    ways = [Button(t("Decide one by one"), f"decide {_first(one, wait).id}")] if wait else []
    ways.append(Button(t("Table of remarks"), f"remarktable {one.id}"))
    if one.state == "closed" and one.published is None:
        ways.append(Button(t("Publish the decisions"), f"publish {one.id}"))
    return Reply(tuple(blocks), buttons=(*buttons, *rows(*ways)))


def _counted(everything: Sequence[Remark], section: Section, ctx: Context) -> str:
    """ "pastabų – 3, be sprendimo – 1, pritaria – 4"."""
    theirs = [r for r in everything if r.section == section.number]
    agree = sum(r.said.agrees for r in theirs)
    return ctx.t(
        "remarks {remarks}, undecided {undecided}, agree {agree}",
        remarks=len(theirs) - agree,
        undecided=len(standing.undecided(theirs)),
        agree=agree,
    )


def _first(one: Consultation, wait: Sequence[Remark]) -> Remark:
    return standing.in_order(one, wait)[0]


async def _of_section(one: Consultation, found: Section, page: int, ctx: Context) -> Reply:
    t = ctx.t
    theirs = standing.of_section(await ctx.store.consultations.remarks(one.id), found.number)
    names = await wording.people(ctx)
    agreeing = [wording.owner_name(r.owner, names, ctx) for r in theirs if r.said.agrees]
    written = [r for r in theirs if not r.said.agrees]
    last = max(1, -(-len(written) // REMARKS))
    page = min(page, last)
    shown = written[(page - 1) * REMARKS : page * REMARKS]
    blocks: list[Block] = [Heading(wording.section_name(found, 120))]
    if shown:
        blocks.append(Items(tuple(_line(r, names, ctx) for r in shown), 1))
    if agreeing and page == 1:
        blocks.append(Para(t.rich("Agree: {names}.", names=Bold(", ".join(agreeing)))))
    if not theirs:
        blocks.append(para(t("Nobody has said anything about this section.")))
    buttons = [*rows(*(Button(str(n), f"decide {r.id}") for n, r in enumerate(shown, 1)))]
    back = Button(t("All sections"), f"remarks {one.id}")
    text = Button(t("The text"), f"section {one.id} {found.number}")
    return Reply(
        tuple(blocks),
        buttons=(*buttons, (*turned(f"remarks {one.id} {found.number}", page, last), back, text)),
    )


def _line(remark: Remark, names: Mapping[str, str], ctx: Context) -> Spans:
    who = wording.owner_name(remark.owner, names, ctx)
    ruling = remark.ruling
    state = wording.decision(ruling, ctx.t) if ruling else ctx.t("not decided")
    return (Bold(who), f": {wording.short(remark.said, ctx.t, LISTED)} ({state})")


# One remark


async def decide(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`decide r5`: a remark in full and what may become of it; `decide r5 rejected v3` asks why, `decide r5 accepted
    v3` accepts it at once, and with `why` says why."""
    t = ctx.t
    remark = await ctx.store.consultations.remark(line.words[0]) if line.words else None
    one = await ctx.store.consultations.get(remark.consultation) if remark else None
    if remark is None or one is None or not standing.to_decide(remark):
        return say(t("There is no such remark: it was taken back or replaced by an agreement."))
    wished = next((d for d in _LABELS if d in line.words[1:2]), None)
    if wished is None:
        return await _shown(one, remark, ctx)
    seen = remark.version if line.seen is None else line.seen
    if wished == "accepted" and "why" not in line.words:
        return await _decided(one, remark, seen, wished, "", ctx)
    form = _why(remark, wished, seen, ctx)
    if msg.answers is None:
        return Reply(form=form, fresh=True)  # the remark stays above it
    reason = str(msg.answers.get("reason") or "").strip()
    if not reason:
        return Reply(form=form.with_(values={}, at="reason", faults={"reason": t("This one is needed.")}))
    try:
        reply = await _decided(one, remark, seen, wished, reason, ctx)
    except Changed as moved:
        if not isinstance(moved.current, Remark):
            raise
        return await _meanwhile(one, moved.current, form, reason, ctx)
    await ctx.store.conversation.end_draft(ctx.by.who)
    return reply


def _why(remark: Remark, wished: Decision, seen: int, ctx: Context) -> Form:
    t, why = ctx.t, " why" if wished == "accepted" else ""
    before = remark.ruling.reason if remark.ruling else ""
    return Form(
        command=f"decide {remark.id} {wished}{why} v{seen}",
        title=t("The reason"),
        intro=wording.short(remark.said, t, LISTED),
        fields=(
            Field("reason", t("Why? Its author will read this."), "paragraph", limit=REASON, anything=True),
        ),
        submit=t("Save"),
        values={"reason": before} if before else {},
        at="reason",
    )


async def _meanwhile(one: Consultation, remark: Remark, form: Form, reason: str, ctx: Context) -> Reply:
    """It has been decided or written anew while somebody wrote why: as it is now, and their own reason, which is kept
    for them."""
    t, reply = ctx.t, await _shown(one, remark, ctx)
    blocks = (
        para(t("Nothing was changed: this was decided or written anew meanwhile.")),
        *reply.blocks,
        para(t("Yours, which is kept for you:")),
        *wording.body(reason),
    )
    if not standing.to_decide(remark):
        return replace(reply, blocks=blocks)
    command = form.command.rpartition(" v")[0]
    mine = Button(t("Keep mine instead"), f"apply {command} v{remark.version}")
    return replace(reply, blocks=blocks, buttons=((mine,), *reply.buttons))


async def _decided(
    one: Consultation, remark: Remark, seen: int, wished: Decision, reason: str, ctx: Context
) -> Reply:
    t = ctx.t
    held = await ctx.store.consultations.decide(remark.id, seen, wished, reason, ctx.by)
    reply = await _shown(one, held, ctx)
    if one.published is not None:
        return reading.with_lead(reply, t("Decided; whoever wrote it will be told."))
    return reading.with_lead(reply, t("Decided."))


async def _shown(one: Consultation, remark: Remark, ctx: Context) -> Reply:
    """The remark, who wrote it, what was decided, and the ways on."""
    t, names = ctx.t, await wording.people(ctx)
    section = standing.section_of(one, remark.section)
    who = wording.owner_name(remark.owner, names, ctx)
    when = t.at(remark.at, ctx.zone, ctx.today)
    by = names.get(remark.member, t("A colleague"))
    blocks: list[Block] = [Heading(wording.section_name(section, 120) if section else remark.section)]
    blocks.append(para(Bold(who), f" ({by}, {when})" if by != who else f" ({when})"))
    blocks += wording.position(remark.said, t)
    if remark.ruling is not None:
        blocks += wording.ruled(remark.ruling, t)
    held = remark.ruling.decision if remark.ruling else None
    seen = f"v{remark.version}"
    buttons = [
        tuple(Button(t(label), f"decide {remark.id} {d} {seen}") for d, label in _LABELS.items() if d != held)
    ]
    if held is not None:
        why = "accepted why" if held == "accepted" else held
        buttons.append((Button(t("Write the reason"), f"decide {remark.id} {why} {seen}"),))
    return Reply(tuple(blocks), buttons=(*buttons, await _around(one, remark, ctx)))


async def _around(one: Consultation, remark: Remark, ctx: Context) -> tuple[Button, ...]:
    """The next that waits, and the section's others."""
    t, everything = ctx.t, await ctx.store.consultations.remarks(one.id)
    order = standing.in_order(one, [r for r in everything if standing.to_decide(r)])
    place = next((i for i, r in enumerate(order) if r.id == remark.id), 0)
    wait = [r for r in (*order[place + 1 :], *order[:place]) if r.ruling is None]
    found = [Button(t("The next one"), f"decide {wait[0].id}")] if wait else []
    found.append(
        Button(shorten(t("Section {number}", number=remark.section), LABEL_LENGTH), _of(one, remark))
    )
    return (*found, Button(t("The text"), f"section {one.id} {remark.section}"))


def _of(one: Consultation, remark: Remark) -> str:
    return f"remarks {one.id} {remark.section}"


# All of them


async def remarktable(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`remarktable t1 docx`: the table of remarks as a document or, `xlsx`, as a workbook."""
    t = ctx.t
    one = await ctx.store.consultations.get(line.words[0]) if line.words else None
    if one is None or one.state == "draft":
        return reading.none_such(ctx)
    kind = next((word for word in ("docx", "xlsx") if word in map(str.casefold, line.words[1:])), None)
    if kind is None:
        buttons = (Button("DOCX", f"remarktable {one.id} docx"), Button("XLSX", f"remarktable {one.id} xlsx"))
        return say(t("As which file?"), buttons=rows(*buttons))
    found = table.lines(one, await ctx.store.consultations.remarks(one.id), await wording.people(ctx), ctx)
    if not found:
        return say(t("Nobody has said anything in this consultation yet."))
    title = t("Table of remarks: {title}", title=t.words(one.plan.title))
    if kind == "docx":
        content = await asyncio.to_thread(table.as_docx, title, found, t)
        file = File("pastabos.docx", table.DOCX, content)
    else:
        content = await asyncio.to_thread(table.as_xlsx, title, found, t)
        file = File("pastabos.xlsx", XLSX, content)
    return Reply((para(shorten(title, 160)),), files=(file,))


async def publish(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Whom it tells and what is not decided yet; with the version it was shown with, authors are told."""
    t = ctx.t
    one = await ctx.store.consultations.get(line.words[0]) if line.words else None
    if one is None or one.state != "closed":
        return say(t("Decisions are published when the consultation has closed."))
    show = Button(t("Show it"), f"consultation {one.id}")
    if one.published is not None:
        return say(
            t("They are published: what you decide or change now is told to its authors by itself."),
            buttons=rows(show),
        )
    everything = standing.said(await ctx.store.consultations.remarks(one.id))
    decided = [r for r in everything if r.ruling is not None]
    if not decided:
        return say(
            t("Nothing is decided yet."), buttons=rows(Button(t("Who said what"), f"remarks {one.id}"))
        )
    if line.seen is None:
        writers = {writer for remark in decided for writer in remark.writers}
        blocks = [
            para(
                t.n(
                    "{count} person will be told what became of what they wrote.",
                    "{count} people will be told what became of what they wrote.",
                    len(writers),
                )
            )
        ]
        if wait := len(standing.undecided(everything)):
            blocks.append(
                para(
                    t.n(
                        "{count} remark is not decided yet; its author will be told when it is.",
                        "{count} remarks are not decided yet; their authors will be told when they are.",
                        wait,
                    )
                )
            )
        button = Button(t("Publish the decisions"), f"publish {one.id} v{one.version}")
        return Reply(tuple(blocks), buttons=rows(button, Button(t("‹ Back"), f"remarks {one.id}")))
    await ctx.store.consultations.publish(one.id, line.seen, ctx.by)
    return say(
        t("Published: authors are told within the hours in which messages are sent."), buttons=rows(show)
    )
