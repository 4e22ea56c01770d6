"""A list that the secretariat drops into the chat: previewed, kept until it is approved, taken over whole."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Literal

from handlers import guide
from handlers.access import is_secretariat
from handlers.chat import Answers, Attachment, Button, Incoming, Reply, rows, say
from handlers.commands import Line
from handlers.context import Context
from storage.conversation import Draft

WAITS = timedelta(days=3)
"""How long a file waits for its approval."""
LARGEST = 1_000_000
"""Bytes of a file that is taken in from a chat; a larger one is for the server."""

Kind = Literal["association", "members", "calls", "meetings"]
_BY_ENDING: dict[str, tuple[Kind, ...]] = {
    "toml": ("association",),
    "ics": ("meetings",),
    "csv": ("calls", "members"),
    "xlsx": ("calls", "members"),
    "xlsm": ("calls", "members"),
    "tsv": ("calls", "members"),
    "txt": ("calls", "members"),
}


async def dropped(msg: Incoming, ctx: Context) -> Reply:
    """A file that somebody sent without words: a preview for the secretariat, a kind word for others."""
    if not is_secretariat(ctx) or not msg.private:
        return guide.file_received(ctx)
    if ctx.reading:
        return guide.reading_only(ctx)
    file = msg.files[0]
    kinds = _BY_ENDING.get(file.name.rsplit(".", 1)[-1].casefold())
    if kinds is None:
        return say(
            ctx.t(
                "I take in lists of calls and members (XLSX or CSV), calendars (ICS) and the association (TOML)."
            )
        )
    if file.size > LARGEST:
        return _too_large(ctx)
    try:
        content = await file.read()
    except ValueError as error:
        return say(str(error))
    return _too_large(ctx) if len(content) > LARGEST else await _previewed(kinds, file, content, msg, ctx)


def _too_large(ctx: Context) -> Reply:
    return say(
        ctx.t("This file is too large for the chat. It can be taken in on the server, with sauklys import.")
    )


async def _previewed(
    kinds: tuple[Kind, ...], file: Attachment, content: bytes, msg: Incoming, ctx: Context
) -> Reply:
    """The preview of the first kind that the file is; what is refused is shown and waits for nothing."""
    from handlers import imports  # heavy, and not needed for a question

    why = ""
    for kind in kinds:
        try:
            preview = await imports.preview(kind, content, file.name, ctx)
        except imports.Refused as refused:
            why = why or str(refused)
            continue
        blocks = imports.describe(preview, ctx)
        if preview.refused and not preview.partly:
            return Reply(blocks)
        command = f"import {kind} rest" if preview.refused else f"import {kind}"
        await _keep(command, file.name, content, msg, ctx)
        if preview.refused:
            return Reply(
                blocks,
                buttons=rows(
                    Button(ctx.t("Take the rest over"), f"apply {command}"),
                    Button(ctx.t("Leave it as it is"), "cancel"),
                ),
            )
        return Reply(
            blocks,
            buttons=rows(
                Button(ctx.t("Take it over"), f"apply {command}"),
                Button(ctx.t("Leave it as it is"), "cancel"),
            ),
        )
    return say(why)


async def _keep(command: str, name: str, content: bytes, msg: Incoming, ctx: Context) -> None:
    who = ctx.member.id if ctx.member else f"{msg.account.platform}:{msg.account.user}"
    answers: Answers = {"name": name, "content": base64.b64encode(content).decode()}
    await ctx.store.conversation.save_draft(Draft(who, command, None, answers, ctx.now + WAITS))


async def import_(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Takes over the file that waits; without one, says how it is done."""
    from handlers import imports

    kind = line.words[0] if line.words else ""
    if not msg.confirmed or msg.answers is None:
        return say(ctx.t("Send me the file here, and I will show what it would change."))
    content = base64.b64decode(str(msg.answers["content"]))
    try:
        preview = await imports.preview(kind, content, str(msg.answers["name"]), ctx)
    except imports.Refused as refused:
        return say(str(refused))
    rest = line.words[1:2] == ("rest",)
    if preview.refused and not (rest and preview.partly):
        return Reply(imports.describe(preview, ctx))
    applied = await imports.apply(preview, ctx, without_refused=rest)
    return Reply(imports.describe_applied(applied, ctx))


async def export(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The way back: a list as a file."""
    from handlers import exports  # heavy, and not needed for a question

    return await exports.export(msg, ctx, line)
