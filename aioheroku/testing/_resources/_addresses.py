"""Addresses on the platform's own host that need no token: a client that knows one may use it, byte for byte."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import quote

from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._state.models import App
from aioheroku.testing._state.stream_store import Address

_LIFE = 86400
_UPLOAD_LIFE = 3600
_OPEN_WITHIN = 360  # seconds after which a log session that nobody opened is gone


def stream(context: RequestContext, kind: Literal["builds", "releases", "setup", "tests"], id: str) -> str:
    """Where the output of a build, a release phase or a test run is read."""
    return _presigned(context, f"/streams/{kind}/{id}.log", "output", id, _LIFE)


def blob(context: RequestContext, kind: Literal["sources", "slugs"], id: str, method: Literal["put", "get"]) -> str:
    """Where an archive is uploaded or downloaded."""
    life = _UPLOAD_LIFE if method == "put" else _LIFE
    return _presigned(context, f"/blobs/{kind}/{id}.tgz", method, f"{kind}/{id}", life)


def log_session(context: RequestContext, app: App, given: Mapping[str, Any]) -> str:
    """Where lines of the app's log are read."""
    token = quote(urlsafe_b64encode(context.state.rng.randbytes(32)).decode(), safe="")
    now, fir = int(context.state.now()), app.is_fir
    if fir:
        path = f"/streams/{context.state.uuid()}?token={token}"
    else:
        region = "eu" if app.row["region"]["name"] == "eu" else "us"
        path = (
            f"/stream?channel_id=app-{app.row['id']}&num={given['lines']}&ps={quote(given['dyno'] or '', safe='')}"
            f"&region={region}&source={quote(given['source'] or '', safe='')}&tail={str(given['tail']).lower()}"
            f"&timestamp={now}&token={token}"
        )
    return _known(context, path, Address("fir" if fir else "cedar", app.row["id"], now + _OPEN_WITHIN, given))


def _presigned(context: RequestContext, path: str, kind: Literal["output", "put", "get"], id: str, life: int) -> str:
    now = context.state.now()
    compact = context.state.stamp().replace("-", "").replace(":", "")
    query = (
        f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAEXAMPLE%2F{compact[:8]}%2Fus-east-1%2Fs3%2Faws4_request"
        f"&X-Amz-Date={compact}&X-Amz-Expires={life}&X-Amz-SignedHeaders=host"
        f"&X-Amz-Signature={context.state.rng.getrandbits(256):064x}"
    )
    return _known(context, f"{path}?{query}", Address(kind, id, now + life))


def _known(context: RequestContext, path: str, address: Address) -> str:
    context.state.streams.addresses[path] = address
    return f"http://{context.request.headers.get('Host') or 'localhost'}{path}"
