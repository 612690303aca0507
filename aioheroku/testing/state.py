"""What the platform knows: accounts, apps and everything that hangs on them.

Rows are plain dicts with the keys that go over the wire. Where one object shows another, as a domain shows its app, all
rows share the one dict of its identity, so that a rename is seen everywhere at once.
"""

import random
from collections.abc import Callable
from operator import itemgetter
from typing import Any

from attrs import Factory, define, field

from .agenda import Agenda
from .behavior import Behavior
from .bucket import Bucket
from .catalogue import Catalogue
from .dates import stamp
from .permits import Permits
from .replies import not_found
from .table import Row, Table

_CREDITS = (("gift card", 10000), ("conference voucher", 2500))


def uuid(rng: random.Random) -> str:
    """A version 4 UUID drawn from a seeded generator."""
    text = f"{rng.getrandbits(128):032x}"
    variant = "89ab"[int(text[16], 16) & 3]
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"


def _user_email(row: Row) -> str:
    email: str = row["user"]["email"]
    return email


def _collaborators() -> Table:
    return Table("email", email=_user_email)


def _app_name(row: Row) -> str:
    name: str = row["app"]["name"]
    return name


def _transfers() -> Table:
    return Table("name", name=_app_name)


def _builds() -> Table:
    return Table(started_at=itemgetter("created_at"))


@define(eq=False)
class Account:
    """A user of the platform, its token pool, and the apps it may see."""

    row: Row
    ref: Row  # {"email", "id"}, shared by everything that shows this user
    password: str
    bucket: Bucket
    apps: Table = Factory(lambda: Table("name"))
    features: Table = Factory(lambda: Table("name"))
    keys: Table = Factory(lambda: Table("fingerprint"))
    credits: Table = Factory(Table)
    transfers: Table = Factory(_transfers)  # of apps, by this account or to it
    setups: Table = Factory(Table)
    clients: Table = Factory(Table)
    authorizations: Table = Factory(Table)
    default: "Organization | None" = None
    refusal: tuple[int, str] | None = None  # such as (403, "suspended") or (402, "delinquent")


@define(eq=False)
class Organization:
    """Accounts that own apps together, each with a role."""

    id: str
    name: str
    manager: Account  # in whose name the organization owns its apps
    members: Table = Factory(lambda: Table(identity="email"))
    apps: "list[App]" = Factory(list["App"])

    def role(self, account: Account) -> str | None:
        """What the account may do here: `admin`, `member` or `collaborator`; None for a stranger."""
        row = self.members.find(account.ref["email"])
        return row["role"] if row else None

    def rename(self, old: str, new: str) -> None:
        """A member has another e-mail."""
        row = self.members.find(old)
        if row is not None:
            self.members.remove(row)
            row["email"] = new
            self.members.add(row)


@define(eq=False)
class Parts:
    """What belongs to one app and goes with it."""

    config: dict[str, str] = Factory(dict[str, str])
    configs: dict[str, dict[str, str]] = Factory(dict[str, dict[str, str]])  # as each release left them, by id
    releases: Table = Factory(lambda: Table("version"))
    slugs: Table = Factory(Table)
    builds: Table = Factory(_builds)
    formation: Table = Factory(lambda: Table("type"))
    dynos: Table = Factory(lambda: Table("name"))
    domains: Table = Factory(lambda: Table("hostname"))
    addons: Table = Factory(lambda: Table("name"))
    collaborators: Table = Factory(_collaborators)
    features: Table = Factory(lambda: Table("name"))
    log_drains: Table = Factory(lambda: Table("url", "token"))
    ssl_endpoints: Table = Factory(lambda: Table("name"))
    certificates: dict[str, list[str]] = Factory(dict[str, list[str]])  # replaced chains of an SSL endpoint, by id


@define(eq=False)
class App:
    """An app: its row, who may see it, and its parts, which are made when somebody first looks at them."""

    row: Row
    ref: Row  # {"id", "name"}
    owner: Account
    admins: set[str]  # ids of the accounts that may delete it
    fill: Callable[["App", Parts], None]
    members: list[Account] = Factory(list[Account])
    organization: Organization | None = None  # that owns it
    behavior: Behavior | None = None  # None: that of all apps
    locked: bool = False  # no member of the organization may join by itself
    _parts: Parts | None = None

    @property
    def parts(self) -> Parts:
        """Everything below the app."""
        if self._parts is None:
            self._parts = parts = Parts()
            self.fill(self, parts)
        return self._parts

    def touch(self, now: str, *changed: str) -> None:
        """The app was written to: `updated_at` moves, with any other fields that were changed."""
        self.row["updated_at"] = now
        for account in self.members:
            account.apps.changed("updated_at", *changed)

    def answers_to(self, account: Account) -> bool:
        """Whether the account may dispose of the app: its owner, and the admins of its organization."""
        if self.organization is not None and self.organization.role(account) == "admin":
            return True
        return account.row["id"] in self.admins

    def admit(self, account: Account) -> None:
        """Let an account see the app."""
        if account not in self.members:
            self.members.append(account)
            account.apps.add(self.row)

    def expel(self, account: Account) -> None:
        """Stop showing the app to an account."""
        if account in self.members:
            self.members.remove(account)
            account.apps.remove(self.row)


