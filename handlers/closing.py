"""Until when something is open, as it is answered in a form: a day to come, with an hour or until its last minute:
"until 10 October, 00:00" would be read as the day after. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.calls.fields import moment
from handlers.chat import Answers
from handlers.context import Context

FIELD = "closes"


def closing(answers: Answers, ctx: Context) -> datetime | None:
    """The closing that was answered (aware), when it is one and is to come."""
    found = moment(str(answers.get(FIELD) or ""), ctx)
    if found is None or found.precision not in ("hour", "day"):
        return None
    instant = found.last_instant() - (timedelta(minutes=1) if found.precision == "day" else timedelta())
    return instant if instant > ctx.now else None


def closing_faults(answers: Answers, ctx: Context) -> dict[str, str]:
    """What is wrong with it, a sentence by field."""
    text = str(answers.get(FIELD) or "")
    if not text or closing(answers, ctx) is not None:
        return {}
    found = moment(text, ctx)
    if found is not None and found.precision in ("hour", "day"):
        return {FIELD: ctx.t("That is in the past.")}
    return {FIELD: ctx.t("A day is needed, with an hour if you like. For example: 2026-10-30 17:00.")}
