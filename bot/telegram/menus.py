"""What Telegram shows of the bot before anyone writes: menus by language and role, descriptions. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import BotCommand

from handlers.commands import COMMANDS, Rank
from handlers.i18n import N_, translator

# What a client in another language sees: dispatch speaks English to those, too.
CODES = {"": "en", "lt": "lt"}
"""Telegram's language_code ("" is every other) and the language that we speak there."""

DESCRIPTION = N_(
    "I am the herald of a cluster association. Ask me in your own words about funding calls and meetings: "
    "“When does Inoklaster close?”, “When is the next meeting?” Press Start to begin."
)
SHORT_DESCRIPTION = N_("Answers about funding calls and the association's meetings.")

_RANKS: tuple[Rank, ...] = ("stranger", "member", "secretariat")


@dataclass(frozen=True, slots=True)
class Reader:
    """What decides the menu of one person: the rights and the stored language."""

    rank: Rank
    language: str


def private_menu(reader: Reader) -> tuple[BotCommand, ...]:
    """The commands that this person may say, in the table's order."""
    most = _RANKS.index(reader.rank)
    shown = [c for c in COMMANDS if c.in_menu and _RANKS.index(c.least) <= most]
    t = translator(reader.language)
    return tuple(BotCommand(c.name(reader.language), t(c.does)) for c in shown)


def group_menu(language: str) -> tuple[BotCommand, ...]:
    """The commands that are answered in groups, to anybody of the association."""
    t = translator(language)
    shown = [c for c in COMMANDS if c.in_menu and c.in_groups and c.least != "secretariat"]
    return tuple(BotCommand(c.name(language), t(c.does)) for c in shown)
