"""What is left on the disk of an anonymous survey."""

from __future__ import annotations

import os
import zipfile
from datetime import timedelta
from pathlib import Path

from storage.audit import By
from storage.conversation import Draft
from storage.surveys import Plan, Question, Sheet, Survey, Tally
from storage.tinydb.embedded import EmbeddedStore
from storage.words import Words
from tests.conversation import NOW


def _counted(_: Survey, sheets: tuple[Sheet, ...]) -> tuple[Tally, ...]:
    return (Tally("q1", len(sheets)),)


def _everything(folder: Path) -> bytes:
    """Every byte of every file below a folder, archives unpacked."""
    found = b""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                found += b"".join(archive.read(name) for name in archive.namelist())
        found += path.read_bytes()
    return found


async def test_no_file_and_no_backup_of_before_has_an_answer_after_closing(tmp_path: Path) -> None:
    """After an anonymous survey has closed, neither the store's files nor the backups made while it was open hold
    what anybody wrote."""
    store = EmbeddedStore.open(tmp_path / "data")
    text = Question("q1", "text", Words("Kas?"))
    plan = Plan("needs", Words("Poreikiai"), (text,), NOW + timedelta(days=5), anonymous=True)
    made = await store.surveys.add(plan, By("n1", NOW, "e1"))
    await store.surveys.open(made.id, 1, By("n1", NOW, "e2"))
    for day in range(3):
        at = NOW + timedelta(days=day)
        for n in range(6):
            said = {"q1": f"slaptas žodis {day} {n}"}
            await store.surveys.hand_in(made.id, f"n{n}", f"o{n}", said, at)
        await store.conversation.save_draft(
            Draft("n9", f"fill {made.id}", "q1", {"q1": f"slaptas juodraštis {day}"}, at)
        )
        await store.daily_backup(at)
        await store.compact()
    assert "slaptas žodis 2 5" in _everything(tmp_path).decode("utf-8", "ignore")
    await store.surveys.close(made.id, _counted, By("n1", NOW, "e3"))
    left = _everything(tmp_path).decode("utf-8", "ignore")
    assert "slaptas" not in left
    assert len(list((tmp_path / "data" / "backups").iterdir())) == 3
    await store.close()
    for backup in sorted(os.listdir(tmp_path / "data" / "backups")):
        folder = tmp_path / backup
        with zipfile.ZipFile(tmp_path / "data" / "backups" / backup) as archive:
            archive.extractall(folder)
        restored = EmbeddedStore.open(folder)
        survey = await restored.surveys.get(made.id)
        assert survey is not None and survey.state == "open"
        assert await restored.surveys.sheets(made.id) == ()
        await restored.close()
