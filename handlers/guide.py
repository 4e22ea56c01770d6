"""What the bot says about itself: help by role, greetings, what it did not understand, what it may not do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.access import is_secretariat, may
from handlers.chat import (
    CHOICE_LENGTH,
    Block,
    Bold,
    Button,
    Buttons,
    Code,
    Heading,
    Incoming,
    Items,
    Reply,
    Spans,
    para,
    rows,
    say,
    shorten,
)
from handlers.commands import COMMANDS, Command, Line, mark
from handlers.context import Context
from handlers.i18n import N_, Translator
from handlers.understanding.folding import fold
from handlers.understanding.reading import Understanding

# Examples that work as they are; a test says each of them.
EXAMPLES = (
    N_("Which calls are open?"),
    N_("What closes this month?"),
    N_("When is the next meeting?"),
    N_("The agenda of the next meeting"),
    N_("Who is in the working group?"),
)

# How an intent is offered when the bot asks back, with the command that a press says.
OFFERS: dict[str, tuple[str, str]] = {
    "list_calls": (N_("Funding calls"), "calls"),
    "call_detail": (N_("About a call"), "calls"),
    "call_deadline": (N_("Deadlines"), "deadlines"),
    "list_meetings": (N_("Meetings"), "meetings"),
    "next_meeting": (N_("The next meeting"), "meeting"),
    "meeting_detail": (N_("The next meeting"), "meeting"),
    "calendar_export": (N_("Calendar file"), "calendar"),
    "open_surveys": (N_("Open surveys"), "surveys"),
    "latest_digest": (N_("The week of my groups"), "digest"),
    "latest_announcements": (N_("The latest announcements"), "announcements"),
    "contact_secretariat": (N_("The secretariat"), "contact"),
    "help": (N_("What can be asked"), "help"),
}

MOST_NAMED = 5
"""Names that fit equally well, to choose from."""


def offers(ctx: Context, intents: Sequence[str]) -> Buttons:
    """Up to three ways on, as buttons."""
    found = dict.fromkeys(OFFERS[i] for i in intents if i in OFFERS)
    return rows(*(Button(ctx.t(label), command) for label, command in list(found)[:3]))


def to_secretariat(ctx: Context, text: str) -> Button:
    """The press that brings these words to the secretariat, once they have been looked at."""
    return Button(ctx.t("Ask the secretariat"), f"ask {mark(text)}")


def not_a_command(ctx: Context, understood: Understanding, text: str, *, private: bool) -> Reply:
    """The answer to words that came to no command: small talk, what is not ours, or not understood."""
    t = ctx.t
    passing: Buttons = ((to_secretariat(ctx, text),),) if ctx.member and private else ()
    match understood.intent:
        case "greeting":
            return say(
                t("Hello. Ask about calls and meetings in your own words."),
                buttons=offers(ctx, ("list_calls", "next_meeting", "help")),
            )
        case "thanks":
            return say(t("You are welcome."))
        case "out_of_scope":
            return say(
                t(
                    "That is not something I know about. I answer about our calls, meetings, surveys and news."
                ),
                buttons=(*offers(ctx, ("list_calls", "next_meeting", "help")), *passing),
            )
    calls = [n for n in understood.among if n.kind == "call"]
    if named := [Button(shorten(n.names[0], CHOICE_LENGTH), f"call {n.id}") for n in calls]:
        return say(
            t("Which of these do you mean?"), buttons=tuple((button,) for button in named[:MOST_NAMED])
        )
    if understood.choices:
        return say(t("Did you mean one of these?"), buttons=(*offers(ctx, understood.choices), *passing))
    return _not_understood(ctx, passing)


def asked_too(reply: Reply, words: str, line: str, ctx: Context) -> Reply:
    """The answer with a way to the other question of the same message, in the asker's words."""
    button = Button(shorten(words[:1].upper() + words[1:], CHOICE_LENGTH), line)
    return replace(
        reply,
        blocks=(*reply.blocks, para(ctx.t("You asked one more thing:"))),
        buttons=(*reply.buttons, (button,)),
    )


def _not_understood(ctx: Context, passing: Buttons) -> Reply:
    """`passing` brings the words to the secretariat where that may be; otherwise its address is offered."""
    t = ctx.t
    examples: tuple[Spans, ...] = tuple((t(example),) for example in EXAMPLES[:3])
    known = (
        ("list_calls", "next_meeting") if passing else ("list_calls", "next_meeting", "contact_secretariat")
    )
    ways = (*offers(ctx, known), *passing)
    return Reply(
        (para(t("I did not understand that. You can ask, for example:")), Items(examples)), buttons=ways
    )


