"""Errors without the config values that a response may quote."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from attrs import fields, has

from aioheroku.errors import HerokuError

_SHORT: Final = 4
"""Shorter values are masked where they stand alone: `1` is in every request id."""


def without(values: Iterable[str], error: HerokuError) -> HerokuError:
    """The same error, with `***` in place of each of the values, and without the body that it came with."""
    given = sorted(filter(None, values), key=len, reverse=True)
    patterns = [re.escape(value) if len(value) >= _SHORT else rf"(?<!\w){re.escape(value)}(?!\w)" for value in given]
    if not patterns or not has(type(error)):
        return error
    pattern = re.compile("|".join(patterns))
    for attribute in fields(cast(Any, type(error))):
        value: object = getattr(error, attribute.name)
        if isinstance(value, str) and attribute.name not in ("method", "path", "request_id"):
            setattr(error, attribute.name, pattern.sub("***", value))
        elif isinstance(value, bytes):
            setattr(error, attribute.name, b"")
        elif isinstance(value, Mapping):
            setattr(error, attribute.name, dict[str, Any]())
    error.__notes__ = [pattern.sub("***", note) for note in cast("list[str]", getattr(error, "__notes__", []))]
    return error
