"""Checks that a request body is JSON-serialisable: msgspec alone makes null of NaN and base64 of bytes."""

from datetime import date, datetime
from math import isfinite
from typing import Any
from uuid import UUID

from aioheroku._codec.hints import is_array_like, is_object_like
from aioheroku._strings import unwrap


def to_jsonable(value: Any) -> Any:
    """The value as dicts, lists and scalars that msgspec writes as they are meant.

    A member of an Enum is its value, and of a subclass of str, int, float, UUID or datetime what it holds, whatever
    its own methods say.

    Raises:
        TypeError: it holds something that JSON has no form for. The message names its type, never the value.
        ValueError: a number or a time in it cannot be sent.
    """
    if value is None or type(value) in _AS_THEY_ARE:
        return value
    value = unwrap(value)
    if is_object_like(value):
        return {_name(name): to_jsonable(item) for name, item in value.items()}
    if is_array_like(value):
        return [to_jsonable(item) for item in value]
    return _scalar(value)


_AS_THEY_ARE = frozenset({str, int, bool, UUID})


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        if not isfinite(value):
            raise ValueError(f"JSON has no number {value}")
        return value
    if isinstance(value, UUID):
        return UUID(int=value.int)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    raise TypeError(f"JSON has no form for {type(value).__name__}")


def _moment(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise ValueError("a time without a time zone is not a moment")
    if type(value) is datetime:
        return value
    return datetime.combine(value.date(), value.timetz())


def _name(name: Any) -> str:
    name = unwrap(name)
    if not isinstance(name, str):
        raise TypeError(f"the names of an object are strings, not {type(name).__name__}")
    return name
