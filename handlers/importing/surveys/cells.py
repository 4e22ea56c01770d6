"""Cells of a survey's sheet: options one a line, conditions, numbers, and what a list writes into a cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from handlers.i18n import N_
from handlers.importing.faults import Bad, say
from handlers.importing.nearest import plain
from handlers.importing.surveys.checking import MOST_NUMBER
from handlers.importing.surveys.parts import answers_of, clean, clean_lines, made_id, option, short_name
from storage.surveys import Option, Question, ShowIf
from storage.words import Words

# An apostrophe before what a spreadsheet would run, one more than stood there (ASVS 1.2.10).
_GUARDED = re.compile("'+[=+\\-@\t\r]")
_NAMED = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9_-]{0,23})\s*=\s*(.*)", re.DOTALL)
_STEP = re.compile(r"\s*(-?\d{1,3})\s*=\s*(.*)", re.DOTALL)
_CONDITION = re.compile(r"([^=<>!]+?)\s*(?:=+|:)\s*(.+)", re.DOTALL)


def text(cell: str) -> str:
    """The words of a cell on one line, without the apostrophe that guards a formula."""
    return clean(unguarded(cell))


def paragraphs(cell: str) -> str:
    """The same of a cell whose lines stay apart."""
    return clean_lines(unguarded(cell))


def unguarded(cell: str) -> str:
    """The cell as it was before it was made harmless."""
    return cell[1:] if _GUARDED.match(cell) else cell


def guarded(cell: str) -> str:
    """What would be taken for a guard gets one itself; plain formulas are guarded by whoever writes the sheet."""
    return f"'{cell}" if _GUARDED.match(cell) else cell


def number(cell: str) -> float | None:
    """A number, decimal comma or point, thousands apart or not; None for an empty cell. Raises Bad."""
    written = text(cell)
    if not written:
        return None
    try:
        found = Decimal(re.sub(r"[\s'’]", "", written).replace(",", ".").replace("\u2212", "-"))
    except InvalidOperation:
        raise Bad(
            say(N_("“{value}” is no number"), value=written), say(N_("write it as 1200 or 0,5"))
        ) from None
    if not found.is_finite() or abs(found) > MOST_NUMBER:
        raise Bad(say(N_("the number is too large")))
    return float(found)


def whole(cell: str) -> int | None:
    """A whole number; None for an empty cell. Raises Bad."""
    found = number(cell)
    if found is not None and not found.is_integer():
        raise Bad(say(N_("it is no whole number")))
    return None if found is None else int(found)


def digits(value: float) -> str:
    """The number as it is read back."""
    return format(Decimal(int(value)) if value.is_integer() else Decimal(repr(value)), "f")


# Options


def lines(cell: str) -> tuple[str, ...]:
    """The entries of a cell: one a line, or with `;` between them where there is one line only."""
    bare = unguarded(cell)
    return tuple(
        part for part in re.split(r"[\r\n]+" if re.search(r"[\r\n]", bare) else ";", bare) if part.strip()
    )


def joined(entries: Iterable[str]) -> str:
    """The entries as `lines` takes them apart."""
    written = tuple(entries)
    end = "\n" if len(written) == 1 and ";" in written[0] else ""
    return guarded("\n".join(written) + end) if written else ""


def named(entry: str) -> tuple[str, str]:
    """An entry's own id, empty when it has none, and its text: `id = text`. Raises Bad."""
    match = _NAMED.fullmatch(entry)
    return (short_name(match[1]), clean(match[2])) if match else ("", clean(entry))


def options(lt: Sequence[str], en: Sequence[str]) -> tuple[Option, ...]:
    """The options of two cells: English ones go by their ids, or by their order where none has an id; an option that
    there is in English only is one, too. Raises Bad."""
    ours, theirs = [named(entry) for entry in lt], [named(entry) for entry in en]
    if theirs and not any(id for id, _ in theirs):
        if ours and len(ours) != len(theirs):
            raise Bad(
                say(
                    N_("there are {count} options, and {other} in English"),
                    count=len(ours),
                    other=len(theirs),
                ),
                say(N_("write them in the same order, or with their short names: rdi = MTEPI")),
            )
        return _paired(ours, [text for _, text in theirs])
    english = dict(theirs)
    made = _paired(ours, [english.pop(id, "") for id, _ in ours])
    return (*made, *(option(id, "", text) for id, text in english.items()))


def _paired(ours: Sequence[tuple[str, str]], theirs: Sequence[str]) -> tuple[Option, ...]:
    """Options with ids made of their texts where they have none."""
    given = {id for id, _ in ours if id}
    made: list[Option] = []
    for at in range(max(len(ours), len(theirs))):
        id, lt = ours[at] if at < len(ours) else ("", "")
        en = theirs[at] if at < len(theirs) else ""
        taken = given | {each.id for each in made}
        made.append(option(id or made_id(lt or en, taken), lt, en))
    return tuple(made)


def meant(cell: str, among: Sequence[Option]) -> str:
    """The id of the option that the cell names, by its id or else by its text; empty when it is none of them."""
    called = text(cell)
    ids = {each.id: each.id for each in among}
    texts = {plain(label): each.id for each in among for label in each.label.both}
    return ids.get(called.lower()) or texts.get(plain(called) or "-", "")


def labels(lt: Sequence[str], en: Sequence[str]) -> Mapping[str, Words] | None:
    """What the steps of a scale mean: `1 = never` in two cells. Raises Bad."""
    ours, theirs = dict(map(_step, lt)), dict(map(_step, en))
    return {step: Words(ours.get(step, ""), theirs.get(step, "")) for step in (*ours, *theirs)} or None


def _step(entry: str) -> tuple[str, str]:
    match = _STEP.fullmatch(entry)
    if match is None:
        raise Bad(
            say(N_("“{value}” says nothing of a step of the scale"), value=entry.strip()),
            say(N_("write it as {example}"), example="1 = …"),
        )
    return str(int(match[1])), clean(match[2])


# Conditions


def conditions(cell: str) -> tuple[ShowIf, ...]:
    """`q7 = yes`, several answers with commas, several conditions with `;` or on lines of their own. Raises Bad."""
    found = []
    for part in re.split(r"[;\r\n]+", unguarded(cell)):
        if not part.strip():
            continue
        match = _CONDITION.fullmatch(clean(part))
        if match is None:
            raise Bad(
                say(N_("“{value}” is no condition"), value=part.strip()),
                say(N_("write it as {example}"), example="q7 = yes"),
            )
        found.append(ShowIf(match[1].lower(), tuple(filter(None, map(str.strip, match[2].split(","))))))
    return tuple(found)


def settled(condition: ShowIf, known: Mapping[str, Question]) -> ShowIf:
    """The condition by ids, where a sheet names an answer by its text or a numbered question with a q."""
    id = condition.question
    if id not in known and id.removeprefix("q") in known:
        id = id.removeprefix("q")
    question = known.get(id)
    answers = (answers_of(question) or ()) if question else ()
    values = tuple(value.lower() for value in condition.values)
    if question is None or all(value in answers for value in values):
        return ShowIf(id, values)
    spelled = _spelled(question)
    together = spelled.get(plain(", ".join(values)))
    if together:
        return ShowIf(id, (together,))
    return ShowIf(id, tuple(v if v in answers else spelled.get(plain(v), v) for v in values))


def _spelled(question: Question) -> dict[str, str]:
    """The answers by their texts."""
    if question.kind in ("yes_no", "consent"):
        return {"taip": "yes", "ne": "no"}
    texts = ((plain(text), each.id) for each in question.options for text in each.label.both)
    return {text: id for text, id in texts if text}
