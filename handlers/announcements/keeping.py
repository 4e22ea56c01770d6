"""Drafts of announcements that are put aside: listed, taken up by whoever of the secretariat goes on, thrown away."""

from __future__ import annotations

from handlers.announcements import drafts, enclosed, handing
from handlers.announcements.drafts import several
from handlers.announcements.reading import shown
from handlers.chat import Block, Bold, Button, Incoming, Items, Reply, Spans, para, rows, say, shorten
from handlers.commands import Line
from handlers.context import Context
from handlers.posting import audience_in_words
from storage.announcements import Pending

SHOWN = 9
"""Drafts in a list; those touched last come first."""


async def drafts_(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`drafts` lists them, `drafts b3` shows one; `keep` puts aside what is in hand, `take b3` goes on with one, `drop
    b3` throws it away once its version confirms it."""
    word, id = (*line.words, "", "")[:2]
    if word == "keep":
        return await _keep(msg, ctx)
    pending = await ctx.store.announcements.get(id or word)
    if pending is None:
        return await _list(msg, ctx, gone=bool(word))
    if word == "take":
        return await _take(pending, msg, ctx, line.seen)
    if word == "drop":
        return await _drop(pending, ctx, line.seen)
    return await _show(pending, ctx)


async def _list(msg: Incoming, ctx: Context, *, gone: bool) -> Reply:
    t = ctx.t
    kept = [one for one in await ctx.store.announcements.all() if not one.offered]
    kept = sorted(kept, key=lambda one: one.at, reverse=True)[:SHOWN]
    blocks: list[Block] = []
    if gone:
        blocks.append(para(t("There is no such draft: it was sent or thrown away.")))
    buttons = [Button(str(i), f"drafts {one.id}") for i, one in enumerate(kept, 1)]
    if kept:
        blocks.append(para(t("Announcements that were put aside:")))
        blocks.append(Items(tuple([await _line(one, ctx) for one in kept]), start=1))
    elif not gone:
        blocks.append(para(t("No announcement is put aside.")))
    begun = await drafts.in_hand(msg, ctx)
    if begun is not None and not begun.command.startswith("announce b"):
        blocks.append(para(t("You are writing one now.")))
        buttons.append(Button(t("Put aside"), "drafts keep"))
    else:
        buttons.append(Button(t("Announce"), "announce"))
    return Reply(tuple(blocks), buttons=rows(*buttons))


async def _line(one: Pending, ctx: Context) -> Spans:
    t = ctx.t
    said = t("{name}, {when}", name=await _holder(one, ctx), when=t.at(one.at, ctx.zone, ctx.today))
    return (Bold(title(one, ctx)), f": {said}")


def title(one: Pending, ctx: Context) -> str:
    """Its first line, or that it has none yet."""
    text = str(one.answers.get(ctx.t.language) or one.answers.get("lt") or one.answers.get("en") or "")
    return shorten(text.strip().partition("\n")[0], 60) or ctx.t("without a text")


async def _holder(one: Pending, ctx: Context) -> str:
    member = await ctx.store.members.get(one.by)
    return member.person.name if member else ctx.t("The operator")


async def _show(one: Pending, ctx: Context) -> Reply:
    """One with its texts, whom it is for and who has it in hand."""
    t = ctx.t
    blocks: list[Block] = [
        para(
            t(
                "{name} has this draft in hand since {when}.",
                name=await _holder(one, ctx),
                when=t.at(one.at, ctx.zone, ctx.today),
            )
        )
    ]
    for key in ("lt", "en"):
        if text := str(one.answers.get(key) or ""):
            blocks += shown(text)
    words = (*several(one.answers, "audience"), *(f"-{w}" for w in several(one.answers, "exclude")))
    if words:
        blocks.append(para(t("For: {audience}.", audience=audience_in_words(words, ctx))))
    if names := await handing.names_of(several(one.answers, "files"), ctx):
        blocks.append(para(t("Attached: {files}.", files=", ".join(names))))
    blocks += await enclosed.said(several(one.answers, "more"), ctx)
    return Reply(
        tuple(blocks),
        buttons=rows(
            Button(t("Go on with it"), f"drafts take {one.id} v{one.version}"),
            Button(t("Throw it away"), f"drafts drop {one.id}"),
            Button(t("‹ Drafts"), "drafts"),
        ),
    )


async def _keep(msg: Incoming, ctx: Context) -> Reply:
    """What is in hand is put aside; nothing of it is lost."""
    t = ctx.t
    begun = await drafts.in_hand(msg, ctx)
    if begun is None:
        return say(t("You are not writing an announcement now."), buttons=rows(Button(t("Drafts"), "drafts")))
    answers = {name: answer for name, answer in begun.answers.items() if name != "?"}
    named = (*begun.command.split(), "")[1]
    pending = await ctx.store.announcements.get(named)
    if pending is None:
        pending = await ctx.store.announcements.keep(answers, ctx.by)
    elif pending.by == ctx.by.who:
        pending = await ctx.store.announcements.change(pending.id, pending.version, answers, ctx.by)
    else:
        return await handing.in_other_hands(pending, ctx)
    await ctx.store.conversation.end_draft(begun.who)
    return say(
        t("“{title}” is put aside. Anybody of the secretariat can go on with it.", title=title(pending, ctx)),
        buttons=rows(
            Button(t("Go on with it"), f"drafts take {pending.id} v{pending.version}"),
            Button(t("Drafts"), "drafts"),
        ),
    )


async def _take(one: Pending, msg: Incoming, ctx: Context, seen: int | None) -> Reply:
    """Into the reader's hands, and on with the form where it was."""
    if seen is not None and seen != one.version:
        return await _show(one, ctx)
    if one.by != ctx.by.who or one.offered:
        one = await ctx.store.announcements.change(one.id, one.version, one.answers, ctx.by)
    form = drafts.form(ctx, f"announce {one.id}", one.answers)
    if all(field.name in one.answers for field in form.fields):
        return await handing.put_before(one.answers, form, one, msg, ctx)
    return Reply(form=await handing.with_files(form, ctx))


async def _drop(one: Pending, ctx: Context, seen: int | None) -> Reply:
    """Gone for good, so it is asked first."""
    t = ctx.t
    if seen != one.version and not (one.offered and seen is not None):
        return say(
            t("Throw “{title}” away? It cannot be brought back.", title=title(one, ctx)),
            buttons=rows(
                Button(t("Throw it away"), f"drafts drop {one.id} v{one.version}"),
                Button(t("Keep it"), f"drafts {one.id}"),
            ),
        )
    await ctx.store.announcements.drop(one.id, ctx.by)
    if one.offered:
        return say(t("Then nothing is announced."))
    return say(t("The draft is thrown away."), buttons=rows(Button(t("Drafts"), "drafts")))
