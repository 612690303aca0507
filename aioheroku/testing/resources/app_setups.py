"""App Setup.

A setup is decided when its build is. One that succeeds runs the postdeploy script for `POSTDEPLOY` seconds more.
"""

from aioheroku.testing.call import Call
from aioheroku.testing.catalogue import DEFAULT_REGION, DEFAULT_STACK
from aioheroku.testing.checks import Takes, strings
from aioheroku.testing.replies import invalid
from aioheroku.testing.routing import Routes
from aioheroku.testing.table import Row
from aioheroku.testing.words import haiku

from . import apps, builds, releases

routes = Routes("App Setup")

POSTDEPLOY = 5.0

_OVERRIDES = Takes({}, {"env": dict})
_APP = Takes({}, {"name": str, "region": str, "stack": str})
_SOURCE = Takes({"url": str}, beyond=dict(builds.SOURCE.required), waived=("version",))


@routes.get("/app-setups/{setup}")
def info(call: Call) -> Row:
    """How far a setup has come, for the account that began it."""
    return call.find(call.account.setups, "setup", "app_setup")


@routes.post("/app-setups", {"source_blob": _SOURCE}, {"app": _APP, "overrides": _OVERRIDES})
def create(call: Call) -> Row:
    """Make an app of a source: the app is there at once, with the config vars of the overrides; its build begins.

    What is wrong with the app, as at its creation, or with the overrides, is 422 and leaves nothing behind.
    """
    taken = call.take()
    wanted, state = taken.get("app", {}), call.state
    env = strings(taken.get("overrides", {}).get("env", {}), "overrides:env")
    if not taken["source_blob"]["url"].startswith(("https://", "http://")):
        raise invalid("Source blob url is not a valid address.")
    name = apps.check_name(state, wanted.get("name") or haiku(state.rng))
    region = state.catalogue.region(wanted.get("region", DEFAULT_REGION))
    stack = state.catalogue.stack(wanted.get("stack", DEFAULT_STACK))
    app = apps.make(call, name, region, stack)
    releases.cut(call, app, "Enable Logplex")
    if env:
        app.parts.config.update(env)
        releases.cut(call, app, f"Set {', '.join(env)} config vars")
    build = builds.begin(call, app, taken["source_blob"], lambda later: _built(later, row, build))
    row: Row = {
        "id": state.uuid(),
        "created_at": call.now,
        "updated_at": call.now,
        "status": "pending",
        "failure_message": None,
        "app": app.ref,
        "build": {"id": build["id"], "status": "pending"},
        "manifest_errors": [],
        "postdeploy": None,
        "resolved_success_url": None,
    }
    return call.account.setups.add(row)


def _built(call: Call, row: Row, build: Row) -> None:
    """The build is done."""
    row["build"]["status"] = build["status"]
    row["updated_at"] = call.now
    if build["status"] == "succeeded":
        call.later(POSTDEPLOY, lambda later: _deployed(later, row))
        return
    broken = "invalid" in build["source_blob"]["url"]
    row["status"] = "failed"
    row["failure_message"] = "invalid app.json" if broken else "build failed"
    row["manifest_errors"] = ["config var FOO is required"] if broken else []


def _deployed(call: Call, row: Row) -> None:
    row.update(
        status="succeeded",
        updated_at=call.now,
        postdeploy={"output": "database migrated\n", "exit_code": 0},
        resolved_success_url=f"https://{row['app']['name']}.herokuapp.com/",
    )
