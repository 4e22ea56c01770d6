"""A store's address to the store, importing only the driver asked for."""

from __future__ import annotations

from pathlib import Path

from storage.store import Store


class BadAddress(ValueError):
    """The address names no store; says what would be right."""


def open_store(url: str) -> Store:
    """Opens `tinydb:FOLDER` or `memory:`. Raises BadAddress, Busy, Damaged, TooNew, Unwritable."""
    kind, _, rest = url.partition(":")
    if kind == "memory":
        from storage.tinydb.embedded import EmbeddedStore

        return EmbeddedStore.open(None)
    if kind == "tinydb" and rest:
        from storage.tinydb.embedded import EmbeddedStore

        return EmbeddedStore.open(Path(rest))
    raise BadAddress(f"“{url}” names no store; “tinydb:data” would, which keeps it in the folder data")


def restore(file: Path, url: str) -> None:
    """Brings an archive back to an address where nothing is yet. Raises BadAddress, Damaged, Busy, Unwritable."""
    kind, _, rest = url.partition(":")
    if kind != "tinydb" or not rest:
        raise BadAddress(f"“{url}” is no store that an archive can be restored to")
    from storage.tinydb import backups

    backups.restore(file, Path(rest))
