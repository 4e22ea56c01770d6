"""What verbs may count on: all or nothing, durable before told, ids never reused, clear refusals."""

from __future__ import annotations

import asyncio
import errno
import os
import select
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import tinydb
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.errors import Busy, Unwritable
from storage.tinydb.tables import Change, Tables
from tests.patience import PATIENCE
from tests.storage.fault_files import Failing, Recorder, Unsynced
from tests.storage.load import Model, done, held, step

INDEXES = {"calls": {"agency": lambda doc: [doc["agency"]], "words": lambda doc: doc.get("words", [])}}
ROOT = Path(__file__).parents[2]


def opened(folder: Path | None, **more: Any) -> Tables:
    return Tables.open(folder, schema=1, upgrades={}, **{"indexes": INDEXES, "files": Unsynced(), **more})


def let_go(tables: Tables) -> None:
    """As when the process dies: nothing is written any more."""
    tables.table("calls").storage.close()


def adding(agency: str, *words: str) -> Callable[[Change], int]:
    def verb(change: Change) -> int:
        id = change.new_id("calls")
        change.put("calls", id, {"agency": agency, "words": list(words)})
        return id

    return verb


def ids(found: Any) -> list[int]:
    return [id for id, _ in found]


def journal(folder: Path) -> bytes:
    return max(folder.glob("journal-*")).read_bytes()


