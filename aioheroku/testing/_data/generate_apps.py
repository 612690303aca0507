"""Generates the apps of a fleet: what an account looks like after some years.

Apps are generated one by one from a seed, so that the same seed gives the same fleet, and app number 7 is the same in
a fleet of ten and of ten thousand. The contents of an app are generated on first access, see `app_contents`.
"""

from collections.abc import Iterator
from functools import partial
from random import Random

from attrs import frozen

from aioheroku.testing._data.app_contents import fill
from aioheroku.testing._data.app_troubles import has_trouble
from aioheroku.testing._data.generate_organizations import assign_app, generate_organizations
from aioheroku.testing._data.generate_pipelines import generate_pipelines
from aioheroku.testing._data.generate_spaces import generate_space, place_app
from aioheroku.testing._data.names import OUTSIDERS, PEOPLE, app_name, email
from aioheroku.testing._dates import stamp
from aioheroku.testing._state.app_rows import AppRow
from aioheroku.testing._state.ids import uuid
from aioheroku.testing._state.models import Account, App
from aioheroku.testing._state.offers import DEFAULT_GENERATION
from aioheroku.testing._state.refs import Ref
from aioheroku.testing._state.state import State

DAY = 86400
YEAR = 365 * DAY

_STACKS = ("cedar-14",) * 5 + ("heroku-24",) * 6 + ("heroku-22",) * 3 + ("cedar",) * 2
_LANGUAGES = ("Ruby/Rails", "Node.js", "Python", "Java", "Go", "PHP", "Scala")
_TIERS = ("free", "production", "production", "legacy")


@frozen
class Fleet:
    """What apps are generated from: the state, the people, and the default account."""

    state: State
    viewer: Account
    people: tuple[Account, ...]
    outsiders: tuple[Account, ...]


def populate(state: State, viewer: Account, count: int) -> None:
    """Generate this many apps, all of which the viewer may see and delete."""
    people = tuple(state.account(email(name), name=name) for name in PEOPLE)
    outsiders = tuple(state.account(address) for address in OUTSIDERS)
    generate_organizations(state, viewer, people)
    generate_space(state)
    fleet = Fleet(state, viewer, people, outsiders)
    regions: dict[str, Ref] = {row["name"]: {"id": row["id"], "name": row["name"]} for row in state.catalogue.regions}
    known = (*state.catalogue.stacks, *state.catalogue.gone_stacks)
    stacks: dict[str, Ref] = {row["name"]: {"id": row["id"], "name": row["name"]} for row in known}
    for number in range(count):
        _draw(fleet, number, regions, stacks)
    generate_pipelines(state, viewer)


def _draw(fleet: Fleet, number: int, regions: dict[str, Ref], stacks: dict[str, Ref]) -> None:
    state = fleet.state
    rng = Random(state.seed * 1_000_003 + number)
    now = state.now()
    age = rng.randint(30, 1600) * DAY + rng.randrange(DAY)
    count = rng.randint(1, 40)
    quiet = _quiet(rng, age) if count > 1 else age
    name = _free(app_name(rng), state)
    owner = fleet.viewer if rng.random() < 0.4 else rng.choice(fleet.people)
    drawn = rng.choice(_STACKS)
    stack = stacks["heroku-16" if has_trouble(number, "stack") else drawn]
    deployed = count > 2
    id = uuid(rng)
    row: AppRow = {
        "acm": False,
        "archived_at": None,
        "buildpack_provided_description": rng.choice(_LANGUAGES) if deployed else None,
        "build_stack": stack,
        "created_at": stamp(now - age),
        "id": id,
        "generation": state.catalogue.generation(DEFAULT_GENERATION),
        "git_url": f"git@heroku.com:{name}.git",
        "internal_routing": None,
        "maintenance": rng.random() < 0.06,
        "name": name,
        "organization": None,
        "owner": owner.ref,
        "region": regions["eu" if rng.random() < 0.3 else "us"],
        "released_at": stamp(now - quiet),
        "repo_size": rng.randint(40_000, 90_000_000) if deployed else None,
        "slug_size": rng.randint(4_000_000, 290_000_000) if deployed else None,
        "space": None,
        "stack": stack,
        "team": None,
        "updated_at": stamp(now - rng.randint(0, quiet)),
        "web_url": f"https://{name}.herokuapp.com/",
        "process_tier": rng.choice(_TIERS),
    }
    app = App(
        row,
        {"id": id, "name": name},
        owner,
        {owner.row["id"], fleet.viewer.row["id"]},
        partial(fill, state, rng.getrandbits(64), count, number=number, now=now),
    )
    state.add(app)
    assign_app(state, app, number)
    place_app(state, app, number)
    for account in _members(fleet, owner, rng):
        app.add_viewer(account)


def _quiet(rng: Random, age: int) -> int:
    """Seconds since the last release: for one app in eight more than a year, if it is old enough."""
    if rng.random() < 0.125 and age > YEAR + 20 * DAY:
        return rng.randint(YEAR + 5 * DAY, age - DAY)
    return rng.randrange(1, min(age, 300 * DAY))


def _free(name: str, state: State) -> str:
    number = 1
    free = name
    while free in state.names:
        number += 1
        free = f"{name[:26]}-{number}"
    return free


def _members(fleet: Fleet, owner: Account, rng: Random) -> Iterator[Account]:
    yield owner
    yield fleet.viewer
    yield from rng.sample(fleet.people, rng.choice((0, 1, 1, 2, 3)))
    if rng.random() < 0.08:
        yield rng.choice(fleet.outsiders)
