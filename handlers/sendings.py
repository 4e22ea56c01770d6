"""What has been sent and what became of it: progress, approving, taking back, sending again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from handlers import channels, outcomes
from handlers.access import is_secretariat, may_approve
from handlers.chat import Block, Bold, Button, Incoming, Items, Reply, Spans, para, rows, say, shorten
from handlers.commands import Line
from handlers.context import Context
from handlers.i18n import N_, Translator, alphabetical
from storage.channels import is_channel
from storage.errors import Changed
from storage.sendings import UNDER_WAY, WITHIN, Delivery, DeliveryState, Sending

LATEST = 6
NAMED = 10
DELETABLE = timedelta(hours=48)
"""core.telegram.org/bots/api, deleteMessage: "only if it was sent less than 48 hours ago"."""
SMALL = (
    "progress",
    "approval",
    "reminder",
    "linked",
    "joining",
    "nudge",
    "handover",
    "regained",
    "channel",
    "answer",
    "inbox",
    "overdue",
    "redacted",
    "test",
)
"""Sendings to one or a few that have no place among the latest."""

STATES: dict[DeliveryState, str] = {
    "sent": N_("sent"),
    "queued": N_("waiting"),
    "sending": N_("being sent"),
    "uncertain": N_("not known whether it arrived"),
    "failed": N_("not delivered"),
    "skipped": N_("left out"),
}
WHY = {
    "nowhere to be reached": N_("nowhere to be reached"),
    "too late": N_("it would have come too late"),
    "of no use any more": N_("it no longer concerned them"),
    "interrupted": N_("the program stopped while it was being sent"),
    "recalled": N_("taken back"),
    WITHIN: N_("it came with another message"),
    "the corrected text takes more messages": N_(
        "the corrected text would take more messages; the old one stays"
    ),
    "muted": N_("does not want these"),
    "over the day's number": N_("there were too many messages that day already"),
    "left": N_("left as it is"),
    "something unforeseen happened": N_(
        "something unforeseen happened while it was being sent; the log says what"
    ),
    "it could not be made": N_("it could not be put together; the log says why"),
    "The person has blocked the bot.": N_("has blocked the bot"),
    **channels.WHY,
}


async def sending(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """One sending: how far it is, who did not get it and why; without an id the latest ones."""
    if not line.words:
        return await _latest(ctx)
    found = await ctx.store.sendings.get(line.words[0])
    if found is None:
        return say(ctx.t("There is no such sending."), buttons=rows(Button(ctx.t("The latest"), "sending")))
    deliveries = await ctx.store.sendings.deliveries(found.id)
    return await progress(found, deliveries, ctx)


async def _latest(ctx: Context) -> Reply:
    found = [s for s in await ctx.store.sendings.all() if s.kind not in SMALL][-LATEST:][::-1]
    if not found:
        return say(ctx.t("Nothing has been sent yet."), buttons=rows(Button(ctx.t("Announce"), "announce")))
    lines: list[Spans] = [(f"{ctx.t.at(s.at, ctx.zone, ctx.today)}: {await title(s, ctx)}",) for s in found]
    buttons = [Button(str(i), f"sending {s.id}") for i, s in enumerate(found, 1)]
    return Reply((para(ctx.t("The latest sendings:")), Items(tuple(lines), start=1)), buttons=rows(*buttons))


_TITLES = {
    "nudge": N_("asked once more to read it"),
    "test": N_("a test that its author sent to themselves"),
    "progress": N_("the progress of an announcement"),
    "approval": N_("the news that an announcement waits for approval"),
    "joining": N_("the answer to a request to join"),
    "channel": N_("the first words in a channel"),
    "linked": N_("the news that an account was linked"),
    "regained": N_("the news that a lost account was shut out"),
    "handover": N_("the news that a seat was handed over"),
    "answer": N_("an answer to a question"),
    "inbox": N_("the news that questions wait"),
    "overdue": N_("the news that questions wait"),
    "redacted": N_("the news that somebody else decided on a text"),
}
_OF_SURVEYS = {
    "survey": N_("survey: {title}"),
    "surveyreminder": N_("reminder of a survey: {title}"),
    "surveymoved": N_("a survey's closing moved: {title}"),
    "surveyclosed": N_("a survey has closed: {title}"),
}
_OF_CONSULTATIONS = {
    "consultation": N_("consultation: {title}"),
    "consultationreminder": N_("reminder of a consultation: {title}"),
    "consultationmoved": N_("a consultation's closing moved: {title}"),
    "consultationclosed": N_("a consultation has closed: {title}"),
    "decisions": N_("what was decided on remarks: {title}"),
}


async def title(sending: Sending, ctx: Context) -> str:
    """What it is, in a few words: an announcement by its first line."""
    if sending.kind == "announcement":
        text = str(
            sending.content.get(ctx.t.language) or sending.content.get("lt") or sending.content.get("en")
        )
        return shorten(text.strip().partition("\n")[0], 60)
    if sending.kind in _TITLES:
        return ctx.t(_TITLES[sending.kind])
    if sending.kind in _OF_SURVEYS:
        survey = await ctx.store.surveys.get(str(sending.content["survey"]))
        called = shorten(ctx.t.words(survey.plan.title), 50) if survey else str(sending.content["survey"])
        return ctx.t(_OF_SURVEYS[sending.kind], title=called)
    if sending.kind in _OF_CONSULTATIONS:
        one = await ctx.store.consultations.get(str(sending.content["consultation"]))
        called = shorten(ctx.t.words(one.plan.title), 50) if one else str(sending.content["consultation"])
        return ctx.t(_OF_CONSULTATIONS[sending.kind], title=called)
    if sending.kind == "digest":
        group = ctx.structure.group(str(sending.content["group"]))
        return ctx.t("digest: {group}", group=shorten(ctx.t.words(group.name), 50) if group else "")
    subject = str(sending.content["subject"]).partition(".")[0]
    call = await ctx.store.calls.get(subject) if subject.startswith("c") else None
    meeting = await ctx.store.meetings.get(subject) if call is None else None
    words = call.facts.title if call else meeting.plan.title if meeting else None
    said = shorten(ctx.t.words(words), 50) if words else subject
    if sending.kind == "reminder":
        return ctx.t("reminder: {title}", title=said)
    return ctx.t("what changed: {title}", title=said)


async def progress(sending: Sending, deliveries: tuple[Delivery, ...], ctx: Context) -> Reply:
    """How far a sending is: how many in each state, who did not get it and why, and what may be done."""
    t = ctx.t
    counts = Counter(d.state for d in deliveries if not d.within)
    within = sum(bool(d.within) for d in deliveries)
    blocks: list[Block] = [para(Bold(await title(sending, ctx)))]
    if sending.content.get("urgent"):
        blocks.append(para(t("Urgent: {reason}", reason=sending.urgent)))
    blocks += _state(sending, ctx)
    people = Counter(d.state for d in deliveries if not d.within and not is_channel(d.recipient))
    lines = [(f"{t(words)}: {people[state]}",) for state, words in STATES.items() if people[state]]
    if within:
        lines.append((f"{t(WHY[WITHIN])}: {within}",))
    if sending.content.get("acknowledge"):
        lines.append((t("have read it: {count}", count=sum(d.acknowledged is not None for d in deliveries)),))
        lines += await _read_by_cluster(deliveries, ctx)
    lines += posts(deliveries, ctx)
    if lines:
        blocks.append(Items(tuple(lines)))
    else:
        blocks.append(para(t("It has no recipients.")))
    blocks += await _troubled(deliveries, ctx)
    return Reply(tuple(blocks), buttons=rows(*_buttons(sending, counts, deliveries, ctx)))


def posts(deliveries: Sequence[Delivery], ctx: Context) -> list[tuple[str]]:
    """Of each channel that it is posted into what became of it there, by its group's name."""
    names = channels.names(ctx)
    return [
        (f"{names.get(d.recipient, d.recipient)}: {_became(d, ctx)}",)
        for d in deliveries
        if is_channel(d.recipient)
    ]


