"""The pipelines of a fleet: of nine apps, four are in pipelines as staging and production, and one is a review app."""

from random import Random

from aioheroku.testing._dates import seconds, stamp
from aioheroku.testing._state.ids import uuid
from aioheroku.testing._state.models import Account, App
from aioheroku.testing._state.offers import DEFAULT_GENERATION
from aioheroku.testing._state.refs import Dated
from aioheroku.testing._state.state import State
from aioheroku.testing._state.table import Row

_EVERY = 9


def generate_pipelines(state: State, viewer: Account) -> None:
    """Put apps into pipelines: of each nine the first two, the third as a review app of theirs, the next two."""
    apps = list(state.apps.values())
    for at in range(0, len(apps), _EVERY):
        rng = Random(f"pipelines {state.seed} {at}")
        nine = apps[at : at + _EVERY]
        first = _pipeline(state, rng, viewer, nine[0:2])
        if first is not None and len(nine) > 2:
            _review_app(state, rng, viewer, first, nine[2])
        _pipeline(state, rng, viewer, nine[3:5])


def _pipeline(state: State, rng: Random, viewer: Account, apps: list[App]) -> Row | None:
    if len(apps) < 2:
        return None
    production = apps[0]
    team = production.organization
    row: Row = {
        "name": production.row["name"][:30].rstrip("-"),
        "owner": {"id": team.id, "type": "team"} if team else {"id": viewer.row["id"], "type": "user"},
        "generation": state.catalogue.generation(DEFAULT_GENERATION),
        **_dated(state, rng, *apps),
    }
    if state.delivery.pipelines.find(row["name"]):
        return None
    for app, stage in zip(apps, ("production", "staging"), strict=True):
        _couple(state, rng, row, app, stage)
    return state.delivery.pipelines.add(row)


def _couple(state: State, rng: Random, pipeline: Row, app: App, stage: str) -> None:
    dated = _dated(state, rng, app)
    state.delivery.couple({"app": {"id": app.row["id"]}, "pipeline": {"id": pipeline["id"]}, "stage": stage, **dated})


def _review_app(state: State, rng: Random, viewer: Account, pipeline: Row, app: App) -> None:
    _couple(state, rng, pipeline, app, "review")
    state.delivery.review_configs[pipeline["id"]] = {
        "automatic_review_apps": True,
        "base_name": None,
        "deploy_target": {"id": "us", "type": "region"},
        "destroy_stale_apps": True,
        "pipeline_id": pipeline["id"],
        "repo": {"id": rng.randint(10**7, 10**9)},
        "stale_days": 5,
        "wait_for_ci": False,
    }
    state.delivery.review_apps.add(
        {
            "app": {"id": app.row["id"]},
            "app_setup": {"id": uuid(rng)},
            "branch": rng.choice(("new-checkout", "faster-search", "dark-mode")),
            "creator": {"id": viewer.row["id"]},
            "error_status": None,
            "fork_repo": None,
            "message": None,
            "pipeline": {"id": pipeline["id"]},
            "pr_number": rng.randint(1, 4000),
            "status": "created",
            "wait_for_ci": False,
            **_dated(state, rng, app),
        }
    )


def _dated(state: State, rng: Random, *apps: App) -> Dated:
    """Dated to the moment when the last of the apps was created."""
    at = stamp(min(max(seconds(app.row["created_at"]) for app in apps), state.now()))
    return {"created_at": at, "id": uuid(rng), "updated_at": at}
