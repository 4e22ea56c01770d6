"""What somebody of the secretariat sends to the bot is offered to be announced: a forwarded message, a long one, a
file, an announcement in a TOML file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from handlers.announcements import drafts, handing
from handlers.announcements.drafts import TEXT_LENGTH, Bad, several
from handlers.chat import (
    FILE_BYTES,
    PIECE_LENGTH,
    Answers,
    Attachment,
    Button,
    Incoming,
    Reply,
    para,
    rows,
    say,
    shorten,
)
from handlers.context import Context
from storage.announcements import Pending
from storage.conversation import Draft as Begun

LONG = 300
"""Characters from which on a message is rather to be announced than a question."""
PIECES_COME = timedelta(seconds=3)
ALBUM = timedelta(minutes=2)
"""The pictures of one album come as messages of their own, within so much time."""
MOST_FILES = 10


class Refused(ValueError):
    """A file that cannot be carried: one sentence."""


def is_long(text: str) -> bool:
    """Whether a message is rather a text to announce than a question."""
    return len(text) >= LONG or (len(text) >= LONG // 2 and "\n\n" in text.strip())


async def offer(msg: Incoming, ctx: Context) -> Reply:
    """Keeps what was sent and asks whether to announce it; a file alone joins the announcement that is in hand."""
    text = msg.text.strip()
    if len(text) > TEXT_LENGTH:
        return _too_long(text, ctx)
    try:
        files = await _kept(msg.files, ctx)
    except Refused as refused:
        return say(str(refused))
    if text and not files and (earlier := await cut_off(ctx)):
        return await _longer(earlier, text, ctx)
    begun = await drafts.in_hand(msg, ctx) if files and not msg.forwarded else None
    if begun is not None and (not text or begun.at in ("lt", "en")):
        return await _attached(begun, text, files, msg, ctx)
    if msg.album and (earlier := await _of_album(msg, ctx)):
        return await _joined(earlier, text, files, ctx)
    answers: Answers = {**({"lt": text} if text else {}), **({"files": files} if files else {})}
    if msg.album:
        answers = {**answers, "album": msg.album}
    kept = await ctx.store.announcements.keep(answers, ctx.by, offered=True)
    return await _asked(kept, ctx)


def _too_long(text: str, ctx: Context) -> Reply:
    return say(
        ctx.t(
            "This text has {length} characters, an announcement at most {limit}: shorten it or attach a file.",
            length=len(text),
            limit=TEXT_LENGTH,
        )
    )


async def _asked(kept: Pending, ctx: Context) -> Reply:
    """ "Paskelbti tai?", what was understood of it, and the way on."""
    t = ctx.t
    blocks = [para(t("Announce this?"))]
    if text := str(kept.answers.get("lt") or ""):
        blocks.append(para(f"„{shorten(text, 160)}“"))
    if names := await handing.names_of(several(kept.answers, "files"), ctx):
        blocks.append(para(t("Attached: {files}.", files=", ".join(names))))
    return Reply(
        tuple(blocks),
        buttons=rows(
            Button(t("Announce"), f"drafts take {kept.id}"), Button(t("No"), f"drafts drop {kept.id} v1")
        ),
    )


async def also(reply: Reply, file: Attachment, content: bytes, ctx: Context) -> Reply:
    """The reply to a list that cannot be taken in, with the way to send the file round instead."""
    id = await ctx.store.announcements.attach(
        file.name, drafts.kind_of(file.name, file.mime), content, ctx.now
    )
    kept = await ctx.store.announcements.keep({"files": (id,)}, ctx.by, offered=True)
    button = Button(ctx.t("Announce with this file"), f"drafts take {kept.id}")
    return replace(reply, buttons=(*reply.buttons, (button,)))


async def _kept(files: Sequence[Attachment], ctx: Context) -> tuple[str, ...]:
    """The ids of the files, which are durable from now on. Raises Refused."""
    found = []
    for file in files:
        content = await fetched(file, ctx)
        kind = drafts.kind_of(file.name, file.mime)
        found.append(await ctx.store.announcements.attach(file.name, kind, content, ctx.now))
    return tuple(found)


async def fetched(file: Attachment, ctx: Context) -> bytes:
    """Its content. Raises Refused with a sentence when it is too large, empty or gone."""
    if file.size > FILE_BYTES:
        raise Refused(_too_large(file, ctx))
    try:
        content = await file.read()
    except ValueError as error:
        raise Refused(ctx.t(str(error))) from None
    if len(content) > FILE_BYTES:
        raise Refused(_too_large(file, ctx))
    if not content:
        raise Refused(ctx.t("“{name}” is empty.", name=shorten(file.name, 60)))
    return content


def _too_large(file: Attachment, ctx: Context) -> str:
    return ctx.t(
        "“{name}” is larger than 20 MB, and I cannot carry that; send a smaller one or write a link to it.",
        name=shorten(file.name, 60),
    )


async def _attached(begun: Begun, text: str, files: tuple[str, ...], msg: Incoming, ctx: Context) -> Reply:
    """The files join the announcement in hand: its preview anew, or the way on with its form, in which a caption is the
    answer to what was asked."""
    t = ctx.t
    together = tuple(dict.fromkeys((*several(begun.answers, "files"), *files)))
    if len(together) > MOST_FILES:
        return say(
            t.n(
                "An announcement takes at most {count} file.",
                "An announcement takes at most {count} files.",
                MOST_FILES,
            )
        )
    names = await handing.names_of(files, ctx)
    missing = tuple(name for name in several(begun.answers, "missing") if name not in names)
    answers: Answers = {**begun.answers, "files": together, "missing": missing}
    begun = replace(begun, answers=answers)
    if begun.at is not None and text:
        return Reply(form=drafts.form(ctx, begun.command, {**answers, begun.at: text}))
    if begun.at is not None:
        await ctx.store.conversation.save_draft(begun)
        return say(
            t("Attached: {files}.", files=", ".join(names)),
            buttons=rows(Button(t("Go on with the form"), "continue")),
        )
    form = drafts.form(ctx, begun.command, answers)
    pending = await ctx.store.announcements.get((*begun.command.split(), "")[1])
    if pending is not None and pending.by != ctx.by.who:
        return await handing.in_other_hands(pending, ctx)
    return await handing.put_before(answers, form, pending, msg, ctx)


async def _of_album(msg: Incoming, ctx: Context) -> Pending | None:
    return next(
        (
            one
            for one in await ctx.store.announcements.all()
            if one.offered
            and one.by == ctx.by.who
            and one.answers.get("album") == msg.album
            and ctx.now - one.at < ALBUM
        ),
        None,
    )


async def cut_off(ctx: Context) -> Pending | None:
    """The long text that this one goes on with: a platform cut it, and brings the pieces at once."""
    mine = [one for one in await ctx.store.announcements.all() if one.offered and one.by == ctx.by.who]
    last = mine[-1] if mine else None
    if last is None or ctx.now - last.at > PIECES_COME:
        return None
    return last if len(str(last.answers.get("lt") or "")) >= PIECE_LENGTH else None


async def _longer(earlier: Pending, text: str, ctx: Context) -> Reply:
    """One more piece of a long text; that it was offered is said already."""
    whole = f"{earlier.answers['lt']}\n{text}"
    answers: Answers = {**earlier.answers, "lt": whole}
    await ctx.store.announcements.change(earlier.id, earlier.version, answers, ctx.by, offered=True)
    return _too_long(whole, ctx) if len(whole) > TEXT_LENGTH else Reply()


async def _joined(earlier: Pending, text: str, files: tuple[str, ...], ctx: Context) -> Reply:
    """One more picture of an album: kept with the others, and not asked about again."""
    together = tuple(dict.fromkeys((*several(earlier.answers, "files"), *files)))[:MOST_FILES]
    said = str(earlier.answers.get("lt") or text)
    answers: Answers = {**earlier.answers, "files": together, **({"lt": said} if said else {})}
    await ctx.store.announcements.change(earlier.id, earlier.version, answers, ctx.by, offered=True)
    return Reply()


async def from_file(file: Attachment, content: bytes, msg: Incoming, ctx: Context) -> Reply:
    """An announcement in a TOML file: its preview, as `sauklys announce` shows it; the files that it names are to
    follow."""
    try:
        answers, names = drafts.from_toml(content, ctx)
    except Bad as bad:
        return say(f"{file.name}: {bad}")
    if names:
        answers = {**answers, "missing": names}
    kept = await ctx.store.announcements.keep(answers, ctx.by)
    form = drafts.form(ctx, f"announce {kept.id}", answers)
    return await handing.put_before(answers, form, kept, msg, ctx)
