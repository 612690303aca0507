"""The endpoints as a set: all are served, and the platform's own schema says so."""

import json
import re
from pathlib import Path
from typing import Any

from aioheroku.testing import Platform
from aioheroku.testing._resources import ROUTES
from tests._support.platform_client import Api
from tests._support.thorough import some

ENDPOINTS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "endpoints.json").read_text())
DATA = Path(__file__).parent.parent / "data"
TODAY: list[dict[str, Any]] = json.loads((DATA / "today.json").read_text())["endpoints"]
REFERENCE = {(row["method"], row["path"]) for row in ENDPOINTS}
RELS = {
    "GET": {"self", "instances"},
    "POST": {"create", "empty"},
    "PATCH": {"update", "empty"},
    "PUT": {"update", "empty"},
    "DELETE": {"destroy", "empty"},
}


def parameters(schema: dict[str, Any], prefix: str = "") -> dict[str, bool]:
    """The parameters of a link as the reference names them, and whether they are required."""
    found = dict[str, bool]()
    for name, value in schema.get("properties", {}).items():
        required = name in schema.get("required", [])
        if "properties" in value:
            inner = parameters(value, f"{prefix}{name}:")
            found |= {each: needed and required for each, needed in inner.items()}
        else:
            found[prefix + name] = required
    return found


async def test_every_endpoint_is_served(api: Api) -> None:
    """No verb and path of the reference is answered with "no such endpoint", whatever it lacks."""
    unserved = list[str]()
    for row in ENDPOINTS:
        got = await api(row["method"], row["path"].replace("{}", "x"), {} if row["method"] != "GET" else None)
        assert got.status < 500
        if got.status == 404 and "resource" not in got.body:
            unserved.append(row["title"])
    assert unserved == []


def test_every_endpoint_of_today_has_a_route() -> None:
    """Each row of today's table has its handler, whatever the other tests call of it."""
    served = {(route.method, normal(route.template)) for route in ROUTES}
    missing = [
        f"{row['attribute']}.{row['method']}" for row in TODAY if (row["verb"], normal(row["path"])) not in served
    ]
    assert missing == [], "add a handler to aioheroku/testing/_resources"


async def test_the_schema_names_every_endpoint(api: Api) -> None:
    """Title, verb, path, parameters and orders of its links equal the reference's; any other is one of today."""
    got = await api("GET", "/schema", Authorization=None)
    assert got.status == 200
    links = dict[str, dict[str, Any]]()
    for definition in got.body["definitions"].values():
        for link in definition["links"]:
            links[f"{definition['title']} {link['title']}"] = link
    assert {row["title"] for row in ENDPOINTS} - set(links) == set()
    assert len([link for link in links.values() if place(link) in REFERENCE]) == len(ENDPOINTS)
    for row in ENDPOINTS:
        link = links[row["title"]]
        found = parameters(link.get("schema", {}))
        required = {name for name, needed in found.items() if needed}
        assert link["method"] == row["method"]
        assert normal(link["href"]) == row["path"]
        assert (required, set(found) - required) == (set(row["required"]), set(row["optional"])), row["title"]
        if not row["path"].endswith(("/dynos", "/formation")):  # the wire has no ranges there
            assert link.get("ranges", []) == row["orders"], row["title"]


def normal(path: str) -> str:
    """The path, whatever identifies the objects in it."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def place(link: dict[str, Any]) -> tuple[str, str]:
    """Verb and path."""
    return link["method"], normal(link["href"])


async def test_the_schema_has_todays_endpoints(api: Api) -> None:
    """A link beyond the reference has verb, path, parameters and orders of one of today's endpoints."""
    today = dict[tuple[str, str], list[dict[str, Any]]]()
    for row in TODAY:
        today.setdefault((row["verb"], normal(row["path"])), []).append(row)
    definitions = (await api("GET", "/schema")).body["definitions"].values()
    beyond = [link for one in definitions for link in one["links"] if place(link) not in REFERENCE]
    for link in beyond:
        assert place(link) in today, f"{link['title']}: is in no table; declare its route with `listed=False`"
        rows = today[place(link)]
        found = set(parameters(link.get("schema", {})))
        every = [{one["path"] for one in row["parameters"] if not one.get("sent")} for row in rows]
        known = [{path for path in paths if "[]" not in path} for paths in every]  # a list is a list to the platform
        parents = {name.rpartition(":")[0] for names in known for name in names}
        assert any(found <= names | parents for names in known), place(link)
        assert any(names - found <= parents for names in known), place(link)
        needed = {name for name, required in parameters(link.get("schema", {})).items() if required}
        assert any(needed <= {one["path"] for one in row["parameters"] if one.get("required")} for row in rows), (
            f"{place(link)} needs more than the wire: {needed}"
        )
        if orders := [row["orders"] for row in rows if "orders" in row]:
            assert link["ranges"] == sorted(orders[0]), place(link)


