"""What is wrong with a file, as sentences in two languages: where, what, and what would be right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union

from handlers.chat import shorten
from handlers.i18n import Translator

Value = Union[str, int, tuple[str, ...], "Sentence"]

SHOWN = 60  # characters of somebody's cell that a fault repeats


@dataclass(frozen=True, slots=True)
class Sentence:
    """A msgid with what stands in its places: text, a number, names to be listed, another sentence."""

    text: str
    values: tuple[tuple[str, Value], ...] = ()

    def in_(self, t: Translator) -> str:
        """The sentence in that language."""
        return t(self.text, **{name: _shown(value, t) for name, value in self.values})


def say(text: str, **values: Value) -> Sentence:
    """A sentence with its values."""
    return Sentence(text, tuple(values.items()))


def _shown(value: Value, t: Translator) -> str | int:
    match value:
        case Sentence():
            return value.in_(t)
        case tuple():
            return t.listed(value)
        case str():
            return shorten(value, SHOWN)
        case _:
            return value


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: the line it is in (from 1), the column's heading or the key, and two clauses
    without a full stop: what is wrong, and what would be right. A line of 0 or an empty column: the whole file."""

    line: int
    column: str
    wrong: Sentence
    right: Sentence | None = None

    def in_(self, t: Translator) -> str:
        """One sentence that begins with the place."""
        said = self.wrong.in_(t)
        if self.right is not None:
            said = f"{said}; {self.right.in_(t)}"
        said = said if said.endswith("?") else f"{said.rstrip('.')}."
        if self.line and self.column:
            return t(
                "Line {line}, {column}: {fault}",
                line=self.line,
                column=shorten(self.column, SHOWN),
                fault=said,
            )
        if self.line:
            return t("Line {line}: {fault}", line=self.line, fault=said)
        if self.column:
            return f"{shorten(self.column, SHOWN)}: {said}"
        return f"{said[:1].upper()}{said[1:]}"


class FileRefused(Exception):
    """A file that cannot be read at all, or must not be taken over. `faults` has at least one."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults = faults


def refused(
    wrong: Sentence, right: Sentence | None = None, *, line: int = 0, column: str = ""
) -> FileRefused:
    """The exception for one fault of a whole file."""
    return FileRefused(Fault(line, column, wrong, right))


class Bad(ValueError):
    """A value that cannot be read: two clauses, as in a Fault."""

    def __init__(self, wrong: Sentence, right: Sentence | None = None) -> None:
        super().__init__(wrong.text)
        self.wrong = wrong
        self.right = right
