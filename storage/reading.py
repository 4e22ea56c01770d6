"""A store for looking only: every verb that would change something is refused before it begins."""

from __future__ import annotations

from typing import Any, NoReturn, cast

from storage.errors import Unwritable
from storage.store import Store

READING = frozenset(
    (
        "get",
        "all",
        "of_account",
        "invite_of",
        "link_code_of",
        "tries",
        "requests",
        "get_request",
        "answered",
        "told",
        "draft",
        "passing",
        "structure",
        "latest",
        "of_key",
        "of_message",
        "of",
        "deliveries",
        "delivery",
        "in_state",
        "to",
        "file",
        "named",
        "deputy",
        "last",
        "said",
        "built_on",
        "missed",
        "synonyms",
        "sheets",
        "sheet",
        "remarks",
        "remark",
    )
)
"""The verbs of the ports that change nothing."""


class ReadingOnly(Unwritable):
    """Something would have been changed while only looking."""


def reading(store: Store) -> Store:
    """The same store, whose changing verbs raise ReadingOnly."""
    return cast(Store, _Looking(store))


class _Looking:
    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if name == "unwritable":
            return found
        return _refuse if callable(found) else _LookingAt(found)


class _LookingAt:
    def __init__(self, port: object) -> None:
        self._port = port

    def __getattr__(self, name: str) -> Any:
        return getattr(self._port, name) if name in READING else _refuse


async def _refuse(*_: object, **__: object) -> NoReturn:
    raise ReadingOnly("This is for looking only.")
