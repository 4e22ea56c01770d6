"""What readers open from an announcement by its buttons: pictures a few at a time, and other files."""

from __future__ import annotations

from collections.abc import Iterable

from handlers import paging
from handlers.chat import Block, Button, File, Heading, Reply, para, rows
from handlers.context import Context
from storage.sendings import Sending

PICTURES = 6
"""Pictures in one reply."""


async def said(more: Iterable[str], ctx: Context) -> list[Block]:
    """The same in words, for whoever sends it."""
    t = ctx.t
    pictures, others = await _sorted(more, ctx)
    found: list[Block] = []
    if pictures:
        sentence = t.n(
            "Readers can open {count} picture from it.",
            "Readers can open {count} pictures from it.",
            len(pictures),
        )
        found.append(para(sentence))
    if others:
        found.append(para(t("Readers can also open: {files}.", files=", ".join(others.values()))))
    return found


async def ways(sending: Sending, ctx: Context) -> tuple[Button, ...]:
    """The buttons that open it; none of most announcements."""
    t = ctx.t
    pictures, others = await _sorted(ids(sending), ctx)
    found = [Button(t("All pictures"), f"enclosed {sending.id}")] if pictures else []
    if others:
        found.append(Button(t("Workbook"), f"enclosed {sending.id} table"))
    return tuple(found)


async def shown(sending: Sending, title: str, words: tuple[str, ...], ctx: Context) -> Reply:
    """Its pictures, six at a time; with `table` what is no picture. `title` is the announcement's."""
    t = ctx.t
    pictures, others = await _sorted(ids(sending), ctx)
    if "table" in words and others:
        back = rows(*((Button(t("All pictures"), f"enclosed {sending.id}"),) if pictures else ()))
        return Reply((Heading(title),), files=await _files(others, ctx), buttons=back, fresh=True)
    page = paging.page(tuple(pictures), paging.asked(words), PICTURES)
    if not page.shown:
        return Reply((para(t("This announcement has nothing more to open.")),))
    turns = page.turns(lambda number: f"enclosed {sending.id} p{number}")
    table = (Button(t("Workbook"), f"enclosed {sending.id} table"),) if others else ()
    blocks: tuple[Block, ...] = (Heading(title),)
    if page.pages > 1:
        part = t("Pictures, part {number} of {pages}.", number=page.number, pages=page.pages)
        blocks = (*blocks, para(part))
    files = await _files(page.shown, ctx)
    return Reply(blocks, files=files, buttons=rows(*turns, *table), fresh=True)


def ids(sending: Sending) -> tuple[str, ...]:
    """The files that it opens."""
    return tuple(str(file["id"]) for file in sending.content.get("more", ()))


async def _sorted(more: Iterable[str], ctx: Context) -> tuple[dict[str, str], dict[str, str]]:
    """The pictures and the other files that are kept, names by id."""
    named = {id: await ctx.store.announcements.named(id) for id in more}
    pictures = {id: name for id, name in named.items() if name.endswith(".png")}
    return pictures, {id: name for id, name in named.items() if name and id not in pictures}


async def _files(ids: Iterable[str], ctx: Context) -> tuple[File, ...]:
    found = [await ctx.store.announcements.file(id) for id in ids]
    return tuple(File(one.name, one.mime, one.content) for one in found if one is not None)
