"""What the secretariat hears of its inbox: new questions together, once, and those that are overdue, once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from handlers.calm import first_allowed
from handlers.chat import Button, Items, Reply, para, rows
from handlers.context import Context
from handlers.inbox import item
from handlers.told import Due
from handlers.workdays import answer_by
from storage.members import Member
from storage.questions import Question, still_open
from storage.sendings import Delivery, NewSending, Sending
from storage.store import Store

GATHERED = timedelta(minutes=10)
"""New ones within it are one message."""
USEFUL = timedelta(days=3)
NAMED = 5


async def due(store: Store, now: datetime) -> tuple[Due, ...]:
    """The news of the inbox that should be there and is not, at an hour at which people are spoken to."""
    association = (await store.association.structure()).association
    waiting = still_open(await store.questions.all())
    if not waiting or first_allowed(now, association) > now:
        return ()
    heard = _heard(await store.sendings.all())
    new = [q for q in waiting if ("inbox", spell(q)) not in heard]
    late = [
        q for q in waiting if ("overdue", spell(q)) not in heard and answer_by(q.since, association) <= now
    ]
    if not any(q.since <= now - GATHERED for q in new):
        new = []
    who = tuple(m.id for m in await store.members.all() if _of_secretariat(m))
    found = [("overdue", late), ("inbox", [q for q in new if q not in late])]
    return tuple(_due(kind, of, who, now) for kind, of in found if of and who)


def spell(question: Question) -> str:
    """One time of waiting: `k3.4` is since version 4 of question 3. After an answer another begins."""
    return f"{question.id}.{question.waits}"


def _heard(sendings: Iterable[Sending]) -> set[tuple[str, str]]:
    """The spells that the secretariat was told of, and as what; what it heard of as overdue is not new to it."""
    found: set[tuple[str, str]] = set()
    for sending in sendings:
        if sending.kind in ("inbox", "overdue"):
            found |= {("inbox", one) for one in sending.content["spells"]}
            found |= {(sending.kind, one) for one in sending.content["spells"]}
    return found


def _due(kind: str, questions: Sequence[Question], who: tuple[str, ...], now: datetime) -> Due:
    spells = [spell(q) for q in questions]
    return Due(NewSending(kind, f"{kind} {spells[-1]}", {"spells": spells}, now, now + USEFUL), who)


def _of_secretariat(member: Member | None) -> bool:
    return member is not None and member.person.role == "secretariat"


async def compose(sending: Sending, delivery: Delivery, ctx: Context) -> Reply | None:
    """Those of its questions that still wait and that nobody else has taken, the first five; nothing when there are
    none."""
    spells = set(sending.content["spells"])
    waiting = [q for q in still_open(await ctx.store.questions.all()) if spell(q) in spells]
    people = {m.id: m for m in await ctx.store.members.all()}
    if sending.kind == "inbox":  # whoever has taken one goes on with it
        mine = ("", delivery.recipient)
        waiting = [q for q in waiting if q.taken in mine or not _of_secretariat(people.get(q.taken))]
    if not waiting:
        return None
    t, count = ctx.t, len(waiting)
    if sending.kind == "overdue":
        heading = t.n(
            "{count} question has waited for an answer for more than two working days:",
            "{count} questions have waited for an answer for more than two working days:",
            count,
        )
    else:
        heading = t.n(
            "{count} new question to the secretariat:", "{count} new questions to the secretariat:", count
        )
    items = [await item(question, people, ctx) for question in waiting[:NAMED]]
    opening = [Button(str(n), f"inbox {q.id}") for n, q in enumerate(waiting[:NAMED], 1)]
    return Reply(
        (para(heading), Items(tuple(items), start=1)),
        buttons=(*rows(*opening), (Button(t("All that was asked"), "inbox"),)),
    )
