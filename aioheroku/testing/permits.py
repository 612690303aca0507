"""OAuth: codes, access tokens and refresh tokens, how long they last and what replaces them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from attrs import Factory, define

from .replies import unauthorized
from .table import Row

if TYPE_CHECKING:
    from .state import Account

CODE_LIFE = 300  # seconds in which a code must be exchanged
LONGEST_LIFE = 100 * 365 * 86400  # seconds that may be asked for
LIFE = 28800  # seconds that an access token of a client lasts, where nothing else was asked for


@define(eq=False)
class Permit:
    """What stands behind an authorization: whose it is, for which client, and what is valid now."""

    account: "Account"
    row: Row
    client: Row | None  # with its secret
    life: int | None  # of access tokens
    code: str | None = None
    expires: float = 0.0  # of the code
    session: str | None = None


def _none() -> dict[str, Permit]:
    return {}


@define(eq=False)
class Permits:
    """All authorizations, by what can be shown for them."""

    _now: Callable[[], float]
    _uuid: Callable[[], str]
    _tokens: "dict[str, Account]"  # access tokens of every kind; those of authorizations come and go
    ends: dict[str, float] = Factory(dict[str, float])  # of access tokens
    _by_id: dict[str, Permit] = Factory(_none)
    _by_code: dict[str, Permit] = Factory(_none)
    _by_refresh: dict[str, Permit] = Factory(_none)

    def expired(self, token: str) -> bool:
        """Whether this access token had an end, and it has come."""
        return token in self.ends and self._now() >= self.ends[token]

    def add(self, permit: Permit) -> None:
        """A new authorization: a client gets a code to exchange, oneself the access token at once."""
        self._by_id[permit.row["id"]] = permit
        if permit.client is None:
            self._issue(permit)
            return
        permit.code = self._uuid()
        permit.expires = self._now() + CODE_LIFE
        self._by_code[permit.code] = permit
        permit.row["grant"] = {"code": permit.code, "expires_in": CODE_LIFE, "id": self._uuid()}

    def redeem(self, code: str, secret: str) -> Permit:
        """Exchange a code, once; 401 for one that is unknown, used or old, and for another client's secret."""
        permit = self._by_code.get(code)
        if permit is None or permit.client is None or permit.client["secret"] != secret:
            raise unauthorized()
        if self._now() >= permit.expires:
            raise unauthorized()
        del self._by_code[code]
        permit.row["grant"] = None
        permit.session = self._uuid()
        self._issue(permit)
        return permit

    def refresh(self, token: str, secret: str) -> Permit:
        """New tokens in place of the old ones; 401 for a refresh token that is unknown or was replaced."""
        permit = self._by_refresh.get(token)
        if permit is None or permit.client is None or permit.client["secret"] != secret:
            raise unauthorized()
        self._issue(permit)
        return permit

    def revoke(self, id: str) -> None:
        """Nothing of this authorization is valid any more."""
        permit = self._by_id.pop(id)
        self._withdraw(permit)
        if permit.code is not None:
            self._by_code.pop(permit.code, None)

    def of(self, client: str) -> list[Permit]:
        """The authorizations of a client."""
        return [permit for permit in self._by_id.values() if permit.client and permit.client["id"] == client]

    def _issue(self, permit: Permit) -> None:
        self._withdraw(permit)
        access = permit.row["access_token"] = self._token(permit.life)
        self._tokens[access["token"]] = permit.account
        if permit.life is not None:
            self.ends[access["token"]] = self._now() + permit.life
        if permit.client is not None:
            refresh = permit.row["refresh_token"] = self._token(None)
            self._by_refresh[refresh["token"]] = permit

    def _withdraw(self, permit: Permit) -> None:
        access, refresh = permit.row["access_token"], permit.row["refresh_token"]
        if access is not None:
            self._tokens.pop(access["token"], None)
            self.ends.pop(access["token"], None)
        if refresh is not None:
            self._by_refresh.pop(refresh["token"], None)

    def _token(self, life: int | None) -> Row:
        return {"expires_in": life, "id": self._uuid(), "token": f"HRKU-{self._uuid()}"}
