"""Which values JSON can say. Nothing else is sent: msgspec alone makes null of NaN and base64 of bytes."""

from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import Any, cast
from uuid import UUID


def plain(value: Any) -> Any:
    """The value as dicts, lists and what msgspec writes as it is meant.

    Raises:
        TypeError: something in it is nothing that JSON knows. The text names its type, never the value.
        ValueError: a number or a text in it is none that JSON can hold.
    """
    match value:
        case None | str() | int() | UUID():
            return value
        case float():
            if not isfinite(value):
                raise ValueError(f"JSON has no number {value}")
            return value
        case datetime():
            if value.tzinfo is None:
                raise ValueError("a time without a time zone is no moment")
            return value
        case Mapping():
            names = cast("Mapping[Any, Any]", value)
            for name in names:
                if not isinstance(name, str):
                    raise TypeError(f"the names of an object are strings, not {type(name).__name__}")
            return {name: plain(item) for name, item in names.items()}
        case list() | tuple():
            return [plain(item) for item in cast("list[Any]", value)]
        case _:
            raise TypeError(f"JSON knows no {type(value).__name__}")