async def help_(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """What can be asked, by role, with examples and commands; `help import`: how lists are taken in."""
    t = ctx.t
    if line.words and fold(line.words[0]) in _TAKING_IN and is_secretariat(ctx) and msg.private:
        return taking_in(ctx)
    blocks: list[Block] = [
        para(t("Ask in your own words, in Lithuanian or English:")),
        Items(tuple((t(example),) for example in EXAMPLES)),
        Heading(t("Commands")),
        Items(_commands(ctx, msg, secretariat=False)),
    ]
    if is_secretariat(ctx) and msg.private:
        blocks += [Heading(t("For the secretariat")), Items(_commands(ctx, msg, secretariat=True))]
    if ctx.member is None and not ctx.operator:
        blocks.append(para(t("Members see meetings too. To become one, ask to join.")))
        return Reply(
            tuple(blocks), buttons=rows(Button(t("Funding calls"), "calls"), Button(t("Join"), "join"))
        )
    return Reply(tuple(blocks), buttons=offers(ctx, ("list_calls", "next_meeting")))


_TAKING_IN = frozenset(("import", "ikelti", "ikelimas", "importas", "importuoti"))


def taking_in(ctx: Context) -> Reply:
    """Which files are taken in, with sheets to fill in."""
    t = ctx.t
    files = (
        t("Calls and members: XLSX or CSV, the columns in any order."),
        t("Meetings: a calendar file (ICS) from Outlook, Google or elsewhere."),
        t("The association: TOML. A survey: JSON, XLSX or CSV."),
    )
    return Reply(
        (
            para(t("Send me the file here, and I will show what it would change.")),
            Items(tuple((line,) for line in files)),
        ),
        buttons=rows(
            Button(t("A sheet for calls"), "export calls template"),
            Button(t("A sheet for members"), "export members template"),
        ),
    )


def _commands(ctx: Context, msg: Incoming, *, secretariat: bool) -> tuple[Spans, ...]:
    def line(command: Command) -> Spans:
        takes = f" {ctx.t(command.takes)}" if command.takes else ""
        return (Code(f"/{command.name(ctx.t.language)}"), f"{takes}: {ctx.t(command.does)}")

    return tuple(
        line(c)
        for c in COMMANDS
        if (c.least == "secretariat") is secretariat
        and c.in_menu
        and may(ctx, c)
        and (msg.private or c.in_groups)
    )


async def start(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The first words; a code behind them (`/start CODE`) is an invitation and is handled as `join`."""
    t = ctx.t
    hello = t("I am the herald of {association}.", association=t.words(ctx.association.name))
    if ctx.member or ctx.operator:
        return Reply(
            (para(hello), para(t("Ask about calls and meetings in your own words."))),
            buttons=offers(ctx, ("list_calls", "next_meeting", "help")),
        )
    return Reply(
        (
            para(hello),
            para(t("Anybody may ask about public calls. Members see meetings and working groups too.")),
        ),
        buttons=rows(
            Button(t("Funding calls"), "calls"), Button(t("Join"), "join"), Button(t("Help"), "help")
        ),
    )


async def contact(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """How to reach the secretariat: the mail addresses that it has entered for itself."""
    t = ctx.t
    write = Button(t("Write to the secretariat"), "ask")
    ways = rows(write) if ctx.member and msg.private else ()
    addresses = tuple(
        m.person.email
        for m in await ctx.store.members.all()
        if m.person.role == "secretariat" and m.person.email
    )
    if not addresses:
        return say(
            t("The secretariat has left no address here. Please write to the association."), buttons=ways
        )
    return Reply(
        (para(t("Write to the secretariat:")), Items(tuple((Code(a),) for a in addresses))), buttons=ways
    )


# What dispatch says


def unknown_command(ctx: Context, text: str) -> Reply:
    """There is no such command; the nearest there are."""
    from rapidfuzz import process

    asked = text.split()[0].lstrip("/").casefold()
    known = {c.name(ctx.t.language): c for c in COMMANDS if may(ctx, c)}
    near = [known[name] for name, _, _ in process.extract(asked, list(known), limit=3, score_cutoff=60)]
    blocks: list[Block] = [para(ctx.t("There is no command {command}.", command="/" + shorten(asked, 40)))]
    if near:
        blocks.append(para(ctx.t("Did you mean one of these?")))
    buttons = [Button(f"/{c.name(ctx.t.language)}", c.en) for c in near] or [Button(ctx.t("Help"), "help")]
    return Reply(tuple(blocks), buttons=rows(*buttons))


def not_allowed(ctx: Context, command: Command) -> Reply:
    """The reader may not say that command; who may."""
    if command.least == "secretariat" and ctx.member:
        return say(ctx.t("Only the secretariat can do that."))
    return say(
        ctx.t("That is for members. If you are one, use your invitation; otherwise ask to join."),
        buttons=rows(Button(ctx.t("Join"), "join")),
    )


def members_only(ctx: Context) -> Reply:
    """A stranger writes where strangers may not ask."""
    return say(
        ctx.t(
            "This bot answers members of {association} only.", association=ctx.t.words(ctx.association.name)
        ),
        buttons=rows(Button(ctx.t("Join"), "join")),
    )


def continue_privately(ctx: Context, line: Line) -> Reply:
    """The command is not for a group chat. A code that came with it is not said again before everybody."""
    words = () if line.command.en in ("join", "link") else line.words
    return Reply(
        (
            para(
                *ctx.t.rich(
                    "That is better done in private. Write {command} to me there.",
                    command=Code("/" + " ".join((line.command.name(ctx.t.language), *words))),
                )
            ),
        )
    )


def reading_only(ctx: Context) -> Reply:
    """Somebody looks at what another would see, and asks for a change."""
    return say(ctx.t("You can only look here; nothing can be changed."))


def not_your_button(ctx: Context) -> Reply:
    """Somebody presses a button that was shown to somebody else."""
    return say(ctx.t("This button was for somebody else. Ask me yourself."), aside=True)


def changed_meanwhile(ctx: Context, current: object) -> Reply:
    """What was to be changed has moved on since it was shown."""
    record = str(getattr(current, "id", ""))
    command = {
        "c": "call",
        "m": "meeting",
        "a": "survey",
        "t": "consultation",
        "r": "decide",
        "k": "inbox",
    }.get(record[:1])
    buttons = rows(Button(ctx.t("Show it as it is now"), f"{command} {record}")) if command else ()
    return say(ctx.t("That has changed since it was shown to you, so nothing was done."), buttons=buttons)


def gone(ctx: Context) -> Reply:
    """What was asked for is not there."""
    return say(ctx.t("That is no longer there."))


def nothing_begun(ctx: Context) -> Reply:
    """A button or word of a form, and no such form is open."""
    return say(ctx.t("There is nothing to finish here: it is done already, or it was given up."))


def old_question(ctx: Context, kept: str | None) -> Reply:
    """A button of a question that is no longer asked; `kept` is the command of its own form where that can go on."""
    t = ctx.t
    ways = [Button(t("Go on with the form"), "continue"), Button(t("Cancel"), "cancel")]
    if kept is not None:
        ways.insert(1, Button(t("Back to that survey"), kept))
    return say(t("That question belongs to an earlier form."), buttons=rows(*ways))


def cancelled(ctx: Context) -> Reply:
    """A form was given up."""
    return say(ctx.t("Cancelled; nothing was changed."))


def paused(ctx: Context, command: str) -> Reply:
    """A form whose answers are kept was put aside."""
    return say(
        ctx.t("Paused. What you have answered is kept; go on whenever you like."),
        buttons=rows(Button(ctx.t("Go on"), command)),
    )


def nothing_can_be_changed(ctx: Context) -> Reply:
    """The disk takes nothing: what it means for the reader."""
    return say(
        ctx.t("Nothing can be changed just now, and nothing was. Questions are answered all the same.")
    )


def cut_off(t: Translator, line: str) -> Reply:
    """A restart came before long work was done; with the `line` that begins it anew, where there is one."""
    ways = (Button(t("Once more"), line),) if line else ()
    return say(t("I was restarted before I could finish this."), buttons=rows(*ways))


def apology(ctx: Context, reference: str) -> Reply:
    """Something went wrong on our side."""
    return Reply(
        (
            para(ctx.t("Sorry, something went wrong. Nothing was changed.")),
            para(
                *ctx.t.rich(
                    "If it happens again, tell the secretariat this: {reference}.", reference=Bold(reference)
                )
            ),
        )
    )
