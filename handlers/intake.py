"""What the secretariat drops into the chat: a list is previewed, kept until it is approved and taken over whole;
anything else is offered to be announced."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from handlers import guide, questions
from handlers.access import is_secretariat
from handlers.announcements import offering
from handlers.announcements.drafts import in_hand, is_one, kind_of
from handlers.chat import (
    Answers,
    Attachment,
    Button,
    File,
    Incoming,
    Progress,
    Reply,
    Work,
    para,
    rows,
    say,
)
from handlers.commands import Line
from handlers.context import Context, whose
from storage.conversation import Draft

if TYPE_CHECKING:
    from handlers.imports import previews

LARGEST = 1_000_000
"""Bytes of a file that is taken in from a chat; a larger one is for the server."""

Kind = Literal["association", "members", "calls", "meetings", "survey"]
_BY_ENDING: dict[str, tuple[Kind, ...]] = {
    "toml": ("association",),
    "ics": ("meetings",),
    "json": ("survey",),
    "csv": ("calls", "members"),
    "xlsx": ("calls", "members"),
    "xlsm": ("calls", "members"),
    "tsv": ("calls", "members"),
    "txt": ("calls", "members"),
    # What cannot be read is told apart from what is to be announced, with the way to have it read.
    "ods": ("calls", "members"),
    "fods": ("calls", "members"),
    "xls": ("calls", "members"),
    "xlsb": ("calls", "members"),
    "numbers": ("calls", "members"),
}


async def dropped(msg: Incoming, ctx: Context) -> Reply:
    """A file that somebody sent without words: a preview for the secretariat, a kind word for others."""
    if not is_secretariat(ctx) or not msg.private:
        return await questions.wordless(msg, ctx)
    if ctx.reading:
        return guide.reading_only(ctx)
    words = bool(msg.text.strip())
    kinds = () if len(msg.files) != 1 or (msg.forwarded and words) else _kinds(msg.files[0])
    if not kinds:
        return await _announced(msg, ctx)
    file = msg.files[0]
    try:
        content = await offering.fetched(file, ctx)
    except offering.Refused as refused:
        return say(str(refused))
    if kinds == ("association",) and is_one(content):
        return await offering.from_file(file, content, msg, ctx)
    if len(content) > LARGEST:
        too_large = ctx.t(
            "This file is too large for the chat. It can be imported on the server, with sauklys import."
        )
        return await offering.also(say(too_large), file, content, ctx)

    def reading(done: int, of: int) -> str:
        return ctx.t("Reading the file {name}.", name=file.name)

    async def do(progress: Progress) -> Reply:
        return await _previewed(kinds, file, content, msg, ctx)

    return Reply(work=Work(reading, do))


async def _announced(msg: Incoming, ctx: Context) -> Reply:
    """Offered to be announced; of a draft also to be consulted on."""
    file = msg.files[0] if len(msg.files) == 1 else None
    from handlers.importing.drafts import is_draft  # heavy, and not needed for a question

    if file is None or not is_draft(file.name) or await in_hand(msg, ctx) is not None:
        return await offering.offer(msg, ctx)
    try:
        content = await offering.fetched(file, ctx)
    except offering.Refused as refused:
        return say(str(refused))

    async def again() -> bytes:
        return content

    reply = await offering.offer(replace(msg, files=(replace(file, read=again),)), ctx)
    kind = kind_of(file.name, file.mime)
    id = await ctx.store.announcements.attach(file.name, kind, content, ctx.now)
    button = Button(ctx.t("Begin a consultation"), f"newconsultation {id}")
    blocks = reply.blocks if msg.album else (para(ctx.t("What is this document for?")), *reply.blocks[1:])
    return replace(reply, blocks=blocks, buttons=((button,), *reply.buttons))


def to_announce(msg: Incoming, ctx: Context) -> bool:
    """Whether it was sent to the bot rather than said to it: files with words, or a message passed on."""
    return msg.private and is_secretariat(ctx) and not msg.command and bool(msg.files or msg.forwarded)


async def offered(msg: Incoming, ctx: Context) -> Reply | None:
    """A long message of the secretariat's, offered to be announced; None for a question."""
    if not msg.private or not is_secretariat(ctx) or ctx.reading:
        return None
    if not offering.is_long(msg.text) and await offering.cut_off(ctx) is None:
        return None
    return await offering.offer(msg, ctx)


def _kinds(file: Attachment) -> tuple[Kind, ...]:
    return _BY_ENDING.get(file.name.rpartition(".")[2].casefold(), ())


