"""The audit as the secretariat reads it, in its own words."""

from __future__ import annotations

import re
from pathlib import Path

import storage
from handlers.history import FIELDS, VERBS
from tests.conversation import Chat

WRITTEN = re.compile(r'trail\.entry\(tx, by, "([a-z_]+\.[a-z_]+)"')


def test_every_kept_change_has_words() -> None:
    """Whatever verb the store writes into the audit, the history says it in people's words."""
    places = Path(storage.__file__).parent.rglob("*.py")
    written = {verb for place in places for verb in WRITTEN.findall(place.read_text(encoding="utf-8"))}
    assert {"surveys.open", "members.join"} <= written <= set(VERBS)


async def test_what_was_changed_is_told_in_words() -> None:
    """No name of the program's own stands in the history."""
    chat = Chat.begin()
    await chat.associate()
    rūta = await chat.member("Rūta", "secretariat")
    await rūta.says("/tema apklausos off")
    said = (await rūta.says("/istorija")).plain
    assert "Rūta: pakeista, kas siunčiama, Rūta, n1" in said
    assert not any(re.search(rf"\b{name}\b", said) for name in FIELDS)
