"""A broadcast that is killed again and again, on servers that fail: by their ledgers nobody is lost and nobody gets it
twice."""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from storage.audit import By
from storage.members import NewMember, Person, Reach
from storage.sendings import Delivery, NewSending
from storage.tinydb.embedded import EmbeddedStore
from tests.bot.pushing import IN_FLIGHT, NOW
from tests.conversation import STRUCTURE
from tests.slack_server import SlackServer, breaks, closes, errs, half
from tests.telegram_server import Fault, TelegramServer

LONG = "Skelbimas visiems\n\n" + "\n\n".join(
    f"{n}. Klasterių koncepcija svarstoma dar kartą, ir kiekvienas narys kviečiamas pateikti pastabų."
    for n in range(90)
)
CONTENT = {
    "lt": LONG,
    "en": "",
    "audience": ["all"],
    "acknowledge": True,
    "files": [{"name": "tvarka.txt", "mime": "text/plain", "content": "VHZhcmth"}],
}


@dataclass
class Ledger:
    """What the proof counts."""

    kills: int = 0
    faults: int = 0
    lost: int = 0
    doubled: int = 0
    uncertain_telegram: int = 0
    uncertain_slack: int = 0


async def prepared(folder: Path, telegram: TelegramServer, slack: SlackServer, people: int) -> None:
    """So many members, half of them on each platform, and an announcement to all of them, queued."""
    store = EmbeddedStore.open(folder)
    await store.association.take_over(STRUCTURE, By("operator", NOW, "structure"))
    members = []
    for i in range(people):
        if i % 2:
            slack.person(f"U{i:04}", f"Narys {i}")
            account = Reach("slack", f"U{i:04}", f"U{i:04}")
        else:
            telegram.person(1000 + i, f"Narys {i}", "lt").starts()
            account = Reach("telegram", str(1000 + i), str(1000 + i))
        members.append(NewMember(Person(f"Narys {i}", accounts=(account,))))
    taken = await store.members.take_over(tuple(members), By("operator", NOW, "members"))
    new = NewSending("announcement", "announcement 1", CONTENT, NOW)
    await store.sendings.open(new, tuple(m.id for m in taken), By("operator", NOW, "open"))
    await store.close()


async def killed(
    folder: Path, telegram: TelegramServer, slack: SlackServer, dice: Random, patience: float
) -> bool:
    """Lets the program send, kills it at some moment; whether it had come to its end by then."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bot.pushing",
        str(folder),
        telegram.url,
        telegram.token,
        slack.url,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"begun\n"
    idle = False
    try:
        async with asyncio.timeout(patience or dice.random() * dice.choice((0.05, 0.3, 0.8))):
            idle = await process.stdout.readline() == b"idle\n"
    except TimeoutError:
        pass
    process.kill()
    await process.wait()
    return idle


async def failing(telegram: TelegramServer, slack: SlackServer, dice: Random, ledger: Ledger) -> None:
    """About every tenth call fails in one of the ways that leave it unknown whether it was accepted."""
    ways = (
        Fault("close", accepted=True),
        Fault("close"),
        Fault("half"),
        Fault("garbled"),
        Fault("broken", accepted=True),
    )
    slack_ways = (
        errs("internal_error", accepted=True),
        closes(accepted=True),
        closes(accepted=False),
        half(),
        breaks(500),
    )
    seen = [0, 0]
    while True:
        await asyncio.sleep(0.005)
        if len(telegram.calls) - seen[0] >= 10:
            seen[0] = len(telegram.calls)
            ledger.faults += 1
            telegram.fails(dice.choice(ways), "sendMessage")
        if len(slack.calls) - seen[1] >= 10:
            seen[1] = len(slack.calls)
            slack.fails("chat.postMessage", dice.choice(slack_ways))


async def proof(folder: Path, people: int, kills: int, seed: int) -> Ledger:
    """Kills, then lets it end without faults; what the servers and the rows say."""
    dice, ledger = Random(seed), Ledger()
    async with TelegramServer() as telegram, SlackServer() as slack:
        await prepared(folder, telegram, slack, people)
        trouble = asyncio.create_task(failing(telegram, slack, dice, ledger))
        for _ in range(kills):
            ledger.kills += 1
            if await killed(folder, telegram, slack, dice, 0):
                break
        trouble.cancel()
        telegram.recovers()
        for _ in range(5):
            if await killed(folder, telegram, slack, dice, 120):
                break
        store = EmbeddedStore.open(folder)
        deliveries = await store.sendings.deliveries("s1")
        names = {m.id: m.person.accounts[0] for m in await store.members.all()}
        await store.close()
        for delivery in deliveries:
            account = names[delivery.recipient]
            got = (
                _telegram(telegram, int(account.user))
                if account.platform == "telegram"
                else _slack(slack, account.user)
            )
            _count(ledger, delivery, account.platform, got)
    return ledger


def _telegram(server: TelegramServer, user: int) -> Counter[str]:
    chat = server.chats[user]
    return Counter(str(m.text or m.caption or "file") for m in chat.messages.values() if m.sender["is_bot"])


def _slack(server: SlackServer, user: str) -> Counter[str]:
    return Counter(m.text or "file" for m in server.posted(server.im(user).id))


def _count(ledger: Ledger, delivery: Delivery, platform: str, got: Counter[str]) -> None:
    ledger.doubled += sum(count - 1 for count in got.values())
    if delivery.state == "uncertain":
        ledger.uncertain_telegram += platform == "telegram"
        ledger.uncertain_slack += platform == "slack"
    elif delivery.state != "sent" or sum(got.values()) != delivery.of:
        ledger.lost += 1


async def test_a_killed_broadcast_loses_nobody(tmp_path: Path) -> None:
    """Forty people, a long text and a file, kills and every tenth call failing: nobody lost, nobody twice, on Slack
    nothing uncertain in the end."""
    ledger = await proof(tmp_path / "data", 40, 8, 2026)
    assert ledger.kills >= 3
    _holds(ledger)


@pytest.mark.proof
async def test_two_hundred_kills_lose_nobody(tmp_path: Path) -> None:
    """Five hundred people, two hundred kills: 0 lost, 0 doubled, on Slack 0 uncertain; on Telegram at most what was in
    flight at each kill and what the faults made unknown."""
    began, total = time.monotonic(), Ledger()
    for run in range(40):
        ledger = await proof(tmp_path / str(run), 500, 200 - total.kills, run)
        _holds(ledger)
        for name in vars(total):
            setattr(total, name, getattr(total, name) + getattr(ledger, name))
        if total.kills >= 200:
            break
    print(f"{total} in {time.monotonic() - began:.0f} s", file=sys.stderr)


def _holds(ledger: Ledger) -> None:
    assert (ledger.lost, ledger.doubled, ledger.uncertain_slack) == (0, 0, 0), ledger
    assert ledger.uncertain_telegram <= ledger.kills * IN_FLIGHT + ledger.faults, ledger
