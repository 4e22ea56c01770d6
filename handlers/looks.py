"""What a survey is to be drawn from as people will see it, and what comes of it: drawn by who knows the platforms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from handlers.chat import Form, Reply
from handlers.i18n import Translator


@dataclass(frozen=True, slots=True)
class Wrote:
    """A survey in one language as it was written: what invites to it, its form, and the texts that people are to read
    of it, uncut. `texts` are by field: the question, its choices; `borrowed` are the fields that are shown in another
    language."""

    language: str
    invitation: Reply
    form: Form
    title: str
    intro: str
    texts: Mapping[str, tuple[str, ...]]
    borrowed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Drawn:
    """An HTML document with every question on every platform, and a sentence for each text that does not fit."""

    html: str
    cuts: tuple[str, ...]


Draw = Callable[[tuple[Wrote, ...], Translator], Drawn]
"""Draws the survey in all its languages, for a reader of the translator's; pure."""
