"""A random load: verbs whose effect follows from a seed and how many there were, so that a dict can follow."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any, Protocol

Tables = dict[str, dict[int, Any]]
NAMES = ("calls", "members", "told")


class Changing(Protocol):
    """What a verb needs: a Change has it, and the model below."""

    def get(self, table: str, id: int) -> Any: ...
    def all(self, table: str) -> Iterator[tuple[int, Any]]: ...
    def put(self, table: str, id: int, doc: dict[str, Any]) -> None: ...
    def remove(self, table: str, id: int) -> None: ...
    def new_id(self, table: str) -> int: ...


class Model:
    """The same tables as plain dicts."""

    def __init__(self) -> None:
        self.tables: Tables = {}
        self.next_ids: dict[str, int] = {}

    def get(self, table: str, id: int) -> Any:
        return self.tables.get(table, {}).get(id)

    def all(self, table: str) -> Iterator[tuple[int, Any]]:
        yield from sorted(self.tables.get(table, {}).items())

    def put(self, table: str, id: int, doc: dict[str, Any]) -> None:
        self.tables.setdefault(table, {})[id] = doc
        self.next_ids[table] = max(self.next_ids.get(table, 1), id + 1)

    def remove(self, table: str, id: int) -> None:
        self.tables.get(table, {}).pop(id, None)

    def new_id(self, table: str) -> int:
        id = self.next_ids.get(table, 1)
        self.next_ids[table] = id + 1
        return id

    def snapshot(self) -> Tables:
        """A copy of the tables, without empty ones."""
        return {name: dict(docs) for name, docs in self.tables.items() if docs}


def done(change: Changing) -> int:
    """How many steps there were."""
    counter = change.get("counter", 1)
    return counter["n"] if counter else 0


def step(change: Changing, seed: int) -> int:
    """The next verb of that load: touches several documents in several tables, and the counter of steps."""
    n = done(change)
    random = Random(f"{seed}:{n}")
    for _ in range(random.randint(1, 6)):
        table = random.choice(NAMES)
        ids = [id for id, _ in change.all(table)]
        what = random.random()
        if what < 0.5 or not ids:
            id = change.new_id(table)
        elif what < 0.8:
            id = random.choice(ids)
        elif what < 0.95:
            change.remove(table, random.choice(ids))
            continue
        else:
            change.new_id(table)
            continue
        words = "ąčęėįšųūž„“ <b>" * random.randint(0, 12)
        change.put(table, id, {"step": n, "words": words, "list": [random.random(), None, {"deep": id}]})
    change.put("counter", 1, {"n": n + 1})
    return n + 1


def held(tables: Any) -> Tables:
    """Everything a Tables holds, as the model has it."""
    held = {name: dict(tables.all(name)) for name in (*NAMES, "counter")}
    return {name: docs for name, docs in held.items() if docs}
