"""The pipeline: the one place that shows all middlewares and their order."""

from functools import partial
from typing import TYPE_CHECKING

from attrs import define, field

from aioheroku._http import Middleware, Send, compose
from aioheroku._middleware.capture import Capture
from aioheroku._middleware.lifecycle import Calls, Lifecycle
from aioheroku._middleware.meter import CountTokens
from aioheroku._middleware.observe import Observe, ReportFailures
from aioheroku._middleware.retry import Retry, RetryMiddleware
from aioheroku._middleware.single_flight import SingleFlight
from aioheroku._middleware.status import RaiseForStatus
from aioheroku._middleware.timeout import TotalTimeout
from aioheroku._ratelimit import Pool
from aioheroku._ratelimit.balance import balance_request
from aioheroku._transport.aiohttp import Transport
from aioheroku.auth import Credentials
from aioheroku.auth._renewal import Renewals
from aioheroku.events import Listener

if TYPE_CHECKING:
    from aioheroku._middleware.two_factor import TwoFactor
    from aioheroku.cache import Cache


@define(eq=False)
class Pipeline:
    """The settings of a session's middlewares, and their order."""

    transport: Transport
    calls: Calls
    renewals: Renewals
    credentials: Credentials | None
    base: str
    emit: Listener | None
    cache: "Cache | None"
    retry: Retry | None
    two_factor: "TwoFactor | None"
    read_only: bool
    _refresh: list[Middleware] = field(init=False)
    _kinds: dict[str | None, str] = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        # As they are now, since the headers of the session hold them like this: they may be renewed before a call.
        given = self.credentials
        self._refresh = _refresh(given, self.base, self.renewals, self.emit)
        self._kinds = {None: "none"} | ({} if given is None else {given.authorization: given.kind})

    def compose(self, pool: Pool) -> Send:
        """All middlewares around the transport, for the event loop that runs."""
        emit = self.emit
        query = None if self.credentials is None else balance_request(self.base)
        self.transport.renew()
        self.calls.renew()
        # A call goes through these from the first to the last, and its response from the last to the first.
        pipeline: list[Middleware] = [
            partial(ReportFailures, emit=emit),
            *([_read_only()] if self.read_only else ()),
            partial(Lifecycle, calls=self.calls),
            TotalTimeout,
            partial(RaiseForStatus, kinds=self._kinds),
            partial(Capture, session=self.calls),
            *(() if self.cache is None else [_cache(self.cache, emit)]),
            SingleFlight,
            *(() if self.two_factor is None else [_two_factor(self.two_factor, self.base)]),
            *self._refresh,
            *(() if self.retry is None else [partial(RetryMiddleware, policy=self.retry, emit=emit)]),
            partial(pool.metered, emit=emit, query=query),
            CountTokens,
            partial(Observe, emit=emit),
        ]
        return compose(self.transport, pipeline)


# What few sessions have is imported for those alone.


def _read_only() -> Middleware:
    from aioheroku._middleware.read_only import ReadOnly  # noqa: PLC0415

    return ReadOnly


def _two_factor(ask: "TwoFactor", base: str) -> Middleware:
    from aioheroku._middleware.two_factor import TwoFactorChallenge  # noqa: PLC0415

    return partial(TwoFactorChallenge, ask=ask, base=base)


def _refresh(credentials: Credentials | None, base: str, renewals: Renewals, emit: Listener | None) -> list[Middleware]:
    if credentials is None or credentials.refresh is None:
        return []
    from aioheroku._middleware.oauth import OAuthRefresh  # noqa: PLC0415

    initial = credentials.authorization
    return [partial(OAuthRefresh, credentials=credentials, initial=initial, base=base, renewals=renewals, emit=emit)]


def _cache(cache: "Cache", emit: Listener | None) -> Middleware:
    from aioheroku._middleware.cache import CacheMiddleware  # noqa: PLC0415

    return partial(CacheMiddleware, cache=cache, emit=emit)
