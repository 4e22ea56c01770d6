"""The association that is measured on: members, calls, and as many records as are wanted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.audit import By
from storage.calls import Facts, NewCall, Why
from storage.conversation import Told
from storage.members import NewMember, Person, Reach
from storage.moments import Moment
from storage.tinydb.embedded import EmbeddedStore
from storage.words import Words
from tests.conversation import STRUCTURE

NOW = datetime(2026, 9, 24, 7, tzinfo=UTC)


def by(event: str) -> By:
    """The operator, by that gesture."""
    return By("operator", NOW, event)


async def furnished(
    folder: Path | None, *, members: int = 1000, calls: int = 500, records: int = 0
) -> EmbeddedStore:
    """A store with these members, calls (a tenth of them open) and at least so many records in all."""
    store = EmbeddedStore.open(folder)
    await store.association.take_over(STRUCTURE, by("structure"))
    people = tuple(
        NewMember(
            Person(
                f"Narys {i}",
                "fotonika",
                accounts=(Reach("telegram", str(i), str(i)), Reach("slack", f"U{i}", f"U{i}")),
            )
        )
        for i in range(members)
    )
    await store.members.take_over(people, by("members"))
    today = NOW.date()
    rows = tuple(
        NewCall(
            Facts(
                Words(f"Kvietimas {i}", f"Call {i}"),
                measure=f"Priemonė {i % 20}",
                agency="LVPA",
                closes=Moment(today + timedelta(days=i % 60 + 1 if i % 10 == 0 else -i), "Europe/Vilnius"),
                link=f"https://example.org/{i}",
            )
        )
        for i in range(calls)
    )
    await store.calls.take_over(rows, Why(), by("calls"))
    told = tuple(Told(f"n{i % 1000}", f"c{i}", "closes", 1, NOW) for i in range(records))
    for first in range(0, records, 10_000):
        await store.conversation.keep(f"told {first}", NOW, told[first : first + 10_000])
    return store
