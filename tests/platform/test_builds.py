"""Builds, their results, slugs and app setups, in the platform's own time."""

from typing import Any

import pytest

from aioheroku.testing import Platform
from tests._support.fakes import Clock
from tests._support.platform_client import Api

GOOD = "https://example.com/source.tgz?token=xyz"
BAD = "https://example.com/fails.tgz"
INVALID = "https://example.com/invalid.tgz"


async def build(api: Api, app: str, url: str = GOOD) -> Any:
    got = await api("POST", f"{app}/builds", {"source_blob": {"url": url, "version": "v1.3.0"}})
    assert got.status == 201
    return got.body


async def test_a_build_is_pending_and_then_succeeds(api: Api, app: str, clock: Clock) -> None:
    """Nothing happens for 20 seconds; then it has a slug, and a release of it runs, all dated to that moment."""
    before = (await api("GET", f"{app}/releases")).body
    row = await build(api, app)
    assert (row["status"], row["slug"], row["source_blob"]["url"]) == ("pending", None, GOOD)
    path = f"{app}/builds/{row['id']}"
    clock.turn(19.5)
    assert (await api("GET", path)).body == row
    assert (await api("GET", f"{app}/releases")).body == before
    clock.turn(100)
    done = (await api("GET", path)).body
    assert (done["status"], done["created_at"]) == ("succeeded", row["created_at"])
    assert done["updated_at"] == "2015-12-13T09:47:00Z"
    last = (await api("GET", f"{app}/releases")).body[-1]
    assert (last["slug"], last["version"]) == (done["slug"], before[-1]["version"] + 1)
    assert last["created_at"] == done["updated_at"]
    slug = (await api("GET", f"{app}/slugs/{done['slug']['id']}")).body
    assert (slug["commit"], slug["blob"]["method"]) == ("v1.3.0", "get")
    assert [row["type"] for row in (await api("GET", f"{app}/formation")).body] == list(slug["process_types"])
    assert (await api("GET", app)).body["slug_size"] == slug["size"]


async def test_a_build_fails(api: Api, app: str, clock: Clock) -> None:
    """A source with "fail" in its address: no slug, no release, an exit code and a line on stderr."""
    row = await build(api, app, BAD)
    before = (await api("GET", f"{app}/releases")).body
    clock.turn(20)
    done = (await api("GET", f"{app}/builds/{row['id']}")).body
    assert (done["status"], done["slug"]) == ("failed", None)
    assert (await api("GET", f"{app}/releases")).body == before
    result = (await api("GET", f"{app}/builds/{row['id']}/result")).body
    assert (result["build"], result["exit_code"]) == ({"id": row["id"], "status": "failed"}, 1)
    assert result["lines"][-1]["stream"] == "STDERR"


async def test_the_result_grows(api: Api, app: str, clock: Clock) -> None:
    """Lines so far and no exit code while it is pending, then all of them, and 0."""
    path = f"{app}/builds/{(await build(api, app))['id']}/result"
    early = (await api("GET", path)).body
    assert (early["build"]["status"], early["exit_code"]) == ("pending", None)
    clock.turn(20)
    late = (await api("GET", path)).body
    assert (late["build"]["status"], late["exit_code"]) == ("succeeded", 0)
    assert late["lines"][: len(early["lines"])] == early["lines"]
    assert len(late["lines"]) > len(early["lines"]) > 0
    assert {line["stream"] for line in late["lines"]} == {"STDOUT"}


async def test_builds_are_listed_in_start_order(api: Api, app: str, clock: Clock) -> None:
    """`started_at`, which is no attribute, or `id`."""
    ids = list[str]()
    for _ in range(4):
        ids.append((await build(api, app))["id"])
        clock.turn(1)
    listed = await api("GET", f"{app}/builds")
    assert [row["id"] for row in listed.body] == ids
    assert listed.headers["Accept-Ranges"] == "id, started_at"
    newest = await api("GET", f"{app}/builds", Range="started_at ..; order=desc, max=1")
    assert (newest.status, newest.body[0]["id"]) == (206, ids[-1])
    assert [row["id"] for row in (await api("GET", f"{app}/builds", Range="id ..")).body] == sorted(ids)
    assert (await api("GET", f"{app}/builds", Range="created_at ..")).status == 416


async def test_a_build_keeps_what_runs(api: Api, deployed: str, clock: Clock) -> None:
    """Process types and their scale are as they were."""
    before = {row["type"]: row["quantity"] for row in (await api("GET", f"{deployed}/formation")).body}
    await build(api, deployed)
    clock.turn(20)
    after = {row["type"]: row["quantity"] for row in (await api("GET", f"{deployed}/formation")).body}
    assert after == before


async def test_a_build_outlives_its_app(api: Api, app: str, clock: Clock) -> None:
    """An app deleted, or renamed, while it is built does no harm."""
    await build(api, app)
    await api("POST", "/apps", {"name": "second"})
    row = await build(api, "/apps/second")
    await api("DELETE", app)
    await api("PATCH", "/apps/second", {"name": "third"})
    clock.turn(20)
    assert (await api("GET", f"/apps/third/builds/{row['id']}")).body["status"] == "succeeded"
    assert (await api("GET", app)).status == 404


@pytest.mark.parametrize(
    "body", [{}, {"source_blob": {}}, {"source_blob": "x"}, {"source_blob": {"url": 5}}, {"source_blob": {"url": "x"}}]
)
async def test_sources_that_cannot_be_built(api: Api, app: str, body: Any) -> None:
    """422, and no build begins; a missing parameter is named with the object it belongs to."""
    got = await api("POST", f"{app}/builds", body)
    assert got.status == 422
    if body == {"source_blob": {}}:
        assert got.body["message"] == "Require params: source_blob:url."
    assert (await api("GET", f"{app}/builds")).body == []


