"""Conditional requests: what is cached, for whom, and for how long."""

import asyncio
import os
import sqlite3
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import attrs
import pytest

from aioheroku import DiskCache, Heroku, MemoryCache, Pool, Range, errors
from aioheroku._middleware.cache import CacheMiddleware, _group, _key
from aioheroku.cache import Entry
from aioheroku.events import Cached, Event
from aioheroku.testing import Platform
from tests._support.fakes import MakeRequest, MakeResponse, Script
from tests._support.secrets import raises

ETAG = '"0123456789abcdef0123456789abcdef"'
OTHER = '"fedcba9876543210fedcba9876543210"'


@pytest.fixture(params=["memory", "disk"])
def cache(request: pytest.FixtureRequest, tmp_path: Path) -> MemoryCache | DiskCache:
    return MemoryCache() if request.param == "memory" else DiskCache(tmp_path / "kept")


def conditions(send: Any) -> list[str | None]:
    return [headers.get("If-None-Match") for _, _, headers, _ in send.seen]


async def test_304_gives_cached_body_with_new_headers(
    cache: Any, script: type[Script], request_: MakeRequest, answer: MakeResponse
) -> None:
    """The body is the cached one, the status 200; tokens left and request id are those of the 304."""
    events: list[Event] = []
    send = script(
        answer(200, b'{"a": 1}', {"ETag": ETAG, "Content-Type": "application/json", "RateLimit-Remaining": "9"}),
        answer(304, b"", {"ETag": ETAG, "RateLimit-Remaining": "8", "Request-Id": "r-2"}),
    )
    call = CacheMiddleware(send, cache, events.append)
    first, request = await call(request_()), request_()
    second = await call(request)
    assert conditions(send) == [None, ETAG]
    assert (second.status, second.body, second.remaining, second.request_id) == (200, first.body, 8, "r-2")
    assert second.headers["content-type"] == "application/json"
    assert events == [Cached("GET", "/apps/{app}", None, validated=True)]
    assert "If-None-Match" not in request.headers


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("/apps/shop", "/apps/shop"),
        ("/apps/shop/config-vars", "/apps/shop"),
        ("/teams/acme/members", "/teams/acme"),
        ("/teams/apps/shop/collaborators", "/apps/shop"),
        ("/organizations/apps/shop", "/apps/shop"),
        ("/spaces/apps/shop", "/spaces/apps"),
    ],
)
def test_what_a_write_invalidates(path: str, group: str, request_: MakeRequest) -> None:
    """All entries below the first two segments; an app in a team is the app itself."""
    assert _group(request_(path=path, url=f"http://127.0.0.1{path}")) == f"http://127.0.0.1{group}"


async def test_a_changed_object_replaces_the_kept_one(
    cache: Any, script: type[Script], request_: MakeRequest, answer: MakeResponse
) -> None:
    """A 200 with another ETag is the response, and is what the next request is conditional on."""
    send = script(answer(200, b"1", {"ETag": ETAG}), answer(200, b"2", {"ETag": OTHER}), answer(304))
    call = CacheMiddleware(send, cache)
    bodies = [(await call(request_())).body for _ in range(3)]
    assert (bodies, conditions(send)) == ([b"1", b"2", b"2"], [None, ETAG, OTHER])


@pytest.mark.parametrize(
    "other",
    [
        {"url": "http://127.0.0.1/apps/other"},
        {"url": "http://127.0.0.1/apps/example?q=1"},
        {"url": "http://127.0.0.2/apps/example"},
        {"headers": {"Authorization": "Bearer b"}},
        {"headers": {"Authorization": "Bearer a", "Accept": "3.sdk"}},
        {"headers": {"Authorization": "Bearer a", "Accept-Expansion": "plan"}},
        {"headers": {"Authorization": "Bearer a", "Accept-Inclusion": "plan"}},
    ],
)
async def test_cache_key_is_complete(
    other: dict[str, Any], cache: Any, script: type[Script], request_: MakeRequest, answer: MakeResponse
) -> None:
    """Another URL, version, expansion or credential is another entry."""
    send = script(answer(200, b"1", {"ETag": ETAG}))
    call = CacheMiddleware(send, cache)
    await call(request_(headers={"Authorization": "Bearer a"}))
    given: dict[str, Any] = {"headers": {"Authorization": "Bearer a"}, **other}
    await call(request_(**given))
    assert conditions(send) == [None, None]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/apps", {"Range": "id ..; max=1000"}),
        ("/apps/{app}/releases/{release}", {}),
        ("/apps/example/releases/5", {}),
        ("/apps/{app}/releases", {"Range": "id ..; max=1000"}),
        ("/apps/{app}/buildpack-installations", {}),
        ("/apps/{app}/addons/{addon}", {}),
        ("/app-setups/{app_setup}", {}),
        ("/oauth/authorizations/{oauth_authorization}", {}),
        ("/apps/{app}", {"If-None-Match": ETAG}),
        ("/apps/{app}", {"If-Match": ETAG}),
    ],
)
async def test_unreliable_etags_are_not_cached(
    *, path: str, headers: dict[str, str], cache: Any, script: type[Script], request_: MakeRequest, answer: MakeResponse
) -> None:
    """Lists, releases, buildpacks, what embeds another's name, OAuth: requested anew each time."""
    send = script(answer(200, b"{}", {"ETag": ETAG}))
    call = CacheMiddleware(send, cache)
    for _ in range(2):
        await call(request_(path=path, headers=headers))
    assert conditions(send) == [headers.get("If-None-Match")] * 2


