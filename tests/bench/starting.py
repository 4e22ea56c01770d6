"""Memory with both adapters up, and a question from cold."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.bench.furnishing import furnished
from tests.bench.measuring import RUNS, Row, millis, python

BARE = "import telegram.ext, slack_bolt.async_app"
_RSS = "\nprint(next(int(l.split()[1]) for l in open('/proc/self/status') if l.startswith('VmRSS')))"
_OURS = """
import asyncio
from pathlib import Path
from bot.app import dispatcher
from bot.config import Settings
from bot.slack.platform import Slack
from bot.telegram.platform import Telegram
from handlers.chat import Account, Incoming
from storage.opening import open_store
async def main():
    store = open_store("tinydb:{folder}")
    dispatch = dispatcher(store, Settings())
    chats = Telegram("1:A", "http://127.0.0.1:9"), Slack("xoxb-1", "xapp-1", "http://127.0.0.1:9/")
    async def respond(reply): pass
    await dispatch(Incoming("e", Account("telegram", "1"), "1", True, "kokie kvietimai atviri?"), respond)
    print(next(int(l.split()[1]) for l in open("/proc/self/status") if l.startswith("VmRSS")))
    await store.close()
asyncio.run(main())
"""


async def rows() -> list[Row]:
    """The rows of memory and of the cold start."""
    with TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        await (await furnished(data)).close()
        found = [await asyncio.to_thread(_memory, data)]
        found.append(await asyncio.to_thread(_cold, Path(folder)))
        return found


def _memory(data: Path) -> Row:
    ours = median(int(python(_OURS.replace("{folder}", str(data)))) for _ in range(RUNS)) / 1024
    peers = median(int(python(BARE + _RSS)) for _ in range(RUNS)) / 1024
    what = "memory, both adapters, 1,000 members, 500 calls"
    return Row(what, f"{ours:.0f} MB", f"{peers:.0f} MB", ours - peers, 45, " MB more")


def _cold(folder: Path) -> Row:
    config = folder / "config.toml"
    config.write_text('[store]\nurl = "tinydb:data"\n')
    ask = [sys.executable, "-m", "bot", "ask", "kokie kvietimai atviri?", "--config", str(config)]
    pairs = [(_timed(ask), _timed([sys.executable, "-c", BARE])) for _ in range(RUNS + 1)][1:]
    own, other = (median(pair[i] for pair in pairs) for i in (0, 1))
    return Row("sauklys ask from cold", millis(own), millis(other), median(a / b for a, b in pairs), 0.8)


def _timed(command: list[str]) -> float:
    began = time.perf_counter()
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - began
