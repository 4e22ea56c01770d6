"""A seat handed over from one person to another, with its rights and what is followed: chosen, previewed, done at once,
and both hear of it.

Accounts, language, quiet hours and whatever somebody has answered stay theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from handlers import finding, groups, handed
from handlers.chat import (
    CHOICE_LENGTH,
    Answers,
    Block,
    Bold,
    Button,
    Choice,
    Condition,
    Field,
    Form,
    Incoming,
    Items,
    Reply,
    para,
    rows,
    say,
    shorten,
)
from handlers.commands import Line
from handlers.context import Context, whose
from handlers.handed import Handing
from handlers.i18n import N_, alphabetical
from storage.conversation import Draft
from storage.errors import Changed
from storage.members import ChangedMember, Member, NewMember, Person, Wishes

WAITS = timedelta(days=3)
"""How long a preview waits to be confirmed."""
NEW = "new"
PARTS: Mapping[str, str] = {
    "seats": N_("seats in working groups"),
    "role": N_("the role"),
    "follows": N_("followed calls"),
    "reminders": N_("when reminders come"),
    "topics": N_("what is not to be sent"),
}
_ONE_OF_A_GROUP = ("chair", "secretary")


async def handover(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`handover Jonas` asks to whom and what goes along, previews it and, confirmed, does it."""
    everybody = await ctx.store.members.all()
    giver = await ctx.store.members.get(line.words[0]) if len(line.words) == 1 else None
    if giver is None:
        return _whose(msg, everybody, ctx, line)
    if msg.answers is None or "to" not in msg.answers:
        return _asked(giver, everybody, ctx)
    parts = _parts(giver.person)
    form = _form(giver, parts, everybody, ctx)
    meant = _meant(msg.answers, parts, giver, everybody, ctx)
    if msg.confirmed:
        return await _do(meant, line, msg.answers, everybody, ctx)
    if line.seen != giver.version:
        raise Changed(giver)
    if fault := _fault(meant, everybody, ctx):
        return say(fault, buttons=rows(Button(ctx.t("‹ Back"), "back"), Button(ctx.t("Cancel"), "cancel")))
    answers = {**msg.answers, "seen": str(meant.taker.version if meant.taker else 0)}
    await ctx.store.conversation.save_draft(
        Draft(whose(msg, ctx), form.command, None, answers, ctx.now + WAITS)
    )
    return await _preview(meant, form.command, ctx)


def _whose(msg: Incoming, everybody: tuple[Member, ...], ctx: Context, line: Line) -> Reply:
    """By the name that was said; without one, asks for it."""
    text = line.rest or str((msg.answers or {}).get("whose", ""))
    if not text:
        field = Field(
            "whose",
            ctx.t("Whose seat is handed over? Write the name."),
            "text",
            ctx.t("For example: Jonas Petraitis."),
            limit=120,
        )
        return Reply(form=Form("handover", ctx.t("Handing a seat over"), (field,)))
    found = finding.people(text, everybody)
    if len(found) != 1:
        return finding.which(found, "handover", ctx)
    return _asked(found[0], everybody, ctx)


def _asked(giver: Member, everybody: tuple[Member, ...], ctx: Context) -> Reply:
    """Asks to whom and what, where there is anything to hand over."""
    parts = _parts(giver.person)
    if not parts:
        return say(ctx.t("{name} has nothing that could be handed over.", name=giver.person.name))
    return Reply(form=_form(giver, parts, everybody, ctx))


def _parts(person: Person) -> tuple[str, ...]:
    """What there is to hand over of somebody."""
    there = {
        "seats": bool(person.holdings),
        "role": person.role != "member",
        "follows": bool(person.following),
        "reminders": person.wishes.days != Wishes().days,
        "topics": bool(person.wishes.muted),
    }
    return tuple(part for part in PARTS if there[part])


def _colleagues(giver: Member, everybody: Iterable[Member]) -> list[Member]:
    same = (m for m in everybody if m.person.organisation == giver.person.organisation and m.id != giver.id)
    return sorted(same, key=lambda m: alphabetical(m.person.name))


