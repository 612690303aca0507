"""Accounts, organizations and apps: the objects that rows hang on.

Rows are plain dicts with the keys that go over the wire. Where one object shows another, as a domain shows its app, all
rows share the one dict of its identity, so that a rename is seen everywhere at once.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from attrs import Factory, define

from aioheroku.testing._state.account_rows import (
    AccountRow,
    AuthorizationRow,
    ClientRow,
    MemberRow,
    SetupRow,
    TransferRow,
)
from aioheroku.testing._state.app_rows import (
    AddonRow,
    AppRow,
    AttachmentRow,
    BuildpackRow,
    BuildRow,
    CollaboratorRow,
    DomainRow,
    DynoRow,
    FormationRow,
    LogDrainRow,
    ReleaseRow,
    SlugRow,
    SniEndpointRow,
    SslEndpointRow,
)
from aioheroku.testing._state.offers import DEFAULT_SIZE
from aioheroku.testing._state.refs import Ref, SpaceRef, UserRef
from aioheroku.testing._state.table import Row, Table
from aioheroku.testing._state.token_bucket import TokenBucket
from aioheroku.testing.behavior import Behavior

_RIGHTS = {"owner": "admin"}


def user_email(row: Mapping[str, Any]) -> str:
    """The e-mail by which a row with a `user` is found."""
    email: str = row["user"]["email"]
    return email


def _service_name(row: Row) -> str:
    name: str = row["addon_service"]["name"]
    return name


def _app_name(row: TransferRow) -> str:
    return row["app"]["name"]


@define(eq=False)
class Account:
    """A user of the platform, its token pool, and the apps it may see."""

    row: AccountRow
    ref: UserRef  # shared by everything that shows this user
    password: str
    bucket: TokenBucket
    apps: Table[AppRow] = Factory(lambda: Table[AppRow]("name"))
    features: Table[Row] = Factory(lambda: Table[Row]("name"))
    keys: Table[Row] = Factory(lambda: Table[Row]("fingerprint"))
    credits: Table[Row] = Factory(Table[Row])
    transfers: Table[TransferRow] = Factory(lambda: Table[TransferRow]("name", name=_app_name))  # of apps, by or to it
    setups: Table[SetupRow] = Factory(Table[SetupRow])
    clients: Table[ClientRow] = Factory(Table[ClientRow])
    authorizations: Table[AuthorizationRow] = Factory(Table[AuthorizationRow])
    sessions: Table[Row] = Factory(Table[Row])  # one of each token
    invoice_address: Row = Factory(Row)
    preferences: Row = Factory(Row)
    default: "Organization | None" = None
    blocked: tuple[int, str] | None = None  # such as (403, "suspended") or (402, "delinquent")


@define(eq=False)
class Enterprise:
    """An enterprise account: accounts that manage teams together."""

    ref: Ref
    created_at: str
    updated_at: str
    members: Table[Row] = Factory(lambda: Table[Row]("email", email=user_email))

    def permissions(self, account: Account) -> list[str] | None:
        """Names of what the account may do in it; None if it is not a member."""
        row = self.members.find(account.ref["email"])
        return [permission["name"] for permission in row["permissions"]] if row else None


@define(eq=False)
class Organization:
    """Accounts that own apps together, each with a role: what the wire calls an organization, and today a team."""

    ref: Ref  # shared by everything that shows it
    manager: Account  # in whose name the organization owns its apps
    created_at: str
    updated_at: str
    enterprise: Enterprise | None = None
    members: Table[MemberRow] = Factory(lambda: Table[MemberRow](identity="email"))
    apps: "list[App]" = Factory(list["App"])
    features: Table[Row] = Factory(lambda: Table[Row]("name"))
    invitations: Table[Row] = Factory(lambda: Table[Row]("email", email=user_email))
    identity_providers: Table[Row] = Factory(Table[Row])
    allowed_services: Table[Row] = Factory(lambda: Table[Row]("name", name=_service_name))
    preferences: Row = Factory(lambda: {"addons-controls": False, "default-permission": "member"})
    federated: set[str] = Factory(set[str])  # ids of the members that log in through an identity provider

    @property
    def id(self) -> str:
        """Its id."""
        return self.ref["id"]

    @property
    def name(self) -> str:
        """Its name."""
        return self.ref["name"]

    def role(self, account: Account) -> str | None:
        """What the account may do: `admin` (an owner too), `member`, `collaborator` or `viewer`; None: not a member."""
        row = self.members.find(account.ref["email"])
        return (_RIGHTS.get(row["role"], row["role"]) if row else None) or None

    def rename(self, old: str, new: str) -> None:
        """A member's e-mail has changed."""
        row = self.members.find(old)
        if row is not None:
            self.members.remove(row)
            row["email"] = new
            self.members.add(row)


@define(eq=False)
class Space:
    """A Private Space: its row, its team, the apps in it, and its network."""

    row: Row
    ref: SpaceRef
    team: Organization
    apps: "list[App]" = Factory(list["App"])
    access: dict[str, Row] = Factory(dict[str, Row])  # by the account's id
    nat: Row = Factory(Row)
    rulesets: Table[Row] = Factory(Table[Row])
    outbound: Row = Factory(Row)
    peerings: Table[Row] = Factory(lambda: Table[Row](identity="pcx_id"))
    vpns: Table[Row] = Factory(lambda: Table[Row]("name"))
    log_drain: Row | None = None


