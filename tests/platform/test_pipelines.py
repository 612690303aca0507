"""Pipelines: couplings, promotions, transfers, config vars of stages, and what is shown of their apps."""

from typing import Any

import pytest

from aioheroku import Heroku, Pool
from aioheroku.testing import Platform
from tests._support.platform_client import Api
from tests._support.today import check_row

STRANGER = "stranger@example.com"


async def release(api: Api, app: str) -> Any:
    """A release of a new slug."""
    slug = (await api("POST", f"/apps/{app}/slugs", {"process_types": {"web": "run"}})).body
    return (await api("POST", f"/apps/{app}/releases", {"slug": slug["id"]})).body


@pytest.fixture
async def shop(api: Api) -> dict[str, str]:
    """The ids of a pipeline and of its two apps."""
    pipeline = (await api("POST", "/pipelines", {"name": "shop", "owner": None})).body
    ids = {"pipeline": pipeline["id"]}
    for stage in ("staging", "production"):
        app = (await api("POST", "/apps", {"name": f"shop-{stage}"})).body
        body = {"app": app["name"], "pipeline": pipeline["id"], "stage": stage}
        got = await api("POST", "/pipeline-couplings", body)
        assert got.status == 201
        check_row("PipelineCoupling", got.body)
        ids[stage] = app["id"]
    return ids


async def test_a_pipeline_lives(api: Api) -> None:
    """It is made with or without an owner, found by id and name, renamed, and deleted with a body, as the CLI does."""
    owner = {"id": (await api("GET", "/account")).body["id"], "type": "user"}
    made = await api("POST", "/pipelines", {"name": "shop", "owner": owner, "generation": {"name": "fir"}})
    assert (made.status, made.body["owner"], made.body["generation"]["name"]) == (201, owner, "fir")
    check_row("Pipeline", made.body)
    path = f"/pipelines/{made.body['id']}"
    assert (await api("GET", "/pipelines/shop")).body == made.body
    assert [row["name"] for row in (await api("GET", "/pipelines?eq[name]=shop")).body] == ["shop"]
    assert (await api("GET", "/pipelines?eq[name]=none")).body == []
    assert (await api("PATCH", path, {"name": "store"})).body["name"] == "store"
    assert (await api("GET", f"{path}/repo")).body["full_name"].endswith("/store")
    assert (await api("GET", f"{path}/repo/branches/main")).status == 200
    assert (await api("GET", f"{path}/repo/branches/missing")).status == 404
    assert (await api("DELETE", path, {"name": "store"})).status == 200
    gone = await api("GET", path)
    assert (gone.status, gone.body["resource"]) == (404, "pipeline")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "a"},
        {"name": "With Blanks"},
        {"name": "shop", "owner": {"id": "nobody", "type": "user"}},
        {"name": "shop", "owner": {"id": "nobody", "type": "team"}},
        {"name": "shop", "owner": {"id": "nobody"}},
        {"name": "shop", "generation": {"name": "bamboo"}},
    ],
)
async def test_odd_pipelines_are_refused(api: Api, body: dict[str, Any]) -> None:
    """A name that is missing or malformed, an unknown owner, an unknown generation: 422."""
    assert (await api("POST", "/pipelines", body)).status == 422


async def test_strangers_see_no_pipeline(api: Api, platform: Platform, shop: dict[str, str]) -> None:
    """Who has no part in it gets 404; a collaborator of an app of it sees it and does not own it."""
    stranger = api.as_(platform.account(STRANGER))
    path = f"/pipelines/{shop['pipeline']}"
    assert (await stranger("GET", path)).status == 404
    assert (await stranger("GET", "/pipelines")).body == []
    await api("POST", "/apps/shop-staging/collaborators", {"user": STRANGER})
    assert (await stranger("GET", path)).status == 200
    assert [row["stage"] for row in (await stranger("GET", "/pipeline-couplings")).body] == ["staging"]
    assert (await stranger("GET", "/users/~/pipeline-couplings")).body == []
    owner = {"id": platform.state.account(platform.email).row["id"], "type": "user"}
    transfer = {"pipeline": {"id": shop["pipeline"]}, "new_owner": owner}
    assert (await api("POST", "/pipeline-transfers", transfer)).status == 201
    assert (await stranger("DELETE", path)).status == 403


