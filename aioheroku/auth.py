"""Credentials: where the token comes from and how it is sent. A token never shows in a repr."""

import asyncio
import base64
import hashlib
import netrc
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Self

from attrs import define, evolve, field, frozen

from aioheroku.errors import InvalidRequest

API_HOST = "api.heroku.com"


class Masked(str):
    """A secret text: it works as any string, but a repr (of a dict of headers, of a frame's variables) hides it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


@frozen
class TokenPair:
    """An OAuth access token with the refresh token that renews it. Both are secrets."""

    access_token: str = field(repr=lambda _: "***")
    refresh_token: str = field(repr=lambda _: "***")
    expires_in: int | None = None


@frozen
class Refresh:
    """What it takes to renew an access token: see `Credentials.oauth`."""

    refresh_token: str = field(repr=lambda _: "***")
    client_secret: str = field(repr=lambda _: "***")
    store: Callable[[TokenPair], Awaitable[None] | None] | None = None


@define(eq=False)
class Credentials:
    """How a session proves who it is.

    Made by `Credentials.bearer`, `.basic`, `.netrc`, `.environment` or `.oauth`; a plain `str` given to
    `Heroku` is a bearer token. One object may serve many sessions. Its repr shows the kind, never the token.
    See <https://devcenter.heroku.com/articles/platform-api-reference#authentication>.
    """

    kind: str
    _token: str = field(repr=False)
    refresh: Refresh | None = None
    authorization: str = field(init=False, repr=False)
    """The value of the Authorization header: a secret."""
    account: str = field(init=False)
    """A digest that stands for the account without giving the token away; renewing does not change it."""
    renewing: "asyncio.Task[str | None] | None" = field(default=None, init=False, repr=False)
    """The renewal under way: one for all sessions and tasks that use these credentials."""

    def __attrs_post_init__(self) -> None:
        self._accept(self._token)
        self.account = hashlib.sha256(self._token.encode()).hexdigest()[:16]

    def _accept(self, token: str) -> None:
        self._token = _checked(token)
        if self.kind == "basic":
            encoded = base64.b64encode(f":{token}".encode()).decode()
            self.authorization = Masked(f"Basic {encoded}")
        else:
            self.authorization = Masked(f"Bearer {token}")

    @classmethod
    def bearer(cls, token: str) -> Self:
        """An API token or OAuth access token, sent as `Bearer`."""
        return cls("bearer", token)

    @classmethod
    def basic(cls, token: str) -> Self:
        """An API token, sent as HTTP basic authentication with an empty user."""
        return cls("basic", token)

    @classmethod
    def oauth(
        cls,
        access_token: str,
        *,
        refresh_token: str,
        client_secret: str,
        store: Callable[[TokenPair], Awaitable[None] | None] | None = None,
    ) -> Self:
        """An OAuth access token that renews itself once it is refused.

        `store` is called (and awaited, if it is a coroutine function) with every new pair, to keep it.
        """
        return cls("oauth", access_token, Refresh(_checked(refresh_token), _checked(client_secret), store))

    @classmethod
    def netrc(cls, path: str | os.PathLike[str] | None = None, *, host: str = API_HOST) -> Self:
        """The token that the netrc file keeps for `host`: `path`, else `$NETRC`, else `~/.netrc`.

        Raises:
            InvalidRequest: there is no such file, it cannot be read, or it does not know the host.
        """
        file = Path(path or os.environ.get("NETRC") or "~/.netrc").expanduser()
        try:
            # Not the entry `default`: a password for any host is none of Heroku's.
            entry = netrc.netrc(file).hosts.get(host)
        except (OSError, netrc.NetrcParseError) as error:
            # The parser quotes the line at fault, which may hold the secret.
            reason = error.strerror if isinstance(error, OSError) else "it is not well-formed"
            raise InvalidRequest(f"{file} cannot be read: {reason}. Run `heroku login`.", "netrc") from None
        if entry is None or not entry[2]:
            raise InvalidRequest(f"{file} has no password for {host}. Run `heroku login`.", "netrc")
        return cls("netrc", entry[2])

    @classmethod
    def environment(cls, environ: Mapping[str, str] | None = None, *, host: str = API_HOST) -> Self:
        """The token of `HEROKU_API_KEY`, else that of the netrc file.

        Raises:
            InvalidRequest: neither is there.
        """
        environ = os.environ if environ is None else environ
        if token := environ.get("HEROKU_API_KEY"):
            return cls("environment", token)
        try:
            return cls.netrc(environ.get("NETRC"), host=host)
        except InvalidRequest as error:
            mistaken = " (HEROKU_API_TOKEN is set, but not read)" if environ.get("HEROKU_API_TOKEN") else ""
            raise InvalidRequest(f"HEROKU_API_KEY is not set{mistaken} and {error.message}", "HEROKU_API_KEY") from None

    def pair(self, expires_in: int | None = None) -> TokenPair:
        """The tokens as they are now, to be stored; the refresh token is empty where there is none."""
        return TokenPair(self._token, self.refresh.refresh_token if self.refresh else "", expires_in)

    def renewed(self, access_token: str, refresh_token: str | None) -> None:
        """Use a new access token, and a new refresh token if one came with it, from now on."""
        self._accept(access_token)
        if self.refresh is not None and refresh_token:
            self.refresh = evolve(self.refresh, refresh_token=_checked(refresh_token))


def _checked(token: object) -> str:
    if not isinstance(token, str):
        raise InvalidRequest(f"expected a str, got {type(token).__name__}.", "token")
    if not token:
        raise InvalidRequest("it is empty. Give an API token, or None for what needs no login.", "token")
    if not token.isprintable() or not token.isascii() or " " in token:
        raise InvalidRequest(
            "it holds blanks, line feeds or other characters that no token has. Strip what was read.", "token"
        )
    return Masked(token)
