"""The state that all views of a session share, and the headers and options of one view."""

import asyncio
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

from attrs import define, evolve, field
from multidict import CIMultiDict, istr
from yarl import URL

from aioheroku import _options
from aioheroku._client.extras import Extras
from aioheroku._client.loops import PerLoop
from aioheroku._http import PRIORITIES, Options, Priority, Send
from aioheroku._middleware.lifecycle import Calls
from aioheroku._middleware.observe import report_failure
from aioheroku._ratelimit import Pool
from aioheroku._transport.aiohttp import Transport
from aioheroku._transport.connections import Connections
from aioheroku._unset import UNSET
from aioheroku.auth import Credentials
from aioheroku.auth._renewal import Renewals
from aioheroku.errors import HerokuError, SessionClosed
from aioheroku.events import Listener

if TYPE_CHECKING:
    from aioheroku._streams.live import Live
    from aioheroku._transport.streams import StreamTransport


def urls(base: str) -> Callable[[str], URL]:
    """The URLs of encoded paths below the base URL; parsing one takes as long as the rest of a declaration."""
    root = URL(base, encoded=True)
    prefix = root.raw_path.rstrip("/")

    @lru_cache(maxsize=1024)
    def url(path: str) -> URL:
        return URL(base + path, encoded=True) if "?" in path else root.with_path(prefix + path, encoded=True)

    return url


@define(eq=False)
class Core:
    """What all views of a session share."""

    credentials: Credentials | None
    base: URL
    transport: Transport
    send: Send
    """All middlewares around the transport."""
    per_loop: PerLoop
    calls: Calls
    emit: Listener | None
    renewals: Renewals
    stream_connections: Connections
    live: "set[Live]" = field(factory=set["Live"])
    """The streams that are being read."""
    _streams: "StreamTransport | None" = field(default=None, init=False)
    entered: int = 0

    @property
    def pool(self) -> Pool:
        """The token pool: that of the running loop, unless one was given."""
        return self.per_loop.pool

    @property
    def streams(self) -> "StreamTransport":
        """The transport of streams, created when it is first used."""
        if self._streams is None:
            from aioheroku._transport.streams import StreamTransport  # noqa: PLC0415 - for those who use it

            self._streams = StreamTransport(self.stream_connections)
        return self._streams

    async def close(self) -> None:
        """End all calls, let a token renewal finish, then close the connections.

        Raises:
            InvalidRequest: another event loop that still runs uses the session.
        """
        if self.per_loop.moved(asyncio.get_running_loop()):
            self.calls.renew()
        for stream in tuple(self.live):  # before the calls: stopping an attached dyno takes one
            await stream.shut(SessionClosed(True))
        self.calls.close()
        try:
            await (self._streams or self.stream_connections).close()
            await self.renewals.close(self.transport.timeout.attempt)
        finally:
            await self.transport.close()


_OPTIONS: Final[Mapping[str, Callable[[Any, str], Any]]] = {
    "timeout": _options.seconds,
    "max_wait": _options.seconds,
    "priority": partial(_options.one_of, known=PRIORITIES),
    "label": partial(_options.instance, kind=str, words="a string"),
    "dry_run": partial(_options.instance, kind=bool, words="True, False"),
}
"""The options of a view, each with its check."""
_HEADERS: Final[Mapping[str, tuple[str, Callable[[Any, str], str]]]] = {
    "if_match": ("If-Match", _options.header),
    "accept": ("Accept", _options.accept),
    "accept_expansion": ("Accept-Expansion", _options.parts),
    "accept_inclusion": ("Accept-Inclusion", _options.parts),
}
"""The options that stand for a header, each with its check."""


@define(eq=False)
class View:
    """A session with one set of headers and options: an `endpoint.Caller`."""

    core: Core
    url: Callable[[str], URL] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    options: Options
    own_accept: bool = False
    """Whether the caller chose the version of the API, which then overrides a declaration's."""
    extras: Extras = field(factory=Extras)
    call: Send = field(init=False, repr=False)
    """Sends a request through all middlewares; a response that is not a success is raised."""

    def __attrs_post_init__(self) -> None:
        self.call = self.extras.around(_dry(self.core.send) if self.options.dry_run else self.core.send)
        # Otherwise aiohttp would convert them to this form for each request.
        self.headers = CIMultiDict((istr(name), value) for name, value in self.headers.items())

    def using(self, **given: Any) -> "View":
        """A view with other options and headers: those of `Heroku.using` that were given."""
        given = {name: value for name, value in given.items() if value is not UNSET}
        changed = {name: check(given[name], name) for name, check in _OPTIONS.items() if name in given}
        headers = {header: check(given[name], name) for name, (header, check) in _HEADERS.items() if name in given}
        headers |= _options.headers(given.get("headers", {}))
        return evolve(
            self,
            options=evolve(self.options, **changed),
            headers=_options.merge_headers(self.headers, headers),
            own_accept=self.own_accept or "Accept" in headers,
            extras=self.extras.with_more(given.get("extra_body", {}), given.get("extra_query", {})),
        )

    def prioritized(self, priority: Priority) -> "View":
        """The view with another priority, unless the caller has chosen one."""
        if self.options.priority != "normal":
            return self
        return evolve(self, options=evolve(self.options, priority=priority))

    def failed(self, method: str, path: str, error: HerokuError) -> None:
        """Report a call that ended with an error."""
        report_failure(self.core.emit, method, path, self.options.label, error)


def _dry(send: Send) -> Send:
    from aioheroku._middleware.dry_run import RefuseWrites  # noqa: PLC0415 - for those who use it

    return RefuseWrites(send)
