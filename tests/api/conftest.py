"""What the tests of the resources share: a session with one answer, and what it means that the answer was read."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import attrs
import pytest
from aiohttp import web

from aioheroku import Heroku, Pool

Answering = Callable[[web.Response], AbstractAsyncContextManager[tuple[Heroku, Any]]]


@pytest.fixture
def answering(serve: Callable[..., Awaitable[Any]]) -> Answering:
    """A session whose server gives one answer to whatever is asked, and that server."""

    @asynccontextmanager
    async def start(answer: web.Response) -> AsyncGenerator[tuple[Heroku, Any]]:
        server = await serve([answer])
        async with Heroku("token", base_url=server.url, pool=Pool(), retry=None) as heroku:
            yield heroku, server

    return start


def _same(value: Any, shown: Any, *, exact: bool = True, seen: set[str] | None = None, path: str = "") -> bool:
    if seen is not None:
        seen.add(path)
    if isinstance(value, list) and isinstance(shown, list):
        return len(value) == len(shown) and all(
            _same(item, raw, exact=exact, seen=seen, path=path) for item, raw in zip(value, shown, strict=True)
        )
    if attrs.has(type(value)):
        prefix = f"{path}:" if path else ""
        fields = {field.name: field for field in attrs.fields(type(value))}
        of_today = {name for name in fields.keys() - set(shown) if fields[name].default is None}
        if not fields.keys() - of_today <= set(shown) or (exact and not set(shown) <= fields.keys()):
            return False
        return all(getattr(value, name) is None for name in of_today) and all(
            _same(getattr(value, name), shown[name], exact=exact, seen=seen, path=f"{prefix}{name}")
            for name in fields.keys() - of_today
        )
    if isinstance(value, UUID):
        return value == UUID(shown)
    if isinstance(value, datetime):
        return value == datetime.strptime(shown, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    if isinstance(value, bool):
        return value is {"true": True, "false": False}.get(shown, shown)
    return bool(value == shown)


@pytest.fixture(scope="session")
def same() -> Callable[..., bool]:
    """Whether an answer is what its JSON says, field by field.

    A field that the JSON lacks, as responses of 2014 lack the attributes of today, is to be `None`. Without `exact` the
    JSON may hold keys that no field is for; `seen` gathers the attributes that were compared.
    """
    return _same
