"""The association that the written questions are about, and how an understanding is measured against them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from handlers.understanding.naming import Kind
from handlers.understanding.reading import Name, Names, Understanding, understand
from handlers.understanding.stretches import Window

TODAY = date(2026, 9, 24)
QUESTIONS = Path(__file__).parent / "questions"


def _calls() -> Iterator[Name]:
    titles: tuple[tuple[str, str, str], ...] = (
        ("c1", "p1", "Inoklaster LT (pakartotinis)"),
        ("c2", "p2", "Inočekiai|Innovation vouchers"),
        ("c3", "p3", "Expo klasteris|Expo cluster"),
        ("c4", "p4", "Verslo klasteris LT"),
        ("c5", "p5", "Skaitmeninių inovacijų centrai Nr. 1|Digital innovation hubs No. 1"),
        ("c6", "p6", "Inopatentas"),
        ("c7", "p7", "Inostartas"),
        ("c8", "p8", "Clusters meet Regions"),
        ("c9", "p9", "Atviros centralizuotos saugyklos su kompetencijų centru steigimas"),
        ("c10", "p10", "Verslo kūrimas ir plėtra Biržų mieste"),
        ("c11", "p1", "Inoklaster LT (2-asis kvietimas)"),
    )
    for id, measure, title in titles:
        yield Name("call", id, tuple(title.split("|")), (measure,))


def _others() -> Iterator[Name]:
    named: tuple[tuple[Kind, str, str], ...] = (
        ("measure", "p1", "Inoklaster LT"),
        ("measure", "p2", "Inočekiai"),
        ("measure", "p3", "Expo klasteris"),
        ("measure", "p4", "Verslo klasteris LT"),
        ("measure", "p5", "Skaitmeninių inovacijų centrai"),
        (
            "agency",
            "LVPA",
            "Lietuvos verslo paramos agentūra|Lithuanian Business Support Agency|verslo paramos agentūra",
        ),
        (
            "agency",
            "MITA",
            "Mokslo, inovacijų ir technologijų agentūra|Agency for Science, Innovation and Technology",
        ),
        ("agency", "INOVACIJU", "Inovacijų agentūra|Innovation Agency"),
        ("agency", "CPVA", "Centrinė projektų valdymo agentūra|Central Project Management Agency"),
        ("organisation", "UM", "Ūkio ministerija|Ministry of Economy"),
        ("organisation", "LIC", "Lietuvos inovacijų centras|Lithuanian Innovation Centre"),
        ("organisation", "LKA", "Lietuvos klasterių asociacija|Lithuanian Cluster Association"),
        ("organisation", "fotonika", "Fotonikos klasteris|Photonics cluster"),
        (
            "group",
            "politika",
            "Klasterių politikos darbo grupė|Cluster policy working group|darbo grupė|working group|koncepcijos darbo grupė",
        ),
        ("group", "eksportas", "Eksporto darbo grupė|Export working group"),
        ("group", "mtepi", "MTEPI darbo grupė|R&D working group|mokslinių tyrimų darbo grupė"),
        ("sector", "gamyba", "Gamyba ir inžinerija|Manufacturing and engineering"),
        ("sector", "maistas", "Agroinovacijos ir maisto technologijos|Agro-innovation and food technology"),
    )
    for kind, id, ways in named:
        yield Name(kind, id, tuple(ways.split("|")))


NAMES = Names((*_calls(), *_others()))


@dataclass(frozen=True, slots=True)
class Question:
    """One written question, and what it should be understood as."""

    text: str
    lang: str
    intent: str
    slots: dict[str, Any]
    choices: tuple[str, ...]
    before: str | None


def questions(folder: str) -> list[Question]:
    """Everything that is written in the files of a folder, each file by another kind of person."""
    return [one for asked in by_writer(folder).values() for one in asked]


def by_writer(folder: str) -> dict[str, list[Question]]:
    """The questions of a folder by who wrote them."""
    return {path.stem: written(path) for path in sorted((QUESTIONS / folder).glob("*.jsonl"))}


def written(path: Path) -> list[Question]:
    """The questions of one file."""
    return [
        Question(
            q["text"],
            q["lang"],
            q["intent"],
            q.get("slots", {}),
            tuple(q.get("choices", ())),
            q.get("before"),
        )
        for q in map(json.loads, path.read_text("utf-8").splitlines())
    ]


def plain(slots: Iterable[tuple[str, object]]) -> dict[str, Any]:
    """Slots as the question files write them."""
    return {name: _plain(value) for name, value in slots}


def _plain(value: object) -> object:
    if not isinstance(value, Window):
        return value
    return {
        "from": value.first.isoformat() if value.first else None,
        "to": value.last.isoformat() if value.last else None,
    }


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question with what was understood."""

    question: Question
    got: Understanding

    @property
    def right(self) -> bool:
        """The intent is the wanted one; where it is to be asked back, one of what is wanted is offered, if anything."""
        wanted, offered = set(self.question.choices), set(self.got.choices)
        return self.got.intent == self.question.intent and (
            not wanted or not offered or bool(wanted & offered)
        )

    @property
    def slots_right(self) -> bool:
        """All slots and no others."""
        return plain(self.got.slots.items()) == self.question.slots

    @property
    def answered_foreign(self) -> bool:
        """It isn't ours and was answered all the same."""
        return self.question.intent == "out_of_scope" and self.got.intent not in (
            "out_of_scope",
            "not_understood",
        )


def ask(folder: str) -> list[Outcome]:
    """Every question of a folder, asked."""
    return put(questions(folder))


def put(asked: Iterable[Question]) -> list[Outcome]:
    """Questions with what is understood of them."""
    return [Outcome(q, understand(q.text, TODAY, NAMES, q.before)) for q in asked]


def share(outcomes: list[bool]) -> float:
    """How many of them hold, 0 to 1."""
    return sum(outcomes) / len(outcomes) if outcomes else 1.0


def figures(outcomes: list[Outcome]) -> str:
    """The outcomes in one line: right, wrong, asked back, not understood, slots of the right ones, and how many of what
    isn't ours were answered all the same."""
    missed = [o for o in outcomes if not o.right and o.got.intent == "not_understood"]
    asked = [o for o in missed if o.got.choices or o.got.among]
    wrong = [not o.right and o.got.intent != "not_understood" for o in outcomes]
    slots = [o.slots_right for o in outcomes if o.right and o.question.intent != "not_understood"]
    foreign = [o.answered_foreign for o in outcomes if o.question.intent == "out_of_scope"]
    every = max(len(outcomes), 1)
    return (
        f"{len(outcomes):5} asked: right {share([o.right for o in outcomes]):5.1%}, wrong {share(wrong):5.1%}, asked back "
        f"{len(asked) / every:5.1%}, not understood {(len(missed) - len(asked)) / every:5.1%}, slots {share(slots):5.1%}, "
        f"foreign answered {sum(foreign)} of {len(foreign)}"
    )
