"""Requests from a socket and responses to it: what is refused unread, compression, cut bodies, resets."""

import asyncio
import re
import socket
import struct
import zlib
from functools import lru_cache
from ipaddress import ip_address

from aiohttp import web
from aiohttp.http import HttpProcessingError
from multidict import CIMultiDict, CIMultiDictProxy

from .call import Asked
from .replies import Refusal, Reply, dump

_BODILESS = frozenset({204, 304})
_HOST = re.compile(r"(?P<name>\[[^\[\]]*\]|[^:\[\]]*)(?::\d*)?")
_BAD_BODY = (web.RequestPayloadError, HttpProcessingError)


def is_loopback(name: str) -> bool:
    """Whether a host name or address always means this machine."""
    name = name.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


async def receive(request: web.BaseRequest, *, any_host: bool) -> Asked:
    """The request with its whole body, or with the reason why it is refused whatever it asks for.

    Unless *any_host*, only requests whose `Host` is a loopback name are served: a web page whose domain was made to
    resolve to 127.0.0.1 (DNS rebinding) still sends its own name there.
    """
    headers = _shared(request.raw_headers)
    body, problem = b"", None
    try:
        body = await request.read() if request.body_exists else b""
    except web.HTTPRequestEntityTooLarge:
        problem = Refusal(413, "request_entity_too_large", "The request body is too large.")
    except _BAD_BODY:
        request.content.feed_eof()  # nothing more can be read of it
        problem = Refusal(400, "bad_request", "Unable to read the request body: its coding or its framing is broken.")
    if not any_host and not _is_local(headers.get("Host", "")):
        text = "This simulated platform serves loopback names only, such as 127.0.0.1 and localhost."
        problem = Refusal(421, "misdirected_request", text)
    return Asked(request.method, request.raw_path, headers, body, problem)


async def send(request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
    """Send a reply, in whatever state it is meant to arrive."""
    if reply.reset:
        _reset(request)
        return web.Response()
    headers, body = dict(reply.headers), reply.body
    if reply.status in _BODILESS:
        headers.pop("Content-Type", None)
    elif body and "gzip" in request.headers.get("Accept-Encoding", ""):
        coder = zlib.compressobj(1, zlib.DEFLATED, 31)
        body = coder.compress(body) + coder.flush()
        headers["Content-Encoding"] = "gzip"
    if reply.cut:
        return await _send_half(request, reply.status, headers, body)
    response = web.Response(status=reply.status, body=body, headers=headers)
    if request.content.exception() is not None:
        response.force_close()
    return response


class Server(web.Server):
    """A server that answers broken HTTP in the platform's own shape."""

    def __call__(self) -> web.RequestHandler:
        """The protocol of a new connection."""
        return _Connection(self, loop=asyncio.get_running_loop(), access_log=None)  # type: ignore[arg-type] # none is meant


class _Connection(web.RequestHandler):
    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """400 with a JSON body for what the parser refuses; whatever else fails here is logged as aiohttp does."""
        if status >= 500 or request.writer.output_size > 0:
            return super().handle_error(request, status, exc, message)
        refusal = Refusal(status, "bad_request", "Unable to parse the HTTP request.")
        response = web.Response(status=status, body=dump(refusal.body), content_type="application/json")
        response.force_close()
        return response


def _is_local(host: str) -> bool:
    match = _HOST.fullmatch(host.strip())
    return not host or (match is not None and is_loopback(match["name"]))


@lru_cache(maxsize=512)
def _shared(raw: tuple[tuple[bytes, bytes], ...]) -> CIMultiDictProxy[str]:
    """Headers as a mapping; equal ones are one object, for most requests of a client differ in their path only."""
    pairs = [(name.decode("utf-8", "surrogateescape"), value.decode("utf-8", "surrogateescape")) for name, value in raw]
    return CIMultiDictProxy(CIMultiDict(pairs))


async def _send_half(request: web.BaseRequest, status: int, headers: dict[str, str], body: bytes) -> web.StreamResponse:
    body = body or b"{}"
    response = web.StreamResponse(status=status, headers={**headers, "Content-Length": str(len(body))})
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


def _reset(request: web.BaseRequest) -> None:
    """Close so that the peer sees a reset and not an end of file."""
    transport = request.transport
    if transport is None:
        return
    raw: socket.socket | None = transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
