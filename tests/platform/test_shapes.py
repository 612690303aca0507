"""Answers have the attributes of the reference, with its JSON types.

`attributes.json` holds its names and types, nothing else of it.
"""

import json
import re
from pathlib import Path
from typing import Any, cast

import pytest

from aioheroku.testing import Platform

FACTS: dict[str, dict[str, str]] = json.loads((Path(__file__).parent / "attributes.json").read_text())
# Attributes that the wire had in 2015 besides the documented ones.
WIRE = {
    "Account": {"default_organization", "sms_number", "suspended_at", "two_factor_authentication"},
    "Add-on": {"app:id", "app:name", "web_url"},
    "App": {"build_stack:id", "build_stack:name", "process_tier"},
    "Domain": {"app:id", "app:name", "cname", "kind"},
    "Formation": {"app:id", "app:name"},
    "Release": {"app:id", "app:name"},
    "Add-on Service": {"cli_plugin_name", "human_name", "state", "supports_multiple_installations", "supports_sharing"},
    "Plan": {"default", "human_name"},
}
PATHS = {
    "Account": "/account",
    "Account Feature": "/account/features",
    "Add-on": "{}/addons",
    "Add-on Service": "/addon-services",
    "App": "/apps",
    "App Feature": "{}/features",
    "Collaborator": "{}/collaborators",
    "Domain": "{}/domains",
    "Dyno": "{}/dynos",
    "Formation": "{}/formation",
    "Log Drain": "{}/log-drains",
    "Plan": "/addon-services/heroku-postgresql/plans",
    "Rate Limit": "/account/rate-limits",
    "Region": "/regions",
    "Release": "{}/releases",
    "SSL Endpoint": "{}/ssl-endpoints",
    "Stack": "/stacks",
}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def fits(value: Any, declared: str) -> bool:
    """Whether a JSON value is of a type as the reference words it."""
    kind = declared.removeprefix("nullable ")
    if value is None:
        return kind != declared
    match kind:
        case "integer":
            return type(value) is int
        case "boolean":
            return type(value) is bool
        case "array":
            return type(value) is list
        case "object":
            return type(value) is dict
        case "uuid":
            return type(value) is str and UUID.fullmatch(value) is not None
        case "date-time":
            return type(value) is str and TIME.fullmatch(value) is not None
        case "email":
            return type(value) is str and "@" in value
        case _:
            return type(value) is str


def flat(row: dict[str, Any]) -> dict[str, Any]:
    """`{"owner": {"id": 1}}` as `{"owner:id": 1}`."""
    leaves = dict[str, Any]()
    for name, value in row.items():
        if isinstance(value, dict):
            leaves |= {f"{name}:{key}": inner for key, inner in cast("dict[str, Any]", value).items()}
        else:
            leaves[name] = value
    return leaves


@pytest.mark.parametrize("resource", sorted(FACTS))
async def test_attributes_and_types(serve: Any, resource: str) -> None:
    """Nothing documented is missing or of another type, and nothing is added but what the wire had too."""
    facts = FACTS[resource]
    async with serve(apps=60, seed=2) as (platform, api):
        rows = list[dict[str, Any]]()
        for app in list(platform.state.apps) if "{}" in PATHS[resource] else [""]:
            body = (await api("GET", PATHS[resource].format(f"/apps/{app}"))).body
            rows += body if isinstance(body, list) else [body]
        assert rows
        parents = {name.partition(":")[0] for name in facts if ":" in name}
        for row in map(flat, rows):
            for name, declared in facts.items():
                parent, _, child = name.partition(":")
                absent = (child and row.get(parent, 0) is None) or (name in parents and name not in row)
                assert absent or fits(row[name], declared), (name, row)
            assert {name for name in row if name not in facts and name not in parents} <= WIRE.get(resource, set())


async def test_made_and_drawn_objects_have_the_same_keys(api: Any, platform: Platform) -> None:
    """An object made through the API and one of the fleet have the same keys."""
    (fleet_app,) = list(platform.state.apps.values())[:1]
    await api("POST", "/apps", {"name": "example"})
    made = platform.state.names["example"]
    assert list(made.row) == list(fleet_app.row)
    await api("POST", "/apps/example/addons", {"plan": "papertrail"})
    await api("POST", "/apps/example/log-drains", {"url": "https://example.com"})
    with_all = [app.parts for app in platform.state.apps.values() if app is not made]
    for part in ("addons", "log_drains", "releases", "domains", "collaborators", "features"):
        (own, *_) = getattr(made.parts, part)
        (drawn, *_) = [row for parts in with_all for row in getattr(parts, part)]
        assert set(own) == set(drawn)
