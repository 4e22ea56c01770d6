"""Anonymous surveys, lived through and closed: nothing that is left anywhere ties an answer to anybody.

The attacker has the whole data folder after the closing (the generation, its journal, the automatic backups of before
and after), everything that is published (the page, the announcement with people's own words, the pictures and the
workbook that members open), and who has answered when; or he is one of those who answered. What he can
read is looked at byte by byte and document by document; what he can work out is attacking.py's.
"""

from __future__ import annotations

import asyncio
import io
import itertools
import json
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from handlers.chat import Account, Incoming
from handlers.i18n import translator
from handlers.surveys import gathering, printed
from handlers.surveys.pictures import drawn
from handlers.surveys.publishing import for_members
from handlers.surveys.pushes import for_good
from handlers.surveys.rates import rates
from handlers.surveys.report import Report
from handlers.surveys.summary import summary
from handlers.surveys.tallying import results
from handlers.surveys.workbook import answers_csv, workbook
from storage.audit import By
from storage.conversation import Draft
from storage.errors import Changed
from storage.members import NewMember, Person, Reach
from storage.surveys import Given, Survey
from storage.tinydb import backups
from storage.tinydb.embedded import INDEXES, SCHEMA, UPGRADES, EmbeddedStore
from storage.tinydb.tables import Tables
from storage.words import Words
from tests.conversation import NOW, STRUCTURE, Chat, Someone, labels
from tests.handlers.surveys.attacking import Row, certain, published
from tests.handlers.surveys.chance import answering, plan
from tests.storage.fault_files import Unsynced

DAYS = 5


def opened(folder: Path) -> EmbeddedStore:
    """The store, without waiting for the disk: nothing crashes here."""
    tables = Tables.open(folder, schema=SCHEMA, upgrades=UPGRADES, indexes=INDEXES, files=Unsynced())
    return EmbeddedStore(tables, folder)