@define(eq=False)
class AppParts:
    """Everything below one app, deleted with it."""

    config: dict[str, str] = Factory(dict[str, str])
    configs: dict[str, dict[str, str]] = Factory(dict[str, dict[str, str]])  # as each release left them, by id
    releases: Table[ReleaseRow] = Factory(lambda: Table[ReleaseRow]("version"))
    slugs: Table[SlugRow] = Factory(Table[SlugRow])
    builds: Table[BuildRow] = Factory(lambda: Table[BuildRow](started_at=itemgetter("created_at")))
    buildpacks: list[BuildpackRow] = Factory(list[BuildpackRow])  # of the next build
    build_cache: bool = False  # whether a build has left one
    oci_images: Table[Row] = Factory(lambda: Table[Row]("digest"))
    formation: Table[FormationRow] = Factory(lambda: Table[FormationRow]("type"))
    dynos: Table[DynoRow] = Factory(lambda: Table[DynoRow]("name"))
    one_off_names: Counter[str] = Factory(Counter[str])  # the last number of each type: none comes twice in a log
    domains: Table[DomainRow] = Factory(lambda: Table[DomainRow]("hostname"))
    addons: Table[AddonRow] = Factory(lambda: Table[AddonRow]("name"))
    collaborators: Table[CollaboratorRow] = Factory(lambda: Table[CollaboratorRow]("email", email=user_email))
    features: Table[Row] = Factory(lambda: Table[Row]("name"))
    log_drains: Table[LogDrainRow] = Factory(lambda: Table[LogDrainRow]("url", "token"))
    attachments: Table[AttachmentRow] = Factory(lambda: Table[AttachmentRow]("name"))
    attached: dict[str, list[str]] = Factory(dict[str, list[str]])  # the config vars of an attachment, by its id
    sni_endpoints: Table[SniEndpointRow] = Factory(lambda: Table[SniEndpointRow]("name"))
    ssl_endpoints: Table[SslEndpointRow] = Factory(lambda: Table[SslEndpointRow]("name"))
    certificates: dict[str, list[str]] = Factory(dict[str, list[str]])  # replaced chains of an SSL endpoint, by id


@define(eq=False)
class App:
    """An app: its row, who may see it, and its parts, which are generated on first access."""

    row: AppRow
    ref: Ref
    owner: Account
    admins: set[str]  # ids of the accounts that may delete it
    fill: Callable[["App", AppParts], None]
    members: list[Account] = Factory(list[Account])
    organization: Organization | None = None  # that owns it
    space: "Space | None" = None  # that it runs in
    behavior: Behavior | None = None  # None: that of all apps
    one_off: set[str] = Factory(set[str])  # ids of dynos that are not of the formation
    locked: bool = False  # no member of the organization may join by itself
    permissions: dict[str, list[str]] = Factory(dict[str, list[str]])  # of collaborators that do not have all, by id
    _parts: AppParts | None = None

    @property
    def parts(self) -> AppParts:
        """Everything below the app."""
        if self._parts is None:
            self._parts = parts = AppParts()
            self.fill(self, parts)
        return self._parts

    @property
    def is_filled(self) -> bool:
        """Whether its parts were generated already; before that they are as its seed says."""
        return self._parts is not None

    @property
    def is_fir(self) -> bool:
        """Whether it is of that generation."""
        return self.row["generation"]["name"] == "fir"

    @property
    def usual_size(self) -> str:
        """The size of a dyno for which none was given."""
        if self.space is None:
            return DEFAULT_SIZE
        if self.is_fir:
            return "dyno-1c-0.5gb"
        return "Shield-S" if self.space.row["shield"] else "Private-S"

    def source(self, source: str, process: str) -> str:
        """The source of a line of its log: on Fir each part of the platform has its own name."""
        if not self.is_fir:
            return source
        if source == "heroku":
            return "heroku-router" if process == "router" else "heroku-runtime"
        return "heroku-api" if (source, process) == ("app", "api") else source

    def belong_to(self, organization: Organization | None) -> None:
        """Make it an app of this organization, or of an account alone."""
        if self.organization is not None:
            self.organization.apps.remove(self)
        self.organization = organization
        if organization is not None:
            organization.apps.append(self)
        self.row["organization"] = self.row["team"] = organization.ref if organization else None

    def touch(self, now: str, *changed: str) -> None:
        """Set `updated_at`, and re-sort the lists of apps by this and other changed fields."""
        self.row["updated_at"] = now
        for account in self.members:
            account.apps.changed("updated_at", *changed)

    def is_administered_by(self, account: Account) -> bool:
        """Whether the account may delete and transfer the app: its owner, and admins of its organization."""
        if self.organization is not None and self.organization.role(account) == "admin":
            return True
        return account.row["id"] in self.admins

    def add_viewer(self, account: Account) -> None:
        """Make the app visible to an account."""
        if account not in self.members:
            self.members.append(account)
            account.apps.add(self.row)

    def remove_viewer(self, account: Account) -> None:
        """Make the app invisible to an account."""
        if account in self.members:
            self.members.remove(account)
            account.apps.remove(self.row)
