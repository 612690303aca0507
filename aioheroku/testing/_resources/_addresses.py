"""Addresses on the platform's own host that need no token: a client that knows one may use it."""

from typing import Literal

from aioheroku.testing._http.context import RequestContext

_LIFE = 86400


def stream(context: RequestContext, kind: Literal["builds", "releases", "setup", "tests"], id: str) -> str:
    """Where the output of a build, a release phase or a test run is read."""
    return _address(context, f"/streams/{kind}/{id}.log")


def blob(context: RequestContext, kind: Literal["sources", "slugs"], id: str) -> str:
    """Where an archive is uploaded and downloaded."""
    return _address(context, f"/blobs/{kind}/{id}.tgz")


def _address(context: RequestContext, path: str) -> str:
    host = context.request.headers.get("Host") or "localhost"
    until = int(context.state.now()) + _LIFE
    return f"http://{host}{path}?Expires={until}&Signature={context.state.rng.getrandbits(160):040x}"
