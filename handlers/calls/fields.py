"""The fields of a call that people type: read from a form's text, shown as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from handlers.calls.speech import STATUS_WORDS
from handlers.context import Context
from handlers.i18n import N_
from handlers.understanding.dates import moment_of
from handlers.understanding.folding import fold
from storage.calls import Facts
from storage.moments import Moment
from storage.words import Words

_DATE_HINT = N_("For example: 2026-10-30 16:00, only the day, or 2026 IV ketv.; empty if not known.")


@dataclass(frozen=True, slots=True)
class Typed:
    """A field as typed: `name` in commands, `fact` in storage.calls.Facts. `read` raises ValueError for
    text that it cannot read; empty text is "not known"."""

    name: str
    fact: str
    label: str
    hint: str
    read: Callable[[str, Context], Any]
    shown: Callable[[Any, Context], str]

    def changes(self, facts: Facts, text: str, ctx: Context) -> Mapping[str, object]:
        """The change that this text makes to these facts. Raises ValueError."""
        value = self.read(text, ctx)
        if self.name == "title_lt":
            value = replace(facts.title, lt=value)
        elif self.name == "title_en":
            value = replace(facts.title, en=value)
        return {self.fact: value}


def moment(text: str, ctx: Context) -> Moment | None:
    """A typed date in the association's zone, as precise as it was typed; None when it is none."""
    read = moment_of(text, ctx.today)
    if read is None:
        return None
    return Moment(read.first, ctx.zone, read.precision, read.time)


def _text(text: str, ctx: Context) -> str:
    return text.strip()


def _title(text: str, ctx: Context) -> str:
    return " ".join(text.split())


def _moment(text: str, ctx: Context) -> Moment | None:
    if not text.strip():
        return None
    read = moment(text, ctx)
    if read is None:
        raise ValueError(text)
    return read


def _moments(text: str, ctx: Context) -> tuple[Moment, ...]:
    parts = [part for part in re.split(r"[;\n]", text) if part.strip()]
    return tuple(m for m in (_moment(part, ctx) for part in parts) if m)


def _euros(text: str, ctx: Context) -> Decimal | None:
    """ "23 169 602,00 Eur" → 23169602.00."""
    bare = re.sub(r"[\s\u00a0\u202f€]|eur(ų|u|ai|os)?\.?", "", text.casefold()).replace(",", ".")
    if not bare:
        return None
    try:
        amount = Decimal(bare)
    except InvalidOperation:
        raise ValueError(text) from None
    if not amount.is_finite() or amount < 0:
        raise ValueError(text)
    return amount


def _agency(text: str, ctx: Context) -> str:
    """The id of the organisation of that id, name or alias; the text itself when it is none of ours."""
    asked = fold(text.strip())
    for o in ctx.structure.organisations:
        if asked in {fold(name) for name in (o.id, *o.name.both, *o.aliases)}:
            return o.id
    return text.strip()


def _link(text: str, ctx: Context) -> str:
    text = text.strip()
    if text and not text.startswith(("http://", "https://")):
        raise ValueError(text)
    return text


def _list(text: str, ctx: Context) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[;\n]", text) if part.strip())


def _as_text(value: Any, ctx: Context) -> str:
    return str(value) if value else ctx.t("not known")


def _as_words(value: Any, ctx: Context) -> str:
    return " / ".join(value.both) if isinstance(value, Words) else _as_text(value, ctx)


def _as_moment(value: Any, ctx: Context) -> str:
    return ctx.t.moment(value, ctx.today, ctx.zone, named=True) if value else ctx.t("not announced")


def _as_moments(value: Any, ctx: Context) -> str:
    return "; ".join(_as_moment(m, ctx) for m in value) or ctx.t("none")


def _as_euros(value: Any, ctx: Context) -> str:
    return ctx.t.euros(value) if value is not None else ctx.t("not known")


def _as_list(value: Any, ctx: Context) -> str:
    return "; ".join(value) or ctx.t("none")


def _as_hold(value: Any, ctx: Context) -> str:
    return ctx.t(STATUS_WORDS[value]) if value else ctx.t("as planned")


def _as_agency(value: Any, ctx: Context) -> str:
    organisation = ctx.structure.organisation(value)
    return ctx.t.words(organisation.name) if organisation else _as_text(value, ctx)


def _as_flag(value: Any, ctx: Context) -> str:
    return ctx.t("yes") if value else ctx.t("no")


_PLAIN = N_("Empty if not known.")

EDITABLE: dict[str, Typed] = {
    field.name: field
    for field in (
        Typed("title_lt", "title", N_("Title"), N_("In Lithuanian."), _title, _as_words),
        Typed("title_en", "title", N_("Title in English"), N_("Empty if there is none."), _title, _as_words),
        Typed("number", "number", N_("Number"), _PLAIN, _text, _as_text),
        Typed("measure", "measure", N_("Measure"), N_("For example: Inoklaster LT."), _title, _as_text),
        Typed("agency", "agency", N_("Agency"), N_("Its name or abbreviation."), _agency, _as_agency),
        Typed("activity", "activity", N_("Supported activity"), _PLAIN, _text, _as_text),
        Typed("published", "published", N_("Published"), _DATE_HINT, _moment, _as_moment),
        Typed("opens", "opens", N_("Opens"), _DATE_HINT, _moment, _as_moment),
        Typed("closes", "closes", N_("Closes"), _DATE_HINT, _moment, _as_moment),
        Typed("cutoffs", "cutoffs", N_("Cut-offs"), N_("Dates with ; between them."), _moments, _as_moments),
        Typed("budget", "budget", N_("Budget"), N_("In euros, for example 6 000 000."), _euros, _as_euros),
        Typed(
            "max", "max_grant", N_("Largest grant"), N_("In euros, for example 320 000."), _euros, _as_euros
        ),
        Typed(
            "min", "min_grant", N_("Smallest grant"), N_("In euros, for example 75 000."), _euros, _as_euros
        ),
        Typed("intensity", "intensity", N_("Intensity"), N_("For example: iki 85 proc."), _text, _as_text),
        Typed("eligible", "eligible", N_("Who can apply"), _PLAIN, _text, _as_text),
        Typed("partners", "partners", N_("Partners"), _PLAIN, _text, _as_text),
        Typed("sectors", "sectors", N_("Sectors"), N_("With ; between them."), _list, _as_list),
        Typed("region", "region", N_("Region"), _PLAIN, _text, _as_text),
        Typed("selection", "selection", N_("Selection"), _PLAIN, _text, _as_text),
        Typed("link", "link", N_("Link"), N_("It begins with https://."), _link, _as_text),
        Typed("contact", "contact", N_("Contact"), _PLAIN, _text, _as_text),
    )
}

_OTHERS = {
    "hold": Typed("hold", "hold", N_("Status"), "", _text, _as_hold),
    "continuous": Typed("continuous", "continuous", N_("Continuous"), "", _text, _as_flag),
}
_BY_FACT = {**{field.fact: field for field in EDITABLE.values()}, **_OTHERS}
_BY_FACT["title"] = EDITABLE["title_lt"]


def typed(fact: str) -> Typed:
    """The field by the name it has in the facts; one that nobody types is shown as text."""
    return _BY_FACT.get(fact) or Typed(fact, fact, fact, "", _text, _as_text)