async def test_missing_parents_and_children(api: Api, app: str) -> None:
    """404 tells which of them it is."""
    for path, resource in (("/apps/none/builds/x", "app"), (f"{app}/builds/x", "build"), (f"{app}/slugs/x", "slug")):
        got = await api("GET", path)
        assert (got.status, got.body["resource"]) == (404, resource)
    assert (await api("GET", f"{app}/builds/x/result")).body["resource"] == "build"


async def test_a_slug_is_uploaded_and_released(api: Api, app: str) -> None:
    """Created it has a signed address to put to, later one to get from; its release runs its process types."""
    types = {"web": "./web -p $PORT", "worker": "./work"}
    got = await api("POST", f"{app}/slugs", {"process_types": types, "commit": "60883d9"})
    assert (got.status, got.body["process_types"], got.body["commit"]) == (201, types, "60883d9")
    assert got.body["blob"]["method"] == "put"
    assert "Signature=" in got.body["blob"]["url"]
    later = (await api("GET", f"{app}/slugs/{got.body['id']}")).body
    assert later["blob"]["method"] == "get"
    assert later["blob"]["url"].partition("?")[0] == got.body["blob"]["url"].partition("?")[0]
    await api("POST", f"{app}/releases", {"slug": got.body["id"]})
    dynos = (await api("GET", f"{app}/dynos")).body
    assert [(row["name"], row["command"]) for row in dynos] == [("web.1", "./web -p $PORT")]
    wrong: Any
    for wrong in ({}, {"process_types": {}}, {"process_types": {"web": 1}}, {"process_types": types, "commit": 1}):
        assert (await api("POST", f"{app}/slugs", wrong)).status == 422


async def test_a_rollback_brings_back_the_slug(api: Api, app: str, clock: Clock) -> None:
    """A release of an earlier build's slug becomes a new release, and the latest."""
    for _ in range(2):
        await build(api, app)
        clock.turn(20)
    *_, first, second = (await api("GET", f"{app}/releases")).body
    assert first["slug"] != second["slug"]
    got = await api("POST", f"{app}/releases", {"release": str(first["version"])})
    assert (got.status, got.body["slug"], got.body["version"]) == (201, first["slug"], second["version"] + 1)


async def test_a_setup_makes_an_app(api: Api, clock: Clock) -> None:
    """The app is there at once with the overrides in its config; build and postdeploy take their time."""
    body: dict[str, Any] = {
        "source_blob": {"url": GOOD},
        "app": {"name": "example", "region": "eu", "stack": "heroku-24"},
        "overrides": {"env": {"FOO": "bar"}},
    }
    got = await api("POST", "/app-setups", body)
    assert (got.status, got.body["status"], got.body["app"]["name"]) == (201, "pending", "example")
    app = (await api("GET", "/apps/example")).body
    assert (app["region"]["name"], app["stack"]["name"]) == ("eu", "heroku-24")
    assert (await api("GET", "/apps/example/config-vars")).body == {"FOO": "bar"}
    build = f"/apps/example/builds/{got.body['build']['id']}"
    assert (await api("GET", build)).body["status"] == "pending"
    path = f"/app-setups/{got.body['id']}"
    seen = list[tuple[str, str, Any]]()
    for seconds in (19, 1, 4, 1):
        clock.turn(seconds)
        row = (await api("GET", path)).body
        seen.append((row["status"], row["build"]["status"], row["postdeploy"] and row["postdeploy"]["exit_code"]))
    assert seen == [
        ("pending", "pending", None),
        ("pending", "succeeded", None),
        ("pending", "succeeded", None),
        ("succeeded", "succeeded", 0),
    ]
    assert (await api("GET", path)).body["resolved_success_url"] == "https://example.herokuapp.com/"
    assert (await api("GET", build)).body["status"] == "succeeded"


@pytest.mark.parametrize(
    ("url", "message", "errors"),
    [(BAD, "build failed", []), (INVALID, "invalid app.json", ["config var FOO is required"])],
)
async def test_a_setup_fails(api: Api, clock: Clock, url: str, message: str, errors: list[str]) -> None:
    """With its build; the app stays."""
    row = (await api("POST", "/app-setups", {"source_blob": {"url": url}})).body
    clock.turn(60)
    done = (await api("GET", f"/app-setups/{row['id']}")).body
    assert (done["status"], done["build"]["status"], done["postdeploy"]) == ("failed", "failed", None)
    assert (done["failure_message"], done["manifest_errors"]) == (message, errors)
    assert (await api("GET", f"/apps/{row['app']['name']}")).status == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"source_blob": {}},
        {"source_blob": {"url": "x"}},
        {"source_blob": {"url": GOOD}, "app": {"name": "example"}},
        {"source_blob": {"url": GOOD}, "app": {"stack": "none"}},
        {"source_blob": {"url": GOOD}, "app": {"name": 5}},
        {"source_blob": {"url": GOOD}, "overrides": {"env": {"A": 1}}},
    ],
)
async def test_a_setup_that_cannot_be(api: Api, app: str, body: Any) -> None:
    """422, and no app is left behind."""
    before = (await api("GET", "/apps")).body
    assert (await api("POST", "/app-setups", body)).status == 422
    assert (await api("GET", "/apps")).body == before


async def test_a_setup_is_its_makers(api: Api, platform: Platform) -> None:
    """404 for anybody else."""
    row = (await api("POST", "/app-setups", {"source_blob": {"url": GOOD}})).body
    other = api.as_(platform.account("other@example.net"))
    got = await other("GET", f"/app-setups/{row['id']}")
    assert (got.status, got.body["resource"]) == (404, "app_setup")
