"""The power goes while an anonymous survey is being closed: it is open with all its sheets, or closed without any."""

from __future__ import annotations

import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from storage.audit import By
from storage.conversation import Draft
from storage.surveys import Plan, Question, Sheet, Survey, Tally
from storage.tinydb import backups
from storage.tinydb.embedded import INDEXES, SCHEMA, UPGRADES, EmbeddedStore
from storage.tinydb.tables import Tables
from storage.words import Words
from tests.conversation import NOW
from tests.storage.fault_files import Disk, Recorder, Unsynced

SECRET = "slaptas žodis"
PEOPLE = 6
Crash = dict[Path, bytes]


def _store(folder: Path, files: Unsynced | None = None) -> EmbeddedStore:
    tables = Tables.open(folder, schema=SCHEMA, upgrades=UPGRADES, indexes=INDEXES, files=files or Unsynced())
    return EmbeddedStore(tables, folder)


def _let_go(store: EmbeddedStore) -> None:
    """As a killed process does."""
    journal = store._tables._journal
    assert journal is not None
    journal.close()


def _count(_: Survey, sheets: tuple[Sheet, ...]) -> tuple[Tally, ...]:
    return (Tally("q1", len(sheets)),)


async def _answered(folder: Path) -> None:
    """An open survey that six have answered and one is answering, two backups, and one that a crash left unfinished."""
    store = _store(folder)
    plan = Plan(
        "needs",
        Words("Poreikiai"),
        (Question("q1", "text", Words("Kas?")),),
        NOW + timedelta(days=5),
        anonymous=True,
    )
    made = await store.surveys.add(plan, By("n1", NOW, "e1"))
    await store.surveys.open(made.id, 1, By("n1", NOW, "e2"))
    for day in range(2):
        at = NOW + timedelta(days=day)
        for n in range(PEOPLE):
            await store.surveys.hand_in("a1", f"n{n}", f"o{n}", {"q1": f"{SECRET} {day} {n}"}, at)
        await store.conversation.save_draft(Draft("n9", "fill a1", "q1", {"q1": SECRET}, at))
        await store.daily_backup(at)
        await store.compact()
    await store.surveys.keep("a1", "n8", "o8", {"q1": f"{SECRET} 8"}, NOW)
    there = folder / "backups" / f"sauklys-{NOW.date()}.zip"
    shutil.copy(there, there.with_name(f"sauklys-{NOW.date() - timedelta(days=1)}.zip.new"))
    there.with_name(f"sauklys-{NOW.date() - timedelta(days=2)}.zip.new").write_bytes(there.read_bytes()[:300])
    await store.close()


async def _closed(folder: Path, files: Recorder) -> None:
    store = _store(folder, files)
    await store.surveys.close("a1", _count, By("n1", NOW, "e3"))
    files.confirmed(1)
    await store.close()


def _crashes(before: dict[Path, bytes], files: Recorder) -> Iterator[tuple[int, Crash]]:
    """Every way the folder may look, each once, with whether the closing had been confirmed."""
    disk, seen = Disk(), set()
    for path, content in before.items():
        disk.put(path, content)
    for op in files.log:
        disk.apply(op)
        for crash in disk.crashes():
            look = (disk.confirmed, tuple(sorted((str(path), data) for path, data in crash.items())))
            if look not in seen:
                seen.add(look)
                yield disk.confirmed, crash


def _files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "lock"}


def _secret(content: dict[Path, bytes]) -> list[str]:
    """The files in which somebody's words are still there, archives unpacked."""
    found = []
    for path, data in content.items():
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                data = data + b"".join(archive.read(name) for name in archive.namelist())
        if SECRET.encode() in data:
            found.append(path.name)
    return found


async def _looked_at(folder: Path, confirmed: int) -> str:
    """The state that the survey is in after the crash: open with all, or closed with nothing anywhere."""
    before = _secret(_files(folder))
    assert not confirmed or not before, f"confirmed, and still in {before}"
    store = _store(folder)
    survey = await store.surveys.get("a1")
    assert survey is not None
    sheets = await store.surveys.sheets("a1")
    if survey.state == "open":
        assert len(sheets) == PEOPLE + 1 and not confirmed
        assert sum(sheet.state == "answered" for sheet in sheets) == PEOPLE
        assert {sheet.answers["q1"] for sheet in sheets} >= {f"{SECRET} 1 {n}" for n in range(PEOPLE)}
        again = await store.surveys.close("a1", _count, By("n1", NOW, "e4"))
        assert again.tallies == (Tally("q1", PEOPLE),)
    else:
        assert sheets == () and survey.tallies == (Tally("q1", PEOPLE),)
    assert not (left := _secret(_files(folder))), f"closed, and still in {left}"
    assert await store.conversation.draft("n9") is None
    for path in (folder / "backups").glob("*.zip"):
        assert not backups.read(path).tables.get("sheets")
    _let_go(store)
    return survey.state


async def _tried(tmp_path: Path) -> Counter[str]:
    folder = tmp_path / "data"
    await _answered(folder)
    before = _files(folder)
    assert len(_secret(before)) == 6, _secret(before)
    files = Recorder()
    await _closed(folder, files)
    found: Counter[str] = Counter()
    for number, (confirmed, crash) in enumerate(_crashes(before, files)):
        torn = tmp_path / str(number)
        for path, data in crash.items():
            at = torn / path.relative_to(folder)
            at.parent.mkdir(parents=True, exist_ok=True)
            at.write_bytes(data)
        found[await _looked_at(torn, confirmed)] += 1
        shutil.rmtree(torn)
    return found


async def test_a_crash_at_any_operation_of_a_closing_leaves_it_open_or_nothing(tmp_path: Path) -> None:
    """At every look that the disk may have: open with every sheet, to be closed again, or closed and no word of anybody
    in any file or automatic backup, not even in one that another crash had left unfinished."""
    found = await _tried(tmp_path)
    assert found["open"] > 30 and found["closed"] > 50, found