def _became(delivery: Delivery, ctx: Context) -> str:
    return ctx.t(STATES[delivery.state]) if delivery.state in UNDER_WAY else reason(delivery, ctx)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What became of a sending in one cluster: how many it was for, and in which state they are. `read` are those of
    the `sent` who have confirmed that they have read it."""

    name: str
    sent: int = 0
    read: int = 0
    waiting: int = 0
    uncertain: int = 0
    failed: int = 0
    skipped: int = 0

    @property
    def all(self) -> int:
        """How many it was for."""
        return self.sent + self.waiting + self.uncertain + self.failed + self.skipped


def covered(name: str, deliveries: Sequence[Delivery]) -> Coverage:
    """These, counted."""
    counts = Counter(d.state for d in deliveries)
    return Coverage(
        name,
        sum(d.came for d in deliveries),
        sum(d.acknowledged is not None for d in deliveries),
        counts["queued"] + counts["sending"],
        counts["uncertain"],
        counts["failed"],
        sum(d.state == "skipped" and not d.came for d in deliveries),
    )


def people(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Those that go to somebody, not into a channel."""
    return [d for d in deliveries if not is_channel(d.recipient)]


async def by_cluster(deliveries: Sequence[Delivery], ctx: Context) -> tuple[Coverage, ...]:
    """What became of it with people, by clusters, in the order of their names. Whoever belongs to several is counted in
    each, whoever belongs to none under their own organisation; those of no organisation come last."""
    homes = {m.id: m.person.organisation for m in await ctx.store.members.all()}
    found: dict[str, list[Delivery]] = {}
    for delivery in people(deliveries):
        for name in _clusters(homes.get(delivery.recipient, ""), ctx):
            found.setdefault(name, []).append(delivery)
    names = sorted(found, key=lambda name: (not name, alphabetical(name)))
    return tuple(covered(name or ctx.t("Of no organisation"), found[name]) for name in names)


