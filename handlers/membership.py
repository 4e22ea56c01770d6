"""Becoming a member: invitations with a code and a QR picture, requests to join, roles."""

from __future__ import annotations

import hashlib
import io
import re
import secrets
from datetime import timedelta

from handlers import guide
from handlers.access import is_secretariat
from handlers.chat import (
    CHOICE_LENGTH,
    Answers,
    Block,
    Bold,
    Button,
    Choice,
    Code,
    Field,
    File,
    Form,
    Incoming,
    Items,
    Link,
    Reply,
    Spans,
    para,
    rows,
    say,
    shorten,
)
from handlers.commands import BY_NAME, Line
from handlers.context import Context
from handlers.i18n import alphabetical, translator
from handlers.settings import ROLES
from storage.association import Organisation, Structure
from storage.errors import Changed
from storage.members import Invite, Member, Reach, Request, Role
from storage.sendings import Delivery, NewSending, Sending

INVITE_LIVES = timedelta(days=30)
WRONG_CODES = 5
ANSWERED = timedelta(days=7)
GRANTED: tuple[Role, ...] = ("member", "manager", "secretariat")
_CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"
_CODE = re.compile(r"[A-Za-z0-9_-]{12,64}")  # what Telegram takes behind ?start=, and at least 72 random bits


def digest(code: str) -> str:
    """What is kept of a code: its SHA-256. A code is 72 random bits, so no salt is needed."""
    return hashlib.sha256(code.encode()).hexdigest()


def fresh_code(groups: int) -> str:
    """A code to be read from a sheet or another screen and typed: so many groups of four characters that look like no
    others, about 19.8 random bits each. Four groups are as good as an invitation's; it never begins like a formula."""
    return "-".join("".join(secrets.choice(_CLEAR) for _ in range(4)) for _ in range(groups))


async def exhausted(msg: Incoming, ctx: Context) -> bool:
    """Whether WRONG_CODES wrong codes have come from that account within an hour."""
    account = f"{msg.account.platform}:{msg.account.user}"
    return await ctx.store.members.tries(account, ctx.now - timedelta(hours=1)) >= WRONG_CODES


async def count_wrong(msg: Incoming, ctx: Context) -> None:
    """A wrong code has come from that account."""
    await ctx.store.members.tried(f"{msg.account.platform}:{msg.account.user}", ctx.now)


# Coming in


