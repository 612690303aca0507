"""An account of today with many apps in virtual time: a token bucket, and a response for each path of an audit."""

import asyncio
import json
import random
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from attrs import define, field

AT: Final = "2026-01-01T00:00:00Z"
_PAGE: Final = 1000
_RANGE: Final = re.compile(r"id (\]?)([0-9a-f-]*)\.\.")


def _id(number: int) -> str:
    return str(UUID(int=number))


@define(eq=False)
class VirtualAccount:
    """In place of a session's connections, and of its aiohttp session.

    Each app has two add-ons, each with its attachment, and three of four are in a pipeline of three.
    """

    apps: int
    capacity: float = 4500
    refill: float = 4500 / 3600
    level: float = 4500
    shut: bool = False
    responses: int = 0
    """Responses that took a token."""
    _at: float = 0.0
    _rng: random.Random = field(factory=lambda: random.Random(7))

    def session(self) -> "VirtualAccount":
        """Itself."""
        return self

    async def close(self) -> None:
        """Nothing is open."""

    def take(self, tokens: float = 1) -> bool:
        """Take tokens, as every client of the account does."""
        now = asyncio.get_running_loop().time()
        self.level = min(self.capacity, self.level + (now - self._at) * self.refill)
        self._at = now
        if self.level < tokens:
            return False
        self.level -= tokens
        return True

    async def request(self, method: str, url: object, **options: Any) -> "_Reply":
        """Answer as the platform does, 0.1 to 0.25 s later."""
        delay = self._rng.uniform(0.1, 0.25)
        await asyncio.sleep(delay / 2)
        path = urlsplit(str(url)).path
        granted = self.take(0 if path == "/account/rate-limits" else 1)
        remaining = int(self.level)
        await asyncio.sleep(delay / 2)
        if not granted:
            return _Reply(429, {"RateLimit-Remaining": "0"}, b'{"id": "rate_limit", "message": "Slow down."}')
        shape = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "{}", path)
        self.responses += path != "/account/rate-limits"
        headers = {"RateLimit-Remaining": str(remaining), "Content-Type": "application/json"}
        rows = self._rows(path, shape)
        if not isinstance(rows, tuple):
            return _Reply(200, headers, json.dumps(rows).encode())
        asked: Mapping[str, str] = options.get("headers") or {}
        found = _RANGE.match(str(asked.get("Range", "")))
        first = UUID(found[2]).int + bool(found[1]) if found and found[2] else 1
        last = min(first + _PAGE, rows[0] + 1)
        body = json.dumps([rows[1](number) for number in range(first, last)]).encode()
        if last > rows[0]:
            return _Reply(200, headers, body)
        return _Reply(206, {**headers, "Next-Range": f"id ]{_id(last - 1)}..; max={_PAGE}"}, body)

    def _rows(self, path: str, shape: str) -> Any:  # noqa: C901 - one case for each path
        """The body; of a paged list the number of its rows, and what makes one."""
        match shape:
            case "/account/rate-limits":
                return {"remaining": int(self.level)}
            case "/stacks":
                return [{**_dated(1), "name": "heroku-24", "state": "public"}]
            case "/dyno-sizes":
                return []
            case "/apps":
                return self.apps, _app
            case "/addons":
                return self.apps * 2, _addon
            case "/addon-attachments":
                return self.apps * 2, _attachment
            case "/pipeline-couplings":
                return self.apps * 3 // 4, _coupling
            case "/pipelines/{}/latest-releases":
                first = 3 * (UUID(path.split("/")[2]).int - 1) + 1
                return [_release(number) for number in range(first, first + 3)]
            case "/apps/{}/config-vars":
                return {}
            case "/apps/{}/domains":
                return [{**_dated(1), "hostname": "app.herokuapp.com", "kind": "heroku", "sni_endpoint": None}]
            case "/apps/{}/releases":
                return [_release(UUID(path.split("/")[2]).int)]
            case _:
                return []


@define
class _Reply:
    """A response that is also its own content."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content(self) -> "_Reply":
        return self

    def is_eof(self) -> bool:
        return True

    def read_nowait(self) -> bytes:
        return self.body


def _dated(number: int) -> dict[str, str]:
    return {"id": _id(number), "created_at": AT, "updated_at": AT}


def _app(number: int) -> dict[str, Any]:
    name = f"app-{number}"
    return {
        **_dated(number),
        "acm": False,
        "archived_at": None,
        "buildpack_provided_description": None,
        "generation": {"id": _id(1), "name": "cedar"},
        "git_url": f"https://git.heroku.com/{name}.git",
        "maintenance": False,
        "name": name,
        "owner": {"id": _id(1), "email": "own@example.com"},
        "region": {"id": _id(1), "name": "us"},
        "released_at": AT,
        "repo_size": None,
        "slug_size": None,
        "stack": {"id": _id(1), "name": "heroku-24"},
        "web_url": f"https://{name}.herokuapp.com/",
    }


def _ref(number: int) -> dict[str, str]:
    return {"id": _id(number), "name": f"app-{number}"}


def _addon(number: int) -> dict[str, Any]:
    return {
        **_dated(number),
        "addon_service": {"id": _id(1), "name": "heroku-redis"},
        "app": _ref((number + 1) // 2),
        "config_vars": [],
        "name": f"redis-{number}",
        "plan": {"id": _id(1), "name": "heroku-redis:mini"},
        "provider_id": "1",
    }


def _attachment(number: int) -> dict[str, Any]:
    app = _ref((number + 1) // 2)
    return {
        **_dated(number),
        "addon": {"id": _id(number), "name": f"redis-{number}", "app": app},
        "app": app,
        "name": f"REDIS_{number}",
    }


def _coupling(number: int) -> dict[str, Any]:
    pipeline = {"id": _id((number + 2) // 3)}
    return {**_dated(number), "app": {"id": _id(number)}, "pipeline": pipeline, "stage": "production"}


def _release(number: int) -> dict[str, Any]:
    return {
        **_dated(number),
        "app": _ref(number),
        "description": "Deploy",
        "slug": None,
        "status": "succeeded",
        "user": {"id": _id(1), "email": "own@example.com"},
        "version": 3,
    }
