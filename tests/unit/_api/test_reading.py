"""What a caller that goes on with the result of a write gets where the response has none."""

import gzip
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from aioheroku import Heroku
from aioheroku.errors import DecodeError
from tests._support.fakes import Serve
from tests._support.secrets import raises


async def _run(heroku: Heroku, _: Path) -> None:
    async with heroku.run("x", "ls", launcher=False):
        pass


async def _detached(heroku: Heroku, _: Path) -> None:
    await heroku.run_detached("x", "ls", launcher=False)


async def _deploy(heroku: Heroku, folder: Path) -> None:
    await heroku.deploy("x", folder)


async def _deploy_address(heroku: Heroku, _: Path) -> None:
    await heroku.deploy("x", "https://example.com/x.tgz")


async def _push(heroku: Heroku, folder: Path) -> None:
    await heroku.push_slug("x", folder / "slug.tgz", {"web": "x"})


CALLS: dict[str, tuple[Callable[[Heroku, Path], Awaitable[Any]], str]] = {
    "run": (_run, "Dyno"),
    "detached": (_detached, "Dyno"),
    "deploy": (_deploy, "Source"),
    "deploy an address": (_deploy_address, "Build"),
    "push": (_push, "Slug"),
}


@pytest.mark.parametrize("body", [None, {}])
@pytest.mark.parametrize("name", CALLS)
async def test_nothing_to_go_on_with_is_said(name: str, body: Any, serve: Serve, tmp_path: Path) -> None:
    """A write that succeeded without returning its object: `DecodeError`, not an error of Python about `None`."""
    (tmp_path / "slug.tgz").write_bytes(gzip.compress(b"x"))
    call, model = CALLS[name]
    server = await serve(lambda _: web.Response(status=204) if body is None else web.json_response(body, status=202))
    async with Heroku("t", base_url=server.url) as heroku:
        with raises(DecodeError, match="the write was accepted") as caught:
            await call(heroku, tmp_path)
    assert caught.value.path == model
    assert len(server.seen) == 1
