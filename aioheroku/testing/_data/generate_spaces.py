"""The space of a fleet, and the apps in it."""

from random import Random
from typing import Final

from aioheroku.testing._state.ids import uuid
from aioheroku.testing._state.models import App, Space
from aioheroku.testing._state.state import State

NAME: Final = "acme-private"


def generate_space(state: State) -> None:
    """An allocated one, of the team `acme`."""
    rng, now, team = Random(f"space {state.seed}"), state.stamp(), state.organizations["acme"]
    id = uuid(rng)
    sources = [f"203.0.113.{rng.randint(1, 254)}" for _ in range(2)]
    state.spaces[id] = Space(
        {
            "cidr": "10.0.0.0/16",
            "created_at": now,
            "data_cidr": "10.1.0.0/16",
            "generation": state.catalogue.generation("cedar"),
            "id": id,
            "name": NAME,
            "organization": {"name": team.name},
            "region": state.catalogue.region("virginia"),
            "shield": False,
            "state": "allocated",
            "team": team.ref,
            "updated_at": now,
        },
        {"id": id, "name": NAME, "shield": False},
        team,
        nat={"created_at": now, "sources": sources, "state": "enabled", "updated_at": now},
    )


def place_app(state: State, app: App, number: int) -> None:
    """Let one app in 24, which is one of `acme`, run in the space."""
    if number % 24 == 3:
        space = next(iter(state.spaces.values()))
        app.space = space
        app.row.update({"internal_routing": False, "region": space.row["region"], "space": space.ref})
        space.apps.append(app)
