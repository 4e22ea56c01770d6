"""What an organisation says of a section: that it agrees, a remark, another wording; until the consultation closes.

Colleagues of one organisation write one position. Whoever writes over what they have not seen is shown it, keeps their
own text, and decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from handlers.chat import Block, Button, Field, Form, Incoming, Reply, para, rows, say
from handlers.commands import Line
from handlers.consultations import reading, standing, wording
from handlers.consultations.standing import alone, is_open, owner
from handlers.context import Context
from storage.consultations import Consultation, Position, Remark, Section
from storage.errors import Changed
from storage.members import Member

LONGEST = 3000

Place = tuple[Consultation, Section, Member]


async def _place(line: Line, ctx: Context) -> Place | Reply:
    """Where the reader is about to say something, or why they cannot."""
    one = await reading.find(line, ctx)
    if one is None or one.state == "draft":
        return reading.none_such(ctx)
    if (refused := _refused(one, ctx)) is not None:
        return refused
    assert ctx.member is not None
    found = standing.section_of(one, line.words[1]) if line.words[1:] else None
    if found is None:
        return reading.no_section(one, line, ctx)
    return one, found, ctx.member


def _refused(one: Consultation, ctx: Context) -> Reply | None:
    """Why nothing can be said; None when it can."""
    t = ctx.t
    show = rows(Button(t("Show it"), f"consultation {one.id}"))
    if not reading.may_speak(one, ctx):
        return say(t("This consultation does not ask you; the secretariat can say why."), buttons=show)
    if not is_open(one, ctx.now):
        when = t.at(standing.ended(one), ctx.zone, ctx.today)
        return say(
            t("The consultation closed on {when}; nothing can be said or changed any more.", when=when),
            buttons=show,
        )
    return None


async def agree(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`agree t1 1.1 v2`: the organisation agrees; what it has written before is given up only with `instead`."""
    place = await _place(line, ctx)
    if isinstance(place, Reply):
        return place
    one, found, _ = place
    t, remark = ctx.t, await reading.remark_of(one, found, ctx)
    if remark is not None and standing.to_decide(remark) and "instead" not in line.words:
        blocks = (
            para(
                t("You have written this, and agreeing gives it up:")
                if alone(ctx.member)
                else t("Your organisation has written this, and agreeing gives it up:")
            ),
            *wording.position(remark.said, t),
        )
        at = f"{one.id} {found.number}"
        buttons = rows(
            Button(t("Agree all the same"), f"agree {at} instead v{remark.version}"),
            Button(t("‹ Back"), f"section {at}"),
        )
        return Reply(blocks, buttons=buttons)
    return await _said(place, Position(agrees=True), _seen(line, remark), ctx)


