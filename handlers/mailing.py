"""By mail whom no platform reaches: a reminder with a code for everybody who has not joined, and all such addresses."""

from __future__ import annotations

from handlers import audience, exports, invitations
from handlers.chat import Block, Button, File, Incoming, Items, Reply, Spans, para, rows, say, shorten
from handlers.commands import Line
from handlers.context import Context
from handlers.i18n import N_, alphabetical
from handlers.sendings import WHY
from storage.members import Member

NAMED = 5
"""People without an address who are named in chat; the table has all."""
ADDRESSES = (N_("Name"), N_("Organisation"), N_("E-mail"), N_("Language"), N_("Why not reached"))


async def bymail(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """How many are to be reached by mail; `bymail reminder` is a mail merge with a code for each who has not joined,
    `bymail addresses` everybody whom no platform reaches, and why."""
    match line.words[:1]:
        case ("reminder",):
            return await _reminder(ctx)
        case ("addresses",):
            return await _addresses(ctx)
    t = ctx.t
    waiting = [m for m in await ctx.store.members.all() if not invitations.joined(m)]
    lost = await unreached(ctx)
    if not lost:
        return say(t("Everybody on the list can be reached in a chat app."))
    blocked = len(lost) - len(waiting)
    lines: list[Spans] = [(t("have not joined yet: {count}", count=len(waiting)),)] if waiting else []
    if blocked:
        lines.append((t("have joined, but cannot be reached: {count}", count=blocked),))
    buttons = [Button(t("Addresses"), "bymail addresses")]
    if any(m.person.email for m in waiting):
        buttons.insert(0, Button(t("Reminders with codes"), "bymail reminder"))
    return Reply(
        (para(t("By mail only:")), Items(tuple(lines)), *_without_address([m for m, _ in lost], ctx)),
        buttons=rows(*buttons),
    )


async def unreached(ctx: Context) -> tuple[tuple[Member, str], ...]:
    """Everybody whom no platform reaches, by name, and why in words: those who have not joined, and those who have and
    cannot be written to."""
    lost = audience.reach(await ctx.store.members.all()).lost
    named = ((m, _why(m, why, ctx)) for m, why in lost)
    return tuple(sorted(named, key=lambda pair: alphabetical(pair[0].person.name)))


def _why(member: Member, why: str, ctx: Context) -> str:
    if not invitations.joined(member):
        return ctx.t("has not joined yet")
    if why in WHY:
        return ctx.t(WHY[why])
    return why.rstrip(".") or ctx.t("nowhere to be reached")


def _without_address(people: list[Member], ctx: Context) -> tuple[Block, ...]:
    """Those of whom no e-mail address is known either."""
    t = ctx.t
    names = [shorten(m.person.name, 60) or m.id for m in people if not m.person.email]
    if not names:
        return ()
    more = len(names) - NAMED
    listed = ", ".join(names[:NAMED]) + (f" {t('and {count} more', count=more)}" if more > 0 else "")
    return (para(t("Without an e-mail address: {names}.", names=listed)),)


async def _reminder(ctx: Context) -> Reply:
    """The mail merge. Codes that people have already go on working until one of them is used."""
    t = ctx.t
    made = await invitations.pack(ctx, beside=True)
    if made is None:
        return say(
            t("This table was made already, and its codes are shown once. Ask for another one."),
            buttons=rows(Button(t("Reminders with codes"), "bymail reminder")),
        )
    waiting = [m for m in await ctx.store.members.all() if not invitations.joined(m)]
    if not made.letters:
        nobody = t("Nobody who has not joined has an e-mail address on the list.")
        return Reply((para(nobody), *_without_address(waiting, ctx)))
    said = t.n(
        "{count} reminder, its code valid until {day}. Codes that these people had before work too, until one is used.",
        "{count} reminders, their codes valid until {day}. Codes that these people had before work too, until one is used.",
        len(made.letters),
        day=t.at(made.expires, ctx.zone, ctx.today),
    )
    private = t("Whoever has this file gets in with it: delete it when all is sent.")
    file = File("reminders.xlsx", exports.XLSX, invitations.table(made, ctx))
    return Reply((para(said), *_without_address(waiting, ctx), para(private)), files=(file,), fresh=True)


async def _addresses(ctx: Context) -> Reply:
    t = ctx.t
    lost = await unreached(ctx)
    lines = []
    for member, why in lost:
        person = member.person
        body = ctx.structure.organisation(person.organisation)
        organisation = t.words(body.name) if body else ""
        lines.append((person.name, organisation, person.email, person.language, why))
    sheet = exports.Sheet(tuple(map(t, ADDRESSES)), tuple(lines))
    said = t.n(
        "{count} person is reached by mail only.", "{count} people are reached by mail only.", len(lost)
    )
    file = File("addresses.xlsx", exports.XLSX, exports.as_xlsx(sheet, t("Addresses")))
    return Reply((para(said), *_without_address([m for m, _ in lost], ctx)), files=(file,), fresh=True)
