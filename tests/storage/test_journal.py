"""What is on the disk: generations, crashes at any operation, damage, and stock TinyDB reading it."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import tinydb

from storage.errors import Busy, Damaged, TooNew, Unwritable
from storage.tinydb import backups
from storage.tinydb.journal import Journal
from storage.tinydb.tables import Change, Tables
from tests.storage.fault_files import Disk, Recorder, Unsynced
from tests.storage.load import Model, done, held, step

SECRET = "Ona Petraitytė"


def opened(folder: Path, schema: int = 1, **more: Any) -> Tables:
    return Tables.open(folder, schema=schema, upgrades={0: named}, **{"files": Unsynced(), **more})


def named(tables: dict[str, dict[int, Any]]) -> dict[str, dict[int, Any]]:
    """The made-up upgrade from schema 0: a number becomes a name."""
    return {**tables, "calls": {id: {"name": f"c{doc['number']}"} for id, doc in tables["calls"].items()}}


def let_go(tables: Tables) -> None:
    """As when the process dies: nothing is written any more."""
    journal = tables.table("calls").storage
    assert isinstance(journal, Journal)
    journal.close()


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes() for path in folder.iterdir() if path.name != "lock" and path.is_file()
    }


def only(folder: Path, pattern: str) -> Path:
    (path,) = folder.glob(pattern)
    return path


async def filled(folder: Path, steps: int) -> None:
    """A store with that many changes behind its snapshot, left without a clean stop."""
    tables = opened(folder)
    for _ in range(steps):
        await tables.write(lambda change: step(change, 1))
    let_go(tables)


# Crashes


async def lived(folder: Path, files: Recorder) -> None:
    """Everything that a store does to its files, recorded; with a secret that is erased in the end."""
    tables = Tables.open(folder, schema=1, upgrades={}, files=files)

    async def write() -> None:
        await tables.write(lambda change: step(change, 1))
        files.confirmed(tables.sequence)

    async def several(count: int) -> None:
        await asyncio.gather(*(write() for _ in range(count)))

    await several(1)
    await several(4)
    await asyncio.gather(tables.compact(), several(3), several(2))
    await several(2)
    await tables.close()
    tables = Tables.open(folder, schema=1, upgrades={}, files=files)
    await several(3)
    await asyncio.gather(tables.compact(), several(1))
    await asyncio.gather(
        tables.erase(lambda change: step(change, 1)), several(2), tables.backup(folder / "b.zip")
    )
    files.confirmed(tables.sequence)
    await several(2)
    await tables.close()


def states(seed: int, count: int) -> list[Any]:
    """What there is after so many changes."""
    model = Model()
    after: list[Any] = [{}]
    for _ in range(count):
        step(model, seed)
        after.append(model.snapshot())
    return after


async def check_crash(folder: Path, confirmed: int, after: list[Any]) -> None:
    """What a crash left opens, holds what was confirmed and no half of anything, and can be gone on with."""
    tables = opened(folder)
    n = done(tables)  # type: ignore[arg-type]
    assert n >= confirmed
    assert held(tables) == after[n]
    await tables.write(lambda change: change.put("after", 1, {"crash": True}))
    let_go(tables)
    tables = opened(folder)
    assert held(tables) == after[n]
    assert tables.get("after", 1) == {"crash": True}
    let_go(tables)


async def test_after_a_crash_at_any_operation_all_that_was_confirmed_is_there(tmp_path: Path) -> None:
    """Every prefix of the recorded operations, with what was not synced there, torn or lost, opens whole."""
    files = Recorder()
    await lived(tmp_path / "lived", files)
    after = states(1, 30)
    disk, seen, tried = Disk(), set(), 0
    for op in files.log:
        disk.apply(op)
        for crash in disk.crashes():
            look = (disk.confirmed, tuple(sorted((path.name, data) for path, data in crash.items())))
            if look in seen:
                continue
            seen.add(look)
            folder = tmp_path / str(len(seen))
            folder.mkdir()
            for path, data in crash.items():
                (folder / path.name).write_bytes(data)
            await check_crash(folder, disk.confirmed, after)
            shutil.rmtree(folder)
            tried += 1
    assert disk.confirmed == 21
    assert tried > 300


async def erased(folder: Path, files: Recorder) -> None:
    tables = Tables.open(folder, schema=1, upgrades={}, files=files)
    await tables.write(lambda change: change.put("members", 1, {"name": SECRET}))
    await tables.compact()
    await tables.write(lambda change: change.put("members", 2, {"name": SECRET}))
    await tables.write(lambda change: change.put("calls", 1, {"name": "Inoklaster"}))

    def forget(change: Change) -> None:
        change.remove("members", 1)
        change.put("members", 2, {"name": "erased-2"})

    await tables.erase(forget)
    files.confirmed(4)
    await tables.close()


async def test_what_was_erased_is_in_no_file_once_it_was_confirmed_or_opened_again(tmp_path: Path) -> None:
    """After an erasure no file holds what it removed; a crash in between is made good by the next opening."""
    files = Recorder()
    await erased(tmp_path / "lived", files)
    disk, finished = Disk(), 0
    for number, op in enumerate(files.log):
        disk.apply(op)
        for other, crash in enumerate(disk.crashes()):
            folder = tmp_path / f"{number}-{other}"
            folder.mkdir()
            for path, data in crash.items():
                (folder / path.name).write_bytes(data)
            if disk.confirmed == 4:
                assert not any(SECRET.encode() in data for data in contents(folder).values())
            tables = opened(folder)
            if tables.get("members", 1) is None and tables.get("members", 2) == {"name": "erased-2"}:
                assert not any(SECRET.encode() in data for data in contents(folder).values())
                finished += 1
            let_go(tables)
            shutil.rmtree(folder)
    assert finished > 20


async def test_a_crash_while_upgrading_leaves_the_old_schema_or_the_new_one(tmp_path: Path) -> None:
    """At every operation of an upgrade there is one whole store to go on from."""
    old = tmp_path / "old"
    tables = opened(old, schema=0)
    await tables.write(lambda change: change.put("calls", 7, {"number": 42}))
    let_go(tables)
    files = Recorder()
    shutil.copytree(old, tmp_path / "new")
    let_go(opened(tmp_path / "new", files=files))
    disk = Disk()
    for path in old.iterdir():
        disk.put(tmp_path / "new" / path.name, path.read_bytes())
    tried = 0
    for op in files.log:
        disk.apply(op)
        for crash in disk.crashes():
            folder = tmp_path / str(tried)
            folder.mkdir()
            for path, data in crash.items():
                (folder / path.name).write_bytes(data)
            tables = opened(folder)
            assert tables.get("calls", 7) == {"name": "c42"}
            assert tables.dropped is None
            let_go(tables)
            tried += 1
    assert tried > 50


async def test_a_crash_while_restoring_leaves_the_archive_or_an_empty_place(tmp_path: Path) -> None:
    """A restore that broke off can be done again, and one that ended is whole."""
    await filled(tmp_path / "old", 5)
    tables = opened(tmp_path / "old")
    await tables.backup(tmp_path / "b.zip")
    files, there = Recorder(), tmp_path / "new"
    backups.restore(tmp_path / "b.zip", there, files)
    disk = Disk()
    for number, op in enumerate(files.log):
        disk.apply(op)
        for other, crash in enumerate(disk.crashes()):
            folder = tmp_path / f"{number}-{other}"
            folder.mkdir()
            for path, data in crash.items():
                (folder / path.name).write_bytes(data)
            if not list(folder.glob("store-*.json")):
                backups.restore(tmp_path / "b.zip", folder, Unsynced())
            again = opened(folder)
            assert held(again) == held(tables)
            let_go(again)
    let_go(tables)


# Damage


async def test_a_torn_last_line_is_dropped_and_said(tmp_path: Path) -> None:
    """Whatever is left of a last line that was cut anywhere, the changes before it are there."""
    await filled(tmp_path / "whole", 4)
    journal = only(tmp_path / "whole", "journal-*")
    data = journal.read_bytes()
    last = data.rindex(b"\n", 0, -1) + 1
    for size in range(last + 1, len(data)):
        folder = tmp_path / str(size)
        shutil.copytree(tmp_path / "whole", folder)
        (folder / journal.name).write_bytes(data[:size])
        tables = opened(folder)
        assert held(tables) == states(1, 3)[3]
        assert tables.dropped == f"{journal.name}, line 5 was not completely written; it was dropped."
        let_go(tables)
        assert (folder / journal.name).read_bytes() == data[:last]


@pytest.mark.parametrize("line", [1, 2, 3, 4])
async def test_damage_before_a_sound_line_is_refused_and_nothing_is_touched(
    tmp_path: Path, line: int
) -> None:
    """One changed byte in any line but the last: the file and the line are named, the folder stays as it is."""
    await filled(tmp_path, 4)
    journal = only(tmp_path, "journal-*")
    lines = journal.read_bytes().splitlines(keepends=True)
    lines[line - 1] = lines[line - 1].replace(b'"', b"'", 1)
    journal.write_bytes(b"".join(lines))
    before = contents(tmp_path)
    with pytest.raises(
        Damaged, match=f"^{journal.name}, line {line} is damaged.* There is no good backup in"
    ):
        opened(tmp_path)
    assert contents(tmp_path) == before


async def test_a_change_taken_out_of_the_journal_is_noticed(tmp_path: Path) -> None:
    """A whole line that is missing is damage like any other."""
    await filled(tmp_path, 4)
    journal = only(tmp_path, "journal-*")
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:2] + lines[3:]))
    with pytest.raises(Damaged, match=f"^{journal.name}, line 3 does not follow the change before it."):
        opened(tmp_path)


async def test_every_changed_byte_of_a_snapshot_is_noticed(tmp_path: Path) -> None:
    """A snapshot with any byte changed, or any end cut off, is refused."""
    await filled(tmp_path / "old", 2)
    tables = opened(tmp_path / "old")
    await tables.close()
    name = max(path.name for path in (tmp_path / "old").glob("store-*"))
    data = (tmp_path / "old" / name).read_bytes()
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    for at in range(0, len(data), 7):
        for damaged in (data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :], data[:at]):
            (tmp_path / "new" / name).write_bytes(damaged)
            with pytest.raises(Damaged, match=name):
                opened(tmp_path / "new")


async def test_a_damaged_snapshot_names_the_generation_before_it_and_that_one_holds_everything(
    tmp_path: Path,
) -> None:
    """The way out that is named works: nothing is lost when the damaged file is moved away."""
    await filled(tmp_path, 3)
    tables = opened(tmp_path)
    await tables.compact()
    await tables.write(lambda change: step(change, 1))
    let_go(tables)
    newest = max(tmp_path.glob("store-*"))
    newest.write_bytes(newest.read_bytes().replace(b"step", b"Step", 1))
    with pytest.raises(Damaged, match=f"Nothing was changed. Move {newest.name} out of .* and start again"):
        opened(tmp_path)
    newest.unlink()
    tables = opened(tmp_path)
    assert held(tables) == states(1, 4)[4]
    let_go(tables)


async def test_damage_names_the_newest_backup_that_is_good(tmp_path: Path) -> None:
    """A backup that is damaged itself is passed over, and restoring the one named brings its state back."""
    await filled(tmp_path / "data", 3)
    tables = opened(tmp_path / "data")
    good, bad = tmp_path / "data/backups/good.zip", tmp_path / "data/backups/zbad.zip"
    await tables.backup(good)
    await tables.write(lambda change: step(change, 1))
    await tables.backup(bad)
    let_go(tables)
    bad.write_bytes(bad.read_bytes()[:-40])
    journal = only(tmp_path / "data", "journal-*")
    journal.write_bytes(journal.read_bytes().replace(b'"step"', b'"Step"', 1))
    with pytest.raises(Damaged, match=f"The newest good backup is {good}"):
        opened(tmp_path / "data")
    for path in (tmp_path / "data").iterdir():
        if path.is_file():
            path.unlink()
    backups.restore(good, tmp_path / "data", Unsynced())
    tables = opened(tmp_path / "data")
    assert held(tables) == states(1, 3)[3]
    let_go(tables)


@pytest.mark.parametrize("gone", ["store-*", "journal-*"])
async def test_a_missing_file_is_damage_and_no_fresh_start(tmp_path: Path, gone: str) -> None:
    """Without its snapshot or its journal a store is refused, not taken for an empty one."""
    await filled(tmp_path, 2)
    only(tmp_path, gone).unlink()
    with pytest.raises(Damaged, match="is missing"):
        opened(tmp_path)


# Generations and schemas


async def test_the_generation_before_the_newest_is_kept_and_no_older_one(tmp_path: Path) -> None:
    """After each new generation two snapshots are there, after an erasure one."""
    tables = opened(tmp_path)
    for _ in range(3):
        await tables.write(lambda change: step(change, 1))
        await tables.compact()
    assert [path.name for path in sorted(tmp_path.glob("store-*"))] == [
        "store-000003.json",
        "store-000004.json",
    ]
    assert [path.name for path in sorted(tmp_path.glob("journal-*"))] == [
        "journal-000003.log",
        "journal-000004.log",
    ]
    await tables.erase(lambda change: step(change, 1))
    assert sorted(contents(tmp_path)) == ["journal-000005.log", "store-000005.json"]
    await tables.write(lambda change: step(change, 1))
    await tables.close()
    assert [path.name for path in sorted(tmp_path.glob("store-*"))] == [
        "store-000005.json",
        "store-000006.json",
    ]


async def test_a_clean_stop_leaves_a_fresh_generation_only_when_something_changed(tmp_path: Path) -> None:
    """Opening and closing alone writes nothing."""
    await filled(tmp_path, 2)
    await opened(tmp_path).close()
    after = contents(tmp_path)
    assert len(max(tmp_path.glob("journal-*")).read_bytes().splitlines()) == 1
    await opened(tmp_path).close()
    assert contents(tmp_path) == after


async def test_an_older_schema_is_upgraded_once_and_its_generation_kept(tmp_path: Path) -> None:
    """From schema 0 to 1 at opening; the old generation is still beside the new one, and ids go on."""
    tables = opened(tmp_path, schema=0)
    await tables.write(lambda change: change.put("calls", 7, {"number": 42}))
    await tables.close()
    before = contents(tmp_path)
    for _ in range(2):
        tables = opened(tmp_path)
        assert list(tables.all("calls")) == [(7, {"name": "c42"})]
        let_go(tables)
    now = contents(tmp_path)
    newest = max(name for name in before if name.startswith("store"))
    assert now[newest] == before[newest]
    assert len([name for name in now if name.startswith("store")]) == 2
    tables = opened(tmp_path)
    assert await tables.write(lambda change: change.new_id("calls")) == 8
    let_go(tables)


async def test_the_generation_before_an_upgrade_is_no_way_out_once_something_changed(tmp_path: Path) -> None:
    """Changes of the new schema are not put on top of documents of the old one."""
    tables = opened(tmp_path, schema=0)
    await tables.write(lambda change: change.put("calls", 7, {"number": 42}))
    await tables.close()
    tables = opened(tmp_path)
    await tables.write(lambda change: change.put("calls", 8, {"name": "c43"}))
    let_go(tables)
    newest = max(tmp_path.glob("store-*"))
    newest.write_bytes(newest.read_bytes()[:-1])
    with pytest.raises(Damaged, match="There is no good backup"):
        opened(tmp_path)
    newest.unlink()
    with pytest.raises(Damaged, match="does not follow"):
        opened(tmp_path)


async def test_an_upgrade_that_fails_changes_nothing(tmp_path: Path) -> None:
    """An upgrade's own mistake comes out as it is, with the old store untouched."""
    tables = opened(tmp_path, schema=0)
    await tables.write(lambda change: change.put("calls", 7, {"no": "number"}))
    await tables.close()
    before = contents(tmp_path)
    with pytest.raises(KeyError):
        opened(tmp_path)
    assert contents(tmp_path) == before


