"""Which values JSON can say. Nothing else is sent: msgspec alone makes null of NaN and base64 of bytes."""

from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import Any, TypeGuard
from uuid import UUID


def plain(value: Any) -> Any:
    """The value as dicts, lists and what msgspec writes as it is meant.

    Raises:
        TypeError: something in it is nothing that JSON knows. The text names its type, never the value.
        ValueError: a number or a time in it is none that can be sent.
    """
    if value is None or isinstance(value, str | int | UUID):
        return value
    if isinstance(value, float):
        if not isfinite(value):
            raise ValueError(f"JSON has no number {value}")
        return value
    if isinstance(value, datetime):
        if value.utcoffset() is None:  # a time zone may be there and know no offset
            raise ValueError("a time without a time zone is no moment")
        return value
    if _is_mapping(value):
        return {_name(name): plain(item) for name, item in value.items()}
    if _is_sequence(value):
        return [plain(item) for item in value]
    raise TypeError(f"JSON knows no {type(value).__name__}")


def _is_mapping(value: Any) -> TypeGuard[Mapping[Any, Any]]:
    return isinstance(value, Mapping)


def _is_sequence(value: Any) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    return isinstance(value, list | tuple)


def _name(name: Any) -> str:
    if not isinstance(name, str):
        raise TypeError(f"the names of an object are strings, not {type(name).__name__}")
    return name
