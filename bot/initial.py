"""`sauklys init`: a first config.toml, every token checked, the Slack manifest, the first invitation."""

from __future__ import annotations

import asyncio
import os
import sys
from importlib.resources import files
from pathlib import Path

from bot import logs
from bot.app import dispatcher, join_link, now, platforms
from bot.config import BadSetting, Log, Settings, load
from bot.operating import Operator
from bot.platform import Outcome
from storage.opening import open_store


def begin(
    config: Path, telegram: str | None, slack_bot: str | None, slack_app: str | None, *, ask: bool
) -> int:
    """Writes the configuration and says what comes next; returns the exit code. Never overwrites."""
    logs.start(Log(level="error"))
    if config.exists():
        print(f"sauklys: {config} is there already; it is left as it is", file=sys.stderr)
        return 2
    if ask:
        print("Tokens, as the README says how to get them; press Enter for a platform you do not use.")
        telegram = telegram or _asked("Telegram token")
        slack_bot = slack_bot or _asked("Slack bot token (xoxb-…)")
        slack_app = slack_app or (_asked("Slack app-level token (xapp-…)") if slack_bot else None)
    unfinished = config.with_name(config.name + ".new")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(_text(telegram, slack_bot, slack_app))
        settings = load(unfinished, {})
        if not asyncio.run(_tokens_work(settings)):
            return 1
        os.link(unfinished, config)  # fails where somebody was quicker, and never overwrites
    except BadSetting as bad:
        print(f"sauklys: {str(bad).replace(unfinished.name, config.name)}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"sauklys: {config} cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    finally:
        unfinished.unlink(missing_ok=True)
    print(f"{config} is written; only you can read it.")
    _slack_manifest(settings)
    asyncio.run(_first_invitation(load(config, os.environ)))
    return 0


def _asked(what: str) -> str | None:
    return input(f"{what}: ").strip() or None


def _text(telegram: str | None, slack_bot: str | None, slack_app: str | None) -> str:
    """The example configuration with these tokens in it. JSON strings are TOML strings."""
    import json

    lines = []
    for line in _example().splitlines():
        for key, value in (("token", telegram), ("bot_token", slack_bot), ("app_token", slack_app)):
            if value and line.replace("#", "").strip().startswith(f"{key} "):
                line = f"{key} = {json.dumps(value)}"
        lines.append(line)
    return "\n".join(lines) + "\n"


def _example() -> str:
    """The example that is documented, as it was installed with the program."""
    packaged = files("bot") / "config.example.toml"
    if packaged.is_file():
        return packaged.read_text("utf-8")
    return (Path(__file__).parent.parent / "config.example.toml").read_text("utf-8")


async def _tokens_work(settings: Settings) -> bool:
    """Asks each platform whether it takes its token; prints a line each."""
    well = True
    for chat in platforms(settings, open_store("memory:")):
        if chat.name == "page":
            continue
        try:
            lines = await chat.check()
        except Outcome as outcome:
            print(f"✗ {chat.name}: {outcome.why}")
            well = False
        else:
            for line in lines:
                print(("✓ " if line.ok else "✗ ") + line.what)
                well = well and line.ok
        finally:
            await chat.close()
    return well


def _slack_manifest(settings: Settings) -> None:
    if not settings.slack.bot_token:
        from bot.slack.manifest import manifest

        print("For Slack, create an app from this manifest (`sauklys manifest slack` prints it again):")
        print(manifest())


async def _first_invitation(settings: Settings) -> None:
    """The invitation of the first member of the secretariat."""
    store = open_store(settings.store.url)
    try:
        operator = Operator(store, dispatcher(store, settings, join_link=await join_link(settings)), now)
        answer = await operator.invite({"do": "invite", "role": "secretariat", "lang": "en"})
        print("The first invitation, for somebody of the secretariat:")
        print(answer["text"])
    finally:
        await store.close()