async def test_links_point_into_the_schema(api: Api) -> None:
    """Each parameter of a path is the identity of a definition that exists, and each rel fits its verb."""
    schema = (await api("GET", "/schema")).body
    for definition in schema["definitions"].values():
        for link in definition["links"]:
            assert link["rel"] in RELS[link["method"]], link
            for pointer in re.findall(r"\{\((.*?)\)\}", link["href"]):
                _, _, key, *rest = pointer.split("%2F")
                assert pointer.startswith("%23%2Fdefinitions%2F")
                assert schema["definitions"][key]["definitions"][rest[1]]
    transfer = {link["title"]: link for link in schema["definitions"]["app-transfer"]["links"]}
    assert transfer["Update"]["schema"]["properties"]["state"]["enum"] == ["pending", "accepted", "declined"]
    assert schema["definitions"]["app"]["links"][0]["rel"] == "instances"


async def test_required_parameters_are_required(api: Api, app: str) -> None:
    """What the schema calls required is missed with 422, but for what the reference only seems to require."""
    for path, missing in (
        (f"{app}/domains", "hostname"),
        ("/account/app-transfers", "app, recipient"),
        ("/oauth/tokens", "client, grant"),
        ("/app-setups", "source_blob"),
    ):
        got = await api("POST", path, {})
        assert (got.status, got.body["message"]) == (422, f"Require params: {missing}.")


async def test_schema_is_public_and_costs_a_token(api: Api, platform: Platform) -> None:
    """Like the catalogues."""
    before = platform.remaining
    assert (await api("GET", "/schema")).status == 200
    assert platform.remaining == before - 1


JUNK: tuple[Any, ...] = (None, True, -1, 1.5, "", "\u0000 é/..", [], [[1]], [None], {}, {"a": {"b": None}}, {"env": []})


def nested(name: str, value: Any) -> dict[str, Any]:
    """`source_blob:url` as `{"source_blob": {"url": ...}}`."""
    outer, _, inner = name.partition(":")
    return {outer: {inner: value} if inner else value}


async def test_no_body_makes_it_fail(api: Api, app: str, platform: Platform) -> None:
    """Whatever a parameter is given, alone or beside good ones, the response is no 500."""
    good = {
        **dict.fromkeys(("email", "recipient", "user"), "a@example.net"),
        "app": "example",
        "client": "x",
        "password": platform.password,
        "plan": "papertrail",
        "role": "member",
        "scope": ["global"],
        "source_blob": {"url": "https://x"},
        "client:secret": "x",
        "updates": [],
        "grant": {"type": "refresh_token", "code": "x"},
        "hostname": "a.example.org",
        "command": "x",
    }
    for row in ENDPOINTS:
        path = row["path"].replace("/organizations/{}", "/organizations/acme").replace("{}", "example")
        for name in (*row["required"], *row["optional"]):
            for value in some(JUNK, 2):
                for others in ({}, {key: good[key] for key in row["required"] if key in good}):
                    platform.remaining = 2400
                    got = await api(row["method"], path, {**others, **nested(name, value)})
                    assert got.status < 500, (row["title"], name, value)
        if row["method"] in {"POST", "PATCH", "PUT"}:
            for value in ([], "x", 1):
                platform.remaining = 2400
                assert (await api(row["method"], path, value)).status < 500, (row["title"], value)
