"""Deploys over loopback: what is sent in which order, and how each end shows."""

import io
from collections.abc import Callable
from typing import Any

from aiohttp import web

from aioheroku import Heroku, errors
from tests._support.fakes import Serve, Server
from tests._support.secrets import raises

ID = "01234567-89ab-cdef-0123-456789abcdef"
WHEN = {"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}
USER = {"id": ID, "email": "a@example.com"}
ARCHIVE = b"\x1f\x8b" + bytes(5000)


def platform(server: Callable[[], Server], build: list[str], release: str) -> Callable[[web.Request], web.Response]:
    """An API, a store and outputs at one address."""

    def respond(request: web.Request) -> web.Response:
        url, path = server().url, request.path
        if path == "/sources":
            at = f"{url}/s3cr3t"
            return web.json_response({"source_blob": {"get_url": at, "put_url": at}}, status=201)
        if path == "/s3cr3t":
            return web.Response()
        if path.endswith("/output"):
            return web.Response(body=b"first\nlast of the build\n")
        if path.endswith("/command"):
            return web.Response(body=b"migrating\n")
        if "/releases/" in path:
            return web.json_response(
                {
                    **WHEN,
                    "id": ID,
                    "version": 5,
                    "description": "x",
                    "user": USER,
                    "status": release,
                    "output_stream_url": f"{url}/command",
                    "slug": None,
                }
            )
        status = build.pop(0) if len(build) > 1 else build[0]
        made = {
            **WHEN,
            "id": ID,
            "status": status,
            "user": USER,
            "output_stream_url": f"{url}/output",
            "source_blob": {"url": f"{url}/s3cr3t", "checksum": None, "version": None},
            "release": {"id": ID} if status == "succeeded" else None,
        }
        return web.json_response(made, status=201 if request.method == "POST" else 200)

    return respond


async def deployed(serve: Serve, build: list[str], command: str = "succeeded", **options: Any) -> tuple[Any, Server]:
    servers: list[Server] = []
    servers.append(await serve(platform(lambda: servers[0], build, command)))
    async with Heroku("token", base_url=servers[0].url) as heroku:
        deploy = heroku.deploy("example", io.BytesIO(ARCHIVE), version="v1", **options)
        lines = [line async for line in deploy]
        return (await deploy, lines, deploy), servers[0]


async def test_a_deploy(serve: Serve) -> None:
    """Upload without type and token, a build with its checksum, all lines, the build and the release as they ended."""
    (build, lines, deploy), server = await deployed(serve, ["pending", "pending", "succeeded"])
    assert (build.status, deploy.release.status) == ("succeeded", "succeeded")
    assert lines == ["first", "last of the build", "migrating"]
    put = next(request for request in server.seen if request.method == "PUT")
    assert put.headers["Content-Length"] == str(len(ARCHIVE))
    assert not {"Content-Type", "Authorization", "Transfer-Encoding"} & put.headers.keys()
    posted = next(body for body in server.bodies if isinstance(body, dict) and "source_blob" in body)
    assert posted["source_blob"]["checksum"] == deploy.source
    assert posted["source_blob"]["version"] == "v1"


async def test_a_build_that_fails(serve: Serve) -> None:
    """Its output ends like any other; the platform's status is what counts, and the last lines are in the error."""
    with raises(errors.BuildFailed) as caught:
        await deployed(serve, ["pending", "failed"])
    assert caught.value.lines == ("first", "last of the build")


async def test_a_release_that_fails(serve: Serve) -> None:
    """The build has succeeded, its release's command has not."""
    with raises(errors.ReleaseFailed) as caught:
        await deployed(serve, ["pending", "succeeded"], "failed")
    assert caught.value.lines == ("migrating",)
    (_, lines, deploy), _ = await deployed(serve, ["pending", "succeeded"], "failed", release=False)
    assert (deploy.release, lines) == (None, ["first", "last of the build"])


async def test_leaving_cancels_when_asked(serve: Serve) -> None:
    """A build that is left goes on, and is cancelled with `cancel_on_exit=True`, once."""
    for asked in (False, True):
        servers: list[Server] = []
        servers.append(await serve(platform(lambda made=servers: made[0], ["pending"], "x")))  # type: ignore[misc]
        async with Heroku("token", base_url=servers[0].url) as heroku:
            source = io.BytesIO(ARCHIVE)
            async with heroku.deploy("example", source, cancel_on_exit=asked) as deploy:
                async for _ in deploy:
                    break
        cancels = [request for request in servers[0].seen if request.method == "DELETE"]
        assert len(cancels) == asked
        assert all("cancel-build" in request.headers["Accept"] for request in cancels)


async def test_what_cannot_be_deployed() -> None:
    """A clear error before anything is sent, which names the argument."""
    async with Heroku("token") as heroku:
        bad: list[tuple[Any, dict[str, Any], str]] = [
            ("/no/such/folder", {}, "source"),
            ("http://example.com/x.tar.gz", {}, "source"),
            (3, {}, "source"),
            ("https://example.com/x", {"checksum": "SHA256:12"}, "checksum"),
            ("https://example.com/x", {"timeout": -1}, "timeout"),
            ("https://example.com/x", {"buildpacks": "heroku/python"}, "buildpacks"),
        ]
        for source, options, field in bad:
            with raises(errors.InvalidRequest) as caught:
                heroku.deploy("example", source, **options)
            assert caught.value.field == field
        with raises(errors.InvalidRequest):
            await heroku.deploy("example", io.BytesIO(b"no gzip"))