def _form(giver: Member, parts: tuple[str, ...], everybody: tuple[Member, ...], ctx: Context) -> Form:
    t, person = ctx.t, giver.person
    colleagues = tuple(
        Choice(m.id, shorten(m.person.name, CHOICE_LENGTH) or m.id) for m in _colleagues(giver, everybody)
    )
    addresses = {m.person.email.casefold() for m in everybody if m.person.email}
    is_new, some = Condition("to", (NEW,)), Condition("all", ("part",))

    def check(answers: Answers) -> Mapping[str, str]:
        email = str(answers.get("email", "")).strip().casefold()
        if email and ("@" not in email or " " in email):
            return {"email": t("That is no e-mail address.")}
        return {"email": t("Somebody on the list has that address already.")} if email in addresses else {}

    fields: tuple[Field, ...] = (
        Field(
            "to",
            t("To whom?"),
            "one",
            t("To somebody of the same organisation who is a member, or to a new person."),
            choices=(*colleagues, Choice(NEW, t("To a new person"))),
        ),
        Field("name", t("The new person's name and surname"), limit=120, when=(is_new,)),
        Field("email", t("Their e-mail address"), required=False, limit=150, when=(is_new,)),
    )
    if len(parts) > 1:
        listed = t.listed(tuple(t(PARTS[part]) for part in parts))
        fields += (
            Field(
                "all",
                t("What is handed over?"),
                "one",
                t("There are: {parts}.", parts=listed),
                choices=(Choice("all", t("Everything there is")), Choice("part", t("Only some of it"))),
            ),
            Field(
                "what",
                t("Which of it?"),
                "several",
                choices=tuple(Choice(part, t(PARTS[part])) for part in parts),
                when=(some,),
            ),
        )
    command = f"handover {giver.id} v{giver.version}"
    return Form(command, t("Handing a seat over"), fields, shorten(person.name, 120), check=check)


# What was chosen


def _meant(
    answers: Answers, parts: tuple[str, ...], giver: Member, everybody: Iterable[Member], ctx: Context
) -> Handing:
    chosen = answers.get("what", ()) if answers.get("all") == "part" else parts
    going = frozenset(parts) & frozenset((chosen,) if isinstance(chosen, str) else chosen)
    taker = next((m for m in everybody if m.id == answers.get("to")), None)
    if taker is not None:
        before = taker.person
    else:
        name, email = (" ".join(str(answers.get(field, "")).split()) for field in ("name", "email"))
        language = ctx.association.languages[0]
        before = Person(name, giver.person.organisation, language=language, email=email)
    gave, took = _handed(giver.person, before, going, ctx.today)
    return Handing(giver, taker, before, gave, took, going, taker is not None or answers.get("to") == NEW)


def _handed(giver: Person, to: Person, parts: frozenset[str], today: date) -> tuple[Person, Person]:
    """Both as they are afterwards. Seats and the role pass over; wishes are copied; what is followed is the store's to
    move. Who stood in for a seat and gets it stands in no more."""
    if "seats" in parts:
        got = {h.group for h in giver.holdings}
        kept = tuple(h for h in to.holdings if h.group not in got)
        to, giver = replace(to, holdings=(*kept, *giver.holdings)), replace(giver, holdings=())
    if "role" in parts:
        to, giver = replace(to, role=giver.role), replace(giver, role="member")
    wishes = to.wishes
    if "reminders" in parts:
        wishes = replace(wishes, days=giver.wishes.days, chosen=today)
    if "topics" in parts:
        wishes = replace(wishes, muted=giver.wishes.muted)
    return giver, replace(to, wishes=wishes)


def _fault(meant: Handing, everybody: tuple[Member, ...], ctx: Context) -> str:
    """Why it cannot be, a sentence; empty when nothing stands in the way."""
    t, giver, taker = ctx.t, meant.giver, meant.taker
    if not meant.known:
        return t("Whom you chose is no longer on the list. Choose again.")
    if taker is not None and taker.id == giver.id:
        return t("A seat cannot be handed over to the person who has it.")
    if taker is not None and taker.person.organisation != giver.person.organisation:
        return t(
            "{name} is not of the same organisation: a seat stays with its organisation.",
            name=taker.person.name,
        )
    if not meant.parts:
        return t("You have not chosen what to hand over.")
    if "role" in meant.parts and giver.person.role == "secretariat" and not _answers(taker):
        others = [m for m in everybody if m.person.role == "secretariat" and m.id != giver.id]
        if not any(map(_answers, others)):
            return t(
                "{name} is the last of the secretariat who can be reached here, so the role goes only to somebody who has joined already.",
                name=giver.person.name,
            )
    return _seat_taken(meant, everybody, ctx) if "seats" in meant.parts else ""