@pytest.fixture(params=["memory", "disk"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path if request.param == "disk" else None


# Verbs


async def test_what_a_verb_returns_comes_when_its_change_can_be_read(place: Path | None) -> None:
    """A confirmed change is in memory, in the indexes and in the count."""
    tables = opened(place)
    id = await tables.write(adding("INVEGA", "lez"))
    assert tables.get("calls", id) == {"agency": "INVEGA", "words": ["lez"]}
    assert ids(tables.find("calls", "agency", "INVEGA")) == ids(tables.find("calls", "words", "lez")) == [id]
    assert tables.count("calls") == 1
    assert tables.get("calls", 99) is None
    assert tables.get("nothing", 1) is None
    assert list(tables.all("nothing")) == []
    await tables.close()


async def test_a_verb_sees_what_it_and_the_verbs_before_it_staged(place: Path | None) -> None:
    """Within one commit, get, all and find show the changes so far, and removed ones no more."""
    tables = opened(place)
    first, second = [await tables.write(adding(agency)) for agency in ("INVEGA", "LVPA")]

    def one(change: Change) -> None:
        change.put("calls", first, {"agency": "CPVA"})
        change.remove("calls", second)
        third = change.new_id("calls")
        change.put("calls", third, {"agency": "LVPA"})
        change.put("calls", third, {"agency": "CPVA"})
        assert ids(change.find("calls", "agency", "CPVA")) == [first, third]
        assert change.find("calls", "agency", "INVEGA") == change.find("calls", "agency", "LVPA") == ()

    def other(change: Change) -> None:
        assert change.get("calls", second) is None
        assert ids(change.all("calls")) == ids(change.find("calls", "agency", "CPVA")) == [1, 3]
        change.put("calls", 3, {"agency": "INVEGA"})
        assert ids(change.find("calls", "agency", "CPVA")) == [1]

    await asyncio.gather(tables.write(one), tables.write(other))
    assert dict(tables.all("calls")) == {1: {"agency": "CPVA"}, 3: {"agency": "INVEGA"}}
    assert ids(tables.find("calls", "agency", "CPVA")) == [1]
    assert tables.find("calls", "agency", "LVPA") == ()
    await tables.close()


async def test_of_a_verb_that_raises_nothing_stays_and_only_its_caller_hears(place: Path | None) -> None:
    """Its neighbours in the same commit go through, and the ids it took are given to others."""
    tables = opened(place)

    def failing(change: Change) -> None:
        adding("LVPA")(change)
        raise LookupError("no")

    def stopping(change: Change) -> None:
        next(iter(()))

    results = await asyncio.gather(
        tables.write(adding("INVEGA")),
        tables.write(failing),
        tables.write(stopping),
        tables.write(adding("CPVA")),
        return_exceptions=True,
    )
    assert (results[0], results[3]) == (1, 2)
    assert isinstance(results[1], LookupError)
    assert isinstance(results[2], RuntimeError)
    assert tables.find("calls", "agency", "LVPA") == ()
    await tables.close()


async def test_a_verb_may_change_what_it_is_going_through(place: Path | None) -> None:
    """Putting, removing and adding while going through all shows each that was there once."""
    tables = opened(place)
    for agency in "abc":
        await tables.write(adding(agency))

    def verb(change: Change) -> list[int]:
        seen = []
        for id, doc in change.all("calls"):
            seen.append(id)
            change.put("calls", id, {**doc, "agency": "x"})
            change.remove("calls", 3)
            adding("new")(change)
        return seen

    assert await tables.write(verb) == [1, 2]
    assert ids(tables.all("calls")) == [1, 2, 4, 5]
    await tables.close()


async def test_what_is_put_is_kept_as_its_json_says(place: Path | None) -> None:
    """Changing the document afterwards changes nothing; tuples are lists, keys are strings, as after a restart."""
    tables = opened(place)
    doc: dict[str, Any] = {
        "agency": "INVEGA",
        "deep": {"list": (1, 2.5, None, True, "ą\n\ud83d")},
        "words": [],
    }

    def verb(change: Change) -> Any:
        change.put("calls", 5, doc)
        doc["words"].append("later")
        return change.get("calls", 5)

    kept = {"agency": "INVEGA", "deep": {"list": [1, 2.5, None, True, "ą\n\ud83d"]}, "words": []}
    assert await tables.write(verb) == kept
    assert tables.get("calls", 5) == kept
    await tables.close()
    if place is not None:
        assert opened(place).get("calls", 5) == kept


async def test_what_json_has_no_word_for_is_refused(place: Path | None) -> None:
    """So is a number that is no id."""
    tables = opened(place)
    with pytest.raises(TypeError):
        await tables.write(lambda change: change.put("calls", 1, {"agency": object()}))
    with pytest.raises(ValueError, match="0 is not an id"):
        await tables.write(lambda change: change.put("calls", 0, {"agency": "x"}))
    assert tables.count("calls") == 0
    await tables.close()


async def test_documents_come_in_the_order_of_their_ids(place: Path | None) -> None:
    """However they were put."""
    tables = opened(place)

    def putting(id: int) -> Callable[[Change], None]:
        return lambda change: change.put("calls", id, {"agency": "x"})

    for id in (5, 2, 9, 1):
        await tables.write(putting(id))
    assert ids(tables.all("calls")) == ids(tables.find("calls", "agency", "x")) == [1, 2, 5, 9]
    await tables.write(putting(3))
    assert ids(tables.all("calls")) == ids(tables.find("calls", "agency", "x")) == [1, 2, 3, 5, 9]
    await tables.close()


async def test_an_index_that_is_not_there_is_an_error() -> None:
    """A misspelt index is a mistake, not an empty answer."""
    tables = opened(None)
    with pytest.raises(KeyError):
        tables.find("calls", "agnecy", "x")
    with pytest.raises(KeyError):
        await tables.write(lambda change: change.find("calls", "agnecy", "x"))


async def test_ids_are_never_given_twice(tmp_path: Path) -> None:
    """Not after removing, restarting, a new generation, nor when one was taken and nothing put there."""
    tables = opened(tmp_path)
    given = [await tables.write(adding("x")) for _ in range(3)]
    await tables.write(lambda change: change.remove("calls", 3))
    given.append(await tables.write(lambda change: change.new_id("calls")))
    let_go(tables)
    for again in range(3):
        tables = opened(tmp_path)
        given.append(await tables.write(adding("x")))
        await tables.write(lambda change: change.remove("calls", given[-1]))
        if again == 1:
            await tables.close()
        else:
            let_go(tables)
    tables = opened(tmp_path)
    await tables.write(lambda change: change.put("calls", 50, {"agency": "x"}))
    given.append(await tables.write(adding("x")))
    assert given == [1, 2, 3, 4, 5, 6, 7, 51]
    let_go(tables)


async def test_a_verb_that_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    """Neither does removing what is not there."""
    tables = opened(tmp_path)
    before = journal(tmp_path)
    assert await tables.write(lambda change: change.get("calls", 1)) is None
    await tables.write(lambda change: change.remove("calls", 1))
    assert journal(tmp_path) == before
    await tables.close()


# Durability


async def test_changes_that_wait_share_one_write(tmp_path: Path) -> None:
    """Thirty-two at once: a line for each, one write, one sync."""
    files = Recorder()
    tables = opened(tmp_path, files=files)
    before = len(files.log)
    await asyncio.gather(*(tables.write(adding("x")) for _ in range(32)))
    assert [op.name for op in files.log[before:]] == ["write", "sync"]
    assert journal(tmp_path).count(b"\n") == 33
    await tables.close()


class Held(Unsynced):
    """The disk takes as long as the test says."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.go = threading.Event()
        self.hold = "sync"

    def _wait(self, operation: str) -> None:
        if self.hold == operation:
            self.begun.set()
            assert self.go.wait(30)

    def sync(self, fd: int) -> None:
        self._wait("sync")

    def rename(self, old: Path, new: Path) -> None:
        if new.name.startswith("store"):
            self._wait("rename")
        super().rename(old, new)


@pytest.fixture
def held_disk(tmp_path: Path) -> Iterator[tuple[Tables, Held]]:
    files = Held()
    files.hold = ""
    yield opened(tmp_path, files=files), files
    files.go.set()


async def test_memory_shows_a_change_only_when_the_disk_has_it(held_disk: tuple[Tables, Held]) -> None:
    """While the disk is busy the loop runs, reads see what was durable, and the caller waits."""
    tables, files = held_disk
    files.hold = "sync"
    first = asyncio.create_task(tables.write(adding("INVEGA")))
    await asyncio.to_thread(files.begun.wait, 30)
    second = asyncio.create_task(tables.write(adding("LVPA")))
    await asyncio.sleep(0)
    assert (first.done(), second.done(), tables.count("calls")) == (False, False, 0)
    assert tables.find("calls", "agency", "INVEGA") == ()
    files.go.set()
    assert (await first, await second, tables.count("calls")) == (1, 2, 2)
    await tables.close()


async def test_changes_go_on_while_a_snapshot_is_written(
    held_disk: tuple[Tables, Held], tmp_path: Path
) -> None:
    """A new generation takes its time; what is changed meanwhile is confirmed and in it after a restart."""
    tables, files = held_disk
    await tables.write(adding("INVEGA"))
    files.hold = "rename"
    compaction = asyncio.create_task(tables.compact())
    await asyncio.to_thread(files.begun.wait, 30)
    await tables.write(adding("LVPA"))
    assert not compaction.done()
    shutil.copytree(tmp_path, tmp_path / "crashed")
    files.go.set()
    await compaction
    await tables.write(adding("CPVA"))
    let_go(tables)
    tables = opened(tmp_path / "crashed")
    assert [doc["agency"] for _, doc in tables.all("calls")] == ["INVEGA", "LVPA"]
    let_go(tables)
    tables = opened(tmp_path)
    assert [doc["agency"] for _, doc in tables.all("calls")] == ["INVEGA", "LVPA", "CPVA"]
    let_go(tables)


async def test_a_caller_that_is_cancelled_harms_nobody(held_disk: tuple[Tables, Held]) -> None:
    """A change under way is finished; one that waits is dropped; others go on."""
    tables, files = held_disk
    files.hold = "sync"
    first = asyncio.create_task(tables.write(adding("INVEGA")))
    await asyncio.to_thread(files.begun.wait, 30)
    second, third = (asyncio.create_task(tables.write(adding(agency))) for agency in ("LVPA", "CPVA"))
    await asyncio.sleep(0)
    first.cancel()
    second.cancel()
    files.go.set()
    await third
    assert [doc["agency"] for _, doc in tables.all("calls")] == ["INVEGA", "CPVA"]
    await tables.close()


async def test_closing_finishes_what_was_begun_and_refuses_what_comes_later(
    held_disk: tuple[Tables, Held],
) -> None:
    """Reading still works after it."""
    tables, files = held_disk
    files.hold = "sync"
    first = asyncio.create_task(tables.write(adding("INVEGA")))
    await asyncio.to_thread(files.begun.wait, 30)
    closing = asyncio.create_task(tables.close())
    await asyncio.sleep(0)
    with pytest.raises(Unwritable, match="closed"):
        await tables.write(adding("LVPA"))
    files.go.set()
    await closing
    await tables.close()
    assert await first == 1
    assert tables.count("calls") == 1
    assert tables.unwritable == "The store was closed."


async def test_a_loop_that_stops_in_the_middle_of_a_write_stops_all_changing(
    held_disk: tuple[Tables, Held],
) -> None:
    """Whether the line got there is unknown, so nothing is built on it until the next opening."""
    tables, files = held_disk
    files.hold = "sync"
    first = asyncio.create_task(tables.write(adding("INVEGA")))
    await asyncio.to_thread(files.begun.wait, 30)
    (committer,) = asyncio.all_tasks() - {first, asyncio.current_task()}
    committer.cancel()
    with pytest.raises(Unwritable, match="broken off"):
        await first
    files.go.set()
    with pytest.raises(Unwritable, match="broken off"):
        await tables.write(adding("LVPA"))
    assert tables.count("calls") == 0


async def test_a_long_journal_begins_a_new_generation_by_itself(tmp_path: Path) -> None:
    """After some megabytes, and again only after more than the snapshot has."""
    tables = opened(tmp_path)
    for _ in range(5):
        await tables.write(adding("x", "long" * 250_000))
    await tables.close()
    assert len(list(tmp_path.glob("store-*"))) == 2
    tables = opened(tmp_path)
    assert tables.count("calls") == 5
    let_go(tables)


# A disk that refuses


FAULTS = [
    pytest.param({"room": 40}, "The disk is full: .*journal.* Make room, then restart.", id="full"),
    pytest.param({"write": errno.EIO}, "could not be written .* Check the disk, then restart", id="write"),
    pytest.param({"sync": errno.EIO}, "could not be written .* Check the disk, then restart", id="sync"),
    pytest.param({"write": errno.EROFS}, "may not be written", id="read-only"),
    pytest.param({"room": 40, "truncate": errno.EIO}, "The disk is full", id="not even truncated"),
    pytest.param({"write": errno.EDQUOT}, "The disk is full", id="quota"),
]


@pytest.mark.parametrize(("fault", "words"), FAULTS)
async def test_a_failed_write_stops_changing_and_nothing_else(
    tmp_path: Path, fault: dict[str, int], words: str
) -> None:
    """One clear sentence to everyone who waits, memory as it was, reading goes on, a restart holds the rest."""
    files = Failing()
    tables = opened(tmp_path, files=files)
    await tables.write(adding("INVEGA"))
    files.room = fault.pop("room", None)
    files.fails = fault
    results = await asyncio.gather(*(tables.write(adding("LVPA")) for _ in range(3)), return_exceptions=True)
    assert {type(result) for result in results} == {Unwritable}
    files.fails, files.room = {}, None
    for again in (tables.write(adding("LVPA")), tables.erase(adding("LVPA")), tables.compact()):
        with pytest.raises(Unwritable, match=words):
            await again
    assert tables.unwritable == str(results[0])
    assert held(tables) == {"calls": {1: {"agency": "INVEGA", "words": []}}}
    await tables.backup(tmp_path / "elsewhere.zip")
    await tables.close()
    tables = opened(tmp_path)
    assert ids(tables.all("calls")) == [1]
    assert await tables.write(adding("LVPA")) == 2
    let_go(tables)


@pytest.mark.parametrize("way", ["removed", "moved", "replaced"])
async def test_when_the_folder_is_gone_nothing_is_confirmed_any_more(tmp_path: Path, way: str) -> None:
    """An open file outlives its name; a change that no restart would find is not called durable."""
    folder = tmp_path / "data"
    tables = opened(folder)
    await tables.write(adding("INVEGA"))
    if way == "removed":
        shutil.rmtree(folder)
    else:
        folder.rename(tmp_path / "other")
    if way == "replaced":
        let_go(opened(folder))
    with pytest.raises(Unwritable, match=f"{folder}.* is gone. Put the folder back"):
        await tables.write(adding("LVPA"))
    assert ids(tables.all("calls")) == [1]
    await tables.close()


@pytest.mark.parametrize(
    "operation", ["create", "write", "sync", "rename", "append", "sync_folder", "unlink"]
)
async def test_a_new_generation_that_fails_loses_nothing(tmp_path: Path, operation: str) -> None:
    """Whatever it fails at, it says so, and changes go on."""
    files = Failing()
    tables = opened(tmp_path, files=files)
    for _ in range(2):
        await tables.write(adding("INVEGA"))
        await tables.compact()
    files.fails = {operation: errno.ENOSPC}
    with pytest.raises(Unwritable, match="The disk is full: .* Make room, then try again."):
        await tables.compact()
    files.fails = {}
    await tables.write(adding("LVPA"))
    shutil.copytree(tmp_path, tmp_path / "crashed")
    await tables.compact()
    await tables.close()
    for folder in (tmp_path / "crashed", tmp_path):
        tables = opened(folder)
        assert ids(tables.all("calls")) == [1, 2, 3]
        let_go(tables)


async def test_a_store_that_cannot_be_written_opens_for_reading(tmp_path: Path) -> None:
    """With a torn line to cut off, an upgrade to keep: all is read, and the first refusal is the reason."""
    tables = opened(tmp_path)
    await tables.write(adding("INVEGA"))
    let_go(tables)
    with max(tmp_path.glob("journal-*")).open("ab") as file:
        file.write(b"0000")
    files = Failing()
    for operation in ("append", "truncate", "create"):
        files.fails = {operation: errno.EROFS}
        tables = Tables.open(
            tmp_path,
            schema=2,
            upgrades={1: lambda tables: {"calls": {1: {"agency": "new"}}}},
            indexes=INDEXES,
            files=files,
        )
        assert tables.get("calls", 1) == {"agency": "new"}
        assert "may not be written" in str(tables.unwritable)
        with pytest.raises(Unwritable, match="may not be written"):
            await tables.write(adding("LVPA"))
        await tables.close()
    files.fails = {"create": errno.EROFS}
    with pytest.raises(Unwritable, match="may not be written"):
        opened(tmp_path / "new", files=files)


# Other processes


def child(name: str, folder: Path, seed: int = 0, **more: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.storage.children", name, str(folder), str(seed)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        **more,
    )


def said(process: subprocess.Popen[str]) -> list[str]:
    out, _ = process.communicate(timeout=PATIENCE)
    return out.splitlines()


async def test_a_second_process_is_told_who_holds_the_store(tmp_path: Path) -> None:
    """With the number of the process; once that is gone the store is free."""
    holder = child("hold", tmp_path)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "open\n"
    with pytest.raises(Busy, match=f"is in use by process {holder.pid}"):
        opened(tmp_path)
    said(holder)
    await opened(tmp_path).close()


async def test_a_really_full_disk_ends_in_a_sentence(tmp_path: Path) -> None:
    """A file that may not grow: what was confirmed is there, in the process and after it, and no more."""
    await opened(tmp_path).close()
    words = said(child("fill", tmp_path, 5))
    confirmed = int(words[-4])
    assert confirmed > 3
    assert words[-3] == words[-1]
    assert words[-1].startswith("The disk is full: ")
    assert words[-2] == f"still {confirmed}"
    tables = opened(tmp_path, indexes={})
    assert held(tables) == after(5, confirmed)
    let_go(tables)


async def test_a_folder_without_the_right_to_write_is_read() -> None:
    """An ordinary user reads what is there, and is told in a sentence what they may not."""
    with tempfile.TemporaryDirectory() as there:
        folder = Path(there, "data")
        tables = opened(folder, indexes={})
        await tables.write(lambda change: step(change, 1))
        await tables.close()
        for path in folder.iterdir():
            path.chmod(0o444)
        folder.chmod(0o555)
        Path(there).chmod(0o555)
        words = said(child("nobody", folder))
        new = said(child("nobody", Path(there, "new")))
        Path(there).chmod(0o755)
        folder.chmod(0o755)
    assert words[0] == "still 1"
    assert words[1].startswith("Unwritable: ")
    assert words[1].endswith(
        "lock may not be written. Give this user the right to write there, then restart."
    )
    assert new == [
        f"Unwritable: {there}/new may not be written. Give this user the right to write there, then restart."
    ]


def after(seed: int, count: int) -> Any:
    """What there is after so many changes."""
    model = Model()
    for _ in range(count):
        step(model, seed)
    return model.snapshot()


def killed(folder: Path, random: Random, seed: int) -> int:
    """Lets a child change things and kills it at some moment; how many changes it had confirmed by then."""
    confirmed = 0
    process = child("load", folder, seed)
    assert process.stdout is not None
    out = process.stdout.fileno()
    os.set_blocking(out, False)
    for _ in range(random.choice((0, 1, 5, 40))):
        select.select([out], [], [], 20)
        confirmed = max(confirmed, _newest(out))
    select.select([], [], [], random.random() * random.choice((0.001, 0.02, 0.3)))
    process.kill()
    process.wait()
    confirmed = max(confirmed, _newest(out))
    process.communicate()
    return confirmed


def _newest(out: int) -> int:
    try:
        data = os.read(out, 1 << 20)
    except BlockingIOError:
        return 0
    numbers = [int(word.split()[-1]) for word in data.decode().splitlines()]
    return max(numbers, default=0)


def kill_and_look(folder: Path, kills: int, seed: int) -> int:
    """Kills, opens, compares with the model, goes on with the same store; how many changes there were."""
    random, model = Random(seed), Model()
    for _ in range(kills):
        confirmed = killed(folder, random, seed)
        tables = Tables.open(folder, schema=1, upgrades={})
        there = done(tables)  # type: ignore[arg-type]
        assert there >= max(confirmed, done(model)), "a confirmed change is lost"
        while done(model) < there:
            step(model, seed)
        assert held(tables) == model.snapshot(), "a change is there by half"
        let_go(tables)
    return done(model)


def test_killed_at_any_moment_nothing_confirmed_is_lost(tmp_path: Path) -> None:
    """A dozen kills under a random load; the slow proof does three hundred."""
    assert kill_and_look(tmp_path, 12, seed=2026) > 20


@pytest.mark.proof
def test_killed_three_hundred_times_nothing_confirmed_is_lost(tmp_path: Path) -> None:
    """0 unreadable, 0 confirmed changes lost, 0 half changes."""
    for run in range(10):
        print(f"run {run}: {kill_and_look(tmp_path / str(run), 30, seed=run)} changes survived 30 kills")


# In memory and on disk


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 10_000),
    st.lists(st.sampled_from(["one", "three", "refused", "compact", "reopen", "crash"])),
)
def test_memory_and_disk_agree_whatever_is_done(seed: int, doings: list[str]) -> None:
    """A store in memory, one on disk and a plain dict hold the same after any doings, also after a restart."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(agree(Path(folder), seed, doings))


async def agree(folder: Path, seed: int, doings: list[str]) -> None:
    memory, disk, model = opened(None, indexes=STEPS), opened(folder, indexes=STEPS), Model()
    for doing in doings:
        if doing in ("one", "three"):
            count = 3 if doing == "three" else 1
            for tables in (memory, disk):
                await asyncio.gather(*(tables.write(lambda change: step(change, seed)) for _ in range(count)))
            for _ in range(count):
                step(model, seed)
        elif doing == "refused":
            for tables in (memory, disk):
                with pytest.raises(ZeroDivisionError):
                    await tables.write(lambda change: step(change, seed) / 0)
        elif doing == "compact":
            await memory.compact()
            await disk.compact()
        else:
            let_go(disk) if doing == "crash" else await disk.close()
            disk = opened(folder, indexes=STEPS)
        assert held(memory) == held(disk) == model.snapshot()
        check_index(memory, model)
        check_index(disk, model)
    await disk.close()


STEPS = {"calls": {"step": lambda doc: [doc["step"]]}}


def check_index(tables: Tables, model: Model) -> None:
    for n in range(done(model)):
        expected = [id for id, doc in model.all("calls") if doc["step"] == n]
        assert ids(tables.find("calls", "step", n)) == expected


# TinyDB


async def test_tinydb_queries_read_what_is_durable() -> None:
    """Its search, get, count and iteration work on a table and see each commit at once."""
    tables = opened(None)
    query = tinydb.where("agency") == "INVEGA"
    table = tables.table("calls")
    assert table.search(query) == []
    await tables.write(adding("INVEGA"))
    await tables.write(adding("LVPA"))
    (found,) = table.search(query)
    assert (found.doc_id, found["agency"]) == (1, "INVEGA")
    assert table.get(doc_id=2) == {"agency": "LVPA", "words": []}
    assert [doc.doc_id for doc in table.get(doc_ids=[2, 1])] == [1, 2]
    assert (len(table), table.count(query), table.contains(doc_id=3)) == (2, 1, False)
    assert [doc.doc_id for doc in table] == [1, 2]


@pytest.mark.parametrize("way", ["insert", "truncate", "upsert"])
def test_tinydb_cannot_write_past_the_journal(way: str) -> None:
    """Its own verbs copy a table for every change; they are refused with a sentence."""
    table: Any = opened(None).table("calls")
    with pytest.raises(TypeError, match="changed by Tables.write"):
        {
            "insert": lambda: table.insert({}),
            "truncate": table.truncate,
            "upsert": lambda: table.upsert({}, tinydb.where("a").exists()),
        }[way]()
