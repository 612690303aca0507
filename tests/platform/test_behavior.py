"""Builds, releases and dynos that come late, fail or crash, tokens that expire, and time that a test lets pass."""

import http.client
import json
from typing import Any

import pytest

from aioheroku.testing import Platform
from tests._support.platform_client import Api, Open
from tests._support.secrets import raises

SOURCE = {"source_blob": {"url": "https://example.com/source.tgz", "version": None}}


async def states(api: Api, app: str) -> dict[str, tuple[str, int]]:
    """Each dyno's state, and the release that it runs."""
    rows = (await api("GET", f"{app}/dynos")).body
    return {row["name"]: (row["state"], row["release"]["version"]) for row in rows}


async def deploy(api: Api, platform: Platform, app: str) -> Any:
    """A release of a new slug."""
    slug = (await api("POST", f"{app}/slugs", {"process_types": {"web": "run", "worker": "work"}})).body
    return (await api("POST", f"{app}/releases", {"slug": slug["id"]})).body


async def test_time_passes_by_advance(api: Api, platform: Platform) -> None:
    """Dates move and tokens come back, at once and by as much as was said; never backwards."""
    platform.drain()
    platform.advance(30)
    assert platform.remaining == 10
    made = (await api("POST", "/apps", {})).body
    assert made["created_at"] == "2015-12-13T09:47:10Z"
    with raises(ValueError, match="one direction"):
        platform.advance(-1)


@pytest.mark.parametrize("fails", [False, True])
async def test_build_outcome_is_configurable(api: Api, app: str, platform: Platform, fails: bool) -> None:
    """It ends after the seconds that were set, with the outcome that was set when it began."""
    platform.behavior("example").build_seconds = 90
    platform.behavior("example").build_fails = fails
    build = (await api("POST", f"{app}/builds", SOURCE)).body
    platform.behavior("example").build_fails = not fails
    platform.advance(89)
    assert (await api("GET", f"{app}/builds/{build['id']}")).body["status"] == "pending"
    platform.advance(1)
    done = (await api("GET", f"{app}/builds/{build['id']}")).body
    assert done["status"] == ("failed" if fails else "succeeded")
    assert (done["slug"] is None) is fails


async def test_an_app_setup_follows_its_build(api: Api, platform: Platform) -> None:
    """A build that fails fails the setup, at the moment it ends."""
    platform.behavior().build_fails = True
    platform.behavior().build_seconds = 2
    setup = (await api("POST", "/app-setups", SOURCE)).body
    platform.advance(2)
    assert (await api("GET", f"/app-setups/{setup['id']}")).body["status"] == "failed"


async def test_a_release_that_comes_late(api: Api, app: str, platform: Platform) -> None:
    """It is pending, and dynos run the one before, until the time is over; then they restart on it."""
    first = await deploy(api, platform, app)
    assert first["status"] == "succeeded"
    platform.behavior("example").release_seconds = 30
    late = await deploy(api, platform, app)
    assert (late["status"], late["version"]) == ("pending", first["version"] + 1)
    platform.advance(29)
    assert await states(api, app) == {"web.1": ("up", first["version"])}
    assert (await api("GET", app)).body["released_at"] == first["created_at"]
    platform.advance(1)
    assert (await api("GET", f"{app}/releases/{late['id']}")).body["status"] == "succeeded"
    assert await states(api, app) == {"web.1": ("starting", late["version"])}


async def test_a_release_that_fails(api: Api, app: str, platform: Platform) -> None:
    """Dynos stay on the release before, and so does what is released next without a slug of its own."""
    first = await deploy(api, platform, app)
    before = (await api("GET", f"{app}/dynos")).body
    platform.behavior("example").release_fails = True
    failed = await deploy(api, platform, app)
    assert failed["status"] == "pending"
    assert (await api("GET", f"{app}/releases/{failed['id']}")).body["status"] == "failed"
    assert [row["id"] for row in (await api("GET", f"{app}/dynos")).body] == [row["id"] for row in before]
    platform.advance(5)
    assert await states(api, app) == {"web.1": ("up", first["version"])}
    await api("PATCH", f"{app}/config-vars", {"A": "b"})
    last = (await api("GET", f"{app}/releases")).body[-1]
    assert (last["slug"], last["status"], last["version"]) == (first["slug"], "succeeded", failed["version"] + 1)
    assert await states(api, app) == {"web.1": ("starting", last["version"])}


