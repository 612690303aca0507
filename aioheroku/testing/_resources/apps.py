"""App."""

import re
from collections.abc import Mapping
from typing import Any, cast

from aioheroku.testing._data.names import haiku
from aioheroku.testing._errors import forbidden, invalid
from aioheroku.testing._http.body_schema import Nullable, OneOf
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.response import Response, dump
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _app_access, accounts, domains, releases
from aioheroku.testing._state.app_rows import AppRow
from aioheroku.testing._state.membership import joined, require_role
from aioheroku.testing._state.models import App, AppParts, Organization, Space
from aioheroku.testing._state.offers import DEFAULT_GENERATION, DEFAULT_REGION, DEFAULT_STACK
from aioheroku.testing._state.refs import Ref
from aioheroku.testing._state.state import State
from aioheroku.testing._state.table import Row, Table

routes = Routes("App", widening=_app_access.WIDENING)

_NAME = re.compile(r"[a-z][a-z0-9-]{1,28}[a-z0-9]")


@routes.list("/apps", "name", "id", "updated_at")
def listing(context: RequestContext) -> Table[AppRow]:
    """The apps that the account owns or collaborates on."""
    return context.account.apps


@routes.get("/apps/{app}")
def info(context: RequestContext) -> AppRow | Row:
    """One app; with `?extended=true` also what support sees."""
    row = context.app.row
    return {**row, "extended": _extended(context.app)} if context.query.get("extended") == "true" else row


@routes.list("/users/{user}/apps", "name", "id", "updated_at", title="List Owned and Collaborated")
def of_user(context: RequestContext) -> Table[AppRow]:
    """The apps of an account, as far as the calling one may see them too."""
    wanted = accounts.user(context)
    if wanted is context.account:
        return context.account.apps
    return wanted.apps.where(lambda row: row["id"] in context.account.apps)


@routes.post(
    "/apps",
    optional={"name": str, "region": str, "stack": str},
    undocumented={
        **dict.fromkeys(("kernel", "organization", "space", "team"), Nullable(str)),
        "feature_flags": object,
        "internal_routing": Nullable(bool),
        "locked": bool,
    },
)
def create(context: RequestContext) -> Response:
    """A new app, with its default domain and two releases; names and unknown regions and stacks are checked (422).

    With `space` it runs there and is its team's, with `team` or `organization` it is that team's.
    """
    taken = context.parameters()
    space = wanted_space(context, taken)
    app = begin(context, taken, space.team if space else _wanted_team(context, taken), space)
    return created(context, app, _app_access.WIDENING.shown(context, app.row))


@routes.patch(
    "/apps/{app}",
    optional={"maintenance": bool, "name": str},
    undocumented={"build_stack": str, "maintenance": OneOf((True, False, 0, 1))},
    etag=True,
)
def update(context: RequestContext) -> AppRow:
    """Rename, or switch maintenance."""
    app, before = context.app, {**context.app.row}
    taken = context.parameters()
    if "build_stack" in taken:
        app.row["build_stack"] = context.state.catalogue.stack(taken["build_stack"])
    if taken.get("name", app.row["name"]) != app.row["name"]:
        _rename(context.state, app, check_name(context.state, taken["name"]))
    app.row["maintenance"] = bool(taken.get("maintenance", app.row["maintenance"]))
    app.touch(context.now, "name")
    context.changed("app", "update", app, app.row, _former(before, app.row))
    return app.row


@routes.delete("/apps/{app}", etag=True)
def delete(context: RequestContext) -> AppRow:
    """Delete the app and everything below it: 403 unless the owner asks, or an admin of its organization."""
    app = context.app
    if not app.is_administered_by(context.account):
        raise forbidden("You do not have permission to delete this app.")
    context.changed("app", "destroy", app, app.row)
    context.state.drop(app)
    return {**app.row, "updated_at": context.now}


def _extended(app: App) -> Row:
    return {"dyno_quota": None, "git_repo_host": None, "logplex_token": None, "process_tier": app.row["process_tier"]}


def _former(before: Mapping[str, Any], row: AppRow) -> dict[str, Any]:
    """The attributes that have changed, as they were."""
    return {name: value for name, value in before.items() if row.get(name) != value and name != "updated_at"}


def check_name(state: State, name: str) -> str:
    """The name, if an app may have it: 422 for a malformed one and for one that is taken."""
    if not _NAME.fullmatch(name):
        raise invalid(
            "Name must start with a letter, end with a letter or digit and can only contain lowercase letters, digits, "
            "and dashes, and be 3 to 30 characters long."
        )
    if name in state.names:
        raise invalid("Name is already taken")
    return name


