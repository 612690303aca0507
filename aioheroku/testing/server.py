"""The answers as bytes on a socket: compression, cut bodies, resets."""

import socket
import struct
import zlib

from aiohttp import web

from .replies import Reply

_BODILESS = frozenset({204, 304})


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
    return web.Response(status=reply.status, body=body, headers=headers)


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
