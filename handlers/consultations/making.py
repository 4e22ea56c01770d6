"""A consultation made of a draft that the secretariat sends: its title, until when, whom it asks, who sees what."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from handlers.announcements import drafts as announcements
from handlers.announcements.drafts import several
from handlers.chat import Answers, Choice, Field, Form, Incoming, Reply, say, shorten
from handlers.closing import closing, closing_faults
from handlers.commands import Line
from handlers.consultations import running
from handlers.context import Context
from storage.consultations import Plan
from storage.moments import zone
from storage.words import Words

if TYPE_CHECKING:
    from handlers.importing.drafts import Draft

TITLE = 120


async def newconsultation(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`newconsultation x3`: the form of a consultation on the draft in that file; finished, it is kept as a draft.
    `newconsultation t3` changes what is kept."""
    from handlers.importing import drafts  # heavy, and not needed for a question
    from handlers.importing.faults import FileRefused

    t = ctx.t
    named = line.words[0] if line.words else ""
    if named.startswith("t"):
        return await _changed(msg, ctx, named, line.seen)
    file = await ctx.store.announcements.file(named)
    if file is None:
        return say(t("Send me the draft here as a DOCX or Markdown file, and I will ask the rest."))
    try:
        draft = await asyncio.to_thread(drafts.read, file.content, file.name)
    except FileRefused as refused:
        return say(f"{shorten(file.name, 60)}: {refused.faults[0].in_(t)}")
    title = draft.title or file.name.rpartition(".")[0]
    form = _form(f"newconsultation {named}", {"lt": shorten(title, TITLE)}, _intro(draft, ctx), ctx)
    plan = _plan(msg.answers, draft, ctx) if msg.answers is not None else None
    if plan is None:
        return Reply(form=form if msg.answers is None else _again(form, msg.answers, ctx))
    made = await ctx.store.consultations.add(plan, ctx.by)
    await ctx.store.conversation.end_draft(ctx.by.who)
    return await running.looked_at(made, 1, ctx)


def _intro(draft: Draft, ctx: Context) -> str:
    return ctx.t.n("The draft has {count} section.", "The draft has {count} sections.", len(draft.sections))


async def _changed(msg: Incoming, ctx: Context, id: str, seen: int | None) -> Reply:
    """What else than the sections is known of a draft, asked anew."""
    one = await ctx.store.consultations.get(id)
    if one is None or one.state != "draft":
        return say(ctx.t("There is no such draft."))
    closes = one.plan.closes.astimezone(zone(ctx.zone))
    values: Answers = {
        "lt": one.plan.title.lt,
        "en": one.plan.title.en,
        "closes": f"{closes:%Y-%m-%d %H:%M}",
        "audience": one.plan.audience,
        "others": "yes" if one.plan.others_shown else "no",
    }
    seen = one.version if seen is None else seen
    form = _form(f"newconsultation {id} v{seen}", values, "", ctx)
    if msg.answers is None:
        return Reply(form=form)
    from handlers.importing.drafts import Draft

    plan = _plan(msg.answers, Draft("", one.plan.sections), ctx)
    if plan is None:
        return Reply(form=_again(form, msg.answers, ctx))
    changed = await ctx.store.consultations.change(id, seen, replace(plan, key=one.plan.key), ctx.by)
    await ctx.store.conversation.end_draft(ctx.by.who)
    return await running.looked_at(changed, 1, ctx)


def _form(command: str, values: Answers, intro: str, ctx: Context) -> Form:
    t = ctx.t
    whom = announcements.form(ctx, values=values).field("audience")
    choices = tuple(c for c in (whom.choices if whom else ()) if not c.value.startswith("channel:"))
    yes_no = (Choice("no", t("no")), Choice("yes", t("yes")))
    return Form(
        command=command,
        title=t("A consultation"),
        intro=intro,
        fields=(
            Field("lt", t("The title in Lithuanian"), limit=TITLE),
            Field("en", t("The title in English"), required=False, limit=TITLE),
            Field(
                "closes",
                t("Until when are remarks taken?"),
                "moment",
                t("For example: 2026-10-30 17:00."),
                limit=60,
            ),
            Field("audience", t("Who is asked for remarks?"), "several", choices=choices),
            Field("others", t("Do all see what the others say?"), "one", choices=yes_no),
        ),
        values=values,
        at="lt",
        check=lambda answers: closing_faults(answers, ctx),
    )


def _again(form: Form, answers: Answers, ctx: Context) -> Form:
    """The form with what has become wrong while it was filled in."""
    wrong = closing_faults(answers, ctx)
    kept = {name: answer for name, answer in answers.items() if name not in wrong}
    return form.with_(values=kept, at="closes", faults=wrong)


def _plan(answers: Answers, draft: Draft, ctx: Context) -> Plan | None:
    closes = closing(answers, ctx)
    if closes is None:
        return None
    title = Words(str(answers["lt"]).strip(), str(answers.get("en") or "").strip())
    return Plan(
        key=_key(title.lt, ctx.now),
        title=title,
        sections=draft.sections,
        closes=closes,
        audience=several(answers, "audience"),
        others_shown=answers.get("others") == "yes",
    )


def _key(title: str, now: datetime) -> str:
    """ "inovaciju-koncepcija-20260924100000"."""
    apart = unicodedata.normalize("NFD", title.casefold())
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    named = re.sub(r"[^a-z0-9]+", "-", bare)[:30].strip("-") or "konsultacija"
    return f"{named}-{now:%Y%m%d%H%M%S}"
