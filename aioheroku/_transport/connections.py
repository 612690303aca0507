"""The connections of a session: created when first needed, for the running event loop."""

import asyncio
import os
import sys
import traceback
import warnings
import weakref
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from ssl import SSLContext
from typing import Any, Final
from urllib.request import getproxies, proxy_bypass

import aiohttp
from attrs import define, evolve, field, frozen
from yarl import URL

from aioheroku import _options
from aioheroku._strings import Masked
from aioheroku._transport import compat
from aioheroku.errors import InvalidRequest, SessionClosed

_SCHEMES: Final = frozenset({"http", "https"})
_inherited: list[object] = []
"""Sessions that a forked child has inherited: closing them would close the parent's connections."""


@frozen
class Proxy:
    """A proxy and its credentials, which never show in a repr."""

    url: URL
    headers: Mapping[str, str] = field(repr=False)

    @classmethod
    def parse(cls, value: object, name: str, auth: aiohttp.BasicAuth | None = None) -> "Proxy":
        """A proxy from its address, which may hold a user and a password.

        Raises:
            InvalidRequest: it is not the address of an http or https proxy; what it holds is not quoted.
        """
        url = _proxy_url(value)
        if url is None:
            raise InvalidRequest("expected the address of a proxy, such as 'http://proxy.example.com:3128'.", name)
        if url.user is not None or url.password is not None:
            secret = b64encode(f"{url.user or ''}:{url.password or ''}".encode()).decode()
            return cls(url.origin(), {"Proxy-Authorization": Masked(f"Basic {secret}")})
        return cls(url.origin(), {} if auth is None else {"Proxy-Authorization": Masked(auth.encode())})

    @property
    def is_near(self) -> bool:
        """Whether it is on this machine."""
        return self.url.host in _options.LOOPBACK


def _checked_context(ssl: object) -> SSLContext | None:
    if ssl is None or isinstance(ssl, SSLContext):
        return ssl
    raise InvalidRequest(
        f"expected an ssl.SSLContext, got {type(ssl).__name__}. One that trusts your certificates: "
        "ssl.create_default_context(cafile=...).",
        "ssl",
    )


@frozen
class Network:
    """The network options of `Heroku`; of a given aiohttp session nothing else is used.

    Raises:
        InvalidRequest: an option is not usable or not safe; `field` names it.
    """

    session: aiohttp.ClientSession | None = None
    proxy: Proxy | None = None
    trust_env: bool = False
    ssl: SSLContext | None = None
    connections: int = 100
    """Connections at a time; 0 means that each stream has one of its own, without a limit."""

    @classmethod
    def checked(
        cls, base: URL, session: object, proxy: object, trust_env: object, ssl: object, *, name: str = "session"
    ) -> "Network":
        """The options of `Heroku`, checked; `name` is the name of the option with the aiohttp session."""
        context = _checked_context(ssl)
        environment = _options.flag(trust_env, "trust_env")
        chosen = None if proxy is None else Proxy.parse(proxy, "proxy")
        if session is not None:
            session = _checked_session(session, context, name)
            given, auth = compat.proxy_of(session)
            if chosen is None and given is not None:
                chosen = Proxy.parse(given, name, auth)
            environment = environment or session.trust_env
        if chosen is not None and base.scheme == "http" and not chosen.is_near:
            raise InvalidRequest("the token would be sent to the proxy unencrypted: use an https base_url.", "proxy")
        return cls(session, chosen, environment, context)

    def of_streams(self, base: URL, session: object) -> "Network":
        """The same for streams: over an aiohttp session of their own if one is given, else without a limit."""
        if session is None:
            return evolve(self, session=None, connections=0)
        given = Network.checked(base, session, None, self.trust_env, self.ssl, name="stream_session")
        return evolve(given, proxy=self.proxy or given.proxy)

    @property
    def is_direct(self) -> bool:
        """Whether there is neither a proxy nor a given session."""
        return self.session is None and self.proxy is None and not self.trust_env

    def proxy_for(self, url: URL) -> Proxy | None:
        """The proxy of a request: the one given, else that of the environment.

        The environment is read as Python does (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`); netrc is not read.

        Raises:
            InvalidRequest: the environment names a proxy that cannot be used.
        """
        if self.proxy is not None or not self.trust_env:
            return self.proxy
        address = getproxies().get(url.scheme)
        if not address or url.host is None or proxy_bypass(url.host):
            return None
        proxy = Proxy.parse(address if "://" in address else f"http://{address}", f"{url.scheme}_proxy")
        return None if url.scheme == "http" and not proxy.is_near else proxy  # the token is never sent unencrypted


def _proxy_url(value: object) -> URL | None:
    with suppress(ValueError, TypeError):
        url = URL(value)  # type: ignore[arg-type]
        if url.scheme in _SCHEMES and url.host and not url.query_string and url.port:
            return url
    return None


