"""Review apps and their config, test runs, telemetry drains."""

from typing import Any

import pytest

from aioheroku.testing import Platform
from tests._support.platform_client import Api
from tests._support.today import check_row

SOURCE = {"url": "https://example.com/a.tgz", "version": "v1"}


@pytest.fixture
async def pipeline(api: Api) -> str:
    """The id of a pipeline."""
    id: str = (await api("POST", "/pipelines", {"name": "shop"})).body["id"]
    return id


def wanted(pipeline: str, **more: Any) -> dict[str, Any]:
    return {"branch": "sale", "pipeline": pipeline, "source_blob": SOURCE, **more}


async def test_a_review_app_lives(api: Api, platform: Platform, pipeline: str) -> None:
    """Pending without an app, creating with one, created; it has the stage's config vars, and goes with its app."""
    await api("PATCH", f"/pipelines/{pipeline}/stage/review/config-vars", {"A": "1", "B": "2"})
    body = wanted(pipeline, pr_number=7, environment={"B": "3"}, source_blob={"url": "resolve", "version": None})
    made = await api("POST", "/review-apps", body)
    assert (made.status, made.body["status"], made.body["app"]) == (201, "pending", None)
    check_row("ReviewApp", made.body)
    path = f"/review-apps/{made.body['id']}"
    platform.advance(2)
    row = (await api("GET", path)).body
    check_row("ReviewApp", row)
    assert row["status"] == "creating"
    app = f"/apps/{row['app']['id']}"
    platform.advance(2)
    assert (await api("GET", path)).body["status"] == "created"
    assert (await api("GET", f"{app}/config-vars")).body == {"A": "1", "B": "3"}
    assert (await api("GET", f"{app}/pipeline-couplings")).body["stage"] == "review"
    assert (await api("GET", f"{app}/review-app")).body["id"] == row["id"]
    assert (await api("GET", f"/app-setups/{row['app_setup']['id']}")).body["app"]["id"] == row["app"]["id"]
    assert (await api("POST", "/review-apps", wanted(pipeline))).status == 422  # the branch has one
    assert (await api("DELETE", path)).body["status"] == "deleting"
    platform.advance(2)
    assert (await api("GET", path)).body["status"] == "deleted"
    assert (await api("GET", app)).status == 404
    assert (await api("GET", f"/pipelines/{pipeline}/review-apps")).body == []
    assert (await api("DELETE", path)).status == 404


@pytest.mark.parametrize("by", ["behavior", "address"])
async def test_a_review_app_fails(api: Api, platform: Platform, pipeline: str, by: str) -> None:
    """It is errored after the time that was set, without an app, and says what it was doing."""
    platform.behavior().review_app_seconds = 30
    platform.behavior().review_app_fails = by == "behavior"
    url = "https://example.com/fails.tgz" if by == "address" else SOURCE["url"]
    made = (await api("POST", "/review-apps", wanted(pipeline, source_blob={"url": url}))).body
    platform.advance(29)
    assert (await api("GET", f"/review-apps/{made['id']}")).body["status"] == "creating"
    platform.advance(1)
    row = (await api("GET", f"/review-apps/{made['id']}")).body
    assert (row["status"], row["error_status"], row["app"]) == ("errored", "creating", None)
    assert row["message"]


@pytest.mark.parametrize(
    "change", [{"branch": " "}, {"source_blob": {"url": "ftp://x"}}, {"environment": {"A": 1}}, {"pr_number": "7"}]
)
async def test_odd_review_apps_are_refused(api: Api, pipeline: str, change: dict[str, Any]) -> None:
    """A blank branch, an address that is none, config vars that are no strings: 422."""
    assert (await api("POST", "/review-apps", wanted(pipeline, **change))).status == 422


async def test_a_review_app_config_lives(api: Api, pipeline: str) -> None:
    """404 until it is made, once; a change takes the repository too; deleted it is 404 again."""
    path = f"/pipelines/{pipeline}/review-app-config"
    for verb in ("GET", "PATCH", "DELETE"):
        got = await api(verb, path, {} if verb != "GET" else None)
        assert (got.status, got.body["resource"]) == (404, "review_app_config")
    target = {"id": "us", "type": "region"}
    made = await api("POST", path, {"repo": "heroku/example", "deploy_target": target, "stale_days": 3})
    assert made.status == 201
    check_row("ReviewAppConfig", made.body)
    assert (made.body["deploy_target"], made.body["stale_days"], made.body["wait_for_ci"]) == (target, 3, False)
    assert (await api("POST", path, {"repo": "heroku/example"})).status == 422
    changed = (await api("PATCH", path, {"repo": "heroku/other", "wait_for_ci": True, "deploy_target": None})).body
    assert changed["repo"] != made.body["repo"]
    assert (changed["wait_for_ci"], changed["deploy_target"], changed["stale_days"]) == (True, None, 3)
    assert (await api("GET", f"/pipelines/{pipeline}/repo")).body == {"full_name": "heroku/other"}
    assert (await api("PATCH", path, {"repo": "none"})).status == 422
    assert (await api("PATCH", path, {"deploy_target": {"id": "us", "type": "moon"}})).status == 422
    assert (await api("DELETE", path, {"repo": "heroku/other"})).body == changed
    assert (await api("GET", path)).status == 404


