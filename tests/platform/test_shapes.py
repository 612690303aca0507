"""Answers have the attributes of the reference, with its JSON types, and beyond them those of today's schema.

`attributes.json` holds its names and types, `endpoints.json` its endpoints with parameters and orders, nothing else
of it; `script.json` calls each endpoint once at least.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import pytest

from aioheroku.testing import Platform
from aioheroku.testing._data.certificates import EXAMPLE as PEM
from tests._support.fakes import Clock
from tests._support.platform_client import Api, MakeCertificate, Open
from tests._support.thorough import amount
from tests._support.today import MODELS

FACTS: dict[str, dict[str, str]] = json.loads((Path(__file__).parent / "attributes.json").read_text())
ENDPOINTS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "endpoints.json").read_text())
SCRIPT: list[dict[str, Any]] = json.loads((Path(__file__).parent / "script.json").read_text())
BY_LENGTH = sorted({*FACTS, "Config Vars"}, key=len, reverse=True)
# Attributes that the wire had in 2015 besides the documented ones.
WIRE = {
    "Account": {
        "default_organization",
        "default_organization:id",
        "default_organization:name",
        "sms_number",
        "suspended_at",
        "two_factor_authentication",
    },
    "Add-on": {"app:id", "app:name", "web_url"},
    "App": {"build_stack:id", "build_stack:name", "process_tier"},
    "Domain": {"app:id", "app:name", "cname", "kind"},
    "Formation": {"app:id", "app:name"},
    "Release": {"app:id", "app:name", "status"},
    "Add-on Service": {"cli_plugin_name", "human_name", "state", "supports_multiple_installations", "supports_sharing"},
    "Plan": {"default", "human_name"},
}
TODAY = {
    re.sub(r"[^a-z]", "", resource.lower()): {re.sub(r"\[\]", "", row["path"]) for row in rows}
    for resource, rows in MODELS.items()
}
PATHS = {
    "Account": "/account",
    "Account Feature": "/account/features",
    "Add-on": "{}/addons",
    "Add-on Service": "/addon-services",
    "App": "/apps",
    "App Feature": "{}/features",
    "Collaborator": "{}/collaborators",
    "Credit": "/account/credits",
    "Domain": "{}/domains",
    "Dyno": "{}/dynos",
    "Formation": "{}/formation",
    "Log Drain": "{}/log-drains",
    "Organization": "/organizations",
    "Organization Member": "/organizations/acme/members",
    "Plan": "/addon-services/heroku-postgresql/plans",
    "Rate Limit": "/account/rate-limits",
    "Region": "/regions",
    "Release": "{}/releases",
    "SSL Endpoint": "{}/ssl-endpoints",
    "Stack": "/stacks",
}
FREE = {"process_types"}  # objects whose keys are anybody's
WORDED = {"credit_card_collections", "default", "provisioned_licenses"}  # an organization's booleans, as strings
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


KINDS: dict[str, Callable[[Any], bool]] = {
    "integer": lambda value: type(value) is int,
    "number": lambda value: type(value) in {int, float},
    "boolean": lambda value: type(value) is bool,
    "array": lambda value: type(value) is list,
    "object": lambda value: type(value) is dict,
    "string": lambda value: type(value) is str,
    "uuid": lambda value: type(value) is str and UUID.fullmatch(value) is not None,
    "date-time": lambda value: type(value) is str and TIME.fullmatch(value) is not None,
    "email": lambda value: type(value) is str and "@" in value,
    "uri": lambda value: type(value) is str and value.startswith("https://"),
}


def fits(value: Any, declared: str) -> bool:
    """Whether a JSON value is of a type as the reference words it."""
    kind = declared.removeprefix("nullable ")
    if value is None:
        return kind != declared
    return KINDS[kind](value) if kind in KINDS else value in kind.removeprefix("one of ").split(", ")


def flat(row: dict[str, Any]) -> dict[str, Any]:
    """`{"owner": {"id": 1}}` as `{"owner:id": 1}`."""
    leaves = dict[str, Any]()
    for name, value in row.items():
        if isinstance(value, dict) and name not in FREE:
            leaves |= {f"{name}:{key}": inner for key, inner in cast("dict[str, Any]", value).items()}
        else:
            leaves[name] = value
    return leaves


def check(resource: str, row: dict[str, Any]) -> None:
    """A response has exactly what is documented, and besides it only what the wire had too, or has today."""
    facts = FACTS[resource]
    parents = {name.partition(":")[0] for name in facts if ":" in name}
    leaves = flat(row)
    for name, declared in facts.items():
        parent, _, child = name.partition(":")
        if resource == "Organization" and name in WORDED:
            assert leaves[name] in {"true", "false"}, (name, row)
            continue
        if child and row.get(parent, 0) is None:
            assert facts.get(parent, "").startswith("nullable"), (name, row)
            continue
        if not (name in parents and isinstance(row.get(name), dict)):
            assert fits(leaves[name], declared), (name, row)
    beyond = WIRE.get(resource, set()) | TODAY.get(re.sub(r"[^a-z]", "", resource.lower()), set())
    assert {name for name in leaves if name not in facts and name not in parents} <= beyond


@pytest.mark.parametrize("resource", sorted(PATHS))
async def test_attributes_and_types(serve: Open, resource: str) -> None:
    """Of what the fleet has, nothing documented is missing or of another type, and nothing is made up."""
    async with serve(apps=amount(25, 60), seed=2) as (platform, api):
        rows = list[dict[str, Any]]()
        for app in list(platform.state.apps) if "{}" in PATHS[resource] else [""]:
            body = (await api("GET", PATHS[resource].format(f"/apps/{app}"))).body
            rows += body if isinstance(body, list) else [body]
        assert rows
        for row in rows:
            check(resource, row)


def filled(template: Any, saved: dict[str, Any]) -> Any:
    """The template with what earlier answers said in place of `{name[key]}`."""
    if isinstance(template, str):
        return template.format_map(saved)
    if isinstance(template, dict):
        return {name: filled(value, saved) for name, value in cast("dict[str, Any]", template).items()}
    return [filled(value, saved) for value in template] if isinstance(template, list) else template


async def test_every_endpoint_succeeds(serve: Open, clock: Clock, certificate: MakeCertificate) -> None:
    """Each is called with what it needs, succeeds, and answers what is documented."""
    known = {row["title"]: row for row in ENDPOINTS}
    succeeded = set[str]()
    async with serve(apps=0, seed=2) as (platform, api):
        recipient = api.as_(platform.account("marcus.oyelaran@example.com"))
        saved: dict[str, Any] = {"password": platform.password, "pem": PEM, "certificate": certificate("a.example.com")}
        for step in SCRIPT:
            if "wait" in step:
                clock.turn(step["wait"])
                continue
            row = known[step["title"]]
            path = row["path"]
            for value in step.get("path", []):
                path = path.replace("{}", quote(filled(value, saved), safe=""), 1)
            caller = recipient if step.get("by") == "recipient" else api
            got = await caller(row["method"], path, filled(step["body"], saved) if "body" in step else None)
            assert 200 <= got.status < 300, (step, got.status, got.body)
            succeeded.add(row["title"])
            saved[step.get("as", "last")] = got.body
            resource = next(name for name in BY_LENGTH if row["title"].startswith(name))
            if resource == "Config Vars" or got.status == 202:
                continue
            for answer in got.body if isinstance(got.body, list) else [got.body]:
                check(resource, answer)
    assert succeeded ^ set(known) == set()


async def test_created_and_seeded_objects_match(api: Api, platform: Platform) -> None:
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
