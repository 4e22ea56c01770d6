"""The parts of a DOCX as XML that goes by: only Word's own elements, by their short names, and no definitions that an
XML file could bring along."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers import expat

from handlers.i18n import N_
from handlers.importing.faults import FileRefused, refused, say

_MAIN = re.compile(r"(?:wordprocessingml/2006/main|wordprocessingml/main) (.+)")

Attributes = Mapping[str, str]

SAVE = say(N_("save it in your word processor as DOCX"))


def damaged() -> FileRefused:
    """The document cannot be read."""
    return refused(
        say(N_("the document is damaged or not complete")),
        say(N_("open it in your word processor and save it anew")),
    )


class Reader:
    """Hears the elements of Word's own language by their short names."""

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Characters."""


def parse(content: bytes, reader: Reader) -> None:
    """Reads a part. Raises FileRefused when it is damaged or brings definitions along."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_definitions
    parser.EntityDeclHandler = _no_definitions
    parser.StartElementHandler = lambda name, attributes: reader.start(
        _short(name), {_short(key): value for key, value in attributes.items()}
    )
    parser.EndElementHandler = lambda name: reader.end(_short(name))
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise damaged() from error


def _no_definitions(*_: object) -> None:
    raise refused(say(N_("the document brings definitions along that are not read")), SAVE)


def _short(name: str) -> str:
    """The name of an element of Word's, or of one that is looked for elsewhere; of others all of it."""
    if found := _MAIN.search(name):
        return found[1]
    return "Fallback" if name.endswith(" Fallback") else name


def number(text: str) -> int | None:
    """A number of at most three figures, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


def on(value: str) -> bool:
    """Whether a property that is there holds (ECMA-376, ST_OnOff)."""
    return value not in ("0", "false", "off")
