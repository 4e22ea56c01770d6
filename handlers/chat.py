"""The words every platform shares: what comes in, what goes out, and how long either may be."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

# The smaller of the two platforms' limits, so that a reply that fits here fits everywhere.
COMMAND_BYTES = 64  # Telegram callback_data: 1-64 bytes, checked by neither library
LABEL_LENGTH = 40  # Slack allows 75; a phone shows about 40
TITLE_LENGTH = 120  # a heading; Slack's header block allows 150
FORM_TITLE_LENGTH = 24  # Slack modal title
CHOICE_LENGTH = 75  # Slack option text
VALUE_BYTES = 48  # a choice's value travels inside an `answer` command
ROW_BUTTONS = 3
ROWS = 12  # six buttons in all are enough for a reply; a form's choices come ten a page
PIECE_LENGTH = 3_900  # Telegram's apps cut what is longer than 4,096 at a space, and send the pieces at once
FILE_BYTES = 20_000_000  # Telegram getFile: bots can download at most 20 MB


def shorten(text: str, limit: int) -> str:
    """`text` cut at a word to at most `limit` characters, ending in an ellipsis where something is missing.

    What people write is shortened here by those who build a reply; renderers never shorten.
    """
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ")
    return (head[:space] if space > limit // 2 else head).rstrip(" ,;:–-") + "…"


# Text is a small tree. A plain string is literal: only a renderer escapes.


@dataclass(frozen=True, slots=True)
class Bold:
    """What the reader is looking for: the date, the place."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Something to type or to copy."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Text that leads to an http(s) or mailto address."""

    text: str
    url: str

    def __post_init__(self) -> None:
        if not self.url.startswith(("http://", "https://", "mailto:")):
            raise ValueError("a link leads to http, https or mailto")


Span = str | Bold | Code | Link
Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """The first line of a part of a reply: plain text, no spans."""

    text: str


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph."""

    spans: Spans


@dataclass(frozen=True, slots=True)
class Items:
    """A list, numbered from `start` when that is given, else with bullets."""

    items: tuple[Spans, ...]
    start: int | None = None


Block = Heading | Para | Items


def para(*spans: Span) -> Para:
    """A paragraph of these spans."""
    return Para(tuple(spans))


@dataclass(frozen=True, slots=True)
class Button:
    """A command with a label: pressing it says the command, and anyone may type it instead.

    `command` has no leading slash and at most 64 bytes. What changes something ends in the version it
    was shown with (`extend c42 v7`).
    """

    label: str
    command: str

    def __post_init__(self) -> None:
        if not self.label or len(self.label) > CHOICE_LENGTH:
            raise ValueError(f"a button's label has 1 to {CHOICE_LENGTH} characters: {self.label!r}")
        if not 1 <= len(self.command.encode()) <= COMMAND_BYTES:
            raise ValueError(f"a button's command has 1 to {COMMAND_BYTES} bytes: {self.command!r}")


Buttons = tuple[tuple[Button, ...], ...]


def rows(*buttons: Button) -> Buttons:
    """The buttons in rows of at most three, in the order given."""
    return tuple(buttons[i : i + ROW_BUTTONS] for i in range(0, len(buttons), ROW_BUTTONS))


@dataclass(frozen=True, slots=True)
class File:
    """A document or, with an `image/…` type, a picture. `content` is bytes."""

    name: str
    mime: str
    content: bytes

    @property
    def picture(self) -> bool:
        """Whether the platforms show it as a picture."""
        return self.mime in ("image/png", "image/jpeg")


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that a reply tells: `Fact("c42", "closes", 7)` is call 42's deadline as version 7 has it."""

    subject: str
    field: str
    version: int


# Forms


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a field's answers: `value` is kept, `label` is shown."""

    value: str
    label: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.value.encode()) <= VALUE_BYTES:
            raise ValueError(f"a choice's value has 1 to {VALUE_BYTES} bytes: {self.value!r}")
        if not 1 <= len(self.label) <= CHOICE_LENGTH:
            raise ValueError(f"a choice's label has 1 to {CHOICE_LENGTH} characters: {self.label!r}")


