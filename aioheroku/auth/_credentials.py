"""Credentials: where the token comes from and how it is sent. A repr never shows a token."""

import base64
import hashlib
import os
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Self

from attrs import define, evolve, field, frozen

from aioheroku._strings import Masked, mask
from aioheroku.errors import InvalidRequest

API_HOST: Final = "api.heroku.com"
_REMEMBERED: Final = 16
"""How many replaced pairs are remembered, to distinguish an outdated stored pair from a newer one."""


@frozen
class TokenPair:
    """An OAuth access token and its refresh token. Both are secrets, masked in every repr."""

    access_token: str = field(converter=mask)
    refresh_token: str = field(converter=mask)
    expires_in: int | None = None
    """Lifetime of the access token in seconds; `None` if the platform did not report it."""


Load = Callable[[], Awaitable[TokenPair | None] | TokenPair | None]
"""Returns the pair that is stored now, or `None`; a callable that is not a coroutine function blocks the event loop."""
Store = Callable[[TokenPair], Awaitable[None] | None]
"""Stores a new pair; a callable that is not a coroutine function blocks the event loop."""


@frozen
class Refresh:
    """The refresh token and what else renews an access token: see `Credentials.oauth`."""

    refresh_token: str = field(converter=mask)
    client_secret: str = field(converter=mask)
    store: Store | None = None
    load: Load | None = None