async def test_an_app_is_in_one_pipeline(api: Api, shop: dict[str, str]) -> None:
    """A second coupling is 422; without one there is nothing to show of an app, and an app that goes takes its own."""
    other = (await api("POST", "/pipelines", {"name": "other"})).body
    body = {"app": shop["staging"], "pipeline": other["id"], "stage": "staging"}
    assert (await api("POST", "/pipeline-couplings", body)).status == 422
    coupling = (await api("GET", "/apps/shop-staging/pipeline-couplings")).body
    moved = await api("PATCH", f"/pipeline-couplings/{coupling['id']}", {"stage": "development"})
    assert moved.body["stage"] == "development"
    assert (await api("PATCH", f"/pipeline-couplings/{coupling['id']}", {"stage": "attic"})).status == 422
    assert (await api("DELETE", f"/pipeline-couplings/{coupling['id']}")).status == 200
    assert (await api("GET", "/apps/shop-staging/pipeline-couplings")).status == 404
    assert (await api("POST", "/pipeline-couplings", body)).status == 201
    await api("DELETE", "/apps/shop-staging")
    assert (await api("GET", f"/pipelines/{other['id']}/pipeline-couplings")).body == []


async def test_a_promotion_takes_the_slug_along(api: Api, platform: Platform, shop: dict[str, str]) -> None:
    """Its target is pending, then succeeded, with a release of the source's slug that runs its process types."""
    await release(api, "shop-staging")
    source = await release(api, "shop-staging")
    body = {
        "pipeline": {"id": shop["pipeline"]},
        "source": {"app": {"id": shop["staging"]}},
        "targets": [{"app": {"id": shop["production"]}}],
    }
    made = await api("POST", "/pipeline-promotions", body)
    assert (made.status, made.body["status"], made.body["source"]["release"]["id"]) == (201, "pending", source["id"])
    check_row("PipelinePromotion", made.body)
    path = f"/pipeline-promotions/{made.body['id']}"
    (target,) = (await api("GET", f"{path}/promotion-targets")).body
    assert (target["status"], target["release"]) == ("pending", None)
    platform.advance(2)
    (target,) = (await api("GET", f"{path}/promotion-targets")).body
    check_row("PipelinePromotionTarget", target)
    assert (target["status"], (await api("GET", path)).body["status"]) == ("succeeded", "completed")
    found = (await api("GET", f"/apps/shop-production/releases/{target['release']['id']}")).body
    check_row("Release", found)
    assert (found["slug"], found["current"]) == (source["slug"], True)
    assert found["description"] == f"Promote shop-staging v{source['version']}"
    slug = await api("GET", f"/apps/shop-production/slugs/{found['slug']['id']}")
    assert slug.body["process_types"] == {"web": "run"}
    assert [row["type"] for row in (await api("GET", "/apps/shop-production/formation")).body] == ["web"]


async def test_a_promotion_fails_by_target(api: Api, platform: Platform, shop: dict[str, str]) -> None:
    """A target whose behavior says so fails with a message and without a release; the promotion is completed."""
    await release(api, "shop-staging")
    before = (await api("GET", "/apps/shop-production/releases")).body
    platform.behavior("shop-production").promotion_fails = True
    platform.behavior("shop-staging").promotion_seconds = 60
    body = {
        "pipeline": {"id": shop["pipeline"]},
        "source": {"app": {"id": shop["staging"]}},
        "targets": [{"app": {"id": shop["production"]}}],
    }
    path = f"/pipeline-promotions/{(await api('POST', '/pipeline-promotions', body)).body['id']}"
    platform.advance(59)
    assert (await api("GET", path)).body["status"] == "pending"
    platform.advance(1)
    (target,) = (await api("GET", f"{path}/promotion-targets")).body
    assert (target["status"], target["release"]) == ("failed", None)
    assert target["error_message"]
    assert (await api("GET", "/apps/shop-production/releases")).body == before


async def test_odd_promotions_are_refused(api: Api, shop: dict[str, str]) -> None:
    """A source without code, an app of another pipeline, no target, itself: 422."""
    body: dict[str, Any] = {
        "pipeline": {"id": shop["pipeline"]},
        "source": {"app": {"id": shop["staging"]}},
        "targets": [{"app": {"id": shop["production"]}}],
    }
    assert (await api("POST", "/pipeline-promotions", body)).status == 422
    await release(api, "shop-staging")
    other = (await api("POST", "/apps", {})).body["id"]
    changes: list[dict[str, Any]] = [
        {"targets": []},
        {"targets": [{}]},
        {"targets": [{"app": {"id": other}}]},
        {"targets": [{"app": {"id": shop["staging"]}}]},
        {"source": {}},
        {"pipeline": {}},
    ]
    for change in changes:
        assert (await api("POST", "/pipeline-promotions", body | change)).status == 422, change
    assert (await api("POST", "/pipeline-promotions", body)).status == 201