async def test_dynos_that_crash(api: Api, app: str, platform: Platform) -> None:
    """This many seconds after they are up, again after a restart, and no more once that is over."""
    platform.behavior("example").crash_after = 10
    release = await deploy(api, platform, app)
    seen = list[str]()
    for _ in range(2):
        for seconds in (0, 4.9, 0.1, 9.9, 0.1):
            platform.advance(seconds)
            seen.append((await states(api, app))["web.1"][0])
        await api("DELETE", f"{app}/dynos")
    assert seen == ["starting", "starting", "up", "up", "crashed"] * 2
    platform.behavior("example").crash_after = None
    await api("DELETE", f"{app}/dynos/web.1")
    platform.advance(100)
    assert await states(api, app) == {"web.1": ("up", release["version"])}


async def test_a_dyno_that_is_gone_does_not_crash(api: Api, app: str, platform: Platform) -> None:
    """What was going to happen to a dyno goes with it."""
    platform.behavior("example").crash_after = 10
    await deploy(api, platform, app)
    platform.advance(6)
    platform.behavior("example").crash_after = None
    await api("DELETE", f"{app}/dynos")
    platform.advance(20)
    assert {state for state, _ in (await states(api, app)).values()} == {"up"}
    await api("DELETE", app)
    platform.advance(20)


async def test_behavior_of_one_app_and_of_all(api: Api, app: str, platform: Platform) -> None:
    """An app's own begins as a copy of the one of all, and keeps apart from then on."""
    platform.behavior().boot_seconds = 1
    own = platform.behavior("example")
    platform.behavior().boot_seconds = 50
    assert (own.boot_seconds, own is platform.behavior("example")) == (1, True)
    other = next(name for name in platform.state.names if name != "example")
    assert platform.state.behavior_of(platform.state.names[other]).boot_seconds == 50
    with raises(LookupError, match="no-such"):
        platform.behavior("no-such")


async def test_a_token_that_expires(api: Api, platform: Platform) -> None:
    """401 once its seconds have passed, or at once; other tokens of the account are as before."""
    short, other = platform.new_token(expires_in=60), platform.new_token("other@example.com")
    assert (await api.as_(short)("GET", "/account")).body["email"] == platform.email
    assert (await api.as_(other)("GET", "/account")).body["email"] == "other@example.com"
    platform.advance(60)
    assert (await api.as_(short)("GET", "/account")).status == 401
    platform.expire(other)
    assert (await api.as_(other)("GET", "/account")).status == 401
    assert (await api("GET", "/account")).status == 200


async def test_organizations_have_apps(serve: Open) -> None:
    """In a fleet both organizations own some that the account has joined, and it may delete every one."""
    async with serve(apps=40, seed=2) as (_, api):
        counts = dict[str, int]()
        for name in ("acme", "initech"):
            rows = (await api("GET", f"/organizations/{name}/apps")).body
            assert {row["owner"]["email"] for row in rows} == {f"{name}@herokumanager.com"}
            counts[name] = sum(row["joined"] for row in rows)
            assert (await api("DELETE", f"/apps/{rows[0]['id']}")).status == 200
        assert counts == {"acme": 7, "initech": 3}
        assert len((await api("GET", "/apps")).body) == 38


def test_time_passes_in_a_thread_too() -> None:
    """A synchronous test lets it pass, and what is due then has happened when it goes on."""
    with Platform(apps=1, seed=1).in_thread() as platform:
        name, app = next(iter(platform.state.names.items()))
        headers = {"Accept": "application/vnd.heroku+json; version=3", "Authorization": f"Bearer {platform.token}"}
        connection = http.client.HTTPConnection(platform.url.removeprefix("http://"), timeout=10)
        connection.request("POST", f"/apps/{name}/builds", json.dumps(SOURCE), headers)
        assert connection.getresponse().status == 201
        connection.close()
        platform.advance(20)
        assert [build["status"] for build in app.parts.builds] == ["succeeded"]
