"""Archives: written while the store runs, kept fourteen days, restored only where nothing is lost."""

from __future__ import annotations

import asyncio
import errno
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from string import ascii_letters

import pytest

from storage.errors import Busy, Damaged, Occupied, Unwritable
from storage.tinydb import backups
from storage.tinydb.tables import Change, Tables
from tests.storage.fault_files import Failing, Unsynced
from tests.storage.load import held, step

NOW = datetime(2026, 11, 24, 19, 13, tzinfo=UTC)


async def filled(folder: Path | None, files: Unsynced | None = None) -> Tables:
    tables = Tables.open(folder, schema=1, upgrades={}, files=files or Unsynced())
    for _ in range(5):
        await tables.write(lambda change: step(change, 3))
    return tables


async def restored(file: Path, folder: Path) -> Tables:
    backups.restore(file, folder, Unsynced())
    return Tables.open(folder, schema=1, upgrades={}, files=Unsynced())


@pytest.mark.parametrize("kind", ["disk", "memory"])
async def test_a_backup_made_among_changes_holds_one_moment(tmp_path: Path, kind: str) -> None:
    """It is whole changes up to some moment at or after its call, and ids go on from there."""
    tables = await filled(tmp_path / "data" if kind == "disk" else None)
    moments = {tables.sequence: held(tables)}

    async def change() -> None:
        await tables.write(lambda change: step(change, 3))
        moments[tables.sequence] = held(tables)

    await asyncio.gather(change(), tables.backup(tmp_path / "b.zip"), change())
    await change()
    await tables.close()
    again = await restored(tmp_path / "b.zip", tmp_path / "again")
    assert held(again) == moments[again.sequence]
    known = {id for id, _ in again.all("calls")}
    assert await again.write(lambda change: change.new_id("calls")) not in known
    await again.close()


async def test_an_archive_unpacked_by_hand_is_a_store(tmp_path: Path) -> None:
    """No tool of ours is needed to get at what it holds."""
    tables = await filled(tmp_path / "data")
    await tables.backup(tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "unpacked")
    again = Tables.open(tmp_path / "unpacked", schema=1, upgrades={}, files=Unsynced())
    assert held(again) == held(tables)
    await again.close()
    await tables.close()


async def test_a_backup_is_made_once_a_day_and_kept_fourteen(tmp_path: Path) -> None:
    """Those older go, and only those: other files stay."""
    tables = await filled(None)
    (tmp_path / "mine.zip").touch()
    (tmp_path / "sauklys-2026-01-01.zip.new").touch()
    for day in range(20):
        now = NOW + timedelta(days=day)
        file = await backups.daily_backup(tables, tmp_path, now)
        assert file == tmp_path / f"sauklys-{now.date()}.zip"
        assert await backups.daily_backup(tables, tmp_path, now + timedelta(hours=1)) is None
    days = sorted(path.name for path in tmp_path.glob("sauklys-*"))
    assert (len(days), days[0], days[-1]) == (14, "sauklys-2026-11-30.zip", "sauklys-2026-12-13.zip")
    assert (tmp_path / "mine.zip").exists()


async def test_a_daily_backup_that_fails_removes_no_older_one(tmp_path: Path) -> None:
    """A full disk must not cost the last good archive."""
    files = Failing()
    tables = await filled(tmp_path / "data", files)
    await backups.daily_backup(tables, tmp_path, NOW)
    files.room = 100
    with pytest.raises(Unwritable, match="The disk is full"):
        await backups.daily_backup(tables, tmp_path, NOW + timedelta(days=30))
    assert [path.name for path in tmp_path.glob("*.zip*")] == ["sauklys-2026-11-24.zip"]
    files.room = None
    await tables.write(lambda change: step(change, 3))
    await tables.close()


class Lying(Unsynced):
    """A disk that keeps something else than was written, in long writes."""

    def write(self, fd: int, data: memoryview) -> int:
        spoilt = bytearray(data)
        if len(spoilt) > 1000:
            spoilt[len(spoilt) // 2] ^= 1
        return super().write(fd, memoryview(spoilt))


async def test_an_archive_that_does_not_read_back_never_gets_its_name(tmp_path: Path) -> None:
    """The good one of that name stays."""
    tables = await filled(tmp_path / "data", Lying())
    await tables.backup(tmp_path / "b.zip")
    good = (tmp_path / "b.zip").read_bytes()
    letters = Random(1).choices(ascii_letters, k=10_000)
    await tables.write(lambda change: change.put("calls", 99, {"step": 1, "long": "".join(letters)}))
    with pytest.raises(Damaged):
        await tables.backup(tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_bytes() == good
    assert not list(tmp_path.glob("*.new"))


@pytest.mark.parametrize("found", ["store-000001.json", "journal-000001.log", "notes.txt"])
async def test_restoring_never_writes_over_anything(tmp_path: Path, found: str) -> None:
    """A folder with anything but backups in it is refused, and stays as it is."""
    await (await filled(None)).backup(tmp_path / "b.zip")
    (tmp_path / "data" / "backups").mkdir(parents=True)
    (tmp_path / "data" / found).write_bytes(b"one\ntwo\n")
    with pytest.raises(Occupied, match=f"is not empty .{found} is in it.. Restore into an empty folder."):
        backups.restore(tmp_path / "b.zip", tmp_path / "data")
    assert {path.name for path in (tmp_path / "data").iterdir()} == {"backups", "lock", found}


async def test_restoring_under_a_running_store_is_refused(tmp_path: Path) -> None:
    """Whoever holds the folder is named."""
    tables = await filled(tmp_path / "data")
    await tables.backup(tmp_path / "b.zip")
    with pytest.raises(Busy):
        backups.restore(tmp_path / "b.zip", tmp_path / "data")
    await tables.close()


@pytest.mark.parametrize("spoil", ["cut", "changed", "other", "gone"])
async def test_restoring_from_a_bad_archive_makes_nothing(tmp_path: Path, spoil: str) -> None:
    """The archive is named, and no folder appears."""
    file = tmp_path / "b.zip"
    await (await filled(None)).backup(file)
    data = file.read_bytes()
    if spoil == "gone":
        file.unlink()
    else:
        middle = len(data) // 2
        file.write_bytes(
            {
                "cut": data[:-30],
                "changed": data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :],
                "other": b"PK",
            }[spoil]
        )
    with pytest.raises(Unwritable if spoil == "gone" else Damaged, match=str(file)):
        backups.restore(file, tmp_path / "data")
    assert not (tmp_path / "data").exists()


async def test_a_restore_that_cannot_write_says_where(tmp_path: Path) -> None:
    """One sentence with the file."""
    files = Failing()
    await (await filled(None)).backup(tmp_path / "b.zip")
    files.fails = {"create": errno.ENOSPC}
    with pytest.raises(Unwritable, match=r"The disk is full: .*data/journal"):
        backups.restore(tmp_path / "b.zip", tmp_path / "data", files)


async def test_what_was_removed_before_a_backup_is_not_in_it(tmp_path: Path) -> None:
    """An archive is what is kept at its moment, and nothing of what was kept before."""
    tables = await filled(tmp_path / "data")

    def add(change: Change) -> None:
        change.put("members", 99, {"step": 1, "name": "Ona Petraitytė"})

    await tables.write(add)
    await tables.erase(lambda change: change.remove("members", 99))
    await tables.backup(tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert not any("Ona" in archive.read(name).decode() for name in archive.namelist())
    await tables.close()