def _clusters(home: str, ctx: Context) -> tuple[str, ...]:
    organisation = ctx.structure.organisation(home)
    if organisation is None:
        return ("",)
    above = [ctx.structure.organisation(id) for id in organisation.belongs_to]
    clusters = [one for one in above if one is not None and one.kind == "cluster"]
    return tuple(ctx.t.words(one.name) for one in clusters or (organisation,))


async def _read_by_cluster(deliveries: tuple[Delivery, ...], ctx: Context) -> list[tuple[str]]:
    """How many of each cluster's have read it, of those who got it; of one alone the sum says it."""
    found = [one for one in await by_cluster(deliveries, ctx) if one.sent]
    return [(read_of(one, ctx.t),) for one in found] if len(found) > 1 else []


def read_of(one: Coverage, t: Translator) -> str:
    """ "Fotonikos klasteris: 9 iš 11"."""
    return t("{organisation}: {read} of {all}", organisation=one.name, read=one.read, all=one.sent)


def _state(sending: Sending, ctx: Context) -> list[Block]:
    t = ctx.t
    match sending.state:
        case "held":
            return [para(t("It waits for somebody else in the secretariat to approve it."))]
        case "paused":
            return [para(t("It is paused after failures: {why}", why=sending.why))]
        case "recalled":
            return [para(t("It was taken back."))]
        case _ if sending.due > ctx.now:
            return [para(t("It goes out on {when}.", when=t.at(sending.due, ctx.zone, ctx.today)))]
    return []


async def _troubled(deliveries: tuple[Delivery, ...], ctx: Context) -> list[Block]:
    """The first of those who did not get it, by name, with the reason in words."""
    names = {m.id: m.person.name for m in await ctx.store.members.all()}
    troubled = [d for d in deliveries if d.state in ("uncertain", "failed")]
    found = [d for d in troubled if not is_channel(d.recipient)]
    lines: list[Spans] = [
        (f"{names.get(d.recipient, d.recipient)}: {reason(d, ctx)}",) for d in found[:NAMED]
    ]
    if not lines:
        return []
    blocks: list[Block] = [Items(tuple(lines))]
    if len(found) > NAMED:
        more = len(found) - NAMED
        blocks.append(para(_more(more, ctx)))
    return blocks


def _more(count: int, ctx: Context) -> str:
    return ctx.t.n("and {count} more; the report has all", "and {count} more; the report has all", count)