@define(eq=False)
class Credentials:
    """How a session authenticates.

    Made by `Credentials.bearer`, `.basic`, `.netrc`, `.environment` or `.oauth`; a plain `str` given to
    `Heroku` is a bearer token. One object may be used by many sessions, in several event loops and threads. Its repr
    shows the kind, never the token.
    See <https://devcenter.heroku.com/articles/platform-api-reference#authentication>.
    """

    kind: str
    """`"bearer"`, `"basic"`, `"netrc"`, `"environment"` or `"oauth"`."""
    _token: str = field(repr=False, converter=mask)
    refresh: Refresh | None = None
    source: str = field(default="token", kw_only=True)
    """Where the token came from, for error messages: `token`, `HEROKU_API_KEY`, a host's password in a netrc file."""
    host: str | None = field(default=None, kw_only=True)
    """The only host that the token may be sent to; `None` where the caller decides by `base_url`."""
    authorization: str = field(init=False, repr=False)
    """The value of the Authorization header: a secret."""
    account: str = field(init=False)
    """A digest that identifies the account without revealing the token; it stays the same when the token is renewed."""
    loaded: bool = field(default=False, init=False)
    """Whether the current pair came from `load`, not from the platform: it may have expired since it was stored."""
    _replaced: deque[str] = field(factory=lambda: deque[str](maxlen=_REMEMBERED), init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._token = _checked(self._token, self.source)
        self.authorization = self._header()
        self.account = _digest(self._token)

    def _header(self) -> Masked:
        if self.kind == "basic":
            return Masked("Basic " + base64.b64encode(f":{self._token}".encode()).decode())
        return Masked(f"Bearer {self._token}")

    @classmethod
    def bearer(cls, token: str) -> Self:
        """An API token or OAuth access token, sent as `Bearer`.

        Raises:
            InvalidRequest: the token is empty or contains invalid characters.
        """
        token = mask(token)
        return cls("bearer", token)

    @classmethod
    def basic(cls, token: str) -> Self:
        """An API token, sent as HTTP basic authentication with an empty user.

        Raises:
            InvalidRequest: the token is empty or contains invalid characters.
        """
        token = mask(token)
        return cls("basic", token)

    @classmethod
    def oauth(
        cls,
        access_token: str,
        *,
        refresh_token: str,
        client_secret: str,
        store: Store | None = None,
        load: Load | None = None,
    ) -> Self:
        """An OAuth access token that is renewed when the platform rejects it.

        Args:
            access_token: the token that calls are sent with.
            refresh_token: the token that renews it; the platform may accept it only once.
            client_secret: the secret of the OAuth client.
            store: called with every new pair, to save it; awaited if it is a coroutine function.
            load: called before the refresh token is used; returns the pair that is stored now, or `None`; awaited if
                it is a coroutine function. If another process has renewed the token, its pair is used instead.

        Raises:
            InvalidRequest: a token or the secret is empty or contains invalid characters.

        See <https://devcenter.heroku.com/articles/oauth#token-refresh>.
        """
        access_token, refresh_token, client_secret = mask(access_token), mask(refresh_token), mask(client_secret)
        refresh = Refresh(
            _checked(refresh_token, "refresh_token"), _checked(client_secret, "client_secret"), store, load
        )
        return cls("oauth", access_token, refresh, source="access_token")

    @classmethod
    def netrc(cls, path: str | os.PathLike[str] | None = None, *, host: str = API_HOST) -> Self:
        """The token for `host` in the netrc file: `path`, else `$NETRC`, else `~/.netrc`.

        Entries of other hosts are ignored, and so is the entry `default`: its password is not Heroku's.

        Raises:
            InvalidRequest: the file cannot be read, or has no token for the host. The message quotes nothing from it.
        """
        from aioheroku.auth import _netrc  # noqa: PLC0415 - for those who use it

        file = _netrc.path_of(path)
        token = _netrc.password(_netrc.read(file), host)
        shown = _netrc.shown(file)
        if not token:
            advice = "Run `heroku login`" if host == API_HOST else f"Add an entry `machine {host}` to it"
            raise InvalidRequest(f"{shown} has no password for {host}. {advice}, or set HEROKU_API_KEY.", "netrc")
        return cls("netrc", token, source=f"the password of {host} in {shown}", host=host)

    @classmethod
    def environment(cls, environ: Mapping[str, str] | None = None, *, host: str = API_HOST) -> Self:
        """The token in `HEROKU_API_KEY`, for any host; else the one for `host` in the netrc file.

        Raises:
            InvalidRequest: there is no token, or it cannot be used.
        """
        variables = os.environ if environ is None else environ
        token, path = mask(variables.get("HEROKU_API_KEY")), variables.get("NETRC") or "~/.netrc"
        mistaken = " (HEROKU_API_TOKEN is set, but not read)" if variables.get("HEROKU_API_TOKEN") else ""
        del environ, variables  # a traceback with the frame's variables would show the whole environment
        if token:
            return cls("environment", token, source="the variable HEROKU_API_KEY")
        try:
            return cls.netrc(path, host=host)
        except InvalidRequest as error:
            problem = error.message if error.field == "netrc" else str(error)
        raise InvalidRequest(f"HEROKU_API_KEY is not set{mistaken} and {problem}", "HEROKU_API_KEY")

    def authorization_for(self, host: str | None) -> str:
        """The value of the Authorization header for the API at that host.

        Raises:
            InvalidRequest: a netrc file keeps the token for another host.
        """
        if self.host is not None and self.host.lower() != host:
            raise InvalidRequest(
                f"{self.source} is for no other host, so it is not sent to {host}: use an entry for that host, by "
                f"from_env(base_url=...) or Credentials.netrc(host={host!r}).",
                "token",
            )
        return self.authorization

    def pair(self, expires_in: int | None = None) -> TokenPair:
        """The current tokens, to be stored; the refresh token is empty if there is none."""
        return TokenPair(self._token, self.refresh.refresh_token if self.refresh else "", expires_in)

    def renewed(self, access_token: str, refresh_token: str | None, *, loaded: bool = False) -> None:
        """Replace the access token, and the refresh token if a new one is given.

        Raises:
            InvalidRequest: one of them contains invalid characters; the old pair stays in use.
        """
        access_token, refresh_token = mask(access_token), mask(refresh_token)
        access_token, replaced = _checked(access_token, "access_token"), _digest(self._token)
        if self.refresh is not None and refresh_token:
            self.refresh = evolve(self.refresh, refresh_token=_checked(refresh_token, "refresh_token"))
        self._token, self.loaded = access_token, loaded
        self.authorization = self._header()
        self._replaced.append(replaced)

    def is_newer(self, pair: TokenPair) -> bool:
        """Whether a stored pair differs from the current one and is not one that this process has already replaced."""
        return pair.access_token != self._token and _digest(pair.access_token) not in self._replaced


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _checked(token: object, source: str) -> Masked:
    token = mask(token)
    if not isinstance(token, Masked):
        raise InvalidRequest(f"expected a str, got {type(token).__name__}.", source)
    if not token:
        raise InvalidRequest("it is empty. Give an API token, or None for endpoints without authentication.", source)
    if not token.isprintable() or not token.isascii() or " " in token:
        raise InvalidRequest("it contains spaces, line feeds or other characters that no token has. Strip it.", source)
    return token