async def test_a_newer_schema_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """Who goes back to an older program is told both versions, and nothing is touched."""
    await opened(tmp_path, schema=1).close()
    before = contents(tmp_path)
    with pytest.raises(TooNew, match=r"its schema is 1, this program knows 0\). Nothing was changed."):
        opened(tmp_path, schema=0)
    assert contents(tmp_path) == before


async def test_who_comes_second_in_the_same_process_is_refused_too(tmp_path: Path) -> None:
    """One store, one holder; after a close it is free."""
    tables = opened(tmp_path)
    with pytest.raises(Busy, match="is in use by process"):
        opened(tmp_path)
    await tables.close()
    await opened(tmp_path).close()


def test_a_path_through_a_file_is_no_place_for_a_store(tmp_path: Path) -> None:
    """Where no folder can be made, the sentence names the place."""
    (tmp_path / "file").touch()
    with pytest.raises(Unwritable, match=f"{tmp_path / 'file'}"):
        opened(tmp_path / "file" / "data")


# TinyDB


async def test_stock_tinydb_reads_a_snapshot(tmp_path: Path) -> None:
    """The newest snapshot is an ordinary TinyDB file: tables, integer ids, queries."""
    tables = opened(tmp_path)
    await tables.write(lambda change: change.put("calls", 42, {"title": "Inoklaster LT „2“", "open": True}))
    await tables.write(lambda change: change.put("calls", 43, {"title": "half a pair \ud83d", "open": False}))
    await tables.close()
    newest = max(tmp_path.glob("store-*"))
    json.loads(newest.read_text("utf-8"))
    with tinydb.TinyDB(newest, access_mode="r", encoding="utf-8") as stock:
        assert stock.tables() == {"calls", "_meta", "_check"}
        assert stock.table("_meta").get(doc_id=1) == {
            "schema": 1,
            "sequence": 2,
            "next": {"calls": 44},
            "alone": False,
        }
        (found,) = stock.table("calls").search(tinydb.where("title").search("Inoklaster"))
        assert (found.doc_id, found) == (42, {"title": "Inoklaster LT „2“", "open": True})
        assert stock.table("calls").get(doc_id=43) == {"title": "half a pair \ud83d", "open": False}


def test_stock_tinydb_can_keep_its_tables_in_the_journal(tmp_path: Path) -> None:
    """The storage keeps the contract of a TinyDB storage: stock tables write and read through it."""
    with tinydb.TinyDB(tmp_path, Unsynced(), storage=Journal) as stock:
        assert stock.tables() == set()
        assert stock.table("calls").insert_multiple([{"n": 1}, {"n": 2}]) == [1, 2]
        stock.table("calls").update({"n": 3}, doc_ids=[2])
        stock.table("calls").remove(doc_ids=[1])
    with tinydb.TinyDB(tmp_path, Unsynced(), storage=Journal) as stock:
        assert stock.table("calls").all() == [{"n": 3}]
        assert stock.table("calls").insert({"n": 4}) == 3
