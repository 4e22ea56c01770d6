"""Who approves in the secretariat's place while it is away: one member by name, until a day."""

from __future__ import annotations

from datetime import date, timedelta

from handlers.access import deputy as named_now
from handlers.chat import Bold, Button, Field, Form, Incoming, Reply, para, rows, say
from handlers.commands import Line
from handlers.context import Context
from handlers.understanding.dates import window_of
from handlers.understanding.folding import fold
from handlers.understanding.stretches import Window
from storage.members import Member

LONGEST = timedelta(days=92)


async def deputy(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`deputy` says who it is, or asks whom to name; `deputy Jonas Jonaitis iki spalio 30` names one; `deputy off` ends
    it."""
    t = ctx.t
    if line.words == ("off",):
        await ctx.store.announcements.dismiss(ctx.by)
        return say(t("There is no deputy any more."), buttons=rows(Button(t("Name a deputy"), "deputy new")))
    if msg.answers is not None:
        return await _name(str(msg.answers["name"]), str(msg.answers["until"]), ctx)
    if line.words and line.words != ("new",):
        name, until = _apart(line.rest)
        return await _name(name, until, ctx)
    current = await named_now(ctx)
    member = await ctx.store.members.get(current.member) if current else None
    if current is None or member is None or line.words == ("new",):
        return Reply(form=_form(ctx))
    said = t.rich(
        "{name} may approve announcements in the secretariat's place until {day}.",
        name=Bold(member.person.name),
        day=t.day(current.until, ctx.today),
    )
    return Reply(
        (para(*said),),
        buttons=rows(Button(t("End it"), "deputy off"), Button(t("Name somebody else"), "deputy new")),
    )


def _form(ctx: Context) -> Form:
    t = ctx.t
    return Form(
        command="deputy new",
        title=t("A deputy"),
        intro=t("A deputy may approve what the secretariat announces, but never their own."),
        fields=(
            Field("name", t("Which member?"), "text", t("Name and surname."), limit=120),
            Field("until", t("Until which day?"), "text", t("For example: 2026-10-30."), limit=60),
        ),
    )


def _apart(text: str) -> tuple[str, str]:
    """The name and the day: "Jonas Jonaitis iki spalio 30", or with the day as the last word."""
    for word in (" iki ", " until "):
        name, found, day = text.partition(word)
        if found:
            return name.strip(), day.strip()
    name, _, day = text.rpartition(" ")
    return (name.strip(), day) if any(c.isdigit() for c in day) else (text.strip(), "")


async def _name(name: str, until: str, ctx: Context) -> Reply:
    t = ctx.t
    again = rows(Button(t("Name a deputy"), "deputy new"))
    found = await _members(name, ctx)
    if len(found) != 1:
        said = (
            t("Nobody among the members is called “{name}”.", name=name)
            if not found
            else t("Several members are called “{name}”; write the whole name.", name=name)
        )
        return say(said, buttons=again)
    day = _day(until, ctx.today)
    if day is None or not ctx.today <= day <= ctx.today + LONGEST:
        return say(
            t(
                "Until when? A day within three months, for example: {example}.",
                example=_example(found[0], ctx),
            ),
            buttons=again,
        )
    named = await ctx.store.announcements.appoint(found[0].id, day, ctx.by)
    return say(
        t(
            "{name} may approve announcements in the secretariat's place until {day}; it ends by itself.",
            name=found[0].person.name,
            day=t.day(named.until, ctx.today),
        ),
        buttons=rows(Button(t("End it"), "deputy off")),
    )


def _example(member: Member, ctx: Context) -> str:
    word = "/pavaduotojas {name} iki {day}" if ctx.t.language == "lt" else "/deputy {name} until {day}"
    return word.format(name=member.person.name, day=ctx.today + timedelta(days=14))


def _day(text: str, today: date) -> date | None:
    window = window_of(text, today) if text else None
    return (window.last or window.first) if isinstance(window, Window) else None


async def _members(name: str, ctx: Context) -> list[Member]:
    """The members of that id, whole name, or part of it when only one has it."""
    asked = fold(name.strip())
    members = await ctx.store.members.all()
    whole = [m for m in members if m.id == name or fold(m.person.name) == asked]
    if whole or not name.strip():
        return whole
    words = set(asked.split())
    return [m for m in members if words <= set(fold(m.person.name).split())]