async def start(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`/start CODE` is a deep link with an invitation; a bare one says hello."""
    if line.words and ctx.member is None and not ctx.operator:
        return await join(msg, ctx, line)
    return await guide.start(msg, ctx, line)


async def join(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """With a code: uses the invitation. Without: a request to join, for the secretariat to approve."""
    if ctx.operator:
        return say(ctx.t("The operator has the secretariat's rights already."))
    if ctx.member:
        return say(
            ctx.t("You are a member already."),
            buttons=guide.offers(ctx, ("list_calls", "next_meeting", "help")),
        )
    if not msg.private:
        return guide.continue_privately(ctx, line)
    if line.words and _CODE.fullmatch(line.words[0]):
        return await _use_code(line.words[0], msg, ctx)
    return await _request(msg, ctx)


async def _use_code(code: str, msg: Incoming, ctx: Context) -> Reply:
    """Lets in whoever has a good code; after WRONG_CODES wrong ones within an hour nobody from that account."""
    if await exhausted(msg, ctx):
        return say(
            ctx.t("Too many wrong codes have come from here. Try again in an hour, or ask to join."),
            buttons=rows(Button(ctx.t("Ask to join"), "join")),
        )
    reply = await _try_code(code, msg, ctx)
    if reply is not None:
        return reply
    await count_wrong(msg, ctx)
    return say(
        ctx.t(
            "This invitation is not valid: it was used, has expired, or was mistyped. Ask the secretariat for a new one."
        ),
        buttons=rows(Button(ctx.t("Ask to join"), "join")),
    )


async def _try_code(code: str, msg: Incoming, ctx: Context) -> Reply | None:
    # Codes on sheets are in small letters; a phone may have begun with a capital one.
    found = [await ctx.store.members.invite_of(digest(typed)) for typed in (code, code.casefold())]
    invite = found[0] or found[1]
    if invite is None or invite.expires <= ctx.now:
        return None
    account = Reach(msg.account.platform, msg.account.user, msg.chat)
    name = " ".join(msg.name.split()) or msg.account.user
    try:
        member = await ctx.store.members.join(invite.id, account, name, ctx.t.language, ctx.by)
    except Changed:
        return None
    return _welcome(member, ctx)


def _welcome(member: Member, ctx: Context) -> Reply:
    """Who they are taken for, and the groups in which a seat waits for them."""
    t = ctx.t
    groups = tuple(t.words(g.name) for g in ctx.structure.groups if g.id in member.groups)
    blocks = [para(t("Welcome, {name}. You are a member now.", name=member.person.name))]
    if groups:
        blocks.append(para(t("Your working groups: {names}.", names=t.listed(groups))))
    blocks.append(para(t("Ask about calls and meetings in your own words.")))
    return Reply(tuple(blocks), buttons=guide.offers(ctx, ("list_calls", "next_meeting", "help")))


async def _request(msg: Incoming, ctx: Context) -> Reply:
    form = Form(
        command="join",
        title=ctx.t("Ask to join"),
        intro=ctx.t("The secretariat will look at it and let you in."),
        fields=(
            Field("name", ctx.t("Your name and surname"), "text", limit=120),
            Field("organisation", ctx.t("Which organisation are you from?"), "text", limit=150),
        ),
        check=lambda answers: _nameless(answers, ctx),
    )
    if msg.answers is None:
        return Reply(form=form)
    account = Reach(msg.account.platform, msg.account.user, msg.chat)
    name, organisation = (" ".join(str(msg.answers.get(f, "")).split()) for f in ("name", "organisation"))
    kept = await ctx.store.members.request(
        Request("", account, name, organisation, ctx.t.language, ctx.now), ctx.by
    )
    return say(
        ctx.t("Thank you, {name}. The secretariat has your request.", name=kept.name),
        ctx.t("Until then you may ask about public calls."),
        buttons=guide.offers(ctx, ("list_calls",)),
    )


def _nameless(answers: Answers, ctx: Context) -> dict[str, str]:
    """What nobody is called by: an emoji, a dot, a number."""
    said = ctx.t("Please write it in letters.")
    return {name: said for name, given in answers.items() if given and sum(map(str.isalpha, str(given))) < 2}


# The secretariat's side


async def requests(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The oldest request that waits, with a button for yes and one for no, and how many wait behind it."""
    waiting = await ctx.store.members.requests()
    if not waiting:
        return say(ctx.t("No request to join is waiting."))
    first = waiting[0]
    lines: tuple[Spans, ...] = (
        ctx.t.rich("Name: {name}", name=Bold(shorten(first.name, 120))),
        ctx.t.rich("Organisation: {name}", name=shorten(first.organisation, 150)),
        ctx.t.rich("Since: {day}", day=ctx.t.at(first.at, ctx.zone, ctx.today)),
    )
    head = ctx.t.n(
        "{count} request to join is waiting.", "{count} requests to join are waiting.", len(waiting)
    )
    return Reply(
        (para(head), Items(lines)),
        buttons=rows(
            Button(ctx.t("Approve"), f"approve {first.id}"), Button(ctx.t("Decline"), f"decline {first.id}")
        ),
    )


async def approve(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Lets one in, as a member of the organisation that they named if it is one of ours. Twice is once."""
    request = await _request_of(line, ctx)
    if request is None:
        return guide.gone(ctx)
    if request.state != "waiting":
        return _settled(request, ctx)
    organisation = organisation_named(request.organisation, ctx.structure)
    try:
        member = await ctx.store.members.approve(
            request.id, "member", organisation.id if organisation else "", ctx.by
        )
    except Changed as moved:
        return _settled(moved.current, ctx)
    await _answer(request, member.id, ctx)
    return say(
        ctx.t("{name} is a member now.", name=member.person.name),
        buttons=rows(
            Button(ctx.t("Next request"), "requests"), Button(ctx.t("Change the role"), f"role {member.id}")
        ),
    )


async def decline(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Says no to one. Twice is once."""
    request = await _request_of(line, ctx)
    if request is None:
        return guide.gone(ctx)
    if request.state != "waiting":
        return _settled(request, ctx)
    await ctx.store.members.decline(request.id, ctx.by)
    await _answer(request, f"{request.account.platform}:{request.account.chat}", ctx)
    return say(ctx.t("The request is declined."), buttons=rows(Button(ctx.t("Next request"), "requests")))


async def _answer(request: Request, recipient: str, ctx: Context) -> None:
    """Whoever asked to join hears what was decided, in the language in which they asked."""
    content = {"request": request.id, "language": request.language}
    new = NewSending(
        "joining", f"joining {request.id}", content, ctx.now, ctx.now + ANSWERED, urgent="they wait for it"
    )
    if request.account.chat:
        await ctx.store.sendings.open(new, (recipient,), ctx.by)


async def compose(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """What was decided of somebody's request to join."""
    request = await ctx.store.members.get_request(str(sending.content["request"]))
    if request is None or request.state == "waiting":
        return None
    if request.state == "approved" and ctx.member is not None:
        return _welcome(ctx.member, ctx)
    t = translator(str(sending.content["language"]))
    return say(t("The secretariat did not accept your request to join. Ask them why, if you like."))


async def _request_of(line: Line, ctx: Context) -> Request | None:
    return await ctx.store.members.get_request(line.words[0]) if line.words else None


def _settled(request: object, ctx: Context) -> Reply:
    approved = isinstance(request, Request) and request.state == "approved"
    sentence = (
        ctx.t("This request was approved already.")
        if approved
        else ctx.t("This request was declined already.")
    )
    return say(sentence, buttons=rows(Button(ctx.t("Next request"), "requests")))


def organisation_named(text: str, structure: Structure) -> Organisation | None:
    """The organisation of that id, name or alias, or None."""
    asked = alphabetical(text.strip())
    for o in structure.organisations:
        if asked in {alphabetical(name) for name in (o.id, *o.name.both, *o.aliases)}:
            return o
    return None


async def invite(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """An invitation: its link, code and QR picture. `invite n5` is for somebody who is on the list already."""
    member = await ctx.store.members.get(line.words[0]) if line.words else None
    if member:
        return await _invitation(member.person.role, member.person.organisation, member.id, ctx)
    if msg.answers is None:
        return Reply(form=_invite_form(line, ctx))
    role = next((r for r in GRANTED if r == msg.answers.get("role")), GRANTED[0])
    organisation = organisation_named(str(msg.answers.get("organisation", "")), ctx.structure)
    return await _invitation(role, organisation.id if organisation else "", None, ctx)


def _invite_form(line: Line, ctx: Context) -> Form:
    t = ctx.t
    ours = sorted(ctx.structure.organisations, key=lambda o: alphabetical(t.words(o.name)))
    named = organisation_named(line.rest, ctx.structure) if line.words else None
    return Form(
        command=line.base if len(line.base.encode()) <= 60 else "invite",
        title=t("An invitation"),
        fields=(
            Field(
                "organisation",
                t("For somebody of which organisation?"),
                "one",
                choices=tuple(Choice(o.id, shorten(t.words(o.name), CHOICE_LENGTH)) for o in ours),
                required=False,
            ),
            Field("role", t("In which role?"), "one", choices=tuple(Choice(r, t(ROLES[r])) for r in GRANTED)),
        ),
        values={"organisation": named.id} if named else {},
    )


async def _invitation(role: Role, organisation: str, member: str | None, ctx: Context) -> Reply:
    code = secrets.token_urlsafe(9)
    kept = Invite("", digest(code), role, organisation, member, ctx.now + INVITE_LIVES)
    kept = await ctx.store.members.invite(kept, ctx.by)
    until = ctx.t.at(kept.expires, ctx.zone, ctx.today)
    first = para(ctx.t("The invitation is for one person and is valid until {day}.", day=until))
    blocks, picture = code_shown(code, ctx)
    return Reply((first, *blocks), files=(picture,), fresh=True)


def code_shown(code: str, ctx: Context) -> tuple[tuple[Block, ...], File]:
    """A code as a link where there is one and as what is to be written to the bot, and its QR picture."""
    t, link = ctx.t, ctx.join_link + code
    written = para(*t.rich("Code, to be written to the bot: {code}", code=Code(f"/join {code}")))
    if not ctx.join_link:
        return (written,), _qr(f"/join {code}")
    return (para(t("Link: "), Link(link, link)), written), _qr(link)


def _qr(text: str) -> File:
    """The text as a QR picture that a phone reads from a screen or a sheet."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="png", scale=10, border=4, dark="#1d2733")
    return File("sauklys-qr.png", "image/png", out.getvalue())


async def role(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """Somebody's role: `role n5` shows the roles to choose from, `role n5 manager v3` sets one."""
    member = await ctx.store.members.get(line.words[0]) if line.words else None
    if member is None:
        return await _whose(msg, ctx)
    person = member.person
    wished = next((r for r in GRANTED if len(line.words) > 1 and r == line.words[1]), None)
    if wished is None:
        return Reply(
            (
                para(Bold(person.name), ": " + ctx.t(ROLES[person.role])),
                para(ctx.t("Which role from now on?")),
            ),
            buttons=rows(
                *(
                    Button(ctx.t(ROLES[r]), f"role {member.id} {r} v{member.version}")
                    for r in GRANTED
                    if r != person.role
                )
            ),
        )
    if ctx.member and ctx.member.id == member.id and wished != "secretariat" and is_secretariat(ctx):
        return say(ctx.t("You cannot take the secretariat's rights from yourself; a colleague can."))
    seen = member.version if line.seen is None else line.seen
    changed = await ctx.store.members.set_role(member.id, seen, wished, ctx.by)
    return say(ctx.t("{name}: {role} from now on.", name=person.name, role=ctx.t(ROLES[changed.person.role])))


async def _whose(msg: Incoming, ctx: Context) -> Reply:
    people = sorted(await ctx.store.members.all(), key=lambda m: alphabetical(m.person.name))
    if not people:
        return say(ctx.t("There are no members yet."))
    form = Form(
        command="role",
        title=ctx.t("Change a role"),
        fields=(
            Field(
                "member",
                ctx.t("Whose role?"),
                "one",
                choices=tuple(Choice(m.id, shorten(m.person.name, CHOICE_LENGTH) or m.id) for m in people),
            ),
        ),
    )
    if msg.answers is None:
        return Reply(form=form)
    return await role(msg, ctx, Line(BY_NAME["role"], (str(msg.answers.get("member", "")),)))
