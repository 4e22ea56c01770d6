"""What a store may refuse, each with what its caller needs to answer in plain words."""

from __future__ import annotations


class StoreError(Exception):
    """Anything that a store refuses; its text is a plain sentence in English."""


class Missing(StoreError):
    """There is nothing of that id. `what` is the id."""

    def __init__(self, what: str) -> None:
        super().__init__(f"There is no {what}.")
        self.what = what


class Changed(StoreError):
    """The record moved on since the caller saw it. `current` is the record as it is now."""

    def __init__(self, current: object) -> None:
        super().__init__("It has been changed meanwhile.")
        self.current = current


class Unwritable(StoreError):
    """Nothing can be changed now; what is there can still be read. `why` names the file and what to do."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Busy(StoreError):
    """Somebody else has the store open. `holder` says who, as far as that is known."""

    def __init__(self, holder: str, folder: object = "the store") -> None:
        super().__init__(f"{folder} is in use by {holder}. Stop that first, or ask it to do the work.")
        self.holder = holder


class Damaged(StoreError):
    """A file does not hold what was written to it. `why` names it, the line, and what to do; nothing was
    changed on disk."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class TooNew(StoreError):
    """The store was written by a newer version of this program. `why` names both schema versions."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Occupied(StoreError):
    """The place where a store shall be brought back to holds something already."""