@dataclass(frozen=True, slots=True)
class Condition:
    """Asked only when `field` was answered with one of `values`."""

    field: str
    values: tuple[str, ...]


FieldKind = Literal["text", "paragraph", "number", "moment", "one", "several", "ranking"]
Answer = str | tuple[str, ...]
Answers = Mapping[str, Answer]
NO_ANSWERS: Answers = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form.

    `several` and `ranking` are answered with a tuple of values, everything else with a string. `limit`
    is the most characters of a text, `at_most` the most choices of `several`. With `other`, an answer
    that is none of the choices is a text of the person's own. With `anything`, whatever is typed is the
    answer, a question to the bot too.
    """

    name: str
    label: str
    kind: FieldKind = "text"
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    required: bool = True
    limit: int = 2000
    at_most: int | None = None
    other: bool = False
    exclusive: str = ""
    when: tuple[Condition, ...] = ()
    anything: bool = False

    @property
    def takes_text(self) -> bool:
        """Whether typed words can be its answer."""
        return self.kind in ("text", "paragraph", "number", "moment") or self.other


def _no_faults(_: Answers) -> Mapping[str, str]:
    return {}


def _as_written(name: str, answers: Answers) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Form:
    """Questions that end as one command with answers.

    `command` is the line that the finished form says. `values` are prefilled, `faults` are sentences by
    field name to be shown beside it, `at` is the field to go on from. `check(answers)` is pure and gives
    faults, in the reader's language, for the answers there are: a missing answer is no fault of `check`'s. The answers
    so far of a `kept` form are kept by its subject at every step: it is paused, not given up. `taken(field, answers)`
    is what that answer was taken for where it was written otherwise, said before the next question; empty for most.
    """

    command: str
    title: str
    fields: tuple[Field, ...]
    intro: str = ""
    submit: str = ""
    values: Answers = field(default_factory=lambda: NO_ANSWERS)
    faults: Mapping[str, str] = field(default_factory=dict)
    at: str | None = None
    kept: bool = False
    check: Callable[[Answers], Mapping[str, str]] = field(default=_no_faults, compare=False)
    taken: Callable[[str, Answers], str] = field(default=_as_written, compare=False)

    def __post_init__(self) -> None:
        if not 1 <= len(self.command.encode()) <= COMMAND_BYTES:
            raise ValueError(f"a form's command has 1 to {COMMAND_BYTES} bytes: {self.command!r}")
        if not 1 <= len(self.title) <= FORM_TITLE_LENGTH:
            raise ValueError(f"a form's title has 1 to {FORM_TITLE_LENGTH} characters: {self.title!r}")

    def asked(self, answers: Answers) -> tuple[Field, ...]:
        """The fields that these answers leave to be asked or answered: those whose conditions hold. The answer of a
        field that is not asked any more counts for no condition."""
        found: list[Field] = []
        held: dict[str, Answer] = {}
        for one in self.fields:
            if all(_holds(condition, held) for condition in one.when):
                found.append(one)
                if one.name in answers:
                    held[one.name] = answers[one.name]
        return tuple(found)

    def field(self, name: str) -> Field | None:
        """The field of that name, or None."""
        return next((f for f in self.fields if f.name == name), None)

    def with_(self, *, values: Answers, at: str | None, faults: Mapping[str, str]) -> Form:
        """The same form, further on."""
        return replace(self, values=values, at=at, faults=faults)


def _holds(condition: Condition, answers: Answers) -> bool:
    given = answers.get(condition.field, ())
    return bool(set(condition.values) & ({given} if isinstance(given, str) else set(given)))


# What goes out

Progress = Callable[[int, int], object]
"""Hears how much of how much is done, from whatever thread does it."""


def unheard(done: int, of: int) -> None:
    """Nobody waits."""


@dataclass(frozen=True, slots=True)
class Work:
    """What takes longer than somebody waits without a word. `do` ends in the reply and tells how far it is; `said`
    puts that into words, `of` being 0 while nothing is known yet. It changes nothing but by verbs that may be
    repeated: after a crash it may be done again."""

    said: Callable[[int, int], str]
    do: Callable[[Progress], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said, as a value.

    `told` are the facts in it: whoever is privately shown them is told when they change. An `aside` is for
    the one who asked alone, and leaves the message whose button was pressed as it is. A `fresh` reply
    starts a message of its own even after a press; otherwise a press changes the pressed message. `missed` is
    what was said and not understood, as it may be kept. Of a reply with `work` nothing is shown but what that ends
    in. A `passing` one says how far the work is, in a message that changes itself and goes when the answer is there.
    """

    blocks: tuple[Block, ...] = ()
    buttons: Buttons = ()
    form: Form | None = None
    files: tuple[File, ...] = ()
    told: tuple[Fact, ...] = ()
    aside: bool = False
    fresh: bool = False
    missed: str = ""
    work: Work | None = None
    passing: bool = False

    def __post_init__(self) -> None:
        if len(self.buttons) > ROWS or any(len(row) > 5 for row in self.buttons):
            raise ValueError("too many buttons for a phone")

    @property
    def plain(self) -> str:
        """The blocks as plain text, a line each; for notifications, tests and logs of the demo."""
        return "\n".join(_plain(block) for block in self.blocks)


