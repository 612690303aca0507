"""One small GET by each client: a coroutine function, or a plain one that threads call, and how to close it."""

import asyncio
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

from attrs import evolve, frozen

HEADERS = {
    "Accept": "application/vnd.heroku+json; version=3",
    "Authorization": "Bearer token",
    "User-Agent": "benchmark",
    "Accept-Encoding": "gzip",
}


@frozen
class Client:
    """A way to ask for an app by its name."""

    get: Callable[[str], Any]
    close: Callable[[], Awaitable[None]]
    threads: bool = False


async def _nothing() -> None:
    pass


async def aiohttp_tuned(url: str, names: list[str], connections: int) -> Client:
    """The floor: no cookies, URLs made beforehand, the body read once and parsed by orjson."""
    import aiohttp
    import orjson
    from yarl import URL

    connector = aiohttp.TCPConnector(limit=connections, ttl_dns_cache=300)
    session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
    urls = {name: URL(f"{url}/apps/{name}", encoded=True) for name in names}

    async def get(name: str) -> Any:
        async with session.get(urls[name], headers=HEADERS) as response:
            return orjson.loads(await response.read())

    return Client(get, session.close)


async def aiohttp_by_hand(url: str, names: list[str], connections: int) -> Client:
    """What most people write."""
    import aiohttp

    del names
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connections), headers=HEADERS)

    async def get(name: str) -> Any:
        async with session.get(f"{url}/apps/{name}") as response:
            response.raise_for_status()
            return await response.json()

    return Client(get, session.close)


async def aioheroku_typed(url: str, names: list[str], connections: int, **options: Any) -> Client:
    """The typed method, with pool, retry and events in place."""
    from aioheroku import Heroku, Pool

    del names
    heroku = Heroku("token", base_url=url, pool=Pool(10**6, 10**9), **options)
    network = heroku._core.transport.connections.network  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    heroku._core.transport.connections.network = evolve(network, connections=connections)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    return Client(heroku.apps.info, heroku.close)


async def aioheroku_heard(url: str, names: list[str], connections: int) -> Client:
    """The same with somebody who listens to every event."""
    events: list[int] = [0]

    def listen(_: object) -> None:
        events[0] += 1

    return await aioheroku_typed(url, names, connections, on_event=listen)


async def httpx_async(url: str, names: list[str], connections: int) -> Client:
    """Httpx with orjson."""
    import httpx
    import orjson

    del names
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    client = httpx.AsyncClient(limits=limits, headers=HEADERS, timeout=60)

    async def get(name: str) -> Any:
        response = await client.get(f"{url}/apps/{name}")
        return orjson.loads(response.content)

    return Client(get, client.aclose)


async def githubkit_async(url: str, names: list[str], connections: int) -> Client:
    """The stack of githubkit: httpx below, retries and rate limits, pydantic above."""
    import githubkit
    from pydantic import create_model

    from benchmarks.models import pydantic_fields

    del names, connections
    model: Any = pydantic_fields(create_model)
    client: Any = githubkit.GitHub("token", base_url=url, http_cache=False)
    await client.__aenter__()

    async def get(name: str) -> Any:
        response = await client.arequest("GET", f"/apps/{name}", response_model=model)
        return response.parsed_data

    async def close() -> None:
        await client.__aexit__(None, None, None)

    return Client(get, close)


def _requests() -> tuple[Any, Any]:
    """The library, which a type checker would mistake for the module of that name beside this one."""
    return import_module("requests"), import_module("requests.adapters")


async def requests_threads(url: str, names: list[str], connections: int) -> Client:
    """Requests, a thread per call in flight."""
    requests, adapters = _requests()
    del names
    session = requests.Session()
    session.mount("http://", adapters.HTTPAdapter(pool_maxsize=connections))
    session.headers.update(HEADERS)
    return Client(lambda name: session.get(f"{url}/apps/{name}").json(), _nothing, threads=True)


async def heroku3_threads(url: str, names: list[str], connections: int) -> Client:
    """heroku3, a thread per call in flight."""
    import heroku3  # pyright: ignore[reportMissingTypeStubs]

    del names
    client: Any = heroku3.core.Heroku()
    client._heroku_url = url  # noqa: SLF001 - its only way to another address
    client.authenticate("token")
    client._session.mount("http://", _requests()[1].HTTPAdapter(pool_maxsize=connections))  # noqa: SLF001
    return Client(client.app, _nothing, threads=True)


CLIENTS: dict[str, Callable[[str, list[str], int], Awaitable[Client]]] = {
    "aiohttp, tuned, orjson": aiohttp_tuned,
    "aiohttp by hand, json": aiohttp_by_hand,
    "aioheroku": aioheroku_typed,
    "aioheroku with a listener": aioheroku_heard,
    "httpx": httpx_async,
    "githubkit": githubkit_async,
    "requests, threads": requests_threads,
    "heroku3, threads": heroku3_threads,
}


async def run(client: Client, names: list[str], flight: int) -> None:
    """Ask for all these names, this many at a time."""
    left = iter(names)
    if client.threads:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(flight) as pool:
            for _ in pool.map(client.get, names):
                pass
        return

    async def work() -> None:
        for name in left:
            await client.get(name)

    await asyncio.gather(*(work() for _ in range(flight)))