async def _previewed(
    kinds: tuple[Kind, ...], file: Attachment, content: bytes, msg: Incoming, ctx: Context
) -> Reply:
    """The preview of the first kind that the file is; what is refused is shown and waits for nothing."""
    from handlers import survey_files
    from handlers.imports import previews, speech, taking  # heavy, and not needed for a question

    why = ""
    if "calls" in kinds and survey_files.recognised(content):
        kinds = ("survey",)
    for kind in kinds:
        try:
            preview = await taking.preview(kind, content, file.name, ctx)
        except previews.Refused as refused:
            why = why or str(refused)
            continue
        if (preview.refused and not preview.partly) or preview.empty:
            return Reply(speech.describe(preview, ctx), files=await _whole(preview, ctx))
        return await _shown(preview, content, msg, ctx, over=False)
    return await offering.also(say(why), file, content, ctx)


async def _shown(
    preview: previews.Preview, content: bytes, msg: Incoming, ctx: Context, *, over: bool
) -> Reply:
    """The preview with what can be done about it; the file waits for that. `over` when the file was chosen over what
    was edited by hand."""
    from handlers.imports import previews, speech

    t, kind = ctx.t, preview.kind
    rest = " rest" if preview.refused else ""
    command = f"import {kind}{rest}{' over' if over else ''}"
    answers: Answers = {
        "name": preview.file,
        "content": base64.b64encode(content).decode(),
        "edits": preview.mark,
    }
    draft = Draft(whose(msg, ctx), command, None, answers, ctx.now + previews.WAITS)
    await ctx.store.conversation.save_draft(draft)
    buttons = [Button(t("Import the rest") if rest else t("Import it"), f"apply {command}")]
    if preview.edits and over:
        buttons.append(Button(t("Keep what was edited"), f"import {kind}{rest}"))
    elif preview.edits:
        buttons.append(Button(t("Replace what was edited"), f"import {kind}{rest} over"))
    buttons.append(Button(t("Leave it as it is"), "cancel"))
    return Reply(
        speech.describe(preview, ctx, over_edits=over),
        buttons=rows(*buttons),
        files=await _whole(preview, ctx),
    )


async def _whole(preview: previews.Preview, ctx: Context) -> tuple[File, ...]:
    """The whole of a preview that shows only the first of each sort, as a workbook to open."""
    from handlers import exports
    from handlers.imports import speech

    lines = speech.whole(preview, ctx)
    if not lines:
        return ()
    sheet = exports.Sheet(tuple(ctx.t(word) for word in speech.WHOLE), lines)
    content = await asyncio.to_thread(exports.as_xlsx, sheet, ctx.t("What the file changes"))
    return (File("perziura.xlsx", exports.XLSX, content),)


async def import_(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Takes over the file that waits, or shows it anew with the other choice about what was edited by hand; without
    a file, says how it is done."""
    from handlers.imports import previews, speech, taking

    kind, choices = (line.words[0] if line.words else ""), line.words[1:]
    answers = msg.answers if msg.confirmed else await _waiting(kind, msg, ctx)
    if answers is None:
        return guide.taking_in(ctx)
    content = base64.b64decode(str(answers["content"]))
    try:
        preview = await taking.preview(kind, content, str(answers["name"]), ctx)
    except previews.Refused as refused:
        return say(str(refused))
    rest, over = "rest" in choices, "over" in choices
    if preview.refused and not (rest and preview.partly):
        return Reply(speech.describe(preview, ctx))
    if not msg.confirmed or (over and preview.mark != answers.get("edits", preview.mark)):
        return await _shown(preview, content, msg, ctx, over=over)
    applied = await taking.apply(preview, ctx, without_refused=rest, over_edits=over)
    if applied.reply is not None:
        return applied.reply
    last = await ctx.store.imports.last()
    blocks = speech.describe_applied(applied, ctx)
    if last is None or (last.at, last.by) != (ctx.now, ctx.by.who):  # nothing of it was left to take over
        return Reply(blocks)
    return Reply(blocks, buttons=rows(Button(ctx.t("Undo the import"), f"undoimport {last.id}")))


async def _waiting(kind: str, msg: Incoming, ctx: Context) -> Answers | None:
    """The file of that kind that waits for this person's approval, in a private chat."""
    draft = await ctx.store.conversation.draft(whose(msg, ctx)) if msg.private and kind else None
    if draft is None or draft.expires <= ctx.now or draft.command.split()[:2] != ["import", kind]:
        return None
    return draft.answers


async def undoimport(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The way back from the last list that was taken over."""
    from handlers import undoing  # heavy, and not needed for a question

    return await undoing.undoimport(msg, ctx, line)


async def export(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The way back: a list as a file."""
    from handlers import exports  # heavy, and not needed for a question

    return await exports.export(msg, ctx, line)
