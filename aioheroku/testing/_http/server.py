"""Reading requests from a connection and writing responses: hosts, broken bodies, compression, resets."""

import asyncio
import re
import socket
import struct
from functools import lru_cache
from ipaddress import ip_address

from aiohttp import web
from aiohttp.http import HttpProcessingError
from multidict import CIMultiDict, CIMultiDictProxy

from aioheroku.testing._errors import ErrorResponse
from aioheroku.testing._http.compression import decode, encode, too_large
from aioheroku.testing._http.context import RawRequest
from aioheroku.testing._http.response import Response, dump

_BODILESS = frozenset({204, 304})
_HOST = re.compile(r"(?P<name>\[[^\[\]]*\]|[^:\[\]]*)(?::\d*)?")
_DRAIN_SECONDS = 1.0
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


async def receive(request: web.BaseRequest, *, any_host: bool) -> RawRequest:
    """The request with its whole body, or with the reason why it is refused.

    Unless *any_host*, only requests whose `Host` is a loopback name are served: a web page whose domain was made to
    resolve to 127.0.0.1 (DNS rebinding) still sends its own name there.
    """
    bare = head(request, any_host=any_host)
    headers, body, problem = bare.headers, b"", None
    try:
        body = await request.read() if request.body_exists else b""
        body = decode(body, headers.get("Content-Encoding", ""))
    except web.HTTPRequestEntityTooLarge:
        problem = too_large()
        await _drain(request)
    except _BAD_BODY:
        request.content.feed_eof()  # the rest of it cannot be read
        problem = ErrorResponse(400, "bad_request", "Unable to read the request body: its framing is broken.")
    except ErrorResponse as error:
        problem = error
    return RawRequest(request.method, request.raw_path, headers, body, bare.problem or problem)


def head(request: web.BaseRequest, *, any_host: bool) -> RawRequest:
    """The request without its body, refused unless its `Host` is a loopback name or *any_host*."""
    headers, problem = _shared(request.raw_headers), None
    if not any_host and not _is_local(headers.get("Host", "")):
        text = "This simulated platform serves loopback names only, such as 127.0.0.1 and localhost."
        problem = ErrorResponse(421, "misdirected_request", text)
    return RawRequest(request.method, request.raw_path, headers, problem=problem)


async def send(request: web.BaseRequest, response: Response) -> web.StreamResponse:
    """Send a response, and break the connection if it is to be cut or reset."""
    if response.reset:
        reset(request)
        return web.Response()
    headers, body = dict(response.headers), response.body
    if response.status in _BODILESS:
        headers.pop("Content-Type", None)
    elif body and "gzip" in request.headers.get("Accept-Encoding", ""):
        body = encode(body)
        headers["Content-Encoding"] = "gzip"
    if response.cut:
        return await _send_half(request, response.status, headers, body)
    sent = web.Response(status=response.status, body=body, headers=headers)
    if request.content.exception() is not None:
        sent.force_close()
    return sent


class Server(web.Server):
    """A server whose response to invalid HTTP has the platform's own shape."""

    def __call__(self) -> web.RequestHandler:
        """The protocol of a new connection."""
        loop = asyncio.get_running_loop()
        # aiohttp 3.14 never ends a read of a body that decompresses to more than it buffers and then breaks.
        return _Connection(self, loop=loop, auto_decompress=False, access_log=None)  # type: ignore[arg-type]


class _Connection(web.RequestHandler):
    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """400 with a JSON body for what the parser refuses; any other failure is logged as aiohttp does."""
        if status >= 500 or request.writer.output_size > 0:
            return super().handle_error(request, status, exc, message)
        error = ErrorResponse(status, "bad_request", "Unable to parse the HTTP request.")
        response = web.Response(status=status, body=dump(error.body), content_type="application/json")
        response.force_close()
        return response


async def _drain(request: web.BaseRequest) -> None:
    """Read the rest of a body, so that the client reads the response; an endless one ends with the connection."""
    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            while await request.content.readany():
                pass
    except (TimeoutError, *_BAD_BODY):
        request.content.feed_eof()
        request.protocol.close()


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


def reset(request: web.BaseRequest) -> None:
    """Close so that the peer sees a reset and not an end of file."""
    transport = request.transport
    if transport is None:
        return
    raw: socket.socket | None = transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