def plain(spans: Spans) -> str:
    """Spans as plain text; links lose their address."""
    return "".join(s if isinstance(s, str) else s.text for s in spans)


def _plain(block: Block) -> str:
    match block:
        case Heading(text):
            return text
        case Para(spans):
            return plain(spans)
        case Items(items, start):
            signs = [f"{start + i}. " if start is not None else "• " for i in range(len(items))]
            return "\n".join(sign + plain(item) for sign, item in zip(signs, items, strict=True))


def say(*paragraphs: str, buttons: Buttons = (), aside: bool = False) -> Reply:
    """A reply of plain paragraphs."""
    return Reply(tuple(para(p) for p in paragraphs), buttons=buttons, aside=aside)


# What comes in


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody on a platform: `Account("telegram", "900000001")`."""

    platform: str
    user: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that somebody sent. `size` is bytes as the platform says; `read()` fetches the content,
    FILE_BYTES at most, and raises ValueError with a sentence when it is larger or gone."""

    name: str
    mime: str
    size: int
    read: Callable[[], Awaitable[bytes]] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Incoming:
    """One gesture of one person: words, a slash command, a press, a finished form page or a file.

    `event` names the gesture, the same when the platform delivers it again. `text` is what was typed, or
    the command line without its slash when `command` is true. `shown_to` is the user the pressed message
    was for, where only that person may press. `quotes` is true when the text replies to the bot's own
    message, and `replies_to` is that message's id on the platform. `whole` is true when `answers` are all
    there will be (a file of them): optional fields that they leave out are skipped. `alone` is true when the
    answer is seen by that person alone although others are in the chat. `forwarded` is true when the
    text is somebody else's that was passed on; `album` names the pictures that were sent together, one message
    each. `language` and `name` are what the platform says of the person. `confirmed` is set by dispatch when the
    answers come from a draft that the person confirmed, `heard` to the words, said before, that a button's mark
    stands for.
    """

    event: str
    account: Account
    chat: str
    private: bool
    text: str
    command: bool = False
    pressed: bool = False
    answers: Answers | None = None
    whole: bool = False
    confirmed: bool = False
    files: tuple[Attachment, ...] = ()
    shown_to: str | None = None
    quotes: bool = False
    replies_to: str = ""
    heard: str = ""
    alone: bool = False
    forwarded: bool = False
    album: str = ""
    language: str | None = None
    name: str = ""
