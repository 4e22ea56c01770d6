"""Records to JSON values and back, by their types."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar, get_type_hints

import msgspec

T = TypeVar("T")


def encode(record: object) -> Any:
    """The record as JSON values: dates and moments as ISO strings, amounts as strings."""
    return msgspec.to_builtins(record, str_keys=True)


def decode(doc: Any, kind: type[T]) -> T:
    """The record of that type. Raises msgspec.ValidationError naming the field that does not fit."""
    return msgspec.convert(doc, kind, strict=True)


@cache
def _types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def value(kind: type, field: str, doc: Any) -> Any:
    """One field's value, as `Change.was` and `Change.now` keep it, in the type that `kind` gives the field."""
    return msgspec.convert(doc, _types(kind)[field], strict=True)
