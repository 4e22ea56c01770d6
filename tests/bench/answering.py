"""Five hundred people answer ten questions each within two minutes, half of them on Telegram and half on Slack, through
both strict servers over real HTTP: from a press to the next question, beside one person alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from storage.members import NewMember, Reach
from storage.members import Person as Human
from storage.surveys import Given, Option, Question
from storage.tinydb.embedded import EmbeddedStore
from storage.words import Words
from tests.bench.measuring import Row, millis
from tests.conversation import Chat
from tests.handlers.surveys.asked import associate, opened
from tests.slack.test_with_dispatch import running as on_slack
from tests.slack_people import Person as Slacker
from tests.slack_server import SlackServer
from tests.telegram.test_with_dispatch import running as on_telegram
from tests.telegram_people import Person as Telegrammer
from tests.telegram_server import TelegramServer

PEOPLE, SECONDS, ALONE = 500, 120.0, 20
"""How many, within how many seconds, and how many one after another stand for one person alone."""
ONE = tuple(Option(id, Words(label)) for id, label in (("a", "Pirmas"), ("b", "Antras"), ("c", "Trečias")))
QUESTIONS = tuple(
    Question(
        f"q{n}", "single" if n % 2 else "yes_no", Words(f"Klausimas {n:02}?"), options=ONE if n % 2 else ()
    )
    for n in range(1, 11)
)
LABELS = {"a": "Pirmas", "b": "Antras", "c": "Trečias", "yes": "taip", "no": "ne"}


class Crowd:
    """The people, the servers, and how long each waited for each next question."""

    def __init__(self, chat: Chat, telegram: TelegramServer, slack: SlackServer) -> None:
        self.chat, self.telegram, self.slack = chat, telegram, slack
        self.people: list[Telegrammer | Slacker] = []
        self.given: dict[int, dict[str, Given]] = {}
        self.waited: list[float] = []

    async def joins(self, count: int) -> None:
        """So many members, every other one on Slack."""
        members = []
        for n in range(count):
            if n % 2:
                self.people.append(self.slack.person(f"U{n:04}", f"Narys {n}"))
                account = Reach("slack", f"U{n:04}", f"U{n:04}")
            else:
                self.people.append(self.telegram.person(1000 + n, f"Narys {n}", "lt"))
                account = Reach("telegram", str(1000 + n), str(1000 + n))
            members.append(NewMember(Human(f"Narys {n}", f"k{n}", accounts=(account,))))
        await self.chat.store.members.take_over(tuple(members), self.chat.by())

    async def answers(self, number: int, dice: Random, pause: float) -> None:
        """One person answers everything and hands it in, thinking about `pause` seconds over each question."""
        person = self.people[number]
        self.given[number] = {
            q.id: dice.choice(("a", "b", "c") if q.kind == "single" else ("yes", "no")) for q in QUESTIONS
        }
        if isinstance(person, Slacker):
            await self._in_modals(person, self.given[number], dice, pause)
        else:
            await self._by_buttons(person, self.given[number], dice, pause)

    async def _by_buttons(
        self, person: Telegrammer, given: dict[str, Given], dice: Random, pause: float
    ) -> None:
        person.says("/pildyti a1")
        assert QUESTIONS[0].text.lt in (await person.reads()).text
        for question, following in zip(QUESTIONS, (*QUESTIONS[1:], None), strict=True):
            await asyncio.sleep(pause * 2 * dice.random())
            began = time.perf_counter()
            person.presses(LABELS[str(given[question.id])])
            shown = await person.reads()
            self.waited.append(time.perf_counter() - began)
            assert (following.text.lt if following else "Jūsų atsakymai:") in shown.text, shown
        person.presses("Pateikti")
        assert "Ačiū" in (await person.reads()).text
        assert not person.unread

    async def _in_modals(self, person: Slacker, given: dict[str, Given], dice: Random, pause: float) -> None:
        await person.commands("/sauklys", "pildyti a1")
        await _modal(person, QUESTIONS[0].text.lt)
        await asyncio.sleep(pause * 10 * dice.random())
        began = time.perf_counter()
        await person.submits({q.id: given[q.id] for q in QUESTIONS[:5]})
        await _modal(person, QUESTIONS[5].text.lt)
        self.waited.append(time.perf_counter() - began)
        await asyncio.sleep(pause * 10 * dice.random())
        began = time.perf_counter()
        await person.submits({q.id: given[q.id] for q in QUESTIONS[5:]})
        while "Pateikti" not in (await person.reads()).labels:
            pass
        self.waited.append(time.perf_counter() - began)
        await person.presses("Pateikti")
        while "Ačiū" not in (await person.reads()).text:
            pass

    async def ledger(self) -> None:
        """Everybody's answers are there once, as they were given, and nobody was shown anything twice."""
        sheets = await self.chat.store.surveys.sheets("a1")
        members = {m.id: m.person.name for m in await self.chat.store.members.all()}
        kept = {members[sheet.member]: sheet for sheet in sheets}
        assert len(sheets) == len(kept) == len(self.given)
        for number, given in self.given.items():
            sheet = kept[f"Narys {number}"]
            assert sheet.state == "answered" and sheet.answers == given and sheet.changing is None
        for person in self.people:
            if isinstance(person, Slacker):
                said = [message.shown for message in self.slack.posted(self.slack.im(person.user).id)]
                assert len(said) == len(set(said)), said
            else:
                assert not person.unread and len(person.chat.log) == len(QUESTIONS) + 2


