"""`heroku.request()`: a raw path takes the properties of its declaration, and is never shown itself."""

import asyncio
import logging
import subprocess
import sys
from typing import Any

import pytest
from aiohttp import web

from aioheroku import Heroku, Pool, Retry, errors
from aioheroku._client import routes
from tests._support.fakes import Serve
from tests._support.secrets import EventLog, raises

UUID = "01234567-89ab-cdef-0123-456789abcdef"


@pytest.mark.parametrize(
    ("method", "path", "times"),
    [
        ("GET", "/apps/example", 2),
        ("HEAD", "/apps/example", 2),
        ("PUT", "/apps/example/made-up", 2),
        ("DELETE", "/apps/example", 2),
        ("PATCH", "/apps/example/config-vars", 2),
        ("DELETE", "/apps/example/dynos", 1),
        ("DELETE", "/apps/example/dyno%73", 1),
        ("DELETE", f"/apps/{UUID}/dynos/web.1", 1),
        ("DELETE", "/apps/example/dynos?x=1", 1),
        ("DELETE", "/apps/example/dynos/", 1),
        ("DELETE", "/made-up/example", 1),
        ("DELETE", "/", 1),
        ("PATCH", "/apps/example", 1),
        ("POST", "/apps/example/builds", 1),
        ("POST", "/apps/example/made-up", 1),
    ],
)
async def test_raw_path_retries_like_its_endpoint(method: str, path: str, times: int, serve: Serve) -> None:
    """A restart is sent once however its path is spelt; undeclared requests are retried if they are reads or PUTs."""
    server = await serve(lambda _: web.Response(status=500))
    async with Heroku("t", base_url=server.url, pool=Pool(), retry=Retry(attempts=2, base=0)) as heroku:
        with raises(errors.InternalServerError):
            await heroku.request(method, path)
    assert len(server.seen) == times


@pytest.mark.parametrize(
    ("method", "path", "idempotent", "times"),
    [("POST", "/x", True, 2), ("DELETE", "/x", True, 2), ("DELETE", "/apps/x", False, 1), ("GET", "/apps", False, 1)],
)
async def test_the_caller_may_know_better(
    *, method: str, path: str, idempotent: bool, times: int, serve: Serve
) -> None:
    """`idempotent=` overrides the declaration and the verb."""
    server = await serve(lambda _: web.Response(status=500))
    async with Heroku("t", base_url=server.url, pool=Pool(), retry=Retry(attempts=2, base=0)) as heroku:
        with raises(errors.InternalServerError):
            await heroku.request(method, path, idempotent=idempotent)
    assert len(server.seen) == times


async def test_a_base_url_with_a_path_is_taken_off(serve: Serve) -> None:
    """Below a base URL with a path a restart is recognized too, given as a path or as a URL."""
    server = await serve(lambda _: web.Response(status=500))
    base = server.url + "/heroku/api/"
    async with Heroku("t", base_url=base, pool=Pool(), retry=Retry(attempts=2, base=0)) as heroku:
        for path in ("/apps/x/dynos", f"{base}apps/x/dynos"):
            with raises(errors.InternalServerError, match=r"/apps/\{app\}/dynos"):
                await heroku.request("DELETE", path)
    assert server.sent() == ["DELETE /heroku/api/apps/x/dynos"] * 2


@pytest.mark.parametrize("path", ["/account/rate-limits", "/account/rate-limit%73"])
async def test_unmetered_endpoint_is_free_as_raw_path(path: str, serve: Serve) -> None:
    """The count of tokens is free for `request()` too."""
    server = await serve(lambda _: web.json_response({"remaining": 7}))
    pool = Pool()
    async with Heroku("t", base_url=server.url, pool=pool) as heroku:
        await heroku.request("GET", path)
    assert pool.snapshot().used == 0


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/apps/s3cr3t", "/apps/{app}"),
        ("/apps/s3cr3t/config-vars?s3cr3t=s3cr3t", "/apps/{app}/config-vars"),
        ("/organizations/apps", "/organizations/apps"),
        ("/organizations/s3cr3t/apps", "/organizations/{organization}/apps"),
        ("/config-vars/s3cr3t", "/config-vars/{}"),
        ("/s3cr3t/s3cr3t", "/{}/{}"),
        ("/apps/s3cr3t/unheard-of", "/apps/{}/{}"),
        ("/a%0aERROR%20root%1b[31m s3cr3t".replace(" ", "%20"), "/{}"),
        ("/apps/%e2%80%ae", "/apps/{app}"),
        ("//s3cr3t", "//{}"),
    ],
)
async def test_logs_and_events_name_the_template(
    path: str, told: str, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    """A name, a secret or a control character in a raw path is in no event, line of log, error or snapshot."""
    caplog.set_level(logging.DEBUG, "aioheroku")
    server = await serve([web.Response(status=503, headers={"Retry-After": "0"}), web.Response(status=404)])
    events = EventLog()
    pool = Pool()
    async with Heroku("t", base_url=server.url, pool=pool, on_event=events) as heroku:
        with raises(errors.NotFound) as caught:
            await heroku.request("GET", path)
    assert {event.path for event in events} == {told}
    assert caught.value.path == told
    assert dict(pool.snapshot().used_by_route) == {f"GET {told}": 2}
    lines = [record.getMessage() for record in caplog.records if record.name == "aioheroku"]
    assert lines
    assert all(f"GET {told}: " in line and line.isprintable() for line in lines)


async def test_a_thousand_names_are_one_route(serve: Serve) -> None:
    """What is counted by route does not grow with the number of different paths."""
    server = await serve(lambda _: web.json_response({}))
    pool = Pool(10_000, 10_000)
    async with Heroku("t", base_url=server.url, pool=pool) as heroku:
        for path in ("/apps/{}/{}", "/x/{}", "/{}/x/y/{}"):
            await asyncio.gather(*(heroku.request("GET", path.format(f"{n}-a", f"b-{n}")) for n in range(50)))
    assert len(pool.snapshot().used_by_route) == 3


@pytest.mark.parametrize("method", ["", "G T", "GET\n", "GÉT", "G-T", 5, None, "TRACE", "connect"])
async def test_a_verb_is_letters(method: Any) -> None:
    """Anything but a verb is refused before anything is sent, and is not quoted."""
    with raises(errors.InvalidRequest, match=r"^method: "):
        await Heroku("t").request(method, "/apps")


def test_every_endpoint_matches_its_example_path() -> None:
    """A test over the set: each declared endpoint is found, with its own properties, or the more careful of two."""
    endpoints = routes._endpoints()
    assert len(endpoints) > 100
    for endpoint in endpoints:
        path = "/".join("e-1" if part.startswith("{") else part for part in endpoint.path.split("/"))
        found = routes.find(endpoint.method, path)
        assert (found.path, found.metered) == (endpoint.path, endpoint.metered)
        alike = [one for one in endpoints if (one.method, one.path) == (endpoint.method, endpoint.path)]
        assert found.idempotent == all(one.idempotent for one in alike)
        assert found.operation in {one.operation for one in alike}


def test_resources_are_imported_lazily() -> None:
    """`import aioheroku` and a session import no resource: only the first `request()` looks at all of them."""
    code = "import sys, aioheroku; aioheroku.Heroku('t').apps; print('aioheroku.resources.builds.slugs' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout == "False\n"
