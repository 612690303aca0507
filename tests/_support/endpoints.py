"""For the tests of endpoints: a session with one response, and what it means that it was decoded."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import attrs
from aiohttp import web

from aioheroku import Heroku
from tests._support.fakes import Server

Answering = Callable[[web.Response], AbstractAsyncContextManager[tuple[Heroku, Server]]]
"""A session whose server gives one response to whatever is sent, and that server: the fixture `answering`."""


def same(value: Any, shown: Any, *, exact: bool = True, seen: set[str] | None = None, path: str = "") -> bool:
    """Whether a result is what its JSON says, field by field.

    A field that the JSON lacks has to be None. Without `exact` the JSON may hold keys that no field is for; `seen`
    gathers the attributes that were compared.
    """
    if seen is not None:
        seen.add(path)
    if isinstance(value, list) and isinstance(shown, list):
        return len(value) == len(shown) and all(
            same(item, raw, exact=exact, seen=seen, path=path) for item, raw in zip(value, shown, strict=True)
        )
    if attrs.has(type(value)):
        prefix = f"{path}:" if path else ""
        fields = {field.name for field in attrs.fields(type(value))}
        missing = fields - set(shown)  # as an attribute of today is, in an example of the reference
        return (set(shown) <= fields or not exact) and all(
            getattr(value, name) is None
            if name in missing
            else same(getattr(value, name), shown[name], exact=exact, seen=seen, path=f"{prefix}{name}")
            for name in fields
        )
    if isinstance(value, UUID):
        return value == UUID(shown)
    if isinstance(value, datetime):
        return value == datetime.strptime(shown, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    if isinstance(value, bool):
        return value is {"true": True, "false": False}.get(shown, shown)
    return bool(value == shown)