def run_of(pipeline: str, **more: Any) -> dict[str, Any]:
    return {
        "commit_branch": "main",
        "commit_message": "Sale",
        "commit_sha": "60883d9",
        "pipeline": pipeline,
        "source_blob_url": "https://example.com/a.tgz",
        **more,
    }


@pytest.mark.parametrize("fails", [False, True])
async def test_a_test_run_goes_through(api: Api, platform: Platform, pipeline: str, fails: bool) -> None:
    """Four steps of the same length to its end; its node has an exit code then, and there are cases."""
    platform.behavior().test_run_seconds = 40
    platform.behavior().test_run_fails = fails
    made = await api("POST", "/test-runs", run_of("shop"))
    assert made.status == 201
    check_row("TestRun", made.body)
    path, seen = f"/test-runs/{made.body['id']}", [made.body["status"]]
    (node,) = (await api("GET", f"{path}/test-nodes")).body
    assert node["exit_code"] is None
    for _ in range(4):
        platform.advance(10)
        seen.append((await api("GET", path)).body["status"])
    assert seen == ["pending", "creating", "building", "running", "failed" if fails else "succeeded"]
    (node,) = (await api("GET", f"{path}/test-nodes")).body
    check_row("TestNode", node)
    assert (node["exit_code"], node["status"]) == (int(fails), seen[-1])
    assert node["output_stream_url"].startswith(f"{platform.url}/")
    assert node["setup_stream_url"].startswith(f"{platform.url}/")
    cases = (await api("GET", f"{path}/test-cases")).body
    for case in cases:
        check_row("TestCase", case)
    assert all(case["passed"] for case in cases) is not fails


async def test_runs_are_numbered_by_pipeline(api: Api, pipeline: str) -> None:
    """From 1 in each pipeline; a run is found by its number there, and changed by its id or a number."""
    await api("POST", "/test-runs", run_of(pipeline))
    second = (await api("POST", "/test-runs", run_of(pipeline))).body
    other = (await api("POST", "/pipelines", {"name": "other"})).body["id"]
    first = (await api("POST", "/test-runs", run_of(other))).body
    assert (second["number"], first["number"]) == (2, 1)
    assert (await api("GET", f"/pipelines/{pipeline}/test-runs/2")).body["id"] == second["id"]
    assert (await api("GET", f"/pipelines/{other}/test-runs/2")).status == 404
    assert len((await api("GET", f"/pipelines/{pipeline}/test-runs")).body) == 2
    change = {"status": "cancelled", "message": "enough"}
    assert (await api("PATCH", f"/test-runs/{first['id']}", change)).body["message"] == "enough"
    assert (await api("PATCH", "/test-runs/2", {"status": "cancelled", "message": None})).body["id"] == second["id"]
    assert (await api("PATCH", f"/test-runs/{first['id']}", {"status": "cancelled"})).status == 422


async def test_a_cancelled_run_stays_cancelled(api: Api, platform: Platform, pipeline: str) -> None:
    """What was to come does not; a run for debugging ends with its dyno kept."""
    run = (await api("POST", "/test-runs", run_of(pipeline))).body
    debug = (await api("POST", "/test-runs", run_of(pipeline, debug=True))).body
    await api("PATCH", f"/test-runs/{run['id']}", {"status": "cancelled", "message": None})
    platform.advance(100)
    assert (await api("GET", f"/test-runs/{run['id']}")).body["status"] == "cancelled"
    assert (await api("GET", f"/test-runs/{debug['id']}")).body["status"] == "debugging"


async def test_a_telemetry_drain_lives(api: Api, app: str) -> None:
    """A change of the exporter leaves the rest of it; signals are those that there are; it goes with its app."""
    id = (await api("GET", app)).body["id"]
    exporter = {"type": "otlphttp", "endpoint": "https://otel.example.com", "headers": {"Key": "secret"}}
    body = {"owner": {"id": id, "type": "app"}, "signals": ["logs", "traces"], "exporter": exporter}
    made = await api("POST", "/telemetry-drains", body)
    assert made.status == 201
    check_row("TelemetryDrain", made.body)
    path = f"/telemetry-drains/{made.body['id']}"
    changed = (await api("PATCH", path, {"exporter": {"endpoint": "https://other.example.com"}})).body
    assert changed["exporter"] == {**exporter, "endpoint": "https://other.example.com"}
    assert set(changed["signals"]) == {"logs", "traces"}
    assert (await api("PATCH", path, {"signals": ["noise"]})).status == 422
    assert (await api("POST", "/telemetry-drains", body | {"signals": []})).status == 422
    assert [row["id"] for row in (await api("GET", f"{app}/telemetry-drains")).body] == [made.body["id"]]
    assert (await api("DELETE", path)).status == 200
    assert (await api("GET", path)).status == 404
    again = (await api("POST", "/telemetry-drains", body)).body
    await api("DELETE", app)
    assert (await api("GET", f"/telemetry-drains/{again['id']}")).status == 404
