"""The fleet that all measurements talk about: believable apps, drawn from a seed."""

import json
import random
from typing import Any
from uuid import UUID

Json = dict[str, Any]


def _id(dice: random.Random) -> str:
    return str(UUID(int=dice.getrandbits(128), version=4))


def _moment(dice: random.Random) -> str:
    return f"20{dice.randint(12, 25)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}T{dice.randint(0, 23):02}:30:07Z"


def apps(count: int, seed: int = 1, owners: int = 20) -> list[Json]:
    """This many apps in the order of their ids: some owners, two regions, three stacks."""
    dice = random.Random(seed)
    regions = [{"id": _id(dice), "name": name} for name in ("eu", "us")]
    stacks = [{"id": _id(dice), "name": name} for name in ("cedar-14", "heroku-22", "heroku-24")]
    team, generation = ({"id": _id(dice), "name": name} for name in ("acme", "cedar"))
    people = [{"email": f"person-{number}@example.com", "id": _id(dice)} for number in range(owners)]
    found: list[Json] = []
    for number in range(count):
        name = f"{dice.choice(('amber', 'river', 'stone'))}-{dice.choice(('falls', 'hill', 'lake'))}-{number:05}"
        stack = dice.choice(stacks)
        found.append(
            {
                "acm": dice.random() < 0.5,
                "archived_at": _moment(dice) if dice.random() < 0.1 else None,
                "build_stack": stack,
                "buildpack_provided_description": dice.choice(("Node.js", "Python", "Ruby/Rack")),
                "created_at": _moment(dice),
                "generation": generation,
                "git_url": f"https://git.heroku.com/{name}.git",
                "id": _id(dice),
                "internal_routing": None,
                "maintenance": dice.random() < 0.1,
                "name": name,
                "organization": team,
                "owner": dice.choice(people),
                "region": dice.choice(regions),
                "released_at": _moment(dice),
                "repo_size": dice.randrange(10**7),
                "slug_size": dice.randrange(10**8),
                "space": None,
                "stack": stack,
                "team": team,
                "updated_at": _moment(dice),
                "web_url": f"https://{name}.herokuapp.com/",
            }
        )
    return sorted(found, key=lambda app: str(app["id"]))


def page(count: int, owners: int = 20) -> bytes:
    """The body of a page of this many apps."""
    return json.dumps(apps(count, owners=owners), separators=(",", ":")).encode()