async def test_lists_and_more_paths_can_be_cached(
    script: type[Script], request_: MakeRequest, answer: MakeResponse
) -> None:
    """`lists=True` caches pages, with Range in their key; `also` names templates; OAuth is never cached."""
    send = script(answer(206, b"[]", {"ETag": ETAG, "Next-Range": "id ]x.."}), *[answer(304)] * 9)
    call = CacheMiddleware(send, MemoryCache(lists=True, also={"/apps/{app}/releases/{release}"}))
    page = request_(path="/apps", headers={"Range": "id .."})
    await call(page)
    again = await call(page)
    assert (again.status, again.next_range) == (206, "id ]x..")
    await call(request_(path="/apps", headers={"Range": "id ]x.."}))
    assert conditions(send) == [None, ETAG, None]
    send = script(answer(200, b"{}", {"ETag": ETAG}))
    call = CacheMiddleware(send, MemoryCache(also={"/apps/{app}/releases/{release}"}))
    for _ in range(2):
        await call(request_(path="/apps/{app}/releases/{release}"))
    assert conditions(send) == [None, ETAG]


@pytest.mark.parametrize(
    ("status", "headers"),
    [(404, {"ETag": ETAG}), (200, {}), (200, {"ETag": f"W/{ETAG}"}), (201, {"ETag": ETAG}), (500, {"ETag": ETAG})],
)
async def test_only_strong_etags_are_cached(
    *,
    status: int,
    headers: dict[str, str],
    cache: Any,
    script: type[Script],
    request_: MakeRequest,
    answer: MakeResponse,
) -> None:
    """Validators of errors, weak ones and none at all are not used."""
    send = script(answer(status, b"{}", headers))
    call = CacheMiddleware(send, cache)
    for _ in range(2):
        await call(request_())
    assert conditions(send) == [None, None]


@pytest.mark.parametrize("outcome", [200, 404, 500, errors.ConnectionLost("cut"), errors.ReadTimeout("slow")])
@pytest.mark.parametrize("method", ["PATCH", "POST", "DELETE", "PUT"])
async def test_an_own_write_forgets_all_below_the_app(
    *, outcome: Any, method: str, cache: Any, script: type[Script], request_: MakeRequest, answer: MakeResponse
) -> None:
    """Whatever the outcome of the write, the entries of its app are dropped, and those of other apps stay."""
    kept = [answer(200, b"{}", {"ETag": ETAG})] * 3
    send = script(*kept, outcome, *kept)
    call = CacheMiddleware(send, cache)
    reads = [
        ("GET", "/apps/{app}", "http://127.0.0.1/apps/example"),
        ("GET", "/apps/{app}/config-vars", "http://127.0.0.1/apps/example/config-vars"),
        ("GET", "/apps/{app}", "http://127.0.0.1/apps/other"),
    ]
    for read in reads:
        await call(request_(*read))
    write = request_(method, "/apps/{app}/domains", "http://127.0.0.1/apps/example/domains")
    with suppress(errors.ConnectionFailed):
        await call(write)
    for read in reads:
        await call(request_(*read))
    assert conditions(send)[4:] == [None, None, ETAG]


BAD_ETAGS = ['"a\x1bb"', '"a\tb"', '"a b"', '"\x7f"', '"ä"', '"a', "abc", "*", '"a", "b"', 'W/"a"', f'"{"e" * 2000}"']


