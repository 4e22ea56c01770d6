"""A program in which many people answer a survey until it is killed: `python -m tests.bot.answering DIR SEED PLACES`.

PLACES says for each person how many gestures were confirmed before; each goes on with the next, under the name that it
had when it was not confirmed.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from bot import forms
from bot.dispatch import Dispatcher
from handlers.chat import Account, Incoming, Reply
from storage.surveys import Given
from storage.tinydb.embedded import EmbeddedStore
from tests.conversation import NOW
from tests.handlers.surveys.asked import QUESTIONS

MARK = forms.token("fill a1")
HELP = [option.id for option in QUESTIONS[2].options]
FAILED = ("nepavyko", "went wrong")


@dataclass(frozen=True, slots=True)
class Gesture:
    """What is pressed or typed, and what is kept of that person's answers when it has been confirmed."""

    text: str
    pressed: bool
    latest: Mapping[str, Given]
    answered: bool


def gestures(person: int, seed: int) -> Iterator[Gesture]:
    """What that person does, without end: answers every question, hands in, and changes their mind again and again."""
    dice = Random(f"{seed} {person}")
    kept: dict[str, Given] = {}
    answered = False

    def presses(text: str) -> Gesture:
        return Gesture(text, True, dict(kept), answered)

    def says(name: str, text: str) -> Gesture:
        kept[name] = text
        return Gesture(text, False, dict(kept), answered)

    def chooses(name: str, value: str) -> Gesture:
        kept[name] = value
        return presses(f"answer {MARK}.{name} {value}")

    def toggles(value: str) -> Gesture:
        given = kept.get("help", ())
        chosen = {*given} ^ {value}
        kept["help"] = tuple(one for one in HELP if one in chosen)
        return presses(f"answer {MARK}.help {value}")

    yield presses("fill a1")
    yield (
        chooses("sector", "ict") if dice.random() < 0.5 else says("sector", f"Kosmoso technologijos {person}")
    )
    yield says("members", str(dice.randint(1, 500)))
    yield toggles("training")
    yield toggles("export")
    yield presses(f"done {MARK}.help")
    yield chooses("digest", dice.choice("12345"))
    for item in dice.sample(("rdi", "export", "skills"), 3):
        kept["order"] = (*kept.get("order", ()), item)
        yield presses(f"answer {MARK}.order {item}")
    yield presses(f"done {MARK}.order")
    yield chooses("apply", dice.choice(("yes", "no")))
    if kept["apply"] == "yes":
        yield says("sum", str(dice.randint(1000, 90000)))
    yield says("say", f"Mintis {person}, kurios niekas kitas nesako")
    yield chooses("consent", "yes")
    while True:
        answered = True
        yield presses("apply fill a1")
        if dice.random() < 0.5:
            yield presses("fill a1 members")
            yield says("members", str(dice.randint(1, 500)))
        else:
            yield presses("fill a1 help")
            yield toggles(kept["help"][0])
            yield toggles(dice.choice([one for one in HELP[:3] if one not in kept["help"]]))
            yield presses(f"done {MARK}.help")


def after(person: int, seed: int, count: int) -> Gesture | None:
    """The gesture of that number, counted from one; None before the first."""
    return next(itertools.islice(gestures(person, seed), count - 1, None)) if count else None


async def _person(dispatch: Dispatcher, person: int, seed: int, begin: int) -> None:
    for number, one in enumerate(gestures(person, seed)):
        if number < begin:
            continue
        said: list[Reply] = []

        async def respond(reply: Reply, heard: list[Reply] = said) -> None:
            heard.append(reply)

        account = Account("telegram", f"u{person}")
        await dispatch(
            Incoming(
                f"{person}:{number}", account, f"chat-{person}", True, one.text, one.pressed, one.pressed
            ),
            respond,
        )
        if any(word in reply.plain for reply in said for word in FAILED):
            _say(f"failed {person} {number}: {one.text}")
        _say(f"{person} {number + 1}")


def _say(words: str) -> None:
    os.write(1, words.encode() + b"\n")


async def answer(folder: Path, seed: int, places: list[int]) -> None:
    """Everybody at once, while generations begin and backups are made."""
    store = EmbeddedStore.open(folder)
    dispatch = Dispatcher(store, lambda: NOW, frozenset({"telegram"}))
    _say("open")

    async def others() -> None:
        for day in itertools.count():
            await asyncio.sleep(0.05)
            await store.compact()
            await store.daily_backup(NOW + timedelta(days=day))

    await asyncio.gather(others(), *(_person(dispatch, n, seed, begin) for n, begin in enumerate(places)))


if __name__ == "__main__":
    asyncio.run(answer(Path(sys.argv[1]), int(sys.argv[2]), [int(one) for one in sys.argv[3].split(",")]))
