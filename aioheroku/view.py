"""The way from a declaration to the wire: what all views of a session share, and what each has of its own."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from attrs import define, field
from multidict import CIMultiDict, istr
from yarl import URL

from aioheroku.auth import Credentials
from aioheroku.errors import HerokuError, ReadOnlyError
from aioheroku.gate import Gate
from aioheroku.http import Options, Request, Response
from aioheroku.login import Tasks
from aioheroku.pool import Pool
from aioheroku.transport import Transport


@define(eq=False)
class Core:
    """What all views of a session share."""

    credentials: Credentials | None
    base: URL
    pool: Pool
    transport: Transport
    send: Gate
    tasks: Tasks
    read_only: bool
    entered: int = 0

    async def close(self) -> None:
        """End all calls, then the connections."""
        self.send.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.transport.close()


@define(eq=False)
class View:
    """A session with one set of headers and options: an `endpoint.Caller`."""

    core: Core
    url: Callable[[str], URL] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    options: Options

    def __attrs_post_init__(self) -> None:
        # The form that aiohttp would make of them for each request.
        self.headers = CIMultiDict((istr(name), value) for name, value in self.headers.items())

    def call(self, request: Request) -> Coroutine[Any, Any, Response]:
        """Send the request through cache, retry and pool; an answer that is no success is raised."""
        core = self.core
        if core.read_only and request.method not in ("GET", "HEAD"):
            raise ReadOnlyError(request.method, request.path)
        return core.send(request)

    def failed(self, method: str, path: str, error: HerokuError) -> None:
        """Tell of a call that ended with an error."""
        self.core.send.failed(method, path, self.options.label, error)