def wanted_space(context: RequestContext, taken: Row) -> Space | None:
    """The requested space, if there is one; 422 unless it is allocated, 403 for a collaborator of its team."""
    if not taken.get("space"):
        return None
    space = context.state.space(context.account, taken["space"])
    if space.row["state"] != "allocated":
        raise invalid(f"Space {space.row['name']} is {space.row['state']}: apps can be created once it is allocated.")
    require_role(space.team, context.account, "admin", "member")
    return space


def begin(context: RequestContext, taken: Row, organization: Organization | None, space: Space | None = None) -> App:
    """A new app as the body describes it, of this organization or of the account; 422 for unusable values."""
    name = check_name(context.state, taken.get("name") or haiku(context.state.rng))
    catalogue = context.state.catalogue
    usual = "cnb" if space and space.row["generation"]["name"] == "fir" else DEFAULT_STACK
    region = space.row["region"] if space else catalogue.region(taken.get("region", DEFAULT_REGION))
    stack, flags = catalogue.stack(taken.get("stack", usual)), _flags(taken)
    app = make(context, name, region, stack, organization)
    for feature in filter(None, map(app.parts.features.find, flags)):
        feature["enabled"] = True  # other flags are accepted, but shown nowhere
    if space is not None:
        app.space = space
        app.row["space"], app.row["internal_routing"] = space.ref, taken.get("internal_routing") or False
        app.row["generation"] = space.row["generation"]
        space.apps.append(app)
    app.locked = organization is not None and taken.get("locked", False)
    context.changed("app", "create", app, app.row)
    return app


def created(context: RequestContext, app: App, shown: Mapping[str, Any]) -> Response:
    """The response with a new app, before it gets its second release."""
    body = dump(shown)
    releases.create_release(context, app, "Enable Logplex")
    return Response(201, body, {"Location": app.row["web_url"], "Oauth-Scope": "global"})


def _flags(taken: Row) -> list[str]:
    """The names of features to switch on: of a list, or of the text with commas that the Heroku CLI sends."""
    given: object = taken.get("feature_flags") or []
    names = given.split(",") if isinstance(given, str) else given
    if not isinstance(names, list) or not all(isinstance(name, str) for name in cast("list[object]", names)):
        raise invalid("Invalid params: feature_flags must be an array of strings.")
    return [name.strip() for name in cast("list[str]", names)]


def _wanted_team(context: RequestContext, taken: Row) -> Organization | None:
    text = taken.get("team") or taken.get("organization")
    return joined(context.state, context.account, text) if text else None


def make(context: RequestContext, name: str, region: Ref, stack: Ref, organization: Organization | None = None) -> App:
    """An app of the calling account, or of an organization, right after its creation."""
    state, account, now = context.state, context.account, context.now
    owner = organization.manager if organization else account
    row: AppRow = {
        "acm": False,
        "archived_at": None,
        "buildpack_provided_description": None,
        "build_stack": {**stack},
        "created_at": now,
        "id": state.uuid(),
        "generation": state.catalogue.generation(DEFAULT_GENERATION),
        "git_url": f"git@heroku.com:{name}.git",
        "internal_routing": None,
        "maintenance": False,
        "name": name,
        "organization": None,
        "owner": owner.ref,
        "region": region,
        "released_at": now,
        "repo_size": None,
        "slug_size": None,
        "space": None,
        "stack": stack,
        "team": None,
        "updated_at": now,
        "web_url": f"https://{name}.herokuapp.com/",
        "process_tier": "free",
    }
    admins = set[str]() if organization else {account.row["id"]}
    app = App(row, {"id": row["id"], "name": name}, owner, admins, _nothing)
    state.add(app)
    app.belong_to(organization)
    for feature in state.catalogue.features["app"]:
        app.parts.features.add({**feature, "created_at": now, "updated_at": now})
    _app_access.add_collaborator(context, app, account)
    domains.add_default(context, app)
    releases.create_release(context, app, "Initial release")
    return app


def _nothing(_app: App, _parts: AppParts) -> None:
    """A new app begins empty."""


def _rename(state: State, app: App, name: str) -> None:
    del state.names[app.row["name"]]
    state.names[name] = app
    domains.rename(app, name)
    app.ref["name"] = name
    app.row.update({"name": name, "git_url": f"git@heroku.com:{name}.git", "web_url": f"https://{name}.herokuapp.com/"})
    for addon in app.parts.addons:
        addon["web_url"] = f"https://addons-sso.heroku.com/apps/{name}/addons/{addon['id']}"
        addon["billing_entity"]["name"] = name
    for account in state.accounts.values():
        account.transfers.changed("name")
