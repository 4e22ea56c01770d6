"""What the page itself says, around the conversation: labels, states, commands, what one might ask."""

from __future__ import annotations

from bot.local.parts import Json
from handlers.chat import FILE_BYTES
from handlers.commands import COMMANDS, Rank
from handlers.guide import EXAMPLES
from handlers.i18n import N_, translator

LABELS = {
    "own": N_("The association's herald, on this computer only"),
    "demo": N_("A throw-away association: everything here is gone when the program ends"),
    "people": N_("Who is speaking"),
    "conversation": N_("Conversation"),
    "herald": N_("Herald"),
    "you": N_("You"),
    "write": N_("Write a message"),
    "send": N_("Send"),
    "attach": N_("Attach files"),
    "drop": N_("Drop the files here"),
    "remove": N_("Remove"),
    "commands": N_("Commands"),
    "language": N_("Language"),
    "today": N_("Today"),
    "yesterday": N_("Yesterday"),
    "newer": N_("New messages"),
    "unread": N_("there are new messages"),
    "download": N_("Download"),
    "previous": N_("Previous page"),
    "next": N_("Next page"),
    "welcome": N_("Ask in your own words"),
    "welcome_more": N_("For example, press one of these. A slash “/” lists the commands."),
    "invited": N_("Have you been invited?"),
    "code": N_("Invitation code"),
    "sign_in": N_("Sign in"),
    "offline": N_("The connection is lost. What you write will be sent when it is back."),
    "stopped": N_("The program does not answer. Start it again, then open the address that it prints."),
    "expired": N_(
        "The program was started again. Open the address that it printed: this one no longer works."
    ),
    "failed": N_("Not delivered."),
    "again": N_("Try again"),
    "too_large": N_("A file may have at most 20 MB."),
    "hide": N_("Hide"),
}

TEXT_LENGTH = 10_000
"""Characters of one typed message at most."""

# What the door says to who has no key.
LOCKED = N_("This page opens with a key")
LOCKED_MORE = N_(
    "The program prints an address with a key when it starts. Open that one; each key works once."
)

_RANKS: tuple[Rank, ...] = ("stranger", "member", "secretariat")


def labels(language: str) -> dict[str, str]:
    """Everything the page says, in that language, by the names its script uses."""
    t = translator(language)
    return {name: t(sentence) for name, sentence in LABELS.items()}


def commands(language: str, rank: Rank) -> list[Json]:
    """The commands of a menu that someone of that rank may say. `needs`: something has to follow."""
    t = translator(language)
    return [
        {
            "name": command.name(language),
            "other": command.name("en" if language == "lt" else "lt"),
            "does": t(command.does),
            "takes": t(command.takes) if command.takes else "",
            "needs": bool(command.takes) and not command.takes.startswith("["),
        }
        for command in COMMANDS
        if command.in_menu and _RANKS.index(command.least) <= _RANKS.index(rank)
    ]


def ideas(language: str, rank: Rank) -> list[str]:
    """What one might ask first."""
    t = translator(language)
    return [t(example) for example in (EXAMPLES[:2] if rank == "stranger" else EXAMPLES[:3])]


LIMITS: Json = {"file": FILE_BYTES, "text": TEXT_LENGTH}
