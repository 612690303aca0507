"""Heroku: the session. It composes the lower layers, holds the options, and opens and closes connections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

from yarl import URL

from aioheroku import _options
from aioheroku._api.arguments import hidden
from aioheroku._client.attributes import ResourceAttributes
from aioheroku._client.campaigns import Campaigns
from aioheroku._client.context import Core, View, urls
from aioheroku._client.deploying import Deploying
from aioheroku._client.loops import PerLoop
from aioheroku._client.pipeline import Pipeline
from aioheroku._client.raw import RawRequests
from aioheroku._client.running import Running
from aioheroku._http import Options, Priority, Response
from aioheroku._middleware.capture import capture
from aioheroku._middleware.lifecycle import Calls
from aioheroku._middleware.observe import guarded
from aioheroku._middleware.retry import Retry
from aioheroku._misuse import opened_with_async_with
from aioheroku._options import Timeout
from aioheroku._ratelimit import Pool
from aioheroku._strings import mask
from aioheroku._transport.aiohttp import Transport
from aioheroku._transport.connections import Connections, Network
from aioheroku._unset import UNSET, Unset
from aioheroku.auth import Credentials
from aioheroku.auth._renewal import Renewals
from aioheroku.errors import InvalidRequest
from aioheroku.events import Listener

if TYPE_CHECKING:
    from ssl import SSLContext

    import aiohttp

    from aioheroku._client.options import SessionOptions
    from aioheroku._middleware.two_factor import TwoFactor
    from aioheroku.cache import Cache


@opened_with_async_with
class Heroku(ResourceAttributes, RawRequests, Campaigns, Running, Deploying):
    """A session with the Heroku Platform API: `async with Heroku(token) as heroku: ...`.

    Its attributes are the resources of the API (`heroku.apps`, `heroku.config_vars`), their methods its operations.

    Args:
        token: an API token, `Credentials`, or `None` for endpoints without authentication.
        base_url: where the API is, by default Heroku's; https, or http on this machine.
        pool: the account's token pool; sessions of the same credentials share one by default.
        cache: where responses are cached for conditional requests: a `MemoryCache` or `DiskCache`; by default nowhere.
        retry: when a call is retried; `None` means never.
        timeout: seconds for a whole call, or a `Timeout`.
        session: an aiohttp session whose connections, proxy and tracing are used; the caller closes it.
        proxy: the address of an http or https proxy; it may hold a user and a password for the proxy.
        trust_env: use the proxy of the environment (`HTTPS_PROXY`, `NO_PROXY`); netrc is not read.
        ssl: a TLS context, as for your own certificate authority; streams and one-off dynos use it too.
        stream_session: like `session`, for streams: logs, output, transfers.
        user_agent: appended to `aioheroku/<version>`.
        on_event: called with every event; see `aioheroku.events`.
        read_only: refuse whatever would write, before it is sent.
        dry_run: make reads, and raise `DryRun` for a write, which shows it.
        two_factor: a callable, or better a coroutine function, that returns the code when a second factor is required.
        method_override: send PATCH, PUT and DELETE as POST, for proxies that block them.

    Raises:
        InvalidRequest: an argument is not usable; the message names it.
    """

    def __init__(
        self,
        token: str | Credentials | None = None,
        *,
        base_url: str | URL | None = None,
        pool: Pool | None = None,
        cache: Cache | None = None,
        retry: Retry | None = Retry(),  # noqa: B008 - frozen
        timeout: float | Timeout | None = None,
        session: aiohttp.ClientSession | None = None,
        proxy: str | URL | None = None,
        trust_env: bool = False,
        ssl: SSLContext | None = None,
        user_agent: str | None = None,
        on_event: Listener | None = None,
        read_only: bool = False,
        dry_run: bool = False,
        two_factor: TwoFactor | None = None,
        method_override: bool = False,
        stream_session: aiohttp.ClientSession | None = None,
    ) -> None:
        token = mask(token)
        credentials = Credentials.bearer(token) if isinstance(token, str) else token
        if credentials is not None and not isinstance(credentials, Credentials):
            raise InvalidRequest(f"expected a str, Credentials or None, got {type(token).__name__}.", "token")
        url = _options.base_url(base_url)
        _options.instance(pool, "pool", Pool, "a Pool")
        _options.instance(retry, "retry", Retry, "a Retry")
        if cache is not None:
            from aioheroku.cache import Cache  # noqa: PLC0415 - for sessions that have one

            _options.instance(cache, "cache", Cache, "a cache, such as MemoryCache(),")
        _options.callback(on_event, "on_event")
        _options.callback(two_factor, "two_factor")
        for flag, name in ((read_only, "read_only"), (dry_run, "dry_run"), (method_override, "method_override")):
            _options.instance(flag, name, bool, "True, False")
        base = str(url).rstrip("/")
        limits = timeout if isinstance(timeout, Timeout) else Timeout(total=_options.seconds(timeout, "timeout"))
        emit = guarded(on_event) if on_event is not None else None
        network = Network.checked(url, session, proxy, trust_env, ssl)
        streams = Connections(network.of_streams(url, stream_session))
        transport = Transport(limits, network, override=method_override)
        calls, renewals = Calls(), Renewals()
        headers = _options.default_headers(user_agent)
        if credentials is not None:
            headers["Authorization"] = credentials.authorization_for(url.host)
        made = transport, calls, renewals, credentials, base, emit
        pipeline = Pipeline(*made, cache=cache, retry=retry, two_factor=two_factor, read_only=read_only)
        account = str(url.origin()), credentials.account if credentials is not None else ""
        send = PerLoop(pipeline.compose, pool, account)
        self._core = Core(credentials, url, transport, send, send, calls, emit, renewals, streams)
        self._view = View(self._core, urls(base), headers, Options(timeout=limits.total, dry_run=dry_run))

    @classmethod
    def from_env(cls, *, base_url: str | URL | None = None, **options: Unpack[SessionOptions]) -> Self:
        """A session with the token of `HEROKU_API_KEY`, else that of the netrc file's entry for the host of `base_url`.

        Raises:
            InvalidRequest: there is neither, or an option is not usable.
        """
        host = _options.base_url(base_url).host or ""
        return cls(Credentials.environment(host=host), base_url=base_url, **options)

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
        accept_expansion: str | Sequence[str] | Unset = UNSET,
        accept_inclusion: str | Sequence[str] | Unset = UNSET,
        headers: Mapping[str, str] | Unset = UNSET,
        extra_body: Mapping[str, Any] | Unset = UNSET,
        extra_query: Mapping[str, Any] | Unset = UNSET,
        dry_run: bool | Unset = UNSET,
    ) -> Self:
        """A view of this session with other options: cheap, and sharing pool, cache and connections.

        Args:
            timeout: seconds for a whole call, waits and retries included.
            priority: which calls go first when tokens are scarce.
            max_wait: maximum seconds that a call may wait for tokens; then `RateLimitWait` or `RateLimited` is raised.
            label: a name for events and for the count of tokens used.
            if_match: the ETag that a resource must still have, else `PreconditionFailed`.
            accept: another version of the API, such as `3.sdk`.
            accept_expansion: nested objects to show in full, such as `plan` of an add-on: one name or several.
            accept_inclusion: parts to add, such as `addon:plan` and `config_vars` of an attachment: one or several.
            headers: more headers.
            extra_body: more keys of the body of each call, for parameters that the methods do not have.
            extra_query: more parameters of the query of each call.
            dry_run: make reads, and raise `DryRun` for a write, which shows it.
        """
        headers = _options.masked(headers)  # before anything can fail: a traceback may show variables
        extra_body, extra_query = hidden(extra_body), hidden(extra_query)
        view = object.__new__(type(self))
        view._core = self._core
        view._view = self._view.using(
            timeout=timeout, priority=priority, max_wait=max_wait, label=label, if_match=if_match, accept=accept,
            accept_expansion=accept_expansion, accept_inclusion=accept_inclusion, headers=headers,
            extra_body=extra_body, extra_query=extra_query, dry_run=dry_run,
        )  # fmt: skip
        return view

    def capture(self) -> AbstractContextManager[list[Response]]:
        """Collect the raw responses of calls made inside, by this task and by tasks that it starts.

        In a generator it may be closed in another task or context than it was opened in.
        """
        return capture(self._core.calls)

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
        """End calls in progress with `SessionClosed`, and close the connections unless their session was given."""
        await self._core.close()

    def __repr__(self) -> str:
        core = self.__dict__.get("_core")  # None if `__init__` failed and a traceback shows its variables
        return f"<Heroku {core.base} {core.credentials} {core.pool!r}>" if core else "<Heroku, not ready>"
