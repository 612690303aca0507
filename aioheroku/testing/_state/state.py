"""All that the platform knows."""

import random
from collections.abc import Callable, Iterator
from typing import cast

from attrs import Factory, define, field

from aioheroku.testing._dates import stamp
from aioheroku.testing._errors import not_found
from aioheroku.testing._state.account_rows import AccountRow
from aioheroku.testing._state.authorizations import AuthorizationStore
from aioheroku.testing._state.catalogue import Catalogue
from aioheroku.testing._state.delivery import DeliveryStore
from aioheroku.testing._state.ids import uuid
from aioheroku.testing._state.models import Account, App, Enterprise, Organization, Space
from aioheroku.testing._state.refs import UserRef
from aioheroku.testing._state.scheduler import Scheduler
from aioheroku.testing._state.stream_store import StreamStore
from aioheroku.testing._state.table import Row
from aioheroku.testing._state.token_bucket import TokenBucket
from aioheroku.testing._state.webhooks import WebhookStore
from aioheroku.testing.behavior import Behavior

_CREDITS = (("gift card", 10000), ("conference voucher", 2500))


@define(eq=False)
class State:
    """Everything the platform knows. Handlers read and write it, and so may tests."""

    now: Callable[[], float]  # seconds since 1970
    clock: Callable[[], float]  # the seconds that buckets count
    seed: int
    secret: str  # what tokens and the ids of new objects are drawn from
    make_bucket: Callable[[], TokenBucket]
    rng: random.Random = field(init=False)
    catalogue: Catalogue = field(init=False)
    accounts: dict[str, Account] = Factory(dict[str, Account])  # by e-mail
    tokens: dict[str, Account] = Factory(dict[str, Account])
    session_of: dict[str, str] = Factory(dict[str, str])  # the id of each token's session
    issued: dict[str, Row] = Factory(dict[str, Row])  # exchanges of codes and refresh tokens, by id
    apps: dict[str, App] = Factory(dict[str, App])  # by id
    names: dict[str, App] = Factory(dict[str, App])
    organizations: dict[str, Organization] = Factory(dict[str, Organization])  # by name; today's teams
    enterprises: dict[str, Enterprise] = Factory(dict[str, Enterprise])  # by name
    spaces: dict[str, Space] = Factory(dict[str, Space])  # by id
    password_resets: dict[str, Account] = Factory(dict[str, Account])  # whose password each token may set
    authorizations: AuthorizationStore = field(init=False)
    scheduler: Scheduler = Factory(Scheduler)
    hostnames: dict[str, str] = Factory(dict[str, str])  # custom ones in use, to the app's id
    webhooks: WebhookStore = Factory(WebhookStore)
    delivery: DeliveryStore = Factory(DeliveryStore)
    streams: StreamStore = Factory(StreamStore)
    behavior: Behavior = Factory(Behavior)
    anonymous: Account = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.rng = random.Random(f"ids {self.secret}")
        self.catalogue = Catalogue()
        self.authorizations = AuthorizationStore(self.now, self.uuid, self.tokens, self.session_of)
        self.anonymous = Account(cast("AccountRow", {}), cast("UserRef", {}), "", self.make_bucket())

    def stamp(self) -> str:
        """Now, as the wire writes it."""
        return stamp(self.now())

    def uuid(self) -> str:
        """A new id."""
        return uuid(self.rng)

    def account(self, email: str, *, name: str | None = None) -> Account:
        """The account with this e-mail; a new one if there is none yet."""
        known = self.accounts.get(email)
        if known is not None:
            return known
        rng = random.Random(f"account {self.seed} {email}")
        now = self.stamp()
        row: AccountRow = {
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
            "delinquent_at": None,
            "country_of_residence": "United States",
            "federated": False,
            "identity_provider": None,
            "default_organization": None,
            "default_team": None,
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
        """A token of this account, the same each time."""
        id: str = account.row["id"]
        token = f"HRKU-{uuid(random.Random(f'token {self.secret} {id}'))}"
        self.admit(token, account)
        return token

    def admit(self, token: str, account: Account, expires_in: float | None = None) -> None:
        """Let this token act for the account, in a session of its own."""
        self.tokens[token] = account
        if token in self.session_of:
            return
        id, now = uuid(random.Random(f"session {token}")), self.stamp()
        self.session_of[token] = id
        life = None if expires_in is None else int(expires_in)
        account.sessions.add(
            {"created_at": now, "description": "Session", "expires_in": life, "id": id, "updated_at": now}
        )

    def withdraw(self, token: str) -> None:
        """This token is refused from now on."""
        account = self.tokens.pop(token, None)
        id = self.session_of.pop(token, None)
        row = account.sessions.find(id) if account and id else None
        if account is not None and row is not None:
            account.sessions.remove(row)

    def new_token(self, account: Account, expires_in: float | None) -> str:
        """Another token of this account, valid for `expires_in` seconds or for ever."""
        token = f"HRKU-{self.uuid()}"
        self.admit(token, account, expires_in)
        if expires_in is not None:
            self.authorizations.ends[token] = self.now() + expires_in
        return token

    def behavior_of(self, app: App) -> Behavior:
        """How builds, releases and dynos of this app turn out."""
        return app.behavior or self.behavior

    def bearer(self, token: str) -> Account | None:
        """The account of an access token; None if it is unknown or has expired."""
        return None if self.authorizations.expired(token) else self.tokens.get(token)

    def app(self, account: Account, text: str) -> App:
        """The app with this id or name; 404 unless the account has joined it, or is an admin of its organization."""
        row = account.apps.find(text)
        if row is not None:
            return self.apps[row["id"]]
        app = self.named(text)
        if app is None or app.organization is None or app.organization.role(account) != "admin":
            raise not_found("app")
        return app

    def apps_of(self, account: Account) -> Iterator[App]:
        """The apps in the account's list."""
        return (self.apps[row["id"]] for row in account.apps)

    def space(self, account: Account, text: str) -> Space:
        """The space with this id or name; 404 unless the account is in its team."""
        known = self.spaces.get(text) or next((one for one in self.spaces.values() if one.ref["name"] == text), None)
        if known is None or known.team.role(account) is None:
            raise not_found("space")
        return known

    def named(self, text: str) -> App | None:
        """The app with this id or name, visible or not."""
        return self.apps.get(text) or self.names.get(text)

    def known(self, text: str) -> App:
        """The same; LookupError if there is none."""
        app = self.named(text)
        if app is None:
            raise LookupError(f"the platform has no app {text!r}")
        return app

    def owners_of(self, app: App, changed: str) -> set[str]:
        """The ids whose webhooks receive a change in this app: its own, its pipeline's, and its add-ons'."""
        if not self.webhooks.owners:
            return set()
        coupling = self.delivery.coupling(app.row["id"])
        pipelines = [coupling["pipeline"]["id"]] if coupling else []
        return {app.row["id"], changed, *pipelines, *(row["id"] for row in app.parts.addons)}

    def known_team(self, text: str) -> Organization | None:
        """The team with this name or id, also one that the account is not in."""
        known = self.organizations.get(text)
        return known or next((one for one in self.organizations.values() if one.id == text), None)

    def team(self, account: Account, text: str) -> Organization:
        """The same, if the account belongs to it (404)."""
        team = self.known_team(text)
        if team is None or team.role(account) is None:
            raise not_found("team")
        return team

    def add(self, app: App) -> None:
        """Add a new app."""
        self.apps[app.row["id"]] = app
        self.names[app.row["name"]] = app

    def drop_account(self, account: Account) -> None:
        """Delete an account, its tokens and its memberships."""
        for token in [token for token, owner in self.tokens.items() if owner is account]:
            self.withdraw(token)
        for organization in self.organizations.values():
            if member := organization.members.find(account.ref["email"]):
                organization.members.remove(member)
        del self.accounts[account.ref["email"]]

    def drop(self, app: App) -> None:
        """Delete an app and everything below it."""
        for account in tuple(app.members):
            app.remove_viewer(account)
        self.apps.pop(app.row["id"], None)
        self.names.pop(app.row["name"], None)
        self.webhooks.owners.pop(app.row["id"], None)
        self._drop_streams(app)
        app.belong_to(None)
        if app.space is not None:
            app.space.apps.remove(app)
        for account in self.accounts.values():
            account.transfers.remove_where(lambda row: row["app"] is app.ref)
        self.delivery.forget_app(app)
        for hostname in [host for host, id in self.hostnames.items() if id == app.row["id"]]:
            del self.hostnames[hostname]

    def _drop_streams(self, app: App) -> None:
        """Delete its streams and blobs too; a slug that was promoted stays while another app has it."""
        id = app.row["id"]
        if not app.is_filled:
            self.streams.drop(id, (), ())
            return
        parts = app.parts
        kept = {row["id"] for each in self.apps.values() if each.is_filled for row in each.parts.slugs}
        slugs = {row["id"] for row in parts.slugs} - kept
        self.streams.drop(id, [row["id"] for row in (*parts.builds, *parts.releases)], slugs)
