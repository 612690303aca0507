"""Heroku: the session. It composes what the lower floors are, holds the options, and opens and closes."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.metadata import version
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from weakref import WeakValueDictionary

import attrs
from yarl import URL

from aioheroku import endpoint, resources
from aioheroku.auth import Credentials
from aioheroku.clock import LoopClock
from aioheroku.errors import APIError, HerokuError, InvalidRequest, ReadOnlyError, ReadTimeout
from aioheroku.events import Event, Failed, Listener
from aioheroku.http import Options, Priority, Request, Response, Send
from aioheroku.observe import guarded, observed
from aioheroku.pool import Pool
from aioheroku.retry import NEVER, Retry, retried
from aioheroku.transport import Timeout, Transport
from aioheroku.unset import UNSET, Unset

if TYPE_CHECKING:
    import aiohttp

DEFAULT_URL = "https://api.heroku.com"
_ACCEPT = "application/vnd.heroku+json; version="
_FREE = "/account/rate-limits"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_pools: WeakValueDictionary[tuple[str, str], Pool] = WeakValueDictionary()
_captures: ContextVar[tuple[tuple[_Core, list[Response]], ...]] = ContextVar("aioheroku_captures", default=())


@attrs.define(eq=False)
class _Core:
    """What all views of a session share."""

    credentials: Credentials | None
    base: URL
    pool: Pool
    transport: Transport
    send: Send
    emit: Listener | None
    read_only: bool
    entered: int = 0


@attrs.define(eq=False)
class _View:
    """The way from a declaration to the wire, with the headers and options of one view: an `endpoint.Caller`."""

    core: _Core
    base: str
    headers: Mapping[str, str] = attrs.field(repr=False)
    options: Options

    async def call(self, request: Request) -> Response:
        core = self.core
        if core.read_only and request.method not in ("GET", "HEAD"):
            raise ReadOnlyError(request.method, request.path)
        try:
            limit = request.options.timeout
            response = await (core.send(request) if limit is None else _within(limit, core.send, request))
            if captures := _captures.get():
                for captured, replies in captures:
                    if captured is core:
                        replies.append(response)
            if not (200 <= response.status < 300 or response.status == 304):
                raise APIError.from_answer(
                    response.status, response.headers, response.body, method=request.method, path=request.path
                )
        except HerokuError as error:
            if core.emit is not None:
                core.emit(_failure(request, error))
            raise
        return response


def _failure(request: Request, error: HerokuError) -> Event:
    status, request_id = getattr(error, "status", None), getattr(error, "request_id", None)
    return Failed(request.method, request.path, request.options.label, type(error).__name__, status, request_id)


async def _within(seconds: float, send: Send, request: Request) -> Response:
    try:
        async with asyncio.timeout(seconds):
            return await send(request)
    except TimeoutError:
        problem = f"The call took longer than the {seconds} s allowed."
        raise ReadTimeout(problem, request.method, request.path, request.sent) from None


class Heroku:
    """A session with the Heroku Platform API: `async with Heroku(token) as heroku: ...`.

    Its attributes are the resources of the API (`heroku.apps`, `heroku.config_vars`), their methods its operations.

    Args:
        token: an API token, `Credentials`, or `None` for the endpoints that need no login.
        base_url: where the API is; https, or http on this machine.
        pool: the account's token pool; sessions of the same credentials share one by default.
        retry: when a call is repeated; `None` is never.
        timeout: seconds for a whole call, or a `Timeout`.
        session: an aiohttp session to use; it is never closed here.
        user_agent: put behind `aioheroku/<version>`.
        on_event: called with every event; see `aioheroku.events`.
        read_only: refuse whatever would write, before it is sent.

    Raises:
        InvalidRequest: an argument is not usable; the message names it.
    """

    account: resources.Accounts
    account_features: resources.AccountFeatures
    addon_services: resources.AddonServices
    addons: resources.Addons
    app_features: resources.AppFeatures
    app_setups: resources.AppSetups
    app_transfers: resources.AppTransfers
    apps: resources.Apps
    build_results: resources.BuildResults
    builds: resources.Builds
    collaborators: resources.Collaborators
    config_vars: resources.ConfigVars
    credits: resources.Credits
    domains: resources.Domains
    dynos: resources.Dynos
    formation: resources.Formations
    keys: resources.Keys
    log_drains: resources.LogDrains
    log_sessions: resources.LogSessions
    oauth_authorizations: resources.OAuthAuthorizations
    oauth_clients: resources.OAuthClients
    oauth_tokens: resources.OAuthTokens
    organization_app_collaborators: resources.OrganizationAppCollaborators
    organization_apps: resources.OrganizationApps
    organization_members: resources.OrganizationMembers
    organizations: resources.Organizations
    plans: resources.Plans
    rate_limits: resources.RateLimits
    regions: resources.Regions
    releases: resources.Releases
    slugs: resources.Slugs
    ssl_endpoints: resources.SSLEndpoints
    stacks: resources.Stacks

    def __init__(
        self,
        token: str | Credentials | None = None,
        *,
        base_url: str | URL = DEFAULT_URL,
        pool: Pool | None = None,
        cache: None = None,
        retry: Retry | None = Retry(),  # noqa: B008 - frozen
        timeout: float | Timeout | None = None,
        session: aiohttp.ClientSession | None = None,
        user_agent: str | None = None,
        on_event: Listener | None = None,
        read_only: bool = False,
    ) -> None:
        credentials = Credentials.bearer(token) if isinstance(token, str) else token
        if credentials is not None and not isinstance(credentials, Credentials):
            raise InvalidRequest(f"expected a str, Credentials or None, got {type(token).__name__}.", "token")
        base = _checked_base(base_url)
        limits = timeout if isinstance(timeout, Timeout) else Timeout(total=_seconds(timeout, "timeout"))
        emit = guarded(on_event) if on_event is not None else None
        transport = Transport(limits, session)
        if pool is None:
            pool = _shared_pool(base, credentials)
        metered = pool.metered(transport if emit is None else observed(transport, emit, LoopClock()), emit)
        send = retried(metered, retry or NEVER, emit=emit)
        core = _Core(credentials, base, pool, transport, send, emit, read_only)
        headers = {
            "Accept": f"{_ACCEPT}3",
            "User-Agent": f"aioheroku/{version('aioheroku')}",
            "Accept-Encoding": "gzip",
        }
        if user_agent:
            headers["User-Agent"] += f" {_header_value(user_agent, 'user_agent')}"
        if credentials is not None:
            headers["Authorization"] = credentials.authorization
        self._core = core
        self._view = _View(core, str(base).rstrip("/"), headers, Options(timeout=limits.total))

    @classmethod
    def from_env(cls, **options: Any) -> Self:
        """A session with the token of `HEROKU_API_KEY`, else that of the netrc file.

        Raises:
            InvalidRequest: there is neither.
        """
        return cls(Credentials.environment(), **options)

    if not TYPE_CHECKING:  # a typo in a resource's name stays an error of the type checkers

        def __getattr__(self, name: str) -> endpoint.Resource:
            """The resource of that name, made when first used: `Heroku`'s annotations say which there are."""
            kind = Heroku.__annotations__.get(name)
            if kind is None:
                raise AttributeError(f"{type(self).__name__!r} has no resource {name!r}", name=name, obj=self)
            resource = getattr(resources, kind.removeprefix("resources."))(self._view)
            self.__dict__[name] = resource
            return resource

    @property
    def pool(self) -> Pool:
        """The account's token pool as this session sees it."""
        return self._core.pool

    def using(
        self,
        *,
        timeout: float | Unset | None = UNSET,
        priority: Priority | Unset = UNSET,
        max_wait: float | Unset | None = UNSET,
        label: str | Unset | None = UNSET,
        if_match: str | Unset = UNSET,
        accept: str | Unset = UNSET,
        headers: Mapping[str, str] | Unset = UNSET,
    ) -> Self:
        """A view of this session with other options: cheap, and sharing pool, cache and connections.

        Args:
            timeout: seconds for a whole call, waits and repetitions included.
            priority: who goes first when tokens are short.
            max_wait: seconds that a call may wait for tokens at most: then `RateLimitWait` or `RateLimited`.
            label: a name for events and for the count of tokens used.
            if_match: the ETag that a resource must still have, else `PreconditionFailed`.
            accept: another version of the API, such as `3.sdk`.
            headers: more headers.
        """
        options = self._view.options
        if not isinstance(timeout, Unset):
            options = attrs.evolve(options, timeout=_seconds(timeout, "timeout"))
        if not isinstance(max_wait, Unset):
            options = attrs.evolve(options, max_wait=_seconds(max_wait, "max_wait"))
        if not isinstance(priority, Unset):
            if priority not in ("interactive", "normal", "batch"):
                raise InvalidRequest(f"{priority!r} is none of 'interactive', 'normal', 'batch'.", "priority")
            options = attrs.evolve(options, priority=priority)
        if not isinstance(label, Unset):
            options = attrs.evolve(options, label=label)
        more: dict[str, str] = {}
        if not isinstance(if_match, Unset):
            more["If-Match"] = _header_value(if_match, "if_match")
        if not isinstance(accept, Unset):
            more["Accept"] = _header_value(accept if "/" in accept else f"{_ACCEPT}{accept}", "accept")
        if not isinstance(headers, Unset):
            more |= {
                _header_value(name, "headers"): _header_value(value, f"headers[{name!r}]")
                for name, value in headers.items()
            }
        view = object.__new__(type(self))
        view._core = self._core
        view._view = attrs.evolve(self._view, options=options, headers=_merged(self._view.headers, more))
        return view

    async def request(self, method: str, path: str | URL, body: Any = UNSET) -> Response:
        """Call anything: a path below the base URL or an URL of the same origin, through the same pool and retries.

        Raises:
            InvalidRequest: the URL is of another origin: the token never goes there.
            APIError, ConnectionFailed: as any call.
        """
        verb = method.upper()
        if not verb.isalpha():
            raise InvalidRequest(f"{method!r} is no method of HTTP.", "method")
        url = self._resolved(path)
        encoded, headers = (
            (None, self._view.headers) if body is UNSET or body is None else (endpoint.body_of(self._view, body))
        )
        return await self._view.call(
            Request(
                verb,
                url,
                url.path,
                headers,
                encoded,
                self._view.options,
                repeatable=verb in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS"),
                metered=not (verb == "GET" and url.path == self._core.base.path.rstrip("/") + _FREE),
            )
        )

    def _resolved(self, path: str | URL) -> URL:
        text = str(path)
        if not text.isprintable() or " " in text:
            raise InvalidRequest("it holds blanks or control characters.", "path")
        if text.startswith("/"):
            return URL(self._view.base + text)
        url = URL(text)
        if not url.absolute or url.origin() != self._core.base.origin():
            raise InvalidRequest(
                f"give a path such as '/apps' or an URL of {self._core.base.origin()}: the token goes nowhere else.",
                "path",
            )
        return url

    @contextmanager
    def capture(self) -> Generator[list[Response]]:
        """Collect the responses behind the typed calls made inside, by this task and those it starts."""
        replies: list[Response] = []
        token = _captures.set((*_captures.get(), (self._core, replies)))
        try:
            yield replies
        finally:
            _captures.reset(token)

    async def __aenter__(self) -> Self:
        self._core.entered += 1
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._core.entered -= 1
        if self._core.entered <= 0:
            await self.close()

    async def close(self) -> None:
        """Close the connections, unless they belong to a session that was given."""
        await self._core.transport.close()

    def __repr__(self) -> str:
        return f"<Heroku {self._core.base} {self._core.credentials} {self._core.pool!r}>"