def reason(delivery: Delivery, ctx: Context) -> str:
    """Why it is as it is, in words; the state where there is no reason."""
    if delivery.why:
        return ctx.t(WHY[delivery.why]) if delivery.why in WHY else delivery.why.rstrip(".")
    return ctx.t(STATES[delivery.state])


def _buttons(
    sending: Sending, counts: Counter[DeliveryState], deliveries: tuple[Delivery, ...], ctx: Context
) -> list[Button]:
    t, id = ctx.t, sending.id
    buttons = [Button(t("Refresh"), f"sending {id}")] if counts["queued"] or counts["sending"] else []
    if sending.state == "held" and sending.content.get("asked_by") != ctx.by.who:
        buttons.append(Button(t("Approve"), f"release {id} v{sending.version}"))
    if sending.state == "paused":
        buttons.append(Button(t("Go on"), f"release {id} v{sending.version}"))
    if counts["failed"] and sending.state == "open":
        buttons.append(Button(t("Send again to those who missed it"), f"resend {id}"))
    unknown = next((d for d in deliveries if d.state == "uncertain"), None)
    if unknown is not None:
        buttons.append(Button(t("Send the first again"), f"settle {unknown.id} again"))
        buttons.append(Button(t("Leave the first"), f"settle {unknown.id} leave"))
    if sending.content.get("acknowledge") and any(
        d.state == "sent" and not d.acknowledged and not is_channel(d.recipient) for d in deliveries
    ):
        buttons.append(Button(t("Ask the rest once more"), f"nudge {id}"))
    buttons.append(Button(t("Report"), f"sending {id} report"))
    if sending.kind == "announcement" and sending.state != "recalled":
        buttons.append(Button(t("Correct it"), f"correct {id}"))
        buttons.append(Button(t("Take it back"), f"recall {id}"))
        buttons.append(Button(t("Announce something similar"), f"announce {id}"))
    return buttons[:6]


# What may be done about it