def _checked_session(session: object, ssl: SSLContext | None, name: str) -> aiohttp.ClientSession:
    if not isinstance(session, aiohttp.ClientSession):
        raise InvalidRequest(
            f"expected an aiohttp.ClientSession, got {type(session).__name__}. A wrapper may repeat or "
            "change requests, so it cannot be used.",
            name,
        )
    if ssl is None and session.connector is not None and not compat.verifies(session.connector):
        raise InvalidRequest(
            "its connector does not check certificates, so anybody on the way could read the token. "
            "Give Heroku(ssl=context) with a context that trusts the certificate.",
            name,
        )
    return session


def refuse_second_loop(loop: asyncio.AbstractEventLoop, process: int) -> None:
    """Check that the event loop which used the session before is not running.

    Raises:
        InvalidRequest: it is running.
    """
    if process == os.getpid() and loop.is_running():
        raise InvalidRequest("this session serves another event loop, which still runs: make one for each.", "Heroku")


@frozen
class _Opened:
    session: aiohttp.ClientSession
    loop: asyncio.AbstractEventLoop
    process: int
    owned: bool

    def leave(self) -> None:
        """Drop everything that belongs to the former event loop."""
        if self.process != os.getpid():
            _inherited.append(self.session)
            return
        connector = self.session.connector
        self.session.detach()
        if self.owned and connector is not None:
            compat.abandon(connector)


@define(eq=False)
class Connections:
    """One aiohttp session per event loop."""

    network: Network
    _opened: list[_Opened] = field(factory=list[_Opened], init=False)
    """At most one: in a list, since the finalizer of an unclosed session must not keep this object alive."""
    _closed: bool = field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        weakref.finalize(self, _warn_unclosed, self._opened, _place())

    def session(self) -> aiohttp.ClientSession:
        """The aiohttp session to send with.

        Raises:
            InvalidRequest: the session given, or this one, belongs to another loop.
            SessionClosed: it was closed, or the session given was.
        """
        opened = self._current()
        if opened is None:
            if self._closed:
                raise SessionClosed
            opened = self._open(asyncio.get_running_loop())
            self._opened.append(opened)
        return opened.session

    @property
    def is_closed(self) -> bool:
        """Whether nothing more can be sent: this object or the given session was closed."""
        return self._closed or any(opened.session.closed for opened in self._opened)

    async def close(self) -> None:
        """Close the connections, unless their session was given.

        Raises:
            InvalidRequest: another loop that still runs uses them.
        """
        self._closed = True
        if (opened := self._current()) is not None:
            self._opened.clear()
            await opened.session.close()

    def _current(self) -> _Opened | None:
        """What is open in the running event loop; what a former loop has left is dropped."""
        opened = self._opened[0] if self._opened else None
        if opened is None or opened.loop is asyncio.get_running_loop():
            return opened
        refuse_second_loop(opened.loop, opened.process)
        self._opened.clear()
        opened.leave()
        return None

    def _open(self, loop: asyncio.AbstractEventLoop) -> _Opened:
        given = self.network.session
        if given is None:
            connector: aiohttp.BaseConnector = compat.Connector(
                limit=self.network.connections, force_close=not self.network.connections, ttl_dns_cache=300
            )
            return _Opened(_sending_once(connector), loop, os.getpid(), owned=True)
        if given.connector is None or given.connector.closed:
            raise SessionClosed
        _checked_session(given, self.network.ssl, "session")
        if compat.loop_of(given.connector) is not loop:
            raise InvalidRequest(
                "it belongs to another event loop. Make it in the loop that uses it, or give proxy=, ssl= and "
                "trust_env= to Heroku, which makes its own in each loop.",
                "session",
            )
        traces = [*given.trace_configs, compat.reported_by_tracing()]
        session = _sending_once(given.connector, connector_owner=False, trace_configs=traces)
        return _Opened(session, loop, os.getpid(), owned=False)


def _sending_once(connector: aiohttp.BaseConnector, **options: Any) -> aiohttp.ClientSession:
    """An aiohttp session that adds nothing to a request: no credentials, no cookies, no headers, no retry."""
    session = aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        request_class=compat.SentOnce,
        trust_env=False,
        **compat.limits(),
        **options,
    )
    compat.send_once(session)
    return session


def _place() -> str:
    """Where the session is being created; in asyncio's debug mode only, since finding out takes too long."""
    try:
        debug = asyncio.get_running_loop().get_debug()
    except RuntimeError:
        debug = sys.flags.dev_mode or bool(os.environ.get("PYTHONASYNCIODEBUG"))
    if debug:
        own = f"{Path(__file__).parent.parent}{os.sep}"
        for frame in reversed(traceback.extract_stack()):
            if not frame.filename.startswith((own, "<attrs")):
                return f" It was made at {frame.filename}:{frame.lineno}."
    return ""


def _warn_unclosed(opened: list[_Opened], place: str) -> None:
    for one in opened:
        if one.process != os.getpid() or one.session.closed:
            continue
        one.leave()
        if not one.owned:
            continue
        message = f"A Heroku session was not closed: use `async with Heroku(...)` or `await heroku.close()`.{place}"
        if not one.loop.is_closed():  # visible also where warnings are off, like aiohttp's own
            one.loop.call_exception_handler({"message": message})
        warnings.warn(message, ResourceWarning, stacklevel=2)