def _shared_pool(base: URL, credentials: Credentials | None) -> Pool:
    """One pool serves one account: sessions with the same credentials have the same."""
    key = (str(base.origin()), credentials.account if credentials is not None else "")
    pool = _pools.get(key)
    if pool is None:
        pool = _pools[key] = Pool()
    return pool


def _checked_base(base_url: str | URL) -> URL:
    try:
        url = URL(base_url)
        origin = url.origin()
    except (ValueError, TypeError):
        raise InvalidRequest(f"{base_url!r} is no URL such as {DEFAULT_URL!r}.", "base_url") from None
    if url.scheme != "https" and not (url.scheme == "http" and url.host in _LOOPBACK):
        raise InvalidRequest("the token would travel in the clear: use https (http only on this machine).", "base_url")
    if url.user or url.password or url.query_string or url.fragment:
        raise InvalidRequest(f"it holds more than an address; {origin} would do.", "base_url")
    return url


def _seconds(value: object, name: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise InvalidRequest(f"expected seconds as a number, or None, got {value!r}.", name)
    return float(value)


def _header_value(value: object, name: str) -> str:
    if not isinstance(value, str) or not value or not value.isprintable() or not value.isascii():
        raise InvalidRequest("expected printable ASCII text: a header carries nothing else.", name)
    return value


def _merged(headers: Mapping[str, str], more: Mapping[str, str]) -> Mapping[str, str]:
    if not more:
        return headers
    names = {name.lower() for name in more}
    return {**{name: value for name, value in headers.items() if name.lower() not in names}, **more}
