"""How an import is told: the figures first, then what differs, then everything as rows for a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from handlers import survey_files
from handlers.calls.speech import STATUS_WORDS
from handlers.chat import Block, Heading, Items, Spans, para, shorten
from handlers.context import Context
from handlers.i18n import N_, Translator
from handlers.importing import calls, members
from handlers.importing.columns import Column
from handlers.importing.comparing import Edit, Field
from handlers.imports.previews import NAME, Applied, Entry, Preview
from storage.association import DigestTime, Goal, Quorum, Seat
from storage.calls import Document
from storage.meetings import Difference
from storage.members import Holding, Reach
from storage.moments import Moment
from storage.words import Words

WHOLE = (N_("What"), N_("Record"), N_("Field"), N_("Was"), N_("Now"))
SHOWN = 10
"""How many of each sort a preview shows; it says how many more there are."""
_VALUE = 120  # characters of a field's value


def describe(preview: Preview, ctx: Context, *, over_edits: bool = False) -> tuple[Block, ...]:
    """A preview as people read it: the figures first, then at most ten of each sort and how many more; `over_edits`
    when the file was chosen over what was edited by hand."""
    t = ctx.t
    blocks: list[Block] = [para(_first_line(preview, t))]
    blocks += section(t("Refused"), [fault.in_(t) for fault in preview.refused], t)
    blocks += section(t("Left out; the rest is imported"), [fault.in_(t) for fault in preview.left], t)
    blocks += section(t("Added"), [shown_name(e.name, t) for e in preview.new], t)
    blocks += section(t("Changed"), [changed(entry, preview.kind, ctx) for entry in preview.differs], t)
    title = (
        t("Edited by hand since the last import; the file replaces it")
        if over_edits
        else t("Edited by hand since the last import; it stays")
    )
    blocks += section(title, [changed(entry, preview.kind, ctx) for entry in preview.edits], t)
    title = t("Not in the file and dropped") if preview.drops else t("Not in the file; they stay")
    blocks += section(title, [shown_name(name, t) for name in preview.gone], t)
    blocks += [para(note.in_(t)) for note in preview.notes]
    blocks += preview.page
    if preview.refused:
        blocks.append(para(t("Nothing has been imported yet. Correct the file and send it again.")))
    return tuple(blocks)


def whole(preview: Preview, ctx: Context) -> tuple[tuple[str, ...], ...]:
    """Everything of a preview that is too long to be read in a chat, as rows of text under WHOLE; none when `describe`
    shows it all."""
    sorts = (preview.refused, preview.left, preview.new, preview.differs, preview.edits, preview.gone)
    return () if all(len(sort) <= SHOWN for sort in sorts) else everything(preview, ctx)


def everything(preview: Preview, ctx: Context) -> tuple[tuple[str, ...], ...]:
    """Everything of a preview as rows of text under WHOLE."""
    t = ctx.t
    found = [(t("Refused"), fault.in_(t), "", "", "") for fault in preview.refused]
    found += [(t("Left out; the rest is imported"), fault.in_(t), "", "", "") for fault in preview.left]
    found += [(t("Added"), t.words(entry.name), "", "", "") for entry in preview.new]
    for title, entries in ((t("Changed"), preview.differs), (t("Edited by hand"), preview.edits)):
        found += [
            (
                title,
                t.words(entry.name),
                _label(preview.kind, field.name, t),
                _value(field.was if isinstance(field, Field) else field.edited, ctx),
                _value(field.now, ctx),
            )
            for entry in entries
            for field in entry.fields
        ]
    found += [(t("Not in the file"), t.words(name), "", "", "") for name in preview.gone]
    return tuple(found)


def _first_line(preview: Preview, t: Translator) -> str:
    if preview.empty:
        return t("{file}: there is nothing in it to take over.", file=preview.file)
    if not preview.changes and not preview.refused and not preview.edits:
        return t.n(
            "{file}: no difference, {count} entry is as it is known.",
            "{file}: no difference, {count} entries are as they are known.",
            preview.same,
            file=preview.file,
        )
    return t(
        "{file}: new {new}, changed {changed}, the same {same}, refused {refused}.",
        file=preview.file,
        new=len(preview.new),
        changed=len(preview.differs),
        same=preview.same,
        refused=preview.wrong,
    )


def section(title: str, lines: list[str], t: Translator) -> tuple[Block, ...]:
    """A heading with at most SHOWN lines and how many more there are; nothing without lines."""
    if not lines:
        return ()
    items: list[Spans] = [(line,) for line in lines[:SHOWN]]
    more = len(lines) - SHOWN
    if more > 0:
        items.append((t("and {count} more", count=more),))
    return Heading(title), Items(tuple(items))


def shown_name(name: Words, t: Translator) -> str:
    """A record's name on one short line."""
    return shorten(t.words(name), NAME) or "–"


def changed(entry: Entry, kind: str, ctx: Context) -> str:
    """ "Inočekiai: Teikiama iki: 2026 m. … → …; Būsena: …"."""
    parts = [f"{_label(kind, f.name, ctx.t)}: {_was_now(f, ctx)}" for f in entry.fields]
    return f"{shown_name(entry.name, ctx.t)}: {'; '.join(parts)}"


def _was_now(field: Field | Edit, ctx: Context) -> str:
    if isinstance(field, Field):
        return f"{_value(field.was, ctx)} → {_value(field.now, ctx)}"
    edited, now = _value(field.edited, ctx), _value(field.now, ctx)
    if not field.known:
        return ctx.t("edited by hand {edited} → now in the file {now}", edited=edited, now=now)
    return ctx.t(
        "was in the list {listed} → edited by hand {edited} → now in the file {now}",
        listed=_value(field.listed, ctx),
        edited=edited,
        now=now,
    )