@dataclass
class Life:
    """One survey from its opening to its end."""

    folder: Path
    dice: Random
    store: EmbeddedStore
    survey: Survey
    people: dict[str, Person] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)
    now: datetime = NOW

    @classmethod
    async def begin(cls, folder: Path, dice: Random) -> Life:
        """Five to eighty people, some of one house, and an open survey."""
        store = opened(folder)
        of = plan(dice, NOW + timedelta(days=DAYS))
        count = dice.randint(5, 80)
        people = tuple(
            NewMember(
                Person(
                    f"Žmogus{n}x Pavardė{n}x",
                    f"house-{n if dice.random() < 0.8 else n - 1}x",
                    email=f"zmogus{n}x@example.org",
                    accounts=(Reach("telegram", f"user-{n}x", f"chat-{n}x"),),
                )
            )
            for n in range(1, count + 1)
        )
        members = await store.members.take_over(people, By("operator", NOW, "members"))
        made = await store.surveys.add(of, By("n1", NOW, "add"))
        survey = await store.surveys.open(made.id, made.version, By("n1", NOW, "open"))
        return cls(folder, dice, store, survey, {m.id: m.person for m in members})

    def owner(self, member: str) -> str:
        """For whom that person answers."""
        return self.people[member].organisation if self.survey.plan.per == "organisation" else member

    async def passes(self) -> None:
        """People begin, pause, hand in, change their minds, and put their own in place of a colleague's; the store
        goes on meanwhile."""
        new = answering(self.survey.plan, self.dice)
        steps = [id for id in self.people for _ in range(self.dice.choice((1, 1, 2, 3)))]
        self.dice.shuffle(steps)
        for id in steps:
            self.now += timedelta(microseconds=self.dice.randint(10**6, DAYS * 86_400 * 10**6 // len(steps)))
            await self._step(id, new())
            if self.dice.random() < 0.04:
                await self.store.daily_backup(self.now)
            if self.dice.random() < 0.04:
                await self.store.compact()
        assert results(self.survey, await self.store.surveys.sheets(self.survey.id), Random(1)) == ()

    async def _step(self, id: str, row: Row) -> None:
        surveys, of, own = self.store.surveys, self.survey.id, self.owner(id)
        self._remember(row)
        half = dict(list(row.items())[: self.dice.randint(0, len(row))])
        if half:
            await surveys.keep(of, id, own, half, self.now)
        if self.dice.random() < 0.3:
            at = next(iter(half), None)
            await self.store.conversation.save_draft(
                Draft(id, f"fill {of}", at, half, self.now + timedelta(days=3))
            )
        if self.dice.random() < 0.15:
            return
        try:
            await surveys.hand_in(of, id, own, row, self.now)
        except Changed as moved:
            if self.dice.random() < 0.5:
                await surveys.hand_in(of, id, own, row, self.now, moved.current.id)  # type: ignore[attr-defined]

    def _remember(self, row: Row) -> None:
        self.secrets.add(self.now.isoformat())
        for given in row.values():
            self.secrets |= {item for item in _items(given) if item.startswith("slapta")}

    async def closes(self) -> tuple[Row, ...]:
        """The closing, while a backup and a generation begin beside it; what had counted."""
        sheets = await self.store.surveys.sheets(self.survey.id)
        rows = tuple(sheet.answers for sheet in sheets if sheet.state == "answered")
        self.now = NOW + timedelta(days=DAYS, minutes=1)
        close = self.store.surveys.close(self.survey.id, for_good, By("operator", self.now, "close"))
        others = [lambda: self.store.daily_backup(self.now), self.store.compact][: self.dice.randint(0, 2)]
        ending = asyncio.create_task(close)
        await asyncio.gather(ending, *(other() for other in others))
        self.survey = ending.result()
        if self.dice.random() < 0.7:
            await self.store.daily_backup(self.now + timedelta(days=1))
        return rows

    def names(self) -> set[str]:
        """What tells who somebody is."""
        found = {"house-", *self.people}
        for person in self.people.values():
            account = person.accounts[0]
            found |= {person.name, *person.name.split(), person.email, account.user, account.chat}
        return found


def _items(given: Given) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)


def bytes_below(folder: Path) -> bytes:
    """Every byte of every file, archives unpacked."""
    found = b""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        found += path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                found += b"".join(archive.read(name) for name in archive.namelist())
    return found


def looked_through(life: Life) -> None:
    """No byte of what was not published, and nobody beside what was, in the store and in every backup."""
    kept = {text for one in life.survey.tallies for text in one.texts}
    everything = bytes_below(life.folder)
    assert not [secret for secret in life.secrets - kept if secret.encode() in everything]
    states = [backups.read(path).tables for path in (life.folder / "backups").glob("*.zip")]
    tables = life.store._tables
    states.append({name: dict(tables.all(name)) for name in tables._tables})
    names = life.names()
    for state in states:
        assert not state.get("sheets") and not state.get("drafts")
        for table, docs in state.items():
            for doc in docs.values():
                answers = doc["tallies"] if table == "surveys" else []
                rest = {key: value for key, value in doc.items() if table != "surveys" or key != "tallies"}
                assert not names & set(_strings(answers))
                assert not any(name in text for text in _strings(answers) for name in names if len(name) > 4)
                assert "slapta" not in json.dumps(rest, ensure_ascii=False)
    assert list(life.survey.taken_part) == sorted(set(life.survey.taken_part))


def in_order(survey: Survey, rows: Sequence[Row]) -> Counter[str]:
    """Of all pairs of published texts, how many stand in the order in which their writers began."""
    pairs, kept = 0, 0
    for one in survey.tallies:
        written = [text for row in rows for text in _items(row.get(one.question, ())) if text in one.texts]
        places = [one.texts.index(text) for text in written if written.count(text) == 1]
        pairs += len(places) * (len(places) - 1) // 2
        kept += sum(a < b for a, b in itertools.combinations(places, 2))
    return Counter(pairs=pairs, in_order=kept)


async def handed_out(life: Life) -> None:
    """The workbook, the CSV and the page have nobody in them either, and what members open has no texts."""
    members, t = await life.store.members.all(), translator("lt")
    found = rates(life.survey, members, STRUCTURE, frozenset(life.survey.taken_part), t)
    report = Report(life.survey, life.survey.tallies, found, Words("LKA"), life.now.date(), "Europe/Vilnius")
    sheets = await life.store.surveys.sheets(life.survey.id)
    names = {id: person.name for id, person in life.people.items()}
    assert sheets == () and answers_csv(report, sheets, names, t) is None
    page = printed.render(summary(replace(report, published=True), t))
    with zipfile.ZipFile(io.BytesIO(workbook(report, sheets, names, t))) as book:
        said = page + b"".join(book.read(name) for name in book.namelist()).decode("utf-8", "ignore")
    assert not [name for name in life.names() - set(life.people) if name in said]
    opened = workbook(for_members(replace(report, published=True)), (), {}, t)
    with zipfile.ZipFile(io.BytesIO(opened)) as book:
        members_see = b"".join(book.read(name) for name in book.namelist()).decode("utf-8", "ignore")
    assert not [name for name in life.names() - set(life.people) if name in members_see]
    assert not [text for one in life.survey.tallies for text in one.texts if text in members_see]


async def announced(life: Life) -> Counter[str]:
    """The results go to members through the real dispatch, with people's own words and the workbook. What everybody who
    was asked can read and open then, and what the store keeps of it, says nothing more than the tallies do: the
    workbook and the pictures are those of any other survey with the same tallies, whoever answered it and when."""
    store, now = life.store, life.now
    await store.association.take_over(STRUCTURE, By("operator", now, "association"))
    person = Person("Rūta Raštinė", "LKA", "secretariat", accounts=(Reach("telegram", "ruta", "ruta"),))
    await store.members.take_over((NewMember(person),), By("operator", now, "secretary"))
    chat = Chat.begin(store)
    chat.now = now
    rūta = Someone(chat, Account("telegram", "ruta"), person.name)
    asked = life.survey.plan.questions
    along = [n for n, one in enumerate(asked, 1) for kept in life.survey.tallies if kept.question == one.id]
    for number in along:
        await rūta.says(f"/tekstai {life.survey.id} {number} shared")
        if "Skelbti juos" in labels(rūta.last):
            await rūta.presses("Skelbti juos")
    await rūta.says(f"/rezultatai {life.survey.id} page")
    page = rūta.last.files[0].content.decode() if rūta.last.files else ""
    await rūta.says(f"/rezultatai {life.survey.id} share table")
    waiting = await store.announcements.all()
    if not waiting:
        return Counter()
    answers = waiting[-1].answers
    files = [await store.announcements.file(id) for id in (*answers["files"], *answers["more"])]
    opened = {file.name: file.content for file in files if file is not None}
    [book] = [cells(content) for name, content in opened.items() if name.endswith(".xlsx")]
    read = f"{answers['lt']}\n{answers['en']}\n{page}\n{book}"
    kept = {text for one in life.survey.tallies for text in one.texts}
    assert not [name for name in life.names() - set(life.people) if name in read]
    assert not [secret for secret in life.secrets - kept if secret in read]
    assert not [text for text in kept if text in str(book)]
    other = replace(
        life.survey,
        tallies=tuple(replace(one, texts=tuple(sorted(one.texts))) for one in life.survey.tallies),
        taken_part=tuple(f"other-{n}" for n in range(len(life.survey.taken_part))),
    )
    t, day = translator("lt"), chat.now.astimezone(ZoneInfo("Europe/Vilnius")).date()
    who = rates(life.survey, await store.members.all(), STRUCTURE, frozenset(life.survey.taken_part), t)
    report = Report(other, other.tallies, who, STRUCTURE.association.name, day, "Europe/Vilnius", True)
    assert book == cells(workbook(for_members(report), (), {}, t))
    pictures = {f"{other.plan.key}-{q.id}.png": png for q, png in drawn(other, other.tallies, t)}
    assert pictures == {name: content for name, content in opened.items() if name.endswith(".png")}
    everything = bytes_below(life.folder)
    assert not [secret for secret in life.secrets - kept if secret.encode() in everything]
    ctx = await chat.dispatch.context(Incoming("look", rūta.account, "ruta", True, ""))
    shared = await gathering.report(life.survey, ctx, published=True)
    texts = [text for one in shared.tallies if one.question in shared.shared for text in one.texts]
    return Counter({"announced": 1, "pictures": len(pictures), "shared texts": len(texts)})


def cells(book: bytes) -> list[tuple[str, list[tuple[object, ...]]]]:
    """What stands in a workbook, sheet by sheet."""
    sheets = load_workbook(io.BytesIO(book))
    return [(sheet.title, [tuple(row) for row in sheet.iter_rows(values_only=True)]) for sheet in sheets]


async def lived(folder: Path, seed: int, hand_out: bool) -> Counter[str]:
    """One survey of that chance; what there was of it."""
    dice = Random(f"anonymous {seed}")
    life = await Life.begin(folder, dice)
    await life.passes()
    rows = await life.closes()
    survey = life.survey
    left = tuple(replace(one, texts=tuple(sorted(one.texts))) for one in survey.tallies)
    assert survey.state == "closed" and left == published(survey, rows)
    looked_through(life)
    if rows:
        assert not (found := certain(survey, rows)), (seed, found[:3])
    told: Counter[str] = Counter()
    if hand_out:
        await handed_out(life)
        told = await announced(life)
    await life.store.close()
    everything = bytes_below(folder)
    kept = {text for one in survey.tallies for text in one.texts}
    assert not [secret for secret in life.secrets - kept if secret.encode() in everything]
    return (
        in_order(survey, rows)
        + told
        + Counter(
            surveys=1,
            people=len(life.people),
            sheets=len(rows),
            backups=len(list((folder / "backups").glob("*.zip"))),
            questions=len(left),
            hidden=sum(one.hidden for one in left),
            nearly=sum(bool(one.nearly) for one in left),
            texts=sum(len(one.texts) for one in left),
        )
    )


async def proof(folder: Path, count: int, hand_out: int) -> Counter[str]:
    """So many surveys; every so manieth is handed out too."""
    total: Counter[str] = Counter()
    for seed in range(count):
        total += await lived(folder / str(seed), seed, seed % hand_out == 0)
    return total


async def test_thirty_anonymous_surveys_leave_nothing_of_anybody(tmp_path: Path) -> None:
    """Thirty surveys of five to eighty people by chance; the slow proof does a thousand."""
    found = await proof(tmp_path, 30, 3)
    assert found["surveys"] == 30 and min(found.values()) > 9, found


@pytest.mark.proof
async def test_a_thousand_anonymous_surveys_leave_nothing_of_anybody(tmp_path: Path) -> None:
    """A thousand surveys with conditions, unanimity, second thoughts and second sheets: no id, name, time or order
    beside an answer in any file, and nobody's answer is certain from what is published."""
    found = await proof(tmp_path, 1000, 50)
    print(dict(found))
    assert found["surveys"] == 1000 and found["nearly"] > 500 and found["texts"] > 1000, found
    assert found["announced"] == 20 and found["shared texts"] > 100, found
    assert 0.47 < found["in_order"] / found["pairs"] < 0.53, "texts stand in the order in which people wrote"
