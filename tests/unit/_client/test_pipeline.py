"""The pipeline and its page: the same middlewares in the same order, each of which says what it reads and changes."""

import inspect
import re
from pathlib import Path
from typing import Any

from aioheroku import Credentials, Heroku, MemoryCache
from aioheroku._ratelimit.pool import RateLimit
from aioheroku._transport.aiohttp import Transport

PAGE = Path(__file__).parent.parent.parent.parent / "docs" / "internals" / "architecture.md"


async def composed() -> list[Any]:
    """The middlewares of a view with everything switched on, and the transport."""
    credentials = Credentials.oauth("access", refresh_token="refresh", client_secret="client")
    heroku = Heroku(credentials, read_only=True, cache=MemoryCache(), two_factor=lambda: "123456")
    outer: Any = heroku.using(dry_run=True, extra_query={"a": "b"})._view.call
    found: list[Any] = [outer, outer.send]
    send: Any = heroku._core.per_loop.compose(heroku.pool)
    while not isinstance(send, Transport):
        found.append(send)
        send = send._send if isinstance(send, RateLimit) else send.send
    return [*found, send]


async def test_the_pipeline_is_as_documented() -> None:
    """The table of the architecture has every middleware, and the transport, in their order."""
    table = PAGE.read_text().partition("| middleware |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [type(one).__name__ for one in await composed()], (
        "edit the table in docs/internals/architecture.md"
    )


async def test_a_middleware_says_what_it_changes() -> None:
    """Its docstring says what it reads of a request, and what it changes."""
    for middleware in (await composed())[:-1]:
        text = re.sub(r"\s+", " ", inspect.getdoc(type(middleware)) or "")
        edit = f"say in the docstring of {type(middleware).__name__} what it reads and what it changes"
        assert re.search(r"[Rr]eads .*\b(adds|changes|owns|replaces|sets)\b", text), edit
