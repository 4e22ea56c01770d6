"""The operations on files that durability rests on, one by one, so that a test can record or fail each."""

from __future__ import annotations

import errno
import fcntl
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from storage.errors import Busy

TEMPORARY = ".new"


class Files:
    """The real ones. Each raises OSError."""

    def make_folder(self, path: Path) -> None:
        """Makes the folder and those above it, readable by the owner alone, unless it is there."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def create(self, path: Path) -> int:
        """A descriptor of the file made empty, for writing; readable by the owner alone."""
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)

    def append(self, path: Path) -> int:
        """A descriptor of the existing file, for writing at its end."""
        return os.open(path, os.O_WRONLY | os.O_APPEND)

    def write(self, fd: int, data: memoryview) -> int:
        """How many of the bytes were written, possibly not all."""
        return os.write(fd, data)

    def sync(self, fd: int) -> None:
        """Returns when the file's bytes and length are on the disk."""
        os.fdatasync(fd) if hasattr(os, "fdatasync") else os.fsync(fd)

    def truncate(self, fd: int, size: int) -> None:
        """Cuts the file to that many bytes."""
        os.ftruncate(fd, size)

    def is_at(self, fd: int, path: Path) -> bool:
        """Whether the open file is still the one that the path leads to."""
        try:
            return os.path.samestat(os.fstat(fd), os.stat(path))
        except FileNotFoundError:
            return False

    def close(self, fd: int) -> None:
        """Lets go of the descriptor."""
        os.close(fd)

    def rename(self, old: Path, new: Path) -> None:
        """Puts the file in the other's place at once."""
        os.replace(old, new)

    def unlink(self, path: Path) -> None:
        """Removes the file."""
        os.unlink(path)

    def sync_folder(self, path: Path) -> None:
        """Returns when the folder's names are on the disk."""
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


def write_all(files: Files, fd: int, data: bytes) -> None:
    """Writes all of the bytes, in as many operations as it takes. Raises OSError."""
    rest = memoryview(data)
    while rest:
        written = files.write(fd, rest)
        if not written:
            raise OSError(errno.EIO, "nothing was written")
        rest = rest[written:]


def make_folder(files: Files, folder: Path) -> None:
    """Makes the folder and those above it durably, unless they are there. Raises OSError."""
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    if not folder.is_dir():
        files.make_folder(folder)
    for path in reversed(made):
        files.sync_folder(path.parent)


def put_file(
    files: Files, path: Path, chunks: Iterable[bytes], check: Callable[[Path], None] | None = None
) -> None:
    """A whole file, durable and under its name only when it is complete and has passed the check.

    Raises OSError or what the check raises; then the path leads to what it led to before.
    """
    temporary = path.with_name(path.name + TEMPORARY)
    fd = files.create(temporary)
    try:
        try:
            for chunk in chunks:
                write_all(files, fd, chunk)
            files.sync(fd)
        finally:
            files.close(fd)
        if check is not None:
            check(temporary)
        files.rename(temporary, path)
    except BaseException as error:
        remove_quietly(files, temporary)
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(path)
        raise
    files.sync_folder(path.parent)


def remove_quietly(files: Files, path: Path) -> None:
    """Removes the file if that works; for leftovers that do no harm."""
    try:
        files.unlink(path)
    except OSError:
        pass


def sentence(error: OSError, path: Path, then: str = "restart") -> str:
    """What went wrong with the file and what to do about it, for a person."""
    where = error.filename or path
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return f"The disk is full: {where} could not be written. Make room, then {then}."
        case errno.EROFS | errno.EACCES | errno.EPERM:
            return f"{where} may not be written. Give this user the right to write there, then {then}."
        case errno.ENOENT | errno.ENOTDIR | errno.ESTALE:
            return f"{where} is gone. Put the folder back where it was, then {then}."
        case _:
            return f"{where} could not be written ({error.strerror or error}). Check the disk, then {then}."


def lock(folder: Path) -> tuple[int, OSError | None]:
    """Holds the folder for this process until the returned descriptor is closed.

    Where the lock file cannot be written, the error says why, and it is held all the same. Raises Busy with
    who holds it, OSError when even reading is refused.
    """
    path = folder / "lock"
    refused: OSError | None = None
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        refused = error
        fd = os.open(path if path.exists() else folder, os.O_RDONLY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        raise Busy(_holder(path), folder) from None
    if refused is None:
        refused = _sign(fd)
    return fd, refused


def _sign(fd: int) -> OSError | None:
    words = [os.path.basename(sys.argv[0]), *sys.argv[1:2]] if sys.argv and sys.argv[0] else []
    try:
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"process {os.getpid()} {' '.join(words)}".strip().encode(), 0)
    except OSError as error:
        return error
    return None


def _holder(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip() or "another process"
    except OSError:
        return "another process"
