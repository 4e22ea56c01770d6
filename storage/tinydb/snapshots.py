"""One snapshot: all tables as a JSON file that stock TinyDB reads, a document a line, with a checksum.

`_meta` comes first (schema, sequence, next ids), `_check` last: the CRC-32 of all bytes before it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from storage.errors import Damaged

Doc = Mapping[str, Any]

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder()


# Documents written, and bytes read, in one go: about a millisecond, in which nobody else gets to run.
_AT_ONCE = 200
_BYTES_AT_ONCE = 50_000
_CHECK = b'\n"_check":{"1":{"crc32":"'
_END = b'"}}}\n'


def encode(value: Any) -> bytes:
    """JSON text on one line. Raises TypeError for what JSON has no word for."""
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:  # half of a surrogate pair: people's programs cut texts in the middle of one
        return json.dumps(value, separators=(",", ":")).encode("ascii")


def decode(text: bytes) -> Any:
    """What the text says. Raises ValueError."""
    try:
        return _decoder.decode(text)
    except msgspec.DecodeError:
        return json.loads(text)


@dataclass(slots=True)
class State:
    """Everything that is kept, at one moment.

    `sequence` is the number of the last change in it, `next_ids` what `new_id` gives next per table (1 where
    a table is not named), `erased` the sequence of the last erasure that older files may still hold (0: none).
    """

    schema: int
    tables: dict[str, dict[int, Doc]] = field(default_factory=dict)
    next_ids: dict[str, int] = field(default_factory=dict)
    sequence: int = 0
    erased: int = 0


def chunks(state: State, alone: bool = False) -> Iterator[bytes]:
    """The file's bytes, piece by piece. `alone` notes that no older generation may stay beside it."""
    check = 0
    for piece in _pieces(state, alone):
        check = zlib.crc32(piece, check)
        yield piece
    yield _CHECK + b"%08x" % check + _END


def _pieces(state: State, alone: bool) -> Iterator[bytes]:
    meta = {"schema": state.schema, "sequence": state.sequence, "next": state.next_ids, "alone": alone}
    yield b'{"_meta":{"1":%b},' % encode(meta)
    for name, docs in state.tables.items():
        if not docs:
            continue
        yield b"\n%b:{\n" % encode(name)
        items = iter(docs.items())
        before = b""
        while some := list(islice(items, _AT_ONCE)):
            yield before + b",\n".join([b'"%d":%b' % (id, encode(doc)) for id, doc in some])
            before = b",\n"
        yield b"\n},"


def parse(data: bytes, name: str) -> tuple[State, bool]:
    """What the bytes of a snapshot hold, and whether it stands alone. Raises Damaged naming `name` and line."""
    cut = data.rfind(_CHECK)
    end = data[cut + len(_CHECK) :]
    if cut < 0 or not end.endswith(_END):
        lines = data.count(b"\n")
        raise Damaged(
            f"{name} is cut off or was edited: its last line, {lines}, is not the one written last."
        )
    whole = b"%08x" % zlib.crc32(memoryview(data)[:cut]) == end.removesuffix(_END)
    reading = _Reading(data, cut)
    try:
        state, alone = reading.all()
    except (ValueError, LookupError, TypeError, AttributeError):
        where = data.count(b"\n", 0, reading.at) + 1
        raise Damaged(f"{name} is damaged at or after line {where}.") from None
    if not whole:
        raise Damaged(f"{name} does not fit its checksum: something in it was changed.")
    return state, alone


class _Reading:
    """Goes through the bytes before `_check`; `at` is where it has come to. Raises what json and dict raise."""

    def __init__(self, data: bytes, end: int) -> None:
        self._data = data
        self._end = end
        self.at = 0

    def all(self) -> tuple[State, bool]:
        meta = decode(self._until(b",\n") + b"}")["_meta"]["1"]
        state = State(meta["schema"], sequence=meta["sequence"], next_ids=meta["next"])
        while self.at < self._end:
            self._table(state.tables.setdefault(decode(self._until(b":{\n")), {}))
        return state, bool(meta["alone"])

    def _table(self, docs: dict[int, Doc]) -> None:
        end = self._data.index(b"\n},", self.at, self._end)
        while self.at < end:
            cut = self._data.find(b",\n", self.at + _BYTES_AT_ONCE, end)
            cut = end if cut < 0 else cut
            read = decode(b"{" + self._data[self.at : cut] + b"}")
            docs.update(zip(map(int, read), read.values(), strict=True))
            self.at = cut + 2
        self.at = end + len(b"\n},\n")

    def _until(self, mark: bytes) -> bytes:
        cut = self._data.find(mark, self.at, self._end)
        cut = self._end if cut < 0 else cut
        found = self._data[self.at : cut].removesuffix(b",")
        self.at = cut + len(mark)
        return found


def read(path: Path) -> tuple[State, bool]:
    """What the file holds, and whether it stands alone. Raises Damaged, OSError."""
    return parse(path.read_bytes(), path.name)
