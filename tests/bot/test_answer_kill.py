"""People answer a survey while the program is killed again and again: nothing that was confirmed to them is lost."""

from __future__ import annotations

import select
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from storage.audit import By
from storage.members import NewMember, Person, Reach
from storage.surveys import Sheet
from storage.tinydb.embedded import EmbeddedStore
from tests.bot.answering import Gesture, after
from tests.conversation import NOW, STRUCTURE
from tests.handlers.surveys.asked import PLAN


@dataclass
class Ledger:
    """What the proof counts: `lost` and `half` are sheets that are not as after the last confirmed gesture of their
    writer or the one that was under way, `repeated` the gestures that had been carried out and came again."""

    kills: int = 0
    confirmed: int = 0
    lost: int = 0
    doubled: int = 0
    repeated: int = 0


async def _begun(folder: Path, people: int) -> None:
    store = EmbeddedStore.open(folder)
    by = By("operator", NOW, "begin")
    await store.association.take_over(STRUCTURE, by)
    members = tuple(
        NewMember(Person(f"Narys {n}", f"k{n}", accounts=(Reach("telegram", f"u{n}", f"chat-{n}"),)))
        for n in range(people)
    )
    await store.members.take_over(members, by)
    made = await store.surveys.add(PLAN, by)
    await store.surveys.open(made.id, made.version, by)
    await store.close()


def _killed(folder: Path, seed: int, places: list[int], dice: Random) -> None:
    """Lets people go on from where they are and kills the program at some moment; `places` are then what it had
    confirmed."""
    command = [
        sys.executable,
        "-m",
        "tests.bot.answering",
        str(folder),
        str(seed),
        ",".join(map(str, places)),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    select.select([process.stdout], [], [], 60)
    select.select([], [], [], dice.random() * dice.choice((0.02, 0.2, 0.6)))
    process.kill()
    said, _ = process.communicate()
    lines = said.decode().split("\n")[:-1]
    assert lines and lines[0] == "open", lines[:3]
    for line in lines[1:]:
        assert not line.startswith("failed"), line
        person, count = map(int, line.split())
        places[person] = max(places[person], count)


def _as_after(sheet: Sheet | None, gesture: Gesture | None) -> bool:
    if sheet is None or gesture is None:
        return sheet is None and (gesture is None or not gesture.latest)
    return sheet.latest == gesture.latest and (sheet.state == "answered") == gesture.answered


async def _counted(folder: Path, seed: int, places: list[int], ledger: Ledger) -> None:
    store = EmbeddedStore.open(folder)
    members = {n: await store.members.of_account("telegram", f"u{n}") for n in range(len(places))}
    sheets = await store.surveys.sheets("a1")
    ledger.doubled += len(sheets) - len({sheet.member for sheet in sheets})
    ledger.doubled += len([s for s in sheets if s.state == "answered"]) - len(
        {sheet.owner for sheet in sheets if sheet.state == "answered"}
    )
    for person, count in enumerate(places):
        member = members[person]
        assert member is not None
        sheet = next((one for one in sheets if one.member == member.id), None)
        if _as_after(sheet, after(person, seed, count)):
            continue
        if _as_after(sheet, after(person, seed, count + 1)):
            ledger.repeated += 1
        else:
            ledger.lost += 1
    journal = store._tables._journal
    assert journal is not None
    journal.close()


async def proof(folder: Path, people: int, kills: int, seed: int) -> Ledger:
    """So many kills; what was lost by them."""
    await _begun(folder, people)
    dice, places, ledger = Random(seed), [0] * people, Ledger()
    for _ in range(kills):
        _killed(folder, seed, places, dice)
        ledger.kills += 1
        await _counted(folder, seed, places, ledger)
        assert (ledger.lost, ledger.doubled) == (0, 0), ledger
    ledger.confirmed = sum(places)
    return ledger


async def test_three_kills_lose_no_confirmed_answer(tmp_path: Path) -> None:
    """A dozen people in the middle of their answers, three kills: every confirmed step is there, none is there by half,
    and what comes again after a crash does no harm. The slow proof kills two hundred times."""
    ledger = await proof(tmp_path / "data", 12, 3, 2026)
    assert ledger.kills == 3 and ledger.confirmed > 12, ledger


@pytest.mark.proof
async def test_two_hundred_kills_lose_no_confirmed_answer(tmp_path: Path) -> None:
    """Forty people, two hundred kills."""
    began, total = time.monotonic(), Ledger()
    for seed in range(4):
        ledger = await proof(tmp_path / str(seed), 40, 50, seed)
        for name in vars(total):
            setattr(total, name, getattr(total, name) + getattr(ledger, name))
    print(f"{total} in {time.monotonic() - began:.0f} s", file=sys.stderr)
    assert total.kills == 200 and total.confirmed > 1_000 and total.repeated > 0, total
