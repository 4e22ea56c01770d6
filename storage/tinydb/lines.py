"""One journal: a line for each change, numbered and with a checksum, after a first line that says whose it is.

A line is the CRC-32 of its JSON text, a space, and the text. A change is
`{"seq": 7, "put": {table: {id: document}}, "del": {table: [id]}, "next": {table: id}, "erase": true}`,
all but `seq` only where there is any.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.errors import Damaged
from storage.tinydb.snapshots import State, decode, encode


@dataclass(frozen=True, slots=True)
class Torn:
    """A last line that was not completely written: which one, and how many sound bytes are before it."""

    path: Path
    line: int
    size: int


def line(text: bytes) -> bytes:
    """One line of a journal, from its JSON text."""
    return b"%08x %b\n" % (zlib.crc32(text), text)


def header(generation: int, schema: int, after: int) -> bytes:
    """The first line: `after` is the sequence of the last change before this journal."""
    return line(encode({"generation": generation, "schema": schema, "after": after}))


def replay(journals: Iterable[Path], state: State) -> Torn | None:
    """Applies the journals to the state, in their order. Returns the torn line there may be at the end.

    Raises Damaged naming file and line when a line is not what was written and another follows it, or when
    changes are missing; OSError.
    """
    torn: Torn | None = None
    for path in journals:
        schema, size = state.schema, 0
        for number, raw in enumerate(io.BytesIO(path.read_bytes()), 1):
            said = _understood(raw)
            if number == 1:
                schema = _begin(said, path, state)
            elif torn is not None:
                raise Damaged(f"{torn.path.name}, line {torn.line} is damaged, and others follow it.")
            elif said is None:
                torn = Torn(path, number, size)
            elif said.get("seq") != state.sequence + 1 or schema != state.schema:
                raise Damaged(f"{path.name}, line {number} does not follow the change before it.")
            else:
                _apply(said, state)
            size += len(raw)
        if size == 0:
            raise Damaged(f"{path.name} is empty.")
    return torn


def changes(journal: Path) -> int:
    """How many lines follow the first one, sound or not. Raises OSError."""
    return sum(1 for _ in io.BytesIO(journal.read_bytes())) - 1


def _understood(raw: bytes) -> dict[str, Any] | None:
    if raw[8:9] != b" " or raw[-1:] != b"\n" or raw[:8] != b"%08x" % zlib.crc32(raw[9:-1]):
        return None
    said = decode(raw[9:-1])
    return said if isinstance(said, dict) else None


def _begin(said: dict[str, Any] | None, path: Path, state: State) -> int:
    if said is None or "schema" not in said or "after" not in said:
        raise Damaged(f"{path.name}, line 1 is damaged.")
    if said["after"] > state.sequence:
        raise Damaged(
            f"{path.name} goes on after change {said['after']}, but before it only {state.sequence} are there."
        )
    return int(said["schema"])


def _apply(said: dict[str, Any], state: State) -> None:
    for name, docs in said.get("put", {}).items():
        state.tables.setdefault(name, {}).update((int(id), doc) for id, doc in docs.items())
    for name, ids in said.get("del", {}).items():
        table = state.tables.get(name, {})
        for id in ids:
            table.pop(id, None)
    state.next_ids.update(said.get("next", {}))
    state.sequence = said["seq"]
    if "erase" in said:
        state.erased = said["seq"]
