"""Getting people in: an invitation for everybody on the list who has not joined, and who has, cluster by cluster."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers import audience, guide, membership
from handlers.chat import Bold, Button, Code, File, Incoming, Items, Link, Reply, Spans, para, rows, say
from handlers.commands import BY_NAME, Line
from handlers.context import Context
from handlers.i18n import N_, Translator, alphabetical, translator
from storage.members import Invite, Member
from storage.moments import zone

CODE_GROUPS = 4
"""Of four characters: 79 random bits."""
NAMED = 5
"""People of a cluster who are named in chat; the table has all."""
_ASKED = guide.EXAMPLES[:3]

HEADINGS = (
    N_("Name"),
    N_("Organisation"),
    N_("E-mail"),
    N_("Language"),
    N_("Code"),
    N_("To be written to the bot"),
    N_("Link"),
    N_("Valid until"),
)


@dataclass(frozen=True, slots=True)
class Letter:
    """One person's invitation, as it is said to them. `picture` is what the QR picture holds: the link, or the words to
    be written where there is no link. `steps` lead in, `asked` is what can be asked then."""

    name: str
    organisation: str
    email: str
    language: str
    code: str
    command: str
    link: str
    picture: str
    association: str
    title: str
    about: str
    steps: tuple[Spans, ...]
    picture_says: str
    ask: str
    asked: tuple[str, ...]
    valid: Spans
    contact: str


@dataclass(frozen=True, slots=True)
class Pack:
    """The letters, by organisation and name, and until when their codes work (aware UTC)."""

    letters: tuple[Letter, ...]
    expires: datetime


def joined(member: Member) -> bool:
    """Whether they have an account that can be written to, or could be before they blocked the bot."""
    return any(account.address for account in member.person.accounts)


async def pack(ctx: Context, organisation: str = "", *, beside: bool = False) -> Pack | None:
    """A new code for everybody who has not joined, of one organisation and its members when it is given. Codes that
    these people had before work no more; only the hashes of the new ones are kept. `beside` those that they have, only
    for who has an e-mail address, they go on working. None when this gesture has made them before: they are shown
    once."""
    expires = ctx.now + membership.INVITE_LIVES
    people = sorted(
        (
            m
            for m in await ctx.store.members.all()
            if not joined(m) and _of(m, organisation, ctx) and (m.person.email or not beside)
        ),
        key=lambda m: (alphabetical(_organisation(m, ctx)), alphabetical(m.person.name)),
    )
    codes = {m.id: membership.fresh_code(CODE_GROUPS) for m in people}
    invites = tuple(
        Invite("", membership.digest(codes[m.id]), m.person.role, m.person.organisation, m.id, expires)
        for m in people
    )
    if invites:
        kept = await ctx.store.members.invite_all(invites, ctx.by, beside=beside)
        if [one.digest for one in kept] != [one.digest for one in invites]:
            return None
    contact = ", ".join(
        m.person.email
        for m in await ctx.store.members.all()
        if m.person.role == "secretariat" and m.person.email
    )
    return Pack(tuple(_letter(m, codes[m.id], expires, contact, ctx) for m in people), expires)


def _of(member: Member, organisation: str, ctx: Context) -> bool:
    return not organisation or bool(audience.chosen((f"cluster:{organisation}",), (member,), ctx.structure))


def _organisation(member: Member, ctx: Context, t: Translator | None = None) -> str:
    found = ctx.structure.organisation(member.person.organisation)
    return (t or ctx.t).words(found.name) if found else ""


def _letter(member: Member, code: str, expires: datetime, contact: str, ctx: Context) -> Letter:
    """In the language of whom it is for."""
    t = translator(member.person.language)
    command = f"{BY_NAME['join'].name(t.language)} {code}"
    link = ctx.join_link + code if ctx.join_link else ""
    written = t.rich(
        "In Slack, or where there is no camera, write to it in private: {code}", code=Code(command)
    )
    steps: tuple[Spans, ...] = (
        (
            t.rich("Point your phone's camera at the picture, or open {link}", link=Link(link, link)),
            t.rich("In Telegram press {button}: it knows who you are.", button=Bold("Start")),
            written,
        )
        if link
        else (
            (t("Find Šauklys in your chat program and open a private chat with it."),),
            t.rich("Write to it: {code}", code=Code(command)),
            (t("The picture holds the same words, to be copied from a phone."),),
        )
    )
    until = t.day(expires.astimezone(zone(ctx.zone)).date(), ctx.today)
    return Letter(
        name=member.person.name or member.person.email,
        organisation=_organisation(member, ctx, t),
        email=member.person.email,
        language=t.language,
        code=code,
        command=command,
        link=link,
        picture=link or command,
        association=t.words(ctx.association.name),
        title=t("An invitation"),
        about=t(
            "Šauklys is the herald of our association in your chat program. Ask it about funding calls and meetings in your own words; when a date that you were told changes, it tells you by itself."
        ),
        steps=steps,
        picture_says=t("For you alone"),
        ask=t("Then ask, for example:"),
        asked=tuple(t(example) for example in _ASKED),
        valid=t.rich(
            "The invitation is yours alone, works once and until {day}. Please give it to nobody else.",
            day=Bold(until),
        ),
        contact=t("Questions: {addresses}", addresses=contact) if contact else "",
    )


def table(made: Pack, ctx: Context) -> bytes:
    """The letters as a workbook for a mail merge, a line each, under headings in the reader's language."""
    day = f"{made.expires.astimezone(zone(ctx.zone)):%Y-%m-%d}"
    lines = tuple(
        (
            letter.name,
            letter.organisation,
            letter.email,
            letter.language,
            letter.code,
            letter.command,
            letter.link,
            day,
        )
        for letter in made.letters
    )
    from handlers import exports  # heavy, and not needed for a question

    return exports.as_xlsx(
        exports.Sheet(tuple(ctx.t(heading) for heading in HEADINGS), lines), ctx.t("Invitations")
    )