@pytest.mark.parametrize("etag", BAD_ETAGS)
async def test_unsendable_etag_is_not_cached(
    etag: str, cache: Any, script: type[Script], request_: MakeRequest, answer: MakeResponse
) -> None:
    """Control characters, blanks, lists, `*`: the object is requested anew, and stays readable."""
    send = script(answer(200, b"{}", {"ETag": etag}))
    call = CacheMiddleware(send, cache)
    for _ in range(2):
        assert (await call(request_())).status == 200
    assert conditions(send) == [None, None]


@pytest.mark.parametrize("etag", BAD_ETAGS)
async def test_stored_unsendable_etag_is_not_used(
    etag: str, cache: Any, script: type[Script], request_: MakeRequest, answer: MakeResponse
) -> None:
    """A file of an earlier version may hold one; it is replaced by the next response."""
    call = CacheMiddleware(send := script(answer(200, b"{}", {"ETag": ETAG})), cache)
    await call(request_())
    key = _key(request_())
    cache.put(key, _group(request_()), attrs.evolve(cache.get(key), etag=etag))
    for _ in range(2):
        assert (await call(request_())).status == 200
    assert conditions(send) == [None, None, ETAG]


@pytest.mark.parametrize(("sent", "later"), [(False, None), (True, ETAG)])
async def test_unsendable_entry_is_dropped(
    *, sent: bool, later: str | None, cache: Any, script: type[Script], request_: MakeRequest, answer: MakeResponse
) -> None:
    """An entry that keeps a conditional request from being sent is dropped, so the next one is sent."""
    send = script(answer(200, b"{}", {"ETag": ETAG}), errors.ConnectionLost("x", "GET", "/apps/{app}", sent), 200)
    call = CacheMiddleware(send, cache)
    await call(request_())
    with raises(errors.ConnectionLost):
        await call(request_())
    await call(request_())
    assert conditions(send) == [None, ETAG, later]


async def test_a_read_that_a_write_overtook_is_not_kept(
    script: type[Script], request_: MakeRequest, answer: MakeResponse
) -> None:
    """A response from before a write does not come back from the cache after it."""
    gate = asyncio.Event()
    inner = script(answer(200, b"{}", {"ETag": ETAG}))

    async def send(request: Any) -> Any:
        if request.method == "GET" and not gate.is_set():
            await gate.wait()
        return await inner(request)

    call = CacheMiddleware(send, MemoryCache())
    read = asyncio.ensure_future(call(request_()))
    await asyncio.sleep(0)
    await call(request_("PATCH"))
    gate.set()
    await read
    await call(request_())
    assert conditions(inner) == [None, None, None]


async def test_a_cache_is_as_large_as_allowed(
    tmp_path: Path, script: type[Script], request_: MakeRequest, answer: MakeResponse
) -> None:
    """Beyond `max_entries` the oldest are evicted; memory keeps what was used last."""
    for cache in (MemoryCache(max_entries=2), DiskCache(tmp_path / "small", max_entries=2)):
        send = script(answer(200, b"{}", {"ETag": ETAG}))
        call = CacheMiddleware(send, cache)
        for name in ("a", "b", "c", "c", "b", "a"):
            await call(request_(url=f"http://127.0.0.1/apps/{name}"))
        assert conditions(send) == [None, None, None, ETAG, ETAG, None]
    memory = MemoryCache(max_entries=2)
    for number in range(50):
        send = script(answer(200, b"{}", {"ETag": ETAG}))
        await CacheMiddleware(send, memory)(request_(url=f"http://127.0.0.1/apps/{number}"))
    assert (len(memory), len(memory._groups)) == (2, 2)
    memory.clear()
    assert (len(memory), len(memory._groups)) == (0, 0)


def test_a_replaced_entry_is_a_used_one() -> None:
    """Memory evicts what was neither read nor written for longest."""
    memory, entry = MemoryCache(max_entries=2), Entry(ETAG, 200, (), b"")
    for key in (b"a", b"b", b"a", b"c"):
        memory.put(key, "group", entry)
    assert [memory.get(key) is not None for key in (b"a", b"b", b"c")] == [True, False, True]


