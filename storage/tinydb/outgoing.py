"""A sending opened within another verb's commit: what is done and the news of it are on the disk together."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from storage.audit import By
from storage.sendings import Delivery, NewSending, Sending, SendingState
from storage.tinydb import trail
from storage.tinydb.records import Records
from storage.tinydb.tables import Change, Tables


def sendings(tables: Tables) -> Records[Sending]:
    """The table of sendings."""
    return Records(tables, "sendings", "s", Sending)


def deliveries(tables: Tables) -> Records[Delivery]:
    """The table of deliveries."""
    return Records(tables, "deliveries", "d", Delivery)


def opened(
    tx: Change, tables: Tables, new: NewSending, recipients: Iterable[str], by: By, *, held: bool = False
) -> Sending:
    """Stages the sending with a queued delivery for each recipient; of one that is there already, those it has not."""
    sent, rows = sendings(tables), deliveries(tables)
    known = tx.find("sendings", "key", new.key)
    if known:
        kept = sent.expect(tx, sent.id(known[0][0]))
        there = {doc["recipient"] for _, doc in tx.find("deliveries", "sending", kept.id)}
    else:
        kept = sent.add(tx, lambda id: _made(id, new, by, held))
        trail.entry(tx, by, "sendings.open", kept.id)
        there = set()
    for recipient in dict.fromkeys(recipients):
        if recipient not in there:
            rows.add(tx, partial(_queued, kept.id, recipient, by))
    return kept


def _made(id: str, new: NewSending, by: By, held: bool) -> Sending:
    state: SendingState = "held" if held else "open"
    return Sending(
        id, 1, new.kind, new.key, new.content, new.due, new.until, new.urgent, by.at, by.who, state
    )


def _queued(sending: str, recipient: str, by: By, id: str) -> Delivery:
    return Delivery(id, sending, recipient, "queued", by.at)
