"""For the tests of endpoints: a session with one response, and what it means that it was decoded."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import attrs
from aiohttp import web

from aioheroku import Heroku
from aioheroku._codec.hints import fields_of, is_model
from tests._support.fakes import Server

Answering = Callable[[web.Response], AbstractAsyncContextManager[tuple[Heroku, Server]]]
"""A session whose server gives one response to whatever is sent, and that server: the fixture `answering`."""


def same(value: Any, shown: Any, *, exact: bool = True, seen: set[str] | None = None, path: str = "") -> bool:
    """Whether a result is what its JSON says, field by field.

    Without `exact` the JSON may hold keys that no field is for, which are then in `extra`; `seen` gathers the
    attributes that were compared.
    """
    if seen is not None:
        seen.add(path)
    if isinstance(value, list) and isinstance(shown, list):
        return len(value) == len(shown) and all(
            same(item, raw, exact=exact, seen=seen, path=path) for item, raw in zip(value, shown, strict=True)
        )
    if is_model(type(value)):
        prefix = f"{path}:" if path else ""
        fields = dict(zip(fields_of(type(value)), attrs.fields(type(value)), strict=False))  # `extra` is the last
        unsaid = {key for key in fields.keys() - set(shown) if fields[key].default is None}
        unknown = {key: shown[key] for key in set(shown) - fields.keys()}
        if (
            not fields.keys() - unsaid <= set(shown)
            or (exact and unknown)
            or getattr(value, "extra", unknown) != unknown
        ):
            return False
        return all(getattr(value, fields[key].name) is None for key in unsaid) and all(
            same(getattr(value, fields[key].name), shown[key], exact=exact, seen=seen, path=f"{prefix}{key}")
            for key in fields.keys() - unsaid
        )
    if isinstance(value, UUID):
        return value == UUID(shown)
    if isinstance(value, datetime):
        return value == datetime.strptime(shown, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    if isinstance(value, bool):
        return value is {"true": True, "false": False}.get(shown, shown)
    return bool(value == shown)
