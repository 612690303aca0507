"""What a deleted app takes along."""

from builtins import id as identity
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest
from aiohttp import ClientSession
from attrs import fields_dict, has
from yarl import URL

from aioheroku.testing import Platform
from tests._support.platform_client import Api


def _mentions(thing: Any, id: str, at: str, seen: set[int]) -> Iterator[str]:
    """Where an id stands in what the platform knows."""
    if isinstance(thing, str):
        if id in thing:
            yield at
        return
    if identity(thing) in seen:
        return
    seen.add(identity(thing))
    if isinstance(thing, Mapping):
        for key, value in thing.items():
            yield from _mentions(key, id, at, seen)
            yield from _mentions(value, id, f"{at}[{key!r}]", seen)
    elif isinstance(thing, Iterable) and not isinstance(thing, Iterator):  # the scheduler counts without end
        for value in thing:
            yield from _mentions(value, id, f"{at}[]", seen)
    elif has(type(thing)):
        for name in fields_dict(type(thing)):
            yield from _mentions(getattr(thing, name), id, f"{at}.{name}", seen)


async def test_a_deleted_app_leaves_nothing(platform: Platform, api: Api, app: str) -> None:
    """Whatever kind it is: log, output, blob, address, attached dyno, domain, webhook, coupling; also later on."""
    pytest.importorskip("cryptography")
    id = (await api("GET", app)).body["id"]
    build = (await api("POST", f"{app}/builds", {"source_blob": {"url": "https://example.com/x.tgz"}})).body
    slug = (await api("POST", f"{app}/slugs", {"process_types": {"web": "true"}})).body
    async with (
        ClientSession(skip_auto_headers=["Content-Type"]) as session,
        session.put(URL(slug["blob"]["url"], encoded=True), data=b"x") as response,
    ):
        assert response.status == 200
    await api("POST", f"{app}/log-sessions", {"tail": True})
    await api("POST", f"{app}/dynos", {"command": "cat", "attach": True})
    await api("POST", f"{app}/domains", {"hostname": "www.example.org"})
    hook = {"include": ["api:build"], "level": "notify", "url": "https://example.com/hook"}
    assert (await api("POST", f"{app}/webhooks", hook)).status == 201
    pipeline = (await api("POST", "/pipelines", {"name": "example-line", "owner": None})).body
    coupling = {"app": id, "pipeline": pipeline["id"], "stage": "staging"}
    assert (await api("POST", "/pipeline-couplings", coupling)).status == 201
    for each in (id, build["id"], slug["id"]):
        assert list(_mentions(platform.state, each, "state", set())) != []
    assert (await api("DELETE", app)).status == 200
    platform.advance(600)
    for each in (id, build["id"], slug["id"]):
        assert list(_mentions(platform.state, each, "state", set())) == []


async def test_a_promoted_slug_outlives_its_app(platform: Platform, api: Api, app: str) -> None:
    """Its blob is there as long as one of its apps is."""
    slug = (await api("POST", f"{app}/slugs", {"process_types": {"web": "true"}})).body
    async with (
        ClientSession(skip_auto_headers=["Content-Type"]) as session,
        session.put(URL(slug["blob"]["url"], encoded=True), data=b"x"),
    ):
        pass
    await api("POST", "/apps", {"name": "another"})
    known = platform.state.known
    known("another").parts.slugs.add(next(iter(known("example").parts.slugs)))
    assert (await api("DELETE", app)).status == 200
    assert platform.state.streams.blobs[f"slugs/{slug['id']}"].read() == b"x"
    assert (await api("DELETE", "/apps/another")).status == 200
    assert platform.state.streams.blobs == {}