async def release(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Approves what waits, or lets go on what was paused; nobody approves their own. A deputy approves only."""
    if not await may_approve(ctx):
        return say(await _no_deputy(ctx))
    found = await ctx.store.sendings.get(line.words[0]) if line.words else None
    if found is None:
        return say(ctx.t("There is no such sending."))
    if line.seen is not None and line.seen != found.version and is_secretariat(ctx):
        return await sending(msg, ctx, Line(line.command, (found.id,)))
    if found.state == "held" and found.content.get("asked_by") == ctx.by.who:
        return say(ctx.t("Somebody else has to approve it: it is your own."))
    if not is_secretariat(ctx) and found.state != "held":
        return say(ctx.t("It waits for nobody's approval any more."))
    if found.state not in ("held", "paused"):
        return await sending(msg, ctx, Line(line.command, (found.id,)))
    if found.state == "held" and await outcomes.other_texts(found.content, ctx):
        since = ctx.t(
            "Something has been decided on the texts in it since it was written: it has to be prepared anew."
        )
        ways = (Button(ctx.t("Take it back"), f"recall {found.id}"),) if is_secretariat(ctx) else ()
        return say(since, buttons=rows(*ways))
    await ctx.store.sendings.turn(found.id, "open", "", ctx.by)
    if not is_secretariat(ctx):
        return say(ctx.t("Approved: it goes out now."))
    return say(ctx.t("It goes out now."), buttons=rows(Button(ctx.t("Progress"), f"sending {found.id}")))


async def _no_deputy(ctx: Context) -> str:
    """Why the reader may not approve: their time as a deputy is over, or they never were one."""
    named = await ctx.store.announcements.deputy()
    if named is not None and ctx.member is not None and named.member == ctx.member.id:
        return ctx.t(
            "You were the deputy until {day}; now the secretariat approves.",
            day=ctx.t.day(named.until, ctx.today),
        )
    return ctx.t("Only the secretariat and the deputy it has named can approve that.")


async def recall(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Takes an announcement back: what has not left stays here, what has is deleted where the platform allows."""
    found = await ctx.store.sendings.get(line.words[0]) if line.words else None
    if found is None or found.kind != "announcement":
        return say(ctx.t("There is no such announcement."))
    if found.state == "recalled":
        return say(ctx.t("It was taken back already."))
    if line.seen is None and (warning := await _too_late_to_undo(found, ctx)):
        return warning
    await ctx.store.sendings.turn(found.id, "recalled", "", ctx.by)
    deliveries = await ctx.store.sendings.deliveries(found.id)
    there = [d.recipient for d in deliveries if d.state in ("sent", "uncertain")]
    if not there:
        return say(ctx.t("Taken back; nobody has received it."))
    left, said = sum(not is_channel(r) for r in there), [ctx.t("It was taken back.")]
    if left:
        said = [
            ctx.t.n(
                "It was taken back; the message of {count} person is being deleted.",
                "It was taken back; the messages of {count} people are being deleted.",
                left,
            )
        ]
    if posts := channels.listed(there, ctx):
        said.append(ctx.t("The post is being deleted here: {channels}.", channels=posts))
    return say(
        *said,
        buttons=rows(Button(ctx.t("Progress"), f"sending {found.id}")),
    )


async def _too_late_to_undo(found: Sending, ctx: Context) -> Reply | None:
    """What taking it back would do now that it has reached people, to be confirmed; None while it has reached
    nobody."""
    t = ctx.t
    deliveries = await ctx.store.sendings.deliveries(found.id)
    there = [d for d in deliveries if d.state in ("sent", "uncertain", "sending")]
    if not there:
        return None
    got, waiting = len(people(there)), sum(d.state == "queued" for d in deliveries)
    blocks: list[Block] = []
    if got:
        said = t.n(
            "{count} person has it already. Their message will be deleted, but who has read it has read it.",
            "{count} people have it already. Their messages will be deleted, but who has read it has read it.",
            got,
        )
        blocks.append(para(said))
    if posted := channels.listed([d.recipient for d in there], ctx):
        blocks.append(
            para(t("It is posted here, and the post will be deleted: {channels}.", channels=posted))
        )
    if found.due <= ctx.now - DELETABLE:
        blocks.append(para(t("Telegram no longer lets messages older than 48 hours be deleted; those stay.")))
    if waiting:
        blocks.append(para(t.n("{count} other will not get it.", "{count} others will not get it.", waiting)))
    return Reply(
        tuple(blocks),
        buttons=rows(
            Button(t("Take it back"), f"recall {found.id} v{found.version}"),
            Button(t("Correct it"), f"correct {found.id}"),
            Button(t("Leave it as it is"), f"sending {found.id}"),
        ),
    )


async def resend(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Queues what was not delivered once more."""
    found = await ctx.store.sendings.get(line.words[0]) if line.words else None
    if found is None:
        return say(ctx.t("There is no such sending."))
    again: list[str] = []
    for delivery in await ctx.store.sendings.deliveries(found.id):
        if delivery.state == "failed":
            await ctx.store.sendings.again(delivery.id, ctx.by)
            again.append(delivery.recipient)
    people, posts = sum(not is_channel(r) for r in again), channels.listed(again, ctx)
    said = [ctx.t("It is posted again here: {channels}.", channels=posts)] if posts else []
    if people or not posts:
        said.append(
            ctx.t.n("It is sent again to {count} person.", "It is sent again to {count} people.", people)
        )
    return say(
        *said,
        buttons=rows(Button(ctx.t("Progress"), f"sending {found.id}")),
    )


async def settle(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Decides about one of whom it is not known whether it arrived: sent again, or left."""
    delivery = await ctx.store.sendings.delivery(line.words[0]) if line.words else None
    if delivery is None or line.words[1:2] not in (("again",), ("leave",)):
        return say(ctx.t("There is no such delivery."))
    try:
        if line.words[1] == "again":
            await ctx.store.sendings.again(delivery.id, ctx.by)
        else:
            await ctx.store.sendings.end(delivery.id, "skipped", "left", ctx.now)
    except Changed:
        pass  # decided meanwhile: the progress shows how
    return await sending(msg, ctx, Line(line.command, (delivery.sending,)))