def _no_sessions() -> dict[str, Account]:
    return {}


@define(eq=False)
class State:
    """All of it. Handlers read and write this, and so may tests."""

    now: Callable[[], float]  # seconds since 1970
    clock: Callable[[], float]  # the seconds that buckets count
    seed: int
    secret: str  # what tokens and the ids of new objects are drawn from
    make_bucket: Callable[[], Bucket]
    rng: random.Random = field(init=False)
    catalogue: Catalogue = field(init=False)
    accounts: dict[str, Account] = Factory(_no_sessions)  # by e-mail
    tokens: dict[str, Account] = Factory(_no_sessions)
    apps: dict[str, App] = Factory(dict[str, App])  # by id
    names: dict[str, App] = Factory(dict[str, App])
    organizations: dict[str, Organization] = Factory(dict[str, Organization])  # by name
    permits: Permits = field(init=False)
    agenda: Agenda = Factory(Agenda)
    hostnames: dict[str, str] = Factory(dict[str, str])  # custom ones in use, to the app's id
    behavior: Behavior = Factory(Behavior)
    anonymous: Account = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.rng = random.Random(f"ids {self.secret}")
        self.catalogue = Catalogue()
        self.permits = Permits(self.now, self.uuid, self.tokens)
        self.anonymous = Account({}, {}, "", self.make_bucket())

    def stamp(self) -> str:
        """Now, as the wire writes it."""
        return stamp(self.now())

    def uuid(self) -> str:
        """A new id."""
        return uuid(self.rng)

    def account(self, email: str, *, name: str | None = None) -> Account:
        """The account with this e-mail; a new one where there is none yet."""
        known = self.accounts.get(email)
        if known is not None:
            return known
        rng = random.Random(f"account {self.seed} {email}")
        now = self.stamp()
        row: dict[str, Any] = {
            "allow_tracking": True,
            "beta": False,
            "email": email,
            "id": uuid(rng),
            "last_login": now,
            "name": name,
            "sms_number": None,
            "two_factor_authentication": False,
            "verified": True,
            "created_at": stamp(self.now() - rng.randint(400, 1500) * 86400),
            "updated_at": now,
            "suspended_at": None,
            "default_organization": None,
        }
        account = Account(
            row, {"email": email, "id": row["id"]}, f"correct-{rng.getrandbits(40):010x}", self.make_bucket()
        )
        for feature in self.catalogue.features["account"]:
            account.features.add({**feature, "created_at": row["created_at"], "updated_at": row["created_at"]})
        for title, amount in _CREDITS:
            account.credits.add(self._credit(rng, row["created_at"], title, amount))
        self.accounts[email] = account
        return account

    def person(self, text: str) -> Account | None:
        """The account with this e-mail or id."""
        known = self.accounts.get(text)
        return known or next((account for account in self.accounts.values() if account.row["id"] == text), None)

    def _credit(self, rng: random.Random, since: str, title: str, amount: int) -> Row:
        return {
            "amount": amount,
            "balance": amount * rng.randint(0, 4) // 4,
            "created_at": since,
            "expires_at": stamp(self.now() + 365 * 86400),
            "id": uuid(rng),
            "title": title,
            "updated_at": since,
        }

    def token(self, account: Account) -> str:
        """A token of this account, the same at each call."""
        id: str = account.row["id"]
        token = f"HRKU-{uuid(random.Random(f'token {self.secret} {id}'))}"
        self.tokens[token] = account
        return token

    def new_token(self, account: Account, expires_in: float | None) -> str:
        """Another token of this account, for so many seconds or for good."""
        token = f"HRKU-{self.uuid()}"
        self.tokens[token] = account
        if expires_in is not None:
            self.permits.ends[token] = self.now() + expires_in
        return token

    def behavior_of(self, app: App) -> Behavior:
        """How builds, releases and dynos of this app turn out."""
        return app.behavior or self.behavior

    def bearer(self, token: str) -> Account | None:
        """Whose token this is, while it lasts."""
        return None if self.permits.expired(token) else self.tokens.get(token)

    def app(self, account: Account, text: str) -> App:
        """The app with this id or name, if the account may see it: who joined it, and admins of its organization."""
        row = account.apps.find(text)
        if row is not None:
            return self.apps[row["id"]]
        app = self.named(text)
        if app is None or app.organization is None or app.organization.role(account) != "admin":
            raise not_found("app")
        return app

    def named(self, text: str) -> App | None:
        """The app with this id or name, whoever asks."""
        return self.apps.get(text) or self.names.get(text)

    def add(self, app: App) -> None:
        """Take a new app in."""
        self.apps[app.row["id"]] = app
        self.names[app.row["name"]] = app

    def drop(self, app: App) -> None:
        """Forget an app and everything below it."""
        for account in tuple(app.members):
            app.expel(account)
        self.apps.pop(app.row["id"], None)
        self.names.pop(app.row["name"], None)
        if app.organization is not None:
            app.organization.apps.remove(app)
        for account in self.accounts.values():
            for row in [row for row in account.transfers if row["app"] is app.ref]:
                account.transfers.remove(row)
        for hostname in [host for host, id in self.hostnames.items() if id == app.row["id"]]:
            del self.hostnames[hostname]
