"""Archives of a whole store: written while it runs, read back before they count, restored into an empty place.

An archive is a zip file with one generation in it: unpacked by hand into an empty folder, it is a store.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from storage.errors import Damaged, Occupied, Unwritable
from storage.tinydb import snapshots
from storage.tinydb.files import TEMPORARY, Files, lock, make_folder, put_file, sentence
from storage.tinydb.lines import changes, header
from storage.tinydb.snapshots import State

KEPT = timedelta(days=14)
_STORE, _JOURNAL = "store-000001.json", "journal-000001.log"
_DAILY = re.compile(r"sauklys-(\d{4}-\d\d-\d\d)\.zip")


class Running(Protocol):
    """An open store, as far as a backup needs it."""

    async def backup(self, file: Path) -> None:
        """See `Tables.backup`."""


class _Pipe(io.RawIOBase):
    """Takes what zipfile writes and gives it on."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._held += piece
        return len(piece)

    def take(self) -> bytes:
        piece, self._held = bytes(self._held), bytearray()
        return piece


def _archive(state: State) -> Iterator[bytes]:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(_JOURNAL), header(1, state.schema, state.sequence))
        info = zipfile.ZipInfo(_STORE)
        info.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(info, "w", force_zip64=True) as member:
            for piece in snapshots.chunks(state):
                member.write(piece)
                yield pipe.take()
    yield pipe.take()


def write(file: Path, state: State, files: Files) -> None:
    """The state as an archive of that name, which is there only when it is complete and reads back as the same
    counts. Raises OSError, Damaged."""

    def check(written: Path) -> None:
        again = read(written)
        kept = {name: len(docs) for name, docs in state.tables.items() if docs}
        if (
            again.sequence != state.sequence
            or {name: len(docs) for name, docs in again.tables.items()} != kept
        ):
            raise Damaged(f"{file} does not read back as it was written. Check the disk.")

    make_folder(files, file.parent)
    put_file(files, file, _archive(state), check)


def read(file: Path) -> State:
    """What the archive holds. Raises Damaged, OSError."""
    try:
        with zipfile.ZipFile(file) as archive:
            data = {name: archive.read(name) for name in archive.namelist()}[_STORE]
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError) as error:
        raise Damaged(
            f"{file} is no archive of a store, or is damaged ({error}). Take another one."
        ) from None
    return snapshots.parse(data, f"{_STORE} in {file}")[0]


def restore(file: Path, folder: Path, files: Files | None = None) -> None:
    """Makes the folder the store that the archive holds; where a `backups` folder may be, but nothing else.

    Raises Damaged for the archive, Occupied when the folder is not empty, Busy, Unwritable.
    """
    files = files or Files()
    try:
        state = read(file)
    except OSError as error:
        raise Unwritable(f"{file} cannot be read: {error.strerror}.") from error
    try:
        make_folder(files, folder)
        held, refused = lock(folder)
    except OSError as error:
        raise Unwritable(sentence(error, folder, "try again")) from error
    try:
        if found := sorted(name for name in os.listdir(folder) if not _harmless(folder / name)):
            raise Occupied(f"{folder} is not empty ({found[0]} is in it). Restore into an empty folder.")
        if refused is not None:
            raise refused
        put_file(files, folder / _JOURNAL, [header(1, state.schema, state.sequence)])
        put_file(files, folder / _STORE, snapshots.chunks(state))
    except OSError as error:
        raise Unwritable(sentence(error, folder, "try again")) from error
    finally:
        os.close(held)


def _harmless(path: Path) -> bool:
    if path.name in ("backups", "lock") or path.name.endswith(TEMPORARY):
        return True
    return path.name == _JOURNAL and changes(path) == 0 and not path.with_name(_STORE).exists()


def newest_good(folder: Path) -> Path | None:
    """The archive in that folder written last of those that read well; None when there is none."""
    try:
        archives = sorted(
            folder.glob("*.zip"), key=lambda path: (path.stat().st_mtime, path.name), reverse=True
        )
    except OSError:
        return None
    return next((path for path in archives if _good(path)), None)


def _good(file: Path) -> bool:
    try:
        read(file)
    except (Damaged, OSError):
        return False
    return True


async def daily_backup(store: Running, folder: Path, now: datetime) -> Path | None:
    """The archive of that day (of `now`, as it stands in its zone), read back; those of 14 days ago and
    before are removed. None, and nothing done, when that day's is there. Raises Unwritable, Damaged."""
    file = folder / f"sauklys-{now.date().isoformat()}.zip"
    if file.exists():
        return None
    await store.backup(file)
    for path, day in list(_daily(folder)):
        if day <= now.date() - KEPT:
            path.unlink(missing_ok=True)
    return file


def strip(folder: Path, without: Callable[[State], bool], files: Files) -> None:
    """Rewrites the daily archives that hold something which `without` takes out of them (it says whether). One that
    cannot be read any more cannot be stripped either, and goes, and so do those that a crash has left unfinished.
    Raises OSError, Damaged."""
    if not folder.exists():
        return
    gone = [path for path, _ in _daily(folder) if path.name.endswith(TEMPORARY)]
    for path in gone:
        files.unlink(path)
    for path, _ in list(_daily(folder)):
        try:
            state = read(path)
        except Damaged:
            files.unlink(path)
            gone.append(path)
            continue
        if without(state):
            write(path, state, files)
    if gone:
        files.sync_folder(folder)


def _daily(folder: Path) -> Iterator[tuple[Path, date]]:
    for path in folder.iterdir():
        if match := _DAILY.fullmatch(path.name.removesuffix(TEMPORARY)):
            yield path, date.fromisoformat(match[1])