async def test_disk_cache_persists_and_is_encrypted(
    tmp_path: Path, script: type[Script], request_: MakeRequest, answer: MakeResponse
) -> None:
    """No body, name or token can be read in it, its owner alone may open it, and other credentials find nothing."""
    path = tmp_path / "kept"
    mine = {"Authorization": "Bearer s3cr3t-token"}
    body = b'{"PASSWORD": "s3cr3t"}'
    read = ("GET", "/apps/{app}/config-vars", "http://127.0.0.1/apps/example/config-vars")
    await CacheMiddleware(script(answer(200, body, {"ETag": ETAG})), DiskCache(path))(request_(*read, headers=mine))
    raw = path.read_bytes()
    for secret in (b"s3cr3t", b"PASSWORD", b"example", ETAG.encode()):
        assert secret not in raw
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    send = script(answer(304), answer(200))
    call = CacheMiddleware(send, DiskCache(path))
    assert (await call(request_(*read, headers=mine))).body == body
    await call(request_(*read, headers={"Authorization": "Bearer other"}))
    assert conditions(send) == [ETAG, None]


@pytest.mark.parametrize("harm", ["garbage", "gone", "tampered"])
async def test_broken_cache_file_costs_one_request(
    *,
    harm: str,
    tmp_path: Path,
    script: type[Script],
    request_: MakeRequest,
    answer: MakeResponse,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whatever happens to the file, calls go on; the log says why the cache does not help."""
    path = tmp_path / "kept"
    cache = DiskCache(path)
    send = script(answer(200, b"{}", {"ETag": ETAG}))
    call = CacheMiddleware(send, cache)
    await call(request_())
    if harm == "garbage":
        path.write_bytes(b"no database " * 1000)
    elif harm == "gone":
        path.unlink()
        path.mkdir()
    else:
        with cache._database() as database:
            database.execute("UPDATE kept SET entry = 'x'")
    assert (await call(request_())).status == 200
    assert (await call(request_("PATCH"))).status == 200
    assert conditions(send) == [None] * 3
    assert "responses come from the platform instead" in caplog.text


def test_uncreatable_cache_file_is_named(tmp_path: Path) -> None:
    """A wrong path is an `InvalidRequest`, when the cache is made and not at the first call."""
    with raises(errors.InvalidRequest, match=r"^cache: .*cannot be used"):
        DiskCache(tmp_path / "no" / "such" / "folder")


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    async with Platform(apps=3, seed=5) as platform:
        yield platform


@pytest.fixture
def open_(platform: Platform) -> Callable[..., Heroku]:
    return lambda **options: Heroku(platform.token, base_url=platform.url, pool=Pool(), **options)


async def test_locked_cache_file_blocks_nobody(
    tmp_path: Path, script: type[Script], request_: MakeRequest, answer: MakeResponse, caplog: pytest.LogCaptureFixture
) -> None:
    """While the file is locked, the cache is not used; one log line says so, not two for each call."""
    path = tmp_path / "kept"
    call = CacheMiddleware(send := script(answer(200, b"{}", {"ETag": ETAG})), DiskCache(path))
    await call(request_())
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        loop = asyncio.get_running_loop()
        began = loop.time()
        for method in ("GET", "PATCH", "GET", "GET"):
            assert (await call(request_(method))).status == 200
        assert loop.time() - began < 0.5
    assert conditions(send)[1:] == [None] * 4
    assert len(caplog.records) == 1
    await call(request_())
    assert conditions(send)[5] == ETAG


async def test_deleted_cache_file_is_recreated(
    tmp_path: Path, script: type[Script], request_: MakeRequest, answer: MakeResponse, caplog: pytest.LogCaptureFixture
) -> None:
    """If the file is deleted, its entries are lost, nothing else: the new file is readable by its owner only."""
    path = tmp_path / "kept"
    call = CacheMiddleware(send := script(answer(200, b"{}", {"ETag": ETAG})), DiskCache(path))
    await call(request_())
    path.unlink()
    mask = os.umask(0o000)
    try:
        for _ in range(2):
            await call(request_())
    finally:
        os.umask(mask)
    assert conditions(send) == [None, None, ETAG]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert caplog.records == []


@pytest.mark.parametrize("kind", ["group", "others", "link", "dangling link", "folder", "pipe"])
async def test_world_readable_file_is_rejected(
    *,
    kind: str,
    tmp_path: Path,
    script: type[Script],
    request_: MakeRequest,
    answer: MakeResponse,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """0640, 0604, a link, a folder, a pipe: an error when the cache is made; later it is not used any more."""
    path = tmp_path / "kept"
    cache = DiskCache(path)

    def spoil() -> None:
        path.unlink()
        if kind == "folder":
            path.mkdir()
        elif kind == "pipe":
            os.mkfifo(path, 0o600)
        elif "link" in kind:
            target = tmp_path / "elsewhere"
            if kind == "link":
                target.touch(0o600)
            path.symlink_to(target)
        else:
            path.touch()
            path.chmod(0o640 if kind == "group" else 0o604)

    spoil()
    with raises(errors.InvalidRequest, match=r"^cache: .*cannot be used: ") as caught:
        DiskCache(path)
    assert path.name in str(caught.value)
    assert (await CacheMiddleware(script(answer(200, b"{}", {"ETag": ETAG})), cache)(request_())).status == 200
    assert "responses come from the platform instead" in caplog.text
    assert not (tmp_path / "elsewhere").exists() or (tmp_path / "elsewhere").stat().st_size == 0


@pytest.mark.parametrize(
    ("path", "place", "forgotten"),
    [
        ("/organizations/apps/{app}", "/organizations/apps/example", True),
        ("/teams/apps/{app}", "/teams/apps/example", True),
        ("/teams/apps/{app}/collaborators/{collaborator}", "/teams/apps/example/collaborators/x", True),
        ("/apps/{app}/config-vars", "/apps/example/config-vars", True),
        ("/apps/{}/made-up", "/apps/example/made-up", True),
        ("/apps/{app}", "/apps/other", False),
        ("/organizations/apps/{app}", "/organizations/apps/other", False),
        ("/teams/apps/{app}", "/teams/apps/other", False),
        ("/teams/{team}/members", "/teams/apps/members", False),
        ("/account", "/account", False),
    ],
)
async def test_a_write_forgets_what_is_below_its_object(
    *,
    path: str,
    place: str,
    forgotten: bool,
    cache: Any,
    script: type[Script],
    request_: MakeRequest,
    answer: MakeResponse,
) -> None:
    """An app is one object below /apps, /teams/apps and /organizations/apps; other objects keep their entries."""
    call = CacheMiddleware(send := script(answer(200, b"{}", {"ETag": ETAG})), cache)
    await call(request_())
    await call(request_("PATCH", path, f"http://127.0.0.1{place}"))
    await call(request_())
    assert conditions(send)[2] == (None if forgotten else ETAG)


async def test_clearing_a_cache_forgets_everything(
    cache: Any, script: type[Script], request_: MakeRequest, answer: MakeResponse
) -> None:
    """After `clear()` nothing is conditional."""
    call = CacheMiddleware(send := script(answer(200, b"{}", {"ETag": ETAG})), cache)
    await call(request_())
    cache.clear()
    await call(request_())
    assert conditions(send) == [None, None]


async def test_over_the_wire(platform: Platform, open_: Any, cache: Any) -> None:
    """Typed calls are the same with and without a cache; a 304 costs a token; a write is seen at once."""
    name = next(iter(platform.state.names))
    async with open_(cache=cache) as heroku:
        first = await heroku.apps.info(name)
        assert await heroku.apps.info(name) == first
        assert [record.status for record in platform.requests] == [200, 304]
        await heroku.apps.update(name, maintenance=not first.maintenance)
        assert (await heroku.apps.info(name)).maintenance is not first.maintenance
        platform.clear_requests()
        assert len(await heroku.apps.list(range=Range(max=1)).all()) == 3
        assert len(await heroku.apps.list(range=Range(max=1)).all()) == 3
        assert {record.status for record in platform.requests} == {200, 206}


async def test_readers_share_a_conditional_request(platform: Platform, open_: Any) -> None:
    """Identical reads in flight are one request with a cache too."""
    name = next(iter(platform.state.names))
    async with open_(cache=MemoryCache()) as heroku:
        await heroku.apps.info(name)
        platform.clear_requests()
        apps = await asyncio.gather(*(heroku.apps.info(name) for _ in range(5)))
        assert ([record.status for record in platform.requests], len({app.id for app in apps})) == ([304], 1)


async def test_a_write_can_be_conditional(platform: Platform, open_: Any) -> None:
    """`using(if_match=etag)` changes only what is still as it was read."""
    name = next(iter(platform.state.names))
    async with open_() as heroku:
        with heroku.capture() as replies:
            await heroku.apps.info(name)
        view = heroku.using(if_match=replies[0].etag)
        await view.apps.update(name, maintenance=True)
        with raises(errors.PreconditionFailed, match="new ETag"):
            await view.apps.update(name, maintenance=False)
        assert (await heroku.apps.info(name)).maintenance
