"""Buildpacks, cancelled builds, the build cache, sources, images, and the config vars of a release."""

from typing import Any

from aioheroku.testing import Platform
from tests._support.platform_client import Api
from tests._support.today import check_row

SOURCE: dict[str, Any] = {"source_blob": {"url": "https://example.com/a.tgz", "version": "v1", "checksum": "SHA256:00"}}


async def test_buildpacks_wait_for_a_build(api: Api, app: str) -> None:
    """PUT replaces them all, in order; no release comes of it, and the next build runs them."""
    releases = (await api("GET", f"{app}/releases")).body
    updates = [{"buildpack": "heroku/nodejs"}, {"buildpack": "https://github.com/heroku/heroku-buildpack-ruby"}]
    got = await api("PUT", f"{app}/buildpack-installations", {"updates": updates})
    assert [(row["ordinal"], row["buildpack"]["name"]) for row in got.body] == [
        (0, "heroku/nodejs"),
        (1, "https://github.com/heroku/heroku-buildpack-ruby"),
    ]
    for row in got.body:
        check_row("BuildpackInstallation", row)
    assert (await api("GET", f"{app}/buildpack-installations")).body == got.body
    assert (await api("GET", f"{app}/releases")).body == releases
    build = (await api("POST", f"{app}/builds", SOURCE)).body
    assert build["buildpacks"] == [row["buildpack"] for row in got.body]
    other = (await api("POST", f"{app}/builds", {**SOURCE, "buildpacks": [{"name": "heroku/go"}]})).body
    assert [one["name"] for one in other["buildpacks"]] == ["heroku/go"]
    odds: list[list[Any]] = [[{}], [{"buildpack": ""}], [{"buildpack": "ruby"}], ["heroku/ruby"]]
    for odd in odds:
        assert (await api("PUT", f"{app}/buildpack-installations", {"updates": odd})).status == 422
    assert (await api("PUT", f"{app}/buildpack-installations", {"updates": []})).body == []


async def test_a_cancelled_build_has_failed(api: Api, platform: Platform, app: str) -> None:
    """It ends at once, without a slug and a release; a build that has ended cannot be cancelled."""
    build = (await api("POST", f"{app}/builds", SOURCE)).body
    check_row("Build", build)
    assert build["output_stream_url"].startswith(f"{platform.url}/")
    assert build["source_blob"]["checksum"] == "SHA256:00"
    releases = (await api("GET", f"{app}/releases")).body
    assert (await api("DELETE", f"{app}/builds/{build['id']}")).body["status"] == "failed"
    platform.advance(100)
    assert (await api("GET", f"{app}/builds/{build['id']}")).body["slug"] is None
    assert (await api("GET", f"{app}/releases")).body == releases
    assert (await api("DELETE", f"{app}/builds/{build['id']}")).status == 422


async def test_the_build_cache_is_emptied(api: Api, platform: Platform, app: str) -> None:
    """A build leaves one; its deletion is 202 without a body. The build names its release."""
    build = (await api("POST", f"{app}/builds", SOURCE)).body
    platform.advance(20)
    parts = platform.state.names["example"].parts
    assert parts.build_cache
    got = await api("DELETE", f"{app}/build-cache")
    assert (got.status, got.raw, parts.build_cache) == (202, b"", False)
    done = (await api("GET", f"{app}/builds/{build['id']}")).body
    last = (await api("GET", f"{app}/releases")).body[-1]
    assert done["release"] == {"id": last["id"]}
    check_row("Slug", (await api("GET", f"{app}/slugs/{done['slug']['id']}")).body)


async def test_sources_are_on_its_own_host(api: Api, platform: Platform, app: str) -> None:
    """Two addresses of the same archive, new ones each time, with or without an app."""
    seen: list[str] = []
    for path in ("/sources", f"{app}/sources"):
        got = await api("POST", path)
        assert got.status == 201
        check_row("Source", got.body)
        urls = got.body["source_blob"]
        assert urls["get_url"].partition("?")[0] == urls["put_url"].partition("?")[0]
        seen += [url.partition("?")[0] for url in urls.values()]
    assert len(set(seen)) == 2
    assert all(url.startswith(f"{platform.url}/") for url in seen)
    assert (await api("POST", "/apps/none/sources")).status == 404


async def test_an_image_is_released(api: Api, app: str) -> None:
    """It is found by id and digest; its release runs its processes, has no slug and can be rolled back to."""
    types = {"web": {"name": "web", "command": "/cnb/process/web"}}
    made = await api("POST", f"{app}/oci-images", {"digest": "sha256:aa", "process_types": types})
    assert made.status == 201
    check_row("OCIImage", made.body)
    for name in (made.body["id"], "sha256:aa"):
        assert (await api("GET", f"{app}/oci-images/{name}")).body == made.body
    assert (await api("GET", f"{app}/oci-images/none")).body["resource"] == "oci_image"
    release = await api("POST", f"{app}/releases", {"oci_image": made.body["id"]})
    assert (release.status, release.body["slug"]) == (201, None)
    check_row("Release", release.body)
    assert release.body["artifacts"] == [{"type": "oci-image", "id": made.body["id"]}]
    (process,) = (await api("GET", f"{app}/formation")).body
    assert process["command"] == "/cnb/process/web"
    back = await api("POST", f"{app}/releases", {"release": release.body["id"]})
    assert back.body["artifacts"] == release.body["artifacts"]
    assert (await api("POST", f"{app}/releases", {"oci_image": "none"})).status == 404
    assert (await api("POST", f"{app}/releases", {})).status == 422


async def test_one_release_is_current(api: Api, platform: Platform, app: str) -> None:
    """The newest that succeeded; one that is pending says where its output is, and one that failed is not current."""
    await api("PATCH", f"{app}/config-vars", {"A": "1"})
    rows = (await api("GET", f"{app}/releases")).body
    assert [row["current"] for row in rows] == [*[False] * (len(rows) - 1), True]
    old = rows[-1]["version"]
    await api("PATCH", f"{app}/config-vars", {"A": "2"})
    assert (await api("GET", f"{app}/releases/{old}/config-vars")).body == {"A": "1"}
    platform.behavior("example").release_fails = True
    platform.behavior("example").release_seconds = 5
    slug = (await api("POST", f"{app}/slugs", {"process_types": {"web": "run"}})).body
    late = (await api("POST", f"{app}/releases", {"slug": slug["id"]})).body
    assert late["output_stream_url"].startswith(f"{platform.url}/")
    platform.advance(5)
    rows = (await api("GET", f"{app}/releases")).body
    assert [(row["status"], row["current"]) for row in rows[-2:]] == [("succeeded", True), ("failed", False)]


async def test_an_app_setup_takes_buildpacks(api: Api) -> None:
    """Those of its overrides are the app's, and its build runs them; it says where the output is."""
    overrides = {"buildpacks": [{"url": "https://example.com/buildpack.tgz"}]}
    setup = await api("POST", "/app-setups", {**SOURCE, "overrides": overrides})
    assert setup.status == 201
    check_row("AppSetup", setup.body)
    path = f"/apps/{setup.body['app']['id']}/buildpack-installations"
    assert [row["buildpack"]["url"] for row in (await api("GET", path)).body] == ["https://example.com/buildpack.tgz"]
    odd = {**SOURCE, "overrides": {"buildpacks": [{}]}}
    assert (await api("POST", "/app-setups", odd)).status == 422
