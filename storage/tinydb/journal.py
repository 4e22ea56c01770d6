"""Durability: generations of snapshot and journal in one folder, as a TinyDB storage.

`store-000007.json` is a snapshot, `journal-000007.log` what changed since. A new generation begins with its
journal, so that changes go on while its snapshot is written; what is kept is always the newest snapshot and
every journal of its number or a later one. The generation before it stays, except after an erasure. Every file
appears whole, by rename; only the newest journal grows.
"""

from __future__ import annotations

import gc
import os
import re
from pathlib import Path
from typing import Any

from tinydb.storages import Storage

from storage.errors import Damaged, Unwritable
from storage.tinydb import snapshots
from storage.tinydb.files import TEMPORARY, Files, lock, make_folder, put_file, sentence, write_all
from storage.tinydb.lines import Torn, changes, header, replay
from storage.tinydb.snapshots import State

_NAME = re.compile(r"(store|journal)-(\d{6,})\.(?:json|log)")


class Journal(Storage):
    """The folder of one store, held for this process.

    To TinyDB it is a storage that reads and writes all tables at once; Šauklys calls `load` and `start` once,
    then `append`. One thread at a time, but `settle` may run beside `append`. `unwritable` says why nothing
    can be written any more, `dropped` what was left out at opening, `size` the bytes of the growing journal,
    `snapshot_size` those of the newest snapshot and `settled` the sequence of the last change in it.
    """

    def __init__(self, folder: Path | str, files: Files | None = None) -> None:
        """Raises Busy when another process holds the folder, Unwritable when it is not there to be read."""
        self.folder = Path(folder)
        self.files = files or Files()
        self.unwritable: str | None = None
        self.dropped: str | None = None
        self.size = 0
        self.snapshot_size = 0
        self.settled = 0
        self._fd = -1
        self._path = self.folder
        self._torn: Torn | None = None
        self._alone = False
        try:
            make_folder(self.files, self.folder)
            self._lock, refused = lock(self.folder)
        except OSError as error:
            raise Unwritable(sentence(error, self.folder)) from error
        if refused is not None:
            self.unwritable = sentence(refused, self.folder)

    def read(self) -> dict[str, dict[str, Any]] | None:
        """All tables as stock TinyDB wants them, None when there is nothing yet. Raises Damaged, Unwritable."""
        state = self.load()
        if state is None:
            return None
        return {name: {str(id): doc for id, doc in docs.items()} for name, docs in state.tables.items()}

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """These tables and no others from now on, as a new generation. Raises OSError, Damaged, Unwritable."""
        state = self.load() or State(schema=0)
        state.tables = {
            name: dict(sorted((int(id), doc) for id, doc in docs.items())) for name, docs in data.items()
        }
        self.renew(state)

    def close(self) -> None:
        """Lets go of the folder. Nothing can be written afterwards."""
        self._let_go(-1, self._path, 0)
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1
        self.unwritable = f"{self.folder} was closed."

    def load(self) -> State | None:
        """What the folder holds, None when nothing yet. Changes nothing on disk.

        A last line that was not completely written is left out. Raises Damaged for all other damage, with the
        way out; Unwritable when a file cannot be read.
        """
        collecting = gc.isenabled()
        gc.disable()  # going through the growing heap again and again takes as long as all the rest
        try:
            return self._load()
        except Damaged as damaged:
            raise Damaged(f"{damaged.why} Nothing was changed. {self._way_out()}") from None
        except OSError as error:
            raise Unwritable(f"{error.filename or self.folder} cannot be read: {error.strerror}.") from error
        finally:
            if collecting:
                gc.enable()

    def _load(self) -> State | None:
        stores = self._numbers("store")
        if not stores:
            for number in self._numbers("journal"):
                if changes(self._file("journal", number)):
                    raise Damaged(f"The snapshot before {self._file('journal', number).name} is missing.")
            return None
        state, self._alone, self._torn = self._from(stores[-1])
        if self._torn is not None:
            self.dropped = (
                f"{self._torn.path.name}, line {self._torn.line} was not completely written; it was dropped."
            )
        return state

    def _from(self, generation: int) -> tuple[State, bool, Torn | None]:
        state, alone = snapshots.read(self._file("store", generation))
        self.settled = state.sequence
        numbers = [number for number in self._numbers("journal") if number >= generation]
        if generation not in numbers:
            raise Damaged(f"{self._file('journal', generation).name} is missing.")
        return state, alone, replay([self._file("journal", number) for number in numbers], state)

    def _way_out(self) -> str:
        stores = self._numbers("store")
        if len(stores) > 1 and self._reads(stores[-2]):
            newest = self._file("store", stores[-1]).name
            kept = "the generation before it holds everything too"
            return f"Move {newest} out of {self.folder} and start again: {kept}."
        from storage.tinydb.backups import newest_good

        backups = self.folder / "backups"
        if good := newest_good(backups):
            others = f"move all else but {backups.name} out of {self.folder}"
            return f"The newest good backup is {good}: {others}, then restore it."
        return f"There is no good backup in {backups}."

    def _reads(self, generation: int) -> bool:
        try:
            self._from(generation)
        except (Damaged, OSError):
            return False
        return True

    def start(self) -> None:
        """After `load`: cuts the torn line off, finishes what a crash interrupted, opens the newest journal.

        Where that cannot be written, `unwritable` says why.
        """
        if self.unwritable is not None:
            return
        try:
            if self._torn is not None:
                self._cut(self._torn.path, self._torn.size)
            for left in self.folder.glob(f"*{TEMPORARY}"):
                self.files.unlink(left)
            newest = self._file("journal", self._numbers("journal")[-1])
            self._let_go(self.files.append(newest), newest, newest.stat().st_size)
            generation = self._numbers("store")[-1]
            self.snapshot_size = self._file("store", generation).stat().st_size
            self._prune(generation, self._alone)
        except OSError as error:
            self.unwritable = sentence(error, self.folder)

    def _cut(self, path: Path, size: int) -> None:
        fd = self.files.append(path)
        try:
            self.files.truncate(fd, size)
            self.files.sync(fd)
        finally:
            self.files.close(fd)

    def append(self, data: bytes) -> None:
        """These lines are on the disk when it returns. Raises Unwritable, now and ever after, when they are
        not; then they are taken back as far as that works."""
        self.check()
        try:
            write_all(self.files, self._fd, data)
            self.files.sync(self._fd)
            if not self.files.is_at(self._fd, self._path):
                raise FileNotFoundError(2, "gone", str(self._path))
        except OSError as error:
            self.unwritable = sentence(error, self._path)
            self._take_back()
            raise Unwritable(self.unwritable) from error
        self.size += len(data)

    def _take_back(self) -> None:
        try:
            self.files.truncate(self._fd, self.size)
            self.files.sync(self._fd)
        except OSError:
            pass  # the rest of a line is dropped at the next opening

    def check(self) -> None:
        """Raises Unwritable when nothing can be written."""
        if self.unwritable is not None:
            raise Unwritable(self.unwritable)

    def rotate(self, schema: int, sequence: int) -> int:
        """The number of a new generation, whose journal takes what is appended from now on. `sequence` is that
        of the last change before. Raises OSError, and goes on with the old journal then."""
        number = max([*self._numbers("store"), *self._numbers("journal")], default=0) + 1
        path = self._file("journal", number)
        first = header(number, schema, sequence)
        put_file(self.files, path, [first])
        self._let_go(self.files.append(path), path, len(first))
        return number

    def settle(self, generation: int, state: State, alone: bool = False) -> None:
        """Writes the snapshot of a generation that has begun and removes what is older than the one before;
        with `alone` that one too. Raises OSError; then the generations before it still hold everything."""
        path = self._file("store", generation)
        put_file(self.files, path, snapshots.chunks(state, alone))
        self.settled, self.snapshot_size = state.sequence, path.stat().st_size
        self._prune(generation, alone)

    def renew(self, state: State, alone: bool = False) -> None:
        """A new generation that holds just this, at once. Raises OSError, Unwritable."""
        self.check()
        self.settle(self.rotate(state.schema, state.sequence), state, alone)

    def _prune(self, generation: int, alone: bool) -> None:
        before = [number for number in self._numbers("store") if number < generation]
        oldest = before[-1] if before and not alone else generation
        kinds = [(kind, number) for kind in ("store", "journal") for number in self._numbers(kind)]
        old = [self._file(kind, number) for kind, number in kinds if number < oldest]
        for path in old:
            self.files.unlink(path)
        if old:
            self.files.sync_folder(self.folder)

    def _let_go(self, fd: int, path: Path, size: int) -> None:
        if self._fd >= 0:
            self.files.close(self._fd)
        self._fd, self._path, self.size = fd, path, size

    def _file(self, kind: str, generation: int) -> Path:
        return self.folder / f"{kind}-{generation:06}.{'json' if kind == 'store' else 'log'}"

    def _numbers(self, kind: str) -> list[int]:
        found = (_NAME.fullmatch(name) for name in os.listdir(self.folder))
        return sorted(int(match[2]) for match in found if match and match[1] == kind)
