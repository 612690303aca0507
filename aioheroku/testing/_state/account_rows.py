"""Rows of accounts: what belongs to a user, an organization or an OAuth client."""

from typing import Any, Literal, TypedDict

from aioheroku.testing._state.refs import Dated, IdRef, Ref, UserRef


class AccountRow(Dated):
    """An account."""

    allow_tracking: bool
    beta: bool
    country_of_residence: str | None
    default_organization: Ref | None
    default_team: Ref | None
    delinquent_at: str | None
    email: str
    federated: bool
    identity_provider: None
    last_login: str
    name: str | None
    sms_number: str | None
    suspended_at: str | None
    two_factor_authentication: bool
    verified: bool


class TransferRow(Dated):
    """An offer of an app to another account."""

    app: Ref
    owner: UserRef
    recipient: UserRef
    state: Literal["pending", "accepted", "declined"]


class MemberRow(TypedDict):
    """A member of an organization."""

    created_at: str
    email: str
    role: str
    updated_at: str


class ClientRow(Dated):
    """An OAuth client."""

    ignores_delinquent: bool
    name: str
    redirect_uri: str
    secret: str


class ShownClient(TypedDict):
    """An OAuth client as its authorizations show it."""

    id: str
    name: str
    redirect_uri: str


class TokenRow(TypedDict):
    """An access or refresh token."""

    expires_in: int | None
    id: str
    token: str


class GrantRow(TypedDict):
    """A code that a client exchanges for tokens."""

    code: str
    expires_in: int
    id: str


class FullUserRef(UserRef):
    """The identity of an account, with its name."""

    full_name: str | None


class AuthorizationRow(Dated):
    """An OAuth authorization."""

    access_token: TokenRow | None
    client: ShownClient | None
    description: str
    grant: GrantRow | None
    refresh_token: TokenRow | None
    scope: list[Any]
    session: IdRef | None
    user: FullUserRef


class Build(TypedDict):
    """A build as an app setup shows it."""

    id: str
    output_stream_url: str
    status: Literal["pending", "succeeded", "failed"]


class Postdeploy(TypedDict):
    """What the postdeploy script of an app setup has written."""

    exit_code: int
    output: str


class SetupRow(Dated):
    """An app setup."""

    app: Ref
    build: Build
    failure_message: str | None
    manifest_errors: list[str]
    postdeploy: Postdeploy | None
    resolved_success_url: str | None
    status: Literal["pending", "succeeded", "failed"]