def _answers(member: Member | None) -> bool:
    """Whether they have joined and can be reached."""
    return member is not None and any(a.address and not a.unreachable for a in member.person.accounts)


def _seat_taken(meant: Handing, everybody: tuple[Member, ...], ctx: Context) -> str:
    """Somebody holds a seat already that would be handed over: who gets it, one of their own; or a third person the
    chair or the minutes of the group, of which there is one."""
    t, taker = ctx.t, meant.taker
    for seat in meant.giver.person.holdings:
        group = ctx.structure.group(seat.group)
        named = groups.name(group, ctx) if group else seat.group
        own = [h for h in meant.before.holdings if h.group == seat.group]
        moves_up = seat.position != "alternate" and all(h.position == "alternate" for h in own)
        if own and not moves_up and taker is not None:
            return t("{name} has a seat in this group already: {group}.", name=taker.person.name, group=named)
        for other in everybody:
            if other.id in (meant.giver.id, taker.id if taker else ""):
                continue
            held = any(h.group == seat.group and h.position == seat.position for h in other.person.holdings)
            if seat.position in _ONE_OF_A_GROUP and held:
                return t(
                    "{group}: this seat is held by {name} as well; put that right first.",
                    group=named,
                    name=other.person.name,
                )
    return ""


# Was → now


async def _preview(meant: Handing, command: str, ctx: Context) -> Reply:
    t = ctx.t
    giver, taker = meant.giver.person.name, meant.took.name
    blocks: list[Block] = [para(Bold(shorten(f"{giver} → {taker}", 200)))]
    blocks.append(Items(tuple(await handed.lines(meant, ctx))))
    if not _answers(meant.taker):
        blocks.append(
            para(
                t(
                    "{name} has not joined yet: until they do, nobody answers from this seat. You can make an "
                    "invitation once you have confirmed.",
                    name=taker,
                )
            )
        )
    blocks.append(
        para(t("Not handed over: accounts, language, quiet hours, and what somebody has answered."))
    )
    blocks.append(para(t("Nothing is changed until you confirm.")))
    return Reply(
        tuple(blocks),
        buttons=rows(
            Button(t("Hand over"), f"apply {command}"),
            Button(t("‹ Back"), "back"),
            Button(t("Leave it as it is"), "cancel"),
        ),
    )


# Done


async def _do(
    meant: Handing, line: Line, answers: Answers, everybody: tuple[Member, ...], ctx: Context
) -> Reply:
    """In one commit with the news to both. When somebody moved on since the preview, or it is done already by this
    gesture, the store knows."""
    t, giver, taker = ctx.t, meant.giver, meant.taker
    seen_giver, seen_taker = line.seen or 0, int(str(answers.get("seen", "0")))
    moved = giver.version != seen_giver or (taker is not None and taker.version != seen_taker)
    if not moved and (fault := _fault(meant, everybody, ctx)):
        return say(fault)
    to = ChangedMember(taker.id, seen_taker, meant.took) if taker else NewMember(meant.took)
    gave, took = await ctx.store.members.hand_over(
        ChangedMember(giver.id, seen_giver, meant.gave),
        to,
        "follows" in meant.parts,
        handed.news(meant, ctx),
        ctx.by,
    )
    buttons = [] if _answers(taker) else [Button(t("An invitation"), f"invite {took.id}")]
    return say(
        t("Handed over: {giver} → {taker}.", giver=gave.person.name, taker=took.person.name),
        t("Both are told.") if _answers(taker) else t("{name} is told.", name=gave.person.name),
        buttons=rows(*buttons, Button(t("History"), f"history {giver.id}")),
    )
