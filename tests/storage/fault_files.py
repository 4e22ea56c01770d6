"""File operations that are recorded, or fail: what a disk may look like after a crash at any of them."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from storage.tinydb.files import Files


class Unsynced(Files):
    """The real operations without waiting for the disk, for tests in which nothing crashes."""

    def sync(self, fd: int) -> None:
        pass

    def sync_folder(self, path: Path) -> None:
        pass


class Failing(Unsynced):
    """The real operations until `fails` is set: then those whose name is in it raise that error.

    `room` is how many bytes can still be written before the disk is full; None is any number.
    """

    def __init__(self) -> None:
        self.fails: dict[str, int] = {}
        self.room: int | None = None

    def _may(self, operation: str, path: Path | None = None) -> None:
        if operation in self.fails:
            code = self.fails[operation]
            raise OSError(code, os.strerror(code), None if path is None else str(path))

    def create(self, path: Path) -> int:
        self._may("create", path)
        return super().create(path)

    def append(self, path: Path) -> int:
        self._may("append", path)
        return super().append(path)

    def write(self, fd: int, data: memoryview) -> int:
        self._may("write")
        if self.room is not None:
            if self.room == 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            data = data[: self.room]
            self.room -= len(data)
        return super().write(fd, data)

    def sync(self, fd: int) -> None:
        self._may("sync")

    def truncate(self, fd: int, size: int) -> None:
        self._may("truncate")
        super().truncate(fd, size)

    def rename(self, old: Path, new: Path) -> None:
        self._may("rename", new)
        super().rename(old, new)

    def unlink(self, path: Path) -> None:
        self._may("unlink", path)
        super().unlink(path)

    def sync_folder(self, path: Path) -> None:
        self._may("sync_folder", path)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, in the order in which they began; or, as "confirmed", how many changes were by then."""

    name: str
    path: Path | None = None
    to: Path | None = None
    data: bytes = b""
    number: int = 0


class Recorder(Unsynced):
    """Carries operations out, without waiting for the disk, and remembers them."""

    def __init__(self) -> None:
        self.log: list[Operation] = []
        self._paths: dict[int, Path] = {}

    def confirmed(self, changes: int) -> None:
        """Somebody was told that so many changes are durable."""
        self.log.append(Operation("confirmed", number=changes))

    def create(self, path: Path) -> int:
        self.log.append(Operation("create", path))
        fd = super().create(path)
        self._paths[fd] = path
        return fd

    def append(self, path: Path) -> int:
        fd = super().append(path)
        self._paths[fd] = path
        return fd

    def write(self, fd: int, data: memoryview) -> int:
        self.log.append(Operation("write", self._paths[fd], data=bytes(data)))
        return super().write(fd, data)

    def sync(self, fd: int) -> None:
        self.log.append(Operation("sync", self._paths[fd]))

    def truncate(self, fd: int, size: int) -> None:
        self.log.append(Operation("truncate", self._paths[fd], number=size))
        super().truncate(fd, size)

    def rename(self, old: Path, new: Path) -> None:
        self.log.append(Operation("rename", old, new))
        super().rename(old, new)

    def unlink(self, path: Path) -> None:
        self.log.append(Operation("unlink", path))
        super().unlink(path)

    def sync_folder(self, path: Path) -> None:
        self.log.append(Operation("sync_folder", path))


@dataclass(slots=True)
class _Inode:
    content: bytes = b""
    synced: bytes = b""


Names = dict[Path, _Inode]


@dataclass(frozen=True, slots=True)
class _NameChange:
    """What an operation does to the names in a folder."""

    name: str
    path: Path
    to: Path | None
    made: _Inode

    def apply(self, names: Names) -> None:
        if self.name == "create":
            names[self.path] = self.made
        elif self.name == "rename" and self.to is not None:
            names[self.to] = names.pop(self.path)
        elif self.name == "unlink":
            del names[self.path]


@dataclass(slots=True)
class Disk:
    """What the operations made of a disk: what is surely on it, and what may not have reached it yet.

    Names reach the disk in order, as a journalling file system has it; bytes in any amount.
    """

    durable: Names = field(default_factory=dict)
    pending: list[_NameChange] = field(default_factory=list)
    confirmed: int = 0

    @property
    def _now(self) -> Names:
        return self._after(len(self.pending))

    def _after(self, count: int) -> Names:
        names = dict(self.durable)
        for change in self.pending[:count]:
            change.apply(names)
        return names

    def put(self, path: Path, content: bytes) -> None:
        """A file that was there from the beginning."""
        self.durable[path] = _Inode(content, content)

    def apply(self, op: Operation) -> None:
        """One more operation."""
        if op.name == "confirmed":
            self.confirmed = op.number
            return
        path = op.path
        assert path is not None
        if op.name == "sync_folder":
            self.durable, self.pending = self._now, []
        elif op.name in ("write", "truncate", "sync"):
            self._bytes(self._now[path], op)
        else:
            self.pending.append(_NameChange(op.name, path, op.to, _Inode()))

    def _bytes(self, inode: _Inode, op: Operation) -> None:
        if op.name == "write":
            inode.content += op.data
        elif op.name == "truncate":
            inode.content = inode.content[: op.number]
            inode.synced = inode.synced[: op.number]
        else:
            inode.synced = inode.content

    def crashes(self) -> Iterator[dict[Path, bytes]]:
        """Every way the files may look when the power goes now."""
        for count in range(len(self.pending) + 1):
            names = self._after(count)
            for torn in _tears:
                yield {path: torn(inode) for path, inode in names.items()}


def _torn(part: Callable[[int], int]) -> Callable[[_Inode], bytes]:
    """As much of what was not synced reached the disk as `part` says of its length."""

    def content(inode: _Inode) -> bytes:
        rest = inode.content[len(inode.synced) :]
        return inode.synced + rest[: part(len(rest))]

    return content


_tears = [
    _torn(part)
    for part in (
        lambda size: 0,
        lambda size: 1,
        lambda size: 9,
        lambda size: size // 3,
        lambda size: size // 2,
        lambda size: size - 2,
        lambda size: size - 1,
        lambda size: size,
    )
]
