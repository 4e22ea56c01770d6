"""An announcement put right: where it has been read already, and for those who get it later."""

from __future__ import annotations

from handlers.announcements.drafts import TEXT_LENGTH
from handlers.announcements.reading import shown
from handlers.chat import (
    Block,
    Button,
    Field,
    Form,
    Incoming,
    Reply,
    para,
    rows,
    say,
)
from handlers.commands import Line
from handlers.context import Context


async def correct(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Puts an announcement right: messages that are there already are changed, the others go out right."""
    t = ctx.t
    found = await ctx.store.sendings.get(line.words[0]) if line.words else None
    if found is None or found.kind != "announcement" or found.state == "recalled":
        return say(t("There is no such announcement."))
    if msg.answers is None:
        form = Form(
            command=f"correct {found.id}",
            title=t("Correct it"),
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
            para(t("This is how it will read from now on, also for those who have read it already:")),
            *(block for text in texts.values() if text for block in shown(text)),
        ]
        return Reply(
            tuple(blocks),
            buttons=rows(
                Button(t("Correct it"), f"apply correct {found.id} v{found.version}"),
                Button(t("Leave it as it is"), "cancel"),
            ),
        )
    content = {**found.content, **texts, "corrected": ctx.now.isoformat()}
    await ctx.store.sendings.change(found.id, line.seen or found.version, content, ctx.by)
    return say(
        t("Corrected; messages already sent are being changed too."),
        buttons=rows(Button(t("Progress"), f"sending {found.id}")),
    )