async def test_config_vars_of_a_stage(api: Api, shop: dict[str, str]) -> None:
    """Each stage has its own; null removes one; there is no stage besides the five."""
    path = f"/pipelines/{shop['pipeline']}/stage/review/config-vars"
    assert (await api("GET", path)).body == {}
    assert (await api("PATCH", path, {"A": "1", "B": "2"})).body == {"A": "1", "B": "2"}
    assert (await api("PATCH", path, {"A": None})).body == {"B": "2"}
    assert (await api("PATCH", path, {"A": 1})).status == 422
    assert (await api("GET", path.replace("review", "test"))).body == {}
    assert (await api("GET", path.replace("review", "attic"))).status == 404


async def test_what_is_latest_of_each_app(api: Api, platform: Platform, shop: dict[str, str]) -> None:
    """Builds, releases and deployments: one of each app that has any; the stack is that furthest downstream."""
    path = f"/pipelines/{shop['pipeline']}"
    assert (await api("GET", f"{path}/latest-builds")).body == []
    assert (await api("GET", f"{path}/latest-deployments")).body == []
    source = {"source_blob": {"url": "https://example.com/a.tgz", "version": "v1"}}
    build = (await api("POST", "/apps/shop-staging/builds", source)).body
    platform.advance(20)
    (latest,) = (await api("GET", f"{path}/latest-builds")).body
    check_row("PipelineBuild", latest)
    assert (latest["id"], latest["status"]) == (build["id"], "succeeded")
    await api("PATCH", "/apps/shop-staging/config-vars", {"A": "1"})
    (deployment,) = (await api("GET", f"{path}/latest-deployments")).body
    check_row("Release", deployment)
    assert deployment["id"] == latest["release"]["id"]
    releases = (await api("GET", f"{path}/latest-releases")).body
    assert {row["app"]["name"] for row in releases} == {"shop-staging", "shop-production"}
    assert deployment["id"] not in {row["id"] for row in releases}
    stack = (await api("GET", "/apps/shop-production")).body["stack"]
    assert (await api("GET", f"{path}/pipeline-stack")).body == {"stack": stack}


async def test_a_pipeline_changes_hands(api: Api, platform: Platform, shop: dict[str, str]) -> None:
    """It goes to a team and from there to a person; the answer names both owners."""
    acme, me = platform.state.organizations["acme"].id, platform.state.account(platform.email).row["id"]
    pipeline = {"id": shop["pipeline"]}
    body = {"pipeline": pipeline, "new_owner": {"id": acme, "type": "team"}}
    got = await api("POST", "/pipeline-transfers", body)
    check_row("PipelineTransfer", got.body)
    assert got.body["previous_owner"] == {"id": me, "type": "user"}
    assert (await api("GET", "/pipelines/shop")).body["owner"] == {"id": acme, "type": "team"}
    stranger = platform.state.account(STRANGER).row["id"]
    body = {"pipeline": pipeline, "new_owner": {"id": stranger, "type": "user"}}
    assert (await api("POST", "/pipeline-transfers", body)).body["previous_owner"] == {"id": acme, "type": "team"}
    body = {"pipeline": pipeline, "new_owner": {"id": "x", "type": "robot"}}
    assert (await api("POST", "/pipeline-transfers", body)).status == 422


async def test_a_fleet_has_pipelines() -> None:
    """Apps in staging and production, review apps of them, teams as owners; the same of the same seed."""
    found: list[list[str]] = []
    for _ in range(2):
        async with (
            Platform(apps=40, seed=5) as platform,
            Heroku(platform.token, base_url=platform.url, pool=Pool()) as heroku,
        ):
            pipelines = await heroku.pipelines.list().all()
            couplings = await heroku.pipeline_couplings.list().all()
            review_apps = [row for one in pipelines for row in await heroku.review_apps.list(one).all()]
        assert {one.stage for one in couplings} == {"staging", "production", "review"}
        assert {one.owner.type for one in pipelines if one.owner} == {"user", "team"}
        assert {row.status for row in review_apps} == {"created"}
        found.append([str(one.id) for one in pipelines] + [str(one.id) for one in couplings])
    assert found[0] == found[1]