def describe_applied(applied: Applied, ctx: Context) -> tuple[Block, ...]:
    """What was taken over, in one line."""
    if applied.reply is not None:
        return applied.reply.blocks
    return (
        para(
            ctx.t(
                "Imported: {added} added, {changed} changed, {same} as before.",
                added=applied.added,
                changed=applied.changed,
                same=applied.same,
            )
        ),
    )


# Fields under the headings of the files they come from, and their values in words

_LABELS: Mapping[str, tuple[Column, ...]] = {
    "survey": survey_files.LABELS,
    "calls": (
        *(column for column in calls.COLUMNS if column.field != "status"),
        Column("hold", "Būsena", "Status"),
        Column("held_since", "Būsena nuo", "Status since"),
        Column("continuous", "Tęstinis", "Continuous"),
    ),
    "members": (
        *members.COLUMNS,
        Column("holdings", "Grupės", "Groups"),
        Column("accounts", "Paskyros", "Accounts"),
    ),
    "meetings": (
        Column("title", "Pavadinimas", "Title"),
        Column("group", "Grupė", "Group"),
        Column("start", "Pradžia", "Start"),
        Column("minutes", "Trukmė minutėmis", "Minutes"),
        Column("zone", "Laiko juosta", "Time zone"),
        Column("all_day", "Visą dieną", "All day"),
        Column("tentative", "Preliminarus", "Tentative"),
        Column("cancelled", "Atšauktas", "Cancelled"),
        Column("rule", "Kartojasi", "Repeats"),
        Column("extra", "Papildomi", "Extra"),
        Column("dropped", "Nevyksta", "Not held"),
        Column("exceptions", "Pavieniai pakeitimai", "Single changes"),
        Column("mode", "Būdas", "Mode"),
        Column("place", "Vieta", "Place"),
        Column("link", "Prisijungimo nuoroda", "Join link"),
        Column("agenda", "Darbotvarkė", "Agenda"),
        Column("documents", "Dokumentai", "Documents"),
        Column("chair", "Pirmininkauja", "Chair"),
    ),
    "association": (
        Column("name", "Pavadinimas", "Name"),
        Column("zone", "Laiko juosta", "Time zone"),
        Column("languages", "Kalbos", "Languages"),
        Column("working_hours", "Darbo laikas", "Working hours"),
        Column("kind", "Rūšis", "Kind"),
        Column("aliases", "Kiti pavadinimai", "Aliases"),
        Column("became", "Dabar yra dalis", "Became"),
        Column("now", "Dabartinis pavadinimas", "Now"),
        Column("sector", "Sektorius", "Sector"),
        Column("belongs_to", "Priklauso", "Belongs to"),
        Column("quorum", "Kvorumas", "Quorum"),
        Column("digest", "Santrauka", "Digest"),
        Column("goal", "Tikslas", "Goal"),
        Column("seats", "Vietos", "Seats"),
        Column("archived", "Baigusi darbą", "Archived"),
    ),
}


def _label(kind: str, field: str, t: Translator) -> str:
    return next((c.heading(t.language) for c in _LABELS[kind] if c.field == field), field)


def _value(value: Any, ctx: Context) -> str:
    """A field's value, on one short line; a dash for none."""
    return shorten(_in_words(value, ctx), _VALUE) or "–"


def _in_words(value: Any, ctx: Context) -> str:
    t = ctx.t
    match value:
        case None | "" | ():
            return ""
        case bool():
            return t("yes") if value else t("no")
        case Moment():
            return t.moment(value, ctx.today, ctx.zone)
        case Decimal():
            return t.euros(value)
        case Words():
            return " / ".join(value.both)
        case tuple():
            return "; ".join(_in_words(each, ctx) for each in value)
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case date():
            return t.day(value, ctx.today)
        case "member" | "manager" | "secretariat":
            return members.ROLES[value][0 if t.language == "lt" else 1]
        case "postponed" | "suspended" | "cancelled":
            return t(STATUS_WORDS[value])
        case _:
            return _record_in_words(value, ctx)


def _record_in_words(value: Any, ctx: Context) -> str:
    """A part of a record: what an account, a seat, a changed meeting comes to."""
    t = ctx.t
    match value:
        case Holding(group, represents, position):
            return " ".join(
                filter(None, (group, f"({represents})" if represents else "", _position(position, t)))
            )
        case Reach(platform, user):
            return f"{platform} {user}"
        case Document(title, url):
            return f"{title} {url}"
        case Quorum(needed, of):
            return f"{needed}/{of}"
        case DigestTime(day, at):
            return f"{t.on_weekday(date(2024, 1, 1 + day))} {at}"
        case Goal(text, due):
            return f"{t.words(text)} ({due:%Y-%m-%d})"
        case Seat(organisation, count):
            return f"{organisation} {count}"
        case Difference():
            return _occurrence_in_words(value, t)
    return str(value)


def _occurrence_in_words(value: Difference, t: Translator) -> str:
    day = f"{value.of:%Y-%m-%d}"
    if value.cancelled:
        return t("{day} is cancelled", day=day)
    if value.start:
        return t("{day} moves to {start}", day=day, start=f"{value.start:%Y-%m-%d %H:%M}")
    return t("{day} differs", day=day)


def _position(position: str | None, t: Translator) -> str:
    spellings = members.POSITIONS.get(position) if position else None  # type: ignore[call-overload]
    return str(spellings[0 if t.language == "lt" else 1]) if spellings else ""
