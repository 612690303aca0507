"""The state that all views of a session share, and the headers and options of one view."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

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
from aioheroku._unset import Unset
from aioheroku.auth import Credentials
from aioheroku.auth._renewal import Renewals
from aioheroku.errors import HerokuError, SessionClosed
from aioheroku.events import Listener

if TYPE_CHECKING:
    from aioheroku._streams.live import Live
    from aioheroku._transport.streams import StreamTransport


def urls(base: str) -> Callable[[str], URL]:
    """The URLs of encoded paths below the base URL; parsing one costs as much as the whole rest of a declaration."""
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
        """What opens streams, made when first used."""
        if self._streams is None:
            from aioheroku._transport.streams import StreamTransport  # noqa: PLC0415 - for those who use it

            self._streams = StreamTransport(self.stream_connections)
        return self._streams

    async def close(self) -> None:
        """End all calls, let a renewal of tokens come to its end, then close the connections.

        Raises:
            InvalidRequest: another event loop that still runs uses the session.
        """
        if self.per_loop.moved(asyncio.get_running_loop()):
            self.calls.renew()
        for stream in tuple(self.live):  # before the calls: an attached dyno is stopped by one
            await stream.shut(SessionClosed(True))
        self.calls.close()
        try:
            await (self._streams or self.stream_connections).close()
            await self.renewals.close(self.transport.timeout.attempt)
        finally:
            await self.transport.close()


@define(eq=False)
class View:
    """A session with one set of headers and options: an `endpoint.Caller`."""

    core: Core
    url: Callable[[str], URL] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    options: Options
    own_accept: bool = False
    """Whether the caller chose the version of the API, which goes before a declaration's."""
    extras: Extras = field(factory=Extras)
    call: Send = field(init=False, repr=False)
    """Sends a request through all middlewares; a response that is not a success is raised."""

    def __attrs_post_init__(self) -> None:
        self.call = self.extras.around(_dry(self.core.send) if self.options.dry_run else self.core.send)
        # The form that aiohttp would make of them for each request.
        self.headers = CIMultiDict((istr(name), value) for name, value in self.headers.items())

    def using(  # noqa: PLR0917 - those of `Heroku.using`, which documents them
        self,
        timeout: float | Unset | None,
        priority: Priority | Unset,
        max_wait: float | Unset | None,
        label: str | Unset | None,
        if_match: str | Unset,
        accept: str | Unset,
        accept_expansion: str | Sequence[str] | Unset,
        accept_inclusion: str | Sequence[str] | Unset,
        headers: Mapping[str, str] | Unset,
        extra_body: Mapping[str, Any] | Unset,
        extra_query: Mapping[str, Any] | Unset,
        dry_run: bool | Unset,
    ) -> "View":
        """A view with other options and headers."""
        options = self.options
        if not isinstance(timeout, Unset):
            options = evolve(options, timeout=_options.seconds(timeout, "timeout"))
        if not isinstance(max_wait, Unset):
            options = evolve(options, max_wait=_options.seconds(max_wait, "max_wait"))
        if not isinstance(priority, Unset):
            _options.one_of(priority, "priority", PRIORITIES)
            options = evolve(options, priority=priority)
        if not isinstance(label, Unset):
            _options.instance(label, "label", str, "a string")
            options = evolve(options, label=label)
        if not isinstance(dry_run, Unset):
            _options.instance(dry_run, "dry_run", bool, "True, False")
            options = evolve(options, dry_run=dry_run)
        more = _headers(if_match, accept, accept_expansion, accept_inclusion, headers)
        chosen = self.own_accept or "Accept" in more
        extras = self.extras.updated(extra_body, extra_query)
        headers = _options.merge_headers(self.headers, more)
        return evolve(self, options=options, headers=headers, own_accept=chosen, extras=extras)

    def failed(self, method: str, path: str, error: HerokuError) -> None:
        """Report a call that ended with an error."""
        report_failure(self.core.emit, method, path, self.options.label, error)


def _dry(send: Send) -> Send:
    from aioheroku._middleware.dry_run import RefuseWrites  # noqa: PLC0415 - for those who use it

    return RefuseWrites(send)


def _headers(
    if_match: str | Unset,
    accept: str | Unset,
    accept_expansion: str | Sequence[str] | Unset,
    accept_inclusion: str | Sequence[str] | Unset,
    headers: Mapping[str, str] | Unset,
) -> dict[str, str]:
    """The headers that options of a view stand for."""
    more: dict[str, str] = {}
    if not isinstance(if_match, Unset):
        more["If-Match"] = _options.header(if_match, "if_match")
    if not isinstance(accept, Unset):
        more["Accept"] = _options.accept(accept)
    if not isinstance(accept_expansion, Unset):
        more["Accept-Expansion"] = _options.parts(accept_expansion, "accept_expansion")
    if not isinstance(accept_inclusion, Unset):
        more["Accept-Inclusion"] = _options.parts(accept_inclusion, "accept_inclusion")
    if not isinstance(headers, Unset):
        more |= _options.headers(headers)
    return more
