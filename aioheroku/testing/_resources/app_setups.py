"""App Setup.

A setup is decided when its build is. One that succeeds runs the postdeploy script for `POSTDEPLOY` seconds more.
"""

from aioheroku.testing._data.names import haiku
from aioheroku.testing._errors import invalid
from aioheroku.testing._http.body_schema import BodySchema, strings
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import apps, builds, releases
from aioheroku.testing._state.account_rows import SetupRow
from aioheroku.testing._state.app_rows import BuildRow
from aioheroku.testing._state.offers import DEFAULT_REGION, DEFAULT_STACK

routes = Routes("App Setup")

POSTDEPLOY = 5.0

_OVERRIDES = BodySchema({}, {"env": dict})
_APP = BodySchema({}, {"name": str, "region": str, "stack": str})
_SOURCE = BodySchema({"url": str}, undocumented=dict(builds.SOURCE.required), waived=("version",))


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
    if not taken["source_blob"]["url"].startswith(("https://", "http://")):
        raise invalid("Source blob url is not a valid address.")
    name = apps.check_name(state, wanted.get("name") or haiku(state.rng))
    region = state.catalogue.region(wanted.get("region", DEFAULT_REGION))
    stack = state.catalogue.stack(wanted.get("stack", DEFAULT_STACK))
    app = apps.make(context, name, region, stack)
    releases.create_release(context, app, "Enable Logplex")
    if env:
        app.parts.config.update(env)
        releases.create_release(context, app, f"Set {', '.join(env)} config vars")
    build = builds.begin(context, app, taken["source_blob"], lambda later: _built(later, row, build))
    row: SetupRow = {
        "id": state.uuid(),
        "created_at": context.now,
        "updated_at": context.now,
        "status": "pending",
        "failure_message": None,
        "app": app.ref,
        "build": {"id": build["id"], "status": "pending"},
        "manifest_errors": [],
        "postdeploy": None,
        "resolved_success_url": None,
    }
    return context.account.setups.add(row)


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
