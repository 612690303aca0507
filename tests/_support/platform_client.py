"""A plain HTTP client for the simulated platform: it knows nothing of Heroku but two headers."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from aiohttp import ClientSession
from attrs import define, frozen
from yarl import URL

from aioheroku.testing import Platform

ACCEPT = "application/vnd.heroku+json; version=3"


@frozen
class Got:
    """A response, read to its end."""

    status: int
    headers: Any
    body: Any
    raw: bytes


@define
class Api:
    """A client with a token; knows nothing of Heroku but the two headers."""

    session: ClientSession
    token: str

    async def __call__(self, method: str, path: str | URL, body: Any = None, **headers: str | None) -> Got:
        sent = {"Accept": ACCEPT, "Authorization": f"Bearer {self.token}"}
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        every = {name: value for name, value in {**sent, **given}.items() if value is not None}
        async with self.session.request(method, path, json=body, headers=every, allow_redirects=False) as answer:
            raw = await answer.read()
            is_json = raw and "json" in answer.headers.get("Content-Type", "")
            return Got(answer.status, answer.headers, await answer.json() if is_json else None, raw)

    def as_(self, token: str) -> "Api":
        return Api(self.session, token)


Open = Callable[..., AbstractAsyncContextManager[tuple[Platform, Api]]]

MakeCertificate = Callable[[str], tuple[str, str]]
"""Makes a self-signed certificate and its key, both PEM: the fixture `certificate`."""
