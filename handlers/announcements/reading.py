"""What readers see of announcements: the text, why it came, that they have read it, the latest ones."""

from __future__ import annotations

import base64
from datetime import datetime

from handlers import posting
from handlers.access import is_secretariat
from handlers.announcements import enclosed
from handlers.chat import (
    Block,
    Button,
    File,
    Heading,
    Incoming,
    Items,
    Reply,
    para,
    rows,
    say,
    shorten,
)
from handlers.commands import Line
from handlers.context import Context
from storage.channels import is_channel
from storage.moments import zone
from storage.sendings import Delivery, Sending

BUTTONS = 6
"""Under one reply: what can be done about the newest announcement, then the ones before it to open."""


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


async def compose(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """The announcement in the reader's language, or in the one there is; whoever left meanwhile gets none. In a
    channel it tells nobody why, and asks to confirm only where somebody can."""
    return await composed(sending, delivery, ctx) if ctx.member or ctx.channel else None


async def composed(sending: Sending, delivery: Delivery, ctx: Context) -> Reply:
    """The announcement with its files and buttons, in the language of `ctx`."""
    t = ctx.t
    content = sending.content
    blocks = [*urgent(sending, ctx), *shown(_text(sending, ctx))]
    if content.get("corrected"):
        at = datetime.fromisoformat(content["corrected"])
        blocks.append(para(t("Corrected on {when}.", when=t.at(at, ctx.zone, ctx.today))))
    buttons = list(await enclosed.ways(sending, ctx))
    if ctx.channel is None:
        buttons += [
            Button(t("Reply"), f"ask {delivery.id}"),
            Button(t("Why do I get this?"), f"why {delivery.id}"),
        ]
    if content.get("acknowledge") and (ctx.channel is None or await posting.to_people(sending, ctx)):
        buttons.insert(0, Button(t("I have read it"), f"read {delivery.id}"))
    return Reply(tuple(blocks), buttons=rows(*buttons), files=await files_of(sending, ctx))


def urgent(sending: Sending, ctx: Context) -> list[Block]:
    """Why it is urgent, as readers and whoever approves it see it; nothing when it is not."""
    reason = str(sending.content.get("urgent") or "")
    return [para(ctx.t("Urgent: {reason}", reason=reason))] if reason else []


async def files_of(sending: Sending, ctx: Context) -> tuple[File, ...]:
    """What is attached; announcements of before have their files in themselves."""
    found = []
    for file in sending.content.get("files", ()):
        if "id" not in file:
            found.append(File(file["name"], file["mime"], base64.b64decode(file["content"])))
        elif kept := await ctx.store.announcements.file(file["id"]):
            found.append(File(kept.name, kept.mime, kept.content))
    return tuple(found)


async def latest(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The newest announcement whole, those before it to open; a member sees what was sent to them."""
    mine = [s for s in await ctx.store.sendings.all() if await _seen_by(s, ctx)]
    if not mine:
        return say(ctx.t("The secretariat has not announced anything to you yet."))
    wanted = next((s for s in mine if line.words[:1] == (s.id,)), mine[-1])
    ways = (*await enclosed.ways(wanted, ctx), *await _ways(wanted, ctx))
    others = [s for s in reversed(mine) if s is not wanted][: BUTTONS - max(1, len(ways))]
    day = ctx.t.day(wanted.at.astimezone(zone(ctx.zone)).date(), ctx.today)
    blocks: list[Block] = [para(ctx.t("Announced on {day}.", day=day)), *urgent(wanted, ctx)]
    blocks += shown(_text(wanted, ctx))
    if others:
        blocks.append(para(ctx.t("Before that:")))
        blocks.append(Items(tuple((_first(s, ctx),) for s in others), start=1))
    buttons = [Button(str(n), f"announcements {s.id}") for n, s in enumerate(others, 1)]
    return Reply(tuple(blocks), buttons=rows(*ways, *buttons))


async def open_(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`enclosed s4`: what can be opened from an announcement, for those whom it has gone out to, and of a test for its
    author."""
    sending = await ctx.store.sendings.get(line.words[0]) if line.words else None
    if sending is None or not (_own_test(sending, ctx) or await _seen_by(sending, ctx)):
        return say(ctx.t("This was not sent to you, or it has been taken back."))
    return await enclosed.shown(sending, first_line(sending, ctx), line.words[1:], ctx)


async def _ways(sending: Sending, ctx: Context) -> tuple[Button, ...]:
    """The buttons by which a reader whom it was sent to confirms it, while they have not, and replies to it."""
    came = await ctx.store.sendings.to(ctx.member.id) if ctx.member else ()
    mine = next((d for d in came if d.sending == sending.id and d.came), None)
    if mine is None:
        return ()
    reply = Button(ctx.t("Reply"), f"ask {mine.id}")
    if not sending.content.get("acknowledge") or mine.acknowledged:
        return (reply,)
    return Button(ctx.t("I have read it"), f"read {mine.id}"), reply


async def _seen_by(sending: Sending, ctx: Context) -> bool:
    """Whether it has gone out, to the reader or into a channel of theirs; the secretariat sees every one that has."""
    if sending.kind != "announcement" or sending.state == "recalled" or sending.due > ctx.now:
        return False
    if is_secretariat(ctx):
        return True
    mine = posting.received(ctx)
    return any(d.recipient in mine and d.came for d in await ctx.store.sendings.deliveries(sending.id))


def _text(sending: Sending, ctx: Context) -> str:
    content = sending.content
    return str(content.get(ctx.t.language) or content.get("lt") or content.get("en"))


def _first(sending: Sending, ctx: Context) -> str:
    day = ctx.t.day(sending.at.astimezone(zone(ctx.zone)).date(), ctx.today)
    return f"{day}: {shorten(_text(sending, ctx).strip().partition(chr(10))[0], 80)}"


def first_line(sending: Sending, ctx: Context) -> str:
    """What an announcement begins with, shortened to a line."""
    return shorten(_text(sending, ctx).strip().partition("\n")[0], 120)


async def read(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The reader confirms an announcement; only the one whom it was sent to can. In a channel everybody may press, and
    whoever it was sent to as well confirms for themselves. Under a
    test nothing is noted."""
    delivery = await ctx.store.sendings.delivery(line.words[0]) if line.words else None
    if delivery is not None and await _is_test(delivery, ctx):
        return say(ctx.t("This is a test: its buttons do nothing."), aside=True)
    if delivery is not None and ctx.member is not None and is_channel(delivery.recipient):
        delivery = await posting.own(delivery, ctx)
        if delivery is None:
            return say(
                ctx.t(
                    "Thank you. This was not sent to you yourself, so there is nothing for you to confirm."
                ),
                aside=True,
            )
    if delivery is None or ctx.member is None or delivery.recipient != ctx.member.id:
        return say(ctx.t("This was not sent to you."), aside=True)
    await ctx.store.sendings.acknowledge(delivery.id, ctx.now)
    return say(ctx.t("Thank you, I have noted that you have read it."), aside=True)


async def _is_test(delivery: Delivery, ctx: Context) -> bool:
    """Whether it is a test of an announcement, and the reader's own."""
    sending = await ctx.store.sendings.get(delivery.sending)
    return sending is not None and _own_test(sending, ctx)


def _own_test(sending: Sending, ctx: Context) -> bool:
    return sending.kind == "test" and sending.content.get("asked_by") == ctx.by.who


async def why(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Under every push: which rule sent it."""
    delivery = await ctx.store.sendings.delivery(line.words[0]) if line.words else None
    if delivery is not None and await _is_test(delivery, ctx):
        return say(ctx.t("This is a test that its author sent to themselves."), aside=True)
    if delivery is None or ctx.member is None or delivery.recipient != ctx.member.id:
        return say(ctx.t("This was not sent to you."), aside=True)
    sending = await ctx.store.sendings.get(delivery.sending)
    if sending is None or sending.kind == "change":
        return say(
            ctx.t("You follow this call, and it has changed.")
            if sending and ctx.member.follows(str(sending.content["subject"]))
            else ctx.t(
                "You were told something about this that has changed since. Everybody who was told hears of"
                " the change once."
            ),
            buttons=rows(Button(ctx.t("What is sent to you"), "topic")),
            aside=True,
        )
    if sending.kind in ("survey", "surveyreminder", "surveymoved"):
        return say(
            ctx.t("This survey asks you, and nobody has answered it for you yet.")
            if sending.kind != "surveymoved"
            else ctx.t("You were told when this survey closes, and that is no longer so."),
            buttons=rows(Button(ctx.t("What is sent to you"), "topic")),
            aside=True,
        )
    if sending.kind in ("consultation", "consultationreminder", "consultationmoved"):
        return say(
            ctx.t("This consultation asks you, and nobody has said anything for you yet.")
            if sending.kind != "consultationmoved"
            else ctx.t("You were told when this consultation closes, and that is no longer so."),
            buttons=rows(Button(ctx.t("What is sent to you"), "topic")),
            aside=True,
        )
    if sending.kind == "decisions":
        return say(ctx.t("You wrote in this consultation, and this became of it."), aside=True)
    if sending.kind == "surveyclosed":
        return say(ctx.t("You are of the secretariat, and this survey is yours."), aside=True)
    if sending.kind == "consultationclosed":
        return say(ctx.t("You are of the secretariat, and this consultation is yours."), aside=True)
    if sending.kind == "redacted":
        return say(
            ctx.t("You had decided what is hidden in a text, and somebody else has decided since."),
            aside=True,
        )
    if sending.kind == "digest":
        return say(ctx.t("You sit in a working group, and this is its weekly digest."), aside=True)
    if sending.kind == "nudge":
        return say(
            ctx.t("You got this announcement and have not confirmed yet that you have read it."), aside=True
        )
    if sending.kind in ("answer", "inbox", "overdue"):
        return say(
            ctx.t("You asked the secretariat, and this is its answer.")
            if sending.kind == "answer"
            else ctx.t("You are in the secretariat, and these questions wait for its answer."),
            aside=True,
        )
    if sending.kind in ("progress", "approval"):
        return say(
            ctx.t("You are in the secretariat, and this is about one of its announcements."), aside=True
        )
    if sending.kind == "reminder":
        return say(
            ctx.t("You follow this call, so you are reminded before its deadline.")
            if str(sending.content["subject"]).startswith("c")
            else ctx.t("You are in its working group, so you are reminded before it meets."),
            buttons=rows(Button(ctx.t("Reminders"), "reminders")),
            aside=True,
        )
    words = posting.audience_in_words(sending.content.get("audience", ()), ctx)
    return say(ctx.t("The secretariat sent this to: {audience}.", audience=words), aside=True)