async def unsay(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`unsay t1 1.1 v2`: the organisation says nothing of it any more."""
    place = await _place(line, ctx)
    if isinstance(place, Reply):
        return place
    one, found, _ = place
    remark = await reading.remark_of(one, found, ctx)
    if remark is None or remark.said.empty:
        return await reading.shown(one, found, ctx)
    return await _said(place, Position(), _seen(line, remark), ctx)


def _seen(line: Line, remark: Remark | None) -> int:
    """The version that the reader knew: the button's, or of a typed line the present one."""
    return line.seen if line.seen is not None else remark.version if remark else 0


async def _said(place: Place, said: Position, seen: int, ctx: Context) -> Reply:
    """It is kept and the section shown; or what a colleague has said meanwhile."""
    one, found, _ = place
    t = ctx.t
    try:
        await _keep(place, said, seen, ctx)
    except Changed as moved:
        if not isinstance(moved.current, Remark):
            raise
        return await reading.shown(one, found, ctx, await _meanwhile(moved.current, ctx))
    closes = t.at(one.plan.closes, ctx.zone, ctx.today)
    lead = t("Taken back.") if said.empty else t("Kept. It can be changed until {when}.", when=closes)
    return await reading.shown(one, found, ctx, lead)


async def _keep(place: Place, said: Position, seen: int, ctx: Context) -> None:
    one, found, member = place
    say_it = ctx.store.consultations.say
    await say_it(one.id, found.number, seen, owner(member), member.id, said, ctx.now)


async def _meanwhile(theirs: Remark, ctx: Context) -> str:
    if alone(ctx.member):
        when = ctx.t.at(theirs.at, ctx.zone, ctx.today)
        return ctx.t("Nothing was changed: you have written something else meanwhile ({when}).", when=when)
    by = await ctx.store.members.get(theirs.member)
    return ctx.t(
        "Nothing was changed: {name} has written for your organisation meanwhile ({when}).",
        name=by.person.name if by else ctx.t("A colleague"),
        when=ctx.t.at(theirs.at, ctx.zone, ctx.today),
    )


async def agreerest(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`agreerest t1`: the organisation agrees to every section on which it has said nothing, once that is confirmed."""
    t = ctx.t
    one = await reading.find(line, ctx)
    if one is None or one.state == "draft":
        return reading.none_such(ctx)
    refused = _refused(one, ctx)
    if refused is not None or ctx.member is None:
        return refused or reading.none_such(ctx)
    left = len(one.plan.sections) - len(await reading.own(one, ctx))
    if not left:
        return await reading.about(one, 1, ctx)
    if line.words[1:] != ("yes",):
        said = t.n(
            "You will agree to {count} section on which you have said nothing.",
            "You will agree to {count} sections on which you have said nothing.",
            left,
        )
        if not alone(ctx.member):
            said = t.n(
                "Your organisation will agree to {count} section on which it has said nothing.",
                "Your organisation will agree to {count} sections on which it has said nothing.",
                left,
            )
        buttons = rows(
            Button(t("Agree"), f"agreerest {one.id} yes"), Button(t("‹ Back"), f"consultation {one.id}")
        )
        return say(said, buttons=buttons)
    await ctx.store.consultations.agree_rest(one.id, owner(ctx.member), ctx.member.id, ctx.now)
    closes = t.at(one.plan.closes, ctx.zone, ctx.today)
    return reading.with_lead(
        await reading.about(one, 1, ctx), t("Kept. It can be changed until {when}.", when=closes)
    )


# Texts


async def remark(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`remark t1 1.1 v2`: the form of a remark; finished, it is kept beside the wording that was proposed."""
    return await _written(
        msg,
        ctx,
        line,
        ctx.t("A remark"),
        ctx.t("What is your remark?") if alone(ctx.member) else ctx.t("What is your organisation's remark?"),
        lambda said: said.remark,
        lambda said, text: replace(said, agrees=False, remark=text),
    )


async def propose(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`propose t1 1.1 v2`: the form of another wording; finished, it is kept beside the remark."""
    return await _written(
        msg,
        ctx,
        line,
        ctx.t("Another wording"),
        ctx.t("How should this section read?"),
        lambda said: said.proposal,
        lambda said, text: replace(said, agrees=False, proposal=text),
    )


async def _written(
    msg: Incoming,
    ctx: Context,
    line: Line,
    title: str,
    label: str,
    part: Callable[[Position], str],
    put: Callable[[Position, str], Position],
) -> Reply:
    place = await _place(line, ctx)
    if isinstance(place, Reply):
        return place
    one, found, member = place
    t, known = ctx.t, await reading.remark_of(one, found, ctx)
    before = known.said if known else Position()
    seen = _seen(line, known)
    command = f"{line.command.en} {one.id} {found.number}"
    text = await _waiting(command, member, ctx) or part(before)
    form = Form(
        command=f"{command} v{seen}",
        title=title,
        intro=wording.section_name(found),
        fields=(
            Field(
                "text",
                label,
                "paragraph",
                t.n("At most {count} character.", "At most {count} characters.", LONGEST),
                limit=LONGEST,
            ),
        ),
        submit=t("Save"),
        values={"text": text} if text else {},
        at="text",
    )
    if msg.answers is None:
        return Reply(form=form, fresh=True)  # the section stays above it
    given = str(msg.answers.get("text") or "").strip()
    wrong = _fault(given, ctx)
    if wrong:
        return Reply(form=form.with_(values={}, at="text", faults={"text": wrong}))
    try:
        await _keep(place, put(before, given), seen, ctx)
    except Changed as moved:
        if not isinstance(moved.current, Remark):
            raise
        return await _between(moved.current, command, given, ctx)
    await ctx.store.conversation.end_draft(ctx.by.who)
    closes = t.at(one.plan.closes, ctx.zone, ctx.today)
    return await reading.shown(one, found, ctx, t("Kept. It can be changed until {when}.", when=closes))


def _fault(text: str, ctx: Context) -> str:
    if not text:
        return ctx.t("There is nothing in it yet: write it in words.")
    if len(text) > LONGEST:
        return ctx.t.n(
            "This is too long: at most {count} character.",
            "This is too long: at most {count} characters.",
            LONGEST,
        )
    return ""


async def _waiting(command: str, member: Member, ctx: Context) -> str:
    """The reader's own text that waits because a colleague was first; empty when none does."""
    draft = await ctx.store.conversation.draft(member.id)
    if draft is None or draft.at is not None or draft.expires <= ctx.now:
        return ""
    same = draft.command.rpartition(" v")[0] == command
    return str(draft.answers.get("text") or "") if same else ""


async def _between(theirs: Remark, command: str, mine: str, ctx: Context) -> Reply:
    """A colleague was first: both texts, and which of them shall stand."""
    t = ctx.t
    blocks: tuple[Block, ...] = (
        para(await _meanwhile(theirs, ctx)),
        *(wording.position(theirs.said, t) or (para(t("Taken back.")),)),
        para(t("Yours, which is kept for you:")),
        *wording.body(mine),
    )
    version = f"v{theirs.version}"
    buttons = rows(
        Button(t("Keep mine instead"), f"apply {command} {version}"),
        Button(t("Mend mine"), f"{command} {version}"),
        Button(t("Leave theirs"), "cancel"),
    )
    return Reply(blocks, buttons=buttons)