# Who has joined


@dataclass(frozen=True, slots=True)
class _Part:
    """The people of one cluster, or of none, those who have not joined in alphabetical order."""

    name: str
    people: tuple[Member, ...]

    @property
    def missing(self) -> tuple[Member, ...]:
        found = (m for m in self.people if not joined(m))
        return tuple(sorted(found, key=lambda m: alphabetical(m.person.name)))


async def who_joined(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """How many of each cluster have joined, and who has not; `joined table` is all of it as a workbook."""
    t = ctx.t
    people = await ctx.store.members.all()
    if not people:
        return say(t("There are no members yet."))
    if line.words[:1] == ("table",):
        from handlers.exports import XLSX  # heavy, and not needed for a question

        file = File("joined.xlsx", XLSX, _joined_table(people, ctx))
        return Reply((para(t("Everybody, with those who have not joined first.")),), files=(file,))
    parts = _parts(people, ctx)
    everybody = t.rich(
        "Joined: {joined} of {all}",
        joined=Bold(str(sum(map(joined, people)))),
        all=str(len(people)),
    )
    return Reply(
        (para(*everybody), Items(tuple(_line(part, ctx) for part in parts))),
        buttons=rows(Button(t("As a table"), "joined table"), Button(t("By mail"), "bymail")),
    )


def _line(part: _Part, ctx: Context) -> Spans:
    t = ctx.t
    count = len(part.people) - len(part.missing)
    head = t.rich(
        "{cluster}: {joined} of {all}", cluster=part.name, joined=Bold(str(count)), all=str(len(part.people))
    )
    if not part.missing:
        return head
    names = tuple(m.person.name for m in part.missing[:NAMED])
    more = len(part.missing) - len(names)
    listed = ", ".join(names) + (f" {t('and {count} more', count=more)}" if more else "")
    return (*head, ". ", t("Not yet: {names}", names=listed))


def _parts(people: tuple[Member, ...], ctx: Context) -> tuple[_Part, ...]:
    """Clusters in alphabetical order, then those who are in none."""
    clusters = sorted(
        (o for o in ctx.structure.organisations if o.kind == "cluster"),
        key=lambda o: alphabetical(ctx.t.words(o.name)),
    )
    found = [
        _Part(ctx.t.words(o.name), audience.chosen((f"cluster:{o.id}",), people, ctx.structure))
        for o in clusters
    ]
    inside = {m.id for part in found for m in part.people}
    outside = tuple(m for m in people if m.id not in inside)
    return tuple(part for part in (*found, _Part(ctx.t("In no cluster"), outside)) if part.people)


def _joined_table(people: tuple[Member, ...], ctx: Context) -> bytes:
    t = ctx.t
    headings = (t("Name"), t("Organisation"), t("Cluster"), t("E-mail"), t("Has joined"))
    clusters = {o.id: t.words(o.name) for o in ctx.structure.organisations if o.kind == "cluster"}
    lines = []
    for member in sorted(people, key=lambda m: (joined(m), alphabetical(m.person.name))):
        organisation = ctx.structure.organisation(member.person.organisation)
        ids = (organisation.id, *organisation.belongs_to) if organisation else ()
        lines.append(
            (
                member.person.name,
                _organisation(member, ctx),
                "; ".join(clusters[id] for id in ids if id in clusters),
                member.person.email,
                t("yes") if joined(member) else t("no"),
            )
        )
    from handlers import exports

    return exports.as_xlsx(exports.Sheet(headings, tuple(lines)), t("Members"))
