"""App Setup.

A setup is decided when its build is. One that succeeds runs the postdeploy script for `POSTDEPLOY` seconds more.
"""

from collections.abc import Sequence
from typing import Any, cast

from aioheroku.testing._data.names import haiku
from aioheroku.testing._errors import invalid
from aioheroku.testing._http.body_schema import BodySchema, Nullable, strings
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _source, apps, builds, releases
from aioheroku.testing._state.account_rows import SetupRow
from aioheroku.testing._state.app_rows import BuildRow
from aioheroku.testing._state.delivery import buildpack
from aioheroku.testing._state.models import App
from aioheroku.testing._state.offers import DEFAULT_REGION, DEFAULT_STACK
from aioheroku.testing._state.table import Row

routes = Routes("App Setup")

POSTDEPLOY = 5.0

_TEXT = Nullable(str)
_OVERRIDES = BodySchema({}, {"env": dict}, {"buildpacks": list})
_OF_TODAY = {"locked": bool, "organization": str, "personal": bool, "space": str}
_APP = BodySchema({}, {"name": str, "region": str, "stack": str}, _OF_TODAY)
_SOURCE = BodySchema({"url": str}, undocumented={"checksum": _TEXT, "version": _TEXT})


@routes.get("/app-setups/{setup}")
def info(context: RequestContext) -> SetupRow:
    """How far a setup has come, for the account that began it."""
    return context.find(context.account.setups, "setup", "app_setup")


@routes.post("/app-setups", {"source_blob": _SOURCE}, {"app": _APP, "overrides": _OVERRIDES})
def create(context: RequestContext) -> SetupRow:
    """Make an app of a source: the app is there at once, with the config vars of the overrides; its build begins.

    What is wrong with the app, as at its creation, or with the overrides, is 422 and leaves nothing behind.
    """
    taken = context.parameters()
    wanted, state = taken.get("app", {}), context.state
    env = strings(taken.get("overrides", {}).get("env", {}), "overrides:env")
    _source.check_address(taken["source_blob"]["url"])
    buildpacks = [_address(one) for one in taken.get("overrides", {}).get("buildpacks", ())]
    name = apps.check_name(state, wanted.get("name") or haiku(state.rng))
    region, stack = wanted.get("region", DEFAULT_REGION), wanted.get("stack", DEFAULT_STACK)
    _, row = begin(context, name, taken["source_blob"], env, region=region, stack=stack, buildpacks=buildpacks)
    return row


def begin(
    context: RequestContext,
    name: str,
    source: Row,
    env: dict[str, str],
    *,
    region: str = DEFAULT_REGION,
    stack: str = DEFAULT_STACK,
    buildpacks: Sequence[str] = (),
) -> tuple[App, SetupRow]:
    """An app of a source, whose build begins, and its setup; 422 for an unknown region or stack."""
    state = context.state
    app = apps.make(context, name, state.catalogue.region(region), state.catalogue.stack(stack))
    app.parts.buildpacks[:] = map(buildpack, buildpacks)
    releases.create_release(context, app, "Enable Logplex")
    if env:
        app.parts.config.update(env)
        releases.create_release(context, app, f"Set {', '.join(env)} config vars")
    build = builds.begin(context, app, source, lambda later: _built(later, row, build))
    row: SetupRow = {
        "id": state.uuid(),
        "created_at": context.now,
        "updated_at": context.now,
        "status": "pending",
        "failure_message": None,
        "app": app.ref,
        "build": {"id": build["id"], "status": "pending", "output_stream_url": build["output_stream_url"]},
        "manifest_errors": [],
        "postdeploy": None,
        "resolved_success_url": None,
    }
    return app, context.account.setups.add(row)


def _address(given: Any) -> str:
    if not isinstance(given, dict) or not isinstance(url := cast("Row", given).get("url"), str):
        raise invalid("Invalid params: each of overrides:buildpacks must have a url.")
    return url


def _built(context: RequestContext, row: SetupRow, build: BuildRow) -> None:
    """The build is done."""
    row["build"]["status"] = build["status"]
    row["updated_at"] = context.now
    if build["status"] == "succeeded":
        context.call_later(POSTDEPLOY, lambda later: _deployed(later, row))
        return
    broken = "invalid" in build["source_blob"]["url"]
    row["status"] = "failed"
    row["failure_message"] = "invalid app.json" if broken else "build failed"
    row["manifest_errors"] = ["config var FOO is required"] if broken else []


def _deployed(context: RequestContext, row: SetupRow) -> None:
    row.update(
        {
            "status": "succeeded",
            "updated_at": context.now,
            "postdeploy": {"output": "database migrated\n", "exit_code": 0},
            "resolved_success_url": f"https://{row['app']['name']}.herokuapp.com/",
        }
    )
