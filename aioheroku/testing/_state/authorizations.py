"""OAuth: codes, access tokens and refresh tokens, how long they last and what replaces them."""

from collections.abc import Callable

from attrs import Factory, define

from aioheroku.testing._dates import stamp
from aioheroku.testing._errors import unauthorized
from aioheroku.testing._state.account_rows import AuthorizationRow, ClientRow, TokenRow
from aioheroku.testing._state.models import Account

CODE_LIFE = 300  # seconds in which a code must be exchanged
LONGEST_LIFE = 100 * 365 * 86400  # seconds, the maximum
LIFE = 28800  # seconds that an access token of a client lasts by default


@define(eq=False)
class Authorization:
    """An authorization: its account, its client, and its tokens that are valid now."""

    account: Account
    row: AuthorizationRow
    client: ClientRow | None  # with its secret
    life: int | None  # of access tokens
    code: str | None = None
    expires: float = 0.0  # of the code
    session: str | None = None


@define(eq=False)
class AuthorizationStore:
    """OAuth authorizations indexed by id, code, access and refresh token."""

    _now: Callable[[], float]
    _uuid: Callable[[], str]
    _tokens: dict[str, Account]  # access tokens of every kind; those of authorizations come and go
    _session_of: dict[str, str]  # the id of each token's session
    ends: dict[str, float] = Factory(dict[str, float])  # of access tokens
    _by_id: dict[str, Authorization] = Factory(dict[str, Authorization])
    _by_code: dict[str, Authorization] = Factory(dict[str, Authorization])
    _by_refresh: dict[str, Authorization] = Factory(dict[str, Authorization])

    def expired(self, token: str) -> bool:
        """Whether this access token has expired."""
        return token in self.ends and self._now() >= self.ends[token]

    def add(self, authorization: Authorization) -> None:
        """A new authorization: a client gets a code to exchange; without a client it gets an access token at once."""
        self._by_id[authorization.row["id"]] = authorization
        if authorization.client is None:
            self._issue(authorization)
            return
        authorization.code = self._uuid()
        authorization.expires = self._now() + CODE_LIFE
        self._by_code[authorization.code] = authorization
        authorization.row["grant"] = {"code": authorization.code, "expires_in": CODE_LIFE, "id": self._uuid()}

    def redeem(self, code: str, secret: str) -> Authorization:
        """Exchange a code, once; 401 for one that is unknown, used or old, and for another client's secret."""
        authorization, client = _checked(self._by_code.get(code), secret)
        if self._now() >= authorization.expires:
            raise unauthorized()
        del self._by_code[code]
        authorization.row["grant"] = None
        authorization.session = self._uuid()
        now = stamp(self._now())
        authorization.account.sessions.add(
            {
                "created_at": now,
                "description": client["name"],
                "expires_in": authorization.life,
                "id": authorization.session,
                "updated_at": now,
            }
        )
        authorization.row["session"] = {"id": authorization.session}
        self._issue(authorization)
        return authorization

    def refresh(self, token: str, secret: str) -> Authorization:
        """New tokens in place of the old ones; 401 for a refresh token that is unknown or was replaced."""
        authorization, _ = _checked(self._by_refresh.get(token), secret)
        self._issue(authorization)
        return authorization

    def named(self, id: str) -> Authorization:
        """The authorization with this id."""
        return self._by_id[id]

    def regenerate(self, id: str) -> None:
        """New tokens of this authorization in place of the old ones."""
        self._issue(self._by_id[id])

    def end(self, token: str) -> None:
        """Withdraw the tokens of the authorization whose access token has this id, if there is one."""
        for authorization in self._by_id.values():
            if (access := authorization.row["access_token"]) is not None and access["id"] == token:
                self._end(authorization)

    def end_session(self, id: str) -> None:
        """Withdraw the tokens of the authorization that has this session, if there is one."""
        for authorization in self._by_id.values():
            if authorization.session == id:
                self._end(authorization)

    def revoke(self, id: str) -> None:
        """Revoke the code and the tokens of this authorization."""
        authorization = self._by_id.pop(id)
        self._end(authorization)
        if authorization.code is not None:
            self._by_code.pop(authorization.code, None)

    def of(self, client: str) -> list[Authorization]:
        """The authorizations of a client."""
        return [
            authorization
            for authorization in self._by_id.values()
            if authorization.client and authorization.client["id"] == client
        ]

    def _issue(self, authorization: Authorization) -> None:
        self._withdraw(authorization)
        access = authorization.row["access_token"] = self._token(authorization.life)
        self._tokens[access["token"]] = authorization.account
        if authorization.life is not None:
            self.ends[access["token"]] = self._now() + authorization.life
        if authorization.session is not None:
            self._session_of[access["token"]] = authorization.session
        if authorization.client is not None:
            refresh = authorization.row["refresh_token"] = self._token(None)
            self._by_refresh[refresh["token"]] = authorization

    def _withdraw(self, authorization: Authorization) -> None:
        access, refresh = authorization.row["access_token"], authorization.row["refresh_token"]
        if access is not None:
            self._tokens.pop(access["token"], None)
            self._session_of.pop(access["token"], None)
            self.ends.pop(access["token"], None)
        if refresh is not None:
            self._by_refresh.pop(refresh["token"], None)

    def _end(self, authorization: Authorization) -> None:
        """Withdraw its tokens, and end the session that they were in."""
        self._withdraw(authorization)
        session = authorization.account.sessions.find(authorization.session or "")
        if session is not None:
            authorization.account.sessions.remove(session)
        authorization.session = authorization.row["session"] = None

    def _token(self, life: int | None) -> TokenRow:
        return {"expires_in": life, "id": self._uuid(), "token": f"HRKU-{self._uuid()}"}


def _checked(authorization: Authorization | None, secret: str) -> tuple[Authorization, ClientRow]:
    """An authorization and its client; 401 if there is none, and for another client's secret."""
    if authorization is None or authorization.client is None or authorization.client["secret"] != secret:
        raise unauthorized()
    return authorization, authorization.client