async def _modal(person: Slacker, text: str) -> None:
    while person.modal is None or text not in str(person.modal.body["blocks"]):
        await person.reads()


@asynccontextmanager
async def crowd(folder: Path, people: int) -> AsyncIterator[Crowd]:
    """So many people before an open survey, the bot on both platforms, its store on the disk."""
    async with TelegramServer() as telegram, SlackServer() as slack:
        chat = Chat.begin(EmbeddedStore.open(folder))
        await associate(chat)
        found = Crowd(chat, telegram, slack)
        await found.joins(people)
        await opened(chat, questions=QUESTIONS, per="person", intro=Words())
        async with on_telegram(telegram, chat), on_slack(slack, chat):
            yield found
        await chat.store.close()


async def alone(folder: Path, people: int = ALONE) -> list[float]:
    """The waits, in seconds, when one answers after another."""
    async with crowd(folder, people) as found:
        for number in range(people):
            await found.answers(number, Random(number), 0.0)
        await found.ledger()
        return found.waited


async def together(folder: Path, people: int = PEOPLE, seconds: float = SECONDS) -> tuple[list[float], float]:
    """The waits, and how long it took them all, in seconds, when so many answer within about that time, beginning when
    they like."""
    async with crowd(folder, people) as found:
        pause = seconds / 40

        async def begins(number: int) -> None:
            dice = Random(number)
            await asyncio.sleep(dice.random() * seconds / 2)
            await found.answers(number, dice, pause)

        began = time.monotonic()
        await asyncio.gather(*map(begins, range(people)))
        took = time.monotonic() - began
        await found.ledger()
        return found.waited, took


def _p95(waited: list[float]) -> float:
    return sorted(waited)[int(len(waited) * 0.95)]


async def rows() -> list[Row]:
    """The row of a survey that everybody answers at once. One person alone is measured before and after: a disk that
    others use too is not the same in two minutes."""
    with TemporaryDirectory() as folder:
        await alone(Path(folder) / "warm", 2)
        before = await alone(Path(folder) / "before")
        waited, took = await together(Path(folder) / "together")
        many, one = _p95(waited), _p95(before + await alone(Path(folder) / "after"))
    what = f"{PEOPLE} people answer in {took:.0f} s: p95 of a next question"
    return [Row(what, millis(many), millis(one), many / one, 3)]
