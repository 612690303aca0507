"""App."""

import re
from collections.abc import Mapping
from typing import Any

from aioheroku.testing._data.names import haiku
from aioheroku.testing._errors import ErrorResponse, invalid
from aioheroku.testing._http.body_schema import Nullable
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.response import Response, dump
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _app_access, domains, releases
from aioheroku.testing._state.app_rows import AppRow
from aioheroku.testing._state.catalogue import DEFAULT_REGION, DEFAULT_STACK
from aioheroku.testing._state.membership import joined
from aioheroku.testing._state.models import App, AppParts, Organization
from aioheroku.testing._state.refs import Ref
from aioheroku.testing._state.state import State
from aioheroku.testing._state.table import Table

routes = Routes("App")

_NAME = re.compile(r"[a-z][a-z0-9-]{3,30}")


@routes.list("/apps", "name", "id", "updated_at")
def listing(context: RequestContext) -> Table[AppRow]:
    """The apps that the account owns or collaborates on."""
    return context.account.apps


@routes.get("/apps/{app}")
def info(context: RequestContext) -> AppRow:
    """One app."""
    return context.app.row


@routes.post(
    "/apps",
    optional={"name": str, "region": str, "stack": str},
    undocumented={"locked": bool, "team": Nullable(str)},
)
def create(context: RequestContext) -> Response:
    """A new app, with its default domain and two releases; names and unknown regions and stacks are checked (422).

    One of a team where the body names it: 404 unless the account is in it, 403 for a mere collaborator.
    """
    taken = context.parameters()
    team = joined(context.state, context.account, taken["team"]) if taken.get("team") else None
    name = check_name(context.state, taken.get("name") or haiku(context.state.rng))
    region = context.state.catalogue.region(taken.get("region", DEFAULT_REGION))
    stack = context.state.catalogue.stack(taken.get("stack", DEFAULT_STACK))
    app = make(context, name, region, stack, team)
    app.locked = team is not None and taken.get("locked", False)
    context.changed("app", "create", app, app.row)
    headers = {"Location": app.row["web_url"], "Oauth-Scope": "global"}
    body = dump(app.row)
    releases.create_release(context, app, "Enable Logplex")
    return Response(201, body, headers)


@routes.patch("/apps/{app}", optional={"maintenance": bool, "name": str}, undocumented={"build_stack": str}, etag=True)
def update(context: RequestContext) -> AppRow:
    """Rename, or switch maintenance."""
    app, before = context.app, {**context.app.row}
    taken = context.parameters()
    if "build_stack" in taken:
        app.row["build_stack"] = context.state.catalogue.stack(taken["build_stack"])
    if taken.get("name", app.row["name"]) != app.row["name"]:
        _rename(context.state, app, check_name(context.state, taken["name"]))
    app.row["maintenance"] = taken.get("maintenance", app.row["maintenance"])
    app.touch(context.now, "name")
    context.changed("app", "update", app, app.row, _former(before, app.row))
    return app.row


@routes.delete("/apps/{app}", etag=True)
def delete(context: RequestContext) -> AppRow:
    """The app and everything below it go; 403 for who neither owns it nor runs its organization."""
    app = context.app
    if not app.is_administered_by(context.account):
        raise ErrorResponse(403, "forbidden", "You do not have permission to delete this app.")
    context.changed("app", "destroy", app, app.row)
    context.state.drop(app)
    return {**app.row, "updated_at": context.now}


def _former(before: Mapping[str, Any], row: AppRow) -> dict[str, Any]:
    """The attributes that have changed, as they were."""
    return {name: value for name, value in before.items() if row.get(name) != value and name != "updated_at"}


def check_name(state: State, name: str) -> str:
    """The name, if an app may have it: 422 for a malformed one and for one that is taken."""
    if not _NAME.fullmatch(name):
        raise invalid(
            "Name must start with a letter and can only contain lowercase letters, numbers, and dashes, "
            "and be 4 to 31 characters long."
        )
    if name in state.names:
        raise invalid("Name is already taken")
    return name


def make(context: RequestContext, name: str, region: Ref, stack: Ref, organization: Organization | None = None) -> App:
    """An app of the calling account, or of an organization, as it is the moment after its creation."""
    state, account, now = context.state, context.account, context.now
    owner = organization.manager if organization else account
    row: AppRow = {
        "acm": False,
        "archived_at": None,
        "buildpack_provided_description": None,
        "build_stack": {**stack},
        "created_at": now,
        "id": state.uuid(),
        "git_url": f"git@heroku.com:{name}.git",
        "maintenance": False,
        "name": name,
        "owner": owner.ref,
        "region": region,
        "released_at": now,
        "repo_size": None,
        "slug_size": None,
        "stack": stack,
        "updated_at": now,
        "web_url": f"https://{name}.herokuapp.com/",
        "process_tier": "free",
    }
    admins = set[str]() if organization else {account.row["id"]}
    app = App(row, {"id": row["id"], "name": name}, owner, admins, _nothing, organization=organization)
    state.add(app)
    if organization:
        organization.apps.append(app)
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
